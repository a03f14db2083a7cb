//! The outcome report and its frozen snapshots, out of the database.

use crate::files::{TOWN, municipality, take, take_all};
use domain::outcomes::dataset::Period;
use domain::time::Day;
use server::access::Scope;
use server::demo::build::build;
use server::files::kinds::Kind;
use server::outcomes::{latest_snapshot, report, take_snapshot};
use tests::App;

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn spring() -> Period {
    Period::new(day("2026-01-01"), day("2026-06-30"))
}

async fn report_of(app: &App, scope: &Scope, period: &Period) -> String {
    let mut tx = app.state.db.read(scope).await.expect("a transaction");
    report(&mut tx, period).await.expect("a report").to_json()
}

tests::on_both_databases! {
    async fn a_small_towns_report_is_as_printed_and_hides_small_numbers(app) {
        let scope = municipality(&app, "091").await;
        take_all(&app, &scope, &TOWN).await;
        let json: serde_json::Value = serde_json::from_str(&report_of(&app, &scope, &spring()).await).expect("JSON");
        let golden: serde_json::Value = serde_json::from_str(include_str!("golden/report.json")).expect("JSON");
        assert_eq!(json, golden);
    }

    async fn a_snapshot_stays_as_it_was_when_the_data_move_on(app) {
        let scope = municipality(&app, "091").await;
        take_all(&app, &scope, &TOWN).await;
        let before = report_of(&app, &scope, &spring()).await;
        let mut tx = app.state.db.begin(&scope).await.expect("a transaction");
        let taken = take_snapshot(&app.state, &mut tx, &spring()).await.expect("taken");
        tx.commit().await.expect("kept");
        assert_eq!(taken.report.to_json(), before);

        let more: String = (0..6).map(|n| format!("n{n},A,B,,1945-01-01,,,,,,,,,2026-01-02,accepted,\n")).collect();
        let header = Kind::Participants.columns().join(",");
        take(&app, &scope, Kind::Participants, &format!("{header}\n{more}")).await;
        assert_ne!(report_of(&app, &scope, &spring()).await, before);

        let mut tx = app.state.db.read(&scope).await.expect("a transaction");
        let kept = latest_snapshot(&mut tx, day("2026-01-01"), day("2026-06-30")).await.expect("read");
        assert_eq!(kept.expect("frozen").report.to_json(), before);
        assert!(latest_snapshot(&mut tx, day("2026-01-01"), day("2026-06-29")).await.expect("read").is_none());
    }

    async fn another_municipalitys_data_move_no_figure(app) {
        let scope = municipality(&app, "091").await;
        take_all(&app, &scope, &TOWN).await;
        let before = report_of(&app, &scope, &spring()).await;
        let other = municipality(&app, "092").await;
        take_all(&app, &other, &TOWN).await;
        assert_eq!(report_of(&app, &scope, &spring()).await, before);
    }
}

#[tokio::test]
async fn both_databases_give_the_same_report_of_the_same_town() {
    let Some(postgres) = App::postgres().await else {
        eprintln!("not run: TEST_DATABASE_URL is not set");
        return;
    };
    let sqlite = App::sqlite().await;
    let scope = build(&sqlite.state).await.expect("built");
    build(&postgres.state).await.expect("built");
    let term = server::outcomes::fixed_periods(scope.today())[0].as_of(scope.today());
    assert_eq!(report_of(&sqlite, &scope, &term).await, report_of(&postgres, &scope, &term).await);
    for kind in Kind::ALL {
        let text = crate::files::file(&sqlite, &scope, *kind).await;
        // The walk-in's generated reference follows from an id, which differs.
        let lines =
            |text: &str| text.lines().filter(|line| !line.contains("virea-")).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(lines(&text), lines(&crate::files::file(&postgres, &scope, *kind).await), "{kind:?}");
    }
}
