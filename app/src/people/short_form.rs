//! The short registration: what was typed, what is wrong with it, and what it records (H7).

use domain::attendance::Mark;
use domain::consents::{Consent, ConsentAct, ConsentChannel, ConsentPurpose};
use domain::groups::Membership;
use domain::ids::{ConsentId, ParticipantId};
use domain::input::{birth_year_typed, phone};
use domain::people::{PersonLanguage, Profile};
use domain::sync::op::Verb;
use domain::time::Day;
use serde::{Deserialize, Serialize};

use crate::attendance::verbs;
use crate::sessions::today::Meeting;
use crate::texts::Lang;

/// Version of the text that is read out before measuring.
pub const CONSENT_TEXT: &str = "health_tests/1";
/// The number of the consent text, as people read it.
pub fn text_number() -> &'static str {
    CONSENT_TEXT.rsplit('/').next().unwrap_or_default()
}
/// The programme is for people of 75 and over, exceptions from 65 (domain.md 1.1): a younger one is asked about.
const YOUNGEST: i32 = 65;
/// Longest name or number that is kept.
pub const LONGEST: usize = 100;

/// As typed. Kept as a draft, so that nothing is lost.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct ShortForm {
    pub given: String,
    pub birth_year: String,
    pub family: String,
    pub phone: String,
    /// Yes or no to measuring; `None`: asked later.
    pub consent: Option<bool>,
    /// The year was asked about and is right.
    pub year_confirmed: bool,
}

/// What is wrong, field by field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wrong {
    Given,
    Year,
    /// Unlikely: the age that it would make.
    YoungYear(i64),
    Phone,
}

/// Ids for what is made, from the tablet's clock and chance.
#[derive(Clone, Copy, Debug)]
pub struct NewIds {
    pub participant: ParticipantId,
    pub consent: ConsentId,
}

impl ShortForm {
    pub fn is_blank(&self) -> bool {
        *self == Self::default()
    }

    /// The profile that was typed, or everything that is wrong.
    pub fn profile(&self, today: Day, lang: Lang) -> Result<Profile, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let given = self.given.trim();
        if given.is_empty() || given.chars().count() > LONGEST || given.chars().any(char::is_control) {
            wrong.push(Wrong::Given);
        }
        let year = birth_year_typed(&self.birth_year, today);
        match year {
            Err(_) => wrong.push(Wrong::Year),
            Ok(year) if today.year() - year < YOUNGEST && !self.year_confirmed => {
                wrong.push(Wrong::YoungYear(i64::from(today.year() - year)));
            }
            Ok(_) => {}
        }
        let number = match self.phone.trim() {
            "" => None,
            typed => match phone(typed) {
                Ok(number) => Some(number),
                Err(_) => {
                    wrong.push(Wrong::Phone);
                    None
                }
            },
        };
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(Profile {
            given_names: given.to_owned(),
            family_name: self.family.trim().chars().take(LONGEST).collect(),
            birth_year: year.ok(),
            phone: number,
            // The language in which the person was just talked to; the office corrects it.
            language: self.consent.map(|_| spoken(lang)),
            ..Profile::default()
        })
    }
}

const fn spoken(lang: Lang) -> PersonLanguage {
    match lang {
        Lang::Fi => PersonLanguage::Finnish,
        Lang::Sv => PersonLanguage::Swedish,
        Lang::En => PersonLanguage::English,
    }
}

/// The operations of a registration: the person, the membership from that day, the consent as an event of its own,
/// and the mark, since the visitor stands there.
pub fn register(
    profile: Profile,
    ids: NewIds,
    meeting: &Meeting,
    recorded: bool,
    consent: Option<bool>,
    lang: Lang,
) -> Vec<Verb> {
    let (id, group) = (ids.participant, meeting.group);
    let membership = Membership {
        id: Membership::id_of(group, id, meeting.day),
        group,
        participant: id,
        joined_on: meeting.day,
        left_on: None,
        exit_reason: None,
    };
    let mut made = vec![
        Verb::ParticipantRegister { id, group: Some(group), profile: Box::new(profile), provisional: true },
        Verb::MembershipJoin { membership },
    ];
    made.extend(
        consent.map(|given| Verb::ConsentRecord { consent: spoken_consent(ids.consent, id, given, meeting.day, lang) }),
    );
    made.extend(verbs::marks(meeting, recorded, &[(id, Some(Mark::Present))]));
    made
}

/// Consent to measuring, said aloud after the text was read out.
pub fn spoken_consent(id: ConsentId, participant: ParticipantId, given: bool, on: Day, lang: Lang) -> Consent {
    Consent {
        id,
        participant,
        purpose: ConsentPurpose::HealthTests,
        act: if given { ConsentAct::Given } else { ConsentAct::Withdrawn },
        channel: ConsentChannel::Spoken,
        on,
        text_version: CONSENT_TEXT.to_owned(),
        language: lang.code().to_owned(),
        // Filled in by the sync: which events were known.
        after: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::GroupId;

    fn today() -> Day {
        "2026-09-08".parse().unwrap()
    }

    fn form(given: &str, year: &str) -> ShortForm {
        ShortForm { given: given.into(), birth_year: year.into(), ..ShortForm::default() }
    }

    #[test]
    fn a_name_and_a_year_are_enough() {
        let profile = form(" Helmi ", "1944").profile(today(), Lang::Fi).unwrap();
        assert_eq!((profile.given_names.as_str(), profile.birth_year, profile.language), ("Helmi", Some(1944), None));
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let wrong = ShortForm { phone: "abc".into(), ..form("", "19444") }.profile(today(), Lang::Fi);
        assert_eq!(wrong, Err(vec![Wrong::Given, Wrong::Year, Wrong::Phone]));
    }

    #[test]
    fn an_unlikely_year_is_asked_about_once() {
        let mut young = form("Ville", "1985");
        assert_eq!(young.profile(today(), Lang::Fi), Err(vec![Wrong::YoungYear(41)]));
        young.year_confirmed = true;
        assert!(young.profile(today(), Lang::Fi).is_ok());
    }

    #[test]
    fn a_visitor_belongs_to_the_group_from_that_day_and_is_present() {
        let nil = uuid::Uuid::nil();
        let ids = NewIds { participant: ParticipantId(nil), consent: ConsentId(nil) };
        let profile = form("Helmi", "1944").profile(today(), Lang::Sv).unwrap();
        let verbs = register(profile, ids, &Meeting::unknown(GroupId(nil), today()), false, Some(true), Lang::Sv);
        let joined = verbs.iter().find_map(|verb| match verb {
            Verb::MembershipJoin { membership } => Some(membership.joined_on),
            _ => None,
        });
        let consent = verbs.iter().find_map(|verb| match verb {
            Verb::ConsentRecord { consent } => Some((consent.language.as_str(), consent.text_version.as_str())),
            _ => None,
        });
        assert_eq!((joined, consent), (Some(today()), Some(("sv", "health_tests/1"))));
        assert!(matches!(verbs.last(), Some(Verb::AttendanceSet { mark: Some(Mark::Present), .. })));
    }
}
