//! Where limits and reference values come from, and how sure that is (docs/scoring.md, Reference values).

use domain::assessments::{NormTable, OutcomeMeasure, norm_table};

use super::references::{CHAIR_SOURCE, LEG_SOURCE};
use crate::texts::{Lang, guide::sources as s};

/// How far a number has been checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    Checked,
    /// Used inside the service with a mark, never shown to participants.
    ToBeConfirmed,
    /// Checked, but found in others than people of this age.
    Weak,
    /// No publication: the program's own choice.
    Own,
}

impl Standing {
    pub fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Checked => s::checked(lang),
            Self::ToBeConfirmed => s::to_be_confirmed(lang),
            Self::Weak => s::weak(lang),
            Self::Own => s::own(lang),
        }
    }

    /// Of a table whose numbers have been held against their source, or not.
    pub const fn of(checked: bool) -> Self {
        if checked { Self::Checked } else { Self::ToBeConfirmed }
    }
}

/// A number of the rules, and where it was published.
pub struct SourceLine {
    pub what: &'static str,
    pub source: &'static str,
    pub standing: Standing,
}

/// The limits of points and bands, and what is known of age.
pub fn lines(lang: Lang) -> Vec<SourceLine> {
    use Standing::{Checked, Own, ToBeConfirmed};
    let line = |what, source, standing| SourceLine { what, source, standing };
    vec![
        line(s::points_balance(lang), "Guralnik 1994; PMC3032402; PMC8113335", Checked),
        line(s::points_gait(lang), "Guralnik 1994; PMC8113335 (4 m); PMC3032402 (3 m)", Checked),
        line(s::points_chair(lang), "Guralnik 1994; PMC8113335", Checked),
        line(s::bands_sppb(lang), "Guralnik 2000 (EPESE)", Checked),
        line(s::gait_slow(lang), "EWGSOP2 2019", Checked),
        line(s::gait_middle(lang), "Cesari 2009", Checked),
        line(s::tug_12(lang), "CDC; LOINC 89422-0", Checked),
        line(s::tug_135(lang), "Shumway-Cook 2000; PMC8453123", Checked),
        line(s::tug_20(lang), "EWGSOP2 2019", Checked),
        line(s::grip_low(lang), "EWGSOP2 2019", Checked),
        line(s::leg_5(lang), LEG_SOURCE, ToBeConfirmed),
        line(s::sppb_9(lang), "Bergland & Strand 2019", Checked),
        line(s::chair_15(lang), CHAIR_SOURCE, Checked),
        line(s::aging_sppb(lang), "Melsæter 2022 (HUNT4)", Checked),
        line(s::aging_gait(lang), "Melsæter 2022 (HUNT4)", Checked),
        line(s::aging_tug(lang), "PMC5223479; Svinøy 2021", Checked),
        line(s::limits(lang), s::limits_source(lang), Own),
    ]
}

/// Every table of reference values.
pub fn norms() -> impl Iterator<Item = (OutcomeMeasure, &'static NormTable)> {
    OutcomeMeasure::ALL.iter().filter_map(|outcome| Some((*outcome, norm_table(*outcome)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_nobody_has_checked_is_said_to_be_unconfirmed() {
        use OutcomeMeasure::{ArmCurlCurls, Step2Steps, Walk6Distance};
        for (outcome, table) in norms() {
            let standing = Standing::of(table.checked);
            let unchecked = matches!(outcome, ArmCurlCurls | Step2Steps | Walk6Distance);
            assert_eq!(standing == Standing::ToBeConfirmed, unchecked, "{outcome}");
        }
        assert!(Standing::ToBeConfirmed.words(Lang::En).contains("not shown to participants"));
    }

    #[test]
    fn what_is_known_of_age_is_told_with_its_numbers_in_each_language() {
        for lang in Lang::ALL {
            let told: Vec<_> = lines(lang).iter().map(|line| line.what.replace(',', ".")).collect();
            for number in ["0.27", "0.33", "13.9", "73.9", "0.25", "0.14"] {
                assert!(told.iter().any(|line| line.contains(number)), "{lang:?} {number}");
            }
        }
    }
}
