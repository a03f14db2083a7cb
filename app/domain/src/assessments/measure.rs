//! Outcomes: the names under which results of functional-ability tests leave the program.

use super::quantity::{quantity, write_decimal};
use super::{Instrument, Item, self_report};
use crate::codes::codes;

codes! {
    /// What a test says, one value per participant and day. Integer units: points,
    /// mm/s, hundredths of a second (`chair5_time`), tenths of a second (TUG, single leg), tenths of a
    /// kilogram (grip), counts, metres, codes of self-report items.
    pub enum OutcomeMeasure {
        SppbBalance = "sppb_balance", SppbGait = "sppb_gait", SppbChair = "sppb_chair",
        SppbTotal = "sppb_total", SppbTotalNia = "sppb_total_nia",
        Gait4Speed = "gait4_speed", Gait10UsualSpeed = "gait10_usual_speed",
        Gait10MaximalSpeed = "gait10_maximal_speed", Chair5Time = "chair5_time", TugTime = "tug_time",
        Chair30Stands = "chair30_stands", GripBest = "grip_best", SingleLegTime = "single_leg_time",
        Walk6Distance = "walk6_distance", Step2Steps = "step2_steps", ArmCurlCurls = "arm_curl_curls",
        Srh = "srh", Falls12 = "falls12", FallInjury = "fall_injury", Walk500 = "walk500", Stairs1 = "stairs1",
        Fof = "fof", Lonely = "lonely", BriskMin = "brisk_min", StrengthDays = "strength_days",
        AidOut = "aid_out", Living = "living", Edu = "edu", IncomeOk = "income_ok",
    }
}

impl OutcomeMeasure {
    /// Decimals of the value in files: `chair5_time` has two, so 1240 is `12.40`.
    pub const fn decimals(self) -> u8 {
        match self {
            Self::Chair5Time => 2,
            Self::TugTime | Self::GripBest | Self::SingleLegTime => 1,
            _ => 0,
        }
    }

    /// The self-report item that this outcome repeats.
    pub fn self_report_item(self) -> Option<Item> {
        Item::from_code(self.code()).filter(|item| self_report::rule(*item).is_some())
    }

    /// A value as the export of scores writes it: `12.40`, `834`, `two_sticks`.
    pub fn write(self, value: i64) -> String {
        match self.self_report_item().and_then(|item| quantity(Instrument::SelfReport, item, None)) {
            Some(quantity) => quantity.write(value),
            None => write_decimal(value, self.decimals()),
        }
    }

    /// Whether another course length breaks the trend (docs/scoring.md, Comparability).
    pub const fn depends_on_course(self) -> bool {
        self.is_walk() || self.is_sppb_total()
    }

    /// Whether another walking aid breaks the trend (docs/scoring.md, Comparability).
    pub const fn depends_on_aid(self) -> bool {
        self.is_walk() || self.is_sppb_total() || matches!(self, Self::TugTime)
    }

    const fn is_walk(self) -> bool {
        matches!(
            self,
            Self::SppbGait | Self::Gait4Speed | Self::Gait10UsualSpeed | Self::Gait10MaximalSpeed | Self::Walk6Distance
        )
    }

    const fn is_sppb_total(self) -> bool {
        matches!(self, Self::SppbTotal | Self::SppbTotalNia)
    }
}
