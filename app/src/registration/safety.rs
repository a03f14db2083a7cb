//! The questions on safety: the same twelve that stand before the tests. Who has not agreed to tests is not asked.

use domain::consents::{ConsentAct, ConsentPurpose};
use domain::ids::ParticipantId;
use domain::registration::{Lack, Part};
use leptos::prelude::*;

use super::part::{Frame, Whose, heading, next, step};
use crate::context::navigation::use_navigation;
use crate::context::view::View;
use crate::context::{lang, use_tablet};
use crate::screenings::ask::Ask;
use crate::texts::{self, Lang, registration as t, safety};
use crate::ui::{Button, Notice, Tone};

#[component]
pub fn SafetyPart(whose: Whose) -> impl IntoView {
    let (lang, tablet, navigation) = (lang(), use_tablet(), use_navigation());
    let person = whose.person;
    let open = untrack(|| tablet.lacks(person)).contains(&Lack::SafetyQuestions);
    let asking = RwSignal::new(open);
    let agreed = Memo::new(move |_| tablet.may_be_measured(person));
    let done = Callback::new(move |()| navigation.replace(next(whose, Part::Safety)));
    let name = move || tablet.name_of(person, whose.group).map(|name| texts::named(lang, &name));
    let told = move || {
        view! {
            <Frame whose part=Part::Safety>
                <NotAsked person agreed />
                <p>{move || standing(lang, person)}</p>
                <Show when=move || agreed.get()>
                    <Button text=safety::ask::changed(lang) script=true on:click=move |_| asking.set(true) />
                </Show>
            </Frame>
        }
    };
    view! {
        <Show when=move || agreed.get() && asking.get() fallback=told>
            <View title=heading(lang, Part::Safety) lead=Signal::derive(name) back=true>
                <p class="quiet">{step(lang, Part::Safety)}</p>
                <Ask person keep=None done />
            </View>
        </Show>
    }
}

/// Why nothing is asked.
#[component]
fn NotAsked(person: ParticipantId, agreed: Memo<bool>) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let why = move || match tablet.consent_to(person, ConsentPurpose::HealthTests) {
        Some((ConsentAct::Withdrawn, _)) => t::no_consent(lang),
        _ => t::consent_first(lang),
    };
    view! {
        <Show when=move || !agreed.get()>
            <Notice tone=Tone::Told title=Signal::derive(move || why().to_owned()) />
        </Show>
    }
}

/// When it was asked last, and what follows. Never which answer it was: others look on.
pub fn standing(lang: Lang, person: ParticipantId) -> String {
    let tablet = use_tablet();
    let asked = tablet.screenings(person).iter().rev().find(|one| one.questions().is_some()).map(|one| one.on);
    let red = !tablet.red_answers(person).0.is_empty();
    let when = asked.map_or_else(|| safety::clear::never(lang).to_owned(), |on| safety::clear::asked(lang, on));
    if red { format!("{when} {}", t::waits(lang)) } else { when }
}
