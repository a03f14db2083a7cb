//! A test being entered: what has been measured or typed so far, what is still asked for, and the trials that it makes.
//!
//! Every press is kept as a draft, so this is plain data. Order, tools, limits and scoring are the domain's.

use domain::assessments::protocol::{self, Tool};
use domain::assessments::{
    Aid, Assessment, Circumstances, Instrument, Item, NOTE_MAX, NotDone, RULE_VERSION, Reading, SEAT_CM, Trial,
    TrialOutcome, ValueProblem, grip, item_rule, quantity_for, sppb,
};
use domain::fields::is_in_our_time;
use domain::ids::{AssessmentId, GroupId, ParticipantId};
use domain::incidents::StoppedTest;
use domain::input::NumberError;
use domain::people::Sex;
use domain::time::Day;
use serde::{Deserialize, Serialize};

use super::timing::{Moment, Run};

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
    /// What the timer read.
    #[serde(default)]
    pub raw_ms: Option<u32>,
    #[serde(default)]
    pub doubtful: bool,
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
    /// Not asked for after what has been entered.
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
    /// The items that are done together.
    Items(&'static [Item]),
    Result,
}

/// The test being entered.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
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
    /// For the limits that differ between women and men.
    #[serde(default)]
    pub sex: Option<Sex>,
    #[serde(default)]
    pub circumstances: Circumstances,
    /// What was typed as the height of the seat and is none.
    #[serde(default)]
    pub wrong_seat: Option<String>,
    /// The trial under way, or the last one that was stopped.
    #[serde(default)]
    pub run: Option<Run>,
    /// Since when the person rests, on the clock that never jumps.
    #[serde(default)]
    pub rests_since: Option<f64>,
    /// It was measured elsewhere and stands on paper: nothing is timed, everything is typed.
    #[serde(default)]
    pub from_paper: bool,
    /// What was chosen as the day of the test and is none; empty where none was chosen.
    #[serde(default)]
    pub wrong_day: Option<String>,
}

impl TestForm {
    pub fn new(
        id: AssessmentId,
        participant: ParticipantId,
        group: GroupId,
        instrument: Instrument,
        measured_on: Day,
    ) -> Self {
        let cell = |(item, trial): (Item, u8)| Cell {
            item,
            trial,
            typed: String::new(),
            not_done: None,
            confirmed: false,
            note: String::new(),
            raw_ms: None,
            doubtful: false,
        };
        let cells = protocol::trials(instrument).into_iter().map(cell).collect();
        let course_m = courses(instrument).first().copied().unwrap_or_default();
        Self {
            id,
            participant,
            group,
            instrument,
            measured_on,
            course_m,
            aid: Aid::None,
            cells,
            amends: None,
            sex: None,
            circumstances: Circumstances::default(),
            wrong_seat: None,
            run: None,
            rests_since: None,
            from_paper: false,
            wrong_day: None,
        }
    }

    /// Takes the conditions of an earlier test of the same kind, so that the two can be compared.
    pub fn like(mut self, earlier: Option<&Assessment>) -> Self {
        if let Some(earlier) = earlier {
            self.take_conditions(earlier);
            self.circumstances.chair_cm = earlier.circumstances.chair_cm;
        }
        self
    }

    fn take_conditions(&mut self, of: &Assessment) {
        let course = of.trials.iter().find_map(|trial| trial.course_m);
        self.course_m = course.filter(|m| courses(self.instrument).contains(m)).unwrap_or(self.course_m);
        self.aid = of.trials.iter().find_map(|trial| trial.aid).unwrap_or(Aid::None);
    }

    /// A recorded test opened for correction.
    pub fn amend(assessment: &Assessment, group: GroupId) -> Self {
        let (id, who, day) = (assessment.id, assessment.participant, assessment.measured_on);
        let mut form = Self::new(id, who, group, assessment.instrument, day);
        form.amends = Some(String::new());
        form.take_conditions(assessment);
        form.circumstances = assessment.circumstances.clone();
        for cell in &mut form.cells {
            if let Some(trial) = assessment.trials.iter().find(|t| (t.item, t.trial) == (cell.item, cell.trial)) {
                cell.take(assessment.instrument, trial);
            }
        }
        form
    }

    pub fn parts(&self) -> Vec<TestPart> {
        let parts = protocol::parts(self.instrument).iter().copied().map(TestPart::Items);
        parts.chain([TestPart::Result]).collect()
    }

    /// Places of the part's cells.
    pub fn cells_of(&self, part: TestPart) -> Vec<usize> {
        let TestPart::Items(items) = part else { return Vec::new() };
        let of_part = |cell: &Cell| items.contains(&cell.item);
        self.cells.iter().enumerate().filter(|(_, cell)| of_part(cell)).map(|(place, _)| place).collect()
    }

    /// The trial at hand: the one under way, or the first that is still empty.
    pub fn at_hand(&self) -> usize {
        let empty = || (0..self.cells.len()).find(|place| self.filled(*place) == Filled::Empty);
        self.going().map(|run| run.place).or_else(empty).unwrap_or_default()
    }

    /// The trial with which the part opens: the one under way, else one that is wrong or still asked about, else the first
    /// that is empty.
    pub fn first_of(&self, part: TestPart) -> usize {
        let places = self.cells_of(part);
        let find = |wanted: fn(Filled) -> bool| places.iter().copied().find(|place| wanted(self.filled(*place)));
        let going = self.going().map(|run| run.place).filter(|place| places.contains(place));
        let asked = || find(|filled| matches!(filled, Filled::Wrong(_) | Filled::Unusual(_)));
        let empty = || find(|filled| filled == Filled::Empty);
        going.or_else(asked).or_else(empty).or(places.first().copied()).unwrap_or_default()
    }

    /// The test as it is known of one that is stopped there.
    pub fn stopped_at(&self, place: usize) -> StoppedTest {
        let cell = self.cells.get(place);
        let (item, trial) = (cell.map(|cell| cell.item), cell.map(|cell| cell.trial));
        StoppedTest { instrument: self.instrument, item, trial }
    }

    /// The part before or after that one in which something is asked.
    pub fn part_beside(&self, at: usize, after: bool) -> Option<usize> {
        let parts = self.parts();
        let asked = |at: &usize| match parts.get(*at) {
            Some(part) => self.asks(*part),
            None => false,
        };
        if after { (at + 1..parts.len()).find(asked) } else { (0..at.min(parts.len())).rev().find(asked) }
    }

    /// Whether the part still asks for something, or is the result.
    fn asks(&self, part: TestPart) -> bool {
        let cells = self.cells_of(part);
        cells.is_empty() || cells.iter().any(|place| self.filled(*place) != Filled::Skipped)
    }

    /// How many of the questions up to that part are asked, and how many are in all.
    pub fn counted(&self, at: usize) -> (usize, usize) {
        let asked: Vec<_> = self.parts().into_iter().map(|part| part != TestPart::Result && self.asks(part)).collect();
        let count = |parts: &[bool]| parts.iter().filter(|asked| **asked).count();
        (count(asked.get(..=at).unwrap_or(&asked)), count(&asked))
    }

    /// The items that are asked and have no answer, in their order.
    pub fn unanswered(&self) -> Vec<Item> {
        let empty = |place: &usize| self.filled(*place) == Filled::Empty;
        (0..self.cells.len()).filter(empty).filter_map(|place| self.item(place)).collect()
    }

    pub fn item(&self, place: usize) -> Option<Item> {
        self.cells.get(place).map(|cell| cell.item)
    }

    pub fn tool(&self, place: usize) -> Option<Tool> {
        self.item(place).map(|item| protocol::tool(self.instrument, item))
    }

    pub fn filled(&self, place: usize) -> Filled {
        let Some(cell) = self.cells.get(place) else { return Filled::Empty };
        if self.is_skipped(cell) {
            return Filled::Skipped;
        }
        match self.said(cell) {
            Filled::Value(value) if !cell.confirmed && self.hands_differ() => Filled::Unusual(value),
            filled => filled,
        }
    }

    /// The two hands are so far apart that one of them may be wrong.
    pub fn hands_differ(&self) -> bool {
        self.instrument == Instrument::Grip && grip::hands_differ(&self.told_trials())
    }

    /// What is in the cell, whatever the stop rule says.
    fn said(&self, cell: &Cell) -> Filled {
        if let Some(code) = cell.not_done {
            return Filled::NotDone(code);
        }
        let Some(quantity) = quantity_for(self.instrument, cell.item, Some(self.course_m), self.sex) else {
            return Filled::Empty;
        };
        match quantity.read(&cell.typed, Reading::Typed) {
            Ok(value) if quantity.is_unusual(value) && !cell.confirmed => Filled::Unusual(value),
            Ok(value) => Filled::Value(value),
            Err(_) if cell.typed.is_empty() => Filled::Empty,
            Err(ValueProblem::Number(NumberError::Empty)) => Filled::Empty,
            Err(problem) => Filled::Wrong(problem),
        }
    }

    /// Presses a key into a cell. What was confirmed or said not to be done is typed anew; what the timer read stays.
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

    /// Puts a value into a cell, in stored units.
    pub fn set_value(&mut self, place: usize, value: i64) {
        let (instrument, course) = (self.instrument, self.course_m);
        let Some(cell) = self.cells.get_mut(place) else { return };
        let Some(rule) = item_rule(instrument, cell.item, Some(course)) else { return };
        cell.not_done = None;
        cell.confirmed = false;
        cell.typed = rule.quantity.write(value).replace('.', ",");
    }

    /// Makes a count larger or smaller; never below nothing.
    pub fn adjust(&mut self, place: usize, by: i64) {
        if let Filled::Value(value) | Filled::Unusual(value) = self.filled(place) {
            self.set_value(place, value.saturating_add(by).max(0));
        }
    }

    /// Says why a trial was not done; `None` takes that back.
    pub fn set_not_done(&mut self, place: usize, code: Option<NotDone>) {
        if let Some(cell) = self.cells.get_mut(place) {
            cell.not_done = code;
            cell.confirmed = false;
            if code.is_some() {
                cell.typed.clear();
                cell.raw_ms = None;
                cell.doubtful = false;
            }
        }
        self.run = self.run.take().filter(|run| run.place != place);
    }

    /// The stand was held to its end.
    pub fn held_full(&mut self, place: usize) {
        if let Some(Tool::Hold { ms }) = self.tool(place) {
            let value = self.item(place).and_then(|item| protocol::value_of_ms(self.instrument, item, ms));
            self.set_value(place, value.unwrap_or_default());
        }
    }

    /// All values are right, where the hands differ; else this one.
    pub fn confirm(&mut self, place: usize) {
        let all = self.hands_differ();
        for (at, cell) in self.cells.iter_mut().enumerate() {
            cell.confirmed |= at == place || (all && !cell.typed.is_empty());
        }
    }

    // --- the timer -----------------------------------------------------------------------------------------

    /// The trial under way.
    pub fn going(&self) -> Option<&Run> {
        self.run.as_ref().filter(|run| run.is_going())
    }

    /// A press on the large button: starts the trial, counts, or stops it. Presses of a trembling hand do nothing.
    pub fn press_timer(&mut self, place: usize, at: Moment) {
        let tool = self.tool(place);
        let Some(run) = self.run.as_mut().filter(|run| run.is_going()) else {
            self.run = tool.filter(|tool| tool.is_timed()).map(|_| Run::begin(place, at));
            return;
        };
        match (run.counts_press(at.steady), tool) {
            (false, _) => {}
            (true, Some(tool)) if tool.counts() => run.tap(at.steady),
            (true, _) => self.stop_timer(at),
        }
    }

    /// Ends the trial under way, by hand or because its time is over.
    pub fn stop_timer(&mut self, at: Moment) {
        let Some(mut run) = self.run.take() else { return };
        run.stop(at);
        let (place, ms, doubtful, count) = (run.place, run.elapsed(at.steady), run.is_doubtful(), run.count());
        self.run = Some(run);
        let value = match self.tool(place) {
            Some(Tool::Count { .. }) => Some(count),
            Some(Tool::Lengths { .. }) => Some(count.saturating_mul(i64::from(self.course_m))),
            _ => self.item(place).and_then(|item| protocol::value_of_ms(self.instrument, item, ms)),
        };
        if let Some(value) = value {
            self.set_value(place, value);
        }
        if let Some(cell) = self.cells.get_mut(place) {
            cell.raw_ms = Some(ms);
            cell.doubtful = doubtful;
        }
    }

    /// When the trial under way ended by itself, if its time is over.
    fn over_at(&self, now: Moment) -> Option<Moment> {
        let run = self.going()?;
        let end = self.tool(run.place)?.ends_at()?;
        (run.elapsed(now.steady) >= end).then(|| run.at_ms(end, now))
    }

    pub fn is_over(&self, now: Moment) -> bool {
        self.over_at(now).is_some()
    }

    /// Ends the trial whose time is over; whether it did.
    pub fn tick(&mut self, now: Moment) -> bool {
        self.over_at(now).map(|at| self.stop_timer(at)).is_some()
    }

    /// One tap less in the count under way.
    pub fn take_back_tap(&mut self) {
        if let Some(run) = &mut self.run {
            run.take_back_tap();
        }
    }

    /// Whether the trial at that place was stopped by hand a moment ago, so that the stop can be taken back. One whose
    /// time ran out would end again at once.
    pub fn can_go_on(&self, place: usize, now: f64) -> bool {
        let Some(run) = self.run.as_ref().filter(|run| run.place == place) else { return false };
        let ran_out = self.tool(place).and_then(Tool::ends_at).is_some_and(|end| run.elapsed(now) >= end);
        run.can_go_on(now) && !ran_out
    }

    /// The stop was a mistake: the trial goes on, with its value taken out again.
    pub fn go_on(&mut self) {
        let Some(run) = &mut self.run else { return };
        run.go_on();
        let place = run.place;
        self.empty(place);
    }

    /// Throws a trial's value away, with the reason in the note, so that it is done again.
    pub fn repeat(&mut self, place: usize, reason: &str) {
        let thrown = self.cells.get(place).map(|cell| cell.typed.clone()).unwrap_or_default();
        self.run = None;
        self.empty(place);
        if let Some(cell) = self.cells.get_mut(place) {
            let sep = if cell.note.is_empty() { "" } else { " " };
            let note = format!("{}{sep}{reason}: {thrown}.", cell.note);
            cell.note = note.chars().take(NOTE_MAX).collect();
        }
    }

    fn empty(&mut self, place: usize) {
        if let Some(cell) = self.cells.get_mut(place) {
            cell.typed.clear();
            cell.not_done = None;
            cell.raw_ms = None;
            cell.doubtful = false;
        }
    }

    // --- what it makes -------------------------------------------------------------------------------------

    fn is_skipped(&self, cell: &Cell) -> bool {
        let deciding = protocol::decided_by(self.instrument, cell.item, cell.trial);
        if deciding.is_empty() {
            return false;
        }
        let told = self.told_of(deciding);
        self.is_skipped_by_rule(cell.item, &told)
            || protocol::is_needless(self.instrument, cell.item, cell.trial, &told)
    }

    fn is_skipped_by_rule(&self, item: Item, told: &[Trial]) -> bool {
        self.instrument == Instrument::Sppb && sppb::result(told).skipped.contains(&item)
    }

    fn told_trials(&self) -> Vec<Trial> {
        self.told(|_| true)
    }

    fn told_of(&self, items: &[Item]) -> Vec<Trial> {
        self.told(|cell| items.contains(&cell.item))
    }

    fn told(&self, of: impl Fn(&Cell) -> bool) -> Vec<Trial> {
        let outcome = |cell: &Cell| match self.said(cell) {
            Filled::Value(value) | Filled::Unusual(value) => Some(TrialOutcome::Value(value)),
            Filled::NotDone(code) => Some(TrialOutcome::NotDone(code)),
            _ => None,
        };
        self.cells.iter().filter(|cell| of(cell)).filter_map(|cell| Some(self.trial(cell, outcome(cell)?))).collect()
    }

    fn trial(&self, cell: &Cell, outcome: TrialOutcome) -> Trial {
        let rule = item_rule(self.instrument, cell.item, Some(self.course_m));
        let walked = protocol::tells_aid(self.instrument, cell.item);
        let course = walked && rule.is_some_and(|rule| rule.courses.contains(&self.course_m));
        Trial {
            course_m: course.then_some(self.course_m),
            aid: walked.then_some(self.aid),
            soft_confirmed: cell.confirmed,
            note: Some(cell.note.trim().to_owned()).filter(|note| !note.is_empty()),
            raw_ms: cell.raw_ms,
            doubtful: cell.doubtful,
            ..Trial::new(cell.item, cell.trial, outcome)
        }
    }

    /// The trials as they would be recorded: skipped stands with their reason, empty cells left out.
    pub fn trials(&self) -> Vec<Trial> {
        let told = self.told_trials();
        let outcome = |cell: &Cell| {
            if self.is_skipped_by_rule(cell.item, &told) {
                return Some(TrialOutcome::NotDone(NotDone::SkippedByRule));
            }
            let trial = told.iter().find(|trial| (trial.item, trial.trial) == (cell.item, cell.trial))?;
            let needless = protocol::is_needless(self.instrument, cell.item, cell.trial, &told);
            (!needless).then_some(trial.outcome)
        };
        self.cells.iter().filter_map(|cell| Some(self.trial(cell, outcome(cell)?))).collect()
    }

    /// Whether the cell still has to be dealt with before the test can be recorded.
    fn is_open(&self, place: usize) -> bool {
        match self.filled(place) {
            Filled::Wrong(_) | Filled::Unusual(_) => true,
            Filled::Empty => self.cells.get(place).is_some_and(|c| !protocol::may_be_left_out(c.item, c.trial)),
            Filled::Value(_) | Filled::NotDone(_) | Filled::Skipped => false,
        }
    }

    /// The parts that still have an open cell.
    pub fn open_parts(&self) -> Vec<TestPart> {
        let open = |part: &TestPart| self.cells_of(*part).into_iter().any(|place| self.is_open(place));
        self.parts().into_iter().filter(open).collect()
    }

    /// Whether it can be recorded: nothing is open or wrong, and something was entered.
    pub fn is_complete(&self) -> bool {
        let said = self.wrong_seat.is_none() && self.wrong_day.is_none();
        said && self.open_parts().is_empty() && !self.trials().is_empty()
    }

    /// The height of the seat as it stands in its field.
    pub fn seat(&self) -> String {
        let known = || self.circumstances.chair_cm.map(|cm| cm.to_string());
        self.wrong_seat.clone().or_else(known).unwrap_or_default()
    }

    /// Takes a height of the seat, or keeps what is none until it is mended; an empty field says nothing.
    pub fn set_seat(&mut self, typed: &str) {
        let typed = typed.trim();
        let cm = typed.parse::<u8>().ok().filter(|cm| SEAT_CM.contains(cm));
        self.circumstances.chair_cm = cm;
        self.wrong_seat = (cm.is_none() && !typed.is_empty()).then(|| typed.to_owned());
    }

    /// The day of the test as it stands in its field.
    pub fn day(&self) -> Option<Day> {
        match &self.wrong_day {
            Some(chosen) => chosen.parse().ok(),
            None => Some(self.measured_on),
        }
    }

    /// Takes a day of the test that is not to come, or keeps what is none until it is mended.
    pub fn set_day(&mut self, chosen: Option<Day>, today: Day) {
        match chosen.filter(|day| *day <= today && is_in_our_time(*day)) {
            Some(day) => {
                self.measured_on = day;
                self.wrong_day = None;
            }
            None => self.wrong_day = Some(chosen.map(|day| day.to_string()).unwrap_or_default()),
        }
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
        let blank = |cell: &Cell| cell.typed.is_empty() && cell.not_done.is_none() && cell.note.is_empty();
        self.run.is_none() && self.cells.iter().all(blank)
    }

    pub fn assessment(&self) -> Assessment {
        let circumstances = Circumstances { rule_version: Some(RULE_VERSION.to_owned()), ..self.circumstances.clone() };
        let (id, who, day) = (self.id, self.participant, self.measured_on);
        Assessment { circumstances, ..Assessment::new(id, who, day, self.instrument, self.trials()) }
    }
}

impl Cell {
    /// Takes over a recorded trial. A stand that the stop rule skipped is empty again.
    fn take(&mut self, instrument: Instrument, trial: &Trial) {
        self.confirmed = trial.soft_confirmed;
        self.note = trial.note.clone().unwrap_or_default();
        self.raw_ms = trial.raw_ms;
        self.doubtful = trial.doubtful;
        match trial.outcome {
            TrialOutcome::Value(value) => {
                let rule = item_rule(instrument, trial.item, trial.course_m);
                self.typed = rule.map(|rule| rule.quantity.write(value)).unwrap_or_default();
            }
            TrialOutcome::NotDone(NotDone::SkippedByRule) => {}
            TrialOutcome::NotDone(code) => self.not_done = Some(code),
        }
    }
}

/// The courses that an instrument may be walked on, the usual one first.
pub fn courses(instrument: Instrument) -> &'static [u16] {
    let of_walk = |item: &Item| item_rule(instrument, *item, None).map(|rule| rule.courses);
    let walked = protocol::parts(instrument).iter().flat_map(|items| items.iter());
    walked.filter(|item| protocol::tells_aid(instrument, **item)).find_map(of_walk).unwrap_or(&[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::assessments::{Shoes, validate};

    fn new(instrument: Instrument) -> TestForm {
        let (nil, day) = (uuid::Uuid::nil(), "2026-09-08".parse().unwrap());
        TestForm::new(AssessmentId(nil), ParticipantId(nil), GroupId(nil), instrument, day)
    }

    fn sppb() -> TestForm {
        new(Instrument::Sppb)
    }

    /// Seconds on both clocks.
    fn at(seconds: f64) -> Moment {
        Moment { steady: seconds * 1_000.0, wall: seconds * 1_000.0 }
    }

    /// A trial from its start to its stop.
    fn time(form: &mut TestForm, place: usize, seconds: f64) {
        form.press_timer(place, at(100.0));
        form.press_timer(place, at(100.0 + seconds));
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
    fn a_part_opens_with_the_trial_that_keeps_it_open() {
        let mut form = new(Instrument::Tug);
        let part = form.parts()[0];
        type_in(&mut form, 0, "10,6");
        assert_eq!(form.first_of(part), 1, "the first that is empty");
        type_in(&mut form, 1, "85,3");
        assert_eq!(form.first_of(part), 1, "the one that is asked about, not the one that is done");
        form.confirm(1);
        assert_eq!(form.first_of(part), 0);
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
        let parts = form.parts();
        assert_eq!(form.open_parts(), parts[..3]);
        type_in(&mut form, 0, "0");
        assert_eq!(form.filled(0), Filled::Value(0));
        assert_eq!(form.open_parts(), parts[1..3]);
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

    #[test]
    fn a_whole_test_by_the_timer_keeps_what_the_timer_read() {
        let mut form = sppb();
        for place in 0..3 {
            form.press_timer(place, at(0.0));
            assert!(!form.tick(at(9.999)) && form.tick(at(10.016)), "a stand ends by itself");
            assert_eq!((form.filled(place), form.cells[place].raw_ms), (Filled::Value(1000), Some(10_000)));
        }
        time(&mut form, 3, 4.8149);
        time(&mut form, 4, 4.815);
        time(&mut form, 5, 13.695);
        let values: Vec<_> = form.trials().iter().filter_map(Trial::value).collect();
        assert_eq!(values, [1000, 1000, 1000, 481, 482, 1370]);
        assert!(form.is_complete());
        assert_eq!(validate(&form.assessment()), Ok(()));
        assert_eq!(form.assessment().circumstances.rule_version.as_deref(), Some(RULE_VERSION));
    }

    #[test]
    fn stands_are_counted_by_taps_and_the_half_one_is_added_after() {
        let mut form = new(Instrument::Chair30);
        form.press_timer(0, at(0.0));
        for second in [3.0, 6.0, 6.2, 9.0] {
            form.press_timer(0, at(second));
        }
        assert!(form.tick(at(30.4)));
        assert_eq!(form.filled(0), Filled::Value(3), "a trembling tap counts once");
        form.adjust(0, 1);
        assert_eq!((form.filled(0), form.is_complete()), (Filled::Value(4), true));
    }

    #[test]
    fn lengths_of_the_course_make_the_metres() {
        let mut form = new(Instrument::Walk6);
        form.course_m = 30;
        form.press_timer(0, at(0.0));
        (1..=11).for_each(|length| form.press_timer(0, at(f64::from(length) * 30.0)));
        assert!(form.tick(at(360.0)));
        form.adjust(0, 12);
        assert_eq!(form.filled(0), Filled::Value(342));
        assert_eq!(form.assessment().trials[0].course_m, Some(30));
        assert_eq!(validate(&form.assessment()), Ok(()));
    }

    #[test]
    fn a_stand_stopped_by_hand_can_go_on_and_one_that_ended_by_itself_cannot() {
        let mut form = sppb();
        form.press_timer(0, at(0.0));
        form.press_timer(0, at(6.0));
        assert!(form.can_go_on(0, at(7.0).steady) && !form.can_go_on(1, at(7.0).steady));
        form.go_on();
        assert!(form.tick(at(10.1)));
        assert!(!form.can_go_on(0, at(10.2).steady));
    }

    #[test]
    fn a_stop_by_mistake_goes_on_and_a_repetition_says_why() {
        let mut form = new(Instrument::Tug);
        time(&mut form, 0, 3.0);
        form.go_on();
        assert_eq!((form.filled(0), form.going().is_some()), (Filled::Empty, true));
        form.press_timer(0, at(112.34));
        assert_eq!(form.filled(0), Filled::Value(123));
        form.repeat(0, "Uusittu");
        assert_eq!((form.filled(0), form.cells[0].note.as_str()), (Filled::Empty, "Uusittu: 12,3."));
    }

    #[test]
    fn a_value_corrected_by_hand_keeps_what_the_timer_read() {
        let mut form = new(Instrument::Tug);
        time(&mut form, 0, 12.34);
        (0..4).for_each(|_| form.press(0, Key::Erase));
        type_in(&mut form, 0, "12,9");
        let trial = &form.trials()[0];
        assert_eq!((trial.value(), trial.raw_ms), (Some(129), Some(12_340)));
    }

    #[test]
    fn hands_that_differ_are_asked_about_once_and_for_all() {
        let mut form = new(Instrument::Grip);
        type_in(&mut form, 0, "30");
        type_in(&mut form, 1, "15");
        assert_eq!([form.filled(0), form.filled(1)], [Filled::Unusual(300), Filled::Unusual(150)]);
        form.confirm(1);
        assert!(form.is_complete() && form.trials().iter().all(|trial| trial.soft_confirmed));
    }

    #[test]
    fn a_leg_that_stood_to_the_end_is_not_tried_again() {
        let mut form = new(Instrument::SingleLeg);
        form.held_full(0);
        type_in(&mut form, 1, "4,9");
        assert_eq!([form.filled(2), form.filled(3)], [Filled::Skipped, Filled::Empty]);
        assert!(form.is_complete());
    }

    #[test]
    fn every_instrument_is_valid_when_each_trial_has_an_allowed_value() {
        for instrument in Instrument::ALL {
            let mut form = new(*instrument);
            for place in 0..form.cells.len() {
                let quantity = item_rule(*instrument, form.cells[place].item, Some(form.course_m)).unwrap().quantity;
                form.set_value(place, quantity.soft.1.min(1000));
                form.confirm(place);
            }
            assert_eq!(form.open_parts(), [], "{instrument}");
            assert_eq!(validate(&form.assessment()), Ok(()), "{instrument}");
        }
    }

    #[test]
    fn a_seat_that_does_not_exist_is_kept_to_be_mended_and_recorded_by_nobody() {
        let mut form = new(Instrument::Tug);
        type_in(&mut form, 0, "9,4");
        for typed in ["20", "450", "korkea"] {
            form.set_seat(typed);
            assert_eq!((form.seat().as_str(), form.circumstances.chair_cm, form.is_complete()), (typed, None, false));
        }
        form.set_seat(" 45 ");
        assert_eq!((form.seat().as_str(), form.circumstances.chair_cm, form.is_complete()), ("45", Some(45), true));
        form.set_seat("");
        assert_eq!((form.seat().as_str(), form.circumstances.chair_cm, form.is_complete()), ("", None, true));
    }

    #[test]
    fn a_test_of_an_earlier_day_is_taken_and_one_that_is_to_come_is_recorded_by_nobody() {
        let (today, last_week): (Day, Day) = ("2026-09-08".parse().unwrap(), "2026-09-01".parse().unwrap());
        let mut form = new(Instrument::Tug);
        type_in(&mut form, 0, "9,4");
        form.set_day(Some(last_week), today);
        assert_eq!((form.assessment().measured_on, form.day(), form.is_complete()), (last_week, Some(last_week), true));
        let (to_come, long_ago) = ("2026-09-09".parse().unwrap(), "1989-12-31".parse().unwrap());
        for wrong in [Some(to_come), Some(long_ago), None] {
            form.set_day(wrong, today);
            assert_eq!((form.day(), form.is_complete(), form.measured_on), (wrong, false, last_week), "{wrong:?}");
        }
        form.set_day(Some(today), today);
        assert_eq!((form.measured_on, form.is_complete()), (today, true));
    }

    #[test]
    fn a_correction_begins_from_the_circumstances_and_records_what_became_of_them() {
        let mut form = new(Instrument::Tug);
        type_in(&mut form, 0, "9,4");
        form.set_seat("45");
        form.circumstances.shoes = Some(Shoes::Socks);
        let mut again = TestForm::amend(&form.assessment(), form.group);
        assert_eq!((again.seat().as_str(), again.circumstances.shoes), ("45", Some(Shoes::Socks)));
        again.set_seat("42");
        again.aid = Aid::Stick;
        let amended = again.assessment();
        assert_eq!((amended.circumstances.chair_cm, amended.circumstances.shoes), (Some(42), Some(Shoes::Socks)));
        assert_eq!(amended.trials[0].aid, Some(Aid::Stick));
    }

    #[test]
    fn the_next_test_begins_under_the_conditions_of_the_last_one() {
        let mut last = new(Instrument::Walk6);
        (last.course_m, last.aid) = (30, Aid::Rollator);
        last.set_value(0, 300);
        let next = new(Instrument::Walk6).like(Some(&last.assessment()));
        assert_eq!((next.course_m, next.aid), (30, Aid::Rollator));
    }

    #[test]
    fn what_need_not_be_asked_is_found_by_the_few_trials_that_decide_it() {
        for instrument in Instrument::ALL {
            let mut form = new(*instrument);
            for place in 0..form.cells.len() {
                let filled: Vec<_> = (0..form.cells.len()).map(|place| form.filled(place) == Filled::Skipped).collect();
                let told = form.told_trials();
                let by_all = |cell: &Cell| {
                    form.is_skipped_by_rule(cell.item, &told)
                        || protocol::is_needless(*instrument, cell.item, cell.trial, &told)
                };
                assert_eq!(filled, form.cells.iter().map(by_all).collect::<Vec<_>>(), "{instrument} {place}");
                // Holds end at their goal or at once; falls are none.
                let goal = matches!(form.tool(place), Some(Tool::Hold { .. })) && place % 2 == 0;
                if goal { form.held_full(place) } else { form.set_value(place, 0) }
            }
        }
    }

    #[test]
    fn a_question_that_nobody_owes_is_passed_over_both_ways_and_not_counted() {
        let mut form = new(Instrument::SelfReport);
        assert_eq!((form.counted(0), form.counted(2), form.part_beside(1, true)), ((1, 13), (3, 13), Some(2)));
        form.set_value(1, 0);
        assert_eq!((form.counted(1), form.counted(3)), ((2, 12), (3, 12)));
        assert_eq!((form.part_beside(1, true), form.part_beside(3, false)), (Some(3), Some(1)));
        assert_eq!(
            (form.part_beside(0, false), form.part_beside(12, true), form.part_beside(13, true)),
            (None, Some(13), None)
        );
        assert_eq!(form.unanswered().len(), 11);
        assert!(!form.unanswered().contains(&Item::FallInjury));
    }

    #[test]
    fn a_draft_of_an_earlier_program_is_read() {
        let mut kept = serde_json::to_value(sppb()).unwrap();
        for name in ["sex", "circumstances", "wrong_seat", "run", "rests_since", "from_paper", "wrong_day"] {
            kept.as_object_mut().unwrap().remove(name);
        }
        assert_eq!(serde_json::from_value::<TestForm>(kept).unwrap(), sppb());
    }
}
