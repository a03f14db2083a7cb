//! Rows of `attendance`: a session's status, and mostly one person's mark in it.

use domain::attendance::Mark;
use domain::sessions::SessionStatus;
use domain::time::Day;

use super::cells::{Fields, Parsed, shown};
use super::csv::Record;
use super::kinds::Kind;
use super::problem::{Problem, What};
use super::rows::Row;

/// One row: the session's status, and the mark of one person unless the row only states the session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AttendanceRow {
    pub group: String,
    pub held_on: Day,
    pub status: SessionStatus,
    pub mark: Option<(String, Mark)>,
}

impl Row for AttendanceRow {
    fn read(record: &Record, today: Day, problems: &mut Vec<Problem>) -> Option<Parsed<Self>> {
        let mut f = Fields::new(Kind::Attendance, record, problems);
        let group = f.needed_text("group_ref");
        let held_on = f.needed("held_on", |f| f.day("held_on"));
        let status = f.needed("session_status", |f| f.code("session_status"));
        let participant = f.line("participant_ref");
        let mark = f.code("mark");
        // A session may be planned, and called off, long before; nobody has been there yet.
        if mark.is_some() && held_on.is_some_and(|day| day > today) {
            f.report("held_on", What::InFuture);
        }
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
    use super::super::rows::{Rows, parse};
    use super::*;

    fn file(body: &str) -> (Vec<Parsed<AttendanceRow>>, Vec<Problem>) {
        let header = Kind::Attendance.columns().join(",");
        let mut problems = Vec::new();
        let records = csv::read(format!("{header}\n{body}\n").as_bytes(), Kind::Attendance, &mut problems);
        let Rows::Attendance(rows) = parse(Kind::Attendance, &records, "2026-11-21".parse().unwrap(), &mut problems)
        else {
            panic!("rows of another kind")
        };
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

    #[test]
    fn a_session_may_be_called_off_before_its_day_but_nobody_has_come_to_it() {
        assert_eq!(file("g,2026-11-22,holiday,,\ng,2026-12-01,held,,").1, []);
        let wrong = file("g,2026-11-22,held,p,present\ng,2026-11-21,held,p,present").1;
        assert_eq!(wrong, [Problem::of_cell(2, "held_on", "2026-11-22", What::InFuture)]);
    }
}
