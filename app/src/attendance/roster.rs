//! The rows of a roll call: who belongs to the session, under which name, in which order.

use std::collections::BTreeSet;

use domain::finding::{findable, finds};
use domain::ids::ParticipantId;
use domain::names::sort_key;
use domain::people::Participant;
use domain::people::naming::{Form, named};
use serde::{Deserialize, Serialize};

use crate::texts::{self, Lang};

/// One row. Everything on it that does not change with a tap.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Row {
    pub participant: ParticipantId,
    pub initials: String,
    /// As people read it: the called name, with as much as tells it from its namesakes.
    pub name: String,
    /// Registered in the hall, not completed yet.
    pub provisional: bool,
    /// Nothing is recorded of the person: processing is restricted.
    pub restricted: bool,
    by_called: String,
    by_family: String,
    /// What the name is found by.
    search: BTreeSet<String>,
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
pub struct UsualPlaces(Vec<ParticipantId>);

impl UsualPlaces {
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

impl Order {
    pub const ALL: [Self; 3] = [Self::CalledName, Self::FamilyName, Self::UsualPlace];

    /// As the choice of orders says it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::CalledName => "called_name",
            Self::FamilyName => "family_name",
            Self::UsualPlace => "usual_place",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.code() == code)
    }
}

/// How a list stands while somebody taps in it: who comes meanwhile, from another tablet, stands last, so that no name
/// moves under a finger.
pub fn steady(before: &[Row], mut now: Vec<Row>) -> Vec<Row> {
    let place = |row: &Row| before.iter().position(|old| old.participant == row.participant).unwrap_or(before.len());
    now.sort_by_cached_key(place);
    now
}

/// The rows of these people, in order. `people` come as they came to the group: a number among namesakes follows that.
/// Sorted by family name, that is what stands first.
pub fn rows(lang: Lang, form: Form, people: &[Participant], order: Order, places: &UsualPlaces) -> Vec<Row> {
    let form = if order == Order::FamilyName { Form::Listed } else { form };
    let names = named(form, people.iter().map(|person| &person.profile));
    let mut rows: Vec<_> =
        people.iter().zip(names).map(|(person, name)| row(person, form, texts::named(lang, &name))).collect();
    let place = |row: &Row| (order == Order::UsualPlace).then(|| places.of(row.participant).unwrap_or(usize::MAX));
    rows.sort_by_cached_key(|row| (place(row), row.key(order)));
    rows
}

/// Who of these can be marked: nothing is recorded of somebody whose processing is restricted (docs/access.md,
/// Restriction).
pub fn markable(rows: &[Row]) -> impl Iterator<Item = ParticipantId> {
    rows.iter().filter(|row| !row.restricted).map(|row| row.participant)
}

fn row(person: &Participant, form: Form, name: String) -> Row {
    let profile = &person.profile;
    let called = profile.spoken_name();
    Row {
        participant: person.id,
        initials: if form == Form::Listed { profile.listed_initials() } else { profile.initials() },
        by_called: sort_key(&profile.full_name()),
        by_family: sort_key(&profile.list_name()),
        search: findable([called, profile.given_names.as_str(), profile.family_name.as_str()]),
        provisional: person.provisional,
        restricted: profile.restricted,
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
            clocks: Default::default(),
        }
    }

    fn names(people: &[Participant], order: Order) -> Vec<String> {
        rows(Lang::Fi, Form::Spoken, people, order, &UsualPlaces::default()).into_iter().map(|row| row.name).collect()
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
        assert_eq!(names(&people, Order::FamilyName), ["Aho Öllegård", "Berg Åke", "Öhman Aino"]);
    }

    #[test]
    fn who_comes_while_somebody_taps_stands_last_and_moves_nobody() {
        let people = [person(1, "Eila", "Aho"), person(2, "Åke", "Berg"), person(3, "Aino", "Cederberg")];
        let of =
            |people: &[Participant]| rows(Lang::Fi, Form::Spoken, people, Order::CalledName, &UsualPlaces::default());
        let names = |rows: Vec<Row>| rows.into_iter().map(|row| row.name).collect::<Vec<_>>();
        assert_eq!(names(steady(&of(&people[..2]), of(&people))), ["Eila", "Åke", "Aino"]);
        assert_eq!(names(steady(&of(&people), of(&people[1..]))), ["Aino", "Åke"]);
    }

    #[test]
    fn who_is_restricted_stands_on_the_roll_and_is_not_marked_with_the_others() {
        let mut people = [person(1, "Aino", "Aho"), person(2, "Eila", "Berg")];
        people[0].profile.restricted = true;
        let rows = rows(Lang::Fi, Form::Spoken, &people, Order::CalledName, &UsualPlaces::default());
        assert_eq!(rows.len(), 2);
        assert_eq!(markable(&rows).collect::<Vec<_>>(), [people[1].id]);
    }

    #[test]
    fn people_stand_by_their_usual_places_and_those_without_one_after_them() {
        let people = [person(1, "Aino", "Aho"), person(2, "Eila", "Berg"), person(3, "Åke", "Cederberg")];
        let mut places = UsualPlaces::default();
        [3, 1].into_iter().for_each(|n| places.tap(people[n - 1].id));
        let in_place = |places: &UsualPlaces| {
            let rows = rows(Lang::Fi, Form::Spoken, &people, Order::UsualPlace, places);
            rows.into_iter().map(|row| row.name).collect::<Vec<_>>()
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
        let row = &rows(Lang::Fi, Form::Spoken, &people, Order::CalledName, &UsualPlaces::default())[0];
        assert!(row.matches("mart") && row.matches("aberg") && row.matches("") && !row.matches("berg x"));
        assert_eq!(row.initials, "MÅ");
        let listed = &rows(Lang::Fi, Form::Spoken, &people, Order::FamilyName, &UsualPlaces::default())[0];
        assert_eq!((listed.name.as_str(), listed.initials.as_str()), ("Åberg Märta", "ÅM"));
    }

    #[test]
    fn a_visitor_without_a_family_name_has_a_row_too() {
        let people = [person(1, "Helmi", ""), person(2, "Helmi", "Aho")];
        assert_eq!(names(&people, Order::CalledName), ["Helmi", "Helmi A."]);
    }

    #[test]
    fn a_person_with_one_name_has_a_whole_row() {
        let people = [person(1, "", "Suharto"), person(2, "Aino", "Aho")];
        let row = &rows(Lang::Fi, Form::Spoken, &people, Order::FamilyName, &UsualPlaces::default())[1];
        assert_eq!((row.name.as_str(), row.initials.as_str()), ("Suharto", "S"));
        assert!(row.matches("suh"));
    }

    #[test]
    fn the_year_of_birth_stands_with_namesakes_in_the_readers_language() {
        let mut people = [person(1, "Marja", "Virtanen"), person(2, "Marja", "Virtanen")];
        people[0].profile.birth_year = Some(1940);
        people[1].profile.birth_year = Some(1939);
        assert_eq!(names(&people, Order::CalledName), ["Marja Virtanen (s. 1940)", "Marja Virtanen (s. 1939)"]);
    }
}
