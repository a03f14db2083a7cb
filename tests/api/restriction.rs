//! Restriction of processing: the record is kept, and in no list, figure, file or page until it is lifted; tablets have
//! the name and that it is restricted.

use domain::access::Role;
use domain::assessments;
use domain::sync::op::Verb;
use domain::sync::wire::Outcome;
use http::StatusCode;
use server::access::Scope;
use server::files::kinds::Kind;
use tests::tablet::Tablet;
use tests::town::{Browser, Town, chair_stand, today};

use crate::desk::next;

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
        tablet.mark(&town.app, own, None, Some(domain::attendance::Mark::Remote));
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
        let changes = vec![domain::people::ProfileChange::Restricted(true)];
        let edit = Verb::Participant(domain::people::Verb::Edit { id: town.own.participant, changes });
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        tablet.record(&town.app, Some(1), edit);
        assert_eq!(tablet.push(&town.app, 1).await.results[0].outcome, Outcome::Held);
    }
}
