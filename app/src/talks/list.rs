//! Whom somebody promised to get in touch with again.

use domain::ids::ParticipantId;
use leptos::prelude::*;

use crate::texts::{Lang, refusals, talks as t};
use crate::ui::{Empty, PageHead, RowLink, Rows};

#[derive(Clone, PartialEq, Debug)]
pub struct Contact {
    pub person: ParticipantId,
    pub name: String,
    pub phone: Option<String>,
}

#[component]
pub fn Contacts(lang: Lang, contacts: Vec<Contact>) -> impl IntoView {
    let none = contacts.is_empty();
    let rows: Vec<_> = contacts
        .into_iter()
        .map(|Contact { person, name, phone }| {
            let href = format!("/people/{person}#talks");
            view! { <RowLink href name more=phone.unwrap_or_default()/> }
        })
        .collect();
    view! {
        <PageHead title=t::contacts(lang) lead=t::contacts_lead(lang)
            back=Some(("/".to_owned(), refusals::home(lang).to_owned()))/>
        {if none {
            view! { <Empty title=t::nobody_due(lang)/> }.into_any()
        } else {
            view! { <Rows>{rows}</Rows> }.into_any()
        }}
    }
    .into_any()
}
