//! A code that is read out in the hall: it opens the page of somebody who has a card on one more phone, once and within a
//! quarter of an hour (docs/access.md, Participants).

use domain::ids::MunicipalityCode;
use domain::time::Instant;

use super::cards::{self, Managed, Shown};
use crate::access::{ScopedTx, token};
use crate::db::{Tx, Unscoped};
use crate::error::Error;
use crate::state::AppState;
use crate::web::client::Network;

/// How long it is good, in milliseconds.
const LASTS: i64 = 15 * 60_000;
/// How long a used one is still good where it was used, in milliseconds: of a button that is pressed twice the browser
/// shows the second answer.
const AGAIN: i64 = 30_000;

/// Makes a code for the card that is good and ends the one before; answers the code and the card's id, nothing where there
/// is no card. The database keeps its hash alone; 40 bits are enough for a quarter of an hour.
pub async fn make(state: &AppState, tx: &mut ScopedTx, whose: Managed) -> Result<Option<(String, String)>, Error> {
    let Some(card) = cards::good_card(tx, whose).await? else { return Ok(None) };
    let (code, by, now) = (token::spoken_code(state), tx.scope().user(), state.now());
    let (bare, tenant) = tx.unscoped(Unscoped::Account);
    let before = sql!("DELETE FROM own_code WHERE municipality = $1 AND card = $2");
    bare.run(before, [tenant.into(), card.as_str().into()]).await?;
    let sql = sql!("INSERT INTO own_code (hash, municipality, card, made_at, made_by) VALUES ($1, $2, $3, $4, $5)");
    let values = [token::hash(&code).into(), tenant.into(), card.as_str().into(), now.into(), by.into()];
    bare.run(sql, values).await?;
    Ok(Some((code, card)))
}

/// The card of a code that is good, which is good no more but for a second press from the same network; nothing for any
/// other.
pub async fn spend(tx: &mut Tx, typed: &str, from: Network, now: Instant) -> Result<Option<Shown>, Error> {
    let sql = sql!(
        "UPDATE own_code SET used_at = COALESCE(used_at, $2), used_from = $4 WHERE hash = $1 \
         AND made_at > $3 AND made_at <= $2 \
         AND (used_at IS NULL OR (used_from = $4 AND used_at > $5 AND used_at <= $2)) RETURNING municipality, card"
    );
    let hash = token::hash(&token::normal_code(typed));
    let from = token::hash(&from.to_string());
    let (oldest, again) = (now.plus_millis(-LASTS), now.plus_millis(-AGAIN));
    let row = tx.maybe(sql, [hash.into(), now.into(), oldest.into(), from.into(), again.into()]).await?;
    let Some(row) = row else { return Ok(None) };
    let tenant = row.code("municipality", MunicipalityCode::new)?;
    cards::by_id(tx, &tenant, &row.get::<String>("card")?).await
}
