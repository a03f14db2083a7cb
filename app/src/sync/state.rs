//! What the screens show of the sync: per record, and over all.

use std::collections::BTreeSet;

use domain::attendance::Mark;
use domain::ids::OpId;
use domain::people::naming::Named;
use domain::sync::client::{Client, view};
use domain::sync::entity::Bucket;
use domain::sync::wire::{Outcome, Reason};
use domain::time::{Day, Instant};

use crate::ui::SyncState;

/// From here on a wrong clock is worth a word: what is less nobody in a hall would notice.
const CLOCK_OFF_MINUTES: i64 = 2;

/// This tablet's mark, and the others' with their authors, where they are known.
pub type Both = (Option<Mark>, Vec<(Option<Mark>, Option<String>)>);

/// One entry that has not arrived, or that a person must look at.
#[derive(Clone, PartialEq, Debug)]
pub struct WaitingItem {
    pub op: OpId,
    /// What it is, in the reader's words.
    pub what: &'static str,
    /// The person it is about.
    pub who: Option<Named>,
    /// The group that it belongs to, by name.
    pub group: Option<String>,
    /// The day that it is about, as far as that is known here.
    pub day: Option<Day>,
    pub at: Instant,
    pub state: SyncState,
    pub outcome: Option<(Outcome, Option<Reason>)>,
    /// A mark that another tablet set differently: this tablet's, and the others'.
    pub both: Option<Both>,
    /// The sides are known here, so that one of them can be chosen.
    pub chooses: bool,
    /// The field that the server found wrong.
    pub field: Option<String>,
    pub dismissible: bool,
}

/// One entry that cannot be read any more, as far as it still says what it was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetAside {
    /// Its number; nothing for what was no entry.
    pub number: Option<i64>,
    /// What it was, in the reader's words.
    pub what: Option<&'static str>,
    pub at: Option<Instant>,
}

/// The way to the server as last seen.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Link {
    #[default]
    Unknown,
    Online,
    Busy,
    /// No network: normal work.
    Offline,
    /// Reached, but something failed.
    Failed,
}

/// The whole store's state of sending.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Status {
    pub unsent: i64,
    /// Held, rejected or contradicted, and not dismissed.
    pub attention: i64,
    /// Stored, and not readable any more.
    pub damaged: i64,
    /// Recorded here, and nowhere any more.
    pub lost: i64,
    /// Fetched, and partly not readable any more: fetched anew at the next contact.
    pub broken: BTreeSet<Bucket>,
    pub oldest_unsent: Option<Instant>,
    pub last_contact: Option<Instant>,
    pub link: Link,
    /// Fourteen days without contact: record only.
    pub lapsed: bool,
    /// The server wants a new sign-in; recording goes on.
    pub signed_out: bool,
    /// Minutes by which the tablet's clock differs from the server's, when that matters.
    pub clock_off_minutes: Option<i64>,
    /// Another tab of this browser does the sending.
    pub other_tab_sends: bool,
    /// The first download is complete.
    pub ready: bool,
    /// Records fetched so far in the first download.
    pub fetched: i64,
}

/// Why an entry that nobody has to look at is not on the server yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// It is on its way.
    Sending,
    /// The server asks who is there.
    SignIn,
    OtherTab,
    Network,
    /// The server was reached, and something went wrong.
    Server,
    /// Nothing stands in its way: it goes with the next ones.
    Turn,
}

/// What of somebody's work would be gone with their data.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LeftToSave {
    /// So many entries wait to be sent.
    Unsent(i64),
    /// So many cannot be read any more, and were not saved to a file.
    Damaged(i64),
}

impl LeftToSave {
    /// Nothing when the data may go. `handed_out`: what cannot be read was saved to a file.
    pub fn of(unsent: i64, damaged: i64, handed_out: bool) -> Option<Self> {
        match (unsent, damaged) {
            (1.., _) => Some(Self::Unsent(unsent)),
            (_, 1..) if !handed_out => Some(Self::Damaged(damaged)),
            _ => None,
        }
    }
}

/// What a sign-out does against which nothing stands any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Leaving {
    Goes,
    /// It waits for another tab or window to let go of the store.
    Waits,
}

impl Status {
    /// Why an entry in this state waits.
    pub fn why(&self, state: SyncState) -> Why {
        match self.link {
            _ if state == SyncState::Sending => Why::Sending,
            _ if self.signed_out => Why::SignIn,
            _ if self.other_tab_sends => Why::OtherTab,
            Link::Offline => Why::Network,
            Link::Failed => Why::Server,
            Link::Unknown | Link::Online | Link::Busy => Why::Turn,
        }
    }

    /// From the state machine's view. `was_ready`: a first download, once complete, stays complete.
    pub fn of(client: &Client, link: Link, was_ready: bool, leads: bool, now: Instant) -> Self {
        let told = client.status();
        let cursors = client.cursors();
        let ready = was_ready || (cursors.lease_until.is_some() && !told.sending);
        let narrow = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let off = client.clock_error(now).map(|millis| millis / 60_000);
        Self {
            unsent: narrow(told.unsent),
            attention: narrow(told.needs_look),
            damaged: narrow(told.damaged),
            lost: told.lost,
            broken: client.broken(),
            oldest_unsent: told.oldest_unsent,
            last_contact: told.last_contact,
            link,
            lapsed: client.lapsed_since(now).is_some(),
            signed_out: told.needs_sign_in,
            clock_off_minutes: off.filter(|minutes| minutes.abs() >= CLOCK_OFF_MINUTES),
            other_tab_sends: !leads,
            ready,
            fetched: if ready { 0 } else { narrow(client.cache().size()) },
        }
    }
}

impl From<view::RecordState> for SyncState {
    fn from(state: view::RecordState) -> Self {
        match state {
            view::RecordState::OnServer => Self::Server,
            view::RecordState::OnlyHere => Self::Here,
            view::RecordState::BeingSent => Self::Sending,
            view::RecordState::NeedsLook { .. } => Self::Attention,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_go_when_everything_is_sent_and_what_cannot_be_read_is_in_a_file() {
        let left = |unsent, damaged, handed_out| LeftToSave::of(unsent, damaged, handed_out);
        assert_eq!(left(0, 0, false), None);
        assert_eq!([left(2, 0, true), left(2, 1, true)], [Some(LeftToSave::Unsent(2)); 2]);
        assert_eq!((left(0, 3, false), left(0, 3, true)), (Some(LeftToSave::Damaged(3)), None));
    }

    #[test]
    fn every_entry_that_waits_says_what_it_waits_for() {
        let link = |link| Status { link, ..Status::default() };
        let why = |status: &Status| status.why(SyncState::Here);
        assert_eq!([Link::Offline, Link::Failed].map(|one| why(&link(one))), [Why::Network, Why::Server]);
        assert_eq!([Link::Online, Link::Busy, Link::Unknown].map(|one| why(&link(one))), [Why::Turn; 3]);
        let signed_out = Status { signed_out: true, ..link(Link::Failed) };
        assert_eq!(why(&signed_out), Why::SignIn, "more than a failure: there is something to do");
        assert_eq!(why(&Status { other_tab_sends: true, ..link(Link::Offline) }), Why::OtherTab);
        assert_eq!(signed_out.why(SyncState::Sending), Why::Sending);
    }
}
