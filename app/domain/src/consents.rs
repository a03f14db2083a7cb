//! Consents are events: given or withdrawn, never edited (domain.md 6.2).

use serde::{Deserialize, Serialize};

use crate::codes::codes;
use crate::ids::{ConsentId, ParticipantId};
use crate::lists::sort_by_key;
use crate::time::Day;
use std::collections::BTreeSet;

codes! {
    /// What the consent is about.
    pub enum ConsentPurpose {
        HealthTests = "health_tests", RelativeSchedule = "relative_schedule",
        RelativeAttendance = "relative_attendance", RelativeResults = "relative_results",
        RelativeMessages = "relative_messages", HomeCareExchange = "home_care_exchange",
        ContactSurvey = "contact_survey",
    }
}

codes! {
    pub enum ConsentChannel { OwnPhone = "own_phone", Paper = "paper", Spoken = "spoken", Import = "import" }
}

codes! {
    pub enum ConsentAct { Given = "given", Withdrawn = "withdrawn" }
}

/// One consent event.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    pub id: ConsentId,
    pub participant: ParticipantId,
    pub purpose: ConsentPurpose,
    pub act: ConsentAct,
    pub channel: ConsentChannel,
    /// The day of the event.
    pub on: Day,
    /// Version of the text that was read or heard, for example `health_tests/1`.
    pub text_version: String,
    /// Language in which it was read or heard: `fi`, `sv` or `en`.
    pub language: String,
    /// The newest events of the same person and purpose that the writer knew of. Whoever records leaves
    /// it empty; the tablet's engine and the server's step fill it in. With it a withdrawal beats a grant
    /// whose writer had not seen it (sync.md 4).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<ConsentId>,
}

/// Whether an event of one person and purpose stands on an earlier one: its writer knew of it.
pub fn follows(events: &[&Consent], later: &Consent, earlier: ConsentId) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = later.after.clone();
    while let Some(id) = open.pop() {
        if id == earlier {
            return true;
        }
        if seen.insert(id) {
            open.extend(events.iter().filter(|e| e.id == id).flat_map(|e| e.after.iter().copied()));
        }
    }
    false
}

/// What holds now for one person and purpose, from all their events; `None`: never asked.
/// A withdrawal holds until a grant whose writer knew of it: it beats a grant made at the same time (sync.md 4).
pub fn standing(events: &[&Consent]) -> Option<ConsentAct> {
    let of = |act| events.iter().filter(move |e| e.act == act);
    let answered = |withdrawal: &Consent| of(ConsentAct::Given).any(|given| follows(events, given, withdrawal.id));
    if events.is_empty() {
        None
    } else if of(ConsentAct::Withdrawn).all(|withdrawal| answered(withdrawal)) {
        Some(ConsentAct::Given)
    } else {
        Some(ConsentAct::Withdrawn)
    }
}

/// The events that no other known event of the same person and purpose stands on, in order of their ids.
pub fn newest(events: &[&Consent]) -> Vec<ConsentId> {
    let heads = events.iter().filter(|e| !events.iter().any(|other| other.after.contains(&e.id)));
    let mut ids: Vec<_> = heads.map(|e| e.id).collect();
    sort_by_key(&mut ids, |id| *id);
    ids
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn event(n: u128, act: ConsentAct, after: &[u128]) -> Consent {
        Consent {
            id: ConsentId(Uuid::from_u128(n)),
            participant: ParticipantId(Uuid::nil()),
            purpose: ConsentPurpose::HealthTests,
            act,
            channel: ConsentChannel::Spoken,
            on: "2026-11-21".parse().unwrap(),
            text_version: "health_tests/1".into(),
            language: "fi".into(),
            after: after.iter().map(|n| ConsentId(Uuid::from_u128(*n))).collect(),
        }
    }

    #[test]
    fn a_withdrawal_beats_a_grant_whose_writer_had_not_seen_it() {
        let (given, withdrawn) = (event(1, ConsentAct::Given, &[]), event(2, ConsentAct::Withdrawn, &[1]));
        let again = event(3, ConsentAct::Given, &[1]);
        assert_eq!(standing(&[]), None);
        assert_eq!(standing(&[&given]), Some(ConsentAct::Given));
        assert_eq!(standing(&[&given, &withdrawn]), Some(ConsentAct::Withdrawn));
        assert_eq!(standing(&[&again, &withdrawn, &given]), Some(ConsentAct::Withdrawn));
    }

    #[test]
    fn a_grant_given_after_the_withdrawal_was_known_holds() {
        let (given, withdrawn) = (event(1, ConsentAct::Given, &[]), event(2, ConsentAct::Withdrawn, &[1]));
        let (other, again) = (event(3, ConsentAct::Given, &[1]), event(4, ConsentAct::Given, &[2, 3]));
        assert_eq!(standing(&[&given, &withdrawn, &other, &again]), Some(ConsentAct::Given));
        assert_eq!(newest(&[&given, &withdrawn, &other]), [withdrawn.id, other.id]);
    }
}
