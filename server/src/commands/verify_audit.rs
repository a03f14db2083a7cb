//! `virea verify-audit`: walks every chain.

use super::{Context, Failure, say};
use crate::audit::{self, Chain};
use crate::db::{Tx, Unscoped};
use crate::error::Error;

pub async fn run(context: &Context) -> Result<(), Failure> {
    let state = context.open().await?;
    let mut tx = state.db.read(Unscoped::Installation).await?;
    for chain in chains(&mut tx).await? {
        let rows = audit::verify(&mut tx, &state.secrets, chain.clone()).await?;
        say!("{chain}: {rows} rows, whole");
    }
    Ok(())
}

/// Every municipality's chain, whether or not it is still listed, and the installation's own.
pub async fn chains(tx: &mut Tx) -> Result<Vec<Chain>, Error> {
    let rows = tx
        .all(
            sql!(
                "SELECT municipality FROM audit UNION SELECT municipality FROM audit_head \
                 UNION SELECT municipality FROM municipality ORDER BY municipality"
            ),
            [],
        )
        .await?;
    rows.iter().map(|row| row.code("municipality", Chain::from_key)).collect()
}
