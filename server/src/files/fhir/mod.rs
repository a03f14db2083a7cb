//! The municipality's data as one FHIR R4 Bundle: organisations, people, groups, seasons, visits, consents and tests.
//! Resources, codes and what they leave out: docs/outcomes.md, FHIR.

mod results;
mod types;

use std::collections::HashMap;

use domain::attendance::Mark;
use domain::groups::{Group, GroupKind, Membership};
use domain::ids::{GroupId, OrganisationId, ParticipantId, SessionId, uuid_v5};
use domain::people::{Participant, PersonLanguage, Profile, Sex};
use domain::sessions::SessionStatus;
use domain::time::{Day, Instant};
use time::OffsetDateTime;
use uuid::Uuid;

use self::results::Writer;
use self::types::{
    Address, Bundle, CodeableConcept, Coding, Communication, Consent, ContactPoint, Encounter, Entry, EpisodeOfCare,
    Extension, HumanName, Identifier, Member, Organization, Patient, Period, Provision, Reference, Resource,
};
use super::export::Days;
use super::present::{self, Groups, HealthConsent, Organisations, People};
use crate::access::{Scope, ScopedTx};
use crate::audit;
use crate::error::Error;
use crate::state::AppState;

const ACT_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
const CONSENT_SCOPE: &str = "http://terminology.hl7.org/CodeSystem/consentscope";

/// The bundle, handed to whoever runs the installation. What it tells of people is logged before it is.
pub async fn take_out(state: &AppState, scope: &Scope, days: Days) -> Result<String, Error> {
    let mut tx = state.db.read(scope).await?;
    let base = format!("{}/fhir", state.config.public_url);
    let entry = entries(&mut tx, &base, days).await?;
    drop(tx);
    let people = entry.iter().filter(|entry| !matches!(entry.resource, Resource::Organization(_))).count();
    if people > 0 {
        let look = audit::Entry::of_export(state.now(), "fhir", people);
        audit::note(state, scope.municipality(), &look).await?;
    }
    let bundle = Bundle { resource_type: "Bundle", kind: "collection", timestamp: utc(state.now()), entry };
    let text = serde_json::to_string(&bundle).map_err(|error| Error::Broken(format!("a bundle: {error}")))?;
    Ok(text + "\n")
}

/// Every resource, each kind in the order of its references or days.
async fn entries(tx: &mut ScopedTx, base: &str, days: Days) -> Result<Vec<Entry>, Error> {
    let (people, groups) = (present::people(tx).await?, present::groups(tx).await?);
    let organisations = present::organisations(tx).await?;
    let consents = present::health_consents(tx).await?;
    let mut stays = present::memberships(tx).await?;
    stays.retain(|stay| days.touches(Some(stay.joined_on), stay.left_on));
    stays.sort_by_key(|stay| (stay.joined_on, stay.id));
    let town = Town { base, people: &people, groups: &groups, organisations: &organisations };
    let mut entries = town.organisations();
    entries.extend(town.patients());
    entries.extend(town.exercise_groups(days, &stays));
    entries.extend(stays.iter().filter_map(|stay| town.season(stay)));
    entries.extend(town.consents(&consents));
    entries.extend(town.visits(tx, days).await?);
    entries.extend(town.tests(tx, days).await?);
    Ok(entries)
}

/// What is known of the municipality while its resources are written.
struct Town<'a> {
    base: &'a str,
    people: &'a People,
    groups: &'a Groups,
    organisations: &'a Organisations,
}

impl Town<'_> {
    fn organisations(&self) -> Vec<Entry> {
        let mut all: Vec<_> = self.organisations.names.iter().collect();
        all.sort_by_key(|(id, name)| (name.as_str(), id.0));
        let one = |(id, name): (&OrganisationId, &String)| {
            Entry::new(id.0, Resource::Organization(Organization { id: id.to_string(), name: name.clone() }))
        };
        all.into_iter().map(one).collect()
    }

    fn patients(&self) -> Vec<Entry> {
        let mut all: Vec<_> = self.people.all.values().collect();
        all.sort_by_key(|(reference, _)| reference.as_str());
        all.into_iter().map(|(reference, person)| self.patient(reference, person)).collect()
    }

    fn patient(&self, reference: &str, person: &Participant) -> Entry {
        let p = &person.profile.clone().disclosed();
        let telecom = p.phone.clone().map(|value| ContactPoint { system: "phone", value });
        let patient = Patient {
            id: person.id.to_string(),
            identifier: vec![self.identifier("participant", reference)],
            name: vec![name(p, reference)],
            telecom: telecom.into_iter().collect(),
            gender: p.sex.map(Sex::code),
            birth_date: p.birth_date.map(|day| day.to_string()).or(p.birth_year.map(|year| year.to_string())),
            address: p.postal_code.clone().map(|postal_code| Address { postal_code }).into_iter().collect(),
            communication: p.language.and_then(spoken).into_iter().collect(),
        };
        Entry::new(person.id.0, Resource::Patient(patient))
    }

    fn exercise_groups(&self, days: Days, stays: &[Membership]) -> Vec<Entry> {
        let mut members: HashMap<GroupId, Vec<Member>> = HashMap::new();
        for stay in stays.iter().filter(|stay| self.people.all.contains_key(&stay.participant)) {
            let entity = Reference::to(stay.participant.0);
            let member = Member { entity, period: period(stay), inactive: stay.left_on.is_some() };
            members.entry(stay.group).or_default().push(member);
        }
        let mut all: Vec<_> = self.groups.all.values().collect();
        all.retain(|(_, group)| days.touches(group.season_start, group.season_end));
        all.sort_by_key(|(reference, _)| reference.as_str());
        let one = |(reference, group): &(String, Group)| {
            let resource = types::Group {
                id: group.id.to_string(),
                identifier: vec![self.identifier("group", reference)],
                kind: "person",
                actual: true,
                code: self.kind(group.kind),
                name: group.name.clone(),
                managing_entity: Reference::to(self.provider(group)),
                member: members.remove(&group.id).unwrap_or_default(),
            };
            Entry::new(group.id.0, Resource::Group(resource))
        };
        all.into_iter().map(one).collect()
    }

    fn season(&self, stay: &Membership) -> Option<Entry> {
        self.people.all.get(&stay.participant)?;
        let (_, group) = self.groups.all.get(&stay.group)?;
        let why = stay.exit_reason.filter(|_| stay.left_on.is_some()).map(|why| Extension {
            url: format!("{}/StructureDefinition/vv-exit-reason", self.base),
            value_code: why.code(),
        });
        let episode = EpisodeOfCare {
            id: stay.id.to_string(),
            extension: why.into_iter().collect(),
            status: if stay.left_on.is_some() { "finished" } else { "active" },
            kind: vec![self.kind(group.kind)],
            patient: Reference::to(stay.participant.0),
            managing_organization: Reference::to(self.provider(group)),
            period: period(stay),
        };
        Some(Entry::new(stay.id.0, Resource::EpisodeOfCare(episode)))
    }

    /// Whether health data may be kept, of whom something is known.
    fn consents(&self, known: &HashMap<ParticipantId, HealthConsent>) -> Vec<Entry> {
        let mut all: Vec<_> = known.iter().filter(|(person, _)| self.people.all.contains_key(person)).collect();
        all.sort_by_key(|(person, _)| self.people.reference(**person));
        all.into_iter().map(|(person, consent)| self.consent(*person, *consent)).collect()
    }

    fn consent(&self, person: ParticipantId, consent: HealthConsent) -> Entry {
        let id = uuid_v5(person.0, &["fhir", "health_tests"]);
        let resource = Consent {
            id: id.to_string(),
            status: if consent.given_on.is_some() { "active" } else { "inactive" },
            scope: CodeableConcept::of(CONSENT_SCOPE, "patient-privacy"),
            category: vec![CodeableConcept::of("http://loinc.org", "59284-0")],
            patient: Reference::to(person.0),
            date_time: consent.given_on.or(consent.withdrawn_on).map(|day| day.to_string()),
            policy_rule: self.local("vv-consent", "health_tests"),
            provision: Provision { kind: "permit", code: vec![self.local("vv-consent", "health_tests")] },
        };
        Entry::new(id, Resource::Consent(resource))
    }

    /// An Encounter for each attended visit.
    async fn visits(&self, tx: &mut ScopedTx, days: Days) -> Result<Vec<Entry>, Error> {
        let held = |status: Option<SessionStatus>| status.is_none_or(|status| status == SessionStatus::Held);
        let sessions = present::sessions(tx).await?.into_iter().filter(|s| days.holds(s.day) && held(s.status));
        let sessions: HashMap<SessionId, (Day, GroupId)> = sessions.map(|s| (s.id, (s.day, s.group))).collect();
        let mut visits = Vec::new();
        for (session, person, mark) in present::marks(tx).await?.into_iter().filter(|(.., mark)| mark.attended()) {
            let (Some((day, group)), Some(reference)) = (sessions.get(&session), self.people.reference(person)) else {
                continue;
            };
            let Some((_, group)) = self.groups.all.get(group) else { continue };
            visits.push(((*day, reference), self.visit(session, *day, group, person, mark)));
        }
        visits.sort_by_key(|(order, _)| *order);
        Ok(visits.into_iter().map(|(_, visit)| visit).collect())
    }

    fn visit(&self, session: SessionId, day: Day, group: &Group, person: ParticipantId, mark: Mark) -> Entry {
        let id = uuid_v5(session.0, &["fhir", &person.to_string()]);
        let class = if mark == Mark::Remote { "VR" } else { "AMB" };
        let visit = Encounter {
            id: id.to_string(),
            status: "finished",
            class: Coding { system: ACT_CODE.to_owned(), code: class.to_owned() },
            kind: vec![self.kind(group.kind)],
            subject: Reference::to(person.0),
            period: Period { start: day.to_string(), end: Some(day.to_string()) },
            service_provider: Reference::to(self.provider(group)),
        };
        Entry::new(id, Resource::Encounter(visit))
    }

    async fn tests(&self, tx: &mut ScopedTx, days: Days) -> Result<Vec<Entry>, Error> {
        let writer = Writer { base: self.base };
        let mut tests = present::one_of_a_kind(present::assessments(tx).await?);
        // Of two corrections that contradict each other neither is the result.
        tests.retain(|test| !test.disputed && days.holds(test.measured_on));
        tests.sort_by_key(|test| (test.measured_on, test.id));
        let one = |test: &domain::assessments::Assessment| {
            let (_, person) = self.people.all.get(&test.participant)?;
            Some(writer.test(person, test))
        };
        Ok(tests.iter().filter_map(one).flatten().collect())
    }

    /// The organisation that runs the group; one that is not known any more is the municipality's own.
    fn provider(&self, group: &Group) -> Uuid {
        let known = self.organisations.names.contains_key(&group.provider);
        if known { group.provider.0 } else { self.organisations.own.0 }
    }

    fn kind(&self, kind: GroupKind) -> CodeableConcept {
        self.local("vv-group-kind", kind.code())
    }

    fn local(&self, system: &str, code: &str) -> CodeableConcept {
        CodeableConcept::of(format!("{}/CodeSystem/{system}", self.base), code)
    }

    fn identifier(&self, of: &str, value: &str) -> Identifier {
        Identifier { system: format!("{}/NamingSystem/{of}", self.base), value: value.to_owned() }
    }
}

fn name(profile: &Profile, reference: &str) -> HumanName {
    let text = profile.whole_name();
    HumanName {
        usage: "official",
        text: if text.is_empty() { reference.to_owned() } else { text },
        family: profile.family_name.clone(),
        given: profile.given_names.split_whitespace().map(str::to_owned).collect(),
    }
}

fn spoken(language: PersonLanguage) -> Option<Communication> {
    let code = Some(language.code()).filter(|_| language != PersonLanguage::Other)?;
    Some(Communication { language: CodeableConcept::of("urn:ietf:bcp:47", code), preferred: true })
}

fn period(stay: &Membership) -> Period {
    Period { start: stay.joined_on.to_string(), end: stay.left_on.map(|day| day.to_string()) }
}

/// "2026-09-08T06:00:00Z".
fn utc(at: Instant) -> String {
    let at = OffsetDateTime::from_unix_timestamp(at.millis().div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (day, time) = (at.date(), at.time());
    let month = u8::from(day.month());
    format!(
        "{:04}-{month:02}-{:02}T{:02}:{:02}:{:02}Z",
        day.year(),
        day.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_utc_with_all_its_digits() {
        assert_eq!(utc(Instant::from_millis(1_788_847_200_000)), "2026-09-08T06:00:00Z");
        assert_eq!(utc(Instant::from_millis(0)), "1970-01-01T00:00:00Z");
    }

    #[test]
    fn somebody_without_a_name_is_called_by_the_reference() {
        let named = name(&Profile::default(), "p07");
        assert_eq!((named.text.as_str(), named.given.is_empty()), ("p07", true));
        let profile =
            Profile { given_names: "Marja Liisa".into(), family_name: "Virtanen".into(), ..Profile::default() };
        assert_eq!(name(&profile, "p07").given, ["Marja", "Liisa"]);
    }
}
