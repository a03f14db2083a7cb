//! The way of the new participants (docs/outcomes.md, The way of the new participants): steps of one cohort. What is left
//! between two of them is told as well as the steps are.

use super::super::report::WayFigures;
use super::shown::masked;
use super::{ChangeNumbers, Gate, Step, is_small};

/// The way before the gate.
pub struct WayNumbers<'a> {
    /// Applied or started in the period.
    pub known: u64,
    pub started: u64,
    /// Of these: came ten times.
    pub ten_visits: u64,
    /// SPPB after three months, of everybody who started.
    pub everybody: &'a ChangeNumbers,
    /// The same of those who came ten times.
    pub of_regular: &'a ChangeNumbers,
}

impl Gate {
    /// The steps of the way. Where one is hidden, the next is held against the last one that is told.
    pub fn way(&self, numbers: &WayNumbers) -> WayFigures {
        let WayNumbers { known, started, ten_visits, .. } = *numbers;
        let measured = numbers.of_regular.retested;
        let hides = |above: u64, step: u64| self.is_small(started) || self.is_small(step) || self.is_near(above, step);
        let no_ten = hides(started, ten_visits);
        let above = if no_ten { started } else { ten_visits };
        let no_measured = hides(above, measured);
        WayFigures {
            known: masked(known, self.is_small(known) || self.is_near(known, started)),
            ten_visits: masked(ten_visits, no_ten),
            measured_twice: masked(measured, no_measured),
            improved: masked(improved(numbers.of_regular), no_measured || !self.may_tell_improved(numbers)),
        }
    }

    /// So few are left between two steps that they would be a small count.
    fn is_near(&self, above: u64, step: u64) -> bool {
        self.steps.takes(Step::WaySteps) && is_small(above.saturating_sub(step), self.k)
    }

    /// Told where everybody's class is, and where the share is one that may be told: of those who came ten times, and of
    /// those who did not, which follows from the two.
    fn may_tell_improved(&self, numbers: &WayNumbers) -> bool {
        let (all, regular) = (numbers.everybody, numbers.of_regular);
        let (x, n) = (improved(regular), regular.n);
        let (rest_x, rest) = (improved(all).saturating_sub(x), all.n.saturating_sub(n));
        let everybody_told = self.change(all).improved.value().is_some();
        let of_rest = !self.steps.takes(Step::WayRest) || rest == 0 || self.passes_as_share(rest_x, rest);
        // Of people who cannot be compared nobody improved, and nobody stayed as they were.
        let of_regular = if n == 0 { regular.retested == 0 } else { self.passes_as_share(x, n) };
        everybody_told && of_regular && of_rest && !self.is_near(regular.retested, x)
    }
}

fn improved(numbers: &ChangeNumbers) -> u64 {
    numbers.classes.map(|[improved, ..]| improved).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::Steps;
    use super::*;

    const GATE: Gate = Gate { k: 5, basis: 10, steps: Steps::ALL };

    fn change(retested: u64, [improved, kept]: [u64; 2]) -> ChangeNumbers {
        let n = improved + kept;
        ChangeNumbers {
            due: retested,
            retested,
            n,
            scale: 1.0,
            classes: Some([improved, kept, 0]),
            ..ChangeNumbers::default()
        }
    }

    /// Known, ten visits, measured twice and improved, of 100 known and 60 who started.
    fn told(ten_visits: u64, everybody: &ChangeNumbers, of_regular: &ChangeNumbers) -> [Option<u64>; 4] {
        let way = GATE.way(&WayNumbers { known: 100, started: 60, ten_visits, everybody, of_regular });
        [way.known, way.ten_visits, way.measured_twice, way.improved].map(|step| step.value().copied())
    }

    #[test]
    fn a_step_is_told_where_nobody_or_enough_are_left_before_it() {
        let (all, none) = (change(40, [20, 20]), change(0, [0, 0]));
        assert_eq!(told(48, &all, &all), [Some(100), Some(48), Some(40), Some(20)]);
        assert_eq!(told(60, &all, &all)[1], Some(60));
        // Three did not come ten times; what follows is held against those who started.
        assert_eq!(told(57, &all, &all)[1..3], [None, Some(40)]);
        // Of 43 three were not measured again.
        assert_eq!(told(43, &all, &all)[1..], [Some(43), None, None]);
        assert_eq!(told(3, &all, &none)[1..3], [None, Some(0)]);
    }

    #[test]
    fn who_knows_few_started_knows_no_later_step() {
        let few = change(3, [2, 1]);
        let way = GATE.way(&WayNumbers { known: 9, started: 4, ten_visits: 0, everybody: &few, of_regular: &few });
        assert!(way.ten_visits.is_hidden() && way.measured_twice.is_hidden() && way.improved.is_hidden());
        let near = GATE.way(&WayNumbers { known: 63, started: 60, ten_visits: 0, everybody: &few, of_regular: &few });
        assert!(near.known.is_hidden(), "three applied and have not come");
    }

    #[test]
    fn improved_is_told_where_those_who_came_less_are_nobody_or_a_share_that_may_be_told() {
        let regular = change(40, [20, 20]);
        for (everybody, expected) in [
            (change(40, [20, 20]), Some(20)),
            (change(43, [22, 21]), None),
            (change(50, [23, 27]), None),
            (change(48, [20, 28]), None),
            (change(52, [26, 26]), Some(20)),
            (change(60, [20, 40]), Some(20)),
        ] {
            assert_eq!(told(48, &everybody, &regular)[3], expected, "{everybody:?}");
        }
        // Twelve measured with another aid: that none improved is not known.
        assert_eq!(told(48, &change(40, [20, 20]), &change(12, [0, 0]))[2..], [Some(12), None]);
        // Few of many withdrawn for completeness: then nobody's class is told.
        let incomplete = ChangeNumbers { due: 100, ..change(52, [26, 26]) };
        assert_eq!(told(48, &incomplete, &regular)[3], None);
    }
}
