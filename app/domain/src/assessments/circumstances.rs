//! Under which circumstances a test was done: what may explain a difference between two results (docs/scoring.md,
//! Carrying out a test).

use serde::{Deserialize, Serialize};

use crate::codes::codes;
use crate::safety::SameDayCheck;
use crate::sync::validate::{Invalid, check, optional_line};
use crate::time::TimeOfDay;

codes! {
    /// What stood on the floor.
    pub enum Shoes { Own = "own", Indoor = "indoor", Barefoot = "barefoot", Socks = "socks" }
}

/// Seats that exist, in centimetres.
pub const SEAT_CM: std::ops::RangeInclusive<u8> = 30..=60;

/// What is known of a test beside its trials. Files tell none of it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Circumstances {
    /// When the last trial was entered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<TimeOfDay>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Who measured, where it is not who recorded; a device may measure, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shoes: Option<Shoes>,
    /// Height of the seat in centimetres, 30–60.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chair_cm: Option<u8>,
    /// Pain while the test was done, 0–10 by the numeric rating scale: 0 is none, 10 the worst imaginable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pain: Option<u8>,
    /// The version of rules and tables by which the result was shown when it was recorded. Scores are always computed
    /// anew from the trials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_version: Option<String>,
}

/// The schema from which on pain is told.
pub(super) const PAIN_SINCE: u16 = 6;

impl Circumstances {
    pub fn is_unknown(&self) -> bool {
        *self == Self::default()
    }

    pub(super) const fn tells_pain(&self) -> bool {
        self.pain.is_some()
    }

    /// Anything but pain.
    pub(super) fn tells_rest(&self) -> bool {
        !self.clone().shown_to(PAIN_SINCE - 1).is_unknown()
    }

    /// What a program of that schema can read of it.
    pub(super) fn shown_to(self, schema: u16) -> Self {
        if schema < PAIN_SINCE { Self { pain: None, ..self } } else { self }
    }

    pub(super) fn check(&self) -> Result<(), Invalid> {
        optional_line(self.place.as_ref(), "place")?;
        optional_line(self.measured_by.as_ref(), "measured_by")?;
        optional_line(self.rule_version.as_ref(), "rule_version")?;
        check(self.chair_cm.is_none_or(|cm| SEAT_CM.contains(&cm)), "chair_cm")?;
        check(self.pain.is_none_or(|pain| pain <= SameDayCheck::WORST_PAIN), "pain")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessments::testing::{assessment, trials};
    use crate::assessments::{Assessment, Instrument, Item, Score, scores};

    #[test]
    fn a_seat_of_twenty_centimetres_is_refused() {
        let seat = |cm| Circumstances { chair_cm: Some(cm), ..Circumstances::default() };
        assert_eq!(seat(45).check(), Ok(()));
        assert_eq!([seat(29).check(), seat(61).check()].map(|told| told.is_err()), [true, true]);
    }

    #[test]
    fn pain_is_told_on_the_scale_from_none_to_ten_and_to_programs_that_know_of_it() {
        let told = |pain| Circumstances { pain: Some(pain), ..Circumstances::default() };
        assert_eq!([told(0).check(), told(10).check()], [Ok(()), Ok(())]);
        assert_eq!(told(11).check(), Err(Invalid::field("pain")));
        assert_eq!((told(0).shown_to(5).pain, told(0).shown_to(6).pain), (None, Some(0)));
    }

    #[test]
    fn by_which_rules_a_result_was_shown_then_changes_nothing_of_what_it_comes_to_now() {
        let times = trials(Instrument::Tug, Item::Time, &["12.3", "11.9"], None);
        let today = assessment(Instrument::Tug, times);
        let rule_version = Some("vv-2020.1".to_owned());
        let then =
            Assessment { circumstances: Circumstances { rule_version, ..Circumstances::default() }, ..today.clone() };
        assert_eq!(scores(&then), scores(&today));
        assert_eq!(scores(&then).first().and_then(Score::value), Some(119));
    }

    #[test]
    fn what_is_not_known_is_not_written() {
        assert_eq!(serde_json::to_string(&Circumstances::default()).unwrap(), "{}");
    }
}
