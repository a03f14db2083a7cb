//! What lies on the tablet, read back. Stored content is untrusted: what does not parse costs a fetch, never a crash.

use std::collections::BTreeMap;

use super::answers::{self, Spans};
use super::cache::Cache;
use super::outbox::Row;
use super::stored::{ANSWERS, CHUNKS, CURSORS, Cursors, Damaged, META, Meta, Position, ROWS};
use super::{Area, Identity, Stored};
use crate::sync::entity::{Bucket, EntityType};

/// Everything stored, read back.
pub(super) struct Read {
    pub meta: Meta,
    pub cursors: Cursors,
    pub rows: Vec<Row>,
    /// Records of answers, of which the rows have got what counts.
    pub answers: Spans,
    pub cache: Cache,
    /// Their numbers stay taken.
    pub damaged: Vec<Damaged>,
}

pub(super) fn read(identity: &Identity, stored: Vec<Stored>) -> Read {
    let mut read = Read {
        meta: Meta::new(identity),
        cursors: Cursors::default(),
        rows: Vec::new(),
        answers: Spans::new(),
        cache: Cache::default(),
        damaged: Vec::new(),
    };
    let (mut broken, mut cursors, mut records) = (Vec::new(), None, Vec::new());
    for (area, key, bytes) in stored {
        match (area, key.as_str()) {
            (Area::Outbox, META) => match serde_json::from_slice(&bytes) {
                Ok(meta) => read.meta = meta,
                Err(_) => read.damaged.push(Damaged { n: None, bytes }),
            },
            (Area::Outbox, key) => {
                if let Some(number) = key.strip_prefix(ROWS) {
                    take_row(&mut read, number, bytes);
                } else if let Some(first) = key.strip_prefix(ANSWERS).and_then(|first| first.parse().ok()) {
                    records.push((first, serde_json::from_slice(&bytes).ok()));
                }
            }
            (Area::Cache, CURSORS) => cursors = serde_json::from_slice(&bytes).ok(),
            (Area::Cache, key) => broken.extend(take_chunk(&mut read.cache, key, bytes)),
        }
    }
    read.answers = answers::give(&mut read.rows, records, &read.meta);
    read.cursors = cursors.unwrap_or_else(|| lost_cursors(&read));
    let known: Vec<_> = read.cursors.buckets.keys().copied().collect();
    read.cache.keep_only(&known);
    for (bucket, position) in &read.cursors.buckets {
        read.cache.load_position(*bucket, position);
    }
    // What could be read is shown until the reset is in.
    for bucket in &broken {
        if let Some(position) = read.cursors.buckets.get_mut(bucket) {
            position.stale = true;
        }
    }
    read
}

fn take_row(read: &mut Read, number: &str, bytes: Vec<u8>) {
    let n = number.parse().ok();
    match serde_json::from_slice::<Row>(&bytes) {
        Ok(row) if Some(row.n) == n => read.rows.push(row),
        _ => read.damaged.push(Damaged { n, bytes }),
    }
}

/// Where the cache stands is not known any more: what can be read of it is shown until everything was fetched anew.
fn lost_cursors(read: &Read) -> Cursors {
    let epoch = || read.meta.epoch.clone();
    let position = || Position {
        epoch: epoch(),
        seq: 0,
        stale: true,
        behind: false,
        marks: None,
        contested: None,
        narrowed: false,
    };
    let buckets: BTreeMap<_, _> = read.cache.buckets().map(|(bucket, _)| (bucket, position())).collect();
    Cursors { granted: buckets.keys().copied().collect(), buckets, ..Cursors::default() }
}

/// Takes one chunk in; answers its bucket when it cannot be read.
fn take_chunk(cache: &mut Cache, key: &str, bytes: Vec<u8>) -> Option<Bucket> {
    let mut parts = key.strip_prefix(CHUNKS)?.split('/');
    let bucket: Bucket = parts.next()?.parse().ok()?;
    let etype = parts.next().and_then(EntityType::from_code);
    let number = parts.next().and_then(|n| n.parse().ok());
    let Some(chunk) = etype.zip(number) else {
        cache.break_bucket(bucket);
        return Some(bucket);
    };
    (!cache.load_chunk(bucket, chunk, bytes)).then_some(bucket)
}

#[cfg(test)]
mod tests {
    use super::super::cache::Contents;
    use super::super::{Client, Effect, Event, Write, stored};
    use super::*;
    use crate::attendance::Mark;
    use crate::ids::{GroupId, ParticipantId, SessionId};
    use crate::sync::merge::{Merged, Write as Doing, apply};
    use crate::sync::op::Verb;
    use crate::sync::testing::sample::{self, Dice, NOON, mark, person, stream, user};
    use crate::sync::wire::LEASE_MILLIS;

    fn roll() -> Bucket {
        Bucket::Roll(sample::group_id(1))
    }

    fn entity(verb: &Verb) -> crate::sync::entity::Entity {
        let at = crate::sync::hlc::Hlc { wall: NOON.millis(), counter: 0, node: "n".into() };
        match apply(None, verb, &Doing { stream: stream(2), at: &at, base_rev: None, settled: false }) {
            Merged::Changed { entity, .. } => *entity,
            other => panic!("{other:?}"),
        }
    }

    /// A store with a person and a mark in one roll, fetched at noon.
    fn fetched() -> Vec<Stored> {
        let mut contents = Contents::default();
        for verb in [person(1, Some(1), false), mark(1, 1, Some(Mark::Present))] {
            contents.take(entity(&verb));
        }
        let marks = Some(contents.marks_digest());
        let (stale, behind, narrowed) = (false, false, false);
        let position = Position { epoch: epoch(), seq: 7, stale, behind, marks, contested: None, narrowed };
        let cursors = Cursors {
            buckets: BTreeMap::from([(roll(), position)]),
            contact: Some((NOON, NOON)),
            lease_until: Some(NOON.plus_millis(LEASE_MILLIS)),
            ..Cursors::default()
        };
        let writes = contents.all_writes(roll()).into_iter().chain([stored::put_cursors(&cursors)]);
        let kept = |write| match write {
            Write::Put { area, key, bytes } => (area, key, bytes),
            other => panic!("{other:?}"),
        };
        writes.map(kept).collect()
    }

    fn epoch() -> crate::sync::wire::Epoch {
        crate::sync::wire::Epoch("e1".into())
    }

    /// As a disk leaves it: cut short, behind a byte that no text begins with.
    fn damage(stored: &mut [Stored], key: &str) {
        let found = stored.iter_mut().find(|(_, name, _)| name.contains(key));
        let (.., bytes) = found.unwrap_or_else(|| panic!("{key} is not stored"));
        bytes.truncate(bytes.len() / 2);
        bytes.insert(0, 0);
    }

    fn open(stored: Vec<Stored>) -> Client {
        Client::new(Identity { user: user(1), new_stream: stream(1), key: None }, stored)
    }

    fn session() -> SessionId {
        let Verb::Attendance(verb) = mark(1, 1, None) else { panic!("a mark") };
        verb.said().session
    }

    fn marked(client: &Client) -> Option<Mark> {
        let (group, who): (GroupId, ParticipantId) = (sample::group_id(1), sample::person_id(1));
        client.mark(group, session(), who)
    }

    #[test]
    fn a_whole_store_names_no_damage() {
        let client = open(fetched());
        assert_eq!(marked(&client), Some(Mark::Present));
        assert!(client.broken().is_empty() && client.participants().count() == 1);
    }

    #[test]
    fn a_damaged_chunk_is_named_the_rest_is_shown_and_its_bucket_is_asked_for_anew() {
        let mut stored = fetched();
        damage(&mut stored, "/participant/");
        let client = open(stored);
        assert_eq!(client.broken().into_iter().collect::<Vec<_>>(), [roll()]);
        assert_eq!(marked(&client), Some(Mark::Present), "what can be read is shown");
        assert_eq!(client.cursors().seq(roll()), None, "a pull asks for all of it");
    }

    #[test]
    fn damaged_marks_are_named_as_soon_as_somebody_looks_at_them() {
        let mut stored = fetched();
        damage(&mut stored, "/attendance/");
        let client = open(stored);
        assert!(client.broken().is_empty(), "nobody has looked yet");
        assert_eq!(marked(&client), None);
        assert_eq!(client.broken().into_iter().collect::<Vec<_>>(), [roll()]);
    }

    #[test]
    fn a_chunk_under_a_strange_name_is_named_too() {
        let mut stored = fetched();
        stored.push((Area::Cache, format!("{CHUNKS}{}/later_noun/0", roll()), b"[]".to_vec()));
        assert_eq!(open(stored).broken().into_iter().collect::<Vec<_>>(), [roll()]);
    }

    #[test]
    fn without_cursors_what_is_there_is_shown_for_as_long_as_after_a_contact() {
        for gone in [false, true] {
            let mut stored = fetched();
            if gone {
                stored.retain(|(_, key, _)| key != CURSORS)
            } else {
                damage(&mut stored, CURSORS)
            };
            let mut client = open(stored);
            assert_eq!((marked(&client), client.broken().len()), (Some(Mark::Present), 1));
            assert_eq!(client.cursors().seq(roll()), None, "all of it is fetched anew");
            let later = NOON.plus_millis(3_600_000);
            let effects = client.handle(Event::Tick, later, &mut Dice(1));
            let noted = effects.iter().any(|effect| {
                matches!(effect, Effect::Persist { writes, .. }
                if writes.iter().any(|write| matches!(write, Write::Put { key, .. } if key == CURSORS)))
            });
            assert!(noted, "the days count from the moment in which it was noticed: {effects:?}");
            assert_eq!(client.lapsed_since(later.plus_millis(LEASE_MILLIS)), None);
            assert!(client.lapsed_since(later.plus_millis(LEASE_MILLIS + 1)).is_some());
        }
    }
}
