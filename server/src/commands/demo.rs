//! `virea demo`: the invented municipality, served from a database that is thrown away at the end.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::{Context, Failure, say, serve};
use crate::config::Config;
use crate::db::{Db, sqlite_url};
use crate::demo::build::{PASSWORD, build};
use crate::state::{AppState, SystemChance, SystemClock};

pub async fn run(context: &Context) -> Result<(), Failure> {
    let folder = Folder::new()?;
    let url = sqlite_url(&folder.0.join("virea.db"));
    let config = Config {
        database_url: url.clone(),
        data: folder.0.clone(),
        demo: true,
        live_reload: std::env::var("VIREA_LIVE_RELOAD").is_ok_and(|set| set == "1"),
        ..context.config.clone()
    };
    let db = Db::open(&url).await?;
    let state = AppState::new(db, Arc::new(SystemClock), Arc::new(Mutex::new(SystemChance)), config);
    state.prepare().await?;
    build(&state).await?;
    say!("Everything here is invented and is thrown away at the end.");
    say!("Choose a role on {}/sign-in; on a tablet the password is {PASSWORD}.", state.config.public_url);
    serve::serve(state).await
}

/// A folder that goes with its value.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, Failure> {
        let path = std::env::temp_dir().join(format!("virea-demo-{}", std::process::id()));
        make_private(&path).map_err(|e| Failure(format!("cannot make the folder {}: {e}", path.display())))?;
        Ok(Self(path))
    }
}

/// A leftover of an earlier process with the same number is removed first.
fn make_private(path: &Path) -> std::io::Result<()> {
    if path.exists() {
        std::fs::remove_dir_all(path)?;
    }
    std::fs::create_dir_all(path)
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Invented data only: a folder that cannot be removed harms nobody.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
