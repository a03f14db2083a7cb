//! Marks as rows: no body, their values are the columns, so that a report reads tens of thousands quickly. And what
//! the desk reads of one person's.

pub mod all;

use std::collections::{BTreeSet, HashMap};

use domain::access::Action;
use domain::attendance::{Attendance, Contender, Mark};
use domain::ids::{AttendanceId, GroupId, ParticipantId, SessionId};
use domain::sessions::SessionStatus;
use domain::sync::entity::EntityKey;
use domain::sync::hlc::Hlc;
use domain::time::Day;

use crate::access::reach::ids_for;
use crate::access::{InReach, ScopedTx};
use crate::db::{Lookup, Row};
use crate::error::Error;
use crate::people::restriction::not_restricted;
use crate::table::{table, text};

table! {
    Attendance as x in "attendance" {
        session: x.session,
        exercise_group: x.group,
        participant: x.participant,
        mark: x.mark.map(Mark::code),
        contenders: contenders(x)?,
    }
    reads "session, exercise_group, participant, mark, contenders" by read;
    erases "mark = NULL";
    about "participant";
}

fn contenders(x: &Attendance) -> Result<Option<String>, Error> {
    (!x.contenders.is_empty()).then(|| text(&x.contenders)).transpose()
}

fn read(row: &Row, key: EntityKey, at: &Hlc) -> Result<Attendance, Error> {
    Ok(Attendance {
        id: AttendanceId(key.id),
        session: row.parse("session")?,
        group: row.parse("exercise_group")?,
        participant: row.parse("participant")?,
        mark: if row.is_null("mark") { None } else { Some(row.code("mark", Mark::from_code)?) },
        at: at.clone(),
        contenders: if row.is_null("contenders") { Vec::new() } else { row.json("contenders")? },
    })
}

/// One session that was held, with the person's mark in it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct HeldSession {
    pub group: GroupId,
    pub day: Day,
    pub mark: Option<Mark>,
}

/// The sessions held by the person's groups, with the marks.
pub async fn held_sessions(tx: &mut ScopedTx, person: InReach<ParticipantId>) -> Result<Vec<HeldSession>, Error> {
    let person = person.also(tx.scope(), Action::SeeVisits)?;
    let sql = sql!(
        "SELECT s.exercise_group, s.day, a.mark FROM group_session s \
         LEFT JOIN attendance a ON a.municipality = s.municipality AND a.session = s.id AND a.participant = $2 \
         AND a.deleted_at IS NULL \
         WHERE s.municipality = $1 AND s.deleted_at IS NULL AND s.status = $3 AND s.exercise_group IN \
         (SELECT m.exercise_group FROM membership m WHERE m.municipality = $1 AND m.participant = $2 \
         AND m.deleted_at IS NULL) ORDER BY s.day"
    );
    let held = SessionStatus::Held.code();
    let rows = tx.all(sql, [person.into(), held.into()]).await?;
    rows.iter()
        .map(|row| {
            let mark = row.get::<Option<String>>("mark")?;
            let mark = mark.as_deref().and_then(Mark::from_code);
            Ok(HeldSession { group: row.parse("exercise_group")?, day: row.parse("day")?, mark })
        })
        .collect()
}

/// One of each session, with the mark that says most: of a person with two records in one group.
pub fn once_each(mut sessions: Vec<HeldSession>) -> Vec<HeldSession> {
    let rank = |one: &HeldSession| (!one.mark.is_some_and(Mark::attended), one.mark.is_none());
    sessions.sort_by_key(|one| (one.day, one.group, rank(one)));
    sessions.dedup_by_key(|one| (one.day, one.group));
    sessions
}

/// The days of the sessions in which the person has a mark, to name them in the history.
pub async fn marked_days(tx: &mut ScopedTx, person: InReach<ParticipantId>) -> Result<Vec<(SessionId, Day)>, Error> {
    let person = person.also(tx.scope(), Action::SeeProfiles)?;
    let sql = sql!(
        "SELECT s.id, s.day FROM attendance a JOIN group_session s ON s.municipality = a.municipality \
         AND s.id = a.session WHERE a.municipality = $1 AND a.participant = $2"
    );
    let rows = tx.all(sql, [person.into()]).await?;
    rows.iter().map(|row| Ok((row.parse("id")?, row.parse("day")?))).collect()
}

/// A mark in one of a group's sessions, or a session without any.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct GroupMark {
    pub day: Day,
    pub status: Option<SessionStatus>,
    pub of: Option<(ParticipantId, Mark)>,
}

/// Every mark of the group's sessions up to today, the newest session first, each in the order of names.
pub async fn of_group(tx: &mut ScopedTx, group: InReach<GroupId>) -> Result<Vec<GroupMark>, Error> {
    let (group, today) = (group.also(tx.scope(), Action::SeeRoll)?, tx.scope().today());
    let sql = sql!(
        "SELECT s.day, s.status, a.participant, a.mark FROM group_session s \
         LEFT JOIN attendance a ON a.municipality = s.municipality AND a.session = s.id AND a.deleted_at IS NULL \
         AND a.mark IS NOT NULL",
        not_restricted!("a.participant"),
        " LEFT JOIN participant p ON p.municipality = a.municipality AND p.id = a.participant \
         WHERE s.municipality = $1 AND s.exercise_group = $2 AND s.deleted_at IS NULL AND s.day <= $3 \
         ORDER BY s.day DESC, s.id, p.sort_key, a.participant"
    );
    let rows = tx.all(sql, [group.into(), today.into()]).await?;
    let mark = |row: &Row| -> Result<GroupMark, Error> {
        let status = row.get::<Option<String>>("status")?;
        let of = match row.is_null("mark") {
            true => None,
            false => Some((row.parse("participant")?, row.code("mark", Mark::from_code)?)),
        };
        Ok(GroupMark { day: row.parse("day")?, status: status.as_deref().and_then(SessionStatus::from_code), of })
    };
    rows.iter().map(mark).collect()
}

/// Somebody's mark in a session.
#[derive(Clone, PartialEq, Debug)]
pub struct SessionMark {
    pub participant: ParticipantId,
    pub mark: Option<Mark>,
    pub rev: i64,
    /// Devices that knew nothing of each other gave different ones.
    pub disputed: bool,
}

/// The marks of one of the group's sessions, undone ones too.
pub async fn of_session(
    tx: &mut ScopedTx,
    group: InReach<GroupId>,
    session: SessionId,
) -> Result<Vec<SessionMark>, Error> {
    let group = group.also(tx.scope(), Action::SeeRoll)?;
    let sql = sql!(
        "SELECT participant, mark, rev, contenders FROM attendance \
         WHERE municipality = $1 AND session = $2 AND exercise_group = $3 AND deleted_at IS NULL"
    );
    let rows = tx.all(sql, [session.into(), group.into()]).await?;
    let mark = |row: &Row| -> Result<SessionMark, Error> {
        let contenders: Vec<Contender> = if row.is_null("contenders") { Vec::new() } else { row.json("contenders")? };
        let marks: BTreeSet<_> = contenders.iter().filter_map(|one| one.mark).collect();
        Ok(SessionMark {
            participant: row.parse("participant")?,
            mark: if row.is_null("mark") { None } else { Some(row.code("mark", Mark::from_code)?) },
            rev: row.get("rev")?,
            disputed: marks.len() > 1,
        })
    };
    rows.iter().map(mark).collect()
}

const FIRST_VISITS: Lookup = lookup!(
    "SELECT a.participant, MIN(s.day) AS day FROM attendance a \
     JOIN group_session s ON s.municipality = a.municipality AND s.id = a.session \
     WHERE a.municipality = $1 AND a.deleted_at IS NULL AND s.deleted_at IS NULL \
     AND (s.status IS NULL OR s.status = 'held') AND a.mark IN ('present', 'late_or_partial', 'remote') \
     AND a.participant IN (",
    ") GROUP BY a.participant"
);

/// The day of these people's first visit to any group. Marks say that people met, even where nobody has closed the
/// session yet.
pub async fn first_visits(
    tx: &mut ScopedTx,
    people: impl IntoIterator<Item = InReach<ParticipantId>>,
) -> Result<HashMap<ParticipantId, Day>, Error> {
    let people = ids_for(tx, Action::SeeRoll, people)?;
    let rows = tx.lookup(&FIRST_VISITS, people).await?;
    rows.iter().map(|row| Ok((row.parse("participant")?, row.parse("day")?))).collect()
}

const MARKS: Lookup =
    lookup!("SELECT id, mark FROM attendance WHERE municipality = $1 AND deleted_at IS NULL AND id IN (", ")");

/// Those of these marks that there are; an undone one is `None`.
pub async fn marks_of(
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
