//! Letters to those who take part: their kinds; and how a municipality addresses people, there and on pages.

use crate::codes::codes;

codes! {
    /// How people are addressed.
    #[derive(Default)]
    pub enum FormOfAddress {
        /// sinä, du.
        #[default]
        Familiar = "familiar",
        /// te, ni.
        Formal = "formal",
    }
}

impl FormOfAddress {
    /// What holds where a municipality has chosen nothing: as the pages of those who take part speak.
    pub const USUAL: Self = Self::Familiar;
}

codes! {
    /// What a letter is for.
    pub enum LetterKind {
        /// To somebody who begins in a group.
        Welcome = "welcome",
        /// To a session at which the group is measured.
        Invitation = "invitation",
        /// What was measured. Health data.
        Results = "results",
        /// The sessions of the season that are still to come.
        Sessions = "sessions",
        /// Exercises for home, which the sender chooses.
        Exercises = "exercises",
    }
}

impl LetterKind {
    /// Whether it says whom to call. The exercises are the same for everybody, and lie in the same envelope.
    pub const fn says_whom_to_call(self) -> bool {
        !matches!(self, Self::Exercises)
    }
}
