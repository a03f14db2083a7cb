//! Signing in and out, sessions, set-up, forged requests, headers, limits.

use domain::access::Role;
use http::StatusCode;
use tests::App;
use tests::town::{Browser, Town, encoded, login};

/// A fresh set-up code of a role's account.
async fn code_of(town: &Town, role: Role) -> String {
    let state = &town.app.state;
    let scope = server::access::Scope::command_line(town.own.municipality.clone(), state.today());
    let user = town.user(role).await;
    let mut tx = state.db.begin(&scope).await.unwrap();
    let code = server::access::accounts::setup_link(state, &mut tx, user).await.unwrap();
    tx.commit().await.unwrap();
    code
}

/// Sets the password of a role's account through a set-up code, as its owner would.
async fn set_password(town: &Town, role: Role, password: &str) {
    let code = code_of(town, role).await;
    let form = [("code", code.as_str()), ("password", password), ("again", password)];
    let answer = Browser::default().post(&town.app, "/set-up", &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let again = Browser::default().post(&town.app, "/set-up", &form).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "a code works once");
}

fn cookie(answer: &tests::Answer, name: &str) -> Option<String> {
    let lines = answer.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.filter_map(|line| line.split(';').next()).filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, value)| *key == name && !value.is_empty()).map(|(key, value)| format!("{key}={value}"))
}

const PASSWORD: &str = "kolme sanaa peräkkäin";

tests::on_both_databases! {
    async fn a_new_installation_is_set_up_once_with_the_printed_code(app) {
        let state = app.state.clone();
        let mut tx = state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        let code = server::access::accounts::first_link(&state, &mut tx).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        let typed = code.to_lowercase().replace('-', " ");
        let mut form = vec![
            ("code", typed.as_str()), ("municipality", "91"), ("municipality_name", "Helsinki"),
            ("name", "Ada Admin"), ("login", "ada@helsinki.example"), ("password", PASSWORD), ("again", PASSWORD),
        ];
        let wrong = Browser::default().post(&app, "/set-up", &form).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("Helsinki") && !wrong.text().contains(PASSWORD), "typed text is kept, passwords are not");
        form[1] = ("municipality", "091");
        let done = Browser::default().post(&app, "/set-up", &form).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        let entered = Browser::default().post(&app, "/sign-in", &[("login", "ADA@helsinki.example"), ("password", PASSWORD)]).await;
        assert_eq!(entered.headers["location"], "/");
        let mut tx = state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        assert_eq!(server::access::accounts::first_link(&state, &mut tx).await.unwrap(), None);
    }

    async fn a_municipality_made_at_the_command_line_still_gets_its_first_admin_by_the_printed_code(app) {
        let state = &app.state;
        let municipality = domain::ids::MunicipalityCode::new("091").unwrap();
        let mut tx = state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        server::access::accounts::create_municipality(state, &mut tx, &municipality, "Helsinki").await.unwrap();
        let code = server::access::accounts::first_link(state, &mut tx).await.unwrap().expect("nobody has an account");
        tx.commit().await.unwrap();
        assert_eq!(app.get("/sign-in").await.headers["location"], "/set-up");
        let page = app.get("/set-up").await.text();
        assert!(page.contains("Helsinki") && page.contains("091"), "what is known need not be typed: {page}");
        let form = [
            ("code", code.as_str()), ("municipality", "091"), ("municipality_name", "Helsinki"),
            ("name", "Ada Admin"), ("login", "ada@helsinki.example"), ("password", PASSWORD), ("again", PASSWORD),
        ];
        let done = Browser::default().post(&app, "/set-up", &form).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        let mut tx = state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        assert_eq!(server::access::accounts::first_link(state, &mut tx).await.unwrap(), None, "there is an admin now");
    }

    async fn a_form_from_another_address_is_refused_with_the_right_address_and_not_blamed_on_a_role(app) {
        let request = http::Request::post("/sign-in").header("origin", "http://tablet-server:3000")
            .header("accept-language", "en").header("content-type", "application/x-www-form-urlencoded");
        let answer = app.send(request.body(axum::body::Body::from("login=a&password=b")).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        let page = answer.text();
        assert!(page.contains("http://127.0.0.1:3000") && page.contains("--public-url"), "{page}");
        assert!(!page.contains("role does not"), "{page}");
    }

    async fn a_wrong_name_and_a_wrong_password_get_the_same_answer(app) {
        let town = Town::on(app).await;
        set_password(&town, Role::Coordinator, PASSWORD).await;
        let nobody = Browser::default();
        let known = login(Role::Coordinator);
        let wrong = nobody.post(&town.app, "/sign-in", &[("login", &known), ("password", "väärä salasana")]).await;
        let unknown = nobody.post(&town.app, "/sign-in", &[("login", "xoordinator@091"), ("password", "väärä salasana")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!((wrong.status, wrong.text().replace(&known, "X")), (unknown.status, unknown.text().replace("xoordinator@091", "X")));
        assert!(!wrong.headers.contains_key("set-cookie"));
    }

    async fn signing_in_gives_a_new_token_each_time_and_signing_out_ends_it(app) {
        let town = Town::on(app).await;
        set_password(&town, Role::Coordinator, PASSWORD).await;
        let form = [("login", login(Role::Coordinator)), ("password", PASSWORD.to_owned())];
        let form = [(form[0].0, form[0].1.as_str()), (form[1].0, form[1].1.as_str())];
        let first = Browser::default().post(&town.app, "/sign-in", &form).await;
        let first = Browser { cookies: cookie(&first, "sid").unwrap() };
        let second = first.post(&town.app, "/sign-in", &form).await;
        let second = Browser { cookies: cookie(&second, "sid").unwrap() };
        assert_ne!(first.cookies, second.cookies);
        assert_eq!(first.get(&town.app, "/sessions").await.headers["location"], "/sign-in", "the earlier one ended");
        assert_eq!(second.get(&town.app, "/sessions").await.status, StatusCode::OK);
        let left = second.post(&town.app, "/sign-out", &[]).await;
        assert_eq!(left.status, StatusCode::SEE_OTHER);
        assert_eq!(second.get(&town.app, "/sessions").await.headers["location"], "/sign-in");
    }

    async fn sessions_end_when_idle_and_at_their_absolute_limit(app) {
        let town = Town::on(app).await;
        let (minute, hour) = (60_000, 3_600_000);
        let officer = town.signed_in(Role::MunicipalOfficer, true).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        town.app.clock.advance(15 * minute);
        assert_eq!(officer.get(&town.app, "/sessions").await.status, StatusCode::SEE_OTHER);
        for _ in 0..23 {
            assert_eq!(coordinator.get(&town.app, "/sessions").await.status, StatusCode::OK);
            town.app.clock.advance(29 * minute);
        }
        town.app.clock.advance(12 * hour - 23 * 29 * minute - 15 * minute);
        assert_eq!(coordinator.get(&town.app, "/sessions").await.status, StatusCode::SEE_OTHER, "twelve hours are over");
    }

    async fn a_disabled_account_and_a_lost_role_act_at_once(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let instructor = town.signed_in(Role::Instructor, true).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let (a, b) = (town.user(Role::Coordinator).await, town.user(Role::Instructor).await);
        let closed = admin.post(&town.app, &format!("/accounts/{a}/disabled"), &[("disabled", "yes")]).await;
        assert_eq!(closed.status, StatusCode::SEE_OTHER);
        assert_eq!(coordinator.get(&town.app, "/sessions").await.headers["location"], "/sign-in");
        let changed = admin.post(&town.app, &format!("/accounts/{b}/roles"), &[("roles", "peer_instructor")]).await;
        assert_eq!(changed.status, StatusCode::SEE_OTHER);
        assert_eq!(instructor.get(&town.app, "/accounts").await.headers["location"], "/role");
    }

    async fn many_wrong_tries_make_people_wait_and_then_work_again(app) {
        let town = Town::on(app).await;
        set_password(&town, Role::Coordinator, PASSWORD).await;
        let known = login(Role::Coordinator);
        let wrong = [("login", known.as_str()), ("password", "väärä salasana")];
        for _ in 0..3 {
            assert_eq!(Browser::default().post(&town.app, "/sign-in", &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let right = [("login", known.as_str()), ("password", PASSWORD)];
        let told = Browser::default().post(&town.app, "/sign-in", &right).await;
        assert_eq!(told.status, StatusCode::TOO_MANY_REQUESTS, "not even the right password is looked at");
        assert_eq!(told.headers["retry-after"], "1");
        let unknown = [("login", "nobody@nowhere"), ("password", "väärä salasana")];
        for _ in 0..3 {
            Browser::default().post(&town.app, "/sign-in", &unknown).await;
        }
        let told = Browser::default().post(&town.app, "/sign-in", &unknown).await;
        assert_eq!(told.status, StatusCode::TOO_MANY_REQUESTS, "an unknown name is counted alike");
        town.app.clock.advance(1_000);
        assert_eq!(Browser::default().post(&town.app, "/sign-in", &right).await.status, StatusCode::SEE_OTHER);
    }

    async fn a_common_password_is_refused_and_the_code_stays_good(app) {
        let town = Town::on(app).await;
        let code = code_of(&town, Role::Instructor).await;
        let set_up = async |password: &str| {
            let form = [("code", code.as_str()), ("password", password), ("again", password)];
            Browser::default().post(&town.app, "/set-up", &form).await
        };
        let common = set_up("Qwertyuiop").await;
        assert_eq!(common.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(common.text().contains("yleisimpien joukossa") && common.text().contains(&code), "{}", common.text());
        assert_eq!(set_up(PASSWORD).await.status, StatusCode::SEE_OTHER);
    }

    async fn too_many_reports_of_browsers_are_told_to_wait_and_hinder_nobodys_sign_in(app) {
        let town = Town::on(app).await;
        set_password(&town, Role::Coordinator, PASSWORD).await;
        let report = async || {
            let request = http::Request::post("/api/csp-report").header("content-type", "application/reports+json");
            town.app.send(request.body(axum::body::Body::from("[]")).unwrap()).await
        };
        for _ in 0..20 {
            assert_eq!(report().await.status, StatusCode::NO_CONTENT);
        }
        let told = report().await;
        assert_eq!(told.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(told.headers["retry-after"], "1");
        let known = login(Role::Coordinator);
        let right = [("login", known.as_str()), ("password", PASSWORD)];
        assert_eq!(Browser::default().post(&town.app, "/sign-in", &right).await.status, StatusCode::SEE_OTHER);
        town.app.clock.advance(1_000);
        assert_eq!(report().await.status, StatusCode::NO_CONTENT);
    }

    async fn own_sessions_are_listed_and_nobody_elses_can_be_ended(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let instructor = town.signed_in(Role::Instructor, true).await;
        let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        let row = tx.one("SELECT id FROM staff_session WHERE account = $1", [town.user(Role::Instructor).await.into()]).await.unwrap();
        let id: String = row.get("id").unwrap();
        drop(tx);
        let foreign = coordinator.post(&town.app, &format!("/sessions/{id}/end"), &[]).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND);
        assert_eq!(instructor.get(&town.app, "/sessions").await.status, StatusCode::OK);
        let own = instructor.post(&town.app, &format!("/sessions/{id}/end"), &[]).await;
        assert_eq!(own.status, StatusCode::SEE_OTHER);
        assert_eq!(instructor.get(&town.app, "/sessions").await.status, StatusCode::SEE_OTHER);
    }

    async fn the_audit_chain_covers_what_the_admin_does_and_tampering_is_found(app) {
        let town = Town::on(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let user = town.user(Role::Instructor).await;
        let before = verify(&town).await.unwrap();
        admin.post(&town.app, &format!("/accounts/{user}/link"), &[]).await;
        assert_eq!(verify(&town).await.unwrap(), before + 1);
        for change in ["UPDATE audit SET result = 'no' WHERE n = 2", "DELETE FROM audit WHERE n = 2",
            "DELETE FROM audit WHERE n = (SELECT MAX(n) FROM audit)"] {
            let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
            tx.run(change, []).await.unwrap();
            let found = server::audit::verify(&mut tx, &town.app.state.secrets, &town.own.municipality).await;
            assert!(found.is_err(), "{change}");
        }
    }
}

async fn verify(town: &Town) -> Result<i64, server::error::Error> {
    let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
    server::audit::verify(&mut tx, &town.app.state.secrets, &town.own.municipality).await
}

#[tokio::test]
async fn every_route_and_every_error_carries_the_same_headers() {
    let town = Town::on(App::sqlite().await).await;
    let admin = town.signed_in(Role::OrganisationAdmin, true).await;
    let mut answers = vec![
        ("an unknown page".to_owned(), Browser::default().get(&town.app, "/no/such/page").await),
        ("an unknown method".to_owned(), Browser::default().post(&town.app, "/healthz", &[]).await),
        (
            "a forged form".to_owned(),
            town.app.send(http::Request::post("/sign-in").body(axum::body::Body::empty()).unwrap()).await,
        ),
    ];
    for (method, path) in server::route_list() {
        let path =
            path.replace("{id}", &town.own.account.to_string()).replace("{*path}", "x").replace("{day}", "2026-09-08");
        let answer = match method {
            "GET" => admin.get(&town.app, &path).await,
            _ if path.starts_with("/api/") => admin.call(&town.app, &path, &serde_json::json!({})).await,
            _ => admin.post(&town.app, &path, &[]).await,
        };
        assert!(answer.status != StatusCode::INTERNAL_SERVER_ERROR, "{method} {path}: {}", answer.text());
        answers.push((format!("{method} {path}"), answer));
    }
    for (what, answer) in answers {
        let header = |name: &str| answer.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("(none)").to_owned();
        assert_eq!(
            header("content-security-policy"),
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; \
             font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; \
             frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'; report-to csp",
            "{what}"
        );
        assert_eq!(header("content-security-policy-report-only"), "(none)", "{what}");
        assert_eq!(header("reporting-endpoints"), "csp=\"/api/csp-report\"", "{what}");
        assert_eq!(header("strict-transport-security"), "max-age=63072000; includeSubDomains; preload", "{what}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
        assert_eq!(header("x-frame-options"), "DENY", "{what}");
        assert_eq!(header("referrer-policy"), "same-origin", "{what}");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{what}");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{what}");
        assert_eq!(header("cross-origin-embedder-policy"), "require-corp", "{what}");
        assert!(header("permissions-policy").starts_with("accelerometer=(), camera=(), geolocation=()"), "{what}");
        assert!(answer.headers.contains_key("x-request-id"), "{what}");
        let html = header("content-type").starts_with("text/html") || what.contains("/api/");
        let shell = ["/tablet", "/offline.html", "/sw.js", "/keep-worker.js"].iter().any(|path| what.contains(path));
        assert!(!html || shell || header("cache-control") == "no-store", "{what}: {}", header("cache-control"));
        let page = answer.text();
        assert!(
            !page.contains("<style") && !page.contains(" style=") && !page.contains("<script>"),
            "inline in {what}"
        );
    }
}

#[tokio::test]
async fn a_method_that_a_route_does_not_have_is_refused() {
    let app = App::sqlite().await;
    let list = server::route_list();
    for (_, path) in &list {
        let filled = path.replace("{id}", "x").replace("{*path}", "x");
        for method in ["PUT", "PATCH", "DELETE", "TRACE"] {
            let request = http::Request::builder().method(method).uri(&filled).header("sec-fetch-site", "same-origin");
            let request = request.header("x-virea", "1").header("content-type", "application/json");
            let answer = app.send(request.body(axum::body::Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn requests_from_other_sites_are_refused_on_every_change() {
    let town = Town::on(App::sqlite().await).await;
    let admin = town.signed_in(Role::OrganisationAdmin, true).await;
    let sites: [&[(&str, &str)]; 5] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", "http://127.0.0.1:3000")],
        &[("sec-fetch-site", "none")],
        &[("origin", "http://evil.example")],
        &[],
    ];
    for (method, path) in
        server::route_list().into_iter().filter(|(method, path)| *method == "POST" && *path != "/api/csp-report")
    {
        let filled = path.replace("{id}", &town.own.account.to_string());
        for site in sites {
            let mut request = http::Request::post(&filled).header("cookie", &admin.cookies);
            request = request.header("content-type", "application/x-www-form-urlencoded");
            for (key, value) in site {
                request = request.header(*key, *value);
            }
            let answer =
                town.app.send(request.body(axum::body::Body::from(encoded(&[("disabled", "yes")]))).unwrap()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path} {site:?}");
        }
    }
    let own = http::Request::post("/sign-out")
        .header("origin", "http://127.0.0.1:3000")
        .body(axum::body::Body::empty())
        .unwrap();
    assert_eq!(
        town.app.send(own).await.status,
        StatusCode::SEE_OTHER,
        "the exact origin passes without Fetch Metadata"
    );
    let form_to_api = http::Request::post("/api/sync/v1/push")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "text/plain")
        .header("cookie", &admin.cookies)
        .body(axum::body::Body::from("{}"))
        .unwrap();
    assert_eq!(town.app.send(form_to_api).await.status, StatusCode::FORBIDDEN, "the API wants its header and JSON");
}

#[tokio::test]
async fn unreadable_and_oversized_requests_are_told_so_and_change_nothing() {
    let app = App::sqlite().await;
    let send = async |path: &str, kind: &str, body: Vec<u8>| {
        let request = http::Request::post(path).header("sec-fetch-site", "same-origin").header("x-virea", "1");
        app.send(request.header("content-type", kind).body(axum::body::Body::from(body)).unwrap()).await
    };
    let form = "application/x-www-form-urlencoded";
    assert_eq!(send("/sign-in", form, b"login=a%00b&password=x".to_vec()).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(send("/sign-in", form, b"login=%ff%fe&password=x".to_vec()).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(send("/sign-in", form, vec![b'a'; 10 << 20]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(send("/sign-in", "text/plain", b"x".to_vec()).await.status, StatusCode::BAD_REQUEST);
    let api = "/api/device/v1/session";
    for (body, status) in [
        (b"{".to_vec(), StatusCode::BAD_REQUEST),
        (b"\xff\xfe".to_vec(), StatusCode::BAD_REQUEST),
        (br#"{"login":"a","password":"b","device_label":"c","role":"coordinator"}"#.to_vec(), StatusCode::BAD_REQUEST),
        (vec![b'['; 60_000], StatusCode::BAD_REQUEST),
        (vec![b' '; 10 << 20], StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        assert_eq!(send(api, "application/json", body).await.status, status);
    }
    let long = format!("/sign-in?said={}", "x".repeat(9000));
    assert_eq!(app.get(&long).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_address_that_no_handler_can_read_is_told_so_in_the_readers_language() {
    let app = App::sqlite().await;
    for path in ["/people/%ff", "/groups/1?said=a&said=b"] {
        let request = http::Request::get(path).header("accept-language", "sv");
        let answer = app.send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
        assert!(!answer.text().contains("Invalid") && !answer.text().contains("Failed"), "{path}: {}", answer.text());
    }
    let request = http::Request::get("/sign-in?said=a&said=b").header("accept-language", "sv");
    let answer = app.send(request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.text().contains("lang=\"sv\"") && !answer.text().contains("duplicate"), "{}", answer.text());
}

#[tokio::test]
async fn a_refusal_is_a_page_in_the_readers_language() {
    let app = App::sqlite().await;
    for (wanted, words) in
        [("fi", "Sivua ei ole"), ("sv-FI,fi;q=0.5", "Sidan finns inte"), ("en-GB", "There is no such page")]
    {
        let request = http::Request::get("/nowhere").header("accept-language", wanted);
        let answer = app.send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.text().contains(words), "{wanted}");
    }
    let chosen = Browser::default().post(&app, "/view", &[("lang", "sv"), ("back", "https://evil.example/")]).await;
    assert_eq!(chosen.headers["location"], "/", "never to another site");
    let swede = Browser { cookies: cookie(&chosen, "view").unwrap() };
    assert!(swede.get(&app, "/nowhere").await.text().contains("Sidan finns inte"));
}
