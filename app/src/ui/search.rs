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
    /// The address that finds while somebody types, for `public/find.js`.
    #[prop(optional)]
    find: Option<&'static str>,
) -> impl IntoView {
    view! {
        <form class="search" role="search" method=if post { "post" } else { "get" } action=action data-find=find>
            <Field lang name="q" label value=typed hint kind="search" maxlength=100/>
            <Button text=common::search(lang) kind=ButtonKind::Main icon=Icon::Search/>
        </form>
    }
    .into_any()
}

/// "21–40 / 312" with the ways to the pages before and after. Nothing when all fits on one page.
#[component]
pub fn Pages(
    lang: Lang,
    /// 1-based.
    page: i64,
    /// How many stand on a whole page.
    size: i64,
    total: i64,
    /// The way to that page, with its words and its sign: a link, or a button of a form.
    turn: impl Fn(i64, &'static str, Icon) -> AnyView,
) -> impl IntoView {
    let first = (page - 1) * size + 1;
    let last = (page * size).min(total);
    // What stood on a page may be gone by the time it is asked for: behind the last one the way back leads to that.
    let last_page = ((total + size - 1) / size).max(1);
    let part = if first > last { "0".to_owned() } else { format!("{}–{}", count(lang, first), count(lang, last)) };
    let before = (page > 1).then(|| turn(last_page.min(page - 1), common::page_before(lang), Icon::Back));
    let after = (last < total).then(|| turn(page + 1, common::page_after(lang), Icon::Forward));
    (before.is_some() || after.is_some()).then(|| {
        view! {
            <nav class="pages" aria-label=common::pages(lang)>
                <p class="number">{format!("{part} / {}", count(lang, total))}</p>
                <div class="pages__links">{before}{after}</div>
            </nav>
        }
    })
}

/// The way to a page of a list by its number, at an address with or without a query.
pub fn turn_to(address: impl Into<String>) -> impl Fn(i64, &'static str, Icon) -> AnyView {
    let address = address.into();
    let join = if address.contains('?') { '&' } else { '?' };
    move |to, words, icon| view! { <ButtonLink text=words href=format!("{address}{join}page={to}") icon/> }.into_any()
}
