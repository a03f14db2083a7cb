//! Ending a session: asks only about the unmarked, and names who should be called (H8).

use domain::access::Action;
use domain::attendance::Mark;
use domain::sessions::SessionStatus;
use leptos::prelude::*;

use super::roll::{RollCall, mark_icon};
use super::roster::Row;
use crate::tablet::dialog::Dialog;
use crate::tablet::frame::{lang, use_tablet};
use crate::tablet::place::Place;
use crate::tablet::way::use_way;
use crate::texts::{Words, roll as t};
use crate::ui::{Each, IconView, Show, live};

/// The answers for one unmarked person.
const ANSWERS: [Mark; 4] = [Mark::AbsentUnknown, Mark::AbsentInformed, Mark::Present, Mark::Paused];

#[component]
pub fn Closing(call: RollCall, open: RwSignal<bool>) -> impl IntoView {
    let (lang, tablet, way) = (lang(), use_tablet(), use_way());
    let unmarked = Memo::new(move |_| {
        call.rows.get().into_iter().filter(|row| call.mark_of(row.participant).is_none()).collect::<Vec<Row>>()
    });
    let present =
        Memo::new(move |_| call.rows.get().iter().any(|row| call.mark_of(row.participant).is_some_and(Mark::attended)));
    let to_call = move || {
        let meeting = call.meeting.get();
        let rows = call.rows.get().into_iter();
        let absent = rows.filter(|row| call.mark_of(row.participant) == Some(Mark::AbsentUnknown));
        absent.filter(|row| tablet.was_absent_before(&meeting, row.participant)).map(|row| row.name).collect::<Vec<_>>()
    };
    let all_absent = move |_| {
        let people = unmarked.get_untracked();
        call.mark(&people.iter().map(|row| (row.participant, Some(Mark::AbsentUnknown))).collect::<Vec<_>>());
    };
    let end = move |status: SessionStatus| {
        call.set_status(status);
        open.set(false);
        way.go(Place::Start);
    };
    let calls = tablet.account().may(Action::SeeProfiles);
    view! {
        <Dialog title=t::closing::title(lang) close=move || open.set(false)>
            <Show
                when=move || !unmarked.get().is_empty()
                fallback=move || view! { <p class="closing__said">{t::closing::all_marked(lang)}</p> }
            >
                <p class="closing__said">
                    {live(move || t::closing::unmarked(lang, i64::try_from(unmarked.get().len()).unwrap_or(0)))}
                </p>
                <button type="button" class="button closing__all" on:click=all_absent>
                    {t::closing::all_absent(lang)}
                </button>
                <ul class="closing__rows" role="list">
                    <Each each=move || unmarked.get() key=|row| row.participant let:row>
                        <li class="closing__row">
                            <span class="closing__name">{row.name.clone()}</span>
                            <span class="closing__answers">
                                {ANSWERS
                                    .map(|mark| {
                                        let person = row.participant;
                                        view! {
                                            <button
                                                type="button"
                                                class="button"
                                                on:click=move |_| call.mark(&[(person, Some(mark))])
                                            >
                                                <IconView icon=mark_icon(Some(mark)) />
                                                {mark.words(lang)}
                                            </button>
                                        }
                                    })
                                    .collect_view()}
                            </span>
                        </li>
                    </Each>
                </ul>
            </Show>
            {live(move || {
                let names = to_call();
                (!names.is_empty())
                    .then(|| {
                        view! {
                            <section class="notice notice--told">
                                <div class="notice__body">
                                    <h3 class="notice__title">{t::closing::call_title(lang)}</h3>
                                    <p>{t::closing::call_lead(lang)}</p>
                                    <ul>{names.into_iter().map(|name| view! { <li>{name}</li> }).collect_view()}</ul>
                                    {(!calls).then(|| view! { <p>{t::closing::call_peer(lang)}</p> })}
                                </div>
                            </section>
                        }
                    })
            })}
            <Show when=move || !present.get()>
                <p>{t::closing::nobody(lang)}</p>
            </Show>
            <div class="closing__end sheet__end">
                <button type="button" class="button" on:click=move |_| end(SessionStatus::CancelledByOrganiser)>
                    {t::cancel_session(lang)}
                </button>
                <button type="button" class="button button--main" on:click=move |_| end(SessionStatus::Held)>
                    {live(move || if present.get() { t::closing::done(lang) } else { t::closing::held(lang) })}
                </button>
            </div>
        </Dialog>
    }
}
