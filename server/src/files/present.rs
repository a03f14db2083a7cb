//! What the municipality has now, as files speak of it: references instead of ids.

use std::collections::{BTreeSet, HashMap};

use domain::access::{Action, Reach};
use domain::assessments::Assessment;
use domain::attendance::Mark;
use domain::consents::{Consent, ConsentAct, ConsentPurpose, standing_since};
use domain::groups::{Group, Membership};
use domain::ids::{AssessmentId, GroupId, OrganisationId, ParticipantId, SessionId};
use domain::people::Participant;
use domain::time::Day;
use uuid::Uuid;

use crate::access::{Scope, ScopedTx};
use crate::db::{Lookup, Row};
use crate::error::Error;
use crate::sessions::all::Meeting;
use crate::{attendance, sessions};

/// Refuses everybody who may not see all persons of the municipality.
pub fn require_whole_municipality(scope: &Scope) -> Result<(), Error> {
    let all = |action| scope.reach(action) == Some(Reach::Municipality);
    if all(Action::SeeProfiles) && all(Action::SeeAssessments) { Ok(()) } else { Err(Error::Forbidden) }
}

/// The reference in files of something that the municipality has not numbered itself: made from its id, so
/// that every export writes the same one.
pub fn generated_reference(id: Uuid) -> String {
    let digits = id.simple().to_string();
    format!("virea-{}", digits.get(20..).unwrap_or(&digits))
}

/// The own reference, or a generated one where there is none or somebody older has the same.
pub fn free_reference<T>(own: Option<&String>, id: Uuid, taken: &HashMap<String, T>) -> String {
    own.filter(|own| !taken.contains_key(*own)).cloned().unwrap_or_else(|| generated_reference(id))
}

/// The people, by reference and by id.
pub struct People {
    pub all: HashMap<ParticipantId, (String, Participant)>,
    pub by_reference: HashMap<String, ParticipantId>,
}

pub async fn people(tx: &mut ScopedTx) -> Result<People, Error> {
    require_whole_municipality(tx.scope())?;
    let sql = sql!(
        "SELECT body FROM participant WHERE municipality = $1 AND deleted_at IS NULL AND restricted IS NULL ORDER BY id"
    );
    let mut people = People { all: HashMap::new(), by_reference: HashMap::new() };
    for row in tx.all(sql, []).await? {
        let person: Participant = row.json("body")?;
        let reference = free_reference(person.profile.reference.as_ref(), person.id.0, &people.by_reference);
        people.by_reference.insert(reference.clone(), person.id);
        people.all.insert(person.id, (reference, person));
    }
    Ok(people)
}

const PEOPLE: Lookup = lookup!(
    "SELECT body FROM participant WHERE municipality = $1 AND deleted_at IS NULL AND restricted IS NULL AND id IN (",
    ")"
);

/// Some people.
pub async fn people_by_id(
    tx: &mut ScopedTx,
    ids: &[ParticipantId],
) -> Result<HashMap<ParticipantId, Participant>, Error> {
    require_whole_municipality(tx.scope())?;
    let rows = tx.lookup(&PEOPLE, ids.iter().copied()).await?;
    rows.iter().map(|row| row.json("body").map(|person: Participant| (person.id, person))).collect()
}

impl People {
    pub fn reference(&self, id: ParticipantId) -> Option<&str> {
        self.all.get(&id).map(|(reference, _)| reference.as_str())
    }
}

/// The groups, by reference and by id.
pub struct Groups {
    pub all: HashMap<GroupId, (String, Group)>,
    pub by_reference: HashMap<String, GroupId>,
}

pub async fn groups(tx: &mut ScopedTx) -> Result<Groups, Error> {
    require_whole_municipality(tx.scope())?;
    let sql = sql!("SELECT body FROM exercise_group WHERE municipality = $1 AND deleted_at IS NULL ORDER BY id");
    let mut groups = Groups { all: HashMap::new(), by_reference: HashMap::new() };
    for row in tx.all(sql, []).await? {
        let group: Group = row.json("body")?;
        let reference = free_reference(group.reference.as_ref(), group.id.0, &groups.by_reference);
        groups.by_reference.insert(reference.clone(), group.id);
        groups.all.insert(group.id, (reference, group));
    }
    Ok(groups)
}

impl Groups {
    /// The group of that reference.
    pub fn find(&self, reference: &str) -> Option<&Group> {
        let (_, group) = self.all.get(self.by_reference.get(reference)?)?;
        Some(group)
    }

    pub fn reference(&self, id: GroupId) -> Option<&str> {
        self.all.get(&id).map(|(reference, _)| reference.as_str())
    }
}

/// The organisations of the municipality.
pub struct Organisations {
    /// The municipality's own; it has no parent.
    pub own: OrganisationId,
    pub names: HashMap<OrganisationId, String>,
}

pub async fn organisations(tx: &mut ScopedTx) -> Result<Organisations, Error> {
    let sql = sql!("SELECT id, parent, name FROM organisation WHERE municipality = $1 ORDER BY created_at, id");
    let mut own = None;
    let mut names = HashMap::new();
    for row in tx.all(sql, []).await? {
        let id: OrganisationId = row.parse("id")?;
        if row.is_null("parent") {
            own = own.or(Some(id));
        }
        names.insert(id, row.get("name")?);
    }
    Ok(Organisations { own: own.ok_or(Error::NotFound)?, names })
}

impl Organisations {
    /// The organisation of that name, written in either case.
    pub fn find(&self, name: &str) -> Option<OrganisationId> {
        let wanted = name.to_lowercase();
        self.names.iter().find(|(_, known)| known.to_lowercase() == wanted).map(|(id, _)| *id)
    }
}

/// All stays that were not entered by mistake.
pub async fn memberships(tx: &mut ScopedTx) -> Result<Vec<Membership>, Error> {
    require_whole_municipality(tx.scope())?;
    let sql = sql!("SELECT body FROM membership WHERE municipality = $1 AND deleted_at IS NULL");
    let rows = tx.all(sql, []).await?;
    let stays = rows.iter().map(|row| row.json::<Membership>("body")).collect::<Result<Vec<_>, _>>()?;
    Ok(stays.into_iter().filter(|stay| !stay.is_void()).collect())
}

const MEMBERSHIPS: Lookup =
    lookup!("SELECT body FROM membership WHERE municipality = $1 AND deleted_at IS NULL AND participant IN (", ")");

/// The stays of some people, those that were entered by mistake too.
pub async fn memberships_of(
    tx: &mut ScopedTx,
    people: impl IntoIterator<Item = ParticipantId>,
) -> Result<Vec<Membership>, Error> {
    require_whole_municipality(tx.scope())?;
    let people: BTreeSet<_> = people.into_iter().collect();
    tx.bodies_of(&MEMBERSHIPS, people).await
}

/// The meetings, in the order of their ids.
pub async fn sessions(tx: &mut ScopedTx) -> Result<Vec<Meeting>, Error> {
    require_whole_municipality(tx.scope())?;
    let mut meetings = Vec::new();
    let take = |meeting| {
        meetings.push(meeting);
        Ok(())
    };
    sessions::all::each(tx, take).await?;
    Ok(meetings)
}

/// The marks that are not undone.
pub async fn marks(tx: &mut ScopedTx) -> Result<Vec<(SessionId, ParticipantId, Mark)>, Error> {
    require_whole_municipality(tx.scope())?;
    let mut marks = Vec::new();
    let take = |session, participant, mark| {
        marks.push((session, participant, mark));
        Ok(())
    };
    attendance::all::each(tx, take).await?;
    Ok(marks)
}

/// The tests, oldest first.
pub async fn assessments(tx: &mut ScopedTx) -> Result<Vec<Assessment>, Error> {
    require_whole_municipality(tx.scope())?;
    let sql =
        sql!("SELECT body FROM assessment WHERE municipality = $1 AND deleted_at IS NULL ORDER BY measured_on, id");
    tx.all(sql, []).await?.iter().map(|row| row.json("body")).collect()
}

const ASSESSMENTS: Lookup =
    lookup!("SELECT body FROM assessment WHERE municipality = $1 AND deleted_at IS NULL AND participant IN (", ")");

/// The tests of some people.
pub async fn assessments_of(tx: &mut ScopedTx, people: &[ParticipantId]) -> Result<Vec<Assessment>, Error> {
    require_whole_municipality(tx.scope())?;
    tx.bodies_of(&ASSESSMENTS, people.iter().copied()).await
}

/// Of several tests of a kind on one day (a possible duplicate that waits for a decision) the first recorded:
/// files hold one.
pub fn one_of_a_kind(tests: Vec<Assessment>) -> Vec<Assessment> {
    let mut first: HashMap<_, AssessmentId> = HashMap::with_capacity(tests.len());
    for test in &tests {
        let one = first.entry((test.participant, test.measured_on, test.instrument)).or_insert(test.id);
        *one = test.id.min(*one);
    }
    let kept = |t: &Assessment| first.get(&(t.participant, t.measured_on, t.instrument)) == Some(&t.id);
    tests.into_iter().filter(kept).collect()
}

/// What is known of a person's consent to keeping health data.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct HealthConsent {
    /// The day on which it was given; nothing when it is not known or was withdrawn.
    pub given_on: Option<Day>,
    pub withdrawn_on: Option<Day>,
}

/// The present consents for health data.
pub async fn health_consents(tx: &mut ScopedTx) -> Result<HashMap<ParticipantId, HealthConsent>, Error> {
    require_whole_municipality(tx.scope())?;
    let sql = sql!("SELECT body FROM consent WHERE municipality = $1 AND deleted_at IS NULL AND purpose = $2");
    by_person(&tx.all(sql, [ConsentPurpose::HealthTests.code().into()]).await?)
}

const CONSENTS: Lookup =
    lookup!("SELECT body FROM consent WHERE municipality = $1 AND deleted_at IS NULL AND participant IN (", ")");

/// The present consents of some people.
pub async fn health_consents_of(
    tx: &mut ScopedTx,
    people: &[ParticipantId],
) -> Result<HashMap<ParticipantId, HealthConsent>, Error> {
    require_whole_municipality(tx.scope())?;
    by_person(&tx.lookup(&CONSENTS, people.iter().copied()).await?)
}

fn by_person(rows: &[Row]) -> Result<HashMap<ParticipantId, HealthConsent>, Error> {
    let mut events: HashMap<ParticipantId, Vec<Consent>> = HashMap::new();
    for row in rows {
        let event: Consent = row.json("body")?;
        if event.purpose == ConsentPurpose::HealthTests {
            events.entry(event.participant).or_default().push(event);
        }
    }
    Ok(events.into_iter().map(|(person, events)| (person, present_consent(&events))).collect())
}

fn present_consent(events: &[Consent]) -> HealthConsent {
    match standing_since(&events.iter().collect::<Vec<_>>()) {
        Some((ConsentAct::Given, on)) => HealthConsent { given_on: Some(on), withdrawn_on: None },
        Some((ConsentAct::Withdrawn, on)) => HealthConsent { given_on: None, withdrawn_on: Some(on) },
        None => HealthConsent::default(),
    }
}
