//! Views whose code is no part of the first load: files of their own, which the worker keeps as all others and the
//! browser reads when the first view of each is opened.

use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;

use crate::context::lang;
use crate::device::browser::{after_painting, reload};
use crate::texts::tablet as t;
use crate::ui::{Button, ButtonKind, Notice, Tone};

/// Such a view, as soon as its code is there.
#[component]
pub fn Later(view: impl Future<Output = Result<AnyView, SplitLoaderError>> + Send + 'static) -> impl IntoView {
    let opening = move || view! { <p class="boot" role="status">{t::loading(lang())}</p> };
    view! {
        <Suspense fallback=opening>
            {Suspend::new(async move {
                match view.await {
                    Ok(view) => view,
                    Err(_) => view! { <NotThere /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

/// A piece of a view, as soon as its code is there: nothing stands in its place before, so that it moves nothing twice.
/// What stands around it is painted first: fetching eight small files takes a slow tablet as long as drawing the rest.
#[component]
pub fn Piece(view: impl Future<Output = Result<AnyView, SplitLoaderError>> + Send + 'static) -> impl IntoView {
    let painted = RwSignal::new(false);
    after_painting(move || {
        // The view may be gone by now.
        let _ = painted.try_set(true);
    });
    let mut view = Some(view);
    move || {
        let view = view.take_if(|_| painted.get())?;
        Some(view! {
            <Suspense fallback=|| ()>
                {Suspend::new(async move { view.await.unwrap_or_else(|_| view! { <Missing /> }.into_any()) })}
            </Suspense>
        })
    }
}

/// The code could not be fetched: the worker has not stored it yet, and there is no network.
#[component]
fn NotThere() -> impl IntoView {
    view! { <main class="view"><Missing /></main> }
}

#[component]
fn Missing() -> impl IntoView {
    let lang = lang();
    view! {
        <Notice tone=Tone::Wrong title=t::view_not_there(lang)>
            <Button text=t::trouble::reload(lang) kind=ButtonKind::Main script=true on:click=move |_| reload() />
        </Notice>
    }
}
