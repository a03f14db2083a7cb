//! From rows to report: gathers the exact numbers and hands them to the gate (formats.md, rulings 15–28).

use super::attendance::Adherence;
use super::dataset::{Dataset, Period, Settings};
use super::equity::{GAPS, StratumBy, cell, cells};
use super::pairing::{WINDOWS, baseline, measured, pair};
use super::register::{History, Register};
use super::report::{
    AttendanceSection, ByWindow, CHANGE_OUTCOMES, FORMAT_VERSION, Flow, Gap, Report, Retention, Stratum, WindowName,
};
use super::retention::{Exit, retention};
use super::statistics::median;
use super::suppression::{ChangeNumbers, Gate, StratumNumbers};
use crate::assessments::change::ChangeClass;
use crate::assessments::{Outcome, RULE_VERSION, change};
use crate::people::Decision;
use crate::time::Day;

/// Computes the report. The result depends on nothing but the arguments and on no order of rows.
pub fn compute(data: &Dataset, period: &Period, settings: &Settings) -> Report {
    let register = Register::new(data, period);
    let gate = Gate::new(settings);
    let people = people(data, &register, period);
    let follow = FollowUps::of(&register, &people, period);
    let (strata, gaps) = equity(data, &people, &follow, &gate, settings);
    let visits = people.iter().map(|person| person.visits).sum();
    let report = Report {
        format_version: FORMAT_VERSION,
        rule_version: RULE_VERSION.to_owned(),
        municipality: data.municipality.clone(),
        from: period.from,
        to: period.to,
        cut_off: period.cut_off,
        flow: flow(data, &people, &follow, period, &gate),
        attendance: attendance(&register, &people, visits, period, &gate),
        retention: retention_section(&people, period, &gate),
        change: follow.changes(&gate),
        strata,
        gaps,
        safety: gate.safety(count(data.falls.iter(), |day| period.contains(**day)), visits),
        hidden: Vec::new(),
    };
    report.list_hidden()
}

/// One participant with a first visit, as far as the report goes.
struct Person {
    /// Position in the dataset.
    index: usize,
    first_visit: Day,
    /// The first visit lies in the period (ruling 15).
    started: bool,
    /// Visits in the period.
    visits: u64,
    exit: Option<Exit>,
    adherence: Adherence,
}

fn people(data: &Dataset, register: &Register, period: &Period) -> Vec<Person> {
    (0..data.participants.len())
        .filter_map(|index| {
            let history = register.history(index, period.cut_off);
            let first_visit = *history.visits.first()?;
            Some(person(index, first_visit, &history, period))
        })
        .collect()
}

fn person(index: usize, first_visit: Day, history: &History, period: &Period) -> Person {
    let exit = Exit::of(history, period.cut_off);
    Person {
        index,
        first_visit,
        started: period.contains(first_visit),
        visits: count(history.visits.iter(), |day| period.contains(**day)),
        exit,
        adherence: Adherence::of(history, exit.map(|exit| exit.day), period),
    }
}

fn count<T>(items: impl Iterator<Item = T>, wanted: impl FnMut(&T) -> bool) -> u64 {
    items.filter(wanted).fold(0, |n, _| n + 1)
}

/// What re-tests say, before anything is hidden.
struct FollowUps {
    with_baseline: u64,
    /// By outcome (as [`CHANGE_OUTCOMES`]) and window.
    numbers: [[ChangeNumbers; 3]; 8],
    /// Change of `sppb_total` at m3 by position in the list of people.
    sppb_change: Vec<Option<i64>>,
}

impl FollowUps {
    fn of(register: &Register, people: &[Person], period: &Period) -> Self {
        let mut sppb_change = vec![None; people.len()];
        let mut with_baseline = 0;
        let numbers = CHANGE_OUTCOMES.map(|outcome| {
            let mut tallies = [const { Tally::NEW }; 3];
            for (place, person) in people.iter().enumerate().filter(|(_, person)| person.started) {
                let tests = measured(register.results(person.index), outcome);
                let Some(base) = baseline(&tests, person.first_visit) else { continue };
                with_baseline += u64::from(outcome == Outcome::SppbTotal);
                for (window, tally) in WINDOWS.iter().zip(&mut tallies) {
                    let pairing = pair(&tests, base, window, person.exit.as_ref(), period.cut_off);
                    tally.add(&pairing);
                    if outcome == Outcome::SppbTotal && window == &WINDOWS[0] {
                        sppb_change[place] = pairing.change.and_then(|change| change.oriented);
                    }
                }
            }
            tallies.map(|tally| tally.numbers(outcome))
        });
        Self { with_baseline, numbers, sppb_change }
    }

    fn sppb(&self, window: usize) -> &ChangeNumbers {
        &self.numbers[0][window]
    }

    fn changes(&self, gate: &Gate) -> ByWindow<std::collections::BTreeMap<Outcome, super::figures::Change>> {
        let window = |w: usize| {
            CHANGE_OUTCOMES.iter().zip(&self.numbers).map(|(outcome, n)| (*outcome, gate.change(&n[w]))).collect()
        };
        ByWindow { m3: window(0), m6: window(1), m12: window(2) }
    }
}

/// Counts of one outcome and window while persons are gone through.
struct Tally {
    due: u64,
    retested: u64,
    /// Improved, kept, declined.
    classes: [u64; 3],
    /// Comparable pairs.
    n: u64,
    changes: Vec<i64>,
}

impl Tally {
    const NEW: Self = Self { due: 0, retested: 0, classes: [0; 3], n: 0, changes: Vec::new() };

    fn add(&mut self, pairing: &super::pairing::Pairing) {
        self.due += u64::from(pairing.due);
        self.retested += u64::from(pairing.retested);
        let Some(change) = pairing.change else { return };
        self.n += 1;
        self.changes.extend(change.oriented);
        match change.class {
            ChangeClass::Improved => self.classes[0] += 1,
            ChangeClass::Kept => self.classes[1] += 1,
            ChangeClass::Declined => self.classes[2] += 1,
            ChangeClass::NotPaired | ChangeClass::NotComparable | ChangeClass::Descriptive => {}
        }
    }

    fn numbers(self, outcome: Outcome) -> ChangeNumbers {
        let mut sorted: Vec<f64> = self.changes.iter().map(|change| *change as f64).collect();
        ChangeNumbers {
            due: self.due,
            retested: self.retested,
            n: self.n,
            moments: self.changes.into_iter().collect(),
            median: median(&mut sorted),
            scale: 10f64.powi(outcome.decimals().into()),
            classes: change::meaningful_change(outcome).map(|_| self.classes),
        }
    }
}

fn flow(data: &Dataset, people: &[Person], follow: &FollowUps, period: &Period, gate: &Gate) -> Flow {
    let applied = || data.participants.iter().filter(|p| p.applied_on.is_some_and(|day| period.contains(day)));
    let window = |w: usize| gate.follow_up(follow.sppb(w).retested, follow.sppb(w).due);
    Flow {
        applied: gate.count(count(applied(), |_| true)),
        accepted: gate.count(count(applied(), |p| p.decision == Some(Decision::Accepted))),
        started: gate.count(count(people.iter(), |person| person.started)),
        with_baseline: gate.count(follow.with_baseline),
        m3: window(0),
        m6: window(1),
        m12: window(2),
    }
}

fn attendance(register: &Register, people: &[Person], visits: u64, period: &Period, gate: &Gate) -> AttendanceSection {
    let known: Vec<&Adherence> = people.iter().map(|p| &p.adherence).filter(|a| a.share().is_some()).collect();
    let persons = known.len() as u64;
    let mut shares: Vec<f64> = known.iter().filter_map(|adherence| adherence.share()).collect();
    let offered: u64 = known.iter().map(|adherence| adherence.offered).sum();
    let attended: u64 = known.iter().map(|adherence| adherence.attended).sum();
    AttendanceSection {
        sessions_held: gate.sessions(count(register.held_days(), |day| period.contains(*day))),
        visits: gate.count(visits),
        adherence_median: gate.over_persons(median(&mut shares), persons),
        adherence_pooled: gate.over_persons((offered > 0).then(|| attended as f64 / offered as f64), persons),
        good_adherence: gate.share(count(known.iter(), |adherence| adherence.is_good()), persons),
    }
}

fn retention_section(people: &[Person], period: &Period, gate: &Gate) -> Retention {
    let after = |days: i64| {
        let started = people.iter().filter(|person| person.started).map(|person| (person.first_visit, person.exit));
        let (active, observed) = retention(started, days, period.cut_off);
        gate.share(active, observed)
    };
    Retention { d90: after(90), d180: after(180), d365: after(365) }
}

fn equity(
    data: &Dataset,
    people: &[Person],
    follow: &FollowUps,
    gate: &Gate,
    settings: &Settings,
) -> (Vec<Stratum>, Vec<Gap>) {
    let (mut strata, mut gaps) = (Vec::new(), Vec::new());
    for by in StratumBy::ALL.iter().copied() {
        let numbers = stratum_numbers(by, data, people, follow, settings);
        if numbers.is_empty() {
            continue;
        }
        let cells = gate.stratum(&numbers, follow.sppb(0).retested, follow.sppb(0).due);
        let at = |value: &str| numbers.iter().zip(&cells).find(|(numbers, _)| numbers.value == value);
        for (_, disadvantaged, reference) in GAPS.iter().filter(|gap| gap.0 == by) {
            if let (Some(d), Some(r)) = (at(disadvantaged), at(reference)) {
                gaps.push(Gap {
                    by,
                    disadvantaged: (*disadvantaged).to_owned(),
                    reference: (*reference).to_owned(),
                    outcome: Outcome::SppbTotal,
                    window: WindowName::M3,
                    change: gate.gap(d, r),
                });
            }
        }
        strata.push(Stratum { by, cells });
    }
    (strata, gaps)
}

/// Participants with a visit in the period, by cell (ruling 21).
fn stratum_numbers(
    by: StratumBy,
    data: &Dataset,
    people: &[Person],
    follow: &FollowUps,
    settings: &Settings,
) -> Vec<StratumNumbers> {
    let values = cells(by, &settings.areas);
    let mut numbers: Vec<StratumNumbers> =
        values.iter().map(|value| StratumNumbers { value: (*value).to_owned(), ..StratumNumbers::default() }).collect();
    let mut shares = vec![Vec::new(); values.len()];
    for (person, change) in people.iter().zip(&follow.sppb_change).filter(|(person, _)| person.visits > 0) {
        let value = cell(by, &data.participants[person.index], person.first_visit, &settings.areas);
        let Some(place) = value.and_then(|value| values.iter().position(|v| *v == value)) else { continue };
        numbers[place].participants += 1;
        shares[place].extend(person.adherence.share());
        change.iter().for_each(|change| numbers[place].change.add(*change));
    }
    for (numbers, shares) in numbers.iter_mut().zip(&mut shares) {
        numbers.adherence = (median(shares), shares.len() as u64);
    }
    numbers
}
