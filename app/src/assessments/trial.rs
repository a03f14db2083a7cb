//! One trial: its name, what it says so far, and what is wrong or unusual about it.

use domain::assessments::{NotDone, ValueProblem, write_decimal};
use domain::input::Decimal;
use leptos::prelude::*;

use super::entering::OpenPart;
use super::test_form::{Filled, TestForm};
use crate::context::lang;
use crate::texts::{self, Lang, Words, measure as t};
use crate::ui::Button;

#[component]
pub fn TrialButton(open: OpenPart, place: usize) -> impl IntoView {
    let (lang, form, chosen) = (lang(), open.form, open.chosen);
    let name = form.now(|form| name(lang, form, place));
    let filled = Memo::new(move |_| form.filled(place));
    let value = move || match filled.get() {
        Filled::Empty => t::empty_value(lang).to_owned(),
        Filled::Value(value) => texts::hundredths_s(lang, value),
        Filled::Unusual(_) | Filled::Wrong(_) => form.typed(place),
        Filled::NotDone(code) => code.words(lang).to_owned(),
        Filled::Skipped => NotDone::SkippedByRule.words(lang).to_owned(),
    };
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
            aria-pressed=move || (chosen.get() == place).to_string()
            prop:disabled=move || filled.get() == Filled::Skipped
            on:click=move |_| chosen.set(place)
        >
            <span class="cell__name">{name}</span>
            <span class="cell__value number">{value}</span>
        </button>
    }
}

/// The item's name, or which trial it is where the item has several.
fn name(lang: Lang, form: &TestForm, place: usize) -> Option<String> {
    let cell = form.cells.get(place)?;
    let several = form.cells.iter().filter(|other| other.item == cell.item).count() > 1;
    Some(if several { t::trial(lang, i64::from(cell.trial)) } else { cell.item.words(lang).to_owned() })
}

/// What is wrong or unusual about the chosen value, and what to do.
#[component]
pub fn Said(open: OpenPart) -> impl IntoView {
    let lang = lang();
    let confirm = move |_| open.change(|form, place| form.confirm(place));
    let said = move || match open.filled() {
        Filled::Unusual(value) => view! {
            <p>{t::soft(lang, &texts::scaled(lang, value, 2))}</p>
            <Button text=t::soft_yes(lang) script=true on:click=confirm />
        }
        .into_any(),
        Filled::Wrong(problem) => {
            let words = wrong_words(lang, problem, &open.form.typed(open.chosen.get()));
            view! { <p class="field__error">{words}</p> }.into_any()
        }
        Filled::Skipped => view! { <p>{t::skipped(lang)}</p> }.into_any(),
        _ => ().into_any(),
    };
    view! {
        <div class="measure__said" role="status">
            {said}
        </div>
    }
}

fn wrong_words(lang: Lang, problem: ValueProblem, typed: &str) -> String {
    let local = |value: i64, decimals: u8| {
        let plain = write_decimal(value, decimals);
        if lang == Lang::En { plain } else { plain.replace('.', ",") }
    };
    match problem {
        ValueProblem::OutOfRange { low, high, decimals } => {
            let small = Decimal::typed(typed).is_ok_and(|number| number.floor(decimals) < low);
            if small { t::too_small(lang, &local(low, decimals)) } else { t::too_large(lang, &local(high, decimals)) }
        }
        ValueProblem::TooFast => t::impossible(lang).to_owned(),
        _ => t::not_number(lang).to_owned(),
    }
}
