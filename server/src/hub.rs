//! Live pokes inside one node: "something is new in this bucket". Hints only; the pull is the truth.

use domain::ids::MunicipalityCode;
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

#[derive(Clone, Debug)]
pub struct Hub(broadcast::Sender<Poke>);

impl Hub {
    pub fn new() -> Self {
        Self(broadcast::channel(1024).0)
    }

    /// Tells whoever listens. Nobody listening is no error.
    pub fn poke(&self, poke: Poke) {
        let _ = self.0.send(poke);
    }

    pub fn listen(&self) -> broadcast::Receiver<Poke> {
        self.0.subscribe()
    }
}

impl Default for Hub {
    fn default() -> Self {
        Self::new()
    }
}
