//! Whether anybody may apply by the public form, and how the criteria of the target group are joined: an admin's page.

use domain::eligibility::Mode;
use leptos::prelude::*;

use crate::texts::Lang;
use crate::texts::applications::setting as t;
use crate::ui::{Button, ButtonKind, Choice, ChoiceCards, Notice, PageHead, Tone};

/// Where the page stands.
pub const PATH: &str = "/ways-in";
/// What the form says of the public form.
pub const OPEN: &str = "open";
pub const CLOSED: &str = "closed";

/// As a form says whether the public form is open.
pub const fn open_code(open: bool) -> &'static str {
    if open { OPEN } else { CLOSED }
}

/// Everything that the page shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaysInView {
    /// Whether anybody may apply by the public form.
    pub open: bool,
    pub mode: Mode,
    /// Where the public form stands.
    pub address: String,
    pub saved: bool,
}

#[component]
pub fn WaysInPage(lang: Lang, view: WaysInView) -> impl IntoView {
    let WaysInView { open, mode, address, saved } = view;
    let card = |value: &'static str, words: &'static str, hint: String, chosen: bool| Choice {
        hint: Some(hint),
        ..Choice::new(value, words, chosen)
    };
    let form = vec![
        card(OPEN, t::form_open(lang), t::form_open_hint(lang, &address), open),
        card(CLOSED, t::form_closed(lang), t::form_closed_hint(lang).to_owned(), !open),
    ];
    let group = Mode::ALL.iter().map(|one| {
        let (words, hint) = match one {
            Mode::Default => (t::usual(lang), t::usual_hint(lang)),
            Mode::Strict => (t::strict(lang), t::strict_hint(lang)),
        };
        card(one.code(), words, hint.to_owned(), *one == mode)
    });
    let group = group.collect();
    view! {
        <PageHead title=t::title(lang) lead=t::lead(lang) back=Some(("/accounts".to_owned(), t::back(lang).to_owned()))/>
        {saved.then(|| view! { <Notice tone=Tone::Good title=t::saved(lang) live=true/> })}
        <form class="form" method="post" action=PATH>
            <input type="hidden" name="public_form_was" value=open_code(open)/>
            <ChoiceCards legend=t::form(lang) name="public_form" choices=form column=true/>
            <input type="hidden" name="target_group_was" value=mode.code()/>
            <ChoiceCards legend=t::group(lang) name="target_group" choices=group column=true/>
            <Button text=t::save(lang) kind=ButtonKind::Main/>
        </form>
    }
    .into_any()
}
