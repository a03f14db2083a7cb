//! The municipality's public texts as rows: every version of each, in each language (docs/access.md, Public texts).

use app::texts::Lang;
use domain::access::Action;
use domain::ids::MunicipalityCode;
use domain::statements::StatementKind;
use domain::time::Instant;

use crate::access::ScopedTx;
use crate::db::{Row, Tx};
use crate::error::Error;

/// One version of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Version {
    /// From 1 on.
    pub number: i64,
    pub body: String,
    pub made_at: Instant,
    /// The name of who wrote it.
    pub by: String,
}

fn version(row: &Row) -> Result<Version, Error> {
    let by = row.get::<Option<String>>("name")?.unwrap_or_default();
    Ok(Version { number: row.get("version")?, body: row.get("body")?, made_at: row.get("made_at")?, by })
}

/// The versions of a text, the newest first, at most so many.
pub async fn versions(
    tx: &mut Tx,
    tenant: &MunicipalityCode,
    kind: StatementKind,
    lang: Lang,
    most: i64,
) -> Result<Vec<Version>, Error> {
    let sql = sql!(
        "SELECT s.version, s.body, s.made_at, a.name FROM statement s \
         LEFT JOIN account a ON a.municipality = s.municipality AND a.id = s.made_by \
         WHERE s.municipality = $1 AND s.kind = $2 AND s.language = $3 ORDER BY s.version DESC LIMIT $4"
    );
    let rows = tx.all(sql, [tenant.into(), kind.code().into(), lang.code().into(), most.into()]).await?;
    rows.iter().map(version).collect()
}

/// Publishes the next version of a text; `false`: somebody was first.
pub async fn publish(
    tx: &mut ScopedTx,
    (kind, lang): (StatementKind, Lang),
    number: i64,
    body: &str,
    now: Instant,
) -> Result<bool, Error> {
    tx.require(Action::ManageAccounts)?;
    let by = tx.scope().user();
    let sql = sql!(
        "INSERT INTO statement (municipality, kind, language, version, body, made_at, made_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (municipality, kind, language, version) DO NOTHING"
    );
    let values = [kind.code().into(), lang.code().into(), number.into(), body.into(), now.into(), by.into()];
    Ok(tx.run(sql, values).await? > 0)
}

/// The municipalities of the installation, by name.
pub async fn municipalities(tx: &mut Tx) -> Result<Vec<(MunicipalityCode, String)>, Error> {
    let sql = sql!("SELECT municipality, name FROM municipality ORDER BY name, municipality");
    let rows = tx.all(sql, []).await?;
    rows.iter().map(|row| Ok((row.code("municipality", MunicipalityCode::new)?, row.get("name")?))).collect()
}

/// What one of them is called.
pub async fn name_of(tx: &mut Tx, municipality: &MunicipalityCode) -> Result<String, Error> {
    tx.one(sql!("SELECT name FROM municipality WHERE municipality = $1"), [municipality.into()]).await?.get("name")
}
