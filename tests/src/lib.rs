//! What the integration tests share: the application on a fresh database, with a clock that stands
//! still until it is moved and randomness that repeats.

mod chance;
mod database;
pub mod history;
pub mod tablet;
pub mod town;
pub mod xlsx;

pub use chance::SeededChance;
pub use database::Database;

use axum::Router;
use axum::body::Body;
use axum::extract::connect_info::MockConnectInfo;
use domain::time::{Clock, Instant};
use http::{HeaderMap, Request, StatusCode};
use server::config::{Config, Settings};
use server::db::Db;
use server::state::AppState;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use tower::ServiceExt as _;

/// Tuesday 8 September 2026, 13:00 in Helsinki: a session day of the season.
pub const START: i64 = 1_788_861_600_000;

/// How often a test repeats what it does at a point of chance: as often as the environment's variable of this name says
/// (`cargo xtask prove`), else the everyday number.
pub fn times(variable: &str, everyday: usize) -> usize {
    let said = std::env::var(variable).ok();
    said.map_or(everyday, |said| said.parse().unwrap_or_else(|_| panic!("{variable} is a number, not {said:?}")))
}

/// A clock that only the test moves.
#[derive(Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    pub fn at(millis: i64) -> Self {
        Self(Arc::new(AtomicI64::new(millis)))
    }

    pub fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        Instant::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// The whole application on its own database.
pub struct App {
    pub state: AppState,
    pub clock: TestClock,
    router: Router,
    // Declared last: its files go after the connections to them are closed.
    database: Database,
}

/// What an application has left in its database.
pub struct Frozen(Database);

impl Frozen {
    /// An application that goes on from there, on a copy; what it draws by chance is new.
    pub async fn thaw(&self) -> App {
        App::by_chance(self.0.copy().await, 2).await
    }
}

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// As a reader sees it: without the marks that Leptos leaves between texts.
    pub fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        for shown in ["textarea", "title", "script", "style"] {
            assert!(!text.contains(&format!("<!></{shown}>")), "what stands in <{shown}> is shown as it is: {text}");
        }
        text.replace("<!>", "")
    }

    /// The body as JSON; panics with the body when it is not.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}

impl App {
    /// On a new SQLite file.
    pub async fn sqlite() -> Self {
        Self::on(Database::prepared_sqlite().await).await
    }

    /// On a new database of the PostgreSQL that `TEST_DATABASE_URL` names; none without it.
    pub async fn postgres() -> Option<Self> {
        Some(Self::on(Database::prepared_postgres().await?).await)
    }

    /// On a database that is there already.
    pub async fn on(database: Database) -> Self {
        Self::by_chance(database, 1).await
    }

    async fn by_chance(database: Database, seed: u64) -> Self {
        let (state, clock) = prepared(&database, seed).await;
        let router = router(&state);
        Self { state, clock, router, database }
    }

    /// Another node of the same installation: on the same PostgreSQL database, with the same secret and clock, and with
    /// chance of its own.
    pub async fn another_node(&self, seed: u64) -> Self {
        let state = state_on(self.url(), &self.clock, seed).await;
        let state = AppState { secrets: Arc::clone(&self.state.secrets), ..state };
        let router = router(&state);
        Self { state, clock: self.clock.clone(), router, database: self.database.shared() }
    }

    /// With other settings.
    #[must_use]
    pub fn with_settings(mut self, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::clone(&self.state.config);
        change(&mut config);
        self.state.config = Arc::new(config);
        self.router = router(&self.state);
        self
    }

    /// Where its database is, for a connection beside the application's.
    pub fn url(&self) -> &str {
        self.database.url()
    }

    /// Closes the application and keeps what its database holds, to begin from there many times.
    pub async fn freeze(self) -> Frozen {
        let Self { state, router, database, .. } = self;
        drop(router);
        state.db.close().await;
        Frozen(database)
    }

    /// Ends the application and its connections: for tests that need many.
    pub async fn end(self) {
        self.state.db.close().await;
    }

    /// Sends one request through every layer, without a network.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.begin(request).await.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("the body is complete").to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// The same, for an answer that has no end.
    pub async fn begin(&self, request: Request<Body>) -> http::Response<Body> {
        self.router.clone().oneshot(request).await.expect("the router always answers")
    }

    /// A plain GET, signed in as nobody.
    pub async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path).header("host", "127.0.0.1:3000").body(Body::empty());
        self.send(request.expect("a valid path")).await
    }

    /// Serves on a free port of 127.0.0.1 until the test ends; gives the address.
    pub async fn listen(&self) -> String {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("a bound address");
        let (router, config) = (server::router(self.state.clone()), Arc::clone(&self.state.config));
        tokio::spawn(server::web::listen::serve(listener, router, config, self.state.draining.subscribe()));
        format!("http://{address}")
    }
}

fn router(state: &AppState) -> Router {
    let peer = MockConnectInfo(SocketAddr::from((Ipv4Addr::LOCALHOST, 50_000)));
    server::router(state.clone()).layer(peer)
}

/// What an application is made of, on a database as it is.
async fn state_on(url: &str, clock: &TestClock, seed: u64) -> AppState {
    let db = Db::open(url).await.expect("the test's database opens");
    let chance = Arc::new(Mutex::new(SeededChance::new(seed)));
    AppState::new(db, Arc::new(clock.clone()), chance, config(url))
}

/// The same, on a database that a start has made ready. A start on one that is ready already changes nothing.
async fn prepared(database: &Database, seed: u64) -> (AppState, TestClock) {
    let clock = TestClock::at(START);
    let state = state_on(database.url(), &clock, seed).await;
    state.prepare().await.expect("the test's database takes the migrations");
    (state, clock)
}

/// Where nothing is until something is written: a folder of this process with this name. Numbers of processes come again,
/// and what an earlier one has left would be read: whom it had erased, for one.
pub fn scratch(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("virea-test-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

/// The data folder of all applications of this process.
static DATA: LazyLock<PathBuf> = LazyLock::new(|| scratch("data"));

fn config(database_url: &str) -> Config {
    let database_url = Some(database_url.to_owned());
    let settings = Settings { database_url, data: Some(DATA.clone()), ..Settings::default() };
    settings.over(Settings::default()).expect("the default settings are valid")
}

/// Makes of each `async fn name(app) { … }` one test on SQLite and one on PostgreSQL:
/// `name::sqlite` and `name::postgres`. The latter passes unrun where no `TEST_DATABASE_URL` is set;
/// `cargo xtask test` always sets it.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$note:meta])* async fn $name:ident($app:ident) $body:block)*) => {$(
        $(#[$note])*
        mod $name {
            #[allow(unused_imports, reason = "a short test may need nothing from around it")]
            use super::*;

            async fn run($app: $crate::App) $body

            #[tokio::test]
            async fn sqlite() {
                run($crate::App::sqlite().await).await;
            }

            #[tokio::test]
            async fn postgres() {
                match $crate::App::postgres().await {
                    Some(app) => run(app).await,
                    None => eprintln!("not run: TEST_DATABASE_URL is not set"),
                }
            }
        }
    )*};
}
