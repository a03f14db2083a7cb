//! Live news: "something is new in this bucket", "look at this person's rights again". Hints only; the pull and the tables
//! are the truth. What is told here goes to the other nodes, too, where there are any (see [`crate::nodes`]).

use domain::ids::{MunicipalityCode, UserId};
use domain::sync::entity::Bucket;
use domain::sync::wire;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

/// Pieces of news that may wait for the slowest who listens; whoever misses some looks for themselves.
const WAITING: usize = 1024;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum News {
    Moved(Poke),
    Rights(Recheck),
    /// Something may have been told that was not heard: whoever listens looks for themselves.
    Missed,
}

/// A bucket moved to this head.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Poke {
    pub municipality: MunicipalityCode,
    pub bucket: Bucket,
    pub head: i64,
}

impl Poke {
    /// What a step moved in this municipality.
    pub fn of(municipality: &MunicipalityCode, moved: &[wire::Poke]) -> Vec<Self> {
        let poke =
            |poke: &wire::Poke| Self { municipality: municipality.clone(), bucket: poke.bucket, head: poke.head };
        moved.iter().map(poke).collect()
    }
}

/// What a person may do, or whether they are signed in, has changed: whoever serves them looks again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Recheck {
    pub municipality: MunicipalityCode,
    pub user: UserId,
}

#[derive(Clone, Debug)]
pub struct Hub {
    here: broadcast::Sender<News>,
    elsewhere: broadcast::Sender<News>,
}

impl Hub {
    pub fn new() -> Self {
        Self { here: broadcast::channel(WAITING).0, elsewhere: broadcast::channel(WAITING).0 }
    }

    /// Tells whoever listens, here and on other nodes. Nobody listening is no error.
    pub fn poke(&self, poke: Poke) {
        self.tell(News::Moved(poke));
    }

    /// Call it after the commit.
    pub fn rights_changed(&self, municipality: &MunicipalityCode, user: UserId) {
        self.tell(News::Rights(Recheck { municipality: municipality.clone(), user }));
    }

    fn tell(&self, news: News) {
        let _ = self.elsewhere.send(news.clone());
        self.tell_here(news);
    }

    /// What another node told: whoever listens here hears it, and it goes no further.
    pub fn tell_here(&self, news: News) {
        let _ = self.here.send(news);
    }

    pub fn listen(&self) -> broadcast::Receiver<News> {
        self.here.subscribe()
    }

    /// What this node has to tell the others.
    pub fn listen_for_others(&self) -> broadcast::Receiver<News> {
        self.elsewhere.subscribe()
    }
}

impl Default for Hub {
    fn default() -> Self {
        Self::new()
    }
}
