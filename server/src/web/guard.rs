//! The limits of one node: what is worked on, read and kept open at once, in all and for each.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::ids::UserId;

use super::client::{Doubts, Network};
use super::line::Line;
use super::quota::Quota;

/// Requests that are worked on at once; what is more waits.
const REQUESTS: (usize, usize) = (256, 128);
/// Requests that wait to be worked on: a municipality's tablets that come back at the same moment. Their bodies count among
/// those below; what is more is shed with 503.
const WAITING: (usize, usize) = (1024, 512);
/// How long one waits before it is shed. Who waits longer in front of a page presses again, and a tablet gives up by itself.
const PATIENCE: Duration = Duration::from_secs(5);
/// Pushes that are unpacked and taken at once, and pulls that are read and packed at once; what is more waits as it came.
/// Unpacked, each is many times as large, and the database takes few at a time anyway.
const PUSHES: (usize, usize) = (8, 4);
const PULLS: (usize, usize) = (8, 4);
/// How long one waits for that.
const PATIENCE_OF_SYNC: Duration = Duration::from_secs(10);
/// KiB of request bodies held at once, arriving or being worked on.
const BODIES: (usize, usize) = (64 * 1024, 24 * 1024);
/// Live connections for each address: a municipality's tablets may all stand behind one.
const LIVE: (usize, usize) = (4096, 512);
/// Live connections for each user: some tablets and their tabs.
const LIVE_OF_USER: (usize, usize) = (usize::MAX, 12);

pub struct Guard {
    pub requests: Arc<Line<Network>>,
    pub pushes: Arc<Line<Network>>,
    pub pulls: Arc<Line<Network>>,
    pub bodies: Arc<Quota<Network>>,
    pub live: Arc<Quota<Network>>,
    pub live_of_user: Arc<Quota<UserId>>,
    /// Peers whose header was not believed.
    pub doubts: Doubts<IpAddr>,
    /// Origins from which a change was refused.
    pub foreign_origins: Doubts<String>,
}

impl Default for Guard {
    fn default() -> Self {
        let quota = |(in_all, each)| Quota::new(in_all, each);
        // All who wait here are among the requests.
        let sync = |places| Line::new(quota(places), REQUESTS, PATIENCE_OF_SYNC);
        let (in_all, each) = LIVE_OF_USER;
        Self {
            requests: Line::new(Quota::new(REQUESTS.0, REQUESTS.1), WAITING, PATIENCE),
            pushes: sync(PUSHES),
            pulls: sync(PULLS),
            bodies: quota(BODIES),
            live: quota(LIVE),
            live_of_user: Quota::new(in_all, each),
            doubts: Doubts::default(),
            foreign_origins: Doubts::default(),
        }
    }
}
