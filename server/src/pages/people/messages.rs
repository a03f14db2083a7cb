//! The desk's page of how somebody hears that a session is cancelled.

use app::messages::desk::{ChoiceTyped, MessagesDesk, MessagesDeskPage, path};
use app::sessions::told::ToldLine;
use app::texts::messages::desk as words;
use app::texts::{self, Lang, Words as _};
use app::ui::FieldError;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::access::Action;
use domain::messages::MessageChannel;
use domain::time::Day;
use leptos::prelude::*;

use crate::access::{Actor, ScopedTx};
use crate::audit::{self, Entry};
use crate::db::Unscoped;
use crate::error::Error;
use crate::messages::choices::{self, Choice};
use crate::messages::outbox;
use crate::pages::saving::{Sent, saved_now};
use crate::pages::{Reader, Said, form_status, id_in, page_with_status, see_other};
use crate::people::{self, Found, merged};
use crate::routes::Routes;
use crate::state::AppState;
use crate::web::request;

pub fn routes(routes: Routes) -> Routes {
    routes.get("/people/{id}/messages", show).post("/people/{id}/messages", save)
}

/// So many of the last messages are told.
const LAST: usize = 20;

/// Somebody with what they have chosen, in whichever record of theirs.
struct Known {
    found: Found,
    choice: Option<Choice>,
    sent: Vec<(Day, ToldLine)>,
    died_on: Option<Day>,
}

impl Known {
    async fn of(state: &AppState, tx: &mut ScopedTx, id: &str) -> Result<Self, Error> {
        tx.require(Action::UseDesk)?;
        let mut found = people::find(tx, Action::EditProfiles, id_in(id)?).await?;
        let records = merged::all(tx, found.reached, Action::EditProfiles).await?;
        for other in people::of_records(tx, Action::EditProfiles, records.get(1..).unwrap_or_default()).await? {
            merged::protect_by(&mut found.person, &other);
        }
        let died_on = merged::died_on(tx, &found.person).await?;
        let (bare, tenant) = tx.unscoped(Unscoped::Messages);
        let records: Vec<_> = records.iter().map(|record| record.id().0).collect();
        let choice = choices::of_records(state, bare, tenant, records.clone()).await?;
        let made = outbox::of_records(bare, tenant, records).await?;
        let line = |one: outbox::Message| {
            let outbox::Message { day, event, channel, state, trouble, settled_at: at, .. } = one;
            (day, ToldLine { person: None, name: String::new(), event, channel, state, trouble, at })
        };
        Ok(Self { found, choice, sent: made.into_iter().take(LAST).map(line).collect(), died_on })
    }

    /// The form as it is filled in to begin with.
    fn typed(&self) -> ChoiceTyped {
        let seen = self.version();
        match &self.choice {
            Some(choice) if choice.channel == MessageChannel::Push => ChoiceTyped { seen, ..ChoiceTyped::default() },
            Some(choice) => {
                ChoiceTyped { channel: choice.channel.code().to_owned(), address: choice.address.clone(), seen }
            }
            None => ChoiceTyped { channel: MessageChannel::Call.code().to_owned(), address: String::new(), seen },
        }
    }

    /// When the present choice was made, as the form carries it.
    fn version(&self) -> String {
        self.choice.as_ref().map(|choice| choice.made_at.millis().to_string()).unwrap_or_default()
    }

    /// What was chosen since the form was filled, by the person or a colleague, where the form says something else.
    fn chosen_meanwhile(&self, lang: Lang, seen: &str, wanted: &Choice) -> Option<FieldError> {
        let now = self.choice.as_ref()?;
        if seen == self.version() || (now.channel, &now.address) == (wanted.channel, &wanted.address) {
            return None;
        }
        let told = match now.channel {
            // Where notifications are left says nothing to anybody.
            MessageChannel::Push | MessageChannel::Call => now.channel.words(lang).to_owned(),
            channel => format!("{}, {}", channel.words(lang), now.address),
        };
        let told = saved_now(lang, "channel", &told);
        let text = format!("{}. {}", texts::common::changed_meanwhile(lang), told.text);
        Some(FieldError::new("channel", text))
    }

    fn view(self, state: &AppState, typed: ChoiceTyped, errors: Vec<FieldError>) -> MessagesDesk {
        MessagesDesk {
            person: self.found.person.id,
            name: self.found.person.profile.full_name(),
            channels: state.config.messages.without_phone(),
            sends_nothing: state.config.messages.channels().len() < 2,
            on_phone: self.choice.as_ref().is_some_and(|choice| choice.channel == MessageChannel::Push),
            chosen_on: self.choice.map(|choice| choice.made_at.day_in_finland()),
            undisclosed: self.found.person.profile.undisclosed,
            sent: self.sent,
            typed,
            said: None,
            errors,
        }
    }
}

async fn draw(
    state: &AppState,
    reader: &Reader,
    actor: &Actor,
    request_id: &str,
    view: MessagesDesk,
) -> Result<Response, Error> {
    let look = Entry::of_profile(actor, state.now(), view.person, request_id);
    audit::note(state, actor.scope.municipality(), &Entry { fields: "messages".to_owned(), ..look }).await?;
    let (lang, status) = (reader.lang, form_status(&view.errors));
    let body = move || view! { <MessagesDeskPage lang view/> }.into_any();
    // No name in the tab: the history of a shared desk keeps titles.
    Ok(page_with_status(reader, status, words::title(lang), body).await)
}

async fn show(
    State(state): State<AppState>,
    reader: Reader,
    actor: Actor,
    Path(id): Path<String>,
    Query(Said { said }): Query<Said>,
    extensions: http::Extensions,
) -> Result<Response, Error> {
    let known = Known::of(&state, &mut state.db.read(&actor.scope).await?, &id).await?;
    let typed = known.typed();
    let said = match said.as_str() {
        "saved" => Some(words::saved(reader.lang)),
        "registered" => Some(words::registered(reader.lang)),
        _ => None,
    };
    let view = MessagesDesk { said, ..known.view(&state, typed, Vec::new()) };
    draw(&state, &reader, &actor, &request::id_of(&extensions), view).await
}

/// Keeps a choice; the same one sent again changes nothing.
async fn save(Path(id): Path<String>, sent: Sent) -> Result<Response, Error> {
    let known = Known::of(&sent.state, &mut sent.state.db.read(sent.scope()).await?, &id).await?;
    let one = |name| sent.fields.one(name).trim().to_owned();
    // A form that does not tell from what it was filled holds as it is.
    let seen = sent.fields.all("seen").first().map_or_else(|| known.version(), |seen| (*seen).to_owned());
    let mut typed = ChoiceTyped { channel: one("channel"), address: one("address"), seen };
    let choice = match chosen(&sent, &known, &mut typed) {
        Ok(choice) => choice,
        Err(error) => {
            let view = known.view(&sent.state, typed, vec![error]);
            return draw(&sent.state, &sent.reader, &sent.actor, &sent.request_id, view).await;
        }
    };
    let person = known.found.person.id;
    let entry = Entry {
        verb: "message.choice".to_owned(),
        fields: choice.channel.code().to_owned(),
        ..Entry::of_profile(&sent.actor, sent.state.now(), person, &sent.request_id)
    };
    let (state, choice, entry) = (&sent.state, &choice, &entry);
    state
        .write(sent.scope(), |mut tx| async move {
            let (bare, tenant) = tx.unscoped(Unscoped::Messages);
            if choices::set(state, bare, tenant, person.0, choice).await? {
                audit::append(bare, &state.secrets, tenant, entry).await?;
            }
            Ok(tx.done(()))
        })
        .await?;
    Ok(see_other(&format!("{}?said=saved", path(person))))
}

/// What was chosen, or what is wrong with it; or that somebody else has chosen since, whose choice is seen from now on.
fn chosen(sent: &Sent, known: &Known, typed: &mut ChoiceTyped) -> Result<Choice, FieldError> {
    let choice = read(sent, typed)?;
    // That nothing is sent can be chosen for whoever has died, too.
    if let Some(day) = known.died_on.filter(|_| choice.channel != MessageChannel::Call) {
        return Err(FieldError::new("channel", texts::people::touch::has_died(sent.lang(), day)));
    }
    match known.chosen_meanwhile(sent.lang(), &typed.seen, &choice) {
        Some(error) => {
            typed.seen = known.version();
            Err(error)
        }
        None => Ok(choice),
    }
}

/// What was chosen, or what is wrong with it.
fn read(sent: &Sent, typed: &ChoiceTyped) -> Result<Choice, FieldError> {
    let lang = sent.lang();
    let channels = sent.state.config.messages.without_phone();
    let can = |channel: &MessageChannel| channels.contains(channel);
    let Some(channel) = MessageChannel::from_code(&typed.channel).filter(can) else {
        return Err(FieldError::new("channel", words::channel_wrong(lang)));
    };
    let wrong = match channel {
        MessageChannel::Email => words::address_email(lang),
        MessageChannel::Sms | MessageChannel::Call | MessageChannel::Push => words::address_sms(lang),
    };
    let choice = Choice::typed(channel, &typed.address, lang, sent.state.now());
    choice.ok_or_else(|| FieldError::new("address", wrong))
}
