//! Whom to call about a session that was cancelled: everybody who has not said that they stay away. Each name with the
//! number and how the call went; a peer instructor, who sees no numbers, asks the coordinator. Whoever was sent a message
//! is on the list until the server has said so.

use domain::access::Action;
use domain::contacts::{Cancelled, ContactOutcome, OF_CALLS};
use domain::ids::ParticipantId;
use leptos::prelude::*;

use super::calls::{Absence, Call, Number};
use super::roll_call::RollCall;
use super::roster::markable;
use crate::context::{lang, use_tablet};
use crate::sessions::calls::{left_words, outcome_words};
use crate::texts::{self, roll::closing, sessions::calls as t};
use crate::ui::{Button, Notice, Tone};

#[component]
pub fn CancelledCalls(call: RollCall) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let calls = tablet.account().may(Action::EditProfiles);
    let people = Memo::new(move |_| to_call(call));
    let (group, day) = call.meeting.with_untracked(|meeting| (meeting.group, meeting.day));
    let session = Cancelled { group, day };
    let left = Memo::new(move |_| {
        let waits = |person: &ParticipantId| outcome_of(session, *person) != Some(ContactOutcome::Reached);
        people.with(|people| people.iter().filter(|person| waits(person)).count())
    });
    view! {
        <Show when=move || people.with(|people| !people.is_empty())>
            <Notice tone=Tone::Told title=t::title(lang)>
                <p>{t::lead(lang)}</p>
                <p>{closing::written(lang)}</p>
                {match calls {
                    true => view! { <p>{move || left_words(lang, left.get())}</p> }.into_any(),
                    false => view! { <p>{closing::call_peer(lang)}</p> }.into_any(),
                }}
                <ul class="calls" role="list">
                    <For each=move || people.get() key=|person| *person let:person>
                        {match calls {
                            true => view! { <OneCall session person /> }.into_any(),
                            false => view! { <Call absence=Absence { group, day, participant: person } calls=false /> }.into_any(),
                        }}
                    </For>
                </ul>
            </Notice>
        </Show>
    }
}

/// Who is to be called, as long as the session has not passed.
fn to_call(call: RollCall) -> Vec<ParticipantId> {
    let tablet = use_tablet();
    let (today, _) = tablet.local_time();
    if tablet.lapsed().get() || call.meeting.with(|meeting| meeting.day < today) {
        return Vec::new();
    }
    let (paused, you, session) = (call.paused.get(), tablet.you(), call.meeting.with(|meeting| meeting.session));
    let concerned = |person: &ParticipantId| {
        let knows = paused.contains_key(person) || you.was_told(session, *person);
        !knows && Cancelled::concerns(call.mark_of(*person))
    };
    call.rows.with(|rows| markable(rows).filter(concerned).collect())
}

fn outcome_of(session: Cancelled, person: ParticipantId) -> Option<ContactOutcome> {
    session.outcome(person, &use_tablet().contacts(person))
}

#[component]
fn OneCall(session: Cancelled, person: ParticipantId) -> impl IntoView {
    let tablet = use_tablet();
    let name = move || tablet.name_of(person, session.group).map(|name| texts::named(lang(), &name));
    let outcome = Memo::new(move |_| outcome_of(session, person));
    let done = move || (outcome.get() == Some(ContactOutcome::Reached)).to_string();
    view! {
        <li class="calls__one" data-done=done>
            <span class="calls__who"><span class="calls__name">{name}</span></span>
            <Number participant=person />
            {OF_CALLS.map(|one| view! { <Answer session person outcome one /> }).collect_view()}
        </li>
    }
}

/// Says how the call went; pressed again it takes that back.
#[component]
fn Answer(
    session: Cancelled,
    person: ParticipantId,
    outcome: Memo<Option<ContactOutcome>>,
    one: ContactOutcome,
) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let given = Signal::derive(move || outcome.get() == Some(one));
    let press = move |_| {
        let (before, (today, _)) = (outcome.get_untracked(), tablet.local_time());
        let wanted = (before != Some(one)).then_some(one);
        if let Some(verb) = session.noted(person, before, wanted, today) {
            tablet.record(vec![verb.into()]);
        }
    };
    view! {
        <Button text=outcome_words(lang, one) class="calls__done" pressed=given script=true on:click=press>
            <span class="calls__tick" aria-hidden="true"></span>
        </Button>
    }
}
