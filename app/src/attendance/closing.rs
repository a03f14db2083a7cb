//! Ending a session: asks only about the unmarked, and names who should be called.

use domain::access::Action;
use domain::attendance::Mark;
use domain::ids::ParticipantId;
use domain::sessions::SessionStatus;
use leptos::prelude::*;

use super::roll_call::{RollCall, mark_icon};
use super::roster::Row;
use crate::context::address::Address;
use crate::context::navigation::use_navigation;
use crate::context::{lang, use_tablet};
use crate::texts::{Words, roll as t};
use crate::ui::{Button, ButtonKind, Notice, Sheet, Tone};

/// The answers for one unmarked person.
const ANSWERS: [Mark; 4] = [Mark::AbsentUnknown, Mark::AbsentInformed, Mark::Present, Mark::Paused];

#[component]
pub fn Closing(call: RollCall, open: RwSignal<bool>) -> impl IntoView {
    let (lang, navigation) = (lang(), use_navigation());
    let present =
        Memo::new(move |_| call.rows.get().iter().any(|row| call.mark_of(row.participant).is_some_and(Mark::attended)));
    let end = move |status: SessionStatus| {
        call.set_status(status);
        open.set(false);
        navigation.go(Address::Start);
    };
    let held = move || call.unless_ahead(move || end(SessionStatus::Held));
    view! {
        <Sheet lang title=t::closing::title(lang) close=move || open.set(false)>
            <Unmarked call />
            <ToCall call />
            <Show when=move || !present.get()>
                <p>{t::closing::nobody(lang)}</p>
            </Show>
            <div class="closing__end sheet__end">
                <Button
                    text=t::cancel_session(lang)
                    script=true
                    on:click=move |_| end(SessionStatus::CancelledByOrganiser)
                />
                <Button
                    text=move || if present.get() { t::closing::done(lang) } else { t::closing::held(lang) }
                    kind=ButtonKind::Main
                    script=true
                    on:click=move |_| held()
                />
            </div>
        </Sheet>
    }
}

/// Those without a mark, each with the answers.
#[component]
fn Unmarked(call: RollCall) -> impl IntoView {
    let lang = lang();
    let unmarked = Memo::new(move |_| {
        call.rows.get().into_iter().filter(|row| call.mark_of(row.participant).is_none()).collect::<Vec<Row>>()
    });
    let all_absent = move |_| {
        let people = unmarked.get_untracked();
        call.mark(&people.iter().map(|row| (row.participant, Some(Mark::AbsentUnknown))).collect::<Vec<_>>());
    };
    view! {
        <Show
            when=move || !unmarked.get().is_empty()
            fallback=move || view! { <p class="closing__said">{t::closing::all_marked(lang)}</p> }
        >
            <p class="closing__said">
                {move || t::closing::unmarked(lang, i64::try_from(unmarked.get().len()).unwrap_or(0))}
            </p>
            <Button text=t::closing::all_absent(lang) class="closing__all" script=true on:click=all_absent />
            <ul class="closing__rows" role="list">
                <For each=move || unmarked.get() key=|row| row.participant let:row>
                    <li class="closing__row">
                        <span class="closing__name">{row.name}</span>
                        <span class="closing__answers">
                            {ANSWERS.map(|mark| view! { <Answer call person=row.participant mark /> }).collect_view()}
                        </span>
                    </li>
                </For>
            </ul>
        </Show>
    }
}

#[component]
fn Answer(call: RollCall, person: ParticipantId, mark: Mark) -> impl IntoView {
    let give = move |_| call.mark(&[(person, Some(mark))]);
    view! { <Button text=mark.words(lang()) icon=mark_icon(Some(mark)) script=true on:click=give /> }
}

/// Who was absent without notice twice in a row.
#[component]
fn ToCall(call: RollCall) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let names = Memo::new(move |_| {
        let (group, day) = call.meeting.with(|meeting| (meeting.group, meeting.day));
        let absent = |row: &Row| call.mark_of(row.participant) == Some(Mark::AbsentUnknown);
        let twice = |row: &Row| absent(row) && tablet.was_absent_before(group, day, row.participant);
        call.rows.get().into_iter().filter(twice).map(|row| row.name).collect::<Vec<_>>()
    });
    let calls = tablet.account().may(Action::SeeProfiles);
    view! {
        <Show when=move || !names.get().is_empty()>
            <Notice tone=Tone::Told title=t::closing::call_title(lang)>
                <p>{t::closing::call_lead(lang)}</p>
                <ul>{move || names.get().into_iter().map(|name| view! { <li>{name}</li> }).collect_view()}</ul>
                {(!calls).then(|| view! { <p>{t::closing::call_peer(lang)}</p> })}
            </Notice>
        </Show>
    }
}
