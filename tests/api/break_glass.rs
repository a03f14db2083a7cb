//! Emergency access: one person, a reason, an hour, looks alone, and others hear of it at once.

use domain::access::Role;
use domain::ids::UserId;
use http::StatusCode;
use server::access::accounts::{self, NewAccount};
use server::access::sessions::{self, NewSession};
use tests::Answer;
use tests::town::{Browser, CANARIES, Town, login};

const REASON: &str = "Osallistuja kaatui kotonaan, ja päivystys kysyy hänen toimintakykyään.";
const HOUR: i64 = 60 * 60_000;

/// A second admin, who is told; signed in.
async fn second_admin(town: &Town) -> (UserId, Browser) {
    let state = &town.app.state;
    let scope = server::access::Scope::command_line(town.own.municipality.clone(), state.today());
    let new = NewAccount {
        login: "toinen@091".into(),
        name: "Toinen Admin".into(),
        language: "fi".into(),
        organisation: town.own.organisation,
        roles: vec![Role::OrganisationAdmin],
    };
    let mut tx = state.db.begin(&scope).await.unwrap();
    let user = accounts::create(state, &mut tx, &new).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let mut tx = state.db.begin(server::db::Unscoped::Installation).await.unwrap();
    let municipality = &town.own.municipality;
    let role = Some(Role::OrganisationAdmin);
    let session = NewSession { municipality, user, role, device: None, device_label: "desk" };
    let secret = sessions::create(state, &mut tx, session).await.unwrap();
    tx.commit().await.unwrap();
    (user, Browser { cookies: format!("sid={secret}") })
}

/// Asks for the person of the partner organisation, who is beyond everybody's reach here.
async fn open(town: &Town, browser: &Browser, reason: &str) -> Answer {
    let form =
        [("family_name", town.partner.canary), ("given_names", "Aino"), ("birth_date", "8.3.1946"), ("reason", reason)];
    browser.post(&town.app, "/break-glass", &form).await
}

fn page(town: &Town) -> String {
    format!("/people/{}", town.partner.participant)
}

/// Rows of the log about emergency access and looks: verb, role, result, fields.
async fn logged(town: &Town) -> Vec<String> {
    let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
    let sql = "SELECT verb, role, result, entities FROM audit WHERE municipality = '091' \
               AND (entities LIKE '%break_glass%' OR verb LIKE 'break_glass%') ORDER BY n";
    let rows = tx.all(sql, []).await.unwrap();
    let text = |row: &server::db::Row, column| row.get::<String>(column).unwrap();
    rows.iter().map(|row| ["verb", "role", "result"].map(|column| text(row, column)).join(" ")).collect()
}

tests::on_both_databases! {
    async fn an_hour_of_looks_at_one_person_with_a_banner_a_notice_and_rows_in_the_log(app) {
        let town = Town::on(app).await;
        let (_, other) = second_admin(&town).await;
        for role in [Role::Coordinator, Role::OrganisationAdmin] {
            let looks = town.signed_in(role, true).await;
            let before = looks.get(&town.app, &page(&town)).await.status;
            assert_ne!(before, StatusCode::OK);
            let opened = open(&town, &looks, REASON).await;
            assert_eq!(opened.headers["location"], page(&town), "{}", opened.text());
            let shown = looks.get(&town.app, &page(&town)).await;
            assert_eq!(shown.status, StatusCode::OK);
            let text = shown.text();
            assert!(text.contains(town.partner.canary) && text.contains("Hätähaku on auki klo 14"), "{text}");
            assert!(text.contains(REASON), "the person's own history tells of it");
            assert!(!text.contains("href=\"/people\"") || role == Role::Coordinator, "no way to a list that is not the reader's");
            assert!(looks.get(&town.app, "/").await.text().contains("Hätähaku on auki"), "a banner on every page");
            let told = other.get(&town.app, "/").await.text();
            assert!(told.contains("avasi osallistujan tiedot hätähaulla"), "{told}");
            assert!(!CANARIES.iter().any(|name| told.contains(name)), "the notice names nobody");
            town.app.clock.advance(HOUR / 6);
            assert_eq!(looks.get(&town.app, &page(&town)).await.status, StatusCode::OK);
            looks.post(&town.app, "/break-glass/end", &[]).await;
            assert_eq!(looks.get(&town.app, &page(&town)).await.status, before, "ended");
        }
        let rows = |role: &str| {
            [("begin", "ok"), ("view", "ok"), ("view", "ok"), ("end", "ok")].map(|(verb, result)| match verb {
                "view" => format!("view {role} {result}"),
                verb => format!("break_glass.{verb} {role} {result}"),
            })
        };
        assert_eq!(logged(&town).await, [rows("coordinator"), rows("organisation_admin")].concat());
        let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        server::audit::verify(&mut tx, &town.app.state.secrets, &town.own.municipality).await.expect("whole");
    }

    async fn it_ends_by_itself_and_is_neither_nested_nor_prolonged(app) {
        let town = Town::on(app).await;
        second_admin(&town).await;
        let looks = town.signed_in(Role::Coordinator, true).await;
        assert_eq!(open(&town, &looks, REASON).await.status, StatusCode::SEE_OTHER);
        let elsewhere = town.signed_in(Role::Coordinator, true).await;
        assert_eq!(elsewhere.get(&town.app, &page(&town)).await.status, StatusCode::NOT_FOUND, "in that session alone");
        for minutes in [20, 20, 19] {
            for browser in [&looks, &elsewhere] {
                let again = open(&town, browser, REASON).await;
                assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.text());
            }
            town.app.clock.advance(minutes * 60_000);
            assert_eq!(looks.get(&town.app, &page(&town)).await.status, StatusCode::OK, "not over yet");
            elsewhere.get(&town.app, "/").await;
        }
        town.app.clock.advance(60_000);
        assert_eq!(looks.get(&town.app, &page(&town)).await.status, StatusCode::NOT_FOUND, "the hour is over");
        assert!(!looks.get(&town.app, "/").await.text().contains("Hätähaku on auki"));
        assert_eq!(open(&town, &looks, "lyhyt").await.status, StatusCode::UNPROCESSABLE_ENTITY, "a new one needs a reason");
        assert_eq!(open(&town, &looks, REASON).await.status, StatusCode::SEE_OTHER, "and is logged and told anew");
        let begun = logged(&town).await.into_iter().filter(|row| row == "break_glass.begin coordinator ok").count();
        assert_eq!(begun, 2);
        // The clock is set back: what seems to begin later is over.
        town.app.clock.advance(-2 * HOUR);
        assert_eq!(looks.get(&town.app, &page(&town)).await.status, StatusCode::NOT_FOUND);
    }

    async fn it_opens_looks_at_that_person_alone_and_ends_with_the_session_and_the_role(app) {
        let town = Town::on(app).await;
        second_admin(&town).await;
        let (person, group) = (page(&town), town.own.group.to_string());
        let stay = domain::groups::Membership::id_of(town.partner.group, town.partner.participant, tests::town::today().plus_days(-7));
        for role in [Role::Coordinator, Role::OrganisationAdmin] {
            let looks = town.signed_in(role, true).await;
            assert_eq!(open(&town, &looks, REASON).await.status, StatusCode::SEE_OTHER);
            let mut answers = vec![
                looks.get(&town.app, &format!("{person}/edit")).await,
                looks.post(&town.app, &format!("{person}/edit"), &[("rev", "1"), ("given_names", "X"), ("family_name", "Y")]).await,
                looks.post(&town.app, &format!("{person}/join"), &[("group", &group), ("joined_on", "8.9.2026")]).await,
                looks.post(&town.app, &format!("{person}/leave"), &[("membership", &stay.to_string()), ("left_on", "8.9.2026"), ("exit_reason", "unknown")]).await,
                looks.get(&town.app, &format!("/groups/{}", town.partner.group)).await,
                looks.get(&town.app, &format!("/people/{}", town.foreign.participant)).await,
            ];
            if role == Role::OrganisationAdmin {
                answers.push(looks.get(&town.app, "/people").await);
                answers.push(looks.get(&town.app, &format!("/people/{}", town.own.participant)).await);
            }
            for answer in answers {
                assert!([StatusCode::NOT_FOUND, StatusCode::FORBIDDEN].contains(&answer.status), "{role}: {}", answer.text());
            }
            let shown = looks.get(&town.app, &person).await.text();
            assert!(!shown.contains(&format!("{person}/edit")) && !shown.contains(&format!("{person}/join")), "no way to change");
            let chosen = looks.post(&town.app, "/role", &[("role", role.code())]).await;
            let sid = chosen.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
            let again = Browser { cookies: sid };
            assert_ne!(again.get(&town.app, &person).await.status, StatusCode::OK, "{role}: another role, another session");
            assert_eq!(open(&town, &again, REASON).await.status, StatusCode::SEE_OTHER, "the earlier one has ended");
            again.post(&town.app, "/sign-out", &[]).await;
        }
    }

    async fn a_reason_and_exactly_one_person_are_needed_and_somebody_who_hears_of_it(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let alone = open(&town, &admin, REASON).await;
        assert_eq!(alone.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(alone.text().contains("Kukaan ei saisi tästä tietoa"), "{}", alone.text());
        for reason in ["", "lyhyt peruste", &" x ".repeat(9), &"x".repeat(501)] {
            assert_eq!(open(&town, &coordinator, reason).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{reason}");
        }
        let nobody = [("family_name", town.partner.canary), ("given_names", "Aino"), ("birth_date", "9.3.1946"), ("reason", REASON)];
        let unknown = coordinator.post(&town.app, "/break-glass", &nobody).await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
        let foreign = [("family_name", town.foreign.canary), ("given_names", "Aino"), ("birth_date", "8.3.1946"), ("reason", REASON)];
        let foreign = coordinator.post(&town.app, "/break-glass", &foreign).await;
        assert_eq!(foreign.status, StatusCode::UNPROCESSABLE_ENTITY, "another municipality's");
        assert_eq!(logged(&town).await, [
            "break_glass.begin organisation_admin nobody_to_tell",
            "break_glass.begin coordinator nobody", "break_glass.begin coordinator nobody",
        ]);
        // A contact is told in the admins' place.
        let tenant = &town.own.municipality;
        let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        let contact = login(Role::MunicipalOfficer);
        assert!(server::access::break_glass::set_contact(&mut tx, tenant, &contact, town.app.state.now()).await.unwrap());
        assert!(!server::access::break_glass::set_contact(&mut tx, tenant, "nobody", town.app.state.now()).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(open(&town, &admin, REASON).await.status, StatusCode::SEE_OTHER);
        let officer = town.signed_in(Role::MunicipalOfficer, true).await;
        assert!(officer.get(&town.app, "/").await.text().contains("hätähaulla"));
        assert!(!admin.get(&town.app, "/").await.text().contains("avasi osallistujan tiedot"), "nobody is told of their own doings");
        let listed = admin.get(&town.app, "/break-glass").await.text();
        assert!(listed.contains("Käytetty kahden viime kuukauden aikana") && !listed.contains(REASON), "{listed}");
    }
}
