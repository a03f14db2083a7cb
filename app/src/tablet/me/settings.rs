//! Language, text size, colours, hand.

use leptos::prelude::*;

use crate::context::lang;
use crate::context::preferences::{Look, Preferences};
use crate::texts::{Lang, tablet as t};
use crate::ui::{Switch, SwitchButton};

#[component]
pub fn Settings() -> impl IntoView {
    let lang = lang();
    let themes = vec![t::theme_auto(lang), t::theme_light(lang), t::theme_dark(lang)];
    view! {
        <section class="card">
            <h2>{t::language(lang)}</h2>
            <Languages />
            <h2>{t::text_size(lang)}</h2>
            <LookSwitch look=Look::Size label=t::text_size(lang) words=vec!["A", "A+", "A++"] />
            <h2>{t::theme(lang)}</h2>
            <LookSwitch look=Look::Theme label=t::theme(lang) words=themes />
            <h2>{t::hand(lang)}</h2>
            <LookSwitch look=Look::Hand label=t::hand(lang) words=vec![t::hand_right(lang), t::hand_left(lang)] />
        </section>
    }
}

#[component]
fn Languages() -> impl IntoView {
    let (lang, preferences) = (lang(), expect_context::<Preferences>());
    let one = move |one: Lang| {
        view! {
            <SwitchButton text=one.own_name() lang=one.code() pressed=one == lang on:click=move |_| preferences.speak(one) />
        }
    };
    view! { <Switch label=t::language(lang)>{Lang::ALL.map(one).into_iter().collect_view()}</Switch> }
}

/// The values of one look, in the order of their words.
#[component]
fn LookSwitch(look: Look, label: &'static str, words: Vec<&'static str>) -> impl IntoView {
    let preferences = expect_context::<Preferences>();
    let one = move |(value, text): (&&'static str, &'static str)| {
        let value = *value;
        let pressed = move || preferences.get(look) == value;
        view! { <SwitchButton text pressed on:click=move |_| preferences.set(look, value) /> }
    };
    view! { <Switch label>{look.values().iter().zip(words).map(one).collect_view()}</Switch> }
}
