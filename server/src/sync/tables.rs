//! Entities as rows: which table, which key columns beside the body, and back.

use domain::attendance::{Attendance, Mark};
use domain::groups::Group;
use domain::ids::{AttendanceId, GroupId, MunicipalityCode};
use domain::names::{search_key, sort_key};
use domain::people::Participant;
use domain::sync::canon::canonical;
use domain::sync::entity::{Body, Entity, EntityKey, EntityType};
use domain::sync::hlc::Hlc;
use domain::sync::server::store::EntityWrite;
use domain::time::Instant;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::db::{Bulk, Lookup, Row, Tx, Value};
use crate::error::Error;

macro_rules! common {
    () => {
        "municipality, id, rev, stream, other_rev, updated_hlc, deleted_at"
    };
}
macro_rules! on_conflict {
    ($($column:literal),*) => {
        concat!(
            "ON CONFLICT (municipality, id) DO UPDATE SET rev = excluded.rev, stream = excluded.stream, ",
            "other_rev = excluded.other_rev, updated_hlc = excluded.updated_hlc, deleted_at = excluded.deleted_at",
            $(", ", $column, " = excluded.", $column,)*
        )
    };
}
macro_rules! upsert {
    ($table:literal $(, $column:literal)*) => {
        Bulk {
            head: concat!("INSERT INTO ", $table, " (", common!(), $(", ", $column,)* ")"),
            tail: on_conflict!($($column),*),
        }
    };
}

const PARTICIPANT: Bulk<12> = upsert!("participant", "body", "reference", "sort_key", "search_key", "birth_date");
const GROUP: Bulk<14> =
    upsert!("exercise_group", "body", "reference", "sort_key", "search_key", "provider", "season_start", "season_end");
const MEMBERSHIP: Bulk<12> = upsert!("membership", "body", "exercise_group", "participant", "joined_on", "left_on");
const SESSION: Bulk<11> = upsert!("group_session", "body", "exercise_group", "day", "status");
const ATTENDANCE: Bulk<12> = upsert!("attendance", "session", "exercise_group", "participant", "mark", "contenders");
const ASSESSMENT: Bulk<11> = upsert!("assessment", "body", "participant", "instrument", "measured_on");
const CONSENT: Bulk<12> = upsert!("consent", "body", "participant", "purpose", "act", "on_day");
const INCIDENT: Bulk<12> = upsert!("incident", "body", "exercise_group", "participant", "on_day", "kind");

macro_rules! select {
    ($table:literal, $columns:literal, $where:literal) => {
        Lookup {
            head: concat!(
                "SELECT ",
                common!(),
                ", ",
                $columns,
                " FROM ",
                $table,
                " WHERE municipality = $1 AND ",
                $where,
                " IN ("
            ),
            tail: ")",
        }
    };
}

/// The rows of one type by id.
fn by_id(etype: EntityType) -> &'static Lookup {
    const ROWS: [Lookup; 8] = [
        select!("participant", "body", "id"),
        select!("exercise_group", "body", "id"),
        select!("membership", "body", "id"),
        select!("group_session", "body", "id"),
        select!("attendance", "session, participant, mark, contenders", "id"),
        select!("assessment", "body", "id"),
        select!("consent", "body", "id"),
        select!("incident", "body", "id"),
    ];
    match etype {
        EntityType::Participant => &ROWS[0],
        EntityType::Group => &ROWS[1],
        EntityType::Membership => &ROWS[2],
        EntityType::Session => &ROWS[3],
        EntityType::Attendance => &ROWS[4],
        EntityType::Assessment => &ROWS[5],
        EntityType::Consent => &ROWS[6],
        EntityType::Incident => &ROWS[7],
    }
}

const MEMBERSHIPS_OF: Lookup = select!("membership", "body", "participant");
const ASSESSMENTS_OF: Lookup = select!("assessment", "body", "participant");
const CONSENTS_OF: Lookup = select!("consent", "body", "participant");
const MEMBERS_OF: Lookup = Lookup {
    head: concat!(
        "SELECT ",
        common!(),
        ", body FROM participant WHERE municipality = $1 AND id IN (SELECT m.participant \
         FROM membership m WHERE m.municipality = $1 AND m.deleted_at IS NULL AND m.exercise_group IN ("
    ),
    tail: "))",
};

/// Which list of entities a step asks for.
pub enum Of<'a> {
    Keys(&'a [EntityKey]),
    Memberships(&'a [domain::ids::ParticipantId]),
    Health(&'a [domain::ids::ParticipantId]),
    Members(&'a [GroupId]),
}

/// Reads entities, tombstones included.
pub async fn read(tx: &mut Tx, tenant: &MunicipalityCode, of: Of<'_>) -> Result<Vec<Entity>, Error> {
    let mut found = Vec::new();
    match of {
        Of::Keys(keys) => {
            for etype in EntityType::ALL {
                let ids: Vec<_> = keys.iter().filter(|key| key.etype == *etype).map(|key| key.id).collect();
                let rows = tx.lookup(by_id(*etype), tenant, ids).await?;
                collect(&rows, *etype, &mut found)?;
            }
        }
        Of::Memberships(people) => {
            let rows = tx.lookup(&MEMBERSHIPS_OF, tenant, people.iter().copied()).await?;
            collect(&rows, EntityType::Membership, &mut found)?;
        }
        Of::Health(people) => {
            let rows = tx.lookup(&ASSESSMENTS_OF, tenant, people.iter().copied()).await?;
            collect(&rows, EntityType::Assessment, &mut found)?;
            let rows = tx.lookup(&CONSENTS_OF, tenant, people.iter().copied()).await?;
            collect(&rows, EntityType::Consent, &mut found)?;
        }
        Of::Members(groups) => {
            let rows = tx.lookup(&MEMBERS_OF, tenant, groups.iter().copied()).await?;
            collect(&rows, EntityType::Participant, &mut found)?;
        }
    }
    Ok(found)
}

fn collect(rows: &[Row], etype: EntityType, into: &mut Vec<Entity>) -> Result<(), Error> {
    for row in rows {
        into.push(entity(row, etype)?);
    }
    Ok(())
}

fn entity(row: &Row, etype: EntityType) -> Result<Entity, Error> {
    let at: Hlc = row.code("updated_hlc", hlc_from_text)?;
    let key = EntityKey { etype, id: row.parse("id")? };
    let live = row.is_null("deleted_at");
    Ok(Entity {
        key,
        rev: row.get("rev")?,
        body: if live { Some(body(row, key, &at)?) } else { None },
        stream: row.parse("stream")?,
        other_rev: row.get("other_rev")?,
        at,
    })
}

fn body(row: &Row, key: EntityKey, at: &Hlc) -> Result<Body, Error> {
    fn of<T: DeserializeOwned>(row: &Row) -> Result<T, Error> {
        row.json("body")
    }
    Ok(match key.etype {
        EntityType::Participant => Body::Participant(of(row)?),
        EntityType::Group => Body::Group(of(row)?),
        EntityType::Membership => Body::Membership(of(row)?),
        EntityType::Session => Body::Session(of(row)?),
        EntityType::Attendance => Body::Attendance(Attendance {
            id: AttendanceId(key.id),
            session: row.parse("session")?,
            participant: row.parse("participant")?,
            mark: if row.is_null("mark") { None } else { Some(row.code("mark", Mark::from_code)?) },
            at: at.clone(),
            contenders: if row.is_null("contenders") { Vec::new() } else { row.json("contenders")? },
        }),
        EntityType::Assessment => Body::Assessment(of(row)?),
        EntityType::Consent => Body::Consent(of(row)?),
        EntityType::Incident => Body::Incident(of(row)?),
    })
}

/// Rows to write, by table.
#[derive(Default)]
struct Rows {
    participants: Vec<[Value; 12]>,
    groups: Vec<[Value; 14]>,
    memberships: Vec<[Value; 12]>,
    sessions: Vec<[Value; 11]>,
    attendance: Vec<[Value; 12]>,
    assessments: Vec<[Value; 11]>,
    consents: Vec<[Value; 12]>,
    incidents: Vec<[Value; 12]>,
    tombstones: Vec<Entity>,
}

/// Writes entities whole.
pub async fn write(tx: &mut Tx, tenant: &MunicipalityCode, writes: &[EntityWrite], now: Instant) -> Result<(), Error> {
    let mut rows = Rows::default();
    for write in writes {
        rows.add(tenant, write)?;
    }
    tx.bulk(&PARTICIPANT, rows.participants).await?;
    tx.bulk(&GROUP, rows.groups).await?;
    tx.bulk(&MEMBERSHIP, rows.memberships).await?;
    tx.bulk(&SESSION, rows.sessions).await?;
    tx.bulk(&ATTENDANCE, rows.attendance).await?;
    tx.bulk(&ASSESSMENT, rows.assessments).await?;
    tx.bulk(&CONSENT, rows.consents).await?;
    tx.bulk(&INCIDENT, rows.incidents).await?;
    for entity in rows.tombstones {
        bury(tx, tenant, &entity, now).await?;
    }
    Ok(())
}

impl Rows {
    fn add(&mut self, tenant: &MunicipalityCode, write: &EntityWrite) -> Result<(), Error> {
        let e = &write.entity;
        let Some(body) = &e.body else {
            self.tombstones.push(e.clone());
            return Ok(());
        };
        let head = head(tenant, e);
        match body {
            Body::Participant(x) => self.participants.push(row(head, participant(x)?)),
            Body::Group(x) => self.groups.push(row(head, group(x)?)),
            Body::Membership(x) => {
                let own = [text(x)?, x.group.into(), x.participant.into(), x.joined_on.into(), x.left_on.into()];
                self.memberships.push(row(head, own));
            }
            Body::Session(x) => {
                let own = [text(x)?, x.group.into(), x.day.into(), code(x.status.map(|s| s.code()))];
                self.sessions.push(row(head, own));
            }
            Body::Attendance(x) => {
                let missing = || Error::Broken(format!("{} {} without its group", e.key.etype, e.key.id));
                self.attendance.push(row(head, attendance(x, write.group.ok_or_else(missing)?)?));
            }
            Body::Assessment(x) => {
                let own = [text(x)?, x.participant.into(), x.instrument.code().into(), x.measured_on.into()];
                self.assessments.push(row(head, own));
            }
            Body::Consent(x) => {
                let (purpose, act) = (x.purpose.code(), x.act.code());
                let own = [text(x)?, x.participant.into(), purpose.into(), act.into(), x.on.into()];
                self.consents.push(row(head, own));
            }
            Body::Incident(x) => {
                let own = [text(x)?, x.group.into(), x.participant.into(), x.on.into(), x.kind.code().into()];
                self.incidents.push(row(head, own));
            }
        }
        Ok(())
    }
}

/// The values that every table begins with; a live row has no day of deletion.
fn head(tenant: &MunicipalityCode, e: &Entity) -> [Value; 7] {
    let at = hlc_text(&e.at);
    [tenant.into(), e.key.id.into(), e.rev.into(), e.stream.into(), e.other_rev.into(), at.into(), Value::Int(None)]
}

fn participant(x: &Participant) -> Result<[Value; 5], Error> {
    let p = &x.profile;
    let called = p.called_name.as_ref().unwrap_or(&p.given_names);
    let found_by = search_key(&format!("{} {} {called}", p.family_name, p.given_names));
    let sorted_by = sort_key(&p.list_name());
    Ok([text(x)?, p.reference.clone().into(), sorted_by.into(), found_by.into(), p.birth_date.into()])
}

fn group(x: &Group) -> Result<[Value; 7], Error> {
    Ok([
        text(x)?,
        x.reference.clone().into(),
        sort_key(&x.name).into(),
        search_key(&x.name).into(),
        x.provider.into(),
        x.season_start.into(),
        x.season_end.into(),
    ])
}

fn attendance(x: &Attendance, group: GroupId) -> Result<[Value; 5], Error> {
    let contenders = if x.contenders.is_empty() { Value::Text(None) } else { text(&x.contenders)? };
    Ok([x.session.into(), group.into(), x.participant.into(), code(x.mark.map(Mark::code)), contenders])
}

/// Puts the common values and a table's own ones together.
fn row<const A: usize, const B: usize>(head: [Value; 7], own: [Value; A]) -> [Value; B] {
    let mut values = head.into_iter().chain(own);
    std::array::from_fn(|_| values.next().unwrap_or(Value::Text(None)))
}

fn text<T: Serialize>(value: &T) -> Result<Value, Error> {
    canonical(value).map(Value::from).map_err(|e| Error::Broken(e.to_string()))
}

fn code(code: Option<&'static str>) -> Value {
    Value::Text(code.map(str::to_owned))
}

macro_rules! bury {
    ($table:literal $(, $erase:literal)?) => {
        concat!(
            "UPDATE ", $table, " SET rev = $3, stream = $4, other_rev = $5, updated_hlc = $6, deleted_at = $7",
            $(", ", $erase, " = NULL",)? " WHERE municipality = $1 AND id = $2"
        )
    };
}

/// Turns an entity into a tombstone: its key columns stay, its content goes.
async fn bury(tx: &mut Tx, tenant: &MunicipalityCode, e: &Entity, now: Instant) -> Result<(), Error> {
    let sql = match e.key.etype {
        EntityType::Participant => {
            "UPDATE participant SET rev = $3, stream = $4, other_rev = $5, updated_hlc = $6, deleted_at = $7, \
             body = NULL, reference = NULL, sort_key = '', search_key = '', birth_date = NULL \
             WHERE municipality = $1 AND id = $2"
        }
        EntityType::Group => bury!("exercise_group", "body"),
        EntityType::Membership => bury!("membership", "body"),
        EntityType::Session => bury!("group_session", "body"),
        EntityType::Attendance => bury!("attendance", "mark"),
        EntityType::Assessment => bury!("assessment", "body"),
        EntityType::Consent => bury!("consent", "body"),
        EntityType::Incident => bury!("incident", "body"),
    };
    let at = hlc_text(&e.at);
    let values =
        [tenant.into(), e.key.id.into(), e.rev.into(), e.stream.into(), e.other_rev.into(), at.into(), now.into()];
    tx.run(sql, values).await?;
    Ok(())
}

/// `wall.counter.node`.
pub fn hlc_text(hlc: &Hlc) -> String {
    format!("{}.{}.{}", hlc.wall, hlc.counter, hlc.node)
}

pub fn hlc_from_text(text: &str) -> Option<Hlc> {
    let mut parts = text.splitn(3, '.');
    Some(Hlc {
        wall: parts.next()?.parse().ok()?,
        counter: parts.next()?.parse().ok()?,
        node: parts.next()?.to_owned(),
    })
}
