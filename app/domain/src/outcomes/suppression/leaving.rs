//! Why people are not active any more (docs/outcomes.md, Staying on): parts of those who are out, whose number is told.

use super::super::figures::Leaving;
use super::super::retention::{Observed, Reasons};
use super::lines::{hide_line, is_small};
use super::{Gate, Step, masked};

/// Fewer observed tell no reasons: where nobody is out, a share of fewer would not be told either.
const FEWEST_OBSERVED: u64 = 20;

impl Gate {
    /// The reasons of those who are out; nothing where how many these are is not told, where few were observed, or where
    /// hiding reasons is not enough: of five for five reasons each is one.
    pub fn leaving(&self, observed: &Observed, reasons: &Reasons) -> Option<Leaving> {
        let Observed { n, active, .. } = *observed;
        (n >= FEWEST_OBSERVED && self.passes_as_share(active, n)).then_some(())?;
        // Where it is told how many are out because their group ended, all others are a line of their own.
        let ended = self.group_ended(observed);
        let is_known = !ended.any() || ended.number().is_some();
        let Reasons { group_ended, goal_reached, died_or_moved, other, unknown } = *reasons;
        let of_groups = if is_known { 0 } else { group_ended };
        let hidden = self.hidden_of(&[of_groups, goal_reached, died_or_moved, other, unknown])?;
        let at = |place: usize, count: u64| masked(count, hidden.get(place).copied().unwrap_or(true));
        Some(Leaving {
            n: self.count(n),
            group_ended: if is_known { masked(group_ended, false) } else { at(0, group_ended) },
            goal_reached: at(1, goal_reached),
            died_or_moved: at(2, died_or_moved),
            other: at(3, other),
            unknown: at(4, unknown),
        })
    }

    /// Which cells of a line are hidden whose total is told; nothing where that would have to be hidden, too.
    fn hidden_of(&self, line: &[u64]) -> Option<Vec<bool>> {
        if self.steps.takes(Step::Complement) {
            let mask = hide_line(line, self.k);
            (!mask.total).then_some(mask.cells)
        } else {
            Some(line.iter().map(|count| is_small(*count, self.k)).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Steps;
    use super::*;

    const GATE: Gate = Gate { k: 5, basis: 10, steps: Steps::ALL };

    /// What is told of so many observed and out for these reasons.
    fn told(n: u64, [group_ended, goal_reached, died_or_moved, other, unknown]: [u64; 5]) -> Option<[Option<u64>; 5]> {
        let out = group_ended + goal_reached + died_or_moved + other + unknown;
        let observed = Observed { n, active: n - out, group_ended };
        let reasons = Reasons { group_ended, goal_reached, died_or_moved, other, unknown };
        let Leaving { group_ended, goal_reached, died_or_moved, other, unknown, .. } =
            GATE.leaving(&observed, &reasons)?;
        Some([group_ended, goal_reached, died_or_moved, other, unknown].map(|count| count.value().copied()))
    }

    #[test]
    fn reasons_are_parts_of_those_who_are_out_and_none_follows_from_the_others() {
        for (n, reasons, expected) in [
            (80, [12, 6, 5, 9, 0], [Some(12), Some(6), Some(5), Some(9), Some(0)]),
            // Three died: with them goes the smallest other.
            (80, [12, 6, 3, 9, 0], [Some(12), None, None, Some(9), Some(0)]),
            // Two groups' people: with them goes the smallest of the others.
            (80, [2, 6, 5, 9, 0], [None, Some(6), None, Some(9), Some(0)]),
            (80, [0, 0, 0, 6, 7], [Some(0), Some(0), Some(0), Some(6), Some(7)]),
            (80, [0; 5], [Some(0); 5]),
        ] {
            assert_eq!(told(n, reasons), Some(expected), "{reasons:?}");
        }
        // Few are out, or few were observed.
        assert_eq!([told(80, [0, 0, 1, 2, 0]), told(19, [0, 0, 0, 5, 5])], [None, None]);
        // Each would be one.
        assert_eq!([told(80, [1; 5]), told(80, [1, 1, 1, 2, 0])], [None, Some([None, None, None, None, Some(0)])]);
    }
}
