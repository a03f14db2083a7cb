//! Who asks: sign-in, sessions, roles, the scope that every transaction carries, and the reach check.

pub mod accounts;
pub mod attempts;
pub mod break_glass;
pub mod cookies;
pub mod door;
pub mod grants;
pub mod hashing;
pub mod kept;
pub mod leading;
pub mod manage;
pub mod notices;
pub mod offers;
pub mod own_account;
pub mod own_sessions;
pub mod password;
pub mod places;
pub mod reach;
pub mod rights;
pub mod role;
pub mod scope;
pub mod scoped_tx;
pub mod second_factor;
pub mod second_step;
pub mod sessions;
pub mod shown_once;
pub mod sign_in;
pub mod token;
pub mod training;
pub mod used;

use axum::extract::FromRequestParts;
use domain::access::Role;
use domain::ids::{DeviceId, MunicipalityCode, UserId};
use http::request::Parts;

use self::break_glass::Opened;
use self::cookies::Cookie;
pub use self::reach::InReach;
pub use self::scope::{Asker, Scope, Within};
pub use self::scoped_tx::{ScopedTx, WithinTx};
pub use self::sessions::SignedIn;
pub use self::used::Use;
use crate::audit;
use crate::db::{Tx, Unscoped};
use crate::error::Error;
use crate::state::AppState;
use crate::web::once::Once;

/// A signed-in person in the active role. A handler that takes it answers only to staff.
#[derive(Clone, Debug)]
pub struct Actor {
    pub user: UserId,
    /// Shown in the page's head.
    pub name: String,
    /// `fi`, `sv` or `en`.
    pub language: String,
    pub role: Role,
    pub scope: Scope,
    /// Public id of the session, for the list of sessions; the secret is only in the cookie.
    pub session: String,
    /// What emergency access has opened.
    pub opened: Option<Opened>,
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let token = Cookie::Session.read(&parts.headers, &state.config).ok_or(Error::SignInNeeded)?;
        let once = Once::of(&mut parts.extensions);
        once.get(|| sessions::find(state, &token)).await?.ok_or(Error::SignInNeeded)
    }
}

impl FromRequestParts<AppState> for Actor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let who = SignedIn::from_request_parts(parts, state).await?;
        if who.must_enrol {
            return Err(Error::FactorNeeded);
        }
        let (Some(role), Some(scope)) = (who.role, who.scope(state)?) else { return Err(Error::RoleNeeded) };
        let SignedIn { user, name, language, session, opened, .. } = who;
        Ok(Self { user, name, language, role, scope, session, opened })
    }
}

/// An enrolled tablet: enough to send what was recorded on it, never to read anything.
#[derive(Clone, Debug)]
pub struct Tablet {
    pub municipality: MunicipalityCode,
    pub device: DeviceId,
}

impl Tablet {
    /// The one that asks, with what is to be noted of it.
    async fn find(parts: &Parts, state: &AppState, tx: &mut Tx) -> Result<(Self, Option<Use>), Error> {
        let secret = Cookie::Device.read(&parts.headers, &state.config).ok_or(Error::SignInNeeded)?;
        let hash = token::hash(&secret);
        let sql = sql!("SELECT municipality, id, seen_at FROM device WHERE hash = $1 AND ended_at IS NULL");
        let row = tx.maybe(sql, [hash.as_str().into()]).await?.ok_or(Error::SignInNeeded)?;
        let now = state.now();
        let seen = row.get("seen_at")?;
        let is_due = now.millis_since(seen) >= sessions::MINUTE || seen > now;
        let tablet = Self { municipality: row.code("municipality", MunicipalityCode::new)?, device: row.parse("id")? };
        Ok((tablet, is_due.then(|| Use::of_tablet(hash, now))))
    }
}

impl FromRequestParts<AppState> for Tablet {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let mut tx = state.db.read(Unscoped::Door).await?;
        let (tablet, used) = Self::find(parts, state, &mut tx).await?;
        drop(tx);
        if let Some(used) = used {
            audit::note_used(state, &tablet.municipality, used).await?;
        }
        Ok(tablet)
    }
}

/// Who brings what was recorded: a tablet, and who is signed in on it, which nobody has to be.
#[derive(Clone, Debug)]
pub struct Bearer {
    pub tablet: Tablet,
    pub signed_in: Option<UserId>,
    /// To be noted in the unit of work that takes it.
    pub used: Vec<Use>,
}

impl FromRequestParts<AppState> for Bearer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let mut tx = state.db.read(Unscoped::Door).await?;
        let (tablet, used) = Tablet::find(parts, state, &mut tx).await?;
        let mut used: Vec<_> = used.into_iter().collect();
        let session = match Cookie::Session.read(&parts.headers, &state.config) {
            // A session that cannot be looked up never blocks the upload.
            Some(token) => sessions::look(state, &mut tx, &token).await.unwrap_or_default(),
            None => None,
        };
        let Some((who, use_of_session)) = session else { return Ok(Self { tablet, signed_in: None, used }) };
        used.extend(use_of_session);
        let signed_in = (who.device == Some(tablet.device)).then_some(who.user);
        Ok(Self { tablet, signed_in, used })
    }
}
