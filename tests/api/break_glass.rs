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
pub async fn second_admin(town: &Town) -> (UserId, Browser) {
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
    let text = |row: &server::db::Row, column| row.get::<Option<String>>(column).unwrap().unwrap_or_default();
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
                let again = open(&town, browser, &format!("{REASON} Vieläkin.")).await;
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

    async fn whatever_ends_the_sign_in_ends_it_and_says_so_in_the_log(app) {
        let town = Town::on(app).await;
        let (_, other) = second_admin(&town).await;
        let account = format!("/accounts/{}", town.user(Role::Coordinator).await);
        let state = &town.app.state;
        let tenant = &town.own.municipality;
        let mut expected = Vec::new();
        for (way, by) in [("sign-out", "coordinator"), ("disabled", "organisation_admin"), ("device", "organisation_admin"), ("password", "")] {
            let looks = town.signed_in(Role::Coordinator, true).await;
            assert_eq!(open(&town, &looks, REASON).await.status, StatusCode::SEE_OTHER, "{way}");
            match way {
                "sign-out" => drop(looks.post(&town.app, "/sign-out", &[]).await),
                "disabled" => {
                    for disabled in ["yes", "no"] {
                        other.post(&town.app, &format!("{account}/disabled"), &[("disabled", disabled)]).await;
                    }
                }
                "device" => {
                    let (_, device) = town.on_tablet(Role::Instructor).await;
                    let mut tx = state.db.begin(server::db::Unscoped::Installation).await.unwrap();
                    let hash = server::access::token::hash(looks.cookies.trim_start_matches("sid="));
                    let sql = "UPDATE staff_session SET device = $2 WHERE hash = $1";
                    tx.run(sql, [hash.into(), device.into()]).await.unwrap();
                    tx.commit().await.unwrap();
                    other.post(&town.app, &format!("/devices/{device}/end"), &[]).await;
                }
                _ => {
                    let user = town.user(Role::Coordinator).await;
                    let mut tx = state.db.begin(server::db::Unscoped::Installation).await.unwrap();
                    accounts::set_password(state, &mut tx, (tenant, user), "x", "test").await.unwrap();
                    tx.commit().await.unwrap();
                }
            }
            assert_ne!(looks.get(&town.app, &page(&town)).await.status, StatusCode::OK, "{way}");
            let mut tx = state.db.read(server::db::Unscoped::Installation).await.unwrap();
            let sql = "SELECT COUNT(*) AS n FROM break_glass WHERE ended_at IS NULL";
            assert_eq!(tx.one(sql, []).await.unwrap().get::<i64>("n").unwrap(), 0, "{way}");
            expected.extend(["break_glass.begin coordinator ok".to_owned(), format!("break_glass.end {by} ok")]);
        }
        assert_eq!(logged(&town).await, expected);
        let mut tx = state.db.read(server::db::Unscoped::Installation).await.unwrap();
        server::audit::verify(&mut tx, &state.secrets, tenant).await.expect("whole");
    }

    async fn what_ran_out_by_itself_ended_when_it_did(app) {
        let town = Town::on(app).await;
        second_admin(&town).await;
        let looks = town.signed_in(Role::Coordinator, true).await;
        assert_eq!(open(&town, &looks, REASON).await.status, StatusCode::SEE_OTHER);
        for minutes in [20, 20, 21] {
            town.app.clock.advance(minutes * 60_000);
            assert_eq!(looks.get(&town.app, "/").await.status, StatusCode::OK);
        }
        looks.post(&town.app, "/sign-out", &[]).await;
        let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        let row = tx.one("SELECT ended_at - ends_at AS late FROM break_glass", []).await.unwrap();
        assert_eq!(row.get::<i64>("late").unwrap(), 0);
        assert_eq!(logged(&town).await, ["break_glass.begin coordinator ok"]);
    }

    async fn a_partners_admin_hears_of_nothing(app) {
        let town = Town::on(app).await;
        let state = &town.app.state;
        let scope = server::access::Scope::command_line(town.own.municipality.clone(), state.today());
        let new = NewAccount {
            login: "kumppani@091".into(),
            name: "Kumppanin Admin".into(),
            language: "fi".into(),
            organisation: town.partner.organisation,
            roles: vec![Role::OrganisationAdmin],
        };
        let mut tx = state.db.begin(&scope).await.unwrap();
        accounts::create(state, &mut tx, &new).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        let mut tx = state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        let named = server::access::break_glass::set_contact(&mut tx, &town.own.municipality, "kumppani@091", state.now());
        assert!(!named.await.unwrap(), "nor is one named the contact");
        tx.commit().await.unwrap();
        let looks = town.signed_in(Role::Coordinator, true).await;
        assert_eq!(open(&town, &looks, REASON).await.status, StatusCode::SEE_OTHER, "the own admin hears of it");
        let mut tx = state.db.read(server::db::Unscoped::Installation).await.unwrap();
        let sql = "SELECT a.login FROM account_notice n JOIN account a ON a.id = n.account";
        let told: Vec<String> = tx.all(sql, []).await.unwrap().iter().map(|row| row.get("login").unwrap()).collect();
        assert_eq!(told, [login(Role::OrganisationAdmin)]);
    }

    async fn a_banner_stands_on_every_page_while_it_is_open_and_on_none_after(app) {
        let town = Town::on(app).await;
        second_admin(&town).await;
        let looks = town.signed_in(Role::Coordinator, true).await;
        let group = format!("/groups/{}", town.own.group);
        let own = format!("/people/{}", town.own.participant);
        let pages = [
            "/", "/people", "/people/new", "/groups", "/groups/new", "/incidents", "/reviews", "/devices", "/sessions",
            "/break-glass", &group, &format!("{group}/edit"), &format!("{group}/incidents/new"), &own, &format!("{own}/edit"),
        ];
        let banner = async |page: &str| {
            let answer = looks.get(&town.app, page).await;
            assert_eq!(answer.status, StatusCode::OK, "{page}");
            answer.text().contains("Hätähaku on auki")
        };
        for page in pages {
            assert!(!banner(page).await, "{page}: before");
        }
        assert_eq!(open(&town, &looks, REASON).await.status, StatusCode::SEE_OTHER);
        for page in pages {
            assert!(banner(page).await, "{page}");
        }
        looks.post(&town.app, "/break-glass/end", &[]).await;
        for page in pages {
            assert!(!banner(page).await, "{page}: after");
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
