//! After a fault of the database the program goes on: what could not be done is told as "busy", and the next try works.

use domain::access::Role;
use http::StatusCode;
use server::db::Unscoped;
use server::error::Error;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};
use std::time::Duration;
use tests::town::{Browser, Town};
use tests::{Answer, App};

fn is_sqlite(app: &App) -> bool {
    app.state.db.kind() == "SQLite"
}

/// A page whose look is logged: it reads and writes.
async fn look(town: &Town, browser: &Browser) -> Answer {
    browser.get(&town.app, "/people").await
}

fn assert_busy(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.text());
    let wait: u32 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait));
    assert!(answer.text().contains("Palvelin on juuri nyt varattu"), "{}", answer.text());
}

/// A connection beside the program's, as of another program.
enum Beside {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Beside {
    async fn of(app: &App) -> Self {
        match is_sqlite(app) {
            true => Self::Sqlite(SqliteConnection::connect(app.url()).await.unwrap()),
            false => Self::Postgres(PgConnection::connect(app.url()).await.unwrap()),
        }
    }

    async fn run(&mut self, sql: &'static str) {
        match self {
            Self::Sqlite(connection) => drop(connection.execute(sql).await.unwrap()),
            Self::Postgres(connection) => drop(connection.execute(sql).await.unwrap()),
        }
    }
}

/// One durable row; whether it was stored.
async fn store(app: &App, key: &'static str) -> Result<(), Error> {
    app.state
        .write(Unscoped::Installation, |mut tx| async move {
            tx.run("INSERT INTO meta (key, value) VALUES ($1, 'x')", [key.into()]).await?;
            Ok(tx.done(()))
        })
        .await
}

async fn stored(app: &App) -> Vec<String> {
    let mut tx = app.state.db.read(Unscoped::Installation).await.unwrap();
    let rows = tx.all("SELECT key FROM meta WHERE value = 'x' ORDER BY key", []).await.unwrap();
    rows.iter().map(|row| row.get("key").unwrap()).collect()
}

#[tokio::test]
async fn after_a_full_disk_the_first_write_that_fits_is_stored() {
    let town = Town::on(App::sqlite().await).await;
    let coordinator = town.signed_in(Role::Coordinator, true).await;
    // The pages that are there now, as if the disk had no more.
    let mut tx = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
    tx.all("PRAGMA max_page_count = 1", []).await.unwrap();
    tx.commit().await.unwrap();
    let filled = town.app.state.write(Unscoped::Installation, |mut tx| async move {
        for n in 0..1_000 {
            let (key, value) = (format!("filling {n}"), "y".repeat(4_000));
            tx.run("INSERT INTO meta (key, value) VALUES ($1, $2)", [key.into(), value.into()]).await?;
        }
        Ok(tx.done(()))
    });
    let full = filled.await.unwrap_err();
    assert_eq!(full.status(), StatusCode::SERVICE_UNAVAILABLE, "{full}");
    let answer = look(&town, &coordinator).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    store(&town.app, "after").await.unwrap();
    assert_eq!(stored(&town.app).await, ["after"], "and nothing of what did not fit");
}

#[tokio::test]
async fn whoever_waits_too_long_for_the_one_writer_hears_busy_and_then_work_goes_on() {
    let town = Town::on(App::sqlite().await).await;
    let coordinator = town.signed_in(Role::Coordinator, true).await;
    let held = town.app.state.db.begin(Unscoped::Installation).await.unwrap();
    let asked = tokio::time::timeout(Duration::from_secs(15), look(&town, &coordinator)).await;
    assert_busy(&asked.expect("no wait longer than the pool's"));
    drop(held);
    assert_eq!(look(&town, &coordinator).await.status, StatusCode::OK);
    assert_eq!(town.app.get("/readyz").await.status, StatusCode::OK);
}

tests::on_both_databases! {
    async fn a_lock_that_others_hold_is_told_as_busy_and_then_work_goes_on(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let mut beside = Beside::of(&town.app).await;
        match is_sqlite(&town.app) {
            true => beside.run("BEGIN IMMEDIATE").await,
            false => beside.run("BEGIN; LOCK TABLE audit_head IN ACCESS EXCLUSIVE MODE").await,
        }
        let asked = tokio::time::timeout(Duration::from_secs(9), look(&town, &coordinator)).await;
        assert_busy(&asked.expect("no wait longer than the lock's"));
        beside.run("ROLLBACK").await;
        assert_eq!(look(&town, &coordinator).await.status, StatusCode::OK);
    }

    async fn a_commit_that_fails_stores_nothing_and_hinders_nobody(app) {
        let town = Town::on(app).await;
        let coordinator = town.signed_in(Role::Coordinator, true).await;
        let mut beside = Beside::of(&town.app).await;
        beside.run("CREATE TABLE parent (id BIGINT PRIMARY KEY)").await;
        beside.run("CREATE TABLE child (id BIGINT PRIMARY KEY, parent BIGINT REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)").await;
        for _ in 0..3 {
            let failed = town.app.state.write(Unscoped::Installation, |mut tx| async move {
                tx.run("INSERT INTO meta (key, value) VALUES ('gone', 'x')", []).await?;
                tx.run("INSERT INTO child (id, parent) VALUES (1, 1)", []).await?;
                Ok(tx.done(()))
            });
            assert!(failed.await.is_err());
        }
        assert_eq!(look(&town, &coordinator).await.status, StatusCode::OK);
        store(&town.app, "after").await.unwrap();
        assert_eq!(stored(&town.app).await, ["after"]);
    }

    async fn a_unit_of_work_of_which_a_statement_failed_never_lasts(app) {
        let swallowed = app.state.write(Unscoped::Installation, |mut tx| async move {
            tx.run("INSERT INTO meta (key, value) VALUES ('half', 'x')", []).await?;
            let wrong = tx.run("INSERT INTO meta (key, value) VALUES ('half', 'x')", []).await;
            assert!(wrong.is_err());
            Ok(tx.done(()))
        });
        assert!(swallowed.await.is_err());
        store(&app, "after").await.unwrap();
        assert_eq!(stored(&app).await, ["after"]);
    }
}

/// Ends every connection of the program, as a restarted PostgreSQL does.
async fn end_all(app: &App) {
    let mut beside = PgConnection::connect(app.url()).await.unwrap();
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    beside.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
}

#[tokio::test]
async fn lost_connections_are_replaced_and_what_was_not_committed_is_done_again() {
    let Some(app) = App::postgres().await else {
        eprintln!("not run: TEST_DATABASE_URL is not set");
        return;
    };
    let town = Town::on(app).await;
    let coordinator = town.signed_in(Role::Coordinator, true).await;
    assert_eq!(look(&town, &coordinator).await.status, StatusCode::OK);
    end_all(&town.app).await;
    assert_eq!(look(&town, &coordinator).await.status, StatusCode::OK);
    let (app, tries) = (&town.app, &std::sync::atomic::AtomicU32::new(0));
    let written = app.state.write(Unscoped::Installation, |mut tx| async move {
        if tries.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 {
            end_all(app).await;
        }
        tx.run("INSERT INTO meta (key, value) VALUES ('once', 'x')", []).await?;
        Ok(tx.done(()))
    });
    written.await.unwrap();
    assert_eq!(stored(app).await, ["once"]);
}

#[tokio::test]
async fn a_commit_that_gets_no_answer_is_told_as_busy_and_not_done_twice() {
    let Some(app) = App::postgres().await else {
        eprintln!("not run: TEST_DATABASE_URL is not set");
        return;
    };
    let (app, tries) = (&app, &std::sync::atomic::AtomicU32::new(0));
    let written = app.state.write(Unscoped::Installation, |mut tx| async move {
        tries.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        tx.run("INSERT INTO meta (key, value) VALUES ('lost', 'x')", []).await?;
        end_all(app).await;
        Ok(tx.done(()))
    });
    let lost = written.await.unwrap_err();
    assert_eq!(lost.status(), StatusCode::SERVICE_UNAVAILABLE, "{lost}");
    assert_eq!(tries.load(std::sync::atomic::Ordering::SeqCst), 1);
    store(app, "after").await.unwrap();
    assert_eq!(stored(app).await, ["after"]);
}
