//! What a municipality sets for itself beside its ways in: how far each may be set, and what holds where nothing is.

use std::collections::BTreeMap;

use crate::codes::codes;
use crate::outcomes::dataset::Limits;

codes! {
    /// By the key under which it is kept.
    pub enum Setting {
        /// After how many months it is asked whether somebody's data are still needed (docs/access.md, Erasure).
        RetentionMonths = "retention_months",
        /// Counts of 1 … k − 1 are hidden (docs/outcomes.md, Hiding).
        ReportK = "report.k",
        /// Means and shares of fewer people are hidden.
        ReportBasis = "report.basis",
        /// On what it rests that results of tests are handled.
        HealthBasis = "health_basis",
        /// In which commands speak.
        Language = "language",
    }
}

codes! {
    /// On what it rests that results of tests are handled.
    pub enum HealthBasis {
        /// Each person's own consent.
        Consent = "consent",
        /// The municipality's task in the public interest.
        PublicTask = "public_task",
    }
}

/// The languages of the program, the usual one first.
const LANGUAGES: [&str; 3] = ["fi", "sv", "en"];

impl Setting {
    /// Of a number: the least to which it may be set, the usual one, and the most.
    pub const fn numbers(self) -> Option<[u32; 3]> {
        let Limits { k, basis } = Limits::USUAL;
        match self {
            Self::RetentionMonths => Some([6, 24, 120]),
            Self::ReportK => Some([k, k, 20]),
            Self::ReportBasis => Some([basis, basis, 100]),
            Self::HealthBasis | Self::Language => None,
        }
    }

    /// Of what is no number: the codes to which it may be set, the usual one first.
    pub fn choices(self) -> Vec<&'static str> {
        match self {
            Self::HealthBasis => HealthBasis::ALL.iter().map(|basis| basis.code()).collect(),
            Self::Language => LANGUAGES.to_vec(),
            Self::RetentionMonths | Self::ReportK | Self::ReportBasis => Vec::new(),
        }
    }

    /// What was typed, as it is kept; nothing where it may not be set to that.
    pub fn read(self, typed: &str) -> Option<String> {
        match self.numbers() {
            Some([least, _, most]) => {
                let number: u32 = typed.parse().ok()?;
                (least..=most).contains(&number).then(|| number.to_string())
            }
            None => self.choices().into_iter().find(|code| *code == typed).map(str::to_owned),
        }
    }

    /// What holds where this is kept. Limits of reports are never less than the usual ones.
    fn in_effect(self, kept: Option<&str>) -> String {
        let usual = || self.choices().first().copied().unwrap_or_default().to_owned();
        match (self, self.numbers(), kept) {
            (Self::RetentionMonths, Some([_, usual, _]), _) => number(kept).unwrap_or(usual).max(1).to_string(),
            (_, Some([least, usual, _]), _) => number(kept).unwrap_or(usual).max(least).to_string(),
            // Whatever is kept that is not consent asks for none.
            (Self::HealthBasis, None, Some(code)) if code != HealthBasis::Consent.code() => {
                HealthBasis::PublicTask.code().to_owned()
            }
            (_, None, _) => kept.and_then(|code| self.read(code)).unwrap_or_else(usual),
        }
    }
}

fn number(kept: Option<&str>) -> Option<u32> {
    kept.and_then(|text| text.parse().ok())
}

/// What is set anew.
pub type Changes = Vec<(Setting, String)>;

/// The settings of one municipality, each as it holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings(BTreeMap<Setting, String>);

impl Settings {
    /// Out of what is kept.
    pub fn of(kept: &BTreeMap<Setting, String>) -> Self {
        let held = |setting: &Setting| (*setting, setting.in_effect(kept.get(setting).map(String::as_str)));
        Self(Setting::ALL.iter().map(held).collect())
    }

    pub fn get(&self, setting: Setting) -> &str {
        self.0.get(&setting).map_or("", String::as_str)
    }

    /// As they hold with these changes.
    #[must_use]
    pub fn with(&self, changes: &[(Setting, String)]) -> Self {
        let mut all = self.0.clone();
        all.extend(changes.iter().cloned());
        Self(all)
    }

    /// Whether with these changes means would be told of fewer people than counts are.
    pub fn would_tell_means_of_too_few(&self, changes: &[(Setting, String)]) -> bool {
        let after = self.with(changes);
        let limit = |setting: Setting| number(Some(after.get(setting))).unwrap_or_default();
        let is_changed = changes.iter().any(|(one, _)| matches!(one, Setting::ReportK | Setting::ReportBasis));
        is_changed && limit(Setting::ReportBasis) < limit(Setting::ReportK)
    }

    /// All of them, as a form tells from which it was filled.
    pub fn as_one(&self) -> String {
        self.0.values().map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::dataset;

    fn kept(all: &[(Setting, &str)]) -> Settings {
        Settings::of(&all.iter().map(|(setting, value)| (*setting, (*value).to_owned())).collect())
    }

    #[test]
    fn without_a_row_the_usual_holds_and_limits_of_reports_are_never_less() {
        assert_eq!(kept(&[]).as_one(), "24 5 10 consent fi");
        let usual = dataset::Settings::default();
        assert_eq!(kept(&[]).get(Setting::ReportK), usual.k.to_string());
        assert_eq!(kept(&[]).get(Setting::ReportBasis), usual.basis.to_string());
        let few = [(Setting::ReportK, "3"), (Setting::ReportBasis, "4"), (Setting::RetentionMonths, "3")];
        assert_eq!(kept(&few).as_one(), "3 5 10 consent fi");
        let odd = [(Setting::HealthBasis, "task"), (Setting::Language, "de"), (Setting::RetentionMonths, "two")];
        assert_eq!(kept(&odd).as_one(), "24 5 10 public_task fi");
    }

    #[test]
    fn each_is_read_within_its_bounds_and_in_no_other_words() {
        for (setting, good, wrong) in [
            (Setting::RetentionMonths, ["6", "120"], ["5", "121"]),
            (Setting::ReportK, ["5", "20"], ["4", "21"]),
            (Setting::ReportBasis, ["10", "100"], ["9", "101"]),
            (Setting::HealthBasis, ["consent", "public_task"], ["", "task"]),
            (Setting::Language, ["fi", "en"], ["", "de"]),
        ] {
            for typed in good {
                assert_eq!(setting.read(typed).as_deref(), Some(typed), "{setting}");
            }
            for typed in wrong.into_iter().chain(["-5", "7,5", "many"]) {
                assert_eq!(setting.read(typed), None, "{setting} {typed}");
            }
        }
        assert_eq!(Setting::RetentionMonths.read("036").as_deref(), Some("36"));
    }

    #[test]
    fn means_are_told_of_no_fewer_people_than_counts() {
        let raised = |all: &[(Setting, &str)]| {
            let changes: Changes = all.iter().map(|(setting, value)| (*setting, (*value).to_owned())).collect();
            kept(&[]).would_tell_means_of_too_few(&changes)
        };
        assert!(!raised(&[(Setting::ReportK, "10")]));
        assert!(raised(&[(Setting::ReportK, "11")]));
        assert!(!raised(&[(Setting::ReportK, "11"), (Setting::ReportBasis, "11")]));
        // What was so before stands in the way of no other setting.
        let before = kept(&[(Setting::ReportK, "15")]);
        assert!(!before.would_tell_means_of_too_few(&[(Setting::Language, "sv".to_owned())]));
    }
}
