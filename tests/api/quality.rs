//! What is missing in groups' records: for the officer by group alone, for the coordinator with whom it is about.

use crate::files::{count, take};
use domain::access::Role;
use domain::attendance::{self, Mark};
use domain::groups::{ExitReason, Membership, membership};
use domain::ids::SessionId;
use domain::people::{self, ProfileChange};
use domain::sessions::{self, Cancellation, Session};
use domain::sync::op::Verb;
use domain::time::Day;
use http::StatusCode;
use server::access::Scope;
use server::files::kinds::Kind;
use tests::town::{Browser, CANARIES, FOREIGN_GROUP, Place, Town, today};

const DAY: i64 = 24 * 3_600_000;
const DESK: &str = "/reviews/quality?period=year-2026";

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// The session of the place's group on that day, whether it is there already or not.
fn planned(place: &Place, on: &str) -> (SessionId, Verb) {
    let session = Session::planned(place.group, day(on), None);
    (session.id, Verb::Session(sessions::Verb::Plan { session }))
}

fn mark(place: &Place, session: SessionId, mark: Option<Mark>) -> Verb {
    let (group, participant) = (place.group, place.participant);
    Verb::Attendance(attendance::Verb::Set { session, group, participant, mark })
}

fn leaves(place: &Place, on: &str, exit_reason: Option<ExitReason>) -> Verb {
    let id = Membership::id_of(place.group, place.participant, today().plus_days(-7));
    Verb::Membership(membership::Verb::Leave { id, group: place.group, left_on: Some(day(on)), exit_reason })
}

/// The row of the place's group, which says what is missing.
fn row(page: &str, place: &Place) -> String {
    let after = page.split(&format!("Ryhmä {}", place.group)).nth(1).unwrap_or_else(|| panic!("no row: {page}"));
    after.split("</tr>").next().unwrap_or_default().replace('\u{a0}', " ")
}

async fn text(town: &Town, who: &Browser, path: &str) -> String {
    let answer = who.get(&town.app, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    answer.text()
}

fn list(place: &Place, list: &str) -> String {
    format!("/reviews/quality/{}?list={list}&period=year-2026", place.group)
}

tests::on_both_databases! {
    async fn rolls_are_counted_once_their_day_is_over_late_ones_apart_and_cancelled_sessions_not_at_all(app) {
        let town = Town::on(app).await;
        let own = &town.own;
        let desk = town.signed_in(Role::Coordinator, true).await;
        // Tuesdays from 1 September on; today's, the 8th, is not over.
        let first = row(&text(&town, &desk, DESK).await, own);
        assert!(first.contains("0 / 1 (0 %)") && first.contains("1 ilman läsnäoloa"), "{first}");
        town.write(vec![mark(own, own.session, Some(Mark::Present))]).await;
        town.app.clock.advance(DAY);
        let desk = town.signed_in(Role::Coordinator, true).await;
        let next = row(&text(&town, &desk, DESK).await, own);
        assert_eq!(next.matches("1 / 2 (50 %)").count(), 2, "made, and made in time: {next}");
        let lacking = text(&town, &desk, &list(own, "rolls")).await;
        let session = |on: &str| format!("href=\"/groups/{}/sessions/{on}\"", own.group);
        assert!(lacking.contains(&session("2026-09-01")) && !lacking.contains(&session("2026-09-08")), "{lacking}");

        let (cancelled, plan) = planned(own, "2026-09-01");
        let reason = Cancellation::Weather;
        town.write(vec![plan, Verb::Session(sessions::Verb::Cancel { id: cancelled, group: own.group, reason })]).await;
        let whole = row(&text(&town, &desk, DESK).await, own);
        assert_eq!(whole.matches("1 / 1 (100 %)").count(), 2, "{whole}");
        assert!(text(&town, &desk, &list(own, "rolls")).await.contains("Mitään ei puutu."));

        // On the 23rd the roll of the 15th is made: eight days late.
        town.app.clock.advance(14 * DAY);
        let desk = town.signed_in(Role::Coordinator, true).await;
        let (late, plan) = planned(own, "2026-09-15");
        town.write(vec![plan, mark(own, late, Some(Mark::AbsentInformed))]).await;
        let told = row(&text(&town, &desk, DESK).await, own);
        assert!(told.contains("2 / 3 (67 %)") && told.contains("1 / 3 (33 %)"), "{told}");
        town.write(vec![mark(own, late, None)]).await;
        let undone = row(&text(&town, &desk, DESK).await, own);
        assert_eq!(undone.matches("1 / 3 (33 %)").count(), 2, "a roll whose marks were all undone is none: {undone}");
    }

    async fn a_roll_out_of_a_file_is_made_and_left_out_of_those_made_in_time(app) {
        let town = Town::on(app).await;
        let own = &town.own;
        let scope = Scope::command_line(own.municipality.clone(), town.app.state.today());
        let group = format!("ref-{}", own.group);
        for (kind, text) in [
            (Kind::Participants, "participant_ref,given_names,family_name,birth_date\nq,A,B,1945-01-01\n".to_owned()),
            (Kind::Memberships, format!("group_ref,participant_ref,joined_on\n{group},q,2026-09-01\n")),
            (
                Kind::Attendance,
                format!("group_ref,held_on,session_status,participant_ref,mark\n{group},2026-09-01,held,q,present\n"),
            ),
        ] {
            take(&town.app, &scope, kind, &text).await;
        }
        let desk = town.signed_in(Role::Coordinator, true).await;
        let told = row(&text(&town, &desk, DESK).await, own);
        assert!(told.contains("1 / 1 (100 %)") && told.contains("1 tuotu tiedostosta"), "{told}");
        assert_eq!(told.matches("1 / 1 (100 %)").count(), 1, "made, and nothing of when: {told}");
        town.write(vec![mark(own, own.session, Some(Mark::Present))]).await;
        town.app.clock.advance(DAY);
        let (desk, officer) = (town.signed_in(Role::Coordinator, true).await, town.signed_in(Role::MunicipalOfficer, true).await);
        let in_time = |told: &str| told.contains("2 / 2 (100 %)") && told.contains("1 / 1 (100 %)");
        let told = row(&text(&town, &desk, DESK).await, own);
        assert!(in_time(&told) && told.contains("1 tuotu tiedostosta"), "{told}");
        let figures = text(&town, &officer, "/figures/quality?period=year-2026").await;
        assert!(row(&figures, own).contains("1 / 1; 1 tuotu tiedostosta"), "{figures}");
        assert!(figures.contains("kertaa tuotu tiedostosta"), "{figures}");
        assert!(figures.contains("href=\"/figures/quality/sheet?period=year-2026"), "{figures}");
        let file = text(&town, &officer, "/figures/quality/sheet?period=year-2026&as=csv").await;
        let group = format!(";Ryhmä {}", own.group);
        let lines: Vec<_> = file.lines().filter(|line| line.contains(&group)).collect();
        assert!(lines.iter().any(|line| line.ends_with(";kertaa tuotu tiedostosta;1;;")), "{file}");
        assert!(lines.iter().any(|line| line.ends_with(";Merkittyjä kertoja;2;;")), "{file}");
        assert!(CANARIES.iter().all(|name| !file.contains(name)), "names before the officer: {file}");
        assert_eq!(desk.get(&town.app, "/figures/quality/sheet").await.status, StatusCode::FORBIDDEN);

        // As in a database of before.
        let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        for forget in
            ["UPDATE group_session SET rolled_by_file = NULL", "DELETE FROM meta WHERE key = 'upgraded:rolled_by_file'"]
        {
            tx.run(forget, []).await.unwrap();
        }
        tx.commit().await.unwrap();
        town.app.state.prepare().await.expect("prepared");
        let told = row(&text(&town, &desk, DESK).await, own);
        assert!(in_time(&told) && told.contains("1 tuotu tiedostosta"), "{told}");
    }

    async fn whom_nobody_measured_and_who_left_unexplained_are_named_to_the_coordinator_alone(app) {
        let town = Town::on(app).await;
        let own = &town.own;
        town.write(vec![mark(own, own.session, Some(Mark::Present))]).await;
        town.app.clock.advance(14 * DAY);
        let desk = town.signed_in(Role::Coordinator, true).await;
        assert!(!row(&text(&town, &desk, DESK).await, own).contains("henkilö"), "there is a day left");
        town.app.clock.advance(DAY);
        let (desk, officer) = (town.signed_in(Role::Coordinator, true).await, town.signed_in(Role::MunicipalOfficer, true).await);
        let told = row(&text(&town, &desk, DESK).await, own);
        assert!(told.contains("list=baseline") && told.contains("1 henkilö"), "{told}");
        let looks = "SELECT COUNT(*) AS n FROM audit WHERE verb = 'list'";
        let before = count(&town.app, looks).await;
        let named = text(&town, &desk, &list(own, "baseline")).await;
        assert_eq!(count(&town.app, looks).await, before + 1, "a list of names is a look");
        assert!(named.contains(own.canary) && named.contains(&format!("/people/{}\"", own.participant)), "{named}");
        assert!(named.contains("lähtömittaus") && !named.contains(town.other.canary), "{named}");
        assert!(text(&town, &desk, &list(own, "follow_up")).await.contains("Mitään ei puutu."));

        let figures = text(&town, &officer, "/figures/quality?period=year-2026&sort=baseline").await;
        assert!(CANARIES.iter().all(|name| !figures.contains(name)), "names before the officer: {figures}");
        assert!(row(&figures, own).contains(">..<"), "of one person nothing is told: {figures}");
        assert!(!figures.contains("sort=baseline"), "no order by people who are hidden: {figures}");
        assert!(figures.contains(&format!("Ryhmä {}", town.partner.group)) && !figures.contains(FOREIGN_GROUP));

        town.write(vec![leaves(own, "2026-09-22", Some(ExitReason::Unknown)), leaves(&town.other, "2026-09-22", Some(ExitReason::Died))])
            .await;
        let page = text(&town, &desk, DESK).await;
        let (left, died) = (row(&page, own), row(&page, &town.other));
        assert!(left.contains("list=reasons") && !left.contains("list=baseline"), "{left}");
        assert!(!died.contains("list=reasons"), "a death is no unknown reason: {died}");
        let named = text(&town, &desk, &list(own, "reasons")).await;
        assert!(named.contains(own.canary) && named.contains("lopetti 22.9.2026"), "{named}");
        let person = format!("/people/{}", own.participant);
        let page = text(&town, &desk, &person).await;
        assert!(page.contains("Kirjaa lopettamisen syy"));
        let stay = Membership::id_of(own.group, own.participant, today().plus_days(-7)).to_string();
        let form = page.split(&format!("name=\"membership\" value=\"{stay}\"")).nth(1).expect("the form of the stay");
        let seen = form.split("name=\"seen\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("its end");
        let form = [("membership", &*stay), ("seen", seen), ("left_on", "22.9.2026"), ("exit_reason", "cost")];
        assert_eq!(desk.post(&town.app, &format!("{person}/leave"), &form).await.status, StatusCode::SEE_OTHER);
        assert!(!row(&text(&town, &desk, DESK).await, own).contains("list=reasons"), "mended");
        assert!(!text(&town, &desk, &person).await.contains("Kirjaa lopettamisen syy"));
    }

    async fn whoever_is_in_a_group_by_another_of_their_records_is_counted_there_too(app) {
        let town = Town::on(app).await;
        let own = &town.own;
        town.write(vec![mark(own, own.session, Some(Mark::Present))]).await;
        let changes = vec![ProfileChange::SameAs(Some(own.participant))];
        town.write(vec![Verb::Participant(people::Verb::Edit { id: town.other.participant, changes })]).await;
        town.app.clock.advance(15 * DAY);
        let desk = town.signed_in(Role::Coordinator, true).await;
        let page = text(&town, &desk, DESK).await;
        for place in [own, &town.other] {
            let told = row(&page, place);
            assert!(told.contains("list=baseline") && told.contains("1 henkilö"), "{told}");
            let named = text(&town, &desk, &list(place, "baseline")).await;
            assert!(named.contains(&format!("/people/{}\"", own.participant)), "{named}");
            assert!(!named.contains(&format!("/people/{}\"", town.other.participant)), "one person: {named}");
        }
    }

    async fn a_coordinator_sees_the_own_organisations_groups_and_nobody_elses(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let page = text(&town, &desk, DESK).await;
        assert!(page.contains(&format!("Ryhmä {}", town.other.group)));
        assert!(!page.contains(&format!("Ryhmä {}", town.partner.group)) && !page.contains(FOREIGN_GROUP), "{page}");
        for place in [&town.partner, &town.foreign] {
            assert_eq!(desk.get(&town.app, &list(place, "rolls")).await.status, StatusCode::NOT_FOUND);
        }
        let none = text(&town, &desk, "/reviews/quality?period=term-2025&page=7").await;
        assert!(none.contains("Tietojen laatu"), "a page behind the last is no error");
    }

    async fn what_a_database_of_before_does_not_say_is_filled_once(app) {
        let town = Town::on(app).await;
        let own = &town.own;
        town.write(vec![mark(own, own.session, Some(Mark::Present)), leaves(own, "2026-09-08", None)]).await;
        let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        for forget in [
            "UPDATE group_session SET rolled_at = NULL",
            "UPDATE membership SET unexplained = NULL",
            "DELETE FROM meta WHERE key = 'upgraded:quality'",
        ] {
            tx.run(forget, []).await.unwrap();
        }
        tx.commit().await.unwrap();
        town.app.state.prepare().await.expect("prepared");
        town.app.clock.advance(DAY);
        let desk = town.signed_in(Role::Coordinator, true).await;
        let told = row(&text(&town, &desk, DESK).await, own);
        assert!(told.contains("1 / 2 (50 %)") && told.contains("list=reasons"), "{told}");
    }
}
