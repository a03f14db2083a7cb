//! Many tablets at once at the server of a small municipality: one brings what plain SQL writes too, five hundred come
//! back after a day without network, and twenty mark people beside an import.

use std::fs;
use std::path::Path;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};

use domain::sync::op::Verb;
use domain::sync::wire::{MAX_PUSH_OPS, Outcome, PushReply, PushRequest};
use domain::time::Day;

use crate::at_size::{fresh, login};
use crate::browser::{Browser, Refused};
use crate::note;
use crate::program::{Program, Serving, Tried, told};
use crate::small::{self, GROUPS};
use crate::tablet::{Tablet, now};

/// Each with a stream of its own, ten to a group.
const TABLETS: usize = 500;
/// Sessions that each was at while it had no network.
const SESSIONS: usize = 2;
/// So many times a tablet comes again where it was refused.
const TRIES: usize = 20;

/// Days whose attendance is there before, and up to which the import brings it: 300,000 rows.
const DAYS: (usize, usize) = (10, 310);
/// Tablets that mark people meanwhile, each so often.
const MEANWHILE: usize = 20;
const PAUSE: Duration = Duration::from_millis(250);

/// Of the one that is measured beside plain SQL: 4,000 marks a time.
const ROUNDS: usize = 5;
const ITS_GROUPS: usize = 10;
const ITS_DAYS: usize = 20;

/// Days before today from which on each part has its sessions, so that none contradicts another's. Those who come back had
/// theirs before them.
const MEANWHILE_FROM: usize = 40;
const INGEST_FROM: usize = 100;

/// On SQLite in a folder of its own, behind a proxy that names each tablet's address.
pub fn measure(binary: &Path, folder: &Path) -> Tried<()> {
    let _ = fs::remove_dir_all(folder);
    let program = Program::new(binary, folder)?;
    small::import(&program, 0..DAYS.0)?;
    let server = program.serve(&["serve", "--trusted-proxy", "127.0.0.1"])?;
    ingest(&program, &server)?;
    let mut tablets = enrol(&program, &server.url())?;
    come_back_at_once(&server, &mut tablets)?;
    tablets.truncate(MEANWHILE);
    beside_import(&program, &mut tablets)?;
    drop(server);
    fs::remove_dir_all(folder).map_err(told)
}

/// What a tablet pushes, and the same rows by plain SQL in the same batches: by turns. Its sessions are there before.
fn ingest(program: &Program, server: &Serving) -> Tried<()> {
    let led: Vec<_> = (0..ITS_GROUPS).map(|group| format!("g{group}")).collect();
    let mut tablet = Tablet::enrol(program, &server.url(), &login("paljon"), &led)?;
    while tablet.pull()? {}
    let mut plain = fresh(program, "plain.db", true)?;
    let at_once = MAX_PUSH_OPS as usize;
    let mut rows = 0;
    for round in 0..ROUNDS {
        let days = INGEST_FROM + round * ITS_DAYS..INGEST_FROM + (round + 1) * ITS_DAYS;
        let groups = tablet.led();
        let rolls = days.flat_map(|days| groups.iter().map(move |group| (*group, ago(days))));
        let verbs = rolls.flat_map(|(group, day)| tablet.roll(group, day));
        let (sessions, marks): (Vec<_>, Vec<_>) = verbs.partition(|verb| matches!(verb, Verb::Session(_)));
        for push in packed(&mut tablet, &sessions, at_once)? {
            taken(&sent(&mut tablet, &push)?, "a session")?;
        }
        let pushes = packed(&mut tablet, &marks, at_once)?;
        let begun = Instant::now();
        for push in &pushes {
            taken(&sent(&mut tablet, push)?, "a mark")?;
        }
        note("ingest", milliseconds(begun));
        note("plain_ingest", plain.marks(rows..rows + marks.len(), at_once)? * 1_000.0);
        rows += marks.len();
    }
    Ok(())
}

fn packed(tablet: &mut Tablet, verbs: &[Verb], at_once: usize) -> Tried<Vec<PushRequest>> {
    verbs.chunks(at_once).map(|some| tablet.pack(some.to_vec())).collect()
}

fn sent(tablet: &mut Tablet, push: &PushRequest) -> Tried<PushReply> {
    tablet.send(push)?.map_err(|refused| format!("a push was answered {}", refused.status))
}

/// A measurement of what is not taken would be one of something else.
fn taken(reply: &PushReply, what: &str) -> Tried<()> {
    let refused = |outcome| matches!(outcome, Outcome::Held | Outcome::Rejected);
    match reply.results.iter().find(|result| refused(result.outcome)) {
        Some(result) => Err(format!("{what}: an operation was {}: {:?}", result.outcome, result.reason)),
        None => Ok(()),
    }
}

/// An account for each group, signed in on ten tablets, which have downloaded it. They stand in the order of the groups,
/// ten times over.
fn enrol(program: &Program, url: &str) -> Tried<Vec<Tablet>> {
    let logins: Vec<_> = (0..GROUPS).map(|group| login(&format!("ryhma{group}"))).collect();
    for (group, login) in logins.iter().enumerate() {
        Browser::new(url).set_up(program, "instructor", login, &[format!("g{group}")])?;
    }
    let mut tablets = Vec::with_capacity(TABLETS);
    while tablets.len() < TABLETS {
        tablets.extend(one_each(url, &logins, tablets.len())?);
    }
    Ok(tablets)
}

/// Tries of one account at the same time would count as guesses.
fn one_each(url: &str, logins: &[String], first: usize) -> Tried<Vec<Tablet>> {
    let enter = |at: usize, login: &str| -> Tried<Tablet> {
        let n = first + at;
        let browser = Browser::new(url).at(format!("10.0.{}.{}", n / 250, 1 + n % 250));
        let mut tablet = Tablet::sign_in(browser, login)?;
        while tablet.pull()? {}
        Ok(tablet)
    };
    let numbered: Vec<_> = logins.iter().enumerate().collect();
    let found = std::thread::scope(|threads| {
        let enter = &enter;
        let some = numbered.chunks(8).map(|some| {
            threads.spawn(move || some.iter().map(|(at, login)| enter(*at, login)).collect::<Tried<Vec<_>>>())
        });
        let all: Vec<_> = some.collect();
        all.into_iter().map(joined).collect::<Tried<Vec<_>>>()
    });
    Ok(found?.into_iter().flatten().collect())
}

fn joined<T>(thread: ScopedJoinHandle<'_, Tried<T>>) -> Tried<T> {
    thread.join().map_err(|_| "a tablet's thread ended early".to_owned())?
}

/// Everybody pushes what was recorded and pulls what is new, from the same moment on.
fn come_back_at_once(server: &Serving, tablets: &mut [Tablet]) -> Tried<()> {
    let mut pushes = Vec::with_capacity(tablets.len());
    for (n, tablet) in tablets.iter_mut().enumerate() {
        // Each of a group's tablets was at sessions of its own.
        let first = n / GROUPS * SESSIONS;
        let verbs = rolls(tablet, first..first + SESSIONS)?;
        pushes.push(tablet.pack(verbs)?);
    }
    let (start, refused) = (Barrier::new(tablets.len()), AtomicUsize::new(0));
    server.forget_peak()?;
    note("return_before", server.megabytes()?);
    let took = std::thread::scope(|threads| {
        let (start, refused) = (&start, &refused);
        let both = tablets.iter_mut().zip(&pushes);
        let all: Vec<_> = both
            .map(|(tablet, push)| {
                threads.spawn(move || {
                    start.wait();
                    come_back(tablet, push, refused)
                })
            })
            .collect();
        all.into_iter().map(joined).collect::<Tried<Vec<_>>>()
    });
    took?.into_iter().for_each(|value| note("return", value));
    note("return_refused", refused.into_inner() as f64);
    note("return_memory", server.peak()?);
    Ok(())
}

/// Milliseconds.
fn come_back(tablet: &mut Tablet, push: &PushRequest, refused: &AtomicUsize) -> Tried<f64> {
    let begun = Instant::now();
    taken(&insist(refused, || tablet.send(push))?, "back again")?;
    while insist(refused, || tablet.try_pull())? {}
    Ok(milliseconds(begun))
}

/// Comes again as long as it is told to, or its connection breaks off, and counts that.
fn insist<T>(refused: &AtomicUsize, mut ask: impl FnMut() -> Tried<Result<T, Refused>>) -> Tried<T> {
    for _ in 0..TRIES {
        let after = match ask() {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(why)) => why.after,
            Err(_) => 1,
        };
        refused.fetch_add(1, Ordering::Relaxed);
        std::thread::sleep(Duration::from_secs(after));
    }
    Err(format!("refused {TRIES} times"))
}

/// Tablets of as many groups mark one person after the other while the command line imports.
fn beside_import(program: &Program, tablets: &mut [Tablet]) -> Tried<()> {
    let rows = small::attendance(DAYS.0..DAYS.1);
    let (done, refused) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (imported, took) = std::thread::scope(|threads| {
        let (done, refused) = (&done, &refused);
        let all: Vec<_> =
            tablets.iter_mut().map(|tablet| threads.spawn(move || mark_until(done, tablet, refused))).collect();
        let imported = small::load(program, "attendance", &rows);
        done.store(true, Ordering::Relaxed);
        (imported, all.into_iter().map(joined).collect::<Tried<Vec<_>>>())
    });
    note("crowd_import", imported?);
    took?.into_iter().flatten().for_each(|value| note("crowd_push", value));
    note("crowd_refused", refused.into_inner() as f64);
    Ok(())
}

/// Milliseconds of each push.
fn mark_until(done: &AtomicBool, tablet: &mut Tablet, refused: &AtomicUsize) -> Tried<Vec<f64>> {
    let mut took = Vec::new();
    for verb in rolls(tablet, MEANWHILE_FROM..INGEST_FROM)? {
        if done.load(Ordering::Relaxed) {
            break;
        }
        let push = tablet.pack(vec![verb])?;
        let begun = Instant::now();
        taken(&insist(refused, || tablet.send(&push))?, "beside the import")?;
        took.push(milliseconds(begun));
        std::thread::sleep(PAUSE);
    }
    Ok(took)
}

/// The sessions of its one group so many days ago, with everybody in them.
fn rolls(tablet: &Tablet, days: std::ops::Range<usize>) -> Tried<Vec<Verb>> {
    let group = tablet.led().into_iter().next().ok_or("a tablet without a group")?;
    Ok(days.flat_map(|days| tablet.roll(group, ago(days))).collect())
}

fn ago(days: usize) -> Day {
    now().in_finland().0.plus_days(-i64::try_from(days).unwrap_or_default())
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1_000.0
}
