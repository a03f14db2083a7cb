//! The frame of a form that makes a thing or changes one: heading, version, errors, and how to end it.

use domain::codes::Code;
use leptos::prelude::*;

use super::button::{Button, ButtonKind, ButtonLink};
use super::field::{ErrorSummary, FieldError};
use super::frame::PageHead;
use crate::texts::{Lang, Words, common};

/// A form at `/{noun}/new`, or at `/{noun}/{id}/edit` for what is there already.
#[component]
pub fn EditForm(
    lang: Lang,
    /// The first part of its address: `/groups`.
    #[prop(into)]
    noun: String,
    /// Where one comes back to without saving a new thing, unless that is the noun's own list.
    #[prop(optional, into)]
    from: Option<String>,
    /// What is changed; nothing for a new thing.
    id: Option<String>,
    title: &'static str,
    /// To what the new thing belongs.
    #[prop(optional, into)]
    lead: String,
    /// Words of the button that saves.
    save: &'static str,
    /// The version that the form was filled from; for a new thing the id that it will have.
    rev: String,
    errors: Vec<FieldError>,
    children: Children,
) -> impl IntoView {
    let (action, back) = match id {
        None => (format!("{noun}/new"), from.unwrap_or(noun)),
        Some(id) => (format!("{noun}/{id}/edit"), format!("{noun}/{id}")),
    };
    view! {
        <PageHead title lead/>
        <form class="form" method="post" action=action novalidate>
            <input type="hidden" name="rev" value=rev/>
            <ErrorSummary lang errors/>
            {children()}
            <div class="form__actions">
                <Button text=save.to_owned() kind=ButtonKind::Main/>
                <ButtonLink text=common::cancel(lang) href=back kind=ButtonKind::Quiet/>
            </div>
        </form>
    }
    .into_any()
}

/// Options of a select, the first of them empty.
pub fn options(first: &str, rest: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    std::iter::once((String::new(), first.to_owned())).chain(rest).collect()
}

/// Options of a list of codes: values and words.
pub fn options_of<C: Code + Words + 'static>(
    lang: Lang,
    codes: &'static [C],
) -> impl Iterator<Item = (String, String)> {
    codes.iter().map(move |code| (code.code().to_owned(), code.words(lang).to_owned()))
}
