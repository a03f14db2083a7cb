//! One's own account: a new password, the second factor, and the number under which one is called.

use app::access::own_account::{
    FactorState, FactorView, PasswordView, PhoneView, password_page, phone_page, second_factor_page,
};
use app::texts::access::own_account as words;
use app::ui::FieldError;
use axum::extract::{Query, State};
use axum::response::Response;
use leptos::prelude::*;
use qrcode::{Color, QrCode};

use super::attempts;
use super::door::wrong_choice;
use super::password::{self, Verdict};
use super::second_factor::{self, Factor, Whose};
use super::sessions::{self, SignedIn};
use super::{accounts, manage};
use crate::db::{Tx, Unscoped};
use crate::error::Error;
use crate::pages::saving::over_field;
use crate::pages::{Reader, Said, door, form_status, page_with_status, see_other};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::compression::as_it_is;
use crate::web::form::Fields;
use crate::web::request;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/password", password_form)
        .post("/password", change_password)
        .get("/phone", phone_form)
        .post("/phone", change_phone)
        .get("/second-factor", second_factor)
        .post("/second-factor/begin", begin)
        .post("/second-factor/confirm", confirm)
        .post("/second-factor/codes", renew)
        .post("/second-factor/off", off)
}

async fn password_form(reader: Reader, who: SignedIn) -> Result<Response, Error> {
    Ok(draw_password(&reader, &who, Vec::new()).await)
}

async fn draw_password(reader: &Reader, who: &SignedIn, errors: Vec<FieldError>) -> Response {
    let lang = reader.lang;
    let status = form_status(&errors);
    let view = PasswordView { login: who.login.clone(), errors };
    page_with_status(reader, status, words::password_title(lang), move || password_page(lang, view).into_any()).await
}

/// With the present password a new one is set; every session ends, this one too, and the new one is used at once.
async fn change_password(
    State(state): State<AppState>,
    reader: Reader,
    who: SignedIn,
    extensions: http::Extensions,
    fields: Fields,
) -> Result<Response, Error> {
    let (lang, request_id) = (reader.lang, request::id_of(&extensions));
    let typed = fields.raw("password");
    let mut errors = Vec::new();
    if fields.raw("current").is_empty() {
        errors.push(FieldError::new("current", words::current_missing(lang)));
    }
    errors.extend(wrong_choice(lang, &fields, &who.login));
    if !errors.is_empty() {
        return Ok(draw_password(&reader, &who, errors).await);
    }
    if !is_right(&state, &who, fields.raw("current")).await? {
        let errors = vec![FieldError::new("current", words::current_wrong(lang))];
        return Ok(draw_password(&reader, &who, errors).await);
    }
    let hashed = &password::hash(&state.hashing, &state.secrets, typed, state.random()).await?;
    let (state, who, request_id) = (&state, &who, &request_id);
    let changed = state.write(Unscoped::SignedIn, |mut tx| async move {
        let whose = (&who.municipality, who.user);
        accounts::set_password(state, &mut tx, whose, hashed, request_id).await?;
        note(state, &mut tx, who, "password.change", request_id).await?;
        Ok(tx.done(()))
    });
    changed.await?;
    state.hub.rights_changed(&who.municipality, who.user);
    Ok(see_other("/sign-in?said=ready"))
}

async fn phone_form(
    State(state): State<AppState>,
    reader: Reader,
    who: SignedIn,
    Query(Said { said }): Query<Said>,
) -> Result<Response, Error> {
    let mut tx = state.db.read(Unscoped::SignedIn).await?;
    let (phone, public) = accounts::own_phone(&mut tx, &who.municipality, who.user).await?;
    drop(tx);
    let phone = phone.unwrap_or_default();
    let (saved, errors) = (said == "saved", Vec::new());
    let view = PhoneView { saved_phone: phone.clone(), phone, public, saved_public: public, saved, errors };
    Ok(draw_phone(&reader, view).await)
}

async fn draw_phone(reader: &Reader, view: PhoneView) -> Response {
    let lang = reader.lang;
    let status = form_status(&view.errors);
    page_with_status(reader, status, words::phone_title(lang), move || phone_page(lang, view).into_any()).await
}

/// Sets one's own number; an empty field: it is given to nobody any more. What an admin has saved meanwhile is shown first.
async fn change_phone(
    State(state): State<AppState>,
    reader: Reader,
    who: SignedIn,
    extensions: http::Extensions,
    fields: Fields,
) -> Result<Response, Error> {
    let (state, who, fields, lang) = (&state, &who, &fields, reader.lang);
    let request_id = &request::id_of(&extensions);
    let changed = state.write(Unscoped::SignedIn, |mut tx| async move {
        let holder = (&who.municipality, who.user);
        let (phone, is_public) = accounts::own_phone(&mut tx, holder.0, holder.1).await?;
        let now = phone.unwrap_or_default();
        let read = manage::phone_typed(lang, fields.one("phone"));
        let phone = match over_field(lang, fields, "phone", &now, read) {
            Ok(phone) => phone,
            Err(errors) => return Ok(tx.undone(Err(typed_phone(fields, now, is_public, errors)))),
        };
        accounts::set_phone(&mut tx, holder, phone.as_deref()).await?;
        accounts::publish_phone(&mut tx, holder, public_typed(fields, is_public)).await?;
        note(state, &mut tx, who, "account.phone", request_id).await?;
        Ok(tx.done(Ok(())))
    });
    match changed.await? {
        Ok(()) => Ok(see_other("/phone?said=saved")),
        Err(view) => Ok(draw_phone(&reader, view).await),
    }
}

/// The form as it was typed, filled from what is saved now.
fn typed_phone(fields: &Fields, saved_phone: String, saved_public: bool, errors: Vec<FieldError>) -> PhoneView {
    let (phone, public) = (fields.one("phone").to_owned(), fields.one("public") == "yes");
    PhoneView { phone, saved_phone, public, saved_public, saved: false, errors }
}

/// Whether everybody may read the number: what was ticked, or, where nobody touched the tick, what holds `now`.
fn public_typed(fields: &Fields, now: bool) -> bool {
    let ticked = fields.one("public") == "yes";
    let as_it_was = if ticked { "yes" } else { "no" };
    let is_untouched = fields.one("public_was") == as_it_was;
    if is_untouched { now } else { ticked }
}

/// Whether this is the account's password. Tries are counted: whoever found an open desk does not guess it here.
async fn is_right(state: &AppState, who: &SignedIn, typed: &str) -> Result<bool, Error> {
    let counters = &attempts::of_own_password(who.user);
    attempts::counted(state, counters).await?;
    let sql = sql!("SELECT password FROM account WHERE municipality = $1 AND id = $2");
    let mut tx = state.db.read(Unscoped::SignedIn).await?;
    let stored = tx.one(sql, [(&who.municipality).into(), who.user.into()]).await?.get::<Option<String>>("password")?;
    drop(tx);
    let verdict = password::verify(&state.hashing, &state.secrets, typed, stored).await?;
    if verdict == Verdict::Wrong {
        return Ok(false);
    }
    attempts::forgiven(state, counters).await?;
    Ok(true)
}

async fn note(state: &AppState, tx: &mut Tx, who: &SignedIn, verb: &str, request_id: &str) -> Result<(), Error> {
    let by = (Some(who.user), who.role);
    manage::note(state, tx, &who.municipality, by, verb, who.user, "", request_id).await
}

impl SignedIn {
    pub(super) fn whose(&self) -> Whose<'_> {
        (&self.municipality, self.user)
    }
}

/// Refuses whose account has no role for which a second factor is.
async fn may_have(tx: &mut Tx, who: &SignedIn) -> Result<(), Error> {
    if second_factor::is_for(&who.roles(tx).await?) { Ok(()) } else { Err(Error::Forbidden) }
}

async fn second_factor(State(state): State<AppState>, reader: Reader, who: SignedIn) -> Result<Response, Error> {
    draw_factor(&state, &reader, &who, Vec::new(), Vec::new()).await
}

async fn draw_factor(
    state: &AppState,
    reader: &Reader,
    who: &SignedIn,
    codes: Vec<String>,
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    let mut tx = state.db.read(Unscoped::SignedIn).await?;
    may_have(&mut tx, who).await?;
    let factor = match second_factor::of(&mut tx, who.whose()).await? {
        None => FactorState::Off,
        Some(Factor { confirmed_at: Some(at), .. }) => {
            FactorState::On { since: at.in_finland().0, left: second_factor::codes_left(&mut tx, who.whose()).await? }
        }
        Some(begun) => {
            let shown = second_factor::shown(&state.secrets, who.whose(), &begun, &who.login)?;
            let (size, squares) = squares(&shown.address)?;
            FactorState::Begun { size, squares, key: shown.key }
        }
    };
    drop(tx);
    let lang = reader.lang;
    let status = form_status(&errors);
    let required = second_factor::is_required(state);
    let view = FactorView { factor, codes, required, at_the_door: who.must_enrol, errors };
    let at_the_door = view.at_the_door;
    let body = move || second_factor_page(lang, view).into_any();
    let title = words::factor_title(lang);
    // The authenticator's key or the recovery codes may stand there.
    Ok(as_it_is(match at_the_door {
        true => door(reader, status, title, body).await,
        false => page_with_status(reader, status, title, body).await,
    }))
}

/// A QR code as the path of its dark squares, with its width.
pub(crate) fn squares(text: &str) -> Result<(usize, String), Error> {
    let (width, dark) = dark_squares(text)?;
    Ok(app::ui::squares(width, &dark))
}

/// A QR code: its squares to a side, and which are dark, row by row.
pub(crate) fn dark_squares(text: &str) -> Result<(usize, Vec<bool>), Error> {
    let code = QrCode::new(text.as_bytes()).map_err(|error| Error::Broken(format!("QR code: {error}")))?;
    Ok((code.width(), code.to_colors().into_iter().map(|colour| colour == Color::Dark).collect()))
}

async fn begin(State(state): State<AppState>, who: SignedIn, extensions: http::Extensions) -> Result<Response, Error> {
    let (state, who, request_id) = (&state, &who, &request::id_of(&extensions));
    let begun = state.write(Unscoped::SignedIn, |mut tx| async move {
        may_have(&mut tx, who).await?;
        if second_factor::of(&mut tx, who.whose()).await?.is_none() {
            second_factor::begin(state, &mut tx, who.whose()).await?;
            note(state, &mut tx, who, "second_factor.begin", request_id).await?;
        }
        Ok(tx.done(()))
    });
    begun.await?;
    Ok(see_other("/second-factor"))
}

/// The recovery codes are in this one answer and nowhere else.
async fn confirm(
    State(state): State<AppState>,
    reader: Reader,
    who: SignedIn,
    extensions: http::Extensions,
    fields: Fields,
) -> Result<Response, Error> {
    let counters = &attempts::of_second_factor(who.user);
    may_have(&mut state.db.read(Unscoped::SignedIn).await?, &who).await?;
    attempts::counted(&state, counters).await?;
    let (typed, request_id) = (fields.one("code"), &request::id_of(&extensions));
    let (state, who) = (&state, &who);
    let confirmed = state.write(Unscoped::SignedIn, |mut tx| async move {
        let codes = second_factor::confirm(state, &mut tx, who.whose(), typed).await?;
        if codes.is_some() {
            attempts::forgive(&mut tx, counters).await?;
            sessions::all_must_enrol(&mut tx, who.whose(), false).await?;
            sessions::close_on_tablets(&mut tx, who.whose()).await?;
            note(state, &mut tx, who, "second_factor.on", request_id).await?;
        }
        Ok(tx.done(codes))
    });
    let wrong = FieldError::new("code", words::wrong_code(reader.lang));
    draw_codes(state, &reader, who, confirmed.await?, wrong).await
}

/// The recovery codes, or that the code beside the field was `wrong`.
async fn draw_codes(
    state: &AppState,
    reader: &Reader,
    who: &SignedIn,
    codes: Option<Vec<String>>,
    wrong: FieldError,
) -> Result<Response, Error> {
    match codes {
        Some(codes) => draw_factor(state, reader, who, codes, Vec::new()).await,
        None => draw_factor(state, reader, who, Vec::new(), vec![wrong]).await,
    }
}

/// New recovery codes, in this one answer and nowhere else; the old ones end.
async fn renew(
    State(state): State<AppState>,
    reader: Reader,
    who: SignedIn,
    extensions: http::Extensions,
    fields: Fields,
) -> Result<Response, Error> {
    let counters = &attempts::of_second_factor(who.user);
    may_have(&mut state.db.read(Unscoped::SignedIn).await?, &who).await?;
    attempts::counted(&state, counters).await?;
    let (typed, request_id) = (fields.one("fresh"), &request::id_of(&extensions));
    let (state, who) = (&state, &who);
    let renewed = state.write(Unscoped::SignedIn, |mut tx| async move {
        let codes = second_factor::renew_codes(state, &mut tx, who.whose(), typed).await?;
        if codes.is_some() {
            attempts::forgive(&mut tx, counters).await?;
            note(state, &mut tx, who, "second_factor.codes", request_id).await?;
        }
        Ok(tx.done(codes))
    });
    let wrong = FieldError::new("fresh", words::wrong_authenticator_code(reader.lang));
    draw_codes(state, &reader, who, renewed.await?, wrong).await
}

/// With a code or a recovery code it is turned off; what was only begun goes without one.
async fn off(
    State(state): State<AppState>,
    reader: Reader,
    who: SignedIn,
    extensions: http::Extensions,
    fields: Fields,
) -> Result<Response, Error> {
    let mut tx = state.db.read(Unscoped::SignedIn).await?;
    may_have(&mut tx, &who).await?;
    let is_on = second_factor::is_on(&mut tx, who.whose()).await?;
    drop(tx);
    let counters = &attempts::of_second_factor(who.user);
    if is_on {
        attempts::counted(&state, counters).await?;
    }
    let (typed, request_id) = (fields.one("code"), &request::id_of(&extensions));
    let (state, who) = (&state, &who);
    let removed = state.write(Unscoped::SignedIn, |mut tx| async move {
        if is_on && second_factor::take(state, &mut tx, who.whose(), typed).await?.is_none() {
            return Ok(tx.undone(false));
        }
        if second_factor::remove(&mut tx, who.whose()).await? {
            attempts::forgive(&mut tx, counters).await?;
            if is_on && second_factor::is_required(state) {
                // A new one comes before anything else.
                sessions::all_must_enrol(&mut tx, who.whose(), true).await?;
            }
            note(state, &mut tx, who, "second_factor.off", request_id).await?;
        }
        Ok(tx.done(true))
    });
    if removed.await? {
        return Ok(see_other("/second-factor"));
    }
    let errors = vec![FieldError::new("code", words::wrong_code(reader.lang))];
    draw_factor(state, &reader, who, Vec::new(), errors).await
}
