//! How two results of one person compare: improved, kept or declined by the smallest change that means something
//! for one person (domain.md 2.10). A change is never an effect.

use super::Outcome;
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
pub const fn direction(outcome: Outcome) -> Option<Direction> {
    match outcome {
        Outcome::Chair5Time | Outcome::TugTime => Some(Direction::LessIsBetter),
        Outcome::SppbBalance
        | Outcome::SppbGait
        | Outcome::SppbChair
        | Outcome::SppbTotal
        | Outcome::SppbTotalNia
        | Outcome::Gait4Speed
        | Outcome::Gait10UsualSpeed
        | Outcome::Gait10MaximalSpeed
        | Outcome::Chair30Stands
        | Outcome::GripBest
        | Outcome::SingleLegTime
        | Outcome::Walk6Distance
        | Outcome::Step2Steps
        | Outcome::ArmCurlCurls
        | Outcome::BriskMin
        | Outcome::StrengthDays => Some(Direction::MoreIsBetter),
        Outcome::Srh
        | Outcome::Falls12
        | Outcome::FallInjury
        | Outcome::Walk500
        | Outcome::Stairs1
        | Outcome::Fof
        | Outcome::Lonely => Some(Direction::LessIsBetter),
        Outcome::AidOut | Outcome::Living | Outcome::Edu | Outcome::IncomeOk => None,
    }
}

/// The smallest change that means something for one person, in the outcome's unit (domain.md 2.10; gait at usual
/// pace over 10 m by 2.2).
pub const fn meaningful_change(outcome: Outcome) -> Option<i64> {
    match outcome {
        Outcome::SppbTotal => Some(1),
        Outcome::Gait4Speed | Outcome::Gait10UsualSpeed => Some(100),
        Outcome::Chair5Time => Some(250),
        Outcome::Chair30Stands => Some(2),
        Outcome::TugTime => Some(14),
        Outcome::GripBest | Outcome::Walk6Distance => Some(50),
        _ => None,
    }
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
pub fn of_values(outcome: Outcome, before: i64, after: i64) -> Change {
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

/// Only the five-times chair stand has a class where a person was unable (domain.md 2.3, formats.md ruling 17).
fn unable_class(outcome: Outcome, before: Measured, after: Measured) -> ChangeClass {
    match (outcome, before, after) {
        (Outcome::Chair5Time, Measured::Unable, Measured::Unable) => ChangeClass::Kept,
        (Outcome::Chair5Time, Measured::Unable, Measured::Value(_)) => ChangeClass::Improved,
        (Outcome::Chair5Time, Measured::Value(_), Measured::Unable) => ChangeClass::Declined,
        _ => ChangeClass::NotPaired,
    }
}
