//! Writing by the server itself: the desk's forms and imports are operations too, in streams of the server.

use std::collections::BTreeSet;

use super::finish::{Stored, finish};
use super::step::{Author, Authority, Step};
use super::store::{Audit, AuditVerb, OpRow, ServerStore, StreamRow};
use super::world::World;
use crate::ids::{Chance, OpId, ParticipantId, RelativeId, StreamId, UserId, uuid_v5};
use crate::sync::canon::{Hash, canonical, settled};
use crate::sync::entity::EntityKey;
use crate::sync::hlc::Hlc;
use crate::sync::noun::{Known, Recorded};
use crate::sync::op::{Op, Verb};
use crate::sync::wire::{OpResult, Outcome, Poke};
use crate::time::Instant;

/// Who writes at the desk, or which import.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Writer {
    pub user: UserId,
    pub stream: StreamId,
    pub authority: Authority,
}

impl Writer {
    /// Someone at the desk, with their present rights. Each account has one stream there.
    pub fn desk(grants: super::super::rights::Grants) -> Self {
        let stream = StreamId(uuid_v5(grants.user.0, &["desk"]));
        Self { user: grants.user, stream, authority: Authority::Granted(grants) }
    }

    /// As [`Self::desk`], to bring that one person into a group of the account's own, and for nothing else.
    pub fn bringing(grants: super::super::rights::Grants, person: ParticipantId) -> Self {
        let desk = Self::desk(grants.clone());
        Self { authority: Authority::Bringing(grants, person), ..desk }
    }

    /// Somebody who takes part, about themselves, in their own record and the others that are theirs. Nobody has an
    /// account of that id: it is the person's own.
    pub fn own(person: ParticipantId, others: impl IntoIterator<Item = ParticipantId>) -> Self {
        let stream = StreamId(uuid_v5(person.0, &["own"]));
        Self { user: UserId(person.0), stream, authority: Authority::Own(all_of(person, others)) }
    }

    /// A relative, about the person of these records, who lets them tell of absences. Nobody has an account of that id
    /// either.
    pub fn relative(
        relative: RelativeId,
        person: ParticipantId,
        others: impl IntoIterator<Item = ParticipantId>,
    ) -> Self {
        let stream = StreamId(uuid_v5(relative.0, &["relative"]));
        Self { user: UserId(relative.0), stream, authority: Authority::Relative(all_of(person, others)) }
    }

    /// The command line of the installation, in the name of `user`.
    pub fn import(user: UserId) -> Self {
        let stream = StreamId(uuid_v5(user.0, &["import"]));
        Self { user, stream, authority: Authority::Installation }
    }
}

/// All records of one person.
fn all_of(person: ParticipantId, others: impl IntoIterator<Item = ParticipantId>) -> BTreeSet<ParticipantId> {
    others.into_iter().chain([person]).collect()
}

/// Which version the writer had seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seen {
    /// The newest: an import, or a form that compares by itself.
    Newest,
    /// The version that the page showed; `None`: there was none.
    Rev(Option<i64>),
}

/// What the writing came to; results in the order of the verbs. A caller for whom a rejected or held result is
/// an error (imports, forms) rolls back and shows it: nothing of the unit is then stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Done {
    pub results: Vec<OpResult>,
    pub pokes: Vec<Poke>,
}

impl Done {
    /// The first result that did not take effect, with its index.
    pub fn refused(&self) -> Option<(usize, &OpResult)> {
        let refused = |r: &OpResult| matches!(r.outcome, Outcome::Held | Outcome::Rejected);
        self.results.iter().enumerate().find(|(_, result)| refused(result))
    }
}

/// Writes all verbs in order, in one unit of work.
pub async fn write<S: ServerStore>(
    store: &mut S,
    writer: &Writer,
    wanted: Vec<(Verb, Seen)>,
    now: Instant,
    chance: &mut (dyn Chance + Send),
) -> Result<Done, S::Error> {
    let mut stream = store.stream(writer.stream).await?.unwrap_or_else(|| new_stream(writer, now));
    let verbs: Vec<_> = wanted.iter().map(|(verb, _)| verb).collect();
    let world = World::load(store, &verbs, &writer.authority, now.day_in_finland()).await?;
    let mut step = Step::new(world, now);
    let mut stored = Vec::with_capacity(wanted.len());
    let node = writer.stream.to_string();
    // The server's clock is the reference; the counter tells operations of one millisecond apart.
    let mut hlc = Hlc::default();
    stream.seen_at = now;
    for (mut verb, seen) in wanted {
        hlc = hlc.tick(now, &node);
        if let Some(person) = verb.participant() {
            let known = step.world.results_of(person).filter_map(|entity| entity.body.as_ref());
            verb.complete(known, Recorded::Afterwards);
        }
        let target = verb.target();
        let base_rev = match seen {
            Seen::Newest => step.world.entity(target).map(|entity| entity.rev),
            Seen::Rev(rev) => rev,
        };
        let op_id = OpId::new(now, chance);
        let n = stream.last_n + 1;
        let op = Op { op_id, n, schema: verb.since(), hlc: hlc.clone(), base_rev, actor: writer.user, verb };
        let (op, body) = as_kept(op);
        let settled = seen == Seen::Newest;
        let author = Author { authority: &writer.authority, stream: writer.stream, settled, at_desk: true };
        let decision = step.take(&op, &body, &hlc, &author);
        let row = row_of(&op, target, body, writer.stream, now);
        stream.last_n = n;
        stored.push(Stored { row, decision });
    }
    stream.created_n = stream.last_n;
    let audit = audit(writer, now);
    let finished = finish(store, step, stored, Some(stream), audit).await?;
    Ok(Done { results: finished.rows.iter().map(OpRow::result).collect(), pokes: finished.pokes })
}

fn new_stream(writer: &Writer, now: Instant) -> StreamRow {
    StreamRow {
        id: writer.stream,
        device: None,
        user: writer.user,
        last_n: 0,
        chain: None,
        durable_n: 0,
        created_n: 0,
        seen_at: now,
    }
}

fn audit(writer: &Writer, now: Instant) -> Audit {
    Audit {
        at: now,
        actor: writer.user,
        device: None,
        stream: writer.stream,
        verb: AuditVerb::Write,
        outcomes: [0; 5],
        reused: Vec::new(),
        lost: Vec::new(),
        sender: None,
    }
}

/// The operation with its texts as they are kept, whoever typed them, and its canonical form.
fn as_kept(op: Op) -> (Op, String) {
    // An operation has strings, integers and maps with text keys only: it always has a canonical form.
    let body = canonical(&op).unwrap_or_default();
    let Some(body) = settled(&body) else { return (op, body) };
    (serde_json::from_str(&body).unwrap_or(op), body)
}

fn row_of(op: &Op, target: EntityKey, body: String, stream: StreamId, now: Instant) -> OpRow {
    OpRow {
        op_id: op.op_id,
        stream,
        n: op.n,
        target: Some(target),
        rev: None,
        kind: op.verb.kind().to_owned(),
        schema: op.schema,
        actor: op.actor,
        hlc: op.hlc.clone(),
        received_at: now,
        body_hash: Hash::of(body.as_bytes()),
        body,
        outcome: Outcome::Held,
        reason: None,
        field: None,
        effects: Vec::new(),
    }
}
