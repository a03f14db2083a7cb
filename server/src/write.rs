//! Writing. Every unit of work begins, is repeated, ends and is announced here. The desk's forms and imports write
//! by operations too.

use std::future::Future;
use std::time::Duration;

use domain::groups::{Membership, membership};
use domain::ids::{RelativeId, StreamId};
use domain::sync::op::Verb;
use domain::sync::server::write::{Done, Seen, Writer, write as step};
use domain::sync::wire::{OpResult, Outcome, Reason};

use crate::access::{Asker, Scope, ScopedTx, grants, reach};
use crate::db::{Ask, Ended, Retry, Unscoped};
use crate::error::Error;
use crate::hub::Poke;
use crate::state::AppState;
use crate::sync::SqlStore;

/// Between two transactions of long work somebody who waits gets a turn. SQLite's waiting processes look every two
/// milliseconds.
pub const GAP: Duration = Duration::from_millis(5);

/// What the rules of the data refused: nothing of the change was stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    /// The place of the verb among those wanted.
    pub at: usize,
    pub result: OpResult,
}

impl AppState {
    /// Runs one unit of work and announces what it brought. It is repeated as a whole when the database asks for
    /// that, so it must change nothing else; it ends with `tx.done(…)` or `tx.undone(…)`.
    pub async fn write<A, T, Work>(&self, by: A, mut work: impl FnMut(A::Tx) -> Work) -> Result<T, Error>
    where
        A: Ask,
        Work: Future<Output = Result<Ended<T>, Error>>,
    {
        let mut retry = Retry::default();
        loop {
            let mut committing = false;
            let tried = async {
                let ended = work(self.db.begin(by).await?).await?;
                let Some(tx) = ended.tx else { return Ok((ended.value, Vec::new())) };
                committing = true;
                Ok((ended.value, tx.commit().await?))
            };
            match tried.await {
                Ok((value, news)) => {
                    news.into_iter().for_each(|poke| self.hub.poke(poke));
                    return Ok(value);
                }
                Err(error) => retry.after(error, committing).await?,
            }
        }
    }

    /// Writes all verbs, or with anything refused none of them. Missing rights are an error.
    pub async fn change(
        &self,
        scope: &Scope,
        request_id: &str,
        wanted: &[(Verb, Seen)],
    ) -> Result<Result<(), Refused>, Error> {
        self.write(scope, |mut tx| async move {
            match change_in(self, &mut tx, request_id, wanted.to_vec()).await? {
                Ok(()) => Ok(tx.done(Ok(()))),
                Err(refused) => Ok(tx.undone(Err(refused))),
            }
        })
        .await
    }
}

/// As [`AppState::change`] in the caller's unit of work, which the caller undoes where something is refused.
pub async fn change_in(
    state: &AppState,
    tx: &mut ScopedTx,
    request_id: &str,
    wanted: Vec<(Verb, Seen)>,
) -> Result<Result<(), Refused>, Error> {
    taken(&write(state, tx, request_id, wanted).await?)
}

/// Whether all of it took effect. Missing rights are an error.
fn taken(done: &Done) -> Result<Result<(), Refused>, Error> {
    match refused(done) {
        Some(refused) if is_forbidden(&refused.result) => Err(Error::Forbidden),
        Some(refused) => Ok(Err(refused)),
        None => Ok(Ok(())),
    }
}

/// The first verb that did not take effect.
pub fn refused(done: &Done) -> Option<Refused> {
    done.refused().map(|(at, result)| Refused { at, result: result.clone() })
}

fn is_forbidden(result: &OpResult) -> bool {
    result.outcome == Outcome::Held && result.reason == Some(Reason::Rights)
}

/// Writes all verbs in the caller's unit of work, with the rights of its scope. The caller looks at
/// [`Done::refused`] before it ends the unit.
pub async fn write(
    state: &AppState,
    tx: &mut ScopedTx,
    request_id: &str,
    wanted: Vec<(Verb, Seen)>,
) -> Result<Done, Error> {
    write_in(state, tx, request_id, None, wanted).await
}

/// As [`write()`]; what no account's rights bound may have a stream of its own, by which it is found again.
pub async fn write_in(
    state: &AppState,
    tx: &mut ScopedTx,
    request_id: &str,
    stream: Option<StreamId>,
    wanted: Vec<(Verb, Seen)>,
) -> Result<Done, Error> {
    let writer = writer_of(tx).await?;
    write_as(state, tx, request_id, Writer { stream: stream.unwrap_or(writer.stream), ..writer }, wanted).await
}

/// Brings one person into a group of the asker's own, in the caller's unit of work. The caller has found that the asker
/// knows who it is ([`domain::visitors`]).
pub async fn bring_in(
    state: &AppState,
    tx: &mut ScopedTx,
    request_id: &str,
    stay: Membership,
) -> Result<Result<(), Refused>, Error> {
    let grants = grants::of_scope(tx).await?.ok_or(Error::Forbidden)?;
    let writer = Writer::bringing(grants, stay.participant);
    let verb = membership::Verb::Join { membership: stay }.into();
    taken(&write_as(state, tx, request_id, writer, vec![(verb, Seen::Newest)]).await?)
}

async fn write_as(
    state: &AppState,
    tx: &mut ScopedTx,
    request_id: &str,
    writer: Writer,
    wanted: Vec<(Verb, Seen)>,
) -> Result<Done, Error> {
    let now = state.now();
    let mut chance = SharedChance(state.clone());
    tx.scope().writes()?;
    let role = tx.scope().role();
    let (tx, tenant) = tx.unscoped(Unscoped::Sync);
    let mut store = SqlStore::writing(tx, tenant, now, &state.secrets, request_id).await?.in_role(role);
    let done = step(&mut store, &writer, wanted, now, &mut chance).await?;
    tx.announce(Poke::of(tenant, &done.pokes));
    Ok(done)
}

/// In whose name the scope writes. Somebody who takes part, and a relative, never get further than the rules of their own
/// let them, in every record of the person.
async fn writer_of(tx: &mut ScopedTx) -> Result<Writer, Error> {
    match *tx.scope().asker() {
        Asker::Participant { person, .. } => return Ok(Writer::own(person, reach::records_of_one(tx, person).await?)),
        Asker::Relative { user, person, .. } => {
            let others = reach::records_of_one(tx, person).await?;
            return Ok(Writer::relative(RelativeId(user.0), person, others));
        }
        _ => {}
    }
    Ok(match grants::of_scope(tx).await? {
        Some(grants) => Writer::desk(grants),
        None => Writer::import(tx.scope().user()),
    })
}

/// The program's randomness, borrowed for each use.
struct SharedChance(AppState);

impl domain::ids::Chance for SharedChance {
    fn fill(&mut self, buffer: &mut [u8]) {
        self.0.with_chance(|chance| chance.fill(buffer));
    }
}
