//! Consents as rows, and as the desk reads them.

use domain::access::Action;
use domain::consents::Consent;
use domain::ids::ParticipantId;

use crate::access::{InReach, ScopedTx};
use crate::error::Error;
use crate::table::{body, table, text};

table! {
    Consent as x in "consent" {
        body: text(x)?, participant: x.participant, purpose: x.purpose.code(), act: x.act.code(), on_day: x.on,
    }
    reads "body" by body;
    erases "body = NULL";
    about "participant";
}

/// The person's consents, the newest first.
pub async fn of_person(tx: &mut ScopedTx, person: InReach<ParticipantId>) -> Result<Vec<Consent>, Error> {
    let person = person.also(tx.scope(), Action::RecordConsents)?;
    let sql = sql!(
        "SELECT body FROM consent WHERE municipality = $1 AND participant = $2 AND deleted_at IS NULL \
         ORDER BY on_day DESC, id DESC"
    );
    let rows = tx.all(sql, [person.into()]).await?;
    rows.iter().map(|row| row.json("body")).collect()
}
