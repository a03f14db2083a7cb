//! Walking speed from distance and time, without a fraction ever being rounded before it is compared.

use serde::{Deserialize, Serialize};

use crate::codes::codes;

codes! {
    /// Usual-pace bands (docs/scoring.md, Speeds): under 0.8 m/s, 0.8 to under 1.0, 1.0 and over; by the unrounded
    /// speed.
    pub enum SpeedBand { Slow = "under_0_8", Middle = "0_8_to_1_0", Brisk = "1_0_and_over" }
}

/// A distance walked in a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Walk {
    metres: i64,
    time_cs: i64,
}

impl Walk {
    /// `time_cs` in hundredths of a second; nothing for a time that is not above zero, or over 100 000 s.
    pub fn new(metres: u16, time_cs: i64) -> Option<Self> {
        (1..=10_000_000).contains(&time_cs).then_some(Self { metres: i64::from(metres), time_cs })
    }

    /// Whole millimetres a second, halves upwards: the unit of change (docs/scoring.md, Meaningful change).
    pub const fn mm_per_s(self) -> i64 {
        self.per_second(1000)
    }

    /// Whole centimetres a second, halves upwards: the two decimals shown.
    pub const fn cm_per_s(self) -> i64 {
        self.per_second(100)
    }

    const fn per_second(self, parts: i64) -> i64 {
        (2 * self.metres * 100 * parts + self.time_cs).div_euclid(2 * self.time_cs)
    }

    pub const fn band(self) -> SpeedBand {
        if self.metres * 1000 < 8 * self.time_cs {
            SpeedBand::Slow
        } else if self.metres * 100 < self.time_cs {
            SpeedBand::Middle
        } else {
            SpeedBand::Brisk
        }
    }

    /// At most 0.8 m/s, the limit of EWGSOP2 2019; exactly 0.8 counts.
    pub const fn is_ewgsop2_low(self) -> bool {
        self.metres * 1000 <= 8 * self.time_cs
    }
}
