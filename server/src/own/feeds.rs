//! Secret addresses of calendars as rows: one for each card, of which the database has a hash alone. The secret follows
//! from the installation's own and from the form that makes it, so that a form sent again says the same address.

use app::texts::Lang;
use base64::Engine as _;
use domain::ids::MunicipalityCode;
use domain::time::Instant;

use super::{Holder, Whose};
use crate::access::token;
use crate::db::{Row, Tx};
use crate::error::Error;
use crate::secrets::{Secrets, hmac};

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

/// What is known of a card's address.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Known {
    /// The one that is good, with what is stored of its secret.
    good: Option<(Feed, String)>,
    /// Another after each that was made or ended; 0 where none ever was.
    pub revision: i64,
}

impl Known {
    pub fn feed(&self) -> Option<&Feed> {
        self.good.as_ref().map(|(feed, _)| feed)
    }

    /// Whether the good one has this secret.
    pub fn has(&self, secret: &str) -> bool {
        self.good.as_ref().is_some_and(|(_, hash)| *hash == token::hash(secret))
    }
}

/// The address of this card.
pub async fn of(tx: &mut Tx, whose: &Whose) -> Result<Known, Error> {
    let sql = sql!(
        "SELECT token_hash, made_at, fetched_at, ended_at, revision FROM calendar_feed \
         WHERE municipality = $1 AND card = $2"
    );
    let row = tx.maybe(sql, [(&whose.municipality).into(), whose.card.as_str().into()]).await?;
    let Some(row) = row else { return Ok(Known::default()) };
    let good = if row.is_null("ended_at") { Some((feed(&row)?, row.get("token_hash")?)) } else { None };
    Ok(Known { good, revision: row.get("revision")? })
}

/// The secret of the address that is made from a page which was shown at this revision: 256 bits.
pub fn secret(secrets: &Secrets, whose: &Whose, revision: i64) -> String {
    let parts = [whose.municipality.as_str().as_bytes(), whose.card.as_bytes(), &revision.to_be_bytes()];
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(hmac(&secrets.calendar, &parts))
}

/// Makes one; the one before is good no more.
pub async fn make(tx: &mut Tx, whose: &Whose, secret: &str, lang: Lang, now: Instant) -> Result<(), Error> {
    let sql = sql!(
        "INSERT INTO calendar_feed (municipality, card, token_hash, language, made_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (municipality, card) DO UPDATE SET token_hash = excluded.token_hash, \
         language = excluded.language, made_at = excluded.made_at, fetched_at = NULL, ended_at = NULL, \
         revision = calendar_feed.revision + 1"
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
pub async fn end(tx: &mut Tx, whose: &Whose, now: Instant) -> Result<bool, Error> {
    let sql = sql!(
        "UPDATE calendar_feed SET ended_at = $3, revision = revision + 1 \
         WHERE municipality = $1 AND card = $2 AND ended_at IS NULL"
    );
    Ok(tx.run(sql, [(&whose.municipality).into(), whose.card.as_str().into(), now.into()]).await? > 0)
}

/// Whose calendar is behind a secret, and in which language: as long as the card is good.
pub async fn find(tx: &mut Tx, secret: &str) -> Result<Option<(Whose, Lang, Feed)>, Error> {
    let sql = sql!(
        "SELECT f.municipality, f.card, f.language, f.made_at, f.fetched_at, c.participant, c.relative \
         FROM calendar_feed f JOIN personal_card c ON c.municipality = f.municipality AND c.id = f.card \
         WHERE f.token_hash = $1 AND f.ended_at IS NULL AND c.ended_at IS NULL"
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
