//! Secret addresses of calendars as rows: one for each card, of which the database has a hash alone.

use app::texts::Lang;
use domain::ids::MunicipalityCode;
use domain::time::Instant;

use super::{Holder, Whose};
use crate::access::token;
use crate::db::{Row, Tx};
use crate::error::Error;

/// An address that is good.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Feed {
    pub made_at: Instant,
    /// When it was last noted that a program fetched it.
    pub fetched_at: Option<Instant>,
}

fn feed(row: &Row) -> Result<Feed, Error> {
    Ok(Feed { made_at: row.get("made_at")?, fetched_at: row.get("fetched_at")? })
}

/// That of this card.
pub async fn of(tx: &mut Tx, whose: &Whose) -> Result<Option<Feed>, Error> {
    let sql = sql!("SELECT made_at, fetched_at FROM calendar_feed WHERE municipality = $1 AND card = $2");
    let row = tx.maybe(sql, [(&whose.municipality).into(), whose.card.as_str().into()]).await?;
    row.as_ref().map(feed).transpose()
}

/// Makes one; the one before is good no more.
pub async fn make(tx: &mut Tx, whose: &Whose, secret: &str, lang: Lang, now: Instant) -> Result<(), Error> {
    let sql = sql!(
        "INSERT INTO calendar_feed (municipality, card, token_hash, language, made_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (municipality, card) DO UPDATE SET token_hash = excluded.token_hash, \
         language = excluded.language, made_at = excluded.made_at, fetched_at = NULL"
    );
    let values = [
        (&whose.municipality).into(),
        whose.card.as_str().into(),
        token::hash(secret).into(),
        lang.code().into(),
        now.into(),
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// Ends it; whether there was one.
pub async fn end(tx: &mut Tx, whose: &Whose) -> Result<bool, Error> {
    let sql = sql!("DELETE FROM calendar_feed WHERE municipality = $1 AND card = $2");
    Ok(tx.run(sql, [(&whose.municipality).into(), whose.card.as_str().into()]).await? > 0)
}

/// Whose calendar is behind a secret, and in which language: as long as the card is good.
pub async fn find(tx: &mut Tx, secret: &str) -> Result<Option<(Whose, Lang, Feed)>, Error> {
    let sql = sql!(
        "SELECT f.municipality, f.card, f.language, f.made_at, f.fetched_at, c.participant, c.relative \
         FROM calendar_feed f JOIN personal_card c ON c.municipality = f.municipality AND c.id = f.card \
         WHERE f.token_hash = $1 AND c.ended_at IS NULL"
    );
    let Some(row) = tx.maybe(sql, [token::hash(secret).into()]).await? else { return Ok(None) };
    let municipality = row.code("municipality", MunicipalityCode::new)?;
    let language: String = row.get("language")?;
    let whose = Whose { municipality, holder: Holder::of_row(&row)?, card: row.get("card")? };
    Ok(Some((whose, Lang::from_code(&language).unwrap_or_default(), feed(&row)?)))
}

/// It was fetched now.
pub async fn fetched(tx: &mut Tx, whose: &Whose, now: Instant) -> Result<(), Error> {
    let sql = sql!("UPDATE calendar_feed SET fetched_at = $3 WHERE municipality = $1 AND card = $2");
    tx.run(sql, [(&whose.municipality).into(), whose.card.as_str().into(), now.into()]).await?;
    Ok(())
}
