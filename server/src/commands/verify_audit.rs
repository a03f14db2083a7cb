//! `virea verify-audit`: walks every chain, and holds it against a witness outside.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::disk::{Doing, cause, private_to_append};
use super::{Context, Failure, say};
use crate::audit::witness::{self, Seen};
use crate::audit::{self, Chain};
use crate::db::{Db, Tx, Unscoped};
use crate::error::Error;
use crate::secrets::Secrets;
use crate::state::AppState;

/// Check the audit log against itself, the history and a witness; exit status 0 only if it is whole
#[derive(Args)]
#[command(after_help = "Example: virea verify-audit --data ./data --witness /mnt/elsewhere/virea-witness.txt")]
pub struct VerifyAudit {
    /// File that remembers how far the log had come, to be kept where the server's administrators cannot write: the log
    /// must still hold all that it has seen, and what is new is added to it. Made when it is missing
    #[arg(long)]
    witness: Option<PathBuf>,
}

impl VerifyAudit {
    pub async fn run(&self, context: &Context) -> Result<(), Failure> {
        let seen = self.witness.as_deref().map(read).transpose()?.unwrap_or_default();
        let state = context.open_in_use().await?;
        let mut tx = state.db.read(Unscoped::Installation).await?;
        witness::check(&mut tx, &seen).await?;
        let chains = chains(&mut tx).await?;
        for chain in &chains {
            let rows = audit::verify(&mut tx, &state.secrets, chain.clone()).await?;
            say!("{chain}: {rows} rows, whole");
        }
        let Some(file) = self.witness.as_deref() else { return Ok(()) };
        let news = witness::news(&mut tx, &chains, &seen, state.now()).await?;
        add(file, &news)?;
        say!("{}: held {} earlier looks; {} added", file.display(), seen.len(), news.lines().count());
        Ok(())
    }
}

fn read(file: &Path) -> Result<Vec<Seen>, Failure> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(told(file, &error, Doing::Reading)),
    };
    witness::read(&text).map_err(|line| {
        Failure(format!("{}, line {line}: not written by verify-audit; name another file", file.display()))
    })
}

fn add(file: &Path, news: &str) -> Result<(), Failure> {
    let added = private_to_append(file).and_then(|mut file| {
        file.write_all(news.as_bytes())?;
        file.sync_all()
    });
    added.map_err(|error| told(file, &error, Doing::Writing))
}

fn told(file: &Path, error: &std::io::Error, doing: Doing) -> Failure {
    Failure(format!("{}: {}", file.display(), cause(app::texts::Lang::En, error, doing)))
}

/// How many rows all chains have, each of which was walked and is whole.
pub async fn rows(state: &AppState) -> Result<i64, Error> {
    rows_in(&state.db, &state.secrets).await
}

/// As [`rows`], of a database that nobody serves.
pub async fn rows_in(db: &Db, secrets: &Secrets) -> Result<i64, Error> {
    let mut tx = db.read(Unscoped::Installation).await?;
    let mut rows = 0;
    for chain in chains(&mut tx).await? {
        rows += audit::verify(&mut tx, secrets, chain).await?;
    }
    Ok(rows)
}

/// Every municipality's chain, whether or not it is still listed, and the installation's own. Also of one whose whole
/// log is gone: the history is held against it.
pub async fn chains(tx: &mut Tx) -> Result<Vec<Chain>, Error> {
    let rows = tx
        .all(
            sql!(
                "SELECT municipality FROM audit UNION SELECT municipality FROM audit_head \
                 UNION SELECT municipality FROM municipality UNION SELECT municipality FROM op ORDER BY municipality"
            ),
            [],
        )
        .await?;
    rows.iter().map(|row| row.code("municipality", Chain::from_key)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Entry;
    use crate::config::Settings;

    async fn logged(state: &AppState) {
        let written = state.write(Unscoped::Audit, |mut tx| async move {
            let entry = Entry::of_command(state.now(), "test");
            audit::append(&mut tx, &state.secrets, Chain::Installation, &entry).await?;
            Ok(tx.done(()))
        });
        written.await.unwrap();
    }

    async fn cut(state: &AppState) {
        let mut tx = state.db.begin(Unscoped::Installation).await.unwrap();
        for sql in [
            "DELETE FROM audit WHERE n = 2",
            "UPDATE audit_head SET n = 1, hmac = (SELECT hmac FROM audit WHERE n = 1)",
        ] {
            tx.run(sql, []).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn each_check_adds_to_the_witness_and_one_that_finds_a_cut_adds_nothing() {
        let folder = crate::scratch("witness");
        let settings = Settings { data: Some(folder.join("data")), ..Settings::default() };
        let context = Context::new(settings.over(Settings::default()).unwrap());
        let verify = VerifyAudit { witness: Some(folder.join("seen.txt")) };
        let state = context.open().await.unwrap();
        let lines = || std::fs::read_to_string(folder.join("seen.txt")).unwrap_or_default().lines().count();
        for expected in [1, 2] {
            logged(&state).await;
            verify.run(&context).await.unwrap();
            verify.run(&context).await.unwrap();
            assert_eq!(lines(), expected, "nothing is told twice");
        }
        cut(&state).await;
        VerifyAudit { witness: None }.run(&context).await.unwrap();
        let Failure(told) = verify.run(&context).await.unwrap_err();
        assert!(told.contains("installation has not the row 2"), "{told}");
        assert_eq!(lines(), 2);
        std::fs::write(folder.join("seen.txt"), "something else").unwrap();
        let Failure(told) = verify.run(&context).await.unwrap_err();
        assert!(told.contains("line 1"), "{told}");
        state.db.close().await;
        std::fs::remove_dir_all(folder).unwrap();
    }
}
