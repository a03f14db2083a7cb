//! Two-minute step: lifts of the right knee (docs/scoring.md, Other instruments).

use super::norms::{NormTable, row};
use super::quantity::{ItemRule, Quantity, Unit, still};
use super::score::{Score, most, of_items, simple};
use super::{Item, OutcomeMeasure, Trial};

const STEPS: Quantity = Quantity::whole(Unit::Count, (0, 200)).soft(0, 150);

/// 25th–75th percentile.
pub(super) const NORMS: NormTable = NormTable {
    source: "Rikli & Jones 1999/2001 (US, community-dwelling)",
    percentiles: (25, 75),
    checked: false,
    unseen: &[],
    rows: &[
        row(75, (68, 100), (73, 109)),
        row(80, (60, 90), (71, 103)),
        row(85, (55, 85), (59, 91)),
        row(90, (44, 72), (52, 86)),
    ],
};

pub(super) fn rule(item: Item) -> Option<ItemRule> {
    (item == Item::Steps).then_some(still(item, 1, STEPS))
}

pub(super) fn scores(trials: &[Trial]) -> Vec<Score> {
    simple(OutcomeMeasure::Step2Steps, &of_items(trials, &[Item::Steps]), most).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{score, trials};
    use super::super::{Class, Instrument, NormClass, Reading, ValueProblem, class};
    use super::*;
    use crate::people::Sex;

    #[test]
    fn classes_are_those_of_the_vectors() {
        use NormClass::{High, Low, NoNorm, Typical};
        for (name, sex, age, steps, expected) in [
            ("Q1", Sex::Female, 77, "67", Low),
            ("Q2", Sex::Female, 77, "68", Typical),
            ("Q3", Sex::Female, 83, "90", Typical),
            ("Q4", Sex::Male, 83, "104", High),
            ("Q5", Sex::Male, 92, "52", Typical),
            ("Q6", Sex::Female, 95, "50", NoNorm),
        ] {
            let trials = trials(Instrument::Step2, Item::Steps, &[steps], None);
            let score = score(Instrument::Step2, trials, OutcomeMeasure::Step2Steps);
            assert_eq!(class(&score, Some(age), Some(sex)), Some(Class::Norm(expected)), "{name}");
        }
        let out = Err(ValueProblem::OutOfRange { low: 0, high: 200, decimals: 0 });
        assert_eq!(STEPS.read("201", Reading::File), out);
        assert!(STEPS.is_unusual(151) && !STEPS.is_unusual(150));
    }
}
