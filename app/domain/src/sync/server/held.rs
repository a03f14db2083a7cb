//! What was held ends as applied or rejected, by a person or a rule (docs/sync.md, Invariants: I11).

use super::finish::{Stored, finish};
use super::step::{Author, Authority, Decision, Step};
use super::store::{Audit, AuditVerb, OpRow, ServerStore};
use super::world::World;
use crate::ids::{OpId, UserId};
use crate::sync::op::Op;
use crate::sync::wire::{OpResult, Outcome, Poke, Reason, lift};
use crate::time::Instant;

/// What a person decided on a held operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Settlement {
    Apply,
    Refuse,
}

/// Decides on a held operation in the name of `user`, whose right to do so the caller has checked.
/// `None`: there is no such operation, it is not held, or this program cannot read it yet.
pub async fn settle<S: ServerStore>(
    store: &mut S,
    op_id: OpId,
    settlement: Settlement,
    user: UserId,
    now: Instant,
) -> Result<Option<(OpResult, Vec<Poke>)>, S::Error> {
    let Some(mut row) = store.ops(&[op_id]).await?.into_iter().find(|row| row.outcome == Outcome::Held) else {
        return Ok(None);
    };
    let lifted = lift(&row.body).ok();
    // One that an earlier program held did not know what it is about: whoever erases that goes by it.
    row.target = lifted.as_ref().map(|op| op.verb.target()).or(row.target);
    let (step, decision) = match (settlement, lifted) {
        (Settlement::Refuse, _) => {
            (Step::new(World::default(), now), Decision::plain(Outcome::Rejected, Some(Reason::Refused)))
        }
        (Settlement::Apply, Some(op)) => take(store, &row, &op, now).await?,
        (Settlement::Apply, None) => return Ok(None),
    };
    let audit = Audit {
        at: now,
        actor: user,
        device: None,
        stream: row.stream,
        verb: AuditVerb::Settle,
        outcomes: [0; 5],
        reused: Vec::new(),
        lost: Vec::new(),
        sender: None,
    };
    let finished = finish(store, step, vec![Stored { row, decision }], None, audit).await?;
    Ok(finished.rows.first().map(|row| (row.result(), finished.pokes)))
}

async fn take<S: ServerStore>(store: &mut S, row: &OpRow, op: &Op, now: Instant) -> Result<(Step, Decision), S::Error> {
    let mut step =
        Step::new(World::load(store, &[&op.verb], &Authority::Installation, now.day_in_finland()).await?, now);
    if op.verb.has_own_way() {
        return Ok((step, Decision::plain(Outcome::Rejected, Some(Reason::Refused))));
    }
    let later = store.writes_of(&[op.verb.target()]).await?;
    if later.iter().any(|write| write.stream == row.stream && write.n > row.n) {
        // Its own author has written over it since.
        return Ok((step, Decision::plain(Outcome::Noop, None)));
    }
    let author = Author { authority: &Authority::Installation, stream: row.stream, settled: false, at_desk: false };
    let decision = step.take(op, &row.body, &row.hlc, &author);
    Ok((step, decision))
}
