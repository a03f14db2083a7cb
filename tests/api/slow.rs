//! Slow and many: what one address sends slowly, or does not send at all, keeps nobody else from an answer.
//! Over real connections on loopback.

use domain::access::Role;
use domain::attendance::Mark;
use server::error::Error;
use server::web::client::Network;
use server::web::guard::Guard;
use server::web::line::Line;
use server::web::quota::Quota;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use tests::App;
use tests::tablet::Tablet;
use tests::town::Town;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

async fn open(address: &str, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("the server accepts");
    stream.write_all(text.as_bytes()).await.expect("the server reads");
    stream
}

/// What the server sends until it closes.
async fn rest(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    // A connection that is reset has no more to say.
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

async fn get(address: &str, path: &str, cookies: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\ncookie: {cookies}\r\nconnection: close\r\n\r\n");
    let answer = async { rest(open(address, &request).await).await };
    tokio::time::timeout(Duration::from_secs(10), answer).await.expect("an answer")
}

/// The health check and a signed-in page, over new connections.
async fn assert_answers(town: &Town, address: &str) {
    let health = get(address, "/healthz", "").await;
    assert!(health.starts_with("HTTP/1.1 200"), "{health}");
    let coordinator = town.signed_in(Role::Coordinator, true).await;
    let page = get(address, "/people", &coordinator.cookies).await;
    assert!(page.starts_with("HTTP/1.1 200") && page.contains(town.own.canary), "{page}");
}

async fn serving() -> (Town, String) {
    let town = Town::on(App::sqlite().await).await;
    let address = town.app.listen().await.trim_start_matches("http://").to_owned();
    (town, address)
}

fn post(address: &str, length: usize) -> String {
    format!(
        "POST /sign-in HTTP/1.1\r\nhost: {address}\r\nsec-fetch-site: same-origin\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_aside_that_comes_to_no_end_gives_its_place_back() {
    let app = App::sqlite().await;
    let endless = |_| async { std::future::pending::<Result<(), Error>>().await };
    let stuck = app.state.aside_for(Duration::from_millis(20), endless).await;
    assert!(matches!(stuck, Err(Error::Busy { .. })), "{stuck:?}");
    app.state.aside(|_| async { Ok(()) }).await.expect("its place is free");
}

/// Where one request is worked on at a time and two more wait, each for so long.
async fn narrow(patience: Duration) -> App {
    let mut app = App::sqlite().await;
    let requests = Line::new(Quota::new(1, 1), (2, 2), patience);
    app.state.guard = Arc::new(Guard { requests, ..Guard::default() });
    app.with_settings(|_| {})
}

fn here() -> Network {
    Network::of(Ipv4Addr::LOCALHOST.into())
}

#[tokio::test]
async fn requests_beyond_what_is_worked_on_wait_for_their_turn_and_more_are_told_to_come_back() {
    let app = narrow(Duration::from_secs(60)).await;
    let held = app.state.guard.requests.enter(here()).await.expect("room");
    let mut two = Box::pin(async { tokio::join!(app.get("/healthz"), app.get("/healthz")) });
    assert!(tokio::time::timeout(Duration::from_millis(200), two.as_mut()).await.is_err(), "both wait");
    let third = app.get("/healthz").await;
    assert!(third.status == 503 && third.headers.contains_key("retry-after"), "{}", third.status);
    drop(held);
    let (first, second) = two.await;
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (200, 200));
    assert_eq!(app.get("/healthz").await.status, 200, "and all places are free again");
}

#[tokio::test]
async fn whoever_waits_too_long_for_a_place_is_told_to_come_back() {
    let app = narrow(Duration::from_millis(50)).await;
    let held = app.state.guard.requests.enter(here()).await.expect("room");
    let late = app.get("/healthz").await;
    assert!(late.status == 503 && late.headers.contains_key("retry-after"), "{}", late.status);
    drop(held);
    assert_eq!(app.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn pushes_and_pulls_beyond_those_that_are_taken_wait_for_their_turn_as_they_came() {
    let mut app = App::sqlite().await;
    let one = || Line::new(Quota::new(1, 1), (1, 1), Duration::from_secs(60));
    app.state.guard = Arc::new(Guard { pushes: one(), pulls: one(), ..Guard::default() });
    let town = Town::on(app.with_settings(|_| {})).await;
    let mut tablet = Tablet::of(&town, Role::Instructor).await;
    tablet.mark(&town.app, &town.own, None, Some(Mark::Present));
    let guard = &town.app.state.guard;
    // Requests that come over no connection come from nowhere.
    let nowhere = Network::of(Ipv4Addr::UNSPECIFIED.into());
    let held = (guard.pushes.enter(nowhere).await.expect("room"), guard.pulls.enter(nowhere).await.expect("room"));
    let mut both = Box::pin(async { tokio::join!(tablet.push(&town.app, 1), tablet.pull(&town.app, None)) });
    assert!(tokio::time::timeout(Duration::from_secs(1), both.as_mut()).await.is_err(), "both wait");
    let request = tablet.request(&town.app, 1).await;
    let beyond = [tablet.send(&town.app, &request).await, tablet.fetch(&town.app, None).await];
    assert_eq!(beyond.map(|answer| answer.status.as_u16()), [503, 503], "one waits for each already");
    drop(held);
    let (pushed, pulled) = both.await;
    assert!(pushed.stream.contig == 1 && !pulled.buckets.is_empty());
    assert_eq!(tablet.fetch(&town.app, None).await.status, 200, "and the places are free again");
}

#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_slow_bodies_leave_everybody_an_answer() {
    let (town, address) = serving().await;
    let mut slow = Vec::new();
    for _ in 0..300 {
        slow.push(open(&address, &format!("{}login=a", post(&address, 1000))).await);
    }
    assert_answers(&town, &address).await;
    drop(slow);
}

#[tokio::test(flavor = "multi_thread")]
async fn eleven_hundred_idle_connections_leave_everybody_an_answer() {
    let (town, address) = serving().await;
    let mut idle = Vec::new();
    for n in 0..1100 {
        // Some say nothing, some begin and stop.
        idle.push(open(&address, if n % 2 == 0 { "" } else { "GET /healthz HTT" }).await);
    }
    assert_answers(&town, &address).await;
    let first = idle.swap_remove(0);
    let closed = tokio::time::timeout(Duration::from_secs(5), rest(first)).await;
    assert_eq!(closed.as_deref(), Ok(""), "the one that waited longest had to go");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_or_a_body_that_trickles_is_cut_off() {
    let (_town, address) = serving().await;
    let trickle = async |begin: String| {
        let (mut reads, mut writes) = open(&address, &begin).await.into_split();
        let writing = async {
            while writes.write_all(b"a").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        };
        let reading = async {
            let mut bytes = Vec::new();
            let _ = reads.read_to_end(&mut bytes).await;
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let ended = async {
            tokio::select! {
                said = reading => said,
                () = writing => String::new(),
            }
        };
        tokio::time::timeout(Duration::from_secs(30), ended).await.expect("cut off")
    };
    let (head, body) = tokio::join!(trickle("GET /healthz?".to_owned()), trickle(post(&address, 60_000)));
    assert_eq!(head, "");
    assert!(body.is_empty() || body.starts_with("HTTP/1.1 408"), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_and_bodies_that_are_too_long_are_refused_before_they_are_read() {
    let (_town, address) = serving().await;
    // Not a byte more: what is not read when the connection is closed would take the answer with it.
    let begun = format!("GET /healthz HTTP/1.1\r\nhost: {address}\r\nx-long: ");
    let long = format!("{begun}{}", "x".repeat(16 * 1024 - begun.len()));
    let refused = rest(open(&address, &long).await).await;
    assert!(refused.starts_with("HTTP/1.1 431"), "{refused}");
    // Nothing of the body is sent: the length alone says enough.
    let mut stream = open(&address, &post(&address, 70_000)).await;
    let mut answer = [0; 12];
    tokio::time::timeout(Duration::from_secs(5), stream.read_exact(&mut answer)).await.unwrap().unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopping_server_finishes_what_it_has_begun_and_closes_what_is_idle() {
    let (town, address) = serving().await;
    let idle = open(&address, "").await;
    let mut kept = open(&address, &format!("GET /healthz HTTP/1.1\r\nhost: {address}\r\n\r\n")).await;
    let mut status = [0; 12];
    kept.read_exact(&mut status).await.expect("an answer");
    assert_eq!(&status, b"HTTP/1.1 200");
    town.app.state.draining.send_replace(true);
    let ended = tokio::time::timeout(Duration::from_secs(10), async { (rest(idle).await, rest(kept).await) }).await;
    let (idle, kept) = ended.expect("both are closed");
    assert!(idle.is_empty() && kept.ends_with("ok\n"), "{idle} {kept}");
}
