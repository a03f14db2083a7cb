//! Before an update: the database is copied as it was, what is to come can be asked, and looking makes nothing.

use server::commands::Context;
use server::config::{Config, Settings};
use server::db::{Db, sqlite_file, sqlite_url};
use std::path::PathBuf;
use tests::{App, Database};

use crate::corpus::{SQLITE, gives_out_what_it_held, unpacked};

/// As the first released program left it.
fn old() -> (Database, PathBuf) {
    let database = Database::sqlite_with(&unpacked(SQLITE));
    let file = sqlite_file(database.url()).expect("a file");
    (database, file)
}

#[tokio::test]
async fn the_copy_from_before_an_update_is_whole_and_of_the_old_version() {
    let (database, file) = old();
    let db = Db::open(database.url()).await.unwrap();
    let pending = db.pending().await.unwrap();
    let numbers: Vec<_> = pending.iter().map(|one| one.number).collect();
    assert!(!numbers.contains(&1) && numbers.contains(&70) && numbers.is_sorted(), "{numbers:?}");
    let now = domain::time::Instant::from_millis(tests::START);
    let copy = db.copy_before_update(&file, now).await.unwrap().expect("SQLite is copied");
    assert!(copy.to_string_lossy().ends_with(".before-update-20260908T100000Z"), "{}", copy.display());
    db.migrate().await.unwrap();
    assert_eq!(db.pending().await.unwrap(), []);
    db.close().await;
    let before = Db::open(&sqlite_url(&copy)).await.unwrap();
    assert_eq!(before.pending().await.unwrap(), pending);
    before.close().await;
    // The old state comes back whole: put in the place of the file, it goes through the update again.
    let bytes = std::fs::read(&copy).unwrap();
    std::fs::remove_file(&copy).unwrap();
    gives_out_what_it_held(&App::on(Database::sqlite_with(&bytes)).await).await;
}

#[tokio::test]
async fn a_database_of_this_programs_version_has_nothing_pending_and_an_empty_one_everything() {
    for database in [Some(Database::sqlite()), Database::postgres().await].into_iter().flatten() {
        let db = Db::open(database.url()).await.unwrap();
        let all = db.pending().await.unwrap();
        assert_eq!(all.first().map(|first| (first.number, first.name.as_str())), Some((1, "spine")));
        assert!(all[0].changes.contains(&"CREATE TABLE participant".to_owned()), "{:?}", all[0].changes);
        db.migrate().await.unwrap();
        assert_eq!(db.pending().await.unwrap(), []);
        db.close().await;
    }
}

fn config(data: PathBuf) -> Config {
    Settings { data: Some(data), ..Settings::default() }.over(Settings::default()).unwrap()
}

#[tokio::test]
async fn looking_at_a_wrong_folder_says_so_and_makes_nothing_there() {
    let folder = tests::scratch("wrong-folder");
    let context = Context::new(config(folder.clone()));
    let told = context.look().await.expect_err("nothing is there").0;
    assert!(told.contains("there is no database at") && told.contains("--data"), "{told}");
    assert!(!folder.exists());
    // With a database whose secret lies elsewhere, too.
    let owner = Context::new(config(folder.clone()));
    owner.open().await.map_err(|failure| failure.0).unwrap();
    std::fs::remove_file(server::secrets::path(&folder)).unwrap();
    let told = Context::new(config(folder.clone())).look_into().await.err().expect("no secret").0;
    assert!(told.contains("secret.key is missing"), "{told}");
    assert!(!server::secrets::path(&folder).exists());
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn postgresqls_own_reason_is_told_at_once() {
    let Ok(url) = std::env::var("TEST_DATABASE_URL") else { return eprintln!("not run: TEST_DATABASE_URL is not set") };
    let nowhere = url.rsplit_once('/').map(|(server, _)| format!("{server}/no_such_database")).unwrap();
    let begun = std::time::Instant::now();
    let told = Db::open(&nowhere).await.expect_err("no such database").to_string();
    assert!(told.contains("no_such_database") && told.contains("does not exist"), "{told}");
    assert!(begun.elapsed() < std::time::Duration::from_secs(3));
}
