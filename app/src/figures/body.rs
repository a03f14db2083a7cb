//! The pose function's first half: from the angles of joints to where each joint is.

use super::space::{Point3, p3};

/// The angles of an arm, in degrees.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Arm {
    /// How far the upper arm is raised forwards from hanging straight down; negative: backwards.
    pub raise: f32,
    /// How far it is spread to the side.
    pub spread: f32,
    /// How far it is turned inwards: 0 bends the elbow forwards, 90 across the chest.
    pub turn: f32,
    pub elbow: f32,
}

/// The angles of a leg, in degrees.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Leg {
    /// How far the thigh is raised forwards from hanging straight down; negative: backwards.
    pub raise: f32,
    /// How far it is spread to the side; negative: towards the other leg.
    pub spread: f32,
    pub knee: f32,
    /// How far the toes are higher than the heel; 0 is flat on the floor.
    pub toes: f32,
}

/// What a hand holds; the right one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Held {
    Nothing,
    DumbBell,
    Dynamometer,
}

/// A body by the angles of its joints. Right comes first.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Pose {
    /// How far the trunk leans forwards.
    pub lean: f32,
    /// How far the upper back is rounded beyond that.
    pub bow: f32,
    pub arms: [Arm; 2],
    pub legs: [Leg; 2],
    pub held: Held,
    /// Where the right ankle is, before the place on which the person is drawn.
    pub foot: f32,
}

/// Where everything is, in centimetres; the lowest sole stands on the floor.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Skeleton {
    pub pelvis: Point3,
    pub waist: Point3,
    pub neck: Point3,
    pub head: Point3,
    pub shoulders: [Point3; 2],
    pub elbows: [Point3; 2],
    pub wrists: [Point3; 2],
    pub hands: [Point3; 2],
    pub hips: [Point3; 2],
    pub knees: [Point3; 2],
    pub ankles: [Point3; 2],
    pub heels: [Point3; 2],
    pub toes: [Point3; 2],
}

/// Right and left on the axis to the right.
const SIDES: [f32; 2] = [1.0, -1.0];

/// Lengths of a rather small person, in centimetres.
pub mod length {
    pub const LOWER_BACK: f32 = 22.0;
    pub const UPPER_BACK: f32 = 23.0;
    pub const NECK: f32 = 20.0;
    pub const UPPER_ARM: f32 = 25.0;
    pub const FOREARM: f32 = 21.0;
    pub const HAND: f32 = 6.5;
    pub const THIGH: f32 = 37.0;
    pub const SHANK: f32 = 36.0;
    pub const HIP: f32 = 7.0;
    pub const SHOULDER: f32 = 14.0;
    /// Soles lie this far below heel and toes.
    pub const HEEL: f32 = 3.6;
    pub const TOE: f32 = 3.2;
    /// The heel behind and below the ankle, the toes before and below it.
    pub const TO_HEEL: (f32, f32) = (-3.5, -3.2);
    pub const TO_TOE: (f32, f32) = (13.0, -3.6);
}

/// A direction in the plane of walking: 0 down, 90 forwards.
fn swing(degrees: f32) -> Point3 {
    let (sin, cos) = degrees.to_radians().sin_cos();
    p3(sin, -cos, 0.0)
}

/// [`swing`] spread to one side.
fn spread(raise: f32, degrees: f32, side: f32) -> Point3 {
    let (sin, cos) = degrees.to_radians().sin_cos();
    swing(raise) * cos + p3(0.0, 0.0, side * sin)
}

/// Elbow, wrist and the hand's end.
fn arm(angles: Arm, shoulder: Point3, side: f32) -> [Point3; 3] {
    let along = spread(angles.raise, angles.spread, side);
    let front = swing(angles.raise + 90.0);
    let inwards = along.cross(front) * -side;
    let (turn_sin, turn_cos) = angles.turn.to_radians().sin_cos();
    let (sin, cos) = angles.elbow.to_radians().sin_cos();
    let forearm = along * cos + (front * turn_cos + inwards * turn_sin) * sin;
    let elbow = shoulder + along * length::UPPER_ARM;
    let wrist = elbow + forearm * length::FOREARM;
    [elbow, wrist, wrist + forearm * length::HAND]
}

/// Knee, ankle, heel and toes.
fn leg(angles: Leg, hip: Point3, side: f32) -> [Point3; 4] {
    let knee = hip + spread(angles.raise, angles.spread, side) * length::THIGH;
    let ankle = knee + spread(angles.raise - angles.knee, angles.spread, side) * length::SHANK;
    let (forwards, up) = (swing(angles.toes + 90.0), swing(angles.toes + 180.0));
    // Feet point a little outwards.
    let outwards = p3(0.0, 0.0, side * 0.12);
    let of_foot = |(along, high): (f32, f32)| ankle + (forwards + outwards) * along + up * high;
    [knee, ankle, of_foot(length::TO_HEEL), of_foot(length::TO_TOE)]
}

impl Pose {
    /// Where the joints are.
    pub fn skeleton(&self) -> Skeleton {
        let (lower, upper) = (swing(180.0 - self.lean), swing(180.0 - self.lean - self.bow));
        let waist = lower * length::LOWER_BACK;
        let neck = waist + upper * length::UPPER_BACK;
        let head = neck + swing(180.0 - self.lean - self.bow * 1.4 - 4.0) * length::NECK;
        let both = |half: f32, from: Point3| SIDES.map(|side| from + p3(0.0, 0.0, side * half));
        let shoulders = both(length::SHOULDER, neck + upper * -5.0);
        let hips = both(length::HIP, Point3::default());
        let arms = [0, 1].map(|i| arm(self.arms[i], shoulders[i], SIDES[i]));
        let legs = [0, 1].map(|i| leg(self.legs[i], hips[i], SIDES[i]));
        let floating = Skeleton {
            pelvis: Point3::default(),
            waist,
            neck,
            head,
            shoulders,
            elbows: arms.map(|joints| joints[0]),
            wrists: arms.map(|joints| joints[1]),
            hands: arms.map(|joints| joints[2]),
            hips,
            knees: legs.map(|joints| joints[0]),
            ankles: legs.map(|joints| joints[1]),
            heels: legs.map(|joints| joints[2]),
            toes: legs.map(|joints| joints[3]),
        };
        floating.moved(p3(self.foot - floating.ankles[0].x, -floating.lowest(), 0.0))
    }
}

impl Skeleton {
    /// How high the lowest sole is.
    pub fn lowest(&self) -> f32 {
        self.soles().into_iter().fold(f32::INFINITY, f32::min)
    }

    /// How high the soles are: under each heel, under each toe.
    pub fn soles(&self) -> [f32; 4] {
        let [heels, toes] = [self.heels.map(|p| p.y - length::HEEL), self.toes.map(|p| p.y - length::TOE)];
        [heels[0], heels[1], toes[0], toes[1]]
    }

    fn moved(self, way: Point3) -> Self {
        let both = |pair: [Point3; 2]| pair.map(|p| p + way);
        Self {
            pelvis: self.pelvis + way,
            waist: self.waist + way,
            neck: self.neck + way,
            head: self.head + way,
            shoulders: both(self.shoulders),
            elbows: both(self.elbows),
            wrists: both(self.wrists),
            hands: both(self.hands),
            hips: both(self.hips),
            knees: both(self.knees),
            ankles: both(self.ankles),
            heels: both(self.heels),
            toes: both(self.toes),
        }
    }
}
