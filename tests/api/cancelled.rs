//! A session that is cancelled: whom to call about it, how the calls went, and what the people's own pages say.

use domain::access::Role;
use domain::attendance::Mark;
use domain::people::{self, ProfileChange};
use domain::sessions::Session;
use domain::sync::op::Verb;
use http::StatusCode;
use server::db::Unscoped;
use tests::Answer;
use tests::tablet::Tablet;
use tests::town::{Browser, Town, today};

use crate::desk::{coordinator, next};
use crate::own;
use crate::sessions::rev;

fn page(town: &Town) -> String {
    format!("/groups/{}/sessions/2026-09-15", town.own.group)
}

async fn cancel(town: &Town, desk: &Browser) {
    let at = page(town);
    let rev = rev(town, desk, &at).await;
    next(&desk.post(&town.app, &format!("{at}/cancel"), &[("rev", &rev), ("why", "weather")]).await);
}

async fn call(town: &Town, desk: &Browser, outcome: &str) -> Answer {
    let person = town.own.participant.to_string();
    let form = [("participant", &*person), ("outcome", outcome)];
    desk.post(&town.app, &format!("{}/call", page(town)), &form).await
}

async fn edit(town: &Town, change: ProfileChange) {
    town.write(vec![Verb::Participant(people::Verb::Edit { id: town.own.participant, changes: vec![change] })]).await;
}

/// The contacts that are noted: outcome, and whether it holds.
async fn contacts(town: &Town) -> Vec<(String, bool)> {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let rows = tx.all("SELECT body FROM contact ORDER BY id", []).await.unwrap();
    let one = |row: &server::db::Row| {
        let contact: domain::contacts::Contact = row.json("body").unwrap();
        (contact.outcome.code().to_owned(), contact.holds)
    };
    rows.iter().map(one).collect()
}

tests::on_both_databases! {
    async fn who_has_not_said_that_they_stay_away_is_to_be_called_and_the_calls_are_ticked(app) {
        let (town, desk) = coordinator(app).await;
        edit(&town, ProfileChange::Phone(Some("040 765 4321".into()))).await;
        assert!(!desk.get(&town.app, &page(&town)).await.text().contains("Soittolista"), "nothing is cancelled");
        cancel(&town, &desk).await;
        let shown = desk.get(&town.app, &page(&town)).await.text();
        for told in ["Soittolista", "tel:0407654321", "Yhdelle ei ole vielä soitettu.", town.own.canary] {
            assert!(shown.contains(told), "{told} in {shown}");
        }
        for _ in 0..2 {
            assert_eq!(next(&call(&town, &desk, "not_reached").await), page(&town));
        }
        assert_eq!(contacts(&town).await, [("not_reached".to_owned(), true)], "pressed twice it is one call");
        let shown = desk.get(&town.app, &page(&town)).await.text();
        assert!(shown.contains("Ei tavoitettu") && shown.contains("Yhdelle ei ole vielä soitettu."), "{shown}");
        next(&call(&town, &desk, "reached").await);
        assert_eq!(contacts(&town).await, [("reached".to_owned(), true)]);
        let shown = desk.get(&town.app, &page(&town)).await.text();
        assert!(shown.contains("Kaikille on soitettu.") && shown.contains("data-done=\"true\""), "{shown}");
        let person = desk.get(&town.app, &format!("/people/{}", town.own.participant)).await.text();
        assert!(person.contains("tavoitettu"), "it is a contact like any other: {person}");
        next(&call(&town, &desk, "none").await);
        assert_eq!(contacts(&town).await, [("reached".to_owned(), false)]);
        for (lang, words) in [("sv", "Ringlista"), ("en", "Call list")] {
            let other = Browser { cookies: format!("{}; view={lang}..", desk.cookies) };
            assert!(other.get(&town.app, &page(&town)).await.text().contains(words), "{lang}");
        }
        for wrong in ["no_more", "", "tavoitettu"] {
            assert_eq!(call(&town, &desk, wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
        }
    }

    async fn who_told_of_an_absence_has_died_or_hides_a_number_is_not_on_it_or_without_the_number(app) {
        let (town, desk) = coordinator(app).await;
        edit(&town, ProfileChange::Phone(Some("040 765 4321".into()))).await;
        cancel(&town, &desk).await;
        edit(&town, ProfileChange::Undisclosed(true)).await;
        let shown = desk.get(&town.app, &page(&town)).await.text();
        assert!(shown.contains("Soittolista") && !shown.contains("0407654321") && shown.contains("ei puhelinnumeroa"), "{shown}");
        edit(&town, ProfileChange::DiedOn(Some(today()))).await;
        assert!(!desk.get(&town.app, &page(&town)).await.text().contains("Soittolista"));
        edit(&town, ProfileChange::DiedOn(None)).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let id = Session::planned_id(town.own.group, today().plus_days(7));
        let told = domain::attendance::Verb::Set {
            session: id, group: town.own.group, participant: town.own.participant, mark: Some(Mark::AbsentInformed),
        };
        tablet.record(&town.app, None, told.into());
        tablet.push(&town.app, 1).await;
        assert!(!desk.get(&town.app, &page(&town)).await.text().contains("Soittolista"), "they have said so themselves");
    }

    async fn of_a_session_that_is_on_again_no_call_is_noted(app) {
        let (town, desk) = coordinator(app).await;
        cancel(&town, &desk).await;
        next(&desk.post(&town.app, &format!("{}/restore", page(&town)), &[]).await);
        assert_eq!(next(&call(&town, &desk, "reached").await), page(&town));
        assert_eq!(contacts(&town).await, []);
    }

    async fn the_own_page_says_that_a_session_is_cancelled_also_where_no_other_is_to_come(app) {
        let (town, desk) = coordinator(app).await;
        own::meets_at(&town, "14:30").await;
        own::card(&town).await;
        let browser = own::signed_in(&town).await;
        cancel(&town, &desk).await;
        assert!(!browser.get(&town.app, "/own").await.text().contains("Ryhmä ei kokoonnu"), "a nearer one is to come first");
        town.app.clock.advance(24 * 3_600_000);
        let shown = browser.get(&town.app, "/own").await.text();
        let at = |words: &str| shown.find(words).unwrap_or_else(|| panic!("{words} in {shown}"));
        assert!(at("Ryhmä ei kokoonnu") < at("Seuraava kerta"), "it stands above the next one: {shown}");
        assert!(browser.get(&town.app, "/own/sessions").await.text().contains("Ryhmä ei kokoonnu"));
        ends_on(&town, "2026-09-16").await;
        let shown = browser.get(&town.app, "/own").await.text();
        assert!(shown.contains("Ryhmä ei kokoonnu") && shown.contains("ei ole nyt tulevia kertoja"), "{shown}");
    }
}

/// The own group's season ends on that day.
async fn ends_on(town: &Town, day: &str) {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let sql = "SELECT body FROM exercise_group WHERE id = $1";
    let group: domain::groups::Group = tx.one(sql, [town.own.group.into()]).await.unwrap().json("body").unwrap();
    drop(tx);
    let group = Box::new(domain::groups::Group { season_end: day.parse().ok(), ..group });
    town.write(vec![Verb::Group(domain::groups::Verb::Put { group })]).await;
}
