//! Whether a new page, together with earlier ones, would tell the result of a few people.

use std::collections::BTreeMap;

use super::super::figures::{Answers, Change, Leaving};
use super::super::follow_up::Compared;
use super::super::suppression::{Shown, Step, Steps};
use super::Page;
use super::limits::{MEAN_PEOPLE, tells_mean};
use crate::assessments::OutcomeMeasure;
use crate::time::Day;

/// Of fewer people no class may follow.
const CLASS_PEOPLE: u64 = 5;
/// So many earlier pages are looked at three and four together; two together are looked at without end.
const CANDIDATES: usize = 36;
/// And so many of those who came ten times.
const REGULAR_CANDIDATES: usize = 24;

/// Who of those who started is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Cohort {
    Everybody,
    /// Who came ten times.
    Regular,
}

/// What one page tells of one change.
#[derive(Clone, Copy)]
pub(super) struct Block {
    from: Day,
    to: Day,
    /// The cut-off of its numbers.
    as_of: Day,
    cohort: Cohort,
    n: u64,
    classes: bool,
    mean: bool,
}

impl Block {
    /// So many people of a page, everybody who started, of whom nothing is told yet.
    fn bare(page: &Page, as_of: Day, n: u64) -> Self {
        let (from, to) = (page.report.from, page.report.to);
        Self { from, to, as_of, cohort: Cohort::Everybody, n, classes: false, mean: false }
    }

    /// A change of everybody who started.
    pub fn of(page: &Page, as_of: Day, change: &Change) -> Self {
        let n = change.n.value().copied().unwrap_or_default();
        let classes = change.improved.value().is_some() && n > 0;
        Self { classes, mean: change.mean.value().is_some(), ..Self::bare(page, as_of, n) }
    }

    /// A mean of a part of the model.
    pub fn of_mean(page: &Page, as_of: Day, n: &Shown<u64>) -> Self {
        Self { mean: true, ..Self::bare(page, as_of, n.value().copied().unwrap_or_default()) }
    }

    /// How many of those who came ten times improved, where the page tells it of anybody. How many of them were compared is
    /// told nowhere: those measured stand for them.
    pub fn of_way(page: &Page) -> Option<Self> {
        let way = page.report.way.as_ref()?;
        let n = way.improved.value().and(way.measured_twice.value()).copied().filter(|n| *n > 0)?;
        Some(Self { cohort: Cohort::Regular, classes: true, ..Self::bare(page, page.made_on, n) })
    }

    /// Answers of those who answered twice.
    pub fn of_answers(page: &Page, as_of: Day, told: &Answers) -> Self {
        let n = told.n.value().copied().unwrap_or_default();
        let classes = told.start.value().or(told.end.value()).is_some() && n > 0;
        Self { classes, ..Self::bare(page, as_of, n) }
    }

    /// Reasons of those who are out, of everybody who was observed so long.
    pub fn of_leaving(page: &Page, as_of: Day, told: &Leaving) -> Self {
        let Leaving { n, group_ended, goal_reached, died_or_moved, other, unknown } = told;
        let reasons = [group_ended, goal_reached, died_or_moved, other, unknown];
        let n = n.value().copied().unwrap_or_default();
        let classes = reasons.into_iter().any(|reason| reason.value().is_some()) && n > 0;
        Self { classes, ..Self::bare(page, as_of, n) }
    }

    pub fn shows_something(&self) -> bool {
        self.classes || self.mean
    }

    /// Whether what this one tells may be added to the other: of two different cohorts only classes are.
    fn meets(&self, other: &Self) -> bool {
        let of_everybody = [self.cohort, other.cohort].iter().all(|cohort| *cohort == Cohort::Everybody);
        self.shows_something() && (of_everybody || (self.classes && other.classes))
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }

    fn counts(&self, person: &Compared) -> bool {
        let came = match self.cohort {
            Cohort::Everybody => true,
            Cohort::Regular => person.tenth_visit.is_some_and(|day| day <= self.as_of),
        };
        came && (self.from..=self.to).contains(&person.first_visit) && person.from_cut_off <= self.as_of
    }
}

/// What of a new change would tell too much.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Conflict {
    pub classes: bool,
    pub mean: bool,
}

/// Holds a new change against all earlier ones of the same outcome and window.
pub(super) fn conflict(
    outcome: OutcomeMeasure,
    new: &Block,
    earlier: &[Block],
    compared: &[Compared],
    steps: Steps,
) -> Conflict {
    let shown: Vec<Block> = earlier.iter().filter(|block| block.meets(new)).copied().collect();
    let mut found = Conflict::default();
    for other in shown.iter().filter(|other| other.cohort == new.cohort && other.overlaps(new)) {
        found.add(outcome, &[*new, *other], new.n.abs_diff(other.n));
    }
    for (blocks, people) in isolating(new, &shown, compared) {
        found.add(outcome, &blocks, people);
    }
    Conflict {
        classes: found.classes && new.classes && steps.takes(Step::DifferenceOfClasses),
        mean: found.mean && new.mean && steps.takes(Step::DifferenceOfMeans),
    }
}

impl Conflict {
    /// The numbers of these pages, added and taken away, are those of so many people.
    fn add(&mut self, outcome: OutcomeMeasure, blocks: &[Block], people: u64) {
        let n = blocks.iter().map(|block| block.n).sum();
        self.classes |= (1..CLASS_PEOPLE).contains(&people) && blocks.iter().all(|block| block.classes);
        self.mean |= blocks.iter().all(|block| block.mean) && tells_mean(outcome, n, people);
    }
}

/// Groups of two to four pages, the new one among them, whose people added and taken away leave some few, each of them
/// once: a year without its two seasons, what was added to a year without what was added to its autumn, or everybody without
/// those who came ten times.
fn isolating(new: &Block, shown: &[Block], compared: &[Compared]) -> Vec<(Vec<Block>, u64)> {
    let pages: Vec<Block> = std::iter::once(*new).chain(different(shown, compared)).collect();
    let people = People::of(&pages, compared);
    let mut found = Vec::new();
    for others in combinations(pages.len()) {
        for signs in 0..1_u32 << others.len() {
            let (mut plus, mut minus) = (1_u64, 0_u64);
            for (at, other) in others.iter().enumerate() {
                *(if signs >> at & 1 == 0 { &mut plus } else { &mut minus }) |= 1 << other;
            }
            if let Some(few) = people.isolated(plus, minus) {
                found.push((std::iter::once(0).chain(others.iter().copied()).map(|i| pages[i]).collect(), few));
            }
        }
    }
    found
}

/// The latest pages that differ from each other in their people or in what they show.
fn different(shown: &[Block], compared: &[Compared]) -> Vec<Block> {
    let mut seen = std::collections::BTreeSet::new();
    let key = |block: &Block| {
        let counted: Vec<bool> = compared.iter().map(|person| block.counts(person)).collect();
        (counted, block.classes, block.mean)
    };
    let latest: Vec<Block> = shown.iter().rev().filter(|block| seen.insert(key(block))).copied().collect();
    let of = |cohort: Cohort, most: usize| latest.iter().filter(move |block| block.cohort == cohort).take(most);
    let everybody = of(Cohort::Everybody, CANDIDATES);
    everybody.chain(of(Cohort::Regular, REGULAR_CANDIDATES)).copied().collect()
}

/// One to three of the places 1 … `pages` − 1, ascending.
fn combinations(pages: usize) -> impl Iterator<Item = Vec<usize>> {
    let ones = (1..pages).map(|i| vec![i]);
    let twos = (1..pages).flat_map(move |i| (i + 1..pages).map(move |j| vec![i, j]));
    let threes =
        (1..pages).flat_map(move |i| (i + 1..pages).flat_map(move |j| (j + 1..pages).map(move |k| vec![i, j, k])));
    ones.chain(twos).chain(threes)
}

/// How many people are counted on which of the pages: a bit for each page.
struct People(Vec<(u64, u64)>);

impl People {
    fn of(pages: &[Block], compared: &[Compared]) -> Self {
        let mut counts = BTreeMap::new();
        for person in compared {
            let on = pages.iter().enumerate().filter(|(_, page)| page.counts(person));
            let mask = on.fold(0_u64, |mask, (i, _)| mask | 1 << i);
            *counts.entry(mask).or_insert(0) += 1;
        }
        Self(counts.into_iter().collect())
    }

    /// How many people are left when the pages of one mask are added and those of the other taken away; nothing when
    /// somebody is left more than once, or some are left over and others lacking, or they are not few.
    fn isolated(&self, plus: u64, minus: u64) -> Option<u64> {
        let (mut left, mut sign) = (0, 0);
        for (mask, people) in &self.0 {
            let times = i64::from((mask & plus).count_ones()) - i64::from((mask & minus).count_ones());
            if times == 0 {
                continue;
            }
            if times.abs() > 1 || (sign != 0 && sign != times) {
                return None;
            }
            sign = times;
            left += people;
        }
        (1..MEAN_PEOPLE).contains(&left).then_some(left)
    }
}
