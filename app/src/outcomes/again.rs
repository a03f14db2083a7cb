//! Putting figures together again: once a month, and at once to correct an error.

use domain::time::Day;
use leptos::prelude::*;

use crate::texts::{Lang, outcomes};
use crate::ui::{Button, ErrorSummary, FieldError, TextArea};

/// When new figures may be put together, and the form that replaces wrong ones before then.
#[component]
pub(super) fn Again(lang: Lang, not_before: Day, update: String, errors: Vec<FieldError>) -> impl IntoView {
    use outcomes::correct as words;
    let error = FieldError::of(&errors, "reason");
    let open = !errors.is_empty();
    view! {
        <p class="quiet">{outcomes::not_before(lang, not_before)}</p>
        <ErrorSummary lang errors/>
        <details class="more" open=open>
            <summary>{words::open(lang)}</summary>
            <form class="stack" method="post" action=update novalidate>
                <p>{words::text(lang)}</p>
                <input type="hidden" name="correct" value="yes"/>
                <TextArea lang name="reason" label=words::reason(lang) error maxlength=300/>
                <p><Button text=words::save(lang).to_owned()/></p>
            </form>
        </details>
    }
    .into_any()
}
