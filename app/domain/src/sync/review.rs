//! What is put to a person: writes that contradict each other, records that may be one.

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
        Session = "session",
        Group = "group",
        Membership = "membership",
    }
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
