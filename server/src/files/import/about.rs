//! Whom and what the rows of an import are about, by name, when somebody reads them: nothing of it is kept beside the
//! records themselves.

use std::collections::{BTreeSet, HashMap};

use app::groups::history::field_names;
use app::history::{Names, VerbWords as _};
use app::people::history::field_words;
use app::texts::{self, Lang};
use domain::groups::{Group, Verb as GroupVerb};
use domain::ids::{AssessmentId, GroupId, OpId, ParticipantId, SessionId};
use domain::sync::entity::{Body, Entity, EntityKey, EntityType};
use domain::sync::op::Verb;
use domain::sync::undo::group_fields;
use domain::sync::wire::lift;
use domain::time::Day;
use uuid::Uuid;

use crate::access::ScopedTx;
use crate::db::{Lookup, Unscoped};
use crate::error::Error;
use crate::files::kinds::Kind;
use crate::files::present;
use crate::sync::tables;

/// An operation of an import.
pub struct Done {
    pub key: EntityKey,
    /// Nothing once it was erased.
    pub verb: Option<Verb>,
    /// Of a group that was written before: what it was.
    before: Option<Group>,
}

/// What some operations and entities are about.
pub struct About {
    pub ops: HashMap<OpId, Done>,
    bodies: HashMap<Uuid, Body>,
    people: HashMap<ParticipantId, String>,
    groups: HashMap<GroupId, String>,
}

const OPS: Lookup = lookup!("SELECT op_id, etype, eid, body FROM op WHERE municipality = $1 AND op_id IN (", ")");
const PUTS: Lookup = lookup!(
    "SELECT eid, rev, op_id, body FROM op WHERE municipality = $1 AND kind = 'group.put' AND rev IS NOT NULL AND eid IN (",
    ")"
);

impl About {
    /// Looks up what these operations, and these rows of a file of that kind, are about.
    pub async fn of(tx: &mut ScopedTx, kind: Kind, ops: &[OpId], rows: &[Uuid]) -> Result<Self, Error> {
        let mut ops = operations(tx, ops).await?;
        add_groups_before(tx, &mut ops).await?;
        let mut keys: BTreeSet<_> = ops.values().map(|done| done.key).collect();
        keys.extend(rows.iter().flat_map(|id| types(kind).iter().map(|etype| EntityKey { etype: *etype, id: *id })));
        let keys: Vec<_> = keys.into_iter().collect();
        let (bare, tenant) = tx.unscoped(Unscoped::Sync);
        let there = tables::by_keys(bare, tenant, &keys).await?;
        let bodies: HashMap<_, _> =
            there.into_iter().filter_map(|Entity { key, body, .. }| Some((key.id, body?))).collect();
        let verbs = ops.values().filter_map(|done| done.verb.as_ref()?.participant());
        let people: BTreeSet<_> = verbs.chain(bodies.values().filter_map(Body::participant)).collect();
        let people = present::people_by_id(tx, &people.into_iter().collect::<Vec<_>>()).await?;
        let people = people.into_iter().map(|(id, person)| (id, person.profile.list_name())).collect();
        let groups = present::groups(tx).await?.all.into_iter().map(|(id, (_, group))| (id, group.name)).collect();
        Ok(Self { ops, bodies, people, groups })
    }

    /// How many people are named.
    pub fn named(&self) -> usize {
        self.people.len()
    }

    /// Whom or what it is about: a person, else a group; nothing for what is gone.
    pub fn title(&self, id: Uuid, verb: Option<&Verb>) -> Option<String> {
        let body = self.bodies.get(&id);
        let person = body.and_then(Body::participant).or_else(|| verb?.participant());
        let person = person.and_then(|person| self.people.get(&person));
        let group = || self.groups.get(&self.group_of(body, verb)?);
        person.or_else(group).cloned()
    }

    /// Where the person or the group is looked at.
    pub fn href(&self, id: Uuid) -> Option<String> {
        let body = self.bodies.get(&id)?;
        match (body.participant().filter(|person| self.people.contains_key(person)), self.group_of(Some(body), None)) {
            (Some(person), _) => Some(format!("/people/{person}")),
            (None, Some(group)) => Some(format!("/groups/{group}")),
            (None, None) => None,
        }
    }

    fn group_of(&self, body: Option<&Body>, verb: Option<&Verb>) -> Option<GroupId> {
        let of_body = match body {
            Some(Body::Group(group)) => Some(group.id),
            Some(Body::Session(session)) => Some(session.group),
            _ => None,
        };
        of_body.or_else(|| verb?.group())
    }

    /// What the operation did, in words; of a changed group with the names of the fields.
    pub fn sentence(&self, lang: Lang, op: OpId) -> String {
        let Some(done) = self.ops.get(&op) else { return String::new() };
        match (&done.verb, &done.before) {
            (None, _) => texts::imports::rows::erased(lang).to_owned(),
            (Some(Verb::Group(GroupVerb::Put { group })), Some(before)) => {
                texts::history::edited(lang, &field_names(lang, &group_fields(before, group)))
            }
            (Some(Verb::Group(GroupVerb::Put { .. })), None) => texts::imports::rows::group_added(lang).to_owned(),
            (Some(verb), _) => verb.sentence(lang, self),
        }
    }

    /// The names of fields as forms say them.
    pub fn fields(&self, lang: Lang, op: OpId, fields: &[String]) -> String {
        match self.ops.get(&op).map(|done| done.key.etype) {
            Some(EntityType::Participant) => field_words(lang, fields),
            Some(EntityType::Group) => field_names(lang, fields),
            _ => String::new(),
        }
    }
}

/// What a row of a file can become.
const fn types(kind: Kind) -> &'static [EntityType] {
    match kind {
        Kind::Participants => &[EntityType::Participant],
        Kind::Groups => &[EntityType::Group],
        Kind::Memberships => &[EntityType::Membership],
        Kind::Attendance => &[EntityType::Attendance, EntityType::Session],
        Kind::Assessments => &[EntityType::Assessment],
    }
}

async fn operations(tx: &mut ScopedTx, ids: &[OpId]) -> Result<HashMap<OpId, Done>, Error> {
    let mut found = HashMap::new();
    for row in tx.lookup(&OPS, ids.iter().copied()).await? {
        let key = EntityKey { etype: row.code("etype", EntityType::from_code)?, id: row.parse("eid")? };
        let verb = lift(&row.get::<String>("body")?).ok().map(|op| op.verb);
        found.insert(OpId(row.parse("op_id")?), Done { key, verb, before: None });
    }
    Ok(found)
}

/// For each group that was written: the version before.
async fn add_groups_before(tx: &mut ScopedTx, ops: &mut HashMap<OpId, Done>) -> Result<(), Error> {
    let groups: BTreeSet<_> =
        ops.values().filter(|done| done.key.etype == EntityType::Group).map(|done| done.key.id).collect();
    let mut puts: Vec<(Uuid, i64, OpId, Group)> = Vec::new();
    for row in tx.lookup(&PUTS, groups).await? {
        let op = lift(&row.get::<String>("body")?).ok().map(|op| op.verb);
        let Some(Verb::Group(GroupVerb::Put { group })) = op else { continue };
        puts.push((row.parse("eid")?, row.get("rev")?, OpId(row.parse("op_id")?), *group));
    }
    puts.sort_by_key(|(group, rev, ..)| (*group, *rev));
    for pair in puts.windows(2) {
        let [(of, _, _, before), (group, _, op, _)] = pair else { continue };
        if let Some(done) = ops.get_mut(op).filter(|_| of == group) {
            done.before = Some(before.clone());
        }
    }
    Ok(())
}

impl Names for About {
    fn group(&self, id: GroupId) -> Option<String> {
        self.groups.get(&id).cloned()
    }

    fn session_day(&self, id: SessionId) -> Option<Day> {
        match self.bodies.get(&id.0) {
            Some(Body::Session(session)) => Some(session.day),
            _ => None,
        }
    }

    fn test(&self, _: AssessmentId) -> Option<&'static str> {
        None
    }
}
