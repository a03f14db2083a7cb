//! Push, pull, outcomes and live pokes (sync.md 3.4).

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use domain::access::Action;
use domain::ids::StreamId;
use domain::sync::rights::Grants;
use domain::sync::server::pull::{PullContext, Told, pull};
use domain::sync::server::push::{PushContext, Pushed, outcomes, push};
use domain::sync::wire::{self, Order, OutcomesRequest, Poke, PullRequest, PushRequest, StreamInfo};
use futures::Stream;
use http::StatusCode;

use super::store::SqlStore;
use crate::access::{SignedIn, Tablet, grants};
use crate::audit;
use crate::db::{Tx, Unscoped};
use crate::error::Error;
use crate::hub;
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::json::{self, Received};
use crate::web::{limits, request};

pub fn routes(routes: Routes) -> Routes {
    routes
        .post(wire::PUSH_PATH, take_push)
        .post(wire::PULL_PATH, answer_pull)
        .post(wire::OUTCOMES_PATH, answer_outcomes)
        .get(wire::EVENTS_PATH, events)
}

/// Operations of a tablet. The tablet's own identity is enough: an expired session never blocks the upload.
async fn take_push(State(state): State<AppState>, tablet: Tablet, request: Request) -> Result<Response, Error> {
    let request_id = request::id_of(request.extensions());
    let inflated = usize::try_from(limits::push_limits().bytes).unwrap_or(usize::MAX);
    let wanted: PushRequest = json::read(request, limits::PUSH_BODY, inflated).await?;
    let context = PushContext { device: tablet.device, now: state.now(), limits: limits::push_limits() };
    let pushed = store_push(&state, &tablet, &context, &wanted, &request_id).await?;
    Ok(match pushed {
        Pushed::Done { reply, .. } => Json(reply).into_response(),
        Pushed::Refused(why) => (StatusCode::CONFLICT, Json(why)).into_response(),
        Pushed::TooLarge => return Err(Error::TooLarge),
    })
}

/// Repeating is safe: an operation that was stored after all is answered with its stored outcome.
async fn store_push(
    state: &AppState,
    tablet: &Tablet,
    context: &PushContext,
    wanted: &PushRequest,
    request_id: &str,
) -> Result<Pushed, Error> {
    let tenant = &tablet.municipality;
    let stored = state.write(Unscoped::Sync, |mut tx| async move {
        let mut store = SqlStore::writing(&mut tx, tenant, context.now, &state.secrets, request_id).await?;
        let pushed = push(&mut store, context, wanted).await?;
        if let Pushed::Done { pokes, .. } = &pushed {
            tx.announce(hub::Poke::of(tenant, pokes));
        }
        Ok(tx.done(pushed))
    });
    stored.await
}

/// The newest state of the buckets that this person may see now. A page that tells of people is logged as a look,
/// before it is handed out; one without news writes nothing.
async fn answer_pull(
    State(state): State<AppState>,
    who: SignedIn,
    extensions: http::Extensions,
    Received(wanted): Received<PullRequest>,
) -> Result<Response, Error> {
    let now = state.now();
    let mut tx = state.db.read(Unscoped::Sync).await?;
    let grants = tablet_grants(&state, &mut tx, &who).await?;
    let context = PullContext {
        granted: grants.buckets(),
        streams: streams_of(&mut tx, &who).await?,
        orders: Vec::<Order>::new(),
        now,
    };
    let request_id = request::id_of(&extensions);
    let mut store = SqlStore::reading(&mut tx, &who.municipality, now, &state.secrets, &request_id);
    let reply = pull(&mut store, context, &wanted).await?;
    // The snapshot is let go first: a node waits for the log with as few connections as it can.
    drop(tx);
    if let Some(told) = Told::of(&reply) {
        let look = audit::Entry::of_pull(&who, now, &told, &request_id);
        audit::note(&state, &who.municipality, &look).await?;
    }
    Ok(Json(reply).into_response())
}

/// The rights of a person who uses a tablet; others are refused.
async fn tablet_grants(state: &AppState, tx: &mut Tx, who: &SignedIn) -> Result<Grants, Error> {
    let scope = who.scope(state)?.ok_or(Error::RoleNeeded)?;
    scope.require(Action::UseTablet)?;
    grants::of_session(tx, who, scope.today()).await?.ok_or(Error::RoleNeeded)
}

/// How far this person's streams on this tablet have come.
async fn streams_of(tx: &mut Tx, who: &SignedIn) -> Result<BTreeMap<StreamId, StreamInfo>, Error> {
    let Some(device) = who.device else { return Ok(BTreeMap::new()) };
    let rows = tx
        .all(
            "SELECT id, last_n, durable_n FROM stream WHERE municipality = $1 AND device = $2 AND account = $3",
            [(&who.municipality).into(), device.into(), who.user.into()],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.parse("id")?, StreamInfo { contig: row.get("last_n")?, durable: row.get("durable_n")? })))
        .collect()
}

/// Outcomes again, after a lost reply: of this tablet's own operations only.
async fn answer_outcomes(
    State(state): State<AppState>,
    tablet: Tablet,
    extensions: http::Extensions,
    Received(mut wanted): Received<OutcomesRequest>,
) -> Result<Response, Error> {
    let mut tx = state.db.read(Unscoped::Sync).await?;
    let rows = tx
        .all(
            "SELECT id FROM stream WHERE municipality = $1 AND device = $2",
            [(&tablet.municipality).into(), tablet.device.into()],
        )
        .await?;
    let own = rows.iter().map(|row| row.parse("id")).collect::<Result<Vec<StreamId>, Error>>()?;
    let request_id = request::id_of(&extensions);
    let mut store = SqlStore::reading(&mut tx, &tablet.municipality, state.now(), &state.secrets, &request_id);
    let known = domain::sync::server::store::ReadStore::ops(&mut store, &wanted.op_ids).await?;
    wanted.op_ids = known.iter().filter(|op| own.contains(&op.stream)).map(|op| op.op_id).collect();
    Ok(Json(outcomes(&mut store, &wanted).await?).into_response())
}

/// A live connection: says which granted bucket has moved, never what is in it.
async fn events(
    State(state): State<AppState>,
    who: SignedIn,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Error> {
    let listener = state.hub.listen();
    let grants = {
        let mut tx = state.db.read(Unscoped::Sync).await?;
        tablet_grants(&state, &mut tx, &who).await?
    };
    let live = Live {
        checked: state.now().millis(),
        granted: grants.buckets(),
        draining: state.draining.subscribe(),
        state,
        who,
        listener,
    };
    let stream =
        futures::stream::unfold(live, |mut live| async move { live.next().await.map(|event| (Ok(event), live)) });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(25))))
}

/// Rights are looked up again this often, so that a revoked person hears nothing more.
const RECHECK_MILLIS: i64 = 5_000;

struct Live {
    state: AppState,
    who: SignedIn,
    granted: Vec<domain::sync::entity::Bucket>,
    checked: i64,
    listener: tokio::sync::broadcast::Receiver<hub::Poke>,
    draining: tokio::sync::watch::Receiver<bool>,
}

impl Live {
    /// The next poke that this person may hear; the end when the server stops or the rights are gone.
    async fn next(&mut self) -> Option<Event> {
        use tokio::sync::broadcast::error::RecvError;
        loop {
            let heard = tokio::select! {
                heard = self.listener.recv() => heard,
                _ = self.draining.wait_for(|draining| *draining) => return None,
            };
            let poke = match heard {
                Ok(poke) => poke,
                // Missed some: the tablet reconnects and pulls everything that moved.
                Err(RecvError::Lagged(_) | RecvError::Closed) => return None,
            };
            self.recheck().await?;
            if poke.municipality == self.who.municipality && self.granted.contains(&poke.bucket) {
                let data = Poke { bucket: poke.bucket, head: poke.head };
                return Event::default().event("poke").json_data(data).ok();
            }
        }
    }

    async fn recheck(&mut self) -> Option<()> {
        let now = self.state.now().millis();
        if now - self.checked < RECHECK_MILLIS {
            return Some(());
        }
        let mut tx = self.state.db.read(Unscoped::Sync).await.ok()?;
        let still = crate::access::sessions::is_live(&mut tx, &self.who).await.ok()?;
        if !still {
            return None;
        }
        self.granted = tablet_grants(&self.state, &mut tx, &self.who).await.ok()?.buckets();
        self.checked = now;
        Some(())
    }
}
