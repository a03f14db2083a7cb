//! Using a one-time set-up code: choosing a password, and on a new installation naming the municipality.

use leptos::prelude::*;

use crate::texts::{Lang, access::set_up as words};
use crate::ui::{Button, ButtonKind, ErrorSummary, Field, FieldError, FieldWidth};

/// What was typed; passwords and nothing else are never shown again.
#[derive(Clone, Debug, Default)]
pub struct SetUp {
    /// Nothing has been set up yet: the form asks for the municipality and its first admin.
    pub first: bool,
    pub code: String,
    pub municipality: String,
    pub municipality_name: String,
    pub name: String,
    pub login: String,
    pub errors: Vec<FieldError>,
}

pub fn set_up(lang: Lang, page: SetUp) -> impl IntoView {
    let errors = page.errors.clone();
    let of = move |field| FieldError::of(&errors, field);
    let title = if page.first { words::first_title(lang) } else { words::title(lang) };
    view! {
        <h1>{title}</h1>
        <p>{words::lead(lang)}{page.first.then(|| format!(" {}", words::first_lead(lang)))}</p>
        <ErrorSummary lang errors=page.errors.clone()/>
        <form class="stack" method="post" action="/set-up">
            <Field lang name="code" label=words::code(lang) value=page.code.clone() hint=Some(words::code_hint(lang).to_owned())
                error=of("code") maxlength=60/>
            {page.first.then(|| first_fields(lang, &page))}
            <Field lang name="password" label=words::password(lang) kind="password" error=of("password")
                hint=Some(words::password_hint(lang).to_owned()) autocomplete="new-password" maxlength=300/>
            <Field lang name="again" label=words::again(lang) kind="password" error=of("again")
                autocomplete="new-password" maxlength=300/>
            <Button text=words::button(lang) kind=ButtonKind::Main wide=true/>
        </form>
    }
}

fn first_fields(lang: Lang, page: &SetUp) -> impl IntoView + use<> {
    let errors = page.errors.clone();
    let of = move |field| FieldError::of(&errors, field);
    view! {
        <Field lang name="municipality" label=words::municipality(lang) value=page.municipality.clone() width=FieldWidth::Short
            hint=Some(words::municipality_hint(lang).to_owned()) error=of("municipality") inputmode="numeric" maxlength=3/>
        <Field lang name="municipality_name" label=words::municipality_name(lang) value=page.municipality_name.clone()
            error=of("municipality_name") maxlength=100/>
        <Field lang name="name" label=words::name(lang) value=page.name.clone() error=of("name") autocomplete="name" maxlength=100/>
        <Field lang name="login" label=words::login(lang) value=page.login.clone() error=of("login") autocomplete="username"
            maxlength=100/>
    }
}
