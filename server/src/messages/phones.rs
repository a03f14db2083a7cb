//! Phones on which somebody is told by a notification, as rows: one for each person, or relative, as long as they are
//! signed in there with a card that is good: whoever has not opened their page for ninety days is signed out. What was
//! chosen otherwise stays beside it, and holds again when the phone is gone.

use app::texts::Lang;
use domain::ids::MunicipalityCode;
use domain::messages::MessageChannel;
use domain::time::Instant;
use uuid::Uuid;

use super::choices::Choice;
use crate::access::token;
use crate::db::{Lookup, Row, Tx};
use crate::error::Error;
use crate::own::sessions;

const OF_HOLDERS: Lookup = lookup!(
    "SELECT p.holder, p.endpoint, p.language, p.made_at FROM push_phone p JOIN own_session s ON s.hash = p.session \
     JOIN personal_card c ON c.municipality = p.municipality AND c.id = s.card \
     WHERE p.municipality = $1 AND s.seen_at > $2 AND s.ended_at IS NULL AND c.ended_at IS NULL AND p.holder IN (",
    ")"
);

/// The phone of each of these people, now; whoever has none is left out.
pub async fn of_holders(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    holders: Vec<Uuid>,
    now: Instant,
) -> Result<Vec<(Uuid, Choice)>, Error> {
    let used_after = sessions::good_if_used_after(now);
    let rows = tx.lookup_after(&OF_HOLDERS, vec![tenant.into(), used_after.into()], holders).await?;
    rows.iter().map(|row| Ok((row.parse("holder")?, phone(row)?))).collect()
}

fn phone(row: &Row) -> Result<Choice, Error> {
    Ok(Choice {
        channel: MessageChannel::Push,
        address: row.get("endpoint")?,
        language: row.code("language", Lang::from_code)?,
        made_at: row.get("made_at")?,
    })
}

/// Keeps the phone of a session in the place of the one before; `false`: it was kept already. A phone that somebody else
/// has left signed in tells whoever pressed last.
pub async fn set(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    (holder, secret): (Uuid, &str),
    choice: &Choice,
) -> Result<bool, Error> {
    let session = token::hash(secret);
    let before = sql!("SELECT session, endpoint FROM push_phone WHERE municipality = $1 AND holder = $2");
    let before = tx.maybe(before, [tenant.into(), holder.into()]).await?;
    let before: Option<(String, String)> =
        before.map(|row| Ok::<_, Error>((row.get("session")?, row.get("endpoint")?))).transpose()?;
    let same = before == Some((session.clone(), choice.address.clone()));
    forget_endpoint(tx, tenant, &choice.address).await?;
    let sql = sql!(
        "INSERT INTO push_phone (municipality, holder, session, endpoint, language, made_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (municipality, holder) DO UPDATE SET session = excluded.session, \
         endpoint = excluded.endpoint, language = excluded.language, made_at = excluded.made_at"
    );
    let values = [
        tenant.into(),
        holder.into(),
        session.into(),
        choice.address.as_str().into(),
        choice.language.code().into(),
        choice.made_at.into(),
    ];
    tx.run(sql, values).await?;
    Ok(!same)
}

/// Whoever opens their page anew in the same browser is told there as before: the phone goes over to the new session.
pub async fn carry(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    holder: Uuid,
    (before, after): (&str, &str),
) -> Result<(), Error> {
    let sql = sql!("UPDATE push_phone SET session = $4 WHERE municipality = $1 AND holder = $2 AND session = $3");
    let values = [tenant.into(), holder.into(), token::hash(before).into(), token::hash(after).into()];
    tx.run(sql, values).await.map(|_| ())
}

/// Of somebody: their card has ended, or something else was chosen.
pub async fn forget(tx: &mut Tx, tenant: &MunicipalityCode, holder: Uuid) -> Result<(), Error> {
    let sql = sql!("DELETE FROM push_phone WHERE municipality = $1 AND holder = $2");
    tx.run(sql, [tenant.into(), holder.into()]).await.map(|_| ())
}

/// Of a session that has ended.
pub async fn forget_session(tx: &mut Tx, tenant: &MunicipalityCode, secret: &str) -> Result<(), Error> {
    forget_hashed(tx, tenant, &token::hash(secret)).await
}

/// As [`forget_session`], by the hash of the session's token.
pub async fn forget_hashed(tx: &mut Tx, tenant: &MunicipalityCode, hash: &str) -> Result<(), Error> {
    let sql = sql!("DELETE FROM push_phone WHERE municipality = $1 AND session = $2");
    tx.run(sql, [tenant.into(), hash.into()]).await.map(|_| ())
}

/// Of a phone that takes no notifications any more.
pub async fn forget_endpoint(tx: &mut Tx, tenant: &MunicipalityCode, endpoint: &str) -> Result<(), Error> {
    let sql = sql!("DELETE FROM push_phone WHERE municipality = $1 AND endpoint = $2");
    tx.run(sql, [tenant.into(), endpoint.into()]).await.map(|_| ())
}
