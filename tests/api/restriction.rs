//! Restriction of processing: the record is kept, and in no list, figure, file or page until it is lifted; tablets have
//! the name and that it is restricted.

use domain::access::Role;
use domain::assessments;
use domain::attendance::Mark;
use domain::ids::ParticipantId;
use domain::people::{self, ProfileChange};
use domain::sync::op::Verb;
use domain::sync::wire::Outcome;
use http::StatusCode;
use server::access::Scope;
use server::files::kinds::Kind;
use tests::tablet::Tablet;
use tests::town::{Browser, Town, chair_stand, today};

use crate::desk::{next, value};

async fn restrict(town: &Town, desk: &Browser) {
    let path = format!("/people/{}/restrict", town.own.participant);
    let done = desk.post(&town.app, &path, &[("restriction", "accuracy")]).await;
    assert_eq!(next(&done), format!("/people/{}/rights", town.own.participant));
}

async fn lift(town: &Town, desk: &Browser) {
    let path = format!("/people/{}/restrict", town.own.participant);
    let done = desk.post(&town.app, &path, &[("lift", "yes"), ("restriction", "settled")]).await;
    assert_eq!(next(&done), format!("/people/{}/rights", town.own.participant));
}

async fn exported(town: &Town, kind: Kind) -> String {
    let scope = Scope::command_line(town.own.municipality.clone(), town.app.state.today());
    crate::files::file(&town.app, &scope, kind).await
}

tests::on_both_databases! {
    async fn whoever_is_restricted_is_in_no_list_page_file_or_figure_until_it_is_lifted(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let (own, id) = (town.own.canary, town.own.participant);
        let scope = Scope::command_line(town.own.municipality.clone(), today());
        let figures = async || {
            let mut tx = town.app.state.db.read(&scope).await.unwrap();
            let data = server::outcomes::dataset(&mut tx).await.unwrap();
            (data.participants.len(), data.memberships.len(), data.results.len())
        };
        let lists = ["/people".to_owned(), format!("/groups/{}", town.own.group), "/rounds".to_owned()];
        let before = figures().await;
        assert!(desk.get(&town.app, &lists[0]).await.text().contains(own));
        assert!(exported(&town, Kind::Participants).await.contains(own));
        restrict(&town, &desk).await;
        for list in &lists {
            assert!(!desk.get(&town.app, list).await.text().contains(own), "{list}");
        }
        assert!(!desk.search(&town.app, own).await.text().contains(&format!("/people/{id}\"")));
        for closed in ["", "/edit", "/card", "/questions"] {
            let answer = desk.get(&town.app, &format!("/people/{id}{closed}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{closed}");
        }
        let stay = [("group", &*town.other.group.to_string()), ("joined_on", "8.9.2026")];
        assert_eq!(desk.post(&town.app, &format!("/people/{id}/join"), &stay).await.status, StatusCode::NOT_FOUND);
        assert!(!exported(&town, Kind::Participants).await.contains(own));
        let restricted = figures().await;
        assert!(restricted.0 == before.0 - 1 && restricted.1 < before.1 && restricted.2 < before.2, "{before:?} {restricted:?}");
        let list = desk.get(&town.app, "/people/restricted").await.text();
        assert!(list.contains(own) && list.contains(&format!("/people/{id}/rights")), "{list}");
        let rights = desk.get(&town.app, &format!("/people/{id}/rights")).await.text();
        assert!(rights.contains("tietojen käsittely on rajoitettu") && rights.contains("rajoitti käsittelyä"), "{rights}");
        assert_eq!(desk.get(&town.app, &format!("/people/{id}/data")).await.status, StatusCode::OK, "own data are given");
        lift(&town, &desk).await;
        assert_eq!(figures().await, before);
        assert!(desk.get(&town.app, &lists[0]).await.text().contains(own));
        let rights = desk.get(&town.app, &format!("/people/{id}/rights")).await.text();
        assert!(rights.contains("poisti rajoituksen: asia on ratkaistu"), "{rights}");
        let log = "SELECT COUNT(*) AS n FROM audit WHERE verb IN ('person.restrict', 'person.unrestrict')";
        assert_eq!(crate::files::count(&town.app, log).await, 2);
    }

    async fn a_tablet_has_of_whoever_is_restricted_the_name_alone_and_gets_the_rest_back(app) {
        let town = Town::on(app).await;
        let own = &town.own;
        let test = chair_stand(own, today(), 9);
        let id = test.id.to_string();
        town.write(vec![Verb::Assessment(assessments::Verb::Record { assessment: Box::new(test) })]).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let known = tablet.pull(&town.app, None).await;
        let all = async |tablet: &Tablet| tablet.fetch(&town.app, None).await.text();
        let before = all(&tablet).await;
        assert!(before.contains(&id) && before.contains("\"birth_date\"") && before.contains(own.canary), "{before}");
        restrict(&town, &desk).await;
        let news = tablet.fetch(&town.app, Some(&known)).await.text();
        assert!(news.contains(&id) && news.contains("\"restricted\":true"), "what goes is told: {news}");
        let kept = all(&tablet).await;
        assert!(kept.contains("\"restricted\":true") && kept.contains(own.canary), "the name stays: {kept}");
        assert!(!kept.contains(&id) && !kept.contains("chair30"), "{kept}");
        // What a tablet recorded before it heard of it is kept, and shown nowhere.
        tablet.mark(&town.app, own, None, Some(Mark::Remote));
        assert_eq!(tablet.push(&town.app, 1).await.results[0].outcome, Outcome::Applied);
        assert!(!all(&tablet).await.contains("\"remote\""));
        lift(&town, &desk).await;
        let back = all(&tablet).await;
        assert!(back.contains(&id) && back.contains("\"remote\"") && !back.contains("\"restricted\":true"), "{back}");
    }

    async fn nobody_restricts_without_a_reason_and_no_tablet_does(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let path = format!("/people/{}/restrict", town.own.participant);
        let nothing = desk.post(&town.app, &path, &[]).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(nothing.text().contains("Valitse syy"));
        let other = desk.post(&town.app, &path, &[("restriction", "settled")]).await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "a reason to lift is none to restrict");
        let changes = vec![ProfileChange::Restricted(true)];
        let edit = Verb::Participant(people::Verb::Edit { id: town.own.participant, changes });
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        tablet.record(&town.app, Some(1), edit);
        assert_eq!(tablet.push(&town.app, 1).await.results[0].outcome, Outcome::Held);
    }

    async fn a_person_with_two_records_is_restricted_and_freed_as_one_by_either(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let (own, other) = (town.own.participant, town.other.participant);
        let same = vec![ProfileChange::SameAs(Some(own))];
        town.write(vec![Verb::Participant(people::Verb::Edit { id: other, changes: same })]).await;
        let path = format!("/people/{other}/restrict");
        let restrict = [("restriction", "accuracy")];
        next(&desk.post(&town.app, &path, &restrict).await);
        let both = "SELECT COUNT(*) AS n FROM participant WHERE restricted = 1";
        assert_eq!(crate::files::count(&town.app, both).await, 2);
        let list = desk.get(&town.app, "/people/restricted").await.text();
        let listed = |id: ParticipantId| list.contains(&format!("/people/{id}/rights"));
        assert!(listed(own) && !listed(other), "one person, one line: {list}");
        for record in [own, other] {
            let rights = desk.get(&town.app, &format!("/people/{record}/rights")).await.text();
            assert!(rights.contains("rajoitti käsittelyä"), "the history is the person's: {rights}");
        }
        lift(&town, &desk).await;
        assert_eq!(crate::files::count(&town.app, both).await, 0);
    }

    async fn no_file_changes_what_is_known_of_whoever_is_restricted_and_each_row_has_its_word(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let (own, other) = (&town.own, &town.other);
        for (place, reference) in [(own, "r-own"), (other, "r-other")] {
            let changes = vec![ProfileChange::Reference(Some(reference.to_owned()))];
            town.write(vec![Verb::Participant(people::Verb::Edit { id: place.participant, changes })]).await;
        }
        restrict(&town, &desk).await;
        let ops = "SELECT COUNT(*) AS n FROM op";
        let group = format!("ref-{}", own.group);
        let files = [
            ("participants", "participant_ref,given_names,family_name\nr-own,Aino,Toinen\n".to_owned()),
            ("memberships", format!("group_ref,participant_ref,joined_on\n{group},r-own,2026-08-01\n")),
            ("attendance", format!("group_ref,held_on,session_status,participant_ref,mark\n{group},2026-09-01,held,r-own,present\n")),
            ("assessments", "participant_ref,measured_on,instrument,item,trial,value\nr-own,2026-09-02,tug,time,1,12.5\n".to_owned()),
        ];
        for (kind, text) in files {
            let before = crate::files::count(&town.app, ops).await;
            let path = crate::imports::sent(&town, &desk, kind, "tiedosto.csv", text.as_bytes()).await;
            desk.post(&town.app, &format!("{path}/start"), &[]).await;
            let page = desk.get(&town.app, &path).await.text();
            assert!(page.contains("Rivistä ei oteta mitään"), "{kind}: {page}");
            assert_eq!(crate::files::count(&town.app, ops).await, before, "{kind}");
        }
        let both = "participant_ref,given_names,family_name\nr-own,Aino,Toinen\nr-other,Aino,Kolmas\n";
        let path = crate::imports::sent(&town, &desk, "participants", "tiedosto.csv", both.as_bytes()).await;
        desk.post(&town.app, &format!("{path}/start"), &[]).await;
        assert_eq!(crate::files::count(&town.app, "SELECT COUNT(*) AS n FROM participant WHERE body LIKE '%Kolmas%'").await, 1);
        assert_eq!(crate::files::count(&town.app, "SELECT COUNT(*) AS n FROM participant WHERE body LIKE '%Toinen%'").await, 0);
    }

    async fn no_question_and_no_incident_about_whoever_is_restricted_waits_at_the_desk(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let (group, person) = (town.own.group.to_string(), town.own.participant.to_string());
        let new = format!("/groups/{group}/incidents/new");
        let id = value(&desk.get(&town.app, &new).await, "rev");
        let fall = [("rev", &*id), ("on", "7.9.2026"), ("at", "10.40"), ("person", &*person), ("kind", "fall"),
            ("injury", "treated"), ("what_happened", "Kompastui."), ("actions", "first_aid"), ("preventable", "yes")];
        assert_eq!(next(&desk.post(&town.app, &new, &fall).await), format!("/incidents/{id}"));
        for (role, mark) in [(Role::Instructor, Mark::Present), (Role::PeerInstructor, Mark::AbsentInformed)] {
            let mut tablet = Tablet::of(&town, role).await;
            tablet.mark(&town.app, &town.own, None, Some(mark));
            tablet.push(&town.app, 1).await;
        }
        let lists = ["/incidents", "/reviews", "/incidents/new"];
        let shown = async |list: &str| desk.get(&town.app, list).await.text().contains(town.own.canary);
        assert!(shown("/incidents").await && shown("/reviews").await);
        restrict(&town, &desk).await;
        for list in lists {
            assert!(!shown(list).await, "{list}");
        }
        assert_eq!(desk.get(&town.app, &format!("/incidents/{id}")).await.status, StatusCode::NOT_FOUND);
        assert!(!desk.get(&town.app, "/").await.text().contains("ways__count"), "nothing waits that nobody can settle");
        lift(&town, &desk).await;
        assert!(shown("/incidents").await && shown("/reviews").await);
    }

    async fn what_has_a_way_of_its_own_is_let_through_from_a_tablet_by_nobody(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let test = chair_stand(&town.own, today(), 9);
        let id = test.id;
        town.write(vec![Verb::Assessment(assessments::Verb::Record { assessment: Box::new(test) })]).await;
        let participant = town.own.participant;
        let changes = vec![ProfileChange::Restricted(true)];
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let held = [
            tablet.record(&town.app, Some(1), Verb::Participant(people::Verb::Edit { id: participant, changes })),
            tablet.record(&town.app, Some(1), Verb::Assessment(assessments::Verb::TakeBack { id, participant })),
            tablet.record(&town.app, Some(1), Verb::Group(domain::groups::Verb::TakeBack { id: town.own.group })),
        ];
        let outcomes: Vec<_> = tablet.push(&town.app, 1).await.results.iter().map(|result| result.outcome).collect();
        assert_eq!(outcomes, [Outcome::Held; 3]);
        for (answer, rejected) in [("apply", 0), ("refuse", 3)] {
            for id in held {
                let fields = [("held", &*id.to_string()), ("answer", answer)];
                desk.post(&town.app, "/reviews/settle", &fields).await;
            }
            let refused = "SELECT COUNT(*) AS n FROM op WHERE outcome = 'rejected' AND reason = 'refused'";
            assert_eq!(crate::files::count(&town.app, refused).await, rejected, "{answer}");
        }
        for stands in [
            "SELECT COUNT(*) AS n FROM participant WHERE restricted = 1",
            "SELECT COUNT(*) AS n FROM assessment WHERE deleted_at IS NOT NULL",
            "SELECT COUNT(*) AS n FROM exercise_group WHERE deleted_at IS NOT NULL",
        ] {
            assert_eq!(crate::files::count(&town.app, stands).await, 0, "{stands}");
        }
    }
}
