//! A sign-out that is under way: nothing can be recorded any more, and another tab may keep it waiting.

use leptos::prelude::*;

use crate::context::lang;
use crate::sync::state::Leaving;
use crate::texts::tablet::signing_out as t;
use crate::ui::{Notice, Tone};

#[component]
pub fn SigningOut(leaving: Signal<Option<Leaving>>) -> impl IntoView {
    let lang = lang();
    view! {
        <main class="door">
            <div class="door__card">
                <h1>{t::title(lang)}</h1>
                <Show when=move || leaving.get() == Some(Leaving::Waits)>
                    <Notice tone=Tone::Look title=t::other_tab(lang) live=true>
                        <p>{t::goes_on(lang)}</p>
                    </Notice>
                </Show>
            </div>
        </main>
    }
}
