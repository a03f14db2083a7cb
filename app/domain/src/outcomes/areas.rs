//! A municipality's areas over the years, and how they may change (docs/outcomes.md, Areas): figures of one year never
//! stand on two divisions, since the few who are in one area of the first and in another of the second would follow.

use std::collections::{BTreeMap, BTreeSet};

use super::dataset::Area;
use super::equity::OTHER_OR_UNKNOWN;
use super::tile_map::TilePlaces;
use crate::names::search_key;

/// Postal codes by the name of the area.
pub type Division = BTreeMap<String, Vec<String>>;

/// The divisions of a municipality.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AreaPlan {
    /// Of all years before the first of `later`.
    pub first: Division,
    /// By the first year of which figures are told by it.
    pub later: BTreeMap<i32, Division>,
    /// Names that areas had before, each with what that area is called now: no other area may have them, or two areas of
    /// two pages would seem to be one.
    pub former: BTreeMap<String, String>,
}

/// An area as it is to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WantedArea {
    /// What it is called until now; nothing where it is new.
    pub was: Option<String>,
    pub name: String,
    pub postal_codes: Vec<String>,
}

/// The areas by which places and need are told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NeedAreas {
    /// Of whose figures these are the areas.
    pub year: i32,
    pub areas: Vec<Area>,
    /// Those of every other year of which figures by area were told: the same people were told by them, or may have been.
    pub others: Vec<Vec<Area>>,
}

/// Why an area cannot be as it is wanted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AreaFault {
    /// Another of the wanted ones is called so.
    NameTwice,
    /// Another area is, or was, called so; or the word means what is in no area.
    NameTaken,
    /// Another of the wanted ones has this postal code.
    CodeTwice(String),
}

impl AreaPlan {
    /// The areas by which figures of that year are divided, in the order of their names.
    pub fn of_year(&self, year: i32) -> Vec<Area> {
        let area = |(name, codes): (&String, &Vec<String>)| Area { name: name.clone(), postal_codes: codes.clone() };
        self.division_of(year).iter().map(area).collect()
    }

    fn division_of(&self, year: i32) -> &Division {
        self.later.range(..=year).next_back().map_or(&self.first, |(_, division)| division)
    }

    /// The division that was set last.
    pub fn newest(&self) -> &Division {
        self.later.values().next_back().unwrap_or(&self.first)
    }

    /// What areas are called in figures of that year, and of those to come.
    pub fn names_from(&self, year: i32) -> Vec<String> {
        let later = self.later.range(year..).map(|(_, division)| division);
        let names: BTreeSet<&String> =
            [self.division_of(year)].into_iter().chain(later).flat_map(Division::keys).collect();
        names.into_iter().cloned().collect()
    }

    /// What is wrong with these areas, each with its place among them.
    pub fn faults(&self, wanted: &[WantedArea]) -> Vec<(usize, AreaFault)> {
        let of = |(at, area): (usize, &WantedArea)| {
            let before = wanted.get(..at).unwrap_or_default();
            let name = if before.iter().any(|other| search_key(&other.name) == search_key(&area.name)) {
                Some(AreaFault::NameTwice)
            } else {
                self.is_taken(area, wanted).then_some(AreaFault::NameTaken)
            };
            let is_there = |code: &&String| before.iter().any(|other| other.postal_codes.contains(code));
            let code = area.postal_codes.iter().find(is_there).cloned().map(AreaFault::CodeTwice);
            [name, code].into_iter().flatten().map(move |fault| (at, fault)).collect::<Vec<_>>()
        };
        wanted.iter().enumerate().flat_map(of).collect()
    }

    /// Whether the name belongs to another area, of whatever year. Somebody new may have that of an area that is left out:
    /// it is that area again.
    fn is_taken(&self, area: &WantedArea, wanted: &[WantedArea]) -> bool {
        let name = &area.name;
        if area.was.as_ref() == Some(name) {
            return false;
        }
        if name == OTHER_OR_UNKNOWN || name == "unknown" {
            return true;
        }
        let had = self.former.get(name).is_some_and(|now| Some(now) != area.was.as_ref());
        let divisions = || [&self.first].into_iter().chain(self.later.values());
        let is_anothers = area.was.is_some() && divisions().any(|division| division.contains_key(name));
        had || is_anothers || wanted.iter().any(|other| other.was.as_ref() == Some(name))
    }

    /// The first year of which figures are told by a division that is set now: that after the last one of which figures by
    /// area were `told`. Nothing: every year, since there are none.
    pub fn holds_from(told: &BTreeSet<i32>) -> Option<i32> {
        told.last().map(|year| year + 1)
    }

    /// The areas by which places and need are told in `year`: those of the last year of which figures by area were `told`,
    /// which do not change any more. Nothing: there is no such year, and what was set could be set anew every day.
    pub fn of_need(&self, told: &BTreeSet<i32>, year: i32) -> Option<NeedAreas> {
        let year = *told.range(..=year).next_back()?;
        let others = told.iter().filter(|other| **other != year).map(|other| self.of_year(*other)).collect();
        Some(NeedAreas { year, areas: self.of_year(year), others })
    }

    /// The plan with these areas, of whom none is at fault. What is called otherwise is so in every year; all else holds from
    /// the first year of which nothing by area was told.
    #[must_use]
    pub fn with(&self, wanted: &[WantedArea], told: &BTreeSet<i32>) -> Self {
        let mut plan = self.clone();
        for area in wanted {
            if let Some(was) = area.was.as_ref().filter(|was| **was != area.name) {
                plan.rename(was, &area.name);
            }
        }
        let division = division(wanted);
        if *plan.newest() == division {
            return plan;
        }
        match Self::holds_from(told) {
            None => (plan.first, plan.later) = (division, BTreeMap::new()),
            Some(year) => {
                plan.later.retain(|other, _| *other < year);
                if *plan.newest() != division {
                    plan.later.insert(year, division);
                }
            }
        }
        plan
    }

    fn rename(&mut self, was: &str, name: &str) {
        for division in [&mut self.first].into_iter().chain(self.later.values_mut()) {
            if let Some(codes) = division.remove(was) {
                division.insert(name.to_owned(), codes);
            }
        }
        self.former.remove(name);
        self.former.values_mut().filter(|now| *now == was).for_each(|now| name.clone_into(now));
        self.former.insert(was.to_owned(), name.to_owned());
    }

    /// Where areas stand on the map: these of `areas` as they are chosen, others as `before`. Each stands there under the
    /// names that it had, too: pages that were frozen have those.
    pub fn places(&self, areas: &[String], chosen: &TilePlaces, before: &TilePlaces) -> TilePlaces {
        let gone = before.iter().filter(|(name, _)| !areas.contains(name) && !self.former.contains_key(*name));
        let mut places: TilePlaces = gone.chain(chosen).map(|(name, place)| (name.clone(), *place)).collect();
        for (had, name) in &self.former {
            if let Some(place) = places.get(name).copied() {
                places.insert(had.clone(), place);
            }
        }
        places
    }

    /// The same places, those of areas that have another name now under that, too.
    pub fn carried(&self, places: &TilePlaces) -> TilePlaces {
        let mut carried = places.clone();
        for (had, name) in &self.former {
            if let Some(place) = places.get(had) {
                carried.entry(name.clone()).or_insert(*place);
            }
        }
        carried
    }
}

/// The division into these areas; postal codes in their order, each once.
pub fn division(wanted: &[WantedArea]) -> Division {
    let codes = |area: &WantedArea| area.postal_codes.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect();
    wanted.iter().map(|area| (area.name.clone(), codes(area))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::tile_map::TilePlace;

    fn area(was: &str, name: &str, codes: &[&str]) -> WantedArea {
        let was = Some(was.to_owned()).filter(|was| !was.is_empty());
        WantedArea { was, name: name.to_owned(), postal_codes: codes.iter().map(|code| (*code).to_owned()).collect() }
    }

    fn names(plan: &AreaPlan, year: i32) -> String {
        let area = |area: Area| format!("{} {}", area.name, area.postal_codes.join(" "));
        plan.of_year(year).into_iter().map(area).collect::<Vec<_>>().join(", ")
    }

    fn two() -> AreaPlan {
        AreaPlan::default().with(&[area("", "North", &["2", "1"]), area("", "South", &["3"])], &BTreeSet::new())
    }

    fn told(years: &[i32]) -> BTreeSet<i32> {
        years.iter().copied().collect()
    }

    #[test]
    fn until_something_was_told_a_division_holds_for_every_year() {
        let plan = two();
        assert_eq!([2020, 2026].map(|year| names(&plan, year)), ["North 1 2, South 3"; 2]);
        let plan = plan.with(&[area("North", "North", &["1"]), area("South", "South", &["2", "3"])], &told(&[]));
        assert_eq!([2020, 2026].map(|year| names(&plan, year)), ["North 1, South 2 3"; 2]);
        assert!(plan.later.is_empty() && plan.former.is_empty());
    }

    #[test]
    fn figures_of_a_year_keep_the_division_by_which_they_were_told() {
        let moved = [area("North", "North", &["1"]), area("South", "South", &["2", "3"])];
        let plan = two().with(&moved, &told(&[2024, 2026]));
        assert_eq!(
            [2024, 2025, 2026, 2027, 2030].map(|year| names(&plan, year)),
            [
                "North 1 2, South 3",
                "North 1 2, South 3",
                "North 1 2, South 3",
                "North 1, South 2 3",
                "North 1, South 2 3"
            ]
        );
        // Before the new one was used it is set again, or taken back.
        let again = plan.with(&[area("", "West", &["9"])], &told(&[2026]));
        assert_eq!([2026, 2027].map(|year| names(&again, year)), ["North 1 2, South 3", "West 9"]);
        let back = plan.with(&[area("North", "North", &["1", "2"]), area("South", "South", &["3"])], &told(&[2026]));
        assert_eq!(back, two());
    }

    #[test]
    fn need_is_told_by_areas_that_do_not_change_any_more() {
        let areas = |plan: &AreaPlan, years: &[i32]| {
            let by = plan.of_need(&told(years), 2026)?;
            let codes = |areas: &Vec<Area>| areas.iter().map(|area| area.postal_codes.join(" ")).collect::<Vec<_>>();
            Some((by.year, codes(&by.areas), by.others.iter().map(codes).collect::<Vec<_>>()))
        };
        let plan = two();
        assert_eq!(areas(&plan, &[]), None, "they could be cut anew every day");
        assert_eq!(areas(&plan, &[2027]), None);
        let before = areas(&plan, &[2025]).unwrap();
        assert_eq!((before.0, before.2.len()), (2025, 0));
        let cut = plan.with(&[area("South", "South", &["3"])], &told(&[2025]));
        assert_eq!(areas(&cut, &[2025]), Some(before.clone()), "until a page tells figures by the new ones");
        assert_eq!(areas(&cut, &[2025, 2026]), Some((2026, vec!["3".to_owned()], vec![before.1])));
        let again = cut.with(&[area("South", "South", &["1"])], &told(&[2025, 2026]));
        assert_eq!(areas(&again, &[2025, 2026]), areas(&cut, &[2025, 2026]), "from 2027 on");
    }

    #[test]
    fn an_area_is_left_out_from_the_next_year_on_and_may_return() {
        let without = two().with(&[area("South", "South", &["3"])], &told(&[2026]));
        assert_eq!([2026, 2027].map(|year| names(&without, year)), ["North 1 2, South 3", "South 3"]);
        assert_eq!(without.names_from(2026), ["North", "South"]);
        assert_eq!(without.names_from(2027), ["South"]);
        let returns = [area("South", "South", &["3"]), area("", "North", &["1"])];
        assert!(without.faults(&returns).is_empty());
        let with = without.with(&returns, &told(&[2026, 2027]));
        assert_eq!(
            [2026, 2027, 2028].map(|year| names(&with, year)),
            ["North 1 2, South 3", "South 3", "North 1, South 3"]
        );
    }

    #[test]
    fn another_name_is_another_name_in_every_year_and_nothing_else() {
        let plan = two().with(&[area("South", "South", &["3"])], &told(&[2026]));
        let renamed = plan.with(&[area("South", "Etelä", &["3"])], &told(&[2026, 2027]));
        assert_eq!([2026, 2027].map(|year| names(&renamed, year)), ["Etelä 3, North 1 2", "Etelä 3"]);
        assert_eq!(renamed.later.len(), 1, "the same postal codes");
        // Back again: nothing is left of it but the other name.
        let back = renamed.with(&[area("Etelä", "South", &["3"])], &told(&[2026, 2027]));
        assert_eq!((&back.first, &back.later), (&plan.first, &plan.later));
        assert_eq!(back.former, BTreeMap::from([("Etelä".to_owned(), "South".to_owned())]));
    }

    #[test]
    fn a_name_never_comes_to_mean_another_area() {
        let plan = two();
        let taken = |plan: &AreaPlan, wanted: &[WantedArea]| {
            plan.faults(wanted).into_iter().map(|(at, fault)| (at, fault == AreaFault::NameTaken)).collect::<Vec<_>>()
        };
        let swapped = [area("North", "South", &["1"]), area("South", "North", &["3"])];
        assert_eq!(taken(&plan, &swapped), [(0, true), (1, true)]);
        assert_eq!(taken(&plan, &[area("North", "Pohjoinen", &["1"]), area("", "North", &["3"])]), [(1, true)]);
        let renamed = plan.with(&[area("North", "Pohjoinen", &["1", "2"]), area("South", "South", &["3"])], &told(&[]));
        assert_eq!(taken(&renamed, &[area("South", "North", &["3"])]), [(0, true)]);
        assert_eq!(taken(&renamed, &[area("", "North", &["3"])]), [(0, true)]);
        assert_eq!(taken(&renamed, &[area("Pohjoinen", "North", &["1"])]), [], "its own");
        let left = plan.with(&[area("South", "South", &["3"])], &told(&[2026]));
        assert_eq!(taken(&left, &[area("South", "North", &["3"])]), [(0, true)], "what it was in 2026");
        for word in [OTHER_OR_UNKNOWN, "unknown"] {
            assert_eq!(taken(&plan, &[area("", word, &["3"])]), [(0, true)]);
        }
    }

    #[test]
    fn no_two_areas_have_one_name_or_one_postal_code() {
        let wanted = [area("", "Ranta", &["1", "2"]), area("", "ranta", &["3"]), area("", "Saari", &["4", "2"])];
        let expected = [(1, AreaFault::NameTwice), (2, AreaFault::CodeTwice("2".to_owned()))];
        assert_eq!(AreaPlan::default().faults(&wanted), expected);
    }

    #[test]
    fn areas_keep_their_places_under_the_names_that_they_had() {
        let place = |row: u8| TilePlace { row, column: 1 };
        let places = |all: &[(&str, u8)]| -> TilePlaces {
            all.iter().map(|(name, row)| ((*name).to_owned(), place(*row))).collect()
        };
        let plan = two().with(&[area("North", "Pohjoinen", &["1", "2"])], &told(&[2026]));
        let areas = ["Pohjoinen".to_owned()];
        let set = plan.places(&areas, &places(&[("Pohjoinen", 2)]), &places(&[("North", 9), ("South", 3)]));
        assert_eq!(set, places(&[("North", 2), ("Pohjoinen", 2), ("South", 3)]));
        let renamed = places(&[("North", 9), ("Pohjoinen", 9), ("South", 3)]);
        assert_eq!(plan.carried(&places(&[("North", 9), ("South", 3)])), renamed);
        assert_eq!(plan.places(&areas, &places(&[("Pohjoinen", 2)]), &set), set, "said twice");
        assert_eq!(plan.places(&areas, &TilePlaces::new(), &set), places(&[("South", 3)]));
    }
}
