//! The log: what is written into it, and that it cannot be cut or contradicted unseen.

use domain::access::Role;
use domain::attendance::Mark;
use domain::sessions;
use domain::sessions::SessionStatus;
use domain::sync::op::Verb;
use domain::sync::server::held::Settlement;
use server::audit::witness;
use tests::tablet::Tablet;
use tests::town::{Browser, Town, login};

/// The rows of pulls, oldest first: actor, role, device, entities, fields.
async fn pulls(town: &Town) -> Vec<[String; 5]> {
    let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
    let sql = "SELECT actor, role, device, entities, fields FROM audit \
               WHERE municipality = '091' AND verb = 'pull' ORDER BY n";
    let rows = tx.all(sql, []).await.unwrap();
    let columns = ["actor", "role", "device", "entities", "fields"];
    rows.iter().map(|row| columns.map(|column| row.get(column).unwrap())).collect()
}

/// The newest rows of the own municipality behind this one: verb, role, entities, fields.
async fn rows_after(town: &Town, after: i64) -> Vec<String> {
    let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
    let sql = "SELECT verb, role, fields FROM audit WHERE municipality = '091' AND n > $1 ORDER BY n";
    let rows = tx.all(sql, [after.into()]).await.unwrap();
    let text = |row: &server::db::Row, column| row.get::<Option<String>>(column).unwrap().unwrap_or_default();
    let line = |row| ["verb", "role", "fields"].map(|column| text(row, column)).join(" ").trim().to_owned();
    rows.iter().map(line).collect()
}

async fn last(town: &Town) -> i64 {
    let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
    tx.one("SELECT n FROM audit_head WHERE municipality = '091'", []).await.unwrap().get("n").unwrap()
}

async fn give_password(town: &Town, role: Role) {
    let state = &town.app.state;
    let hashed = server::access::password::hash(&state.hashing, &state.secrets, PASSWORD, [1; 16]).await.unwrap();
    change(town, "UPDATE account SET password = $2 WHERE login = $1", [login(role).into(), hashed.into()]).await;
}

const PASSWORD: &str = "kolme sanaa peräkkäin";

/// What somebody does who can write into the database, beside the program.
async fn change<const N: usize>(town: &Town, sql: &'static str, values: [server::db::Value; N]) {
    let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
    tx.run(sql, values).await.unwrap();
    tx.commit().await.unwrap();
}

async fn verify(town: &Town) -> Result<i64, String> {
    let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
    let tenant = &town.own.municipality;
    server::audit::verify(&mut tx, &town.app.state.secrets, tenant).await.map_err(|error| error.to_string())
}

/// Cuts the log behind this row, and makes the chain's head fit.
async fn cut(town: &Town, at: i64) {
    change(town, "DELETE FROM audit WHERE municipality = '091' AND n > $1", [at.into()]).await;
    let head = "UPDATE audit_head SET n = $1, hmac = (SELECT hmac FROM audit WHERE municipality = '091' AND n = $1) \
                WHERE municipality = '091'";
    change(town, head, [at.into()]).await;
}

/// A town with marks of a tablet, of which one was held and then let take effect.
async fn worked_in(app: tests::App) -> Town {
    let town = Town::on(app).await;
    let mut tablet = Tablet::of(&town, Role::Instructor).await;
    tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
    let held = tablet.mark(&town.app, &town.other, None, Some(Mark::Present));
    tablet.push(&town.app, 1).await;
    let (state, tenant, user) = (&town.app.state, &town.own.municipality, town.user(Role::Coordinator).await);
    let settled = state.write(server::db::Unscoped::Sync, |mut tx| async move {
        let mut store = server::sync::SqlStore::writing(&mut tx, tenant, state.now(), &state.secrets, "test").await?;
        let settled =
            domain::sync::server::held::settle(&mut store, held, Settlement::Apply, user, state.now()).await?;
        assert!(settled.is_some());
        Ok(tx.done(()))
    });
    settled.await.unwrap();
    town
}

tests::on_both_databases! {
    async fn a_pull_that_tells_of_people_is_logged_once_with_buckets_and_counts(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let known = tablet.pull(&town.app, None).await;
        let group = town.own.group;
        let who = [tablet.user.to_string(), "instructor".into(), tablet.device.to_string()];
        let row = |entities: String, fields: &str| {
            let [actor, role, device] = who.clone();
            [actor, role, device, entities, fields.to_owned()]
        };
        let both = format!("grp:{group} hth:{group}");
        let all = pulls(&town).await;
        assert_eq!(all, [row(both, "participant=2 membership=1 assessment=1")]);
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        tablet.push(&town.app, 1).await;
        tablet.pull(&town.app, Some(&known)).await;
        assert_eq!(pulls(&town).await[1..], [row(format!("grp:{group}"), "attendance=1")]);
        let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        server::audit::verify(&mut tx, &town.app.state.secrets, &town.own.municipality).await.expect("a whole chain");
    }

    async fn lists_that_name_people_are_logged_with_how_many_and_empty_ones_are_not(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let lists = async || {
            let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
            let rows = tx.all("SELECT entities, fields FROM audit WHERE verb = 'list' ORDER BY n", []).await.unwrap();
            let line = |row: &server::db::Row| [row.get::<String>("entities").unwrap(), row.get("fields").unwrap()].join(" ");
            rows.iter().map(line).collect::<Vec<_>>()
        };
        coordinator.get(&town.app, &format!("/groups/{}", town.own.group)).await;
        coordinator.get(&town.app, "/people").await;
        coordinator.search(&town.app, "nobody is called this").await;
        coordinator.get(&town.app, "/groups").await;
        // Of both groups of the own organisation.
        assert_eq!(lists().await, [format!("group:{} participant=1", town.own.group), "people participant=2".into()]);
        coordinator.get(&town.app, &format!("/groups/{}", town.partner.group)).await;
        assert_eq!(lists().await.len(), 2, "what is not shown is no look");
    }

    async fn a_pull_without_news_of_people_writes_nothing(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::PeerInstructor).await;
        let known = tablet.pull(&town.app, None).await;
        assert_eq!(pulls(&town).await.len(), 1);
        let again = tablet.pull(&town.app, Some(&known)).await;
        let status = Verb::Session(sessions::Verb::Status { id: town.own.session, group: town.own.group, status: Some(SessionStatus::Held) });
        tablet.record(&town.app, Some(1), status);
        tablet.push(&town.app, 1).await;
        let session = tablet.pull(&town.app, Some(&again)).await;
        let items: usize = session.buckets.values().map(|page| page.items.len()).sum();
        assert_eq!(items, 1, "the session came");
        assert_eq!(pulls(&town).await.len(), 1);
    }

    async fn pulls_that_come_at_the_same_moment_are_logged_each_once_in_a_whole_chain(app) {
        let town = Town::on(app).await;
        let mut tablets = Vec::new();
        for role in [Role::Instructor, Role::PeerInstructor, Role::Instructor, Role::PeerInstructor] {
            tablets.push(Tablet::of(&town, role).await);
        }
        let at_once = (0..5).flat_map(|_| &tablets).map(|tablet| tablet.pull(&town.app, None));
        let replies = futures::future::join_all(at_once).await;
        assert!(replies.iter().all(|reply| reply.buckets.values().any(|page| !page.items.is_empty())));
        let rows = pulls(&town).await;
        assert_eq!(rows.len(), replies.len());
        for tablet in &tablets {
            let of_it = rows.iter().filter(|row| row[2] == tablet.device.to_string());
            assert_eq!(of_it.count(), 5);
        }
        assert!(verify(&town).await.is_ok());
    }

    async fn sign_ins_and_outs_roles_sessions_and_refusals_are_logged_once_each_with_the_role(app) {
        let town = Town::on(app).await;
        give_password(&town, Role::Coordinator).await;
        let start = last(&town).await;
        let known = login(Role::Coordinator);
        let form = [("login", known.as_str()), ("password", PASSWORD)];
        let sid = |answer: &tests::Answer| {
            let lines = answer.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
            let sid = lines.filter_map(|line| line.split(';').next()).find(|pair| pair.starts_with("sid="));
            Browser { cookies: sid.unwrap().to_owned() }
        };
        let first = sid(&Browser::default().post(&town.app, "/sign-in", &form).await);
        let second = sid(&first.post(&town.app, "/sign-in", &form).await);
        second.get(&town.app, "/accounts").await;
        let third = sid(&Browser::default().post(&town.app, "/sign-in", &form).await);
        let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        let hash = server::access::token::hash(second.cookies.trim_start_matches("sid="));
        let row = tx.one("SELECT id FROM staff_session WHERE hash = $1", [hash.into()]).await.unwrap();
        drop(tx);
        third.post(&town.app, &format!("/sessions/{}/end", row.get::<String>("id").unwrap()), &[]).await;
        third.post(&town.app, "/role", &[("role", "coordinator")]).await;
        assert_eq!(rows_after(&town, start).await, [
            "sign_in coordinator", "sign_in coordinator", "session.end coordinator replaced",
            "refused coordinator GET /accounts", "sign_in coordinator", "session.end coordinator",
            "role.choose coordinator +coordinator -coordinator",
        ]);
        let start = last(&town).await;
        let leaving = town.signed_in(Role::Coordinator, true).await;
        leaving.post(&town.app, "/sign-out", &[]).await;
        leaving.post(&town.app, "/sign-out", &[]).await;
        assert_eq!(rows_after(&town, start).await, ["sign_out coordinator"], "signing out twice is one sign-out");
        assert!(verify(&town).await.is_ok());
    }

    async fn a_tablet_that_is_enrolled_and_a_page_of_figures_that_is_frozen_are_logged(app) {
        let town = Town::on(app).await;
        give_password(&town, Role::Instructor).await;
        let start = last(&town).await;
        let question = serde_json::json!({"login": login(Role::Instructor), "password": PASSWORD, "device_label": "Halli"});
        let signed_in = Browser::default().call(&town.app, domain::devices::SIGN_IN_PATH, &question).await;
        assert_eq!(signed_in.status, 200, "{}", signed_in.text());
        let officer = town.signed_in(Role::MunicipalOfficer, true).await;
        for _ in 0..2 {
            officer.post(&town.app, "/figures/update", &[]).await;
        }
        officer.post(&town.app, "/figures/update", &[("correct", "yes"), ("reason", "väärä luku")]).await;
        assert_eq!(rows_after(&town, start).await, [
            "sign_in instructor", "device.enrol instructor", "figures.freeze municipal_officer page",
            "figures.freeze municipal_officer page reason",
        ]);
    }

    async fn a_cut_tail_and_a_deleted_log_are_found_by_the_history(app) {
        let town = worked_in(app).await;
        let whole = verify(&town).await.unwrap();
        cut(&town, whole - 1).await;
        assert!(verify(&town).await.unwrap_err().contains("do not tell of the same operations"), "the settling is gone");
        cut(&town, whole - 2).await;
        assert!(verify(&town).await.unwrap_err().contains("do not tell of the same operations"), "the push is gone");
        change(&town, "DELETE FROM audit", []).await;
        change(&town, "DELETE FROM audit_head", []).await;
        assert!(verify(&town).await.unwrap_err().contains("do not tell of the same operations"));
    }

    async fn an_edited_history_is_found_by_the_log(app) {
        let town = worked_in(app).await;
        assert!(verify(&town).await.is_ok());
        for edit in [
            "UPDATE op SET body = REPLACE(body, 'present', 'remote') WHERE kind = 'attendance.set'",
            "UPDATE op SET body = '' WHERE kind = 'attendance.set'",
            "UPDATE op SET body_hash = REPLACE(body_hash, 'a', 'b') WHERE kind = 'attendance.set'",
            "UPDATE op SET actor = '00000000-0000-7000-8000-000000000001' WHERE kind = 'attendance.set'",
            "UPDATE op SET received_at = received_at - 1 WHERE kind = 'attendance.set'",
            "UPDATE op SET outcome = 'rejected' WHERE kind = 'attendance.set'",
            "DELETE FROM op WHERE kind = 'attendance.set'",
            "INSERT INTO op (municipality, op_id, stream, n, kind, schema, actor, hlc, received_at, body, body_hash, outcome, effects) \
             SELECT municipality, 'x', stream, 99, kind, schema, actor, hlc, received_at, body, body_hash, outcome, effects \
             FROM op WHERE kind = 'attendance.set' AND n = 1",
        ] {
            let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
            assert!(tx.run(edit, []).await.unwrap() > 0, "{edit}");
            let found = server::audit::verify(&mut tx, &town.app.state.secrets, &town.own.municipality).await;
            assert!(found.is_err(), "{edit}");
        }
        assert!(verify(&town).await.is_ok(), "nothing of that was committed");
    }

    async fn the_log_of_a_whole_town_fits_its_history(app) {
        let scope = server::demo::build::build(&app.state).await.unwrap();
        let mut tx = app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        let rows = server::audit::verify(&mut tx, &app.state.secrets, scope.municipality()).await.unwrap();
        assert!(rows > 10, "{rows}");
    }

    async fn a_witness_finds_a_cut_that_the_history_cannot_and_a_log_written_anew(app) {
        let town = worked_in(app).await;
        // Looks leave nothing in the history.
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        coordinator.get(&town.app, "/people").await;
        let before = last(&town).await;
        let chains = [server::audit::Chain::from(&town.own.municipality)];
        let check = async |seen: &str| {
            let seen = witness::read(seen).unwrap();
            let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
            witness::check(&mut tx, &seen).await.map_err(|error| error.to_string())?;
            Ok::<_, String>(witness::news(&mut tx, &chains, &seen, town.app.state.now()).await.unwrap())
        };
        let first = check("").await.unwrap();
        assert!(first.starts_with(&format!("2026-09-08 13:00 091 {before} ")), "{first}");
        assert_eq!(check(&first).await.unwrap(), "", "nothing new");
        coordinator.get(&town.app, "/people").await;
        let second = check(&first).await.unwrap();
        assert_eq!(second.lines().count(), 1);
        cut(&town, before).await;
        assert!(verify(&town).await.is_ok(), "the log alone cannot know");
        assert!(check(&first).await.is_ok());
        assert!(check(&(first.clone() + &second)).await.unwrap_err().contains(&format!("row {}", before + 1)));
        // Somebody who has the secret, too, writes another row in the place of the one that was cut.
        town.signed_in(Role::Coordinator, true).await.get(&town.app, "/groups/nothing").await;
        town.signed_in(Role::Coordinator, true).await.get(&town.app, "/incidents/new").await;
        coordinator.get(&town.app, &format!("/people/{}", town.own.participant)).await;
        assert_eq!(last(&town).await, before + 1);
        assert!(verify(&town).await.is_ok());
        assert!(check(&(first + &second)).await.is_err());
    }
}
