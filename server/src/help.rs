//! Whom people call for help: one name and number per municipality, at the foot of every page.

use domain::devices::Help;
use domain::ids::MunicipalityCode;

use crate::access::ScopedTx;
use crate::db::{Row, Tx, Value};
use crate::error::Error;

const SET: &str = sql!("UPDATE municipality SET help_name = $2, help_phone = $3 WHERE municipality = $1");
const OF: &str =
    sql!("SELECT help_name, help_phone FROM municipality WHERE municipality = $1 AND help_phone IS NOT NULL");

/// Sets or, with `None`, removes the municipality's help line.
pub async fn set(tx: &mut Tx, code: &MunicipalityCode, help: Option<&Help>) -> Result<(), Error> {
    let [name, phone] = columns(help);
    tx.run(SET, [code.into(), name, phone]).await?;
    Ok(())
}

/// The municipality's help line, if it has one.
pub async fn of(tx: &mut Tx, code: &MunicipalityCode) -> Result<Option<Help>, Error> {
    read(tx.maybe(OF, [code.into()]).await?)
}

/// As [`set`], at the desk.
pub async fn choose(tx: &mut ScopedTx, help: Option<&Help>) -> Result<(), Error> {
    tx.run(SET, columns(help)).await?;
    Ok(())
}

/// As [`of`], at the desk.
pub async fn chosen(tx: &mut ScopedTx) -> Result<Option<Help>, Error> {
    read(tx.maybe(OF, []).await?)
}

fn columns(help: Option<&Help>) -> [Value; 2] {
    [help.map(|help| help.name.as_str()).into(), help.map(|help| help.phone.as_str()).into()]
}

fn read(row: Option<Row>) -> Result<Option<Help>, Error> {
    row.map(|row| Ok(Help { name: row.get("help_name")?, phone: row.get("help_phone")? })).transpose()
}

/// Before signing in it is not known whose number is right: only an installation of one municipality shows it.
pub async fn at_the_door(tx: &mut Tx) -> Result<Option<Help>, Error> {
    let rows = tx.all(sql!("SELECT help_name, help_phone FROM municipality LIMIT 2"), []).await?;
    let [only] = rows.as_slice() else { return Ok(None) };
    let phone: Option<String> = only.get("help_phone")?;
    let name: Option<String> = only.get("help_name")?;
    Ok(phone.zip(name).map(|(phone, name)| Help { name, phone }))
}
