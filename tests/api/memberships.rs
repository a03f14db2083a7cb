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
