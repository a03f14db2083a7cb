//! The own sessions in a calendar: the page that makes a secret address, shows it once, and ends it.

use domain::ids::ParticipantId;
use domain::time::Day;
use leptos::prelude::*;

use super::around::{Back, Whose};
use crate::texts::{Lang, own_calendar as t};
use crate::ui::{Button, ButtonKind, ButtonLink, Icon, Notice, Tone};

/// Where the page is.
pub const PATH: &str = "/own/calendar";

/// An address that is good.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Made {
    pub on: Day,
    /// The last day on which a program fetched it.
    pub fetched_on: Option<Day>,
}

/// What the page shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CalendarView {
    /// Whose page it is: its forms carry it.
    pub person: ParticipantId,
    /// Whether the person may have one.
    pub may_have: bool,
    pub made: Option<Made>,
    /// The address that has just been made.
    pub address: Option<String>,
    /// It has just been ended.
    pub ended: bool,
    /// Of what the page shows: the form carries it, so that sent again it makes no other address.
    pub revision: i64,
}

#[component]
pub fn CalendarPage(lang: Lang, view: CalendarView) -> impl IntoView {
    let CalendarView { person, may_have, made, address, ended, revision } = view;
    let body = match (may_have, address, made) {
        (false, ..) => view! { <p>{t::none_for_you(lang)}</p> }.into_any(),
        (_, Some(address), _) => view! { <Fresh lang address/> }.into_any(),
        (_, _, Some(made)) => view! { <There lang person made revision/> }.into_any(),
        _ => view! {
            <p>{t::lead(lang)}</p>
            <p>{t::what(lang)}</p>
            <MakeForm text=t::make(lang) kind=ButtonKind::Main person revision/>
        }
        .into_any(),
    };
    view! {
        <Back lang/>
        <h1>{t::title(lang)}</h1>
        {ended.then(|| view! { <Notice tone=Tone::Good title=t::ended(lang) live=true/> })}
        {body}
    }
    .into_any()
}

#[component]
fn MakeForm(text: &'static str, kind: ButtonKind, person: ParticipantId, revision: i64) -> impl IntoView {
    view! {
        <form method="post" action=PATH>
            <Whose person=person.to_string()/>
            <input type="hidden" name="rev" value=revision.to_string()/>
            <Button text kind wide=true/>
        </form>
    }
    .into_any()
}

/// The address, this once: opened by a press where the phone has a calendar, else copied.
#[component]
fn Fresh(lang: Lang, address: String) -> impl IntoView {
    let (_, rest) = address.split_once("://").unwrap_or(("", &address));
    let open = format!("webcal://{rest}");
    view! {
        <Notice tone=Tone::Look title=t::once(lang)/>
        <ButtonLink text=t::open(lang) href=open kind=ButtonKind::Main icon=Icon::Forward wide=true/>
        <section class="own__next" aria-labelledby="address">
            <h2 id="address">{t::by_hand(lang)}</h2>
            <p>{t::copy(lang)}</p>
            <p class="told own__address">{address.clone()}</p>
        </section>
        <section class="own__next" aria-labelledby="load">
            <h2 id="load">{t::load_title(lang)}</h2>
            <p>{t::load_lead(lang)}</p>
            <ButtonLink text=t::load(lang) href=address/>
        </section>
        <p>{t::secret(lang)}</p>
    }
    .into_any()
}

#[component]
fn There(lang: Lang, person: ParticipantId, made: Made, revision: i64) -> impl IntoView {
    let fetched = made.fetched_on.map_or_else(|| t::not_fetched(lang).to_owned(), |on| t::fetched(lang, on));
    view! {
        <p>{t::made(lang, made.on)}" "{fetched}</p>
        <p>{t::again_lead(lang)}</p>
        // Not the main thing: it ends the address that a calendar has.
        <MakeForm text=t::again(lang) kind=ButtonKind::Plain person revision/>
        <p>{t::end_lead(lang)}</p>
        <form method="post" action=format!("{PATH}/end")>
            <Whose person=person.to_string()/>
            <Button text=t::end(lang)/>
        </form>
    }
    .into_any()
}
