//! What a person must decide, as the desk lists it: open questions and held operations of groups within reach.

use std::collections::HashMap;

use domain::access::Action;
use domain::ids::OpId;
use domain::sync::entity::EntityKey;
use domain::sync::op::Op;
use domain::sync::review::ReviewKind;
use domain::sync::wire::Reason;
use domain::time::Instant;

use crate::access::ScopedTx;
use crate::access::reach::{self, groups_within_reach};
use crate::db::{Lookup, Row};
use crate::error::Error;

/// One open question.
#[derive(Clone, PartialEq, Debug)]
pub struct ReviewRow {
    pub kind: ReviewKind,
    pub entity: EntityKey,
    pub other: Option<EntityKey>,
    /// The operations that may be read because of it.
    op_ids: Vec<OpId>,
    pub created_at: Instant,
}

impl ReviewRow {
    /// The operations behind it.
    pub fn op_ids(&self) -> &[OpId] {
        &self.op_ids
    }
}

/// A bucket's name ends in the id of its group or organisation.
const OPEN: &str = concat!(
    "SELECT r.kind, r.etype, r.eid, r.other_etype, r.other_eid, r.op_ids, r.created_at FROM review r \
     WHERE r.municipality = $1 AND r.state = 'open' AND (SUBSTR(r.bucket, 5) IN (",
    groups_within_reach!(),
    ") OR SUBSTR(r.bucket, 5) = $2) ORDER BY r.created_at, r.id"
);

/// The open questions within reach, the oldest first.
pub async fn open(tx: &mut ScopedTx) -> Result<Vec<ReviewRow>, Error> {
    let rows = tx.within(Action::SeeReviews)?.all(OPEN, []).await?;
    rows.iter().map(review_row).collect()
}

fn review_row(row: &Row) -> Result<ReviewRow, Error> {
    let key = |etype: Option<String>, eid: Option<String>| {
        let etype = domain::sync::entity::EntityType::from_code(&etype?)?;
        Some(EntityKey { etype, id: eid?.parse().ok()? })
    };
    let broken = || Error::Broken("a review without an entity".into());
    let op_ids = row.get::<String>("op_ids")?;
    Ok(ReviewRow {
        kind: row.code("kind", ReviewKind::from_code)?,
        entity: key(row.get("etype")?, row.get("eid")?).ok_or_else(broken)?,
        other: key(row.get("other_etype")?, row.get("other_eid")?),
        op_ids: op_ids.split(' ').filter_map(|id| id.parse().ok()).collect(),
        created_at: row.get("created_at")?,
    })
}

const HOW_MANY_OPEN: &str = concat!(
    "SELECT COUNT(*) AS n FROM review r WHERE r.municipality = $1 AND r.state = 'open' AND (SUBSTR(r.bucket, 5) IN (",
    groups_within_reach!(),
    ") OR SUBSTR(r.bucket, 5) = $2)"
);

/// How many things wait for a decision within reach.
pub async fn waiting(tx: &mut ScopedTx) -> Result<i64, Error> {
    let open: i64 = tx.within(Action::SeeReviews)?.one(HOW_MANY_OPEN, []).await?.get("n")?;
    let held = held(tx).await?.len();
    Ok(open.saturating_add(i64::try_from(held).unwrap_or(i64::MAX)))
}

/// An operation that waits for a person.
#[derive(Clone, PartialEq, Debug)]
pub struct HeldOperation {
    /// Nothing when its text cannot be read by this program.
    pub op: Option<Op>,
    /// Empty when not even that can be read.
    pub kind: String,
    pub reason: Option<Reason>,
    pub received_at: Instant,
    pub actor: Option<String>,
    /// The name of the tablet that it came from.
    pub device: Option<String>,
    /// Author or tablet are of the reader's organisation.
    own: bool,
}

/// `$2`: the reader's organisation, or empty for all. An operation that says nothing of itself belongs to the
/// organisation of its author or its tablet.
const HELD: &str = "SELECT o.body, o.kind, o.reason, o.received_at, a.name, d.label, \
    CAST(CASE WHEN $2 = '' OR a.organisation = $2 OR d.organisation = $2 THEN 1 ELSE 0 END AS BIGINT) AS own FROM op o \
    LEFT JOIN account a ON a.municipality = o.municipality AND a.id = o.actor \
    LEFT JOIN stream s ON s.municipality = o.municipality AND s.id = o.stream \
    LEFT JOIN device d ON d.municipality = s.municipality AND d.id = s.device \
    WHERE o.municipality = $1 AND o.outcome = 'held' ORDER BY o.received_at, o.op_id";

/// The held operations within reach, the oldest first: of a group or a person within reach.
pub async fn held(tx: &mut ScopedTx) -> Result<Vec<HeldOperation>, Error> {
    let own = tx.scope().within(Action::SeeReviews)?.provider;
    let rows = tx.all(HELD, [own.into()]).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut held = rows.iter().map(held_operation).collect::<Result<Vec<_>, Error>>()?;
    let groups = reach::groups(tx, Action::SeeReviews).await?;
    let of_group = |op: &Op| op.verb.group().is_some_and(|group| groups.contains(&group));
    let others = held.iter().filter_map(|row| row.op.as_ref()).filter(|op| !of_group(op));
    let people = others.filter_map(|op| op.verb.participant()).collect();
    let people = reach::among(tx, Action::SeeReviews, &people).await?;
    held.retain(|row| match &row.op {
        None => row.own,
        Some(op) => of_group(op) || op.verb.participant().is_some_and(|person| people.contains_key(&person)),
    });
    Ok(held)
}

fn held_operation(row: &Row) -> Result<HeldOperation, Error> {
    let reason = row.get::<Option<String>>("reason")?;
    Ok(HeldOperation {
        op: row.json("body").ok(),
        kind: row.get("kind")?,
        reason: reason.as_deref().and_then(Reason::from_code),
        received_at: row.get("received_at")?,
        actor: row.get("name")?,
        device: row.get("label")?,
        own: row.get::<i64>("own")? == 1,
    })
}

/// An operation and who wrote it; nobody for the installation itself.
#[derive(Clone, PartialEq, Debug)]
pub struct Written {
    pub op: Op,
    pub by: Option<String>,
}

const OPS: Lookup = Lookup {
    head: "SELECT o.op_id, o.body, a.name FROM op o LEFT JOIN account a ON a.municipality = o.municipality \
           AND a.id = o.actor WHERE o.municipality = $1 AND o.op_id IN (",
    tail: ")",
};

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
