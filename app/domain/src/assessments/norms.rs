//! Reference values by age and sex: versioned data with their source, never code branches (domain.md 2).

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
    pub(super) rows: &'static [NormRow],
}

impl NormTable {
    /// The range for completed years and sex on the test's day. No range outside the table's ages, from 95 on
    /// (formats.md ruling 2), and for other or unknown sex: it is never guessed.
    pub fn range(&self, age: Option<i32>, sex: Option<Sex>) -> Option<NormRange> {
        let age = age.filter(|age| *age < 95)?;
        let row = self.rows.iter().find(|row| (row.age_from..row.age_from + 5).contains(&age))?;
        let (low, high) = match sex? {
            Sex::Female => row.female,
            Sex::Male => row.male,
            Sex::Other | Sex::Unknown => return None,
        };
        Some(NormRange { low, high })
    }
}

pub(super) const fn row(age_from: i32, female: (i64, i64), male: (i64, i64)) -> NormRow {
    NormRow { age_from, female, male }
}
