//! A live connection: says how far each granted bucket has come, at first, whenever one has moved and when one is granted
//! no more, never what is in it. It ends with the session.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::time::{Duration, Instant};

use axum::Extension;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use domain::ids::UserId;
use domain::sync::entity::Bucket;
use domain::sync::server::store::ReadStore as _;
use domain::sync::wire;
use futures::Stream;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval_at};

use super::endpoints::tablet_grants;
use super::store::SqlStore;
use crate::access::{SignedIn, sessions};
use crate::db::{Tx, Unscoped};
use crate::error::Error;
use crate::hub::{News, Poke};
use crate::state::AppState;
use crate::web::client::{Client, Network};
use crate::web::connections::Activity;
use crate::web::limits;
use crate::web::quota::Share;

/// Rights and heads are looked at again this often even when nothing was heard: a command that writes beside the server,
/// and another node that cannot be heard, tell nobody.
const RECHECK: Duration = Duration::from_secs(20);
const KEEP_ALIVE: Duration = Duration::from_secs(25);

pub async fn events(
    State(state): State<AppState>,
    who: SignedIn,
    Client(from): Client,
    activity: Option<Extension<Activity>>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Error> {
    // Listening begins before rights and heads are read, so that no change falls in between.
    let news = state.hub.listen();
    let mut tx = state.db.read(Unscoped::Sync).await?;
    let granted = tablet_grants(&state, &mut tx, &who).await?.buckets();
    let waiting = heads(&state, &mut tx, &who, &granted).await?;
    drop(tx);
    let places = state.guard.live.take(from, 1).zip(state.guard.live_of_user.take(who.user, 1));
    let Some(places) = places else { return Err(limits::busy(&state)) };
    if let Some(Extension(activity)) = activity {
        activity.is_live(Instant::now());
    }
    let draining = state.draining.subscribe();
    let looks = looks_from(tokio::time::Instant::now() + RECHECK);
    let told = BTreeMap::new();
    let live = Live { state, who, granted, waiting, told, news, draining, looks, _places: places };
    let stream =
        futures::stream::unfold(live, |mut live| async move { live.next().await.map(|event| (Ok(event), live)) });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

/// When a connection looks by itself, from this moment on. However many looks it has missed, with a reader that stood
/// still or a machine that slept, it makes up for them by one.
fn looks_from(start: tokio::time::Instant) -> Interval {
    let mut looks = interval_at(start, RECHECK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    looks
}

/// How far these buckets have come.
async fn heads(
    state: &AppState,
    tx: &mut Tx,
    who: &SignedIn,
    granted: &[Bucket],
) -> Result<VecDeque<wire::Poke>, Error> {
    let mut store = SqlStore::reading(tx, &who.municipality, state.now(), &state.secrets, "");
    let rows = store.buckets(granted).await?;
    Ok(rows.into_iter().map(|row| wire::Poke { bucket: row.bucket, head: row.head }).collect())
}

struct Live {
    state: AppState,
    who: SignedIn,
    granted: Vec<Bucket>,
    /// To be said now, as far as it was not said before.
    waiting: VecDeque<wire::Poke>,
    /// The head that was said last, of what is granted.
    told: BTreeMap<Bucket, i64>,
    news: Receiver<News>,
    draining: watch::Receiver<bool>,
    /// When to look again unasked.
    looks: Interval,
    _places: (Share<Network>, Share<UserId>),
}

/// What woke a live connection.
enum Woken {
    Poke(Poke),
    /// Rights and heads have to be looked at again.
    Recheck,
    Nothing,
    Over,
}

impl Live {
    /// The next poke that this person may hear; the end when the server stops or the rights are gone.
    async fn next(&mut self) -> Option<Event> {
        loop {
            while let Some(poke) = self.waiting.pop_front() {
                let lost = !self.granted.contains(&poke.bucket);
                if lost || self.told.insert(poke.bucket, poke.head) != Some(poke.head) {
                    return Event::default().event("poke").json_data(poke).ok();
                }
            }
            match self.woken().await {
                Woken::Poke(Poke { bucket, head, .. }) if self.granted.contains(&bucket) => {
                    self.waiting.push_back(wire::Poke { bucket, head });
                }
                Woken::Poke(_) | Woken::Nothing => {}
                Woken::Recheck => self.look_again().await?,
                Woken::Over => return None,
            }
        }
    }

    async fn woken(&mut self) -> Woken {
        let news = tokio::select! {
            news = self.news.recv() => news,
            _ = self.looks.tick() => return Woken::Recheck,
            _ = self.draining.wait_for(|draining| *draining) => return Woken::Over,
        };
        let (municipality, user) = (&self.who.municipality, self.who.user);
        match news {
            Ok(News::Moved(poke)) if poke.municipality == *municipality => Woken::Poke(poke),
            Ok(News::Rights(one)) if (&one.municipality, one.user) == (municipality, user) => Woken::Recheck,
            Ok(News::Moved(_) | News::Rights(_)) => Woken::Nothing,
            Ok(News::Missed) | Err(RecvError::Lagged(_)) => Woken::Recheck,
            Err(RecvError::Closed) => Woken::Over,
        }
    }

    /// What may be heard from now on, and how far it has come by now; nothing when the session has ended or the role is
    /// gone.
    async fn look_again(&mut self) -> Option<()> {
        let mut tx = self.state.db.read(Unscoped::Sync).await.ok()?;
        if !sessions::is_live(&mut tx, &self.who, self.state.now()).await.ok()? {
            return None;
        }
        self.granted = tablet_grants(&self.state, &mut tx, &self.who).await.ok()?.buckets();
        self.waiting = heads(&self.state, &mut tx, &self.who, &self.granted).await.ok()?;
        // What is granted no more is told of as if it had moved once more: the tablet asks, and lets go of it.
        let lost = self.told.extract_if(.., |bucket, _| !self.granted.contains(bucket));
        self.waiting.extend(lost.map(|(bucket, head)| wire::Poke { bucket, head: head + 1 }));
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;

    #[tokio::test]
    async fn looks_that_were_missed_are_made_up_for_by_one() {
        let mut looks = looks_from(tokio::time::Instant::now() - 3 * RECHECK);
        looks.tick().await;
        assert!(looks.tick().now_or_never().is_none(), "the next one is a whole interval away");
    }
}
