//! What a file of attendance changes: sessions, their status, and marks. The one kind that comes by the
//! hundred thousand, so everything is looked up in memory.

use std::collections::HashMap;

use domain::attendance::Mark;
use domain::groups::{Group, Membership};
use domain::ids::{AttendanceId, GroupId, ParticipantId, SessionId};
use domain::sessions::{Session, SessionStatus};
use domain::sync::op::Verb;
use domain::time::Day;
use domain::{attendance, sessions};

use super::memberships::find;
use super::memory::{self, Memory};
use super::{Effect, Ground, Plan, is_news};
use crate::access::ScopedTx;
use crate::db::Lookup;
use crate::error::Error;
use crate::files::attendance::AttendanceRow;
use crate::files::cells::Parsed;
use crate::files::kinds::Kind;
use crate::files::present::{self, Groups, People};
use crate::files::problem::{NoticeKind, Problem, What};

type Row = Parsed<AttendanceRow>;

/// Where the status and the mark stand in a row.
const STATUS: usize = 2;
const MARK: usize = 4;

/// A session as it is now, or as this file makes it.
#[derive(Clone, Copy)]
struct Meeting {
    id: SessionId,
    status: Option<SessionStatus>,
}

pub async fn plan(
    ground: &Ground<'_>,
    tx: &mut ScopedTx,
    rows: &[Row],
    problems: &mut Vec<Problem>,
) -> Result<Plan, Error> {
    let (people, groups) = (present::people(tx).await?, present::groups(tx).await?);
    let stays = stays_by_pair(present::memberships(tx).await?);
    let mut meetings = meetings(tx).await?;
    // The session of each row has a memory of its own, whoever's row told of it.
    let session_keys = rows.iter().map(session_key).collect::<std::collections::BTreeSet<_>>();
    let keys = rows.iter().filter(|row| row.value.mark.is_some()).map(|row| memory::key(&row.key));
    let keys = keys.chain(session_keys.iter().map(|key| memory::key(key)));
    let memories = memory::recall(tx, Kind::Attendance, keys).await?;
    let mut plan = Plan::default();
    let mut marks: Vec<(&Row, (Meeting, Effect), GroupId, ParticipantId)> = Vec::with_capacity(rows.len());
    let mut told = std::collections::HashSet::new();
    for row in rows {
        let Some(group) = known_group(row, &groups, &people, problems) else { continue };
        let last = memories.get(&memory::key(&session_key(row)));
        let first_time = told.insert((group.id, row.value.held_on));
        let (meeting, effect) = session(&mut plan, row, group, &mut meetings, last);
        if first_time {
            plan.future(ground, row.line, "held_on", row.value.held_on);
            let cells = row.cells.iter().enumerate().map(|(at, cell)| cell.clone().filter(|_| at <= STATUS));
            let cells: Vec<_> = cells.collect();
            plan.remember.push(memory::note(&session_key(row), meeting.id.0, &cells, last));
        }
        match &row.value.mark {
            None => plan.count(effect),
            Some((reference, _)) => {
                let Some((group, person)) = find(row.line, &groups, &row.value.group, &people, reference, problems)
                else {
                    continue;
                };
                if membership(&mut plan, row, reference, stays.get(&(group, person)), problems) {
                    marks.push((row, (meeting, effect), group, person));
                }
            }
        }
    }
    let ids = marks.iter().map(|(_, (meeting, _), _, person)| AttendanceId::of(meeting.id, *person));
    let present = present_marks(tx, ids).await?;
    for (row, meeting, group, person) in marks {
        let last = memories.get(&memory::key(&row.key));
        mark(&mut plan, row, meeting, (group, person), &present, last);
    }
    Ok(plan)
}

/// A row's session: its key without the person.
fn session_key(row: &Row) -> Vec<String> {
    vec![row.value.group.clone(), row.value.held_on.to_string(), String::new()]
}

/// The row's group; without it, everything else that is unknown in the row is reported too.
fn known_group<'a>(row: &Row, groups: &'a Groups, people: &People, problems: &mut Vec<Problem>) -> Option<&'a Group> {
    let found = groups.by_reference.get(&row.value.group).and_then(|id| groups.all.get(id));
    match (found, &row.value.mark) {
        (Some((_, group)), _) => return Some(group),
        (None, Some((person, _))) => {
            find(row.line, groups, &row.value.group, people, person, problems);
        }
        (None, None) => problems.push(Problem::of_cell(row.line, "group_ref", &row.value.group, What::UnknownGroup)),
    }
    None
}

fn stays_by_pair(stays: Vec<Membership>) -> HashMap<(GroupId, ParticipantId), Vec<Membership>> {
    let mut pairs: HashMap<_, Vec<_>> = HashMap::new();
    for stay in stays {
        pairs.entry((stay.group, stay.participant)).or_default().push(stay);
    }
    pairs
}

/// The sessions that there are, by group and day; of several on a day the planned one.
async fn meetings(tx: &mut ScopedTx) -> Result<HashMap<(GroupId, Day), Meeting>, Error> {
    let mut meetings = HashMap::new();
    for session in present::sessions(tx).await? {
        let meeting = Meeting { id: session.id, status: session.status };
        let planned = Session::planned_id(session.group, session.day) == session.id;
        let slot = meetings.entry((session.group, session.day)).or_insert(meeting);
        if planned {
            *slot = meeting;
        }
    }
    Ok(meetings)
}

/// Makes the session exist with the status that the row tells.
fn session(
    plan: &mut Plan,
    row: &Row,
    group: &Group,
    meetings: &mut HashMap<(GroupId, Day), Meeting>,
    last: Option<&Memory>,
) -> (Meeting, Effect) {
    let (day, status) = (row.value.held_on, Some(row.value.status));
    let Some(meeting) = meetings.get_mut(&(group.id, day)) else {
        let id = Session::planned_id(group.id, day);
        let session = Session { id, group: group.id, day, starts_at: group.starts_at, status: None };
        plan.verbs.push((Verb::Session(sessions::Verb::Plan { session }), row.line));
        plan.verbs.push((Verb::Session(sessions::Verb::Status { id, group: group.id, status }), row.line));
        let meeting = Meeting { id, status };
        meetings.insert((group.id, day), meeting);
        return (meeting, Effect::Creates);
    };
    let present = meeting.status.map(|status| status.code()).unwrap_or_default();
    if !is_news(last, STATUS, row.value.status.code(), present) {
        return (*meeting, Effect::Nothing);
    }
    meeting.status = status;
    plan.verbs.push((Verb::Session(sessions::Verb::Status { id: meeting.id, group: group.id, status }), row.line));
    (*meeting, Effect::Changes)
}

/// Whether the person was ever in the group; a day outside the stays is accepted with a notice.
fn membership(
    plan: &mut Plan,
    row: &Row,
    reference: &str,
    stays: Option<&Vec<Membership>>,
    problems: &mut Vec<Problem>,
) -> bool {
    let Some(stays) = stays else {
        problems.push(Problem::of_cell(row.line, "participant_ref", reference, What::NoMembership));
        return false;
    };
    if !stays.iter().any(|stay| stay.covers(row.value.held_on)) {
        plan.notice(row.line, "held_on", &row.value.held_on.to_string(), NoticeKind::OutsideMembership);
    }
    true
}

const MARKS: Lookup = Lookup {
    head: "SELECT id, mark FROM attendance WHERE municipality = $1 AND deleted_at IS NULL AND id IN (",
    tail: ")",
};

/// The marks that there are; an undone one is `None`.
async fn present_marks(
    tx: &mut ScopedTx,
    ids: impl Iterator<Item = AttendanceId>,
) -> Result<HashMap<AttendanceId, Option<Mark>>, Error> {
    let mut marks = HashMap::new();
    for row in tx.lookup(&MARKS, ids).await? {
        let mark = if row.is_null("mark") { None } else { Some(row.code("mark", Mark::from_code)?) };
        marks.insert(row.parse("id")?, mark);
    }
    Ok(marks)
}

fn mark(
    plan: &mut Plan,
    row: &Row,
    (meeting, of_session): (Meeting, Effect),
    (group, participant): (GroupId, ParticipantId),
    present: &HashMap<AttendanceId, Option<Mark>>,
    last: Option<&Memory>,
) {
    let Some((_, wanted)) = row.value.mark else { return };
    let id = AttendanceId::of(meeting.id, participant);
    let known = present.get(&id).copied();
    let now = known.flatten().map(Mark::code).unwrap_or_default();
    let effect = match known {
        _ if !is_news(last, MARK, wanted.code(), now) => Effect::Nothing,
        None => Effect::Creates,
        Some(_) => Effect::Changes,
    };
    if effect != Effect::Nothing {
        let mark = Some(wanted);
        plan.verbs.push((
            Verb::Attendance(attendance::Verb::Set { session: meeting.id, group, participant, mark }),
            row.line,
        ));
    }
    // The row tells of its session too.
    plan.count(if effect == Effect::Nothing && of_session == Effect::Changes { of_session } else { effect });
    plan.remember.push(memory::note(&row.key, id.0, &row.cells, last));
}
