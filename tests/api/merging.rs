//! Records that may be of one person: merged by a person, as an operation, and taken apart again with nothing lost.

use domain::access::Role;
use domain::assessments;
use domain::attendance::{self, Mark};
use domain::consents::ConsentAct;
use domain::groups::{ExitReason, Membership, membership};
use domain::home_weeks;
use domain::ids::{AssessmentId, AttendanceId, ParticipantId, TalkId};
use domain::people::{self, Profile, ProfileChange};
use domain::sessions::{self, Session, SessionStatus};
use domain::sync::op::Verb;
use domain::sync::wire::Outcome;
use domain::talks::Talk;
use server::access::Scope;
use tests::App;
use tests::tablet::Tablet;
use tests::town::{Browser, Town, chair_stand, of_tests, today};
use uuid::Uuid;

use crate::desk::{coordinator, next};
use crate::rights::ops::talked;
use crate::{own, relatives};

const TWIN: ParticipantId = ParticipantId(Uuid::from_u128(0xf00e));

/// Somebody of the own person's name and year in the other group, with a mark and a test of her own.
async fn doubled(app: App) -> (Town, Browser) {
    let (town, browser) = coordinator(app).await;
    let own = profile(&town, town.own.participant).await;
    let twin = Profile {
        birth_year: own.year_of_birth(),
        given_names: own.given_names,
        family_name: own.family_name,
        ..Profile::default()
    };
    let stay = Membership::begun(town.other.group, TWIN, today().plus_days(-7));
    let register =
        people::Verb::Register { id: TWIN, group: Some(town.other.group), profile: Box::new(twin), provisional: true };
    let (group, session) = (town.other.group, town.other.session);
    let held = sessions::Verb::Status { id: session, group, status: Some(SessionStatus::Held) };
    let mark = attendance::Verb::Set { session, group, participant: TWIN, mark: Some(Mark::Present) };
    let mut test = chair_stand(&town.other, today(), 11);
    (test.id, test.participant) = (AssessmentId(Uuid::from_u128(0xf0f0)), TWIN);
    town.write(vec![
        register.into(),
        membership::Verb::Join { membership: stay }.into(),
        held.into(),
        mark.into(),
        assessments::Verb::Record { assessment: Box::new(test) }.into(),
    ])
    .await;
    (town, browser)
}

fn edit(id: ParticipantId, change: ProfileChange) -> Verb {
    people::Verb::Edit { id, changes: vec![change] }.into()
}

async fn profile(town: &Town, id: ParticipantId) -> Profile {
    let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.expect("read");
    let row = tx.one("SELECT body FROM participant WHERE id = $1", [id.into()]).await.expect("a person");
    row.json::<people::Participant>("body").expect("a body").profile
}

/// The desk lets the own person's record stand for the twin's.
async fn merge(town: &Town, browser: &Browser) {
    let own = town.own.participant;
    let review = crate::desk::value(&browser.get(&town.app, "/reviews").await, "review");
    let form = [("review", &*review), ("answer", &*format!("keep {own}"))];
    assert_eq!(next(&browser.post(&town.app, "/reviews/settle", &form).await), format!("/people/{own}"));
}

/// How many in the table have the family name.
async fn in_table(town: &Town, browser: &Browser) -> usize {
    let page = browser.get(&town.app, "/people").await.text();
    page.matches(&format!(">{} ", town.own.canary)).count()
}

async fn in_figures(town: &Town) -> (usize, usize) {
    let scope = Scope::command_line(town.own.municipality.clone(), today());
    let data = server::outcomes::dataset(&mut town.app.state.db.read(&scope).await.expect("read")).await.expect("data");
    (data.participants.len(), data.marks.len())
}

tests::on_both_databases! {
    async fn two_records_of_one_person_are_shown_with_both_sides_merged_and_taken_apart_again(app) {
        let (town, browser) = doubled(app).await;
        let (own, twin) = (town.own.participant, TWIN);
        let page = browser.get(&town.app, "/reviews").await.text();
        assert!(page.contains(&format!("value=\"keep {own}\"")) && page.contains(&format!("value=\"keep {twin}\"")), "{page}");
        let review = crate::desk::value(&browser.get(&town.app, "/reviews").await, "review");
        let before = (in_table(&town, &browser).await, in_figures(&town).await);
        let pages = async || {
            let mut all = Vec::new();
            for id in [own, twin] {
                let text = browser.get(&town.app, &format!("/people/{id}")).await.text();
                all.push(text.split("id=\"history\"").next().unwrap_or_default().matches("class=\"stay\"").count());
            }
            all
        };
        let stays = pages().await;
        assert_eq!(before.0, 2);
        let settled = browser.post(&town.app, "/reviews/settle", &[("review", &review), ("answer", &format!("keep {own}"))]).await;
        assert_eq!(next(&settled), format!("/people/{own}"));
        assert_eq!(in_table(&town, &browser).await, 1);
        assert_eq!(in_figures(&town).await, (before.1.0 - 1, before.1.1), "one person with the marks of both");
        let kept = browser.get(&town.app, &format!("/people/{own}")).await.text();
        for words in [town.other.group.to_string(), town.own.group.to_string(), format!("/people/{twin}/unmerge")] {
            assert!(kept.contains(&words), "{words}: {kept}");
        }
        assert!(kept.contains("Rekisteröitiin paikan päällä lyhyesti"), "the history of both: {kept}");
        assert_eq!(next(&browser.get(&town.app, &format!("/people/{twin}")).await), format!("/people/{own}"));
        let into = format!("?into={}", town.other.group);
        let leads = browser.get(&town.app, &format!("/people/{twin}{into}")).await;
        assert_eq!(own::leads_to(&leads), format!("/people/{own}{into}"), "the group to join goes along");
        assert!(browser.get(&town.app, "/reviews").await.text().contains("Ei ratkaistavaa"), "settled");
        // What is recorded of the other one later is the person's, too.
        let mark = attendance::Verb::Set {
            session: town.other.session, group: town.other.group, participant: twin, mark: Some(Mark::LateOrPartial),
        };
        town.write(vec![mark.into()]).await;
        assert_eq!(in_figures(&town).await, (before.1.0 - 1, before.1.1));
        let apart = browser.post(&town.app, &format!("/people/{twin}/unmerge"), &[]).await;
        assert_eq!(next(&apart), format!("/people/{twin}"));
        assert_eq!((in_table(&town, &browser).await, in_figures(&town).await, pages().await), (before.0, before.1, stays));
        let told = browser.get(&town.app, &format!("/people/{twin}")).await.text();
        assert!(told.contains("Yhdistettiin toiseen tietueeseen") && told.contains("Yhdistäminen purettiin"), "{told}");
    }

    async fn what_was_answered_about_tests_in_a_merged_record_is_the_persons_and_the_later_day_counts(app) {
        let (town, browser) = doubled(app).await;
        let own = town.own.participant;
        town.write(vec![of_tests(TWIN, 1, ConsentAct::Given, today().plus_days(-2))]).await;
        merge(&town, &browser).await;
        let since = async || {
            let sheet = browser.get(&town.app, "/people/download?as=csv").await.text();
            let line = sheet.lines().find(|line| line.contains("Aino") && line.contains(town.own.canary)).expect("a line");
            line.rsplit(';').next().unwrap_or_default().to_owned()
        };
        assert_eq!(since().await, "2026-09-06", "answered in the hall");
        let page = browser.get(&town.app, &format!("/people/{own}")).await.text();
        assert!(page.contains("consent-line"), "{page}");
        town.write(vec![of_tests(own, 2, ConsentAct::Withdrawn, today().plus_days(-1))]).await;
        assert_eq!(since().await, "", "an older yes does not stand over a newer no");
        town.write(vec![of_tests(TWIN, 3, ConsentAct::Given, today())]).await;
        assert_eq!(since().await, "2026-09-08");
        // Taken apart, each has what was said there.
        next(&browser.post(&town.app, &format!("/people/{TWIN}/unmerge"), &[]).await);
        let kept = browser.get(&town.app, &format!("/people/{own}")).await.text();
        assert_eq!(kept.matches("consent-line\"").count(), 1, "{kept}");
    }

    async fn a_later_talk_answers_one_that_a_merged_record_has_and_nobody_is_listed_twice(app) {
        let (town, browser) = doubled(app).await;
        let own = town.own.participant;
        let talk = |n: u128, participant, on: i64| {
            let (id, on) = (TalkId(Uuid::from_u128(0xa1c0 + n)), today().plus_days(on));
            let talk = Talk { on, next_on: Some(today().plus_days(-1)), ..talked(id, participant) };
            Verb::from(domain::talks::Verb::Record { talk })
        };
        town.write(vec![talk(1, TWIN, -9), talk(2, own, -8)]).await;
        let listed = async || {
            let page = browser.get(&town.app, "/talks").await.text();
            [own, TWIN].map(|id| page.matches(&format!("/people/{id}")).count())
        };
        let before = listed().await;
        assert!(before.iter().all(|n| *n > 0), "each by the own talk: {before:?}");
        merge(&town, &browser).await;
        assert_eq!(listed().await, [before[0], 0]);
        let answered = Talk { next_on: None, ..talked(TalkId(Uuid::from_u128(0xa1c3)), TWIN) };
        town.write(vec![domain::talks::Verb::Record { talk: answered }.into()]).await;
        assert_eq!(listed().await, [0, 0], "they have talked since");
    }

    async fn of_whoever_is_restricted_the_own_data_hold_every_record(app) {
        let (town, browser) = doubled(app).await;
        let own = town.own.participant;
        merge(&town, &browser).await;
        let before = browser.get(&town.app, &format!("/people/{own}/data/download")).await.text();
        let restricted = browser.post(&town.app, &format!("/people/{own}/restrict"), &[("restriction", "accuracy")]).await;
        assert_eq!(next(&restricted), format!("/people/{own}/rights"));
        let data = browser.get(&town.app, &format!("/people/{own}/data/download")).await.text();
        let part = |data: &str, name: &str| {
            let all: serde_json::Value = serde_json::from_str(data).expect("JSON");
            all[name].as_array().expect("a list").len()
        };
        for name in ["other_records", "groups", "sessions", "assessments"] {
            assert!(part(&data, name) > 0 && part(&data, name) == part(&before, name), "{name}: {data}");
        }
    }

    async fn a_record_that_was_merged_has_no_card_its_pages_lead_to_the_other_and_list_all_relatives(app) {
        let (town, browser) = doubled(app).await;
        let own = town.own.participant;
        let number = async |id: ParticipantId| {
            let made = browser.made(&town.app, &format!("/people/{id}/personal-card"), &[]).await.text();
            let numbers = own::between(&made, "personal-card__number\">", "<");
            (numbers[0].to_owned(), numbers[1].to_owned())
        };
        let (kept, ended) = (number(own).await, number(TWIN).await);
        let form = relatives::form("00000000-0000-0000-0000-00000000c001", &["relative_attendance"], "");
        assert!(browser.made(&town.app, &format!("/people/{TWIN}/relatives"), &form).await.status.is_success());
        merge(&town, &browser).await;
        assert_eq!(own::typed(&town, &Browser::default(), &ended.0, &ended.1).await.status, 422, "its card ended with it");
        assert_eq!(own::leads_to(&own::typed(&town, &Browser::default(), &kept.0, &kept.1).await), "/own");
        let log = "SELECT COUNT(*) AS n FROM audit WHERE verb = 'card.end'";
        assert_eq!(crate::files::count(&town.app, log).await, 1);
        for page in ["personal-card", "relatives"] {
            let answer = browser.get(&town.app, &format!("/people/{TWIN}/{page}")).await;
            assert_eq!(next(&answer), format!("/people/{own}/{page}"));
        }
        // A page that was open before makes nothing for a record that nobody is shown.
        let late = browser.post(&town.app, &format!("/people/{TWIN}/personal-card"), &[]).await;
        assert_eq!(next(&late), format!("/people/{TWIN}/personal-card"));
        let listed = browser.get(&town.app, &format!("/people/{own}/relatives")).await.text();
        let end = format!("/people/{TWIN}/relatives/end");
        assert!(listed.contains("<h2>Liisa Läheinen (tytär)") && listed.contains(&end), "{listed}");
        let id = own::between(&listed, "name=\"relative\" value=\"", "\"")[0].to_owned();
        let done = browser.post(&town.app, &end, &[("relative", &id)]).await;
        let listed = browser.get(&town.app, own::leads_to(&done)).await;
        assert_eq!(own::leads_to(&listed), format!("/people/{own}/relatives?said=ended"));
        let listed = browser.get(&town.app, own::leads_to(&listed)).await.text();
        assert!(listed.contains("Lupa on lopetettu.") && !listed.contains("<h2>Liisa"), "{listed}");
        let done = browser.post(&town.app, &end, &[("relative", &id), ("forget", "yes")]).await;
        let listed = browser.get(&town.app, own::leads_to(&done)).await;
        assert_eq!(own::leads_to(&listed), format!("/people/{own}/relatives?said=forgotten"));
        assert!(!browser.get(&town.app, own::leads_to(&listed)).await.text().contains("Liisa"));
    }

    async fn two_records_of_one_person_in_a_group_have_one_card_to_make(app) {
        let (town, browser) = doubled(app).await;
        let stay = Membership::begun(town.own.group, TWIN, today().plus_days(-7));
        town.write(vec![membership::Verb::Join { membership: stay }.into()]).await;
        let boxes = async || {
            let page = browser.get(&town.app, &format!("/groups/{}/cards", town.own.group)).await.text();
            page.matches("name=\"people\"").count()
        };
        let before = boxes().await;
        merge(&town, &browser).await;
        assert_eq!(boxes().await, before - 1);
    }

    async fn two_records_of_one_person_in_a_group_get_one_letter(app) {
        let (town, browser) = doubled(app).await;
        let stay = Membership::begun(town.own.group, TWIN, today().plus_days(-7));
        town.write(vec![membership::Verb::Join { membership: stay }.into()]).await;
        let at = format!("/groups/{}/letters", town.own.group);
        let letters = async || {
            let page = browser.get(&town.app, &at).await.text();
            let (own, twin) = (town.own.participant.to_string(), TWIN.to_string());
            let form = [("kind", "results"), ("phone", "040 123 4567"), ("people", &*own), ("people", &*twin)];
            let made = browser.post(&town.app, &at, &form).await.text();
            (page.matches("name=\"people\"").count(), made.matches("class=\"letter\"").count(), made)
        };
        let (boxes, sheets, _) = letters().await;
        assert_eq!((boxes, sheets), (2, 2));
        merge(&town, &browser).await;
        let (boxes, sheets, made) = letters().await;
        assert_eq!((boxes, sheets), (1, 1));
        assert!(made.contains("Nousit tuolilta 11 kertaa"), "results of either record: {made}");
        let kept = next(&browser.get(&town.app, &format!("/people/{TWIN}/letters")).await);
        assert_eq!(kept, format!("/people/{}/letters", town.own.participant));
    }

    async fn the_own_page_tells_visits_and_results_of_every_record(app) {
        let (town, browser) = doubled(app).await;
        own::card(&town).await;
        let own = own::signed_in(&town).await;
        let seen = async || {
            let results = own.get(&town.app, "/own/results").await.text();
            (own.get(&town.app, "/own/visits").await.text(), results)
        };
        let (visits, results) = seen().await;
        assert!(!visits.contains("8.\u{a0}syyskuuta") && !results.contains("Nousit tuolilta 11 kertaa"), "{visits} {results}");
        merge(&town, &browser).await;
        let (visits, results) = seen().await;
        assert!(visits.contains("8.\u{a0}syyskuuta"), "{visits}");
        assert!(results.contains("Nousit tuolilta 11 kertaa"), "{results}");
        let card = browser.get(&town.app, &format!("/people/{}/card", town.own.participant)).await.text();
        assert!(card.contains("Nousit tuolilta 11 kertaa"), "and so does the card of the desk: {card}");
    }

    async fn whoever_is_in_a_group_by_a_merged_record_has_their_page_and_tells_of_absences_there(app) {
        let (town, browser) = doubled(app).await;
        own::card(&town).await;
        merge(&town, &browser).await;
        own::leave(&town, today().plus_days(-1), ExitReason::Transport).await;
        let own = own::signed_in(&town).await;
        let page = own.get(&town.app, "/own").await.text();
        let next = today().plus_days(7);
        assert!(page.contains("15.\u{a0}syyskuuta") && page.contains("En pääse"), "the other record's group: {page}");
        let (group, day) = (town.other.group.to_string(), next.to_string());
        let told = own.post(&town.app, "/own/absence", &own::absence(&group, &day, "yes")).await;
        assert_eq!(own::leads_to(&told), "/own?said=absent");
        let session = Session::planned_id(town.other.group, next);
        let mark = async |person| {
            let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.expect("read");
            let id = AttendanceId::of(session, person);
            let row = tx.maybe("SELECT mark FROM attendance WHERE id = $1", [id.into()]).await.expect("a query");
            row.map(|row| row.get::<String>("mark").expect("a mark"))
        };
        assert_eq!(mark(TWIN).await.as_deref(), Some("absent_informed"), "in the record that is in the group");
        assert_eq!(mark(town.own.participant).await, None);
        assert!(own.get(&town.app, "/own").await.text().contains("Tulen sittenkin"));
        let desk = browser.get(&town.app, &format!("/people/{}/personal-card", town.own.participant)).await.text();
        assert!(!desk.contains(::app::texts::own::desk::left(::app::texts::Lang::Fi)), "a card opens something: {desk}");
        let card = browser.get(&town.app, &format!("/people/{}/card", town.own.participant)).await.text();
        assert!(card.contains("15.9.2026") || card.contains("15.\u{a0}syyskuuta"), "the next session: {card}");
    }

    async fn a_home_that_another_record_hides_is_hidden_on_the_own_page_too(app) {
        let (town, _) = doubled(app).await;
        town.write(vec![edit(TWIN, ProfileChange::SameAs(Some(town.own.participant)))]).await;
        own::card(&town).await;
        let own = own::signed_in(&town).await;
        let hides = async || {
            let mut hides = Vec::new();
            for path in ["/own/calendar", "/own/messages"] {
                hides.push(own.get(&town.app, path).await.text().contains("Sinulla on turvakielto."));
            }
            hides
        };
        assert_eq!(hides().await, [false, false]);
        town.write(vec![edit(TWIN, ProfileChange::Undisclosed(true))]).await;
        assert_eq!(hides().await, [true, true]);
        let asked = own.post(&town.app, "/own/calendar", &[("rev", "0")]).await;
        assert_eq!(own::leads_to(&asked), "/own/calendar", "and none is made");
    }

    async fn a_stay_of_a_merged_record_is_ended_on_the_persons_page(app) {
        let (town, browser) = doubled(app).await;
        merge(&town, &browser).await;
        let stay = Membership::begun(town.other.group, TWIN, today().plus_days(-7)).id.to_string();
        let form = [("membership", &*stay), ("left_on", "8.9.2026"), ("exit_reason", "transport")];
        let left = browser.post(&town.app, &format!("/people/{}/leave", town.own.participant), &form).await;
        assert_eq!(next(&left), format!("/people/{}", town.own.participant));
        let open = "SELECT COUNT(*) AS n FROM membership WHERE left_on IS NULL AND participant = $1";
        let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.expect("read");
        assert_eq!(tx.one(open, [TWIN.into()]).await.expect("a number").get::<i64>("n").expect("n"), 0);
    }

    async fn a_day_of_exercise_told_in_another_record_is_taken_back_on_the_own_page(app) {
        let (town, browser) = doubled(app).await;
        own::card(&town).await;
        crate::home_exercise::made(&town, town.own.participant, &[domain::exercises::Exercise::ChairStand]).await;
        let days = std::collections::BTreeMap::from([(today(), true)]);
        let monday = today().monday();
        town.write(vec![home_weeks::Verb::Set { participant: TWIN, monday, days }.into()]).await;
        merge(&town, &browser).await;
        let own = own::signed_in(&town).await;
        let day = today().to_string();
        let told = async || own.get(&town.app, "/own/exercise").await.text().contains(&format!("name=\"undone\" value=\"{day}\""));
        assert!(told().await);
        town.app.clock.advance(1_000);
        let undone = own.post(&town.app, "/own/exercise", &[("undone", &*day)]).await;
        assert_eq!(own::leads_to(&undone), "/own/exercise?said=undone");
        assert!(!told().await);
    }

    async fn of_two_records_in_one_group_the_page_shows_each_session_once(app) {
        let (town, browser) = doubled(app).await;
        let stay = Membership::begun(town.own.group, TWIN, today().plus_days(-7));
        town.write(vec![membership::Verb::Join { membership: stay }.into()]).await;
        own::card(&town).await;
        let own = own::signed_in(&town).await;
        let sessions = async || {
            let page = own.get(&town.app, "/own/sessions").await.text();
            page.matches(&format!("name=\"group\" value=\"{}\"", town.own.group)).count()
        };
        let before = sessions().await;
        merge(&town, &browser).await;
        let (group, day) = (town.own.group.to_string(), today().plus_days(7).to_string());
        let told = own.post(&town.app, "/own/absence", &own::absence(&group, &day, "yes")).await;
        assert_eq!(own::leads_to(&told), "/own?said=absent");
        let page = own.get(&town.app, "/own/sessions").await.text();
        let days = own::between(&page, "name=\"day\" value=\"", "\"");
        let own_group = page.matches(&format!("name=\"group\" value=\"{group}\"")).count();
        assert!(before > 0 && own_group <= before, "{page}");
        assert_eq!(days.iter().filter(|one| **one == day).count(), 2, "one of each of the two groups: {days:?}");
        let id = AttendanceId::of(Session::planned_id(town.own.group, today().plus_days(7)), town.own.participant);
        let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.expect("read");
        let row = tx.maybe("SELECT mark FROM attendance WHERE id = $1", [id.into()]).await.expect("a query");
        assert!(row.is_some(), "the mark of the record that is on the roll");
    }

    async fn a_relative_of_a_merged_record_goes_on_to_see_the_person_until_they_end_it_on_their_page(app) {
        let (town, browser) = doubled(app).await;
        let form = relatives::form("00000000-0000-0000-0000-00000000c002", &["relative_attendance"], "");
        let made = browser.made(&town.app, &format!("/people/{TWIN}/relatives"), &form).await.text();
        let numbers = own::between(&made, "personal-card__number\">", "<");
        own::card(&town).await;
        merge(&town, &browser).await;
        let kin = own::kept(&own::typed(&town, &Browser::default(), numbers[0], numbers[1]).await);
        let home = format!("/kin/{}", town.own.participant);
        assert_eq!(own::leads_to(&kin.get(&town.app, "/kin").await), home, "it is one person");
        assert_eq!(kin.get(&town.app, &format!("{home}/visits")).await.status, 200);
        let own = own::signed_in(&town).await;
        let seen = own.get(&town.app, "/own/seen").await.text();
        assert!(seen.contains("Liisa Läheinen"), "{seen}");
        let id = own::between(&seen, "name=\"relative\" value=\"", "\"")[0].to_owned();
        let ended = own.post(&town.app, "/own/relatives/end", &[("relative", &id)]).await;
        assert_eq!(own::leads_to(&ended), "/own/seen?said=ended");
        assert!(!own.get(&town.app, "/own/seen").await.text().contains("Liisa Läheinen"));
        assert_eq!(kin.get(&town.app, &home).await.status, 404);
    }

    async fn what_a_relative_is_shown_no_more_by_one_record_is_shown_by_none_that_said_so_before(app) {
        let (town, browser) = doubled(app).await;
        let own = town.own.participant;
        let form = relatives::form("00000000-0000-0000-0000-00000000c003", &["relative_attendance"], "");
        let made = browser.made(&town.app, &format!("/people/{TWIN}/relatives"), &form).await.text();
        let numbers = own::between(&made, "personal-card__number\">", "<");
        let at = format!("/people/{own}/relatives");
        let form = relatives::form("00000000-0000-0000-0000-00000000c004", &["relative_attendance"], numbers[0]);
        assert_eq!(own::leads_to(&browser.post(&town.app, &at, &form).await), format!("{at}?said=shared"));
        merge(&town, &browser).await;
        let kin = own::kept(&own::typed(&town, &Browser::default(), numbers[0], numbers[1]).await);
        let visits = format!("/kin/{own}/visits");
        assert_eq!(kin.get(&town.app, &visits).await.status, 200);
        let listed = browser.get(&town.app, &at).await.text();
        let id = own::between(&listed, "name=\"relative\" value=\"", "\"")[0].to_owned();
        let ended = browser.post(&town.app, &format!("{at}/end"), &[("relative", &id)]).await;
        assert_eq!(own::leads_to(&ended), format!("{at}?said=ended"));
        assert_eq!(kin.get(&town.app, &visits).await.status, 404, "said of one day: the withdrawal holds");
    }

    async fn who_has_looked_is_told_of_every_record(app) {
        let (town, browser) = doubled(app).await;
        own::card(&town).await;
        browser.get(&town.app, &format!("/people/{TWIN}")).await;
        let own = own::signed_in(&town).await;
        let page = async |path: &str| own.get(&town.app, path).await.text().contains(::app::texts::kin::looks::person(::app::texts::Lang::Fi));
        assert!(!page("/own/looks").await && !page("/own/data").await);
        merge(&town, &browser).await;
        assert!(page("/own/looks").await && page("/own/data").await);
    }

    async fn cards_of_a_group_are_made_once_for_each_person_and_end_those_of_all_records(app) {
        let (town, browser) = doubled(app).await;
        let own = town.own.participant;
        let make = async |id: ParticipantId| {
            let made = browser.made(&town.app, &format!("/people/{id}/personal-card"), &[]).await.text();
            let numbers = own::between(&made, "personal-card__number\">", "<");
            (numbers[0].to_owned(), numbers[1].to_owned())
        };
        let before = [make(own).await, make(TWIN).await];
        // Merged elsewhere than at the desk, which would have ended a card: both are good.
        town.write(vec![edit(TWIN, ProfileChange::SameAs(Some(own)))]).await;
        let at = format!("/groups/{}/cards", town.other.group);
        let page = browser.get(&town.app, &at).await.text();
        let boxes = own::between(&page, "name=\"people\" value=\"", "\"");
        assert!(boxes.contains(&&*own.to_string()) && !boxes.contains(&&*TWIN.to_string()), "{boxes:?}");
        let made = browser.made(&town.app, &at, &[("people", &*own.to_string())]).await.text();
        let numbers = own::between(&made, "personal-card__number\">", "<");
        for (number, pin) in &before {
            assert_eq!(own::typed(&town, &Browser::default(), number, pin).await.status, 422, "{number}");
        }
        assert_eq!(own::leads_to(&own::typed(&town, &Browser::default(), numbers[0], numbers[1]).await), "/own");
        let ended = "SELECT COUNT(*) AS n FROM audit WHERE verb = 'card.end'";
        assert_eq!(crate::files::count(&town.app, ended).await, 2, "a row for each");
    }

    async fn what_another_record_says_of_a_death_or_a_hidden_home_holds_for_letters(app) {
        let (town, browser) = doubled(app).await;
        let own = town.own.participant;
        town.write(vec![
            edit(own, ProfileChange::PostalCode(Some("00987".into()))),
            edit(TWIN, ProfileChange::SameAs(Some(own))),
            edit(TWIN, ProfileChange::Undisclosed(true)),
        ])
        .await;
        let (person, group) = (own.to_string(), format!("/groups/{}/letters", town.own.group));
        let (single, instructor) = (format!("/people/{own}/letters"), town.on_tablet(Role::Instructor).await.0);
        let form = [("kind", "welcome"), ("phone", "040 123 4567"), ("people", &*person)];
        // The instructor of the one group has no reach of the other record.
        for browser in [&browser, &instructor] {
            for path in [&group, &single] {
                let made = browser.post(&town.app, path, &form).await.text();
                assert!(made.contains("class=\"letter\"") && !made.contains("00987"), "{path}: {made}");
            }
        }
        let died = |left_on, exit_reason| {
            let stay = Membership::begun(town.other.group, TWIN, today().plus_days(-7));
            Verb::Membership(membership::Verb::Leave { id: stay.id, group: town.other.group, left_on, exit_reason })
        };
        let by_stay = (died(Some(today()), Some(ExitReason::Died)), died(None, None));
        let on = |day| edit(TWIN, ProfileChange::DiedOn(day));
        for (dies, lives) in [by_stay, (on(Some(today().plus_days(-1))), on(None))] {
            town.write(vec![dies]).await;
            for browser in [&browser, &instructor] {
                for path in [&group, &single] {
                    let page = browser.get(&town.app, path).await.text();
                    assert!(page.contains(&format!("Kirjettä ei tehdä: Aino {}", town.own.canary)), "{path}: {page}");
                    assert_eq!(browser.post(&town.app, path, &form).await.status, 422, "{path}");
                }
            }
            town.write(vec![lives]).await;
        }
        assert!(browser.post(&town.app, &single, &form).await.text().contains("class=\"letter\""));
    }

    async fn a_tablet_shows_one_person_whom_the_desk_has_merged_and_merges_nobody_itself(app) {
        let (town, browser) = doubled(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let changes = vec![ProfileChange::SameAs(Some(TWIN))];
        tablet.record(&town.app, Some(1), people::Verb::Edit { id: town.own.participant, changes }.into());
        assert_eq!(tablet.push(&town.app, 1).await.results[0].outcome, Outcome::Held, "that is the desk's to say");
        let reviews = browser.get(&town.app, "/reviews").await;
        let review = crate::desk::value(&reviews, "review");
        next(&browser.post(&town.app, "/reviews/settle", &[("review", &review), ("answer", &format!("keep {}", TWIN))]).await);
        let pulled = tablet.fetch(&town.app, None).await.text();
        assert!(pulled.contains(&format!("\"same_as\":\"{TWIN}\"")), "the roll knows it: {pulled}");
    }

    async fn one_of_them_whose_home_must_not_become_known_hides_it_for_both_and_so_does_a_later_change(app) {
        let (town, browser) = doubled(app).await;
        let own = town.own.participant;
        town.write(vec![edit(TWIN, ProfileChange::Undisclosed(true)), edit(own, ProfileChange::Phone(Some("040 765 4321".into())))]).await;
        let review = crate::desk::value(&browser.get(&town.app, "/reviews").await, "review");
        next(&browser.post(&town.app, "/reviews/settle", &[("review", &review), ("answer", &format!("keep {own}"))]).await);
        assert!(profile(&town, own).await.undisclosed);
        let path = format!("/people/{own}/edit");
        let rev = crate::desk::value(&browser.get(&town.app, &path).await, "rev");
        let form = [("rev", &*rev), ("given_names", "Aino"), ("family_name", town.own.canary), ("birth_date", "8.3.1946"), ("undisclosed", "")];
        next(&browser.post(&town.app, &path, &form).await);
        assert!(!profile(&town, own).await.undisclosed && !profile(&town, TWIN).await.undisclosed, "in every record");
    }

    async fn a_death_is_noted_in_every_record_and_ends_the_stays_of_both(app) {
        let (town, browser) = doubled(app).await;
        let own = town.own.participant;
        town.write(vec![edit(TWIN, ProfileChange::SameAs(Some(own)))]).await;
        let died = format!("/people/{own}/died");
        next(&browser.post(&town.app, &died, &[("died_on", "8.9.2026")]).await);
        assert!(profile(&town, TWIN).await.died_on.is_some());
        let open = "SELECT COUNT(*) AS n FROM membership WHERE left_on IS NULL AND participant IN ($1, $2)";
        let count = async || {
            let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.expect("read");
            tx.one(open, [own.into(), TWIN.into()]).await.expect("a number").get::<i64>("n").expect("n")
        };
        assert_eq!(count().await, 0);
        next(&browser.post(&town.app, &died, &[("undo", "yes")]).await);
        assert_eq!((count().await, profile(&town, TWIN).await.died_on), (2, None));
    }

    async fn records_that_were_merged_without_seeing_each_other_lead_to_one_person_all_the_same(app) {
        let (town, browser) = doubled(app).await;
        let (own, last) = (town.own.participant, town.other.participant);
        town.write(vec![edit(TWIN, ProfileChange::SameAs(Some(own)))]).await;
        town.write(vec![edit(own, ProfileChange::SameAs(Some(last)))]).await;
        assert_eq!(next(&browser.get(&town.app, &format!("/people/{TWIN}")).await), format!("/people/{last}"));
        assert_eq!(in_table(&town, &browser).await, 0, "the last stands for all of them");
        let page = browser.get(&town.app, &format!("/people/{last}")).await.text();
        for record in [own, TWIN] {
            assert!(page.contains(&format!("/people/{record}/unmerge")), "{page}");
        }
    }

    async fn who_erases_a_person_erases_the_records_that_theirs_stands_for_and_no_other(app) {
        let (town, browser) = doubled(app).await;
        let own = town.own.participant;
        town.write(vec![edit(TWIN, ProfileChange::SameAs(Some(own)))]).await;
        let told = browser.get(&town.app, &format!("/people/{own}/data/download")).await.text();
        assert!(told.contains(&TWIN.to_string()), "what is kept of both is told: {told}");
        let path = format!("/people/{own}/erase");
        assert_eq!(next(&browser.post(&town.app, &path, &[("why", "asked"), ("sure", "yes")]).await), "/people/erased");
        let state = &town.app.state;
        let left = "SELECT COUNT(*) AS n FROM participant WHERE deleted_at IS NULL AND id IN ($1, $2)";
        let mut tx = state.db.read(server::db::Unscoped::Installation).await.expect("read");
        assert_eq!(tx.one(left, [own.into(), TWIN.into()]).await.expect("a number").get::<i64>("n").expect("n"), 0);
        let file = std::fs::read_to_string(server::erasure::file(&state.config.data)).expect("the file of the erased");
        assert!(file.contains(&own.to_string()) && file.contains(&TWIN.to_string()), "{file}");
    }

    async fn the_own_data_of_a_merged_person_tells_each_look_and_session_once_and_all_changes_in_order(app) {
        let (town, browser) = doubled(app).await;
        let own = town.own.participant;
        // Both records are in one group, in which a session was held.
        let (group, session) = (town.other.group, town.other.session);
        let stay = Membership::begun(group, own, today().plus_days(-7));
        town.write(vec![membership::Verb::Join { membership: stay }.into()]).await;
        let mark = attendance::Verb::Set { session, group, participant: own, mark: Some(Mark::AbsentInformed) };
        town.write(vec![mark.into(), edit(TWIN, ProfileChange::SameAs(Some(own)))]).await;
        // One look at the person, and one at the list of a group of both records.
        browser.get(&town.app, &format!("/people/{own}")).await;
        browser.get(&town.app, &format!("/groups/{group}")).await;
        town.app.clock.advance(60_000);
        town.write(vec![edit(own, ProfileChange::Phone(Some("040 765 4321".into())))]).await;
        let told = browser.get(&town.app, &format!("/people/{own}/data/download")).await.json();
        let lines = |name: &str| told[name].as_array().cloned().unwrap_or_default();
        let times = |how: &str| {
            let looks = lines("looks");
            looks.iter().filter(|look| look["how"] == how).filter_map(|look| look["times"].as_i64()).sum::<i64>()
        };
        assert_eq!((times("page"), times("group")), (1, 1), "{told}");
        let held: Vec<_> = lines("sessions").iter().map(|one| (one["held_on"].clone(), one["mark"].clone())).collect();
        assert_eq!(held.len(), 1, "{held:?}");
        assert_eq!(held[0].1, "present", "the mark that says most: {held:?}");
        let at: Vec<_> = lines("history").iter().filter_map(|one| one["at"].as_i64()).collect();
        assert!(at.len() > 3 && at.is_sorted_by(|one, next| one >= next), "the newest first: {at:?}");
    }

    async fn only_who_looks_after_both_merges_them_and_nobody_becomes_a_chain(app) {
        let (town, browser) = doubled(app).await;
        let (own, theirs) = (town.own.participant, town.partner.participant);
        let merge = |id, into| Verb::Participant(people::Verb::Edit { id, changes: vec![ProfileChange::SameAs(Some(into))] });
        let change = async |verb: Verb| {
            let scope = Scope::command_line(town.own.municipality.clone(), today());
            town.app.state.change(&scope, "test", &[(verb, domain::sync::server::write::Seen::Newest)]).await.expect("written").is_ok()
        };
        let review = crate::desk::value(&browser.get(&town.app, "/reviews").await, "review");
        for answer in [format!("keep {theirs}"), "seen".to_owned(), "keep nobody".to_owned()] {
            let status = browser.post(&town.app, "/reviews/settle", &[("review", &review), ("answer", &answer)]).await.status;
            assert_eq!(status, 404, "{answer}");
        }
        assert!(!change(merge(own, own)).await, "with itself");
        assert!(change(merge(TWIN, own)).await);
        assert!(!change(merge(theirs, TWIN)).await, "into one for which another stands");
    }
}
