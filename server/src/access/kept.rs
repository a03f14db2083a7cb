//! What somebody sent when the session was over: kept until the same person has signed in again in the same browser,
//! for half an hour, and used once (docs/access.md, Ended sessions).
//!
//! It lies sealed in the database; the key follows from the ended session's token, which only the browser has.

use app::access::kept::{KeptView, kept_page};
use app::texts::access::kept as words;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest as _, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use domain::ids::{MunicipalityCode, UserId};
use domain::time::Instant;
use http::{HeaderMap, Method, StatusCode, header};
use leptos::prelude::*;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Actor;
use super::cookies::Cookie;
use super::token;
use crate::db::{Tx, Unscoped};
use crate::error::{Error, SIGN_IN, Unrendered};
use crate::own;
use crate::pages::{Reader, own_path, page, see_other};
use crate::routes::Routes;
use crate::secrets::hmac;
use crate::state::AppState;
use crate::web::limits::BODY;

/// How long it is kept, in milliseconds.
const KEPT: i64 = 30 * 60_000;
/// What is typed here is never kept.
const SECRET_FIELDS: [&str; 6] = ["password", "current", "again", "code", "fresh", "pin"];
/// Stands in the address of a form that is sent again.
const AGAIN: &str = "kept";
/// Where whoever has signed in again goes on.
pub const PATH: &str = "/kept";

pub fn routes(routes: Routes) -> Routes {
    routes.get(PATH, show).post("/kept/drop", discard)
}

/// What is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A form with everything that was typed.
    Form,
    /// The page on which a form stood that is not kept: with a file, or with a password.
    Lost,
    /// A page that was to be looked at.
    Page,
}

impl Kind {
    const fn code(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Lost => "lost",
            Self::Page => "page",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::Form, Self::Lost, Self::Page].into_iter().find(|kind| kind.code() == code)
    }
}

/// As it is sealed.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// The address on this server, with its query.
    path: String,
    /// Names and values of the form's fields, in the order of the page.
    fields: Vec<(String, String)>,
}

/// What a request asks for, as far as it could be asked for again.
struct Asked {
    kind: Kind,
    kept: Kept,
}

/// Keeps what is refused because the session is over; forgets what was sent again and has arrived. Stands inside of the
/// check of where a change comes from: what another site sends is never kept.
pub async fn around(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let elsewhere = ["/api/", "/assets/"].iter().any(|start| path.starts_with(start)) || own::is_own(path);
    let token = Cookie::Session.read(request.headers(), &state.config).filter(|_| !elsewhere);
    let Some(token) = token else { return next.run(request).await };
    let again = is_again(&request);
    let (request, form) = with_form(request).await;
    let (method, uri, headers) = (request.method().clone(), request.uri().clone(), request.headers().clone());
    let response = next.run(request).await;
    let status = response.status();
    let ended = response.extensions().get::<Unrendered>().is_some_and(|named| named.word == SIGN_IN);
    let arrived = status.is_success() || status.is_redirection() || status == StatusCode::UNPROCESSABLE_ENTITY;
    let done = if ended {
        let address = uri.path_and_query().map_or("/", |address| address.as_str());
        match asked(&state, &method, address, &headers, form).await {
            Some(asked) => keep(&state, &token, asked).await,
            None => Ok(()),
        }
    } else if again && arrived {
        forget(&state, &token).await
    } else {
        Ok(())
    };
    if let Err(error) = done {
        tracing::error!(%error, "what was typed could not be kept over the end of a session");
    }
    response
}

fn is_again(request: &Request) -> bool {
    request.method() == Method::POST
        && request.uri().query().is_some_and(|query| query.split('&').any(|part| part == AGAIN))
}

/// The request, with a copy of its body where that is a plain form.
async fn with_form(request: Request) -> (Request, Option<Bytes>) {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if request.method() != Method::POST || !kind.starts_with("application/x-www-form-urlencoded") {
        return (request, None);
    }
    let (parts, body) = request.into_parts();
    // It is here already, and no longer than this.
    let bytes = axum::body::to_bytes(body, BODY).await.unwrap_or_default();
    (Request::from_parts(parts, Body::from(bytes.clone())), Some(bytes))
}

async fn asked(
    state: &AppState,
    method: &Method,
    address: &str,
    headers: &HeaderMap,
    form: Option<Bytes>,
) -> Option<Asked> {
    if method == Method::GET {
        let shown = headers.get("sec-fetch-dest").is_none_or(|dest| dest.as_bytes() == b"document");
        let kept = Kept { path: address.to_owned(), fields: Vec::new() };
        return (shown && address != PATH).then_some(Asked { kind: Kind::Page, kept });
    }
    if let Some(fields) = fields_of(form).await {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let query: Vec<_> = query.split('&').filter(|part| !part.is_empty() && *part != AGAIN).collect();
        let path = if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) };
        let kept = Kept { path, fields };
        return Some(Asked { kind: Kind::Form, kept });
    }
    let from = headers.get(header::REFERER).and_then(|value| value.to_str().ok())?;
    let path = from.strip_prefix(&state.config.public_url).filter(|path| path.starts_with('/'))?;
    Some(Asked { kind: Kind::Lost, kept: Kept { path: own_path(path).to_owned(), fields: Vec::new() } })
}

/// The fields of a form that may be kept: one that can be read, without a password.
async fn fields_of(form: Option<Bytes>) -> Option<Vec<(String, String)>> {
    let request = Request::post("/").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let request = request.body(Body::from(form?)).ok()?;
    let axum::Form(fields) = axum::Form::<Vec<(String, String)>>::from_request(request, &()).await.ok()?;
    let secret = |name: &String| SECRET_FIELDS.contains(&name.as_str());
    (!fields.iter().any(|(name, _)| secret(name))).then_some(fields)
}

fn key(token: &str) -> Option<LessSafeKey> {
    let key = hmac(token.as_bytes(), &[b"kept-form/v1"]);
    UnboundKey::new(&AES_256_GCM, &key).ok().map(LessSafeKey::new)
}

/// As it lies in the database: the nonce, then what AES-256-GCM makes of it.
pub(crate) fn seal(token: &str, nonce: [u8; NONCE_LEN], kept: &impl Serialize) -> Result<String, Error> {
    let broken = || Error::Broken("what was typed cannot be sealed".into());
    let mut text = serde_json::to_vec(kept).map_err(|_| broken())?;
    let (key, aad) = (key(token).ok_or_else(broken)?, Aad::from(token::hash(token)));
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut text).map_err(|_| broken())?;
    Ok(BASE64.encode([nonce.as_slice(), &text].concat()))
}

/// What was sealed with the same token; nothing for another.
pub(crate) fn unseal<T: DeserializeOwned>(token: &str, sealed: &str) -> Option<T> {
    let bytes = BASE64.decode(sealed).ok()?;
    let (nonce, text) = bytes.split_first_chunk::<NONCE_LEN>()?;
    let (mut text, aad) = (text.to_vec(), Aad::from(token::hash(token)));
    let clear = key(token)?.open_in_place(Nonce::assume_unique_for_key(*nonce), aad, &mut text).ok()?;
    serde_json::from_slice(clear).ok()
}

/// Keeps it for whose session it was; a page that is asked for afterwards takes no form's place.
async fn keep(state: &AppState, token: &str, asked: Asked) -> Result<(), Error> {
    let (hash, sealed, now) = (&token::hash(token), &seal(token, state.random(), &asked.kept)?, state.now());
    let kind = asked.kind.code();
    let sql = sql!("SELECT municipality, account FROM staff_session WHERE hash = $1");
    let row = state.db.read(Unscoped::Door).await?.maybe(sql, [hash.as_str().into()]).await?;
    // A cookie that somebody made up is nobody's, and waits for no writer.
    let Some(row) = row else { return Ok(()) };
    let (tenant, account): (&String, &String) = (&row.get("municipality")?, &row.get("account")?);
    let kept = state.write(Unscoped::Door, |mut tx| async move {
        drop_old(state, &mut tx).await?;
        let sql = sql!(
            "INSERT INTO kept_form (hash, origin, municipality, account, kind, sealed, created_at) \
             VALUES ($1, $1, $2, $3, $4, $5, $6) ON CONFLICT (hash) DO UPDATE \
             SET kind = excluded.kind, sealed = excluded.sealed, created_at = excluded.created_at \
             WHERE kept_form.kind <> 'form' OR excluded.kind = 'form'"
        );
        let hash = hash.as_str().into();
        let values =
            [hash, tenant.as_str().into(), account.as_str().into(), kind.into(), sealed.as_str().into(), now.into()];
        tx.run(sql, values).await?;
        Ok(tx.done(()))
    });
    kept.await
}

async fn drop_old(state: &AppState, tx: &mut Tx) -> Result<(), Error> {
    let before = state.now().plus_millis(-KEPT);
    tx.run(sql!("DELETE FROM kept_form WHERE created_at < $1"), [before.into()]).await.map(|_| ())
}

async fn forget(state: &AppState, token: &str) -> Result<(), Error> {
    let hash = &token::hash(token);
    state
        .write(Unscoped::SignedIn, |mut tx| async move {
            let sql = sql!("SELECT origin FROM kept_form WHERE hash = $1");
            if let Some(row) = tx.maybe(sql, [hash.as_str().into()]).await? {
                forget_all(&mut tx, row.get("origin")?).await?;
            }
            Ok(tx.done(()))
        })
        .await
}

async fn forget_all(tx: &mut Tx, origin: String) -> Result<(), Error> {
    tx.run(sql!("DELETE FROM kept_form WHERE origin = $1"), [origin.into()]).await.map(|_| ())
}

const FIND: &str = sql!(
    "SELECT origin, municipality, account, kind, sealed, created_at FROM kept_form WHERE hash = $1 AND created_at >= $2"
);

/// What waits behind this token.
pub async fn waiting(state: &AppState, tx: &mut Tx, token: &str) -> Result<Option<Kind>, Error> {
    let since = state.now().plus_millis(-KEPT);
    let row = tx.maybe(FIND, [token::hash(token).into(), since.into()]).await?;
    Ok(row.map(|row| row.get::<String>("kind")).transpose()?.as_deref().and_then(Kind::from_code))
}

/// Hands what waits in the browser on to the new session, if the same person has signed in; for anybody else it is gone.
/// Whether there is something to go on with. What is handed on stays behind, too, until it is used: the button may have
/// been pressed twice, and only the second sign-in's session reaches the browser.
pub async fn carry(
    state: &AppState,
    tx: &mut Tx,
    (before, after): (&str, &str),
    (tenant, user): (&MunicipalityCode, UserId),
) -> Result<bool, Error> {
    drop_old(state, tx).await?;
    let since = state.now().plus_millis(-KEPT);
    let Some(row) = tx.maybe(FIND, [token::hash(before).into(), since.into()]).await? else { return Ok(false) };
    let same = row.get::<String>("municipality")? == tenant.as_str() && row.parse::<UserId>("account")? == user;
    let origin: String = row.get("origin")?;
    let Some(kept) = unseal::<Kept>(before, &row.get::<String>("sealed")?).filter(|_| same) else {
        forget_all(tx, origin).await?;
        return Ok(false);
    };
    let sql = sql!(
        "INSERT INTO kept_form (hash, origin, municipality, account, kind, sealed, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    );
    let (kind, at, sealed): (String, Instant, _) =
        (row.get("kind")?, row.get("created_at")?, seal(after, state.random(), &kept)?);
    let hash = token::hash(after).into();
    tx.run(sql, [hash, origin.into(), tenant.into(), user.into(), kind.into(), sealed.into(), at.into()]).await?;
    Ok(true)
}

/// Goes on: with a page at once; with a form after a press, which sends everything as it was typed.
async fn show(
    State(state): State<AppState>,
    reader: Reader,
    _actor: Actor,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let Some(token) = Cookie::Session.read(&headers, &state.config) else { return Ok(see_other("/")) };
    let since = state.now().plus_millis(-KEPT);
    let row = state.db.read(Unscoped::SignedIn).await?.maybe(FIND, [token::hash(&token).into(), since.into()]).await?;
    let Some(row) = row else { return Ok(see_other("/")) };
    let kind = Kind::from_code(&row.get::<String>("kind")?);
    let Some(kept) = unseal::<Kept>(&token, &row.get::<String>("sealed")?) else { return Ok(see_other("/")) };
    if kind != Some(Kind::Form) {
        forget(&state, &token).await?;
        return Ok(see_other(own_path(&kept.path)));
    }
    let lang = reader.lang;
    let action = format!("{}{}{AGAIN}", kept.path, if kept.path.contains('?') { '&' } else { '?' });
    let view = KeptView { action, fields: kept.fields };
    Ok(page(&reader, words::title(lang), move || kept_page(lang, view).into_any()).await)
}

async fn discard(State(state): State<AppState>, _actor: Actor, headers: HeaderMap) -> Result<Response, Error> {
    if let Some(token) = Cookie::Session.read(&headers, &state.config) {
        forget(&state, &token).await?;
    }
    Ok(see_other("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept() -> Kept {
        Kept { path: "/people/new".into(), fields: vec![("given_names".into(), "Aino & <Elli>\nä".into())] }
    }

    #[test]
    fn what_is_sealed_opens_with_the_same_token_alone_and_shows_nothing() {
        let sealed = seal("a", [7; NONCE_LEN], &kept()).unwrap();
        let opened: Kept = unseal("a", &sealed).unwrap();
        assert_eq!((opened.path, opened.fields), (kept().path, kept().fields));
        assert!(unseal::<Kept>("b", &sealed).is_none());
        let bytes = BASE64.decode(&sealed).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("Aino"));
        let mut changed = bytes;
        changed[NONCE_LEN] ^= 1;
        assert!(unseal::<Kept>("a", &BASE64.encode(changed)).is_none());
    }

    #[tokio::test]
    async fn a_form_with_a_password_is_never_kept() {
        let fields = |text: &'static str| fields_of(Some(Bytes::from_static(text.as_bytes())));
        assert_eq!(fields("a=1&a=2&b=%C3%A4").await.map(|fields| fields.len()), Some(3));
        for secret in SECRET_FIELDS {
            assert_eq!(fields_of(Some(Bytes::from(format!("a=1&{secret}=x")))).await, None, "{secret}");
        }
    }
}
