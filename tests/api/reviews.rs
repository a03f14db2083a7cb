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
    let count = way.split("ways__count\">").nth(1)?.split("</a>").next()?.split("</summary>").next()?;
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
            circumstances: None,
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
        assert!(page.contains("Aika: 13,0 s") && page.contains("Aika: 14,0 s"), "both values: {page}");
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
        for kind in ["attendance.weigh", "ei tietoa"] {
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
        assert!(page.contains("Numerot tabletilla: 1–2."), "{page}");
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

    async fn marks_that_contradict_each_other_stand_with_author_and_time_and_the_chosen_one_holds(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let (mut one, mut other) = (Tablet::of(&town, Role::Instructor).await, Tablet::of(&town, Role::PeerInstructor).await);
        let first = one.mark(&town.app, &town.own, None, Some(Mark::Present));
        one.push(&town.app, 1).await;
        town.app.clock.advance(60_000);
        let second = other.mark(&town.app, &town.own, None, Some(Mark::AbsentInformed));
        other.push(&town.app, 1).await;
        let page = coordinator.get(&town.app, "/reviews").await;
        let text = page.text().replace('\u{a0}', " ");
        for words in [format!("take {first}"), format!("take {second}"), "Nimi instructor@091, ti 8.9.2026 klo 13.00".into(),
            "Nimi peer_instructor@091, ti 8.9.2026 klo 13.01".into()] {
            assert!(text.contains(&words), "{words}: {text}");
        }
        assert_eq!(text.matches("voimassa nyt").count(), 1, "{text}");
        let review = crate::desk::value(&page, "review");
        let stranger = format!("take {}", domain::ids::OpId(uuid::Uuid::from_u128(1)));
        let press = async |answer: &str| {
            coordinator.post(&town.app, "/reviews/settle", &[("review", &review), ("answer", answer)]).await.status.as_u16()
        };
        assert_eq!([press(&stranger).await, press("apart").await], [404, 404], "no answers to this");
        assert_eq!([press(&format!("take {first}")).await, press(&format!("take {first}")).await], [303, 303]);
        let late = [("review", review.as_str()), ("answer", &format!("take {second}"))];
        let late = coordinator.post(&town.app, "/reviews/settle", &late).await;
        assert_eq!(late.headers["location"], "/reviews?said=changed", "somebody else was first, and chose the other side");
        let told = coordinator.get(&town.app, "/reviews?said=changed").await.text();
        assert!(told.contains("Ratkaisua ei voitu tallentaa, koska tieto on muuttunut."), "{told}");
        let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        let sql = "SELECT mark, contenders FROM attendance WHERE session = $1";
        let row = tx.one(sql, [town.own.session.into()]).await.unwrap();
        assert_eq!((row.get::<String>("mark").unwrap().as_str(), row.is_null("contenders")), ("present", true));
        assert_eq!(counted(&coordinator, &town.app).await, None, "settled");
    }

    async fn a_mark_by_a_tablet_that_has_seen_both_answers_the_question_for_the_desk_too(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let (mut one, mut other) = (Tablet::of(&town, Role::Instructor).await, Tablet::of(&town, Role::PeerInstructor).await);
        one.mark(&town.app, &town.own, None, Some(Mark::Present));
        one.push(&town.app, 1).await;
        other.mark(&town.app, &town.own, None, Some(Mark::AbsentInformed));
        other.push(&town.app, 1).await;
        let page = coordinator.get(&town.app, "/reviews").await;
        let (review, text) = (crate::desk::value(&page, "review"), page.text());
        let take = text.split("value=\"take ").nth(1).and_then(|rest| rest.split('"').next()).expect("a side").to_owned();
        assert_eq!(counted(&coordinator, &town.app).await.as_deref(), Some("1 odottaa"));
        // One that has seen only its own contradicts the other's still.
        other.mark(&town.app, &town.own, None, Some(Mark::AbsentUnknown));
        other.push(&town.app, 2).await;
        assert_eq!(counted(&coordinator, &town.app).await.as_deref(), Some("2 odottaa"));
        one.mark(&town.app, &town.own, Some(3), Some(Mark::Present));
        one.push(&town.app, 2).await;
        assert_eq!(counted(&coordinator, &town.app).await, None, "settled in the hall");
        let late = [("review", review.as_str()), ("answer", &format!("take {take}"))];
        assert_eq!(coordinator.post(&town.app, "/reviews/settle", &late).await.status, 303, "a page that was open is no error");
        let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        let sql = "SELECT mark, contenders FROM attendance WHERE session = $1";
        let row = tx.one(sql, [town.own.session.into()]).await.unwrap();
        assert_eq!((row.get::<String>("mark").unwrap().as_str(), row.is_null("contenders")), ("present", true));
        let rows = tx.all("SELECT state FROM review ORDER BY id", []).await.unwrap();
        let states: Vec<String> = rows.iter().map(|row| row.get("state").unwrap()).collect();
        assert_eq!(states, ["written", "written"], "kept, and answered");
    }

    async fn a_chosen_side_is_an_operation_of_whoever_chose_and_whatever_came_since_is_not_written_over(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let edit = |phone: &str, code: &str| Verb::Participant(domain::people::Verb::Edit {
            id: town.own.participant,
            changes: vec![
                domain::people::ProfileChange::Phone(Some(phone.into())),
                domain::people::ProfileChange::PostalCode(Some(code.into())),
            ],
        });
        let mut tablets = Vec::new();
        for phone in ["040 111 1111", "040 222 2222"] {
            let mut tablet = Tablet::of(&town, Role::Instructor).await;
            tablets.push((tablet.record(&town.app, Some(1), edit(phone, "00100")), tablet));
        }
        for (_, tablet) in &tablets {
            tablet.push(&town.app, 1).await;
        }
        let page = coordinator.get(&town.app, "/reviews").await;
        let text = page.text();
        assert!(text.contains("Puhelin: 040 111 1111") && text.contains("Puhelin: 040 222 2222"), "{text}");
        let (first, review) = (tablets[0].0, crate::desk::value(&page, "review"));
        let taken = [("review", review.as_str()), ("answer", &format!("take {first}"))];
        assert_eq!(coordinator.post(&town.app, "/reviews/settle", &taken).await.status, 303);
        let person = coordinator.get(&town.app, &format!("/people/{}", town.own.participant)).await.text();
        assert!(person.contains("040 111 1111") && person.contains("Nimi coordinator@091"), "{person}");
        assert_eq!(counted(&coordinator, &town.app).await, None, "nothing is asked anew");
        // Again, and somebody has written since: there is nothing to choose any more, only to know.
        let mut again = Vec::new();
        for phone in ["040 333 3333", "040 444 4444"] {
            let mut tablet = Tablet::of(&town, Role::Instructor).await;
            again.push(tablet.record(&town.app, Some(1), edit(phone, "00200")));
            tablet.push(&town.app, 1).await;
        }
        town.write(vec![edit("040 555 5555", "00300")]).await;
        let page = coordinator.get(&town.app, "/reviews").await;
        assert!(!page.text().contains("value=\"take ") && page.text().contains("value=\"seen\""), "{}", page.text());
        let review = crate::desk::value(&page, "review");
        let taken = [("review", review.as_str()), ("answer", &format!("take {}", again[0]))];
        let late = coordinator.post(&town.app, "/reviews/settle", &taken).await;
        assert_eq!(late.headers["location"], "/reviews?said=changed", "it says so, and does not call the question unknown");
        let person = coordinator.get(&town.app, &format!("/people/{}", town.own.participant)).await.text();
        assert!(person.contains("040 555 5555"), "{person}");
    }

    async fn everything_that_waits_can_be_settled_until_the_badge_is_gone(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        unreadable(&town).await;
        let mut out_of_reach = Tablet::of(&town, Role::Instructor).await;
        let held = [out_of_reach.mark(&town.app, &town.other, None, Some(Mark::Present)), {
            out_of_reach.mark(&town.app, &town.other, Some(1), Some(Mark::Remote))
        }];
        out_of_reach.push(&town.app, 1).await;
        let mut other = Tablet::of(&town, Role::PeerInstructor).await;
        other.mark(&town.app, &town.own, None, Some(Mark::Present));
        other.push(&town.app, 1).await;
        let mut third = Tablet::of(&town, Role::Instructor).await;
        third.mark(&town.app, &town.own, None, Some(Mark::AbsentUnknown));
        third.push(&town.app, 1).await;
        assert_eq!(counted(&coordinator, &town.app).await.as_deref(), Some("5 odottaa"));
        let apply = [("held", held[0].to_string()), ("answer", "apply".to_owned())];
        let press = async |fields: &[(&str, String)]| {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let first = coordinator.post(&town.app, "/reviews/settle", &fields).await.status.as_u16();
            (first, coordinator.post(&town.app, "/reviews/settle", &fields).await.status.as_u16())
        };
        assert_eq!(press(&apply).await, (303, 303), "twice is once");
        let refuse = [("held", held[0].to_string()), ("answer", "refuse".to_owned())];
        let refuse = refuse.each_ref().map(|(name, value)| (*name, value.as_str()));
        let late = coordinator.post(&town.app, "/reviews/settle", &refuse).await;
        assert_eq!(late.headers["location"], "/reviews?said=changed", "it has taken effect already");
        let session = format!("/groups/{}/sessions/{}", town.other.group, tests::town::today());
        assert!(coordinator.get(&town.app, &session).await.text().contains("value=\"present\" checked")
            || coordinator.get(&town.app, &session).await.text().contains("paikalla"), "it took effect");
        for _ in 0..4 {
            let page = coordinator.get(&town.app, "/reviews").await;
            let text = page.text();
            let field = if text.contains("name=\"held\"") { "held" } else { "review" };
            let id = crate::desk::value(&page, field);
            let answer = match field {
                "held" => "refuse".to_owned(),
                _ => text.split("value=\"take ").nth(1).and_then(|rest| rest.split('"').next()).map(|op| format!("take {op}")).expect("a side"),
            };
            assert_eq!(press(&[(field, id), ("answer", answer)]).await, (303, 303));
        }
        assert_eq!(counted(&coordinator, &town.app).await, None);
        assert!(coordinator.get(&town.app, "/reviews").await.text().contains("Ei ratkaistavaa"));
        let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        server::audit::verify(&mut tx, &town.app.state.secrets, &town.own.municipality).await.expect("whole");
    }

    async fn what_is_held_is_settled_by_those_who_look_after_it_alone(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let held = tablet.mark(&town.app, &town.partner, None, Some(Mark::Present)).to_string();
        tablet.push(&town.app, 1).await;
        let unknown = domain::ids::OpId(uuid::Uuid::from_u128(5)).to_string();
        for id in [&held, &unknown] {
            let fields = [("held", id.as_str()), ("answer", "apply")];
            assert_eq!(coordinator.post(&town.app, "/reviews/settle", &fields).await.status, 404, "the partner's, or nobody's");
        }
        for role in [Role::MunicipalOfficer, Role::OrganisationAdmin] {
            let fields = [("held", held.as_str()), ("answer", "refuse")];
            let browser = town.signed_in(role, true).await;
            assert_eq!(browser.post(&town.app, "/reviews/settle", &fields).await.status, 403);
        }
    }

    async fn what_is_to_be_done_about_people_stands_below_with_the_way_to_the_list(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        assert!(!coordinator.get(&town.app, "/reviews").await.text().contains("Muut tehtävät"));
        let (group, session) = (town.own.group, town.own.session);
        let held = Some(domain::sessions::SessionStatus::Held);
        let verbs = vec![
            domain::sessions::Verb::Status { id: session, group, status: held }.into(),
            domain::attendance::Verb::Set {
                session, group, participant: town.own.participant, mark: Some(Mark::Present),
            }.into(),
        ];
        town.write(verbs).await;
        let text = coordinator.get(&town.app, "/reviews").await.text();
        assert!(text.contains("Muut tehtävät") && text.contains("/people?only=due&amp;sort=due"), "{text}");
        assert_eq!(counted(&coordinator, &town.app).await, None, "the badge counts what is settled here");
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
