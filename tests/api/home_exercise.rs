//! Exercise at home: a programme and the days on which it was done, at the desk, on the own page and on tablets.

use domain::access::Role;
use domain::exercises::Exercise;
use domain::home_programmes::{self, Chosen, Form, HomeProgramme};
use domain::home_weeks;
use domain::ids::{ParticipantId, UserId};
use domain::people::{self, ProfileChange};
use domain::sync::op::Verb;
use domain::sync::wire::{Outcome, PULL_PATH};
use domain::time::Day;
use http::StatusCode;
use tests::tablet::Tablet;
use tests::town::{Browser, Town, today};

use crate::desk::{coordinator, next, value};
use crate::files::count;
use crate::own;

const OWN: &str = "/own/exercise";

fn programme(participant: ParticipantId, by: UserId, exercises: &[Exercise]) -> HomeProgramme {
    let exercises = exercises.iter().map(|one| Chosen::usual(*one)).collect();
    HomeProgramme { participant, exercises, from: today(), to: None, by, note: "Pidä kiinni tuolista.".into() }
}

pub async fn made(town: &Town, participant: ParticipantId, exercises: &[Exercise]) {
    let programme = programme(participant, town.user(Role::Instructor).await, exercises);
    town.write(vec![home_programmes::Verb::Set { programme }.into()]).await;
}

fn on(days: &[(Day, bool)], participant: ParticipantId) -> Verb {
    let monday = days[0].0.monday();
    home_weeks::Verb::Set { participant, monday, days: days.iter().copied().collect() }.into()
}

fn desk_path(person: ParticipantId) -> String {
    format!("/people/{person}/home-exercise")
}

/// The form with one exercise and these fields over it.
async fn save(town: &Town, desk: &Browser, over: &[(&str, &str)]) -> tests::Answer {
    let usual = [
        ("rev", "0"),
        ("e", "chair_stand"),
        ("form_chair_stand", "easier"),
        ("amount_chair_stand", "8"),
        ("rounds_chair_stand", "3"),
        ("from", "8.9.2026"),
        ("note", "Pidä kiinni tuolista."),
    ];
    let kept = usual.iter().filter(|(name, _)| over.iter().all(|(other, _)| other != name));
    let fields: Vec<_> = kept.chain(over).copied().collect();
    desk.post(&town.app, &desk_path(town.own.participant), &fields).await
}

/// Ends the programme, as who has seen that version.
async fn end(town: &Town, desk: &Browser, rev: &str) -> tests::Answer {
    desk.post(&town.app, &desk_path(town.own.participant), &[("end", "yes"), ("rev", rev)]).await
}

/// The days that the desk shows as done.
async fn ticked(town: &Town, desk: &Browser) -> Vec<String> {
    let page = desk.get(&town.app, &desk_path(town.own.participant)).await.text();
    own::between(&page, "name=\"was\" value=\"", "\"").into_iter().map(str::to_owned).collect()
}

/// Signed in on the own page of the own group's person.
async fn on_own_page(town: &Town) -> Browser {
    own::card(town).await;
    own::signed_in(town).await
}

async fn press(town: &Town, browser: &Browser, what: &str, day: &str) -> String {
    own::leads_to(&browser.post(&town.app, OWN, &[(what, day)]).await).to_owned()
}

const WEEKS: &str = "SELECT COUNT(*) AS n FROM home_week WHERE deleted_at IS NULL";

tests::on_both_databases! {
    async fn a_programme_is_made_printed_and_ended_at_the_desk_and_told_by_the_page_and_the_history(app) {
        let (town, desk) = coordinator(app).await;
        let (person, path) = (format!("/people/{}", town.own.participant), desk_path(town.own.participant));
        assert!(desk.get(&town.app, &person).await.text().contains("Kotiohjelmaa ei ole."));
        assert_eq!(own::leads_to(&desk.get(&town.app, &format!("{path}/sheet")).await), path, "there is nothing to print");
        assert_eq!(next(&save(&town, &desk, &[]).await), path);
        for page in [&person, &path] {
            let text = desk.get(&town.app, page).await.text();
            assert!(text.contains("Tuolilta nousu (helpompi)") && text.contains("8.9.2026 alkaen"), "{page}: {text}");
        }
        let history = desk.get(&town.app, &person).await.text();
        assert!(history.contains("Kotiohjelma 8.9.2026 alkaen: Tuolilta nousu (helpompi)"), "{history}");
        let sheet = desk.get(&town.app, &format!("{path}/sheet")).await.text();
        for words in ["class=\"pose\"", "8 kertaa", "Tee näin helpommin:", "Pidä kiinni tuolista.", "7.–13.9.2026", "home-sheet__box"] {
            assert!(sheet.contains(words), "{words}: {sheet}");
        }
        assert_eq!(sheet.matches("home-sheet__box").count(), 28, "four weeks of seven days");
        assert_eq!(next(&end(&town, &desk, "1").await), path);
        let text = desk.get(&town.app, &person).await.text();
        assert!(text.contains("Kotiohjelmaa ei ole.") && text.contains("Kotiohjelma poistettiin"), "{text}");
    }

    async fn the_end_of_a_programme_is_taken_back_by_one_press_on_the_same_day(app) {
        let (town, desk) = coordinator(app).await;
        let path = desk_path(town.own.participant);
        next(&save(&town, &desk, &[]).await);
        let ended = format!("{path}?said=ended");
        assert_eq!(own::leads_to(&end(&town, &desk, "1").await), ended);
        assert!(!desk.get(&town.app, &path).await.text().contains("name=\"resume\""), "only after the press");
        let page = desk.get(&town.app, &ended).await;
        assert!(page.text().contains("Kotiohjelma on lopetettu.") && page.text().contains("Kumoa lopettaminen"), "{}", page.text());
        let rev = value(&page, "rev");
        let resume = async |desk: &Browser, rev: &str| {
            let answer = desk.post(&town.app, &path, &[("resume", "yes"), ("rev", rev)]).await;
            (answer.status, own::leads_to(&answer).to_owned())
        };
        for _ in 0..2 {
            assert_eq!(resume(&desk, &rev).await, (StatusCode::SEE_OTHER, format!("{path}?said=resumed")));
        }
        let text = desk.get(&town.app, &format!("{path}?said=resumed")).await.text();
        for words in ["Kotiohjelma jatkuu.", "8.9.2026 alkaen", "Tuolilta nousu (helpompi)", "Pidä kiinni tuolista."] {
            assert!(text.contains(words), "{words}: {text}");
        }
        let said = "SELECT COUNT(*) AS n FROM op WHERE kind = 'home_programme.set' AND outcome = 'applied'";
        assert_eq!(count(&town.app, said).await, 3, "made, ended and taken back once");
        next(&end(&town, &desk, "3").await);
        assert_eq!(resume(&desk, &rev).await.0, StatusCode::UNPROCESSABLE_ENTITY, "it was ended once more since");
        town.app.clock.advance(24 * 3_600_000);
        let desk = town.signed_in(Role::Coordinator, true).await;
        assert!(!desk.get(&town.app, &ended).await.text().contains("name=\"resume\""), "on another day it is made anew");
        assert_eq!(resume(&desk, "4").await.1, format!("{path}?said="));
        assert_eq!(count(&town.app, said).await, 4);
    }

    async fn a_new_programme_begins_from_the_last_one_and_today(app) {
        let (town, desk) = coordinator(app).await;
        next(&save(&town, &desk, &[("from", "1.9.2026")]).await);
        town.app.clock.advance(24 * 3_600_000);
        let desk_again = town.signed_in(Role::Coordinator, true).await;
        next(&end(&town, &desk_again, "1").await);
        let page = desk_again.get(&town.app, &desk_path(town.own.participant)).await.text();
        let form = page.split("Lomakkeessa on edellinen ohjelma.").nth(1).unwrap_or_else(|| panic!("{page}"));
        for (name, filled) in [
            ("e\" value=\"chair_stand", "checked"),
            ("from", "value=\"9.9.2026\""),
            ("amount_chair_stand", "value=\"8\""),
        ] {
            let field = own::between(form, &format!("name=\"{name}\""), ">");
            assert!(field[0].contains(filled), "{name}: {form}");
        }
        assert!(form.contains("Pidä kiinni tuolista."), "{form}");
    }

    async fn a_programme_that_is_still_to_begin_says_so_and_its_sheet_begins_with_it(app) {
        let (town, desk) = coordinator(app).await;
        next(&save(&town, &desk, &[("from", "21.9.2026")]).await);
        let person = format!("/people/{}", town.own.participant);
        assert!(desk.get(&town.app, &person).await.text().contains("alkaa 21.9.2026"));
        let browser = on_own_page(&town).await;
        let text = browser.get(&town.app, OWN).await.text();
        assert!(text.contains("Ohjelmasi alkaa maanantaina 21.") && !text.contains("Tein tämän tänään"), "{text}");
        for sheet in [browser.get(&town.app, "/own/exercise/sheet").await, desk.get(&town.app, &format!("{person}/home-exercise/sheet")).await] {
            let text = sheet.text();
            assert!(text.contains("21.–27.9.2026") && !text.contains("7.–13.9.2026"), "{text}");
        }
    }

    async fn what_is_wrong_in_the_form_is_told_with_everything_that_was_typed(app) {
        let (town, desk) = coordinator(app).await;
        let long = "ä".repeat(301);
        for (over, told) in [
            (("e", ""), "Valitse ainakin yksi liike."),
            (("amount_chair_stand", "99"), "Tuolilta nousu: määrä on 1–30 ja kierroksia 1–3."),
            (("rounds_chair_stand", "0"), "Tuolilta nousu: määrä on 1–30 ja kierroksia 1–3."),
            (("from", "eilen"), "href=\"#from\""),
            (("note", long.as_str()), "300"),
        ] {
            let answer = save(&town, &desk, &[over]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{over:?}");
            assert!(answer.text().contains(told), "{told}: {}", answer.text());
        }
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM home_programme").await, 0);
    }

    async fn a_form_that_was_filled_from_an_older_version_overwrites_nothing_unseen(app) {
        let (town, desk) = coordinator(app).await;
        next(&save(&town, &desk, &[]).await);
        made(&town, town.own.participant, &[Exercise::Walk]).await;
        let stale = save(&town, &desk, &[("rev", "1"), ("amount_chair_stand", "12")]).await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = stale.text();
        assert!(text.contains("name=\"rev\" value=\"2\"") && text.contains("Reipas kävely"), "{text}");
        assert_eq!(next(&save(&town, &desk, &[("rev", "2"), ("amount_chair_stand", "12")]).await), desk_path(town.own.participant));
    }

    async fn a_programme_that_was_changed_since_it_was_shown_is_not_ended_unseen(app) {
        let (town, desk) = coordinator(app).await;
        next(&save(&town, &desk, &[]).await);
        made(&town, town.own.participant, &[Exercise::Walk]).await;
        let stale = end(&town, &desk, "1").await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = stale.text();
        assert!(text.contains("Reipas kävely") && text.contains("name=\"rev\" value=\"2\""), "{text}");
        for again in 0..2 {
            assert_eq!(next(&end(&town, &desk, "2").await), desk_path(town.own.participant), "pressed {again}");
        }
        let ended = "SELECT COUNT(*) AS n FROM op WHERE kind = 'home_programme.set' AND outcome = 'applied'";
        assert_eq!(count(&town.app, ended).await, 3, "it is ended once");
    }

    async fn saving_what_is_there_already_says_nothing_of_who_made_it(app) {
        let (town, desk) = coordinator(app).await;
        let chosen = Chosen { form: Form::Easier, amount: 8, rounds: 3, ..Chosen::usual(Exercise::ChairStand) };
        let made = programme(town.own.participant, town.user(Role::Instructor).await, &[]);
        let programme = HomeProgramme { exercises: vec![chosen], ..made };
        town.write(vec![home_programmes::Verb::Set { programme }.into()]).await;
        next(&save(&town, &desk, &[("rev", "1")]).await);
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM op WHERE kind = 'home_programme.set'").await, 1);
    }

    async fn a_sheet_that_was_printed_four_weeks_ago_can_be_entered_whole(app) {
        let (town, desk) = coordinator(app).await;
        let path = desk_path(town.own.participant);
        let page = desk.get(&town.app, &path).await.text();
        let titles: Vec<_> = own::between(&page, "home-week__title\">", "<");
        assert_eq!(titles.first().copied(), Some("3.–9.8.2026"), "the oldest first, as on paper: {titles:?}");
        assert_eq!(titles.last().copied(), Some("Tämä viikko"));
        assert_eq!(titles.len(), 6);
        next(&desk.post(&town.app, &format!("{path}/days"), &[("day", "2026-08-11"), ("day", "2026-09-07")]).await);
        assert_eq!(ticked(&town, &desk).await, ["2026-08-11", "2026-09-07"]);
    }

    async fn what_the_instructor_wrote_is_shown_only_a_short_while_after_the_pin(app) {
        let town = Town::on(app).await;
        made(&town, town.own.participant, &[Exercise::Walk]).await;
        own::card(&town).await;
        let browser = own::by_code(&town).await;
        for (page, pin) in [(OWN, "/own/pin?then=exercise"), ("/own/exercise/sheet", "/own/pin?then=sheet")] {
            let before = browser.get(&town.app, page).await.text();
            assert!(before.contains("Reipas kävely") && before.contains(pin), "{page}: {before}");
            assert!(!before.contains("Pidä kiinni tuolista."), "no words before the PIN: {before}");
            assert!(browser.get(&town.app, pin).await.text().contains("Viesti on sinulle."));
            assert_eq!(own::leads_to(&browser.post(&town.app, pin, &[("pin", own::PIN)]).await), page);
            let after = browser.get(&town.app, page).await.text();
            assert!(after.contains("Pidä kiinni tuolista.") && !after.contains(pin), "{page}: {after}");
            town.app.clock.advance(15 * 60_000);
        }
        assert!(!browser.get(&town.app, OWN).await.text().contains("Pidä kiinni tuolista."));
    }

    async fn one_press_on_the_own_page_tells_of_today_once_and_takes_it_back(app) {
        let (town, desk) = coordinator(app).await;
        made(&town, town.own.participant, &[Exercise::ChairStand, Exercise::March]).await;
        let browser = on_own_page(&town).await;
        assert!(browser.get(&town.app, "/own").await.text().contains("href=\"/own/exercise\""));
        let page = browser.get(&town.app, OWN).await;
        assert_eq!(page.headers["cache-control"], "no-store");
        let text = page.text();
        for words in ["Tein tämän tänään", "Paikallaan marssi", "class=\"pose\"", "Pidä kiinni tuolista.", "Tällä viikolla ei ole vielä merkintöjä."] {
            assert!(text.contains(words), "{words}: {text}");
        }
        for _ in 0..2 {
            assert_eq!(press(&town, &browser, "done", "2026-09-08").await, "/own/exercise?said=done");
        }
        // Of an earlier day it is said where it was pressed, with the day, and only where it is so.
        let of_day = "/own/exercise?said=done&day=2026-09-07";
        assert_eq!(press(&town, &browser, "done", "2026-09-07").await, format!("{of_day}#days"));
        let days = browser.get(&town.app, of_day).await.text();
        let days = days.split_once("id=\"days\"").unwrap_or_else(|| panic!("{days}")).1;
        assert!(days.contains("Merkintä on tallessa: maanantaina 7.\u{a0}syyskuuta."), "{days}");
        for unsaid in ["said=undone&day=2026-09-07", "said=done&day=2026-09-06", "said=done&day=eilen"] {
            let text = browser.get(&town.app, &format!("{OWN}?{unsaid}")).await.text();
            assert!(!text.contains("tallessa: ") && !text.contains("poistettu: "), "{unsaid}: {text}");
        }
        let text = browser.get(&town.app, OWN).await.text();
        assert!(text.contains("tällä viikolla 2 päivänä. Hienoa!") && text.contains("Peru tämän päivän merkintä"), "{text}");
        assert_eq!(ticked(&town, &desk).await, ["2026-09-07", "2026-09-08"], "the instructor sees it");
        let said = "SELECT COUNT(*) AS n FROM op WHERE kind = 'home_week.set' AND outcome = 'applied'";
        assert_eq!(count(&town.app, said).await, 2, "the same tick told twice is told once");
        assert_eq!(press(&town, &browser, "undone", "2026-09-08").await, "/own/exercise?said=undone");
        assert_eq!(ticked(&town, &desk).await, ["2026-09-07"]);
        let history = desk.get(&town.app, &format!("/people/{}", town.own.participant)).await.text();
        assert!(history.contains("Harjoitteli kotona: 8.9.2026") && history.contains("osallistuja itse"), "{history}");
        assert!(browser.get(&town.app, "/own/exercise/sheet").await.text().contains("home-sheet__box"));
        let kept = browser.get(&town.app, "/own/exercise/kept").await.text();
        assert!(kept.contains("Ohjelma sellaisena kuin se oli 8.9.2026.") && !kept.contains(town.own.canary), "{kept}");
        assert!(!kept.contains("action=\"/own/exercise\""), "nothing on it needs the network: {kept}");
        let copy = browser.get(&town.app, "/own/exercise/kept?copy=yes").await.text();
        assert!(kept.contains("class=\"own__back\"") && !copy.contains("class=\"own__back\""), "without network it leads nowhere: {copy}");
        assert!(copy.contains("Paikallaan marssi") && copy.contains("kept--copy"), "{copy}");
    }

    async fn nobody_tells_of_a_day_that_is_to_come_or_long_past_or_is_none(app) {
        let town = Town::on(app).await;
        let browser = on_own_page(&town).await;
        for day in ["2026-09-09", "2026-08-25"] {
            assert_eq!(press(&town, &browser, "done", day).await, "/own/exercise?said=late", "{day}");
        }
        assert!(browser.get(&town.app, "/own/exercise?said=late").await.text().contains("Tätä päivää ei voi merkitä tässä."));
        for wrong in ["", "eilen", "2026-02-30"] {
            assert_eq!(browser.post(&town.app, OWN, &[("done", wrong)]).await.status, StatusCode::NOT_FOUND, "{wrong}");
        }
        assert_eq!(count(&town.app, WEEKS).await, 0);
        assert!(browser.get(&town.app, OWN).await.text().contains("Sinulla ei ole vielä kotiohjelmaa."));
        assert_eq!(own::leads_to(&browser.get(&town.app, "/own/exercise/sheet").await), OWN);
        let nobody = Browser::default().post(&town.app, OWN, &[("done", "2026-09-08")]).await;
        assert_eq!(own::leads_to(&nobody), "/own/sign-in");
    }

    async fn a_sheet_takes_no_day_back_that_was_told_after_it_was_shown(app) {
        let (town, desk) = coordinator(app).await;
        let days = format!("{}/days", desk_path(town.own.participant));
        let browser = on_own_page(&town).await;
        press(&town, &browser, "done", "2026-09-07").await;
        // The page was opened before: it shows nothing as done.
        next(&desk.post(&town.app, &days, &[("day", "2026-09-01"), ("day", "2026-09-08")]).await);
        assert_eq!(ticked(&town, &desk).await, ["2026-09-01", "2026-09-07", "2026-09-08"]);
        next(&desk.post(&town.app, &days, &[("was", "2026-09-07"), ("was", "2026-09-08"), ("was", "2026-09-01"), ("day", "2026-09-08")]).await);
        assert_eq!(ticked(&town, &desk).await, ["2026-09-08"]);
        let tomorrow = desk.post(&town.app, &days, &[("day", "2026-09-12")]).await;
        assert_eq!(tomorrow.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", tomorrow.text());
    }

    async fn two_tablets_that_made_different_programmes_are_asked_and_the_desk_chooses(app) {
        let (town, desk) = coordinator(app).await;
        let (mut one, mut other) = (Tablet::of(&town, Role::Instructor).await, Tablet::of(&town, Role::Instructor).await);
        let set = |tablet: &Tablet, exercise| home_programmes::Verb::Set { programme: programme(town.own.participant, tablet.user, &[exercise]) };
        let (first, second) = (set(&one, Exercise::Walk), set(&other, Exercise::March));
        let first = one.record(&town.app, None, first.into());
        other.record(&town.app, None, second.into());
        assert_eq!(one.push(&town.app, 1).await.results[0].outcome, Outcome::Applied);
        assert_eq!(other.push(&town.app, 1).await.results[0].outcome, Outcome::Conflict);
        let reviews = desk.get(&town.app, "/reviews").await;
        let text = reviews.text();
        assert!(text.contains("alkaen: Reipas kävely") && text.contains("alkaen: Paikallaan marssi"), "{text}");
        let review = crate::desk::value(&reviews, "review");
        let taken = desk.post(&town.app, "/reviews/settle", &[("review", &review), ("answer", &format!("take {first}"))]).await;
        assert_eq!(own::leads_to(&taken), "/reviews?said=settled");
        let page = desk.get(&town.app, &desk_path(town.own.participant)).await.text();
        let shown = page.split("id=\"programme\"").nth(1).unwrap().split("</section>").next().unwrap();
        assert!(shown.contains("Reipas kävely") && !shown.contains("Paikallaan"), "{shown}");
    }

    async fn nobody_makes_a_programme_under_another_name_on_a_tablet(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let somebody = town.user(Role::Coordinator).await;
        let programme = programme(town.own.participant, somebody, &[Exercise::Walk]);
        tablet.record(&town.app, None, home_programmes::Verb::Set { programme }.into());
        assert_eq!(tablet.push(&town.app, 1).await.results[0].outcome, Outcome::Held);
    }

    async fn an_older_program_gets_neither_programmes_nor_days_and_no_digest_that_misses_them(app) {
        let town = Town::on(app).await;
        made(&town, town.own.participant, &[Exercise::Walk]).await;
        town.write(vec![on(&[(today(), true)], town.own.participant)]).await;
        let tablet = Tablet::of(&town, Role::Instructor).await;
        let asked = |schema: u16| serde_json::json!({"schema": schema, "cursors": {}, "limit": 2000});
        let newer = tablet.browser.call(&town.app, PULL_PATH, &asked(4)).await.text();
        assert!(newer.contains("\"home_programme\"") && newer.contains("\"home_week\""), "{newer}");
        let older = tablet.browser.call(&town.app, PULL_PATH, &asked(3)).await.json();
        assert!(!older.to_string().contains("\"home_"), "{older}");
        assert_eq!(older["buckets"][&format!("hth:{}", town.own.group)]["digest"], serde_json::Value::Null);
        let peer = Tablet::of(&town, Role::PeerInstructor).await.fetch(&town.app, None).await.text();
        assert!(!peer.contains("\"home_"), "peer instructors have nothing of it: {peer}");
    }

    async fn of_whoever_is_restricted_no_desk_and_no_tablet_shows_it(app) {
        let (town, desk) = coordinator(app).await;
        made(&town, town.own.participant, &[Exercise::Walk]).await;
        town.write(vec![on(&[(today(), true)], town.own.participant)]).await;
        let tablet = Tablet::of(&town, Role::Instructor).await;
        assert!(tablet.fetch(&town.app, None).await.text().contains("\"home_week\""));
        let restrict = format!("/people/{}/restrict", town.own.participant);
        next(&desk.post(&town.app, &restrict, &[("restriction", "accuracy")]).await);
        let path = desk_path(town.own.participant);
        for closed in [path.clone(), format!("{path}/sheet")] {
            assert_eq!(desk.get(&town.app, &closed).await.status, StatusCode::NOT_FOUND, "{closed}");
        }
        assert_eq!(save(&town, &desk, &[]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(desk.post(&town.app, &format!("{path}/days"), &[("day", "2026-09-08")]).await.status, StatusCode::NOT_FOUND);
        assert!(!tablet.fetch(&town.app, None).await.text().contains("\"home_"));
    }

    async fn two_records_of_one_person_count_a_day_once_and_end_together(app) {
        let (town, desk) = coordinator(app).await;
        let (own, twin) = (town.own.participant, town.other.participant);
        made(&town, twin, &[Exercise::March]).await;
        let yesterday = today().plus_days(-1);
        town.write(vec![on(&[(today(), true)], own), on(&[(today(), true), (yesterday, true)], twin)]).await;
        town.write(vec![people::Verb::Edit { id: twin, changes: vec![ProfileChange::SameAs(Some(own))] }.into()]).await;
        assert_eq!(ticked(&town, &desk).await, ["2026-09-07", "2026-09-08"]);
        let page = desk.get(&town.app, &desk_path(own)).await.text();
        assert!(page.contains("Paikallaan marssi"), "the other record's programme is the person's: {page}");
        let browser = on_own_page(&town).await;
        let own_page = browser.get(&town.app, OWN).await.text();
        assert!(own_page.contains("Paikallaan marssi"), "so it is on the own page: {own_page}");
        let days = format!("{}/days", desk_path(own));
        town.app.clock.advance(1000);
        next(&desk.post(&town.app, &days, &[("was", "2026-09-07"), ("was", "2026-09-08"), ("day", "2026-09-07")]).await);
        assert_eq!(ticked(&town, &desk).await, ["2026-09-07"], "taken back in both");
        next(&end(&town, &desk, "1").await);
        assert!(desk.get(&town.app, &format!("/people/{own}")).await.text().contains("Kotiohjelmaa ei ole."));
    }

    async fn a_tick_of_another_record_is_taken_back_and_told_again_on_the_own_page(app) {
        let (town, desk) = coordinator(app).await;
        let (own, twin) = (town.own.participant, town.other.participant);
        for (record, done) in [(own, true), (own, false), (twin, true)] {
            town.write(vec![on(&[(today(), done)], record)]).await;
            town.app.clock.advance(1000);
        }
        town.write(vec![people::Verb::Edit { id: twin, changes: vec![ProfileChange::SameAs(Some(own))] }.into()]).await;
        let browser = on_own_page(&town).await;
        assert_eq!(ticked(&town, &desk).await, ["2026-09-08"], "the other record's is the later word");
        for _ in 0..2 {
            assert_eq!(press(&town, &browser, "undone", "2026-09-08").await, "/own/exercise?said=undone");
        }
        town.app.clock.advance(1000);
        assert!(browser.get(&town.app, OWN).await.text().contains("Sinulla ei ole vielä kotiohjelmaa."));
        assert_eq!(ticked(&town, &desk).await, [""; 0]);
        let printed = desk.get(&town.app, &format!("/people/{own}/data")).await.text();
        assert!(!printed.contains("Tehty: 8.9.2026"), "{printed}");
        assert_eq!(press(&town, &browser, "done", "2026-09-08").await, "/own/exercise?said=done");
        assert_eq!(ticked(&town, &desk).await, ["2026-09-08"]);
        let said = "SELECT COUNT(*) AS n FROM op WHERE kind = 'home_week.set' AND outcome = 'applied'";
        assert_eq!(count(&town.app, said).await, 5, "what is so already is not told again");
    }

    async fn ones_own_data_hold_it_and_an_erasure_leaves_nothing_of_it(app) {
        let (town, desk) = coordinator(app).await;
        made(&town, town.own.participant, &[Exercise::Walk]).await;
        town.write(vec![on(&[(today(), true)], town.own.participant)]).await;
        let person = format!("/people/{}", town.own.participant);
        let data = desk.get(&town.app, &format!("{person}/data/download")).await.json();
        assert_eq!(data["home_programmes"][0]["exercises"][0]["exercise"], "walk", "{data}");
        assert_eq!(data["home_weeks"][0]["days"]["2026-09-08"]["done"], true, "{data}");
        let printed = desk.get(&town.app, &format!("{person}/data")).await.text();
        assert!(printed.contains("Reipas kävely. Pidä kiinni tuolista.") && printed.contains("Tehty: 8.9.2026"), "{printed}");
        next(&desk.post(&town.app, &format!("{person}/erase"), &[("why", "asked"), ("sure", "yes")]).await);
        for left in [
            "SELECT COUNT(*) AS n FROM home_programme WHERE deleted_at IS NULL OR body IS NOT NULL",
            "SELECT COUNT(*) AS n FROM home_week WHERE deleted_at IS NULL OR body IS NOT NULL",
            "SELECT COUNT(*) AS n FROM op WHERE body LIKE '%tuolista%'",
        ] {
            assert_eq!(count(&town.app, left).await, 0, "{left}");
        }
    }
}
