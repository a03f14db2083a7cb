//! From trials to outcomes (docs/scoring.md, Trials): what a test came to, its class, and whether it compares with
//! the last.

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

use super::norms::{NormRange, NormTable};
use super::speed::Walk;
use super::sppb::SppbBand;
use super::tug::TugBand;
use super::{
    Aid, Assessment, Instrument, Item, NotDone, OutcomeMeasure, Trial, TrialOutcome, arm_curl, chair30, gait10, grip,
    self_report, single_leg, sppb, step2, tug, walk6,
};
use crate::codes::codes;
use crate::people::Sex;

codes! {
    /// Place within a percentile range.
    pub enum NormClass { Low = "low", Typical = "typical", High = "high", NoNorm = "no_norm" }
}

codes! {
    /// Place within the wider range that grip strength is compared with.
    pub enum GripClass { Below = "below", Within = "within", Above = "above", NoNorm = "no_norm" }
}

/// A band or reference class, never a diagnosis.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Class {
    Sppb(SppbBand),
    Tug(TugBand),
    Norm(NormClass),
    Grip(GripClass),
}

impl Class {
    /// The word in files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sppb(band) => band.code(),
            Self::Tug(band) => band.code(),
            Self::Norm(class) => class.code(),
            Self::Grip(class) => class.code(),
        }
    }
}

/// What came of an outcome.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measured {
    /// In the outcome's unit; points are 0 for a person who was unable.
    Value(i64),
    /// The person was not able: measured, but without a time or count.
    Unable,
    Missing,
}

/// Under what conditions a score came about; a change of course or aid breaks a trend (docs/scoring.md,
/// Comparability).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conditions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub course_m: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aid: Option<Aid>,
    /// The time behind a speed, hundredths of a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_cs: Option<i64>,
    /// The weight in the arm curl, hundredths of a kilogram.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<i64>,
}

/// One outcome of one assessment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Score {
    pub outcome: OutcomeMeasure,
    pub measured: Measured,
    #[serde(default)]
    pub conditions: Conditions,
    /// A zero rests on "did not understand the instruction": look again (docs/scoring.md, Trials).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub check: bool,
}

impl Score {
    pub(super) const fn new(outcome: OutcomeMeasure, measured: Measured) -> Self {
        let conditions = Conditions { course_m: None, aid: None, time_cs: None, weight: None };
        Self { outcome, measured, conditions, check: false }
    }

    /// The walk behind a speed, for its band and for the decimals shown.
    pub fn walk(&self) -> Option<Walk> {
        let metres = match self.outcome {
            OutcomeMeasure::Gait4Speed => self.conditions.course_m.unwrap_or(4),
            OutcomeMeasure::Gait10UsualSpeed | OutcomeMeasure::Gait10MaximalSpeed => gait10::METRES,
            _ => return None,
        };
        Walk::new(metres, self.conditions.time_cs?)
    }

    /// A course or aid that cannot break this outcome's trend is no condition of it.
    fn forget_what_matters_not(&mut self) {
        let conditions = &mut self.conditions;
        conditions.course_m = conditions.course_m.filter(|_| self.outcome.depends_on_course());
        conditions.aid = conditions.aid.filter(|_| self.outcome.depends_on_aid());
    }

    /// The value in the outcome's unit; `None` is an empty field, never zero.
    pub const fn value(&self) -> Option<i64> {
        match self.measured {
            Measured::Value(value) => Some(value),
            Measured::Unable | Measured::Missing => None,
        }
    }
}

/// Everything that an assessment says, in the order of [`OutcomeMeasure`].
///
/// All five SPPB points exist for every SPPB; a speed, a time or a self-report answer when it was tried or asked.
pub fn scores(assessment: &Assessment) -> Vec<Score> {
    let mut scores = of_trials(assessment.instrument, &assessment.trials);
    scores.iter_mut().for_each(Score::forget_what_matters_not);
    scores
}

fn of_trials(instrument: Instrument, trials: &[Trial]) -> Vec<Score> {
    match instrument {
        Instrument::Sppb => sppb::scores(trials),
        Instrument::Gait10 => gait10::scores(trials),
        Instrument::Tug => tug::scores(trials),
        Instrument::Chair30 => chair30::scores(trials),
        Instrument::Grip => grip::scores(trials),
        Instrument::SingleLeg => single_leg::scores(trials),
        Instrument::Walk6 => walk6::scores(trials),
        Instrument::Step2 => step2::scores(trials),
        Instrument::ArmCurl => arm_curl::scores(trials),
        Instrument::SelfReport => self_report::scores(trials),
    }
}

/// The band or reference class of a score for completed years and sex on the test's day; `None` where there is none.
pub fn class(score: &Score, age: Option<i32>, sex: Option<Sex>) -> Option<Class> {
    let value = score.value()?;
    match score.outcome {
        OutcomeMeasure::SppbTotal => Some(Class::Sppb(sppb::band(value))),
        OutcomeMeasure::TugTime => Some(Class::Tug(tug::band(value))),
        OutcomeMeasure::GripBest => Some(Class::Grip(grip::class(value, age, sex))),
        _ => norm_table(score.outcome).map(|_| Class::Norm(norm_class(value, norm_range(score, age, sex)))),
    }
}

/// The reference range to show with a score; `None` where there is no norm for this person.
pub fn norm_range(score: &Score, age: Option<i32>, sex: Option<Sex>) -> Option<NormRange> {
    let fits = score.outcome != OutcomeMeasure::ArmCurlCurls || arm_curl::weight_has_norm(score.conditions.weight, sex);
    norm_table(score.outcome).filter(|_| fits)?.range(age, sex)
}

/// The published table behind an outcome's class.
pub fn norm_table(outcome: OutcomeMeasure) -> Option<&'static NormTable> {
    match outcome {
        OutcomeMeasure::Chair30Stands => Some(&chair30::NORMS),
        OutcomeMeasure::GripBest => Some(&grip::NORMS),
        OutcomeMeasure::Walk6Distance => Some(&walk6::NORMS),
        OutcomeMeasure::Step2Steps => Some(&step2::NORMS),
        OutcomeMeasure::ArmCurlCurls => Some(&arm_curl::NORMS),
        _ => None,
    }
}

fn norm_class(value: i64, range: Option<NormRange>) -> NormClass {
    match range {
        None => NormClass::NoNorm,
        Some(range) if value < range.low => NormClass::Low,
        Some(range) if value > range.high => NormClass::High,
        Some(_) => NormClass::Typical,
    }
}

/// Whether two scores of one outcome may stand in one trend (docs/scoring.md, Comparability). What is not known breaks
/// nothing.
pub fn comparable(earlier: &Score, later: &Score) -> bool {
    let same = |a: Option<u16>, b: Option<u16>| a.is_none() || b.is_none() || a == b;
    let course = same(earlier.conditions.course_m, later.conditions.course_m);
    let aid = match (earlier.conditions.aid, later.conditions.aid) {
        (Some(earlier), Some(later)) => earlier == later,
        _ => true,
    };
    course && aid
}

/// For one person's scores of one outcome from the first to the last: whether each compares with the previous
/// measured value. The first does.
pub fn comparable_in_order<'a>(scores: impl IntoIterator<Item = &'a Score>) -> Vec<bool> {
    let mut previous: Option<&Score> = None;
    let mut flags = Vec::new();
    for score in scores {
        flags.push(previous.is_none_or(|earlier| comparable(earlier, score)));
        if score.value().is_some() {
            previous = Some(score);
        }
    }
    flags
}

impl NotDone {
    /// The person was not able: counts as measured, 0 points (docs/scoring.md, Trials).
    pub const fn is_ability(self) -> bool {
        matches!(
            self,
            Self::TriedUnable
                | Self::UnassistedUnable
                | Self::UnsafeTester
                | Self::UnsafeParticipant
                | Self::NotUnderstood
                | Self::OtherAbility
        )
    }
}

/// What several trials of one thing come to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Best<'a> {
    Value(i64, &'a Trial),
    Unable,
    Missing,
    /// No trial yet.
    Open,
}

impl Best<'_> {
    pub(super) const fn measured(&self) -> Measured {
        match self {
            Self::Value(value, _) => Measured::Value(*value),
            Self::Unable => Measured::Unable,
            Self::Missing | Self::Open => Measured::Missing,
        }
    }
}

/// The best value of the trials (`better` is the ordering in which the best comes last; of equals the first counts);
/// without a value: unable, if one trial says so (docs/scoring.md, Trials).
pub(super) fn best<'a>(trials: &[&'a Trial], better: fn(i64, i64) -> Ordering) -> Best<'a> {
    best_by(trials, better, NotDone::is_ability)
}

/// [`best`] with the codes that count as unable given.
pub(super) fn best_by<'a>(
    trials: &[&'a Trial],
    better: fn(i64, i64) -> Ordering,
    unable: impl Fn(NotDone) -> bool,
) -> Best<'a> {
    let values = trials.iter().rev().filter_map(|trial| trial.value().map(|value| (value, *trial)));
    match values.max_by(|a, b| better(a.0, b.0)) {
        Some((value, trial)) => Best::Value(value, trial),
        None if trials.iter().any(|trial| trial.not_done().is_some_and(&unable)) => Best::Unable,
        None if trials.is_empty() => Best::Open,
        None => Best::Missing,
    }
}

pub(super) fn most(a: i64, b: i64) -> Ordering {
    a.cmp(&b)
}

pub(super) fn least(a: i64, b: i64) -> Ordering {
    b.cmp(&a)
}

/// The trials of the given items, in order of item and trial number.
pub(super) fn of_items<'a>(trials: &'a [Trial], items: &[Item]) -> Vec<&'a Trial> {
    let mut chosen: Vec<&Trial> = trials.iter().filter(|trial| items.contains(&trial.item)).collect();
    chosen.sort_by_key(|trial| (trial.item, trial.trial));
    chosen
}

/// The score of an outcome that is simply the best of its trials, with the conditions of the one that counted.
pub(super) fn simple(outcome: OutcomeMeasure, trials: &[&Trial], better: fn(i64, i64) -> Ordering) -> Option<Score> {
    let best = best(trials, better);
    let conditions = match best {
        Best::Open => return None,
        Best::Value(_, counted) => Conditions { course_m: counted.course_m, aid: counted.aid, ..Conditions::default() },
        Best::Unable | Best::Missing => conditions_told(trials),
    };
    Some(Score { conditions, check: not_understood(trials, &best), ..Score::new(outcome, best.measured()) })
}

/// Where no trial counted: the first course and aid that are told at all.
pub(super) fn conditions_told(trials: &[&Trial]) -> Conditions {
    Conditions {
        course_m: trials.iter().find_map(|trial| trial.course_m),
        aid: trials.iter().find_map(|trial| trial.aid),
        ..Conditions::default()
    }
}

pub(super) fn not_understood(trials: &[&Trial], best: &Best) -> bool {
    matches!(best, Best::Unable) && trials.iter().any(|trial| trial.not_done() == Some(NotDone::NotUnderstood))
}

impl Trial {
    /// The measured value in stored units.
    pub const fn value(&self) -> Option<i64> {
        match self.outcome {
            TrialOutcome::Value(value) => Some(value),
            TrialOutcome::NotDone(_) => None,
        }
    }

    /// Why there is no value.
    pub const fn not_done(&self) -> Option<NotDone> {
        match self.outcome {
            TrialOutcome::Value(_) => None,
            TrialOutcome::NotDone(code) => Some(code),
        }
    }
}
