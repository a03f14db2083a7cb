//! Figures by stratum: counts by the line rule, means so that no hidden one follows from the whole.

use super::super::figures::{GapChange, MeanChange, StratumCell, Verdict};
use super::super::statistics::{Moments, welch};
use super::lines::hide_line;
use super::{Gate, Shown, interval, is_withheld, masked_one, real};

/// What the exact numbers of one cell of a stratum are, before anything is hidden.
#[derive(Clone, Debug, Default)]
pub struct StratumNumbers {
    pub value: String,
    pub participants: u64,
    /// Median adherence, and the number of persons behind it.
    pub adherence: (Option<f64>, u64),
    /// Changes of `sppb_total` at m3.
    pub change: Moments,
}

impl Gate {
    /// The cells of one stratum; `retested` of `due` is the follow-up of the whole outcome (ruling 33).
    pub fn stratum(&self, cells: &[StratumNumbers], retested: u64, due: u64) -> Vec<StratumCell> {
        let participants: Vec<u64> = cells.iter().map(|cell| cell.participants).collect();
        let hide_participants = hide_line(&participants, self.k).cells;
        let hide_n = self.hide_n(cells, &hide_participants);
        let hide_mean = self.hide_means(cells, &hide_n);
        let withheld = is_withheld(retested, due);
        let masks = hide_participants.iter().zip(hide_n).zip(hide_mean);
        cells
            .iter()
            .zip(masks)
            .map(|(cell, ((hide_participants, hide_n), hide_mean))| StratumCell {
                value: cell.value.clone(),
                participants: masked_one(cell.participants, *hide_participants),
                adherence_median: self.median_of(cell, *hide_participants),
                sppb_change_m3: mean_change(&cell.change, hide_n, hide_mean || withheld),
            })
            .collect()
    }

    /// An undefined median of a hidden number of people would say that there are none.
    fn median_of(&self, cell: &StratumNumbers, hide_participants: bool) -> Shown<f64> {
        let (median, persons) = cell.adherence;
        if hide_participants && persons == 0 { Shown::HIDDEN } else { self.over_persons(median, persons) }
    }

    /// By the line rule, and wherever the participants are hidden (ruling 32).
    fn hide_n(&self, cells: &[StratumNumbers], hide_participants: &[bool]) -> Vec<bool> {
        let n: Vec<u64> = cells.iter().map(|cell| cell.change.n).collect();
        hide_line(&n, self.k)
            .cells
            .iter()
            .zip(hide_participants)
            .map(|(by_line, by_cell)| *by_line || *by_cell)
            .collect()
    }

    /// The hidden means must be at least two and stand on enough persons together, else the mean of all gives
    /// them away (ruling 25). A mean whose n is hidden is hidden too: its decimals would tell n.
    fn hide_means(&self, cells: &[StratumNumbers], hide_n: &[bool]) -> Vec<bool> {
        let n: Vec<u64> = cells.iter().map(|cell| cell.change.n).collect();
        let mut hidden: Vec<bool> =
            n.iter().zip(hide_n).map(|(n, hide_n)| *n > 0 && (*n < self.basis || *hide_n)).collect();
        loop {
            let chosen = n.iter().zip(&hidden).filter(|(_, hidden)| **hidden).map(|(n, _)| *n);
            let (number, persons) = chosen.fold((0, 0), |(number, sum), n| (number + 1, sum + n));
            if number == 0 || (number >= 2 && persons >= self.basis) {
                return hidden;
            }
            let shown = n.iter().enumerate().filter(|(i, n)| **n > 0 && !hidden[*i]);
            let Some((next, _)) = shown.min_by_key(|(_, n)| **n) else { return hidden };
            hidden[next] = true;
        }
    }

    /// How a gap changed, from the cells of the disadvantaged and the reference group and their figures.
    pub fn gap(
        &self,
        disadvantaged: (&StratumNumbers, &StratumCell),
        reference: (&StratumNumbers, &StratumCell),
    ) -> GapChange {
        let sides = [disadvantaged, reference];
        let nothing = |figure: Shown<f64>, ci| GapChange { change_of_gap: figure, ci, verdict: Verdict::CannotSay };
        if sides.iter().any(|(_, cell)| cell.sppb_change_m3.mean.is_hidden()) {
            return nothing(Shown::HIDDEN, Shown::HIDDEN);
        }
        match welch(&disadvantaged.0.change, &reference.0.change) {
            Some(gap) => GapChange {
                change_of_gap: real(Some(gap.value)),
                ci: interval(Some(gap.interval)),
                verdict: if gap.interval.lo > 0.0 {
                    Verdict::Narrowed
                } else if gap.interval.hi < 0.0 {
                    Verdict::Widened
                } else {
                    Verdict::CannotSay
                },
            },
            None => nothing(Shown::UNDEFINED, Shown::UNDEFINED),
        }
    }
}

fn mean_change(change: &Moments, hide_n: bool, hide_mean: bool) -> MeanChange {
    let hidden = hide_n || (hide_mean && change.n > 0);
    MeanChange {
        n: masked_one(change.n, hide_n),
        mean: if hidden { Shown::HIDDEN } else { real(change.mean()) },
        ci: if hidden { Shown::HIDDEN } else { interval(change.mean_interval()) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::dataset::Settings;
    use proptest::prelude::*;

    fn gate() -> Gate {
        Gate::new(&Settings::default())
    }

    /// A cell of so many participants, of whom `n` have the change 1 or 0 in turn.
    fn cell(participants: u64, n: u64) -> StratumNumbers {
        let change = (0..n as i64).map(|i| i % 2).collect();
        StratumNumbers { participants, change, adherence: (Some(0.8), participants), ..StratumNumbers::default() }
    }

    fn stratum(cells: &[(u64, u64)]) -> Vec<StratumCell> {
        let cells: Vec<StratumNumbers> = cells.iter().map(|(participants, n)| cell(*participants, *n)).collect();
        gate().stratum(&cells, 10, 10)
    }

    #[test]
    fn a_hidden_mean_is_never_alone() {
        let hidden = |cells: &[(u64, u64)]| -> Vec<bool> {
            stratum(cells).iter().map(|cell| cell.sppb_change_m3.mean.is_hidden()).collect()
        };
        assert_eq!(hidden(&[(20, 12), (20, 15), (20, 6)]), [true, false, true]);
        assert_eq!(hidden(&[(20, 12), (20, 15), (20, 11)]), [false, false, false]);
        assert_eq!(hidden(&[(20, 12), (20, 5), (20, 5)]), [false, true, true]);
        assert_eq!(hidden(&[(20, 12), (20, 7), (20, 2)]), [true, true, true]);
        assert_eq!(hidden(&[(20, 0), (20, 7), (20, 0)]), [false, true, false]);
    }

    #[test]
    fn where_participants_are_hidden_so_is_their_n() {
        let cells = stratum(&[(3, 0), (12, 11), (30, 12), (30, 14)]);
        let n: Vec<bool> = cells.iter().map(|cell| cell.sppb_change_m3.n.is_hidden()).collect();
        assert_eq!(n, [true, true, false, false]);
        assert!(cells[0].sppb_change_m3.mean.is_hidden() && cells[1].sppb_change_m3.mean.is_hidden());
    }

    #[test]
    fn too_few_retested_hide_every_mean_and_gap() {
        let numbers = [cell(30, 20), cell(30, 20)];
        let cells = gate().stratum(&numbers, 5, 10);
        assert!(cells.iter().all(|cell| cell.sppb_change_m3.mean.is_hidden() && !cell.sppb_change_m3.n.is_hidden()));
        let gap = gate().gap((&numbers[0], &cells[0]), (&numbers[1], &cells[1]));
        assert!(gap.change_of_gap.is_hidden() && gap.verdict == Verdict::CannotSay);
    }

    #[test]
    fn e8_is_a_gap_that_narrowed_and_e6_one_of_which_nothing_can_be_said() {
        let side = |change: &[i64]| StratumNumbers {
            participants: 30,
            change: change.iter().copied().collect(),
            ..StratumNumbers::default()
        };
        let numbers = [side(&[1, 2, 0, 1, 2, 1, 0, 2, 1, 1]), side(&[0, 1, 0, -1, 1, 0, 1, 0, 1, 0])];
        let cells = gate().stratum(&numbers, 10, 10);
        let gap = gate().gap((&numbers[0], &cells[0]), (&numbers[1], &cells[1]));
        assert_eq!((gap.change_of_gap.value(), gap.verdict), (Some(&0.8), Verdict::Narrowed));
        let back = gate().gap((&numbers[1], &cells[1]), (&numbers[0], &cells[0]));
        assert_eq!(back.verdict, Verdict::Widened);
        let same = gate().gap((&numbers[0], &cells[0]), (&numbers[0], &cells[0]));
        assert_eq!(same.verdict, Verdict::CannotSay);
    }

    /// What each cell can be, when every cell is one of its candidates and all of them add up to `total`.
    fn possible(candidates: &[Vec<u64>], total: u64) -> Vec<Vec<u64>> {
        let reachable = |cells: &[&Vec<u64>]| {
            cells.iter().fold(std::collections::BTreeSet::from([0]), |sums, cell| {
                sums.iter().flat_map(|sum| cell.iter().map(move |value| sum + value)).filter(|s| *s <= total).collect()
            })
        };
        (0..candidates.len())
            .map(|i| {
                let others: Vec<&Vec<u64>> =
                    candidates.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, cell)| cell).collect();
                let sums = reachable(&others);
                candidates[i].iter().copied().filter(|v| *v <= total && sums.contains(&(total - v))).collect()
            })
            .collect()
    }

    /// Whether a mean with six decimals can be that of so many whole changes.
    fn fits(mean: f64, n: u64) -> bool {
        let sum = mean * n as f64;
        n > 0 && (sum - sum.round()).abs() <= 6e-7 * n as f64
    }

    proptest! {
        /// The attacker knows both totals, that hidden participants are not zero, that no one changed who did
        /// not take part, and looks at the decimals of the means.
        #[test]
        fn no_small_count_of_a_stratum_follows_from_everything_published(
            people in prop::collection::vec((prop_oneof![0..6u64, 5..16u64], 0.0..=1.0f64), 2..5),
        ) {
            let exact: Vec<(u64, u64)> = people.iter().map(|(p, part)| (*p, (*p as f64 * part).round() as u64)).collect();
            let cells = stratum(&exact);
            let (all, all_n) = exact.iter().fold((0, 0), |(p, n), cell| (p + cell.0, n + cell.1));
            if (1..5).contains(&all) {
                prop_assert!(cells.iter().all(|c| c.participants.is_hidden() && c.sppb_change_m3.n.is_hidden()));
                return Ok(());
            }
            let values = |shown: &Shown<u64>, least: u64, most: u64| match shown.value() {
                Some(value) => vec![*value],
                None => (least..=most).collect(),
            };
            let participants: Vec<Vec<u64>> = cells.iter().map(|c| values(&c.participants, 1, all)).collect();
            let participants = possible(&participants, all);
            let n = cells.iter().zip(&participants).map(|(c, p)| {
                let figure = &c.sppb_change_m3;
                let most = p.iter().copied().max().unwrap_or(0);
                let candidates = values(&figure.n, 0, most).into_iter();
                candidates.filter(|n| figure.mean.value().is_none_or(|mean| fits(*mean, *n))).collect()
            }).collect::<Vec<Vec<u64>>>();
            // A total of 1 … 4 is hidden itself.
            let n = if (1..5).contains(&all_n) { n } else { possible(&n, all_n) };
            for (i, (p, m)) in exact.iter().enumerate() {
                prop_assert!(!(1..5).contains(p) || participants[i].len() > 1, "{exact:?}");
                prop_assert!(!(1..5).contains(m) || n[i].len() > 1, "{exact:?} {cells:?}");
            }
        }
    }
}
