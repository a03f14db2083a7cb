//! How many changed how much, and from which class of points to which: lines whose totals are known from the classes of
//! the change (docs/outcomes.md, Hiding).

use super::super::figures::{Change, ChangeBins, PointClasses, PointShift, Spread};
use super::{ChangeNumbers, Gate, Shown};

/// The exact numbers, before anything is hidden.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SpreadNumbers {
    /// By whole multiples of the smallest meaningful change: −2 and less, −1, 0, 1, 2, 3 and more.
    pub changes: [u64; 6],
    /// By SPPB points 0–3, 4–6, 7–9, 10–12, at both ends; nobody of another outcome.
    pub start: [u64; 4],
    pub end: [u64; 4],
}

impl SpreadNumbers {
    /// A change that is a number, oriented, in units of which `least` are the smallest meaningful change.
    pub fn add_change(&mut self, change: i64, least: i64) {
        // Division goes towards zero: what is less than one either way is kept.
        let bin = match change / least.max(1) {
            ..=-2 => 0,
            -1 => 1,
            0 => 2,
            1 => 3,
            2 => 4,
            3.. => 5,
        };
        self.changes[bin] += 1;
    }

    pub fn add_points(&mut self, start: i32, end: i32) {
        self.start[class(start)] += 1;
        self.end[class(end)] += 1;
    }
}

/// The class of SPPB points.
const fn class(points: i32) -> usize {
    match points {
        ..=3 => 0,
        4..=6 => 1,
        7..=9 => 2,
        10.. => 3,
    }
}

impl Gate {
    /// Told with the classes of the change, of twice as many people as a mean needs, since it tells where nobody is.
    /// Nothing where somebody has no number: the sum would tell how many.
    pub fn spread(&self, numbers: &ChangeNumbers, change: &Change, of: &SpreadNumbers) -> Option<Spread> {
        let whole = numbers.n > 0 && numbers.moments.n == numbers.n && self.is_many(numbers.n);
        (whole && change.improved.value().is_some()).then_some(())?;
        let points = (of.start.iter().sum::<u64>() == numbers.n)
            .then(|| PointShift { start: self.points(&of.start), end: self.points(&of.end) });
        Some(Spread { changes: self.bins(change, &of.changes), points })
    }

    /// Improved, kept and declined are totals of their own.
    fn bins(&self, change: &Change, [worse_2, worse_1, kept, better_1, better_2, better_3]: &[u64; 6]) -> ChangeBins {
        let [better_1, better_2, better_3] = self.parts(&[*better_1, *better_2, *better_3]);
        let merged = change.kept.is_hidden() || change.declined.is_hidden();
        let [worse_2, worse_1, kept] = if merged {
            [Shown::HIDDEN; 3]
        } else {
            let [worse_2, worse_1] = self.parts(&[*worse_2, *worse_1]);
            [worse_2, worse_1, Shown::of(*kept)]
        };
        ChangeBins { worse_2, worse_1, kept, better_1, better_2, better_3 }
    }

    fn points(&self, classes: &[u64; 4]) -> PointClasses {
        let [p0_3, p4_6, p7_9, p10_12] = self.parts(classes);
        PointClasses { p0_3, p4_6, p7_9, p10_12 }
    }

    fn parts<const N: usize>(&self, cells: &[u64; N]) -> [Shown<u64>; N] {
        let (cells, _) = self.line(cells);
        std::array::from_fn(|i| cells.get(i).copied().unwrap_or(Shown::HIDDEN))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Steps;
    use super::*;

    const GATE: Gate = Gate { k: 5, basis: 10, steps: Steps::ALL };

    /// So many people with each of these changes, in points, who all begin with seven.
    fn spread(of: &[(u64, i64)], without_number: u64) -> Option<Spread> {
        let changes = || of.iter().flat_map(|(n, change)| (0..*n).map(move |_| *change));
        let class = |wanted: fn(i64) -> bool| changes().filter(|change| wanted(*change)).count() as u64;
        let n = changes().count() as u64 + without_number;
        let classes = Some([class(|c| c >= 1) + without_number, class(|c| c == 0), class(|c| c <= -1)]);
        let moments = changes().collect();
        let numbers =
            ChangeNumbers { due: n, retested: n, n, moments, scale: 1.0, classes, ..ChangeNumbers::default() };
        let mut exact = SpreadNumbers::default();
        for change in changes() {
            exact.add_change(change, 1);
            exact.add_points(7, 7 + i32::try_from(change).unwrap());
        }
        GATE.spread(&numbers, &GATE.change(&numbers), &exact)
    }

    fn bins(of: &[(u64, i64)]) -> Option<[Option<u64>; 6]> {
        let ChangeBins { worse_2, worse_1, kept, better_1, better_2, better_3 } = spread(of, 0)?.changes;
        Some([worse_2, worse_1, kept, better_1, better_2, better_3].map(|bin| bin.value().copied()))
    }

    #[test]
    fn changes_are_counted_by_whole_multiples_of_the_smallest_meaningful_one() {
        let mut exact = SpreadNumbers::default();
        for change in [-500, -499, -250, -249, 0, 249, 250, 499, 500, 750, 9000] {
            exact.add_change(change, 250);
        }
        assert_eq!(exact.changes, [1, 2, 3, 2, 1, 2]);
        for points in [0, 3, 4, 6, 7, 9, 10, 12] {
            exact.add_points(points, 12);
        }
        assert_eq!((exact.start, exact.end), ([2, 2, 2, 2], [0, 0, 0, 8]));
    }

    #[test]
    fn the_parts_of_a_class_protect_each_other_within_it() {
        // All parts are large enough.
        let all = bins(&[(5, -2), (6, -1), (10, 0), (9, 1), (7, 2), (5, 3)]);
        assert_eq!(all, Some([5, 6, 10, 9, 7, 5].map(Some)));
        // Three improved by two: with twenty-one improved and twelve by one, three or more may not stand alone.
        let few = bins(&[(5, -2), (6, -1), (10, 0), (12, 1), (3, 2), (6, 3)]);
        assert_eq!(few, Some([Some(5), Some(6), Some(10), Some(12), None, None]));
        // Four declined: kept and declined are merged, and so are their parts.
        let merged = bins(&[(4, -1), (15, 0), (19, 1)]);
        assert_eq!(merged, Some([None, None, None, Some(19), Some(0), Some(0)]));
    }

    #[test]
    fn of_fewer_than_twenty_and_beside_somebody_without_a_number_nothing_is_told() {
        assert_eq!(bins(&[(9, 0), (10, 1)]), None);
        assert!(bins(&[(10, 0), (10, 1)]).is_some());
        assert_eq!(spread(&[(10, 0), (10, 1)], 2), None);
        // Three improved: their class is hidden, and with it everything.
        assert_eq!(bins(&[(27, 0), (3, 1)]), None);
    }

    #[test]
    fn classes_of_points_are_a_line_at_each_end() {
        let points = spread(&[(6, -4), (14, 0), (10, 3)], 0).unwrap().points.unwrap();
        let of = |classes: PointClasses| {
            let PointClasses { p0_3, p4_6, p7_9, p10_12 } = classes;
            [p0_3, p4_6, p7_9, p10_12].map(|class| class.value().copied())
        };
        assert_eq!(of(points.start), [Some(0), Some(0), Some(30), Some(0)]);
        assert_eq!(of(points.end), [Some(6), Some(0), Some(14), Some(10)]);
        let few = spread(&[(5, -4), (1, -1), (14, 0), (10, 3)], 0).unwrap().points.unwrap();
        assert_eq!(of(few.end), [None, None, Some(14), Some(10)]);
    }
}
