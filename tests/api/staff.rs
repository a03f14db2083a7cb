//! Who leads a group: instructors and substitutes, given by the coordinator.

use domain::access::Role;
use http::StatusCode;
use server::db::Unscoped;
use tests::tablet::Tablet;
use tests::town::{Town, today};

use crate::desk::{coordinator, next, value};

async fn leads(town: &Town) -> Vec<(String, String, Option<String>)> {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let sql = "SELECT account, from_day, to_day FROM group_staff WHERE exercise_group = $1 ORDER BY from_day, account";
    let rows = tx.all(sql, [town.other.group.into()]).await.unwrap();
    rows.iter()
        .map(|row| (row.get("account").unwrap(), row.get("from_day").unwrap(), row.get("to_day").unwrap()))
        .collect()
}

tests::on_both_databases! {
    async fn a_substitute_leads_the_group_on_those_days_alone(app) {
        let (town, desk) = coordinator(app).await;
        let staff = format!("/groups/{}/staff", town.other.group);
        let substitute = town.user(Role::Instructor).await.to_string();
        let page = desk.get(&town.app, &staff).await.text();
        assert!(page.contains("Ryhmällä ei ole ohjaajaa.") && page.contains(&substitute), "{page}");
        let tomorrow = [("account", &*substitute), ("from", "9.9.2026"), ("to", "9.9.2026")];
        assert_eq!(next(&desk.post(&town.app, &staff, &tomorrow).await), staff);
        let page = desk.get(&town.app, &staff).await.text();
        assert!(page.contains("sijainen 9.9.2026"), "{page}");
        let group = desk.get(&town.app, &format!("/groups/{}", town.other.group)).await.text();
        assert!(group.contains("sijainen 9.9.2026"), "{group}");
        let outcome = async |expected: &str| {
            let mut tablet = Tablet::of(&town, Role::Instructor).await;
            tablet.mark(&town.app, &town.other, None, None);
            let answer = tablet.send(&town.app, &tablet.request(&town.app, 1).await).await;
            assert_eq!(answer.json()["results"][0]["outcome"], expected, "{}", town.app.state.today());
        };
        outcome("held").await;
        town.app.clock.advance(24 * 3_600_000);
        outcome("applied").await;
        town.app.clock.advance(24 * 3_600_000);
        outcome("held").await;
    }

    async fn an_instructor_is_given_without_an_end_and_taken_from_the_group(app) {
        let (town, desk) = coordinator(app).await;
        let staff = format!("/groups/{}/staff", town.other.group);
        let peer = town.user(Role::PeerInstructor).await.to_string();
        next(&desk.post(&town.app, &staff, &[("account", &peer), ("from", "1.9.2026"), ("to", "")]).await);
        assert_eq!(leads(&town).await, [(peer.clone(), "2026-09-01".to_owned(), None)]);
        let line = desk.get(&town.app, "/groups").await.text();
        let line = line.split(&format!("href=\"/groups/{}\"", town.other.group)).nth(1).expect("a line").to_owned();
        let line = line.split("</tr>").next().unwrap_or_default();
        assert!(line.contains("Nimi peer_instructor@091") && !line.contains("Ei ohjaajaa"), "{line}");
        let end = [("account", &*peer), ("from", "2026-09-01")];
        assert_eq!(next(&desk.post(&town.app, &format!("{staff}/end"), &end).await), staff);
        let yesterday = today().plus_days(-1).to_string();
        assert_eq!(leads(&town).await, [(peer.clone(), "2026-09-01".to_owned(), Some(yesterday))]);
        let page = desk.get(&town.app, &staff).await.text();
        assert!(page.contains("Ryhmällä ei ole ohjaajaa."), "{page}");
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        let sql = "SELECT verb, entities, fields FROM audit WHERE verb LIKE 'group.lead%' ORDER BY n";
        let told: Vec<(String, String)> =
            tx.all(sql, []).await.unwrap().iter().map(|row| (row.get("verb").unwrap(), row.get("fields").unwrap())).collect();
        let told: Vec<_> = told.iter().map(|(verb, fields)| (verb.as_str(), fields.as_str())).collect();
        assert_eq!(told, [("group.lead", "2026-09-01.."), ("group.lead.end", "2026-09-01..")]);
    }

    async fn another_last_day_that_a_colleague_has_saved_is_told_before_it_is_replaced(app) {
        let (town, desk) = coordinator(app).await;
        let staff = format!("/groups/{}/staff", town.other.group);
        let substitute = town.user(Role::Instructor).await.to_string();
        let until = async |to: &str, seen: &str| {
            let days = [("account", &*substitute), ("from", "9.9.2026"), ("to", to), ("seen", seen)];
            desk.post(&town.app, &staff, &days).await
        };
        next(&until("10.9.2026", "").await);
        next(&until("10.9.2026", "").await);
        let stale = until("11.9.2026", "").await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = stale.text();
        assert!(text.contains("value=\"11.9.2026\"") && text.contains("Ohjelmassa on nyt: sijainen 9.–10.9.2026"), "{text}");
        let ends = async || leads(&town).await.into_iter().map(|(.., to)| to).collect::<Vec<_>>();
        assert_eq!(ends().await, [Some("2026-09-10".to_owned())]);
        next(&until("11.9.2026", &value(&stale, "seen")).await);
        assert_eq!(ends().await, [Some("2026-09-11".to_owned())]);
    }

    async fn nobody_from_elsewhere_leads_a_group_and_what_is_wrong_is_told(app) {
        let (town, desk) = coordinator(app).await;
        let staff = format!("/groups/{}/staff", town.own.group);
        let wrong = [("account", ""), ("from", "9.9.2026"), ("to", "8.9.2026")];
        let answer = desk.post(&town.app, &staff, &wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        for words in ["Valitse, kuka ohjaa", "Viimeinen päivä ei voi olla ennen ensimmäistä", "value=\"8.9.2026\""] {
            assert!(answer.text().contains(words), "{words}");
        }
        for account in [town.partner.account, town.foreign.account, town.user(Role::MunicipalOfficer).await] {
            let other = [("account", &*account.to_string()), ("from", "9.9.2026"), ("to", "")];
            let answer = desk.post(&town.app, &staff, &other).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{account}");
        }
    }
}
