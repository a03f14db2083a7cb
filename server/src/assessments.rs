//! Functional-ability tests as rows.

use domain::assessments::Assessment;

use crate::table::{body, table, text};

table! {
    Assessment as x in "assessment" {
        body: text(x)?, participant: x.participant, instrument: x.instrument.code(), measured_on: x.measured_on,
    }
    reads "body" by body;
    erases "body = NULL";
    about "participant";
}
