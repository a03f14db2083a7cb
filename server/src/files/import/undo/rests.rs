//! What rests on what an import made: records of others by which it must stay.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::applications::Application;
use domain::consents::{Consent, ConsentAct, ConsentPurpose};
use domain::groups::{self, Membership, membership};
use domain::ids::{GroupId, ParticipantId, SessionId, StreamId};
use domain::sessions::{self, SessionStatus};
use domain::sync::entity::{Body, Entity};
use domain::sync::noun::VerbRules as _;
use domain::sync::op::Verb;
use domain::sync::undo::Step;
use domain::time::Day;
use uuid::Uuid;

use super::Why;
use crate::access::ScopedTx;
use crate::applications::forms::Filled;
use crate::db::{Lookup, Row, Unscoped};
use crate::error::Error;
use crate::people::merged;
use crate::sync::tables;

/// What is known of others' records about these steps.
#[derive(Default)]
pub struct Rests {
    people: HashSet<ParticipantId>,
    merged: HashSet<ParticipantId>,
    groups: HashSet<GroupId>,
    /// Who has marks in which group.
    marked: HashSet<(GroupId, ParticipantId)>,
    sessions: HashSet<SessionId>,
    /// The last test of each person.
    tested: HashMap<ParticipantId, Day>,
}

/// The streams of the import itself and of its undoing: their records are taken back too.
#[derive(Clone, Copy)]
pub struct Own(pub [StreamId; 2]);

impl Own {
    fn is(self, row: &Row) -> Result<bool, Error> {
        Ok(self.0.contains(&StreamId(row.parse("stream")?)))
    }
}

impl Rests {
    /// Looks up what stands in the way of these steps; `now`: what each one's entity holds.
    pub async fn of(tx: &mut ScopedTx, steps: &[(&Step, &Body)], own: Own) -> Result<Self, Error> {
        let wanted = Asked::of(steps);
        let mut rests = Self::default();
        rests.ask_people(tx, &wanted.people, own).await?;
        rests.ask_groups(tx, &wanted.groups).await?;
        rests.ask_applications(tx, &wanted.groups, own).await?;
        for row in others(tx, &MARKS_OF_PEOPLE, &wanted.stays, own).await? {
            rests.marked.insert((GroupId(row.parse("exercise_group")?), row.parse("participant")?));
        }
        for row in others(tx, &MARKS_OF_SESSIONS, &wanted.sessions, own).await? {
            rests.sessions.insert(SessionId(row.parse("session")?));
        }
        for row in others(tx, &TESTS, &wanted.consents, own).await? {
            let (person, on): (ParticipantId, Day) = (row.parse("participant")?, row.parse("measured_on")?);
            let last = rests.tested.entry(person).or_insert(on);
            *last = on.max(*last);
        }
        Ok(rests)
    }

    async fn ask_people(&mut self, tx: &mut ScopedTx, people: &BTreeSet<ParticipantId>, own: Own) -> Result<(), Error> {
        let ids: Vec<_> = people.iter().copied().collect();
        for lookup in [&CARDS, &HELD, &REQUESTS] {
            for row in tx.lookup(lookup, ids.iter().copied()).await? {
                self.people.insert(row.parse("participant")?);
            }
        }
        let (bare, tenant) = tx.unscoped(Unscoped::Sync);
        let about = tables::about_people(bare, tenant, &ids).await?;
        self.people.extend(about.iter().filter(|entity| rests_on_person(entity, own)).filter_map(person_of));
        let stands = merged::of_people(bare, tenant, people).await?;
        self.merged.extend(stands.into_iter().filter(|(id, kept)| id != kept).map(|(_, kept)| kept));
        Ok(())
    }

    async fn ask_groups(&mut self, tx: &mut ScopedTx, groups: &BTreeSet<GroupId>) -> Result<(), Error> {
        for lookup in [&STAYS_OF_GROUPS, &SESSIONS_OF_GROUPS, &LEADERS_OF_GROUPS, &INCIDENTS_OF_GROUPS] {
            for row in tx.lookup(lookup, groups.iter().copied()).await? {
                self.groups.insert(GroupId(row.parse("exercise_group")?));
            }
        }
        Ok(())
    }

    /// Who waits for a place there, or has been offered one. Once that is settled, nothing waits for the group any more.
    async fn ask_applications(&mut self, tx: &mut ScopedTx, groups: &BTreeSet<GroupId>, own: Own) -> Result<(), Error> {
        if groups.is_empty() {
            return Ok(());
        }
        let named = |group: &GroupId| groups.contains(group);
        for row in tx.all(APPLICATIONS, []).await? {
            let application: Application = row.json("body")?;
            if !own.is(&row)? {
                let offered = application.offers.iter().map(|offer| offer.group);
                self.groups.extend(application.answers.wishes.iter().copied().chain(offered).filter(named));
            }
        }
        for row in tx.all(FORMS, []).await? {
            let form: Filled = row.json("body")?;
            self.groups.extend(form.group.filter(named));
        }
        Ok(())
    }

    /// Why the step must not be taken; nothing where it may.
    pub fn forbid(&self, step: &Step, now: &Body) -> Option<Why> {
        if let Some(person) = step.erases() {
            let rests = self.people.contains(&person).then_some(Why::Rests);
            return if self.merged.contains(&person) { Some(Why::Merged) } else { rests };
        }
        let rests = match (step.verb()?, now) {
            (Verb::Group(groups::Verb::TakeBack { id }), _) => self.groups.contains(id),
            (Verb::Membership(verb), Body::Membership(stay)) => {
                is_void(verb, stay) && self.marked.contains(&(stay.group, stay.participant))
            }
            (Verb::Session(verb), Body::Session(session)) => {
                // No file counts people: whoever counted did so beside it.
                let rests = self.sessions.contains(&session.id) || session.head_count().is_some();
                !is_held(verb) && rests
            }
            (Verb::Consent(_), Body::Consent(consent)) => {
                is_needed(consent) && self.tested.get(&consent.participant).is_some_and(|last| *last >= consent.on)
            }
            _ => false,
        };
        rests.then_some(Why::Rests)
    }
}

/// Whose records are asked for.
#[derive(Default)]
struct Asked {
    people: BTreeSet<ParticipantId>,
    groups: BTreeSet<GroupId>,
    stays: BTreeSet<ParticipantId>,
    sessions: BTreeSet<SessionId>,
    consents: BTreeSet<ParticipantId>,
}

impl Asked {
    fn of(steps: &[(&Step, &Body)]) -> Self {
        let mut asked = Self::default();
        for (step, now) in steps {
            asked.people.extend(step.erases());
            match (step.verb(), now) {
                (Some(Verb::Group(groups::Verb::TakeBack { id })), _) => asked.groups.extend([*id]),
                (Some(Verb::Membership(_)), Body::Membership(stay)) => asked.stays.extend([stay.participant]),
                (Some(Verb::Session(verb)), _) => asked.sessions.extend([verb.id()]),
                (Some(Verb::Consent(_)), Body::Consent(consent)) => asked.consents.extend([consent.participant]),
                _ => {}
            }
        }
        asked
    }
}

fn is_void(verb: &membership::Verb, stay: &Membership) -> bool {
    matches!(verb, membership::Verb::Leave { left_on: Some(left), .. } if *left < stay.joined_on)
}

fn is_held(verb: &sessions::Verb) -> bool {
    matches!(verb, sessions::Verb::Status { status: Some(SessionStatus::Held), .. })
}

fn is_needed(consent: &Consent) -> bool {
    consent.purpose == ConsentPurpose::HealthTests && consent.act == ConsentAct::Given
}

/// Neither what the import itself made, nor what says nothing any more: a stay that never was, a mark that was undone.
fn rests_on_person(entity: &Entity, own: Own) -> bool {
    match &entity.body {
        None | Some(Body::Participant(_)) => false,
        Some(Body::Membership(stay)) if stay.is_void() => false,
        Some(Body::Attendance(mark)) if mark.mark.is_none() => false,
        Some(_) => !own.0.contains(&entity.stream),
    }
}

fn person_of(entity: &Entity) -> Option<ParticipantId> {
    entity.body.as_ref().and_then(Body::participant)
}

/// Rows of others for these keys.
async fn others<T>(tx: &mut ScopedTx, lookup: &Lookup, keys: &BTreeSet<T>, own: Own) -> Result<Vec<Row>, Error>
where
    T: Copy,
    crate::db::Value: From<T>,
{
    let mut rows = Vec::new();
    for row in tx.lookup(lookup, keys.iter().copied()).await? {
        if !own.is(&row)? {
            rows.push(row);
        }
    }
    Ok(rows)
}

const MARKS_OF_PEOPLE: Lookup = lookup!(
    "SELECT exercise_group, participant, stream FROM attendance \
     WHERE municipality = $1 AND deleted_at IS NULL AND mark IS NOT NULL AND participant IN (",
    ")"
);
const MARKS_OF_SESSIONS: Lookup = lookup!(
    "SELECT session, stream FROM attendance \
     WHERE municipality = $1 AND deleted_at IS NULL AND mark IS NOT NULL AND session IN (",
    ")"
);
const TESTS: Lookup = lookup!(
    "SELECT participant, measured_on, stream FROM assessment \
     WHERE municipality = $1 AND deleted_at IS NULL AND participant IN (",
    ")"
);
const CARDS: Lookup = lookup!(
    "SELECT participant FROM personal_card WHERE municipality = $1 AND ended_at IS NULL AND relative = 0 \
     AND participant IN (",
    ")"
);
/// What somebody recorded about them and waits at the desk: it could not be let through any more.
const HELD: Lookup = lookup!(
    "SELECT about_participant AS participant FROM op \
     WHERE municipality = $1 AND outcome = 'held' AND about_participant IN (",
    ")"
);
/// What they have asked for by their rights, and were answered.
const REQUESTS: Lookup =
    lookup!("SELECT participant FROM rights_request WHERE municipality = $1 AND participant IN (", ")");
const STAYS_OF_GROUPS: Lookup = lookup!(
    "SELECT exercise_group FROM membership WHERE municipality = $1 AND deleted_at IS NULL \
     AND (left_on IS NULL OR left_on >= joined_on) AND exercise_group IN (",
    ")"
);
const SESSIONS_OF_GROUPS: Lookup = lookup!(
    "SELECT exercise_group FROM group_session WHERE municipality = $1 AND deleted_at IS NULL \
     AND status IS NOT NULL AND exercise_group IN (",
    ")"
);
const LEADERS_OF_GROUPS: Lookup =
    lookup!("SELECT exercise_group FROM group_staff WHERE municipality = $1 AND exercise_group IN (", ")");
const INCIDENTS_OF_GROUPS: Lookup = lookup!(
    "SELECT exercise_group FROM incident WHERE municipality = $1 AND deleted_at IS NULL AND exercise_group IN (",
    ")"
);

const APPLICATIONS: &str = sql!(
    "SELECT body, stream FROM application WHERE municipality = $1 AND deleted_at IS NULL AND queue IS NOT NULL \
     ORDER BY queue, applied_on"
);
/// What came by the public form, and nobody has taken up yet.
const FORMS: &str = sql!(
    "SELECT body FROM application_form WHERE municipality = $1 AND settled_at IS NULL \
     ORDER BY organisation, received_at"
);

/// For stays that an undo ended before they began: whether a file that names them again may open them.
const UNDONE: Lookup = lookup!(
    "SELECT m.id FROM membership m JOIN import_undo u ON u.municipality = m.municipality AND u.stream = m.stream \
     WHERE m.municipality = $1 AND m.id IN (",
    ")"
);

/// Those of these stays that were last written by the undoing of an import.
pub async fn undone_stays(tx: &mut ScopedTx, ids: impl IntoIterator<Item = Uuid>) -> Result<HashSet<Uuid>, Error> {
    tx.lookup(&UNDONE, ids).await?.iter().map(|row| row.parse("id")).collect()
}
