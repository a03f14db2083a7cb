//! What happens in the demo town beside its files: people fall, come by without being asked, are marked
//! differently by two tablets, and somebody records where they may not.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::Role;
use domain::assessments::{Assessment, Instrument};
use domain::attendance::Mark;
use domain::groups::Membership;
use domain::groups::membership;
use domain::ids::{AssessmentId, GroupId, IncidentId, ParticipantId, SessionId, StreamId, uuid_v5};
use domain::incidents::{Incident, IncidentKind, InjuryLevel};
use domain::people::Profile;
use domain::sync::op::Verb;
use domain::sync::server::write::{Seen, Writer, write};
use domain::time::Day;
use domain::{assessments, attendance, incidents, people};

use super::build::Account;
use super::dice::Dice;
use super::safety;
use super::town::group_ref;
use crate::access::{Asker, Scope, ScopedTx};
use crate::db::Unscoped;
use crate::error::Error;
use crate::files::present::{self, Groups};
use crate::state::AppState;
use crate::sync::SqlStore;

/// Days ago, group, kind, injury, what happened.
const INCIDENTS: [(i64, usize, IncidentKind, InjuryLevel, &str); 8] = [
    (262, 0, IncidentKind::Fall, InjuryLevel::Minor, "Kompastui maton reunaan, polveen mustelma."),
    (240, 4, IncidentKind::Fall, InjuryLevel::None, "Tappade balansen vid tandemgång, ingen skada."),
    (228, 6, IncidentKind::NearFall, InjuryLevel::None, "Horjahti askelpenkiltä, ohjaaja otti kiinni."),
    (88, 1, IncidentKind::Symptom, InjuryLevel::None, "Huimausta noustessa, lepäsi ja jatkoi kevyemmin."),
    (71, 8, IncidentKind::Fall, InjuryLevel::Treated, "Liukastui märillä lehdillä, ranne kuvattiin."),
    (52, 2, IncidentKind::Fall, InjuryLevel::None, "Istahti lattialle tuolin siirtyessä."),
    (33, 9, IncidentKind::NearFall, InjuryLevel::None, "Snubblade på en rot, tog emot sig med stavarna."),
    (12, 5, IncidentKind::Fall, InjuryLevel::Minor, "Kaatui sivulle tasapainolaudalta, naarmu kyynärpäähän."),
];

/// The day's events, written as the people of the demo would write them.
pub async fn happen(state: &AppState, scope: &Scope, people: &[Account]) -> Result<(), Error> {
    let town = Around::look(&mut state.db.read(scope).await?).await?;
    let Some(instructor) = people.iter().find(|account| account.role == Role::Instructor) else { return Ok(()) };
    let mut verbs = town.incidents(state, scope.today());
    verbs.extend(town.walk_in(state, scope.today()));
    verbs.extend(town.gone_through(&verbs));
    verbs.extend(town.before_tests(state, instructor, scope.today()));
    let verbs = verbs.into_iter().map(|verb| (verb, Seen::Newest)).collect();
    as_tablet(state, scope, instructor, "tablet 1", verbs).await?;
    // A second tablet that has seen nothing of what the first one wrote.
    let blind = [town.other_mark(), town.second_test(state)].into_iter().flatten();
    let blind = blind.map(|verb| (verb, Seen::Rev(None))).collect();
    as_tablet(state, scope, instructor, "tablet 2", blind).await?;
    hold_one(state, scope, people, &town).await
}

/// What is there to happen around.
struct Around {
    groups: Groups,
    members: BTreeMap<GroupId, Vec<ParticipantId>>,
    sessions: BTreeMap<GroupId, Vec<(Day, SessionId)>>,
    marks: BTreeMap<SessionId, Vec<(ParticipantId, Mark)>>,
    latest_test: Option<Assessment>,
    /// Who was ever measured.
    tested: BTreeSet<ParticipantId>,
}

impl Around {
    async fn look(tx: &mut ScopedTx) -> Result<Self, Error> {
        let mut members: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut stays = present::memberships(tx).await?;
        stays.sort_by_key(|stay| (stay.joined_on, stay.participant));
        for stay in stays {
            members.entry(stay.group).or_default().push(stay.participant);
        }
        let mut sessions: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for session in present::sessions(tx).await? {
            sessions.entry(session.group).or_default().push((session.day, session.id));
        }
        sessions.values_mut().for_each(|days| days.sort());
        let mut marks: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (session, participant, mark) in present::marks(tx).await? {
            marks.entry(session).or_default().push((participant, mark));
        }
        let tests = present::assessments(tx).await?;
        let tested = tests.iter().map(|test| test.participant).collect();
        let latest_test = tests.into_iter().rfind(|test| test.instrument == Instrument::Sppb);
        Ok(Self { groups: present::groups(tx).await?, members, sessions, marks, latest_test, tested })
    }

    fn group(&self, season: usize, group: usize) -> Option<GroupId> {
        self.groups.by_reference.get(&group_ref(season, group)).copied()
    }

    /// Each incident in the session nearest before its day, to one who was there.
    fn incidents(&self, state: &AppState, today: Day) -> Vec<Verb> {
        let happened = |(days, group, kind, injury, text): &(i64, usize, IncidentKind, InjuryLevel, &str)| {
            let group = self.group(usize::from(*days < 150), *group)?;
            let (on, session) = *self
                .sessions
                .get(&group)?
                .iter()
                .rfind(|(day, id)| *day <= today.plus_days(-days) && self.present(*id).next().is_some())?;
            let participant = self.present(session).next();
            let id = state.with_chance(|chance| IncidentId::new(state.now(), chance));
            let what_happened = (*text).to_owned();
            let incident = Incident {
                id,
                group,
                session: Some(session),
                participant,
                on,
                kind: *kind,
                injury: *injury,
                what_happened,
                at: None,
                activity: None,
                actions: Vec::new(),
                preventable: None,
                follow_up_on: None,
                unfinished: false,
                handled_on: None,
                present: Vec::new(),
                staff: Vec::new(),
                stopped: None,
            };
            Some(Verb::Incident(incidents::Verb::Record { incident }))
        };
        INCIDENTS.iter().filter_map(happened).collect()
    }

    /// What happened long ago the coordinator has gone through since, a week later.
    fn gone_through(&self, recorded: &[Verb]) -> Vec<Verb> {
        let told = recorded.iter().filter_map(|verb| match verb {
            Verb::Incident(incidents::Verb::Record { incident }) => Some(incident),
            _ => None,
        });
        let handled = told.filter(|incident| incident.waits());
        let handle = |incident: &Incident| {
            let (id, group, on) = (incident.id, incident.group, incident.on.plus_days(7));
            Verb::Incident(incidents::Verb::Handle { id, group, on })
        };
        handled.map(handle).collect()
    }

    /// What the members of the running season have answered, and a test that was stopped in the last session.
    fn before_tests(&self, state: &AppState, instructor: &Account, today: Day) -> Vec<Verb> {
        let running = (0..12).filter_map(|group| self.group(1, group));
        let members = running.filter_map(|group| self.members.get(&group)).flatten().copied();
        let people: BTreeSet<_> = members.filter(|person| self.tested.contains(person)).collect();
        let first = self.group(1, 0);
        let of_first = first.and_then(|group| self.members.get(&group));
        let waits = of_first.and_then(|members| members.iter().rfind(|person| people.contains(person)).copied());
        let mut verbs = waits.map(|waits| safety::answers(state, &people, waits, today)).unwrap_or_default();
        let last = first.and_then(|group| Some((group, *self.last_before(group, today)?)));
        verbs.extend(last.map(|(group, (on, session))| {
            let present = self.present(session).collect();
            safety::stopped_test(state, safety::Scene { group, session, on, present, instructor: instructor.user })
        }));
        verbs
    }

    /// The group's last session before that day to which somebody came.
    fn last_before(&self, group: GroupId, today: Day) -> Option<&(Day, SessionId)> {
        let all = self.sessions.get(&group)?;
        all.iter().rfind(|(day, id)| *day < today && self.present(*id).next().is_some())
    }

    fn present(&self, session: SessionId) -> impl Iterator<Item = ParticipantId> {
        let marks = self.marks.get(&session).into_iter().flatten();
        marks.filter(|(_, mark)| mark.attended()).map(|(participant, _)| *participant)
    }

    /// Somebody who came along with a neighbour last week: a name and a year, no more.
    fn walk_in(&self, state: &AppState, today: Day) -> Vec<Verb> {
        let Some(group) = self.group(1, 0) else { return Vec::new() };
        let id = state.with_chance(|chance| ParticipantId::new(state.now(), chance));
        let profile = Profile {
            given_names: "Impi".into(),
            family_name: "Ylälehto".into(),
            birth_year: Some(today.year() - 81),
            ..Profile::default()
        };
        let membership = Membership::begun(group, id, today.plus_days(-7));
        vec![
            Verb::Participant(people::Verb::Register {
                id,
                group: Some(group),
                profile: Box::new(profile),
                provisional: true,
            }),
            Verb::Membership(membership::Verb::Join { membership }),
        ]
    }

    /// Another mark than the one that stands, for somebody in the last session of the first group.
    fn other_mark(&self) -> Option<Verb> {
        let group = self.group(1, 0)?;
        let (session, (participant, mark)) = self.sessions.get(&group)?.iter().rev().find_map(|(_, session)| {
            let marks = self.marks.get(session)?;
            marks.iter().find(|(_, mark)| *mark == Mark::Present).map(|found| (*session, *found))
        })?;
        let mark = if mark == Mark::Present { Mark::AbsentInformed } else { Mark::Present };
        Some(Verb::Attendance(attendance::Verb::Set { session, group, participant, mark: Some(mark) }))
    }

    /// The newest SPPB once more, as if two testers had each entered it.
    fn second_test(&self, state: &AppState) -> Option<Verb> {
        let test = self.latest_test.clone()?;
        let id = state.with_chance(|chance| AssessmentId::new(state.now(), chance));
        Some(Verb::Assessment(assessments::Verb::Record { assessment: Box::new(Assessment { id, ..test }) }))
    }
}

async fn as_tablet(
    state: &AppState,
    scope: &Scope,
    who: &Account,
    name: &str,
    verbs: Vec<(Verb, Seen)>,
) -> Result<(), Error> {
    let stream = StreamId(uuid_v5(who.user.0, &[name]));
    let (writer, verbs) = (&Writer { user: who.user, stream, ..Writer::import(who.user) }, &verbs);
    let (now, tenant) = (state.now(), scope.writes()?);
    let written = state.write(Unscoped::Sync, |mut tx| async move {
        let mut store = SqlStore::writing(&mut tx, tenant, now, &state.secrets, "demo").await?;
        // Of its own: two events with the same ids would overwrite each other's operations.
        let mut dice = Dice::new(u64::from_le_bytes(state.random()));
        let done = write(&mut store, writer, verbs.clone(), now, &mut dice).await?;
        match done.refused() {
            Some((at, refused)) => Err(Error::Broken(format!("the demo's event {at}: {refused:?}"))),
            None => Ok(tx.done(())),
        }
    });
    written.await
}

/// The peer instructor marks in a group that another one leads: it waits for the coordinator.
async fn hold_one(state: &AppState, scope: &Scope, people: &[Account], town: &Around) -> Result<(), Error> {
    let peer = people.iter().find(|account| account.role == Role::PeerInstructor);
    let Some((peer, group)) = peer.zip(town.group(1, 1)) else { return Ok(()) };
    let session = town.sessions.get(&group).and_then(|days| days.last());
    let member = town.members.get(&group).and_then(|members| members.first());
    let Some(((_, session), participant)) = session.zip(member) else { return Ok(()) };
    let asker = Asker::Staff { user: peer.user, role: peer.role, organisation: peer.organisation };
    let staff = Scope::of(asker, scope.municipality().clone(), scope.today())?;
    let verb = Verb::Attendance(attendance::Verb::Set {
        session: *session,
        group,
        participant: *participant,
        mark: Some(Mark::LateOrPartial),
    });
    let wanted = &vec![(verb, Seen::Newest)];
    let held = state.write(&staff, |mut tx| async move {
        crate::write::write(state, &mut tx, "demo", wanted.clone()).await?;
        Ok(tx.done(()))
    });
    held.await
}
