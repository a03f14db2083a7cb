//! What is known of a person, field by field.

use serde::{Deserialize, Serialize};

use super::{Decision, Education, IncomeOk, LivingAlone, PersonLanguage, ReferralSource, Sex};
use crate::fields::{is_birth_date, is_birth_year, is_postal_code};
use crate::ids::ParticipantId;
use crate::input::Born;
use crate::names::{can_be_said, initial, search_key};
use crate::sync::validate::{Invalid, check, in_our_time, line, optional_line, past};
use crate::time::Day;

/// A participant's profile. `None` means "not known", never zero or no.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// The municipality's own key for this person (`participant_ref` in files).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    pub given_names: String,
    pub family_name: String,
    /// The given name in daily use (kutsumanimi).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub called_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<Day>,
    /// All that is known of a walk-in registered in the hall; superseded by `birth_date`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_year: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<PersonLanguage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Name and telephone number of the person to call in an emergency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emergency_contact: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub living_alone: Option<LivingAlone>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub education: Option<Education>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub income_ok: Option<IncomeOk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referral_source: Option<ReferralSource>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applied_on: Option<Day>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// The day of death. From it on nobody turns to the person any more ([`super::may_be_contacted`]).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub died_on: Option<Day>,
    /// The record that stands for this one: both are of one person (docs/sync.md, Merged people).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_as: Option<ParticipantId>,
    /// Where the person lives must not become known (turvakielto): see [`Profile::disclosed`].
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub undisclosed: bool,
    /// Processing is restricted (GDPR, article 18): the record is kept and nothing else is done with it
    /// (docs/access.md, Restriction).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub restricted: bool,
}

/// One changed field of a profile. Fields merge one by one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileChange {
    Reference(Option<String>),
    GivenNames(String),
    FamilyName(String),
    CalledName(Option<String>),
    BirthDate(Option<Day>),
    BirthYear(Option<i32>),
    Sex(Option<Sex>),
    Language(Option<PersonLanguage>),
    Phone(Option<String>),
    PostalCode(Option<String>),
    EmergencyContact(Option<String>),
    LivingAlone(Option<LivingAlone>),
    Education(Option<Education>),
    IncomeOk(Option<IncomeOk>),
    ReferralSource(Option<ReferralSource>),
    AppliedOn(Option<Day>),
    Decision(Option<Decision>),
    DiedOn(Option<Day>),
    Undisclosed(bool),
    SameAs(Option<ParticipantId>),
    Restricted(bool),
}

impl ProfileChange {
    /// The field's name, as in [`Profile`].
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Reference(_) => "reference",
            Self::GivenNames(_) => "given_names",
            Self::FamilyName(_) => "family_name",
            Self::CalledName(_) => "called_name",
            Self::BirthDate(_) => "birth_date",
            Self::BirthYear(_) => "birth_year",
            Self::Sex(_) => "sex",
            Self::Language(_) => "language",
            Self::Phone(_) => "phone",
            Self::PostalCode(_) => "postal_code",
            Self::EmergencyContact(_) => "emergency_contact",
            Self::LivingAlone(_) => "living_alone",
            Self::Education(_) => "education",
            Self::IncomeOk(_) => "income_ok",
            Self::ReferralSource(_) => "referral_source",
            Self::AppliedOn(_) => "applied_on",
            Self::Decision(_) => "decision",
            Self::DiedOn(_) => "died_on",
            Self::Undisclosed(_) => "undisclosed",
            Self::SameAs(_) => "same_as",
            Self::Restricted(_) => "restricted",
        }
    }

    /// Whether people are found to be alike by this field.
    pub const fn is_found_by(&self) -> bool {
        matches!(
            self,
            Self::Reference(_)
                | Self::GivenNames(_)
                | Self::FamilyName(_)
                | Self::CalledName(_)
                | Self::BirthDate(_)
                | Self::BirthYear(_)
                | Self::Phone(_)
        )
    }

    /// Writes this field into the profile.
    pub fn apply(&self, profile: &mut Profile) {
        match self.clone() {
            Self::Reference(v) => profile.reference = v,
            Self::GivenNames(v) => profile.given_names = v,
            Self::FamilyName(v) => profile.family_name = v,
            Self::CalledName(v) => profile.called_name = v,
            Self::BirthDate(v) => profile.birth_date = v,
            Self::BirthYear(v) => profile.birth_year = v,
            Self::Sex(v) => profile.sex = v,
            Self::Language(v) => profile.language = v,
            Self::Phone(v) => profile.phone = v,
            Self::PostalCode(v) => profile.postal_code = v,
            Self::EmergencyContact(v) => profile.emergency_contact = v,
            Self::LivingAlone(v) => profile.living_alone = v,
            Self::Education(v) => profile.education = v,
            Self::IncomeOk(v) => profile.income_ok = v,
            Self::ReferralSource(v) => profile.referral_source = v,
            Self::AppliedOn(v) => profile.applied_on = v,
            Self::Decision(v) => profile.decision = v,
            Self::DiedOn(v) => profile.died_on = v,
            Self::Undisclosed(v) => profile.undisclosed = v,
            Self::SameAs(v) => profile.same_as = v,
            Self::Restricted(v) => profile.restricted = v,
        }
    }
}

impl ProfileChange {
    /// Whether such a value may stand in the field; `today` bounds birthdays.
    pub fn check(&self, today: Day) -> Result<(), Invalid> {
        let name = self.field();
        match self {
            Self::GivenNames(value) | Self::FamilyName(value) => line(value, name),
            Self::Reference(value) | Self::CalledName(value) | Self::EmergencyContact(value) => {
                optional_line(value.as_ref(), name)
            }
            // Tablets of schema 1 record shorter numbers than forms and files take now; what is recorded is not lost.
            Self::Phone(value) => optional_line(value.as_ref(), name),
            Self::PostalCode(value) => check(value.as_deref().is_none_or(is_postal_code), name),
            Self::BirthDate(Some(day)) => check(is_birth_date(*day, today.plus_days(1)), name),
            Self::BirthYear(Some(year)) => check(is_birth_year(*year, today), name),
            Self::AppliedOn(day) => in_our_time(*day, name),
            Self::DiedOn(day) => day.map_or(Ok(()), |day| past(day, today, name)),
            Self::BirthDate(None) | Self::BirthYear(None) => Ok(()),
            Self::Sex(_) | Self::Language(_) | Self::LivingAlone(_) | Self::Education(_) => Ok(()),
            Self::IncomeOk(_) | Self::ReferralSource(_) | Self::Decision(_) => Ok(()),
            Self::Undisclosed(_) | Self::SameAs(_) | Self::Restricted(_) => Ok(()),
        }
    }
}

impl Profile {
    /// Something to call the person by, and every field in order. A municipality's file may know no name and bring its
    /// own reference instead.
    pub fn check(&self, today: Day) -> Result<(), Invalid> {
        check(!self.is_nameless() || self.reference.is_some(), "given_names")?;
        self.changes().iter().try_for_each(|change| change.check(today))
    }

    /// Every field as a change that would set it.
    pub fn changes(&self) -> Vec<ProfileChange> {
        use ProfileChange as C;
        let p = self.clone();
        vec![
            C::Reference(p.reference),
            C::GivenNames(p.given_names),
            C::FamilyName(p.family_name),
            C::CalledName(p.called_name),
            C::BirthDate(p.birth_date),
            C::BirthYear(p.birth_year),
            C::Sex(p.sex),
            C::Language(p.language),
            C::Phone(p.phone),
            C::PostalCode(p.postal_code),
            C::EmergencyContact(p.emergency_contact),
            C::LivingAlone(p.living_alone),
            C::Education(p.education),
            C::IncomeOk(p.income_ok),
            C::ReferralSource(p.referral_source),
            C::AppliedOn(p.applied_on),
            C::Decision(p.decision),
            C::DiedOn(p.died_on),
            C::Undisclosed(p.undisclosed),
            C::SameAs(p.same_as),
            C::Restricted(p.restricted),
        ]
    }

    /// The fields in which `wanted` differs from this profile.
    pub fn changes_to(&self, wanted: &Self) -> Vec<ProfileChange> {
        let now = self.changes();
        wanted.changes().into_iter().filter(|change| !now.contains(change)).collect()
    }

    /// The name used in talk: the called name, else the first given name, else the one name that there is; of a person
    /// whom a file brought without any name, the municipality's own reference.
    pub fn spoken_name(&self) -> &str {
        self.first_name().or(self.last_name()).or(self.reference.as_deref()).unwrap_or_default()
    }

    pub(super) fn first_name(&self) -> Option<&str> {
        let called = self.called_name.as_deref().filter(|name| can_be_said(name));
        called.or_else(|| self.given_names.split_whitespace().find(|name| can_be_said(name)))
    }

    pub(super) fn last_name(&self) -> Option<&str> {
        Some(self.family_name.trim()).filter(|name| can_be_said(name))
    }

    /// Neither a given nor a family name is known; a dash in a register is none.
    pub fn is_nameless(&self) -> bool {
        !can_be_said(&self.given_names) && !can_be_said(&self.family_name)
    }

    /// The name in lists: "Virtanen Marja".
    pub fn list_name(&self) -> String {
        self.joined([self.last_name(), self.first_name()])
    }

    /// The name in running text: "Marja Virtanen".
    pub fn full_name(&self) -> String {
        self.joined([self.first_name(), self.last_name()])
    }

    /// With all given names: "Marja Liisa Virtanen".
    pub fn whole_name(&self) -> String {
        self.joined([self.all_given_names(), self.last_name()])
    }

    /// The same in a list by family name: "Virtanen Marja Liisa".
    pub fn whole_list_name(&self) -> String {
        self.joined([self.last_name(), self.all_given_names()])
    }

    fn all_given_names(&self) -> Option<&str> {
        Some(self.given_names.as_str()).filter(|names| can_be_said(names)).or(self.first_name())
    }

    /// The names that are there; without any, the reference.
    fn joined(&self, names: [Option<&str>; 2]) -> String {
        let known: Vec<_> = names.into_iter().flatten().flat_map(str::split_whitespace).collect();
        if known.is_empty() { self.spoken_name().to_owned() } else { known.join(" ") }
    }

    /// The profile with nothing but the names.
    pub fn names_only(&self) -> Self {
        Self {
            given_names: self.given_names.clone(),
            family_name: self.family_name.clone(),
            called_name: self.called_name.clone(),
            ..Self::default()
        }
    }

    /// What lists, papers, files and tablets may say: of somebody whose home must not become known neither telephone nor
    /// postal code. The whole is shown on the person's own page at the desk alone.
    #[must_use]
    pub fn disclosed(self) -> Self {
        match self.undisclosed {
            true => Self { phone: None, postal_code: None, ..self },
            false => self,
        }
    }

    /// First letters of the first and the family name: "MV"; one letter for a person with one name.
    pub fn initials(&self) -> String {
        self.letters([self.first_name(), self.last_name()])
    }

    /// The same letters beside a name that a list shows, in its order: "VM" for "Virtanen Marja".
    pub fn listed_initials(&self) -> String {
        self.letters([self.last_name(), self.first_name()])
    }

    fn letters(&self, names: [Option<&str>; 2]) -> String {
        match names {
            [Some(one), Some(other)] => initial(one) + &initial(other),
            _ => initial(self.spoken_name()),
        }
    }

    /// The year in which the person was born, as far as it is known.
    pub fn year_of_birth(&self) -> Option<i32> {
        self.birth_date.map(Day::year).or(self.birth_year)
    }

    /// The age in whole years, by the date of birth or by the year alone.
    pub fn age_on(&self, today: Day) -> Option<i32> {
        let born = self.birth_date.map(Born::Date).or(self.birth_year.map(Born::Year));
        born.map(|born| born.age_on(today))
    }

    /// What is alike in two records that may be of one person: the folded name and the day of birth. Nothing where one
    /// of them is not known.
    pub fn likeness(&self) -> Option<(String, Day)> {
        let name = search_key(&format!("{} {}", self.family_name, self.given_names));
        self.birth_date.filter(|_| !name.is_empty()).map(|day| (name, day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_somebody_whose_home_must_not_become_known_only_contacts_are_hidden() {
        let known = Profile {
            given_names: "Irja".into(),
            phone: Some("040 123 4567".into()),
            postal_code: Some("00560".into()),
            emergency_contact: Some("Pekka 050 1".into()),
            ..Profile::default()
        };
        assert_eq!(known.clone().disclosed(), known);
        let hidden = Profile { undisclosed: true, ..known }.disclosed();
        assert_eq!((hidden.phone, hidden.postal_code, hidden.given_names.as_str()), (None, None, "Irja"));
        assert!(hidden.emergency_contact.is_some(), "in an emergency somebody must be called");
    }

    #[test]
    fn a_field_is_held_to_its_rules() {
        use ProfileChange as C;
        let today: Day = "2026-11-21".parse().unwrap();
        let day = |text: &str| Some(text.parse().unwrap());
        let text = |n: usize| Some("a".repeat(n));
        for (good, bad) in [
            (C::BirthDate(day("1900-01-01")), C::BirthDate(day("1899-12-31"))),
            (C::BirthDate(Some(today)), C::BirthDate(day("2026-11-23"))),
            (C::BirthYear(Some(1900)), C::BirthYear(Some(1899))),
            (C::AppliedOn(day("1990-01-01")), C::AppliedOn(day("1989-12-31"))),
            (C::AppliedOn(day("2199-12-31")), C::AppliedOn(day("2200-01-01"))),
            (C::PostalCode(Some("00100".into())), C::PostalCode(Some("0100".into()))),
            (C::EmergencyContact(text(200)), C::EmergencyContact(text(201))),
            (C::Phone(text(200)), C::Phone(text(201))),
        ] {
            assert_eq!(good.check(today), Ok(()), "{good:?}");
            assert_eq!(bad.check(today), Err(Invalid::field(bad.field())), "{bad:?}");
        }
    }
}
