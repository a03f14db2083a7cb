//! Somebody who comes to a group for the first time and takes part elsewhere already: what a tablet asks the server about
//! them, and how little it is told (docs/access.md, Newcomers who are known).

use serde::{Deserialize, Serialize};

use crate::ids::{GroupId, ParticipantId};
use crate::people::Profile;
use crate::time::Day;

/// Whether somebody is known: [`Question`], answered by [`Answer`]. `POST`, JSON both ways; 429 with `Retry-After`.
pub const KNOWN_PATH: &str = "/api/visitors/v1/known";
/// It is the same person: [`Bring`]. `POST`, JSON, 204; 404 where the person is not meant by what was typed.
pub const BRING_PATH: &str = "/api/visitors/v1/bring";

/// How many people an answer tells of, at most.
pub const MOST: usize = 3;
/// Digits of a whole telephone number, at least: the shortest of Finland's with their area code.
const WHOLE_NUMBER: usize = 8;
/// Days back on which somebody may be brought into a group: a roll is written up later.
const BACK: i64 = 14;

/// What identifies somebody, all of it: given name, family name and year of birth, or a whole telephone number. Of a part
/// there is none.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Whom {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub given_names: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub family_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_year: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl Whom {
    /// What was typed of somebody, where it identifies them.
    pub fn of(typed: &Profile) -> Option<Self> {
        let whom = Self {
            given_names: typed.given_names.clone(),
            family_name: typed.family_name.clone(),
            birth_year: typed.year_of_birth(),
            phone: typed.phone.clone(),
        };
        whom.wanted().map(|_| whom)
    }

    /// By what people are looked for; nothing where not all of it is said. A name without its year, and a part of a
    /// number, find nobody.
    pub fn wanted(&self) -> Option<Profile> {
        let number = Profile { phone: self.phone.clone(), ..Profile::default() };
        let is_whole_number = number.phone_clue().is_some_and(|number| number.len() >= WHOLE_NUMBER);
        let phone = self.phone.clone().filter(|_| is_whole_number);
        let name = Profile {
            given_names: self.given_names.clone(),
            family_name: self.family_name.clone(),
            birth_year: self.birth_year,
            ..Profile::default()
        };
        let is_whole_name = name.name_clue().is_some() && self.birth_year.is_some();
        if is_whole_name {
            return Some(Profile { phone, ..name });
        }
        // Two years of birth still tell two people apart.
        phone.map(|phone| Profile { phone: Some(phone), birth_year: self.birth_year, ..Profile::default() })
    }
}

/// Asked by the tablet once, of a person who is being registered in this group.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub group: GroupId,
    pub whom: Whom,
}

/// Those who may be meant, at most [`MOST`].
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Answer {
    pub people: Vec<KnownPerson>,
}

/// As little of somebody as the question "is it the same person?" needs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct KnownPerson {
    pub id: ParticipantId,
    /// As a roll shows it: the name in use, and the family name's initial.
    pub name: String,
    /// For whoever may see years of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_year: Option<i32>,
}

/// The person is in the group from that day on. What was typed comes again: the server looks once more whether it means
/// them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bring {
    pub group: GroupId,
    pub person: ParticipantId,
    pub day: Day,
    pub whom: Whom,
}

/// Whether somebody may be brought into a group from that day on.
pub fn may_begin(day: Day, today: Day) -> bool {
    day <= today && today.plus_days(-BACK) <= day
}

impl Profile {
    /// Whether an instructor of another group may be told that this person takes part: nothing forbids it, the record is
    /// the one that stands for the person, and they live.
    pub fn may_be_told_elsewhere(&self) -> bool {
        !self.restricted && !self.undisclosed && self.same_as.is_none() && self.died_on.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn typed(given: &str, family: &str, born: Option<i32>, phone: Option<&str>) -> Whom {
        let (given_names, family_name, phone) = (given.to_owned(), family.to_owned(), phone.map(str::to_owned));
        Whom { given_names, family_name, birth_year: born, phone }
    }

    fn aino() -> Profile {
        Profile {
            given_names: "Aino Maria".into(),
            family_name: "Koski".into(),
            birth_date: "1943-03-08".parse().ok(),
            phone: Some("040 123 4567".into()),
            ..Profile::default()
        }
    }

    #[test]
    fn only_the_whole_of_what_identifies_somebody_is_asked_about() {
        for part in [
            typed("Aino", "", Some(1943), None),
            typed("Aino", "Koski", None, None),
            typed("", "Koski", Some(1943), None),
            typed("", "", Some(1943), Some("040 123")),
            typed("Aino", "Koski", None, Some("123456")),
            Whom::default(),
        ] {
            assert_eq!(part.wanted(), None, "{part:?}");
        }
        assert!(typed("Aino", "Koski", Some(1943), None).wanted().is_some());
        assert!(typed("", "", None, Some("+358 40 123 4567")).wanted().is_some());
    }

    #[test]
    fn a_name_with_its_year_or_a_whole_number_means_the_person_and_nothing_less_does() {
        let means = |whom: Whom| whom.wanted().is_some_and(|wanted| wanted.may_be(&aino()));
        assert!(means(typed("aino", "KOSKI", Some(1943), None)));
        assert!(means(typed("Joku", "Muu", Some(1943), Some("0401234567"))));
        assert!(means(typed("Aino", "", None, Some("040-1234567"))));
        assert!(!means(typed("Aino", "Koski", Some(1944), None)));
        assert!(!means(typed("Aino", "Koski", Some(1944), Some("040 123 4567"))), "two years of birth are two people");
        assert!(!means(typed("Aino", "Koskinen", Some(1943), Some("040 123"))));
    }

    #[test]
    fn nobody_is_told_of_whose_way_must_not_become_known() {
        assert!(aino().may_be_told_elsewhere());
        for hidden in [
            Profile { undisclosed: true, ..aino() },
            Profile { restricted: true, ..aino() },
            Profile { same_as: Some(ParticipantId(Uuid::nil())), ..aino() },
            Profile { died_on: "2026-01-02".parse().ok(), ..aino() },
        ] {
            assert!(!hidden.may_be_told_elsewhere(), "{hidden:?}");
        }
    }

    #[test]
    fn somebody_is_brought_in_today_or_where_a_roll_is_written_up_later() {
        let today: Day = "2026-09-08".parse().unwrap();
        let on = |text: &str| may_begin(text.parse().unwrap(), today);
        assert!(on("2026-09-08") && on("2026-08-25"));
        assert!(!on("2026-09-09") && !on("2026-08-24"));
    }

    #[test]
    fn a_question_of_another_shape_is_no_question() {
        let group = Uuid::nil();
        let read = |text: String| serde_json::from_str::<Question>(&text).is_ok();
        assert!(read(format!(r#"{{"group":"{group}","whom":{{"phone":"0401234567"}}}}"#)));
        assert!(!read(format!(r#"{{"group":"{group}","whom":{{"name":"A"}}}}"#)));
    }
}
