//! The demo municipality holds what it is there to show.

use crate::files::count;
use domain::assessments::OutcomeMeasure;
use domain::assessments::tester::Training;
use domain::outcomes::PageKind;
use domain::outcomes::equity::StratumBy;
use domain::outcomes::report::WindowName;
use domain::screenings::Screening;
use server::demo::build::build;
use server::outcomes::pages::latest_snapshot;
use server::outcomes::periods::fixed_periods;
use tests::App;

#[tokio::test]
async fn on_a_tuesday_the_demo_shows_each_verdict_a_hidden_cell_and_a_warning() {
    shows_everything(App::sqlite().await).await;
}

#[tokio::test]
async fn on_a_sunday_in_another_year_it_shows_them_too() {
    let app = App::sqlite().await;
    app.clock.advance(432 * 24 * 3_600_000);
    shows_everything(app).await;
}

async fn shows_everything(app: App) {
    let scope = build(&app.state).await.expect("built");
    let mut tx = app.state.db.read(&scope).await.expect("a transaction");
    // The year in which the first of the two seasons began: its people have been followed longest.
    let began = scope.today().plus_days(-300).year();
    let year = fixed_periods(scope.today())
        .into_iter()
        .find(|one| one.page_kind() == PageKind::Year && one.from.year() == began);
    let year = year.expect("a year with a page");
    let page = latest_snapshot(&mut tx, year.from, year.to).await.expect("read").expect("frozen").page;
    let report = &page.report;
    let json: serde_json::Value = serde_json::from_str(&report.to_json()).expect("JSON");
    let verdict = |at: usize| json["gaps"][at]["verdict"].as_str().expect("a verdict").to_owned();
    let by = |at: usize| json["gaps"][at]["by"].as_str().expect("a stratum").to_owned();
    let verdicts: Vec<_> = (0..3).map(|at| (by(at), verdict(at))).collect();
    assert_eq!(
        verdicts,
        [("living_alone", "narrowed"), ("education", "widened"), ("income_ok", "cannot_say")]
            .map(|(by, verdict)| (by.to_owned(), verdict.to_owned()))
    );
    assert_eq!(json["change"]["m3"]["sppb_total"]["headline"], "shown");
    assert_eq!(json["change"]["m6"]["sppb_total"]["headline"], "warning");
    assert!(report.hidden.iter().any(|path| path.starts_with("strata.") && path.ends_with(".participants")));
    assert!(report.strata.iter().any(|stratum| stratum.by == StratumBy::Area));
    let term = fixed_periods(scope.today())[0];
    let term = latest_snapshot(&mut tx, term.from, term.to).await.expect("read").expect("frozen").page;
    assert_eq!(term.report.safety.falls.value(), Some(&5));
    assert!(report.change_of(OutcomeMeasure::SppbTotal, WindowName::M3).is_some());
}

#[tokio::test]
async fn in_the_demo_most_have_answered_one_waits_for_a_permission_and_one_incident_to_be_gone_through() {
    let app = App::sqlite().await;
    let scope = build(&app.state).await.expect("built");
    let mut tx = app.state.db.read(server::db::Unscoped::Installation).await.expect("read");
    let rows = tx.all("SELECT body FROM screening", []).await.expect("screenings");
    let screenings: Vec<Screening> = rows.iter().map(|row| row.json("body").expect("a screening")).collect();
    let members = "SELECT COUNT(DISTINCT participant) AS n FROM membership WHERE left_on IS NULL";
    let members: i64 = tx.one(members, []).await.expect("members").get("n").expect("n");
    drop(tx);
    assert!(
        screenings.len() * 2 > usize::try_from(members).expect("a small number"),
        "{} of {members}",
        screenings.len()
    );
    assert_eq!(screenings.iter().filter(|screening| screening.is_red()).count(), 1);
    assert_eq!(count(&app, "SELECT COUNT(*) AS n FROM incident WHERE waits = 1").await, 1);
    let mut tx = app.state.db.read(&scope).await.expect("read");
    let testers = server::access::training::list(&mut tx).await.expect("testers");
    let old = testers.iter().filter(|tester| Training::of(tester.trained_on, scope.today()).is_old());
    assert_eq!((testers.len(), old.count()), (2, 1));
}

#[tokio::test]
async fn the_demo_has_a_conflict_a_possible_duplicate_a_held_operation_and_a_walk_in() {
    let app = App::sqlite().await;
    build(&app.state).await.expect("built");
    for (what, sql) in [
        ("conflict", "SELECT COUNT(*) AS n FROM review WHERE kind = 'attendance'"),
        ("duplicate", "SELECT COUNT(*) AS n FROM review WHERE kind = 'possible_duplicate'"),
        ("held", "SELECT COUNT(*) AS n FROM op WHERE outcome = 'held' AND reason = 'rights'"),
        ("walk-in", "SELECT COUNT(*) AS n FROM participant WHERE provisional = 1"),
        ("coordinator", "SELECT COUNT(*) AS n FROM account_role WHERE role = 'municipal_officer'"),
        (
            "somebody who hears of emergency access",
            "SELECT COUNT(*) AS n FROM setting s JOIN account a ON a.id = s.value WHERE s.key = 'privacy.contact'",
        ),
    ] {
        assert_eq!(count(&app, sql).await, 1, "{what}");
    }
    assert_eq!(count(&app, "SELECT COUNT(*) AS n FROM incident").await, 9);
    assert_eq!(count(&app, "SELECT COUNT(*) AS n FROM friend_pair").await, 2);
    assert_eq!(count(&app, "SELECT COUNT(DISTINCT role) AS n FROM account_role").await, 6);
    assert_eq!(count(&app, "SELECT COUNT(*) AS n FROM exercise_group").await, 24);
    // Whoever calls for help tells the whole address.
    assert_eq!(count(&app, "SELECT COUNT(*) AS n FROM place WHERE body LIKE '%, 9996_ %'").await, 5);
}
