//! Lists whose items come, go and move.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use leptos::prelude::*;

/// An item's part of the view, not drawn yet.
type Part = Box<dyn FnOnce() -> AnyView + Send>;

/// A view of each item, kept as long as an item with that key is in the list. As Leptos' own `For`, behind one type
/// for all lists: the tablet loads it once.
#[component]
pub fn Each<F, T, K, H, C, V>(each: F, key: K, children: C) -> impl IntoView
where
    F: Fn() -> Vec<T> + Send + Sync + 'static,
    T: Send + 'static,
    K: Fn(&T) -> H + Send + Sync + 'static,
    H: Hash,
    C: Fn(T) -> V + Send + Sync + 'static,
    V: IntoAny + 'static,
{
    let draw = Arc::new(children);
    let part = move |item: T| -> (u64, Part) {
        let mut hasher = DefaultHasher::new();
        key(&item).hash(&mut hasher);
        let draw = Arc::clone(&draw);
        (hasher.finish(), Box::new(move || draw(item).into_any()))
    };
    listed(Box::new(move || each().into_iter().map(&part).collect()))
}

fn listed(parts: Box<dyn Fn() -> Vec<(u64, Part)> + Send + Sync>) -> AnyView {
    view! { <For each=parts key=|(key, _)| *key children=|(_, part)| part() /> }.into_any()
}
