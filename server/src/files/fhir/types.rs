//! The parts of FHIR R4 that the export writes, as they stand in its JSON.

use serde::Serialize;
use serde_json::value::RawValue;

/// `urn:uuid:…`, which is what entries of a bundle are called and referred to by.
pub fn urn(id: uuid::Uuid) -> String {
    format!("urn:uuid:{id}")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bundle {
    pub resource_type: &'static str,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub timestamp: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entry: Vec<Entry>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    pub full_url: String,
    pub resource: Resource,
}

impl Entry {
    pub fn new(id: uuid::Uuid, resource: Resource) -> Self {
        Self { full_url: urn(id), resource }
    }
}

#[derive(Serialize)]
#[serde(tag = "resourceType")]
pub enum Resource {
    Organization(Organization),
    Patient(Patient),
    Group(Group),
    EpisodeOfCare(EpisodeOfCare),
    Encounter(Encounter),
    Consent(Consent),
    Observation(Box<Observation>),
    QuestionnaireResponse(QuestionnaireResponse),
}

#[derive(Serialize)]
pub struct Organization {
    pub id: String,
    pub name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Patient {
    pub id: String,
    pub identifier: Vec<Identifier>,
    pub name: Vec<HumanName>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub telecom: Vec<ContactPoint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<&'static str>,
    /// A day, or a year alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub address: Vec<Address>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub communication: Vec<Communication>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    pub id: String,
    pub identifier: Vec<Identifier>,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub actual: bool,
    pub code: CodeableConcept,
    pub name: String,
    pub managing_entity: Reference,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub member: Vec<Member>,
}

#[derive(Serialize)]
pub struct Member {
    pub entity: Reference,
    pub period: Period,
    pub inactive: bool,
}

/// A season's participation: one stay in a group.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EpisodeOfCare {
    pub id: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extension: Vec<Extension>,
    pub status: &'static str,
    #[serde(rename = "type")]
    pub kind: Vec<CodeableConcept>,
    pub patient: Reference,
    pub managing_organization: Reference,
    pub period: Period,
}

/// An attended visit.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Encounter {
    pub id: String,
    pub status: &'static str,
    pub class: Coding,
    #[serde(rename = "type")]
    pub kind: Vec<CodeableConcept>,
    pub subject: Reference,
    pub period: Period,
    pub service_provider: Reference,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Consent {
    pub id: String,
    pub status: &'static str,
    pub scope: CodeableConcept,
    pub category: Vec<CodeableConcept>,
    pub patient: Reference,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_time: Option<String>,
    pub policy_rule: CodeableConcept,
    pub provision: Provision,
}

#[derive(Serialize)]
pub struct Provision {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub code: Vec<CodeableConcept>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Observation {
    pub id: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extension: Vec<Extension>,
    pub status: &'static str,
    pub category: Vec<CodeableConcept>,
    pub code: CodeableConcept,
    pub subject: Reference,
    pub effective_date_time: String,
    #[serde(flatten)]
    pub result: Found,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub note: Vec<Annotation>,
    pub method: CodeableConcept,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reference_range: Vec<ReferenceRange>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub component: Vec<Component>,
}

/// A value, or why there is none.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Found {
    ValueInteger(i64),
    ValueQuantity(Quantity),
    DataAbsentReason(CodeableConcept),
}

#[derive(Serialize)]
pub struct Component {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extension: Vec<Extension>,
    pub code: CodeableConcept,
    #[serde(flatten)]
    pub result: Found,
}

#[derive(Serialize)]
pub struct ReferenceRange {
    pub low: Quantity,
    pub high: Quantity,
    /// Where the numbers come from.
    pub text: String,
}

#[derive(Serialize)]
pub struct QuestionnaireResponse {
    pub id: String,
    pub questionnaire: String,
    pub status: &'static str,
    pub subject: Reference,
    pub authored: String,
    pub item: Vec<ResponseItem>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResponseItem {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extension: Vec<Extension>,
    pub link_id: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answer: Vec<Answer>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Answer {
    ValueInteger(i64),
    ValueCoding(Coding),
}

#[derive(Serialize)]
pub struct Identifier {
    pub system: String,
    pub value: String,
}

#[derive(Serialize)]
pub struct HumanName {
    #[serde(rename = "use")]
    pub usage: &'static str,
    pub text: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub family: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<String>,
}

#[derive(Serialize)]
pub struct ContactPoint {
    pub system: &'static str,
    pub value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    pub postal_code: String,
}

#[derive(Serialize)]
pub struct Communication {
    pub language: CodeableConcept,
    pub preferred: bool,
}

#[derive(Serialize)]
pub struct Period {
    pub start: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
}

#[derive(Serialize)]
pub struct Reference {
    pub reference: String,
}

impl Reference {
    pub fn to(id: uuid::Uuid) -> Self {
        Self { reference: urn(id) }
    }
}

#[derive(Serialize)]
pub struct Annotation {
    pub text: String,
}

#[derive(Serialize)]
pub struct Quantity {
    /// With the decimals that were measured: they say how exact it is.
    pub value: Box<RawValue>,
    pub unit: &'static str,
    pub system: &'static str,
    pub code: &'static str,
}

#[derive(Clone, Serialize)]
pub struct Coding {
    pub system: String,
    pub code: String,
}

#[derive(Clone, Serialize)]
pub struct CodeableConcept {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub coding: Vec<Coding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl CodeableConcept {
    pub fn of(system: impl Into<String>, code: impl Into<String>) -> Self {
        Self { coding: vec![Coding { system: system.into(), code: code.into() }], text: None }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Extension {
    pub url: String,
    pub value_code: &'static str,
}
