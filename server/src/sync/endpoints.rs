//! Push (docs/sync.md, Push), pull (docs/sync.md, Pull) and outcomes (docs/sync.md, Outcomes).

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use domain::access::Action;
use domain::ids::{MunicipalityCode, StreamId, UserId};
use domain::sync::client::outbox::KEEP_MILLIS;
use domain::sync::rights::Grants;
use domain::sync::server::pull::{PullContext, Told, pull};
use domain::sync::server::push::{Opened, PushContext, Pushed, open, outcomes, take};
use domain::sync::wire::{self, Epoch, Order, OutcomesRequest, PullRequest, PushRequest, StreamInfo, You};
use domain::time::Instant;
use http::StatusCode;

use super::store::{SqlStore, durable_of};
use super::{lapse, live};
use crate::access::{Bearer, SignedIn, Tablet, Use, grants, leading, training};
use crate::applications::settings;
use crate::audit;
use crate::db::{Lookup, Row, Tx, Unscoped};
use crate::epochs;
use crate::error::Error;
use crate::hub;
use crate::letters;
use crate::messages::outbox;
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::client::Client;
use crate::web::json::{self, Received};
use crate::web::{limits, request};

/// When a tablet from which too much waits for a person asks again.
const FULL_SECONDS: u32 = 300;

pub fn routes(routes: Routes) -> Routes {
    routes
        .post(wire::PUSH_PATH, take_push)
        .post(wire::PULL_PATH, answer_pull)
        .post(wire::OUTCOMES_PATH, answer_outcomes)
        .get(wire::EVENTS_PATH, live::events)
}

/// Operations of a tablet. The tablet's own identity is enough: an expired session never blocks the upload.
async fn take_push(
    State(state): State<AppState>,
    Bearer { tablet, signed_in, used }: Bearer,
    request: Request,
) -> Result<Response, Error> {
    let request_id = request::id_of(request.extensions());
    let asked = request.headers().clone();
    let Client(from) = Client::of(request.extensions());
    let _turn = state.guard.pushes.enter(from).await.ok_or_else(|| limits::busy(&state))?;
    let inflated = usize::try_from(limits::push_limits().bytes).unwrap_or(usize::MAX);
    let wanted: PushRequest = json::read(request, limits::PUSH_BODY, inflated).await?;
    let context = PushContext { device: tablet.device, signed_in, now: state.now(), limits: limits::push_limits() };
    // What is out of all proportion is refused before anybody has to wait for it.
    let pushed = match open(&wanted, context.limits) {
        Ok(opened) => store_push(&state, &tablet, &context, &opened, &used, &request_id).await?,
        Err(why) => why.into(),
    };
    Ok(match pushed {
        Pushed::Done { mut reply, .. } => {
            vouch(&state, &tablet.municipality, &reply.epoch, wanted.stream, &mut reply.stream);
            json::data(&asked, &reply)?
        }
        Pushed::Refused(why) => (StatusCode::CONFLICT, Json(why)).into_response(),
        Pushed::TooLarge => return Err(Error::TooLarge),
        Pushed::Malformed => return Err(Error::BadRequest("numbers or a chain that no operations have".into())),
        Pushed::Full => return Err(Error::Busy { retry_after: FULL_SECONDS }),
        Pushed::Unsigned => return Err(Error::SignInNeeded),
    })
}

/// Repeating is safe: an operation that was stored after all is answered with its stored outcome.
pub(crate) async fn store_push(
    state: &AppState,
    tablet: &Tablet,
    context: &PushContext,
    opened: &Opened<'_>,
    used: &[Use],
    request_id: &str,
) -> Result<Pushed, Error> {
    let tenant = &tablet.municipality;
    let stored = state.write(Unscoped::Sync, |mut tx| async move {
        let mut store = SqlStore::writing(&mut tx, tenant, context.now, &state.secrets, request_id).await?;
        store.note_used(used).await?;
        let pushed = take(&mut store, context, opened).await?;
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
    asked: http::HeaderMap,
    Received(wanted): Received<PullRequest>,
) -> Result<Response, Error> {
    let now = state.now();
    let request_id = request::id_of(&extensions);
    heed(&state, &who, &wanted).await?;
    let Client(from) = Client::of(&extensions);
    let turn = state.guard.pulls.enter(from).await.ok_or_else(|| limits::busy(&state))?;
    let mut tx = state.db.read(Unscoped::Sync).await?;
    let mut grants = tablet_grants(&state, &mut tx, &who).await?;
    let due = lapse::due(&mut tx, &who.municipality, grants.groups.iter().copied(), now.day_in_finland()).await?;
    if !due.is_empty() {
        drop(tx);
        lapse::bring_to_today(&state, &who.municipality, &due, &request_id).await?;
        tx = state.db.read(Unscoped::Sync).await?;
        grants = tablet_grants(&state, &mut tx, &who).await?;
    }
    let context = PullContext {
        granted: grants.buckets(),
        streams: streams_of(&mut tx, &who, wanted.stream).await?,
        orders: orders(&mut tx, &who, now).await?,
        you: Some(you(&state, &mut tx, &who, &grants).await?),
        now,
    };
    let mut store = SqlStore::reading(&mut tx, &who.municipality, now, &state.secrets, &request_id);
    let mut reply = pull(&mut store, context, &wanted).await?;
    for (stream, info) in &mut reply.streams {
        vouch(&state, &who.municipality, &reply.epoch, *stream, info);
    }
    reply.authors = authors(&mut tx, &who, reply.contending()).await?;
    // The snapshot is let go first: a node waits for the log with as few connections as it can.
    drop(tx);
    let Some(told) = Told::of(&reply) else { return json::data(&asked, &reply) };
    let look = audit::Entry::of_pull(&who, now, &told, &request_id);
    let page = move || {
        let packed = json::data(&asked, &reply);
        // What waits for the log is packed: the next one may be read meanwhile.
        drop((reply, turn));
        packed
    };
    shown(&state, &who.municipality, look, page).await
}

/// A page is packed while the look is logged, and by nobody who answers others.
async fn shown(
    state: &AppState,
    tenant: &MunicipalityCode,
    look: audit::Entry,
    page: impl FnOnce() -> Result<Response, Error> + Send + 'static,
) -> Result<Response, Error> {
    let packed = tokio::task::spawn_blocking(page);
    audit::note_together(state, tenant, look).await?;
    packed.await.map_err(|why| Error::Broken(format!("a page that could not be packed: {why}")))?
}

/// A tablet that shows the server's own word for more than there is ends this life of the database.
async fn heed(state: &AppState, who: &SignedIn, wanted: &PullRequest) -> Result<(), Error> {
    let (Some(stream), Some(told)) = (wanted.stream, wanted.told) else { return Ok(()) };
    let mut tx = state.db.read(Unscoped::Sync).await?;
    let outlived = epochs::outlived(&mut tx, &state.secrets, &who.municipality, stream, told).await?;
    drop(tx);
    match outlived {
        Some(epoch) => epochs::begin_after(state, &epoch, "tablet").await,
        None => Ok(()),
    }
}

/// What this person's outbox on this tablet is to forget, as long as it may still lie there: operations about people who
/// were erased since. A tablet counts from when it was told that they are here, which may be weeks later.
async fn orders(tx: &mut Tx, who: &SignedIn, now: Instant) -> Result<Vec<Order>, Error> {
    let Some(device) = who.device else { return Ok(Vec::new()) };
    let sql = sql!(
        "SELECT o.op_id FROM stream s JOIN op o ON o.municipality = $1 AND o.stream = s.id AND o.body = '' \
         WHERE s.municipality = $1 AND s.device = $2 AND s.account = $3 AND o.received_at > $4"
    );
    let since = now.plus_millis(-2 * KEEP_MILLIS);
    let rows = tx.all(sql, [(&who.municipality).into(), device.into(), who.user.into(), since.into()]).await?;
    let op_ids = rows.iter().map(|row| row.parse("op_id")).collect::<Result<Vec<_>, Error>>()?;
    Ok(if op_ids.is_empty() { Vec::new() } else { vec![Order::Forget { op_ids }] })
}

/// What the tablet is told of its user.
async fn you(state: &AppState, tx: &mut Tx, who: &SignedIn, grants: &Grants) -> Result<You, Error> {
    let today = state.today();
    let trained_on = training::of(tx, &who.municipality, who.user).await?;
    let target_group = settings::mode_of(tx, &who.municipality).await?;
    let groups = grants.groups.iter().copied();
    let instructors = leading::called(tx, &who.municipality, groups.clone(), today).await?;
    let calls = who.scope(state)?.is_some_and(|scope| scope.may(Action::EditProfiles));
    let told = if calls { outbox::told(tx, &who.municipality, groups, today).await? } else { BTreeMap::new() };
    let form_of_address = letters::form_of(tx, &who.municipality).await?;
    let own_page = state.own_page.as_deref().cloned();
    Ok(You { rights: grants.rights.clone(), trained_on, target_group, instructors, form_of_address, told, own_page })
}

const AUTHORS: Lookup = lookup!(
    "SELECT s.id, a.name FROM stream s JOIN account a ON a.municipality = s.municipality AND a.id = s.account \
     WHERE s.municipality = $1 AND s.id IN (",
    ")"
);

/// The names of those whose marks, or corrections of a test, contradict each other: whoever sees these works with the same
/// person.
async fn authors(
    tx: &mut Tx,
    who: &SignedIn,
    streams: BTreeSet<StreamId>,
) -> Result<BTreeMap<StreamId, String>, Error> {
    if streams.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = tx.lookup(&AUTHORS, &who.municipality, streams).await?;
    rows.iter().map(|row| Ok((row.parse("id")?, row.get("name")?))).collect()
}

/// The rights of a person who uses a tablet; others are refused.
pub(super) async fn tablet_grants(state: &AppState, tx: &mut Tx, who: &SignedIn) -> Result<Grants, Error> {
    let scope = who.scope(state)?.ok_or(Error::RoleNeeded)?;
    scope.require(Action::UseTablet)?;
    grants::of_session(tx, who, scope.today()).await?.ok_or(Error::RoleNeeded)
}

/// Gives the server's word for how much it has of a stream.
fn vouch(state: &AppState, tenant: &MunicipalityCode, epoch: &Epoch, stream: StreamId, info: &mut StreamInfo) {
    info.receipt = Some(epochs::seal(&state.secrets, tenant, epoch, stream, info.contig));
}

fn stream_told(row: &Row) -> Result<(StreamId, StreamInfo), Error> {
    let contig: i64 = row.get("last_n")?;
    let durable = durable_of(row)?.min(contig);
    Ok((row.parse("id")?, StreamInfo { contig, durable, receipt: None }))
}

/// How far this person's streams on this tablet have come, and the one that it writes: nowhere, if the server does not
/// know it. Of one that somebody else writes nothing is told.
async fn streams_of(
    tx: &mut Tx,
    who: &SignedIn,
    asked: Option<StreamId>,
) -> Result<BTreeMap<StreamId, StreamInfo>, Error> {
    let Some(device) = who.device else { return Ok(BTreeMap::new()) };
    let rows = tx
        .all(
            sql!("SELECT id, last_n, chain_n, durable_n FROM stream WHERE municipality = $1 AND device = $2 AND account = $3"),
            [(&who.municipality).into(), device.into(), who.user.into()],
        )
        .await?;
    let mut streams = rows.iter().map(stream_told).collect::<Result<BTreeMap<_, _>, Error>>()?;
    let Some(asked) = asked.filter(|id| !streams.contains_key(id)) else { return Ok(streams) };
    let sql = sql!("SELECT id, last_n, chain_n, durable_n, account FROM stream WHERE municipality = $1 AND id = $2");
    match tx.maybe(sql, [(&who.municipality).into(), asked.into()]).await? {
        Some(row) if [who.user, UserId::NOBODY].contains(&row.parse("account")?) => {
            streams.extend([stream_told(&row)?]);
        }
        Some(_) => {}
        None => {
            streams.insert(asked, StreamInfo::default());
        }
    }
    Ok(streams)
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
            sql!("SELECT id FROM stream WHERE municipality = $1 AND device = $2"),
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
