//! When a session and a tablet were last used: noted at most once a minute, with what a request writes anyway, else together
//! with others ([`crate::audit::note_used`]). Hundreds of tablets that come back at once would else wait for the writer
//! twice more each.

use domain::time::Instant;

use crate::db::Tx;
use crate::error::Error;

/// A use that is to be noted.
#[derive(Clone, Debug)]
pub struct Use {
    sql: &'static str,
    /// Of the secret in the cookie.
    hash: String,
    at: Instant,
}

impl Use {
    /// A session that seems to begin later begins now: so it lasts no longer than any other, however far the clock had
    /// gone.
    pub fn of_session(hash: String, at: Instant) -> Self {
        let sql = sql!(
            "UPDATE staff_session SET seen_at = $2, created_at = CASE WHEN created_at > $2 THEN $2 ELSE created_at END \
             WHERE hash = $1"
        );
        Self { sql, hash, at }
    }

    pub fn of_tablet(hash: String, at: Instant) -> Self {
        Self { sql: sql!("UPDATE device SET seen_at = $2 WHERE hash = $1"), hash, at }
    }

    /// Notes it in the caller's unit of work.
    pub async fn note(&self, tx: &mut Tx) -> Result<(), Error> {
        tx.run(self.sql, [self.hash.as_str().into(), self.at.into()]).await.map(|_| ())
    }
}
