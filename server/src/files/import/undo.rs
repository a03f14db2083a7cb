//! Takes one import back (docs/sync.md, Undo), as a job: its operations from the last to the first, some at a time, each
//! batch in one transaction with the mark of how far it has come. Whenever the program stops, the next start goes on
//! exactly there; done again it changes nothing. What others have said since, or rests on what was made, stays and is told.

mod rests;
mod unsaid;

use std::collections::{BTreeSet, HashMap};

use domain::ids::{MunicipalityCode, OpId, ParticipantId, StreamId, UserId, uuid_v5};
use domain::sync::entity::{Body, Entity, EntityKey, EntityType};
use domain::sync::server::write::Seen;
use domain::sync::undo::{Past, Step, Undo, undo};
use domain::sync::wire::lift;
use domain::time::Instant;
use uuid::Uuid;

use super::memory::{self, Unsaid};
use super::view;
use crate::access::{Actor, Scope, ScopedTx};
use crate::audit;
use crate::db::{Bulk, Ended, Lookup, Row, Unscoped};
use crate::error::Error;
use crate::people::rows;
use crate::state::AppState;
use crate::sync::{SqlStore, tables};
use crate::write::write_in;
use crate::{audit::Entry, erasure};
pub use rests::undone_stays;
use rests::{Own, Rests};
use unsaid::unsaid;

/// Under which undoing stands in the audit log.
const REQUEST: &str = "import.undo";

/// Operations of one transaction.
const AT_ONCE: i64 = 100;

/// Operations that are looked at together where nothing is written.
const LOOKED_AT_ONCE: i64 = 1_000;

/// So many operations are looked at before somebody says yes; of a longer import the rest is told afterwards.
pub const LOOKED_AT: i64 = 20_000;

/// How long an undoing is its worker's without a sign of life, in milliseconds.
const HELD: i64 = 30_000;

/// Why something stays.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Why {
    /// Somebody has changed it since.
    Newer,
    /// Somebody else's records rest on it.
    Rests,
    /// Another record of the same person was merged into it.
    Merged,
    /// The rules of the data refuse it by now.
    Refused,
}

impl Why {
    pub const ALL: [Self; 4] = [Self::Newer, Self::Rests, Self::Merged, Self::Refused];

    /// As it is kept.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Newer => "newer",
            Self::Rests => "rests",
            Self::Merged => "merged",
            Self::Refused => "refused",
        }
    }

    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.code() == text)
    }
}

/// What stays of one operation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    /// The operation's number in the import.
    pub n: i64,
    pub op: OpId,
    pub why: Why,
    /// Of [`Why::Newer`]: the fields in which the newer value stays.
    pub fields: Vec<String>,
}

/// How far the undoing of an import has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Undoing {
    pub by: UserId,
    pub asked_at: Instant,
    pub ended_at: Option<Instant>,
    /// Operations that were taken back.
    pub done: i64,
    /// Operations of which something stayed.
    pub kept: i64,
}

/// What an undo would do.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Preview {
    /// Operations that would be taken back.
    pub done: usize,
    /// What would stay, the last operation first.
    pub kept: Vec<Kept>,
    /// Whether there are more operations than were looked at.
    pub more: bool,
}

/// The undoing of this import, where somebody has asked for it.
pub async fn of(tx: &mut ScopedTx, job: Uuid) -> Result<Option<Undoing>, Error> {
    let sql =
        sql!("SELECT account, asked_at, ended_at, done, kept FROM import_undo WHERE municipality = $1 AND job = $2");
    let undoing = |row: &Row| {
        Ok(Undoing {
            by: UserId(row.parse("account")?),
            asked_at: row.get("asked_at")?,
            ended_at: row.get("ended_at")?,
            done: row.get("done")?,
            kept: row.get("kept")?,
        })
    };
    tx.maybe(sql, [job.into()]).await?.as_ref().map(undoing).transpose()
}

/// So much of what stayed, from that place on, the last operation first.
pub async fn kept(tx: &mut ScopedTx, job: Uuid, from: i64, most: i64) -> Result<Vec<Kept>, Error> {
    let sql = sql!(
        "SELECT k.n, o.op_id, k.why, k.fields FROM import_kept k \
         JOIN op o ON o.municipality = k.municipality AND o.stream = k.job AND o.n = k.n \
         WHERE k.municipality = $1 AND k.job = $2 ORDER BY k.n DESC LIMIT $3 OFFSET $4"
    );
    let one = |row: &Row| {
        let fields: String = row.get("fields")?;
        Ok(Kept {
            n: row.get("n")?,
            op: OpId(row.parse("op_id")?),
            why: row.code("why", Why::from_code)?,
            fields: fields.split_whitespace().map(str::to_owned).collect(),
        })
    };
    tx.all(sql, [job.into(), most.into(), from.into()]).await?.iter().map(one).collect()
}

const STAYED: Lookup = lookup!(
    "SELECT o.op_id FROM op o JOIN import_kept k ON k.municipality = o.municipality AND k.job = o.stream AND k.n = o.n \
     WHERE o.municipality = $1 AND o.op_id IN (",
    ")"
);

/// Those of these operations of which something stayed, and those that were not reached yet.
pub async fn stayed(tx: &mut ScopedTx, job: Uuid, ops: &[OpId]) -> Result<BTreeSet<OpId>, Error> {
    let mut stayed = BTreeSet::new();
    for row in tx.lookup(&STAYED, ops.iter().copied()).await? {
        stayed.insert(OpId(row.parse("op_id")?));
    }
    if of(tx, job).await?.is_none_or(|undoing| undoing.ended_at.is_none()) {
        stayed.extend(ops.iter().copied());
    }
    Ok(stayed)
}

/// What undoing the import would do now; `again`: of what stayed before.
pub async fn preview(tx: &mut ScopedTx, job: Uuid, again: bool) -> Result<Preview, Error> {
    let (mut preview, mut next, mut looked) = (Preview::default(), i64::MAX, 0);
    loop {
        let ops = operations(tx, job, next, again, LOOKED_AT_ONCE).await?;
        let Some(last) = ops.last() else { return Ok(preview) };
        if looked >= LOOKED_AT {
            preview.more = true;
            return Ok(preview);
        }
        next = last.n;
        looked += i64::try_from(ops.len()).unwrap_or(LOOKED_AT_ONCE);
        let (taken, kept) = plan(tx, job, &ops, &BTreeSet::new()).await?;
        preview.done += taken.len();
        preview.kept.extend(kept);
    }
}

/// Asks for the import to be taken back; whether it can be: it has ended, and nobody has asked for it before, or something
/// stayed then.
pub async fn want(state: &AppState, scope: &Scope, actor: &Actor, job: Uuid, request_id: &str) -> Result<bool, Error> {
    let at = state.now();
    let wanted = state.write(scope, |mut tx| async move {
        let import = view::of(&mut tx, job).await?.ok_or(Error::NotFound)?;
        let sql = sql!(
            "INSERT INTO import_undo (municipality, job, stream, account, asked_at, next_n, again, held_until, done, \
             kept) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, 0) ON CONFLICT (municipality, job) DO UPDATE \
             SET account = excluded.account, asked_at = excluded.asked_at, next_n = excluded.next_n, again = 1, \
             held_until = 0, ended_at = NULL WHERE import_undo.ended_at IS NOT NULL AND import_undo.kept > 0"
        );
        let values = [job.into(), stream_of(job).into(), actor.user.into(), at.into(), i64::MAX.into()];
        if import.ended_at.is_none() || tx.run(sql, values).await? == 0 {
            return Ok(tx.undone(false));
        }
        let entities = format!("import:{job}");
        let entry = Entry { entities, ..Entry::at_the_desk(actor, at, "import.undo", request_id) };
        audit::append_in_scope(&mut tx, &state.secrets, &entry).await?;
        Ok(tx.done(true))
    });
    wanted.await
}

/// In which stream the undoing stands.
fn stream_of(job: Uuid) -> StreamId {
    StreamId(uuid_v5(job, &["undo"]))
}

/// Takes back what is still to be taken back, unless somebody else is at it.
pub async fn work(state: &AppState, scope: &Scope, job: Uuid) -> Result<(), Error> {
    if !hold(state, scope, job).await? {
        return Ok(());
    }
    let mut refused = BTreeSet::new();
    loop {
        match batch(state, scope, job, &refused).await? {
            End::More => refused.clear(),
            End::Refused(n) if refused.insert(n) => {}
            End::Refused(n) => return Err(Error::Broken(format!("the undoing of import {job} is stuck at {n}"))),
            End::Over => break,
        }
    }
    // The desk's table of people would otherwise renew all of it when it is next opened.
    rows::renew_all(state, scope.municipality()).await
}

async fn hold(state: &AppState, scope: &Scope, job: Uuid) -> Result<bool, Error> {
    let now = state.now();
    let taken = state.write(scope, |mut tx| async move {
        // A lease that ends much later than any can was given by a clock that has been set back since.
        let sql = sql!(
            "UPDATE import_undo SET held_until = $3 WHERE municipality = $1 AND job = $2 AND ended_at IS NULL \
             AND (held_until <= $4 OR held_until > $5)"
        );
        let values = [job.into(), now.plus_millis(HELD).into(), now.into(), now.plus_millis(2 * HELD).into()];
        let touched = tx.run(sql, values).await?;
        Ok(tx.done(touched > 0))
    });
    taken.await
}

/// Goes on with what was broken off.
pub async fn resume(state: &AppState) -> Result<(), Error> {
    let mut tx = state.db.read(Unscoped::Installation).await?;
    let sql = sql!("SELECT municipality, job, account FROM import_undo WHERE ended_at IS NULL");
    let rows = tx.all(sql, []).await?;
    drop(tx);
    let mut stuck = Ok(());
    for row in &rows {
        let code = row.code("municipality", MunicipalityCode::new)?;
        let scope = Scope::import(UserId(row.parse("account")?), code, state.today());
        let done = work(state, &scope, row.parse("job")?).await;
        // One that does not go on keeps no other waiting.
        stuck = stuck.and(done);
    }
    stuck
}

/// How a batch ended.
enum End {
    More,
    /// The rules refuse to take this one back.
    Refused(i64),
    Over,
}

async fn batch(state: &AppState, scope: &Scope, job: Uuid, refused: &BTreeSet<i64>) -> Result<End, Error> {
    let now = state.now();
    let written = state.write(scope, |tx| async move { batch_in(state, tx, job, refused, now).await });
    let (end, erased) = written.await?;
    erasure::keep_apart(state, scope, &erased, now)?;
    Ok(end)
}

/// One transaction; who was erased in it.
async fn batch_in(
    state: &AppState,
    mut tx: ScopedTx,
    job: Uuid,
    refused: &BTreeSet<i64>,
    now: Instant,
) -> Result<Ended<(End, Vec<ParticipantId>)>, Error> {
    lock(state, &mut tx, now).await?;
    let sql = sql!("SELECT next_n, again, ended_at FROM import_undo WHERE municipality = $1 AND job = $2");
    let row = tx.one(sql, [job.into()]).await?;
    let (next, again): (i64, i64) = (row.get("next_n")?, row.get("again")?);
    if !row.is_null("ended_at") {
        return Ok(tx.undone((End::Over, Vec::new())));
    }
    let ops = operations(&mut tx, job, next, again != 0, AT_ONCE).await?;
    let (taken, kept) = plan(&mut tx, job, &ops, refused).await?;
    let verbs: Vec<_> = taken.iter().filter_map(|one| Some((one.n, one.step.verb()?.clone()))).collect();
    let wanted: Vec<_> = verbs.iter().map(|(_, verb)| (verb.clone(), Seen::Newest)).collect();
    if !wanted.is_empty() {
        let done = write_in(state, &mut tx, REQUEST, Some(stream_of(job)), wanted).await?;
        if let Some((at, _)) = done.refused() {
            let n = verbs.get(at).map_or(next, |(n, _)| *n);
            return Ok(tx.undone((End::Refused(n), Vec::new())));
        }
    }
    let people: Vec<_> = taken.iter().filter_map(|one| one.step.erases()).collect();
    let erased = erasure::erase_mistakes(state, &mut tx, &people, now, REQUEST).await?;
    forget(&mut tx, &taken).await?;
    let last = ops.last().map(|op| op.n);
    let before = forget_kept(&mut tx, job, last, next).await?;
    note(&mut tx, job, &kept).await?;
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    advance(&mut tx, job, next, last, (count(taken.len()), count(kept.len()) - before), now).await?;
    Ok(tx.done((if last.is_some() { End::More } else { End::Over }, erased)))
}

/// Takes the municipality's turn to write, so that what the plan rests on stays true until it is carried out.
async fn lock(state: &AppState, tx: &mut ScopedTx, now: Instant) -> Result<(), Error> {
    let (bare, tenant) = tx.unscoped(Unscoped::Sync);
    SqlStore::writing(bare, tenant, now, &state.secrets, REQUEST).await.map(|_| ())
}

/// Marks how far it has come; without another operation it has ended.
async fn advance(
    tx: &mut ScopedTx,
    job: Uuid,
    before: i64,
    last: Option<i64>,
    (done, kept): (i64, i64),
    now: Instant,
) -> Result<(), Error> {
    let sql = sql!(
        "UPDATE import_undo SET next_n = $3, done = done + $4, kept = kept + $5, held_until = $6, ended_at = $7 \
         WHERE municipality = $1 AND job = $2 AND next_n = $8 AND ended_at IS NULL"
    );
    let ended = last.is_none().then_some(now);
    let next = last.unwrap_or(before);
    let (until, ended) = (now.plus_millis(HELD).into(), ended.into());
    let values = [job.into(), next.into(), done.into(), kept.into(), until, ended, before.into()];
    match tx.run(sql, values).await? {
        1 => Ok(()),
        _ => Err(Error::Broken(format!("the undoing of import {job} was taken over"))),
    }
}

/// What stayed of these operations when they were taken back for the first time; how many.
async fn forget_kept(tx: &mut ScopedTx, job: Uuid, last: Option<i64>, before: i64) -> Result<i64, Error> {
    let Some(last) = last else { return Ok(0) };
    let sql = sql!("DELETE FROM import_kept WHERE municipality = $1 AND job = $2 AND n >= $3 AND n < $4");
    let gone = tx.run(sql, [job.into(), last.into(), before.into()]).await?;
    Ok(i64::try_from(gone).unwrap_or(i64::MAX))
}

const NOTE: Bulk<5> = bulk!("INSERT INTO import_kept (municipality, job, n, why, fields)", "");

async fn note(tx: &mut ScopedTx, job: Uuid, kept: &[Kept]) -> Result<(), Error> {
    let row = |one: &Kept| [job.into(), one.n.into(), one.why.code().into(), one.fields.join(" ").into()];
    tx.bulk(&NOTE, kept.iter().map(row).collect()).await
}

/// What files have said of what was taken back is forgotten, so that a file with the same rows brings it again.
async fn forget(tx: &mut ScopedTx, taken: &[Taken]) -> Result<(), Error> {
    let (unsaid, gone): (Vec<_>, Vec<_>) = taken.iter().partition(|one| one.unsaid.is_some());
    memory::drop(tx, gone.iter().map(|one| one.key.id)).await?;
    memory::unsay(tx, unsaid.iter().filter_map(|one| one.unsaid.as_ref())).await
}

/// An operation of the import.
struct Done {
    n: i64,
    op: OpId,
    key: EntityKey,
    rev: i64,
}

/// The next operations to take back: those before that number which took effect; `again`: of which something stayed.
async fn operations(tx: &mut ScopedTx, job: Uuid, before: i64, again: bool, most: i64) -> Result<Vec<Done>, Error> {
    let kept = sql!(
        "SELECT o.n, o.op_id, o.etype, o.eid, o.rev FROM import_kept k \
         JOIN op o ON o.municipality = k.municipality AND o.stream = k.job AND o.n = k.n \
         WHERE k.municipality = $1 AND k.job = $2 AND k.n < $3 ORDER BY k.n DESC LIMIT $4"
    );
    let all = sql!(
        "SELECT n, op_id, etype, eid, rev FROM op \
         WHERE municipality = $1 AND stream = $2 AND n < $3 AND rev IS NOT NULL ORDER BY n DESC LIMIT $4"
    );
    let done = |row: &Row| {
        Ok(Done {
            n: row.get("n")?,
            op: OpId(row.parse("op_id")?),
            key: EntityKey { etype: row.code("etype", EntityType::from_code)?, id: row.parse("eid")? },
            rev: row.get("rev")?,
        })
    };
    let sql = if again { kept } else { all };
    tx.all(sql, [job.into(), before.into(), most.into()]).await?.iter().map(done).collect()
}

/// An operation that can be taken back, and how.
struct Taken {
    n: i64,
    key: EntityKey,
    step: Step,
    /// What files said of it, where their rows themselves stay.
    unsaid: Option<Unsaid>,
}

const HISTORY: Lookup =
    lookup!("SELECT eid, rev, stream, body FROM op WHERE municipality = $1 AND rev IS NOT NULL AND eid IN (", ")");

/// Everything that was done to these entities, in the order of their versions.
async fn histories(tx: &mut ScopedTx, keys: &[EntityKey], own: Own) -> Result<HashMap<Uuid, Vec<Past>>, Error> {
    let mut all: HashMap<Uuid, Vec<Past>> = HashMap::new();
    for row in tx.lookup(&HISTORY, keys.iter().map(|key| key.id)).await? {
        // The text of what was erased is gone.
        let Ok(op) = lift(&row.get::<String>("body")?) else { continue };
        let own = own.0.contains(&StreamId(row.parse("stream")?));
        let past = Past { rev: row.get("rev")?, verb: op.verb, own };
        all.entry(row.parse("eid")?).or_default().push(past);
    }
    all.values_mut().for_each(|history| history.sort_by_key(|past| past.rev));
    Ok(all)
}

/// What can be taken back of these operations, and what stays.
async fn plan(
    tx: &mut ScopedTx,
    job: Uuid,
    ops: &[Done],
    refused: &BTreeSet<i64>,
) -> Result<(Vec<Taken>, Vec<Kept>), Error> {
    let own = Own([StreamId(job), stream_of(job)]);
    let keys: Vec<_> = ops.iter().map(|op| op.key).collect::<BTreeSet<_>>().into_iter().collect();
    let histories = histories(tx, &keys, own).await?;
    let (bare, tenant) = tx.unscoped(Unscoped::Sync);
    let there = tables::by_keys(bare, tenant, &keys).await?;
    let now: HashMap<EntityKey, &Body> =
        there.iter().filter_map(|entity: &Entity| Some((entity.key, entity.body.as_ref()?))).collect();
    let found: Vec<(&Done, &Body, Undo)> = ops
        .iter()
        .filter_map(|op| {
            let (now, history) = (*now.get(&op.key)?, histories.get(&op.key.id)?);
            let at = history.iter().position(|past| past.own && past.rev == op.rev)?;
            Some((op, now, undo(history, at, now)))
        })
        .collect();
    let steps: Vec<_> = found.iter().filter_map(|(_, now, undo)| Some((undo.step.as_ref()?, *now))).collect();
    let rests = Rests::of(tx, &steps, own).await?;
    let (mut taken, mut kept) = (Vec::new(), Vec::new());
    for (op, now, Undo { step, newer }) in found {
        let keep = |why, fields| Kept { n: op.n, op: op.op, why, fields };
        let forbidden = match &step {
            Some(_) if refused.contains(&op.n) => Some(Why::Refused),
            Some(step) => rests.forbid(step, now),
            None => None,
        };
        match (step, forbidden) {
            (_, Some(why)) => kept.push(keep(why, Vec::new())),
            (step, None) => {
                if !newer.is_empty() {
                    kept.push(keep(Why::Newer, newer));
                }
                let unsaid = step.as_ref().and_then(|step| unsaid(step, op.key.id, now));
                taken.extend(step.map(|step| Taken { n: op.n, key: op.key, step, unsaid }));
            }
        }
    }
    Ok((taken, kept))
}
