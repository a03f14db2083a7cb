//! A tablet reduced to what the wire sees: it downloads its groups and pushes operations in one stream.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::attendance::{self, Attendance, Mark};
use domain::devices::{SIGN_IN_PATH, SignInReply, SignInRequest};
use domain::groups::{Group, Membership, membership};
use domain::ids::{Chance, GroupId, OpId, ParticipantId, SessionId, StreamId};
use domain::people::{self, Profile};
use domain::sessions::{self, Session, SessionStatus};
use domain::sync::canon::{Hash, canonical};
use domain::sync::entity::Body;
use domain::sync::hlc::Hlc;
use domain::sync::op::{Op, SCHEMA, Verb};
use domain::sync::wire::{
    Cursor, Envelope, MAX_PULL, PULL_PATH, PUSH_PATH, PullReply, PullRequest, PushReply, PushRequest,
};
use domain::time::{Day, Instant};

use crate::browser::{Browser, PASSWORD, Refused};
use crate::program::{Program, Tried, told};

pub struct Tablet {
    browser: Browser,
    who: SignInReply,
    stream: StreamId,
    last: i64,
    chain: Hash,
    cursors: BTreeMap<domain::sync::entity::Bucket, Cursor>,
    /// What it has downloaded, as far as it marks.
    pub groups: Vec<Group>,
    pub marks: Vec<Attendance>,
    sessions: HashMap<SessionId, GroupId>,
}

impl Tablet {
    /// A new instructor who leads these groups, signed in on a new tablet.
    pub fn enrol(program: &Program, url: &str, login: &str, groups: &[String]) -> Tried<Self> {
        let mut browser = Browser::new(url);
        browser.set_up(program, "instructor", login, groups)?;
        Self::sign_in(browser, login)
    }

    /// Somebody who has a password, signed in on a new tablet.
    pub fn sign_in(mut browser: Browser, login: &str) -> Tried<Self> {
        let request = SignInRequest {
            login: login.to_owned(),
            password: PASSWORD.to_owned(),
            device_label: login.to_owned(),
            signs: false,
        };
        let who = browser.call(SIGN_IN_PATH, &request)?;
        Ok(Self {
            browser,
            who,
            stream: StreamId::new(now(), &mut Machine),
            last: 0,
            chain: Hash::default(),
            cursors: BTreeMap::new(),
            groups: Vec::new(),
            marks: Vec::new(),
            sessions: HashMap::new(),
        })
    }

    /// One page of what is new; whether there is more.
    pub fn pull(&mut self) -> Tried<bool> {
        self.try_pull()?.map_err(|refused| format!("a pull was answered {}", refused.status))
    }

    /// The same at a server that may refuse.
    pub fn try_pull(&mut self) -> Tried<Result<bool, Refused>> {
        let request = PullRequest {
            schema: SCHEMA,
            cursors: self.cursors.clone(),
            limit: MAX_PULL,
            stream: None,
            have: BTreeMap::new(),
            told: None,
        };
        let reply: PullReply = match self.browser.ask(PULL_PATH, &request)? {
            Ok(reply) => reply,
            Err(refused) => return Ok(Err(refused)),
        };
        let more = reply.buckets.values().any(|page| page.more);
        for (bucket, page) in reply.buckets {
            let reset_to = page.more.then_some(page.head);
            self.cursors.insert(bucket, Cursor { epoch: reply.epoch.clone(), seq: page.to, reset_to });
            for body in page.items.into_iter().filter_map(|entity| entity.body) {
                match body {
                    Body::Group(group) => self.groups.push(group),
                    Body::Session(session) => {
                        self.sessions.insert(session.id, session.group);
                    }
                    Body::Attendance(mark) => self.marks.push(mark),
                    _ => {}
                }
            }
        }
        Ok(Ok(more))
    }

    /// The groups whose marks it has downloaded, each once: of the others it knows the names.
    pub fn led(&self) -> BTreeSet<GroupId> {
        self.marks.iter().map(|mark| mark.group).collect()
    }

    /// A session of a group on that day, in which everybody is present who was ever marked in the group: what the tablet
    /// makes of it, in order.
    pub fn roll(&self, group: GroupId, day: Day) -> Vec<Verb> {
        let planned = Session::planned(group, day, None);
        let session = planned.id;
        let held = sessions::Verb::Status { id: session, group, status: Some(SessionStatus::Held) };
        let people: BTreeSet<_> =
            self.marks.iter().filter(|mark| mark.group == group).map(|mark| mark.participant).collect();
        let mark = |participant| {
            let mark = Some(Mark::Present);
            Verb::Attendance(attendance::Verb::Set { session, group, participant, mark })
        };
        let said = [sessions::Verb::Plan { session: planned }, held].map(Verb::Session);
        said.into_iter().chain(people.into_iter().map(mark)).collect()
    }

    /// The group of one of the marks at hand.
    pub fn group_of(&self, at: usize) -> Option<GroupId> {
        let session = self.marks.get(at % self.marks.len().max(1))?.session;
        self.sessions.get(&session).copied()
    }

    /// A mark that is another one than the one before, of one of the marks at hand.
    pub fn remark(&self, at: usize, group: GroupId) -> Option<Verb> {
        let before = self.marks.get(at % self.marks.len().max(1))?;
        let mark = if self.last % 2 == 0 { Mark::LateOrPartial } else { Mark::Remote };
        Some(Verb::Attendance(attendance::Verb::Set {
            session: before.session,
            group,
            participant: before.participant,
            mark: Some(mark),
        }))
    }

    /// A visitor of the group, registered the short way.
    pub fn visitor(&self, group: GroupId, number: usize) -> [Verb; 2] {
        let id = ParticipantId::new(now(), &mut Machine);
        let name = |text: &str| format!("{text} {number}");
        let profile = Profile { given_names: name("Vieras"), family_name: "Kävijä".to_owned(), ..Profile::default() };
        let membership = Membership::begun(group, id, now().in_finland().0);
        [
            Verb::Participant(people::Verb::Register {
                id,
                group: Some(group),
                profile: Box::new(profile),
                provisional: true,
            }),
            Verb::Membership(membership::Verb::Join { membership }),
        ]
    }

    /// Pushes operations that stand on nothing; the server's answer.
    pub fn push(&mut self, verbs: Vec<Verb>) -> Tried<PushReply> {
        let push = self.pack(verbs)?;
        self.send(&push)?.map_err(|refused| format!("a push was answered {}", refused.status))
    }

    /// The push of operations that stand on nothing. It is the stream's next one: whoever packs sends in that order.
    pub fn pack(&mut self, verbs: Vec<Verb>) -> Tried<PushRequest> {
        let first_n = self.last + 1;
        let texts = verbs.into_iter().map(|verb| self.text(verb)).collect::<Tried<Vec<_>>>()?;
        let lines: Vec<&str> = texts.iter().map(String::as_str).collect();
        let envelope = Envelope::clear(first_n, self.chain, &lines);
        self.chain = envelope.chain_after;
        let epoch = self.cursors.values().next().map(|cursor| cursor.epoch.clone()).ok_or("nothing pulled yet")?;
        let (stream, created_n) = (self.stream, self.last);
        let (holes, author, hand) = (Vec::new(), None, None);
        Ok(PushRequest { epoch, stream, created_n, envelopes: vec![envelope], holes, author, hand })
    }

    /// Sends what was packed. Repeating it is safe.
    pub fn send(&mut self, push: &PushRequest) -> Tried<Result<PushReply, Refused>> {
        self.browser.ask(PUSH_PATH, push)
    }

    fn text(&mut self, verb: Verb) -> Tried<String> {
        self.last += 1;
        let hlc = Hlc { wall: now().millis(), counter: 0, node: self.stream.to_string() };
        let op_id = OpId::new(now(), &mut Machine);
        let schema = verb.target().etype.since();
        let op = Op { op_id, n: self.last, schema, hlc, base_rev: None, actor: self.who.user, verb };
        canonical(&op).map_err(told)
    }
}

/// The machine's randomness.
struct Machine;

impl Chance for Machine {
    fn fill(&mut self, buffer: &mut [u8]) {
        // Without randomness two operations would have one id, and the server would say so.
        let _ = getrandom::fill(buffer);
    }
}

/// The machine's clock.
#[expect(clippy::disallowed_methods, reason = "the program's outermost layer: here the clock is read")]
pub fn now() -> Instant {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Instant::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
