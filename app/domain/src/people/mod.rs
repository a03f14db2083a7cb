//! Participants: who they are, as far as the programme needs to know.

mod likeness;
pub mod naming;
mod profile;
pub mod restriction;
mod standing;
mod verb;

pub use likeness::Clue;
pub use profile::{Profile, ProfileChange};
pub use standing::{Order, Standing, may_be_contacted};
pub use verb::{Verb, VerbKind};

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

use crate::codes::codes;
use crate::ids::ParticipantId;
use crate::sync::entity::Bucket;
use crate::sync::hlc::Hlc;
use crate::sync::noun::{Noun, Places};

codes! {
    /// Sex as told by the participant, used for reference values only; never guessed.
    pub enum Sex { Female = "female", Male = "male", Other = "other", Unknown = "unknown" }
}

codes! {
    /// The person's own language for letters and talk.
    pub enum PersonLanguage { Finnish = "fi", Swedish = "sv", English = "en", Other = "other" }
}

codes! {
    /// Whether the person lives alone.
    pub enum LivingAlone { Yes = "yes", No = "no", NotTold = "not_told" }
}

codes! {
    /// Highest education.
    pub enum Education { Basic = "basic", Secondary = "secondary", Higher = "higher", NotTold = "not_told" }
}

codes! {
    /// How easily the household's income covers its costs.
    pub enum IncomeOk { Easy = "easy", Moderate = "moderate", Hard = "hard", NotTold = "not_told" }
}

codes! {
    /// Way into the programme.
    pub enum ReferralSource {
        Myself = "self", Relative = "relative", HomeCare = "home_care",
        PreventiveHomeVisit = "preventive_home_visit", HealthCentre = "health_centre",
        HospitalRehab = "hospital_rehab", Pharmacy = "pharmacy", Ngo = "ngo", Parish = "parish",
        Outreach = "outreach", Peer = "peer", SportsService = "sports_service", Other = "other",
    }
}

codes! {
    /// What was decided on the application.
    pub enum Decision {
        Accepted = "accepted", WaitingList = "waiting_list", CounsellingOnly = "counselling_only",
        ReferredElsewhere = "referred_elsewhere", NotEligible = "not_eligible", Withdrew = "withdrew",
    }
}

/// A participant as server and tablets hold them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Participant {
    pub id: ParticipantId,
    pub profile: Profile,
    /// Registered the short way in a hall; the coordinator completes it later.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
    /// When each changed field was last written; the merge compares them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub clocks: BTreeMap<String, Written>,
}

/// When a field was written, and the participant's revision that this made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    pub at: Hlc,
    pub rev: i64,
}

/// A person lies in the buckets of every group in which they have a stay that has not lapsed.
impl Noun for Participant {
    type Id = ParticipantId;
    const PERSONAL: bool = true;

    fn id(&self) -> ParticipantId {
        self.id
    }

    fn participant(&self) -> Option<ParticipantId> {
        Some(self.id)
    }

    fn parents(&self) -> Vec<Uuid> {
        Vec::new()
    }

    /// Also of somebody whose processing is restricted: by name, and that it is.
    fn buckets(&self, places: &impl Places) -> BTreeSet<Bucket> {
        places.groups_naming(self.id).into_iter().flat_map(|g| [Bucket::Roll(g), Bucket::Health(g)]).collect()
    }

    /// The roll has names and language of people, nothing else of them; and no tablet has where somebody lives whose home
    /// must not become known.
    fn shown_in(self, bucket: Bucket) -> Self {
        if self.profile.restricted {
            let profile = Profile { restricted: true, same_as: self.profile.same_as, ..self.profile.names_only() };
            return Self { profile, clocks: BTreeMap::new(), provisional: false, ..self };
        }
        let Bucket::Roll(_) = bucket else { return Self { profile: self.profile.disclosed(), ..self } };
        let shown = &self.profile;
        let profile = Profile {
            // A nameless person's reference stands for the name; it is nothing else of them.
            called_name: shown.called_name.clone().or_else(|| shown.reference.clone().filter(|_| shown.is_nameless())),
            language: shown.language,
            same_as: shown.same_as,
            ..shown.names_only()
        };
        Self { profile, clocks: BTreeMap::new(), ..self }
    }

    fn shown_to(mut self, schema: u16) -> Self {
        if schema < 4 {
            self.profile.restricted = false;
            self.clocks.remove(ProfileChange::Restricted(false).field());
        }
        let shown = |mut person: Self| {
            person.profile = Profile { died_on: None, undisclosed: false, same_as: None, ..person.profile };
            for change in [ProfileChange::DiedOn(None), ProfileChange::Undisclosed(false), ProfileChange::SameAs(None)]
            {
                person.clocks.remove(change.field());
            }
            person
        };
        if schema < 3 { shown(self) } else { self }
    }

    fn readings(&self) -> Vec<&Hlc> {
        self.clocks.values().map(|written| &written.at).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::GroupId;
    use crate::time::Day;

    struct TwoGroups;
    impl Places for TwoGroups {
        fn groups_of(&self, _: ParticipantId) -> Vec<GroupId> {
            vec![GroupId(Uuid::from_u128(1)), GroupId(Uuid::from_u128(2))]
        }

        fn groups_reaching(&self, id: ParticipantId, _: Day) -> Vec<GroupId> {
            self.groups_of(id)
        }

        fn has_lapsed(&self, _: ParticipantId, _: GroupId) -> bool {
            false
        }

        fn is_restricted(&self, _: ParticipantId) -> bool {
            false
        }
    }

    fn person() -> Participant {
        let profile = Profile {
            given_names: "Aino".into(),
            family_name: "Aho".into(),
            birth_year: Some(1944),
            phone: Some("040 123".into()),
            language: Some(PersonLanguage::Swedish),
            ..Profile::default()
        };
        Participant { id: ParticipantId(Uuid::from_u128(9)), profile, provisional: false, clocks: Default::default() }
    }

    #[test]
    fn no_tablet_has_the_contacts_of_somebody_whose_home_must_not_become_known() {
        let mut hidden = person();
        hidden.profile.undisclosed = true;
        let group = GroupId(Uuid::nil());
        let shown = hidden.clone().shown_in(Bucket::Health(group));
        assert_eq!((shown.profile.phone, shown.profile.undisclosed), (None, true));
        assert!(!hidden.clone().shown_in(Bucket::Roll(group)).profile.undisclosed, "the roll says nothing of it");
        let older = hidden.shown_in(Bucket::Health(group)).shown_to(2);
        assert_eq!((older.profile.phone, older.profile.undisclosed), (None, false), "an older program can read it");
    }

    #[test]
    fn of_somebody_whose_processing_is_restricted_tablets_have_the_name_and_that_it_is() {
        let mut restricted = person();
        restricted.profile.restricted = true;
        restricted.provisional = true;
        for bucket in [Bucket::Roll(GroupId(Uuid::nil())), Bucket::Health(GroupId(Uuid::nil()))] {
            let shown = restricted.clone().shown_in(bucket);
            let known = Profile { restricted: true, ..person().profile.names_only() };
            assert_eq!((shown.profile, shown.provisional), (known, false));
        }
        let older = restricted.shown_in(Bucket::Health(GroupId(Uuid::nil()))).shown_to(3);
        assert!(!older.profile.restricted, "an older program can read it");
    }

    #[test]
    fn a_person_lies_in_both_buckets_of_every_group() {
        assert_eq!(person().buckets(&TwoGroups).len(), 4);
    }

    #[test]
    fn the_roll_shows_name_and_language_and_nothing_else_of_a_person() {
        let shown = person().shown_in(Bucket::Roll(GroupId(Uuid::nil())));
        assert_eq!(shown.profile.list_name(), "Aho Aino");
        assert_eq!(
            (shown.profile.birth_year, shown.profile.phone, shown.profile.language),
            (None, None, Some(PersonLanguage::Swedish))
        );
        assert_eq!(person().shown_in(Bucket::Health(GroupId(Uuid::nil()))), person());
    }
}
