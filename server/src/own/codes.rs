//! One-time codes that open the page of somebody who has a card on one more phone: read out in the hall, good for a quarter
//! of an hour, or sent by letter, good for thirty days together with the year of birth (docs/access.md, Participants).

use domain::ids::MunicipalityCode;
use domain::people::Participant;
use domain::time::Instant;

use super::cards::{self, Managed, Shown};
use crate::access::{ScopedTx, token};
use crate::db::{Tx, Unscoped};
use crate::error::Error;
use crate::state::AppState;
use crate::web::client::Network;

/// How long one that is read out is good, in milliseconds.
const LASTS: i64 = 15 * 60_000;
/// How many days after the one on which it was made the letter says that its code is good.
pub const LETTER_DAYS: i64 = 30;
/// How long it is, in milliseconds: to the end of that day, whenever it was printed.
const LETTER_LASTS: i64 = (LETTER_DAYS + 1) * 24 * 3_600_000;
/// So many wrong years of birth end a code that came by letter: whoever opened somebody else's tries no more.
const MOST_WRONG: i64 = 5;
/// How long a used one is still good where it was used, in milliseconds: of a button that is pressed twice the browser
/// shows the second answer.
const AGAIN: i64 = 30_000;
/// Letters, digits and hyphens of a code that is read out, typed with four letters too many. One by letter has 19.
const LONGEST_SPOKEN: usize = 14;

/// How a code reaches its person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    Voice,
    Letter,
}

/// Whether what was typed is about as long as a code that comes by letter: with a slip in one that was read out nobody is
/// asked for a year of birth.
pub fn is_of_letter(typed: &str) -> bool {
    token::normal_code(typed).len() > LONGEST_SPOKEN
}

/// Makes a code for the card that is good and ends the one before of its kind; answers the code and the card's id, nothing
/// where there is no card. The database keeps its hash alone; 40 bits are enough for a quarter of an hour, and thirty
/// days get 80.
pub async fn make(
    state: &AppState,
    tx: &mut ScopedTx,
    whose: Managed,
    by: By,
) -> Result<Option<(String, String)>, Error> {
    let Some(card) = cards::good_card(tx, whose).await? else { return Ok(None) };
    let (code, before) = match by {
        By::Voice => (
            token::spoken_code(state),
            sql!("DELETE FROM own_code WHERE municipality = $1 AND card = $2 AND by_letter IS NULL"),
        ),
        By::Letter => (
            token::letter_code(state),
            sql!("DELETE FROM own_code WHERE municipality = $1 AND card = $2 AND by_letter = 1"),
        ),
    };
    let (user, now, letter) = (tx.scope().user(), state.now(), (by == By::Letter).then_some(1_i64));
    let (bare, tenant) = tx.unscoped(Unscoped::Account);
    bare.run(before, [tenant.into(), card.as_str().into()]).await?;
    let sql = sql!(
        "INSERT INTO own_code (hash, municipality, card, made_at, made_by, by_letter) VALUES ($1, $2, $3, $4, $5, $6)"
    );
    let hash = token::hash(&code);
    let values = [hash.into(), tenant.into(), card.as_str().into(), now.into(), user.into(), letter.into()];
    bare.run(sql, values).await?;
    Ok(Some((code, card)))
}

/// The card of a code that is good, which is good no more but for a second press from the same network; nothing for any
/// other. `born`: the year that was typed with it, which one by letter needs.
pub async fn spend(
    tx: &mut Tx,
    (typed, born): (&str, Option<i32>),
    from: Network,
    now: Instant,
) -> Result<Option<Shown>, Error> {
    let hash = token::hash(&token::normal_code(typed));
    if is_of_letter(typed) && !is_theirs(tx, &hash, born).await? {
        return Ok(None);
    }
    let sql = sql!(
        "UPDATE own_code SET used_at = COALESCE(used_at, $2), used_from = $4 WHERE hash = $1 AND made_at <= $2 \
         AND ((by_letter IS NULL AND made_at > $3) OR (by_letter = 1 AND made_at > $6)) \
         AND (used_at IS NULL OR (used_from = $4 AND used_at > $5 AND used_at <= $2)) RETURNING municipality, card"
    );
    let from = token::hash(&from.to_string());
    let (oldest, again) = (now.plus_millis(-LASTS), now.plus_millis(-AGAIN));
    let letter = now.plus_millis(-LETTER_LASTS);
    let values = [hash.into(), now.into(), oldest.into(), from.into(), again.into(), letter.into()];
    let Some(row) = tx.maybe(sql, values).await? else { return Ok(None) };
    let tenant = row.code("municipality", MunicipalityCode::new)?;
    cards::by_id(tx, &tenant, &row.get::<String>("card")?).await
}

/// Whether a code that came by letter is of somebody born in that year. Each other year counts against the code: before it
/// is looked at, so that many tries at once know of each other.
async fn is_theirs(tx: &mut Tx, hash: &str, born: Option<i32>) -> Result<bool, Error> {
    let count = sql!(
        "UPDATE own_code SET wrong = COALESCE(wrong, 0) + 1 WHERE hash = $1 AND by_letter = 1 \
         AND COALESCE(wrong, 0) < $2 RETURNING card"
    );
    if tx.maybe(count, [hash.into(), MOST_WRONG.into()]).await?.is_none() {
        return Ok(false);
    }
    let sql = sql!(
        "SELECT p.body FROM own_code o JOIN personal_card c ON c.municipality = o.municipality AND c.id = o.card \
         JOIN participant p ON p.municipality = c.municipality AND p.id = c.participant \
         WHERE o.hash = $1 AND c.relative = 0 AND c.ended_at IS NULL AND p.deleted_at IS NULL"
    );
    let Some(row) = tx.maybe(sql, [hash.into()]).await? else { return Ok(false) };
    let person: Participant = row.json("body")?;
    if born.is_none() || born != person.profile.year_of_birth() {
        return Ok(false);
    }
    let right = sql!("UPDATE own_code SET wrong = wrong - 1 WHERE hash = $1");
    tx.run(right, [hash.into()]).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_makes_no_other_kind_of_code() {
        for spoken in ["7Q2M-AB18", "7q2mab18", "7Q2M-AAB18", "7Q2M AB188 88", "7Q2M"] {
            assert!(!is_of_letter(spoken), "{spoken}");
        }
        for by_letter in ["7Q2M-AB18-0000-XYZ1", "7q2mab180000xyz", "7Q2M AB18 0000 XYZ12"] {
            assert!(is_of_letter(by_letter), "{by_letter}");
        }
    }
}
