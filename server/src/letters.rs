//! How a municipality addresses people in its letters.

use domain::letters::FormOfAddress;
use domain::time::Instant;

use crate::access::ScopedTx;
use crate::applications::settings;
use crate::error::Error;

const FORM_OF_ADDRESS: &str = "form_of_address";

/// What the municipality has chosen, or what is usual.
pub async fn form_of_address(tx: &mut ScopedTx) -> Result<FormOfAddress, Error> {
    let chosen = settings::value(tx, FORM_OF_ADDRESS).await?;
    Ok(chosen.as_deref().and_then(FormOfAddress::from_code).unwrap_or(FormOfAddress::USUAL))
}

pub async fn set_form_of_address(tx: &mut ScopedTx, form: FormOfAddress, now: Instant) -> Result<(), Error> {
    settings::set_value(tx, FORM_OF_ADDRESS, form.code(), now).await
}
