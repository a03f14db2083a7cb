//! Personal cards, of those who take part and of their relatives: shown once, ended by the next one or by a press. The
//! database keeps hashes alone.

use std::collections::{BTreeSet, HashMap};

use base64::Engine as _;
use domain::access::{Action, NoticeKind};
use domain::ids::{MunicipalityCode, ParticipantId, RelativeId, UserId};
use domain::time::Instant;
use serde::{Deserialize, Serialize};

use super::{Holder, Whose, relatives};
use crate::access::reach::ids_for;
use crate::access::{Actor, InReach, Scope, ScopedTx, notices, password, token};
use crate::audit;
use crate::db::{Lookup, Row, Tx, Unscoped};
use crate::error::Error;
use crate::messages::phones;
use crate::people::merged;
use crate::state::AppState;

/// So many wrong PINs of one card, and the staff are told.
pub const MANY: i64 = 10;
/// How often a number is drawn before it counts as broken that all are taken.
const DRAWS: usize = 50;

/// What stands on a new card, and nowhere else afterwards.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Secrets {
    /// 128 bits, for the QR code.
    pub token: String,
    /// Six digits.
    pub pin: String,
}

impl Secrets {
    pub fn new(state: &AppState) -> Self {
        let token = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(state.random::<16>());
        Self { token, pin: six_digits(state, 0) }
    }
}

/// Six random digits, at least `from`. A remainder of 64 bits favours no number that anybody could tell.
fn six_digits(state: &AppState, from: u64) -> String {
    let random = u64::from_le_bytes(state.random::<8>());
    format!("{:06}", from + random % (1_000_000 - from))
}

/// Digits as they were printed in groups: what is no digit does not count.
pub fn digits(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_digit).collect()
}

/// "123 456".
pub fn in_groups(digits: &str) -> String {
    let (first, rest) = digits.split_at_checked(3).unwrap_or((digits, ""));
    format!("{first} {rest}").trim_end().to_owned()
}

/// A card as the desk sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Card {
    pub id: String,
    pub number: String,
    pub made_at: Instant,
    pub used_at: Option<Instant>,
    /// PINs that were typed wrongly since the last right one.
    pub wrong: i64,
}

/// Whose card is made or ended, by somebody who may.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Managed(Holder);

impl Managed {
    pub fn of_person(scope: &Scope, person: InReach<ParticipantId>) -> Result<Self, Error> {
        person.also(scope, Action::ManageCards).map(|person| Self(Holder::Person(person)))
    }

    /// The card of a relative of this person. That this is one is the caller's to know.
    pub(super) fn of_relative(
        scope: &Scope,
        person: InReach<ParticipantId>,
        relative: RelativeId,
    ) -> Result<Self, Error> {
        person.also(scope, Action::Share).map(|_| Self(Holder::Relative(relative)))
    }
}

/// The id of somebody's card that is good.
pub(super) async fn good_card(tx: &mut ScopedTx, Managed(holder): Managed) -> Result<Option<String>, Error> {
    let sql = sql!(
        "SELECT id FROM personal_card WHERE municipality = $1 AND participant = $2 AND relative = $3 \
         AND ended_at IS NULL"
    );
    tx.maybe(sql, [holder.id().into(), holder.is_relative().into()]).await?.map(|row| row.get("id")).transpose()
}

const OF_PEOPLE: Lookup = lookup!(
    "SELECT participant, id, number, made_at, used_at, wrong FROM personal_card \
     WHERE municipality = $1 AND ended_at IS NULL AND relative = 0 AND participant IN (",
    ")"
);

/// The good cards of these people.
pub async fn of_people(
    tx: &mut ScopedTx,
    people: impl IntoIterator<Item = InReach<ParticipantId>>,
) -> Result<HashMap<ParticipantId, Card>, Error> {
    let people = ids_for(tx, Action::ManageCards, people)?;
    let rows = tx.lookup(&OF_PEOPLE, people).await?;
    rows.iter().map(|row| Ok((row.parse("participant")?, card_in(row)?))).collect()
}

/// The good card of each of these people, by whichever of their records (see [`merged::all_of`]).
pub async fn of_records(
    tx: &mut ScopedTx,
    records: &HashMap<ParticipantId, Vec<InReach<ParticipantId>>>,
) -> Result<HashMap<ParticipantId, Card>, Error> {
    let mut cards = of_people(tx, records.values().flatten().copied()).await?;
    let mut of = |records: &[InReach<ParticipantId>]| records.iter().find_map(|record| cards.remove(&record.id()));
    Ok(records.iter().filter_map(|(person, records)| Some((*person, of(records)?))).collect())
}

fn card_in(row: &Row) -> Result<Card, Error> {
    Ok(Card {
        id: row.get("id")?,
        number: row.get("number")?,
        made_at: row.get("made_at")?,
        used_at: row.get("used_at")?,
        wrong: row.get("wrong")?,
    })
}

/// Makes a card and ends the one before. `pin`: the PIN's hash. Answers the card's id and number.
pub async fn make(
    state: &AppState,
    tx: &mut ScopedTx,
    whose: Managed,
    secrets: &Secrets,
    pin: &str,
) -> Result<(String, String), Error> {
    end(tx, whose, state.now()).await?;
    let by = tx.scope().user();
    let (bare, _) = tx.unscoped(Unscoped::Account);
    let number = free_number(state, bare).await?;
    let id = insert(state, tx, whose, New { number: &number, secrets, pin, by }).await?;
    Ok((id, number))
}

/// What is stored of a new card, and who makes it. `pin`: the PIN's hash.
pub struct New<'a> {
    pub number: &'a str,
    pub secrets: &'a Secrets,
    pub pin: &'a str,
    pub by: UserId,
}

/// Stores a card of somebody who has none; answers its id.
pub async fn insert(
    state: &AppState,
    tx: &mut ScopedTx,
    Managed(holder): Managed,
    new: New<'_>,
) -> Result<String, Error> {
    let (bare, tenant) = tx.unscoped(Unscoped::Account);
    let now = state.now();
    let id = state.with_chance(|chance| domain::ids::uuid_v7(now, chance)).to_string();
    let sql = sql!(
        "INSERT INTO personal_card (municipality, id, participant, number, token_hash, pin, made_at, made_by, wrong, \
         relative) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)"
    );
    let values = [
        tenant.into(),
        id.as_str().into(),
        holder.id().into(),
        new.number.into(),
        token::hash(&new.secrets.token).into(),
        new.pin.into(),
        now.into(),
        new.by.into(),
        holder.is_relative().into(),
    ];
    bare.run(sql, values).await?;
    Ok(id)
}

/// The PIN as it is kept.
pub async fn hashed(state: &AppState, pin: &str) -> Result<String, Error> {
    password::hash(&state.hashing, &state.secrets, pin, state.random()).await
}

/// A number that no good card has, in any municipality: whoever types it says no municipality.
async fn free_number(state: &AppState, tx: &mut Tx) -> Result<String, Error> {
    let sql = sql!("SELECT id FROM personal_card WHERE number = $1 AND ended_at IS NULL");
    for _ in 0..DRAWS {
        let number = six_digits(state, 100_000);
        if tx.maybe(sql, [number.as_str().into()]).await?.is_none() {
            return Ok(number);
        }
    }
    Err(Error::Broken("no number is left for a card".to_owned()))
}

/// Ends somebody's card, and by it every session that it opened, with the phone on which they were told; the card's id, if
/// there was one to end.
pub async fn end(tx: &mut ScopedTx, Managed(holder): Managed, now: Instant) -> Result<Option<String>, Error> {
    let sql = sql!(
        "UPDATE personal_card SET ended_at = $3 WHERE municipality = $1 AND participant = $2 AND relative = $4 \
         AND ended_at IS NULL RETURNING id"
    );
    let row = tx.maybe(sql, [holder.id().into(), now.into(), holder.is_relative().into()]).await?;
    let (bare, tenant) = tx.unscoped(Unscoped::Messages);
    phones::forget(bare, tenant, holder.id()).await?;
    row.map(|row| row.get("id")).transpose()
}

/// A row of the log about a card of somebody who takes part.
pub async fn note(
    state: &AppState,
    tx: &mut ScopedTx,
    actor: &Actor,
    verb: &str,
    (person, card): (ParticipantId, &str),
    request_id: &str,
) -> Result<(), Error> {
    let entities = format!("participant:{person} card:{card}");
    let entry = audit::Entry { entities, ..audit::Entry::at_the_desk(actor, state.now(), verb, request_id) };
    audit::append_in_scope(tx, &state.secrets, &entry).await
}

/// A card that somebody shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    pub whose: Whose,
    /// As it is kept.
    pub pin: String,
    pub ended: bool,
}

fn shown(row: &Row) -> Result<Shown, Error> {
    let (holder, card) = (Holder::of_row(row)?, row.get("id")?);
    let municipality = row.code("municipality", MunicipalityCode::new)?;
    Ok(Shown { whose: Whose { municipality, holder, card }, pin: row.get("pin")?, ended: !row.is_null("ended_at") })
}

/// The card with this token, an ended one too.
pub async fn by_token(tx: &mut Tx, secret: &str) -> Result<Option<Shown>, Error> {
    let sql =
        sql!("SELECT municipality, id, participant, relative, pin, ended_at FROM personal_card WHERE token_hash = $1");
    tx.maybe(sql, [token::hash(secret).into()]).await?.as_ref().map(shown).transpose()
}

/// The good card with this number.
pub async fn by_number(tx: &mut Tx, number: &str) -> Result<Option<Shown>, Error> {
    let sql = sql!(
        "SELECT municipality, id, participant, relative, pin, ended_at FROM personal_card \
         WHERE number = $1 AND ended_at IS NULL"
    );
    tx.maybe(sql, [number.into()]).await?.as_ref().map(shown).transpose()
}

/// The good card itself.
pub async fn of(tx: &mut Tx, whose: &Whose) -> Result<Option<Shown>, Error> {
    by_id(tx, &whose.municipality, &whose.card).await
}

/// The good card of this id.
pub(super) async fn by_id(tx: &mut Tx, tenant: &MunicipalityCode, card: &str) -> Result<Option<Shown>, Error> {
    let sql = sql!(
        "SELECT municipality, id, participant, relative, pin, ended_at FROM personal_card \
         WHERE municipality = $1 AND id = $2 AND ended_at IS NULL"
    );
    let row = tx.maybe(sql, [tenant.into(), card.into()]).await?;
    row.as_ref().map(shown).transpose()
}

/// It was used now; with its PIN, what was typed wrongly before counts no more.
pub async fn used(tx: &mut Tx, whose: &Whose, with_pin: bool, now: Instant) -> Result<(), Error> {
    let sql = sql!(
        "UPDATE personal_card SET used_at = $3, wrong = CASE WHEN $4 = 1 THEN 0 ELSE wrong END \
         WHERE municipality = $1 AND id = $2"
    );
    let values = [(&whose.municipality).into(), whose.card.as_str().into(), now.into(), i64::from(with_pin).into()];
    tx.run(sql, values).await?;
    Ok(())
}

/// Its PIN was typed wrongly. At the tenth time the coordinators of whoever made it are told, once: they can make a new
/// one. The card itself stays good, or anybody could take it from its owner.
pub async fn was_wrong(state: &AppState, tx: &mut Tx, whose: &Whose, request_id: &str) -> Result<(), Error> {
    let sql =
        sql!("UPDATE personal_card SET wrong = wrong + 1 WHERE municipality = $1 AND id = $2 RETURNING wrong, made_by");
    let values = [(&whose.municipality).into(), whose.card.as_str().into()];
    let Some(row) = tx.maybe(sql, values).await? else { return Ok(()) };
    if row.get::<i64>("wrong")? != MANY {
        return Ok(());
    }
    let made_by: UserId = row.parse("made_by")?;
    let (kind, about) = match whose.holder {
        Holder::Person(person) => (NoticeKind::CardTried, Some(person)),
        Holder::Relative(relative) => {
            (NoticeKind::RelativeCardTried, relatives::somebody_of(tx, &whose.municipality, relative).await?)
        }
    };
    let mut told = coordinators_beside(tx, &whose.municipality, made_by).await?;
    if let (true, Some(person)) = (told.is_empty(), about) {
        told = coordinators_of(tx, &whose.municipality, person).await?;
    }
    for account in told {
        let new = notices::New { account, kind, by: account, about };
        notices::add(state, tx, &whose.municipality, new).await?;
    }
    let entry =
        audit::Entry { actor: None, result: "alarm".to_owned(), ..whose.entry(state, "card.tried", request_id) };
    audit::append(tx, &state.secrets, &whose.municipality, &entry).await
}

/// The coordinators of an account's organisation, itself among them if it is one.
async fn coordinators_beside(tx: &mut Tx, tenant: &MunicipalityCode, account: UserId) -> Result<Vec<UserId>, Error> {
    let sql = sql!(
        "SELECT a.id FROM account m CROSS JOIN account a CROSS JOIN account_role r \
         WHERE m.municipality = $1 AND m.id = $2 AND a.municipality = $1 AND a.organisation = m.organisation \
         AND a.disabled_at IS NULL AND r.municipality = $1 AND r.account = a.id AND r.role = 'coordinator'"
    );
    let rows = tx.all(sql, [tenant.into(), account.into()]).await?;
    rows.iter().map(|row| row.parse("id")).collect()
}

/// The coordinators who look after a person's groups: whoever makes a card on their own page has none beside them.
async fn coordinators_of(tx: &mut Tx, tenant: &MunicipalityCode, person: ParticipantId) -> Result<Vec<UserId>, Error> {
    let records = merged::of_people(tx, tenant, &[person].into()).await?;
    let sql = sql!(
        "SELECT DISTINCT a.id FROM membership m CROSS JOIN exercise_group g CROSS JOIN account a \
         CROSS JOIN account_role r WHERE m.municipality = $1 AND m.participant = $2 AND m.deleted_at IS NULL \
         AND g.municipality = $1 AND g.id = m.exercise_group AND a.municipality = $1 AND a.organisation = g.provider \
         AND a.disabled_at IS NULL AND r.municipality = $1 AND r.account = a.id AND r.role = 'coordinator'"
    );
    let mut coordinators = BTreeSet::new();
    for record in records.into_keys() {
        for row in tx.all(sql, [tenant.into(), record.into()]).await? {
            coordinators.insert(row.parse("id")?);
        }
    }
    Ok(coordinators.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_however_they_are_grouped() {
        assert_eq!(digits(" 123-456 "), "123456");
        assert_eq!(in_groups("123456"), "123 456");
        assert_eq!(in_groups("12"), "12");
    }
}
