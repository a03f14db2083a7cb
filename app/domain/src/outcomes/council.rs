//! The report that is put before the council: a page's figures, what they let us say, and what the officer writes beside
//! them (docs/outcomes.md, The council's report). Frozen, it is one text with a checksum.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::figures::Change;
use super::findings::{Finding, findings};
use super::goals::Plan;
use super::pairing::{BASELINE_AFTER, WINDOWS};
use super::population::Population;
use super::publishing::{Note, Page, PageKind};
use super::report::WindowName;
use super::suppression::{Shown, Told};
use crate::assessments::OutcomeMeasure;
use crate::codes::codes;
use crate::sync::canon::Hash;

/// The version of a frozen report's form.
pub const COUNCIL_FORMAT: u32 = 1;

codes! {
    /// What the officer writes, in the order of the report.
    pub enum Block {
        /// Before the figures.
        Opening = "opening",
        /// What was done in the period.
        Measures = "measures",
        /// What the figures leave out.
        NotMeasured = "not_measured",
        NextSteps = "next_steps",
    }
}

impl Block {
    /// Characters at most: with all four full, the report is still two pages and its annex.
    pub const fn most(self) -> usize {
        match self {
            Self::Opening | Self::NotMeasured => 400,
            Self::Measures | Self::NextSteps => 700,
        }
    }
}

/// The officer's own texts in one language; an empty one is not there.
pub type Written = BTreeMap<Block, String>;

/// What a period cost, in whole euros, and where that is from: what belongs to no group alone, and what single groups cost.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Costs {
    pub staff: u64,
    pub rooms: u64,
    pub materials: u64,
    pub source: String,
    /// By name; nothing in older reports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupCosts>,
}

/// What one group cost by itself, and for how many sessions.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct GroupCosts {
    /// With who runs it.
    pub name: String,
    /// Held in the period by the day of the figures.
    pub sessions: u64,
    pub staff: u64,
    pub rooms: u64,
    pub materials: u64,
    pub source: String,
    /// An event: whoever comes is counted without a name, and is no participant and no visit. Of none in older reports.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_event: bool,
}

impl GroupCosts {
    pub const fn total(&self) -> u64 {
        self.staff.saturating_add(self.rooms).saturating_add(self.materials)
    }

    /// Euros; nothing where none was held. How many came is not told of single groups (docs/outcomes.md, The council's
    /// report).
    pub fn per_session(&self) -> Option<f64> {
        (self.sessions > 0).then(|| self.total() as f64 / self.sessions as f64)
    }
}

impl Costs {
    /// With those of the groups: staff, rooms, materials.
    pub fn sums(&self) -> [u64; 3] {
        let own = [self.staff, self.rooms, self.materials];
        let add = |sums: [u64; 3], group: &GroupCosts| {
            let [staff, rooms, materials] = sums;
            let (staff, rooms) = (staff.saturating_add(group.staff), rooms.saturating_add(group.rooms));
            [staff, rooms, materials.saturating_add(group.materials)]
        };
        self.groups.iter().fold(own, add)
    }

    pub fn total(&self) -> u64 {
        self.sums().into_iter().fold(0, u64::saturating_add)
    }

    /// What events cost. Nobody who comes there is a participant or a visit.
    pub fn of_events(&self) -> u64 {
        let events = self.groups.iter().filter(|group| group.is_event);
        events.map(GroupCosts::total).fold(0, u64::saturating_add)
    }

    /// What is divided by participants and visits: all but what events cost. Nothing where that is all.
    pub fn shared_out(&self) -> Option<u64> {
        Some(self.total().saturating_sub(self.of_events())).filter(|sum| *sum > 0)
    }

    /// Where the sums are from, each once.
    pub fn sources(&self) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        for source in std::iter::once(&self.source).chain(self.groups.iter().map(|group| &group.source)) {
            if !source.is_empty() && !all.contains(&source.as_str()) {
                all.push(source);
            }
        }
        all
    }
}

/// What a report says in one language.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Text {
    /// The sentences at its head, as the program said them on the day: a later one may word them otherwise.
    pub said: Vec<String>,
    pub written: Written,
}

/// A report for the council, with all of its languages.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CouncilReport {
    pub format_version: u32,
    /// The municipality's name.
    pub municipality: String,
    /// Counts below this are hidden.
    pub k: u32,
    /// Means and shares of fewer people are hidden.
    pub basis: u32,
    pub page: Page,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub costs: Option<Costs>,
    /// Residents aged 75 and over, where somebody has told them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<Population>,
    /// Goals beside what was reached; nothing in older reports.
    #[serde(default, skip_serializing_if = "Plan::is_empty")]
    pub plan: Plan,
    /// By the language's code.
    pub texts: BTreeMap<String, Text>,
}

impl CouncilReport {
    /// The one text of the report: keys in the order of their letters, no white space. It is what is kept, handed out
    /// and summed up.
    pub fn canonical(&self) -> String {
        // Plain numbers, texts and maps with text keys: nothing in a report can fail to be written. A tree of values
        // sorts its keys.
        serde_json::to_value(self).map(|value| value.to_string()).unwrap_or_default()
    }

    /// Reads a report that [`Self::canonical`] has written.
    pub fn open(text: &str) -> Result<Self, serde_json::Error> {
        let mut report: Self = serde_json::from_str(text)?;
        report.page.report.restore_hidden();
        Ok(report)
    }

    /// Costs for each visit and each participant, without those of events.
    pub fn cost_per_visit(&self) -> Option<Shown<f64>> {
        self.costs.as_ref()?.shared_out().map(|sum| self.page.report.attendance.visits.each_of(sum))
    }

    pub fn cost_per_participant(&self) -> Option<Shown<f64>> {
        self.costs.as_ref()?.shared_out().map(|sum| self.page.report.flow.participants.each_of(sum))
    }
}

/// The SHA-256 of a report's text, as hexadecimal digits.
pub fn checksum(text: &str) -> String {
    Hash::of(text.as_bytes()).to_string()
}

/// How many days after the first visit the head of the report tells who stayed.
const STAYED: u16 = 180;

/// The findings at the head of the report: who came, how often, who stayed, what changed, who fell.
pub fn at_the_head(page: &Page) -> Vec<Finding> {
    let wanted = |finding: &Finding| match finding {
        Finding::Participants { .. } | Finding::Attendance { .. } | Finding::Falls { .. } => true,
        Finding::Retention { days, .. } | Finding::NobodyFollowed { days } | Finding::RetentionHidden { days } => {
            *days == STAYED
        }
        Finding::Change(change) => change.outcome == OutcomeMeasure::SppbTotal && change.window == WindowName::M3,
        _ => false,
    };
    findings(page).into_iter().filter(wanted).collect()
}

codes! {
    /// How far the new participants have come. Everybody of a step is of the one before, so that bars never grow.
    pub enum ReachStep {
        /// Aged 75 and over: whom the programme is for.
        Residents = "residents",
        /// Applied in the period, or started in it.
        Known = "known",
        Started = "started",
        /// Came ten times by the day of the figures.
        TenVisits = "ten_visits",
        /// By the SPPB, at the start and three months later.
        MeasuredTwice = "measured_twice",
        /// Of reports frozen before it was told who came ten times, as the next two.
        WithBaseline = "with_baseline",
        Due = "due",
        Retested = "retested",
        /// By the SPPB, three months after the first test.
        Improved = "improved",
    }
}

/// The same from all residents aged 75 and over on, where they are told. More who are known than live there are no part of
/// them: then the residents are left out.
pub fn reach_of(report: &CouncilReport) -> Vec<(ReachStep, Shown<u64>)> {
    let steps = reach(&report.page);
    let most = steps.iter().find_map(|(_, people)| people.value().copied()).unwrap_or_default();
    let residents = report.population.as_ref().filter(|population| most <= population.aged_75);
    let residents = residents.map(|population| (ReachStep::Residents, population.residents()));
    residents.into_iter().chain(steps).collect()
}

/// The steps that a page shows, with how many came so far.
pub fn reach(page: &Page) -> Vec<(ReachStep, Shown<u64>)> {
    let flow = &page.report.flow;
    let Some(way) = &page.report.way else { return by_rounds(page) };
    let mut steps = vec![
        (ReachStep::Known, way.known),
        (ReachStep::Started, flow.started),
        (ReachStep::TenVisits, way.ten_visits),
        (ReachStep::MeasuredTwice, way.measured_twice),
    ];
    steps.extend((page.kind != PageKind::Season).then_some((ReachStep::Improved, way.improved)));
    steps
}

/// The steps of a page of before it was told who came ten times.
fn by_rounds(page: &Page) -> Vec<(ReachStep, Shown<u64>)> {
    let flow = &page.report.flow;
    let mut steps = vec![
        (ReachStep::Started, flow.started),
        (ReachStep::WithBaseline, flow.with_baseline),
        (ReachStep::Due, flow.m3.due),
        (ReachStep::Retested, flow.m3.retested),
    ];
    steps.extend(improved(page).map(|improved| (ReachStep::Improved, improved)));
    steps
}

/// Of the same day as the other steps; pages of seasons tell no classes.
fn improved(page: &Page) -> Option<Shown<u64>> {
    let (change, _) = compared(page)?;
    Some(change.improved)
}

/// Whether the three months of those who started last may not have passed yet: the steps after *started* are still filled in.
pub fn is_still_filled(page: &Page) -> bool {
    let last_baseline = page.report.to.plus_days(BASELINE_AFTER);
    page.report.cut_off <= last_baseline.plus_days(WINDOWS[0].to)
}

/// Those who were tested again and can be in no step after that, whatever became of them: another aid, another course.
/// Nobody where the last step is left out, nor where the steps are of those who came ten times: of them it is not told.
pub fn not_compared(page: &Page) -> Told {
    compared(page).filter(|_| page.report.way.is_none()).map(|(_, note)| note.left_out).unwrap_or_default()
}

fn compared(page: &Page) -> Option<(&Change, &Note)> {
    let (window, outcome) = (WindowName::M3, OutcomeMeasure::SppbTotal);
    let note = page.note(window, outcome).filter(|note| note.as_of == page.made_on)?;
    page.report.change_of(outcome, window).filter(|_| page.kind != PageKind::Season).map(|change| (change, note))
}

#[cfg(test)]
mod tests {
    use super::super::population::Source;
    use super::super::testing;
    use super::*;

    fn report(n: u64) -> CouncilReport {
        let written = Written::from([(Block::NextSteps, "Uusi sali".to_owned())]);
        CouncilReport {
            format_version: COUNCIL_FORMAT,
            municipality: "Koskela".to_owned(),
            k: 5,
            basis: 10,
            page: testing::page(n),
            costs: Some(Costs {
                staff: 30_000,
                rooms: 6_000,
                materials: 500,
                source: "Tilinpäätös".to_owned(),
                ..Costs::default()
            }),
            population: n.is_multiple_of(2).then(|| Population {
                year: 2025,
                aged_75: 60,
                source: Source::Typed("Tilastokeskus".to_owned()),
            }),
            plan: Plan::default(),
            texts: BTreeMap::from([("fi".to_owned(), Text { said: vec!["Yksi.".to_owned()], written })]),
        }
    }

    #[test]
    fn a_report_opens_as_it_was_frozen_and_its_text_is_one() {
        for n in 0..200 {
            let report = report(n);
            let text = report.canonical();
            let opened = CouncilReport::open(&text).unwrap();
            assert_eq!(opened, report);
            assert_eq!(opened.canonical(), text);
            assert_eq!(checksum(&opened.canonical()).len(), 64);
        }
    }

    #[test]
    fn the_checksum_is_of_every_word_and_figure() {
        let report = report(1);
        let sum = |report: &CouncilReport| checksum(&report.canonical());
        let mut worded = report.clone();
        worded.texts.get_mut("fi").unwrap().written.insert(Block::NextSteps, "Uusi sali.".to_owned());
        let mut other = report.clone();
        other.page.report.cut_off = other.page.report.cut_off.plus_days(1);
        assert!(sum(&worded) != sum(&report) && sum(&other) != sum(&report));
        let keys: Vec<_> = ["\"basis\"", "\"costs\"", "\"format_version\"", "\"page\"", "\"texts\""]
            .iter()
            .map(|key| report.canonical().find(key).unwrap())
            .collect();
        assert!(keys.is_sorted(), "keys stand in the order of their letters: {keys:?}");
    }

    #[test]
    fn bars_never_grow_and_the_head_has_five_sentences_at_most() {
        let (mut improved, mut missing) = (0, 0);
        for n in 0..2000 {
            // As pages were before it was told who came ten times.
            let mut page = testing::page(n);
            page.report.way = None;
            let steps = reach(&page);
            let told: Vec<u64> = steps.iter().filter_map(|(_, people)| people.value().copied()).collect();
            assert!(told.is_sorted_by(|before, after| before >= after), "{n}: {steps:?}");
            let last = steps.iter().any(|(step, _)| *step == ReachStep::Improved);
            improved += usize::from(last);
            assert!(at_the_head(&page).len() <= 5);
            let out = not_compared(&page);
            assert!(last || !out.any(), "{n}: nobody is told to be missing in a bar that is not there");
            let (retested, n) =
                (page.report.flow.m3.retested, page.report.change_of(OutcomeMeasure::SppbTotal, WindowName::M3));
            if let (true, Some(retested), Some(compared)) =
                (last, retested.value(), n.and_then(|change| change.n.value()))
            {
                assert_eq!(out.any(), retested > compared, "{steps:?}");
                assert!(out.number().is_none_or(|out| out >= 5 && out == retested - compared), "{steps:?}");
                missing += usize::from(out.number().is_some());
            }
        }
        assert!(improved > 0 && missing > 0);
    }

    #[test]
    fn everybody_of_a_step_is_of_the_one_before_and_each_step_is_told_of_some_page() {
        let (mut told, mut dots) = (BTreeMap::new(), 0);
        for n in 0..2000 {
            let page = testing::page(n);
            let steps = reach(&page);
            let people: Vec<u64> = steps.iter().filter_map(|(_, people)| people.value().copied()).collect();
            assert!(people.is_sorted_by(|before, after| before >= after), "{n}: {steps:?}");
            let mut left = people.windows(2).map(|pair| pair[0] - pair[1]);
            assert!(left.all(|left| left == 0 || left >= 5), "{n}: {steps:?}");
            assert_eq!(steps.iter().any(|(step, _)| *step == ReachStep::Improved), page.kind != PageKind::Season);
            for (step, people) in steps {
                *told.entry(step).or_insert(0) += people.value().copied().unwrap_or_default();
                dots += usize::from(people.is_hidden());
            }
            assert_eq!(not_compared(&page), Told::default());
        }
        let all = [ReachStep::Known, ReachStep::Started, ReachStep::TenVisits, ReachStep::MeasuredTwice];
        assert_eq!(told.keys().copied().collect::<Vec<_>>(), [all.as_slice(), &[ReachStep::Improved]].concat());
        assert!(dots > 0 && told.values().all(|people| *people > 0), "{told:?} {dots}");
    }

    #[test]
    fn residents_are_the_first_bar_where_they_are_told_and_as_many_as_started() {
        let (mut with, mut without) = (0, 0);
        for n in 0..300 {
            let report = report(n);
            let steps = reach_of(&report);
            let told: Vec<u64> = steps.iter().filter_map(|(_, people)| people.value().copied()).collect();
            assert!(told.is_sorted_by(|before, after| before >= after), "{n}: {steps:?}");
            let first = steps.first().map(|(step, _)| *step);
            match first {
                Some(ReachStep::Residents) => with += usize::from(told.first() == Some(&60)),
                _ => without += usize::from(report.population.is_some()),
            }
        }
        assert!(with > 0 && without > 0, "{with} {without}");
    }

    #[test]
    fn the_way_is_filled_in_until_the_three_months_of_the_last_who_started_have_passed() {
        let mut page = testing::page(1);
        let to = page.report.to;
        for (after, is_filled) in [(-30, true), (0, true), (148, true), (149, false), (1000, false)] {
            page.report.cut_off = to.plus_days(after);
            assert_eq!(is_still_filled(&page), is_filled, "{after}");
        }
    }

    #[test]
    fn costs_of_groups_are_part_of_the_whole_and_stand_beside_their_sessions() {
        let group = |staff: u64, sessions: u64, source: &str| GroupCosts {
            name: "Aamu".to_owned(),
            sessions,
            staff,
            rooms: 100,
            materials: 1,
            source: source.to_owned(),
            is_event: false,
        };
        let groups = vec![group(2_000, 20, "Kirjanpito"), group(500, 0, "Arvio"), group(0, 1, "Kirjanpito")];
        let costs = Costs { staff: 1_000, source: "Arvio".to_owned(), groups, ..Costs::default() };
        assert_eq!((costs.sums(), costs.total()), ([3_500, 300, 3], 3_803));
        assert_eq!(costs.sources(), ["Arvio", "Kirjanpito"]);
        let each: Vec<_> = costs.groups.iter().map(GroupCosts::per_session).collect();
        assert_eq!(each, [Some(105.05), None, Some(101.0)]);
        let old: Costs = serde_json::from_str(r#"{"staff":1,"rooms":2,"materials":3,"source":"x"}"#).unwrap();
        assert_eq!((old.total(), serde_json::to_value(&old).unwrap().as_object().unwrap().len()), (6, 4));
    }

    #[test]
    fn what_events_cost_is_part_of_the_sum_and_of_no_visit() {
        let mut told = 0;
        for n in 0..300 {
            let mut report = report(n);
            let without = report.cost_per_visit();
            let event = |is_event| GroupCosts { staff: 4_000, is_event, ..GroupCosts::default() };
            let costs = report.costs.as_mut().unwrap();
            costs.groups = vec![event(true)];
            assert_eq!((costs.total(), costs.of_events(), costs.shared_out()), (40_500, 4_000, Some(36_500)));
            assert_eq!(report.cost_per_visit(), without);
            told += usize::from(without.is_some_and(|each| each.value().is_some()));
            let costs = report.costs.as_mut().unwrap();
            costs.groups = vec![event(false)];
            assert_eq!((costs.of_events(), costs.shared_out()), (0, Some(40_500)));
            // Nothing is told of visits where nothing but events cost something.
            report.costs = Some(Costs { groups: vec![event(true)], ..Costs::default() });
            assert_eq!((report.cost_per_visit(), report.cost_per_participant()), (None, None));
        }
        assert!(told > 0);
        let old: GroupCosts =
            serde_json::from_str(r#"{"name":"A","sessions":1,"staff":1,"rooms":2,"materials":3,"source":"x"}"#)
                .unwrap();
        let written = serde_json::to_value(&old).unwrap();
        assert!(!old.is_event && written.get("is_event").is_none(), "older reports keep their text: {written}");
    }

    #[test]
    fn costs_are_told_for_each_where_the_count_is_shown() {
        for n in 0..300 {
            let report = report(n);
            let visits = report.page.report.attendance.visits;
            let each = report.cost_per_visit().unwrap();
            assert_eq!(each.is_hidden(), visits.is_hidden());
            let expected = visits.value().filter(|visits| **visits > 0).map(|visits| 36_500.0 / *visits as f64);
            assert_eq!(each.value().copied(), expected);
        }
    }
}
