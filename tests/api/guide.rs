//! The guide to the tests: complete in each language, the same for everybody on the staff.

use app::assessments::references::{figure_cell, source};
use app::assessments::sources::norms;
use app::assessments::words::{outcome_name, plain_value};
use app::texts::{Lang, Words as _, figures, guide as g};
use domain::access::Role;
use domain::assessments::change::MEANINGFUL;
use domain::assessments::published::PUBLISHED;
use domain::assessments::{Instrument, Task};
use domain::people::Sex;
use http::StatusCode;
use tests::town::{Browser, Town};

tests::on_both_databases! {
    async fn the_guide_shows_every_test_with_its_picture_in_each_language(app) {
        let town = Town::on(app).await;
        let browser = town.signed_in(Role::Coordinator, true).await;
        let tasks: usize = Instrument::ALL.iter().map(|instrument| Task::all_of(*instrument).len()).sum();
        for lang in Lang::ALL {
            let reader = Browser { cookies: format!("{}; view={}..", browser.cookies, lang.code()) };
            let answer = reader.get(&town.app, "/tests/guide").await;
            assert_eq!(answer.status, StatusCode::OK);
            let page = answer.text();
            for instrument in Instrument::ALL {
                assert!(page.contains(&format!("id=\"{instrument}\"")), "{lang:?} {instrument}");
                assert!(page.contains(instrument.words(lang)), "{lang:?} {instrument}");
            }
            assert_eq!(page.matches("class=\"pose\"").count(), tasks, "a picture for each task");
            assert!(page.contains(figures::tandem(lang)), "pictures have titles");
            assert!(page.contains(g::every::stop_title(lang)), "and when to stop comes with them");
            assert!(page.contains(g::every::tablet_title(lang)), "and what to know of the tablet: its lock, wet hands");
        }
    }

    async fn the_sources_say_which_numbers_nobody_has_checked_yet(app) {
        let town = Town::on(app).await;
        let officer = town.signed_in(Role::MunicipalOfficer, true).await;
        let page = officer.get(&town.app, "/tests/guide").await.text();
        let sources = page.split("id=\"sources\"").nth(1).expect("the sources have a place of their own");
        let unchecked = g::sources::to_be_confirmed(Lang::Fi);
        assert!(sources.contains("Tomkinson et al. 2025") && sources.contains("17,0–27,2"), "grip with its source");
        let walk = sources.split("yards converted to metres").nth(1).expect("the six-minute walk");
        let walk = walk.split("</p>").next().expect("its foot");
        assert!(walk.contains(unchecked), "{walk}");
    }

    async fn every_table_of_reference_values_stands_among_the_sources_in_each_language(app) {
        let town = Town::on(app).await;
        let browser = town.signed_in(Role::Coordinator, true).await;
        for lang in Lang::ALL {
            let reader = Browser { cookies: format!("{}; view={}..", browser.cookies, lang.code()) };
            let page = reader.get(&town.app, "/tests/guide").await.text();
            let sources = page.split("id=\"sources\"").nth(1).expect("the sources have a place of their own");
            let stands = |words: &str| {
                assert!(sources.contains(&words.replace('&', "&amp;")), "{lang:?}: {words}");
            };
            for change in MEANINGFUL {
                stands(&plain_value(lang, change.outcome, change.one_person));
                stands(change.source);
            }
            for (outcome, table) in norms() {
                stands(&g::sources::norms(lang, outcome_name(lang, outcome)));
                stands(table.source);
            }
            for table in PUBLISHED {
                stands(&g::published::title(lang, outcome_name(lang, table.outcome)));
                stands(&source(lang, table));
                let of = |sex: Sex| table.rows.iter().filter_map(move |row| row.figure(Some(sex)));
                let figures = of(Sex::Female).chain(of(Sex::Male));
                figures.for_each(|figure| stands(&figure_cell(lang, table, figure)));
            }
        }
    }
}
