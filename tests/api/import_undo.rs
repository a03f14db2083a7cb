//! What an import did row by row, and taking it back: nothing newer is touched, nothing is lost on the way, and the same
//! file brings it again.

use domain::access::Role;
use domain::applications::{self, Answers, Decided};
use domain::assessments::{Assessment, TrialOutcome};
use domain::attendance::Mark;
use domain::groups::{Group, Membership, membership};
use domain::ids::{GroupId, ParticipantId, UserId, uuid_v5};
use domain::people::{Decision, ProfileChange};
use domain::sessions::Session;
use domain::sync::op::Verb;
use domain::sync::wire::Outcome;
use domain::{assessments, attendance, groups, people, sessions};
use http::StatusCode;
use server::access::Scope;
use server::db::Unscoped;
use server::files::import::undo;
use std::fmt::Write as _;
use std::time::Duration;
use tests::tablet::Tablet;
use tests::town::{Browser, Place, Town, today};
use uuid::Uuid;

use crate::files::count;
use crate::imports::sent;
use crate::rights::ops;

const PEOPLE: &str = "participant_ref;given_names;family_name;birth_date;health_consent_on\n\
                      u1;Elli;Uusi;8.3.1944;1.9.2026\nu2;Eino;Uusi;1.2.1941;\n";

/// Takes a file in at the desk; its page.
async fn taken_in(town: &Town, desk: &Browser, kind: &str, text: &str) -> String {
    let path = sent(town, desk, kind, "tiedosto.csv", text.as_bytes()).await;
    desk.post(&town.app, &format!("{path}/start"), &[]).await;
    let page = desk.get(&town.app, &path).await.text();
    assert!(page.contains("Tiedosto on tuotu"), "{page}");
    path
}

/// Takes an import back; the page that tells of it.
async fn undone(town: &Town, desk: &Browser, path: &str) -> String {
    let answer = desk.post(&town.app, &format!("{path}/undo"), &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let page = desk.get(&town.app, &format!("{path}/undo")).await.text();
    assert!(page.contains("Tuonti peruttiin"), "{page}");
    page
}

/// The one text of a query.
async fn text(town: &Town, sql: &'static str) -> String {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    tx.one(sql, []).await.unwrap().get::<Option<String>>("found").unwrap().unwrap_or_default()
}

async fn person(town: &Town, reference: &'static str) -> Option<ParticipantId> {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let sql = "SELECT id FROM participant WHERE reference = $1 AND deleted_at IS NULL";
    let rows = tx.all(sql, [reference.into()]).await.unwrap();
    rows.first().map(|row| row.parse("id").unwrap())
}

/// What is known of the place's own person.
async fn profile(town: &Town, place: &Place) -> people::Profile {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let sql = "SELECT body FROM participant WHERE id = $1";
    tx.one(sql, [place.participant.into()]).await.unwrap().json::<people::Participant>("body").unwrap().profile
}

fn known(place: &Place, changes: Vec<ProfileChange>) -> Verb {
    Verb::Participant(people::Verb::Edit { id: place.participant, changes })
}

fn phone(text: &str) -> ProfileChange {
    ProfileChange::Phone(Some(text.to_owned()))
}

tests::on_both_databases! {
    async fn an_undone_import_of_people_takes_back_whom_nobody_has_spoken_of_and_what_nobody_has_changed_since(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let old = vec![
            ProfileChange::Reference(Some("own".into())), phone("040 111111"), ProfileChange::PostalCode(Some("00100".into())),
        ];
        town.write(vec![known(&town.own, old)]).await;
        let name = profile(&town, &town.own).await;
        let file = format!(
            "participant_ref;given_names;family_name;birth_date;health_consent_on;phone;postal_code\n\
             u1;Elli;Uusi;8.3.1944;1.9.2026;;\nu2;Eino;Uusi;1.2.1941;;;\nown;{};{};;;040 222222;00200\n",
            name.given_names, name.family_name
        );
        let path = taken_in(&town, &desk, "participants", &file).await;
        let u2 = person(&town, "u2").await.unwrap();
        let join = membership::Verb::Join { membership: Membership::begun(town.own.group, u2, today()) };
        town.write(vec![known(&town.own, vec![phone("040 333333")]), join.into()]).await;

        let page = desk.get(&town.app, &format!("{path}/undo")).await.text();
        assert!(page.contains("3 muutosta perutaan") && page.contains("2 muutosta jää"), "{page}");
        assert!(page.contains("Uudempi jää: puhelin") && page.contains("Siihen on sen jälkeen kirjattu muuta"), "{page}");
        assert!(person(&town, "u1").await.is_some(), "nothing is done before the press");
        let page = undone(&town, &desk, &path).await;
        assert!(page.contains("Uudempi jää: puhelin") && page.contains("Siihen on sen jälkeen kirjattu muuta"), "{page}");
        assert_eq!((person(&town, "u1").await, person(&town, "u2").await), (None, Some(u2)));
        let now = profile(&town, &town.own).await;
        assert_eq!((now.phone.as_deref(), now.postal_code.as_deref()), (Some("040 333333"), Some("00100")));
        // It is said under the name of whoever pressed; pressed again it changes nothing.
        let ops = count(&town.app, "SELECT COUNT(*) AS n FROM op").await;
        desk.post(&town.app, &format!("{path}/undo"), &[]).await;
        undo::resume(&town.app.state).await.unwrap();
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM op").await, ops);
        let said = "SELECT COUNT(*) AS n FROM op o JOIN import_undo u ON u.stream = o.stream AND u.account = o.actor";
        assert!(count(&town.app, said).await >= 1);
        let erased = "SELECT COUNT(*) AS n FROM audit WHERE verb = 'person.erase' AND fields LIKE 'why=mistake%'";
        assert_eq!(count(&town.app, erased).await, 1);
        // The person who was taken back is named nowhere any more, not even in the history.
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM op WHERE body LIKE '%Elli%'").await, 0);
        let list = desk.get(&town.app, "/imports").await.text();
        assert!(list.contains("tuotu ja peruttu"), "{list}");
        // The same file brings again what was taken back, and still no older value over a newer one.
        taken_in(&town, &desk, "participants", &file).await;
        assert!(person(&town, "u1").await.is_some());
        let now = profile(&town, &town.own).await;
        assert_eq!((now.phone.as_deref(), now.postal_code.as_deref()), (Some("040 333333"), Some("00200")));
    }

    async fn whoever_has_asked_for_something_by_their_rights_stays_and_the_page_says_so_before(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let path = taken_in(&town, &desk, "participants", PEOPLE).await;
        let u2 = person(&town, "u2").await.unwrap();
        let form = crate::requests::entered("00000000-0000-0000-0000-00000000d001", "erasure", "8.9.2026");
        let at = desk.post(&town.app, &format!("/people/{u2}/requests/new"), &form).await;
        assert_eq!(at.status, StatusCode::SEE_OTHER);
        let page = desk.get(&town.app, &format!("{path}/undo")).await.text();
        assert!(page.contains("Yksi muutos jää"), "{page}");
        assert!(page.contains("Siihen on sen jälkeen kirjattu muuta"), "{page}");
        undone(&town, &desk, &path).await;
        assert_eq!((person(&town, "u1").await, person(&town, "u2").await), (None, Some(u2)));
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM rights_request").await, 1);
    }

    async fn groups_stays_and_marks_are_taken_back_and_the_same_files_bring_them_again(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let files = [
            ("participants", PEOPLE),
            ("groups", "group_ref,name,kind,weekday\nr1,Uusi ryhmä,outdoor,2\n"),
            ("memberships", "group_ref,participant_ref,joined_on\nr1,u1,2026-08-01\n"),
            ("attendance", "group_ref,held_on,session_status,participant_ref,mark\nr1,2026-08-04,held,u1,present\n"),
            ("assessments", "participant_ref,measured_on,instrument,item,trial,value\nu1,2026-09-02,tug,time,1,12.5\n"),
        ];
        let counted = async |town: &Town| {
            let mut counts = Vec::new();
            for sql in [
                "SELECT COUNT(*) AS n FROM participant WHERE reference IN ('u1', 'u2') AND deleted_at IS NULL",
                "SELECT COUNT(*) AS n FROM exercise_group WHERE reference = 'r1' AND deleted_at IS NULL",
                "SELECT COUNT(*) AS n FROM membership WHERE joined_on = '2026-08-01' AND left_on IS NULL AND deleted_at IS NULL",
                "SELECT COUNT(*) AS n FROM attendance WHERE mark = 'present'",
                "SELECT COUNT(*) AS n FROM assessment WHERE instrument = 'tug' AND deleted_at IS NULL",
            ] {
                counts.push(count(&town.app, sql).await);
            }
            counts
        };
        for round in 0..2 {
            let mut paths = Vec::new();
            for (kind, text) in files {
                paths.push(taken_in(&town, &desk, kind, text).await);
            }
            assert_eq!(counted(&town).await, [2, 1, 1, 1, 1], "round {round}");
            // From the first to the last: what others rest on stays.
            let page = undone(&town, &desk, &paths[1]).await;
            assert!(page.contains("Siihen on sen jälkeen kirjattu muuta"), "{page}");
            assert_eq!(counted(&town).await, [2, 1, 1, 1, 1], "round {round}");
            for path in paths.iter().skip(2).rev() {
                let page = undone(&town, &desk, path).await;
                assert!(!page.contains("kirjattu muuta"), "{page}");
            }
            undone(&town, &desk, &paths[0]).await;
            assert_eq!(counted(&town).await, [0, 1, 0, 0, 0], "round {round}");
            // Now nothing rests on the group any more: what stayed can be taken back after all.
            let page = desk.get(&town.app, &format!("{}/undo", paths[1])).await.text();
            assert!(page.contains("Yksi muutos perutaan"), "{page}");
            let page = undone(&town, &desk, &paths[1]).await;
            assert!(!page.contains("kirjattu muuta"), "{page}");
            assert_eq!(counted(&town).await, [0, 0, 0, 0, 0], "round {round}");
            let status = "SELECT COUNT(*) AS n FROM group_session WHERE day = '2026-08-04' AND status IS NOT NULL";
            assert_eq!(count(&town.app, status).await, 0, "of the session nothing is said");
        }
    }

    async fn a_new_group_on_which_nothing_rests_goes_and_comes_again_and_a_changed_one_is_as_before(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let own = format!("ref-{}", town.own.group);
        let before = text(&town, "SELECT MIN(body) AS found FROM exercise_group WHERE reference LIKE 'ref-%'").await;
        let file = format!("group_ref,name,kind,place\nr1,Uusi ryhmä,outdoor,\n{own},Toinen nimi,outdoor,Koulu\n");
        let path = taken_in(&town, &desk, "groups", &file).await;
        let page = desk.get(&town.app, &format!("{path}/rows")).await.text();
        assert!(page.contains("Ryhmä lisättiin") && page.contains("Tietoja muutettiin: "), "{page}");
        undone(&town, &desk, &path).await;
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM exercise_group WHERE reference = 'r1' AND deleted_at IS NULL").await, 0);
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM op WHERE kind = 'group.take_back' AND outcome = 'applied'").await, 1);
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM exercise_group WHERE body LIKE '%Toinen nimi%'").await, 0);
        assert_eq!(text(&town, "SELECT MIN(body) AS found FROM exercise_group WHERE reference LIKE 'ref-%'").await, before);
        taken_in(&town, &desk, "groups", &file).await;
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM exercise_group WHERE reference = 'r1' AND deleted_at IS NULL").await, 1);
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM exercise_group WHERE body LIKE '%Toinen nimi%'").await, 1);
    }

    async fn a_group_without_a_first_day_whose_timetable_a_file_changed_meets_as_before_once_that_is_undone(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        taken_in(&town, &desk, "groups", "group_ref,name,kind,weekday\nr1,Uusi ryhmä,outdoor,2\n").await;
        let now = "SELECT body AS found FROM exercise_group WHERE reference = 'r1'";
        let before = text(&town, now).await;
        let group = serde_json::from_str::<Group>(&before).unwrap().id;
        let plan = sessions::Verb::Plan { session: Session::planned(group, today().plus_days(-7), None) };
        town.write(vec![plan.into()]).await;
        let path = taken_in(&town, &desk, "groups", "group_ref,name,kind,weekday\nr1,Uusi ryhmä,outdoor,4\n").await;
        let changed: Group = serde_json::from_str(&text(&town, now).await).unwrap();
        assert_eq!((changed.weekdays, changed.earlier.len()), (vec![4], 1));
        let page = undone(&town, &desk, &path).await;
        assert!(!page.contains("Uudempi jää"), "{page}");
        assert_eq!(text(&town, now).await, before);
    }

    async fn an_undone_import_forgets_what_it_said_of_a_group_or_a_stay_and_nothing_else(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        taken_in(&town, &desk, "participants", PEOPLE).await;
        taken_in(&town, &desk, "groups", "group_ref,name,kind,place,minutes\nr1,Ryhmä,outdoor,Koulu,60\n").await;
        taken_in(&town, &desk, "memberships", "group_ref,participant_ref,joined_on\nr1,u1,2026-08-01\n").await;
        let group: GroupId = text(&town, "SELECT id AS found FROM exercise_group WHERE reference = 'r1'").await.parse().unwrap();
        let put = async |change: fn(&mut Group)| {
            let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
            let sql = "SELECT body FROM exercise_group WHERE id = $1";
            let mut group: Group = tx.one(sql, [group.into()]).await.unwrap().json("body").unwrap();
            drop(tx);
            change(&mut group);
            town.write(vec![groups::Verb::Put { group: Box::new(group) }.into()]).await;
        };
        // The desk knows the place better than the file, which goes on saying what it said.
        put(|group| group.place = Some("Kirjasto".to_owned())).await;
        let longer = taken_in(&town, &desk, "groups", "group_ref,name,kind,place,minutes\nr1,Ryhmä,outdoor,Koulu,90\n").await;
        let ended = "group_ref,participant_ref,joined_on,left_on,exit_reason\nr1,u1,2026-08-01,2026-09-01,moved_away\n";
        let left = taken_in(&town, &desk, "memberships", ended).await;
        let group_now = "SELECT body AS found FROM exercise_group WHERE reference = 'r1'";
        for path in [&left, &longer] {
            undone(&town, &desk, path).await;
        }
        let now = text(&town, group_now).await;
        assert!(now.contains("\"minutes\":60") && now.contains("Kirjasto"), "{now}");
        taken_in(&town, &desk, "groups", "group_ref,name,kind,place,minutes\nr1,Ryhmä,outdoor,Koulu,90\n").await;
        let now = text(&town, group_now).await;
        assert!(now.contains("\"minutes\":90") && now.contains("Kirjasto"), "no older place over a newer one: {now}");
        let stay = "SELECT left_on AS found FROM membership WHERE joined_on = '2026-08-01' AND deleted_at IS NULL";
        assert_eq!(text(&town, stay).await, "");
        taken_in(&town, &desk, "memberships", ended).await;
        assert_eq!(text(&town, stay).await, "2026-09-01", "the same end is news again");
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM membership WHERE joined_on = '2026-08-01'").await, 1);
    }

    async fn an_undone_correction_of_one_trial_leaves_what_was_said_of_the_others(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        taken_in(&town, &desk, "participants", PEOPLE).await;
        let file = |first: &str| format!(
            "participant_ref,measured_on,instrument,item,trial,value\nu1,2026-09-02,tug,time,1,{first}\nu1,2026-09-02,tug,time,2,11.0\n"
        );
        taken_in(&town, &desk, "assessments", &file("12.5")).await;
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        let test: Assessment = tx.one("SELECT body FROM assessment WHERE instrument = 'tug'", []).await.unwrap().json("body").unwrap();
        drop(tx);
        let (id, participant, mut trials) = (test.id, test.participant, test.trials);
        let (before, desks) = (trials[0].outcome, TrialOutcome::Value(130));
        assert!(trials.iter().all(|trial| trial.outcome != desks));
        trials.iter_mut().find(|trial| trial.trial == 2).unwrap().outcome = desks;
        let reason = "typed wrong".to_owned();
        town.write(vec![assessments::Verb::Amend { id, participant, trials, reason, circumstances: None }.into()]).await;
        let path = taken_in(&town, &desk, "assessments", &file("12.9")).await;
        undone(&town, &desk, &path).await;
        taken_in(&town, &desk, "assessments", &file("12.9")).await;
        let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
        let test: Assessment = tx.one("SELECT body FROM assessment WHERE instrument = 'tug'", []).await.unwrap().json("body").unwrap();
        let second = test.trials.iter().find(|trial| trial.trial == 2).unwrap().outcome;
        let first = test.trials.iter().find(|trial| trial.trial == 1).unwrap().outcome;
        assert_eq!(second, desks, "the desk's newer word stands");
        assert_ne!(first, before, "what was taken back came again");
    }

    async fn whoever_has_a_record_waiting_at_the_desk_stays(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let path = taken_in(&town, &desk, "participants", PEOPLE).await;
        let u1 = person(&town, "u1").await.unwrap();
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let set = attendance::Verb::Set { session: town.other.session, group: town.other.group, participant: u1, mark: Some(Mark::Present) };
        tablet.record(&town.app, None, set.into());
        assert_eq!(tablet.push(&town.app, 1).await.results[0].outcome, Outcome::Held);
        let page = undone(&town, &desk, &path).await;
        assert!(page.contains("kirjattu muuta"), "{page}");
        assert_eq!((person(&town, "u1").await, person(&town, "u2").await), (Some(u1), None));
    }

    async fn a_group_that_somebody_wishes_for_or_is_offered_stays_until_that_is_settled(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let file = "group_ref,name,kind\nr1,Toivottu,outdoor\nr2,Tarjottu,outdoor\nr3,Vapaa,outdoor\nr4,Lomakkeen,outdoor\n";
        let path = taken_in(&town, &desk, "groups", file).await;
        let scope = Scope::command_line(town.own.municipality.clone(), today());
        let ids = crate::files::ids(&town.app, &scope).await;
        let participant = town.own.participant;
        let (id, start) = (ops::applied(participant), ops::by_phone());
        let answers = Box::new(Answers { wishes: vec![ids.group("r1")], ..Answers::default() });
        let decided = |decision| {
            let decided = Decided { decision, reason: "ryhmä on täynnä".into(), on: today(), by: UserId(Uuid::nil()) };
            Verb::from(applications::Verb::Decide { id, participant, decided })
        };
        let record = applications::Verb::Record { id, participant, applied_on: today().plus_days(-1), start, answers };
        let offer =
            applications::Verb::Offer { id, participant, group: ids.group("r2"), on: today(), until: today().plus_days(7) };
        town.write(vec![record.into(), decided(Decision::WaitingList), offer.into()]).await;
        crate::applications::open_form(&town).await;
        let wish = ids.group("r4").to_string();
        crate::desk::next(&crate::applications::sends_form(&town, &[("group", &wish)]).await);
        let page = undone(&town, &desk, &path).await;
        assert_eq!(page.matches("Siihen on sen jälkeen kirjattu muuta").count(), 3, "{page}");
        let left = "SELECT COUNT(*) AS n FROM exercise_group WHERE reference IN ('r1', 'r2', 'r3', 'r4') AND deleted_at IS NULL";
        assert_eq!(count(&town.app, left).await, 3);
        town.write(vec![decided(Decision::NotEligible)]).await;
        let page = desk.get(&town.app, &format!("{path}/undo")).await.text();
        assert!(page.contains("2 muutosta perutaan"), "nothing waits for those any more: {page}");
    }

    async fn a_stay_with_marks_of_others_stays_and_so_does_a_session_in_which_they_are(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        taken_in(&town, &desk, "participants", PEOPLE).await;
        let group = format!("ref-{}", town.own.group);
        let stays = format!("group_ref,participant_ref,joined_on\n{group},u1,2026-08-01\n{group},u2,2026-08-01\n");
        let stays = taken_in(&town, &desk, "memberships", &stays).await;
        let marks = format!("group_ref,held_on,session_status,participant_ref,mark\n{group},2026-08-04,held,u2,present\n");
        let marks = taken_in(&town, &desk, "attendance", &marks).await;
        let u1 = person(&town, "u1").await.unwrap();
        let session = Session::planned_id(town.own.group, "2026-08-04".parse().unwrap());
        let (group, mark) = (town.own.group, Some(Mark::Present));
        town.write(vec![attendance::Verb::Set { session, group, participant: u1, mark }.into()]).await;
        let page = undone(&town, &desk, &marks).await;
        assert!(page.contains("kirjattu muuta"), "{page}");
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM group_session WHERE day = '2026-08-04' AND status = 'held'").await, 1);
        undone(&town, &desk, &stays).await;
        let open = "SELECT COUNT(*) AS n FROM membership WHERE joined_on = '2026-08-01' AND left_on IS NULL";
        assert_eq!(count(&town.app, open).await, 1, "u2's mark was taken back, u1's was somebody else's");
    }

    async fn a_session_at_which_somebody_counted_people_stays_held(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        taken_in(&town, &desk, "participants", PEOPLE).await;
        let group = format!("ref-{}", town.own.group);
        taken_in(&town, &desk, "memberships", &format!("group_ref,participant_ref,joined_on\n{group},u2,2026-08-01\n")).await;
        let marks = format!("group_ref,held_on,session_status,participant_ref,mark\n{group},2026-08-04,held,u2,present\n");
        let marks = taken_in(&town, &desk, "attendance", &marks).await;
        let (id, group) = (Session::planned_id(town.own.group, "2026-08-04".parse().unwrap()), town.own.group);
        town.write(vec![sessions::Verb::Count { id, group, people: Some(40) }.into()]).await;
        let page = undone(&town, &desk, &marks).await;
        assert!(page.contains("kirjattu muuta"), "{page}");
        let held = "SELECT COUNT(*) AS n FROM group_session WHERE day = '2026-08-04' AND status = 'held' AND counted = 40";
        assert_eq!(count(&town.app, held).await, 1);
    }

    async fn an_undoing_that_was_broken_off_is_taken_up_where_it_was_and_erases_everybody_once(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let mut file = "participant_ref,given_names,family_name\n".to_owned();
        (0..350).for_each(|n| writeln!(file, "p{n:03},Aino,Aalto").unwrap());
        let path = taken_in(&town, &desk, "participants", &file).await;
        let job: Uuid = path.rsplit('/').next().unwrap().parse().unwrap();
        let state = town.app.state.clone();
        let scope = Scope::import(town.user(Role::Coordinator).await, town.own.municipality.clone(), today());
        let mut tx = state.db.begin(Unscoped::Installation).await.unwrap();
        let sql = "INSERT INTO import_undo (municipality, job, stream, account, asked_at, next_n, again, held_until, done, kept) \
                   VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, 0)";
        let (stream, account) = (uuid_v5(job, &["undo"]), town.user(Role::Coordinator).await);
        let values = [(&town.own.municipality).into(), job.into(), stream.into(), account.into(), state.now().into(), i64::MAX.into()];
        tx.run(sql, values).await.unwrap();
        tx.commit().await.unwrap();
        let there = "SELECT COUNT(*) AS n FROM participant WHERE reference LIKE 'p0%' AND deleted_at IS NULL \
                     OR reference LIKE 'p1%' AND deleted_at IS NULL OR reference LIKE 'p2%' AND deleted_at IS NULL \
                     OR reference LIKE 'p3%' AND deleted_at IS NULL";
        assert_eq!(count(&town.app, there).await, 350);
        let work = tokio::spawn({
            let (state, scope) = (state.clone(), scope.clone());
            async move { undo::work(&state, &scope, job).await }
        });
        while count(&town.app, there).await == 350 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        work.abort();
        let _ = work.await;
        // Whoever looks at once finds it held; when its holder gives no sign of life, the next look goes on.
        undo::resume(&state).await.unwrap();
        town.app.clock.advance(31_000);
        undo::resume(&state).await.unwrap();
        assert_eq!(count(&town.app, there).await, 0);
        let erased = "SELECT COUNT(*) AS n FROM audit WHERE verb = 'person.erase'";
        assert_eq!(count(&town.app, erased).await, 350);
        assert_eq!(count(&town.app, "SELECT done AS n FROM import_undo").await, 350);
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM import_undo WHERE ended_at IS NOT NULL").await, 1);
    }

    async fn the_rows_of_an_import_tell_what_each_did_fifty_on_a_page(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let mut file = "participant_ref,given_names,family_name,phone\n".to_owned();
        (0..60).for_each(|n| writeln!(file, "p{n:02},Aino,Aalto{n:02},0401234567").unwrap());
        taken_in(&town, &desk, "participants", &file).await;
        let changed = file.replace("p07,Aino,Aalto07,0401234567", "p07,Aino,Aalto07,0500000007") + "p60,Aino,Aalto60,0401234567\n";
        let path = taken_in(&town, &desk, "participants", &changed).await;
        let page = async |query: &str| desk.get(&town.app, &format!("{path}/rows{query}")).await.text();
        let all = page("").await;
        assert!(all.contains("Kaikki rivit (61)") && all.contains("Uudet (1)") && all.contains("Muuttuneet (1)"), "{all}");
        assert!(all.contains("Aalto07 Aino") && !all.contains("Aalto55 Aino") && all.contains("1–50 / 61"), "{all}");
        assert!(page("?page=2").await.contains("Aalto55 Aino"));
        let one = page("?effect=changed").await;
        assert!(one.contains("Aalto07 Aino") && one.contains("Tietoja muutettiin: puhelin") && !one.contains("Aalto08"), "{one}");
        assert!(!one.contains("0500000007"), "values stay in the log");
        let new = page("?effect=created").await;
        assert!(new.contains("Aalto60 Aino") && new.contains("Rekisteröitiin") && !new.contains("Aalto07"), "{new}");
        // Whoever reads a page is shown those people.
        let look = "SELECT COUNT(*) AS n FROM audit WHERE verb = 'list' AND fields = 'participant=50'";
        assert_eq!(count(&town.app, look).await, 1);
    }
}
