//! One's own account: a new password, and a second factor that is set up, asked for, recovered from and turned off.

use domain::access::Role;
use http::StatusCode;
use server::config::SecondFactor;
use server::db::Unscoped;
use tests::Answer;
use tests::town::{Browser, Town, login};
use totp_rs::{Builder, Secret};

const PASSWORD: &str = "kolme sanaa peräkkäin";

/// The key that the page of a begun second factor shows.
pub async fn key(town: &Town, browser: &Browser) -> String {
    let page = browser.get(&town.app, "/second-factor").await.text();
    let after = page.split("<code class=\"code\">").nth(1).unwrap_or_else(|| panic!("no key in {page}"));
    after.split('<').next().unwrap_or_default().replace(' ', "")
}

/// What an authenticator with this key shows now.
pub fn code(town: &Town, key: &str) -> String {
    let seconds = u64::try_from(town.app.state.now().millis() / 1000).unwrap();
    let totp = Builder::new().with_secret(Secret::try_from_base32(key).unwrap()).build().unwrap();
    totp.generate(seconds).to_string()
}

pub async fn set_password(town: &Town, role: Role, password: &str) {
    let state = &town.app.state;
    let hashed = server::access::password::hash(&state.hashing, &state.secrets, password, [1; 16]).await.unwrap();
    let mut tx = state.db.begin(Unscoped::Installation).await.unwrap();
    let values = [hashed.into(), town.user(role).await.into()];
    tx.run("UPDATE account SET password = $1 WHERE id = $2", values).await.unwrap();
    tx.commit().await.unwrap();
}

/// Turns it on; answers the authenticator's key and the recovery codes.
pub async fn turned_on(town: &Town, browser: &Browser) -> (String, Vec<String>) {
    browser.post(&town.app, "/second-factor/begin", &[]).await;
    let key = key(town, browser).await;
    let answer = browser.post(&town.app, "/second-factor/confirm", &[("code", &code(town, &key))]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let page = answer.text();
    let codes = page.split("<code class=\"code\">").skip(1).filter_map(|rest| rest.split('<').next());
    (key, codes.map(str::to_owned).collect())
}

/// Lets the instructor work at the desk, too.
async fn also_coordinator(town: &Town) {
    let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
    let values = [town.own.municipality.as_str().into(), town.user(Role::Instructor).await.into()];
    let sql = "INSERT INTO account_role (municipality, account, role, granted_at) VALUES ($1, $2, 'coordinator', 0)";
    tx.run(sql, values).await.unwrap();
    tx.commit().await.unwrap();
}

async fn sign_in(town: &Town, cookies: &str, role: Role) -> Answer {
    let form = [("login", &*login(role)), ("password", PASSWORD)];
    Browser { cookies: cookies.to_owned() }.post(&town.app, "/sign-in", &form).await
}

/// What the browser keeps of an answer.
pub fn kept(answer: &Answer) -> Browser {
    let lines = answer.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
    let cookies = lines.filter_map(|line| line.split(';').next()).filter(|cookie| !cookie.ends_with('='));
    Browser { cookies: cookies.collect::<Vec<_>>().join("; ") }
}

pub fn leads_to(answer: &Answer) -> &str {
    answer.headers.get("location").and_then(|to| to.to_str().ok()).unwrap_or_default()
}

async fn log(town: &Town) -> Vec<String> {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let sql = "SELECT verb, result FROM audit WHERE verb LIKE 'second_factor%' OR verb LIKE 'sign_in%' \
               OR verb LIKE 'password%' ORDER BY n";
    let rows = tx.all(sql, []).await.unwrap();
    rows.iter()
        .map(|row| format!("{} {}", row.get::<String>("verb").unwrap(), row.get::<String>("result").unwrap()))
        .collect()
}

tests::on_both_databases! {
    async fn whoever_has_a_second_factor_signs_in_with_password_and_code(app) {
        let town = Town::on(app).await;
        set_password(&town, Role::Coordinator, PASSWORD).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        assert!(desk.get(&town.app, "/sessions").await.text().contains("href=\"/second-factor\""));
        let (key, codes) = turned_on(&town, &desk).await;
        assert_eq!(codes.len(), 10);
        let asked = sign_in(&town, "", Role::Coordinator).await;
        assert_eq!(leads_to(&asked), "/sign-in/code");
        let browser = kept(&asked);
        assert!(!browser.cookies.contains("sid="), "the password alone opens nothing: {}", browser.cookies);
        assert_eq!(browser.get(&town.app, "/people").await.status, StatusCode::SEE_OTHER);
        let page = browser.get(&town.app, "/sign-in/code").await.text();
        assert!(page.contains("Avaa todennussovellus") && page.contains("one-time-code"), "{page}");
        let replayed = browser.post(&town.app, "/sign-in/code", &[("code", &code(&town, &key))]).await;
        assert_eq!(replayed.status, StatusCode::UNPROCESSABLE_ENTITY, "that code has confirmed already");
        town.app.clock.advance(30_000);
        let right = browser.post(&town.app, "/sign-in/code", &[("code", &code(&town, &key))]).await;
        assert_eq!(leads_to(&right), "/", "{}", right.text());
        assert_eq!(kept(&right).get(&town.app, "/people").await.status, StatusCode::OK);
        let again = browser.post(&town.app, "/sign-in/code", &[("code", &code(&town, &key))]).await;
        assert_eq!(leads_to(&again), "/sign-in");
        let told = log(&town).await;
        for line in ["second_factor.on ok", "sign_in.code wrong_code", "sign_in.code ok"] {
            assert!(told.iter().any(|one| one == line), "{line} in {told:?}");
        }
    }

    async fn a_recovery_code_is_good_once_and_no_database_holds_key_or_codes(app) {
        let town = Town::on(app).await;
        set_password(&town, Role::Coordinator, PASSWORD).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let (key, codes) = turned_on(&town, &desk).await;
        let typed = codes[3].to_lowercase().replace('-', " ");
        let browser = kept(&sign_in(&town, "", Role::Coordinator).await);
        assert_eq!(leads_to(&browser.post(&town.app, "/sign-in/code", &[("code", &typed)]).await), "/");
        let browser = kept(&sign_in(&town, "", Role::Coordinator).await);
        let used = browser.post(&town.app, "/sign-in/code", &[("code", &typed)]).await;
        assert_eq!(used.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(desk.get(&town.app, "/second-factor").await.text().contains("Varakoodeja on jäljellä 9."));
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        let mut stored = String::new();
        for sql in ["SELECT kid AS held FROM second_factor", "SELECT hash AS held FROM recovery_code"] {
            for row in tx.all(sql, []).await.unwrap() {
                stored.push_str(&row.get::<String>("held").unwrap());
            }
        }
        assert!(!stored.contains(&key) && codes.iter().all(|code| !stored.contains(code.as_str())));
    }

    async fn guessing_codes_makes_wait_and_the_way_to_the_code_closes_after_ten_minutes(app) {
        let town = Town::on(app).await;
        set_password(&town, Role::Coordinator, PASSWORD).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let (key, _) = turned_on(&town, &desk).await;
        town.app.clock.advance(60_000);
        let browser = kept(&sign_in(&town, "", Role::Coordinator).await);
        let mut waited = false;
        for _ in 0..8 {
            let answer = browser.post(&town.app, "/sign-in/code", &[("code", "000000")]).await;
            waited |= answer.status == StatusCode::TOO_MANY_REQUESTS;
        }
        assert!(waited, "a million codes are not tried in a row");
        let right = [("code", &*code(&town, &key))];
        assert_eq!(browser.post(&town.app, "/sign-in/code", &right).await.status, StatusCode::TOO_MANY_REQUESTS);
        town.app.clock.advance(60_000);
        let right = [("code", &*code(&town, &key))];
        assert_eq!(leads_to(&browser.post(&town.app, "/sign-in/code", &right).await), "/", "nobody is locked out");
        let late = kept(&sign_in(&town, "", Role::Coordinator).await);
        town.app.clock.advance(11 * 60_000);
        assert_eq!(leads_to(&late.get(&town.app, "/sign-in/code").await), "/sign-in");
    }

    async fn it_is_turned_off_with_a_code_or_by_an_admin_and_never_by_an_admin_for_themselves(app) {
        let town = Town::on(app).await;
        set_password(&town, Role::Coordinator, PASSWORD).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let (_, codes) = turned_on(&town, &desk).await;
        let wrong = desk.post(&town.app, "/second-factor/off", &[("code", "123456")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(leads_to(&desk.post(&town.app, "/second-factor/off", &[("code", &codes[0])]).await), "/second-factor");
        assert_eq!(leads_to(&sign_in(&town, "", Role::Coordinator).await), "/");
        turned_on(&town, &desk).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let account = format!("/accounts/{}", town.user(Role::Coordinator).await);
        assert!(admin.get(&town.app, &account).await.text().contains("Poista kaksivaiheinen kirjautuminen"));
        assert_eq!(leads_to(&admin.post(&town.app, &format!("{account}/second-factor"), &[]).await), account);
        assert_eq!(leads_to(&sign_in(&town, "", Role::Coordinator).await), "/");
        let home = desk.get(&town.app, "/").await.text();
        assert!(home.contains("poisti tililtäsi kaksivaiheisen kirjautumisen"), "{home}");
        turned_on(&town, &admin).await;
        let own = format!("/accounts/{}", town.user(Role::OrganisationAdmin).await);
        let refused = admin.post(&town.app, &format!("{own}/second-factor"), &[]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(admin.get(&town.app, "/second-factor").await.text().contains("Käytössä"), "still on");
    }

    async fn where_it_is_required_a_tablet_opens_no_role_of_the_desk_either(app) {
        let town = Town::on(app).await;
        also_coordinator(&town).await;
        let (tablet, _) = town.on_tablet(Role::Instructor).await;
        let app = town.app.with_settings(|config| config.second_factor = SecondFactor::Required);
        let town = Town { app, ..town };
        let refused = tablet.post(&town.app, "/role", &[("role", "coordinator")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("Tässä roolissa kysytään koodi"), "{}", refused.text());
        assert_eq!(tablet.post(&town.app, "/role", &[("role", "instructor")]).await.status, StatusCode::SEE_OTHER);
    }

    async fn nor_does_the_yes_to_a_role_open_it_on_a_tablet(app) {
        let town = Town::on(app).await;
        let (tablet, _) = town.on_tablet(Role::Instructor).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let roles = format!("/accounts/{}/roles", town.user(Role::Instructor).await);
        admin.post(&town.app, &roles, &[("roles", "coordinator")]).await;
        let app = town.app.with_settings(|config| config.second_factor = SecondFactor::Required);
        let town = Town { app, ..town };
        let yes = [("role", "coordinator"), ("answer", "yes")];
        assert_eq!(leads_to(&tablet.post(&town.app, "/role/offer", &yes).await), "/role");
        let refused = tablet.post(&town.app, "/role", &yes[..1]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn a_tablet_asks_for_no_code_and_opens_no_role_of_the_desk(app) {
        let town = Town::on(app).await;
        also_coordinator(&town).await;
        let (tablet, _) = town.on_tablet(Role::Instructor).await;
        let (before, _) = town.on_tablet(Role::Instructor).await;
        let open = kept(&before.post(&town.app, "/role", &[("role", "coordinator")]).await);
        assert_eq!(open.get(&town.app, "/people").await.status, StatusCode::OK, "as long as it is off");
        let desk = town.signed_in(Role::Instructor, true).await;
        turned_on(&town, &desk).await;
        assert_eq!(leads_to(&open.get(&town.app, "/people").await), "/role", "what was open is closed");
        let refused = tablet.post(&town.app, "/role", &[("role", "coordinator")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("Tässä roolissa kysytään koodi"), "{}", refused.text());
        assert_eq!(desk.post(&town.app, "/role", &[("role", "coordinator")]).await.status, StatusCode::SEE_OTHER);
    }

    async fn a_new_password_takes_the_present_one_and_ends_every_sign_in(app) {
        let town = Town::on(app).await;
        set_password(&town, Role::Coordinator, PASSWORD).await;
        let (desk, other) =
            (town.signed_in(Role::Coordinator, true).await, town.signed_in(Role::Coordinator, true).await);
        let change = async |current: &str, new: &str, again: &str| {
            desk.post(&town.app, "/password", &[("current", current), ("password", new), ("again", again)]).await
        };
        let nothing = change("", "lyhyt", "").await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        for wrong in ["Kirjoita nykyinen salasanasi", "vähintään 8 merkkiä"] {
            assert!(nothing.text().contains(wrong), "{wrong}");
        }
        let guessed = change("arvaus arvaus", "neljä muuta sanaa", "neljä muuta sanaa").await;
        assert!(guessed.text().contains("Nykyinen salasana ei täsmää"), "{}", guessed.text());
        assert!(!guessed.text().contains("arvaus arvaus") && !guessed.text().contains("neljä muuta"), "never shown again");
        let done = change(PASSWORD, "neljä muuta sanaa", "neljä muuta sanaa").await;
        assert_eq!(leads_to(&done), "/sign-in?said=ready");
        for ended in [&desk, &other] {
            assert_eq!(ended.get(&town.app, "/people").await.status, StatusCode::SEE_OTHER);
        }
        assert_eq!(sign_in(&town, "", Role::Coordinator).await.status, StatusCode::UNPROCESSABLE_ENTITY, "the old one");
        let form = [("login", &*login(Role::Coordinator)), ("password", "neljä muuta sanaa")];
        assert_eq!(leads_to(&Browser::default().post(&town.app, "/sign-in", &form).await), "/");
        assert!(log(&town).await.iter().any(|line| line == "password.change ok"));
    }

    async fn fresh_recovery_codes_end_the_old_ones_and_take_an_authenticators_code(app) {
        let town = Town::on(app).await;
        set_password(&town, Role::Coordinator, PASSWORD).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let (key, old) = turned_on(&town, &desk).await;
        let by_recovery = desk.post(&town.app, "/second-factor/codes", &[("fresh", &old[0])]).await;
        assert_eq!(by_recovery.status, StatusCode::UNPROCESSABLE_ENTITY, "whoever found the slip makes no new codes");
        let used = desk.post(&town.app, "/second-factor/codes", &[("fresh", &code(&town, &key))]).await;
        assert_eq!(used.status, StatusCode::UNPROCESSABLE_ENTITY, "that code has confirmed already");
        town.app.clock.advance(60_000);
        let made = desk.post(&town.app, "/second-factor/codes", &[("fresh", &code(&town, &key))]).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.text());
        let page = made.text();
        let fresh: Vec<_> = page.split("<code class=\"code\">").skip(1).filter_map(|rest| rest.split('<').next()).collect();
        assert_eq!(fresh.len(), 10);
        assert!(old.iter().all(|code| !fresh.contains(&code.as_str())));
        let browser = kept(&sign_in(&town, "", Role::Coordinator).await);
        let ended = browser.post(&town.app, "/sign-in/code", &[("code", &old[1])]).await;
        assert_eq!(ended.status, StatusCode::UNPROCESSABLE_ENTITY);
        let entered = browser.post(&town.app, "/sign-in/code", &[("code", fresh[1])]).await;
        assert_eq!(leads_to(&entered), "/");
        let home = kept(&entered).get(&town.app, "/").await.text();
        assert!(home.contains("Varakoodeja on jäljellä 9.") && home.contains("Varakoodilla kirjauduttiin"), "{home}");
        assert!(log(&town).await.iter().any(|line| line == "second_factor.codes ok"));
    }

    async fn where_it_is_required_it_is_set_up_after_the_next_sign_in_before_anything_else(app) {
        let town = Town::on(app).await;
        set_password(&town, Role::Coordinator, PASSWORD).await;
        set_password(&town, Role::Instructor, PASSWORD).await;
        let before = town.signed_in(Role::Coordinator, true).await;
        let app = town.app.with_settings(|config| config.second_factor = SecondFactor::Required);
        let town = Town { app, ..town };
        assert_eq!(before.get(&town.app, "/people").await.status, StatusCode::OK, "whoever is in stays in");
        let entered = sign_in(&town, "", Role::Coordinator).await;
        assert_eq!(leads_to(&entered), "/second-factor");
        let desk = kept(&entered);
        for closed in ["/", "/people", "/groups", "/kept"] {
            assert_eq!(leads_to(&desk.get(&town.app, closed).await), "/second-factor", "{closed}");
        }
        let asked = desk.get(&town.app, "/second-factor").await.text();
        assert!(asked.contains("kirjaudutaan tähän ohjelmaan kahdessa vaiheessa") && !asked.contains("href=\"/people\""));
        let (key, codes) = turned_on(&town, &desk).await;
        assert_eq!(codes.len(), 10);
        assert_eq!(desk.get(&town.app, "/people").await.status, StatusCode::OK);
        town.app.clock.advance(60_000);
        desk.post(&town.app, "/second-factor/off", &[("code", &code(&town, &key))]).await;
        assert_eq!(leads_to(&desk.get(&town.app, "/people").await), "/second-factor", "another takes its place first");
        desk.post(&town.app, "/second-factor/begin", &[]).await;
        desk.post(&town.app, "/second-factor/off", &[]).await;
        assert_eq!(leads_to(&desk.get(&town.app, "/people").await), "/second-factor", "giving up opens nothing");
        turned_on(&town, &desk).await;
        assert_eq!(desk.get(&town.app, "/people").await.status, StatusCode::OK);
        assert_eq!(leads_to(&sign_in(&town, "", Role::Instructor).await), "/", "no role at a desk");
    }

    async fn a_role_that_is_accepted_after_the_sign_in_opens_nothing_without_it_where_it_is_required(app) {
        let town = Town::on(app).await;
        set_password(&town, Role::MunicipalOfficer, PASSWORD).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let account = format!("/accounts/{}", town.user(Role::MunicipalOfficer).await);
        admin.post(&town.app, &format!("{account}/roles"), &[("roles", "coordinator")]).await;
        let app = town.app.with_settings(|config| config.second_factor = SecondFactor::Required);
        let town = Town { app, ..town };
        let entered = sign_in(&town, "", Role::MunicipalOfficer).await;
        assert_eq!(leads_to(&entered), "/role", "no role yet, and nothing to protect");
        let yes = [("role", "coordinator"), ("answer", "yes")];
        let accepted = kept(&entered).post(&town.app, "/role/offer", &yes).await;
        let desk = kept(&accepted);
        for closed in ["/", "/people"] {
            assert_eq!(leads_to(&desk.get(&town.app, closed).await), "/second-factor", "{closed}");
        }
        turned_on(&town, &desk).await;
        assert_eq!(desk.get(&town.app, "/people").await.status, StatusCode::OK);
    }

    async fn after_an_admin_has_turned_it_off_it_is_set_up_anew_where_it_is_required(app) {
        let town = Town::on(app).await;
        let app = town.app.with_settings(|config| config.second_factor = SecondFactor::Required);
        let town = Town { app, ..town };
        set_password(&town, Role::Coordinator, PASSWORD).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        turned_on(&town, &desk).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let account = format!("/accounts/{}", town.user(Role::Coordinator).await);
        admin.post(&town.app, &format!("{account}/second-factor"), &[]).await;
        let entered = sign_in(&town, "", Role::Coordinator).await;
        assert_eq!(leads_to(&entered), "/second-factor");
        assert_eq!(leads_to(&kept(&entered).get(&town.app, "/people").await), "/second-factor");
    }
}
