//! Server-rendered pages: who reads, in which language and looks, and the frame round every view.

mod applications;
mod areas;
mod backups;
mod break_glass;
mod council;
mod division;
mod document;
mod downloads;
mod drawings;
mod exercises;
mod feedback;
mod figures;
mod find;
mod groups;
mod guide;
mod help_line;
mod home;
mod imports;
mod incidents;
pub(crate) mod letters;
mod log;
mod need;
pub(crate) mod paper;
mod people;
mod places;
mod population;
mod purge;
mod quality;
pub(crate) mod reading;
mod requests;
mod reviews;
mod rounds;
pub(crate) mod saving;
mod season;
mod sessions;
mod settings;
mod staff;
pub mod standalone;
mod statements;
mod talks;
mod testers;
mod trend;
mod week;

pub(crate) use self::document::script;
use self::document::{Drawn, draw};
pub(crate) use self::people::{data_file, data_view};
pub use self::saving::Sent;
pub(crate) use self::statements::text_of as statement_text;
use app::access::break_glass::open_banner;
use app::texts::{self, Lang, Words as _};
use app::ui::{
    Banner, ButtonLink, Door, FieldError, Frame, HelpLine, MOST_TOLD, NavLink, Notice, OwnFrame, PageHead, Theme, Tone,
};
use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Action, Role, may};
use domain::devices::Help;
use domain::letters::FormOfAddress;
use domain::people::PersonLanguage;
use domain::time::{Day, Instant};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use leptos::prelude::*;
use leptos_meta::Link;

use crate::access::cookies::Cookie;
use crate::access::{Actor, SignedIn};
use crate::db::Unscoped;
use crate::error::Error;
use crate::help;
use crate::routes::Routes;
use crate::site;
use crate::state::AppState;
use crate::web::form::Fields;
use crate::web::once::Once;

pub fn routes(routes: Routes) -> Routes {
    routes
        .post("/view", set_view)
        .with(home::routes)
        .with(groups::routes)
        .with(sessions::routes)
        .with(staff::routes)
        .with(season::routes)
        .with(week::routes)
        .with(incidents::routes)
        .with(imports::routes)
        .with(purge::routes)
        .with(log::routes)
        .with(applications::routes)
        .with(talks::routes)
        .with(people::routes)
        .with(downloads::routes)
        .with(requests::routes)
        .with(reviews::routes)
        .with(rounds::routes)
        .with(testers::routes)
        .with(places::routes)
        .with(figures::routes)
        .with(drawings::routes)
        .with(council::routes)
        .with(need::routes)
        .with(trend::routes)
        .with(population::routes)
        .with(areas::routes)
        .with(division::routes)
        .with(quality::routes)
        .with(break_glass::routes)
        .with(guide::routes)
        .with(help_line::routes)
        .with(settings::routes)
        .with(exercises::routes)
        .with(find::routes)
        .with(letters::routes)
        .with(statements::routes)
        .with(backups::routes)
        .with(feedback::routes)
}

/// What the page before reported: a word of a closed list, nothing else is shown.
#[derive(serde::Deserialize)]
pub(crate) struct Said {
    #[serde(default)]
    pub said: String,
}

/// Which page of a list is asked for: a number, never a name, which would stand in logs and histories.
#[derive(serde::Deserialize)]
pub(crate) struct PageAsked {
    #[serde(default)]
    page: String,
}

impl PageAsked {
    /// 1-based.
    pub fn number(&self) -> i64 {
        page_number(&self.page)
    }
}

/// 1-based; what is no number is the first page.
pub(crate) fn page_number(text: &str) -> i64 {
    text.parse().unwrap_or(1).clamp(1, 100_000)
}

/// The one who reads a page: signed in or not.
#[derive(Clone, Debug)]
pub struct Reader {
    pub lang: Lang,
    pub theme: Theme,
    /// Text size in per cent: 100, 125, 150.
    pub size: u16,
    /// The page's own path, without a query.
    pub here: String,
    /// Name and active role.
    pub who: Option<(String, Option<Role>)>,
    /// The municipality's or organisation's name.
    pub place: String,
    /// Whether that is the municipality's own organisation, and no partner's.
    pub own: bool,
    /// How many things wait for this reader's decision; 0 for roles that decide none.
    pub waiting: i64,
    /// How many incidents nobody at the desk has gone through.
    pub incidents: i64,
    /// What people have asked for by their rights and is to be answered.
    pub requests: Due,
    /// Feedback that is to be answered.
    pub feedback: Due,
    /// Whom to call for help.
    pub help: Option<Help>,
    /// The instructor of whoever takes part and has signed in.
    pub leader: Option<Help>,
    /// Whoever takes part reads it on a device that others use, too.
    pub shared: bool,
    pub demo: bool,
    /// Until when emergency access is open.
    pub opened_until: Option<Instant>,
    /// Whether the page is for those who take part: large.
    pub participants: bool,
    /// Whether the language was chosen in this browser.
    chosen: bool,
    /// The program's own address, as people type it.
    url: String,
}

impl Reader {
    /// Nobody in particular: language and looks by cookie and browser.
    pub fn nobody(headers: &HeaderMap, state: &AppState) -> Self {
        let cookie = Cookie::View.read(headers, &state.config).unwrap_or_default();
        let mut parts = cookie.split('.');
        let lang = parts.next().and_then(Lang::from_code);
        let theme = Theme::from_code(parts.next().unwrap_or_default());
        let size = parts.next().and_then(|size| size.parse().ok()).filter(|size| SIZES.contains(size));
        Self {
            lang: lang.unwrap_or_else(|| accepted_language(headers)),
            theme,
            size: size.unwrap_or(100),
            here: "/".to_owned(),
            who: None,
            place: String::new(),
            own: false,
            waiting: 0,
            incidents: 0,
            requests: Due::default(),
            feedback: Due::default(),
            help: None,
            leader: None,
            shared: false,
            demo: state.config.demo,
            opened_until: None,
            participants: false,
            chosen: lang.is_some(),
            url: state.config.public_url.clone(),
        }
    }

    /// On a page of those who take part.
    #[must_use]
    pub fn of_participants(self) -> Self {
        Self { participants: true, ..self }
    }

    /// On somebody's own page: a chosen language wins over the person's, the person's over the browser's.
    #[must_use]
    pub fn for_person(self, language: Option<PersonLanguage>) -> Self {
        let own = Lang::of_person(language).filter(|_| !self.chosen);
        Self { lang: own.unwrap_or(self.lang), ..self.of_participants() }
    }

    /// As the municipality whose page it is addresses people.
    #[must_use]
    pub fn addressed(self, form: FormOfAddress) -> Self {
        Self { lang: self.lang.addressing(form), ..self }
    }

    /// A chosen language wins over the account's, the account's over the browser's.
    fn signed_in(mut self, who: &SignedIn, around: Around) -> Self {
        let Around { place, own, waiting, incidents, requests, feedback, help } = around;
        if let (false, Some(own)) = (self.chosen, Lang::from_code(&who.language)) {
            self.lang = own;
        }
        self.who = Some((who.name.clone(), who.role));
        self.place = place;
        self.own = own;
        self.waiting = waiting;
        self.incidents = incidents;
        self.requests = requests;
        self.feedback = feedback;
        self.help = help;
        self.opened_until = who.opened.map(|opened| opened.until);
        self
    }

    fn role(&self) -> Option<Role> {
        self.who.as_ref().and_then(|(_, role)| *role)
    }

    /// Refuses whoever does not speak for the municipality: partners have admins, too.
    fn require_own_admin(&self, actor: &Actor) -> Result<(), Error> {
        actor.scope.require(Action::ManageAccounts)?;
        if self.own { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// The ways of the active role.
    fn ways(&self) -> Vec<NavLink> {
        let lang = self.lang;
        let Some(role) = self.role() else { return Vec::new() };
        let all = [
            (None, "/", texts::home::title(lang)),
            (Some(Action::UseDesk), "/people", texts::people::title(lang)),
            (Some(Action::UseDesk), "/applications", texts::applications::title(lang)),
            (Some(Action::UseDesk), "/groups", texts::groups::title(lang)),
            (Some(Action::UseDesk), "/incidents", texts::incidents::title(lang)),
            (Some(Action::SeeReviews), "/reviews", texts::reviews::title(lang)),
            (Some(Action::ErasePeople), "/requests", texts::requests::ways(lang)),
            (Some(Action::SeeFigures), "/figures", texts::home::figures(lang)),
            (Some(Action::SeeLog), "/log", texts::log::title(lang)),
            (Some(Action::ManageAccounts), "/accounts", texts::home::accounts(lang)),
            (Some(Action::ManageAccounts), STATEMENTS, texts::statements::title(lang)),
            (Some(Action::ManageAccounts), BACKUPS, texts::backups::title(lang)),
            (Some(Action::ManageDevices), "/devices", texts::access::devices::title(lang)),
            (Some(Action::ImportFiles), "/imports", texts::imports::title(lang)),
            (Some(Action::BreakGlass), "/break-glass", texts::access::break_glass::title(lang)),
        ];
        let open = |action: &Option<Action>| action.is_none_or(|action| may(role, action).is_some());
        let path = self.here.split('?').next().unwrap_or_default();
        let within = |href: &str| path == href || (href != "/" && path.starts_with(&format!("{href}/")));
        let here = |href: &str| within(href) || (href == "/groups" && UNDER_GROUPS.iter().any(|other| within(other)));
        all.into_iter()
            .filter(|(action, href, _)| open(action) && (self.own || !OF_THE_MUNICIPALITY.contains(href)))
            .map(|(_, href, words)| {
                let waiting = match href {
                    "/reviews" => Some(self.waiting),
                    "/incidents" => Some(self.incidents),
                    "/requests" => Some(self.requests.all + self.feedback.all),
                    _ => None,
                };
                NavLink { href, words, current: here(href), waiting }
            })
            .collect()
    }
}

/// Where the municipality's public texts are written.
const STATEMENTS: &str = "/statements";

/// When the database was copied last.
const BACKUPS: &str = "/backups";

/// What the municipality's own organisation does alone.
const OF_THE_MUNICIPALITY: [&str; 3] = ["/imports", STATEMENTS, BACKUPS];

/// What is reached from the groups, and belongs to them in the ways.
const UNDER_GROUPS: [&str; 5] = ["/places", "/month", "/week", "/rounds", "/testers"];

const SIZES: [u16; 3] = [100, 125, 150];

/// The first of our languages that the browser asks for; Finnish when it names none.
fn accepted_language(headers: &HeaderMap) -> Lang {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let codes = wanted.split(',').map(|one| one.split([';', '-']).next().unwrap_or_default().trim());
    codes.filter_map(Lang::from_code).next().unwrap_or_default()
}

impl FromRequestParts<AppState> for Reader {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let mut reader = Self::nobody(&parts.headers, state);
        reader.here = parts.uri.path().to_owned();
        match SignedIn::from_request_parts(parts, state).await {
            Ok(who) => {
                let once = Once::of(&mut parts.extensions);
                let around = once.get(|| around(state, &who)).await?;
                Ok(reader.signed_in(&who, around))
            }
            Err(Error::SignInNeeded) => {
                reader.help = help::at_the_door(&mut state.db.read(Unscoped::Door).await?).await?;
                Ok(reader)
            }
            Err(other) => Err(other),
        }
    }
}

/// What stands round every page of somebody signed in.
#[derive(Clone, Debug)]
pub struct Around {
    /// The name of the reader's organisation.
    place: String,
    own: bool,
    /// How much waits for a decision.
    waiting: i64,
    /// How many incidents wait for somebody at the desk.
    incidents: i64,
    /// Requests that wait for an answer.
    requests: Due,
    feedback: Due,
    help: Option<Help>,
}

/// One more than are told as a number: what waits is not counted to its end for every page.
const MOST_WAITING: i64 = MOST_TOLD + 1;

/// So many of those that have a day by which they are answered are counted, which the start page tells to the last.
const MOST_DUE: i64 = 300;

/// What is to be answered by a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Due {
    pub all: i64,
    /// Of which the day has passed.
    pub late: i64,
}

impl Due {
    fn of(days: &[Day], today: Day) -> Self {
        let count = |n: usize| i64::try_from(n).unwrap_or(MOST_DUE);
        Self { all: count(days.len()), late: count(days.iter().filter(|due| **due < today).count()) }
    }
}

async fn around(state: &AppState, who: &SignedIn) -> Result<Around, Error> {
    let (mut waiting, mut incidents, mut requests, mut feedback) = (0, 0, Due::default(), Due::default());
    if let Some(scope) = who.scope(state)?.filter(|scope| scope.may(Action::UseDesk)) {
        let mut tx = state.db.read(&scope).await?;
        incidents = crate::incidents::waiting(&mut tx, MOST_WAITING).await?;
        if scope.may(Action::ErasePeople) {
            requests = Due::of(&crate::requests::waiting(&mut tx, MOST_DUE).await?, scope.today());
            feedback = Due::of(&crate::feedback::waiting(&mut tx, MOST_DUE).await?, scope.today());
        }
        if scope.may(Action::SeeReviews) {
            waiting = crate::reviews::waiting(&mut tx, MOST_WAITING).await?;
        }
    }
    let mut tx = state.db.read(Unscoped::SignedIn).await?;
    let row = tx
        .one(
            sql!("SELECT name, parent FROM organisation WHERE municipality = $1 AND id = $2"),
            [(&who.municipality).into(), who.organisation.into()],
        )
        .await?;
    let help = help::of(&mut tx, &who.municipality).await?;
    let (place, own) = (row.get("name")?, row.is_null("parent"));
    Ok(Around { place, own, waiting, incidents, requests, feedback, help })
}

/// A page in the frame of the desk. `title` stands in the browser's tab, the view brings its own heading.
pub async fn page(reader: &Reader, title: &str, body: impl FnOnce() -> AnyView + Send + 'static) -> Response {
    page_with_status(reader, StatusCode::OK, title, body).await
}

/// As [`page`]; 422 for a form with errors, whose title begins with the word for error.
pub async fn page_with_status(
    reader: &Reader,
    status: StatusCode,
    title: &str,
    body: impl FnOnce() -> AnyView + Send + 'static,
) -> Response {
    framed(reader, status, title, Frames::Desk, Box::new(body)).await
}

/// With what a form is answered: 422 as long as something in it is wrong.
pub fn form_status(errors: &[FieldError]) -> StatusCode {
    if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// A page before the door: sign-in, set-up, choice of role.
pub async fn door(
    reader: &Reader,
    status: StatusCode,
    title: &str,
    body: impl FnOnce() -> AnyView + Send + 'static,
) -> Response {
    framed(reader, status, title, Frames::Door, Box::new(body)).await
}

/// A page of those who take part, or of whoever looks for a group.
pub async fn own_page(
    reader: &Reader,
    status: StatusCode,
    title: &str,
    signed_in: bool,
    body: impl FnOnce() -> AnyView + Send + 'static,
) -> Response {
    let mut response = framed(reader, status, title, Frames::Own { signed_in }, Box::new(body)).await;
    if reader.shared {
        // A little after the sign-in is over the page gives way to the door, where nobody's name stands.
        response.headers_mut().insert(header::REFRESH, HeaderValue::from_static("310; url=/own/sign-in"));
    }
    response
}

/// What stands round a page.
#[derive(Clone, Copy)]
enum Frames {
    Desk,
    Door,
    Own { signed_in: bool },
}

async fn framed(reader: &Reader, status: StatusCode, title: &str, frame: Frames, body: Drawn) -> Response {
    let for_frame = reader.clone();
    draw(reader, status, title, Box::new(move || for_frame.round(frame, body()))).await
}

impl Reader {
    fn round(self, frame: Frames, body: AnyView) -> AnyView {
        let ways = self.ways();
        let Self { lang, theme, size, here, place, who, help, leader, demo, opened_until, url, .. } = self;
        let help = help_line(lang, help);
        match frame {
            Frames::Desk => {
                let who = who.map(|(name, role)| (name, role.map_or("", |role| role.words(lang)).to_owned()));
                let banner = banners(lang, demo, opened_until);
                view! { <Frame lang theme size here place who ways banner help>{body}</Frame> }.into_any()
            }
            Frames::Door => {
                let banner = banners(lang, demo, opened_until);
                view! { <Door lang here banner help>{body}</Door> }.into_any()
            }
            Frames::Own { signed_in } => {
                let (banner, home) = (banners(lang, demo, None), if signed_in { "/own" } else { "/find" });
                let paper = paper::of_page(&url, &here);
                // Whoever is signed in may put the page among the programs of the phone.
                let manifest = signed_in.then(|| site::asset(&format!("own-{}.webmanifest", lang.code())).to_owned());
                view! {
                    {manifest.map(|href| view! { <Link rel="manifest" href/> })}
                    <OwnFrame lang theme size here home banner leader help signed_in paper>{body}</OwnFrame>
                    {script("print.js")}
                }
                .into_any()
            }
        }
    }
}

fn help_line(lang: Lang, help: Option<Help>) -> Option<AnyView> {
    help.map(|help| view! { <HelpLine lang help/> }.into_any())
}

/// What stands above every page: that everything is invented, that emergency access is open.
fn banners(lang: Lang, demo: bool, opened_until: Option<Instant>) -> Option<AnyView> {
    let text = texts::access::demo::banner(lang);
    let demo = demo.then(|| view! { <Banner text demo=true/> }.into_any());
    let opened = opened_until.map(|until| open_banner(lang, until.in_finland().1));
    let all: Vec<_> = demo.into_iter().chain(opened).collect();
    (!all.is_empty()).then(|| all.into_any())
}

/// The page for a request that was refused or failed.
pub async fn refusal_page(reader: &Reader, status: StatusCode) -> Response {
    use texts::refusals as words;
    let lang = reader.lang;
    let (title, text) = match status {
        StatusCode::BAD_REQUEST => (words::bad_request::title(lang), words::bad_request::text(lang)),
        StatusCode::FORBIDDEN => (words::forbidden::title(lang), words::forbidden::text(lang)),
        StatusCode::NOT_FOUND => (words::not_found::title(lang), words::not_found::text(lang)),
        StatusCode::METHOD_NOT_ALLOWED => (words::wrong_method::title(lang), words::wrong_method::text(lang)),
        StatusCode::PAYLOAD_TOO_LARGE => (words::too_large::title(lang), words::too_large::text(lang)),
        StatusCode::TOO_MANY_REQUESTS => (words::wait::title(lang), words::wait::text(lang)),
        StatusCode::SERVICE_UNAVAILABLE => (words::busy::title(lang), words::busy::text(lang)),
        _ => (words::failed::title(lang), words::failed::text(lang)),
    };
    draw_refusal(reader, status, title, text.to_owned()).await
}

/// The same for those who take part and their relatives: large, in few words, and back to their own page instead of the
/// staff's door.
pub async fn own_refusal_page(reader: &Reader, status: StatusCode) -> Response {
    use texts::refusals as words;
    let lang = reader.lang;
    let (title, text) = match status {
        StatusCode::TOO_MANY_REQUESTS => (words::wait::title(lang), words::wait::text(lang)),
        StatusCode::SERVICE_UNAVAILABLE => (words::busy::title(lang), words::busy::text(lang)),
        _ => (words::own::title(lang), words::own::text(lang)),
    };
    let body = move || {
        view! { <h1>{title}</h1><p>{text}</p><ButtonLink text=words::own::back(lang) href="/own/sign-in"/> }.into_any()
    };
    own_page(reader, status, title, false, body).await
}

/// The page for a change that does not come from our own pages. Most often that is nobody's attack: the program was
/// opened at another address than the one that is set.
pub async fn not_ours_page(reader: &Reader, status: StatusCode, address: &str) -> Response {
    use texts::refusals::cross_site as words;
    draw_refusal(reader, status, words::title(reader.lang), words::text(reader.lang, address)).await
}

async fn draw_refusal(reader: &Reader, status: StatusCode, title: &'static str, text: String) -> Response {
    let lang = reader.lang;
    page_with_status(reader, status, title, move || {
        view! {
            <PageHead title/>
            <Notice tone=Tone::Calm title=text><p><a href="/">{texts::refusals::home(lang)}</a></p></Notice>
        }
        .into_any()
    })
    .await
}

/// An empty form that anybody fills in: whoever goes back to it finds it as they left it, with its id, instead of another.
/// It says nothing of anybody, and on every other way it is fetched anew.
fn found_again(mut response: Response) -> Response {
    let kept = HeaderValue::from_static("private, max-age=0");
    response.headers_mut().insert(header::CACHE_CONTROL, kept);
    response
}

/// An id in a path; anything else is nothing that exists.
pub fn id_in<T: std::str::FromStr>(path: &str) -> Result<T, Error> {
    path.parse().map_err(|_| Error::NotFound)
}

/// After a change that succeeded: the page to look at next, by GET.
pub fn see_other(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// Language, theme and size, chosen by a form on every page; back to where the reader was.
async fn set_view(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    let before = Cookie::View.read(&headers, &state.config).unwrap_or_default();
    let mut parts: Vec<&str> = before.split('.').collect();
    parts.resize(3, "");
    let lang = Lang::from_code(fields.one("lang")).map(Lang::code);
    let theme = (!fields.one("theme").is_empty()).then(|| Theme::from_code(fields.one("theme")).code());
    let size = Some(fields.one("size")).filter(|size| size.parse().is_ok_and(|size: u16| SIZES.contains(&size)));
    let kept = |new: Option<&str>, at: usize| new.or(parts.get(at).copied()).unwrap_or_default().to_owned();
    let value = [kept(lang, 0), kept(theme, 1), kept(size, 2)].join(".");
    Cookie::View.set(see_other(own_path(fields.one("back"))), &state.config, value, Some(365 * 24 * 3600))
}

/// A path on this server, never another site's address.
pub fn own_path(path: &str) -> &str {
    let own = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n']);
    if own { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_never_leads_to_another_site() {
        for (path, good) in
            [("/people", true), ("//evil.example", false), ("https://evil.example", false), ("/\\evil", false)]
        {
            assert_eq!(own_path(path) == path, good, "{path}");
        }
    }

    #[test]
    fn the_browsers_first_known_language_is_taken() {
        let headers =
            |value: &'static str| HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, value.parse().expect("header"))]);
        assert_eq!(accepted_language(&headers("de-DE,sv-FI;q=0.9,en;q=0.8")), Lang::Sv);
        assert_eq!(accepted_language(&headers("de")), Lang::Fi);
    }
}
