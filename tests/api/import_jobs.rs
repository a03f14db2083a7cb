//! An import as a job: it takes its turn, works in short transactions, and goes on after whatever stopped it.

use crate::files::{count, file, municipality, take, try_take};
use domain::access::Role;
use domain::attendance::Mark;
use domain::ids::{Chance, MunicipalityCode};
use server::access::Scope;
use server::db::{Db, Unscoped};
use server::files::import::{File, Mode, Step, import, resume, view};
use server::files::kinds::Kind;
use server::files::problem::{NoticeKind, What};
use server::state::{AppState, SystemChance};
use std::fmt::Write as _;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tests::tablet::Tablet;
use tests::town::Town;
use tests::{App, SeededChance, TestClock};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::Notify;

/// People of the one group, and the days on which it met: rows for several transactions.
const PEOPLE: usize = 30;
const DAYS: usize = 60;

/// Longer than a job stays with a runner that gives no sign of life.
const LONG: i64 = 60_000;

fn people() -> String {
    let mut text = "participant_ref,given_names,family_name\n".to_owned();
    (0..PEOPLE).for_each(|n| writeln!(text, "p{n:02},Aino,Aalto").expect("a text"));
    text
}

fn members() -> String {
    let mut text = "group_ref,participant_ref,joined_on\n".to_owned();
    (0..PEOPLE).for_each(|n| writeln!(text, "g1,p{n:02},2026-01-01").expect("a text"));
    text
}

fn attendance() -> String {
    attendance_of(DAYS)
}

fn attendance_of(days: usize) -> String {
    let mut text = "group_ref,held_on,session_status,participant_ref,mark\n".to_owned();
    for (day, person) in (0..days).flat_map(|day| (0..PEOPLE).map(move |person| (day, person))) {
        let (month, day) = (1 + day / 28, 1 + day % 28);
        writeln!(text, "g1,2026-{month:02}-{day:02},held,p{person:02},present").expect("a text");
    }
    text
}

/// A municipality with a group and its members.
async fn town(app: &App) -> Scope {
    let scope = municipality(app, "091").await;
    furnish(app, &scope).await;
    scope
}

/// Brings a group and its members into a municipality.
async fn furnish(app: &App, scope: &Scope) {
    let files = [
        (Kind::Groups, "group_ref,name,kind\ng1,Tasapaino,strength_balance\n".to_owned()),
        (Kind::Participants, people()),
        (Kind::Memberships, members()),
    ];
    for (kind, text) in &files {
        take(app, scope, *kind, text).await;
        // Jobs are told apart by when they began.
        app.clock.advance(1_000);
    }
}

/// Begins to import the attendance and stops dead when `stop` says so of a step; whether it came to its end.
async fn broken_off(app: &App, scope: &Scope, text: &str, stop: impl Fn(Step) -> bool + Sync) -> bool {
    let now = Notify::new();
    let progress = |step| {
        if stop(step) {
            now.notify_one()
        }
    };
    let file = File::of("attendance.csv", text.as_bytes());
    tokio::select! {
        biased;
        () = now.notified() => false,
        done = import(&app.state, scope, Kind::Attendance, file, Mode::Apply, &progress) => done.unwrap().is_ok(),
    }
}

async fn newest(app: &App, scope: &Scope) -> view::Import {
    let mut tx = app.state.db.read(scope).await.unwrap();
    view::newest(&mut tx, 1).await.unwrap().remove(0)
}

const MARKS: &str = "SELECT COUNT(*) AS n FROM attendance";
const MARK_OPS: &str = "SELECT COUNT(*) AS n FROM op WHERE kind = 'attendance.set'";
const SESSION_OPS: &str = "SELECT COUNT(*) AS n FROM op WHERE kind = 'session.plan'";
const LAID_DOWN: &str = "SELECT COUNT(*) AS n FROM import_batch";

/// Everything is there, once.
async fn is_whole(app: &App, scope: &Scope) {
    let rows = i64::try_from(PEOPLE * DAYS).unwrap();
    assert_eq!(file(app, scope, Kind::Attendance).await, attendance());
    assert_eq!((count(app, MARKS).await, count(app, MARK_OPS).await), (rows, rows));
    assert_eq!(count(app, SESSION_OPS).await, i64::try_from(DAYS).unwrap());
    assert_eq!(count(app, LAID_DOWN).await, 0);
    let job = newest(app, scope).await;
    assert_eq!((job.rows_all, job.rows_done, job.ended_at.is_some()), (rows, rows, true));
    assert_eq!((job.created, job.changed, job.unchanged), (rows, 0, 0));
}

/// Marks, pushes and pulls as soon as the import writes; how often all of it was answered before the import had ended.
async fn works_meanwhile(town: &Town, mut tablet: Tablet, begun: &Notify, ended: &AtomicBool) -> usize {
    begun.notified().await;
    let mut meanwhile = 0;
    for round in 1..=3 {
        tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
        assert_eq!(tablet.push(&town.app, round).await.results.len(), 1);
        tablet.pull(&town.app, None).await;
        meanwhile += usize::from(!ended.load(Ordering::SeqCst));
    }
    meanwhile
}

tests::on_both_databases! {
    async fn pushes_and_pulls_do_not_wait_for_an_import(app) {
        let town = Town::on(app).await;
        let scope = Scope::command_line(town.own.municipality.clone(), town.app.state.today());
        furnish(&town.app, &scope).await;
        // Signed in before: a password takes its time, and the import would go on meanwhile.
        let tablet = Tablet::of(&town, Role::Instructor).await;
        let (begun, ended, text) = (Notify::new(), AtomicBool::new(false), attendance_of(200));
        let progress = |step: Step| {
            if matches!(step, Step::Writing { .. }) {
                begun.notify_one();
            }
        };
        let importing = async {
            let file = File::of("attendance.csv", text.as_bytes());
            import(&town.app.state, &scope, Kind::Attendance, file, Mode::Apply, &progress).await.unwrap().unwrap();
            ended.store(true, Ordering::SeqCst);
        };
        let ((), meanwhile) = tokio::join!(importing, works_meanwhile(&town, tablet, &begun, &ended));
        assert!(meanwhile >= 2, "{meanwhile} of 3 rounds were through before the import was");
    }

    async fn an_import_that_is_broken_off_while_writing_is_finished_at_the_next_start(app) {
        let scope = town(&app).await;
        assert!(!broken_off(&app, &scope, &attendance(), |step| matches!(step, Step::Writing { done, all } if done < all)).await);
        let job = newest(&app, &scope).await;
        assert!(job.checked_at.is_some() && job.ended_at.is_none() && job.rows_done < job.rows_all, "{job:?}");
        assert_eq!(count(&app, MARKS).await, job.rows_done, "what is said to be written is written");
        resume(&app.state).await.unwrap();
        assert_eq!(newest(&app, &scope).await, job, "somebody may still be at it");
        app.clock.advance(LONG);
        resume(&app.state).await.unwrap();
        is_whole(&app, &scope).await;
    }

    async fn the_next_import_finishes_what_was_broken_off_and_then_takes_its_own_file(app) {
        let scope = town(&app).await;
        assert!(!broken_off(&app, &scope, &attendance(), |step| matches!(step, Step::Writing { .. })).await);
        app.clock.advance(LONG);
        let again = take(&app, &scope, Kind::Attendance, &attendance()).await;
        assert_eq!((again.created, again.changed, again.unchanged), (0, 0, PEOPLE * DAYS));
        let mut tx = app.state.db.read(&scope).await.unwrap();
        let jobs = view::newest(&mut tx, 2).await.unwrap();
        assert!(jobs.iter().all(|job| job.kind == Kind::Attendance && job.ended_at.is_some()), "{jobs:?}");
        assert_eq!(count(&app, MARK_OPS).await, i64::try_from(PEOPLE * DAYS).unwrap());
    }

    async fn an_import_that_is_broken_off_while_checking_has_done_nothing_and_is_forgotten(app) {
        let scope = town(&app).await;
        // More than is checked at once: it stops between two looks at the file, before it counts as taken in.
        let text = attendance_of(200);
        assert!(!broken_off(&app, &scope, &text, |step| matches!(step, Step::Checking { .. })).await);
        assert!(newest(&app, &scope).await.checked_at.is_none());
        app.clock.advance(LONG);
        resume(&app.state).await.unwrap();
        assert_eq!((count(&app, MARKS).await, count(&app, LAID_DOWN).await), (0, 0));
        assert_eq!(newest(&app, &scope).await.kind, Kind::Memberships);
        take(&app, &scope, Kind::Attendance, &attendance()).await;
        is_whole(&app, &scope).await;
    }

    async fn a_file_with_an_error_in_its_last_row_leaves_nothing_behind(app) {
        let scope = town(&app).await;
        let before = count(&app, "SELECT COUNT(*) AS n FROM op").await;
        let text = attendance() + "g1,2026-03-30,held,p99,present\n";
        let problems = try_take(&app, &scope, Kind::Attendance, &text).await.unwrap_err();
        assert_eq!((problems.len(), &problems[0].what), (1, &What::UnknownParticipant));
        assert_eq!(count(&app, "SELECT COUNT(*) AS n FROM op").await, before);
        assert_eq!((count(&app, MARKS).await, count(&app, LAID_DOWN).await), (0, 0));
        assert_eq!(newest(&app, &scope).await.kind, Kind::Memberships);
    }

    async fn two_imports_into_one_municipality_take_turns(app) {
        let scope = town(&app).await;
        let waited = Mutex::new(0);
        let text = attendance();
        let one = |name| {
            let progress = |step| *waited.lock().unwrap() += i32::from(matches!(step, Step::Waiting { .. }));
            let file = File::of(name, text.as_bytes());
            let (app, scope) = (&app, &scope);
            async move { import(&app.state, scope, Kind::Attendance, file, Mode::Apply, &progress).await.unwrap().unwrap() }
        };
        let (a, b) = tokio::join!(one("a.csv"), one("b.csv"));
        let mut made = [a.created, b.created];
        made.sort_unstable();
        assert_eq!(made, [0, PEOPLE * DAYS]);
        assert!(*waited.lock().unwrap() > 0);
        let mut tx = app.state.db.read(&scope).await.unwrap();
        let jobs = view::newest(&mut tx, 2).await.unwrap();
        assert!(jobs[0].started_at >= jobs[1].started_at && jobs.iter().all(|job| job.ended_at.is_some()));
        assert_eq!(count(&app, MARK_OPS).await, i64::try_from(PEOPLE * DAYS).unwrap());
    }

    async fn an_import_is_written_in_pieces_between_which_others_work(app) {
        let scope = town(&app).await;
        let taken = Mutex::new(Vec::new());
        let progress = |step| taken.lock().unwrap().push(step);
        let text = attendance();
        let file = File::of("attendance.csv", text.as_bytes());
        import(&app.state, &scope, Kind::Attendance, file, Mode::Apply, &progress).await.unwrap().unwrap();
        let taken = taken.into_inner().unwrap();
        let written: Vec<_> = taken.iter().filter(|step| matches!(step, Step::Writing { .. })).collect();
        assert!(written.len() > 1, "{taken:?}");
        assert_eq!(written.last(), Some(&&Step::Writing { done: PEOPLE * DAYS, all: PEOPLE * DAYS }));
        is_whole(&app, &scope).await;
    }

    async fn who_was_removed_while_the_file_was_being_written_is_left_out_and_told_of(app) {
        let scope = town(&app).await;
        assert!(!broken_off(&app, &scope, &attendance(), |step| matches!(step, Step::Writing { .. })).await);
        let written = newest(&app, &scope).await.rows_done;
        let gone = crate::files::ids(&app, &scope).await.person("p07");
        let mut tx = app.state.db.begin(Unscoped::Installation).await.unwrap();
        let sql = "UPDATE participant SET deleted_at = 1, body = NULL, reference = NULL WHERE id = $1";
        tx.run(sql, [gone.into()]).await.unwrap();
        tx.commit().await.unwrap();
        app.clock.advance(LONG);
        resume(&app.state).await.unwrap();
        let job = newest(&app, &scope).await;
        let mut tx = app.state.db.read(&scope).await.unwrap();
        let notices = view::notices_of(&mut tx, job.id).await.unwrap();
        assert!(!notices.is_empty() && notices.iter().all(|notice| notice.kind == NoticeKind::LeftOut), "{notices:?}");
        let left_out = i64::try_from(notices.len()).unwrap();
        assert_eq!((job.rows_done, job.ended_at.is_some(), job.notices), (job.rows_all, true, left_out));
        assert_eq!(count(&app, MARKS).await, job.rows_all - left_out);
        assert!(written > 0);
    }

    async fn whoever_was_taken_over_writes_nothing_any_more(app) {
        let scope = town(&app).await;
        let text = attendance();
        let file = File::of("attendance.csv", text.as_bytes());
        // Looks dead: its clock stands still while another one's goes on, and is finished by it.
        let taken_over = Notify::new();
        let progress = |step| if matches!(step, Step::Checking { .. }) { taken_over.notify_one() };
        let slow = import(&app.state, &scope, Kind::Attendance, file, Mode::Apply, &progress);
        let other = async {
            taken_over.notified().await;
            app.clock.advance(LONG);
            resume(&app.state).await.unwrap();
        };
        let (slow, ()) = tokio::join!(slow, other);
        match slow {
            Ok(summary) => assert_eq!(summary.unwrap().created, PEOPLE * DAYS),
            Err(error) => assert!(error.to_string().contains("taken over"), "{error}"),
        }
        let marks = count(&app, MARKS).await;
        assert!(marks == 0 || marks == i64::try_from(PEOPLE * DAYS).unwrap(), "all or nothing: {marks}");
        assert_eq!(count(&app, MARK_OPS).await, marks);
    }

    async fn an_import_that_is_killed_again_and_again_ends_whole_and_doubles_nothing(app) {
        kill_again_and_again(app).await;
    }
}

/// How often the importing process is killed, per database.
const KILLS: u64 = 8;
/// Set for the process that imports: the database, and by how much its clock is ahead.
const DATABASE: &str = "VIREA_IMPORT_TEST_DATABASE";
const AHEAD: &str = "VIREA_IMPORT_TEST_AHEAD";

/// Does nothing by itself: the test above starts this program again with this one test and a database.
#[tokio::test]
async fn the_import_that_is_going_to_be_killed() {
    let Ok(url) = std::env::var(DATABASE) else { return };
    let ahead: i64 = std::env::var(AHEAD).unwrap().parse().unwrap();
    let db = Db::open(&url).await.unwrap();
    let settings = server::config::Settings { database_url: Some(url), ..Default::default() };
    let config = settings.over(Default::default()).unwrap();
    let clock = TestClock::at(tests::START + ahead);
    let state = AppState::new(db, Arc::new(clock), Arc::new(Mutex::new(SystemChance)), config);
    let scope = Scope::command_line(MunicipalityCode::new("091").unwrap(), state.today());
    let text = attendance();
    let file = File::of("attendance.csv", text.as_bytes());
    let progress = |step| println!("\nstep {}", matches!(step, Step::Writing { .. } | Step::Finishing { .. }));
    import(&state, &scope, Kind::Attendance, file, Mode::Apply, &progress).await.unwrap().unwrap();
    println!("\nended");
}

/// An importing process; dropping it kills it.
fn start(url: &str, ahead: i64) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "import_jobs::the_import_that_is_going_to_be_killed", "--nocapture"]);
    command.env(DATABASE, url).env(AHEAD, ahead.to_string()).stdout(Stdio::piped()).stderr(Stdio::null());
    command.kill_on_drop(true).spawn().unwrap()
}

async fn kill_again_and_again(app: App) {
    let url = app.state.config.database_url.clone();
    let scope = town(&app).await;
    let mut chance = SeededChance::new(7);
    let mut died_while_writing = 0;
    for round in 1.. {
        assert!(round < 100, "the import comes to no end");
        let mut child = start(&url, LONG * round);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut byte = [0u8; 2];
        chance.fill(&mut byte);
        // After some steps and a moment more; at last it is left in peace.
        let steps = if round <= i64::try_from(KILLS).unwrap() { u64::from(byte[0] % 3) } else { u64::MAX };
        let (mut seen, mut writing) = (0, false);
        while seen <= steps {
            let Some(line) = lines.next_line().await.unwrap() else { break };
            seen += u64::from(line.starts_with("step "));
            writing |= line == "step true";
            if line == "ended" {
                child.wait().await.unwrap();
                assert!(died_while_writing > 0, "the import was never killed while it wrote");
                return is_whole_in_the_end(&app, &scope).await;
            }
        }
        tokio::time::sleep(Duration::from_micros(u64::from(byte[1]) * 200)).await;
        child.kill().await.unwrap();
        died_while_writing += usize::from(writing);
    }
}

async fn is_whole_in_the_end(app: &App, scope: &Scope) {
    let rows = i64::try_from(PEOPLE * DAYS).unwrap();
    assert_eq!(file(app, scope, Kind::Attendance).await, attendance());
    assert_eq!((count(app, MARKS).await, count(app, MARK_OPS).await), (rows, rows));
    assert_eq!(count(app, SESSION_OPS).await, i64::try_from(DAYS).unwrap());
    assert_eq!(count(app, LAID_DOWN).await, 0);
    let unfinished = "SELECT COUNT(*) AS n FROM import_job WHERE ended_at IS NULL";
    assert_eq!(count(app, unfinished).await, 0);
}
