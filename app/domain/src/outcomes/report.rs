//! The outcome report: its shape as JSON (docs/outcomes.md, The report as JSON).

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use super::equity::{OTHER_OR_UNKNOWN, StratumBy};
use super::figures::{
    Answers, Change, ComingGap, Figures, FollowUp, GapChange, Leaving, ModelFigures, Profiles, Safety, Share,
    StratumCell, Waiting, Week, figures,
};
use super::suppression::shown::{Figure, Shown};
use crate::assessments::OutcomeMeasure;
use crate::codes::codes;
use crate::ids::MunicipalityCode;
use crate::time::Day;

/// The version of the report's format.
pub const FORMAT_VERSION: u32 = 1;

/// The outcomes whose change is reported: those of the table of meaningful changes.
pub const CHANGE_OUTCOMES: [OutcomeMeasure; 8] = [
    OutcomeMeasure::SppbTotal,
    OutcomeMeasure::Gait4Speed,
    OutcomeMeasure::Chair5Time,
    OutcomeMeasure::Chair30Stands,
    OutcomeMeasure::TugTime,
    OutcomeMeasure::GripBest,
    OutcomeMeasure::Walk6Distance,
    OutcomeMeasure::SingleLegTime,
];

/// Those of them that may stand in a headline.
pub const HEADLINE_OUTCOMES: [OutcomeMeasure; 3] =
    [OutcomeMeasure::SppbTotal, OutcomeMeasure::Gait4Speed, OutcomeMeasure::Chair5Time];

/// The report of one municipality and period; small numbers are hidden already.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Report {
    pub format_version: u32,
    /// The version of scoring tables and rules behind the numbers.
    pub rule_version: String,
    pub municipality: MunicipalityCode,
    pub from: Day,
    pub to: Day,
    pub cut_off: Day,
    pub flow: Flow,
    pub attendance: AttendanceSection,
    pub retention: Retention,
    pub change: ByWindow<BTreeMap<OutcomeMeasure, Change>>,
    pub strata: Vec<Stratum>,
    pub gaps: Vec<Gap>,
    pub safety: Safety,
    /// What all measurements say together, of outcomes that enough people have; nothing in reports of before there was
    /// a model.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub model: BTreeMap<OutcomeMeasure, ModelFigures>,
    /// Nothing in reports of before it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<WayFigures>,
    /// Those gaps in coming that are told; nothing in older reports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coming: Vec<ComingGap>,
    /// Nothing where so few started that it is not told, and in older reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Waiting>,
    /// Nothing where few were observed or few are out, and in older reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaving: Option<Leaving>,
    /// By kind and provider of the group of the first visit, where two of them are told; nothing in older reports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<StratumCell>,
    /// What people answered of themselves; nothing where nobody answered a question twice, and in older reports.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub wellbeing: BTreeMap<OutcomeMeasure, Answers>,
    /// Who was tested again and who was missed; nothing where it may not be told of both, and in older reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profiles: Option<Profiles>,
    /// Of those due who were not tested again after three months (SPPB), those who had left by the window's last day; nothing
    /// where it may not be told, and in older reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed: Option<Share>,
    /// Paths of the figures that are hidden, in the order of the report.
    pub hidden: Vec<String>,
}

/// From application to re-test; persons.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Flow {
    /// With a visit in the period, new or not.
    #[serde(default)]
    pub participants: Shown<u64>,
    pub applied: Shown<u64>,
    pub accepted: Shown<u64>,
    pub started: Shown<u64>,
    pub with_baseline: Shown<u64>,
    pub m3: FollowUp,
    pub m6: FollowUp,
    pub m12: FollowUp,
}

/// How far the new participants have come; everybody of a step is of the one before. Before the first stand the residents,
/// between the first and the second the flow's `started`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct WayFigures {
    /// Applied in the period, or started in it.
    pub known: Shown<u64>,
    /// Started, and came ten times by the cut-off.
    pub ten_visits: Shown<u64>,
    /// Of these: measured at the start and again after three months (SPPB).
    pub measured_twice: Shown<u64>,
    /// Of these: compared, and improved.
    pub improved: Shown<u64>,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct AttendanceSection {
    pub sessions_held: Shown<u64>,
    pub visits: Shown<u64>,
    pub adherence_median: Shown<f64>,
    pub adherence_pooled: Shown<f64>,
    /// The median of persons with agreed pauses counted as offered: the worst case. Nothing where few had a pause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adherence_with_pauses: Option<Shown<f64>>,
    /// Persons who came to three quarters of what was offered.
    pub good_adherence: Share,
    /// The weeks in which something was held, where they are enough to tell what is usual.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weeks: Vec<Week>,
}

/// Still active 90, 180 and 365 days after the first visit.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Retention {
    pub d90: Share,
    pub d180: Share,
    pub d365: Share,
}

codes! {
    /// The follow-up windows.
    pub enum WindowName { M3 = "m3", M6 = "m6", M12 = "m12" }
}

/// One thing per follow-up window.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ByWindow<T> {
    pub m3: T,
    pub m6: T,
    pub m12: T,
}

impl<T> ByWindow<T> {
    pub const fn of(&self, window: WindowName) -> &T {
        match window {
            WindowName::M3 => &self.m3,
            WindowName::M6 => &self.m6,
            WindowName::M12 => &self.m12,
        }
    }

    pub const fn of_mut(&mut self, window: WindowName) -> &mut T {
        match window {
            WindowName::M3 => &mut self.m3,
            WindowName::M6 => &mut self.m6,
            WindowName::M12 => &mut self.m12,
        }
    }
}

impl Flow {
    pub const fn of(&self, window: WindowName) -> &FollowUp {
        match window {
            WindowName::M3 => &self.m3,
            WindowName::M6 => &self.m6,
            WindowName::M12 => &self.m12,
        }
    }
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Stratum {
    pub by: StratumBy,
    pub cells: Vec<StratumCell>,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Gap {
    pub by: StratumBy,
    pub disadvantaged: String,
    pub reference: String,
    pub outcome: OutcomeMeasure,
    pub window: WindowName,
    #[serde(flatten)]
    pub change: GapChange,
}

figures!(Flow: participants, applied, accepted, started, with_baseline, m3, m6, m12);
figures!(
    AttendanceSection: sessions_held, visits, adherence_median, adherence_pooled, adherence_with_pauses, good_adherence, weeks
);
figures!(Retention: d90, d180, d365);
figures!(WayFigures: known, ten_visits, measured_twice, improved);
figures!(Stratum: cells);

impl<T: Figures> Figures for ByWindow<T> {
    fn visit(&mut self, path: &str, visit: &mut dyn FnMut(&str, &mut dyn Figure)) {
        self.m3.visit(&format!("{path}.m3"), visit);
        self.m6.visit(&format!("{path}.m6"), visit);
        self.m12.visit(&format!("{path}.m12"), visit);
    }
}

impl Figures for Gap {
    fn visit(&mut self, path: &str, visit: &mut dyn FnMut(&str, &mut dyn Figure)) {
        self.change.visit(path, visit);
    }
}

impl Report {
    fn visit(&mut self, visit: &mut dyn FnMut(&str, &mut dyn Figure)) {
        self.flow.visit("flow", visit);
        self.attendance.visit("attendance", visit);
        self.retention.visit("retention", visit);
        self.change.visit("change", visit);
        self.strata.visit("strata", visit);
        self.gaps.visit("gaps", visit);
        self.safety.visit("safety", visit);
        self.model.visit("model", visit);
        self.way.visit("way", visit);
        self.coming.visit("coming", visit);
        self.waiting.visit("waiting", visit);
        self.leaving.visit("leaving", visit);
        self.groups.visit("groups", visit);
        self.wellbeing.visit("wellbeing", visit);
        self.profiles.visit("profiles", visit);
        self.missed.visit("missed", visit);
    }

    /// The cells of the areas that have a name.
    pub(super) fn named_areas(&self) -> impl Iterator<Item = &StratumCell> {
        let by_area = self.strata.iter().filter(|stratum| stratum.by == StratumBy::Area);
        by_area.flat_map(|stratum| &stratum.cells).filter(|cell| cell.value != OTHER_OR_UNKNOWN)
    }

    /// Writes the paths of the hidden figures.
    pub(super) fn list_hidden(mut self) -> Self {
        let mut hidden = Vec::new();
        self.visit(&mut |path, figure| {
            if figure.is_hidden() {
                hidden.push(path.to_owned());
            }
        });
        self.hidden = hidden;
        self
    }

    /// A hidden figure is `null` in files, as an undefined one is: the list of paths tells them apart.
    pub(super) fn restore_hidden(&mut self) {
        let hidden: BTreeSet<String> = self.hidden.iter().cloned().collect();
        self.visit(&mut |path, figure| {
            if hidden.contains(path) {
                figure.mark_hidden();
            }
        });
    }

    /// The report as JSON, as files, snapshots and pages have it.
    pub fn to_json(&self) -> String {
        // Plain numbers, texts and maps with text keys: nothing in a report can fail to be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a frozen snapshot back; it must have been written by [`Self::to_json`].
    pub fn from_snapshot(json: &str) -> Result<Self, serde_json::Error> {
        let mut report: Self = serde_json::from_str(json)?;
        report.restore_hidden();
        Ok(report)
    }

    /// Whether nobody came in the period: there is nothing to report.
    pub fn is_of_nobody(&self) -> bool {
        self.flow.started.value() == Some(&0) && self.attendance.visits.value() == Some(&0)
    }

    /// The change of an outcome over a window.
    pub fn change_of(&self, outcome: OutcomeMeasure, window: WindowName) -> Option<&Change> {
        self.change.of(window).get(&outcome)
    }
}
