//! A database knows its secret (docs/access.md, Secrets). With another one the log's chain would break for good and
//! every password would be called wrong, so whoever comes with another is refused before anything is touched.

use std::path::Path;

use domain::ids::Chance;

use crate::audit;
use crate::db::{Db, Unscoped};
use crate::error::Error;
use crate::meta;
use crate::secrets::{self, Secrets};
use crate::state::AppState;

const KEY: &str = "secret_fingerprint";

/// What a database knows of its secret.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Known {
    /// There are no tables, or nothing in them that any secret has made.
    Nothing,
    Fingerprint(String),
    /// A program that kept no fingerprint has made its log: the last rows say whose secret it was.
    Log,
}

/// The secret of the data folder, if it is this database's; a new one where neither has any.
pub async fn secrets_of(db: &Db, data: &Path, chance: &mut (dyn Chance + Send)) -> Result<Secrets, Error> {
    let known = known(db).await?;
    match (Secrets::read(data)?, known) {
        (None, Known::Nothing) => Secrets::make(data, chance),
        (None, Known::Fingerprint(_) | Known::Log) => Err(missing(data)),
        (Some(secrets), known) if fits(db, &secrets, &known).await? => Ok(secrets),
        (Some(_), _) => Err(another(data)),
    }
}

/// As [`secrets_of`], where nothing is to be made.
pub async fn secrets_known(db: &Db, data: &Path) -> Result<Secrets, Error> {
    let Some(secrets) = Secrets::read(data)? else { return Err(missing(data)) };
    if fits(db, &secrets, &known(db).await?).await? { Ok(secrets) } else { Err(another(data)) }
}

async fn fits(db: &Db, secrets: &Secrets, known: &Known) -> Result<bool, Error> {
    match known {
        Known::Nothing => Ok(true),
        Known::Fingerprint(known) => Ok(*known == secrets.fingerprint()),
        Known::Log => audit::last_rows_fit(&mut db.read(Unscoped::Installation).await?, secrets).await,
    }
}

async fn known(db: &Db) -> Result<Known, Error> {
    if !db.has_tables().await? {
        return Ok(Known::Nothing);
    }
    let mut tx = db.read(Unscoped::Installation).await?;
    if let Some(kept) = meta::text(&mut tx, KEY).await? {
        return Ok(Known::Fingerprint(kept));
    }
    let log = tx.maybe(sql!("SELECT n FROM audit_head LIMIT 1"), []).await?;
    Ok(if log.is_some() { Known::Log } else { Known::Nothing })
}

/// Writes the fingerprint into a database that has none. Of two that start at once with secrets of their own, one is
/// refused.
pub async fn keep(state: &AppState) -> Result<(), Error> {
    let own = &state.secrets.fingerprint();
    let kept = state.write(Unscoped::Installation, |mut tx| async move {
        let kept = meta::note_first(&mut tx, KEY, own).await?;
        Ok(tx.done(kept))
    });
    if kept.await? == *own { Ok(()) } else { Err(another(&state.config.data)) }
}

fn missing(data: &Path) -> Error {
    Error::Config(format!(
        "{} is missing, and this database was made with one: without it the log cannot be checked and no password is \
         right. Nothing was changed. Put the file back from your backup, or name its folder with --data",
        secrets::path(data).display()
    ))
}

fn another(data: &Path) -> Error {
    Error::Config(format!(
        "{} is not the secret with which this database was made. Nothing was changed. Put the right file back from \
         your backup, name its folder with --data, or name the database that belongs to it with --database-url",
        secrets::path(data).display()
    ))
}
