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

/// Takes it: of two looks at once one finds it.
pub async fn take<T: DeserializeOwned>(state: &AppState, slot: &Slot) -> Result<Look<T>, Error> {
    let (hash, since) = (&slot.hash(), state.now().plus_millis(-KEPT));
    let taken = state.write(Unscoped::SignedIn, |mut tx| async move {
        let find = sql!("SELECT sealed FROM shown_once WHERE hash = $1 AND created_at >= $2");
        let Some(row) = tx.maybe(find, [hash.as_str().into(), since.into()]).await? else {
            return Ok(tx.undone(Look::Nothing));
        };
        let Some(sealed) = row.get::<Option<String>>("sealed")? else { return Ok(tx.undone(Look::Again)) };
        let sql = sql!("UPDATE shown_once SET sealed = NULL WHERE hash = $1 AND sealed = $2");
        let first = tx.run(sql, [hash.as_str().into(), sealed.as_str().into()]).await? > 0;
        Ok(tx.done(if first { Look::First(sealed) } else { Look::Again }))
    });
    Ok(match taken.await? {
        Look::First(sealed) => unseal(&slot.0, &sealed).map_or(Look::Again, Look::First),
        Look::Again => Look::Again,
        Look::Nothing => Look::Nothing,
    })
}
