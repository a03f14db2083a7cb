//! Those who take part, on their own page: the personal card, signing in with it, and what it opens
//! (docs/access.md, Participants); and their relatives, on a page of theirs (docs/access.md, Relatives).

mod calendar;
pub mod cards;
mod codes;
pub mod desk;
pub mod door;
mod exercise;
mod feeds;
mod group_cards;
mod invite;
mod kin;
mod messages;
mod opened;
mod page;
pub mod relatives;
mod relatives_desk;
mod rights;
pub mod sessions;
pub mod told;

pub(crate) use self::page::{Plan, Whom, first_name};

use app::texts::Lang;
use axum::extract::FromRequestParts;
use axum::response::Response;
use domain::access::Action;
use domain::groups::{Group, Membership};
use domain::ids::{MunicipalityCode, ParticipantId, RelativeId, UserId};
use domain::people::{Participant, Profile, may_be_contacted};
use domain::time::Day;
use http::StatusCode;
use http::request::Parts;
use leptos::prelude::AnyView;
use uuid::Uuid;

use self::sessions::{OwnSession, cookie_seconds};
use crate::access::cookies::Cookie;
use crate::access::{Asker, InReach, Scope, ScopedTx};
use crate::audit;
use crate::db::{Row, Unscoped};
use crate::error::Error;
use crate::help;
use crate::pages::{Reader, own_page};
use crate::people::{self, Found, merged};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::form::Fields;
use crate::{letters, memberships, web};

pub fn routes(routes: Routes) -> Routes {
    routes
        .with(door::routes)
        .with(page::routes)
        .with(opened::routes)
        .with(exercise::routes)
        .with(calendar::routes)
        .with(invite::routes)
        .with(rights::routes)
        .with(kin::routes)
        .with(messages::routes)
        .with(desk::routes)
        .with(group_cards::routes)
        .with(relatives_desk::routes)
}

/// Whether an address is that of a page of those who take part, or of their relatives.
pub fn is_own(path: &str) -> bool {
    let below = |page: &str| path.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    ["/own", "/kin"].into_iter().any(below)
}

/// Somebody who takes part and has signed in: about themselves, while they are in a group.
#[derive(Clone)]
pub struct Own {
    pub session: OwnSession,
    pub scope: Scope,
    pub found: Found,
    /// The person's own record, and after it those that it stands for.
    pub records: Vec<InReach<ParticipantId>>,
    /// All stays of these records, the newest first.
    pub stays: Vec<(Membership, Group)>,
    /// By any record: the person's home must not become known.
    pub undisclosed: bool,
    /// In the person's own language, unless another was chosen in this browser.
    pub reader: Reader,
    /// For the log.
    pub request_id: String,
}

/// Whose card it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Holder {
    /// Somebody who takes part.
    Person(ParticipantId),
    /// Somebody to whom such people show something.
    Relative(RelativeId),
}

impl Holder {
    pub(crate) fn id(self) -> Uuid {
        match self {
            Self::Person(person) => person.0,
            Self::Relative(relative) => relative.0,
        }
    }

    /// Somebody who takes part; nothing for a relative.
    pub(crate) fn person(self) -> Option<ParticipantId> {
        match self {
            Self::Person(person) => Some(person),
            Self::Relative(_) => None,
        }
    }

    /// As cards say it: 1 for a relative.
    pub(crate) fn is_relative(self) -> i64 {
        i64::from(matches!(self, Self::Relative(_)))
    }

    /// From the columns `participant` and `relative` of a card.
    fn of_row(row: &Row) -> Result<Self, Error> {
        Self::of_columns(row.parse("participant")?, row)
    }

    /// From an id and the column `relative` beside it.
    pub(crate) fn of_columns(id: Uuid, row: &Row) -> Result<Self, Error> {
        let relative = row.get::<i64>("relative")? != 0;
        Ok(if relative { Self::Relative(RelativeId(id)) } else { Self::Person(ParticipantId(id)) })
    }
}

/// The holder of a card, before a session is made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Whose {
    pub municipality: MunicipalityCode,
    pub holder: Holder,
    pub card: String,
}

impl Whose {
    /// Under which id the holder stands in the log: no account has it.
    pub fn user(&self) -> UserId {
        UserId(self.holder.id())
    }

    /// A row of the log in which the holder acts.
    pub fn entry(&self, state: &AppState, verb: &str, request_id: &str) -> audit::Entry {
        let holder = match self.holder {
            Holder::Person(person) => format!("participant:{person}"),
            Holder::Relative(relative) => format!("relative:{relative}"),
        };
        let entities = format!("{holder} card:{}", self.card);
        audit::Entry { actor: Some(self.user()), entities, ..audit::Entry::new(state.now(), verb, request_id) }
    }
}

/// What somebody who takes part may touch: themselves.
fn scope_of(municipality: &MunicipalityCode, person: ParticipantId, today: Day) -> Result<Scope, Error> {
    let asker = Asker::Participant { user: UserId(person.0), person };
    Scope::of(asker, municipality.clone(), today)
}

/// Somebody who takes part.
struct TakesPart {
    found: Found,
    /// What the profile says, as protected as any record of the person is.
    person: Participant,
    /// All records, the one that was asked for first.
    records: Vec<InReach<ParticipantId>>,
    /// The stays of all of them, the newest first.
    stays: Vec<(Membership, Group)>,
}

/// The person with all records and stays; nothing for whoever has died, moved away or left every group: to them nothing is
/// shown.
async fn taking_part(tx: &mut ScopedTx, person: ParticipantId) -> Result<Option<TakesPart>, Error> {
    let found = match people::find(tx, Action::SeeProfiles, person).await {
        Err(Error::NotFound) => return Ok(None),
        found => found?,
    };
    let known = known_of(tx, found).await?;
    let today = tx.scope().today();
    Ok(takes_part(&known, today).then_some(known))
}

/// What each record of a person says, as far as it is within reach.
async fn known_of(tx: &mut ScopedTx, found: Found) -> Result<TakesPart, Error> {
    let mut person = found.person.clone();
    let records = merged::all(tx, found.reached, Action::SeeProfiles).await?;
    for other in people::of_records(tx, Action::SeeProfiles, records.get(1..).unwrap_or_default()).await? {
        merged::protect_by(&mut person, &other);
    }
    let stays = memberships::of_people(tx, records.iter().copied()).await?;
    Ok(TakesPart { found, person, records, stays })
}

fn takes_part(known: &TakesPart, today: Day) -> bool {
    let all = || known.stays.iter().map(|(stay, _)| stay);
    all().any(|stay| stay.goes_on(today)) && may_be_contacted(&known.person.profile, all(), today)
}

/// Whether a form stood on a page of whoever has these records: while one was open, somebody else may have signed in on the
/// same phone.
fn is_of(fields: &Fields, mut records: impl Iterator<Item = Uuid>) -> bool {
    let person = fields.one("person");
    person.is_empty() || records.any(|record| record.to_string() == person)
}

/// In which language a card is made where no other was chosen: the person's own, or the reader's.
fn language_of(profile: &Profile, otherwise: Lang) -> Lang {
    Lang::of_person(profile.language).unwrap_or(otherwise)
}

/// On a page of somebody signed in by a card: whom to call there, and how people are addressed.
async fn of_municipality(
    state: &AppState,
    reader: Reader,
    municipality: &MunicipalityCode,
    here: &str,
) -> Result<Reader, Error> {
    let mut tx = state.db.read(Unscoped::SignedIn).await?;
    let mut reader = reader.addressed(letters::form_of(&mut tx, municipality).await?);
    reader.help = help::of(&mut tx, municipality).await?;
    reader.here = here.to_owned();
    Ok(reader)
}

/// A page of whoever is signed in by a card: on an own phone the cookie lasts ninety days from today on.
async fn answer(
    state: &AppState,
    reader: &Reader,
    session: &OwnSession,
    title: &'static str,
    body: impl FnOnce() -> AnyView + Send + 'static,
) -> Response {
    let response = own_page(reader, StatusCode::OK, title, true, body).await;
    Cookie::Own.set(response, &state.config, session.token.clone(), cookie_seconds(session.shared))
}

/// Whether somebody found at the desk takes part, by whichever record.
async fn taking_part_of(tx: &mut ScopedTx, found: &Found) -> Result<bool, Error> {
    let known = known_of(tx, found.clone()).await?;
    Ok(takes_part(&known, tx.scope().today()))
}

impl FromRequestParts<AppState> for Own {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let token = Cookie::Own.read(&parts.headers, &state.config).ok_or(Error::SignInNeeded)?;
        let session = sessions::find(state, &token).await?.ok_or(Error::SignInNeeded)?;
        let Holder::Person(person) = session.whose.holder else { return Err(Error::SignInNeeded) };
        let scope = scope_of(&session.whose.municipality, person, state.today())?;
        let mut tx = state.db.read(&scope).await?;
        let known = taking_part(&mut tx, person).await?;
        let TakesPart { found, person, records, stays } = known.ok_or(Error::SignInNeeded)?;
        let undisclosed = person.profile.undisclosed;
        let leader = Whom { records: &records, stays: &stays }.instructor(&mut tx).await?;
        drop(tx);
        let reader = Reader::nobody(&parts.headers, state).for_person(found.person.profile.language);
        let mut reader = of_municipality(state, reader, &session.whose.municipality, parts.uri.path()).await?;
        reader.leader = leader;
        reader.shared = session.shared;
        let request_id = web::request::id_of(&parts.extensions);
        Ok(Self { session, scope, found, records, stays, undisclosed, reader, request_id })
    }
}

impl Own {
    /// Whether a form stood on a page of this person's.
    fn drew(&self, fields: &Fields) -> bool {
        is_of(fields, self.records.iter().map(|record| record.id().0))
    }

    /// Writes down what the person is shown of themselves, before it is handed out.
    async fn note_look(&self, state: &AppState, what: &str) -> Result<(), Error> {
        let whose = &self.session.whose;
        let fields = what.to_owned();
        let entry = audit::Entry { fields, ..whose.entry(state, "view", &self.request_id) };
        audit::note(state, &whose.municipality, &entry).await
    }
}
