//! `virea backup`: a copy of the database, made while it serves and opened to see that it is whole.

use std::path::{Path, PathBuf};

use clap::Args;

use super::disk::{Doing, cause};
use super::{Context, Failure, say};
use crate::audit::{self, Chain, Entry};
use crate::db::{self, Unscoped, copy};
use crate::error::Error;
use crate::state::AppState;
use crate::{backups, erasure, secrets};

/// Copy the database, also while it serves; the copy is opened to see that it is whole
#[derive(Args)]
#[command(after_help = "Examples: virea backup /mnt/backup/virea-monday.db --data ./data\n          \
    virea backup /mnt/backup --keep 14 --data ./data\n\n\
    The copy holds personal data: keep it as guarded as the database, on another machine or disk. secret.key and \
    erased.jsonl are kept apart from it; without them no copy can be used. PostgreSQL has means of its own (pg_dump -Fc).")]
pub struct Backup {
    /// File that is made; in a folder that is there, one named by the moment
    pub(super) file: PathBuf,
    /// In a folder: how many copies stay, the newest ones
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) keep: Option<u16>,
}

impl Backup {
    pub async fn run(&self, context: &Context) -> Result<(), Failure> {
        let Some(database) = db::sqlite_file(&context.config.database_url) else {
            return Err(Failure(
                "PostgreSQL is not copied by this program: take pg_dump -Fc, and keep secret.key and erased.jsonl apart \
                 from it. After pg_restore `virea doctor` and `virea verify-audit` say whether it is whole"
                    .to_owned(),
            ));
        };
        let state = context.look_into().await?;
        let to = self.target(&state)?;
        let lacking = copy::lacking(&to, copy::size_of(&database)).map_err(|error| at(&to, error.into()))?;
        if let Some(lacking) = lacking {
            return Err(Failure(lacking));
        }
        // Before the copy, so that the copy knows of itself.
        note(&state).await?;
        let copied = state.db.copy(&to).await.map_err(|error| at(&to, error))?;
        let Some(copied) = copied else { return Ok(()) };
        backups::remember(&state, &to).await?;
        if let (Some(kept), true) = (self.keep, self.file.is_dir()) {
            copy::keep_newest(usize::from(kept), &self.file, BEGINS, ENDS)?;
        }
        let bytes = std::fs::metadata(&to)?.len();
        say!(
            "{}: {} operations, {} rows of the log, {} kB, opened and whole",
            to.display(),
            copied.operations,
            copied.log,
            bytes.div_ceil(1_000)
        );
        let data = &context.config.data;
        let (secret, erased) = (secrets::path(data), erasure::file(data));
        say!(
            "Keep {} and {} too, apart from it: no copy can be used without them.",
            secret.display(),
            erased.display()
        );
        Ok(())
    }

    /// A file that is there is never written over: it could be the database, or the only copy.
    fn target(&self, state: &AppState) -> Result<PathBuf, Failure> {
        if self.file.is_dir() {
            return Ok(self.file.join(format!("{BEGINS}{}{ENDS}", copy::moment(state.now()))));
        }
        if self.keep.is_some() {
            return Err(Failure(format!("{} is no folder; --keep counts the copies in one", self.file.display())));
        }
        if self.file.exists() {
            let shown = self.file.display();
            return Err(Failure(format!(
                "{shown} is there already and stays as it is; name another file, or a folder"
            )));
        }
        Ok(self.file.clone())
    }
}

/// How copies in a folder are called: `virea-20261128T201500Z.db`.
const BEGINS: &str = "virea-";
const ENDS: &str = ".db";

fn at(file: &Path, error: Error) -> Failure {
    match error {
        Error::Io(error) => {
            Failure(format!("{}: {}", file.display(), cause(app::texts::Lang::En, &error, Doing::Writing)))
        }
        error => error.into(),
    }
}

/// That all of it was taken out stands in the installation's log.
async fn note(state: &AppState) -> Result<(), Error> {
    let now = state.now();
    state
        .write(Unscoped::Installation, |mut tx| async move {
            audit::append(&mut tx, &state.secrets, Chain::Installation, &Entry::of_command(now, "backup")).await?;
            Ok(tx.done(()))
        })
        .await
}
