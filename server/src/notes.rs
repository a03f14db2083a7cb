//! Notes on sessions as rows.

use domain::notes::Note;

use crate::table::{body, table, text};

table! {
    Note as x in "session_note" {
        body: text(x)?, exercise_group: x.group, session: x.session,
        participant: domain::sync::noun::Noun::participant(x),
    }
    reads "body" by body;
    erases "body = NULL";
    about "participant";
}
