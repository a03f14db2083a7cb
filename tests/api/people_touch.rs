//! Pauses, the contact log, deaths, and people whose home must not become known.

use domain::access::Role;
use domain::attendance::{self, Mark};
use domain::people::{self, ProfileChange};
use domain::sessions::{self, SessionStatus};
use domain::sync::op::Verb;
use server::access::Scope;
use server::files::export::{Days, What};
use server::files::fhir;
use server::files::kinds::Kind;
use server::files::write::Form;
use tests::tablet::Tablet;
use tests::town::{Browser, Town, today};
use tests::xlsx::cells;

use crate::desk::{coordinator, next, value};
use crate::files::written;

fn edit(town: &Town, changes: Vec<ProfileChange>) -> Verb {
    people::Verb::Edit { id: town.own.participant, changes }.into()
}

/// The own person came a week ago, so that the first test waits.
async fn came(town: &Town) {
    let (group, session) = (town.own.group, town.own.session);
    let held = sessions::Verb::Status { id: session, group, status: Some(SessionStatus::Held) };
    let participant = town.own.participant;
    let mark = attendance::Verb::Set { session, group, participant, mark: Some(Mark::Present) };
    town.write(vec![Verb::Session(held), Verb::Attendance(mark)]).await;
}

async fn shows(town: &Town, browser: &Browser, address: &str) -> bool {
    browser.get(&town.app, address).await.text().contains(town.own.canary)
}

tests::on_both_databases! {
    async fn a_pause_is_noted_changed_taken_back_and_told_by_the_table_and_the_history(app) {
        let (town, browser) = coordinator(app).await;
        let page = format!("/people/{}", town.own.participant);
        let rev = value(&browser.get(&town.app, &page).await, "rev");
        let pause = async |fields: &[(&str, &str)]| {
            let all: Vec<_> = [("rev", "00000000-0000-7000-8000-000000000001")].iter().chain(fields).copied().collect();
            browser.post(&town.app, &format!("{page}/pause"), &all).await
        };
        assert!(!rev.is_empty());
        let wrong = pause(&[("pause_from", "9.9.2026"), ("pause_to", "8.9.2026"), ("pause_reason", "")]).await;
        let text = wrong.text();
        assert!(wrong.status == 422 && text.contains("href=\"#pause_to\"") && text.contains("href=\"#pause_reason\""), "{text}");
        assert!(text.contains("value=\"9.9.2026\""), "what was typed is kept");
        next(&pause(&[("pause_from", "1.9.2026"), ("pause_to", ""), ("pause_reason", "travel")]).await);
        assert!(shows(&town, &browser, "/people?standing=paused").await);
        let text = browser.get(&town.app, &page).await.text().replace('\u{a0}', " ");
        assert!(text.contains("1.9.2026 alkaen") && text.contains("Tauko 1.9.2026 alkaen"), "{text}");
        let began = ("seen", "2026-09-01//travel");
        next(&pause(&[began, ("pause_from", "1.9.2026"), ("pause_to", "7.9.2026"), ("pause_reason", "travel")]).await);
        assert!(!shows(&town, &browser, "/people?standing=paused").await, "over since yesterday");
        // Another page was open since before the last day was known.
        let late = pause(&[began, ("pause_from", "1.9.2026"), ("pause_to", ""), ("pause_reason", "health")]).await;
        let text = late.text();
        assert!(late.status == 422 && text.contains("Joku muu muutti tietoja"), "{text}");
        assert!(text.contains("Ohjelmassa on nyt: 7.9.2026") && text.contains("Ohjelmassa on nyt: matka"), "{text}");
        assert!(text.contains("value=\"health\" selected"), "what was typed stays: {text}");
        assert_eq!(pause(&[began, ("taken_back", "yes")]).await.status, 422, "nor is it taken back unseen");
        let seen = ("seen", "2026-09-01/2026-09-07/travel");
        assert!(text.contains(&format!("name=\"seen\" value=\"{}\"", seen.1)), "{text}");
        next(&pause(&[seen, ("taken_back", "yes")]).await);
        let text = browser.get(&town.app, &page).await.text().replace('\u{a0}', " ");
        assert!(text.contains("Taukoja ei ole") && text.contains("Tauko 1.9.2026 alkaen poistettiin"), "{text}");
    }

    async fn a_contact_says_when_to_be_in_touch_again_until_the_next_one(app) {
        let (town, browser) = coordinator(app).await;
        let page = format!("/people/{}", town.own.participant);
        let contact = async |n: u8, fields: &[(&str, &str)]| {
            let id = format!("00000000-0000-7000-8000-00000000000{n}");
            let all: Vec<_> = [("rev", id.as_str())].iter().chain(fields).copied().collect();
            browser.post(&town.app, &format!("{page}/contact"), &all).await
        };
        let ahead = contact(1, &[("contact_on", "9.9.2026"), ("contact_way", "phone"), ("contact_outcome", "reached")]).await;
        assert!(ahead.status == 422 && ahead.text().contains("href=\"#contact_on\""));
        let missed = [("contact_on", "7.9.2026"), ("contact_way", "phone"), ("contact_outcome", "not_reached"),
            ("contact_next", "8.9.2026"), ("contact_note", "Soitetaan <i>aamulla</i>")];
        next(&contact(1, &missed).await);
        assert!(shows(&town, &browser, "/people?only=contact").await);
        let text = browser.get(&town.app, &page).await.text().replace('\u{a0}', " ");
        assert!(text.contains("7.9.2026 puhelin, ei tavoitettu") && text.contains("Seuraava 8.9.2026"), "{text}");
        assert!(text.contains("Soitetaan &lt;i&gt;aamulla") && text.contains("Yhteydenotto 7.9.2026: puhelin, ei tavoitettu"), "{text}");
        let reached = [("contact_on", "8.9.2026"), ("contact_way", "in_person"), ("contact_outcome", "reached")];
        next(&contact(2, &reached).await);
        assert!(!shows(&town, &browser, "/people?only=contact").await, "it was answered");
        next(&contact(2, &[("taken_back", "yes")]).await);
        assert!(shows(&town, &browser, "/people?only=contact").await, "it was not after all");
    }

    async fn whoever_died_leaves_lists_of_calls_and_tests_the_same_day_and_comes_back_where_it_was_a_mistake(app) {
        let (town, browser) = coordinator(app).await;
        let page = format!("/people/{}", town.own.participant);
        came(&town).await;
        let contact = [("rev", "00000000-0000-7000-8000-000000000001"), ("contact_on", "7.9.2026"),
            ("contact_way", "phone"), ("contact_outcome", "not_reached"), ("contact_next", "8.9.2026")];
        next(&browser.post(&town.app, &format!("{page}/contact"), &contact).await);
        let lists = ["/rounds", "/people?only=due", "/people?only=contact", "/people"];
        for address in lists {
            assert!(shows(&town, &browser, address).await, "{address}");
        }
        let died = format!("{page}/died");
        let wrong = browser.post(&town.app, &died, &[("died_on", "9.9.2026")]).await;
        assert!(wrong.status == 422 && wrong.text().contains("href=\"#died_on\""), "not yet");
        next(&browser.post(&town.app, &died, &[("died_on", "8.9.2026")]).await);
        for address in lists {
            assert!(!shows(&town, &browser, address).await, "{address}");
        }
        let text = browser.get(&town.app, &page).await.text().replace('\u{a0}', " ");
        assert!(text.contains("Kuollut 8.9.2026") && text.contains("1.–8.9.2026, "), "{text}");
        let offers = ["letters\"", "personal-card\"", "relatives\"", "questions\"", "join\"", "pause\"", "talks\"", "friends\"",
            "consents\""];
        let offered = |text: &str| offers.map(|offer| text.contains(&format!("{page}/{offer}")));
        assert_eq!(offered(&text), [false; 9], "nothing is offered to whoever has died: {text}");
        next(&browser.post(&town.app, &died, &[("undo", "yes")]).await);
        for address in lists {
            assert!(shows(&town, &browser, address).await, "{address}, taken back");
        }
        let text = browser.get(&town.app, &page).await.text();
        assert!(!text.contains("Kuollut") && offered(&text) == [true; 9], "{text}");
    }

    async fn whoever_has_died_comes_into_no_group_by_a_page_that_was_opened_before(app) {
        let (town, browser) = coordinator(app).await;
        let page = format!("/people/{}", town.own.participant);
        let stay = value(&browser.get(&town.app, &page).await, "membership");
        let leave = format!("{page}/leave");
        let end = [("membership", &*stay), ("left_on", "7.9.2026"), ("exit_reason", "cost")];
        next(&browser.post(&town.app, &leave, &end).await);
        next(&browser.post(&town.app, &format!("{page}/died"), &[("died_on", "8.9.2026")]).await);
        let undo = [("membership", &*stay), ("seen", "2026-09-07/cost"), ("undo", "exit")];
        let goes_on = browser.post(&town.app, &leave, &undo).await;
        assert_eq!(goes_on.status, 422, "{}", goes_on.text());
        let group = town.other.group.to_string();
        let join = [("group", &*group), ("joined_on", "8.9.2026")];
        let joins = browser.post(&town.app, &format!("{page}/join"), &join).await;
        assert_eq!(joins.status, 422, "{}", joins.text());
    }

    async fn nothing_is_begun_for_whoever_has_died_by_a_page_that_was_opened_before(app) {
        let (town, browser) = coordinator(app).await;
        let person = town.own.participant.to_string();
        let page = format!("/people/{person}");
        let card = browser.made(&town.app, &format!("{page}/personal-card"), &[]).await;
        assert!(card.text().contains("personal-card__number"), "{}", card.text());
        next(&browser.post(&town.app, &format!("{page}/died"), &[("died_on", "8.9.2026")]).await);
        let id = "00000000-0000-7000-8000-000000000009";
        let pause = [("rev", id), ("pause_from", "1.9.2026"), ("pause_to", ""), ("pause_reason", "travel")];
        let friend = [("form", "new"), ("pair", id), ("friend_name", "Ville"), ("friend_phone", "040 123 4567"),
            ("friend_since", "1.9.2026")];
        let talk = [("rev", id), ("talked_on", "8.9.2026"), ("goal", "Kauppaan kävellen")];
        let asked = [("rev", id), ("on", "8.9.2026"), ("q1", "no")];
        let exercise = [("rev", "0"), ("e", "chair_stand"), ("form_chair_stand", "easier"), ("amount_chair_stand", "8"),
            ("rounds_chair_stand", "3"), ("from", "8.9.2026")];
        let relative = crate::relatives::form(id, &["relative_attendance"], "");
        let again = [("rev", &*person), ("person", &*person), ("source", "self"), ("applied_on", "8.9.2026")];
        let consent = [("rev", id), ("purpose", "home_care_exchange"), ("act", "given"), ("channel", "spoken"),
            ("consent_language", "fi"), ("consent_on", "8.9.2026")];
        let at = |form: &str| format!("{page}/{form}");
        let begun: [(String, &[(&str, &str)]); 8] = [
            (at("pause"), &pause[..]), (at("friends"), &friend[..]), (at("talks"), &talk[..]), (at("questions"), &asked[..]),
            (at("home-exercise"), &exercise[..]), (at("relatives"), &relative[..]),
            ("/applications/new".to_owned(), &again[..]), (at("consents"), &consent[..]),
        ];
        for (address, form) in begun {
            let refused = browser.post(&town.app, &address, form).await;
            let text = refused.text().replace('\u{a0}', " ");
            assert!(refused.status == 422 && text.contains("Kuollut 8.9.2026"), "{address}: {text}");
        }
        for made in ["personal-card", "personal-card/code"] {
            let kept = browser.made(&town.app, &at(made), &[]).await.text().replace('\u{a0}', " ");
            assert!(kept.contains("Kuollut 8.9.2026") && !kept.contains("personal-card__number"), "{made}: {kept}");
        }
    }

    async fn a_day_of_death_that_a_colleague_has_noted_is_not_overwritten_unseen(app) {
        let (town, browser) = coordinator(app).await;
        let page = format!("/people/{}", town.own.participant);
        let died = format!("{page}/died");
        let was = value(&browser.get(&town.app, &page).await, "was");
        assert_eq!(was, "", "nobody has said so when the form was filled");
        next(&browser.post(&town.app, &died, &[("was", &was), ("died_on", "8.9.2026")]).await);
        next(&browser.post(&town.app, &died, &[("was", &was), ("died_on", "8.9.2026")]).await);
        let stale = browser.post(&town.app, &died, &[("was", &was), ("died_on", "7.9.2026")]).await;
        let text = stale.text();
        assert_eq!(stale.status, 422, "{text}");
        assert!(text.contains("value=\"7.9.2026\"") && text.contains("Ohjelmassa on nyt: 8.9.2026"), "both: {text}");
        assert!(browser.get(&town.app, &page).await.text().replace('\u{a0}', " ").contains("Kuollut 8.9.2026"));
        let seen = value(&stale, "was");
        next(&browser.post(&town.app, &died, &[("was", &seen), ("died_on", "7.9.2026")]).await);
        assert!(browser.get(&town.app, &page).await.text().replace('\u{a0}', " ").contains("Kuollut 7.9.2026"));
    }

    async fn nothing_but_the_own_page_tells_where_somebody_lives_whose_home_must_not_become_known(app) {
        let (town, browser) = coordinator(app).await;
        let changes = vec![
            ProfileChange::Phone(Some("040 777 1234".into())),
            ProfileChange::PostalCode(Some("00987".into())),
            ProfileChange::Reference(Some("S-1".into())),
        ];
        town.write(vec![edit(&town, changes)]).await;
        came(&town).await;
        let scope = Scope::command_line(town.own.municipality.clone(), today());
        let everywhere = async || {
            let mut all = Vec::new();
            for address in ["/people", "/rounds", "/reviews", &format!("/groups/{}", town.own.group)] {
                all.push((address.to_owned(), browser.get(&town.app, address).await.text()));
            }
            let sheet = browser.get(&town.app, "/people/download").await;
            all.push(("sheet".to_owned(), format!("{:?}", cells(&sheet.body))));
            let file = written(&town.app, &scope, What::Rows(Kind::Participants), Days::default(), Form::Plain).await;
            all.push(("file".to_owned(), file));
            all.push(("fhir".to_owned(), fhir::take_out(&town.app.state, &scope, Days::default()).await.expect("a bundle")));
            let tablet = Tablet::of(&town, Role::Instructor).await;
            all.push(("tablet".to_owned(), tablet.fetch(&town.app, None).await.text()));
            let told = |text: &str| ["777 1234", "7771234", "00987"].iter().any(|secret| text.contains(secret));
            all.into_iter().filter(|(_, text)| told(text)).map(|(place, _)| place).collect::<Vec<_>>()
        };
        let group = format!("/groups/{}", town.own.group);
        assert_eq!(everywhere().await, ["/rounds", &group, "sheet", "file", "fhir", "tablet"], "they tell of others");
        assert!(shows(&town, &browser, "/people?area=009").await);
        let found = async || browser.search(&town.app, "0407771234").await.text().contains(town.own.canary);
        assert!(found().await);
        let page = format!("/people/{}/edit", town.own.participant);
        let rev = value(&browser.get(&town.app, &page).await, "rev");
        let form = [
            ("rev", rev.as_str()), ("given_names", "Aino"), ("family_name", town.own.canary), ("birth_date", "8.3.1946"),
            ("phone", "040 777 1234"), ("postal_code", "00987"), ("undisclosed", "yes"),
        ];
        next(&browser.post(&town.app, &page, &form).await);
        assert_eq!(everywhere().await, Vec::<String>::new());
        assert!(!shows(&town, &browser, "/people?area=009").await && !found().await);
        let own = browser.get(&town.app, &format!("/people/{}", town.own.participant)).await.text();
        assert!(own.contains("Turvakielto") && own.contains("00987") && own.contains("Tietoja muutettiin"), "{own}");
        let again = written(&town.app, &scope, What::Rows(Kind::Participants), Days::default(), Form::Plain).await;
        crate::files::take(&town.app, &scope, Kind::Participants, &again).await;
        let kept = browser.get(&town.app, &format!("/people/{}", town.own.participant)).await.text();
        assert!(kept.contains("00987"), "a file in which it does not stand takes nothing away");
    }
}
