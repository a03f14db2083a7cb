//! Outlines as SVG path data, with the room that they take.

use std::fmt::Write as _;

use super::space::Point2;

/// Steps of the drawing in a centimetre: coordinates are whole numbers.
const STEPS: f32 = 10.0;

/// What a shape is made of; the style says how that looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ink {
    Top,
    TopFar,
    /// The other person's jumper.
    TopOther,
    TopOtherFar,
    Collar,
    Trousers,
    TrousersFar,
    Shoe,
    ShoeFar,
    Skin,
    SkinFar,
    Hair,
    Blush,
    /// Lines of the face.
    Feature,
    Dot,
    Glasses,
    Wood,
    WoodFar,
    Metal,
    Wall,
    Floor,
    Shadow,
    Lane,
    Zone,
    Cone,
    Tape,
    Print,
    PrintFar,
    Mark,
    Measure,
    Arrow,
}

impl Ink {
    pub const fn class(self) -> &'static str {
        match self {
            Self::Top => "pose__top",
            Self::TopFar => "pose__top pose__far",
            Self::TopOther => "pose__top-other",
            Self::TopOtherFar => "pose__top-other pose__far",
            Self::Collar => "pose__collar",
            Self::Trousers => "pose__trousers",
            Self::TrousersFar => "pose__trousers pose__far",
            Self::Shoe => "pose__shoe",
            Self::ShoeFar => "pose__shoe pose__far",
            Self::Skin => "pose__skin",
            Self::SkinFar => "pose__skin pose__far",
            Self::Hair => "pose__hair",
            Self::Blush => "pose__blush",
            Self::Feature => "pose__feature",
            Self::Dot => "pose__dot",
            Self::Glasses => "pose__glasses",
            Self::Wood => "pose__wood",
            Self::WoodFar => "pose__wood pose__far",
            Self::Metal => "pose__metal",
            Self::Wall => "pose__wall",
            Self::Floor => "pose__floor",
            Self::Shadow => "pose__shadow",
            Self::Lane => "pose__lane",
            Self::Zone => "pose__zone",
            Self::Cone => "pose__cone",
            Self::Tape => "pose__tape",
            Self::Print => "pose__print",
            Self::PrintFar => "pose__print pose__print--other",
            Self::Mark => "pose__mark",
            Self::Measure => "pose__measure",
            Self::Arrow => "pose__arrow",
        }
    }
}

/// The room that something takes, in centimetres of the drawing.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Room {
    pub left: f32,
    pub top: f32,
    pub right: f32,
    pub bottom: f32,
}

impl Room {
    const NONE: Self =
        Self { left: f32::INFINITY, top: f32::INFINITY, right: f32::NEG_INFINITY, bottom: f32::NEG_INFINITY };

    fn take(&mut self, at: Point2, around: f32) {
        self.left = self.left.min(at.x - around);
        self.top = self.top.min(at.y - around);
        self.right = self.right.max(at.x + around);
        self.bottom = self.bottom.max(at.y + around);
    }
}

/// One outline; parts that overlap have one line round all of them.
#[derive(Clone, PartialEq, Debug)]
pub struct Shape {
    pub ink: Ink,
    pub d: String,
    pub room: Room,
}

/// Draws one [`Shape`]. All closed parts run the same way round, so that overlapping ones fill and never cut.
pub struct Pen {
    d: String,
    room: Room,
}

impl Default for Pen {
    fn default() -> Self {
        Self { d: String::new(), room: Room::NONE }
    }
}

/// A length in whole steps of the drawing.
#[expect(clippy::cast_possible_truncation, reason = "a drawing is some hundred centimetres wide")]
pub fn step(length: f32) -> i32 {
    (length * STEPS).round() as i32
}

impl Pen {
    pub fn done(self, ink: Ink) -> Shape {
        Shape { ink, d: self.d, room: self.room }
    }

    fn write(&mut self, letter: char, at: Point2) {
        let _ = write!(self.d, "{letter}{} {}", step(at.x), step(at.y));
    }

    fn arc(&mut self, radius: f32, large: bool, to: Point2) {
        let radius = step(radius);
        let _ = write!(self.d, "A{radius} {radius} 0 {} 0 {} {}", u8::from(large), step(to.x), step(to.y));
    }

    pub fn ellipse(mut self, at: Point2, rx: f32, ry: f32) -> Self {
        self.room.take(at, rx.max(ry));
        let (x, y, rx, ry) = (step(at.x), step(at.y), step(rx), step(ry));
        let _ = write!(self.d, "M{} {y}A{rx} {ry} 0 0 0 {} {y}A{rx} {ry} 0 0 0 {0} {y}", x - rx, x + rx);
        self
    }

    pub fn circle(self, at: Point2, radius: f32) -> Self {
        self.ellipse(at, radius, radius)
    }

    /// A limb: two circles and what lies between them.
    pub fn capsule(mut self, (a, from): (Point2, f32), (b, to): (Point2, f32)) -> Self {
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let length = dx.hypot(dy);
        if length <= (from - to).abs() + 0.1 {
            return if from > to { self.circle(a, from) } else { self.circle(b, to) };
        }
        self.room.take(a, from);
        self.room.take(b, to);
        let along = (dx / length, dy / length);
        let cos = (from - to) / length;
        let sin = (1.0 - cos * cos).sqrt();
        // Where the common tangent touches a circle, on either side.
        let touch = |at: Point2, radius: f32, side: f32| Point2 {
            x: at.x + radius * (along.0 * cos - along.1 * sin * side),
            y: at.y + radius * (along.1 * cos + along.0 * sin * side),
            ..at
        };
        self.write('M', touch(a, from, 1.0));
        self.write('L', touch(b, to, 1.0));
        self.arc(to, cos < 0.0, touch(b, to, -1.0));
        self.write('L', touch(a, from, -1.0));
        self.arc(from, cos > 0.0, touch(a, from, 1.0));
        self
    }

    pub fn polygon(mut self, corners: &[Point2]) -> Self {
        let next = corners.iter().cycle().skip(1);
        let area: f32 = corners.iter().zip(next).map(|(a, b)| a.x * b.y - b.x * a.y).sum();
        if area > 0.0 {
            corners.iter().rev().enumerate().for_each(|(i, at)| self.corner(i, *at));
        } else {
            corners.iter().enumerate().for_each(|(i, at)| self.corner(i, *at));
        }
        self.d.push('Z');
        self
    }

    fn corner(&mut self, i: usize, at: Point2) {
        self.room.take(at, 0.0);
        self.write(if i == 0 { 'M' } else { 'L' }, at);
    }

    /// An open line through all points.
    pub fn line(mut self, points: &[Point2]) -> Self {
        points.iter().enumerate().for_each(|(i, at)| self.corner(i, *at));
        self
    }

    /// An open curve that leans to the point between.
    pub fn curve(mut self, from: Point2, between: Point2, to: Point2) -> Self {
        self.corner(0, from);
        self.room.take(from.half_way(between), 0.0);
        self.room.take(to.half_way(between), 0.0);
        self.room.take(to, 0.0);
        self.write('Q', between);
        let _ = write!(self.d, " {} {}", step(to.x), step(to.y));
        self
    }
}

impl Point2 {
    pub fn half_way(self, other: Self) -> Self {
        Self { x: (self.x + other.x) / 2.0, y: (self.y + other.y) / 2.0, depth: (self.depth + other.depth) / 2.0 }
    }
}
