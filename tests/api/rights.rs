//! The rights matrix: what `rights.txt` says, written by hand, against what the running server does.
//!
//! Every route × every actor × every relation, cell by cell. A route without lines fails, and so do lines
//! without a route. A refused request changes nothing; what is foreign and what does not exist answer alike;
//! names from elsewhere never appear. Here the staff are walked, those with a personal card in `cards`.

mod cards;
pub mod ops;

pub use ops::near_fall;

use axum::Router;
use axum::body::Body;
use domain::access::Role;
use domain::applications::{Channel, Start};
use domain::devices::API_HEADER;
use domain::groups::Membership;
use domain::ids::{GroupId, IncidentId};
use domain::incidents::{self, Incident};
use domain::people::{PersonLanguage, ReferralSource};
use domain::sync::op::Verb;
use http::Request;
use server::applications::forms::{self, Filled, Waiting};
use server::applications::settings;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use tests::App;
use tests::tablet::epoch;
use tests::town::{Browser, CANARIES, FOREIGN_GROUP, Place, Town, encoded, today};
use tower::ServiceExt as _;

const EXPECTED: &str = include_str!("rights.txt");

const ACTORS: [&str; 10] =
    ["anonymous", "expired", "revoked", "norole", "admin", "coordinator", "instructor", "peer", "officer", "auditor"];
const RELATIONS: [&str; 5] = ["own", "group", "organisation", "municipality", "nothing"];
/// Relation of routes that name nothing.
const PLAIN: &str = "-";
/// Routes whose form, and not their address, names what they are about.
const NAMED_IN_FORM: [&str; 3] = ["/own/absence", "/own/rights/take-back", "/own/relatives/end"];
/// Nobody's id.
const NOTHING: &str = "00000000-0000-7000-8000-00000000dead";

type Cells = BTreeMap<(String, String, String), String>;

/// Reads the file: a line with method and path, then indented lines `actor actor: relation=answer …`.
fn expected() -> Cells {
    let mut cells = said();
    add_doors(&mut cells);
    cells
}

/// Everybody whom the file knows at a route.
fn everybody() -> impl Iterator<Item = &'static str> {
    ACTORS.into_iter().chain(cards::ACTORS)
}

fn said() -> Cells {
    let mut cells = Cells::new();
    let mut route = String::new();
    for (number, line) in EXPECTED.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim_end();
        if line.is_empty() {
            continue;
        }
        if !line.starts_with(' ') {
            route = line.split_whitespace().collect::<Vec<_>>().join(" ");
            continue;
        }
        let (actors, answers) =
            line.trim().split_once(':').unwrap_or_else(|| panic!("rights.txt:{}: no colon", number + 1));
        let is_named = |actor: &&str| cells.keys().any(|(of, named, _)| *of == route && named == actor);
        let actors: Vec<_> = match actors {
            "everybody" => everybody().collect(),
            "others" => everybody().filter(|actor| !is_named(actor)).collect(),
            named => named.split_whitespace().collect(),
        };
        for actor in actors {
            let known = if route.starts_with("OP ") {
                ops::ACTORS.contains(&actor)
            } else {
                everybody().any(|one| one == actor)
            };
            assert!(known, "rights.txt:{}: unknown actor {actor}", number + 1);
            for answer in answers.split_whitespace() {
                for (relation, word) in relations_of(&route, answer) {
                    let key = (route.clone(), actor.to_owned(), relation.to_owned());
                    let before = cells.insert(key, word.to_owned());
                    assert_eq!(before, None, "rights.txt:{}: {actor} {relation} is said twice", number + 1);
                }
            }
        }
    }
    cells
}

/// `own=page` is one cell; a bare word is every relation of the route.
fn relations_of<'a>(route: &str, answer: &'a str) -> Vec<(&'a str, &'a str)> {
    match answer.split_once('=') {
        Some((relation, word)) => vec![(relation, word)],
        None if route.starts_with("OP ") => RELATIONS.iter().map(|relation| (*relation, answer)).collect(),
        None => relations(path_of(route)).iter().map(|relation| (*relation, answer)).collect(),
    }
}

/// Of a method and a path.
fn path_of(route: &str) -> &str {
    route.split_once(' ').map_or(route, |(_, path)| path)
}

/// To whose things the path is asked for.
fn relations(path: &str) -> &'static [&'static str] {
    if path.contains("{id}") || NAMED_IN_FORM.contains(&path) { &RELATIONS } else { &[PLAIN] }
}

/// At the staff's routes somebody with a card alone is anybody, and goes to the door where nothing else is said of them.
/// At their own routes, and at those that are open to anybody, what they get is said or missed.
fn add_doors(cells: &mut Cells) {
    let is_staffs = |route: &str| !server::own::is_own(path_of(route));
    let doors =
        cells.iter().filter(|((route, actor, _), word)| actor == "anonymous" && *word == "door" && is_staffs(route));
    let doors: Vec<_> = doors.map(|((route, _, relation), _)| (route.clone(), relation.clone())).collect();
    for (route, relation) in doors {
        for actor in cards::ACTORS {
            let key = (route.clone(), actor.to_owned(), relation.clone());
            cells.entry(key).or_insert_with(|| "door".to_owned());
        }
    }
}

/// One question: what somebody in a relation to a thing gets at a route, by the file.
#[derive(Clone, Copy)]
struct Cell<'a> {
    route: &'a str,
    method: &'a str,
    path: &'a str,
    actor: &'a str,
    relation: &'a str,
    wanted: &'a str,
}

impl Cell<'_> {
    /// Whether something is carried out.
    fn changes(&self) -> bool {
        self.method == "POST" && ["done", "page"].contains(&self.wanted)
    }

    /// Whether the answer is a look at one person, which is logged.
    fn is_look(&self) -> bool {
        // A tablet that asks whether somebody is known is told of them.
        let told = self.route == "POST /api/visitors/v1/known" && self.wanted == "page";
        (self.method == "GET" && LOOKS.contains(&self.path) && self.wanted == "page")
            || told
            || names_again(self.route, self.wanted)
    }
}

/// The pages that are a look at one person or an incident; nothing else is called one.
const LOOKS: [&str; 36] = [
    "/people/{id}",
    "/people/{id}/personal-card",
    "/people/{id}/relatives",
    "/people/{id}/home-exercise",
    "/people/{id}/messages",
    "/people/{id}/letters",
    "/people/{id}/card",
    "/people/{id}/edit",
    "/people/{id}/questions",
    "/people/{id}/requests/new",
    "/people/{id}/rights",
    "/people/{id}/data",
    "/people/{id}/data/download",
    "/incidents/{id}",
    "/incidents/{id}/edit",
    "/requests/{id}",
    "/requests/feedback/{id}",
    "/applications/{id}",
    "/applications/{id}/edit",
    "/own",
    "/own/sessions",
    "/own/visits",
    "/own/exercise",
    "/own/exercise/kept",
    "/own/exercise/sheet",
    "/own/results",
    "/own/seen",
    "/own/looks",
    "/own/rights",
    "/own/rights/withdraw",
    "/own/data",
    "/own/data/download",
    "/kin/{id}",
    "/kin/{id}/sessions",
    "/kin/{id}/visits",
    "/kin/{id}/results",
];

/// One town with a browser for every actor, and a session of every place's idle account.
struct Stage {
    town: Town,
    router: Router,
    browsers: BTreeMap<&'static str, Browser>,
    fingerprint: String,
}

impl Stage {
    async fn on(app: App) -> Self {
        let town = Town::on(app).await;
        let mut browsers = BTreeMap::new();
        browsers.insert("anonymous", Browser::default());
        browsers.insert("expired", town.signed_in(Role::Coordinator, true).await);
        browsers.insert("revoked", town.signed_in(Role::Coordinator, true).await);
        browsers.insert("norole", town.signed_in(Role::Coordinator, false).await);
        browsers.insert("admin", town.signed_in(Role::OrganisationAdmin, true).await);
        browsers.insert("coordinator", town.signed_in(Role::Coordinator, true).await);
        browsers.insert("officer", town.signed_in(Role::MunicipalOfficer, true).await);
        browsers.insert("auditor", town.signed_in(Role::Auditor, true).await);
        browsers.insert("instructor", town.on_tablet(Role::Instructor).await.0);
        browsers.insert("peer", town.on_tablet(Role::PeerInstructor).await.0);
        let hash = |browser: &Browser| server::access::token::hash(browser.cookies.trim_start_matches("sid="));
        let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        let expire = "UPDATE staff_session SET created_at = 0, seen_at = 0 WHERE hash = $1";
        assert_eq!(tx.run(expire, [hash(&browsers["expired"]).into()]).await.unwrap(), 1);
        let revoke = "UPDATE staff_session SET ended_at = 1 WHERE hash = $1";
        assert_eq!(tx.run(revoke, [hash(&browsers["revoked"]).into()]).await.unwrap(), 1);
        tx.commit().await.unwrap();
        furnish(&town).await;
        Self::of(town, browsers).await
    }

    async fn of(town: Town, browsers: BTreeMap<&'static str, Browser>) -> Self {
        let router = server::router(town.app.state.clone());
        let mut stage = Self { town, router, browsers, fingerprint: String::new() };
        stage.fingerprint = stage.state_of_the_database().await;
        stage
    }

    fn place(&self, relation: &str) -> Option<&Place> {
        match relation {
            "own" => Some(&self.town.own),
            "group" => Some(&self.town.other),
            "organisation" => Some(&self.town.partner),
            "municipality" => Some(&self.town.foreign),
            _ => None,
        }
    }

    /// The id that stands in the path or in the form: of the thing that the route's first word names.
    async fn id(&self, path: &str, actor: &str, relation: &str) -> String {
        let nothing = NOTHING.to_owned();
        let Some(place) = self.place(relation) else { return nothing };
        match path.split('/').nth(1) {
            Some("own") if path == "/own/absence" => place.group.to_string(),
            Some("own") if path == "/own/rights/take-back" => crate::requests::there_at(place).to_string(),
            Some("own") => crate::relatives::there_at(place).to_string(),
            Some("people" | "kin") => place.participant.to_string(),
            // Of the reviews only what a group lacks has an id.
            Some("groups" | "reviews") => place.group.to_string(),
            Some("incidents") => IncidentId(place.participant.0).to_string(),
            Some("applications") => ops::applied(place.participant).to_string(),
            Some("application-forms") => form_of(place),
            Some("accounts" | "testers") => place.account.to_string(),
            Some("devices") => self.device_of(place).await,
            Some("places") => crate::places::there_at(place).to_string(),
            Some("requests" | "feedback") if path.contains("feedback") => crate::feedback::there_at(place).to_string(),
            // Reports and frozen pages are made by the tests of council.rs.
            Some("figures") => nothing,
            Some("requests") => crate::requests::there_at(place).to_string(),
            Some("imports") => crate::imports::waiting_id(place).to_string(),
            // One's own session is the own one; all others belong to other people.
            Some("sessions") if relation == "own" => self.own_session(actor).await.unwrap_or(nothing),
            Some("sessions") => self.session_of(&place.account.to_string()).await.unwrap_or(nothing),
            other => panic!("no ids for {other:?}: teach this test what {path} is about"),
        }
    }

    async fn device_of(&self, place: &Place) -> String {
        let mut tx = self.town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        let sql = "SELECT id FROM device WHERE label = $1";
        tx.one(sql, [format!("Tabletti {}", place.group).into()]).await.unwrap().get("id").unwrap()
    }

    async fn own_session(&self, actor: &str) -> Option<String> {
        let cookies = &self.browsers[actor].cookies;
        let secret = cookies.strip_prefix("sid=")?.split(';').next()?;
        let mut tx = self.town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        let hash = server::access::token::hash(secret);
        let row = tx.maybe("SELECT id FROM staff_session WHERE hash = $1", [hash.into()]).await.unwrap();
        row.map(|row| row.get("id").unwrap())
    }

    async fn session_of(&self, account: &str) -> Option<String> {
        let mut tx = self.town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        let row = tx.maybe("SELECT id FROM staff_session WHERE account = $1", [account.into()]).await.unwrap();
        row.map(|row| row.get("id").unwrap())
    }

    /// Wrong passwords of other cells do not make this one wait.
    async fn forget_slips(&self) {
        let mut tx = self.town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        tx.run("DELETE FROM login_attempt", []).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn state_of_the_database(&self) -> String {
        let mut tx = self.town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        tx.one(&ALL_COUNTS, []).await.unwrap().get("counts").unwrap()
    }

    /// Looks at one person, and refusals.
    async fn logged(&self) -> [i64; 2] {
        let mut tx = self.town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        let sql = "SELECT COUNT(CASE WHEN verb = 'view' THEN 1 END) AS looks, \
                   COUNT(CASE WHEN verb = 'refused' THEN 1 END) AS refusals FROM audit";
        let row = tx.one(sql, []).await.unwrap();
        ["looks", "refusals"].map(|column| row.get(column).unwrap())
    }

    /// Asks one cell's question and writes down what is wrong with the answer. `logged`: looks and refusals, as they were
    /// before, then as they are.
    async fn tried(&self, cell: Cell<'_>, logged: &mut [i64; 2], wrong: &mut Vec<String>) -> Reply {
        let Cell { route, method, path, actor, relation, wanted } = cell;
        if method == "POST" && wanted != "door" {
            self.forget_slips().await;
        }
        let reply = self.ask(method, path, actor, relation).await;
        let mut tell = |what: String| wrong.push(format!("{route}: {actor} {relation}: {what}"));
        let word = reply.word(path);
        if word != wanted {
            tell(format!("expected {wanted}, got {word} ({} {})", reply.status, reply.location));
        }
        if let Some(name) = reply.leak(actor) {
            tell(format!("shows {name}"));
        }
        // A look is logged, and so is every refusal.
        let [looks, refusals] = *logged;
        *logged = self.logged().await;
        if *logged != [looks + i64::from(cell.is_look()), refusals + i64::from(wanted == "no")] {
            tell("the log of looks or refusals is wrong".to_owned());
        }
        reply
    }

    /// After all that one actor asked of a route. `alike`: the answers about what is foreign and what does not exist.
    async fn settle(&mut self, (route, actor): (&str, &str), alike: &[Reply], wrong: &mut Vec<String>) {
        if let [foreign, nothing] = alike
            && foreign != nothing
        {
            wrong.push(format!("{route}: {actor}: foreign and nonexistent answer differently"));
        }
        // Once for all that was asked: it counts every table.
        let left = self.state_of_the_database().await;
        if left != self.fingerprint {
            wrong.push(format!("{route}: {actor}: refused, yet something changed"));
            self.fingerprint = left;
        }
    }

    async fn ask(&self, method: &str, path: &str, actor: &str, relation: &str) -> Reply {
        let id = if relation == PLAIN { String::new() } else { self.id(path, actor, relation).await };
        let filled = path.replace("{id}", &id).replace("{*path}", "x").replace("{day}", &today().to_string());
        let filled = filled.replace("{code}", "091");
        let filled = match (method, path) {
            ("GET", "/own/rights/ask") => format!("{filled}?kind=correction"),
            ("GET", "/own/rights/withdraw") => format!("{filled}?purpose=health_tests"),
            _ => filled,
        };
        let mut request = Request::builder().method(method).uri(&filled).header("sec-fetch-site", "same-origin");
        let cookies = &self.browsers[actor].cookies;
        if !cookies.is_empty() {
            request = request.header("cookie", cookies);
        }
        let (kind, body) = self.body(method, path, relation, &id).await;
        let request = request.header("content-type", kind).header(API_HEADER, "1").body(Body::from(body)).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let location = headers.get("location").and_then(|l| l.to_str().ok()).unwrap_or_default().to_owned();
        // A live connection has no end.
        let live = headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
        let text = if live {
            String::new()
        } else {
            let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            String::from_utf8_lossy(&body).into_owned()
        };
        let text = if id.is_empty() { text } else { text.replace(&id, "ID") };
        Reply { status, location: if id.is_empty() { location } else { location.replace(&id, "ID") }, text }
    }

    /// A request that would succeed if the actor may make it; nothing in it says who the actor is. `id`: of what it is
    /// about.
    async fn body(&self, method: &str, path: &str, relation: &str, id: &str) -> (&'static str, String) {
        let form = |fields: &[(&str, &str)]| ("application/x-www-form-urlencoded", encoded(fields));
        let json = |value: serde_json::Value| ("application/json", value.to_string());
        if method == "GET" {
            return form(&[]);
        }
        let organisation = self.town.own.organisation.to_string();
        let group = self.town.own.group.to_string();
        let stream = "00000000-0000-7000-8000-000000000001";
        let epoch = epoch(&self.town.app).await;
        match path {
            "/devices/unsent" => (crate::imports::FORM, crate::imports::form("groups", "virea.json", "{}")),
            "/devices/{id}/name" => form(&[("label", "Sali 2")]),
            "/imports" => (crate::imports::FORM, crate::imports::form("groups", "ryhmät.csv", crate::imports::GROUPS)),
            "/sign-in" => form(&[("login", "nobody@nowhere"), ("password", "ei tämäkään")]),
            "/set-up" => form(&[
                ("code", "0000-0000-0000-0000-0000-0000"),
                ("password", "kolme sanaa"),
                ("again", "kolme sanaa"),
            ]),
            "/role" => form(&[("role", "coordinator"), ("role", "municipal_officer")]),
            "/accounts" => form(&[
                ("name", "Uusi Ihminen"),
                ("login", "uusi@091"),
                ("language", "fi"),
                ("organisation", &organisation),
                ("roles", "instructor"),
            ]),
            "/accounts/{id}/roles" => form(&[("roles", "instructor")]),
            "/accounts/{id}/name" => form(&[("name", "Uusi Nimi")]),
            "/accounts/{id}/confirm" => form(&[("role", "coordinator")]),
            "/role/offer" => form(&[("role", "coordinator"), ("answer", "yes")]),
            "/notices/read" => form(&[("newest", "0")]),
            "/accounts/{id}/rights" => form(&[("rights", "physiotherapist")]),
            "/accounts/{id}/training" | "/testers/{id}" => form(&[("trained_on", "8.9.2025")]),
            "/phone" | "/accounts/{id}/phone" => form(&[("phone", "040 123 4567")]),
            "/accounts/{id}/disabled" => form(&[("disabled", "yes")]),
            "/api/desk/v1/people/find" => json(serde_json::json!({"typed": "Aino"})),
            "/people/{id}/pause" => form(&[("pause_from", "8.9.2026"), ("pause_reason", "travel")]),
            "/people/{id}/contact" => {
                form(&[("contact_on", "8.9.2026"), ("contact_way", "phone"), ("contact_outcome", "reached")])
            }
            "/people/{id}/home-exercise" => form(&[
                ("rev", "0"),
                ("e", "chair_stand"),
                ("form_chair_stand", "usual"),
                ("amount_chair_stand", "10"),
                ("rounds_chair_stand", "2"),
                ("from", "8.9.2026"),
            ]),
            "/people/{id}/home-exercise/days" => form(&[("day", "2026-09-08")]),
            "/places/new" | "/places/{id}/edit" => form(&[("rev", "1"), ("name", "Uusi talo")]),
            "/people/{id}/died" => form(&[("died_on", "8.9.2026")]),
            "/people/search" => form(&[("q", "Aino")]),
            "/people/new" => form(&[
                ("given_names", "Elli"),
                ("family_name", "Uusi"),
                ("birth_date", "8.3.1944"),
                ("sex", "female"),
                ("language", "fi"),
                ("group", &group),
                ("joined_on", "8.9.2026"),
            ]),
            "/people/{id}/edit" => {
                form(&[("rev", "1"), ("given_names", "Aino"), ("family_name", "Muutettu"), ("birth_date", "8.3.1946")])
            }
            "/purge" => form(&[("people", &self.town.own.participant.to_string()), ("sure", "yes")]),
            "/people/{id}/restrict" => form(&[("restriction", "accuracy")]),
            "/people/{id}/erase" => form(&[("why", "asked"), ("sure", "yes")]),
            "/people/{id}/join" => {
                // One in which the person is not.
                let group = if relation == "own" { self.town.other.group.to_string() } else { group };
                form(&[("group", &group), ("joined_on", "8.9.2026")])
            }
            "/people/{id}/leave" => {
                let place = self.place(relation).unwrap_or(&self.town.own);
                let joined_on = today().plus_days(-7);
                let stay = Membership::id_of(place.group, place.participant, joined_on).to_string();
                form(&[("membership", &stay), ("left_on", "8.9.2026"), ("exit_reason", "unknown")])
            }
            "/people/{id}/clear" => {
                let place = self.place(relation).unwrap_or(&self.town.own);
                let screening = place.participant.to_string();
                form(&[("screening", &screening), ("by", "fysioterapeutti Laine"), ("on", "8.9.2026"), ("limits", "")])
            }
            "/people/{id}/consents" => form(&[
                ("purpose", "health_tests"),
                ("act", "given"),
                ("channel", "spoken"),
                ("consent_language", "fi"),
                ("consent_on", "8.9.2026"),
            ]),
            "/people/{id}/relatives" => form(&[
                ("name", "Liisa Läheinen"),
                ("relation", "tytär"),
                ("shown", "relative_schedule"),
                ("until", "1.6.2027"),
                ("channel", "paper"),
            ]),
            "/people/{id}/requests/new" => form(&[
                ("kind", "leaving"),
                ("channel", "phone"),
                ("request_language", "fi"),
                ("received_on", "8.9.2026"),
            ]),
            "/statements/edit" => {
                form(&[("kind", "privacy"), ("language", "fi"), ("next", "1"), ("body", "# Otsikko\nTeksti.")])
            }
            "/feedback/{code}" => form(&[("kind", "accessibility"), ("words", "Nappi on liian pieni.")]),
            "/figures/population" => form(&[("year", "2025"), ("aged_75", "4200"), ("source", "Tilastokeskus")]),
            "/figures/goals" => form(&[("next", "1"), ("percent", "12,5"), ("source", "Hyvinvointikertomus")]),
            "/figures/goals/edit" => form(&[
                ("next", "1"),
                ("aim", "Kunto säilyy"),
                ("owner", "Liikuntapalvelut"),
                ("measured", "residents"),
            ]),
            "/figures/report/edit" => form(&[("next", "1"), ("next_steps", "Uusi sali keväällä.")]),
            "/requests/{id}/answer" | "/requests/feedback/{id}/answer" => form(&[("answer", "Sovittu.")]),
            "/requests/{id}/extend" => form(&[("why", "Kysymme vielä.")]),
            "/people/{id}/friends" => form(&[
                ("form", "new"),
                ("friend_name", "Ville Vapaaehtoinen"),
                ("friend_phone", "040 123 4567"),
                ("friend_since", "8.9.2026"),
            ]),
            "/people/{id}/talks" => form(&[("talked_on", "8.9.2026"), ("goal", "Kauppaan kävellen")]),
            "/people/{id}/questions" => form(&[("on", "8.9.2026"), ("q1", "no")]),
            "/applications/new" => form(&[
                ("given_names", "Elli"),
                ("family_name", "Uusi"),
                ("born", "1944"),
                ("phone", "040 123 4567"),
                ("source", "self"),
                ("applied_on", "8.9.2026"),
            ]),
            "/applications/{id}/edit" => form(&[("rev", "4"), ("home", "own_home")]),
            "/applications/{id}/decide" => {
                form(&[("rev", "3"), ("decision", "counselling_only"), ("reason", "haluaa liikkua yksin")])
            }
            "/applications/{id}/offer" => {
                let group = offered(&self.town, self.place(relation).unwrap_or(&self.town.own)).to_string();
                // As it was offered yesterday: another offer would be refused as long as that one waits.
                form(&[("offer_group", &group), ("until", "14.9.2026")])
            }
            "/applications/{id}/reply" => {
                let group = offered(&self.town, self.place(relation).unwrap_or(&self.town.own)).to_string();
                let on = today().plus_days(-1).to_string();
                form(&[("group", &group), ("offered_on", &on), ("reply", "declined")])
            }
            "/apply/{code}" => form(&[
                ("who", "self"),
                ("given_names", "Elli"),
                ("family_name", "Uusi"),
                ("birth_year", "1944"),
                ("phone", "040 123 4567"),
            ]),
            "/groups/{id}/staff" => {
                let substitute = self.town.user(Role::Instructor).await.to_string();
                form(&[("account", &substitute), ("from", "9.9.2026"), ("to", "9.9.2026")])
            }
            "/groups/{id}/staff/end" => {
                let leader = self.town.user(Role::Instructor).await.to_string();
                form(&[("account", &leader), ("from", &today().to_string())])
            }
            "/groups/{id}/copy" => form(&[
                ("name", "Seuraava kausi"),
                ("kind", "outdoor"),
                ("provider", &organisation),
                ("season_start", "11.1.2027"),
            ]),
            "/groups/{id}/sessions" => form(&[("day", "9.9.2026"), ("starts_at", "10.30")]),
            "/groups/{id}/sessions/{day}/mark" => {
                let person = self.place(relation).unwrap_or(&self.town.own).participant.to_string();
                form(&[("participant", &person), ("rev", "0"), ("mark", "absent_informed"), ("reason", "told_later")])
            }
            "/groups/{id}/sessions/{day}/call" => {
                let person = self.place(relation).unwrap_or(&self.town.own).participant.to_string();
                form(&[("participant", &person), ("outcome", "reached")])
            }
            "/groups/{id}/sessions/{day}/cancel" => form(&[("rev", "1"), ("why", "weather")]),
            "/groups/{id}/sessions/{day}/move" => form(&[("rev", "1"), ("starts_at", "13.30"), ("place", "Kahvio")]),
            "/groups/{id}/sessions/{day}/count" => form(&[("rev", "1"), ("people", "40")]),
            "/groups/{id}/sessions/{day}/note" => form(&[("rev", "1"), ("note", "Kahviossa")]),
            "/incidents/{id}/edit" => form(&[("kind", "fall"), ("injury", "minor"), ("what_happened", "Kompastui.")]),
            "/groups/{id}/incidents/new" => form(&[
                ("on", "8.9.2026"),
                ("kind", "near_fall"),
                ("injury", "none"),
                ("what_happened", "Horjahti tuolista noustessa."),
            ]),
            "/groups/new" | "/groups/{id}/edit" => form(&[
                ("rev", "1"),
                ("name", "Uusi ryhmä"),
                ("kind", "outdoor"),
                ("provider", &organisation),
                ("weekdays", "2"),
                // As it was: nothing is asked.
                ("minutes", "60"),
            ]),
            "/own/absence" | "/kin/{id}/absence" => {
                let group = self.place(relation).map_or_else(|| NOTHING.to_owned(), |place| place.group.to_string());
                form(&crate::own::absence(&group, &today().plus_days(7).to_string(), "yes"))
            }
            "/own/exercise" => form(&[("done", &today().to_string())]),
            "/own/pin" | "/kin/{id}/pin" => form(&[("pin", crate::own::PIN)]),
            "/own/calendar" => form(&[("rev", "0")]),
            "/own/messages" | "/kin/messages" | "/people/{id}/messages" => form(&[("channel", "call")]),
            "/own/rights/ask" => form(&crate::requests::correction(stream, "Puhelin on väärin.")),
            "/own/rights/take-back" => form(&[("form", "take_back"), ("request", id)]),
            "/own/rights/withdraw" => form(&[("form", "withdraw"), ("purpose", "health_tests"), ("rev", stream)]),
            "/own/relatives/new" => form(&[
                ("step", "until"),
                ("rev", stream),
                ("name", "Liisa Läheinen"),
                ("relation", "tytär"),
                ("shown", "relative_schedule"),
                ("until", "3"),
            ]),
            "/own/relatives/end" => form(&[("relative", id)]),
            "/api/device/v1/session" => {
                json(serde_json::json!({"login": "nobody@nowhere", "password": "x", "device_label": "t"}))
            }
            "/api/device/v1/report" => json(serde_json::json!({
                "user": self.town.user(Role::Instructor).await, "unsent": 0, "damaged": 0, "program": "0.1.0",
                "storage": "kept", "clock": 0, "emptied": false, "stream": stream, "made": 0,
            })),
            "/api/sync/v1/push" => {
                json(serde_json::json!({"epoch": epoch, "stream": stream, "created_n": 0, "envelopes": []}))
            }
            "/api/sync/v1/pull" => json(serde_json::json!({"schema": 1, "cursors": {}, "limit": 10})),
            "/api/visitors/v1/known" => json(serde_json::json!({"group": group, "whom": crate::visitors::other()})),
            "/api/visitors/v1/bring" => json(serde_json::json!({
                "group": group, "whom": crate::visitors::other(), "day": today().to_string(),
                "person": self.town.other.participant.to_string(),
            })),
            "/api/sync/v1/outcomes" => json(serde_json::json!({"op_ids": []})),
            _ if path.starts_with("/api/") => json(serde_json::json!({})),
            _ => form(&[]),
        }
    }
}

/// All of [`COUNTS`] in one text.
static ALL_COUNTS: LazyLock<String> = LazyLock::new(|| {
    let numbers = COUNTS.iter().map(|sql| format!("CAST(({sql}) AS TEXT)"));
    format!("SELECT {} AS counts", numbers.collect::<Vec<_>>().join(" || ' ' || "))
});

/// Everything that a refused request could have changed, as numbers.
const COUNTS: [&str; 34] = [
    "SELECT (SELECT COUNT(*) FROM message_choice) + (SELECT COUNT(*) FROM push_phone)",
    "SELECT COUNT(*) FROM statement",
    "SELECT COUNT(*) + COUNT(answer) FROM feedback",
    "SELECT COUNT(*) + COUNT(answer) + COUNT(extended_on) + COUNT(taken_back_on) FROM rights_request",
    "SELECT COUNT(*) + COUNT(wanted_at) + COUNT(ended_at) FROM import_upload",
    "SELECT COUNT(*) FROM personal_card",
    "SELECT COUNT(*) FROM personal_card WHERE ended_at IS NOT NULL",
    "SELECT COUNT(*) FROM own_session",
    "SELECT COUNT(*) FROM own_session WHERE ended_at IS NOT NULL",
    "SELECT COUNT(*) FROM application_form WHERE settled_at IS NULL",
    "SELECT COUNT(*) FROM account",
    "SELECT COUNT(*) FROM account WHERE disabled_at IS NOT NULL",
    "SELECT COUNT(*) FROM account_role",
    "SELECT COUNT(*) FROM role_offer",
    "SELECT COUNT(*) FROM account_right",
    "SELECT COUNT(*) FROM account WHERE trained_on IS NOT NULL",
    "SELECT COUNT(*) FROM account WHERE phone IS NOT NULL",
    "SELECT COUNT(*) FROM account_notice WHERE read_at IS NULL",
    "SELECT COUNT(*) FROM group_staff",
    "SELECT COUNT(*) FROM setup_link",
    "SELECT COUNT(*) FROM setup_link WHERE used_at IS NOT NULL",
    "SELECT COUNT(*) FROM staff_session",
    "SELECT COUNT(*) FROM staff_session WHERE ended_at IS NOT NULL",
    "SELECT COUNT(*) FROM device",
    "SELECT COUNT(*) FROM device WHERE ended_at IS NOT NULL",
    "SELECT COUNT(*) FROM op",
    "SELECT CAST(COALESCE(SUM(head), 0) AS BIGINT) FROM bucket",
    "SELECT COUNT(*) FROM audit WHERE verb NOT IN ('view', 'list', 'log.view', 'export', 'pull', 'sign_in', 'own.sign_in', 'refused')",
    "SELECT COUNT(*) FROM organisation",
    "SELECT COUNT(*) FROM snapshot",
    "SELECT COUNT(*) FROM council_text",
    "SELECT COUNT(*) FROM council_report",
    "SELECT COUNT(*) FROM population",
    "SELECT COUNT(*) FROM indicator",
];

/// The group in which a person of that place was offered a place: one that they are not in already.
fn offered(town: &Town, place: &Place) -> GroupId {
    match place.group {
        group if group == town.own.group => town.other.group,
        group if group == town.other.group => town.own.group,
        group => group,
    }
}

/// Something of every kind at every place.
async fn furnish(town: &Town) {
    for place in [&town.own, &town.other, &town.partner, &town.foreign] {
        idle_session(town, place).await;
        town.write_at(place, vec![incident(place), ops::screened(place)]).await;
        town.write_at(place, ops::offered(place, offered(town, place))).await;
        sent_form(town, place).await;
        idle_device(town, place).await;
        crate::imports::waiting(town, place).await;
        crate::places::there(town, place).await;
        crate::requests::there(town, place).await;
        crate::feedback::there(town, place).await;
    }
}

async fn idle_session(town: &Town, place: &Place) {
    let state = &town.app.state;
    let new = server::access::sessions::NewSession {
        municipality: &place.municipality,
        user: place.account,
        role: Some(Role::Instructor),
        device: None,
        device_label: "desk",
    };
    let mut tx = state.db.begin(server::db::Unscoped::Installation).await.unwrap();
    server::access::sessions::create(state, &mut tx, new).await.unwrap();
    tx.commit().await.unwrap();
}

/// The incident of the place's participant, told with the canary; its id is the participant's.
fn incident(place: &Place) -> Verb {
    let id = IncidentId(place.participant.0);
    let incident = Incident { what_happened: place.canary.to_owned(), ..ops::near_fall(id, place) };
    Verb::Incident(incidents::Verb::Record { incident })
}

/// The id of the public form that came to the place's organisation.
fn form_of(place: &Place) -> String {
    domain::ids::uuid_v5(place.group.0, &["application_form"]).to_string()
}

/// A public form, filled in with the canary; the form of the own municipality is open.
async fn sent_form(town: &Town, place: &Place) {
    let filled = Filled {
        given_names: "Elli".to_owned(),
        family_name: place.canary.to_owned(),
        birth_year: 1944,
        phone: "0401234567".to_owned(),
        language: PersonLanguage::Finnish,
        start: Start { source: ReferralSource::Myself, channel: Channel::Form, referred_by: None },
        says_yes: false,
        group: Some(place.group),
    };
    let form = Waiting { id: form_of(place).parse().unwrap(), received_at: town.app.state.now(), filled };
    let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
    let now = town.app.state.now();
    settings::set_public_form(&mut tx, &town.own.municipality, true, now).await.unwrap();
    assert!(forms::keep(&mut tx, &place.municipality, place.organisation, &form).await.unwrap());
    tx.commit().await.unwrap();
}

/// A tablet that nobody has signed in on since.
async fn idle_device(town: &Town, place: &Place) {
    let id = domain::ids::uuid_v5(place.group.0, &["device"]);
    let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
    tx.run(
        "INSERT INTO device (municipality, id, hash, organisation, label, created_at, seen_at) \
         VALUES ($1, $2, $3, $4, $5, 0, 0)",
        [
            (&place.municipality).into(),
            id.into(),
            server::access::token::hash(&id.to_string()).into(),
            place.organisation.into(),
            format!("Tabletti {}", place.group).into(),
        ],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

#[derive(PartialEq, Eq)]
struct Reply {
    status: u16,
    location: String,
    text: String,
}

impl Reply {
    /// The answer in one word of `rights.txt`.
    fn word(&self, path: &str) -> String {
        let shell =
            ["/tablet", "/offline.html", "/sw.js", "/keep-worker.js"].iter().any(|shell| path.starts_with(shell));
        let error = |word: &str| self.text.contains(&format!("\"error\":\"{word}\""));
        match self.status {
            200 | 201 if self.asks_for_pin() => "pin",
            200 | 201 => "page",
            // Compiled without a site: the shell says so, to everybody alike.
            503 if shell && server::site::assets().is_empty() => "page",
            204 => "done",
            303 if ["/sign-in", "/own/sign-in"].contains(&self.location.as_str()) => "door",
            303 if self.location == "/role" => "role",
            303 if self.location.split('?').next().is_some_and(|to| to.ends_with("/pin")) => "pin",
            303 => "done",
            401 if error("choose_role") => "role",
            401 if error("wrong") => "wrong",
            401 => "door",
            403 => "no",
            404 => "none",
            422 => "wrong",
            other => return format!("status {other}"),
        }
        .to_owned()
    }

    /// Whether the PIN alone is asked for, of somebody who has signed in with a card.
    fn asks_for_pin(&self) -> bool {
        let asks = |field: &str| self.text.contains(&format!("name=\"{field}\""));
        asks("pin") && !asks("number")
    }

    /// Names that this actor may never see, wherever they ask.
    fn leak(&self, actor: &str) -> Option<&'static str> {
        let hidden: &[&'static str] = match actor {
            "coordinator" => &CANARIES[2..],
            "instructor" | "peer" | "participant" | "coded" => &CANARIES[1..],
            _ => &CANARIES,
        };
        hidden.iter().chain(&[FOREIGN_GROUP]).find(|name| self.text.contains(**name)).copied()
    }
}

fn routes() -> Vec<(String, &'static str, &'static str)> {
    server::route_list().into_iter().map(|(method, path)| (format!("{method} {path}"), method, path)).collect()
}

#[test]
fn every_route_has_its_lines_and_every_line_its_route() {
    let (cells, routes) = (expected(), routes());
    let named: std::collections::BTreeSet<_> =
        cells.keys().map(|(route, ..)| route.clone()).filter(|route| !route.starts_with("OP ")).collect();
    let known: std::collections::BTreeSet<_> = routes.iter().map(|(route, ..)| route.clone()).collect();
    assert_eq!(
        known.difference(&named).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "routes without lines in rights.txt"
    );
    assert_eq!(named.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new(), "lines without a route");
    for (route, _, path) in &routes {
        for actor in everybody() {
            for relation in relations(path) {
                let key = (route.clone(), actor.to_owned(), (*relation).to_owned());
                assert!(cells.contains_key(&key), "{route}: {actor} {relation} is not said in rights.txt");
            }
        }
    }
}

/// Whether the answer is a form that comes back and names the person again.
fn names_again(route: &str, wanted: &str) -> bool {
    route == "POST /people/{id}/letters" && wanted == "wrong"
}

/// Walks every cell of the staff; those that change something get a town of their own.
async fn walk(app: App) {
    let cells = expected();
    let Stage { town, router, browsers, fingerprint } = Stage::on(app).await;
    drop(router);
    let (places, begin) = town.freeze().await;
    let fresh = async || {
        let town = places.on(begin.thaw().await);
        let router = server::router(town.app.state.clone());
        Stage { town, router, browsers: browsers.clone(), fingerprint: fingerprint.clone() }
    };
    let mut shared = fresh().await;
    let mut logged = shared.logged().await;
    let mut wrong = Vec::new();
    for (route, method, path) in routes() {
        for actor in ACTORS {
            let mut alike = Vec::new();
            for relation in relations(path) {
                let key = (route.clone(), actor.to_owned(), (*relation).to_owned());
                let Some(wanted) = cells.get(&key) else { continue };
                let cell = Cell { route: &route, method, path, actor, relation, wanted };
                let reply = if cell.changes() {
                    let stage = fresh().await;
                    let mut logged = stage.logged().await;
                    let reply = stage.tried(cell, &mut logged, &mut wrong).await;
                    stage.town.app.end().await;
                    reply
                } else {
                    shared.tried(cell, &mut logged, &mut wrong).await
                };
                if ["municipality", "nothing"].contains(relation) {
                    alike.push(reply);
                }
            }
            shared.settle((&route, actor), &alike, &mut wrong).await;
        }
    }
    shared.town.app.end().await;
    assert!(wrong.is_empty(), "{} cells differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn the_server_does_what_rights_txt_says_on_sqlite() {
    walk(App::sqlite().await).await;
}

#[tokio::test]
async fn the_server_does_what_rights_txt_says_on_postgres() {
    if std::env::var("TEST_DATABASE_URL").is_err() {
        return eprintln!("not run: TEST_DATABASE_URL is not set");
    }
    walk(App::postgres().await.expect("a PostgreSQL that was there a moment ago")).await;
}
