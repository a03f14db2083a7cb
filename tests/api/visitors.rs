//! A newcomer who takes part elsewhere: the tablet asks once, about the whole of what identifies somebody, and is told as
//! little as it needs; the person comes into the group by the server.

use domain::access::Role;
use domain::consents::{Consent, ConsentAct, standing};
use domain::groups::{Membership, membership};
use domain::ids::{GroupId, ParticipantId, UserId};
use domain::people::{self, Profile, ProfileChange};
use domain::sync::op::Verb;
use domain::sync::wire::Outcome;
use domain::visitors::{BRING_PATH, KNOWN_PATH};
use http::StatusCode;
use serde_json::{Value, json};
use server::audit::looks;
use server::db::Unscoped;
use tests::Answer;
use tests::tablet::Tablet;
use tests::town::{Browser, Place, Town, of_tests, today};
use uuid::Uuid;

/// What identifies the person of the organisation's other group.
pub fn other() -> Value {
    of("Kanariamuu")
}

fn of(family: &str) -> Value {
    json!({ "given_names": "Aino", "family_name": family, "birth_year": 1946 })
}

async fn ask(town: &Town, browser: &Browser, group: GroupId, whom: &Value) -> Answer {
    browser.call(&town.app, KNOWN_PATH, &json!({ "group": group, "whom": whom })).await
}

/// The people of whom the asker in the own group is told.
async fn told(town: &Town, browser: &Browser, whom: &Value) -> Vec<Value> {
    let answer = ask(town, browser, town.own.group, whom).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()["people"].as_array().expect("a list").clone()
}

async fn bring(town: &Town, browser: &Browser, place: &Place, group: GroupId, day: &str, whom: &Value) -> StatusCode {
    let body = json!({ "group": group, "person": place.participant, "day": day, "whom": whom });
    browser.call(&town.app, BRING_PATH, &body).await.status
}

async fn change(town: &Town, place: &Place, change: ProfileChange) {
    town.write(vec![Verb::Participant(people::Verb::Edit { id: place.participant, changes: vec![change] })]).await;
}

/// The rows of the log that tell whom a tablet was told of: who asked in which role, and of whom.
async fn rows(town: &Town) -> Vec<(String, String)> {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let sql =
        "SELECT role, entities FROM audit WHERE municipality = '091' AND verb = 'view' AND fields = 'known' ORDER BY n";
    let rows = tx.all(sql, []).await.unwrap();
    rows.iter().map(|row| (row.get("role").unwrap(), row.get("entities").unwrap())).collect()
}

/// How many stays of the place's person begin today.
async fn begun(town: &Town, place: &Place) -> i64 {
    let sql = "SELECT COUNT(*) AS n FROM membership WHERE participant = $1 AND joined_on = $2";
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    tx.one(sql, [place.participant.into(), today().into()]).await.unwrap().get("n").unwrap()
}

/// How many people this account has brought into a group.
async fn joins_by(town: &Town, user: UserId) -> i64 {
    let sql = "SELECT COUNT(*) AS n FROM op WHERE kind = 'membership.join' AND actor = $1";
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    tx.one(sql, [user.into()]).await.unwrap().get("n").unwrap()
}

/// What the place's person has said, and who recorded it.
async fn consents_of(town: &Town, place: &Place) -> Vec<(Consent, UserId)> {
    let sql = "SELECT c.body, o.actor FROM consent c JOIN op o ON o.municipality = c.municipality AND o.eid = c.id \
               WHERE c.participant = $1 ORDER BY c.id";
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let rows = tx.all(sql, [place.participant.into()]).await.unwrap();
    rows.iter().map(|row| (row.json("body").unwrap(), UserId(row.parse("actor").unwrap()))).collect()
}

tests::on_both_databases! {
    async fn somebody_of_another_group_is_told_of_by_the_whole_of_what_identifies_them_and_as_little_as_it_takes(app) {
        let town = Town::on(app).await;
        let (instructor, _) = town.on_tablet(Role::Instructor).await;
        let (peer, _) = town.on_tablet(Role::PeerInstructor).await;
        let id = town.other.participant.to_string();
        let known = json!({ "id": id, "name": "Aino K.", "birth_year": 1946 });
        assert_eq!(told(&town, &instructor, &other()).await, std::slice::from_ref(&known));
        assert_eq!(told(&town, &peer, &other()).await, [json!({ "id": id, "name": "Aino K." })], "years are not theirs");
        change(&town, &town.other, ProfileChange::Phone(Some("040 123 4567".to_owned()))).await;
        assert_eq!(told(&town, &instructor, &json!({ "phone": "+358 40 123 4567" })).await, [known]);
        for nobody in [
            json!({ "given_names": "Aino", "family_name": "Kanariamuu", "birth_year": 1947 }),
            json!({ "given_names": "Aini", "family_name": "Kanariamuu", "birth_year": 1946 }),
            json!({ "phone": "040 123 4568" }),
        ] {
            assert!(told(&town, &instructor, &nobody).await.is_empty(), "{nobody}");
        }
        for part in [
            json!({ "family_name": "Kanariamuu", "birth_year": 1946 }),
            json!({ "given_names": "Aino", "family_name": "Kanariamuu" }),
            json!({ "given_names": "Aino", "birth_year": 1946, "phone": "040 123" }),
            json!({}),
        ] {
            assert_eq!(ask(&town, &instructor, town.own.group, &part).await.status, StatusCode::BAD_REQUEST, "{part}");
        }
    }

    async fn nobody_is_told_of_whom_the_organisation_does_not_know_or_whose_way_must_not_become_known(app) {
        let town = Town::on(app).await;
        let (instructor, _) = town.on_tablet(Role::Instructor).await;
        for (family, why) in [
            (town.own.canary, "the tablet itself holds the own group's people"),
            (town.partner.canary, "another organisation's"),
            (town.foreign.canary, "another municipality's"),
        ] {
            assert!(told(&town, &instructor, &of(family)).await.is_empty(), "{why}");
        }
        for (hide, show) in [
            (ProfileChange::Undisclosed(true), ProfileChange::Undisclosed(false)),
            (ProfileChange::Restricted(true), ProfileChange::Restricted(false)),
        ] {
            change(&town, &town.other, hide).await;
            assert!(told(&town, &instructor, &other()).await.is_empty());
            let brought = bring(&town, &instructor, &town.other, town.own.group, &today().to_string(), &other()).await;
            assert_eq!(brought, StatusCode::NOT_FOUND, "knowing the id helps nobody");
            change(&town, &town.other, show).await;
            assert_eq!(told(&town, &instructor, &other()).await.len(), 1);
        }
        change(&town, &town.other, ProfileChange::DiedOn(Some(today()))).await;
        assert!(told(&town, &instructor, &other()).await.is_empty());
        // A group that the asker does not lead is no group to ask for.
        assert_eq!(ask(&town, &instructor, town.other.group, &other()).await.status, StatusCode::NOT_FOUND);
    }

    async fn what_any_record_of_a_person_says_counts_for_the_one_that_stands_for_it(app) {
        let town = Town::on(app).await;
        let (instructor, _) = town.on_tablet(Role::Instructor).await;
        let twin = ParticipantId(Uuid::from_u128(0xf00e));
        let profile = Profile { given_names: "Aino".to_owned(), undisclosed: true, ..Profile::default() };
        let register = |group| people::Verb::Register { id: twin, group, profile: Box::new(profile), provisional: false };
        let edit = |change| Verb::Participant(people::Verb::Edit { id: twin, changes: vec![change] });
        town.write(vec![register(Some(town.own.group)).into()]).await;
        assert_eq!(told(&town, &instructor, &other()).await.len(), 1);
        town.write(vec![edit(ProfileChange::SameAs(Some(town.other.participant)))]).await;
        assert!(told(&town, &instructor, &other()).await.is_empty(), "a hidden home that the other record tells of");
        let brought = bring(&town, &instructor, &town.other, town.own.group, &today().to_string(), &other()).await;
        assert_eq!(brought, StatusCode::NOT_FOUND);
        town.write(vec![edit(ProfileChange::Undisclosed(false))]).await;
        assert_eq!(told(&town, &instructor, &other()).await.len(), 1);
        let stay = Membership::begun(town.own.group, twin, today());
        town.write(vec![membership::Verb::Join { membership: stay }.into()]).await;
        assert!(told(&town, &instructor, &other()).await.is_empty(), "the tablet holds them by that record");
    }

    async fn each_question_is_one_row_about_those_of_whom_it_told_and_they_see_it(app) {
        let town = Town::on(app).await;
        let (instructor, _) = town.on_tablet(Role::Instructor).await;
        told(&town, &instructor, &other()).await;
        told(&town, &instructor, &of("Tuntematon")).await;
        ask(&town, &instructor, town.own.group, &json!({})).await;
        let group = format!("newcomer_of:{}", town.own.group);
        let about = format!("{group} participant:{}", town.other.participant);
        let role = "instructor".to_owned();
        assert_eq!(rows(&town).await, [(role.clone(), about), (role, group)]);
        let mut tx = town.app.state.db.read(Unscoped::Audit).await.unwrap();
        let (records, groups) = ([town.other.participant].into(), [town.other.group].into());
        let looks = looks::of_person(&mut tx, &town.own.municipality, &records, &groups).await.unwrap();
        let by = Some(town.user(Role::Instructor).await);
        let own = looks.iter().filter(|one| one.by == by).map(|one| (one.how, one.times));
        assert_eq!(own.collect::<Vec<_>>(), [(looks::How::Person, 1)]);
    }

    async fn the_same_person_comes_into_the_group_from_that_day_and_onto_its_tablet(app) {
        let town = Town::on(app).await;
        let tablet = Tablet::of(&town, Role::Instructor).await;
        let known = tablet.pull(&town.app, None).await;
        assert!(!tablet.fetch(&town.app, None).await.text().contains(town.other.canary));
        let (browser, day) = (&tablet.browser, today().to_string());
        // Whoever is not meant by what was typed, another's group, a day to come.
        let (own, place) = (town.own.group, &town.other);
        assert_eq!(bring(&town, browser, place, own, &day, &of("Muu")).await, StatusCode::NOT_FOUND);
        assert_eq!(bring(&town, browser, &town.partner, own, &day, &other()).await, StatusCode::NOT_FOUND);
        assert_eq!(bring(&town, browser, place, town.partner.group, &day, &other()).await, StatusCode::NOT_FOUND);
        let ahead = today().plus_days(1).to_string();
        assert_eq!(bring(&town, browser, place, own, &ahead, &other()).await, StatusCode::BAD_REQUEST);
        let stays = async || begun(&town, place).await;
        assert_eq!(stays().await, 0);
        assert_eq!(bring(&town, browser, place, own, &day, &other()).await, StatusCode::NO_CONTENT);
        let news = tablet.fetch(&town.app, Some(&known)).await.text();
        assert!(news.contains(town.other.canary), "{news}");
        // Pressed again, because the answer was lost: nothing is made twice.
        assert_eq!(bring(&town, browser, place, own, &day, &other()).await, StatusCode::NO_CONTENT);
        assert_eq!(stays().await, 1);
        assert_eq!(joins_by(&town, tablet.user).await, 1, "in the instructor's own name");
        // The tablet holds them now, and asks about them itself.
        assert!(told(&town, browser, &other()).await.is_empty());
    }

    async fn what_was_answered_at_the_form_is_kept_with_whoever_it_turned_out_to_be_and_overrules_no_withdrawal(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let brought = bring(&town, &tablet.browser, &town.other, town.own.group, &today().to_string(), &other()).await;
        assert_eq!(brought, StatusCode::NO_CONTENT);
        // The tablet has not heard of them yet, and knows of no event before.
        tablet.record(&town.app, None, of_tests(town.other.participant, 1, ConsentAct::Given, today()));
        assert_eq!(tablet.push(&town.app, 1).await.results[0].outcome, Outcome::Applied);
        let said = consents_of(&town, &town.other).await;
        let [(given, by)] = &said[..] else { panic!("{said:?}") };
        assert_eq!((given.act, given.text_version.as_str(), *by), (ConsentAct::Given, "health_tests/1", tablet.user));
        // They take it back elsewhere; another answer of somebody who did not know of it does not undo that.
        town.write(vec![of_tests(town.other.participant, 2, ConsentAct::Withdrawn, today())]).await;
        tablet.record(&town.app, None, of_tests(town.other.participant, 3, ConsentAct::Given, today()));
        tablet.push(&town.app, 2).await;
        let said = consents_of(&town, &town.other).await;
        let events: Vec<_> = said.iter().map(|(event, _)| event).collect();
        assert_eq!((events.len(), standing(&events)), (3, Some(ConsentAct::Withdrawn)), "{events:?}");
    }

    async fn whoever_asks_about_everybody_waits(app) {
        let town = Town::on(app).await;
        let (instructor, _) = town.on_tablet(Role::Instructor).await;
        for _ in 0..40 {
            told(&town, &instructor, &of("Tuntematon")).await;
        }
        let waits = ask(&town, &instructor, town.own.group, &other()).await;
        assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(waits.headers.contains_key("retry-after"));
        let brought = bring(&town, &instructor, &town.other, town.own.group, &today().to_string(), &other()).await;
        assert_eq!(brought, StatusCode::NO_CONTENT, "whom they were told of comes in all the same");
    }
}
