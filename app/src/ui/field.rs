//! Fields of forms: label, hint, error, input, in this order, tied together for screen readers.

use leptos::prelude::*;

use super::icon::{Icon, IconView};
use crate::texts::{Lang, common, whole};

/// What is wrong with one field, in words that say what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldError {
    /// The field's name, which is its id too.
    pub field: &'static str,
    pub text: String,
}

impl FieldError {
    pub fn new(field: &'static str, text: impl Into<String>) -> Self {
        Self { field, text: text.into() }
    }

    /// The error of a field among all of a form.
    pub fn of(errors: &[Self], field: &str) -> Option<String> {
        errors.iter().find(|error| error.field == field).map(|error| error.text.clone())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum FieldWidth {
    /// A year, a number, a postal code.
    Short,
    /// A date, a telephone number.
    Middle,
    #[default]
    Full,
}

impl FieldWidth {
    const fn class(self) -> &'static str {
        match self {
            Self::Short => " field--short",
            Self::Middle => " field--middle",
            Self::Full => "",
        }
    }
}

fn classes(width: FieldWidth, wrong: bool) -> String {
    format!("field{}{}", width.class(), if wrong { " field--wrong" } else { "" })
}

/// The ids of hint and error, for `aria-describedby`.
fn described_by(id: &str, hint: bool, error: bool) -> Option<String> {
    let ids: Vec<_> = [(error, "error"), (hint, "hint")]
        .into_iter()
        .filter(|(there, _)| *there)
        .map(|(_, part)| format!("{id}-{part}"))
        .collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

#[component]
fn Around(
    lang: Lang,
    id: String,
    label: String,
    hint: Option<String>,
    error: Option<String>,
    optional: bool,
    width: FieldWidth,
    children: Children,
) -> impl IntoView {
    let class = classes(width, error.is_some());
    view! {
        <div class=class>
            <label class="field__label" for=id.clone()>
                {label}
                {optional.then(|| view! { <span class="field__optional">{format!(" ({})", common::optional(lang))}</span> })}
            </label>
            {hint.map(|hint| view! { <p class="field__hint" id=format!("{id}-hint")>{hint}</p> })}
            {error.map(|error| view! {
                <p class="field__error" id=format!("{id}-error")><IconView icon=Icon::Wrong/><span>{error}</span></p>
            })}
            {children()}
        </div>
    }
    .into_any()
}

/// One line of text. `kind` is the input's type; dates and numbers are typed as text, because people
/// write "8.3.44" and "12,5".
#[component]
pub fn Field(
    lang: Lang,
    name: &'static str,
    /// Its name, unless several fields of one page have the same.
    #[prop(optional, into)]
    id: Option<String>,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional_no_strip)] hint: Option<String>,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional)] optional: bool,
    #[prop(optional)] width: FieldWidth,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] inputmode: Option<&'static str>,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(default = 200)] maxlength: u32,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.to_owned());
    let described = described_by(&id, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    view! {
        <Around lang id=id.clone() label hint error optional width>
            <input class="field__input" id=id name=name type=kind value=value inputmode=inputmode
                autocomplete=autocomplete maxlength=maxlength.to_string() aria-describedby=described
                aria-invalid=invalid spellcheck="false"/>
        </Around>
    }
    .into_any()
}

/// Several lines of text.
#[component]
pub fn TextArea(
    lang: Lang,
    name: &'static str,
    /// Its name, unless several fields of one page have the same.
    #[prop(optional, into)]
    id: Option<String>,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    /// The language of what is written in it, where it is known: for whoever hears it, and for the spelling.
    #[prop(optional)]
    of: Option<Lang>,
    #[prop(optional_no_strip)] hint: Option<String>,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional)] optional: bool,
    #[prop(default = 2000)] maxlength: u32,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.to_owned());
    let described = described_by(&id, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    // Leptos writes what stands between the tags of a text area as it is: typed tags would become the page's own.
    let inside = html_escape::encode_text(&value).into_owned();
    let written_in = of.map(Lang::code);
    view! {
        <Around lang id=id.clone() label hint error optional width=FieldWidth::Full>
            <textarea class="field__input" id=id name=name lang=written_in maxlength=maxlength.to_string() aria-describedby=described
                aria-invalid=invalid inner_html=inside></textarea>
        </Around>
    }
    .into_any()
}

/// One of many known values: (value, words). An empty first value means "not known".
#[component]
pub fn SelectField(
    lang: Lang,
    name: &'static str,
    /// Its name, unless several fields of one page have the same.
    #[prop(optional, into)]
    id: Option<String>,
    #[prop(into)] label: String,
    options: Vec<(String, String)>,
    #[prop(optional, into)] chosen: String,
    #[prop(optional_no_strip)] hint: Option<String>,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional)] optional: bool,
    #[prop(optional)] width: FieldWidth,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.to_owned());
    let described = described_by(&id, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    let options: Vec<_> = options
        .into_iter()
        .map(|(value, words)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{words}</option> }
        })
        .collect();
    view! {
        <Around lang id=id.clone() label hint error optional width>
            <select class="field__input" id=id name=name aria-describedby=described aria-invalid=invalid>{options}</select>
        </Around>
    }
    .into_any()
}

/// All errors of a form, with links to the fields. The page comes with the focus on the first of them, also without
/// script: Enter leads to its field. The page's title begins with the word for error.
#[component]
pub fn ErrorSummary(lang: Lang, errors: Vec<FieldError>) -> impl IntoView {
    let count = whole(errors.len());
    (!errors.is_empty()).then(|| {
        let links: Vec<_> = errors
            .into_iter()
            .enumerate()
            .map(|(place, error)| {
                let first = place == 0;
                view! { <li><a autofocus=first href=format!("#{}", error.field)>{error.text}</a></li> }
            })
            .collect();
        view! {
            <div class="error-summary" role="alert" tabindex="-1" id="errors" aria-labelledby="errors-title">
                <h2 class="error-summary__title" id="errors-title">{common::errors_title(lang, count)}</h2>
                <ul role="list">{links}</ul>
            </div>
        }
    })
}
