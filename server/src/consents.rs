//! Consents as rows.

use domain::consents::Consent;

use crate::table::{body, table, text};

table! {
    Consent as x in "consent" {
        body: text(x)?, participant: x.participant, purpose: x.purpose.code(), act: x.act.code(), on_day: x.on,
    }
    reads "body" by body;
    erases "body = NULL";
    about "participant";
}
