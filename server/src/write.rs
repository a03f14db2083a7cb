//! Writing by the server: the desk's forms and imports are operations too (design.md 3).

use domain::sync::op::Verb;
use domain::sync::server::write::{Done, Seen, Writer, write as step};

use crate::access::{Scope, grants};
use crate::db::Tx;
use crate::error::Error;
use crate::state::AppState;
use crate::sync::SqlStore;

/// Writes all verbs in the caller's transaction, with the rights of the scope. The caller looks at
/// [`Done::refused`], commits, and then calls [`crate::sync::tell`] with the pokes; or drops the transaction.
pub async fn write(
    state: &AppState,
    tx: &mut Tx,
    scope: &Scope,
    request_id: &str,
    wanted: Vec<(Verb, Seen)>,
) -> Result<Done, Error> {
    let now = state.now();
    let writer = match grants::of_scope(tx, scope).await? {
        Some(grants) => Writer::desk(grants),
        None => Writer::import(scope.user()),
    };
    let mut chance = SharedChance(state.clone());
    let mut store = SqlStore::writing(tx, scope.municipality(), now, &state.secrets, request_id).await?;
    step(&mut store, &writer, wanted, now, &mut chance).await
}

/// The program's randomness, borrowed for each use.
struct SharedChance(AppState);

impl domain::ids::Chance for SharedChance {
    fn fill(&mut self, buffer: &mut [u8]) {
        self.0.with_chance(|chance| chance.fill(buffer));
    }
}
