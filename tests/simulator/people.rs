//! What people do on tablets and at the desk.

use domain::applications::{Answers, Channel, Decided, Reply, Start};
use domain::attendance::Mark;
use domain::consents::{Consent, ConsentAct, ConsentChannel, ConsentPurpose};
use domain::contacts::{Contact, ContactOutcome, ContactWay};
use domain::eligibility::Home;
use domain::exercises::Exercise;
use domain::groups::Membership;
use domain::groups::membership;
use domain::home_programmes::{Chosen, Form, HomeProgramme};
use domain::ids::{
    ApplicationId, AssessmentId, ConsentId, ContactId, GroupId, IncidentId, ParticipantId, PauseId, SessionId, TalkId,
    UserId, uuid_v5,
};
use domain::incidents::{Incident, IncidentKind, InjuryLevel};
use domain::pauses::{Pause, PauseReason};
use domain::people::{Decision, Profile, ProfileChange, ReferralSource};
use domain::sessions::{Session, SessionStatus};
use domain::sync::client::Client;
use domain::sync::op::Verb;
use domain::sync::testing::sample::{self, Dice};
use domain::talks::{self, Talk};
use domain::time::Instant;
use domain::{
    applications, assessments, attendance, consents, contacts, groups, home_programmes, home_weeks, incidents, notes,
    pauses, people, sessions,
};
use std::collections::BTreeMap;

/// Groups of the simulated municipality.
pub const GROUPS: u128 = 3;
/// People who are there from the start; two in each group, some in two.
pub const PEOPLE: u128 = 6;

fn choose<T: Copy>(items: &[T], dice: &mut Dice) -> Option<T> {
    items.get(dice.below(items.len())).copied()
}

fn one_of(most: u128, dice: &mut Dice) -> u128 {
    1 + u128::try_from(dice.below(usize::try_from(most).unwrap_or(1))).unwrap_or(0)
}

/// The world as it is before the first step.
pub fn furniture() -> Vec<Verb> {
    let mut verbs: Vec<_> = (1..=GROUPS).map(sample::group).collect();
    for person in 1..=PEOPLE {
        verbs.push(sample::person(person, None, false));
        verbs.push(sample::join(person, 1 + person % GROUPS));
        if person % 2 == 0 {
            verbs.push(sample::join(person, 1 + (person + 1) % GROUPS));
        }
    }
    verbs
}

/// What a person records next on this tablet, as its screens would let them: often several at once.
pub fn doings(client: &Client, by: UserId, clock: Instant, dice: &mut Dice) -> Vec<Verb> {
    let mut groups: Vec<_> = client.groups().map(|group| group.id).collect();
    groups.sort();
    // Offline from the first minute: the list on paper.
    let common = (dice.below(2) == 0).then(|| sample::group_id(1)).filter(|group| groups.contains(group));
    let group = common.or_else(|| choose(&groups, dice)).unwrap_or_else(|| sample::group_id(one_of(GROUPS, dice)));
    let mut people: Vec<_> = client.memberships(group).map(|stay| stay.participant).collect();
    people.sort();
    people.dedup();
    let person = choose(&people, dice).unwrap_or_else(|| sample::person_id(one_of(PEOPLE, dice)));
    match dice.below(100) {
        0..40 => marks(client, group, &people, dice),
        40..47 => vec![status(client, group, dice)],
        47..57 => walk_in(group, clock, dice),
        57..69 => vec![test(person, clock, dice)],
        69..81 => amendment(client, &people, dice).unwrap_or_else(|| vec![test(person, clock, dice)]),
        81..88 => vec![consent(person, clock, dice)],
        88..90 => vec![incident(group, person, clock, dice)],
        90..92 => noted(client, group, person, dice),
        92..93 => vec![home_programme(person, by, clock, dice)],
        93..94 => vec![home_week(person, clock, dice)],
        94..95 => vec![pause(person, clock, dice)],
        95..96 => vec![contact(person, clock, dice)],
        96..98 => applied(person, clock, dice),
        _ => vec![edit(person, dice)],
    }
}

/// All simulated sessions are on one day, so that tablets meet.
fn session(group: GroupId) -> SessionId {
    Session::planned_id(group, sample::today())
}

fn planned(client: &Client, group: GroupId) -> Vec<Verb> {
    if client.session(session(group)).is_some() {
        return Vec::new();
    }
    let session = Session::planned(group, sample::today(), None);
    vec![Verb::Session(sessions::Verb::Plan { session })]
}

fn marks(client: &Client, group: GroupId, people: &[ParticipantId], dice: &mut Dice) -> Vec<Verb> {
    let mut verbs = planned(client, group);
    for _ in 0..=dice.below(3) {
        let Some(participant) = choose(people, dice) else { break };
        let mark = choose(
            &[Some(Mark::Present), Some(Mark::Present), Some(Mark::AbsentUnknown), Some(Mark::Remote), None],
            dice,
        );
        verbs.push(Verb::Attendance(attendance::Verb::Set {
            session: session(group),
            group,
            participant,
            mark: mark.flatten(),
        }));
    }
    verbs
}

fn status(client: &Client, group: GroupId, dice: &mut Dice) -> Verb {
    if let Some(plan) = planned(client, group).pop() {
        return plan;
    }
    let status = choose(&[Some(SessionStatus::Held), Some(SessionStatus::CancelledByOrganiser), None], dice);
    Verb::Session(sessions::Verb::Status { id: session(group), group, status: status.flatten() })
}

/// The session is ended or opened again, somebody is called or was not after all.
fn noted(client: &Client, group: GroupId, person: ParticipantId, dice: &mut Dice) -> Vec<Verb> {
    let about = if dice.below(2) == 0 { notes::About::Ended } else { notes::About::Called(person) };
    let mut verbs = planned(client, group);
    verbs.push(notes::Verb::Set { session: session(group), group, about, holds: dice.below(3) > 0 }.into());
    verbs
}

fn walk_in(group: GroupId, clock: Instant, dice: &mut Dice) -> Vec<Verb> {
    let id = ParticipantId::new(clock, dice);
    let given = choose(&["Helmi", "Aulis", "Märta"], dice).unwrap_or("Helmi");
    let profile = Profile {
        given_names: given.into(),
        family_name: "Öhman".into(),
        birth_year: Some(1941),
        ..Profile::default()
    };
    let stay = Membership::begun(group, id, sample::today());
    let register = Verb::Participant(people::Verb::Register {
        id,
        group: Some(group),
        profile: Box::new(profile),
        provisional: true,
    });
    vec![register, Verb::Membership(membership::Verb::Join { membership: stay })]
}

/// Measured "today" by the tablet's own clock: years ahead it is refused by the server, not lost.
fn test(person: ParticipantId, clock: Instant, dice: &mut Dice) -> Verb {
    let Verb::Assessment(assessments::Verb::Record { mut assessment }) =
        sample::test(0, 1, 80 + i64::try_from(dice.below(60)).unwrap_or(0))
    else {
        return sample::test(0, 1, 80);
    };
    assessment.id = AssessmentId::new(clock, dice);
    assessment.participant = person;
    assessment.measured_on = clock.day_in_finland();
    Verb::Assessment(assessments::Verb::Record { assessment })
}

/// Of the group's oldest test, so that tablets meet there.
fn amendment(client: &Client, people: &[ParticipantId], dice: &mut Dice) -> Option<Vec<Verb>> {
    let tests = people.iter().flat_map(|person| client.assessments(*person));
    let (id, participant) = tests.map(|(test, _)| (test.id, test.participant)).min()?;
    let trials = vec![sample::trial(80 + i64::try_from(dice.below(60)).unwrap_or(0))];
    let reason = "Kirjoitusvirhe".into();
    Some(vec![Verb::Assessment(assessments::Verb::Amend { id, participant, trials, reason, circumstances: None })])
}

pub fn consent(person: ParticipantId, clock: Instant, dice: &mut Dice) -> Verb {
    let act = if dice.below(2) == 0 { ConsentAct::Given } else { ConsentAct::Withdrawn };
    Verb::Consent(consents::Verb::Record {
        consent: Consent {
            id: ConsentId::new(clock, dice),
            participant: person,
            purpose: ConsentPurpose::HealthTests,
            act,
            channel: ConsentChannel::Spoken,
            on: clock.day_in_finland(),
            text_version: "health_tests/1".into(),
            language: "sv".into(),
            after: Vec::new(),
            relative: None,
            until: None,
        },
    })
}

fn incident(group: GroupId, person: ParticipantId, clock: Instant, dice: &mut Dice) -> Verb {
    Verb::Incident(incidents::Verb::Record {
        incident: Incident {
            id: IncidentId::new(clock, dice),
            group,
            session: None,
            participant: Some(person),
            on: clock.day_in_finland(),
            kind: IncidentKind::NearFall,
            injury: InjuryLevel::None,
            what_happened: "Horjahdus".into(),
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
        },
    })
}

/// One of two pauses of the person, so that tablets meet at its days.
fn pause(person: ParticipantId, clock: Instant, dice: &mut Dice) -> Verb {
    let id = PauseId(uuid_v5(person.0, &["pause", if dice.below(2) == 0 { "a" } else { "b" }]));
    let from = clock.day_in_finland();
    let to = choose(&[None, Some(from), Some(from.plus_days(14))], dice).flatten();
    let reason = choose(PauseReason::ALL, dice).unwrap_or(PauseReason::Other);
    pauses::Verb::Set { pause: Pause { id, participant: person, from, to, reason, holds: dice.below(4) > 0 } }.into()
}

/// A few exercises from today on, or no more of them.
fn home_programme(participant: ParticipantId, by: UserId, clock: Instant, dice: &mut Dice) -> Verb {
    let from = clock.day_in_finland();
    let form = choose(Form::ALL, dice).unwrap_or(Form::Usual);
    let all = Exercise::ALL.iter().skip(dice.below(9)).step_by(4);
    let exercises = all.map(|exercise| Chosen { form, ..Chosen::usual(*exercise) }).collect();
    let made = HomeProgramme { participant, exercises, from, to: None, by, note: String::new() };
    let programme = if dice.below(4) == 0 { made.ended(from) } else { made };
    home_programmes::Verb::Set { programme }.into()
}

/// One of the last days, done or not after all.
fn home_week(participant: ParticipantId, clock: Instant, dice: &mut Dice) -> Verb {
    let day = clock.day_in_finland().plus_days(-i64::try_from(dice.below(3)).unwrap_or(0));
    let days = BTreeMap::from([(day, dice.below(3) > 0)]);
    home_weeks::Verb::Set { participant, monday: day.monday(), days }.into()
}

fn contact(person: ParticipantId, clock: Instant, dice: &mut Dice) -> Verb {
    let on = clock.day_in_finland();
    contacts::Verb::Set {
        contact: Contact {
            id: ContactId::new(clock, dice),
            participant: person,
            on,
            way: ContactWay::Phone,
            outcome: choose(ContactOutcome::ALL, dice).unwrap_or(ContactOutcome::Reached),
            next_on: Some(on.plus_days(7)),
            note: String::new(),
            holds: true,
        },
    }
    .into()
}

/// Somebody applies, or tells something else of what was asked; two tablets of one day meet in one application.
fn applied(person: ParticipantId, clock: Instant, dice: &mut Dice) -> Vec<Verb> {
    let applied_on = clock.day_in_finland();
    let id = ApplicationId::of(person, applied_on);
    let home = choose(Home::ALL, dice);
    let answers = Box::new(Answers { home, ..Answers::default() });
    let start = Start { source: ReferralSource::Myself, channel: Channel::Hall, referred_by: None };
    let record =
        applications::Verb::Record { id, participant: person, applied_on, start, answers: answers.clone() }.into();
    let answer = applications::Verb::Answer { id, participant: person, answers }.into();
    if dice.below(3) == 0 { vec![record, answer] } else { vec![record] }
}

/// At the desk: an application of today is decided, and a place is offered and answered.
pub fn decide(dice: &mut Dice) -> Vec<Verb> {
    let (participant, group) = (sample::person_id(one_of(PEOPLE, dice)), sample::group_id(one_of(GROUPS, dice)));
    let on = sample::today();
    let id = ApplicationId::of(participant, on);
    let start = Start { source: ReferralSource::HomeCare, channel: Channel::Phone, referred_by: None };
    let decision = choose(Decision::ALL, dice).unwrap_or(Decision::WaitingList);
    let decided = Decided { decision, reason: "harkittu".into(), on, by: domain::ids::UserId(uuid::Uuid::nil()) };
    let reply = choose(Reply::ALL, dice).unwrap_or(Reply::Declined);
    vec![
        applications::Verb::Record { id, participant, applied_on: on, start, answers: Box::default() }.into(),
        applications::Verb::Decide { id, participant, decided }.into(),
        applications::Verb::Offer { id, participant, group, on, until: on.plus_days(7) }.into(),
        applications::Verb::Reply { id, participant, group, offered_on: on, reply, on }.into(),
    ]
}

/// At the desk: an exercise counselling talk.
pub fn talk(now: Instant, dice: &mut Dice) -> Vec<Verb> {
    let participant = sample::person_id(one_of(PEOPLE, dice));
    let (id, on) = (TalkId::new(now, dice), sample::today());
    let (goal, plan) = ("Kauppaan".into(), String::new());
    let talk = Talk { id, participant, on, goal, plan, next_on: None, taken_back: None };
    vec![talks::Verb::Record { talk }.into()]
}

fn edit(person: ParticipantId, dice: &mut Dice) -> Verb {
    let number = format!("040 {:03}", dice.below(1000));
    let change = match dice.below(3) {
        0 => ProfileChange::Phone(Some(number)),
        1 => ProfileChange::CalledName(Some(format!("Aino {}", dice.below(5)))),
        _ => ProfileChange::PostalCode(Some(format!("{:05}", dice.below(100_000)))),
    };
    Verb::Participant(people::Verb::Edit { id: person, changes: vec![change] })
}

pub fn enter(dice: &mut Dice) -> Vec<Verb> {
    let (person, group) = (one_of(PEOPLE, dice), one_of(GROUPS, dice));
    vec![sample::join(person, group)]
}

/// A stay is ended; `mistake`: it never was one.
pub fn end(mistake: bool, dice: &mut Dice) -> Vec<Verb> {
    let (person, group) = (sample::person_id(one_of(PEOPLE, dice)), sample::group_id(one_of(GROUPS, dice)));
    let joined = sample::today().plus_days(-30);
    let left_on = if mistake { joined.plus_days(-1) } else { sample::today() };
    let id = Membership::id_of(group, person, joined);
    vec![Verb::Membership(membership::Verb::Leave { id, group, left_on: Some(left_on), exit_reason: None })]
}

/// Another organisation runs the group from now on.
pub fn move_group(dice: &mut Dice) -> Vec<Verb> {
    let Verb::Group(groups::Verb::Put { mut group }) = sample::group(one_of(GROUPS, dice)) else { return Vec::new() };
    if dice.below(2) == 0 {
        group.provider = domain::ids::OrganisationId(uuid::Uuid::from_u128(0xa1));
    }
    vec![Verb::Group(groups::Verb::Put { group })]
}

/// Two records are said to be of one person, or taken apart again. None for which another stands stands for one itself.
pub fn merge(dice: &mut Dice) -> Vec<Verb> {
    let (id, into) = (sample::person_id(one_of(3, dice)), sample::person_id(3 + one_of(PEOPLE - 3, dice)));
    let same_as = (dice.below(3) > 0).then_some(into);
    vec![people::Verb::Edit { id, changes: vec![ProfileChange::SameAs(same_as)] }.into()]
}

pub fn withdraw(now: Instant, dice: &mut Dice) -> Vec<Verb> {
    let mut verb = consent(sample::person_id(one_of(PEOPLE, dice)), now, dice);
    if let Verb::Consent(consents::Verb::Record { consent }) = &mut verb {
        consent.act = ConsentAct::Withdrawn;
    }
    vec![verb]
}
