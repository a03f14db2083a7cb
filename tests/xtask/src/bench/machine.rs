//! The server: memory, start, import, report. Each on SQLite in a temporary folder, the default set-up.

use super::{Figure, Measured};
use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// 50 groups of 20 people over 100 session days: 100,000 rows of attendance.
const GROUPS: usize = 50;
const PEOPLE: usize = 20;
const DAYS: usize = 100;

/// Everything about the server, in the order of the table.
pub fn measure(binary: &Path) -> Vec<Measured> {
    let Ok(bench) = Bench::new(binary) else {
        return vec![Err(("server".to_owned(), "no temporary folder".to_owned()))];
    };
    let figures = vec![
        bench.import(),
        bench.figure("start on that database until it answers", "ms", 1000.0, 10, Bench::start_ms),
        bench.figure("memory (RSS) idle after start", "MB", 64.0, 5, Bench::idle_megabytes),
        bench.figure("memory (RSS) after 1,000 sign-ins", "MB", 128.0, 1, Bench::signed_in_megabytes),
        bench.report(),
    ];
    let _ = fs::remove_dir_all(&bench.folder);
    figures
}

struct Bench {
    binary: PathBuf,
    folder: PathBuf,
}

impl Bench {
    fn new(binary: &Path) -> std::io::Result<Bench> {
        let folder = std::env::temp_dir().join(format!("virea-bench-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        Ok(Bench { binary: binary.to_path_buf(), folder })
    }

    fn figure(
        &self,
        name: &str,
        unit: &'static str,
        bar: f64,
        times: usize,
        once: impl Fn(&Bench) -> Result<f64, String>,
    ) -> Measured {
        let values: Result<Vec<f64>, String> = (0..times).map(|_| once(self)).collect();
        let values = values.map_err(|reason| (name.to_owned(), reason))?;
        Ok(Figure { name: name.to_owned(), unit, bar, values })
    }

    /// Into a new database each time; what comes before the attendance is not counted.
    fn import(&self) -> Measured {
        self.figure("import of 100,000 attendance rows", "s", 10.0, 3, |bench| {
            let _ = fs::remove_dir_all(bench.folder.join("data"));
            bench.virea(&["admin", "municipality", "091", "Helsinki"])?;
            for (kind, text) in before_attendance() {
                bench.load(kind, &text)?;
            }
            bench.load("attendance", &attendance())
        })
    }

    /// Seconds that the import of one file took.
    fn load(&self, kind: &str, text: &str) -> Result<f64, String> {
        let file = self.folder.join(format!("{kind}.csv"));
        fs::write(&file, text).map_err(|error| error.to_string())?;
        let begun = Instant::now();
        self.virea(&["import", "--municipality", "091", "--kind", kind, &file.to_string_lossy()])?;
        Ok(begun.elapsed().as_secs_f64())
    }

    fn start_ms(&self) -> Result<f64, String> {
        let begun = Instant::now();
        let server = self.serve(&["serve"])?;
        let took = begun.elapsed();
        server.stop();
        Ok(took.as_secs_f64() * 1000.0)
    }

    fn idle_megabytes(&self) -> Result<f64, String> {
        let server = self.serve(&["serve"])?;
        std::thread::sleep(Duration::from_secs(2));
        let megabytes = resident_megabytes(server.process.id());
        server.stop();
        megabytes
    }

    /// Eight browsers at once sign in until a thousand times are full.
    fn signed_in_megabytes(&self) -> Result<f64, String> {
        let login = format!("bench{}", std::process::id());
        let made = self.virea(&["admin", "account", "--municipality", "091", "--role", "coordinator", &login])?;
        let said = String::from_utf8_lossy(&made.stdout).into_owned();
        let code = said.lines().map(str::trim).find(|line| line.matches('-').count() == 5).ok_or("no set-up code")?;
        let server = self.serve(&["serve"])?;
        let set_up = format!("code={code}&password=kolme+sanaa+rinnan&again=kolme+sanaa+rinnan");
        let sign_in = format!("login={login}&password=kolme+sanaa+rinnan");
        let mut done = post(&server.address, "/set-up", &set_up);
        done = done.and_then(|()| {
            std::thread::scope(|threads| {
                let all: Vec<_> = (0..8)
                    .map(|_| threads.spawn(|| (0..125).try_for_each(|_| post(&server.address, "/sign-in", &sign_in))))
                    .collect();
                all.into_iter().try_for_each(|one| one.join().unwrap_or_else(|_| Err("a thread ended".to_owned())))
            })
        });
        let megabytes = done.and_then(|()| resident_megabytes(server.process.id()));
        server.stop();
        megabytes
    }

    /// The whole command on the demo municipality's database, the process's own start included.
    fn report(&self) -> Measured {
        let name = "report of the demo municipality, the command's start included";
        let failed = |reason: String| (name.to_owned(), reason);
        let demo = self.serve(&["demo"]).map_err(failed)?;
        // The demonstration keeps its database in the temporary folder, under its process's number.
        let database = self.folder.join(format!("virea-demo-{}", demo.process.id())).join("virea.db");
        let url = format!("sqlite:{}", database.display());
        let period = day("330 days ago").and_then(|from| Ok((from, day("today")?)));
        let figure = period.map_err(failed).and_then(|(from, to)| {
            self.figure(name, "ms", 50.0, 20, |bench| {
                let begun = Instant::now();
                let what = ["report", "--municipality", "997", "--format", "json", "--database-url", &url];
                bench.virea(&[&what[..], &["--from", &from, "--to", &to]].concat())?;
                Ok(begun.elapsed().as_secs_f64() * 1000.0)
            })
        });
        demo.stop();
        figure
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(words).current_dir(&self.folder).env_remove("DATABASE_URL").stdin(Stdio::null());
        command.env("VIREA_DATA", self.folder.join("data")).env("TMPDIR", &self.folder);
        command
    }

    fn virea(&self, words: &[&str]) -> Result<Output, String> {
        let output = self.command(words).output().map_err(|error| error.to_string())?;
        if output.status.success() {
            return Ok(output);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!("virea {}: {}", words.join(" "), said.lines().next().unwrap_or("failed")))
    }

    /// Returns when the server answers its first request.
    fn serve(&self, words: &[&str]) -> Result<Serving, String> {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
        let address = listener.local_addr().map_err(|error| error.to_string())?.to_string();
        drop(listener);
        let mut command = self.command(&[words, &["--listen", &address]].concat());
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().map_err(|error| error.to_string())?;
        let serving = Serving { process, address: address.clone() };
        for _ in 0..10_000 {
            if answers(&address) {
                return Ok(serving);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        serving.stop();
        Err("the server did not answer".to_owned())
    }
}

struct Serving {
    process: Child,
    address: String,
}

impl Serving {
    fn stop(mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn answers(address: &str) -> bool {
    let Ok(mut stream) = TcpStream::connect(address) else { return false };
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let mut answer = String::new();
    stream.write_all(request.as_bytes()).is_ok()
        && stream.read_to_string(&mut answer).is_ok()
        && answer.contains(" 200 ")
}

/// Sends a form that is answered with another page.
fn post(address: &str, path: &str, form: &str) -> Result<(), String> {
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    let mut answer = String::new();
    let sent = TcpStream::connect(address).and_then(|mut stream| {
        stream.write_all(request.as_bytes())?;
        stream.read_to_string(&mut answer)
    });
    sent.map_err(|error| error.to_string())?;
    let status = answer.lines().next().unwrap_or("no answer");
    if status.contains(" 303 ") { Ok(()) } else { Err(format!("{path}: {status}")) }
}

/// A day as the commands take it, by the machine's own calendar.
fn day(when: &str) -> Result<String, String> {
    let said = Command::new("date").args(["--date", when, "+%F"]).output().map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&said.stdout).trim().to_owned())
}

fn resident_megabytes(pid: u32) -> Result<f64, String> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).map_err(|error| error.to_string())?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().map_err(|_| "VmRSS is no number".to_owned())?;
    Ok(kilobytes * 1024.0 / 1_000_000.0)
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

fn attendance() -> String {
    let mut rows = "group_ref;held_on;session_status;participant_ref;mark\n".to_owned();
    for (group, day) in (0..GROUPS).flat_map(|group| (0..DAYS).map(move |day| (group, day))) {
        // 28 days in each of the first months: a hundred distinct days without a calendar.
        let (year, month, day_of_month) = (2025 + day / 84, 1 + day / 28 % 3, 1 + day % 28);
        for person in 0..PEOPLE {
            let mark = if (group + day + person) % 5 == 0 { "absent_informed" } else { "present" };
            let _ = writeln!(rows, "g{group};{year}-{month:02}-{day_of_month:02};held;p{group}-{person};{mark}");
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
        let text = attendance();
        let rows: BTreeSet<&str> = text.lines().skip(1).collect();
        assert_eq!(rows.len(), 100_000);
    }
}
