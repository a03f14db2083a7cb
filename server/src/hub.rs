//! Live news inside one node: "something is new in this bucket", "look at this person's rights again". Hints only; the
//! pull and the tables are the truth.

use domain::ids::{MunicipalityCode, UserId};
use domain::sync::entity::Bucket;
use domain::sync::wire;
use tokio::sync::broadcast;

/// A bucket moved to this head.
#[derive(Clone, Debug)]
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
#[derive(Clone, Debug)]
pub struct Recheck {
    pub municipality: MunicipalityCode,
    pub user: UserId,
}

#[derive(Clone, Debug)]
pub struct Hub {
    pokes: broadcast::Sender<Poke>,
    rechecks: broadcast::Sender<Recheck>,
}

impl Hub {
    pub fn new() -> Self {
        Self { pokes: broadcast::channel(1024).0, rechecks: broadcast::channel(256).0 }
    }

    /// Tells whoever listens. Nobody listening is no error.
    pub fn poke(&self, poke: Poke) {
        let _ = self.pokes.send(poke);
    }

    pub fn listen(&self) -> broadcast::Receiver<Poke> {
        self.pokes.subscribe()
    }

    /// Call it after the commit. Other nodes find out by looking now and then.
    pub fn rights_changed(&self, municipality: &MunicipalityCode, user: UserId) {
        let _ = self.rechecks.send(Recheck { municipality: municipality.clone(), user });
    }

    pub fn listen_for_rechecks(&self) -> broadcast::Receiver<Recheck> {
        self.rechecks.subscribe()
    }
}

impl Default for Hub {
    fn default() -> Self {
        Self::new()
    }
}
