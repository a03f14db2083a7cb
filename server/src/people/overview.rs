//! One page of the desk's table of people: narrowed, in an order, searched.

use domain::access::Action;
use domain::ids::{GroupId, ParticipantId, UserId};
use domain::people::{Decision, Order, Participant, PersonLanguage, Standing};
use domain::time::Day;

use super::rows::{NEVER, day_of};
use super::{ranges, read};
use crate::access::reach::{self, Finding};
use crate::access::{InReach, ScopedTx};
use crate::db::{Row, Value};
use crate::error::Error;

/// Whom the table shows. What is empty leaves everybody in.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Narrowed {
    pub standing: Option<Standing>,
    pub decision: Option<Decision>,
    pub language: Option<PersonLanguage>,
    /// The beginning of a postal code: digits, five at most.
    pub area: String,
    pub group: Option<GroupId>,
    /// Who leads one of the groups today.
    pub instructor: Option<UserId>,
    /// A test waits today.
    pub due: bool,
    /// Absent twice in a row, and nobody had told.
    pub missed: bool,
    /// Registered the short way, and waits for the rest.
    pub incomplete: bool,
    /// Somebody wanted to be in touch by today.
    pub contact: bool,
    /// Left, and nobody knows why.
    pub unexplained: bool,
}

/// Part of the table, as it is asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub narrowed: Narrowed,
    /// What was typed; empty for no search.
    pub typed: String,
    pub order: Order,
    pub descending: bool,
    pub most: i64,
    pub skip: i64,
}

/// Somebody in the table.
#[derive(Clone, Debug)]
pub struct TableRow {
    pub reached: InReach<ParticipantId>,
    pub person: Participant,
    pub standing: Standing,
    pub last_visit: Option<Day>,
    /// The day that the waiting test is aimed at, else the next one.
    pub due_on: Option<Day>,
    pub is_due: bool,
    pub missed: bool,
}

/// Those of the own list (`x`) who are left when it is narrowed. The dead are shown where they are asked for.
macro_rules! narrowed {
    () => {
        "x.municipality = $1 AND x.organisation = $2 AND ($5 = '' OR x.standing = $5) \
         AND ($6 = '' OR x.standing <> 'died') AND ($7 = '' OR x.decision = $7) AND ($8 = '' OR x.language = $8) \
         AND x.area >= $9 AND x.area <= $10 AND ($11 = '' OR x.due = 1) AND ($12 = '' OR x.missed = 1) \
         AND ($13 = '' OR x.provisional = 1) AND x.contact_on <= $16 AND ($17 = '' OR x.unexplained = 1) AND ($14 = '' OR x.participant IN (SELECT m.participant FROM membership m \
         WHERE m.municipality = $1 AND m.exercise_group = $14 AND m.deleted_at IS NULL AND m.joined_on <= $4 \
         AND (m.left_on IS NULL OR m.left_on >= $4))) AND ($15 = '' OR x.participant IN (SELECT m.participant \
         FROM group_staff s CROSS JOIN membership m WHERE s.municipality = $1 AND s.account = $15 AND s.from_day <= $4 \
         AND (s.to_day IS NULL OR s.to_day >= $4) AND m.municipality = $1 AND m.exercise_group = s.exercise_group \
         AND m.deleted_at IS NULL AND m.joined_on <= $4 AND (m.left_on IS NULL OR m.left_on >= $4)))"
    };
}
/// What the chosen order goes by.
macro_rules! key {
    ($at:literal) => {
        concat!(
            "CASE ",
            $at,
            " WHEN 'age' THEN x.born WHEN 'group' THEN x.group_key WHEN 'last_visit' THEN x.last_visit \
             WHEN 'due' THEN x.due_on ELSE x.sort_key END AS ordered, "
        )
    };
}
macro_rules! columns {
    () => {
        "x.participant, x.sort_key, x.standing, x.last_visit, x.due_on, x.due, x.missed"
    };
}
macro_rules! shown {
    () => {
        "SELECT p.id, p.body, f.standing, f.last_visit, f.due_on, f.due, f.missed"
    };
}
macro_rules! with_bodies {
    () => {
        ") f JOIN participant p ON p.municipality = $1 AND p.id = f.participant ORDER BY "
    };
}

/// Each finds within reach: the rows of the own organisation's list (`$2`).
///
/// By name without another order: the index gives the page without reading the rest.
const BY_NAME: Finding = Finding::new(sql!(
    shown!(),
    " FROM (SELECT ",
    columns!(),
    " FROM people_row x WHERE ",
    narrowed!(),
    " ORDER BY x.sort_key, x.participant LIMIT $18 OFFSET $19",
    with_bodies!(),
    "f.sort_key, f.participant"
));
macro_rules! ordered {
    ($way:literal) => {
        Finding::new(sql!(
            shown!(),
            " FROM (SELECT ",
            key!("$20"),
            columns!(),
            " FROM people_row x WHERE ",
            narrowed!(),
            " ORDER BY ordered ",
            $way,
            ", x.sort_key, x.participant LIMIT $18 OFFSET $19",
            with_bodies!(),
            "f.ordered ",
            $way,
            ", f.sort_key, f.participant"
        ))
    };
}
const UP: Finding = ordered!("ASC");
const DOWN: Finding = ordered!("DESC");
const HOW_MANY: &str = sql!("SELECT COUNT(*) AS n FROM people_row x WHERE ", narrowed!());

macro_rules! searched {
    ($way:literal) => {
        Finding::new(sql!(
            shown!(),
            ", f.total FROM (SELECT ",
            key!("$26"),
            "COUNT(*) OVER () AS total, ",
            columns!(),
            " FROM (SELECT DISTINCT l.sort_key, l.participant FROM listing l WHERE l.municipality = $1 AND l.organisation = $2 AND ",
            with_the_words!("$18", "$19", "$20", "$21", "$22", "$23"),
            ") d CROSS JOIN people_row x WHERE x.participant = d.participant AND ",
            narrowed!(),
            " ORDER BY ordered ",
            $way,
            ", x.sort_key, x.participant LIMIT $24 OFFSET $25",
            with_bodies!(),
            "f.ordered ",
            $way,
            ", f.sort_key, f.participant"
        ))
    };
}
/// By name and not narrowed, the list itself gives the page: the rows of everybody else who is found are not read.
const FOUND_BY_NAME: Finding = Finding::new(sql!(
    "SELECT p.id, p.body, x.standing, x.last_visit, x.due_on, x.due, x.missed, f.total FROM (SELECT d.sort_key, d.participant, \
     COUNT(*) OVER () AS total FROM (SELECT DISTINCT l.sort_key, l.participant FROM listing l WHERE l.municipality = $1 \
     AND l.organisation = $2 AND ",
    with_the_words!(),
    ") d ORDER BY d.sort_key, d.participant LIMIT $11 OFFSET $12) f CROSS JOIN people_row x CROSS JOIN participant p \
     WHERE x.municipality = $1 AND x.organisation = $2 AND x.participant = f.participant AND p.municipality = $1 \
     AND p.id = f.participant ORDER BY f.sort_key, f.participant"
));
const FOUND_UP: Finding = searched!("ASC");
const FOUND_DOWN: Finding = searched!("DESC");

impl Narrowed {
    /// Whether anybody is left out by it.
    pub fn is_any(&self) -> bool {
        *self != Self::default()
    }

    /// The values `$5` … `$17`.
    fn values(&self, searched: bool, today: Day) -> [Value; 13] {
        let flag = |it: bool| Value::from(if it { "1" } else { "" });
        let living = self.standing.is_none() && !searched;
        [
            self.standing.map_or("", |code| code.code()).into(),
            flag(living),
            self.decision.map_or("", |code| code.code()).into(),
            self.language.map_or("", |code| code.code()).into(),
            self.area.as_str().into(),
            // Behind every postal code that begins so; letters are in none.
            format!("{:9<5}", self.area).into(),
            flag(self.due),
            flag(self.missed),
            flag(self.incomplete),
            self.group.map(|id| id.to_string()).unwrap_or_default().into(),
            self.instructor.map(|id| id.to_string()).unwrap_or_default().into(),
            if self.contact { today.into() } else { NEVER.into() },
            flag(self.unexplained),
        ]
    }
}

/// One page of the table, and how many people are in all of it.
pub async fn page(tx: &mut ScopedTx, wanted: &Wanted) -> Result<(Vec<TableRow>, i64), Error> {
    if !wanted.typed.trim().is_empty() {
        return search(tx, wanted).await;
    }
    let values = wanted.narrowed.values(false, tx.scope().today());
    let total = tx.within(Action::SeeProfiles)?.one(HOW_MANY, values.clone()).await?.get("n")?;
    let by_name = wanted.order == Order::Name && !wanted.descending;
    let text = match (by_name, wanted.descending) {
        (true, _) => &BY_NAME,
        (false, false) => &UP,
        (false, true) => &DOWN,
    };
    let part = [wanted.most.into(), wanted.skip.into()];
    let rows = match by_name {
        true => reach::found(tx, Action::SeeProfiles, text, joined::<13, 2, 15>(values, part)).await?,
        false => {
            let [most, skip] = part;
            let more = [most, skip, wanted.order.code().into()];
            reach::found(tx, Action::SeeProfiles, text, joined::<13, 3, 16>(values, more)).await?
        }
    };
    Ok((rows.iter().map(table_row).collect::<Result<_, _>>()?, total))
}

/// The first reading that finds somebody who is left by what narrows the table.
async fn search(tx: &mut ScopedTx, wanted: &Wanted) -> Result<(Vec<TableRow>, i64), Error> {
    for reading in read(tx, &wanted.typed).await? {
        let rows = found(tx, wanted, ranges(&reading)).await?;
        if let Some((_, row)) = rows.first() {
            let total = row.get("total")?;
            return Ok((rows.iter().map(table_row).collect::<Result<_, _>>()?, total));
        }
    }
    Ok((Vec::new(), 0))
}

async fn found(
    tx: &mut ScopedTx,
    wanted: &Wanted,
    ranges: [Value; 6],
) -> Result<Vec<(InReach<ParticipantId>, Row)>, Error> {
    let part = [wanted.most.into(), wanted.skip.into()];
    if wanted.order == Order::Name && !wanted.descending && !wanted.narrowed.is_any() {
        return reach::found(tx, Action::SeeProfiles, &FOUND_BY_NAME, joined::<6, 2, 8>(ranges, part)).await;
    }
    let text = if wanted.descending { &FOUND_DOWN } else { &FOUND_UP };
    let rest = joined::<6, 3, 9>(ranges, joined::<2, 1, 3>(part, [wanted.order.code().into()]));
    let values = joined::<13, 9, 22>(wanted.narrowed.values(true, tx.scope().today()), rest);
    reach::found(tx, Action::SeeProfiles, text, values).await
}

/// The values of one text one after the other: `C` is `A + B`.
fn joined<const A: usize, const B: usize, const C: usize>(first: [Value; A], second: [Value; B]) -> [Value; C] {
    const { assert!(A + B == C, "all values, and no more") };
    let mut all = first.into_iter().chain(second);
    std::array::from_fn(|_| all.next().unwrap_or(Value::Text(None)))
}

fn table_row((reached, row): &(InReach<ParticipantId>, Row)) -> Result<TableRow, Error> {
    Ok(TableRow {
        reached: *reached,
        person: row.json("body")?,
        standing: row.code("standing", Standing::from_code)?,
        last_visit: day_of(row, "last_visit")?,
        due_on: day_of(row, "due_on")?,
        is_due: !row.is_null("due"),
        missed: !row.is_null("missed"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_the_postal_codes_that_begin_with_its_digits() {
        let between = |area: &str| {
            let narrowed = Narrowed { area: area.to_owned(), ..Narrowed::default() };
            let [_, _, _, _, from, to, ..] = narrowed.values(false, "2026-09-08".parse().unwrap());
            let (Value::Text(Some(from)), Value::Text(Some(to))) = (from, to) else { panic!("texts") };
            (from.to_string(), to.to_string())
        };
        assert_eq!(between("006"), ("006".to_owned(), "00699".to_owned()));
        assert_eq!(between(""), (String::new(), "99999".to_owned()));
    }
}
