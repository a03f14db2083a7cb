//! What databases of before hold of who is who: letters taken apart, references that tablets wrote, people and stays
//! that are there twice. Names, references and sign-in names become what they look like; what collides by that stays,
//! and is put to whoever must decide.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::groups::{Group, Membership};
use domain::ids::{GroupId, MunicipalityCode, OpId, OrganisationId, ParticipantId, ReviewId};
use domain::people::{self, Clue, Participant, ProfileChange};
use domain::sync::canon::settled;
use domain::sync::entity::{Body, Bucket, Entity, EntityKey};
use domain::sync::op::{Op, Verb};
use domain::sync::review::{ReviewKind, pair_id};
use domain::sync::server::store::Review;
use domain::sync::server::write::Seen;

use super::AT_ONCE;
use crate::access::Scope;
use crate::db::{Lookup, Row, Tx, Unscoped};
use crate::error::Error;
use crate::people::{alike, keepers, listing};
use crate::state::AppState;
use crate::sync::{store, tables};
use crate::table::{self, Table};

impl AppState {
    /// All of it for one municipality.
    pub(super) async fn settle_identities(&self, tenant: &MunicipalityCode) -> Result<(), Error> {
        super::texts::settle(self, tenant).await?;
        self.each_page(tenant, PEOPLE, async |tx, ids| rewrite_people(tx, tenant, ids).await).await?;
        self.each_page(tenant, GROUPS, async |tx, ids| rewrite_groups(tx, tenant, ids).await).await?;
        self.take_tablets_references(tenant).await?;
        self.each_page(tenant, PAIRS, async |tx, ids| name_questions_by_pair(tx, tenant, ids).await).await?;
        self.each_page(tenant, PEOPLE, async |tx, ids| self.ask_who_is_who(tx, tenant, ids).await).await
    }

    /// Does something with all of a table's ids, some at a time, each time in a transaction of its own that reads anew.
    pub(super) async fn each_page(
        &self,
        tenant: &MunicipalityCode,
        sql: &'static str,
        work: impl AsyncFn(&mut Tx, &[String]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut last = String::new();
        loop {
            let values = [tenant.into(), last.as_str().into(), AT_ONCE.into()];
            let rows = self.db.read(Unscoped::Installation).await?.all(sql, values).await?;
            let ids = rows.iter().map(|row| row.get::<String>("id")).collect::<Result<Vec<_>, _>>()?;
            let Some(end) = ids.last() else { return Ok(()) };
            last.clone_from(end);
            let mut tx = self.db.begin(Unscoped::Installation).await?;
            // The municipality's turn: what an earlier program beside this one writes is not overwritten.
            store::SqlStore::writing(&mut tx, tenant, self.now(), &self.secrets, "upgrade").await?;
            work(&mut tx, &ids).await?;
            tx.commit().await?;
        }
    }

    /// References are given by desk and files. Those that tablets wrote are taken back by an operation of the
    /// installation, and the desk is told which they were.
    async fn take_tablets_references(&self, tenant: &MunicipalityCode) -> Result<(), Error> {
        let scope = &Scope::command_line(tenant.clone(), self.today());
        for (person, op) in &self.tablets_references(tenant).await? {
            let changes = vec![ProfileChange::Reference(None)];
            let edit = Verb::Participant(people::Verb::Edit { id: *person, changes });
            let told = [Review {
                id: pair_id((*person).into(), EntityKey { id: op.0, ..(*person).into() }),
                kind: ReviewKind::Reference,
                bucket: None,
                entity: (*person).into(),
                other: None,
                op_ids: vec![*op],
                created_at: self.now(),
            }];
            let (edit, told) = (&[(edit, Seen::Newest)], &told);
            self.write(scope, |mut tx| async move {
                crate::write::write(self, &mut tx, "upgrade", edit.to_vec()).await?;
                let (bare, tenant) = tx.unscoped(Unscoped::Sync);
                store::ask(bare, tenant, told).await?;
                Ok(tx.done(()))
            })
            .await?;
        }
        Ok(())
    }

    /// Whose reference was last written on a tablet, and by which operation.
    async fn tablets_references(&self, tenant: &MunicipalityCode) -> Result<Vec<(ParticipantId, OpId)>, Error> {
        let mut found = Vec::new();
        let mut last = String::new();
        loop {
            let mut tx = self.db.read(Unscoped::Installation).await?;
            let rows = tx.all(REFERENCES, [tenant.into(), last.as_str().into(), AT_ONCE.into()]).await?;
            let Some(end) = rows.last() else { return Ok(found) };
            last = end.get("id")?;
            let ids = rows.iter().map(|row| row.get::<String>("id")).collect::<Result<Vec<_>, _>>()?;
            let mut writers: HashMap<ParticipantId, (i64, OpId, bool)> = HashMap::new();
            for row in tx.lookup(&WRITERS, tenant, ids).await? {
                note_writer(&row, &mut writers)?;
            }
            let by_tablet = writers.into_iter().filter(|(_, (_, _, by_tablet))| *by_tablet);
            found.extend(by_tablet.map(|(person, (_, op, _))| (person, op)));
        }
    }

    /// Pairs of people who look the same or have one reference, and stays of one person that share days.
    async fn ask_who_is_who(&self, tx: &mut Tx, tenant: &MunicipalityCode, ids: &[String]) -> Result<(), Error> {
        let people = entities::<Participant>(tx, tenant, ids).await?;
        let own: Vec<_> = people.iter().filter_map(Entity::content::<Participant>).collect();
        let clues: BTreeSet<_> = own.iter().flat_map(|person| person.profile.clues()).collect();
        let found = alike(tx, tenant, &clues.into_iter().collect::<Vec<_>>()).await?;
        let by_clue = by_clue(&found);
        let mut asked = BTreeMap::new();
        for person in own {
            for clue in person.profile.clues() {
                let others = by_clue.get(&clue).into_iter().flatten().filter(|other| other.id != person.id);
                let key = matches!(clue, Clue::Reference(_));
                for other in others.filter(|other| key || person.profile.looks_like(&other.profile)) {
                    let review = self.pair(ReviewKind::Alike, None, person.id.into(), other.id.into());
                    asked.insert(review.id, review);
                }
            }
        }
        let people: Vec<_> = people.iter().map(|entity| ParticipantId(entity.key.id)).collect();
        let stays = tables::about::<Membership>(tx, tenant, &people).await?;
        let stays: Vec<_> = stays.iter().filter_map(Entity::content::<Membership>).collect();
        for (one, other) in overlapping(&stays) {
            let review = self.pair(ReviewKind::Overlap, Some(one.group), one.id.into(), other.id.into());
            asked.insert(review.id, review);
        }
        store::ask(tx, tenant, &asked.into_values().collect::<Vec<_>>()).await
    }

    fn pair(&self, kind: ReviewKind, group: Option<GroupId>, entity: EntityKey, other: EntityKey) -> Review {
        let (bucket, created_at) = (group.map(Bucket::Roll), self.now());
        Review { id: pair_id(entity, other), kind, bucket, entity, other: Some(other), op_ids: Vec::new(), created_at }
    }
}

/// Open questions about two people.
const PAIRS: &str = sql!(
    "SELECT id FROM review WHERE municipality = $1 AND state = 'open' AND kind = 'possible_same_person' \
     AND other_eid IS NOT NULL AND id > $2 ORDER BY id LIMIT $3"
);
const QUESTIONS: Lookup = lookup!("SELECT id, eid, other_eid FROM review WHERE municipality = $1 AND id IN (", ")");

/// They were named by the operations behind them; now by the pair, so that each is asked once.
async fn name_questions_by_pair(tx: &mut Tx, tenant: &MunicipalityCode, ids: &[String]) -> Result<(), Error> {
    let there = sql!("SELECT id FROM review WHERE municipality = $1 AND id = $2");
    let rename = sql!("UPDATE review SET id = $3 WHERE municipality = $1 AND id = $2");
    let double = sql!("UPDATE review SET state = 'double' WHERE municipality = $1 AND id = $2");
    for row in tx.lookup(&QUESTIONS, tenant, ids.iter().map(String::as_str)).await? {
        let (one, other): (ParticipantId, ParticipantId) = (row.parse("eid")?, row.parse("other_eid")?);
        let (id, pair): (ReviewId, ReviewId) = (row.parse("id")?, pair_id(one.into(), other.into()));
        if id == pair {
            continue;
        }
        match tx.maybe(there, [tenant.into(), pair.into()]).await? {
            Some(_) => tx.run(double, [tenant.into(), id.into()]).await?,
            None => tx.run(rename, [tenant.into(), id.into(), pair.into()]).await?,
        };
    }
    Ok(())
}

pub(super) const PEOPLE: &str =
    sql!("SELECT id FROM participant WHERE municipality = $1 AND deleted_at IS NULL AND id > $2 ORDER BY id LIMIT $3");
const GROUPS: &str = sql!(
    "SELECT id FROM exercise_group WHERE municipality = $1 AND deleted_at IS NULL AND id > $2 ORDER BY id LIMIT $3"
);
const REFERENCES: &str = sql!(
    "SELECT id FROM participant WHERE municipality = $1 AND deleted_at IS NULL AND reference IS NOT NULL \
     AND id > $2 ORDER BY id LIMIT $3"
);
/// What was written to a person and took effect, and from which tablet if from one.
const WRITERS: Lookup = lookup!(
    "SELECT o.op_id, o.eid, o.rev, o.body, s.device FROM op o \
     LEFT JOIN stream s ON s.municipality = $1 AND s.id = o.stream \
     WHERE o.municipality = $1 AND o.etype = 'participant' AND o.rev IS NOT NULL AND o.eid IN (",
    ")"
);
/// By whom people were registered.
const REGISTERED: Lookup = lookup!(
    "SELECT o.eid, a.organisation FROM op o LEFT JOIN account a ON a.municipality = $1 AND a.id = o.actor \
     WHERE o.municipality = $1 AND o.kind = 'participant.register' AND o.rev IS NOT NULL AND o.eid IN (",
    ")"
);

fn note_writer(row: &Row, writers: &mut HashMap<ParticipantId, (i64, OpId, bool)>) -> Result<(), Error> {
    // A text that this program does not read gave no reference that it knows of.
    let Ok(op) = row.json::<Op>("body") else { return Ok(()) };
    let gives = match &op.verb {
        Verb::Participant(people::Verb::Register { profile, .. }) => profile.reference.is_some(),
        Verb::Participant(people::Verb::Edit { changes, .. }) => {
            changes.iter().any(|change| matches!(change, ProfileChange::Reference(Some(_))))
        }
        _ => false,
    };
    let rev: i64 = row.get("rev")?;
    let newest = writers.entry(row.parse("eid")?).or_insert((0, op.op_id, false));
    if gives && rev > newest.0 {
        *newest = (rev, op.op_id, !row.is_null("device"));
    }
    Ok(())
}

pub(super) async fn entities<N: Table>(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    ids: &[String],
) -> Result<Vec<Entity>, Error> {
    table::lookup::<N, _>(tx, tenant, &N::BY_ID, ids.iter().map(String::as_str)).await
}

/// Writes people as this program writes them, with every column, and notes whose they are.
async fn rewrite_people(tx: &mut Tx, tenant: &MunicipalityCode, ids: &[String]) -> Result<(), Error> {
    rewrite::<Participant>(tx, tenant, ids).await?;
    let mut registered: Vec<(ParticipantId, Option<OrganisationId>)> = Vec::new();
    for row in tx.lookup(&REGISTERED, tenant, ids.iter().map(String::as_str)).await? {
        registered.push((row.parse("eid")?, row.parse_opt("organisation")?));
    }
    keepers::note(tx, tenant, &registered).await?;
    let people = ids.iter().filter_map(|id| id.parse().ok()).collect();
    listing::renew(tx, tenant, &people).await
}

async fn rewrite_groups(tx: &mut Tx, tenant: &MunicipalityCode, ids: &[String]) -> Result<(), Error> {
    rewrite::<Group>(tx, tenant, ids).await
}

/// The same version with its texts as they look: to tablets nothing has changed.
async fn rewrite<N: Table + Clone + serde::Serialize + serde::de::DeserializeOwned>(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    ids: &[String],
) -> Result<(), Error> {
    let broken = |e: serde_json::Error| Error::Broken(e.to_string());
    let mut rows = Vec::with_capacity(ids.len());
    for entity in entities::<N>(tx, tenant, ids).await? {
        let Some(noun) = entity.content::<N>() else { continue };
        let noun = match settled(&table::text(noun)?) {
            Some(text) => serde_json::from_str(&text).map_err(broken)?,
            None => noun.clone(),
        };
        rows.push((entity, noun));
    }
    N::put(tx, tenant, false, rows.iter().map(|(entity, noun)| (entity, noun)).collect()).await
}

fn by_clue(found: &[Entity]) -> HashMap<Clue, Vec<&Participant>> {
    let mut by_clue: HashMap<Clue, Vec<&Participant>> = HashMap::new();
    for entity in found {
        if let Some(Body::Participant(person)) = &entity.body {
            person.profile.clues().for_each(|clue| by_clue.entry(clue).or_default().push(person));
        }
    }
    by_clue
}

/// Pairs of stays that share days; a person has few.
fn overlapping<'a>(stays: &[&'a Membership]) -> Vec<(&'a Membership, &'a Membership)> {
    let mut of_person: BTreeMap<ParticipantId, Vec<&Membership>> = BTreeMap::new();
    stays.iter().for_each(|stay| of_person.entry(stay.participant).or_default().push(stay));
    let pairs = |stays: Vec<&'a Membership>| {
        let later = |(at, one): (usize, &&'a Membership)| {
            let one = *one;
            stays
                .iter()
                .skip(at + 1)
                .filter(move |other| one.overlaps(other))
                .map(move |other| (one, *other))
                .collect::<Vec<_>>()
        };
        stays.iter().enumerate().flat_map(later).collect::<Vec<_>>()
    };
    of_person.into_values().flat_map(pairs).collect()
}
