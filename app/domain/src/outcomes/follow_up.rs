//! What re-tests say, before anything is hidden: in numbers of everybody who started in the period, and of whom at all
//! two tests were compared, for pages that are held against each other.

use super::dataset::{Period, ResultRow};
use super::pairing::{Pairing, WINDOWS, baseline, due_from, measured, pair};
use super::person::Person;
use super::register::Register;
use super::report::{CHANGE_OUTCOMES, HEADLINE_OUTCOMES};
use super::statistics::median;
use super::suppression::{ChangeNumbers, SpreadNumbers, scale};
use crate::assessments::change::ChangeClass;
use crate::assessments::{OutcomeMeasure, change};
use crate::time::Day;
use std::collections::BTreeMap;

/// By outcome (as [`CHANGE_OUTCOMES`]) and window (as [`WINDOWS`]).
pub(super) type Grid<T> = [[T; 3]; 8];

/// A person whose two tests were compared: which reports count them can be told from two days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Compared {
    pub first_visit: Day,
    /// The first cut-off at which they count.
    pub from_cut_off: Day,
    /// The day of the tenth visit; nothing where nobody asks.
    pub tenth_visit: Option<Day>,
}

/// A person's SPPB points at both ends of three months.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Points {
    pub start: i32,
    pub end: i32,
}

/// One person's numbers of one outcome: at the start, and in the windows where the two tests compare.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Series {
    /// Place in the list of people.
    pub person: usize,
    pub started: bool,
    pub first_visit: Day,
    pub measured_on: Day,
    /// In the outcome's unit.
    pub start: i32,
    pub later: [Option<i32>; 3],
    /// Whether the three months have passed, and whether they were tested in them.
    pub due: bool,
    pub retested: bool,
}

impl Series {
    /// Nothing of somebody who was unable at the start.
    fn of(place: usize, person: &Person, base: &ResultRow, pairings: &[Pairing; 3]) -> Option<Self> {
        Some(Self {
            person: place,
            started: person.started,
            first_visit: person.first_visit,
            measured_on: base.day,
            start: base.value?,
            later: pairings.map(|pairing| pairing.values.map(|(_, end)| end)),
            due: pairings[0].due,
            retested: pairings[0].retested,
        })
    }
}

/// Of those who started and were tested at the start: whether that test could already be known to whoever decided on
/// their place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Chosen {
    pub after_test: u64,
    /// Nobody recorded when they were accepted.
    pub unknown: u64,
}

impl Chosen {
    fn add(&mut self, person: &Person, tested_on: Day) {
        match person.accepted_on {
            Some(day) => self.after_test += u64::from(tested_on <= day),
            None => self.unknown += 1,
        }
    }

    /// How many were accepted after the test; nothing where nobody was as far as it is known, and it is not known of all.
    pub fn told(self) -> Option<u64> {
        (self.after_test > 0 || self.unknown == 0).then_some(self.after_test)
    }
}

pub(super) struct FollowUps {
    pub with_baseline: u64,
    pub chosen: Chosen,
    /// `sppb_total` at m3 of those who came ten times.
    pub of_regular: ChangeNumbers,
    pub numbers: Grid<ChangeNumbers>,
    pub spread: Grid<SpreadNumbers>,
    /// Whenever they started.
    pub compared: Grid<Vec<Compared>>,
    /// `sppb_total` at m3, by position in the list of people.
    pub sppb: Vec<Option<Points>>,
    /// Whether the window of the same has passed since a baseline, by position in the list of people.
    pub due: Vec<bool>,
    /// Of the outcomes of headlines, whenever people started.
    pub series: BTreeMap<OutcomeMeasure, Vec<Series>>,
}

impl FollowUps {
    pub fn of(register: &Register, people: &[Person], period: &Period) -> Self {
        let (mut sppb, mut due) = (vec![None; people.len()], vec![false; people.len()]);
        let (mut with_baseline, mut chosen, mut regular) = (0, Chosen::default(), Tally::default());
        let mut series: BTreeMap<OutcomeMeasure, Vec<Series>> = BTreeMap::new();
        let tallies = CHANGE_OUTCOMES.map(|outcome| {
            let mut tallies: [Tally; 3] = Default::default();
            for (place, person) in people.iter().enumerate() {
                let tests = measured(register.results(person.index), outcome);
                let Some(base) = baseline(&tests, person.first_visit) else { continue };
                let pairings = follow(&tests, base, person, period.cut_off, &mut tallies);
                if HEADLINE_OUTCOMES.contains(&outcome) {
                    series.entry(outcome).or_default().extend(Series::of(place, person, base, &pairings));
                }
                if person.started && outcome == OutcomeMeasure::SppbTotal {
                    with_baseline += 1;
                    chosen.add(person, base.day);
                    due[place] = pairings[0].due;
                    sppb[place] = pairings[0].values.map(|(start, end)| Points { start, end });
                    if person.tenth_visit.is_some() {
                        regular.add(&pairings[0]);
                    }
                }
            }
            tallies
        });
        let numbers = std::array::from_fn(|o| std::array::from_fn(|w| tallies[o][w].numbers(CHANGE_OUTCOMES[o])));
        let spread = std::array::from_fn(|o| std::array::from_fn(|w| tallies[o][w].spread(CHANGE_OUTCOMES[o])));
        let compared = tallies.map(|windows| windows.map(|tally| tally.compared));
        let of_regular = regular.numbers(OutcomeMeasure::SppbTotal);
        Self { with_baseline, chosen, of_regular, numbers, spread, compared, sppb, due, series }
    }

    /// The change of an outcome of the report over a window.
    pub fn of_outcome(&self, outcome: OutcomeMeasure, window: usize) -> Option<&ChangeNumbers> {
        let place = CHANGE_OUTCOMES.iter().position(|other| *other == outcome)?;
        self.numbers.get(place)?.get(window)
    }

    pub fn sppb(&self, window: usize) -> &ChangeNumbers {
        &self.numbers[0][window]
    }
}

/// Follows one person through the windows.
fn follow(
    tests: &[ResultRow],
    base: &ResultRow,
    person: &Person,
    cut_off: Day,
    tallies: &mut [Tally; 3],
) -> [Pairing; 3] {
    let pairings = WINDOWS.map(|window| pair(tests, base, &window, person.gone_on, cut_off));
    for ((window, pairing), tally) in WINDOWS.iter().zip(&pairings).zip(tallies) {
        if pairing.change.is_some() {
            let from_cut_off = due_from(base, window);
            let (first_visit, tenth_visit) = (person.first_visit, person.tenth_visit);
            tally.compared.push(Compared { first_visit, from_cut_off, tenth_visit });
        }
        if person.started {
            tally.add(pairing);
        }
    }
    pairings
}

/// Counts of one outcome and window while persons are gone through.
#[derive(Default)]
struct Tally {
    due: u64,
    retested: u64,
    /// Improved, kept, declined.
    classes: [u64; 3],
    /// Comparable pairs.
    n: u64,
    compared: Vec<Compared>,
    changes: Vec<i64>,
    /// The values at both ends of those changes that are numbers.
    ends: Vec<(i32, i32)>,
}

impl Tally {
    fn add(&mut self, pairing: &Pairing) {
        self.due += u64::from(pairing.due);
        self.retested += u64::from(pairing.retested);
        let Some(change) = pairing.change else { return };
        self.n += 1;
        self.changes.extend(change.oriented);
        self.ends.extend(pairing.values);
        match change.class {
            ChangeClass::Improved => self.classes[0] += 1,
            ChangeClass::Kept => self.classes[1] += 1,
            ChangeClass::Declined => self.classes[2] += 1,
            ChangeClass::NotPaired | ChangeClass::NotComparable | ChangeClass::Descriptive => {}
        }
    }

    fn spread(&self, outcome: OutcomeMeasure) -> SpreadNumbers {
        let mut spread = SpreadNumbers::default();
        if let Some(least) = change::meaningful_change(outcome) {
            self.changes.iter().for_each(|change| spread.add_change(*change, least));
        }
        if outcome == OutcomeMeasure::SppbTotal {
            self.ends.iter().for_each(|(start, end)| spread.add_points(*start, *end));
        }
        spread
    }

    fn numbers(&self, outcome: OutcomeMeasure) -> ChangeNumbers {
        let mut sorted: Vec<f64> = self.changes.iter().map(|change| *change as f64).collect();
        ChangeNumbers {
            due: self.due,
            retested: self.retested,
            n: self.n,
            moments: self.changes.iter().copied().collect(),
            median: median(&mut sorted),
            scale: scale(outcome),
            classes: change::meaningful_change(outcome).map(|_| self.classes),
        }
    }
}
