//! How a test of somebody stands on a day when people are measured.

use std::collections::BTreeMap;

use domain::assessments::{Assessment, Instrument};
use domain::ids::GroupId;
use domain::time::Day;

/// Results so many days old belong to the same round of tests.
const ROUND_DAYS: i64 = 30;

/// How one test of one person stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Begun on this tablet and not saved.
    Begun,
    /// Done in this round, on that day.
    Done(Day),
    /// To be done; with the day on which it was done last, if ever.
    Open(Option<Day>),
}

/// How the test stands on that day, by the tests of one person in any order.
pub fn standing(tests: &[Assessment], instrument: Instrument, day: Day, begun: bool) -> Standing {
    let until = tests.iter().filter(|test| test.instrument == instrument && test.measured_on <= day);
    match newest(until).map(|test| test.measured_on) {
        _ if begun => Standing::Begun,
        Some(last) if day.days_since(last) <= ROUND_DAYS => Standing::Done(last),
        last => Standing::Open(last),
    }
}

/// The test to do next of these in their order: one that was begun before all, then the first that is not done.
pub fn next_of(tests: &[(Instrument, Standing)]) -> Option<(Instrument, Standing)> {
    let begun = tests.iter().find(|(_, stands)| *stands == Standing::Begun);
    let open = || tests.iter().find(|(_, stands)| !matches!(stands, Standing::Done(_)));
    begun.or_else(open).copied()
}

/// Somebody who waits at the station of a test.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InLine {
    /// The test was begun on this tablet and not saved.
    pub begun: bool,
    pub here: bool,
    /// Has said no to tests, or must not be measured today.
    pub closed: bool,
}

impl InLine {
    /// Whether this is somebody to be called. A test that was begun goes on.
    pub const fn is_up(self) -> bool {
        self.here && (self.begun || !self.closed)
    }

    /// Whoever is called first has the least: nobody who is not to be called stands before one who is.
    pub const fn order(self) -> (bool, bool) {
        (!self.is_up(), !self.begun)
    }
}

/// The newest of these tests: by day, and of one day's by id.
pub fn newest<'a>(tests: impl IntoIterator<Item = &'a Assessment>) -> Option<&'a Assessment> {
    tests.into_iter().max_by_key(|test| (test.measured_on, test.id))
}

/// Those of which two corrections stand against each other, the earliest first: each once, with the first of the groups
/// in which its person is.
pub fn disputed<'a>(tests: impl IntoIterator<Item = (GroupId, &'a Assessment)>) -> Vec<(GroupId, Assessment)> {
    let mut found = BTreeMap::new();
    for (group, test) in tests.into_iter().filter(|(_, test)| test.disputed) {
        found.entry((test.measured_on, test.id)).or_insert_with(|| (group, test.clone()));
    }
    found.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::{AssessmentId, ParticipantId};
    use uuid::Uuid;

    fn tug(day: &str) -> Assessment {
        let nobody = ParticipantId(Uuid::nil());
        Assessment::new(AssessmentId(Uuid::nil()), nobody, day.parse().unwrap(), Instrument::Tug, Vec::new())
    }

    #[test]
    fn a_test_is_done_for_a_round_of_thirty_days_and_a_begun_one_goes_before_all() {
        let (today, last): (Day, Day) = ("2026-09-30".parse().unwrap(), "2026-08-31".parse().unwrap());
        let tests = [tug("2026-05-01"), tug("2026-08-31")];
        let of = |instrument, day: Day, begun| standing(&tests, instrument, day, begun);
        assert_eq!(of(Instrument::Tug, today, false), Standing::Done(last));
        assert_eq!(of(Instrument::Tug, today.plus_days(1), false), Standing::Open(Some(last)));
        assert_eq!(of(Instrument::Tug, today, true), Standing::Begun);
        assert_eq!(of(Instrument::Grip, today, false), Standing::Open(None));
    }

    #[test]
    fn a_begun_test_is_gone_on_with_before_the_next_one_is_begun() {
        let (done, open) = (Standing::Done("2026-09-30".parse().unwrap()), Standing::Open(None));
        let next = |of: [Standing; 3]| {
            let tests = [Instrument::SelfReport, Instrument::Grip, Instrument::Sppb];
            next_of(&tests.into_iter().zip(of).collect::<Vec<_>>()).map(|(test, _)| test)
        };
        assert_eq!(next([done, open, open]), Some(Instrument::Grip));
        assert_eq!(next([open, done, Standing::Begun]), Some(Instrument::Sppb));
        assert_eq!(next([done; 3]), None);
    }

    #[test]
    fn a_test_that_was_corrected_in_two_ways_is_told_once_though_its_person_is_in_two_groups() {
        let (one, other) = (GroupId(Uuid::from_u128(1)), GroupId(Uuid::from_u128(2)));
        let disputed_on = |day: &str, id: u128| {
            let id = AssessmentId(Uuid::from_u128(id));
            Assessment { id, disputed: true, ..tug(day) }
        };
        let (later, earlier, calm) = (disputed_on("2026-09-08", 1), disputed_on("2026-05-01", 2), tug("2026-04-01"));
        let told = disputed([(one, &later), (one, &calm), (one, &earlier), (other, &later)]);
        assert_eq!(told, [(one, earlier), (one, later)]);
    }

    #[test]
    fn nobody_who_is_away_or_is_not_measured_today_keeps_the_others_waiting() {
        let line = |begun, here, closed| InLine { begun, here, closed };
        let (begun, free) = (line(true, true, true), line(false, true, false));
        let (closed, away) = (line(false, true, true), line(true, false, false));
        let mut all = [closed, away, free, begun];
        all.sort_by_key(|one| one.order());
        assert_eq!(all, [begun, free, away, closed]);
        assert_eq!(all.map(InLine::is_up), [true, true, false, false]);
    }

    #[test]
    fn on_a_day_that_is_past_later_tests_do_not_count() {
        let tests = [tug("2026-05-01"), tug("2026-08-31")];
        let then: Day = "2026-05-10".parse().unwrap();
        assert_eq!(standing(&tests, Instrument::Tug, then, false), Standing::Done("2026-05-01".parse().unwrap()));
    }
}
