//! Own echoes: a tablet does not fetch what it has just sent (docs/sync.md, Echoes). The program's own tablet machine
//! against the whole server.

use std::collections::{BTreeMap, VecDeque};

use domain::access::Role;
use domain::attendance::Mark;
use domain::groups::{Membership, membership};
use domain::ids::{Chance as _, ParticipantId, StreamId};
use domain::people::{self, Profile};
use domain::sync::client::{Client, Effect, Event, Identity};
use domain::sync::entity::{Bucket, EntityKey};
use domain::sync::op::{SCHEMA, Verb};
use domain::sync::testing::sample::Dice;
use domain::sync::wire::{Cursor, PULL_PATH, PUSH_PATH, PullReply, PullRequest, PushReply};
use domain::{assessments, attendance};
use tests::tablet::{Tablet, epoch};
use tests::town::{Browser, Town, chair_stand, today};

/// The tablet's machine with its store and its browser, and what it was answered.
struct Real {
    client: Client,
    browser: Browser,
    dice: Dice,
    /// Path, bytes and body of each answer.
    answers: Vec<(&'static str, Vec<u8>)>,
}

impl Real {
    async fn of(town: &Town, seed: u64) -> Self {
        let (browser, _) = town.on_tablet(Role::Instructor).await;
        let mut dice = Dice(seed);
        let mut bytes = [0; 16];
        dice.fill(&mut bytes);
        let new_stream = StreamId(uuid::Uuid::from_bytes(bytes));
        let identity = Identity { user: town.user(Role::Instructor).await, new_stream, key: None };
        Self { client: Client::new(identity, Vec::new()), browser, dice, answers: Vec::new() }
    }

    /// Handles an event and all that follows from it, until the tablet waits.
    async fn tell(&mut self, town: &Town, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for effect in self.client.handle(event, town.app.state.now(), &mut self.dice) {
                match effect {
                    Effect::Persist { token, .. } => events.push_back(Event::Committed(token)),
                    // It comes to lead before anything is stored.
                    Effect::Reload => events.push_back(Event::Loaded(Vec::new())),
                    Effect::Send { id, path, body } => {
                        let body = serde_json::from_str(&body).unwrap();
                        let answer = self.browser.call(&town.app, path, &body).await;
                        self.answers.push((path, answer.body.clone()));
                        let status = answer.status.as_u16();
                        events.push_back(Event::Answer { id, status, retry_after: None, body: answer.body });
                    }
                    _ => {}
                }
            }
        }
    }

    /// Records all of it and syncs; how many bytes came by the pulls, and what was in them.
    async fn send(&mut self, town: &Town, verbs: Vec<Verb>) -> (usize, Vec<EntityKey>) {
        self.answers.clear();
        self.tell(town, Event::RecordAll { ticket: 1, verbs }).await;
        assert!(self.answers.iter().any(|(path, _)| *path == PUSH_PATH), "it was sent");
        let pulls = self.answers.iter().filter(|(path, _)| *path == PULL_PATH);
        let bytes = pulls.clone().map(|(_, body)| body.len()).sum();
        let replies = pulls.map(|(_, body)| serde_json::from_slice::<PullReply>(body).unwrap());
        let keys =
            replies.flat_map(|reply| reply.buckets.into_values().flat_map(|page| page.items)).map(|item| item.key);
        (bytes, keys.collect())
    }

    /// Everything that it has of the place's group is what a tablet straight out of its box is handed.
    async fn is_as_fresh(&self, town: &Town) {
        let reply = Tablet::of(town, Role::Instructor).await.pull(&town.app, None).await;
        for bucket in [Bucket::Roll(town.own.group), Bucket::Health(town.own.group)] {
            let own: BTreeMap<_, _> =
                self.client.cache().contents(bucket).unwrap().entities().map(|entity| (entity.key, entity)).collect();
            let page = &reply.buckets[&bucket];
            let wanted: BTreeMap<_, _> = page.items.iter().map(|entity| (entity.key, entity)).collect();
            assert_eq!(own, wanted, "{bucket}");
        }
        assert_eq!((self.client.digest_mismatches(), self.client.status().unsent), (0, 0));
        assert!(self.client.outbox().rows().all(|row| row.passed), "nothing lies on top any more");
    }
}

fn mark(town: &Town, mark: Option<Mark>) -> Verb {
    let place = &town.own;
    Verb::Attendance(attendance::Verb::Set {
        session: place.session,
        group: place.group,
        participant: place.participant,
        mark,
    })
}

/// A visitor with a mark and a test.
fn visitor(town: &Town, n: u128) -> Vec<Verb> {
    let place =
        tests::town::Place { participant: ParticipantId(uuid::Uuid::from_u128(0xb000 + n)), ..town.own.clone() };
    let profile = Profile { given_names: format!("Vieras{n}"), family_name: "Virta".into(), ..Profile::default() };
    let membership = Membership::begun(place.group, place.participant, today());
    let test = Box::new(chair_stand(&place, today(), 9));
    vec![
        Verb::Participant(people::Verb::Register {
            id: place.participant,
            group: Some(place.group),
            profile: Box::new(profile),
            provisional: true,
        }),
        Verb::Membership(membership::Verb::Join { membership }),
        Verb::Attendance(attendance::Verb::Set {
            session: place.session,
            group: place.group,
            participant: place.participant,
            mark: Some(Mark::Present),
        }),
        Verb::Assessment(assessments::Verb::Record { assessment: test }),
    ]
}

/// A pull of pages of three behind an earlier one, by whoever has what came of these pushes.
async fn pull_behind(tablet: &Tablet, town: &Town, known: &PullReply, pushes: &[PushReply]) -> PullReply {
    let epoch = epoch(&town.app).await;
    let cursor = |seq| Cursor { epoch: epoch.clone(), seq, reset_to: None };
    let cursors = known.buckets.iter().map(|(bucket, page)| (*bucket, cursor(page.to))).collect();
    let mut have: BTreeMap<Bucket, Vec<(i64, i64)>> = BTreeMap::new();
    for (bucket, prints) in pushes.iter().flat_map(|push| &push.echoes) {
        have.entry(*bucket).or_default().extend(prints.keys().map(|seq| (*seq, *seq)));
    }
    let request = PullRequest { schema: SCHEMA, cursors, limit: 3, stream: Some(tablet.stream), have, told: None };
    let answer = tablet.browser.call(&town.app, PULL_PATH, &serde_json::to_value(&request).unwrap()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    serde_json::from_slice(&answer.body).unwrap()
}

tests::on_both_databases! {
    async fn a_tablet_does_not_fetch_what_it_has_sent_and_the_server_took_as_it_was(app) {
        let town = Town::on(app).await;
        let mut tablet = Real::of(&town, 3).await;
        tablet.tell(&town, Event::Leader(true)).await;
        let verbs: Vec<_> = (0..40).flat_map(|n| visitor(&town, n)).collect();
        let (bytes, items) = tablet.send(&town, verbs).await;
        assert_eq!(items, [], "160 records, each in one bucket or two");
        assert!(bytes < 4_000, "{bytes} bytes");
        tablet.is_as_fresh(&town).await;
        // A correction of something that is there, several times over.
        let (_, items) = tablet.send(&town, vec![mark(&town, Some(Mark::Present)), mark(&town, None), mark(&town, Some(Mark::Remote))]).await;
        assert_eq!(items, []);
        tablet.is_as_fresh(&town).await;
        let other = Tablet::of(&town, Role::Instructor).await.pull(&town.app, None).await;
        assert!(other.buckets[&Bucket::Roll(town.own.group)].items.len() > 120, "others get all of it");
    }

    async fn what_the_server_made_otherwise_than_the_tablet_assumed_is_fetched(app) {
        let town = Town::on(app).await;
        let mut tablet = Real::of(&town, 5).await;
        tablet.tell(&town, Event::Leader(true)).await;
        let mut other = Tablet::of(&town, Role::PeerInstructor).await;
        other.mark(&town.app, &town.own, None, Some(Mark::AbsentInformed));
        other.push(&town.app, 1).await;
        let mut verbs = visitor(&town, 1);
        verbs.push(mark(&town, Some(Mark::Present)));
        let (_, items) = tablet.send(&town, verbs).await;
        let contested = domain::ids::AttendanceId::of(town.own.session, town.own.participant);
        assert_eq!(items, [contested.into()], "the contradiction, and nothing else");
        let roll = Bucket::Roll(town.own.group);
        let held = tablet.client.cache().contents(roll).unwrap().get(contested.into()).cloned();
        let wanted = Tablet::of(&town, Role::Instructor).await.pull(&town.app, None).await;
        let wanted = wanted.buckets[&roll].items.iter().find(|item| item.key == contested.into()).cloned();
        assert_eq!(held, wanted);
        assert_eq!(tablet.client.digest_mismatches(), 0);
    }

    async fn what_a_tablet_has_takes_no_place_in_a_page_and_what_others_did_between_is_told(app) {
        let town = Town::on(app).await;
        let mut tablet = Tablet::of(&town, Role::Instructor).await;
        let known = tablet.pull(&town.app, None).await;
        let mut pushes = Vec::new();
        for six in [0..6, 6..12] {
            let first = tablet.recorded.len() + 1;
            six.flat_map(|n| visitor(&town, n)).for_each(|verb| {
                tablet.record(&town.app, None, verb);
            });
            pushes.push(tablet.push(&town.app, first).await);
            if pushes.len() == 1 {
                let mut other = Tablet::of(&town, Role::PeerInstructor).await;
                other.mark(&town.app, &town.own, None, Some(Mark::AbsentInformed));
                other.push(&town.app, 1).await;
            }
        }
        let roll = Bucket::Roll(town.own.group);
        assert!(pushes.iter().all(|push| push.echoes[&roll].len() > 3), "more than a page holds");
        let reply = pull_behind(&tablet, &town, &known, &pushes).await;
        let marked = domain::ids::AttendanceId::of(town.own.session, town.own.participant);
        let told: Vec<_> = reply.buckets.values().flat_map(|page| &page.items).map(|item| item.key).collect();
        assert_eq!(told, [marked.into()], "the other's mark, and nothing else");
        assert!(reply.buckets.values().all(|page| !page.more && page.to == page.head && page.digest.is_some()));
        let after = pull_behind(&tablet, &town, &reply, &[]).await;
        assert!(after.buckets.values().all(|page| page.items.is_empty()), "nothing is left behind the cursors");
    }
}
