//! The sign-in page.

use leptos::prelude::*;

use crate::texts::{Lang, access::sign_in as words, find};
use crate::ui::{Button, ButtonKind, ButtonLink, ErrorSummary, Field, FieldError, Notice, Tone};

/// What the page knows.
#[derive(Clone, Debug, Default)]
pub struct SignIn {
    /// What was typed as the name.
    pub login: String,
    pub errors: Vec<FieldError>,
    /// Something good that just happened.
    pub notice: Option<&'static str>,
    /// How the session in this browser is over.
    pub ended: Option<Ended>,
    /// Demonstration: sign-in name and words of each person to look as.
    pub people: Vec<(String, String)>,
}

/// Why somebody has to sign in anew.
#[derive(Clone, Debug)]
pub struct Ended {
    /// A sentence.
    pub why: String,
    /// What became of what was sent since.
    pub kept: Option<&'static str>,
}

pub fn sign_in(lang: Lang, page: SignIn) -> impl IntoView {
    let SignIn { login, errors, notice, ended, people } = page;
    view! {
        <h1>{words::title(lang)}</h1>
        {notice.map(|title| view! { <Notice tone=Tone::Good title live=true/> })}
        {ended.map(|Ended { why, kept }| view! {
            <Notice tone=Tone::Told title=why live=true>{kept.map(|kept| view! { <p>{kept}</p> })}</Notice>
        })}
        {(!people.is_empty()).then(|| demo_people(lang, people))}
        <ErrorSummary lang errors=errors.clone()/>
        <form class="stack" method="post" action="/sign-in">
            <Field lang name="login" label=words::login(lang) value=login error=FieldError::of(&errors, "login")
                autocomplete="username" maxlength=100/>
            <Field lang name="password" label=words::password(lang) kind="password" error=FieldError::of(&errors, "password")
                autocomplete="current-password" maxlength=300/>
            <Button text=words::button(lang) kind=ButtonKind::Main wide=true/>
        </form>
        <p><a href="/set-up">{words::set_up(lang)}</a></p>
        // Whoever types the bare address has no account most often.
        <div class="stack">
            <ButtonLink text=words::participants(lang) href="/own/sign-in" wide=true/>
            <ButtonLink text=find::title(lang) href="/find" wide=true/>
        </div>
    }
}

fn demo_people(lang: Lang, people: Vec<(String, String)>) -> impl IntoView {
    use crate::texts::access::demo;
    let buttons: Vec<_> = people
        .into_iter()
        .map(|(login, name)| {
            let text = demo::sign_in_as(lang, &name);
            view! { <Button text name="login" value=login wide=true/> }
        })
        .collect();
    view! {
        <form class="stack" method="post" action="/demo/sign-in">
            <p>{demo::lead(lang)}</p>
            {buttons}
        </form>
    }
}
