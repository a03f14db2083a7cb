//! Balance, gait and chair stand, 0–12 points (docs/scoring.md, Short Physical Performance Battery).
//!
//! Source of the limits: Guralnik 1994 for the parts, PMC8113335 (4 m and chair), PMC3032402 (3 m, where the
//! table's label "4-m walk" is a misprint). One code path scores a finished test and one that is being entered.

use serde::{Deserialize, Serialize};

use super::quantity::{ItemRule, Quantity, Rounding, Unit, still};
use super::score::{Best, Conditions, Measured, Score, best_by, conditions_told, least, of_items, simple};
use super::speed::Walk;
use super::{Item, NotDone, OutcomeMeasure, Trial};
use crate::codes::codes;

codes! {
    /// Bands of the total: 10–12, 7–9, 4–6, 0–3 points.
    pub enum SppbBand { Minimal = "minimal", Mild = "mild", Moderate = "moderate", Severe = "severe" }
}

const STAND: Quantity = Quantity::new(Unit::Seconds, 2, Rounding::Floor, (0, 1000));
const GAIT_4M: Quantity =
    Quantity::new(Unit::Seconds, 2, Rounding::HalfUp, (100, 12_000)).soft(200, 2000).timed_over(4);
const GAIT_3M: Quantity = Quantity::new(Unit::Seconds, 2, Rounding::HalfUp, (75, 9000)).soft(150, 1500).timed_over(3);
/// Above 60 s a code must be chosen.
const CHAIR: Quantity = Quantity::new(Unit::Seconds, 2, Rounding::HalfUp, (300, 6000)).soft(600, 6000);

const STANDS: [Item; 3] = [Item::SideBySide, Item::SemiTandem, Item::Tandem];
const HELD: i64 = 1000;

/// Longest times, hundredths of a second, for 4, 3 and 2 points; any longer time is 1 point.
const GAIT_4M_LIMITS: [i64; 3] = [481, 620, 870];
const GAIT_3M_LIMITS: [i64; 3] = [361, 465, 652];
const CHAIR_LIMITS: [i64; 3] = [1119, 1369, 1669];

pub(super) fn rule(item: Item, course_m: Option<u16>) -> Option<ItemRule> {
    match item {
        // A course on another row of the same test says nothing new; spreadsheets fill the column down.
        Item::SideBySide | Item::SemiTandem | Item::Tandem => Some(on_course(still(item, 1, STAND), false)),
        Item::Chair5 => Some(on_course(still(item, 1, CHAIR), false)),
        Item::Gait => Some(on_course(still(item, 2, if course_m == Some(3) { GAIT_3M } else { GAIT_4M }), true)),
        _ => None,
    }
}

const fn on_course(rule: ItemRule, course_required: bool) -> ItemRule {
    ItemRule { courses: &[4, 3], course_required, ..rule }
}

/// One of the three parts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subscore {
    /// 0–4.
    Points(i64),
    /// Something is not entered yet: in a finished test the part is missing.
    Open,
    /// Not measured, for a reason that is not the person's ability.
    Missing,
}

impl Subscore {
    pub const fn points(self) -> Option<i64> {
        match self {
            Self::Points(points) => Some(points),
            Self::Open | Self::Missing => None,
        }
    }
}

/// What an SPPB says so far.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SppbResult {
    pub balance: Subscore,
    pub gait: Subscore,
    pub chair: Subscore,
    /// 0–12, only when all three parts have points.
    pub total: Option<i64>,
    /// 0–12 by the form of the US National Institute on Aging, where a refusal is 0 (docs/scoring.md, Trials).
    pub total_nia: Option<i64>,
    pub band: Option<SppbBand>,
    /// Stands that the stop rule skips: not to be asked for.
    pub skipped: &'static [Item],
    /// The faster walk.
    pub walk: Option<Walk>,
    /// The gait rests on one walk instead of two.
    pub one_walk: bool,
    /// A zero rests on "did not understand".
    pub check: bool,
}

/// Scores what has been entered so far; nothing needs to be complete.
pub fn result(trials: &[Trial]) -> SppbResult {
    let balance = balance(trials, NotDone::is_ability);
    let (gait_trials, chair_trials) = (of_items(trials, &[Item::Gait]), of_items(trials, &[Item::Chair5]));
    let gait = gait(&gait_trials, NotDone::is_ability);
    let chair = chair(&chair_trials, NotDone::is_ability);
    let total = sum([balance.part, gait, chair]);
    SppbResult {
        balance: balance.part,
        gait,
        chair,
        total,
        total_nia: total_nia(trials, &gait_trials, &chair_trials),
        band: total.map(band),
        skipped: balance.skipped,
        walk: counted_walk(&gait_trials).and_then(|(time, trial)| Walk::new(course(trial), time)),
        one_walk: gait_trials.iter().filter(|trial| trial.value().is_some()).count() == 1,
        check: quality_check(trials, balance.ended_by, gait, chair),
    }
}

fn total_nia(trials: &[Trial], gait_trials: &[&Trial], chair_trials: &[&Trial]) -> Option<i64> {
    let zero = |code: NotDone| code.is_ability() || matches!(code, NotDone::Refused | NotDone::Other);
    sum([balance(trials, zero).part, gait(gait_trials, zero), chair(chair_trials, zero)])
}

fn sum(parts: [Subscore; 3]) -> Option<i64> {
    parts.into_iter().map(Subscore::points).sum()
}

/// The band of a total of 0–12 points.
pub const fn band(total: i64) -> SppbBand {
    match total {
        ..=3 => SppbBand::Severe,
        4..=6 => SppbBand::Moderate,
        7..=9 => SppbBand::Mild,
        _ => SppbBand::Minimal,
    }
}

struct Balance {
    part: Subscore,
    skipped: &'static [Item],
    /// The code of the stand that ended the series, if a code did.
    ended_by: Option<NotDone>,
}

/// Stands in order; one that is not held ends the series, and what comes after it is ignored.
fn balance(trials: &[Trial], counts_as_zero: impl Fn(NotDone) -> bool) -> Balance {
    let after = [&STANDS[1..], &STANDS[2..], &[]];
    let mut points = 0;
    for (stand, skipped) in STANDS.into_iter().zip(after) {
        let Some(trial) = trials.iter().find(|trial| trial.item == stand) else {
            return Balance { part: Subscore::Open, skipped: &[], ended_by: None };
        };
        match (trial.value(), trial.not_done()) {
            (Some(held), _) => {
                points += stand_points(stand, held);
                if held < HELD {
                    return Balance { part: Subscore::Points(points), skipped, ended_by: None };
                }
            }
            (None, Some(code)) if counts_as_zero(code) => {
                return Balance { part: Subscore::Points(points), skipped, ended_by: Some(code) };
            }
            // Skipped although the rule does not apply here: the stand is missing, and so is the part.
            (None, code) => return Balance { part: Subscore::Missing, skipped, ended_by: code },
        }
    }
    Balance { part: Subscore::Points(points), skipped: &[], ended_by: None }
}

const fn stand_points(stand: Item, held: i64) -> i64 {
    match stand {
        Item::Tandem if held >= HELD => 2,
        Item::Tandem if held >= 300 => 1,
        Item::Tandem => 0,
        _ if held >= HELD => 1,
        _ => 0,
    }
}

fn gait(trials: &[&Trial], counts_as_zero: impl Fn(NotDone) -> bool) -> Subscore {
    part(best_by(trials, least, counts_as_zero), |trial| match course(trial) {
        3 => GAIT_3M_LIMITS,
        _ => GAIT_4M_LIMITS,
    })
}

fn chair(trials: &[&Trial], counts_as_zero: impl Fn(NotDone) -> bool) -> Subscore {
    part(best_by(trials, least, counts_as_zero), |_| CHAIR_LIMITS)
}

fn part(best: Best, limits: impl Fn(&Trial) -> [i64; 3]) -> Subscore {
    match best {
        Best::Value(time, trial) => Subscore::Points(timed_points(time, limits(trial))),
        Best::Unable => Subscore::Points(0),
        Best::Missing => Subscore::Missing,
        Best::Open => Subscore::Open,
    }
}

/// 4 points within the first limit, 3 within the second, 2 within the third, 1 for any longer time.
fn timed_points(time: i64, limits: [i64; 3]) -> i64 {
    let exceeded = limits.into_iter().map(|limit| i64::from(time > limit)).sum::<i64>();
    4 - exceeded
}

fn course(trial: &Trial) -> u16 {
    trial.course_m.unwrap_or(4)
}

fn counted_walk<'a>(gait_trials: &[&'a Trial]) -> Option<(i64, &'a Trial)> {
    match best_by(gait_trials, least, NotDone::is_ability) {
        Best::Value(time, trial) => Some((time, trial)),
        _ => None,
    }
}

fn quality_check(trials: &[Trial], balance_ended_by: Option<NotDone>, gait: Subscore, chair: Subscore) -> bool {
    let zero_of = |item: Item, part: Subscore| {
        part == Subscore::Points(0)
            && trials.iter().any(|trial| trial.item == item && trial.not_done() == Some(NotDone::NotUnderstood))
    };
    balance_ended_by == Some(NotDone::NotUnderstood) || zero_of(Item::Gait, gait) || zero_of(Item::Chair5, chair)
}

/// The five points, then speed and time where they were tried.
pub(super) fn scores(trials: &[Trial]) -> Vec<Score> {
    let result = result(trials);
    let gait_trials = of_items(trials, &[Item::Gait]);
    let walked = walked(&gait_trials);
    let points = |outcome, points: Option<i64>| {
        let measured = points.map_or(Measured::Missing, Measured::Value);
        Score { check: result.check, ..Score::new(outcome, measured) }
    };
    let on_foot = |score: Score| Score { conditions: walked, ..score };
    let mut scores = vec![
        points(OutcomeMeasure::SppbBalance, result.balance.points()),
        on_foot(points(OutcomeMeasure::SppbGait, result.gait.points())),
        points(OutcomeMeasure::SppbChair, result.chair.points()),
        on_foot(points(OutcomeMeasure::SppbTotal, result.total)),
        on_foot(points(OutcomeMeasure::SppbTotalNia, result.total_nia)),
    ];
    if !gait_trials.is_empty() {
        let measured = match (result.walk, result.gait) {
            (Some(walk), _) => Measured::Value(walk.mm_per_s()),
            (None, Subscore::Points(_)) => Measured::Unable,
            _ => Measured::Missing,
        };
        scores.push(on_foot(Score::new(OutcomeMeasure::Gait4Speed, measured)));
    }
    scores.extend(simple(OutcomeMeasure::Chair5Time, &of_items(trials, &[Item::Chair5]), least));
    scores
}

/// Course, aid and time of the walk that counted.
fn walked(gait_trials: &[&Trial]) -> Conditions {
    match counted_walk(gait_trials) {
        Some((time, trial)) => {
            Conditions { course_m: trial.course_m, aid: trial.aid, time_cs: Some(time), weight: None }
        }
        None => conditions_told(gait_trials),
    }
}

/// More than 15 s in five rises: low strength by EWGSOP2 2019. Hundredths of a second.
pub const fn is_ewgsop2_low_chair(time_cs: i64) -> bool {
    time_cs > 1500
}

#[cfg(test)]
mod tests;
