//! The way in to one's own page: the code of a personal card, or its number and PIN.

use app::home_programmes::own::{OWN_PATH, OWN_SHEET};
use app::own::door::{CodePage, CodeTyped, OwnDoor, OwnDoorPage, PinFor, PinForm, PinPage};
use app::texts::own::{code as code_words, door as words, pin as pin_words};
use app::ui::{FieldError, Tone};
use axum::extract::{FromRequestParts, Query, State};
use axum::response::Response;
use domain::ids::MunicipalityCode;
use domain::input::birth_year_typed;
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use leptos::prelude::*;

use super::cards::{self, Shown, digits};
use super::kin::{self, Kin};
use super::sessions::{self, OwnSession, cookie_seconds};
use super::{Holder, Own, Whose, scope_of, taking_part};
use super::{codes, invite, rights};
use crate::access::attempts::{self, Counter};
use crate::access::cookies::Cookie;
use crate::access::door::BROWSER_SECONDS;
use crate::access::password::{self, Verdict};
use crate::access::places::SignInPlace;
use crate::audit::{self, Chain};
use crate::db::{Tx, Unscoped};
use crate::demo;
use crate::error::Error;
use crate::help;
use crate::letters;
use crate::messages::phones;
use crate::pages::{Reader, Said, form_status, own_page, script, see_other};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::client::Client;
use crate::web::form::Fields;
use crate::web::request;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/k", by_card)
        .post("/k", by_card_post)
        .get("/own/sign-in", typed)
        .post("/own/sign-in", typed_post)
        .get("/own/code", by_code)
        .post("/own/code", by_code_post)
        .post("/own/sign-out", sign_out)
        .get("/own/pin", pin)
        .post("/own/pin", pin_post)
}

/// Whoever comes to the door of those who take part: nobody in particular, also where staff work in this browser.
pub struct Caller {
    reader: Reader,
    headers: HeaderMap,
    place: SignInPlace,
    request_id: String,
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let mut tx = state.db.read(Unscoped::Door).await?;
        let mut reader = Reader::nobody(&parts.headers, state).of_participants();
        reader.here = parts.uri.path().to_owned();
        let known = match Cookie::Own.read(&parts.headers, &state.config) {
            Some(token) => sessions::municipality_of(&mut tx, &token).await?,
            None => None,
        };
        let reader = match &known {
            Some(municipality) => of(&mut tx, reader, municipality).await?,
            None => {
                reader.help = help::at_the_door(&mut tx).await?;
                reader.addressed(letters::form_at_the_door(&mut tx).await?)
            }
        };
        drop(tx);
        let browser = Cookie::Browser.read(&parts.headers, &state.config);
        let place = SignInPlace::new(Client::of(&parts.extensions).0, browser.as_deref());
        let request_id = request::id_of(&parts.extensions);
        Ok(Self { reader, headers: parts.headers.clone(), place, request_id })
    }
}

/// A reader of whom it is known where they belong: whom to call there, and how people are addressed.
async fn of(tx: &mut Tx, mut reader: Reader, municipality: &MunicipalityCode) -> Result<Reader, Error> {
    reader.help = help::of(tx, municipality).await?;
    Ok(reader.addressed(letters::form_of(tx, municipality).await?))
}

impl Caller {
    /// Once a card has said where its holder belongs.
    async fn with_card(self, state: &AppState, shown: &Shown) -> Result<Self, Error> {
        let mut tx = state.db.read(Unscoped::Door).await?;
        let reader = of(&mut tx, self.reader, &shown.whose.municipality).await?;
        Ok(Self { reader, ..self })
    }
}

/// How somebody comes in.
#[derive(Clone, Copy, Default)]
struct Way<'a> {
    /// The card's number, as it was typed.
    number: &'a str,
    with_pin: bool,
    /// On a device that others use, too.
    shared: bool,
}

/// Why nobody was let in.
enum Refused {
    /// Number or PIN; never which of the two.
    Wrong,
    /// Too many tries: so many seconds.
    Wait(i64),
    /// The card is a good one no more.
    Ended,
    /// The person has died, moved away or left every group.
    Gone,
    /// Nobody shows the relative anything any more.
    Closed,
    /// What was read is no card's code.
    Unreadable,
}

/// A card that is read anew opens its own page, whoever's page was open.
async fn by_card(State(state): State<AppState>, caller: Caller) -> Result<Response, Error> {
    let lang = caller.reader.lang;
    let view = OwnDoor { demo: demo_card(&state), ..OwnDoor::default() };
    let body = move || {
        view! {
            <OwnDoorPage lang view/>
            {script("card.js")}
        }
        .into_any()
    };
    Ok(own_page(&caller.reader, StatusCode::OK, words::title(lang), false, body).await)
}

async fn typed(
    State(state): State<AppState>,
    caller: Caller,
    own: Result<Own, Error>,
    kin: Result<Kin, Error>,
    Query(Said { said }): Query<Said>,
) -> Result<Response, Error> {
    let shown_nothing = match (own, kin) {
        (Ok(_), _) => return Ok(see_other("/own")),
        (_, Ok(kin)) if kin.is_shown_nothing() => true,
        (_, Ok(_)) => return Ok(see_other("/kin")),
        (Err(Error::SignInNeeded), Err(Error::SignInNeeded)) => false,
        (Err(Error::SignInNeeded), Err(other)) | (Err(other), _) => return Err(other),
    };
    let lang = caller.reader.lang;
    let was_open = Cookie::Own.read(&caller.headers, &state.config).is_some();
    let notice = match said.as_str() {
        // The page of a relative is closed: another card may open another.
        _ if shown_nothing => Some((Tone::Told, words::closed(lang))),
        "signed-out" => Some((Tone::Good, words::signed_out(lang))),
        _ if was_open => Some((Tone::Told, words::over(lang))),
        _ => None,
    };
    Ok(draw(&state, &caller, StatusCode::OK, OwnDoor { notice, ..OwnDoor::default() }).await)
}

async fn draw(state: &AppState, caller: &Caller, status: StatusCode, view: OwnDoor) -> Response {
    let (lang, demo) = (caller.reader.lang, demo_card(state));
    let body = move || view! { <OwnDoorPage lang view=OwnDoor { demo, ..view }/> }.into_any();
    own_page(&caller.reader, status, words::title(lang), false, body).await
}

/// The demonstration's one card, for whoever looks at it.
fn demo_card(state: &AppState) -> Option<(String, String)> {
    state.config.demo.then(|| (cards::in_groups(demo::CARD), cards::in_groups(demo::PIN)))
}

/// The page again, with what to do. Waits say when to come back.
async fn not_in(state: &AppState, caller: &Caller, way: Way<'_>, refused: Refused) -> Response {
    let lang = caller.reader.lang;
    // Of a card that opens nothing any more nobody has typed anything wrong, and nothing can be put right.
    let (wrong, told) = match refused {
        Refused::Wrong => (Some(words::wrong(lang).to_owned()), None),
        Refused::Wait(seconds) => (Some(words::wait(lang, seconds)), None),
        Refused::Unreadable => (Some(words::unreadable(lang).to_owned()), None),
        Refused::Ended => (None, Some(words::ended(lang))),
        Refused::Gone => (None, Some(words::gone(lang))),
        Refused::Closed => (None, Some(words::closed(lang))),
    };
    let errors = wrong.into_iter().map(|text| FieldError::new("number", text)).collect();
    let notice = told.map(|text| (Tone::Told, text));
    let (number, shared) = (way.number.to_owned(), way.shared);
    let view = OwnDoor { number, shared, errors, notice, ..OwnDoor::default() };
    let response = draw(state, caller, StatusCode::UNPROCESSABLE_ENTITY, view).await;
    match refused {
        Refused::Wait(seconds) => waiting(response, seconds),
        _ => response,
    }
}

/// The token of the QR code. It stands in the body alone: the address's fragment never comes here.
async fn by_card_post(State(state): State<AppState>, caller: Caller, fields: Fields) -> Result<Response, Error> {
    let token = fields.raw("token");
    let shown = cards::by_token(&mut state.db.read(Unscoped::Door).await?, token).await?;
    let Some(shown) = shown else {
        if !token.is_empty() {
            attempts::counted(&state, &attempts::of_set_up(caller.place.network)).await?;
        }
        return Ok(not_in(&state, &caller, Way::default(), Refused::Unreadable).await);
    };
    enter(&state, caller, &shown, Way::default()).await
}

async fn typed_post(State(state): State<AppState>, caller: Caller, fields: Fields) -> Result<Response, Error> {
    let (number, pin) = (digits(fields.one("number")), digits(fields.one("pin")));
    let way = Way { number: fields.one("number"), with_pin: true, shared: !fields.one("shared").is_empty() };
    let (counters, shown) = match counted(&state, &number, &caller.place).await? {
        Ok(counted) => counted,
        Err(seconds) => return Ok(not_in(&state, &caller, way, Refused::Wait(seconds)).await),
    };
    let stored = shown.as_ref().map(|shown| shown.pin.clone());
    let verdict = password::verify(&state.hashing, &state.secrets, &pin, stored).await?;
    let Some(shown) = shown.filter(|_| verdict != Verdict::Wrong) else {
        was_wrong(&state, &caller, &number).await?;
        return Ok(not_in(&state, &caller, way, Refused::Wrong).await);
    };
    forgive(&state, &counters).await?;
    enter(&state, caller, &shown, way).await
}

/// A code that was read out or came by letter is typed here; looking at the page uses nothing up.
async fn by_code(caller: Caller) -> Response {
    draw_code(&caller, CodeTyped::default(), Vec::new()).await
}

async fn draw_code(caller: &Caller, typed: CodeTyped, errors: Vec<FieldError>) -> Response {
    let (lang, status) = (caller.reader.lang, form_status(&errors));
    let body = move || {
        view! {
            <CodePage lang typed errors/>
            {script("card.js")}
        }
        .into_any()
    };
    own_page(&caller.reader, status, code_words::title(lang), false, body).await
}

/// The code opens the page of whoever has the card, once. Every try is counted by place before it is looked at: a code that
/// is read out is so short that it would be guessed if one that hits never waited, and so would a year of birth.
async fn by_code_post(State(state): State<AppState>, caller: Caller, fields: Fields) -> Result<Response, Error> {
    let one = |name| fields.one(name).to_owned();
    let (typed, lang) = (CodeTyped { code: one("code"), born: one("born") }, caller.reader.lang);
    let error = |text: &str| vec![FieldError::new("code", text)];
    if typed.code.is_empty() {
        return Ok(draw_code(&caller, typed, error(code_words::missing(lang))).await);
    }
    let (by_letter, from) = (codes::is_of_letter(&typed.code), caller.place.network);
    let born = birth_year_typed(&typed.born, state.today()).ok();
    if by_letter && born.is_none() {
        let errors = vec![FieldError::new("born", code_words::born_missing(lang))];
        return Ok(draw_code(&caller, typed, errors).await);
    }
    let counters = if by_letter { attempts::of_letter_code(from) } else { attempts::of_spoken_code(from) };
    if let Some(seconds) = attempts::begun(&state, &counters).await? {
        return Ok(waiting(draw_code(&caller, typed, error(&words::wait(lang, seconds))).await, seconds));
    }
    let Some(shown) = spent(&state, &caller, (&typed.code, born), &counters).await? else {
        // Never which of the two is wrong: whoever opened somebody else's letter would learn the year.
        let wrong = if by_letter { code_words::wrong_letter(lang) } else { code_words::wrong(lang) };
        return Ok(draw_code(&caller, typed, error(wrong)).await);
    };
    enter(&state, caller, &shown, Way::default()).await
}

/// The card of the code, if it is good. Then earlier slips count no more; else there is a row in the log.
async fn spent(
    state: &AppState,
    caller: &Caller,
    typed: (&str, Option<i32>),
    counters: &[Counter],
) -> Result<Option<Shown>, Error> {
    state
        .write(Unscoped::Door, |mut tx| async move {
            let shown = codes::spend(&mut tx, typed, caller.place.network, state.now()).await?;
            match &shown {
                Some(_) => attempts::forgive(&mut tx, counters).await?,
                None => note_unknown(state, &mut tx, "unknown_code", &caller.request_id).await?,
            }
            Ok(tx.done(shown))
        })
        .await
}

/// The page of somebody who has to wait: it says when to come back.
fn waiting(mut response: Response, seconds: i64) -> Response {
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    response
}

/// Under which name tries at a card are counted, and places remembered.
fn login_of(number: &str) -> String {
    format!("card {number}")
}

type Counted = ([Counter; 3], Option<Shown>);

/// Counts the try and looks the number up; or the seconds to wait, which writes nothing. A number that nobody has costs the
/// same.
async fn counted(state: &AppState, number: &str, from: &SignInPlace) -> Result<Result<Counted, i64>, Error> {
    let (login, now) = (&login_of(number), state.now());
    let mut tx = state.db.read(Unscoped::Door).await?;
    let counters = attempts::of_sign_in(login, from, from.familiar(&mut tx, login, now).await?);
    if let Some(seconds) = attempts::turned_away(&mut tx, &counters, now).await? {
        return Ok(Err(seconds));
    }
    drop(tx);
    state
        .write(Unscoped::Door, |mut tx| async move {
            let familiar = from.familiar(&mut tx, login, now).await?;
            let counters = attempts::of_sign_in(login, from, familiar);
            if let Some(seconds) = attempts::begin(&mut tx, &counters, now).await? {
                return Ok(tx.done(Err(seconds)));
            }
            let shown = cards::by_number(&mut tx, number).await?;
            Ok(tx.done(Ok((counters, shown))))
        })
        .await
}

async fn forgive(state: &AppState, counters: &[Counter; 3]) -> Result<(), Error> {
    state
        .write(Unscoped::Door, |mut tx| async move {
            attempts::succeeded(&mut tx, counters).await?;
            Ok(tx.done(()))
        })
        .await
}

/// One row in the log; where there is such a card, it remembers that its PIN was wrong.
async fn was_wrong(state: &AppState, caller: &Caller, number: &str) -> Result<(), Error> {
    state
        .write(Unscoped::Door, |mut tx| async move {
            match cards::by_number(&mut tx, number).await? {
                Some(Shown { whose, .. }) => {
                    note_wrong(state, &mut tx, &whose, "own.sign_in", &caller.request_id).await?
                }
                None => note_unknown(state, &mut tx, "unknown_card", &caller.request_id).await?,
            }
            Ok(tx.done(()))
        })
        .await
}

/// A row in the log: what somebody typed is no card's. `result`: what it was.
async fn note_unknown(state: &AppState, tx: &mut Tx, result: &str, request_id: &str) -> Result<(), Error> {
    let new = audit::Entry::new(state.now(), "own.sign_in", request_id);
    let entry = audit::Entry { result: result.to_owned(), ..new };
    audit::append(tx, &state.secrets, Chain::Installation, &entry).await
}

async fn note_wrong(state: &AppState, tx: &mut Tx, whose: &Whose, verb: &str, request_id: &str) -> Result<(), Error> {
    let result = "wrong_pin".to_owned();
    // Nobody knows who typed it.
    let entry = audit::Entry { actor: None, result, ..whose.entry(state, verb, request_id) };
    audit::append(tx, &state.secrets, &whose.municipality, &entry).await?;
    cards::was_wrong(state, tx, whose, request_id).await
}

/// The page that the card opens; or the door again, with the number that was typed and as people are spoken to where the
/// card is from.
async fn enter(state: &AppState, caller: Caller, shown: &Shown, way: Way<'_>) -> Result<Response, Error> {
    match let_in(state, &caller, shown, way).await? {
        Ok(response) => Ok(response),
        Err(refused) => Ok(not_in(state, &caller.with_card(state, shown).await?, way, refused).await),
    }
}

/// A new session for whoever takes part, and its cookie. What this browser held before ends.
async fn let_in(
    state: &AppState,
    caller: &Caller,
    shown: &Shown,
    way: Way<'_>,
) -> Result<Result<Response, Refused>, Error> {
    if shown.ended {
        return Ok(Err(Refused::Ended));
    }
    let whose = &shown.whose;
    let Some(home) = opens(state, whose).await? else {
        let is_relative = matches!(whose.holder, Holder::Relative(_));
        return Ok(Err(if is_relative { Refused::Closed } else { Refused::Gone }));
    };
    let before = Cookie::Own.read(&caller.headers, &state.config);
    let browser = Cookie::Browser.read(&caller.headers, &state.config).unwrap_or_else(|| state.secret());
    let place = SignInPlace::new(caller.place.network, Some(&browser));
    let token = begin(state, whose, way, before.as_deref(), &place, &caller.request_id).await?;
    let response = Cookie::Own.set(see_other(home), &state.config, token, cookie_seconds(way.shared));
    // A device of many is no known place of anybody's.
    if way.shared {
        return Ok(Ok(response));
    }
    Ok(Ok(Cookie::Browser.set(response, &state.config, browser, Some(BROWSER_SECONDS))))
}

/// The page that a card opens now; nothing where it opens none.
async fn opens(state: &AppState, whose: &Whose) -> Result<Option<&'static str>, Error> {
    match whose.holder {
        Holder::Person(person) => {
            let scope = scope_of(&whose.municipality, person, state.today())?;
            let takes_part = taking_part(&mut state.db.read(&scope).await?, person).await?.is_some();
            Ok(takes_part.then_some("/own"))
        }
        Holder::Relative(relative) => {
            let shown = kin::shown_to(state, &whose.municipality, relative).await?;
            Ok((!shown.is_empty()).then_some("/kin"))
        }
    }
}

async fn begin(
    state: &AppState,
    whose: &Whose,
    way: Way<'_>,
    before: Option<&str>,
    place: &SignInPlace,
    request_id: &str,
) -> Result<String, Error> {
    state
        .write(Unscoped::Door, |mut tx| async move {
            let token = sessions::create(state, &mut tx, whose, way.with_pin, way.shared).await?;
            if let Some(before) = before {
                // Where others sit down afterwards nobody is told by notifications any more.
                if !way.shared {
                    let carried = (before, token.as_str());
                    phones::carry(&mut tx, &whose.municipality, whose.holder.id(), carried).await?;
                }
                sessions::end(state, &mut tx, before, request_id).await?;
            }
            if let (false, Some(number)) = (way.shared, number_of(&mut tx, whose).await?) {
                let login = login_of(&number);
                place.remember_as(&mut tx, (&whose.municipality, whose.user()), &login, state.now()).await?;
            }
            let fields = if way.with_pin { "card pin" } else { "card" }.to_owned();
            let entry = audit::Entry { fields, ..whose.entry(state, "own.sign_in", request_id) };
            audit::append(&mut tx, &state.secrets, &whose.municipality, &entry).await?;
            Ok(tx.done(token))
        })
        .await
}

async fn number_of(tx: &mut Tx, whose: &Whose) -> Result<Option<String>, Error> {
    let sql = sql!("SELECT number FROM personal_card WHERE municipality = $1 AND id = $2");
    let row = tx.maybe(sql, [(&whose.municipality).into(), whose.card.as_str().into()]).await?;
    row.map(|row| row.get("number")).transpose()
}

/// Opens the demonstration's own page, as its other roles are opened: by one press.
pub async fn demo_enter(state: &AppState, headers: &HeaderMap, request_id: &str) -> Result<Response, Error> {
    let shown = cards::by_number(&mut state.db.read(Unscoped::Door).await?, demo::CARD).await?;
    let whose = shown.ok_or(Error::NotFound)?.whose;
    let before = Cookie::Own.read(headers, &state.config);
    let place = SignInPlace::new(Client::of(&http::Extensions::new()).0, None);
    let way = Way { with_pin: true, ..Way::default() };
    let token = begin(state, &whose, way, before.as_deref(), &place, request_id).await?;
    Ok(Cookie::Own.set(see_other("/own"), &state.config, token, cookie_seconds(way.shared)))
}

/// Ends the session at hand. Signing out twice is no error.
async fn sign_out(State(state): State<AppState>, caller: Caller) -> Result<Response, Error> {
    if let Some(token) = Cookie::Own.read(&caller.headers, &state.config) {
        let (state, token, request_id) = (&state, token.as_str(), caller.request_id.as_str());
        let ended = state.write(Unscoped::Door, |mut tx| async move {
            sessions::end(state, &mut tx, token, request_id).await?;
            Ok(tx.done(()))
        });
        ended.await?;
    }
    Ok(Cookie::Own.clear(see_other("/own/sign-in?said=signed-out"), &state.config))
}

/// Where the PIN is asked for once more, and what it opens.
pub(super) struct PinAsked<'a> {
    pub session: &'a OwnSession,
    pub reader: &'a Reader,
    pub request_id: &'a str,
    pub form: PinForm,
    /// The page that it opens.
    pub then: String,
}

/// What the PIN is asked for on one's own page: a word of a closed list.
#[derive(serde::Deserialize)]
struct Then {
    #[serde(default)]
    then: String,
}

/// Of whoever takes part.
fn asked<'a>(own: &'a Own, Then { then }: &Then) -> PinAsked<'a> {
    let (why, action, page) = opened(then);
    let form = PinForm { action, back: "/own".to_owned(), why, kept: Vec::new() };
    PinAsked { session: &own.session, reader: &own.reader, request_id: &own.request_id, form, then: page }
}

/// What the PIN is asked for, where, and the page that it opens.
fn opened(then: &str) -> (PinFor, String, String) {
    match rights::BehindPin::from_code(then) {
        Some(place) => (PinFor::Rights, place.pin(), place.path()),
        None if then == "relatives" => (PinFor::Inviting, invite::PIN.to_owned(), invite::START.to_owned()),
        None if then == "exercise" => (PinFor::Note, "/own/pin?then=exercise".to_owned(), OWN_PATH.to_owned()),
        None if then == "sheet" => (PinFor::Note, "/own/pin?then=sheet".to_owned(), OWN_SHEET.to_owned()),
        None => (PinFor::Results, "/own/pin".to_owned(), "/own/results".to_owned()),
    }
}

async fn pin(State(state): State<AppState>, mut own: Own, Query(then): Query<Then>) -> Result<Response, Error> {
    own.reader.here = opened(&then.then).1;
    Ok(asked(&own, &then).page(&state).await)
}

async fn pin_post(
    State(state): State<AppState>,
    mut own: Own,
    Query(then): Query<Then>,
    fields: Fields,
) -> Result<Response, Error> {
    own.reader.here = opened(&then.then).1;
    let asked = asked(&own, &then);
    let why = asked.form.why;
    let kept = match why {
        PinFor::Inviting => invite::kept(&fields),
        PinFor::Rights => rights::kept(&fields),
        PinFor::Results | PinFor::Note | PinFor::Address => Vec::new(),
    };
    let goes_on = !kept.is_empty();
    let checked = asked.carrying(kept).checked(&state, &fields).await?;
    match checked {
        Err(answer) => Ok(answer),
        Ok(_) if goes_on && why == PinFor::Rights => rights::with_pin(&state, own, &fields).await,
        Ok(_) if goes_on => invite::with_pin(&state, own, &fields).await,
        Ok(then) => Ok(see_other(&then)),
    }
}

/// Asks for the PIN in the middle of a form, of inviting a relative (`relatives`) or of asking for a right (`rights`); what
/// was answered is carried along.
pub(super) async fn pin_meanwhile(state: &AppState, own: &Own, then: &str, kept: Vec<(String, String)>) -> Response {
    let then = Then { then: then.to_owned() };
    asked(own, &then).carrying(kept).draw(state, Vec::new()).await
}

impl PinAsked<'_> {
    /// With fields of a form that goes on after the PIN.
    fn carrying(self, kept: Vec<(String, String)>) -> Self {
        Self { form: PinForm { kept, ..self.form }, ..self }
    }

    pub(super) async fn page(self, state: &AppState) -> Response {
        if self.session.has_pin(state.now()) {
            return see_other(&self.then);
        }
        self.draw(state, Vec::new()).await
    }

    pub(super) async fn draw(self, state: &AppState, errors: Vec<FieldError>) -> Response {
        let Self { reader, form, .. } = self;
        let (lang, demo, status) = (reader.lang, demo_card(state), form_status(&errors));
        let body = move || view! { <PinPage lang form errors demo/> }.into_any();
        own_page(reader, status, pin_words::title(lang), true, body).await
    }

    /// As [`Self::checked`], then the page that it opens.
    pub(super) async fn typed(self, state: &AppState, fields: &Fields) -> Result<Response, Error> {
        Ok(self.checked(state, fields).await?.map_or_else(|answer| answer, |then| see_other(&then)))
    }

    /// The PIN, typed on a page that is open already: the page that it opens, or the form again. Tries are counted:
    /// whoever found the phone does not guess it here.
    pub(super) async fn checked(self, state: &AppState, fields: &Fields) -> Result<Result<String, Response>, Error> {
        let (lang, whose) = (self.reader.lang, &self.session.whose);
        let counters = &attempts::of_own_password(whose.user());
        if let Some(seconds) = attempts::begun(state, counters).await? {
            let errors = vec![FieldError::new("pin", words::wait(lang, seconds))];
            return Ok(Err(waiting(self.draw(state, errors).await, seconds)));
        }
        let shown = cards::of(&mut state.db.read(Unscoped::Door).await?, whose).await?;
        let typed = digits(fields.one("pin"));
        let verdict = password::verify(&state.hashing, &state.secrets, &typed, shown.map(|shown| shown.pin)).await?;
        let right = verdict != Verdict::Wrong;
        self.note(state, right, counters).await?;
        if right {
            return Ok(Ok(self.then));
        }
        Ok(Err(self.draw(state, vec![FieldError::new("pin", pin_words::wrong(lang))]).await))
    }

    async fn note(&self, state: &AppState, right: bool, counters: &[Counter]) -> Result<(), Error> {
        let (session, request_id, now) = (self.session, self.request_id, state.now());
        let noted = state.write(Unscoped::Door, |mut tx| async move {
            if right {
                attempts::forgive(&mut tx, counters).await?;
                sessions::pin_typed(&mut tx, session, now).await?;
                let entry = session.whose.entry(state, "own.pin", request_id);
                audit::append(&mut tx, &state.secrets, &session.whose.municipality, &entry).await?;
            } else {
                note_wrong(state, &mut tx, &session.whose, "own.pin", request_id).await?;
            }
            Ok(tx.done(()))
        });
        noted.await
    }
}
