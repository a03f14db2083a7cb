//! Those who take part, on their own page: the personal card, signing in with it, and what it opens
//! (docs/access.md, Participants).

pub mod cards;
pub mod desk;
pub mod door;
mod page;
pub mod sessions;

pub(crate) use self::page::first_name;

use axum::extract::FromRequestParts;
use domain::access::Action;
use domain::groups::{Group, Membership};
use domain::ids::{MunicipalityCode, ParticipantId, UserId};
use domain::people::may_be_contacted;
use domain::time::Day;
use http::request::Parts;

use self::sessions::OwnSession;
use crate::access::cookies::Cookie;
use crate::access::{Asker, Scope, ScopedTx};
use crate::audit;
use crate::db::Unscoped;
use crate::error::Error;
use crate::help;
use crate::pages::Reader;
use crate::people::{self, Found};
use crate::routes::Routes;
use crate::state::AppState;
use crate::{memberships, web};

pub fn routes(routes: Routes) -> Routes {
    routes.with(door::routes).with(page::routes).with(desk::routes)
}

/// Somebody who takes part and has signed in: about themselves, while they are in a group.
#[derive(Clone)]
pub struct Own {
    pub session: OwnSession,
    pub scope: Scope,
    pub found: Found,
    /// All stays, the newest first.
    pub stays: Vec<(Membership, Group)>,
    /// In the person's own language, unless another was chosen in this browser.
    pub reader: Reader,
    /// For the log.
    pub request_id: String,
}

/// The person of a card, before a session is made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Whose {
    pub municipality: MunicipalityCode,
    pub person: ParticipantId,
    pub card: String,
}

impl Whose {
    /// Under which id the person stands in the log: no account has it.
    pub fn user(&self) -> UserId {
        UserId(self.person.0)
    }

    pub fn scope(&self, today: Day) -> Result<Scope, Error> {
        let asker = Asker::Participant { user: self.user(), person: self.person };
        Scope::of(asker, self.municipality.clone(), today)
    }

    /// A row of the log in which the person acts.
    pub fn entry(&self, state: &AppState, verb: &str, request_id: &str) -> audit::Entry {
        let entities = format!("participant:{} card:{}", self.person, self.card);
        audit::Entry { actor: Some(self.user()), entities, ..audit::Entry::new(state.now(), verb, request_id) }
    }
}

/// The person with all stays; nothing for whoever has died, moved away or left every group: to them nothing is shown.
async fn taking_part(
    tx: &mut ScopedTx,
    person: ParticipantId,
) -> Result<Option<(Found, Vec<(Membership, Group)>)>, Error> {
    let found = match people::find(tx, Action::SeeProfiles, person).await {
        Err(Error::NotFound) => return Ok(None),
        found => found?,
    };
    let stays = memberships::of_people(tx, [found.reached]).await?;
    let today = tx.scope().today();
    Ok(takes_part(&found, &stays, today).then_some((found, stays)))
}

fn takes_part(found: &Found, stays: &[(Membership, Group)], today: Day) -> bool {
    let all = || stays.iter().map(|(stay, _)| stay);
    all().any(|stay| stay.goes_on(today)) && may_be_contacted(&found.person.profile, all(), today)
}

/// Whether somebody found at the desk takes part.
async fn taking_part_of(tx: &mut ScopedTx, found: &Found) -> Result<bool, Error> {
    let today = tx.scope().today();
    let stays = memberships::of_people(tx, [found.reached]).await?;
    Ok(takes_part(found, &stays, today))
}

impl FromRequestParts<AppState> for Own {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let token = Cookie::Own.read(&parts.headers, &state.config).ok_or(Error::SignInNeeded)?;
        let session = sessions::find(state, &token).await?.ok_or(Error::SignInNeeded)?;
        let scope = session.whose.scope(state.today())?;
        let mut tx = state.db.read(&scope).await?;
        let known = taking_part(&mut tx, session.whose.person).await?;
        let (found, stays) = known.ok_or(Error::SignInNeeded)?;
        drop(tx);
        let mut reader = Reader::nobody(&parts.headers, state).for_person(found.person.profile.language);
        reader.here = parts.uri.path().to_owned();
        reader.help = help::of(&mut state.db.read(Unscoped::SignedIn).await?, &session.whose.municipality).await?;
        let request_id = web::request::id_of(&parts.extensions);
        Ok(Self { session, scope, found, stays, reader, request_id })
    }
}

impl Own {
    /// Writes down what the person is shown of themselves, before it is handed out.
    async fn note_look(&self, state: &AppState, what: &str) -> Result<(), Error> {
        let whose = &self.session.whose;
        let fields = what.to_owned();
        let entry = audit::Entry { fields, ..whose.entry(state, "view", &self.request_id) };
        audit::note(state, &whose.municipality, &entry).await
    }
}
