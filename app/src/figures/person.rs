//! The pose function's second half: a friendly older person round the joints.

use super::body::{Held, Pose, Skeleton};
use super::pen::{Ink, Pen, Shape};
use super::space::{Point2, Point3, Stage, p3};

/// Who is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Look {
    /// Her hair in a bun.
    Bun,
    /// His hair short.
    Short,
}

impl Look {
    const fn jumper(self, far: bool) -> Ink {
        match (self, far) {
            (Self::Bun, false) => Ink::Top,
            (Self::Bun, true) => Ink::TopFar,
            (Self::Short, false) => Ink::TopOther,
            (Self::Short, true) => Ink::TopOtherFar,
        }
    }
}

/// The outlines of one person, from the farthest to the nearest.
pub fn person(stage: &Stage, pose: &Pose, look: Look) -> Vec<Shape> {
    let bones = pose.skeleton();
    let see = |place: Point3| stage.see(place);
    let near = usize::from(stage.near_side() < 0.0);
    let [near, far] = [near, 1 - near];
    let trunk = see(bones.waist.middle(bones.neck)).depth;
    // Arms that cross the chest lie before it, also the far one.
    let before = |side: usize| see(bones.wrists[side].middle(bones.hands[side])).depth > trunk + 1.0;
    let mut shapes = vec![shadow(stage, &bones)];
    let arms = [far, near].map(|side| {
        let held = if side == 0 { pose.held } else { Held::Nothing };
        arm(stage, &bones, (side, look.jumper(side == far)), side == far, held)
    });
    let [[far_upper, far_lower], [near_upper, near_lower]] = arms;
    let (behind, mut front) = if before(far) { (Vec::new(), far_lower) } else { (far_lower, Vec::new()) };
    front.extend(near_upper.into_iter().chain(near_lower));
    shapes.extend(leg(stage, &bones, far, true));
    shapes.extend(behind.into_iter().chain(far_upper));
    shapes.extend(leg(stage, &bones, near, false));
    shapes.push(Pen::default().capsule((see(bones.neck), 5.0), (see(bones.head), 5.0)).done(Ink::Skin));
    shapes.push(torso(stage, &bones, look.jumper(false)));
    shapes.push(collar(stage, &bones));
    shapes.extend(head(stage, bones.head, look));
    shapes.append(&mut front);
    shapes
}

/// The right arm alone, for another pose of the same person.
pub fn right_arm(stage: &Stage, pose: &Pose, look: Look) -> Vec<Shape> {
    arm(stage, &pose.skeleton(), (0, look.jumper(false)), false, pose.held).concat()
}

fn shadow(stage: &Stage, bones: &Skeleton) -> Shape {
    let feet = [bones.heels[0], bones.heels[1], bones.toes[0], bones.toes[1]].map(|p| stage.see(p3(p.x, 0.0, p.z)));
    let (left, right) = feet.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(l, r), p| (l.min(p.x), r.max(p.x)));
    let y = feet.iter().map(|p| p.y).sum::<f32>() / 4.0;
    let middle = Point2 { x: (left + right) / 2.0, y, depth: 0.0 };
    Pen::default().ellipse(middle, (right - left) / 2.0 + 9.0, 6.0).done(Ink::Shadow)
}

fn leg(stage: &Stage, bones: &Skeleton, side: usize, far: bool) -> [Shape; 2] {
    let [hip, knee, ankle, heel, toe] =
        [bones.hips, bones.knees, bones.ankles, bones.heels, bones.toes].map(|joint| stage.see(joint[side]));
    let shoe = Pen::default().capsule((heel, 3.6), (toe, 3.2)).capsule((ankle, 4.2), (heel, 3.6));
    let instep = ankle.half_way(toe);
    let shoe = shoe.capsule((ankle, 4.0), (instep.half_way(ankle), 3.8));
    let trousers = Pen::default().capsule((hip, 9.6), (knee, 7.2)).capsule((knee, 7.2), (hem(knee, ankle), 5.6));
    let (cloth, leather) = if far { (Ink::TrousersFar, Ink::ShoeFar) } else { (Ink::Trousers, Ink::Shoe) };
    [shoe.done(leather), trousers.done(cloth)]
}

/// Trousers end above the ankle.
fn hem(knee: Point2, ankle: Point2) -> Point2 {
    let part = 0.9;
    Point2 { x: knee.x + (ankle.x - knee.x) * part, y: knee.y + (ankle.y - knee.y) * part, depth: ankle.depth }
}

/// The upper arm, and what comes below the elbow: the far one may cross before the chest.
fn arm(stage: &Stage, bones: &Skeleton, (side, cloth): (usize, Ink), far: bool, held: Held) -> [Vec<Shape>; 2] {
    let [shoulder, elbow, wrist, hand] =
        [bones.shoulders, bones.elbows, bones.wrists, bones.hands].map(|joint| stage.see(joint[side]));
    let skin = if far { Ink::SkinFar } else { Ink::Skin };
    let palm = Pen::default().capsule((wrist, 3.4), (hand, 3.5)).done(skin);
    let upper = Pen::default().capsule((shoulder, 6.4), (elbow, 5.4));
    let lower: Vec<_> = self::held(stage, bones.hands[side], held).into_iter().chain([palm]).collect();
    let below = |pen: Pen| pen.capsule((elbow, 5.4), (wrist, 4.4)).done(cloth);
    match far {
        true => [vec![upper.done(cloth)], [lower, vec![below(Pen::default())]].concat()],
        // One sleeve without a seam.
        false => [Vec::new(), [lower, vec![below(upper)]].concat()],
    }
}

/// What the hand is closed round.
fn held(stage: &Stage, hand: Point3, held: Held) -> Option<Shape> {
    let at = |x: f32, y: f32, z: f32| stage.see(hand + p3(x, y, z));
    let pen = Pen::default();
    match held {
        Held::Nothing => None,
        Held::DumbBell => {
            let end = |pen: Pen, z: f32| pen.capsule((at(0.0, 0.0, z), 5.0), (at(0.0, 0.0, z * 1.35), 5.0));
            let bar = pen.capsule((at(0.0, 0.0, -9.0), 1.6), (at(0.0, 0.0, 9.0), 1.6));
            Some(end(end(bar, -8.0), 8.0).done(Ink::Metal))
        }
        Held::Dynamometer => {
            let grip = pen.capsule((at(0.0, -7.0, 0.0), 1.8), (at(0.0, 9.0, 0.0), 1.8));
            let frame = grip.capsule((at(5.0, -7.0, 0.0), 1.8), (at(5.0, 9.0, 0.0), 1.8));
            let frame = frame.capsule((at(0.0, -7.0, 0.0), 1.8), (at(5.0, -7.0, 0.0), 1.8));
            Some(frame.circle(at(2.5, 13.0, 0.0), 5.4).done(Ink::Metal))
        }
    }
}

/// From the shoulders to below the hips, one soft garment.
fn torso(stage: &Stage, bones: &Skeleton, cloth: Ink) -> Shape {
    let see = |place: Point3| stage.see(place);
    let [right, left] =
        [(0, -3.5), (1, 3.5)].map(|(side, inwards): (usize, f32)| see(bones.shoulders[side] + p3(0.0, -1.0, inwards)));
    let belly = [1.0, -1.0].map(|side: f32| see(bones.waist + p3(2.0, -5.0, side * 7.0)));
    let seat = bones.hips.map(|p| see(p + p3(0.0, 1.0, 0.0)));
    let pen = Pen::default()
        .capsule((right, 8.6), (left, 8.6))
        .capsule((right, 8.6), (belly[0], 10.4))
        .capsule((left, 8.6), (belly[1], 10.4))
        .capsule((belly[0], 10.4), (seat[0], 10.8))
        .capsule((belly[1], 10.4), (seat[1], 10.8))
        .capsule((seat[0], 10.8), (seat[1], 10.8));
    pen.polygon(&[right, left, belly[1], belly[0]]).polygon(&[belly[0], belly[1], seat[1], seat[0]]).done(cloth)
}

fn collar(stage: &Stage, bones: &Skeleton) -> Shape {
    let side = |z: f32| stage.see(bones.neck + p3(1.0, 2.0, z));
    Pen::default().capsule((side(3.5), 3.6), (side(-3.5), 3.6)).done(Ink::Collar)
}

/// The head with its face, seen from between the side and the front.
fn head(stage: &Stage, head: Point3, look: Look) -> Vec<Shape> {
    let at = |x: f32, y: f32, z: f32| stage.see(head + p3(x, y, z));
    let middle = stage.see(head).depth;
    let seen = |place: Point2| place.depth > middle;
    let mut shapes = match look {
        Look::Bun => vec![
            Pen::default().circle(at(-12.5, 9.0, 0.0), 6.2).done(Ink::Hair),
            Pen::default().circle(at(-1.6, 1.6, 0.0), 13.2).done(Ink::Hair),
        ],
        Look::Short => vec![Pen::default().circle(at(-2.2, 0.8, 0.0), 12.9).done(Ink::Hair)],
    };
    let face = match look {
        Look::Bun => Pen::default().circle(at(2.6, -1.8, 0.0), 11.4),
        Look::Short => Pen::default().circle(at(2.2, -0.4, 0.0), 12.0),
    };
    shapes.push(face.circle(at(13.0, -2.2, 0.0), 2.3).done(Ink::Skin));
    let both = |x: f32, y: f32, z: f32| [at(x, y, z), at(x, y, -z)].into_iter().filter(move |p| seen(*p));
    shapes.extend(both(7.5, -5.0, 7.0).map(|cheek| Pen::default().circle(cheek, 2.4).done(Ink::Blush)));
    shapes.extend(both(11.0, 1.0, 4.6).map(|eye| Pen::default().circle(eye, 1.15).done(Ink::Dot)));
    shapes.extend(features(stage, head, look));
    shapes.extend(both(-0.6, -2.0, 11.2).map(|ear| Pen::default().circle(ear, 2.7).done(Ink::Skin)));
    shapes
}

/// The lines of the face: smile, brows, glasses.
fn features(stage: &Stage, head: Point3, look: Look) -> Vec<Shape> {
    // A face is the same on both sides: the near one is drawn as the right.
    let near = stage.near_side();
    let at = |x: f32, y: f32, z: f32| stage.see(head + p3(x, y, z * near));
    let middle = stage.see(head).depth;
    let mut shapes = Vec::new();
    let far_corner = at(10.0, -6.6, -4.2);
    let smile = match far_corner.depth > middle {
        true => Pen::default().curve(at(9.2, -6.4, 4.6), at(11.6, -10.2, 0.5), far_corner),
        false => Pen::default().curve(at(8.4, -6.2, 5.0), at(9.8, -9.4, 2.4), at(11.6, -8.2, 0.6)),
    };
    shapes.push(smile.done(Ink::Feature));
    for side in [4.6, -4.6] {
        if at(11.0, 1.0, side).depth <= middle {
            continue;
        }
        let brow = Pen::default().line(&[at(10.8, 5.8, side * 0.6), at(9.6, 5.3, side * 1.4)]);
        shapes.push(brow.done(Ink::Feature));
        if look == Look::Bun {
            let lens = Pen::default().ellipse(at(11.6, 0.6, side), 3.4 * stage.frontness().max(0.4), 3.3);
            shapes.push(lens.done(Ink::Glasses));
        }
    }
    if look == Look::Bun {
        let temple = [at(9.8, 1.2, 7.4), at(0.0, 0.8, 11.2)];
        let bridge = [at(12.6, 1.4, 1.6), at(12.6, 1.4, -1.6)];
        shapes.extend([temple, bridge].map(|line| Pen::default().line(&line).done(Ink::Glasses)));
    }
    shapes
}
