//! Rows of `attendance`: a session's status, and mostly one person's mark in it.

use std::collections::HashMap;

use domain::attendance::Mark;
use domain::sessions::SessionStatus;
use domain::time::Day;

use super::cells::{Fields, Parsed, shown, without_repeats};
use super::csv::Record;
use super::kinds::Kind;
use super::problem::{Problem, What};

/// One row: the session's status, and the mark of one person unless the row only states the session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AttendanceRow {
    pub group: String,
    pub held_on: Day,
    pub status: SessionStatus,
    pub mark: Option<(String, Mark)>,
}

/// Reads the records of an `attendance` file.
pub fn parse(records: &[Record], problems: &mut Vec<Problem>) -> Vec<Parsed<AttendanceRow>> {
    let rows: Vec<_> = records.iter().filter_map(|record| parse_one(record, problems)).collect();
    refuse_two_statuses(&rows, problems);
    without_repeats(rows, Kind::Attendance, problems)
}

fn parse_one(record: &Record, problems: &mut Vec<Problem>) -> Option<Parsed<AttendanceRow>> {
    let mut f = Fields::new(Kind::Attendance, record, problems);
    let group = f.needed_text("group_ref");
    let held_on = f.needed("held_on", |f| f.day("held_on"));
    let status = f.needed("session_status", |f| f.code("session_status"));
    let participant = f.line("participant_ref");
    let mark = f.code("mark");
    if f.is_readable("participant_ref") && f.is_readable("mark") {
        match (f.raw("participant_ref"), f.raw("mark")) {
            (None, Some(_)) => f.report("mark", What::MarkWithoutPerson),
            (Some(_), None) => f.report("mark", What::PersonWithoutMark),
            _ => {}
        }
    }
    let (group, held_on, status) = (group?, held_on?, status?);
    let key = vec![group.clone(), held_on.to_string(), participant.clone().unwrap_or_default()];
    let row = AttendanceRow { group, held_on, status, mark: participant.zip(mark) };
    f.finish(key, cells(&row), row)
}

/// A session has one status, whichever of its rows says it.
fn refuse_two_statuses(rows: &[Parsed<AttendanceRow>], problems: &mut Vec<Problem>) {
    let mut first: HashMap<(&str, Day), (SessionStatus, u64)> = HashMap::new();
    for row in rows {
        let said = *first.entry((&row.value.group, row.value.held_on)).or_insert((row.value.status, row.line));
        // Rows of one person are compared whole; this is about rows of different people.
        if said.0 != row.value.status {
            let what = What::OtherContent { line: said.1 };
            problems.push(Problem::of_cell(row.line, "session_status", row.value.status.code(), what));
        }
    }
}

/// The row as it is written, in column order.
pub fn cells(row: &AttendanceRow) -> Vec<String> {
    vec![
        row.group.clone(),
        row.held_on.to_string(),
        row.status.to_string(),
        row.mark.as_ref().map(|(participant, _)| participant.clone()).unwrap_or_default(),
        shown(row.mark.as_ref().map(|(_, mark)| mark)),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::csv;
    use super::*;

    fn file(body: &str) -> (Vec<Parsed<AttendanceRow>>, Vec<Problem>) {
        let header = Kind::Attendance.columns().join(",");
        let mut problems = Vec::new();
        let records = csv::read(format!("{header}\n{body}\n").as_bytes(), Kind::Attendance, &mut problems);
        let rows = parse(&records, &mut problems);
        (rows, problems)
    }

    #[test]
    fn a_row_without_a_person_only_states_the_session() {
        let (rows, problems) = file("g,2026-09-08,holiday,,\ng,2026-09-10,held,p,present");
        assert!(problems.is_empty());
        assert_eq!(rows[0].value.mark, None);
        assert_eq!(rows[1].value.mark, Some(("p".into(), Mark::Present)));
    }

    #[test]
    fn a_mark_needs_a_person_and_a_person_a_mark() {
        assert_eq!(file("g,2026-09-08,held,,present").1[0].what, What::MarkWithoutPerson);
        assert_eq!(file("g,2026-09-08,held,p,").1[0].what, What::PersonWithoutMark);
        assert_eq!(file("g,2026-09-08,held,p,here").1.len(), 1);
    }

    #[test]
    fn a_session_has_one_status() {
        let (_, problems) = file("g,2026-09-08,held,p,present\ng,2026-09-08,holiday,q,absent_informed");
        assert_eq!(problems, [Problem::of_cell(3, "session_status", "holiday", What::OtherContent { line: 2 })]);
    }

    #[test]
    fn one_person_cannot_have_two_marks_in_one_session() {
        let (rows, problems) = file("g,2026-09-08,held,p,present\ng,2026-09-08,held,p,present");
        assert_eq!((rows.len(), problems.len()), (1, 0));
        let (_, problems) = file("g,2026-09-08,held,p,present\ng,2026-09-08,held,p,paused");
        assert_eq!(problems, [Problem::of_cell(3, "mark", "paused", What::OtherContent { line: 2 })]);
    }
}
