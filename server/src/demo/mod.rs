//! The demo municipality: invented, seeded, brought in through the same files and operations as a real one.

pub mod build;
mod council;
pub mod dice;
pub mod events;
mod own;
pub mod people;
mod places;
pub mod results;
mod safety;
pub mod town;
mod ways;

use domain::access::Role;

use crate::db::Tx;
use crate::error::Error;

/// The name under which the button of somebody who takes part stands among those of the staff.
pub const PARTICIPANT: &str = "osallistuja";
/// The number and the PIN of the demonstration's one personal card: everybody may know them, since everything is invented.
pub const CARD: &str = "100200";
pub const PIN: &str = "300400";

/// Sign-in name, name and role of everybody who works in the demonstration, by role.
pub async fn workers(tx: &mut Tx) -> Result<Vec<(String, String, Role)>, Error> {
    let sql = sql!(
        "SELECT a.login, a.name, r.role FROM account a JOIN account_role r ON r.municipality = a.municipality \
         AND r.account = a.id WHERE a.disabled_at IS NULL ORDER BY r.role, a.sort_key"
    );
    let rows = tx.all(sql, []).await?;
    rows.iter().map(|row| Ok((row.get("login")?, row.get("name")?, row.code("role", Role::from_code)?))).collect()
}
