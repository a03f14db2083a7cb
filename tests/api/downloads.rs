//! Spreadsheets that the desk takes out, read back: days are days, numbers are numbers, text never runs.

use domain::access::Role;
use domain::attendance::Mark;
use domain::consents::{self, Consent, ConsentAct, ConsentChannel, ConsentPurpose};
use domain::ids::ConsentId;
use domain::people::{ProfileChange, Sex};
use domain::sync::op::Verb;
use domain::{attendance, people};
use http::StatusCode;
use std::collections::BTreeMap;
use tests::town::{Browser, Place, Town, said, today};
use tests::xlsx::{Cell, cells};
use uuid::Uuid;

fn known(place: &Place, changes: Vec<ProfileChange>) -> Verb {
    Verb::Participant(people::Verb::Edit { id: place.participant, changes })
}

fn text(words: &str) -> Cell {
    Cell::Text(words.to_owned())
}

fn day(serial: &str) -> Cell {
    Cell::Number { written: serial.to_owned(), day: true }
}

fn number(written: &str) -> Cell {
    Cell::Number { written: written.to_owned(), day: false }
}

/// The file behind a path, with its name.
async fn taken(town: &Town, browser: &Browser, path: &str) -> (BTreeMap<String, Cell>, String) {
    let answer = browser.get(&town.app, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.headers["cache-control"], "no-store", "{path}");
    let name = answer.headers["content-disposition"].to_str().expect("a name").to_owned();
    (cells(&answer.body), name)
}

/// The row in which this text stands in that column.
fn row_of(cells: &BTreeMap<String, Cell>, column: char, words: &str) -> u32 {
    let found = (2..100).find(|row| cells.get(&format!("{column}{row}")) == Some(&text(words)));
    found.unwrap_or_else(|| panic!("{words} in {cells:?}"))
}

tests::on_both_databases! {
    async fn people_are_a_sheet_with_days_as_days_and_text_that_never_runs(app) {
        let town = Town::on(app).await;
        let changes = vec![
            ProfileChange::GivenNames("=HYPERLINK(\"x\")".to_owned()),
            ProfileChange::Phone(Some("+358 40 123 4567".to_owned())),
            ProfileChange::PostalCode(Some("00100".to_owned())),
            ProfileChange::Sex(Some(Sex::Female)),
        ];
        let (id, given) = (ConsentId(Uuid::from_u128(5)), (ConsentPurpose::HealthTests, ConsentAct::Given));
        let consent =
            Consent { channel: ConsentChannel::Paper, ..said(id, town.own.participant, given, today()) };
        town.write(vec![known(&town.own, changes), Verb::Consent(consents::Verb::Record { consent })]).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let (cells, name) = taken(&town, &coordinator, "/people/download").await;
        assert_eq!(name, "attachment; filename=\"osallistujat-2026-09-08.xlsx\"");
        assert_eq!((&cells["B1"], &cells["E1"]), (&text("Etunimet"), &text("Syntynyt")));
        let row = row_of(&cells, 'C', town.own.canary);
        let at = |column: char| cells.get(&format!("{column}{row}")).cloned();
        assert_eq!(at('B'), Some(text("=HYPERLINK(\"x\")")));
        // 8 March 1946 and 8 September 2026 as spreadsheets count days.
        assert_eq!((at('E'), at('P')), (Some(day("16869")), Some(day("46273"))));
        assert_eq!((at('F'), at('H'), at('I')), (Some(text("nainen")), Some(text("+358 40 123 4567")), Some(text("00100"))));
        // Empty is not known, never a dash or a zero.
        assert_eq!((at('D'), at('K')), (None, None));
        // The partner's and the other municipality's people are in no file of ours.
        let all = format!("{cells:?}");
        assert!(all.contains(town.other.canary) && !all.contains(town.partner.canary) && !all.contains(town.foreign.canary));
    }

    async fn a_groups_attendance_names_who_was_marked_how_and_a_session_without_marks(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let path = format!("/groups/{}/attendance", town.own.group);
        let (cells, _) = taken(&town, &coordinator, &path).await;
        assert_eq!((cells.get("A2"), cells.get("D2")), (Some(&day("46273")), None));
        town.write(vec![Verb::Attendance(attendance::Verb::Set {
            session: town.own.session, group: town.own.group, participant: town.own.participant, mark: Some(Mark::AbsentInformed),
        })]).await;
        let (cells, name) = taken(&town, &coordinator, &path).await;
        assert_eq!(name, "attachment; filename=\"lasnaolo-2026-09-08.xlsx\"");
        assert_eq!((&cells["A2"], &cells["E2"]), (&day("46273"), &text("poissa, ilmoitti")));
        assert_eq!(cells["D2"], text(&format!("{} Aino", town.own.canary)));
    }

    async fn a_groups_results_are_numbers_with_their_unit_in_the_readers_language(app) {
        let town = Town::on(app).await;
        town.write(vec![known(&town.own, vec![ProfileChange::Sex(Some(Sex::Female))])]).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let swede = Browser { cookies: format!("{}; view=sv..", coordinator.cookies) };
        let path = format!("/groups/{}/results", town.own.group);
        let (cells, name) = taken(&town, &swede, &path).await;
        assert_eq!(name, "attachment; filename=\"resultat-2026-09-08.xlsx\"");
        assert_eq!((&cells["C1"], &cells["E1"]), (&text("Mätt"), &text("Resultat")));
        // Eight rises at eighty, a day before the tests' today: under the range of 9 to 14.
        assert_eq!((&cells["C2"], &cells["D2"]), (&day("46272"), &text("Uppresningar på 30 s")));
        assert_eq!((&cells["E2"], &cells["F2"], &cells["G2"]), (&number("8"), &text("gånger"), &text("under referensområdet")));
        assert_eq!(cells["H2"], text("ja"));
        assert_eq!(cells.get("A3"), None);
    }

    async fn csv_has_the_rows_of_the_spreadsheet_with_leading_zeros_in_its_text_and_leaves_the_same_row_in_the_log(app) {
        let town = Town::on(app).await;
        let changes = vec![
            ProfileChange::GivenNames("=HYPERLINK(\"x\")".to_owned()),
            ProfileChange::PostalCode(Some("00100".to_owned())),
        ];
        town.write(vec![known(&town.own, changes)]).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let group = town.own.group;
        for (path, file) in [
            ("/people/download".to_owned(), "osallistujat"),
            (format!("/groups/{group}/attendance"), "lasnaolo"),
            (format!("/groups/{group}/results"), "tulokset"),
        ] {
            let (cells, _) = taken(&town, &coordinator, &path).await;
            let answer = coordinator.get(&town.app, &format!("{path}?as=csv")).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
            assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
            assert_eq!(answer.headers["cache-control"], "no-store");
            let name = format!("attachment; filename=\"{file}-2026-09-08.csv\"");
            assert_eq!(answer.headers["content-disposition"].to_str().expect("a name"), name);
            let text = answer.text();
            let lines: Vec<Vec<&str>> =
                text.trim_start_matches('\u{feff}').lines().map(|line| line.split(';').collect()).collect();
            let rows = cells.keys().filter(|at| at.starts_with('A')).count();
            assert_eq!(lines.len(), rows, "{text}");
            for (row, line) in (1..).zip(&lines) {
                for (column, cell) in ('A'..).zip(line) {
                    // Days and numbers are counted otherwise; words are the same.
                    if let Some(Cell::Text(words)) = cells.get(&format!("{column}{row}")) {
                        assert!(cell.contains(words.as_str()) || cell.contains("HYPERLINK"), "{words} in {cell}");
                    }
                }
            }
        }
        let text = coordinator.get(&town.app, "/people/download?as=csv").await.text();
        let own = text.lines().find(|line| line.contains(town.own.canary)).expect("the own person");
        assert!(own.contains(";00100;") && own.contains(";1946-03-08;"), "{own}");
        assert!(own.contains("\"'=HYPERLINK(\"\"x\"\")\""), "{own}");
        let unknown = coordinator.get(&town.app, "/people/download?as=pdf").await;
        assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
        let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.expect("read");
        let logged = tx.all("SELECT fields FROM audit WHERE verb = 'export'", []).await.expect("rows");
        assert_eq!(logged.len(), 7, "three kinds in two forms, and people once more");
    }

    async fn beside_each_csv_it_is_said_that_a_spreadsheet_program_drops_leading_zeros(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        for path in ["/people".to_owned(), format!("/groups/{}", town.own.group)] {
            for (lang, told) in [("fi", "säilyttää alkunollat"), ("sv", "inledande nollor"), ("en", "leading zeros")] {
                let reader = Browser { cookies: format!("{}; view={lang}..", coordinator.cookies) };
                let page = reader.get(&town.app, &path).await.text();
                assert!(page.contains("?as=csv") && page.contains(told), "{path} in {lang}: {page}");
            }
        }
    }

    async fn each_file_leaves_one_row_in_the_log_with_what_it_was_and_how_many(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let group = town.own.group;
        for path in ["/people/download".to_owned(), format!("/groups/{group}/attendance"), format!("/groups/{group}/results")] {
            taken(&town, &coordinator, &path).await;
        }
        let mut tx = town.app.state.db.read(server::db::Unscoped::Installation).await.expect("read");
        let rows = tx.all("SELECT entities, fields FROM audit WHERE verb = 'export' ORDER BY n", []).await.expect("rows");
        let told: Vec<(String, String)> =
            rows.iter().map(|row| (row.get("entities").expect("text"), row.get("fields").expect("text"))).collect();
        let wanted = [
            ("kind:participants people".to_owned(), "rows=2".to_owned()),
            (format!("kind:attendance group:{group}"), "rows=1".to_owned()),
            (format!("kind:scores group:{group}"), "rows=1".to_owned()),
        ];
        assert_eq!(told, wanted);
    }
}
