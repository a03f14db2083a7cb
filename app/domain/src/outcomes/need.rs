//! Plan against use (docs/outcomes.md, Places and need): how many places groups have, how many are taken, and how many
//! people wait, by provider and by area, so that the next group begins where it is needed.

use std::collections::BTreeMap;

use super::dataset::Area;
use super::suppression::{Gate, ManyDivisions, Shown};

/// A group of today.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupPlaces {
    /// The name of the organisation that runs it; empty where nobody knows it.
    pub provider: String,
    /// Of where it meets.
    pub postal_code: Option<String>,
    /// Nothing where nobody has set a limit.
    pub capacity: Option<u64>,
    /// People in it today.
    pub taken: u64,
}

/// Where somebody lives who is in a group or waits for a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Home {
    pub postal_code: Option<String>,
    pub waits: bool,
}

/// A row as it may be shown. Groups and their places are nobody's; people pass the gate.
#[derive(Clone, PartialEq, Debug)]
pub struct ShownPlaces {
    /// A provider or an area; nothing for what is in no area, or nobody knows where.
    pub name: Option<String>,
    pub groups: Shown<u64>,
    /// Of the groups with a limit.
    pub places: Shown<u64>,
    /// Groups without one.
    pub unlimited: Shown<u64>,
    /// By provider places that are taken; by area people who live there and are in a group, wherever it meets.
    pub people: Shown<u64>,
    /// People who live there and wait for a decision or a place; nothing by provider.
    pub waiting: Shown<u64>,
}

impl ShownPlaces {
    /// The share of the places that is taken, 0 and up; nothing where a group has no limit, since its people are not told
    /// apart.
    pub fn used(&self) -> Shown<f64> {
        if self.unlimited.value() == Some(&0) { self.people.part_of(&self.places) } else { Shown::default() }
    }
}

/// Rows and all of them together. Each column of people is a line whose total is told.
#[derive(Clone, PartialEq, Debug)]
pub struct PlacesTable {
    pub rows: Vec<ShownPlaces>,
    pub all: ShownPlaces,
}

/// A row before the gate, but for its people.
#[derive(Clone, Copy, Default)]
struct Sums {
    groups: u64,
    places: u64,
    unlimited: u64,
}

impl Sums {
    fn add(&mut self, group: &GroupPlaces) {
        self.groups += 1;
        self.places += group.capacity.unwrap_or_default();
        self.unlimited += u64::from(group.capacity.is_none());
    }
}

/// A column of people behind the gate, and its total.
type Line = (Vec<Shown<u64>>, Shown<u64>);

/// By who runs the groups, in the order of names.
pub fn by_provider(gate: &Gate, groups: &[GroupPlaces]) -> PlacesTable {
    let mut sums: BTreeMap<&str, (Sums, u64)> = BTreeMap::new();
    for group in groups {
        let (sum, people) = sums.entry(group.provider.as_str()).or_default();
        sum.add(group);
        *people += group.taken;
    }
    let named = |name: &str| (!name.is_empty()).then(|| name.to_owned());
    let people: Vec<u64> = sums.values().map(|(_, people)| *people).collect();
    let rows = sums.into_iter().map(|(name, (sum, _))| (named(name), sum)).collect();
    table(gate, rows, gate.line(&people), gate.line(&vec![0; people.len()]))
}

/// By these areas in their order: groups by where they meet, people by where they live; last what is in none of them.
/// `others` are divisions by which the same people were told, or may have been.
pub fn by_area(
    gate: &Gate,
    areas: &[Area],
    others: &[Vec<Area>],
    groups: &[GroupPlaces],
    people: &[Home],
) -> PlacesTable {
    let mut sums = vec![Sums::default(); areas.len() + 1];
    for group in groups {
        sums[place(areas, group.postal_code.as_deref())].add(group);
    }
    let divisions: Vec<&[Area]> = [areas].into_iter().chain(others.iter().map(Vec::as_slice)).collect();
    let told = |waits: bool| {
        let homes = people.iter().filter(|home| home.waits == waits);
        gate.line_of(&divided(&divisions, homes.map(|home| home.postal_code.as_deref())))
    };
    let names = areas.iter().map(|area| Some(area.name.clone())).chain([None]);
    table(gate, names.zip(sums).collect(), told(false), told(true))
}

/// The place of the area with this postal code, or that after the last one.
fn place(areas: &[Area], code: Option<&str>) -> usize {
    let within = |area: &Area| area.postal_codes.iter().any(|one| Some(one.as_str()) == code);
    areas.iter().position(within).unwrap_or(areas.len())
}

/// People by their postal codes, in the areas of each division.
fn divided<'a>(divisions: &[&'a [Area]], homes: impl Iterator<Item = Option<&'a str>>) -> ManyDivisions {
    let areas = divisions.iter().flat_map(|areas| areas.iter());
    let codes = areas.flat_map(|area| &area.postal_codes).map(|code| Some(code.as_str()));
    // Where nobody lives today somebody might: what is hidden there is not known to be somebody.
    let mut living: BTreeMap<Option<&str>, u64> = codes.chain([None]).map(|code| (code, 0)).collect();
    homes.for_each(|code| *living.entry(code).or_default() += 1);
    let mut people: BTreeMap<Vec<usize>, u64> = BTreeMap::new();
    for (code, living) in living {
        let places = divisions.iter().map(|areas| place(areas, code)).collect();
        *people.entry(places).or_default() += living;
    }
    ManyDivisions { sizes: divisions.iter().map(|areas| areas.len() + 1).collect(), people }
}

fn table(
    gate: &Gate,
    sums: Vec<(Option<String>, Sums)>,
    (people, all_people): Line,
    (waiting, all_waiting): Line,
) -> PlacesTable {
    let total = |of: fn(&Sums) -> u64| gate.sessions(sums.iter().map(|(_, sum)| of(sum)).sum());
    let all = ShownPlaces {
        name: None,
        groups: total(|sum| sum.groups),
        places: total(|sum| sum.places),
        unlimited: total(|sum| sum.unlimited),
        people: all_people,
        waiting: all_waiting,
    };
    let rows = sums.iter().zip(people.into_iter().zip(waiting)).map(|((name, sum), (people, waiting))| ShownPlaces {
        name: name.clone(),
        groups: gate.sessions(sum.groups),
        places: gate.sessions(sum.places),
        unlimited: gate.sessions(sum.unlimited),
        people,
        waiting,
    });
    PlacesTable { rows: rows.collect(), all }
}

#[cfg(test)]
mod tests {
    use super::super::dataset::Settings;
    use super::*;

    fn group(provider: &str, code: Option<&str>, capacity: Option<u64>, taken: u64) -> GroupPlaces {
        GroupPlaces { provider: provider.to_owned(), postal_code: code.map(str::to_owned), capacity, taken }
    }

    fn told(figure: &Shown<u64>) -> Option<u64> {
        figure.value().copied()
    }

    #[test]
    fn places_are_shown_and_few_people_are_hidden_with_what_would_tell_them() {
        let gate = Gate::new(&Settings::default());
        let groups = [
            group("Kunta", None, Some(15), 12),
            group("Kunta", None, Some(10), 10),
            group("Ikiliike", None, Some(12), 3),
            group("Seura", None, None, 8),
        ];
        let table = by_provider(&gate, &groups);
        let names: Vec<_> = table.rows.iter().map(|row| row.name.clone().unwrap()).collect();
        assert_eq!(names, ["Ikiliike", "Kunta", "Seura"]);
        let places: Vec<_> = table.rows.iter().map(|row| told(&row.places)).collect();
        assert_eq!(places, [Some(12), Some(25), Some(0)]);
        // Three would follow from the total: the eight go with them.
        let people: Vec<_> = table.rows.iter().map(|row| told(&row.people)).collect();
        assert_eq!((people, told(&table.all.people)), (vec![None, Some(22), None], Some(33)));
        assert_eq!(table.rows[1].used().value(), Some(&0.88));
        assert!(table.rows[0].used().is_hidden(), "a share would give the hidden number away");
        assert_eq!(table.rows[2].used(), Shown::default(), "of no limit there is no share");
    }

    #[test]
    fn one_person_in_each_area_hides_the_total_too_and_a_provider_without_a_name_has_none() {
        let gate = Gate::new(&Settings::default());
        let area = |n: usize| Area { name: format!("Area {n}"), postal_codes: vec![format!("0010{n}")] };
        let areas: Vec<Area> = (0..5).map(area).collect();
        let home = |n: usize| Home { postal_code: Some(format!("0010{n}")), waits: false };
        let table = by_area(&gate, &areas, &[], &[], &(0..5).map(home).collect::<Vec<_>>());
        assert!(table.all.people.is_hidden() && table.rows.iter().all(|row| row.people.is_hidden()));
        let nameless = by_provider(&gate, &[group("", None, Some(5), 5)]);
        assert_eq!(nameless.rows.first().map(|row| row.name.clone()), Some(None));
    }

    #[test]
    fn people_count_where_they_live_and_groups_where_they_meet() {
        let gate = Gate::new(&Settings::default());
        let area = |name: &str, code: &str| Area { name: name.to_owned(), postal_codes: vec![code.to_owned()] };
        let areas = [area("North", "00100"), area("South", "00200")];
        let groups = [group("Kunta", Some("00100"), Some(15), 12), group("Kunta", Some("99999"), Some(5), 5)];
        let home = |code: &str, waits| Home { postal_code: Some(code.to_owned()), waits };
        let mut people = vec![home("00100", false); 7];
        people.extend(vec![home("00200", false); 10]);
        people.extend(vec![home("00200", true); 9]);
        let table = by_area(&gate, &areas, &[], &groups, &people);
        let row = |at: usize| {
            let row = &table.rows[at];
            (row.name.as_deref(), told(&row.groups), told(&row.places), told(&row.people), told(&row.waiting))
        };
        assert_eq!(row(0), (Some("North"), Some(1), Some(15), Some(7), Some(0)));
        assert_eq!(row(1), (Some("South"), Some(0), Some(0), Some(10), Some(9)));
        assert_eq!(row(2), (None, Some(1), Some(5), Some(0), Some(0)));
        assert_eq!((told(&table.all.people), told(&table.all.waiting)), (Some(17), Some(9)));
        let empty = by_area(&gate, &[], &[], &[], &[]);
        assert!(empty.rows.len() == 1 && told(&empty.all.groups) == Some(0));
    }
}
