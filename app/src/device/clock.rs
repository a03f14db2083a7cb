//! The browser's clock and randomness, behind the domain's parameters.

use domain::ids::Chance;
use domain::time::{Clock, Day, Instant, TimeOfDay};

/// The tablet's wall clock. It may be wrong; the HLC and the server's time keep order regardless.
#[derive(Clone, Copy, Default, Debug)]
pub struct BrowserClock;

impl Clock for BrowserClock {
    fn now(&self) -> Instant {
        Instant::from_millis(js_sys::Date::now() as i64)
    }
}

impl BrowserClock {
    /// Day and time of day in Finland: a tablet set to another zone still opens today's session.
    pub fn local(&self) -> (Day, TimeOfDay) {
        self.now().in_finland()
    }
}

/// The browser's cryptographic randomness.
#[derive(Clone, Copy, Default, Debug)]
pub struct BrowserChance;

impl Chance for BrowserChance {
    fn fill(&mut self, buffer: &mut [u8]) {
        // A browser without randomness cannot make ids; ids of zeros would collide and be refused as reused.
        if getrandom::fill(buffer).is_err() {
            buffer.fill(0);
        }
    }
}

impl BrowserChance {
    /// An even draw from 0 ≤ x < 1, for jitter.
    pub fn fraction(&mut self) -> f64 {
        let mut bytes = [0; 4];
        self.fill(&mut bytes);
        f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
    }
}
