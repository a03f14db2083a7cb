//! What stands around every page of one's own: the way back, and whose page it is.

use leptos::prelude::*;

use crate::texts::Lang;
use crate::texts::own::page as t;
use crate::ui::{Icon, IconView};

/// The way back to the first page of whoever is signed in.
#[component]
pub fn Back(lang: Lang, #[prop(default = "/own".to_owned(), into)] home: String) -> impl IntoView {
    let words = if home == "/own" { t::home(lang) } else { t::back(lang) };
    view! {
        <p class="own__back"><a href=home><IconView icon=Icon::Back/><span>{words}</span></a></p>
    }
    .into_any()
}

/// Whose page a form is on. Somebody else may sign in on this phone while it is open, and the server takes nothing from the
/// one for the other.
#[component]
pub fn Whose(#[prop(into)] person: String) -> impl IntoView {
    view! { <input type="hidden" name="person" value=person/> }
}
