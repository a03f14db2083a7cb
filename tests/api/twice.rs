//! A button that is pressed twice: every form of the desk is sent again, as it was, a third of a second later.
//!
//! The browser shows the second answer alone. So it must lead to where the first one led, or say the same.

use std::collections::BTreeSet;

use domain::access::Role;
use domain::ids::RelativeId;
use domain::incidents;
use domain::safety::Question;
use domain::sync::wire::{Hole, HoleReason};
use tests::tablet::Tablet;
use tests::town::{Browser, Town, today};

use crate::break_glass::second_admin;
use crate::desk::value;
use crate::files::count;
use crate::{applications, feedback, imports, own, relatives, requests, screenings, second_factor, sessions};

/// Forms that have tests of their own, or that can be sent once: why.
const ELSEWHERE: [(&str, &str); 4] = [
    ("/devices/unsent", "its file is sent twice in the tests of devices.rs"),
    ("/set-up", "a code is good once; the second answer says so and leads to the sign-in"),
    (
        "/sign-in/code",
        "a code is good once; the second answer leads to the sign-in, and that to where the first one led",
    ),
    ("/demo/sign-in", "only in a demonstration, and a sign-in like any"),
];

/// Presses the buttons, and remembers which.
struct Finger<'a> {
    town: &'a Town,
    pressed: BTreeSet<String>,
}

impl Finger<'_> {
    /// `route`: as the list of routes names it.
    async fn presses(&mut self, browser: &Browser, route: &str, path: &str, fields: &[(&str, &str)]) {
        let first = browser.post(&self.town.app, path, fields).await;
        self.town.app.clock.advance(300);
        let second = browser.post(&self.town.app, path, fields).await;
        let leads_to = |answer: &tests::Answer| {
            let to = answer.headers.get("location").map(|to| to.to_str().unwrap().to_owned());
            to.map(|to| to.split('?').next().unwrap_or_default().to_owned())
        };
        let told = second.text();
        assert!(first.status.is_success() || first.status.is_redirection(), "{path}: {}", first.text());
        assert_eq!((second.status, leads_to(&second)), (first.status, leads_to(&first)), "{path}: {told}");
        self.pressed.insert(route.to_owned());
    }
}

tests::on_both_databases! {
    async fn every_button_of_the_desk_may_be_pressed_twice(app) {
        let town = Town::on(app).await;
        let mut finger = Finger { town: &town, pressed: BTreeSet::new() };
        accounts(&town, &mut finger).await;
        decisions_and_access(&town, &mut finger).await;
        people_and_groups(&town, &mut finger).await;
        own_sign_ins(&town, &mut finger).await;
        files(&town, &mut finger).await;
        own_pages(&town, &mut finger).await;
        let known = |path: &str| finger.pressed.contains(path) || ELSEWHERE.iter().any(|(known, _)| *known == path);
        let forms = server::route_list().into_iter().filter(|(method, path)| *method == "POST" && !path.starts_with("/api/"));
        let left_out: Vec<_> = forms.map(|(_, path)| path).filter(|path| !known(path)).collect();
        assert_eq!(left_out, Vec::<&str>::new(), "press these twice, too");
    }
}

/// Files that are sent: the second press finds what the first has made.
async fn files(town: &Town, finger: &mut Finger<'_>) {
    let desk = town.signed_in(Role::Coordinator, true).await;
    let jobs = "SELECT COUNT(*) AS n FROM import_job";
    let before = count(&town.app, jobs).await;
    let rev = value(&desk.get(&town.app, "/imports").await, "rev");
    let (first, second) = (imports::send(town, &desk, &rev).await, imports::send(town, &desk, &rev).await);
    assert_eq!((first.status, &first.headers["location"]), (second.status, &second.headers["location"]));
    finger.pressed.insert("/imports".to_owned());
    let page = |answer: &tests::Answer| answer.headers["location"].to_str().unwrap().to_owned();
    finger.presses(&desk, "/imports/{id}/start", &format!("{}/start", page(&first)), &[]).await;
    finger.presses(&desk, "/imports/{id}/undo", &format!("{}/undo", page(&first)), &[]).await;
    assert_eq!(count(&town.app, jobs).await, before + 1, "taken in once");
    let rev = value(&desk.get(&town.app, "/imports").await, "rev");
    let sent = imports::send(town, &desk, &rev).await;
    finger.presses(&desk, "/imports/{id}/drop", &format!("{}/drop", page(&sent)), &[]).await;
}

async fn people_and_groups(town: &Town, finger: &mut Finger<'_>) {
    let desk = town.signed_in(Role::Coordinator, true).await;
    let provider = town.own.organisation.to_string();
    let rev = value(&desk.get(&town.app, "/groups/new").await, "rev");
    let group =
        [("rev", &*rev), ("name", "Uusi ryhmä"), ("kind", "outdoor"), ("provider", &provider), ("weekdays", "2")];
    finger.presses(&desk, "/groups/new", "/groups/new", &group).await;
    let edit = format!("/groups/{rev}/edit");
    let version = value(&desk.get(&town.app, &edit).await, "rev");
    let renamed =
        [("rev", &*version), ("name", "Vanha ryhmä"), ("kind", "outdoor"), ("provider", &provider), ("weekdays", "2")];
    finger.presses(&desk, "/groups/{id}/edit", &edit, &renamed).await;
    let place = value(&desk.get(&town.app, "/places/new").await, "rev");
    let house = [("rev", &*place), ("name", "Uusi talo"), ("address", "Limingantie 5")];
    finger.presses(&desk, "/places/new", "/places/new", &house).await;
    let edit = format!("/places/{place}/edit");
    let house = [("rev", "1"), ("name", "Vanha talo"), ("address", "Limingantie 5")];
    finger.presses(&desk, "/places/{id}/edit", &edit, &house).await;
    finger.presses(&desk, "/places/{id}/remove", &format!("/places/{place}/remove"), &[]).await;
    finger.presses(&desk, "/places/{id}/return", &format!("/places/{place}/return"), &[]).await;
    let new = value(&desk.get(&town.app, "/people/new").await, "rev");
    let person = [("rev", &*new), ("given_names", "Elli"), ("family_name", "Uusi"), ("birth_date", "8.3.1944")];
    finger.presses(&desk, "/people/new", "/people/new", &person).await;
    let edit = format!("/people/{new}/edit");
    let version = value(&desk.get(&town.app, &edit).await, "rev");
    let edited = [("rev", &*version), ("given_names", "Elli"), ("family_name", "Vanha"), ("birth_date", "8.3.1944")];
    finger.presses(&desk, "/people/{id}/edit", &edit, &edited).await;
    let several = [("people", &*new), ("group", &*rev), ("joined_on", "8.9.2026")];
    finger.presses(&desk, "/people/join", "/people/join", &several).await;
    let join = [("group", &*rev), ("joined_on", "8.9.2026")];
    finger.presses(&desk, "/people/{id}/join", &format!("/people/{new}/join"), &join).await;
    let id = |id: &str| id.parse().unwrap();
    let stay = domain::groups::Membership::id_of(
        domain::ids::GroupId(id(&rev)),
        domain::ids::ParticipantId(id(&new)),
        today(),
    );
    let stay = stay.to_string();
    let leave = [("membership", &*stay), ("left_on", "8.9.2026"), ("exit_reason", "unknown")];
    finger.presses(&desk, "/people/{id}/leave", &format!("/people/{new}/leave"), &leave).await;
    let pause = domain::ids::PauseId(uuid::Uuid::from_u128(0xb001)).to_string();
    let paused = [("rev", &*pause), ("pause_from", "8.9.2026"), ("pause_to", "9.9.2026"), ("pause_reason", "travel")];
    finger.presses(&desk, "/people/{id}/pause", &format!("/people/{new}/pause"), &paused).await;
    let taken = [("rev", &*pause), ("seen", "2026-09-08/2026-09-09/travel"), ("taken_back", "yes")];
    finger.presses(&desk, "/people/{id}/pause", &format!("/people/{new}/pause"), &taken).await;
    let called = [
        ("rev", "00000000-0000-0000-0000-00000000b002"),
        ("contact_on", "8.9.2026"),
        ("contact_way", "phone"),
        ("contact_outcome", "reached"),
    ];
    finger.presses(&desk, "/people/{id}/contact", &format!("/people/{new}/contact"), &called).await;
    let exercise = format!("/people/{new}/home-exercise");
    let made = [
        ("rev", "0"),
        ("e", "chair_stand"),
        ("form_chair_stand", "usual"),
        ("amount_chair_stand", "10"),
        ("rounds_chair_stand", "2"),
        ("from", "8.9.2026"),
    ];
    finger.presses(&desk, "/people/{id}/home-exercise", &exercise, &made).await;
    let days = format!("{exercise}/days");
    finger.presses(&desk, "/people/{id}/home-exercise/days", &days, &[("day", "2026-09-07")]).await;
    finger.presses(&desk, "/people/{id}/home-exercise/days", &days, &[("was", "2026-09-07")]).await;
    finger.presses(&desk, "/people/{id}/home-exercise", &exercise, &[("end", "yes"), ("rev", "1")]).await;
    finger.presses(&desk, "/people/{id}/died", &format!("/people/{new}/died"), &[("died_on", "8.9.2026")]).await;
    finger.presses(&desk, "/people/{id}/died", &format!("/people/{new}/died"), &[("undo", "yes")]).await;
    finger.presses(&desk, "/people/{id}/unmerge", &format!("/people/{new}/unmerge"), &[]).await;
    finger.presses(&desk, "/people/search", "/people/search", &[("q", "Elli")]).await;
    finger.presses(&desk, "/purge", "/purge", &[("people", &*new), ("sure", "yes")]).await;
    let restrict = format!("/people/{new}/restrict");
    finger.presses(&desk, "/people/{id}/restrict", &restrict, &[("restriction", "accuracy")]).await;
    finger.presses(&desk, "/people/{id}/restrict", &restrict, &[("lift", "yes"), ("restriction", "settled")]).await;
    let erase = [("why", "mistake"), ("sure", "yes")];
    finger.presses(&desk, "/people/{id}/erase", &format!("/people/{new}/erase"), &erase).await;
    let path = format!("/groups/{}/incidents/new", town.own.group);
    let incident = value(&desk.get(&town.app, &path).await, "rev");
    let told = [
        ("rev", &*incident),
        ("on", "8.9.2026"),
        ("kind", "near_fall"),
        ("injury", "none"),
        ("what_happened", "Horjahti."),
    ];
    finger.presses(&desk, "/groups/{id}/incidents/new", &path, &told).await;
    safety(town, finger, &desk).await;
    let tester = format!("/testers/{}", town.user(Role::Instructor).await);
    finger.presses(&desk, "/testers/{id}", &tester, &[("trained_on", "8.9.2025")]).await;
    one_session(town, finger, &desk).await;
    seasons(town, finger, &desk).await;
    ways(town, finger, &desk).await;
    let admin = town.signed_in(Role::OrganisationAdmin, true).await;
    let text = [("kind", "privacy"), ("language", "fi"), ("next", "1"), ("body", "Kunnan oma teksti.")];
    finger.presses(&admin, "/statements/edit", "/statements/edit", &text).await;
    let officer = town.signed_in(Role::MunicipalOfficer, true).await;
    crate::council::somebody_came(town).await;
    finger.presses(&officer, "/figures/update", "/figures/update", &[]).await;
    let text = [("next", "1"), ("opening", "Ryhmiä on kaksi.")];
    finger.presses(&officer, "/figures/report/edit", "/figures/report/edit", &text).await;
    let residents = [("year", "2025"), ("aged_75", "4200"), ("source", "Tilastokeskus")];
    finger.presses(&officer, "/figures/population", "/figures/population", &residents).await;
    let group = [("next", "1"), ("percent", "12,5"), ("source", "Hyvinvointikertomus")];
    finger.presses(&officer, "/figures/goals", "/figures/goals", &group).await;
    let goal = [("next", "1"), ("aim", "Kunto säilyy"), ("owner", "Liikuntapalvelut"), ("measured", "residents")];
    finger.presses(&officer, "/figures/goals/edit", "/figures/goals/edit?goal=1", &goal).await;
    let away = [("next", "2"), ("remove", "yes")];
    finger.presses(&officer, "/figures/goals/edit", "/figures/goals/edit?goal=1", &away).await;
    finger.presses(&officer, "/figures/areas", "/figures/areas", &[]).await;
    let edit = "/figures/areas/edit";
    let seen = value(&officer.get(&town.app, edit).await, "seen");
    let area = [("seen", &*seen), ("was", ""), ("name", "Ranta"), ("codes", "00100"), ("keep", "")];
    finger.presses(&officer, edit, edit, &area).await;
    let seen = value(&officer.get(&town.app, "/figures/report").await, "seen");
    let frozen = [("seen", &*seen), ("reason", "Kokous")];
    finger.presses(&officer, "/figures/report/freeze", "/figures/report/freeze", &frozen).await;
}

/// Who leads a group, and its next season.
async fn seasons(town: &Town, finger: &mut Finger<'_>, desk: &Browser) {
    let (group, provider) = (format!("/groups/{}", town.own.group), town.own.organisation.to_string());
    let peer = town.user(Role::PeerInstructor).await.to_string();
    let staff = format!("{group}/staff");
    let days = [("account", &*peer), ("from", "9.9.2026"), ("to", "10.9.2026")];
    finger.presses(desk, "/groups/{id}/staff", &staff, &days).await;
    let ended = [("account", &*peer), ("from", "2026-09-09")];
    finger.presses(desk, "/groups/{id}/staff/end", &format!("{staff}/end"), &ended).await;
    let copy = format!("{group}/copy");
    let (rev, person) = (value(&desk.get(&town.app, &copy).await, "rev"), town.own.participant.to_string());
    let next = [
        ("rev", &*rev),
        ("name", "Kevätkausi"),
        ("kind", "outdoor"),
        ("provider", &provider),
        ("season_start", "11.1.2027"),
        ("people", &person),
    ];
    finger.presses(desk, "/groups/{id}/copy", &copy, &next).await;
}

/// Everything that a session's page mends.
async fn one_session(town: &Town, finger: &mut Finger<'_>, desk: &Browser) {
    let group = format!("/groups/{}/sessions", town.own.group);
    let extra = [("day", "10.9.2026"), ("starts_at", "10.30")];
    finger.presses(desk, "/groups/{id}/sessions", &group, &extra).await;
    let session = format!("{group}/2026-09-08");
    let route = |verb: &str| format!("/groups/{{id}}/sessions/{{day}}/{verb}");
    let to = |verb: &str| format!("{session}/{verb}");
    let person = town.own.participant.to_string();
    let marked = value(&desk.get(&town.app, &session).await, "rev");
    let mark = [("participant", &*person), ("rev", &*marked), ("mark", "absent_unknown"), ("reason", "slip")];
    finger.presses(desk, &route("mark"), &to("mark"), &mark).await;
    let rev = sessions::rev(town, desk, &session).await;
    finger.presses(desk, &route("note"), &to("note"), &[("rev", &rev), ("note", "Kahviossa")]).await;
    let rev = sessions::rev(town, desk, &session).await;
    let other = [("rev", &*rev), ("starts_at", "13.30"), ("place", "Kahvio")];
    finger.presses(desk, &route("move"), &to("move"), &other).await;
    let rev = sessions::rev(town, desk, &session).await;
    finger.presses(desk, &route("cancel"), &to("cancel"), &[("rev", &rev), ("why", "weather")]).await;
    let called = [("participant", &*person), ("outcome", "reached")];
    finger.presses(desk, &route("call"), &to("call"), &called).await;
    finger.presses(desk, &route("restore"), &to("restore"), &[]).await;
    let rev = sessions::rev(town, desk, &session).await;
    finger.presses(desk, &route("count"), &to("count"), &[("rev", &rev), ("people", "40")]).await;
}

/// What a stopped test and a red answer leave for the desk to do.
async fn safety(town: &Town, finger: &mut Finger<'_>, desk: &Browser) {
    let mut tablet = screenings::asked(town, &[Question::ChestPain]).await;
    let incident = screenings::stopped(&town.own);
    let handle = format!("/incidents/{}/handle", incident.id);
    tablet.record(&town.app, None, incidents::Verb::Record { incident }.into());
    tablet.push(&town.app, 2).await;
    let edit = handle.replace("/handle", "/edit");
    let rev = value(&desk.get(&town.app, &edit).await, "rev");
    let told = [("rev", &*rev), ("kind", "symptom"), ("injury", "none"), ("what_happened", "Huimasi.")];
    finger.presses(desk, "/incidents/{id}/edit", &edit, &told).await;
    finger.presses(desk, "/incidents/{id}/handle", &handle, &[]).await;
    let person = format!("/people/{}", town.own.participant);
    let seen = value(&desk.get(&town.app, &person).await, "screening");
    let permission = [("screening", &*seen), ("by", "lääkäri Aalto"), ("on", "8.9.2026"), ("limits", "ei nostoja")];
    finger.presses(desk, "/people/{id}/clear", &format!("{person}/clear"), &permission).await;
}

/// Somebody applies, is decided on, is offered a place and takes it; and what a full registration adds.
async fn ways(town: &Town, finger: &mut Finger<'_>, desk: &Browser) {
    let group = town.own.group.to_string();
    let rev = value(&desk.get(&town.app, "/applications/new").await, "rev");
    let new = [
        ("rev", &*rev),
        ("given_names", "Hilma"),
        ("family_name", "Hakija"),
        ("born", "1940"),
        ("phone", "040 765 4321"),
        ("source", "self"),
        ("applied_on", "8.9.2026"),
        ("wish", &group),
    ];
    finger.presses(desk, "/applications/new", "/applications/new", &new).await;
    let id = domain::ids::ApplicationId::of(domain::ids::ParticipantId(rev.parse().unwrap()), today());
    let application = format!("/applications/{id}");
    let edit = format!("{application}/edit");
    let version = value(&desk.get(&town.app, &edit).await, "rev");
    let told = [("rev", &*version), ("wish", &*group), ("home", "own_home"), ("strength_days", "0")];
    finger.presses(desk, "/applications/{id}/edit", &edit, &told).await;
    let version = value(&desk.get(&town.app, &application).await, "rev");
    let waits = [("rev", &*version), ("decision", "waiting_list"), ("reason", "ryhmä on täynnä")];
    finger.presses(desk, "/applications/{id}/decide", &format!("{application}/decide"), &waits).await;
    let place = [("offer_group", &*group), ("until", "15.9.2026")];
    finger.presses(desk, "/applications/{id}/offer", &format!("{application}/offer"), &place).await;
    let day = today().to_string();
    let takes = [("group", &*group), ("offered_on", &*day), ("reply", "accepted"), ("joined_on", "8.9.2026")];
    finger.presses(desk, "/applications/{id}/reply", &format!("{application}/reply"), &takes).await;
    registration(town, finger, desk, &format!("/people/{rev}")).await;
    public_form(town, finger, desk).await;
}

async fn registration(town: &Town, finger: &mut Finger<'_>, desk: &Browser, person: &str) {
    let page = desk.get(&town.app, person).await;
    let revs: Vec<_> = page.text().split("name=\"rev\" value=\"").skip(1).map(|rest| rest[..36].to_owned()).collect();
    let consent = [
        ("rev", &*revs[0]),
        ("purpose", "health_tests"),
        ("act", "given"),
        ("channel", "paper"),
        ("consent_language", "sv"),
        ("consent_on", "8.9.2026"),
    ];
    finger.presses(desk, "/people/{id}/consents", &format!("{person}/consents"), &consent).await;
    let talk = [("rev", &*revs[1]), ("talked_on", "8.9.2026"), ("goal", "Kauppaan kävellen"), ("next_on", "22.9.2026")];
    finger.presses(desk, "/people/{id}/talks", &format!("{person}/talks"), &talk).await;
    let pair = value(&desk.get(&town.app, person).await, "pair");
    let friend = [
        ("form", "new"),
        ("pair", &*pair),
        ("friend_name", "Ville Vapaaehtoinen"),
        ("friend_phone", "040 123 4567"),
        ("friend_since", "8.9.2026"),
    ];
    finger.presses(desk, "/people/{id}/friends", &format!("{person}/friends"), &friend).await;
    let path = format!("{person}/questions");
    let rev = value(&desk.get(&town.app, &path).await, "rev");
    let answers = [("rev", &*rev), ("on", "8.9.2026"), ("q1", "no"), ("q2", "no")];
    finger.presses(desk, "/people/{id}/questions", &path, &answers).await;
}

async fn public_form(town: &Town, finger: &mut Finger<'_>, desk: &Browser) {
    applications::open_form(town).await;
    let anybody = Browser::default();
    let rev = value(&anybody.get(&town.app, "/apply/091").await, "rev");
    let filled = [
        ("rev", &*rev),
        ("given_names", "Eino"),
        ("family_name", "Etsijä"),
        ("birth_year", "1941"),
        ("phone", "040 111 2222"),
    ];
    finger.presses(&anybody, "/apply/{code}", "/apply/091", &filled).await;
    let rev = value(&anybody.get(&town.app, "/feedback/091").await, "rev");
    let said = [("rev", &*rev), ("kind", "accessibility"), ("words", "Nappi on liian pieni.")];
    finger.presses(&anybody, "/feedback/{code}", "/feedback/091", &said).await;
    let answer = format!("{}/answer", feedback::first(town, desk).await);
    finger.presses(desk, "/requests/feedback/{id}/answer", &answer, &[("answer", "Suurensimme sen.")]).await;
    let queue = desk.get(&town.app, "/applications").await.text();
    let path =
        queue.split("action=\"").find_map(|rest| rest.strip_prefix("/application-forms/")).expect("a form that waits");
    let path = format!("/application-forms/{}", path.split('"').next().unwrap_or_default());
    finger.presses(desk, "/application-forms/{id}/drop", &path, &[]).await;
}

async fn decisions_and_access(town: &Town, finger: &mut Finger<'_>) {
    let desk = town.signed_in(Role::Coordinator, true).await;
    let mut tablet = Tablet::of(town, Role::Instructor).await;
    (0..2).for_each(|_| {
        tablet.mark(&town.app, &town.own, None, None);
    });
    let mut request = tablet.request(&town.app, 2).await;
    request.holes = vec![Hole::new(1, 1, HoleReason::Missing)];
    assert_eq!(tablet.send(&town.app, &request).await.status, 200);
    let hole = value(&desk.get(&town.app, "/reviews").await, "hole");
    let settled = [("hole", &*hole), ("answer", "dealt_with")];
    finger.presses(&desk, "/reviews/settle", "/reviews/settle", &settled).await;
    let path = format!("/devices/{}/name", tablet.device);
    finger.presses(&desk, "/devices/{id}/name", &path, &[("label", "Sali 2")]).await;
    let path = format!("/devices/{}/end", tablet.device);
    finger.presses(&desk, "/devices/{id}/end", &path, &[]).await;
    let reason = "Osallistuja kaatui kotonaan, ja päivystys kysyy hänen toimintakykyään.";
    let asked =
        [("family_name", town.partner.canary), ("given_names", "Aino"), ("birth_date", "8.3.1946"), ("reason", reason)];
    finger.presses(&desk, "/break-glass", "/break-glass", &asked).await;
    let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
    let opened = tx.one("SELECT COUNT(*) AS n FROM break_glass", []).await.unwrap();
    assert_eq!(opened.get::<i64>("n").unwrap(), 1, "opened once");
    drop(tx);
    finger.presses(&desk, "/break-glass/end", "/break-glass/end", &[]).await;
}

async fn accounts(town: &Town, finger: &mut Finger<'_>) {
    let admin = town.signed_in(Role::OrganisationAdmin, true).await;
    let (_, other) = second_admin(town).await;
    let organisation = town.own.organisation.to_string();
    let rev = value(&admin.get(&town.app, "/accounts").await, "rev");
    let new = [
        ("rev", &*rev),
        ("name", "Uusi Ihminen"),
        ("login", "uusi@091"),
        ("language", "fi"),
        ("organisation", &organisation),
        ("roles", "instructor"),
    ];
    finger.presses(&admin, "/accounts", "/accounts", &new).await;
    let account = format!("/accounts/{rev}");
    finger.presses(&admin, "/accounts/{id}/link", &format!("{account}/link"), &[]).await;
    let roles = [("roles", "instructor"), ("roles", "coordinator")];
    finger.presses(&admin, "/accounts/{id}/roles", &format!("{account}/roles"), &roles).await;
    finger.presses(&other, "/accounts/{id}/confirm", &format!("{account}/confirm"), &[("role", "coordinator")]).await;
    let right = [("rights", "physiotherapist")];
    finger.presses(&admin, "/accounts/{id}/rights", &format!("{account}/rights"), &right).await;
    let group = town.own.group.to_string();
    finger.presses(&admin, "/accounts/{id}/groups", &format!("{account}/groups"), &[("groups", &group)]).await;
    let disabled = format!("{account}/disabled");
    finger.presses(&admin, "/accounts/{id}/disabled", &disabled, &[("disabled", "yes")]).await;
    let instructor = town.user(Role::Instructor).await;
    let training = [("trained_on", "8.9.2025")];
    finger.presses(&admin, "/accounts/{id}/training", &format!("/accounts/{instructor}/training"), &training).await;
    let phone = [("phone", "040 123 4567")];
    finger.presses(&admin, "/accounts/{id}/phone", &format!("/accounts/{instructor}/phone"), &phone).await;
    let name = [("name", "Uusi Nimi"), ("was", "Nimi instructor@091")];
    finger.presses(&admin, "/accounts/{id}/name", &format!("/accounts/{instructor}/name"), &name).await;
    finger.presses(&admin, "/accounts/{id}/roles", &format!("/accounts/{instructor}/roles"), &roles).await;
    let own = town.signed_in(Role::Instructor, true).await;
    let yes = [("role", "coordinator"), ("answer", "yes")];
    finger.presses(&own, "/role/offer", "/role/offer", &yes).await;
    let more = [("roles", "instructor"), ("roles", "coordinator"), ("roles", Role::PeerInstructor.code())];
    admin.post(&town.app, &format!("/accounts/{instructor}/roles"), &more).await;
    let no = [("role", Role::PeerInstructor.code()), ("answer", "no")];
    finger.presses(&own, "/role/offer", "/role/offer", &no).await;
}

async fn own_sign_ins(town: &Town, finger: &mut Finger<'_>) {
    let desk = town.signed_in(Role::Coordinator, true).await;
    let other = town.signed_in(Role::Coordinator, true).await;
    let secret = other.cookies.trim_start_matches("sid=");
    let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
    let hash = server::access::token::hash(secret);
    let row = tx.one("SELECT id FROM staff_session WHERE hash = $1", [hash.into()]).await.unwrap();
    let session: String = row.get("id").unwrap();
    drop(tx);
    finger.presses(&desk, "/sessions/{id}/end", &format!("/sessions/{session}/end"), &[]).await;
    finger.presses(&desk, "/notices/read", "/notices/read", &[("newest", "0")]).await;
    finger.presses(&desk, "/view", "/view", &[("lang", "sv")]).await;
    sign_in(town, finger).await;
    own_account(town, finger).await;
    // The first press gives the session a new secret, which the second does not know: it is asked to sign in.
    let chosen = desk.post(&town.app, "/role", &[("role", "coordinator")]).await;
    assert_eq!(chosen.headers["location"], "/");
    let again = desk.post(&town.app, "/role", &[("role", "coordinator")]).await;
    assert!(again.headers["location"].to_str().unwrap().starts_with("/sign-in"), "{}", again.text());
    finger.pressed.insert("/role".to_owned());
    finger.presses(&town.signed_in(Role::Coordinator, true).await, "/sign-out", "/sign-out", &[]).await;
}

/// What somebody who takes part presses, and the desk for them.
async fn own_pages(town: &Town, finger: &mut Finger<'_>) {
    let desk = town.signed_in(Role::Coordinator, true).await;
    own::card(town).await;
    let code = [("token", own::TOKEN)];
    finger.presses(&Browser::default(), "/k", "/k", &code).await;
    let numbers = [("number", own::NUMBER), ("pin", own::PIN)];
    finger.presses(&Browser::default(), "/own/sign-in", "/own/sign-in", &numbers).await;
    let browser = own::signed_in(town).await;
    let group = town.own.group.to_string();
    let away = own::absence(&group, "2026-09-15", "yes");
    finger.presses(&browser, "/own/absence", "/own/absence", &away).await;
    let rev = value(&browser.get(&town.app, "/own/calendar").await, "rev");
    finger.presses(&browser, "/own/calendar", "/own/calendar", &[("rev", &*rev)]).await;
    finger.presses(&browser, "/own/calendar/end", "/own/calendar/end", &[]).await;
    finger.presses(&browser, "/own/messages", "/own/messages", &[("channel", "call")]).await;
    let messages = format!("/people/{}/messages", town.own.participant);
    finger.presses(&desk, "/people/{id}/messages", &messages, &[("channel", "call")]).await;
    finger.presses(&browser, "/own/exercise", "/own/exercise", &[("done", "2026-09-08")]).await;
    finger.presses(&browser, "/own/exercise", "/own/exercise", &[("undone", "2026-09-08")]).await;
    finger.presses(&browser, "/own/pin", "/own/pin", &[("pin", own::PIN)]).await;
    let seen = browser.get(&town.app, "/own/seen").await.text();
    let other = own::between(&seen, "name=\"session\" value=\"", "\"")[0];
    finger.presses(&browser, "/own/phones/end", "/own/phones/end", &[("session", other)]).await;
    relatives_of(town, finger, &browser, &desk).await;
    rights_of(town, finger, &browser, &desk).await;
    finger.presses(&browser, "/own/sign-out", "/own/sign-out", &[]).await;
    let card = format!("/people/{}/personal-card", town.own.participant);
    finger.presses(&desk, "/people/{id}/personal-card", &card, &[("language", "fi")]).await;
    finger.presses(&desk, "/people/{id}/personal-card/code", &format!("{card}/code"), &[]).await;
    let code = desk.made(&town.app, &format!("{card}/code"), &[]).await.text();
    let code = own::between(&code, "personal-card__number\">", "<")[0].to_owned();
    finger.presses(&Browser::default(), "/own/code", "/own/code", &[("code", &code)]).await;
    finger.presses(&desk, "/people/{id}/personal-card/end", &format!("{card}/end"), &[]).await;
    let (group, person) = (format!("/groups/{}/cards", town.own.group), town.own.participant.to_string());
    finger.presses(&desk, "/groups/{id}/cards", &group, &[("people", &*person)]).await;
    letters(town, finger, &desk, &person).await;
}

async fn letters(town: &Town, finger: &mut Finger<'_>, desk: &Browser, person: &str) {
    let letter = [("kind", "welcome"), ("phone", "040 123 4567"), ("people", person)];
    let group = format!("/groups/{}/letters", town.own.group);
    finger.presses(desk, "/groups/{id}/letters", &group, &letter).await;
    finger.presses(desk, "/people/{id}/letters", &format!("/people/{person}/letters"), &letter).await;
    let admin = town.signed_in(Role::OrganisationAdmin, true).await;
    finger.presses(&admin, "/letters", "/letters", &[("form", "formal")]).await;
    finger.presses(&admin, "/ways-in", "/ways-in", &[("public_form", "open"), ("public_form_was", "closed")]).await;
    let help = [("name", "Liikuntaneuvonta"), ("phone", "040 765 4321")];
    finger.presses(&admin, "/help-line", "/help-line", &help).await;
    let was = value(&admin.get(&town.app, "/settings").await, "was");
    finger.presses(&admin, "/settings", "/settings", &[("was", &*was), ("retention_months", "36")]).await;
}

/// What somebody asks by the own rights, and what the desk does with it.
async fn rights_of(town: &Town, finger: &mut Finger<'_>, own: &Browser, desk: &Browser) {
    let rev = "00000000-0000-0000-0000-00000000d001";
    let ask = "/own/rights/ask";
    finger.presses(own, ask, ask, &requests::correction(rev, "Numero on vanha.")).await;
    let third = "00000000-0000-0000-0000-00000000d003";
    let objection = [("form", "ask"), ("kind", "objection"), ("rev", third), ("words", "")];
    own.post(&town.app, ask, &objection).await;
    let asked = requests::request_of(&town.own, 3).to_string();
    let take_back = "/own/rights/take-back";
    finger.presses(own, take_back, take_back, &[("form", "take_back"), ("request", &*asked)]).await;
    let withdraw = "/own/rights/withdraw";
    let form = [("form", "withdraw"), ("purpose", "health_tests"), ("rev", rev)];
    finger.presses(own, withdraw, withdraw, &form).await;
    let new = format!("/people/{}/requests/new", town.own.participant);
    let form = requests::entered("00000000-0000-0000-0000-00000000d002", "leaving", "8.9.2026");
    finger.presses(desk, "/people/{id}/requests/new", &new, &form).await;
    let at = format!("/requests/{}", requests::request_of(&town.own, 1));
    let extend = format!("{at}/extend");
    finger.presses(desk, "/requests/{id}/extend", &extend, &[("why", "Kysymme vielä.")]).await;
    finger.presses(desk, "/requests/{id}/answer", &format!("{at}/answer"), &[("answer", "Korjattu.")]).await;
}

/// What somebody and the desk press about a relative, and the relative.
async fn relatives_of(town: &Town, finger: &mut Finger<'_>, own: &Browser, desk: &Browser) {
    let new = "/own/relatives/new";
    let rev = value(&own.get(&town.app, new).await, "rev");
    let asked = [
        ("step", "until"),
        ("rev", &*rev),
        ("name", "Liisa"),
        ("relation", "tytär"),
        ("shown", "relative_schedule"),
        ("shown", "relative_results"),
        ("shown", "relative_messages"),
        ("until", "3"),
    ];
    finger.presses(own, new, new, &asked).await;
    let person = town.own.participant;
    let id_of = |rev: &str| RelativeId::of(person, rev.parse().unwrap()).to_string();
    let at = format!("/people/{person}/relatives");
    let second = "00000000-0000-0000-0000-00000000c002";
    let read = relatives::form(second, &["relative_attendance"], "");
    finger.presses(desk, "/people/{id}/relatives", &at, &read).await;
    let first = id_of(&rev);
    finger.presses(desk, "/people/{id}/relatives/card", &format!("{at}/card"), &[("relative", &first)]).await;
    let made = desk.made(&town.app, &format!("{at}/card"), &[("relative", &first)]).await.text();
    let numbers = own::between(&made, "personal-card__number\">", "<");
    let relative = own::kept(&own::typed(town, &Browser::default(), numbers[0], numbers[1]).await);
    let (home, group) = (format!("/kin/{}", town.own.participant), town.own.group.to_string());
    let away = own::absence(&group, "2026-09-15", "yes");
    finger.presses(&relative, "/kin/{id}/absence", &format!("{home}/absence"), &away).await;
    finger.presses(&relative, "/kin/messages", "/kin/messages", &[("channel", "call")]).await;
    finger.presses(&relative, "/kin/{id}/pin", &format!("{home}/pin"), &[("pin", numbers[1])]).await;
    own::typed(town, &Browser::default(), numbers[0], numbers[1]).await;
    let page = relative.get(&town.app, &home).await.text();
    let other = own::between(&page, "name=\"session\" value=\"", "\"")[0];
    finger.presses(&relative, "/kin/phones/end", "/kin/phones/end", &[("session", other)]).await;
    let second = id_of(second);
    let ended = [("relative", &*second)];
    finger.presses(desk, "/people/{id}/relatives/end", &format!("{at}/end"), &ended).await;
    finger.presses(own, "/own/relatives/end", "/own/relatives/end", &[("relative", &*first)]).await;
}

async fn own_account(town: &Town, finger: &mut Finger<'_>) {
    let officer = town.signed_in(Role::MunicipalOfficer, true).await;
    let auditor = town.signed_in(Role::Auditor, true).await;
    finger.presses(&auditor, "/log", "/log", &[("kind", "look"), ("reference", "T-1")]).await;
    finger.presses(&officer, "/second-factor/begin", "/second-factor/begin", &[]).await;
    let code = second_factor::code(town, &second_factor::key(town, &officer).await);
    finger.presses(&officer, "/second-factor/confirm", "/second-factor/confirm", &[("code", &code)]).await;
    let admin = town.signed_in(Role::OrganisationAdmin, true).await;
    let path = format!("/accounts/{}/second-factor", town.user(Role::MunicipalOfficer).await);
    finger.presses(&admin, "/accounts/{id}/second-factor", &path, &[]).await;
    officer.post(&town.app, "/second-factor/begin", &[]).await;
    let key = second_factor::key(town, &officer).await;
    let code = second_factor::code(town, &key);
    officer.post(&town.app, "/second-factor/confirm", &[("code", &code)]).await;
    town.app.clock.advance(30_000);
    let fresh = second_factor::code(town, &key);
    finger.presses(&officer, "/second-factor/codes", "/second-factor/codes", &[("fresh", &fresh)]).await;
    finger.presses(&officer, "/kept/drop", "/kept/drop", &[]).await;
    town.app.clock.advance(30_000);
    let code = second_factor::code(town, &key);
    finger.presses(&officer, "/second-factor/off", "/second-factor/off", &[("code", &code)]).await;
    let own = town.signed_in(Role::PeerInstructor, true).await;
    second_factor::set_password(town, Role::PeerInstructor, "kolme sanaa").await;
    let new = [("current", "kolme sanaa"), ("password", "neljä muuta sanaa"), ("again", "neljä muuta sanaa")];
    finger.presses(&own, "/phone", "/phone", &[("phone", "040 123 4567")]).await;
    finger.presses(&own, "/password", "/password", &new).await;
}

async fn sign_in(town: &Town, finger: &mut Finger<'_>) {
    let state = &town.app.state;
    let user = town.user(Role::Coordinator).await;
    let hashed = server::access::password::hash(&state.hashing, &state.secrets, "kolme sanaa", [1; 16]).await.unwrap();
    let mut tx = state.db.begin(server::db::Unscoped::Installation).await.unwrap();
    let values = [hashed.into(), user.into()];
    tx.run("UPDATE account SET password = $1 WHERE id = $2", values).await.unwrap();
    tx.commit().await.unwrap();
    let login = tests::town::login(Role::Coordinator);
    let typed = [("login", &*login), ("password", "kolme sanaa")];
    finger.presses(&Browser::default(), "/sign-in", "/sign-in", &typed).await;
}
