//! How the databases find the rows of every SQL text: by an index that leads to them, not by reading all of a
//! municipality's. A text that must read all stands in the list below with its reason.

mod postgres;
pub mod source;
mod sqlite;

use std::collections::BTreeSet;

use server::db::{Listed, texts};
use tests::App;

/// What a plan reads whole, or as far as one municipality's part of it goes: a table.
pub type Whole = String;

/// Tables of which an installation has a few rows, whatever it grows to.
const SMALL: [&str; 10] = [
    "meta",
    "municipality",
    "setting",
    "organisation",
    "audit_head",
    "setup_link",
    "feedback_number",
    "login_attempt",
    // Emptied every ten seconds.
    "message_news",
    "_sqlx_migrations",
];

/// Indexes that hold only what waits for somebody, however much lies beside it.
const WAITING: [&str; 12] = [
    "op_held",
    "op_held_stream",
    "op_erased",
    "hole_open",
    "review_open",
    "participant_provisional",
    "incident_waits",
    "people_stale_waits",
    "application_queue",
    "application_form_waiting",
    "rights_request_waits",
    "feedback_waits",
];

/// Files whose texts read whole tables, and why.
const READS_ALL: [(&str, &str); 11] = [
    ("server/src/attendance/all.rs", "for reports and files"),
    ("server/src/sessions/all.rs", "for reports and files"),
    ("server/src/outcomes", "a report is computed from everything, aside and from one state of the data"),
    ("server/src/files", "a file holds everything of its kind, and an import compares it with what is there"),
    ("server/src/commands/doctor.rs", "a command that somebody waits for, and looks at everything"),
    ("server/src/commands/verify_audit.rs", "the chain is walked from its beginning"),
    ("server/src/audit/verify.rs", "the chain and the history are walked from their beginning"),
    ("server/src/backups.rs", "once for each backup every tablet's stream is told what the one before holds"),
    ("server/src/db/copy.rs", "a copy is held against the whole database"),
    ("server/src/erasure/ledger.rs", "at a start everybody who was erased is held against the file"),
    ("server/src/demo", "runs on the small demonstration alone"),
];

fn may_read(text: &Listed, table: &str) -> bool {
    SMALL.contains(&table) || READS_ALL.iter().any(|(file, _)| text.file.starts_with(file))
}

fn found(read: impl IntoIterator<Item = (&'static Listed, Whole)>) -> Vec<String> {
    let wrong = read.into_iter().filter(|(text, table)| !may_read(text, table));
    wrong.map(|(text, table)| format!("{}:{} reads all of {table}", text.file, text.line)).collect()
}

fn ours() -> impl Iterator<Item = &'static Listed> {
    texts().filter(|text| text.file.starts_with("server/src/"))
}

#[tokio::test]
async fn sqlite_finds_the_rows_of_every_text_by_an_index() {
    let app = App::sqlite().await;
    let mut read = Vec::new();
    for text in ours() {
        read.extend(sqlite::reads_whole(&app, &text.statement()).await.into_iter().map(|table| (text, table)));
    }
    let wrong = found(read);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn postgresql_finds_the_rows_of_every_text_by_an_index() {
    let Some(app) = App::postgres().await else {
        eprintln!("not run: TEST_DATABASE_URL is not set");
        return;
    };
    let mut plans = postgres::Plans::of(&app).await;
    let mut read = Vec::new();
    for text in ours() {
        read.extend(plans.reads_whole(&text.statement()).await.into_iter().map(|table| (text, table)));
    }
    let wrong = found(read);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn every_index_is_read_by_a_text() {
    let app = App::sqlite().await;
    let mut unread: BTreeSet<_> = sqlite::indexes(&app).await.into_iter().collect();
    assert!(unread.len() > 10, "{unread:?}");
    for text in ours() {
        for index in sqlite::indexes_of(&app, &text.statement()).await {
            unread.remove(&index);
        }
    }
    assert!(unread.is_empty(), "each costs something at every write: {unread:?}");
}

#[tokio::test]
async fn a_text_without_an_index_is_seen() {
    let app = App::sqlite().await;
    let all = "SELECT o.body FROM op o WHERE o.municipality = $1 AND o.kind = $2";
    assert_eq!(sqlite::reads_whole(&app, all).await, ["op"]);
    let by_index = "SELECT o.body FROM op o WHERE o.municipality = $1 AND o.eid = $2";
    assert!(sqlite::reads_whole(&app, by_index).await.is_empty());
    if let Some(app) = App::postgres().await {
        let mut plans = postgres::Plans::of(&app).await;
        assert_eq!(plans.reads_whole(all).await, ["op"]);
        assert!(plans.reads_whole(by_index).await.is_empty());
    }
}

#[test]
fn every_sql_text_of_the_program_is_listed() {
    let unlisted = source::unlisted();
    assert!(unlisted.is_empty(), "write them with sql!, lookup! or bulk!:\n{}", unlisted.join("\n"));
    assert!(ours().count() > 100, "{} texts", ours().count());
}
