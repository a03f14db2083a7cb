//! A test being entered: what has been typed so far, what is still asked for, and the trials that it makes.
//!
//! Every key press is kept as a draft, so this is plain data. Limits and scoring are the domain's.

use domain::assessments::{
    Aid, Assessment, Instrument, Item, NOTE_MAX, NotDone, Reading, Trial, TrialOutcome, ValueProblem, item_rule, sppb,
};
use domain::ids::{AssessmentId, GroupId, ParticipantId};
use domain::input::NumberError;
use domain::time::Day;
use serde::{Deserialize, Serialize};

/// Longest text on the number pad: `120,00` and a digit to spare.
const LONGEST: usize = 7;

/// One trial to be filled in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Cell {
    pub item: Item,
    pub trial: u8,
    pub typed: String,
    pub not_done: Option<NotDone>,
    /// "Are you sure?" was answered with yes for what is typed.
    pub confirmed: bool,
    /// What is worth knowing of it. A file may have one per trial; what the tester writes stands at the first.
    #[serde(default)]
    pub note: String,
}

/// What a cell says.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Filled {
    #[default]
    Empty,
    Value(i64),
    /// Unusual: to be confirmed or corrected.
    Unusual(i64),
    Wrong(ValueProblem),
    NotDone(NotDone),
    /// The stop rule skips it.
    Skipped,
}

/// A key of the number pad.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Key {
    Digit(char),
    Comma,
    Erase,
}

/// A part of the test: one view.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TestPart {
    Balance,
    Gait,
    Chair,
    Usual,
    Maximal,
    Result,
}

/// The test being entered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TestForm {
    pub id: AssessmentId,
    pub participant: ParticipantId,
    pub group: GroupId,
    pub instrument: Instrument,
    pub measured_on: Day,
    pub course_m: u16,
    pub aid: Aid,
    pub cells: Vec<Cell>,
    /// An amendment of a recorded test, with its reason so far.
    pub amends: Option<String>,
}

impl TestForm {
    pub fn new(
        id: AssessmentId,
        participant: ParticipantId,
        group: GroupId,
        instrument: Instrument,
        measured_on: Day,
    ) -> Self {
        let cell = |(item, trial): &(Item, u8)| Cell {
            item: *item,
            trial: *trial,
            typed: String::new(),
            not_done: None,
            confirmed: false,
            note: String::new(),
        };
        let cells = layout(instrument).iter().map(cell).collect();
        let course_m = if instrument == Instrument::Gait10 { 10 } else { 4 };
        Self { id, participant, group, instrument, measured_on, course_m, aid: Aid::None, cells, amends: None }
    }

    /// A recorded test opened for correction.
    pub fn amend(assessment: &Assessment, group: GroupId) -> Self {
        let (id, who, day) = (assessment.id, assessment.participant, assessment.measured_on);
        let mut form = Self::new(id, who, group, assessment.instrument, day);
        form.amends = Some(String::new());
        form.course_m = assessment.trials.iter().find_map(|t| t.course_m).unwrap_or(form.course_m);
        form.aid = assessment.trials.iter().find_map(|t| t.aid).unwrap_or(Aid::None);
        for cell in &mut form.cells {
            let Some(trial) = assessment.trials.iter().find(|t| (t.item, t.trial) == (cell.item, cell.trial)) else {
                continue;
            };
            cell.confirmed = trial.soft_confirmed;
            cell.note = trial.note.clone().unwrap_or_default();
            match trial.outcome {
                TrialOutcome::Value(value) => {
                    let rule = item_rule(assessment.instrument, trial.item, trial.course_m);
                    cell.typed = rule.map(|rule| rule.quantity.write(value)).unwrap_or_default();
                }
                TrialOutcome::NotDone(NotDone::SkippedByRule) => {}
                TrialOutcome::NotDone(code) => cell.not_done = Some(code),
            }
        }
        form
    }

    pub fn parts(&self) -> &'static [TestPart] {
        match self.instrument {
            Instrument::Gait10 => &[TestPart::Usual, TestPart::Maximal, TestPart::Result],
            _ => &[TestPart::Balance, TestPart::Gait, TestPart::Chair, TestPart::Result],
        }
    }

    /// Places of the part's cells.
    pub fn cells_of(&self, part: TestPart) -> Vec<usize> {
        let of_part = |cell: &Cell| part_of(cell.item) == part;
        self.cells.iter().enumerate().filter(|(_, cell)| of_part(cell)).map(|(place, _)| place).collect()
    }

    pub fn filled(&self, place: usize) -> Filled {
        let Some(cell) = self.cells.get(place) else { return Filled::Empty };
        if self.is_skipped(cell.item) {
            return Filled::Skipped;
        }
        self.told(cell)
    }

    /// What is in the cell, whatever the stop rule says.
    fn told(&self, cell: &Cell) -> Filled {
        if let Some(code) = cell.not_done {
            return Filled::NotDone(code);
        }
        let Some(rule) = item_rule(self.instrument, cell.item, Some(self.course_m)) else { return Filled::Empty };
        match rule.quantity.read(&cell.typed, Reading::Typed) {
            Ok(value) if rule.quantity.is_unusual(value) && !cell.confirmed => Filled::Unusual(value),
            Ok(value) => Filled::Value(value),
            Err(ValueProblem::Number(NumberError::Empty)) => Filled::Empty,
            Err(problem) => Filled::Wrong(problem),
        }
    }

    /// Presses a key into a cell. What was confirmed or said not to be done is typed anew.
    pub fn press(&mut self, place: usize, key: Key) {
        let Some(cell) = self.cells.get_mut(place) else { return };
        cell.not_done = None;
        cell.confirmed = false;
        match key {
            Key::Erase => {
                cell.typed.pop();
            }
            Key::Comma if cell.typed.contains([',', '.']) => {}
            Key::Comma if cell.typed.is_empty() => cell.typed.push_str("0,"),
            Key::Comma => cell.typed.push(','),
            Key::Digit(digit) => cell.typed.push(digit),
        }
        cell.typed.truncate(LONGEST);
    }

    /// Says why a trial was not done; `None` takes that back.
    pub fn set_not_done(&mut self, place: usize, code: Option<NotDone>) {
        if let Some(cell) = self.cells.get_mut(place) {
            cell.not_done = code;
            cell.confirmed = false;
            if code.is_some() {
                cell.typed.clear();
            }
        }
    }

    /// The stand was held to its end.
    pub fn held_full(&mut self, place: usize) {
        if let Some(cell) = self.cells.get_mut(place) {
            cell.not_done = None;
            "10,00".clone_into(&mut cell.typed);
        }
    }

    pub fn confirm(&mut self, place: usize) {
        if let Some(cell) = self.cells.get_mut(place) {
            cell.confirmed = true;
        }
    }

    fn is_skipped(&self, item: Item) -> bool {
        self.instrument == Instrument::Sppb && sppb::result(&self.told_trials()).skipped.contains(&item)
    }

    fn told_trials(&self) -> Vec<Trial> {
        let outcome = |cell: &Cell| match self.told(cell) {
            Filled::Value(value) | Filled::Unusual(value) => Some(TrialOutcome::Value(value)),
            Filled::NotDone(code) => Some(TrialOutcome::NotDone(code)),
            _ => None,
        };
        self.cells.iter().filter_map(|cell| Some(self.trial(cell, outcome(cell)?))).collect()
    }

    fn trial(&self, cell: &Cell, outcome: TrialOutcome) -> Trial {
        let walked = matches!(part_of(cell.item), TestPart::Gait | TestPart::Usual | TestPart::Maximal);
        Trial {
            item: cell.item,
            trial: cell.trial,
            outcome,
            course_m: walked.then_some(self.course_m),
            aid: walked.then_some(self.aid),
            soft_confirmed: cell.confirmed,
            note: Some(cell.note.trim().to_owned()).filter(|note| !note.is_empty()),
        }
    }

    /// The trials as they would be recorded: skipped stands with their reason, empty cells left out.
    pub fn trials(&self) -> Vec<Trial> {
        let told = self.told_trials();
        let skipped = if self.instrument == Instrument::Sppb { sppb::result(&told).skipped } else { &[] };
        let mut trials: Vec<_> = told.into_iter().filter(|trial| !skipped.contains(&trial.item)).collect();
        for cell in self.cells.iter().filter(|cell| skipped.contains(&cell.item)) {
            trials.push(self.trial(cell, TrialOutcome::NotDone(NotDone::SkippedByRule)));
        }
        trials.sort_by_key(|trial| self.cells.iter().position(|c| (c.item, c.trial) == (trial.item, trial.trial)));
        trials
    }

    /// Whether the cell still has to be dealt with before the test can be recorded. A second walk may stay empty.
    fn is_open(&self, place: usize) -> bool {
        match self.filled(place) {
            Filled::Wrong(_) | Filled::Unusual(_) => true,
            Filled::Empty => self.cells.get(place).is_some_and(|cell| cell.trial == 1 && cell.item != Item::Maximal),
            Filled::Value(_) | Filled::NotDone(_) | Filled::Skipped => false,
        }
    }

    /// The parts that still have an open cell.
    pub fn open_parts(&self) -> Vec<TestPart> {
        let open = |part: &TestPart| self.cells_of(*part).into_iter().any(|place| self.is_open(place));
        self.parts().iter().copied().filter(open).collect()
    }

    /// The tester's own note on the test.
    pub fn note(&self) -> &str {
        self.cells.first().map_or("", |cell| cell.note.as_str())
    }

    /// Takes what was typed or dictated, without characters that no keyboard writes.
    pub fn set_note(&mut self, text: &str) {
        if let Some(cell) = self.cells.first_mut() {
            cell.note = text.chars().filter(|c| !c.is_control() || *c == '\n').take(NOTE_MAX).collect();
        }
    }

    /// Whether nothing has been entered at all.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.typed.is_empty() && cell.not_done.is_none() && cell.note.is_empty())
    }

    pub fn assessment(&self) -> Assessment {
        Assessment {
            id: self.id,
            participant: self.participant,
            measured_on: self.measured_on,
            instrument: self.instrument,
            trials: self.trials(),
            amended_because: None,
            disputed: false,
        }
    }
}

const fn layout(instrument: Instrument) -> &'static [(Item, u8)] {
    match instrument {
        Instrument::Gait10 => &[(Item::Usual, 1), (Item::Usual, 2), (Item::Maximal, 1), (Item::Maximal, 2)],
        _ => &[
            (Item::SideBySide, 1),
            (Item::SemiTandem, 1),
            (Item::Tandem, 1),
            (Item::Gait, 1),
            (Item::Gait, 2),
            (Item::Chair5, 1),
        ],
    }
}

const fn part_of(item: Item) -> TestPart {
    match item {
        Item::SideBySide | Item::SemiTandem | Item::Tandem => TestPart::Balance,
        Item::Gait => TestPart::Gait,
        Item::Usual => TestPart::Usual,
        Item::Maximal => TestPart::Maximal,
        _ => TestPart::Chair,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::assessments::validate;

    fn sppb() -> TestForm {
        let nil = uuid::Uuid::nil();
        TestForm::new(
            AssessmentId(nil),
            ParticipantId(nil),
            GroupId(nil),
            Instrument::Sppb,
            "2026-09-08".parse().unwrap(),
        )
    }

    fn type_in(form: &mut TestForm, place: usize, text: &str) {
        for c in text.chars() {
            form.press(place, if c == ',' { Key::Comma } else { Key::Digit(c) });
        }
    }

    #[test]
    fn a_whole_test_typed_on_the_pad_is_scored_and_valid() {
        let mut form = sppb();
        (0..3).for_each(|place| form.held_full(place));
        for (place, text) in [(3, "4,90"), (4, "4,60"), (5, "14,9")] {
            type_in(&mut form, place, text);
        }
        assert!(form.open_parts().is_empty());
        assert_eq!(sppb::result(&form.trials()).total, Some(4 + 4 + 2));
        assert_eq!(validate(&form.assessment()), Ok(()));
    }

    #[test]
    fn a_note_is_recorded_with_the_test_and_a_correction_keeps_every_note() {
        let mut form = sppb();
        form.set_note(" uudet\u{0} kengät\n");
        (0..3).for_each(|place| form.held_full(place));
        [3, 4, 5].into_iter().for_each(|place| type_in(&mut form, place, "9,00"));
        let mut recorded = form.assessment();
        assert_eq!(validate(&recorded), Ok(()));
        assert_eq!(recorded.trials[0].note.as_deref(), Some("uudet kengät"));
        recorded.trials[5].note = Some("tuoli 44 cm".to_owned());
        let mut amended = TestForm::amend(&recorded, GroupId(uuid::Uuid::nil()));
        type_in(&mut amended, 5, "1");
        let notes: Vec<_> = amended.trials().into_iter().filter_map(|trial| trial.note).collect();
        assert_eq!(notes, ["uudet kengät", "tuoli 44 cm"]);
    }

    #[test]
    fn a_short_stand_skips_the_ones_after_it_and_forgets_nothing_typed_there() {
        let mut form = sppb();
        form.held_full(0);
        form.held_full(1);
        type_in(&mut form, 2, "5");
        form.set_not_done(1, Some(NotDone::UnsafeTester));
        assert_eq!(form.filled(2), Filled::Skipped);
        let codes: Vec<_> = form.trials().iter().filter_map(Trial::not_done).collect();
        assert_eq!(codes, [NotDone::UnsafeTester, NotDone::SkippedByRule]);
        form.held_full(1);
        assert_eq!(form.filled(2), Filled::Value(500));
    }

    #[test]
    fn an_unusual_time_is_open_until_confirmed_and_asked_again_when_changed() {
        let mut form = sppb();
        type_in(&mut form, 3, "25");
        assert_eq!(form.filled(3), Filled::Unusual(2500));
        form.confirm(3);
        assert_eq!(form.filled(3), Filled::Value(2500));
        assert!(form.trials()[0].soft_confirmed);
        form.press(3, Key::Digit('5'));
        assert_eq!(form.filled(3), Filled::Wrong(ValueProblem::OutOfRange { low: 100, high: 12_000, decimals: 2 }));
    }

    #[test]
    fn one_comma_at_most_and_a_leading_one_gets_its_zero() {
        let mut form = sppb();
        for key in [Key::Comma, Key::Digit('5'), Key::Comma, Key::Digit('2')] {
            form.press(0, key);
        }
        assert_eq!(form.cells[0].typed, "0,52");
        form.press(0, Key::Erase);
        assert_eq!(form.cells[0].typed, "0,5");
    }

    #[test]
    fn empty_is_not_zero_and_keeps_the_test_open() {
        let mut form = sppb();
        assert_eq!(form.open_parts(), [TestPart::Balance, TestPart::Gait, TestPart::Chair]);
        type_in(&mut form, 0, "0");
        assert_eq!(form.filled(0), Filled::Value(0));
        assert_eq!(form.open_parts(), [TestPart::Gait, TestPart::Chair]);
    }

    #[test]
    fn a_recorded_test_opens_for_correction_as_it_was() {
        let mut form = sppb();
        form.held_full(0);
        form.set_not_done(1, Some(NotDone::TriedUnable));
        type_in(&mut form, 3, "25");
        form.confirm(3);
        form.set_not_done(5, Some(NotDone::Refused));
        let again = TestForm::amend(&form.assessment(), form.group);
        assert_eq!(again.trials(), form.trials());
    }
}
