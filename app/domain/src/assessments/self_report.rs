//! Self-reported items, own wordings (domain.md 2.9), and what is derived from them.

use super::quantity::{ItemRule, Quantity, Unit, still};
use super::score::{Score, most, of_items, simple};
use super::{Item, Outcome, Trial};

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
    let asked = Outcome::ALL.iter().filter_map(|outcome| outcome.self_report_item().map(|item| (*outcome, item)));
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

/// Derives the yes/no figures of domain.md 2.9.
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
