//! What people answered of themselves at the start and three months later, before anything is hidden (docs/outcomes.md,
//! Answers).

use std::collections::BTreeMap;

use super::dataset::Period;
use super::follow_up::Compared;
use super::pairing::{Pairing, WINDOWS, baseline, due_from, measured, pair};
use super::person::Person;
use super::register::Register;
use super::suppression::AnswerNumbers;
use crate::assessments::OutcomeMeasure;
use crate::assessments::wellbeing::{FOLLOWED, is_worrying};

/// One question.
#[derive(Default)]
pub(super) struct Answered {
    /// Of those who started in the period.
    pub numbers: AnswerNumbers,
    /// Who answered twice, whenever they started.
    pub twice: Vec<Compared>,
}

/// The questions that somebody has answered twice.
pub(super) fn answered(register: &Register, people: &[Person], period: &Period) -> BTreeMap<OutcomeMeasure, Answered> {
    let all = FOLLOWED.into_iter().map(|outcome| (outcome, of(outcome, register, people, period)));
    all.filter(|(_, answered)| !answered.twice.is_empty()).collect()
}

fn of(outcome: OutcomeMeasure, register: &Register, people: &[Person], period: &Period) -> Answered {
    let mut found = Answered::default();
    let window = &WINDOWS[0];
    for person in people {
        let tests = measured(register.results(person.index), outcome);
        let Some(base) = baseline(&tests, person.first_visit) else { continue };
        let pairing = pair(&tests, base, window, person.gone_on, period.cut_off);
        if pairing.values.is_some() {
            let (first_visit, from_cut_off) = (person.first_visit, due_from(base, window));
            found.twice.push(Compared { first_visit, from_cut_off, tenth_visit: None });
        }
        if person.started {
            add(&mut found.numbers, outcome, &pairing);
        }
    }
    found
}

fn add(numbers: &mut AnswerNumbers, outcome: OutcomeMeasure, pairing: &Pairing) {
    numbers.due += u64::from(pairing.due);
    if let Some((start, end)) = pairing.values {
        numbers.n += 1;
        numbers.start += u64::from(is_worrying(outcome, start.into()));
        numbers.end += u64::from(is_worrying(outcome, end.into()));
    }
}
