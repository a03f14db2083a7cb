//! Where an account has signed in before. Whoever comes from such a place is no stranger to it, and strangers'
//! failures make them wait no longer (docs/access.md, Guessing).

use domain::ids::{MunicipalityCode, UserId};
use domain::time::Instant;

use super::sign_in::Known;
use super::token;
use crate::db::Tx;
use crate::error::Error;
use crate::web::client::Network;

/// A place is forgotten when nobody has signed in from it for so long.
const FORGOTTEN_AFTER: i64 = 180 * 24 * 3_600_000;

/// Where a try to sign in comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignInPlace {
    pub network: Network,
    /// What the browser's or tablet's cookie says, as its hash; nothing from a browser that has none yet.
    pub browser: Option<String>,
}

/// How well the account knows a place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Familiar {
    Stranger,
    /// Its owner has signed in from this address, in some browser.
    Network,
    /// Its owner has signed in with this browser.
    Browser,
}

impl SignInPlace {
    pub fn new(network: Network, browser_secret: Option<&str>) -> Self {
        Self { network, browser: browser_secret.map(token::hash) }
    }

    /// The keys under which it is remembered for a sign-in name: the network's, and the browser's.
    fn keys(&self, login: &str) -> [String; 2] {
        let browser = self.browser.as_deref().unwrap_or("none");
        let network = token::hash(&format!("{login}\n{}", self.network));
        [network, token::hash(&format!("{login}\nbrowser {browser}"))]
    }

    /// How well the account of this name knows the place. Names that do not exist are asked about alike.
    pub async fn familiar(&self, tx: &mut Tx, login: &str, now: Instant) -> Result<Familiar, Error> {
        let oldest = now.plus_millis(-FORGOTTEN_AFTER);
        let mut best = Familiar::Stranger;
        for (key, how) in self.keys(login).into_iter().zip([Familiar::Network, Familiar::Browser]) {
            let sql = sql!("SELECT seen_at FROM known_place WHERE place = $1 AND seen_at >= $2");
            if tx.maybe(sql, [key.into(), oldest.into()]).await?.is_some() {
                best = how;
            }
        }
        Ok(best)
    }

    /// This account's owner has signed in from here.
    pub async fn remember(&self, tx: &mut Tx, known: &Known, now: Instant) -> Result<(), Error> {
        self.remember_as(tx, (&known.municipality, known.user), &known.login, now).await
    }

    /// As [`Self::remember`], of whoever signs in under this name.
    pub async fn remember_as(
        &self,
        tx: &mut Tx,
        (tenant, user): (&MunicipalityCode, UserId),
        login: &str,
        now: Instant,
    ) -> Result<(), Error> {
        let oldest = now.plus_millis(-FORGOTTEN_AFTER);
        tx.run(sql!("DELETE FROM known_place WHERE seen_at < $1"), [oldest.into()]).await?;
        // Seen before the clock was set back: from now on it is forgotten as late as any other.
        tx.run(sql!("UPDATE known_place SET seen_at = $1 WHERE seen_at > $1"), [now.into()]).await?;
        let [network, browser] = self.keys(login);
        for key in [Some(network), self.browser.is_some().then_some(browser)].into_iter().flatten() {
            tx.run(
                sql!(
                    "INSERT INTO known_place (place, municipality, account, seen_at) VALUES ($1, $2, $3, $4) \
                     ON CONFLICT (place) DO UPDATE SET municipality = excluded.municipality, \
                     account = excluded.account, seen_at = excluded.seen_at"
                ),
                [key.into(), tenant.into(), user.into(), now.into()],
            )
            .await?;
        }
        Ok(())
    }
}

/// Forgets them all: after a new password nobody is known who knew the old one.
pub async fn forget(tx: &mut Tx, tenant: &MunicipalityCode, account: UserId) -> Result<(), Error> {
    tx.run(sql!("DELETE FROM known_place WHERE municipality = $1 AND account = $2"), [tenant.into(), account.into()])
        .await?;
    Ok(())
}
