//! Holds what tablets were told against what a run has left in the database (see [`domain::sync::testing::history`]).

use crate::App;
use domain::ids::MunicipalityCode;
use domain::sync::entity::{Bucket, EntityKey, EntityType};
use domain::sync::testing::history::{Broken, Contents, Row, Server, Tablet, check};
use domain::sync::wire::Outcome;
use server::db;
use std::collections::BTreeMap;

/// Panics with every promise that was broken to these tablets in this municipality. Nobody may write any more.
pub async fn assert_kept(app: &App, tenant: &MunicipalityCode, tablets: &[Tablet]) {
    let broken: Vec<String> = check(tablets, &left(app, tenant).await).iter().map(named).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

fn named(broken: &Broken) -> String {
    format!("{}: {broken:?}", broken.invariant())
}

/// What the run has left.
async fn left(app: &App, tenant: &MunicipalityCode) -> Server {
    let mut tx = app.state.db.read(db::Unscoped::Installation).await.expect("read");
    let ops = "SELECT op_id, stream, n, outcome, etype, eid, rev FROM op WHERE municipality = $1";
    let ops = tx.all(ops, [tenant.into()]).await.expect("the log");
    let heads = "SELECT id, head FROM bucket WHERE municipality = $1";
    let heads = tx.all(heads, [tenant.into()]).await.expect("buckets");
    let changes = "SELECT bucket, etype, eid, rev FROM change WHERE municipality = $1 AND removed_at IS NULL";
    let changes = tx.all(changes, [tenant.into()]).await.expect("changes");
    let marks = "SELECT id, rev FROM attendance WHERE municipality = $1";
    let marks = tx.all(marks, [tenant.into()]).await.expect("marks");
    let mut buckets: BTreeMap<Bucket, Contents> = BTreeMap::new();
    for row in &heads {
        let contents = Contents { head: number(row, "head"), live: BTreeMap::new() };
        buckets.insert(row.parse("id").expect("a bucket"), contents);
    }
    for row in &changes {
        let bucket = row.parse("bucket").expect("a bucket");
        buckets.entry(bucket).or_default().live.insert(key(row), number(row, "rev"));
    }
    let mark = |row: &db::Row| {
        let id = row.parse("id").expect("an id");
        (EntityKey { etype: EntityType::Attendance, id }, number(row, "rev"))
    };
    Server { log: ops.iter().map(logged).collect(), buckets, versions: marks.iter().map(mark).collect() }
}

fn logged(row: &db::Row) -> Row {
    Row {
        op: row.parse("op_id").expect("an id"),
        stream: row.parse("stream").expect("an id"),
        n: number(row, "n"),
        outcome: row.code("outcome", Outcome::from_code).expect("an outcome"),
        effect: (!row.is_null("rev")).then(|| (key(row), number(row, "rev"))),
    }
}

fn key(row: &db::Row) -> EntityKey {
    EntityKey { etype: row.code("etype", EntityType::from_code).expect("a type"), id: row.parse("eid").expect("an id") }
}

fn number(row: &db::Row, column: &'static str) -> i64 {
    row.get(column).expect("a number")
}
