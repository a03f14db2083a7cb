//! The contact log on a person's card on the tablet, and the screen on which a call is noted.

use domain::access::Action;
use domain::contacts::{Contact, ContactOutcome, ContactWay, Verb};
use domain::ids::{ContactId, GroupId, ParticipantId};
use domain::time::Day;
use leptos::prelude::*;

use super::form::Typed;
use crate::context::address::Address;
use crate::context::navigation::use_navigation;
use crate::context::typed_text::{DayField, Mistakes, focus, wrong_of};
use crate::context::view::{View, go_back};
use crate::context::{lang, use_tablet};
use crate::people::card_parts::{Listing, NotHere};
use crate::registration::part::registering;
use crate::screenings::pick::{Choose, Questions};
use crate::sync::notes::use_notes;
use crate::texts::{self, Lang, Words, common, day, people, people::touch as say};
use crate::ui::Button;

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
            <For each=move || contacts.get() key=drawn let:contact>
                <OneContact contact may />
            </For>
        </Listing>
    }
}

/// What is drawn of a contact: it is drawn anew where anything of it changes.
fn drawn(contact: &Contact) -> impl Eq + std::hash::Hash + use<> {
    (contact.id, contact.on, contact.way, contact.outcome, contact.next_on, contact.note.clone())
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

/// What keeps it from being a contact.
fn wrong(typed: &Typed, on: Day, lang: Lang) -> Vec<(&'static str, String)> {
    wrong_of([
        (OUTCOME, typed.outcome.is_none(), people::error::choose(lang)),
        (NEXT, typed.is_next_past(on), say::wrong_order(lang)),
    ])
}

/// `absence`: the day of the absence that the call is about; noting how it went ticks the call off, too.
#[component]
pub fn NewContact(person: ParticipantId, group: GroupId, absence: Option<Day>) -> impl IntoView {
    if registering(person).is_none() {
        return view! { <NotHere /> }.into_any();
    }
    let (lang, tablet, navigation, notes) = (lang(), use_tablet(), use_navigation(), use_notes());
    let (today, _) = tablet.local_time();
    let about = absence.map(|day| ContactId::about_absence(person, group, day));
    // There is one call about one absence: whoever notes it again goes on from what was noted.
    let noted = move || {
        let all = untrack(|| tablet.contacts(person));
        let noted = all.iter().find(|contact| Some(contact.id) == about);
        noted.map(|contact| Typed::of(contact, today)).unwrap_or_default()
    };
    let of_day = absence.map(|day| format!("/{day}")).unwrap_or_default();
    let draft = StoredValue::new(format!("contact/{person}{of_day}"));
    let (begun, mistakes) = (tablet.keep_form(draft.get_value(), noted()), Mistakes::new(Vec::new()));
    let form = begun.typed;
    let save = Callback::new(move |()| {
        let id = about.unwrap_or_else(|| tablet.new_ids(ContactId::new));
        let typed = begun.onto(&noted());
        let wrong = wrong(&typed, today, lang);
        if let Some(contact) = typed.contact((id, person), today) {
            let mut verbs = vec![Verb::Set { contact }.into()];
            verbs.extend(absence.and_then(|day| notes.ticked(group, day, person)));
            tablet.record_form(verbs, &draft.get_value());
            return go_back(navigation);
        }
        wrong.first().map(|(field, _)| *field).into_iter().for_each(focus);
        mistakes.set(wrong);
    });
    let leave = Callback::new(move |()| go_back(navigation));
    let name = move || tablet.name_of(person, group).map(|name| texts::named(lang, &name));
    view! {
        <View title=say::add_contact(lang) lead=Signal::derive(name) back=true>
            <Questions label=say::add_contact(lang) without=common::cancel(lang) leave save=Some((say::save_contact(lang), save))>
                <Fields form mistakes />
            </Questions>
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
