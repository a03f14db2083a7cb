//! All marks of a municipality, for reports and files. Who may read them is asked there.

use domain::attendance::Mark;
use domain::ids::{ParticipantId, SessionId};

use crate::access::ScopedTx;
use crate::db::Row;
use crate::error::Error;

/// Hands over every mark that is not undone, session by session.
pub async fn each(
    tx: &mut ScopedTx,
    mut take: impl FnMut(SessionId, ParticipantId, Mark) -> Result<(), Error> + Send,
) -> Result<(), Error> {
    // A row a session: most of what a row costs is its way out of the database.
    let sql = sql!(
        "SELECT session, STRING_AGG(participant || ' ' || mark, ' ') AS marks FROM attendance \
         WHERE municipality = $1 AND deleted_at IS NULL AND mark IS NOT NULL GROUP BY session"
    );
    let of_session = |row: Row| -> Result<(), Error> {
        let (session, marks) = (row.parse("session")?, row.get::<String>("marks")?);
        let mut words = marks.split(' ');
        while let (Some(participant), Some(mark)) = (words.next(), words.next()) {
            let participant = participant.parse().map_err(|_| row.broken("participant"))?;
            take(session, participant, Mark::from_code(mark).ok_or_else(|| row.broken("mark"))?)?;
        }
        Ok(())
    };
    tx.each(sql, [], of_session).await
}
