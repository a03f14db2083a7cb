//! The bar under the roll: what was just done with the way back, and what can be done with all. It is as high before a
//! tap as after it, so that no row moves.

use domain::attendance::Mark;
use leptos::prelude::*;

use super::roll_call::RollCall;
use super::undo::mark_of_all;
use crate::context::address::Address;
use crate::context::{lang, use_tablet};
use crate::texts::{Words, roll as t, whole};
use crate::ui::{Button, ButtonKind, ButtonLink, Icon, UndoBar};

#[component]
pub fn RollBar(call: RollCall, search: RwSignal<String>, closing: RwSignal<bool>) -> impl IntoView {
    let lang = lang();
    let visitor = call.meeting.with_untracked(|meeting| Address::Visitor(meeting.group, meeting.day));
    view! {
        <div class="roll__bar">
            <LastStep call />
            <div class="roll__actions">
                <ButtonLink text=t::visitor(lang) href=visitor.to_string() icon=Icon::Plus />
                <MainButtons call search closing />
            </div>
        </div>
    }
}

/// What the task is now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Task {
    /// The rows are only those that the search found: nothing is done with all of them.
    ShowAll,
    MarkAll,
    Close,
    /// The session was ended here.
    Reopen,
}

/// The main button follows the task; the way to the end stands beside it until it is the task.
#[component]
fn MainButtons(call: RollCall, search: RwSignal<String>, closing: RwSignal<bool>) -> impl IntoView {
    let (lang, lapsed) = (lang(), use_tablet().lapsed());
    let task = Memo::new(move |_| {
        if !search.with(|typed| typed.trim().is_empty()) {
            Task::ShowAll
        } else if call.ended().is_some() {
            Task::Reopen
        } else if lapsed.get() || call.expected().is_empty() {
            Task::Close
        } else {
            Task::MarkAll
        }
    });
    let act = move |_| match task.get_untracked() {
        Task::ShowAll => search.set(String::new()),
        Task::MarkAll => call.mark_all_present(),
        Task::Close => closing.set(true),
        Task::Reopen => call.reopen(),
    };
    let words = move || match task.get() {
        Task::ShowAll => t::show_all(lang),
        Task::MarkAll => t::all_present(lang),
        Task::Close => t::close(lang),
        Task::Reopen => t::reopen(lang),
    };
    let closes_beside = move || matches!(task.get(), Task::MarkAll);
    // Nobody is marked at a session that does not take place; that it does after all is said in its notice.
    let off = move || call.is_off() && call.ended().is_none();
    view! {
        <Show when=move || !off()>
            <span class="roll__beside">
                <Show when=closes_beside>
                    <Button text=t::close(lang) script=true on:click=move |_| closing.set(true) />
                </Show>
            </span>
            <Button text=words kind=ButtonKind::Main class="roll__all" script=true on:click=act />
        </Show>
    }
}

/// Stays until the next action; going back step by step reaches the session's beginning. Before the first step it says
/// what a tap does.
#[component]
fn LastStep(call: RollCall) -> impl IntoView {
    let lang = lang();
    // Said once the marks are stored; until then what was said before stands.
    let said = Memo::new(move |before: Option<&Option<String>>| {
        if call.ended().is_some() {
            return None;
        }
        let step = call.undo.with(|undo| undo.last().cloned())?;
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
            many => {
                let n = whole(many.len());
                match mark_of_all(many) {
                    Some(Some(Mark::Present)) | None => t::undo_many(lang, n),
                    Some(mark) => t::undo_many_as(lang, mark.map_or(t::not_marked(lang), |mark| mark.words(lang)), n),
                }
            }
        })
    });
    let idle = move || if call.ended().is_some() { t::hint_ended(lang) } else { t::hint(lang) };
    move || match said.get() {
        Some(text) => view! { <UndoBar text button=t::undo(lang) undo=move || call.take_back() /> }.into_any(),
        None => view! { <p class="undo-bar undo-bar--idle">{idle}</p> }.into_any(),
    }
}
