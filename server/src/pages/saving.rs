//! Saving from the desk's forms: one unit of operations, all of it or nothing.

use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::sync::wire::{Outcome, Reason};

use crate::access::Scope;
use crate::error::Error;
use crate::state::AppState;
use crate::sync::tell;
use crate::web::request;
use crate::write::write;

/// The rules of the data refused it: the form is shown again with everything that was typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotSaved;

/// Writes the verbs with the actor's rights. Missing rights are an error, broken rules a value.
pub async fn save(
    state: &AppState,
    scope: &Scope,
    extensions: &http::Extensions,
    wanted: Vec<(Verb, Seen)>,
) -> Result<Result<(), NotSaved>, Error> {
    let mut tx = state.db.begin().await?;
    let done = write(state, &mut tx, scope, &request::id_of(extensions), wanted).await?;
    match done.refused() {
        Some((_, refused)) if refused.outcome == Outcome::Held && refused.reason == Some(Reason::Rights) => {
            Err(Error::Forbidden)
        }
        Some(_) => Ok(Err(NotSaved)),
        None => {
            tx.commit().await?;
            tell(state, scope.municipality(), &done.pokes);
            Ok(Ok(()))
        }
    }
}
