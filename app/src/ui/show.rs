//! A part of a view that is there while a condition holds.

use leptos::prelude::*;

use super::live;

/// As Leptos' own `Show`, behind one type for all of them: the tablet loads it once.
#[component]
pub fn Show<W>(when: W, #[prop(optional, into)] fallback: ViewFn, children: ChildrenFn) -> impl IntoView
where
    W: Fn() -> bool + Send + Sync + 'static,
{
    shown(Box::new(when), fallback, children)
}

fn shown(when: Box<dyn Fn() -> bool + Send + Sync>, fallback: ViewFn, children: ChildrenFn) -> AnyView {
    let when = Memo::new(move |_| when());
    live(move || if when.get() { children() } else { fallback.run() }).into_any()
}
