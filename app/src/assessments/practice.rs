//! Timing for practice: nothing is stored. Two testers time the same person and see how far apart they are.

use domain::assessments::{Instrument, write_decimal};
use domain::ids::{AssessmentId, GroupId, ParticipantId};
use leptos::prelude::*;
use uuid::Uuid;

use super::entering::{Entering, OpenPart};
use super::pad::NumberPad;
use super::stage::Stage;
use super::test_form::{Filled, Key, TestForm};
use crate::context::view::View;
use crate::context::{lang, use_tablet};
use crate::device::signals::keep_screen_on;
use crate::texts::{self, measure::practice as t};
use crate::ui::{Button, Notice, Tone};

/// Two testers who are further apart than so many tenths of a second should practise together.
const APART: i64 = 3;

/// A timer of one trial, and the other tester's time beside it.
#[component]
pub fn Practice() -> impl IntoView {
    keep_screen_on();
    let (lang, nobody) = (lang(), Uuid::nil());
    let (today, _) = use_tablet().local_time();
    let blank =
        move || TestForm::new(AssessmentId(nobody), ParticipantId(nobody), GroupId(nobody), Instrument::Tug, today);
    let own = Entering(RwSignal::new(Some(blank())));
    let other = Entering(RwSignal::new(Some(blank())));
    let open = own.now(TestForm::parts).first().map(|part| OpenPart::new(own, *part));
    let press = move |key: Key| other.change(|form| form.press(0, key));
    let again = move |_| [own, other].into_iter().for_each(|form| form.0.set(Some(blank())));
    let apart = move || match (own.filled(0), other.filled(0)) {
        (Filled::Value(own) | Filled::Unusual(own), Filled::Value(other) | Filled::Unusual(other)) => {
            Some((own - other).abs())
        }
        _ => None,
    };
    let said = move |apart: i64| {
        let tone = if apart > APART { Tone::Look } else { Tone::Good };
        let title = t::apart(lang, &texts::tenths_s(lang, apart));
        let advice = if apart > APART { t::again(lang) } else { t::well(lang) };
        view! {
            <Notice tone=tone title live=true>
                <p>{advice}</p>
                <Button text=t::restart(lang) class="practice__again" script=true on:click=again />
            </Notice>
        }
    };
    let typed = move || {
        let typed = other.typed(0);
        if typed.is_empty() {
            write_decimal(0, 1).replace('.', if lang == texts::Lang::En { "." } else { "," })
        } else {
            typed
        }
    };
    view! {
        <View title=t::title(lang) back=true>
            <Notice title=t::nothing_stored(lang) />
            <div class="measure">
                <div class="measure__entry">{open.map(|open| view! { <Stage open /> })}</div>
                <section class="stack">
                    <h2>{t::other(lang)}</h2>
                    <p class="measure__typed number" role="status">{typed}</p>
                    <NumberPad press />
                    {move || apart().map(said)}
                </section>
            </div>
        </View>
    }
}
