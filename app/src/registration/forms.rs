//! What stands in the forms of a registration, as typed and tapped, and what they record. Kept as drafts, so that whoever
//! leaves half way loses nothing.

use domain::applications::{Answers, Said};
use domain::eligibility::Activity;
use domain::fields::is_postal_code;
use domain::input::phone;
use domain::names::{NameError, name_typed};
use domain::people::{Education, IncomeOk, LivingAlone, PersonLanguage, Profile, ProfileChange};
use serde::{Deserialize, Serialize};

use crate::sync::begun::{Fields, field};

/// The fields' ids on the screen.
pub const PHONE: &str = "phone";
pub const POSTAL_CODE: &str = "postal-code";
pub const EMERGENCY: &str = "emergency";
pub const MINUTES: &str = "minutes";
pub const REASON: &str = "exception-reason";
pub const OWN_YES: &str = "own-yes";

/// Brisk minutes a week, at most.
const MOST_MINUTES: u16 = 2000;

/// How to reach somebody, and in which language.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Contact {
    pub language: Option<PersonLanguage>,
    pub phone: String,
    pub postal_code: String,
}

impl Contact {
    pub fn of(profile: &Profile) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Self { language: profile.language, phone: text(&profile.phone), postal_code: text(&profile.postal_code) }
    }

    /// What it says differently of the person, or the fields that are wrong. What was there already stays as it is,
    /// whatever rule it was written by.
    pub fn changes(&self, before: &Profile) -> Result<Vec<ProfileChange>, Vec<&'static str>> {
        let known = Self::of(before);
        let mut wrong = Vec::new();
        let number = match self.phone.trim() {
            "" => None,
            _ if self.phone == known.phone => before.phone.clone(),
            typed => phone(typed).map_err(|_| wrong.push(PHONE)).ok(),
        };
        let code = Some(self.postal_code.trim().to_owned()).filter(|code| !code.is_empty());
        if code.as_deref().is_some_and(|code| !is_postal_code(code)) {
            wrong.push(POSTAL_CODE);
        }
        let wanted = Profile { language: self.language, phone: number, postal_code: code, ..before.clone() };
        if wrong.is_empty() { Ok(before.changes_to(&wanted)) } else { Err(wrong) }
    }
}

impl Fields for Contact {
    fn onto(&self, opened: &Self, now: &Self) -> Self {
        Self {
            language: field(&self.language, &opened.language, &now.language),
            phone: field(&self.phone, &opened.phone, &now.phone),
            postal_code: field(&self.postal_code, &opened.postal_code, &now.postal_code),
        }
    }
}

/// What whoever is to be called in an emergency is changed to.
pub fn emergency_changes(typed: &str, before: &Profile) -> Result<Vec<ProfileChange>, NameError> {
    let contact = if typed.trim().is_empty() { None } else { Some(name_typed(typed)?) };
    Ok(before.changes_to(&Profile { emergency_contact: contact, ..before.clone() }))
}

/// The questions on the target group.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Target {
    pub answers: Answers,
    /// Brisk minutes a week, as typed.
    pub minutes: String,
    /// Why somebody under 75 is taken in, as typed.
    pub reason: String,
}

impl Target {
    pub fn of(answers: &Answers) -> Self {
        Self {
            answers: answers.clone(),
            minutes: answers.activity.brisk_minutes.map(|minutes| minutes.to_string()).unwrap_or_default(),
            reason: answers.exception_reason.clone().unwrap_or_default(),
        }
    }

    /// The answers as they are now with those that were given here, or the fields that are wrong. `referred`: somebody
    /// else asked for the person, so that nothing of how they are is kept before their own yes.
    pub fn answers(&self, now: &Answers, referred: bool) -> Result<Answers, Vec<&'static str>> {
        let mut wrong = Vec::new();
        let typed = self.minutes.trim();
        let minutes = if typed.is_empty() {
            None
        } else {
            let read = typed.parse::<u16>().ok().filter(|minutes| *minutes <= MOST_MINUTES);
            if read.is_none() {
                wrong.push(MINUTES);
            }
            read
        };
        let Answers { own_yes, home, mut activity, function, .. } = self.answers.clone();
        activity.brisk_minutes = minutes;
        let exception_reason = Some(self.reason.trim().to_owned()).filter(|reason| !reason.is_empty());
        // Other parts of the registration write into the same answers, perhaps since this one was opened.
        let answers = Answers { own_yes, home, activity, function, exception_reason, ..now.clone() };
        if referred && answers.own_yes.is_none() && answers.tells_of_health() {
            wrong.insert(0, OWN_YES);
        }
        if wrong.is_empty() { Ok(answers) } else { Err(wrong) }
    }
}

impl Fields for Target {
    fn onto(&self, opened: &Self, now: &Self) -> Self {
        let (told, was, is) = (&self.answers, &opened.answers, &now.answers);
        let (was_sign, is_sign) = (was.function.signs(), is.function.signs());
        let mut signs = told.function.signs();
        for ((sign, was), is) in signs.iter_mut().zip(was_sign).zip(is_sign) {
            *sign = field(sign, &was, &is);
        }
        let days = |answers: &Answers| answers.activity.strength_days;
        let strength_days = field(&days(told), &days(was), &days(is));
        let answers = Answers {
            own_yes: field(&told.own_yes, &was.own_yes, &is.own_yes),
            home: field(&told.home, &was.home, &is.home),
            activity: Activity { strength_days, ..is.activity },
            function: is.function.with_signs(signs),
            ..is.clone()
        };
        let minutes = field(&self.minutes, &opened.minutes, &now.minutes);
        Self { answers, minutes, reason: field(&self.reason, &opened.reason, &now.reason) }
    }
}

/// The questions on the position. Each has "rather not say", which is an answer.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Position {
    pub living_alone: Option<LivingAlone>,
    pub education: Option<Education>,
    pub income_ok: Option<IncomeOk>,
    pub no_transport: Option<Said>,
    pub pension: Option<Said>,
}

impl Position {
    pub fn of(profile: &Profile, answers: &Answers) -> Self {
        Self {
            living_alone: profile.living_alone,
            education: profile.education,
            income_ok: profile.income_ok,
            no_transport: answers.no_transport,
            pension: answers.pension,
        }
    }

    /// What of it belongs to the person.
    pub fn changes(self, before: &Profile) -> Vec<ProfileChange> {
        let Self { living_alone, education, income_ok, .. } = self;
        before.changes_to(&Profile { living_alone, education, income_ok, ..before.clone() })
    }

    /// What of it belongs to the application, with all that was told before.
    pub fn answers(self, before: &Answers) -> Answers {
        Answers { no_transport: self.no_transport, pension: self.pension, ..before.clone() }
    }
}

impl Fields for Position {
    fn onto(&self, opened: &Self, now: &Self) -> Self {
        Self {
            living_alone: field(&self.living_alone, &opened.living_alone, &now.living_alone),
            education: field(&self.education, &opened.education, &now.education),
            income_ok: field(&self.income_ok, &opened.income_ok, &now.income_ok),
            no_transport: field(&self.no_transport, &opened.no_transport, &now.no_transport),
            pension: field(&self.pension, &opened.pension, &now.pension),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::applications::{OwnYes, YesBy};
    use domain::eligibility::{Function, Home};
    use domain::people::Sex;

    fn known() -> Profile {
        Profile { given_names: "Helmi".into(), phone: Some("1234".into()), ..Profile::default() }
    }

    #[test]
    fn how_to_reach_somebody_is_read_as_people_write_it_and_what_is_wrong_is_named() {
        let typed = Contact {
            language: Some(PersonLanguage::Swedish),
            phone: "040 123 4567".into(),
            postal_code: " 00560 ".into(),
        };
        let changes = typed.changes(&known()).unwrap();
        assert_eq!(
            changes,
            [
                ProfileChange::Language(Some(PersonLanguage::Swedish)),
                ProfileChange::Phone(Some("0401234567".into())),
                ProfileChange::PostalCode(Some("00560".into())),
            ]
        );
        let wrong = Contact { phone: "abc".into(), postal_code: "0560".into(), ..typed };
        assert_eq!(wrong.changes(&known()), Err(vec![PHONE, POSTAL_CODE]));
        let untouched = Contact::of(&known());
        assert_eq!(untouched.changes(&known()), Ok(Vec::new()), "a number of an earlier rule stays as it is");
        let emptied = Contact { phone: " ".into(), ..untouched };
        assert_eq!(emptied.changes(&known()), Ok(vec![ProfileChange::Phone(None)]));
    }

    #[test]
    fn whom_to_call_can_be_named_changed_and_left_out() {
        let tuula = ProfileChange::EmergencyContact(Some("Tuula 040 1".into()));
        assert_eq!(emergency_changes(" Tuula  040 1 ", &known()), Ok(vec![tuula]));
        assert_eq!(emergency_changes("", &known()), Ok(Vec::new()));
        assert_eq!(emergency_changes("Tu\u{200b}ula", &known()), Err(NameError::Unseen));
    }

    #[test]
    fn minutes_are_a_number_of_a_week_and_everything_may_be_left_open() {
        let typed = |minutes: &str| Target { minutes: minutes.into(), ..Target::default() };
        let minutes =
            |text: &str| typed(text).answers(&Answers::default(), false).map(|answers| answers.activity.brisk_minutes);
        assert_eq!(minutes(""), Ok(None));
        assert_eq!(minutes(" 150 "), Ok(Some(150)));
        assert_eq!(minutes("2000"), Ok(Some(2000)));
        for text in ["2001", "-5", "puoli tuntia"] {
            assert_eq!(minutes(text), Err(vec![MINUTES]), "{text}");
        }
    }

    #[test]
    fn of_somebody_referred_nothing_of_health_is_taken_before_the_own_yes() {
        let mut typed = Target::default();
        assert_eq!(typed.answers(&Answers::default(), true), Ok(Answers::default()));
        typed.answers.activity = Activity { strength_days: Some(1), brisk_minutes: None };
        assert_eq!(typed.answers(&Answers::default(), true), Err(vec![OWN_YES]));
        typed.answers.own_yes = Some(OwnYes { by: YesBy::InPerson, on: "2026-11-21".parse().unwrap() });
        assert!(typed.answers(&Answers::default(), true).is_ok());
    }

    #[test]
    fn what_another_part_has_told_since_this_one_was_opened_stays() {
        let opened = Target::of(&Answers { home: Some(Home::OwnHome), ..Answers::default() });
        let now = Answers { pension: Some(Said::Yes), ..Answers::default() };
        let answers = opened.answers(&now, false).unwrap();
        assert_eq!((answers.home, answers.pension), (Some(Home::OwnHome), Some(Said::Yes)));
    }

    #[test]
    fn what_was_told_before_stays_where_only_the_position_is_told() {
        let before = Answers { remark: Some("iltapäivisin".into()), ..Answers::default() };
        let told =
            Position { living_alone: Some(LivingAlone::NotTold), pension: Some(Said::NotTold), ..Position::default() };
        assert_eq!(told.changes(&known()), [ProfileChange::LivingAlone(Some(LivingAlone::NotTold))]);
        let answers = told.answers(&before);
        assert_eq!((answers.remark, answers.pension), (before.remark, Some(Said::NotTold)));
    }

    #[test]
    fn how_to_reach_somebody_takes_nothing_back_that_another_has_told_since() {
        let opened = Contact::of(&known());
        let now = Profile { phone: Some("0409".into()), postal_code: Some("00560".into()), ..known() };
        let typed = Contact { language: Some(PersonLanguage::Swedish), ..opened.clone() };
        let onto = typed.onto(&opened, &Contact::of(&now));
        assert_eq!(onto.changes(&now), Ok(vec![ProfileChange::Language(Some(PersonLanguage::Swedish))]));
        let emptied = Contact { phone: String::new(), ..opened.clone() };
        assert_eq!(emptied.onto(&opened, &Contact::of(&now)).changes(&now), Ok(vec![ProfileChange::Phone(None)]));
    }

    #[test]
    fn whom_to_call_that_another_has_named_since_stays_where_nothing_was_typed() {
        let now = Profile { emergency_contact: Some("Tuula 040 1".into()), ..known() };
        let of = |typed: &str| typed.to_owned().onto(&String::new(), &"Tuula 040 1".to_owned());
        assert_eq!(emergency_changes(&of(""), &now), Ok(Vec::new()));
        let other = ProfileChange::EmergencyContact(Some("Kalle 040 2".into()));
        assert_eq!(emergency_changes(&of("Kalle 040 2"), &now), Ok(vec![other]));
    }

    #[test]
    fn the_position_takes_nothing_back_that_another_has_told_since() {
        let answers = Answers { pension: Some(Said::Yes), ..Answers::default() };
        let now = Profile { education: Some(Education::ALL[0]), sex: Some(Sex::Female), ..known() };
        let typed = Position { no_transport: Some(Said::No), ..Position::default() };
        let onto = typed.onto(&Position::default(), &Position::of(&now, &answers));
        assert!(onto.changes(&now).is_empty());
        assert_eq!(onto.answers(&answers), Answers { no_transport: Some(Said::No), ..answers });
    }

    #[test]
    fn the_target_group_takes_nothing_back_that_another_has_told_since() {
        let told = |fell, aid| Function { fell_in_12_months: fell, uses_aid_outdoors: aid, ..Function::default() };
        let opened = Answers { home: Some(Home::OwnHome), ..Answers::default() };
        let now = Answers {
            home: Some(Home::ServiceHousing),
            activity: Activity { strength_days: Some(3), brisk_minutes: Some(90) },
            function: told(Some(true), None),
            exception_reason: Some("kaatunut".into()),
            ..Answers::default()
        };
        let mut typed = Target::of(&opened);
        typed.answers.function = told(None, Some(true));
        typed.minutes = "120".into();
        let onto = typed.onto(&Target::of(&opened), &Target::of(&now)).answers(&now, false).unwrap();
        let activity = Activity { brisk_minutes: Some(120), ..now.activity };
        assert_eq!(onto, Answers { activity, function: told(Some(true), Some(true)), ..now });
    }
}
