//! What people are called in a list: as much of their names as tells each from the others. Where names cannot, the
//! year of birth does; where that is not known, or not for the reader's eyes, all given names, and last a number in
//! the order in which people came. A list is decided on as a whole, so that a row, its dialogs and what is said of it
//! afterwards name a person alike.

use std::collections::{BTreeMap, BTreeSet};

use super::{Participant, Profile};
use crate::ids::ParticipantId;
use crate::names::{initial, search_key};

/// Which name a list begins with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// As people are called in the hall: "Marja", among namesakes "Marja V." or "Marja Virtanen".
    Spoken,
    /// "Marja Virtanen".
    Full,
    /// "Virtanen Marja".
    Listed,
}

/// A person's name in a list, and what must stand with it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Named {
    pub name: String,
    pub birth_year: Option<i32>,
    /// 1 for the first of the namesakes to come.
    pub number: Option<usize>,
}

impl Named {
    fn plain(name: String) -> Self {
        Self { name, ..Self::default() }
    }

    fn key(&self) -> (String, Option<i32>, Option<usize>) {
        (search_key(&self.name), self.birth_year, self.number)
    }
}

/// The names of these people, in the order given: as they came to what is listed. Numbers follow that order.
pub fn named<'a>(form: Form, people: impl IntoIterator<Item = &'a Profile>) -> Vec<Named> {
    let people: Vec<_> = people.into_iter().collect();
    let numbers = numbers(&people);
    let ways: Vec<_> = people.iter().zip(numbers).map(|(person, number)| ways(form, person, number)).collect();
    let mut chosen = vec![0; ways.len()];
    loop {
        let shown: Vec<_> = ways.iter().zip(&chosen).map(|(ways, at)| &ways[*at]).collect();
        let shared = shared(&shown);
        let stuck = |at: &usize| !shared.contains(at) || chosen[*at] + 1 == ways[*at].len();
        if (0..ways.len()).all(|at| stuck(&at)) {
            return shown.into_iter().cloned().collect();
        }
        chosen.iter_mut().enumerate().filter(|(at, _)| shared.contains(at)).for_each(|(at, way)| {
            *way = (*way + 1).min(ways[at].len() - 1);
        });
    }
}

/// As [`named`], by person: one who stands in the list twice is named once.
pub fn named_by_id<'a>(
    form: Form,
    people: impl IntoIterator<Item = &'a Participant>,
) -> BTreeMap<ParticipantId, Named> {
    let mut met = BTreeSet::new();
    let people: Vec<_> = people.into_iter().filter(|person| met.insert(person.id)).collect();
    let names = named(form, people.iter().map(|person| &person.profile));
    people.iter().map(|person| person.id).zip(names).collect()
}

/// The places in the list whose name stands there more than once.
fn shared(shown: &[&Named]) -> BTreeSet<usize> {
    let mut places: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, named) in shown.iter().enumerate() {
        places.entry(named.key()).or_default().push(at);
    }
    places.into_values().filter(|places| places.len() > 1).flatten().collect()
}

/// Each person's number among those of the same full name.
fn numbers(people: &[&Profile]) -> Vec<usize> {
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    let mut number = |person: &&Profile| {
        let met = met.entry(search_key(&person.full_name())).or_default();
        *met += 1;
        *met
    };
    people.iter().map(&mut number).collect()
}

/// How a person can be named, from the shortest way to the one that no other person shares.
fn ways(form: Form, person: &Profile, number: usize) -> Vec<Named> {
    let (full, whole) = match form {
        Form::Listed => (person.list_name(), person.whole_list_name()),
        Form::Spoken | Form::Full => (person.full_name(), person.whole_name()),
    };
    let mut ways = Vec::new();
    if form == Form::Spoken {
        ways.push(Named::plain(person.spoken_name().to_owned()));
        ways.extend(short(person).map(Named::plain));
    }
    let birth_year = person.year_of_birth();
    let whole = Named { birth_year, ..Named::plain(whole) };
    let last = Named { name: full.clone(), birth_year, number: Some(number) };
    ways.extend([Named::plain(full.clone()), Named { birth_year, ..Named::plain(full) }, whole, last]);
    ways
}

/// "Marja V.", and the name in use alone where no family name is known.
pub fn with_initial(person: &Profile) -> String {
    short(person).unwrap_or_else(|| person.spoken_name().to_owned())
}

/// "Marja V."
fn short(person: &Profile) -> Option<String> {
    let letter = initial(person.last_name()?);
    Some(format!("{} {letter}.", person.first_name()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(given: &str, family: &str, born: Option<i32>) -> Profile {
        Profile { given_names: given.into(), family_name: family.into(), birth_year: born, ..Profile::default() }
    }

    /// As people read it: the name, then the year or the number.
    fn read(form: Form, people: &[Profile]) -> Vec<String> {
        let words = |named: Named| {
            let year = named.birth_year.map(|year| format!(" {year}")).unwrap_or_default();
            let number = named.number.map(|number| format!(" #{number}")).unwrap_or_default();
            named.name + &year + &number
        };
        named(form, people).into_iter().map(words).collect()
    }

    #[test]
    fn in_the_hall_people_have_as_much_of_their_family_name_as_tells_them_apart() {
        let marja = |family| person("Marja", family, Some(1940));
        let people = [marja("Virtanen"), person("marja liisa", "Öhman", None), person("Åke", "Berg", None)];
        assert_eq!(read(Form::Spoken, &people), ["Marja V.", "marja Ö.", "Åke"]);
        let people = [marja("Virtanen"), marja("Vaara"), marja("Aho")];
        assert_eq!(read(Form::Spoken, &people), ["Marja Virtanen", "Marja Vaara", "Marja A."]);
        assert_eq!(read(Form::Listed, &people), ["Virtanen Marja", "Vaara Marja", "Aho Marja"]);
    }

    #[test]
    fn the_year_of_birth_stands_with_each_of_two_who_share_a_name() {
        let people = [
            person("Marja", "Virtanen", Some(1939)),
            person("Marja Liisa", "Virtanen", Some(1940)),
            person("Marja", "Aho", Some(1940)),
        ];
        assert_eq!(read(Form::Spoken, &people), ["Marja Virtanen 1939", "Marja Virtanen 1940", "Marja A."]);
        assert_eq!(read(Form::Full, &people), ["Marja Virtanen 1939", "Marja Virtanen 1940", "Marja Aho"]);
        assert_eq!(read(Form::Listed, &people[..2]), ["Virtanen Marja 1939", "Virtanen Marja 1940"]);
        assert_eq!(read(Form::Listed, &people[..1]), ["Virtanen Marja"]);
    }

    #[test]
    fn without_years_all_given_names_tell_apart_and_last_a_number_in_the_order_of_coming() {
        let mut people = vec![person("Marja", "Virtanen", None), person("Marja Liisa", "Virtanen", None)];
        assert_eq!(read(Form::Spoken, &people), ["Marja Virtanen", "Marja Liisa Virtanen"]);
        people.push(person("MARJA", "virtanen", None));
        assert_eq!(read(Form::Spoken, &people), ["Marja Virtanen #1", "Marja Liisa Virtanen", "MARJA virtanen #3"]);
        assert_eq!(read(Form::Listed, &people[..2]), ["Virtanen Marja", "Virtanen Marja Liisa"], "in a list's order");
    }

    #[test]
    fn a_year_that_both_have_tells_nothing_and_one_that_one_has_is_enough() {
        let same = [person("Marja", "Virtanen", Some(1939)), person("Marja", "Virtanen", Some(1939))];
        assert_eq!(read(Form::Full, &same), ["Marja Virtanen 1939 #1", "Marja Virtanen 1939 #2"]);
        let half = [person("Helmi", "", Some(1944)), person("Helmi", "", None)];
        assert_eq!(read(Form::Spoken, &half), ["Helmi 1944", "Helmi"]);
    }

    #[test]
    fn a_person_with_one_name_has_a_name_and_an_initial_everywhere() {
        for one in [person("", "Suharto", None), person("Suharto", "", None), person("-", " Suharto ", None)] {
            for form in [Form::Spoken, Form::Full, Form::Listed] {
                assert_eq!(read(form, std::slice::from_ref(&one)), ["Suharto"]);
            }
            assert_eq!((one.initials().as_str(), one.whole_name().as_str()), ("S", "Suharto"));
        }
        let people = [person("Helmi", "", None), person("Helmi", "Aho", None), person("", "Helmi", None)];
        assert_eq!(read(Form::Spoken, &people), ["Helmi #1", "Helmi A.", "Helmi #2"]);
    }

    #[test]
    fn a_person_without_a_name_goes_by_the_reference() {
        let nameless = Profile { reference: Some("K-17".into()), ..person("-", "", None) };
        assert_eq!(read(Form::Full, std::slice::from_ref(&nameless)), ["K-17"]);
        assert_eq!((nameless.list_name().as_str(), nameless.initials().as_str()), ("K-17", "K"));
        let named = Profile { reference: Some("K-17".into()), ..person("Åke", "Sund", None) };
        assert_eq!((named.list_name().as_str(), named.listed_initials().as_str()), ("Sund Åke", "SÅ"));
        assert_eq!((named.full_name().as_str(), named.initials().as_str()), ("Åke Sund", "ÅS"));
    }

    #[test]
    fn a_person_who_stands_in_a_list_twice_is_no_namesake_of_themselves() {
        let participant = |n: u128, born| Participant {
            id: ParticipantId(uuid::Uuid::from_u128(n)),
            profile: person("Marja", "Virtanen", Some(born)),
            provisional: false,
            clocks: BTreeMap::new(),
        };
        let (one, other) = (participant(1, 1939), participant(2, 1940));
        let alone = named_by_id(Form::Listed, [&one, &one]);
        assert_eq!(alone[&one.id].birth_year, None);
        let both = named_by_id(Form::Listed, [&one, &other, &one]);
        assert_eq!([&one, &other].map(|person| both[&person.id].birth_year), [Some(1939), Some(1940)]);
    }
}
