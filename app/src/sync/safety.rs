//! What the views before a test, and after one that was stopped, read of the tablet.

use domain::assessments::Instrument;
use domain::attendance::Mark;
use domain::ids::{GroupId, IncidentId, ParticipantId, ScreeningId, SessionId};
use domain::incidents::{Incident, Verb as IncidentVerb};
use domain::names::sort_key;
use domain::safety::{Gate, Question, gate};
use domain::screenings::Screening;
use domain::sync::client::Client;
use domain::sync::client::view::RecordState;
use domain::sync::entity::EntityType;
use domain::sync::op::Verb;
use domain::time::Day;

use super::tablet::Tablet;
use crate::texts::{self, Lang};

impl Tablet {
    /// Whether the person's tests may begin. What may not be shown still forbids; where it would open the gate, the
    /// questions are asked anew.
    pub fn gate(&self, person: ParticipantId) -> Gate {
        let (today, _) = self.local_time();
        let (visits, own) = (self.visits(person), self.own());
        self.list(EntityType::Screening, |client| {
            let all: Vec<&Screening> = client.screenings(person).collect();
            let verdict = gate(&all, visits.iter().copied(), today);
            match (own, verdict) {
                (Some(own), Gate::Open(_) | Gate::Incomplete(_)) => {
                    let shown: Vec<_> = all.into_iter().filter(|one| own.screenings.contains(&one.id)).collect();
                    gate(&shown, visits, today)
                }
                (_, verdict) => verdict,
            }
        })
    }

    /// How strong the pain was in the person's newest check of that day.
    pub fn pain_on(&self, person: ParticipantId, day: Day) -> Option<u8> {
        let all = self.screenings(person);
        let mut checks = all.iter().rev().filter(|one| one.on == day).filter_map(Screening::of_today);
        checks.next().map(|check| check.pain)
    }

    /// The days on which the person came, in the groups of this tablet.
    pub(super) fn visits(&self, person: ParticipantId) -> Vec<Day> {
        self.list(EntityType::Attendance, |client| {
            let joined = client.groups().map(|group| group.id).filter(|group| {
                let mut stays = client.memberships(*group);
                stays.any(|stay| stay.participant == person)
            });
            joined.flat_map(|group| visits_in(client, group, person)).collect()
        })
    }

    /// The answers that forbid this person's tests, and the questions answered yes in them.
    pub fn red_answers(&self, person: ParticipantId) -> (Vec<ScreeningId>, Vec<Question>) {
        self.list(EntityType::Screening, |client| {
            let red: Vec<_> = client.screenings(person).filter(|one| one.is_red()).collect();
            let asked = red.iter().filter_map(|one| one.questions()).flat_map(|questions| questions.screen().red);
            let mut questions: Vec<_> = asked.collect();
            questions.sort_unstable();
            questions.dedup();
            (red.iter().map(|one| one.id).collect(), questions)
        })
    }

    /// Whether this tablet knows the person, shown or not.
    pub fn knows(&self, person: ParticipantId) -> bool {
        self.list(EntityType::Participant, |client| client.participant(person).is_some())
    }

    /// The newest incident that was recorded on this tablet today when this test of the person was stopped: a symptom in
    /// another test is another incident. Where the test is not known, of any.
    pub fn stopped_today(&self, person: ParticipantId, group: GroupId, test: Option<Instrument>) -> Option<Incident> {
        let (today, _) = self.local_time();
        self.with(|engine| engine.triggers().track_outbox());
        self.list(EntityType::Incident, |client| {
            let rows = client.outbox().rows().filter_map(|row| row.op.as_ref());
            let of_test = |incident: &Incident| {
                test.is_none_or(|test| incident.stopped.is_some_and(|stopped| stopped.instrument == test))
            };
            let mut begun = rows.filter_map(|op| match &op.verb {
                Verb::Incident(IncidentVerb::Record { incident }) => Some(incident).filter(|incident| {
                    incident.unfinished
                        && (incident.group, incident.participant, incident.on) == (group, Some(person), today)
                        && of_test(incident)
                }),
                _ => None,
            });
            begun.next_back().map(|begun| as_told(client, begun))
        })
    }

    /// Whether the server has all that was told of the incident here.
    pub fn is_sent(&self, incident: IncidentId) -> bool {
        self.with(|engine| engine.triggers().track_outbox());
        self.list(EntityType::Incident, |client| client.state_of(incident.into()) == RecordState::OnServer)
    }

    /// The group's recorded session of that day.
    pub fn session_of(&self, group: GroupId, day: Day) -> Option<SessionId> {
        self.sessions(group).into_iter().find(|session| session.day == day).map(|session| session.id)
    }

    /// Who is marked as here today, in the order of their ids.
    pub fn people_present(&self, group: GroupId) -> Vec<ParticipantId> {
        let (today, _) = self.local_time();
        let Some(session) = self.session_of(group, today) else { return Vec::new() };
        let here = |person: &ParticipantId| self.mark(group, session, *person).is_some_and(Mark::is_here);
        let mut people: Vec<_> =
            self.roster(group, session, today).into_iter().map(|person| person.id).filter(here).collect();
        people.sort_unstable();
        people
    }

    /// Their names.
    pub fn present(&self, lang: Lang, group: GroupId) -> Vec<String> {
        let people = self.people_present(group).into_iter();
        let mut names: Vec<_> =
            people.filter_map(|id| self.name_of(id, group)).map(|name| texts::named(lang, &name)).collect();
        names.sort_by_cached_key(|name| sort_key(name));
        names
    }
}

fn visits_in(client: &Client, group: GroupId, person: ParticipantId) -> Vec<Day> {
    let came = |session: SessionId| client.mark(group, session, person).is_some_and(Mark::attended);
    client.sessions(group).filter(|session| came(session.id)).map(|session| session.day).collect()
}

/// The incident as it was told last: by the store, or where this user may not read it again, by what was sent.
fn as_told(client: &Client, begun: &Incident) -> Incident {
    let stored = client.incidents(begun.group).find(|incident| incident.id == begun.id);
    let sent = || {
        let told = client.outbox().of(begun.id.into()).filter_map(|row| match &row.op.as_ref()?.verb {
            Verb::Incident(IncidentVerb::Complete { incident }) => Some(incident),
            _ => None,
        });
        told.last().unwrap_or(begun)
    };
    stored.unwrap_or_else(sent).clone()
}
