//! Whom people call for help, as it is set for the whole municipality: an admin's page.

use domain::devices::Help;
use leptos::prelude::*;

use crate::texts::Lang;
use crate::texts::access::help_line as t;
use crate::ui::{Button, ButtonKind, ErrorSummary, Field, FieldError, FieldWidth, Notice, PageHead, Tone};

/// Where the page stands.
pub const PATH: &str = "/help-line";
/// What the form that takes the number away says.
pub const REMOVE: &str = "remove";

/// Everything that the page shows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HelpLineView {
    /// Who answers, and the number: as they were typed.
    pub name: String,
    pub phone: String,
    /// What is saved now.
    pub saved: Option<Help>,
    /// What was done just now, in words.
    pub done: Option<&'static str>,
    pub errors: Vec<FieldError>,
}

impl HelpLineView {
    /// Filled from what is saved.
    pub fn of(saved: Option<Help>) -> Self {
        let (name, phone) = saved.clone().map(|help| (help.name, help.phone)).unwrap_or_default();
        Self { name, phone, saved, ..Self::default() }
    }
}

/// As a form tells from what it was filled: another admin may save something else meanwhile.
pub fn as_one(help: Option<&Help>) -> String {
    help.map(|help| format!("{} · {}", help.name, help.phone)).unwrap_or_default()
}

#[component]
pub fn HelpLinePage(lang: Lang, view: HelpLineView) -> impl IntoView {
    let HelpLineView { name, phone, saved, done, errors } = view;
    let (name_error, phone_error) = (FieldError::of(&errors, "name"), FieldError::of(&errors, "phone"));
    let hint = |text: &'static str| Some(text.to_owned());
    let was = as_one(saved.as_ref());
    let removal = saved.is_some().then(|| view! { <Removal lang was=was.clone()/> });
    view! {
        <PageHead title=t::title(lang) lead=t::lead(lang) back=Some(("/accounts".to_owned(), t::back(lang).to_owned()))/>
        {done.map(|title| view! { <Notice tone=Tone::Good title live=true/> })}
        <ErrorSummary lang errors/>
        <form class="form form--plain" method="post" action=PATH novalidate>
            <input type="hidden" name="was" value=was/>
            <Field lang name="name" label=t::name(lang) value=name hint=hint(t::name_hint(lang)) error=name_error
                maxlength=100/>
            <Field lang name="phone" label=t::phone(lang) value=phone hint=hint(t::phone_hint(lang)) error=phone_error
                width=FieldWidth::Middle kind="tel"/>
            <Button text=t::save(lang) kind=ButtonKind::Main/>
        </form>
        {removal}
    }
    .into_any()
}

/// One press, and nobody's number stands there any more.
#[component]
fn Removal(lang: Lang, was: String) -> impl IntoView {
    view! {
        <form class="form form--plain" method="post" action=PATH>
            <input type="hidden" name="was" value=was/>
            <Button text=t::remove(lang) kind=ButtonKind::Quiet name=REMOVE value="yes".to_owned()/>
        </form>
    }
    .into_any()
}
