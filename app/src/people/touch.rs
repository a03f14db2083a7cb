//! On a person's page: agreed pauses, the contact log, a death. Each has a small form; what was noted by mistake is taken
//! back by a button.

use domain::contacts::{Contact, ContactOutcome, ContactWay};
use domain::ids::{ContactId, ParticipantId, PauseId};
use domain::pauses::{Pause, PauseReason};
use domain::time::Day;
use leptos::prelude::*;

use super::stays::AskedDay;
use crate::texts::{Lang, Words, common, day, days, people, typed_day};
use crate::ui::{
    Button, ButtonKind, Field, FieldError, FieldWidth, Notice, SelectField, TextArea, options, options_of,
};

/// A pause as it was typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PauseTyped {
    pub id: String,
    pub from: String,
    pub to: String,
    pub reason: String,
    /// What was saved when the form was filled from it, by [`PauseTyped::said`]; nothing for a new one.
    pub seen: String,
}

impl PauseTyped {
    /// A pause as its form shows it.
    fn of(pause: &Pause) -> Self {
        Self {
            id: pause.id.to_string(),
            from: typed_day(pause.from),
            to: pause.to.map(typed_day).unwrap_or_default(),
            reason: pause.reason.code().to_owned(),
            seen: Self::said(pause),
        }
    }

    /// All that a pause says, to tell whether somebody has changed it since.
    pub fn said(pause: &Pause) -> String {
        let to = pause.to.map(|day| day.to_string()).unwrap_or_default();
        format!("{}/{to}/{}", pause.from, pause.reason)
    }
}

/// A contact as it was typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ContactTyped {
    pub id: String,
    pub on: String,
    pub way: String,
    pub outcome: String,
    pub next_on: String,
    pub note: String,
}

/// What the page shows of pauses, and the ids that new ones will have.
#[derive(Clone, PartialEq, Debug)]
pub struct Touch {
    pub person: ParticipantId,
    pub today: Day,
    pub pauses: Vec<Pause>,
    pub contacts: Vec<Contact>,
    pub new_pause: PauseId,
    pub new_contact: ContactId,
    pub may_edit: bool,
}

#[component]
pub fn Pauses(lang: Lang, touch: Touch, typed: Option<PauseTyped>, errors: Vec<FieldError>) -> impl IntoView {
    use people::touch as say;
    let none = touch.pauses.is_empty();
    let (person, may) = (touch.person, touch.may_edit);
    let wrong = typed.is_some();
    let new = PauseTyped { id: touch.new_pause.to_string(), from: typed_day(touch.today), ..PauseTyped::default() };
    let items: Vec<_> = touch.pauses.into_iter().map(|pause| view! { <PauseItem lang person pause may/> }).collect();
    view! {
        {none.then(|| view! { <p class="quiet">{say::no_pauses(lang)}</p> })}
        {(!none).then(|| view! { <ul class="days" role="list">{items}</ul> })}
        {may.then(|| view! {
            <details class="more" open=wrong>
                <summary>{say::add_pause(lang)}</summary>
                <PauseForm lang person typed=typed.unwrap_or(new) errors/>
            </details>
        })}
    }
    .into_any()
}

#[component]
fn PauseItem(lang: Lang, person: ParticipantId, pause: Pause, may: bool) -> impl IntoView {
    use people::touch as say;
    let when = match pause.to {
        Some(to) => days(lang, pause.from, to),
        None => say::pause_since(lang, pause.from),
    };
    let typed = PauseTyped::of(&pause);
    view! {
        <li class="stay">
            <span class="table__name">{when}<span class="table__more">{pause.reason.words(lang)}</span></span>
            {may.then(|| view! {
                <details class="more">
                    <summary>{say::end_pause(lang)}</summary>
                    <PauseForm lang person typed errors=Vec::new() again=true/>
                </details>
            })}
        </li>
    }
    .into_any()
}

/// Several of these stand on one page: the new one has the fields that errors lead to, the others' have ids of their own.
#[component]
fn PauseForm(
    lang: Lang,
    person: ParticipantId,
    typed: PauseTyped,
    errors: Vec<FieldError>,
    #[prop(optional)] again: bool,
) -> impl IntoView {
    use people::touch as say;
    let id = |field: &str| if again { format!("{field}-{}", typed.id) } else { field.to_owned() };
    let error = |field: &str| FieldError::of(&errors, field);
    view! {
        <form class="stack" method="post" action=format!("/people/{person}/pause") novalidate>
            <input type="hidden" name="rev" value=typed.id.clone()/>
            <input type="hidden" name="seen" value=typed.seen.clone()/>
            <AskedDay asked=error("pause_from").is_some() day=typed.from.clone()/>
            <AskedDay asked=error("pause_to").is_some() day=typed.to.clone()/>
            <Field lang name="pause_from" id=id("pause_from") label=say::pause_from(lang) value=typed.from.clone()
                width=FieldWidth::Middle error=error("pause_from")/>
            <Field lang name="pause_to" id=id("pause_to") label=say::pause_to(lang) value=typed.to.clone()
                hint=Some(say::pause_to_hint(lang).to_owned()) width=FieldWidth::Middle error=error("pause_to")/>
            <SelectField lang name="pause_reason" id=id("pause_reason") label=say::pause_why(lang)
                options=options(common::choose(lang), options_of(lang, PauseReason::ALL)) chosen=typed.reason.clone()
                error=error("pause_reason")/>
            <div class="cluster">
                <Button text=say::save_pause(lang).to_owned() kind=if again { ButtonKind::Plain } else { ButtonKind::Main }/>
                {again.then(|| view! { <Button text=say::take_back(lang).to_owned() name="taken_back" value="yes"/> })}
            </div>
        </form>
    }
    .into_any()
}

#[component]
pub fn Contacts(lang: Lang, touch: Touch, typed: Option<ContactTyped>, errors: Vec<FieldError>) -> impl IntoView {
    use people::touch as say;
    let none = touch.contacts.is_empty();
    let (person, may, wrong) = (touch.person, touch.may_edit, typed.is_some());
    let new = ContactTyped { id: touch.new_contact.to_string(), on: typed_day(touch.today), ..ContactTyped::default() };
    let items: Vec<_> =
        touch.contacts.into_iter().map(|contact| view! { <ContactItem lang person contact may/> }).collect();
    view! {
        {none.then(|| view! { <p class="quiet">{say::no_contacts(lang)}</p> })}
        {(!none).then(|| view! { <ul class="days" role="list">{items}</ul> })}
        {may.then(|| view! {
            <details class="more" open=wrong>
                <summary>{say::add_contact(lang)}</summary>
                <ContactForm lang person typed=typed.unwrap_or(new) errors/>
            </details>
        })}
    }
    .into_any()
}

#[component]
fn ContactItem(lang: Lang, person: ParticipantId, contact: Contact, may: bool) -> impl IntoView {
    use people::touch as say;
    let what = format!("{}, {}", contact.way.words(lang), contact.outcome.words(lang));
    view! {
        <li class="stay">
            <span class="table__name">
                {format!("{} {what}", day(lang, contact.on))}
                {(!contact.note.is_empty()).then(|| view! { <span class="table__more">{contact.note}</span> })}
                {contact.next_on.map(|on| view! { <span class="table__more">{say::next(lang, on)}</span> })}
            </span>
            {may.then(|| view! {
                <form method="post" action=format!("/people/{person}/contact")>
                    <input type="hidden" name="rev" value=contact.id.to_string()/>
                    <Button text=say::take_back(lang).to_owned() name="taken_back" value="yes"/>
                </form>
            })}
        </li>
    }
    .into_any()
}

#[component]
fn ContactForm(lang: Lang, person: ParticipantId, typed: ContactTyped, errors: Vec<FieldError>) -> impl IntoView {
    use people::touch as say;
    let error = |field: &str| FieldError::of(&errors, field);
    let ways = options(common::choose(lang), options_of(lang, ContactWay::ALL));
    let outcomes = options(common::choose(lang), options_of(lang, ContactOutcome::ALL));
    view! {
        <form class="stack" method="post" action=format!("/people/{person}/contact") novalidate>
            <input type="hidden" name="rev" value=typed.id/>
            <Field lang name="contact_on" label=say::contact_on(lang) value=typed.on width=FieldWidth::Middle
                error=error("contact_on")/>
            <SelectField lang name="contact_way" label=say::contact_way(lang) options=ways chosen=typed.way
                error=error("contact_way")/>
            <SelectField lang name="contact_outcome" label=say::contact_outcome(lang) options=outcomes
                chosen=typed.outcome error=error("contact_outcome")/>
            <Field lang name="contact_next" label=say::contact_next(lang) value=typed.next_on
                hint=Some(say::contact_next_hint(lang).to_owned()) width=FieldWidth::Middle error=error("contact_next")/>
            <TextArea lang name="contact_note" label=say::contact_note(lang) value=typed.note optional=true
                error=error("contact_note")/>
            <p><Button text=say::save_contact(lang).to_owned() kind=ButtonKind::Main/></p>
        </form>
    }
    .into_any()
}

/// The form that notes a death: a day, and what follows from it. `known`: the day that is noted, where a colleague was first.
#[component]
pub fn Death(
    lang: Lang,
    person: ParticipantId,
    known: Option<Day>,
    typed: Option<String>,
    errors: Vec<FieldError>,
) -> impl IntoView {
    use people::touch as say;
    let (wrong, error) = (typed.is_some(), FieldError::of(&errors, "died_on"));
    view! {
        <details class="more" open=wrong>
            <summary>{say::died(lang)}</summary>
            <form class="stack" method="post" action=format!("/people/{person}/died") novalidate>
                <p>{say::died_text(lang)}</p>
                <input type="hidden" name="was" value=known.map(typed_day).unwrap_or_default()/>
                <Field lang name="died_on" label=say::died_on(lang) value=typed.unwrap_or_default()
                    width=FieldWidth::Middle error/>
                <p><Button text=say::save_died(lang).to_owned()/></p>
            </form>
        </details>
    }
    .into_any()
}

/// That the person has died, with the way to take it back.
#[component]
pub fn HasDied(lang: Lang, person: ParticipantId, on: Day, may_edit: bool) -> impl IntoView {
    use people::touch as say;
    view! {
        <Notice title=say::has_died(lang, on)>
            {may_edit.then(|| view! {
                <form method="post" action=format!("/people/{person}/died")>
                    <Button text=say::undo_died(lang).to_owned() name="undo" value="yes"/>
                </form>
            })}
        </Notice>
    }
    .into_any()
}
