//! Every route that shows a person writes exactly one row, whether it answers with a page, with what is wrong, or saves;
//! every other shows nobody. A new route is told here what it shows.

use domain::access::Role;
use domain::attendance::{self, Mark};
use domain::friends;
use domain::ids::{FriendPairId, IncidentId, TalkId};
use domain::incidents::{self, Incident};
use domain::sync::op::Verb;
use domain::talks::{self, Talk};
use http::StatusCode;
use std::collections::BTreeSet;
use tests::tablet::Tablet;
use tests::town::{Browser, CANARIES, Town, today};
use tests::{Answer, App};

use crate::rights::ops;

/// A request that shows somebody: the route, what is sent, the status of the answer, and the verb of its one row.
struct Look {
    method: &'static str,
    route: &'static str,
    form: &'static [(&'static str, &'static str)],
    status: u16,
    verb: &'static str,
}

const fn get(route: &'static str, verb: &'static str) -> Look {
    Look { method: "GET", route, form: &[], status: 200, verb }
}

const fn post(
    route: &'static str,
    form: &'static [(&'static str, &'static str)],
    status: u16,
    verb: &'static str,
) -> Look {
    Look { method: "POST", route, form, status, verb }
}

/// What the coordinator is shown. `{group}`, `{person}`, `{stay}` and `{canary}` stand for ids of the own group, and its
/// person's family name; `{day}` is today.
const LOOKS: [Look; 91] = [
    get("/requests", "list"),
    get("/requests/feedback", "list"),
    get("/requests/feedback/{id}", "view"),
    post("/requests/feedback/{id}/answer", &[("answer", "")], 422, "view"),
    get("/requests/{id}", "view"),
    post("/requests/{id}/answer", &[("answer", "")], 422, "view"),
    post("/requests/{id}/extend", &[("why", "")], 422, "view"),
    get("/people/{id}/requests/new", "view"),
    post("/people/{id}/requests/new", &[("kind", "")], 422, "view"),
    get("/people", "list"),
    get("/people/{id}", "view"),
    get("/people/{id}/card", "view"),
    get("/people/{id}/rights", "view"),
    get("/people/{id}/data", "view"),
    get("/people/{id}/data/download", "view"),
    post("/people/{id}/erase", &[("why", ""), ("sure", "yes")], 422, "view"),
    post("/people/{id}/restrict", &[("restriction", "")], 422, "view"),
    get("/people/{id}/personal-card", "view"),
    post("/people/{id}/personal-card", &[], 303, "card.make"),
    get("/people/{id}/home-exercise", "view"),
    post("/people/{id}/home-exercise", &[("rev", "0"), ("from", "")], 422, "view"),
    get("/people/{id}/messages", "view"),
    post("/people/{id}/messages", &[("channel", "")], 422, "view"),
    post("/people/{id}/messages", &[("channel", "call")], 303, "message.choice"),
    get("/people/{id}/relatives", "view"),
    post("/people/{id}/relatives", &[("name", "")], 422, "view"),
    get("/groups/{id}/cards", "list"),
    post("/groups/{id}/cards", &[], 422, "list"),
    get("/groups/{id}/letters", "list"),
    post("/groups/{id}/letters", &[], 422, "list"),
    get("/people/{id}/letters", "view"),
    post("/people/{id}/letters", &[], 422, "view"),
    get("/rounds", "list"),
    get("/people/{id}/edit", "view"),
    post("/people/{id}/edit", &[("rev", "1"), ("given_names", "Aino"), ("family_name", "")], 422, "view"),
    post("/people/{id}/edit", &[("rev", "7"), ("given_names", "Aino"), ("family_name", "Aho")], 422, "view"),
    post("/people/{id}/join", &[("group", ""), ("joined_on", "")], 422, "view"),
    get("/people/join", "list"),
    post("/people/join", &[("group", ""), ("joined_on", "")], 422, "list"),
    post("/people/{id}/leave", &[("membership", "{stay}"), ("left_on", ""), ("exit_reason", "")], 422, "view"),
    post("/people/{id}/pause", &[("pause_from", "")], 422, "view"),
    post("/people/{id}/contact", &[("contact_on", "")], 422, "view"),
    post("/people/{id}/died", &[("died_on", "")], 422, "view"),
    post("/people/{id}/clear", &[("by", ""), ("on", ""), ("limits", "")], 422, "view"),
    get("/groups/{id}", "list"),
    get("/groups/{id}/roll", "list"),
    get("/groups/{id}/copy", "list"),
    post("/groups/{id}/copy", &[("name", "")], 422, "list"),
    get("/groups/{id}/sessions/{day}", "list"),
    post("/groups/{id}/sessions/{day}/mark", &[("participant", "{person}"), ("mark", "nothing")], 422, "list"),
    post("/groups/{id}/sessions/{day}/cancel", &[("reason", "")], 422, "list"),
    post("/groups/{id}/sessions/{day}/move", &[("starts_at", "kuudelta")], 422, "list"),
    post("/groups/{id}/sessions/{day}/count", &[("people", "monta")], 422, "list"),
    post("/groups/{id}/sessions/{day}/note", &[("note", "Sali B"), ("rev", "9")], 422, "list"),
    get("/people/download", "export"),
    get("/groups/{id}/attendance", "export"),
    get("/groups/{id}/results", "export"),
    get("/incidents", "list"),
    get("/groups/{id}/incidents/new", "list"),
    post("/groups/{id}/incidents/new", &[("what_happened", "")], 422, "list"),
    post("/api/desk/v1/people/find", &[("typed", "Aino")], 200, "list"),
    // Somebody of this name may be there already.
    post(
        "/people/new",
        &[("given_names", "Aino"), ("family_name", "{canary}"), ("birth_date", "8.3.1946")],
        422,
        "list",
    ),
    get("/incidents/{id}", "view"),
    get("/incidents/{id}/edit", "view"),
    post("/incidents/{id}/edit", &[("what_happened", "")], 422, "view"),
    post("/incidents/{id}/handle", &[], 303, "write"),
    get("/reviews", "list"),
    get("/applications", "list"),
    get("/applications/{id}", "view"),
    get("/applications/{id}/edit", "view"),
    get("/people/{id}/questions", "view"),
    get("/talks", "list"),
    get("/friends", "list"),
    post("/people/{id}/consents", &[("rev", ""), ("purpose", "")], 422, "view"),
    post("/people/{id}/talks", &[("rev", ""), ("goal", "")], 422, "view"),
    post("/people/{id}/talks", &[("form", "take_back"), ("rev", "{person}")], 422, "view"),
    post("/people/{id}/friends", &[("form", "new"), ("friend_name", "")], 422, "view"),
    post("/people/{id}/questions", &[("rev", ""), ("on", "")], 422, "view"),
    post("/applications/{id}/decide", &[("decision", ""), ("reason", "")], 422, "view"),
    post("/applications/{id}/offer", &[("offer_group", ""), ("until", "")], 422, "view"),
    post(
        "/applications/{id}/reply",
        &[("group", "{group}"), ("offered_on", "{yesterday}"), ("reply", "accepted"), ("joined_on", "")],
        422,
        "view",
    ),
    post("/applications/{id}/edit", &[("rev", "9"), ("home", "own_home")], 422, "view"),
    post("/people/{id}/edit", &[("rev", "1"), ("given_names", "Aino"), ("family_name", "Aho")], 303, "write"),
    post("/people/{id}/join", &[("group", "{other}"), ("joined_on", "8.9.2026")], 303, "write"),
    post("/people/{id}/pause", &[("pause_from", "8.9.2026"), ("pause_reason", "travel")], 303, "write"),
    post(
        "/people/{id}/contact",
        &[("contact_on", "8.9.2026"), ("contact_way", "phone"), ("contact_outcome", "reached")],
        303,
        "write",
    ),
    post(
        "/people/{id}/home-exercise",
        &[
            ("rev", "0"),
            ("e", "walk"),
            ("form_walk", "usual"),
            ("amount_walk", "20"),
            ("rounds_walk", "1"),
            ("from", "8.9.2026"),
        ],
        303,
        "write",
    ),
    get("/people/{id}/home-exercise/sheet", "view"),
    post("/people/{id}/home-exercise/days", &[("day", "2026-09-08")], 303, "write"),
    post("/people/{id}/died", &[("undo", "yes")], 303, "write"),
    post(
        "/people/{id}/leave",
        &[("membership", "{stay}"), ("left_on", "8.9.2026"), ("exit_reason", "unknown")],
        303,
        "write",
    ),
];

/// What shows nobody who takes part.
/// Those restricted are nobody here, and the log names references: what it shows is a look of its own (log.rs).
const NOBODY: [&str; 238] = [
    "GET /figures/quality",
    "GET /figures/quality/sheet",
    "GET /figures/need",
    "GET /figures/need/sheet",
    "GET /figures/need/drawing",
    "GET /figures/trend",
    "GET /figures/trend/sheet",
    "GET /figures/trend/drawing",
    "GET /figures/population",
    "POST /figures/population",
    "GET /figures/goals",
    "POST /figures/goals",
    "GET /figures/goals/edit",
    "POST /figures/goals/edit",
    "GET /figures/areas",
    "POST /figures/areas",
    "GET /figures/areas/edit",
    "POST /figures/areas/edit",
    "GET /figures/drawing",
    "GET /figures/archive/{id}/drawing",
    "GET /figures/report/margins.css",
    "GET /reviews/quality",
    // Its first list is one of sessions; those of people are in quality.rs.
    "GET /reviews/quality/{id}",
    "GET /backups",
    "GET /letters",
    "POST /letters",
    "GET /ways-in",
    "POST /ways-in",
    "GET /help-line",
    "POST /help-line",
    "GET /settings",
    "POST /settings",
    "GET /accessibility",
    "GET /accessibility/{code}",
    "GET /privacy",
    "GET /privacy/{code}",
    "GET /support",
    "GET /support/{code}",
    // What anybody sends, and what the sender reads.
    "GET /feedback",
    "GET /feedback/{code}",
    "GET /feedback/{code}/{id}",
    "POST /feedback/{code}",
    "GET /statements",
    "GET /statements/edit",
    "POST /statements/edit",
    "GET /own/data",
    "GET /own/data/download",
    "GET /own/rights",
    "GET /own/rights/ask",
    "GET /own/rights/withdraw",
    "POST /own/rights/ask",
    "POST /own/rights/take-back",
    "POST /own/rights/withdraw",
    "GET /kept",
    "POST /kept/drop",
    "GET /log",
    "POST /log",
    "GET /people/restricted",
    "POST /second-factor/codes",
    // An empty form, and what anybody may send; a form that was dropped leads back to the list.
    "GET /applications/new",
    "POST /applications/new",
    "POST /application-forms/{id}/drop",
    "GET /apply",
    "GET /apply/sent",
    "GET /apply/{code}",
    "POST /apply/{code}",
    // Those that tell of a file's people, or of whose time is over, have tests of their own.
    "GET /imports",
    "GET /imports/{id}",
    "GET /people/erased",
    "GET /purge",
    "POST /imports",
    "POST /imports/{id}/drop",
    "POST /imports/{id}/start",
    "POST /purge",
    "POST /people/{id}/personal-card/end",
    // What somebody who takes part is shown is told in own.rs: the staff are shown nobody there.
    // Those of an import's people have tests of their own.
    "GET /imports/{id}/rows",
    "GET /imports/{id}/undo",
    "POST /imports/{id}/undo",
    "GET /month",
    "GET /places",
    "GET /places/new",
    "GET /places/{id}",
    "GET /places/{id}/edit",
    "POST /places/new",
    "POST /places/{id}/edit",
    "POST /places/{id}/remove",
    "POST /places/{id}/return",
    // A relative whom nobody has; a code is for who has a card.
    "POST /people/{id}/relatives/card",
    "POST /people/{id}/relatives/end",
    "POST /people/{id}/personal-card/code",
    // What relatives are shown is told in relatives.rs.
    "GET /kin",
    "GET /kin/{id}",
    "GET /kin/{id}/pin",
    "GET /kin/{id}/results",
    "GET /kin/{id}/sessions",
    "GET /kin/{id}/visits",
    "POST /kin/{id}/absence",
    "POST /kin/{id}/pin",
    "POST /kin/phones/end",
    "GET /own/code",
    "GET /own/looks",
    "GET /own/relatives/new",
    "POST /own/code",
    "POST /own/phones/end",
    "POST /own/relatives/end",
    "POST /own/relatives/new",
    "GET /exercises",
    "GET /exercises/sheet",
    "GET /exercises/{exercise}",
    "GET /find",
    "GET /k",
    "POST /k",
    "GET /own",
    "GET /own/start",
    "POST /own/absence",
    "GET /own/pin",
    "POST /own/pin",
    "GET /own/results",
    "GET /own/seen",
    "GET /own/sessions",
    "GET /own/sign-in",
    "POST /own/sign-in",
    "POST /own/sign-out",
    "GET /own/visits",
    "GET /kin/messages",
    "POST /kin/messages",
    "GET /own/messages",
    "POST /own/messages",
    "GET /own/calendar",
    "POST /own/calendar",
    "POST /own/calendar/end",
    // A person's own calendar, in calendars.rs.
    "GET /calendar/{file}",
    "GET /own/exercise",
    "GET /own/exercise/kept",
    "GET /own/exercise/sheet",
    "POST /own/exercise",
    "GET /groups/{id}/sessions",
    "GET /groups/{id}/staff",
    "GET /password",
    // One's own number.
    "GET /phone",
    "POST /phone",
    "POST /accounts/{id}/phone",
    "POST /accounts/{id}/name",
    "GET /second-factor",
    "GET /sign-in/code",
    "GET /week",
    "POST /accounts/{id}/second-factor",
    "POST /groups/{id}/sessions",
    "POST /groups/{id}/sessions/{day}/restore",
    "POST /groups/{id}/sessions/{day}/call",
    "POST /groups/{id}/staff",
    "POST /groups/{id}/staff/end",
    "POST /password",
    "POST /people/search",
    // Of records that were not merged there is nothing to take apart.
    "POST /people/{id}/unmerge",
    "POST /second-factor/begin",
    "POST /second-factor/confirm",
    "POST /second-factor/off",
    "POST /sign-in/code",
    "GET /testers",
    "POST /testers/{id}",
    "POST /accounts/{id}/rights",
    "POST /accounts/{id}/training",
    "GET /healthz",
    "GET /readyz",
    "POST /api/csp-report",
    "GET /assets/{*path}",
    "GET /tablet",
    "GET /tablet/{*path}",
    "GET /tablet.html",
    "GET /offline.html",
    "GET /sw.js",
    "GET /keep-worker.js",
    "POST /view",
    "GET /sign-in",
    "POST /sign-in",
    "POST /sign-out",
    "GET /set-up",
    "POST /set-up",
    "POST /demo/sign-in",
    "GET /role",
    "POST /role",
    "POST /role/offer",
    "POST /notices/read",
    "GET /sessions",
    "POST /sessions/{id}/end",
    "GET /accounts",
    "POST /accounts",
    "GET /accounts/{id}",
    "POST /accounts/{id}/link",
    "POST /accounts/{id}/roles",
    "POST /accounts/{id}/confirm",
    "POST /accounts/{id}/groups",
    "POST /accounts/{id}/disabled",
    "GET /devices",
    // What a tablet has handed out is counted, and nobody in it is named.
    "GET /devices/unsent",
    "POST /devices/unsent",
    "POST /devices/{id}/name",
    "POST /devices/{id}/end",
    "GET /",
    "GET /tests/guide",
    "GET /people/new",
    "GET /groups",
    "GET /incidents/new",
    "POST /reviews/settle",
    "GET /groups/new",
    "POST /groups/new",
    "GET /groups/{id}/edit",
    "POST /groups/{id}/edit",
    // Whom emergency access has opened is named on that person's page alone.
    "GET /break-glass",
    "POST /break-glass",
    "POST /break-glass/end",
    "GET /figures",
    "POST /figures/update",
    // The council's report and the archive tell figures alone.
    "GET /figures/report",
    "GET /figures/report/edit",
    "POST /figures/report/edit",
    "POST /figures/report/freeze",
    "GET /figures/report/{id}",
    "GET /figures/report/{id}/file",
    "GET /figures/report/sheet",
    "GET /figures/report/text",
    "GET /figures/report/{id}/sheet",
    "GET /figures/report/{id}/text",
    "GET /figures/archive",
    "GET /figures/archive/{id}",
    "GET /figures/archive/{id}/data",
    "POST /api/device/v1/session",
    "GET /api/device/v1/session",
    "POST /api/device/v1/sign-out",
    "POST /api/device/v1/report",
    "POST /api/sync/v1/outcomes",
    "GET /api/sync/v1/events",
    // What tablets are shown and send: see the last test below.
    "POST /api/sync/v1/pull",
    "POST /api/sync/v1/push",
    // Asked by tablets alone: see `visitors`.
    "POST /api/visitors/v1/known",
    "POST /api/visitors/v1/bring",
    "HEAD",
];

/// The rows of the own municipality behind this one: verb and role.
async fn rows(town: &Town, after: i64) -> Vec<(String, String)> {
    let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
    let sql = "SELECT verb, role FROM audit WHERE municipality = '091' AND n > $1 ORDER BY n";
    let rows = tx.all(sql, [after.into()]).await.unwrap();
    let line = |row: &server::db::Row| {
        (row.get("verb").unwrap(), row.get::<Option<String>>("role").unwrap().unwrap_or_default())
    };
    rows.iter().map(line).collect()
}

async fn last(town: &Town) -> i64 {
    i64::try_from(rows(town, 0).await.len()).unwrap()
}

/// A town with an incident, and something that waits for a decision, about the person of the own group.
async fn town(app: App) -> Town {
    let town = Town::on(app).await;
    let place = &town.own;
    let incident =
        Incident { participant: Some(place.participant), ..ops::near_fall(IncidentId(place.participant.0), place) };
    // Somebody who has come and was not measured is on the list of whom to measure.
    let visit = attendance::Verb::Set {
        session: place.session,
        group: place.group,
        participant: place.participant,
        mark: Some(Mark::Present),
    };
    town.write(vec![Verb::Incident(incidents::Verb::Record { incident }), Verb::Attendance(visit)]).await;
    // Whoever has applied, and was to be called today.
    let talk = Talk { next_on: Some(today()), ..ops::talked(TalkId(place.participant.0), place.participant) };
    let pair = ops::befriended(FriendPairId(place.participant.0), place.participant);
    let applied = ops::application(place).into_iter();
    let applied = applied.chain([talks::Verb::Record { talk }.into(), friends::Verb::Set { pair }.into()]);
    town.write(applied.collect()).await;
    crate::requests::there(&town, &town.own).await;
    crate::feedback::there(&town, &town.own).await;
    let mut tablet = Tablet::of(&town, Role::Instructor).await;
    tablet.mark(&town.app, &town.other, None, Some(Mark::Present));
    tablet.push(&town.app, 1).await;
    town
}

async fn ask(town: &Town, browser: &Browser, look: &Look) -> Answer {
    let stay = domain::groups::Membership::id_of(town.own.group, town.own.participant, today().plus_days(-7));
    let filled = |text: &str| {
        let text = text.replace("{group}", &town.own.group.to_string()).replace("{stay}", &stay.to_string());
        let text = text.replace("{other}", &town.other.group.to_string());
        let text = text.replace("{yesterday}", &today().plus_days(-1).to_string());
        text.replace("{canary}", town.own.canary).replace("{person}", &town.own.participant.to_string())
    };
    let id = match look.route.split('/').nth(1) {
        Some("groups") => town.own.group.to_string(),
        Some("applications") => ops::applied(town.own.participant).to_string(),
        Some("requests") if look.route.contains("feedback") => crate::feedback::there_at(&town.own).to_string(),
        Some("requests") => crate::requests::there_at(&town.own).to_string(),
        _ => town.own.participant.to_string(),
    };
    let path = filled(look.route).replace("{id}", &id).replace("{day}", &today().to_string());
    if look.method == "GET" {
        return browser.get(&town.app, &path).await;
    }
    let form: Vec<_> = look.form.iter().map(|(name, value)| (*name, filled(value))).collect();
    if look.route.starts_with("/api/") {
        let body = form.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        return browser.call(&town.app, &path, &serde_json::Value::Object(body)).await;
    }
    let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(&town.app, &path, &form).await
}

#[test]
fn every_route_is_said_to_show_somebody_or_nobody() {
    let known: BTreeSet<_> = server::route_list().iter().map(|(method, path)| format!("{method} {path}")).collect();
    let looks = LOOKS.iter().map(|look| format!("{} {}", look.method, look.route));
    let said: BTreeSet<_> =
        looks.chain(NOBODY.iter().map(|route| (*route).to_owned())).filter(|r| r != "HEAD").collect();
    assert_eq!(known.symmetric_difference(&said).collect::<Vec<_>>(), Vec::<&String>::new());
}

tests::on_both_databases! {
    async fn every_route_that_shows_a_person_writes_exactly_one_row_with_the_role(app) {
        let town = town(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        for look in &LOOKS {
            let before = last(&town).await;
            let answer = ask(&town, &coordinator, look).await;
            let told = format!("{} {} {:?}", look.method, look.route, look.form);
            assert_eq!(answer.status.as_u16(), look.status, "{told}: {}", answer.text());
            let row = (look.verb.to_owned(), "coordinator".to_owned());
            assert_eq!(rows(&town, before).await, [row], "{told}");
            let shows = answer.status != StatusCode::SEE_OTHER;
            let told_of = if look.verb == "export" { tests::xlsx::words(&answer.body) } else { answer.text() };
            assert!(!shows || told_of.contains("Aino") || told_of.contains(town.own.canary), "{told}");
        }
    }

    async fn what_is_said_to_show_nobody_shows_nobody_and_writes_no_look(app) {
        let town = town(app).await;
        for role in [Role::Coordinator, Role::OrganisationAdmin, Role::MunicipalOfficer] {
            let browser = town.signed_in(role, true).await;
            for route in NOBODY.iter().filter_map(|route| route.strip_prefix("GET ")) {
                let (before, id) = (last(&town).await, town.own.group.to_string());
                // A live connection has no end.
                if route == "/api/sync/v1/events" {
                    continue;
                }
                let page = browser.get(&town.app, &route.replace("{id}", &id).replace("{*path}", "x")).await.text();
                assert!(!CANARIES.iter().any(|name| page.contains(name)), "{route} as {role}: {page}");
                let looks = rows(&town, before).await;
                assert!(looks.iter().all(|(verb, _)| verb == "refused"), "{route} as {role}: {looks:?}");
            }
        }
    }

    async fn what_a_tablet_sends_and_fetches_writes_one_row_each_with_the_role(app) {
        let town = Town::on(app).await;
        for (role, code) in [(Role::Instructor, "instructor"), (Role::PeerInstructor, "peer_instructor")] {
            let mut tablet = Tablet::of(&town, role).await;
            let before = last(&town).await;
            tablet.pull(&town.app, None).await;
            tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
            tablet.push(&town.app, 1).await;
            // The same again: an answer was lost.
            tablet.push(&town.app, 1).await;
            let row = |verb: &str| (verb.to_owned(), code.to_owned());
            assert_eq!(rows(&town, before).await, [row("pull"), row("push"), row("push")]);
        }
    }
}
