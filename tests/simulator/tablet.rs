//! Tablets: one store per user, one or two tabs over it, each with the real client.

use domain::ids::{DeviceId, OpId, UserId};
use domain::sync::author::AuthorKey;
use domain::sync::client::{Client, Durability, Made, Stored, Write};
use domain::sync::entity::Bucket;
use domain::sync::op::Verb;
use domain::time::Instant;
use std::collections::{BTreeMap, HashMap};

use crate::disk::Disk;
use crate::earlier;

/// Which life of which tab.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Address {
    pub tablet: usize,
    pub user: usize,
    pub life: u64,
}

/// A storage transaction that the client asked for.
pub struct Asked {
    pub token: u64,
    pub durability: Durability,
    pub writes: Vec<Write>,
}

pub struct Tab {
    pub client: Client,
    pub life: u64,
    pub asked: Option<Asked>,
    pub reload: bool,
    /// In the world's time.
    pub wake_at: Option<Instant>,
    /// What the person tried to record and has no answer to yet.
    pub tickets: HashMap<u64, Verb>,
}

/// What a screen has called saved.
#[derive(Clone)]
pub struct Saved {
    pub op_id: OpId,
    pub verb: Verb,
    pub n: i64,
    /// When that was, whatever the tablet's clock showed.
    pub at: Instant,
    /// What has happened since to the place where it was stored.
    pub harm: Harm,
}

/// What can happen to something stored on a tablet that no program can prevent. What the server does not have either is
/// lost then, and has to be named.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Harm {
    None,
    /// It cannot be read any more, or is gone, and how many there were is known.
    Named,
    /// It is gone with all that told how many there were.
    Untold,
}

/// One user of one tablet.
pub struct Slot {
    pub user: UserId,
    pub number: u128,
    pub disk: Disk,
    pub tabs: Vec<Tab>,
    /// Highest cursor seen, per epoch and bucket, since the last power cut.
    pub reached: BTreeMap<(String, Bucket), i64>,
    /// What the screen called saved.
    pub saved: Vec<Saved>,
    /// The stream and how many operations were made in it, as the app keeps it beside the store.
    pub made: Option<Made>,
    /// Its cache was harmed: what does not add up is no mistake.
    pub doubtful: bool,
    /// A tab died between storing and telling, and the one that leads has not read the store since.
    pub untold: bool,
    /// Something happened to one of its tabs since it was last looked at.
    pub touched: bool,
    /// What the last sign-in gave to sign with, as the tablet remembers it beside the store.
    pub key: Option<AuthorKey>,
}

pub struct Tablet {
    pub device: DeviceId,
    pub slots: Vec<Slot>,
    pub active: usize,
    /// The tablet's clock runs so many milliseconds ahead.
    pub ahead: i64,
    pub drift: i64,
    /// The schema of its program.
    pub program: u16,
    /// It is the one that knows no records of answers.
    pub earlier: bool,
    pub online: bool,
}

impl Tablet {
    pub fn clock(&self, now: Instant) -> Instant {
        now.plus_millis(self.ahead)
    }

    /// What the tablet's program reads of this user's store.
    pub fn read(&self, user: usize) -> Vec<Stored> {
        let stored = self.slots.get(user).map(|slot| slot.disk.read()).unwrap_or_default();
        if self.earlier { earlier::read(stored) } else { stored }
    }

    pub fn slot(&mut self) -> Option<&mut Slot> {
        self.slots.get_mut(self.active)
    }
}
