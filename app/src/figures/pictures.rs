//! The picture of each task, as data.

use domain::assessments::Task;

use super::body::{Arm, Held, Leg, Pose};
use super::drawing::{Drawing, Label, PicturePart};
use super::person::Look;
use super::space::Stage;
use super::things::Stand;

pub(super) const HANGING: Arm = Arm { raise: 2.0, spread: 9.0, turn: 20.0, elbow: 14.0 };
pub(super) const CROSSED: [Arm; 2] = [
    Arm { raise: 34.0, spread: 12.0, turn: 68.0, elbow: 112.0 },
    Arm { raise: 26.0, spread: 12.0, turn: 70.0, elbow: 106.0 },
];
/// The hand lies on the thigh of the one who sits.
pub(super) const ON_LAP: Arm = Arm { raise: 26.0, spread: 8.0, turn: 14.0, elbow: 44.0 };
pub(super) const STRAIGHT: Leg = Leg { raise: 2.0, spread: 0.0, knee: 2.0, toes: 0.0 };

/// Upright, arms hanging, the back a little rounded.
pub const STANDING: Pose =
    Pose { lean: 2.0, bow: 12.0, arms: [HANGING; 2], legs: [STRAIGHT; 2], held: Held::Nothing, foot: 0.0 };

const BENT: Leg = Leg { raise: 90.0, spread: 3.0, knee: 92.0, toes: 0.0 };

/// On a chair whose seat is at 0, feet flat.
pub const SITTING: Pose = Pose { lean: 2.0, bow: 10.0, legs: [BENT; 2], foot: 35.7, ..STANDING };

/// From the side and a little from the front.
pub(super) const fn side(x: f32, y: f32) -> Stage {
    Stage { at: (x, y), yaw: 28.0, pitch: 8.0 }
}

pub(super) const fn front(x: f32, y: f32) -> Stage {
    Stage { at: (x, y), yaw: 62.0, pitch: 8.0 }
}

/// A course is seen from the side, so that its lengths stay true.
pub(super) const fn course(x: f32, y: f32) -> Stage {
    Stage { at: (x, y), yaw: 0.0, pitch: 14.0 }
}

/// The picture of a task. Where the course can be chosen, its length is the one that was, or the usual one.
pub fn drawing(task: Task, course_m: Option<u16>) -> Drawing {
    match task {
        Task::SideBySide => stand(Stand::SideBySide),
        Task::SemiTandem => stand(Stand::SemiTandem),
        Task::Tandem => stand(Stand::Tandem),
        Task::Gait => gait(course_m.unwrap_or(4)),
        Task::Chair5 => chair_stand(Look::Bun),
        Task::GaitUsual => ten_metres(WALKING),
        Task::GaitMaximal => ten_metres(HURRYING),
        Task::Tug => tug(),
        Task::Chair30 => chair_stand(Look::Short),
        Task::Chair30WithArms => chair_with_arms(),
        Task::Grip => grip(),
        Task::SingleLeg => single_leg(),
        Task::Walk6 => walk6(course_m.unwrap_or(15)),
        Task::Step2 => step2(),
        Task::ArmCurl => arm_curl(),
        Task::SelfReport => talking(),
    }
}

fn stand(stand: Stand) -> Drawing {
    let leg = |raise: f32, spread: f32| Leg { raise, spread, knee: 0.0, toes: 0.0 };
    let legs = match stand {
        Stand::SideBySide => [leg(1.0, -2.0), leg(1.0, -2.0)],
        Stand::SemiTandem => [leg(6.5, -2.5), leg(-6.5, -2.5)],
        Stand::Tandem => [leg(9.5, -5.4), leg(-9.5, -5.4)],
    };
    let free = Arm { raise: 4.0, spread: 22.0, turn: 10.0, elbow: 14.0 };
    let pose = Pose { legs, arms: [free; 2], ..STANDING };
    let stage = front(72.0, 178.0);
    Drawing {
        width: 250.0,
        height: 200.0,
        parts: vec![
            PicturePart::Person(stage, pose, Look::Bun),
            PicturePart::Footprints { at: (184.0, 100.0), size: 2.2, stand },
        ],
    }
}

pub(super) const WALKING: Pose = Pose {
    lean: 4.0,
    bow: 11.0,
    arms: [
        Arm { raise: -24.0, spread: 7.0, turn: 12.0, elbow: 16.0 },
        Arm { raise: 24.0, spread: 7.0, turn: 12.0, elbow: 26.0 },
    ],
    legs: [
        Leg { raise: 22.0, spread: 0.0, knee: 6.0, toes: 14.0 },
        Leg { raise: -14.0, spread: 0.0, knee: 22.0, toes: -22.0 },
    ],
    ..STANDING
};

const HURRYING: Pose = Pose {
    lean: 9.0,
    arms: [
        Arm { raise: -38.0, spread: 7.0, turn: 12.0, elbow: 50.0 },
        Arm { raise: 34.0, spread: 7.0, turn: 12.0, elbow: 62.0 },
    ],
    legs: [
        Leg { raise: 31.0, spread: 0.0, knee: 10.0, toes: 18.0 },
        Leg { raise: -18.0, spread: 0.0, knee: 34.0, toes: -36.0 },
    ],
    ..WALKING
};

/// Somebody walks on a course: they are seen a little from the front, the course is not.
pub(super) const fn walker(x: f32, y: f32) -> Stage {
    Stage { at: (x, y), yaw: 22.0, pitch: 6.0 }
}

fn gait(metres: u16) -> Drawing {
    let floor = course(0.0, 178.0);
    let (start, stop) = (96.0, 344.0);
    Drawing {
        width: 420.0,
        height: 228.0,
        parts: vec![
            PicturePart::Lane { stage: floor, from: 16.0, to: 404.0, timed: false },
            PicturePart::Lane { stage: floor, from: start, to: stop, timed: true },
            PicturePart::Line(floor, start),
            PicturePart::Line(floor, stop),
            PicturePart::Person(walker(70.0, 178.0), WALKING, Look::Short),
            PicturePart::Arrow([(140.0, 112.0), (220.0, 112.0), (300.0, 112.0)]),
            PicturePart::Words { at: (stop, 158.0), label: Label::Stop },
            PicturePart::Measure { stage: floor, from: start, to: stop, label: Label::Metres(i64::from(metres)) },
        ],
    }
}

fn ten_metres(pose: Pose) -> Drawing {
    let floor = course(0.0, 178.0);
    let (start, stop) = (94.0, 326.0);
    Drawing {
        width: 420.0,
        height: 228.0,
        parts: vec![
            PicturePart::Lane { stage: floor, from: 10.0, to: 410.0, timed: false },
            PicturePart::Lane { stage: floor, from: start, to: stop, timed: true },
            PicturePart::Line(floor, start),
            PicturePart::Line(floor, stop),
            PicturePart::Person(walker(176.0, 178.0), pose, Look::Bun),
            PicturePart::Arrow([(230.0, 112.0), (260.0, 112.0), (300.0, 112.0)]),
            PicturePart::Words { at: (52.0, 150.0), label: Label::RunUp },
            PicturePart::Words { at: (368.0, 150.0), label: Label::RunOut },
            PicturePart::Measure { stage: floor, from: 14.0, to: start, label: Label::MetresTo(2, 3) },
            PicturePart::Measure { stage: floor, from: start, to: stop, label: Label::Metres(10) },
            PicturePart::Measure { stage: floor, from: stop, to: 406.0, label: Label::MetresTo(2, 3) },
        ],
    }
}

/// From the chair to standing, arms crossed.
fn chair_stand(look: Look) -> Drawing {
    let stage = side(92.0, 172.0);
    let sitting = Pose { lean: 8.0, arms: CROSSED, ..SITTING };
    let upright = Pose { arms: CROSSED, foot: 35.7, ..STANDING };
    Drawing {
        width: 220.0,
        height: 200.0,
        parts: vec![
            PicturePart::WallBehind(stage),
            PicturePart::Chair { stage, armrests: false },
            PicturePart::Pale(stage, upright, look),
            PicturePart::Person(stage, sitting, look),
            PicturePart::Arrow([(168.0, 112.0), (184.0, 72.0), (164.0, 34.0)]),
        ],
    }
}

fn chair_with_arms() -> Drawing {
    let stage = side(92.0, 172.0);
    let push = Arm { raise: 14.0, spread: 8.0, turn: 10.0, elbow: 22.0 };
    let rising = Pose { lean: 34.0, arms: [push; 2], ..SITTING };
    let upright = Pose { foot: 35.7, ..STANDING };
    Drawing {
        width: 220.0,
        height: 200.0,
        parts: vec![
            PicturePart::WallBehind(stage),
            PicturePart::Chair { stage, armrests: false },
            PicturePart::Pale(stage, upright, Look::Bun),
            PicturePart::Person(stage, rising, Look::Bun),
            PicturePart::Arrow([(168.0, 112.0), (184.0, 72.0), (164.0, 34.0)]),
        ],
    }
}

fn tug() -> Drawing {
    let floor = course(0.0, 178.0);
    let stage = side(66.0, 178.0);
    let push = Arm { raise: -8.0, spread: 12.0, turn: 0.0, elbow: 72.0 };
    let sitting = Pose { arms: [push; 2], ..SITTING };
    let (start, line) = (98.0, 356.0);
    Drawing {
        width: 420.0,
        height: 228.0,
        parts: vec![
            PicturePart::Lane { stage: floor, from: 20.0, to: 404.0, timed: false },
            PicturePart::Line(floor, line),
            PicturePart::Chair { stage, armrests: true },
            PicturePart::Person(stage, sitting, Look::Short),
            PicturePart::NearArmrest(stage),
            PicturePart::Pale(walker(210.0, 178.0), WALKING, Look::Short),
            PicturePart::Arrow([(250.0, 148.0), (480.0, 152.0), (268.0, 168.0)]),
            PicturePart::Measure { stage: floor, from: start, to: line, label: Label::Metres(3) },
        ],
    }
}

fn grip() -> Drawing {
    let stage = side(80.0, 172.0);
    let squeeze = Arm { raise: 0.0, spread: 8.0, turn: 6.0, elbow: 90.0 };
    let pose = Pose { arms: [squeeze, ON_LAP], held: Held::Dynamometer, ..SITTING };
    Drawing {
        width: 200.0,
        height: 200.0,
        parts: vec![PicturePart::Chair { stage, armrests: false }, PicturePart::Person(stage, pose, Look::Bun)],
    }
}

fn single_leg() -> Drawing {
    let stage = front(104.0, 174.0);
    let balance = Arm { raise: 10.0, spread: 34.0, turn: 10.0, elbow: 18.0 };
    let legs = [STRAIGHT, Leg { raise: 34.0, spread: 2.0, knee: 66.0, toes: -18.0 }];
    let pose = Pose { arms: [balance; 2], legs, ..STANDING };
    Drawing {
        width: 210.0,
        height: 200.0,
        parts: vec![
            PicturePart::WallBeside { stage, from: -58.0, to: 58.0 },
            PicturePart::Person(stage, pose, Look::Short),
        ],
    }
}

fn walk6(metres: u16) -> Drawing {
    let floor = course(0.0, 178.0);
    let (from, to) = (52.0, 368.0);
    Drawing {
        width: 420.0,
        height: 228.0,
        parts: vec![
            PicturePart::Lane { stage: floor, from: 14.0, to: 406.0, timed: false },
            PicturePart::Cone { stage: floor, x: from, z: 0.0 },
            PicturePart::Cone { stage: floor, x: to, z: 0.0 },
            PicturePart::Person(walker(200.0, 180.0), WALKING, Look::Bun),
            PicturePart::Arrow([(250.0, 142.0), (510.0, 158.0), (262.0, 176.0)]),
            PicturePart::Measure { stage: floor, from, to, label: Label::Metres(i64::from(metres)) },
        ],
    }
}

fn step2() -> Drawing {
    let stage = side(86.0, 172.0);
    let lifted = Leg { raise: 64.0, spread: 0.0, knee: 76.0, toes: -8.0 };
    let arms = [
        Arm { raise: -18.0, spread: 8.0, turn: 12.0, elbow: 34.0 },
        Arm { raise: 26.0, spread: 8.0, turn: 12.0, elbow: 44.0 },
    ];
    let pose = Pose { arms, legs: [lifted, STRAIGHT], foot: 22.0, ..STANDING };
    Drawing {
        width: 220.0,
        height: 200.0,
        parts: vec![
            PicturePart::WallBeside { stage, from: -40.0, to: 96.0 },
            PicturePart::KneeTape(stage, pose),
            PicturePart::Person(stage, pose, Look::Short),
        ],
    }
}

fn arm_curl() -> Drawing {
    let stage = side(80.0, 172.0);
    let down = Arm { raise: 2.0, spread: 12.0, turn: 0.0, elbow: 6.0 };
    let bent = Arm { elbow: 128.0, ..down };
    let pose = |arm| Pose { arms: [arm, ON_LAP], held: Held::DumbBell, ..SITTING };
    Drawing {
        width: 200.0,
        height: 200.0,
        parts: vec![
            PicturePart::Chair { stage, armrests: false },
            PicturePart::Person(stage, pose(down), Look::Bun),
            PicturePart::PaleArm(stage, pose(bent), Look::Bun),
            PicturePart::Arrow([(112.0, 132.0), (140.0, 112.0), (124.0, 82.0)]),
        ],
    }
}

fn talking() -> Drawing {
    let (one, other) = (side(66.0, 172.0), Stage { at: (204.0, 172.0), yaw: 152.0, pitch: 8.0 });
    let pose = Pose { arms: [ON_LAP; 2], ..SITTING };
    Drawing {
        width: 270.0,
        height: 200.0,
        parts: vec![
            PicturePart::Chair { stage: one, armrests: false },
            PicturePart::Person(one, pose, Look::Bun),
            PicturePart::Chair { stage: other, armrests: false },
            PicturePart::Person(other, pose, Look::Short),
        ],
    }
}
