//! Going on with a form that was sent when the session was over.

use leptos::prelude::*;

use crate::texts::{Lang, access::kept as words};
use crate::ui::{Button, ButtonKind, Notice, PageHead, Tone};

/// A form as it was typed.
#[derive(Clone, Debug)]
pub struct KeptView {
    /// Where it is sent.
    pub action: String,
    /// Names and values of its fields, in the order of the page.
    pub fields: Vec<(String, String)>,
}

pub fn kept_page(lang: Lang, view: KeptView) -> impl IntoView {
    let hidden: Vec<_> =
        view.fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect();
    view! {
        <PageHead title=words::title(lang) lead=words::lead(lang)/>
        <div class="stack notes">
            <Notice tone=Tone::Told title=words::nothing_saved(lang)><p>{words::how(lang)}</p></Notice>
            <form method="post" action=view.action>
                {hidden}
                <Button text=words::send(lang) kind=ButtonKind::Main/>
            </form>
            <form method="post" action="/kept/drop"><Button text=words::discard(lang) kind=ButtonKind::Quiet/></form>
        </div>
    }
}
