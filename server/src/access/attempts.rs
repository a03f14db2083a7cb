//! Soft limits on guessing: a growing wait for who guesses, never a lock-out of who is guessed at
//! (docs/access.md, Guessing).
//!
//! Counted in the database, so that any node knows. Unknown accounts are counted like known ones. Set-up codes, which
//! nobody can guess, and reports that anybody may send have counters of their own kind.

use domain::ids::UserId;
use domain::time::Instant;

use super::places::{Familiar, SignInPlace};
use super::token;
use crate::db::{Tx, Unscoped};
use crate::error::Error;
use crate::state::AppState;
use crate::web::client::Network;

/// Failures older than this are forgotten.
const FORGOTTEN_AFTER: i64 = 3_600_000;
const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;

/// One counter: how many failures are free, and the longest wait that it can cause, in milliseconds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Counter {
    key: String,
    free: i64,
    longest: i64,
}

impl Counter {
    /// Makes nobody wait; counts all the same, so that every try costs the same work.
    fn only_counts(self) -> Self {
        Self { longest: 0, ..self }
    }
}

/// What a try to sign in counts against. Its owner at a known browser waits for own slips alone; at a known address
/// also for those of others there, but shortly. The account's own limit is high and its wait short, so that strangers
/// cannot even keep its owner out of a new place.
pub fn of_sign_in(login: &str, from: &SignInPlace, familiar: Familiar) -> [Counter; 3] {
    let (who, network) = (token::hash(login), from.network);
    let browser = from.browser.as_deref().unwrap_or_default();
    let pair = Counter { key: format!("pair:{who}:{network}"), free: 3, longest: 15 * MINUTE };
    let place = Counter { key: format!("ip:{network}"), free: 30, longest: 5 * MINUTE };
    let account = Counter { key: format!("login:{who}"), free: 100, longest: 30 * SECOND };
    match familiar {
        Familiar::Stranger => [pair, place, account],
        Familiar::Network => [Counter { longest: 30 * SECOND, ..pair }, place.only_counts(), account.only_counts()],
        Familiar::Browser => {
            let own = Counter { key: format!("browser:{who}:{browser}"), ..pair };
            [own, place.only_counts(), account.only_counts()]
        }
    }
}

/// What a set-up code that does not exist counts against. One that does is never made to wait.
pub fn of_set_up(from: Network) -> [Counter; 1] {
    [Counter { key: format!("set-up:{from}"), free: 10, longest: 5 * MINUTE }]
}

/// What a try at a code that was read out counts against. It is short, so one that hits waits like any other.
pub fn of_spoken_code(from: Network) -> [Counter; 1] {
    [Counter { key: format!("spoken:{from}"), free: 10, longest: 5 * MINUTE }]
}

/// What a try at a code that came by letter counts against, apart from those that are read out.
pub fn of_letter_code(from: Network) -> [Counter; 1] {
    [Counter { key: format!("letter:{from}"), free: 10, longest: 5 * MINUTE }]
}

/// What a try at one's own password counts against, at a desk that is open already.
pub fn of_own_password(user: UserId) -> [Counter; 1] {
    [Counter { key: format!("own:{user}"), free: 5, longest: 15 * MINUTE }]
}

/// What a try at a code counts against. Only who knows the password comes so far.
pub fn of_second_factor(user: UserId) -> [Counter; 1] {
    [Counter { key: format!("code:{user}"), free: 5, longest: 15 * MINUTE }]
}

/// What a sent public form counts against: a village hall's one address may send a few in a row.
pub fn of_public_form(from: Network) -> [Counter; 1] {
    [Counter { key: format!("form:{from}"), free: 10, longest: 15 * MINUTE }]
}

/// What sent feedback counts against.
pub fn of_feedback(from: Network) -> [Counter; 1] {
    [Counter { key: format!("feedback:{from}"), free: 10, longest: 15 * MINUTE }]
}

/// What a question whether somebody is known counts against: a first session of twenty-five newcomers asks as often.
pub fn of_known_people(user: UserId) -> [Counter; 1] {
    [Counter { key: format!("known:{user}"), free: 40, longest: 15 * MINUTE }]
}

/// What bringing somebody in counts against: apart from the questions, or whoever asked of many could bring in nobody.
pub fn of_brought_people(user: UserId) -> [Counter; 1] {
    [Counter { key: format!("brought:{user}"), free: 40, longest: 15 * MINUTE }]
}

/// What a browser's report counts against: nothing that anybody needs to sign in.
fn of_report(from: Network) -> [Counter; 1] {
    [Counter { key: format!("report:{from}"), free: 20, longest: 5 * MINUTE }]
}

/// Counts a try before it is looked at; answers the seconds to wait if it may not be made now.
pub async fn begin(tx: &mut Tx, counters: &[Counter], now: Instant) -> Result<Option<i64>, Error> {
    hold(tx, counters, now).await?;
    match waits(tx, counters, now).await? {
        Some(seconds) => Ok(Some(seconds)),
        None => count(tx, counters, now).await.map(|()| None),
    }
}

/// Counts a report that anybody may send; answers the seconds to wait if there were too many.
pub async fn begin_report(state: &AppState, from: Network) -> Result<Option<i64>, Error> {
    begun(state, &of_report(from)).await
}

/// The seconds that a try has to wait, told by looking alone. Nothing where a counter was counted at a later time than it is
/// now: [`begin`] sets that right.
pub async fn turned_away(tx: &mut Tx, counters: &[Counter], now: Instant) -> Result<Option<i64>, Error> {
    let told = told(tx, counters).await?;
    let set_back = told.iter().any(|(_, _, last)| *last > now);
    Ok(longest_wait(&told, now).filter(|_| !set_back))
}

/// As [`begin`], in a unit of work of its own. Those that are turned away write nothing: whoever sends a million tries keeps
/// nobody else from writing.
pub async fn begun(state: &AppState, counters: &[Counter]) -> Result<Option<i64>, Error> {
    let now = state.now();
    let wait = turned_away(&mut state.db.read(Unscoped::Door).await?, counters, now).await?;
    if wait.is_some() {
        return Ok(wait);
    }
    state
        .write(Unscoped::Door, |mut tx| async move {
            let wait = begin(&mut tx, counters, now).await?;
            Ok(tx.done(wait))
        })
        .await
}

/// Holds the counters until the transaction ends: of tries that come at the same moment each sees what the others have
/// counted. What was counted at a later time than it is now was counted before the clock was set back. It counts as of
/// now: so nobody waits longer than the counter's own wait, however far the clock had gone.
async fn hold(tx: &mut Tx, counters: &[Counter], now: Instant) -> Result<(), Error> {
    let sql = sql!(
        "INSERT INTO login_attempt (key, municipality, failures, last_at) VALUES ($1, '', 0, $2) \
         ON CONFLICT (key) DO UPDATE SET last_at = CASE WHEN login_attempt.last_at > excluded.last_at \
         THEN excluded.last_at ELSE login_attempt.last_at END"
    );
    for counter in counters {
        tx.run(sql, [counter.key.as_str().into(), now.into()]).await?;
    }
    Ok(())
}

async fn waits(tx: &mut Tx, counters: &[Counter], now: Instant) -> Result<Option<i64>, Error> {
    Ok(longest_wait(&told(tx, counters).await?, now))
}

/// The counters that have counted something, with how often and when last.
async fn told<'a>(tx: &mut Tx, counters: &'a [Counter]) -> Result<Vec<(&'a Counter, i64, Instant)>, Error> {
    let mut told = Vec::new();
    for counter in counters {
        let sql = sql!("SELECT failures, last_at FROM login_attempt WHERE key = $1");
        if let Some(row) = tx.maybe(sql, [counter.key.as_str().into()]).await? {
            told.push((counter, row.get("failures")?, row.get("last_at")?));
        }
    }
    Ok(told)
}

/// Seconds until the last of them is free; nothing when all are.
fn longest_wait(told: &[(&Counter, i64, Instant)], now: Instant) -> Option<i64> {
    let left = told.iter().map(|(counter, failures, last)| {
        let delay = delay(counter, *failures);
        last.plus_millis(delay).millis_since(now).min(delay)
    });
    left.max().filter(|wait| *wait > 0).map(|wait| (wait + 999) / 1000)
}

async fn count(tx: &mut Tx, counters: &[Counter], now: Instant) -> Result<(), Error> {
    let forgotten = now.plus_millis(-FORGOTTEN_AFTER);
    tx.run(sql!("DELETE FROM login_attempt WHERE last_at < $1"), [forgotten.into()]).await?;
    for counter in counters {
        tx.run(
            sql!(
                "INSERT INTO login_attempt (key, municipality, failures, last_at) VALUES ($1, '', 1, $2) \
                 ON CONFLICT (key) DO UPDATE SET failures = login_attempt.failures + 1, last_at = excluded.last_at"
            ),
            [counter.key.as_str().into(), now.into()],
        )
        .await?;
    }
    Ok(())
}

/// The try was right: it and the person's own earlier slips count no more.
pub async fn succeeded(tx: &mut Tx, [own, place, account]: &[Counter; 3]) -> Result<(), Error> {
    forgive(tx, std::slice::from_ref(own)).await?;
    for counter in [place, account] {
        tx.run(
            sql!("UPDATE login_attempt SET failures = failures - 1 WHERE key = $1 AND failures > 0"),
            [counter.key.as_str().into()],
        )
        .await?;
    }
    Ok(())
}

/// The try was right: earlier slips count no more.
pub async fn forgive(tx: &mut Tx, counters: &[Counter]) -> Result<(), Error> {
    for counter in counters {
        tx.run(sql!("DELETE FROM login_attempt WHERE key = $1"), [counter.key.as_str().into()]).await?;
    }
    Ok(())
}

/// Nothing for the free failures, then 1, 2, 4 … seconds.
fn delay(counter: &Counter, failures: i64) -> i64 {
    let over = failures - counter.free;
    if over < 0 {
        return 0;
    }
    let doubled = SECOND << u32::try_from(over.min(20)).unwrap_or(20);
    doubled.min(counter.longest)
}

/// Counts a try, or refuses it for now.
pub async fn counted(state: &AppState, counters: &[Counter]) -> Result<(), Error> {
    match begun(state, counters).await? {
        Some(seconds) => Err(Error::Wait { seconds: u32::try_from(seconds).unwrap_or(60) }),
        None => Ok(()),
    }
}

/// A try was right: what was counted goes.
pub async fn forgiven(state: &AppState, counters: &[Counter]) -> Result<(), Error> {
    state
        .write(Unscoped::Door, |mut tx| async move {
            forgive(&mut tx, counters).await?;
            Ok(tx.done(()))
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counters(familiar: Familiar) -> [Counter; 3] {
        let place = SignInPlace::new(Network::of([127, 0, 0, 1].into()), Some("a browser's secret"));
        of_sign_in("a", &place, familiar)
    }

    #[test]
    fn the_wait_grows_and_has_an_end() {
        let [pair, ..] = counters(Familiar::Stranger);
        assert_eq!([0, 2, 3, 4, 5, 60].map(|n| delay(&pair, n)), [0, 0, 1000, 2000, 4000, 900_000]);
    }

    #[test]
    fn strangers_failures_make_nobody_wait_at_a_known_place() {
        let waits = |familiar| counters(familiar).map(|counter| delay(&counter, 1_000));
        assert_eq!(waits(Familiar::Stranger), [15 * MINUTE, 5 * MINUTE, 30 * SECOND]);
        assert_eq!(waits(Familiar::Network), [30 * SECOND, 0, 0], "somebody else at the address");
        assert_eq!(waits(Familiar::Browser), [15 * MINUTE, 0, 0]);
        let [own, ..] = counters(Familiar::Browser);
        assert!(!counters(Familiar::Stranger).contains(&own), "the browser's own slips are counted apart");
    }
}
