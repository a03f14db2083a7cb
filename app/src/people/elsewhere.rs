//! Whether a newcomer takes part in another group already: asked of the server, once, and nobody waits longer for the
//! answer than two seconds. Without a connection everything goes on as if nobody were known.

use std::cell::Cell;
use std::rc::Rc;

use domain::people::Profile;
use domain::people::naming::Named;
use domain::time::Day;
use domain::visitors::{Answer, BRING_PATH, Bring, KNOWN_PATH, KnownPerson, Question};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::context::lang;
use crate::sync::fetch::{self, Raw, Timer, post, post_text};
use crate::texts::{self, register::elsewhere as t};
use crate::ui::{Button, Icon, Notice, Sheet, Tone};

/// How long anybody waits, in milliseconds.
const PATIENCE: u32 = 2_000;

/// Asks, and goes on once: with those who are known, or with nobody where no answer comes in time.
pub fn ask(question: Question, go_on: impl FnOnce(Vec<KnownPerson>) + 'static) {
    let go_on = Rc::new(Cell::new(Some(go_on)));
    let end = move |people: Vec<KnownPerson>| {
        if let Some(go_on) = go_on.take() {
            go_on(people);
        }
    };
    let too_late = end.clone();
    spawn_local(async move {
        // However slowly an answer trickles in.
        let _late = Timer::start(PATIENCE, move || too_late(Vec::new()));
        let people = match post::<_, Answer>(KNOWN_PATH, &question, PATIENCE).await {
            fetch::Answer::Ok(answer) => answer.people,
            _ => Vec::new(),
        };
        end(people);
    });
}

/// Has the server bring the person into the group; whether it did. Asked twice it is done once.
async fn bring(wanted: &Bring) -> bool {
    let Ok(text) = serde_json::to_string(wanted) else { return false };
    matches!(post_text(BRING_PATH, &text, PATIENCE, || ()).await, Ok(Raw { status: 200..=299, .. }))
}

/// Those whom the server knows, and who was typed.
#[derive(Clone, PartialEq, Debug)]
pub struct Known {
    pub typed: Profile,
    pub question: Question,
    pub people: Vec<KnownPerson>,
}

/// The question whether the one who was typed is one of these. `brought`: the server has brought that person in.
#[component]
pub fn ElsewhereSheet(
    known: Known,
    /// From which day on the person is in the group.
    day: Day,
    brought: Callback<KnownPerson>,
    other: Callback<Profile>,
    close: Callback<()>,
) -> impl IntoView {
    let lang = lang();
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(false));
    let Known { typed, question, people } = known;
    let yes = move |person: KnownPerson| {
        let Question { group, whom } = question.clone();
        let wanted = Bring { group, person: person.id, day, whom };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(false);
        spawn_local(async move {
            let done = bring(&wanted).await;
            // The form may be gone by now.
            if busy.try_set(false).is_some() {
                return;
            }
            if done { brought.run(person) } else { failed.set(true) }
        });
    };
    let one = move |person: KnownPerson| {
        let named = Named { name: person.name.clone(), birth_year: person.birth_year, number: None };
        let (yes, text) = (yes.clone(), t::yes(lang, &texts::named(lang, &named)));
        view! {
            <Button text icon=Icon::Person class="sheet__mark" script=true disabled=busy on:click=move |_| yes(person.clone()) />
        }
    };
    view! {
        <Sheet lang id="elsewhere" title=t::title(lang) close=move || close.run(())>
            <p>{t::lead(lang)}</p>
            {move || failed.get().then(|| view! { <Notice tone=Tone::Wrong title=t::failed(lang) live=true /> })}
            <div class="sheet__marks">{people.into_iter().map(one).collect_view()}</div>
            <div class="closing__end">
                <Button text=t::no(lang) script=true disabled=busy on:click=move |_| other.run(typed.clone()) />
            </div>
        </Sheet>
    }
}
