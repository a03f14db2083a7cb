//! How two results of one person compare: improved, kept or declined by the smallest change that means something
//! for one person (docs/scoring.md, Meaningful change). A change is never an effect.

use super::OutcomeMeasure;
use super::score::{Measured, Score, comparable};
use crate::codes::codes;

codes! {
    /// What became of one outcome between two tests.
    pub enum ChangeClass {
        Improved = "improved", Kept = "kept", Declined = "declined",
        /// One of the two was not measured.
        NotPaired = "not_paired",
        /// Course or walking aid differed.
        NotComparable = "not_comparable",
        /// No meaningful change is agreed for this outcome: the difference is told, not judged.
        Descriptive = "descriptive",
    }
}

/// Which way is better.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    MoreIsBetter,
    LessIsBetter,
}

/// A change with its class.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Change {
    /// In the outcome's unit, positive is better; `None` where one side has no number.
    pub oriented: Option<i64>,
    pub class: ChangeClass,
}

/// Which way is better; nothing for answers that have no better way as numbers.
pub const fn direction(outcome: OutcomeMeasure) -> Option<Direction> {
    match outcome {
        OutcomeMeasure::Chair5Time | OutcomeMeasure::TugTime => Some(Direction::LessIsBetter),
        OutcomeMeasure::SppbBalance
        | OutcomeMeasure::SppbGait
        | OutcomeMeasure::SppbChair
        | OutcomeMeasure::SppbTotal
        | OutcomeMeasure::SppbTotalNia
        | OutcomeMeasure::Gait4Speed
        | OutcomeMeasure::Gait10UsualSpeed
        | OutcomeMeasure::Gait10MaximalSpeed
        | OutcomeMeasure::Chair30Stands
        | OutcomeMeasure::GripBest
        | OutcomeMeasure::SingleLegTime
        | OutcomeMeasure::Walk6Distance
        | OutcomeMeasure::Step2Steps
        | OutcomeMeasure::ArmCurlCurls
        | OutcomeMeasure::BriskMin
        | OutcomeMeasure::StrengthDays => Some(Direction::MoreIsBetter),
        OutcomeMeasure::Srh
        | OutcomeMeasure::Falls12
        | OutcomeMeasure::FallInjury
        | OutcomeMeasure::Walk500
        | OutcomeMeasure::Stairs1
        | OutcomeMeasure::Fof
        | OutcomeMeasure::Lonely => Some(Direction::LessIsBetter),
        OutcomeMeasure::AidOut | OutcomeMeasure::Living | OutcomeMeasure::Edu | OutcomeMeasure::IncomeOk => None,
    }
}

/// The smallest change that means something, with where it comes from (docs/scoring.md, Meaningful change).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Meaningful {
    pub outcome: OutcomeMeasure,
    /// For one person, in the outcome's unit.
    pub one_person: i64,
    /// For the mean of a group, in the outcome's unit. Points go by halves, so it is a number with decimals.
    pub group_mean: Option<f64>,
    pub source: &'static str,
    /// Found in others than people of this age.
    pub weak: bool,
}

/// Every outcome for which one is agreed.
pub const MEANINGFUL: &[Meaningful] = &[
    agreed(OutcomeMeasure::SppbTotal, 1, Some(0.5), "Perera 2006"),
    agreed(OutcomeMeasure::Gait4Speed, 100, Some(50.0), "Perera 2006"),
    agreed(OutcomeMeasure::Gait10UsualSpeed, 100, None, "Perera 2006"),
    // The minimal detectable change.
    agreed(OutcomeMeasure::Chair5Time, 250, None, "Goldberg 2012"),
    Meaningful { weak: true, ..agreed(OutcomeMeasure::TugTime, 14, None, "Wright 2011") },
    Meaningful { weak: true, ..agreed(OutcomeMeasure::Chair30Stands, 2, None, "Wright 2011") },
    agreed(OutcomeMeasure::GripBest, 50, None, "Bohannon 2019"),
    agreed(OutcomeMeasure::Walk6Distance, 50, Some(20.0), "Perera 2006"),
];

const fn agreed(outcome: OutcomeMeasure, one_person: i64, group_mean: Option<f64>, source: &'static str) -> Meaningful {
    Meaningful { outcome, one_person, group_mean, source, weak: false }
}

fn meaningful(outcome: OutcomeMeasure) -> Option<&'static Meaningful> {
    MEANINGFUL.iter().find(|change| change.outcome == outcome)
}

/// The smallest change that means something for one person, in the outcome's unit.
pub fn meaningful_change(outcome: OutcomeMeasure) -> Option<i64> {
    meaningful(outcome).map(|change| change.one_person)
}

/// The smallest mean change of a group that means something, in the outcome's unit.
pub fn meaningful_mean(outcome: OutcomeMeasure) -> Option<f64> {
    meaningful(outcome)?.group_mean
}

/// The change from an earlier to a later score of the same outcome. Scores of different outcomes are not paired.
pub fn between(earlier: &Score, later: &Score) -> Change {
    let without_number = |class| Change { oriented: None, class };
    if earlier.outcome != later.outcome {
        return without_number(ChangeClass::NotPaired);
    }
    match (earlier.measured, later.measured) {
        (Measured::Missing, _) | (_, Measured::Missing) => without_number(ChangeClass::NotPaired),
        (Measured::Value(before), Measured::Value(after)) => {
            if !comparable(earlier, later) {
                return without_number(ChangeClass::NotComparable);
            }
            of_values(earlier.outcome, before, after)
        }
        (before, after) => without_number(unable_class(earlier.outcome, before, after)),
    }
}

/// The change between two numbers of an outcome under equal conditions.
pub fn of_values(outcome: OutcomeMeasure, before: i64, after: i64) -> Change {
    let oriented = match direction(outcome) {
        None => return Change { oriented: None, class: ChangeClass::Descriptive },
        Some(Direction::MoreIsBetter) => after.saturating_sub(before),
        Some(Direction::LessIsBetter) => before.saturating_sub(after),
    };
    let class = match meaningful_change(outcome) {
        None => ChangeClass::Descriptive,
        Some(least) if oriented >= least => ChangeClass::Improved,
        Some(least) if oriented <= -least => ChangeClass::Declined,
        Some(_) => ChangeClass::Kept,
    };
    Change { oriented: Some(oriented), class }
}

/// Only the five-times chair stand has a class where a person was unable (docs/scoring.md, Meaningful change).
fn unable_class(outcome: OutcomeMeasure, before: Measured, after: Measured) -> ChangeClass {
    match (outcome, before, after) {
        (OutcomeMeasure::Chair5Time, Measured::Unable, Measured::Unable) => ChangeClass::Kept,
        (OutcomeMeasure::Chair5Time, Measured::Unable, Measured::Value(_)) => ChangeClass::Improved,
        (OutcomeMeasure::Chair5Time, Measured::Value(_), Measured::Unable) => ChangeClass::Declined,
        _ => ChangeClass::NotPaired,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assessment, score, trials};
    use super::super::{Aid, Conditions, Instrument, Item, comparable_in_order, scores};
    use super::*;
    use proptest::prelude::*;

    fn of(outcome: OutcomeMeasure, measured: Measured) -> Score {
        Score { outcome, measured, conditions: Conditions::default(), check: false }
    }

    fn walked(time: &str, course: u16) -> Score {
        score(Instrument::Sppb, trials(Instrument::Sppb, Item::Gait, &[time], Some(course)), OutcomeMeasure::Gait4Speed)
    }

    fn rises(printed: &str) -> Score {
        score(Instrument::Sppb, trials(Instrument::Sppb, Item::Chair5, &[printed], None), OutcomeMeasure::Chair5Time)
    }

    fn six_minutes(metres: &str, course: u16) -> Score {
        let trials = trials(Instrument::Walk6, Item::Distance, &[metres], Some(course));
        score(Instrument::Walk6, trials, OutcomeMeasure::Walk6Distance)
    }

    #[test]
    fn classes_are_those_of_the_vectors() {
        use ChangeClass::{Declined, Improved, Kept, NotComparable, NotPaired};
        let value = |outcome, value| of(outcome, Measured::Value(value));
        let total = |points| value(OutcomeMeasure::SppbTotal, points);
        let missing = of(OutcomeMeasure::SppbTotal, Measured::Missing);
        let tug = |tenths| value(OutcomeMeasure::TugTime, tenths);
        let stands = |count| value(OutcomeMeasure::Chair30Stands, count);
        let grip = |tenths| value(OutcomeMeasure::GripBest, tenths);
        for (name, before, after, oriented, class) in [
            ("M1", total(7), total(8), Some(1), Improved),
            ("M2", total(7), total(7), Some(0), Kept),
            ("M3", total(9), total(8), Some(-1), Declined),
            ("M4", missing, total(8), None, NotPaired),
            ("M5", walked("5.00", 4), walked("4.44", 4), Some(101), Improved),
            ("M6", walked("5.00", 4), walked("4.45", 4), Some(99), Kept),
            ("M7", walked("5.00", 4), walked("5.72", 4), Some(-101), Declined),
            ("M8", walked("6.00", 4), walked("6.00", 4), Some(0), Kept),
            ("M9", rises("16.00"), rises("13.50"), Some(250), Improved),
            ("M10", rises("16.00"), rises("13.51"), Some(249), Kept),
            ("M11", rises("12.00"), rises("14.50"), Some(-250), Declined),
            ("M12", rises("TRIED_UNABLE"), rises("22.40"), None, Improved),
            ("M13", rises("18.00"), rises("TRIED_UNABLE"), None, Declined),
            ("M14", rises("REFUSED"), rises("15.00"), None, NotPaired),
            ("M15", tug(134), tug(120), Some(14), Improved),
            ("M16", stands(8), stands(9), Some(1), Kept),
            ("M17", grip(200), grip(250), Some(50), Improved),
            ("M18", six_minutes("300", 15), six_minutes("360", 30), None, NotComparable),
            ("unable twice", rises("TRIED_UNABLE"), rises("unsafe_tester"), None, Kept),
            (
                "exactly 0.10 m/s",
                value(OutcomeMeasure::Gait4Speed, 800),
                value(OutcomeMeasure::Gait4Speed, 900),
                Some(100),
                Improved,
            ),
            ("3 m against 4 m", walked("3.00", 3), walked("4.00", 4), None, NotComparable),
            ("two outcomes", total(7), tug(120), None, NotPaired),
        ] {
            assert_eq!(between(&before, &after), Change { oriented, class }, "{name}");
        }
    }

    #[test]
    fn the_agreed_changes_are_the_printed_ones_and_no_outcome_has_two() {
        use OutcomeMeasure as O;
        let told: Vec<_> = MEANINGFUL.iter().map(|m| (m.outcome, m.one_person, m.group_mean, m.weak)).collect();
        assert_eq!(
            told,
            [
                (O::SppbTotal, 1, Some(0.5), false),
                (O::Gait4Speed, 100, Some(50.0), false),
                (O::Gait10UsualSpeed, 100, None, false),
                (O::Chair5Time, 250, None, false),
                (O::TugTime, 14, None, true),
                (O::Chair30Stands, 2, None, true),
                (O::GripBest, 50, None, false),
                (O::Walk6Distance, 50, Some(20.0), false),
            ]
        );
        assert_eq!((meaningful_change(O::SingleLegTime), meaningful_mean(O::Chair5Time)), (None, None));
    }

    #[test]
    fn without_an_agreed_limit_a_difference_is_only_told() {
        let held = |tenths| of(OutcomeMeasure::SingleLegTime, Measured::Value(tenths));
        let change = between(&held(50), &held(120));
        assert_eq!(change, Change { oriented: Some(70), class: ChangeClass::Descriptive });
    }

    #[test]
    fn only_the_chair_stand_judges_those_who_were_unable() {
        let tug = |measured| of(OutcomeMeasure::TugTime, measured);
        let change = between(&tug(Measured::Unable), &tug(Measured::Value(120)));
        assert_eq!(change.class, ChangeClass::NotPaired);
    }

    #[test]
    fn a_series_breaks_where_course_or_aid_changes_and_nowhere_else() {
        let with_aid = |aid| {
            let mut trials = trials(Instrument::Tug, Item::Time, &["12.0"], None);
            trials[0].aid = aid;
            score(Instrument::Tug, trials, OutcomeMeasure::TugTime)
        };
        let (none, stick) = (with_aid(Some(Aid::None)), with_aid(Some(Aid::Stick)));
        let unknown = with_aid(None);
        let unable = of(OutcomeMeasure::TugTime, Measured::Unable);
        let flags = |series: &[Score]| comparable_in_order(series);
        assert_eq!(flags(&[none, stick, stick]), [true, false, true]);
        assert_eq!(flags(&[none, unknown, stick]), [true, true, true]);
        assert_eq!(flags(&[none, unable, stick]), [true, true, false], "the previous measured value counts");
        assert_eq!(flags(&[six_minutes("300", 15), six_minutes("300", 30)]), [true, false]);
        assert!(flags(&[]).is_empty());
    }

    #[test]
    fn the_aid_in_walking_breaks_the_total_but_not_the_chair_stand() {
        let tested = |aid| {
            let mut all = trials(Instrument::Sppb, Item::Gait, &["5.00"], Some(4));
            all.extend(trials(Instrument::Sppb, Item::Chair5, &["12.00"], None));
            all.iter_mut().for_each(|trial| trial.aid = Some(aid));
            scores(&assessment(Instrument::Sppb, all))
        };
        let broken: Vec<_> = tested(Aid::None)
            .iter()
            .zip(&tested(Aid::Rollator))
            .filter(|(before, after)| !comparable(before, after))
            .map(|(before, _)| before.outcome)
            .collect();
        assert_eq!(
            broken,
            [
                OutcomeMeasure::SppbGait,
                OutcomeMeasure::SppbTotal,
                OutcomeMeasure::SppbTotalNia,
                OutcomeMeasure::Gait4Speed
            ]
        );
    }

    proptest! {
        #[test]
        fn the_way_back_is_the_opposite(outcome in proptest::sample::select(OutcomeMeasure::ALL), a in any::<i32>(), b in any::<i32>()) {
            let (there, back) = (of_values(outcome, a.into(), b.into()), of_values(outcome, b.into(), a.into()));
            prop_assert_eq!(there.oriented, back.oriented.map(|d| -d));
            let opposite = match there.class {
                ChangeClass::Improved => ChangeClass::Declined,
                ChangeClass::Declined => ChangeClass::Improved,
                same => same,
            };
            prop_assert_eq!(back.class, opposite);
        }

        #[test]
        fn no_numbers_overflow(outcome in proptest::sample::select(OutcomeMeasure::ALL), a: i64, b: i64) {
            let _ = of_values(outcome, a, b);
        }
    }
}
