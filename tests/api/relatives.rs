//! Relatives: a participant shows them something, each purpose for itself, and ends it in one press.

use domain::access::Role;
use domain::assessments::{self, Assessment, Instrument, Item, Trial, TrialOutcome};
use domain::attendance::{self, Mark};
use domain::consents::{self, Consent};
use domain::groups::ExitReason;
use domain::ids::{AssessmentId, ConsentId, RelativeId};
use domain::people::{self, ProfileChange};
use domain::sessions::{self, Cancellation, Session, SessionStatus};
use domain::sync::op::Verb;
use http::StatusCode;
use server::db::Unscoped;
use server::erasure::{self, Why};
use tests::Answer;
use tests::town::{Browser, Place, Town, chair_stand, today};
use uuid::Uuid;

use crate::files::count;
use crate::own::{self, absence, between, card, kept, leads_to, leave, meets_at, signed_in, typed};

const SCHEDULE: &str = "relative_schedule";
const ATTENDANCE: &str = "relative_attendance";
const RESULTS: &str = "relative_results";
const MESSAGES: &str = "relative_messages";
pub const ALL: [&str; 4] = [SCHEDULE, ATTENDANCE, RESULTS, MESSAGES];

/// What is said where nothing is shown.
const GONE: &str = "Tämä sivu on suljettu";

/// The id that the `n`-th form came with.
pub fn form_id(n: u128) -> Uuid {
    Uuid::from_u128(0xc000 + n)
}

/// The relative whom the own group's person invited by the `n`-th form.
pub fn relative(town: &Town, n: u128) -> RelativeId {
    RelativeId::of(town.own.participant, form_id(n))
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
pub async fn invited(town: &Town, place: &Place, n: u128, shown: &[&str]) -> (String, String) {
    let desk = town.signed_in(Role::Coordinator, true).await;
    let rev = form_id(n).to_string();
    let at = format!("/people/{}/relatives", place.participant);
    numbers(&desk.made(&town.app, &at, &form(&rev, shown, "")).await)
}

/// The number of the relatives of every place for the tests that walk all routes.
const THERE: u128 = 3;

/// A relative of every place's person for those tests, whom only the own group's person still shows something.
pub async fn there(town: &Town) {
    invited(town, &town.own, THERE, &ALL).await;
    let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
    for place in [&town.other, &town.partner, &town.foreign] {
        let (municipality, relative) = (&place.municipality, there_at(place));
        let sql = "INSERT INTO relative (municipality, id, name, made_at) VALUES ($1, $2, $3, 0)";
        tx.run(sql, [municipality.into(), relative.into(), place.canary.into()]).await.unwrap();
        let sql = "INSERT INTO relative_share (municipality, participant, relative, relation, made_at, made_by) \
                   VALUES ($1, $2, $3, 'tytär', 0, $4)";
        let values = [municipality.into(), place.participant.into(), relative.into(), place.account.into()];
        tx.run(sql, values).await.unwrap();
    }
    tx.commit().await.unwrap();
}

pub fn there_at(place: &Place) -> RelativeId {
    RelativeId::of(place.participant, form_id(THERE))
}

/// Number and PIN on the page that shows a new card.
pub fn numbers(answer: &Answer) -> (String, String) {
    let text = answer.text();
    let numbers = between(&text, "personal-card__number\">", "<");
    let [number, pin] = numbers.as_slice() else { panic!("number and PIN in {text}") };
    ((*number).to_owned(), (*pin).to_owned())
}

/// Signed in with the relative's own card.
pub async fn entered(town: &Town, (number, pin): &(String, String)) -> Browser {
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
            assert!(!page.contains("sisäkengät"), "what to bring is said to whoever goes there: {page}");
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
        let (rev, at) = (form_id(1).to_string(), format!("/people/{}/relatives", town.own.participant));
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
        assert!(kept.iter().all(|one| one.relative == Some(relative(&town, 1))));
        // No tablet holds them.
        let tablet = tests::tablet::Tablet::of(&town, Role::Instructor).await;
        let pulled = serde_json::to_string(&tablet.pull(&town.app, None).await).unwrap();
        assert!(!pulled.contains("relative_"), "{pulled}");
        // Saying it anew with less takes the rest back at once.
        let desk = town.signed_in(Role::Coordinator, true).await;
        let at = format!("/people/{}/relatives", town.own.participant);
        let number = between(&desk.get(&town.app, &at).await.text(), "Korttia ", " käytettiin").concat();
        let rev = form_id(2).to_string();
        let less = desk.post(&town.app, &at, &form(&rev, &[RESULTS], &number)).await;
        assert!(leads_to(&less).ends_with("?said=shared"), "{}", less.text());
        let page = browser.get(&town.app, &home(&town.own)).await.text();
        assert!(!page.contains("Seuraava kerta") && page.contains("/results"), "{page}");
    }

    async fn after_the_last_day_nothing_is_shown_and_the_card_opens_nothing(app) {
        let town = Town::on(app).await;
        with_a_plan(&town).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let rev = form_id(1).to_string();
        let mut short = form(&rev, &ALL, "");
        short[3] = ("until", "9.9.2026");
        let at = format!("/people/{}/relatives", town.own.participant);
        let card = numbers(&desk.made(&town.app, &at, &short).await);
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
        let ended = own.post(&town.app, "/own/relatives/end", &[("relative", &relative(&town, 1).to_string())]).await;
        assert_eq!(leads_to(&ended), "/own/seen?said=ended");
        sees_nothing(&town, &browser, &town.own).await;
        assert_eq!(other.get(&town.app, &home(&town.own)).await.status, StatusCode::OK, "the other one goes on");
        let kept = kept_consents(&town).await;
        let withdrawn: Vec<_> = kept.iter().filter(|one| one.act.code() == "withdrawn").collect();
        assert_eq!(withdrawn.len(), 4);
        assert!(withdrawn.iter().all(|one| one.relative == Some(relative(&town, 1)) && one.channel.code() == "own_phone"));
        let stranger = own.post(&town.app, "/own/relatives/end", &[("relative", &relative(&town, 9).to_string())]).await;
        assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    }

    async fn in_the_last_month_it_is_asked_whether_it_still_holds_and_one_press_lets_it_go_on_for_a_year(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let (desk, rev) = (town.signed_in(Role::Coordinator, true).await, form_id(1).to_string());
        let soon = form(&rev, &[SCHEDULE, ATTENDANCE], "").into_iter();
        let soon: Vec<_> = soon.map(|(name, value)| (name, if name == "until" { "20.9.2026" } else { value })).collect();
        desk.post(&town.app, &format!("/people/{}/relatives", town.own.participant), &soon).await;
        invited(&town, &town.own, 2, &[SCHEDULE]).await;
        let own = signed_in(&town).await;
        let asked = async || {
            let page = own.get(&town.app, "/own").await.text();
            (page.matches("Läheisen lupa loppuu").count(), page.contains("20.9.2026: Liisa Läheinen."))
        };
        assert_eq!(asked().await, (1, true), "not of the one that lasts");
        let seen = own.get(&town.app, "/own/seen").await.text();
        let revs = between(&seen, "name=\"rev\" value=\"", "\"");
        let [rev] = revs.as_slice() else { panic!("one form: {seen}") };
        let goes_on = async |browser: &Browser, n: u128, rev: &str| {
            let relative = relative(&town, n).to_string();
            let form = [("step", "extend"), ("rev", rev), ("relative", &*relative)];
            browser.post(&town.app, "/own/relatives/new", &form).await
        };
        let without_pin = goes_on(&own::by_code(&town).await, 1, rev).await.text();
        assert!(without_pin.contains("Kirjoita PIN") && without_pin.contains("value=\"extend\""), "{without_pin}");
        assert_eq!(goes_on(&own, 9, rev).await.status, StatusCode::NOT_FOUND, "nobody's relative");
        for _ in 0..2 {
            assert_eq!(leads_to(&goes_on(&own, 1, rev).await), "/own/seen?said=extended", "pressed twice");
        }
        assert_eq!(asked().await, (0, false));
        assert!(own.get(&town.app, "/own/seen").await.text().contains("8.9.2027"));
        let given = kept_consents(&town).await;
        let given = given.iter().filter(|one| one.until.is_some_and(|until| until.to_string() == "2027-09-08"));
        assert_eq!(given.map(|one| one.channel.code()).collect::<Vec<_>>(), ["own_phone"; 2], "what was shown, and no more");
        own.post(&town.app, "/own/relatives/end", &[("relative", &relative(&town, 1).to_string())]).await;
        assert_eq!(leads_to(&goes_on(&own, 1, &form_id(7).to_string()).await), "/own/seen", "what was ended stays so");
    }

    async fn the_desk_asks_it_too_of_whoever_has_no_phone_and_it_goes_on_for_the_card_that_is_there(app) {
        let town = Town::on(app).await;
        let (desk, rev) = (town.signed_in(Role::Coordinator, true).await, form_id(1).to_string());
        let at = format!("/people/{}/relatives", town.own.participant);
        let soon = form(&rev, &[SCHEDULE], "").into_iter();
        let soon: Vec<_> = soon.map(|(name, value)| (name, if name == "until" { "20.9.2026" } else { value })).collect();
        let card = numbers(&desk.made(&town.app, &at, &soon).await);
        let page = desk.get(&town.app, &at).await.text();
        assert_eq!(page.matches("Lupa loppuu pian.").count(), 1, "{page}");
        let hidden = |name: &str| between(&page, &format!("name=\"{name}\" value=\""), "\"")[0].to_owned();
        let (rev, number, until) = (hidden("rev"), hidden("number"), hidden("until"));
        assert_eq!((number.as_str(), until.as_str()), (&*card.0, "8.9.2027"));
        let mut again = form(&rev, &[SCHEDULE], &number);
        again.retain(|(name, _)| !["until", "channel"].contains(name));
        again.extend([("until", &*until), ("channel", "spoken")]);
        for _ in 0..2 {
            assert_eq!(leads_to(&desk.post(&town.app, &at, &again).await), format!("{at}?said=shared"), "pressed twice");
        }
        let page = desk.get(&town.app, &at).await.text();
        assert!(page.contains("8.9.2027") && !page.contains("Lupa loppuu pian."), "{page}");
        entered(&town, &card).await;
    }

    async fn the_desk_forgets_a_relative_who_is_shown_nothing_any_more_and_nobody_elses(app) {
        let town = Town::on(app).await;
        let card = invited(&town, &town.own, 1, &ALL).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let (at, other) = (format!("/people/{}/relatives", town.own.participant), format!("/people/{}/relatives", town.other.participant));
        let rev = form_id(2).to_string();
        let linked = desk.post(&town.app, &other, &form(&rev, &[ATTENDANCE], &card.0)).await;
        assert_eq!(leads_to(&linked), format!("{other}?said=shared"));
        let relative = relative(&town, 1).to_string();
        let forgets = [("relative", &*relative), ("forget", "yes")];
        let known = "SELECT COUNT(*) AS n FROM relative";
        let good = "SELECT COUNT(*) AS n FROM personal_card WHERE relative = 1 AND ended_at IS NULL";
        let early = desk.post(&town.app, &format!("{at}/end"), &forgets).await;
        assert_eq!(leads_to(&early), at);
        assert!(desk.get(&town.app, &at).await.text().contains("Liisa Läheinen"), "to whom something is shown stays");
        desk.post(&town.app, &format!("{at}/end"), &[("relative", &*relative)]).await;
        let before = desk.get(&town.app, &at).await.text();
        assert!(before.contains("Poista läheisen tiedot: Liisa Läheinen"), "{before}");
        for _ in 0..2 {
            let gone = desk.post(&town.app, &format!("{at}/end"), &forgets).await;
            assert_eq!(leads_to(&gone), format!("{at}?said=forgotten"), "pressed twice");
        }
        assert!(!desk.get(&town.app, &at).await.text().contains("Liisa Läheinen"));
        assert_eq!((count(&town.app, known).await, count(&town.app, good).await), (1, 1), "the other one still shows something");
        let browser = entered(&town, &card).await;
        assert_eq!(browser.get(&town.app, &home(&town.other)).await.status, StatusCode::OK);
        desk.post(&town.app, &format!("{other}/end"), &[("relative", &*relative)]).await;
        desk.post(&town.app, &format!("{other}/end"), &forgets).await;
        assert_eq!((count(&town.app, known).await, count(&town.app, good).await), (0, 0), "neither name nor card");
        assert_eq!(leads_to(&browser.get(&town.app, "/kin").await), "/own/sign-in");
    }

    async fn the_desk_ends_it_in_one_press_and_shows_who_has_it_no_more(app) {
        let town = Town::on(app).await;
        let browser = entered(&town, &invited(&town, &town.own, 1, &ALL).await).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let at = format!("/people/{}/relatives", town.own.participant);
        let listed = desk.get(&town.app, &at).await.text();
        assert!(listed.contains("Liisa Läheinen (tytär)") && listed.contains("viimeksi 8.9.2026"), "{listed}");
        let ended = desk.post(&town.app, &format!("{at}/end"), &[("relative", &relative(&town, 1).to_string())]).await;
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

    async fn whose_page_is_closed_is_told_so_kindly_at_the_door_and_may_open_another_with_another_card(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let numbers = invited(&town, &town.own, 1, &ALL).await;
        let browser = entered(&town, &numbers).await;
        leave(&town, today(), ExitReason::Died).await;
        let card = typed(&town, &Browser::default(), &numbers.0, &numbers.1).await;
        assert_eq!(card.status, StatusCode::UNPROCESSABLE_ENTITY);
        for answer in [browser.get(&town.app, "/own/sign-in").await, card] {
            let text = answer.text();
            assert!(text.contains("Kiitos, että olet ollut tukena.") && text.contains("name=\"number\""), "{text}");
            assert!(!text.contains("error-summary"), "nothing can be put right: {text}");
            assert!(!text.contains("Aino") && !text.contains("erehdys"), "{text}");
        }
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
        let earlier = Box::new(chair_stand(&town.own, today().plus_days(-120), 6));
        town.write(vec![Verb::Assessment(assessments::Verb::Record { assessment: earlier })]).await;
        let browser = entered(&town, &invited(&town, &town.own, 1, &ALL).await).await;
        let told = results_page(&town, &browser).await;
        assert!(told.contains("Mitattu 7.9.2026") && told.contains("5/2026") && told.contains("Seuraava"), "{told}");
        let changes = vec![ProfileChange::Undisclosed(true)];
        town.write(vec![Verb::Participant(people::Verb::Edit { id: town.own.participant, changes })]).await;
        let at = home(&town.own);
        let whole = browser.get(&town.app, &at).await.text();
        // Behind it stands what is kept of the relative: since when their own card holds.
        let (shown, kept) = whole.split_once("own__kept").unwrap();
        assert!(kept.contains("8.9.2026"), "{kept}");
        let mut pages = shown.to_owned();
        pages += &browser.get(&town.app, &format!("{at}/visits")).await.text();
        let pin = results_page(&town, &browser).await;
        pages += &pin;
        for hidden in ["14.30", "Kylätalo", "syyskuuta", "Ryhmä ei kokoonnu", "Hän ei pääse", "Ryhmä 0"] {
            assert!(!pages.contains(hidden), "{hidden} in {pages}");
        }
        // Results tell of no day either: not when it was measured, and not when the next round or session is.
        for hidden in ["7.9.2026", "8.9.2026", "9/2026", "5/2026", "Mitattu", "Seuraava"] {
            assert!(!pages.contains(hidden), "{hidden} in {pages}");
        }
        assert!(pages.contains("on käynyt ryhmässä kerran") && pages.contains("Nousit tuolilta"), "{pages}");
        assert_eq!(tell(&town, &browser, &town.own).await.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.get(&town.app, &format!("{at}/sessions")).await.status, StatusCode::NOT_FOUND);
    }

    async fn of_whoever_is_restricted_relatives_see_nothing_and_the_desk_ends_card_and_relatives(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let browser = entered(&town, &invited(&town, &town.own, 1, &ALL).await).await;
        let (own, desk) = (signed_in(&town).await, town.signed_in(Role::Coordinator, true).await);
        let at = format!("/people/{}", town.own.participant);
        let restricted = desk.post(&town.app, &format!("{at}/restrict"), &[("restriction", "accuracy")]).await;
        assert_eq!(leads_to(&restricted), format!("{at}/rights"));
        sees_nothing(&town, &browser, &town.own).await;
        assert_eq!(own.get(&town.app, "/own").await.status, StatusCode::OK, "the own page goes on");
        for page in ["personal-card", "relatives"] {
            assert_eq!(desk.get(&town.app, &format!("{at}/{page}")).await.status, StatusCode::NOT_FOUND, "{page}");
        }
        assert_eq!(desk.post(&town.app, &format!("{at}/personal-card"), &[]).await.status, StatusCode::NOT_FOUND, "none is made");
        let rights = desk.get(&town.app, &format!("{at}/rights")).await.text();
        assert!(rights.contains("Lopeta kortti 112 233") && rights.contains("Lopeta lupa: Liisa Läheinen"), "{rights}");
        let ended = desk.post(&town.app, &format!("{at}/personal-card/end"), &[]).await;
        assert_eq!(leads_to(&ended), format!("{at}/rights?said=personal-card"));
        assert_eq!(leads_to(&own.get(&town.app, "/own").await), "/own/sign-in");
        let told = desk.get(&town.app, leads_to(&ended)).await.text();
        assert!(told.contains("Kortti on lopetettu.") && !told.contains("Lopeta kortti"), "{told}");
        let ended = desk.post(&town.app, &format!("{at}/relatives/end"), &[("relative", &relative(&town, 1).to_string())]).await;
        assert_eq!(leads_to(&ended), format!("{at}/rights?said=relatives"));
        assert_eq!(kept_consents(&town).await.iter().filter(|one| one.act.code() == "withdrawn").count(), 4);
        desk.post(&town.app, &format!("{at}/restrict"), &[("lift", "yes"), ("restriction", "settled")]).await;
        sees_nothing(&town, &browser, &town.own).await;
    }

    async fn what_others_no_longer_show_hinders_no_new_card(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let (own, desk) = (signed_in(&town).await, town.signed_in(Role::Coordinator, true).await);
        let rev = form_id(1).to_string();
        let form = [("step", "until"), ("rev", &*rev), ("name", "Liisa Läheinen"), ("relation", "tytär"), ("shown", SCHEDULE), ("until", "3")];
        let first = numbers(&own.made(&town.app, "/own/relatives/new", &form).await);
        let at = format!("/people/{}/relatives", town.other.participant);
        let second = form_id(2).to_string();
        desk.post(&town.app, &at, &self::form(&second, &[SCHEDULE], &first.0)).await;
        let id = relative(&town, 1).to_string();
        assert_eq!(leads_to(&desk.post(&town.app, &format!("{at}/end"), &[("relative", &id)]).await), format!("{at}?said=ended"));
        let next = entered(&town, &numbers(&own.made(&town.app, "/own/relatives/new", &form).await)).await;
        assert_eq!(leads_to(&next.get(&town.app, "/kin").await), home(&town.own), "of the one who shows something");
    }

    async fn a_card_that_others_hinder_leads_to_a_form_that_makes_one_relative_however_often_it_is_pressed(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        invited(&town, &town.own, 1, &[SCHEDULE]).await;
        let id = relative(&town, 1);
        // A person of the partner's shows the same relative something, too.
        let mut shown = kept_consents(&town).await.remove(0);
        (shown.id, shown.participant) = (ConsentId(Uuid::from_u128(0xd100)), town.partner.participant);
        town.write(vec![Verb::Consent(consents::Verb::Record { consent: shown })]).await;
        let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
        let sql = "INSERT INTO relative_share (municipality, participant, relative, relation, made_at, made_by) \
             SELECT municipality, $1, relative, relation, made_at, made_by FROM relative_share WHERE relative = $2";
        tx.run(sql, [town.partner.participant.into(), id.into()]).await.unwrap();
        tx.commit().await.unwrap();
        let at = format!("/people/{}/relatives", town.own.participant);
        let hindered = desk.post(&town.app, &format!("{at}/card"), &[("relative", &id.to_string())]).await;
        assert_eq!(hindered.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = hindered.text();
        assert!(page.contains("joku, jota et hoida"), "{page}");
        let rev = between(&page, "name=\"rev\" value=\"", "\"")[0];
        let mut form = form(rev, &[SCHEDULE], "");
        form[1] = ("name", "Matti");
        for _ in 0..2 {
            numbers(&desk.made(&town.app, &at, &form).await);
        }
        let listed = desk.get(&town.app, &at).await.text();
        assert_eq!(listed.matches("<h2>Matti").count(), 1, "{listed}");
    }

    async fn a_renewed_card_is_in_the_language_in_which_something_was_shown_last(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let (at, rev) = (format!("/people/{}/relatives", town.own.participant), form_id(1).to_string());
        let mut swedish = form(&rev, &[SCHEDULE], "");
        swedish[5] = ("relative_language", "sv");
        assert!(desk.made(&town.app, &at, &swedish).await.text().contains("lang=\"sv\""));
        let id = relative(&town, 1).to_string();
        let renewed = desk.made(&town.app, &format!("{at}/card"), &[("relative", &id)]).await.text();
        assert!(renewed.contains("Den närståendes kort"), "{renewed}");
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
        for word in ["yksin", "Yksin", "terveyden", "Terveyden", "mieliala", "Miten voi", "juttuseuraa", "jatkuvasti"] {
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
        let ended = browser.post(&town.app, "/own/relatives/end", &[("relative", &relative(&town, 1).to_string())]).await;
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
        let rev = form_id(2).to_string();
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
        let ended = desk.post(&town.app, &format!("{at}/end"), &[("relative", &relative(&town, 1).to_string())]).await;
        assert!(leads_to(&ended).ends_with("?said=ended"), "{}", ended.text());
        sees_nothing(&town, &browser, &town.other).await;
        assert_eq!(browser.get(&town.app, &home(&town.own)).await.status, StatusCode::OK);
    }

    async fn nobody_makes_a_card_that_opens_what_others_show(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let own = signed_in(&town).await;
        let rev = form_id(1).to_string();
        let form = [("step", "until"), ("rev", &*rev), ("name", "Liisa Läheinen"), ("relation", "tytär"), ("shown", SCHEDULE), ("until", "3")];
        let first = numbers(&own.made(&town.app, "/own/relatives/new", &form).await);
        let browser = entered(&town, &first).await;
        // From now on another person shows the same relative something, too.
        let desk = town.signed_in(Role::Coordinator, true).await;
        let at = format!("/people/{}/relatives", town.other.participant);
        let other_rev = form_id(2).to_string();
        let linked = desk.post(&town.app, &at, &self::form(&other_rev, &[SCHEDULE], &first.0)).await;
        assert!(leads_to(&linked).ends_with("?said=shared"), "{}", linked.text());
        let old = own.post(&town.app, "/own/relatives/new", &form).await;
        assert_eq!(leads_to(&old), "/own/relatives/new", "an old form that is sent again begins anew");
        assert_eq!(browser.get(&town.app, &home(&town.other)).await.status, StatusCode::OK, "the card is as good as before");
        // The desk that looks after both of them may.
        let id = relative(&town, 1).to_string();
        let renewed = desk.made(&town.app, &format!("{at}/card"), &[("relative", &id)]).await;
        let next = entered(&town, &numbers(&renewed)).await;
        assert_eq!(next.get(&town.app, &home(&town.other)).await.status, StatusCode::OK);
        assert_eq!(leads_to(&browser.get(&town.app, "/kin").await), "/own/sign-in", "the card before has ended");
    }

    async fn a_form_that_names_somebody_who_is_there_already_invites_somebody_new(app) {
        let town = Town::on(app).await;
        card(&town).await;
        own::card_of(&town, &town.other, "778899", "cccccccccccccccccccccc").await;
        let known = entered(&town, &invited(&town, &town.other, 1, &ALL).await).await;
        let opened = Browser::default().post(&town.app, "/k", &[("token", "cccccccccccccccccccccc")]).await;
        assert_eq!(leads_to(&opened), "/own", "{}", opened.text());
        let somebody = kept(&opened);
        let own = signed_in(&town).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let at = format!("/people/{}/relatives", town.own.participant);
        // Another person's id, and that of another person's relative.
        let taken = [town.other.participant.to_string(), RelativeId::of(town.other.participant, form_id(1)).to_string()];
        let form = [("step", "until"), ("rev", &*taken[0]), ("name", "Liisa"), ("relation", "tytär"), ("shown", SCHEDULE), ("until", "3")];
        for made in [
            own.made(&town.app, "/own/relatives/new", &form).await,
            own.made(&town.app, "/own/relatives/new", &form.map(|(name, value)| (name, if name == "rev" { &*taken[1] } else { value }))).await,
            desk.made(&town.app, &at, &self::form(&town.own.participant.to_string(), &[SCHEDULE], "")).await,
        ] {
            let browser = entered(&town, &numbers(&made)).await;
            assert_eq!(leads_to(&browser.get(&town.app, "/kin").await), home(&town.own), "of this person alone");
            assert_eq!(somebody.get(&town.app, "/own").await.status, StatusCode::OK, "the other's session goes on");
            assert_eq!(known.get(&town.app, &home(&town.other)).await.status, StatusCode::OK, "and that of the relative");
        }
        assert_eq!(leads_to(&typed(&town, &Browser::default(), "778899", own::PIN).await), "/own", "the other's card is good");
        let card = desk.get(&town.app, &format!("/people/{}/personal-card", town.other.participant)).await.text();
        assert!(card.contains("778 899"), "{card}");
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        let sql = "SELECT COUNT(*) AS n FROM audit WHERE verb = 'own.sign_in' AND actor = $1";
        let acted = tx.one(sql, [town.other.participant.into()]).await.unwrap().get::<i64>("n").unwrap();
        assert_eq!(acted, 2, "what the relatives did stands under their own ids");
    }

    async fn a_relatives_card_is_never_read_ended_or_told_as_the_card_of_whoever_takes_part(app) {
        let town = Town::on(app).await;
        invited(&town, &town.own, 1, &[SCHEDULE]).await;
        let sql = "UPDATE personal_card SET participant = $1 WHERE relative = 1";
        let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
        tx.run(sql, [town.own.participant.into()]).await.unwrap();
        tx.commit().await.unwrap();
        let desk = town.signed_in(Role::Coordinator, true).await;
        let at = format!("/people/{}/personal-card", town.own.participant);
        assert!(desk.get(&town.app, &at).await.text().contains("Korttia ei ole."));
        let group = desk.get(&town.app, &format!("/groups/{}/cards", town.own.group)).await.text();
        assert!(group.contains("Ei korttia"), "{group}");
        assert_eq!(leads_to(&desk.post(&town.app, &format!("{at}/code"), &[]).await), at, "no code for it");
        assert!(numbers(&desk.made(&town.app, &at, &[]).await).0.len() > 5, "and the person gets a card of their own");
        desk.post(&town.app, &format!("{at}/end"), &[]).await;
        let good = "SELECT COUNT(*) AS n FROM personal_card WHERE ended_at IS NULL AND relative = 1";
        assert_eq!(count(&town.app, good).await, 1);
    }

    async fn on_the_own_page_the_pin_comes_first_and_one_question_is_on_a_screen(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let own = own_by_code(&town).await;
        let at = "/own/relatives/new";
        assert_eq!(leads_to(&own.get(&town.app, at).await), "/own/pin?then=relatives");
        let first = [("step", "who"), ("name", "Liisa"), ("relation", "tytär")];
        let asked = own.post(&town.app, at, &first).await.text();
        assert!(asked.contains("action=\"/own/pin?then=relatives\"") && asked.contains("name=\"pin\""), "{asked}");
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
        let made = own.made(&town.app, at, &form).await;
        let browser = entered(&town, &numbers(&made)).await;
        // Loaded again it makes no other card: it says that this one was shown.
        let again = own.get(&town.app, &format!("{at}?said=made")).await;
        assert_eq!(leads_to(&again), "/own/seen?said=already");
        let seen = own.get(&town.app, leads_to(&again)).await.text();
        assert!(seen.contains("Kortti on jo näytetty.") && !seen.contains("personal-card__number"), "{seen}");
        let kept = kept_consents(&town).await;
        let told: Vec<_> = kept.iter().map(|one| (one.purpose.code(), one.channel.code(), one.until)).collect();
        assert_eq!(told, [(ATTENDANCE, "own_phone", Some(today().plus_days(91)))]);
        assert_eq!(browser.get(&town.app, &format!("{}/visits", home(&town.own))).await.status, StatusCode::OK);
        assert!(own.get(&town.app, "/own/seen").await.text().contains("Liisa"));
    }

    async fn a_pin_that_runs_out_while_a_relative_is_invited_loses_no_answer(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let own = signed_in(&town).await;
        let rev = form_id(1).to_string();
        let form = [
            ("step", "until"), ("rev", &*rev), ("name", "Liisa"), ("relation", "tytär"), ("shown", ATTENDANCE), ("shown", RESULTS),
            ("until", "3"),
        ];
        town.app.clock.advance(15 * 60_000);
        let asked = own.post(&town.app, "/own/relatives/new", &form).await;
        assert_eq!(asked.status, StatusCode::OK);
        let wrong = [&form[..], &[("pin", "000000")]].concat();
        let wrong = own.post(&town.app, "/own/pin?then=relatives", &wrong).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for page in [asked.text(), wrong.text()] {
            for (name, value) in form {
                let carried = format!("type=\"hidden\" name=\"{name}\" value=\"{value}\"");
                assert!(page.contains(&carried), "{carried} in {page}");
            }
        }
        let right = [&form[..], &[("pin", own::PIN)]].concat();
        let made = own.made(&town.app, "/own/pin?then=relatives", &right).await;
        entered(&town, &numbers(&made)).await;
        assert_eq!(kept_consents(&town).await.len(), 2, "as it was answered");
    }

    async fn each_question_about_a_relative_leads_back_to_the_one_before_with_its_answer(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let own = signed_in(&town).await;
        let rev = form_id(1).to_string();
        let back = async |step: &str| {
            let form = [
                ("step", step), ("rev", &*rev), ("name", "Liisa"), ("relation", "tytär"), ("shown", RESULTS), ("until", "6"),
                ("back", "yes"),
            ];
            own.post(&town.app, "/own/relatives/new", &form).await.text()
        };
        let what = back("until").await;
        assert!(what.contains("Mitä hän saa nähdä?") && what.contains("checked") && what.contains("value=\"6\""), "{what}");
        let who = back("what").await;
        assert!(who.contains("Läheisen nimi") && who.contains("value=\"Liisa\"") && who.contains("/own/seen"), "{who}");
        let button = "name=\"back\" value=\"yes\"";
        assert!(!who.contains(button) && what.contains(button), "the first one leads to who sees the data: {what}");
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

    async fn by_one_persons_address_a_relative_tells_of_nobody_elses_group(app) {
        let town = Town::on(app).await;
        with_a_plan(&town).await;
        let browser = entered(&town, &invited(&town, &town.own, 1, &ALL).await).await;
        let day = today().plus_days(14).to_string();
        for place in [&town.other, &town.partner, &town.foreign] {
            let (group, person) = (place.group.to_string(), place.participant.to_string());
            let form = [("group", &*group), ("day", &*day), ("absent", "yes"), ("participant", &*person)];
            let told = browser.post(&town.app, &format!("{}/absence", home(&town.own)), &form).await;
            assert_eq!(told.status, StatusCode::NOT_FOUND, "{}", told.text());
        }
        let absent = "SELECT COUNT(*) AS n FROM attendance WHERE mark = 'absent_informed'";
        assert_eq!(count(&town.app, absent).await, 0);
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
        let rows = tx.all(sql, [relative(&town, 1).into()]).await.unwrap();
        let told: Vec<_> = rows.iter().map(|row| format!("{} {}", row.get::<String>("verb").unwrap(), row.get::<String>("fields").unwrap())).collect();
        assert_eq!(told, ["own.sign_in card pin", "view attendance"]);
        assert!(rows[1].get::<String>("entities").unwrap().contains(&town.own.participant.to_string()));
        server::audit::verify(&mut tx, &town.app.state.secrets, &town.own.municipality).await.expect("a whole chain");
    }

    async fn a_look_at_the_person_is_told_however_long_the_log_and_the_page_says_from_when_lists_are(app) {
        let town = Town::on(app).await;
        card(&town).await;
        let own = signed_in(&town).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        desk.get(&town.app, &format!("/people/{}", town.own.participant)).await;
        desk.get(&town.app, &format!("/groups/{}", town.own.group)).await;
        let looks = own.get(&town.app, "/own/looks").await.text();
        assert!(looks.contains("Katsoi tietojasi.") && looks.contains("Katsoi ryhmäsi luetteloa."), "{looks}");
        assert!(!looks.contains("näkyvät tästä alkaen"), "all of the days are known: {looks}");
        // As if others had looked at much since, in a busy municipality.
        let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
        tx.run("UPDATE audit_head SET n = n + 30000", []).await.unwrap();
        tx.commit().await.unwrap();
        town.app.clock.advance(60_000);
        desk.get(&town.app, "/people").await;
        let looks = own.get(&town.app, "/own/looks").await.text();
        assert!(looks.contains("Katsoi tietojasi.") && looks.contains("Katsoi osallistujien luetteloa."), "{looks}");
        assert!(!looks.contains("Katsoi ryhmäsi luetteloa."), "{looks}");
        assert!(looks.contains("näkyvät tästä alkaen: "), "{looks}");
    }

    async fn every_page_that_names_somebody_to_a_relative_is_a_look_in_the_log(app) {
        let town = Town::on(app).await;
        let card = invited(&town, &town.own, 1, &[ATTENDANCE]).await;
        let browser = entered(&town, &card).await;
        let (desk, rev) = (town.signed_in(Role::Coordinator, true).await, form_id(2).to_string());
        let at = format!("/people/{}/relatives", town.other.participant);
        desk.post(&town.app, &at, &form(&rev, &[RESULTS], &card.0)).await;
        assert_eq!(browser.get(&town.app, "/kin").await.status, StatusCode::OK);
        browser.get(&town.app, &home(&town.own)).await;
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        let sql = "SELECT entities, fields FROM audit WHERE actor = $1 AND verb = 'view' ORDER BY n";
        let rows = tx.all(sql, [relative(&town, 1).into()]).await.unwrap();
        let told: Vec<_> = rows.iter().map(|row| (row.get::<String>("entities").unwrap(), row.get::<String>("fields").unwrap())).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told.iter().all(|(_, fields)| fields == "profile"), "{told:?}");
        let (own, other) = (town.own.participant.to_string(), town.other.participant.to_string());
        assert!(told[0].0.contains(&own) && told[0].0.contains(&other), "both are named where one is chosen: {told:?}");
        assert!(told[1].0.contains(&own) && !told[1].0.contains(&other), "{told:?}");
    }

    async fn own_data_say_who_the_relatives_are_and_what_they_told(app) {
        let town = Town::on(app).await;
        with_a_plan(&town).await;
        let browser = entered(&town, &invited(&town, &town.own, 1, &[SCHEDULE]).await).await;
        tell(&town, &browser, &town.own).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let at = format!("/people/{}/data", town.own.participant);
        let page = desk.get(&town.app, &at).await.text();
        for words in ["Läheiset", "Liisa Läheinen", "tytär. Näkee, milloin ja missä", "Voimassa 1.6.2027 asti."] {
            assert!(page.contains(words), "{words} in {page}");
        }
        let data: serde_json::Value = serde_json::from_str(&desk.get(&town.app, &format!("{at}/download")).await.text()).unwrap();
        let known = serde_json::json!([
            { "name": "Liisa Läheinen", "relation": "tytär", "shown": [SCHEDULE], "until": "2027-06-01" }
        ]);
        assert_eq!(data["relatives"], known);
        let history = data["history"].as_array().unwrap();
        let told = history.iter().any(|row| row["kind"] == "attendance.set" && row["by"] == "Liisa Läheinen");
        assert!(told, "{history:?}");
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
            let rev = form_id(3).to_string();
            assert_eq!(desk.post(&town.app, &at, &form(&rev, &ALL, "")).await.status, StatusCode::NOT_FOUND);
        }
    }

    async fn in_the_hall_an_instructor_helps_the_people_of_the_own_groups_to_invite_a_relative_and_to_end_it(app) {
        let town = Town::on(app).await;
        with_a_plan(&town).await;
        let (tablet, rev) = (town.on_tablet(Role::Instructor).await.0, form_id(1).to_string());
        let at = format!("/people/{}/relatives", town.own.participant);
        let page = tablet.get(&town.app, &at).await.text();
        assert!(page.contains("href=\"/tablet\"") && !page.contains(&format!("href=\"/people/{}\"", town.own.participant)), "{page}");
        let spoken = between(&page, "<option value=\"spoken\"", ">");
        assert!(spoken[0].contains("selected"), "who stands there says it: {page}");
        let said: Vec<_> = form(&rev, &[SCHEDULE], "").into_iter()
            .map(|(name, value)| (name, if name == "channel" { "spoken" } else { value })).collect();
        let daughter = entered(&town, &numbers(&tablet.made(&town.app, &at, &said).await)).await;
        assert_eq!(daughter.get(&town.app, &home(&town.own)).await.status, StatusCode::OK);
        let kept = kept_consents(&town).await;
        assert_eq!(kept.iter().map(|consent| consent.channel).collect::<Vec<_>>(), [consents::ConsentChannel::Spoken]);
        let id = relative(&town, 1).to_string();
        tablet.post(&town.app, &format!("{at}/end"), &[("relative", &id)]).await;
        sees_nothing(&town, &daughter, &town.own).await;
        let others = format!("/people/{}/relatives", town.other.participant);
        assert_eq!(tablet.get(&town.app, &others).await.status, StatusCode::NOT_FOUND);
        assert_eq!(tablet.post(&town.app, &others, &said).await.status, StatusCode::NOT_FOUND);
        let peer = town.on_tablet(Role::PeerInstructor).await.0;
        assert_eq!(peer.get(&town.app, &at).await.status, StatusCode::FORBIDDEN);
        assert_eq!(peer.post(&town.app, &at, &said).await.status, StatusCode::FORBIDDEN);
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
