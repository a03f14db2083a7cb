//! What stands round a person: chair, wall, tape, cones, a course on the floor.

use super::pen::{Ink, Pen, Shape};
use super::space::{Point2, Point3, Stage, p2, p3};

/// How high the seat of a chair is, for [`super::body::length`].
pub const SEAT: f32 = 34.0;
/// Half of a chair's width.
const HALF: f32 = 21.0;
/// Back and front edge of the seat, from below the pelvis of the one who sits.
const DEPTH: (f32, f32) = (-15.0, 24.0);
const BACK: f32 = 78.0;
const ARMREST: f32 = 57.0;

/// A chair for somebody whose pelvis is at 0 when they sit: what lies behind the person, and the near armrest before.
pub fn chair(stage: &Stage, armrests: bool) -> (Vec<Shape>, Vec<Shape>) {
    let at = |x: f32, y: f32, z: f32| stage.see(p3(x, y, z));
    let bar = |pen: Pen, a: Point2, b: Point2| pen.capsule((a, 1.7), (b, 1.7));
    let (back, front) = DEPTH;
    let mut legs = Pen::default();
    for (x, z) in [(back, -HALF), (front - 3.0, -HALF), (back, HALF), (front - 3.0, HALF)] {
        legs = bar(legs, at(x, 1.7, z), at(x, SEAT - 3.0, z));
    }
    let rest = [
        at(back - 3.0, 52.0, -HALF),
        at(back - 3.0, 52.0, HALF),
        at(back - 5.0, BACK, HALF),
        at(back - 5.0, BACK, -HALF),
    ];
    let posts = bar(bar(Pen::default(), at(back, SEAT, -HALF), rest[3]), at(back, SEAT, HALF), rest[2]);
    let seat = |y: f32| [at(back, y, -HALF), at(front, y, -HALF), at(front, y, HALF), at(back, y, HALF)];
    let [top, under] = [seat(SEAT), seat(SEAT - 4.0)];
    let edge = |i: usize, j: usize| [top[i], top[j], under[j], under[i]];
    let near_edge = if stage.near_side() > 0.0 { edge(2, 3) } else { edge(0, 1) };
    let plate = Pen::default().polygon(&top).polygon(&near_edge).polygon(&edge(1, 2)).polygon(&under);
    let mut behind = vec![posts.polygon(&rest).done(Ink::WoodFar), legs.done(Ink::WoodFar), plate.done(Ink::Wood)];
    let arm = |z: f32| {
        let support = bar(Pen::default(), at(front - 6.0, SEAT, z), at(front - 6.0, ARMREST, z));
        bar(support, at(back - 3.0, ARMREST, z), at(front - 2.0, ARMREST, z))
    };
    if !armrests {
        return (behind, Vec::new());
    }
    behind.push(arm(-HALF).done(Ink::WoodFar));
    (behind, vec![arm(HALF).done(Ink::Wood)])
}

/// A wall behind the chair, as a narrow strip.
pub fn wall_behind(stage: &Stage) -> Vec<Shape> {
    wall_across(stage, DEPTH.0 - 9.0, 118.0)
}

/// A strip of wall across the way, so far before the person.
pub fn wall_before(stage: &Stage, far: f32) -> Vec<Shape> {
    wall_across(stage, far, 156.0)
}

fn wall_across(stage: &Stage, x: f32, height: f32) -> Vec<Shape> {
    let at = |y: f32, z: f32| stage.see(p3(x, y, z));
    let wall = Pen::default().polygon(&[at(0.0, -40.0), at(0.0, 40.0), at(height, 40.0), at(height, -40.0)]);
    vec![wall.done(Ink::Wall)]
}

/// A wall beside the person, on the far side, from `from` to `to` along it.
pub fn wall_beside(stage: &Stage, from: f32, to: f32) -> Shape {
    let at = |x: f32, y: f32| stage.see(p3(x, y, BESIDE));
    Pen::default().polygon(&[at(from, 0.0), at(to, 0.0), at(to, 150.0), at(from, 150.0)]).done(Ink::Wall)
}

/// How far the wall beside is from the person's middle.
const BESIDE: f32 = -34.0;

/// A strip of tape on the wall of [`wall_beside`], and a line from it to the knee.
pub fn tape(stage: &Stage, knee: Point3) -> Vec<Shape> {
    let at = |x: f32| stage.see(p3(x, knee.y, BESIDE));
    let strip = Pen::default().capsule((at(knee.x - 14.0), 1.8), (at(knee.x + 20.0), 1.8));
    let line = Pen::default().line(&[stage.see(knee + p3(9.0, 0.0, 0.0)), at(knee.x + 22.0)]);
    vec![strip.done(Ink::Tape), line.done(Ink::Mark)]
}

/// A bent arrow.
pub fn arrow(from: Point2, between: Point2, to: Point2) -> Vec<Shape> {
    let (dx, dy) = (to.x - between.x, to.y - between.y);
    let length = dx.hypot(dy).max(0.1);
    let (ux, uy) = (dx / length, dy / length);
    let wing = |side: f32| p2(to.x - 7.0 * ux - 5.0 * uy * side, to.y - 7.0 * uy + 5.0 * ux * side);
    vec![
        Pen::default().curve(from, between, to).done(Ink::Arrow),
        Pen::default().line(&[wing(1.0), to, wing(-1.0)]).done(Ink::Arrow),
    ]
}

/// How the feet stand in the three stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stand {
    SideBySide,
    SemiTandem,
    Tandem,
}

impl Stand {
    /// Where the heel of the right foot is beside and before that of the left one, for feet of [`FOOT`].
    const fn right_heel(self) -> (f32, f32) {
        match self {
            Self::SideBySide => (11.4, 0.0),
            Self::SemiTandem => (10.8, 19.0),
            Self::Tandem => (0.0, FOOT + 0.6),
        }
    }
}

/// Length of a sole, from the heel's edge to the toes' edge.
const FOOT: f32 = 26.0;

/// Both soles from above, toes upwards, round a place in the drawing.
pub fn footprints(at: (f32, f32), size: f32, stand: Stand) -> Vec<Shape> {
    let (beside, before) = stand.right_heel();
    let (width, height) = (beside, FOOT + before);
    let left = p2(at.0 - width / 2.0 * size, at.1 + (height / 2.0 - 4.2) * size);
    let right = p2(left.x + beside * size, left.y - before * size);
    let half = (20.0_f32.max(width / 2.0 + 12.0) * size, 35.0 * size);
    let corner = |x: f32, y: f32| p2(at.0 + half.0 * x, at.1 + half.1 * y);
    let tile = Pen::default().polygon(&[corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)]);
    vec![tile.done(Ink::Floor), sole(left, size, -1.0).done(Ink::PrintFar), sole(right, size, 1.0).done(Ink::Print)]
}

/// One sole with its heel at this place; `side` is 1 for the right foot.
fn sole(heel: Point2, size: f32, side: f32) -> Pen {
    let at = |x: f32, y: f32| p2(heel.x + x * side * size, heel.y - y * size);
    Pen::default()
        .capsule((at(0.0, 0.0), 4.2 * size), (at(0.7, 12.5), 5.1 * size))
        .capsule((at(0.7, 12.5), 5.1 * size), (at(0.2, 17.2), 4.6 * size))
}

/// A traffic cone.
pub fn cone(stage: &Stage, x: f32, z: f32) -> Vec<Shape> {
    let at = |dx: f32, y: f32| {
        let seen = stage.see(p3(x, y, z));
        Point2 { x: seen.x + dx, ..seen }
    };
    let base = Pen::default().ellipse(at(0.0, 0.0), 10.0, 3.0).done(Ink::Cone);
    let body = Pen::default().polygon(&[at(-7.0, 1.0), at(-2.0, 27.0), at(2.0, 27.0), at(7.0, 1.0)]).done(Ink::Cone);
    let band =
        Pen::default().polygon(&[at(-5.2, 10.0), at(-4.0, 16.0), at(4.0, 16.0), at(5.2, 10.0)]).done(Ink::Collar);
    vec![base, body, band]
}

/// Half of a lane's breadth on the floor.
pub const LANE: f32 = 26.0;

/// A strip of the floor from one place to another.
pub fn lane(stage: &Stage, from: f32, to: f32, ink: Ink) -> Shape {
    let at = |x: f32, z: f32| stage.see(p3(x, 0.0, z));
    Pen::default().polygon(&[at(from, -LANE), at(to, -LANE), at(to, LANE), at(from, LANE)]).done(ink)
}

/// A line of tape across the lane.
pub fn line_across(stage: &Stage, x: f32) -> Shape {
    let at = |dx: f32, z: f32| stage.see(p3(x + dx, 0.0, z));
    Pen::default().polygon(&[at(-1.8, -LANE), at(1.8, -LANE), at(1.8, LANE), at(-1.8, LANE)]).done(Ink::Tape)
}

/// The line of a length below the floor, from one place to another, with a stroke at each end.
pub fn measure(stage: &Stage, from: f32, to: f32) -> Shape {
    let y = stage.at.1 + MEASURE;
    let [a, b] = [from, to].map(|x| stage.see(p3(x, 0.0, 0.0)).x);
    let gap = 1.5;
    Pen::default()
        .line(&[p2(a + gap, y), p2(b - gap, y)])
        .line(&[p2(a + gap, y - 4.0), p2(a + gap, y + 4.0)])
        .line(&[p2(b - gap, y - 4.0), p2(b - gap, y + 4.0)])
        .done(Ink::Measure)
}

/// How far below the floor lengths are written.
pub const MEASURE: f32 = 20.0;
