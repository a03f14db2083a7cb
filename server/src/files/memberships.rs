//! Rows of `memberships`: one dated stay of one person in one group each.

use domain::groups::ExitReason;
use domain::time::Day;

use super::cells::{Fields, Parsed, shown};
use super::csv::Record;
use super::kinds::Kind;
use super::problem::{Problem, What};
use super::rows::Row;

/// A stay as a file tells of it; its key is group, person and the day of joining.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MembershipRow {
    pub group: String,
    pub participant: String,
    pub joined_on: Day,
    pub left_on: Option<Day>,
    pub exit_reason: Option<ExitReason>,
}

impl Row for MembershipRow {
    fn read(record: &Record, today: Day, problems: &mut Vec<Problem>) -> Option<Parsed<Self>> {
        let mut f = Fields::new(Kind::Memberships, record, problems);
        let group = f.needed_text("group_ref");
        let participant = f.needed_text("participant_ref");
        let joined_on = f.needed("joined_on", |f| f.past_day("joined_on", today));
        let left_on = f.day("left_on");
        let exit_reason = f.code("exit_reason");
        if joined_on.zip(left_on).is_some_and(|(joined, left)| left < joined) {
            f.report("left_on", What::LeftBeforeJoined);
        }
        if f.raw("exit_reason").is_some() && f.raw("left_on").is_none() {
            f.report("exit_reason", What::ReasonWithoutLeaving);
        }
        let (group, participant, joined_on) = (group?, participant?, joined_on?);
        let key = vec![group.clone(), participant.clone(), joined_on.to_string()];
        let row = MembershipRow { group, participant, joined_on, left_on, exit_reason };
        f.finish(key, cells(&row), row)
    }
}

/// The stay's row, in column order.
pub fn cells(row: &MembershipRow) -> Vec<String> {
    vec![
        row.group.clone(),
        row.participant.clone(),
        row.joined_on.to_string(),
        shown(row.left_on.as_ref()),
        shown(row.exit_reason.as_ref()),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::csv;
    use super::super::rows::{Rows, parse};
    use super::*;

    fn file(body: &str) -> (Vec<Parsed<MembershipRow>>, Vec<Problem>) {
        let header = Kind::Memberships.columns().join(",");
        let mut problems = Vec::new();
        let records = csv::read(format!("{header}\n{body}\n").as_bytes(), Kind::Memberships, &mut problems);
        let Rows::Memberships(rows) = parse(Kind::Memberships, &records, "2026-11-21".parse().unwrap(), &mut problems)
        else {
            panic!("rows of another kind")
        };
        (rows, problems)
    }

    #[test]
    fn two_stays_of_one_person_in_one_group_are_two_rows() {
        let (rows, problems) = file("g,p,2026-01-10,2026-03-01,hospital\ng,p,2026-09-01,,");
        assert!(problems.is_empty());
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].value.exit_reason, Some(ExitReason::Hospital));
    }

    #[test]
    fn a_stay_ends_after_it_begins_and_a_reason_needs_its_end() {
        assert_eq!(file("g,p,2026-01-10,2026-01-09,").1[0].what, What::LeftBeforeJoined);
        assert_eq!(file("g,p,2026-01-10,,died").1[0].what, What::ReasonWithoutLeaving);
        assert_eq!(file("g,p,2026-01-10,2026-01-10,").1, []);
    }

    #[test]
    fn one_stay_cannot_end_on_two_days() {
        let (_, problems) = file("g,p,2026-01-10,2026-02-01,\ng,p,10.1.2026,2026-02-02,");
        assert_eq!(problems, [Problem::of_cell(3, "left_on", "2026-02-02", What::OtherContent { line: 2 })]);
    }

    #[test]
    fn nobody_has_joined_tomorrow_but_somebody_may_be_going_to_leave() {
        assert_eq!(file("g,p,2026-11-22,,").1, [Problem::of_cell(2, "joined_on", "2026-11-22", What::InFuture)]);
        assert_eq!(file("g,p,2026-11-21,2026-12-18,group_ended").1, []);
    }
}
