//! What is put to a person: writes that contradict each other, records that may be one.

use super::entity::EntityKey;
use crate::ids::{ReviewId, uuid_v5};

crate::codes::codes! {
    /// What a person must decide.
    pub enum ReviewKind {
        /// Two different marks for one person in one session.
        Attendance = "attendance",
        /// Two corrections of one test.
        Amendment = "amendment",
        /// The same test on the same day from two devices.
        PossibleDuplicate = "possible_duplicate",
        /// A consent given and withdrawn without knowledge of each other. Counts as withdrawn.
        Consent = "consent",
        /// One field of a profile written differently.
        Profile = "profile",
        /// Somebody of this name is in the group already.
        PossibleSamePerson = "possible_same_person",
        /// Somebody who looks the same is in the municipality, known to those who look after both.
        Alike = "alike",
        /// Two stays of one person in one group share days.
        Overlap = "overlap",
        /// A tablet gave a reference, which was not taken.
        Reference = "reference",
        Session = "session",
        Group = "group",
        Membership = "membership",
        /// One incident completed differently.
        Incident = "incident",
        /// Two permissions after the same answers.
        Screening = "screening",
        /// Two programmes for home that one person was given.
        HomeProgramme = "home_programme",
    }
}

impl ReviewKind {
    /// Whether writes contradict each other; else it is only a hint.
    pub const fn contradicts(self) -> bool {
        !matches!(self, Self::PossibleSamePerson | Self::Alike | Self::Overlap | Self::Reference)
    }

    /// Whether it is about two entities, whichever operations brought them: asked once and settled once.
    pub const fn is_of_pair(self) -> bool {
        matches!(self, Self::PossibleSamePerson | Self::Alike | Self::Overlap)
    }
}

/// The question whether these two are one. It is the same question whichever of them is named first.
pub fn pair_id(one: EntityKey, other: EntityKey) -> ReviewId {
    let (one, other) = if one <= other { (one, other) } else { (other, one) };
    ReviewId(uuid_v5(one.id, &["review", "pair", &other.id.to_string()]))
}

/// A write contradicts others of the same entity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contradiction {
    pub kind: ReviewKind,
    pub against: Against,
}

/// Which writes of an entity an operation is held against.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Against {
    /// Newer than what the author had seen, by other streams.
    Unseen,
    /// Those that made these versions.
    Revs(Vec<i64>),
    All,
}
