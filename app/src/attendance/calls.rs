//! Who should be called: whoever missed two sessions in a row without a word. Each name with the number and a tick that
//! stays; a peer instructor, who sees no numbers, asks the coordinator.

use domain::access::Action;
use domain::ids::{GroupId, ParticipantId};
use domain::input::call_link;
use domain::time::Day;
use leptos::prelude::*;

use crate::context::address::Address;
use crate::context::{lang, use_tablet};
use crate::sync::notes::use_notes;
use crate::texts::{self, roll::closing as t};
use crate::ui::{Button, ButtonLink, Icon, Notice, Tone};

/// The absence that a call is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Absence {
    pub group: GroupId,
    pub day: Day,
    pub participant: ParticipantId,
}

#[component]
pub fn Calls(#[prop(into)] absences: Signal<Vec<Absence>>) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let calls = tablet.account().may(Action::SeeProfiles);
    view! {
        <Show when=move || absences.with(|absences| !absences.is_empty())>
            <Notice tone=Tone::Told title=t::call_title(lang)>
                <p>{t::call_lead(lang)}</p>
                {(!calls).then(|| view! { <p>{t::call_peer(lang)}</p> })}
                <ul class="calls" role="list">
                    <For each=move || absences.get() key=|absence| *absence let:absence>
                        <Call absence calls />
                    </For>
                </ul>
            </Notice>
        </Show>
    }
}

/// `calls`: the reader calls; otherwise the coordinator does.
#[component]
pub(super) fn Call(absence: Absence, calls: bool) -> impl IntoView {
    let (lang, tablet, notes) = (lang(), use_tablet(), use_notes());
    let Absence { group, day, participant } = absence;
    let name = move || tablet.name_of(participant, group).map(|name| texts::named(lang, &name)).unwrap_or_default();
    let done = move || notes.called(group, day, participant);
    let words = if calls { t::called(lang) } else { t::asked(lang) };
    view! {
        <li class="calls__one" data-done=move || done().to_string()>
            <span class="calls__who">
                <span class="calls__name">{name}</span>
                <span class="quiet">{texts::weekday_day(lang, day)}</span>
            </span>
            {calls.then(|| view! { <Number participant /> })}
            <Button
                text=words
                class="calls__done"
                pressed=Signal::derive(done)
                script=true
                on:click=move |_| notes.tick(group, day, participant)
            >
                <span class="calls__tick" aria-hidden="true"></span>
            </Button>
            <Show when=move || calls && done()>
                <ButtonLink text=t::how(lang) href=Address::Contact(participant, group, Some(day)).to_string() />
            </Show>
        </li>
    }
}

/// The telephone number, to be pressed; or that none may be shown.
#[component]
pub(super) fn Number(participant: ParticipantId) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let phone = move || tablet.participant(participant).and_then(|person| person.profile.disclosed().phone);
    move || match phone() {
        Some(phone) => {
            let link = call_link(&phone);
            view! { <ButtonLink text=phone href=link icon=Icon::Phone class="calls__phone" /> }.into_any()
        }
        None => view! { <span class="quiet">{t::no_phone(lang)}</span> }.into_any(),
    }
}
