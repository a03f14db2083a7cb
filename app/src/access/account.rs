//! The signed-in account as the tablet keeps it.

use domain::access::{Action, Role, may};
use domain::devices::Help;
use domain::ids::{DeviceId, MunicipalityCode, StreamId, UserId};
use serde::{Deserialize, Serialize};

/// Who is signed in on this tablet, and as what.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Account {
    pub user: UserId,
    pub name: String,
    pub role: Role,
    pub municipality: MunicipalityCode,
    pub device: DeviceId,
    /// The writer that this tablet and user are: one stream of operations.
    pub stream: StreamId,
    /// Whom to call for help, as it was at the last sign-in.
    #[serde(default)]
    pub help: Option<Help>,
}

impl Account {
    /// Whether the screens offer the action at all; the server decides by the same table.
    pub fn may(&self, action: Action) -> bool {
        may(self.role, action).is_some()
    }

    /// Name of this user's own database on the tablet.
    pub fn database(&self) -> String {
        format!("virea-{}", self.user)
    }
}
