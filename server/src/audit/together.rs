//! Looks that wait for the log at the same moment, and sessions and tablets that were used in it, are written in one unit of
//! work: hundreds of tablets that come back at once would else wait for the disk hundreds of times, one behind the other.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::ids::MunicipalityCode;
use tokio::sync::oneshot;

use super::{Entry, append_all};
use crate::access::Use;
use crate::db::Unscoped;
use crate::error::Error;
use crate::state::AppState;

/// Notes in one unit of work, at most: others wait for the database meanwhile.
const MOST: usize = 256;

enum Note {
    Look(Entry),
    Used(Use),
}

impl Note {
    fn look(&self) -> Option<&Entry> {
        if let Self::Look(entry) = self { Some(entry) } else { None }
    }
}

struct Waiting {
    note: Note,
    done: oneshot::Sender<Result<(), Error>>,
}

/// Who waits until it is written, by municipality. One that stands here has somebody who writes for all of them.
#[derive(Default)]
pub struct Together(Mutex<HashMap<MunicipalityCode, Vec<Waiting>>>);

impl Together {
    /// Joins those who wait; whether somebody has to begin to write for them.
    fn join(&self, tenant: &MunicipalityCode, one: Waiting) -> bool {
        let mut all = self.all();
        let begins = !all.contains_key(tenant);
        all.entry(tenant.clone()).or_default().push(one);
        begins
    }

    /// The next ones in the order of coming; with nothing, nobody writes here any more.
    fn next(&self, tenant: &MunicipalityCode) -> Option<Vec<Waiting>> {
        let mut all = self.all();
        let waiting = all.get_mut(tenant)?;
        // Whoever has gone away is shown nothing.
        waiting.retain(|one| !one.done.is_closed());
        let some: Vec<_> = waiting.drain(..waiting.len().min(MOST)).collect();
        if some.is_empty() {
            all.remove(tenant);
            return None;
        }
        Some(some)
    }

    fn all(&self) -> MutexGuard<'_, HashMap<MunicipalityCode, Vec<Waiting>>> {
        // Nothing between its changes can panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As [`super::note`], together with those who come at the same moment.
pub async fn note_together(state: &AppState, tenant: &MunicipalityCode, entry: Entry) -> Result<(), Error> {
    wait(state, tenant, Note::Look(entry)).await
}

/// That a session or a tablet was used.
pub async fn note_used(state: &AppState, tenant: &MunicipalityCode, used: Use) -> Result<(), Error> {
    wait(state, tenant, Note::Used(used)).await
}

async fn wait(state: &AppState, tenant: &MunicipalityCode, note: Note) -> Result<(), Error> {
    let (done, written) = oneshot::channel();
    if state.looks.join(tenant, Waiting { note, done }) {
        // In a task of its own: whoever is given up meanwhile takes nobody along.
        tokio::spawn(write(state.clone(), tenant.clone()));
    }
    written.await.unwrap_or_else(|_| Err(Error::Broken("looks were left unwritten".into())))
}

async fn write(state: AppState, tenant: MunicipalityCode) {
    while let Some(some) = state.looks.next(&tenant) {
        let (notes, waiting): (Vec<_>, Vec<_>) = some.into_iter().map(|one| (one.note, one.done)).unzip();
        let failed = write_down(&state, &tenant, notes).await.err();
        // Once for all of them: of what they are told the cause is no part.
        failed.iter().for_each(Error::log_fault);
        for done in waiting {
            // Whoever has gone away in this moment is shown nothing; the log says that they asked.
            let _ = done.send(failed.as_ref().map_or(Ok(()), |error| Err(told(error))));
        }
    }
}

/// In a task of its own, too: not even a panic ends whoever writes for the others.
async fn write_down(state: &AppState, tenant: &MunicipalityCode, notes: Vec<Note>) -> Result<(), Error> {
    let (state, tenant) = (state.clone(), tenant.clone());
    let written = tokio::spawn(async move { note_all(&state, &tenant, &notes).await });
    written.await.map_err(|why| Error::Broken(format!("looks that could not be written: {why}")))?
}

/// The log last: whoever ends a session or a tablet takes them in this order, too.
async fn note_all(state: &AppState, tenant: &MunicipalityCode, notes: &[Note]) -> Result<(), Error> {
    let noted = state.write(Unscoped::Audit, |mut tx| async move {
        for note in notes {
            if let Note::Used(used) = note {
                used.note(&mut tx).await?;
            }
        }
        let looks: Vec<_> = notes.iter().filter_map(Note::look).collect();
        append_all(&mut tx, &state.secrets, tenant, &looks).await?;
        Ok(tx.done(()))
    });
    noted.await
}

/// What each of those is told whose looks could not be written.
fn told(error: &Error) -> Error {
    match error.retry_after() {
        Some(retry_after) => Error::Busy { retry_after },
        None => Error::Broken(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::time::Instant;

    fn waits(id: &str) -> (Waiting, oneshot::Receiver<Result<(), Error>>) {
        let (done, logged) = oneshot::channel();
        (Waiting { note: Note::Look(Entry::new(Instant::from_millis(0), "pull", id)), done }, logged)
    }

    fn ids(some: Option<Vec<Waiting>>) -> Option<Vec<String>> {
        let id = |one: Waiting| match one.note {
            Note::Look(entry) => entry.request_id,
            Note::Used(used) => format!("{used:?}"),
        };
        some.map(|some| some.into_iter().map(id).collect())
    }

    #[test]
    fn whoever_comes_while_others_are_written_is_in_the_next_ones_and_whoever_has_gone_in_none() {
        let (together, here) = (Together::default(), MunicipalityCode::new("091").expect("a code"));
        let [(first, _first), (second, _second), (third, _third)] = ["1", "2", "3"].map(waits);
        assert!(together.join(&here, first), "somebody has to write");
        assert_eq!(ids(together.next(&here)), Some(vec!["1".to_owned()]));
        assert!(!together.join(&here, second) && !together.join(&here, third), "somebody writes");
        let (gone, logged) = waits("gone");
        assert!(!together.join(&here, gone));
        drop(logged);
        assert_eq!(ids(together.next(&here)), Some(vec!["2".to_owned(), "3".to_owned()]));
        assert_eq!(ids(together.next(&here)), None);
        let (next, _next) = waits("4");
        assert!(together.join(&here, next), "nobody writes any more");
    }

    #[test]
    fn whoever_waited_comes_again_when_the_database_says() {
        let answer = |error: sqlx::Error| told(&Error::from(error));
        assert!(matches!(answer(sqlx::Error::PoolTimedOut), Error::Busy { retry_after: 5 }));
        assert!(matches!(answer(sqlx::Error::WorkerCrashed), Error::Busy { retry_after: 2 }));
        assert!(matches!(answer(sqlx::Error::RowNotFound), Error::Broken(_)));
        assert!(matches!(told(&Error::Busy { retry_after: 7 }), Error::Busy { retry_after: 7 }));
    }

    #[test]
    fn many_are_written_in_parts() {
        let (together, here) = (Together::default(), MunicipalityCode::new("091").expect("a code"));
        let mut kept = Vec::new();
        for n in 0..MOST + 5 {
            let (one, logged) = waits(&n.to_string());
            together.join(&here, one);
            kept.push(logged);
        }
        let parts = std::iter::from_fn(|| ids(together.next(&here)));
        assert_eq!(parts.map(|part| part.len()).collect::<Vec<_>>(), [MOST, 5]);
    }
}
