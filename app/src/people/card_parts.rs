//! What a person's card and the screens beside it share.

use leptos::prelude::*;

use crate::context::view::View;
use crate::context::{lang, use_tablet};
use crate::texts::card as t;
use crate::ui::ButtonLink;

/// A part of the card: what there is of a kind, or the words that there is none, and the way to one more.
#[component]
pub fn Listing(
    id: &'static str,
    title: &'static str,
    /// Words and address, where this person may add one.
    add: Option<(&'static str, String)>,
    none: &'static str,
    #[prop(into)] any: Signal<bool>,
    children: ChildrenFn,
) -> impl IntoView {
    let children = StoredValue::new(children);
    view! {
        <section class="card" id=id>
            <div class="card__head">
                <h2>{title}</h2>
                {add.map(|(text, href)| view! { <ButtonLink text href /> })}
            </div>
            <Show when=move || any.get() fallback=move || view! { <p>{none}</p> }>
                <ul class="days" role="list">{children.with_value(|children| children())}</ul>
            </Show>
        </section>
    }
}

/// Nobody whose card may be shown now.
#[component]
pub fn NotHere() -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let words = if untrack(|| tablet.lapsed().get()) { t::hidden(lang) } else { t::unknown(lang) };
    view! { <View title=t::title(lang)><p>{words}</p></View> }
}
