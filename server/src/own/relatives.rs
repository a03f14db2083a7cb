//! Relatives: who they are and whose, and what they are shown, which stands in consents alone (docs/access.md,
//! Relatives).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use app::consents::card::text_version;
use app::texts::Lang;
use domain::access::Action;
use domain::consents::{self as consent, Consent, ConsentAct, ConsentChannel, ConsentPurpose, shown_to};
use domain::ids::{ConsentId, MunicipalityCode, ParticipantId, RelativeId, UserId, uuid_v5};
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::time::{Day, Instant};
use uuid::Uuid;

use super::Holder;
use super::cards::{self, Managed, Secrets};
use crate::access::{InReach, Scope, ScopedTx, reach};
use crate::db::{Lookup, Tx, Unscoped};
use crate::error::Error;
use crate::messages::choices;
use crate::people::merged;
use crate::state::AppState;
use crate::statements;
use crate::write::{Refused, refused, write};

/// Somebody's relative, with what they are shown today.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Relative {
    pub id: RelativeId,
    /// The record by which something is shown.
    pub person: ParticipantId,
    pub name: String,
    /// In own words: "daughter".
    pub relation: String,
    /// The number of the card that is good.
    pub number: Option<String>,
    pub used_at: Option<Instant>,
    /// With the last day of each; empty where nothing is shown any more.
    pub shown: BTreeMap<ConsentPurpose, Day>,
    /// How the person last said so.
    pub channel: Option<ConsentChannel>,
    /// In which that was said.
    pub language: Option<Lang>,
}

impl Relative {
    /// The last day of all; nothing where nothing is shown.
    pub fn until(&self) -> Option<Day> {
        self.shown.values().copied().max()
    }
}

/// The person's relatives by name, those who are shown nothing any more too.
pub async fn of_person(tx: &mut ScopedTx, reached: InReach<ParticipantId>) -> Result<Vec<Relative>, Error> {
    let (person, today) = (reached.also(tx.scope(), Action::Share)?, tx.scope().today());
    let said = consents_of(tx, person).await?;
    let sql = sql!(
        "SELECT s.relative, s.relation, r.name, c.number, c.used_at FROM relative_share s \
         JOIN relative r ON r.municipality = s.municipality AND r.id = s.relative \
         LEFT JOIN personal_card c ON c.municipality = s.municipality AND c.participant = s.relative \
         AND c.relative = 1 AND c.ended_at IS NULL WHERE s.municipality = $1 AND s.participant = $2 \
         ORDER BY r.name, s.relative"
    );
    let rows = tx.all(sql, [person.into()]).await?;
    let relative = |row: &crate::db::Row| {
        let id: RelativeId = row.parse("relative")?;
        let given = said.iter().filter(|event| event.relative == Some(id) && event.act == ConsentAct::Given);
        let newest = given.max_by_key(|event| (event.on, event.id));
        Ok(Relative {
            id,
            person,
            name: row.get("name")?,
            relation: row.get("relation")?,
            number: row.get("number")?,
            used_at: row.get("used_at")?,
            shown: shown_to(&said, id, today),
            channel: newest.map(|event| event.channel),
            language: newest.and_then(|event| Lang::from_code(&event.language)),
        })
    };
    rows.iter().map(relative).collect()
}

/// Those by all of these records of one person.
pub async fn of_records(tx: &mut ScopedTx, records: &[InReach<ParticipantId>]) -> Result<Vec<Relative>, Error> {
    let mut all = Vec::new();
    for record in records {
        all.extend(of_person(tx, *record).await?);
    }
    Ok(all)
}

/// Each of them once, by name, with all that is shown to them by any record.
pub fn each_once(all: Vec<Relative>) -> impl Iterator<Item = Relative> {
    let mut once: BTreeMap<RelativeId, Relative> = BTreeMap::new();
    for relative in all {
        match once.get_mut(&relative.id) {
            Some(known) => show_also(&mut known.shown, relative.shown),
            None => drop(once.insert(relative.id, relative)),
        }
    }
    let mut once: Vec<_> = once.into_values().collect();
    once.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
    once.into_iter()
}

/// What is shown by two records is shown until the later of their last days.
fn show_also(shown: &mut BTreeMap<ConsentPurpose, Day>, more: BTreeMap<ConsentPurpose, Day>) {
    for (purpose, until) in more {
        let last = shown.entry(purpose).or_insert(until);
        *last = until.max(*last);
    }
}

/// What the relative is shown today by what these records of one person say together, with the last day of each: what was
/// taken back in one holds beside what another said before.
pub async fn shown_by(
    tx: &mut ScopedTx,
    records: &[InReach<ParticipantId>],
    relative: RelativeId,
) -> Result<BTreeMap<ConsentPurpose, Day>, Error> {
    let mut said = Vec::new();
    for record in records {
        said.extend(events(tx, *record).await?);
    }
    Ok(shown_to(&said, relative, tx.scope().today()))
}

/// Every consent of the person.
async fn events(tx: &mut ScopedTx, person: InReach<ParticipantId>) -> Result<Vec<Consent>, Error> {
    let person = person.also(tx.scope(), Action::Share)?;
    consents_of(tx, person).await
}

async fn consents_of(tx: &mut ScopedTx, person: ParticipantId) -> Result<Vec<Consent>, Error> {
    let sql = sql!("SELECT body FROM consent WHERE municipality = $1 AND participant = $2 AND deleted_at IS NULL");
    let rows = tx.all(sql, [person.into()]).await?;
    rows.iter().map(|row| row.json("body")).collect()
}

/// What somebody says about a relative.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// Of the form: sent twice, it is said once.
    pub rev: Uuid,
    pub relative: RelativeId,
    pub name: String,
    pub relation: String,
    pub shown: BTreeSet<ConsentPurpose>,
    pub until: Day,
    pub channel: ConsentChannel,
    /// Today.
    pub on: Day,
    /// In which the texts were read.
    pub language: Lang,
}

impl Said {
    /// One event for each purpose that is chosen, and for each that holds and is chosen no more.
    fn verbs(&self, participant: ParticipantId, before: &[Consent]) -> Vec<(Verb, Seen)> {
        let held = shown_to(before, self.relative, self.on);
        let how = How { channel: self.channel, on: self.on, language: self.language };
        let act = |purpose: ConsentPurpose| match (self.shown.contains(&purpose), held.contains_key(&purpose)) {
            (true, _) => Some(ConsentAct::Given),
            (false, true) => Some(ConsentAct::Withdrawn),
            (false, false) => None,
        };
        let event = |purpose: ConsentPurpose| {
            let act = act(purpose)?;
            let parts = [&*participant.to_string(), &*self.relative.to_string(), purpose.code(), act.code()];
            let id = ConsentId(uuid_v5(self.rev, &parts));
            Some(Event { id, purpose, act, until: self.until }.said(participant, self.relative, how))
        };
        ConsentPurpose::TO_RELATIVES.into_iter().filter_map(event).collect()
    }
}

/// One consent event about a relative.
struct Event {
    id: ConsentId,
    purpose: ConsentPurpose,
    act: ConsentAct,
    until: Day,
}

/// How, when and in which language something was said.
#[derive(Clone, Copy)]
struct How {
    channel: ConsentChannel,
    on: Day,
    language: Lang,
}

impl Event {
    fn said(self, participant: ParticipantId, relative: RelativeId, how: How) -> (Verb, Seen) {
        let Self { id, purpose, act, until } = self;
        let consent = Consent {
            id,
            participant,
            purpose,
            act,
            channel: how.channel,
            on: how.on,
            text_version: text_version(purpose).to_owned(),
            language: how.language.code().to_owned(),
            after: Vec::new(),
            relative: Some(relative),
            until: (act == ConsentAct::Given).then_some(until),
        };
        (consent::Verb::Record { consent }.into(), Seen::Newest)
    }
}

/// What came of an invitation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Invited {
    /// With a new card: its id and number.
    Card(String, String),
    /// The card that they have shows more from now on.
    HasCard,
    /// The rules of the data refused it.
    Refused(Refused),
    /// The card is somebody else's business, too.
    Elsewhere,
}

/// Keeps what was said of a relative, and makes their card; `card`: its secrets and the PIN's hash, nothing for somebody
/// who has one. Sent twice it makes another card, and the one that is shown last is good.
pub async fn invite(
    state: &AppState,
    tx: &mut ScopedTx,
    request_id: &str,
    person: InReach<ParticipantId>,
    said: &Said,
    card: Option<(&Secrets, &str)>,
) -> Result<Invited, Error> {
    let id = person.also(tx.scope(), Action::Share)?;
    if card.is_some() && !may_make_card(tx, id, said.relative).await? {
        return Ok(Invited::Elsewhere);
    }
    let verbs = said.verbs(id, &events(tx, person).await?);
    if let Some(refused) = refused(&write(state, tx, request_id, verbs).await?) {
        return Ok(Invited::Refused(refused));
    }
    keep(tx, id, said, state.now()).await?;
    hush(tx, said.relative).await?;
    let Some((secrets, pin)) = card else { return Ok(Invited::HasCard) };
    let whose = Managed::of_relative(tx.scope(), person, said.relative)?;
    let (card, number) = cards::make(state, tx, whose, secrets, pin).await?;
    Ok(Invited::Card(card, number))
}

async fn keep(tx: &mut ScopedTx, person: ParticipantId, said: &Said, now: Instant) -> Result<(), Error> {
    let by = tx.scope().user();
    let relative = sql!(
        "INSERT INTO relative (municipality, id, name, made_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (municipality, id) DO NOTHING"
    );
    tx.run(relative, [said.relative.into(), said.name.as_str().into(), now.into()]).await?;
    let share = sql!(
        "INSERT INTO relative_share (municipality, participant, relative, relation, made_at, made_by) \
         VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (municipality, participant, relative) DO UPDATE SET relation = excluded.relation"
    );
    let values = [person.into(), said.relative.into(), said.relation.as_str().into(), now.into(), by.into()];
    tx.run(share, values).await?;
    Ok(())
}

/// Whether whoever asks may make a card for this relative of the person's: it opens what others show them today, too, so
/// all of those must be within reach. Nobody makes one by an id that is somebody else's relative.
pub async fn may_make_card(tx: &mut ScopedTx, person: ParticipantId, relative: RelativeId) -> Result<bool, Error> {
    let known = sql!("SELECT id FROM relative WHERE municipality = $1 AND id = $2");
    let is_known = tx.maybe(known, [relative.into()]).await?.is_some();
    let sql = sql!("SELECT participant FROM relative_share WHERE municipality = $1 AND relative = $2");
    let rows = tx.all(sql, [relative.into()]).await?;
    let people = rows.iter().map(|row| row.parse("participant")).collect::<Result<BTreeSet<ParticipantId>, _>>()?;
    let mut others = BTreeSet::new();
    for other in people.iter().copied().filter(|one| *one != person) {
        if !shown_to(&consents_of(tx, other).await?, relative, tx.scope().today()).is_empty() {
            others.insert(other);
        }
    }
    if (is_known && !people.contains(&person)) || (tx.scope().person().is_some() && !others.is_empty()) {
        return Ok(false);
    }
    Ok(others.is_empty() || reach::among(tx, Action::Share, &others).await?.len() == others.len())
}

/// Ends what a relative is shown of the person, from now on; whether there was anything.
pub async fn end(
    state: &AppState,
    tx: &mut ScopedTx,
    request_id: &str,
    person: InReach<ParticipantId>,
    relative: RelativeId,
    how: (ConsentChannel, Lang),
) -> Result<bool, Error> {
    let (id, today) = (person.also(tx.scope(), Action::Share)?, tx.scope().today());
    let held = shown_to(&events(tx, person).await?, relative, today);
    let withdrawn = held.into_iter().map(|(purpose, until)| {
        let event = state.with_chance(|chance| ConsentId::new(state.now(), chance));
        let event = Event { id: event, purpose, act: ConsentAct::Withdrawn, until };
        event.said(id, relative, How { channel: how.0, on: today, language: how.1 })
    });
    let verbs: Vec<_> = withdrawn.collect();
    if verbs.is_empty() {
        return Ok(false);
    }
    if refused(&write(state, tx, request_id, verbs).await?).is_some() {
        return Err(Error::Forbidden);
    }
    hush(tx, relative).await?;
    Ok(true)
}

/// Of a relative whom nobody lets be told of sessions any more no address, number or phone is kept: whoever lets them be
/// told again does not make it ring by that.
async fn hush(tx: &mut ScopedTx, relative: RelativeId) -> Result<(), Error> {
    if is_told(tx, relative).await? {
        return Ok(());
    }
    let (bare, tenant) = tx.unscoped(Unscoped::Messages);
    choices::forget_ways(bare, tenant, relative.0).await
}

/// Whether anybody lets this relative be told of sessions today.
async fn is_told(tx: &mut ScopedTx, relative: RelativeId) -> Result<bool, Error> {
    let today = tx.scope().today();
    let sql = sql!("SELECT participant FROM relative_share WHERE municipality = $1 AND relative = $2");
    let rows = tx.all(sql, [relative.into()]).await?;
    let records = rows.iter().map(|row| row.parse("participant")).collect::<Result<BTreeSet<ParticipantId>, _>>()?;
    let (bare, tenant) = tx.unscoped(Unscoped::Sync);
    let stands = merged::of_people(bare, tenant, &records).await?;
    let mut said: HashMap<ParticipantId, Vec<Consent>> = HashMap::new();
    for record in records {
        let person = stands.get(&record).copied().unwrap_or(record);
        said.entry(person).or_default().extend(consents_of(tx, record).await?);
    }
    Ok(said.values().any(|said| shown_to(said, relative, today).contains_key(&ConsentPurpose::RelativeMessages)))
}

/// Relatives who are looked through at a time.
const AT_ONCE: i64 = 500;

/// The same of every relative: the last day of what they were let be told has passed by itself. Safe to repeat.
pub async fn hush_all(state: &AppState) -> Result<(), Error> {
    let all = statements::municipalities(&mut state.db.read(Unscoped::Messages).await?).await?;
    for (tenant, _) in all {
        let scope = &Scope::command_line(tenant.clone(), state.today());
        for relative in with_ways(state, &tenant).await? {
            if is_told(&mut state.db.read(scope).await?, relative).await? {
                continue;
            }
            let hushed = state.write(scope, |mut tx| async move {
                hush(&mut tx, relative).await?;
                Ok(tx.done(()))
            });
            hushed.await?;
        }
    }
    Ok(())
}

/// The municipality's relatives of whom an address, a number or a phone is kept.
async fn with_ways(state: &AppState, tenant: &MunicipalityCode) -> Result<Vec<RelativeId>, Error> {
    let sql = sql!("SELECT id FROM relative WHERE municipality = $1 AND id > $2 ORDER BY id LIMIT $3");
    let mut tx = state.db.read(Unscoped::Messages).await?;
    let (mut found, mut last) = (Vec::new(), String::new());
    loop {
        let rows = tx.all(sql, [tenant.into(), last.as_str().into(), AT_ONCE.into()]).await?;
        let Some(end) = rows.last() else { return Ok(found) };
        last = end.get("id")?;
        let ids = rows.iter().map(|row| row.parse("id")).collect::<Result<Vec<RelativeId>, _>>()?;
        found.extend(choices::with_ways(&mut tx, tenant, &ids).await?);
    }
}

/// The relative's name, if this is a relative of the person.
pub async fn name_of(
    tx: &mut ScopedTx,
    person: InReach<ParticipantId>,
    relative: RelativeId,
) -> Result<Option<String>, Error> {
    let person = person.also(tx.scope(), Action::Share)?;
    let sql = sql!(
        "SELECT r.name FROM relative_share s JOIN relative r ON r.municipality = s.municipality AND r.id = s.relative \
         WHERE s.municipality = $1 AND s.participant = $2 AND s.relative = $3"
    );
    tx.maybe(sql, [person.into(), relative.into()]).await?.map(|row| row.get("name")).transpose()
}

/// The relative with this card number and name, in this municipality: both must fit.
pub async fn with_card(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    number: &str,
    name: &str,
) -> Result<Option<RelativeId>, Error> {
    let Some(shown) = cards::by_number(tx, number).await? else { return Ok(None) };
    let (Holder::Relative(relative), true) = (shown.whose.holder, shown.whose.municipality == *tenant) else {
        return Ok(None);
    };
    let sql = sql!("SELECT name FROM relative WHERE municipality = $1 AND id = $2");
    let row = tx.maybe(sql, [tenant.into(), relative.into()]).await?;
    let kept: Option<String> = row.map(|row| row.get("name")).transpose()?;
    Ok(kept.filter(|kept| kept.to_lowercase() == name.to_lowercase()).map(|_| relative))
}

/// Whose relative this is: each person with the relation in own words.
pub async fn people_of(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    relative: RelativeId,
) -> Result<Vec<(ParticipantId, String)>, Error> {
    let sql = sql!(
        "SELECT participant, relation FROM relative_share WHERE municipality = $1 AND relative = $2 ORDER BY made_at, participant"
    );
    let rows = tx.all(sql, [tenant.into(), relative.into()]).await?;
    rows.iter().map(|row| Ok((row.parse("participant")?, row.get("relation")?))).collect()
}

/// One of the people whose relative this is.
pub async fn somebody_of(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    relative: RelativeId,
) -> Result<Option<ParticipantId>, Error> {
    Ok(people_of(tx, tenant, relative).await?.first().map(|(person, _)| *person))
}

const NAMES: Lookup = lookup!("SELECT id, name FROM relative WHERE municipality = $1 AND id IN (", ")");

/// Names of relatives among these ids of the log.
pub async fn names(tx: &mut ScopedTx, ids: BTreeSet<UserId>) -> Result<HashMap<UserId, String>, Error> {
    let rows = tx.lookup(&NAMES, ids).await?;
    rows.iter().map(|row| Ok((UserId(row.parse("id")?), row.get("name")?))).collect()
}

/// Of whoever is erased no relative is known any more; and a relative of nobody else goes, too.
pub async fn forget(tx: &mut Tx, tenant: &MunicipalityCode, person: ParticipantId, now: Instant) -> Result<(), Error> {
    let of = sql!("SELECT relative FROM relative_share WHERE municipality = $1 AND participant = $2");
    let rows = tx.all(of, [tenant.into(), person.into()]).await?;
    let gone = sql!("DELETE FROM relative_share WHERE municipality = $1 AND participant = $2");
    tx.run(gone, [tenant.into(), person.into()]).await?;
    for row in rows {
        forget_nobodys(tx, tenant, row.parse("relative")?, now).await?;
    }
    Ok(())
}

/// Of a relative to whom these records of one person show nothing any more the person's side is forgotten, and all of one
/// who is nobody else's. `false`: something is shown still.
pub async fn remove(
    tx: &mut ScopedTx,
    records: &[InReach<ParticipantId>],
    relative: RelativeId,
    now: Instant,
) -> Result<bool, Error> {
    if !shown_by(tx, records, relative).await?.is_empty() {
        return Ok(false);
    }
    for record in records {
        let person = record.also(tx.scope(), Action::Share)?;
        let gone = sql!("DELETE FROM relative_share WHERE municipality = $1 AND participant = $2 AND relative = $3");
        tx.run(gone, [person.into(), relative.into()]).await?;
    }
    let (bare, tenant) = tx.unscoped(Unscoped::Messages);
    forget_nobodys(bare, tenant, relative, now).await?;
    Ok(true)
}

/// A relative of nobody has no name, no card and no way of being told.
async fn forget_nobodys(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    relative: RelativeId,
    now: Instant,
) -> Result<(), Error> {
    if somebody_of(tx, tenant, relative).await?.is_some() {
        return Ok(());
    }
    let name = sql!("DELETE FROM relative WHERE municipality = $1 AND id = $2");
    tx.run(name, [tenant.into(), relative.into()]).await?;
    let card = sql!(
        "UPDATE personal_card SET ended_at = $3 WHERE municipality = $1 AND participant = $2 AND relative = 1 \
         AND ended_at IS NULL"
    );
    tx.run(card, [tenant.into(), relative.into(), now.into()]).await?;
    choices::forget(tx, tenant, relative.0).await
}

/// What is kept of a relative themselves, beside what they chose to be told by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    pub name: String,
    /// The number of the card that is good.
    pub number: Option<String>,
    pub used_at: Option<Instant>,
}

/// See [`Kept`]; nothing of one who is nobody's.
pub async fn kept_of(tx: &mut Tx, tenant: &MunicipalityCode, relative: RelativeId) -> Result<Option<Kept>, Error> {
    let sql = sql!(
        "SELECT r.name, c.number, c.used_at FROM relative r LEFT JOIN personal_card c ON c.municipality = r.municipality \
         AND c.participant = r.id AND c.relative = 1 AND c.ended_at IS NULL WHERE r.municipality = $1 AND r.id = $2"
    );
    let row = tx.maybe(sql, [tenant.into(), relative.into()]).await?;
    row.map(|row| Ok(Kept { name: row.get("name")?, number: row.get("number")?, used_at: row.get("used_at")? }))
        .transpose()
}
