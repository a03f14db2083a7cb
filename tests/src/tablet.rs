//! A tablet reduced to what the wire sees: it records operations in one stream and pushes them.

use crate::town::{Browser, Town};
use crate::{Answer, App};
use axum::body::{Body, BodyDataStream};
use domain::access::Role;
use domain::attendance;
use domain::attendance::Mark;
use domain::ids::{DeviceId, OpId, StreamId, UserId};
use domain::sync::canon::{Hash, canonical};
use domain::sync::entity::Bucket;
use domain::sync::hlc::Hlc;
use domain::sync::op::{Op, SCHEMA, Verb};
use domain::sync::testing::history;
use domain::sync::wire::{
    Cursor, EVENTS_PATH, Envelope, Epoch, OpHead, PULL_PATH, PUSH_PATH, Poke, PullReply, PullRequest, PushReply,
    PushRequest, Receipt,
};
use domain::time::Instant;
use futures::StreamExt as _;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::timeout;

pub struct Tablet {
    pub browser: Browser,
    pub device: DeviceId,
    pub user: UserId,
    pub stream: StreamId,
    /// The texts of everything recorded, in order.
    pub recorded: Vec<String>,
}

impl Tablet {
    pub async fn of(town: &Town, role: Role) -> Self {
        let (browser, device) = town.on_tablet(role).await;
        let user = town.user(role).await;
        let stream = town.app.state.with_chance(|chance| StreamId::new(Instant::from_millis(1), chance));
        Self { browser, device, user, stream, recorded: Vec::new() }
    }

    /// Records an operation that stands on this version of its target.
    pub fn record(&mut self, app: &App, base_rev: Option<i64>, verb: Verb) -> OpId {
        let now = app.state.now();
        let op_id = app.state.with_chance(|chance| OpId::new(now, chance));
        let n = i64::try_from(self.recorded.len()).expect("a small number") + 1;
        let hlc = Hlc { wall: now.millis() + n, counter: 0, node: self.stream.to_string() };
        let schema = verb.since();
        let op = Op { op_id, n, schema, hlc, base_rev, actor: self.user, verb };
        self.recorded.push(canonical(&op).expect("an operation has a canonical form"));
        op_id
    }

    /// A mark of a place's participant in its session.
    pub fn mark(&mut self, app: &App, place: &crate::town::Place, base_rev: Option<i64>, mark: Option<Mark>) -> OpId {
        let verb = Verb::Attendance(attendance::Verb::Set {
            session: place.session,
            group: place.group,
            participant: place.participant,
            mark,
        });
        self.record(app, base_rev, verb)
    }

    /// The ids of what was recorded, in order.
    pub fn recorded_ids(&self) -> Vec<OpId> {
        let head = |text: &String| serde_json::from_str::<OpHead>(text).expect("an operation");
        self.recorded.iter().map(|text| head(text).op_id).collect()
    }

    /// Its history, as far as it has recorded and before it was told anything.
    pub fn history(&self) -> history::Tablet {
        history::Tablet { recorded: self.recorded_ids(), ..history::Tablet::new(self.stream) }
    }

    /// A push of the recorded operations from the `first`-th on, in one envelope.
    pub async fn request(&self, app: &App, first: usize) -> PushRequest {
        let chain = self.recorded[..first - 1].iter().fold(Hash::default(), |chain, text| chain.chain(text));
        let texts: Vec<&str> = self.recorded[first - 1..].iter().map(String::as_str).collect();
        let count = i64::try_from(self.recorded.len()).expect("a small number");
        let first_n = i64::try_from(first).expect("a small number");
        PushRequest {
            epoch: epoch(app).await,
            stream: self.stream,
            created_n: count,
            envelopes: vec![Envelope::clear(first_n, chain, &texts)],
            holes: Vec::new(),
            author: None,
            hand: None,
        }
    }

    pub async fn send(&self, app: &App, request: &PushRequest) -> Answer {
        self.browser.call(app, PUSH_PATH, &serde_json::to_value(request).expect("JSON")).await
    }

    /// Pushes everything from the `first`-th operation on.
    pub async fn push(&self, app: &App, first: usize) -> PushReply {
        let answer = self.send(app, &self.request(app, first).await).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        serde_json::from_slice(&answer.body).expect("a push reply")
    }

    /// Pulls from the given cursors on.
    pub async fn pull(&self, app: &App, known: Option<&PullReply>) -> PullReply {
        pulled(&self.fetch(app, known).await)
    }

    /// A pull that shows what the server has told.
    pub async fn show(&self, app: &App, told: Receipt) -> PullReply {
        pulled(&self.ask(app, BTreeMap::new(), Some(told)).await)
    }

    pub async fn fetch(&self, app: &App, known: Option<&PullReply>) -> Answer {
        let mut cursors = BTreeMap::new();
        for (bucket, page) in known.iter().flat_map(|reply| &reply.buckets) {
            let epoch = epoch(app).await;
            cursors.insert(*bucket, Cursor { epoch, seq: page.to, reset_to: None });
        }
        self.ask(app, cursors, None).await
    }

    async fn ask(&self, app: &App, cursors: BTreeMap<Bucket, Cursor>, told: Option<Receipt>) -> Answer {
        let stream = Some(self.stream);
        let request = PullRequest { schema: SCHEMA, cursors, limit: 2000, stream, have: BTreeMap::new(), told };
        self.browser.call(app, PULL_PATH, &serde_json::to_value(&request).expect("JSON")).await
    }
}

fn pulled(answer: &Answer) -> PullReply {
    assert_eq!(answer.status, 200, "{}", answer.text());
    serde_json::from_slice(&answer.body).expect("a pull reply")
}

/// Longer than news takes on a busy machine, and well before a live connection looks by itself (20 s).
pub const IN_TIME: Duration = Duration::from_secs(10);

/// A live connection, as a browser reads it.
pub struct Live(BodyDataStream);

impl Tablet {
    pub async fn live(&self, app: &App) -> Live {
        let request = self.browser.request("GET", EVENTS_PATH).body(Body::empty()).expect("a request");
        let answer = app.begin(request).await;
        assert_eq!(answer.status(), 200);
        Live(answer.into_body().into_data_stream())
    }
}

impl Live {
    /// The next event as it comes; nothing when the connection has ended.
    pub async fn text(&mut self) -> Option<String> {
        let event = self.0.next().await?.expect("an event");
        Some(String::from_utf8(event.to_vec()).expect("text"))
    }

    /// The next poke; nothing when the connection has ended.
    pub async fn next(&mut self) -> Option<Poke> {
        loop {
            // What only keeps the line alive says nothing.
            if let Some(poke) = self.text().await?.strip_prefix("event: poke\ndata: ") {
                return Some(serde_json::from_str(poke).expect("a poke"));
            }
        }
    }

    /// Waits until it is told that the bucket has come further than that; how far.
    pub async fn beyond(&mut self, bucket: Bucket, head: i64) -> i64 {
        loop {
            let poke = self.next().await.expect("the connection goes on");
            if poke.bucket == bucket && poke.head > head {
                return poke.head;
            }
        }
    }

    /// Whether it ends in time.
    pub async fn ends(&mut self) -> bool {
        timeout(IN_TIME, async { while self.next().await.is_some() {} }).await.is_ok()
    }

    /// Whether news says in time that the bucket has come further than that.
    pub async fn is_told(&mut self, bucket: Bucket, head: i64) -> bool {
        timeout(IN_TIME, self.beyond(bucket, head)).await.is_ok()
    }
}

/// The database's present life.
pub async fn epoch(app: &App) -> Epoch {
    let mut tx = app.state.db.read(server::db::Unscoped::Installation).await.expect("read");
    let row = tx.one("SELECT value FROM meta WHERE key = 'sync_epoch'", []).await.expect("epoch");
    Epoch(row.get("value").expect("text"))
}
