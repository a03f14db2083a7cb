//! Record-only: fourteen days after the last contact nothing that was fetched may be read any more
//! (docs/sync.md, Lapse). What this tablet has recorded since then is its user's own and stays visible; a name typed
//! from the paper list finds its person without any other name being shown.

use std::collections::BTreeSet;

use domain::ids::{AssessmentId, ConsentId, ParticipantId, ScreeningId, SessionId};
use domain::names::search_key;
use domain::people::{Participant, Profile};
use domain::sync::client::Client;
use domain::sync::op::Verb;
use domain::time::Instant;
use domain::{assessments, consents, screenings};

/// What this tablet has recorded since then.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Own {
    pub people: BTreeSet<ParticipantId>,
    pub assessments: BTreeSet<AssessmentId>,
    pub consents: BTreeSet<ConsentId>,
    pub screenings: BTreeSet<ScreeningId>,
    /// Whose mark in which session was written.
    pub marks: BTreeSet<(SessionId, ParticipantId)>,
}

impl Own {
    pub fn since(client: &Client, since: Instant) -> Self {
        let rows = client.outbox().rows().filter(|row| row.recorded_at > since);
        Self::of(rows.filter_map(|row| row.op.as_ref()).map(|op| &op.verb))
    }

    fn of<'a>(verbs: impl IntoIterator<Item = &'a Verb>) -> Self {
        let mut own = Self::default();
        for verb in verbs {
            own.people.extend(verb.participant());
            match verb {
                Verb::Assessment(assessments::Verb::Record { assessment }) => {
                    own.assessments.insert(assessment.id);
                }
                Verb::Assessment(assessments::Verb::Amend { id, .. }) => {
                    own.assessments.insert(*id);
                }
                Verb::Consent(consents::Verb::Record { consent }) => {
                    own.consents.insert(consent.id);
                }
                Verb::Screening(screenings::Verb::Record { screening }) => {
                    own.screenings.insert(screening.id);
                }
                Verb::Attendance(verb) => {
                    let said = verb.said();
                    own.marks.insert((said.session, said.participant));
                }
                _ => {}
            }
        }
        own
    }
}

/// The person with nothing but the names.
pub fn names_only(person: &Participant) -> Participant {
    // Who sees names alone must not mark those either of whom nothing is recorded.
    let profile = Profile { restricted: person.profile.restricted, ..person.profile.names_only() };
    Participant { id: person.id, profile, provisional: person.provisional, clocks: Default::default() }
}

/// Whose name was typed, first and family name in either order. Nobody when it could be two: then the coordinator
/// finds out.
pub fn find<'a>(people: impl IntoIterator<Item = &'a Participant>, typed: &str) -> Option<ParticipantId> {
    let typed = search_key(typed);
    let mut found = people.into_iter().filter(|person| is_name_of(&person.profile, &typed)).map(|person| person.id);
    found.next().filter(|_| found.next().is_none())
}

fn is_name_of(profile: &Profile, typed: &str) -> bool {
    if profile.called_name.is_none() && profile.given_names.trim().is_empty() {
        // A person with one name: it is the whole.
        return !typed.is_empty() && search_key(&profile.full_name()) == typed;
    }
    let family = &profile.family_name;
    let first = profile.given_names.split_whitespace().next().unwrap_or_default();
    let given = [profile.spoken_name(), &profile.given_names, first];
    let both = !family.trim().is_empty() && given.iter().any(|name| !name.trim().is_empty());
    both && given.iter().any(|given| {
        [format!("{given} {family}"), format!("{family} {given}")].iter().any(|name| search_key(name) == typed)
    })
}

/// A typed name as given and family name: "Marja Virtanen", "Virtanen, Marja", or a first name alone.
pub fn split(typed: &str) -> (String, String) {
    let tidy = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((family, given)) = typed.split_once(',') {
        return (tidy(given), tidy(family));
    }
    let typed = tidy(typed);
    match typed.rsplit_once(' ') {
        Some((given, family)) => (given.to_owned(), family.to_owned()),
        None => (typed, String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::attendance;
    use domain::ids::GroupId;

    fn person(n: u128, given: &str, called: Option<&str>, family: &str) -> Participant {
        let profile = Profile {
            given_names: given.into(),
            family_name: family.into(),
            called_name: called.map(str::to_owned),
            phone: Some("040 123".into()),
            ..Profile::default()
        };
        let id = ParticipantId(uuid::Uuid::from_u128(n));
        Participant { id, profile, provisional: false, clocks: Default::default() }
    }

    #[test]
    fn a_typed_name_finds_its_person_in_either_order_and_without_dots() {
        let people = [person(1, "Märta Sofia", None, "Söderström"), person(2, "Anna Maija", Some("Maija"), "Aho")];
        for typed in ["marta soderstrom", "Söderström Märta", " Märta  Sofia Söderström", "Söderström, Märta"]
        {
            assert_eq!(find(&people, typed), Some(people[0].id), "{typed}");
        }
        assert_eq!(find(&people, "maija aho"), Some(people[1].id));
    }

    #[test]
    fn half_a_name_and_a_name_of_two_people_find_nobody() {
        let people =
            [person(1, "Marja", None, "Aho"), person(2, "Marja Liisa", None, "Aho"), person(3, "Åke", None, "")];
        for typed in ["marja", "aho", "Marja Aho", "", "åke", "mar aho"] {
            assert_eq!(find(&people, typed), None, "{typed}");
        }
        assert_eq!(find(&people, "Marja Liisa Aho"), Some(people[1].id));
    }

    #[test]
    fn a_person_with_one_name_is_found_by_it() {
        let people = [person(1, "", None, "Suharto"), person(2, "Aino", None, "Aho")];
        assert_eq!(find(&people, "suharto"), Some(people[0].id));
        assert_eq!(find(&people, "aho"), None);
    }

    #[test]
    fn a_typed_name_is_split_as_people_write_it() {
        let names = ["Marja  Virtanen ", "Virtanen, Marja", "Helmi", "Anna Maria von Essen"].map(split);
        let plain = names.each_ref().map(|(given, family)| (given.as_str(), family.as_str()));
        assert_eq!(plain, [("Marja", "Virtanen"), ("Marja", "Virtanen"), ("Helmi", ""), ("Anna Maria von", "Essen")]);
    }

    #[test]
    fn of_a_person_only_the_names_are_left() {
        let shown = names_only(&person(1, "Aino", None, "Aho"));
        assert_eq!((shown.profile.full_name().as_str(), shown.profile.phone), ("Aino Aho", None));
    }

    #[test]
    fn who_sees_names_alone_sees_also_of_whom_nothing_is_recorded() {
        let mut restricted = person(1, "Aino", None, "Aho");
        restricted.profile.restricted = true;
        assert!(
            names_only(&restricted).profile.restricted
                && !names_only(&person(2, "Aune", None, "Berg")).profile.restricted
        );
    }

    #[test]
    fn what_was_recorded_names_its_people_and_its_marks() {
        let (session, participant) = (SessionId(uuid::Uuid::from_u128(5)), ParticipantId(uuid::Uuid::from_u128(1)));
        let group = GroupId(uuid::Uuid::from_u128(7));
        let own = Own::of(&[Verb::Attendance(attendance::Verb::Set { session, group, participant, mark: None })]);
        assert!(own.people.contains(&participant) && own.marks.contains(&(session, participant)));
    }
}
