//! The one choke point for small numbers: only this module can make a [`Shown`] figure, and reports,
//! screens, files and messages take nothing else (domain.md 4.9; formats.md, rulings 23–28 and 31–33).

mod lines;
mod strata;

use serde::{Deserialize, Serialize, Serializer};

use super::dataset::Settings;
use super::figures::{Change, Figure, FollowUp, Headline, Safety, Share};
use super::statistics::{Interval, Moments, poisson_interval, wilson};
use lines::{hide_line, hide_table, is_small};
pub use strata::StratumNumbers;

/// From this many visits on, falls and their rate are shown.
const VISITS_FOR_FALLS: u64 = 500;

/// A figure that may leave the program: a value, or the fact that there is none to show. In files a value or `null`.
///
/// There is no public way to make one from a number. Reading one back is for frozen reports alone, whose
/// figures passed the gate when they were frozen.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Shown<T>(State<T>);

#[derive(Clone, Copy, PartialEq, Debug)]
enum State<T> {
    Value(T),
    /// Hidden so that no person can be made out.
    Hidden,
    /// There is nothing to say: a share of no one, the rate of no visits.
    Undefined,
}

impl<T> Shown<T> {
    const HIDDEN: Self = Self(State::Hidden);
    const UNDEFINED: Self = Self(State::Undefined);

    /// The figure, when there is one to show.
    pub const fn value(&self) -> Option<&T> {
        match &self.0 {
            State::Value(value) => Some(value),
            State::Hidden | State::Undefined => None,
        }
    }

    /// Whether the figure exists and is kept back; otherwise it is shown or undefined.
    pub const fn is_hidden(&self) -> bool {
        matches!(self.0, State::Hidden)
    }

    fn or_undefined(value: Option<T>) -> Self {
        value.map_or(Self::UNDEFINED, |value| Self(State::Value(value)))
    }
}

impl<T> Figure for Shown<T> {
    fn is_hidden(&self) -> bool {
        Self::is_hidden(self)
    }

    fn mark_hidden(&mut self) {
        self.0 = State::Hidden;
    }
}

impl<T: Serialize> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Shown<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::or_undefined)
    }
}

/// Rounds a real number to the six decimals of the report: the nearest decimal to the exact binary value,
/// ties to even, as writing it with six decimals does in every language.
fn six_decimals(value: f64) -> f64 {
    // Adding zero turns -0.0 into 0.0.
    format!("{value:.6}").parse().unwrap_or(value) + 0.0
}

fn real(value: Option<f64>) -> Shown<f64> {
    Shown::or_undefined(value.map(six_decimals))
}

fn interval(value: Option<Interval>) -> Shown<Interval> {
    Shown::or_undefined(value.map(|ci| Interval { lo: six_decimals(ci.lo), hi: six_decimals(ci.hi) }))
}

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

/// The limits of hiding.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    k: u64,
    basis: u64,
}

impl Gate {
    /// The municipality's limits. They may be stricter than the defaults, never laxer.
    pub fn new(settings: &Settings) -> Self {
        let default = Settings::default();
        Self { k: settings.k.max(default.k).into(), basis: settings.basis.max(default.basis).into() }
    }

    /// A count that needs no other to protect it (ruling 24).
    pub fn count(&self, count: u64) -> Shown<u64> {
        if is_small(count, self.k) { Shown::HIDDEN } else { Shown(State::Value(count)) }
    }

    /// Counts of one line whose total is published, and that total.
    pub fn line(&self, cells: &[u64]) -> (Vec<Shown<u64>>, Shown<u64>) {
        let mask = hide_line(cells, self.k);
        (masked(cells, &mask.cells), masked_one(cells.iter().sum(), mask.total))
    }

    /// Counts of a two-way table whose totals are published; nothing when categories must be merged first.
    pub fn table(&self, rows: &[Vec<u64>]) -> Option<Vec<Vec<Shown<u64>>>> {
        let mask = hide_table(rows, self.k)?;
        Some(rows.iter().zip(&mask).map(|(row, mask)| masked(row, mask)).collect())
    }

    /// A number of sessions: never about a person (ruling 27).
    pub fn sessions(&self, count: u64) -> Shown<u64> {
        Shown(State::Value(count))
    }

    /// A median or percentage over `n` persons.
    pub fn over_persons(&self, value: Option<f64>, n: u64) -> Shown<f64> {
        match n {
            0 => Shown::UNDEFINED,
            n if n < self.basis => Shown::HIDDEN,
            _ => real(value),
        }
    }

    /// The share of `x` in `n` persons.
    pub fn share(&self, x: u64, n: u64) -> Share {
        let shown = n == 0 || self.passes_as_share(x, n);
        let part = (n > 0).then(|| x as f64 / n as f64);
        Share {
            x: masked_one(x, !shown),
            n: self.count(n),
            share: if shown { real(part) } else { Shown::HIDDEN },
            ci: if shown { interval(wilson(x, n)) } else { Shown::HIDDEN },
        }
    }

    /// The flow's retested of due; completeness is shown whenever both counts are (ruling 24).
    pub fn follow_up(&self, retested: u64, due: u64) -> FollowUp {
        let (due_shown, retested_shown) = (self.count(due), self.count(retested));
        let hidden = due_shown.is_hidden() || retested_shown.is_hidden();
        let part = (due > 0).then(|| retested as f64 / due as f64);
        let completeness = if hidden { Shown::HIDDEN } else { real(part) };
        FollowUp { due: due_shown, retested: retested_shown, completeness }
    }

    /// The change of one outcome over one window.
    pub fn change(&self, numbers: &ChangeNumbers) -> Change {
        let headline = headline(numbers.retested, numbers.due);
        let withheld = is_withheld(numbers.retested, numbers.due);
        let [improved, kept, declined] = self.classes(numbers, withheld);
        let (moments, scale) = (&numbers.moments, numbers.scale);
        let hide = moments.n > 0 && (withheld || moments.n < self.basis);
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
            headline,
        }
    }

    /// Improved, kept and declined: all, the last two merged, or none (domain.md 4.9; ruling 26).
    fn classes(&self, numbers: &ChangeNumbers, withheld: bool) -> [Shown<u64>; 3] {
        let Some(classes) = numbers.classes else { return [Shown::UNDEFINED; 3] };
        let n = numbers.n;
        let all = n == 0 || (n >= self.basis && classes.iter().all(|class| self.passes_as_class(*class, n)));
        let improved = all || self.passes_as_share(classes[0], n);
        let shown = [improved, all, all];
        std::array::from_fn(|class| masked_one(classes[class], withheld || !shown[class]))
    }

    fn improved_of_due(&self, numbers: &ChangeNumbers, improved: Shown<u64>) -> Shown<f64> {
        let Some([exact, ..]) = numbers.classes else { return Shown::UNDEFINED };
        match numbers.due {
            0 => Shown::UNDEFINED,
            due if improved.is_hidden() || !self.passes_as_share(exact, due) => Shown::HIDDEN,
            due => real(Some(exact as f64 / due as f64)),
        }
    }

    /// Falls and their rate: events, shown with enough visits (ruling 27).
    pub fn safety(&self, falls: u64, visits: u64) -> Safety {
        let hidden = visits < VISITS_FOR_FALLS;
        let rate = |events: f64| events * 1000.0 / visits as f64;
        let ci = poisson_interval(falls);
        Safety {
            falls: masked_one(falls, hidden),
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

    /// `x` of `n`: neither side small; no one or everyone only of twice as many (domain.md 4.9, vector D12).
    fn passes_as_share(&self, x: u64, n: u64) -> bool {
        let rest = n.saturating_sub(x);
        let one_sided = x == 0 || rest == 0;
        n >= self.basis && !is_small(x, self.k) && !is_small(rest, self.k) && (!one_sided || self.is_many(n))
    }

    /// One of three classes: not small; empty only among many (ruling 26).
    fn passes_as_class(&self, class: u64, n: u64) -> bool {
        !is_small(class, self.k) && (class > 0 || self.is_many(n))
    }

    fn is_many(&self, n: u64) -> bool {
        n >= 2 * self.basis
    }
}

/// The headline that the completeness of the follow-up allows; none when nobody is due.
fn headline(retested: u64, due: u64) -> Headline {
    match due {
        0 => Headline::Hidden,
        _ if retested * 10 < due * 6 => Headline::Hidden,
        _ if retested * 10 < due * 8 => Headline::Warning,
        _ => Headline::Shown,
    }
}

/// Too few were tested again to show anything but how many (ruling 18).
fn is_withheld(retested: u64, due: u64) -> bool {
    due > 0 && headline(retested, due) == Headline::Hidden
}

fn masked_one(count: u64, hidden: bool) -> Shown<u64> {
    if hidden { Shown::HIDDEN } else { Shown(State::Value(count)) }
}

fn masked(cells: &[u64], mask: &[bool]) -> Vec<Shown<u64>> {
    cells.iter().zip(mask).map(|(count, hidden)| masked_one(*count, *hidden)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GATE: Gate = Gate { k: 5, basis: 10 };

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
        assert_eq!((change.headline, shown(&change.improved_of_due)), (Headline::Warning, Some(0.38)));
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
        assert_eq!((change.headline, shown(&change.n)), (Headline::Hidden, Some(29)));
        assert!(change.mean.is_hidden() && change.sd.is_hidden() && change.ci.is_hidden() && change.median.is_hidden());
        assert!(change.improved.is_hidden() && change.declined.is_hidden() && change.improved_of_due.is_hidden());
        assert_eq!(headline(30, 50), Headline::Warning);
        assert_eq!(headline(40, 50), Headline::Shown);
    }

    #[test]
    fn e3_and_e4_few_pairs_show_only_how_many() {
        let change = change(5, [5, 0, 0]);
        assert_eq!(shown(&change.n), Some(5));
        assert!(change.mean.is_hidden() && change.sd.is_hidden());
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

    #[test]
    fn numbers_have_six_decimals_and_no_negative_zero() {
        assert_eq!(six_decimals(2.0 / 3.0), 0.666_667);
        assert!(six_decimals(-1e-9).is_sign_positive());
        assert_eq!((six_decimals(0.757_812_5), six_decimals(0.007_812_5)), (0.757_812, 0.007_812));
        assert_eq!(six_decimals(17.0), 17.0);
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
