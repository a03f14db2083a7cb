//! What is shown once: a press makes it, and the page that it leads to shows it to the same session, so that loading that
//! page again makes nothing anew (docs/access.md, Participants).
//!
//! Until then, and for half an hour at most, it lies sealed in the database; the key follows from the session's token,
//! which only the browser has, and no address names it.

use domain::ids::MunicipalityCode;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::kept::{seal, unseal};
use super::token;
use crate::db::{Tx, Unscoped};
use crate::error::Error;
use crate::state::AppState;

/// How long it waits for its page, and how long it is known that it was shown, in milliseconds.
const KEPT: i64 = 30 * 60_000;

/// What the address of such a page says (`?said=made`).
pub const MADE: &str = "made";

/// Where one session finds what a page shows once. Something newer takes the place of what was there.
pub struct Slot(String);

impl Slot {
    /// `session`: the token in the cookie; `page`: the path of the page.
    pub fn of(session: &str, page: &str) -> Self {
        Self(format!("{session} {page}"))
    }

    fn hash(&self) -> String {
        token::hash(&self.0)
    }
}

/// What a page finds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Look<T> {
    /// What is shown now, and never again.
    First(T),
    /// It was shown.
    Again,
    /// Nothing was made, or it was long ago.
    Nothing,
}

/// Keeps it for its page.
pub async fn keep(
    state: &AppState,
    tx: &mut Tx,
    municipality: &MunicipalityCode,
    slot: &Slot,
    what: &impl Serialize,
) -> Result<(), Error> {
    let (sealed, now) = (seal(&slot.0, state.random(), what)?, state.now());
    let before = now.plus_millis(-KEPT);
    tx.run(sql!("DELETE FROM shown_once WHERE created_at < $1"), [before.into()]).await?;
    let sql = sql!(
        "INSERT INTO shown_once (hash, municipality, sealed, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (hash) DO UPDATE SET sealed = excluded.sealed, created_at = excluded.created_at"
    );
    tx.run(sql, [slot.hash().into(), municipality.into(), sealed.into(), now.into()]).await?;
    Ok(())
}

/// What lies there, as it was sealed.
pub struct Waiting<T> {
    pub what: T,
    sealed: String,
}

/// Finds it and leaves it there, for a page that is not sure to come about: it is [`shown`] once that is drawn.
pub async fn find<T: DeserializeOwned>(state: &AppState, slot: &Slot) -> Result<Look<Waiting<T>>, Error> {
    let since = state.now().plus_millis(-KEPT);
    let sql = sql!("SELECT sealed FROM shown_once WHERE hash = $1 AND created_at >= $2");
    let mut tx = state.db.read(Unscoped::SignedIn).await?;
    let Some(row) = tx.maybe(sql, [slot.hash().into(), since.into()]).await? else { return Ok(Look::Nothing) };
    let Some(sealed) = row.get::<Option<String>>("sealed")? else { return Ok(Look::Again) };
    Ok(unseal(&slot.0, &sealed).map_or(Look::Again, |what| Look::First(Waiting { what, sealed })))
}

/// It is shown now; whether it still lay there: of two looks at once one shows it.
pub async fn shown<T>(state: &AppState, slot: &Slot, waiting: &Waiting<T>) -> Result<bool, Error> {
    let (hash, sealed) = (&slot.hash(), waiting.sealed.as_str());
    let taken = state.write(Unscoped::SignedIn, |mut tx| async move {
        let sql = sql!("UPDATE shown_once SET sealed = NULL WHERE hash = $1 AND sealed = $2");
        let first = tx.run(sql, [hash.as_str().into(), sealed.into()]).await? > 0;
        Ok(tx.done(first))
    });
    taken.await
}

/// Finds it and shows it in one.
pub async fn take<T: DeserializeOwned>(state: &AppState, slot: &Slot) -> Result<Look<T>, Error> {
    Ok(match find(state, slot).await? {
        Look::First(waiting) => match shown(state, slot, &waiting).await? {
            true => Look::First(waiting.what),
            false => Look::Again,
        },
        Look::Again => Look::Again,
        Look::Nothing => Look::Nothing,
    })
}
