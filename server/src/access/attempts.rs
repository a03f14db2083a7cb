//! Soft limits on guessing: a growing wait per account and address, never a lock-out (security.md 4).
//!
//! Counted in the database, so that any node knows. Unknown accounts are counted like known ones. Reports that
//! anybody may send have a counter of the same kind.

use std::net::IpAddr;

use domain::time::Instant;

use super::token;
use crate::db::{Tx, Unscoped};
use crate::error::Error;
use crate::state::AppState;

/// Failures older than this are forgotten.
const FORGOTTEN_AFTER: i64 = 3_600_000;

/// One counter: how many failures are free, and the longest wait that it can cause, in milliseconds.
struct Counter {
    key: String,
    free: i64,
    longest: i64,
}

/// What this attempt counts against. The account's own limit is high and its wait short, so that
/// nobody can keep a victim out.
fn counters(login: &str, ip: IpAddr) -> [Counter; 3] {
    let who = token::hash(login);
    [
        Counter { key: format!("pair:{who}:{ip}"), free: 3, longest: 15 * 60_000 },
        Counter { key: format!("ip:{ip}"), free: 30, longest: 5 * 60_000 },
        Counter { key: format!("login:{who}"), free: 100, longest: 30_000 },
    ]
}

/// What a browser's report counts against: nothing that anybody needs to sign in.
fn reports(ip: IpAddr) -> [Counter; 1] {
    [Counter { key: format!("report:{ip}"), free: 20, longest: 5 * 60_000 }]
}

/// Counts an attempt before the password is looked at; answers the seconds to wait if it may not be made now.
pub async fn begin(tx: &mut Tx, login: &str, ip: IpAddr, now: Instant) -> Result<Option<i64>, Error> {
    let counters = counters(login, ip);
    match waits(tx, &counters, now).await? {
        Some(seconds) => Ok(Some(seconds)),
        None => count(tx, counters, now).await.map(|()| None),
    }
}

/// Counts a report that anybody may send; answers the seconds to wait if there were too many. Those that are
/// turned away write nothing.
pub async fn begin_report(state: &AppState, ip: IpAddr) -> Result<Option<i64>, Error> {
    let now = state.now();
    if let Some(seconds) = waits(&mut state.db.read(Unscoped::Door).await?, &reports(ip), now).await? {
        return Ok(Some(seconds));
    }
    state
        .write(Unscoped::Door, |mut tx| async move {
            count(&mut tx, reports(ip), now).await?;
            Ok(tx.done(None))
        })
        .await
}

async fn waits(tx: &mut Tx, counters: &[Counter], now: Instant) -> Result<Option<i64>, Error> {
    let mut wait = 0;
    for counter in counters {
        let row = tx
            .maybe("SELECT failures, last_at FROM login_attempt WHERE key = $1", [counter.key.as_str().into()])
            .await?;
        if let Some(row) = row {
            let until = row.get::<Instant>("last_at")?.plus_millis(delay(counter, row.get("failures")?));
            wait = wait.max(until.millis_since(now));
        }
    }
    Ok((wait > 0).then_some((wait + 999) / 1000))
}

async fn count<const N: usize>(tx: &mut Tx, counters: [Counter; N], now: Instant) -> Result<(), Error> {
    let forgotten = now.plus_millis(-FORGOTTEN_AFTER);
    tx.run("DELETE FROM login_attempt WHERE last_at < $1", [forgotten.into()]).await?;
    for counter in counters {
        tx.run(
            "INSERT INTO login_attempt (key, municipality, failures, last_at) VALUES ($1, '', 1, $2) \
             ON CONFLICT (key) DO UPDATE SET failures = login_attempt.failures + 1, last_at = excluded.last_at",
            [counter.key.into(), now.into()],
        )
        .await?;
    }
    Ok(())
}

/// The attempt was right: it and the person's own earlier slips count no more.
pub async fn succeeded(tx: &mut Tx, login: &str, ip: IpAddr) -> Result<(), Error> {
    let [pair, ip, login] = counters(login, ip);
    tx.run("DELETE FROM login_attempt WHERE key = $1", [pair.key.into()]).await?;
    for counter in [ip, login] {
        tx.run(
            "UPDATE login_attempt SET failures = failures - 1 WHERE key = $1 AND failures > 0",
            [counter.key.into()],
        )
        .await?;
    }
    Ok(())
}

/// Nothing for the free failures, then 1, 2, 4 … seconds.
fn delay(counter: &Counter, failures: i64) -> i64 {
    let over = failures - counter.free;
    if over < 0 {
        return 0;
    }
    let doubled = 1000_i64 << u32::try_from(over.min(20)).unwrap_or(20);
    doubled.min(counter.longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_and_has_an_end() {
        let [pair, ..] = counters("a", IpAddr::from([127, 0, 0, 1]));
        assert_eq!([0, 2, 3, 4, 5, 60].map(|n| delay(&pair, n)), [0, 0, 1000, 2000, 4000, 900_000]);
    }
}
