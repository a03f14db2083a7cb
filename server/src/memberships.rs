//! Stays in groups as rows.

use domain::groups::Membership;

use crate::table::{body, table, text};

table! {
    Membership as x in "membership" {
        body: text(x)?, exercise_group: x.group, participant: x.participant, joined_on: x.joined_on, left_on: x.left_on,
    }
    reads "body" by body;
    erases "body = NULL";
    about "participant";
}
