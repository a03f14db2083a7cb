//! Those who test: the day of their training, and what a tablet is told of its user.

use domain::access::{Right, Role};
use domain::letters::FormOfAddress;
use domain::sync::wire::You;
use http::StatusCode;
use server::db::Unscoped;
use tests::tablet::Tablet;
use tests::town::{Browser, Town};

async fn you(town: &Town, tablet: &Tablet) -> You {
    tablet.pull(&town.app, None).await.you.expect("this server says so")
}

async fn logged(town: &Town, verb: &str) -> Vec<String> {
    let mut tx = town.app.state.db.read(Unscoped::Installation).await.unwrap();
    let sql = "SELECT fields FROM audit WHERE municipality = '091' AND verb = $1 ORDER BY n";
    let rows = tx.all(sql, [verb.into()]).await.unwrap();
    rows.iter().map(|row| row.get("fields").unwrap()).collect()
}

async fn note(town: &Town, browser: &Browser, path: &str, typed: &str) -> tests::Answer {
    browser.post(&town.app, path, &[("trained_on", typed)]).await
}

tests::on_both_databases! {
    async fn how_the_municipality_addresses_people_is_told_to_its_tablets(app) {
        let town = Town::on(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let tablet = Tablet::of(&town, Role::Instructor).await;
        assert_eq!(you(&town, &tablet).await.form_of_address, FormOfAddress::Familiar);
        admin.post(&town.app, "/letters", &[("form", "formal")]).await;
        assert_eq!(you(&town, &tablet).await.form_of_address, FormOfAddress::Formal);
        // What the desk reads out is said in the same way.
        let desk = town.signed_in(Role::Coordinator, true).await;
        let guide = desk.get(&town.app, "/tests/guide").await.text();
        assert!(guide.contains("nouskaa ja kävelkää") && !guide.contains("nouse ja kävele"), "{guide}");
        let questions = desk.get(&town.app, &format!("/people/{}/questions", town.own.participant)).await.text();
        assert!(questions.contains("Onko teillä ollut") && !questions.contains("Onko sinulla"), "{questions}");
    }

    async fn the_day_of_training_is_noted_at_the_desk_and_told_to_the_testers_own_tablet(app) {
        let town = Town::on(app).await;
        let (desk, admin) = (town.signed_in(Role::Coordinator, true).await, town.signed_in(Role::OrganisationAdmin, true).await);
        let tablet = Tablet::of(&town, Role::Instructor).await;
        assert_eq!(you(&town, &tablet).await.trained_on, None);
        let list = desk.get(&town.app, "/testers").await.text();
        assert!(list.contains("Nimi instructor@091") && list.contains("koulutuspäivä ei ole tiedossa"), "{list}");
        assert!(!list.contains("Nimi peer_instructor@091") && !list.contains("Nimi idle3@test"), "neither peers nor partners: {list}");
        let path = format!("/testers/{}", tablet.user);
        assert_eq!(note(&town, &desk, &path, "8.9.2024").await.status, StatusCode::SEE_OTHER);
        let list = desk.get(&town.app, "/testers").await.text();
        assert!(list.contains("koulutettu 8.9.2024"), "{list}");
        assert_eq!(you(&town, &tablet).await.trained_on, "2024-09-08".parse().ok());
        let own = format!("/accounts/{}", tablet.user);
        assert_eq!(note(&town, &admin, &format!("{own}/training"), "7.9.2024").await.status, StatusCode::SEE_OTHER);
        let page = admin.get(&town.app, &own).await.text();
        assert!(page.contains("value=\"7.9.2024\"") && page.contains("yli kaksi vuotta"), "{page}");
        let rounds = desk.get(&town.app, "/rounds").await.text();
        assert!(rounds.contains("Yhden testaajan koulutus kaipaa kertausta"), "{rounds}");
        assert_eq!(note(&town, &desk, &path, "").await.status, StatusCode::SEE_OTHER);
        assert_eq!(you(&town, &tablet).await.trained_on, None);
        assert_eq!(logged(&town, "account.training").await, ["trained_on"; 3]);
    }

    async fn a_day_that_somebody_else_has_noted_meanwhile_is_told_before_it_is_overwritten(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let path = format!("/testers/{}", town.user(Role::Instructor).await);
        let save = async |typed: &str, was: &str| {
            desk.post(&town.app, &path, &[("trained_on", typed), ("was", was)]).await
        };
        assert_eq!(save("8.9.2025", "").await.status, StatusCode::SEE_OTHER);
        let stale = save("1.9.2025", "").await;
        let page = stale.text();
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.contains("value=\"1.9.2025\"") && page.contains("name=\"was\" value=\"8.9.2025\""), "both: {page}");
        assert_eq!(save("1.9.2025", "8.9.2025").await.status, StatusCode::SEE_OTHER, "now it was seen");
        assert!(desk.get(&town.app, "/testers").await.text().contains("value=\"1.9.2025\""));
    }

    async fn a_day_that_cannot_be_read_or_is_to_come_is_told_beside_the_field(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        let path = format!("/testers/{}", town.user(Role::Instructor).await);
        for (typed, told) in [("viime syksynä", "Kirjoita päivä näin"), ("9.9.2026", "vasta tulossa")] {
            let wrong = note(&town, &desk, &path, typed).await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(wrong.text().contains(told) && wrong.text().contains(typed), "{}", wrong.text());
        }
        assert_eq!(logged(&town, "account.training").await, [""; 0]);
    }

    async fn only_those_who_test_within_reach_are_noted(app) {
        let town = Town::on(app).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        for out in [town.user(Role::PeerInstructor).await, town.partner.account, town.foreign.account] {
            assert_eq!(note(&town, &desk, &format!("/testers/{out}"), "8.9.2025").await.status, StatusCode::NOT_FOUND);
        }
    }

    async fn the_tablet_is_told_of_a_right_and_that_it_was_taken_back(app) {
        let town = Town::on(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let tablet = Tablet::of(&town, Role::Instructor).await;
        let path = format!("/accounts/{}/rights", tablet.user);
        admin.post(&town.app, &path, &[("rights", "physiotherapist")]).await;
        assert_eq!(you(&town, &tablet).await.rights.into_iter().collect::<Vec<_>>(), [Right::Physiotherapist]);
        admin.post(&town.app, &path, &[]).await;
        assert_eq!(you(&town, &tablet).await.rights.len(), 0);
        assert_eq!(logged(&town, "account.rights").await, ["+physiotherapist", "-physiotherapist"]);
        let own = format!("/accounts/{}/rights", town.user(Role::OrganisationAdmin).await);
        let refused = admin.post(&town.app, &own, &[("rights", "physiotherapist")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody gives a right to themselves");
    }
}
