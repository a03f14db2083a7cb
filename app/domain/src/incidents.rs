//! Incidents: adverse events and near misses. Recorded at once, with what is known; completed and gone through later.
//! Each version stays in the history.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

use crate::access::Action;
use crate::assessments::{Instrument, Item};
use crate::codes::codes;
use crate::fields::TEXT;
use crate::ids::{GroupId, IncidentId, ParticipantId, SessionId, UserId};
use crate::sync::entity::{Bucket, Entity, EntityKey};
use crate::sync::merge::{self, Merged, Write};
use crate::sync::noun::{Known, Noun, Places, VerbRules};
use crate::sync::review::ReviewKind;
use crate::sync::rights::Rights;
use crate::sync::validate::{Invalid, check, in_our_time, optional_line, past, text};
use crate::sync::verbs::verbs;
use crate::time::{Day, TimeOfDay};

codes! {
    pub enum IncidentKind {
        Fall = "fall", NearFall = "near_fall", Symptom = "symptom", Injury = "injury",
        Equipment = "equipment", Behaviour = "behaviour", Other = "other",
    }
}

codes! {
    pub enum InjuryLevel { None = "none", Minor = "minor", Treated = "treated", Hospital = "hospital", Death = "death" }
}

codes! {
    /// What was done at once.
    pub enum IncidentAction {
        Rest = "rest", FirstAid = "first_aid", Emergency = "emergency", RelativeInformed = "relative_informed",
    }
}

codes! {
    pub enum Preventable { Yes = "yes", No = "no", Unclear = "unclear" }
}

/// People of one session, at most.
const MOST_PEOPLE: usize = 500;

/// The test that was stopped, as far as it had come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoppedTest {
    pub instrument: Instrument,
    /// What was being measured; nothing where no trial had begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Item>,
    /// 1-based.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial: Option<u8>,
}

/// One recorded incident. What an operation of schema 1 does not say is not known.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    pub id: IncidentId,
    pub group: GroupId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participant: Option<ParticipantId>,
    pub on: Day,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<TimeOfDay>,
    pub kind: IncidentKind,
    pub injury: InjuryLevel,
    #[serde(default)]
    pub what_happened: String,
    /// What was going on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<String>,
    /// In the order of their list, without repeats.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<IncidentAction>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preventable: Option<Preventable>,
    /// The day on which somebody asks how the person is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up_on: Option<Day>,
    /// Recorded in the first moment: what happened is still to be told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unfinished: bool,
    /// When somebody at the desk had gone through it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handled_on: Option<Day>,
    /// Who was marked as present in the first moment, in the order of their ids. Ids, so that nobody's name outlives
    /// their erasure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub present: Vec<ParticipantId>,
    /// Who of the staff was there then, as the tablet knew it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub staff: Vec<UserId>,
    /// Which test was stopped, where one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<StoppedTest>,
}

impl Incident {
    /// Treated by health care or worse: the coordinator goes through it.
    pub fn is_serious(&self) -> bool {
        self.injury >= InjuryLevel::Treated
    }

    /// Whether the coordinator is told of it until somebody has gone through it: whoever had a symptom, was treated, or
    /// of whom nothing is told yet.
    pub fn waits(&self) -> bool {
        self.handled_on.is_none() && (self.is_serious() || self.unfinished || self.kind == IncidentKind::Symptom)
    }

    /// Whether it is still the same event: to whom, where and on which day stays as first recorded.
    fn is_of(&self, there: &Self) -> bool {
        (self.group, self.session, self.participant, self.on)
            == (there.group, there.session, there.participant, there.on)
    }

    /// As it is told now, with who was there and which test was stopped as known in the first moment: nobody remembers
    /// that better afterwards.
    fn told_of(&self, there: &Self) -> Self {
        let (present, staff) = (there.present.clone(), there.staff.clone());
        Self { present, staff, stopped: there.stopped, ..self.clone() }
    }
}

impl Noun for Incident {
    type Id = IncidentId;
    const PERSONAL: bool = true;
    const LAPSES_WITH_PERSON: bool = true;

    fn id(&self) -> IncidentId {
        self.id
    }

    fn participant(&self) -> Option<ParticipantId> {
        self.participant
    }

    fn parents(&self) -> Vec<Uuid> {
        vec![self.group.0]
    }

    fn buckets(&self, places: &impl Places) -> BTreeSet<Bucket> {
        let held = self.participant.is_none_or(|person| places.holds(person, self.group));
        held.then_some(Bucket::Health(self.group)).into_iter().collect()
    }

    fn shown_to(self, schema: u16) -> Self {
        match schema {
            ..2 => Self { present: Vec::new(), staff: Vec::new(), stopped: None, ..self },
            _ => self,
        }
    }
}

verbs! {
    pub enum Verb {
        Record = "incident.record" { incident: Incident },
        /// Tells the whole of one that was recorded in the first moment, or corrects what was told.
        Complete = "incident.complete" { incident: Incident },
        /// Somebody at the desk has gone through it.
        Handle = "incident.handle" { id: IncidentId, group: GroupId, on: Day },
    }
}

impl Verb {
    /// The incident as told, where the verb tells one.
    fn told(&self) -> Option<&Incident> {
        match self {
            Self::Record { incident } | Self::Complete { incident } => Some(incident),
            Self::Handle { .. } => None,
        }
    }
}

impl VerbRules for Verb {
    type Noun = Incident;

    fn id(&self) -> IncidentId {
        match self {
            Self::Record { incident } | Self::Complete { incident } => incident.id,
            Self::Handle { id, .. } => *id,
        }
    }

    fn participant(&self) -> Option<ParticipantId> {
        self.told().and_then(|incident| incident.participant)
    }

    fn group(&self) -> Option<GroupId> {
        match self {
            Self::Record { incident } | Self::Complete { incident } => Some(incident.group),
            Self::Handle { group, .. } => Some(*group),
        }
    }

    fn names(&self) -> Vec<EntityKey> {
        let told = self.told();
        let person = told.and_then(|incident| incident.participant).map(EntityKey::from);
        let session = told.and_then(|incident| incident.session).map(EntityKey::from);
        [person, session, self.group().map(EntityKey::from)].into_iter().flatten().collect()
    }

    /// Of the group and the person whose incident it is, whatever a later word says.
    fn is_allowed(&self, rights: &Rights<'_, impl Known>) -> bool {
        let there = rights.known.get::<Incident>(self.id());
        let may_record = |incident: &Incident| {
            rights.in_group(Action::RecordIncidents, incident.group)
                && incident.participant.is_none_or(|person| rights.about(Action::RecordIncidents, person))
        };
        match self {
            Self::Record { incident } => may_record(incident),
            Self::Complete { .. } => there.is_some_and(may_record),
            Self::Handle { .. } => there.is_some_and(|incident| rights.at_desk() && may_record(incident)),
        }
    }

    fn check(&self, today: Day) -> Result<(), Invalid> {
        let incident = match self {
            Self::Handle { on, .. } => return past(*on, today, "on"),
            Self::Record { incident } => incident,
            Self::Complete { incident } => {
                check(!incident.unfinished, "unfinished")?;
                incident
            }
        };
        past(incident.on, today, "on")?;
        check(incident.handled_on.is_none(), "handled_on")?;
        text(&incident.what_happened, TEXT, "what_happened")?;
        optional_line(incident.activity.as_ref(), "activity")?;
        check(incident.actions.is_sorted_by(|a, b| a < b), "actions")?;
        check(incident.present.len() <= MOST_PEOPLE && incident.present.is_sorted_by(|a, b| a < b), "present")?;
        check(incident.staff.len() <= MOST_PEOPLE && incident.staff.is_sorted_by(|a, b| a < b), "staff")?;
        in_our_time(incident.follow_up_on, "follow_up_on")
    }

    fn fits(&self, known: &impl Known) -> bool {
        let Some(incident) = self.told() else { return true };
        known.has_group(incident.group)
            && incident.participant.is_none_or(|person| known.has_person(person))
            && incident.session.is_none_or(|session| known.meets(session, incident.group))
    }

    fn create(&self, write: &Write<'_>) -> Merged {
        let Self::Record { incident } = self else { return Merged::Invalid(None) };
        merge::first(incident.clone(), write.at, write)
    }

    fn merge(&self, entity: &Entity, there: &Incident, write: &Write<'_>) -> Merged {
        match self {
            Self::Record { incident } => merge::already(there == incident),
            Self::Complete { incident } if !incident.is_of(there) => Merged::Invalid(Some(Invalid::field("incident"))),
            // What is told anew is gone through anew.
            Self::Complete { incident } => merge::latest(entity, incident.told_of(there), ReviewKind::Incident, write),
            Self::Handle { group, .. } if *group != there.group => Merged::Invalid(Some(Invalid::field("group"))),
            // Nobody has gone through what they had not seen.
            Self::Handle { .. } if there.handled_on.is_some() || merge::is_concurrent(entity, write) => Merged::Noop,
            Self::Handle { on, .. } => {
                let handled = Incident { handled_on: Some(*on), ..there.clone() };
                merge::changed(merge::next(entity, handled, entity.at.clone(), write), None)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::hlc::Hlc;
    use crate::sync::testing::sample;

    fn fall() -> Incident {
        Incident {
            id: IncidentId(Uuid::nil()),
            group: GroupId(Uuid::nil()),
            session: None,
            participant: None,
            on: "2026-11-21".parse().unwrap(),
            at: None,
            kind: IncidentKind::Fall,
            injury: InjuryLevel::Minor,
            what_happened: "Kompastui maton reunaan.".into(),
            activity: None,
            actions: Vec::new(),
            preventable: None,
            follow_up_on: None,
            unfinished: false,
            handled_on: None,
            present: Vec::new(),
            staff: Vec::new(),
            stopped: None,
        }
    }

    #[test]
    fn the_coordinator_is_told_of_symptoms_treatment_and_what_is_not_told_yet_until_it_is_gone_through() {
        let symptom = Incident { kind: IncidentKind::Symptom, injury: InjuryLevel::None, ..fall() };
        assert!(!fall().waits() && symptom.waits());
        assert!(Incident { injury: InjuryLevel::Treated, ..fall() }.waits());
        assert!(Incident { unfinished: true, ..fall() }.waits());
        assert!(!Incident { handled_on: Some("2026-11-22".parse().unwrap()), ..symptom }.waits());
    }

    /// Both writes know only the first version, and come from two streams.
    fn concurrently(one: &Verb, other: &Verb) -> Incident {
        let begun = reading(1);
        let import = Write { stream: sample::stream(9), at: &begun, base_rev: None, settled: true };
        let start = merge::first(fall(), &begun, &import);
        let Merged::Changed { entity, .. } = start else { panic!("a first version") };
        let run = |doings: [(&Verb, u128); 2]| {
            let last = doings.into_iter().fold((*entity).clone(), |entity, (verb, stream)| {
                let at = reading(10 + i64::try_from(stream).unwrap());
                let there = entity.content::<Incident>().unwrap().clone();
                let write = Write { stream: sample::stream(stream), at: &at, base_rev: Some(1), settled: false };
                match verb.merge(&entity, &there, &write) {
                    Merged::Changed { entity, .. } => *entity,
                    Merged::Noop => entity,
                    other => panic!("{other:?}"),
                }
            });
            last.content::<Incident>().unwrap().clone()
        };
        let seen = run([(one, 1), (other, 2)]);
        assert_eq!(seen, run([(other, 2), (one, 1)]), "whichever comes first");
        seen
    }

    fn reading(wall: i64) -> Hlc {
        Hlc { wall, counter: 0, node: "n".into() }
    }

    #[test]
    fn telling_it_and_going_through_it_at_once_ends_told_and_not_gone_through() {
        let told = Incident { what_happened: "Ranne kuvattiin.".into(), injury: InjuryLevel::Treated, ..fall() };
        let handle = Verb::Handle { id: fall().id, group: fall().group, on: fall().on };
        assert_eq!(concurrently(&Verb::Complete { incident: told.clone() }, &handle), told);
    }

    #[test]
    fn of_two_ways_to_tell_it_the_later_is_shown() {
        let told = |what: &str| Incident { what_happened: what.into(), ..fall() };
        let complete = |what| Verb::Complete { incident: told(what) };
        assert_eq!(concurrently(&complete("yksi"), &complete("toinen")), told("toinen"));
    }

    #[test]
    fn who_was_there_and_which_test_was_stopped_stays_as_known_in_the_first_moment() {
        let people = [1, 2].map(|n| ParticipantId(Uuid::from_u128(n)));
        let stopped = Some(StoppedTest { instrument: Instrument::Sppb, item: Some(Item::Chair5), trial: Some(1) });
        let staff = vec![UserId(Uuid::from_u128(9))];
        let first = Incident { present: people.into(), staff, stopped, unfinished: true, ..fall() };
        let told = Incident { what_happened: "Huimasi.".into(), present: Vec::new(), stopped: None, ..fall() };
        let wanted = Incident { what_happened: "Huimasi.".into(), unfinished: false, ..first.clone() };
        assert_eq!(told.told_of(&first), wanted);
        let written = serde_json::to_string(&wanted).unwrap();
        assert_eq!(serde_json::from_str::<Incident>(&written).unwrap(), wanted);
        assert!(written.contains(r#""stopped":{"instrument":"sppb","item":"chair5","trial":1}"#), "{written}");
    }

    #[test]
    fn whom_it_happened_to_stays_as_first_recorded() {
        let other = Incident { participant: Some(ParticipantId(Uuid::from_u128(1))), ..fall() };
        assert!(fall().is_of(&Incident { what_happened: "toisin".into(), injury: InjuryLevel::Hospital, ..fall() }));
        assert!(!other.is_of(&fall()));
    }

    #[test]
    fn an_incident_that_a_health_professional_treated_is_serious() {
        let serious = |injury| Incident { injury, ..fall() }.is_serious();
        let levels: Vec<_> = InjuryLevel::ALL.iter().map(|level| serious(*level)).collect();
        assert_eq!(levels, [false, false, true, true, true]);
    }

    #[test]
    fn an_incident_is_held_to_the_rules_of_its_fields() {
        use IncidentAction as A;
        let checked = |incident| Verb::Record { incident }.check("2026-11-21".parse().unwrap());
        assert_eq!(checked(Incident { actions: vec![A::Rest, A::Emergency], ..fall() }), Ok(()));
        for (wrong, incident) in [
            ("on", Incident { on: "2026-11-23".parse().unwrap(), ..fall() }),
            ("what_happened", Incident { what_happened: "a".repeat(4001), ..fall() }),
            ("activity", Incident { activity: Some("a\0".into()), ..fall() }),
            ("actions", Incident { actions: vec![A::Rest, A::Rest], ..fall() }),
            ("follow_up_on", Incident { follow_up_on: Some("2226-11-21".parse().unwrap()), ..fall() }),
            ("handled_on", Incident { handled_on: Some("2026-11-21".parse().unwrap()), ..fall() }),
            ("present", Incident { present: vec![ParticipantId(Uuid::nil()); 2], ..fall() }),
            ("staff", Incident { staff: vec![UserId(Uuid::nil()); 2], ..fall() }),
        ] {
            assert_eq!(checked(incident), Err(Invalid::field(wrong)), "{wrong}");
        }
    }

    #[test]
    fn what_schema_1_left_out_is_not_known_and_stays_out() {
        let short = serde_json::to_string(&fall()).unwrap();
        let left_out = ["activity", "actions", "unfinished", "handled_on", "present", "staff", "stopped"];
        assert!(left_out.iter().all(|field| !short.contains(field)), "{short}");
        assert_eq!(serde_json::from_str::<Incident>(&short).unwrap(), fall());
    }
}
