//! How old those were, and how many of them women, who were tested again and who were missed (docs/outcomes.md, A model of
//! all measurements).

use super::super::figures::{Profile, Profiles, Share};
use super::{Gate, Shown, Step};
use crate::rounding::rounded;

/// Ages are told in whole years: the mean of fewer than ten people more or less is then never known to a year and a half.
const WHOLE_YEARS: f64 = 1.0;

/// Those of one side as they were when they started.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct ProfileNumbers {
    n: u64,
    /// Of those whose age is known, and how many these are.
    years: f64,
    aged: u64,
    women: u64,
    men: u64,
}

impl ProfileNumbers {
    /// Somebody with so many years, and whether they are a woman, where that is known.
    pub fn add(&mut self, years: Option<f64>, is_woman: Option<bool>) {
        self.n += 1;
        self.years += years.unwrap_or_default();
        self.aged += u64::from(years.is_some());
        self.women += u64::from(is_woman == Some(true));
        self.men += u64::from(is_woman == Some(false));
    }
}

impl Gate {
    /// Of both sides or of none: how many of all who were due are women may be known, as strata tell it.
    pub fn profiles(&self, [retested, missed]: &[ProfileNumbers; 2]) -> Option<Profiles> {
        let told = [retested, missed].map(|side| self.may_tell_profile(side));
        let may_tell = if self.steps.takes(Step::ProfilesTogether) { told == [true; 2] } else { told.contains(&true) };
        let side = |at: usize, numbers| if told[at] { self.profile(numbers) } else { hidden() };
        may_tell.then(|| Profiles { retested: side(0, retested), missed: side(1, missed) })
    }

    /// How many of those who were missed had left: whether the others had refused or were never asked stands nowhere. Where
    /// few were tested again, they would follow from those who were due.
    pub fn missed(&self, left: u64, missed: u64, retested: u64) -> Option<Share> {
        let told = self.share(left, missed);
        (told.share.value().is_some() && !self.is_small(retested)).then_some(told)
    }

    fn may_tell_profile(&self, side: &ProfileNumbers) -> bool {
        side.aged > 0 && !self.is_few(side.aged) && self.passes_as_share(side.women, side.women + side.men)
    }

    fn profile(&self, side: &ProfileNumbers) -> Profile {
        let years = (side.aged > 0).then(|| rounded(side.years / side.aged as f64, WHOLE_YEARS));
        let women = self.share(side.women, side.women + side.men);
        Profile { n: self.count(side.n), age: Shown::or_undefined(years), women }
    }
}

fn hidden() -> Profile {
    let women = Share { x: Shown::HIDDEN, n: Shown::HIDDEN, share: Shown::HIDDEN, ci: Shown::HIDDEN };
    Profile { n: Shown::HIDDEN, age: Shown::HIDDEN, women }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::dataset::Settings;

    /// So many women of 80.6 years, men of 84.6, and others of whom neither is known.
    fn side([women, men, unknown]: [u64; 3]) -> ProfileNumbers {
        let mut side = ProfileNumbers::default();
        (0..women).for_each(|_| side.add(Some(80.6), Some(true)));
        (0..men).for_each(|_| side.add(Some(84.6), Some(false)));
        (0..unknown).for_each(|_| side.add(None, None));
        side
    }

    #[test]
    fn both_sides_are_told_with_those_who_are_known_or_neither_is() {
        let told = |retested: [u64; 3], missed: [u64; 3]| {
            let both = Gate::new(&Settings::default()).profiles(&[side(retested), side(missed)])?;
            let numbers = |of: &Profile| {
                let women = [&of.women.x, &of.women.n].map(|count| count.value().copied());
                (of.n.value().copied(), of.age.value().copied(), women)
            };
            Some([&both.retested, &both.missed].map(numbers))
        };
        let both = told([15, 5, 0], [6, 6, 2]);
        let retested = (Some(20), Some(82.0), [Some(15), Some(20)]);
        assert_eq!(both, Some([retested, (Some(14), Some(83.0), [Some(6), Some(12)])]));
        // Too few men, women or people on either side, and nobody on one.
        for (retested, missed) in [
            ([15, 4, 0], [6, 6, 0]),
            ([15, 5, 0], [3, 9, 0]),
            ([15, 5, 0], [5, 4, 9]),
            ([15, 5, 0], [0, 0, 0]),
            ([0, 0, 30], [6, 6, 0]),
        ] {
            assert_eq!(told(retested, missed), None, "{retested:?} {missed:?}");
        }
        assert!(told([20, 0, 0], [6, 6, 0]).is_some(), "all of twenty");
    }

    #[test]
    fn who_had_left_is_told_of_enough_who_were_missed_and_where_those_tested_again_do_not_follow() {
        let told = |left, missed, retested| {
            let told = Gate::new(&Settings::default()).missed(left, missed, retested)?;
            Some((*told.x.value()?, *told.n.value()?))
        };
        assert_eq!(told(6, 12, 30), Some((6, 12)));
        assert_eq!(told(6, 12, 0), Some((6, 12)), "nobody was tested again");
        assert_eq!(told(0, 20, 30), Some((0, 20)));
        for (left, missed, retested) in [(4, 12, 30), (8, 12, 30), (0, 12, 30), (5, 9, 30), (0, 0, 30), (6, 12, 3)] {
            assert_eq!(told(left, missed, retested), None, "{left} {missed} {retested}");
        }
    }
}
