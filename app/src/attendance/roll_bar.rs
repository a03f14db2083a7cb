//! The bar under the roll: what was just done with the way back, and what can be done with all.

use domain::attendance::Mark;
use leptos::prelude::*;

use super::roll_call::RollCall;
use super::roster::Row;
use crate::context::address::Address;
use crate::context::{lang, use_tablet};
use crate::texts::{Words, roll as t};
use crate::ui::{Button, ButtonKind, ButtonLink, Icon, UndoBar};

#[component]
pub fn RollBar(call: RollCall, closing: RwSignal<bool>) -> impl IntoView {
    let (lang, lapsed) = (lang(), use_tablet().lapsed());
    let visitor = call.meeting.with_untracked(|meeting| Address::Visitor(meeting.group, meeting.day));
    view! {
        <div class="roll__bar">
            <LastStep call />
            <div class="roll__actions">
                <ButtonLink text=t::visitor(lang) href=visitor.to_string() icon=Icon::Plus />
                <Button text=t::close(lang) script=true on:click=move |_| closing.set(true) />
                <Show when=move || !lapsed.get()>
                    <AllPresent call />
                </Show>
            </div>
        </div>
    }
}

/// Stays until the next action; going back step by step reaches the session's beginning.
#[component]
fn LastStep(call: RollCall) -> impl IntoView {
    let lang = lang();
    // Said once the marks are stored; until then what was said before stands.
    let said = Memo::new(move |before: Option<&Option<String>>| {
        let step = call.undo.with(|undo| undo.last().cloned()).filter(|_| call.undoable.get())?;
        if !step.iter().all(|change| call.mark_of(change.participant) == change.after) {
            return before.cloned().flatten();
        }
        Some(match step.as_slice() {
            [one] => {
                let mark = one.after.map_or(t::not_marked(lang), |mark| mark.words(lang));
                call.rows.with(|rows| {
                    let row = rows.iter().find(|row| row.participant == one.participant);
                    t::undone_one(lang, mark, row.map_or("", |row| &row.name))
                })
            }
            many => t::undo_many(lang, i64::try_from(many.len()).unwrap_or(0)),
        })
    });
    move || said.get().map(|text| view! { <UndoBar text button=t::undo(lang) undo=move || call.take_back() /> })
}

/// Marks only those without a mark.
#[component]
fn AllPresent(call: RollCall) -> impl IntoView {
    let is_unmarked = move |row: &Row| call.mark_of(row.participant).is_none();
    let all = move |_| {
        let wanted: Vec<_> = call.rows.with_untracked(|rows| {
            let unmarked = rows.iter().filter(|row| untrack(|| is_unmarked(row)));
            unmarked.map(|row| (row.participant, Some(Mark::Present))).collect()
        });
        call.mark(&wanted);
    };
    view! {
        <Button
            text=t::all_present(lang())
            kind=ButtonKind::Main
            class="roll__all"
            disabled=move || !call.rows.with(|rows| rows.iter().any(is_unmarked))
            script=true
            on:click=all
        />
    }
}
