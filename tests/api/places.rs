//! Places in which groups meet: made and changed at the desk, chosen for groups, and told wherever a group is told.

use domain::access::Role;
use domain::ids::{PlaceId, uuid_v5};
use http::StatusCode;
use tests::town::{Place, Town};

use crate::desk::{coordinator, next, value};
use crate::files::count;

/// The id of a place that the rights matrix asks for.
pub fn there_at(place: &Place) -> PlaceId {
    PlaceId(uuid_v5(place.group.0, &["place"]))
}

/// A place of that organisation, on its list.
pub async fn there(town: &Town, place: &Place) {
    let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
    let id = there_at(place);
    let sql = "INSERT INTO place (municipality, organisation, id, rev, sort_key, body, changed_at, changed_by) \
               VALUES ($1, $2, $3, 1, 'talo', $4, $5, $6)";
    let body = format!(r#"{{"id":"{id}","name":"Talo {}"}}"#, place.group);
    let values = [
        (&place.municipality).into(),
        place.organisation.into(),
        id.into(),
        body.into(),
        town.app.state.now().into(),
        place.account.into(),
    ];
    tx.run(sql, values).await.unwrap();
    tx.commit().await.unwrap();
}

const HOUSE: [(&str, &str); 8] = [
    ("name", "Kumpulan <b>talo"),
    ("address", "Limingantie 5"),
    ("route", "Bussi 55"),
    ("step_free", "yes"),
    ("toilet", "no"),
    ("aed", "Aulassa"),
    ("equipment", "20 tuolia"),
    ("phone", "09 1234567"),
];

tests::on_both_databases! {
    async fn a_place_is_made_chosen_for_a_group_and_told_wherever_the_group_is(app) {
        let (town, browser) = coordinator(app).await;
        let empty = browser.get(&town.app, "/places").await.text();
        assert!(empty.contains("Paikkoja ei ole vielä"), "{empty}");
        let made = next(&browser.post(&town.app, "/places/new", &HOUSE).await);
        let page = browser.get(&town.app, &made).await.text();
        assert!(page.contains("Kumpulan &lt;b&gt;talo") && page.contains("Bussi 55") && page.contains("20 tuolia"), "{page}");
        let id = made.trim_start_matches("/places/");
        let provider = town.own.organisation.to_string();
        let group = [
            ("name", "Sillan ryhmä"), ("kind", "strength_balance"), ("provider", provider.as_str()), ("weekdays", "2"),
            ("place_id", id), ("aed", ""),
        ];
        let group = next(&browser.post(&town.app, "/groups/new", &group).await);
        let page = browser.get(&town.app, &group).await.text();
        assert!(page.contains("Kumpulan &lt;b&gt;talo, Limingantie 5") && page.contains("Aulassa"), "{page}");
        assert!(page.contains("Bussi 55. Sisään pääsee ilman portaita. Ei esteetöntä WC:tä"), "{page}");
        // What tablets show when somebody must call for help is the group's own.
        let body = "SELECT COUNT(*) AS n FROM exercise_group WHERE body LIKE '%talo, Limingantie 5%' AND body LIKE '%Aulassa%'";
        assert_eq!(count(&town.app, body).await, 1);
        let form = browser.get(&town.app, &format!("{group}/edit")).await.text();
        assert!(form.contains(&format!("value=\"{id}\" selected")) || form.contains(&format!("selected value=\"{id}\"")), "{form}");
        let find = town.app.get("/find?municipality=091").await.text();
        for told in ["Bussi 55", "Sisään pääsee ilman portaita", "Defibrillaattori: Aulassa"] {
            assert!(find.contains(told), "{told} in {find}");
        }
        let list = browser.get(&town.app, "/places").await.text();
        assert!(list.contains("Limingantie 5") && list.contains("Aulassa"), "{list}");
        assert!(list.contains("aria-current=\"page\""), "the ways say that one is among the groups: {list}");
    }

    async fn groups_are_found_by_area_kind_and_way_in(app) {
        let (town, browser) = coordinator(app).await;
        let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        let sql = "INSERT INTO setting (municipality, key, value, updated_at) VALUES ('091', 'report.areas', $1, 0)";
        tx.run(sql, [r#"{"Ranta":["00560"]}"#.into()]).await.unwrap();
        tx.commit().await.unwrap();
        let made = next(&browser.post(&town.app, "/places/new", &HOUSE).await);
        let provider = town.own.organisation.to_string();
        for (name, kind, place) in [
            ("Sillan ryhmä", "strength_balance", ("place_id", made.trim_start_matches("/places/"))),
            ("Aallon kävely", "outdoor", ("place", "Uimaranta, 00560 Helsinki")),
        ] {
            let day = if kind == "outdoor" { "4" } else { "2" };
            let group = [("name", name), ("kind", kind), ("provider", provider.as_str()), ("weekdays", day), place];
            next(&browser.post(&town.app, "/groups/new", &group).await);
        }
        let found = async |asked: &str| {
            let page = town.app.get(&format!("/find?municipality=091{asked}")).await.text();
            (page.contains("<h3>Sillan ryhmä</h3>"), page.contains("<h3>Aallon kävely</h3>"), page)
        };
        let (_, _, page) = found("").await;
        for choice in ["name=\"day\"", "name=\"area\"", "name=\"kind\"", "name=\"step_free\"", "name=\"bus\"", "name=\"aed\"", "method=\"get\""] {
            assert!(page.contains(choice), "{choice} in {page}");
        }
        assert!(!page.contains("name=\"toilet\"") && !page.contains("Näkyvissä"), "what no place has is no choice: {page}");
        for (asked, house, shore) in [
            ("", true, true),
            ("&day=4", false, true),
            ("&day=2&kind=strength_balance", true, false),
            ("&day=2&kind=outdoor", false, false),
            // A day on which no group meets is found empty; what is no day narrows nothing.
            ("&day=7", false, false),
            ("&day=9", true, true),
            ("&area=Ranta", false, true),
            ("&kind=outdoor", false, true),
            ("&kind=strength_balance&step_free=yes&bus=yes&aed=yes", true, false),
            ("&area=Ranta&step_free=yes", false, false),
            // What no group has is neither found nor said back.
            ("&area=Kuu", true, true),
        ] {
            let (of_house, of_shore, page) = found(asked).await;
            assert_eq!((of_house, of_shore), (house, shore), "{asked}: {page}");
            assert_eq!(page.contains("Mikään ryhmä ei sovi"), !house && !shore, "{asked}: {page}");
        }
        let (_, _, page) = found("&kind=outdoor&area=Ranta").await;
        assert!(page.contains("Näkyvissä: Ranta") && page.contains("href=\"/find?municipality=091\""), "{page}");
        // Areas that were set anew are those of this year, and not yet those of the next one.
        let mut tx = town.app.state.db.begin(server::db::Unscoped::Installation).await.unwrap();
        let sql = "INSERT INTO setting (municipality, key, value, updated_at) VALUES ('091', 'report.areas_from', $1, 0)";
        tx.run(sql, [r#"{"2026":{"Saari":["00560"]},"2027":{"Kuu":["00560"]}}"#.into()]).await.unwrap();
        tx.commit().await.unwrap();
        let (of_house, of_shore, page) = found("&area=Saari").await;
        assert!(!of_house && of_shore && page.contains("Näkyvissä: Saari"), "{page}");
        assert!(!page.contains("value=\"Ranta\"") && !page.contains("value=\"Kuu\""), "{page}");
    }

    async fn a_house_without_a_bus_or_a_defibrillator_is_not_found_by_them(app) {
        let (town, browser) = coordinator(app).await;
        let mut house = HOUSE.to_vec();
        (house[2], house[5]) = (("route", "Ei bussia, pyörätie 3"), ("aed", "Ei ole"));
        let made = next(&browser.post(&town.app, "/places/new", &house).await);
        let provider = town.own.organisation.to_string();
        let group = [
            ("name", "Sillan ryhmä"), ("kind", "strength_balance"), ("provider", provider.as_str()), ("weekdays", "2"),
            ("place_id", made.trim_start_matches("/places/")),
        ];
        next(&browser.post(&town.app, "/groups/new", &group).await);
        let choices = async || {
            let page = town.app.get("/find?municipality=091").await.text();
            (page.contains("name=\"bus\""), page.contains("name=\"aed\""), page)
        };
        let (bus, aed, page) = choices().await;
        assert!(!bus && !aed && page.contains("Ei bussia, pyörätie 3") && page.contains("Ei ole"), "{page}");
        // An answer goes before what the words say, both ways.
        for (rev, route, answer, told) in [
            ("1", "Ei bussia, pyörätie 3", "yes", "Perille pääsee bussilla"),
            ("2", "Bussi 55", "no", "Bussi ei kulje lähelle"),
        ] {
            house[2] = ("route", route);
            let form = [&house[..], &[("bus", answer), ("rev", rev)]].concat();
            assert_eq!(next(&browser.post(&town.app, &format!("{made}/edit"), &form).await), made);
            let (bus, _, page) = choices().await;
            assert!(bus == (answer == "yes") && page.contains(told), "{answer}: {page}");
        }
    }

    async fn a_place_where_nobody_meets_leaves_the_list_and_comes_back_by_one_press(app) {
        let (town, browser) = coordinator(app).await;
        let made = next(&browser.post(&town.app, "/places/new", &HOUSE).await);
        let id = made.trim_start_matches("/places/");
        let (provider, kept) = (town.own.organisation.to_string(), "Kumpulan &lt;b&gt;talo, Limingantie 5");
        let form = [
            ("name", "Sillan ryhmä"), ("kind", "peer"), ("provider", provider.as_str()), ("weekdays", "2"), ("place_id", id),
        ];
        let group = next(&browser.post(&town.app, "/groups/new", &form).await);
        let remove = format!("{made}/remove");
        let refused = browser.post(&town.app, &remove, &[]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("Täällä kokoontuu vielä ryhmiä"), "{}", refused.text());
        let rev = value(&browser.get(&town.app, &format!("{group}/edit")).await, "rev");
        let elsewhere = [
            ("rev", &*rev), ("name", "Sillan ryhmä"), ("kind", "peer"), ("provider", &*provider), ("weekdays", "2"),
            ("place", "Muualla"),
        ];
        next(&browser.post(&town.app, &format!("{group}/edit"), &elsewhere).await);
        let answer = browser.post(&town.app, &remove, &[]).await;
        assert_eq!(next(&answer), "/places");
        let list = browser.get(&town.app, answer.headers["location"].to_str().unwrap()).await.text();
        assert!(list.contains(&format!("{kept} poistettiin luettelosta")) && list.contains("Palauta luetteloon"), "{list}");
        assert!(!browser.get(&town.app, "/places").await.text().contains(kept));
        assert_eq!(browser.get(&town.app, &made).await.status, StatusCode::NOT_FOUND);
        assert!(!browser.get(&town.app, "/groups/new").await.text().contains("Kumpulan"), "nor can it be chosen");
        assert_eq!(next(&browser.post(&town.app, &format!("{made}/return"), &[]).await), made);
        assert!(browser.get(&town.app, &made).await.text().contains("Bussi 55"));
    }

    async fn a_changed_place_changes_what_its_groups_say_and_nobody_elses(app) {
        let (town, browser) = coordinator(app).await;
        let made = next(&browser.post(&town.app, "/places/new", &HOUSE).await);
        let provider = town.own.organisation.to_string();
        let group = |name, place| [("name", name), ("kind", "peer"), ("provider", provider.as_str()), ("place", place)];
        // Its name alone means it; the other group meets elsewhere.
        let here = next(&browser.post(&town.app, "/groups/new", &group("Täällä", "kumpulan <b>TALO")).await);
        let there = next(&browser.post(&town.app, "/groups/new", &group("Muualla", "Koulu")).await);
        let mut moved = HOUSE.to_vec();
        moved[1] = ("address", "Intiankatu 1");
        moved[5] = ("aed", "Ovella");
        moved.push(("rev", "1"));
        assert_eq!(next(&browser.post(&town.app, &format!("{made}/edit"), &moved).await), made);
        let page = browser.get(&town.app, &here).await.text();
        assert!(page.contains("Intiankatu 1") && page.contains("Ovella") && !page.contains("Limingantie"), "{page}");
        assert!(browser.get(&town.app, &there).await.text().contains("Koulu"));
        let log = "SELECT COUNT(*) AS n FROM audit WHERE verb = 'place.save' AND fields = 'groups=1'";
        assert_eq!(count(&town.app, log).await, 1);
        // Somebody else's form stands on the version before: both values are shown, and nothing is written.
        let mut late = HOUSE.to_vec();
        late.push(("rev", "1"));
        let asked = browser.post(&town.app, &format!("{made}/edit"), &late).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.text().contains("Intiankatu 1") && asked.text().contains("Limingantie 5"), "{}", asked.text());
        assert_eq!(value(&asked, "rev"), "2", "saving again overwrites on purpose");
    }

    async fn a_group_that_moves_takes_the_new_houses_defibrillator_with_it(app) {
        let (town, browser) = coordinator(app).await;
        let house = next(&browser.post(&town.app, "/places/new", &HOUSE).await);
        let bare = next(&browser.post(&town.app, "/places/new", &[("name", "Kerhohuone")]).await);
        let id = |place: &str| place.trim_start_matches("/places/").to_owned();
        let (house, bare, provider) = (id(&house), id(&bare), town.own.organisation.to_string());
        let group = [("name", "Muuttava"), ("kind", "peer"), ("provider", provider.as_str()), ("place_id", house.as_str())];
        let group = next(&browser.post(&town.app, "/groups/new", &group).await);
        let edit = format!("{group}/edit");
        let moved = async |place: &str, aed: &str| {
            let form = browser.get(&town.app, &edit).await;
            let (rev, was) = (value(&form, "rev"), value(&form, "aed_was"));
            let typed = [("rev", &*rev), ("name", "Muuttava"), ("kind", "peer"), ("provider", &provider),
                ("place_id", place), ("aed", aed), ("aed_was", &*was)];
            let typed = typed.to_vec();
            let first = browser.post(&town.app, &edit, &typed).await;
            // The button pressed twice changes nothing more.
            assert_eq!(browser.post(&town.app, &edit, &typed).await.status, first.status);
            first
        };
        next(&moved(&bare, "Aulassa").await);
        let told = "SELECT COUNT(*) AS n FROM exercise_group WHERE body LIKE '%Aulassa%'";
        assert_eq!(count(&town.app, told).await, 0, "the old house's is at the new one");
        next(&moved(&house, "").await);
        assert_eq!(count(&town.app, told).await, 1);
        // A word of the group's own, typed on purpose, is not dropped; of another house it is asked about.
        next(&moved(&house, "Salin ovella").await);
        let own = "SELECT COUNT(*) AS n FROM exercise_group WHERE body LIKE '%Salin ovella%'";
        assert_eq!(count(&town.app, own).await, 1);
        let asked = moved(&bare, "Salin ovella").await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.text().contains("Tarkista, missä lähin defibrillaattori nyt on"), "{}", asked.text());
        assert!(!asked.text().contains("aed_was"), "whoever was asked and saves has said it: {}", asked.text());
        let rev = value(&asked, "rev");
        let typed = [("name", "Muuttava"), ("kind", "peer"), ("provider", &provider), ("place_id", &bare), ("aed", "")];
        next(&browser.post(&town.app, &edit, &[&[("rev", &*rev)], &typed[..]].concat()).await);
        assert_eq!(count(&town.app, own).await, 0);
        // Two places at once are not guessed between.
        let rev = value(&browser.get(&town.app, &edit).await, "rev");
        let both = [&typed[..], &[("rev", &*rev), ("place", "Koulu")]].concat();
        let both = browser.post(&town.app, &edit, &both).await;
        assert_eq!(both.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(both.text().contains("ei molempia") && both.text().contains("Koulu"), "{}", both.text());
    }

    async fn a_place_that_loses_its_defibrillator_loses_it_in_groups_of_every_season(app) {
        let (town, browser) = coordinator(app).await;
        let made = next(&browser.post(&town.app, "/places/new", &HOUSE).await);
        let (id, provider) = (made.trim_start_matches("/places/"), town.own.organisation.to_string());
        let group = |name, last, aed| [
            ("name", name), ("kind", "peer"), ("provider", provider.as_str()), ("place_id", id), ("aed", aed),
            ("season_start", "12.1.2026"), ("season_end", last),
        ];
        for (name, last, aed) in [("Nyt", "30.11.2026", ""), ("Päättynyt", "1.5.2026", ""), ("Oma", "1.5.2026", "Salissa")] {
            next(&browser.post(&town.app, "/groups/new", &group(name, last, aed)).await);
        }
        let mut emptied = HOUSE.to_vec();
        (emptied[1], emptied[5]) = (("address", "Intiankatu 1"), ("aed", ""));
        emptied.push(("rev", "1"));
        assert_eq!(next(&browser.post(&town.app, &format!("{made}/edit"), &emptied).await), made);
        let moved = "SELECT COUNT(*) AS n FROM exercise_group WHERE body LIKE '%Intiankatu 1%'";
        let (gone, own) = ("SELECT COUNT(*) AS n FROM exercise_group WHERE body LIKE '%Aulassa%'",
            "SELECT COUNT(*) AS n FROM exercise_group WHERE body LIKE '%Salissa%'");
        assert_eq!((count(&town.app, moved).await, count(&town.app, gone).await, count(&town.app, own).await), (3, 0, 1));
    }

    async fn a_groups_free_text_becomes_a_place_for_all_groups_that_say_so(app) {
        let (town, browser) = coordinator(app).await;
        let provider = town.own.organisation.to_string();
        let group = |name| [
            ("name", name), ("kind", "peer"), ("provider", provider.as_str()), ("place", "Vanha koulu, Koulutie 3"),
            ("aed", "Portaikossa"),
        ];
        let first = next(&browser.post(&town.app, "/groups/new", &group("Ensimmäinen")).await);
        let second = next(&browser.post(&town.app, "/groups/new", &group("Toinen")).await);
        let page = browser.get(&town.app, &first).await.text();
        let way = format!("/places/new?group={}", first.trim_start_matches("/groups/"));
        assert!(page.contains(&way), "{page}");
        let form = browser.get(&town.app, &way).await;
        for filled in ["Vanha koulu", "Koulutie 3", "Portaikossa"] {
            assert!(form.text().contains(&format!("value=\"{filled}\"")), "{filled}: {}", form.text());
        }
        assert_eq!(value(&form, "was"), "Vanha koulu, Koulutie 3");
        let (rev, was) = (value(&form, "rev"), value(&form, "was"));
        let typed = [("rev", &*rev), ("was", &*was), ("name", "Vanha koulu"), ("address", "Koulutie 5"), ("aed", "Portaikossa")];
        next(&browser.post(&town.app, "/places/new", &typed).await);
        for group in [first, second] {
            let page = browser.get(&town.app, &group).await.text();
            assert!(page.contains("Vanha koulu, Koulutie 5") && !page.contains("/places/new"), "{page}");
        }
    }

    async fn what_is_wrong_with_a_place_is_told_and_no_place_stands_on_the_list_twice(app) {
        let (town, browser) = coordinator(app).await;
        let asked = browser.post(&town.app, "/places/new", &[("name", ""), ("phone", "12")]).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.text().contains("Kirjoita paikan nimi") && asked.text().contains("vähintään viisi numeroa"), "{}", asked.text());
        next(&browser.post(&town.app, "/places/new", &HOUSE).await);
        let twice = browser.post(&town.app, "/places/new", &HOUSE).await;
        assert!(twice.text().contains("on jo luettelossa"), "{}", twice.text());
        assert_eq!(count(&town.app, "SELECT COUNT(*) AS n FROM place").await, 1);
        let instructor = town.signed_in(Role::MunicipalOfficer, true).await;
        assert_eq!(instructor.get(&town.app, "/places").await.status, StatusCode::FORBIDDEN);
    }

    async fn each_day_of_a_group_has_its_time_on_every_page_and_in_the_plan(app) {
        let (town, browser) = coordinator(app).await;
        let provider = town.own.organisation.to_string();
        let group = [
            ("name", "Kahden ajan ryhmä"), ("kind", "strength_balance"), ("provider", provider.as_str()),
            ("weekdays", "2"), ("weekdays", "4"), ("starts_at", "ti 10.30, to 13.00"),
            ("season_start", "1.9.2026"), ("season_end", "30.11.2026"),
        ];
        let group = next(&browser.post(&town.app, "/groups/new", &group).await);
        let page = browser.get(&town.app, &group).await.text();
        assert!(page.contains("ti klo\u{a0}10.30 ja to klo\u{a0}13.00"), "{page}");
        assert!(page.contains("10.9.2026 klo\u{a0}13.00"), "planned on Thursday: {page}");
        let form = browser.get(&town.app, &format!("{group}/edit")).await.text();
        assert!(form.contains("value=\"ti 10.30, to 13.00\""), "{form}");
        let week = browser.get(&town.app, "/week?from=2026-09-14").await.text();
        assert!(week.contains("klo\u{a0}10.30") && week.contains("klo\u{a0}13.00"), "{week}");
        let find = town.app.get("/find?municipality=091").await.text();
        assert!(find.contains("Klo\u{a0}10.30") && find.contains("Klo\u{a0}13.00"), "{find}");
        let roll = browser.get(&town.app, &format!("{group}/roll")).await.text();
        assert!(roll.contains("ti klo\u{a0}10.30 ja to klo\u{a0}13.00"), "{roll}");
    }

    async fn a_month_of_all_groups_marks_today_what_clashes_and_what_does_not_take_place(app) {
        let (town, browser) = coordinator(app).await;
        let provider = town.own.organisation.to_string();
        let group = |name, time| [
            ("name", name), ("kind", "peer"), ("provider", provider.as_str()), ("weekdays", "3"), ("place", "Kylätalo"),
            ("starts_at", time), ("minutes", "60"), ("season_start", "1.9.2026"), ("season_end", "30.11.2026"),
        ];
        let first = next(&browser.post(&town.app, "/groups/new", &group("Ensimmäinen", "10.30")).await);
        next(&browser.post(&town.app, "/groups/new", &group("Toinen", "11.00")).await);
        let month = browser.get(&town.app, "/month").await.text();
        assert!(month.contains("syyskuu 2026") && month.contains("aria-current=\"date\"") && month.contains("tänään"), "{month}");
        assert!(month.contains("sama tila: Toinen") && month.contains("5 päällekkäisyyttä"), "{month}");
        assert!(month.contains("/month?from=2026-08-01") && month.contains("/month?from=2026-10-01"), "{month}");
        let cancel = [("rev", "0"), ("why", "weather")];
        browser.post(&town.app, &format!("{first}/sessions/2026-09-16/cancel"), &cancel).await;
        let month = browser.get(&town.app, "/month?from=2026-09-20").await.text();
        assert!(month.contains("peruttu") && month.contains("4 päällekkäisyyttä"), "{month}");
        let empty = browser.get(&town.app, "/month?from=2027-07-01").await.text();
        assert!(empty.contains("heinäkuu 2027") && empty.contains("Tässä kuussa ei ole kertoja"), "{empty}");
    }
}
