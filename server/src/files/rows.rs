//! The typed rows of a file of any kind, with every problem that can be seen without the database.

use domain::time::Day;

use super::cells::Parsed;
use super::csv::Record;
use super::kinds::Kind;
use super::problem::Problem;
use super::{assessments, attendance, groups, memberships, participants};

/// The rows of a file.
pub enum Rows {
    Participants(Vec<Parsed<participants::ParticipantRow>>),
    Groups(Vec<Parsed<groups::GroupRow>>),
    Memberships(Vec<Parsed<memberships::MembershipRow>>),
    Attendance(Vec<Parsed<attendance::AttendanceRow>>),
    Assessments(Vec<Parsed<assessments::TrialRow>>),
}

/// Types the records; every problem found is added to `problems`.
pub fn parse(kind: Kind, records: &[Record], today: Day, problems: &mut Vec<Problem>) -> Rows {
    match kind {
        Kind::Participants => Rows::Participants(participants::parse(records, today, problems)),
        Kind::Groups => Rows::Groups(groups::parse(records, problems)),
        Kind::Memberships => Rows::Memberships(memberships::parse(records, problems)),
        Kind::Attendance => Rows::Attendance(attendance::parse(records, problems)),
        Kind::Assessments => Rows::Assessments(assessments::parse(records, problems)),
    }
}
