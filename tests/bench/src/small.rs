//! The program as a small municipality has it: start, memory, a year's import, a report.

use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::at_size::login;
use crate::browser::{Browser, PASSWORD};
use crate::note;
use crate::plain::Plain;
use crate::program::{Program, Tried, told};

/// 50 groups of 20 people over 100 session days: 100,000 rows of attendance.
pub const GROUPS: usize = 50;
const PEOPLE: usize = 20;
const DAYS: usize = 100;

/// Each on SQLite in a folder of its own, the default set-up.
pub fn measure(binary: &Path, folder: &Path) -> Tried<()> {
    let _ = fs::remove_dir_all(folder);
    let program = Program::new(binary, folder)?;
    for _ in 0..3 {
        note("small_import", import(&program, 0..DAYS)?);
        let plain = program.folder.join("plain.db");
        let _ = fs::remove_file(&plain);
        let mut plain = Plain::open(&plain)?;
        plain.make(true)?;
        note("small_plain_import", plain.marks(0..GROUPS * PEOPLE * DAYS, 1_000)?);
    }
    for _ in 0..10 {
        let begun = Instant::now();
        let server = program.serve(&["serve"])?;
        note("start", begun.elapsed().as_secs_f64() * 1_000.0);
        drop(server);
    }
    for _ in 0..5 {
        let server = program.serve(&["serve"])?;
        std::thread::sleep(Duration::from_secs(2));
        note("idle", server.megabytes()?);
    }
    note("signed_in", signed_in(&program)?);
    report(&program)?;
    fs::remove_dir_all(folder).map_err(told)
}

/// Into a new database, with the attendance of these days; what comes before that is not counted. Seconds.
pub fn import(program: &Program, days: Range<usize>) -> Tried<f64> {
    let _ = fs::remove_dir_all(program.folder.join("data"));
    program.run(&["admin", "municipality", "091", "Helsinki"])?;
    for (kind, text) in before_attendance() {
        load(program, kind, &text)?;
    }
    load(program, "attendance", &attendance(days))
}

/// Seconds that the import of one file took.
pub fn load(program: &Program, kind: &str, text: &str) -> Tried<f64> {
    let file = program.folder.join(format!("{kind}.csv"));
    fs::write(&file, text).map_err(told)?;
    let begun = Instant::now();
    program.run(&["import", "--municipality", "091", "--kind", kind, &file.to_string_lossy()])?;
    Ok(begun.elapsed().as_secs_f64())
}

/// Megabytes after eight people at once have signed in a thousand times. Tries of one account at the same time would
/// count as guesses.
fn signed_in(program: &Program) -> Tried<f64> {
    let server = program.serve(&["serve"])?;
    let url = server.url();
    let logins: Vec<_> = (0..8).map(|n| login(&format!("ovella{n}"))).collect();
    for login in &logins {
        Browser::new(&url).set_up(program, "coordinator", login, &[])?;
    }
    let sign_in = |login: &str| {
        let fields = [("login", login), ("password", PASSWORD)];
        (0..125).try_for_each(|_| Browser::new(&url).form("/sign-in", &fields).map(drop))
    };
    std::thread::scope(|threads| {
        let all: Vec<_> = logins.iter().map(|login| threads.spawn(|| sign_in(login))).collect();
        all.into_iter().try_for_each(|one| one.join().map_err(|_| "a browser's thread ended early")?)
    })?;
    server.megabytes()
}

/// The whole command on what was imported, the process's own start included.
fn report(program: &Program) -> Tried<()> {
    for _ in 0..20 {
        let begun = Instant::now();
        let what =
            ["report", "--municipality", "091", "--format", "json", "--from", "2025-01-01", "--to", "2025-12-31"];
        program.run(&what)?;
        note("report", begun.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(())
}

fn before_attendance() -> [(&'static str, String); 3] {
    let mut people = "participant_ref;given_names;family_name;birth_date;sex;language;applied_on;decision\n".to_owned();
    let mut groups = "group_ref;name;kind;weekday;starts_at;minutes;capacity;season_start;season_end\n".to_owned();
    let mut members = "group_ref;participant_ref;joined_on\n".to_owned();
    for group in 0..GROUPS {
        let _ = writeln!(groups, "g{group};Ryhmä {group};strength_balance;2;13:00;60;24;2025-01-07;2026-12-15");
        for person in 0..PEOPLE {
            let _ = writeln!(
                people,
                "p{group}-{person};Aino;Mallinen;1945-05-{:02};female;fi;2024-12-01;accepted",
                person + 1
            );
            let _ = writeln!(members, "g{group};p{group}-{person};2025-01-07");
        }
    }
    [("participants", people), ("groups", groups), ("memberships", members)]
}

/// Everybody in every group, on the days with these numbers, below 336.
pub fn attendance(days: Range<usize>) -> String {
    let mut rows = "group_ref;held_on;session_status;participant_ref;mark\n".to_owned();
    for (group, day) in (0..GROUPS).flat_map(|group| days.clone().map(move |day| (group, day))) {
        // 28 days in each month: distinct days of one year without a calendar.
        let (month, day_of_month) = (1 + day / 28, 1 + day % 28);
        for person in 0..PEOPLE {
            let mark = if (group + day + person) % 5 == 0 { "absent_informed" } else { "present" };
            let _ = writeln!(rows, "g{group};2025-{month:02}-{day_of_month:02};held;p{group}-{person};{mark}");
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_attendance_file_has_a_hundred_thousand_different_rows() {
        let text = attendance(0..DAYS);
        let rows: BTreeSet<&str> = text.lines().skip(1).collect();
        assert_eq!(rows.len(), 100_000);
    }
}
