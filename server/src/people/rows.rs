//! The desk's table of people as it is kept: what it shows, is ordered and narrowed by, a row for each organisation and
//! person. Whatever is written about somebody marks the row as stale, which costs a tablet's push next to nothing; whoever
//! reads the table renews what is stale, and an import does when it has ended.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use domain::assessments::Assessment;
use domain::assessments::rounds::{Round, Tested, outlook};
use domain::attendance::{Mark, is_absent_twice};
use domain::consents::{Consent, tests_ended};
use domain::contacts::{Contact, next_contact};
use domain::groups::{ExitReason, Group, Membership};
use domain::ids::{GroupId, MunicipalityCode, ParticipantId};
use domain::names::natural_key;
use domain::pauses::Pause;
use domain::people::{Participant, Standing};
use domain::sync::entity::{Body, Entity, EntityType};
use domain::time::Day;
use tokio::time::{Instant, sleep};

use super::merged;
use crate::consents::FOR_HEALTH;
use crate::db::{Bulk, Lookup, Row, Tx, Unscoped, Value};
use crate::error::Error;
use crate::state::AppState;
use crate::write::GAP;

/// People of one transaction, at most.
const AT_ONCE: i64 = 200;
/// People of the first transaction where all are renewed.
const FIRST: i64 = 25;
/// How long a transaction should take where all are renewed, while others wait for their turn to write.
const AIM: Duration = Duration::from_millis(50);
/// Where no day is known: after every day, and before every day.
pub const NEVER: &str = "9999-12-31";
pub const NOT_YET: &str = "0000-00-00";
/// The order of those in no group: after every key of a name.
const NO_GROUP: &str = "zz";

const SPOIL: Bulk<2> =
    bulk!("INSERT INTO people_stale (municipality, participant)", "ON CONFLICT (municipality, participant) DO NOTHING");
/// A session that was held, or not, says so of all who have a mark in it.
const MARKED_IN: Lookup = lookup!("SELECT participant FROM attendance WHERE municipality = $1 AND session IN (", ")");

/// Marks the rows of those about whom something was written. `people`: whose names, stays or groups changed.
pub async fn spoil<'a>(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    people: &BTreeSet<ParticipantId>,
    written: impl IntoIterator<Item = &'a Entity>,
) -> Result<(), Error> {
    let mut stale = people.clone();
    let mut sessions = Vec::new();
    for entity in written {
        match &entity.body {
            Some(Body::Attendance(mark)) => stale.extend([mark.participant]),
            Some(Body::Assessment(test)) => stale.extend([test.participant]),
            Some(Body::Pause(pause)) => stale.extend([pause.participant]),
            Some(Body::Contact(contact)) => stale.extend([contact.participant]),
            Some(Body::Consent(consent)) => stale.extend([consent.participant]),
            Some(Body::Session(session)) => sessions.push(session.id),
            None if entity.key.etype == EntityType::Participant => stale.extend([ParticipantId(entity.key.id)]),
            _ => {}
        }
    }
    for row in tx.lookup(&MARKED_IN, tenant, sessions).await? {
        stale.insert(row.parse("participant")?);
    }
    tx.bulk(&SPOIL, stale.into_iter().map(|person| [tenant.into(), person.into()]).collect()).await
}

const STALE: &str = sql!("SELECT participant FROM people_stale WHERE municipality = $1 LIMIT $2");
const OUT_OF_DATE: &str =
    sql!("SELECT participant FROM people_row WHERE municipality = $1 AND fresh_until <= $2 LIMIT $3");

/// Those whose rows do not say what they should, so many at most.
async fn stale(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    today: Day,
    most: i64,
) -> Result<BTreeSet<ParticipantId>, Error> {
    let mut rows = tx.all(STALE, [tenant.into(), most.into()]).await?;
    if rows.is_empty() {
        rows = tx.all(OUT_OF_DATE, [tenant.into(), today.into(), most.into()]).await?;
    }
    rows.iter().map(|row| row.parse("participant")).collect()
}

/// Renews stale rows, some hundreds at most; whether there are more. Where nothing is stale, nothing is written.
pub async fn renew_some(state: &AppState, tenant: &MunicipalityCode) -> Result<bool, Error> {
    renew_up_to(state, tenant, AT_ONCE).await
}

async fn renew_up_to(state: &AppState, tenant: &MunicipalityCode, most: i64) -> Result<bool, Error> {
    let today = state.today();
    let mut tx = state.db.read(Unscoped::Sync).await?;
    let none = stale(&mut tx, tenant, today, most).await?.is_empty();
    drop(tx);
    if none {
        return Ok(false);
    }
    state
        .write(Unscoped::Sync, |mut tx| async move {
            // Whoever writes in this municipality has its turn: what is read here is still true when it is written.
            tx.run(sql!("UPDATE municipality SET name = name WHERE municipality = $1"), [tenant.into()]).await?;
            let people = stale(&mut tx, tenant, today, most).await?;
            renew(&mut tx, tenant, &people, today).await?;
            Ok(tx.done(i64::try_from(people.len()).unwrap_or(most) >= most))
        })
        .await
}

/// Renews all that is stale, in transactions that keep nobody waiting for long: of people with a year of marks two hundred
/// take half a second.
pub async fn renew_all(state: &AppState, tenant: &MunicipalityCode) -> Result<(), Error> {
    let mut people = FIRST;
    loop {
        let begun = Instant::now();
        if !renew_up_to(state, tenant, people).await? {
            return Ok(());
        }
        people = next_people(people, begun.elapsed());
        sleep(GAP).await;
    }
}

/// How many people the next transaction has, when this many took so long.
fn next_people(people: i64, took: Duration) -> i64 {
    if took > AIM {
        (people / 2).max(1)
    } else if took < AIM / 2 {
        (people * 2).min(AT_ONCE)
    } else {
        people
    }
}

const LISTED: Lookup = lookup!(
    "SELECT l.organisation, p.sort_key, p.id AS participant FROM participant p CROSS JOIN listing l \
     WHERE p.municipality = $1 AND l.municipality = $1 AND l.participant = p.id AND l.word = '' AND p.id IN (",
    ")"
);
const BODIES: Lookup =
    lookup!("SELECT body FROM participant WHERE municipality = $1 AND deleted_at IS NULL AND id IN (", ")");
const STAYS: Lookup = lookup!(
    "SELECT m.body AS stay, g.body AS exercise_group FROM membership m \
     JOIN exercise_group g ON g.municipality = m.municipality AND g.id = m.exercise_group \
     WHERE m.municipality = $1 AND m.deleted_at IS NULL AND g.deleted_at IS NULL AND m.participant IN (",
    ") ORDER BY m.joined_on DESC, m.id"
);
/// Marks say that people met, even where nobody has closed the session yet.
const MARKS: Lookup = lookup!(
    "SELECT a.participant, a.exercise_group, a.mark, s.day FROM attendance a \
     JOIN group_session s ON s.municipality = a.municipality AND s.id = a.session \
     WHERE a.municipality = $1 AND a.deleted_at IS NULL AND s.deleted_at IS NULL AND a.mark IS NOT NULL \
     AND (s.status IS NULL OR s.status = 'held') AND a.participant IN (",
    ") ORDER BY s.day, s.id"
);
const TESTS: Lookup = lookup!(
    "SELECT body FROM assessment WHERE municipality = $1 AND deleted_at IS NULL \
     AND instrument IN ('sppb', 'grip', 'self_report') AND participant IN (",
    ")"
);
const PAUSES: Lookup =
    lookup!("SELECT body FROM pause WHERE municipality = $1 AND deleted_at IS NULL AND participant IN (", ")");
const CONTACTS: Lookup =
    lookup!("SELECT body FROM contact WHERE municipality = $1 AND deleted_at IS NULL AND participant IN (", ")");
const FORGET: Lookup = lookup!("DELETE FROM people_row WHERE municipality = $1 AND participant IN (", ")");
const FRESH: Lookup = lookup!("DELETE FROM people_stale WHERE municipality = $1 AND participant IN (", ")");
const KEEP: Bulk<19> = bulk!(
    "INSERT INTO people_row (municipality, organisation, participant, sort_key, standing, decision, language, area, born, \
     group_key, last_visit, due_on, due, missed, provisional, contact_on, unexplained, missing_round, fresh_until)",
    ""
);

/// What is known of a person for the table.
#[derive(Default)]
struct Facts {
    person: Option<Participant>,
    stays: Vec<(Membership, Group)>,
    marks: Vec<(GroupId, Day, Mark)>,
    tests: Vec<Tested>,
    /// To tests.
    consents: Vec<Consent>,
    pauses: Vec<Pause>,
    contacts: Vec<Contact>,
}

async fn renew(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    people: &BTreeSet<ParticipantId>,
    today: Day,
) -> Result<(), Error> {
    let stands = merged::of_people(tx, tenant, people).await?;
    let all: BTreeSet<_> = stands.keys().copied().collect();
    let facts = of_one(facts(tx, tenant, &all).await?, &stands);
    let mut rows = Vec::new();
    for row in tx.lookup(&LISTED, tenant, all.iter().copied()).await? {
        let id: ParticipantId = row.parse("participant")?;
        let Some((facts, person)) = facts.get(&id).and_then(|facts| Some((facts, facts.person.as_ref()?))) else {
            continue;
        };
        let before = [
            tenant.into(),
            row.get::<String>("organisation")?.into(),
            id.into(),
            row.get::<String>("sort_key")?.into(),
        ];
        let mut values = before.into_iter().chain(facts.values(person, today));
        rows.push(std::array::from_fn(|_| values.next().unwrap_or(Value::Text(None))));
    }
    tx.lookup(&FORGET, tenant, all).await?;
    tx.bulk(&KEEP, rows).await?;
    tx.lookup(&FRESH, tenant, people.iter().copied()).await?;
    Ok(())
}

/// What is known by any record of a person, by the one that stands for them.
fn of_one(
    mut facts: HashMap<ParticipantId, Facts>,
    stands: &HashMap<ParticipantId, ParticipantId>,
) -> HashMap<ParticipantId, Facts> {
    for (other, kept) in stands.iter().filter(|(other, kept)| other != kept) {
        let Some(more) = facts.remove(other) else { continue };
        let own = facts.entry(*kept).or_default();
        own.stays.extend(more.stays);
        own.marks.extend(more.marks);
        own.marks.sort_by_key(|(_, day, _)| *day);
        own.tests.extend(more.tests);
        own.consents.extend(more.consents);
        own.pauses.extend(more.pauses);
        own.contacts.extend(more.contacts);
    }
    facts
}

async fn facts(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    people: &BTreeSet<ParticipantId>,
) -> Result<HashMap<ParticipantId, Facts>, Error> {
    let mut facts: HashMap<ParticipantId, Facts> = HashMap::new();
    for row in tx.lookup(&BODIES, tenant, people.iter().copied()).await? {
        let person: Participant = row.json("body")?;
        let id = person.id;
        facts.entry(id).or_default().person = Some(person);
    }
    for row in tx.lookup(&STAYS, tenant, people.iter().copied()).await? {
        let stay: Membership = row.json("stay")?;
        facts.entry(stay.participant).or_default().stays.push((stay, row.json("exercise_group")?));
    }
    for row in tx.lookup(&MARKS, tenant, people.iter().copied()).await? {
        let mark = (row.parse("exercise_group")?, row.parse("day")?, row.code("mark", Mark::from_code)?);
        facts.entry(row.parse("participant")?).or_default().marks.push(mark);
    }
    for row in tx.lookup(&TESTS, tenant, people.iter().copied()).await? {
        let test: Assessment = row.json("body")?;
        facts.entry(test.participant).or_default().tests.push(Tested::of(&test));
    }
    for row in tx.lookup(&FOR_HEALTH, tenant, people.iter().copied()).await? {
        let consent: Consent = row.json("body")?;
        facts.entry(consent.participant).or_default().consents.push(consent);
    }
    for row in tx.lookup(&PAUSES, tenant, people.iter().copied()).await? {
        let pause: Pause = row.json("body")?;
        facts.entry(pause.participant).or_default().pauses.push(pause);
    }
    for row in tx.lookup(&CONTACTS, tenant, people.iter().copied()).await? {
        let contact: Contact = row.json("body")?;
        facts.entry(contact.participant).or_default().contacts.push(contact);
    }
    Ok(facts)
}

impl Facts {
    /// The values from `standing` on.
    fn values(&self, person: &Participant, today: Day) -> [Value; 15] {
        let profile = &person.profile.clone().disclosed();
        let (standing, moves) = Standing::of(profile, self.stays.iter().map(|(stay, _)| stay), &self.pauses, today);
        let visits = || self.marks.iter().filter(|(_, _, mark)| mark.attended()).map(|(_, day, _)| *day);
        let rounds = match standing {
            // Whoever is in no group is not measured, and neither is whoever has taken back the consent to it.
            Standing::Died | Standing::Left | Standing::NoGroup => Default::default(),
            _ if tests_ended(&self.consents) => Default::default(),
            Standing::InGroup | Standing::Paused | Standing::Coming => outlook(visits().min(), &self.tests, today),
        };
        let until = moves.into_iter().chain(rounds.until).min();
        let contact_on = next_contact(self.contacts.iter()).filter(|_| standing != Standing::Died);
        let born = profile.birth_date.map(|day| day.to_string());
        let born = born.or(profile.birth_year.map(|year| year.to_string())).unwrap_or_else(|| NEVER.to_owned());
        let flag = |it: bool| Value::Int(it.then_some(1));
        let day =
            |day: Option<Day>, none: &str| Value::from(day.map_or_else(|| none.to_owned(), |day| day.to_string()));
        [
            standing.code().into(),
            profile.decision.map_or("", |code| code.code()).into(),
            profile.language.map_or("", |code| code.code()).into(),
            profile.postal_code.as_deref().unwrap_or_default().into(),
            born.into(),
            self.group_key(today).into(),
            day(visits().max(), NOT_YET),
            day(rounds.on, NEVER),
            flag(rounds.is_due),
            flag(self.is_missing(standing, today)),
            flag(person.provisional),
            day(contact_on, NEVER),
            flag(standing == Standing::Left && self.left_unexplained()),
            // Whoever has a pause is not to be measured now.
            rounds.missing.filter(|_| standing == Standing::InGroup).map(Round::code).into(),
            day(until, NEVER),
        ]
    }

    fn groups(&self, today: Day) -> impl Iterator<Item = &Group> {
        self.stays.iter().filter(move |(stay, _)| stay.covers(today)).map(|(_, group)| group)
    }

    /// The key of the first of the present groups' names.
    fn group_key(&self, today: Day) -> String {
        let keys = self.groups(today).map(|group| natural_key(&group.name));
        keys.min().unwrap_or_else(|| NO_GROUP.to_owned())
    }

    /// Whether nobody knows why the last stay ended.
    fn left_unexplained(&self) -> bool {
        let real = self.stays.iter().map(|(stay, _)| stay).filter(|stay| !stay.is_void());
        let last = real.max_by_key(|stay| (stay.left_on, stay.joined_on));
        last.is_some_and(|stay| matches!(stay.exit_reason, None | Some(ExitReason::Unknown)))
    }

    /// Whether nobody had told of the last two absences in one of the present groups.
    fn is_missing(&self, standing: Standing, today: Day) -> bool {
        let mut by_group: BTreeMap<GroupId, Vec<Mark>> = BTreeMap::new();
        self.marks.iter().for_each(|(group, _, mark)| by_group.entry(*group).or_default().push(*mark));
        let twice = |group: &Group| by_group.get(&group.id).is_some_and(|marks| is_absent_twice(marks));
        standing == Standing::InGroup && self.groups(today).any(twice)
    }
}

/// A day of the table; nothing where none is known.
pub fn day_of(row: &Row, column: &'static str) -> Result<Option<Day>, Error> {
    let text = row.get::<String>(column)?;
    if text == NEVER || text == NOT_YET { Ok(None) } else { row.parse(column).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::assessments::rounds::BATTERY;

    #[test]
    fn what_is_read_for_rounds_is_what_rounds_measure() {
        assert!(BATTERY.iter().all(|instrument| TESTS.head.contains(&format!("'{instrument}'"))));
        assert_eq!(TESTS.head.matches('\'').count(), 2 * BATTERY.len());
    }

    #[test]
    fn people_are_renewed_in_transactions_of_about_the_time_that_they_may_take() {
        let took = |people: i64, each: u32| Duration::from_millis(u64::from(each)) * u32::try_from(people).unwrap_or(1);
        let in_the_end = |each: u32| (0..20).fold(FIRST, |people, _| next_people(people, took(people, each)));
        assert_eq!([0, 1, 100].map(in_the_end), [AT_ONCE, FIRST, 1]);
    }

    #[test]
    fn a_name_is_ordered_before_those_without_a_group() {
        assert!(["Ö", "Z", "Ä 9"].iter().all(|name| natural_key(name).as_str() < NO_GROUP));
    }
}
