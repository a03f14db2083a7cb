//! Relatives: a participant shows them something, each purpose for itself, and ends it in one press.

use domain::access::Role;
use domain::assessments::{self, Assessment, Instrument, Item, Trial, TrialOutcome};
use domain::attendance::{self, Mark};
use domain::consents::Consent;
use domain::groups::ExitReason;
use domain::ids::{AssessmentId, RelativeId};
use domain::people::{self, ProfileChange};
use domain::sessions::{self, Cancellation, Session, SessionStatus};
use domain::sync::op::Verb;
use http::StatusCode;
use server::db::Unscoped;
use server::erasure::{self, Why};
use tests::Answer;
use tests::town::{Browser, Place, Town, today};
use uuid::Uuid;

use crate::own::{self, absence, between, card, kept, leads_to, leave, meets_at, signed_in, typed};

const SCHEDULE: &str = "relative_schedule";
const ATTENDANCE: &str = "relative_attendance";
const RESULTS: &str = "relative_results";
const MESSAGES: &str = "relative_messages";
const ALL: [&str; 4] = [SCHEDULE, ATTENDANCE, RESULTS, MESSAGES];

/// What is said where nothing is shown.
const GONE: &str = "Tämä sivu on suljettu";

fn relative(n: u128) -> RelativeId {
    RelativeId(Uuid::from_u128(0xc000 + n))
}

/// The desk's form; `number`: of a card that the relative has.
pub fn form<'a>(rev: &'a str, shown: &[&'a str], number: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![
        ("rev", rev),
        ("name", "Liisa Läheinen"),
        ("relation", "tytär"),
        ("until", "1.6.2027"),
        ("channel", "paper"),
        ("relative_language", "fi"),
        ("number", number),
    ];
    form.extend(shown.iter().map(|one| ("shown", *one)));
    form
}

/// Invites the `n`-th relative at the desk; number and PIN of the card.
async fn invited(town: &Town, place: &Place, n: u128, shown: &[&str]) -> (String, String) {
    let desk = town.signed_in(Role::Coordinator, true).await;
    let rev = relative(n).to_string();
    let at = format!("/people/{}/relatives", place.participant);
    numbers(&desk.post(&town.app, &at, &form(&rev, shown, "")).await)
}

fn numbers(answer: &Answer) -> (String, String) {
    let text = answer.text();
    let numbers = between(&text, "personal-card__number\">", "<");
    let [number, pin] = numbers.as_slice() else { panic!("number and PIN in {text}") };
    ((*number).to_owned(), (*pin).to_owned())
}

/// Signed in with the relative's own card.
async fn entered(town: &Town, (number, pin): &(String, String)) -> Browser {
    let answer = typed(town, &Browser::default(), number, pin).await;
    assert_eq!(leads_to(&answer), "/kin", "{}", answer.text());
    kept(&answer)
}

fn home(place: &Place) -> String {
    format!("/kin/{}", place.participant)
}

/// The group meets today at half past two, met a week ago with the person, and does not meet in a week.
async fn with_a_plan(town: &Town) {
    meets_at(town, "14:30").await;
    let (group, participant) = (town.own.group, town.own.participant);
    let (before, off) =
        (Session::planned(group, today().plus_days(-7), None), Session::planned(group, today().plus_days(7), None));
    let mark = attendance::Verb::Set { session: before.id, group, participant, mark: Some(Mark::Present) };
    let (held, cancelled) = (before.id, off.id);
    town.write(vec![
        Verb::Session(sessions::Verb::Plan { session: before }),
        Verb::Attendance(mark),
        Verb::Session(sessions::Verb::Status { id: held, group, status: Some(SessionStatus::Held) }),
        Verb::Session(sessions::Verb::Plan { session: off }),
        Verb::Session(sessions::Verb::Cancel { id: cancelled, group, reason: Cancellation::Weather }),
    ])
    .await;
}

async fn tell(town: &Town, browser: &Browser, place: &Place) -> Answer {
    let (group, day) = (place.group.to_string(), today().to_string());
    browser.post(&town.app, &format!("{}/absence", home(place)), &absence(&group, &day, "yes")).await
}

/// The consents about relatives that are kept of the own group's person, the oldest first.
async fn kept_consents(town: &Town) -> Vec<Consent> {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let sql = "SELECT body FROM consent WHERE participant = $1 ORDER BY id";
    let rows = tx.all(sql, [town.own.participant.into()]).await.unwrap();
    let all = rows.iter().map(|row| row.json::<Consent>("body").unwrap());
    all.filter(|consent| consent.relative.is_some()).collect()
}

/// Nothing but the kind sentence, whatever is asked for.
async fn sees_nothing(town: &Town, browser: &Browser, place: &Place) {
    for page in ["", "/sessions", "/visits", "/results", "/pin"] {
        let answer = browser.get(&town.app, &format!("{}{page}", home(place))).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{page}: {}", answer.text());
        assert!(answer.text().contains(GONE) && !answer.text().contains("Aino"), "{page}: {}", answer.text());
    }
    let told = tell(town, browser, place).await;
    assert_eq!(told.status, StatusCode::NOT_FOUND);
    assert!(told.text().contains(GONE), "{}", told.text());
}

tests::on_both_databases! {
    async fn each_purpose_alone_shows_its_own_part_and_no_other(app) {
        let town = Town::on(app).await;
        with_a_plan(&town).await;
        for (n, purpose) in (0..).zip(ALL) {
            let browser = entered(&town, &invited(&town, &town.own, n, &[purpose]).await).await;
            assert_eq!(leads_to(&browser.get(&town.app, "/kin").await), home(&town.own));
            let page = browser.get(&town.app, &home(&town.own)).await.text();
            assert!(page.contains("Aino") && page.contains("1.6.2027"), "{purpose}: {page}");
            assert_eq!(page.contains("14.30") && page.contains("Kylätalo"), purpose == SCHEDULE, "{purpose}: {page}");
            assert_eq!(page.contains("Hän ei pääse"), purpose == SCHEDULE, "{purpose}: {page}");
            assert_eq!(page.contains("Ryhmä ei kokoonnu"), purpose == MESSAGES, "{purpose}: {page}");
            for (path, of) in [("sessions", SCHEDULE), ("visits", ATTENDANCE), ("results", RESULTS), ("pin", RESULTS)] {
                let answer = browser.get(&town.app, &format!("{}/{path}", home(&town.own))).await;
                assert_eq!(answer.status != StatusCode::NOT_FOUND, purpose == of, "{purpose} {path}: {}", answer.text());
            }
            let told = tell(&town, &browser, &town.own).await;
            assert_eq!(told.status != StatusCode::NOT_FOUND, purpose == SCHEDULE, "{purpose}: {}", told.text());
        }
    }

    async fn of_exercise_at_home_a_relative_is_shown_nothing_whatever_is_shared(app) {
        let town = Town::on(app).await;
        with_a_plan(&town).await;
        let chosen = [domain::exercises::Exercise::Walk].map(domain::home_programmes::Chosen::usual);
        let programme = domain::home_programmes::HomeProgramme {
            participant: town.own.participant, exercises: chosen.into(), from: today(), to: None,
            by: town.user(Role::Instructor).await, note: String::new(),
        };
        town.write(vec![domain::home_programmes::Verb::Set { programme }.into()]).await;
        let browser = entered(&town, &invited(&town, &town.own, 0, &ALL).await).await;
        for page in ["", "/sessions", "/visits", "/results"] {
            let text = browser.get(&town.app, &format!("{}{page}", home(&town.own))).await.text();
            assert!(!text.contains("/own/exercise") && !text.contains("Reipas kävely"), "{page}: {text}");
        }
        for page in ["/own/exercise", "/own/exercise/sheet"] {
            assert_eq!(leads_to(&browser.get(&town.app, page).await), "/own/sign-in", "{page}");
        }
        let told = browser.post(&town.app, "/own/exercise", &[("done", "2026-09-08")]).await;
        assert_eq!(leads_to(&told), "/own/sign-in");
    }

    async fn a_relative_who_is_shown_nothing_gets_no_card(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let (rev, at) = (relative(1).to_string(), format!("/people/{}/relatives", town.own.participant));
        let nothing = desk.post(&town.app, &at, &form(&rev, &[], "")).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!nothing.text().contains("personal-card__number") && nothing.text().contains("Liisa Läheinen"));
        let health = desk.post(&town.app, &at, &form(&rev, &["health_tests"], "")).await;
        assert_eq!(health.status, StatusCode::UNPROCESSABLE_ENTITY, "that is no purpose of a relative");
        let mut long = form(&rev, &[SCHEDULE], "");
        long[3] = ("until", "10.9.2027");
        let answer = desk.post(&town.app, &at, &long).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "more than a year");
        assert!(kept_consents(&town).await.is_empty());
    }

    async fn what_is_shown_is_kept_as_consents_with_text_language_relative_and_last_day(app) {
        let town = Town::on(app).await;
        let browser = entered(&town, &invited(&town, &town.own, 1, &[SCHEDULE, RESULTS]).await).await;
        let kept = kept_consents(&town).await;
        let told: Vec<_> = kept.iter().map(|one| format!("{} {} {} {} {} {:?}", one.purpose, one.act, one.channel, one.text_version, one.language, one.until.map(|day| day.to_string()))).collect();
        let mut sorted = told.clone();
        sorted.sort();
        assert_eq!(sorted, [
            "relative_results given paper relative_results/1 fi Some(\"2027-06-01\")",
            "relative_schedule given paper relative_schedule/1 fi Some(\"2027-06-01\")",
        ]);
        assert!(kept.iter().all(|one| one.relative == Some(relative(1))));
        // No tablet holds them.
        let tablet = tests::tablet::Tablet::of(&town, Role::Instructor).await;
        let pulled = serde_json::to_string(&tablet.pull(&town.app, None).await).unwrap();
        assert!(!pulled.contains("relative_"), "{pulled}");
        // Saying it anew with less takes the rest back at once.
        let desk = town.signed_in(Role::Coordinator, true).await;
        let at = format!("/people/{}/relatives", town.own.participant);
        let number = between(&desk.get(&town.app, &at).await.text(), "Korttia ", " käytettiin").concat();
        let rev = relative(2).to_string();
        let less = desk.post(&town.app, &at, &form(&rev, &[RESULTS], &number)).await;
        assert!(leads_to(&less).ends_with("?said=shared"), "{}", less.text());
        let page = browser.get(&town.app, &home(&town.own)).await.text();
        assert!(!page.contains("Seuraava kerta") && page.contains("/results"), "{page}");
    }

    async fn after_the_last_day_nothing_is_shown_and_the_card_opens_nothing(app) {
        let town = Town::on(app).await;
        with_a_plan(&town).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let rev = relative(1).to_string();
        let mut short = form(&rev, &ALL, "");
        short[3] = ("until", "9.9.2026");
        let at = format!("/people/{}/relatives", town.own.participant);
        let card = numbers(&desk.post(&town.app, &at, &short).await);
        let browser = entered(&town, &card).await;
        town.app.clock.advance(24 * 3_600_000);
        assert_eq!(browser.get(&town.app, &home(&town.own)).await.status, StatusCode::OK, "the last day");
        town.app.clock.advance(24 * 3_600_000);
        sees_nothing(&town, &browser, &town.own).await;
        let answer = typed(&town, &Browser::default(), &card.0, &card.1).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!answer.text().contains("Aino") && answer.headers.get("set-cookie").is_none());
    }

    async fn one_press_of_the_participant_ends_it_while_the_page_is_open(app) {
        let town = Town::on(app).await;
        with_a_plan(&town).await;
        card(&town).await;
        let browser = entered(&town, &invited(&town, &town.own, 1, &ALL).await).await;
        let other = entered(&town, &invited(&town, &town.own, 2, &[SCHEDULE]).await).await;
        assert_eq!(browser.get(&town.app, &home(&town.own)).await.status, StatusCode::OK);
        let own = signed_in(&town).await;
        let seen = own.get(&town.app, "/own/seen").await.text();
        assert!(seen.contains("Liisa Läheinen") && seen.contains("Näkee testien tulokset.") && seen.contains("1.6.2027"), "{seen}");
        let ended = own.post(&town.app, "/own/relatives/end", &[("relative", &relative(1).to_string())]).await;
        assert_eq!(leads_to(&ended), "/own/seen?said=ended");
        sees_nothing(&town, &browser, &town.own).await;
        assert_eq!(other.get(&town.app, &home(&town.own)).await.status, StatusCode::OK, "the other one goes on");
        let kept = kept_consents(&town).await;
        let withdrawn: Vec<_> = kept.iter().filter(|one| one.act.code() == "withdrawn").collect();
        assert_eq!(withdrawn.len(), 4);
        assert!(withdrawn.iter().all(|one| one.relative == Some(relative(1)) && one.channel.code() == "own_phone"));
        let stranger = own.post(&town.app, "/own/relatives/end", &[("relative", &relative(9).to_string())]).await;
        assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    }

    async fn the_desk_ends_it_in_one_press_and_shows_who_has_it_no_more(app) {
        let town = Town::on(app).await;
        let browser = entered(&town, &invited(&town, &town.own, 1, &ALL).await).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let at = format!("/people/{}/relatives", town.own.participant);
        let listed = desk.get(&town.app, &at).await.text();
        assert!(listed.contains("Liisa Läheinen (tytär)") && listed.contains("viimeksi 8.9.2026"), "{listed}");
        let ended = desk.post(&town.app, &format!("{at}/end"), &[("relative", &relative(1).to_string())]).await;
        assert_eq!(leads_to(&ended), format!("{at}?said=ended"));
        sees_nothing(&town, &browser, &town.own).await;
        let page = desk.get(&town.app, &at).await.text();
        assert!(page.contains("Luvat, jotka ovat päättyneet") && !page.contains("Tee uusi kortti"), "{page}");
    }

    async fn on_the_day_of_a_death_relatives_are_shown_a_kind_word_and_nobodys_name(app) {
        let town = Town::on(app).await;
        with_a_plan(&town).await;
        let browser = entered(&town, &invited(&town, &town.own, 1, &ALL).await).await;
        leave(&town, today(), ExitReason::Died).await;
        sees_nothing(&town, &browser, &town.own).await;
        let page = browser.get(&town.app, "/kin").await;
        assert!(page.text().contains("Kiitos, että olet ollut tukena."), "{}", page.text());
    }

    async fn whoever_has_left_is_shown_to_relatives_no_more_from_the_next_day(app) {
        let town = Town::on(app).await;
        let browser = entered(&town, &invited(&town, &town.own, 1, &ALL).await).await;
        leave(&town, today(), ExitReason::Cost).await;
        assert_eq!(browser.get(&town.app, &home(&town.own)).await.status, StatusCode::OK);
        town.app.clock.advance(24 * 3_600_000);
        sees_nothing(&town, &browser, &town.own).await;
    }

    async fn where_a_home_must_not_become_known_relatives_learn_no_day_hour_or_place(app) {
        let town = Town::on(app).await;
        with_a_plan(&town).await;
        let browser = entered(&town, &invited(&town, &town.own, 1, &ALL).await).await;
        let changes = vec![ProfileChange::Undisclosed(true)];
        town.write(vec![Verb::Participant(people::Verb::Edit { id: town.own.participant, changes })]).await;
        let at = home(&town.own);
        let mut pages = browser.get(&town.app, &at).await.text();
        pages += &browser.get(&town.app, &format!("{at}/visits")).await.text();
        let pin = results_page(&town, &browser).await;
        pages += &pin;
        for hidden in ["14.30", "Kylätalo", "syyskuuta", "Ryhmä ei kokoonnu", "Hän ei pääse", "Ryhmä 0"] {
            assert!(!pages.contains(hidden), "{hidden} in {pages}");
        }
        assert!(pages.contains("on käynyt ryhmässä kerran") && pages.contains("Nousit tuolilta"), "{pages}");
        assert_eq!(tell(&town, &browser, &town.own).await.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.get(&town.app, &format!("{at}/sessions")).await.status, StatusCode::NOT_FOUND);
    }

    async fn results_ask_for_the_relatives_own_pin_and_never_hold_what_was_answered_about_wellbeing(app) {
        let town = Town::on(app).await;
        let trial = |item| Trial::new(item, 1, TrialOutcome::Value(5));
        let id = AssessmentId(Uuid::from_u128(0xd001));
        let items = vec![trial(Item::Lonely), trial(Item::Srh)];
        let said = Assessment::new(id, town.own.participant, today(), Instrument::SelfReport, items);
        town.write(vec![Verb::Assessment(assessments::Verb::Record { assessment: Box::new(said) })]).await;
        let browser = entered(&town, &invited(&town, &town.own, 1, &ALL).await).await;
        let text = results_page(&town, &browser).await;
        assert!(text.contains("Nousit tuolilta 8 kertaa"), "{text}");
        for word in ["yksin", "Yksin", "terveyden", "Terveyden", "mieliala"] {
            assert!(!text.contains(word), "{word} in {text}");
        }
        town.app.clock.advance(15 * 60_000);
        let again = browser.get(&town.app, &format!("{}/results", home(&town.own))).await;
        assert_eq!(leads_to(&again), format!("{}/pin", home(&town.own)));
        let wrong = browser.post(&town.app, &format!("{}/pin", home(&town.own)), &[("pin", own::PIN)]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "the participant's PIN is not theirs");
    }

    async fn nobody_elses_page_opens_and_no_other_kind_of_session_opens_a_relatives(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let browser = entered(&town, &invited(&town, &town.own, 1, &ALL).await).await;
        for place in [&town.other, &town.partner, &town.foreign] {
            sees_nothing(&town, &browser, place).await;
        }
        for path in ["/own", "/own/results", "/own/seen", "/own/relatives/new", "/own/looks"] {
            assert_eq!(leads_to(&browser.get(&town.app, path).await), "/own/sign-in", "{path}");
        }
        assert_eq!(leads_to(&browser.get(&town.app, "/own/sign-in").await), "/kin");
        let ended = browser.post(&town.app, "/own/relatives/end", &[("relative", &relative(1).to_string())]).await;
        assert_eq!(leads_to(&ended), "/own/sign-in");
        for path in ["/", "/people", "/groups"] {
            assert_eq!(leads_to(&browser.get(&town.app, path).await), "/sign-in", "{path}");
        }
        let pulled = browser.call(&town.app, "/api/sync/v1/pull", &serde_json::json!({})).await;
        assert_eq!(pulled.status, StatusCode::UNAUTHORIZED);
        for stranger in [signed_in(&town).await, town.signed_in(Role::Coordinator, true).await] {
            for path in ["/kin".to_owned(), home(&town.own)] {
                assert_eq!(leads_to(&stranger.get(&town.app, &path).await), "/own/sign-in", "{path}");
            }
        }
    }

    async fn every_route_answers_a_relative_with_their_own_pages_or_the_door(app) {
        let town = Town::on(app).await;
        let browser = entered(&town, &invited(&town, &town.own, 1, &ALL).await).await;
        let open = ["/find", "/k", "/set-up", "/sign-in", "/apply", "/healthz", "/readyz"];
        for (method, route) in server::route_list() {
            let theirs = route == "/kin" || route.starts_with("/kin/") || route.starts_with("/own/sign");
            if method != "GET" || theirs || open.contains(&route) || route.starts_with("/assets") || route.starts_with("/tablet") {
                continue;
            }
            let path = route.replace("{id}", &town.own.participant.to_string()).replace("{day}", "2026-09-08");
            let answer = browser.get(&town.app, &path.replace("{code}", "091").replace("{*path}", "x")).await;
            assert!(!answer.text().contains(town.own.canary), "{route}: {}", answer.text());
        }
    }

    async fn one_relative_has_two_people_and_chooses_and_each_ends_for_itself(app) {
        let town = Town::on(app).await;
        let card = invited(&town, &town.own, 1, &ALL).await;
        let browser = entered(&town, &card).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let at = format!("/people/{}/relatives", town.other.participant);
        let rev = relative(2).to_string();
        let mut wrong = form(&rev, &[ATTENDANCE], &card.0);
        wrong[1] = ("name", "Joku Muu");
        assert_eq!(desk.post(&town.app, &at, &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY, "another name");
        let linked = desk.post(&town.app, &at, &form(&rev, &[ATTENDANCE], &card.0)).await;
        assert_eq!(leads_to(&linked), format!("{at}?said=shared"), "{}", linked.text());
        let choose = browser.get(&town.app, "/kin").await.text();
        assert!(choose.contains(&home(&town.own)) && choose.contains(&home(&town.other)), "{choose}");
        assert_eq!(browser.get(&town.app, &format!("{}/visits", home(&town.other))).await.status, StatusCode::OK);
        let results = browser.get(&town.app, &format!("{}/results", home(&town.other))).await;
        assert_eq!(results.status, StatusCode::NOT_FOUND, "the other one shows visits alone");
        let ended = desk.post(&town.app, &format!("{at}/end"), &[("relative", &relative(1).to_string())]).await;
        assert!(leads_to(&ended).ends_with("?said=ended"), "{}", ended.text());
        sees_nothing(&town, &browser, &town.other).await;
        assert_eq!(browser.get(&town.app, &home(&town.own)).await.status, StatusCode::OK);
    }

    async fn nobody_makes_a_card_that_opens_what_others_show(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let first = invited(&town, &town.other, 1, &ALL).await;
        let browser = entered(&town, &first).await;
        let own = signed_in(&town).await;
        let rev = relative(1).to_string();
        let form = [("step", "until"), ("rev", &*rev), ("name", "Liisa Läheinen"), ("relation", "tytär"), ("shown", SCHEDULE), ("until", "3")];
        assert_eq!(own.post(&town.app, "/own/relatives/new", &form).await.status, StatusCode::FORBIDDEN);
        // Also where it is the relative of both.
        let desk = town.signed_in(Role::Coordinator, true).await;
        let at = format!("/people/{}/relatives", town.own.participant);
        let other_rev = relative(2).to_string();
        let linked = desk.post(&town.app, &at, &self::form(&other_rev, &[SCHEDULE], &first.0)).await;
        assert!(leads_to(&linked).ends_with("?said=shared"), "{}", linked.text());
        assert_eq!(own.post(&town.app, "/own/relatives/new", &form).await.status, StatusCode::FORBIDDEN);
        assert_eq!(browser.get(&town.app, &home(&town.other)).await.status, StatusCode::OK, "the card is as good as before");
        // The desk that looks after both of them may.
        let renewed = desk.post(&town.app, &format!("{at}/card"), &[("relative", &rev)]).await;
        let next = entered(&town, &numbers(&renewed)).await;
        assert_eq!(next.get(&town.app, &home(&town.other)).await.status, StatusCode::OK);
        assert_eq!(leads_to(&browser.get(&town.app, "/kin").await), "/own/sign-in", "the card before has ended");
    }

    async fn on_the_own_page_the_pin_comes_first_and_one_question_is_on_a_screen(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let own = own_by_code(&town).await;
        let at = "/own/relatives/new";
        assert_eq!(leads_to(&own.get(&town.app, at).await), "/own/pin?then=relatives");
        let first = [("step", "who"), ("name", "Liisa"), ("relation", "tytär")];
        assert_eq!(leads_to(&own.post(&town.app, at, &first).await), "/own/pin?then=relatives");
        let pin = own.post(&town.app, "/own/pin?then=relatives", &[("pin", own::PIN)]).await;
        assert_eq!(leads_to(&pin), at);
        let page = own.get(&town.app, at).await.text();
        let rev = between(&page, "name=\"rev\" value=\"", "\"")[0].to_owned();
        let nobody = own.post(&town.app, at, &[("step", "who"), ("rev", &*rev), ("name", ""), ("relation", "tytär")]).await;
        assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(nobody.text().contains("Kirjoita läheisen nimi.") && nobody.text().contains("tytär"), "{}", nobody.text());
        let mut form = vec![("step", "who"), ("rev", &*rev), ("name", "Liisa"), ("relation", "tytär"), ("until", "12")];
        let what = own.post(&town.app, at, &form).await;
        assert!(what.status.is_success() && what.text().contains("Mitä hän saa nähdä?"), "{}", what.text());
        form[0] = ("step", "what");
        assert_eq!(own.post(&town.app, at, &form).await.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing was chosen");
        form.push(("shown", ATTENDANCE));
        let until = own.post(&town.app, at, &form).await;
        assert!(until.status.is_success() && until.text().contains("Kuinka kauan?"), "{}", until.text());
        form[0] = ("step", "until");
        form[4] = ("until", "3");
        let made = own.post(&town.app, at, &form).await;
        let browser = entered(&town, &numbers(&made)).await;
        let kept = kept_consents(&town).await;
        let told: Vec<_> = kept.iter().map(|one| (one.purpose.code(), one.channel.code(), one.until)).collect();
        assert_eq!(told, [(ATTENDANCE, "own_phone", Some(today().plus_days(91)))]);
        assert_eq!(browser.get(&town.app, &format!("{}/visits", home(&town.own))).await.status, StatusCode::OK);
        assert!(own.get(&town.app, "/own/seen").await.text().contains("Liisa"));
    }

    async fn an_absence_that_a_relative_tells_is_on_the_roll_and_the_history_says_who_told_it(app) {
        let town = Town::on(app).await;
        with_a_plan(&town).await;
        let browser = entered(&town, &invited(&town, &town.own, 1, &[SCHEDULE]).await).await;
        assert_eq!(leads_to(&tell(&town, &browser, &town.own).await), format!("{}?said=absent", home(&town.own)));
        let page = browser.get(&town.app, &home(&town.own)).await.text();
        assert!(page.contains("On ilmoitettu") && page.contains("Hän tulee sittenkin"), "{page}");
        let desk = town.signed_in(Role::Coordinator, true).await;
        let roll = desk.get(&town.app, &format!("/groups/{}/sessions/{}", town.own.group, today())).await.text();
        assert!(roll.contains("poissa, ilmoitti"), "{roll}");
        let history = desk.get(&town.app, &format!("/people/{}", town.own.participant)).await.text();
        assert!(history.contains("Liisa Läheinen, läheinen"), "{history}");
        let (group, day) = (town.own.group.to_string(), today().to_string());
        let back = browser.post(&town.app, &format!("{}/absence", home(&town.own)), &absence(&group, &day, "no")).await;
        assert_eq!(leads_to(&back), format!("{}?said=coming", home(&town.own)));
    }

    async fn whoever_looked_is_told_to_the_participant_and_in_the_log_the_relative_acts(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let browser = entered(&town, &invited(&town, &town.own, 1, &[ATTENDANCE]).await).await;
        browser.get(&town.app, &format!("{}/visits", home(&town.own))).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        desk.get(&town.app, &format!("/people/{}/relatives", town.own.participant)).await;
        let own = signed_in(&town).await;
        let looks = own.get(&town.app, "/own/looks").await.text();
        assert!(looks.contains("Liisa Läheinen") && looks.contains("Nimi coordinator@091"), "{looks}");
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        let sql = "SELECT verb, entities, fields FROM audit WHERE actor = $1 ORDER BY n";
        let rows = tx.all(sql, [relative(1).into()]).await.unwrap();
        let told: Vec<_> = rows.iter().map(|row| format!("{} {}", row.get::<String>("verb").unwrap(), row.get::<String>("fields").unwrap())).collect();
        assert_eq!(told, ["own.sign_in card pin", "view attendance"]);
        assert!(rows[1].get::<String>("entities").unwrap().contains(&town.own.participant.to_string()));
        server::audit::verify(&mut tx, &town.app.state.secrets, &town.own.municipality).await.expect("a whole chain");
    }

    async fn of_whoever_is_erased_no_relative_is_known_and_their_card_ends(app) {
        let town = Town::on(app).await;
        let browser = entered(&town, &invited(&town, &town.own, 1, &ALL).await).await;
        let scope = server::access::Scope::command_line(town.own.municipality.clone(), today());
        assert!(erasure::erase(&town.app.state, &scope, town.own.participant, Why::Asked, "test").await.unwrap());
        assert_eq!(leads_to(&browser.get(&town.app, "/kin").await), "/own/sign-in");
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        let left = tx.one("SELECT (SELECT COUNT(*) FROM relative) + (SELECT COUNT(*) FROM relative_share) AS n", []).await;
        assert_eq!(left.unwrap().get::<i64>("n").unwrap(), 0);
    }

    async fn a_partners_coordinator_reaches_no_relative_of_others(app) {
        let town = Town::on(app).await;
        invited(&town, &town.own, 1, &ALL).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        for place in [&town.partner, &town.foreign] {
            let at = format!("/people/{}/relatives", place.participant);
            assert_eq!(desk.get(&town.app, &at).await.status, StatusCode::NOT_FOUND);
            let rev = relative(3).to_string();
            assert_eq!(desk.post(&town.app, &at, &form(&rev, &ALL, "")).await.status, StatusCode::NOT_FOUND);
        }
        let instructor = town.on_tablet(Role::Instructor).await.0;
        let at = format!("/people/{}/relatives", town.own.participant);
        assert_eq!(instructor.get(&town.app, &at).await.status, StatusCode::FORBIDDEN);
    }
}

/// The results' page, within the minutes after the relative typed the PIN to sign in.
async fn results_page(town: &Town, browser: &Browser) -> String {
    let at = format!("{}/results", home(&town.own));
    let answer = browser.get(&town.app, &at).await;
    assert_eq!(answer.status, StatusCode::OK, "signed in with the PIN a moment ago: {}", answer.text());
    answer.text()
}

/// Signed in with the code alone, so that the PIN was not typed.
async fn own_by_code(town: &Town) -> Browser {
    let answer = Browser::default().post(&town.app, "/k", &[("token", own::TOKEN)]).await;
    kept(&answer)
}
