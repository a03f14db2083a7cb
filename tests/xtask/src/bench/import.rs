//! An import at the size of a city: a million rows of attendance, how long they take and how much memory.

use super::{Figure, Measured};
use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// 2,500 groups of 20 people over 20 days: a million rows.
const GROUPS: usize = 2_500;
const PEOPLE: usize = 20;
const DAYS: usize = 20;

/// Time and memory of the import of the whole file into a new database.
pub fn measure(binary: &Path) -> Vec<Measured> {
    let names = ["import of 1,000,000 attendance rows", "memory (RSS) of that import, at most"];
    match once(binary) {
        Ok((seconds, megabytes)) => vec![
            Ok(Figure { name: names[0].to_owned(), unit: "s", bar: 60.0, values: vec![seconds] }),
            Ok(Figure { name: names[1].to_owned(), unit: "MB", bar: 256.0, values: vec![megabytes] }),
        ],
        Err(reason) => names.iter().map(|name| Err(((*name).to_owned(), reason.clone()))).collect(),
    }
}

fn once(binary: &Path) -> Result<(f64, f64), String> {
    let folder = std::env::temp_dir().join(format!("virea-bench-import-{}", std::process::id()));
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let measured = in_folder(binary, &folder);
    let _ = fs::remove_dir_all(&folder);
    measured
}

fn in_folder(binary: &Path, folder: &Path) -> Result<(f64, f64), String> {
    let bench = Bench { binary: binary.to_path_buf(), folder: folder.to_path_buf() };
    watch(bench.virea(&["admin", "municipality", "091", "Helsinki"])?)?;
    for (kind, header, row) in BEFORE {
        bench.import(kind, header, row)?;
    }
    let begun = Instant::now();
    let peak = bench.import("attendance", ATTENDANCE, attendance)?;
    Ok((begun.elapsed().as_secs_f64(), peak))
}

/// Writes a kind's rows of one group.
type Rows = fn(&mut dyn std::io::Write, usize) -> std::io::Result<()>;

const BEFORE: [(&str, &str, Rows); 3] = [
    (
        "participants",
        "participant_ref;given_names;family_name;birth_date;sex;language;applied_on;decision",
        |file, group| {
            (0..PEOPLE).try_for_each(|person| {
                let day = 1 + person;
                writeln!(file, "p{group}-{person};Aino;Mallinen{group};1945-05-{day:02};female;fi;2024-12-01;accepted")
            })
        },
    ),
    ("groups", "group_ref;name;kind;weekday;starts_at;minutes;capacity;season_start;season_end", |file, group| {
        writeln!(file, "g{group};Ryhmä {group};strength_balance;2;13:00;60;24;2025-01-07;2026-12-15")
    }),
    ("memberships", "group_ref;participant_ref;joined_on", |file, group| {
        (0..PEOPLE).try_for_each(|person| writeln!(file, "g{group};p{group}-{person};2025-01-07"))
    }),
];

const ATTENDANCE: &str = "group_ref;held_on;session_status;participant_ref;mark";

fn attendance(file: &mut dyn std::io::Write, group: usize) -> std::io::Result<()> {
    for (day, person) in (0..DAYS).flat_map(|day| (0..PEOPLE).map(move |person| (day, person))) {
        let mark = if (group + day + person).is_multiple_of(5) { "absent_informed" } else { "present" };
        writeln!(file, "g{group};2025-02-{:02};held;p{group}-{person};{mark}", day + 1)?;
    }
    Ok(())
}

struct Bench {
    binary: PathBuf,
    folder: PathBuf,
}

impl Bench {
    /// Imports a file of this kind; the most memory that it took, in megabytes.
    fn import(&self, kind: &str, header: &str, rows: Rows) -> Result<f64, String> {
        let path = self.folder.join(format!("{kind}.csv"));
        write(&path, header, rows).map_err(|error| error.to_string())?;
        watch(self.virea(&["import", "--municipality", "091", "--kind", kind, &path.to_string_lossy()])?)
    }

    fn virea(&self, words: &[&str]) -> Result<Child, String> {
        let mut command = Command::new(&self.binary);
        command.args(words).current_dir(&self.folder).env_remove("DATABASE_URL").stdin(Stdio::null());
        command.env("VIREA_DATA", self.folder.join("data")).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().map_err(|error| error.to_string())
    }
}

fn write(path: &Path, header: &str, rows: Rows) -> std::io::Result<()> {
    let mut file = BufWriter::new(fs::File::create(path)?);
    writeln!(file, "{header}")?;
    (0..GROUPS).try_for_each(|group| rows(&mut file, group))?;
    file.flush()
}

/// Waits for the process's end; the most memory that it had, in megabytes.
fn watch(mut process: Child) -> Result<f64, String> {
    let mut peak: f64 = 0.0;
    loop {
        peak = peak.max(most_resident(process.id()).unwrap_or_default());
        if let Some(status) = process.try_wait().map_err(|error| error.to_string())? {
            return if status.success() { Ok(peak) } else { Err(format!("the command ended with {status}")) };
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn most_resident(pid: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kilobytes * 1024.0 / 1_000_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_has_a_million_rows() {
        let mut text = Vec::new();
        attendance(&mut text, 7).unwrap();
        let rows: std::collections::BTreeSet<_> =
            text.split(|byte| *byte == b'\n').filter(|row| !row.is_empty()).collect();
        assert_eq!(rows.len() * GROUPS, 1_000_000);
    }
}
