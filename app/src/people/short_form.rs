//! The short registration: what was typed, what is wrong with it, and what it records.

use domain::attendance::Mark;
use domain::consents;
use domain::consents::{Consent, ConsentAct, ConsentChannel, ConsentPurpose};
use domain::fields::FIRST_BIRTH_YEAR;
use domain::groups::Membership;
use domain::groups::membership;
use domain::ids::{ConsentId, ParticipantId};
use domain::input::{DayError, birth_year_typed, phone};
use domain::names::{NameError, name_typed};
use domain::people::{PersonLanguage, Profile};
use domain::sync::op::Verb;
use domain::time::Day;
use serde::{Deserialize, Serialize};

use crate::attendance::verbs;
use crate::sessions::today::Meeting;
use crate::texts::{Lang, common, name_words, people, register as t};

/// Version of the text that is read out before measuring.
pub const CONSENT_TEXT: &str = "health_tests/1";
/// The number of the consent text, as people read it.
pub fn text_number() -> &'static str {
    CONSENT_TEXT.rsplit('/').next().unwrap_or_default()
}
/// The programme is for people of 75 and over, exceptions from 65 (docs/scoring.md, Who the programme is for):
/// a younger one is asked about.
const YOUNGEST: i32 = 65;

/// The fields' ids on the screen.
pub const GIVEN: &str = "given";
pub const YEAR: &str = "birth-year";
pub const FAMILY: &str = "family";
pub const PHONE: &str = "phone";

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

/// A field that is wrong, by its id on the screen, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wrong {
    pub field: &'static str,
    pub why: Why,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    Name(NameError),
    Year(DayError),
    /// Unlikely: the age that it would make.
    Young(i64),
    Phone,
}

impl Wrong {
    /// What to do about it.
    pub fn words(self, lang: Lang, today: Day) -> String {
        match self.why {
            Why::Name(error) if self.field == FAMILY => name_words(lang, error, people::error::family_name(lang)),
            Why::Name(error) => name_words(lang, error, t::wrong_given(lang)),
            Why::Year(DayError::NobodysBirth) => {
                common::year_range(lang, &FIRST_BIRTH_YEAR.to_string(), &today.year().to_string())
            }
            Why::Year(_) => t::wrong_year(lang).to_owned(),
            Why::Young(age) => t::young_year(lang, age),
            Why::Phone => people::error::phone(lang).to_owned(),
        }
    }
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
        let mut no = |field, why| wrong.push(Wrong { field, why });
        let given = name_typed(&self.given).map_err(|error| no(GIVEN, Why::Name(error)));
        let year = birth_year_typed(&self.birth_year, today).map_err(|error| no(YEAR, Why::Year(error)));
        let age = year.map_or(YOUNGEST, |year| today.year() - year);
        if age < YOUNGEST && !self.year_confirmed {
            no(YEAR, Why::Young(i64::from(age)));
        }
        let is_given = |typed: &str| !typed.trim().is_empty();
        let family =
            is_given(&self.family).then(|| name_typed(&self.family).map_err(|error| no(FAMILY, Why::Name(error))));
        let number = is_given(&self.phone).then(|| phone(&self.phone).map_err(|_| no(PHONE, Why::Phone)));
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(Profile {
            given_names: given.unwrap_or_default(),
            family_name: family.and_then(Result::ok).unwrap_or_default(),
            birth_year: year.ok(),
            phone: number.and_then(Result::ok),
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
    let membership = Membership::begun(group, id, meeting.day);
    let mut made = vec![
        Verb::Participant(domain::people::Verb::Register {
            id,
            group: Some(group),
            profile: Box::new(profile),
            provisional: true,
        }),
        Verb::Membership(membership::Verb::Join { membership }),
    ];
    made.extend(consent.map(|given| {
        Verb::Consent(consents::Verb::Record { consent: spoken_consent(ids.consent, id, given, meeting.day, lang) })
    }));
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
    use domain::attendance;
    use domain::fields::LINE;
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
        let typed = ShortForm { phone: "abc".into(), family: "-".into(), ..form("", "19444") };
        let fields: Vec<_> = typed.profile(today(), Lang::Fi).unwrap_err().iter().map(|wrong| wrong.field).collect();
        assert_eq!(fields, [GIVEN, YEAR, FAMILY, PHONE]);
    }

    #[test]
    fn each_mistake_is_told_as_what_it_is() {
        let told = |typed: ShortForm| typed.profile(today(), Lang::En).unwrap_err()[0].words(Lang::En, today());
        let long = "a".repeat(LINE + 1);
        assert_eq!(told(form(&long, "1944")), common::too_long(Lang::En, 200));
        assert_eq!(told(form("Ai\u{200b}no", "1944")), common::unseen(Lang::En));
        assert_eq!(told(form("-", "1944")), t::wrong_given(Lang::En));
        assert_eq!(told(form("Aino", "1800")), "The year must be 1900–2026");
        assert_eq!(told(form("Aino", "2030")), "The year must be 1900–2026");
        assert_eq!(told(form("Aino", "194")), t::wrong_year(Lang::En));
        let family = ShortForm { family: long, ..form("Aino", "1944") };
        assert_eq!(told(family), common::too_long(Lang::En, 200), "a long family name is not cut short unasked");
    }

    #[test]
    fn an_unlikely_year_is_asked_about_once() {
        let mut young = form("Ville", "1985");
        assert_eq!(young.profile(today(), Lang::Fi), Err(vec![Wrong { field: YEAR, why: Why::Young(41) }]));
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
            Verb::Membership(membership::Verb::Join { membership }) => Some(membership.joined_on),
            _ => None,
        });
        let consent = verbs.iter().find_map(|verb| match verb {
            Verb::Consent(consents::Verb::Record { consent }) => {
                Some((consent.language.as_str(), consent.text_version.as_str()))
            }
            _ => None,
        });
        assert_eq!((joined, consent), (Some(today()), Some(("sv", "health_tests/1"))));
        assert!(matches!(
            verbs.last(),
            Some(Verb::Attendance(attendance::Verb::Set { mark: Some(Mark::Present), .. }))
        ));
    }
}
