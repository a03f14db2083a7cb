//! Messages about cancelled sessions (docs/access.md, Messages): how people want to hear of one, what is to be sent to
//! whom, and the job that sends it. What is said of a session leaves a row here in the same transaction, whoever says it
//! and by whichever way it comes; the job does the rest, and may be broken off and repeated anywhere.

pub mod choices;
mod job;
pub mod outbox;
pub mod phones;
mod send;
pub mod settings;
mod text;
pub mod vapid;

pub use self::job::{forget, may_know, plan, run};
pub use self::send::check;

use std::collections::BTreeSet;

use domain::access::Role;
use domain::ids::{MunicipalityCode, SessionId};
use domain::sessions::{Session, SessionStatus};
use domain::sync::entity::{Entity, EntityType};
use domain::time::Day;

use crate::db::{Bulk, Lookup, Row, Tx};
use crate::error::Error;

const STATUS: Lookup = lookup!(
    "SELECT id, status FROM group_session WHERE municipality = $1 AND deleted_at IS NULL AND status IS NOT NULL \
     AND id IN (",
    ")"
);

/// Those of the sessions to be written that are cancelled already, before they are.
pub async fn cancelled_before<'a>(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    written: impl IntoIterator<Item = &'a Entity>,
) -> Result<BTreeSet<SessionId>, Error> {
    let cancelled = |one: &&Entity| one.content::<Session>().is_some_and(Session::is_cancelled);
    let ids: Vec<_> = written.into_iter().filter(cancelled).map(|one| one.key.id).collect();
    let rows = tx.lookup(&STATUS, tenant, ids).await?;
    let one = |row: &Row| -> Result<(SessionId, SessionStatus), Error> {
        Ok((row.parse("id")?, row.code("status", SessionStatus::from_code)?))
    };
    let all = rows.iter().map(one).collect::<Result<Vec<_>, _>>()?;
    Ok(all.into_iter().filter(|(_, status)| status.is_cancelled()).map(|(id, _)| id).collect())
}

/// Notes those of the entities that were just written of which people may have to be told: sessions from `today` on that
/// somebody in a role has cancelled, which were not `before`, and those about which there are messages. A file that brings
/// a season with its days off is no news to anybody, and neither is what somebody adds to such a day later.
pub async fn note<'a>(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    written: impl IntoIterator<Item = &'a Entity>,
    before: &BTreeSet<SessionId>,
    (today, by): (Day, Option<Role>),
) -> Result<(), Error> {
    let said = |entity: &Entity| {
        let session = entity.content::<Session>();
        let ours = entity.key.etype == EntityType::Session && session.is_none_or(|session| session.day >= today);
        let id = SessionId(entity.key.id);
        let cancelled = by.is_some() && session.is_some_and(Session::is_cancelled) && !before.contains(&id);
        ours.then_some((id, cancelled))
    };
    let said: Vec<_> = written.into_iter().filter_map(said).collect();
    let others = said.iter().filter(|(_, cancelled)| !cancelled).map(|(id, _)| *id).collect();
    let known = with_messages(tx, tenant, others).await?;
    let again = said.into_iter().filter(|(id, cancelled)| *cancelled || known.contains(id));
    look_again(tx, tenant, again.map(|(id, _)| id).collect()).await
}

const LOOK_AGAIN: Bulk<3> = bulk!(
    "INSERT INTO message_news (municipality, session, n)",
    "ON CONFLICT (municipality, session) DO UPDATE SET n = message_news.n + 1"
);

/// It is to be seen again who has to know of these sessions.
async fn look_again(tx: &mut Tx, tenant: &MunicipalityCode, sessions: BTreeSet<SessionId>) -> Result<(), Error> {
    let rows = sessions.into_iter().map(|session| [tenant.into(), session.into(), 1_i64.into()]);
    tx.bulk(&LOOK_AGAIN, rows.collect()).await
}

const MADE: Lookup = lookup!("SELECT DISTINCT session FROM message WHERE municipality = $1 AND session IN (", ")");
const NEWS: Lookup = lookup!("SELECT session FROM message_news WHERE municipality = $1 AND session IN (", ")");

/// Those of the sessions about which there are messages, or are to be.
async fn with_messages(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    sessions: Vec<SessionId>,
) -> Result<BTreeSet<SessionId>, Error> {
    let mut rows = tx.lookup(&MADE, tenant, sessions.iter().copied()).await?;
    rows.extend(tx.lookup(&NEWS, tenant, sessions).await?);
    rows.iter().map(|row| row.parse("session")).collect()
}
