//! Pain on the numeric rating scale, the same before a test and during it.

use domain::safety::SameDayCheck;
use leptos::prelude::*;

use crate::context::lang;
use crate::texts::safety as t;
use crate::ui::Button;

/// Eleven buttons, from none to the worst imaginable.
#[component]
pub fn PainScale(
    asked: &'static str,
    #[prop(into)] said: Signal<Option<u8>>,
    choose: impl Fn(u8) + Copy + Send + Sync + 'static,
    /// What stands under the buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let lang = lang();
    let button = move |pain: u8| {
        let pressed = move || said.get() == Some(pain);
        view! {
            <Button text=pain.to_string() class="pain__number" script=true pressed=Signal::derive(pressed)
                on:click=move |_| choose(pain) />
        }
    };
    view! {
        <fieldset class="ask__question">
            <legend class="ask__words">{asked}</legend>
            <p class="field__hint">{t::today::pain_hint(lang)}</p>
            <div class="pain">{(0..=SameDayCheck::WORST_PAIN).map(button).collect_view()}</div>
            {children.map(|children| children())}
        </fieldset>
    }
}
