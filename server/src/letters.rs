//! How a municipality addresses people: in its letters, and on the pages of those who take part, of their relatives and
//! of everybody.

use domain::ids::MunicipalityCode;
use domain::letters::FormOfAddress;
use domain::time::Instant;

use crate::access::ScopedTx;
use crate::applications::settings;
use crate::db::{Row, Tx};
use crate::error::Error;

const FORM_OF_ADDRESS: &str = "form_of_address";

/// What the municipality has chosen, or what is usual.
pub async fn form_of_address(tx: &mut ScopedTx) -> Result<FormOfAddress, Error> {
    Ok(read(settings::value(tx, FORM_OF_ADDRESS).await?))
}

/// As [`form_of_address`], on a page of that municipality's.
pub async fn form_of(tx: &mut Tx, municipality: &MunicipalityCode) -> Result<FormOfAddress, Error> {
    Ok(read(settings::value_of(tx, municipality, FORM_OF_ADDRESS).await?))
}

/// Before it is known whose page it is: what the installation's municipalities have chosen, where it is one and the same.
pub async fn form_at_the_door(tx: &mut Tx) -> Result<FormOfAddress, Error> {
    let sql = sql!(
        "SELECT DISTINCT s.value FROM municipality m LEFT JOIN setting s ON s.municipality = m.municipality AND s.key = $1"
    );
    let rows = tx.all(sql, [FORM_OF_ADDRESS.into()]).await?;
    let form = |row: &Row| -> Result<FormOfAddress, Error> { Ok(read(row.get("value")?)) };
    match rows.iter().map(form).collect::<Result<Vec<_>, _>>()?.as_slice() {
        [all] => Ok(*all),
        _ => Ok(FormOfAddress::USUAL),
    }
}

fn read(chosen: Option<String>) -> FormOfAddress {
    chosen.as_deref().and_then(FormOfAddress::from_code).unwrap_or(FormOfAddress::USUAL)
}

pub async fn set_form_of_address(tx: &mut ScopedTx, form: FormOfAddress, now: Instant) -> Result<(), Error> {
    settings::set_value(tx, FORM_OF_ADDRESS, form.code(), now).await
}
