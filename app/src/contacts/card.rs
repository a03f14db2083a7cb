//! The contact log on a person's card on the tablet, and the screen on which a call is noted.

use domain::access::Action;
use domain::contacts::{Contact, ContactOutcome, ContactWay, Verb};
use domain::ids::{ContactId, GroupId, ParticipantId};
use domain::time::Day;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::context::address::Address;
use crate::context::navigation::use_navigation;
use crate::context::typed_text::{DayField, Mistakes, focus};
use crate::context::view::{View, go_back};
use crate::context::{lang, use_tablet};
use crate::people::card::{Listing, NotHere};
use crate::registration::part::{Choose, registering};
use crate::sync::notes::use_notes;
use crate::texts::{self, Lang, Words, common, day, people, people::touch as say};
use crate::ui::{Button, ButtonKind};

const OUTCOME: &str = "contact-outcome";
const WAY: &str = "contact-way";
const NEXT: &str = "contact-next";
const NOTE: &str = "contact-note";
/// Contacts on the card: earlier ones stand at the desk.
const SHOWN: usize = 3;

#[component]
pub fn Contacts(person: ParticipantId, group: GroupId) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let may = tablet.account().may(Action::EditProfiles);
    let contacts = Memo::new(move |_| tablet.contacts(person).into_iter().take(SHOWN).collect::<Vec<_>>());
    let add = may.then(|| (say::add_contact(lang), Address::Contact(person, group, None).to_string()));
    let any = Memo::new(move |_| contacts.with(|all| !all.is_empty()));
    view! {
        <Listing id="contacts" title=say::contacts(lang) add none=say::no_contacts(lang) any>
            <For each=move || contacts.get() key=|contact| (contact.id, contact.on, contact.outcome, contact.next_on) let:contact>
                <OneContact contact may />
            </For>
        </Listing>
    }
}

#[component]
fn OneContact(contact: Contact, may: bool) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let what = format!("{} {}, {}", day(lang, contact.on), contact.way.words(lang), contact.outcome.words(lang));
    let mistaken = Contact { holds: false, ..contact.clone() };
    let press = move |_| tablet.record(vec![Verb::Set { contact: mistaken.clone() }.into()]);
    view! {
        <li class="stay">
            <span class="table__name">
                {what}
                {(!contact.note.is_empty()).then(|| view! { <span class="table__more">{contact.note}</span> })}
                {contact.next_on.map(|on| view! { <span class="table__more">{say::next(lang, on)}</span> })}
            </span>
            {may.then(|| view! { <Button text=say::take_back(lang) script=true on:click=press /> })}
        </li>
    }
}

/// What was tapped and typed so far.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
struct Typed {
    way: Option<ContactWay>,
    outcome: Option<ContactOutcome>,
    next_on: Option<Day>,
    note: String,
}

impl Default for Typed {
    fn default() -> Self {
        Self { way: Some(ContactWay::Phone), outcome: None, next_on: None, note: String::new() }
    }
}

impl Typed {
    /// The contact as it was told, or what is wrong.
    fn contact(
        self,
        (id, participant): (ContactId, ParticipantId),
        on: Day,
        lang: Lang,
    ) -> Result<Contact, Vec<(&'static str, String)>> {
        let past = self.next_on.is_some_and(|next| next < on);
        let wrong =
            [(OUTCOME, self.outcome.is_none(), people::error::choose(lang)), (NEXT, past, say::wrong_order(lang))];
        match (self.way, self.outcome, past) {
            (Some(way), Some(outcome), false) => {
                let note = self.note.trim().to_owned();
                Ok(Contact { id, participant, on, way, outcome, next_on: self.next_on, note, holds: true })
            }
            _ => Err(wrong
                .into_iter()
                .filter(|(_, it, _)| *it)
                .map(|(field, _, words)| (field, words.to_owned()))
                .collect()),
        }
    }
}

/// `absence`: the day of the absence that the call is about; noting how it went ticks the call off, too.
#[component]
pub fn NewContact(person: ParticipantId, group: GroupId, absence: Option<Day>) -> impl IntoView {
    if registering(person).is_none() {
        return view! { <NotHere /> }.into_any();
    }
    let (lang, tablet, navigation, notes) = (lang(), use_tablet(), use_navigation(), use_notes());
    let (today, _) = tablet.local_time();
    let form = RwSignal::new(Typed::default());
    let draft = StoredValue::new(format!("contact/{person}"));
    tablet.keep_draft(draft.get_value(), form, |form| *form == Typed::default());
    let mistakes = Mistakes::new(Vec::new());
    let save = move |_| {
        let id = absence.map(|day| ContactId::about_absence(person, group, day));
        let id = id.unwrap_or_else(|| tablet.new_ids(ContactId::new));
        match form.get_untracked().contact((id, person), today, lang) {
            Ok(contact) => {
                let mut verbs = vec![Verb::Set { contact }.into()];
                verbs.extend(absence.and_then(|day| notes.ticked(group, day, person)));
                tablet.record_form(verbs, &draft.get_value());
                go_back(navigation);
            }
            Err(wrong) => {
                wrong.first().map(|(field, _)| *field).into_iter().for_each(focus);
                mistakes.set(wrong);
            }
        }
    };
    let name = move || tablet.name_of(person, group).map(|name| texts::named(lang, &name));
    view! {
        <View title=say::add_contact(lang) lead=Signal::derive(name) back=true>
            <section class="ask" aria-label=say::add_contact(lang)>
                <Fields form mistakes />
                <div class="ask__end">
                    <Button text=common::cancel(lang) class="ask__later" script=true on:click=move |_| go_back(navigation) />
                    <Button text=say::save_contact(lang) kind=ButtonKind::Main class="ask__save" script=true on:click=save />
                </div>
            </section>
        </View>
    }
    .into_any()
}

#[component]
fn Fields(form: RwSignal<Typed>, mistakes: Mistakes) -> impl IntoView {
    let lang = lang();
    let outcomes = ContactOutcome::ALL.iter().map(|one| (*one, one.words(lang).to_owned())).collect();
    let ways = ContactWay::ALL.iter().map(|one| (*one, one.words(lang).to_owned())).collect();
    view! {
        <Choose name=OUTCOME asked=say::contact_outcome(lang) answers=outcomes mistakes
            chosen=Signal::derive(move || form.with(|form| form.outcome))
            choose=move |one| form.update(|form| form.outcome = Some(one)) />
        <Choose name=WAY asked=say::contact_way(lang) answers=ways mistakes
            chosen=Signal::derive(move || form.with(|form| form.way))
            choose=move |one| form.update(|form| form.way = Some(one)) />
        <DayField id=NEXT label=say::contact_next(lang) hint=say::contact_next_hint(lang) mistakes
            value=Signal::derive(move || form.with(|form| form.next_on))
            set=move |day| form.update(|form| form.next_on = day) />
        <div class="field">
            <label class="field__label" for=NOTE>{say::contact_note(lang)}</label>
            <textarea class="field__input" id=NOTE rows="2" maxlength="4000"
                prop:value=move || form.with(|form| form.note.clone())
                on:input:target=move |event| form.update(|form| form.note = event.target().value()) />
        </div>
    }
}
