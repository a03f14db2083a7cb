//! One trial: its name, what it says so far, and what is wrong or unusual about it.

use domain::assessments::{Instrument, Item, NotDone};
use leptos::prelude::*;

use super::entering::OpenPart;
use super::test_form::{Filled, TestForm};
use super::words::item_value;
use super::wrong::wrong_words;
use crate::context::{lang, use_tablet};
use crate::texts::{Lang, Words, measure as t};
use crate::ui::Button;

#[component]
pub fn TrialButton(open: OpenPart, place: usize) -> impl IntoView {
    let (lang, form) = (lang(), open.form);
    let name = form.now(|form| named(lang, form, place, on_cell));
    let filled = Memo::new(move |_| form.filled(place));
    let value = move || match filled.get() {
        Filled::Empty => t::empty_value(lang).to_owned(),
        Filled::Value(value) => open.shown(place, value),
        Filled::Unusual(_) | Filled::Wrong(_) => open.typed(place),
        Filled::NotDone(code) => code.words(lang).to_owned(),
        Filled::Skipped => NotDone::SkippedByRule.words(lang).to_owned(),
    };
    let off = move || filled.get() == Filled::Skipped || form.is_going();
    let kind = move || match filled.get() {
        Filled::Empty => "empty",
        Filled::Value(_) => "value",
        Filled::Unusual(_) | Filled::Wrong(_) => "wrong",
        Filled::NotDone(_) => "not-done",
        Filled::Skipped => "skipped",
    };
    view! {
        <button
            type="button"
            class="cell"
            data-filled=kind
            aria-pressed=move || (open.place() == place).to_string()
            prop:disabled=off
            on:click=move |_| open.choose(place)
        >
            <span class="cell__name">{name}</span>
            <span class="cell__value number">{value}</span>
        </button>
    }
}

/// The item's name, or which trial it is where the item has several; both where two sides take turns.
pub fn trial_name(lang: Lang, form: &TestForm, place: usize) -> Option<String> {
    named(lang, form, place, |item, lang| item.words(lang))
}

/// An item's name, with the places where a long word may break in a narrow cell.
fn on_cell(item: Item, lang: Lang) -> &'static str {
    match item {
        Item::SemiTandem => t::cell_semi_tandem(lang),
        Item::Tandem => t::cell_tandem(lang),
        _ => item.words(lang),
    }
}

fn named(lang: Lang, form: &TestForm, place: usize, words: fn(Item, Lang) -> &'static str) -> Option<String> {
    let cell = form.cells.get(place)?;
    let several = form.cells.iter().any(|other| other.item == cell.item && other.trial > 1);
    let sides = matches!(cell.item, Item::Right | Item::Left);
    Some(match (several, sides) {
        (true, true) => t::side_trial(lang, i64::from(cell.trial), words(cell.item, lang)),
        (true, false) => t::trial(lang, i64::from(cell.trial)),
        (false, _) => words(cell.item, lang).to_owned(),
    })
}

/// What is wrong or unusual about the chosen value, and what to do.
#[component]
pub fn Said(open: OpenPart) -> impl IntoView {
    let lang = lang();
    let confirm = move |_| open.change(|form, place| form.confirm(place));
    let said = move || match open.filled() {
        Filled::Unusual(value) => view! {
            <p>{unusual_words(lang, open, value)}</p>
            <Button text=t::soft_yes(lang) script=true on:click=confirm />
        }
        .into_any(),
        Filled::Wrong(problem) => {
            let words = wrong_words(lang, open.tool(), problem, &open.form.typed(open.place()));
            view! { <p class="field__error">{words}</p> }.into_any()
        }
        Filled::Skipped => view! { <p>{skipped_words(lang, open)}</p> }.into_any(),
        _ => ().into_any(),
    };
    view! {
        <div class="measure__said" role="status">
            {said}
        </div>
    }
}

fn unusual_words(lang: Lang, open: OpenPart, value: i64) -> String {
    if open.form.read(TestForm::hands_differ) {
        return t::hands_differ(lang).to_owned();
    }
    if use_tablet().privacy().get() {
        return t::soft_hidden(lang).to_owned();
    }
    let told = open.form.read(|form| Some((form.instrument, form.item(open.place())?)));
    let value = told.map(|(instrument, item)| item_value(lang, instrument, item, value)).unwrap_or_default();
    t::soft(lang, &value)
}

fn skipped_words(lang: Lang, open: OpenPart) -> &'static str {
    match open.form.instrument() {
        Some(Instrument::SingleLeg) => t::skipped_leg(lang),
        _ => t::skipped(lang),
    }
}
