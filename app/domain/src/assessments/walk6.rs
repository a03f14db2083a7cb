//! Six-minute walk in metres on a course of 15 or 30 m, which are not comparable (docs/scoring.md, Comparability).

use super::norms::{NormTable, row};
use super::quantity::{ItemRule, Quantity, Unit, still};
use super::score::{Score, most, of_items, simple};
use super::{Item, OutcomeMeasure, Trial};

const DISTANCE: Quantity = Quantity::whole(Unit::Metres, (0, 900)).soft(50, 700);

/// 25th–75th percentile in metres, converted from yards on a 50-yard course: a rough guide on other courses.
pub(super) const NORMS: NormTable = NormTable {
    source: "Rikli & Jones 1999/2001 (US, community-dwelling), yards converted to metres",
    percentiles: (25, 75),
    checked: false,
    unseen: &[],
    rows: &[
        row(75, (398, 535), (430, 585)),
        row(80, (352, 494), (407, 553)),
        row(85, (311, 466), (347, 521)),
        row(90, (251, 402), (279, 457)),
    ],
};

pub(super) fn rule(item: Item) -> Option<ItemRule> {
    let walked = ItemRule { courses: &[15, 30], course_required: true, ..still(item, 1, DISTANCE) };
    (item == Item::Distance).then_some(walked)
}

pub(super) fn scores(trials: &[Trial]) -> Vec<Score> {
    simple(OutcomeMeasure::Walk6Distance, &of_items(trials, &[Item::Distance]), most).into_iter().collect()
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
        for (name, sex, age, metres, expected) in [
            ("K1", Sex::Female, 75, "397", Low),
            ("K2", Sex::Female, 75, "398", Typical),
            ("K3", Sex::Female, 82, "494", Typical),
            ("K4", Sex::Female, 82, "495", High),
            ("K5", Sex::Male, 88, "346", Low),
            ("K6", Sex::Male, 90, "457", Typical),
            ("K7", Sex::Female, 96, "300", NoNorm),
            ("K8", Sex::Male, 79, "0", Low),
            ("none under 75", Sex::Male, 74, "500", NoNorm),
        ] {
            let trials = trials(Instrument::Walk6, Item::Distance, &[metres], Some(15));
            let score = score(Instrument::Walk6, trials, OutcomeMeasure::Walk6Distance);
            assert_eq!(score.conditions.course_m, Some(15), "{name}");
            assert_eq!(class(&score, Some(age), Some(sex)), Some(Class::Norm(expected)), "{name}");
        }
        let out = Err(ValueProblem::OutOfRange { low: 0, high: 900, decimals: 0 });
        assert_eq!(DISTANCE.read("901", Reading::File), out, "K9");
        assert!(DISTANCE.is_unusual(49) && DISTANCE.is_unusual(701) && !DISTANCE.is_unusual(50));
    }
}
