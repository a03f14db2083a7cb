//! How many are in groups, or wait, by two or three divisions into areas on one day: everybody knows which postal codes
//! belong to which area, and how many there are in all.

use std::collections::BTreeSet;

use super::super::areas::{AreaPlan, WantedArea};
use super::super::dataset::Area;
use super::super::need::{Home, by_area};
use super::super::suppression::{Step, Steps};
use super::counts::is_small;
use super::gate;

/// Postal codes of which it is known how many live in each; what is in none of them is one more part.
const CODES: [&str; 3] = ["1", "2", "3"];
/// A number for each part.
type Parts = [u64; CODES.len() + 1];

/// The areas that are told of one division, and whether those that are not are known to be somebody.
struct Told {
    /// The cell of each part.
    cells: [usize; CODES.len() + 1],
    counts: Vec<Option<u64>>,
    total: Option<u64>,
    is_somebody_hidden: bool,
}

impl Told {
    /// Whether so many in each part look the same.
    fn allows(&self, parts: &Parts) -> bool {
        let mut sums = vec![0_u64; self.counts.len()];
        self.cells.iter().zip(parts).for_each(|(cell, people)| sums[*cell] += people);
        let fits = |(told, sum): (&Option<u64>, &u64)| match told {
            Some(told) => told == sum,
            None => *sum > 0 || !self.is_somebody_hidden,
        };
        self.total.is_none_or(|total| total == parts.iter().sum::<u64>()) && self.counts.iter().zip(&sums).all(fits)
    }
}

/// Areas by the place of the one that each postal code is in; none where it is 0.
fn areas(places: [usize; CODES.len()]) -> Vec<Area> {
    let named = |place: usize| {
        let codes = CODES.iter().zip(places).filter(|(_, of)| *of == place).map(|(code, _)| (*code).to_owned());
        Area { name: format!("Area {place}"), postal_codes: codes.collect() }
    };
    (1..=CODES.len()).map(named).filter(|area| !area.postal_codes.is_empty()).collect()
}

fn homes(parts: &Parts) -> Vec<Home> {
    let codes = CODES.iter().map(|code| Some((*code).to_owned())).chain([None]);
    let of_part = |(postal_code, people): (Option<String>, &u64)| {
        (0..*people).map(move |_| Home { postal_code: postal_code.clone(), waits: true })
    };
    codes.zip(parts).flat_map(of_part).collect()
}

/// What is told one after another on one day, each division beside those before it.
fn told(divisions: &[Vec<Area>], parts: &Parts, steps: Steps) -> Vec<Told> {
    let homes = homes(parts);
    let one = |at: usize| {
        let areas = &divisions[at];
        let table = by_area(&gate(steps), areas, &divisions[..at], &[], &homes);
        let place = |code: &str| areas.iter().position(|area| area.postal_codes.iter().any(|one| one == code));
        let cell = |part: usize| CODES.get(part).copied().and_then(place).unwrap_or(areas.len());
        let counts: Vec<Option<u64>> = table.rows.iter().map(|row| row.waiting.value().copied()).collect();
        // Alone a division hides nobody but where there is somebody, unless it hides all.
        let is_somebody_hidden = at == 0 && table.all.waiting.value().is_some();
        let total = table.all.waiting.value().copied();
        Told { cells: std::array::from_fn(cell), counts, total, is_somebody_hidden }
    };
    (0..divisions.len()).map(one).collect()
}

/// Every number of people in each part that looks the same from outside.
fn alike(told: &[Told]) -> Vec<Parts> {
    let Some(total) = told.iter().find_map(|told| told.total) else { return Vec::new() };
    let mut found = Vec::new();
    for one in 0..=total {
        for two in 0..=total - one {
            for three in 0..=total - one - two {
                let parts = [one, two, three, total - one - two - three];
                if told.iter().all(|told| told.allows(&parts)) {
                    found.push(parts);
                }
            }
        }
    }
    found
}

/// A few in one postal code, or in an area of one of the divisions, of whom there can be no more and no fewer.
fn found(divisions: &[Vec<Area>], parts: &Parts, steps: Steps) -> Vec<String> {
    let told = told(divisions, parts, steps);
    let alike = alike(&told);
    let Some((first, others)) = alike.split_first() else { return Vec::new() };
    let mut sets: BTreeSet<Vec<usize>> = (0..parts.len()).map(|part| vec![part]).collect();
    for told in &told {
        let of_cell = |cell: usize| (0..parts.len()).filter(|part| told.cells[*part] == cell).collect::<Vec<usize>>();
        sets.extend((0..told.counts.len()).map(of_cell));
    }
    let sum = |parts: &Parts, set: &[usize]| set.iter().map(|part| parts[*part]).sum::<u64>();
    let is_known = |set: &Vec<usize>| {
        let people = sum(first, set);
        is_small(people) && others.iter().all(|other| sum(other, set) == people)
    };
    sets.into_iter().filter(is_known).map(|set| format!("{} in {set:?} of {parts:?}", sum(parts, &set))).collect()
}

/// Numbers and divisions by chance, but always the same.
fn case(number: u64) -> (Vec<Vec<Area>>, Parts) {
    let mut state = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut below = |limit: u64| {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % limit
    };
    let parts = std::array::from_fn(|_| if below(2) == 0 { below(6) } else { below(13) });
    let divisions = (0..2 + below(2)).map(|_| areas(std::array::from_fn(|_| usize::try_from(below(4)).unwrap())));
    (divisions.collect(), parts)
}

pub(super) fn step_is_needed() {
    const CASES: u64 = 1_000;
    let all =
        |steps: Steps| (0..CASES).map(case).flat_map(move |(divisions, parts)| found(&divisions, &parts, steps)).next();
    assert_eq!(all(Steps::ALL), None);
    assert!(all(Steps::all_but(Step::DivisionsBeside)).is_some());
}

fn cut(codes: [&[&str]; 2]) -> Vec<WantedArea> {
    let area = |(name, codes): (&str, &[&str])| WantedArea {
        was: None,
        name: name.to_owned(),
        postal_codes: codes.iter().map(|code| (*code).to_owned()).collect(),
    };
    ["North", "South"].into_iter().zip(codes).map(area).collect()
}

/// What the officer does: cuts the areas, has a year's figures put together, cuts them again, and has those of the next
/// year put together, all on one day.
#[test]
fn two_cuts_on_one_day_would_tell_of_a_few() {
    let first = AreaPlan::default().with(&cut([&["1"], &["2"]]), &BTreeSet::new());
    assert_eq!(first.of_need(&BTreeSet::new(), 2026), None, "they could be cut again");
    let told = BTreeSet::from([2025]);
    let second = first.with(&cut([&["1", "2"], &["3"]]), &told);
    let before = first.of_need(&told, 2026).unwrap();
    assert_eq!(second.of_need(&told, 2026).as_ref(), Some(&before), "no page has told figures by the second ones");
    let after = second.of_need(&BTreeSet::from([2025, 2026]), 2026).unwrap();
    assert_eq!((after.year, &after.others), (2026, &vec![before.areas.clone()]));
    let (divisions, parts) = ([before.areas, after.areas], [9, 2, 0, 6]);
    assert_eq!(found(&divisions, &parts, Steps::ALL), Vec::<String>::new());
    let without = found(&divisions, &parts, Steps::all_but(Step::DivisionsBeside));
    assert!(!without.is_empty(), "eleven, less nine");
}
