//! The program on a database at size: its import, the desk's pages, the tablets, and figures while tablets push.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::browser::Browser;
use crate::plain::Plain;
use crate::program::{Program, Serving, Tried};
use crate::tablet::{Tablet, now};
use crate::town::{self, GROUPS};
use crate::{note, waiting};

/// Requests of one kind.
const TIMES: usize = 100;
const PUSHES: usize = 300;

/// The database is made once and kept; it is made again when it is older than this, or after another version of the town.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
const VERSION: &str = "1";

/// Measures everything on the kept database; it is made first where there is none.
pub fn measure(binary: &Path, folder: &Path) -> Tried<()> {
    let program = Program::new(binary, folder)?;
    furnish(&program)?;
    let server = program.serve(&["serve"])?;
    let mut plain = Plain::open(&program.database())?;
    let mut log = fresh(&program, "log.db", false)?;
    for at in 0..TIMES {
        note("plain_page", plain.page(&mut log, at * 300)?);
    }
    pages(&program, &server)?;
    tablets(&program, &server, &mut log)?;
    note("plain_report", plain.report()?);
    note("memory", server.megabytes()?);
    Ok(())
}

/// Imports the town into a new database, measured; the plain reference of it into another.
pub fn import(binary: &Path, folder: &Path) -> Tried<()> {
    let _ = fs::remove_dir_all(folder);
    furnish(&Program::new(binary, folder)?)
}

/// The town, imported where it is not kept from an earlier run.
pub fn furnish(program: &Program) -> Tried<()> {
    let made = program.folder.join("made");
    let age = made.metadata().and_then(|file| file.modified()).ok().and_then(|at| at.elapsed().ok());
    if fs::read_to_string(&made).is_ok_and(|version| version == VERSION) && age.is_some_and(|age| age < KEPT) {
        return Ok(());
    }
    let _ = fs::remove_dir_all(program.folder.join("data"));
    program.run(&["admin", "municipality", "091", "Helsinki"])?;
    let today = now().in_finland().0;
    for kind in town::KINDS {
        let file = program.folder.join(format!("{kind}.csv"));
        town::write(kind, today, &file).map_err(|error| error.to_string())?;
        if kind == "attendance" {
            marks(program, &file)?;
        } else {
            program.run(&["import", "--municipality", "091", "--kind", kind, &file.to_string_lossy()])?;
        }
        let _ = fs::remove_file(file);
    }
    waiting::leave(program)?;
    fs::write(made, VERSION).map_err(|error| error.to_string())
}

/// The million rows, while somebody else looks at pages; then the same rows by plain SQL.
fn marks(program: &Program, file: &Path) -> Tried<()> {
    let server = program.serve(&["serve"])?;
    let mut browser = Browser::new(&server.url());
    browser.enter(program, "coordinator", "tuonnin.aikana@example.fi")?;
    let done = AtomicBool::new(false);
    let (imported, looked) = std::thread::scope(|threads| {
        let other = threads.spawn(|| while_others_work(&mut browser, &done));
        let words = ["import", "--municipality", "091", "--kind", "attendance", &file.to_string_lossy()];
        let imported = program.watch(&words);
        done.store(true, Ordering::Relaxed);
        (imported, other.join())
    });
    let (seconds, megabytes) = imported?;
    note("import", seconds);
    note("import_memory", megabytes);
    for value in looked.map_err(|_| "the other's thread ended early")?? {
        note("import_others", value);
    }
    note("plain_import", fresh(program, "plain.db", true)?.marks(0..1_000_000, 1_000)?);
    Ok(())
}

fn while_others_work(browser: &mut Browser, done: &AtomicBool) -> Tried<Vec<f64>> {
    let mut values = Vec::new();
    while !done.load(Ordering::Relaxed) {
        values.push(timed(|| browser.page("/people").map(drop))?);
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(values)
}

/// A new file for the references; the one of an earlier run goes.
pub fn fresh(program: &Program, name: &str, tables: bool) -> Tried<Plain> {
    let file = program.folder.join(name);
    for ending in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(program.folder.join(format!("{name}{ending}")));
    }
    let mut plain = Plain::open(&file)?;
    plain.make(tables)?;
    Ok(plain)
}

/// Every page of the desk, as the one sees it who has most to see.
fn pages(program: &Program, server: &Serving) -> Tried<()> {
    let coordinator = signed_in(program, server, "coordinator")?;
    let admin = signed_in(program, server, "organisation_admin")?;
    let mut browser = coordinator;
    let people = links(&browser.page("/people?page=200")?, "/people/");
    let groups = links(&browser.page("/groups")?, "/groups/");
    let typed = ["m", "mäk", "korho mar", "marjaliisa", "ylimattila", "åberg", "zzz"];
    many("page_home", |_| browser.page("/"))?;
    many("page_people", |at| browser.page(&format!("/people?page={}", 1 + at * 5)))?;
    let narrowed =
        ["only=due&sort=due", "only=missed", "area=006&sort=-age", "standing=left&sort=-last_visit", "language=sv"];
    many("page_people_narrowed", |at| browser.page(&format!("/people?{}", pick(&narrowed, at))))?;
    many("page_search", |at| browser.follow("/people/search", &[("q", pick(&typed, at))]))?;
    let slips = ["virtnaen", "korhonne", "makinne mari", "0401234", "1.5.1940", "hamalainenn"];
    many("page_slips", |at| browser.follow("/people/search", &[("q", pick(&slips, at))]))?;
    many("page_person", |at| browser.page(pick(&people, at)))?;
    many("page_groups", |_| browser.page("/groups"))?;
    many("page_group", |at| browser.page(pick(&groups, at)))?;
    many("page_reviews", |_| browser.page("/reviews"))?;
    many("page_quality", |at| browser.page(&format!("/reviews/quality?page={}", 1 + at % 50)))?;
    let mut officer = signed_in(program, server, "municipal_officer")?;
    many("page_quality", |at| officer.page(&format!("/figures/quality?page={}", 1 + at % 50)))?;
    let mut own = own_page(server, &mut browser, &groups)?;
    let pages = ["/own", "/own/sessions", "/own/visits", "/own/results", "/own/seen"];
    many("page_own", |at| own.page(pick(&pages, at)))?;
    let mut browser = admin;
    many("page_accounts", |_| browser.page("/accounts"))
}

/// Signed in as somebody who takes part, with a card that the coordinator makes.
fn own_page(server: &Serving, coordinator: &mut Browser, groups: &[String]) -> Tried<Browser> {
    for group in groups {
        for person in links(&coordinator.page(group)?, "/people/").iter().take(3) {
            let made =
                coordinator.follow(&format!("{person}/personal-card"), &[("language", "fi")])?.replace("<!>", "");
            let printed = made.split("personal-card__number\">").skip(1).filter_map(|rest| rest.split('<').next());
            let numbers: Vec<_> = printed.collect();
            let [number, pin] = numbers.as_slice() else { continue };
            let mut own = Browser::new(&server.url());
            if own.form("/own/sign-in", &[("number", *number), ("pin", *pin)]).is_ok() {
                return Ok(own);
            }
        }
    }
    Err("nobody takes part in a group".to_owned())
}

/// Milliseconds of so many requests, each told.
pub fn many(key: &str, mut once: impl FnMut(usize) -> Tried<String>) -> Tried<()> {
    for at in 0..TIMES {
        note(key, timed(|| once(at).map(drop))?);
    }
    Ok(())
}

/// First download, nothing new, pushes; then pushes while the figures are computed.
fn tablets(program: &Program, server: &Serving, log: &mut Plain) -> Tried<()> {
    let groups: Vec<_> = (GROUPS - 15..GROUPS).map(|group| format!("g{group}")).collect();
    let mut tablet = Tablet::enrol(program, &server.url(), &login("mittari"), &groups)?;
    let begun = Instant::now();
    while tablet.pull()? {}
    note("first_download", begun.elapsed().as_secs_f64() * 1_000.0);
    for _ in 0..TIMES {
        note("pull", timed(|| tablet.pull().map(drop))?);
        note("plain_row", log.row()?);
    }
    for at in 0..TIMES {
        note("push", push(&mut tablet, at)?);
    }
    let mut officer = signed_in(program, server, "municipal_officer")?;
    let pushed = AtomicBool::new(false);
    // Without a reason figures are put together once a month.
    let correction = [("correct", "yes"), ("reason", "Mittaus")];
    std::thread::scope(|threads| {
        let figures = threads.spawn(|| -> Tried<()> {
            while !pushed.load(Ordering::Relaxed) {
                note("figures", timed(|| officer.form("/figures/update", &correction).map(drop))? / 1_000.0);
            }
            Ok(())
        });
        for at in 0..PUSHES {
            note("push_meanwhile", push(&mut tablet, at)?);
            std::thread::sleep(Duration::from_millis(20));
        }
        pushed.store(true, Ordering::Relaxed);
        figures.join().map_err(|_| "the officer's thread ended early")?
    })
}

fn push(tablet: &mut Tablet, at: usize) -> Tried<f64> {
    let verb = tablet.group_of(at).and_then(|group| tablet.remark(at, group)).ok_or("no mark to change")?;
    timed(|| tablet.push(vec![verb]).map(drop))
}

pub fn signed_in(program: &Program, server: &Serving, role: &str) -> Tried<Browser> {
    let mut browser = Browser::new(&server.url());
    browser.enter(program, role, &login(role))?;
    Ok(browser)
}

/// Accounts stay in the kept database: each run makes its own.
pub fn login(name: &str) -> String {
    format!("{name}.{}@example.fi", now().millis())
}

/// Addresses on a page that lead to one of a kind.
fn links(page: &str, to: &str) -> Vec<String> {
    let hrefs = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let one = |href: &&str| href.strip_prefix(to).is_some_and(|id| id.len() == 36);
    hrefs.filter(one).map(str::to_owned).collect()
}

fn pick<T: AsRef<str>>(from: &[T], at: usize) -> &str {
    from.get(at % from.len().max(1)).map_or("/", AsRef::as_ref)
}

/// Milliseconds.
fn timed(once: impl FnOnce() -> Tried<()>) -> Tried<f64> {
    let begun = Instant::now();
    once()?;
    Ok(begun.elapsed().as_secs_f64() * 1_000.0)
}
