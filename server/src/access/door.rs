//! The pages before the door: signing in and out, set-up.

use app::access::set_up::{SetUp as SetUpPage, set_up};
use app::access::sign_in::{Ended, SignIn as SignInPage, sign_in};
use app::texts::{Lang, access as words};
use app::ui::FieldError;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Role;
use domain::ids::{MunicipalityCode, UserId};
use http::{HeaderMap, StatusCode};
use leptos::prelude::*;

use super::accounts::{self, NewAccount, SetUp};
use super::attempts;
use super::cookies::Cookie;
use super::password::{self, Weak};
use super::places::SignInPlace;
use super::sessions::{self, NewSession, Over, SignedIn, Why};
use super::sign_in::{Attempt, Known, Refused, check, known};
use super::{kept, second_factor, second_step};
use crate::db::{Tx, Unscoped};
use crate::demo;
use crate::error::Error;
use crate::pages::{Reader, door, see_other};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::client::{Client, Network};
use crate::web::form::Fields;
use crate::web::request;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/sign-in", sign_in_page)
        .post("/sign-in", sign_in_post)
        .post("/sign-out", sign_out)
        .get("/set-up", set_up_page)
        .post("/set-up", set_up_post)
        .post("/demo/sign-in", demo_sign_in)
}

/// How long a browser is known without a sign-in.
pub(crate) const BROWSER_SECONDS: i64 = 400 * 24 * 3600;

/// What the page before reported: a word of a closed list, nothing else is shown.
#[derive(serde::Deserialize)]
struct Said {
    #[serde(default)]
    said: String,
}

async fn sign_in_page(
    State(state): State<AppState>,
    reader: Reader,
    headers: HeaderMap,
    Query(Said { said }): Query<Said>,
) -> Result<Response, Error> {
    if reader.who.is_some() {
        return Ok(see_other("/"));
    }
    let mut tx = state.db.read(Unscoped::Door).await?;
    if !accounts::any_account(&mut tx).await? {
        return Ok(see_other("/set-up"));
    }
    let notice = match said.as_str() {
        "signed-out" => Some(words::sign_in::signed_out(reader.lang)),
        "ready" => Some(words::sign_in::ready(reader.lang)),
        _ => None,
    };
    let people = demo_people(&state, &mut tx, reader.lang).await?;
    let ended = match notice {
        None => ended(&state, &mut tx, &headers, reader.lang).await?,
        Some(_) => None,
    };
    let page = SignInPage { notice, ended, people, ..SignInPage::default() };
    Ok(draw_sign_in(&reader, StatusCode::OK, page).await)
}

/// How this browser's session is over, and whether what was sent in it is kept.
async fn ended(state: &AppState, tx: &mut Tx, headers: &HeaderMap, lang: Lang) -> Result<Option<Ended>, Error> {
    use words::ended as t;
    let Some(token) = Cookie::Session.read(headers, &state.config) else { return Ok(None) };
    let Some(over) = sessions::over(tx, &token, state.now()).await? else { return Ok(None) };
    let why = match over {
        Over::Idle(minutes) => t::idle(lang, minutes),
        Over::Old(hours) => t::old(lang, hours),
        Over::Ended(Some(Why::Password)) => t::password(lang).to_owned(),
        Over::Ended(Some(Why::Admin)) => t::admin(lang).to_owned(),
        Over::Ended(Some(Why::Elsewhere)) => t::elsewhere(lang).to_owned(),
        Over::Ended(Some(Why::Tablet)) => t::tablet(lang).to_owned(),
        // It is known to whoever sees it here.
        Over::Ended(Some(Why::SignedOut | Why::Role | Why::Replaced)) => return Ok(None),
        Over::Ended(None) => t::other(lang).to_owned(),
    };
    let kept = match kept::waiting(state, tx, &token).await? {
        Some(kept::Kind::Form) => Some(t::kept(lang)),
        Some(kept::Kind::Lost) => Some(t::lost(lang)),
        Some(kept::Kind::Page) | None => None,
    };
    Ok(Some(Ended { why, kept }))
}

async fn draw_sign_in(reader: &Reader, status: StatusCode, page: SignInPage) -> Response {
    let lang = reader.lang;
    door(reader, status, words::sign_in::title(lang), move || sign_in(lang, page).into_any()).await
}

async fn sign_in_post(
    State(state): State<AppState>,
    reader: Reader,
    Client(from): Client,
    headers: HeaderMap,
    extensions: http::Extensions,
    fields: Fields,
) -> Result<Response, Error> {
    let request_id = request::id_of(&extensions);
    let browser = Cookie::Browser.read(&headers, &state.config);
    let place = SignInPlace::new(from, browser.as_deref());
    let (login, password) = (fields.one("login"), fields.raw("password"));
    let attempt = Attempt { login, password, from: &place, request_id: &request_id, role_of: only_role };
    let known = match check(&state, &attempt).await? {
        Ok(known) => known,
        Err(refused) => return Ok(not_signed_in(&reader, &fields, refused).await),
    };
    let whose = (&known.municipality, known.user);
    if second_factor::is_on(&mut state.db.read(Unscoped::Door).await?, whose).await? {
        return second_step::ask(&state, &known).await;
    }
    let before = Cookie::Session.read(&headers, &state.config);
    let browser = browser.unwrap_or_else(|| state.secret());
    let response = enter(&state, &known, before, Some(SignInPlace::new(from, Some(&browser))), &request_id).await?;
    Ok(Cookie::Browser.set(response, &state.config, browser, Some(BROWSER_SECONDS)))
}

async fn not_signed_in(reader: &Reader, fields: &Fields, refused: Refused) -> Response {
    let lang = reader.lang;
    let (status, text, wait) = match refused {
        Refused::Wrong => (StatusCode::UNPROCESSABLE_ENTITY, words::sign_in::wrong(lang).to_owned(), None),
        Refused::Wait(seconds) => (StatusCode::TOO_MANY_REQUESTS, words::sign_in::wait(lang, seconds), Some(seconds)),
    };
    let errors = vec![FieldError::new("login", text)];
    let page = SignInPage { login: fields.one("login").to_owned(), errors, ..SignInPage::default() };
    let mut response = draw_sign_in(reader, status, page).await;
    if let Some(seconds) = wait {
        response.headers_mut().insert(http::header::RETRY_AFTER, seconds.into());
    }
    response
}

/// At the desk nobody chooses who has one role.
fn only_role(roles: &[Role]) -> Option<Role> {
    if let [only] = roles { Some(*only) } else { None }
}

/// A new session with a new token; what the browser held before ends, and the place is remembered. One role is active
/// at once.
pub(super) async fn enter(
    state: &AppState,
    known: &Known,
    before: Option<String>,
    place: Option<SignInPlace>,
    request_id: &str,
) -> Result<Response, Error> {
    let role = only_role(&known.roles);
    let straight_in = role.is_some() && known.offered.is_empty();
    let (before, place) = (before.as_deref(), place.as_ref());
    let whose = (&known.municipality, known.user);
    let must_enrol =
        second_factor::is_missing(state, &mut state.db.read(Unscoped::Door).await?, whose, &known.roles).await?;
    let entered = state.write(Unscoped::Door, |mut tx| async move {
        if let Some(token) = before {
            sessions::replace(state, &mut tx, token, known, request_id).await?;
        }
        if let Some(place) = place {
            place.remember(&mut tx, known, state.now()).await?;
        }
        let (municipality, user) = (&known.municipality, known.user);
        let new = NewSession { municipality, user, role, device: None, device_label: "desk" };
        let token = sessions::create(state, &mut tx, new).await?;
        if must_enrol {
            sessions::must_enrol(&mut tx, &token).await?;
        }
        let goes_on = match before {
            Some(before) => kept::carry(state, &mut tx, (before, &token), (municipality, user)).await?,
            None => false,
        };
        Ok(tx.done((token, goes_on)))
    });
    let (token, goes_on) = entered.await?;
    let response = see_other(match (must_enrol, straight_in, goes_on) {
        (true, ..) => "/second-factor",
        (_, false, _) => "/role",
        (_, _, true) => kept::PATH,
        _ => "/",
    });
    Ok(Cookie::Session.set(response, &state.config, token, None))
}

/// Ends the session at hand. Signing out twice is no error.
async fn sign_out(
    State(state): State<AppState>,
    who: Result<SignedIn, Error>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    if let Ok(who) = who {
        sessions::end_own(&state, &who, &who.session, &request::id_of(&extensions)).await?;
    }
    Ok(Cookie::Session.clear(see_other("/sign-in?said=signed-out"), &state.config))
}

async fn set_up_page(State(state): State<AppState>, reader: Reader) -> Result<Response, Error> {
    let mut tx = state.db.read(Unscoped::Door).await?;
    let first = !accounts::any_account(&mut tx).await?;
    let made = if first { accounts::only_municipality(&mut tx).await? } else { None };
    let (municipality, municipality_name) = made.unwrap_or_default();
    let page = SetUpPage { first, municipality, municipality_name, ..SetUpPage::default() };
    Ok(draw_set_up(&reader, StatusCode::OK, page).await)
}

async fn draw_set_up(reader: &Reader, status: StatusCode, page: SetUpPage) -> Response {
    let lang = reader.lang;
    let title = if page.first { words::set_up::first_title(lang) } else { words::set_up::title(lang) };
    door(reader, status, title, move || set_up(lang, page).into_any()).await
}

/// Uses the code up, all or nothing: a form with an error leaves it as it was. A good code is never made to wait for
/// the guesses of others, and nothing is hashed for a wrong one.
async fn set_up_post(
    State(state): State<AppState>,
    reader: Reader,
    Client(from): Client,
    extensions: http::Extensions,
    fields: Fields,
) -> Result<Response, Error> {
    let lang = reader.lang;
    let mut tx = state.db.read(Unscoped::Door).await?;
    let first = !accounts::any_account(&mut tx).await?;
    let good = accounts::peek(&mut tx, fields.one("code"), state.now()).await?;
    let login = match &good {
        Some(SetUp::Account(tenant, user)) => accounts::login_of(&mut tx, tenant, *user).await?,
        _ => fields.one("login").to_owned(),
    };
    drop(tx);
    if good.is_none() && !fields.one("code").is_empty() {
        count_guess(&state, from).await?;
    }
    let mut errors = wrong_set_up(lang, &fields, good.is_some(), &login);
    if first {
        errors.extend(wrong_first(lang, &fields));
    }
    if !errors.is_empty() {
        return Ok(set_up_again(&reader, first, &fields, errors).await);
    }
    let hashed = hashed_password(&state, &fields).await?;
    // Somebody may have been quicker.
    if !redeem(&state, lang, &fields, &hashed, &request::id_of(&extensions)).await? {
        let errors = vec![FieldError::new("code", words::set_up::wrong_code(lang))];
        return Ok(set_up_again(&reader, first, &fields, errors).await);
    }
    Ok(see_other("/sign-in?said=ready"))
}

/// Uses the code up for what it is good for; whether it was good.
async fn redeem(state: &AppState, lang: Lang, fields: &Fields, hashed: &str, request_id: &str) -> Result<bool, Error> {
    let redeemed = state.write(Unscoped::Door, |mut tx| async move {
        let (tenant, user) = match accounts::redeem(&mut tx, fields.one("code"), state.now()).await? {
            Some(SetUp::Account(tenant, user)) => (tenant, user),
            Some(SetUp::Installation) => first_account(state, &mut tx, lang, fields).await?,
            None => return Ok(tx.undone(None)),
        };
        accounts::set_password(state, &mut tx, (&tenant, user), hashed, request_id).await?;
        super::manage::note(
            state,
            &mut tx,
            &tenant,
            (Some(user), None),
            "account.set_up",
            user,
            "password",
            request_id,
        )
        .await?;
        Ok(tx.done(Some((tenant, user))))
    });
    let redeemed = redeemed.await?;
    if let Some((tenant, user)) = &redeemed {
        state.hub.rights_changed(tenant, *user);
    }
    Ok(redeemed.is_some())
}

/// Guesses of a code are counted by where they come from; there is no count that all share.
async fn count_guess(state: &AppState, from: Network) -> Result<(), Error> {
    let counters = &attempts::of_set_up(from);
    attempts::counted(state, counters).await
}

async fn hashed_password(state: &AppState, fields: &Fields) -> Result<String, Error> {
    password::hash(&state.hashing, &state.secrets, fields.raw("password"), state.random()).await
}

async fn set_up_again(reader: &Reader, first: bool, fields: &Fields, errors: Vec<FieldError>) -> Response {
    let typed = |name| fields.one(name).to_owned();
    let page = SetUpPage {
        first,
        code: typed("code"),
        municipality: typed("municipality"),
        municipality_name: typed("municipality_name"),
        name: typed("name"),
        login: typed("login"),
        errors,
    };
    draw_set_up(reader, StatusCode::UNPROCESSABLE_ENTITY, page).await
}

fn wrong_set_up(lang: Lang, fields: &Fields, good_code: bool, login: &str) -> Vec<FieldError> {
    use words::set_up as texts;
    let wrong_code = (!good_code).then(|| FieldError::new("code", texts::wrong_code(lang)));
    wrong_code.into_iter().chain(wrong_choice(lang, fields, login)).collect()
}

/// What is wrong with a password that was chosen, and typed once more.
pub(super) fn wrong_choice(lang: Lang, fields: &Fields, login: &str) -> Option<FieldError> {
    let typed = fields.raw("password");
    match password::check(typed, login) {
        Err(weak) => Some(FieldError::new("password", weak_words(lang, weak))),
        Ok(()) if password::normal(typed) != password::normal(fields.raw("again")) => {
            Some(FieldError::new("again", words::set_up::not_same(lang)))
        }
        Ok(()) => None,
    }
}

fn weak_words(lang: Lang, weak: Weak) -> &'static str {
    use words::set_up as texts;
    match weak {
        Weak::TooShort => texts::too_short(lang),
        Weak::TooLong => texts::too_long(lang),
        Weak::SameAsLogin => texts::same_as_login(lang),
        Weak::Common => texts::too_common(lang),
    }
}

fn wrong_first(lang: Lang, fields: &Fields) -> Vec<FieldError> {
    use words::set_up as texts;
    let mut errors = Vec::new();
    if MunicipalityCode::new(fields.one("municipality")).is_none() {
        errors.push(FieldError::new("municipality", texts::wrong_municipality(lang)));
    }
    for field in ["municipality_name", "name"] {
        if !super::manage::is_name(fields.one(field)) {
            errors.push(FieldError::new(field, texts::missing(lang)));
        }
    }
    if !super::manage::is_login(fields.one("login")) {
        errors.push(FieldError::new("login", words::accounts::bad_login(lang)));
    }
    errors
}

async fn first_account(
    state: &AppState,
    tx: &mut Tx,
    lang: Lang,
    fields: &Fields,
) -> Result<(MunicipalityCode, UserId), Error> {
    let code = MunicipalityCode::new(fields.one("municipality"))
        .ok_or_else(|| Error::BadRequest("municipality code".into()))?;
    let organisation = accounts::create_municipality(state, tx, &code, fields.one("municipality_name")).await?;
    let new = NewAccount {
        login: fields.one("login").to_owned(),
        name: fields.one("name").to_owned(),
        language: lang.code().to_owned(),
        organisation,
        roles: vec![Role::OrganisationAdmin],
    };
    let id = state.with_chance(|chance| UserId::new(state.now(), chance));
    let made = accounts::insert(state, tx, (&code, id), &new, None).await?;
    let user = made.map_err(|_| Error::Broken("a new installation with an account".into()))?;
    Ok((code, user))
}

/// Sign-in name and words of each person of a demonstration; nobody elsewhere.
async fn demo_people(state: &AppState, tx: &mut Tx, lang: Lang) -> Result<Vec<(String, String)>, Error> {
    use app::texts::Words as _;
    if !state.config.demo {
        return Ok(Vec::new());
    }
    let people = demo::workers(tx).await?;
    let participant = (demo::PARTICIPANT.to_owned(), words::demo::participant(lang).to_owned());
    let staff = people.into_iter().map(|(login, name, role)| (login, format!("{name}, {}", role.words(lang))));
    Ok(staff.chain([participant]).collect())
}

/// One click, no password: only where everything is invented.
async fn demo_sign_in(
    State(state): State<AppState>,
    headers: HeaderMap,
    extensions: http::Extensions,
    fields: Fields,
) -> Result<Response, Error> {
    if !state.config.demo {
        return Err(Error::NotFound);
    }
    if fields.one("login") == demo::PARTICIPANT {
        return crate::own::door::demo_enter(&state, &headers, &request::id_of(&extensions)).await;
    }
    let mut tx = state.db.read(Unscoped::Door).await?;
    let row = tx
        .maybe(
            sql!(
                "SELECT municipality, id, login, organisation, name, language FROM account \
                 WHERE login = $1 AND disabled_at IS NULL"
            ),
            [accounts::normal_login(fields.one("login")).into()],
        )
        .await?
        .ok_or(Error::NotFound)?;
    let known = known(&mut tx, &row).await?;
    drop(tx);
    let before = Cookie::Session.read(&headers, &state.config);
    enter(&state, &known, before, None, &request::id_of(&extensions)).await
}
