//! `virea demo`: the invented municipality, served from a database that is thrown away at the end unless it is to be kept.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use clap::Args;

use super::{Context, Failure, say, serve};
use crate::config::Config;
use crate::db::{Db, copy, sqlite_url};
use crate::demo::build::{PASSWORD, build};
use crate::messages::settings::Messages;
use crate::state::{AppState, SystemChance, SystemClock};
use crate::{fingerprint, private};

/// Serve an invented municipality from a throw-away database
#[derive(Args)]
#[command(after_help = "Examples: virea demo --listen 127.0.0.1:3000\n          virea demo --keep ./demo")]
pub struct Demo {
    /// Keeps it in this folder; the next start serves it as it was left
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
}

impl Demo {
    pub async fn run(&self, context: &Context) -> Result<(), Failure> {
        clear_away(&std::env::temp_dir());
        let thrown_away;
        let folder = match &self.keep {
            Some(folder) => {
                private::folder(folder).map_err(|e| not_made(folder, &e))?;
                folder
            }
            None => {
                thrown_away = Folder::new(&std::env::temp_dir())?;
                &thrown_away.path
            }
        };
        let state = open(context, folder).await?;
        if self.keep.is_none() {
            say!("Everything here is invented and is thrown away at the end.");
        }
        say!(
            "Messages about cancelled sessions are sent to nobody; they lie in {}.",
            folder.join("messages").display()
        );
        say!("Choose a role on {}/sign-in; on a tablet the password is {PASSWORD}.", state.config.public_url);
        serve::serve(state).await
    }
}

/// That the municipality in a folder is complete.
const BUILT: &str = "built";

/// The municipality of that folder; built there where there is none, or only a part of one.
async fn open(context: &Context, folder: &Path) -> Result<AppState, Failure> {
    let (file, built) = (folder.join("virea.db"), folder.join(BUILT));
    if !built.exists() {
        private::database_files(&file).try_for_each(|left| copy::remove(&left))?;
    }
    let url = sqlite_url(&file);
    let config = Config {
        database_url: url.clone(),
        data: folder.to_owned(),
        demo: true,
        // Nobody there is real, and nobody gets a message.
        messages: Messages { sink: Some(folder.join("messages")), ..Messages::default() },
        live_reload: std::env::var("VIREA_LIVE_RELOAD").is_ok_and(|set| set == "1"),
        ..context.config.clone()
    };
    let db = Db::open(&url).await?;
    let secrets = fingerprint::secrets_of(&db, folder, &mut SystemChance).await?;
    let state = AppState::new(db, Arc::new(SystemClock), Arc::new(Mutex::new(SystemChance)), config);
    let state = state.with_secrets(secrets);
    state.prepare().await?;
    fingerprint::keep(&state).await?;
    if !built.exists() {
        build(&state).await?;
        File::create(built)?;
    }
    Ok(state)
}

fn not_made(folder: &Path, error: &io::Error) -> Failure {
    Failure(format!("cannot make the folder {}: {error}", folder.display()))
}

/// A folder that goes with its value. While its process lives, it holds the lock of a file in it: so another demo can
/// be certain that a folder was left behind by one that was killed.
struct Folder {
    path: PathBuf,
    _lock: File,
}

const PREFIX: &str = "virea-demo-";
const LOCK: &str = "lock";

impl Folder {
    fn new(within: &Path) -> Result<Self, Failure> {
        let path = within.join(format!("{PREFIX}{}", std::process::id()));
        let made = Self::make(&path);
        made.map_err(|e| not_made(&path, &e))
    }

    /// A leftover of an earlier process with the same number is removed first.
    fn make(path: &Path) -> io::Result<Self> {
        if path.exists() {
            std::fs::remove_dir_all(path)?;
        }
        private::folder(path)?;
        let lock = File::create(path.join("lock.new"))?;
        lock.lock()?;
        // Nobody sees the file before it is locked.
        std::fs::rename(path.join("lock.new"), path.join(LOCK))?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Invented data only: a folder that cannot be removed harms nobody.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// Removes the folders of demos that were killed: of our own naming, with a lock that nobody holds. What cannot be read
/// or removed stays.
fn clear_away(within: &Path) {
    let entries = std::fs::read_dir(within).into_iter().flatten().flatten();
    for path in entries.filter(|entry| is_ours(&entry.file_name())).map(|entry| entry.path()) {
        let Ok(lock) = File::open(path.join(LOCK)) else { continue };
        if lock.try_lock().is_ok() {
            let _ = std::fs::remove_dir_all(&path);
        }
    }
}

/// The prefix and the number of a process.
fn is_ours(name: &OsStr) -> bool {
    let number = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    #[tokio::test]
    async fn one_that_is_kept_is_served_as_it_was_left_and_one_that_was_broken_off_is_built_anew() {
        let folder = crate::scratch("kept-demo");
        private::folder(&folder).unwrap();
        std::fs::write(folder.join("virea.db"), "broken off").unwrap();
        let context = Context::new(Settings::default().over(Settings::default()).unwrap());
        let state = open(&context, &folder).await.unwrap();
        let (built, secret) = (copy::Counts::of(&state.db).await.unwrap(), state.secrets.fingerprint());
        assert!(built.operations > 0);
        state.db.close().await;
        let state = open(&context, &folder).await.unwrap();
        assert_eq!(copy::Counts::of(&state.db).await.unwrap(), built, "nothing is built twice");
        assert_eq!(state.secrets.fingerprint(), secret, "passwords and cards hold");
        state.db.close().await;
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn only_what_a_killed_demo_left_behind_is_cleared_away() {
        let within = crate::scratch("demos");
        private::folder(&within).unwrap();
        let running = Folder::new(&within).unwrap();
        let file_in = |name: &str, file: &str| {
            let path = within.join(name);
            std::fs::create_dir_all(&path).unwrap();
            std::fs::write(path.join(file), "").unwrap();
            path
        };
        let killed = file_in("virea-demo-4194999", LOCK);
        // One that is only just being made, one that somebody keeps, one of another name.
        let others = ["virea-demo-4194998", "virea-demo-4194997-kept", "virea-demo-"];
        let others = others.map(|name| file_in(name, if name.ends_with('8') { "virea.db" } else { LOCK }));
        clear_away(&within);
        assert!(!killed.exists());
        assert!(running.path.exists() && others.iter().all(|path| path.exists()));
        let path = running.path.clone();
        drop(running);
        assert!(!path.exists());
        std::fs::remove_dir_all(&within).unwrap();
    }
}
