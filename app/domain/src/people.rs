//! Participants: who they are, as far as the programme needs to know (domain.md 6.3).

use serde::{Deserialize, Serialize};

use crate::codes::codes;
use crate::ids::ParticipantId;
use crate::names::{can_be_said, initial};
use crate::sync::hlc::Hlc;
use crate::time::Day;
use std::collections::BTreeMap;

codes! {
    /// Sex as told by the participant, used for reference values only; never guessed.
    pub enum Sex { Female = "female", Male = "male", Other = "other", Unknown = "unknown" }
}

codes! {
    /// The person's own language for letters and talk (L7).
    pub enum PersonLanguage { Finnish = "fi", Swedish = "sv", English = "en", Other = "other" }
}

codes! {
    /// Whether the person lives alone.
    pub enum LivingAlone { Yes = "yes", No = "no", NotTold = "not_told" }
}

codes! {
    /// Highest education.
    pub enum Education { Basic = "basic", Secondary = "secondary", Higher = "higher", NotTold = "not_told" }
}

codes! {
    /// How easily the household's income covers its costs.
    pub enum IncomeOk { Easy = "easy", Moderate = "moderate", Hard = "hard", NotTold = "not_told" }
}

codes! {
    /// Way into the programme (domain.md 1.2).
    pub enum ReferralSource {
        Myself = "self", Relative = "relative", HomeCare = "home_care",
        PreventiveHomeVisit = "preventive_home_visit", HealthCentre = "health_centre",
        HospitalRehab = "hospital_rehab", Pharmacy = "pharmacy", Ngo = "ngo", Parish = "parish",
        Outreach = "outreach", Peer = "peer", SportsService = "sports_service", Other = "other",
    }
}

codes! {
    /// What was decided on the application (domain.md 1.1).
    pub enum Decision {
        Accepted = "accepted", WaitingList = "waiting_list", CounsellingOnly = "counselling_only",
        ReferredElsewhere = "referred_elsewhere", NotEligible = "not_eligible", Withdrew = "withdrew",
    }
}

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
}

/// One changed field of a profile. Fields merge one by one (sync.md 4).
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
        }
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
        }
    }
}

impl Profile {
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
        ]
    }

    /// The fields in which `wanted` differs from this profile.
    pub fn changes_to(&self, wanted: &Self) -> Vec<ProfileChange> {
        let now = self.changes();
        wanted.changes().into_iter().filter(|change| !now.contains(change)).collect()
    }

    /// The name used in talk: the called name, else the first given name; of a person whom a file brought
    /// without any name, the municipality's own reference.
    pub fn spoken_name(&self) -> &str {
        match self.called_name.as_deref().filter(|name| can_be_said(name)) {
            Some(name) => name,
            None if self.is_nameless() => self.reference.as_deref().unwrap_or_default(),
            None => self.given_names.split_whitespace().next().unwrap_or(&self.given_names),
        }
    }

    /// Neither a given nor a family name is known; a dash in a register is none.
    pub fn is_nameless(&self) -> bool {
        !can_be_said(&self.given_names) && !can_be_said(&self.family_name)
    }

    /// The name in lists: "Virtanen Marja" (L4).
    pub fn list_name(&self) -> String {
        format!("{} {}", self.family_name, self.spoken_name()).trim().to_owned()
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

    /// First letters of the spoken name and the family name: "MV".
    pub fn initials(&self) -> String {
        initial(self.spoken_name()) + &initial(&self.family_name)
    }

    /// The name in running text: "Marja Virtanen" (L4).
    pub fn full_name(&self) -> String {
        format!("{} {}", self.spoken_name(), self.family_name).trim().to_owned()
    }
}

/// A participant as server and tablets hold them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Participant {
    pub id: ParticipantId,
    pub profile: Profile,
    /// Registered the short way in a hall; the coordinator completes it later.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
    /// When each changed field was last written; the merge compares them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub clocks: BTreeMap<String, Written>,
}

/// When a field was written, and the participant's revision that this made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    pub at: Hlc,
    pub rev: i64,
}
