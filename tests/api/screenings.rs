//! Before a test: answers that forbid tests block until somebody with that right has recorded a permission; who sees
//! them; incidents of stopped tests, and who is told of them.

use crate::desk::{coordinator, value};
use domain::access::Role;
use domain::assessments::{Instrument, Item};
use domain::ids::{IncidentId, ScreeningId};
use domain::incidents::{Incident, IncidentKind, InjuryLevel, StoppedTest};
use domain::safety::{Gate, PreScreen, Question, gate};
use domain::screenings::{Asked, Screening};

use domain::sync::wire::Outcome;
use domain::{incidents, screenings};
use http::StatusCode;
use server::db::Unscoped;
use tests::tablet::Tablet;
use tests::town::{Browser, Place, Town, today};
use uuid::Uuid;

/// The twelve questions, with a yes to these.
fn answered(n: u128, place: &Place, yes: &[Question]) -> Screening {
    let answers = std::array::from_fn(|at| Some(yes.contains(&Question::ALL[at])));
    let asked = Asked::Questions(PreScreen { answers, clearance: None });
    Screening { id: ScreeningId(Uuid::from_u128(n)), participant: place.participant, on: today(), asked }
}

/// An instructor's tablet that has recorded and sent these answers.
pub async fn asked(town: &Town, yes: &[Question]) -> Tablet {
    let mut tablet = Tablet::of(town, Role::Instructor).await;
    let screening = answered(0x5c1, &town.own, yes);
    tablet.record(&town.app, None, screenings::Verb::Record { screening }.into());
    let reply = tablet.push(&town.app, 1).await;
    assert_eq!(reply.results[0].outcome, Outcome::Applied, "{reply:?}");
    tablet
}

async fn stored(town: &Town) -> Vec<Screening> {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let rows = tx.all("SELECT body FROM screening ORDER BY on_day, id", []).await.unwrap();
    rows.iter().map(|row| row.json("body").unwrap()).collect()
}

async fn gate_of(town: &Town) -> Gate {
    let all = stored(town).await;
    gate(&all.iter().collect::<Vec<_>>(), [], today())
}

/// What stands beside a way of the navigation.
fn count_of(page: &str, href: &str) -> Option<String> {
    let way = format!("href=\"{href}\"");
    let links = page.split(way.as_str()).skip(1).filter_map(|rest| rest.split("</a>").next());
    let mut counts = links.filter_map(|link| link.split("ways__count\">").nth(1)?.split('<').next());
    counts.next().map(str::to_owned)
}

async fn clear(town: &Town, browser: &Browser, by: &str, limits: &str) -> tests::Answer {
    let person = format!("/people/{}", town.own.participant);
    let seen = value(&browser.get(&town.app, &person).await, "screening");
    let on = app::texts::typed_day(today());
    let form = [("screening", seen.as_str()), ("by", by), ("on", on.as_str()), ("limits", limits)];
    browser.post(&town.app, &format!("{person}/clear"), &form).await
}

pub fn stopped(place: &Place) -> Incident {
    Incident {
        id: IncidentId(Uuid::from_u128(0x1c1)),
        group: place.group,
        session: None,
        participant: Some(place.participant),
        on: today(),
        at: None,
        kind: IncidentKind::Symptom,
        injury: InjuryLevel::None,
        what_happened: String::new(),
        activity: None,
        actions: Vec::new(),
        preventable: None,
        follow_up_on: None,
        unfinished: true,
        handled_on: None,
        present: Vec::new(),
        staff: Vec::new(),
        stopped: None,
    }
}

tests::on_both_databases! {
    async fn a_red_answer_blocks_until_a_coordinator_has_recorded_a_permission(app) {
        let (town, browser) = coordinator(app).await;
        asked(&town, &[Question::ChestPain, Question::FallsOrInjury]).await;
        assert_eq!(gate_of(&town).await, Gate::Red(vec![Question::ChestPain]));
        let page = browser.get(&town.app, &format!("/people/{}", town.own.participant)).await.text();
        assert!(page.contains("odottavat terveydenhuollon lupaa") && page.contains("rintakipua"), "{page}");
        let wrong = clear(&town, &browser, "", "").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("href=\"#by\""), "{}", wrong.text());
        assert!(matches!(gate_of(&town).await, Gate::Red(_)), "nothing was cleared");
        let done = clear(&town, &browser, "fysioterapeutti Laura Laine", "ei nostoja").await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        assert_eq!(gate_of(&town).await, Gate::AskToday);
        let page = browser.get(&town.app, &format!("/people/{}", town.own.participant)).await.text();
        assert!(page.contains("Luvan antoi fysioterapeutti Laura Laine") && page.contains("ei nostoja"), "{page}");
        assert!(page.contains("Terveydenhuollon lupa mitata: fysioterapeutti Laura Laine"), "in the history: {page}");
        let clearance = stored(&town).await[0].questions().unwrap().clearance.clone().unwrap();
        assert_eq!((clearance.by.as_str(), clearance.on), ("fysioterapeutti Laura Laine", today()));
    }

    async fn a_doctors_restriction_is_not_cleared_without_its_limits(app) {
        let (town, browser) = coordinator(app).await;
        asked(&town, &[Question::ExerciseRestricted]).await;
        let wrong = clear(&town, &browser, "lääkäri Aalto", "  ").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("href=\"#limits\"") && wrong.text().contains("lääkäri Aalto"), "{}", wrong.text());
        assert_eq!(clear(&town, &browser, "lääkäri Aalto", "ei nostoja").await.status, StatusCode::SEE_OTHER);
    }

    async fn what_came_since_the_form_was_opened_is_not_cleared_unseen(app) {
        let (town, browser) = coordinator(app).await;
        let mut tablet = asked(&town, &[Question::ChestPain]).await;
        let person = format!("/people/{}", town.own.participant);
        let seen = value(&browser.get(&town.app, &person).await, "screening");
        let screening = answered(0x5c2, &town.own, &[Question::Fainting]);
        tablet.record(&town.app, None, screenings::Verb::Record { screening }.into());
        tablet.push(&town.app, 2).await;
        let on = app::texts::typed_day(today());
        let form = [("screening", seen.as_str()), ("by", "lääkäri Aalto"), ("on", on.as_str()), ("limits", "")];
        let answer = browser.post(&town.app, &format!("{person}/clear"), &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(gate_of(&town).await, Gate::Red(vec![Question::ChestPain, Question::Fainting]));
    }

    async fn a_permission_that_a_colleague_has_recorded_is_not_overwritten_unseen(app) {
        let (town, browser) = coordinator(app).await;
        asked(&town, &[Question::ChestPain]).await;
        let person = format!("/people/{}", town.own.participant);
        let form = browser.get(&town.app, &person).await;
        let (screening, seen) = (value(&form, "screening"), value(&form, "seen"));
        let on = app::texts::typed_day(today());
        let save = async |by: &str, limits: &str, seen: &str| {
            let typed = [("screening", &*screening), ("seen", seen), ("by", by), ("on", &*on), ("limits", limits)];
            browser.post(&town.app, &format!("{person}/clear"), &typed).await
        };
        let stands = async || {
            let clearance = stored(&town).await[0].questions().unwrap().clearance.clone().unwrap();
            (clearance.by, clearance.limits)
        };
        assert_eq!(save("lääkäri Aalto", "ei nostoja", &seen).await.status, StatusCode::SEE_OTHER);
        assert_eq!(save("lääkäri Aalto", "ei nostoja", &seen).await.status, StatusCode::SEE_OTHER, "pressed twice");
        let stale = save("lääkäri Aalto", "", &seen).await;
        let page = stale.text();
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
        assert!(page.contains("Ohjelmassa on nyt: ei nostoja"), "{page}");
        assert!(page.contains("value=\"lääkäri Aalto\""), "what was typed stays: {page}");
        assert_eq!(stands().await, ("lääkäri Aalto".to_owned(), "ei nostoja".to_owned()));
        let again = save("lääkäri Aalto", "ei askelmia", &value(&stale, "seen")).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "now it was seen: {}", again.text());
        assert_eq!(stands().await, ("lääkäri Aalto".to_owned(), "ei askelmia".to_owned()));
    }

    async fn an_instructor_records_answers_and_cannot_clear_them(app) {
        let town = Town::on(app).await;
        let mut tablet = asked(&town, &[Question::ChestPain]).await;
        let screening = answered(0x5c1, &town.own, &[Question::ChestPain]);
        let clearance = domain::safety::Clearance { by: "minä".into(), on: today(), limits: String::new(), because: String::new() };
        let verb = screenings::Verb::Clear { id: screening.id, participant: screening.participant, clearance };
        tablet.record(&town.app, Some(1), verb.into());
        let reply = tablet.push(&town.app, 2).await;
        assert_eq!(reply.results[0].outcome, Outcome::Held, "{reply:?}");
        assert!(matches!(gate_of(&town).await, Gate::Red(_)));
    }

    async fn a_physiotherapist_clears_red_answers_of_the_own_groups_as_long_as_the_right_holds(app) {
        let town = Town::on(app).await;
        let mut tablet = asked(&town, &[Question::ChestPain]).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let rights = format!("/accounts/{}/rights", tablet.user);
        town.write_at(&town.other, vec![screenings::Verb::Record { screening: answered(0x5c9, &town.other, &[Question::Fainting]) }.into()]).await;
        let clear = |id: u128, place: &Place| {
            let (by, because) = ("fysioterapeutti Laine".to_owned(), "Sydänfilmi on kunnossa.".to_owned());
            let clearance = domain::safety::Clearance { by, on: today(), limits: String::new(), because };
            screenings::Verb::Clear { id: ScreeningId(Uuid::from_u128(id)), participant: place.participant, clearance }
        };
        admin.post(&town.app, &rights, &[("rights", "physiotherapist")]).await;
        tablet.record(&town.app, Some(1), clear(0x5c9, &town.other).into());
        tablet.record(&town.app, Some(1), clear(0x5c1, &town.own).into());
        let outcomes: Vec<_> = tablet.push(&town.app, 2).await.results.iter().map(|one| one.outcome).collect();
        assert_eq!(outcomes, [Outcome::Held, Outcome::Applied], "nobody else's, and the own ones");
        assert_eq!(stored(&town).await.iter().filter(|one| one.is_red()).count(), 1);
        let desk = town.signed_in(Role::Coordinator, true).await;
        let page = desk.get(&town.app, &format!("/people/{}", town.own.participant)).await.text();
        assert!(page.contains("Perustelu: Sydänfilmi on kunnossa."), "{page}");
        admin.post(&town.app, &rights, &[]).await;
        let screening = answered(0x5ca, &town.own, &[Question::Fainting]);
        tablet.record(&town.app, None, screenings::Verb::Record { screening }.into());
        tablet.record(&town.app, Some(1), clear(0x5ca, &town.own).into());
        let outcomes: Vec<_> = tablet.push(&town.app, 4).await.results.iter().map(|one| one.outcome).collect();
        assert_eq!(outcomes, [Outcome::Applied, Outcome::Held], "the right was taken back");
    }

    async fn an_incident_keeps_who_was_there_and_which_test_was_stopped(app) {
        let (town, browser) = coordinator(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let stopped_test = StoppedTest { instrument: Instrument::Sppb, item: Some(Item::Chair5), trial: Some(1) };
        let first = Incident {
            present: vec![town.own.participant, town.partner.participant],
            staff: vec![tablet.user],
            stopped: Some(stopped_test),
            ..stopped(&town.own)
        };
        tablet.record(&town.app, None, incidents::Verb::Record { incident: first.clone() }.into());
        let told = Incident { what_happened: "Huimasi.".into(), unfinished: false, present: Vec::new(), stopped: None, ..first.clone() };
        tablet.record(&town.app, Some(1), incidents::Verb::Complete { incident: told }.into());
        let outcomes: Vec<_> = tablet.push(&town.app, 1).await.results.iter().map(|one| one.outcome).collect();
        assert_eq!(outcomes, [Outcome::Applied, Outcome::Applied]);
        let page = browser.get(&town.app, &format!("/incidents/{}", first.id)).await.text();
        for told in ["Huimasi.", town.own.canary, "yksi muu", "Nimi instructor@091", "tuolilta", "1. yritys"] {
            assert!(page.contains(told), "{told}: {page}");
        }
        assert!(!page.contains(town.partner.canary), "{page}");
    }

    async fn a_peer_instructors_tablet_is_never_sent_health_answers(app) {
        let town = Town::on(app).await;
        let instructor = asked(&town, &[Question::ChestPain]).await;
        let peer = Tablet::of(&town, Role::PeerInstructor).await;
        let has = |text: String| text.contains("chest_pain") || text.contains("\"screening\"");
        assert!(has(instructor.fetch(&town.app, None).await.text()));
        assert!(!has(peer.fetch(&town.app, None).await.text()));
    }

    async fn an_incident_of_a_stopped_test_is_there_at_once_and_told_of_until_it_was_gone_through(app) {
        let (town, browser) = coordinator(app).await;
        let mut tablet = Tablet::of(&town, Role::PeerInstructor).await;
        let first = stopped(&town.own);
        tablet.record(&town.app, None, incidents::Verb::Record { incident: first.clone() }.into());
        assert_eq!(tablet.push(&town.app, 1).await.results[0].outcome, Outcome::Applied);
        let page = browser.get(&town.app, "/").await.text();
        assert_eq!(count_of(&page, "/incidents").as_deref(), Some("1"), "{page}");
        assert!(page.contains("Yksi haittatapahtuma on käymättä läpi") && !page.contains("Mikään ei odota"), "{page}");
        let (list, one) = ("/incidents", format!("/incidents/{}", first.id));
        let told = browser.get(&town.app, list).await.text();
        assert!(told.contains("kuvaus kesken") && told.contains("käymättä läpi"), "{told}");
        assert!(browser.get(&town.app, &one).await.text().contains("ei ole vielä kertonut"));

        let incident = Incident { what_happened: "Huimasi.".into(), unfinished: false, ..first.clone() };
        tablet.record(&town.app, Some(1), incidents::Verb::Complete { incident }.into());
        assert_eq!(tablet.push(&town.app, 2).await.results[0].outcome, Outcome::Applied);
        let page = browser.get(&town.app, &one).await.text();
        assert!(page.contains("Huimasi.") && !page.contains("ei ole vielä kertonut"), "{page}");
        assert_eq!(count_of(&page, "/incidents").as_deref(), Some("1"), "told, and not gone through");
        let history = browser.get(&town.app, &format!("/people/{}", town.own.participant)).await.text();
        assert!(history.contains("täydennettiin"), "the first word stays in the history: {history}");

        let done = browser.post(&town.app, &format!("{one}/handle"), &[]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        let page = browser.get(&town.app, &one).await.text();
        assert_eq!(count_of(&page, "/incidents"), None, "{page}");
        assert!(!browser.get(&town.app, "/").await.text().contains("käymättä läpi"), "and the first page has let go of it");
        assert!(page.contains("Käyty läpi") && !page.contains("Merkitse läpikäydyksi"), "{page}");
    }

    async fn whose_incident_it_is_cannot_be_changed_afterwards(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let first = stopped(&town.own);
        tablet.record(&town.app, None, incidents::Verb::Record { incident: first.clone() }.into());
        let incident = Incident { participant: None, unfinished: false, ..first };
        tablet.record(&town.app, Some(1), incidents::Verb::Complete { incident }.into());
        let outcomes: Vec<_> = tablet.push(&town.app, 1).await.results.iter().map(|one| one.outcome).collect();
        assert_eq!(outcomes, [Outcome::Applied, Outcome::Rejected]);
    }
}
