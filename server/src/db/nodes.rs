//! What the processes that serve one PostgreSQL database tell each other, by `LISTEN` and `NOTIFY`. A SQLite file is
//! served by one.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPool, PgPoolOptions};
use tokio::time::timeout;

use super::{Db, Pools};
use crate::error::Error;

/// Of this database alone: PostgreSQL keeps the channels of each apart.
const CHANNEL: &str = "virea_news";

/// What cannot be told in this time is not told.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection of its own on which a process hears what the others tell.
pub struct Ear(PgListener);

/// A connection of its own on which a process tells the others, however many wait for one of the pool.
pub struct Mouth(PgPool);

impl Db {
    /// To tell the processes that serve the same data; nothing where there is but one.
    pub fn mouth(&self) -> Option<Mouth> {
        let Pools::Postgres(pool) = &self.0 else { return None };
        let options = PgConnectOptions::clone(&pool.connect_options());
        let beside = PgPoolOptions::new().max_connections(1).acquire_timeout(PATIENCE);
        Some(Mouth(beside.connect_lazy_with(options)))
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
}

impl Mouth {
    /// Tells every process that listens, this one as well; at most 8,000 bytes. Not in the transactions of those who
    /// write: PostgreSQL lets those that notify end only one after another.
    pub async fn tell(&self, text: &str) -> Result<(), Error> {
        let tell = sqlx::query("VALUES (pg_notify($1, $2) IS NULL)").bind(CHANNEL).bind(text).execute(&self.0);
        let silent = |_| Error::Broken("the connection that tells is silent".into());
        timeout(PATIENCE, tell).await.map_err(silent)??;
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
