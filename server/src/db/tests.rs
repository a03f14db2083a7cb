use super::*;

async fn memory_file() -> (Db, std::path::PathBuf) {
    let mut name = [0u8; 8];
    getrandom::fill(&mut name).expect("randomness");
    let path = std::env::temp_dir().join(format!("virea-db-{}.sqlite", u64::from_le_bytes(name)));
    let db = Db::open(&sqlite_url(&path)).await.expect("open");
    db.migrate().await.expect("migrate");
    (db, path)
}

#[tokio::test]
async fn a_transaction_that_is_not_committed_changes_nothing() {
    let (db, path) = memory_file().await;
    let mut tx = db.begin(Unscoped::Installation).await.expect("begin");
    tx.run("INSERT INTO meta (key, value) VALUES ($1, $2)", ["k".into(), "v".into()]).await.expect("insert");
    drop(tx);
    let mut tx = db.read(Unscoped::Installation).await.expect("read");
    assert!(tx.maybe("SELECT value FROM meta WHERE key = $1", ["k".into()]).await.expect("select").is_none());
    drop(tx);
    db.close().await;
    let _ = std::fs::remove_file(path);
}

#[tokio::test]
async fn bulk_rows_of_more_than_one_statement_all_arrive() {
    let (db, path) = memory_file().await;
    let bulk = Bulk::<2> {
        head: "INSERT INTO meta (key, value)",
        tail: "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    };
    let rows = |v: &str| (0..5000).map(|i| [format!("k{i}").into(), v.into()]).collect::<Vec<[Value; 2]>>();
    for value in ["a", "b"] {
        let mut tx = db.begin(Unscoped::Installation).await.expect("begin");
        tx.bulk(&bulk, rows(value)).await.expect("bulk");
        tx.commit().await.expect("commit");
    }
    let mut tx = db.read(Unscoped::Installation).await.expect("read");
    let row = tx.one("SELECT COUNT(*) AS n FROM meta WHERE value = $1", ["b".into()]).await.expect("count");
    assert_eq!(row.get::<i64>("n").expect("n"), 5000);
    drop(tx);
    db.close().await;
    let _ = std::fs::remove_file(path);
}

#[tokio::test]
async fn what_was_written_is_carried_over_into_the_file_while_everybody_stays_connected() {
    let (db, path) = memory_file().await;
    let mut tx = db.begin(Unscoped::Installation).await.expect("begin");
    tx.run("INSERT INTO meta (key, value) VALUES ($1, $2)", ["k".into(), "v".into()]).await.expect("insert");
    tx.commit().await.expect("commit");
    db.tidy().await.expect("tidied");
    // The file alone, without the log beside it.
    let copy = path.with_extension("copy");
    std::fs::copy(&path, &copy).expect("copied");
    let copied = Db::open(&sqlite_url(&copy)).await.expect("open");
    let mut tx = copied.read(Unscoped::Installation).await.expect("read");
    assert!(tx.maybe("SELECT value FROM meta WHERE key = $1", ["k".into()]).await.expect("select").is_some());
    drop(tx);
    for (db, path) in [(db, path), (copied, copy)] {
        db.close().await;
        let _ = std::fs::remove_file(path);
    }
}

#[tokio::test]
async fn a_check_that_nobody_wants_any_more_is_given_up_and_has_found_nothing() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    let (db, path) = memory_file().await;
    let mut tx = db.begin(Unscoped::Installation).await.expect("begin");
    let many = "INSERT INTO meta (key, value) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n \
                WHERE i < 50000) SELECT 'k' || i, 'v' FROM n";
    tx.run(many, []).await.expect("insert");
    tx.commit().await.expect("commit");
    let asked = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&asked);
    db.quick_check_while(move || counter.fetch_add(1, Ordering::Relaxed) < 1).await.expect("nothing was found");
    let asked = asked.load(Ordering::Relaxed);
    assert!((2..20).contains(&asked), "a whole check asks some hundred times, not {asked}");
    db.quick_check_while(|| true).await.expect("sound");
    db.close().await;
    let _ = std::fs::remove_file(path);
}

#[tokio::test]
async fn every_connection_waits_for_the_disk_before_a_commit_counts() {
    let (db, path) = memory_file().await;
    let Pools::Sqlite { writer, readers, keeper } = &db.0 else { panic!("SQLite") };
    for pool in [writer, readers, keeper] {
        let mut held = Vec::new();
        for _ in 0..pool.options().get_max_connections() {
            let mut connection = pool.acquire().await.expect("connection");
            let full: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut *connection).await.expect("level");
            let mode: String =
                sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut *connection).await.expect("mode");
            assert_eq!((full, mode.as_str()), (2, "wal"));
            held.push(connection);
        }
    }
    db.close().await;
    let _ = std::fs::remove_file(path);
}
