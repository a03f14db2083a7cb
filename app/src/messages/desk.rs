//! How somebody hears that a session is cancelled, at the desk; and what was sent to them last.

use domain::ids::ParticipantId;
use domain::messages::MessageChannel;
use domain::time::Day;
use leptos::prelude::*;

use crate::sessions::told::ToldLine;
use crate::texts::messages::desk as t;
use crate::texts::{Lang, day};
use crate::ui::{Button, ButtonKind, Choice, ChoiceCards, ErrorSummary, Field, FieldError, Notice, PageHead, Tone};

/// What was typed into the form.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ChoiceTyped {
    pub channel: String,
    pub address: String,
    /// When the choice was made from which the form was filled; empty where there was none.
    pub seen: String,
}

/// What the page shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MessagesDesk {
    pub person: ParticipantId,
    pub name: String,
    /// What can be chosen on this server.
    pub channels: Vec<MessageChannel>,
    /// No message leaves this server by any way, phones included.
    pub sends_nothing: bool,
    /// When the present choice was made; nothing where there is none.
    pub chosen_on: Option<Day>,
    /// What was chosen is a notification on the person's own phone.
    pub on_phone: bool,
    /// The person's home must not become known.
    pub undisclosed: bool,
    /// Day of the session and the message, the newest first.
    pub sent: Vec<(Day, ToldLine)>,
    pub typed: ChoiceTyped,
    /// A sentence about what was just saved.
    pub said: Option<&'static str>,
    pub errors: Vec<FieldError>,
}

/// Where the page is.
pub fn path(person: ParticipantId) -> String {
    format!("/people/{person}/messages")
}

#[component]
pub fn MessagesDeskPage(lang: Lang, view: MessagesDesk) -> impl IntoView {
    let MessagesDesk { person, name, channels, sends_nothing, chosen_on, .. } = view;
    let MessagesDesk { on_phone, undisclosed, sent, typed, said, errors, .. } = view;
    let chosen_words = |on| if on_phone { t::on_phone(lang, on) } else { t::chosen(lang, on) };
    let chosen = chosen_on.map_or_else(|| t::not_chosen(lang).to_owned(), chosen_words);
    let choice = |channel: &MessageChannel| Choice::of(lang, *channel, channel.code() == typed.channel);
    let choices = channels.iter().map(choice).collect();
    let error = |field: &str| FieldError::of(&errors, field);
    let back = Some((format!("/people/{person}"), t::back(lang).to_owned()));
    view! {
        <PageHead title=format!("{}: {name}", t::title(lang)) lead=t::lead(lang) back/>
        <div class="stack stack--wide">
            <div class="stack notes">
                <ErrorSummary lang errors=errors.clone()/>
                {said.map(|title| view! { <Notice tone=Tone::Good title live=true/> })}
                {undisclosed.then(|| view! { <Notice tone=Tone::Look title=t::undisclosed(lang)/> })}
                {sends_nothing.then(|| view! { <Notice tone=Tone::Told title=t::off(lang)/> })}
            </div>
            <form class="form form--plain" method="post" action=path(person) novalidate>
                <input type="hidden" name="seen" value=typed.seen.clone()/>
                <p>{chosen}</p>
                <ChoiceCards legend=t::choose(lang) name="channel" choices column=true error=error("channel")/>
                <Field lang name="address" label=t::address(lang) value=typed.address.clone()
                    hint=Some(t::address_hint(lang).to_owned()) error=error("address")/>
                <p><Button text=t::save(lang) kind=ButtonKind::Main/></p>
            </form>
            <Last lang sent/>
        </div>
    }
    .into_any()
}

#[component]
fn Last(lang: Lang, sent: Vec<(Day, ToldLine)>) -> impl IntoView {
    let none = sent.is_empty();
    let line = |(on, one): (Day, ToldLine)| {
        let (state, _) = one.state(lang);
        view! {
            <li>
                <span class="table__name">
                    {format!("{}: {}", day(lang, on), one.what(lang))}
                    <span class="table__more">{state}</span>
                </span>
            </li>
        }
    };
    let lines: Vec<_> = sent.into_iter().map(line).collect();
    view! {
        <section class="section">
            <h2>{t::last(lang)}</h2>
            {none.then(|| view! { <p class="quiet">{t::none(lang)}</p> })}
            {(!none).then(|| view! { <ul class="days" role="list">{lines}</ul> })}
        </section>
    }
    .into_any()
}
