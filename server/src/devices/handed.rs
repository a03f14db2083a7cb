//! Work that a tablet has handed out as a file, taken in at the desk: each push in it goes the way of a push from that
//! tablet, and counts only under its author's hand. Sent twice, or by the tablet after all, it is there once.

use app::access::handed::{HandedPage, HandedView, PATH, Taken};
use app::texts::access::handed as words;
use app::ui::FieldError;
use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::response::Response;
use domain::access::Action;
use domain::ids::DeviceId;
use domain::sync::handed::HandedOut;
use domain::sync::server::push::{PushContext, Pushed, open};
use domain::sync::server::store::ReadStore as _;
use domain::sync::wire::{OpResult, Outcome, PushRequest};
use leptos::prelude::*;

use super::list::within;
use crate::access::{Actor, Tablet, grants};
use crate::audit;
use crate::db::Unscoped;
use crate::error::Error;
use crate::pages::{Reader, form_status, page_with_status};
use crate::routes::Routes;
use crate::state::AppState;
use crate::sync::SqlStore;
use crate::sync::endpoints::store_push;
use crate::web::upload::{SentFile, Upload};
use crate::web::{limits, request};

pub fn routes(routes: Routes) -> Routes {
    routes.get(PATH, show).post(PATH, take)
}

async fn show(reader: Reader, actor: Actor) -> Result<Response, Error> {
    actor.scope.require(Action::ManageDevices)?;
    Ok(draw(&reader, HandedView::default()).await)
}

async fn draw(reader: &Reader, view: HandedView) -> Response {
    let (lang, status) = (reader.lang, form_status(&view.errors));
    page_with_status(reader, status, words::title(lang), move || view! { <HandedPage lang view/> }.into_any()).await
}

/// The form, from somebody who looks after tablets: nobody else's file is read at all.
struct SentForm {
    reader: Reader,
    actor: Actor,
    file: Option<SentFile>,
    request_id: String,
}

impl FromRequest<AppState> for SentForm {
    type Rejection = Error;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        let actor = Actor::from_request_parts(&mut parts, state).await?;
        actor.scope.require(Action::ManageDevices)?;
        let reader = Reader::from_request_parts(&mut parts, state).await?;
        let request_id = request::id_of(&parts.extensions);
        let Upload { file, .. } = Upload::from_request(Request::from_parts(parts, body), state).await?;
        Ok(Self { reader, actor, file, request_id })
    }
}

async fn take(State(state): State<AppState>, form: SentForm) -> Result<Response, Error> {
    let SentForm { reader, actor, file, request_id } = form;
    let lang = reader.lang;
    let wrong = |text: &str| HandedView { errors: vec![FieldError::new("file", text)], ..HandedView::default() };
    let view = match file.as_ref().and_then(|file| HandedOut::read(&file.bytes)) {
        None if file.is_none() => wrong(words::no_file(lang)),
        None => wrong(words::not_such_a_file(lang)),
        Some(handed) => match accepted(&state, &actor, &handed).await? {
            Err(Refused::NobodysHand) => wrong(words::nobodys_hand(lang)),
            Err(Refused::Ended) => wrong(words::ended(lang)),
            Ok(tablet) => {
                let entry = audit::Entry::of_device(&actor, state.now(), "device.unsent", tablet.device, &request_id);
                // Before anything of it is done, as every look is.
                audit::note(&state, actor.scope.municipality(), &entry).await?;
                HandedView { taken: Some(deliver(&state, &tablet, handed, &request_id).await?), errors: Vec::new() }
            }
        },
    };
    Ok(draw(&reader, view).await)
}

/// Why nothing of a file is taken in.
enum Refused {
    /// Its tablet is not within reach, or not everything in it was signed by its author: work that nobody has signed could
    /// be anybody's. It stays on its tablet until the author has signed in there again.
    NobodysHand,
    /// Its tablet was ended: whoever holds that one now could have written the file, with the secret that lies on it.
    Ended,
}

/// The tablet of the file.
async fn accepted(state: &AppState, actor: &Actor, handed: &HandedOut) -> Result<Result<Tablet, Refused>, Error> {
    let mut tx = state.db.read(&actor.scope).await?;
    let [own, below] = within(tx.scope())?;
    let sql = sql!(
        "SELECT d.id, d.ended_at FROM device d JOIN organisation o ON o.municipality = d.municipality AND o.id = d.organisation \
         WHERE d.municipality = $1 AND ($2 = '' OR o.id = $2 OR (o.parent = $2 AND $3 = 'yes')) AND d.id = $4"
    );
    let Some(row) = tx.maybe(sql, [own, below, handed.device.into()]).await? else {
        return Ok(Err(Refused::NobodysHand));
    };
    if !row.is_null("ended_at") {
        return Ok(Err(Refused::Ended));
    }
    let device: DeviceId = row.parse("id")?;
    let (bare, tenant) = tx.unscoped(Unscoped::Sync);
    let key = grants::author_key(bare, &state.secrets, tenant, device, handed.user).await?;
    let signed = key.is_some_and(|key| handed.pushes.iter().all(|push| key.has_signed_all(push)));
    Ok(if signed { Ok(Tablet { municipality: tenant.clone(), device }) } else { Err(Refused::NobodysHand) })
}

/// Takes the pushes in their order, up to the first that cannot be taken.
async fn deliver(state: &AppState, tablet: &Tablet, handed: HandedOut, request_id: &str) -> Result<Taken, Error> {
    let (now, limits) = (state.now(), limits::push_limits());
    let context = PushContext { device: tablet.device, signed_in: None, now, limits };
    let epoch = {
        let mut tx = state.db.read(Unscoped::Sync).await?;
        SqlStore::reading(&mut tx, &tablet.municipality, now, &state.secrets, request_id).epoch().await?
    };
    let unreadable = i64::try_from(handed.unreadable.len()).unwrap_or(i64::MAX);
    let all = i64::try_from(handed.count()).unwrap_or(i64::MAX);
    let mut taken = Taken { all, unreadable, ..Taken::default() };
    for push in handed.pushes {
        // A file may be older than a restore: the server's present life is the one that it goes into.
        let push = PushRequest { epoch: epoch.clone(), ..push };
        let pushed = match open(&push, limits) {
            Ok(opened) => store_push(state, tablet, &context, &opened, &[], request_id).await?,
            Err(why) => why.into(),
        };
        let Pushed::Done { reply, .. } = pushed else { break };
        reply.results.iter().for_each(|result| count(&mut taken, result));
    }
    Ok(taken)
}

fn count(taken: &mut Taken, result: &OpResult) {
    *match result.outcome {
        Outcome::Applied | Outcome::Noop | Outcome::Conflict => &mut taken.there,
        Outcome::Held => &mut taken.held,
        Outcome::Rejected => &mut taken.rejected,
    } += 1;
}
