//! The contact log: who was called or met, when, how it went, and when to be in touch again.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use crate::access::Action;
use crate::attendance::Mark;
use crate::codes::codes;
use crate::fields::TEXT;
use crate::ids::{ContactId, GroupId, ParticipantId, uuid_v5};
use crate::sync::entity::{Bucket, Entity};
use crate::sync::merge::{self, Merged, Write};
use crate::sync::noun::{Known, Noun, Places, VerbRules};
use crate::sync::rights::Rights;
use crate::sync::validate::{Invalid, in_our_time, past, text};
use crate::sync::verbs::verbs;
use crate::time::Day;

codes! {
    /// How somebody was in touch.
    pub enum ContactWay { Phone = "phone", InPerson = "in_person", Letter = "letter", Message = "message" }
}

codes! {
    /// How it went.
    pub enum ContactOutcome {
        Reached = "reached",
        NotReached = "not_reached",
        MessageLeft = "message_left",
        /// Does not want to be asked again.
        NoMore = "no_more",
    }
}

/// One time that somebody was in touch with a person, or tried to be.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    pub id: ContactId,
    pub participant: ParticipantId,
    pub on: Day,
    pub way: ContactWay,
    pub outcome: ContactOutcome,
    /// When to be in touch again; the next contact on or after it answers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_on: Option<Day>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// `false`: it was entered by mistake.
    pub holds: bool,
}

impl ContactId {
    /// There is one call about one absence: whoever notes it anew on another tablet corrects it.
    pub fn about_absence(person: ParticipantId, group: GroupId, day: Day) -> Self {
        Self(uuid_v5(person.0, &["contact", "absence", &group.to_string(), &day.to_string()]))
    }

    /// There is one call about one cancelled session, too.
    pub fn about_cancellation(person: ParticipantId, group: GroupId, day: Day) -> Self {
        Self(uuid_v5(person.0, &["contact", "cancellation", &group.to_string(), &day.to_string()]))
    }
}

/// How a call about a cancelled session can have gone, for the list of those who are to be called.
pub const OF_CALLS: [ContactOutcome; 2] = [ContactOutcome::Reached, ContactOutcome::NotReached];

/// The calls about one cancelled session.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Cancelled {
    pub group: GroupId,
    pub day: Day,
}

impl Cancelled {
    /// Whether whoever has this mark is to be called: they have not said themselves that they do not come.
    pub fn concerns(mark: Option<Mark>) -> bool {
        !matches!(mark, Some(Mark::AbsentInformed | Mark::Paused))
    }

    /// How the call went, as far as one of these contacts is it.
    pub fn outcome<'a>(
        self,
        person: ParticipantId,
        contacts: impl IntoIterator<Item = &'a Contact>,
    ) -> Option<ContactOutcome> {
        let id = ContactId::about_cancellation(person, self.group, self.day);
        contacts.into_iter().find(|contact| contact.id == id && contact.holds).map(|contact| contact.outcome)
    }

    /// What notes today how the call went, or takes that back; nothing where it was noted so before.
    pub fn noted(
        self,
        person: ParticipantId,
        before: Option<ContactOutcome>,
        wanted: Option<ContactOutcome>,
        today: Day,
    ) -> Option<Verb> {
        let outcome = wanted.or(before).filter(|_| wanted != before)?;
        let contact = Contact {
            id: ContactId::about_cancellation(person, self.group, self.day),
            participant: person,
            on: today,
            way: ContactWay::Phone,
            outcome,
            next_on: None,
            note: String::new(),
            holds: wanted.is_some(),
        };
        Some(Verb::Set { contact })
    }
}

/// The day on which the person waits to be contacted: what the newest contact of these says.
pub fn next_contact<'a>(contacts: impl Iterator<Item = &'a Contact>) -> Option<Day> {
    let newest = contacts.filter(|contact| contact.holds).max_by_key(|contact| (contact.on, contact.id))?;
    newest.next_on.filter(|_| newest.outcome != ContactOutcome::NoMore)
}

impl Noun for Contact {
    type Id = ContactId;
    const PERSONAL: bool = true;
    const SINCE: u16 = 3;
    const FOLLOWS_PERSON: bool = true;

    fn id(&self) -> ContactId {
        self.id
    }

    fn participant(&self) -> Option<ParticipantId> {
        Some(self.participant)
    }

    /// What was said may be about health.
    fn buckets(&self, places: &impl Places) -> BTreeSet<Bucket> {
        places.health_of(self.participant)
    }
}

verbs! {
    pub enum Verb {
        /// Notes a contact, corrects it, or takes it back.
        Set = "contact.set" { contact: Contact },
    }
}

impl VerbRules for Verb {
    type Noun = Contact;

    fn id(&self) -> ContactId {
        let Self::Set { contact } = self;
        contact.id
    }

    fn participant(&self) -> Option<ParticipantId> {
        let Self::Set { contact } = self;
        Some(contact.participant)
    }

    fn is_allowed(&self, rights: &Rights<'_, impl Known>) -> bool {
        let Self::Set { contact } = self;
        rights.about(Action::EditProfiles, contact.participant)
    }

    fn check(&self, today: Day) -> Result<(), Invalid> {
        let Self::Set { contact } = self;
        past(contact.on, today, "on")?;
        in_our_time(contact.next_on, "next_on")?;
        text(&contact.note, TEXT, "note")
    }

    fn fits(&self, known: &impl Known) -> bool {
        let Self::Set { contact } = self;
        known.is_of_the_same_person(contact)
    }

    fn create(&self, write: &Write<'_>) -> Merged {
        let Self::Set { contact } = self;
        merge::first(contact.clone(), write.at, write)
    }

    /// Of two corrections that had not seen each other the later holds.
    fn merge(&self, entity: &Entity, _: &Contact, write: &Write<'_>) -> Merged {
        let Self::Set { contact } = self;
        merge::later(entity, contact.clone(), write)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn contact(n: u128, on: &str, next_on: Option<&str>) -> Contact {
        Contact {
            id: ContactId(Uuid::from_u128(n)),
            participant: ParticipantId(Uuid::from_u128(9)),
            on: on.parse().unwrap(),
            way: ContactWay::Phone,
            outcome: ContactOutcome::NotReached,
            next_on: next_on.map(|day| day.parse().unwrap()),
            note: String::new(),
            holds: true,
        }
    }

    #[test]
    fn the_newest_contact_says_when_to_be_in_touch_again() {
        let first = contact(1, "2026-09-01", Some("2026-09-08"));
        let next = |all: &[Contact]| next_contact(all.iter()).map(|day| day.to_string());
        assert_eq!(next(&[]), None);
        assert_eq!(next(std::slice::from_ref(&first)).as_deref(), Some("2026-09-08"));
        let second = contact(2, "2026-09-07", None);
        assert_eq!(next(&[second.clone(), first.clone()]), None, "it was answered");
        assert_eq!(next(&[first.clone(), Contact { holds: false, ..second }]).as_deref(), Some("2026-09-08"));
        let no_more = Contact { outcome: ContactOutcome::NoMore, ..contact(3, "2026-09-09", Some("2026-10-01")) };
        assert_eq!(next(&[first, no_more]), None, "does not want to be asked again");
    }

    #[test]
    fn one_absence_has_one_call_whichever_tablet_notes_it() {
        let (person, group) = (ParticipantId(Uuid::from_u128(9)), GroupId(Uuid::from_u128(8)));
        let about = |day: &str| ContactId::about_absence(person, group, day.parse().unwrap());
        assert_eq!(about("2026-09-08"), about("2026-09-08"));
        assert_ne!(about("2026-09-08"), about("2026-09-15"));
    }

    #[test]
    fn whoever_said_that_they_do_not_come_is_not_called_about_a_cancelled_session() {
        assert!(Cancelled::concerns(None) && Cancelled::concerns(Some(Mark::AbsentUnknown)));
        assert!(!Cancelled::concerns(Some(Mark::AbsentInformed)) && !Cancelled::concerns(Some(Mark::Paused)));
    }

    #[test]
    fn a_call_about_a_cancelled_session_is_one_contact_that_can_be_changed_and_taken_back() {
        let day = |text: &str| -> Day { text.parse().unwrap() };
        let (person, group) = (ParticipantId(Uuid::from_u128(9)), GroupId(Uuid::from_u128(8)));
        let session = Cancelled { group, day: day("2026-09-15") };
        let (reached, not) = (Some(ContactOutcome::Reached), Some(ContactOutcome::NotReached));
        let noted = |before, wanted| {
            let Verb::Set { contact } = session.noted(person, before, wanted, day("2026-09-14"))?;
            assert_eq!(contact.on, day("2026-09-14"));
            Some(contact)
        };
        assert_eq!(noted(not, not), None, "pressed twice");
        assert_eq!(noted(None, None), None);
        let (first, second) = (noted(None, not).unwrap(), noted(not, reached).unwrap());
        assert_eq!((first.id, session.outcome(person, [&second])), (second.id, reached));
        let back = noted(reached, None).unwrap();
        assert_eq!((back.id, session.outcome(person, [&back])), (second.id, None));
        let other = Cancelled { day: day("2026-09-22"), ..session };
        assert_eq!(other.outcome(person, [&second]), None);
    }

    #[test]
    fn a_contact_has_happened() {
        let checked = |on| Verb::Set { contact: contact(1, on, None) }.check("2026-09-08".parse().unwrap());
        assert_eq!(checked("2026-09-08"), Ok(()));
        assert_eq!(checked("2026-09-10"), Err(Invalid::field("on")));
    }
}
