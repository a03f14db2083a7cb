//! What came by the public form: kept apart until somebody at the desk takes it up, since anybody can have written it.

use domain::access::Action;
use domain::applications::Start;
use domain::ids::{GroupId, MunicipalityCode, OrganisationId, uuid_v5};
use domain::people::PersonLanguage;
use domain::time::Instant;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::ScopedTx;
use crate::db::{Row, Tx, Unscoped};
use crate::error::Error;
use crate::state::AppState;
use crate::statements;

/// How many may wait in one municipality: beyond them people are asked to call.
pub const MOST_WAITING: i64 = 500;

/// What the form asks, and no more.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filled {
    pub given_names: String,
    pub family_name: String,
    pub birth_year: i32,
    pub phone: String,
    pub language: PersonLanguage,
    pub start: Start,
    /// Whoever asked for somebody else says that the person wants it: the desk asks the person once more.
    pub says_yes: bool,
    /// Nothing: any group.
    pub group: Option<GroupId>,
}

impl Filled {
    /// The same page sent twice is one application; filled in anew for somebody else, as after going back, it is another.
    pub fn id_on(&self, page: Uuid) -> Result<Uuid, Error> {
        Ok(uuid_v5(page, &[&self.text()?]))
    }

    fn text(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(|error| Error::Broken(error.to_string()))
    }
}

/// One that waits for somebody at the desk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting {
    pub id: Uuid,
    pub received_at: Instant,
    pub filled: Filled,
}

/// Keeps what was filled in; the same form sent twice is one. `false`: too many wait already.
pub async fn keep(tx: &mut Tx, tenant: &MunicipalityCode, to: OrganisationId, form: &Waiting) -> Result<bool, Error> {
    let sql = sql!(
        "SELECT COUNT(*) AS n FROM application_form WHERE municipality = $1 AND organisation = $2 \
         AND settled_at IS NULL"
    );
    if tx.one(sql, [tenant.into(), to.into()]).await?.get::<i64>("n")? >= MOST_WAITING {
        return Ok(false);
    }
    let body = form.filled.text()?;
    tx.run(
        sql!(
            "INSERT INTO application_form (municipality, id, organisation, received_at, body) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (municipality, id) DO NOTHING"
        ),
        [tenant.into(), form.id.into(), to.into(), form.received_at.into(), body.into()],
    )
    .await?;
    Ok(true)
}

/// The condition that the form came to an organisation within reach.
macro_rules! to_us {
    ($tail:literal) => {
        concat!(
            "SELECT id, received_at, body, settled_at FROM application_form WHERE municipality = $1 \
             AND organisation >= $2 AND organisation <= COALESCE(NULLIF($2, ''), 'g')",
            $tail
        )
    };
}
const LIST: &str = sql!(to_us!(" AND settled_at IS NULL ORDER BY received_at, id LIMIT $5"));
const DROPPED: &str = sql!(to_us!(" AND body IS NOT NULL AND settled_at > $5 ORDER BY settled_at DESC, id LIMIT 20"));
const FIND: &str = sql!(to_us!(" AND id = $5"));

/// A form that was found within reach.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    Waiting(Box<Waiting>),
    /// Somebody has taken it up or dropped it.
    Settled,
}

fn waiting(row: &Row) -> Result<Waiting, Error> {
    Ok(Waiting { id: row.parse("id")?, received_at: row.get("received_at")?, filled: row.json("body")? })
}

/// Those that came to the own organisation and wait, the oldest first.
pub async fn list(tx: &mut ScopedTx, most: i64) -> Result<Vec<Waiting>, Error> {
    let rows = tx.within(Action::ManageGroups)?.all(LIST, [most.into()]).await?;
    rows.iter().map(waiting).collect()
}

/// One of them; not within reach is not found.
pub async fn find(tx: &mut ScopedTx, id: Uuid) -> Result<Found, Error> {
    let row = tx.within(Action::ManageGroups)?.maybe(FIND, [id.into()]).await?.ok_or(Error::NotFound)?;
    if row.is_null("settled_at") { Ok(Found::Waiting(Box::new(waiting(&row)?))) } else { Ok(Found::Settled) }
}

/// Those that came to the own organisation and were dropped so lately that they can be put back, the latest first.
pub async fn dropped(tx: &mut ScopedTx, now: Instant) -> Result<Vec<Waiting>, Error> {
    let rows = tx.within(Action::ManageGroups)?.all(DROPPED, [kept_since(now).into()]).await?;
    rows.iter().map(waiting).collect()
}

/// So long what was filled in is kept after the form was dropped: milliseconds.
const KEPT: i64 = 24 * 3600 * 1000;

/// What was dropped before that moment is forgotten.
const fn kept_since(now: Instant) -> Instant {
    Instant::from_millis(now.millis() - KEPT)
}

/// It was taken up: what was filled in goes. The caller has found it within reach.
pub async fn take_up(tx: &mut ScopedTx, id: Uuid, now: Instant) -> Result<(), Error> {
    tx.require(Action::ManageGroups)?;
    let sql = sql!(
        "UPDATE application_form SET body = NULL, settled_at = $3 WHERE municipality = $1 AND id = $2 \
         AND settled_at IS NULL"
    );
    tx.run(sql, [id.into(), now.into()]).await?;
    Ok(())
}

/// It was dropped: it waits no more, and what was filled in is forgotten in a day ([`forget`]). The caller has found it
/// within reach.
pub async fn drop_one(tx: &mut ScopedTx, id: Uuid, now: Instant) -> Result<(), Error> {
    tx.require(Action::ManageGroups)?;
    let sql =
        sql!("UPDATE application_form SET settled_at = $3 WHERE municipality = $1 AND id = $2 AND settled_at IS NULL");
    tx.run(sql, [id.into(), now.into()]).await?;
    Ok(())
}

/// What came of putting a form back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PutBack {
    Done,
    /// Nothing of it is left.
    Gone,
    /// Too many wait already.
    Full,
}

/// It was dropped by a slip, and waits again where not too many do. The caller has found it within reach.
pub async fn put_back(tx: &mut ScopedTx, id: Uuid, now: Instant) -> Result<PutBack, Error> {
    tx.require(Action::ManageGroups)?;
    let beside = sql!(
        "SELECT COUNT(*) AS n FROM application_form f CROSS JOIN application_form w WHERE f.municipality = $1 \
         AND f.id = $2 AND w.municipality = $1 AND w.organisation = f.organisation AND w.settled_at IS NULL"
    );
    if tx.one(beside, [id.into()]).await?.get::<i64>("n")? >= MOST_WAITING {
        return Ok(PutBack::Full);
    }
    let sql = sql!(
        "UPDATE application_form SET settled_at = NULL WHERE municipality = $1 AND id = $2 AND body IS NOT NULL \
         AND settled_at > $3"
    );
    let done = tx.run(sql, [id.into(), kept_since(now).into()]).await? > 0;
    Ok(if done { PutBack::Done } else { PutBack::Gone })
}

/// Forgets what was filled in in forms that were dropped a day ago. Safe to repeat.
pub async fn forget(state: &AppState) -> Result<(), Error> {
    let since = kept_since(state.now());
    let sql = sql!(
        "UPDATE application_form SET body = NULL WHERE municipality = $1 AND body IS NOT NULL AND settled_at <= $2"
    );
    state
        .write(Unscoped::Installation, |mut tx| async move {
            for (tenant, _) in statements::municipalities(&mut tx).await? {
                tx.run(sql, [(&tenant).into(), since.into()]).await?;
            }
            Ok(tx.done(()))
        })
        .await
}
