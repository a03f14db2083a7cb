//! A picture as data: who stands where in which pose, what stands round them, which words are written.

use super::body::Pose;
use super::pen::{Ink, Room, Shape};
use super::person::{Look, person, right_arm};
use super::space::{Point2, Stage, p2, p3};
use super::things::{self, Stand};

/// A word or a length that is written in a picture, in the reader's language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Label {
    Metres(i64),
    /// From some to some metres.
    MetresTo(i64, i64),
    Stop,
    RunUp,
    RunOut,
}

/// One thing of a picture.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum PicturePart {
    Person(Stage, Pose, Look),
    /// The same person before or after: pale, behind what comes next.
    Pale(Stage, Pose, Look),
    /// The right arm alone before or after: pale, before what came.
    PaleArm(Stage, Pose, Look),
    Chair {
        stage: Stage,
        armrests: bool,
    },
    /// What of the chair lies before the person who sits on it.
    NearArmrest(Stage),
    WallBehind(Stage),
    /// So far before the person.
    WallBefore(Stage, f32),
    WallBeside {
        stage: Stage,
        from: f32,
        to: f32,
    },
    /// On the wall beside, at the height of the right knee of this pose.
    KneeTape(Stage, Pose),
    Arrow([(f32, f32); 3]),
    Footprints {
        at: (f32, f32),
        size: f32,
        stand: Stand,
    },
    Lane {
        stage: Stage,
        from: f32,
        to: f32,
        timed: bool,
    },
    Line(Stage, f32),
    Cone {
        stage: Stage,
        x: f32,
        z: f32,
    },
    Measure {
        stage: Stage,
        from: f32,
        to: f32,
        label: Label,
    },
    /// Its middle stands over the place.
    Words {
        at: (f32, f32),
        label: Label,
    },
}

/// A whole picture, in centimetres.
#[derive(Clone, PartialEq, Debug)]
pub struct Drawing {
    pub width: f32,
    pub height: f32,
    pub parts: Vec<PicturePart>,
}

/// Shapes that belong together, and words.
#[derive(Clone, PartialEq, Debug)]
pub enum Drawn {
    Shapes(Vec<Shape>),
    Pale(Vec<Shape>),
    Words(Point2, Label),
}

impl PicturePart {
    pub fn draw(&self) -> Vec<Drawn> {
        let shapes = match *self {
            Self::Person(stage, pose, look) => person(&stage, &pose, look),
            Self::Pale(stage, pose, look) => return vec![Drawn::Pale(person(&stage, &pose, look))],
            Self::PaleArm(stage, pose, look) => return vec![Drawn::Pale(right_arm(&stage, &pose, look))],
            Self::Chair { stage, armrests } => things::chair(&stage, armrests).0,
            Self::NearArmrest(stage) => things::chair(&stage, true).1,
            Self::WallBehind(stage) => things::wall_behind(&stage),
            Self::WallBefore(stage, far) => things::wall_before(&stage, far),
            Self::WallBeside { stage, from, to } => vec![things::wall_beside(&stage, from, to)],
            Self::KneeTape(stage, pose) => things::tape(&stage, pose.skeleton().knees[0]),
            Self::Arrow([from, between, to]) => {
                let [from, between, to] = [from, between, to].map(|(x, y)| p2(x, y));
                things::arrow(from, between, to)
            }
            Self::Footprints { at, size, stand } => things::footprints(at, size, stand),
            Self::Lane { stage, from, to, timed } => {
                vec![things::lane(&stage, from, to, if timed { Ink::Zone } else { Ink::Lane })]
            }
            Self::Line(stage, x) => vec![things::line_across(&stage, x)],
            Self::Cone { stage, x, z } => things::cone(&stage, x, z),
            Self::Measure { stage, from, to, label } => {
                let middle = stage.see(p3((from + to) / 2.0, 0.0, 0.0)).x;
                let words = Drawn::Words(p2(middle, stage.at.1 + things::MEASURE + 20.0), label);
                return vec![Drawn::Shapes(vec![things::measure(&stage, from, to)]), words];
            }
            Self::Words { at: (x, y), label } => return vec![Drawn::Words(p2(x, y), label)],
        };
        vec![Drawn::Shapes(shapes)]
    }
}

impl Drawing {
    pub fn draw(&self) -> Vec<Drawn> {
        self.parts.iter().flat_map(PicturePart::draw).collect()
    }

    /// The same without the tape on the wall.
    #[must_use]
    pub fn without_tape(mut self) -> Self {
        self.parts.retain(|part| !matches!(part, PicturePart::KneeTape(..)));
        self
    }

    /// The room that all shapes take.
    pub fn room(&self) -> Option<Room> {
        let shapes = self.draw().into_iter().flat_map(|drawn| match drawn {
            Drawn::Shapes(shapes) | Drawn::Pale(shapes) => shapes,
            Drawn::Words(..) => Vec::new(),
        });
        shapes.map(|shape| shape.room).reduce(|a, b| Room {
            left: a.left.min(b.left),
            top: a.top.min(b.top),
            right: a.right.max(b.right),
            bottom: a.bottom.max(b.bottom),
        })
    }
}
