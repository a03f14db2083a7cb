//! Whom to call about a cancelled session, at the desk: name, number, and how the call went.

use domain::contacts::{ContactOutcome, OF_CALLS};
use domain::ids::ParticipantId;
use domain::input::call_link;
use leptos::prelude::*;

use super::list::address;
use super::today::Meeting;
use crate::texts::{Lang, roll::closing, sessions::calls as t, whole};
use crate::ui::{Icon, IconView, Tag, Tone};

/// Somebody who has not said that they do not come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ToCall {
    pub person: ParticipantId,
    pub name: String,
    /// Nothing where it is not known, or must not be shown.
    pub phone: Option<String>,
    pub outcome: Option<ContactOutcome>,
}

/// What the button and the mark of such a call say.
pub fn outcome_words(lang: Lang, outcome: ContactOutcome) -> &'static str {
    if outcome == ContactOutcome::Reached { t::reached(lang) } else { t::not_reached(lang) }
}

/// How many wait for a call; whoever was not reached still does.
pub fn left_words(lang: Lang, left: usize) -> String {
    match whole(left) {
        0 => t::all(lang).to_owned(),
        left => t::left(lang, left),
    }
}

#[component]
pub fn CallList(lang: Lang, meeting: Meeting, people: Vec<ToCall>) -> impl IntoView {
    let left = people.iter().filter(|one| one.outcome != Some(ContactOutcome::Reached)).count();
    let action = format!("{}/call", address(&meeting));
    let rows: Vec<_> = people.into_iter().map(|one| view! { <OneCall lang action=action.clone() one/> }).collect();
    view! {
        <section class="section" id="calls" aria-labelledby="calls-title">
            <div class="card__head"><h2 id="calls-title">{t::title(lang)}</h2><p>{left_words(lang, left)}</p></div>
            <p>{t::lead(lang)}</p>
            <ul class="calls" role="list">{rows}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn OneCall(lang: Lang, action: String, one: ToCall) -> impl IntoView {
    let ToCall { person, name, phone, outcome } = one;
    let done = outcome == Some(ContactOutcome::Reached);
    let number = match phone {
        Some(phone) => {
            let link = call_link(&phone);
            view! { <a class="button calls__phone" href=link><IconView icon=Icon::Phone/><span>{phone}</span></a> }
                .into_any()
        }
        None => view! { <span class="quiet">{closing::no_phone(lang)}</span> }.into_any(),
    };
    let state = outcome.map(|outcome| {
        let tone = if done { Tone::Good } else { Tone::Look };
        view! { <Tag text=outcome_words(lang, outcome) tone/> }
    });
    let others = OF_CALLS.into_iter().filter(|one| Some(*one) != outcome);
    let buttons: Vec<_> = others
        .map(|one| (outcome_words(lang, one), one.code()))
        .chain(outcome.map(|_| (t::undo(lang), TAKEN_BACK)))
        .map(|(words, value)| {
            let label = t::of(lang, &name, words);
            view! { <button class="button" name="outcome" value=value aria-label=label><span>{words}</span></button> }
        })
        .collect();
    view! {
        <li class="calls__one" data-done=done.to_string()>
            <span class="calls__who">
                <a class="calls__name" href=format!("/people/{person}")>{name.clone()}</a>
                {state}
            </span>
            {number}
            <form class="cluster" method="post" action=action>
                <input type="hidden" name="participant" value=person.to_string()/>
                {buttons}
            </form>
        </li>
    }
    .into_any()
}

/// The value that takes a noted call back.
pub const TAKEN_BACK: &str = "none";
