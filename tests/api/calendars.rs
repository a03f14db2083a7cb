//! The own sessions for a calendar program: a secret address that shows times and places, and ends with the card.

use domain::access::Role;
use domain::groups::ExitReason;
use domain::people::{self, ProfileChange};
use domain::sessions::{self, Cancellation, Session};
use domain::sync::op::Verb;
use http::StatusCode;
use server::db::Unscoped;
use tests::Answer;
use tests::town::{Browser, CANARIES, Town, today};

use crate::desk::value;
use crate::own::{self, between, leave, meets_at, signed_in};

const PAGE: &str = "/own/calendar";
const DAY: i64 = 24 * 3_600_000;

/// Which version of the address the page shows.
async fn shown(town: &Town, browser: &Browser) -> String {
    value(&browser.get(&town.app, PAGE).await, "rev")
}

/// Makes an address by the button; its path.
async fn made(town: &Town, browser: &Browser) -> String {
    let rev = shown(town, browser).await;
    path_in(&browser.post(&town.app, PAGE, &[("rev", &*rev)]).await)
}

fn path_in(answer: &Answer) -> String {
    let page = answer.text();
    let addresses = between(&page, "webcal://", "\"");
    let path = addresses.first().and_then(|address| address.split_once('/')).unwrap_or_else(|| panic!("{page}")).1;
    assert!(path.starts_with("calendar/") && path.len() > 50, "{path}");
    format!("/{path}")
}

async fn fetched(town: &Town, path: &str) -> (StatusCode, String) {
    let answer = Browser::default().get(&town.app, path).await;
    (answer.status, answer.text().replace("\r\n ", ""))
}

async fn looks(town: &Town) -> i64 {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let sql = "SELECT COUNT(*) AS n FROM audit WHERE verb = 'view' AND fields = 'calendar'";
    tx.one(sql, []).await.unwrap().get("n").unwrap()
}

async fn with_card(app: tests::App) -> (Town, Browser) {
    let town = Town::on(app).await;
    meets_at(&town, "10:30").await;
    own::card(&town).await;
    let browser = signed_in(&town).await;
    (town, browser)
}

tests::on_both_databases! {
    async fn the_next_sessions_stand_in_it_with_time_and_place_and_no_name_of_person_or_group(app) {
        let (town, browser) = with_card(app).await;
        assert!(browser.get(&town.app, "/own").await.text().contains("href=\"/own/calendar\""));
        assert!(browser.get(&town.app, PAGE).await.text().contains("Tee kalenterin osoite"));
        let path = made(&town, &browser).await;
        let answer = Browser::default().get(&town.app, &path).await;
        assert_eq!(answer.headers["content-type"], "text/calendar; charset=utf-8");
        assert_eq!(answer.headers["cache-control"], "no-store");
        let text = answer.text();
        for line in ["BEGIN:VCALENDAR", "DTSTART:20260908T073000Z", "DTSTART:20261103T083000Z", "LOCATION:Kylätalo", "SUMMARY:Liikuntaryhmä", "STATUS:CONFIRMED"] {
            assert!(text.contains(&format!("{line}\r\n")), "{line} in {text}");
        }
        assert!(!CANARIES.iter().any(|name| text.contains(name)) && !text.contains("Aino"), "{text}");
        let group = format!("Ryhmä {}", town.own.group);
        assert!(browser.get(&town.app, "/own").await.text().contains(&group) && !text.replace("\r\n ", "").contains(&group), "{text}");
        let page = browser.get(&town.app, PAGE).await.text();
        assert!(page.contains("haettu viimeksi 8.9.2026") && !page.contains("webcal"), "the address was shown once: {page}");
        assert_eq!(fetched(&town, &path).await.0, StatusCode::OK);
        assert_eq!(looks(&town).await, 1, "one row of the log a day");
        town.app.clock.advance(DAY);
        assert_eq!(fetched(&town, &path).await.0, StatusCode::OK);
        assert_eq!(looks(&town).await, 2);
    }

    async fn a_cancelled_session_stands_in_it_as_cancelled(app) {
        let (town, browser) = with_card(app).await;
        let path = made(&town, &browser).await;
        let (day, group) = (today().plus_days(7), town.own.group);
        let id = Session::planned_id(group, day);
        let plan = sessions::Verb::Plan { session: Session::planned(group, day, "10:30".parse().ok()) };
        let cancel = sessions::Verb::Cancel { id, group, reason: Cancellation::Weather };
        town.write(vec![Verb::Session(plan), Verb::Session(cancel)]).await;
        let (_, text) = fetched(&town, &path).await;
        let event = between(&text, "BEGIN:VEVENT", "END:VEVENT").into_iter().find(|one| one.contains("20260915"));
        assert!(event.is_some_and(|one| one.contains("STATUS:CANCELLED") && one.contains("SUMMARY:Peruttu: ")), "{text}");
    }

    async fn an_address_ends_with_a_new_one_a_press_and_the_card(app) {
        let (town, browser) = with_card(app).await;
        let first = made(&town, &browser).await;
        let second = made(&town, &browser).await;
        assert_eq!(fetched(&town, &first).await.0, StatusCode::NOT_FOUND, "a new one ends the one before");
        assert_eq!(fetched(&town, &second).await.0, StatusCode::OK);
        let ended = browser.post(&town.app, "/own/calendar/end", &[]).await;
        assert_eq!(own::leads_to(&ended), "/own/calendar?said=ended");
        assert_eq!(fetched(&town, &second).await.0, StatusCode::NOT_FOUND);
        let third = made(&town, &browser).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        desk.post(&town.app, &format!("/people/{}/personal-card/end", town.own.participant), &[]).await;
        assert_eq!(fetched(&town, &third).await.0, StatusCode::NOT_FOUND, "with the card");
        for wrong in ["/calendar/x.ics", "/calendar/", "/calendar/x", &third.replace(".ics", "")] {
            assert_eq!(fetched(&town, wrong).await.0, StatusCode::NOT_FOUND, "{wrong}");
        }
        assert_eq!(own::leads_to(&Browser::default().post(&town.app, PAGE, &[]).await), "/own/sign-in");
    }

    async fn a_form_that_is_sent_again_makes_no_other_address_and_an_old_one_changes_nothing(app) {
        let (town, browser) = with_card(app).await;
        let send = async |rev: &str| browser.post(&town.app, PAGE, &[("rev", rev)]).await;
        let first = shown(&town, &browser).await;
        let path = path_in(&send(&first).await);
        assert_eq!(path_in(&send(&first).await), path, "the answer is loaded anew");
        assert_eq!(fetched(&town, &path).await.0, StatusCode::OK);
        let second = shown(&town, &browser).await;
        let newer = path_in(&send(&second).await);
        let nothing = async |revs: &[&str]| {
            for rev in revs.iter().copied() {
                let old = send(rev).await;
                assert_eq!((old.status, own::leads_to(&old)), (StatusCode::SEE_OTHER, PAGE), "{rev}");
            }
        };
        nothing(&[&*first, "99", "", "x"]).await;
        assert_eq!([fetched(&town, &path).await.0, fetched(&town, &newer).await.0], [StatusCode::NOT_FOUND, StatusCode::OK]);
        browser.post(&town.app, "/own/calendar/end", &[]).await;
        nothing(&[&*first, &*second]).await;
        assert_eq!(fetched(&town, &newer).await.0, StatusCode::NOT_FOUND, "what was ended stays so");
        let last = made(&town, &browser).await;
        assert!(last != path && last != newer, "no address comes again");
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        let sql = "SELECT COUNT(*) AS n FROM audit WHERE verb = 'own.calendar'";
        assert_eq!(tx.one(sql, []).await.unwrap().get::<i64>("n").unwrap(), 3);
    }

    async fn whoever_has_died_or_left_has_no_calendar_and_whose_way_is_hidden_gets_none(app) {
        let (town, browser) = with_card(app).await;
        let path = made(&town, &browser).await;
        let edit = |change| Verb::Participant(people::Verb::Edit { id: town.own.participant, changes: vec![change] });
        for (change, back) in [
            (ProfileChange::Undisclosed(true), ProfileChange::Undisclosed(false)),
            (ProfileChange::DiedOn(Some(today())), ProfileChange::DiedOn(None)),
        ] {
            town.write(vec![edit(change)]).await;
            assert_eq!(fetched(&town, &path).await.0, StatusCode::NOT_FOUND);
            town.write(vec![edit(back)]).await;
            assert_eq!(fetched(&town, &path).await.0, StatusCode::OK);
        }
        town.write(vec![edit(ProfileChange::Undisclosed(true))]).await;
        let page = browser.get(&town.app, PAGE).await.text();
        assert!(page.contains("turvakielto") && !page.contains("<button class=\"button button--main"), "{page}");
        assert_eq!(own::leads_to(&browser.post(&town.app, PAGE, &[]).await), PAGE);
        town.write(vec![edit(ProfileChange::Undisclosed(false))]).await;
        leave(&town, today(), ExitReason::Cost).await;
        town.app.clock.advance(DAY);
        assert_eq!(fetched(&town, &path).await.0, StatusCode::NOT_FOUND);
    }

    async fn the_database_and_the_log_hold_no_secret(app) {
        let (town, browser) = with_card(app).await;
        let path = made(&town, &browser).await;
        fetched(&town, &path).await;
        let secret = path.trim_start_matches("/calendar/").trim_end_matches(".ics");
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        let rows = tx.all("SELECT entities || fields || request_id AS told FROM audit", []).await.unwrap();
        assert!(!rows.iter().any(|row| row.get::<String>("told").unwrap().contains(secret)));
        let kept: String = tx.one("SELECT token_hash FROM calendar_feed", []).await.unwrap().get("token_hash").unwrap();
        assert_eq!(kept, server::access::token::hash(secret));
    }
}
