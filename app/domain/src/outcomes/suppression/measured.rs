//! Of how many of those due the change of a stratum's cells is known (docs/outcomes.md, Strata).

use super::super::figures::Measured;
use super::{Gate, Shown, Step, StratumNumbers, real};

impl Gate {
    /// In which cells it is not told how many of those due were compared: where the number of the compared is `withheld`,
    /// and where the share may not be told. How many there are in all cells is known, so that of the hidden ones there are
    /// none, or two at least that together are such a share; otherwise the smallest are hidden as well.
    pub(super) fn hide_measured(&self, cells: &[StratumNumbers], withheld: &[bool]) -> Vec<bool> {
        let may_be_told = |cell: &StratumNumbers| cell.due == 0 || self.passes_as_share(cell.change.n, cell.due);
        let each = cells.iter().zip(withheld);
        let mut hidden: Vec<bool> = each.map(|(cell, withheld)| *withheld || !may_be_told(cell)).collect();
        while self.steps.takes(Step::MeasuredTogether) && !self.are_enough_together(cells, &hidden) {
            let shown = cells.iter().enumerate().filter(|(i, cell)| cell.due > 0 && !hidden[*i]);
            let Some((next, _)) = shown.min_by_key(|(_, cell)| cell.due) else { break };
            hidden[next] = true;
        }
        hidden
    }

    fn are_enough_together(&self, cells: &[StratumNumbers], hidden: &[bool]) -> bool {
        let of_hidden = cells.iter().zip(hidden).filter(|(cell, hidden)| **hidden && cell.due > 0);
        let of_hidden: Vec<&StratumNumbers> = of_hidden.map(|(cell, _)| cell).collect();
        let n = of_hidden.iter().map(|cell| cell.change.n).sum();
        let due = of_hidden.iter().map(|cell| cell.due).sum();
        of_hidden.is_empty() || (of_hidden.len() >= 2 && self.passes_as_share(n, due))
    }
}

/// Of a cell in which it may be told.
pub(super) fn measured(cell: &StratumNumbers) -> Measured {
    let (n, due) = (cell.change.n, cell.due);
    let share = (due > 0).then(|| n as f64 / due as f64);
    Measured { n: Shown::of(n), due: Shown::of(due), share: real(share) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::dataset::Settings;
    use crate::outcomes::equity::OTHER_OR_UNKNOWN;

    /// Of cells with so many compared of so many due, of which the last is the residual.
    fn told<const CELLS: usize>(cells: [(u64, u64); CELLS]) -> [Option<f64>; CELLS] {
        let cell = |(i, (n, due)): (usize, (u64, u64))| {
            let value = if i + 1 == CELLS { OTHER_OR_UNKNOWN.to_owned() } else { i.to_string() };
            let mut cell = StratumNumbers { value, participants: due + 5, due, ..StratumNumbers::default() };
            (0..n).for_each(|i| cell.add(7, 7 + i64::from(i.is_multiple_of(2))));
            cell
        };
        let numbers: Vec<StratumNumbers> = cells.into_iter().enumerate().map(cell).collect();
        let cells = Gate::new(&Settings::default()).stratum(&numbers, false);
        let share = |i: usize| cells[i].measured_m3.as_ref().and_then(|of| of.share.value().copied());
        std::array::from_fn(share)
    }

    #[test]
    fn a_share_of_few_people_takes_the_smallest_with_it() {
        assert_eq!(told([(30, 40), (15, 20), (0, 0)]), [Some(0.75), Some(0.75), None]);
        // Three of the second were not compared; three of twelve are told by nothing.
        assert_eq!(told([(30, 40), (15, 20), (9, 12)]), [Some(0.75), None, None]);
        // All twelve of the second: of fewer than twenty it is not told that it was everybody.
        assert_eq!(told([(30, 40), (12, 12), (0, 0)]), [None, None, None]);
        assert_eq!(told([(30, 40), (20, 20), (0, 0)]), [Some(0.75), Some(1.0), None]);
        // Two hidden ones that are enough together.
        assert_eq!(told([(30, 40), (9, 12), (9, 12)]), [Some(0.75), None, None]);
        assert_eq!(told([(40, 60), (10, 12), (10, 12)]), [None, None, None], "four of twenty-four");
    }

    #[test]
    fn a_cell_whose_compared_are_hidden_tells_no_share_of_them() {
        // Three compared are hidden, and with them the smallest other number.
        assert_eq!(told([(3, 20), (15, 20), (40, 60), (0, 0)]), [None, None, Some(0.666_667), None]);
    }
}
