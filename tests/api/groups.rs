//! Groups at the desk: made, shown, changed, and listed when their season is over.

use http::StatusCode;

use crate::desk::{coordinator, made_group, made_person, next, value};

tests::on_both_databases! {
    async fn a_group_is_made_shown_and_changed(app) {
        let (town, browser) = coordinator(app).await;
        let group = made_group(&town, &browser, "Sillan <b>ryhmä</b>").await;
        let page = browser.get(&town.app, &group).await.text();
        assert!(page.contains("Sillan &lt;b&gt;ryhmä") && page.contains("ti ja to klo\u{a0}10.30"), "{page}");
        assert!(browser.get(&town.app, "/groups").await.text().contains(&group), "listed");

        let form = browser.get(&town.app, &format!("{group}/edit")).await;
        let (rev, provider) = (value(&form, "rev"), town.own.organisation.to_string());
        let change = |rev, name| [("rev", rev), ("name", name), ("kind", "peer"), ("provider", provider.as_str())];
        let path = format!("{group}/edit");
        assert_eq!(next(&browser.post(&town.app, &path, &change(&rev, "Sillan ryhmä")).await), group);
        let late = browser.post(&town.app, &path, &change(&rev, "Joen ryhmä")).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "somebody else saved in between");
        assert_ne!(value(&late, "rev"), rev, "saving again overwrites on purpose");
    }

    async fn namesakes_stand_in_their_group_with_their_years_of_birth(app) {
        let (town, browser) = coordinator(app).await;
        let group = made_group(&town, &browser, "Sillan ryhmä").await;
        let id = group.trim_start_matches("/groups/");
        for born in ["5.5.1939", "6.6.1940"] {
            let name = [("given_names", "Marja"), ("family_name", "Virtanen"), ("birth_date", born)];
            let form = [&name[..], &[("group", id), ("joined_on", "1.9.2026")]].concat();
            next(&browser.post(&town.app, "/people/new", &form).await);
        }
        made_person(&town, &browser, &group).await;
        let page = browser.get(&town.app, &group).await.text();
        for name in [">Virtanen Marja (s. 1939)<", ">Virtanen Marja (s. 1940)<", ">Öhman-Mäkelä Äijä<"] {
            assert!(page.contains(name), "{name} in {page}");
        }
    }

    async fn a_group_whose_season_is_over_is_listed_with_its_season_and_not_as_empty(app) {
        let (town, browser) = coordinator(app).await;
        let provider = town.own.organisation.to_string();
        let form = [
            ("name", "Kevään ryhmä"), ("kind", "peer"), ("provider", provider.as_str()), ("capacity", "17"),
            ("season_start", "12.1.2026"), ("season_end", "11.5.2026"),
        ];
        next(&browser.post(&town.app, "/groups/new", &form).await);
        let list = browser.get(&town.app, "/groups").await.text();
        let past = list.split("Kevään ryhmä").nth(1).and_then(|rest| rest.split("</tr>").next()).expect("listed");
        assert!(past.contains("12.1.–11.5.2026") && !past.contains("17"), "{past}");
    }
}
