//! Whom and what operations are about that an earlier program held unread, since a newer one had written them.

use domain::ids::MunicipalityCode;
use domain::sync::wire::lift;

use super::AT_ONCE;
use crate::db::{Row, Tx, Unscoped, Value};
use crate::error::Error;
use crate::state::AppState;
use crate::sync::SqlStore;

/// Of which nobody knows whom they are about; few, and found by the index of what is held.
const UNSAID: &str = sql!(
    "SELECT op_id, received_at, body, about_group FROM op \
     WHERE municipality = $1 AND outcome = 'held' AND about_participant IS NULL \
     AND (received_at, op_id) > ($2, $3) ORDER BY received_at, op_id LIMIT $4"
);
const SAY: &str = sql!(
    "UPDATE op SET about_group = $3, about_participant = $4 WHERE municipality = $1 AND op_id = $2 AND outcome = 'held'"
);
/// What erasing would have done, had it found it.
const EMPTY: &str = sql!(
    "UPDATE op SET body = '', reason = 'erased' WHERE municipality = $1 AND op_id = $2 AND outcome = 'held' \
     AND EXISTS (SELECT 1 FROM erased e WHERE e.municipality = $1 AND e.participant = op.about_participant)"
);

/// An operation, its group and its person.
type Said = (String, [Value; 2]);

impl AppState {
    /// At every start, and not once: beside this program one of before may have held more while it was updated.
    pub(super) async fn say_what_held_are_about(&self, tenant: &MunicipalityCode) -> Result<(), Error> {
        let (mut at, mut last) = (i64::MIN, String::new());
        loop {
            let values = [tenant.into(), at.into(), last.as_str().into(), AT_ONCE.into()];
            let rows = self.db.read(Unscoped::Installation).await?.all(UNSAID, values).await?;
            let Some(end) = rows.last() else { return Ok(()) };
            (at, last) = (end.get("received_at")?, end.get("op_id")?);
            let mut said = Vec::new();
            for row in &rows {
                said.extend(about(row)?);
            }
            if said.is_empty() {
                continue;
            }
            let mut tx = self.db.begin(Unscoped::Installation).await?;
            SqlStore::writing(&mut tx, tenant, self.now(), &self.secrets, "upgrade").await?;
            say(&mut tx, tenant, said).await?;
            tx.commit().await?;
        }
    }
}

/// Nothing of what this program cannot read either, or that says no more than is known.
fn about(row: &Row) -> Result<Option<Said>, Error> {
    let Ok(op) = lift(&row.get::<String>("body")?) else { return Ok(None) };
    let (group, person) = (op.verb.group(), op.verb.participant());
    let is_new = person.is_some() || (group.is_some() && row.is_null("about_group"));
    Ok(is_new.then_some((row.get("op_id")?, [group.into(), person.into()])))
}

async fn say(tx: &mut Tx, tenant: &MunicipalityCode, said: Vec<Said>) -> Result<(), Error> {
    for (op_id, [group, person]) in said {
        tx.run(SAY, [tenant.into(), op_id.as_str().into(), group, person]).await?;
        tx.run(EMPTY, [tenant.into(), op_id.into()]).await?;
    }
    Ok(())
}
