//! Who gives roles: admins are no coordinators, and nobody becomes one by an admin's word alone.

use domain::access::Role;
use domain::devices::SIGN_IN_PATH;
use http::StatusCode;
use serde_json::json;
use server::access::accounts::{self, NewAccount};
use server::access::sessions::{self, NewSession};
use tests::Answer;
use tests::town::{Browser, Town, login};

const PASSWORD: &str = "kolme sanaa peräkkäin";

/// A second admin of the same organisation.
async fn second_admin(town: &Town) -> Browser {
    let state = &town.app.state;
    let scope = server::access::Scope::command_line(town.own.municipality.clone(), state.today());
    let mut tx = state.db.begin(&scope).await.unwrap();
    let new = NewAccount {
        login: "toinen@091".into(),
        name: "Toinen Pääkäyttäjä".into(),
        language: "fi".into(),
        organisation: town.own.organisation,
        roles: vec![Role::OrganisationAdmin],
    };
    let user = accounts::create(state, &mut tx, &new).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let mut tx = state.db.begin(server::db::Unscoped::Installation).await.unwrap();
    let session = NewSession {
        municipality: &town.own.municipality,
        user,
        role: Some(Role::OrganisationAdmin),
        device: None,
        device_label: "desk",
    };
    let secret = sessions::create(state, &mut tx, session).await.unwrap();
    tx.commit().await.unwrap();
    Browser { cookies: format!("sid={secret}") }
}

async fn roles(town: &Town, role: Role) -> Vec<Role> {
    let user = town.user(role).await;
    let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
    accounts::roles(&mut tx, &town.own.municipality, user).await.unwrap()
}

/// What the log says of roles, in order: verb and fields.
async fn logged(town: &Town) -> Vec<String> {
    let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
    let sql = "SELECT verb, fields FROM audit WHERE municipality = '091' AND verb IN ('account.roles', \
               'account.confirm', 'account.accept', 'account.decline') ORDER BY n";
    let rows = tx.all(sql, []).await.unwrap();
    rows.iter().map(|row| [row.get::<String>("verb").unwrap(), row.get("fields").unwrap()].join(" ")).collect()
}

async fn set_password(town: &Town, role: Role) {
    let state = &town.app.state;
    let hashed = server::access::password::hash(&state.hashing, &state.secrets, PASSWORD, [1; 16]).await.unwrap();
    let mut tx = state.db.begin(server::db::Unscoped::Installation).await.unwrap();
    let values = [login(role).into(), hashed.into()];
    tx.run("UPDATE account SET password = $2 WHERE login = $1", values).await.unwrap();
    tx.commit().await.unwrap();
}

async fn sign_in(town: &Town, role: Role) -> (Answer, Browser) {
    let form = [("login", login(role)), ("password", PASSWORD.to_owned())];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    let answer = Browser::default().post(&town.app, "/sign-in", &form).await;
    let lines = answer.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
    let sid = lines.filter_map(|line| line.split(';').next()).find(|one| one.starts_with("sid="));
    let browser = Browser { cookies: sid.unwrap_or_default().to_owned() };
    (answer, browser)
}

fn done(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
}

tests::on_both_databases! {
    async fn a_name_that_has_changed_is_put_right_by_the_admin_and_overwritten_by_nobody_unseen(app) {
        let town = Town::on(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let account = format!("/accounts/{}", town.user(Role::Instructor).await);
        let save = async |name: &str, was: &str| {
            admin.post(&town.app, &format!("{account}/name"), &[("name", name), ("was", was)]).await
        };
        let before = "Nimi instructor@091";
        assert_eq!(save("  Hanna   Uusi ", before).await.status, StatusCode::SEE_OTHER);
        let list = admin.get(&town.app, "/accounts").await.text();
        assert!(list.contains("Hanna Uusi") && !list.contains(before), "{list}");
        let stale = save("Hanna Toinen", before).await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = stale.text();
        assert!(text.contains("value=\"Hanna Toinen\"") && text.contains("Ohjelmassa on nyt: Hanna"), "both: {text}");
        let wrong = save(" ", "Hanna Uusi").await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.text().contains("Kirjoita henkilön nimi"));
    }

    async fn nobody_gives_a_role_to_themselves(app) {
        let town = Town::on(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let own = format!("/accounts/{}/roles", town.user(Role::OrganisationAdmin).await);
        for more in ["coordinator", "municipal_officer"] {
            let refused = admin.post(&town.app, &own, &[("roles", "organisation_admin"), ("roles", more)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.text().contains("Kukaan ei anna rooleja itselleen"), "{}", refused.text());
        }
        assert_eq!(roles(&town, Role::OrganisationAdmin).await, [Role::OrganisationAdmin]);
    }

    async fn a_role_that_shows_people_waits_for_a_second_admin(app) {
        let town = Town::on(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let other = second_admin(&town).await;
        let account = format!("/accounts/{}", town.user(Role::MunicipalOfficer).await);
        let wanted = [("roles", "municipal_officer"), ("roles", "coordinator")];
        done(&admin.post(&town.app, &format!("{account}/roles"), &wanted).await);
        assert_eq!(roles(&town, Role::MunicipalOfficer).await, [Role::MunicipalOfficer], "it waits");
        let confirm = [("role", "coordinator")];
        let own_word = admin.post(&town.app, &format!("{account}/confirm"), &confirm).await;
        assert_eq!(own_word.status, StatusCode::UNPROCESSABLE_ENTITY, "one admin's word twice is still one");
        assert!(other.get(&town.app, &account).await.text().contains("Vahvista"));
        done(&other.post(&town.app, &format!("{account}/confirm"), &confirm).await);
        assert_eq!(roles(&town, Role::MunicipalOfficer).await, [Role::Coordinator, Role::MunicipalOfficer]);
        done(&other.post(&town.app, &format!("{account}/confirm"), &confirm).await);
        assert_eq!(logged(&town).await, ["account.roles ?coordinator", "account.confirm +coordinator"]);
    }

    async fn or_for_the_persons_own_yes_at_the_next_sign_in(app) {
        let town = Town::on(app).await;
        set_password(&town, Role::MunicipalOfficer).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let account = format!("/accounts/{}", town.user(Role::MunicipalOfficer).await);
        done(&admin.post(&town.app, &format!("{account}/roles"), &[("roles", "instructor")]).await);
        let (entered, person) = sign_in(&town, Role::MunicipalOfficer).await;
        assert_eq!(entered.headers["location"], "/role");
        let page = person.get(&town.app, "/role").await.text();
        assert!(page.contains("Nimi organisation_admin@091") && page.contains("liikunnanohjaaja"), "{page}");
        assert_eq!(person.get(&town.app, "/").await.headers["location"], "/role", "no role before the yes");
        let accepted = person.post(&town.app, "/role/offer", &[("role", "instructor"), ("answer", "yes")]).await;
        assert_eq!(accepted.headers["location"], "/");
        assert_eq!(roles(&town, Role::MunicipalOfficer).await, [Role::Instructor]);
        assert_eq!(logged(&town).await, ["account.roles ?instructor -municipal_officer", "account.accept +instructor"]);
    }

    async fn what_another_admin_has_changed_since_a_form_was_opened_stays(app) {
        let town = Town::on(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let other = second_admin(&town).await;
        let account = format!("/accounts/{}", town.user(Role::Instructor).await);
        let (path, group) = (format!("{account}/groups"), town.own.group.to_string());
        let (told, had) = (("had", ""), ("had", group.as_str()));
        let leads = async || {
            let page = admin.get(&town.app, &account).await.text();
            assert!(page.contains("name=\"had\" value=\"\"") && page.contains("name=\"had\" value=\"instructor\""), "{page}");
            page.contains(&format!("name=\"had\" value=\"{group}\""))
        };
        assert!(leads().await);
        done(&other.post(&town.app, &path, &[told, had]).await);
        assert!(!leads().await, "taken off");
        done(&admin.post(&town.app, &path, &[told, had, ("groups", &*group)]).await);
        assert!(!leads().await, "by a form that was opened before it is not given back");
        done(&admin.post(&town.app, &path, &[told, ("groups", &*group)]).await);
        assert!(leads().await, "ticked anew it is");
    }

    async fn an_offer_can_be_declined_or_taken_back(app) {
        let town = Town::on(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let officer = town.signed_in(Role::MunicipalOfficer, true).await;
        let account = format!("/accounts/{}/roles", town.user(Role::MunicipalOfficer).await);
        let both = [("roles", "municipal_officer"), ("roles", "coordinator")];
        done(&admin.post(&town.app, &account, &both).await);
        done(&officer.post(&town.app, "/role/offer", &[("role", "coordinator"), ("answer", "no")]).await);
        let again = officer.post(&town.app, "/role/offer", &[("role", "coordinator"), ("answer", "yes")]).await;
        assert_eq!(again.status, StatusCode::NOT_FOUND, "declined is declined");
        done(&admin.post(&town.app, &account, &both).await);
        done(&admin.post(&town.app, &account, &both[..1]).await);
        let too_late = officer.post(&town.app, "/role/offer", &[("role", "coordinator"), ("answer", "yes")]).await;
        assert_eq!(too_late.status, StatusCode::NOT_FOUND);
        assert_eq!(roles(&town, Role::MunicipalOfficer).await, [Role::MunicipalOfficer]);
    }

    async fn a_new_instructor_is_told_on_the_tablet_that_the_role_waits(app) {
        let town = Town::on(app).await;
        set_password(&town, Role::MunicipalOfficer).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let account = format!("/accounts/{}/roles", town.user(Role::MunicipalOfficer).await);
        done(&admin.post(&town.app, &account, &[("roles", "instructor")]).await);
        let question = json!({"login": login(Role::MunicipalOfficer), "password": PASSWORD, "device_label": ""});
        let told = Browser::default().call(&town.app, SIGN_IN_PATH, &question).await;
        assert_eq!(told.status, StatusCode::FORBIDDEN);
        assert_eq!(told.json()["error"], "role_waits");
        let (_, person) = sign_in(&town, Role::MunicipalOfficer).await;
        person.post(&town.app, "/role/offer", &[("role", "instructor"), ("answer", "yes")]).await;
        assert_eq!(Browser::default().call(&town.app, SIGN_IN_PATH, &question).await.status, StatusCode::OK);
    }

    async fn an_account_made_by_an_admin_has_no_role_that_shows_people_before_its_owner_says_yes(app) {
        let town = Town::on(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let organisation = town.own.organisation.to_string();
        let form = [
            ("name", "Uusi Ihminen"), ("login", "uusi@091"), ("language", "fi"), ("organisation", &organisation),
            ("roles", "coordinator"), ("roles", "municipal_officer"),
        ];
        let made = admin.post(&town.app, "/accounts", &form).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.text());
        let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        let row = tx.one("SELECT id FROM account WHERE login = 'uusi@091'", []).await.unwrap();
        let user = row.parse("id").unwrap();
        assert_eq!(accounts::roles(&mut tx, &town.own.municipality, user).await.unwrap(), [Role::MunicipalOfficer]);
        let sql = "SELECT fields FROM audit WHERE verb = 'account.create'";
        let fields: String = tx.one(sql, []).await.unwrap().get("fields").unwrap();
        assert_eq!(fields, "name login language +municipal_officer ?coordinator");
    }

    async fn a_reset_is_told_to_the_accounts_holder_until_it_is_read(app) {
        let town = Town::on(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let account = format!("/accounts/{}/link", town.user(Role::Coordinator).await);
        assert_eq!(admin.post(&town.app, &account, &[]).await.status, StatusCode::OK);
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let told = "Nimi organisation_admin@091 teki tilillesi uuden käyttöönottokoodin 8.9.2026";
        assert!(!coordinator.get(&town.app, "/").await.text().contains(told), "a first code is no reset");
        set_password(&town, Role::Coordinator).await;
        assert_eq!(admin.post(&town.app, &account, &[]).await.status, StatusCode::OK);
        let (_, coordinator) = sign_in(&town, Role::Coordinator).await;
        let page = coordinator.get(&town.app, "/").await.text();
        assert!(page.contains(told), "{page}");
        let newest = town.app.state.now().millis().to_string();
        done(&coordinator.post(&town.app, "/notices/read", &[("newest", "1")]).await);
        assert!(coordinator.get(&town.app, "/").await.text().contains(told), "only what stood on the page is read");
        done(&coordinator.post(&town.app, "/notices/read", &[("newest", &newest)]).await);
        assert!(!coordinator.get(&town.app, "/").await.text().contains(told));
        assert!(!admin.get(&town.app, "/").await.text().contains("käyttöönottokoodin"), "nobody else is told");
    }
}
