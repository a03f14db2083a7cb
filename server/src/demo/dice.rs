//! A small seeded generator: the same seed gives the same town on every machine and in every version of
//! every library. Not for secrets.

/// SplitMix64 (Steele, Lea and Flood 2014).
pub struct Dice(u64);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// 0 … `sides` − 1.
    pub fn below(&mut self, sides: usize) -> usize {
        let sides = u64::try_from(sides.max(1)).unwrap_or(1);
        usize::try_from(self.next() % sides).unwrap_or(0)
    }

    /// `least` … `most`, both possible.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        let sides = usize::try_from(most - least + 1).unwrap_or(1);
        least + i64::try_from(self.below(sides)).unwrap_or(0)
    }

    /// True `percent` times of a hundred.
    pub fn percent(&mut self, percent: i64) -> bool {
        self.between(0, 99) < percent
    }

    /// About normally distributed with mean 0 and standard deviation `spread` (a sum of twelve).
    pub fn normal(&mut self, spread: i64) -> i64 {
        let sum: i64 = (0..12).map(|_| self.between(0, 1000)).sum();
        (sum - 6000) * spread / 1000
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T], or: &'a T) -> &'a T {
        let at = self.below(from.len());
        from.get(at).unwrap_or(or)
    }

    pub fn word<'a>(&mut self, from: &[&'a str]) -> &'a str {
        self.pick(from, &"").to_owned()
    }
}

impl domain::ids::Chance for Dice {
    fn fill(&mut self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            for (byte, random) in chunk.iter_mut().zip(self.next().to_le_bytes()) {
                *byte = random;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_sequence() {
        let roll = |seed| {
            let mut dice = Dice::new(seed);
            (0..5).map(|_| dice.between(1, 6)).collect::<Vec<_>>()
        };
        assert_eq!(roll(7), roll(7));
        assert_ne!(roll(7), roll(8));
    }

    #[test]
    fn a_normal_value_has_the_wanted_spread() {
        let mut dice = Dice::new(1);
        let values: Vec<_> = (0..4000).map(|_| dice.normal(100)).collect();
        let mean = values.iter().sum::<i64>() / 4000;
        let variance = values.iter().map(|v| (v - mean).pow(2)).sum::<i64>() / 4000;
        assert!(mean.abs() < 8 && (90 * 90..110 * 110).contains(&variance), "{mean} {variance}");
    }
}
