//! Before tests in the demo town: what people have answered, one whose answers wait for a permission, and a test that was
//! stopped yesterday.

use std::collections::BTreeSet;

use domain::assessments::{Instrument, Item};
use domain::ids::{GroupId, IncidentId, ParticipantId, ScreeningId, SessionId, UserId};
use domain::incidents::{self, Incident, IncidentAction, IncidentKind, InjuryLevel, StoppedTest};
use domain::safety::{PreScreen, Question};
use domain::screenings::{self, Asked, Screening};
use domain::sync::op::Verb;
use domain::time::{Day, TimeOfDay};

use crate::state::AppState;

/// When most were asked: they have come since, so that the answers still hold.
const ASKED_DAYS_AGO: i64 = 30;

/// The answers of these people, in their order: most have nothing to heed, every fifth and seventh something, and the
/// last one a reason to ask health care first. Every tenth was not asked yet.
pub fn answers(state: &AppState, people: &BTreeSet<ParticipantId>, waits: ParticipantId, today: Day) -> Vec<Verb> {
    let yes = |at: usize, person: ParticipantId| match at {
        _ if person == waits => Some(Question::HighBloodPressure),
        at if at % 5 == 0 => Some(Question::FallsOrInjury),
        at if at % 7 == 0 => Some(Question::InsulinOrBloodThinner),
        _ => None,
    };
    let asked = people.iter().enumerate().filter(|(at, person)| at % 10 != 9 || **person == waits);
    let screening = |(at, person): (usize, &ParticipantId)| {
        let yes = yes(at, *person);
        let answers = std::array::from_fn(|question| Some(Question::ALL.get(question).copied() == yes));
        let id = state.with_chance(|chance| ScreeningId::new(state.now(), chance));
        let asked = Asked::Questions(PreScreen { answers, clearance: None });
        let on = today.plus_days(-ASKED_DAYS_AGO);
        screenings::Verb::Record { screening: Screening { id, participant: *person, on, asked } }.into()
    };
    asked.map(screening).collect()
}

/// Where and to whom something happened, and who else was there.
pub struct Scene {
    pub group: GroupId,
    pub session: SessionId,
    pub on: Day,
    pub present: Vec<ParticipantId>,
    pub instructor: UserId,
}

/// A test that was stopped because of a symptom: told by the instructor, not gone through by the coordinator.
pub fn stopped_test(state: &AppState, scene: Scene) -> Verb {
    let Scene { group, session, on, mut present, instructor } = scene;
    present.sort_unstable();
    let incident = Incident {
        id: state.with_chance(|chance| IncidentId::new(state.now(), chance)),
        group,
        session: Some(session),
        participant: present.first().copied(),
        on,
        at: TimeOfDay::new(10, 25),
        kind: IncidentKind::Symptom,
        injury: InjuryLevel::None,
        what_happened: "Huimasi kolmannen nousun jälkeen. Istui, joi vettä ja olo tasaantui.".to_owned(),
        activity: Some("toimintakyvyn mittaus".to_owned()),
        actions: vec![IncidentAction::Rest],
        preventable: None,
        follow_up_on: Some(on.plus_days(7)),
        unfinished: false,
        handled_on: None,
        present,
        staff: vec![instructor],
        stopped: Some(StoppedTest { instrument: Instrument::Sppb, item: Some(Item::Chair5), trial: Some(1) }),
    };
    incidents::Verb::Record { incident }.into()
}
