//! Tablets: what travels when somebody signs in on one. Sending and fetching is in [`crate::sync::wire`].

use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::ids::{DeviceId, MunicipalityCode, UserId};
use crate::sync::author::AuthorKey;

/// Signs in on a tablet: makes the user's session and, the first time, enrols the tablet (two cookies).
/// `POST`, JSON both ways; 401 [`SignInRefusal`], 429 with `Retry-After`.
pub const SIGN_IN_PATH: &str = "/api/device/v1/session";
/// Ends the user's session on this tablet; the tablet stays enrolled. `POST` of `{}`, 204.
pub const SIGN_OUT_PATH: &str = "/api/device/v1/sign-out";
/// What every change through the API carries; its value is `1`. No form of another site can set it.
pub const API_HEADER: &str = "x-virea";

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    pub login: String,
    pub password: String,
    /// How people call this tablet, for the list of devices. At most 100 characters.
    pub device_label: String,
    /// Whether this program can sign what it sends; from then on it must (see [`SignInReply::author_key`]).
    #[serde(default)]
    pub signs: bool,
}

/// Who is signed in now, and on which tablet.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SignInReply {
    pub user: UserId,
    pub name: String,
    /// The role that may use a tablet: instructor or peer instructor.
    pub role: Role,
    /// The account's own language: `fi`, `sv` or `en`.
    pub language: String,
    pub municipality: MunicipalityCode,
    pub device: DeviceId,
    /// Whom the municipality has named for help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Help>,
    /// With what this person's work on this tablet is to be signed; for programs that can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_key: Option<AuthorKey>,
    /// This person has worked on this tablet before and has not signed out: their data should be there.
    #[serde(default)]
    pub kept_here: bool,
}

/// Whom people call for help with the program.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Help {
    pub name: String,
    /// As people read it, with spaces.
    pub phone: String,
}

impl Help {
    /// The address of the button that calls.
    pub fn link(&self) -> String {
        let digits: String = self.phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        format!("tel:{digits}")
    }
}

/// Why signing in was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "error", rename_all = "snake_case", try_from = "WrittenRefusal")]
pub enum SignInRefusal {
    /// Name or password; never said which.
    Wrong,
    /// The account has no role that uses a tablet.
    NoTabletRole,
    /// Such a role was offered, and waits for the person's yes on the desk's pages.
    RoleWaits,
}

/// A refusal as it is read (see `sync::wire::PushRefusal`).
#[derive(Deserialize)]
struct WrittenRefusal {
    error: String,
}

impl TryFrom<WrittenRefusal> for SignInRefusal {
    type Error = &'static str;

    fn try_from(written: WrittenRefusal) -> Result<Self, Self::Error> {
        match written.error.as_str() {
            "wrong" => Ok(Self::Wrong),
            "no_tablet_role" => Ok(Self::NoTabletRole),
            "role_waits" => Ok(Self::RoleWaits),
            _ => Err("not a refusal"),
        }
    }
}
