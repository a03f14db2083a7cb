//! What the admin of the municipality's own organisation is told of the database's copies.

use domain::access::Role;
use http::StatusCode;
use server::backups;
use tests::town::Town;

tests::on_both_databases! {
    async fn the_admin_sees_when_and_where_the_last_copy_was_made_and_how_it_is_put_back(app) {
        let town = Town::on(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let told = async || admin.get(&town.app, "/backups").await.text();
        if town.app.state.db.kind() != "SQLite" {
            assert!(told().await.contains("Tietokanta on PostgreSQL"), "{}", told().await);
            return;
        }
        assert!(told().await.contains("Varmuuskopiota ei ole vielä tehty"), "{}", told().await);
        let (state, file) = (&town.app.state, std::path::Path::new("/nowhere/virea-monday.db"));
        backups::remember(state, state.now(), Some(file)).await.unwrap();
        let page = told().await;
        for part in ["Viimeisin tarkistettu kopio", "<dd>/nowhere/virea-monday.db", "virea restore /nowhere/virea-monday.db --verify"] {
            assert!(page.contains(part), "{part} in {page}");
        }
        assert!(!page.contains("ei ole vielä tehty") && !page.contains("yli kaksi vuorokautta"), "{page}");
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        assert_eq!(coordinator.get(&town.app, "/backups").await.status, StatusCode::FORBIDDEN);
    }

    async fn the_nightly_copy_is_made_by_one_and_once(app) {
        const HOUR: i64 = 3_600_000;
        let (state, clock) = (&app.state, &app.clock);
        assert!(backups::is_mine(state).await.unwrap(), "none was ever made");
        assert!(!backups::is_mine(state).await.unwrap(), "somebody makes it");
        clock.advance(2 * HOUR + 1);
        assert!(backups::is_mine(state).await.unwrap(), "whoever was to make it did not");
        backups::remember(state, state.now(), None).await.unwrap();
        clock.advance(3 * HOUR);
        assert!(!backups::is_mine(state).await.unwrap(), "it is made");
        clock.advance(25 * HOUR);
        assert!(backups::is_mine(state).await.unwrap(), "a day later, whatever the hour");
        clock.advance(-1_000 * HOUR);
        assert!(backups::is_mine(state).await.unwrap(), "the clock had run ahead, and neither copy nor lease holds");
        assert!(!backups::is_mine(state).await.unwrap(), "somebody makes it");
    }
}
