//! The one choke point for small numbers: only this module can make a [`Shown`] figure, and reports,
//! screens, files and messages take nothing else (docs/outcomes.md, Hiding).

mod answers;
mod change;
mod coming;
mod divisions;
mod leaving;
mod lines;
mod measured;
mod model;
mod profiles;
pub(super) mod shown;
mod spread;
mod steps;
mod strata;
mod way;
mod weeks;

use super::dataset::{Limits, Settings};
use super::figures::{FollowUp, Safety, Share};
use super::retention::Observed;
use super::statistics::{Interval, Moments, poisson_interval, wilson};
pub use answers::AnswerNumbers;
pub use change::ChangeNumbers;
pub use coming::{Coming, Side};
pub use divisions::ManyDivisions;
use lines::{hide_line, hide_table, is_small};
pub use model::{ModelEstimates, ModelNumbers};
pub(super) use model::{scale, turned};
pub use profiles::ProfileNumbers;
pub use shown::{Shown, Told};
use shown::{interval, masked, real};
pub use spread::SpreadNumbers;
pub(super) use steps::{Step, Steps};
pub use strata::StratumNumbers;
pub use way::WayNumbers;
pub use weeks::WeekNumbers;

/// From this many visits on, falls and their rate are shown.
const VISITS_FOR_FALLS: u64 = 500;

/// The limits of hiding.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    k: u64,
    basis: u64,
    pub(super) steps: Steps,
}

impl Gate {
    /// The municipality's limits. They may be stricter than the defaults, never laxer.
    pub fn new(settings: &Settings) -> Self {
        let Limits { k, basis } = settings.limits();
        Self { k: k.into(), basis: basis.into(), steps: Steps::ALL }
    }

    /// The limits with one step of hiding left out.
    pub(super) fn with(settings: &Settings, steps: Steps) -> Self {
        Self { steps, ..Self::new(settings) }
    }

    /// A count that needs no other to protect it: the flow's steps, visits.
    pub fn count(&self, count: u64) -> Shown<u64> {
        masked(count, self.is_small(count))
    }

    /// A number of people said beside other numbers.
    pub fn told(&self, count: u64) -> Told {
        Told::new(count, !self.is_small(count))
    }

    /// Counts of one line whose total is published, and that total.
    pub fn line(&self, cells: &[u64]) -> (Vec<Shown<u64>>, Shown<u64>) {
        let mask = hide_line(cells, self.k);
        (all_masked(cells, &mask.cells), masked(cells.iter().sum(), mask.total))
    }

    /// Counts of a two-way table whose totals are published; nothing when categories must be merged first.
    pub fn table(&self, rows: &[Vec<u64>]) -> Option<Vec<Vec<Shown<u64>>>> {
        let mask = hide_table(rows, self.k)?;
        Some(rows.iter().zip(&mask).map(|(row, mask)| all_masked(row, mask)).collect())
    }

    /// A number of sessions: never about a person.
    pub fn sessions(&self, count: u64) -> Shown<u64> {
        Shown::of(count)
    }

    /// A number of a whole municipality that others have published.
    pub(in crate::outcomes) fn of_published(count: u64) -> Shown<u64> {
        Shown::of(count)
    }

    /// A median or percentage over `n` persons.
    pub fn over_persons(&self, value: Option<f64>, n: u64) -> Shown<f64> {
        match n {
            0 => Shown::UNDEFINED,
            n if self.is_few(n) => Shown::HIDDEN,
            _ => real(value),
        }
    }

    /// The share of `x` in `n` persons.
    pub fn share(&self, x: u64, n: u64) -> Share {
        let shown = n == 0 || self.passes_as_share(x, n);
        let part = (n > 0).then(|| x as f64 / n as f64);
        Share {
            x: masked(x, !shown),
            n: self.count(n),
            share: if shown { real(part) } else { Shown::HIDDEN },
            ci: if shown { interval(wilson(x, n)) } else { Shown::HIDDEN },
        }
    }

    /// How many are out because their group ended: told where the share of the active is, and neither they nor the
    /// rest of those who are out are few.
    pub fn group_ended(&self, observed: &Observed) -> Told {
        let Observed { n, active, group_ended } = *observed;
        let dropped_out = n.saturating_sub(active + group_ended);
        if !self.passes_as_share(active, n) {
            return Told::default();
        }
        Told::new(group_ended, !self.is_small(group_ended) && !self.is_small(dropped_out))
    }

    /// The flow's retested of due; completeness is shown whenever both counts are.
    pub fn follow_up(&self, retested: u64, due: u64) -> FollowUp {
        let (due_shown, retested_shown) = (self.count(due), self.count(retested));
        let hidden = due_shown.is_hidden() || retested_shown.is_hidden();
        let part = (due > 0).then(|| retested as f64 / due as f64);
        let completeness = if hidden { Shown::HIDDEN } else { real(part) };
        FollowUp { due: due_shown, retested: retested_shown, completeness }
    }

    /// Falls and their rate: events, shown with enough visits.
    pub fn safety(&self, falls: u64, visits: u64) -> Safety {
        let hidden = visits < VISITS_FOR_FALLS;
        let rate = |events: f64| events * 1000.0 / visits as f64;
        let ci = poisson_interval(falls);
        Safety {
            falls: masked(falls, hidden),
            visits: self.count(visits),
            falls_per_1000_visits: match visits {
                0 => Shown::UNDEFINED,
                _ if hidden => Shown::HIDDEN,
                _ => real(Some(rate(falls as f64))),
            },
            ci: match visits {
                0 => Shown::UNDEFINED,
                _ if hidden => Shown::HIDDEN,
                _ => interval(Some(Interval { lo: rate(ci.lo), hi: rate(ci.hi) })),
            },
        }
    }

    /// `x` of `n`: neither side small; no one or everyone only of twice as many.
    fn passes_as_share(&self, x: u64, n: u64) -> bool {
        let rest = n.saturating_sub(x);
        let one_sided = x == 0 || rest == 0;
        !self.is_few(n) && !self.is_small_share(x) && !self.is_small_share(rest) && (!one_sided || self.is_many(n))
    }

    /// All of them have the same: their mean would be the result of each.
    fn are_alike(&self, results: &Moments) -> bool {
        self.steps.takes(Step::NoSpread) && results.sd() == Some(0.0)
    }

    fn is_small(&self, count: u64) -> bool {
        self.steps.takes(Step::SmallCounts) && is_small(count, self.k)
    }

    fn is_small_share(&self, count: u64) -> bool {
        self.steps.takes(Step::SmallShares) && is_small(count, self.k)
    }

    /// Too few people for a mean, a median or a share.
    fn is_few(&self, n: u64) -> bool {
        self.steps.takes(Step::FewPeople) && n < self.basis
    }

    /// Enough people to say that it was none or all of them.
    fn is_many(&self, n: u64) -> bool {
        !self.steps.takes(Step::SmallShares) || n >= 2 * self.basis
    }
}

fn all_masked(cells: &[u64], mask: &[bool]) -> Vec<Shown<u64>> {
    cells.iter().zip(mask).map(|(count, hidden)| masked(*count, *hidden)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GATE: Gate = Gate { k: 5, basis: 10, steps: Steps::ALL };

    fn shown<T: Copy>(figure: &Shown<T>) -> Option<T> {
        figure.value().copied()
    }

    #[test]
    fn d12_shares() {
        for (x, n, visible) in [
            (3, 12, false),
            (9, 12, false),
            (6, 12, true),
            (0, 15, false),
            (0, 20, true),
            (4, 9, false),
            (20, 20, true),
            (15, 15, false),
        ] {
            assert_eq!(shown(&GATE.share(x, n).x), visible.then_some(x), "{x} of {n}");
        }
    }

    #[test]
    fn a_hidden_share_hides_everything_but_its_basis() {
        let share = GATE.share(3, 12);
        assert!(share.x.is_hidden() && share.share.is_hidden() && share.ci.is_hidden());
        assert_eq!(shown(&share.n), Some(12));
        assert!(GATE.share(1, 4).n.is_hidden());
    }

    #[test]
    fn a_share_of_no_one_is_undefined_not_hidden() {
        let share = GATE.share(0, 0);
        assert_eq!((shown(&share.x), shown(&share.n)), (Some(0), Some(0)));
        assert!(share.share.value().is_none() && !share.share.is_hidden() && !share.ci.is_hidden());
    }

    #[test]
    fn falls_are_shown_from_five_hundred_visits_on() {
        assert!(GATE.safety(2, 499).falls.is_hidden());
        let safety = GATE.safety(2, 500);
        assert_eq!((shown(&safety.falls), shown(&safety.falls_per_1000_visits)), (Some(2), Some(4.0)));
        let ci = shown(&safety.ci).unwrap();
        assert!((ci.lo - 0.4844).abs() < 1e-3 && (ci.hi - 14.449).abs() < 1e-3, "{ci:?}");
        assert!(!GATE.safety(0, 0).falls_per_1000_visits.is_hidden());
    }

    #[test]
    fn a_municipality_may_be_stricter_but_not_laxer() {
        let gate = |k, basis| Gate::new(&Settings { k, basis, ..Settings::default() });
        assert!(gate(1, 1).count(4).is_hidden());
        assert!(gate(10, 10).count(9).is_hidden());
    }
}
