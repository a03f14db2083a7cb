//! The way in to one's own page: a card's numbers, typed; and the PIN before results.

use leptos::prelude::*;

use crate::texts::{Lang, own::code, own::door as t, own::page as page_words, own::pin as pin_words};
use crate::ui::{Button, ButtonKind, Choice, ChoiceCards, ErrorSummary, Field, FieldError, FieldWidth, Notice, Tone};

/// What the page of the door shows.
#[derive(Clone, Debug, Default)]
pub struct OwnDoor {
    /// What was typed as the card's number.
    pub number: String,
    /// Whether it was ticked that others use the device, too.
    pub shared: bool,
    pub errors: Vec<FieldError>,
    /// Something to know before: why the page is not open any more.
    pub notice: Option<(Tone, &'static str)>,
    /// In a demonstration: its one card's number and PIN.
    pub demo: Option<(String, String)>,
}

/// The form, and the hidden one that the card's code is posted by where scripts run.
#[component]
pub fn OwnDoorPage(lang: Lang, view: OwnDoor) -> impl IntoView {
    let OwnDoor { number, shared, errors, notice, demo } = view;
    let summary = errors.clone();
    let shared = Choice { hint: Some(t::shared_hint(lang).to_owned()), ..Choice::new("yes", t::shared(lang), shared) };
    view! {
        <h1>{t::title(lang)}</h1>
        {notice.map(|(tone, title)| view! { <Notice tone title live=true/> })}
        <ErrorSummary lang errors=summary/>
        <p>{t::lead(lang)}</p>
        {demo.map(|(number, pin)| view! { <Notice tone=Tone::Told title=t::demo(lang, &number, &pin)/> })}
        <form class="own__form" method="post" action="/own/sign-in" novalidate>
            <Field lang name="number" label=t::number(lang) hint=Some(t::number_hint(lang).to_owned()) value=number
                error=FieldError::of(&errors, "number") inputmode="numeric" maxlength=20/>
            <PinField lang error=FieldError::of(&errors, "pin")/>
            <ChoiceCards legend=t::device(lang) name="shared" choices=vec![shared] several=true/>
            <Button text=t::button(lang) kind=ButtonKind::Main/>
        </form>
        <form id="by-card" method="post" action="/k" hidden><input type="hidden" name="token" value=""/></form>
        <p class="own__back"><a href="/own/code">{code::open(lang)}</a></p>
        <p>{t::no_card(lang)}</p>
    }
    .into_any()
}

/// What was typed of a one-time code.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CodeTyped {
    pub code: String,
    /// The year of birth, beside a code that came by letter.
    pub born: String,
}

/// The fields for a code that is read out in the hall or comes by letter.
#[component]
pub fn CodePage(lang: Lang, typed: CodeTyped, errors: Vec<FieldError>) -> impl IntoView {
    let (error, born_error) = (FieldError::of(&errors, "code"), FieldError::of(&errors, "born"));
    view! {
        <h1>{code::title(lang)}</h1>
        <ErrorSummary lang errors/>
        <p>{code::lead(lang)}</p>
        <form class="own__form" id="by-code" method="post" action="/own/code" novalidate>
            <Field lang name="code" label=code::field(lang) hint=Some(code::hint(lang).to_owned()) value=typed.code error
                maxlength=30/>
            <Field lang name="born" label=code::born(lang) hint=Some(code::born_hint(lang).to_owned()) value=typed.born
                error=born_error inputmode="numeric" maxlength=4 width=FieldWidth::Middle/>
            <Button text=code::button(lang) kind=ButtonKind::Main/>
        </form>
        <p class="own__back"><a href="/own/sign-in">{page_words::back(lang)}</a></p>
    }
    .into_any()
}

#[component]
fn PinField(lang: Lang, #[prop(optional_no_strip)] error: Option<String>) -> impl IntoView {
    view! {
        <Field lang name="pin" label=t::pin(lang) hint=Some(t::pin_hint(lang).to_owned()) error inputmode="numeric"
            maxlength=20/>
    }
    .into_any()
}

/// What the PIN opens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PinFor {
    Results,
    /// Showing something to a relative.
    Inviting,
    /// Everything that is kept, and what can be asked for.
    Rights,
    /// What an instructor has written to the person.
    Note,
    /// Another address for messages.
    Address,
}

/// The form that asks for the PIN once more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PinForm {
    pub action: String,
    /// The page to go back to.
    pub back: String,
    pub why: PinFor,
    /// Names and values of a form that goes on afterwards.
    pub kept: Vec<(String, String)>,
}

/// The PIN, asked once more before results, before all that is kept, before what an instructor has written, before
/// something is shown to a relative, and before messages go to another address.
#[component]
pub fn PinPage(lang: Lang, form: PinForm, errors: Vec<FieldError>, demo: Option<(String, String)>) -> impl IntoView {
    let error = FieldError::of(&errors, "pin");
    let PinForm { action, back, why, kept } = form;
    let kept: Vec<_> =
        kept.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect();
    let (lead, button) = match why {
        PinFor::Results => (pin_words::lead(lang), pin_words::button(lang)),
        PinFor::Inviting => (pin_words::lead_invite(lang), pin_words::button_invite(lang)),
        PinFor::Rights => (pin_words::lead_rights(lang), pin_words::button_invite(lang)),
        PinFor::Note => (pin_words::lead_note(lang), pin_words::button_invite(lang)),
        PinFor::Address => (pin_words::lead_address(lang), pin_words::button_invite(lang)),
    };
    view! {
        <h1>{pin_words::title(lang)}</h1>
        <ErrorSummary lang errors/>
        <p>{lead}</p>
        {demo.map(|(number, pin)| view! { <Notice tone=Tone::Told title=t::demo(lang, &number, &pin)/> })}
        <form class="own__form" method="post" action=action novalidate>
            {kept}
            <PinField lang error/>
            <Button text=button kind=ButtonKind::Main/>
        </form>
        <p>{pin_words::lost(lang)}</p>
        <p class="own__back"><a href=back>{page_words::back(lang)}</a></p>
    }
    .into_any()
}
