//! Search without script, and turning pages.

use leptos::prelude::*;

use super::button::{Button, ButtonKind, ButtonLink};
use super::field::Field;
use super::icon::Icon;
use crate::texts::{Lang, common, count};

/// A GET form: the words are in the address bar, so they must not be a person's data; names are typed
/// here by staff and the pages are `no-store`. Use `post` where the words are a name.
#[component]
pub fn SearchForm(
    lang: Lang,
    #[prop(into)] action: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] typed: String,
    #[prop(optional_no_strip)] hint: Option<String>,
    /// Sends the words in the body: names never stand in addresses.
    #[prop(optional)]
    post: bool,
) -> impl IntoView {
    view! {
        <form class="search" role="search" method=if post { "post" } else { "get" } action=action>
            <Field lang name="q" label value=typed hint kind="search" maxlength=100/>
            <Button text=common::search(lang) kind=ButtonKind::Main icon=Icon::Search/>
        </form>
    }
    .into_any()
}

/// "21–40 / 312" with the pages before and after. Nothing when all fits on one page.
#[component]
pub fn Pages(
    lang: Lang,
    /// First and last number shown, 1-based.
    first: i64,
    last: i64,
    total: i64,
    #[prop(optional_no_strip)] before: Option<String>,
    #[prop(optional_no_strip)] after: Option<String>,
) -> impl IntoView {
    let shown = format!("{}–{} / {}", count(lang, first), count(lang, last), count(lang, total));
    (before.is_some() || after.is_some()).then(|| {
        view! {
            <nav class="pages" aria-label=common::pages(lang)>
                <p class="number">{shown}</p>
                <p class="pages__links">
                    {before.map(|href| view! { <ButtonLink text=common::page_before(lang) href icon=Icon::Back/> })}
                    {after.map(|href| view! { <ButtonLink text=common::page_after(lang) href icon=Icon::Forward/> })}
                </p>
            </nav>
        }
    })
}
