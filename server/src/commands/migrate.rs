//! `virea migrate`: brings the database to this program's version, or says what that would change.

use clap::Args;

use super::{Context, Failure, say};
use crate::db::Pending;

/// Bring the database to this program's version; before that SQLite's is copied
#[derive(Args)]
#[command(after_help = "Example: virea migrate --dry-run --data ./data\n\n\
    `virea serve` does the same at its start. The copy lies beside the database: to go back to it, stop the server, put it \
    in the place of the database's file, with nothing left beside that (-wal, -shm), and start the program of that time.")]
pub struct Migrate {
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Migrate {
    pub async fn run(self, context: &Context) -> Result<(), Failure> {
        let pending = context.look().await?.pending().await?;
        if pending.is_empty() {
            say!("The database is of this program's version; there is nothing to change.");
            return Ok(());
        }
        if self.dry_run {
            tell(&pending);
            say!("Nothing was changed.");
            return Ok(());
        }
        context.open().await?;
        say!("The database is of this program's version now.");
        Ok(())
    }
}

fn tell(pending: &[Pending]) {
    match pending.len() {
        1 => say!("An update would make one change to the database:"),
        n => say!("An update would make {n} changes to the database:"),
    }
    for Pending { number, name, changes } in pending {
        say!("{number:04} {name}");
        for change in changes {
            say!("     {change}");
        }
    }
}
