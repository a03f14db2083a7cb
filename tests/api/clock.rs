//! A clock that is set back: nobody waits longer, and nothing is good for longer, than the rules say.

use domain::access::Role;
use http::StatusCode;
use server::access::{Scope, accounts};
use server::outcomes::pages::{Taken, put_together};
use server::outcomes::periods::{PeriodKind, fixed_periods};
use tests::town::{Browser, Town, login};

const HOUR: i64 = 3_600_000;
const YEAR: i64 = 365 * 24 * HOUR;
const PASSWORD: &str = "kolme sanaa peräkkäin";

async fn code_of(town: &Town, role: Role) -> String {
    let state = &town.app.state;
    let scope = Scope::command_line(town.own.municipality.clone(), state.today());
    let user = town.user(role).await;
    let mut tx = state.db.begin(&scope).await.unwrap();
    let code = accounts::setup_link(state, &mut tx, user).await.unwrap();
    tx.commit().await.unwrap();
    code
}

async fn set_up(town: &Town, code: &str) -> StatusCode {
    let form = [("code", code), ("password", PASSWORD), ("again", PASSWORD)];
    Browser::default().post(&town.app, "/set-up", &form).await.status
}

tests::on_both_databases! {
    async fn a_guesser_waits_no_longer_than_the_rule_says_when_the_clock_was_a_year_ahead(app) {
        let town = Town::on(app).await;
        assert_eq!(set_up(&town, &code_of(&town, Role::Coordinator).await).await, StatusCode::SEE_OTHER);
        let known = login(Role::Coordinator);
        let wrong = [("login", known.as_str()), ("password", "väärä salasana")];
        let right = [("login", known.as_str()), ("password", PASSWORD)];
        town.app.clock.advance(YEAR);
        for _ in 0..4 {
            Browser::default().post(&town.app, "/sign-in", &wrong).await;
        }
        town.app.clock.advance(-YEAR);
        let told = Browser::default().post(&town.app, "/sign-in", &right).await;
        assert_eq!(told.status, StatusCode::TOO_MANY_REQUESTS);
        let wait: i64 = told.headers["retry-after"].to_str().unwrap().parse().unwrap();
        town.app.clock.advance(wait * 1_000);
        let entered = Browser::default().post(&town.app, "/sign-in", &right).await;
        assert_eq!(entered.status, StatusCode::SEE_OTHER, "whoever waited as long as was told gets in");
    }

    async fn reports_are_taken_again_after_the_wait_when_the_clock_was_a_year_ahead(app) {
        let report = async || {
            let request = http::Request::post("/api/csp-report").header("content-type", "application/reports+json");
            app.send(request.body(axum::body::Body::from("[]")).unwrap()).await
        };
        app.clock.advance(YEAR);
        for _ in 0..21 {
            report().await;
        }
        app.clock.advance(-YEAR);
        let told = report().await;
        assert_eq!(told.status, StatusCode::TOO_MANY_REQUESTS);
        let wait: i64 = told.headers["retry-after"].to_str().unwrap().parse().unwrap();
        app.clock.advance(wait * 1_000);
        assert_eq!(report().await.status, StatusCode::NO_CONTENT);
    }

    async fn a_session_lasts_no_longer_than_its_limits_when_the_clock_was_a_year_ahead(app) {
        let town = Town::on(app).await;
        town.app.clock.advance(YEAR);
        let idle = town.signed_in(Role::Coordinator, true).await;
        let used = town.signed_in(Role::Coordinator, true).await;
        town.app.clock.advance(-YEAR);
        assert_eq!(idle.get(&town.app, "/sessions").await.status, StatusCode::OK, "it goes on");
        assert_eq!(used.get(&town.app, "/sessions").await.status, StatusCode::OK);
        for _ in 0..24 {
            town.app.clock.advance(HOUR / 2 - 60_000);
            used.get(&town.app, "/sessions").await;
        }
        assert_eq!(idle.get(&town.app, "/sessions").await.status, StatusCode::SEE_OTHER, "half an hour without use");
        assert_eq!(used.get(&town.app, "/sessions").await.status, StatusCode::OK, "not yet twelve hours");
        town.app.clock.advance(HOUR / 2 - 60_000);
        assert_eq!(used.get(&town.app, "/sessions").await.status, StatusCode::SEE_OTHER, "twelve hours are over");
    }

    async fn a_set_up_code_is_good_for_a_week_when_the_clock_was_a_year_ahead(app) {
        let town = Town::on(app).await;
        town.app.clock.advance(YEAR);
        let (soon, late) = (code_of(&town, Role::Instructor).await, code_of(&town, Role::Coordinator).await);
        town.app.clock.advance(-YEAR);
        // As the next start does.
        town.app.state.prepare().await.unwrap();
        assert_eq!(set_up(&town, &soon).await, StatusCode::SEE_OTHER);
        town.app.clock.advance(7 * 24 * HOUR);
        assert_eq!(set_up(&town, &late).await, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn figures_of_a_later_day_keep_nobody_waiting_when_the_clock_was_a_year_ahead(app) {
        let town = Town::on(app).await;
        let periods = fixed_periods(town.app.state.today());
        let this_year = *periods.iter().find(|period| period.kind == PeriodKind::CalendarYear).unwrap();
        let put = async || {
            let scope = Scope::command_line(town.own.municipality.clone(), town.app.state.today());
            put_together(&town.app.state, &scope, vec![this_year], None, "test").await.unwrap().remove(0)
        };
        town.app.clock.advance(YEAR);
        assert!(matches!(put().await, Taken::Page(_)));
        town.app.clock.advance(-YEAR);
        assert!(matches!(put().await, Taken::Page(_)), "not only in a year and a month");
        assert!(matches!(put().await, Taken::NotBefore(day) if day.to_string() == "2026-10-01"), "once a month");
    }
}
