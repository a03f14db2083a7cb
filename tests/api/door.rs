//! Guessing at the door: it makes the guesser wait, never the one who is guessed at.

use axum::body::Body;
use axum::extract::ConnectInfo;
use domain::access::Role;
use http::{Request, StatusCode};
use server::access::accounts;
use server::access::token;
use std::net::{IpAddr, SocketAddr};
use tests::town::{Browser, Town, encoded, login};
use tests::{Answer, App};

const PASSWORD: &str = "kolme sanaa peräkkäin";

/// Sends a form from an address, with what the browser has as cookies.
async fn post(app: &App, from: &str, cookies: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    let request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header("cookie", cookies)
        .extension(ConnectInfo(SocketAddr::new(from.parse::<IpAddr>().unwrap(), 50_000)));
    app.send(request.body(Body::from(encoded(fields))).unwrap()).await
}

async fn sign_in(app: &App, from: &str, cookies: &str, login: &str, password: &str) -> Answer {
    post(app, from, cookies, "/sign-in", &[("login", login), ("password", password)]).await
}

/// What the browser keeps of an answer.
fn cookies(answer: &Answer) -> String {
    let lines = answer.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
    lines.filter_map(|line| line.split(';').next()).collect::<Vec<_>>().join("; ")
}

async fn code_of(town: &Town, role: Role) -> String {
    let state = &town.app.state;
    let scope = server::access::Scope::command_line(town.own.municipality.clone(), state.today());
    let user = town.user(role).await;
    let mut tx = state.db.begin(&scope).await.unwrap();
    let code = accounts::setup_link(state, &mut tx, user).await.unwrap();
    tx.commit().await.unwrap();
    code
}

async fn with_password(app: App) -> Town {
    let town = Town::on(app).await;
    let code = code_of(&town, Role::Coordinator).await;
    let form = [("code", code.as_str()), ("password", PASSWORD), ("again", PASSWORD)];
    let done = Browser::default().post(&town.app, "/set-up", &form).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    town
}

/// As if strangers everywhere had tried this name all day.
async fn strangers_have_tried(town: &Town, login: &str) {
    let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
    let key = format!("login:{}", token::hash(login));
    tx.run(
        "INSERT INTO login_attempt (key, municipality, failures, last_at) VALUES ($1, '', 10000, $2) \
         ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at",
        [key.into(), town.app.state.now().into()],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

tests::on_both_databases! {
    async fn strangers_failures_keep_nobody_out_of_a_browser_or_an_address_that_signed_in_before(app) {
        let town = with_password(app).await;
        let (app, known) = (&town.app, login(Role::Coordinator));
        let first = sign_in(app, "203.0.113.7", "", &known, PASSWORD).await;
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text());
        let own_browser = cookies(&first);
        assert!(own_browser.contains("browser="), "{own_browser}");
        strangers_have_tried(&town, &known).await;
        let stranger = sign_in(app, "198.51.100.1", "", &known, PASSWORD).await;
        assert_eq!(stranger.status, StatusCode::TOO_MANY_REQUESTS, "a place that the account does not know");
        let at_home = sign_in(app, "203.0.113.7", "", &known, PASSWORD).await;
        assert_eq!(at_home.status, StatusCode::SEE_OTHER, "a known address");
        strangers_have_tried(&town, &known).await;
        let travelling = sign_in(app, "198.51.100.1", &own_browser, &known, PASSWORD).await;
        assert_eq!(travelling.status, StatusCode::SEE_OTHER, "a known browser");
    }

    async fn a_guesser_at_the_same_address_waits_and_the_known_browser_does_not(app) {
        let town = with_password(app).await;
        let (app, known) = (&town.app, login(Role::Coordinator));
        let own_browser = cookies(&sign_in(app, "203.0.113.7", "", &known, PASSWORD).await);
        for _ in 0..3 {
            assert_eq!(sign_in(app, "203.0.113.7", "", &known, "väärä salasana").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let guesser = sign_in(app, "203.0.113.7", "", &known, "väärä salasana").await;
        assert_eq!(guesser.status, StatusCode::TOO_MANY_REQUESTS);
        let owner = sign_in(app, "203.0.113.7", &own_browser, &known, PASSWORD).await;
        assert_eq!(owner.status, StatusCode::SEE_OTHER, "{}", owner.text());
    }

    async fn of_guesses_at_the_same_moment_no_more_are_looked_at_than_one_after_the_other(app) {
        let town = with_password(app).await;
        let (app, known) = (&town.app, login(Role::Coordinator));
        let at_once = (0..12).map(|_| sign_in(app, "203.0.113.7", "", &known, "väärä salasana"));
        let answers = futures::future::join_all(at_once).await;
        let looked_at = answers.iter().filter(|answer| answer.status == StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(looked_at.count(), 3);
        let waits = answers.iter().filter(|answer| answer.status == StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(waits.count(), 9);
    }

    async fn a_stolen_browser_cookie_gets_no_more_guesses_than_anybody(app) {
        let town = with_password(app).await;
        let (app, known) = (&town.app, login(Role::Coordinator));
        let stolen = cookies(&sign_in(app, "203.0.113.7", "", &known, PASSWORD).await);
        for n in 0..3 {
            let guess = sign_in(app, &format!("198.51.100.{n}"), &stolen, &known, "väärä salasana").await;
            assert_eq!(guess.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let guess = sign_in(app, "198.51.100.9", &stolen, &known, "väärä salasana").await;
        assert_eq!(guess.status, StatusCode::TOO_MANY_REQUESTS, "another address makes no difference");
    }

    async fn a_new_password_makes_every_place_strange_again(app) {
        let town = with_password(app).await;
        let (app, known) = (&town.app, login(Role::Coordinator));
        sign_in(app, "203.0.113.7", "", &known, PASSWORD).await;
        let code = code_of(&town, Role::Coordinator).await;
        let form = [("code", code.as_str()), ("password", "neljä sanaa peräkkäin"), ("again", "neljä sanaa peräkkäin")];
        assert_eq!(Browser::default().post(app, "/set-up", &form).await.status, StatusCode::SEE_OTHER);
        strangers_have_tried(&town, &known).await;
        let answer = sign_in(app, "203.0.113.7", "", &known, "neljä sanaa peräkkäin").await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    }

    async fn a_whole_ipv6_network_counts_as_one_guesser(app) {
        let town = with_password(app).await;
        let (app, known) = (&town.app, login(Role::Coordinator));
        for n in 0..3 {
            sign_in(app, &format!("2001:db8:1:2::{n}"), "", &known, "väärä salasana").await;
        }
        let same = sign_in(app, "2001:db8:1:2:ffff::1", "", &known, "väärä salasana").await;
        assert_eq!(same.status, StatusCode::TOO_MANY_REQUESTS);
        let neighbour = sign_in(app, "2001:db8:1:3::1", "", &known, "väärä salasana").await;
        assert_eq!(neighbour.status, StatusCode::UNPROCESSABLE_ENTITY);
        let mapped = sign_in(app, "::ffff:198.51.100.1", "", &known, "väärä salasana").await;
        assert_eq!(mapped.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn wrong_codes_of_others_never_stand_before_a_good_one(app) {
        let town = Town::on(app).await;
        let good = code_of(&town, Role::Instructor).await;
        let form = |code| [("code", code), ("password", PASSWORD), ("again", PASSWORD)];
        let hashed = town.app.state.hashing.begun();
        for _ in 0..10 {
            let wrong = post(&town.app, "203.0.113.7", "", "/set-up", &form("0000-0000-0000-0000-0000-0000")).await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let wrong = post(&town.app, "203.0.113.7", "", "/set-up", &form("0000-0000-0000-0000-0000-0000")).await;
        assert_eq!(wrong.status, StatusCode::TOO_MANY_REQUESTS);
        let elsewhere = post(&town.app, "198.51.100.1", "", "/set-up", &form("0000-0000-0000-0000-0000-0000")).await;
        assert_eq!(elsewhere.status, StatusCode::UNPROCESSABLE_ENTITY, "one guesser's count is nobody else's");
        assert_eq!(town.app.state.hashing.begun(), hashed, "a wrong code costs no hash");
        let right = post(&town.app, "203.0.113.7", "", "/set-up", &form(&good)).await;
        assert_eq!(right.status, StatusCode::SEE_OTHER, "{}", right.text());
    }

    async fn an_unknown_name_costs_the_same_hash_and_the_same_row_as_a_wrong_password(app) {
        let town = with_password(app).await;
        let tried = async |name: &str, password: &str| {
            let before = (town.app.state.hashing.begun(), rows(&town).await);
            let answer = sign_in(&town.app, "203.0.113.7", "", name, password).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            let after = (town.app.state.hashing.begun(), rows(&town).await);
            (after.0 - before.0, after.1 - before.1)
        };
        for (password, cost) in [("toinen salasana", (1, 1)), ("väärä salasana", (2, 1))] {
            assert_eq!(tried(&login(Role::Coordinator), password).await, cost, "{password}");
            assert_eq!(tried("nobody@nowhere", password).await, cost, "{password}");
        }
        let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        let row = tx.one("SELECT result, entities FROM audit WHERE municipality = '' ORDER BY n", []).await.unwrap();
        assert_eq!(row.get::<String>("result").unwrap(), "unknown_name");
        assert_eq!(row.get::<String>("entities").unwrap(), "", "what was typed as a name may be a password");
        let chain = server::audit::Chain::Installation;
        assert_eq!(server::audit::verify(&mut tx, &town.app.state.secrets, chain).await.unwrap(), 2);
    }

    async fn the_own_sign_in_name_and_guessable_words_are_no_passwords(app) {
        let town = Town::on(app).await;
        let code = code_of(&town, Role::Coordinator).await;
        for (weak, words) in [
            (login(Role::Coordinator).to_uppercase(), "käyttäjätunnus"),
            ("Kesä2026!".to_owned(), "yleisimpien joukossa"),
            ("Salasana123".to_owned(), "yleisimpien joukossa"),
        ] {
            let form = [("code", code.as_str()), ("password", &weak), ("again", &weak)];
            let refused = Browser::default().post(&town.app, "/set-up", &form).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{weak}");
            assert!(refused.text().contains(words), "{weak}: {}", refused.text());
        }
    }
}

async fn rows(town: &Town) -> i64 {
    crate::files::count(&town.app, "SELECT COUNT(*) AS n FROM audit").await
}
