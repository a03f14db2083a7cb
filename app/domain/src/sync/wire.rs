//! What travels between tablet and server (docs/sync.md, Envelopes). Fields that nothing uses yet are present with a
//! neutral value, so that what comes needs no new protocol (docs/sync.md, Not built yet).

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::canon::{Hash, canonical};
use super::digest::Digest;
use super::entity::{Bucket, Entity};
use super::op::Op;
use super::read_json;
use crate::access::Right;
use crate::assessments::Assessment;
use crate::attendance::Attendance;
use crate::codes::codes;
use crate::devices::Help;
use crate::eligibility::Mode;
use crate::ids::{GroupId, OpId, ParticipantId, SessionId, StreamId, UserId};
use crate::letters::FormOfAddress;
use crate::paper::PaperCode;
use crate::time::{Day, Instant};

/// Device session: sends operations.
pub const PUSH_PATH: &str = "/api/sync/v1/push";
/// User session: fetches state.
pub const PULL_PATH: &str = "/api/sync/v1/pull";
/// User session: server-sent events named `poke` ([`Poke`]) and `order` ([`Order`]).
pub const EVENTS_PATH: &str = "/api/sync/v1/events";
/// Device session: outcomes again, after a lost reply.
pub const OUTCOMES_PATH: &str = "/api/sync/v1/outcomes";

/// Entities and removals in one page of a pull, at most.
pub const MAX_PULL: u32 = 2000;
/// Operations in one push, at most, unless the server's [`Limits`] say less.
pub const MAX_PUSH_OPS: u32 = 1_000;
/// So many every server takes, one with an earlier program too: a tablet begins with no more, since it learns the server's
/// [`Limits`] by its first answer.
pub const SURE_PUSH_OPS: u32 = 200;
/// Bytes of one push after inflation, at most, unless the server's [`Limits`] say less.
pub const MAX_PUSH_BYTES: u32 = 4 << 20;

/// Bytes of one operation's text, at most. None that a person records comes near it.
pub const MAX_OP_BYTES: usize = 64 << 10;
/// Highest number of an operation: what every JSON reader can hold exactly.
pub const MAX_N: i64 = (1 << 53) - 1;

/// Which life of the database (docs/sync.md, Epochs).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(pub String);

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

codes! {
    /// What became of an operation (docs/sync.md, Outcomes). Nothing else is an outcome.
    pub enum Outcome {
        Applied = "applied",
        Noop = "noop",
        /// Recorded; contradicts another write; a review row exists.
        Conflict = "conflict",
        /// Stored, not applied: waits for a person or a rule.
        Held = "held",
        /// Final, not applied.
        Rejected = "rejected",
    }
}

codes! {
    /// Why, or with what remark.
    pub enum Reason {
        /// Held: the author may not (any more).
        Rights = "rights",
        /// Held: written by a newer program than this server.
        Schema = "schema",
        /// Held: the text cannot be read.
        Unreadable = "unreadable",
        /// Rejected: breaks a rule of the data.
        Invalid = "invalid",
        /// Rejected: what it is about was erased; its text is dropped.
        Erased = "erased",
        /// Rejected: another operation has this id.
        IdReuse = "id_reuse",
        /// Rejected by the person who looked at the held operation.
        Refused = "refused",
        /// Applied: another device changed other fields at the same time.
        Parallel = "parallel",
        /// Conflict: another device wrote something else at the same time.
        Contradiction = "contradiction",
        /// Conflict: the same test of the same day came from another device.
        PossibleDuplicate = "possible_duplicate",
        /// Applied: somebody of this name is in the group already.
        PossibleSamePerson = "possible_same_person",
    }
}

/// Where an operation took effect: the bucket's cursor must pass `seq` before the tablet drops its overlay.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Effect {
    pub bucket: Bucket,
    pub seq: i64,
}

/// The server's answer to one operation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OpResult {
    pub op_id: OpId,
    pub outcome: Outcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// With [`Reason::Invalid`]: what was wrong, where it is one field (`birth_year`, `gait.2.outcome`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    #[serde(default)]
    pub effects: Vec<Effect>,
}

codes! {
    /// How an envelope's text is packed. What a server does not know it holds.
    pub enum Alg { Clear = "clear/v1" }
}

/// Operations of one stream, in order, as they travel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// A code of [`Alg`]; kept as text, since one the server does not know is held, not refused.
    pub alg: String,
    /// `n` of the first operation.
    pub first_n: i64,
    /// 1 … [`MAX_PUSH_OPS`].
    pub count: u32,
    pub chain_before: Hash,
    pub chain_after: Hash,
    /// Which secret has signed it; nothing on a tablet that was never given one.
    #[serde(default)]
    pub kid: Option<String>,
    /// The signature, as hexadecimal digits (see [`super::author`]).
    #[serde(default)]
    pub sig: Option<String>,
    /// `clear/v1`: the operations' canonical texts, one a line.
    pub text: String,
}

impl Envelope {
    /// Packs the canonical texts of consecutive operations.
    pub fn clear(first_n: i64, chain_before: Hash, texts: &[&str]) -> Self {
        Self {
            alg: Alg::Clear.code().to_owned(),
            first_n,
            count: u32::try_from(texts.len()).unwrap_or(u32::MAX),
            chain_before,
            chain_after: texts.iter().fold(chain_before, |chain, text| chain.chain(text)),
            kid: None,
            sig: None,
            text: texts.join("\n"),
        }
    }

    /// The operations' texts; `None` when the envelope cannot be opened or holds another number of them. They are
    /// counted before they are split: a text of nothing but line breaks is not worth a list.
    pub fn open(&self) -> Option<Vec<&str>> {
        let known = Alg::from_code(&self.alg) == Some(Alg::Clear);
        let lines = self.text.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let whole = known && u32::try_from(lines) == Ok(self.count) && self.first_n > 0;
        whole.then(|| self.text.split('\n').collect())
    }

    /// Whether the numbers that it names can be those of operations.
    pub fn is_sound(&self) -> bool {
        let last = self.first_n.saturating_add(i64::from(self.count)).saturating_sub(1);
        self.count > 0 && self.first_n > 0 && last <= MAX_N
    }
}

codes! {
    /// Why a tablet will never send an operation.
    pub enum HoleReason {
        /// It is not in its store any more.
        Missing = "missing",
        /// It cannot be read any more.
        Unreadable = "unreadable",
    }
}

/// Numbers that the tablet no longer has (docs/sync.md, Gaps and forks), right before the envelope that follows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hole {
    pub from: i64,
    /// The last of them.
    pub to: i64,
    /// A code of [`HoleReason`].
    pub reason: String,
    /// As in [`Envelope`]: what will never come is said by its author, not by whoever holds the tablet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sig: Option<String>,
}

impl Hole {
    pub fn new(from: i64, to: i64, reason: HoleReason) -> Self {
        Self { from, to, reason: reason.code().to_owned(), kid: None, sig: None }
    }

    /// What it says, without who says it.
    #[must_use]
    pub fn unsigned(self) -> Self {
        Self { kid: None, sig: None, ..self }
    }
}

/// The numbers that these holes name, each once, as first and last ones.
pub fn named_by(holes: &[Hole]) -> Vec<(i64, i64)> {
    let mut holes: Vec<_> = holes.iter().map(|hole| (hole.from, hole.to)).filter(|(from, to)| from <= to).collect();
    holes.sort_unstable();
    let mut named: Vec<(i64, i64)> = Vec::new();
    for (from, to) in holes {
        match named.last_mut().filter(|last| from <= last.1.saturating_add(1)) {
            Some(last) => last.1 = last.1.max(to),
            None => named.push((from, to)),
        }
    }
    named
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PushRequest {
    pub epoch: Epoch,
    pub stream: StreamId,
    /// How many operations the tablet has made in this stream: shows a gap when its store is lost.
    pub created_n: i64,
    pub envelopes: Vec<Envelope>,
    #[serde(default)]
    pub holes: Vec<Hole>,
    /// Whose stream it is, given with holes: where nothing else comes, nothing else says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<UserId>,
    /// Under `created_n`, as in [`Envelope`]: how much was made is said by its author, too. Programs that did not sign it
    /// are believed as far as what they signed goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand: Option<Hand>,
}

/// Whose secret has signed, and the signature.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hand {
    pub kid: String,
    /// Hexadecimal digits.
    pub sig: String,
}

/// What an entity looks like in a bucket, in 64 bits: whether two copies of it are the same, not who made them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Print(u64);

impl Print {
    /// The beginning of the SHA-256 of its canonical JSON; nothing of what has no such form.
    pub fn of(shown: &Entity) -> Option<Self> {
        let Hash(bytes) = Hash::of(canonical(shown).ok()?.as_bytes());
        bytes.first_chunk().map(|beginning| Self(u64::from_be_bytes(*beginning)))
    }
}

impl Serialize for Print {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:016x}", self.0))
    }
}

impl<'de> Deserialize<'de> for Print {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        u64::from_str_radix(&text, 16).map(Self).map_err(serde::de::Error::custom)
    }
}

/// By bucket and number: what operations have made there of their own entities.
pub type Echoes = BTreeMap<Bucket, BTreeMap<i64, Print>>;

/// How much the server takes at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Limits {
    pub ops: u32,
    /// After inflation.
    pub bytes: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { ops: MAX_PUSH_OPS, bytes: MAX_PUSH_BYTES }
    }
}

/// How far a stream has come on the server.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct StreamInfo {
    /// Highest `n` stored with an outcome, with all before it.
    pub contig: i64,
    /// Highest `n` that verified backups hold (docs/sync.md, Backups).
    pub durable: i64,
    /// The server's word for `contig`, which the tablet keeps as a [`Receipt`]. An older server gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Hash>,
}

/// That a server has told a tablet how much of its stream it had. It is shown to a server that has less, which knows its
/// own seal and by it that it was set back (docs/sync.md, Epochs).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    pub contig: i64,
    pub seal: Hash,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PushReply {
    pub epoch: Epoch,
    pub limits: Limits,
    pub stream: StreamInfo,
    pub results: Vec<OpResult>,
    /// What came of those that took effect just now. A tablet that arrives at the same by itself need not fetch it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub echoes: Echoes,
}

/// Body of a 409: what the whole push stumbled over.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "error", rename_all = "snake_case", try_from = "WrittenRefusal")]
pub enum PushRefusal {
    EpochChanged { epoch: Epoch },
    Gap { expected: i64 },
    StreamFork { new_stream: StreamId },
}

/// A refusal as it is read. A reader that decides by a tag would need a copy of every reader (see [`Op`]).
#[derive(Deserialize)]
struct WrittenRefusal {
    error: String,
    epoch: Option<Epoch>,
    expected: Option<i64>,
    new_stream: Option<StreamId>,
}

impl TryFrom<WrittenRefusal> for PushRefusal {
    type Error = &'static str;

    fn try_from(written: WrittenRefusal) -> Result<Self, Self::Error> {
        let WrittenRefusal { error, epoch, expected, new_stream } = written;
        match error.as_str() {
            "epoch_changed" => epoch.map(|epoch| Self::EpochChanged { epoch }),
            "gap" => expected.map(|expected| Self::Gap { expected }),
            "stream_fork" => new_stream.map(|new_stream| Self::StreamFork { new_stream }),
            _ => None,
        }
        .ok_or("not a refusal")
    }
}

/// Where the tablet stands in a bucket.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cursor {
    pub epoch: Epoch,
    pub seq: i64,
    /// Set while the pages of a reset are being fetched: the head that the first page named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reset_to: Option<i64>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PullRequest {
    /// Schema of the tablet's program.
    pub schema: u16,
    /// Buckets without an entry start with a reset.
    pub cursors: BTreeMap<Bucket, Cursor>,
    /// At most [`MAX_PULL`].
    pub limit: u32,
    /// The stream that the tablet writes: it wants to know how much of it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<StreamId>,
    /// Changes beyond the cursors that the tablet has already, as first and last numbers: they are left out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub have: BTreeMap<Bucket, Vec<(i64, i64)>>,
    /// Where the server has less of the stream than it had told: its own word for that. An older server never sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Receipt>,
}

codes! {
    /// How a bucket's items are to be taken.
    pub enum PullMode {
        /// Onto what the tablet has.
        Delta = "delta",
        /// Into a shadow area that replaces what the tablet has once the last page is in.
        Reset = "reset",
        /// Not granted any more: drop the cache (never outbox rows).
        Gone = "gone",
    }
}

/// One bucket's page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PullBucket {
    pub mode: PullMode,
    /// The cursor after this page.
    pub to: i64,
    /// The bucket's head at the time of reading. The first page of a reset fixes it as `reset_to`.
    pub head: i64,
    pub more: bool,
    /// Of the whole bucket; given when `to` is `head`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// Newest states, each entity once, in no order that means anything; `body: None`: not in this bucket any more.
    pub items: Vec<Entity>,
}

/// Until when what was pulled may be read offline (docs/sync.md, Lapse).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Lease {
    pub until: Instant,
}

/// How long after the last contact the cache may be read.
pub const LEASE_MILLIS: i64 = 14 * 24 * 3_600_000;

/// A bucket key, wrapped. Not used yet.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WrappedKey {
    pub bucket: Bucket,
    pub version: i64,
    pub wrapped: String,
}

/// What the server wants done on the tablet. Orders touch the cache; of the outbox only rows that may be forgotten anyway.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "snake_case", try_from = "WrittenOrder")]
pub enum Order {
    /// This user's cached data goes.
    PurgeUser { user: UserId },
    /// Everything readable goes. Not sent yet.
    Wipe,
    /// Operations about people who were erased leave the outbox, as soon as nothing is lost by it.
    Forget { op_ids: Vec<OpId> },
}

/// An order as it is read.
#[derive(Deserialize)]
struct WrittenOrder {
    order: String,
    user: Option<UserId>,
    op_ids: Option<Vec<OpId>>,
}

impl TryFrom<WrittenOrder> for Order {
    type Error = &'static str;

    fn try_from(written: WrittenOrder) -> Result<Self, Self::Error> {
        let WrittenOrder { order, user, op_ids } = written;
        match order.as_str() {
            "purge_user" => user.map(|user| Self::PurgeUser { user }),
            "wipe" => Some(Self::Wipe),
            "forget" => op_ids.map(|op_ids| Self::Forget { op_ids }),
            _ => None,
        }
        .ok_or("not an order")
    }
}

/// What the tablet knows of its user beside the role, as it is now.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct You {
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub rights: BTreeSet<Right>,
    /// When this user was last trained in testing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trained_on: Option<Day>,
    /// How the criteria of the target group are joined in the municipality.
    #[serde(skip_serializing_if = "is_usual")]
    pub target_group: Mode,
    /// Whom the people of each group call: its instructor, where they have given a number.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub instructors: BTreeMap<GroupId, Help>,
    /// How the municipality addresses those who take part.
    #[serde(skip_serializing_if = "is_usual")]
    pub form_of_address: FormOfAddress,
    /// To whom a message was sent that a session of today or later is cancelled: they need no call. Told to whoever calls.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub told: BTreeMap<SessionId, BTreeSet<ParticipantId>>,
    /// Where those who take part find their own page, for what is printed without network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_page: Option<PaperCode>,
}

impl You {
    /// Whether somebody was told by a message that the session is cancelled, as far as the server has said so.
    pub fn was_told(&self, session: SessionId, person: ParticipantId) -> bool {
        self.told.get(&session).is_some_and(|people| people.contains(&person))
    }
}

fn is_usual<T: Default + PartialEq>(setting: &T) -> bool {
    *setting == T::default()
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PullReply {
    pub server_time: Instant,
    pub epoch: Epoch,
    pub lease: Lease,
    /// Oldest schema that the server still takes.
    pub min_client: u16,
    /// Every bucket that the user may have now.
    pub granted: Vec<Bucket>,
    /// Empty as yet.
    #[serde(default)]
    pub revoked: Vec<UserId>,
    /// Empty as yet.
    #[serde(default)]
    pub keys: Vec<WrappedKey>,
    pub buckets: BTreeMap<Bucket, PullBucket>,
    /// The streams of this user on this tablet, and the one that was asked about.
    #[serde(default)]
    pub streams: BTreeMap<StreamId, StreamInfo>,
    #[serde(default)]
    pub orders: Vec<Order>,
    /// Of an older server: nothing is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub you: Option<You>,
    /// Who writes in the streams whose marks, or corrections of a test, contradict each other in this page, by display name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub authors: BTreeMap<StreamId, String>,
}

impl PullReply {
    /// Whether whoever is signed in is not this user: everybody is granted the bucket that is their own.
    pub fn is_for_another(&self, user: UserId) -> bool {
        self.granted.iter().any(|bucket| matches!(bucket, Bucket::Me(owner) if *owner != user))
    }

    /// The streams whose marks, or corrections of a test, contradict each other in this page.
    pub fn contending(&self) -> BTreeSet<StreamId> {
        let items = || self.buckets.values().flat_map(|bucket| &bucket.items);
        let marks = items().filter_map(|item| item.content::<Attendance>());
        let marked = marks.flat_map(|mark| mark.sides().into_iter().map(|side| side.stream));
        let tests = items().filter_map(|item| item.content::<Assessment>());
        let corrected = tests.flat_map(|test| test.sides().map(|version| version.stream));
        marked.chain(corrected).collect()
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomesRequest {
    pub op_ids: Vec<OpId>,
}

/// Outcomes of those operations that the server has; the others are left out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OutcomesReply {
    pub epoch: Epoch,
    pub results: Vec<OpResult>,
}

/// A hint that a bucket has moved; carries no data (docs/sync.md, Pokes).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Poke {
    pub bucket: Bucket,
    pub head: i64,
}

/// What every schema's operation says, whatever its verb: enough to store, answer and hold it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OpHead {
    pub op_id: OpId,
    pub n: i64,
    pub schema: u16,
    pub kind: String,
    pub hlc: super::hlc::Hlc,
    pub actor: UserId,
}

/// Why an operation's text is not an operation of the present schema.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotLifted {
    /// Not even its head can be read.
    Unreadable,
    /// Written by a newer program.
    Newer(OpHead),
    /// The head is there, the rest does not have the schema's shape.
    Malformed(OpHead),
}

/// The newest schema that this program reads.
#[cfg(not(any(test, feature = "testing")))]
const fn newest() -> u16 {
    super::op::SCHEMA
}

#[cfg(any(test, feature = "testing"))]
fn newest() -> u16 {
    super::testing::release::newest()
}

/// Reads an operation of any release as one of the present schema (docs/sync.md, Invariants: I15). Nearly all can be read
/// whole, at once.
pub fn lift(text: &str) -> Result<Op, NotLifted> {
    // Schema 1 is the oldest; a later release rewrites older shapes here before reading.
    match read_json::<Op>(text) {
        Ok(op) if op.schema <= newest() => Ok(op),
        _ => {
            let head: OpHead = read_json(text).map_err(|_| NotLifted::Unreadable)?;
            Err(if head.schema > newest() { NotLifted::Newer(head) } else { NotLifted::Malformed(head) })
        }
    }
}
