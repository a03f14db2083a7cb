//! What every handler has at hand. No truth lives here: any node serves any request.

use std::sync::{Arc, Mutex, PoisonError};

use domain::ids::{Chance, uuid_v7};
use domain::paper::PaperCode;
use domain::time::{Clock, Day, Instant};
use tokio::sync::{Semaphore, watch};

use crate::access::accounts;
use crate::access::hashing::Hashing;
use crate::audit;
use crate::config::Config;
use crate::db::{Db, Unscoped};
use crate::epochs;
use crate::error::Error;
use crate::hub::Hub;
use crate::meta;
use crate::pages::paper;
use crate::secrets::Secrets;
use crate::web::guard::Guard;

#[derive(Clone)]
pub struct AppState {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<Mutex<dyn Chance + Send>>,
    pub config: Arc<Config>,
    pub hub: Hub,
    pub secrets: Arc<Secrets>,
    /// Where passwords are hashed.
    pub hashing: Arc<Hashing>,
    /// What is worked on and kept open at once.
    pub guard: Arc<Guard>,
    /// Looks that wait for the log.
    pub looks: Arc<audit::Together>,
    /// Where those who take part find their own page, as every pull tells it.
    pub own_page: Option<Arc<PaperCode>>,
    /// One piece of long work at a time (see [`crate::aside`]).
    pub aside: Arc<Semaphore>,
    /// Set when the server is about to stop: readiness fails, live connections end.
    pub draining: Arc<watch::Sender<bool>>,
}

impl AppState {
    /// With a secret that lives as long as this value: for tests and throw-away databases.
    pub fn new(db: Db, clock: Arc<dyn Clock>, chance: Arc<Mutex<dyn Chance + Send>>, config: Config) -> Self {
        let mut master = [0u8; 32];
        chance.lock().unwrap_or_else(PoisonError::into_inner).fill(&mut master);
        Self {
            db,
            clock,
            chance,
            own_page: paper::own_page(&config.public_url).map(Arc::new),
            config: Arc::new(config),
            hub: Hub::new(),
            secrets: Arc::new(Secrets::from_bytes(&master)),
            hashing: Arc::new(Hashing::for_this_machine()),
            guard: Arc::default(),
            looks: Arc::default(),
            aside: Arc::new(Semaphore::new(1)),
            draining: Arc::new(watch::Sender::new(false)),
        }
    }

    /// With the installation's own secret.
    #[must_use]
    pub fn with_secrets(self, secrets: Secrets) -> Self {
        Self { secrets: Arc::new(secrets), ..self }
    }

    /// Migrates, names the database's life once (its sync epoch), and fills what an older program left empty.
    pub async fn prepare(&self) -> Result<(), Error> {
        self.db.migrate().await?;
        let now = self.now();
        let epoch = self.with_chance(|chance| uuid_v7(now, chance)).to_string();
        let (epoch, created) = (epoch.as_str(), &now.millis().to_string());
        self.write(Unscoped::Installation, |mut tx| async move {
            meta::note_first(&mut tx, epochs::EPOCH, epoch).await?;
            meta::note_first(&mut tx, "created_at", created).await?;
            accounts::set_back_links(&mut tx, now).await?;
            Ok(tx.done(()))
        })
        .await?;
        self.upgrade().await
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Today's date in Finland.
    pub fn today(&self) -> Day {
        self.now().day_in_finland()
    }

    /// Borrows the source of randomness for a moment.
    pub fn with_chance<T>(&self, use_it: impl FnOnce(&mut dyn Chance) -> T) -> T {
        // A panic elsewhere while it was borrowed leaves randomness as random as before.
        let mut chance = self.chance.lock().unwrap_or_else(PoisonError::into_inner);
        use_it(&mut *chance)
    }

    /// Random bytes, as for the salt of a password.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0u8; N];
        self.with_chance(|chance| chance.fill(&mut bytes));
        bytes
    }

    /// A secret of 256 bits, as text that is safe in links and cookies.
    pub fn secret(&self) -> String {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(self.random::<32>())
    }
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the program's outermost layer: here the clock is read")]
    fn now(&self) -> Instant {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Instant::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The operating system's randomness.
pub struct SystemChance;

impl Chance for SystemChance {
    fn fill(&mut self, buffer: &mut [u8]) {
        // Without randomness no secret may be made; stopping is the only safe answer.
        #[expect(
            clippy::expect_used,
            reason = "the operating system's random source does not fail on supported systems"
        )]
        getrandom::fill(buffer).expect("the operating system gives randomness");
    }
}
