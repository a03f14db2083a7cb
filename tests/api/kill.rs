//! The server process is killed (`kill -9`) while a tablet pushes. Nothing that was acknowledged is lost, nothing is
//! doubled.
//!
//! The process is this test program itself, started again as a server.

use domain::access::Role;
use domain::attendance::Mark;
use domain::ids::Chance;
use domain::sync::testing::history;
use domain::sync::wire::{PUSH_PATH, PullReply, PushReply};
use server::db::Db;
use server::state::{AppState, SystemChance, SystemClock};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tests::history::assert_kept;
use tests::tablet::Tablet;
use tests::town::Town;
use tests::{App, SeededChance};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

/// How often the server is killed, per database, and what says otherwise.
const POINTS: usize = 20;
const KILLS: &str = "VIREA_KILLS";
/// Set for the process that plays the server.
const DATABASE: &str = "VIREA_KILL_TEST_DATABASE";

/// Does nothing by itself: the tests below start this program again with this one test and a database.
#[tokio::test]
async fn the_server_that_is_going_to_be_killed() {
    let Ok(url) = std::env::var(DATABASE) else { return };
    let db = Db::open(&url).await.unwrap();
    let settings = server::config::Settings { database_url: Some(url), ..Default::default() };
    let config = settings.over(Default::default()).unwrap();
    let state = AppState::new(db, Arc::new(SystemClock), Arc::new(Mutex::new(SystemChance)), config);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("\nport {}", listener.local_addr().unwrap().port());
    let (config, stopping) = (Arc::clone(&state.config), state.draining.subscribe());
    server::web::listen::serve(listener, server::router(state), config, stopping).await;
}

/// A server process of its own; dropping it kills it.
async fn start(url: &str) -> (Child, u16) {
    let program = std::env::current_exe().unwrap();
    let mut child = Command::new(program)
        .args(["--exact", "kill::the_server_that_is_going_to_be_killed", "--nocapture"])
        .env(DATABASE, url)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some(port) = line.strip_prefix("port ") {
            let port = port.parse().unwrap();
            // Keeps the pipe open, so that the server can go on writing.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return (child, port);
        }
    }
    panic!("the server ended before it listened");
}

/// Pushes what was recorded from `first` on; nothing when the server died before it answered whole.
async fn push(port: u16, cookies: &str, body: &str) -> Option<PushReply> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    let head = format!(
        "POST {PUSH_PATH} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\nsec-fetch-site: same-origin\r\nx-virea: 1\r\n\
         content-type: application/json\r\ncookie: {cookies}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    let text = String::from_utf8(answer).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}\n{body}");
    serde_json::from_str(body).ok()
}

struct Run {
    town: Town,
    tablet: Tablet,
    /// What the tablet was told and saw.
    history: history::Tablet,
    known: PullReply,
    /// First operation without an answer, 1-based.
    next: usize,
}

impl Run {
    /// Records a few marks and pushes them, until the server dies or `pushes` are through.
    async fn work(&mut self, port: u16, pushes: usize) {
        for _ in 0..pushes {
            for mark in [Some(Mark::Present), None, Some(Mark::Remote), Some(Mark::AbsentInformed)] {
                self.tablet.mark(&self.town.app, &self.town.own, None, mark);
            }
            let request = self.tablet.request(&self.town.app, self.next).await;
            let body = serde_json::to_string(&request).unwrap();
            let Some(reply) = push(port, &self.tablet.browser.cookies, &body).await else { return };
            self.history.answered(&reply);
            self.next = usize::try_from(reply.stream.contig).unwrap() + 1;
        }
    }

    /// Fetches what is new, from what the last server has left.
    async fn look(&mut self) {
        self.known = self.tablet.pull(&self.town.app, Some(&self.known)).await;
        self.history.pulled(&self.known);
    }
}

async fn kill_many_times(app: App) {
    let url = app.state.config.database_url.clone();
    let town = Town::on(app).await;
    let tablet = Tablet::of(&town, Role::Instructor).await;
    let known = tablet.pull(&town.app, None).await;
    let mut run = Run { history: tablet.history(), town, tablet, known, next: 1 };
    run.history.pulled(&run.known);
    let (mut chance, points) = (SeededChance::new(4), tests::times(KILLS, POINTS));
    let mut died_while_working = 0;
    for _ in 0..points {
        let (mut child, port) = start(&url).await;
        let mut byte = [0u8; 2];
        chance.fill(&mut byte);
        // After some answers and a moment more, so that a slow machine has some, too.
        let before = run.next;
        run.work(port, usize::from(byte[0] % 4)).await;
        let moment = Duration::from_micros(u64::from(byte[1]) * 500);
        tokio::select! {
            () = run.work(port, usize::MAX) => {}
            () = tokio::time::sleep(moment) => {}
        }
        child.kill().await.unwrap();
        let (answered, unanswered) = (run.next > before, run.tablet.recorded.len() >= run.next);
        died_while_working += usize::from(answered && unanswered);
        run.look().await;
    }
    assert!(died_while_working > 0, "the server was never killed under load");
    let (_child, port) = start(&url).await;
    run.work(port, 1).await;
    run.look().await;
    check(run, points).await;
}

async fn check(run: Run, points: usize) {
    let recorded = run.tablet.recorded_ids();
    assert_eq!(run.next, recorded.len() + 1, "everything was acknowledged in the end");
    let mut tx = run.town.app.state.db.read(server::db::Unscoped::Installation).await.unwrap();
    let sql = "SELECT COUNT(*) AS n FROM op WHERE stream = $1";
    let there: i64 = tx.one(sql, [run.tablet.stream.into()]).await.unwrap().get("n").unwrap();
    assert_eq!(usize::try_from(there), Ok(recorded.len()), "each once, none missing");
    drop(tx);
    println!(
        "\nproof: {points} killed servers on {}, {there} operations, 0 lost, 0 doubled",
        run.town.app.state.db.kind()
    );
    let history = history::Tablet { recorded, ..run.history };
    assert_kept(&run.town.app, &run.town.own.municipality, &[history]).await;
}

tests::on_both_databases! {
    async fn a_killed_server_loses_and_doubles_nothing(app) {
        kill_many_times(app).await;
    }
}
