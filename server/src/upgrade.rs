//! What a migration cannot say in SQL that both databases read: columns and tables that are filled from what lies in
//! bodies. Each step is done once per database, in short transactions; one that was cut off begins anew at the next start.

mod facts;
mod identity;
mod results;
mod texts;

use domain::ids::MunicipalityCode;

use crate::access::accounts;
use crate::db::Unscoped;
use crate::error::Error;
use crate::state::AppState;
use crate::sync::store;

/// Rows of one transaction.
const AT_ONCE: i64 = 500;

impl AppState {
    /// Fills what this program's tables have and an older database has not.
    pub(crate) async fn upgrade(&self) -> Result<(), Error> {
        // The lists of people come with what settles who is who, below.
        if !self.is_upgraded("listing").await? {
            for tenant in self.municipalities().await? {
                self.say_what_held_operations_are_about(&tenant).await?;
            }
            self.note_upgraded("listing").await?;
        }
        if !self.is_upgraded("identity").await? {
            for tenant in self.municipalities().await? {
                self.settle_identities(&tenant).await?;
            }
            self.note_upgraded("identity").await?;
        }
        if !self.is_upgraded("results").await? {
            for tenant in self.municipalities().await? {
                self.withdraw_later_results(&tenant).await?;
            }
            self.note_upgraded("results").await?;
        }
        if !self.is_upgraded("facts").await? {
            for tenant in self.municipalities().await? {
                self.settle_facts(&tenant).await?;
            }
            self.note_upgraded("facts").await?;
        }
        Ok(())
    }

    async fn is_upgraded(&self, step: &str) -> Result<bool, Error> {
        let mut tx = self.db.read(Unscoped::Installation).await?;
        Ok(tx.maybe(sql!("SELECT value FROM meta WHERE key = $1"), [key(step).into()]).await?.is_some())
    }

    async fn note_upgraded(&self, step: &str) -> Result<(), Error> {
        let add = sql!("INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING");
        let now = self.now().millis().to_string();
        self.write(Unscoped::Installation, |mut tx| {
            let values = [key(step).into(), now.as_str().into()];
            async move {
                tx.run(add, values).await?;
                Ok(tx.done(()))
            }
        })
        .await
    }

    async fn municipalities(&self) -> Result<Vec<MunicipalityCode>, Error> {
        accounts::municipalities(&mut self.db.read(Unscoped::Installation).await?).await
    }

    async fn say_what_held_operations_are_about(&self, tenant: &MunicipalityCode) -> Result<(), Error> {
        let sql = sql!("SELECT op_id, body FROM op WHERE municipality = $1 AND outcome = 'held'");
        let rows = &self.db.read(Unscoped::Installation).await?.all(sql, [tenant.into()]).await?;
        let say = sql!("UPDATE op SET about_group = $3, about_participant = $4 WHERE municipality = $1 AND op_id = $2");
        self.write(Unscoped::Installation, |mut tx| async move {
            for row in rows {
                let [group, person] = store::about_held(&row.get::<String>("body")?);
                tx.run(say, [tenant.into(), row.get::<String>("op_id")?.into(), group, person]).await?;
            }
            Ok(tx.done(()))
        })
        .await
    }
}

fn key(step: &str) -> String {
    format!("upgraded:{step}")
}
