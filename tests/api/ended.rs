//! A session that is over says why, and what was sent in it goes on after the sign-in: for the same person, in the same
//! browser, once.

use domain::access::Role;
use http::StatusCode;
use server::db::Unscoped;
use tests::Answer;
use tests::town::{Browser, Town, encoded, login};

use crate::desk::{next, value};
use crate::second_factor::{code, kept, leads_to, set_password, turned_on};

const PASSWORD: &str = "kolme sanaa peräkkäin";
const MINUTE: i64 = 60_000;
/// What was typed.
const TYPED: [(&str, &str); 4] = [
    ("given_names", "Elli \"Ellu\" <Aino>"),
    ("family_name", "Päättynyt & Kumpp."),
    ("birth_date", "8.3.1944"),
    ("phone", "040 123 4567"),
];

async fn sign_in(town: &Town, browser: &Browser, role: Role) -> Answer {
    browser.post(&town.app, "/sign-in", &[("login", &*login(role)), ("password", PASSWORD)]).await
}

async fn door(town: &Town, browser: &Browser) -> String {
    browser.get(&town.app, "/sign-in").await.text()
}

/// A coordinator has a form open and waits too long before sending it.
async fn sent_too_late(town: &Town) -> (Browser, String) {
    for role in [Role::Coordinator, Role::OrganisationAdmin] {
        set_password(town, role, PASSWORD).await;
    }
    let desk = town.signed_in(Role::Coordinator, true).await;
    let rev = value(&desk.get(&town.app, "/people/new").await, "rev");
    town.app.clock.advance(31 * MINUTE);
    let sent = desk.post(&town.app, "/people/new", &typed(&rev)).await;
    assert_eq!(leads_to(&sent), "/sign-in");
    (desk, rev)
}

fn typed(rev: &str) -> Vec<(&str, &str)> {
    TYPED.into_iter().chain([("rev", rev)]).collect()
}

/// The fields of the form that goes on, as a browser would send them, and where to.
fn going_on(page: &str) -> (String, String) {
    let form = page.split("<form").find(|form| form.contains("action=\"/people")).unwrap_or_else(|| panic!("{page}"));
    let plain = |text: &str| {
        let text = text.replace("&quot;", "\"").replace("&#x27;", "'").replace("&lt;", "<").replace("&gt;", ">");
        text.replace("&amp;", "&")
    };
    let part = |tag: &str, name: &str| {
        let after = tag.split(&format!(" {name}=\"")).nth(1).unwrap_or_default();
        plain(after.split('"').next().unwrap_or_default())
    };
    let inputs = form.split("<input").skip(1).filter(|tag| tag.contains("type=\"hidden\""));
    let fields: Vec<_> = inputs.map(|tag| (part(tag, "name"), part(tag, "value"))).collect();
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    (part(&format!(" {form}"), "action"), encoded(&fields))
}

async fn rows(town: &Town) -> Vec<String> {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let rows = tx.all("SELECT kind || ' ' || sealed AS row FROM kept_form ORDER BY hash", []).await.unwrap();
    rows.iter().map(|row| row.get("row").unwrap()).collect()
}

async fn people(town: &Town) -> i64 {
    crate::files::count(&town.app, "SELECT COUNT(*) AS n FROM participant").await
}

tests::on_both_databases! {
    async fn an_ended_session_says_why_at_the_door(app) {
        let town = Town::on(app).await;
        for role in [Role::Coordinator, Role::MunicipalOfficer] {
            set_password(&town, role, PASSWORD).await;
        }
        let says = async |browser: &Browser, words: &str| {
            assert_eq!(leads_to(&browser.get(&town.app, "/figures").await), "/sign-in");
            let page = door(&town, browser).await;
            assert!(page.contains(words), "{words} in {page}");
        };
        assert!(!door(&town, &Browser::default()).await.contains("Kirjautumisesi päättyi"), "nobody's session");
        let officer = town.signed_in(Role::MunicipalOfficer, true).await;
        town.app.clock.advance(16 * MINUTE);
        says(&officer, "ei käytetty 15 minuuttiin").await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        for _ in 0..25 {
            town.app.clock.advance(29 * MINUTE);
            desk.get(&town.app, "/people").await;
        }
        says(&desk, "kestää enintään 12 tuntia").await;
        let (desk, other) =
            (town.signed_in(Role::Coordinator, true).await, town.signed_in(Role::Coordinator, true).await);
        let sessions = desk.get(&town.app, "/sessions").await.text();
        let lines = sessions.split("<li").filter(|line| line.contains("/end\"") && !line.contains("tämä laite"));
        for end in lines.filter_map(|line| line.split("action=\"").nth(1)?.split('"').next()) {
            desk.post(&town.app, end, &[]).await;
        }
        says(&other, "lopetettiin Omat kirjautumiset -sivulla").await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let other = town.signed_in(Role::Coordinator, true).await;
        let new = [("current", PASSWORD), ("password", "neljä muuta sanaa"), ("again", "neljä muuta sanaa")];
        desk.post(&town.app, "/password", &new).await;
        says(&other, "koska salasana vaihdettiin").await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let closed = format!("/accounts/{}/disabled", town.user(Role::Coordinator).await);
        admin.post(&town.app, &closed, &[("disabled", "yes")]).await;
        says(&desk, "Pääkäyttäjä sulki tilisi").await;
    }

    async fn a_form_that_was_sent_too_late_goes_on_after_the_sign_in_once(app) {
        let town = Town::on(app).await;
        let (desk, rev) = sent_too_late(&town).await;
        assert!(door(&town, &desk).await.contains("Kirjoittamasi on tallessa 30 minuuttia"));
        let [row] = &*rows(&town).await else { panic!("one row") };
        assert!(row.starts_with("form ") && !row.contains("Ellu") && !row.contains("1944"), "sealed: {row}");
        let (before, entered) = (people(&town).await, sign_in(&town, &desk, Role::Coordinator).await);
        assert_eq!(leads_to(&entered), "/kept");
        assert_eq!(leads_to(&sign_in(&town, &desk, Role::Coordinator).await), "/kept", "the button was pressed twice");
        let again = kept(&entered);
        let page = again.get(&town.app, "/kept").await.text();
        let (action, body) = going_on(&page);
        assert_eq!((action.as_str(), &body), ("/people/new?kept", &encoded(&typed(&rev))), "everything as it was typed");
        let kind = "application/x-www-form-urlencoded";
        let saved = again.send(&town.app, &action, kind, body.clone()).await;
        assert_eq!(next(&saved), format!("/people/{rev}"));
        assert_eq!(next(&again.send(&town.app, &action, kind, body).await), format!("/people/{rev}"), "pressed twice");
        assert_eq!(people(&town).await, before + 1);
        assert!(again.get(&town.app, &format!("/people/{rev}")).await.text().contains("Päättynyt &amp; Kumpp."));
        assert_eq!((rows(&town).await.len(), leads_to(&again.get(&town.app, "/kept").await)), (0, "/"), "used once");
    }

    async fn whoever_else_signs_in_there_gets_nothing_of_it(app) {
        let town = Town::on(app).await;
        let (desk, _) = sent_too_late(&town).await;
        let stranger = Browser::default();
        assert_eq!(leads_to(&sign_in(&town, &stranger, Role::Coordinator).await), "/", "another browser");
        assert_eq!(rows(&town).await.len(), 1);
        let entered = sign_in(&town, &desk, Role::OrganisationAdmin).await;
        assert_eq!(leads_to(&entered), "/");
        assert_eq!(leads_to(&kept(&entered).get(&town.app, "/kept").await), "/");
        assert_eq!(rows(&town).await.len(), 0, "gone at once");
        let entered = sign_in(&town, &desk, Role::Coordinator).await;
        assert_eq!(leads_to(&entered), "/", "also for the one who typed it");
    }

    async fn what_is_kept_for_half_an_hour_is_gone_afterwards(app) {
        let town = Town::on(app).await;
        let (desk, _) = sent_too_late(&town).await;
        town.app.clock.advance(31 * MINUTE);
        assert!(!door(&town, &desk).await.contains("Kirjoittamasi on tallessa"));
        assert_eq!(leads_to(&sign_in(&town, &desk, Role::Coordinator).await), "/");
        assert_eq!(rows(&town).await.len(), 0);
    }

    async fn big_forms_are_kept_whole_and_files_and_passwords_not_at_all(app) {
        let town = Town::on(app).await;
        set_password(&town, Role::Coordinator, PASSWORD).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        town.app.clock.advance(31 * MINUTE);
        let long = "ä".repeat(10_000);
        let sent = desk.post(&town.app, "/people/new", &[("given_names", &long)]).await;
        assert_eq!(leads_to(&sent), "/sign-in");
        let too_long = "a".repeat(65 * 1024);
        let refused = desk.post(&town.app, "/people/new", &[("given_names", &too_long)]).await;
        assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE, "as in any session");
        // A page that is asked for afterwards takes no form's place.
        assert_eq!(leads_to(&desk.get(&town.app, "/groups").await), "/sign-in");
        let again = kept(&sign_in(&town, &desk, Role::Coordinator).await);
        let (_, body) = going_on(&again.get(&town.app, "/kept").await.text());
        assert_eq!(body, encoded(&[("given_names", &long)]));
        again.post(&town.app, "/kept/drop", &[]).await;
        assert_eq!((rows(&town).await.len(), leads_to(&again.get(&town.app, "/kept").await)), (0, "/"));
        town.app.clock.advance(31 * MINUTE);
        let secret = [("current", PASSWORD), ("password", "neljä muuta sanaa"), ("again", "neljä muuta sanaa")];
        assert_eq!(leads_to(&again.post(&town.app, "/password", &secret).await), "/sign-in");
        assert_eq!(rows(&town).await.len(), 0);
        let file = crate::imports::form("groups", "ryhmät.csv", crate::imports::GROUPS);
        let request = again.request("POST", "/imports").header("content-type", crate::imports::FORM);
        let request = request.header("referer", "http://127.0.0.1:3000/imports");
        let sent = town.app.send(request.body(axum::body::Body::from(file)).unwrap()).await;
        assert_eq!(leads_to(&sent), "/sign-in");
        assert!(door(&town, &again).await.contains("valitse tiedosto uudelleen"));
        assert!(rows(&town).await[0].starts_with("lost ") && rows(&town).await[0].len() < 200);
        let entered = sign_in(&town, &again, Role::Coordinator).await;
        assert_eq!(leads_to(&entered), "/kept");
        assert_eq!(leads_to(&kept(&entered).get(&town.app, "/kept").await), "/imports", "where the form stands");
    }

    async fn a_page_that_was_asked_for_is_gone_on_with_and_another_sites_form_is_never_kept(app) {
        let town = Town::on(app).await;
        set_password(&town, Role::Coordinator, PASSWORD).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        town.app.clock.advance(31 * MINUTE);
        let foreign = desk.request("POST", "/people/new").header("content-type", "application/x-www-form-urlencoded");
        let mut foreign = foreign.body(axum::body::Body::from(encoded(&TYPED))).unwrap();
        foreign.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
        assert_eq!(town.app.send(foreign).await.status, StatusCode::FORBIDDEN);
        assert_eq!(rows(&town).await.len(), 0);
        let page = format!("/people/{}", town.own.participant);
        assert_eq!(leads_to(&desk.get(&town.app, &page).await), "/sign-in");
        let entered = sign_in(&town, &desk, Role::Coordinator).await;
        assert_eq!(leads_to(&entered), "/kept");
        assert_eq!(leads_to(&kept(&entered).get(&town.app, "/kept").await), page);
    }

    async fn it_goes_on_behind_the_code_and_behind_the_choice_of_a_role(app) {
        let town = Town::on(app).await;
        let (desk, rev) = sent_too_late(&town).await;
        let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
        let values = [town.own.municipality.as_str().into(), town.user(Role::Coordinator).await.into()];
        let sql = "INSERT INTO account_role (municipality, account, role, granted_at) VALUES ($1, $2, 'instructor', 0)";
        tx.run(sql, values).await.unwrap();
        tx.commit().await.unwrap();
        let other = town.signed_in(Role::Coordinator, true).await;
        let (key, _) = turned_on(&town, &other).await;
        town.app.clock.advance(MINUTE);
        let asked = sign_in(&town, &desk, Role::Coordinator).await;
        assert_eq!(leads_to(&asked), "/sign-in/code");
        let step = Browser { cookies: format!("{}; {}", desk.cookies, kept(&asked).cookies) };
        let entered = step.post(&town.app, "/sign-in/code", &[("code", &code(&town, &key))]).await;
        assert_eq!(leads_to(&entered), "/role", "{}", entered.text());
        let chosen = kept(&entered).post(&town.app, "/role", &[("role", "coordinator")]).await;
        assert_eq!(leads_to(&chosen), "/kept");
        let (_, body) = going_on(&kept(&chosen).get(&town.app, "/kept").await.text());
        assert_eq!(body, encoded(&typed(&rev)));
    }
}
