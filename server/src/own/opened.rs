//! Where the page of whoever has a card is open: told beside who sees their data, on a relative's page below what is kept
//! of them, and closed there in one press (docs/access.md, Participants).

use std::cmp::Reverse;

use app::own::seen::OpenLine;
use axum::extract::State;
use axum::response::Response;
use domain::access::Action;
use domain::ids::{MunicipalityCode, ParticipantId};
use domain::time::Instant;
use uuid::Uuid;

use super::Own;
use super::kin::Kin;
use super::page::own_again;
use super::sessions::{good_if_shared_after, good_if_used_after};
use crate::access::{InReach, ScopedTx};
use crate::audit;
use crate::db::{Row, Tx, Unscoped};
use crate::error::Error;
use crate::messages::phones;
use crate::pages::see_other;
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::form::Fields;

pub fn routes(routes: Routes) -> Routes {
    routes.post("/own/phones/end", end).post("/kin/phones/end", end_kin)
}

/// As many are listed of each record; whoever has more ends some first.
const LISTED: i64 = 20;
/// For so long a new device is told on the others, in milliseconds.
const NEWS: i64 = 24 * 3_600_000;

/// A device on which the page is open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Opened {
    id: String,
    at: Instant,
    used_at: Instant,
}

impl Opened {
    /// As the page shows it to whoever has it open in session `this`.
    pub fn line(self, this: &str) -> OpenLine {
        OpenLine { this: self.id == this, since: self.at, used_on: self.used_at.day_in_finland(), id: self.id }
    }
}

/// Every device on which a good card of any of these records of one person has the page open, the last used first.
pub(super) async fn of_records(
    tx: &mut ScopedTx,
    records: &[InReach<ParticipantId>],
    now: Instant,
) -> Result<Vec<Opened>, Error> {
    let mut opened = Vec::new();
    for record in records {
        let person = record.also(tx.scope(), Action::Share)?;
        let (bare, tenant) = tx.unscoped(Unscoped::SignedIn);
        opened.extend(of_holder(bare, tenant, person.0, now).await?);
    }
    opened.sort_by_key(|one| Reverse(one.used_at));
    Ok(opened)
}

/// The same by the cards of one holder.
pub(super) async fn of_holder(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    holder: Uuid,
    now: Instant,
) -> Result<Vec<Opened>, Error> {
    let sql = sql!(
        "SELECT s.id, s.created_at, s.seen_at FROM own_session s \
         JOIN personal_card c ON c.municipality = s.municipality AND c.id = s.card \
         WHERE s.municipality = $1 AND s.participant = $2 AND s.ended_at IS NULL AND c.ended_at IS NULL \
         AND s.seen_at > $3 AND (s.shared IS NULL OR s.seen_at > $5) ORDER BY s.seen_at DESC, s.id LIMIT $4"
    );
    let (after, shared_after) = (good_if_used_after(now), good_if_shared_after(now));
    let values = [tenant.into(), holder.into(), after.into(), LISTED.into(), shared_after.into()];
    let rows = tx.all(sql, values).await?;
    let opened =
        |row: &Row| Ok(Opened { id: row.get("id")?, at: row.get("created_at")?, used_at: row.get("seen_at")? });
    rows.iter().map(opened).collect()
}

/// When another device was let in since this one, within the last day: whoever did not do it learns of it here.
pub(super) fn news(opened: &[Opened], this: &str, now: Instant) -> Option<Instant> {
    let own = opened.iter().find(|one| one.id == this)?;
    let later = opened.iter().filter(|one| one.at > own.at && now.millis_since(one.at) < NEWS);
    later.map(|one| one.at).max()
}

/// Closes the page on one device, from its next request on. Pressed twice it is no error.
async fn end(State(state): State<AppState>, own: Own, fields: Fields) -> Result<Response, Error> {
    if !own.drew(&fields) {
        return Ok(own_again());
    }
    let entry = own.session.whose.entry(&state, "own.sign_out", &own.request_id);
    let (state, own, id, entry) = (&state, &own, fields.one("session"), &entry);
    let ended = state.write(&own.scope, |mut tx| async move {
        let mut known = false;
        for record in &own.records {
            let person = record.also(tx.scope(), Action::Share)?;
            let (bare, tenant) = tx.unscoped(Unscoped::SignedIn);
            known |= end_of(state, bare, (tenant, person.0), id, entry).await?;
        }
        if known { Ok(tx.done(())) } else { Err(Error::NotFound) }
    });
    ended.await?;
    Ok(see_other("/own/seen?said=closed"))
}

/// The same of a relative's page.
async fn end_kin(State(state): State<AppState>, kin: Kin, fields: Fields) -> Result<Response, Error> {
    if kin.is_shown_nothing() {
        return Ok(kin.gone().await);
    }
    let whose = &kin.session.whose;
    let entry = whose.entry(&state, "own.sign_out", &kin.request_id);
    let (state, of, id, entry) = (&state, (&whose.municipality, kin.relative.0), fields.one("session"), &entry);
    let ended = state.write(Unscoped::SignedIn, |mut tx| async move {
        let known = end_of(state, &mut tx, of, id, entry).await?;
        if known { Ok(tx.done(())) } else { Err(Error::NotFound) }
    });
    ended.await?;
    Ok(see_other("/kin"))
}

/// Ends a session of this holder, if it is one, with its row of the log; whether it is.
async fn end_of(
    state: &AppState,
    tx: &mut Tx,
    (tenant, holder): (&MunicipalityCode, Uuid),
    id: &str,
    entry: &audit::Entry,
) -> Result<bool, Error> {
    let sql = sql!("SELECT hash, ended_at FROM own_session WHERE municipality = $1 AND participant = $2 AND id = $3");
    let Some(row) = tx.maybe(sql, [tenant.into(), holder.into(), id.into()]).await? else { return Ok(false) };
    if !row.is_null("ended_at") {
        return Ok(true);
    }
    let hash: String = row.get("hash")?;
    let sql = sql!("UPDATE own_session SET ended_at = $4 WHERE municipality = $1 AND participant = $2 AND id = $3");
    tx.run(sql, [tenant.into(), holder.into(), id.into(), state.now().into()]).await?;
    phones::forget_hashed(tx, tenant, &hash).await?;
    audit::append(tx, &state.secrets, tenant, entry).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_device_is_told_on_older_ones_for_a_day() {
        let hours = |hours: i64| Instant::from_millis(hours * 3_600_000);
        let opened = |id: &str, at: i64| Opened { id: id.to_owned(), at: hours(at), used_at: hours(at) };
        let all = [opened("old", 0), opened("new", 10)];
        assert_eq!(news(&all, "old", hours(33)), Some(hours(10)));
        assert_eq!(news(&all, "old", hours(34)), None, "a day later");
        assert_eq!(news(&all, "new", hours(11)), None, "not on itself, nor of older ones");
        assert_eq!(news(&all, "gone", hours(11)), None);
    }
}
