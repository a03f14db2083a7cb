//! The desk's forms: who sent one, whether it stands on what is there now, and saving it whole or not at all.

use app::context::words::wrong_field;
use app::texts::{self, Lang};
use app::ui::FieldError;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::Response;
use domain::ids::{Chance, uuid_v5, uuid_v7};
use domain::sync::op::Verb;
use domain::sync::server::write::Seen;
use domain::time::{Day, Instant};
use std::str::FromStr;
use uuid::Uuid;

use super::{Reader, see_other};
use crate::access::cookies::Cookie;
use crate::access::{Actor, Scope};
use crate::error::Error;
use crate::state::AppState;
use crate::web::form::Fields;
use crate::web::request;
use crate::write::Refused;

/// A form as it came to the desk.
pub struct Sent {
    pub state: AppState,
    pub reader: Reader,
    pub actor: Actor,
    pub fields: Fields,
    pub request_id: String,
    /// The session's secret, which only the browser has.
    pub token: String,
}

/// What to write, or what is wrong with what was typed.
pub type Read = Result<Vec<(Verb, Seen)>, Vec<FieldError>>;

impl FromRequest<AppState> for Sent {
    type Rejection = Error;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        let reader = Reader::from_request_parts(&mut parts, state).await?;
        let actor = Actor::from_request_parts(&mut parts, state).await?;
        let request_id = request::id_of(&parts.extensions);
        let token = Cookie::Session.read(&parts.headers, &state.config).ok_or(Error::SignInNeeded)?;
        let fields = Fields::from_request(Request::from_parts(parts, body), state).await?;
        Ok(Self { state: state.clone(), reader, actor, fields, request_id, token })
    }
}

/// The id that a form for something new carries where others carry a version: sent twice (a second click, going back and
/// sending again) it makes one thing, not two.
pub fn id_of_new<T>(state: &AppState, new: fn(Instant, &mut dyn Chance) -> T) -> T {
    state.with_chance(|chance| new(state.now(), chance))
}

/// For whoever has died nothing is begun any more, also where the page was opened before a colleague noted it.
pub fn alive(field: &'static str, lang: Lang, died_on: Option<Day>) -> Result<(), Vec<FieldError>> {
    match died_on {
        Some(day) => Err(vec![FieldError::new(field, texts::people::touch::has_died(lang, day))]),
        None => Ok(()),
    }
}

/// What is saved in a field now, in which something else was typed.
pub fn saved_now(lang: Lang, field: &'static str, value: &str) -> FieldError {
    let value = if value.is_empty() { texts::common::not_known(lang) } else { value };
    FieldError::new(field, texts::common::saved_meanwhile(lang, value))
}

/// The same of each field that is not the `same` as what was typed there.
pub fn saved_beside<V: AsRef<str>>(
    lang: Lang,
    fields: impl IntoIterator<Item = (&'static str, V, bool)>,
) -> Vec<FieldError> {
    let others = fields.into_iter().filter(|(_, _, same)| !same);
    others.map(|(field, value, _)| saved_now(lang, field, value.as_ref())).collect()
}

/// What was read of a form of one field that carries what was saved when it was filled (`was`). Where something else is
/// saved `now`, the form is shown again and tells it, and saves what is typed when it comes once more. A form that does not
/// tell holds as it is.
pub fn over_field<T>(
    lang: Lang,
    fields: &Fields,
    field: &'static str,
    now: &str,
    read: Result<T, Vec<FieldError>>,
) -> Result<T, Vec<FieldError>> {
    let is_stale = fields.all("was").iter().any(|was| *was != now);
    let is_other = fields.one(field) != now;
    if is_stale && is_other { Err(vec![saved_now(lang, field, now)]) } else { read }
}

impl Sent {
    /// The id that the form for something new came with; without one, a new one.
    pub fn carried<T: FromStr>(&self, new: fn(Instant, &mut dyn Chance) -> T) -> T {
        self.fields.one("rev").parse().unwrap_or_else(|_| id_of_new(&self.state, new))
    }

    /// The id of what the same form says with other words, after going back: another thing than the first, and one
    /// thing however often these words are sent.
    pub fn said_anew<T>(&self, id: fn(Uuid) -> T) -> T {
        id(uuid_v5(self.carried(uuid_v7), &self.fields.words()))
    }

    /// The days, as they were typed, that the reader was asked about ([`app::people::stays::AskedDay`]).
    pub fn asked_days(&self) -> Vec<&str> {
        self.fields.all("asked_day")
    }

    pub fn lang(&self) -> Lang {
        self.reader.lang
    }

    pub fn scope(&self) -> &Scope {
        &self.actor.scope
    }

    /// What was read, if the form was filled from the version that is there now. If not, it is shown again over the new
    /// one (`typed` becomes `now`), so that saving once more overwrites on purpose. `field` is where that is said. Where
    /// nothing is to be changed there is nothing to overwrite: the button was pressed twice. `now` is a version, or, of what
    /// has none on the page, all that it says.
    pub fn over<T>(
        &self,
        now: impl ToString,
        typed: &mut String,
        field: &'static str,
        read: Result<T, Vec<FieldError>>,
    ) -> Result<T, Vec<FieldError>>
    where
        for<'a> &'a T: IntoIterator,
    {
        let now = now.to_string();
        if *typed == now || read.as_ref().is_ok_and(|wanted| wanted.into_iter().next().is_none()) {
            return read;
        }
        *typed = now;
        Err(vec![FieldError::new(field, texts::common::changed_meanwhile(self.lang()))])
    }

    /// As [`Self::over`], with what is saved now beside each field in which something else was typed: nobody overwrites
    /// what they have not seen.
    pub fn over_beside<T>(
        &self,
        now: impl ToString,
        typed: &mut String,
        field: &'static str,
        read: Result<T, Vec<FieldError>>,
        saved: impl FnOnce() -> Vec<FieldError>,
    ) -> Result<T, Vec<FieldError>>
    where
        for<'a> &'a T: IntoIterator,
    {
        let now = now.to_string();
        let stale = *typed != now;
        let mut read = self.over(&now, typed, field, read);
        if let (true, Err(errors)) = (stale, &mut read) {
            for told in saved() {
                match errors.iter_mut().find(|error| error.field == told.field) {
                    Some(general) => general.text = format!("{}. {}", general.text, told.text),
                    None => errors.push(told),
                }
            }
        }
        read
    }

    /// As [`Self::over`] of a form of one field ([`over_field`]).
    pub fn over_field<T>(
        &self,
        field: &'static str,
        now: &str,
        read: Result<T, Vec<FieldError>>,
    ) -> Result<T, Vec<FieldError>> {
        over_field(self.lang(), &self.fields, field, now, read)
    }

    /// Saves what was read and leads to `then`; or answers what is wrong, for the form to be shown again with
    /// everything that was typed. Nothing to write is saved too. `field` is where it is said that the rules of the data refused it.
    /// Missing rights are an error.
    pub async fn save(
        &self,
        read: Read,
        then: &str,
        field: &'static str,
    ) -> Result<Result<Response, Vec<FieldError>>, Error> {
        let wanted = match read {
            Ok(wanted) if wanted.is_empty() => return Ok(Ok(see_other(then))),
            Ok(wanted) => wanted,
            Err(errors) => return Ok(Err(errors)),
        };
        let changed = self.state.change(self.scope(), &self.request_id, &wanted).await?;
        let lang = self.lang();
        let refused = |refused: Refused| {
            let which = refused.result.field.and_then(|wrong| wrong_field(lang, &wrong)).unwrap_or_default();
            let told = format!("{} {which}", texts::common::not_saved(lang));
            vec![FieldError::new(field, told.trim_end())]
        };
        Ok(changed.map(|()| see_other(then)).map_err(refused))
    }
}
