//! What a score says, in words and with its unit: the same on a person's page, a tablet's card and paper.
//! Values, ranges and changes are told; nothing is diagnosed (docs/scoring.md, Words).

use domain::assessments::OutcomeMeasure;
use domain::assessments::change::{Change, ChangeClass, Direction, direction};
use domain::assessments::speed::SpeedBand;
use domain::assessments::sppb::SppbBand;
use domain::assessments::tug::TugBand;
use domain::assessments::{
    Class, GripClass, Instrument, Item, Measured, NormClass, Score, Unit, class, norm_table, quantity,
};
use domain::people::Sex;

use super::test_form::TestPart;
use crate::texts::assessments::{answer, band, change as changes, outcome as outcomes, value as values};
use crate::texts::{
    self, Lang, MINUS, Words, capital, count, hundredths_s, measure, mm_per_s, scaled, tenths_kg, tenths_s, with_unit,
};

/// The name of a part of a test.
pub fn part_words(lang: Lang, instrument: Instrument, part: TestPart) -> &'static str {
    match (instrument, part) {
        (_, TestPart::Result) => measure::part_result(lang),
        (Instrument::Sppb, TestPart::Items([Item::Gait])) => measure::part_gait(lang),
        (Instrument::Sppb, TestPart::Items([Item::Chair5])) => measure::part_chair(lang),
        (Instrument::Sppb, TestPart::Items(_)) => measure::part_balance(lang),
        (_, TestPart::Items([Item::Right, Item::Left] | [Item::Time] | [Item::Distance])) => {
            instrument_short(lang, instrument)
        }
        (_, TestPart::Items([item, ..])) => item.words(lang),
        (_, TestPart::Items([])) => "",
    }
}

/// What is measured just now, as it stands over its time: "Jalat vierekkäin", "TUG", "Yksi jalka: vasen".
pub fn thing_words(lang: Lang, instrument: Instrument, item: Item) -> String {
    let short = instrument_short(lang, instrument);
    match (instrument, item) {
        (Instrument::Grip | Instrument::SingleLeg, _) | (_, Item::Weight) => format!("{short}: {}", item.words(lang)),
        (Instrument::Sppb | Instrument::Gait10, _) | (_, Item::StandsWithArms) => capital(item.words(lang)),
        _ => short.to_owned(),
    }
}

/// The instrument's name where there is little room: on buttons, in tables.
pub fn instrument_short(lang: Lang, instrument: Instrument) -> &'static str {
    use texts::assessments::instrument_short as short;
    match instrument {
        Instrument::Sppb => short::sppb(lang),
        Instrument::Gait10 => short::gait10(lang),
        Instrument::Tug => short::tug(lang),
        Instrument::Chair30 => short::chair30(lang),
        Instrument::Grip => short::grip(lang),
        Instrument::SingleLeg => short::single_leg(lang),
        Instrument::Walk6 => short::walk6(lang),
        Instrument::Step2 => short::step2(lang),
        Instrument::ArmCurl => short::arm_curl(lang),
        Instrument::SelfReport => short::self_report(lang),
    }
}

/// The value of one trial with its unit: "4,81 s", "22,1 kg", "342 m", "12 kertaa", "melko hyvä".
pub fn item_value(lang: Lang, instrument: Instrument, item: Item, value: i64) -> String {
    if let Some(outcome) = OutcomeMeasure::from_code(item.code()) {
        return outcome_value(lang, outcome, value);
    }
    let Some(quantity) = quantity(instrument, item, None) else { return String::new() };
    let number = scaled(lang, value, u32::from(quantity.decimals));
    match quantity.unit {
        Unit::Seconds => with_unit(&number, "s"),
        Unit::Kilograms => with_unit(&number, "kg"),
        Unit::Metres => with_unit(&number, "m"),
        _ => values::times(lang, value),
    }
}

/// The outcome's name. Self-report outcomes have the name of their item.
pub fn outcome_name(lang: Lang, outcome: OutcomeMeasure) -> &'static str {
    use outcomes as o;
    match outcome {
        OutcomeMeasure::SppbBalance => o::sppb_balance(lang),
        OutcomeMeasure::SppbGait => o::sppb_gait(lang),
        OutcomeMeasure::SppbChair => o::sppb_chair(lang),
        OutcomeMeasure::SppbTotal => o::sppb_total(lang),
        OutcomeMeasure::SppbTotalNia => o::sppb_total_nia(lang),
        OutcomeMeasure::Gait4Speed => o::gait4_speed(lang),
        OutcomeMeasure::Gait10UsualSpeed => o::gait10_usual_speed(lang),
        OutcomeMeasure::Gait10MaximalSpeed => o::gait10_maximal_speed(lang),
        OutcomeMeasure::Chair5Time => o::chair5_time(lang),
        OutcomeMeasure::TugTime => o::tug_time(lang),
        OutcomeMeasure::Chair30Stands => o::chair30_stands(lang),
        OutcomeMeasure::GripBest => o::grip_best(lang),
        OutcomeMeasure::SingleLegTime => o::single_leg_time(lang),
        OutcomeMeasure::Walk6Distance => o::walk6_distance(lang),
        OutcomeMeasure::Step2Steps => o::step2_steps(lang),
        OutcomeMeasure::ArmCurlCurls => o::arm_curl_curls(lang),
        other => other.self_report_item().map_or("", |item| item.words(lang)),
    }
}

/// A score's value with its unit: "8 / 12 pistettä", "0,83 m/s", "12,40 s"; or that there is none.
pub fn score_value(lang: Lang, score: &Score) -> String {
    match score.measured {
        Measured::Unable => values::unable(lang).to_owned(),
        Measured::Missing => values::missing(lang).to_owned(),
        Measured::Value(value) => match score.walk() {
            // Two decimals come from the time itself, not from rounded millimetres.
            Some(walk) => with_unit(&scaled(lang, walk.cm_per_s(), 2), "m/s"),
            None => outcome_value(lang, score.outcome, value),
        },
    }
}

/// A value in the outcome's stored unit, with the unit that people read.
pub fn outcome_value(lang: Lang, outcome: OutcomeMeasure, value: i64) -> String {
    match outcome {
        OutcomeMeasure::SppbTotal | OutcomeMeasure::SppbTotalNia => values::of_twelve(lang, value),
        OutcomeMeasure::SppbBalance | OutcomeMeasure::SppbGait | OutcomeMeasure::SppbChair => {
            values::of_four(lang, value)
        }
        OutcomeMeasure::Srh => srh(lang, value).to_owned(),
        OutcomeMeasure::Walk500 | OutcomeMeasure::Stairs1 => difficulty(lang, value).to_owned(),
        OutcomeMeasure::Fof => fear(lang, value).to_owned(),
        OutcomeMeasure::Lonely => lonely(lang, value).to_owned(),
        OutcomeMeasure::FallInjury => if value == 0 { answer::no(lang) } else { answer::yes(lang) }.to_owned(),
        other => plain_value(lang, other, value),
    }
}

/// A number of the outcome without "out of twelve": for changes and means.
pub fn plain_value(lang: Lang, outcome: OutcomeMeasure, value: i64) -> String {
    match outcome {
        OutcomeMeasure::SppbBalance
        | OutcomeMeasure::SppbGait
        | OutcomeMeasure::SppbChair
        | OutcomeMeasure::SppbTotal
        | OutcomeMeasure::SppbTotalNia => values::points(lang, value),
        OutcomeMeasure::Gait4Speed | OutcomeMeasure::Gait10UsualSpeed | OutcomeMeasure::Gait10MaximalSpeed => {
            mm_per_s(lang, value)
        }
        OutcomeMeasure::Chair5Time => hundredths_s(lang, value),
        OutcomeMeasure::TugTime | OutcomeMeasure::SingleLegTime => tenths_s(lang, value),
        OutcomeMeasure::GripBest => tenths_kg(lang, value),
        OutcomeMeasure::Walk6Distance => with_unit(&count(lang, value), "m"),
        OutcomeMeasure::Chair30Stands
        | OutcomeMeasure::Step2Steps
        | OutcomeMeasure::ArmCurlCurls
        | OutcomeMeasure::Falls12 => values::times(lang, value),
        OutcomeMeasure::BriskMin => values::minutes(lang, value),
        OutcomeMeasure::StrengthDays => values::days(lang, value),
        other => coded(lang, other, value),
    }
}

fn coded(lang: Lang, outcome: OutcomeMeasure, value: i64) -> String {
    use domain::assessments::Aid;
    use domain::people::{Education, IncomeOk, LivingAlone};
    let code = outcome.write(value);
    let words = match outcome {
        OutcomeMeasure::AidOut => Aid::from_code(&code).map(|c| c.words(lang)),
        OutcomeMeasure::Living => LivingAlone::from_code(&code).map(|c| c.words(lang)),
        OutcomeMeasure::Edu => Education::from_code(&code).map(|c| c.words(lang)),
        OutcomeMeasure::IncomeOk => IncomeOk::from_code(&code).map(|c| c.words(lang)),
        _ => None,
    };
    words.map_or(code, str::to_owned)
}

fn srh(lang: Lang, value: i64) -> &'static str {
    match value {
        1 => answer::srh_1(lang),
        2 => answer::srh_2(lang),
        3 => answer::srh_3(lang),
        4 => answer::srh_4(lang),
        _ => answer::srh_5(lang),
    }
}

fn difficulty(lang: Lang, value: i64) -> &'static str {
    match value {
        1 => answer::difficulty_1(lang),
        2 => answer::difficulty_2(lang),
        3 => answer::difficulty_3(lang),
        _ => answer::difficulty_4(lang),
    }
}

fn fear(lang: Lang, value: i64) -> &'static str {
    match value {
        1 => answer::fof_1(lang),
        2 => answer::fof_2(lang),
        3 => answer::fof_3(lang),
        _ => answer::fof_4(lang),
    }
}

fn lonely(lang: Lang, value: i64) -> &'static str {
    match value {
        1 => answer::lonely_1(lang),
        2 => answer::lonely_2(lang),
        3 => answer::lonely_3(lang),
        4 => answer::lonely_4(lang),
        _ => answer::lonely_5(lang),
    }
}

/// The band or reference class in neutral words, for completed years and sex on the test's day.
///
/// A class by a range whose source has not been checked says so; participants never see it.
pub fn score_band(lang: Lang, score: &Score, age: Option<i32>, sex: Option<Sex>) -> Option<String> {
    if matches!(score.outcome, OutcomeMeasure::Gait4Speed | OutcomeMeasure::Gait10UsualSpeed) {
        return score.walk().map(|walk| speed_band(lang, walk.band()).to_owned());
    }
    let class = class(score, age, sex)?;
    let words = class_words(lang, class);
    let compared = !matches!(class, Class::Norm(NormClass::NoNorm));
    let unchecked = norm_table(score.outcome).is_some_and(|table| !table.is_checked_for(age, sex));
    Some(if compared && unchecked { format!("{words} ({})", band::to_be_confirmed(lang)) } else { words.to_owned() })
}

fn class_words(lang: Lang, class: Class) -> &'static str {
    match class {
        Class::Sppb(SppbBand::Minimal) => band::sppb_minimal(lang),
        Class::Sppb(SppbBand::Mild) => band::sppb_mild(lang),
        Class::Sppb(SppbBand::Moderate) => band::sppb_moderate(lang),
        Class::Sppb(SppbBand::Severe) => band::sppb_severe(lang),
        Class::Tug(TugBand::Ok) => band::tug_ok(lang),
        Class::Tug(TugBand::Raised) => band::tug_raised(lang),
        Class::Tug(TugBand::High) => band::tug_high(lang),
        Class::Tug(TugBand::VeryHigh) => band::tug_very_high(lang),
        Class::Norm(NormClass::Low) => band::below(lang),
        Class::Norm(NormClass::Typical) => band::within(lang),
        Class::Norm(NormClass::High) => band::above(lang),
        Class::Grip(GripClass::Below) => band::below(lang),
        Class::Grip(GripClass::Within) => band::within(lang),
        Class::Grip(GripClass::Above) => band::above(lang),
        Class::Norm(NormClass::NoNorm) | Class::Grip(GripClass::NoNorm) => band::no_norm(lang),
    }
}

fn speed_band(lang: Lang, speed: SpeedBand) -> &'static str {
    match speed {
        SpeedBand::Slow => band::gait_slow(lang),
        SpeedBand::Middle => band::gait_middle(lang),
        SpeedBand::Brisk => band::gait_good(lang),
    }
}

/// The class of a change: "parani", "säilyi", "heikkeni", or why nothing can be said.
pub fn change_class(lang: Lang, class: ChangeClass) -> &'static str {
    match class {
        ChangeClass::Improved => changes::improved(lang),
        ChangeClass::Kept => changes::kept(lang),
        ChangeClass::Declined => changes::declined(lang),
        ChangeClass::NotPaired => changes::not_paired(lang),
        ChangeClass::NotComparable => changes::not_comparable(lang),
        ChangeClass::Descriptive => changes::described(lang),
    }
}

/// A change in words with its number as it was measured: "parani, −2,70 s" for a faster rise.
/// The sign is that of the measured value, because people compare it with the two values.
pub fn change_words(lang: Lang, outcome: OutcomeMeasure, change: &Change) -> String {
    let class = change_class(lang, change.class);
    match change.oriented {
        None => class.to_owned(),
        Some(oriented) => {
            let measured = if direction(outcome) == Some(Direction::LessIsBetter) { -oriented } else { oriented };
            format!("{class}, {}", signed_value(lang, outcome, measured))
        }
    }
}

fn signed_value(lang: Lang, outcome: OutcomeMeasure, value: i64) -> String {
    let text = plain_value(lang, outcome, value.abs());
    match value.signum() {
        1 => format!("+{text}"),
        -1 => format!("{MINUS}{text}"),
        _ => text,
    }
}

/// The name of a self-report answer's question, as asked.
pub fn question(lang: Lang, item: Item) -> Option<&'static str> {
    use Item as I;
    use texts::assessments::question as q;
    Some(match item {
        I::Srh => q::srh(lang),
        I::Falls12 => q::falls12(lang),
        I::FallInjury => q::fall_injury(lang),
        I::Walk500 => q::walk500(lang),
        I::Stairs1 => q::stairs1(lang),
        I::Fof => q::fof(lang),
        I::Lonely => q::lonely(lang),
        I::BriskMin => q::brisk_min(lang),
        I::StrengthDays => q::strength_days(lang),
        I::AidOut => q::aid_out(lang),
        I::Living => q::living(lang),
        I::Edu => q::edu(lang),
        I::IncomeOk => q::income_ok(lang),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::assessments::Conditions;
    use domain::assessments::change::of_values;

    fn score(outcome: OutcomeMeasure, measured: Measured, time_cs: Option<i64>) -> Score {
        Score { outcome, measured, conditions: Conditions { time_cs, ..Conditions::default() }, check: false }
    }

    #[test]
    fn what_is_measured_has_a_name_that_says_which_stand_side_or_pace() {
        let told = |instrument, item| thing_words(Lang::Fi, instrument, item);
        assert_eq!(told(Instrument::Sppb, Item::SideBySide), "Jalat vierekkäin");
        assert_eq!(told(Instrument::Tug, Item::Time), "TUG");
        assert_eq!(told(Instrument::SingleLeg, Item::Left), "Yksi jalka: vasen");
        assert_eq!(told(Instrument::Chair30, Item::StandsWithArms), "Nousut käsien avulla");
        assert_eq!(told(Instrument::ArmCurl, Item::Weight), "Hauiskääntö: paino");
    }

    #[test]
    fn a_question_is_asked_as_people_are_addressed() {
        let asked = |lang| question(lang, Item::Lonely).unwrap();
        assert_eq!(asked(Lang::Fi), "Tunnetko itsesi yksinäiseksi?");
        assert_eq!(asked(Lang::FiTe), "Tunnetteko itsenne yksinäiseksi?");
        assert_eq!(asked(Lang::SvNi), "Känner ni er ensam?");
    }

    #[test]
    fn values_have_their_units_in_each_language() {
        let total = score(OutcomeMeasure::SppbTotal, Measured::Value(8), None);
        assert_eq!(score_value(Lang::Fi, &total), "8 / 12 pistettä");
        assert_eq!(score_value(Lang::Sv, &total), "8 av 12 poäng");
        let chair = score(OutcomeMeasure::Chair5Time, Measured::Value(1240), None);
        assert_eq!(score_value(Lang::Fi, &chair), "12,40\u{a0}s");
        assert_eq!(score_value(Lang::En, &chair), "12.40\u{a0}s");
        let unable = score(OutcomeMeasure::Chair5Time, Measured::Unable, None);
        assert_eq!(score_value(Lang::Fi, &unable), "ei pystynyt");
    }

    #[test]
    fn a_speed_is_shown_from_its_time_and_banded_by_it() {
        // 4 m in 5.00 s is exactly 0.80 m/s, which is in the middle band.
        let walk = score(OutcomeMeasure::Gait4Speed, Measured::Value(800), Some(500));
        assert_eq!(score_value(Lang::Fi, &walk), "0,80\u{a0}m/s");
        assert_eq!(score_band(Lang::Fi, &walk, None, None).as_deref(), Some("hieman hidas kävely"));
    }

    #[test]
    fn a_faster_rise_is_better_though_its_number_is_smaller() {
        let change = of_values(OutcomeMeasure::Chair5Time, 1510, 1240);
        assert_eq!(change_words(Lang::Fi, OutcomeMeasure::Chair5Time, &change), "parani, \u{2212}2,70\u{a0}s");
        let same = of_values(OutcomeMeasure::SppbTotal, 8, 8);
        assert_eq!(change_words(Lang::Sv, OutcomeMeasure::SppbTotal, &same), "höll samma nivå, 0 poäng");
    }

    #[test]
    fn every_outcome_has_a_name_in_every_language() {
        for outcome in OutcomeMeasure::ALL {
            for lang in Lang::ALL {
                assert!(!outcome_name(lang, *outcome).is_empty(), "{outcome}");
            }
        }
    }
}
