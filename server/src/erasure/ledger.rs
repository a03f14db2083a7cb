//! Who was erased, in a file of the data folder: it outlives every backup of the database.

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use domain::ids::{MunicipalityCode, ParticipantId};
use serde::{Deserialize, Serialize};

use super::{Why, erase, is_there};
use crate::access::Scope;
use crate::db::Unscoped;
use crate::error::Error;
use crate::private;
use crate::state::AppState;

/// Under which erasures at the start stand in the log.
const REQUEST: &str = "start";

/// One line of the file: who was erased, and when (milliseconds since 1970).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(super) struct Line {
    pub municipality: String,
    pub participant: ParticipantId,
    pub at: i64,
}

/// Where it lies.
pub fn file(data: &Path) -> PathBuf {
    data.join("erased.jsonl")
}

/// What the file holds; a last line that was cut off is none.
fn read(data: &Path) -> Result<BTreeSet<Line>, Error> {
    match std::fs::read_to_string(file(data)) {
        Ok(text) => Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeSet::new()),
        Err(error) => Err(Error::Config(format!("cannot read {}: {error}", file(data).display()))),
    }
}

/// Adds lines, and has them on the disk before it returns.
pub(super) fn append(data: &Path, lines: &[Line]) -> Result<(), Error> {
    if lines.is_empty() {
        return Ok(());
    }
    private::folder(data)?;
    let path = file(data);
    private::file(&path)?;
    let mut open = std::fs::OpenOptions::new().append(true).open(&path)?;
    for line in lines {
        let text = serde_json::to_string(line).map_err(|error| Error::Broken(error.to_string()))?;
        // A line of its own also behind one that was cut off.
        open.write_all(format!("\n{text}\n").as_bytes())?;
    }
    open.sync_all()?;
    Ok(())
}

/// At every start: whom the file names and the database has again, from a backup, is erased anew; and whom only the
/// database names is added to the file.
pub async fn replay(state: &AppState) -> Result<usize, Error> {
    let known = read(&state.config.data)?;
    let mut again = 0;
    for line in &known {
        let Some(code) = MunicipalityCode::new(&line.municipality) else { continue };
        let scope = Scope::command_line(code, state.today());
        if is_there(state, &scope, line.participant).await? {
            erase(state, &scope, line.participant, Why::Restored, REQUEST).await?;
            again += 1;
        }
    }
    complete(state).await?;
    Ok(again)
}

/// Adds to the file whom only the database names: the file could not be written then.
pub async fn complete(state: &AppState) -> Result<(), Error> {
    let known = read(&state.config.data)?;
    let known: BTreeSet<_> = known.into_iter().map(|line| (line.municipality, line.participant)).collect();
    let mut tx = state.db.read(Unscoped::Installation).await?;
    let rows = tx.all(sql!("SELECT municipality, participant, at FROM erased ORDER BY at, participant"), []).await?;
    drop(tx);
    let mut missing = Vec::new();
    for row in &rows {
        let who: (String, ParticipantId) = (row.get("municipality")?, row.parse("participant")?);
        if !known.contains(&who) {
            let (municipality, participant) = who;
            missing.push(Line { municipality, participant, at: row.get("at")? });
        }
    }
    append(&state.config.data, &missing)
}
