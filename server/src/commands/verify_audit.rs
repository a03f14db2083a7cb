//! `virea verify-audit`: walks every municipality's chain.

use domain::ids::MunicipalityCode;

use super::{Context, Failure, say};
use crate::audit;
use crate::db::{Tx, Unscoped};
use crate::error::Error;

pub async fn run(context: &Context) -> Result<(), Failure> {
    let state = context.open().await?;
    let mut tx = state.db.read(Unscoped::Installation).await?;
    for code in municipalities(&mut tx).await? {
        let rows = audit::verify(&mut tx, &state.secrets, &code).await?;
        say!("{code}: {rows} rows, whole");
    }
    Ok(())
}

/// Every municipality that has a chain, whether or not it is still listed.
pub async fn municipalities(tx: &mut Tx) -> Result<Vec<MunicipalityCode>, Error> {
    let rows = tx
        .all(
            "SELECT municipality FROM audit UNION SELECT municipality FROM audit_head \
             UNION SELECT municipality FROM municipality ORDER BY municipality",
            [],
        )
        .await?;
    rows.iter().map(|row| row.code("municipality", MunicipalityCode::new)).collect()
}
