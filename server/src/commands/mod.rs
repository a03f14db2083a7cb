//! The commands of the one binary. A new command is one variant here and one file beside.
//!
//! Every command: exit 0 on success, 2 on wrong usage or input with the reason on standard error.

pub mod admin;
mod backup;
mod demo;
mod disk;
pub mod doctor;
mod emergency;
mod files;
mod indicators;
mod migrate;
mod population;
mod report;
mod restore;
pub mod serve;
mod settings;
mod sotkanet;
pub mod verify_audit;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, OnceLock};

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::config::{Config, Settings};
use crate::db::Db;
use crate::error::Error;
use crate::secrets::Secrets;
use crate::state::{AppState, SystemChance, SystemClock};
use crate::{db, erasure, fingerprint, private};

#[derive(Parser)]
#[command(name = "virea", version, about = "Strength and balance groups for people over 75")]
#[command(after_help = "Example: virea serve --data ./data --listen 127.0.0.1:3000")]
struct CommandLine {
    /// Settings file (TOML); flags and VIREA_* win over it
    #[arg(long, env = "VIREA_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Without a command: `serve`.
#[derive(Subcommand)]
enum Command {
    Demo(demo::Demo),
    Import(files::Import),
    Export(files::Export),
    Population(population::FromSotkanet),
    Indicators(indicators::Follow),
    Report(report::Report),
    /// Migrate the database, then serve
    #[command(after_help = "Example: virea serve --listen 127.0.0.1:3000 --data ./data")]
    Serve,
    /// Create municipalities and accounts
    #[command(after_help = "Example: virea admin municipality 091 Helsinki")]
    Admin(admin::Admin),
    /// Check settings, database, clock, disk and audit log; exit status 0 only if all is well
    #[command(after_help = "Example: virea doctor --data ./data")]
    Doctor,
    Migrate(migrate::Migrate),
    Backup(backup::Backup),
    Restore(restore::Restore),
    VerifyAudit(verify_audit::VerifyAudit),
}

/// A line on standard output. It may be closed already (`virea doctor | head`): then nobody reads it, which is no
/// reason to stop serving.
macro_rules! say {
    ($($text:tt)*) => { $crate::commands::say_to(&mut std::io::stdout(), format_args!($($text)*)) };
}
use say;

fn say_to(out: &mut impl std::io::Write, text: std::fmt::Arguments<'_>) {
    let _ = writeln!(out, "{text}");
}

/// Why a command stopped; the text is for the person at the terminal.
#[derive(Debug)]
pub struct Failure(pub String);

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into().to_string())
    }
}

/// What a command gets: the settings, and the means to open the database.
pub struct Context {
    pub config: Config,
    opened: OnceLock<Db>,
}

impl Context {
    pub fn new(config: Config) -> Self {
        Self { config, opened: OnceLock::new() }
    }

    /// The migrated database with the machine's clock and randomness. A database that belongs to another secret is
    /// left untouched.
    pub async fn open(&self) -> Result<AppState, Failure> {
        let data = &self.config.data;
        private::folder(data).map_err(|e| Failure(format!("cannot make the data folder {}: {e}", data.display())))?;
        let db = Db::open(&self.config.database_url).await?;
        let db = self.opened.get_or_init(|| db).clone();
        let secrets = fingerprint::secrets_of(&db, data, &mut SystemChance).await?;
        let state = self.state(db, secrets);
        self.copy_before_update(&state).await?;
        state.prepare().await?;
        fingerprint::keep(&state).await?;
        let again = erasure::replay(&state).await?;
        if again > 0 {
            say!("{again} people were erased before and had come back with a backup: they are erased again.");
        }
        Ok(state)
    }

    /// As [`Self::open`], for commands that work on what is there: nothing is made in a wrong folder.
    pub async fn open_in_use(&self) -> Result<AppState, Failure> {
        self.require_database()?;
        self.open().await
    }

    /// Refuses where no database is.
    fn require_database(&self) -> Result<(), Failure> {
        match db::sqlite_file(&self.config.database_url).filter(|file| !file.exists()) {
            None => Ok(()),
            Some(file) => Err(Failure(format!(
                "there is no database at {}. Name its folder with --data; in a new one, `virea serve` makes it",
                file.display()
            ))),
        }
    }

    /// The database as it is, of whatever version: nothing is made where there is none.
    pub async fn look(&self) -> Result<Db, Failure> {
        self.require_database()?;
        let db = Db::open(&self.config.database_url).await?;
        Ok(self.opened.get_or_init(|| db).clone())
    }

    /// As [`Self::look`], where the tables are of this program's version and the secret is theirs.
    pub async fn look_into(&self) -> Result<AppState, Failure> {
        let db = self.look().await?;
        if !db.has_tables().await? {
            return Err(Failure("it has no tables yet; `virea serve` makes them".to_owned()));
        }
        let pending = db.pending().await?.len();
        if pending > 0 {
            let told = "`virea serve` or `virea migrate` makes them, `virea migrate --dry-run` says which";
            return Err(Failure(format!("{pending} changes of an update are still to be made; {told}")));
        }
        let secrets = fingerprint::secrets_known(&db, &self.config.data).await?;
        Ok(self.state(db, secrets))
    }

    fn state(&self, db: Db, secrets: Secrets) -> AppState {
        let chance = Arc::new(Mutex::new(SystemChance));
        AppState::new(db, Arc::new(SystemClock), chance, self.config.clone()).with_secrets(secrets)
    }

    /// Where an update is about to change a database in use, SQLite's is copied beside itself; for PostgreSQL whoever
    /// watches is told which means there are.
    async fn copy_before_update(&self, state: &AppState) -> Result<(), Failure> {
        let pending = state.db.pending().await?.len();
        if pending == 0 || !state.db.has_tables().await? {
            return Ok(());
        }
        let file = db::sqlite_file(&self.config.database_url);
        let copy = match &file {
            Some(file) => state.db.copy_before_update(file, state.now()).await?,
            None => None,
        };
        match copy {
            Some(copy) => {
                say!("An update changes the database ({pending} steps); what it was before lies in {}", copy.display())
            }
            None => say!(
                "An update changes the database ({pending} steps). PostgreSQL is not copied by this program: keep what your \
                 own backup made before (pg_dump -Fc, or the server's archive)"
            ),
        }
        Ok(())
    }

    /// Leaves everything in the database's one file: what still stands in the one beside it is moved over.
    async fn close(&self) {
        if let Some(db) = self.opened.get() {
            db.close().await;
        }
    }
}

/// Runs the command line and says how it went.
pub fn main() -> ExitCode {
    let line = CommandLine::try_parse().unwrap_or_else(|error| error.exit());
    let done = tell_of_strangers().and_then(|()| run(line));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(reason)) => {
            // Standard error may be closed already (`2>&1 | head`); the exit status tells all the same.
            let _ = writeln!(std::io::stderr(), "virea: {reason}");
            ExitCode::from(2)
        }
    }
}

/// Says which names in the environment look like settings and are none: else a misspelt one would be passed over in
/// silence. The one that would lead to another database stops everything.
fn tell_of_strangers() -> Result<(), Failure> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let strangers = strangers(names, &settings_of(&CommandLine::command()));
    for name in &strangers {
        if name == "VIREA_DATABASE_URL" {
            return Err(Failure(format!(
                "{name} is no setting: the database is named by DATABASE_URL. Nothing was done"
            )));
        }
        let _ = writeln!(
            std::io::stderr(),
            "virea: {name} is no setting, and is passed over; `virea serve --help` lists them"
        );
    }
    Ok(())
}

/// Read elsewhere than at the command line: by the log, by a development run, and by the project's own journeys.
const ALSO_KNOWN: [&str; 6] =
    ["VIREA_LOG", "VIREA_LOG_FORMAT", "VIREA_LIVE_RELOAD", "VIREA_BINARY", "VIREA_CHROMIUM", "VIREA_ROUTES"];

/// The names of every setting of a command and of those below it.
fn settings_of(command: &clap::Command) -> BTreeSet<String> {
    let own = command.get_arguments().filter_map(|one| Some(one.get_env()?.to_string_lossy().into_owned()));
    own.chain(command.get_subcommands().flat_map(settings_of)).collect()
}

/// Those of the names that begin like ours and are not known.
fn strangers(names: impl Iterator<Item = String>, known: &BTreeSet<String>) -> Vec<String> {
    let ours = names.filter(|name| name.starts_with("VIREA_"));
    let mut strangers: Vec<_> =
        ours.filter(|name| !known.contains(name) && !ALSO_KNOWN.contains(&name.as_str())).collect();
    strangers.sort();
    strangers
}

fn run(line: CommandLine) -> Result<(), Failure> {
    let file = line.config.as_deref().map(Settings::from_file).transpose()?.unwrap_or_default();
    let context = Context::new(line.settings.over(file)?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let done = run_in(&context, line.command).await;
        context.close().await;
        done
    })
}

async fn run_in(context: &Context, command: Option<Command>) -> Result<(), Failure> {
    match command {
        Some(Command::Demo(demo)) => demo.run(context).await,
        Some(Command::Import(import)) => import.run(context).await,
        Some(Command::Export(export)) => export.run(context).await,
        Some(Command::Population(population)) => population.run(context).await,
        Some(Command::Indicators(indicators)) => indicators.run(context).await,
        Some(Command::Report(report)) => report.run(context).await,
        None | Some(Command::Serve) => serve::run(context).await,
        Some(Command::Admin(admin)) => admin::run(context, admin).await,
        Some(Command::Doctor) => doctor::run(context).await,
        Some(Command::Migrate(migrate)) => migrate.run(context).await,
        Some(Command::Backup(backup)) => backup.run(context).await,
        Some(Command::Restore(restore)) => restore.run(context).await,
        Some(Command::VerifyAudit(verify)) => verify.run(context).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Closed;

    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
    }

    #[test]
    fn names_that_look_like_settings_and_are_none_are_found() {
        let known = settings_of(&CommandLine::command());
        assert!(known.contains("VIREA_PUBLIC_URL") && known.contains("VIREA_LANGUAGE"), "{known:?}");
        let read = ["VIREA_PUBLIC_URL", "PATH", "VIREA_LOG", "VIREA_LIVE_RELOAD"];
        let names = read.into_iter().chain(["VIREA_TRUSTED_PROXY", "VIREA_DATABASE_URL"]);
        let found = strangers(names.map(str::to_owned), &known);
        assert_eq!(found, ["VIREA_DATABASE_URL", "VIREA_TRUSTED_PROXY"]);
    }

    #[tokio::test]
    async fn a_command_on_what_is_there_makes_nothing_in_a_wrong_folder() {
        let data = crate::scratch("wrong-folder");
        let settings = Settings { data: Some(data.clone()), ..Settings::default() };
        let context = Context::new(settings.over(Settings::default()).expect("valid"));
        for refused in [context.open_in_use().await.err(), context.look().await.err()] {
            let Failure(told) = refused.expect("refused");
            assert!(told.contains("there is no database at") && told.contains("--data"), "{told}");
        }
        assert!(!data.exists(), "neither folder nor database nor secret");
    }

    #[test]
    fn what_nobody_reads_any_more_stops_nothing() {
        say_to(&mut Closed, format_args!("one line"));
        let mut heard = Vec::new();
        say_to(&mut heard, format_args!("{} lines", 2));
        assert_eq!(heard, b"2 lines\n");
    }
}
