//! How each test is done: what for, with what, what is read aloud, when a trial begins and ends, what counts.
//! The numbers beside the words are the rules of `domain` (docs/scoring.md, Limits).

use domain::assessments::{Instrument, Item, ItemRule, Task, Unit, item_rule, items};

use crate::texts::assessments::instruction as say;
use crate::texts::{self, Lang, NBSP, count, guide as g, range, scaled};

/// The words of one task.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Guide {
    /// What the test tells, in one sentence.
    pub purpose: &'static str,
    /// What is needed; parted by semicolons, see [`Guide::things`].
    pub equipment: &'static str,
    /// What the tester does first, and when the time begins.
    pub begins: &'static str,
    /// What is read aloud to the participant.
    pub say: &'static str,
    /// What ends a trial.
    pub ends: &'static str,
    /// Which trial counts, and how.
    pub counts: &'static str,
    /// What to take care of beyond what holds for every test.
    pub care: &'static str,
}

impl Guide {
    /// The things that are needed, one by one.
    pub fn things(&self) -> impl Iterator<Item = &'static str> {
        self.equipment.split("; ")
    }

    /// What is read aloud, sentence by sentence.
    pub fn sentences(&self) -> impl Iterator<Item = &'static str> {
        self.say.split_inclusive(['.', '?', '!']).map(str::trim)
    }
}

/// The guide to an instrument's item.
pub fn guide(lang: Lang, instrument: Instrument, item: Item) -> Guide {
    of_task(lang, Task::of(instrument, item))
}

macro_rules! words {
    ($lang:ident, $module:ident, $say:expr) => {
        Guide {
            purpose: g::$module::purpose($lang),
            equipment: g::$module::equipment($lang),
            begins: g::$module::begins($lang),
            say: $say($lang),
            ends: g::$module::ends($lang),
            counts: g::$module::counts($lang),
            care: g::$module::care($lang),
        }
    };
}

/// The guide to a task.
pub fn of_task(lang: Lang, task: Task) -> Guide {
    match task {
        Task::SideBySide => words!(lang, balance, say::side_by_side),
        Task::SemiTandem => words!(lang, balance, say::semi_tandem),
        Task::Tandem => Guide { counts: g::tandem_counts(lang), ..words!(lang, balance, say::tandem) },
        Task::Gait => words!(lang, gait, say::gait),
        Task::Chair5 => words!(lang, chair5, say::chair5),
        Task::GaitUsual => words!(lang, gait10, say::gait),
        Task::GaitMaximal => {
            Guide { purpose: g::maximal_purpose(lang), ..words!(lang, gait10, texts::measure::say_maximal) }
        }
        Task::Tug => words!(lang, tug, say::tug),
        Task::Chair30 => words!(lang, chair30, say::chair30),
        Task::Chair30WithArms => {
            Guide { counts: g::with_arms_counts(lang), ..words!(lang, chair30, say::chair30_with_arms) }
        }
        Task::Grip => words!(lang, grip, say::grip),
        Task::SingleLeg => words!(lang, single_leg, say::single_leg),
        Task::Walk6 => words!(lang, walk6, say::walk6),
        Task::Step2 => words!(lang, step2, say::step2),
        Task::ArmCurl => words!(lang, arm_curl, say::arm_curl),
        Task::SelfReport => words!(lang, self_report, say::self_report),
    }
}

/// How many trials there are, by the rule of the item.
pub fn trials(lang: Lang, instrument: Instrument, item: Item) -> Option<String> {
    let rule = item_rule(instrument, item, None)?;
    let sides = items(instrument).filter(|other| matches!(other, Item::Right | Item::Left)).count();
    let n = i64::from(rule.trials);
    Some(if sides == 2 { g::trials_each_side(lang, n) } else { g::trials(lang, n) })
}

/// Which values are taken, and which are asked about, for each course that can be chosen.
pub fn limits(lang: Lang, instrument: Instrument, item: Item) -> Vec<String> {
    let Some(rule) = item_rule(instrument, item, None) else { return Vec::new() };
    match rule.courses {
        // Of what is not walked a file may name the course; it changes nothing.
        courses if courses.len() > 1 && rule.course_required && instrument == Instrument::Sppb => courses
            .iter()
            .filter_map(|metres| Some((*metres, item_rule(instrument, item, Some(*metres))?)))
            .filter_map(|(metres, rule)| Some(g::on_course(lang, &limits_of(lang, &rule)?, i64::from(metres))))
            .collect(),
        _ => limits_of(lang, &rule).into_iter().collect(),
    }
}

fn limits_of(lang: Lang, rule: &ItemRule) -> Option<String> {
    let quantity = rule.quantity;
    let unit = match quantity.unit {
        Unit::Seconds => "s",
        Unit::Kilograms => "kg",
        Unit::Metres => "m",
        Unit::Minutes => "min",
        Unit::Count | Unit::Days => "",
        Unit::Answer | Unit::Code(_) => return None,
    };
    let number = |value: i64| match quantity.decimals {
        0 => count(lang, value),
        places => scaled(lang, value, u32::from(places)),
    };
    let with_unit = |number: String| if unit.is_empty() { number } else { format!("{number}{NBSP}{unit}") };
    let (hard, soft) = (quantity.hard, quantity.soft);
    let taken = g::taken(lang, &with_unit(range(&number(hard.0), &number(hard.1))));
    let [low, high] = [soft.0, soft.1].map(|value| with_unit(number(value)));
    let asked = match (soft.0 > hard.0, soft.1 < hard.1) {
        (true, true) => g::asked(lang, &high, &low),
        (true, false) => g::asked_low(lang, &low),
        (false, true) => g::asked_high(lang, &high),
        (false, false) => return Some(taken),
    };
    Some(format!("{taken} {asked}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every() -> impl Iterator<Item = (Lang, Instrument, Item)> {
        let of = |lang| Instrument::ALL.iter().flat_map(move |i| items(*i).map(move |item| (lang, *i, item)));
        Lang::IN_EVERY_FORM.into_iter().flat_map(of)
    }

    #[test]
    fn what_is_read_aloud_is_short_sentences_of_fewer_than_fifteen_words() {
        for (lang, instrument, item) in every() {
            for sentence in guide(lang, instrument, item).sentences() {
                let words = sentence.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count();
                assert!((1..15).contains(&words), "{lang:?} {item}: {words} in {sentence}");
            }
        }
    }

    #[test]
    fn what_is_read_aloud_is_said_as_people_are_addressed_and_nothing_else_is() {
        let tug = |lang| guide(lang, Instrument::Tug, Item::Time);
        assert!(tug(Lang::Fi).say.starts_with("Kun sanon nyt, nouse ja kävele"));
        assert!(tug(Lang::FiTe).say.starts_with("Kun sanon nyt, nouskaa ja kävelkää"));
        assert!(tug(Lang::SvNi).say.starts_with("När jag säger nu, res er"));
        assert_eq!(Guide { say: "", ..tug(Lang::Fi) }, Guide { say: "", ..tug(Lang::FiTe) });
    }

    #[test]
    fn every_item_says_what_for_with_what_when_it_ends_and_what_counts_in_whole_sentences() {
        for (lang, instrument, item) in every() {
            let Guide { purpose, begins, ends, counts, care, .. } = guide(lang, instrument, item);
            for text in [purpose, begins, ends, counts, care] {
                assert!(
                    text.ends_with('.') && text.chars().next().is_some_and(|c| !c.is_lowercase()),
                    "{item}: {text}"
                );
            }
            let sentences = purpose.matches(". ").count() + 1;
            assert_eq!(sentences, 1, "one sentence says what for: {purpose}");
            assert!(guide(lang, instrument, item).things().count() >= 2, "{lang:?} {item}");
        }
    }

    #[test]
    fn trials_and_limits_follow_the_rules_of_the_items() {
        let lang = Lang::Fi;
        assert_eq!(trials(lang, Instrument::Grip, Item::Left).unwrap(), "3 yritystä kummallakin puolella.");
        assert_eq!(trials(lang, Instrument::Sppb, Item::Tandem).unwrap(), "Yksi yritys.");
        let gait = limits(lang, Instrument::Sppb, Item::Gait);
        assert_eq!(gait.len(), 2, "each course has its own: {gait:?}");
        assert!(gait.iter().any(|text| text.contains("1,00–120,00\u{a0}s") && text.contains("2,00\u{a0}s")));
        let still = [Item::SideBySide, Item::Chair5].map(|item| limits(lang, Instrument::Sppb, item).len());
        assert_eq!((limits(lang, Instrument::Tug, Item::Time).len(), still), (1, [1, 1]));
        assert!(limits(lang, Instrument::SelfReport, Item::Srh).is_empty(), "answers are chosen");
    }
}
