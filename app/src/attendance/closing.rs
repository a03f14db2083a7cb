//! Ending a session: asks only about the unmarked, and names who should be called. Nobody moves while it is open: the
//! answers stand where the question stood.

use domain::attendance::Mark;
use domain::ids::ParticipantId;
use domain::sessions::SessionStatus;
use leptos::prelude::*;

use super::calls::{Absence, Calls};
use super::roll_call::{RollCall, mark_icon};
use super::roster::Row;
use crate::context::address::Address;
use crate::context::navigation::use_navigation;
use crate::context::{lang, use_tablet};
use crate::sessions::done::use_done;
use crate::texts::{self, Words, roll as t, whole};
use crate::ui::{Button, ButtonKind, Sheet};

/// The answers for one unmarked person.
const ANSWERS: [Mark; 4] = [Mark::AbsentUnknown, Mark::AbsentInformed, Mark::Present, Mark::Paused];

#[component]
pub fn Closing(call: RollCall, open: RwSignal<bool>) -> impl IntoView {
    let (lang, navigation, done) = (lang(), use_navigation(), use_done());
    let present = Memo::new(move |_| call.present());
    let some = move || present.get() > 0;
    // Answers come and go under the list of those who are asked about; without one nothing does.
    let asks = untrack(|| !call.expected().is_empty());
    let cancelling = RwSignal::new(false);
    let end = move |status: SessionStatus| {
        let before = call.meeting.with_untracked(|meeting| meeting.status);
        call.end(status);
        done.tell(call.meeting.get_untracked(), status, before);
        open.set(false);
        navigation.go(Address::Start);
    };
    let held = move || call.unless_ahead(move || end(SessionStatus::Held));
    let cancel = move || {
        let marked = untrack(|| present.get() + call.missed()) > 0;
        if marked { cancelling.set(true) } else { end(SessionStatus::CancelledByOrganiser) }
    };
    view! {
        <Sheet lang title=t::closing::title(lang) tall=asks close=move || open.set(false)>
            <Unmarked call />
            <Pausing call />
            <Calls absences=twice_absent(call) />
            <Show when=move || !some()>
                <p>{t::closing::nobody(lang)}</p>
            </Show>
            <div class="closing__end sheet__end">
                <Button text=t::cancel_session(lang) script=true on:click=move |_| cancel() />
                <Button
                    text=move || if some() { t::closing::done(lang) } else { t::closing::held(lang) }
                    kind=ButtonKind::Main
                    script=true
                    on:click=move |_| held()
                />
            </div>
        </Sheet>
        <Show when=move || cancelling.get()>
            <Cancelling
                present=present.get_untracked()
                missed=untrack(|| call.missed())
                open=cancelling
                cancel=move || end(SessionStatus::CancelledByOrganiser)
            />
        </Show>
    }
}

/// A session in which somebody was marked is cancelled only when that is meant.
#[component]
fn Cancelling(
    present: usize,
    missed: usize,
    open: RwSignal<bool>,
    cancel: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let lang = lang();
    let marks = match present {
        0 => t::cancelling::missed(lang, whole(missed)),
        _ => t::cancelling::marks(lang, whole(present)),
    };
    view! {
        <Sheet lang id="cancelling" title=t::cancelling::title(lang) close=move || open.set(false)>
            <p>{marks}</p>
            <p>{t::cancelling::what(lang)}</p>
            <div class="closing__end">
                <Button text=t::cancelling::yes(lang) script=true on:click=move |_| cancel() />
                <Button
                    text=t::cancelling::no(lang)
                    kind=ButtonKind::Main
                    script=true
                    on:click=move |_| open.set(false)
                />
            </div>
        </Sheet>
    }
}

/// Those who had no mark when the sheet was opened, each with the answers.
#[component]
fn Unmarked(call: RollCall) -> impl IntoView {
    let lang = lang();
    let asked: Vec<Row> = untrack(|| {
        let unmarked = call.expected();
        call.rows.get().into_iter().filter(|row| unmarked.contains(&row.participant)).collect()
    });
    if asked.is_empty() {
        return view! { <p class="closing__said">{t::closing::all_marked(lang)}</p> }.into_any();
    }
    let people = StoredValue::new(asked.iter().map(|row| row.participant).collect::<Vec<_>>());
    let open = Memo::new(move |_| people.with_value(|people| still_open(call, people)));
    let all_absent = move |_| {
        let absent = open.get_untracked().into_iter().map(|person| (person, Some(Mark::AbsentUnknown)));
        call.mark(&absent.collect::<Vec<_>>());
    };
    let words = move || match open.with(Vec::len) {
        0 => t::closing::all_marked(lang).to_owned(),
        n => t::closing::unmarked(lang, whole(n)),
    };
    view! {
        <p class="closing__said" role="status">{words}</p>
        <Button
            text=t::closing::all_absent(lang)
            class="closing__all"
            disabled=move || open.with(Vec::is_empty)
            script=true
            on:click=all_absent
        />
        <ul class="closing__rows" role="list">
            {asked
                .into_iter()
                .map(|row| view! {
                    <li class="closing__row">
                        <span class="closing__name">{row.name}</span>
                        <span class="closing__answers">
                            {ANSWERS.map(|mark| view! { <Answer call person=row.participant mark /> }).collect_view()}
                        </span>
                    </li>
                })
                .collect_view()}
        </ul>
    }
    .into_any()
}

/// Who is on an agreed pause: nobody asks after them.
#[component]
fn Pausing(call: RollCall) -> impl IntoView {
    let lang = lang();
    let names = move || {
        let people = call.pausing();
        let named = |row: &Row| people.contains(&row.participant).then(|| row.name.clone());
        call.rows.with(|rows| rows.iter().filter_map(named).collect::<Vec<_>>())
    };
    let names = Memo::new(move |_| names());
    view! {
        <Show when=move || names.with(|names| !names.is_empty())>
            <p class="closing__paused">{move || t::closing::paused(lang, &texts::list(lang, &names.get()))}</p>
        </Show>
    }
}

/// Who of these people still has no mark.
fn still_open(call: RollCall, people: &[ParticipantId]) -> Vec<ParticipantId> {
    people.iter().copied().filter(|person| call.mark_of(*person).is_none()).collect()
}

#[component]
fn Answer(call: RollCall, person: ParticipantId, mark: Mark) -> impl IntoView {
    let given = Signal::derive(move || call.mark_of(person) == Some(mark));
    let give = move |_| call.mark(&[(person, Some(mark))]);
    view! {
        <Button text=mark.words(lang()) icon=mark_icon(Some(mark)) pressed=given script=true on:click=give />
    }
}

/// Who is absent without a word and was so the last time too.
fn twice_absent(call: RollCall) -> Signal<Vec<Absence>> {
    let tablet = use_tablet();
    let found = Memo::new(move |_| {
        let (group, day) = call.meeting.with(|meeting| (meeting.group, meeting.day));
        let absent = |person| call.mark_of(person) == Some(Mark::AbsentUnknown);
        let people = call.rows.with(|rows| rows.iter().map(|row| row.participant).collect::<Vec<_>>());
        let twice =
            people.into_iter().filter(|person| absent(*person) && tablet.was_absent_before(group, day, *person));
        twice.map(|participant| Absence { group, day, participant }).collect::<Vec<_>>()
    });
    found.into()
}
