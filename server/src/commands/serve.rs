//! `virea serve`: migrates, then serves until it is told to stop.

use std::io::IsTerminal as _;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::{oneshot, watch};
use tokio::task::{JoinError, JoinHandle};
use tokio::time::timeout;

use super::{Context, Failure, say};
use crate::access::accounts;
use crate::applications::forms;
use crate::backups;
use crate::config::Config;
use crate::db::{self, Unscoped};
use crate::epochs;
use crate::error::Error;
use crate::feedback;
use crate::files::import;
use crate::messages;
use crate::nodes;
use crate::own::relatives;
use crate::state::AppState;
use crate::web::listen;

/// The database is checked for as long before anybody is served: a gigabyte takes half a minute, at every restart.
const CHECKED_FIRST: Duration = Duration::from_secs(3);

/// How often the server looks whether an import was left in the middle.
const IMPORTS_LOOKED_AT: Duration = Duration::from_secs(15);

/// How often what was written is carried over into SQLite's file.
const TIDIED: Duration = Duration::from_secs(5);

/// How often it is looked whether feedback and messages have been kept for their time.
const FEEDBACK_LOOKED_AT: Duration = Duration::from_secs(3600);

/// How often it is looked whether there are messages to send.
const MESSAGES_LOOKED_AT: Duration = Duration::from_secs(10);

/// How often it is looked whether the nightly copy is due, and how many copies stay.
const BACKUP_LOOKED_AT: Duration = Duration::from_secs(600);
const COPIES_KEPT: &str = "14";

/// How often it is noted how far the database has come.
const NOTED: Duration = Duration::from_secs(10);

/// After the signal, requests that are under way get this long, those that still wait for their turn among them.
const LAST_REQUESTS: Duration = Duration::from_secs(40);

/// After the last request, other nodes are told within this time what it has changed.
const LAST_NEWS: Duration = Duration::from_secs(5);

pub async fn run(context: &Context) -> Result<(), Failure> {
    let state = context.open().await?;
    let (db, stopping) = (state.db.clone(), state.draining.clone());
    let check = async move { db.quick_check_while(move || !*stopping.borrow()).await };
    let check = checked(check, CHECKED_FIRST, state.draining.clone()).await?;
    hold_against_the_file(&state).await;
    announce_set_up(&state).await?;
    tokio::spawn(note_how_far(state.clone()));
    tokio::spawn(copy_nightly(state.clone()));
    serve(state).await?;
    match check.filter(JoinHandle::is_finished) {
        Some(check) => Ok(ended(check.await)?),
        None => Ok(()),
    }
}

/// The check of the database's own structure. One that takes longer than that goes on while the server serves, which it
/// stops where the database turns out to be damaged.
async fn checked(
    check: impl Future<Output = Result<(), Error>> + Send + 'static,
    patience: Duration,
    draining: Arc<watch::Sender<bool>>,
) -> Result<Option<JoinHandle<Result<(), Error>>>, Error> {
    let mut check = tokio::spawn(check);
    if let Ok(done) = timeout(patience, &mut check).await {
        ended(done)?;
        return Ok(None);
    }
    Ok(Some(tokio::spawn(async move {
        let done = ended(check.await);
        if let Err(error) = &done {
            tracing::error!(%error, "the database is damaged: stopping");
            draining.send_replace(true);
        }
        done
    })))
}

fn ended(done: Result<Result<(), Error>, JoinError>) -> Result<(), Error> {
    done.unwrap_or_else(|error| Err(Error::Broken(error.to_string())))
}

/// Has an SQLite database copied every night where the settings name a folder for that.
async fn copy_nightly(state: AppState) {
    let copied = state.config.backups.clone().filter(|_| db::sqlite_file(&state.config.database_url).is_some());
    let Some(folder) = copied else { return };
    let mut stopping = state.draining.subscribe();
    loop {
        let made = match backups::is_mine(&state).await {
            Ok(true) => copy_by_command(&state.config, &folder).await,
            Ok(false) => Ok(()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(why) = made {
            tracing::error!(%why, "the nightly copy of the database was not made");
        }
        if timeout(BACKUP_LOOKED_AT, stopping.wait_for(|draining| *draining)).await.is_ok() {
            return;
        }
    }
}

/// By a process of its own, as `virea backup` beside a server: who copies and checks a gigabyte keeps nobody here waiting.
async fn copy_by_command(config: &Config, folder: &Path) -> Result<(), String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.arg("backup").arg(folder).args(["--keep", COPIES_KEPT]).arg("--data").arg(&config.data);
    command.env("DATABASE_URL", &config.database_url).stdin(Stdio::null());
    let done = command.output().await.map_err(|error| error.to_string())?;
    if done.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&done.stderr).trim().to_owned()) }
}

/// Says where the database lies behind what it has told. Serving does not hang on the file.
async fn hold_against_the_file(state: &AppState) {
    match epochs::look(state).await {
        Ok(false) => {}
        Ok(true) => say!(
            "The database lies behind what it has told: it was set back. A new epoch begins, and tablets send again what it \
             has not; what the desk and files have brought since is gone."
        ),
        Err(error) => {
            let file = epochs::file(&state.config.data);
            say!("How far the database has come cannot be noted in {}: {error}", file.display());
        }
    }
}

/// Notes beside the database how far it has come; where it was set back under the server, that is found here, too.
async fn note_how_far(state: AppState) {
    let mut stopping = state.draining.subscribe();
    // What keeps failing is said once.
    let mut said = String::new();
    loop {
        let over = timeout(NOTED, stopping.wait_for(|draining| *draining)).await.is_ok();
        let failed = epochs::look(&state).await.err().map(|error| error.to_string()).unwrap_or_default();
        if !failed.is_empty() && failed != said {
            tracing::warn!(error = %failed, "how far the database has come is not noted");
        }
        said = failed;
        if over {
            return;
        }
    }
}

/// Serves the application; `virea demo` calls it with a database of its own.
pub async fn serve(state: AppState) -> Result<(), Failure> {
    log_to_standard_error();
    state.db.share_memory().await?;
    let listen = state.config.listen;
    let listener = TcpListener::bind(listen).await.map_err(|e| {
        Failure(format!(
            "cannot listen on {listen}: {e}. Is another server running there? Choose another address with --listen"
        ))
    })?;
    say!("Vireä serves on {} ({})", state.config.public_url, state.db.kind());
    tokio::spawn(finish_imports(state.clone()));
    tokio::spawn(tidy(state.clone()));
    let (last_answer, answered) = oneshot::channel();
    let telling = tokio::spawn(nodes::carry_news(state.clone(), answered));
    tokio::spawn(forget_feedback(state.clone()));
    tokio::spawn(send_messages(state.clone()));
    let draining = state.draining.clone();
    tokio::spawn(async move {
        told_to_stop().await;
        tracing::info!("stopping: no new requests, the last ones are finished");
        draining.send_replace(true);
    });
    let mut stopping = state.draining.subscribe();
    let server =
        listen::serve(listener, crate::router(state.clone()), Arc::clone(&state.config), state.draining.subscribe());
    let too_long = async move {
        // The sender lives in the state, so this ends only by the signal.
        let _ = stopping.wait_for(|draining| *draining).await;
        tokio::time::sleep(LAST_REQUESTS).await;
    };
    tokio::select! {
        () = server => {}
        () = too_long => tracing::warn!("some requests were cut off"),
    }
    drop(last_answer);
    if timeout(LAST_NEWS, telling).await.is_err() {
        tracing::warn!("other nodes were not told all that is new");
    }
    state.db.close().await;
    Ok(())
}

/// Writes what imports have left that were broken off: at the start, and whenever a command was stopped beside us.
async fn finish_imports(state: AppState) {
    let mut stopping = state.draining.subscribe();
    let work = async {
        loop {
            if let Err(error) = import::resume(&state).await {
                tracing::error!(%error, "an import that was broken off could not be finished");
            }
            if let Err(error) = import::upload::resume(&state).await {
                tracing::error!(%error, "a file that was sent to the desk could not be worked on");
            }
            if let Err(error) = import::undo::resume(&state).await {
                tracing::error!(%error, "an import could not be taken back to its end");
            }
            tokio::time::sleep(IMPORTS_LOOKED_AT).await;
        }
    };
    // Dropped between two steps: the next start goes on there.
    tokio::select! {
        () = work => {}
        _ = stopping.wait_for(|draining| *draining) => {}
    }
}

/// Forgets what has been kept for its time: at the start, and every hour; what ends with a day, once a day.
async fn forget_feedback(state: AppState) {
    let mut stopping = state.draining.subscribe();
    let mut hushed_on = None;
    loop {
        if let Err(error) = feedback::forget(&state).await {
            tracing::error!(%error, "feedback that has been kept for its time is still there");
        }
        if let Err(error) = forms::forget(&state).await {
            tracing::error!(%error, "forms that were dropped and have been kept for their time are still there");
        }
        if let Err(error) = messages::forget(&state).await {
            tracing::error!(%error, "messages that have been kept for their time are still there");
        }
        let today = Some(state.today());
        if hushed_on != today {
            match relatives::hush_all(&state).await {
                Ok(()) => hushed_on = today,
                Err(error) => tracing::error!(%error, "addresses of relatives who are told no more are still there"),
            }
        }
        if timeout(FEEDBACK_LOOKED_AT, stopping.wait_for(|draining| *draining)).await.is_ok() {
            return;
        }
    }
}

/// Sends what people are to be told: one that is being sent when the server stops is finished by the next start.
async fn send_messages(state: AppState) {
    let mut stopping = state.draining.subscribe();
    loop {
        if let Err(error) = messages::run(&state).await {
            tracing::error!(%error, "messages about sessions could not be sent");
        }
        if timeout(MESSAGES_LOOKED_AT, stopping.wait_for(|draining| *draining)).await.is_ok() {
            return;
        }
    }
}

async fn tidy(state: AppState) {
    let mut stopping = state.draining.subscribe();
    while timeout(TIDIED, stopping.wait_for(|draining| *draining)).await.is_err() {
        if let Err(error) = state.db.tidy().await {
            tracing::warn!(%error, "what was written is not carried over into the database's file");
        }
    }
}

/// On an installation without a municipality: the one-time code, printed once, stored only as its hash.
async fn announce_set_up(state: &AppState) -> Result<(), Failure> {
    let made = state.write(Unscoped::Installation, |mut tx| async move {
        let code = accounts::first_link(state, &mut tx).await?;
        Ok(tx.done(code))
    });
    if let Some(code) = made.await? {
        say!("Nothing is set up yet. Open {}/set-up and type this one-time code:", state.config.public_url);
        say!("\n    {code}\n");
        say!("It works once, within 7 days; a new start prints a new one.");
    }
    Ok(())
}

async fn told_to_stop() {
    let interrupt = async {
        // Without a signal handler the server is stopped the hard way, as before.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
            return interrupt.await;
        };
        tokio::select! {
            () = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    interrupt.await;
}

/// `VIREA_LOG` sets the level (default `info`), `VIREA_LOG_FORMAT=json` the form.
fn log_to_standard_error() {
    let filter = std::env::var("VIREA_LOG").unwrap_or_else(|_| "info,sqlx=warn".to_owned());
    let filter = tracing_subscriber::EnvFilter::new(filter);
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // It would complain on standard error that standard error is closed, and stop there.
    let subscriber = subscriber.log_internal_errors(false);
    // A journal or a file shows the signs that colour a terminal as they are.
    let subscriber = if std::io::stderr().is_terminal() { subscriber } else { subscriber.with_ansi(false) };
    // A second call in one process (tests) keeps the first log.
    let _ = if std::env::var("VIREA_LOG_FORMAT").is_ok_and(|format| format == "json") {
        subscriber.json().try_init()
    } else {
        subscriber.try_init()
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn damaged() -> Result<(), Error> {
        Err(Error::Broken("a page is missing".to_owned()))
    }

    #[tokio::test]
    async fn a_damaged_database_is_not_served_and_one_found_so_later_stops_the_server() {
        let (draining, stopping) = watch::channel(false);
        let draining = Arc::new(draining);
        let at_once = async { damaged() };
        assert!(checked(at_once, Duration::MAX, draining.clone()).await.is_err());
        let (answer, answered) = oneshot::channel();
        let late = async { answered.await.unwrap_or_else(|_| Ok(())) };
        let check = checked(late, Duration::ZERO, draining).await.unwrap().expect("it goes on");
        assert!(!*stopping.borrow(), "meanwhile it is served");
        answer.send(damaged()).unwrap();
        assert!(ended(check.await).is_err());
        assert!(*stopping.borrow());
    }

    #[tokio::test]
    async fn a_sound_database_is_served() {
        let (draining, stopping) = watch::channel(false);
        let draining = Arc::new(draining);
        assert!(checked(async { Ok(()) }, Duration::MAX, draining.clone()).await.unwrap().is_none());
        let check = checked(std::future::ready(Ok(())), Duration::MAX, draining).await;
        assert!(check.unwrap().is_none() && !*stopping.borrow());
    }
}
