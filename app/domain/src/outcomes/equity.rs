//! Strata: which cell a participant belongs to (domain.md 4.7; formats.md, rulings 21 and 22).

use super::dataset::{Area, ParticipantRow};
use crate::codes::codes;
use crate::people::{Education, IncomeOk, LivingAlone, PersonLanguage, Sex};
use crate::time::Day;

codes! {
    /// What participants are divided by.
    pub enum StratumBy {
        AgeBand = "age_band", Sex = "sex", Area = "area", Language = "language",
        LivingAlone = "living_alone", Education = "education", IncomeOk = "income_ok",
    }
}

/// The pairs of cells whose gap is followed: by, disadvantaged, reference.
pub const GAPS: [(StratumBy, &str, &str); 3] = [
    (StratumBy::LivingAlone, "yes", "no"),
    (StratumBy::Education, "basic", "more"),
    (StratumBy::IncomeOk, "hard", "not_hard"),
];

/// The cell of an area that the municipality has not named.
const NO_AREA: &str = "unknown";

/// The cells of a division, in their order. Without areas, `area` has none.
pub fn cells(by: StratumBy, areas: &[Area]) -> Vec<&str> {
    match by {
        StratumBy::AgeBand => vec!["65-74", "75-79", "80-84", "85+"],
        StratumBy::Sex => vec!["female", "male", "other", "unknown"],
        StratumBy::Area if areas.is_empty() => Vec::new(),
        StratumBy::Area => areas.iter().map(|area| area.name.as_str()).chain([NO_AREA]).collect(),
        StratumBy::Language => vec!["fi", "sv", "other", "unknown"],
        StratumBy::LivingAlone => vec!["yes", "no", "not_told"],
        StratumBy::Education => vec!["basic", "more", "not_told"],
        StratumBy::IncomeOk => vec!["hard", "not_hard", "not_told"],
    }
}

/// The cell of a person whose first visit was on that day; none when the birth date is unknown or the
/// person was younger than 65.
pub fn cell<'a>(by: StratumBy, person: &ParticipantRow, first_visit: Day, areas: &'a [Area]) -> Option<&'a str> {
    Some(match by {
        StratumBy::AgeBand => match first_visit.age_of_born(person.birth_date?) {
            ..65 => return None,
            65..75 => "65-74",
            75..80 => "75-79",
            80..85 => "80-84",
            85.. => "85+",
        },
        StratumBy::Sex => person.sex.unwrap_or(Sex::Unknown).code(),
        StratumBy::Area => area_of(person.postal_code.as_deref(), areas),
        StratumBy::Language => match person.language {
            Some(PersonLanguage::Finnish) => "fi",
            Some(PersonLanguage::Swedish) => "sv",
            Some(PersonLanguage::English | PersonLanguage::Other) => "other",
            None => "unknown",
        },
        StratumBy::LivingAlone => person.living_alone.unwrap_or(LivingAlone::NotTold).code(),
        StratumBy::Education => match person.education {
            Some(Education::Basic) => "basic",
            Some(Education::Secondary | Education::Higher) => "more",
            Some(Education::NotTold) | None => "not_told",
        },
        StratumBy::IncomeOk => match person.income_ok {
            Some(IncomeOk::Hard) => "hard",
            Some(IncomeOk::Easy | IncomeOk::Moderate) => "not_hard",
            Some(IncomeOk::NotTold) | None => "not_told",
        },
    })
}

fn area_of<'a>(postal_code: Option<&str>, areas: &'a [Area]) -> &'a str {
    let within = |area: &&Area| area.postal_codes.iter().any(|code| Some(code.as_str()) == postal_code);
    areas.iter().find(within).map_or(NO_AREA, |area| area.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn age_counts_on_the_first_visit_and_leap_birthdays_fall_on_1_march() {
        let born = |on: &str| ParticipantRow { birth_date: Some(day(on)), ..ParticipantRow::default() };
        let band = |person: &ParticipantRow, on: &str| cell(StratumBy::AgeBand, person, day(on), &[]);
        let leap = born("1948-02-29");
        assert_eq!(band(&leap, "2023-02-28"), Some("65-74"));
        assert_eq!(band(&leap, "2023-03-01"), Some("75-79"));
        assert_eq!(band(&leap, "2013-02-28"), None);
        assert_eq!(band(&leap, "2040-02-29"), Some("85+"));
        assert_eq!(band(&ParticipantRow::default(), "2023-03-01"), None);
    }

    #[test]
    fn every_cell_of_a_person_is_one_of_its_division() {
        let areas = [Area { name: "Keskusta".into(), postal_codes: vec!["00100".into()] }];
        let known = ParticipantRow { postal_code: Some("00100".into()), ..ParticipantRow::default() };
        for person in [ParticipantRow::default(), known] {
            for by in StratumBy::ALL {
                let found = cell(*by, &person, day("2026-01-01"), &areas);
                assert!(found.is_none_or(|cell| cells(*by, &areas).contains(&cell)), "{by}");
            }
        }
    }

    #[test]
    fn the_gaps_compare_cells_that_exist() {
        for (by, disadvantaged, reference) in GAPS {
            let cells = cells(by, &[]);
            assert!(cells.contains(&disadvantaged) && cells.contains(&reference));
        }
    }
}
