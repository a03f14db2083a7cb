//! What a file of attendance changes: sessions, their status, and marks. The one kind that comes by the million, so
//! what belongs to groups and people is looked up once for the whole file, in few bytes each.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::attendance::Mark;
use domain::groups::Group;
use domain::ids::{AttendanceId, GroupId, ParticipantId, SessionId};
use domain::sessions::{Session, SessionStatus};
use domain::time::Day;
use domain::{attendance, sessions};

use super::directory::{self, Directory, Restricted};
use super::memory::{self, Memory};
use super::plan::{Effect, Ground, Phase, Plan, is_news};
use crate::access::ScopedTx;
use crate::error::Error;
use crate::files::attendance::AttendanceRow;
use crate::files::cells::Parsed;
use crate::files::kinds::Kind;
use crate::files::present;
use crate::files::problem::{NoticeKind, Problem, What};
use crate::sessions::all;

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

/// First and last day of a stay.
type Days = (Day, Option<Day>);

pub struct Planner {
    groups: Directory<GroupId>,
    people: Directory<ParticipantId>,
    restricted: Restricted,
    /// When the groups meet.
    groups_planned: HashMap<GroupId, Group>,
    stays: HashMap<(GroupId, ParticipantId), Vec<Days>>,
    meetings: HashMap<(GroupId, Day), Meeting>,
    /// Sessions of which this file has told.
    told: HashSet<(GroupId, Day)>,
    /// Whether an earlier file has told of marks, or this one before it was gone on with.
    remembered: bool,
}

/// A row whose group is there, and whose person was a member of it.
struct Found<'a> {
    row: &'a Row,
    group: GroupId,
    mark: Option<(ParticipantId, Mark)>,
}

impl Planner {
    pub async fn new(tx: &mut ScopedTx) -> Result<Self, Error> {
        let groups = present::groups(tx).await?;
        let planned = groups.all.into_values().map(|(_, group)| (group.id, group));
        Ok(Self {
            groups_planned: planned.collect(),
            groups: directory::groups(tx).await?,
            people: directory::people(tx).await?,
            restricted: Restricted::load(tx).await?,
            stays: stays(tx).await?,
            meetings: meetings(tx).await?,
            told: HashSet::new(),
            remembered: memory::is_any(tx, Kind::Attendance).await?,
        })
    }

    pub async fn plan(
        &mut self,
        ground: &Ground<'_>,
        tx: &mut ScopedTx,
        rows: &[Row],
        problems: &mut Vec<Problem>,
    ) -> Result<Plan, Error> {
        let mut plan = Plan::default();
        let found: Vec<_> = rows.iter().filter_map(|row| self.find(row, &mut plan, problems)).collect();
        // What the rows come to is told by the writing, which looks all of this up again.
        if ground.phase == Phase::Check {
            return Ok(plan);
        }
        let memories = self.recall(tx, &found).await?;
        let mut wanted = Vec::with_capacity(found.len());
        for one in &found {
            let (meeting, effect) = self.session(&mut plan, one, memories.get(&session_key(one.row)));
            match one.mark {
                None => plan.count(one.row.line, effect),
                Some((person, mark)) => {
                    let id = AttendanceId::of(meeting.id, person);
                    wanted.push(Wanted { one, meeting, of_session: effect, id, person, mark });
                }
            }
        }
        let present = marks_there(tx, &wanted).await?;
        for mark in wanted {
            let last = memories.get(&memory::key(&mark.one.row.key));
            let effect = mark.plan(&mut plan, present.get(&mark.id).copied(), last);
            // The row tells of its session too.
            let changed = effect == Effect::Nothing && mark.of_session == Effect::Changes;
            plan.count(mark.one.row.line, if changed { mark.of_session } else { effect });
        }
        Ok(plan)
    }

    /// What was last said of the marks, and of their sessions: each has a memory of its own, whoever's row told of it.
    async fn recall(&self, tx: &mut ScopedTx, found: &[Found<'_>]) -> Result<HashMap<String, Memory>, Error> {
        if !self.remembered {
            return Ok(HashMap::new());
        }
        let sessions: BTreeSet<_> = found.iter().map(|one| session_key(one.row)).collect();
        let marks = found.iter().filter(|one| one.mark.is_some()).map(|one| memory::key(&one.row.key));
        memory::recall(tx, Kind::Attendance, marks.chain(sessions)).await
    }

    /// What the row is about; everything in it that is not there is reported.
    fn find<'a>(&self, row: &'a Row, plan: &mut Plan, problems: &mut Vec<Problem>) -> Option<Found<'a>> {
        let reference = &row.value.group;
        let Some((person, mark)) = &row.value.mark else {
            let group = self.groups.find(reference);
            if group.is_none() {
                problems.push(Problem::of_cell(row.line, "group_ref", reference, What::UnknownGroup));
            }
            return group.map(|group| Found { row, group, mark: None });
        };
        if self.restricted.leave_out(&self.people, (row.line, person), plan) {
            return None;
        }
        let pair = directory::both(row.line, &self.groups, reference, &self.people, person, problems)?;
        let Some(stays) = self.stays.get(&pair) else {
            problems.push(Problem::of_cell(row.line, "participant_ref", person, What::NoMembership));
            return None;
        };
        let day = row.value.held_on;
        if !stays.iter().any(|(joined, left)| *joined <= day && left.is_none_or(|left| day <= left)) {
            plan.notice(row.line, "held_on", &day.to_string(), NoticeKind::OutsideMembership);
        }
        Some(Found { row, group: pair.0, mark: Some((pair.1, *mark)) })
    }

    /// Makes the session exist with the status that the row tells.
    fn session(&mut self, plan: &mut Plan, one: &Found, last: Option<&Memory>) -> (Meeting, Effect) {
        let (row, group, day) = (one.row, one.group, one.row.value.held_on);
        let status = Some(row.value.status);
        let (meeting, effect) = match self.meetings.get(&(group, day)).copied() {
            None => {
                let id = Session::planned_id(group, day);
                let starts_at = self.groups_planned.get(&group).and_then(|group| group.starts_on(day));
                let session = Session::planned(group, day, starts_at);
                plan.verbs.push((sessions::Verb::Plan { session }.into(), row.line));
                plan.verbs.push((sessions::Verb::Status { id, group, status }.into(), row.line));
                (Meeting { id, status }, Effect::Creates)
            }
            Some(meeting) => {
                let present = meeting.status.map(|status| status.code()).unwrap_or_default();
                if is_news(last, STATUS, row.value.status.code(), present) {
                    plan.verbs.push((sessions::Verb::Status { id: meeting.id, group, status }.into(), row.line));
                    (Meeting { status, ..meeting }, Effect::Changes)
                } else {
                    (meeting, Effect::Nothing)
                }
            }
        };
        self.meetings.insert((group, day), meeting);
        if self.told.insert((group, day)) {
            let cells = row.cells.iter().enumerate().map(|(at, cell)| cell.clone().filter(|_| at <= STATUS));
            let cells: Vec<_> = cells.collect();
            plan.remember.push(memory::note(&session_parts(row), meeting.id.0, &cells, last));
        }
        (meeting, effect)
    }
}

/// A row's session: its key without the person.
fn session_parts(row: &Row) -> [String; 3] {
    [row.value.group.clone(), row.value.held_on.to_string(), String::new()]
}

fn session_key(row: &Row) -> String {
    memory::key(&session_parts(row))
}

async fn stays(tx: &mut ScopedTx) -> Result<HashMap<(GroupId, ParticipantId), Vec<Days>>, Error> {
    let mut stays: HashMap<_, Vec<Days>> = HashMap::new();
    let sql = sql!(
        "SELECT id, exercise_group, participant, joined_on, left_on FROM membership \
         WHERE municipality = $1 AND deleted_at IS NULL AND id > $2 ORDER BY id LIMIT $3"
    );
    tx.each_by_id(sql, |row| {
        let days: Days = (row.parse("joined_on")?, row.parse_opt("left_on")?);
        // One that ends before it begins was entered by mistake.
        if days.1.is_none_or(|left| days.0 <= left) {
            stays.entry((row.parse("exercise_group")?, row.parse("participant")?)).or_default().push(days);
        }
        Ok(())
    })
    .await?;
    Ok(stays)
}

/// The sessions that there are, by group and day; of several on a day the planned one.
async fn meetings(tx: &mut ScopedTx) -> Result<HashMap<(GroupId, Day), Meeting>, Error> {
    let mut meetings = HashMap::new();
    let take = |found: all::Meeting| {
        let meeting = Meeting { id: found.id, status: found.status };
        let slot = meetings.entry((found.group, found.day)).or_insert(meeting);
        if Session::planned_id(found.group, found.day) == meeting.id {
            *slot = meeting;
        }
        Ok(())
    };
    all::each(tx, take).await?;
    Ok(meetings)
}

/// A mark that a row tells of.
struct Wanted<'a> {
    one: &'a Found<'a>,
    meeting: Meeting,
    /// What the row does to its session.
    of_session: Effect,
    id: AttendanceId,
    person: ParticipantId,
    mark: Mark,
}

impl Wanted<'_> {
    /// `present`: the mark as it is now; an undone one is `None` within.
    fn plan(&self, plan: &mut Plan, present: Option<Option<Mark>>, last: Option<&Memory>) -> Effect {
        let now = present.flatten().map(Mark::code).unwrap_or_default();
        let effect = match present {
            _ if !is_news(last, MARK, self.mark.code(), now) => Effect::Nothing,
            None => Effect::Creates,
            Some(_) => Effect::Changes,
        };
        let row = self.one.row;
        if effect != Effect::Nothing {
            let (session, group, participant, mark) = (self.meeting.id, self.one.group, self.person, Some(self.mark));
            plan.verbs.push((attendance::Verb::Set { session, group, participant, mark }.into(), row.line));
        }
        plan.remember.push(memory::note(&row.key, self.id.0, &row.cells, last));
        effect
    }
}

/// Those of these marks that there are. A session that comes into being with them has none.
async fn marks_there(tx: &mut ScopedTx, wanted: &[Wanted<'_>]) -> Result<HashMap<AttendanceId, Option<Mark>>, Error> {
    let new = wanted.iter().filter(|mark| mark.of_session == Effect::Creates).map(|mark| mark.meeting.id);
    let mut new: HashSet<_> = new.collect();
    // Somebody may have planned one since this file's sessions were looked up.
    for there in crate::sessions::those_there(tx, new.iter().copied().collect()).await? {
        new.remove(&there);
    }
    let old = wanted.iter().filter(|mark| !new.contains(&mark.meeting.id)).map(|mark| mark.id);
    crate::attendance::marks_of(tx, old).await
}
