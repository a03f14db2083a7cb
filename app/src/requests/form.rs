//! The form that enters what somebody has asked for by telephone, on paper or in person.

use domain::ids::ParticipantId;
use domain::requests::{RequestChannel, RequestKind, RequestPart, WORDS};
use domain::time::Day;
use leptos::prelude::*;

use super::{PersonsRequest, RequestRows};
use crate::texts::{Lang, requests as t, requests::form as f};
use crate::ui::{
    Button, ButtonKind, Choice, ChoiceCards, ErrorSummary, Field, FieldError, FieldWidth, PageHead, SelectField,
    TextArea, options, options_of,
};

/// What stands in the fields, as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RequestTyped {
    /// The form's own id: sent twice it is one request.
    pub rev: String,
    pub kind: String,
    pub part: String,
    pub words: String,
    pub channel: String,
    pub language: String,
    pub received_on: String,
}

/// The ways in which something is asked that the desk enters.
pub const AT_DESK: [RequestChannel; 3] = [RequestChannel::Phone, RequestChannel::Paper, RequestChannel::Spoken];

/// What the page shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EnterView {
    pub person: ParticipantId,
    pub name: String,
    pub today: Day,
    /// What of the person waits for an answer already.
    pub waiting: Vec<PersonsRequest>,
    pub typed: RequestTyped,
    pub errors: Vec<FieldError>,
}

#[component]
pub fn EnterRequest(lang: Lang, view: EnterView) -> impl IntoView {
    let EnterView { person, name, today, waiting, typed, errors } = view;
    let waiting = (!waiting.is_empty()).then(|| {
        view! {
            <section class="section">
                <h2>{f::waiting(lang)}</h2>
                <RequestRows lang today requests=waiting/>
            </section>
        }
    });
    let error = |field: &str| FieldError::of(&errors, field);
    let back = Some((format!("/people/{person}/rights"), crate::texts::rights::title(lang).to_owned()));
    let kinds = RequestKind::ALL.iter().map(|kind| Choice {
        hint: Some(super::meaning(lang, *kind).to_owned()),
        ..Choice::of(lang, *kind, kind.code() == typed.kind)
    });
    let parts = options_of(lang, RequestPart::ALL);
    let channels = options_of(lang, &AT_DESK);
    let languages = Lang::ALL.map(|one| (one.code().to_owned(), one.own_name().to_owned()));
    view! {
        <PageHead title=t::enter(lang) lead=name back/>
        {waiting}
        <form class="form" method="post" action=format!("/people/{person}/requests/new") novalidate>
            <ErrorSummary lang errors=errors.clone()/>
            <input type="hidden" name="rev" value=typed.rev/>
            <ChoiceCards legend=f::kind(lang) name="kind" choices=kinds.collect() column=true error=error("kind")/>
            <SelectField lang name="part" label=f::part(lang) hint=Some(f::part_hint(lang).to_owned())
                options=options(f::no_part(lang), parts) chosen=typed.part width=FieldWidth::Middle
                error=error("part")/>
            <TextArea lang name="words" label=f::words(lang) value=typed.words hint=Some(f::words_hint(lang).to_owned())
                error=error("words") maxlength=u32::try_from(WORDS).unwrap_or(u32::MAX)/>
            <div class="fields fields--two">
                <SelectField lang name="channel" label=f::channel(lang) options=channels.collect() chosen=typed.channel
                    error=error("channel")/>
                <SelectField lang name="request_language" label=f::language(lang) options=languages.to_vec()
                    chosen=typed.language error=error("request_language")/>
                <Field lang name="received_on" label=f::received_on(lang) value=typed.received_on
                    hint=Some(f::received_hint(lang).to_owned()) width=FieldWidth::Middle error=error("received_on")/>
            </div>
            <div class="form__actions"><Button text=f::save(lang) kind=ButtonKind::Main/></div>
        </form>
    }
    .into_any()
}
