//! Rows of `memberships`: one dated stay of one person in one group each.

use domain::groups::ExitReason;
use domain::time::Day;

use super::cells::{Fields, Parsed, shown, without_repeats};
use super::csv::Record;
use super::kinds::Kind;
use super::problem::{Problem, What};

/// A stay as a file tells of it; its key is group, person and the day of joining (ruling 30).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MembershipRow {
    pub group: String,
    pub participant: String,
    pub joined_on: Day,
    pub left_on: Option<Day>,
    pub exit_reason: Option<ExitReason>,
}

/// Reads the records of a `memberships` file.
pub fn parse(records: &[Record], problems: &mut Vec<Problem>) -> Vec<Parsed<MembershipRow>> {
    let rows = records.iter().filter_map(|record| parse_one(record, problems)).collect();
    without_repeats(rows, Kind::Memberships, problems)
}

fn parse_one(record: &Record, problems: &mut Vec<Problem>) -> Option<Parsed<MembershipRow>> {
    let mut f = Fields::new(Kind::Memberships, record, problems);
    let group = f.needed_text("group_ref");
    let participant = f.needed_text("participant_ref");
    let joined_on = f.needed("joined_on", |f| f.day("joined_on"));
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
    use super::*;

    fn file(body: &str) -> (Vec<Parsed<MembershipRow>>, Vec<Problem>) {
        let header = Kind::Memberships.columns().join(",");
        let mut problems = Vec::new();
        let records = csv::read(format!("{header}\n{body}\n").as_bytes(), Kind::Memberships, &mut problems);
        let rows = parse(&records, &mut problems);
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
}
