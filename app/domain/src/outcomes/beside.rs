//! Strata beside each other (docs/outcomes.md, Strata): everybody is in one cell of each. Where a cell of one lies within
//! those of another, or they within it, the mean of the few who are left would follow from the told ones.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::compute::numbers_by;
use super::dataset::{Dataset, Settings};
use super::equity::{StratumBy, cell, cells};
use super::figures::StratumCell;
use super::follow_up::FollowUps;
use super::person::Person;
use super::publishing::tells_mean;
use super::suppression::{Gate, Step, StratumNumbers};
use crate::assessments::OutcomeMeasure;

/// One stratum with its exact numbers.
pub(super) struct Divided {
    pub by: StratumBy,
    pub numbers: Vec<StratumNumbers>,
    /// The place of the cell of everybody who was compared; of all strata the same people in the same order.
    places: Vec<usize>,
}

impl Divided {
    /// Participants with a visit in the period, by cell; nothing where there is no cell.
    pub fn of(
        by: StratumBy,
        data: &Dataset,
        people: &[Person],
        follow: &FollowUps,
        settings: &Settings,
    ) -> Option<Self> {
        let values = cells(by, &settings.areas);
        let cell = |person: &Person| cell(by, &data.participants[person.index], person.first_visit, &settings.areas);
        let compared = people.iter().zip(&follow.sppb).filter(|(person, points)| person.visits > 0 && points.is_some());
        let places = compared.filter_map(|(person, _)| values.iter().position(|value| *value == cell(person)));
        let places = places.collect();
        (!values.is_empty()).then(|| Self { by, numbers: numbers_by(&values, people, follow, cell), places })
    }

    /// The greater, the sooner it is hidden: areas can be set otherwise, and men and Swedish speakers are not hidden for the
    /// sake of a few.
    const fn yields(&self) -> u8 {
        match self.by {
            StratumBy::Sex => 0,
            StratumBy::Language => 1,
            StratumBy::AgeBand => 2,
            StratumBy::LivingAlone => 3,
            StratumBy::Education => 4,
            StratumBy::IncomeOk => 5,
            StratumBy::Area => 6,
        }
    }
}

/// The cells of all strata; further means are hidden until none tells that of a few beside those of another stratum.
pub(super) fn cells_of(divided: &[Divided], hide_means: bool, gate: &Gate) -> Vec<Vec<StratumCell>> {
    let crossed = Crossed::of(divided);
    let mut withheld: Vec<Vec<bool>> = divided.iter().map(|one| vec![false; one.numbers.len()]).collect();
    loop {
        let of_one = |(one, withheld): (&Divided, &Vec<bool>)| gate.stratum_without(&one.numbers, hide_means, withheld);
        let all: Vec<Vec<StratumCell>> = divided.iter().zip(&withheld).map(of_one).collect();
        let found = gate.steps.takes(Step::StrataBesideStrata).then(|| crossed.telling(divided, &all)).flatten();
        let Some((stratum, cell)) = found else { return all };
        withheld[stratum][cell] = true;
    }
}

/// The place of a stratum, and that of a cell in it.
type CellAt = (usize, usize);

/// How many compared people each two cells have in common.
struct Crossed {
    /// Where the cells of each stratum begin among all cells.
    first: Vec<usize>,
    all: usize,
    people: Vec<u64>,
}

impl Crossed {
    fn of(divided: &[Divided]) -> Self {
        let mut all = 0;
        let mut first = Vec::with_capacity(divided.len());
        for one in divided {
            first.push(all);
            all += one.numbers.len();
        }
        let mut people = vec![0; all * all];
        for person in 0..divided.first().map_or(0, |one| one.places.len()) {
            let own: Vec<usize> = divided.iter().zip(&first).map(|(one, first)| first + one.places[person]).collect();
            for row in &own {
                own.iter().for_each(|column| people[row * all + column] += 1);
            }
        }
        Self { first, all, people }
    }

    fn both(&self, a: CellAt, b: CellAt) -> u64 {
        let at = |(stratum, cell): CellAt| self.first[stratum] + cell;
        self.people[at(a) * self.all + at(b)]
    }

    /// A cell whose mean must be hidden: of those that tell together one of the stratum that yields first, of these the
    /// smallest.
    fn telling(&self, divided: &[Divided], all: &[Vec<StratumCell>]) -> Option<CellAt> {
        let told: BTreeMap<CellAt, u64> = (0..)
            .zip(all)
            .flat_map(|(stratum, cells)| (0..).zip(cells).map(move |(cell, of)| ((stratum, cell), of)))
            .filter_map(|(place, of)| Some((place, of.sppb_change_m3.people()?)))
            .collect();
        let pairs = told.keys().flat_map(|one| (0..divided.len()).map(move |other| (*one, other)));
        let mut sets = pairs.filter(|(one, other)| one.0 != *other).flat_map(|(one, other)| {
            let cells = (0..divided[other].numbers.len()).map(|cell| (other, cell));
            let touching: Vec<CellAt> = cells.filter(|cell| self.both(*cell, one) > 0).collect();
            [self.within(&touching, one, &told), covering(&touching, &told)].map(|others| (one, others))
        });
        let tells = |(one, others): &(CellAt, Vec<CellAt>)| {
            let (n, of_others) = (told[one], others.iter().map(|other| told[other]).sum::<u64>());
            !others.is_empty() && tells_mean(OutcomeMeasure::SppbTotal, n + of_others, n.abs_diff(of_others))
        };
        let (one, others) = sets.find(tells)?;
        let which = others.into_iter().chain([one]);
        which.max_by_key(|place| (divided[place.0].yields(), Reverse(told[place])))
    }

    /// The told ones of these cells of which everybody is in the other one.
    fn within(&self, cells: &[CellAt], one: CellAt, told: &BTreeMap<CellAt, u64>) -> Vec<CellAt> {
        let is_within =
            |cell: &&CellAt| told.contains_key(*cell) && self.both(**cell, **cell) == self.both(**cell, one);
        cells.iter().filter(is_within).copied().collect()
    }
}

/// These cells, in which everybody of another is; none where one of them is not told.
fn covering(cells: &[CellAt], told: &BTreeMap<CellAt, u64>) -> Vec<CellAt> {
    if cells.iter().all(|cell| told.contains_key(cell)) { cells.to_vec() } else { Vec::new() }
}
