//! What a page says, as typed findings without words: screens, prints and spoken texts in three languages
//! come from the same one. Findings are made from a finished page alone, so that they cannot tell more than it shows,
//! and none may be contradicted by its table. A change is never called an effect.

mod change;
mod funnel;
mod model;
mod weekday;
mod weekly;

use serde::Serialize;

pub use change::{ChangeFigures, ChangeFinding, Direction, Statement, changes};
pub use funnel::{Funnel, FunnelArea, funnel};
pub use model::{ModelEstimate, ModelFinding, ModelStatement, StartFinding, StartNumbers, models, starts};
pub use weekday::{WeekdayMean, Weekdays, weekdays};
pub use weekly::{Stretch, WeekPoint, Weekly, weekly};

use super::equity::StratumBy;
use super::figures::{GapVerdict, Share};
use super::publishing::Page;
use super::report::{Gap, Report, WindowName};
use super::statistics::Interval;
use super::suppression::{Shown, Told};
use crate::assessments::OutcomeMeasure;

/// `x` of `n` persons.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Fraction {
    pub x: u64,
    pub n: u64,
}

/// A number with its 95 % interval.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Estimated {
    pub value: f64,
    pub ci: Interval,
}

/// One sentence's worth of a page.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// So many took part; so many of them came for the first time.
    Participants {
        participants: u64,
        started: Option<u64>,
    },
    /// So many of the newcomers were tested at the start.
    WithBaseline {
        with_baseline: u64,
        started: u64,
    },
    /// So many of the newcomers came ten times or more.
    TenVisits {
        ten_visits: u64,
        started: u64,
    },
    /// More started than were accepted: the two are counted by different days, and some come unasked. Said only
    /// where both may be known.
    StartedBeyondAccepted {
        started: u64,
        accepted: u64,
    },
    /// Visits and sessions; the median share of the offered sessions that a person attended, 0 … 1, and how many people
    /// that is of: those who were offered enough, not everybody who took part.
    Attendance {
        visits: u64,
        sessions: u64,
        adherence_median: Option<f64>,
        with_offers: Option<u64>,
    },
    /// Came to three quarters of what was offered or more.
    GoodAdherence {
        part: Fraction,
        share: Estimated,
    },
    /// Still active so many days after the first visit; of the others some are out because their group ended.
    Retention {
        days: u16,
        part: Fraction,
        share: Estimated,
        group_ended: Told,
    },
    /// Nobody has been followed so many days yet.
    NobodyFollowed {
        days: u16,
    },
    /// Somebody has, but how many stayed is hidden.
    RetentionHidden {
        days: u16,
    },
    Change(ChangeFinding),
    Model(ModelFinding),
    AtStart(StartFinding),
    Gap(GapFinding),
    /// Weak first results are often better the second time.
    Regression(Selection),
    /// Falls, and how many there were for every 1000 visits.
    Falls {
        falls: u64,
        visits: u64,
        per_1000_visits: Estimated,
    },
}

/// Whether new participants were chosen by the test from which their change is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// So many, or some, had that test before their place was decided.
    ByTest(Told),
    /// Nobody knows of all when they were accepted: it may be.
    NotKnown,
}

/// Whether a gap between two groups narrowed.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct GapFinding {
    pub by: StratumBy,
    pub disadvantaged: String,
    pub reference: String,
    pub outcome: OutcomeMeasure,
    pub window: WindowName,
    pub verdict: GapVerdict,
    /// Positive when the gap narrows; nothing when too few were measured.
    pub change_of_gap: Option<Estimated>,
    /// How much more the reference group had at the start, and the same people three months later.
    pub level_start: Option<Estimated>,
    pub level_end: Option<Estimated>,
    /// Compared people: of the disadvantaged, and of the reference group; nothing where one of the two is not told.
    pub people: Option<(u64, u64)>,
}

/// Everything that the page lets us say, in the order in which a reader asks.
pub fn findings(page: &Page) -> Vec<Finding> {
    let report = &page.report;
    let first = [participants(report), with_baseline(report), ten_visits(report), beyond_accepted(report)];
    let mut findings: Vec<Finding> = first.into_iter().flatten().collect();
    findings.extend(attendance(report));
    findings.extend(good_adherence(report));
    findings.extend(retention(page));
    findings.extend(changes(page).map(Finding::Change));
    findings.extend(models(page).map(Finding::Model));
    findings.extend(starts(page).map(Finding::AtStart));
    findings.extend(report.gaps.iter().map(|gap| Finding::Gap(gap_finding(page, gap))));
    findings.extend(selection(page).map(Finding::Regression));
    findings.extend(falls(report));
    findings
}

/// Nothing where everybody was accepted before the test at their start: it can have chosen nobody.
pub fn selection(page: &Page) -> Option<Selection> {
    match page.chosen_by_test {
        Some(chosen) => chosen.any().then_some(Selection::ByTest(chosen)),
        None => Some(Selection::NotKnown),
    }
}

fn participants(report: &Report) -> Option<Finding> {
    let participants = *report.flow.participants.value()?;
    Some(Finding::Participants { participants, started: report.flow.started.value().copied() })
}

fn with_baseline(report: &Report) -> Option<Finding> {
    let (with_baseline, started) = (*report.flow.with_baseline.value()?, *report.flow.started.value()?);
    (started > 0).then_some(Finding::WithBaseline { with_baseline, started })
}

fn ten_visits(report: &Report) -> Option<Finding> {
    let (ten_visits, started) = (*report.way.as_ref()?.ten_visits.value()?, *report.flow.started.value()?);
    (started > 0).then_some(Finding::TenVisits { ten_visits, started })
}

fn beyond_accepted(report: &Report) -> Option<Finding> {
    let (started, accepted) = (*report.flow.started.value()?, *report.flow.accepted.value()?);
    (started > accepted).then_some(Finding::StartedBeyondAccepted { started, accepted })
}

fn attendance(report: &Report) -> Option<Finding> {
    let section = &report.attendance;
    Some(Finding::Attendance {
        visits: *section.visits.value()?,
        sessions: *section.sessions_held.value()?,
        adherence_median: section.adherence_median.value().copied(),
        with_offers: section.good_adherence.n.value().copied(),
    })
}

fn good_adherence(report: &Report) -> Option<Finding> {
    fraction_of(&report.attendance.good_adherence).map(|(part, share)| Finding::GoodAdherence { part, share })
}

fn retention(page: &Page) -> impl Iterator<Item = Finding> {
    let retention = &page.report.retention;
    let days = [(90, &retention.d90), (180, &retention.d180), (365, &retention.d365)];
    days.into_iter().zip(page.group_ended).map(|((days, share), group_ended)| match fraction_of(share) {
        Some((part, share)) => Finding::Retention { days, part, share, group_ended },
        None if share.n.value() == Some(&0) => Finding::NobodyFollowed { days },
        None => Finding::RetentionHidden { days },
    })
}

fn fraction_of(share: &Share) -> Option<(Fraction, Estimated)> {
    let part = Fraction { x: *share.x.value()?, n: *share.n.value()? };
    Some((part, estimated(&share.share, &share.ci)?))
}

fn estimated(value: &Shown<f64>, ci: &Shown<Interval>) -> Option<Estimated> {
    Some(Estimated { value: *value.value()?, ci: *ci.value()? })
}

fn falls(report: &Report) -> Option<Finding> {
    let safety = &report.safety;
    Some(Finding::Falls {
        falls: *safety.falls.value()?,
        visits: *safety.visits.value()?,
        per_1000_visits: estimated(&safety.falls_per_1000_visits, &safety.ci)?,
    })
}

fn gap_finding(page: &Page, gap: &Gap) -> GapFinding {
    let change_of_gap = estimated(&gap.change.change_of_gap, &gap.change.ci);
    let [level_start, level_end] =
        [&gap.change.level_start, &gap.change.level_end].map(|level| estimated(&level.diff, &level.ci));
    GapFinding {
        by: gap.by,
        disadvantaged: gap.disadvantaged.clone(),
        reference: gap.reference.clone(),
        outcome: gap.outcome,
        window: gap.window,
        verdict: borne_out(gap.change.verdict, change_of_gap, level_start),
        change_of_gap,
        level_start,
        level_end,
        people: people(page, gap),
    }
}

/// How many are behind the means of both sides, as the strata tell it.
fn people(page: &Page, gap: &Gap) -> Option<(u64, u64)> {
    let of = |value: &str| page.cell_now(gap.by, value)?.sppb_change_m3.people();
    of(&gap.disadvantaged).zip(of(&gap.reference))
}

/// A verdict comes from unrounded numbers; where the printed ones no longer bear it out, nothing is claimed.
fn borne_out(verdict: GapVerdict, change: Option<Estimated>, start: Option<Estimated>) -> GapVerdict {
    let above = |estimate: Option<Estimated>| estimate.is_some_and(|estimate| estimate.ci.lo > 0.0);
    let borne_out = match verdict {
        // Older reports have no gap at the start.
        GapVerdict::Narrowed => above(change) && (start.is_none() || above(start)),
        GapVerdict::NoGapAtStart => above(change) && !above(start),
        GapVerdict::Widened => change.is_some_and(|change| change.ci.hi < 0.0),
        GapVerdict::CannotSay => true,
    };
    if borne_out { verdict } else { GapVerdict::CannotSay }
}
