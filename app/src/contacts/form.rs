//! What is tapped and typed of a call or a meeting, and the contact that it makes.

use domain::contacts::{Contact, ContactOutcome, ContactWay};
use domain::ids::{ContactId, ParticipantId};
use domain::time::Day;
use serde::{Deserialize, Serialize};

use crate::sync::begun::{Fields, field};

/// What was tapped and typed so far.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub way: Option<ContactWay>,
    pub outcome: Option<ContactOutcome>,
    pub next_on: Option<Day>,
    pub note: String,
}

impl Default for Typed {
    fn default() -> Self {
        Self { way: Some(ContactWay::Phone), outcome: None, next_on: None, note: String::new() }
    }
}

impl Typed {
    /// As it was noted before; a next time that has passed by `today` is none any more.
    pub fn of(contact: &Contact, today: Day) -> Self {
        let Contact { way, outcome, next_on, note, .. } = contact.clone();
        Self { way: Some(way), outcome: Some(outcome), next_on: next_on.filter(|next| *next >= today), note }
    }

    /// Whether the next time would lie before this one.
    pub fn is_next_past(&self, on: Day) -> bool {
        self.next_on.is_some_and(|next| next < on)
    }

    /// The contact as it was told; nothing where something is missing or wrong.
    pub fn contact(self, (id, participant): (ContactId, ParticipantId), on: Day) -> Option<Contact> {
        let past = self.is_next_past(on);
        let (way, outcome) = self.way.zip(self.outcome).filter(|_| !past)?;
        let note = self.note.trim().to_owned();
        Some(Contact { id, participant, on, way, outcome, next_on: self.next_on, note, holds: true })
    }
}

impl Fields for Typed {
    fn onto(&self, opened: &Self, now: &Self) -> Self {
        Self {
            way: field(&self.way, &opened.way, &now.way),
            outcome: field(&self.outcome, &opened.outcome, &now.outcome),
            next_on: field(&self.next_on, &opened.next_on, &now.next_on),
            note: field(&self.note, &opened.note, &now.note),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn noted(outcome: ContactOutcome) -> Contact {
        Contact {
            id: ContactId(Uuid::from_u128(1)),
            participant: ParticipantId(Uuid::from_u128(2)),
            on: day("2026-09-08"),
            way: ContactWay::Message,
            outcome,
            next_on: Some(day("2026-09-20")),
            note: "soitettava iltapäivällä".into(),
            holds: true,
        }
    }

    #[test]
    fn a_call_that_is_noted_again_keeps_what_was_noted_first() {
        let first = noted(ContactOutcome::NotReached);
        let opened = Typed::of(&first, first.on);
        let typed = Typed { outcome: Some(ContactOutcome::Reached), ..opened.clone() };
        let again = typed.onto(&opened, &opened).contact((first.id, first.participant), first.on);
        assert_eq!(again, Some(noted(ContactOutcome::Reached)));
        let other = Typed { note: "poika vastasi".into(), ..opened.clone() };
        let both = typed.onto(&opened, &other).contact((first.id, first.participant), first.on).unwrap();
        assert_eq!((both.outcome, both.note.as_str()), (ContactOutcome::Reached, "poika vastasi"));
    }

    #[test]
    fn a_contact_tells_how_it_went_and_its_next_time_does_not_lie_before_it() {
        let who = (ContactId(Uuid::from_u128(1)), ParticipantId(Uuid::from_u128(2)));
        assert_eq!(Typed::default().contact(who, day("2026-09-08")), None);
        let noted = noted(ContactOutcome::Reached);
        let typed = Typed::of(&noted, noted.on);
        assert!(typed.clone().contact(who, day("2026-09-20")).is_some());
        assert_eq!(typed.contact(who, day("2026-09-21")), None);
        let later = Typed::of(&noted, day("2026-09-21")).contact(who, day("2026-09-21"));
        assert_eq!(later.map(|contact| contact.next_on), Some(None), "what has passed hinders nobody who notes more");
    }
}
