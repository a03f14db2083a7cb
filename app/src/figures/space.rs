//! Points in space and how they are seen: a parallel projection, so that nothing shrinks with its distance.

use std::ops::{Add, Mul};

/// A place in centimetres: `x` to where the person looks, `y` up, `z` to the person's right.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Point3 {
    pub x: f32,
    pub y: f32,
    pub z: f32,
}

pub const fn p3(x: f32, y: f32, z: f32) -> Point3 {
    Point3 { x, y, z }
}

impl Add for Point3 {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        p3(self.x + other.x, self.y + other.y, self.z + other.z)
    }
}

impl Mul<f32> for Point3 {
    type Output = Self;
    fn mul(self, by: f32) -> Self {
        p3(self.x * by, self.y * by, self.z * by)
    }
}

impl Point3 {
    /// At right angles to both.
    pub fn cross(self, other: Self) -> Self {
        p3(
            self.y * other.z - self.z * other.y,
            self.z * other.x - self.x * other.z,
            self.x * other.y - self.y * other.x,
        )
    }

    pub fn middle(self, other: Self) -> Self {
        (self + other) * 0.5
    }

    pub fn distance(self, other: Self) -> f32 {
        let way = self + other * -1.0;
        (way.x * way.x + way.y * way.y + way.z * way.z).sqrt()
    }
}

/// A place in the drawing, in centimetres too: `y` grows downwards. What has more `depth` is nearer to the reader.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Point2 {
    pub x: f32,
    pub y: f32,
    pub depth: f32,
}

pub const fn p2(x: f32, y: f32) -> Point2 {
    Point2 { x, y, depth: 0.0 }
}

/// From where somebody is seen, and where in the drawing they stand.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Stage {
    /// Where the floor under them lies in the drawing.
    pub at: (f32, f32),
    /// 0: from the right side, looking to the right of the drawing; 90: from the front.
    pub yaw: f32,
    /// How far from above.
    pub pitch: f32,
}

impl Stage {
    pub fn see(&self, place: Point3) -> Point2 {
        let (yaw_sin, yaw_cos) = self.yaw.to_radians().sin_cos();
        let (pitch_sin, pitch_cos) = self.pitch.to_radians().sin_cos();
        let near = place.x * yaw_sin + place.z * yaw_cos;
        Point2 {
            x: self.at.0 + place.x * yaw_cos - place.z * yaw_sin,
            y: self.at.1 - place.y * pitch_cos + near * pitch_sin,
            depth: near * pitch_cos + place.y * pitch_sin,
        }
    }

    /// Which side is nearer to the reader: 1 the right one, -1 the left one.
    pub fn near_side(&self) -> f32 {
        if self.yaw > 90.0 { -1.0 } else { 1.0 }
    }

    /// How much of something that looks to where the person looks is seen from its front: 1 in full, 0 from the side.
    pub fn frontness(&self) -> f32 {
        self.yaw.to_radians().sin()
    }
}
