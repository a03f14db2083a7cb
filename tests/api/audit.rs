//! The log of looks: a pull that tells of people leaves one row, one that does not leaves none.

use domain::access::Role;
use domain::attendance::Mark;
use domain::sessions;
use domain::sessions::SessionStatus;
use domain::sync::op::Verb;
use tests::tablet::Tablet;
use tests::town::Town;

/// The rows of pulls, oldest first: actor, role, device, entities, fields.
async fn pulls(town: &Town) -> Vec<[String; 5]> {
    let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
    let sql = "SELECT actor, role, device, entities, fields FROM audit \
               WHERE municipality = '091' AND verb = 'pull' ORDER BY n";
    let rows = tx.all(sql, []).await.unwrap();
    let columns = ["actor", "role", "device", "entities", "fields"];
    rows.iter().map(|row| columns.map(|column| row.get(column).unwrap())).collect()
}

tests::on_both_databases! {
    async fn a_pull_that_tells_of_people_is_logged_once_with_buckets_and_counts(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let known = tablet.pull(&town.app, None).await;
        let group = town.own.group;
        let who = [tablet.user.to_string(), "instructor".into(), tablet.device.to_string()];
        let row = |entities: String, fields: &str| {
            let [actor, role, device] = who.clone();
            [actor, role, device, entities, fields.to_owned()]
        };
        let both = format!("grp:{group} hth:{group}");
        let all = pulls(&town).await;
        assert_eq!(all, [row(both, "participant=2 membership=1 assessment=1")]);
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        tablet.push(&town.app, 1).await;
        tablet.pull(&town.app, Some(&known)).await;
        assert_eq!(pulls(&town).await[1..], [row(format!("grp:{group}"), "attendance=1")]);
        let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
        server::audit::verify(&mut tx, &town.app.state.secrets, &town.own.municipality).await.expect("a whole chain");
    }

    async fn lists_that_name_people_are_logged_with_how_many_and_empty_ones_are_not(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let lists = async || {
            let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
            let rows = tx.all("SELECT entities, fields FROM audit WHERE verb = 'list' ORDER BY n", []).await.unwrap();
            let line = |row: &server::db::Row| [row.get::<String>("entities").unwrap(), row.get("fields").unwrap()].join(" ");
            rows.iter().map(line).collect::<Vec<_>>()
        };
        coordinator.get(&town.app, &format!("/groups/{}", town.own.group)).await;
        coordinator.get(&town.app, "/people").await;
        coordinator.post(&town.app, "/people/search", &[("q", "nobody is called this")]).await;
        coordinator.get(&town.app, "/groups").await;
        // Of both groups of the own organisation.
        assert_eq!(lists().await, [format!("group:{} participant=1", town.own.group), "people participant=2".into()]);
        coordinator.get(&town.app, &format!("/groups/{}", town.partner.group)).await;
        assert_eq!(lists().await.len(), 2, "what is not shown is no look");
    }

    async fn a_pull_without_news_of_people_writes_nothing(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::PeerInstructor).await;
        let known = tablet.pull(&town.app, None).await;
        assert_eq!(pulls(&town).await.len(), 1);
        let again = tablet.pull(&town.app, Some(&known)).await;
        let status = Verb::Session(sessions::Verb::Status { id: town.own.session, group: town.own.group, status: Some(SessionStatus::Held) });
        tablet.record(&town.app, Some(1), status);
        tablet.push(&town.app, 1).await;
        let session = tablet.pull(&town.app, Some(&again)).await;
        let items: usize = session.buckets.values().map(|page| page.items.len()).sum();
        assert_eq!(items, 1, "the session came");
        assert_eq!(pulls(&town).await.len(), 1);
    }
}
