//! Push: operations of one tablet's stream, each taking effect exactly once (docs/sync.md, Push).

use std::collections::HashMap;

use super::finish::{Stored, finish};
use super::step::{Author, Authority, Decision, Step, says_nul};
use super::store::{Audit, AuditVerb, Lost, OpRow, ReadStore, Sender, ServerStore, StreamRow};
use super::world::World;
use crate::ids::{DeviceId, OpId, StreamId, UserId, uuid_v5};
use crate::sync::author::AuthorKey;
use crate::sync::canon::Hash;
use crate::sync::hlc::Hlc;
use crate::sync::op::{Op, Verb};
use crate::sync::wire::{
    Echoes, Envelope, HoleReason, Limits, MAX_N, MAX_OP_BYTES, NotLifted, OpHead, OpResult, Outcome, OutcomesReply,
    OutcomesRequest, Poke, PushRefusal, PushReply, PushRequest, Reason, lift,
};
use crate::time::Instant;

/// Who pushes: the device. Rights are looked up per author.
#[derive(Clone, Copy, Debug)]
pub struct PushContext {
    pub device: DeviceId,
    /// Who is signed in on it at the moment, for the log; nobody has to be.
    pub signed_in: Option<UserId>,
    pub now: Instant,
    pub limits: Limits,
}

/// How a push ended. The caller commits in any case and answers 200, 409 or 413.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Pushed {
    /// 200, after the commit; then poke.
    Done { reply: PushReply, pokes: Vec<Poke> },
    /// 409: no outcome.
    Refused(PushRefusal),
    /// 413: the tablet halves the request.
    TooLarge,
    /// 400: it names numbers that no operation can have, or its texts are not those of its chain.
    Malformed,
    /// 429: so much from this tablet waits for a person that no more is taken of what would wait, too.
    Full,
    /// 401: the author was given a secret on this tablet and has not signed with it. Nothing is taken until the author
    /// has signed in again and so has the secret.
    Unsigned,
}

/// Why a push is not even opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotOpened {
    TooLarge,
    Malformed,
}

impl From<NotOpened> for Pushed {
    fn from(why: NotOpened) -> Self {
        match why {
            NotOpened::TooLarge => Self::TooLarge,
            NotOpened::Malformed => Self::Malformed,
        }
    }
}

/// Operations from one tablet that may wait for a person, at most.
pub const MAX_HELD: i64 = 2_000;

/// Of the kind of a later program's operation so many characters are kept.
const KIND: usize = 100;

/// One operation as it came.
struct Incoming<'a> {
    n: i64,
    text: &'a str,
    hash: Hash,
    /// Chain value before and after it, as far as its envelope says it.
    before: Option<Hash>,
    after: Option<Hash>,
    lifted: Result<Op, NotLifted>,
}

impl Incoming<'_> {
    fn op_id(&self, stream: StreamId) -> OpId {
        match &self.lifted {
            Ok(op) => op.op_id,
            Err(NotLifted::Newer(head) | NotLifted::Malformed(head)) => head.op_id,
            // No id can be read: the place in the stream names it.
            Err(NotLifted::Unreadable) => OpId(uuid_v5(stream.0, &["unreadable", &self.n.to_string()])),
        }
    }

    fn actor(&self) -> Option<UserId> {
        match &self.lifted {
            Ok(op) => Some(op.actor),
            Err(NotLifted::Newer(head) | NotLifted::Malformed(head)) => Some(head.actor),
            Err(NotLifted::Unreadable) => None,
        }
    }
}

/// A push whose size and shape are sound, with its operations read: all that can be done before the database.
pub struct Opened<'a> {
    request: &'a PushRequest,
    incoming: Vec<Incoming<'a>>,
}

/// Opens a push. It is counted by what it says of itself before anything of it is split.
pub fn open(request: &PushRequest, limits: Limits) -> Result<Opened<'_>, NotOpened> {
    let PushRequest { envelopes, holes, created_n, .. } = request;
    let most = limits.ops as usize;
    let count = envelopes.iter().fold(0_u64, |sum, envelope| sum + u64::from(envelope.count));
    if envelopes.len() > most || holes.len() > most || count > u64::from(limits.ops) {
        return Err(NotOpened::TooLarge);
    }
    if !(0..=MAX_N).contains(created_n) || !envelopes.iter().all(Envelope::is_sound) {
        return Err(NotOpened::Malformed);
    }
    let incoming = unpack(request).ok_or(NotOpened::Malformed)?;
    Ok(Opened { request, incoming })
}

/// Takes a push. Run it inside one transaction; commit; answer; poke. Repeating it is safe.
pub async fn push<S: ServerStore>(
    store: &mut S,
    context: &PushContext,
    request: &PushRequest,
) -> Result<Pushed, S::Error> {
    match open(request, context.limits) {
        Ok(opened) => take(store, context, &opened).await,
        Err(why) => Ok(why.into()),
    }
}

/// As [`push`], of what was opened before.
pub async fn take<S: ServerStore>(
    store: &mut S,
    context: &PushContext,
    Opened { request, incoming }: &Opened<'_>,
) -> Result<Pushed, S::Error> {
    let epoch = store.epoch().await?;
    if request.epoch != epoch {
        return Ok(Pushed::Refused(PushRefusal::EpochChanged { epoch }));
    }
    let mut stream = stream_of(store, context, request, incoming).await?;
    let key = store.author_key(context.device, stream.user).await?;
    if !is_authors(store, context.device, request, &stream, key).await? {
        return Ok(Pushed::Unsigned);
    }
    if says_nothing(request, &stream) {
        let (limits, stream) = (context.limits, stream.info());
        let (results, echoes) = (Vec::new(), Echoes::new());
        let reply = PushReply { epoch, limits, stream, results, echoes };
        return Ok(Pushed::Done { reply, pokes: Vec::new() });
    }
    if let Some(hole) = request.holes.first().filter(|_| incoming.is_empty() && stream.device != Some(context.device)) {
        return fork(store, context, stream, hole.from).await;
    }
    let own = stream.device == Some(context.device);
    let lost = if own { pass_holes(&mut stream, request, incoming) } else { Vec::new() };
    let sender = Sender { signed_in: context.signed_in == Some(stream.user), signed: key.is_some() };
    let ids: Vec<_> = incoming.iter().map(|i| i.op_id(request.stream)).collect();
    let known = store.ops(&ids).await?.into_iter().map(|row| (row.op_id, row)).collect();
    let sorted = sort_out(incoming, known, &stream, context.device);
    match sorted.stop {
        Some(Stop::Fork(n)) => {
            // What is declared lost right before it is declared again in the new stream.
            let from = request.holes.iter().map(|hole| hole.from).min().unwrap_or(n);
            return fork(store, context, stream, from.min(n)).await;
        }
        Some(Stop::Gap(expected)) if sorted.arrivals.is_empty() => {
            return Ok(Pushed::Refused(PushRefusal::Gap { expected }));
        }
        _ => {}
    }
    stream.created_n = stream.created_n.max(made(request, &stream, key));
    let audit = Audit { sender: Some(sender), lost, ..audit(context, &stream, AuditVerb::Push) };
    let Some(done) = take_all(store, context, &mut stream, sorted, audit).await? else { return Ok(Pushed::Full) };
    let limits = context.limits;
    let reply = PushReply { epoch, limits, stream: stream.info(), results: done.results, echoes: done.echoes };
    Ok(Pushed::Done { reply, pokes: done.pokes })
}

/// Whether the author's own hand has sent it, where the author has one. What is said of numbers alone, that so many were
/// made or will never come, must have an author who has worked on this tablet: it is told of under that name.
async fn is_authors<S: ServerStore>(
    store: &mut S,
    device: DeviceId,
    request: &PushRequest,
    stream: &StreamRow,
    key: Option<AuthorKey>,
) -> Result<bool, S::Error> {
    let counts_only = request.envelopes.is_empty() && request.created_n > stream.created_n;
    let Some(key) = key else {
        let of_numbers = counts_only || !request.holes.is_empty();
        return Ok(!of_numbers || store.has_worked(device, stream.user).await?);
    };
    Ok(key.has_signed_all(request)
        && (!counts_only || !request.holes.is_empty() || has_signed_count(request, stream, key)))
}

fn has_signed_count(request: &PushRequest, stream: &StreamRow, key: AuthorKey) -> bool {
    request.hand.as_ref().is_some_and(|hand| key.has_signed_count(stream.id, request.created_n, hand))
}

/// Neither operations nor holes, and no more made than is known: nothing is written for it.
fn says_nothing(request: &PushRequest, stream: &StreamRow) -> bool {
    request.envelopes.is_empty() && request.holes.is_empty() && request.created_n <= stream.created_n
}

/// How many operations were made, as far as the author's hand says it, where the author has one.
fn made(request: &PushRequest, stream: &StreamRow, key: Option<AuthorKey>) -> i64 {
    match key {
        Some(key) if !has_signed_count(request, stream, key) => {
            let sent = request.envelopes.iter().map(|envelope| envelope.first_n + i64::from(envelope.count) - 1);
            let lost = request.holes.iter().map(|hole| hole.to.min(MAX_N));
            sent.chain(lost).max().unwrap_or(0)
        }
        _ => request.created_n,
    }
}

/// Passes over the numbers right before what came, or up to the last that was made, where the tablet declares every one
/// of them lost; answers them. Otherwise one missing operation would keep away all later ones for ever.
fn pass_holes(stream: &mut StreamRow, request: &PushRequest, incoming: &[Incoming<'_>]) -> Vec<Lost> {
    let first = incoming.first().map_or(request.created_n + 1, |item| item.n);
    let mut holes: Vec<_> = request.holes.iter().collect();
    holes.sort_by_key(|hole| hole.from);
    let (mut lost, mut next) = (Vec::new(), stream.last_n + 1);
    for hole in holes {
        if hole.from <= next && next <= hole.to && next < first {
            let to = hole.to.min(first - 1);
            let reason = HoleReason::from_code(&hole.reason).unwrap_or(HoleReason::Missing);
            lost.push(Lost { from: next, to, reason });
            next = to + 1;
        }
    }
    if next != first {
        return Vec::new();
    }
    if stream.last_n < first - 1 {
        // The chain begins anew behind what is gone.
        (stream.last_n, stream.chain) = (first - 1, None);
    }
    lost
}

/// The outcomes of operations that the server has, for a tablet that lost a reply or waits for a held one.
pub async fn outcomes<S: ReadStore>(store: &mut S, request: &OutcomesRequest) -> Result<OutcomesReply, S::Error> {
    let epoch = store.epoch().await?;
    let results = store.ops(&request.op_ids).await?.iter().map(OpRow::result).collect();
    Ok(OutcomesReply { epoch, results })
}

/// Nothing where an envelope's texts do not lead from its one chain value to the other, as far as they can be read here:
/// it was altered on its way.
fn unpack(request: &PushRequest) -> Option<Vec<Incoming<'_>>> {
    let mut incoming = Vec::new();
    for envelope in &request.envelopes {
        let texts = envelope.open();
        let opened = texts.is_some();
        // Cannot be opened: its text is kept under its first number, the others stand empty.
        let closed = || {
            let rest = (1..envelope.count).map(|_| "");
            std::iter::once(envelope.text.as_str()).chain(rest).collect()
        };
        let mut chain = Some(envelope.chain_before);
        for (text, n) in texts.unwrap_or_else(closed).into_iter().zip(envelope.first_n..) {
            let lifted = if opened { read(text) } else { Err(NotLifted::Unreadable) };
            let before = chain;
            chain = before.filter(|_| opened).map(|before| before.chain(text));
            incoming.push(Incoming { n, text, hash: Hash::of(text.as_bytes()), before, after: chain, lifted });
        }
        if opened && chain != Some(envelope.chain_after) {
            return None;
        }
        if let Some(last) = incoming.last_mut() {
            // Of one that cannot be opened this is all that is known.
            last.after = Some(envelope.chain_after);
        }
    }
    Some(incoming)
}

/// What no program of ours writes is not read: a text without measure, and a NUL where no rule of a known kind looks at it.
fn read(text: &str) -> Result<Op, NotLifted> {
    if text.len() <= MAX_OP_BYTES {
        let lifted = lift(text);
        // A known kind's own rules refuse it with the field.
        if lifted.is_ok() || !says_nul(text) {
            return lifted;
        }
    }
    Err(serde_json::from_str(text).map_or(NotLifted::Unreadable, NotLifted::Malformed))
}

/// As every database can keep it; too long a text is not kept at all.
fn kept(text: &str) -> String {
    if text.len() > MAX_OP_BYTES { String::new() } else { text.replace('\0', "\u{fffd}") }
}

async fn stream_of<S: ServerStore>(
    store: &mut S,
    context: &PushContext,
    request: &PushRequest,
    incoming: &[Incoming<'_>],
) -> Result<StreamRow, S::Error> {
    let author = incoming.iter().find_map(Incoming::actor).or(request.author).or(context.signed_in);
    let author = author.unwrap_or(UserId::NOBODY);
    let mut row = store.stream(request.stream).await?.unwrap_or(StreamRow {
        id: request.stream,
        device: Some(context.device),
        user: author,
        last_n: 0,
        chain: None,
        durable_n: 0,
        created_n: 0,
        seen_at: context.now,
    });
    if row.user == UserId::NOBODY {
        row.user = author;
    }
    row.seen_at = context.now;
    Ok(row)
}

/// What to do with one incoming operation.
enum Arrival<'a> {
    /// Stored before: the stored answer. `advance`: it came by another stream of the same tablet.
    Known {
        result: OpResult,
        advance: bool,
        after: Option<Hash>,
    },
    /// Another operation has this id.
    Reused {
        incoming: &'a Incoming<'a>,
        op_id: OpId,
        advance: bool,
    },
    New {
        incoming: &'a Incoming<'a>,
    },
}

enum Stop {
    Gap(i64),
    Fork(i64),
}

struct Sorted<'a> {
    arrivals: Vec<Arrival<'a>>,
    stop: Option<Stop>,
}

/// Steps 2 and 3: what is known, what is next, where the sequence breaks.
fn sort_out<'a>(
    incoming: &'a [Incoming<'a>],
    mut known: HashMap<OpId, OpRow>,
    stream: &StreamRow,
    device: DeviceId,
) -> Sorted<'a> {
    let mut sorted = Sorted { arrivals: Vec::new(), stop: None };
    let (mut last_n, mut chain) = (stream.last_n, stream.chain);
    let mut fresh: HashMap<OpId, Hash> = HashMap::new();
    for item in incoming {
        let op_id = item.op_id(stream.id);
        let next = item.n == last_n + 1;
        if stream.device != Some(device) {
            sorted.stop = Some(Stop::Fork(item.n));
            break;
        }
        let arrival = match known.remove(&op_id) {
            Some(row) if row.body_hash == item.hash => {
                let arrival = Arrival::Known { result: row.result(), advance: next, after: item.after };
                known.insert(op_id, row);
                arrival
            }
            Some(row) => {
                known.insert(op_id, row);
                Arrival::Reused { incoming: item, op_id, advance: next }
            }
            None if fresh.contains_key(&op_id) => Arrival::Reused { incoming: item, op_id, advance: next },
            None if item.n <= last_n => {
                sorted.stop = Some(Stop::Fork(item.n));
                break;
            }
            None => Arrival::New { incoming: item },
        };
        let fits = next || !matches!(arrival, Arrival::New { .. });
        if !fits {
            sorted.stop = Some(Stop::Gap(last_n + 1));
            break;
        }
        if next && !follows(chain, item.before) {
            sorted.stop = Some(Stop::Fork(item.n));
            break;
        }
        if next {
            (last_n, chain) = (item.n, item.after);
            fresh.insert(op_id, item.hash);
        }
        sorted.arrivals.push(arrival);
    }
    sorted
}

/// Whether an operation follows what the stream has: the numbers may fit where what came before them was another's. An
/// envelope that names no value before it begins the chain anew, as programs do that have lost theirs.
fn follows(chain: Option<Hash>, before: Option<Hash>) -> bool {
    match (chain, before) {
        (Some(chain), Some(before)) => before == chain || before == Hash::default(),
        _ => true,
    }
}

/// Another writer has used this number, or what lies before it is another's: what comes from here on goes into a stream of
/// its own (docs/sync.md, Gaps and forks). Asked again after a lost answer, or by a file that is brought twice, it is the
/// same one; should another copy of the tablet have written there meanwhile, the next push forks from that.
async fn fork<S: ServerStore>(
    store: &mut S,
    context: &PushContext,
    old: StreamRow,
    n: i64,
) -> Result<Pushed, S::Error> {
    // What is missing before it is asked for there: nobody else will ever bring it.
    let n = n.clamp(1, old.last_n.saturating_add(1));
    let new_stream = StreamId(uuid_v5(old.id.0, &["fork", &context.device.to_string(), &n.to_string()]));
    let forked = Pushed::Refused(PushRefusal::StreamFork { new_stream });
    if store.stream(new_stream).await?.is_some() {
        return Ok(forked);
    }
    let row = StreamRow {
        id: new_stream,
        device: Some(context.device),
        last_n: n - 1,
        chain: None,
        durable_n: 0,
        created_n: n - 1,
        ..old
    };
    let audit = audit(context, &row, AuditVerb::Fork);
    finish(store, Step::new(World::default(), context.now), Vec::new(), Some(row), audit).await?;
    Ok(forked)
}

fn audit(context: &PushContext, stream: &StreamRow, verb: AuditVerb) -> Audit {
    Audit {
        at: context.now,
        actor: stream.user,
        device: stream.device,
        stream: stream.id,
        verb,
        outcomes: [0; 5],
        reused: Vec::new(),
        lost: Vec::new(),
        sender: None,
    }
}

/// Where each answer comes from: stored before, or the row that this unit writes.
enum Answer {
    Ready(OpResult),
    Row(usize),
}

/// What a push has come to so far.
struct Taking<'a> {
    stream: &'a mut StreamRow,
    step: Step,
    authority: Authority,
    audit: Audit,
    answers: Vec<Answer>,
    stored: Vec<Stored>,
}

/// What came of a push.
struct Taken {
    results: Vec<OpResult>,
    echoes: Echoes,
    pokes: Vec<Poke>,
}

async fn take_all<S: ServerStore>(
    store: &mut S,
    context: &PushContext,
    stream: &mut StreamRow,
    sorted: Sorted<'_>,
    audit: Audit,
) -> Result<Option<Taken>, S::Error> {
    let verbs = verbs_of(&sorted);
    let authority = match verbs.is_empty() {
        true => Authority::Nobody,
        false => store.grants(context.device, stream.user).await?.map_or(Authority::Nobody, Authority::Granted),
    };
    let world = match verbs.is_empty() {
        true => World::default(),
        false => World::load(store, &verbs, &authority, context.now.day_in_finland()).await?,
    };
    let step = Step::new(world, context.now);
    let mut taking = Taking { stream, step, authority, audit, answers: Vec::new(), stored: Vec::new() };
    sorted.arrivals.into_iter().for_each(|arrival| taking.take(arrival));
    let Taking { stream, step, audit, answers, stored, .. } = taking;
    let held = stored.iter().filter(|one| one.decision.outcome == Outcome::Held).count();
    let held = i64::try_from(held).unwrap_or(i64::MAX);
    if held > 0 && store.held_from(context.device).await?.saturating_add(held) > MAX_HELD {
        return Ok(None);
    }
    let finished = finish(store, step, stored, Some(stream.clone()), audit).await?;
    let result = |answer| match answer {
        Answer::Ready(result) => Some(result),
        Answer::Row(index) => finished.rows.get(index).map(OpRow::result),
    };
    let results = answers.into_iter().filter_map(result).collect();
    Ok(Some(Taken { results, echoes: finished.echoes, pokes: finished.pokes }))
}

impl Taking<'_> {
    fn take(&mut self, arrival: Arrival<'_>) {
        match arrival {
            Arrival::Known { result, advance, after } => {
                if advance {
                    advance_stream(self.stream, after);
                }
                self.answers.push(Answer::Ready(result));
            }
            Arrival::Reused { incoming, op_id, advance } => self.take_reused(incoming, op_id, advance),
            Arrival::New { incoming } => {
                let decision = decide(&mut self.step, incoming, self.stream, &self.authority);
                self.answers.push(Answer::Row(self.stored.len()));
                self.store(incoming, incoming.op_id(self.stream.id), decision);
            }
        }
    }

    /// Refused and an alarm. Where it is the stream's next, it is kept under an id of its own.
    fn take_reused(&mut self, incoming: &Incoming<'_>, op_id: OpId, advance: bool) {
        self.audit.reused.push(op_id);
        let (outcome, reason) = (Outcome::Rejected, Some(Reason::IdReuse));
        if advance {
            let own = OpId(uuid_v5(self.stream.id.0, &["reused", &incoming.n.to_string()]));
            self.store(incoming, own, Decision::plain(outcome, reason));
        }
        self.answers.push(Answer::Ready(OpResult { op_id, outcome, reason, field: None, effects: Vec::new() }));
    }

    fn store(&mut self, incoming: &Incoming<'_>, op_id: OpId, decision: Decision) {
        let row = row(self.stream, incoming, op_id, self.step.now);
        self.stored.push(Stored { row, decision });
        advance_stream(self.stream, incoming.after);
    }
}

fn verbs_of<'a>(sorted: &Sorted<'a>) -> Vec<&'a Verb> {
    let verb = |arrival: &Arrival<'a>| match arrival {
        Arrival::New { incoming } => incoming.lifted.as_ref().ok().map(|op| &op.verb),
        _ => None,
    };
    sorted.arrivals.iter().filter_map(verb).collect()
}

fn advance_stream(stream: &mut StreamRow, after: Option<Hash>) {
    stream.last_n += 1;
    stream.chain = after;
}

fn decide(step: &mut Step, incoming: &Incoming<'_>, stream: &StreamRow, authority: &Authority) -> Decision {
    match &incoming.lifted {
        Ok(op) if op.n != incoming.n || op.actor != stream.user => {
            Decision::plain(Outcome::Rejected, Some(Reason::Invalid))
        }
        Ok(op) => {
            let hlc = op.hlc.clamped(step.now, &stream.id.to_string());
            step.take(op, incoming.text, &hlc, &Author { authority, stream: stream.id, settled: false, at_desk: false })
        }
        Err(NotLifted::Newer(_)) => Decision::plain(Outcome::Held, Some(Reason::Schema)),
        Err(NotLifted::Malformed(_)) => Decision::plain(Outcome::Rejected, Some(Reason::Invalid)),
        Err(NotLifted::Unreadable) if incoming.text.len() > MAX_OP_BYTES => {
            Decision::plain(Outcome::Rejected, Some(Reason::Invalid))
        }
        Err(NotLifted::Unreadable) => Decision::plain(Outcome::Held, Some(Reason::Unreadable)),
    }
}

fn row(stream: &StreamRow, incoming: &Incoming<'_>, op_id: OpId, now: Instant) -> OpRow {
    let head = match &incoming.lifted {
        Ok(op) => Some(OpHead {
            op_id: op.op_id,
            n: op.n,
            schema: op.schema,
            kind: op.verb.kind().to_owned(),
            hlc: op.hlc.clone(),
            actor: op.actor,
        }),
        Err(NotLifted::Newer(head) | NotLifted::Malformed(head)) => Some(head.clone()),
        Err(NotLifted::Unreadable) => None,
    };
    OpRow {
        op_id,
        stream: stream.id,
        n: incoming.n,
        target: incoming.lifted.as_ref().ok().map(|op| op.verb.target()),
        rev: None,
        kind: head.as_ref().map(|head| kept(&head.kind).chars().take(KIND).collect()).unwrap_or_default(),
        schema: head.as_ref().map_or(0, |head| head.schema),
        actor: head.as_ref().map_or(stream.user, |head| head.actor),
        hlc: head.map_or_else(Hlc::default, |head| head.hlc.clamped(now, &stream.id.to_string())),
        received_at: now,
        body: kept(incoming.text),
        body_hash: incoming.hash,
        outcome: Outcome::Held,
        reason: None,
        field: None,
        effects: Vec::new(),
    }
}
