//! The suite that every server store must pass (domain::sync::testing::contract), over both databases.

use domain::access::Role;
use domain::ids::{DeviceId, MunicipalityCode, OpId, UserId};
use domain::sync::entity::EntityKey;
use domain::sync::op::Verb;
use domain::sync::rights::Grants;
use domain::sync::server::held::{Settlement, settle};
use domain::sync::server::pull::{PullContext, pull};
use domain::sync::server::push::{PushContext, Pushed, outcomes, push};
use domain::sync::server::store::{ReadStore as _, ServerStore as _, WriteOf};
use domain::sync::server::write::{Done, Seen, Writer, write};
use domain::sync::testing::contract::{Backend, suite};
use domain::sync::testing::lockstep::in_step;
use domain::sync::testing::sample::{Dice, NOON, today};
use domain::sync::wire::{Epoch, OutcomesReply, OutcomesRequest, PullReply, PullRequest, PushRequest};
use server::db::Tx;
use server::sync::SqlStore;
use tests::App;

struct Sql {
    app: App,
    tenant: MunicipalityCode,
}

impl Sql {
    async fn new(app: App) -> Self {
        let tenant = MunicipalityCode::new("091").expect("three digits");
        let mut tx = app.state.db.begin(server::db::Unscoped::Installation).await.expect("begin");
        tx.run(
            "INSERT INTO municipality (municipality, name, created_at) VALUES ($1, 'Helsinki', 0)",
            [(&tenant).into()],
        )
        .await
        .expect("municipality");
        tx.commit().await.expect("commit");
        Self { app, tenant }
    }

    async fn begin(&self) -> Tx {
        self.app.state.db.begin(server::db::Unscoped::Installation).await.expect("begin")
    }

    async fn writing<'a>(&'a self, tx: &'a mut Tx) -> SqlStore<'a> {
        SqlStore::writing(tx, &self.tenant, NOON, &self.app.state.secrets, "contract").await.expect("the tenant's turn")
    }

    fn reading<'a>(&'a self, tx: &'a mut Tx) -> SqlStore<'a> {
        SqlStore::reading(tx, &self.tenant, NOON, &self.app.state.secrets, "contract")
    }
}

impl Backend for Sql {
    async fn epoch(&mut self) -> Epoch {
        let mut tx = self.begin().await;
        self.reading(&mut tx).epoch().await.expect("epoch")
    }

    async fn push(&mut self, context: &PushContext, request: &PushRequest) -> Pushed {
        let mut tx = self.begin().await;
        let pushed = push(&mut self.writing(&mut tx).await, context, request).await.expect("push");
        tx.commit().await.expect("commit");
        pushed
    }

    async fn outcomes(&mut self, request: &OutcomesRequest) -> OutcomesReply {
        let mut tx = self.begin().await;
        outcomes(&mut self.reading(&mut tx), request).await.expect("outcomes")
    }

    async fn pull(&mut self, context: PullContext, request: &PullRequest) -> PullReply {
        let mut tx = self.app.state.db.read(server::db::Unscoped::Installation).await.expect("read");
        pull(&mut self.reading(&mut tx), context, request).await.expect("pull")
    }

    async fn write(&mut self, writer: &Writer, wanted: Vec<(Verb, Seen)>, dice: &mut Dice) -> Done {
        let mut tx = self.begin().await;
        let done = write(&mut self.writing(&mut tx).await, writer, wanted, NOON, dice).await.expect("write");
        tx.commit().await.expect("commit");
        done
    }

    async fn settle(&mut self, op_id: OpId, user: UserId) -> bool {
        let mut tx = self.begin().await;
        let mut store = self.writing(&mut tx).await;
        let settled = settle(&mut store, op_id, Settlement::Apply, user, NOON).await.expect("settle");
        tx.commit().await.expect("commit");
        settled.is_some()
    }

    async fn writes_of(&mut self, key: EntityKey) -> Vec<WriteOf> {
        let mut tx = self.begin().await;
        self.reading(&mut tx).writes_of(&[key]).await.expect("writes")
    }

    async fn grant(&mut self, device: DeviceId, grants: Grants) {
        let (tenant, mut tx) = (&self.tenant, self.begin().await);
        let (user, role): (_, Role) = (grants.user, grants.role);
        tx.run(
            "INSERT INTO account (municipality, id, organisation, login, name, sort_key, language, created_at) \
             VALUES ($1, $2, $3, $4, 'x', 'x', 'fi', 0) ON CONFLICT (municipality, id) DO NOTHING",
            [tenant.into(), user.into(), grants.organisation.into(), user.to_string().into()],
        )
        .await
        .expect("account");
        tx.run(
            "INSERT INTO account_role (municipality, account, role, granted_at) VALUES ($1, $2, $3, 0) \
             ON CONFLICT (municipality, account, role) DO NOTHING",
            [tenant.into(), user.into(), role.code().into()],
        )
        .await
        .expect("role");
        tx.run(
            "INSERT INTO device_account (municipality, device, account, role, since) VALUES ($1, $2, $3, $4, 0) \
             ON CONFLICT (municipality, device, account) DO NOTHING",
            [tenant.into(), device.into(), user.into(), role.code().into()],
        )
        .await
        .expect("sign-in");
        tx.run("DELETE FROM group_staff WHERE municipality = $1 AND account = $2", [tenant.into(), user.into()])
            .await
            .expect("groups");
        for group in grants.groups {
            tx.run(
                "INSERT INTO group_staff (municipality, exercise_group, account, from_day) VALUES ($1, $2, $3, $4)",
                [tenant.into(), group.into(), user.into(), today().plus_days(-1).into()],
            )
            .await
            .expect("group");
        }
        tx.commit().await.expect("commit");
    }
}

tests::on_both_databases! {
    async fn the_sql_store_keeps_the_contract(app) {
        suite(&mut Sql::new(app).await).await;
    }

    async fn the_sql_store_answers_as_the_one_in_memory_over_which_the_simulator_runs(app) {
        in_step(&mut Sql::new(app).await, 1, 400).await;
    }
}
