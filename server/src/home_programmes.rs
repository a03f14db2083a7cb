//! Exercise programmes for home as rows, and as pages read them.

use domain::access::Action;
use domain::home_programmes::HomeProgramme;
use domain::ids::ParticipantId;
use domain::time::Day;

use crate::access::reach::ids_for;
use crate::access::{InReach, ScopedTx};
use crate::db::Lookup;
use crate::error::Error;
use crate::table::{body, table, text};

table! {
    HomeProgramme as x in "home_programme" { body: text(x)?, participant: x.participant }
    reads "body" by body;
    erases "body = NULL";
    about "participant";
}

const OF_PEOPLE: Lookup = lookup!(
    "SELECT rev, body FROM home_programme WHERE municipality = $1 AND deleted_at IS NULL AND participant IN (",
    ")"
);

/// A programme with its version.
pub type Versioned = (i64, HomeProgramme);

/// The programme that goes on, of those of one person's records; the first one's goes before.
pub fn open_of(all: &[Versioned], today: Day) -> Option<&HomeProgramme> {
    all.iter().map(|(_, programme)| programme).find(|programme| programme.is_open(today))
}

/// The programme that goes on, or the one that ended last.
pub fn last_of(all: &[Versioned], today: Day) -> Option<&HomeProgramme> {
    let last = || all.iter().map(|(_, programme)| programme).max_by_key(|programme| programme.to);
    open_of(all, today).or_else(last)
}

/// The programmes of these records of one person, the first named first; those that have ended too.
pub async fn of_records(tx: &mut ScopedTx, records: &[InReach<ParticipantId>]) -> Result<Vec<Versioned>, Error> {
    let people = ids_for(tx, Action::SeeProfiles, records.iter().copied())?;
    let rows = tx.lookup(&OF_PEOPLE, people).await?;
    let read = |row: &crate::db::Row| Ok((row.get("rev")?, row.json::<HomeProgramme>("body")?));
    let mut all = rows.iter().map(read).collect::<Result<Vec<Versioned>, Error>>()?;
    all.sort_by_key(|(_, one)| records.iter().position(|record| record.id() == one.participant));
    Ok(all)
}
