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
