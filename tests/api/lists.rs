//! Long lists: a page at a time, found by an index that every write keeps, also on a database of an earlier program.

use domain::access::Role;
use domain::attendance::{self, Mark};
use domain::groups::testing::plain;
use domain::groups::{self, Group, GroupKind, Membership, membership};
use domain::ids::{GroupId, ParticipantId};
use domain::people::{self, Profile, ProfileChange};
use domain::sync::op::Verb;
use server::access::Scope;
use server::db::Unscoped;
use tests::App;
use tests::tablet::Tablet;
use tests::town::{Browser, Place, Town, today};
use uuid::Uuid;

fn person(town: &Town, n: u128, given: &str, family: &str) -> [Verb; 2] {
    let (id, group) = (ParticipantId(Uuid::from_u128(0xf000 + n)), town.own.group);
    let profile = Profile { given_names: given.into(), family_name: family.into(), ..Profile::default() };
    let membership = Membership::begun(group, id, today());
    [
        Verb::Participant(people::Verb::Register {
            id,
            group: Some(group),
            profile: Box::new(profile),
            provisional: false,
        }),
        Verb::Membership(membership::Verb::Join { membership }),
    ]
}

fn group(place: &Place, n: u128, name: String, ended: bool) -> Verb {
    let group = Group {
        id: GroupId(Uuid::from_u128(0xe000 + n)),
        name,
        kind: GroupKind::Peer,
        provider: place.organisation,
        weekdays: vec![2],
        season_end: ended.then(|| today().plus_days(-1)),
        ..plain()
    };
    Verb::Group(groups::Verb::Put { group: Box::new(group) })
}

async fn found(town: &Town, browser: &Browser, typed: &str) -> String {
    browser.search(&town.app, typed).await.text()
}

/// Who stands in whose lists, and who should by the stays.
async fn listed(app: &App) -> (Vec<String>, Vec<String>) {
    let mut tx = app.state.db.read(Unscoped::Installation).await.expect("read");
    let by_list = "SELECT municipality || organisation || participant AS row FROM listing WHERE word = '' ORDER BY 1";
    let by_stays = "SELECT DISTINCT m.municipality || g.provider || m.participant AS row FROM membership m \
        JOIN exercise_group g ON g.municipality = m.municipality AND g.id = m.exercise_group ORDER BY 1";
    let mut lists = Vec::new();
    for sql in [by_list, by_stays] {
        let rows = tx.all(sql, []).await.expect("rows");
        lists.push(rows.iter().map(|row| row.get("row").expect("text")).collect());
    }
    let [by_list, by_stays] = <[Vec<String>; 2]>::try_from(lists).expect("two lists");
    (by_list, by_stays)
}

tests::on_both_databases! {
    async fn somebody_is_found_however_the_words_of_the_name_are_put_together(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let people = [("Marja-Liisa", "Yli-Mattila"), ("Seán", "O’Brien"), ("Thị", "Nguyễn"), ("Marjaliisa", "Aho")];
        town.write((1..).zip(people).flat_map(|(n, (given, family))| person(&town, n, given, family)).collect()).await;
        for typed in ["marjaliisa", "MARJA LIISA", "marja-liisa", "liisa mattila", "ylimattila"] {
            assert!(found(&town, &coordinator, typed).await.contains("Yli-Mattila"), "{typed}");
        }
        for (typed, family) in [("obrien", "O’Brien"), ("o'brien", "O’Brien"), ("nguyen", "Nguyễn"), ("marja liisa a", "Aho")] {
            assert!(found(&town, &coordinator, typed).await.contains(family), "{typed}");
        }
        // One slip of the finger is forgiven, "brian" for Brien; what begins in the middle of a name is none.
        assert!(found(&town, &coordinator, "brian").await.contains("O’Brien"));
        for typed in ["jaliisa", "mattila pekka", "%", "bruon"] {
            let page = found(&town, &coordinator, typed).await;
            assert!(people.iter().all(|(_, family)| !page.contains(&format!(">{family}"))), "{typed}");
        }
        assert!(!found(&town, &coordinator, town.partner.canary).await.contains("/people/00"), "another organisation's");
    }

    async fn what_is_typed_so_far_finds_as_the_page_does(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        town.write([person(&town, 1, "Seán", "O’Brien"), person(&town, 2, "Anna", "Aho")].concat()).await;
        let find = async |typed: &str| {
            let body = serde_json::json!({ "typed": typed });
            coordinator.call(&town.app, "/api/desk/v1/people/find", &body).await.json()
        };
        let found = find("obr").await;
        assert_eq!(found["people"].as_array().map(Vec::len), Some(1), "{found}");
        let one = &found["people"][0];
        assert_eq!((one["name"].as_str(), one["initials"].as_str()), (Some("O’Brien Seán"), Some("OS")), "{found}");
        assert!(one["href"].as_str().is_some_and(|href| href.starts_with("/people/")), "{found}");
        assert!(found["told"].as_str().is_some_and(|told| told.contains("obr")), "{found}");
        assert_eq!(find(town.partner.canary).await["people"], serde_json::json!([]), "another organisation's");
    }

    async fn lists_follow_names_stays_and_who_runs_a_group(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let changes = vec![ProfileChange::FamilyName("Uusinimi".into())];
        town.write(vec![Verb::Participant(people::Verb::Edit { id: town.own.participant, changes })]).await;
        assert!(found(&town, &coordinator, "uusin").await.contains("Uusinimi"));
        assert!(!found(&town, &coordinator, town.own.canary).await.contains("Uusinimi"), "the old name is gone");
        let mut given_away = vec![group(&town.partner, 1, "Siirtyvä".into(), false)];
        given_away.push(group(&town.own, 1, "Siirtyvä".into(), false));
        let theirs = town.partner.participant;
        let membership = Membership::begun(GroupId(Uuid::from_u128(0xe001)), theirs, today());
        given_away.insert(1, Verb::Membership(membership::Verb::Join { membership }));
        town.write(given_away).await;
        assert!(found(&town, &coordinator, town.partner.canary).await.contains(&theirs.to_string()), "now in a group of ours");
        let (by_list, by_stays) = listed(&town.app).await;
        assert_eq!(by_list, by_stays);
    }

    async fn a_database_of_an_earlier_program_is_listed_at_the_next_start(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let verb = Verb::Attendance(attendance::Verb::Set {
            session: town.other.session, group: town.other.group, participant: town.other.participant, mark: Some(Mark::Present),
        });
        tablet.record(&town.app, None, verb);
        tablet.push(&town.app, 1).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let before = (listed(&town.app).await.0, coordinator.get(&town.app, "/reviews").await.text());
        let mut tx = town.app.state.db.begin(Unscoped::Installation).await.expect("begin");
        for sql in [
            "DELETE FROM listing",
            "UPDATE op SET about_group = NULL, about_participant = NULL",
            "DELETE FROM meta WHERE key LIKE 'upgraded:%'",
        ] {
            tx.run(sql, []).await.expect("taken away");
        }
        tx.commit().await.expect("commit");
        assert!(listed(&town.app).await.0.is_empty());
        town.app.state.prepare().await.expect("prepared");
        assert_eq!((listed(&town.app).await.0, coordinator.get(&town.app, "/reviews").await.text()), before);
        assert!(before.1.contains(town.other.canary), "{}", before.1);
    }

    async fn groups_are_shown_a_page_at_a_time_those_that_run_first(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        town.write((0..70).map(|n| group(&town.own, n, format!("Ryhmä {n:02}"), n < 20)).collect()).await;
        let first = coordinator.get(&town.app, "/groups").await.text();
        assert!(first.contains("1–50 / 72") && first.contains("Ryhmä 67") && !first.contains("Ryhmä 05"), "{first}");
        let second = coordinator.get(&town.app, "/groups?page=2").await.text();
        assert!(second.contains("51–72 / 72") && second.contains("Ryhmä 69") && second.contains("Ryhmä 05") && !second.contains("Ryhmä 30"), "{second}");
    }

    async fn numbered_groups_stand_in_the_order_of_their_numbers_also_in_a_database_of_before(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let names = ["Tasapaino 10", "Tasapaino 2"];
        town.write((0..).zip(names).map(|(n, name)| group(&town.own, n, name.into(), false)).collect()).await;
        let in_order = async |path: &str| {
            let page = coordinator.get(&town.app, path).await.text();
            let at = |name: &str| page.find(name).unwrap_or_else(|| panic!("{name}: {page}"));
            at("Tasapaino 2") < at("Tasapaino 10")
        };
        assert!(in_order("/groups").await && in_order("/people").await, "also where one is chosen");
        let mut tx = town.app.state.db.begin(Unscoped::Installation).await.expect("begin");
        for sql in [
            "UPDATE exercise_group SET sort_key = 'tasapaino012' WHERE body LIKE '%Tasapaino 2%'",
            "UPDATE exercise_group SET sort_key = 'tasapaino01110' WHERE body LIKE '%Tasapaino 10%'",
            "DELETE FROM meta WHERE key = 'upgraded:group_order'",
        ] {
            tx.run(sql, []).await.expect("as before");
        }
        tx.commit().await.expect("commit");
        assert!(!in_order("/groups").await);
        town.app.state.prepare().await.expect("prepared");
        assert!(in_order("/groups").await);
    }

    async fn what_waits_is_shown_a_page_at_a_time_and_counted_whole(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        for n in 0..60 {
            let verb = Verb::Attendance(attendance::Verb::Set {
                session: town.other.session, group: town.other.group, participant: town.other.participant,
                mark: if n % 2 == 0 { Some(Mark::Present) } else { None },
            });
            tablet.record(&town.app, None, verb);
        }
        tablet.push(&town.app, 1).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let lines = |page: &str| page.matches("review__title").count();
        let first = coordinator.get(&town.app, "/reviews").await.text();
        assert!(first.contains("1–50 / 60") && lines(&first) == 50, "{first}");
        assert_eq!(lines(&coordinator.get(&town.app, "/reviews?page=2").await.text()), 10);
        let behind = coordinator.get(&town.app, "/reviews?page=3").await.text();
        assert!(behind.contains("0 / 60") && !behind.contains("Ei ratkaistavaa"), "the last of a page was settled: {behind}");
        let scope = Scope::command_line(town.partner.municipality.clone(), today());
        let mut tx = town.app.state.db.read(&scope).await.expect("read");
        assert_eq!(server::reviews::how_many(&mut tx).await.expect("counted"), 60);
        assert_eq!(server::reviews::waiting(&mut tx, 7).await.expect("counted as far"), 7);
    }
}
