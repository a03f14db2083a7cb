//! Text that is typed into a form of the tablet, with what is wrong with it beside its field.

use domain::time::Day;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::lang;
use crate::texts::common;
use crate::ui::{Icon, IconView};

/// What is wrong with a form, and what to do: by the ids of its fields.
pub type Mistakes = RwSignal<Vec<(&'static str, String)>>;

/// What is wrong among what was checked: the field, whether it is wrong, and what to do.
pub fn wrong_of<const N: usize>(checked: [(&'static str, bool, &'static str); N]) -> Vec<(&'static str, String)> {
    let wrong = checked.into_iter().filter(|(_, is_wrong, _)| *is_wrong);
    wrong.map(|(field, _, words)| (field, words.to_owned())).collect()
}

/// A text field with its mistake beside it.
#[component]
pub fn TypedText(
    id: &'static str,
    label: &'static str,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(optional)] optional: bool,
    #[prop(optional)] numeric: bool,
    #[prop(optional)] kind: Option<&'static str>,
    #[prop(optional)] autocomplete: Option<&'static str>,
    mistakes: Mistakes,
    #[prop(into)] value: Signal<String>,
    set: impl Fn(String) + 'static,
) -> impl IntoView {
    let lang = lang();
    let described = format!("{id}-hint {id}-wrong");
    let told = move || mistakes.get().into_iter().find(|(field, _)| *field == id).map(|(_, words)| words);
    view! {
        <div class="field">
            <label class="field__label" for=id>
                {label} {optional.then(|| view! { <span class="field__optional">" (" {common::optional(lang)} ")"</span> })}
            </label>
            {hint.map(|hint| view! { <p class="field__hint" id=format!("{id}-hint")>{hint}</p> })}
            <p class="field__error" id=format!("{id}-wrong") hidden=move || told().is_none()>
                <IconView icon=Icon::Look /> {told}
            </p>
            <input
                class="field__input"
                id=id
                name=id
                type=kind.unwrap_or("text")
                autocomplete=autocomplete.unwrap_or("off")
                autocapitalize=if numeric || kind.is_some() || autocomplete.is_some() { "none" } else { "words" }
                inputmode=if numeric { "numeric" } else { "text" }
                aria-describedby=described
                aria-invalid=move || told().is_some().to_string()
                prop:value=value
                on:input:target=move |event| set(event.target().value())
            />
        </div>
    }
}

/// A day, chosen by the browser's own calendar or typed, with its mistake beside it.
#[component]
pub fn DayField(
    id: &'static str,
    label: &'static str,
    #[prop(optional)] hint: &'static str,
    mistakes: Mistakes,
    #[prop(into)] value: Signal<Option<Day>>,
    set: impl Fn(Option<Day>) + 'static,
) -> impl IntoView {
    let told = move || mistakes.get().into_iter().find(|(field, _)| *field == id).map(|(_, words)| words);
    view! {
        <div class="field">
            <label class="field__label" for=id>{label}</label>
            <p class="field__hint" id=format!("{id}-hint") hidden=hint.is_empty()>{hint}</p>
            <p class="field__error" id=format!("{id}-wrong") hidden=move || told().is_none()>
                <IconView icon=Icon::Look /> {told}
            </p>
            <input class="field__input ask__day" id=id type="date" aria-describedby=format!("{id}-hint {id}-wrong")
                aria-invalid=move || told().is_some().to_string()
                prop:value=move || value.get().map(|day| day.to_string()).unwrap_or_default()
                on:input:target=move |event| set(event.target().value().parse().ok()) />
        </div>
    }
}

/// Moves the focus to the element with this id, once it is drawn.
pub fn focus(id: &'static str) {
    request_animation_frame(move || {
        let found = document().get_element_by_id(id);
        if let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = element.focus();
        }
    });
}
