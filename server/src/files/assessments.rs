//! Rows of `assessments`: one trial of one functional-ability test each.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::vec::IntoIter;

use domain::assessments::{
    Instrument, Item, ItemRule, NOTE_MAX, Trial, TrialOutcome, TrialProblemKind, ValueProblem, code_allowed, item_rule,
    items, validate_trials, write_decimal,
};
use domain::input::NumberError;
use domain::time::Day;

use super::cells::{Fields, Parsed, shown};
use super::csv::Record;
use super::kinds::Kind;
use super::problem::{Problem, What};
use super::rows::Row;

/// One trial as a file tells of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrialRow {
    pub participant: String,
    pub measured_on: Day,
    pub instrument: Instrument,
    pub trial: Trial,
}

/// What makes rows belong to one test: there is one of a kind per person and day.
pub type TestKey<'a> = (&'a str, Day, Instrument);

/// The rows of each test, in the order of person, day and instrument.
pub fn tests(rows: &[Parsed<TrialRow>]) -> BTreeMap<TestKey<'_>, Vec<&Parsed<TrialRow>>> {
    let mut tests: BTreeMap<TestKey, Vec<&Parsed<TrialRow>>> = BTreeMap::new();
    for row in rows {
        tests.entry(test_key(&row.value)).or_default().push(row);
    }
    tests
}

impl Row for TrialRow {
    fn read(record: &Record, today: Day, problems: &mut Vec<Problem>) -> Option<Parsed<Self>> {
        let mut f = Fields::new(Kind::Assessments, record, problems);
        let participant = f.needed_text("participant_ref");
        let measured_on = f.needed("measured_on", |f| f.past_day("measured_on", today));
        let instrument = f.needed("instrument", |f| f.code("instrument"));
        let item = f.needed("item", |f| item_of(f, instrument));
        let note = f.text("note", NOTE_MAX);
        let aid = f.code("aid");
        // Without instrument and item nobody can say what the rest should be.
        let (instrument, item) = (instrument?, item?);
        let rule = rule_of(&mut f, instrument, item)?;
        let number = match f.raw("trial") {
            Some(_) => trial_number(&mut f, rule.trials),
            None => Some(1),
        };
        let course_m = course(&mut f, &rule);
        let outcome = outcome(&mut f, instrument, &rule, course_m);
        let (participant, measured_on) = (participant?, measured_on?);
        let trial = Trial { course_m, aid, note, ..Trial::new(item, number?, outcome?) };
        let row = TrialRow { participant, measured_on, instrument, trial };
        f.finish(key(&row), cells(&row), row)
    }
}

/// The trials of a file until its end is read, in some hundred bytes each: what else is known of a row follows from it.
#[derive(Default)]
pub struct Trials {
    /// Which columns the file has.
    columns: Vec<bool>,
    waiting: Vec<(u64, TrialRow)>,
    sorted: Option<Peekable<IntoIter<(u64, TrialRow)>>>,
}

impl Trials {
    pub fn add(&mut self, rows: Vec<Parsed<TrialRow>>) {
        if let Some(first) = rows.first() {
            self.columns = first.cells.iter().map(Option::is_some).collect();
        }
        self.waiting.extend(rows.into_iter().map(|row| (row.line, row.value)));
    }

    /// At least `most` rows as far as there are, those of a test together, in the order of person, day and instrument.
    /// What does not fit together is reported.
    pub fn next(&mut self, most: usize, problems: &mut Vec<Problem>) -> Vec<Parsed<TrialRow>> {
        let waiting = std::mem::take(&mut self.waiting);
        let sorted = self.sorted.get_or_insert_with(|| in_order(waiting).into_iter().peekable());
        let mut rows: Vec<Parsed<TrialRow>> = Vec::new();
        while let Some((line, value)) = sorted.next_if(|(_, next)| {
            rows.len() < most || rows.last().is_some_and(|last| test_key(&last.value) == test_key(next))
        }) {
            let cells = cells(&value).into_iter().zip(&self.columns).map(|(cell, is_there)| is_there.then_some(cell));
            rows.push(Parsed { line, key: key(&value), cells: cells.collect(), value });
        }
        for trials in tests(&rows).values() {
            refuse_contradictions(trials, problems);
        }
        rows
    }
}

fn in_order(mut rows: Vec<(u64, TrialRow)>) -> Vec<(u64, TrialRow)> {
    rows.sort_by(|(_, a), (_, b)| test_key(a).cmp(&test_key(b)));
    rows
}

fn test_key(row: &TrialRow) -> TestKey<'_> {
    (&row.participant, row.measured_on, row.instrument)
}

/// What makes a row the same row in the next file.
pub fn key(row: &TrialRow) -> Vec<String> {
    vec![
        row.participant.clone(),
        row.measured_on.to_string(),
        row.instrument.to_string(),
        row.trial.item.to_string(),
        row.trial.trial.to_string(),
    ]
}

fn item_of(f: &mut Fields, instrument: Option<Instrument>) -> Option<Item> {
    let text = f.raw("item")?;
    let item = Item::from_code(text);
    let Some(instrument) = instrument else { return item };
    let known = item.filter(|item| item_rule(instrument, *item, None).is_some());
    if known.is_none() {
        f.report("item", What::ItemOfOtherInstrument { allowed: items(instrument).map(Item::code).collect() });
    }
    known
}

/// The rule with the limits of the course that the row names.
fn rule_of(f: &mut Fields, instrument: Instrument, item: Item) -> Option<ItemRule> {
    let course = f.raw("course_m").and_then(|text| domain::input::Decimal::in_file(text).ok());
    let course = course.and_then(|number| number.exact(0)).and_then(|metres| u16::try_from(metres).ok());
    item_rule(instrument, item, course)
}

fn trial_number(f: &mut Fields, most: u8) -> Option<u8> {
    let number = f.number("trial")?;
    let number = number.exact(0).and_then(|n| u8::try_from(n).ok()).filter(|n| (1..=most).contains(n));
    if number.is_none() {
        f.report("trial", What::TrialOutOfRange { most });
    }
    number
}

fn course(f: &mut Fields, rule: &ItemRule) -> Option<u16> {
    f.raw("course_m")?;
    if rule.courses.is_empty() {
        f.report("course_m", What::CourseWithoutWalk);
        return None;
    }
    let metres = f.number("course_m")?.exact(0).and_then(|m| u16::try_from(m).ok());
    let course = metres.filter(|metres| rule.courses.contains(metres));
    if course.is_none() {
        f.report("course_m", What::CourseRefused { allowed: rule.courses });
    }
    course
}

fn outcome(f: &mut Fields, instrument: Instrument, rule: &ItemRule, course: Option<u16>) -> Option<TrialOutcome> {
    match (f.raw("value"), f.raw("not_done")) {
        (None, None) => {
            if f.is_readable("value") {
                f.report("value", What::NeitherValueNorReason);
            }
            None
        }
        (Some(_), Some(_)) => {
            f.report("not_done", What::ValueAndReason);
            None
        }
        (Some(text), None) => value(f, text, rule, course).map(TrialOutcome::Value),
        (None, Some(_)) => {
            let code = f.code("not_done")?;
            if !code_allowed(instrument, rule.item, code) {
                f.report("not_done", What::SkippedNotAllowed);
            }
            Some(TrialOutcome::NotDone(code))
        }
    }
}

fn value(f: &mut Fields, text: &str, rule: &ItemRule, course: Option<u16>) -> Option<i64> {
    if rule.course_required && course.is_none() && f.raw("course_m").is_none() {
        f.report("course_m", What::CourseRequired { allowed: rule.courses });
    }
    match rule.quantity.read(text, domain::assessments::Reading::File) {
        Ok(value) => Some(value),
        Err(problem) => {
            f.report("value", what_of(problem));
            None
        }
    }
}

fn what_of(problem: ValueProblem) -> What {
    match problem {
        ValueProblem::Number(NumberError::TwoSeparators) => What::TwoSeparators,
        ValueProblem::Number(_) => What::NotANumber,
        ValueProblem::NotWhole => What::NotWhole,
        ValueProblem::NotACode(allowed) => What::UnknownCode { allowed: allowed.to_vec() },
        ValueProblem::OutOfRange { low, high, decimals } => {
            What::OutOfRange { least: write_decimal(low, decimals), most: write_decimal(high, decimals) }
        }
        ValueProblem::TooFast => What::TooFast,
    }
}

/// What only shows when the rows of one test are seen together.
fn refuse_contradictions(rows: &[&Parsed<TrialRow>], problems: &mut Vec<Problem>) {
    let Some(instrument) = rows.first().map(|row| row.value.instrument) else { return };
    let trials: Vec<_> = rows.iter().map(|row| row.value.trial.clone()).collect();
    for problem in validate_trials(instrument, &trials).err().unwrap_or_default() {
        let Some(row) = problem.trial.and_then(|at| rows.get(at)) else { continue };
        let (column, what) = match problem.kind {
            TrialProblemKind::CoursesDiffer => ("course_m", What::CourseDiffers),
            TrialProblemKind::InjuryWithoutFall => ("value", What::InjuryWithoutFall),
            // Everything else was reported when the row was read.
            _ => continue,
        };
        let at = Kind::Assessments.columns().iter().position(|c| *c == column);
        let value = at.and_then(|at| row.cells.get(at).cloned().flatten()).unwrap_or_default();
        problems.push(Problem::of_cell(row.line, column, &value, what));
    }
}

/// The row as it is written, in column order.
pub fn cells(row: &TrialRow) -> Vec<String> {
    let trial = &row.trial;
    let quantity = item_rule(row.instrument, trial.item, trial.course_m).map(|rule| rule.quantity);
    let (value, not_done) = match trial.outcome {
        TrialOutcome::Value(value) => (quantity.map_or_else(|| value.to_string(), |q| q.write(value)), String::new()),
        TrialOutcome::NotDone(code) => (String::new(), code.to_string()),
    };
    vec![
        row.participant.clone(),
        row.measured_on.to_string(),
        row.instrument.to_string(),
        trial.item.to_string(),
        trial.trial.to_string(),
        value,
        not_done,
        shown(trial.course_m.as_ref()),
        shown(trial.aid.as_ref()),
        trial.note.clone().unwrap_or_default(),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::csv;
    use super::super::rows::{Rows, parse};
    use super::*;
    use domain::assessments::{Aid, NotDone};

    fn file(body: &str) -> (Vec<Parsed<TrialRow>>, Vec<Problem>) {
        let header = Kind::Assessments.columns().join(";");
        let mut problems = Vec::new();
        let records = csv::read(format!("{header}\n{body}\n").as_bytes(), Kind::Assessments, &mut problems);
        let Rows::Assessments(rows) = parse(Kind::Assessments, &records, "2026-11-21".parse().unwrap(), &mut problems)
        else {
            panic!("rows of another kind")
        };
        (rows, problems)
    }

    fn only(body: &str) -> (String, What) {
        let (_, problems) = file(body);
        assert_eq!(problems.len(), 1, "{body}: {problems:?}");
        (problems[0].column.clone().unwrap(), problems[0].what.clone())
    }

    fn value(body: &str) -> TrialOutcome {
        let (rows, problems) = file(body);
        assert!(problems.is_empty(), "{body}: {problems:?}");
        rows[0].value.trial.outcome
    }

    #[test]
    fn values_are_rounded_by_their_quantity_before_the_limits() {
        assert_eq!(value("p;2026-09-08;sppb;gait;1;4,815;;4;stick;"), TrialOutcome::Value(482));
        assert_eq!(value("p;2026-09-08;sppb;tandem;1;9.996;;;;"), TrialOutcome::Value(999));
        assert_eq!(value("p;2026-09-08;single_leg;left;2;30.04;;;;"), TrialOutcome::Value(300));
        assert_eq!(value("p;2026-09-08;sppb;chair5;;60,004;;;;"), TrialOutcome::Value(6000));
        assert_eq!(value("p;2026-09-08;self_report;aid_out;1;TWO_STICKS;;;;"), TrialOutcome::Value(2));
        assert_eq!(
            value("p;2026-09-08;SPPB;Semi_Tandem;1;;Skipped_By_Rule;;;"),
            TrialOutcome::NotDone(NotDone::SkippedByRule)
        );
    }

    #[test]
    fn hard_limits_refuse_and_say_the_limits() {
        let range = |least: &str, most: &str| What::OutOfRange { least: least.into(), most: most.into() };
        for (row, what) in [
            ("sppb;chair5;1;60,01;;;;", range("3.00", "60.00")),
            ("sppb;gait;1;0.99;;4;;", range("1.00", "120.00")),
            ("sppb;gait;1;95;;3;;", range("0.75", "90.00")),
            ("tug;time;1;2.9;;;;", range("3.0", "180.0")),
            ("single_leg;right;1;31;;;;", range("0.0", "30.0")),
            ("chair30;stands;1;41;;;;", range("0", "40")),
            ("walk6;distance;1;901;;15;;", range("0", "900")),
            ("sppb;gait;1;1.32;;4;;", What::TooFast),
            ("gait10;usual;1;3.30;;;;", What::TooFast),
            ("chair30;stands;1;12,5;;;;", What::NotWhole),
            ("grip;right;1;1.200,0;;;;", What::TwoSeparators),
            ("grip;right;1;1e1;;;;", What::NotANumber),
            ("grip;right;1;NaN;;;;", What::NotANumber),
        ] {
            assert_eq!(only(&format!("p;2026-09-08;{row}")), ("value".into(), what), "{row}");
        }
    }

    #[test]
    fn a_row_has_exactly_one_of_value_and_reason() {
        assert_eq!(only("p;2026-09-08;tug;time;1;;;;;").1, What::NeitherValueNorReason);
        assert_eq!(only("p;2026-09-08;tug;time;1;9;refused;;;").1, What::ValueAndReason);
        assert_eq!(only("p;2026-09-08;tug;time;1;;skipped_by_rule;;;").1, What::SkippedNotAllowed);
    }

    #[test]
    fn walks_need_a_known_course_and_other_items_have_none() {
        assert_eq!(only("p;2026-09-08;sppb;gait;1;4.8;;;;").1, What::CourseRequired { allowed: &[4, 3] });
        assert!(matches!(only("p;2026-09-08;sppb;gait;1;3.0;;2.44;;").1, What::CourseRefused { .. }));
        assert!(matches!(only("p;2026-09-08;walk6;distance;1;300;;20;;").1, What::CourseRefused { .. }));
        assert_eq!(only("p;2026-09-08;tug;time;1;12;;3;;").1, What::CourseWithoutWalk);
        assert_eq!(file("p;2026-09-08;sppb;gait;1;;no_space;;;").1, []);
        let (_, problems) = file("p;2026-09-08;sppb;gait;1;4.8;;4;;\np;2026-09-08;sppb;gait;2;4.8;;3;;");
        assert_eq!(problems, [Problem::of_cell(3, "course_m", "3", What::CourseDiffers)]);
    }

    #[test]
    fn items_and_trials_belong_to_their_instrument() {
        let (column, what) = only("p;2026-09-08;tug;gait;1;4.8;;4;;");
        assert_eq!((column.as_str(), what), ("item", What::ItemOfOtherInstrument { allowed: vec!["time"] }));
        assert_eq!(only("p;2026-09-08;tug;time;3;9;;;;").1, What::TrialOutOfRange { most: 2 });
        assert_eq!(only("p;2026-09-08;sppb;tandem;2;9;;;;").1, What::TrialOutOfRange { most: 1 });
        assert_eq!(only("p;2026-09-08;tug;time;1,5;9;;;;").1, What::TrialOutOfRange { most: 2 });
    }

    #[test]
    fn nothing_was_measured_tomorrow() {
        assert_eq!(only("p;2026-11-22;tug;time;1;9;;;;"), ("measured_on".into(), What::InFuture));
        assert_eq!(file("p;2026-11-21;tug;time;1;9;;;;").1, []);
    }

    #[test]
    fn care_after_a_fall_needs_a_fall() {
        let (_, problems) =
            file("p;2026-09-08;self_report;falls12;1;0;;;;\np;2026-09-08;self_report;fall_injury;1;1;;;;");
        assert_eq!(problems, [Problem::of_cell(3, "value", "1", What::InjuryWithoutFall)]);
    }

    #[test]
    fn rows_are_gathered_into_tests_and_written_in_one_form() {
        let (rows, problems) = file(
            "p;8.9.2026;sppb;gait;2;5,1;;4,0;stick;\"two\nlines\"\np;2026-09-08;sppb;gait;1;4.9;;4;Stick;\nq;2026-09-08;sppb;gait;1;4.9;;4;;",
        );
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(tests(&rows).values().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(rows[0].value.trial.aid, Some(Aid::Stick));
        let written: Vec<_> = rows[0].cells.iter().map(|c| c.as_deref().unwrap()).collect();
        assert_eq!(written.join(";"), "p;2026-09-08;sppb;gait;2;5.10;;4;stick;two\nlines");
    }
}
