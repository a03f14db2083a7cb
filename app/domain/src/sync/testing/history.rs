//! Checks what a real run has left: what each tablet was told and saw, in its own order, against the log that the server
//! has in the end. Every broken promise is named (docs/sync.md, Invariants).
//!
//! For runs without forks and holes, of tablets that fetch their own work, too (no `have` in their pulls).

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{OpId, StreamId};
use crate::sync::entity::{Bucket, EntityKey};
use crate::sync::wire::{Epoch, Outcome, PullMode, PullReply, PushReply};

/// One tablet's side.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tablet {
    pub stream: StreamId,
    /// What was recorded, in order.
    pub recorded: Vec<OpId>,
    pub met: Vec<Met>,
}

/// What a tablet met.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Met {
    /// The server answered for an operation.
    Answered {
        op: OpId,
        outcome: Outcome,
    },
    Pulled {
        epoch: Epoch,
        bucket: Bucket,
        page: Page,
    },
}

/// One page of a bucket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    pub mode: PullMode,
    /// The cursor after it.
    pub to: i64,
    pub more: bool,
    pub items: Vec<Item>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Item {
    pub key: EntityKey,
    pub rev: i64,
    /// Not in this bucket any more.
    pub gone: bool,
}

/// The server's side, when nobody writes any more.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Server {
    pub log: Vec<Row>,
    pub buckets: BTreeMap<Bucket, Contents>,
    /// The last version of what nothing but an operation on it changes.
    pub versions: BTreeMap<EntityKey, i64>,
}

/// One operation in the server's log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    pub op: OpId,
    pub stream: StreamId,
    /// Its number in the stream, from 1.
    pub n: i64,
    pub outcome: Outcome,
    /// The version that it made.
    pub effect: Option<(EntityKey, i64)>,
}

/// What a bucket holds in the end.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Contents {
    pub head: i64,
    /// Each with its version.
    pub live: BTreeMap<EntityKey, i64>,
}

/// A broken promise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Broken {
    /// The tablet has an outcome, and the log does not have the operation.
    Lost { op: OpId },
    /// One outcome was told and another holds.
    Altered { op: OpId, was: Outcome, is: Outcome },
    /// It is in the log twice, or made a version that another operation made.
    Doubled { op: OpId },
    /// It has more versions than operations were about it: one took effect twice.
    Unexplained { key: EntityKey },
    /// The stream's log is not what was recorded, number by number, or took effect in another order.
    OutOfOrder { stream: StreamId, n: i64 },
    /// A tablet saw an older state after a newer one, or more than there is in the end.
    WentBack { stream: StreamId, bucket: Bucket },
    /// A tablet read to the end and did not see all that is there, or still saw what is not.
    PassedOver { stream: StreamId, bucket: Bucket },
    /// A tablet pulled after the answer to its operation, to the end, and did not see what it had made.
    Unseen { op: OpId, bucket: Bucket },
}

impl Broken {
    /// The invariant that it breaks.
    pub fn invariant(&self) -> &'static str {
        match self {
            Self::Lost { .. } => "I1",
            Self::Altered { .. } | Self::Doubled { .. } | Self::Unexplained { .. } => "I2",
            Self::OutOfOrder { .. } => "I3",
            Self::Unseen { .. } => "I5",
            Self::WentBack { .. } | Self::PassedOver { .. } => "I6",
        }
    }
}

impl Tablet {
    pub fn new(stream: StreamId) -> Self {
        Self { stream, recorded: Vec::new(), met: Vec::new() }
    }

    /// Notes the answer to a push.
    pub fn answered(&mut self, reply: &PushReply) {
        let results = reply.results.iter();
        self.met.extend(results.map(|result| Met::Answered { op: result.op_id, outcome: result.outcome }));
    }

    /// Notes the answer to a pull.
    pub fn pulled(&mut self, reply: &PullReply) {
        for (bucket, page) in &reply.buckets {
            let items = page.items.iter();
            let items = items.map(|item| Item { key: item.key, rev: item.rev, gone: item.body.is_none() }).collect();
            let page = Page { mode: page.mode, to: page.to, more: page.more, items };
            self.met.push(Met::Pulled { epoch: reply.epoch.clone(), bucket: *bucket, page });
        }
    }
}

/// Every broken promise; none after a good run.
pub fn check(tablets: &[Tablet], server: &Server) -> Vec<Broken> {
    let log: BTreeMap<OpId, &Row> = server.log.iter().map(|row| (row.op, row)).collect();
    let mut broken = doubled(server);
    broken.extend(unexplained(server));
    for tablet in tablets {
        broken.extend(lost_or_altered(tablet, &log));
        broken.extend(out_of_order(tablet, server));
        broken.extend(badly_seen(tablet, &log, server));
    }
    broken
}

fn doubled(server: &Server) -> Vec<Broken> {
    let (mut ops, mut versions) = (BTreeSet::new(), BTreeSet::new());
    let twice = |row: &&Row| {
        let known = !ops.insert(row.op);
        known | row.effect.is_some_and(|version| !versions.insert(version))
    };
    server.log.iter().filter(twice).map(|row| Broken::Doubled { op: row.op }).collect()
}

fn unexplained(server: &Server) -> Vec<Broken> {
    let mut made: BTreeMap<EntityKey, i64> = BTreeMap::new();
    for (key, _) in server.log.iter().filter_map(|row| row.effect) {
        *made.entry(key).or_default() += 1;
    }
    let explained = |key: &EntityKey, last: i64| made.get(key).is_some_and(|made| *made >= last);
    let rest = server.versions.iter().filter(|(key, last)| !explained(key, **last));
    rest.map(|(key, _)| Broken::Unexplained { key: *key }).collect()
}

/// What is held becomes something else one day; every other outcome stays.
fn may_become(was: Outcome, is: Outcome) -> bool {
    was == is || was == Outcome::Held
}

fn lost_or_altered(tablet: &Tablet, log: &BTreeMap<OpId, &Row>) -> Vec<Broken> {
    let (mut told, mut broken) = (BTreeMap::new(), Vec::new());
    for met in &tablet.met {
        if let Met::Answered { op, outcome: is } = *met
            && let Some(was) = told.insert(op, is)
            && !may_become(was, is)
        {
            broken.push(Broken::Altered { op, was, is });
        }
    }
    for (op, was) in told {
        match log.get(&op).map(|row| row.outcome) {
            None => broken.push(Broken::Lost { op }),
            Some(is) if !may_become(was, is) => broken.push(Broken::Altered { op, was, is }),
            Some(_) => {}
        }
    }
    broken
}

fn out_of_order(tablet: &Tablet, server: &Server) -> Option<Broken> {
    let mut rows: Vec<&Row> = server.log.iter().filter(|row| row.stream == tablet.stream).collect();
    rows.sort_by_key(|row| row.n);
    let mut made: BTreeMap<EntityKey, i64> = BTreeMap::new();
    let mut recorded = (1..).zip(&tablet.recorded);
    let wrong = rows.into_iter().find(|row| {
        let expected = recorded.next().map(|(n, op)| (n, *op));
        let later = row.effect.is_none_or(|(key, rev)| made.insert(key, rev).is_none_or(|before| before < rev));
        expected != Some((row.n, row.op)) || !later
    });
    wrong.map(|row| Broken::OutOfOrder { stream: tablet.stream, n: row.n })
}

/// What a tablet shows of a bucket.
#[derive(Default)]
struct View {
    to: i64,
    /// Pages of a reset are still to come.
    resetting: bool,
    live: BTreeMap<EntityKey, i64>,
    /// The newest version of each that was ever shown.
    newest: BTreeMap<EntityKey, i64>,
}

impl View {
    /// Takes a page in; whether nothing in it is older than what was seen.
    fn take(&mut self, page: &Page) -> bool {
        let reset = page.mode == PullMode::Reset;
        let mut forward = reset || page.to >= self.to;
        if reset && !self.resetting {
            self.live.clear();
        }
        (self.to, self.resetting) = (page.to, reset && page.more);
        for Item { key, rev, gone } in page.items.iter().copied() {
            let newest = self.newest.entry(key).or_insert(rev);
            forward &= rev >= *newest;
            *newest = rev.max(*newest);
            if gone {
                self.live.remove(&key);
            } else {
                self.live.insert(key, rev);
            }
        }
        forward
    }
}

fn badly_seen(tablet: &Tablet, log: &BTreeMap<OpId, &Row>, server: &Server) -> Vec<Broken> {
    let (mut views, mut broken) = (BTreeMap::<Bucket, View>::new(), Vec::new());
    let (mut own, mut life) = (Own::new(), None);
    for met in &tablet.met {
        match met {
            Met::Answered { op, .. } => {
                if let Some((key, rev)) = log.get(op).and_then(|row| row.effect) {
                    let newest = own.entry(key).or_insert((rev, *op));
                    *newest = (rev, *op).max(*newest);
                }
            }
            Met::Pulled { bucket, page, .. } if page.mode == PullMode::Gone => {
                views.remove(bucket);
            }
            Met::Pulled { epoch, bucket, page } => {
                // Another life of the database numbers anew.
                if life.replace(epoch).is_some_and(|before| before != epoch) {
                    views.clear();
                }
                let view = views.entry(*bucket).or_default();
                if !view.take(page) {
                    broken.push(Broken::WentBack { stream: tablet.stream, bucket: *bucket });
                }
                if !page.more {
                    broken.extend(unseen(&own, *bucket, view, server));
                }
            }
        }
    }
    let ends = views.iter().filter_map(|(bucket, view)| badly_ended(tablet.stream, *bucket, view, server));
    broken.extend(ends);
    broken
}

/// The newest version that a tablet has an answer for, and by which operation.
type Own = BTreeMap<EntityKey, (i64, OpId)>;

/// Own work that was answered and does not show in a bucket in which it is in the end.
fn unseen(own: &Own, bucket: Bucket, view: &View, server: &Server) -> Vec<Broken> {
    let Some(contents) = server.buckets.get(&bucket) else { return Vec::new() };
    let here = own.iter().filter(|(key, _)| contents.live.contains_key(key));
    let missing = here.filter(|(key, (rev, _))| view.newest.get(key).is_none_or(|newest| newest < rev));
    missing.map(|(_, (_, op))| Broken::Unseen { op: *op, bucket }).collect()
}

fn badly_ended(stream: StreamId, bucket: Bucket, view: &View, server: &Server) -> Option<Broken> {
    let contents = server.buckets.get(&bucket)?;
    if view.to > contents.head {
        return Some(Broken::WentBack { stream, bucket });
    }
    let differs = view.to == contents.head && !view.resetting && view.live != contents.live;
    differs.then_some(Broken::PassedOver { stream, bucket })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::GroupId;
    use crate::sync::entity::EntityType;
    use uuid::Uuid;

    const NOTHING: [Broken; 0] = [];

    fn op(n: u128) -> OpId {
        OpId(Uuid::from_u128(n))
    }

    fn stream() -> StreamId {
        StreamId(Uuid::from_u128(0x50))
    }

    fn mark() -> EntityKey {
        EntityKey { etype: EntityType::Attendance, id: Uuid::from_u128(0x60) }
    }

    fn roll() -> Bucket {
        Bucket::Roll(GroupId(Uuid::from_u128(0x70)))
    }

    fn row(n: i64, rev: i64) -> Row {
        let op = op(u128::from(n.unsigned_abs()));
        Row { op, stream: stream(), n, outcome: Outcome::Applied, effect: Some((mark(), rev)) }
    }

    fn answered(n: u128) -> Met {
        Met::Answered { op: op(n), outcome: Outcome::Applied }
    }

    fn pulled(to: i64, rev: i64) -> Met {
        let items = vec![Item { key: mark(), rev, gone: false }];
        let page = Page { mode: PullMode::Delta, to, more: false, items };
        Met::Pulled { epoch: Epoch("1".to_owned()), bucket: roll(), page }
    }

    /// Two marks of one tablet, each answered and then seen.
    fn good() -> (Tablet, Server) {
        let met = vec![answered(1), pulled(1, 1), answered(2), answered(2), pulled(2, 2)];
        let tablet = Tablet { stream: stream(), recorded: vec![op(1), op(2)], met };
        let contents = Contents { head: 2, live: BTreeMap::from([(mark(), 2)]) };
        let buckets = BTreeMap::from([(roll(), contents)]);
        (tablet, Server { log: vec![row(1, 1), row(2, 2)], buckets, versions: BTreeMap::from([(mark(), 2)]) })
    }

    /// What is found where this is wrong in a good run.
    fn found(spoil: impl FnOnce(&mut Tablet, &mut Server)) -> Vec<Broken> {
        let (mut tablet, mut server) = good();
        spoil(&mut tablet, &mut server);
        check(&[tablet], &server)
    }

    fn contents(server: &mut Server) -> &mut Contents {
        server.buckets.get_mut(&roll()).expect("a bucket")
    }

    #[test]
    fn a_good_run_breaks_nothing() {
        assert_eq!(found(|_, _| {}), NOTHING);
    }

    #[test]
    fn what_was_answered_and_is_not_in_the_log_is_lost() {
        let broken = found(|tablet, server| {
            server.log.pop();
            server.versions.clear();
            *contents(server) = Contents { head: 1, live: BTreeMap::from([(mark(), 1)]) };
            tablet.met.pop();
        });
        assert_eq!(broken, [Broken::Lost { op: op(2) }]);
        assert_eq!(broken[0].invariant(), "I1");
    }

    #[test]
    fn an_outcome_that_changes_is_found_unless_it_was_held() {
        let altered = |was, is| Broken::Altered { op: op(2), was, is };
        let broken = found(|_, server| server.log[1].outcome = Outcome::Noop);
        assert_eq!(broken, [altered(Outcome::Applied, Outcome::Noop)], "the log says otherwise");
        let told = |outcome| found(|tablet, _| tablet.met[2] = Met::Answered { op: op(2), outcome });
        assert_eq!(told(Outcome::Rejected), [altered(Outcome::Rejected, Outcome::Applied)], "told otherwise before");
        assert_eq!(told(Outcome::Held), NOTHING, "a person has settled it");
    }

    #[test]
    fn what_is_there_twice_or_took_effect_twice_is_doubled() {
        let broken = found(|_, server| server.log.push(Row { n: 3, effect: None, ..row(2, 2) }));
        assert!(broken.contains(&Broken::Doubled { op: op(2) }), "{broken:?}");
        let broken = found(|_, server| server.log[1].effect = Some((mark(), 1)));
        assert!(broken.contains(&Broken::Doubled { op: op(2) }), "one version of two operations: {broken:?}");
        let broken = found(|_, server| {
            server.versions.insert(mark(), 3);
        });
        assert_eq!(broken, [Broken::Unexplained { key: mark() }]);
    }

    #[test]
    fn another_order_a_gap_and_a_stranger_in_the_stream_are_found() {
        let at = |n| [Broken::OutOfOrder { stream: stream(), n }];
        assert_eq!(found(|tablet, _| tablet.recorded.swap(0, 1)), at(1));
        assert_eq!(found(|_, server| server.log[1].n = 3), at(3));
        assert_eq!(found(|_, server| server.log.push(Row { effect: None, ..row(3, 3) })), at(3));
        let effects = found(|_, server| {
            (server.log[0].effect, server.log[1].effect) = (Some((mark(), 2)), Some((mark(), 1)));
        });
        assert!(effects.contains(&at(2)[0]), "the later one took effect first: {effects:?}");
    }

    #[test]
    fn a_view_that_goes_back_is_found() {
        let back = Broken::WentBack { stream: stream(), bucket: roll() };
        let broken = found(|tablet, _| tablet.met.extend([pulled(2, 1), pulled(2, 2)]));
        assert!(broken.contains(&back), "an older version: {broken:?}");
        let broken = found(|tablet, _| tablet.met.extend([pulled(1, 2), pulled(2, 2)]));
        assert_eq!(broken, std::slice::from_ref(&back), "an older cursor");
        assert_eq!(found(|_, server| contents(server).head = 1), [back], "more than there is in the end");
    }

    #[test]
    fn another_life_of_the_database_may_number_anew() {
        let again = |epoch: &str| {
            found(|tablet, _| {
                if let Met::Pulled { epoch: life, page, .. } = &mut tablet.met[1] {
                    (life.0, page.mode, page.to) = (epoch.to_owned(), PullMode::Reset, 9);
                }
            })
        };
        assert_eq!(again("0"), NOTHING);
        assert_eq!(again("1"), [Broken::WentBack { stream: stream(), bucket: roll() }]);
    }

    #[test]
    fn what_a_reader_passed_over_or_kept_too_long_is_found() {
        let passed = [Broken::PassedOver { stream: stream(), bucket: roll() }];
        let other = EntityKey { id: Uuid::from_u128(0x61), ..mark() };
        let broken = found(|_, server| {
            contents(server).live.insert(other, 1);
        });
        assert_eq!(broken, passed);
        assert_eq!(found(|_, server| contents(server).live.clear()), passed);
        assert_eq!(found(|_, server| contents(server).head = 3), NOTHING, "it has not read to the end");
    }

    #[test]
    fn own_work_that_a_later_pull_does_not_show_is_found() {
        let broken = found(|tablet, _| tablet.met.insert(3, pulled(1, 1)));
        assert_eq!(broken, [Broken::Unseen { op: op(2), bucket: roll() }]);
        assert_eq!(broken[0].invariant(), "I5");
    }
}
