//! Writes the files that a municipality leaves with: the five kinds that can be read in again, and the scores.

use std::collections::{BTreeMap, HashMap};

use domain::assessments::{Assessment, OutcomeMeasure, RULE_VERSION, Score, class, comparable_in_order, scores};
use domain::attendance::Mark;
use domain::ids::ParticipantId;
use domain::people::Participant;
use domain::sessions::SessionStatus;
use domain::time::Day;

use super::attendance::AttendanceRow;
use super::groups::GroupRow;
use super::kinds::Kind;
use super::memberships::MembershipRow;
use super::present;
use super::write::{Form, Writer, Written};
use super::{assessments, attendance, groups, memberships, participants};
use crate::access::{Scope, ScopedTx};
use crate::audit;
use crate::error::Error;
use crate::state::AppState;

/// What can be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    Rows(Kind),
    Scores,
}

impl What {
    pub const ALL: &'static [Self] = &[
        Self::Rows(Kind::Participants),
        Self::Rows(Kind::Groups),
        Self::Rows(Kind::Memberships),
        Self::Rows(Kind::Attendance),
        Self::Rows(Kind::Assessments),
        Self::Scores,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Rows(kind) => kind.code(),
            Self::Scores => "scores",
        }
    }
}

/// The columns of the scores.
const SCORES: &[&str] = &["participant_ref", "measured_on", "outcome", "value", "class", "comparable", "rule_version"];

/// The days to write, both ends included. Tests and attendance count by their day, stays and groups when any of
/// their days lies inside; people are written always.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Days {
    pub from: Option<Day>,
    pub to: Option<Day>,
}

impl Days {
    pub(super) fn holds(self, day: Day) -> bool {
        self.touches(Some(day), Some(day))
    }

    pub(super) fn touches(self, start: Option<Day>, end: Option<Day>) -> bool {
        let begins_too_late = self.to.zip(start).is_some_and(|(to, start)| start > to);
        let ends_too_early = self.from.zip(end).is_some_and(|(from, end)| end < from);
        !begins_too_late && !ends_too_early
    }
}

/// The file, handed to whoever runs the installation. What it tells of people is logged before it is.
pub async fn take_out(state: &AppState, scope: &Scope, what: What, days: Days, form: Form) -> Result<Written, Error> {
    let mut tx = state.db.read(scope).await?;
    let rows = rows(&mut tx, what, days).await?;
    drop(tx);
    if what != What::Rows(Kind::Groups) && !rows.is_empty() {
        let look = audit::Entry::of_export(state.now(), what.code(), rows.len());
        audit::note(state, scope.municipality(), &look).await?;
    }
    Ok(text(what, &rows, form))
}

/// The file as text.
pub async fn export(tx: &mut ScopedTx, what: What, days: Days, form: Form) -> Result<String, Error> {
    Ok(text(what, &rows(tx, what, days).await?, form).text)
}

/// The rows in the order of their keys.
async fn rows(tx: &mut ScopedTx, what: What, days: Days) -> Result<Vec<Row>, Error> {
    let mut rows = match what {
        What::Rows(Kind::Participants) => participant_rows(tx).await?,
        What::Rows(Kind::Groups) => group_rows(tx, days).await?,
        What::Rows(Kind::Memberships) => membership_rows(tx, days).await?,
        What::Rows(Kind::Attendance) => attendance_rows(tx, days).await?,
        What::Rows(Kind::Assessments) => assessment_rows(tx, days).await?,
        What::Scores => score_rows(tx, days).await?,
    };
    rows.sort();
    Ok(rows)
}

fn text(what: What, rows: &[Row], form: Form) -> Written {
    let columns = match what {
        What::Rows(kind) => kind.columns(),
        What::Scores => SCORES,
    };
    let mut writer = Writer::new(form, columns);
    rows.iter().for_each(|(_, cells)| writer.row(cells));
    writer.finish()
}

/// What a row is ordered by, and its cells.
type Row = (Vec<String>, Vec<String>);

async fn participant_rows(tx: &mut ScopedTx) -> Result<Vec<Row>, Error> {
    let people = present::people(tx).await?;
    let consents = present::health_consents(tx).await?;
    let row = |(reference, person): &(String, Participant)| {
        let consent = consents.get(&person.id).and_then(|consent| consent.given_on);
        (vec![reference.clone()], participants::cells(reference, &person.profile, consent))
    };
    Ok(people.all.values().map(row).collect())
}

async fn group_rows(tx: &mut ScopedTx, days: Days) -> Result<Vec<Row>, Error> {
    let groups = present::groups(tx).await?;
    let organisations = present::organisations(tx).await?;
    let inside = groups.all.values().filter(|(_, g)| days.touches(g.season_start, g.season_end));
    let row = |(reference, g): &(String, domain::groups::Group)| {
        let provider = organisations.names.get(&g.provider).filter(|_| g.provider != organisations.own).cloned();
        let row = GroupRow {
            reference: reference.clone(),
            name: g.name.clone(),
            kind: g.kind,
            provider,
            place: g.place.clone(),
            weekdays: g.weekdays.clone(),
            starts_at: g.starts_at,
            minutes: g.minutes,
            capacity: g.capacity,
            season_start: g.season_start,
            season_end: g.season_end,
        };
        (vec![reference.clone()], groups::cells(&row))
    };
    Ok(inside.map(row).collect())
}

async fn membership_rows(tx: &mut ScopedTx, days: Days) -> Result<Vec<Row>, Error> {
    let (people, groups) = (present::people(tx).await?, present::groups(tx).await?);
    let stays = present::memberships(tx).await?;
    let inside = stays.into_iter().filter(|stay| days.touches(Some(stay.joined_on), stay.left_on));
    let row = |stay: domain::groups::Membership| {
        let row = MembershipRow {
            group: groups.reference(stay.group)?.to_owned(),
            participant: people.reference(stay.participant)?.to_owned(),
            joined_on: stay.joined_on,
            left_on: stay.left_on,
            exit_reason: stay.exit_reason.filter(|_| stay.left_on.is_some()),
        };
        let cells = memberships::cells(&row);
        Some((vec![row.group, row.participant, row.joined_on.to_string()], cells))
    };
    Ok(inside.filter_map(row).collect())
}

async fn attendance_rows(tx: &mut ScopedTx, days: Days) -> Result<Vec<Row>, Error> {
    let (people, groups) = (present::people(tx).await?, present::groups(tx).await?);
    let mut meetings: BTreeMap<(&str, Day), Meeting> = BTreeMap::new();
    let mut slots = HashMap::new();
    for session in present::sessions(tx).await?.into_iter().filter(|session| days.holds(session.day)) {
        let Some(group) = groups.reference(session.group) else { continue };
        let meeting = meetings.entry((group, session.day)).or_default();
        meeting.status = meeting.status.into_iter().chain(session.status).min();
        slots.insert(session.id, (group, session.day));
    }
    for (session, participant, mark) in present::marks(tx).await? {
        let slot = slots.get(&session).and_then(|slot| meetings.get_mut(slot));
        if let (Some(meeting), Some(reference)) = (slot, people.reference(participant)) {
            let kept = meeting.marks.entry(reference.to_owned()).or_insert(mark);
            *kept = mark.min(*kept);
        }
    }
    Ok(meetings.into_iter().flat_map(|((group, day), meeting)| meeting.rows(group, day)).collect())
}

/// What happened in a group on a day. A file knows one session a day: of several, what counts most is kept, in
/// the order in which status and marks are listed.
#[derive(Default)]
struct Meeting {
    status: Option<SessionStatus>,
    marks: BTreeMap<String, Mark>,
}

impl Meeting {
    fn rows(self, group: &str, day: Day) -> Vec<Row> {
        // Marks say that people met, even where nobody has said so of the session yet.
        let Some(status) = self.status.or((!self.marks.is_empty()).then_some(SessionStatus::Held)) else {
            return Vec::new();
        };
        let row = |mark: Option<(String, Mark)>| {
            let person = mark.as_ref().map(|(person, _)| person.clone()).unwrap_or_default();
            let row = AttendanceRow { group: group.to_owned(), held_on: day, status, mark };
            (vec![group.to_owned(), day.to_string(), person], attendance::cells(&row))
        };
        if self.marks.is_empty() { vec![row(None)] } else { self.marks.into_iter().map(|m| row(Some(m))).collect() }
    }
}

async fn assessment_rows(tx: &mut ScopedTx, days: Days) -> Result<Vec<Row>, Error> {
    let people = present::people(tx).await?;
    let tests = present::one_of_a_kind(present::assessments(tx).await?);
    let mut rows = Vec::new();
    for test in tests.into_iter().filter(|test| days.holds(test.measured_on)) {
        let Some(reference) = people.reference(test.participant) else { continue };
        for trial in test.trials {
            // Instruments and items stand in the order of their tables.
            let order = format!("{:02}.{:02}.{:02}", test.instrument as u8, trial.item as u8, trial.trial);
            let row = assessments::TrialRow {
                participant: reference.to_owned(),
                measured_on: test.measured_on,
                instrument: test.instrument,
                trial,
            };
            rows.push((vec![reference.to_owned(), test.measured_on.to_string(), order], assessments::cells(&row)));
        }
    }
    Ok(rows)
}

async fn score_rows(tx: &mut ScopedTx, days: Days) -> Result<Vec<Row>, Error> {
    let people = present::people(tx).await?;
    let tests = present::assessments(tx).await?;
    let mut rows = Vec::new();
    for ((person, outcome), trend) in trends(present::one_of_a_kind(tests)) {
        let Some((reference, person)) = people.all.get(&person) else { continue };
        let comparable = comparable_in_order(trend.iter().map(|(_, score)| score));
        for ((day, score), comparable) in trend.iter().zip(comparable).filter(|((day, _), _)| days.holds(*day)) {
            let order = vec![reference.clone(), day.to_string(), format!("{:02}", outcome as u8)];
            rows.push((order, score_cells(reference, person, *day, score, comparable)));
        }
    }
    Ok(rows)
}

/// Each person's scores of each outcome, from the first day to the last. Tests of which two corrections
/// contradict each other are left out until somebody has decided.
pub(super) fn trends(tests: Vec<Assessment>) -> BTreeMap<(ParticipantId, OutcomeMeasure), Vec<(Day, Score)>> {
    let mut trends: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for test in tests.iter().filter(|test| !test.disputed) {
        for score in scores(test) {
            trends.entry((test.participant, score.outcome)).or_default().push((test.measured_on, score));
        }
    }
    for trend in trends.values_mut() {
        trend.sort_by_key(|(day, _)| *day);
    }
    trends
}

fn score_cells(reference: &str, person: &Participant, day: Day, score: &Score, comparable: bool) -> Vec<String> {
    let age = person.profile.birth_date.map(|birth| day.age_of_born(birth));
    let class = class(score, age, person.profile.sex);
    vec![
        reference.to_owned(),
        day.to_string(),
        score.outcome.to_string(),
        score.value().map(|value| score.outcome.write(value)).unwrap_or_default(),
        class.map(|class| class.code().to_owned()).unwrap_or_default(),
        comparable.to_string(),
        RULE_VERSION.to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stay_is_written_when_any_of_its_days_lies_inside() {
        let day = |text: &str| Some(text.parse::<Day>().unwrap());
        let days = Days { from: day("2026-01-01"), to: day("2026-06-30") };
        assert!(days.touches(day("2025-09-01"), day("2026-01-01")));
        assert!(days.touches(day("2026-06-30"), None));
        assert!(days.touches(None, None));
        assert!(!days.touches(day("2025-09-01"), day("2025-12-31")));
        assert!(!days.touches(day("2026-07-01"), None));
    }
}
