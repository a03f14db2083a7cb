//! Reference values by age and sex: versioned data with their source, never code branches (docs/scoring.md, Reference
//! values).

use serde::Serialize;

use crate::people::Sex;

/// The version of all scoring rules and reference tables of this program; stored with every score.
pub const RULE_VERSION: &str = "vv-2026.1";

/// The range between a lower and an upper percentile, in the outcome's stored unit; both ends belong to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct NormRange {
    pub low: i64,
    pub high: i64,
}

/// From this age on, in completed years, nothing is compared with anything published.
pub(super) const NO_NORM_FROM: i32 = 95;

/// One age band of five years.
#[derive(Clone, Copy, Debug)]
pub(super) struct NormRow {
    pub age_from: i32,
    pub female: (i64, i64),
    pub male: (i64, i64),
}

/// A published table.
#[derive(Clone, Copy, Debug)]
pub struct NormTable {
    /// Where the numbers were published.
    pub source: &'static str,
    /// Which percentiles the ends of its ranges are.
    pub percentiles: (u8, u8),
    /// Whether they have been checked against that source. What has not is used inside the service with a mark, and
    /// never shown to participants.
    pub checked: bool,
    /// The bands of a checked table, by first year and sex, of which the source itself has not been seen.
    pub(super) unseen: &'static [(i32, Sex)],
    pub(super) rows: &'static [NormRow],
}

impl NormTable {
    /// The first and the last year of each band.
    pub fn ages(&self) -> impl Iterator<Item = (i32, i32)> {
        self.rows.iter().map(|row| (row.age_from, row.age_from + 4))
    }

    /// The range for completed years and sex on the test's day. No range outside the table's ages, from 95 on,
    /// and for other or unknown sex: it is never guessed.
    pub fn range(&self, age: Option<i32>, sex: Option<Sex>) -> Option<NormRange> {
        let row = self.row(age)?;
        let (low, high) = match sex? {
            Sex::Female => row.female,
            Sex::Male => row.male,
            Sex::Other | Sex::Unknown => return None,
        };
        Some(NormRange { low, high })
    }

    /// Whether what [`Self::range`] gives for this age and sex has been checked against the source.
    pub fn is_checked_for(&self, age: Option<i32>, sex: Option<Sex>) -> bool {
        let cell = self.row(age).map(|row| row.age_from).zip(sex);
        self.checked && cell.is_none_or(|cell| !self.unseen.contains(&cell))
    }

    fn row(&self, age: Option<i32>) -> Option<&'static NormRow> {
        let age = age.filter(|age| *age < NO_NORM_FROM)?;
        self.rows.iter().find(|row| (row.age_from..row.age_from + 5).contains(&age))
    }
}

pub(super) const fn row(age_from: i32, female: (i64, i64), male: (i64, i64)) -> NormRow {
    NormRow { age_from, female, male }
}

#[cfg(test)]
mod tests {
    use super::super::{OutcomeMeasure, norm_table};
    use super::*;
    use std::collections::BTreeSet;

    /// The tables as docs/scoring.md, Reference values prints them: outcome, first year of the band, women, men.
    const PRINTED: &str = "
        chair30_stands 60 12–17 14–19, 65 11–16 12–18, 70 10–15 12–17, 75 10–15 11–17, 80 9–14 10–15, 85 8–13 8–14, 90 4–11 7–12
        grip_best 75 17.0–27.2 27.0–43.5, 80 15.5–25.3 24.5–40.5, 85 13.9–23.3 21.9–37.4, 90 12.2–21.2 19.2–34.2
        walk6_distance 75 398–535 430–585, 80 352–494 407–553, 85 311–466 347–521, 90 251–402 279–457
        step2_steps 75 68–100 73–109, 80 60–90 71–103, 85 55–85 59–91, 90 44–72 52–86
        arm_curl_curls 75 11–17 13–19, 80 10–16 13–19, 85 10–15 11–17, 90 8–13 10–14";

    fn printed(range: &str) -> NormRange {
        let mut ends = range.split('–').map(|end| end.replace('.', "").parse().unwrap());
        NormRange { low: ends.next().unwrap(), high: ends.next().unwrap() }
    }

    #[test]
    fn every_cell_is_the_printed_one_for_all_five_years_of_its_band() {
        let mut outcomes = BTreeSet::new();
        for line in PRINTED.trim().lines() {
            let (outcome, bands) = line.trim().split_once(' ').unwrap();
            let outcome = OutcomeMeasure::from_code(outcome).unwrap();
            outcomes.insert(outcome);
            let table = norm_table(outcome).unwrap();
            assert_eq!(bands.split(", ").count(), table.rows.len(), "{outcome}");
            for band in bands.split(", ") {
                let cells: Vec<_> = band.split(' ').collect();
                let from: i32 = cells[0].parse().unwrap();
                for age in from..from + 5 {
                    assert_eq!(table.range(Some(age), Some(Sex::Female)), Some(printed(cells[1])), "{outcome} {age}");
                    assert_eq!(table.range(Some(age), Some(Sex::Male)), Some(printed(cells[2])), "{outcome} {age}");
                }
            }
        }
        let with_norms: BTreeSet<_> =
            OutcomeMeasure::ALL.iter().copied().filter(|o| norm_table(*o).is_some()).collect();
        assert_eq!(outcomes, with_norms);
    }

    #[test]
    fn the_optional_tests_of_endurance_and_arms_wait_for_their_source_to_be_checked() {
        use OutcomeMeasure::{ArmCurlCurls, Step2Steps, Walk6Distance};
        let unchecked = |outcome: &&OutcomeMeasure| norm_table(**outcome).is_some_and(|table| !table.checked);
        let unchecked: Vec<_> = OutcomeMeasure::ALL.iter().filter(unchecked).collect();
        assert_eq!(BTreeSet::from_iter(unchecked), BTreeSet::from([&ArmCurlCurls, &Step2Steps, &Walk6Distance]));
    }

    #[test]
    fn two_cells_of_a_checked_table_wait_for_the_source_itself() {
        let chair30 = norm_table(OutcomeMeasure::Chair30Stands).unwrap();
        for (from, _) in chair30.ages() {
            for age in from..from + 5 {
                assert!(chair30.is_checked_for(Some(age), Some(Sex::Female)), "women of {age}");
                let seen = !(65..70).contains(&age) && !(85..90).contains(&age);
                assert_eq!(chair30.is_checked_for(Some(age), Some(Sex::Male)), seen, "men of {age}");
            }
        }
        let walk6 = norm_table(OutcomeMeasure::Walk6Distance).unwrap();
        assert!(!walk6.is_checked_for(Some(80), Some(Sex::Female)), "no cell of an unchecked table");
    }

    #[test]
    fn there_is_no_range_outside_the_bands_or_for_a_sex_that_would_be_guessed() {
        for outcome in OutcomeMeasure::ALL.iter().filter(|outcome| norm_table(**outcome).is_some()) {
            let table = norm_table(*outcome).unwrap();
            let youngest = if *outcome == OutcomeMeasure::Chair30Stands { 60 } else { 75 };
            for age in [Some(youngest - 1), Some(95), Some(i32::MIN), Some(i32::MAX), None] {
                assert_eq!(table.range(age, Some(Sex::Female)), None, "{outcome} {age:?}");
            }
            for sex in [Some(Sex::Other), Some(Sex::Unknown), None] {
                assert_eq!(table.range(Some(80), sex), None, "{outcome} {sex:?}");
            }
        }
    }
}
