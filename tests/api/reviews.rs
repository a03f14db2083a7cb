//! What waits for a decision: listed for those who may decide it, and counted in their navigation.

use domain::access::Role;
use domain::assessments;
use domain::assessments::{Assessment, Instrument, Item, Trial, TrialOutcome};
use domain::attendance::Mark;
use domain::ids::AssessmentId;
use domain::sync::op::Verb;
use domain::sync::wire::{Hole, HoleReason};
use tests::App;
use tests::tablet::Tablet;
use tests::town::{Browser, Town};

/// The number beside the way to the reviews, with the word that screen readers add.
async fn counted(browser: &Browser, app: &App) -> Option<String> {
    let page = browser.get(app, "/").await.text();
    let way = page.split("href=\"/reviews\"").find(|rest| rest.contains("ways__count"))?;
    let count = way.split("ways__count\">").nth(1)?.split("</a>").next()?;
    Some(count.replace("<span class=\"hidden-visually\">", "").replace("</span>", "").replace("<!>", ""))
}

/// Two records that this program cannot read: a newer one, and one without even a head.
async fn unreadable(town: &Town) -> Tablet {
    let mut tablet = Tablet::of(town, Role::Instructor).await;
    tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
    tablet.mark(&town.app, &town.own, Some(1), Some(Mark::Remote));
    tablet.recorded[0] =
        tablet.recorded[0].replace("\"schema\":1", "\"schema\":7").replace("attendance.set", "attendance.weigh");
    tablet.recorded[1] = "{\"not\":\"an operation\"}".to_owned();
    tablet.push(&town.app, 1).await;
    tablet
}

/// Timed up and go with one trial, in tenths of a second.
fn up_and_go(town: &Town, id: u128, tenths: i64) -> Assessment {
    let trial = Trial::new(Item::Time, 1, TrialOutcome::Value(tenths));
    let id = AssessmentId(uuid::Uuid::from_u128(id));
    Assessment::new(id, town.own.participant, tests::town::today(), Instrument::Tug, vec![trial])
}

tests::on_both_databases! {
    async fn two_tests_of_one_person_are_called_by_name_and_day_and_by_who_recorded_them(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let (mut one, mut other) = (Tablet::of(&town, Role::Instructor).await, Tablet::of(&town, Role::Instructor).await);
        let first = up_and_go(&town, 1, 110);
        one.record(&town.app, None, Verb::Assessment(assessments::Verb::Record { assessment: Box::new(first.clone()) }));
        one.push(&town.app, 1).await;
        let twin = Box::new(up_and_go(&town, 2, 120));
        other.record(&town.app, None, Verb::Assessment(assessments::Verb::Record { assessment: twin }));
        let amend = |tenths| Verb::Assessment(assessments::Verb::Amend {
            id: first.id,
            participant: first.participant,
            trials: up_and_go(&town, 1, tenths).trials,
            reason: "kirjoitusvirhe".into(),
        });
        other.record(&town.app, Some(1), amend(130));
        other.push(&town.app, 1).await;
        one.record(&town.app, Some(1), amend(140));
        one.push(&town.app, 2).await;
        let page = coordinator.get(&town.app, "/reviews").await.text().replace('\u{a0}', " ");
        assert!(page.contains("Sama testi saattaa olla kahdesti"), "{page}");
        let name = page.split("Nouse ja kävele -testi (TUG) 8.9.2026 kirjattiin kahdesti (").nth(1);
        let name = name.and_then(|rest| rest.split(')').next()).unwrap_or_else(|| panic!("{page}"));
        assert!(!name.is_empty() && !name.contains(" ja "), "one person with two tablets is named once: {name}");
        let corrected = "Nouse ja kävele -testi (TUG) 8.9.2026: tuloksen korjaukset ovat ristiriidassa.";
        assert!(page.contains(corrected), "{page}");
    }

    async fn a_record_that_cannot_be_read_is_listed_with_author_device_time_and_kind(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        assert_eq!(counted(&coordinator, &town.app).await, None, "nothing waits");
        let tablet = unreadable(&town).await;
        let page = coordinator.get(&town.app, "/reviews").await.text().replace('\u{a0}', " ");
        let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        let sql = "SELECT a.name, d.label FROM account a JOIN device d ON d.municipality = a.municipality \
                   WHERE a.id = $1 AND d.id = $2";
        let row = tx.one(sql, [tablet.user.into(), tablet.device.into()]).await.unwrap();
        let (name, label): (String, String) = (row.get("name").unwrap(), row.get("label").unwrap());
        for kind in ["attendance.weigh", "ei tiedossa"] {
            let line = format!("Kirjaaja {name}, laite ”{label}”, saapunut ti 8.9.2026 klo 13.00. Laji: {kind}.");
            assert!(page.contains(&line), "{line}: {page}");
        }
        let sql = "SELECT fields FROM audit WHERE verb = 'list'";
        assert_eq!(tx.one(sql, []).await.unwrap().get::<String>("fields").unwrap(), "participant=2", "a look like any");
    }

    async fn what_a_tablet_has_lost_is_passed_over_and_named_with_who_where_and_how_much(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        (0..3).for_each(|_| {
            tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        });
        let mut request = tablet.request(&town.app, 3).await;
        assert_eq!(tablet.send(&town.app, &request).await.status, 409, "missing, and nobody says why");
        request.holes = vec![Hole::new(1, 2, HoleReason::Missing)];
        for _ in 0..2 {
            let answer = tablet.send(&town.app, &request).await;
            assert_eq!((answer.status.as_u16(), &answer.json()["stream"]["contig"]), (200, &3.into()), "{}", answer.text());
        }
        let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        let sql = "SELECT a.name, d.label FROM account a JOIN device d ON d.municipality = a.municipality \
                   WHERE a.id = $1 AND d.id = $2";
        let row = tx.one(sql, [tablet.user.into(), tablet.device.into()]).await.unwrap();
        let (name, label): (String, String) = (row.get("name").unwrap(), row.get("label").unwrap());
        let page = coordinator.get(&town.app, "/reviews").await.text().replace('\u{a0}', " ");
        let line = format!("{name} kirjasi laitteella ”{label}” 2 tietoa, joita ei ole palvelimella");
        assert_eq!(page.matches(&line).count(), 1, "{line}: {page}");
        assert_eq!(counted(&coordinator, &town.app).await.as_deref(), Some("1 odottaa"));
        let sql = "SELECT COUNT(*) AS n FROM audit WHERE result = 'alarm' AND entities LIKE '%lost:1-2:missing%'";
        assert_eq!(tx.one(sql, []).await.unwrap().get::<i64>("n").unwrap(), 1, "an alarm in the log");
    }

    async fn what_a_tablet_has_lost_is_ticked_off_by_those_who_decide_it_and_logged_once(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        (0..2).for_each(|_| {
            tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        });
        let mut request = tablet.request(&town.app, 2).await;
        request.holes = vec![Hole::new(1, 1, HoleReason::Missing)];
        assert_eq!(tablet.send(&town.app, &request).await.status, 200);
        let hole = crate::desk::value(&coordinator.get(&town.app, "/reviews").await, "hole");
        let press = async |browser: &Browser, answer: &str| {
            let form = [("hole", hole.as_str()), ("answer", answer)];
            browser.post(&town.app, "/reviews/settle", &form).await.status.as_u16()
        };
        for (organisation, status) in [(town.partner.organisation, 404), (town.own.organisation, 404)] {
            let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
            let sql = "UPDATE account SET organisation = $2 WHERE login = $1";
            tx.run(sql, [tests::town::login(Role::Coordinator).into(), organisation.into()]).await.unwrap();
            tx.commit().await.unwrap();
            let answer = if organisation == town.own.organisation { "apart" } else { "dealt_with" };
            assert_eq!(press(&coordinator, answer).await, status, "another organisation's, or not an answer to this");
        }
        assert_eq!(press(&town.signed_in(Role::MunicipalOfficer, true).await, "dealt_with").await, 403);
        assert_eq!(counted(&coordinator, &town.app).await.as_deref(), Some("1 odottaa"));
        assert_eq!([press(&coordinator, "dealt_with").await, press(&coordinator, "dealt_with").await], [303, 303]);
        assert!(coordinator.get(&town.app, "/reviews").await.text().contains("Ei ratkaistavaa"));
        let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        let sql = "SELECT COUNT(*) AS n FROM audit WHERE verb = 'hole.settle' AND role = 'coordinator' AND entities = $1";
        assert_eq!(tx.one(sql, [format!("hole:{hole}").into()]).await.unwrap().get::<i64>("n").unwrap(), 1);
        server::audit::verify(&mut tx, &town.app.state.secrets, &town.own.municipality).await.expect("whole");
    }

    async fn what_waits_is_counted_in_the_navigation_of_those_who_decide_it(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let tablet = unreadable(&town).await;
        let (mut one, mut other) = (Tablet::of(&town, Role::Instructor).await, Tablet::of(&town, Role::Instructor).await);
        one.mark(&town.app, &town.own, None, Some(Mark::Present));
        one.push(&town.app, 1).await;
        other.mark(&town.app, &town.own, None, Some(Mark::AbsentUnknown));
        other.push(&town.app, 1).await;
        assert_eq!(counted(&coordinator, &town.app).await.as_deref(), Some("3 odottaa"));
        let lines = coordinator.get(&town.app, "/reviews").await.text().matches("review__title").count();
        assert_eq!(lines, 3, "as many as the list has");
        for role in [Role::OrganisationAdmin, Role::MunicipalOfficer, Role::Instructor] {
            let browser = town.signed_in(role, true).await;
            assert_eq!(counted(&browser, &town.app).await, None, "{role}");
        }
        let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        for sql in ["UPDATE account SET organisation = $2 WHERE id = $1", "UPDATE device SET organisation = $2 WHERE id = $1"] {
            let id = if sql.contains("account") { tablet.user.to_string() } else { tablet.device.to_string() };
            tx.run(sql, [id.into(), town.partner.organisation.into()]).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(counted(&coordinator, &town.app).await.as_deref(), Some("1 odottaa"), "another organisation's");
    }
}
