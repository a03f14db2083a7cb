//! The municipality's areas: set at the desk, with one division for the figures of a year.

use domain::access::Role;
use http::StatusCode;
use server::access::Scope;
use server::outcomes::{settings, settings_of};
use tests::Answer;
use tests::town::{Browser, Town};

use crate::council::somebody_came;
use crate::desk::value;
use crate::files::count;

const HERE: &str = "/figures/areas/edit";
const SAVED: &str = "/figures/areas/edit?said=saved";

/// A row of the form: what the area was called, its name, its postal codes, and whether it stays.
pub type Row<'a> = (&'a str, &'a str, &'a str, &'a str);

/// Sends the form as it was seen.
async fn send(town: &Town, officer: &Browser, seen: &str, rows: &[Row<'_>]) -> Answer {
    let of_row = |(was, name, codes, keep): &Row<'_>| {
        [
            ("was", (*was).to_owned()),
            ("name", (*name).to_owned()),
            ("codes", (*codes).to_owned()),
            ("keep", (*keep).to_owned()),
        ]
    };
    let fields: Vec<(&str, String)> =
        [("seen", seen.to_owned())].into_iter().chain(rows.iter().flat_map(of_row)).collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    officer.post(&town.app, HERE, &fields).await
}

/// Opens the form and sends it.
pub async fn divide(town: &Town, officer: &Browser, rows: &[Row<'_>]) -> Answer {
    let seen = value(&officer.get(&town.app, HERE).await, "seen");
    send(town, officer, &seen, rows).await
}

/// The areas of a year's figures, each with its postal codes.
async fn areas(town: &Town, year: i32) -> Vec<String> {
    let scope = Scope::command_line(town.own.municipality.clone(), town.app.state.today());
    let mut tx = town.app.state.db.read(&scope).await.unwrap();
    let areas = settings_of(&mut tx, year).await.unwrap().areas;
    areas.into_iter().map(|area| format!("{} {}", area.name, area.postal_codes.join(" "))).collect()
}

tests::on_both_databases! {
    async fn the_officer_adds_names_and_leaves_out_areas(app) {
        let town = Town::on(app).await;
        let officer = town.signed_in(Role::MunicipalOfficer, true).await;
        assert!(officer.get(&town.app, HERE).await.text().contains("koskevat kaikkia vuosia"));
        assert!(officer.get(&town.app, "/figures/areas").await.text().contains("href=\"/figures/areas/edit\""));
        let two: [Row<'_>; 2] = [("", "Ranta", "00120, 00100", ""), ("", "Saari", "00200", "")];
        for _ in 0..2 {
            assert_eq!(divide(&town, &officer, &two).await.headers["location"], SAVED);
        }
        assert_eq!(areas(&town, 2020).await, ["Ranta 00100 00120", "Saari 00200"]);
        let log = "SELECT COUNT(*) AS n FROM audit WHERE verb = 'figures.division'";
        assert_eq!(count(&town.app, log).await, 1, "pressed twice, done once");

        let ranta: Row<'_> = ("Ranta", "Ranta", "00100 00120", "");
        for (row, told) in [
            (("Saari", "", "00200", ""), "nimi puuttuu"),
            (("Saari", "Saari", "", ""), "postinumerot puuttuvat"),
            (("Saari", "Saari", "0020", ""), "0020 ei ole postinumero"),
            (("Saari", "ranta", "00200", ""), "sama nimi"),
            (("Saari", "Saari", "00200 00120", ""), "00120 on myös toisella"),
            (("Saari", "unknown", "00200", ""), "on tai on ollut tämä nimi"),
        ] {
            let refused = divide(&town, &officer, &[ranta, row]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{row:?}");
            let page = refused.text();
            assert!(page.contains(told) && page.contains("href=\"#areas\""), "{told}: {page}");
        }
        // Names do not change hands: pages of two days would take one area for the other.
        let swapped = divide(&town, &officer, &[("Ranta", "Saari", "00100", ""), ("Saari", "Ranta", "00200", "")]).await;
        assert_eq!(swapped.status, StatusCode::UNPROCESSABLE_ENTITY);
        let left = divide(&town, &officer, &[ranta, ("Saari", "Saari", "00200", "no"), ("", "Metsä", "00300", "")]).await;
        assert_eq!(left.headers["location"], SAVED);
        assert_eq!(areas(&town, 2026).await, ["Metsä 00300", "Ranta 00100 00120"]);
        let other = town.signed_in(Role::Coordinator, true).await;
        assert_eq!(other.get(&town.app, HERE).await.status, StatusCode::FORBIDDEN);
    }

    async fn areas_that_changed_meanwhile_stand_beside_what_was_typed(app) {
        let town = Town::on(app).await;
        let officer = town.signed_in(Role::MunicipalOfficer, true).await;
        divide(&town, &officer, &[("", "Ranta", "00100", ""), ("", "Saari", "00200", "")]).await;
        let seen = value(&officer.get(&town.app, HERE).await, "seen");
        let ranta: Row<'_> = ("Ranta", "Ranta", "00100 00120", "");
        let saari: Row<'_> = ("Saari", "Saari", "00200", "");
        divide(&town, &officer, &[ranta, saari, ("", "Metsä", "00300", "")]).await;
        let mine: [Row<'_>; 2] = [("Ranta", "Ranta", "00100 00190", ""), saari];
        let stale = send(&town, &officer, &seen, &mine).await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = stale.text();
        for words in ["00100 00190", "Ohjelmassa on nyt: 00100 00120", "value=\"Metsä\""] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert_eq!(areas(&town, 2026).await, ["Metsä 00300", "Ranta 00100 00120", "Saari 00200"]);
        let now = value(&stale, "seen");
        let again: [Row<'_>; 3] = [mine[0], mine[1], ("Metsä", "Metsä", "00300", "")];
        assert_eq!(send(&town, &officer, &now, &again).await.headers["location"], SAVED);
        assert_eq!(areas(&town, 2026).await, ["Metsä 00300", "Ranta 00100 00190", "Saari 00200"]);
    }

    async fn a_tile_that_a_colleague_has_moved_is_not_moved_back_by_a_form_in_which_nobody_touched_it(app) {
        let town = Town::on(app).await;
        let officer = town.signed_in(Role::MunicipalOfficer, true).await;
        divide(&town, &officer, &[("", "Ranta", "00100", ""), ("", "Saari", "00200", "")]).await;
        let form = officer.get(&town.app, "/figures/areas").await;
        assert_eq!(value(&form, "was"), "/", "nowhere yet");
        let send = async |ranta: [&'static str; 3], saari: [&'static str; 3]| {
            let of = |area, [was, column, row]: [&'static str; 3]| [("area", area), ("was", was), ("column", column), ("row", row)];
            officer.post(&town.app, "/figures/areas", &[of("Ranta", ranta), of("Saari", saari)].concat()).await
        };
        send(["/", "1", "2"], ["/", "", ""]).await;
        send(["/", "", ""], ["/", "3", "1"]).await;
        let scope = Scope::command_line(town.own.municipality.clone(), town.app.state.today());
        let places = settings(&mut town.app.state.db.read(&scope).await.unwrap()).await.unwrap().places;
        let stands = |area: &str| places.get(area).map(|place| (place.column, place.row));
        assert_eq!((stands("Ranta"), stands("Saari")), (Some((1, 2)), Some((3, 1))));
    }

    async fn figures_of_a_year_stand_on_one_division_and_frozen_ones_keep_their_names(app) {
        let town = Town::on(app).await;
        somebody_came(&town).await;
        let officer = town.signed_in(Role::MunicipalOfficer, true).await;
        divide(&town, &officer, &[("", "Ranta", "00100 00120", ""), ("", "Saari", "00200", "")]).await;
        let places = [("area", "Ranta"), ("column", "1"), ("row", "2"), ("area", "Saari"), ("column", "1"), ("row", "1")];
        officer.post(&town.app, "/figures/areas", &places).await;
        officer.post(&town.app, "/figures/update?period=year-2026", &[]).await;
        let moved: [Row<'_>; 2] = [("Ranta", "Laguuni", "00100", ""), ("Saari", "Saari", "00120 00200", "")];
        assert_eq!(divide(&town, &officer, &moved).await.headers["location"], SAVED);
        // Postal codes from the next year on, the name at once.
        assert_eq!(areas(&town, 2026).await, ["Laguuni 00100 00120", "Saari 00200"]);
        assert_eq!(areas(&town, 2027).await, ["Laguuni 00100", "Saari 00120 00200"]);
        let form = officer.get(&town.app, HERE).await.text();
        assert!(form.contains("vuoden 2027 luvuista") && form.contains("Alueet vuoden 2026 luvuissa"), "{form}");
        let frozen = officer.get(&town.app, "/figures?period=year-2026").await.text();
        assert!(frozen.contains("Ranta") && !frozen.contains("Laguuni"), "{frozen}");
        // It stands where it stood, under both names.
        let scope = Scope::command_line(town.own.municipality.clone(), town.app.state.today());
        let settings = settings(&mut town.app.state.db.read(&scope).await.unwrap()).await.unwrap();
        assert_eq!(settings.places.keys().collect::<Vec<_>>(), ["Laguuni", "Ranta", "Saari"]);
        assert_eq!(settings.places["Laguuni"], settings.places["Ranta"]);
        let map = officer.get(&town.app, "/figures/areas").await.text();
        assert!(map.contains("aria-label=\"Kartta nyt: Saari; Laguuni.\""), "{map}");
        // Wrong figures of the year are replaced by others of the same areas.
        officer.post(&town.app, "/figures/update?period=year-2026", &[("correct", "yes"), ("reason", "Virhe")]).await;
        let corrected = officer.get(&town.app, "/figures?period=year-2026").await.text();
        assert!(corrected.contains("Laguuni") && !corrected.contains("Ranta"), "{corrected}");
    }
}
