//! SQLite's plans. They do not depend on what lies in the tables, so those of an empty database are those at size.

use sqlx::{AssertSqlSafe, Connection as _, Row as _, SqliteConnection};
use tests::App;

use super::{WAITING, Whole};

/// The tables that a text reads whole, or from which it takes all rows of one municipality.
pub async fn reads_whole(app: &App, text: &str) -> Vec<Whole> {
    let details = plan(app, text).await;
    details.iter().filter_map(|detail| whole_in(detail).and_then(|name| table_of(text, name))).collect()
}

/// The indexes by which a text finds its rows.
pub async fn indexes_of(app: &App, text: &str) -> Vec<String> {
    let named = |detail: &String| Some(detail.split_once(" INDEX ")?.1.split(' ').next()?.to_owned());
    plan(app, text).await.iter().filter_map(named).collect()
}

/// Every index that stands in the migrations and does more than keep values from repeating.
pub async fn indexes(app: &App) -> Vec<String> {
    let mut connection = SqliteConnection::connect(app.url()).await.expect("the test's database opens");
    let sql = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE INDEX %' ORDER BY name";
    let names = sqlx::query_scalar(sql).fetch_all(&mut connection).await.expect("the names of the indexes");
    connection.close().await.expect("the connection closes");
    names
}

async fn plan(app: &App, text: &str) -> Vec<String> {
    let mut connection = SqliteConnection::connect(app.url()).await.expect("the test's database opens");
    let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}"));
    let rows = sqlx::query(explain).fetch_all(&mut connection).await.unwrap_or_else(|error| panic!("{error}: {text}"));
    connection.close().await.expect("the connection closes");
    rows.iter().map(|row| row.get("detail")).collect()
}

/// The name after `SCAN`, or after a `SEARCH` that knows the municipality alone.
fn whole_in(detail: &str) -> Option<&str> {
    if let Some(rest) = detail.strip_prefix("SCAN ") {
        return rest.split(' ').next();
    }
    let rest = detail.strip_prefix("SEARCH ")?;
    let all = rest.ends_with("(municipality=?)") && !WAITING.iter().any(|index| rest.contains(index));
    all.then(|| rest.split(' ').next()).flatten()
}

/// The table behind a name in a plan; nothing for a subquery or a constant, whose own parts stand in the plan too, whether
/// they have a name of their own or not.
fn table_of(text: &str, name: &str) -> Option<Whole> {
    let words: Vec<&str> = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty()).collect();
    let named = words.windows(3).find(|three| {
        matches!(three[0], "FROM" | "JOIN" | "UPDATE" | "INTO") && (three[2] == name || three[1] == name)
    });
    let named = named.map(|three| three[1].to_owned());
    let is_own = |table: &str| text.starts_with(&format!("WITH {table} ("));
    named.filter(|table| table.starts_with(|c: char| c.is_ascii_lowercase() || c == '_') && !is_own(table))
}
