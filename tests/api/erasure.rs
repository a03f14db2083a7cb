//! Erasure of a person: nothing of them is left but a bare id, and no backup brings them back.

use domain::access::Role;
use domain::applications;
use domain::attendance::Mark;
use domain::friends::{Ended, FriendEnd, FriendPair};
use domain::ids::{ApplicationId, FriendPairId, IncidentId, TalkId};
use domain::incidents::{self, InjuryLevel};
use domain::people::{Decision, ProfileChange};
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::sync::wire::{Order, Outcome, Reason};
use domain::talks::{TakenBack, Talk, TalkMistake};
use http::StatusCode;
use server::access::Scope;
use server::audit;
use server::db::Unscoped;
use server::erasure::{self, Why};
use tests::App;
use tests::tablet::Tablet;
use tests::town::Town;
use uuid::Uuid;

use crate::files::{count, take, try_take};
use crate::rights::near_fall;
use crate::rights::ops::befriended;
use server::files::kinds::Kind;
use server::write::change_in;

fn scope(town: &Town) -> Scope {
    Scope::command_line(town.own.municipality.clone(), town.app.state.today())
}

/// Everywhere that a name could have stayed.
async fn rows_with(app: &App, word: &str) -> i64 {
    let mut tx = app.state.db.read(Unscoped::Installation).await.unwrap();
    let mut found = 0;
    for sql in [
        "SELECT COUNT(*) AS n FROM participant WHERE body LIKE $1",
        "SELECT COUNT(*) AS n FROM op WHERE body LIKE $1",
        "SELECT COUNT(*) AS n FROM import_row WHERE row LIKE $1",
        "SELECT COUNT(*) AS n FROM incident WHERE body LIKE $1",
        "SELECT COUNT(*) AS n FROM audit WHERE fields LIKE $1 OR entities LIKE $1",
    ] {
        found += tx.one(sql, [format!("%{word}%").into()]).await.unwrap().get::<i64>("n").unwrap();
    }
    found
}

async fn log_is_whole(town: &Town) {
    let state = &town.app.state;
    let mut tx = state.db.read(Unscoped::Installation).await.unwrap();
    audit::verify(&mut tx, &state.secrets, &town.own.municipality).await.expect("the log fits the history");
}

tests::on_both_databases! {
    async fn an_erased_person_is_nowhere_any_more_and_the_log_still_fits_the_history(app) {
        let town = Town::on(app).await;
        let (own, desk) = (&town.own, town.signed_in(Role::Coordinator, true).await);
        let words = own.participant;
        let told = incidents::Verb::Record { incident: incidents::Incident {
            what_happened: format!("{} horjahti", own.canary), ..near_fall(IncidentId(Uuid::from_u128(77)), own)
        } };
        town.write(vec![Verb::Incident(told)]).await;
        assert!(rows_with(&town.app, own.canary).await >= 4);
        let answer = desk.post(&town.app, &format!("/people/{words}/erase"), &[("why", "asked"), ("sure", "yes")]).await;
        assert_eq!(answer.headers["location"], "/people/erased");
        assert_eq!(rows_with(&town.app, own.canary).await, 0);
        assert_eq!(desk.get(&town.app, &format!("/people/{words}")).await.status, StatusCode::NOT_FOUND);
        let list = desk.get(&town.app, "/people").await.text();
        assert!(!list.contains(own.canary) && list.contains(town.other.canary), "{list}");
        for sql in [
            "SELECT COUNT(*) AS n FROM membership WHERE deleted_at IS NULL AND participant = '00000000-0000-0000-0000-00000000a001'",
            "SELECT COUNT(*) AS n FROM assessment WHERE deleted_at IS NULL AND participant = '00000000-0000-0000-0000-00000000a001'",
        ] {
            assert_eq!(count(&town.app, sql).await, 0, "{sql}");
        }
        log_is_whole(&town).await;
        let row = "SELECT COUNT(*) AS n FROM audit WHERE verb = 'person.erase' AND fields LIKE 'why=asked %'";
        assert_eq!(count(&town.app, row).await, 1);
        let home = desk.get(&town.app, "/reviews").await;
        assert_eq!(home.status, StatusCode::OK);
    }

    async fn a_tablet_loses_an_erased_person_at_its_next_contact_and_what_it_sends_about_them_is_dropped(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let known = tablet.pull(&town.app, None).await;
        assert!(tablet.fetch(&town.app, None).await.text().contains(town.own.canary));
        tablet.mark(&town.app, &town.own, None, None);
        assert!(erasure::erase(&town.app.state, &scope(&town), town.own.participant, Why::Asked, "test").await.unwrap());
        let reply = tablet.push(&town.app, 1).await;
        assert_eq!((reply.results[0].outcome, reply.results[0].reason), (Outcome::Rejected, Some(Reason::Erased)));
        let news = tablet.fetch(&town.app, Some(&known)).await.text();
        assert!(news.contains(&town.own.participant.to_string()) && !news.contains(town.own.canary), "{news}");
        let all = tablet.fetch(&town.app, None).await.text();
        assert!(!all.contains(town.own.canary), "{all}");
        assert_eq!(rows_with(&town.app, town.own.canary).await, 0);
        log_is_whole(&town).await;
    }

    async fn a_tablet_is_told_to_forget_what_it_has_sent_about_somebody_erased_since(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        let sent = tablet.push(&town.app, 1).await.results[0].op_id;
        assert_eq!(tablet.pull(&town.app, None).await.orders, []);
        assert!(erasure::erase(&town.app.state, &scope(&town), town.own.participant, Why::Asked, "test").await.unwrap());
        assert_eq!(tablet.pull(&town.app, None).await.orders, [Order::Forget { op_ids: vec![sent] }]);
        let other = Tablet::of(&town, Role::PeerInstructor).await;
        assert_eq!(other.pull(&town.app, None).await.orders, [], "it lies in its author's outbox alone");
    }

    async fn what_an_earlier_program_held_unread_is_of_somebody_at_the_next_start_and_empty_where_they_were_erased(app) {
        let town = Town::on(app).await;
        let (state, other) = (&town.app.state, &town.other);
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        tablet.mark(&town.app, other, None, Some(Mark::Present));
        assert_eq!(tablet.push(&town.app, 1).await.results[0].outcome, Outcome::Held, "not a group of this tablet");
        // As a program keeps it that cannot read it.
        let mut tx = state.db.begin(Unscoped::Installation).await.unwrap();
        let unread = "UPDATE op SET etype = NULL, eid = NULL, about_group = NULL, about_participant = NULL WHERE outcome = 'held'";
        assert_eq!(tx.run(unread, []).await.unwrap(), 1);
        tx.commit().await.unwrap();
        let unsaid = "SELECT COUNT(*) AS n FROM op WHERE outcome = 'held' AND about_participant IS NULL";
        let kept = "SELECT COUNT(*) AS n FROM op WHERE outcome = 'held' AND body <> ''";
        assert!(erasure::erase(state, &scope(&town), other.participant, Why::Asked, "test").await.unwrap());
        assert_eq!((count(&town.app, unsaid).await, count(&town.app, kept).await), (1, 1), "nobody could know");
        state.prepare().await.unwrap();
        assert_eq!((count(&town.app, unsaid).await, count(&town.app, kept).await), (0, 0));
        log_is_whole(&town).await;
        let sent = tablet.recorded_ids();
        assert_eq!(tablet.pull(&town.app, None).await.orders, [Order::Forget { op_ids: sent }]);
    }

    async fn what_comes_in_about_the_person_in_the_moment_of_erasing_goes_with_the_rest(app) {
        let town = Town::on(app).await;
        let (state, scope, person) = (town.app.state.clone(), scope(&town), town.own.participant);
        let mut first = state.db.begin(&scope).await.unwrap();
        let day = state.today();
        let done = domain::home_weeks::Verb::Set { participant: person, monday: day.monday(), days: [(day, true)].into() };
        change_in(&state, &mut first, "test", vec![(done.into(), Seen::Newest)]).await.unwrap().unwrap();
        let (server, by) = (state.clone(), scope.clone());
        let erasing = tokio::spawn(async move { erasure::erase(&server, &by, person, Why::Asked, "test").await });
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert!(!erasing.is_finished(), "it waits for its turn");
        first.commit().await.unwrap();
        assert!(erasing.await.unwrap().unwrap());
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM home_week WHERE body IS NOT NULL").await, 0);
    }

    async fn an_erased_person_stays_erased_after_yesterdays_backup_is_restored(app) {
        let town = Town::on(app).await;
        let (state, person) = (&town.app.state, town.own.participant);
        let mut tx = state.db.read(Unscoped::Installation).await.unwrap();
        let before = tx.one("SELECT body, sort_key, rev FROM participant WHERE id = $1", [person.into()]).await.unwrap();
        let (body, sort_key): (String, String) = (before.get("body").unwrap(), before.get("sort_key").unwrap());
        drop(tx);
        erasure::erase(state, &scope(&town), person, Why::Asked, "test").await.unwrap();
        assert_eq!(erasure::replay(state).await.unwrap(), 0);
        // Yesterday's rows are back, and the table that knew of the erasure has gone with them.
        let mut tx = state.db.begin(Unscoped::Installation).await.unwrap();
        let back = "UPDATE participant SET body = $1, sort_key = $2, deleted_at = NULL WHERE id = $3";
        tx.run(back, [body.into(), sort_key.into(), person.into()]).await.unwrap();
        tx.run("DELETE FROM erased", []).await.unwrap();
        tx.commit().await.unwrap();
        assert!(rows_with(&town.app, town.own.canary).await > 0);
        assert_eq!(erasure::replay(state).await.unwrap(), 1);
        assert_eq!(rows_with(&town.app, town.own.canary).await, 0);
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM erased WHERE why = 'restored'").await, 1);
        assert_eq!(erasure::replay(state).await.unwrap(), 0, "once is enough");
        assert!(!erasure::was_erased(state, &scope(&town), town.other.participant).await.unwrap());
        let text = std::fs::read_to_string(erasure::file(&state.config.data)).unwrap();
        assert!(text.contains(&person.to_string()) && !text.contains(town.own.canary), "{text}");
    }

    async fn a_file_that_names_an_erased_person_brings_nobody_back(app) {
        let scope = crate::files::municipality(&app, "091").await;
        let rows = "participant_ref,given_names,family_name\np1,Aino,Kanarialintu\np2,Eino,Aalto\n";
        take(&app, &scope, Kind::Participants, rows).await;
        let person = crate::files::ids(&app, &scope).await.person("p1");
        erasure::erase(&app.state, &scope, person, Why::Mistake, "test").await.unwrap();
        assert_eq!(rows_with(&app, "Kanarialintu").await, 0);
        let again = try_take(&app, &scope, Kind::Participants, rows).await.unwrap();
        assert_eq!((again.created, again.changed, again.unchanged), (0, 0, 2));
        assert_eq!(rows_with(&app, "Kanarialintu").await, 0, "the file's row is not remembered either");
    }

    async fn what_an_import_told_of_the_rows_of_an_erased_person_is_emptied_and_the_others_stay(app) {
        let scope = crate::files::municipality(&app, "091").await;
        let rows = "participant_ref,given_names,family_name,birth_date\np1,Aino,Kanarialintu,1990-05-05\n\
                    p2,Eino,Aalto,1991-06-06\n";
        take(&app, &scope, Kind::Participants, rows).await;
        let hers = "SELECT COUNT(*) AS n FROM import_notice WHERE value = '1990-05-05'";
        let others = "SELECT COUNT(*) AS n FROM import_notice WHERE value = '1991-06-06'";
        assert_eq!((count(&app, hers).await, count(&app, others).await), (1, 1), "both are young");
        let person = crate::files::ids(&app, &scope).await.person("p1");
        erasure::erase(&app.state, &scope, person, Why::Asked, "test").await.unwrap();
        assert_eq!((count(&app, hers).await, count(&app, others).await), (0, 1));
        let emptied = "SELECT COUNT(*) AS n FROM import_notice WHERE value = ''";
        assert_eq!(count(&app, emptied).await, 1, "that something was told of the line stays");
    }

    async fn an_incident_after_which_care_was_needed_is_kept_without_the_person(app) {
        let town = Town::on(app).await;
        let id = IncidentId(Uuid::from_u128(78));
        let incident = incidents::Incident { injury: InjuryLevel::Hospital, ..near_fall(id, &town.own) };
        town.write(vec![Verb::Incident(incidents::Verb::Record { incident })]).await;
        erasure::erase(&town.app.state, &scope(&town), town.own.participant, Why::Asked, "test").await.unwrap();
        let kept = "SELECT COUNT(*) AS n FROM incident WHERE deleted_at IS NULL";
        assert_eq!(count(&town.app, kept).await, 1);
        let desk = town.signed_in(Role::Coordinator, true).await;
        let page = desk.get(&town.app, &format!("/incidents/{id}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.text().contains(town.own.canary));
        log_is_whole(&town).await;
    }

    async fn a_person_reads_who_has_looked_and_takes_everything_along(app) {
        let town = Town::on(app).await;
        let (desk, person) = (town.signed_in(Role::Coordinator, true).await, town.own.participant);
        let tablet = Tablet::of(&town, Role::Instructor).await;
        tablet.pull(&town.app, None).await;
        for path in [format!("/people/{person}"), format!("/groups/{}", town.own.group), "/people/download".to_owned()] {
            assert_eq!(desk.get(&town.app, &path).await.status, StatusCode::OK, "{path}");
        }
        let page = desk.get(&town.app, &format!("/people/{person}/rights")).await.text();
        for told in ["Nimi coordinator@091", "henkilön omat tiedot ja tulokset", "luettelo, jossa nimi on", "Nimi instructor@091", "tiedot tabletille", "tiedosto, jossa nimi on voinut olla"] {
            assert!(page.contains(told), "{told}: {page}");
        }
        let other = desk.get(&town.app, &format!("/people/{}/rights", town.other.participant)).await.text();
        assert!(!other.contains("henkilön omat tiedot ja tulokset") && !other.contains("instructor@091"), "{other}");
        let file = desk.get(&town.app, &format!("/people/{person}/data/download")).await;
        assert_eq!(file.headers["content-disposition"], "attachment; filename=\"omat-tiedot-2026-09-08.json\"");
        let data = file.json();
        assert_eq!(data["person"]["profile"]["family_name"], town.own.canary, "{data}");
        assert_eq!(data["groups"].as_array().map(Vec::len), Some(1));
        assert_eq!(data["assessments"].as_array().map(Vec::len), Some(1));
        assert!(data["looks"].as_array().is_some_and(|looks| looks.len() >= 4), "{data}");
        let printed = desk.get(&town.app, &format!("/people/{person}/data")).await.text();
        assert!(printed.contains("Syntymäaika") || printed.contains("8.3.1946"), "{printed}");
        assert!(!printed.contains(town.other.canary));
    }

    async fn who_erases_says_why_and_that_it_is_the_right_person(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let path = format!("/people/{}/erase", town.own.participant);
        let answer = desk.post(&town.app, &path, &[("why", "asked")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().contains("Tarkista henkilö") && answer.text().contains("value=\"asked\" checked"), "{}", answer.text());
        let answer = desk.post(&town.app, &path, &[("sure", "yes"), ("why", "expired")]).await;
        assert!(answer.text().contains("Valitse, miksi"), "{}", answer.text());
        assert!(rows_with(&town.app, town.own.canary).await > 0);
    }
}

tests::on_both_databases! {
    async fn the_yearly_list_names_whose_time_is_over_and_erases_only_what_was_chosen(app) {
        let scope = crate::files::municipality(&app, "091").await;
        let people = "participant_ref,given_names,family_name\nold,Aino,Vanhalintu\nkept,Eino,Pidettylintu\n\
                      tested,Elli,Mitattulintu\nnow,Irja,Nykylintu\nagain,Oili,Hakijalintu\n";
        let groups = "group_ref,name,kind,season_start,season_end\ng1,Vanha,outdoor,2020-09-01,2024-05-31\n\
                      g2,Nykyinen,outdoor,2026-09-01,2027-05-31\n";
        let stays = "group_ref,participant_ref,joined_on,left_on\ng1,old,2021-01-01,2023-05-01\n\
                     g1,kept,2021-01-01,2023-05-01\ng1,again,2021-01-01,2023-05-01\ng1,tested,2021-01-01,2023-05-01\ng2,now,2026-09-01,\n";
        let tests = "participant_ref,measured_on,instrument,item,trial,value,not_done\n\
                     tested,2026-03-01,chair30,stands,1,9,\n";
        for (kind, text) in [(Kind::Participants, people), (Kind::Groups, groups), (Kind::Memberships, stays), (Kind::Assessments, tests)] {
            take(&app, &scope, kind, text).await;
        }
        let again = crate::files::ids(&app, &scope).await.person("again");
        let applied = crate::rights::ops::recorded(again).into();
        app.state.change(&scope, "test", &[(applied, Seen::Newest)]).await.unwrap().unwrap();
        let town = coordinator(&app, &scope).await;
        let page = town.get(&app, "/purge").await.text();
        assert!(page.contains("Vanhalintu Aino") && page.contains("Pidettylintu Eino"), "{page}");
        assert!(page.contains("ryhmässä viimeksi 1.5.2023") && page.contains("24 kuukautta"), "{page}");
        assert!(!page.contains("Mitattulintu") && !page.contains("Nykylintu"), "{page}");
        assert!(!page.contains("Hakijalintu"), "whoever has applied again waits for an answer: {page}");
        assert_eq!(rows_with(&app, "Vanhalintu").await, 3, "looking erases nothing");
        let ids = crate::files::ids(&app, &scope).await;
        let (old, now) = (ids.person("old").to_string(), ids.person("now").to_string());
        let unsure = town.post(&app, "/purge", &[("people", &old)]).await;
        assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
        let ticked = |page: &str, id: &str| {
            let choice = page.split("<input").find(|field| field.contains(&format!("value=\"{id}\""))).expect("a choice");
            choice.split('>').next().unwrap_or_default().contains(" checked")
        };
        let kept = ids.person("kept").to_string();
        assert!(ticked(&page, &old) && ticked(&page, &kept), "the list is what is due");
        let text = unsure.text();
        assert!(ticked(&text, &old) && !ticked(&text, &kept), "whoever was taken off stays off: {text}");
        // Who is not on the list is not erased by a forged form.
        let done = town.post(&app, "/purge", &[("people", &old), ("people", &now), ("sure", "yes")]).await.text();
        assert!(done.contains("Yhden ihmisen tiedot poistettiin") && done.contains("Pidettylintu"), "{done}");
        assert_eq!(rows_with(&app, "Vanhalintu").await, 0);
        assert!(rows_with(&app, "Nykylintu").await > 0 && rows_with(&app, "Pidettylintu").await > 0);
        assert_eq!(count(&app, "SELECT COUNT(*) AS n FROM erased WHERE why = 'expired'").await, 1);
    }

    async fn an_application_that_was_not_accepted_is_due_half_a_year_later_and_an_accepted_one_is_not(app) {
        const MONTH: i64 = 31 * 24 * 3_600_000;
        let scope = crate::files::municipality(&app, "091").await;
        let people = "participant_ref,given_names,family_name\nno,Aino,Hylättylintu\nyes,Eino,Hyväksyttylintu\n\
                      waits,Elli,Odottavalintu\n";
        take(&app, &scope, Kind::Participants, people).await;
        let ids = crate::files::ids(&app, &scope).await;
        for (reference, decision) in
            [("no", Some(Decision::NotEligible)), ("yes", Some(Decision::Accepted)), ("waits", None)]
        {
            let person = ids.person(reference);
            let (id, on) = (ApplicationId::of(person, tests::town::today()), tests::town::today());
            let decide = decision.map(|decision| {
                let by = domain::ids::UserId(Uuid::nil());
                let decided = applications::Decided { decision, reason: "ei kuulu kohderyhmään".to_owned(), on, by };
                Verb::Application(applications::Verb::Decide { id, participant: person, decided })
            });
            for verb in [crate::rights::ops::recorded(person).into()].into_iter().chain(decide) {
                app.state.change(&scope, "test", &[(verb, Seen::Newest)]).await.unwrap().unwrap();
            }
        }
        let desk = coordinator(&app, &scope).await;
        assert!(!desk.get(&app, "/purge").await.text().contains("lintu"), "nobody's time is over yet");
        app.clock.advance(7 * MONTH);
        let desk = sign_in_again(&app, &scope).await;
        let page = desk.get(&app, "/purge").await.text();
        assert!(page.contains("Hylättylintu") && page.contains("hakemusta ei hyväksytty"), "{page}");
        assert!(!page.contains("Hyväksyttylintu") && !page.contains("Odottavalintu"), "{page}");
    }

    async fn the_yearly_list_looks_at_every_record_that_somebody_stands_for_to_the_end_of_the_chain(app) {
        let scope = crate::files::municipality(&app, "091").await;
        let mut people = "participant_ref,given_names,family_name\n".to_owned();
        let mut stays = "group_ref,participant_ref,joined_on,left_on\n".to_owned();
        for name in ["a", "b", "c", "d", "e", "f", "h", "i", "j"] {
            people += &format!("{name},Aino,Lintu{name}\n");
            stays += &format!("g1,{name},2021-01-01,2023-05-01\n");
        }
        // Somebody comes still, by the name of a record at the far end.
        stays += "g2,a,2026-09-01,\n";
        let groups = "group_ref,name,kind,season_start,season_end\ng1,Vanha,outdoor,2020-09-01,2024-05-31\n\
                      g2,Nykyinen,outdoor,2026-09-01,2027-05-31\n";
        for (kind, text) in [(Kind::Participants, &*people), (Kind::Groups, groups), (Kind::Memberships, &*stays)] {
            take(&app, &scope, kind, text).await;
        }
        let ids = crate::files::ids(&app, &scope).await;
        let edit = async |name: &str, change: ProfileChange| {
            let edit = domain::people::Verb::Edit { id: ids.person(name), changes: vec![change] };
            app.state.change(&scope, "test", &[(edit.into(), Seen::Newest)]).await.unwrap().unwrap();
        };
        // The earlier link of each chain first: nobody who has been merged is merged over another later.
        for (record, into) in [("a", "b"), ("b", "c"), ("d", "e"), ("h", "i"), ("i", "j")] {
            edit(record, ProfileChange::SameAs(Some(ids.person(into)))).await;
        }
        edit("d", ProfileChange::Restricted(true)).await;
        let mut tx = app.state.db.read(&scope).await.unwrap();
        let found = erasure::purge::expired(&mut tx, 50).await.unwrap();
        let found: Vec<_> = found.iter().map(|one| one.person.id).collect();
        assert_eq!(found, [ids.person("f"), ids.person("j")], "one comes still, of another a record is restricted");
        let asked = ["a", "b", "c", "d", "e", "f", "h", "i", "j"].map(|name| ids.person(name));
        let mut due = erasure::purge::among(&mut tx, &asked).await.unwrap();
        due.sort();
        let mut wanted = [ids.person("f"), ids.person("j")];
        wanted.sort();
        assert_eq!(due, wanted, "a forged form says no more");
    }

    async fn whoever_exercises_at_home_talks_at_the_desk_or_waits_for_an_answer_is_not_on_the_yearly_list(app) {
        let scope = crate::files::municipality(&app, "091").await;
        let people = "participant_ref,given_names,family_name\nidle,Aino,Lintu\nhome,Eino,Lintu\nlong,Elli,Lintu\nasks,Irja,Lintu\n\
                      out,Veikko,Lintu\nonce,Helmi,Lintu\ntalks,Onni,Lintu\nspoke,Oili,Lintu\nslip,Olli,Lintu\n";
        let groups = "group_ref,name,kind,season_start,season_end\ng1,Vanha,outdoor,2020-09-01,2024-05-31\n";
        let stays = "group_ref,participant_ref,joined_on,left_on\ng1,idle,2021-01-01,2023-05-01\ng1,home,2021-01-01,2023-05-01\n\
                     g1,long,2021-01-01,2023-05-01\ng1,asks,2021-01-01,2023-05-01\n\
                     g1,out,2021-01-01,2023-05-01\ng1,once,2021-01-01,2023-05-01\ng1,talks,2021-01-01,2023-05-01\n\
                     g1,spoke,2021-01-01,2023-05-01\ng1,slip,2021-01-01,2023-05-01\n";
        for (kind, text) in [(Kind::Participants, people), (Kind::Groups, groups), (Kind::Memberships, stays)] {
            take(&app, &scope, kind, text).await;
        }
        let ids = crate::files::ids(&app, &scope).await;
        for (name, day) in [("home", "2025-03-04"), ("long", "2023-06-06")] {
            let (participant, day): (_, domain::time::Day) = (ids.person(name), day.parse().unwrap());
            let (monday, days) = (day.monday(), [(day, true)].into());
            let done = domain::home_weeks::Verb::Set { participant, monday, days };
            app.state.change(&scope, "test", &[(done.into(), Seen::Newest)]).await.unwrap().unwrap();
        }
        // One goes out with a friend, another did long ago.
        let over = Ended { on: "2023-05-30".parse().unwrap(), reason: FriendEnd::Other };
        for (n, name, ended) in [(1, "out", None), (2, "once", Some(over))] {
            let (id, since) = (FriendPairId(Uuid::from_u128(n)), "2022-05-01".parse().unwrap());
            let pair = FriendPair { since, ended, ..befriended(id, ids.person(name)) };
            let set = domain::friends::Verb::Set { pair };
            app.state.change(&scope, "test", &[(set.into(), Seen::Newest)]).await.unwrap().unwrap();
        }
        // One still talks about exercise, another did long ago, and of a third it was noted by mistake.
        let mistake = TakenBack { on: "2025-03-05".parse().unwrap(), why: TalkMistake::WrongPerson };
        let talked = [("talks", "2025-03-04", None), ("spoke", "2023-06-06", None), ("slip", "2025-03-04", Some(mistake))];
        for (n, (name, on, taken_back)) in (11..).zip(talked) {
            let (id, participant, on) = (TalkId(Uuid::from_u128(n)), ids.person(name), on.parse().unwrap());
            let (goal, plan) = ("Kauppaan kävellen".to_owned(), String::new());
            let talk = Talk { id, participant, on, goal, plan, next_on: None, taken_back };
            let record = domain::talks::Verb::Record { talk };
            app.state.change(&scope, "test", &[(record.into(), Seen::Newest)]).await.unwrap().unwrap();
        }
        let mut tx = app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        let sql = "INSERT INTO rights_request (municipality, id, participant, kind, words, language, channel, received_on, \
                   due_on, waits) VALUES ('091', $1, $2, 'correction', '', 'fi', 'phone', '2026-09-01', '2026-10-01', 1)";
        tx.run(sql, [Uuid::from_u128(7).into(), ids.person("asks").into()]).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = app.state.db.read(&scope).await.unwrap();
        let mut found: Vec<_> = erasure::purge::expired(&mut tx, 50).await.unwrap().iter().map(|one| one.person.id).collect();
        found.sort();
        let mut wanted = ["idle", "long", "once", "spoke", "slip"].map(|name| ids.person(name));
        wanted.sort();
        assert_eq!(found, wanted);
    }

    async fn the_list_goes_through_many_people_by_an_index_and_leaves_out_whoever_is_restricted(app) {
        let scope = crate::files::municipality(&app, "091").await;
        let mut people = "participant_ref,given_names,family_name\n".to_owned();
        let mut stays = "group_ref,participant_ref,joined_on,left_on\n".to_owned();
        for n in 0..1_200 {
            people += &format!("p{n},Aino,Lintu{n}\n");
            // The last hundred have left long ago.
            let left = if n >= 1_100 { "2023-05-01" } else { "" };
            stays += &format!("{},p{n},2021-01-01,{left}\n", if n >= 1_100 { "g1" } else { "g2" });
        }
        let groups = "group_ref,name,kind,season_start,season_end\ng1,Vanha,outdoor,2020-09-01,2024-05-31\n\
                      g2,Nykyinen,outdoor,2020-09-01,2027-05-31\n";
        for (kind, text) in [(Kind::Participants, &*people), (Kind::Groups, groups), (Kind::Memberships, &*stays)] {
            take(&app, &scope, kind, text).await;
        }
        let restricted = crate::files::ids(&app, &scope).await.person("p1150");
        let changes = vec![domain::people::ProfileChange::Restricted(true)];
        let edit = Verb::Participant(domain::people::Verb::Edit { id: restricted, changes });
        app.state.change(&scope, "test", &[(edit, Seen::Newest)]).await.unwrap().unwrap();
        let mut tx = app.state.db.read(&scope).await.unwrap();
        let all = erasure::purge::expired(&mut tx, 1_000).await.unwrap();
        assert_eq!(all.len(), 99);
        assert!(all.iter().all(|one| one.person.id != restricted), "Article 18 keeps what it restricts");
        let some = erasure::purge::expired(&mut tx, 51).await.unwrap();
        assert_eq!(some.len(), 51);
        assert!(erasure::purge::among(&mut tx, &[restricted]).await.unwrap().is_empty());
    }
}

/// A coordinator of the municipality's own organisation, signed in at the desk.
async fn coordinator(app: &App, scope: &Scope) -> tests::town::Browser {
    use server::access::{accounts, sessions};
    let mut tx = app.state.db.begin(Unscoped::Installation).await.unwrap();
    let own = accounts::own_organisation(&mut tx, scope.municipality()).await.unwrap().expect("an organisation");
    tx.commit().await.unwrap();
    let mut tx = app.state.db.begin(scope).await.unwrap();
    let new = accounts::NewAccount {
        login: "koordinaattori@091".to_owned(),
        name: "Koordinaattori".to_owned(),
        language: "fi".to_owned(),
        organisation: own,
        roles: vec![Role::Coordinator],
    };
    let user = accounts::create(&app.state, &mut tx, &new).await.unwrap().expect("a free name");
    tx.commit().await.unwrap();
    let mut tx = app.state.db.begin(Unscoped::Installation).await.unwrap();
    let role = Some(Role::Coordinator);
    let municipality = scope.municipality();
    let new = sessions::NewSession { municipality, user, role, device: None, device_label: "desk" };
    let secret = sessions::create(&app.state, &mut tx, new).await.unwrap();
    tx.commit().await.unwrap();
    tests::town::Browser { cookies: format!("sid={secret}") }
}

async fn sign_in_again(app: &App, scope: &Scope) -> tests::town::Browser {
    use server::access::sessions;
    let mut tx = app.state.db.begin(Unscoped::Installation).await.unwrap();
    let row = tx.one("SELECT id FROM account WHERE login = 'koordinaattori@091'", []).await.unwrap();
    let (user, municipality) = (row.parse("id").unwrap(), scope.municipality());
    let role = Some(Role::Coordinator);
    let new = sessions::NewSession { municipality, user, role, device: None, device_label: "desk" };
    let secret = sessions::create(&app.state, &mut tx, new).await.unwrap();
    tx.commit().await.unwrap();
    tests::town::Browser { cookies: format!("sid={secret}") }
}
