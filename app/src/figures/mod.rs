//! Pictures of people and courses: one pose function turns the angles of joints into drawings.
//!
//! A picture is data ([`pictures`]): poses, what stands round them, lengths. [`body`] finds the joints, [`person`] draws
//! the one who is meant, [`things`] the rest, [`pen`] writes outlines; colours and lines are the style's
//! (`style/ui/pose.css`). Tests and exercises at home take the same way.

pub mod body;
pub mod drawing;
pub mod exercises;
pub mod pen;
pub mod person;
pub mod pictures;
pub mod space;
pub mod things;

use domain::assessments::{Instrument, Item, Task};
use leptos::prelude::*;

use self::drawing::{Drawing, Drawn, Label};
use self::pen::{Shape, step};
use crate::texts::{Lang, NBSP, count, figures as t, range, with_unit};

/// The picture of an instrument's item; on the course of this length, where one can be chosen.
pub fn picture(lang: Lang, instrument: Instrument, item: Item, course_m: Option<u16>) -> AnyView {
    view! { <Picture lang task=Task::of(instrument, item) course_m/> }.into_any()
}

/// The picture of a task, with its title for those who do not see it.
#[component]
pub fn Picture(
    lang: Lang,
    task: Task,
    #[prop(optional_no_strip)] course_m: Option<u16>,
    /// The words beside it say the same.
    #[prop(optional)]
    silent: bool,
) -> impl IntoView {
    let title = (!silent).then(|| title(lang, task));
    view(lang, &pictures::drawing(task, course_m), title)
}

/// A drawing as SVG; without a title it is hidden from screen readers.
#[expect(clippy::cast_possible_truncation, reason = "a drawing is some hundred centimetres wide")]
pub fn view(lang: Lang, drawing: &Drawing, title: Option<&'static str>) -> AnyView {
    let [width, height] = [drawing.width, drawing.height].map(|length| length as i32);
    let view_box = format!("0 0 {} {}", step(drawing.width), step(drawing.height));
    let drawn: Vec<_> = drawing.draw().into_iter().map(|drawn| drawn_view(lang, drawn)).collect();
    view! {
        <svg class="pose" viewBox=view_box width=width height=height role=title.map(|_| "img") aria-label=title
            aria-hidden=title.is_none().then_some("true") focusable="false">
            {drawn}
        </svg>
    }
    .into_any()
}

fn drawn_view(lang: Lang, drawn: Drawn) -> AnyView {
    match drawn {
        Drawn::Shapes(shapes) => paths(shapes).into_any(),
        Drawn::Pale(shapes) => view! { <g class="pose__pale">{paths(shapes)}</g> }.into_any(),
        Drawn::Words(at, label) => {
            let [x, y] = [at.x, at.y].map(step);
            view! { <text class="pose__words" x=x y=y>{words(lang, label)}</text> }.into_any()
        }
    }
}

fn paths(shapes: Vec<Shape>) -> Vec<AnyView> {
    shapes.into_iter().map(|shape| view! { <path class=shape.ink.class() d=shape.d/> }.into_any()).collect()
}

/// What is written in a picture.
fn words(lang: Lang, label: Label) -> String {
    match label {
        Label::Metres(metres) => with_unit(&count(lang, metres), "m"),
        Label::MetresTo(from, to) => format!("{}{NBSP}m", range(&count(lang, from), &count(lang, to))),
        Label::Stop => t::stop(lang).to_owned(),
        Label::RunUp => t::run_up(lang).to_owned(),
        Label::RunOut => t::run_out(lang).to_owned(),
    }
}

/// What a picture shows, in words.
pub fn title(lang: Lang, task: Task) -> &'static str {
    match task {
        Task::SideBySide => t::side_by_side(lang),
        Task::SemiTandem => t::semi_tandem(lang),
        Task::Tandem => t::tandem(lang),
        Task::Gait => t::gait(lang),
        Task::Chair5 | Task::Chair30 => t::chair_stand(lang),
        Task::GaitUsual => t::gait_usual(lang),
        Task::GaitMaximal => t::gait_maximal(lang),
        Task::Tug => t::tug(lang),
        Task::Chair30WithArms => t::chair_with_arms(lang),
        Task::Grip => t::grip(lang),
        Task::SingleLeg => t::single_leg(lang),
        Task::Walk6 => t::walk6(lang),
        Task::Step2 => t::step2(lang),
        Task::ArmCurl => t::arm_curl(lang),
        Task::SelfReport => t::self_report(lang),
    }
}

#[cfg(test)]
mod tests {
    use super::body::{Arm, Leg, Pose, length};
    use super::drawing::PicturePart;
    use super::space::Point3;
    use super::things::SEAT;
    use super::*;
    use domain::exercises::Exercise;

    /// Every task, on each course that can be chosen.
    fn every() -> Vec<(Task, Drawing)> {
        let tasks = Instrument::ALL.iter().flat_map(|instrument| Task::all_of(*instrument)).map(|(task, _)| task);
        let courses = |task| match task {
            Task::Gait => vec![Some(3), Some(4), None],
            Task::Walk6 => vec![Some(15), Some(30), None],
            _ => vec![None],
        };
        tasks.flat_map(|task| courses(task).into_iter().map(move |m| (task, pictures::drawing(task, m)))).collect()
    }

    /// Those of the exercises too, each with its name.
    fn all() -> Vec<(String, Drawing)> {
        let tasks = every().into_iter().map(|(task, drawing)| (format!("{task:?}"), drawing));
        let exercises = Exercise::ALL.iter().map(|one| (one.code().to_owned(), exercises::drawing(*one)));
        tasks.chain(exercises).collect()
    }

    fn poses() -> Vec<(String, Pose)> {
        let people = |part: &PicturePart| match part {
            PicturePart::Person(_, pose, _) | PicturePart::Pale(_, pose, _) => Some(*pose),
            _ => None,
        };
        all()
            .into_iter()
            .flat_map(|(name, d)| d.parts.iter().filter_map(people).map(|p| (name.clone(), p)).collect::<Vec<_>>())
            .collect()
    }

    fn close(a: f32, b: f32) -> bool {
        (a - b).abs() < 0.05
    }

    #[test]
    fn limbs_keep_their_length_in_every_pose() {
        for (task, pose) in poses() {
            let bones = pose.skeleton();
            for side in [0, 1] {
                let pairs: [(Point3, Point3, f32); 5] = [
                    (bones.hips[side], bones.knees[side], length::THIGH),
                    (bones.knees[side], bones.ankles[side], length::SHANK),
                    (bones.shoulders[side], bones.elbows[side], length::UPPER_ARM),
                    (bones.elbows[side], bones.wrists[side], length::FOREARM),
                    (bones.wrists[side], bones.hands[side], length::HAND),
                ];
                for (a, b, long) in pairs {
                    assert!(close(a.distance(b), long), "{task:?}: {} is not {long}", a.distance(b));
                }
            }
            assert!(close(bones.pelvis.distance(bones.waist), length::LOWER_BACK), "{task:?}");
            assert!(close(bones.waist.distance(bones.neck), length::UPPER_BACK), "{task:?}");
        }
    }

    #[test]
    fn everybody_stands_or_sits_with_a_foot_on_the_floor_and_none_below_it() {
        for (task, pose) in poses() {
            let soles = pose.skeleton().soles();
            assert!(close(pose.skeleton().lowest(), 0.0), "{task:?}: {soles:?}");
            assert!(soles.iter().all(|sole| *sole > -0.05), "{task:?}: {soles:?}");
        }
    }

    #[test]
    fn who_sits_sits_on_the_seat() {
        for (task, pose) in poses().into_iter().filter(|(_, pose)| pose.legs[1].raise > 80.0) {
            let pelvis = pose.skeleton().pelvis;
            assert!((pelvis.y - 10.0 - SEAT).abs() < 2.5 && pelvis.x.abs() < 3.0, "{task:?}: {pelvis:?}");
        }
    }

    #[test]
    fn joints_bend_the_way_that_people_bend_them() {
        for (task, pose) in poses() {
            let arm = |arm: &Arm| (-45.0..=180.0).contains(&arm.raise) && (0.0..=145.0).contains(&arm.elbow);
            let leg = |leg: &Leg| (-25.0..=115.0).contains(&leg.raise) && (0.0..=135.0).contains(&leg.knee);
            assert!(pose.arms.iter().all(arm) && pose.legs.iter().all(leg), "{task:?}: {pose:?}");
            assert!((-10.0..=60.0).contains(&pose.lean) && pose.bow >= 0.0, "{task:?}: {pose:?}");
        }
    }

    #[test]
    fn nothing_leaves_a_picture() {
        let leaves = |(name, drawing): (String, Drawing)| {
            let room = drawing.room().unwrap();
            let inside = room.left >= 1.5 && room.top >= 1.5;
            let inside = inside && room.right <= drawing.width - 1.5 && room.bottom <= drawing.height - 1.5;
            (!inside).then(|| format!("{name}: {room:?} in {} × {}", drawing.width, drawing.height))
        };
        assert_eq!(all().into_iter().filter_map(leaves).collect::<Vec<_>>(), Vec::<String>::new());
    }

    #[test]
    fn arms_that_are_crossed_lie_before_the_chest() {
        for (_, pose) in poses().into_iter().filter(|(name, _)| name == "Chair5" || name == "Chair30") {
            let bones = pose.skeleton();
            for side in [0, 1] {
                assert!(bones.hands[side].z * bones.shoulders[side].z < 0.0, "the hand lies on the other side");
                assert!(bones.hands[side].x > bones.waist.middle(bones.neck).x + 6.0, "and before the chest");
            }
        }
    }

    #[test]
    fn the_knee_tape_hangs_half_way_between_kneecap_and_hip_bone() {
        let drawing = pictures::drawing(Task::Step2, None);
        let tape = drawing.parts.iter().find_map(|part| match part {
            PicturePart::KneeTape(_, pose) => Some(pose.skeleton()),
            _ => None,
        });
        let lifted = tape.unwrap();
        let (kneecap, hip_bone) = (lifted.knees[1].y, lifted.pelvis.y + 8.0);
        assert!((lifted.knees[0].y - (kneecap + hip_bone) / 2.0).abs() < 3.0, "{lifted:?}");
    }

    #[test]
    fn a_chosen_course_is_written_in_its_picture() {
        for metres in [3, 4, 15, 30] {
            let task = if metres < 10 { Task::Gait } else { Task::Walk6 };
            let written = pictures::drawing(task, Some(metres)).draw();
            let label = Label::Metres(i64::from(metres));
            assert!(written.iter().any(|drawn| matches!(drawn, Drawn::Words(_, l) if *l == label)), "{metres}");
        }
        assert_eq!(words(Lang::En, Label::MetresTo(2, 3)), "2–3\u{a0}m");
    }
}
