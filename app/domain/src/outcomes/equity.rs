//! Strata: which cell a participant belongs to (docs/outcomes.md, Strata).

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

/// Everybody who is in none of a division's named cells: other, not told and not known. It says nothing about anybody.
pub const OTHER_OR_UNKNOWN: &str = "other_or_unknown";

/// The cells of a division, in their order: the named ones, then the residual. Without areas, `area` has none.
pub fn cells(by: StratumBy, areas: &[Area]) -> Vec<&str> {
    let named = match by {
        StratumBy::AgeBand => vec!["65-74", "75-79", "80-84", "85+"],
        StratumBy::Sex => vec!["female", "male"],
        StratumBy::Area if areas.is_empty() => return Vec::new(),
        StratumBy::Area => areas.iter().map(|area| area.name.as_str()).collect(),
        StratumBy::Language => vec!["fi", "sv"],
        StratumBy::LivingAlone => vec!["yes", "no"],
        StratumBy::Education => vec!["basic", "more"],
        StratumBy::IncomeOk => vec!["hard", "not_hard"],
    };
    named.into_iter().chain([OTHER_OR_UNKNOWN]).collect()
}

/// The cell of a person whose first visit was on that day.
pub fn cell<'a>(by: StratumBy, person: &ParticipantRow, first_visit: Day, areas: &'a [Area]) -> &'a str {
    match by {
        StratumBy::AgeBand => age_band(person.birth_date.map(|born| first_visit.age_of_born(born))),
        StratumBy::Sex => match person.sex {
            Some(Sex::Female) => "female",
            Some(Sex::Male) => "male",
            Some(Sex::Other | Sex::Unknown) | None => OTHER_OR_UNKNOWN,
        },
        StratumBy::Area => area_of(person.postal_code.as_deref(), areas),
        StratumBy::Language => match person.language {
            Some(PersonLanguage::Finnish) => "fi",
            Some(PersonLanguage::Swedish) => "sv",
            Some(PersonLanguage::English | PersonLanguage::Other) | None => OTHER_OR_UNKNOWN,
        },
        StratumBy::LivingAlone => match person.living_alone {
            Some(LivingAlone::Yes) => "yes",
            Some(LivingAlone::No) => "no",
            Some(LivingAlone::NotTold) | None => OTHER_OR_UNKNOWN,
        },
        StratumBy::Education => match person.education {
            Some(Education::Basic) => "basic",
            Some(Education::Secondary | Education::Higher) => "more",
            Some(Education::NotTold) | None => OTHER_OR_UNKNOWN,
        },
        StratumBy::IncomeOk => match person.income_ok {
            Some(IncomeOk::Hard) => "hard",
            Some(IncomeOk::Easy | IncomeOk::Moderate) => "not_hard",
            Some(IncomeOk::NotTold) | None => OTHER_OR_UNKNOWN,
        },
    }
}

/// Under 65 belongs to no band of the programme.
const fn age_band(age: Option<i32>) -> &'static str {
    match age {
        Some(65..75) => "65-74",
        Some(75..80) => "75-79",
        Some(80..85) => "80-84",
        Some(85..) => "85+",
        Some(..65) | None => OTHER_OR_UNKNOWN,
    }
}

fn area_of<'a>(postal_code: Option<&str>, areas: &'a [Area]) -> &'a str {
    let within = |area: &&Area| area.postal_codes.iter().any(|code| Some(code.as_str()) == postal_code);
    areas.iter().find(within).map_or(OTHER_OR_UNKNOWN, |area| area.name.as_str())
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
        assert_eq!(band(&leap, "2023-02-28"), "65-74");
        assert_eq!(band(&leap, "2023-03-01"), "75-79");
        assert_eq!(band(&leap, "2013-02-28"), OTHER_OR_UNKNOWN);
        assert_eq!(band(&leap, "2040-02-29"), "85+");
        assert_eq!(band(&ParticipantRow::default(), "2023-03-01"), OTHER_OR_UNKNOWN);
    }

    #[test]
    fn every_cell_of_a_person_is_one_of_its_division() {
        let areas = [Area { name: "Keskusta".into(), postal_codes: vec!["00100".into()] }];
        let known = ParticipantRow { postal_code: Some("00100".into()), ..ParticipantRow::default() };
        for person in [ParticipantRow::default(), known] {
            for by in StratumBy::ALL {
                let found = cell(*by, &person, day("2026-01-01"), &areas);
                assert!(cells(*by, &areas).contains(&found), "{by}");
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
