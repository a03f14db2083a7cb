//! Sessions of those who take part: on their own phone, ninety days from the last use, as long as the card is good; on a
//! device that others use, too, some minutes.

use domain::ids::MunicipalityCode;
use domain::time::Instant;

use super::{Holder, Whose, cards};
use crate::access::token;
use crate::audit;
use crate::db::{Tx, Unscoped};
use crate::error::Error;
use crate::messages::phones;
use crate::state::AppState;

const MINUTE: i64 = 60_000;
/// What is used is noted once in so long.
const HOUR: i64 = 60 * MINUTE;
/// How long it lasts unused, in milliseconds.
const IDLE: i64 = 90 * 24 * HOUR;
/// The same on a device that others use, too.
const IDLE_SHARED: i64 = 5 * MINUTE;
/// What is used there is noted once in so long: as much sooner at most it is over.
const NOTED_SHARED: i64 = MINUTE / 2;
/// How long results can be seen after the PIN was typed, in milliseconds.
const PIN_LASTS: i64 = 15 * MINUTE;

/// Seconds that the browser keeps the cookie: anew with each page. On a device that others use, too, it goes with the
/// browser.
pub fn cookie_seconds(shared: bool) -> Option<i64> {
    (!shared).then_some(IDLE / 1000)
}

/// A session that is still good.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnSession {
    pub whose: Whose,
    pub id: String,
    /// What the cookie holds.
    pub token: String,
    /// On a device that others use, too: nothing is kept there.
    pub shared: bool,
    pin_at: Option<Instant>,
}

impl OwnSession {
    /// Whether the PIN was typed a short while ago. A time that is still to come says nothing: the clock was set back.
    pub fn has_pin(&self, now: Instant) -> bool {
        self.pin_at.is_some_and(|at| (0..PIN_LASTS).contains(&now.millis_since(at)))
    }
}

/// A session is good now if it was used after this moment.
pub fn good_if_used_after(now: Instant) -> Instant {
    now.plus_millis(-IDLE)
}

/// The same on a device that others use, too.
pub fn good_if_shared_after(now: Instant) -> Instant {
    now.plus_millis(-IDLE_SHARED)
}

/// Makes a session with a token of its own; answers the token. `with_pin`: the PIN was typed for it. `shared`: on a device
/// that others use, too.
pub async fn create(
    state: &AppState,
    tx: &mut Tx,
    whose: &Whose,
    with_pin: bool,
    shared: bool,
) -> Result<String, Error> {
    let (secret, now) = (state.secret(), state.now());
    let id = state.with_chance(|chance| domain::ids::uuid_v7(now, chance));
    let sql = sql!(
        "INSERT INTO own_session (hash, municipality, id, participant, card, created_at, seen_at, pin_at, shared) \
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8)"
    );
    let values = [
        token::hash(&secret).into(),
        (&whose.municipality).into(),
        id.into(),
        whose.holder.id().into(),
        whose.card.as_str().into(),
        now.into(),
        with_pin.then_some(now).into(),
        shared.then_some(1_i64).into(),
    ];
    tx.run(sql, values).await?;
    cards::used(tx, whose, with_pin, now).await?;
    Ok(secret)
}

/// The good session behind a cookie's token, whose card is good too. Notes now and then that it was used.
pub async fn find(state: &AppState, secret: &str) -> Result<Option<OwnSession>, Error> {
    let sql = sql!(
        "SELECT s.municipality, s.id, s.participant, c.relative, s.card, s.seen_at, s.pin_at, s.shared FROM own_session s \
         JOIN personal_card c ON c.municipality = s.municipality AND c.id = s.card \
         WHERE s.hash = $1 AND s.ended_at IS NULL AND c.ended_at IS NULL"
    );
    let (hash, now) = (token::hash(secret), state.now());
    let row = state.db.read(Unscoped::Door).await?.maybe(sql, [hash.as_str().into()]).await?;
    let Some(row) = row else { return Ok(None) };
    let (seen, shared): (Instant, bool) = (row.get("seen_at")?, !row.is_null("shared"));
    let (after, noted) = match shared {
        true => (good_if_shared_after(now), NOTED_SHARED),
        false => (good_if_used_after(now), HOUR),
    };
    if seen <= after {
        return Ok(None);
    }
    let municipality = row.code("municipality", MunicipalityCode::new)?;
    let whose = Whose { municipality, holder: Holder::of_row(&row)?, card: row.get("card")? };
    if now.millis_since(seen) >= noted || seen > now {
        touch(state, &hash, &whose).await?;
    }
    let (id, pin_at) = (row.get("id")?, row.get("pin_at")?);
    Ok(Some(OwnSession { whose, id, token: secret.to_owned(), shared, pin_at }))
}

/// Whose page a browser has had open: the municipality, also once the session is over.
pub async fn municipality_of(tx: &mut Tx, secret: &str) -> Result<Option<MunicipalityCode>, Error> {
    let sql = sql!("SELECT municipality FROM own_session WHERE hash = $1");
    let row = tx.maybe(sql, [token::hash(secret).into()]).await?;
    row.map(|row| row.code("municipality", MunicipalityCode::new)).transpose()
}

async fn touch(state: &AppState, hash: &str, whose: &Whose) -> Result<(), Error> {
    let now = state.now();
    state
        .write(Unscoped::Door, |mut tx| async move {
            tx.run(sql!("UPDATE own_session SET seen_at = $2 WHERE hash = $1"), [hash.into(), now.into()]).await?;
            cards::used(&mut tx, whose, false, now).await?;
            Ok(tx.done(()))
        })
        .await
}

/// The PIN was typed in this session just now.
pub async fn pin_typed(tx: &mut Tx, session: &OwnSession, now: Instant) -> Result<(), Error> {
    let hash = token::hash(&session.token);
    tx.run(sql!("UPDATE own_session SET pin_at = $2 WHERE hash = $1"), [hash.into(), now.into()]).await?;
    cards::used(tx, &session.whose, true, now).await
}

/// Ends the session of a token, with its row in the log. One that has ended already is no error.
pub async fn end(state: &AppState, tx: &mut Tx, secret: &str, request_id: &str) -> Result<(), Error> {
    let sql = sql!(
        "UPDATE own_session SET ended_at = $2 WHERE hash = $1 AND ended_at IS NULL \
         RETURNING municipality, participant, card, (SELECT c.relative FROM personal_card c \
         WHERE c.municipality = own_session.municipality AND c.id = own_session.card) AS relative"
    );
    let row = tx.maybe(sql, [token::hash(secret).into(), state.now().into()]).await?;
    let Some(row) = row else { return Ok(()) };
    let municipality = row.code("municipality", MunicipalityCode::new)?;
    let whose = Whose { municipality, holder: Holder::of_row(&row)?, card: row.get("card")? };
    phones::forget_session(tx, &whose.municipality, secret).await?;
    let entry = whose.entry(state, "own.sign_out", request_id);
    audit::append(tx, &state.secrets, &whose.municipality, &entry).await
}
