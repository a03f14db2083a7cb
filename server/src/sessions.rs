//! Sessions as rows.

use domain::sessions::{Session, SessionStatus};

use crate::table::{body, table, text};

table! {
    Session as x in "group_session" {
        body: text(x)?, exercise_group: x.group, day: x.day, status: x.status.map(SessionStatus::code),
    }
    reads "body" by body;
    erases "body = NULL";
}
