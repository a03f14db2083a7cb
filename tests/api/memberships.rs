//! Stays in groups at the desk: joining and leaving.

use http::StatusCode;

use crate::desk::{coordinator, made_group, made_person, next, value};

tests::on_both_databases! {
    async fn a_person_leaves_a_group_with_a_reason_and_joins_another(app) {
        let (town, browser) = coordinator(app).await;
        let (first, second) = (made_group(&town, &browser, "Yksi").await, made_group(&town, &browser, "Kaksi").await);
        let person = made_person(&town, &browser, &first).await;
        let membership = value(&browser.get(&town.app, &person).await, "membership");
        let leave = |day| [("membership", membership.as_str()), ("left_on", day), ("exit_reason", "cost")];
        let path = format!("{person}/leave");
        let early = browser.post(&town.app, &path, &leave("31.8.2026")).await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "before the first day");
        let text = early.text();
        assert!(text.contains("href=\"#left_on\"") && text.contains("id=\"left_on\""), "the error leads to the field");
        assert!(text.contains("value=\"31.8.2026\"") && text.contains("value=\"cost\" selected"), "kept as typed: {text}");
        let silent = [("membership", membership.as_str()), ("left_on", "10.9.2026"), ("exit_reason", "")];
        let asked = browser.post(&town.app, &path, &silent).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "a reason is asked for");
        let text = asked.text();
        assert!(text.contains("href=\"#exit_reason\"") && text.contains("value=\"10.9.2026\""), "{text}");
        next(&browser.post(&town.app, &path, &leave("10.9.2026")).await);
        let group = second.trim_start_matches("/groups/");
        next(&browser.post(&town.app, &format!("{person}/join"), &[("group", group), ("joined_on", "11.9.2026")]).await);
        let page = browser.get(&town.app, &person).await.text();
        assert!(page.contains("Lopetti ryhmässä Yksi: maksu") && page.contains("Tuli mukaan ryhmään Kaksi"), "{page}");
    }

    async fn an_end_that_another_has_told_meanwhile_is_not_overwritten_unseen(app) {
        let (town, browser) = coordinator(app).await;
        let group = made_group(&town, &browser, "Yksi").await;
        let person = made_person(&town, &browser, &group).await;
        let membership = value(&browser.get(&town.app, &person).await, "membership");
        let leave = async |seen: &str, day: &str, reason: &str| {
            let form = [("membership", membership.as_str()), ("seen", seen), ("left_on", day), ("exit_reason", reason)];
            browser.post(&town.app, &format!("{person}/leave"), &form).await
        };
        next(&leave("", "10.9.2026", "cost").await);
        next(&leave("", "10.9.2026", "cost").await);
        let late = leave("", "11.9.2026", "transport").await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = late.text();
        assert!(text.contains("Joku muu muutti tietoja") && text.contains("Ohjelmassa on nyt: 10.9.2026"), "{text}");
        assert!(text.contains("Ohjelmassa on nyt: maksu") && text.contains("value=\"11.9.2026\""), "{text}");
        assert!(text.contains("value=\"transport\" selected") && text.contains("href=\"#left_on\""), "{text}");
        assert!(browser.get(&town.app, &person).await.text().contains("Lopetti ryhmässä Yksi: maksu"), "nothing is lost");
        let seen = "2026-09-10/cost";
        assert!(text.contains(&format!("name=\"seen\" value=\"{seen}\"")), "{text}");
        next(&leave(seen, "11.9.2026", "transport").await);
        assert_eq!(leave(seen, "10.9.2026", "cost").await.status, StatusCode::UNPROCESSABLE_ENTITY, "it has changed again");
    }

    async fn an_end_told_by_mistake_is_taken_back_and_one_of_a_known_reason_can_be_changed(app) {
        let (town, browser) = coordinator(app).await;
        let group = made_group(&town, &browser, "Yksi").await;
        let person = made_person(&town, &browser, &group).await;
        let stay = value(&browser.get(&town.app, &person).await, "membership");
        let path = format!("{person}/leave");
        let end = [("membership", &*stay), ("left_on", "7.9.2026"), ("exit_reason", "cost")];
        next(&browser.post(&town.app, &path, &end).await);
        let page = browser.get(&town.app, &person).await.text();
        assert!(page.contains("Muuta tai peru lopettaminen") && page.contains("value=\"cost\" selected"), "{page}");
        let seen = "2026-09-07/cost";
        let other = [("membership", &*stay), ("seen", seen), ("left_on", "6.9.2026"), ("exit_reason", "transport")];
        next(&browser.post(&town.app, &path, &other).await);
        let undo = async |seen: &str, full: &str| {
            let form = [("membership", &*stay), ("seen", seen), ("full", full), ("undo", "exit")];
            browser.post(&town.app, &path, &form).await
        };
        let stale = undo(seen, "").await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY, "a colleague has changed it since");
        assert!(stale.text().contains("Ohjelmassa on nyt: 6.9.2026"), "{}", stale.text());
        next(&undo("2026-09-06/transport", "").await);
        next(&undo("2026-09-06/transport", "").await);
        let page = browser.get(&town.app, &group).await.text();
        assert!(page.contains("Öhman-Mäkelä") && !page.contains("Aiemmat osallistujat"), "{page}");
        let page = browser.get(&town.app, &person).await.text();
        assert!(page.contains("Ryhmässä Yksi lopettaminen peruttiin"), "in the history: {page}");
    }

    async fn an_end_in_a_group_that_has_filled_up_since_is_taken_back_only_after_that_was_told(app) {
        let (town, browser) = coordinator(app).await;
        let provider = town.own.organisation.to_string();
        let small = [
            ("name", "Pieni"), ("kind", "strength_balance"), ("provider", &*provider), ("weekdays", "2"), ("capacity", "1"),
        ];
        let group = next(&browser.post(&town.app, "/groups/new", &small).await);
        let person = made_person(&town, &browser, &group).await;
        let stay = value(&browser.get(&town.app, &person).await, "membership");
        let path = format!("{person}/leave");
        let end = [("membership", &*stay), ("left_on", "7.9.2026"), ("exit_reason", "cost")];
        next(&browser.post(&town.app, &path, &end).await);
        let join = [("group", group.trim_start_matches("/groups/")), ("joined_on", "8.9.2026")];
        next(&browser.post(&town.app, &format!("/people/{}/join", town.own.participant), &join).await);
        let undo = async |full: &str| {
            let form = [("membership", &*stay), ("seen", "2026-09-07/cost"), ("full", full), ("undo", "exit")];
            browser.post(&town.app, &path, &form).await
        };
        let told = undo("").await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(told.text().contains("Ryhmä on täyttynyt (1 / 1)"), "{}", told.text());
        next(&undo(&value(&told, "full")).await);
    }

    async fn who_was_added_to_a_group_by_mistake_is_taken_out_of_it_and_can_be_added_on_the_same_day_again(app) {
        let (town, browser) = coordinator(app).await;
        let (first, second) = (made_group(&town, &browser, "Yksi").await, made_group(&town, &browser, "Kaksi").await);
        let person = made_person(&town, &browser, &first).await;
        let join = [("group", second.trim_start_matches("/groups/")), ("joined_on", "8.9.2026")];
        next(&browser.post(&town.app, &format!("{person}/join"), &join).await);
        let stay = value(&browser.get(&town.app, &person).await, "membership");
        let undo = [("membership", &*stay), ("seen", ""), ("undo", "join")];
        let path = format!("{person}/leave");
        let is_in = async || browser.get(&town.app, &second).await.text().contains("Öhman-Mäkelä");
        assert!(is_in().await);
        next(&browser.post(&town.app, &path, &undo).await);
        assert!(!is_in().await, "not even as somebody who was there once");
        next(&browser.post(&town.app, &path, &undo).await);
        next(&browser.post(&town.app, &format!("{person}/join"), &join).await);
        assert!(is_in().await, "the same day is the same stay");
        // Who was marked there has been there.
        let marks = format!("{second}/sessions/2026-09-08/mark");
        let id = person.trim_start_matches("/people/");
        let mark = [("participant", id), ("rev", "0"), ("mark", "present"), ("reason", "told_later")];
        next(&browser.post(&town.app, &marks, &mark).await);
        let refused = browser.post(&town.app, &path, &undo).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("on jo merkitty ryhmän kerralle"), "{}", refused.text());
        assert!(is_in().await);
    }

    async fn a_day_more_than_a_year_away_is_asked_about_once(app) {
        let (town, browser) = coordinator(app).await;
        let group = made_group(&town, &browser, "Yksi").await;
        let person = made_person(&town, &browser, &group).await;
        let other = made_group(&town, &browser, "Kaksi").await;
        let join = async |day: &str, asked: &str| {
            let form = [("group", other.trim_start_matches("/groups/")), ("joined_on", day), ("asked_day", asked)];
            browser.post(&town.app, &format!("{person}/join"), &form).await
        };
        let far = join("1.9.2062", "").await;
        assert_eq!(far.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = far.text();
        assert!(text.contains("yli vuoden päässä") && text.contains("name=\"asked_day\" value=\"1.9.2062\""), "{text}");
        assert_eq!(join("1.9.2061", "1.9.2062").await.status, StatusCode::UNPROCESSABLE_ENTITY, "another slip");
        next(&join("1.9.2062", "1.9.2062").await);
        let membership = value(&browser.get(&town.app, &person).await, "membership");
        let leave = async |asked: &str| {
            let day = ("left_on", "10.9.2126");
            let form = [("membership", membership.as_str()), day, ("exit_reason", "cost"), ("asked_day", asked)];
            browser.post(&town.app, &format!("{person}/leave"), &form).await
        };
        let far = leave("").await;
        assert!(far.status == StatusCode::UNPROCESSABLE_ENTITY && far.text().contains("yli vuoden päässä"), "{}", far.text());
        next(&leave("10.9.2126").await);
    }

    async fn who_is_in_a_group_already_is_not_put_into_it_twice(app) {
        let (town, browser) = coordinator(app).await;
        let group = made_group(&town, &browser, "Yksi").await;
        let person = made_person(&town, &browser, &group).await;
        let join = async |day: &str| {
            let form = [("group", group.trim_start_matches("/groups/")), ("joined_on", day)];
            browser.post(&town.app, &format!("{person}/join"), &form).await
        };
        let twice = join("8.9.2026").await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(twice.text().replace('\u{a0}', " ").contains("on jo ryhmässä 1.9.2026 alkaen"), "{}", twice.text());
        next(&join("1.9.2026").await);
        assert!(browser.get(&town.app, "/reviews").await.text().contains("Ei ratkaistavaa"), "nothing is to be settled");
    }

    async fn who_is_known_already_is_added_to_the_group_on_their_own_page(app) {
        let (town, browser) = coordinator(app).await;
        let (first, second) = (made_group(&town, &browser, "Yksi").await, made_group(&town, &browser, "Kaksi").await);
        let person = made_person(&town, &browser, &first).await;
        let group = second.trim_start_matches("/groups/");
        let again = [
            ("given_names", "Äijä Eino"), ("family_name", "Öhman-Mäkelä"), ("birth_date", "080344"), ("group", group),
            ("joined_on", "8.9.2026"),
        ];
        let asked = browser.post(&town.app, "/people/new", &again).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        let there = format!("{person}?into={group}");
        assert!(asked.text().contains(&format!("href=\"{there}#groups\"")), "{}", asked.text());
        let page = browser.get(&town.app, &there).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text().contains(&format!("value=\"{group}\" selected")), "{}", page.text());
    }

    async fn joining_asks_for_group_and_day_and_keeps_what_was_typed(app) {
        let (town, browser) = coordinator(app).await;
        let group = made_group(&town, &browser, "Yksi").await;
        let person = made_person(&town, &browser, &group).await;
        let wrong = browser.post(&town.app, &format!("{person}/join"), &[("group", ""), ("joined_on", "kissa")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = wrong.text();
        for told in ["href=\"#group\"", "href=\"#joined_on\"", "value=\"kissa\""] {
            assert!(text.contains(told), "{told}: {text}");
        }
        assert!(!text.contains("href=\"#left_on\"") && text.contains("id=\"left_on-"), "the other form is untouched");
    }
}
