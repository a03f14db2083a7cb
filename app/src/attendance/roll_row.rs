//! A row of the roll call: a tap on it is a mark, stored at once.

use domain::attendance::Mark;
use domain::ids::ParticipantId;
use leptos::prelude::*;

use super::roll_call::{RollCall, mark_icon};
use super::roster::Row;
use crate::context::taps::Taps;
use crate::context::{lang, use_tablet};
use crate::texts::{Words, roll as t};
use crate::ui::{Icon, IconView, SyncMark, Tag};

#[component]
pub fn RollRow(
    call: RollCall,
    row: Row,
    taps: StoredValue<Taps<ParticipantId>, LocalStorage>,
    sheet: RwSignal<Option<Row>>,
) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let person = row.participant;
    let mark = Memo::new(move |_| call.mark_of(person));
    let state = Memo::new(move |_| {
        let (group, session) = call.meeting.with(|meeting| (meeting.group, meeting.session));
        tablet.state_of_mark(group, session, person)
    });
    let tap = move |event: leptos::ev::MouseEvent| {
        let counts = taps.try_update_value(|taps| taps.counts(person, event.time_stamp())).unwrap_or(true);
        if counts {
            call.tap(person);
        }
    };
    let words = move || mark.get().map_or(t::not_marked(lang), |mark| mark.words(lang));
    let (for_sheet, more) = (row.clone(), t::more(lang, &row.name));
    view! {
        <li class="roll-row" data-mark=move || mark.get().map_or("none", Mark::code)>
            <button
                type="button"
                class="roll-row__tap"
                aria-pressed=move || mark.get().is_some_and(Mark::attended).to_string()
                on:click=tap
            >
                <span class="roll-row__shape">{move || view! { <IconView icon=mark_icon(mark.get()) /> }}</span>
                <span class="roll-row__who">
                    <span class="roll-row__name">{row.name}</span>
                    <span class="roll-row__mark">
                        <span class="roll-row__initials">{row.initials}</span>
                        {words}
                        {row.provisional.then(|| view! { <Tag text=t::visitor_mark(lang) /> })}
                    </span>
                </span>
                <SyncMark lang state />
            </button>
            <button
                type="button"
                class="roll-row__more"
                aria-label=more
                on:click=move |_| sheet.set(Some(for_sheet.clone()))
            >
                <IconView icon=Icon::More />
            </button>
        </li>
    }
}
