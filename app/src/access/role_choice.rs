//! Choosing the active role: it is always said, never guessed from several.

use domain::access::Role;
use leptos::prelude::*;

use crate::texts::{Lang, Words as _, access::role_choice as words};
use crate::ui::{Button, ButtonKind, Choice, ChoiceCards, ErrorSummary, FieldError};

pub fn role_choice(lang: Lang, roles: &[Role], active: Option<Role>, errors: Vec<FieldError>) -> impl IntoView + use<> {
    let choices: Vec<_> =
        roles.iter().map(|role| Choice::new(role.code(), role.words(lang), active == Some(*role))).collect();
    let error = FieldError::of(&errors, "role");
    view! {
        <h1>{words::title(lang)}</h1>
        {if choices.is_empty() {
            view! { <p>{words::none(lang)}</p> }.into_any()
        } else {
            view! {
                <ErrorSummary lang errors/>
                <form class="stack" method="post" action="/role">
                    <ChoiceCards legend=words::lead(lang) name="role" choices column=true error/>
                    <Button text=words::button(lang) kind=ButtonKind::Main wide=true/>
                </form>
            }.into_any()
        }}
    }
}
