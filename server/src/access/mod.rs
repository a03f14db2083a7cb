//! Who asks: sign-in, sessions, roles, and the scope that every store function takes.

pub mod scope;

use domain::access::Role;
use domain::ids::UserId;

pub use scope::{Scope, Within};

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
}
