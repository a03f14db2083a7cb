//! Feedback that anybody may send, and what it was answered (docs/access.md, Feedback).

use app::texts::Lang;
use domain::access::Action;
use domain::feedback::{FeedbackKind, due, kept_since, sender_kept_since};
use domain::ids::{FeedbackId, MunicipalityCode, OrganisationId, uuid_v5};
use domain::time::Day;

use crate::access::ScopedTx;
use crate::db::{Row, Tx, Unscoped};
use crate::error::Error;
use crate::state::AppState;
use crate::statements;

/// How many may wait in one municipality: beyond them people are asked to call.
pub const MOST_WAITING: i64 = 500;

/// What somebody has sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Feedback {
    pub id: FeedbackId,
    /// By which the sender and the desk name it, from 1 on in each municipality.
    pub number: i64,
    pub told: Told,
    pub received_on: Day,
    /// The last day on which it is answered in time.
    pub due_on: Day,
    pub answer: Option<Answer>,
}

/// What the form asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    pub kind: FeedbackKind,
    pub words: String,
    /// In which it was written and is answered.
    pub language: Lang,
    /// Empty where the sender did not say it, or is no more kept.
    pub name: String,
    /// A telephone number, an address: as it was typed; may be empty.
    pub contact: String,
}

/// What was answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    pub words: String,
    pub on: Day,
    /// The name of who answered.
    pub by: Option<String>,
}

/// Feedback with the name of who answered it, and what follows.
macro_rules! feedback {
    ($($more:expr),* $(,)?) => {
        sql!(
            "SELECT f.id, f.number, f.kind, f.words, f.language, f.name, f.contact, f.received_on, f.due_on, f.answer, \
             f.answered_on, a.name AS answered_name FROM feedback f \
             LEFT JOIN account a ON a.municipality = f.municipality AND a.id = f.answered_by ",
            $($more),*
        )
    };
}

/// The condition that it came to an organisation within reach.
macro_rules! to_us {
    () => {
        "WHERE f.municipality = $1 AND f.organisation >= $2 AND f.organisation <= COALESCE(NULLIF($2, ''), 'g') "
    };
}

fn feedback(row: &Row) -> Result<Feedback, Error> {
    let language: String = row.get("language")?;
    let told = Told {
        kind: row.code("kind", FeedbackKind::from_code)?,
        words: row.get("words")?,
        language: Lang::from_code(&language).unwrap_or_default(),
        name: row.get("name")?,
        contact: row.get("contact")?,
    };
    let by = row.get("answered_name")?;
    let answer = row.get::<Option<String>>("answer")?.zip(row.parse_opt("answered_on")?);
    Ok(Feedback {
        id: row.parse("id")?,
        number: row.get("number")?,
        told,
        received_on: row.parse("received_on")?,
        due_on: row.parse("due_on")?,
        answer: answer.map(|(words, on)| Answer { words, on, by }),
    })
}

/// What was said of a form that has been sent before, now with other words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Again {
    /// Nothing: whoever sends it may be somebody else, at a computer that many use.
    Unsaid,
    /// It takes the place of the first.
    Same,
    /// It is another.
    Other,
}

/// What became of what came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kept {
    As(FeedbackId),
    /// The form has been sent with other words, which wait for an answer: whether this takes their place is to be said.
    Asks,
    /// Too many wait already.
    Full,
}

/// Keeps what came. A form that is sent again, as after going back, is one where its words are the same or where it says
/// that it takes the place of the first, until that is answered. What came word for word today, by a form that was drawn
/// anew, is no second one either.
pub async fn keep(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    to: OrganisationId,
    (form, told, again): (FeedbackId, &Told, Again),
    today: Day,
) -> Result<Kept, Error> {
    let id = match new_id(tx, tenant, form, told, again).await? {
        Ok(id) => id,
        Err(kept) => return Ok(kept),
    };
    if let Some(there) = said_today(tx, tenant, to, told, today).await? {
        return Ok(Kept::As(there));
    }
    let sql = sql!("SELECT COUNT(*) AS n FROM feedback WHERE municipality = $1 AND organisation = $2 AND waits = 1");
    if tx.one(sql, [tenant.into(), to.into()]).await?.get::<i64>("n")? >= MOST_WAITING {
        return Ok(Kept::Full);
    }
    insert(tx, tenant, to, (id, told), today).await?;
    Ok(Kept::As(id))
}

/// Under which id this is kept as something new; or what becomes of it without, where the form has been sent before.
async fn new_id(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    form: FeedbackId,
    told: &Told,
    again: Again,
) -> Result<Result<FeedbackId, Kept>, Error> {
    let Some(there) = sent(tx, tenant, form).await? else { return Ok(Ok(form)) };
    if there.told == *told {
        return Ok(Err(Kept::As(form)));
    }
    let id = said_anew(form, told);
    if sent(tx, tenant, id).await?.is_some() {
        return Ok(Err(Kept::As(id)));
    }
    if again == Again::Unsaid && there.answer.is_none() {
        return Ok(Err(Kept::Asks));
    }
    if again == Again::Same && change(tx, tenant, form, told).await? {
        return Ok(Err(Kept::As(form)));
    }
    Ok(Ok(id))
}

async fn insert(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    to: OrganisationId,
    (id, told): (FeedbackId, &Told),
    today: Day,
) -> Result<(), Error> {
    let number = next_number(tx, tenant).await?;
    let sql = sql!(
        "INSERT INTO feedback (municipality, id, organisation, number, kind, words, language, name, contact, \
         received_on, due_on, waits) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1) \
         ON CONFLICT (municipality, id) DO NOTHING"
    );
    let values = [
        tenant.into(),
        id.into(),
        to.into(),
        number.into(),
        told.kind.code().into(),
        told.words.as_str().into(),
        told.language.code().into(),
        told.name.as_str().into(),
        told.contact.as_str().into(),
        today.into(),
        due(today).into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// Puts what the form says now into what it said before; `false`: that was answered.
async fn change(tx: &mut Tx, tenant: &MunicipalityCode, id: FeedbackId, told: &Told) -> Result<bool, Error> {
    let sql = sql!(
        "UPDATE feedback SET kind = $3, words = $4, language = $5, name = $6, contact = $7 \
         WHERE municipality = $1 AND id = $2 AND waits = 1"
    );
    let values = [
        tenant.into(),
        id.into(),
        told.kind.code().into(),
        told.words.as_str().into(),
        told.language.code().into(),
        told.name.as_str().into(),
        told.contact.as_str().into(),
    ];
    Ok(tx.run(sql, values).await? > 0)
}

/// The id of what a form says with other words once it was answered: another thing, and one however often it is sent.
fn said_anew(form: FeedbackId, told: &Told) -> FeedbackId {
    let Told { kind, words, name, contact, .. } = told;
    FeedbackId(uuid_v5(form.0, &[kind.code(), words, name, contact]))
}

/// What waits and came today, word for word and from a sender of the same name and contact.
async fn said_today(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    to: OrganisationId,
    told: &Told,
    today: Day,
) -> Result<Option<FeedbackId>, Error> {
    let sql = sql!(
        "SELECT f.id FROM feedback f WHERE f.municipality = $1 AND f.organisation = $2 AND f.waits = 1 \
         AND f.received_on = $3 AND f.kind = $4 AND f.words = $5 AND f.name = $6 AND f.contact = $7"
    );
    let values = [
        tenant.into(),
        to.into(),
        today.into(),
        told.kind.code().into(),
        told.words.as_str().into(),
        told.name.as_str().into(),
        told.contact.as_str().into(),
    ];
    tx.maybe(sql, values).await?.map(|row| row.parse("id")).transpose()
}

async fn next_number(tx: &mut Tx, tenant: &MunicipalityCode) -> Result<i64, Error> {
    let sql = sql!(
        "INSERT INTO feedback_number (municipality, n) VALUES ($1, 1) \
         ON CONFLICT (municipality) DO UPDATE SET n = feedback_number.n + 1 RETURNING n"
    );
    tx.one(sql, [tenant.into()]).await?.get("n")
}

/// What was sent under this id, for whoever knows it: its sender.
pub async fn sent(tx: &mut Tx, tenant: &MunicipalityCode, id: FeedbackId) -> Result<Option<Feedback>, Error> {
    let row = tx.maybe(feedback!("WHERE f.municipality = $1 AND f.id = $2"), [tenant.into(), id.into()]).await?;
    row.as_ref().map(feedback).transpose()
}

/// One that came to the own organisation; not within reach is not found.
pub async fn find(tx: &mut ScopedTx, id: FeedbackId) -> Result<Feedback, Error> {
    let within = tx.within(Action::ErasePeople)?;
    let row = within.maybe(feedback!(to_us!(), "AND f.id = $5"), [id.into()]).await?.ok_or(Error::NotFound)?;
    feedback(&row)
}

/// More are not listed at once.
const MOST: i64 = 200;

/// Those that wait, the first that is due first.
pub async fn queue(tx: &mut ScopedTx) -> Result<Vec<Feedback>, Error> {
    let sql = feedback!(to_us!(), "AND f.waits = 1 ORDER BY f.due_on, f.number LIMIT $5");
    tx.within(Action::ErasePeople)?.all(sql, [MOST.into()]).await?.iter().map(feedback).collect()
}

/// So many of those that were answered stand below them, of so many days.
const LATELY: i64 = 20;
const DAYS: i64 = 90;

/// Those that were answered last.
pub async fn answered(tx: &mut ScopedTx) -> Result<Vec<Feedback>, Error> {
    let since = tx.scope().today().plus_days(-DAYS);
    let sql = feedback!(
        to_us!(),
        "AND f.waits IS NULL AND f.answered_on >= $5 ORDER BY f.answered_on DESC, f.number DESC LIMIT $6"
    );
    tx.within(Action::ErasePeople)?.all(sql, [since.into(), LATELY.into()]).await?.iter().map(feedback).collect()
}

/// Until when each of those that wait is to be answered, the first first; beyond `most` they are not counted.
pub async fn waiting(tx: &mut ScopedTx, most: i64) -> Result<Vec<Day>, Error> {
    let sql = sql!("SELECT f.due_on FROM feedback f ", to_us!(), "AND f.waits = 1 ORDER BY f.due_on LIMIT $5");
    let rows = tx.within(Action::ErasePeople)?.all(sql, [most.into()]).await?;
    rows.iter().map(|row| row.parse("due_on")).collect()
}

/// Answers one that was found within reach; `false`: it was answered already.
pub async fn answer(tx: &mut ScopedTx, feedback: &Feedback, words: &str) -> Result<bool, Error> {
    tx.require(Action::ErasePeople)?;
    let (today, by) = (tx.scope().today(), tx.scope().user());
    let sql = sql!(
        "UPDATE feedback SET answer = $3, answered_on = $4, answered_by = $5, waits = NULL \
         WHERE municipality = $1 AND id = $2 AND waits = 1"
    );
    Ok(tx.run(sql, [feedback.id.into(), words.into(), today.into(), by.into()]).await? > 0)
}

/// Forgets who sent what was answered long ago, and in the end what was sent. Safe to repeat.
pub async fn forget(state: &AppState) -> Result<(), Error> {
    let today = state.today();
    let sender = sql!(
        "UPDATE feedback SET name = '', contact = '' WHERE municipality = $1 AND waits IS NULL AND answered_on < $2 \
         AND name || contact <> ''"
    );
    let all = sql!("DELETE FROM feedback WHERE municipality = $1 AND waits IS NULL AND answered_on < $2");
    state
        .write(Unscoped::Installation, |mut tx| async move {
            for (tenant, _) in statements::municipalities(&mut tx).await? {
                tx.run(sender, [(&tenant).into(), sender_kept_since(today).into()]).await?;
                tx.run(all, [(&tenant).into(), kept_since(today).into()]).await?;
            }
            Ok(tx.done(()))
        })
        .await
}
