//! Chair stands in 30 seconds, arms folded; with the help of the arms the result is 0 (docs/scoring.md, Other
//! instruments).

use super::norms::{NormTable, row};
use super::quantity::{ItemRule, Quantity, Unit, still};
use super::score::{Best, Measured, Score, best, most, not_understood, of_items};
use super::{Item, OutcomeMeasure, Trial};
use crate::people::Sex;

const STANDS: Quantity = Quantity::whole(Unit::Count, (0, 40)).soft(0, 25);

/// 25th–75th percentile.
pub(super) const NORMS: NormTable = NormTable {
    source: "Rikli & Jones 1999/2001 (US, community-dwelling)",
    percentiles: (25, 75),
    checked: true,
    // Secondary pages print these two of men differently: 13–18 and 8–13.
    unseen: &[(65, Sex::Male), (85, Sex::Male)],
    rows: &[
        row(60, (12, 17), (14, 19)),
        row(65, (11, 16), (12, 18)),
        row(70, (10, 15), (12, 17)),
        row(75, (10, 15), (11, 17)),
        row(80, (9, 14), (10, 15)),
        row(85, (8, 13), (8, 14)),
        row(90, (4, 11), (7, 12)),
    ],
};

pub(super) fn rule(item: Item) -> Option<ItemRule> {
    matches!(item, Item::Stands | Item::StandsWithArms).then_some(still(item, 1, STANDS))
}

/// A count with arms and none without is 0 stands (docs/scoring.md, Other instruments).
pub(super) fn scores(trials: &[Trial]) -> Vec<Score> {
    let (plain, with_arms) = (of_items(trials, &[Item::Stands]), of_items(trials, &[Item::StandsWithArms]));
    let plain_best = best(&plain, most);
    let measured = match (&plain_best, best(&with_arms, most)) {
        (Best::Value(stands, _), _) => Measured::Value(*stands),
        (_, Best::Value(..)) => Measured::Value(0),
        (Best::Open, Best::Open) => return Vec::new(),
        (Best::Open, arms) => arms.measured(),
        (plain, _) => plain.measured(),
    };
    let check = measured == Measured::Unable && not_understood(&plain, &plain_best);
    vec![Score { check, ..Score::new(OutcomeMeasure::Chair30Stands, measured) }]
}

#[cfg(test)]
mod tests {
    use super::super::testing::{score, trials};
    use super::super::{Class, Instrument, NormClass, Reading, ValueProblem, class};
    use super::*;

    fn stands(plain: &[&str], with_arms: &[&str]) -> Score {
        let plain = trials(Instrument::Chair30, Item::Stands, plain, None);
        let with_arms = trials(Instrument::Chair30, Item::StandsWithArms, with_arms, None);
        score(Instrument::Chair30, [plain, with_arms].concat(), OutcomeMeasure::Chair30Stands)
    }

    #[test]
    fn classes_are_those_of_the_vectors() {
        use NormClass::{High, Low, NoNorm, Typical};
        let (woman, man) = (Some(Sex::Female), Some(Sex::Male));
        for (name, sex, age, count, expected) in [
            ("R1", woman, 75, "9", Low),
            ("R2", woman, 79, "10", Typical),
            ("R3", woman, 80, "9", Typical),
            ("R4", woman, 84, "15", High),
            ("R5", man, 79, "17", Typical),
            ("R6", man, 80, "9", Low),
            ("R7", man, 85, "7", Low),
            ("R8", man, 94, "13", High),
            ("R9", woman, 90, "3", Low),
            ("R10", woman, 95, "6", NoNorm),
            ("R11", man, 82, "0", Low),
            ("R12", Some(Sex::Unknown), 81, "10", NoNorm),
            ("sex not told", None, 81, "10", NoNorm),
            ("other sex", Some(Sex::Other), 81, "10", NoNorm),
            ("rows from 60", woman, 60, "11", Low),
            ("none under 60", woman, 59, "11", NoNorm),
        ] {
            assert_eq!(class(&stands(&[count], &[]), Some(age), sex), Some(Class::Norm(expected)), "{name}");
        }
        assert_eq!(class(&stands(&["10"], &[]), None, woman), Some(Class::Norm(NoNorm)), "age not known");
    }

    #[test]
    fn rising_with_the_arms_is_zero_stands() {
        let low = Some(Class::Norm(NormClass::Low));
        for r13 in [stands(&["0"], &["7"]), stands(&[], &["7"]), stands(&["tried_unable"], &["7"])] {
            assert_eq!((r13.value(), class(&r13, Some(81), Some(Sex::Female))), (Some(0), low));
        }
        assert_eq!(stands(&["8"], &["11"]).value(), Some(8), "tried both ways");
    }

    #[test]
    fn unable_has_no_count_and_no_class() {
        let unable = stands(&["tried_unable"], &[]);
        assert_eq!((unable.measured, class(&unable, Some(81), Some(Sex::Female))), (Measured::Unable, None));
        assert_eq!(stands(&["refused"], &[]).measured, Measured::Missing);
        assert_eq!(stands(&[], &["unsafe_tester"]).measured, Measured::Unable);
    }

    #[test]
    fn a_count_is_whole_and_at_most_40() {
        let out = Err(ValueProblem::OutOfRange { low: 0, high: 40, decimals: 0 });
        assert_eq!([STANDS.read("41", Reading::File), STANDS.read("-1", Reading::File)], [out, out], "R14");
        assert_eq!(STANDS.read("12.5", Reading::File), Err(ValueProblem::NotWhole));
        assert_eq!(STANDS.read("12,0", Reading::File), Ok(12));
        assert!(STANDS.is_unusual(26) && !STANDS.is_unusual(25));
    }
}
