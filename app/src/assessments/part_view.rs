//! One part of a test: what to say aloud, its trials, and the pad for the chosen one.

use domain::assessments::Item;
use leptos::prelude::*;

use super::entering::{Entering, OpenPart};
use super::not_done::Reasons;
use super::pad::{NumberPad, key_of};
use super::test_form::{Filled, Key, TestPart};
use super::told::{part_so_far, so_far};
use super::trial::{Said, TrialButton};
use super::walk::Walk;
use crate::context::lang;
use crate::texts::{Lang, assessments::instruction as i, measure as t};
use crate::ui::{Button, Icon};

#[component]
pub fn PartView(form: Entering, part: TestPart) -> impl IntoView {
    let lang = lang();
    let open = OpenPart::new(form, part);
    let places = form.now(|form| form.cells_of(part));
    let press = move |key: Key| open.change(|form, place| form.press(place, key));
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if let Some(key) = key_of(&event.key()) {
            event.prevent_default();
            press(key);
        }
    };
    let item = move || form.read(|form| form.cells.get(open.chosen.get()).map(|cell| cell.item));
    let walked = matches!(part, TestPart::Gait | TestPart::Usual | TestPart::Maximal);
    view! {
        <div class="measure" on:keydown=on_key>
            <div class="measure__say">
                <p class="measure__aloud">{t::say(lang)}</p>
                <p class="measure__words">{move || item().and_then(|item| instruction(lang, item))}</p>
            </div>
            {walked.then(|| view! { <Walk form part /> })}
            <ul class="measure__cells" role="list">
                {places.into_iter().map(|place| view! { <li><TrialButton open place /></li> }).collect_view()}
            </ul>
            <div class="measure__entry">
                <Said open />
                <Ways open />
                <NumberPad press />
                <p class="measure__points" role="status">{move || points(lang, open)}</p>
            </div>
        </div>
    }
}

/// The ways to fill in the chosen trial without a number.
#[component]
fn Ways(open: OpenPart) -> impl IntoView {
    let lang = lang();
    let asking = RwSignal::new(false);
    let skipped = move || open.filled() == Filled::Skipped;
    let held = move |_| {
        open.change(|form, place| form.held_full(place));
        open.go_on();
    };
    let full = move || {
        view! {
            <Button text=t::full_ten(lang) icon=Icon::Tick class="measure__test" disabled=skipped script=true on:click=held />
        }
    };
    view! {
        <div class="measure__ways">
            {(open.part == TestPart::Balance).then(full)}
            <Button
                text=t::not_done(lang)
                class="measure__test"
                disabled=skipped
                script=true
                on:click=move |_| asking.set(true)
            />
        </div>
        <Show when=move || asking.get()>
            <Reasons open asking />
        </Show>
    }
}

/// The points of the part so far, where it has points.
fn points(lang: Lang, open: OpenPart) -> Option<String> {
    open.form.read(|form| {
        let result = so_far(&form.assessment());
        let of_part = match open.part {
            TestPart::Balance => result.balance,
            TestPart::Gait => result.gait,
            TestPart::Chair => result.chair,
            _ => return None,
        };
        part_so_far(lang, of_part)
    })
}

fn instruction(lang: Lang, item: Item) -> Option<&'static str> {
    match item {
        Item::SideBySide => Some(i::side_by_side(lang)),
        Item::SemiTandem => Some(i::semi_tandem(lang)),
        Item::Tandem => Some(i::tandem(lang)),
        Item::Gait | Item::Usual => Some(i::gait(lang)),
        Item::Chair5 => Some(i::chair5(lang)),
        Item::Maximal => Some(t::say_maximal(lang)),
        _ => None,
    }
}
