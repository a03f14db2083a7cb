//! The picture of each exercise for home, as data: pale where it begins, plain where it leads.

use domain::assessments::Task;
use domain::exercises::Exercise;

use super::body::{Arm, Leg, Pose};
use super::drawing::{Drawing, PicturePart};
use super::person::Look;
use super::pictures::{self, CROSSED, ON_LAP, SITTING, STANDING, STRAIGHT, WALKING, course, front, side, walker};
use super::space::Stage;

/// Hands on the back of a chair that stands before the person.
const HOLDING: [Arm; 2] = [Arm { raise: 40.0, spread: 4.0, turn: 6.0, elbow: 20.0 }; 2];
const AT_CHAIR: Pose = Pose { arms: HOLDING, ..STANDING };
/// Hands on a wall before the person, at the height of the shoulders.
const PUSHING: [Arm; 2] = [Arm { raise: 78.0, spread: 4.0, turn: 4.0, elbow: 6.0 }; 2];
const FREE: Arm = Arm { raise: 6.0, spread: 20.0, turn: 10.0, elbow: 14.0 };
/// On a chair, hands in the lap.
const SEATED: Pose = Pose { arms: [ON_LAP; 2], ..SITTING };

/// How far before the person the chair stands that they hold.
const TO_CHAIR: f32 = 62.0;
/// How far before the person the wall stands.
const TO_WALL: f32 = 56.0;

pub fn drawing(exercise: Exercise) -> Drawing {
    let leg = |legs: [Leg; 2]| Pose { legs, ..AT_CHAIR };
    match exercise {
        Exercise::ChairStand => pictures::drawing(Task::Chair30WithArms, None),
        Exercise::KneeBend => {
            let bent = Leg { raise: 44.0, spread: 2.0, knee: 66.0, toes: 0.0 };
            at_chair(Pose { lean: 16.0, legs: [bent; 2], foot: -4.0, ..AT_CHAIR }, true, Look::Bun)
        }
        Exercise::HeelRaise => at_chair(leg([Leg { toes: -32.0, ..STRAIGHT }; 2]), false, Look::Short),
        Exercise::ToeRaise => at_chair(leg([Leg { toes: 24.0, ..STRAIGHT }; 2]), false, Look::Bun),
        Exercise::LegSide => leg_side(),
        Exercise::LegBack => {
            let back = Leg { raise: -24.0, spread: 0.0, knee: 4.0, toes: -24.0 };
            at_chair(Pose { lean: 8.0, legs: [back, STRAIGHT], foot: -30.0, ..AT_CHAIR }, false, Look::Short)
        }
        Exercise::KneeCurl => {
            let curled = Leg { raise: 2.0, spread: 0.0, knee: 84.0, toes: -50.0 };
            at_chair(Pose { legs: [curled, STRAIGHT], foot: -36.0, ..AT_CHAIR }, false, Look::Bun)
        }
        Exercise::LegStraighten => {
            let straight = Leg { raise: 84.0, spread: 2.0, knee: 6.0, toes: 66.0 };
            seated(Pose { legs: [straight, SITTING.legs[1]], foot: 72.0, ..SEATED }, false, Look::Short)
        }
        Exercise::MarchSitting => {
            let lifted = Leg { raise: 112.0, spread: 2.0, knee: 100.0, toes: 4.0 };
            seated(Pose { legs: [lifted, SITTING.legs[1]], foot: 41.8, ..SEATED }, false, Look::Bun)
        }
        Exercise::WallPush => wall_push(),
        Exercise::ArmCurl => pictures::drawing(Task::ArmCurl, None),
        Exercise::ArmRaise => arm_raise(),
        Exercise::ShoulderRow => {
            let pulled = Arm { raise: -34.0, spread: 10.0, turn: 4.0, elbow: 96.0 };
            seated(Pose { arms: [pulled; 2], bow: 6.0, ..SITTING }, false, Look::Short)
        }
        Exercise::March => pictures::drawing(Task::Step2, None).without_tape(),
        Exercise::TandemStand => pictures::drawing(Task::Tandem, None),
        Exercise::SingleLegStand => pictures::drawing(Task::SingleLeg, None),
        Exercise::TandemWalk => tandem_walk(),
        Exercise::SideStep => side_step(),
        Exercise::FigureEight => figure_eight(),
        Exercise::TrunkTurn => trunk_turn(),
        Exercise::ChestOpen => {
            let open = Arm { raise: -8.0, spread: 62.0, turn: 0.0, elbow: 16.0 };
            in_front(Pose { arms: [open; 2], bow: 4.0, ..SITTING }, Look::Bun)
        }
        Exercise::CalfStretch => calf_stretch(),
        Exercise::Walk => walk(),
    }
}

/// Before the person, on the same floor.
fn before(stage: Stage, by: f32) -> Stage {
    let (yaw_sin, yaw_cos) = stage.yaw.to_radians().sin_cos();
    let down = by * yaw_sin * stage.pitch.to_radians().sin();
    Stage { at: (stage.at.0 + by * yaw_cos, stage.at.1 + down), ..stage }
}

/// Somebody who holds on to a chair; `pale`: where the movement begins, too.
fn at_chair(pose: Pose, pale: bool, look: Look) -> Drawing {
    let stage = side(66.0, 172.0);
    let chair = PicturePart::Chair { stage: before(stage, TO_CHAIR), armrests: false };
    let begins = pale.then_some(PicturePart::Pale(stage, AT_CHAIR, look));
    let parts = begins.into_iter().chain([chair, PicturePart::Person(stage, pose, look)]).collect();
    Drawing { width: 210.0, height: 214.0, parts }
}

fn leg_side() -> Drawing {
    let stage = front(96.0, 174.0);
    let lifted = Leg { raise: 2.0, spread: 30.0, knee: 2.0, toes: 8.0 };
    let pose = Pose { arms: [FREE, Arm { spread: 30.0, ..FREE }], legs: [lifted, STRAIGHT], ..STANDING };
    Drawing {
        width: 210.0,
        height: 218.0,
        parts: vec![
            PicturePart::WallBeside { stage, from: -58.0, to: 58.0 },
            PicturePart::Person(stage, pose, Look::Bun),
        ],
    }
}

/// Somebody on a chair, from the side; `pale`: with hands in the lap, too.
fn seated(pose: Pose, pale: bool, look: Look) -> Drawing {
    let stage = side(70.0, 172.0);
    let begins = pale.then_some(PicturePart::Pale(stage, SEATED, look));
    let chair = PicturePart::Chair { stage, armrests: false };
    let parts = std::iter::once(chair).chain(begins).chain([PicturePart::Person(stage, pose, look)]).collect();
    Drawing { width: 210.0, height: 208.0, parts }
}

/// Somebody on a chair, from the front.
fn in_front(pose: Pose, look: Look) -> Drawing {
    let stage = front(92.0, 166.0);
    let parts = vec![PicturePart::Chair { stage, armrests: false }, PicturePart::Person(stage, pose, look)];
    Drawing { width: 210.0, height: 200.0, parts }
}

fn wall_push() -> Drawing {
    let stage = side(64.0, 172.0);
    let straight = Leg { raise: -10.0, spread: 0.0, knee: 0.0, toes: 0.0 };
    let pose = Pose { lean: 10.0, bow: 4.0, arms: PUSHING, legs: [straight; 2], ..STANDING };
    Drawing {
        width: 210.0,
        height: 200.0,
        parts: vec![PicturePart::WallBefore(stage, TO_WALL), PicturePart::Person(stage, pose, Look::Short)],
    }
}

fn arm_raise() -> Drawing {
    let stage = side(84.0, 184.0);
    let up = Arm { raise: 168.0, spread: 6.0, turn: 0.0, elbow: 6.0 };
    Drawing {
        width: 200.0,
        height: 212.0,
        parts: vec![
            PicturePart::Chair { stage, armrests: false },
            PicturePart::Person(stage, Pose { arms: [up; 2], bow: 6.0, ..SITTING }, Look::Bun),
            PicturePart::Arrow([(150.0, 128.0), (172.0, 96.0), (150.0, 62.0)]),
        ],
    }
}

fn tandem_walk() -> Drawing {
    let stage = side(72.0, 174.0);
    let legs = [
        Leg { raise: 13.0, spread: -5.0, knee: 0.0, toes: 4.0 },
        Leg { raise: -10.0, spread: -5.0, knee: 6.0, toes: -8.0 },
    ];
    let pose = Pose { arms: [FREE; 2], legs, ..STANDING };
    Drawing {
        width: 230.0,
        height: 210.0,
        parts: vec![
            PicturePart::WallBeside { stage, from: -40.0, to: 128.0 },
            PicturePart::Person(stage, pose, Look::Short),
            PicturePart::Arrow([(130.0, 130.0), (160.0, 132.0), (196.0, 136.0)]),
        ],
    }
}

fn side_step() -> Drawing {
    let stage = front(112.0, 172.0);
    let apart = Leg { raise: 2.0, spread: 15.0, knee: 2.0, toes: 0.0 };
    let pose = Pose { arms: [FREE; 2], legs: [apart; 2], ..STANDING };
    Drawing {
        width: 220.0,
        height: 216.0,
        parts: vec![
            PicturePart::Person(stage, pose, Look::Bun),
            PicturePart::Arrow([(78.0, 140.0), (52.0, 140.0), (20.0, 140.0)]),
        ],
    }
}

fn figure_eight() -> Drawing {
    let floor = course(0.0, 168.0);
    Drawing {
        width: 300.0,
        height: 214.0,
        parts: vec![
            PicturePart::Lane { stage: floor, from: 14.0, to: 286.0, timed: false },
            PicturePart::Cone { stage: floor, x: 70.0, z: 0.0 },
            PicturePart::Cone { stage: floor, x: 230.0, z: 0.0 },
            PicturePart::Person(walker(140.0, 170.0), WALKING, Look::Bun),
            PicturePart::Arrow([(172.0, 150.0), (330.0, 160.0), (176.0, 178.0)]),
            PicturePart::Arrow([(120.0, 180.0), (-30.0, 164.0), (112.0, 150.0)]),
        ],
    }
}

fn trunk_turn() -> Drawing {
    let stage = front(92.0, 166.0);
    Drawing {
        width: 210.0,
        height: 200.0,
        parts: vec![
            PicturePart::Chair { stage, armrests: false },
            PicturePart::Person(stage, Pose { arms: CROSSED, ..SITTING }, Look::Short),
            PicturePart::Arrow([(150.0, 96.0), (176.0, 74.0), (150.0, 54.0)]),
        ],
    }
}

fn calf_stretch() -> Drawing {
    let stage = side(64.0, 174.0);
    let legs = [
        Leg { raise: -25.0, spread: 0.0, knee: 0.0, toes: 0.0 },
        Leg { raise: 20.0, spread: 0.0, knee: 24.0, toes: 0.0 },
    ];
    let pose = Pose { lean: 12.0, bow: 4.0, arms: PUSHING, legs, foot: -30.0, ..STANDING };
    Drawing {
        width: 210.0,
        height: 218.0,
        parts: vec![PicturePart::WallBefore(stage, TO_WALL), PicturePart::Person(stage, pose, Look::Bun)],
    }
}

fn walk() -> Drawing {
    let floor = course(0.0, 174.0);
    Drawing {
        width: 250.0,
        height: 222.0,
        parts: vec![
            PicturePart::Lane { stage: floor, from: 14.0, to: 236.0, timed: false },
            PicturePart::Person(walker(96.0, 176.0), WALKING, Look::Short),
            PicturePart::Arrow([(150.0, 112.0), (180.0, 112.0), (216.0, 112.0)]),
        ],
    }
}
