//! Feedback that anybody may send, and until when it is answered (docs/access.md, Feedback).

use crate::codes::codes;
use crate::time::Day;

/// Characters of what is said and of an answer, at most.
pub const WORDS: usize = 2000;

/// Within so many days it is answered (Act 306/2019, section 8).
const ANSWERED_WITHIN: i64 = 14;

/// So many months after the answer nobody knows any more who sent it.
const SENDER_KEPT: u16 = 3;

/// So many months after the answer it goes altogether.
const KEPT: u16 = 24;

codes! {
    /// What it is about.
    pub enum FeedbackKind {
        /// Something cannot be used by somebody: it has a due date by law.
        Accessibility = "accessibility",
        /// Something else about the web service.
        Service = "service",
        /// Groups, instructors, places.
        Groups = "groups",
        Other = "other",
    }
}

/// The last day on which feedback of that day is answered in time.
pub fn due(received: Day) -> Day {
    received.plus_days(ANSWERED_WITHIN)
}

/// What was answered before that day loses its sender: name and contact.
pub fn sender_kept_since(today: Day) -> Day {
    months_before(today, SENDER_KEPT)
}

/// What was answered before that day goes.
pub fn kept_since(today: Day) -> Day {
    months_before(today, KEPT)
}

/// The first day from which so many months have not passed yet.
fn months_before(today: Day, months: u16) -> Day {
    let at_least = today.plus_days(-31 * i64::from(months) - 1);
    (0..).map(|more| at_least.plus_days(more)).find(|day| day.plus_months(months) >= today).unwrap_or(today)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn it_is_answered_within_two_weeks_of_its_day() {
        for (received, last) in
            [("2026-09-08", "2026-09-22"), ("2026-12-24", "2027-01-07"), ("2028-02-20", "2028-03-05")]
        {
            assert_eq!(due(day(received)), day(last), "{received}");
        }
    }

    #[test]
    fn the_sender_is_known_for_three_months_after_the_answer_and_the_rest_for_two_years() {
        for (today, sender, all) in [
            ("2026-12-08", "2026-09-08", "2024-12-08"),
            ("2027-02-28", "2026-11-28", "2025-02-28"),
            // Three months from 29 February are over on 29 May.
            ("2028-05-31", "2028-03-01", "2026-05-31"),
        ] {
            assert_eq!((sender_kept_since(day(today)), kept_since(day(today))), (day(sender), day(all)), "{today}");
        }
    }
}
