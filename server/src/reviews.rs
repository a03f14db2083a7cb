//! What a person must decide, as the desk lists it: open questions and held operations of groups within reach.

use domain::access::Action;
use domain::ids::OpId;
use domain::sync::entity::EntityKey;
use domain::sync::op::Op;
use domain::sync::server::store::ReviewKind;
use domain::sync::wire::Reason;
use domain::time::Instant;

use crate::access::Scope;
use crate::db::{Lookup, Row, Tx};
use crate::error::Error;
use crate::groups_within_reach;

/// One open question.
#[derive(Clone, PartialEq, Debug)]
pub struct ReviewRow {
    pub kind: ReviewKind,
    pub entity: EntityKey,
    pub other: Option<EntityKey>,
    pub op_ids: Vec<OpId>,
    pub created_at: Instant,
}

/// A bucket's name ends in the id of its group or organisation.
const OPEN: &str = concat!(
    "SELECT r.kind, r.etype, r.eid, r.other_etype, r.other_eid, r.op_ids, r.created_at FROM review r \
     WHERE r.municipality = $1 AND r.state = 'open' AND (SUBSTR(r.bucket, 5) IN (",
    groups_within_reach!(),
    ") OR SUBSTR(r.bucket, 5) = $2) ORDER BY r.created_at, r.id"
);

/// The open questions within reach, the oldest first.
pub async fn open(tx: &mut Tx, scope: &Scope) -> Result<Vec<ReviewRow>, Error> {
    let rows = tx.all(OPEN, scope.within(Action::SeeReviews)?.values()).await?;
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

/// An operation that waits for a person.
#[derive(Clone, PartialEq, Debug)]
pub struct HeldRow {
    /// Nothing when its text cannot be read by this program.
    pub op: Option<Op>,
    pub reason: Option<Reason>,
    pub received_at: Instant,
    pub actor: Option<String>,
}

/// All held operations of the municipality; the caller keeps those of groups within reach.
pub async fn held(tx: &mut Tx, scope: &Scope) -> Result<Vec<HeldRow>, Error> {
    scope.require(Action::SeeReviews)?;
    let sql = "SELECT o.body, o.reason, o.received_at, a.name FROM op o \
               LEFT JOIN account a ON a.municipality = o.municipality AND a.id = o.actor \
               WHERE o.municipality = $1 AND o.outcome = 'held' ORDER BY o.received_at, o.op_id";
    let rows = tx.all(sql, [scope.tenant()]).await?;
    rows.iter()
        .map(|row| {
            let reason = row.get::<Option<String>>("reason")?;
            Ok(HeldRow {
                op: row.json("body").ok(),
                reason: reason.as_deref().and_then(Reason::from_code),
                received_at: row.get("received_at")?,
                actor: row.get("name")?,
            })
        })
        .collect()
}

const OPS: Lookup = Lookup {
    head: "SELECT o.op_id, o.body, a.name FROM op o LEFT JOIN account a ON a.municipality = o.municipality \
           AND a.id = o.actor WHERE o.municipality = $1 AND o.op_id IN (",
    tail: ") ORDER BY o.received_at, o.op_id",
};

/// The operations behind a question with their authors' names. For questions that were found within reach.
pub async fn operations(tx: &mut Tx, scope: &Scope, ids: &[OpId]) -> Result<Vec<(Op, Option<String>)>, Error> {
    scope.require(Action::SeeReviews)?;
    let rows = tx.lookup(&OPS, scope.municipality(), ids.iter().copied()).await?;
    let mut seen = std::collections::BTreeSet::new();
    let mut found = Vec::new();
    for row in &rows {
        if let (true, Ok(op)) = (seen.insert(row.get::<String>("op_id")?), row.json("body")) {
            found.push((op, row.get("name")?));
        }
    }
    Ok(found)
}
