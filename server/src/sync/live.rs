//! A live connection: says which granted bucket has moved, never what is in it. It ends with the session.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use axum::Extension;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use domain::ids::UserId;
use domain::sync::entity::Bucket;
use domain::sync::wire;
use futures::Stream;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::time::{Interval, interval_at};

use super::endpoints::tablet_grants;
use crate::access::{SignedIn, sessions};
use crate::db::Unscoped;
use crate::error::Error;
use crate::hub::{Poke, Recheck};
use crate::state::AppState;
use crate::web::client::{Client, Network};
use crate::web::connections::Activity;
use crate::web::limits;
use crate::web::quota::Share;

/// Rights are looked at again this often even when nothing was heard: they may have been taken away on another node.
const RECHECK: Duration = Duration::from_secs(20);
const KEEP_ALIVE: Duration = Duration::from_secs(25);

pub async fn events(
    State(state): State<AppState>,
    who: SignedIn,
    Client(from): Client,
    activity: Option<Extension<Activity>>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Error> {
    // Listening begins before the rights are read, so that no change falls in between.
    let (pokes, rechecks) = (state.hub.listen(), state.hub.listen_for_rechecks());
    let granted = tablet_grants(&state, &mut state.db.read(Unscoped::Sync).await?, &who).await?.buckets();
    let places = state.guard.live.take(from, 1).zip(state.guard.live_of_user.take(who.user, 1));
    let Some(places) = places else { return Err(limits::busy(&state)) };
    if let Some(Extension(activity)) = activity {
        activity.is_live(Instant::now());
    }
    let draining = state.draining.subscribe();
    let looks = interval_at(tokio::time::Instant::now() + RECHECK, RECHECK);
    let live = Live { state, who, granted, pokes, rechecks, draining, looks, _places: places };
    let stream =
        futures::stream::unfold(live, |mut live| async move { live.next().await.map(|event| (Ok(event), live)) });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

struct Live {
    state: AppState,
    who: SignedIn,
    granted: Vec<Bucket>,
    pokes: Receiver<Poke>,
    rechecks: Receiver<Recheck>,
    draining: watch::Receiver<bool>,
    /// When to look at the rights again unasked.
    looks: Interval,
    _places: (Share<Network>, Share<UserId>),
}

/// What woke a live connection.
enum Woken {
    Poke(Poke),
    /// The rights have to be looked at again.
    Recheck,
    Nothing,
    Over,
}

impl Live {
    /// The next poke that this person may hear; the end when the server stops or the rights are gone.
    async fn next(&mut self) -> Option<Event> {
        loop {
            match self.woken().await {
                Woken::Poke(Poke { bucket, head, .. }) if self.granted.contains(&bucket) => {
                    return Event::default().event("poke").json_data(wire::Poke { bucket, head }).ok();
                }
                Woken::Poke(_) | Woken::Nothing => {}
                Woken::Recheck => self.look_again().await?,
                Woken::Over => return None,
            }
        }
    }

    async fn woken(&mut self) -> Woken {
        let (municipality, user) = (&self.who.municipality, self.who.user);
        tokio::select! {
            poke = self.pokes.recv() => match poke {
                Ok(poke) if poke.municipality == *municipality => Woken::Poke(poke),
                Ok(_) => Woken::Nothing,
                // Missed some: the tablet reconnects and pulls everything that moved.
                Err(RecvError::Lagged(_) | RecvError::Closed) => Woken::Over,
            },
            recheck = self.rechecks.recv() => match recheck {
                Ok(one) if (&one.municipality, one.user) != (municipality, user) => Woken::Nothing,
                Ok(_) | Err(RecvError::Lagged(_)) => Woken::Recheck,
                Err(RecvError::Closed) => Woken::Over,
            },
            _ = self.looks.tick() => Woken::Recheck,
            _ = self.draining.wait_for(|draining| *draining) => Woken::Over,
        }
    }

    /// What may be heard from now on; nothing when the session has ended or the role is gone.
    async fn look_again(&mut self) -> Option<()> {
        let mut tx = self.state.db.read(Unscoped::Sync).await.ok()?;
        if !sessions::is_live(&mut tx, &self.who).await.ok()? {
            return None;
        }
        self.granted = tablet_grants(&self.state, &mut tx, &self.who).await.ok()?.buckets();
        Some(())
    }
}
