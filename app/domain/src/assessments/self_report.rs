//! Self-reported items, own wordings (docs/scoring.md, Self-report), and what is derived from them.

use super::quantity::{ItemRule, Quantity, Unit, still};
use super::score::{Score, most, of_items, simple};
use super::{Item, OutcomeMeasure, Trial};

/// Words of [`Item::AidOut`]; the stored value is the place.
pub const AID_OUT: &[&str] = &["none", "stick", "two_sticks", "rollator", "other"];
/// Words of [`Item::Living`] ("do you live alone?").
pub const LIVING: &[&str] = &["yes", "no", "not_told"];
/// Words of [`Item::Edu`].
pub const EDU: &[&str] = &["basic", "secondary", "higher", "not_told"];
/// Words of [`Item::IncomeOk`].
pub const INCOME_OK: &[&str] = &["easy", "moderate", "hard", "not_told"];

pub(super) fn rule(item: Item) -> Option<ItemRule> {
    let quantity = match item {
        Item::Srh | Item::Lonely => Quantity::whole(Unit::Answer, (1, 5)),
        Item::Walk500 | Item::Stairs1 | Item::Fof => Quantity::whole(Unit::Answer, (1, 4)),
        Item::FallInjury => Quantity::whole(Unit::Answer, (0, 1)),
        Item::Falls12 => Quantity::whole(Unit::Count, (0, 99)).soft(0, 12),
        Item::BriskMin => Quantity::whole(Unit::Minutes, (0, 2000)).soft(0, 1200),
        Item::StrengthDays => Quantity::whole(Unit::Days, (0, 7)),
        Item::AidOut => words(AID_OUT),
        Item::Living => words(LIVING),
        Item::Edu => words(EDU),
        Item::IncomeOk => words(INCOME_OK),
        _ => return None,
    };
    Some(still(item, 1, quantity))
}

const fn words(list: &'static [&'static str]) -> Quantity {
    Quantity::whole(Unit::Code(list), (0, list.len() as i64 - 1))
}

/// A score for every item asked; an answer not given is missing.
pub(super) fn scores(trials: &[Trial]) -> Vec<Score> {
    let asked =
        OutcomeMeasure::ALL.iter().filter_map(|outcome| outcome.self_report_item().map(|item| (*outcome, item)));
    let score = |(outcome, item)| simple(outcome, &of_items(trials, &[item]), most);
    asked.filter_map(score).collect()
}

/// What follows from the answers; `None` is unknown and stays out of every denominator.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Derived {
    pub good_health: Option<bool>,
    pub faller: Option<bool>,
    pub repeat_faller: Option<bool>,
    pub injurious_fall: Option<bool>,
    pub great_difficulty_walking: Option<bool>,
    pub great_difficulty_stairs: Option<bool>,
    pub afraid_of_falling: Option<bool>,
    pub lonely: Option<bool>,
    /// Brisk 150 minutes and strength or balance on two days a week.
    pub meets_recommendation: Option<bool>,
    pub uses_aid: Option<bool>,
}

/// Derives the yes/no figures (docs/scoring.md, Self-report).
pub fn derive(trials: &[Trial]) -> Derived {
    let answer = |item: Item| trials.iter().find(|trial| trial.item == item).and_then(Trial::value);
    let falls = answer(Item::Falls12);
    let brisk = answer(Item::BriskMin).map(|minutes| minutes >= 150);
    let strength = answer(Item::StrengthDays).map(|days| days >= 2);
    Derived {
        good_health: answer(Item::Srh).map(|srh| srh <= 2),
        faller: falls.map(|falls| falls >= 1),
        repeat_faller: falls.map(|falls| falls >= 2),
        injurious_fall: answer(Item::FallInjury).map(|injury| injury == 1),
        great_difficulty_walking: answer(Item::Walk500).map(|walk| walk >= 3),
        great_difficulty_stairs: answer(Item::Stairs1).map(|stairs| stairs >= 3),
        afraid_of_falling: answer(Item::Fof).map(|fof| fof >= 3),
        lonely: answer(Item::Lonely).map(|lonely| lonely >= 4),
        meets_recommendation: both(brisk, strength),
        uses_aid: answer(Item::AidOut).map(|aid| aid != 0),
    }
}

/// And: known to be false as soon as one is.
fn both(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::quantity::{Reading, ValueProblem, quantity};
    use super::super::testing::{assessment, trial};
    use super::super::{Instrument, TrialProblemKind, validate};
    use super::*;

    const SELF: Instrument = Instrument::SelfReport;

    fn answers(printed: &[(Item, &str)]) -> Vec<Trial> {
        printed.iter().map(|(item, printed)| trial(SELF, *item, 1, printed, None)).collect()
    }

    fn derived(printed: &[(Item, &str)]) -> Derived {
        derive(&answers(printed))
    }

    #[test]
    fn answers_derive_what_the_vectors_say() {
        assert_eq!(derived(&[(Item::Srh, "2")]).good_health, Some(true), "Z1");
        assert_eq!(derived(&[(Item::Srh, "3")]).good_health, Some(false), "Z2");
        assert_eq!(derived(&[(Item::Falls12, "0")]).faller, Some(false), "Z3");
        let z4 = derived(&[(Item::Falls12, "2"), (Item::FallInjury, "1")]);
        assert_eq!((z4.faller, z4.repeat_faller, z4.injurious_fall), (Some(true), Some(true), Some(true)), "Z4");
        assert_eq!(derived(&[(Item::Walk500, "3")]).great_difficulty_walking, Some(true), "Z5");
        assert_eq!(derived(&[(Item::Walk500, "2")]).great_difficulty_walking, Some(false), "Z6");
        let aid = |printed| derived(&[(Item::AidOut, printed)]).uses_aid;
        assert_eq!([aid("none"), aid("stick")], [Some(false), Some(true)]);
        let others = derived(&[(Item::Stairs1, "3"), (Item::Fof, "2"), (Item::FallInjury, "0")]);
        assert_eq!((others.great_difficulty_stairs, others.afraid_of_falling), (Some(true), Some(false)));
        assert_eq!(others.injurious_fall, Some(false));
        let active = |minutes, days| derived(&[(Item::BriskMin, minutes), (Item::StrengthDays, days)]);
        assert_eq!(active("150", "2").meets_recommendation, Some(true), "Z7");
        assert_eq!(active("149", "3").meets_recommendation, Some(false), "Z8");
        let lonely = |printed| derived(&[(Item::Lonely, printed)]).lonely;
        assert_eq!([lonely("4"), lonely("3"), derived(&[]).lonely], [Some(true), Some(false), None], "Z10");
    }

    #[test]
    fn what_was_not_answered_is_unknown() {
        assert_eq!(derived(&[]), Derived::default());
        assert_eq!(derived(&[(Item::BriskMin, "200")]).meets_recommendation, None);
        assert_eq!(derived(&[(Item::BriskMin, "100")]).meets_recommendation, Some(false));
        assert_eq!(derived(&[(Item::Srh, "refused")]).good_health, None);
    }

    #[test]
    fn care_after_a_fall_needs_a_fall() {
        let injury = || answers(&[(Item::FallInjury, "1")]);
        let no_fall = || answers(&[(Item::Falls12, "0")]);
        for trials in [[no_fall(), injury()].concat(), [injury(), no_fall()].concat()] {
            let problems = validate(&assessment(SELF, trials)).unwrap_err();
            assert_eq!(problems[0].kind, TrialProblemKind::InjuryWithoutFall, "Z3");
            assert_eq!((problems.len(), problems[0].trial), (1, Some(1)));
        }
        assert_eq!(validate(&assessment(SELF, injury())), Ok(()));
    }

    #[test]
    fn minutes_may_be_typed_with_a_space_or_a_decimal_zero() {
        let brisk = quantity(SELF, Item::BriskMin, None).unwrap();
        for typed in ["1 200", "1200,0", "1\u{a0}200", "1\u{202f}200"] {
            assert_eq!(brisk.read(typed, Reading::Typed), Ok(1200), "Z9 {typed:?}");
        }
        for filed in ["1 200", "1200,0"] {
            assert_eq!(brisk.read(filed, Reading::File), Ok(1200), "Z9 {filed:?}");
        }
        assert!(brisk.read("1 20", Reading::File).is_err() && brisk.read("2001", Reading::File).is_err());
        assert!(brisk.is_unusual(1201) && !brisk.is_unusual(1200));
    }

    #[test]
    fn words_are_read_in_either_case_and_written_as_listed() {
        let aid = quantity(SELF, Item::AidOut, None).unwrap();
        assert_eq!(aid.read("TWO_STICKS", Reading::File), Ok(2));
        assert_eq!(aid.write(2), "two_sticks");
        assert_eq!(OutcomeMeasure::AidOut.write(3), "rollator");
        assert_eq!(aid.read("crutch", Reading::File), Err(ValueProblem::NotACode(AID_OUT)));
        assert_eq!([aid.check(0), aid.check(4)], [Ok(()), Ok(())]);
        assert!(aid.check(-1).is_err() && aid.check(5).is_err());
        for (item, low, high) in
            [(Item::Srh, 1, 5), (Item::Fof, 1, 4), (Item::FallInjury, 0, 1), (Item::Falls12, 0, 99)]
        {
            let quantity = quantity(SELF, item, None).unwrap();
            assert_eq!(quantity.hard, (low, high), "{item}");
            assert!(quantity.check(low - 1).is_err() && quantity.check(high + 1).is_err());
        }
    }

    #[test]
    fn every_item_asked_has_a_score_and_no_class() {
        let trials = answers(&[(Item::Srh, "2"), (Item::Living, "no"), (Item::Edu, "refused")]);
        let rows: Vec<_> = scores(&trials).iter().map(|score| (score.outcome, score.value())).collect();
        assert_eq!(
            rows,
            [(OutcomeMeasure::Srh, Some(2)), (OutcomeMeasure::Living, Some(1)), (OutcomeMeasure::Edu, None)]
        );
    }
}
