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
