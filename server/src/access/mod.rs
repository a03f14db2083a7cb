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
use crate::db::Unscoped;
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

impl FromRequestParts<AppState> for Tablet {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let secret = Cookie::Device.read(&parts.headers, &state.config).ok_or(Error::SignInNeeded)?;
        let hash = &token::hash(&secret);
        let sql = sql!("SELECT municipality, id, seen_at FROM device WHERE hash = $1 AND ended_at IS NULL");
        let found = state.db.read(Unscoped::Door).await?.maybe(sql, [hash.as_str().into()]).await?;
        let row = found.ok_or(Error::SignInNeeded)?;
        let now = state.now();
        let seen = row.get("seen_at")?;
        if now.millis_since(seen) >= sessions::MINUTE || seen > now {
            let noted = state.write(Unscoped::Door, |mut tx| async move {
                tx.run(sql!("UPDATE device SET seen_at = $2 WHERE hash = $1"), [hash.as_str().into(), now.into()])
                    .await?;
                Ok(tx.done(()))
            });
            noted.await?;
        }
        Ok(Self { municipality: row.code("municipality", MunicipalityCode::new)?, device: row.parse("id")? })
    }
}
