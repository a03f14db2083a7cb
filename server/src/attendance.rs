//! Marks as rows: no body, their values are the columns, so that a report reads tens of thousands quickly.

use domain::attendance::{Attendance, Mark};
use domain::ids::AttendanceId;
use domain::sync::entity::EntityKey;
use domain::sync::hlc::Hlc;

use crate::db::Row;
use crate::error::Error;
use crate::table::{table, text};

table! {
    Attendance as x in "attendance" {
        session: x.session,
        exercise_group: x.group,
        participant: x.participant,
        mark: x.mark.map(Mark::code),
        contenders: contenders(x)?,
    }
    reads "session, exercise_group, participant, mark, contenders" by read;
    erases "mark = NULL";
    about "participant";
}

fn contenders(x: &Attendance) -> Result<Option<String>, Error> {
    (!x.contenders.is_empty()).then(|| text(&x.contenders)).transpose()
}

fn read(row: &Row, key: EntityKey, at: &Hlc) -> Result<Attendance, Error> {
    Ok(Attendance {
        id: AttendanceId(key.id),
        session: row.parse("session")?,
        group: row.parse("exercise_group")?,
        participant: row.parse("participant")?,
        mark: if row.is_null("mark") { None } else { Some(row.code("mark", Mark::from_code)?) },
        at: at.clone(),
        contenders: if row.is_null("contenders") { Vec::new() } else { row.json("contenders")? },
    })
}
