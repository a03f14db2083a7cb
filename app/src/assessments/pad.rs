//! The number pad: 72 px keys and a comma of its own, because the system's decimal key follows the phone.

use leptos::prelude::*;

use super::test_form::Key;
use crate::context::lang;
use crate::texts::{Lang, measure::key as t};
use crate::ui::{Icon, IconView};

const DIGITS: [char; 9] = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/// The pad. The keyboard's own digits work too: see [`key_of`].
#[component]
pub fn NumberPad(press: impl Fn(Key) + Copy + 'static) -> impl IntoView {
    let lang = lang();
    let comma = if lang == Lang::En { "." } else { "," };
    let digit = move |digit: char| {
        view! {
            <button type="button" class="pad__key" on:click=move |_| press(Key::Digit(digit))>
                {digit}
            </button>
        }
    };
    view! {
        <div class="pad">
            {DIGITS.map(digit).collect_view()}
            <button type="button" class="pad__key" aria-label=t::comma(lang) on:click=move |_| press(Key::Comma)>
                {comma}
            </button>
            {digit('0')}
            <button type="button" class="pad__key" aria-label=t::erase(lang) on:click=move |_| press(Key::Erase)>
                <IconView icon=Icon::Erase />
            </button>
        </div>
    }
}

/// The pad's key for a key of the keyboard.
pub fn key_of(name: &str) -> Option<Key> {
    match name {
        "," | "." | "Decimal" => Some(Key::Comma),
        "Backspace" => Some(Key::Erase),
        _ => name.chars().next().filter(|c| name.len() == 1 && c.is_ascii_digit()).map(Key::Digit),
    }
}
