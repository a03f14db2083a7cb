//! Incidents as rows.

use domain::incidents::Incident;

use crate::table::{body, table, text};

table! {
    Incident as x in "incident" {
        body: text(x)?, exercise_group: x.group, participant: x.participant, on_day: x.on, kind: x.kind.code(),
    }
    reads "body" by body;
    erases "body = NULL";
    about "participant";
}
