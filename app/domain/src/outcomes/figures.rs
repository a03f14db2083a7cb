//! The parts of a report: every number in them is a [`Shown`] figure.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Display;

use super::equity::StratumBy;
use super::report::ByWindow;
use super::statistics::Interval;
use super::suppression::shown::{Figure, Shown};
use crate::codes::codes;
use crate::time::Day;

/// A share `x` of `n`.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Share {
    pub x: Shown<u64>,
    pub n: Shown<u64>,
    /// 0 … 1.
    pub share: Shown<f64>,
    /// Wilson's interval of the share.
    pub ci: Shown<Interval>,
}

/// How many of those whose window has passed were tested again.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FollowUp {
    pub due: Shown<u64>,
    pub retested: Shown<u64>,
    /// retested / due, 0 … 1.
    pub completeness: Shown<f64>,
}

codes! {
    /// Whether the completeness of the follow-up allows a headline: 80 % or more, 60–79 %, less.
    pub enum Headline { Shown = "shown", Warning = "warning", Hidden = "hidden" }
}

/// Change of one outcome over one window, in the unit of the score files; more is always better.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Change {
    pub n: Shown<u64>,
    pub mean: Shown<f64>,
    pub sd: Shown<f64>,
    pub ci: Shown<Interval>,
    pub median: Shown<f64>,
    pub improved: Shown<u64>,
    /// Between improved and declined; hidden together with `declined` where the two are merged.
    pub kept: Shown<u64>,
    pub declined: Shown<u64>,
    /// The pessimistic share: who was not tested again counts as not improved.
    pub improved_of_due: Shown<f64>,
    /// Nothing where fewer people were compared than a mean needs.
    #[serde(default)]
    pub headline: Option<Headline>,
    /// Nothing where the classes are kept back, where fewer than twice as many as a mean needs were compared, or somebody
    /// has no number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<Spread>,
}

impl Change {
    /// The share of those compared who improved, 0 … 1.
    pub fn improved_share(&self) -> Shown<f64> {
        self.improved.part_of(&self.n)
    }

    /// Its 95 % interval.
    pub fn improved_ci(&self) -> Shown<Interval> {
        self.improved.interval_of(&self.n)
    }
}

/// How many changed how much, and where they stood at both ends.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Spread {
    pub changes: ChangeBins,
    /// Of `sppb_total` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<PointShift>,
}

/// People by whole multiples of the smallest change that means something for one person.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ChangeBins {
    /// Two and more for the worse.
    pub worse_2: Shown<u64>,
    pub worse_1: Shown<u64>,
    /// Less than one, either way.
    pub kept: Shown<u64>,
    pub better_1: Shown<u64>,
    pub better_2: Shown<u64>,
    /// Three and more for the better.
    pub better_3: Shown<u64>,
}

/// The same people by class of SPPB points, at the start and in the window.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PointShift {
    pub start: PointClasses,
    pub end: PointClasses,
}

/// People by SPPB points: 0–3, 4–6, 7–9, 10–12.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PointClasses {
    pub p0_3: Shown<u64>,
    pub p4_6: Shown<u64>,
    pub p7_9: Shown<u64>,
    pub p10_12: Shown<u64>,
}

/// A mean of the persons of one stratum.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct MeanChange {
    pub n: Shown<u64>,
    pub mean: Shown<f64>,
    pub ci: Shown<Interval>,
}

impl MeanChange {
    /// How many people the mean is of; nothing where the two are not both told.
    pub fn people(&self) -> Option<u64> {
        self.mean.value().and(self.n.value().copied())
    }
}

/// One cell of a stratum.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct StratumCell {
    pub value: String,
    pub participants: Shown<u64>,
    pub adherence_median: Shown<f64>,
    pub sppb_change_m3: MeanChange,
    /// Nothing where it may not be told, and in reports of before it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured_m3: Option<Measured>,
}

/// Of how many of those due the change is known.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Measured {
    /// Compared: measured again so that the two tests compare.
    pub n: Shown<u64>,
    /// Measured at the start, and the window has passed.
    pub due: Shown<u64>,
    /// n / due, 0 … 1.
    pub share: Shown<f64>,
}

codes! {
    /// What can be said about a gap: a gap that was not there at the start cannot narrow.
    pub enum GapVerdict {
        Narrowed = "narrowed", Widened = "widened", NoGapAtStart = "no_gap_at_start", CannotSay = "cannot_say",
    }
}

/// How much more the disadvantaged group changed than the reference; positive when the gap narrows.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct GapChange {
    pub change_of_gap: Shown<f64>,
    pub ci: Shown<Interval>,
    #[serde(default)]
    pub level_start: Level,
    #[serde(default)]
    pub level_end: Level,
    pub verdict: GapVerdict,
}

/// How much more the reference group had than the disadvantaged, of the same people at both ends.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Level {
    pub diff: Shown<f64>,
    /// Welch's interval.
    pub ci: Shown<Interval>,
}

/// What the model of all measurements says of one window (docs/outcomes.md, A model of all measurements).
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct ModelChange {
    /// Everybody in the model: with a number at the start.
    pub people: Shown<u64>,
    /// The groups in which they were when they started.
    pub groups: Shown<u64>,
    /// Those of them who have a number in this window too.
    pub n: Shown<u64>,
    /// The estimated change since the start, in the unit of the score files; more is always better.
    pub change: Shown<f64>,
    pub ci: Shown<Interval>,
}

/// A mean at the start, in the unit of the score files.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct StartMean {
    pub n: Shown<u64>,
    pub mean: Shown<f64>,
}

/// Those who were tested again after three months beside those who were not, at the start.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct AtStart {
    pub retested: StartMean,
    pub missed: StartMean,
    /// How much better those were who were tested again; Welch's interval.
    pub diff: Shown<f64>,
    pub ci: Shown<Interval>,
}

/// What all measurements of one outcome say together.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ModelFigures {
    pub change: ByWindow<ModelChange>,
    pub at_start: AtStart,
    /// Nothing on pages, and in reports of before levels were told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub levels: Option<ModelLevels>,
}

/// The estimated means at the start and in the windows, as a paper of such a follow-up prints them.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ModelLevels {
    pub start: ModelLevel,
    pub m3: ModelLevel,
    pub m6: ModelLevel,
    pub m12: ModelLevel,
}

/// An estimated mean, in the unit of the score files and not turned: of a time, less is better.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct ModelLevel {
    /// How many were measured then.
    pub n: Shown<u64>,
    pub mean: Shown<f64>,
    pub ci: Shown<Interval>,
}

/// Answers of the same people to one question at the start and three months later.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Answers {
    /// Answered at the start, and the three months have passed.
    pub due: Shown<u64>,
    /// Of these: answered again.
    pub n: Shown<u64>,
    /// Of these: with an answer at the start to which somebody is told where to find help.
    pub start: Shown<u64>,
    /// The same three months later.
    pub end: Shown<u64>,
}

/// How many of a disadvantaged group and of the others came to three quarters of what was offered to them.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ComingGap {
    pub by: StratumBy,
    pub group: Share,
    pub others: Share,
    /// The others' share less the group's, with Newcombe's interval.
    pub difference: Shown<f64>,
    pub difference_ci: Shown<Interval>,
    /// The group's share over the others', with Katz's interval.
    pub ratio: Shown<f64>,
    pub ratio_ci: Shown<Interval>,
}

/// Who was due at three months by the SPPB and was tested again, or was not, as they were when they started.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Profile {
    pub n: Shown<u64>,
    /// Mean age at the first visit, in whole years.
    pub age: Shown<f64>,
    /// Of those who are known to be women or men.
    pub women: Share,
}

/// Those who were tested again beside those who were missed.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Profiles {
    pub retested: Profile,
    pub missed: Profile,
}

/// How long people waited for their first visit.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Waiting {
    /// Started in the period, and the day of their application is known.
    pub n: Shown<u64>,
    /// Days from the application to the first visit.
    pub median_days: Shown<f64>,
}

/// Why those are out who are not active any more 180 days after their first visit.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Leaving {
    /// Everybody who was observed so long, active or out.
    pub n: Shown<u64>,
    pub group_ended: Shown<u64>,
    /// Own or peer exercise from then on.
    pub goal_reached: Shown<u64>,
    pub died_or_moved: Shown<u64>,
    /// Every other known reason.
    pub other: Shown<u64>,
    /// Nobody said, as of those who just stayed away.
    pub unknown: Shown<u64>,
}

/// One week of the period.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Week {
    /// Its Monday.
    pub from: Day,
    pub sessions: Shown<u64>,
    pub visits: Shown<u64>,
    /// By weekday, 1 (Monday) … 7, those with held sessions; only of weeks that lie whole in the period, and nothing in
    /// reports of before weekdays were told.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub days: BTreeMap<u8, WeekdayVisits>,
}

/// One day of a week.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct WeekdayVisits {
    pub sessions: Shown<u64>,
    pub visits: Shown<u64>,
}

/// Falls are events, not persons.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Safety {
    pub falls: Shown<u64>,
    pub visits: Shown<u64>,
    pub falls_per_1000_visits: Shown<f64>,
    /// Exact Poisson interval of the rate.
    pub ci: Shown<Interval>,
}

/// Walks over every figure with its path, as written in `hidden`.
pub(super) trait Figures {
    fn visit(&mut self, path: &str, visit: &mut dyn FnMut(&str, &mut dyn Figure));
}

macro_rules! figures {
    ($name:ty: $($field:ident),*) => {
        impl Figures for $name {
            fn visit(&mut self, path: &str, visit: &mut dyn FnMut(&str, &mut dyn Figure)) {
                $(self.$field.visit(&format!("{path}.{}", stringify!($field)), visit);)*
            }
        }
    };
}
pub(super) use figures;

figures!(Share: x, n, share, ci);
figures!(FollowUp: due, retested, completeness);
figures!(Change: n, mean, sd, ci, median, improved, kept, declined, improved_of_due, spread);
figures!(Spread: changes, points);
figures!(ChangeBins: worse_2, worse_1, kept, better_1, better_2, better_3);
figures!(PointShift: start, end);
figures!(PointClasses: p0_3, p4_6, p7_9, p10_12);
figures!(MeanChange: n, mean, ci);
figures!(ComingGap: group, others, difference, difference_ci, ratio, ratio_ci);
figures!(Profile: n, age, women);
figures!(Profiles: retested, missed);
figures!(Waiting: n, median_days);
figures!(Leaving: n, group_ended, goal_reached, died_or_moved, other, unknown);
figures!(StratumCell: participants, adherence_median, sppb_change_m3, measured_m3);
figures!(Measured: n, due, share);
figures!(Level: diff, ci);
figures!(GapChange: change_of_gap, ci, level_start, level_end);
figures!(ModelChange: people, groups, n, change, ci);
figures!(StartMean: n, mean);
figures!(AtStart: retested, missed, diff, ci);
figures!(ModelFigures: change, at_start, levels);
figures!(ModelLevels: start, m3, m6, m12);
figures!(ModelLevel: n, mean, ci);
figures!(Answers: due, n, start, end);
figures!(Week: sessions, visits, days);
figures!(WeekdayVisits: sessions, visits);
figures!(Safety: falls, visits, falls_per_1000_visits, ci);

impl<T: Figures> Figures for Vec<T> {
    fn visit(&mut self, path: &str, visit: &mut dyn FnMut(&str, &mut dyn Figure)) {
        for (i, item) in self.iter_mut().enumerate() {
            item.visit(&format!("{path}.{i}"), visit);
        }
    }
}

impl<K: Display, T: Figures> Figures for BTreeMap<K, T> {
    fn visit(&mut self, path: &str, visit: &mut dyn FnMut(&str, &mut dyn Figure)) {
        for (key, figures) in self {
            figures.visit(&format!("{path}.{key}"), visit);
        }
    }
}

impl<T: Figures> Figures for Option<T> {
    fn visit(&mut self, path: &str, visit: &mut dyn FnMut(&str, &mut dyn Figure)) {
        if let Some(figures) = self {
            figures.visit(path, visit);
        }
    }
}

impl<T> Figures for Shown<T>
where
    Self: Figure,
{
    fn visit(&mut self, path: &str, visit: &mut dyn FnMut(&str, &mut dyn Figure)) {
        visit(path, self);
    }
}
