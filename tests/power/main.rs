//! What a power cut leaves of a SQLite database: the bytes that were carried to the disk, and nothing that was written
//! since. This test program takes every call that carries a file there; what it saw then is all that a cut leaves.

use std::collections::BTreeMap;
use std::ffi::c_int;
use std::fs;
use std::os::fd::BorrowedFd;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::access::Role;
use domain::attendance::Mark;
use domain::ids::OpId;
use server::db::{Db, Unscoped};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Executor as _};
use tests::tablet::Tablet;
use tests::town::Town;
use tests::{App, Database};

/// How often the power is cut, and what says otherwise.
const CUTS: usize = 25;
const POWER_CUTS: &str = "VIREA_POWER_CUTS";

/// The files of one folder as they were when they were last carried to the disk.
struct Disk {
    folder: PathBuf,
    carried: BTreeMap<String, Vec<u8>>,
}

static DISK: Mutex<Option<Disk>> = Mutex::new(None);

/// Tests of this program take turns: one folder is looked at.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

fn disk() -> MutexGuard<'static, Option<Disk>> {
    DISK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes the file as it is now, where it lies in the folder that is looked at.
fn note(file: c_int) {
    let Some(disk) = &mut *disk() else { return };
    let Ok(path) = fs::read_link(format!("/proc/self/fd/{file}")) else { return };
    let name = path.file_name().and_then(|name| name.to_str());
    if let (Some(name), true) = (name, path.parent() == Some(&disk.folder))
        && let Some(content) = content(file)
    {
        disk.carried.insert(name.to_owned(), content);
    }
}

/// Read by the file that is open already: to close another one would let go of SQLite's locks.
fn content(file: c_int) -> Option<Vec<u8>> {
    let size = usize::try_from(rustix::fs::fstat(borrowed(file)).ok()?.st_size).ok()?;
    let mut content = vec![0; size];
    let mut read = 0;
    while let Some(rest) = content.get_mut(read..).filter(|rest| !rest.is_empty()) {
        match rustix::io::pread(borrowed(file), rest, u64::try_from(read).ok()?) {
            Ok(0) | Err(_) => return None,
            Ok(more) => read += more,
        }
    }
    Some(content)
}

#[expect(unsafe_code, reason = "the caller's file is open during the call")]
fn borrowed(file: c_int) -> BorrowedFd<'static> {
    unsafe { BorrowedFd::borrow_raw(file) }
}

/// Stands before the C library's function of this name in this program, SQLite's calls included.
#[expect(unsafe_code, reason = "a function of this name is what SQLite calls")]
#[unsafe(no_mangle)]
pub extern "C" fn fdatasync(file: c_int) -> c_int {
    let done = rustix::fs::fdatasync(borrowed(file));
    note(file);
    if done.is_ok() { 0 } else { -1 }
}

/// As [`fdatasync`].
#[expect(unsafe_code, reason = "a function of this name is what SQLite calls")]
#[unsafe(no_mangle)]
pub extern "C" fn fsync(file: c_int) -> c_int {
    let done = rustix::fs::fsync(borrowed(file));
    note(file);
    if done.is_ok() { 0 } else { -1 }
}

/// From here on this folder is looked at.
fn look_at(folder: &Path) {
    let folder = folder.canonicalize().expect("the folder is there");
    *disk() = Some(Disk { folder, carried: BTreeMap::new() });
}

/// The power is cut: what is there after the next start. What was removed is gone, as SQLite carries that to the disk with
/// the folder.
fn cut() -> Database {
    let disk = disk();
    let Disk { folder, carried } = disk.as_ref().expect("a folder is looked at");
    let there = carried.iter().filter(|(name, _)| folder.join(name).exists());
    Database::sqlite_of(&there.map(|(name, content)| (name.clone(), content.clone())).collect())
}

async fn has(db: &Db, op: OpId) -> bool {
    let mut tx = db.read(Unscoped::Installation).await.expect("read");
    tx.maybe("SELECT op_id FROM op WHERE op_id = $1", [op.into()]).await.expect("the history is readable").is_some()
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_power_cut_that_takes_every_byte_not_carried_to_the_disk() {
    let _turn = TURN.lock().await;
    let database = Database::sqlite();
    look_at(database.folder().expect("a file"));
    let town = Town::on(App::on(database).await).await;
    let mut tablet = Tablet::of(&town, Role::Instructor).await;
    let mut acknowledged = Vec::new();
    let cuts = tests::times(POWER_CUTS, CUTS);
    for turn in 0..cuts {
        let mark = if turn % 2 == 0 { Mark::Present } else { Mark::Remote };
        acknowledged.push(tablet.mark(&town.app, &town.own, None, Some(mark)));
        tablet.push(&town.app, turn + 1).await;
        if turn % 7 == 6 {
            town.app.state.db.tidy().await.expect("carried over into the database's file");
        }
        let left = cut();
        let db = Db::open(left.url()).await.expect("what is left opens");
        db.quick_check().await.expect("what is left is whole");
        for op in &acknowledged {
            assert!(has(&db, *op).await, "acknowledged before cut {turn}, and gone after it");
        }
        db.close().await;
    }
    println!("\nproof: {cuts} power cuts, {} operations, 0 lost", acknowledged.len());
}

/// What the test above would not notice, it could not find.
#[tokio::test]
async fn a_database_that_carries_nothing_to_the_disk_is_found_out() {
    let _turn = TURN.lock().await;
    for (level, survives) in
        [(SqliteSynchronous::Full, true), (SqliteSynchronous::Normal, false), (SqliteSynchronous::Off, false)]
    {
        let database = Database::sqlite();
        let folder = database.folder().expect("a file").to_owned();
        look_at(&folder);
        let options = SqliteConnectOptions::new().filename(folder.join("virea.db")).create_if_missing(true);
        let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(level);
        let mut connection = options.connect().await.expect("opens");
        connection.execute("CREATE TABLE kept (n BIGINT)").await.expect("a table");
        connection.execute("INSERT INTO kept (n) VALUES (1)").await.expect("a row");
        let left = cut();
        let options = SqliteConnectOptions::new().filename(left.folder().expect("a file").join("virea.db"));
        let mut after = options.create_if_missing(true).connect().await.expect("opens");
        let there = sqlx::query("SELECT n FROM kept").fetch_all(&mut after).await.map_or(0, |rows| rows.len());
        assert_eq!(there == 1, survives, "{level:?}");
    }
}
