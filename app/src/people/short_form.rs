//! The short registration: what was typed, what is wrong with it, and what it records.

use domain::attendance::Mark;
use domain::consents;
use domain::consents::{Consent, ConsentAct, ConsentChannel, ConsentPurpose};
use domain::fields::FIRST_BIRTH_YEAR;
use domain::groups::Membership;
use domain::groups::membership;
use domain::ids::{ConsentId, ParticipantId};
use domain::input::{Born, DayError, born_typed, phone};
use domain::names::{NameError, name_typed, search_key};
use domain::people::{PersonLanguage, Profile, Sex};
use domain::sync::op::Verb;
use domain::time::Day;
use serde::{Deserialize, Serialize};

use crate::attendance::verbs;
use crate::consents::card::text_version;
use crate::sessions::today::Meeting;
use crate::sync::begun::{Fields, field};
use crate::texts::{Lang, common, day_words, name_words, people, register as t, typed_day};

/// The number of the text that is read out for a consent, as people read it.
pub fn text_number(purpose: ConsentPurpose) -> &'static str {
    text_version(purpose).rsplit('/').next().unwrap_or_default()
}
/// The programme is for people of 75 and over, exceptions from 65 (docs/scoring.md, Who the programme is for):
/// a younger one is asked about.
const YOUNGEST: i32 = 65;

/// The fields' ids on the screen.
pub const GIVEN: &str = "given";
pub const YEAR: &str = "birth-year";
pub const FAMILY: &str = "family";
pub const PHONE: &str = "phone";
pub const EMERGENCY: &str = "emergency";

/// As typed. Kept as a draft, so that nothing is lost.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct ShortForm {
    pub given: String,
    pub birth_year: String,
    pub family: String,
    pub phone: String,
    /// Name and telephone number of whom to call in an emergency.
    pub emergency: String,
    /// Yes or no to measuring; `None`: asked later.
    pub consent: Option<bool>,
    /// The year was asked about and is right.
    pub year_confirmed: bool,
    /// Asked in the full registration only.
    pub sex: Option<Sex>,
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
            Why::Name(error) if self.field == EMERGENCY => name_words(lang, error, people::form::emergency_hint(lang)),
            Why::Name(error) if self.field == FAMILY => name_words(lang, error, people::error::family_name(lang)),
            Why::Name(error) => name_words(lang, error, t::wrong_given(lang)),
            Why::Year(DayError::NobodysBirth) => {
                common::year_range(lang, &FIRST_BIRTH_YEAR.to_string(), &today.year().to_string())
            }
            Why::Year(error) => day_words(lang, error, t::wrong_year(lang)).to_owned(),
            Why::Young(age) => t::young_year(lang, age),
            Why::Phone => people::error::phone(lang).to_owned(),
        }
    }
}

/// What was answered at the form to the text on tests that was read out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answered {
    /// The id that the event will have.
    pub id: ConsentId,
    pub given: bool,
    pub on: Day,
    /// In which it was read out.
    pub lang: Lang,
}

impl Answered {
    /// The event, of whoever it turns out to be.
    fn by(self, person: ParticipantId) -> Verb {
        let consent = spoken_consent(self.id, (person, ConsentPurpose::HealthTests), self.given, self.on, self.lang);
        Verb::Consent(consents::Verb::Record { consent })
    }
}

impl ShortForm {
    /// As it was typed of this person.
    pub fn of(profile: &Profile) -> Self {
        let born = profile.birth_date.map(typed_day).or_else(|| profile.birth_year.map(|year| year.to_string()));
        Self {
            given: profile.given_names.clone(),
            birth_year: born.unwrap_or_default(),
            family: profile.family_name.clone(),
            phone: profile.phone.clone().unwrap_or_default(),
            emergency: profile.emergency_contact.clone().unwrap_or_default(),
            consent: None,
            year_confirmed: true,
            sex: profile.sex,
        }
    }

    pub fn is_blank(&self) -> bool {
        *self == Self::default()
    }

    /// The profile that was typed, or everything that is wrong.
    pub fn profile(&self, today: Day, lang: Lang) -> Result<Profile, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let mut no = |field, why| wrong.push(Wrong { field, why });
        let given = name_typed(&self.given).map_err(|error| no(GIVEN, Why::Name(error)));
        let born = born_typed(&self.birth_year, today).map_err(|error| no(YEAR, Why::Year(error)));
        let age = born.map_or(YOUNGEST, |born| today.year() - born.year());
        if age < YOUNGEST && !self.year_confirmed {
            no(YEAR, Why::Young(i64::from(age)));
        }
        let is_given = |typed: &str| !typed.trim().is_empty();
        let family =
            is_given(&self.family).then(|| name_typed(&self.family).map_err(|error| no(FAMILY, Why::Name(error))));
        let contact = is_given(&self.emergency)
            .then(|| name_typed(&self.emergency).map_err(|error| no(EMERGENCY, Why::Name(error))));
        let number = is_given(&self.phone).then(|| phone(&self.phone).map_err(|_| no(PHONE, Why::Phone)));
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(Profile {
            given_names: given.unwrap_or_default(),
            family_name: family.and_then(Result::ok).unwrap_or_default(),
            birth_date: born.ok().and_then(Born::date),
            birth_year: born.ok().map(Born::year),
            phone: number.and_then(Result::ok),
            emergency_contact: contact.and_then(Result::ok),
            // The language in which the person was just talked to; the office corrects it.
            language: self.consent.map(|_| spoken(lang)),
            sex: self.sex,
            ..Profile::default()
        })
    }

    /// The person with names, birth and sex as they were typed, or everything that is wrong. What was not touched stays as
    /// it is, and beside a date stands no year that could differ.
    pub fn completed(&self, before: &Profile, today: Day, lang: Lang) -> Result<Profile, Vec<Wrong>> {
        let (typed, known) = (self.profile(today, lang)?, Self::of(before));
        let (birth_date, birth_year) = match typed.birth_date {
            _ if self.birth_year == known.birth_year => (before.birth_date, before.birth_year),
            None => (None, typed.birth_year),
            date => (date, None),
        };
        let name = |own: &str, known: &str, typed: String, before: &str| match own == known {
            true => before.to_owned(),
            false => typed,
        };
        Ok(Profile {
            given_names: name(&self.given, &known.given, typed.given_names, &before.given_names),
            family_name: name(&self.family, &known.family, typed.family_name, &before.family_name),
            birth_date,
            birth_year,
            sex: self.sex,
            ..before.clone()
        })
    }
}

impl Fields for ShortForm {
    fn onto(&self, opened: &Self, now: &Self) -> Self {
        // Whether the year is right was said of the year that was typed.
        let born = |form: &Self| form.birth_year.clone();
        let year = if born(self) == born(opened) { now } else { self };
        Self {
            given: field(&self.given, &opened.given, &now.given),
            birth_year: born(year),
            family: field(&self.family, &opened.family, &now.family),
            phone: field(&self.phone, &opened.phone, &now.phone),
            emergency: field(&self.emergency, &opened.emergency, &now.emergency),
            consent: field(&self.consent, &opened.consent, &now.consent),
            year_confirmed: year.year_confirmed,
            sex: field(&self.sex, &opened.sex, &now.sex),
        }
    }
}

/// Whether the one who was typed may be this person: the same name and year, also where no family name was typed.
pub fn may_be_known(typed: &Profile, known: &Profile) -> bool {
    let same_year = typed.year_of_birth().is_some() && typed.year_of_birth() == known.year_of_birth();
    let given = typed.given_names.split_whitespace().next().map(search_key).unwrap_or_default();
    let first = known.given_names.split_whitespace().next().unwrap_or_default();
    let same_first = [first, known.spoken_name()].iter().any(|name| search_key(name) == given);
    let families = [&typed.family_name, &known.family_name].map(|name| search_key(name));
    let same_family = families.iter().any(String::is_empty) || families[0] == families[1];
    typed.may_be(known) || (same_year && same_first && same_family)
}

const fn spoken(lang: Lang) -> PersonLanguage {
    match lang {
        Lang::Fi | Lang::FiTe => PersonLanguage::Finnish,
        Lang::Sv | Lang::SvNi => PersonLanguage::Swedish,
        Lang::En => PersonLanguage::English,
    }
}

/// The operations of a registration: the person, the membership from that day, the consent as an event of its own,
/// and the mark, since the visitor stands there.
pub fn register(
    profile: Profile,
    id: ParticipantId,
    meeting: &Meeting,
    recorded: bool,
    answered: Option<Answered>,
) -> Vec<Verb> {
    let group = meeting.group;
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
    made.extend(answered.map(|answered| answered.by(id)));
    made.extend(verbs::marks(meeting, recorded, &[(id, Some(Mark::Present))]));
    made
}

/// The operations for somebody known who came to this session: a stay in the group where there is none, what they have
/// just answered, and the mark.
pub fn join(
    person: ParticipantId,
    is_member: bool,
    meeting: &Meeting,
    recorded: bool,
    answered: Option<Answered>,
) -> Vec<Verb> {
    let membership = Membership::begun(meeting.group, person, meeting.day);
    let joined = (!is_member).then_some(Verb::Membership(membership::Verb::Join { membership }));
    let said = answered.map(|answered| answered.by(person));
    let marks = verbs::marks(meeting, recorded, &[(person, Some(Mark::Present))]);
    joined.into_iter().chain(said).chain(marks).collect()
}

/// What somebody said of a purpose, aloud, after its text was read out.
pub fn spoken_consent(
    id: ConsentId,
    (participant, purpose): (ParticipantId, ConsentPurpose),
    given: bool,
    on: Day,
    lang: Lang,
) -> Consent {
    Consent {
        id,
        participant,
        purpose,
        act: if given { ConsentAct::Given } else { ConsentAct::Withdrawn },
        channel: ConsentChannel::Spoken,
        on,
        text_version: text_version(purpose).to_owned(),
        language: lang.code().to_owned(),
        // Filled in by the sync: which events were known.
        after: Vec::new(),
        relative: None,
        until: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::attendance;
    use domain::fields::LINE;
    use domain::ids::GroupId;
    use domain::people::ProfileChange;

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
    fn a_whole_date_of_birth_is_taken_where_a_year_is_asked() {
        for typed in ["8.3.1944", "8.3.44", "080344", "1944-03-08"] {
            let profile = form("Helmi", typed).profile(today(), Lang::Fi).unwrap();
            assert_eq!((profile.birth_date, profile.birth_year), ("1944-03-08".parse().ok(), Some(1944)), "{typed}");
        }
    }

    #[test]
    fn somebody_known_is_recognised_without_a_family_name_and_nobody_else_is() {
        let known = |given: &str, family: &str, year| Profile {
            given_names: given.into(),
            family_name: family.into(),
            birth_year: Some(year),
            ..Profile::default()
        };
        let typed = form("Helmi", "1944").profile(today(), Lang::Fi).unwrap();
        assert!(may_be_known(&typed, &known("helmi Maria", "Aho", 1944)));
        assert!(!may_be_known(&typed, &known("Helmi", "Aho", 1945)));
        assert!(!may_be_known(&typed, &known("Hilma", "Aho", 1944)));
        let family = ShortForm { family: "Berg".into(), ..form("Helmi", "1944") };
        assert!(!may_be_known(&family.profile(today(), Lang::Fi).unwrap(), &known("Helmi", "Aho", 1944)));
    }

    #[test]
    fn what_was_completed_changes_only_that() {
        let before = form("Helmi", "1944").profile(today(), Lang::Fi).unwrap();
        let typed = ShortForm { family: "Aho".into(), ..ShortForm::of(&before) };
        assert_eq!(changes(&typed, &before), [ProfileChange::FamilyName("Aho".into())]);
        assert!(changes(&ShortForm::of(&before), &before).is_empty());
    }

    #[test]
    fn saving_without_a_change_records_nothing_whatever_is_known_of_the_birth() {
        let date = "1944-03-08".parse().ok();
        for (birth_date, birth_year) in [(date, None), (date, Some(1944)), (None, Some(1944))] {
            let before = Profile { birth_date, birth_year, sex: Some(Sex::Female), ..of_helmi() };
            assert!(changes(&ShortForm::of(&before), &before).is_empty(), "{birth_date:?} {birth_year:?}");
        }
    }

    #[test]
    fn a_corrected_year_or_date_of_birth_stands_alone() {
        let before = Profile { birth_date: "1944-03-08".parse().ok(), birth_year: Some(1944), ..of_helmi() };
        let year = ShortForm { birth_year: "1945".into(), ..ShortForm::of(&before) };
        let told = [ProfileChange::BirthDate(None), ProfileChange::BirthYear(Some(1945))];
        assert_eq!(changes(&year, &before), told);
        let date = ShortForm { birth_year: "9.3.1945".into(), ..ShortForm::of(&before) };
        let told = [ProfileChange::BirthDate("1945-03-09".parse().ok()), ProfileChange::BirthYear(None)];
        assert_eq!(changes(&date, &before), told);
    }

    #[test]
    fn who_it_is_takes_nothing_back_that_another_has_told_since() {
        let opened = ShortForm::of(&Profile { birth_year: Some(1944), ..of_helmi() });
        let now = Profile { birth_date: "1943-03-08".parse().ok(), sex: Some(Sex::Female), ..of_helmi() };
        let typed = ShortForm { family: "Aho".into(), ..opened.clone() };
        let onto = typed.onto(&opened, &ShortForm::of(&now));
        assert_eq!(changes(&onto, &now), [ProfileChange::FamilyName("Aho".into())]);
    }

    #[test]
    fn a_year_that_is_unlikely_is_asked_about_also_where_somebody_is_known() {
        let opened = ShortForm::of(&Profile { birth_year: Some(1944), ..of_helmi() });
        let typed = ShortForm { birth_year: "1985".into(), year_confirmed: false, ..opened.clone() };
        let onto = typed.onto(&opened, &opened);
        let young = Wrong { field: YEAR, why: Why::Young(41) };
        assert_eq!(onto.completed(&of_helmi(), today(), Lang::Fi), Err(vec![young]));
    }

    fn of_helmi() -> Profile {
        Profile { given_names: "Helmi".into(), ..Profile::default() }
    }

    /// What the form of who it is records of somebody.
    fn changes(typed: &ShortForm, before: &Profile) -> Vec<ProfileChange> {
        before.changes_to(&typed.completed(before, today(), Lang::Fi).unwrap())
    }

    #[test]
    fn whom_to_call_in_an_emergency_is_kept_as_it_was_typed_and_may_be_left_out() {
        let typed = ShortForm { emergency: " Tytär  Tuula 040 222 3333 ".into(), ..form("Helmi", "1944") };
        let profile = typed.profile(today(), Lang::Fi).unwrap();
        assert_eq!(profile.emergency_contact.as_deref(), Some("Tytär Tuula 040 222 3333"));
        let before = form("Helmi", "1944").profile(today(), Lang::Fi).unwrap();
        assert_eq!(before.emergency_contact, None);
        let contact = ProfileChange::EmergencyContact(Some("Tytär Tuula 040 222 3333".into()));
        assert_eq!(before.changes_to(&profile), [contact]);
        let unseen = ShortForm { emergency: "Tu\u{200b}ula".into(), ..form("Helmi", "1944") };
        assert_eq!(unseen.profile(today(), Lang::Fi).unwrap_err()[0].field, EMERGENCY);
    }

    #[test]
    fn somebody_of_another_group_joins_and_a_member_is_only_marked() {
        let nil = uuid::Uuid::nil();
        let meeting = Meeting::unknown(GroupId(nil), today());
        let joins = |verbs: &[Verb]| verbs.iter().filter(|verb| matches!(verb, Verb::Membership(_))).count();
        assert_eq!(joins(&join(ParticipantId(nil), false, &meeting, true, None)), 1);
        assert_eq!(joins(&join(ParticipantId(nil), true, &meeting, true, None)), 0);
    }

    #[test]
    fn what_was_answered_at_the_form_is_said_of_whoever_it_turns_out_to_be() {
        let person = ParticipantId(uuid::Uuid::from_u128(7));
        let meeting = Meeting::unknown(GroupId(uuid::Uuid::nil()), today());
        for (given, act) in [(true, ConsentAct::Given), (false, ConsentAct::Withdrawn)] {
            let verbs = join(person, true, &meeting, true, Some(answered(given, Lang::Fi)));
            let said: Vec<_> = verbs.iter().filter_map(consent_in).collect();
            let [consent] = said[..] else { panic!("{said:?}") };
            let event = (consent.participant, consent.act, consent.channel, consent.on);
            assert_eq!(event, (person, act, ConsentChannel::Spoken, today()));
            assert_eq!((consent.text_version.as_str(), consent.language.as_str()), ("health_tests/1", "fi"));
        }
        assert_eq!(join(person, true, &meeting, true, None).iter().filter_map(consent_in).count(), 0);
    }

    fn answered(given: bool, lang: Lang) -> Answered {
        Answered { id: ConsentId(uuid::Uuid::nil()), given, on: today(), lang }
    }

    fn consent_in(verb: &Verb) -> Option<&Consent> {
        match verb {
            Verb::Consent(consents::Verb::Record { consent }) => Some(consent),
            _ => None,
        }
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
        let (id, meeting) = (ParticipantId(nil), Meeting::unknown(GroupId(nil), today()));
        let profile = form("Helmi", "1944").profile(today(), Lang::Sv).unwrap();
        let verbs = register(profile, id, &meeting, false, Some(answered(true, Lang::Sv)));
        let joined = verbs.iter().find_map(|verb| match verb {
            Verb::Membership(membership::Verb::Join { membership }) => Some(membership.joined_on),
            _ => None,
        });
        let consent = verbs.iter().find_map(consent_in);
        let consent = consent.map(|consent| (consent.language.as_str(), consent.text_version.as_str()));
        assert_eq!((joined, consent), (Some(today()), Some(("sv", "health_tests/1"))));
        assert!(matches!(
            verbs.last(),
            Some(Verb::Attendance(attendance::Verb::Set { mark: Some(Mark::Present), .. }))
        ));
    }
}
