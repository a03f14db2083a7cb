//! How a municipality addresses people: in its letters, and on the pages of those who take part, of their relatives and
//! of everybody.

use domain::ids::MunicipalityCode;
use domain::letters::FormOfAddress;
use domain::time::Instant;

use crate::access::ScopedTx;
use crate::applications::settings;
use crate::db::Tx;
use crate::error::Error;
use crate::statements;

const FORM_OF_ADDRESS: &str = "form_of_address";

/// What the municipality has chosen, or what is usual.
pub async fn form_of_address(tx: &mut ScopedTx) -> Result<FormOfAddress, Error> {
    Ok(read(settings::value(tx, FORM_OF_ADDRESS).await?))
}

/// As [`form_of_address`], on a page of that municipality's.
pub async fn form_of(tx: &mut Tx, municipality: &MunicipalityCode) -> Result<FormOfAddress, Error> {
    Ok(read(settings::value_of(tx, municipality, FORM_OF_ADDRESS).await?))
}

/// Before it is known whose page it is: what an installation's one municipality has chosen.
pub async fn form_at_the_door(tx: &mut Tx) -> Result<FormOfAddress, Error> {
    match statements::municipalities(tx).await?.as_slice() {
        [(only, _)] => form_of(tx, only).await,
        _ => Ok(FormOfAddress::USUAL),
    }
}

fn read(chosen: Option<String>) -> FormOfAddress {
    chosen.as_deref().and_then(FormOfAddress::from_code).unwrap_or(FormOfAddress::USUAL)
}

pub async fn set_form_of_address(tx: &mut ScopedTx, form: FormOfAddress, now: Instant) -> Result<(), Error> {
    settings::set_value(tx, FORM_OF_ADDRESS, form.code(), now).await
}
