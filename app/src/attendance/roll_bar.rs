//! The bar under the roll: what was just done with the way back, and what can be done with all.

use domain::attendance::Mark;
use leptos::prelude::*;

use super::roll_call::RollCall;
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
        let undo = call.undo.get();
        let step = undo.last().filter(|_| call.undoable.get())?;
        if !step.iter().all(|change| call.mark_of(change.participant) == change.after) {
            return before.cloned().flatten();
        }
        Some(match step.as_slice() {
            [one] => {
                let row = call.rows.get().into_iter().find(|row| row.participant == one.participant);
                let mark = one.after.map_or(t::not_marked(lang), |mark| mark.words(lang));
                t::undone_one(lang, mark, &row.map(|row| row.name).unwrap_or_default())
            }
            many => t::undo_many(lang, i64::try_from(many.len()).unwrap_or(0)),
        })
    });
    move || said.get().map(|text| view! { <UndoBar text button=t::undo(lang) undo=move || call.take_back() /> })
}

/// Marks only those without a mark.
#[component]
fn AllPresent(call: RollCall) -> impl IntoView {
    let unmarked = move || {
        let rows = call.rows.get();
        rows.into_iter().map(|row| row.participant).filter(|person| call.mark_of(*person).is_none()).collect::<Vec<_>>()
    };
    let all = move |_| {
        let wanted: Vec<_> = untrack(unmarked).into_iter().map(|person| (person, Some(Mark::Present))).collect();
        call.mark(&wanted);
    };
    view! {
        <Button
            text=t::all_present(lang())
            kind=ButtonKind::Main
            class="roll__all"
            disabled=move || unmarked().is_empty()
            script=true
            on:click=all
        />
    }
}
