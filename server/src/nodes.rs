//! Live news between the nodes that serve one PostgreSQL database: what one node's hub tells, those of the others tell,
//! too. Where the connection that listens was lost, everybody on this node looks for themselves.

use std::convert::Infallible;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::TryRecvError;
use tokio::sync::oneshot;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use uuid::Uuid;

use crate::db::Mouth;
use crate::error::Error;
use crate::hub::News;
use crate::state::AppState;

/// How often each node tells that it is there.
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);
/// Who has heard nothing for so long, not even what was told here, is not heard any more either.
const SILENCE: Duration = Duration::from_secs(15);
/// Between two tries to listen; doubled up to the longest until something is heard.
const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(60);
/// Pieces of news in one text, of some hundred bytes each: PostgreSQL carries 8,000 bytes.
const AT_ONCE: usize = 32;

/// What one node tells; without news it is a sign of life.
#[derive(Serialize, Deserialize)]
struct Told {
    node: Uuid,
    news: Vec<News>,
}

/// Carries news between this node and the others. A server that stops hears no more; what its last requests do it still
/// tells, until the sender of `answered` is gone. On SQLite there are no others.
pub async fn carry_news(state: AppState, answered: oneshot::Receiver<()>) {
    let Some(mouth) = state.db.mouth() else { return };
    // By chance: several nodes may have the same settings.
    let node = Uuid::from_bytes(state.random());
    let news = state.hub.listen_for_others();
    let mut stopping = state.draining.subscribe();
    let hear_until_stopped = async {
        tokio::select! {
            () = hear(&state, node) => {}
            _ = stopping.wait_for(|draining| *draining) => {}
        }
    };
    tokio::join!(hear_until_stopped, tell(&mouth, node, news, answered));
}

/// Listens, again and again.
async fn hear(state: &AppState, node: Uuid) {
    let mut pause = SHORTEST;
    loop {
        let Err(error) = hear_until_lost(state, node, &mut pause).await;
        tracing::warn!(%error, "what other nodes tell is not heard; tablets hear of it within half a minute");
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST);
    }
}

/// Passes on what other nodes tell.
async fn hear_until_lost(state: &AppState, node: Uuid, pause: &mut Duration) -> Result<Infallible, Error> {
    let mut ear = state.db.listen().await?;
    // What was told before nobody has heard.
    state.hub.tell_here(News::Missed);
    loop {
        let silent = |_| Error::Broken("the connection that listens is silent".into());
        let text = timeout(SILENCE, ear.next()).await.map_err(silent)??;
        *pause = SHORTEST;
        // A newer program may tell what this one does not know; its tablets will see it when they look.
        let Ok(told) = serde_json::from_str::<Told>(&text) else { continue };
        if told.node != node {
            told.news.into_iter().for_each(|news| state.hub.tell_here(news));
        }
    }
}

/// Tells the other nodes what is new here, and now and then that this one is there, until nothing is left to tell.
async fn tell(mouth: &Mouth, node: Uuid, mut news: Receiver<News>, mut answered: oneshot::Receiver<()>) {
    let mut signs = interval(SIGN_OF_LIFE);
    signs.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut untold, mut over) = (false, false);
    while !over {
        let first = tokio::select! {
            // What is new goes before the end.
            biased;
            one = news.recv() => Some(one.unwrap_or(News::Missed)),
            _ = &mut answered => {
                over = true;
                None
            }
            _ = signs.tick() => None,
        };
        let mut told = Told { node, news: first.into_iter().chain(untold.then_some(News::Missed)).collect() };
        add_what_waits(&mut told.news, &mut news);
        let sent = match serde_json::to_string(&told) {
            Ok(text) => mouth.tell(&text).await,
            Err(error) => Err(Error::Broken(error.to_string())),
        };
        if let Err(error) = &sent
            && !untold
        {
            tracing::warn!(%error, "other nodes are not told what is new");
        }
        untold = sent.is_err();
    }
}

/// What has come meanwhile, as much of it as one text carries.
fn add_what_waits(told: &mut Vec<News>, news: &mut Receiver<News>) {
    while told.len() < AT_ONCE {
        match news.try_recv() {
            Ok(one) => told.push(one),
            Err(TryRecvError::Lagged(_)) => told.push(News::Missed),
            Err(TryRecvError::Empty | TryRecvError::Closed) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::{Hub, Poke};
    use domain::ids::{GroupId, MunicipalityCode};
    use domain::sync::entity::Bucket;

    fn poke(head: i64) -> Poke {
        let municipality = MunicipalityCode::new("091").expect("a municipality's number");
        Poke { municipality, bucket: Bucket::Roll(GroupId(Uuid::from_u128(7))), head }
    }

    #[test]
    fn a_text_of_as_much_news_as_it_may_carry_fits_and_reads_back() {
        let news: Vec<_> = (0..AT_ONCE).map(|_| News::Moved(poke(i64::MAX))).collect();
        let text = serde_json::to_string(&Told { node: Uuid::max(), news: news.clone() }).expect("JSON");
        assert!(text.len() < 8_000, "{}", text.len());
        assert_eq!(serde_json::from_str::<Told>(&text).expect("JSON").news, news);
    }

    #[test]
    fn whoever_cannot_keep_up_tells_that_something_was_missed() {
        let hub = Hub::new();
        let mut news = hub.listen_for_others();
        (0..2_000).for_each(|head| hub.poke(poke(head)));
        let mut told = Vec::new();
        add_what_waits(&mut told, &mut news);
        assert_eq!((told.len(), told.first()), (AT_ONCE, Some(&News::Missed)));
    }

    #[test]
    fn what_another_node_told_is_not_told_to_it_again() {
        let hub = Hub::new();
        let (mut here, mut elsewhere) = (hub.listen(), hub.listen_for_others());
        hub.tell_here(News::Moved(poke(1)));
        assert!(here.try_recv().is_ok() && elsewhere.try_recv().is_err());
    }
}
