//! Sample data: a small world of invented people, and operations as a tablet makes them.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::access::Role;
use crate::assessments::{Assessment, Instrument, Item, Trial, TrialOutcome};
use crate::attendance::Mark;
use crate::consents::{Consent, ConsentAct, ConsentChannel, ConsentPurpose};
use crate::groups::membership;
use crate::groups::testing::plain;
use crate::groups::{Group, Membership};
use crate::ids::{
    AssessmentId, Chance, ConsentId, DeviceId, GroupId, OpId, OrganisationId, ParticipantId, SessionId, StreamId,
    UserId,
};
use crate::people::Profile;
use crate::sessions::Session;
use crate::sync::canon::{Hash, canonical};
use crate::sync::hlc::Hlc;
use crate::sync::op::{Op, Verb};
use crate::sync::rights::Grants;
use crate::sync::wire::{Envelope, Epoch, PushRequest};
use crate::time::{Day, Instant};
use crate::{assessments, attendance, consents, groups, people, sessions};

/// Wednesday 18 November 2026, 10:00 UTC.
pub const NOON: Instant = Instant::from_millis(1_795_082_400_000);

pub fn today() -> Day {
    NOON.day_in_finland()
}

/// A repeatable source of randomness (xorshift).
#[derive(Clone, Debug)]
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// Leaves the first, little mixed values behind.
    pub fn warm_up(&mut self) {
        for _ in 0..8 {
            self.roll();
        }
    }

    /// 0 ≤ x < `sides`; 0 when there are none.
    pub fn below(&mut self, sides: usize) -> usize {
        let sides = u64::try_from(sides).unwrap_or(1).max(1);
        usize::try_from((self.roll() >> 11) % sides).unwrap_or(0)
    }
}

impl Chance for Dice {
    fn fill(&mut self, buffer: &mut [u8]) {
        buffer.iter_mut().for_each(|byte| *byte = (self.roll() >> 24) as u8);
    }
}

pub const fn organisation() -> OrganisationId {
    OrganisationId(Uuid::from_u128(0xa0))
}

pub const fn device(n: u128) -> DeviceId {
    DeviceId(Uuid::from_u128(0xd0_00 + n))
}

pub const fn user(n: u128) -> UserId {
    UserId(Uuid::from_u128(0xe0_00 + n))
}

pub const fn stream(n: u128) -> StreamId {
    StreamId(Uuid::from_u128(0xf0_00 + n))
}

pub const fn group_id(n: u128) -> GroupId {
    GroupId(Uuid::from_u128(0x10_00 + n))
}

pub const fn person_id(n: u128) -> ParticipantId {
    ParticipantId(Uuid::from_u128(0x20_00 + n))
}

pub const fn test_id(n: u128) -> AssessmentId {
    AssessmentId(Uuid::from_u128(0x30_00 + n))
}

pub fn grants(n: u128, role: Role, groups: &[u128]) -> Grants {
    let groups = groups.iter().map(|group| group_id(*group)).collect();
    Grants { user: user(n), role, organisation: organisation(), groups, rights: Default::default() }
}

pub fn group(n: u128) -> Verb {
    Verb::Group(groups::Verb::Put {
        group: Box::new(Group {
            id: group_id(n),
            name: format!("Ryhmä {n}"),
            provider: organisation(),
            place: Some("Kylätalo".into()),
            weekdays: vec![3],
            minutes: Some(60),
            ..plain()
        }),
    })
}

pub fn person(n: u128, home: Option<u128>, provisional: bool) -> Verb {
    let profile = Profile {
        given_names: format!("Aino{n}"),
        family_name: "Aho".into(),
        birth_year: Some(1940),
        ..Profile::default()
    };
    Verb::Participant(people::Verb::Register {
        id: person_id(n),
        group: home.map(group_id),
        profile: Box::new(profile),
        provisional,
    })
}

pub fn join(person: u128, group: u128) -> Verb {
    let (group, participant) = (group_id(group), person_id(person));
    let membership = Membership::begun(group, participant, today().plus_days(-30));
    Verb::Membership(membership::Verb::Join { membership })
}

pub fn session_of(group: u128) -> SessionId {
    Session::planned_id(group_id(group), today())
}

pub fn plan(group: u128) -> Verb {
    let session = Session::planned(group_id(group), today(), None);
    Verb::Session(sessions::Verb::Plan { session })
}

pub fn mark(group: u128, person: u128, mark: Option<Mark>) -> Verb {
    Verb::Attendance(attendance::Verb::Set {
        session: session_of(group),
        group: group_id(group),
        participant: person_id(person),
        mark,
    })
}

pub fn trial(value: i64) -> Trial {
    Trial::new(Item::Time, 1, TrialOutcome::Value(value))
}

/// A TUG of `tenths` of a second.
pub fn test(n: u128, person: u128, tenths: i64) -> Verb {
    Verb::Assessment(assessments::Verb::Record {
        assessment: Box::new(Assessment::new(
            test_id(n),
            person_id(person),
            today(),
            Instrument::Tug,
            vec![trial(tenths)],
        )),
    })
}

pub fn amend(n: u128, person: u128, tenths: i64) -> Verb {
    Verb::Assessment(assessments::Verb::Amend {
        id: test_id(n),
        participant: person_id(person),
        trials: vec![trial(tenths)],
        reason: "Väärä rivi".into(),
        circumstances: None,
    })
}

pub fn consent(n: u128, person: u128, act: ConsentAct, after: &[u128]) -> Verb {
    let id = |n: u128| ConsentId(Uuid::from_u128(0x40_00 + n));
    Verb::Consent(consents::Verb::Record {
        consent: Consent {
            id: id(n),
            participant: person_id(person),
            purpose: ConsentPurpose::HealthTests,
            act,
            channel: ConsentChannel::Spoken,
            on: today(),
            text_version: "health_tests/1".into(),
            language: "fi".into(),
            after: after.iter().map(|n| id(*n)).collect(),
            relative: None,
            until: None,
        },
    })
}

/// A tablet that only makes and packs operations.
#[derive(Clone, Debug)]
pub struct Pen {
    pub stream: StreamId,
    pub user: UserId,
    pub n: i64,
    pub hlc: Hlc,
    /// Chain value before each operation that was packed, or comes next; the first one's is zero.
    pub chains: BTreeMap<i64, Hash>,
    pub dice: Dice,
}

impl Pen {
    /// The tablet of stream, user and device number `n`.
    pub fn new(n: u128) -> Self {
        let seed = u64::try_from(n).unwrap_or(1) + 77;
        Self {
            stream: stream(n),
            user: user(n),
            n: 0,
            hlc: Hlc::default(),
            chains: BTreeMap::new(),
            dice: Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)),
        }
    }

    pub fn op(&mut self, verb: Verb, base_rev: Option<i64>, now: Instant) -> Op {
        self.n += 1;
        self.hlc = self.hlc.tick(now, &self.stream.to_string());
        let op_id = OpId::new(now, &mut self.dice);
        let schema = verb.since();
        Op { op_id, n: self.n, schema, hlc: self.hlc.clone(), base_rev, actor: self.user, verb }
    }

    /// Packs consecutive operations.
    pub fn pack(&mut self, epoch: &Epoch, ops: &[Op]) -> PushRequest {
        let texts: Vec<_> = ops.iter().map(|op| canonical(op).unwrap_or_default()).collect();
        let texts: Vec<_> = texts.iter().map(String::as_str).collect();
        self.pack_texts(epoch, ops.first().map_or(1, |op| op.n), &texts)
    }

    pub fn pack_texts(&mut self, epoch: &Epoch, first_n: i64, texts: &[&str]) -> PushRequest {
        let envelope = Envelope::clear(first_n, self.chains.get(&first_n).copied().unwrap_or_default(), texts);
        let mut chain = envelope.chain_before;
        for (text, n) in texts.iter().zip(first_n..) {
            chain = chain.chain(text);
            self.chains.insert(n + 1, chain);
        }
        PushRequest {
            epoch: epoch.clone(),
            stream: self.stream,
            created_n: self.n,
            envelopes: vec![envelope],
            holes: Vec::new(),
            author: None,
            hand: None,
        }
    }
}
