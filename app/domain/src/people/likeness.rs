//! Who may be there already: by what two records of one person look alike, whoever wrote them.

use super::Profile;
use crate::names::search_key;

/// Digits of a telephone number, at least.
const PHONE_DIGITS: usize = 5;

/// Something of a person by which a database finds others who may be the same.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Clue {
    /// The municipality's own key, which only one person has.
    Reference(String),
    Name(String),
    Phone(String),
}

impl Profile {
    /// The name in daily use, folded: the first part of the first name, and the family name, whichever way round they
    /// were entered. Nothing for somebody without either.
    pub fn name_clue(&self) -> Option<String> {
        let first = search_key(self.first_name()?);
        let mut words: Vec<_> = first.split(' ').take(1).map(str::to_owned).collect();
        words.push(search_key(self.last_name()?).replace(' ', ""));
        words.sort();
        Some(words.join(" "))
    }

    /// The first number of the telephone field, as it is dialled at home.
    pub fn phone_clue(&self) -> Option<String> {
        let text = self.phone.as_deref()?.replace("(0)", "");
        let in_number = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '+' | '-' | '(' | ')');
        let digits = |part: &str| part.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect::<String>();
        let number = text.split(|c| !in_number(c)).map(digits).find(|number| number.len() >= PHONE_DIGITS)?;
        let national = ["+358", "00358"].iter().find_map(|code| number.strip_prefix(code));
        Some(national.map_or_else(|| number.clone(), |rest| format!("0{}", rest.trim_start_matches('0'))))
    }

    pub fn clues(&self) -> impl Iterator<Item = Clue> {
        let reference = self.reference.clone().map(Clue::Reference);
        let (name, phone) = (self.name_clue().map(Clue::Name), self.phone_clue().map(Clue::Phone));
        [reference, name, phone].into_iter().flatten()
    }

    /// Whether both may be of one person: the same name and year of birth, or the same telephone number and no two
    /// years of birth.
    pub fn may_be(&self, other: &Self) -> bool {
        let years = self.year_of_birth().zip(other.year_of_birth());
        let same = |clue: fn(&Self) -> Option<String>| clue(self).is_some_and(|own| clue(other) == Some(own));
        years.is_none_or(|(own, others)| own == others)
            && (same(Self::phone_clue) || years.is_some() && same(Self::name_clue))
    }

    /// As [`Self::may_be`], and besides no two days of birth: of two records that are there, since a town has many
    /// namesakes of one year and hardly any of one day.
    pub fn looks_like(&self, other: &Self) -> bool {
        self.birth_date.zip(other.birth_date).is_none_or(|(own, others)| own == others) && self.may_be(other)
    }

    /// Whether both may be of one person of a group, where a name alone says much: years of birth must not differ.
    pub fn may_be_groupmate(&self, other: &Self) -> bool {
        let years = self.year_of_birth().zip(other.year_of_birth());
        let name = search_key(&self.full_name());
        !name.is_empty() && name == search_key(&other.full_name()) && years.is_none_or(|(own, others)| own == others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(given: &str, family: &str, born: Option<i32>, phone: &str) -> Profile {
        Profile {
            given_names: given.into(),
            family_name: family.into(),
            birth_year: born,
            phone: Some(phone.to_owned()).filter(|phone| !phone.is_empty()),
            ..Profile::default()
        }
    }

    #[test]
    fn the_same_name_and_year_of_birth_may_be_one_person_however_they_are_written() {
        let irja = person("Irja", "Mäkelä", Some(1944), "");
        for same in [
            person("IRJA ANNELI", "makela", Some(1944), ""),
            person("Irja", "Ma\u{308}kela\u{308}", Some(1944), "040 765 4321"),
            person("Mäkelä", "Irja", Some(1944), ""),
            Profile { birth_date: "1944-03-08".parse().ok(), ..person("Irja", "Mäkelä", None, "") },
        ] {
            assert!(irja.may_be(&same) && same.may_be(&irja), "{same:?}");
        }
        for other in [
            person("Irja", "Mäkelä", Some(1945), ""),
            person("Irja", "Mäkelä", None, ""),
            person("Irma", "Mäkelä", Some(1944), ""),
            person("", "", Some(1944), ""),
        ] {
            assert!(!irja.may_be(&other) && !other.may_be(&irja), "{other:?}");
        }
    }

    #[test]
    fn two_records_with_two_days_of_birth_are_of_two_people() {
        let born = |day: &str| Profile { birth_date: day.parse().ok(), ..person("Irja", "Mäkelä", None, "") };
        let (one, other) = (born("1944-03-08"), born("1944-08-03"));
        assert!(one.may_be(&other), "asked while somebody is being registered");
        assert!(!one.looks_like(&other));
        assert!(one.looks_like(&one.clone()) && one.looks_like(&person("Irja", "Mäkelä", Some(1944), "")));
    }

    #[test]
    fn the_same_number_may_be_one_person_unless_the_years_of_birth_differ() {
        let irja = person("Irja", "Mäkelä", Some(1944), "040 123 4567");
        for phone in ["0401234567", "+358 40 123 4567", "+358 (0)40-1234567", "00358401234567", "040-1234567, illat"] {
            assert!(irja.may_be(&person("Irja", "Mäki", None, phone)), "{phone}");
        }
        assert!(!irja.may_be(&person("Pentti", "Mäkelä", Some(1941), "040 123 4567")), "they share a telephone");
        assert!(!irja.may_be(&person("Irja", "Mäki", None, "040 123 4568")));
        assert_eq!(person("a", "b", None, "soita tyttärelle").phone_clue(), None);
    }
}
