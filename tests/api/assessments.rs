//! Functional-ability tests: in whose hands they come.

use domain::access::Role;
use domain::assessments::{self, Assessment, Circumstances, Instrument, Item, Trial, TrialOutcome};
use domain::groups::{Membership, membership};
use domain::ids::{ParticipantId, StreamId};
use domain::sync::entity::{Bucket, EntityKey};
use domain::sync::op::{SCHEMA, Verb};
use domain::sync::wire::{Outcome, PULL_PATH, PullReply};
use server::db::Unscoped;
use std::collections::BTreeMap;
use tests::tablet::Tablet;
use tests::town::{Place, Town, chair_stand, today};

/// When everybody of the town has joined.
const JOINED: i64 = -7;

fn stay(place: &Place, person: ParticipantId) -> Membership {
    Membership::begun(place.group, person, today().plus_days(JOINED))
}

fn leaves(place: &Place, days: i64) -> Verb {
    let Membership { id, group, .. } = stay(place, place.participant);
    let left_on = Some(today().plus_days(days));
    Verb::Membership(membership::Verb::Leave { id, group, left_on, exit_reason: None })
}

fn measured(assessment: &Assessment) -> Verb {
    Verb::Assessment(assessments::Verb::Record { assessment: Box::new(assessment.clone()) })
}

/// Whether a tablet of the group is given the test (`false`: told that it is gone); nothing of what has not changed.
fn holds(reply: &PullReply, place: &Place, assessment: &Assessment) -> Option<bool> {
    let key = EntityKey::from(assessment.id);
    let items = &reply.buckets.get(&Bucket::Health(place.group))?.items;
    items.iter().find(|entity| entity.key == key).map(|entity| entity.body.is_some())
}

/// The test as it should be, with so many stands and, where it was told, so much pain.
fn corrected(test: &Assessment, stands: i64, pain: Option<u8>) -> Verb {
    let mut trials = test.trials.clone();
    trials[0].outcome = assessments::TrialOutcome::Value(stands);
    let circumstances = pain.map(|pain| Box::new(Circumstances { pain: Some(pain), ..Circumstances::default() }));
    let (id, participant, reason) = (test.id, test.participant, "laskettiin väärin".into());
    Verb::Assessment(assessments::Verb::Amend { id, participant, trials, reason, circumstances })
}

/// The test as the reply tells it.
fn told(reply: &PullReply, place: &Place, test: &Assessment) -> Assessment {
    let key = EntityKey::from(test.id);
    let mut items = reply.buckets[&Bucket::Health(place.group)].items.iter();
    let entity = items.find(|entity| entity.key == key).expect("the test");
    entity.content::<Assessment>().expect("its content").clone()
}

tests::on_both_databases! {
    async fn corrections_that_contradict_each_other_come_to_both_tablets_with_both_values_and_both_names(app) {
        let town = Town::on(app).await;
        let test = chair_stand(&town.own, today(), 9);
        town.write(vec![measured(&test)]).await;
        let (mut one, mut other) = (Tablet::of(&town, Role::Instructor).await, Tablet::of(&town, Role::Instructor).await);
        one.record(&town.app, Some(1), corrected(&test, 10, None));
        assert_eq!(one.push(&town.app, 1).await.results[0].outcome, Outcome::Applied);
        assert_eq!(other.pull(&town.app, None).await.authors.len(), 0, "no name without a contradiction");
        other.record(&town.app, Some(1), corrected(&test, 12, Some(4)));
        assert_eq!(other.push(&town.app, 1).await.results[0].outcome, Outcome::Conflict);
        for reader in [&one, &other] {
            let reply = reader.pull(&town.app, None).await;
            let test = told(&reply, &town.own, &test);
            let sides: BTreeMap<StreamId, _> = test.sides().map(|side| (side.stream, side.trials[0].value())).collect();
            assert_eq!(sides, [(one.stream, Some(10)), (other.stream, Some(12))].into());
            assert!(test.disputed);
            assert_eq!(reply.authors, [one.stream, other.stream].map(|by| (by, "Nimi instructor@091".to_owned())).into());
        }
        let asked = |schema: u16| serde_json::json!({"schema": schema, "cursors": {}, "limit": 2000});
        for (schema, known) in [(5, false), (SCHEMA, true)] {
            let text = one.browser.call(&town.app, PULL_PATH, &asked(schema)).await.json().to_string();
            for newer in ["\"versions\"", "\"pain\""] {
                assert_eq!(text.contains(newer), known, "schema {schema}, {newer}: {text}");
            }
        }
        // Whoever has seen both and writes one of them again has chosen.
        one.record(&town.app, Some(3), corrected(&test, 10, None));
        assert_eq!(one.push(&town.app, 2).await.results[0].outcome, Outcome::Applied);
        let settled = told(&other.pull(&town.app, None).await, &town.own, &test);
        assert_eq!((settled.trials[0].value(), settled.disputed, settled.sides().count()), (Some(10), false, 0));
        let open = "SELECT COUNT(*) AS n FROM review WHERE state = 'open'";
        assert_eq!(crate::files::count(&town.app, open).await, 0, "the desk's question is answered with it");
    }

    async fn pain_during_a_test_stands_beside_its_result_at_the_desk_and_in_the_persons_own_data(app) {
        let town = Town::on(app).await;
        let mut test = chair_stand(&town.own, today(), 9);
        test.id = domain::ids::AssessmentId(uuid::Uuid::from_u128(0x7e57));
        test.circumstances.pain = Some(4);
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        tablet.record(&town.app, None, measured(&test));
        assert_eq!(tablet.push(&town.app, 1).await.results[0].outcome, Outcome::Applied);
        let desk = town.signed_in(Role::Coordinator, true).await;
        let person = format!("/people/{}", town.own.participant);
        let page = desk.get(&town.app, &person).await.text();
        assert!(page.contains("kipu testin aikana 4 / 10"), "{page}");
        let paper = desk.get(&town.app, &format!("{person}/data")).await.text();
        assert!(paper.contains("Kipu testin aikana: 4/10"), "{paper}");
    }

    async fn the_desk_tells_who_measured_where_it_is_not_who_recorded(app) {
        let town = Town::on(app).await;
        let mut test = chair_stand(&town.own, today().plus_days(-1), 9);
        test.id = domain::ids::AssessmentId(uuid::Uuid::from_u128(0x7e57));
        test.measured_on = today();
        test.circumstances.measured_by = Some("fysioterapeutti Laine".into());
        town.write(vec![measured(&test)]).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let page = desk.get(&town.app, &format!("/people/{}", town.own.participant)).await.text();
        assert!(page.contains("mittaaja: fysioterapeutti Laine"), "{page}");
    }

    async fn the_desk_sets_a_result_beside_the_mean_of_the_age_with_its_source(app) {
        let town = Town::on(app).await;
        let id = domain::ids::AssessmentId(uuid::Uuid::from_u128(0x7e57));
        let trial = Trial::new(Item::Time, 1, TrialOutcome::Value(119));
        let test = Assessment::new(id, town.own.participant, today(), Instrument::Tug, vec![trial]);
        town.write(vec![measured(&test)]).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let page = desk.get(&town.app, &format!("/people/{}", town.own.participant)).await.text();
        let mean = "Naiset ja miehet, 80–99 vuotta: keskimäärin 11,3\u{a0}s, keskiarvon 95\u{a0}%:n luottamusväli \
                    10,0–12,7 (Bohannon 2006: terveitä ikäihmisiä)";
        assert!(page.contains(mean), "{page}");
    }

    async fn what_a_result_was_before_its_correction_stays_to_be_read_in_the_history(app) {
        let town = Town::on(app).await;
        let mut test = chair_stand(&town.own, today(), 9);
        test.id = domain::ids::AssessmentId(uuid::Uuid::from_u128(0x7e57));
        town.write(vec![measured(&test)]).await;
        // The history goes by when each came.
        town.app.clock.advance(60_000);
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let amend = assessments::Verb::Amend {
            id: test.id,
            participant: test.participant,
            trials: vec![Trial::new(Item::Stands, 1, TrialOutcome::Value(11))],
            reason: "laskettiin väärin".into(),
            circumstances: None,
        };
        tablet.record(&town.app, Some(1), Verb::Assessment(amend));
        tablet.push(&town.app, 1).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let page = desk.get(&town.app, &format!("/people/{}", town.own.participant)).await.text();
        let history = page.split("laskettiin väärin (tulos: 11").nth(1);
        assert!(history.is_some_and(|earlier| earlier.contains("(tulos: 9")), "{page}");
    }

    async fn a_correction_of_the_circumstances_alone_stands_at_the_desk_and_what_was_measured_stays(app) {
        let town = Town::on(app).await;
        let mut test = chair_stand(&town.own, today(), 9);
        test.id = domain::ids::AssessmentId(uuid::Uuid::from_u128(0x7e57));
        test.circumstances.measured_by = Some("fysioterapeutti Laine".into());
        town.write(vec![measured(&test)]).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let told = Circumstances { measured_by: Some("Outi Ohjaaja".into()), ..test.circumstances.clone() };
        let amend = assessments::Verb::Amend {
            id: test.id,
            participant: test.participant,
            trials: test.trials.clone(),
            reason: "väärä nimi".into(),
            circumstances: Some(Box::new(told)),
        };
        tablet.record(&town.app, Some(1), Verb::Assessment(amend));
        tablet.push(&town.app, 1).await;
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.expect("read");
        let row = tx.one("SELECT body FROM assessment WHERE id = $1", [test.id.into()]).await.expect("one");
        let now: Assessment = row.json("body").expect("a test");
        drop(tx);
        assert_eq!((now.trials, now.amended_because.as_deref()), (test.trials, Some("väärä nimi")));
        let desk = town.signed_in(Role::Coordinator, true).await;
        let page = desk.get(&town.app, &format!("/people/{}", town.own.participant)).await.text();
        assert!(page.contains("mittaaja: Outi Ohjaaja") && !page.contains("mittaaja: fysioterapeutti Laine"), "{page}");
    }

    async fn what_is_measured_after_a_person_has_left_a_group_is_not_given_to_its_instructor(app) {
        let town = Town::on(app).await;
        let (own, person) = (&town.own, town.own.participant);
        let (before, after) = (chair_stand(own, today().plus_days(-5), 9), chair_stand(own, today().plus_days(-2), 12));
        let instructor = Tablet::of(&town, Role::Instructor).await;
        let join = Verb::Membership(membership::Verb::Join { membership: stay(&town.other, person) });
        town.write(vec![join, measured(&before), measured(&after)]).await;
        let known = instructor.pull(&town.app, None).await;
        assert_eq!([&before, &after].map(|test| holds(&known, own, test)), [Some(true); 2]);
        // It is entered later that the person had left.
        town.write(vec![leaves(own, -3)]).await;
        let news = instructor.pull(&town.app, Some(&known)).await;
        assert_eq!((holds(&news, own, &before), holds(&news, own, &after)), (None, Some(false)));
        let latest = chair_stand(own, today(), 14);
        town.write(vec![measured(&latest)]).await;
        let anew = instructor.pull(&town.app, None).await;
        assert_eq!([&before, &after, &latest].map(|test| holds(&anew, own, test)), [Some(true), None, None]);
        // Back again, the person brings what was measured meanwhile.
        town.write(vec![leaves(own, 30)]).await;
        let anew = instructor.pull(&town.app, None).await;
        assert_eq!([&before, &after, &latest].map(|test| holds(&anew, own, test)), [Some(true); 3]);
    }

    async fn what_an_earlier_program_kept_for_a_group_after_a_person_had_left_is_withdrawn_at_the_next_start(app) {
        let town = Town::on(app).await;
        let own = &town.own;
        let (before, after) = (chair_stand(own, today().plus_days(-3), 9), chair_stand(own, today(), 12));
        town.write(vec![measured(&before), measured(&after)]).await;
        let instructor = Tablet::of(&town, Role::Instructor).await;
        let known = instructor.pull(&town.app, None).await;
        let left = Membership { left_on: Some(today().plus_days(-1)), ..stay(own, own.participant) };
        let body = serde_json::to_string(&left).expect("JSON");
        let mut tx = town.app.state.db.begin(Unscoped::Installation).await.expect("begin");
        let sql = "UPDATE membership SET body = $1 WHERE id = $2";
        assert_eq!(tx.run(sql, [body.into(), left.id.into()]).await.expect("written"), 1);
        tx.run("DELETE FROM meta WHERE key = 'upgraded:results'", []).await.expect("taken away");
        tx.commit().await.expect("commit");
        town.app.state.prepare().await.expect("prepared");
        let news = instructor.pull(&town.app, Some(&known)).await;
        assert_eq!((holds(&news, own, &before), holds(&news, own, &after)), (None, Some(false)));
        let anew = instructor.pull(&town.app, None).await;
        assert_eq!((holds(&anew, own, &before), holds(&anew, own, &after)), (Some(true), None));
        let bucket = &anew.buckets[&Bucket::Health(own.group)];
        assert!(!bucket.more && news.buckets[&Bucket::Health(own.group)].digest == bucket.digest);
    }
}
