//! How many came to an event: one number, and nobody's name.

use domain::fields::HEAD_COUNT;
use domain::sessions::SessionStatus;
use leptos::prelude::*;

use super::roll_call::RollCall;
use crate::context::address::Address;
use crate::context::navigation::use_navigation;
use crate::context::{lang, use_tablet};
use crate::sessions::done::use_done;
use crate::texts::{roll as t, sessions};
use crate::ui::{Button, ButtonKind};

/// The number as it was typed, or tapped together at the door.
#[component]
pub fn HeadCount(call: RollCall) -> impl IntoView {
    let (lang, navigation) = (lang(), use_navigation());
    let (typed, wrong) = (RwSignal::new(String::new()), RwSignal::new(false));
    let draft = StoredValue::new(draft_of(call));
    use_tablet().keep_draft(draft.get_value(), typed, String::is_empty);
    let counted = Memo::new(move |_| call.meeting.with(|meeting| meeting.counted));
    let told = move || counted.get().map(|people| sessions::page::counted(lang, i64::from(people)));
    let now = move || typed.with_untracked(|typed| number(typed)).or(counted.get_untracked()).unwrap_or_default();
    let more = move |_| typed.set(now().saturating_add(1).min(*HEAD_COUNT.end()).to_string());
    let fewer = move |_| typed.set(now().saturating_sub(1).to_string());
    let take_away = move |_| {
        call.take_count_away();
        typed.set(String::new());
        wrong.set(false);
    };
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let people = typed.with_untracked(|typed| number(typed));
        wrong.set(people.is_none());
        let Some(people) = people else { return };
        call.unless_ahead(move || {
            call.count(people, &draft.get_value());
            navigation.go(Address::Start);
        });
    };
    view! {
        <Show when=move || !call.is_off()>
            <form class="head-count card" on:submit=save novalidate>
                <h2>{sessions::page::count_title(lang)}</h2>
                // Above the field: what takes its place there does nothing when it is touched.
                {move || {
                    told()
                        .map(|words| {
                            view! {
                                <p>{words}</p>
                                <Button text=t::head_count::take_away(lang) script=true on:click=take_away />
                            }
                        })
                }}
                <Number typed wrong />
                <div class="cluster">
                    <Button text=t::head_count::fewer(lang) script=true on:click=fewer />
                    <Button text=t::head_count::more(lang) script=true on:click=more />
                </div>
                <Button text=sessions::page::save_count(lang) kind=ButtonKind::Main wide=true />
                <Show when=move || counted.get().is_none()>
                    <NotHeld call />
                </Show>
            </form>
        </Show>
    }
}

/// Under what is kept what was typed and not saved.
fn draft_of(call: RollCall) -> String {
    let (group, day) = call.meeting.with_untracked(|meeting| (meeting.group, meeting.day));
    format!("count/{group}/{day}")
}

fn number(typed: &str) -> Option<u16> {
    typed.trim().parse().ok().filter(|people| HEAD_COUNT.contains(people))
}

#[component]
fn Number(typed: RwSignal<String>, wrong: RwSignal<bool>) -> impl IntoView {
    let lang = lang();
    view! {
        <div class="field field--short">
            <label class="field__label" for="people">{sessions::page::count(lang)}</label>
            <p class="field__error" id="people-wrong" hidden=move || !wrong.get()>
                {sessions::error::count(lang, i64::from(*HEAD_COUNT.end()))}
            </p>
            <input
                class="field__input"
                id="people"
                inputmode="numeric"
                autocomplete="off"
                aria-describedby="people-wrong"
                aria-invalid=move || wrong.get().to_string()
                prop:value=typed
                on:input:target=move |event| typed.set(event.target().value())
            />
        </div>
    }
}

/// That it did not take place.
#[component]
fn NotHeld(call: RollCall) -> impl IntoView {
    let (lang, navigation, done) = (lang(), use_navigation(), use_done());
    let status = SessionStatus::CancelledByOrganiser;
    let cancel = move |_| {
        let before = call.meeting.with_untracked(|meeting| meeting.status);
        call.end(status);
        done.tell(call.meeting.get_untracked(), status, before);
        navigation.go(Address::Start);
    };
    view! { <Button text=t::cancel_session(lang) script=true on:click=cancel /> }
}
