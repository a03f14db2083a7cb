//! Tablets: listed, ended, and whose hand their work is.

use axum::body::Body;
use domain::access::Role;
use domain::attendance::Mark;
use domain::devices::{API_HEADER, Had, Keeping, REPORT_PATH, Report, SIGN_IN_PATH, SIGN_OUT_PATH, SignInReply};
use domain::ids::{DeviceId, StreamId};
use domain::sync::author::AuthorKey;
use domain::sync::handed::{FORMAT, HandedOut, Unreadable};
use domain::sync::wire::{EVENTS_PATH, Epoch, Hole, HoleReason, Outcome, PushReply, PushRequest};
use domain::time::Instant;
use http::{Request, StatusCode};
use serde_json::json;
use std::time::Duration;
use tests::tablet::Tablet;
use tests::town::{Browser, Town, login};
use tests::{Answer, App};
use tower::ServiceExt as _;

use crate::files::count;

const PASSWORD: &str = "kolme sanaa peräkkäin";
const MARKS: &str = "SELECT COUNT(*) AS n FROM op WHERE kind = 'attendance.set'";

async fn give_password(town: &Town, role: Role) {
    let state = &town.app.state;
    let hashed = server::access::password::hash(&state.hashing, &state.secrets, PASSWORD, [1; 16]).await.unwrap();
    let mut tx = state.db.begin(server::db::Unscoped::Installation).await.unwrap();
    let values = [login(role).into(), hashed.into()];
    tx.run("UPDATE account SET password = $2 WHERE login = $1", values).await.unwrap();
    tx.commit().await.unwrap();
}

async fn sign_in(town: &Town, role: Role, browser: &Browser, signs: bool) -> (SignInReply, Browser) {
    let mut question = json!({"login": login(role), "password": PASSWORD, "device_label": "Halli 1"});
    if signs {
        question["signs"] = true.into();
    }
    let answer = browser.call(&town.app, SIGN_IN_PATH, &question).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let lines = answer.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
    let new: Vec<_> = lines.filter_map(|line| line.split(';').next()).collect();
    let device = browser.cookies.split("; ").filter(|one| one.starts_with("device=") && new.len() == 1);
    let cookies = new.iter().copied().chain(device).collect::<Vec<_>>().join("; ");
    (serde_json::from_slice(&answer.body).unwrap(), Browser { cookies })
}

fn tablet(app: &App, reply: &SignInReply, browser: Browser) -> Tablet {
    let stream = app.state.with_chance(|chance| StreamId::new(Instant::from_millis(1), chance));
    Tablet { browser, device: reply.device, user: reply.user, stream, recorded: Vec::new() }
}

/// A town in which an instructor has signed in on a new tablet, whose program signs what it sends.
async fn at_work(app: App) -> (Town, SignInReply, Tablet) {
    let town = Town::on(app).await;
    give_password(&town, Role::Instructor).await;
    let (reply, browser) = sign_in(&town, Role::Instructor, &Browser::default(), true).await;
    let tablet = tablet(&town.app, &reply, browser);
    (town, reply, tablet)
}

/// What the tablet's program tells of itself: its clock is five minutes ahead.
fn report_of(town: &Town, tablet: &Tablet, key: Option<AuthorKey>) -> Report {
    let (stream, made) = (tablet.stream, 1);
    Report {
        user: tablet.user,
        unsent: 3,
        damaged: 1,
        program: "9.9.9".into(),
        storage: Keeping::Evictable,
        clock: town.app.state.now().plus_millis(5 * 60_000),
        emptied: false,
        stream,
        made,
        hand: key.map(|key| key.sign_count(stream, made)),
    }
}

/// How the server answers a report from that browser.
async fn tells(town: &Town, browser: &Browser, report: &Report) -> StatusCode {
    browser.call(&town.app, REPORT_PATH, &serde_json::to_value(report).unwrap()).await.status
}

fn signed(reply: &SignInReply, request: &PushRequest) -> PushRequest {
    let key = reply.author_key.expect("a secret");
    let envelopes = request.envelopes.iter().map(|one| key.sign(request.stream, one.clone())).collect();
    PushRequest { envelopes, ..request.clone() }
}

async fn pushes(town: &Town) -> Vec<String> {
    let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
    let rows = tx.all("SELECT fields FROM audit WHERE verb = 'push' ORDER BY municipality, n", []).await.unwrap();
    // Without which operations it were (see the tests of the log).
    let fields = rows.iter().map(|row| row.get::<String>("fields").unwrap());
    fields.map(|fields| fields.split(" ops=").next().unwrap_or_default().to_owned()).collect()
}

/// A live connection of this browser.
async fn listen(town: &Town, browser: &Browser) -> http::Response<Body> {
    let request = Request::get(EVENTS_PATH).header("cookie", &browser.cookies).header(API_HEADER, "1");
    server::router(town.app.state.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

async fn ends(live: http::Response<Body>) -> bool {
    let rest = axum::body::to_bytes(live.into_body(), usize::MAX);
    tokio::time::timeout(Duration::from_secs(2), rest).await.is_ok()
}

fn ok(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
}

tests::on_both_databases! {
    async fn the_list_tells_what_a_tablet_had_not_sent_when_it_last_sent_something(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        let mut request = tablet.request(&town.app, 1).await;
        request.created_n += 3;
        assert_eq!(tablet.send(&town.app, &request).await.status, 200);
        let desk = town.signed_in(Role::Coordinator, true).await;
        let page = desk.get(&town.app, "/devices").await.text();
        assert!(page.contains("3 merkintää lähettämättä"), "{page}");
        (0..3).for_each(|_| {
            tablet.mark(&town.app, &town.own, None, None);
        });
        tablet.push(&town.app, 2).await;
        assert!(!desk.get(&town.app, "/devices").await.text().contains("lähettämättä"), "all of it has come");
    }

    async fn what_a_push_had_told_holds_until_the_program_says_otherwise(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        let mut request = tablet.request(&town.app, 1).await;
        request.created_n += 3;
        assert_eq!(tablet.send(&town.app, &request).await.status, StatusCode::OK);
        assert!(desk.get(&town.app, "/devices").await.text().contains("3 merkintää lähettämättä"));
        // They went on in another stream.
        town.app.clock.advance(1);
        let report = Report { unsent: 0, damaged: 0, ..report_of(&town, &tablet, None) };
        assert_eq!(tells(&town, &tablet.browser, &report).await, StatusCode::NO_CONTENT);
        assert!(!desk.get(&town.app, "/devices").await.text().contains("lähettämättä"));
        town.app.clock.advance(1);
        tablet.mark(&town.app, &town.own, None, None);
        let mut request = tablet.request(&town.app, 2).await;
        request.created_n += 4;
        assert_eq!(tablet.send(&town.app, &request).await.status, StatusCode::OK);
        assert!(desk.get(&town.app, "/devices").await.text().contains("4 merkintää lähettämättä"));
    }

    async fn what_a_tablet_tells_of_itself_is_in_the_list_and_only_its_own_people_tell_it(app) {
        let (town, reply, own) = at_work(app).await;
        let mut report = report_of(&town, &own, reply.author_key);
        let tells = async |report: &Report| tells(&town, &own.browser, report).await;
        let unsigned = Report { hand: None, ..report.clone() };
        assert_eq!(tells(&unsigned).await, StatusCode::UNAUTHORIZED, "a copied cookie");
        let other = Report { user: town.user(Role::PeerInstructor).await, ..report.clone() };
        assert_eq!(tells(&other).await, StatusCode::UNAUTHORIZED, "somebody who has not worked on it");
        let wrong = Report { unsent: -1, ..report.clone() };
        assert_eq!(tells(&wrong).await, StatusCode::BAD_REQUEST);
        let desk = town.signed_in(Role::Coordinator, true).await;
        assert!(!desk.get(&town.app, "/devices").await.text().contains("Ohjelma 9.9.9"), "nothing of that was taken");
        assert_eq!(tells(&report).await, StatusCode::NO_CONTENT);
        let page = desk.get(&town.app, "/devices").await.text();
        for told in [
            "Ohjelma 9.9.9.", "Selain voi tyhjentää tabletin muistin.", "Kello on 5 minuuttia edellä.",
            "3 merkintää lähettämättä", "yksi merkintä ei ole luettavissa",
        ] {
            assert!(page.contains(told), "{told}: {page}");
        }
        assert!(!page.contains("muisti tyhjentynyt"));
        (report.unsent, report.damaged, report.emptied) = (0, 0, true);
        assert_eq!(tells(&report).await, StatusCode::NO_CONTENT);
        let page = desk.get(&town.app, "/devices").await.text();
        assert!(page.contains("muisti tyhjentynyt 8.9.2026") && !page.contains("lähettämättä"), "{page}");
        report.emptied = false;
        assert_eq!(tells(&report).await, StatusCode::NO_CONTENT);
        assert!(desk.get(&town.app, "/devices").await.text().contains("muisti tyhjentynyt"), "the desk goes on saying it");
    }

    async fn an_old_program_is_called_old_and_whoever_has_signed_out_has_left_nothing(app) {
        let (town, reply, own) = at_work(app).await;
        let report = Report { program: "0.0.1".into(), ..report_of(&town, &own, reply.author_key) };
        assert_eq!(tells(&town, &own.browser, &report).await, StatusCode::NO_CONTENT);
        let desk = town.signed_in(Role::Coordinator, true).await;
        let page = desk.get(&town.app, "/devices").await.text();
        for said in ["Ohjelma 0.0.1 on vanha.", "3 merkintää lähettämättä", "yksi merkintä ei ole luettavissa"] {
            assert!(page.contains(said), "{said}: {page}");
        }
        town.app.clock.advance(1);
        assert_eq!(own.browser.call(&town.app, SIGN_OUT_PATH, &json!({})).await.status, StatusCode::NO_CONTENT);
        let page = desk.get(&town.app, "/devices").await.text();
        assert!(page.contains("Ohjelma 0.0.1 on vanha."), "{page}");
        assert!(!page.contains("lähettämättä") && !page.contains("ei ole luettavissa"), "{page}");
    }

    async fn work_that_a_tablet_handed_out_as_a_file_is_taken_in_once_whoever_brings_it(app) {
        let (town, reply, mut own) = at_work(app).await;
        for mark in [Some(Mark::Present), None, Some(Mark::Present)] {
            own.mark(&town.app, &town.own, None, mark);
        }
        let push = signed(&reply, &own.request(&town.app, 1).await);
        let file = handed_out(&reply, vec![PushRequest { epoch: Epoch("of another life".into()), ..push.clone() }]);
        let desk = town.signed_in(Role::Coordinator, true).await;
        for _ in 0..2 {
            let answer = upload(&town, &desk, &file).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
            assert!(answer.text().contains("3 merkintää on nyt palvelimella."), "{}", answer.text());
            assert_eq!(count(&town.app, MARKS).await, 3);
        }
        let by = "SELECT COUNT(*) AS n FROM op o JOIN account a ON a.id = o.actor WHERE a.login LIKE 'instructor%'";
        assert_eq!(count(&town.app, by).await, 3, "whose work it is");
        let sent = own.send(&town.app, &push).await;
        assert_eq!((sent.status, sent.json()["stream"]["contig"].as_i64()), (StatusCode::OK, Some(3)), "by itself, after all");
        assert_eq!(count(&town.app, MARKS).await, 3);
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM audit WHERE verb = 'device.unsent'").await, 2);
    }

    async fn a_file_counts_only_under_its_authors_hand_and_from_a_tablet_within_reach(app) {
        let (town, reply, mut own) = at_work(app).await;
        own.mark(&town.app, &town.own, None, Some(Mark::Present));
        let unsigned = own.request(&town.app, 1).await;
        let good = signed(&reply, &unsigned);
        let mut altered = good.clone();
        altered.envelopes[0].text = altered.envelopes[0].text.replace("present", "absent_unknown");
        assert_ne!(altered, good);
        let desk = town.signed_in(Role::Coordinator, true).await;
        let elsewhere = HandedOut { device: DeviceId(town.foreign.group.0), ..handed_out(&reply, vec![good.clone()]) };
        let other = HandedOut { user: town.user(Role::PeerInstructor).await, ..handed_out(&reply, vec![good.clone()]) };
        for wrong in [handed_out(&reply, vec![unsigned]), handed_out(&reply, vec![altered]), elsewhere, other] {
            let answer = upload(&town, &desk, &wrong).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}");
            assert!(answer.text().contains("Tiedostoa ei voi ottaa vastaan."), "{}", answer.text());
        }
        // A partner's tablet is the partner's to look after.
        let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        let values = [reply.device.into(), town.partner.organisation.into()];
        tx.run("UPDATE device SET organisation = $2 WHERE id = $1", values).await.unwrap();
        tx.commit().await.unwrap();
        let answer = upload(&town, &desk, &handed_out(&reply, vec![good.clone()])).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
        let instructor = town.signed_in(Role::Instructor, true).await;
        assert_eq!(upload(&town, &instructor, &handed_out(&reply, vec![good])).await.status, StatusCode::FORBIDDEN);
        assert_eq!(count(&town.app, MARKS).await, 0);
    }

    async fn a_file_of_an_ended_tablet_is_refused_in_words_and_its_work_comes_by_the_tablet(app) {
        let (town, reply, mut own) = at_work(app).await;
        own.mark(&town.app, &town.own, None, Some(Mark::Present));
        let file = handed_out(&reply, vec![signed(&reply, &own.request(&town.app, 1).await)]);
        let desk = town.signed_in(Role::Coordinator, true).await;
        ok(&desk.post(&town.app, &format!("/devices/{}/end", reply.device), &[]).await);
        let answer = upload(&town, &desk, &file).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
        assert!(answer.text().contains("Tabletti on poistettu käytöstä, eikä sen tiedostoja oteta vastaan."));
        assert_eq!(count(&town.app, MARKS).await, 0);
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM audit WHERE verb = 'device.unsent'").await, 0);
        let (again, browser) = sign_in(&town, Role::Instructor, &own.browser, true).await;
        own.browser = browser;
        let sent = own.send(&town.app, &signed(&again, &own.request(&town.app, 1).await)).await;
        assert_eq!(sent.status, StatusCode::OK, "{}", sent.text());
    }

    async fn a_file_that_needs_a_new_stream_leaves_one_however_often_it_is_brought(app) {
        let (town, first, mut own) = at_work(app).await;
        own.mark(&town.app, &town.own, None, Some(Mark::Present));
        let request = signed(&first, &own.request(&town.app, 1).await);
        assert_eq!(own.send(&town.app, &request).await.status, StatusCode::OK);
        let desk = town.signed_in(Role::Coordinator, true).await;
        ok(&desk.post(&town.app, &format!("/devices/{}/end", first.device), &[]).await);
        // What is recorded since belongs to the stream of the identity that was ended.
        let (again, _) = sign_in(&town, Role::Instructor, &own.browser, true).await;
        own.mark(&town.app, &town.own, Some(1), None);
        let file = handed_out(&again, vec![signed(&again, &own.request(&town.app, 2).await)]);
        for _ in 0..2 {
            let page = upload(&town, &desk, &file).await.text();
            assert!(page.contains("1 merkintä jäi ottamatta. Tabletti lähettää sen itse"), "{page}");
        }
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM stream WHERE device IS NOT NULL").await, 2);
    }

    async fn what_of_a_file_must_wait_for_the_tablet_is_said(app) {
        let (town, reply, mut own) = at_work(app).await;
        (0..3).for_each(|_| {
            own.mark(&town.app, &town.own, None, Some(Mark::Present));
        });
        // The first one was sent, and lost by the server since: only the tablet has it.
        let rest = signed(&reply, &own.request(&town.app, 2).await);
        let desk = town.signed_in(Role::Coordinator, true).await;
        let unreadable = vec![Unreadable { n: Some(1), text: "?".into() }];
        let file = HandedOut { unreadable, ..handed_out(&reply, vec![rest]) };
        let page = upload(&town, &desk, &file).await.text();
        assert!(page.contains("2 merkintää jäi ottamatta. Tabletti lähettää ne itse"), "{page}");
        assert!(page.contains("Yhtä merkintää ei voi lukea."), "{page}");
        assert_eq!(count(&town.app, MARKS).await, 0);
    }

    async fn a_tablet_of_which_nothing_is_heard_is_flagged_at_the_desk(app) {
        const DAY: i64 = 24 * 3_600_000;
        let town = Town::on(app).await;
        let mut silent = Tablet::of(&town, Role::Instructor).await;
        silent.mark(&town.app, &town.own, None, Some(Mark::Present));
        silent.push(&town.app, 1).await;
        let report = Report { unsent: 2, ..report_of(&town, &silent, None) };
        assert_eq!(tells(&town, &silent.browser, &report).await, StatusCode::NO_CONTENT);
        let flagged = async |days: i64| {
            town.app.clock.advance(days * DAY);
            // A session ends meanwhile.
            let desk = town.signed_in(Role::Coordinator, true).await;
            let devices = desk.get(&town.app, "/devices").await.text().contains("ei yhteyttä yli 7 päivään");
            let home = desk.get(&town.app, "/").await.text().contains("Yhdestä tabletista ei ole kuultu");
            let reviews = desk.get(&town.app, "/reviews").await.text().contains("Tabletteja, joista ei ole kuultu");
            (devices, home, reviews)
        };
        assert_eq!(flagged(6).await, (false, false, false));
        assert_eq!(flagged(2).await, (true, true, true));
    }

    async fn a_sign_in_says_where_the_work_on_this_tablet_had_come(app) {
        let (town, first, mut own) = at_work(app).await;
        assert_eq!(first.had, None, "a new tablet");
        own.mark(&town.app, &town.own, None, Some(Mark::Present));
        let request = signed(&first, &own.request(&town.app, 1).await);
        assert_eq!(own.send(&town.app, &request).await.status, StatusCode::OK);
        // Told without being pushed: four more were made.
        let report = Report { made: 5, ..report_of(&town, &own, None) };
        let hand = first.author_key.map(|key| key.sign_count(report.stream, report.made));
        assert_eq!(tells(&town, &own.browser, &Report { hand, ..report }).await, StatusCode::NO_CONTENT);
        let (again, browser) = sign_in(&town, Role::Instructor, &own.browser, true).await;
        assert_eq!(again.had, Some(Had { stream: own.stream, made: 5 }));
        assert_eq!(browser.call(&town.app, SIGN_OUT_PATH, &json!({})).await.status, StatusCode::NO_CONTENT);
        let (after, _) = sign_in(&town, Role::Instructor, &browser, true).await;
        assert_eq!(after.had, None, "signed out, and the data gone with it");
    }

    async fn a_stolen_cookie_declares_nothing_lost_and_counts_nothing_on_a_stream_that_nobody_knows(app) {
        let (town, reply, own) = at_work(app).await;
        let thief = tablet(&town.app, &reply, stolen(&own.browser));
        let epoch = tests::tablet::epoch(&town.app).await;
        let says = |created_n, holes: Vec<Hole>, author| PushRequest {
            epoch: epoch.clone(), stream: thief.stream, created_n, envelopes: Vec::new(), holes, author, hand: None,
        };
        let hole = || vec![Hole::new(1, 9, HoleReason::Missing)];
        let other = town.user(Role::PeerInstructor).await;
        for author in [None, Some(reply.user), Some(other)] {
            for request in [says(9, hole(), author), says(9, Vec::new(), author)] {
                assert_eq!(thief.send(&town.app, &request).await.status, StatusCode::UNAUTHORIZED, "{request:?}");
            }
        }
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM hole").await, 0);
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM stream WHERE device IS NOT NULL").await, 0);
        let key = reply.author_key.expect("a secret");
        let signed: Vec<_> = hole().into_iter().map(|hole| key.sign_hole(own.stream, hole)).collect();
        let request = PushRequest { stream: own.stream, ..says(9, signed, Some(reply.user)) };
        assert_eq!(own.send(&town.app, &request).await.status, StatusCode::OK);
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM hole").await, 1);
        let more = PushRequest { stream: own.stream, ..says(900, Vec::new(), Some(reply.user)) };
        assert_eq!(own.send(&town.app, &more).await.status, StatusCode::UNAUTHORIZED);
        let signed = PushRequest { hand: Some(key.sign_count(own.stream, 900)), ..more };
        assert_eq!(own.send(&town.app, &signed).await.status, StatusCode::OK);
        assert_eq!(count(&town.app, "SELECT MAX(created_n) AS n FROM stream").await, 900);
    }

    async fn a_tablet_is_named_anew_at_the_desk_and_nobodys_name_is_overwritten_unseen(app) {
        let (town, reply, _) = at_work(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let path = format!("/devices/{}/name", reply.device);
        let name = async |label: &str, was: &str| {
            coordinator.post(&town.app, &path, &[("label", label), ("was", was)]).await
        };
        for wrong in ["", &"a".repeat(101)] {
            let answer = name(wrong, "Halli 1").await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
            assert!(answer.text().contains("href=\"#label\""), "{}", answer.text());
        }
        for _ in 0..2 {
            ok(&name("Rannan tabletti", "Halli 1").await);
        }
        let list = coordinator.get(&town.app, "/devices").await.text();
        assert!(list.contains("Rannan tabletti") && !list.contains("Halli 1"), "{list}");
        let stale = name("Koulun tabletti", "Halli 1").await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(stale.text().contains("Ohjelmassa on nyt: Rannan tabletti"), "{}", stale.text());
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM audit WHERE verb = 'device.name'").await, 1);
    }

    async fn a_lost_tablet_is_found_in_the_list_and_ended(app) {
        let (town, reply, mut lost) = at_work(app).await;
        town.app.clock.advance(24 * 3_600_000);
        lost.mark(&town.app, &town.own, None, Some(Mark::Present));
        let request = signed(&reply, &lost.request(&town.app, 1).await);
        assert_eq!(lost.send(&town.app, &request).await.status, StatusCode::OK);
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let list = coordinator.get(&town.app, "/devices").await.text();
        assert!(list.contains("Halli 1") && list.contains("Nimi instructor@091"), "{list}");
        assert!(list.contains("9.9.2026 klo 13.00"), "a push is a contact: {list}");
        ok(&coordinator.post(&town.app, &format!("/devices/{}/end", reply.device), &[]).await);
        ok(&coordinator.post(&town.app, &format!("/devices/{}/end", reply.device), &[]).await);
        assert_eq!(lost.send(&town.app, &request).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(lost.fetch(&town.app, None).await.status, StatusCode::UNAUTHORIZED);
        assert!(coordinator.get(&town.app, "/devices").await.text().contains("poistettu käytöstä 9.9.2026"));
        let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        let rows = tx.all("SELECT entities FROM audit WHERE verb = 'device.end'", []).await.unwrap();
        let told: Vec<String> = rows.iter().map(|row| row.get("entities").unwrap()).collect();
        assert_eq!(told, [format!("device:{}", reply.device)], "pressed twice, ended once");
    }

    async fn who_comes_back_without_having_signed_out_is_told_that_their_data_should_be_there(app) {
        let town = Town::on(app).await;
        for role in [Role::Instructor, Role::PeerInstructor] {
            give_password(&town, role).await;
        }
        let (first, browser) = sign_in(&town, Role::Instructor, &Browser::default(), true).await;
        assert!(!first.kept_here, "a new tablet");
        let (other, browser) = sign_in(&town, Role::PeerInstructor, &browser, true).await;
        assert_eq!((other.device, other.kept_here), (first.device, false), "a known one, where this person is new");
        let (again, browser) = sign_in(&town, Role::Instructor, &browser, true).await;
        assert!(again.kept_here);
        assert_eq!(browser.call(&town.app, SIGN_OUT_PATH, &json!({})).await.status, StatusCode::NO_CONTENT);
        let (after, browser) = sign_in(&town, Role::Instructor, &browser, true).await;
        assert!(!after.kept_here, "signed out, and the data gone with it");
        assert!(sign_in(&town, Role::PeerInstructor, &browser, true).await.0.kept_here, "that was somebody else");
    }

    async fn what_an_ended_tablet_still_holds_is_sent_after_the_next_sign_in(app) {
        let (town, first, mut tablet) = at_work(app).await;
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        ok(&coordinator.post(&town.app, &format!("/devices/{}/end", first.device), &[]).await);
        let (again, browser) = sign_in(&town, Role::Instructor, &tablet.browser, true).await;
        assert_ne!(again.device, first.device, "a new identity");
        tablet.browser = browser;
        let request = signed(&again, &tablet.request(&town.app, 1).await);
        let answer = tablet.send(&town.app, &request).await;
        let reply: PushReply = serde_json::from_slice(&answer.body).expect("a reply");
        assert_eq!(reply.results[0].outcome, Outcome::Applied);
    }

    async fn a_stolen_tablet_cookie_alone_is_nobodys_hand(app) {
        let (town, reply, mut own) = at_work(app).await;
        own.mark(&town.app, &town.own, None, Some(Mark::Present));
        let unsigned = own.request(&town.app, 1).await;
        let thief = Tablet { browser: stolen(&own.browser), ..own };
        assert_eq!(thief.send(&town.app, &unsigned).await.status, StatusCode::UNAUTHORIZED);
        assert!(pushes(&town).await.is_empty(), "nothing was taken");
        let signed = signed(&reply, &unsigned);
        assert_eq!(thief.send(&town.app, &signed).await.status, StatusCode::OK, "an expired session blocks no upload");
        assert_eq!(pushes(&town).await, ["applied=1 author=away signature=good"]);
    }

    async fn the_log_tells_whether_the_author_was_signed_in(app) {
        let (town, reply, mut own) = at_work(app).await;
        own.mark(&town.app, &town.own, None, Some(Mark::Present));
        let request = signed(&reply, &own.request(&town.app, 1).await);
        assert_eq!(own.send(&town.app, &request).await.status, StatusCode::OK);
        assert_eq!(pushes(&town).await, ["applied=1 author=signed_in signature=good"]);
    }

    async fn an_older_program_that_cannot_sign_goes_on_as_before(app) {
        let town = Town::on(app).await;
        give_password(&town, Role::Instructor).await;
        let (old, browser) = sign_in(&town, Role::Instructor, &Browser::default(), false).await;
        assert_eq!(old.author_key, None);
        let mut own = tablet(&town.app, &old, browser);
        own.mark(&town.app, &town.own, None, Some(Mark::Present));
        assert_eq!(own.push(&town.app, 1).await.results[0].outcome, Outcome::Applied);
        let (new, browser) = sign_in(&town, Role::Instructor, &own.browser, true).await;
        own.browser = browser;
        own.mark(&town.app, &town.own, Some(1), None);
        let unsigned = own.request(&town.app, 2).await;
        assert_eq!(own.send(&town.app, &unsigned).await.status, StatusCode::UNAUTHORIZED, "from then on it is asked for");
        assert_eq!(own.send(&town.app, &signed(&new, &unsigned)).await.status, StatusCode::OK);
        let (later, _) = sign_in(&town, Role::Instructor, &own.browser, true).await;
        assert_eq!(later.author_key, new.author_key, "no other tab is left with an old secret");
    }

    async fn live_connections_end_at_once_with_the_session_the_role_or_the_tablet(app) {
        let town = Town::on(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let user = town.user(Role::Instructor).await;
        let roles = format!("/accounts/{user}/roles");
        for way in ["sign-out", "session", "device", "role"] {
            let (browser, device): (Browser, DeviceId) = town.on_tablet(Role::Instructor).await;
            let live = listen(&town, &browser).await;
            assert_eq!(live.status(), StatusCode::OK);
            match way {
                "sign-out" => drop(browser.call(&town.app, SIGN_OUT_PATH, &json!({})).await),
                "session" => ok(&browser.post(&town.app, &format!("/sessions/{}/end", session(&town, device).await), &[]).await),
                "device" => ok(&admin.post(&town.app, &format!("/devices/{device}/end"), &[]).await),
                _ => ok(&admin.post(&town.app, &roles, &[("roles", "municipal_officer")]).await),
            }
            assert!(ends(live).await, "{way}");
        }
    }

    async fn a_live_connection_of_somebody_else_goes_on(app) {
        let town = Town::on(app).await;
        let (leaving, _) = town.on_tablet(Role::Instructor).await;
        let (staying, _) = town.on_tablet(Role::PeerInstructor).await;
        let live = listen(&town, &staying).await;
        leaving.call(&town.app, SIGN_OUT_PATH, &json!({})).await;
        assert!(!ends(live).await);
    }
}

/// The tablet's cookie alone.
fn stolen(browser: &Browser) -> Browser {
    let cookie = browser.cookies.split("; ").find(|one| one.starts_with("device=")).expect("a tablet's cookie");
    Browser { cookies: cookie.to_owned() }
}

/// The file of this person on that tablet.
fn handed_out(reply: &SignInReply, pushes: Vec<PushRequest>) -> HandedOut {
    let (device, user) = (reply.device, reply.user);
    HandedOut { format: FORMAT.into(), device, user, pushes, unreadable: Vec::new() }
}

async fn upload(town: &Town, desk: &Browser, file: &HandedOut) -> Answer {
    let form = crate::imports::form("", "virea-2026-09-08.json", &serde_json::to_string(file).unwrap());
    desk.send(&town.app, "/devices/unsent", crate::imports::FORM, form.into_bytes()).await
}

async fn session(town: &Town, device: DeviceId) -> String {
    let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
    tx.one("SELECT id FROM staff_session WHERE device = $1", [device.into()]).await.unwrap().get("id").unwrap()
}

#[tokio::test]
async fn one_user_holds_only_so_many_live_connections_and_hinders_nobody_else() {
    let town = Town::on(App::sqlite().await).await;
    let (greedy, _) = town.on_tablet(Role::Instructor).await;
    let (other, _) = town.on_tablet(Role::PeerInstructor).await;
    let mut held = Vec::new();
    for _ in 0..12 {
        held.push(listen(&town, &greedy).await);
    }
    assert!(held.iter().all(|live| live.status() == StatusCode::OK));
    let refused = listen(&town, &greedy).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(listen(&town, &other).await.status(), StatusCode::OK);
    held.pop();
    assert_eq!(listen(&town, &greedy).await.status(), StatusCode::OK, "a place that was given back");
}
