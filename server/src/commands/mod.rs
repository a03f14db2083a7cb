//! The commands of the one binary. A new command is one variant here and one file beside.
//!
//! Every command: exit 0 on success, 2 on wrong usage or input with the reason on standard error.

pub mod admin;
mod demo;
mod disk;
pub mod doctor;
mod emergency;
mod files;
mod report;
pub mod serve;
pub mod verify_audit;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, OnceLock};

use clap::{Parser, Subcommand};

use crate::config::{Config, Settings};
use crate::db::Db;
use crate::error::Error;
use crate::state::{AppState, SystemChance, SystemClock};
use crate::{fingerprint, private};

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
    /// Serve an invented municipality from a throw-away database
    #[command(after_help = "Example: virea demo --listen 127.0.0.1:3000")]
    Demo,
    Import(files::Import),
    Export(files::Export),
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
        let chance = Arc::new(Mutex::new(SystemChance));
        let state = AppState::new(db, Arc::new(SystemClock), chance, self.config.clone()).with_secrets(secrets);
        state.prepare().await?;
        fingerprint::keep(&state).await?;
        Ok(state)
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
    match run(line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(reason)) => {
            // Standard error may be closed already (`2>&1 | head`); the exit status tells all the same.
            let _ = writeln!(std::io::stderr(), "virea: {reason}");
            ExitCode::from(2)
        }
    }
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
        Some(Command::Demo) => demo::run(context).await,
        Some(Command::Import(import)) => import.run(context).await,
        Some(Command::Export(export)) => export.run(context).await,
        Some(Command::Report(report)) => report.run(context).await,
        None | Some(Command::Serve) => serve::run(context).await,
        Some(Command::Admin(admin)) => admin::run(context, admin).await,
        Some(Command::Doctor) => doctor::run(context).await,
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
    fn what_nobody_reads_any_more_stops_nothing() {
        say_to(&mut Closed, format_args!("one line"));
        let mut heard = Vec::new();
        say_to(&mut heard, format_args!("{} lines", 2));
        assert_eq!(heard, b"2 lines\n");
    }
}
