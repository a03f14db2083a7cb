//! A million random tests, scored and set against reference values, and the model of ten thousand people, on one core.
//! Computing alone: no reference is needed.

use std::hint::black_box;
use std::time::{Duration, Instant};

use domain::assessments::{Assessment, Instrument, NotDone, Trial, TrialOutcome, class, item_rule, protocol, scores};
use domain::ids::{AssessmentId, ParticipantId};
use domain::outcomes::model::reml::{Repeated, fit};
use domain::people::Sex;

use crate::note;
use crate::program::Tried;

const RECORDS: u64 = 1_000_000;
const PEOPLE: u32 = 10_000;
/// Made apart from the measuring, and few enough at a time to stay out of its way.
const BATCH: u64 = 10_000;
const SEED: u64 = 75;
/// Every so many trials have a reason in place of a value.
const NOT_DONE: u64 = 8;

pub fn measure() -> Tried<()> {
    for round in 0..5 {
        note("score", score(RECORDS, SEED + round)?.as_secs_f64());
        note("model", model(PEOPLE, SEED + round)?.as_secs_f64());
    }
    Ok(())
}

/// The time that the model of so many people, measured four times in groups of fifteen, took.
fn model(people: u32, seed: u64) -> Tried<Duration> {
    let mut dice = Dice(seed);
    let people: Vec<Repeated> = (0..people).map(|person| measured(person / 15, &mut dice)).collect();
    let begun = Instant::now();
    black_box(fit(black_box(&people))).ok_or("a model without a result")?;
    Ok(begun.elapsed())
}

/// One person's four measurements: the intercept, three times, age and sex.
fn measured(group: u32, dice: &mut Dice) -> Repeated {
    let mut around_zero = |spread: f64| (dice.below(2_001) as f64 / 1_000.0 - 1.0) * spread;
    let (of_person, age) = (around_zero(3.0) + f64::from(group % 7) / 4.0, around_zero(10.0));
    let rows = (0..4).map(|time| {
        let at = |wanted: i32| f64::from(time == wanted);
        let fixed = vec![1.0, at(1), at(2), at(3), age, f64::from(age > 0.0)];
        (fixed, 8.0 + 0.3 * f64::from(time) - 0.1 * age + of_person + around_zero(1.5))
    });
    Repeated { group, rows: rows.collect() }
}

/// The time that scoring so many tests took, without making them.
fn score(records: u64, seed: u64) -> Tried<Duration> {
    let (mut dice, mut took) = (Dice(seed), Duration::ZERO);
    for _ in 0..records / BATCH {
        let tests: Vec<_> =
            (0..BATCH).map(|_| test(&mut dice)).collect::<Option<_>>().ok_or("a test without a rule")?;
        let begun = Instant::now();
        for (test, age, sex) in &tests {
            for score in black_box(scores(black_box(test))) {
                black_box(class(&score, Some(*age), Some(*sex)));
            }
        }
        took += begun.elapsed();
    }
    Ok(took)
}

/// A test of any kind, each trial with a value within its limits or a reason.
fn test(dice: &mut Dice) -> Option<(Assessment, i32, Sex)> {
    let instrument = *dice.one_of(Instrument::ALL)?;
    let trials = protocol::trials(instrument).into_iter().map(|(item, number)| {
        let rule = item_rule(instrument, item, None)?;
        let (low, high) = rule.quantity.hard;
        let outcome = match dice.below(NOT_DONE) {
            0 => TrialOutcome::NotDone(*dice.one_of(NotDone::ALL)?),
            _ => TrialOutcome::Value(low + i64::try_from(dice.below(high.abs_diff(low) + 1)).ok()?),
        };
        let course_m = dice.one_of(rule.courses).copied();
        Some(Trial { course_m, ..Trial::new(item, number, outcome) })
    });
    let trials = trials.collect::<Option<Vec<_>>>()?;
    let day = "2026-09-08".parse().ok()?;
    let test =
        Assessment::new(AssessmentId(Default::default()), ParticipantId(Default::default()), day, instrument, trials);
    let age = 65 + i32::try_from(dice.below(31)).ok()?;
    Some((test, age, *dice.one_of(Sex::ALL)?))
}

/// Chance from a seed (SplitMix64): the same tests at every measuring.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.next() % most.max(1)
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let count = u64::try_from(all.len()).ok()?;
        let place = self.below(count);
        all.get(usize::try_from(place).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_random_tests_are_of_every_kind_and_most_of_them_say_something() {
        let mut dice = Dice(SEED);
        let tests: Vec<_> = (0..2_000).map(|_| test(&mut dice).unwrap()).collect();
        let telling =
            tests.iter().filter(|(test, ..)| scores(test).iter().any(|score| score.value().is_some())).count();
        assert!(telling > 1_000, "{telling}");
        for instrument in Instrument::ALL {
            assert!(tests.iter().any(|(test, ..)| test.instrument == *instrument), "{instrument}");
        }
        assert!(score(BATCH, SEED).unwrap() > Duration::ZERO && model(60, SEED).unwrap() > Duration::ZERO);
    }
}
