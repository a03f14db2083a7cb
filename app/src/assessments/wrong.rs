//! What is said of a value that cannot be, and what to do instead.

use domain::assessments::protocol::Tool;
use domain::assessments::{ValueProblem, write_decimal};
use domain::input::Decimal;

use crate::texts::{Lang, measure as t};

/// Beyond a hold's goal lies the goal itself; a stopwatch that ran on means that it was not finished.
pub fn wrong_words(lang: Lang, tool: Option<Tool>, problem: ValueProblem, typed: &str) -> String {
    let local = |value: i64, decimals: u8| {
        let plain = write_decimal(value, decimals);
        if lang == Lang::En { plain } else { plain.replace('.', ",") }
    };
    match (problem, tool) {
        (ValueProblem::OutOfRange { low, high, decimals }, tool) => {
            let small = Decimal::typed(typed).is_ok_and(|number| number.floor(decimals) < low);
            match tool {
                _ if small => t::too_small(lang, &local(low, decimals)),
                Some(Tool::Hold { ms }) => t::beyond_goal(lang, i64::from(ms / 1_000)),
                Some(Tool::Stopwatch) => t::too_large(lang, &local(high, decimals)),
                _ => t::too_many(lang, &local(high, decimals)),
            }
        }
        (ValueProblem::TooFast, _) => t::impossible(lang).to_owned(),
        (ValueProblem::NotWhole, _) => t::not_whole(lang).to_owned(),
        _ => t::not_number(lang).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::assessments::protocol::tool;
    use domain::assessments::{Instrument, Item, Reading, quantity};

    fn told(lang: Lang, instrument: Instrument, item: Item, course_m: Option<u16>, typed: &str) -> String {
        let read = quantity(instrument, item, course_m).unwrap().read(typed, Reading::Typed);
        wrong_words(lang, Some(tool(instrument, item)), read.unwrap_err(), typed)
    }

    #[test]
    fn a_stand_beyond_its_goal_is_a_whole_stand_and_not_one_that_was_not_done() {
        for (instrument, item, typed, said) in [
            (
                Instrument::Sppb,
                Item::SideBySide,
                "12",
                "Enimmäisaika on 10 s. Jos asento pysyi loppuun asti, valitse Pysyi 10 s.",
            ),
            (
                Instrument::Sppb,
                Item::Tandem,
                "10,01",
                "Enimmäisaika on 10 s. Jos asento pysyi loppuun asti, valitse Pysyi 10 s.",
            ),
            (
                Instrument::SingleLeg,
                Item::Left,
                "31",
                "Enimmäisaika on 30 s. Jos asento pysyi loppuun asti, valitse Pysyi 30 s.",
            ),
        ] {
            let told = told(Lang::Fi, instrument, item, None, typed).replace('\u{a0}', " ");
            assert_eq!(told, said, "{item} {typed}");
        }
    }

    #[test]
    fn a_time_beyond_its_limit_may_be_one_that_was_not_finished() {
        for (instrument, item, course_m, typed, most) in [
            (Instrument::Sppb, Item::Gait, Some(4), "120,01", "120,00"),
            (Instrument::Sppb, Item::Gait, Some(3), "90,01", "90,00"),
            (Instrument::Sppb, Item::Chair5, None, "60,01", "60,00"),
            (Instrument::Gait10, Item::Usual, Some(10), "200,01", "200,00"),
            (Instrument::Tug, Item::Time, None, "180,1", "180,0"),
        ] {
            let said =
                format!("Liian suuri. Suurin mahdollinen on {most} s. Jos suoritus jäi kesken, valitse Ei tehty.");
            assert_eq!(told(Lang::Fi, instrument, item, course_m, typed), said, "{item} {typed}");
        }
    }

    #[test]
    fn every_other_limit_is_told_in_the_readers_decimals() {
        for (instrument, item, typed, most) in [
            (Instrument::Chair30, Item::Stands, "41", "40"),
            (Instrument::Grip, Item::Right, "90,1", "90,0"),
            (Instrument::Walk6, Item::Distance, "901", "900"),
            (Instrument::Step2, Item::Steps, "201", "200"),
            (Instrument::ArmCurl, Item::Curls, "61", "60"),
            (Instrument::SelfReport, Item::Falls12, "100", "99"),
            (Instrument::SelfReport, Item::BriskMin, "2001", "2000"),
        ] {
            let said = format!("Liian suuri. Suurin mahdollinen on {most}.");
            let told = told(Lang::Fi, instrument, item, None, typed).replace('\u{a0}', " ");
            assert_eq!(told, said, "{item} {typed}");
        }
        for (instrument, item, course_m, typed, least) in [
            (Instrument::Sppb, Item::Gait, Some(4), "0,99", "1,00"),
            (Instrument::Sppb, Item::Gait, Some(3), "0,74", "0,75"),
            (Instrument::Sppb, Item::Chair5, None, "2,99", "3,00"),
            (Instrument::Gait10, Item::Maximal, Some(10), "2,49", "2,50"),
            (Instrument::Tug, Item::Time, None, "2,9", "3,0"),
        ] {
            let said = format!("Liian pieni. Pienin mahdollinen on {least}.");
            assert_eq!(told(Lang::Fi, instrument, item, course_m, typed), said, "{item} {typed}");
        }
        let english = told(Lang::En, Instrument::Tug, Item::Time, None, "2.9");
        assert!(english.contains("3.0"), "{english}");
    }

    #[test]
    fn nobody_walks_faster_than_three_metres_a_second_and_nothing_is_counted_by_halves() {
        let fast = told(Lang::Fi, Instrument::Gait10, Item::Usual, Some(10), "3,30");
        assert_eq!(fast, "Aika ei voi olla oikein. Tarkista luku.");
        let half = told(Lang::Fi, Instrument::Chair30, Item::Stands, None, "12,5");
        assert_eq!(half, "Kirjoita kokonaisluku.");
    }
}
