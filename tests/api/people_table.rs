//! The desk's table of people: narrowed, ordered and searched by an address that Back knows again, true to what was
//! written last and to the day.

use domain::access::Role;
use domain::assessments::Instrument;
use domain::attendance::{self, Mark};
use domain::groups::{ExitReason, Membership, membership};
use domain::ids::{MembershipId, ParticipantId};
use domain::people::{self, Decision, PersonLanguage, Profile};
use domain::sessions::{self, Session, SessionStatus};
use domain::sync::op::Verb;
use domain::time::Day;
use http::StatusCode;
use tests::App;
use tests::town::{Browser, Town, today};
use uuid::Uuid;

use crate::desk::{next, value};
use crate::files::count;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn id(n: u128) -> ParticipantId {
    ParticipantId(Uuid::from_u128(0xf000 + n))
}

/// Somebody in the own group since that day.
fn person(town: &Town, n: u128, since: Day, profile: Profile) -> Vec<Verb> {
    let (group, profile) = (town.own.group, Box::new(profile));
    let register = people::Verb::Register { id: id(n), group: Some(group), profile, provisional: false };
    let join = membership::Verb::Join { membership: Membership::begun(group, id(n), since) };
    vec![Verb::Participant(register), Verb::Membership(join)]
}

fn named(given: &str, family: &str) -> Profile {
    Profile { given_names: given.into(), family_name: family.into(), ..Profile::default() }
}

fn leave(town: &Town, n: u128, since: Day, on: Day, reason: ExitReason) -> Verb {
    let id: MembershipId = Membership::id_of(town.own.group, id(n), since);
    let (group, exit_reason) = (town.own.group, Some(reason));
    Verb::Membership(membership::Verb::Leave { id, group, left_on: Some(on), exit_reason })
}

/// A session of the own group that was held on that day, with one mark.
fn mark(town: &Town, n: u128, on: Day, mark: Mark) -> Vec<Verb> {
    let (group, session) = (town.own.group, Session::planned_id(town.own.group, on));
    let plan = sessions::Verb::Plan { session: Session::planned(group, on, None) };
    let held = sessions::Verb::Status { id: session, group, status: Some(SessionStatus::Held) };
    let set = attendance::Verb::Set { session, group, participant: id(n), mark: Some(mark) };
    vec![Verb::Session(plan), Verb::Session(held), Verb::Attendance(set)]
}

/// The ids on the page in their order, the town's own people left out.
async fn shown(town: &Town, browser: &Browser, address: &str) -> Vec<u128> {
    in_order(&browser.get(&town.app, address).await.text())
}

fn in_order(page: &str) -> Vec<u128> {
    let links = page.split("href=\"/people/").skip(1).filter_map(|rest| rest.get(..36)?.parse::<Uuid>().ok());
    links.map(|id| id.as_u128()).filter(|id| (0xf000..0xf100).contains(id)).map(|id| id - 0xf000).collect()
}

async fn furnished(app: App) -> (Town, Browser) {
    let town = Town::on(app).await;
    let browser = town.signed_in(Role::Coordinator, true).await;
    let day = |text: &str| text.parse::<Day>().expect("a day");
    let aino = Profile {
        birth_date: Some(day("1940-05-01")),
        postal_code: Some("00560".into()),
        phone: Some("040 123 4567".into()),
        reference: Some("K-17".into()),
        ..named("Aino", "Virtanen")
    };
    let bo = Profile {
        birth_date: Some(day("1950-05-01")),
        postal_code: Some("00200".into()),
        language: Some(PersonLanguage::Swedish),
        decision: Some(Decision::WaitingList),
        ..named("Bo", "Åberg")
    };
    let cilla = Profile { birth_year: Some(1931), ..named("Cilla", "Mäkelä") };
    let since = today().plus_days(-30);
    town.write([person(&town, 1, since, aino), person(&town, 2, since, bo), person(&town, 3, since, cilla)].concat())
        .await;
    (town, browser)
}

tests::on_both_databases! {
    async fn several_people_of_the_table_join_a_group_at_once_or_none_of_them(app) {
        let (town, browser) = furnished(app).await;
        let provider = town.own.organisation.to_string();
        let small = [("name", "Pieni"), ("kind", "strength_balance"), ("provider", &*provider), ("capacity", "2")];
        let path = next(&browser.post(&town.app, "/groups/new", &small).await);
        let group = path.trim_start_matches("/groups/");
        let [aino, bo, cilla] = [1, 2, 3].map(|n| id(n).to_string());
        let table = browser.get(&town.app, "/people?language=sv").await.text();
        assert!(table.contains("href=\"/people/join?language=sv\""), "{table}");
        let page = browser.get(&town.app, "/people/join?language=sv").await.text();
        assert!(page.contains(&bo) && !page.contains(&aino) && page.contains("Pieni (0 / 2)"), "{page}");
        let earlier = [("group", group), ("joined_on", "1.9.2026")];
        next(&browser.post(&town.app, &format!("/people/{aino}/join"), &earlier).await);
        let stays = async || count(&town.app, "SELECT COUNT(*) AS n FROM membership").await;
        let before = stays().await;
        let join = async |people: &[&str], more: &[(&str, &str)]| {
            let people = people.iter().map(|id| ("people", *id));
            let form: Vec<_> = people.chain([("group", group), ("joined_on", "8.9.2026")]).chain(more.to_vec()).collect();
            browser.post(&town.app, "/people/join?sort=age", &form).await
        };
        let nobody = join(&[], &[]).await;
        assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(nobody.text().contains("Rastita ainakin yksi osallistuja"), "{}", nobody.text());
        let there = join(&[&*aino, &*bo], &[]).await;
        assert_eq!(there.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = there.text().replace('\u{a0}', " ");
        assert!(text.contains("Virtanen Aino: on jo ryhmässä 1.9.2026 alkaen") && text.contains("href=\"#people\""), "{text}");
        for ticked in [&aino, &bo] {
            assert!(text.contains(&format!("value=\"{ticked}\" checked")), "the ticks stay: {text}");
        }
        assert_eq!(stays().await, before, "nobody joined");
        let over = join(&[&*bo, &*cilla], &[]).await;
        assert_eq!(over.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(over.text().contains("Ryhmään mahtuu 2. Ryhmässä on jo 1, ja rastitit 2."), "{}", over.text());
        assert_eq!(stays().await, before);
        let done = join(&[&*bo, &*cilla], &[("full", &value(&over, "full"))]).await;
        assert_eq!(next(&done), path);
        assert_eq!(stays().await, before + 2);
        let page = browser.get(&town.app, &format!("{path}?said=joined")).await.text();
        assert!(page.contains("Osallistujat on lisätty ryhmään.") && page.contains("Åberg Bo"), "{page}");
        let died = people::Verb::Edit { id: id(1), changes: vec![people::ProfileChange::DiedOn(Some(today()))] };
        town.write(vec![died.into()]).await;
        let late = join(&[&*aino], &[("full", group)]).await;
        assert!(late.text().contains("Virtanen Aino: kuollut"), "noted meanwhile: {}", late.text());
        let same = people::Verb::Edit { id: id(1), changes: vec![people::ProfileChange::SameAs(Some(id(2)))] };
        town.write(vec![same.into()]).await;
        let by_other = join(&[&*bo], &[("full", group)]).await;
        assert!(by_other.text().contains("Åberg Bo: kuollut"), "another record says it: {}", by_other.text());
        let unknown = join(&["00000000-0000-7000-8000-00000000dead"], &[]).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    }

    async fn the_table_is_narrowed_and_ordered_by_its_address(app) {
        let (town, browser) = furnished(app).await;
        for (address, wanted) in [
            ("/people", vec![3, 1, 2]),
            ("/people?sort=-name", vec![2, 1, 3]),
            ("/people?sort=age", vec![3, 1, 2]),
            ("/people?sort=-age", vec![2, 1, 3]),
            ("/people?language=sv", vec![2]),
            ("/people?decision=waiting_list", vec![2]),
            ("/people?area=005", vec![1]),
            ("/people?area=00", vec![1, 2]),
            ("/people?area=00&sort=-age", vec![2, 1]),
            ("/people?standing=left", vec![]),
            ("/people?standing=in_group&language=sv&area=00200", vec![2]),
            ("/people?standing=nowhere&sort=shoes&language=%3Ci%3E", vec![3, 1, 2]),
        ] {
            assert_eq!(shown(&town, &browser, address).await, wanted, "{address}");
        }
        let (own, other) = (town.own.group, town.other.group);
        assert_eq!(shown(&town, &browser, &format!("/people?group={own}")).await, [3, 1, 2]);
        assert_eq!(shown(&town, &browser, &format!("/people?group={other}")).await, Vec::<u128>::new());
        let leader = town.user(Role::Instructor).await;
        assert_eq!(shown(&town, &browser, &format!("/people?instructor={leader}")).await, [3, 1, 2]);
        let nobody = browser.get(&town.app, "/people?standing=left").await.text();
        assert!(nobody.contains("Poista rajaukset") && nobody.contains("href=\"/people\""), "{nobody}");
    }

    async fn a_page_holds_fifty_and_turning_it_keeps_what_was_chosen(app) {
        let town = Town::on(app).await;
        let browser = town.signed_in(Role::Coordinator, true).await;
        let many = (0..60).flat_map(|n| person(&town, n, today(), Profile {
            language: Some(PersonLanguage::Swedish), ..named("Nimi", &format!("Sukunimi{n:02}"))
        }));
        town.write(many.collect()).await;
        let first = browser.get(&town.app, "/people?language=sv&sort=-name").await.text();
        assert_eq!(in_order(&first), (10..60).rev().collect::<Vec<_>>());
        assert!(first.contains("1–50 / 60") && first.contains("language=sv&amp;sort=-name&amp;page=2"), "{first}");
        assert_eq!(shown(&town, &browser, "/people?language=sv&sort=-name&page=2").await, (0..10).rev().collect::<Vec<_>>());
    }

    async fn a_search_has_an_address_of_its_own_without_what_was_typed_and_only_for_whom_it_is(app) {
        let (town, browser) = furnished(app).await;
        let answer = browser.post(&town.app, "/people/search", &[("q", "Virtanen")]).await;
        assert_eq!(answer.status, 303);
        let to = answer.headers["location"].to_str().expect("an address").to_owned();
        assert!(to.starts_with("/people?q=") && !to.to_lowercase().contains("virtanen"), "{to}");
        for _ in 0..2 {
            let page = browser.get(&town.app, &to).await.text();
            assert_eq!(in_order(&page), [1], "again by Back");
            assert!(page.contains("value=\"Virtanen\""), "{page}");
        }
        assert_eq!(shown(&town, &browser, &format!("{to}&language=sv")).await, Vec::<u128>::new(), "narrowed besides");
        let admin = domain::access::Role::Coordinator;
        let scope = server::access::Scope::command_line(town.own.municipality.clone(), today());
        let mut tx = town.app.state.db.begin(&scope).await.expect("begin");
        let new = server::access::accounts::NewAccount {
            login: "toinen@091".into(), name: "Toinen".into(), language: "fi".into(),
            organisation: town.own.organisation, roles: vec![admin],
        };
        let made = server::access::accounts::create(&town.app.state, &mut tx, &new).await.expect("create");
        tx.commit().await.expect("commit");
        let user = made.expect("a free name");
        let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.expect("begin");
        let session = server::access::sessions::NewSession {
            municipality: &town.own.municipality, user, role: Some(admin), device: None, device_label: "desk",
        };
        let secret = server::access::sessions::create(&town.app.state, &mut tx, session).await.expect("session");
        tx.commit().await.expect("commit");
        let another = Browser { cookies: format!("sid={secret}") };
        let theirs = another.get(&town.app, &to).await.text();
        assert!(in_order(&theirs).len() == 3 && !theirs.contains("value=\"Virtanen\""), "{theirs}");
        town.app.clock.advance(13 * 60 * 60 * 1000);
        let mut tx = town.app.state.db.begin(&scope).await.expect("begin");
        let now = town.app.state.now();
        let new = town.app.state.with_chance(|chance| domain::ids::QueryId::new(now, chance));
        server::people::queries::keep(&mut tx, new, user, "Aho", now).await.expect("kept");
        tx.commit().await.expect("commit");
        let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.expect("read");
        assert_eq!(tx.all("SELECT typed FROM people_query", []).await.expect("rows").len(), 1, "old ones are forgotten");
    }

    async fn people_are_found_by_number_birthday_reference_and_with_a_slip_of_the_finger(app) {
        let (town, browser) = furnished(app).await;
        for (typed, wanted) in [
            ("0401234567", vec![1]), ("+358 40 123 4567", vec![1]), ("1.5.1940", vec![1]), ("010540", vec![1]),
            ("k-17", vec![1]), ("1931", vec![3]), ("cilla 1931", vec![3]), ("aino virtanen", vec![1]),
            ("virtanen aino", vec![1]), ("virtnaen", vec![1]), ("aino wirtanen", vec![1]), ("makela", vec![3]),
            ("mäklä", vec![3]), ("aberg", vec![2]), ("0401234568", vec![]), ("cilla 1932", vec![]), ("xyzzyx", vec![]),
        ] {
            assert_eq!(in_order(&browser.search(&town.app, typed).await.text()), wanted, "{typed}");
        }
        assert_eq!(in_order(&browser.search(&town.app, town.partner.canary).await.text()), Vec::<u128>::new());
        let slip = town.partner.canary.replace("kump", "kunp");
        let page = browser.search(&town.app, &slip).await.text();
        assert!(!page.contains(&town.partner.participant.to_string()), "another organisation's, also with a slip");
    }

    async fn the_table_follows_what_is_written_and_the_calendar(app) {
        let (town, browser) = furnished(app).await;
        let since = today().plus_days(-30);
        assert_eq!(shown(&town, &browser, "/people?only=due").await, Vec::<u128>::new(), "nobody has come yet");
        town.write(mark(&town, 1, today().plus_days(-7), Mark::Present)).await;
        assert_eq!(shown(&town, &browser, "/people?only=due").await, [1], "the first test");
        assert_eq!(shown(&town, &browser, "/people?sort=-last_visit").await, [1, 3, 2]);
        town.write(mark(&town, 2, today().plus_days(-7), Mark::AbsentUnknown)).await;
        assert_eq!(shown(&town, &browser, "/people?only=missed").await, Vec::<u128>::new());
        town.write(mark(&town, 2, today().plus_days(-5), Mark::AbsentUnknown)).await;
        assert_eq!(shown(&town, &browser, "/people?only=missed").await, [2]);
        let cancelled = sessions::Verb::Status {
            id: Session::planned_id(town.own.group, today().plus_days(-5)), group: town.own.group,
            status: Some(SessionStatus::CancelledByOrganiser),
        };
        town.write(vec![Verb::Session(cancelled)]).await;
        assert_eq!(shown(&town, &browser, "/people?only=missed").await, Vec::<u128>::new(), "it was not held");
        town.write(vec![leave(&town, 3, since, today().plus_days(1), ExitReason::Transport)]).await;
        assert_eq!(shown(&town, &browser, "/people?standing=left").await, Vec::<u128>::new(), "until tomorrow");
        town.app.clock.advance(2 * DAY_MS);
        let browser = town.signed_in(Role::Coordinator, true).await;
        assert_eq!(shown(&town, &browser, "/people?standing=left").await, [3], "by the calendar alone");
        assert!(Instrument::ALL.len() > 1);
    }

    async fn whoever_has_died_is_shown_where_asked_for_and_waits_for_no_test(app) {
        let (town, browser) = furnished(app).await;
        town.write(mark(&town, 1, today().plus_days(-7), Mark::Present)).await;
        assert_eq!(shown(&town, &browser, "/people?only=due").await, [1]);
        town.write(vec![leave(&town, 1, today().plus_days(-30), today(), ExitReason::Died)]).await;
        assert_eq!(shown(&town, &browser, "/people").await, [3, 2]);
        assert_eq!(shown(&town, &browser, "/people?only=due").await, Vec::<u128>::new());
        assert_eq!(shown(&town, &browser, "/people?standing=died").await, [1]);
        assert_eq!(in_order(&browser.search(&town.app, "virtanen").await.text()), [1]);
    }

    async fn nothing_of_another_organisation_stands_in_the_table(app) {
        let (town, browser) = furnished(app).await;
        for address in ["/people", "/people?standing=in_group", "/people?sort=age", "/people?sort=-due"] {
            let page = browser.get(&town.app, address).await.text();
            assert!(!page.contains(town.partner.canary) && page.contains(town.own.canary), "{address}");
        }
        let theirs = format!("/people?group={}", town.partner.group);
        assert_eq!(shown(&town, &browser, &theirs).await, [3, 1, 2], "a group out of reach narrows nothing");
    }
}
