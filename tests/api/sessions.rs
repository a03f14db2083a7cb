//! A session at the desk: who came, marks mended with a reason, cancelled and restored, noted, listed, printed empty.

use domain::access::Role;
use domain::attendance::Mark;
use domain::sync::entity::Bucket;
use http::StatusCode;
use server::db::Unscoped;
use tests::Answer;
use tests::tablet::Tablet;
use tests::town::{Browser, Town, today};

use crate::desk::{coordinator, made_group, made_person, next, value};

/// The page of the own group's session of that day.
fn session(town: &Town, day: &str) -> String {
    format!("/groups/{}/sessions/{day}", town.own.group)
}

/// Marks the own group's member in the session, from the version of the mark.
async fn mark(town: &Town, desk: &Browser, day: &str, rev: &str, mark: &str, reason: &str) -> Answer {
    let person = town.own.participant.to_string();
    let form = [("participant", &*person), ("rev", rev), ("mark", mark), ("reason", reason)];
    desk.post(&town.app, &format!("{}/mark", session(town, day)), &form).await
}

/// The version of the session that its page carries.
pub async fn rev(town: &Town, desk: &Browser, path: &str) -> String {
    let page = desk.get(&town.app, path).await.text();
    let form = page.split(&format!("{path}/note\"")).nth(1).expect("the form of the note");
    form.split("name=\"rev\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a version").to_owned()
}

async fn marks(town: &Town) -> Vec<(Option<String>, i64)> {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let rows = tx.all("SELECT mark, rev FROM attendance ORDER BY id", []).await.unwrap();
    rows.iter().map(|row| (row.get("mark").unwrap(), row.get("rev").unwrap())).collect()
}

async fn body(town: &Town) -> String {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let sql = "SELECT body FROM group_session WHERE id = $1";
    tx.one(sql, [town.own.session.into()]).await.unwrap().get("body").unwrap()
}

tests::on_both_databases! {
    async fn a_session_shows_who_came_and_mends_a_mark_with_its_reason(app) {
        let (town, desk) = coordinator(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        tablet.mark(&town.app, &town.own, None, Some(Mark::AbsentUnknown));
        tablet.push(&town.app, 1).await;
        let path = session(&town, "2026-09-08");
        let group = desk.get(&town.app, &format!("/groups/{}", town.own.group)).await.text();
        assert!(group.contains(&format!("href=\"{path}\"")), "the group's page leads here: {group}");
        let page = desk.get(&town.app, &path).await.text();
        assert!(page.contains("poissa, ei ilmoitusta") && page.contains("0 paikalla, 1 poissa, 0 merkitsemättä"), "{page}");
        let title = page.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap_or_default();
        assert!(title.replace('\u{a0}', " ").contains(", ti 8.9.2026"), "several stand open beside each other: {title}");
        let nothing = mark(&town, &desk, "2026-09-08", "1", "", "").await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        for wrong in ["Valitse uusi merkintä", "Valitse, miksi merkintä muuttuu"] {
            assert!(nothing.text().contains(wrong), "{wrong}");
        }
        assert_eq!(next(&mark(&town, &desk, "2026-09-08", "1", "present", "told_later").await), path);
        assert_eq!(marks(&town).await, [(Some("present".to_owned()), 2)]);
        assert!(body(&town).await.contains("\"status\":\"held\""), "somebody was present: it was held");
        let page = desk.get(&town.app, &path).await.text();
        let told = format!("{} Aino: Läsnäolo 8.9.2026: paikalla. Syy: tieto tuli myöhemmin", town.own.canary);
        assert!(page.contains(&told) && page.contains("1 paikalla, 0 poissa"), "{page}");
        for (lang, words) in [("sv", "1 närvarande, 0 frånvarande"), ("en", "1 present, 0 absent")] {
            let other = Browser { cookies: format!("{}; view={lang}..", desk.cookies) };
            assert!(other.get(&town.app, &path).await.text().contains(words), "{lang}");
        }
    }

    async fn a_mark_that_somebody_changed_meanwhile_is_shown_before_it_is_overwritten(app) {
        let (town, desk) = coordinator(app).await;
        next(&mark(&town, &desk, "2026-09-08", "0", "present", "slip").await);
        let late = mark(&town, &desk, "2026-09-08", "0", "absent_informed", "slip").await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", late.text());
        assert!(late.text().contains("Joku muu muutti tietoja"), "{}", late.text());
        assert_eq!(marks(&town).await, [(Some("present".to_owned()), 1)]);
        next(&mark(&town, &desk, "2026-09-08", "1", "none", "wrong_person").await);
        assert_eq!(marks(&town).await, [(None, 2)]);
    }

    async fn of_a_coming_session_the_desk_notes_an_absence_that_was_told(app) {
        let (town, desk) = coordinator(app).await;
        let coming = "2026-09-15";
        let page = desk.get(&town.app, &session(&town, coming)).await.text();
        assert!(page.contains("Merkitse poissaolo") && !page.contains("Miksi merkintä muuttuu?"), "{page}");
        assert_eq!(mark(&town, &desk, coming, "0", "present", "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(next(&mark(&town, &desk, coming, "0", "absent_informed", "").await), session(&town, coming));
        assert_eq!(marks(&town).await, [(Some("absent_informed".to_owned()), 1)]);
        for path in [format!("/groups/{}", town.own.group), format!("/groups/{}/sessions", town.own.group)] {
            let page = desk.get(&town.app, &path).await.text();
            assert!(page.contains(coming) && !page.contains("table__figure\">0<"), "nobody can have come yet: {page}");
        }
        let page = desk.get(&town.app, &session(&town, coming)).await.text();
        assert!(page.contains("poissa, ilmoitti"), "{page}");
    }

    async fn a_session_is_cancelled_with_its_reason_and_restored(app) {
        let (town, desk) = coordinator(app).await;
        let path = session(&town, "2026-09-08");
        let cancel = format!("{path}/cancel");
        let asked = desk.post(&town.app, &cancel, &[("rev", "1"), ("why", "")]).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.text().contains("Valitse, miksi kerta perutaan"));
        assert_eq!(next(&desk.post(&town.app, &cancel, &[("rev", "1"), ("why", "weather")]).await), path);
        assert!(body(&town).await.contains("\"because\":\"weather\""));
        let page = desk.get(&town.app, &path).await.text();
        assert!(page.contains("Tämä kerta on peruttu.") && page.contains("Syy: sää"), "{page}");
        let list = desk.get(&town.app, &format!("/groups/{}/sessions", town.own.group)).await.text();
        assert!(list.contains("peruttu: sää"), "{list}");
        let present = mark(&town, &desk, "2026-09-08", "0", "present", "slip").await;
        assert!(present.text().contains("Palauta kerta ensin"), "{}", present.text());
        assert_eq!(next(&desk.post(&town.app, &format!("{path}/restore"), &[]).await), path);
        let restored = body(&town).await;
        assert!(!restored.contains("because") && !restored.contains("status"), "{restored}");
        next(&mark(&town, &desk, "2026-09-08", "0", "present", "slip").await);
        let held = desk.post(&town.app, &cancel, &[("rev", &rev(&town, &desk, &path).await), ("why", "weather")]).await;
        assert_eq!(held.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(held.text().contains("yksi merkitty paikalle"), "{}", held.text());
    }

    async fn a_note_of_the_desk_reaches_the_tablet_and_is_kept_by_whatever_is_said_of_the_session(app) {
        let (town, desk) = coordinator(app).await;
        let path = session(&town, "2026-09-08");
        let note = [("rev", "1"), ("note", " Kahviossa,\r\n<b>ei</b> salissa ")];
        assert_eq!(next(&desk.post(&town.app, &format!("{path}/note"), &note).await), path);
        let page = desk.get(&town.app, &path).await.text();
        assert!(page.contains("&lt;b&gt;ei&lt;/b&gt; salissa"), "{page}");
        let stale = desk.post(&town.app, &format!("{path}/note"), &[("rev", "1"), ("note", "Toinen")]).await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY, "somebody else wrote in between");
        assert!(stale.text().contains(">Toinen</textarea>"), "what was typed stays");
        let beside = stale.text().contains("Ohjelmassa on nyt: Kahviossa,");
        assert!(beside, "and what is saved stands beside it: {}", stale.text());
        let now = rev(&town, &desk, &path).await;
        next(&desk.post(&town.app, &format!("{path}/cancel"), &[("rev", &now), ("why", "holiday")]).await);
        let kept = body(&town).await;
        assert!(kept.contains("Kahviossa,\\nei") || kept.contains("Kahviossa"), "{kept}");
        assert!(kept.contains("\"status\":\"holiday\""), "{kept}");
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        let bucket = Bucket::Roll(town.own.group).to_string();
        let sql = "SELECT COUNT(*) AS n FROM change WHERE bucket = $1 AND eid = $2";
        let told: i64 = tx.one(sql, [bucket.into(), town.own.session.into()]).await.unwrap().get("n").unwrap();
        assert_eq!(told, 1, "tablets of the group fetch it");
    }

    async fn one_session_moves_to_another_time_and_place_and_the_others_stay(app) {
        let (town, desk) = coordinator(app).await;
        let group = made_group(&town, &desk, "Sillan ryhmä").await;
        let path = format!("{group}/sessions/2026-09-10");
        let moved = [("rev", "0"), ("starts_at", "13.30"), ("place", "Kahvio")];
        assert_eq!(next(&desk.post(&town.app, &format!("{path}/move"), &moved).await), path);
        let page = desk.get(&town.app, &path).await.text();
        assert!(page.contains("to\u{a0}10.9.2026 klo\u{a0}13.30") && page.contains("Sillan ryhmä · Kahvio"), "{page}");
        assert!(page.contains("Harjoituskerta siirrettiin: klo\u{a0}13.30, Kahvio"), "{page}");
        let week = desk.get(&town.app, "/week").await.text();
        assert!(week.contains("Kahvio") && week.contains("klo\u{a0}10.30") && week.contains("klo\u{a0}13.30"), "{week}");
        let stale = [("rev", "0"), ("starts_at", "14.00"), ("place", "Kahvio")];
        let stale = desk.post(&town.app, &format!("{path}/move"), &stale).await.text();
        assert!(stale.contains("value=\"14.00\"") && stale.contains("Ohjelmassa on nyt: 13.30"), "both: {stale}");
        assert!(!stale.contains("Ohjelmassa on nyt: Kahvio"), "what is the same needs no word: {stale}");
        let now = rev(&town, &desk, &path).await;
        let wrong = [("rev", &*now), ("starts_at", "iltapäivällä"), ("place", "Kahvio")];
        let wrong = desk.post(&town.app, &format!("{path}/move"), &wrong).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("value=\"iltapäivällä\""), "what was typed stays");
        let back = [("rev", &*now), ("starts_at", "10.30"), ("place", "")];
        next(&desk.post(&town.app, &format!("{path}/move"), &back).await);
        let page = desk.get(&town.app, &path).await.text();
        assert!(page.contains("klo\u{a0}10.30") && page.contains("taas tavallisessa paikassa"), "{page}");
    }

    async fn the_first_page_tells_of_todays_sessions_as_they_are_today_and_who_leads_them(app) {
        let (town, desk) = coordinator(app).await;
        let group = made_group(&town, &desk, "Sillan ryhmä").await;
        let line = async |desk: &Browser| {
            let page = desk.get(&town.app, "/").await.text();
            page.split("Sillan ryhmä").nth(1).and_then(|rest| rest.split("</a>").next()).unwrap_or_default().to_owned()
        };
        let planned = line(&desk).await;
        assert!(planned.contains("10.30") && planned.contains("Ei ohjaajaa"), "{planned}");
        let leader = town.user(Role::Instructor).await.to_string();
        next(&desk.post(&town.app, &format!("{group}/staff"), &[("account", &leader), ("from", "8.9.2026")]).await);
        let today = format!("{group}/sessions/2026-09-08");
        let moved = [("rev", "0"), ("starts_at", "13.30"), ("place", "Kahvio")];
        next(&desk.post(&town.app, &format!("{today}/move"), &moved).await);
        let led = line(&desk).await;
        assert!(led.contains("13.30") && led.contains("Kahvio") && !led.contains("10.30"), "{led}");
        assert!(led.contains("Nimi instructor@091") && !led.contains("Ei ohjaajaa"), "{led}");
        let now = rev(&town, &desk, &today).await;
        next(&desk.post(&town.app, &format!("{today}/cancel"), &[("rev", &now), ("why", "weather")]).await);
        assert!(line(&desk).await.contains("Peruttu"), "{}", line(&desk).await);
        // One that was added for a day on which the group does not meet.
        town.app.clock.advance(24 * 3_600_000);
        let desk = town.signed_in(Role::Coordinator, true).await;
        assert_eq!(line(&desk).await, "", "a Wednesday");
        next(&desk.post(&town.app, &format!("{group}/sessions"), &[("day", "9.9.2026"), ("starts_at", "9.00")]).await);
        assert!(line(&desk).await.contains("9.00"), "{}", line(&desk).await);
    }

    async fn a_session_on_a_public_holiday_is_asked_about_once(app) {
        let (town, desk) = coordinator(app).await;
        let path = format!("/groups/{}/sessions", town.own.group);
        let asked = desk.post(&town.app, &path, &[("day", "6.12.2026")]).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.text().contains("6.12.2026 on pyhäpäivä"), "{}", asked.text());
        let told = value(&asked, "asked_day");
        let meant = [("day", "6.12.2026"), ("asked_day", &*told)];
        assert_eq!(next(&desk.post(&town.app, &path, &meant).await), format!("{path}/2026-12-06"));
    }

    async fn of_an_event_people_are_counted_and_nobody_is_named(app) {
        let (town, desk) = coordinator(app).await;
        let provider = town.own.organisation.to_string();
        let form = [
            ("name", "Luento kaatumisista"), ("kind", "event"), ("provider", provider.as_str()), ("weekdays", "2"),
            ("starts_at", "14.00"),
        ];
        let group = next(&desk.post(&town.app, "/groups/new", &form).await);
        let page = desk.get(&town.app, &group).await.text();
        assert!(page.contains("Tapahtumasta kirjataan vain") && !page.contains("Lisää uusi osallistuja"), "{page}");
        let person = desk.get(&town.app, "/people/new").await.text();
        assert!(!person.contains("Luento kaatumisista"), "nobody belongs to an event");
        let path = format!("{group}/sessions/2026-09-08");
        let count = format!("{path}/count");
        assert!(desk.get(&town.app, &path).await.text().contains("Kuinka moni tuli?"));
        let wrong = desk.post(&town.app, &count, &[("rev", "0"), ("people", "monta")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("value=\"monta\""), "what was typed stays");
        assert_eq!(next(&desk.post(&town.app, &count, &[("rev", "0"), ("people", "40")]).await), path);
        let page = desk.get(&town.app, &path).await.text();
        assert!(page.contains("40 ihmistä tuli") && page.contains("Tulijoita laskettiin 40"), "{page}");
        let stale = desk.post(&town.app, &count, &[("rev", "0"), ("people", "38")]).await.text();
        assert!(stale.contains("value=\"38\"") && stale.contains("Ohjelmassa on nyt: 40"), "both: {stale}");
        let list = desk.get(&town.app, &format!("{group}/sessions")).await.text();
        assert!(list.contains("pidetty") && list.contains(">40<"), "{list}");
        let now = rev(&town, &desk, &path).await;
        let cancelled = desk.post(&town.app, &format!("{path}/cancel"), &[("rev", &now), ("why", "weather")]).await;
        assert!(cancelled.text().contains("Kerralla on laskettu 40 tulijaa"), "{}", cancelled.text());
        let ahead = format!("{group}/sessions/2026-09-15/count");
        let ahead = desk.post(&town.app, &ahead, &[("rev", "0"), ("people", "3")]).await;
        assert!(ahead.text().contains("vasta tulossa"), "{}", ahead.text());
        next(&desk.post(&town.app, &count, &[("rev", &now), ("people", "")]).await);
        let page = desk.get(&town.app, &path).await.text();
        assert!(!page.contains("40 ihmistä tuli") && page.contains("Tulijoiden määrä poistettiin"), "{page}");
        assert!(marks(&town).await.is_empty(), "no person comes into it");
    }

    async fn incidents_of_the_day_stand_on_the_sessions_page(app) {
        let (town, desk) = coordinator(app).await;
        let new = format!("/groups/{}/incidents/new", town.own.group);
        let id = value(&desk.get(&town.app, &new).await, "rev");
        let told = [
            ("rev", &*id), ("on", "8.9.2026"), ("kind", "near_fall"), ("injury", "none"), ("what_happened", "Horjahti."),
        ];
        next(&desk.post(&town.app, &new, &told).await);
        let page = desk.get(&town.app, &session(&town, "2026-09-08")).await.text();
        assert!(page.contains(&format!("href=\"/incidents/{id}\"")), "{page}");
        let other = desk.get(&town.app, &session(&town, "2026-09-15")).await.text();
        assert!(!other.contains(&id) && other.contains("Haittatapahtumia ei ole kirjattu."), "{other}");
    }

    async fn a_session_is_added_on_another_day_and_a_day_without_one_is_not_found(app) {
        let (town, desk) = coordinator(app).await;
        let extra = session(&town, "2026-09-10");
        assert_eq!(desk.get(&town.app, &extra).await.status, StatusCode::NOT_FOUND, "a Thursday");
        assert_eq!(desk.get(&town.app, &session(&town, "tiistaina")).await.status, StatusCode::NOT_FOUND);
        let list = format!("/groups/{}/sessions", town.own.group);
        let wrong = desk.post(&town.app, &list, &[("day", "31.9.2026"), ("starts_at", "kymmeneltä")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("value=\"31.9.2026\""), "what was typed stays");
        assert_eq!(next(&desk.post(&town.app, &list, &[("day", "10.9.2026"), ("starts_at", "13.00")]).await), extra);
        let page = desk.get(&town.app, &extra).await.text();
        assert!(page.contains("to\u{a0}10.9.2026 klo\u{a0}13.00"), "{page}");
        assert!(desk.get(&town.app, &list).await.text().contains(&extra), "listed");
    }

    async fn the_list_of_groups_tells_the_next_session_also_beside_the_plan(app) {
        let (town, desk) = coordinator(app).await;
        let list = format!("/groups/{}/sessions", town.own.group);
        let next_is = async || {
            let page = desk.get(&town.app, "/groups").await.text();
            let line = page.split(&format!("Ryhmä {}", town.own.group)).nth(1).expect("the group's line").to_owned();
            line.split("data-label=\"Seuraava kerta\"").nth(1).expect("its next session").chars().take(60).collect::<String>()
        };
        let cancel = async |day: &str| {
            let path = session(&town, day);
            let now = rev(&town, &desk, &path).await;
            let form = [("rev", &*now), ("why", "weather")];
            assert_eq!(desk.post(&town.app, &format!("{path}/cancel"), &form).await.status, StatusCode::SEE_OTHER);
        };
        assert!(next_is().await.contains("8.9."), "{}", next_is().await);
        cancel("2026-09-08").await;
        assert!(next_is().await.contains("15.9."), "{}", next_is().await);
        next(&desk.post(&town.app, &list, &[("day", "10.9.2026"), ("starts_at", "13.00")]).await);
        assert!(next_is().await.contains("10.9."), "added beside the plan: {}", next_is().await);
        cancel("2026-09-10").await;
        assert!(next_is().await.contains("15.9."), "{}", next_is().await);
    }

    async fn an_empty_list_for_paper_has_the_groups_people_and_its_next_sessions(app) {
        let (town, desk) = coordinator(app).await;
        let group = made_group(&town, &desk, "Sillan ryhmä").await;
        let empty = desk.get(&town.app, &format!("{group}/roll")).await.text();
        assert!(empty.contains("Listalle ei tule ketään"), "{empty}");
        made_person(&town, &desk, &group).await;
        let page = desk.get(&town.app, &format!("{group}/roll")).await.text();
        assert!(page.contains(">Öhman-Mäkelä Äijä<"), "{page}");
        assert!(today().weekday() == 2 && page.contains(">ti 8.9.<") && page.contains(">to 10.9.<"), "{page}");
        assert!(!page.contains("1944") && !page.contains("040 123"), "names alone lie about in a hall");
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        let sql = "SELECT fields FROM audit WHERE verb = 'list' ORDER BY n DESC LIMIT 1";
        let looked: String = tx.one(sql, []).await.unwrap().get("fields").unwrap();
        assert_eq!(looked, "participant=1");
    }
}
