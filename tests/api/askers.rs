//! Who asks: what participants, relatives and a region's viewer reach, whose pages are yet to come.

use std::collections::BTreeSet;

use axum::extract::FromRequestParts as _;
use domain::access::{Action, Role};
use domain::ids::{MunicipalityCode, UserId};
use server::access::accounts;
use server::access::{Asker, Scope, SignedIn, reach};
use server::db::Unscoped;
use server::error::Error;
use server::{groups, outcomes, people};
use tests::on_both_databases;
use tests::town::{Town, today};
use uuid::Uuid;

const USER: UserId = UserId(Uuid::from_u128(0xabc));

fn code(text: &str) -> MunicipalityCode {
    MunicipalityCode::new(text).unwrap()
}

fn scope(asker: Asker, municipality: &str) -> Scope {
    Scope::of(asker, code(municipality), today()).unwrap()
}

on_both_databases! {
    async fn a_participant_finds_themselves_and_nobody_else(app) {
        let town = Town::on(app).await;
        let own = town.own.participant;
        let scope = scope(Asker::Participant { user: USER, person: own }, "091");
        let mut tx = town.app.state.db.read(&scope).await.unwrap();
        let found = people::find(&mut tx, Action::SeeProfiles, own).await.unwrap();
        assert_eq!(found.person.profile.family_name, town.own.canary);
        for stranger in [town.other.participant, town.partner.participant, town.foreign.participant] {
            let found = people::find(&mut tx, Action::SeeProfiles, stranger).await;
            assert!(matches!(found, Err(Error::NotFound)), "{found:?}");
        }
        let edited = people::find(&mut tx, Action::EditProfiles, own).await;
        assert!(matches!(edited, Err(Error::Forbidden)), "{edited:?}");
        assert!(matches!(groups::running(&mut tx, Action::SeeProfiles).await, Err(Error::Forbidden)));
        assert!(matches!(groups::page(&mut tx, Action::SeeProfiles, None, 50, 0).await, Err(Error::Forbidden)));
        assert!(matches!(people::list(&mut tx, 50, 0).await, Err(Error::Forbidden)));
        assert!(matches!(people::search(&mut tx, "a", 50, 0).await, Err(Error::Forbidden)));
    }

    async fn a_participant_of_one_municipality_is_nobody_in_another(app) {
        let town = Town::on(app).await;
        let own = town.own.participant;
        let scope = scope(Asker::Participant { user: USER, person: own }, "049");
        let mut tx = town.app.state.db.read(&scope).await.unwrap();
        assert!(matches!(people::find(&mut tx, Action::SeeProfiles, own).await, Err(Error::NotFound)));
    }

    async fn a_relative_reaches_what_was_shared_of_one_person_and_writes_nothing(app) {
        let town = Town::on(app).await;
        let (person, shared) = (town.own.participant, BTreeSet::from([Action::SeeAssessments]));
        let scope = scope(Asker::Relative { user: USER, person, shared, until: today() }, "091");
        let mut tx = town.app.state.db.read(&scope).await.unwrap();
        reach::person(&mut tx, Action::SeeAssessments, person).await.unwrap();
        assert!(matches!(people::find(&mut tx, Action::SeeProfiles, person).await, Err(Error::Forbidden)));
        let other = reach::person(&mut tx, Action::SeeAssessments, town.other.participant).await;
        assert!(matches!(other, Err(Error::NotFound)));
        assert!(matches!(town.app.state.db.begin(&scope).await, Err(Error::Forbidden)));
    }

    async fn a_regions_viewer_sees_no_person_and_no_exact_figure_and_writes_nothing(app) {
        let town = Town::on(app).await;
        let region = Asker::Region { user: USER, municipalities: BTreeSet::from([code("091")]) };
        assert!(matches!(Scope::of(region.clone(), code("049"), today()), Err(Error::NotFound)));
        let scope = scope(region, "091");
        let mut tx = town.app.state.db.read(&scope).await.unwrap();
        assert!(matches!(people::find(&mut tx, Action::SeeProfiles, town.own.participant).await, Err(Error::Forbidden)));
        assert!(matches!(outcomes::dataset(&mut tx).await, Err(Error::Forbidden)));
        assert!(matches!(town.app.state.change(&scope, "test", &[]).await, Err(Error::Forbidden)));
    }

    async fn what_was_found_for_one_action_is_not_found_for_another_that_the_role_has_not(app) {
        let town = Town::on(app).await;
        let peer = town.user(Role::PeerInstructor).await;
        let role = Role::PeerInstructor;
        let scope = scope(Asker::Staff { user: peer, role, organisation: town.own.organisation }, "091");
        let mut tx = town.app.state.db.read(&scope).await.unwrap();
        let member = reach::person(&mut tx, Action::SeeRoll, town.own.participant).await.unwrap();
        assert!(matches!(people::history(&mut tx, member, 10).await, Err(Error::Forbidden)));
    }

    async fn a_session_is_looked_up_once_for_all_parts_of_a_request(app) {
        let town = Town::on(app).await;
        let (state, browser) = (&town.app.state, town.signed_in(Role::Coordinator, true).await);
        let request = || http::Request::get("/").header("cookie", &browser.cookies).body(()).unwrap().into_parts().0;
        let mut parts = request();
        SignedIn::from_request_parts(&mut parts, state).await.unwrap();
        let mut tx = state.db.begin(Unscoped::Installation).await.unwrap();
        tx.run("UPDATE staff_session SET ended_at = 1", []).await.unwrap();
        tx.commit().await.unwrap();
        SignedIn::from_request_parts(&mut parts, state).await.unwrap();
        let next = SignedIn::from_request_parts(&mut request(), state).await;
        assert!(matches!(next, Err(Error::SignInNeeded)), "{next:?}");
    }

    async fn a_group_beyond_an_admins_organisations_is_given_to_nobody(app) {
        let town = Town::on(app).await;
        let admin = Asker::Staff { user: USER, role: Role::OrganisationAdmin, organisation: town.partner.organisation };
        let mut tx = town.app.state.db.begin(&scope(admin, "091")).await.unwrap();
        accounts::lead(&mut tx, town.partner.group, town.partner.account, None).await.unwrap();
        for group in [town.own.group, town.foreign.group] {
            let led = accounts::lead(&mut tx, group, town.partner.account, None).await;
            assert!(matches!(led, Err(Error::NotFound)), "{led:?}");
        }
        let led = accounts::lead(&mut tx, town.partner.group, town.own.account, None).await;
        assert!(matches!(led, Err(Error::NotFound)), "{led:?}");
    }
}
