//! Tablets: signing in on one, who is signed in, signing out. JSON, for the tablet app.
//!
//! A tablet gets its own identity (cookie `device`) at the first sign-in on it, apart from the user's
//! session (cookie `sid`): recorded work can be sent with the first, read is only with both.

mod handed;
mod list;
mod report;

pub use self::list::silent;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::access::{Action, Role, may};
use domain::devices::{Had, SIGN_IN_PATH, SIGN_OUT_PATH, SignInRefusal, SignInReply, SignInRequest};
use domain::ids::{DeviceId, uuid_v7};
use domain::text::normal;
use http::{HeaderMap, StatusCode};

use crate::access::cookies::Cookie;
use crate::access::places::SignInPlace;
use crate::access::sessions::{self, NewSession};
use crate::access::sign_in::{self, Attempt, Known, Refused};
use crate::access::{SignedIn, grants, token};
use crate::audit;
use crate::db::{Row, Tx, Unscoped, Value};
use crate::error::Error;
use crate::help;
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::client::{Client, Network};
use crate::web::compression::as_it_is;
use crate::web::json::Received;
use crate::web::request;

pub fn routes(routes: Routes) -> Routes {
    routes
        .with(list::routes)
        .with(handed::routes)
        .with(report::routes)
        .post(SIGN_IN_PATH, sign_in)
        .get(SIGN_IN_PATH, who)
        .post(SIGN_OUT_PATH, sign_out)
}

/// How long a tablet keeps its own identity without a sign-in.
const DEVICE_SECONDS: i64 = 400 * 24 * 3600;

/// Longest name of a tablet, in characters.
const LABEL: usize = 100;

async fn sign_in(
    State(state): State<AppState>,
    Client(from): Client,
    headers: HeaderMap,
    extensions: http::Extensions,
    Received(typed): Received<SignInRequest>,
) -> Result<Response, Error> {
    let label = normal(&typed.device_label);
    let label = label.trim();
    if label.chars().count() > LABEL || label.chars().any(char::is_control) {
        return Err(Error::BadRequest("the tablet's label".into()));
    }
    let request_id = request::id_of(&extensions);
    let place = SignInPlace::new(from, Cookie::Device.read(&headers, &state.config).as_deref());
    let attempt = Attempt {
        login: &typed.login,
        password: &typed.password,
        from: &place,
        request_id: &request_id,
        role_of: tablet_role,
    };
    let known = match sign_in::check(&state, &attempt).await? {
        Ok(known) => known,
        Err(Refused::Wrong) => return Ok(refuse(SignInRefusal::Wrong)),
        Err(Refused::Wait(seconds)) => {
            return Err(Error::Wait { seconds: u32::try_from(seconds).unwrap_or(60) });
        }
    };
    match tablet_role(&known.roles) {
        Some(role) => enter(&state, &headers, from, known, role, (label, typed.signs), &request_id).await,
        None if tablet_role(&known.offered).is_some() => {
            Ok((StatusCode::FORBIDDEN, Json(SignInRefusal::RoleWaits)).into_response())
        }
        None => Ok(refuse(SignInRefusal::NoTabletRole)),
    }
}

fn refuse(why: SignInRefusal) -> Response {
    (StatusCode::UNAUTHORIZED, Json(why)).into_response()
}

/// The role on a tablet: the one that may do most there.
fn tablet_role(roles: &[Role]) -> Option<Role> {
    let allowed = |role: &&Role| may(**role, Action::UseTablet).is_some();
    let reach = |role: &&Role| Action::ALL.iter().filter(|action| may(**role, **action).is_some()).count();
    roles.iter().filter(allowed).max_by_key(reach).copied()
}

async fn enter(
    state: &AppState,
    headers: &HeaderMap,
    from: Network,
    known: Known,
    role: Role,
    (label, signs): (&str, bool),
    request_id: &str,
) -> Result<Response, Error> {
    let who = &known;
    let entered = state.write(Unscoped::Door, |mut tx| async move {
        let (device, new_secret) = device(state, &mut tx, headers, who, label).await?;
        if new_secret.is_some() {
            note_enrolment(state, &mut tx, who, device, role, request_id).await?;
        }
        let kept_here = is_kept(&mut tx, who, device).await?;
        let had = if kept_here { had(&mut tx, who, device).await? } else { None };
        enrol(state, &mut tx, who, device, role, signs).await?;
        let author_key = grants::author_key(&mut tx, &state.secrets, &who.municipality, device, who.user).await?;
        let secret = new_secret.clone().or_else(|| Cookie::Device.read(headers, &state.config));
        SignInPlace::new(from, secret.as_deref()).remember(&mut tx, who, state.now()).await?;
        let (municipality, user) = (&who.municipality, who.user);
        let (role, device_of) = (Some(role), Some(device));
        let new = NewSession { municipality, user, role, device: device_of, device_label: "tablet" };
        let session = sessions::create(state, &mut tx, new).await?;
        let help = help::of(&mut tx, &who.municipality).await?;
        Ok(tx.done((device, new_secret, session, help, author_key, (kept_here, had))))
    });
    let (device, new_secret, session, help, author_key, (kept_here, had)) = entered.await?;
    // A program that cannot sign has no use for it.
    let author_key = author_key.filter(|_| signs);
    let Known { user, name, language, municipality, .. } = known;
    let reply = SignInReply { user, name, role, language, municipality, device, help, author_key, kept_here, had };
    let response = Cookie::Session.set(
        as_it_is(Json(reply).into_response()),
        &state.config,
        session,
        sessions::cookie_seconds(true),
    );
    Ok(match new_secret {
        Some(secret) => Cookie::Device.set(response, &state.config, secret, Some(DEVICE_SECONDS)),
        None => response,
    })
}

/// The tablet at hand, enrolled now if this municipality does not know it; with a new identity its secret.
async fn device(
    state: &AppState,
    tx: &mut Tx,
    headers: &HeaderMap,
    known: &Known,
    label: &str,
) -> Result<(DeviceId, Option<String>), Error> {
    let now = state.now();
    if let Some(secret) = Cookie::Device.read(headers, &state.config) {
        let row = tx
            .maybe(
                sql!("UPDATE device SET seen_at = $3 WHERE municipality = $1 AND hash = $2 AND ended_at IS NULL RETURNING id"),
                [(&known.municipality).into(), token::hash(&secret).into(), now.into()],
            )
            .await?;
        if let Some(row) = row {
            return Ok((row.parse("id")?, None));
        }
    }
    let secret = state.secret();
    let id = state.with_chance(|chance| DeviceId::new(now, chance));
    tx.run(
        sql!(
            "INSERT INTO device (municipality, id, hash, organisation, label, created_at, seen_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $6)"
        ),
        [
            (&known.municipality).into(),
            id.into(),
            token::hash(&secret).into(),
            known.organisation.into(),
            label.into(),
            now.into(),
        ],
    )
    .await?;
    Ok((id, Some(secret)))
}

/// Notes that this person works on this tablet, in this role: from then on their work is taken from it; signed, where
/// the tablet's program can. The secret stays the same over sign-ins, so that no other tab is left with an old one.
async fn enrol(
    state: &AppState,
    tx: &mut Tx,
    known: &Known,
    device: DeviceId,
    role: Role,
    signs: bool,
) -> Result<(), Error> {
    let kid = signs.then(|| state.with_chance(|chance| uuid_v7(state.now(), chance)));
    let values: [Value; 6] = [
        (&known.municipality).into(),
        device.into(),
        known.user.into(),
        role.code().into(),
        state.now().into(),
        kid.into(),
    ];
    tx.run(
        sql!("INSERT INTO device_account (municipality, device, account, role, since, kid) VALUES ($1, $2, $3, $4, $5, $6) \
              ON CONFLICT (municipality, device, account) DO UPDATE SET role = excluded.role, \
              kid = COALESCE(device_account.kid, excluded.kid), left_at = NULL"),
        values,
    )
    .await?;
    Ok(())
}

/// Whether this person has worked on this tablet and has not signed out since: then their data should be there, and if
/// it is not, the browser has thrown it away.
async fn is_kept(tx: &mut Tx, known: &Known, device: DeviceId) -> Result<bool, Error> {
    let sql = sql!("SELECT left_at FROM device_account WHERE municipality = $1 AND device = $2 AND account = $3");
    let row = tx.maybe(sql, [(&known.municipality).into(), device.into(), known.user.into()]).await?;
    Ok(row.is_some_and(|row| row.is_null("left_at")))
}

/// How far this person's work on this tablet had come.
async fn had(tx: &mut Tx, known: &Known, device: DeviceId) -> Result<Option<Had>, Error> {
    let sql = sql!(
        "SELECT id, last_n, created_n FROM stream WHERE municipality = $1 AND device = $2 AND account = $3 \
         ORDER BY seen_at DESC, id LIMIT 1"
    );
    let row = tx.maybe(sql, [(&known.municipality).into(), device.into(), known.user.into()]).await?;
    let one = |row: Row| {
        let made = row.get::<i64>("created_n")?.max(row.get("last_n")?);
        Ok(Had { stream: row.parse("id")?, made })
    };
    row.map(one).transpose()
}

/// A tablet that was not known has got an identity of its own, by the sign-in of this person.
async fn note_enrolment(
    state: &AppState,
    tx: &mut Tx,
    known: &Known,
    device: DeviceId,
    role: Role,
    request_id: &str,
) -> Result<(), Error> {
    let entry = audit::Entry {
        actor: Some(known.user),
        role: Some(role),
        device: Some(device),
        entities: format!("device:{device}"),
        ..audit::Entry::new(state.now(), "device.enrol", request_id)
    };
    audit::append(tx, &state.secrets, &known.municipality, &entry).await
}

/// Who is signed in here, for a tablet that comes back into coverage.
async fn who(State(state): State<AppState>, who: SignedIn) -> Result<Json<SignInReply>, Error> {
    let (Some(role), Some(device)) = (who.role, who.device) else { return Err(Error::SignInNeeded) };
    let SignedIn { user, name, language, municipality, .. } = who;
    let help = help::of(&mut state.db.read(Unscoped::SignedIn).await?, &municipality).await?;
    // The secret is given for the password alone.
    let (author_key, kept_here, had) = (None, true, None);
    Ok(Json(SignInReply { user, name, role, language, municipality, device, help, author_key, kept_here, had }))
}

/// Ends the user's session, with which their data on the tablet goes. The tablet stays known.
async fn sign_out(
    State(state): State<AppState>,
    who: SignedIn,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    sessions::end_own(&state, &who, &who.session, &request::id_of(&extensions)).await?;
    let (who, now) = (&who, state.now());
    let noted = state.write(Unscoped::SignedIn, |mut tx| async move {
        let sql =
            sql!("UPDATE device_account SET left_at = $4 WHERE municipality = $1 AND device = $2 AND account = $3");
        tx.run(sql, [(&who.municipality).into(), who.device.into(), who.user.into(), now.into()]).await?;
        Ok(tx.done(()))
    });
    noted.await?;
    Ok(Cookie::Session.clear(StatusCode::NO_CONTENT.into_response(), &state.config))
}
