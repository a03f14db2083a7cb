//! A row of the roll call: a tap on it is a mark, stored at once.

use domain::attendance::Mark;
use domain::pauses::Pause;
use leptos::prelude::*;

use super::due::RowDue;
use super::roll_call::{RollCall, mark_icon};
use super::roster::Row;
use crate::context::{lang, use_tablet};
use crate::texts::{Lang, Words, roll as t};
use crate::ui::{Icon, IconView, SyncMark, SyncState, Tag, Tone};

#[component]
pub fn RollRow(call: RollCall, row: Row, sheet: RwSignal<Option<Row>>) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let person = row.participant;
    let mark = Memo::new(move |_| call.mark_of(person));
    let state = Memo::new(move |_| {
        let (group, session) = call.meeting.with(|meeting| (meeting.group, meeting.session));
        tablet.state_of_mark(group, session, person)
    });
    let unstored = Memo::new(move |_| tablet.is_unstored(call.meeting.with(|meeting| meeting.session), person));
    let contested = Memo::new(move |_| {
        let (group, session) = call.meeting.with(|meeting| (meeting.group, meeting.session));
        tablet.contested(group, session, person)
    });
    let pause = move || call.paused.with(|paused| paused.get(&person).map(|pause| pause_words(lang, pause)));
    let otherwise = move || contested.with(|contested| contested.words(lang));
    // What is on the server needs no word: only what is not there yet does.
    let on_the_way = move || state.get().filter(|state| *state != SyncState::Server && !unstored.get());
    let tap = move |_| call.tap(person);
    let words = move || mark.get().map_or(t::not_marked(lang), |mark| row_words(lang, mark));
    let (for_sheet, more) = (row.clone(), t::more(lang, &row.name));
    view! {
        <li
            class="roll-row"
            data-mark=move || mark.get().map_or("none", Mark::code)
            data-sync=move || if unstored.get() { "unstored" } else { state.get().map_or("none", SyncState::code) }
        >
            <button
                type="button"
                class="roll-row__tap"
                aria-pressed=move || mark.get().is_some_and(Mark::attended).to_string()
                disabled=row.restricted
                on:click=tap
            >
                <span class="roll-row__shape">{move || view! { <IconView icon=mark_icon(mark.get()) /> }}</span>
                <span class="roll-row__who">
                    <span class="roll-row__name">{row.name}</span>
                    <span class="roll-row__mark">
                        <span class="roll-row__initials">{row.initials}</span>
                        <span>{move || (!unstored.get()).then(words)}</span>
                        <SyncMark lang state=Signal::derive(on_the_way) />
                        <Show when=move || contested.with(|contested| !contested.others.is_empty())>
                            <span class="roll-row__contested"><IconView icon=Icon::Look /> {otherwise}</span>
                        </Show>
                        <Show when=move || unstored.get()>
                            <span class="roll-row__unstored"><IconView icon=Icon::Wrong /> {t::unstored(lang)}</span>
                        </Show>
                    </span>
                    <span class="roll-row__tags">
                        {row.restricted.then(|| view! { <Tag text=t::restricted_mark(lang) /> })}
                        {row.provisional.then(|| view! { <Tag text=t::visitor_mark(lang) /> })}
                        {move || pause().map(|text| view! { <Tag text tone=Tone::Told /> })}
                        <RowDue person />
                    </span>
                </span>
            </button>
            <button
                type="button"
                class="roll-row__more"
                disabled=row.restricted
                aria-label=more
                on:click=move |_| sheet.set(Some(for_sheet.clone()))
            >
                <IconView icon=Icon::More />
            </button>
        </li>
    }
}

/// A mark in words that are short enough for one line of the narrowest column; the shape beside them says the rest.
fn row_words(lang: Lang, mark: Mark) -> &'static str {
    match mark {
        Mark::LateOrPartial => t::row_late(lang),
        Mark::AbsentInformed => t::row_informed(lang),
        Mark::AbsentUnknown => t::row_unknown(lang),
        Mark::Present | Mark::Remote | Mark::Paused => mark.words(lang),
    }
}

/// "tauolla 30.11.2026 asti".
fn pause_words(lang: Lang, pause: &Pause) -> String {
    pause.to.map_or_else(|| t::paused(lang).to_owned(), |until| t::paused_until(lang, until))
}
