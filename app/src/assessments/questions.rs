//! Self-report: one calm question a screen, with large answers. The instructor asks, or hands the tablet over.

use domain::assessments::{Instrument, Item, Unit, quantity};
use leptos::prelude::*;

use super::entering::{Entering, OpenPart};
use super::handed::Give;
use super::pad::NumberPad;
use super::part_view::TypedNumber;
use super::test_form::{Filled, Key, TestPart};
use super::trial::Said;
use super::words::{item_value, question};
use crate::context::{lang, to_participants};
use crate::texts::{Lang, measure as t, whole};
use crate::ui::{Button, ButtonKind};

/// A question that the instructor asks: an answer leads on by itself.
#[component]
pub fn Questions(
    form: Entering,
    part: TestPart,
    at: usize,
    next: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let lang = lang();
    let open = OpenPart::new(form, part);
    view! {
        {(!form.now(|form| form.from_paper)).then(|| view! { <Give form /> })}
        <section class="question">
            <p class="quiet question__count">{counted(lang, form, at)}</p>
            <h2 class="question__asked">{asked(lang, open)}</h2>
            <Answers open chosen=Callback::new(move |()| next()) />
            <Button text=t::next_question(lang) kind=ButtonKind::Main wide=true script=true on:click=move |_| next() />
        </section>
    }
}

/// "Kysymys 3 / 12".
pub fn counted(lang: Lang, form: Entering, at: usize) -> String {
    let (asked, all) = form.now(|form| form.counted(at));
    t::question_of(lang, whole(all), whole(asked))
}

/// The words of the part's question, as the participant is asked.
pub fn asked(lang: Lang, open: OpenPart) -> &'static str {
    let lang = to_participants(lang);
    untrack(|| open.item()).and_then(|item| question(lang, item)).unwrap_or_default()
}

/// The answers to choose from, or the pad for a number.
#[component]
pub fn Answers(open: OpenPart, chosen: Callback<()>) -> impl IntoView {
    let lang = lang();
    let item = untrack(|| open.item());
    let values = item.map(choices).unwrap_or_default();
    let by_number = values.is_empty();
    let answer = move |value: i64| {
        let words = item.map(|item| item_value(lang, Instrument::SelfReport, item, value)).unwrap_or_default();
        let pressed = move || open.filled() == Filled::Value(value);
        let choose = move |_| {
            open.change(|form, place| form.set_value(place, value));
            chosen.run(());
        };
        view! { <Button text=words class="question__answer" pressed=Signal::derive(pressed) script=true on:click=choose /> }
    };
    view! {
        {(!by_number).then(|| view! { <div class="question__answers">{values.into_iter().map(answer).collect_view()}</div> })}
        {by_number.then(|| view! { <Number open /> })}
        <Said open />
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
    view! {
        <div class="question__number">
            <TypedNumber open />
            <NumberPad press />
        </div>
    }
}
