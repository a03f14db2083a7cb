//! Ways to look at the same thing: periods, orders, lists.

use leptos::prelude::*;

/// One way to look at it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Way {
    pub href: String,
    pub words: String,
    pub current: bool,
}

/// Ways to choose from. `label` is read aloud; with an `id` it stands above them, too.
#[component]
pub fn Ways(label: &'static str, #[prop(optional)] id: Option<&'static str>, ways: Vec<Way>) -> impl IntoView {
    let links: Vec<_> = ways
        .into_iter()
        .map(|Way { href, words, current }| {
            view! { <li><a class="periods__link" href=href aria-current=current.then_some("page")>{words}</a></li> }
        })
        .collect();
    let list = view! { <ul class="periods" role="list">{links}</ul> };
    match id {
        Some(id) => {
            view! { <nav class="stack" aria-labelledby=id><p class="quiet" id=id>{label}</p>{list}</nav> }.into_any()
        }
        None => view! { <nav aria-label=label>{list}</nav> }.into_any(),
    }
}
