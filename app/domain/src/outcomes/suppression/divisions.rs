//! Counts by one division of people who are told, or were told lately, by others as well: everybody knows which parts of
//! two divisions are the same (docs/outcomes.md, Places and need).

use std::collections::{BTreeMap, BTreeSet};

use super::lines::{LineMask, hide_line, is_small};
use super::{Gate, Shown, Step, all_masked, masked};

/// The same people by several divisions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ManyDivisions {
    /// How many cells each division has; the first is the one that is told.
    pub sizes: Vec<usize>,
    /// How many people are in these cells, one of each division; none where there might be somebody.
    pub people: BTreeMap<Vec<usize>, u64>,
}

/// A cell: its division, and its place there.
type Cell = (usize, usize);

impl Gate {
    /// Counts of the cells of the first division and their total, which is published. Cells of two divisions that have a
    /// part in common hang together, and all that hang together hold the same people by each division. Such a set is told
    /// where no division hides one of its cells and no part of it holds few people. So what is told anew adds nothing to
    /// what was told of the hidden people, and what follows of the others is no small count.
    pub fn line_of(&self, of: &ManyDivisions) -> (Vec<Shown<u64>>, Shown<u64>) {
        let told = of.cells(0);
        if !self.steps.takes(Step::DivisionsBeside) {
            return self.line(&told);
        }
        let masks = (0..of.sizes.len()).map(|division| hide_line(&of.cells(division), self.k));
        let masks: Vec<LineMask> = masks.collect();
        let total = masks.iter().any(|mask| mask.total);
        let hidden = of.hanging_together(of.not_told(&masks, self.k));
        let hidden: Vec<bool> = (0..told.len()).map(|cell| total || hidden.contains(&(0, cell))).collect();
        (all_masked(&told, &hidden), masked(told.iter().sum(), total))
    }
}

impl ManyDivisions {
    /// How many people are in each cell of a division.
    pub fn cells(&self, division: usize) -> Vec<u64> {
        let mut cells = vec![0_u64; self.sizes[division]];
        self.people.iter().for_each(|(places, people)| cells[places[division]] += people);
        cells
    }

    /// Cells that a division hides by itself, and those of parts that hold few people.
    fn not_told(&self, masks: &[LineMask], k: u64) -> BTreeSet<Cell> {
        let of_mask = |(division, mask): (usize, &LineMask)| {
            let hidden = mask.cells.iter().enumerate().filter(|(_, hidden)| **hidden);
            hidden.map(|(cell, _)| (division, cell)).collect::<Vec<Cell>>()
        };
        let few = self.people.iter().filter(|(_, people)| is_small(**people, k));
        masks.iter().enumerate().flat_map(of_mask).chain(few.flat_map(|(places, _)| cells_of(places))).collect()
    }

    /// These cells with all that have a part in common with one of them, and so on.
    fn hanging_together(&self, mut cells: BTreeSet<Cell>) -> BTreeSet<Cell> {
        loop {
            let before = cells.len();
            for places in self.people.keys() {
                if cells_of(places).any(|cell| cells.contains(&cell)) {
                    cells.extend(cells_of(places));
                }
            }
            if cells.len() == before {
                return cells;
            }
        }
    }
}

/// The cells of a part, one of each division.
fn cells_of(places: &[usize]) -> impl Iterator<Item = Cell> {
    places.iter().copied().enumerate()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::dataset::Settings;

    /// By a division into two and one into as many or more, each part with its people.
    fn told(sizes: [usize; 2], people: &[([usize; 2], u64)]) -> Vec<Option<u64>> {
        let people = people.iter().map(|(places, people)| (places.to_vec(), *people)).collect();
        let (cells, total) = Gate::new(&Settings::default()).line_of(&ManyDivisions { sizes: sizes.to_vec(), people });
        cells.iter().chain([&total]).map(|count| count.value().copied()).collect()
    }

    #[test]
    fn an_area_that_has_got_few_people_is_hidden_with_the_one_that_lost_them() {
        let one = |moved: u64| told([3, 3], &[([0, 0], 18), ([1, 0], moved), ([1, 1], 10), ([2, 2], 12)]);
        assert_eq!(one(2), [None, None, Some(12), Some(40 + 2)]);
        assert_eq!(one(0), [Some(18), Some(10), Some(12), Some(40)]);
        assert_eq!(one(6), [Some(18), Some(16), Some(12), Some(46)]);
    }

    #[test]
    fn what_the_other_division_hides_does_not_follow_from_this_one() {
        // The other one hides three and six, this one would hide three and five: with the six told, three would follow.
        let people = [([0, 0], 3), ([1, 1], 6), ([2, 2], 5), ([3, 2], 15), ([4, 3], 30)];
        assert_eq!(told([5, 4], &people), [None, None, None, None, Some(30), Some(59)]);
    }

    #[test]
    fn of_one_division_and_twice_the_same_the_line_rule_is_all() {
        let gate = Gate::new(&Settings::default());
        for cells in [vec![12, 7, 3, 20], vec![12, 7, 0, 20], vec![3, 0, 0], vec![9, 4, 0], vec![1, 1, 1, 1, 1]] {
            let once = (0..).zip(&cells).map(|(place, people)| (vec![place], *people)).collect();
            let once = ManyDivisions { sizes: vec![cells.len()], people: once };
            let twice = (0..).zip(&cells).map(|(place, people)| (vec![place, place], *people)).collect();
            let twice = ManyDivisions { sizes: vec![cells.len(); 2], people: twice };
            assert_eq!(gate.line_of(&once), gate.line(&cells), "{cells:?}");
            assert_eq!(gate.line_of(&twice), gate.line(&cells), "{cells:?}");
        }
    }
}
