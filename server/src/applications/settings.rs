//! What a municipality has chosen about ways in: how the criteria are joined, and whether the public form is open.

use domain::eligibility::Mode;
use domain::ids::MunicipalityCode;
use domain::time::Instant;

use crate::access::ScopedTx;
use crate::db::{Row, Tx};
use crate::error::Error;

const MODE: &str = "target_group";
const PUBLIC_FORM: &str = "public_form";
const OPEN: &str = "open";
const SET: &str = sql!(
    "INSERT INTO setting (municipality, key, value, updated_at) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (municipality, key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at"
);
const VALUE: &str = sql!("SELECT value FROM setting WHERE municipality = $1 AND key = $2");

/// How the criteria are joined here.
pub async fn mode(tx: &mut ScopedTx) -> Result<Mode, Error> {
    read(tx.maybe(VALUE, [MODE.into()]).await?)
}

/// As [`mode`], for a tablet.
pub async fn mode_of(tx: &mut Tx, municipality: &MunicipalityCode) -> Result<Mode, Error> {
    let row = tx.maybe(VALUE, [municipality.into(), MODE.into()]).await?;
    read(row)
}

fn read(row: Option<Row>) -> Result<Mode, Error> {
    let value: Option<String> = row.map(|row| row.get("value")).transpose()?;
    Ok(value.as_deref().and_then(Mode::from_code).unwrap_or_default())
}

/// Whether the public form is open here.
pub async fn is_open(tx: &mut ScopedTx) -> Result<bool, Error> {
    Ok(value(tx, PUBLIC_FORM).await?.as_deref() == Some(OPEN))
}

/// The municipalities whose public form is open, by name.
pub async fn open(tx: &mut Tx) -> Result<Vec<(MunicipalityCode, String)>, Error> {
    let sql = sql!(
        "SELECT m.municipality, m.name FROM municipality m JOIN setting s ON s.municipality = m.municipality \
         AND s.key = $1 WHERE s.value = $2 ORDER BY m.name, m.municipality"
    );
    let rows = tx.all(sql, [PUBLIC_FORM.into(), OPEN.into()]).await?;
    rows.iter().map(|row| Ok((row.code("municipality", MunicipalityCode::new)?, row.get("name")?))).collect()
}

async fn set(tx: &mut Tx, code: &MunicipalityCode, key: &str, value: &str, now: Instant) -> Result<(), Error> {
    tx.run(SET, [code.into(), key.into(), value.into(), now.into()]).await?;
    Ok(())
}

/// What the scope's municipality has chosen under this key.
pub async fn value(tx: &mut ScopedTx, key: &'static str) -> Result<Option<String>, Error> {
    tx.maybe(VALUE, [key.into()]).await?.map(|row| row.get("value")).transpose()
}

/// As [`value`], where a page is known to be of this municipality and nobody has signed in.
pub async fn value_of(
    tx: &mut Tx,
    municipality: &MunicipalityCode,
    key: &'static str,
) -> Result<Option<String>, Error> {
    tx.maybe(VALUE, [municipality.into(), key.into()]).await?.map(|row| row.get("value")).transpose()
}

/// Chooses it.
pub async fn set_value(tx: &mut ScopedTx, key: &'static str, value: &str, now: Instant) -> Result<(), Error> {
    tx.run(SET, [key.into(), value.into(), now.into()]).await?;
    Ok(())
}

/// Chooses how the criteria are joined here.
pub async fn choose_mode(tx: &mut ScopedTx, mode: Mode, now: Instant) -> Result<(), Error> {
    set_value(tx, MODE, mode.code(), now).await
}

/// Opens the public form here, or closes it.
pub async fn open_or_close(tx: &mut ScopedTx, open: bool, now: Instant) -> Result<(), Error> {
    set_value(tx, PUBLIC_FORM, form_code(open), now).await
}

const fn form_code(open: bool) -> &'static str {
    if open { OPEN } else { "closed" }
}

pub async fn set_mode(tx: &mut Tx, code: &MunicipalityCode, mode: Mode, now: Instant) -> Result<(), Error> {
    set(tx, code, MODE, mode.code(), now).await
}

pub async fn set_public_form(tx: &mut Tx, code: &MunicipalityCode, open: bool, now: Instant) -> Result<(), Error> {
    set(tx, code, PUBLIC_FORM, form_code(open), now).await
}
