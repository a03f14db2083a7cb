//! Who the programme is for, and who comes first on the waiting list (docs/scoring.md, Who the programme is for).
//!
//! Answers are yes, no or not known: what was not told never counts against a person, and in strict mode it
//! leaves the question open.

use serde::{Deserialize, Serialize};

use crate::assessments::speed::SpeedBand;
use crate::assessments::sppb::is_ewgsop2_low_chair;
use crate::codes::codes;
use crate::people::Decision;
use crate::safety::ScreenResult;

codes! {
    /// Where the person lives.
    pub enum Home { OwnHome = "own_home", ServiceHousing = "service_housing", RoundTheClockCare = "round_the_clock_care" }
}

codes! {
    /// Yes, no, or not known (unanswered or not told).
    pub enum Answer { Yes = "yes", No = "no", Unknown = "unknown" }
}

impl Answer {
    fn of(known: Option<bool>) -> Self {
        match known {
            Some(true) => Self::Yes,
            Some(false) => Self::No,
            None => Self::Unknown,
        }
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, Self::No) => Self::No,
            _ => Self::Unknown,
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Unknown,
        }
    }
}

/// How much the person exercises; `None` is not known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Activity {
    /// Days a week with strength or balance exercise, 0–7.
    pub strength_days: Option<u8>,
    /// Brisk minutes a week, 0–2000.
    pub brisk_minutes: Option<u16>,
}

impl Activity {
    /// Less than strength and balance on two days or brisk movement for 150 minutes a week.
    pub fn is_low(self) -> Answer {
        let little_strength = Answer::of(self.strength_days.map(|days| days < 2));
        little_strength.or(Answer::of(self.brisk_minutes.map(|minutes| minutes < 150)))
    }

    /// With the other's answers where these are open.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            strength_days: self.strength_days.or(other.strength_days),
            brisk_minutes: self.brisk_minutes.or(other.brisk_minutes),
        }
    }

    /// Whether both were answered.
    pub fn is_told(self) -> bool {
        self.strength_days.is_some() && self.brisk_minutes.is_some()
    }
}

/// Signs of somewhat reduced function. Questions are `None` when not answered; measured values when not measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Function {
    pub difficulty_walking_500_m: Option<bool>,
    pub difficulty_with_stairs: Option<bool>,
    pub fell_in_12_months: Option<bool>,
    pub uses_aid_outdoors: Option<bool>,
    /// Named by the person or a relative.
    pub memory_or_mood_concern: Option<bool>,
    /// 0–12 points.
    pub sppb_total: Option<i64>,
    pub usual_gait: Option<SpeedBand>,
    /// Five rises, hundredths of a second.
    pub chair5_time: Option<i64>,
}

impl Function {
    /// Any sign is enough; a test that was not made is no open question.
    pub fn is_reduced(self) -> Answer {
        let measured = self.sppb_total.is_some_and(|points| points <= 9)
            || self.usual_gait.is_some_and(|band| band != SpeedBand::Brisk)
            || self.chair5_time.is_some_and(is_ewgsop2_low_chair);
        self.signs().into_iter().map(Answer::of).fold(Answer::of(Some(measured)), Answer::or)
    }

    /// With the other's answers and values where these are open.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let (mut signs, others) = (self.signs(), other.signs());
        signs.iter_mut().zip(others).for_each(|(own, other)| *own = own.or(other));
        Self {
            sppb_total: self.sppb_total.or(other.sppb_total),
            usual_gait: self.usual_gait.or(other.usual_gait),
            chair5_time: self.chair5_time.or(other.chair5_time),
            ..self.with_signs(signs)
        }
    }

    /// The signs that are asked about, in the order of the questions.
    pub const fn signs(&self) -> [Option<bool>; 5] {
        [
            self.difficulty_walking_500_m,
            self.difficulty_with_stairs,
            self.fell_in_12_months,
            self.uses_aid_outdoors,
            self.memory_or_mood_concern,
        ]
    }

    /// As it is with these answers to the signs, in the order of [`Self::signs`].
    #[must_use]
    pub const fn with_signs(self, signs: [Option<bool>; 5]) -> Self {
        let [walking, stairs, fell, aid, concern] = signs;
        Self {
            difficulty_walking_500_m: walking,
            difficulty_with_stairs: stairs,
            fell_in_12_months: fell,
            uses_aid_outdoors: aid,
            memory_or_mood_concern: concern,
            ..self
        }
    }
}

/// A weaker socio-economic position: gives priority, never excludes; "not told" is `None`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Position {
    pub lives_alone: Option<bool>,
    pub basic_education_only: Option<bool>,
    pub income_covers_costs_with_difficulty: Option<bool>,
    pub no_transport: Option<bool>,
    pub housing_or_guarantee_pension: Option<bool>,
}

impl Position {
    /// For what each of the items gives a point.
    const POINTS: [PointFor; 5] =
        [PointFor::LivesAlone, PointFor::BasicEducation, PointFor::Income, PointFor::NoTransport, PointFor::Pension];

    fn items(self) -> [Option<bool>; 5] {
        [
            self.lives_alone,
            self.basic_education_only,
            self.income_covers_costs_with_difficulty,
            self.no_transport,
            self.housing_or_guarantee_pension,
        ]
    }

    pub fn is_weaker(self) -> Answer {
        self.items().into_iter().map(Answer::of).fold(Answer::No, Answer::or)
    }
}

/// What is known of an applicant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Applicant {
    /// Completed years at the start; nothing where neither date nor year of birth is known.
    pub age_at_start: Option<i32>,
    /// Why someone of 65–74 is taken in.
    pub exception_reason: Option<String>,
    /// Nothing where it was not asked.
    pub home: Option<Home>,
    pub activity: Activity,
    pub function: Function,
    pub position: Position,
    pub safety: ScreenResult,
}

codes! {
    /// How the criteria are joined.
    #[derive(Default)]
    pub enum Mode {
        /// Low activity or reduced function is enough, and the position only gives priority.
        #[default]
        Default = "default",
        /// Low activity, reduced function and a weaker position, all three.
        Strict = "strict",
    }
}

/// A criterion that is not met.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Obstacle {
    Under65,
    Under75,
    RoundTheClockCare,
    /// The safety screen is red.
    NotCleared,
    NotLowActivity,
    NotReducedFunction,
    NotWeakerPosition,
}

/// Whether the programme is for this person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Eligibility {
    Eligible,
    /// Aged 65–74, everything else met: possible with a reason.
    ExceptionAge {
        reason_given: bool,
    },
    /// An unanswered question decides.
    Unknown,
    NotEligible(Vec<Obstacle>),
}

/// One of the criteria, in the order in which they are told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Criterion {
    Age,
    LivesAtHome,
    LowActivity,
    ReducedFunction,
    WeakerPosition,
    Safety,
}

/// For what somebody comes earlier on the waiting list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PointFor {
    ReducedFunction,
    LowActivity,
    LivesAlone,
    BasicEducation,
    Income,
    NoTransport,
    Pension,
    AgeOver85,
}

/// What the rules advise, and why. A person decides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Advice {
    pub eligibility: Eligibility,
    /// Whether each criterion is met.
    pub criteria: Vec<(Criterion, Answer)>,
    /// For what there are how many points; 0–8 in all.
    pub points: Vec<(PointFor, u8)>,
}

impl Advice {
    /// The order of the waiting list: more points first. 0–8.
    pub fn total(&self) -> u8 {
        self.points.iter().map(|(_, worth)| worth).sum()
    }
}

impl Applicant {
    /// What the rules advise (docs/scoring.md, Who the programme is for).
    pub fn advice(&self, mode: Mode) -> Advice {
        Advice { eligibility: self.eligibility(mode), criteria: self.criteria(), points: self.points() }
    }

    /// Whether each criterion is met, as far as it is known.
    fn criteria(&self) -> Vec<(Criterion, Answer)> {
        let safe = match self.safety {
            ScreenResult::Green | ScreenResult::Amber => Answer::Yes,
            ScreenResult::Red => Answer::No,
            ScreenResult::Incomplete => Answer::Unknown,
        };
        vec![
            (Criterion::Age, Answer::of(self.age_at_start.map(|age| age >= 75))),
            (Criterion::LivesAtHome, Answer::of(self.home.map(|home| home != Home::RoundTheClockCare))),
            (Criterion::LowActivity, self.activity.is_low()),
            (Criterion::ReducedFunction, self.function.is_reduced()),
            (Criterion::WeakerPosition, self.position.is_weaker()),
            (Criterion::Safety, safe),
        ]
    }

    /// Applies the criteria (docs/scoring.md, Who the programme is for).
    pub fn eligibility(&self, mode: Mode) -> Eligibility {
        let known = Answer::of(self.age_at_start.and(self.home).map(|_| true));
        let need = self.need(mode);
        let mut obstacles: Vec<Obstacle> = self.hard_obstacles(mode).into_iter().flatten().collect();
        if need == Answer::No {
            obstacles.extend(self.unmet_need(mode));
        }
        match need.and(known) {
            _ if !obstacles.is_empty() => Eligibility::NotEligible(obstacles),
            Answer::Unknown => Eligibility::Unknown,
            _ if self.age_at_start.is_some_and(|age| age < 75) => {
                Eligibility::ExceptionAge { reason_given: self.reason_given() }
            }
            _ => Eligibility::Eligible,
        }
    }

    /// For what there are points: position counts at most three times.
    fn points(&self) -> Vec<(PointFor, u8)> {
        let two = |answer: Answer, point| (answer == Answer::Yes).then_some((point, 2));
        let position = self.position.items().into_iter().zip(Position::POINTS);
        let position = position.filter(|(item, _)| *item == Some(true)).take(3).map(|(_, point)| (point, 1));
        let old = self.age_at_start.is_some_and(|age| age >= 85).then_some((PointFor::AgeOver85, 1));
        let need = [
            two(self.function.is_reduced(), PointFor::ReducedFunction),
            two(self.activity.is_low(), PointFor::LowActivity),
        ];
        need.into_iter().flatten().chain(position).chain(old).collect()
    }

    fn need(&self, mode: Mode) -> Answer {
        let (low, reduced) = (self.activity.is_low(), self.function.is_reduced());
        match mode {
            Mode::Default => low.or(reduced),
            Mode::Strict => low.and(reduced).and(self.position.is_weaker()),
        }
    }

    /// Strict mode knows no exception for people under 75.
    fn hard_obstacles(&self, mode: Mode) -> [Option<Obstacle>; 3] {
        let age = match self.age_at_start {
            Some(..65) => Some(Obstacle::Under65),
            Some(65..75) if mode == Mode::Strict => Some(Obstacle::Under75),
            _ => None,
        };
        [
            age,
            (self.home == Some(Home::RoundTheClockCare)).then_some(Obstacle::RoundTheClockCare),
            (self.safety == ScreenResult::Red).then_some(Obstacle::NotCleared),
        ]
    }

    fn unmet_need(&self, mode: Mode) -> impl Iterator<Item = Obstacle> {
        let unmet = |answer: Answer, obstacle| (answer == Answer::No).then_some(obstacle);
        let position = unmet(self.position.is_weaker(), Obstacle::NotWeakerPosition);
        [
            unmet(self.activity.is_low(), Obstacle::NotLowActivity),
            unmet(self.function.is_reduced(), Obstacle::NotReducedFunction),
            position.filter(|_| mode == Mode::Strict),
        ]
        .into_iter()
        .flatten()
    }

    fn reason_given(&self) -> bool {
        self.exception_reason.as_deref().is_some_and(|reason| !reason.trim().is_empty())
    }
}

/// Every decision but an acceptance needs a reason in words.
pub const fn needs_reason(decision: Decision) -> bool {
    !matches!(decision, Decision::Accepted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Meets everything: 80, at home, inactive, walks with difficulty, lives alone.
    fn aino() -> Applicant {
        Applicant {
            age_at_start: Some(80),
            exception_reason: None,
            home: Some(Home::OwnHome),
            activity: Activity { strength_days: Some(0), brisk_minutes: Some(30) },
            function: Function { difficulty_walking_500_m: Some(true), ..no_signs() },
            position: Position { lives_alone: Some(true), ..well_off() },
            safety: ScreenResult::Green,
        }
    }

    fn no_signs() -> Function {
        Function {
            difficulty_walking_500_m: Some(false),
            difficulty_with_stairs: Some(false),
            fell_in_12_months: Some(false),
            uses_aid_outdoors: Some(false),
            memory_or_mood_concern: Some(false),
            ..Function::default()
        }
    }

    fn well_off() -> Position {
        Position {
            lives_alone: Some(false),
            basic_education_only: Some(false),
            income_covers_costs_with_difficulty: Some(false),
            no_transport: Some(false),
            housing_or_guarantee_pension: Some(false),
        }
    }

    fn is_not_eligible(application: &Applicant, mode: Mode) -> bool {
        matches!(application.eligibility(mode), Eligibility::NotEligible(_))
    }

    #[test]
    fn at_78_inactive_but_fit_is_enough_by_default_only() {
        let fit = Applicant { age_at_start: Some(78), function: no_signs(), ..aino() };
        assert_eq!(fit.eligibility(Mode::Default), Eligibility::Eligible);
        assert_eq!(fit.eligibility(Mode::Strict), Eligibility::NotEligible(vec![Obstacle::NotReducedFunction]));
    }

    #[test]
    fn at_74_an_exception_needs_a_reason_and_strict_mode_knows_none() {
        let younger = Applicant { age_at_start: Some(74), ..aino() };
        assert_eq!(younger.eligibility(Mode::Default), Eligibility::ExceptionAge { reason_given: false });
        assert_eq!(younger.eligibility(Mode::Strict), Eligibility::NotEligible(vec![Obstacle::Under75]));
        let with_reason = Applicant { exception_reason: Some("alkava muistisairaus".to_owned()), ..younger };
        assert_eq!(with_reason.eligibility(Mode::Default), Eligibility::ExceptionAge { reason_given: true });
        let at_64 = Applicant { age_at_start: Some(64), ..with_reason };
        assert_eq!(at_64.eligibility(Mode::Default), Eligibility::NotEligible(vec![Obstacle::Under65]));
    }

    #[test]
    fn care_round_the_clock_is_referred_elsewhere() {
        let in_care = Applicant { age_at_start: Some(81), home: Some(Home::RoundTheClockCare), ..aino() };
        assert!(is_not_eligible(&in_care, Mode::Default) && is_not_eligible(&in_care, Mode::Strict));
        let serviced = Applicant { home: Some(Home::ServiceHousing), ..aino() };
        assert_eq!(serviced.eligibility(Mode::Strict), Eligibility::Eligible);
    }

    #[test]
    fn at_90_active_with_one_fall_is_enough_by_default_only() {
        let active = Applicant {
            age_at_start: Some(90),
            activity: Activity { strength_days: Some(3), brisk_minutes: Some(200) },
            function: Function { fell_in_12_months: Some(true), ..no_signs() },
            ..aino()
        };
        assert_eq!(active.eligibility(Mode::Default), Eligibility::Eligible);
        assert_eq!(active.eligibility(Mode::Strict), Eligibility::NotEligible(vec![Obstacle::NotLowActivity]));
    }

    #[test]
    fn income_not_told_leaves_strict_mode_open() {
        let position = Position { income_covers_costs_with_difficulty: None, ..well_off() };
        let untold = Applicant { position, ..aino() };
        assert_eq!(untold.eligibility(Mode::Default), Eligibility::Eligible);
        assert_eq!(untold.eligibility(Mode::Strict), Eligibility::Unknown);
    }

    #[test]
    fn a_good_position_is_an_obstacle_in_strict_mode_only() {
        let well_placed = Applicant { position: well_off(), ..aino() };
        assert_eq!(well_placed.eligibility(Mode::Default), Eligibility::Eligible);
        assert_eq!(well_placed.eligibility(Mode::Strict), Eligibility::NotEligible(vec![Obstacle::NotWeakerPosition]));
        let active = Activity { strength_days: Some(2), brisk_minutes: Some(150) };
        let fit = Applicant { function: no_signs(), activity: active, ..well_placed };
        let both = vec![Obstacle::NotLowActivity, Obstacle::NotReducedFunction];
        assert_eq!(fit.eligibility(Mode::Default), Eligibility::NotEligible(both));
    }

    #[test]
    fn a_red_screen_stops_until_it_is_cleared() {
        let red = Applicant { safety: ScreenResult::Red, ..aino() };
        assert_eq!(red.eligibility(Mode::Default), Eligibility::NotEligible(vec![Obstacle::NotCleared]));
        let amber = Applicant { safety: ScreenResult::Amber, ..aino() };
        assert_eq!(amber.eligibility(Mode::Default), Eligibility::Eligible);
    }

    #[test]
    fn the_limits_of_activity_and_function_are_the_published_ones() {
        let activity = |days, minutes| Activity { strength_days: Some(days), brisk_minutes: Some(minutes) }.is_low();
        assert_eq!([activity(2, 150), activity(1, 150), activity(2, 149)], [Answer::No, Answer::Yes, Answer::Yes]);
        let half_known = Activity { strength_days: Some(2), brisk_minutes: None };
        assert_eq!(half_known.is_low(), Answer::Unknown);
        let sign = |function: Function| function.is_reduced() == Answer::Yes;
        assert!(sign(Function { sppb_total: Some(9), ..no_signs() }));
        assert!(!sign(Function { sppb_total: Some(10), chair5_time: Some(1500), ..no_signs() }));
        assert!(sign(Function { chair5_time: Some(1501), ..no_signs() }));
        assert!(sign(Function { usual_gait: Some(SpeedBand::Middle), ..no_signs() }));
        assert!(!sign(Function { usual_gait: Some(SpeedBand::Brisk), ..no_signs() }));
    }

    #[test]
    fn points_order_the_waiting_list() {
        assert_eq!(aino().advice(Mode::Default).total(), 5);
        let all = Position {
            lives_alone: Some(true),
            basic_education_only: Some(true),
            income_covers_costs_with_difficulty: Some(true),
            no_transport: Some(true),
            housing_or_guarantee_pension: None,
        };
        let most = Applicant { age_at_start: Some(85), position: all, ..aino() };
        assert_eq!(most.advice(Mode::Default).total(), 8);
        let fit = Applicant { function: no_signs(), position: well_off(), ..aino() };
        assert_eq!(fit.advice(Mode::Default).total(), 2);
    }

    #[test]
    fn every_point_and_every_criterion_is_told_with_its_answer() {
        let advice = aino().advice(Mode::Default);
        let points = [(PointFor::ReducedFunction, 2), (PointFor::LowActivity, 2), (PointFor::LivesAlone, 1)];
        assert_eq!(advice.points, points);
        assert!(advice.criteria.iter().all(|(_, answer)| *answer == Answer::Yes), "{:?}", advice.criteria);
        let unasked = Applicant { safety: ScreenResult::Incomplete, home: None, ..aino() }.advice(Mode::Default);
        let open: Vec<_> = unasked.criteria.iter().filter(|(_, answer)| *answer == Answer::Unknown).collect();
        assert_eq!(open, [&(Criterion::LivesAtHome, Answer::Unknown), &(Criterion::Safety, Answer::Unknown)]);
    }

    #[test]
    fn what_was_not_asked_leaves_the_question_open_and_excludes_nobody() {
        let unknown = |applicant: Applicant| assert_eq!(applicant.eligibility(Mode::Default), Eligibility::Unknown);
        unknown(Applicant { home: None, ..aino() });
        unknown(Applicant { age_at_start: None, ..aino() });
        let in_care = Applicant { age_at_start: None, home: Some(Home::RoundTheClockCare), ..aino() };
        assert!(is_not_eligible(&in_care, Mode::Default), "what is known decides");
        let unasked = Applicant { safety: ScreenResult::Incomplete, ..aino() };
        assert_eq!(unasked.eligibility(Mode::Default), Eligibility::Eligible, "asked before the first test");
    }

    #[test]
    fn only_an_acceptance_needs_no_reason() {
        let without: Vec<_> = Decision::ALL.iter().filter(|decision| !needs_reason(**decision)).collect();
        assert_eq!(without, [&Decision::Accepted]);
    }

    prop_compose! {
        fn applicants()(
            age_at_start in proptest::option::weighted(0.9, 55i32..105),
            home in proptest::option::weighted(0.9, proptest::sample::select(Home::ALL)),
            safety in proptest::sample::select(ScreenResult::ALL),
            strength_days in proptest::option::of(0u8..8),
            brisk_minutes in proptest::option::of(0u16..400),
            told: [Option<bool>; 5],
            items: [Option<bool>; 5],
        ) -> Applicant {
            let [walk, stairs, fell, aid, memory] = told;
            let [alone, basic, income, transport, pension] = items;
            Applicant {
                age_at_start, exception_reason: None, home, safety,
                activity: Activity { strength_days, brisk_minutes },
                function: Function {
                    difficulty_walking_500_m: walk, difficulty_with_stairs: stairs, fell_in_12_months: fell,
                    uses_aid_outdoors: aid, memory_or_mood_concern: memory, ..Function::default()
                },
                position: Position {
                    lives_alone: alone, basic_education_only: basic, income_covers_costs_with_difficulty: income,
                    no_transport: transport, housing_or_guarantee_pension: pension,
                },
            }
        }
    }

    proptest! {
        #[test]
        fn who_is_eligible_strictly_is_eligible_by_default(application in applicants()) {
            if application.eligibility(Mode::Strict) == Eligibility::Eligible {
                prop_assert_eq!(application.eligibility(Mode::Default), Eligibility::Eligible);
            }
        }

        #[test]
        fn position_never_excludes_by_default(application in applicants(), items: [Option<bool>; 5]) {
            let other = Position { lives_alone: items[0], basic_education_only: items[1], no_transport: items[2], ..well_off() };
            let moved = Applicant { position: other, ..application.clone() };
            prop_assert_eq!(moved.eligibility(Mode::Default), application.eligibility(Mode::Default));
            prop_assert!(application.advice(Mode::Default).total() <= 8);
        }
    }
}
