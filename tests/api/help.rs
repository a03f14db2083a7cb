//! Whom people call for help: set by an admin of the municipality's own organisation, shown on everybody's pages.

use domain::access::Role;
use http::StatusCode;
use tests::town::{Browser, Town};

use crate::desk::{next, value};
use crate::files::count;

const HERE: &str = "/help-line";

async fn logged(town: &Town, verb: &str) -> i64 {
    let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
    let sql = "SELECT COUNT(*) AS n FROM audit WHERE municipality = '091' AND verb = $1";
    tx.one(sql, [verb.into()]).await.unwrap().get("n").unwrap()
}

tests::on_both_databases! {
    async fn the_admin_sets_whom_people_call_and_it_stands_on_every_page_until_it_is_removed(app) {
        let town = Town::on(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let desk = town.signed_in(Role::Coordinator, true).await;
        assert!(admin.get(&town.app, "/accounts").await.text().contains("href=\"/help-line\""));
        assert_eq!(desk.get(&town.app, HERE).await.status, StatusCode::FORBIDDEN);
        for (name, phone, wrong) in
            [("", "040 765 4321", "name"), ("Tuula", "soita", "phone"), ("Tuula", "", "phone"), ("Tuula", "112", "phone")]
        {
            let answer = admin.post(&town.app, HERE, &[("name", name), ("phone", phone)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {phone}");
            assert!(answer.text().contains(&format!("href=\"#{wrong}\"")), "{name} {phone}: {}", answer.text());
        }
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM municipality WHERE help_phone IS NOT NULL").await, 0);
        let form = [("name", "Tuula Rantasalo"), ("phone", "040  765 4321"), ("was", "")];
        // The button was pressed twice.
        for _ in 0..2 {
            assert_eq!(next(&admin.post(&town.app, HERE, &form).await), HERE);
        }
        assert_eq!(logged(&town, "help_line.set").await, 1);
        let swede = Browser { cookies: format!("{}; view=sv..", admin.cookies) };
        let page = swede.get(&town.app, "/help-line?said=saved").await.text();
        assert!(page.contains("Rådgivningstelefonens uppgifter har sparats"), "{page}");
        for page in ["/", "/people", HERE] {
            let reader = if page == HERE { &admin } else { &desk };
            let shown = reader.get(&town.app, page).await.text();
            assert!(shown.contains("tel:0407654321") && shown.contains("Tuula Rantasalo"), "{page}: {shown}");
        }
        let was = value(&admin.get(&town.app, HERE).await, "was");
        let removed = admin.post(&town.app, HERE, &[("remove", "yes"), ("was", &was)]).await;
        assert_eq!(next(&removed), HERE);
        assert_eq!(logged(&town, "help_line.remove").await, 1);
        assert!(!desk.get(&town.app, "/").await.text().contains("Tuula Rantasalo"));
    }

    async fn what_another_admin_has_saved_meanwhile_stands_beside_what_was_typed_and_is_not_overwritten_unseen(app) {
        let town = Town::on(app).await;
        let admin = town.signed_in(Role::OrganisationAdmin, true).await;
        let save = async |name: &str, phone: &str, was: &str| {
            admin.post(&town.app, HERE, &[("name", name), ("phone", phone), ("was", was)]).await
        };
        next(&save("Tuula", "040 765 4321", "").await);
        let stale = save("Tuula", "050 111 2222", "").await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = stale.text();
        assert!(text.contains("value=\"050 111 2222\"") && text.contains("Joku muu muutti tietoja"), "{text}");
        assert!(text.contains("href=\"#phone\"") && text.contains("Ohjelmassa on nyt: 040 765 4321"), "{text}");
        assert!(!text.contains("href=\"#name\""), "the name is the same: {text}");
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM municipality WHERE help_phone = '040 765 4321'").await, 1);
        // Nor is it taken away by somebody who has not seen it.
        let removed = admin.post(&town.app, HERE, &[("remove", "yes"), ("was", "")]).await;
        assert_eq!(removed.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", removed.text());
        let was = value(&stale, "was");
        next(&save("Tuula", "050 111 2222", &was).await);
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM municipality WHERE help_phone = '050 111 2222'").await, 1);
    }
}
