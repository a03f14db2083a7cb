//! What the processes that serve one PostgreSQL database tell each other, by `LISTEN` and `NOTIFY`. A SQLite file is
//! served by one.

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};

use super::{Db, Pools};
use crate::error::Error;

/// Of this database alone: PostgreSQL keeps the channels of each apart.
const CHANNEL: &str = "virea_news";

/// A connection of its own on which a process hears what the others tell.
pub struct Ear(PgListener);

impl Db {
    /// Whether other processes may serve the same data.
    pub fn may_be_shared(&self) -> bool {
        matches!(self.0, Pools::Postgres(_))
    }

    /// Listens from now on, on a connection beside those of the pool, which it would hold for ever.
    pub async fn listen(&self) -> Result<Ear, Error> {
        let Pools::Postgres(pool) = &self.0 else {
            return Err(Error::Config("a SQLite database is served by one process".into()));
        };
        let options = PgConnectOptions::clone(&pool.connect_options());
        let beside = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
        let mut listener = PgListener::connect_with(&beside.connect_with(options).await?).await?;
        listener.listen(CHANNEL).await?;
        Ok(Ear(listener))
    }

    /// Tells every process that listens, this one as well; at most 8,000 bytes. Not in the transactions of those who
    /// write: PostgreSQL lets those that notify end only one after another.
    pub async fn tell(&self, text: &str) -> Result<(), Error> {
        if let Pools::Postgres(pool) = &self.0 {
            sqlx::query("VALUES (pg_notify($1, $2) IS NULL)").bind(CHANNEL).bind(text).execute(pool).await?;
        }
        Ok(())
    }
}

impl Ear {
    /// The next text. An error, and a connection that was lost, is the end: what was told since was not heard.
    pub async fn next(&mut self) -> Result<String, Error> {
        let heard = self.0.try_recv().await?;
        let heard = heard.ok_or_else(|| Error::Broken("the connection that listens was lost".into()))?;
        Ok(heard.payload().to_owned())
    }
}
