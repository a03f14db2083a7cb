//! A person's consents at the desk: what holds of each purpose, and the form that records a new word on one.

use domain::consents::{ConsentAct, ConsentChannel, ConsentPurpose};
use domain::ids::ParticipantId;
use domain::time::Day;
use leptos::prelude::*;

use crate::texts::{Lang, Words, consents::desk as t, day, typed_day};
use crate::ui::{Button, ButtonKind, Choice, ChoiceCards, Field, FieldError, FieldWidth, SelectField, options_of};

/// The purposes that are asked about at the desk: what relatives may see is chosen by the person, relative by relative.
pub const ASKED: [ConsentPurpose; 3] =
    [ConsentPurpose::HealthTests, ConsentPurpose::HomeCareExchange, ConsentPurpose::ContactSurvey];

/// The text that is read out for a purpose: its version is kept with the answer. In either form of address it is one.
pub const fn text_version(purpose: ConsentPurpose) -> &'static str {
    match purpose {
        ConsentPurpose::HealthTests => "health_tests/1",
        ConsentPurpose::HomeCareExchange => "home_care_exchange/1",
        ConsentPurpose::ContactSurvey => "contact_survey/1",
        ConsentPurpose::RelativeSchedule => "relative_schedule/1",
        ConsentPurpose::RelativeAttendance => "relative_attendance/1",
        ConsentPurpose::RelativeResults => "relative_results/1",
        ConsentPurpose::RelativeMessages => "relative_messages/1",
    }
}

/// What is read out, in the language in which it is read.
pub fn text(lang: Lang, purpose: ConsentPurpose) -> &'static str {
    match purpose {
        ConsentPurpose::HomeCareExchange => t::text::home_care_exchange(lang),
        ConsentPurpose::ContactSurvey => t::text::contact_survey(lang),
        _ => crate::texts::register::consent_text(lang),
    }
}

/// What stands in the fields, as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ConsentTyped {
    /// The id that the event will have.
    pub rev: String,
    pub purpose: String,
    pub act: String,
    pub channel: String,
    pub on: String,
    /// In which language it was read out.
    pub language: String,
}

impl ConsentTyped {
    pub fn new(rev: String, lang: Lang, today: Day) -> Self {
        let purpose = ConsentPurpose::HealthTests.code().to_owned();
        let channel = ConsentChannel::Spoken.code().to_owned();
        Self { rev, purpose, act: String::new(), channel, on: typed_day(today), language: lang.code().to_owned() }
    }
}

/// The form that records one. `said_in`: the language of the page, in which people are addressed as the municipality does.
#[component]
pub fn RecordConsent(
    lang: Lang,
    said_in: Lang,
    person: ParticipantId,
    typed: ConsentTyped,
    errors: Vec<FieldError>,
) -> impl IntoView {
    let wrong = !errors.is_empty();
    view! {
        <details class="more" open=wrong>
            <summary>{t::record(lang)}</summary>
            <form class="stack" method="post" action=format!("/people/{person}/consents") novalidate>
                <input type="hidden" name="rev" value=typed.rev.clone()/>
                <Fields lang said_in typed errors/>
                <p><Button text=t::save(lang).to_owned() kind=ButtonKind::Main/></p>
            </form>
        </details>
    }
    .into_any()
}

#[component]
fn Fields(lang: Lang, said_in: Lang, typed: ConsentTyped, errors: Vec<FieldError>) -> impl IntoView {
    let error = |field: &str| FieldError::of(&errors, field);
    let purposes = ASKED
        .iter()
        .map(|purpose| Choice {
            hint: Some(text(said_in, *purpose).to_owned()),
            ..Choice::of(lang, *purpose, purpose.code() == typed.purpose)
        })
        .collect();
    let acts = [(ConsentAct::Given, t::gives(lang)), (ConsentAct::Withdrawn, t::withdraws(lang))];
    let acts = acts.into_iter().map(|(act, words)| Choice::new(act.code(), words, act.code() == typed.act)).collect();
    let channels = options_of(lang, &[ConsentChannel::Spoken, ConsentChannel::Paper, ConsentChannel::OwnPhone]);
    let languages = Lang::ALL.map(|one| (one.code().to_owned(), one.own_name().to_owned()));
    view! {
        <ChoiceCards legend=t::purpose(lang) name="purpose" choices=purposes error=error("purpose") column=true/>
        <ChoiceCards legend=t::act(lang) name="act" choices=acts error=error("act")/>
        <div class="fields fields--two">
            <SelectField lang name="channel" label=t::channel(lang) options=channels.collect() chosen=typed.channel
                error=error("channel")/>
            <SelectField lang name="consent_language" label=t::language(lang) options=languages.to_vec()
                chosen=typed.language error=error("consent_language")/>
            <Field lang name="consent_on" label=t::on(lang) value=typed.on width=FieldWidth::Middle
                error=error("consent_on")/>
        </div>
    }
    .into_any()
}

/// "annettu 8.9.2026".
pub fn holds(lang: Lang, act: ConsentAct, since: Day) -> String {
    format!("{} {}", act.words(lang), day(lang, since))
}
