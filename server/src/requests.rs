//! What people ask for by their rights, and what they were answered (docs/access.md, Requests).

use std::collections::{BTreeSet, HashMap};

use app::texts::Lang;
use domain::access::Action;
use domain::ids::{MunicipalityCode, ParticipantId, RequestId, UserId};
use domain::people::Participant;
use domain::requests::{RequestChannel, RequestKind, RequestPart, due, due_extended};
use domain::time::Day;
use serde::Serialize;

use crate::access::reach::{self, Finding, person_within_reach};
use crate::access::{InReach, ScopedTx};
use crate::db::{Row, Tx};
use crate::error::Error;
use crate::people;

/// One request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    pub id: RequestId,
    /// The record under which it came.
    pub participant: ParticipantId,
    pub asked: Asked,
    pub received_on: Day,
    /// The last day on which it is answered in time.
    pub due_on: Day,
    /// The name of who entered it at the desk; nothing for the person's own page.
    pub entered_by: Option<String>,
    /// Since when two further months are taken, and why.
    pub extended: Option<(Day, String)>,
    pub answer: Option<Answer>,
    /// The day on which the person took it back, before it was answered.
    pub taken_back_on: Option<Day>,
}

impl Request {
    /// Whether somebody is still to answer it.
    pub fn waits(&self) -> bool {
        self.answer.is_none() && self.taken_back_on.is_none()
    }
}

/// What is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    pub kind: RequestKind,
    /// Which part is to be put right.
    pub part: Option<RequestPart>,
    /// In the person's own words; may be empty.
    pub words: String,
    /// In which it was asked and is answered.
    pub language: Lang,
    pub channel: RequestChannel,
}

/// What the person was answered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Answer {
    pub words: String,
    pub on: Day,
    /// The name of who answered.
    pub by: Option<String>,
}

/// A request as its form says it. The same id again is the same request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct New {
    pub id: RequestId,
    pub asked: Asked,
    pub received_on: Day,
    /// The account at the desk; nothing for the person's own page.
    pub entered_by: Option<UserId>,
}

/// `q` with the names of who entered and who answered it, and what follows.
macro_rules! requests {
    ($($more:expr),* $(,)?) => {
        sql!(
            "SELECT q.participant AS id, q.id AS request, q.kind, q.part, q.words, q.language, q.channel, \
             q.received_on, q.due_on, q.extended_on, q.extended_why, q.answer, q.answered_on, q.taken_back_on, \
             q.entered_by, e.name AS entered_name, a.name AS answered_name FROM rights_request q \
             LEFT JOIN account e ON e.municipality = q.municipality AND e.id = q.entered_by \
             LEFT JOIN account a ON a.municipality = q.municipality AND a.id = q.answered_by ",
            $($more),*
        )
    };
}

fn request(row: &Row) -> Result<Request, Error> {
    let language: String = row.get("language")?;
    let why: Option<String> = row.get("extended_why")?;
    let asked = Asked {
        kind: row.code("kind", RequestKind::from_code)?,
        part: row.get::<Option<String>>("part")?.as_deref().and_then(RequestPart::from_code),
        words: row.get("words")?,
        language: Lang::from_code(&language).unwrap_or_default(),
        channel: row.code("channel", RequestChannel::from_code)?,
    };
    let by = row.get("answered_name")?;
    let answer = row.get::<Option<String>>("answer")?.zip(row.parse_opt("answered_on")?);
    Ok(Request {
        id: row.parse("request")?,
        participant: row.parse("id")?,
        asked,
        received_on: row.parse("received_on")?,
        due_on: row.parse("due_on")?,
        entered_by: if row.is_null("entered_by") { None } else { row.get("entered_name")? },
        extended: row.parse_opt("extended_on")?.zip(why),
        answer: answer.map(|(words, on)| Answer { words, on, by }),
        taken_back_on: row.parse_opt("taken_back_on")?,
    })
}

/// The requests of one record, the newest first: for the desk, and for the person.
pub async fn of_person(tx: &mut ScopedTx, person: InReach<ParticipantId>) -> Result<Vec<Request>, Error> {
    let person = person.also_own(tx.scope(), Action::ErasePeople)?;
    let sql = requests!("WHERE q.municipality = $1 AND q.participant = $2 ORDER BY q.received_on DESC, q.id DESC");
    tx.all(sql, [person.into()]).await?.iter().map(request).collect()
}

/// The requests of all these records of one person, the newest first.
pub async fn of_records(tx: &mut ScopedTx, records: &[InReach<ParticipantId>]) -> Result<Vec<Request>, Error> {
    let mut all = Vec::new();
    for record in records {
        all.extend(of_person(tx, *record).await?);
    }
    all.sort_by_key(|one| std::cmp::Reverse((one.received_on, one.id)));
    Ok(all)
}

const FIND: Finding =
    Finding::new(requests!("WHERE q.municipality = $1 AND q.id = $5 AND ", person_within_reach!("q.participant")));

/// One of somebody within reach, also of whoever's processing is restricted; not within reach is not found.
pub async fn find(tx: &mut ScopedTx, id: RequestId) -> Result<Request, Error> {
    let found = reach::found::<ParticipantId, 1>(tx, Action::ErasePeople, &FIND, [id.into()]).await?;
    found.first().map(|(_, row)| request(row)).transpose()?.ok_or(Error::NotFound)
}

const WAITING: Finding = Finding::new(sql!(
    "SELECT q.participant AS id, q.due_on FROM rights_request q WHERE q.municipality = $1 AND q.waits = 1 AND ",
    person_within_reach!("q.participant"),
    " ORDER BY q.due_on LIMIT $5"
));

/// Until when each of those that wait is to be answered, the first first; beyond `most` they are not counted.
pub async fn waiting(tx: &mut ScopedTx, most: i64) -> Result<Vec<Day>, Error> {
    let rows = reach::found::<ParticipantId, 1>(tx, Action::ErasePeople, &WAITING, [most.into()]).await?;
    rows.iter().map(|(_, row)| row.parse("due_on")).collect()
}

const QUEUE: Finding = Finding::new(sql!(
    "SELECT q.participant AS id, q.id AS request, q.kind, q.received_on, q.due_on, q.extended_on, p.body \
     FROM rights_request q JOIN participant p ON p.municipality = q.municipality AND p.id = q.participant \
     WHERE q.municipality = $1 AND q.waits = 1 AND p.deleted_at IS NULL AND ",
    person_within_reach!("q.participant"),
    " ORDER BY q.due_on, q.id LIMIT $5 OFFSET $6"
));
const HOW_MANY: &str = sql!(
    "SELECT COUNT(*) AS n FROM rights_request q \
     JOIN participant p ON p.municipality = q.municipality AND p.id = q.participant \
     WHERE q.municipality = $1 AND q.waits = 1 AND p.deleted_at IS NULL AND ",
    person_within_reach!("q.participant")
);

/// One that waits, with whose it is.
#[derive(Clone, PartialEq, Debug)]
pub struct Queued {
    pub id: RequestId,
    pub person: Participant,
    pub kind: RequestKind,
    pub received_on: Day,
    pub due_on: Day,
    pub extended: bool,
}

/// One page of those that wait, of people within reach, the first that is due first; and how many there are.
pub async fn queue(tx: &mut ScopedTx, most: i64, skip: i64) -> Result<(Vec<Queued>, i64), Error> {
    let total = tx.within(Action::ErasePeople)?.one(HOW_MANY, []).await?.get("n")?;
    let rows = reach::found::<ParticipantId, 2>(tx, Action::ErasePeople, &QUEUE, [most.into(), skip.into()]).await?;
    let queued = |row: &Row| -> Result<Queued, Error> {
        Ok(Queued {
            id: row.parse("request")?,
            person: row.json("body")?,
            kind: row.code("kind", RequestKind::from_code)?,
            received_on: row.parse("received_on")?,
            due_on: row.parse("due_on")?,
            extended: !row.is_null("extended_on"),
        })
    };
    Ok((rows.iter().map(|(_, row)| queued(row)).collect::<Result<_, Error>>()?, total))
}

/// For so many days the desk is told of what was taken back, of so many at most.
const TOLD_DAYS: i64 = 30;
const TOLD_MOST: i64 = 100;

/// One that was taken back, with whose it is.
#[derive(Clone, PartialEq, Debug)]
pub struct TakenBack {
    pub id: RequestId,
    pub person: Participant,
    pub kind: RequestKind,
    pub received_on: Day,
    pub on: Day,
}

/// What people within reach have taken back lately, the last first.
pub async fn taken_back(tx: &mut ScopedTx) -> Result<Vec<TakenBack>, Error> {
    let since = tx.scope().today().plus_days(-TOLD_DAYS);
    let sql = sql!(
        "SELECT q.id AS request, q.participant, q.kind, q.received_on, q.taken_back_on FROM rights_request q \
         WHERE q.municipality = $1 AND q.taken_back_on >= $2 ORDER BY q.taken_back_on DESC, q.id DESC LIMIT $3"
    );
    let rows = tx.all(sql, [since.into(), TOLD_MOST.into()]).await?;
    let whose = |row: &Row| row.parse::<ParticipantId>("participant");
    let ids = rows.iter().map(whose).collect::<Result<BTreeSet<_>, Error>>()?;
    let near: Vec<_> = reach::among(tx, Action::ErasePeople, &ids).await?.into_values().collect();
    let people = people::of_records(tx, Action::ErasePeople, &near).await?;
    let people: HashMap<_, _> = people.into_iter().map(|person| (person.id, person)).collect();
    let mut all = Vec::new();
    for row in &rows {
        let Some(person) = people.get(&whose(row)?).cloned() else { continue };
        all.push(TakenBack {
            id: row.parse("request")?,
            person,
            kind: row.code("kind", RequestKind::from_code)?,
            received_on: row.parse("received_on")?,
            on: row.parse("taken_back_on")?,
        });
    }
    Ok(all)
}

/// What became of a form that was sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kept {
    New,
    /// It was sent twice.
    Same,
    /// It was sent before with other words, and waits: from now on it says these.
    Changed,
    /// The same, but it was answered or prolonged meanwhile: it says what it said.
    Settled,
    /// The same, but the person took it back meanwhile: it stays so.
    TakenBack,
}

impl Kept {
    /// What the log says of it; nothing where nothing changed.
    pub const fn verb(self) -> Option<&'static str> {
        match self {
            Self::New => Some("request.make"),
            Self::Changed => Some("request.change"),
            Self::Same | Self::Settled | Self::TakenBack => None,
        }
    }
}

/// Keeps a new one, or what was typed into its form afterwards.
pub async fn keep(tx: &mut ScopedTx, person: InReach<ParticipantId>, new: &New) -> Result<Kept, Error> {
    let person = person.also_own(tx.scope(), Action::ErasePeople)?;
    let New { id, asked, received_on, entered_by } = new;
    let sql = sql!(
        "INSERT INTO rights_request (municipality, id, participant, kind, part, words, language, channel, \
         received_on, due_on, entered_by, waits) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1) \
         ON CONFLICT (municipality, id) DO NOTHING"
    );
    let values = [
        (*id).into(),
        person.into(),
        asked.kind.code().into(),
        asked.part.map(RequestPart::code).into(),
        asked.words.as_str().into(),
        asked.language.code().into(),
        asked.channel.code().into(),
        (*received_on).into(),
        due(*received_on).into(),
        (*entered_by).into(),
    ];
    if tx.run(sql, values).await? > 0 { Ok(Kept::New) } else { change(tx, person, new).await }
}

/// Puts what the form says now into the request that it made before. On the own page the day on which that came stays.
async fn change(tx: &mut ScopedTx, person: ParticipantId, new: &New) -> Result<Kept, Error> {
    let sql = requests!("WHERE q.municipality = $1 AND q.id = $2 AND q.participant = $3");
    let row = tx.maybe(sql, [new.id.into(), person.into()]).await?;
    let there = row.as_ref().map(request).transpose()?.ok_or(Error::NotFound)?;
    if there.taken_back_on.is_some() {
        return Ok(Kept::TakenBack);
    }
    let received_on = if new.entered_by.is_some() { new.received_on } else { there.received_on };
    if there.asked == new.asked && there.received_on == received_on {
        return Ok(Kept::Same);
    }
    let asked = &new.asked;
    let sql = sql!(
        "UPDATE rights_request SET kind = $3, part = $4, words = $5, language = $6, channel = $7, received_on = $8, \
         due_on = $9 WHERE municipality = $1 AND id = $2 AND waits = 1 AND extended_on IS NULL"
    );
    let values = [
        new.id.into(),
        asked.kind.code().into(),
        asked.part.map(RequestPart::code).into(),
        asked.words.as_str().into(),
        asked.language.code().into(),
        asked.channel.code().into(),
        received_on.into(),
        due(received_on).into(),
    ];
    Ok(if tx.run(sql, values).await? > 0 { Kept::Changed } else { Kept::Settled })
}

/// Answers one that was found within reach; `false`: it was answered already.
pub async fn answer(tx: &mut ScopedTx, request: &Request, words: &str) -> Result<bool, Error> {
    tx.require(Action::ErasePeople)?;
    let (today, by) = (tx.scope().today(), tx.scope().user());
    let sql = sql!(
        "UPDATE rights_request SET answer = $3, answered_on = $4, answered_by = $5, waits = NULL \
         WHERE municipality = $1 AND id = $2 AND waits = 1"
    );
    Ok(tx.run(sql, [request.id.into(), words.into(), today.into(), by.into()]).await? > 0)
}

/// Takes two further months for one that was found within reach; `false`: they were taken already, or it was answered.
pub async fn extend(tx: &mut ScopedTx, request: &Request, why: &str) -> Result<bool, Error> {
    tx.require(Action::ErasePeople)?;
    let (today, until) = (tx.scope().today(), due_extended(request.received_on));
    let sql = sql!(
        "UPDATE rights_request SET extended_on = $3, extended_why = $4, due_on = $5 \
         WHERE municipality = $1 AND id = $2 AND waits = 1 AND extended_on IS NULL"
    );
    Ok(tx.run(sql, [request.id.into(), today.into(), why.into(), until.into()]).await? > 0)
}

/// Takes one back in the name of whoever asked; `false`: it was answered meanwhile, or taken back already.
pub async fn take_back(tx: &mut ScopedTx, person: InReach<ParticipantId>, id: RequestId) -> Result<bool, Error> {
    let person = person.also_own(tx.scope(), Action::ErasePeople)?;
    let today = tx.scope().today();
    let sql = sql!(
        "UPDATE rights_request SET taken_back_on = $4, waits = NULL \
         WHERE municipality = $1 AND id = $2 AND participant = $3 AND waits = 1"
    );
    Ok(tx.run(sql, [id.into(), person.into(), today.into()]).await? > 0)
}

/// Of whoever is erased no request is known any more.
pub async fn forget(tx: &mut Tx, tenant: &MunicipalityCode, person: ParticipantId) -> Result<(), Error> {
    let sql = sql!("DELETE FROM rights_request WHERE municipality = $1 AND participant = $2");
    tx.run(sql, [tenant.into(), person.into()]).await?;
    Ok(())
}
