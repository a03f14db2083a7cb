//! Gaps in coming (docs/outcomes.md, Strata): how many of a disadvantaged group and of the others came to three quarters of
//! what was offered. How many of everybody did is told beside them.

use super::super::equity::StratumBy;
use super::super::figures::ComingGap;
use super::super::statistics::{Estimate, katz, newcombe};
use super::lines::is_small;
use super::{Gate, Step, interval, real};

/// Gaps that are followed.
const GAPS: usize = 3;

/// On which side of a gap somebody is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    Group,
    Others,
    /// Not told, or neither.
    Rest,
}

impl Side {
    const ALL: [Self; 3] = [Self::Group, Self::Others, Self::Rest];
}

/// Somebody to whom enough was offered: the side of each gap, and whether they came to three quarters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Coming {
    pub sides: [Side; GAPS],
    pub is_good: bool,
}

/// How many of how many came well.
type CameWell = (u64, u64);

impl Gate {
    /// The gaps that may be told, of those by these divisions; none where two of them would leave a few people.
    pub fn coming(&self, by: [StratumBy; GAPS], people: &[Coming]) -> Vec<ComingGap> {
        let parts: [[CameWell; 3]; GAPS] = std::array::from_fn(|gap| Side::ALL.map(|side| part(people, gap, side)));
        let told: Vec<usize> = (0..GAPS).filter(|gap| self.may_tell(&parts[*gap])).collect();
        let mut pairs = told.iter().flat_map(|a| told.iter().map(move |b| (*a, *b))).filter(|(a, b)| a != b);
        if self.steps.takes(Step::ComingBeside) && pairs.any(|(a, b)| leaves_few(people, (a, b), self.k)) {
            return Vec::new();
        }
        told.iter().map(|gap| self.coming_gap(by[*gap], &parts[*gap])).collect()
    }

    /// Each of the three parts of everybody is one that may be told.
    fn may_tell(&self, [group, others, rest]: &[CameWell; 3]) -> bool {
        let passes = |part: &CameWell| self.passes_as_share(part.0, part.1);
        passes(group) && passes(others) && (rest.1 == 0 || passes(rest))
    }

    fn coming_gap(&self, by: StratumBy, [group, others, _]: &[CameWell; 3]) -> ComingGap {
        let (difference, ratio) = (newcombe(*others, *group), katz(*group, *others));
        let value = |of: Option<Estimate>| real(of.map(|of| of.value));
        let ends = |of: Option<Estimate>| interval(of.map(|of| of.interval));
        ComingGap {
            by,
            group: self.share(group.0, group.1),
            others: self.share(others.0, others.1),
            difference: value(difference),
            difference_ci: ends(difference),
            ratio: value(ratio),
            ratio_ci: ends(ratio),
        }
    }
}

fn part(people: &[Coming], gap: usize, side: Side) -> CameWell {
    let of_side = people.iter().filter(|person| person.sides[gap] == side);
    of_side.fold((0, 0), |(good, n), person| (good + u64::from(person.is_good), n + 1))
}

/// Whether some sides of one gap lie within some of the other, and few of these are left: how many of the few came well
/// would follow.
fn leaves_few(people: &[Coming], (a, b): (usize, usize), k: u64) -> bool {
    let both = |of_a: Side, of_b: Side| {
        people.iter().filter(|person| (person.sides[a], person.sides[b]) == (of_a, of_b)).fold(0, |n, _| n + 1)
    };
    let both: [[u64; 3]; 3] = Side::ALL.map(|of_a| Side::ALL.map(|of_b| both(of_a, of_b)));
    let cells = || (0..3).flat_map(|of_a| (0..3).map(move |of_b| (of_a, of_b)));
    // Each set of sides is a bit for each of them.
    let has = |set: u8, side: usize| (set >> side) & 1 == 1;
    let sum = |wanted: &dyn Fn(usize, usize) -> bool| -> u64 {
        cells().filter(|(of_a, of_b)| wanted(*of_a, *of_b)).map(|(of_a, of_b)| both[of_a][of_b]).sum()
    };
    let sets = || 1..7_u8;
    sets().flat_map(|less| sets().map(move |more| (less, more))).any(|(less, more)| {
        let is_within = sum(&|of_a, of_b| has(less, of_a) && !has(more, of_b)) == 0;
        is_within && is_small(sum(&|of_a, of_b| !has(less, of_a) && has(more, of_b)), k)
    })
}

#[cfg(test)]
mod tests {
    use super::super::Steps;
    use super::*;

    const GATE: Gate = Gate { k: 5, basis: 10, steps: Steps::ALL };
    const BY: [StratumBy; 3] = [StratumBy::LivingAlone, StratumBy::Education, StratumBy::IncomeOk];

    /// So many on each side of the first gap, of whom so many came well; of the others nothing is known.
    fn first_gap(parts: [CameWell; 3]) -> Vec<ComingGap> {
        let people = Side::ALL.into_iter().zip(parts).flat_map(|(side, (good, n))| {
            (0..n).map(move |i| Coming { sides: [side, Side::Rest, Side::Rest], is_good: i < good })
        });
        GATE.coming(BY, &people.collect::<Vec<_>>())
    }

    #[test]
    fn both_the_difference_and_the_ratio_are_told_with_their_intervals() {
        // 45 and 60 per cent.
        let [gap]: [ComingGap; 1] = first_gap([(18, 40), (36, 60), (0, 0)]).try_into().unwrap();
        let rounded = |value: Option<&f64>| value.map(|value| (value * 1000.0).round());
        assert_eq!([rounded(gap.difference.value()), rounded(gap.ratio.value())], [Some(150.0), Some(750.0)]);
        let ends = |ci: Option<&crate::outcomes::statistics::Interval>| {
            ci.map(|ci| [ci.lo, ci.hi].map(|end| (end * 1000.0).round()))
        };
        assert_eq!(ends(gap.difference_ci.value()), Some([-47.0, 333.0]));
        assert_eq!(gap.by, StratumBy::LivingAlone);
    }

    #[test]
    fn no_part_of_everybody_is_too_small_to_be_told() {
        for parts in [
            [(4, 40), (36, 60), (0, 0)],
            [(18, 40), (57, 60), (0, 0)],
            [(5, 9), (36, 60), (0, 0)],
            [(18, 40), (36, 60), (1, 3)],
            [(18, 40), (36, 60), (3, 30)],
        ] {
            assert_eq!(first_gap(parts), [], "{parts:?}");
        }
        assert_eq!(first_gap([(18, 40), (36, 60), (10, 20)]).len(), 1);
    }
}
