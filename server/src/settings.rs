//! What a municipality has set for itself (`domain::settings`).

use std::collections::BTreeMap;

use domain::settings::{Setting, Settings};

use crate::access::ScopedTx;
use crate::applications::settings::{set_value, value};
use crate::audit::{self, Entry};
use crate::error::Error;
use crate::secrets::Secrets;

/// As the log calls it.
pub const SET: &str = "settings.set";

/// All of them, as they hold.
pub async fn all(tx: &mut ScopedTx) -> Result<Settings, Error> {
    let mut kept = BTreeMap::new();
    for setting in Setting::ALL {
        if let Some(found) = value(tx, setting.code()).await? {
            kept.insert(*setting, found);
        }
    }
    Ok(Settings::of(&kept))
}

/// Keeps what is set anew, and adds it to the log's row.
pub async fn set(
    tx: &mut ScopedTx,
    secrets: &Secrets,
    changes: &[(Setting, String)],
    entry: Entry,
) -> Result<(), Error> {
    let mut fields = Vec::with_capacity(changes.len());
    for (setting, chosen) in changes {
        set_value(tx, setting.code(), chosen, entry.at).await?;
        fields.push(format!("{setting}={chosen}"));
    }
    audit::append_in_scope(tx, secrets, &Entry { fields: fields.join(" "), ..entry }).await
}
