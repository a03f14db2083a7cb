//! A database and its secret: who comes with another one, or with none, is refused before anything is touched.

use server::commands::Context;
use server::config::{Config, Settings};
use server::db::Db;
use server::{fingerprint, secrets};
use std::path::{Path, PathBuf};
use tests::App;

/// Data folders of their own beside one database.
struct Folders(PathBuf);

impl Folders {
    fn new(test: &str, app: &App) -> Self {
        let kind = app.state.db.kind();
        Self(tests::scratch(&format!("{test}-{kind}")))
    }

    fn config(&self, name: &str, url: &str) -> Config {
        let data = Some(self.0.join(name));
        let settings = Settings { data, database_url: Some(url.to_owned()), ..Settings::default() };
        settings.over(Settings::default()).unwrap()
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Opens the database as every command does; what it says at the terminal when it refuses.
async fn open(config: &Config) -> Result<(), String> {
    let state = Context::new(config.clone()).open().await.map_err(|failure| failure.0)?;
    state.db.close().await;
    Ok(())
}

fn secret(config: &Config) -> PathBuf {
    secrets::path(&config.data)
}

/// Everything that a refused command could have changed.
async fn content(url: &str) -> Vec<String> {
    let db = Db::open(url).await.unwrap();
    let mut tx = db.read(server::db::Unscoped::Installation).await.unwrap();
    let meta = tx.all("SELECT key, value FROM meta ORDER BY key", []).await.unwrap();
    let log =
        tx.all("SELECT municipality AS key, hmac AS value FROM audit ORDER BY municipality, n", []).await.unwrap();
    let line = |row: &server::db::Row| {
        format!("{}={}", row.get::<String>("key").unwrap(), row.get::<String>("value").unwrap())
    };
    let content = meta.iter().chain(&log).map(line).collect();
    drop(tx);
    db.close().await;
    content
}

/// One row in the log, made with the secret of this folder.
async fn log_something(config: &Config) {
    let state = Context::new(config.clone()).open().await.map_err(|failure| failure.0).unwrap();
    let entry = server::audit::Entry::of_export(state.now(), "groups", 0);
    let (state, entry) = (&state, &entry);
    let written = state.write(server::db::Unscoped::Audit, |mut tx| async move {
        server::audit::append(&mut tx, &state.secrets, server::audit::Chain::Installation, entry).await?;
        Ok(tx.done(()))
    });
    written.await.unwrap();
    state.db.close().await;
}

/// As a program left it that kept no fingerprint.
async fn forget_fingerprint(url: &str) {
    let db = Db::open(url).await.unwrap();
    let mut tx = db.begin(server::db::Unscoped::Installation).await.unwrap();
    assert_eq!(tx.run("DELETE FROM meta WHERE key = 'secret_fingerprint'", []).await.unwrap(), 1);
    tx.commit().await.unwrap();
    db.close().await;
}

fn assert_refused(told: Result<(), String>, file: &Path, what: &str) {
    let told = told.unwrap_err();
    assert!(told.contains(&file.display().to_string()) && told.contains(what), "{told}");
    assert!(told.contains("Nothing was changed") && told.contains("--data"), "it says what to do: {told}");
}

tests::on_both_databases! {
    async fn a_command_with_another_secret_refuses_and_changes_nothing(app) {
        let folders = Folders::new("another", &app);
        let (own, other) = (folders.config("own", app.url()), folders.config("other", app.url()));
        open(&own).await.unwrap();
        log_something(&own).await;
        // Another installation's folder, with a secret of its own.
        std::fs::create_dir_all(&other.data).unwrap();
        std::fs::write(secret(&other), "07".repeat(32)).unwrap();
        let before = content(app.url()).await;
        assert_refused(open(&other).await, &secret(&other), "not the secret");
        assert_eq!(content(app.url()).await, before);
        open(&own).await.unwrap();
    }

    async fn a_missing_secret_beside_a_database_that_has_one_is_not_made_anew(app) {
        let folders = Folders::new("missing", &app);
        let (own, empty) = (folders.config("own", app.url()), folders.config("empty", app.url()));
        open(&own).await.unwrap();
        assert_refused(open(&empty).await, &secret(&empty), "is missing");
        assert!(!secret(&empty).exists(), "a new one would hide that the right one is gone");
        assert_eq!(std::fs::read_dir(&empty.data).unwrap().count(), 0);
    }

    async fn an_older_database_takes_the_secret_that_its_log_was_made_with_and_no_other(app) {
        let folders = Folders::new("older", &app);
        let (own, other) = (folders.config("own", app.url()), folders.config("other", app.url()));
        log_something(&own).await;
        log_something(&own).await;
        forget_fingerprint(app.url()).await;
        assert_refused(open(&other).await, &secret(&other), "is missing");
        std::fs::write(secret(&other), "07".repeat(32)).unwrap();
        assert_refused(open(&other).await, &secret(&other), "not the secret");
        open(&own).await.unwrap();
        let kept = content(app.url()).await;
        assert!(kept.iter().any(|line| line.starts_with("secret_fingerprint=")), "{kept:?}");
    }

    async fn of_two_first_starts_with_secrets_of_their_own_one_is_refused(app) {
        let other = app.state.clone().with_secrets(server::secrets::Secrets::from_bytes(&[9; 32]));
        fingerprint::keep(&app.state).await.unwrap();
        fingerprint::keep(&app.state).await.unwrap();
        assert!(fingerprint::keep(&other).await.is_err());
    }
}

#[cfg(unix)]
#[tokio::test]
async fn what_lies_in_the_data_folder_is_its_owners_alone_also_in_a_folder_that_was_there() {
    use std::os::unix::fs::PermissionsExt as _;
    let app = App::sqlite().await;
    let folders = Folders::new("rights", &app);
    let data = folders.0.join("data");
    std::fs::create_dir_all(&data).unwrap();
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).unwrap();
    let config = folders.config("data", &server::db::sqlite_url(&data.join("virea.db")));
    let rights = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let state = Context::new(config.clone()).open().await.map_err(|failure| failure.0).unwrap();
    let files: Vec<_> = std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 4, "the secret, the database and what lies beside it: {files:?}");
    assert!(files.iter().all(|file| rights(file) == 0o600), "{files:?}");
    assert_eq!(rights(&data), 0o700);
    state.db.close().await;
    assert!(!data.join("virea.db-wal").exists(), "once nobody has it open, all stands in the one file");
}
