//! Incidents at the desk: recorded from a group's page, listed, looked at, told in the person's history.

use crate::desk::{coordinator, next, value};
use crate::files::count;
use domain::access::Role;
use http::StatusCode;
use server::db::Unscoped;
use tests::town::{Browser, Town};

/// A fall of the own group's member, as a coordinator fills it in.
fn fall<'a>(person: &'a str, id: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("rev", id),
        ("on", "7.9.2026"),
        ("at", "10.40"),
        ("person", person),
        ("kind", "fall"),
        ("injury", "treated"),
        ("what_happened", "Kompastui <b>maton</b> reunaan."),
        ("actions", "first_aid"),
        ("actions", "emergency"),
        ("preventable", "yes"),
        ("follow_up_on", "14.9.2026"),
    ]
}

/// Where an incident of the group is recorded.
fn to(group: &str) -> String {
    format!("/groups/{group}/incidents/new")
}

async fn last_look(town: &Town) -> String {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let sql = "SELECT entities FROM audit WHERE verb = 'view' ORDER BY n DESC LIMIT 1";
    tx.one(sql, []).await.unwrap().get("entities").unwrap()
}

tests::on_both_databases! {
    async fn an_incident_is_recorded_from_its_groups_page_and_shown_in_three_languages(app) {
        let (town, browser) = coordinator(app).await;
        let (group, person) = (town.own.group.to_string(), town.own.participant.to_string());
        let new = to(&group);
        assert!(browser.get(&town.app, "/incidents/new").await.text().contains(&format!("href=\"{new}\"")));
        let page = browser.get(&town.app, &format!("/groups/{group}")).await.text();
        assert!(page.contains(&format!("href=\"{new}\"")), "{page}");
        let form = browser.get(&town.app, &new).await;
        assert!(form.text().contains(&person) && !form.text().contains(&town.other.participant.to_string()));
        let id = value(&form, "rev");
        let shown = next(&browser.post(&town.app, &to(&group), &fall(&person, &id)).await);
        assert_eq!(shown, format!("/incidents/{id}"));
        for (lang, kind, injury) in [
            ("fi", "Kaatuminen", "hoidettiin terveydenhuollossa"),
            ("sv", "Fall", "vårdades inom hälsovården"),
            ("en", "A fall", "treated by health care"),
        ] {
            let browser = Browser { cookies: format!("{}; view={lang}..", browser.cookies) };
            let page = browser.get(&town.app, &shown).await.text();
            assert!(page.contains("Kompastui &lt;b&gt;maton&lt;/b&gt; reunaan."), "{page}");
            assert!(page.contains(kind) && page.contains(injury), "{lang}: {page}");
            let list = browser.get(&town.app, "/incidents").await.text();
            let listed = list.contains(&shown) && list.contains(&kind.to_lowercase());
            assert!(listed && list.contains(town.own.canary), "{lang}: {list}");
        }
        assert_eq!(last_look(&town).await, format!("incident:{id} participant:{person}"));
        let history = browser.get(&town.app, &format!("/people/{person}")).await.text();
        assert!(history.contains("Haittatapahtuma 7.9.2026: kaatuminen"), "{history}");
    }

    async fn the_form_asks_who_was_there_and_has_ticked_who_was_marked(app) {
        let (town, browser) = coordinator(app).await;
        let (group, person) = (town.own.group.to_string(), town.own.participant.to_string());
        let ticked = format!("name=\"present\" value=\"{person}\" checked");
        let session = format!("/groups/{group}/sessions/2026-09-08");
        let page = browser.get(&town.app, &session).await.text();
        let new = format!("{}?on=2026-09-08", to(&group));
        assert!(page.contains(&format!("href=\"{new}\"")), "{page}");
        assert!(!browser.get(&town.app, &new).await.text().contains(&ticked), "nobody is marked yet");
        let mark = [("participant", &*person), ("rev", "0"), ("mark", "present"), ("reason", "slip")];
        next(&browser.post(&town.app, &format!("{session}/mark"), &mark).await);
        let form = browser.get(&town.app, &new).await;
        assert!(form.text().contains(&ticked), "{}", form.text());
        let before = browser.get(&town.app, &format!("{}?on=2026-09-01", to(&group))).await.text();
        assert!(before.contains("value=\"1.9.2026\"") && !before.contains(&ticked), "{before}");
        let (id, leader) = (value(&form, "rev"), town.user(Role::Instructor).await.to_string());
        let mut told = fall(&person, &id);
        told.extend([("present", &*person), ("staff", &*leader), ("staff", town.own.canary)]);
        let shown = next(&browser.post(&town.app, &to(&group), &told).await);
        let page = browser.get(&town.app, &shown).await.text();
        assert!(page.contains("Paikalla tapahtuman aikaan") && page.contains("Henkilökuntaa paikalla"), "{page}");
    }

    async fn an_incident_sent_twice_is_one_and_one_that_was_put_right_is_another(app) {
        let (town, browser) = coordinator(app).await;
        let (group, person) = (town.own.group.to_string(), town.own.participant.to_string());
        let id = value(&browser.get(&town.app, &to(&group)).await, "rev");
        let mut form = fall(&person, &id);
        let first = next(&browser.post(&town.app, &to(&group), &form).await);
        assert_eq!(next(&browser.post(&town.app, &to(&group), &form).await), first);
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM incident").await, 1);
        form.retain(|(field, _)| *field != "at");
        assert_ne!(next(&browser.post(&town.app, &to(&group), &form).await), first);
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM incident").await, 2);
    }

    async fn what_is_wrong_is_told_at_once_and_nothing_typed_is_lost(app) {
        let (town, browser) = coordinator(app).await;
        let group = town.own.group.to_string();
        let stranger = town.other.participant.to_string();
        let mut form = fall(&stranger, "");
        form.retain(|(field, _)| !["kind", "on"].contains(field));
        form.push(("on", "8.9.2126"));
        let wrong = browser.post(&town.app, &to(&group), &form).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for told in ["href=\"#on\"", "href=\"#kind\"", "href=\"#person\"", "Kompastui &lt;b&gt;maton", "8.9.2126"] {
            assert!(wrong.text().contains(told), "{told}: {}", wrong.text());
        }
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM incident").await, 0);
    }

    async fn an_incident_is_completed_and_corrected_at_the_desk_and_a_stale_save_shows_both(app) {
        let (town, browser) = coordinator(app).await;
        let (group, person) = (town.own.group.to_string(), town.own.participant.to_string());
        let id = value(&browser.get(&town.app, &to(&group)).await, "rev");
        let shown = next(&browser.post(&town.app, &to(&group), &fall(&person, &id)).await);
        next(&browser.post(&town.app, &format!("{shown}/handle"), &[]).await);
        let edit = format!("{shown}/edit");
        assert!(browser.get(&town.app, &shown).await.text().contains(&format!("href=\"{edit}\"")));
        let form = browser.get(&town.app, &edit).await;
        let page = form.text();
        assert!(page.contains(town.own.canary) && page.contains("value=\"10.40\"") && !page.contains("name=\"on\""), "{page}");
        assert_eq!(last_look(&town).await, format!("incident:{id} participant:{person}"));
        let rev = value(&form, "rev");
        let save = async |rev: &str, injury: &str, what: &str| {
            let told = [("rev", rev), ("at", "10.40"), ("kind", "fall"), ("injury", injury), ("what_happened", what)];
            browser.post(&town.app, &edit, &told).await
        };
        assert_eq!(next(&save(&rev, "hospital", "Lonkka murtui.").await), shown);
        let page = browser.get(&town.app, &shown).await.text();
        assert!(page.contains("Lonkka murtui.") && page.contains("sairaalahoito"), "{page}");
        assert!(page.contains("Merkitse läpikäydyksi"), "what is told anew is gone through anew: {page}");
        let stale = save(&rev, "minor", "Mustelma.").await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = stale.text();
        assert!(text.contains(">Mustelma.</textarea>") && text.contains("Ohjelmassa on nyt: Lonkka murtui."), "both: {text}");
        assert!(text.contains("Ohjelmassa on nyt: sairaalahoito"), "{text}");
        assert_eq!(next(&save(&value(&stale, "rev"), "minor", "Mustelma.").await), shown);
        let stored = "SELECT COUNT(*) AS n FROM incident WHERE body LIKE '%Mustelma.%' AND on_day = '2026-09-07'";
        assert_eq!(count(&town.app, stored).await, 1);
        let nothing = save("", "", " ").await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn a_group_out_of_reach_has_no_form_and_takes_no_incident(app) {
        let (town, browser) = coordinator(app).await;
        for place in [&town.partner, &town.foreign] {
            let (group, person) = (place.group.to_string(), place.participant.to_string());
            let form = browser.get(&town.app, &to(&group)).await;
            assert_eq!(form.status, StatusCode::NOT_FOUND);
            let sent = browser.post(&town.app, &to(&group), &fall(&person, "")).await;
            assert_eq!(sent.status, StatusCode::NOT_FOUND);
        }
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM incident").await, 0);
    }
}
