//! How the municipality addresses people, in letters and on the pages that are theirs or everybody's: an admin's page.

use domain::letters::FormOfAddress;
use leptos::prelude::*;

use crate::texts::Lang;
use crate::texts::letters::setting as t;
use crate::ui::{Button, ButtonKind, Choice, ChoiceCards, Notice, PageHead, Tone};

/// Where the page stands.
pub const PATH: &str = "/letters";

/// `saved`: the form of address was just saved.
#[component]
pub fn AddressPage(lang: Lang, chosen: FormOfAddress, saved: bool) -> impl IntoView {
    let choice = |form: &FormOfAddress| {
        let hint = match form {
            FormOfAddress::Familiar => t::familiar(lang),
            FormOfAddress::Formal => t::formal(lang),
        };
        Choice { hint: Some(hint.to_owned()), ..Choice::of(lang, *form, *form == chosen) }
    };
    let choices = FormOfAddress::ALL.iter().map(choice).collect();
    view! {
        <PageHead title=t::title(lang) lead=t::lead(lang) back=Some(("/accounts".to_owned(), t::back(lang).to_owned()))/>
        {saved.then(|| view! { <Notice tone=Tone::Good title=t::saved(lang) live=true/> })}
        <form class="form" method="post" action=PATH>
            <input type="hidden" name="was" value=chosen.code()/>
            <ChoiceCards legend=t::title(lang) name="form" choices column=true/>
            <Button text=t::save(lang) kind=ButtonKind::Main/>
        </form>
    }
    .into_any()
}
