//! How much of what was offered a person took part in (docs/outcomes.md, Attendance).

use super::dataset::Period;
use super::register::History;
use crate::attendance::Mark;
use crate::time::Day;

/// Fewest offered sessions for an adherence of a person.
const LEAST_OFFERED: u64 = 4;

/// Sessions of own groups offered to one person, and attended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Adherence {
    /// Held sessions, without those inside an agreed pause.
    pub offered: u64,
    pub attended: u64,
    /// Held sessions inside an agreed pause.
    pub paused: u64,
}

impl Adherence {
    /// The rule for one person, wherever it is asked for: held sessions of own groups with what was marked (no mark
    /// is an absence), in any order, of which those from `from` to `to` count, both days included. Nothing before
    /// the first visit is offered: `from` must not lie before it.
    pub fn count(own: impl IntoIterator<Item = (Day, Option<Mark>)>, from: Day, to: Day) -> Self {
        let mut adherence = Self::default();
        for (_, mark) in own.into_iter().filter(|(day, _)| (from..=to).contains(day)) {
            match mark {
                Some(Mark::Paused) => adherence.paused += 1,
                mark => {
                    adherence.offered += 1;
                    adherence.attended += u64::from(mark.is_some_and(Mark::attended));
                }
            }
        }
        adherence
    }

    /// Of a whole history: from the later of first visit and period start to the exit or the period's end.
    pub fn of(history: &History, exit: Option<Day>, period: &Period) -> Self {
        let Some(first) = history.visits.first() else { return Self::default() };
        let to = exit.unwrap_or(period.to).min(period.to);
        let own = history.own_sessions.iter().map(|session| (session.day, session.mark));
        Self::count(own, period.from.max(*first), to)
    }

    /// attended / offered; nothing with fewer than 4 offered.
    pub fn share(&self) -> Option<f64> {
        (self.offered >= LEAST_OFFERED).then(|| self.attended as f64 / self.offered as f64)
    }

    /// The worst case: agreed pauses counted as offered.
    pub fn share_with_pauses(&self) -> Option<f64> {
        let offered = self.offered + self.paused;
        (self.offered >= LEAST_OFFERED).then(|| self.attended as f64 / offered as f64)
    }

    /// Three quarters of the offered sessions or more.
    pub fn is_good(&self) -> bool {
        self.offered >= LEAST_OFFERED && self.attended * 4 >= self.offered * 3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_of_adherence() {
        for (offered, attended, paused, share, good) in [
            (22, 17, 0, Some(77.3), true),
            (22, 16, 0, Some(72.7), false),
            (3, 3, 0, None, false),
            (20, 15, 0, Some(75.0), true),
            (18, 14, 6, Some(77.8), true),
        ] {
            let adherence = Adherence { offered, attended, paused };
            assert_eq!(adherence.share().map(|s| (s * 1000.0).round() / 10.0), share, "{adherence:?}");
            assert_eq!(adherence.is_good(), good, "{adherence:?}");
        }
    }

    #[test]
    fn a_session_without_a_mark_is_an_absence_and_a_pause_is_not_offered() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let own = [
            ("2026-01-05", Some(Mark::Present)),
            ("2026-01-12", None),
            ("2026-01-19", Some(Mark::Paused)),
            ("2026-01-26", Some(Mark::LateOrPartial)),
            ("2026-02-02", Some(Mark::AbsentInformed)),
            ("2026-02-09", Some(Mark::Present)),
        ];
        let counted = Adherence::count(own.map(|(on, mark)| (day(on), mark)), day("2026-01-05"), day("2026-02-02"));
        assert_eq!(counted, Adherence { offered: 4, attended: 2, paused: 1 });
    }

    #[test]
    fn the_worst_case_counts_pauses_as_offered() {
        let worst = Adherence { offered: 18, attended: 14, paused: 6 }.share_with_pauses().unwrap();
        assert!((worst - 0.583).abs() < 5e-4);
    }
}
