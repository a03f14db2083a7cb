//! Pages: reports as they are put before readers, who keep what they saw before (docs/outcomes.md, Publishing over
//! time). A page shows what its kind may, rounded, and nothing from which, together with earlier pages, the result of
//! a few people would follow.

mod answers;
mod coming;
mod differences;
mod leaving;
mod limits;
mod model;
mod names;
mod profiles;
mod strata;
mod way;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::compute::Computed;
use super::dataset::Limits;
use super::figures::Change;
use super::follow_up::Compared;
use super::report::{ByWindow, CHANGE_OUTCOMES, HEADLINE_OUTCOMES, Report, WindowName};
use super::suppression::{Step, Steps, Told};
use super::tile_map::TilePlaces;
use crate::assessments::OutcomeMeasure;
use crate::codes::codes;
use crate::time::Day;
use differences::{Block, Conflict, conflict};
pub(super) use limits::tells_mean;
pub use limits::{printed_step, smallest_change};
pub use model::ModelDays;
#[cfg(test)]
pub(super) use model::{ModelPart, ModelSet};

codes! {
    /// The kinds of period that have pages.
    pub enum PageKind { Season = "season", Year = "year", CouncilTerm = "council_term" }
}

impl PageKind {
    /// Whether pages of this kind tell a model of all measurements.
    pub const fn has_model(self) -> bool {
        match self {
            Self::Season => false,
            Self::Year | Self::CouncilTerm => true,
        }
    }
}

/// A report as a reader sees it; frozen.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Page {
    pub kind: PageKind,
    pub made_on: Day,
    /// Why the page replaces one of the same month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<String>,
    pub report: Report,
    /// What is said beside the changes of the report.
    pub notes: ByWindow<BTreeMap<OutcomeMeasure, Note>>,
    /// The day from which strata and gaps are.
    pub strata_as_of: Day,
    /// Compared people behind the strata; nothing where that is hidden.
    strata_n: Option<u64>,
    /// Participants behind the strata; nothing where that is hidden, and on older pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    strata_people: Option<u64>,
    /// Those due behind the strata; nothing where that is hidden, and on older pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    strata_due: Option<u64>,
    /// The day from which gaps in coming are, where the page tells some; nothing on older pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    coming_as_of: Option<Day>,
    /// Out because their group ended, 90, 180 and 365 days after the first visit.
    pub group_ended: [Told; 3],
    /// New participants whose place was decided after the test at their start, which may have chosen them; nothing where
    /// that is not known, and on older pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen_by_test: Option<Told>,
    /// The days from which the parts of the models are.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub model_as_of: BTreeMap<OutcomeMeasure, ModelDays>,
    /// The days from which the answers are that the page tells something of.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub wellbeing_as_of: BTreeMap<OutcomeMeasure, Day>,
    /// The day from which the reasons of leaving are, where the page tells some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaving_as_of: Option<Day>,
    /// The day from which it is who was tested again and who was missed, where the page tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    profiles_as_of: Option<Day>,
    /// The day from which it is how many of those missed had left, where the page tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    missed_as_of: Option<Day>,
    /// By what it hides, where that is more than is usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    limits: Option<Limits>,
    /// Where the municipality had its areas on the map.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub places: TilePlaces,
    /// Names that areas had before this page, each with the one of its day.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    former_areas: BTreeMap<String, String>,
    /// By what each cell by group is known, whatever its provider is called.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    division_marks: BTreeMap<String, String>,
}

/// What is said beside one change.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Note {
    /// The day from which the change is: earlier than the page where a newer one would tell too much.
    pub as_of: Day,
    /// Tested again, but with another aid or on another course.
    #[serde(default)]
    pub left_out: Told,
    /// In the classes, but without a number: unable at one of the tests.
    #[serde(default)]
    pub without_number: Told,
    /// Classes or mean are kept back because of another page.
    #[serde(default)]
    pub held_back: bool,
}

impl Note {
    pub(super) const fn of_day(as_of: Day) -> Self {
        let none = Told::NONE;
        Self { as_of, left_out: none, without_number: none, held_back: false }
    }
}

/// Puts computed figures before readers. `earlier` are all pages of the municipality that were ever shown, the oldest
/// first; with a reason the page replaces earlier ones of its own period, which were wrong.
pub fn publish(
    computed: &Computed,
    kind: PageKind,
    made_on: Day,
    earlier: &[Page],
    correction: Option<String>,
) -> Page {
    let steps = computed.gate.steps;
    let mut page = bare(computed.report.clone(), kind, made_on, steps);
    page.correction = correction;
    page.group_ended = computed.group_ended;
    page.chosen_by_test = computed.chosen_by_test;
    page.limits = Some(computed.limits).filter(|limits| *limits != Limits::USUAL);
    page.places = computed.places.clone();
    page.former_areas = computed.former_areas.clone();
    page.division_marks = computed.division_marks.clone();
    let last = earlier.iter().rfind(|other| other.is_of_same_period(&page) && page.correction.is_none());
    for (window, outcome) in blocks() {
        let (o, w) = place(window, outcome);
        note(&mut page, window, outcome, |note| {
            (note.left_out, note.without_number) = (computed.left_out[o][w], computed.without_number[o][w]);
        });
        settle(&mut page, (window, outcome), earlier, last, &computed.compared[o][w], steps);
    }
    way::settle(&mut page, earlier, &computed.compared, steps);
    strata::settle(&mut page, earlier, last, steps);
    coming::settle(&mut page, earlier, last, steps);
    model::settle(&mut page, earlier, last, &computed.modelled, steps);
    answers::settle(&mut page, earlier, last, &computed.answered, steps);
    leaving::settle(&mut page, earlier, last, &computed.seen, steps);
    profiles::settle(&mut page, earlier, last, steps);
    page.report = page.report.list_hidden();
    page
}

/// A report of any days that stands alone, held against no page: with the whole model, of which no page tells the levels and
/// pages of a season tell nothing, and of every test with all that there is to tell.
pub fn alone(computed: &Computed, kind: PageKind, made_on: Day) -> Page {
    let mut page = publish(computed, kind, made_on, &[], None);
    page.report.model.clone_from(&computed.report.model);
    for (window, outcome) in other_blocks() {
        let Some(change) = computed.report.change_of(outcome, window) else { continue };
        let mut change = change.clone();
        limits::limit_change(&mut change, kind);
        limits::round_change(outcome, &mut change);
        page.report.change.of_mut(window).insert(outcome, change);
        let (o, w) = place(window, outcome);
        let (left_out, without_number) = (computed.left_out[o][w], computed.without_number[o][w]);
        page.notes.of_mut(window).insert(outcome, Note { left_out, without_number, ..Note::of_day(made_on) });
    }
    page.report = page.report.list_hidden();
    page
}

/// A page of a frozen report as they were before pages: what a page of this kind may show of it.
pub fn of_report(mut report: Report, kind: PageKind, made_on: Day) -> Page {
    limits::keep_headlines(&mut report);
    let mut page = bare(report, kind, made_on, Steps::ALL);
    page.report = page.report.list_hidden();
    page
}

fn bare(mut report: Report, kind: PageKind, made_on: Day, steps: Steps) -> Page {
    if steps.takes(Step::PageKind) {
        limits::limit(&mut report, kind);
    }
    if steps.takes(Step::Rounding) {
        limits::round(&mut report);
    }
    let notes =
        |window: WindowName| report.change.of(window).keys().map(|outcome| (*outcome, Note::of_day(made_on))).collect();
    let notes = ByWindow { m3: notes(WindowName::M3), m6: notes(WindowName::M6), m12: notes(WindowName::M12) };
    let strata_n =
        report.change_of(OutcomeMeasure::SppbTotal, WindowName::M3).and_then(|change| change.n.value().copied());
    let strata_people = report.flow.participants.value().copied();
    let strata_due = report.flow.m3.due.value().copied();
    let coming_as_of = (!report.coming.is_empty()).then_some(made_on);
    Page {
        kind,
        made_on,
        correction: None,
        report,
        notes,
        strata_as_of: made_on,
        strata_n,
        strata_people,
        strata_due,
        coming_as_of,
        group_ended: [Told::NONE; 3],
        chosen_by_test: None,
        model_as_of: BTreeMap::new(),
        wellbeing_as_of: BTreeMap::new(),
        leaving_as_of: None,
        profiles_as_of: None,
        missed_as_of: None,
        limits: None,
        places: TilePlaces::new(),
        former_areas: BTreeMap::new(),
        division_marks: BTreeMap::new(),
    }
}

/// Every change that pages show.
fn blocks() -> impl Iterator<Item = (WindowName, OutcomeMeasure)> {
    WindowName::ALL.iter().flat_map(|window| CHANGE_OUTCOMES.iter().map(|outcome| (*window, *outcome)))
}

/// Those of them that stand in no headline.
fn other_blocks() -> impl Iterator<Item = (WindowName, OutcomeMeasure)> {
    let others = || CHANGE_OUTCOMES.iter().filter(|outcome| !HEADLINE_OUTCOMES.contains(outcome));
    WindowName::ALL.iter().flat_map(move |window| others().map(|outcome| (*window, *outcome)))
}

fn place(window: WindowName, outcome: OutcomeMeasure) -> (usize, usize) {
    let at = |found: Option<usize>| found.unwrap_or_default();
    (
        at(CHANGE_OUTCOMES.iter().position(|other| *other == outcome)),
        at(WindowName::ALL.iter().position(|other| *other == window)),
    )
}

fn note(page: &mut Page, window: WindowName, outcome: OutcomeMeasure, change: impl FnOnce(&mut Note)) {
    page.notes.of_mut(window).get_mut(&outcome).map(change).unwrap_or_default();
}

/// Shows the new change, or keeps the last shown one with its day, or hides what would tell too much.
fn settle(
    page: &mut Page,
    (window, outcome): (WindowName, OutcomeMeasure),
    earlier: &[Page],
    last: Option<&Page>,
    compared: &[Compared],
    steps: Steps,
) {
    let others: Vec<Block> = page.beside(earlier).flat_map(|other| other.blocks(window, outcome)).collect();
    let Some(new) = page.block(window, outcome) else { return };
    let found = conflict(outcome, &new, &others, compared, steps);
    let kept = last.and_then(|last| last.shown(window, outcome));
    match (found, kept) {
        (Conflict { classes: false, mean: false }, _) => {}
        (_, Some(kept)) => {
            let (change, old) = kept;
            page.report.change.of_mut(window).insert(outcome, change.clone());
            note(page, window, outcome, |note| *note = *old);
        }
        (found, None) => {
            if let Some(change) = page.report.change.of_mut(window).get_mut(&outcome) {
                hide(change, found);
            }
            note(page, window, outcome, |note| note.held_back = true);
        }
    }
}

fn hide(change: &mut Change, found: Conflict) {
    if found.classes {
        limits::hide_classes(change);
    }
    if found.mean {
        change.mean.hide();
        change.ci.hide();
    }
}

impl Page {
    fn is_of_same_period(&self, other: &Self) -> bool {
        (self.report.from, self.report.to) == (other.report.from, other.report.to)
    }

    /// The earlier pages against which this one is held: with a reason it replaces those of its own period.
    fn beside<'a>(&'a self, earlier: &'a [Self]) -> impl Iterator<Item = &'a Self> {
        earlier.iter().filter(move |other| self.correction.is_none() || !other.is_of_same_period(self))
    }

    /// Those of them that are of its own period.
    fn beside_in_period<'a>(&'a self, earlier: &'a [Self]) -> impl Iterator<Item = &'a Self> {
        self.beside(earlier).filter(move |other| other.is_of_same_period(self))
    }

    /// By what the page hides, whatever the municipality has decided since.
    pub fn limits(&self) -> Limits {
        self.limits.unwrap_or(Limits::USUAL)
    }

    pub fn note(&self, window: WindowName, outcome: OutcomeMeasure) -> Option<&Note> {
        self.notes.of(window).get(&outcome)
    }

    /// Whether the change is of the page's own day, and nothing of it is kept back.
    fn has_new(&self, window: WindowName, outcome: OutcomeMeasure) -> bool {
        self.note(window, outcome).is_some_and(|note| note.as_of == self.made_on && !note.held_back)
    }

    /// The day from which a change is; nothing where it is as new as the page.
    pub fn change_kept(&self, window: WindowName, outcome: OutcomeMeasure) -> Option<Day> {
        self.note(window, outcome).map(|note| note.as_of).filter(|as_of| *as_of != self.made_on)
    }

    /// Participants behind the strata. On older pages those of the page, where its strata are of its own day.
    fn people_of_strata(&self) -> Option<u64> {
        let of_page = self.report.flow.participants.value().filter(|_| self.strata_as_of == self.made_on);
        self.strata_people.or(of_page.copied())
    }

    /// The day from which gaps in coming are; nothing where none is told. Older pages have those of the strata's day.
    pub fn coming_day(&self) -> Option<Day> {
        (!self.report.coming.is_empty()).then(|| self.coming_as_of.unwrap_or(self.strata_as_of))
    }

    fn block(&self, window: WindowName, outcome: OutcomeMeasure) -> Option<Block> {
        let change = self.report.change_of(outcome, window)?;
        Some(Block::of(self, self.note(window, outcome)?.as_of, change))
    }

    /// The change, and what the way tells of the same people's: of its outcome and window alone.
    fn blocks(&self, window: WindowName, outcome: OutcomeMeasure) -> impl Iterator<Item = Block> {
        let way = ((window, outcome) == way::OF).then(|| Block::of_way(self)).flatten();
        self.block(window, outcome).into_iter().chain(way)
    }

    /// A change of which the page tells something.
    fn shown(&self, window: WindowName, outcome: OutcomeMeasure) -> Option<(&Change, &Note)> {
        self.block(window, outcome).filter(Block::shows_something)?;
        self.report.change_of(outcome, window).zip(self.note(window, outcome))
    }

    /// The same page with areas where they are now: where they stand is no figure.
    #[must_use]
    pub fn with_places(self, places: TilePlaces) -> Self {
        Self { places, ..self }
    }

    /// What the text of a kept page has where it tells figures by area, and nowhere else: no white space stands in it, and a
    /// name that holds these letters is written with its quotes escaped. So a database finds such pages without opening them.
    pub const TELLS_AREAS: &'static str = r#""by":"area""#;

    /// The page as it is kept.
    pub fn to_json(&self) -> String {
        // Plain numbers, texts and maps with text keys: nothing in a page can fail to be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a kept page, or a report as it was frozen before there were pages.
    pub fn open(json: &str, kind: PageKind, made_on: Day) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        struct Form {
            format_version: Option<u32>,
        }
        if serde_json::from_str::<Form>(json)?.format_version.is_some() {
            return Report::from_snapshot(json).map(|report| of_report(report, kind, made_on));
        }
        let mut page: Self = serde_json::from_str(json)?;
        page.report.restore_hidden();
        Ok(page)
    }
}

/// The first day on which the figures of a period may be put together again: the next calendar month's.
pub fn next_day(last_made: Day) -> Day {
    let (year, month) = match last_made.month() {
        12 => (last_made.year() + 1, 1),
        month => (last_made.year(), month + 1),
    };
    Day::new(year, month, 1).unwrap_or(last_made)
}

#[cfg(test)]
mod tests {
    use super::super::compute::compute_for_page;
    use super::super::dataset::{Period, Settings};
    use super::super::equity::StratumBy;
    use super::super::testing;
    use super::*;

    #[test]
    fn the_text_of_a_page_says_whether_it_tells_figures_by_area() {
        let (mut told, mut not_told) = (0, 0);
        for mut page in (0..60).map(testing::page) {
            page.correction = Some(r#"Virhe: "by":"area""#.to_owned());
            let by_area = page.report.strata.iter().any(|stratum| stratum.by == StratumBy::Area);
            assert_eq!(page.to_json().contains(Page::TELLS_AREAS), by_area);
            // As it was kept before there were pages.
            assert_eq!(page.report.to_json().contains(Page::TELLS_AREAS), by_area);
            page.report.strata.retain(|stratum| stratum.by != StratumBy::Area);
            assert!(!page.to_json().contains(Page::TELLS_AREAS));
            (told, not_told) = (told + usize::from(by_area), not_told + usize::from(!by_area));
        }
        assert!(told > 0 && not_told > 0, "{told} {not_told}");
    }

    #[test]
    fn a_page_keeps_the_limits_by_which_it_hides_where_they_are_not_the_usual_ones() {
        let from = testing::first_day();
        let period = Period { from, to: from.plus_days(364), cut_off: from.plus_days(480) };
        let year = PageKind::Year;
        let kept = |settings: &Settings| {
            let computed = compute_for_page(&testing::town(1), &period, year, settings);
            publish(&computed, year, period.cut_off, &[], None).to_json()
        };
        let opened = |json: &str| Page::open(json, year, period.cut_off).unwrap().limits();
        let usual = kept(&Settings { k: 3, basis: 4, ..testing::settings() });
        assert!(!usual.contains("\"limits\""));
        assert_eq!(opened(&usual), Limits::USUAL);
        let raised = kept(&Settings { k: 8, basis: 20, ..testing::settings() });
        assert_eq!(opened(&raised), Limits { k: 8, basis: 20 });
    }
}
