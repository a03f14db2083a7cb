//! Tables that scroll in their own frame, and tabs that are links.

use leptos::prelude::*;

/// The frame of a `<table class="table">`: reached by keyboard, because it may scroll.
#[component]
pub fn TableFrame(#[prop(into)] label: String, children: Children) -> impl IntoView {
    view! { <div class="table-frame" role="region" aria-label=label tabindex="0">{children()}</div> }.into_any()
}

/// One tab.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tab {
    pub href: String,
    pub words: String,
    pub current: bool,
}

#[component]
pub fn Tabs(#[prop(into)] label: String, tabs: Vec<Tab>) -> impl IntoView {
    let links: Vec<_> = tabs
        .into_iter()
        .map(|tab| {
            let current = tab.current.then_some("page");
            view! { <li><a class="tabs__link" href=tab.href aria-current=current>{tab.words}</a></li> }
        })
        .collect();
    view! { <nav aria-label=label><ul class="tabs" role="list">{links}</ul></nav> }.into_any()
}
