//! Pages held against each other: what is left when one is taken from another, and when that is taken from what is
//! left of two more.

use std::collections::BTreeMap;

use super::super::compute::Computed;
use super::super::figures::ModelFigures;
use super::super::follow_up::Compared;
use super::super::publishing::{ModelPart, ModelSet, Page, printed_step};
use super::super::report::{CHANGE_OUTCOMES, Report, WindowName};
use super::super::suppression::Shown;
use super::counts::reasons;
use super::named_cells;
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
    for outcome in CHANGE_OUTCOMES {
        for (w, window) in WindowName::ALL.iter().enumerate() {
            let o = CHANGE_OUTCOMES.iter().position(|other| *other == outcome).unwrap();
            let people = days(&all.compared[o][w]);
            let mut told: Vec<Told> = pages.iter().filter_map(|page| told(page, outcome, *window, &people)).collect();
            if (outcome, *window) == (OutcomeMeasure::SppbTotal, WindowName::M3) {
                let regular = days_of_regular(&all.compared[o][w]);
                told.extend(pages.iter().filter_map(|page| told_by_way(page, &regular)));
            }
            found.extend(found_in(outcome, &told));
        }
    }
    found
}

/// The same of what people answered.
pub(super) fn by_answers(pages: &[Page], all: &Computed) -> Vec<String> {
    let of_question = |(outcome, twice): (&OutcomeMeasure, &Vec<Compared>)| {
        let people = days(twice);
        let told: Vec<Told> = pages.iter().filter_map(|page| told_by_answers(page, *outcome, &people)).collect();
        found_in(*outcome, &told)
    };
    all.answered.iter().flat_map(of_question).collect()
}

/// The same of why people left.
pub(super) fn by_leaving(pages: &[Page], all: &Computed) -> Vec<String> {
    let people = days(&all.seen);
    let told: Vec<Told> = pages.iter().filter_map(|page| told_by_leaving(page, &people)).collect();
    found_in(OutcomeMeasure::SppbTotal, &told)
}

fn told_by_leaving(page: &Page, people: &[(Day, Day)]) -> Option<Told> {
    let (told, as_of) = (page.report.leaving.as_ref()?, page.leaving_as_of?);
    reasons(told).into_iter().find_map(Shown::value)?;
    let n = *told.n.value()? as f64;
    Some(Told { people: counted(page, as_of, people), n, classes: true, mean: false, half: 0.0 })
}

fn told_by_answers(page: &Page, outcome: OutcomeMeasure, people: &[(Day, Day)]) -> Option<Told> {
    let (told, as_of) = (page.report.wellbeing.get(&outcome)?, page.wellbeing_as_of.get(&outcome)?);
    told.start.value().or(told.end.value())?;
    let n = *told.n.value()? as f64;
    Some(Told { people: counted(page, *as_of, people), n, classes: true, mean: false, half: 0.0 })
}

/// The same of what models tell of everybody in them, of those measured in a window, and of those at the start.
pub(super) fn by_models(pages: &[Page], all: &Computed) -> Vec<String> {
    let mut found = Vec::new();
    for (outcome, behind) in &all.modelled {
        for part in ModelPart::ALL {
            for set in part.sets() {
                let people = days(set.people(behind));
                let told = |page: &Page| told_by_model(page, *outcome, (part, set), &people);
                let told: Vec<Told> = pages.iter().filter_map(told).collect();
                found.extend(found_in(*outcome, &told).into_iter().map(|found| format!("{set:?}: {found}")));
            }
        }
    }
    found
}

fn days(people: &[Compared]) -> Vec<(Day, Day)> {
    assert!(people.len() <= 128, "a bit for each person");
    people.iter().map(|person| (person.first_visit, person.from_cut_off)).collect()
}

/// The same people, each counted among those who came ten times from the day on which that is so.
fn days_of_regular(people: &[Compared]) -> Vec<(Day, Day)> {
    let never = |person: &Compared| person.from_cut_off.plus_days(1_000_000);
    let since = |person: &Compared| person.tenth_visit.map_or(never(person), |day| day.max(person.from_cut_off));
    people.iter().map(|person| (person.first_visit, since(person))).collect()
}

fn told_by_way(page: &Page, people: &[(Day, Day)]) -> Option<Told> {
    let way = page.report.way.as_ref()?;
    way.improved.value()?;
    let n = *way.measured_twice.value()? as f64;
    Some(Told { people: counted(page, page.made_on, people), n, classes: true, mean: false, half: 0.0 })
}

fn found_in(outcome: OutcomeMeasure, told: &[Told]) -> Vec<String> {
    let of_two = differences(told);
    let of_more = of_two.iter().flat_map(|left| further(left, &of_two, told)).collect::<Vec<Left>>();
    of_two.iter().chain(&of_more).filter_map(|left| tells(outcome, left)).collect()
}

fn told(page: &Page, outcome: OutcomeMeasure, window: WindowName, people: &[(Day, Day)]) -> Option<Told> {
    let (change, as_of) = (page.report.change_of(outcome, window)?, page.note(window, outcome)?.as_of);
    let printed = change.mean.value().map(|mean| mean / printed_step(outcome));
    Some(Told {
        people: counted(page, as_of, people),
        n: *change.n.value()? as f64,
        classes: change.improved.value().is_some(),
        mean: printed.is_some(),
        half: half(outcome, printed),
    })
}

fn told_by_model(
    page: &Page,
    outcome: OutcomeMeasure,
    (part, set): (ModelPart, ModelSet),
    people: &[(Day, Day)],
) -> Option<Told> {
    let (model, as_of) = (page.report.model.get(&outcome)?, page.model_as_of.get(&outcome)?.of(part));
    let (n, mean) = set.told(model);
    let printed = *mean.value()? / printed_step(outcome);
    let (people, n) = (counted(page, as_of, people), *n.value()? as f64);
    Some(Told { people, n, classes: false, mean: true, half: half(outcome, Some(printed)) })
}

/// Who is counted on a page of that day, a bit for each.
fn counted(page: &Page, as_of: Day, people: &[(Day, Day)]) -> u128 {
    let period = page.report.from..=page.report.to;
    let counted = |(first, since): &(Day, Day)| period.contains(first) && *since <= as_of;
    let bits = people.iter().enumerate().filter(|(_, person)| counted(person));
    bits.fold(0, |bits, (i, _)| bits | 1 << i)
}

/// How far a mean may be from what is printed of it.
fn half(outcome: OutcomeMeasure, printed: Option<f64>) -> f64 {
    let is_rounded = printed.is_some_and(|steps| (steps - steps.round()).abs() < 1e-6);
    if is_rounded { printed_step(outcome) / 2.0 } else { 5e-7 }
}

/// An estimate leans on those measured in the window and on those who were not: where these are few and rounding leaves
/// no room, their mean follows.
pub(super) fn of_missing(report: &Report) -> Vec<String> {
    let windows = |(outcome, model): (&OutcomeMeasure, &ModelFigures)| {
        WindowName::ALL.iter().filter_map(|window| missing(*outcome, model, *window)).collect::<Vec<String>>()
    };
    report.model.iter().flat_map(windows).collect()
}

fn missing(outcome: OutcomeMeasure, model: &ModelFigures, window: WindowName) -> Option<String> {
    let told = model.change.of(window);
    told.change.value()?;
    let people = *told.people.value()?;
    let missing = people.checked_sub(*told.n.value()?)?;
    let distance = printed_step(outcome) * people as f64 / missing as f64;
    ((1..10).contains(&missing) && distance < smallest(outcome)? - 1e-9)
        .then(|| format!("{outcome}: the mean of {missing} not tested"))
}

/// The smallest change that means something for one person, in the unit of the report.
pub(super) fn smallest(outcome: OutcomeMeasure) -> Option<f64> {
    Some(meaningful_change(outcome)? as f64 / 10f64.powi(outcome.decimals().into()))
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

/// The classes of one to four people, or the mean of one to nine within the smallest meaningful change: however roughly,
/// where none is agreed.
fn tells(outcome: OutcomeMeasure, left: &Left) -> Option<String> {
    let people = left.people.count_ones();
    if left.classes && (1..5).contains(&people) {
        return Some(format!("{outcome}: the classes of {people}"));
    }
    let distance = left.distance / f64::from(people);
    let is_close = smallest(outcome).is_none_or(|smallest| distance < smallest - 1e-9);
    let tells_mean = left.mean && (1..10).contains(&people) && is_close;
    tells_mean.then(|| format!("{outcome}: the mean of {people} within {distance}"))
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
        named_cells(&page.report)
            .filter(|(_, cell)| cell.sppb_change_m3.mean.value().is_some())
            .filter_map(|(name, cell)| Some((name, *cell.sppb_change_m3.n.value()? as f64)))
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
