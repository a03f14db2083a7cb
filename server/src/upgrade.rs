//! What a migration cannot say in SQL that both databases read: columns and tables that are filled from what lies in
//! bodies. Each step is done once per database, in short transactions; one that was cut off begins anew at the next start.

mod applications;
mod facts;
mod groups;
mod held;
mod identity;
mod quality;
mod results;
mod texts;

use domain::ids::MunicipalityCode;

use crate::access::accounts;
use crate::audit::reading;
use crate::db::Unscoped;
use crate::error::Error;
use crate::meta;
use crate::people::rows;
use crate::state::AppState;

/// Rows of one transaction.
const AT_ONCE: i64 = 500;

/// What is filled once per database.
#[derive(Clone, Copy)]
enum Step {
    /// The lists of people come with what settles who is who.
    Identity,
    Results,
    Facts,
    AuditAbout,
    Quality,
    RolledByFile,
    GroupOrder,
}

impl Step {
    /// In this order, since one may stand on what another has filled.
    const ALL: [Self; 7] = [
        Self::Identity,
        Self::Results,
        Self::Facts,
        Self::AuditAbout,
        Self::Quality,
        Self::RolledByFile,
        Self::GroupOrder,
    ];

    /// Under which the database notes that it is done.
    const fn key(self) -> &'static str {
        match self {
            Self::Identity => "upgraded:identity",
            Self::Results => "upgraded:results",
            Self::Facts => "upgraded:facts",
            Self::AuditAbout => "upgraded:audit_about",
            Self::Quality => "upgraded:quality",
            Self::RolledByFile => "upgraded:rolled_by_file",
            Self::GroupOrder => "upgraded:group_order",
        }
    }
}

impl AppState {
    /// Fills what this program's tables have and an older database has not.
    pub(crate) async fn upgrade(&self) -> Result<(), Error> {
        for step in Step::ALL {
            if self.is_upgraded(step).await? {
                continue;
            }
            for tenant in self.municipalities().await? {
                self.upgrade_one(step, &tenant).await?;
            }
            self.note_upgraded(step).await?;
        }
        for tenant in self.municipalities().await? {
            self.say_what_held_are_about(&tenant).await?;
            rows::renew_all(self, &tenant).await?;
            // A node of an older program, beside one of this, goes on writing applications without: the start that
            // replaces it finds them.
            self.fill_wishes(&tenant).await?;
        }
        Ok(())
    }

    async fn upgrade_one(&self, step: Step, tenant: &MunicipalityCode) -> Result<(), Error> {
        match step {
            Step::Identity => self.settle_identities(tenant).await,
            Step::Results => self.withdraw_later_results(tenant).await,
            Step::Facts => self.settle_facts(tenant).await,
            Step::AuditAbout => self.note_whom_the_log_is_about(tenant).await,
            Step::Quality => self.fill_quality(tenant).await,
            Step::RolledByFile => self.fill_rolled_by_file(tenant).await,
            Step::GroupOrder => self.order_groups(tenant).await,
        }
    }

    async fn note_whom_the_log_is_about(&self, tenant: &MunicipalityCode) -> Result<(), Error> {
        let mut after = 0;
        loop {
            let last = self.write(Unscoped::Installation, |mut tx| async move {
                let last = reading::note_about_old(&mut tx, tenant, after).await?;
                Ok(tx.done(last))
            });
            let Some(last) = last.await? else { return Ok(()) };
            after = last;
        }
    }

    async fn is_upgraded(&self, step: Step) -> Result<bool, Error> {
        let mut tx = self.db.read(Unscoped::Installation).await?;
        Ok(meta::text(&mut tx, step.key()).await?.is_some())
    }

    async fn note_upgraded(&self, step: Step) -> Result<(), Error> {
        let now = &self.now().millis().to_string();
        self.write(Unscoped::Installation, |mut tx| async move {
            meta::note_first(&mut tx, step.key(), now).await?;
            Ok(tx.done(()))
        })
        .await
    }

    async fn municipalities(&self) -> Result<Vec<MunicipalityCode>, Error> {
        accounts::municipalities(&mut self.db.read(Unscoped::Installation).await?).await
    }
}
