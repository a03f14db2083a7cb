//! Pages held against each other: what is left when one is taken from another, and when that is taken from what is
//! left of two more.

use std::collections::BTreeMap;

use super::super::compute::Computed;
use super::super::publishing::{Page, printed_step};
use super::super::report::{CHANGE_OUTCOMES, HEADLINE_OUTCOMES, WindowName};
use crate::assessments::OutcomeMeasure;
use crate::assessments::change::meaningful_change;
use crate::time::Day;

/// What one page tells of one change: who is behind it, a bit for each person, and what is told.
#[derive(Clone, Copy)]
struct Told {
    people: u128,
    n: f64,
    classes: bool,
    mean: bool,
    /// The mean may be so far from what is printed.
    half: f64,
}

/// Some people, and what is told of them by adding and taking away.
#[derive(Clone, Copy)]
struct Left {
    people: u128,
    /// How far their sum may be from what follows.
    distance: f64,
    classes: bool,
    mean: bool,
}

pub(super) fn by_differences(pages: &[Page], all: &Computed) -> Vec<String> {
    let mut found = Vec::new();
    for outcome in HEADLINE_OUTCOMES {
        for (w, window) in WindowName::ALL.iter().enumerate() {
            let o = CHANGE_OUTCOMES.iter().position(|other| *other == outcome).unwrap();
            let people: Vec<(Day, Day)> =
                all.compared[o][w].iter().map(|person| (person.first_visit, person.from_cut_off)).collect();
            assert!(people.len() <= 128, "a bit for each person");
            let told: Vec<Told> = pages.iter().filter_map(|page| told(page, outcome, *window, &people)).collect();
            let of_two = differences(&told);
            let of_more = of_two.iter().flat_map(|left| further(left, &of_two, &told)).collect::<Vec<Left>>();
            found.extend(of_two.iter().chain(&of_more).filter_map(|left| tells(outcome, left)));
        }
    }
    found
}

fn told(page: &Page, outcome: OutcomeMeasure, window: WindowName, people: &[(Day, Day)]) -> Option<Told> {
    let (change, as_of) = (page.report.change_of(outcome, window)?, page.note(window, outcome)?.as_of);
    let period = page.report.from..=page.report.to;
    let counted = |(first, since): &(Day, Day)| period.contains(first) && *since <= as_of;
    let bits = people.iter().enumerate().filter(|(_, person)| counted(person));
    let printed = change.mean.value().map(|mean| mean / printed_step(outcome));
    let is_rounded = printed.is_some_and(|steps| (steps - steps.round()).abs() < 1e-6);
    Some(Told {
        people: bits.fold(0, |bits, (i, _)| bits | 1 << i),
        n: *change.n.value()? as f64,
        classes: change.improved.value().is_some(),
        mean: printed.is_some(),
        half: if is_rounded { printed_step(outcome) / 2.0 } else { 5e-7 },
    })
}

/// One page taken from another that has all of its people and more. Of the same people the closest is enough.
fn differences(told: &[Told]) -> Vec<Left> {
    let mut left: BTreeMap<(u128, bool, bool), Left> = BTreeMap::new();
    for (more, less) in told.iter().flat_map(|more| told.iter().map(move |less| (more, less))) {
        if more.people & less.people != less.people || more.people == less.people {
            continue;
        }
        let new = Left {
            people: more.people & !less.people,
            distance: more.half * more.n + less.half * less.n,
            classes: more.classes && less.classes,
            mean: more.mean && less.mean,
        };
        let closest = left.entry((new.people, new.classes, new.mean)).or_insert(new);
        closest.distance = closest.distance.min(new.distance);
    }
    left.into_values().collect()
}

/// Taking away a further page, or what is left of two.
fn further<'a>(left: &'a Left, of_two: &'a [Left], told: &'a [Told]) -> impl Iterator<Item = Left> + 'a {
    let pages = told.iter().map(|told| Left {
        people: told.people,
        distance: told.half * told.n,
        classes: told.classes,
        mean: told.mean,
    });
    let inside = move |less: &Left| less.people != 0 && left.people & less.people == less.people;
    pages.chain(of_two.iter().copied()).filter(inside).map(move |less| Left {
        people: left.people & !less.people,
        distance: left.distance + less.distance,
        classes: left.classes && less.classes,
        mean: left.mean && less.mean,
    })
}

/// The classes of one to four people, or the mean of one to nine within the smallest meaningful change.
fn tells(outcome: OutcomeMeasure, left: &Left) -> Option<String> {
    let people = left.people.count_ones();
    let smallest = meaningful_change(outcome)? as f64 / 10f64.powi(outcome.decimals().into());
    let distance = left.distance / f64::from(people);
    if left.classes && (1..5).contains(&people) {
        Some(format!("{outcome}: the classes of {people}"))
    } else if left.mean && (1..10).contains(&people) && distance < smallest {
        Some(format!("{outcome}: the mean of {people} within {distance}"))
    } else {
        None
    }
}

/// The same cell of a stratum on a page with more people and on one with fewer.
pub(super) fn of_strata(pages: &[Page]) -> Vec<String> {
    let within = |less: &Page, more: &Page| {
        more.report.from <= less.report.from
            && less.report.to <= more.report.to
            && less.strata_as_of <= more.strata_as_of
    };
    let pairs = pages.iter().flat_map(|more| pages.iter().map(move |less| (more, less)));
    pairs.filter(|(more, less)| within(less, more)).flat_map(|(more, less)| cells_apart(more, less)).collect()
}

fn cells_apart(more: &Page, less: &Page) -> Vec<String> {
    let cells = |page: &Page| -> BTreeMap<String, f64> {
        let cells = page.report.strata.iter().flat_map(|s| s.cells.iter().map(|cell| (s.by, cell)));
        let shown = cells.filter(|(_, cell)| cell.sppb_change_m3.mean.value().is_some());
        shown
            .filter_map(|(by, cell)| Some((format!("{by} {}", cell.value), *cell.sppb_change_m3.n.value()? as f64)))
            .collect()
    };
    let less = cells(less);
    let both = cells(more).into_iter().filter_map(|(cell, n)| less.get(&cell).map(|before| (cell, n, *before)));
    let told = |(_, n, before): &(String, f64, f64)| {
        let added = n - before;
        (1.0..10.0).contains(&added) && 0.05 * (n + before) / added < 1.0
    };
    both.filter(told).map(|(cell, n, before)| format!("{cell}: the mean of {}", n - before)).collect()
}
