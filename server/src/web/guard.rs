//! The limits of one node: what is worked on, read and kept open at once, in all and for each.

use std::net::IpAddr;
use std::sync::Arc;

use domain::ids::UserId;

use super::client::{Doubts, Network};
use super::quota::Quota;

/// Requests that are worked on at once; what is more is shed with 503.
const REQUESTS: (usize, usize) = (256, 128);
/// KiB of request bodies held at once, arriving or being worked on.
const BODIES: (usize, usize) = (64 * 1024, 24 * 1024);
/// Live connections for each address: a municipality's tablets may all stand behind one.
const LIVE: (usize, usize) = (4096, 512);
/// Live connections for each user: some tablets and their tabs.
const LIVE_OF_USER: (usize, usize) = (usize::MAX, 12);

pub struct Guard {
    pub requests: Arc<Quota<Network>>,
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
        let (in_all, each) = LIVE_OF_USER;
        Self {
            requests: quota(REQUESTS),
            bodies: quota(BODIES),
            live: quota(LIVE),
            live_of_user: Quota::new(in_all, each),
            doubts: Doubts::default(),
            foreign_origins: Doubts::default(),
        }
    }
}
