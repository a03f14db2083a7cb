//! Places and need: capacity as it is, people through the gate, by who runs the groups and by where people live.

use domain::access::Role;
use domain::people::{self, ProfileChange};
use http::StatusCode;
use server::access::Scope;
use server::db::Unscoped;
use server::files::kinds::Kind;
use server::outcomes::settings;
use tests::town::{Browser, CANARIES, Town, today};

use crate::areas::{Row, divide};
use crate::files::{count, take};
use crate::rights::ops;

/// What stands in the cells of a row, without its head.
fn row(page: &str, name: &str) -> Vec<String> {
    let head = format!("scope=\"row\">{name}</th>");
    let after = page.split(&head).nth(1).unwrap_or_else(|| panic!("no row {name}: {page}"));
    let cells = after.split("</tr>").next().unwrap_or_default().split("<td").skip(1);
    let words = |cell: &str| {
        let pieces = cell.split('>').skip(1).map(|piece| piece.split('<').next().unwrap_or_default());
        pieces.collect::<Vec<_>>().concat()
    };
    cells.map(words).collect()
}

/// How many people who are in groups live there, as the page tells it.
async fn living(town: &Town, officer: &Browser, area: &str) -> String {
    let page = officer.get(&town.app, "/figures/need").await.text();
    row(&page, area).swap_remove(2)
}

/// A group of fifteen on the shore; nine people of the shore and two of the island in it, five of nowhere in the own group.
async fn filled(town: &Town) {
    let scope = Scope::command_line(town.own.municipality.clone(), town.app.state.today());
    let people: String = (0..16)
        .map(|n| {
            format!("p{n},A,B,1945-01-01,{}\n", ["00100", "00200", ""][usize::from(n >= 9) + usize::from(n >= 11)])
        })
        .collect();
    let stays: String = (0..16)
        .map(|n| {
            if n < 11 {
                format!("shore,p{n},2026-09-01\n")
            } else {
                format!("ref-{},p{n},2026-09-01\n", town.own.group)
            }
        })
        .collect();
    let group =
        "shore,Ranta,strength_balance,Ikiliike ry,\"Sali, Rantatie 1, 00100 Helsinki\",15,2026-09-01,2027-05-31";
    let over = "over,Ohi,strength_balance,Ikiliike ry,\"Sali, Rantatie 1, 00100 Helsinki\",40,2026-01-01,2026-05-31";
    for (kind, text) in [
        (Kind::Participants, format!("participant_ref,given_names,family_name,birth_date,postal_code\n{people}")),
        (
            Kind::Groups,
            format!("group_ref,name,kind,provider,place,capacity,season_start,season_end\n{group}\n{over}\n"),
        ),
        (Kind::Memberships, format!("group_ref,participant_ref,joined_on\n{stays}")),
    ] {
        take(&town.app, &scope, kind, &text).await;
    }
}

tests::on_both_databases! {
    async fn the_officer_sets_where_areas_stand_on_the_map_and_the_log_tells_it_once(app) {
        let town = Town::on(app).await;
        let (officer, here) = (town.signed_in(Role::MunicipalOfficer, true).await, "/figures/areas");
        assert!(officer.get(&town.app, here).await.text().contains("ei ole määritelty alueita"));
        let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
        let sql = "INSERT INTO setting (municipality, key, value, updated_at) VALUES ('091', 'report.areas', $1, 0)";
        tx.run(sql, [r#"{"Ranta":["00100"],"Saari":["00200"]}"#.into()]).await.unwrap();
        tx.commit().await.unwrap();
        // In the order of their names, until somebody says where they lie.
        assert!(officer.get(&town.app, here).await.text().contains("aria-label=\"Kartta nyt: Ranta; Saari.\""));
        let fields = |ranta: (&'static str, &'static str)| {
            [("area", "Ranta"), ("column", ranta.0), ("row", ranta.1), ("area", "Saari"), ("column", "1"), ("row", "1")]
        };
        for wrong in [("1", "1"), ("2", ""), ("5", "1")] {
            let refused = officer.post(&town.app, here, &fields(wrong)).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}");
            assert!(refused.text().contains("href=\"#places\""), "{}", refused.text());
        }
        let unknown = officer.post(&town.app, here, &[("area", "Metsä"), ("column", "1"), ("row", "1")]).await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
        for _ in 0..2 {
            let saved = officer.post(&town.app, here, &fields(("2", "2"))).await;
            assert_eq!(saved.headers["location"], "/figures/areas?said=saved");
        }
        assert!(officer.get(&town.app, here).await.text().contains("aria-label=\"Kartta nyt: Saari; Ranta.\""));
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM audit WHERE verb = 'figures.areas'").await, 1);
        let other = town.signed_in(Role::Coordinator, true).await;
        assert_eq!(other.get(&town.app, here).await.status, StatusCode::FORBIDDEN);
    }

    async fn places_are_told_by_provider_and_people_by_where_they_live_with_few_hidden(app) {
        let town = Town::on(app).await;
        let officer = town.signed_in(Role::MunicipalOfficer, true).await;
        let before = officer.get(&town.app, "/figures/need").await;
        assert!(before.status == StatusCode::OK && before.text().contains("ei ole määritelty alueita"), "{}", before.text());
        assert!(officer.get(&town.app, "/figures?period=year-2026").await.status == StatusCode::OK);

        filled(&town).await;
        town.write(ops::application(&town.own)).await;
        let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
        let sql = "INSERT INTO setting (municipality, key, value, updated_at) VALUES ('091', 'report.areas', $1, 0)";
        tx.run(sql, [r#"{"Ranta":["00100"],"Saari":["00200"]}"#.into()]).await.unwrap();
        tx.commit().await.unwrap();
        officer.post(&town.app, "/figures/update?period=year-2026", &[]).await;
        let page = officer.get(&town.app, "/figures/need").await.text();
        // The partner's group of the town has one member and no limit; the season of the other one is over.
        assert_eq!(row(&page, "Ikiliike ry"), ["2", "15yksi ryhmä ilman rajaa", "12", "ei tietoa"]);
        assert_eq!(row(&page, "Ranta"), ["1", "15", "9", ".."]);
        // Two live on the island: with them goes the smallest number that would tell them.
        assert_eq!(row(&page, "Saari"), ["0", "0", "..", ".."]);
        assert_eq!(row(&page, "muu tai ei tietoa"), ["3", "03 ryhmää ilman rajaa", "..", ".."]);
        assert!(CANARIES.iter().all(|name| !page.contains(name)), "names before the officer: {page}");
        let file = officer.get(&town.app, "/figures/need/sheet?as=csv").await;
        assert_eq!(file.headers["content-disposition"], "attachment; filename=\"paikat-ja-tarve.csv\"");
        let file = file.text();
        for words in ["Ikiliike ry;Paikkoja;15;", "Ikiliike ry;Ryhmiä ilman rajaa;1;", "Ranta;Asukkaita jonossa;..;", "Saari;"] {
            assert!(file.contains(words), "{words}: {file}");
        }
        assert!(CANARIES.iter().all(|name| !file.contains(name)), "names before the officer: {file}");
        let other = town.signed_in(Role::Coordinator, true).await;
        let nothing = officer.get(&town.app, "/figures/need/drawing").await;
        assert_eq!(nothing.status, StatusCode::NOT_FOUND, "of no area it is told how many wait: nothing is drawn");
        for here in ["/figures/need", "/figures/need/sheet", "/figures/need/drawing"] {
            assert_eq!(other.get(&town.app, here).await.status, StatusCode::FORBIDDEN);
        }
        let died = people::Verb::Edit { id: town.own.participant, changes: vec![ProfileChange::DiedOn(Some(today()))] };
        town.write(vec![died.into()]).await;
        let page = officer.get(&town.app, "/figures/need").await.text();
        assert_eq!(row(&page, "Ranta")[3], "0", "whoever has died waits for nothing: {page}");
    }

    async fn areas_that_are_cut_anew_are_told_beside_those_before(app) {
        let town = Town::on(app).await;
        let officer = town.signed_in(Role::MunicipalOfficer, true).await;
        filled(&town).await;
        let first: [Row<'_>; 2] = [("", "Ranta", "00100", ""), ("", "Saari", "00200", "")];
        divide(&town, &officer, &first).await;
        // Until figures are told by them, areas can be cut anew as often as one likes.
        let page = officer.get(&town.app, "/figures/need").await.text();
        assert!(page.contains("ensimmäisen kerran koottu alueittain"), "{page}");
        assert!(!page.contains("scope=\"row\">Ranta</th>"), "{page}");
        officer.post(&town.app, "/figures/update?period=year-2025", &[]).await;
        assert_eq!(living(&town, &officer, "Ranta").await, "9");
        assert_eq!(living(&town, &officer, "Saari").await, "..");

        let second: [Row<'_>; 2] = [("Ranta", "Ranta", "00100 00200", ""), ("Saari", "Saari", "00300", "")];
        divide(&town, &officer, &second).await;
        assert_eq!(living(&town, &officer, "Ranta").await, "9", "no figures have been told by the second ones");
        officer.post(&town.app, "/figures/update?period=year-2026", &[]).await;
        let page = officer.get(&town.app, "/figures/need").await.text();
        assert!(page.contains("samat kuin vuoden 2026 luvuissa"), "{page}");
        // Eleven, less the nine, are the two of the island.
        for area in ["Ranta", "Saari", "muu tai ei tietoa"] {
            assert_eq!(row(&page, area)[2], "..", "{area}: {page}");
        }
        let scope = Scope::command_line(town.own.municipality.clone(), town.app.state.today());
        let settings = settings(&mut town.app.state.db.read(&scope).await.unwrap()).await.unwrap();
        assert_eq!(settings.areas[0].postal_codes, ["00100", "00200"], "the second cut was set");
    }
}
