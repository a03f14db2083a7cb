//! Choosing the active role: it is always said, never guessed from several. Roles that were offered are taken or
//! declined here.

use domain::access::Role;
use domain::time::Day;
use leptos::prelude::*;

use crate::texts::{Lang, Words as _, access::role_choice as words};
use crate::ui::{Button, ButtonKind, Choice, ChoiceCards, ErrorSummary, FieldError};

/// A role that an admin has offered to the reader.
#[derive(Clone, Debug)]
pub struct RoleOffer {
    pub role: Role,
    /// Who offered it.
    pub by: String,
    pub on: Day,
}

pub fn role_choice(
    lang: Lang,
    roles: &[Role],
    active: Option<Role>,
    offers: Vec<RoleOffer>,
    errors: Vec<FieldError>,
) -> impl IntoView + use<> {
    let choices: Vec<_> = roles.iter().map(|role| Choice::of(lang, *role, active == Some(*role))).collect();
    let error = FieldError::of(&errors, "role");
    let nothing = choices.is_empty() && offers.is_empty();
    let offers: Vec<_> = offers.into_iter().map(|offer| role_offer(lang, offer)).collect();
    view! {
        <h1>{words::title(lang)}</h1>
        {offers}
        {nothing.then(|| view! { <p>{words::none(lang)}</p> })}
        {(!choices.is_empty()).then(|| view! {
            <ErrorSummary lang errors/>
            <form class="stack" method="post" action="/role">
                <ChoiceCards legend=words::lead(lang) name="role" choices column=true error/>
                <Button text=words::button(lang) kind=ButtonKind::Main wide=true/>
            </form>
        })}
    }
}

fn role_offer(lang: Lang, offer: RoleOffer) -> impl IntoView {
    let role = offer.role.words(lang);
    view! {
        <form class="stack" method="post" action="/role/offer">
            <p>{words::offer(lang, &offer.by, offer.on, role)}</p>
            <p>{words::offer_lead(lang)}</p>
            <input type="hidden" name="role" value=offer.role.code()/>
            <Button text=words::accept(lang, role) kind=ButtonKind::Main wide=true name="answer" value="yes".to_owned()/>
            <Button text=words::decline(lang) wide=true name="answer" value="no".to_owned()/>
        </form>
    }
}
