//! Reports of the town at size, and of the same town with ten times its sessions and marks: 10,000,000 rows.

use std::fs;
use std::path::Path;

use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};

use crate::at_size::{furnish, many, signed_in};
use crate::note;
use crate::plain::Plain;
use crate::program::{Program, Tried, told};
use crate::tablet::now;

/// Reports of each size.
const REPORTS: usize = 3;
/// How often the sessions and marks of the town are there in the end.
const TIMES: u32 = 10;

/// Makes the reports of both: from nothing by the command, opened on the officer's page.
pub fn measure(binary: &Path, folder: &Path) -> Tried<()> {
    let town = Program::new(binary, &folder.with_file_name("size"))?;
    furnish(&town)?;
    reports(&town, "size")?;
    let _ = fs::remove_dir_all(folder);
    let tenfold = Program::new(binary, folder)?;
    copy(&town, &tenfold)?;
    multiply(&tenfold.database())?;
    reports(&tenfold, "tenfold")
}

/// From nothing, all the years of the town; then the page as it opens.
fn reports(program: &Program, size: &str) -> Tried<()> {
    let today = now().in_finland().0;
    let (from, to) = (today.plus_days(-5 * 365).to_string(), today.to_string());
    let words = ["report", "--municipality", "091", "--from", &from, "--to", &to, "--format", "json"];
    for _ in 0..REPORTS {
        let (seconds, megabytes) = program.watch(&words)?;
        note(&format!("report_{size}"), seconds);
        note(&format!("report_{size}_memory"), megabytes);
    }
    let mut plain = Plain::open(&program.database())?;
    note(&format!("plain_report_{size}"), plain.report()?);
    let server = program.serve(&["serve"])?;
    let mut officer = signed_in(program, &server, "municipal_officer")?;
    officer.form("/figures/update", &[("correct", "yes"), ("reason", "Mittaus")])?;
    many(&format!("page_figures_{size}"), |_| officer.page("/figures"))
}

/// The data folder, with its database as one file.
fn copy(from: &Program, to: &Program) -> Tried<()> {
    let (from, database) = (from.folder.join("data"), to.database());
    let folder = database.parent().ok_or("a database stands in a folder")?;
    fs::create_dir_all(folder).map_err(told)?;
    for file in fs::read_dir(&from).map_err(told)?.filter_map(Result::ok) {
        let is_database = file.file_name().to_string_lossy().starts_with("virea.db");
        if !is_database && file.path().is_file() {
            fs::copy(file.path(), folder.join(file.file_name())).map_err(told)?;
        }
    }
    run(&from.join("virea.db"), &[format!("VACUUM INTO '{}'", database.display())])
}

/// Each session, with all that was marked in it, under other ids once more, nine times.
fn multiply(database: &Path) -> Tried<()> {
    let mut all = vec!["PRAGMA journal_mode = OFF".to_owned(), "PRAGMA synchronous = OFF".to_owned()];
    all.push("PRAGMA cache_size = -2000000".to_owned());
    for (table, ids) in [("group_session", ["id", "id"]), ("attendance", ["id", "session"])] {
        all.push(format!("CREATE TEMP TABLE once AS SELECT * FROM {table}"));
        for time in 1..TIMES {
            // The first digit of an id, so many steps further.
            let other = |id: &str| {
                let digit = format!("INSTR('0123456789abcdef', SUBSTR({id}, 1, 1)) + {time}");
                format!("{id} = SUBSTR('0123456789abcdef0123456789abcdef', {digit}, 1) || SUBSTR({id}, 2)")
            };
            all.push("CREATE TEMP TABLE again AS SELECT * FROM once".to_owned());
            all.push(format!("UPDATE again SET {}", ids.map(other).join(", ")));
            all.push(format!("INSERT INTO {table} SELECT * FROM again ORDER BY id"));
            all.push("DROP TABLE again".to_owned());
        }
        all.push("DROP TABLE once".to_owned());
    }
    all.push("PRAGMA journal_mode = WAL".to_owned());
    run(database, &all)
}

fn run(database: &Path, all: &[String]) -> Tried<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(told)?;
    runtime.block_on(async {
        let url = format!("sqlite://{}", database.display());
        let mut connection = SqliteConnection::connect(&url).await.map_err(told)?;
        for sql in all {
            sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(&mut connection).await.map_err(told)?;
        }
        connection.close().await.map_err(told)
    })
}
