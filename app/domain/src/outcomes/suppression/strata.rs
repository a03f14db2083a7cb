//! Figures by stratum: counts by the line rule, means so that no hidden one follows from the whole
//! (docs/outcomes.md, Strata).

use super::super::equity::OTHER_OR_UNKNOWN;
use super::super::figures::{GapChange, GapVerdict, Level, MeanChange, StratumCell};
use super::super::statistics::{Estimate, Interval, Moments, welch};
use super::lines::hide_line;
use super::measured::measured;
use super::{Gate, Shown, Step, is_small, masked};
use crate::rounding::rounded;

/// Means of strata and every number of gaps are told to one decimal.
const TENTH: f64 = 0.1;
/// Shown people from whose rounded mean, and from whose rounded interval, one hidden person's result stays unknown:
/// sums of points are whole numbers, so that ten people of a mean rounded to tenths give room for one, less two.
const ROOM_OF_MEANS: (u64, u64) = (10, 2);
const ROOM_OF_INTERVALS: (u64, u64) = (20, 2);

/// What the exact numbers of one cell of a stratum are, before anything is hidden.
#[derive(Clone, Debug, Default)]
pub struct StratumNumbers {
    pub value: String,
    pub participants: u64,
    /// Measured at the start by the SPPB, and three months have passed; the people of `change` are among them.
    pub due: u64,
    /// Median adherence, and the number of persons behind it.
    pub adherence: (Option<f64>, u64),
    /// Changes of `sppb_total` at m3, and the points of the same people at both ends.
    pub change: Moments,
    pub start: Moments,
    pub end: Moments,
}

impl StratumNumbers {
    /// One person's points.
    pub fn add(&mut self, start: i64, end: i64) {
        self.change.add(end - start);
        self.start.add(start);
        self.end.add(end);
    }

    fn is_residual(&self) -> bool {
        self.value == OTHER_OR_UNKNOWN
    }
}

/// What of each cell is hidden.
struct Mask {
    cells: Vec<bool>,
    n: Vec<bool>,
    means: Vec<bool>,
    /// How many of those due were compared.
    measured: Vec<bool>,
    /// Of all cells.
    intervals: bool,
}

impl Gate {
    /// The cells of one stratum; where the outcome's means are hidden as a whole, so are they here.
    pub fn stratum(&self, cells: &[StratumNumbers], hide_means: bool) -> Vec<StratumCell> {
        self.stratum_without(cells, hide_means, &vec![false; cells.len()])
    }

    /// The same without the means of some cells, which would tell too much elsewhere.
    pub(in crate::outcomes) fn stratum_without(
        &self,
        cells: &[StratumNumbers],
        hide_means: bool,
        withheld: &[bool],
    ) -> Vec<StratumCell> {
        let mask = self.mask(cells, hide_means, withheld);
        cells.iter().enumerate().map(|(i, cell)| self.stratum_cell(cell, &mask, i)).collect()
    }

    fn stratum_cell(&self, cell: &StratumNumbers, mask: &Mask, i: usize) -> StratumCell {
        let whole = mask.cells[i] && self.steps.takes(Step::WholeCell);
        let (median, persons) = cell.adherence;
        StratumCell {
            value: cell.value.clone(),
            participants: masked(cell.participants, mask.cells[i]),
            adherence_median: if whole { Shown::HIDDEN } else { self.over_persons(median, persons) },
            sppb_change_m3: mean_change(&cell.change, mask, i),
            measured_m3: (!mask.measured[i]).then(|| measured(cell)),
        }
    }

    fn mask(&self, cells: &[StratumNumbers], hide_means: bool, withheld: &[bool]) -> Mask {
        let people = self.hide_cells(cells, |cell| cell.participants);
        let whole = |i: usize| people[i] && self.steps.takes(Step::WholeCell);
        let n: Vec<bool> = self.hide_cells(cells, |cell| cell.change.n);
        let n: Vec<bool> = n.into_iter().enumerate().map(|(i, hidden)| hidden || whole(i)).collect();
        let means: Vec<bool> = cells
            .iter()
            .zip(n.iter().zip(withheld))
            .map(|(cell, (hide_n, withheld))| {
                hide_means || *hide_n || *withheld || self.is_few(cell.change.n) || self.are_alike(&cell.change)
            })
            .collect();
        let means = self.complete_means(cells, means);
        let intervals =
            self.steps.takes(Step::StratumIntervals) && !is_safe(cells, &means, ROOM_OF_INTERVALS, self.basis);
        let measured = self.hide_measured(cells, &n);
        Mask { cells: people, n, means, measured, intervals }
    }

    /// Which counts of a stratum are hidden. Its line is its named cells: the residual is shown at any size, unless
    /// it gives the named ones away or there is but one of them.
    fn hide_cells(&self, cells: &[StratumNumbers], count: impl Fn(&StratumNumbers) -> u64) -> Vec<bool> {
        let named: Vec<u64> = cells.iter().filter(|cell| !cell.is_residual()).map(&count).collect();
        let (of_named, of_all) = (named.iter().sum(), cells.iter().map(&count).sum());
        let line = hide_line(&named, self.k);
        let whole = named.len() == 1 || is_small(of_named, self.k) || is_small(of_all, self.k) || line.total;
        if whole && self.steps.takes(Step::WholeStratum) {
            return vec![true; cells.len()];
        }
        let small: Vec<bool> = named.iter().map(|n| is_small(*n, self.k)).collect();
        let mut by_line = if self.steps.takes(Step::Complement) { line.cells } else { small }.into_iter();
        cells.iter().map(|cell| !cell.is_residual() && by_line.next().unwrap_or(true)).collect()
    }

    /// Hides further means, the smallest first, until no hidden one follows from the shown ones and the whole.
    fn complete_means(&self, cells: &[StratumNumbers], mut hidden: Vec<bool>) -> Vec<bool> {
        while self.steps.takes(Step::StratumMeans) && !is_safe(cells, &hidden, ROOM_OF_MEANS, self.basis) {
            let shown = cells.iter().enumerate().filter(|(i, cell)| cell.change.n > 0 && !hidden[*i]);
            let Some((next, _)) = shown.min_by_key(|(_, cell)| cell.change.n) else { break };
            hidden[next] = true;
        }
        hidden
    }

    /// How a gap changed, from the cells of the disadvantaged and the reference group and their figures.
    pub fn gap(
        &self,
        disadvantaged: (&StratumNumbers, &StratumCell),
        reference: (&StratumNumbers, &StratumCell),
    ) -> GapChange {
        let sides = [disadvantaged, reference];
        if sides.iter().any(|(_, cell)| cell.sppb_change_m3.mean.is_hidden()) {
            return GapChange::of(Shown::HIDDEN, Shown::HIDDEN);
        }
        let (d, r) = (disadvantaged.0, reference.0);
        let (Some(start), Some(end), Some(change)) =
            (welch(&r.start, &d.start), welch(&r.end, &d.end), welch(&d.change, &r.change))
        else {
            return GapChange::of(Shown::UNDEFINED, Shown::UNDEFINED);
        };
        GapChange {
            change_of_gap: tenths(change.value),
            ci: tenths_of(change.interval),
            level_start: level(&start),
            level_end: level(&end),
            verdict: verdict(&change.interval, &start.interval),
        }
    }
}

impl GapChange {
    /// A gap without numbers.
    fn of(figure: Shown<f64>, ci: Shown<Interval>) -> Self {
        let level = Level { diff: figure, ci };
        let verdict = GapVerdict::CannotSay;
        Self { change_of_gap: figure, ci, level_start: level.clone(), level_end: level, verdict }
    }
}

/// A gap that was not there cannot narrow. Judged by the unrounded intervals.
fn verdict(change: &Interval, start: &Interval) -> GapVerdict {
    match (change.lo > 0.0, start.lo > 0.0) {
        (true, true) => GapVerdict::Narrowed,
        (true, false) => GapVerdict::NoGapAtStart,
        _ if change.hi < 0.0 => GapVerdict::Widened,
        _ => GapVerdict::CannotSay,
    }
}

/// Whether nothing of the hidden cells follows: there are none, or at least two with enough people together, or the
/// rounding of the shown ones leaves room for all of the hidden people.
fn is_safe(cells: &[StratumNumbers], hidden: &[bool], (people, less): (u64, u64), basis: u64) -> bool {
    let counts = |wanted: bool| {
        cells.iter().zip(hidden).filter(move |(_, hidden)| **hidden == wanted).map(|(cell, _)| cell.change.n)
    };
    let (number, hidden_people) = counts(true).filter(|n| *n > 0).fold((0, 0), |(i, sum), n| (i + 1, sum + n));
    let room: u64 = counts(false).map(|n| n.saturating_sub(people * less)).sum();
    number == 0 || (number >= 2 && hidden_people >= basis) || room >= people * hidden_people
}

fn level(estimate: &Estimate) -> Level {
    Level { diff: tenths(estimate.value), ci: tenths_of(estimate.interval) }
}

fn tenths(value: f64) -> Shown<f64> {
    Shown::of(rounded(value, TENTH))
}

fn tenths_of(ci: Interval) -> Shown<Interval> {
    Shown::of(Interval { lo: rounded(ci.lo, TENTH), hi: rounded(ci.hi, TENTH) })
}

fn mean_change(change: &Moments, mask: &Mask, i: usize) -> MeanChange {
    let hidden = mask.n[i] || (mask.means[i] && change.n > 0);
    let hide_ci = hidden || (mask.intervals && change.n > 0);
    MeanChange {
        n: masked(change.n, mask.n[i]),
        mean: if hidden { Shown::HIDDEN } else { change.mean().map_or(Shown::UNDEFINED, tenths) },
        ci: if hide_ci { Shown::HIDDEN } else { change.mean_interval().map_or(Shown::UNDEFINED, tenths_of) },
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

    const NAMES: [&str; 5] = ["a", "b", "c", "d", OTHER_OR_UNKNOWN];

    /// A cell of so many participants, of whom `n` go from 7 points to 8 or stay at 7 in turn.
    fn cell(value: &str, participants: u64, n: u64) -> StratumNumbers {
        let mut cell = StratumNumbers {
            value: value.to_owned(),
            participants,
            adherence: (Some(0.8), participants),
            ..StratumNumbers::default()
        };
        (0..n as i64).for_each(|i| cell.add(7, 7 + i % 2));
        cell
    }

    fn gated(names: &[&str], cells: &[(u64, u64)]) -> Vec<StratumCell> {
        let cells: Vec<StratumNumbers> =
            names.iter().zip(cells).map(|(name, (participants, n))| cell(name, *participants, *n)).collect();
        gate().stratum(&cells, false)
    }

    /// Named cells only.
    fn stratum(cells: &[(u64, u64)]) -> Vec<StratumCell> {
        gated(&NAMES[..cells.len()], cells)
    }

    /// Two named cells and the residual.
    fn with_residual(cells: [(u64, u64); 3]) -> Vec<StratumCell> {
        gated(&["a", "b", OTHER_OR_UNKNOWN], &cells)
    }

    fn hidden_means(cells: &[StratumCell]) -> Vec<bool> {
        cells.iter().map(|cell| cell.sppb_change_m3.mean.is_hidden()).collect()
    }

    #[test]
    fn a_hidden_mean_is_never_alone_unless_rounding_leaves_room_for_it() {
        let hidden = |cells: &[(u64, u64)]| hidden_means(&stratum(cells));
        assert_eq!(hidden(&[(20, 12), (20, 15), (20, 6)]), [true, false, true]);
        assert_eq!(hidden(&[(20, 12), (20, 15), (20, 11)]), [false, false, false]);
        assert_eq!(hidden(&[(20, 12), (20, 5), (20, 5)]), [false, true, true]);
        assert_eq!(hidden(&[(20, 12), (20, 7), (20, 2)]), [true, true, true]);
        assert_eq!(hidden(&[(20, 0), (20, 7), (20, 0)]), [false, true, false]);
        // 0.1 · 90 − 2 and 0.1 · 20 − 2 leave room for seven people, not for eight.
        assert_eq!(hidden(&[(95, 90), (20, 20), (20, 7)]), [false, false, true]);
        assert_eq!(hidden(&[(95, 90), (20, 20), (20, 8)]), [false, true, true]);
    }

    #[test]
    fn ninety_men_are_not_hidden_for_the_sake_of_three_people() {
        let cells = with_residual([(100, 90), (100, 90), (3, 3)]);
        assert_eq!(hidden_means(&cells), [false, false, true]);
        assert_eq!(cells[2].participants.value(), Some(&3));
        assert_eq!(cells[2].sppb_change_m3.n.value(), Some(&3));
        // Intervals leave room for 2 · (0.05 · 90 − 2) = 5 people.
        assert!(!cells[0].sppb_change_m3.ci.is_hidden());
        let more = with_residual([(100, 90), (100, 90), (6, 6)]);
        assert_eq!(hidden_means(&more), [false, false, true]);
        assert!(more[0].sppb_change_m3.ci.is_hidden() && more[0].sppb_change_m3.mean.value() == Some(&0.5));
    }

    #[test]
    fn where_a_cells_people_are_hidden_everything_of_it_is() {
        let cells = stratum(&[(3, 0), (12, 11), (30, 12), (30, 14)]);
        let n: Vec<bool> = cells.iter().map(|cell| cell.sppb_change_m3.n.is_hidden()).collect();
        assert_eq!(n, [true, true, false, false]);
        for cell in &cells[..2] {
            assert!(cell.sppb_change_m3.mean.is_hidden() && cell.adherence_median.is_hidden());
        }
        assert!(!cells[2].adherence_median.is_hidden());
    }

    #[test]
    fn the_residual_cell_is_shown_at_any_size_and_hides_nobody() {
        let cells = with_residual([(30, 0), (10, 0), (1, 0)]);
        let people: Vec<Option<&u64>> = cells.iter().map(|cell| cell.participants.value()).collect();
        assert_eq!(people, [Some(&30), Some(&10), Some(&1)]);
        assert!(cells[2].adherence_median.is_hidden() && !cells[0].adherence_median.is_hidden());
    }

    #[test]
    fn few_people_in_all_named_cells_together_hide_the_whole_stratum() {
        let people = |cells| with_residual(cells).iter().all(|cell| cell.participants.is_hidden());
        assert!(people([(3, 0), (0, 0), (40, 0)]) && people([(2, 0), (2, 0), (40, 0)]));
        assert!(people([(0, 0), (0, 0), (3, 0)]), "three participants are hidden in the flow too");
        assert!(!people([(0, 0), (0, 0), (40, 0)]) && !people([(5, 0), (0, 0), (1, 0)]));
        let n = |cells| with_residual(cells).iter().all(|cell| cell.sppb_change_m3.n.is_hidden());
        assert!(n([(30, 2), (30, 1), (30, 30)]) && !n([(30, 0), (30, 0), (30, 30)]));
        let one_area = gated(&["north", OTHER_OR_UNKNOWN], &[(30, 20), (30, 20)]);
        assert!(one_area.iter().all(|cell| cell.participants.is_hidden() && cell.sppb_change_m3.mean.is_hidden()));
    }

    #[test]
    fn a_cell_in_which_everybody_changed_alike_hides_its_mean() {
        let mut alike = cell("a", 30, 0);
        (0..12).for_each(|_| alike.add(7, 8));
        let cells = gate().stratum(&[alike, cell("b", 30, 12), cell("c", 30, 12)], false);
        assert_eq!(hidden_means(&cells), [true, true, false]);
    }

    #[test]
    fn means_and_intervals_have_one_decimal() {
        let mut eight = cell("a", 30, 0);
        (0..16).for_each(|i| eight.add(7, if i < 12 { 8 } else { 7 }));
        let cells = gate().stratum(&[eight, cell("b", 30, 12)], false);
        let change = &cells[0].sppb_change_m3;
        assert_eq!((change.mean.value(), change.ci.value()), (Some(&0.8), Some(&Interval { lo: 0.5, hi: 1.0 })));
    }

    #[test]
    fn hidden_means_of_the_outcome_hide_every_mean_and_gap() {
        let numbers = [cell("a", 30, 20), cell("b", 30, 20)];
        let cells = gate().stratum(&numbers, true);
        assert!(cells.iter().all(|cell| cell.sppb_change_m3.mean.is_hidden() && !cell.sppb_change_m3.n.is_hidden()));
        let gap = gate().gap((&numbers[0], &cells[0]), (&numbers[1], &cells[1]));
        assert!(
            gap.change_of_gap.is_hidden() && gap.level_end.diff.is_hidden() && gap.verdict == GapVerdict::CannotSay
        );
    }

    /// The gap between two sides, each with its points at the start and its changes in turn.
    fn gap(d: (&[i64], &[i64]), r: (&[i64], &[i64])) -> GapChange {
        let side = |value: &str, (starts, changes): (&[i64], &[i64])| {
            let mut side = cell(value, 30, 0);
            starts.iter().cycle().zip(changes).for_each(|(start, change)| side.add(*start, start + change));
            side
        };
        let numbers = [side("a", d), side("b", r)];
        let cells = gate().stratum(&numbers, false);
        gate().gap((&numbers[0], &cells[0]), (&numbers[1], &cells[1]))
    }

    const E8: [[i64; 10]; 2] = [[1, 2, 0, 1, 2, 1, 0, 2, 1, 1], [0, 1, 0, -1, 1, 0, 1, 0, 1, 0]];

    #[test]
    fn a_gap_that_was_there_can_narrow_and_one_that_was_not_cannot() {
        let narrowed = gap((&[6, 7], &E8[0]), (&[8, 9], &E8[1]));
        assert_eq!((narrowed.change_of_gap.value(), narrowed.verdict), (Some(&0.8), GapVerdict::Narrowed));
        assert_eq!((narrowed.level_start.diff.value(), narrowed.level_end.diff.value()), (Some(&2.0), Some(&1.2)));
        let none = gap((&[7, 8], &E8[0]), (&[7, 8], &E8[1]));
        assert_eq!((none.level_start.diff.value(), none.verdict), (Some(&0.0), GapVerdict::NoGapAtStart));
        // The disadvantaged were ahead already.
        assert_eq!(gap((&[8, 9], &E8[0]), (&[6, 7], &E8[1])).verdict, GapVerdict::NoGapAtStart);
        assert_eq!(gap((&[8, 9], &E8[1]), (&[6, 7], &E8[0])).verdict, GapVerdict::Widened);
        assert_eq!(gap((&[6, 7], &E8[0]), (&[8, 9], &E8[0])).verdict, GapVerdict::CannotSay);
    }

    #[test]
    fn a_gap_has_one_decimal_and_its_verdict_comes_from_what_was_not_rounded() {
        // 0.75 more for the disadvantaged.
        let gap = gap((&[6], &[1, 1, 1, 1, 2, 0, 2, 0, 1, 1, 1, 1]), (&[8, 9], &[0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0]));
        assert_eq!((gap.change_of_gap.value(), gap.verdict), (Some(&0.8), GapVerdict::Narrowed));
        let one_decimal = |value: f64| (value * 10.0).fract().abs() < 1e-9;
        let ci = gap.ci.value().unwrap();
        assert!(one_decimal(ci.lo) && one_decimal(ci.hi) && one_decimal(gap.level_end.ci.value().unwrap().hi));
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

    proptest! {
        /// The attacker knows both totals, that hidden participants are not zero, and that no one changed who did
        /// not take part.
        #[test]
        fn no_small_count_of_a_stratum_follows_from_everything_published(
            people in prop::collection::vec((prop_oneof![0..6u64, 5..16u64], 0.0..=1.0f64), 3..5),
            residual in any::<bool>(),
        ) {
            let exact: Vec<(u64, u64)> = people.iter().map(|(p, part)| (*p, (*p as f64 * part).round() as u64)).collect();
            let names = if residual { &NAMES[5 - exact.len()..] } else { &NAMES[..exact.len()] };
            let cells = gated(names, &exact);
            let (all, all_n) = exact.iter().fold((0, 0), |(p, n), cell| (p + cell.0, n + cell.1));
            let values = |shown: &Shown<u64>, least: u64, most: u64| match shown.value() {
                Some(value) => vec![*value],
                None => (least..=most).collect(),
            };
            // A total of 1 … 4 is hidden itself, and with it everything else.
            let likely = |candidates: Vec<Vec<u64>>, total| if (1..5).contains(&total) { candidates } else { possible(&candidates, total) };
            let whole = cells.iter().all(|cell| cell.participants.is_hidden());
            let least = u64::from(!whole);
            let participants = likely(cells.iter().map(|c| values(&c.participants, least, all.max(5))).collect(), all);
            let n = cells.iter().zip(&participants).map(|(c, p)| values(&c.sppb_change_m3.n, 0, p.iter().copied().max().unwrap_or(0))).collect();
            let n = likely(n, all_n);
            for (i, (p, m)) in exact.iter().enumerate() {
                if residual && i + 1 == exact.len() { continue; }
                prop_assert!(!(1..5).contains(p) || participants[i].len() > 1, "{exact:?}");
                prop_assert!(!(1..5).contains(m) || n[i].len() > 1, "{exact:?} {cells:?}");
            }
        }
    }
}
