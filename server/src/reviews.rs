//! What a person must decide, as the desk lists it: open questions and held operations of groups within reach.

use std::collections::{BTreeSet, HashMap};

use app::texts::Lang;
use domain::access::Action;
use domain::ids::{HoleId, OpId, ReviewId};
use domain::sync::entity::EntityKey;
use domain::sync::op::Op;
use domain::sync::review::ReviewKind;
use domain::sync::server::held::{Settlement, settle as settle_step};
use domain::sync::server::store::ReadStore as _;
use domain::sync::wire::{Outcome, Reason};
use domain::time::Instant;

use crate::access::reach::{group_within_reach, person_within_reach};
use crate::access::{Actor, ScopedTx};
use crate::audit;
use crate::db::{Lookup, Row, Unscoped};
use crate::error::Error;
use crate::hub::Poke;
use crate::people::author;
use crate::people::restriction::{not_restricted, of_restricted};
use crate::state::AppState;
use crate::sync::SqlStore;

/// One open question.
#[derive(Clone, PartialEq, Debug)]
pub struct ReviewRow {
    pub id: ReviewId,
    pub kind: ReviewKind,
    pub entity: EntityKey,
    pub other: Option<EntityKey>,
    /// The operations that may be read because of it.
    op_ids: Vec<OpId>,
    pub created_at: Instant,
    /// Nobody has settled it yet.
    pub open: bool,
    /// The answer by which it was settled at the desk, as its form said it.
    pub answer: Option<String>,
}

impl ReviewRow {
    /// What it is about: one entity, or two that may be one.
    pub fn keys(&self) -> impl Iterator<Item = EntityKey> {
        std::iter::once(self.entity).chain(self.other)
    }

    /// The operations behind it.
    pub fn op_ids(&self) -> &[OpId] {
        &self.op_ids
    }
}

/// The condition that the question `q` lies within reach: by its bucket, or by a person whom it is about; not where the
/// processing of their data is restricted.
macro_rules! question_within_reach {
    () => {
        concat!(
            "q.eid NOT IN (",
            of_restricted!(),
            ") AND COALESCE(q.other_eid, '') NOT IN (",
            of_restricted!(),
            ") AND (SUBSTR(q.bucket, 5) = $2 OR ",
            group_within_reach!("SUBSTR(q.bucket, 5)"),
            " OR (q.etype = 'participant' AND (",
            person_within_reach!("q.eid"),
            " OR ",
            person_within_reach!("q.other_eid"),
            ")))"
        )
    };
}

/// From what tablets have declared lost (`h`) that which is within reach: by whose it is, or by the tablet.
macro_rules! hole_within_reach {
    () => {
        " FROM hole h LEFT JOIN stream t ON t.municipality = $1 AND t.id = h.stream \
         LEFT JOIN account a ON a.municipality = $1 AND a.id = t.account \
         LEFT JOIN device d ON d.municipality = $1 AND d.id = t.device \
         WHERE h.municipality = $1 AND ($2 = '' OR a.organisation = $2 OR d.organisation = $2)"
    };
}

/// The condition that the held operation `o` lies within reach: by whom or what it is about; what says nothing of itself
/// belongs to the organisation of its author (`a`) or its tablet (`d`).
macro_rules! held_within_reach {
    () => {
        concat!(
            "(",
            group_within_reach!("o.about_group"),
            " OR ",
            person_within_reach!("o.about_participant"),
            " OR (o.about_group IS NULL AND o.about_participant IS NULL \
             AND ($2 = '' OR a.organisation = $2 OR d.organisation = $2)))",
            not_restricted!("o.about_participant")
        )
    };
}

/// Everything that waits within reach, by its `id`, since when (`at`) and from where (`source`): open questions, whose
/// bucket's name ends in the id of its group or organisation, held operations, and what tablets have declared lost. What
/// says nothing of itself belongs to the organisation of its author or its tablet.
macro_rules! waiting {
    () => {
        concat!(
            "SELECT q.id, q.created_at AS at, 'question' AS source FROM review q \
             WHERE q.municipality = $1 AND q.state = 'open' AND ",
            question_within_reach!(),
            " UNION ALL SELECT o.op_id, o.received_at, 'held' FROM op o \
             LEFT JOIN account a ON a.municipality = $1 AND a.id = o.actor \
             LEFT JOIN stream t ON t.municipality = $1 AND t.id = o.stream \
             LEFT JOIN device d ON d.municipality = $1 AND d.id = t.device \
             WHERE o.municipality = $1 AND o.outcome = 'held' AND ",
            held_within_reach!(),
            " UNION ALL SELECT h.id, h.declared_at, 'hole'",
            hole_within_reach!(),
            " AND h.state = 'open'"
        )
    };
}
const PAGE: &str = sql!(waiting!(), " ORDER BY at, id LIMIT $5 OFFSET $6");
const HOW_MANY: &str = sql!("SELECT COUNT(*) AS n FROM (", waiting!(), ") all_waiting");
const UP_TO: &str = sql!("SELECT COUNT(*) AS n FROM (", waiting!(), " LIMIT $5) first_waiting");

/// How many things wait for a decision within reach.
pub async fn how_many(tx: &mut ScopedTx) -> Result<i64, Error> {
    tx.within(Action::SeeReviews)?.one(HOW_MANY, []).await?.get("n")
}

/// As [`how_many`]; beyond `most` they are not counted.
pub async fn waiting(tx: &mut ScopedTx, most: i64) -> Result<i64, Error> {
    tx.within(Action::SeeReviews)?.one(UP_TO, [most.into()]).await?.get("n")
}

/// One page of what waits within reach, the oldest first.
pub async fn page(tx: &mut ScopedTx, most: i64, skip: i64) -> Result<Page, Error> {
    let rows = tx.within(Action::SeeReviews)?.all(PAGE, [most.into(), skip.into()]).await?;
    let (mut questions, mut held, mut holes) = (Vec::new(), Vec::new(), Vec::new());
    for row in &rows {
        let ids = match row.get::<String>("source")?.as_str() {
            "held" => &mut held,
            "hole" => &mut holes,
            _ => &mut questions,
        };
        ids.push(row.get::<String>("id")?);
    }
    let questions = tx.lookup(&QUESTIONS, questions).await?;
    let held = tx.lookup(&HELD, held).await?;
    let holes = tx.lookup(&HOLES, holes).await?;
    Ok(Page {
        questions: questions.iter().map(review_row).collect::<Result<_, _>>()?,
        held: held.iter().map(held_operation).collect::<Result<_, _>>()?,
        holes: holes.iter().map(hole).collect::<Result<_, _>>()?,
    })
}

/// What waits, by kind.
pub struct Page {
    pub questions: Vec<ReviewRow>,
    pub held: Vec<HeldOperation>,
    pub holes: Vec<HoleRow>,
}

/// Operations that a tablet has declared lost.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HoleRow {
    pub id: HoleId,
    /// How many.
    pub count: i64,
    /// The first and the last of their numbers.
    pub numbers: (i64, i64),
    pub declared_at: Instant,
    pub actor: Option<String>,
    /// The name of the tablet.
    pub device: Option<String>,
}

const HOLES: Lookup = lookup!(
    "SELECT h.id, h.from_n, h.to_n, h.declared_at, a.name, d.label FROM hole h \
     LEFT JOIN stream s ON s.municipality = $1 AND s.id = h.stream \
     LEFT JOIN account a ON a.municipality = $1 AND a.id = s.account \
     LEFT JOIN device d ON d.municipality = $1 AND d.id = s.device \
     WHERE h.municipality = $1 AND h.id IN (",
    ")"
);

fn hole(row: &Row) -> Result<HoleRow, Error> {
    let (from, to): (i64, i64) = (row.get("from_n")?, row.get("to_n")?);
    Ok(HoleRow {
        id: row.parse("id")?,
        count: to - from + 1,
        numbers: (from, to),
        declared_at: row.get("declared_at")?,
        actor: row.get("name")?,
        device: row.get("label")?,
    })
}

const HOLE: &str = sql!("SELECT h.id", hole_within_reach!(), " AND h.id = $5");

/// Notes that somebody has dealt with what a tablet had lost, and who. Where it was noted before, all is well.
pub async fn settle_hole(state: &AppState, actor: &Actor, id: HoleId, request_id: &str) -> Result<(), Error> {
    let sql =
        sql!("UPDATE hole SET state = 'seen', decided_at = $3 WHERE municipality = $1 AND id = $2 AND state = 'open'");
    let now = state.now();
    state
        .write(&actor.scope, |mut tx| async move {
            tx.within(Action::SeeReviews)?.maybe(HOLE, [id.into()]).await?.ok_or(Error::NotFound)?;
            if tx.run(sql, [id.into(), now.into()]).await? > 0 {
                let entry = audit::Entry::of_hole(actor, now, id, request_id);
                audit::append_in_scope(&mut tx, &state.secrets, &entry).await?;
            }
            Ok(tx.done(()))
        })
        .await
}

const QUESTION: &str = sql!(
    "SELECT q.id, q.kind, q.etype, q.eid, q.other_etype, q.other_eid, q.op_ids, q.created_at, q.state FROM review q \
     WHERE q.municipality = $1 AND q.id = $5 AND ",
    question_within_reach!()
);

/// One question within reach, settled or not.
pub async fn find(tx: &mut ScopedTx, id: ReviewId) -> Result<ReviewRow, Error> {
    let row = tx.within(Action::SeeReviews)?.maybe(QUESTION, [id.into()]).await?;
    review_row(&row.ok_or(Error::NotFound)?)
}

const HELD_WITHIN: &str = sql!(
    "SELECT o.op_id FROM op o LEFT JOIN account a ON a.municipality = $1 AND a.id = o.actor \
     LEFT JOIN stream t ON t.municipality = $1 AND t.id = o.stream \
     LEFT JOIN device d ON d.municipality = $1 AND d.id = t.device WHERE o.municipality = $1 AND o.op_id = $5 AND ",
    held_within_reach!()
);

/// Lets a held operation take effect, or refuses it for good. What is settled already stays as it is. `false`: it cannot
/// take effect, and waits on, or somebody else has settled it otherwise.
pub async fn settle_held(
    state: &AppState,
    actor: &Actor,
    id: OpId,
    settlement: Settlement,
    request_id: &str,
) -> Result<bool, Error> {
    let now = state.now();
    state
        .write(&actor.scope, |mut tx| async move {
            tx.within(Action::SeeReviews)?.maybe(HELD_WITHIN, [id.into()]).await?.ok_or(Error::NotFound)?;
            let (bare, tenant) = tx.unscoped(Unscoped::Sync);
            let mut store =
                SqlStore::writing(bare, tenant, now, &state.secrets, request_id).await?.in_role(Some(actor.role));
            let before = store.ops(&[id]).await?.first().map(|op| op.outcome);
            let done = settle_step(&mut store, id, settlement, actor.user, now).await?;
            let Some((result, pokes)) = done else { return Ok(tx.undone(is_settled_so(before, settlement))) };
            if settlement == Settlement::Apply && result.outcome == Outcome::Rejected {
                return Ok(tx.undone(false));
            }
            bare.announce(Poke::of(tenant, &pokes));
            Ok(tx.done(true))
        })
        .await
}

/// Whether that is what became of the operation already: the button was pressed twice.
fn is_settled_so(before: Option<Outcome>, settlement: Settlement) -> bool {
    match before {
        None | Some(Outcome::Held) => false,
        Some(Outcome::Rejected) => settlement == Settlement::Refuse,
        Some(Outcome::Applied | Outcome::Noop | Outcome::Conflict) => settlement == Settlement::Apply,
    }
}

const NEWEST: Lookup = lookup!(
    "SELECT o.eid, o.op_id, o.rev FROM op o WHERE o.municipality = $1 AND o.rev IS NOT NULL AND o.eid IN (",
    ") ORDER BY o.rev"
);

/// The operation that wrote each of these entities last.
pub async fn newest(tx: &mut ScopedTx, entities: impl IntoIterator<Item = EntityKey>) -> Result<BTreeSet<OpId>, Error> {
    tx.require(Action::SeeReviews)?;
    let rows = tx.lookup(&NEWEST, entities.into_iter().map(|key| key.id)).await?;
    let mut last: HashMap<String, OpId> = HashMap::new();
    for row in &rows {
        last.insert(row.get("eid")?, row.parse("op_id")?);
    }
    Ok(last.into_values().collect())
}

/// What is to be done about people, as the desk's table has it.
pub async fn tasks(tx: &mut ScopedTx) -> Result<[i64; 4], Error> {
    const TASKS: &str = sql!(
        "SELECT COUNT(x.due) AS due, COUNT(x.missed) AS missed, COUNT(x.unexplained) AS unexplained, \
         COUNT(CASE WHEN x.contact_on <= $4 THEN 1 END) AS contacts FROM people_row x \
         WHERE x.municipality = $1 AND x.organisation = $2"
    );
    let row = tx.within(Action::SeeReviews)?.one(TASKS, []).await?;
    Ok([row.get("due")?, row.get("missed")?, row.get("contacts")?, row.get("unexplained")?])
}

/// Settles a question that was found open and within reach, for good, and writes down who did. What the answer has just
/// written may have answered it already. One that somebody has settled stays as it is.
pub async fn settle(
    state: &AppState,
    actor: &Actor,
    id: ReviewId,
    answer: &str,
    request_id: &str,
) -> Result<(), Error> {
    let sql = sql!(
        "UPDATE review SET state = $3, decided_at = $4 WHERE municipality = $1 AND id = $2 AND state IN ('open', 'written')"
    );
    let now = state.now();
    state
        .write(&actor.scope, |mut tx| async move {
            if tx.run(sql, [id.into(), answer.into(), now.into()]).await? > 0 {
                let entry = audit::Entry::of_settled(actor, now, id, answer, request_id);
                audit::append_in_scope(&mut tx, &state.secrets, &entry).await?;
            }
            Ok(tx.done(()))
        })
        .await
}

const QUESTIONS: Lookup = lookup!(
    "SELECT id, kind, etype, eid, other_etype, other_eid, op_ids, created_at, state FROM review \
     WHERE municipality = $1 AND id IN (",
    ")"
);

fn review_row(row: &Row) -> Result<ReviewRow, Error> {
    let key = |etype: Option<String>, eid: Option<String>| {
        let etype = domain::sync::entity::EntityType::from_code(&etype?)?;
        Some(EntityKey { etype, id: eid?.parse().ok()? })
    };
    let broken = || Error::Broken("a review without an entity".into());
    let (op_ids, state) = (row.get::<String>("op_ids")?, row.get::<String>("state")?);
    let open = state == "open";
    Ok(ReviewRow {
        id: row.parse("id")?,
        kind: row.code("kind", ReviewKind::from_code)?,
        entity: key(row.get("etype")?, row.get("eid")?).ok_or_else(broken)?,
        other: key(row.get("other_etype")?, row.get("other_eid")?),
        op_ids: op_ids.split(' ').filter_map(|id| id.parse().ok()).collect(),
        created_at: row.get("created_at")?,
        open,
        answer: Some(state).filter(|_| !open),
    })
}

/// An operation that waits for a person.
#[derive(Clone, PartialEq, Debug)]
pub struct HeldOperation {
    pub id: OpId,
    /// Nothing when its text cannot be read by this program.
    pub op: Option<Op>,
    /// Empty when not even that can be read.
    pub kind: String,
    pub reason: Option<Reason>,
    pub received_at: Instant,
    pub actor: Option<String>,
    /// The name of the tablet that it came from.
    pub device: Option<String>,
}

const HELD: Lookup = lookup!(
    "SELECT o.op_id, o.body, o.kind, o.reason, o.received_at, a.name, d.label FROM op o \
     LEFT JOIN account a ON a.municipality = $1 AND a.id = o.actor \
     LEFT JOIN stream s ON s.municipality = $1 AND s.id = o.stream \
     LEFT JOIN device d ON d.municipality = $1 AND d.id = s.device \
     WHERE o.municipality = $1 AND o.op_id IN (",
    ")"
);

fn held_operation(row: &Row) -> Result<HeldOperation, Error> {
    let reason = row.get::<Option<String>>("reason")?;
    Ok(HeldOperation {
        id: row.parse("op_id")?,
        op: row.json("body").ok(),
        kind: row.get("kind")?,
        reason: reason.as_deref().and_then(Reason::from_code),
        received_at: row.get("received_at")?,
        actor: row.get("name")?,
        device: row.get("label")?,
    })
}

/// An operation and who wrote it; nobody for the installation itself.
#[derive(Clone, PartialEq, Debug)]
pub struct Written {
    pub op: Op,
    pub by: Option<String>,
}

const OPS: Lookup = lookup!(
    "SELECT o.op_id, o.body, a.name FROM op o LEFT JOIN account a ON a.municipality = o.municipality \
     AND a.id = o.actor WHERE o.municipality = $1 AND o.op_id IN (",
    ")"
);

impl Written {
    /// Who wrote it, in words: an account, somebody who takes part, or a file.
    pub fn author(&self, lang: Lang) -> String {
        author(lang, self.op.actor, self.by.as_deref())
    }
}

/// The operations behind questions, with their authors' names.
pub async fn operations(tx: &mut ScopedTx, questions: &[ReviewRow]) -> Result<HashMap<OpId, Written>, Error> {
    tx.require(Action::SeeReviews)?;
    let rows = tx.lookup(&OPS, questions.iter().flat_map(|question| question.op_ids.iter().copied())).await?;
    let mut found = HashMap::new();
    for row in &rows {
        // One that this program cannot read is left out; the question stays.
        if let Ok(op) = row.json::<Op>("body") {
            found.insert(op.op_id, Written { op, by: row.get("name")? });
        }
    }
    Ok(found)
}
