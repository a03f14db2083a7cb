//! What people ask for by their rights, and until when it is answered (docs/access.md, Requests).

use crate::codes::codes;
use crate::time::Day;

/// Characters of what is asked, of an answer and of a reason for more time, at most.
pub const WORDS: usize = 1000;

codes! {
    /// What is asked for, in the order of the regulation's articles.
    pub enum RequestKind {
        /// A copy of all that is kept (GDPR, article 15).
        Access = "access",
        /// That something be put right (article 16).
        Correction = "correction",
        /// Article 17.
        Erasure = "erasure",
        /// Article 18.
        Restriction = "restriction",
        /// That the data be processed no more (article 21).
        Objection = "objection",
        /// To take part no more.
        Leaving = "leaving",
    }
}

impl RequestKind {
    /// What can be asked for on one's own page: a copy is there already.
    pub const ON_OWN_PAGE: [Self; 5] =
        [Self::Correction, Self::Leaving, Self::Erasure, Self::Restriction, Self::Objection];

    /// Whether nobody can do it without being told what: which words are wrong, and how they should be.
    pub fn needs_words(self) -> bool {
        self == Self::Correction
    }
}

codes! {
    /// Which part of the data is to be put right.
    pub enum RequestPart {
        Profile = "profile", Contact = "contact", Groups = "groups", Visits = "visits", Results = "results",
        Other = "other",
    }
}

codes! {
    /// How it came.
    pub enum RequestChannel { OwnPage = "own_page", Phone = "phone", Paper = "paper", Spoken = "spoken" }
}

/// The last day on which a request of that day is answered in time: the same day of the next month, or that month's last
/// (GDPR, article 12(3)). It is not moved on from a holiday.
pub fn due(received: Day) -> Day {
    received.plus_months(1)
}

/// The same where two further months were needed, of which the person is told.
pub fn due_extended(received: Day) -> Day {
    received.plus_months(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_due_on_the_same_day_of_the_next_month_or_on_its_last() {
        let day = |text: &str| -> Day { text.parse().unwrap() };
        for (received, one, three) in [
            ("2026-09-08", "2026-10-08", "2026-12-08"),
            ("2027-01-31", "2027-02-28", "2027-04-30"),
            ("2028-01-31", "2028-02-29", "2028-04-30"),
            ("2028-01-30", "2028-02-29", "2028-04-30"),
            ("2026-12-31", "2027-01-31", "2027-03-31"),
            ("2026-11-30", "2026-12-30", "2027-02-28"),
            // Christmas Day: it is not moved on.
            ("2026-11-25", "2026-12-25", "2027-02-25"),
        ] {
            assert_eq!((due(day(received)), due_extended(day(received))), (day(one), day(three)), "{received}");
        }
    }
}
