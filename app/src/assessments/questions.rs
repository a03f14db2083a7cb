//! Self-report: one calm question a screen, with large answers. The participant may hold the tablet for it.

use domain::assessments::{Instrument, Item, Unit, quantity};
use leptos::prelude::*;

use super::entering::{Entering, OpenPart};
use super::pad::NumberPad;
use super::test_form::{Filled, Key, TestPart};
use super::trial::Said;
use super::words::{item_value, question};
use crate::context::lang;
use crate::texts::measure as t;
use crate::ui::{Button, ButtonKind};

#[component]
pub fn Questions(form: Entering, part: TestPart, at: usize, next: impl Fn() + Copy + 'static) -> impl IntoView {
    let lang = lang();
    let open = OpenPart::new(form, part);
    let item = untrack(|| open.item());
    let asked = item.and_then(|item| question(lang, item)).unwrap_or_default();
    let (done, all) = (at as i64 + 1, form.now(|form| form.cells.len() as i64));
    let skipped = move || open.filled() == Filled::Skipped;
    let answers = item.map(choices).unwrap_or_default();
    let by_number = answers.is_empty();
    let answer = move |value: i64| {
        let words = item.map(|item| item_value(lang, Instrument::SelfReport, item, value)).unwrap_or_default();
        let pressed = move || open.filled() == Filled::Value(value);
        let choose = move |_| {
            open.change(|form, place| form.set_value(place, value));
            next();
        };
        view! { <Button text=words class="question__answer" pressed=Signal::derive(pressed) script=true on:click=choose /> }
    };
    view! {
        <section class="question">
            <p class="quiet">{t::question_of(lang, all, done)}</p>
            <h2 class="question__asked">{asked}</h2>
            <Show when=skipped>
                <p>{t::skipped_question(lang)}</p>
            </Show>
            <div class="question__answers" hidden=skipped>
                {answers.into_iter().map(answer).collect_view()}
            </div>
            {by_number.then(|| view! { <Number open /> })}
            <Said open />
            <Button text=t::next_question(lang) kind=ButtonKind::Main wide=true script=true on:click=move |_| next() />
        </section>
    }
}

/// The values of a question with few answers; none where a number is asked for.
fn choices(item: Item) -> Vec<i64> {
    let Some(quantity) = quantity(Instrument::SelfReport, item, None) else { return Vec::new() };
    let (low, high) = quantity.hard;
    match quantity.unit {
        Unit::Answer | Unit::Code(_) | Unit::Days => (low..=high).collect(),
        _ => Vec::new(),
    }
}

#[component]
fn Number(open: OpenPart) -> impl IntoView {
    let press = move |key: Key| open.change(|form, place| form.press(place, key));
    let typed = move || open.form.typed(open.place());
    view! {
        <p class="measure__typed number" role="status">
            {move || if typed().is_empty() { t::empty_value(lang()).to_owned() } else { typed() }}
        </p>
        <NumberPad press />
    }
}
