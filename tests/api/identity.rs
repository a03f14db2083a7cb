//! Who is who: text that looks the same is the same, references are given by desk and files alone, nobody writes about
//! people out of reach, people without a group exist, and who is there twice is asked about.

use crate::desk::{coordinator, next, value};
use crate::files::{count, file, take};
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
use domain::access::Role;
use domain::attendance::Mark;
use domain::groups::membership;
use domain::groups::{ExitReason, Membership};
use domain::ids::{GroupId, IncidentId, ParticipantId};
use domain::people::{Participant, Profile, ProfileChange};
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::sync::wire::{Outcome, Reason};
use domain::text::apart;
use domain::{attendance, incidents, people};
use http::StatusCode;
use server::access::Scope;
use server::access::scope::Asker;
use server::db::{Unscoped, Value};
use server::files::import::Summary;
use server::files::kinds::Kind;
use server::files::problem::NoticeKind;
use tests::App;
use tests::tablet::Tablet;
use tests::town::{Browser, Place, Town, login, today};
use uuid::Uuid;

fn scope(town: &Town) -> Scope {
    Scope::command_line(town.own.municipality.clone(), today())
}

/// A file of people: reference, given and family name, day of birth, telephone.
async fn people_file(town: &Town, rows: &str) -> Summary {
    let text = format!("participant_ref;given_names;family_name;birth_date;phone\n{rows}\n");
    take(&town.app, &scope(town), Kind::Participants, &text).await
}

async fn found(town: &Town, browser: &Browser, typed: &str) -> String {
    browser.search(&town.app, typed).await.text()
}

async fn all_of<const N: usize>(app: &App, sql: &'static str, values: [Value; N], column: &'static str) -> Vec<String> {
    let mut tx = app.state.db.read(Unscoped::Installation).await.expect("read");
    let rows = tx.all(sql, values).await.expect("rows");
    rows.iter().map(|row| row.get(column).expect("a text")).collect()
}

async fn change<const N: usize>(app: &App, sql: &'static str, values: [Value; N]) {
    let mut tx = app.state.db.begin(Unscoped::Installation).await.expect("begin");
    assert!(tx.run(sql, values).await.expect("changed") > 0, "{sql}");
    tx.commit().await.expect("commit");
}

async fn person(town: &Town, id: ParticipantId) -> Participant {
    let body = all_of(&town.app, "SELECT body FROM participant WHERE id = $1", [id.into()], "body").await;
    serde_json::from_str(&body[0]).expect("a participant")
}

/// The person of that reference.
async fn referenced(town: &Town, reference: &str) -> ParticipantId {
    let ids = all_of(&town.app, "SELECT id FROM participant WHERE reference = $1", [reference.into()], "id").await;
    assert_eq!(ids.len(), 1, "{reference}: {ids:?}");
    ids[0].parse().expect("an id")
}

fn walk_in(id: u128, place: &Place, profile: Profile) -> Verb {
    let (id, group) = (ParticipantId(Uuid::from_u128(id)), Some(place.group));
    Verb::Participant(people::Verb::Register { id, group, profile: Box::new(profile), provisional: true })
}

fn named(given: &str, family: &str) -> Profile {
    Profile { given_names: given.into(), family_name: family.into(), birth_year: Some(1944), ..Profile::default() }
}

fn stay(group: GroupId, participant: ParticipantId, days_ago: i64) -> Membership {
    Membership::begun(group, participant, today().plus_days(-days_ago))
}

fn join(stay: Membership) -> Verb {
    Verb::Membership(membership::Verb::Join { membership: stay })
}

/// How stays end, in the order of their first days: `open`, or the last day and the reason.
async fn ends(town: &Town, id: ParticipantId) -> Vec<String> {
    let sql = "SELECT body FROM membership WHERE participant = $1 ORDER BY joined_on, exercise_group";
    let end = |body: &String| {
        let stay: Membership = serde_json::from_str(body).expect("a stay");
        let reason = stay.exit_reason.map(|reason| format!(" {reason}")).unwrap_or_default();
        stay.left_on.map_or("open".to_owned(), |left| format!("{left}{reason}"))
    };
    all_of(&town.app, sql, [id.into()], "body").await.iter().map(end).collect()
}

/// Writes as the coordinator does at the desk.
async fn at_the_desk(town: &Town, verb: Verb) -> Result<Result<(), server::write::Refused>, server::error::Error> {
    let (user, role) = (town.user(Role::Coordinator).await, Role::Coordinator);
    let asker = Asker::Staff { user, role, organisation: town.own.organisation };
    let scope = Scope::of(asker, town.own.municipality.clone(), today()).expect("a scope");
    town.app.state.change(&scope, "test", &[(verb, Seen::Newest)]).await
}

/// A coordinator of the partner organisation.
pub async fn partners_coordinator(town: &Town) -> Browser {
    let browser = town.signed_in(Role::Coordinator, true).await;
    let sql = "UPDATE account SET organisation = $2 WHERE login = $1";
    change(&town.app, sql, [login(Role::Coordinator).into(), town.partner.organisation.into()]).await;
    browser
}

const GROUPS: &str = "group_ref;name;kind\nPäivä;Päiväryhmä;strength_balance";
const STAYS: &str = "group_ref;participant_ref;joined_on\nPäivä;Mäki-1;2026-09-01";
const TAKEN_APART: &str = "Mäki-1;Päivi;Mäkelä;8.3.1944;\nB2;Åke;Öhman;2.2.1941;\nB3;Matti;Zetterberg;2.2.1942;";

tests::on_both_databases! {
    async fn a_file_in_letters_taken_apart_tells_of_the_same_people_and_groups(app) {
        let (town, browser) = coordinator(app).await;
        let scope = scope(&town);
        assert_eq!(people_file(&town, &apart(TAKEN_APART)).await.created, 3);
        take(&town.app, &scope, Kind::Groups, &apart(GROUPS)).await;
        assert_eq!(take(&town.app, &scope, Kind::Memberships, STAYS).await.created, 1);
        let again = people_file(&town, TAKEN_APART).await;
        assert_eq!((again.created, again.changed, again.unchanged), (0, 0, 3));
        let spaced = people_file(&town, "Mäki-1;Päivi;Mäkelä;8.3.1944;\nB2 ;Åke;\u{a0}Öhman;2.2.1941;\n\u{a0}B3;Matti;Zetterberg;2.2.1942;").await;
        assert_eq!((spaced.created, spaced.changed), (0, 0));
        assert_eq!(take(&town.app, &scope, Kind::Groups, GROUPS).await.unchanged, 1);
        assert_eq!(take(&town.app, &scope, Kind::Memberships, &apart(STAYS)).await.unchanged, 1);
        assert!(file(&town.app, &scope, Kind::Participants).await.contains("Mäki-1,Päivi,Mäkelä,"));
        for typed in ["makela", "mäkelä", &apart("Mäkelä")] {
            assert!(found(&town, &browser, typed).await.contains("Mäkelä Päivi"), "{typed}");
        }
        let list = browser.get(&town.app, "/people").await.text();
        let places: Vec<_> = ["Mäkelä Päivi", "Zetterberg Matti", "Öhman Åke"].map(|name| list.find(name)).into();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}");
    }

    async fn what_a_tablet_sends_in_letters_taken_apart_is_kept_as_it_looks_and_logged_as_it_came(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let profile = named(&apart("Päivi"), &format!("{}\u{a0} {}", apart("Mäkelä"), apart("Öhman")));
        tablet.record(&town.app, None, walk_in(0xf1, &town.own, profile));
        assert_eq!(tablet.push(&town.app, 1).await.results[0].outcome, Outcome::Applied);
        let kept = person(&town, ParticipantId(Uuid::from_u128(0xf1))).await.profile;
        assert_eq!((kept.given_names.as_str(), kept.family_name.as_str()), ("Päivi", "Mäkelä Öhman"));
        let sql = "SELECT body FROM op WHERE stream = $1";
        assert_eq!(all_of(&town.app, sql, [tablet.stream.into()], "body").await, tablet.recorded);
    }

    async fn a_password_set_in_another_form_opens_once_more_and_is_hashed_anew(app) {
        let town = Town::on(app).await;
        let set = apart("hiljainen metsä polku");
        let argon2 = Argon2::new_with_secret(&town.app.state.secrets.pepper, Algorithm::Argon2id, Version::V0x13, Params::default());
        let old = argon2.expect("argon2").hash_password_with_salt(set.as_bytes(), &[3; 16]).expect("a hash").to_string();
        let login = login(Role::Coordinator);
        change(&town.app, "UPDATE account SET password = $2 WHERE login = $1", [login.as_str().into(), old.as_str().into()]).await;
        let sign_in = async |login: &str, password: &str| {
            let form = [("login", login), ("password", password)];
            Browser::default().post(&town.app, "/sign-in", &form).await.status
        };
        let stored = async || all_of(&town.app, "SELECT password FROM account WHERE login = $1", [login.as_str().into()], "password").await;
        assert_eq!(sign_in(&login, "hiljainen metsä polku").await, StatusCode::SEE_OTHER);
        let anew = stored().await;
        assert_ne!(anew, [old]);
        for (login, password) in [
            (login.as_str(), set.as_str()),
            (&login.to_uppercase(), "hiljainen\u{a0}metsä polku"),
        ] {
            assert_eq!(sign_in(login, password).await, StatusCode::SEE_OTHER, "{password:?}");
        }
        assert_eq!(stored().await, anew, "once");
        assert_eq!(sign_in(&login, "hiljainen metsa polku").await, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn what_an_earlier_program_kept_taken_apart_is_put_together_at_the_next_start(app) {
        let (town, browser) = coordinator(app).await;
        people_file(&town, TAKEN_APART).await;
        people_file(&town, "Mäki-2;Eila;Laine;1.1.1940;").await;
        let (id, twin) = (referenced(&town, "Mäki-1").await, referenced(&town, "Mäki-2").await);
        let body = serde_json::to_string(&person(&town, id).await).expect("a text");
        let sql = "UPDATE participant SET body = $2, reference = $3, name_key = NULL WHERE id = $1";
        change(&town.app, sql, [id.into(), apart(&body).into(), apart("Mäki-1").into()]).await;
        let body = serde_json::to_string(&person(&town, twin).await).expect("a text").replace("Mäki-2", "Mäki-1");
        change(&town.app, sql, [twin.into(), body.into(), "Mäki-1".into()]).await;
        change(&town.app, "UPDATE import_row SET key = $2, row = $3 WHERE key = $1",
            ["Mäki-1".into(), apart("Mäki-1").into(), apart("[\"Mäki-1\",\"Päivi\",\"Mäkelä\",null,\"1944-03-08\"]").into()]).await;
        let login = login(Role::Instructor);
        change(&town.app, "UPDATE account SET login = $2 WHERE login = $1", [login.into(), apart("mäki@091").into()]).await;
        change(&town.app, "UPDATE account SET login = 'mäki@091' WHERE login = $1", ["idle1@test".into()]).await;
        change(&town.app, "DELETE FROM meta WHERE key = $1", ["upgraded:identity".into()]).await;
        town.app.state.prepare().await.expect("prepared");

        let kept = person(&town, id).await.profile;
        assert_eq!((kept.reference.as_deref(), kept.family_name.as_str()), (Some("Mäki-1"), "Mäkelä"));
        assert!(found(&town, &browser, "makela").await.contains("Mäkelä Päivi"));
        let keys = all_of(&town.app, "SELECT key FROM import_row ORDER BY key", [], "key").await;
        assert!(keys.contains(&"Mäki-1".to_owned()) && !keys.contains(&apart("Mäki-1")), "{keys:?}");
        let logins = all_of(&town.app, "SELECT login FROM account WHERE login LIKE 'm_ki@091%' ORDER BY login", [], "login").await;
        assert_eq!(logins, ["mäki@091", "mäki@091-2"], "both are kept");
        let reviews = browser.get(&town.app, "/reviews").await.text();
        assert!(reviews.contains("Mäkelä") && reviews.contains("Laine"), "one reference, two people: {reviews}");
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM participant WHERE reference = 'Mäki-1'").await, 2);
    }

    async fn texts_of_incidents_tests_and_consents_that_were_kept_taken_apart_are_put_together_at_the_next_start(app) {
        let (town, browser) = coordinator(app).await;
        let incident = crate::rights::near_fall(IncidentId(Uuid::from_u128(0xf7)), &town.own);
        let incident = incidents::Incident { what_happened: "Mätäs liukas, löyhä kenkä.".into(), ..incident };
        let mut assessment = domain::sync::testing::sample::test(1, 1, 95);
        if let Verb::Assessment(domain::assessments::Verb::Record { assessment }) = &mut assessment {
            assessment.participant = town.own.participant;
            assessment.measured_on = today();
            assessment.trials[0].note = Some("Äkkiä väsyi".into());
        }
        let mut consent = domain::sync::testing::sample::consent(1, 1, domain::consents::ConsentAct::Given, &[]);
        if let Verb::Consent(domain::consents::Verb::Record { consent }) = &mut consent {
            consent.participant = town.own.participant;
            consent.on = today();
            consent.text_version = "tämä/1".into();
        }
        town.write(vec![incidents::Verb::Record { incident }.into(), assessment, consent]).await;
        let tables = [
            ("SELECT body FROM incident WHERE body LIKE '%ukas%'", "UPDATE incident SET body = $2 WHERE body = $1"),
            ("SELECT body FROM assessment WHERE body LIKE '%syi%'", "UPDATE assessment SET body = $2 WHERE body = $1"),
            ("SELECT body FROM consent WHERE body LIKE '%/1%'", "UPDATE consent SET body = $2 WHERE body = $1"),
        ];
        let mut whole = Vec::new();
        for (read, plant) in tables {
            let [body] = &all_of(&town.app, read, [], "body").await[..] else { panic!("one row: {read}") };
            assert_ne!(apart(body), *body);
            change(&town.app, plant, [body.as_str().into(), apart(body).into()]).await;
            whole.push(body.clone());
        }
        change(&town.app, "DELETE FROM meta WHERE key = $1", ["upgraded:facts".into()]).await;
        town.app.state.prepare().await.expect("prepared");
        for ((read, _), body) in tables.into_iter().zip(whole) {
            assert_eq!(all_of(&town.app, read, [], "body").await, [body]);
        }
        assert!(browser.get(&town.app, "/incidents").await.status.is_success());
    }

    async fn who_died_before_the_program_knew_what_that_ends_keeps_no_stay_open_after_the_next_start(app) {
        let (town, _) = coordinator(app).await;
        people_file(&town, "K1;Aino;Aho;1.1.1940;").await;
        let id = referenced(&town, "K1").await;
        let groups = "group_ref;name;kind\nA;A;peer\nB;B;peer\nC;C;peer";
        take(&town.app, &scope(&town), Kind::Groups, groups).await;
        let stays = "group_ref;participant_ref;joined_on\nA;K1;2026-08-01\nB;K1;2026-08-02\nC;K1;2026-08-03";
        take(&town.app, &scope(&town), Kind::Memberships, stays).await;
        assert_eq!(ends(&town, id).await, ["open"; 3]);
        // As a program wrote it that ended the one stay alone.
        let sql = "SELECT body FROM membership WHERE participant = $1 ORDER BY joined_on";
        let first = all_of(&town.app, sql, [id.into()], "body").await.remove(0);
        let mut died: serde_json::Value = serde_json::from_str(&first).expect("a stay");
        died["left_on"] = "2026-09-01".into();
        died["exit_reason"] = "died".into();
        let plant = "UPDATE membership SET body = $2, left_on = '2026-09-01' WHERE body = $1";
        change(&town.app, plant, [first.into(), died.to_string().into()]).await;
        assert_eq!(ends(&town, id).await, ["2026-09-01 died", "open", "open"]);
        change(&town.app, "DELETE FROM meta WHERE key = $1", ["upgraded:facts".into()]).await;
        town.app.state.prepare().await.expect("prepared");
        assert_eq!(ends(&town, id).await, ["2026-09-01 died"; 3]);
        let written = count(&town.app, "SELECT COUNT(*) AS n FROM op WHERE kind = 'membership.leave'").await;
        town.app.state.prepare().await.expect("prepared");
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM op WHERE kind = 'membership.leave'").await, written, "once");
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.expect("read");
        server::audit::verify(&mut tx, &town.app.state.secrets, &town.own.municipality).await.expect("whole");
    }

    async fn a_reference_that_a_tablet_gives_is_not_taken_and_the_desk_is_told(app) {
        let (town, browser) = coordinator(app).await;
        let mut tablet = Tablet::of(&town, Role::PeerInstructor).await;
        let profile = Profile { reference: Some("0077".into()), ..named("Eila", "Laine") };
        tablet.record(&town.app, None, walk_in(0xf1, &town.own, profile));
        let mut instructor = Tablet::of(&town, Role::Instructor).await;
        let changes = vec![ProfileChange::Reference(Some("0078".into())), ProfileChange::PostalCode(Some("00100".into()))];
        instructor.record(&town.app, Some(1), people::Verb::Edit { id: town.own.participant, changes }.into());
        let alone = vec![ProfileChange::Reference(Some("0079".into()))];
        instructor.record(&town.app, Some(2), people::Verb::Edit { id: town.own.participant, changes: alone }.into());
        let told = |result: &domain::sync::wire::OpResult| (result.outcome, result.field.clone());
        let reference = Some("reference".to_owned());
        assert_eq!(told(&tablet.push(&town.app, 1).await.results[0]), (Outcome::Applied, reference.clone()));
        let results = instructor.push(&town.app, 1).await.results;
        assert_eq!(told(&results[0]), (Outcome::Applied, reference.clone()));
        assert_eq!(told(&results[1]), (Outcome::Rejected, reference));

        let walk_in = person(&town, ParticipantId(Uuid::from_u128(0xf1))).await.profile;
        assert_eq!((walk_in.reference, walk_in.given_names.as_str()), (None, "Eila"), "the rest is kept");
        let edited = person(&town, town.own.participant).await.profile;
        assert_eq!((edited.reference, edited.postal_code.as_deref()), (None, Some("00100")));
        let reviews = browser.get(&town.app, "/reviews").await;
        assert!(reviews.text().contains("kunnan tunnisteen 0077") && reviews.text().contains("kunnan tunnisteen 0078"), "{}", reviews.text());
        for _ in 0..2 {
            let page = browser.get(&town.app, "/reviews").await;
            let form = [("review", value(&page, "review")), ("answer", "seen".to_owned())];
            let form = form.each_ref().map(|(name, text)| (*name, text.as_str()));
            assert_eq!(next(&browser.post(&town.app, "/reviews/settle", &form).await), "/reviews");
        }
        assert!(browser.get(&town.app, "/reviews").await.text().contains("Ei ratkaistavaa"));

        let taken = people_file(&town, "0077;Eila;Laine;1.1.1940;040 123 4567").await;
        assert_eq!(taken.created, 1, "the file's person is somebody else");
        assert_eq!(person(&town, ParticipantId(Uuid::from_u128(0xf1))).await.profile.phone, None);
    }

    async fn a_reference_that_a_tablet_gave_before_is_taken_back_at_the_next_start(app) {
        let (town, browser) = coordinator(app).await;
        let mut tablet = Tablet::of(&town, Role::PeerInstructor).await;
        tablet.record(&town.app, None, walk_in(0xf1, &town.own, named("Eila", "Laine")));
        tablet.push(&town.app, 1).await;
        people_file(&town, "0088;Aune;Aalto;1.1.1940;").await;
        let id = ParticipantId(Uuid::from_u128(0xf1));
        let mut planted = person(&town, id).await;
        planted.profile.reference = Some("0077".into());
        let body = serde_json::to_string(&planted).expect("a text");
        change(&town.app, "UPDATE participant SET body = $2, reference = '0077' WHERE id = $1", [id.into(), body.into()]).await;
        let op = tablet.recorded[0].replace("\"given_names\"", "\"reference\":\"0077\",\"given_names\"");
        change(&town.app, "UPDATE op SET body = $2 WHERE stream = $1", [tablet.stream.into(), op.into()]).await;
        change(&town.app, "DELETE FROM meta WHERE key = $1", ["upgraded:identity".into()]).await;
        town.app.state.prepare().await.expect("prepared");
        assert_eq!(person(&town, id).await.profile.reference, None);
        assert!(browser.get(&town.app, "/reviews").await.text().contains("kunnan tunnisteen 0077"));
        referenced(&town, "0088").await;
        assert_eq!(people_file(&town, "0077;Eila;Laine;1.1.1940;").await.created, 1);
    }

    async fn a_reference_is_one_persons(app) {
        let town = Town::on(app).await;
        people_file(&town, "K1;Aino;Aho;1.1.1940;\nK2;Eino;Aho;1.1.1940;").await;
        let (first, second) = (referenced(&town, "K1").await, referenced(&town, "K2").await);
        let scope = scope(&town);
        let edit = |id, reference: &str| {
            let changes = vec![ProfileChange::Reference(Some(reference.into()))];
            Verb::Participant(people::Verb::Edit { id, changes })
        };
        let written = async |verb| town.app.state.change(&scope, "test", &[(verb, Seen::Newest)]).await.expect("no error");
        let refused = written(edit(second, "K1")).await.unwrap_err().result;
        assert_eq!((refused.outcome, refused.reason), (Outcome::Rejected, Some(Reason::Invalid)));
        assert_eq!(written(edit(first, "K3")).await, Ok(()));
        assert_eq!(written(edit(second, "K1")).await, Ok(()), "it is free now");
    }

    async fn nobody_writes_about_people_out_of_reach(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let stranger = town.partner.participant;
        let Place { session, group, .. } = town.own;
        let mark = attendance::Verb::Set { session, group, participant: stranger, mark: Some(Mark::Present) };
        tablet.record(&town.app, None, mark.into());
        let place = Place { participant: stranger, ..town.own.clone() };
        let incident = crate::rights::near_fall(IncidentId(Uuid::from_u128(0xf1)), &place);
        tablet.record(&town.app, None, incidents::Verb::Record { incident: incident.clone() }.into());
        tablet.record(&town.app, None, join(stay(group, stranger, 0)));
        let nobody = incidents::Incident { participant: None, id: IncidentId(Uuid::from_u128(0xf2)), ..incident.clone() };
        tablet.record(&town.app, None, incidents::Verb::Record { incident: nobody }.into());
        let results = tablet.push(&town.app, 1).await.results;
        let outcomes: Vec<_> = results.iter().map(|result| (result.outcome, result.reason)).collect();
        let held = (Outcome::Held, Some(Reason::Rights));
        assert_eq!(outcomes, [held, held, held, (Outcome::Applied, None)]);
        for verb in [
            join(stay(group, stranger, 0)),
            incidents::Verb::Record { incident }.into(),
            attendance::Verb::Set { session, group, participant: stranger, mark: Some(Mark::Present) }.into(),
            people::Verb::Edit { id: stranger, changes: vec![ProfileChange::PostalCode(None)] }.into(),
        ] {
            let written = at_the_desk(&town, verb).await;
            assert!(matches!(written, Err(server::error::Error::Forbidden)), "{written:?}");
        }
        assert_eq!(at_the_desk(&town, join(stay(group, town.other.participant, 0))).await.expect("allowed"), Ok(()));
    }

    async fn a_visitor_is_brought_into_a_group_by_the_organisation_that_registered_them_and_by_no_other(app) {
        let town = Town::on(app).await;
        let id = ParticipantId(Uuid::from_u128(0xf1));
        let mut tablet = Tablet::of(&town, Role::PeerInstructor).await;
        tablet.record(&town.app, None, walk_in(0xf1, &town.own, named("Eila", "Laine")));
        tablet.push(&town.app, 1).await;
        let elsewhere = "UPDATE keeper SET organisation = $2 WHERE participant = $1";
        change(&town.app, elsewhere, [id.into(), town.partner.organisation.into()]).await;
        tablet.record(&town.app, None, join(stay(town.own.group, id, 0)));
        assert_eq!(tablet.push(&town.app, 2).await.results[0].outcome, Outcome::Held);
        change(&town.app, elsewhere, [id.into(), town.own.organisation.into()]).await;
        tablet.record(&town.app, None, join(stay(town.own.group, id, 0)));
        assert_eq!(tablet.push(&town.app, 3).await.results[0].outcome, Outcome::Applied);
    }

    async fn a_death_told_in_one_group_ends_the_stays_in_all_of_them(app) {
        let (town, browser) = coordinator(app).await;
        let id = town.own.participant;
        town.write(vec![join(stay(town.other.group, id, 5)), join(stay(town.partner.group, id, 4))]).await;
        let page = browser.get(&town.app, &format!("/people/{id}")).await;
        assert!(page.status == StatusCode::OK);
        let membership = stay(town.own.group, id, 7).id.to_string();
        let leave = [("membership", membership.as_str()), ("left_on", "7.9.2026"), ("exit_reason", "died")];
        next(&browser.post(&town.app, &format!("/people/{id}/leave"), &leave).await);
        assert_eq!(ends(&town, id).await, ["2026-09-07 died"; 3]);

        let undone = membership::Verb::Leave { id: stay(town.own.group, id, 7).id, group: town.own.group, left_on: None, exit_reason: None };
        town.write(vec![undone.into()]).await;
        assert_eq!(ends(&town, id).await, ["open"; 3], "it was somebody else");
    }

    async fn a_final_exit_that_a_file_tells_ends_every_stay_and_one_entered_later_ends_with_it(app) {
        let town = Town::on(app).await;
        people_file(&town, "K1;Aino;Aho;1.1.1940;").await;
        let id = referenced(&town, "K1").await;
        let groups = "group_ref;name;kind\nA;A;peer\nB;B;peer\nC;C;peer";
        take(&town.app, &scope(&town), Kind::Groups, groups).await;
        let header = "group_ref;participant_ref;joined_on;left_on;exit_reason";
        let stays = format!("{header}\nA;K1;2026-08-01;;\nB;K1;2026-08-02;2026-08-20;cost\nC;K1;2026-08-03;;");
        take(&town.app, &scope(&town), Kind::Memberships, &stays).await;
        let moved = format!("{header}\nA;K1;2026-08-01;2026-09-01;moved_away");
        take(&town.app, &scope(&town), Kind::Memberships, &moved).await;
        assert_eq!(ends(&town, id).await, ["2026-09-01 moved_away", "2026-08-20 cost", "2026-09-01 moved_away"]);
        town.write(vec![join(stay(town.own.group, id, 20)), join(stay(town.other.group, id, 0))]).await;
        assert_eq!(ends(&town, id).await[3..], ["2026-09-01 moved_away", "open"], "an old stay ends with it, a return does not");
        let again = take(&town.app, &scope(&town), Kind::Memberships, &stays).await;
        assert_eq!(again.changed, 1, "only the row that says something new: {again:?}");
    }

    async fn stays_that_overlap_are_shown_with_their_days_and_become_one_by_a_button(app) {
        let (town, browser) = coordinator(app).await;
        let id = town.own.participant;
        town.write(vec![join(stay(town.own.group, id, 3))]).await;
        let page = browser.get(&town.app, "/reviews").await;
        let text = page.text().replace('\u{a0}', " ");
        assert!(text.contains("Ryhmässä on kaksi päällekkäistä jaksoa") && text.contains(town.own.canary), "{text}");
        assert!(text.contains("1.9.2026 alkaen") && text.contains("5.9.2026 alkaen"), "{text}");
        let review = value(&page, "review");
        let wrong = browser.post(&town.app, "/reviews/settle", &[("review", &review), ("answer", "apart")]).await;
        assert_eq!(wrong.status, StatusCode::NOT_FOUND, "not an answer to this question");
        let form = [("review", review.as_str()), ("answer", "join_stays")];
        assert_eq!(next(&browser.post(&town.app, "/reviews/settle", &form).await), "/reviews");
        assert_eq!(ends(&town, id).await, ["open", "2026-09-04"], "the later one counts as entered by mistake");
        assert!(browser.get(&town.app, "/reviews").await.text().contains("Ei ratkaistavaa"));
        assert_eq!(next(&browser.post(&town.app, "/reviews/settle", &form).await), "/reviews", "pressed twice");
        let logged = "SELECT COUNT(*) AS n FROM audit WHERE verb = 'review.settle' AND fields = 'join_stays'";
        assert_eq!(count(&town.app, logged).await, 1);
    }

    async fn stays_that_overlapped_before_are_shown_from_the_next_start_on(app) {
        let (town, browser) = coordinator(app).await;
        town.write(vec![join(stay(town.own.group, town.own.participant, 3))]).await;
        change(&town.app, "DELETE FROM review WHERE kind = $1", ["overlap".into()]).await;
        change(&town.app, "DELETE FROM meta WHERE key = $1", ["upgraded:identity".into()]).await;
        town.app.state.prepare().await.expect("prepared");
        assert!(browser.get(&town.app, "/reviews").await.text().contains("Ryhmässä on kaksi päällekkäistä jaksoa"));
    }

    async fn people_without_a_group_are_found_by_those_who_look_after_them(app) {
        let (town, browser) = coordinator(app).await;
        people_file(&town, "K1;Irja;Mäkelä;1.1.1944;0401234567").await;
        let id = referenced(&town, "K1").await;
        assert!(found(&town, &browser, "irja").await.contains(&id.to_string()), "on the waiting list");
        assert_eq!(browser.get(&town.app, &format!("/people/{id}")).await.status, StatusCode::OK);
        let form = [("given_names", "Aune"), ("family_name", "Aalto"), ("birth_date", "1.1.1941"), ("decision", "waiting_list")];
        let aune = next(&browser.post(&town.app, "/people/new", &form).await);
        assert!(browser.get(&town.app, &aune).await.text().contains("Ei ole missään ryhmässä"));
        assert!(found(&town, &browser, "aalto").await.contains(&aune));
        let group = town.own.group.to_string();
        let joined = browser.post(&town.app, &format!("{aune}/join"), &[("group", group.as_str()), ("joined_on", "8.9.2026")]).await;
        assert_eq!(next(&joined), aune);

        town.write(vec![join(stay(town.partner.group, id, 0))]).await;
        assert!(!found(&town, &browser, "irja").await.contains(&id.to_string()), "now the partner's, as a file brought her");
        let theirs = partners_coordinator(&town).await;
        assert!(found(&town, &theirs, "irja").await.contains(&id.to_string()));
        assert!(!found(&town, &theirs, "aalto").await.contains(&aune));
        assert_eq!(theirs.get(&town.app, &aune).await.status, StatusCode::NOT_FOUND);
    }

    async fn registering_somebody_who_may_be_there_already_asks_first(app) {
        let (town, browser) = coordinator(app).await;
        people_file(&town, "K1;Irja;Mäkelä;1.1.1944;0401234567").await;
        let id = referenced(&town, "K1").await;
        let there = "SELECT COUNT(*) AS n FROM participant WHERE name_key = 'irja makela'";
        let group = town.own.group.to_string();
        let names = [("given_names", "irja"), ("family_name", "Makela"), ("birth_date", "2.2.1944")];
        let form = [&names[..], &[("group", group.as_str()), ("joined_on", "1.9.2026")]].concat();
        let asked = browser.post(&town.app, "/people/new", &form).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = asked.text();
        assert!(text.contains("Onko tämä sama henkilö?") && text.contains(&format!("/people/{id}")), "{text}");
        assert!(text.contains("s. 1944 · ei ryhmää") && text.contains("value=\"2.2.1944\""), "{text}");
        let again = browser.post(&town.app, "/people/new", &form).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "a question that nobody answered is asked again");
        assert_eq!(count(&town.app, there).await, 1);
        let nothing = browser.get(&town.app, "/reviews").await.text();
        assert!(nothing.contains("Ei ratkaistavaa"), "nobody was registered, so there is nothing to decide");
        let phone = [("given_names", "Irja"), ("family_name", "Mäki"), ("phone", "+358 40 123 4567")];
        assert_eq!(browser.post(&town.app, "/people/new", &phone).await.status, StatusCode::UNPROCESSABLE_ENTITY);

        let (rev, who) = (value(&asked, "rev"), value(&asked, "asked"));
        let form = [&form[..], &[("rev", rev.as_str()), ("asked", who.as_str())]].concat();
        next(&browser.post(&town.app, "/people/new", &form).await);
        assert_eq!(count(&town.app, there).await, 2);
        assert!(browser.get(&town.app, "/reviews").await.text().contains("Ei ratkaistavaa"), "answered already");
    }

    async fn people_who_look_the_same_are_put_to_the_desk_whatever_way_they_came_and_put_away_for_good(app) {
        let (town, browser) = coordinator(app).await;
        people_file(&town, "0077;Eila;Laine;1.1.1940;").await;
        let summary = people_file(&town, "77;Eila;Laine;1.1.1940;").await;
        assert!(summary.notices.iter().any(|notice| notice.kind == NoticeKind::MaybeSamePerson), "{summary:?}");
        let mut tablet = Tablet::of(&town, Role::PeerInstructor).await;
        let profile = Profile { birth_year: Some(1940), ..named("EILA", "Laine") };
        tablet.record(&town.app, None, walk_in(0xf1, &town.own, profile));
        let result = tablet.push(&town.app, 1).await.results[0].clone();
        assert_eq!((result.outcome, result.reason), (Outcome::Applied, None), "a peer learns of nobody by it");
        let questions = async || browser.get(&town.app, "/reviews").await.text().matches("review__title").count();
        assert_eq!(questions().await, 3, "each pair once");
        for left in (0..3).rev() {
            let review = value(&browser.get(&town.app, "/reviews").await, "review");
            next(&browser.post(&town.app, "/reviews/settle", &[("review", &review), ("answer", "apart")]).await);
            assert_eq!(questions().await, left);
        }
        let (one, other) = (referenced(&town, "0077").await, referenced(&town, "77").await);
        for id in [one, other] {
            let changes = vec![ProfileChange::Phone(Some("040 123 4567".into()))];
            town.write(vec![people::Verb::Edit { id, changes }.into()]).await;
        }
        assert_eq!(questions().await, 0, "they were told apart for good");
        let exit = ExitReason::Died;
        assert!(exit.is_final());
    }
}
