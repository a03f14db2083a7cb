//! Exercises for home: for everybody, in three languages, and a programme of the chosen ones.

use domain::exercises::Exercise;
use http::StatusCode;
use tests::town::{Browser, Town};

tests::on_both_databases! {
    async fn every_exercise_stands_in_the_list_and_on_a_page_of_its_own(app) {
        let town = Town::on(app).await;
        let anybody = Browser::default();
        let list = anybody.get(&town.app, "/exercises").await;
        assert_eq!(list.status, StatusCode::OK);
        assert_eq!(list.headers.get("set-cookie"), None, "whoever looks leaves nothing behind");
        for exercise in Exercise::ALL {
            let path = format!("/exercises/{exercise}");
            assert!(list.text().contains(&format!("href=\"{path}\"")), "{path}");
            let page = anybody.get(&town.app, &path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(page.text().contains("class=\"pose\"") && page.text().contains("exercise__steps"), "{path}");
        }
        assert_eq!(anybody.get(&town.app, "/exercises/flying").await.status, StatusCode::NOT_FOUND);
    }

    async fn a_programme_holds_what_was_chosen_once_and_nothing_else(app) {
        let town = Town::on(app).await;
        let anybody = Browser::default();
        let sheet = anybody.get(&town.app, "/exercises/sheet?e=walk&e=chair_stand&e=walk&e=flying").await;
        assert_eq!(sheet.status, StatusCode::OK);
        let heads: Vec<_> = sheet.text().split("<section class=\"exercises__one\"><h2>").skip(1).map(|one| one.split('<').next().unwrap().to_owned()).collect();
        assert_eq!(heads, ["Tuolilta nousu", "Reipas kävely"]);
        let none = anybody.get(&town.app, "/exercises/sheet?e=flying").await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(none.text().contains("Valitse ensin ainakin yksi liike."));
    }
}
