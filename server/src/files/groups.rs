//! Rows of `groups`: one group of one season each.

use domain::fields::{CAPACITY, MINUTES};
use domain::groups::GroupKind;
use domain::names::can_be_said;
use domain::time::{Day, TimeOfDay};

use super::cells::{Fields, Parsed, shown};
use super::csv::Record;
use super::kinds::Kind;
use super::problem::{Problem, What};
use super::rows::Row;

/// A group as a file tells of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupRow {
    pub reference: String,
    pub name: String,
    pub kind: GroupKind,
    /// The organisation's name; `None`: the municipality's own.
    pub provider: Option<String>,
    pub place: Option<String>,
    pub weekdays: Vec<u8>,
    pub starts_at: Option<TimeOfDay>,
    pub minutes: Option<u16>,
    pub capacity: Option<u16>,
    pub season_start: Option<Day>,
    pub season_end: Option<Day>,
}

impl Row for GroupRow {
    fn read(record: &Record, _: Day, problems: &mut Vec<Problem>) -> Option<Parsed<Self>> {
        let mut f = Fields::new(Kind::Groups, record, problems);
        let reference = f.needed_text("group_ref");
        let name = f.needed_text("name");
        if name.as_deref().is_some_and(|name| !can_be_said(name)) {
            f.report("name", What::NothingToSay);
        }
        let kind = f.needed("kind", |f| f.code("kind"));
        let provider = f.line("provider");
        let place = f.line("place");
        let weekdays = weekdays(&mut f);
        let starts_at = f.time("starts_at");
        let minutes = f.whole("minutes", MINUTES);
        let capacity = f.whole("capacity", CAPACITY);
        let (season_start, season_end) = (f.day("season_start"), f.day("season_end"));
        if season_start.zip(season_end).is_some_and(|(start, end)| end < start) {
            f.report("season_end", What::EndBeforeStart);
        }
        let (reference, name, kind) = (reference?, name?, kind?);
        let row = GroupRow {
            reference,
            name,
            kind,
            provider,
            place,
            weekdays,
            starts_at,
            minutes,
            capacity,
            season_start,
            season_end,
        };
        f.finish(vec![row.reference.clone()], cells(&row), row)
    }
}

/// Week days 1–7, in any order, with spaces between them; written in ascending order without repeats.
fn weekdays(f: &mut Fields) -> Vec<u8> {
    let Some(text) = f.raw("weekday") else { return Vec::new() };
    let read = |word: &str| word.parse::<u8>().ok().filter(|n| word.len() == 1 && (1..=7).contains(n));
    let Some(mut days) = text.split_whitespace().map(read).collect::<Option<Vec<_>>>() else {
        f.report("weekday", What::Weekdays);
        return Vec::new();
    };
    days.sort_unstable();
    days.dedup();
    days
}

/// The group's row, in column order.
pub fn cells(row: &GroupRow) -> Vec<String> {
    let days: Vec<_> = row.weekdays.iter().map(u8::to_string).collect();
    vec![
        row.reference.clone(),
        row.name.clone(),
        row.kind.to_string(),
        row.provider.clone().unwrap_or_default(),
        row.place.clone().unwrap_or_default(),
        days.join(" "),
        shown(row.starts_at.as_ref()),
        shown(row.minutes.as_ref()),
        shown(row.capacity.as_ref()),
        shown(row.season_start.as_ref()),
        shown(row.season_end.as_ref()),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::csv;
    use super::super::rows::{Rows, parse};
    use super::*;

    fn file(body: &str) -> (Vec<Parsed<GroupRow>>, Vec<Problem>) {
        let header = Kind::Groups.columns().join(",");
        let mut problems = Vec::new();
        let records = csv::read(format!("{header}\n{body}\n").as_bytes(), Kind::Groups, &mut problems);
        let Rows::Groups(rows) = parse(Kind::Groups, &records, "2026-11-21".parse().unwrap(), &mut problems) else {
            panic!("rows of another kind")
        };
        (rows, problems)
    }

    #[test]
    fn a_group_is_read_and_written_in_one_form() {
        let (rows, problems) =
            file("g1,\"Tasapaino, ti\",strength_balance,,Kylätalo,4 2,9.30,60,15,1.9.2026,2026-12-11");
        assert!(problems.is_empty(), "{problems:?}");
        let written: Vec<_> = rows[0].cells.iter().map(|c| c.as_deref().unwrap()).collect();
        assert_eq!(
            written.join("|"),
            "g1|Tasapaino, ti|strength_balance||Kylätalo|2 4|09:30|60|15|2026-09-01|2026-12-11"
        );
    }

    #[test]
    fn week_days_are_single_digits_from_one_to_seven() {
        for wrong in ["0", "8", "2,4", "ma", "24", "2;4", "+2"] {
            let (_, problems) = file(&format!("g1,n,peer,,,\"{wrong}\",,,,,"));
            assert_eq!(problems[0].what, What::Weekdays, "{wrong}");
        }
    }

    #[test]
    fn a_season_ends_after_it_begins_and_sessions_have_a_length() {
        let (_, problems) = file("g1,n,peer,,,,25:00,0,many,2026-09-01,2026-08-31");
        let found: Vec<_> = problems.iter().map(|p| (p.column.as_deref().unwrap(), p.what.clone())).collect();
        assert_eq!(
            found,
            [
                ("starts_at", What::NotATime),
                ("minutes", What::OutOfRange { least: "1".into(), most: "1440".into() }),
                ("capacity", What::NotANumber),
                ("season_end", What::EndBeforeStart),
            ]
        );
    }

    #[test]
    fn a_group_needs_a_name_and_a_kind() {
        let (_, problems) = file("g1,,,,,,,,,,");
        let columns: Vec<_> = problems.iter().map(|p| p.column.as_deref().unwrap()).collect();
        assert_eq!(columns, ["name", "kind"]);
    }
}
