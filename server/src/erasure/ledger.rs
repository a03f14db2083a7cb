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

/// What the file holds.
fn read(data: &Path) -> Result<BTreeSet<Line>, Error> {
    let path = file(data);
    match std::fs::read_to_string(&path) {
        Ok(text) => lines(&text).map_err(|number| {
            Error::Config(format!(
                "line {number} of {} is damaged, and whom it names could come back with an old copy: put the file back \
                 from where it is kept besides, or take that line out where nobody has another",
                path.display()
            ))
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeSet::new()),
        Err(error) => Err(Error::Config(format!("cannot read {}: {error}", path.display()))),
    }
}

/// What the lines say, or the number of the first that is damaged. One that was cut off as it was written is none: nobody
/// had been told then that it was done, and whom the database names is added anew. A power cut may leave zeros behind it.
fn lines(text: &str) -> Result<BTreeSet<Line>, usize> {
    let mut all = BTreeSet::new();
    for (at, line) in text.lines().enumerate() {
        match serde_json::from_str(line.trim_end_matches('\0')) {
            Ok(line) => {
                all.insert(line);
            }
            Err(error) if error.is_eof() => {}
            Err(_) => return Err(at + 1),
        }
    }
    Ok(all)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_was_cut_off_is_none_and_one_that_is_damaged_is_named() {
        let line =
            |n: u128| Line { municipality: "091".into(), participant: ParticipantId(uuid::Uuid::from_u128(n)), at: 5 };
        let written = |n: u128| serde_json::to_string(&line(n)).unwrap();
        let [one, two] = [1, 2].map(written);
        let cut = &one[..one.len() / 2];
        for text in ["", &format!("\n{one}\n\n{two}\n"), &format!("\n{one}\n\n{cut}\n{two}\n{cut}\0\0")] {
            let wanted = if text.is_empty() { BTreeSet::new() } else { BTreeSet::from([line(1), line(2)]) };
            assert_eq!(lines(text), Ok(wanted), "{text:?}");
        }
        assert_eq!(lines(&format!("\n{one}\n\n{}\n", two.replace(':', ";"))), Err(4));
    }
}
