//! How one hears that a session is cancelled: chosen by those who take part on their own page, and by relatives whom they
//! let be told on theirs. A card alone shows no address, only a hint at it, and gives no other one.

use app::messages::own::{KIN_PATH, OwnMessages, OwnMessagesPage, PATH, Phone};
use app::own::door::{PinFor, PinForm};
use app::texts::Lang;
use app::texts::messages::own as words;
use app::texts::own::page as page_words;
use app::ui::{FieldError, Tone};
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::messages::{MessageChannel, email_hinted, number_hinted, sms_number};
use leptos::prelude::*;
use uuid::Uuid;

use super::door::PinAsked;
use super::kin::Kin;
use super::page::SOMEBODY_ELSES;
use super::sessions::OwnSession;
use super::{Own, Whose, is_of};
use crate::audit;
use crate::db::Unscoped;
use crate::error::Error;
use crate::messages::choices::{self, Choice};
use crate::messages::phones;
use crate::messages::vapid::Vapid;
use crate::pages::{Reader, Said, form_status, own_page, script, see_other};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::form::Fields;

pub fn routes(routes: Routes) -> Routes {
    routes.get(PATH, show).post(PATH, choose).get(KIN_PATH, show_kin).post(KIN_PATH, choose_kin)
}

/// The phone's browser names a service to which nothing may go.
const NO_PHONE: &str = "no-phone";

/// Whoever chooses.
struct Chooser<'a> {
    /// Under this id they stand on their page, and in its forms.
    person: Uuid,
    session: &'a OwnSession,
    whose: &'a Whose,
    reader: &'a Reader,
    request_id: &'a str,
    /// Every record of theirs: what was chosen in any of them counts.
    records: Vec<Uuid>,
    /// In which messages are written where nothing else is known.
    language: Lang,
    /// The number that is known of them.
    number: Option<String>,
    undisclosed: bool,
    relative: bool,
}

impl<'a> Chooser<'a> {
    fn own(own: &'a Own) -> Self {
        let profile = &own.found.person.profile;
        Self {
            person: own.found.person.id.0,
            session: &own.session,
            whose: &own.session.whose,
            reader: &own.reader,
            request_id: &own.request_id,
            records: own.records.iter().map(|record| record.id().0).collect(),
            language: own.reader.lang.alone(),
            number: profile.phone.as_deref().and_then(sms_number),
            undisclosed: own.undisclosed,
            relative: false,
        }
    }

    /// Nobody where no message may reach them.
    fn kin(kin: &'a Kin) -> Option<Self> {
        kin.people.iter().any(|one| one.may(Action::SeeMessages)).then(|| Self {
            person: kin.relative.0,
            session: &kin.session,
            whose: &kin.session.whose,
            reader: &kin.reader,
            request_id: &kin.request_id,
            records: vec![kin.relative.0],
            language: kin.reader.lang.alone(),
            number: None,
            undisclosed: false,
            relative: true,
        })
    }

    fn path(&self) -> &'static str {
        if self.relative { KIN_PATH } else { PATH }
    }

    /// Whether a form stood on a page of theirs.
    fn drew(&self, fields: &Fields) -> bool {
        is_of(fields, self.records.iter().copied())
    }

    fn said(&self, said: &str) -> Option<(Tone, &'static str)> {
        match said {
            NO_PHONE => Some((Tone::Look, words::push_failed(self.reader.lang))),
            "saved" => Some((Tone::Good, words::saved(self.reader.lang))),
            SOMEBODY_ELSES => Some((Tone::Look, page_words::somebody_elses(self.reader.lang))),
            _ => None,
        }
    }

    /// What can be chosen on this page: a phone while a worker may be there to hear.
    fn channels(state: &AppState) -> Vec<MessageChannel> {
        if state.config.worker { state.config.messages.channels() } else { state.config.messages.without_phone() }
    }

    async fn view(&self, state: &AppState) -> Result<OwnMessages, Error> {
        let mut tx = state.db.read(Unscoped::Account).await?;
        let (tenant, records) = (&self.whose.municipality, self.records.clone());
        let chosen = choices::of_records(state, &mut tx, tenant, records).await?;
        drop(tx);
        let channels = Self::channels(state);
        let own = !self.undisclosed && !self.session.shared;
        let phone = match own && channels.contains(&MessageChannel::Push) {
            true => Some(Phone { key: Vapid::of(state).await?.public_key() }),
            false => None,
        };
        let chosen = chosen.filter(|choice| channels.contains(&choice.channel));
        Ok(OwnMessages {
            person: self.person.to_string(),
            relative: self.relative,
            channels,
            chosen: chosen.map_or((MessageChannel::Call, String::new()), hinted),
            number: self.number.as_deref().map(number_hinted),
            undisclosed: self.undisclosed,
            phone,
            said: None,
            typed: None,
            errors: Vec::new(),
        })
    }

    async fn draw(&self, view: OwnMessages) -> Response {
        let (lang, status) = (self.reader.lang, form_status(&view.errors));
        let push = view.phone.is_some();
        let body = move || {
            view! {
                <OwnMessagesPage lang view/>
                {push.then(|| script("push.js"))}
            }
            .into_any()
        };
        own_page(self.reader, status, words::title(lang), true, body).await
    }

    /// The choice in the form, or what is wrong with what was typed. The known number goes without being typed.
    fn read(&self, state: &AppState, channel: MessageChannel, typed: &str) -> Result<Choice, FieldError> {
        let (lang, now) = (self.reader.lang, state.now());
        let address = match (&self.number, channel) {
            (Some(number), MessageChannel::Sms) if typed.is_empty() => number.as_str(),
            _ => typed,
        };
        let wrong = match channel {
            MessageChannel::Email => words::email_wrong(lang),
            MessageChannel::Sms | MessageChannel::Call | MessageChannel::Push => words::sms_wrong(lang),
        };
        Choice::typed(channel, address, self.language, now).ok_or_else(|| FieldError::new("address", wrong))
    }

    /// The phone that a browser has named, where its notifications may go to it and nobody else uses it.
    fn phone(&self, state: &AppState, endpoint: &str) -> Option<Choice> {
        let is_admitted = !self.session.shared && state.config.messages.admits(endpoint);
        let address = is_admitted.then(|| endpoint.to_owned())?;
        Some(Choice { channel: MessageChannel::Push, address, language: self.language, made_at: state.now() })
    }

    /// Whether nothing is sent anywhere else than to a number that is known of them.
    fn knows(&self, choice: &Choice) -> bool {
        choice.channel == MessageChannel::Call || self.number.as_ref() == Some(&choice.address)
    }

    /// The PIN is asked for before messages go to an address that was typed: whoever has found a card would hear from then
    /// on when and where the group meets, and the person would hear nothing. Nothing where it has been typed.
    async fn pin(&self, state: &AppState, fields: &Fields) -> Result<Option<Response>, Error> {
        if self.session.has_pin(state.now()) {
            return Ok(None);
        }
        let kept = ["person", "channel", "address"].map(|name| (name.to_owned(), fields.one(name).to_owned()));
        let (action, back, then) = (self.path().to_owned(), self.path().to_owned(), self.path().to_owned());
        let form = PinForm { action, back, why: PinFor::Address, kept: kept.to_vec() };
        let (session, reader, request_id) = (self.session, self.reader, self.request_id);
        let asked = PinAsked { session, reader, request_id, form, then };
        if fields.all("pin").is_empty() {
            return Ok(Some(asked.draw(state, Vec::new()).await));
        }
        Ok(asked.checked(state, fields).await?.err())
    }

    /// Keeps a choice; pressed twice it is one.
    async fn choose(&self, state: &AppState, fields: &Fields) -> Result<Response, Error> {
        if !self.drew(fields) {
            return Ok(see_other(&format!("{}?said={SOMEBODY_ELSES}", self.path())));
        }
        let channel = MessageChannel::from_code(fields.one("channel"));
        let Some(channel) = channel.filter(|one| Self::channels(state).contains(one) && !self.undisclosed) else {
            return Ok(see_other(self.path()));
        };
        let typed = fields.one("address").trim();
        if channel == MessageChannel::Push {
            return match self.phone(state, typed) {
                Some(choice) => self.keep(state, fields, choice).await,
                None => Ok(see_other(&format!("{}?said={NO_PHONE}", self.path()))),
            };
        }
        match self.read(state, channel, typed) {
            Ok(choice) => self.keep(state, fields, choice).await,
            Err(error) => {
                let typed = Some((channel, typed.to_owned()));
                let view = OwnMessages { typed, errors: vec![error], ..self.view(state).await? };
                Ok(self.draw(view).await)
            }
        }
    }

    /// Keeps what was chosen, after the PIN where that is asked for.
    async fn keep(&self, state: &AppState, fields: &Fields, choice: Choice) -> Result<Response, Error> {
        if !self.knows(&choice)
            && let Some(asked) = self.pin(state, fields).await?
        {
            return Ok(asked);
        }
        let fields = choice.channel.code().to_owned();
        let entry = audit::Entry { fields, ..self.whose.entry(state, "message.choice", self.request_id) };
        let (whose, choice, entry, secret) = (self.whose, &choice, &entry, self.session.token.as_str());
        state
            .write(Unscoped::Account, |mut tx| async move {
                let (tenant, holder) = (&whose.municipality, whose.holder.id());
                let changed = match choice.channel {
                    MessageChannel::Push => phones::set(&mut tx, tenant, (holder, secret), choice).await?,
                    _ => choices::set(state, &mut tx, tenant, holder, choice).await?,
                };
                if changed {
                    audit::append(&mut tx, &state.secrets, &whose.municipality, entry).await?;
                }
                Ok(tx.done(()))
            })
            .await?;
        Ok(see_other(&format!("{}?said=saved", self.path())))
    }
}

/// What was chosen, as whoever finds a card may read it.
pub(super) fn hinted(choice: Choice) -> (MessageChannel, String) {
    let address = match choice.channel {
        MessageChannel::Call | MessageChannel::Push => String::new(),
        MessageChannel::Email => email_hinted(&choice.address),
        MessageChannel::Sms => number_hinted(&choice.address),
    };
    (choice.channel, address)
}

async fn show(State(state): State<AppState>, own: Own, Query(Said { said }): Query<Said>) -> Result<Response, Error> {
    let chooser = Chooser::own(&own);
    let view = OwnMessages { said: chooser.said(&said), ..chooser.view(&state).await? };
    Ok(chooser.draw(view).await)
}

async fn choose(State(state): State<AppState>, own: Own, fields: Fields) -> Result<Response, Error> {
    Chooser::own(&own).choose(&state, &fields).await
}

async fn show_kin(
    State(state): State<AppState>,
    kin: Kin,
    Query(Said { said }): Query<Said>,
) -> Result<Response, Error> {
    let Some(chooser) = Chooser::kin(&kin) else { return Ok(kin.gone().await) };
    let view = OwnMessages { said: chooser.said(&said), ..chooser.view(&state).await? };
    Ok(chooser.draw(view).await)
}

async fn choose_kin(State(state): State<AppState>, kin: Kin, fields: Fields) -> Result<Response, Error> {
    let Some(chooser) = Chooser::kin(&kin) else { return Ok(kin.gone().await) };
    chooser.choose(&state, &fields).await
}
