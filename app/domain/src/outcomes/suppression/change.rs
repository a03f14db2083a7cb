//! Change of one outcome over one window: moments, classes and headline (docs/outcomes.md, Change).

use super::super::figures::{Change, Headline};
use super::super::statistics::{Interval, Moments};
use super::shown::{interval, masked, real};
use super::{Gate, Shown};

/// What the exact numbers of a change are, before anything is hidden.
#[derive(Clone, Debug, Default)]
pub struct ChangeNumbers {
    pub due: u64,
    pub retested: u64,
    /// Comparable pairs, "unable" ones too.
    pub n: u64,
    /// Oriented changes in integer units; without "unable" ones.
    pub moments: Moments,
    /// In integer units.
    pub median: Option<f64>,
    /// Integer units per unit of the report.
    pub scale: f64,
    /// Improved, kept, declined; `None` for an outcome without a smallest meaningful change.
    pub classes: Option<[u64; 3]>,
}

impl Gate {
    /// The change of one outcome over one window.
    pub fn change(&self, numbers: &ChangeNumbers) -> Change {
        let [improved, kept, declined] = self.classes(numbers);
        let (moments, scale) = (&numbers.moments, numbers.scale);
        let hide = moments.n > 0 && (self.hides_means(numbers) || self.is_few(moments.n));
        let gated = |value: Option<f64>| if hide { Shown::HIDDEN } else { real(value.map(|v| v / scale)) };
        let ci = moments.mean_interval().map(|ci| Interval { lo: ci.lo / scale, hi: ci.hi / scale });
        Change {
            n: self.count(numbers.n),
            mean: gated(moments.mean()),
            sd: gated(moments.sd()),
            ci: if hide { Shown::HIDDEN } else { interval(ci) },
            median: gated(numbers.median),
            improved_of_due: self.improved_of_due(numbers, improved),
            improved,
            kept,
            declined,
            // Of few compared, completeness would tell how many were tested again.
            headline: (numbers.n >= self.basis).then(|| completeness(numbers.retested, numbers.due)),
            spread: None,
        }
    }

    /// Whether all means of an outcome and window are hidden, those of strata and gaps too.
    pub fn hides_means(&self, numbers: &ChangeNumbers) -> bool {
        is_withheld(numbers) || self.tells_each_class(numbers)
    }

    /// Everybody changed alike, and how is not told: the mean would tell it of everybody. Without classes it may be told of
    /// as many as a class of everybody may.
    fn tells_each_class(&self, numbers: &ChangeNumbers) -> bool {
        let hidden = || match numbers.classes {
            Some(_) => self.classes(numbers).iter().any(Shown::is_hidden),
            None => !self.is_many(numbers.n),
        };
        self.are_alike(&numbers.moments) && hidden()
    }

    /// Improved, kept and declined: all, the last two merged, or none.
    fn classes(&self, numbers: &ChangeNumbers) -> [Shown<u64>; 3] {
        let Some(classes) = numbers.classes else { return [Shown::UNDEFINED; 3] };
        let n = numbers.n;
        let all = n == 0 || (!self.is_few(n) && classes.iter().all(|class| self.passes_as_class(*class, n)));
        let improved = all || self.passes_as_share(classes[0], n);
        let shown = [improved, all, all];
        // Of a hidden number of retested, zeros that completeness hides would tell how many there were.
        let withheld = is_withheld(numbers) || self.is_small(numbers.retested);
        std::array::from_fn(|class| masked(classes[class], withheld || !shown[class]))
    }

    fn improved_of_due(&self, numbers: &ChangeNumbers, improved: Shown<u64>) -> Shown<f64> {
        let Some([exact, ..]) = numbers.classes else { return Shown::UNDEFINED };
        match numbers.due {
            0 => Shown::UNDEFINED,
            due if improved.is_hidden() || !self.passes_as_share(exact, due) => Shown::HIDDEN,
            due => real(Some(exact as f64 / due as f64)),
        }
    }

    /// One of three classes: not small; empty only among many.
    fn passes_as_class(&self, class: u64, n: u64) -> bool {
        !self.is_small_share(class) && (class > 0 || self.is_many(n))
    }
}

/// The headline that the completeness of the follow-up allows: from 80 %, from 60 %, below.
fn completeness(retested: u64, due: u64) -> Headline {
    if retested * 10 < due * 6 {
        Headline::Hidden
    } else if retested * 10 < due * 8 {
        Headline::Warning
    } else {
        Headline::Shown
    }
}

/// So few of those due were seen again that they say little of the others.
pub(super) fn are_incomplete(again: u64, due: u64) -> bool {
    completeness(again, due) == Headline::Hidden
}

/// Too few were tested again to show anything but how many.
fn is_withheld(numbers: &ChangeNumbers) -> bool {
    are_incomplete(numbers.retested, numbers.due)
}

#[cfg(test)]
mod tests {
    use super::super::Steps;
    use super::super::lines::is_small;
    use super::*;
    use proptest::prelude::*;

    const GATE: Gate = Gate { k: 5, basis: 10, steps: Steps::ALL };

    fn shown<T: Copy>(figure: &Shown<T>) -> Option<T> {
        figure.value().copied()
    }

    fn change(n: u64, classes: [u64; 3]) -> Change {
        let moments: Moments = (0..n as i64).collect();
        let (due, median) = (n, moments.mean());
        GATE.change(&ChangeNumbers { due, retested: n, n, moments, median, scale: 1.0, classes: Some(classes) })
    }

    fn classes(n: u64, exact: [u64; 3]) -> [Option<u64>; 3] {
        let change = change(n, exact);
        [&change.improved, &change.kept, &change.declined].map(shown)
    }

    #[test]
    fn e1_prints_improved_and_not_improved_only() {
        assert_eq!(classes(12, [7, 4, 1]), [Some(7), None, None]);
    }

    #[test]
    fn three_classes_merge_when_one_is_small_or_empty_among_few() {
        assert_eq!(classes(38, [19, 15, 4]), [Some(19), None, None]);
        assert_eq!(classes(38, [19, 14, 5]), [Some(19), Some(14), Some(5)]);
        assert_eq!(classes(15, [10, 5, 0]), [Some(10), None, None]);
        assert_eq!(classes(20, [10, 10, 0]), [Some(10), Some(10), Some(0)]);
        assert_eq!(classes(23, [3, 10, 10]), [None, None, None]);
        assert_eq!(classes(15, [15, 0, 0]), [None, None, None]);
        assert_eq!(classes(9, [5, 2, 2]), [None, None, None]);
        assert_eq!(classes(0, [0, 0, 0]), [Some(0), Some(0), Some(0)]);
    }

    #[test]
    fn the_share_of_those_due_falls_with_improved() {
        assert_eq!(shown(&change(23, [3, 10, 10]).improved_of_due), None);
        assert_eq!(shown(&change(12, [7, 4, 1]).improved_of_due), Some(0.583_333));
    }

    #[test]
    fn fifty_due_thirty_eight_retested_is_a_headline_with_a_warning() {
        let moments: Moments = (0..38).collect();
        let numbers = ChangeNumbers {
            due: 50,
            retested: 38,
            n: 38,
            moments,
            median: Some(0.0),
            scale: 1.0,
            classes: Some([19, 15, 4]),
        };
        let change = GATE.change(&numbers);
        assert_eq!((change.headline, shown(&change.improved_of_due)), (Some(Headline::Warning), Some(0.38)));
        assert_eq!(shown(&GATE.follow_up(38, 50).completeness), Some(0.76));
    }

    #[test]
    fn under_sixty_per_cent_nothing_but_the_count_is_shown() {
        let moments: Moments = (0..29).collect();
        let numbers = ChangeNumbers {
            due: 50,
            retested: 29,
            n: 29,
            moments,
            median: Some(0.0),
            scale: 1.0,
            classes: Some([10, 10, 9]),
        };
        let change = GATE.change(&numbers);
        assert_eq!((change.headline, shown(&change.n)), (Some(Headline::Hidden), Some(29)));
        assert!(change.mean.is_hidden() && change.sd.is_hidden() && change.ci.is_hidden() && change.median.is_hidden());
        assert!(change.improved.is_hidden() && change.declined.is_hidden() && change.improved_of_due.is_hidden());
        assert_eq!(completeness(30, 50), Headline::Warning);
        assert_eq!(completeness(40, 50), Headline::Shown);
    }

    #[test]
    fn e3_and_e4_few_pairs_show_only_how_many() {
        let change = change(5, [5, 0, 0]);
        assert_eq!(shown(&change.n), Some(5));
        assert!(change.mean.is_hidden() && change.sd.is_hidden());
    }

    #[test]
    fn of_fewer_than_ten_pairs_there_is_no_headline_whatever_the_completeness() {
        for (due, retested) in [(5, 3), (5, 4), (9, 9), (30, 9)] {
            let moments: Moments = (0..retested as i64).collect();
            let numbers = ChangeNumbers { due, retested, n: retested, moments, ..ChangeNumbers::default() };
            assert_eq!(GATE.change(&numbers).headline, None, "{retested} of {due}");
        }
        assert_eq!(change(10, [5, 5, 0]).headline, Some(Headline::Shown));
    }

    #[test]
    fn few_retested_whose_tests_do_not_compare_are_not_told_by_zeros() {
        let zeros = |due, retested| {
            let numbers = ChangeNumbers { due, retested, classes: Some([0; 3]), ..ChangeNumbers::default() };
            shown(&GATE.change(&numbers).improved)
        };
        // Of six due, three would be withheld and four would not.
        assert_eq!([zeros(6, 3), zeros(6, 4), zeros(6, 5), zeros(0, 0)], [None, None, Some(0), Some(0)]);
    }

    /// So many people who all changed by one point.
    fn alike(n: u64) -> ChangeNumbers {
        let moments: Moments = (0..n).map(|_| 1).collect();
        let classes = Some([n, 0, 0]);
        ChangeNumbers { due: n, retested: n, n, moments, median: Some(1.0), scale: 1.0, classes }
    }

    #[test]
    fn equal_changes_are_hidden_where_their_class_is() {
        let twelve = GATE.change(&alike(12));
        assert!(twelve.improved.is_hidden() && twelve.mean.is_hidden() && twelve.sd.is_hidden());
        assert!(twelve.ci.is_hidden() && twelve.median.is_hidden() && GATE.hides_means(&alike(12)));
        let twenty = GATE.change(&alike(20));
        assert_eq!((shown(&twenty.improved), shown(&twenty.sd)), (Some(20), Some(0.0)));
        assert!(!GATE.hides_means(&alike(20)));
    }

    proptest! {
        #[test]
        fn no_small_class_follows_from_a_published_change(exact in prop::array::uniform3(0..24u64), not_retested in 0..4u64) {
            let n = exact.iter().sum::<u64>();
            let moments: Moments = (0..n as i64).collect();
            let numbers = ChangeNumbers { due: n + not_retested, retested: n, n, moments, median: None, scale: 1.0, classes: Some(exact) };
            let change = GATE.change(&numbers);
            let alike = |candidate: [u64; 3]| {
                [&change.improved, &change.kept, &change.declined].iter().zip(candidate).all(|(f, c)| shown(f).is_none_or(|v| v == c))
                    && shown(&change.n).is_none_or(|n| n == candidate.iter().sum::<u64>())
            };
            for class in 0..3 {
                let mut possible = (0..=n).flat_map(|a| (0..=n - a).map(move |b| [a, b, n - a - b])).filter(|c| alike(*c));
                prop_assert!(!is_small(exact[class], 5) || possible.any(|c| c[class] != exact[class]) || n < 5);
            }
        }
    }
}
