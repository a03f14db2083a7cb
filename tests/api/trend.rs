//! The figures from season to season: what frozen pages tell, side by side.

use domain::access::Role;
use http::StatusCode;
use tests::town::Town;
use tests::xlsx::book;

use crate::council::somebody_came;

tests::on_both_databases! {
    async fn seasons_and_years_stand_side_by_side_as_they_were_put_together(app) {
        let town = Town::on(app).await;
        somebody_came(&town).await;
        let (officer, here) = (town.signed_in(Role::MunicipalOfficer, true).await, "/figures/trend");
        assert!(!officer.get(&town.app, here).await.text().contains("<table"), "nothing is put together yet");
        for period in ["year-2026", "autumn-2026"] {
            officer.post(&town.app, &format!("/figures/update?period={period}"), &[]).await;
        }
        let page = officer.get(&town.app, here).await.text();
        for words in ["Syksy 2026", "Vuosi 2026", "class=\"table__figure\">..<"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(!page.contains("Syksy 2025"));
        // The file has the same periods, and hides what the page hides.
        let sheet = officer.get(&town.app, "/figures/trend/sheet").await;
        assert_eq!(sheet.headers["content-disposition"], "attachment; filename=\"kehitys.xlsx\"");
        let sheets = book(&sheet.body);
        let tabs: Vec<_> = sheets.iter().map(|(tab, _)| tab.as_str()).collect();
        assert_eq!(tabs, ["Tietoja tiedostosta", "Kaudet", "Vuodet"]);
        let text = officer.get(&town.app, "/figures/trend/sheet?as=csv").await.text();
        for words in ["Vuodet;Vuosi 2026;Osallistujia;..;;", "Kaudet;Syksy 2026;", ";Helsinki;"] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(officer.get(&town.app, "/figures?period=year-2026").await.text().contains("href=\"/figures/trend\""));
        let other = town.signed_in(Role::Coordinator, true).await;
        let nothing = officer.get(&town.app, "/figures/trend/drawing").await;
        assert_eq!(nothing.status, StatusCode::NOT_FOUND, "one season and one year are no trend");
        officer.post(&town.app, "/figures/update?period=year-2025", &[]).await;
        let page = officer.get(&town.app, here).await.text();
        assert!(page.contains("href=\"/figures/trend/drawing?language=fi&amp;of=years-participants\""), "{page}");
        let drawing = officer.get(&town.app, "/figures/trend/drawing?language=sv&of=years-participants").await;
        assert_eq!(drawing.headers["content-type"], "image/svg+xml");
        let drawing = drawing.text();
        for words in ["<svg xmlns", "Helsinki.", "8.9.2026"] {
            assert!(drawing.contains(words), "{words}: {drawing}");
        }
        for here in [here, "/figures/trend/sheet", "/figures/trend/drawing"] {
            assert_eq!(other.get(&town.app, here).await.status, StatusCode::FORBIDDEN);
        }
    }
}
