//! Rounds of tests at the desk: whom to measure, and the card that a person takes home.

use app::ui::PaperAddress;
use domain::access::Role;
use domain::assessments::{Assessment, Instrument, Item, NotDone, Trial, TrialOutcome};
use domain::attendance::Mark;
use domain::consents::ConsentAct;
use domain::ids::{AssessmentId, ParticipantId};
use domain::people::{PersonLanguage, Profile, ProfileChange};
use domain::sessions::{Session, SessionStatus};
use domain::sync::op::Verb;
use domain::time::Day;
use domain::{assessments, attendance, people, sessions};
use tests::tablet::Tablet;
use tests::town::{Place, Town, chair_stand, of_tests, today};
use uuid::Uuid;

use crate::own;

fn visit(place: &Place, mark: Mark) -> Verb {
    Verb::Attendance(attendance::Verb::Set {
        session: place.session,
        group: place.group,
        participant: place.participant,
        mark: Some(mark),
    })
}

fn known(place: &Place, change: ProfileChange) -> Verb {
    Verb::Participant(people::Verb::Edit { id: place.participant, changes: vec![change] })
}

fn trial(item: Item, outcome: TrialOutcome) -> Trial {
    let course_m = (item == Item::Gait).then_some(4);
    Trial { course_m, ..Trial::new(item, 1, outcome) }
}

/// An SPPB with five rises in so many hundredths of a second, or without a total.
fn sppb(place: &Place, day: Day, rises: Option<i64>) -> Verb {
    let held = |item| trial(item, TrialOutcome::Value(1000));
    let rises = rises.map_or(TrialOutcome::NotDone(NotDone::Refused), TrialOutcome::Value);
    let trials = vec![
        held(Item::SideBySide),
        held(Item::SemiTandem),
        held(Item::Tandem),
        trial(Item::Gait, TrialOutcome::Value(500)),
        trial(Item::Chair5, rises),
    ];
    record(Assessment {
        id: AssessmentId(domain::ids::uuid_v5(place.participant.0, &["sppb", &day.to_string()])),
        instrument: Instrument::Sppb,
        trials,
        ..chair_stand(place, day, 0)
    })
}

fn record(assessment: Assessment) -> Verb {
    Verb::Assessment(assessments::Verb::Record { assessment: Box::new(assessment) })
}

async fn list(town: &Town) -> String {
    let coordinator = town.signed_in(Role::Coordinator, true).await;
    let [list, group] = [String::from("/rounds"), format!("/groups/{}", town.own.group)];
    let page = coordinator.get(&town.app, &list).await.text();
    let section = coordinator.get(&town.app, &group).await.text();
    let section = section.split("id=\"rounds\"").nth(1).expect("a group's page says who waits");
    let section = section.split("</section>").next().unwrap_or_default();
    // The group's own page says the same of its people as the list.
    assert_eq!(page.contains(town.own.canary), section.contains(town.own.canary));
    page
}

tests::on_both_databases! {
    async fn who_has_come_and_was_not_measured_is_on_the_list_with_a_number_to_call(app) {
        let town = Town::on(app).await;
        assert!(!list(&town).await.contains(town.own.canary), "nobody has come yet");
        let phone = ProfileChange::Phone(Some("040 123 4567".to_owned()));
        town.write(vec![known(&town.own, phone), visit(&town.own, Mark::LateOrPartial), visit(&town.other, Mark::AbsentUnknown)])
            .await;
        let page = list(&town).await;
        assert!(page.contains(town.own.canary) && page.contains("href=\"tel:0401234567\""), "{page}");
        assert!(page.contains("lähtömittaus, viimeistään 22.9.2026"), "{page}");
        // Who was absent has not begun, and other organisations' people are not ours to call.
        assert!(!page.contains(town.other.canary) && !page.contains(town.partner.canary));
    }

    async fn a_complete_test_takes_a_person_off_the_list_and_a_refused_part_does_not(app) {
        let town = Town::on(app).await;
        town.write(vec![visit(&town.own, Mark::Present), sppb(&town.own, today(), None)]).await;
        assert!(list(&town).await.contains(town.own.canary));
        town.write(vec![sppb(&town.own, today().plus_days(-2), Some(1240))]).await;
        assert!(!list(&town).await.contains(town.own.canary));
    }

    async fn whoever_took_back_the_consent_to_tests_waits_for_no_measurement_anywhere(app) {
        let town = Town::on(app).await;
        own::card(&town).await;
        let (place, desk) = (&town.own, town.signed_in(Role::Coordinator, true).await);
        let held = Session::planned(place.group, today().plus_days(-7), None);
        let (session, group, participant) = (held.id, place.group, place.participant);
        let mark = attendance::Verb::Set { session, group, participant, mark: Some(Mark::Present) };
        town.write(vec![
            Verb::Session(sessions::Verb::Plan { session: held }),
            Verb::Attendance(mark),
            Verb::Session(sessions::Verb::Status { id: session, group, status: Some(SessionStatus::Held) }),
            of_tests(participant, 1, ConsentAct::Given, today()),
        ])
        .await;
        let in_table = async || desk.get(&town.app, "/people?only=due").await.text().contains(place.canary);
        assert!(list(&town).await.contains(place.canary) && in_table().await);
        town.write(vec![of_tests(participant, 2, ConsentAct::Withdrawn, today())]).await;
        assert!(!list(&town).await.contains(place.canary) && !in_table().await, "nobody calls them to be tested");
        town.write(vec![of_tests(participant, 3, ConsentAct::Given, today()), sppb(place, today(), Some(1240))]).await;
        let person = participant.to_string();
        let told = async || {
            let mine = own::signed_in(&town).await.get(&town.app, "/own/results").await.text();
            let card = desk.get(&town.app, &format!("/people/{person}/card?language=fi")).await.text();
            let form = [("kind", "results"), ("language", "fi"), ("phone", "040 123 4567"), ("people", &*person)];
            [mine, card, desk.post(&town.app, &format!("/people/{person}/letters"), &form).await.text()]
        };
        for page in told().await {
            assert!(page.contains("Nousit tuolilta") && page.contains("Seuraava mittaus"), "{page}");
        }
        town.write(vec![of_tests(participant, 4, ConsentAct::Withdrawn, today())]).await;
        for page in told().await {
            assert!(page.contains("Nousit tuolilta") && !page.contains("Seuraava mittaus"), "{page}");
        }
    }

    async fn whoever_said_no_in_a_record_that_was_merged_waits_for_no_measurement(app) {
        let town = Town::on(app).await;
        let (own, twin) = (&town.own, ParticipantId(Uuid::from_u128(0xf00e)));
        let profile = Box::new(Profile { given_names: "Aino".to_owned(), ..Profile::default() });
        let register = people::Verb::Register { id: twin, group: Some(own.group), profile, provisional: true };
        town.write(vec![visit(own, Mark::Present), register.into(), of_tests(twin, 1, ConsentAct::Withdrawn, today())]).await;
        assert!(list(&town).await.contains(own.canary), "two people, for all that is known");
        let same = ProfileChange::SameAs(Some(own.participant));
        town.write(vec![people::Verb::Edit { id: twin, changes: vec![same] }.into()]).await;
        assert!(!list(&town).await.contains(own.canary));
    }

    async fn a_group_in_which_nobody_waits_says_so(app) {
        let town = Town::on(app).await;
        let page = list(&town).await;
        assert!(page.contains("Kaikki on mitattu."), "{page}");
    }

    async fn a_results_card_speaks_the_persons_own_language_or_the_one_asked_for(app) {
        let town = Town::on(app).await;
        let own = &town.own;
        let swedish = ProfileChange::Language(Some(PersonLanguage::Swedish));
        let before = today().plus_days(-200);
        town.write(vec![known(own, swedish), visit(own, Mark::Present), sppb(own, before, Some(1510)), sppb(own, today(), Some(1240))])
            .await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let path = format!("/people/{}/card", own.participant);
        let card = coordinator.get(&town.app, &path).await.text();
        assert!(card.contains("Du reste dig fem gånger på 12,4 sekunder. Förra gången 15,1."), "{card}");
        assert!(card.contains("Fint – du reste dig klart snabbare."), "{card}");
        assert!(card.contains("lang=\"sv\""), "{card}");
        for (language, told) in [
            ("fi", "Nousit tuolilta viisi kertaa 12,4 sekunnissa. Viimeksi 15,1."),
            ("en", "You stood up from the chair five times in 12.4 seconds. Last time 15.1."),
        ] {
            let card = coordinator.get(&town.app, &format!("{path}?language={language}")).await.text();
            assert!(card.contains(told), "{card}");
        }
    }

    async fn what_was_measured_once_is_drawn_as_it_was_done_and_then_as_it_changes(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let path = format!("/people/{}/card?language=fi", town.own.participant);
        let pictures = async || {
            let card = coordinator.get(&town.app, &path).await.text();
            let card = card.split("<article").nth(1).expect("a card").to_owned();
            (card.matches("class=\"pose\"").count(), card.matches("class=\"trend\"").count())
        };
        assert_eq!(pictures().await, (1, 0), "the first measurement");
        town.write(vec![record(chair_stand(&town.own, today(), 10))]).await;
        assert_eq!(pictures().await, (0, 1), "with the second");
    }

    async fn paper_from_a_tablet_leads_to_the_own_page_like_paper_from_the_desk(app) {
        let town = Town::on(app).await;
        let tablet = Tablet::of(&town, Role::Instructor).await;
        let you = tablet.pull(&town.app, None).await.you.expect("this server says so");
        let drawn = PaperAddress::of(&you.own_page.expect("a short address")).expect("a code");
        assert!(drawn.typed.ends_with("/own"), "{}", drawn.typed);
        let desk = town.signed_in(Role::Coordinator, true).await;
        let card = desk.get(&town.app, &format!("/people/{}/card", town.own.participant)).await.text();
        let paper = card.split("results-card__page").nth(1).expect("where paper leads");
        assert!(paper.contains(&format!("d=\"{}\"", drawn.squares)) && paper.contains(&drawn.typed), "{paper}");
    }

    async fn a_results_card_without_results_says_so_and_names_whom_to_call(app) {
        let town = Town::on(app).await;
        let help = domain::devices::Help { name: "Maija Ohjaaja".to_owned(), phone: "09 310 1000".to_owned() };
        let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.expect("begin");
        server::help::set(&mut tx, &town.own.municipality, Some(&help)).await.expect("set");
        tx.commit().await.expect("commit");
        town.write(vec![Verb::Assessment(assessments::Verb::Amend {
            id: chair_stand(&town.own, today().plus_days(-1), 8).id,
            participant: town.own.participant,
            trials: vec![trial(Item::Stands, TrialOutcome::NotDone(NotDone::NoTime))],
            reason: "väärä henkilö".to_owned(),
            circumstances: None,
        })])
        .await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let card = coordinator.get(&town.app, &format!("/people/{}/card?language=fi", town.own.participant)).await.text();
        assert!(card.contains("Sinulla ei ole vielä tuloksia.") && card.contains("Maija Ohjaaja"), "{card}");
    }
}
