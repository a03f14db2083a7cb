//! The rows of a roll call: who belongs to the session, under which name, in which order (H2, H9).

use domain::lists::sort_by_key;
use std::collections::BTreeMap;

use domain::ids::ParticipantId;
use domain::names::{finds, initial, search_key, sort_key};
use domain::people::Participant;
use serde::{Deserialize, Serialize};

/// One row. Everything on it that does not change with a tap.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Row {
    pub participant: ParticipantId,
    pub initials: String,
    /// The called name, with as much of the family name as tells it from its namesakes.
    pub name: String,
    pub family_name: String,
    /// Registered in the hall, not completed yet.
    pub provisional: bool,
    by_called: String,
    by_family: String,
    search: String,
}

/// The order of the rows.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    #[default]
    CalledName,
    FamilyName,
    /// As people usually stand or sit in the hall; who has no place yet comes last, by called name.
    UsualPlace,
}

/// The usual places of a group, as this instructor sees the hall. Kept on the tablet.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Places(Vec<ParticipantId>);

impl Places {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The person's place, from 1 on.
    pub fn of(&self, person: ParticipantId) -> Option<usize> {
        self.0.iter().position(|one| *one == person).map(|place| place + 1)
    }

    /// Gives the next place to the person; a person who has one gives it up, and those after move up.
    pub fn tap(&mut self, person: ParticipantId) {
        match self.of(person) {
            Some(_) => self.0.retain(|one| *one != person),
            None => self.0.push(person),
        }
    }
}

/// The rows of these people, in order. Namesakes get the family name's initial, or all of it when that is not enough.
pub fn rows<'a>(people: impl IntoIterator<Item = &'a Participant>, order: Order, places: &Places) -> Vec<Row> {
    let people: Vec<_> = people.into_iter().collect();
    let mut namesakes: BTreeMap<(String, String), u32> = BTreeMap::new();
    for person in &people {
        let called = search_key(person.profile.spoken_name());
        let initial = initial(&person.profile.family_name);
        *namesakes.entry((called.clone(), String::new())).or_default() += 1;
        if !initial.is_empty() {
            *namesakes.entry((called, initial)).or_default() += 1;
        }
    }
    let mut rows: Vec<_> = people.into_iter().map(|person| row(person, &namesakes)).collect();
    let place = |row: &Row| (order == Order::UsualPlace).then(|| places.of(row.participant).unwrap_or(usize::MAX));
    sort_by_key(&mut rows, |row| (place(row), row.key(order)));
    rows
}

/// The rows under the whole name, as it was typed: record-only, where nobody can be told from a list.
pub fn rows_in_full(people: &[Participant]) -> Vec<Row> {
    let mut found = rows(people, Order::CalledName, &Places::default());
    for row in &mut found {
        if let Some(person) = people.iter().find(|person| person.id == row.participant) {
            row.name = person.profile.full_name();
        }
    }
    found
}

fn row(person: &Participant, namesakes: &BTreeMap<(String, String), u32>) -> Row {
    let profile = &person.profile;
    let called = profile.spoken_name();
    let key = search_key(called);
    let initial = initial(&profile.family_name);
    let several = |initial: &str| namesakes.get(&(key.clone(), initial.to_owned())).is_some_and(|n| *n > 1);
    let name = match (several(""), initial.is_empty()) {
        (true, false) if several(&initial) => format!("{called} {}", profile.family_name),
        (true, false) => format!("{called} {initial}."),
        _ => called.to_owned(),
    };
    Row {
        participant: person.id,
        initials: profile.initials(),
        by_called: sort_key(&format!("{called} {}", profile.family_name)),
        by_family: sort_key(&format!("{} {called}", profile.family_name)),
        search: search_key(&format!("{} {} {}", called, profile.given_names, profile.family_name)),
        family_name: profile.family_name.clone(),
        provisional: person.provisional,
        name,
    }
}

impl Row {
    fn key(&self, order: Order) -> (String, ParticipantId) {
        match order {
            Order::CalledName | Order::UsualPlace => (self.by_called.clone(), self.participant),
            Order::FamilyName => (self.by_family.clone(), self.participant),
        }
    }

    /// Whether what was typed into the search finds this row.
    pub fn matches(&self, typed: &str) -> bool {
        finds(typed, &self.search)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::people::Profile;

    fn person(n: u128, called: &str, family: &str) -> Participant {
        let profile = Profile { given_names: called.into(), family_name: family.into(), ..Profile::default() };
        Participant {
            id: ParticipantId(uuid::Uuid::from_u128(n)),
            profile,
            provisional: false,
            clocks: BTreeMap::default(),
        }
    }

    fn names(people: &[Participant], order: Order) -> Vec<String> {
        rows(people, order, &Places::default()).into_iter().map(|row| row.name).collect()
    }

    #[test]
    fn the_family_initial_stands_only_with_namesakes() {
        let people = [person(1, "Marja", "Virtanen"), person(2, "marja", "Öhman"), person(3, "Åke", "Berg")];
        assert_eq!(names(&people, Order::CalledName), ["Marja V.", "marja Ö.", "Åke"]);
    }

    #[test]
    fn namesakes_with_one_initial_show_the_whole_family_name() {
        let people = [person(1, "Marja", "Virtanen"), person(2, "Marja", "Vaara"), person(3, "Marja", "Aho")];
        assert_eq!(names(&people, Order::CalledName), ["Marja A.", "Marja Vaara", "Marja Virtanen"]);
    }

    #[test]
    fn rows_stand_in_the_alphabets_order_by_either_name() {
        let people = [person(1, "Öllegård", "Aho"), person(2, "Aino", "Öhman"), person(3, "Åke", "Berg")];
        assert_eq!(names(&people, Order::CalledName), ["Aino", "Åke", "Öllegård"]);
        assert_eq!(names(&people, Order::FamilyName), ["Öllegård", "Åke", "Aino"]);
    }

    #[test]
    fn people_stand_by_their_usual_places_and_those_without_one_after_them() {
        let people = [person(1, "Aino", "Aho"), person(2, "Eila", "Berg"), person(3, "Åke", "Cederberg")];
        let mut places = Places::default();
        [3, 1].into_iter().for_each(|n| places.tap(people[n - 1].id));
        let in_place = |places: &Places| {
            rows(&people, Order::UsualPlace, places).into_iter().map(|row| row.name).collect::<Vec<_>>()
        };
        assert_eq!(in_place(&places), ["Åke", "Aino", "Eila"]);
        places.tap(people[2].id);
        assert_eq!(
            (in_place(&places), places.of(people[0].id)),
            (vec!["Aino".into(), "Eila".into(), "Åke".into()], Some(1))
        );
    }

    #[test]
    fn search_folds_accents_and_finds_either_name() {
        let people = [person(1, "Märta", "Åberg")];
        let row = &rows(&people, Order::CalledName, &Places::default())[0];
        assert!(row.matches("mart") && row.matches("aberg") && row.matches("") && !row.matches("berg x"));
        assert_eq!(row.initials, "MÅ");
    }

    #[test]
    fn a_visitor_without_a_family_name_has_a_row_too() {
        let people = [person(1, "Helmi", ""), person(2, "Helmi", "Aho")];
        assert_eq!(names(&people, Order::CalledName), ["Helmi", "Helmi A."]);
    }
}
