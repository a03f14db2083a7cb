//! The marks of a roll as they lie on the tablet: as stored until somebody looks at them, and then no more of them than the
//! sessions that are looked at. The start view asks of every group whether its session of today has begun, and whom to
//! call after its last two; a year of everybody's marks would be read for that.

use std::cell::{Cell, OnceCell};
use std::collections::BTreeSet;
use uuid::Uuid;

use super::cache::Shelf;
use super::marks::{self, Outline};
use super::stored::Chunk;
use crate::sync::digest::Digest;
use crate::sync::entity::{Bucket, Entity, EntityKey, EntityType};

#[derive(Clone, Default)]
pub(super) struct Marks {
    stored: Vec<Stored>,
    /// What the stored ones summed up to when they were stored.
    digest: Option<Digest>,
    /// Which of the stored ones contradicted each other when they were stored; nothing where no program has kept that.
    contested: Option<BTreeSet<EntityKey>>,
    /// Whether every chunk tells what is in it, and all that were stored are there.
    adds_up: OnceCell<bool>,
    /// All of them, once somebody needed all.
    read: OnceCell<Shelf>,
    /// A chunk could not be read: something is missing until it was fetched anew.
    broken: Cell<bool>,
}

/// One chunk.
#[derive(Clone)]
struct Stored {
    bucket: Bucket,
    number: u32,
    bytes: Vec<u8>,
    /// Nothing where it is no chunk of marks.
    outline: OnceCell<Option<Outline>>,
    /// Its marks, once somebody looked at a session of which it has some.
    read: OnceCell<Shelf>,
}

impl Stored {
    fn outline(&self) -> Option<&Outline> {
        self.outline.get_or_init(|| marks::outline(&self.bytes)).as_ref()
    }

    /// Whether it may have marks of that session.
    fn names(&self, session: Uuid) -> bool {
        self.outline().is_none_or(|outline| outline.ids.contains(&session))
    }

    /// Its marks, and the chunk's name.
    fn read_into(&self, shelf: &mut Shelf, broken: &Cell<bool>) {
        let chunk: Chunk = (EntityType::Attendance, self.number);
        if !shelf.read(self.bucket, chunk, &self.bytes) {
            broken.set(true);
        }
    }

    fn shelf(&self, broken: &Cell<bool>) -> &Shelf {
        self.read.get_or_init(|| {
            let mut shelf = Shelf::default();
            self.read_into(&mut shelf, broken);
            shelf
        })
    }
}

impl Marks {
    /// Takes a chunk in as it was stored.
    pub(super) fn lay_down(&mut self, bucket: Bucket, number: u32, bytes: Vec<u8>) {
        self.stored.push(Stored { bucket, number, bytes, outline: OnceCell::new(), read: OnceCell::new() });
    }

    /// What was stored beside the chunks: what they sum up to, and which of the marks contradict each other.
    pub(super) fn expect(&mut self, digest: Option<Digest>, contested: Option<BTreeSet<EntityKey>>) {
        (self.digest, self.contested) = (digest, contested);
    }

    /// All marks. What cannot be read is missing from the digest, and so fetched anew.
    pub(super) fn shelf(&self) -> &Shelf {
        self.read.get_or_init(|| {
            let mut shelf = Shelf::default();
            for chunk in &self.stored {
                chunk.read_into(&mut shelf, &self.broken);
            }
            shelf
        })
    }

    /// Where the session's marks lie: of a roll that nobody needed as a whole, in the chunks that name the session. Where
    /// a chunk is missing or damaged, all of them are read, so that what is missing is noticed.
    pub(super) fn of_session(&self, session: Uuid) -> impl Iterator<Item = &Shelf> {
        let whole = if self.read.get().is_none() && self.adds_up() { None } else { Some(self.shelf()) };
        let chunks = if whole.is_some() { &[][..] } else { &self.stored[..] };
        let named = chunks.iter().filter(move |chunk| chunk.names(session));
        whole.into_iter().chain(named.map(|chunk| chunk.shelf(&self.broken)))
    }

    fn adds_up(&self) -> bool {
        *self.adds_up.get_or_init(|| {
            let counts = self.stored.iter().map(|chunk| Some(chunk.outline()?.count));
            self.digest.is_some_and(|digest| counts.sum::<Option<usize>>() == usize::try_from(digest.count()).ok())
        })
    }

    /// Puts a newest state in, or takes the mark out (`body: None`). Answers the chunk to store again.
    pub(super) fn take(&mut self, entity: Entity) -> Option<Chunk> {
        self.shelf();
        self.stored.clear();
        self.read.get_mut().and_then(|shelf| shelf.take(entity))
    }

    /// What they sum up to; as it was stored, as long as nothing was found to be damaged.
    pub(super) fn digest(&self) -> Digest {
        match (self.read.get(), self.digest) {
            (None, Some(digest)) if !self.broken.get() => digest,
            _ => self.shelf().digest(),
        }
    }

    /// The marks that contradict each other.
    pub(super) fn contested(&self) -> &BTreeSet<EntityKey> {
        match (self.read.get(), &self.contested) {
            (None, Some(contested)) => contested,
            _ => &self.shelf().contested,
        }
    }

    /// The marks that somebody has looked at.
    pub(super) fn seen(&self) -> impl Iterator<Item = EntityKey> {
        let (whole, chunks) = (self.read.get(), self.stored.iter().filter_map(|chunk| chunk.read.get()));
        let chunks = chunks.filter(move |_| whole.is_none());
        whole.into_iter().chain(chunks).flat_map(Shelf::keys)
    }

    pub(super) fn is_broken(&self) -> bool {
        self.broken.get()
    }

    #[cfg(test)]
    pub(super) fn is_read(&self) -> bool {
        self.read.get().is_some() || self.stored.iter().any(|chunk| chunk.read.get().is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendance::{Attendance, Mark};
    use crate::ids::{AttendanceId, GroupId, ParticipantId, SessionId, StreamId};
    use crate::sync::hlc::Hlc;

    const GROUP: GroupId = GroupId(Uuid::from_u128(1));
    const ROLL: Bucket = Bucket::Roll(GROUP);

    const fn session(n: u128) -> SessionId {
        SessionId(Uuid::from_u128(0x5e55 << 64 | n))
    }

    fn mark(of: u128, person: u128) -> Entity {
        let (session, participant) = (session(of), ParticipantId(Uuid::from_u128(person)));
        let (id, at) = (AttendanceId::of(session, participant), Hlc::default());
        let (mark, contenders) = (Some(Mark::Present), Vec::new());
        let mark = Attendance { id, session, group: GROUP, participant, mark, at: at.clone(), contenders };
        Entity { key: id.into(), rev: 1, body: Some(mark.into()), stream: StreamId(Uuid::nil()), other_rev: 0, at }
    }

    /// Ten sessions of twenty people as they are stored, five sessions to a chunk, and what they sum up to.
    fn stored() -> (Vec<Vec<u8>>, Digest) {
        let (mut digest, mut chunks) = (Digest::default(), Vec::new());
        for first in [0, 5] {
            let marks: Vec<_> = (first..first + 5).flat_map(|of| (0..20).map(move |one| mark(of, one))).collect();
            marks.iter().for_each(|mark| digest.enter(mark.key, mark.rev));
            chunks.push(marks::packed(ROLL, &marks.iter().collect::<Vec<_>>()));
        }
        (chunks, digest)
    }

    fn laid_down(chunks: Vec<Vec<u8>>, digest: Digest) -> Marks {
        let mut marks = Marks::default();
        (0..).zip(chunks).for_each(|(number, bytes)| marks.lay_down(ROLL, number, bytes));
        marks.expect(Some(digest), Some(BTreeSet::new()));
        marks
    }

    fn of(marks: &Marks, n: u128) -> usize {
        marks.of_session(session(n).0).flat_map(|shelf| shelf.under(session(n).0)).count()
    }

    #[test]
    fn a_session_without_marks_reads_nothing_and_one_with_marks_its_own_chunk() {
        let (chunks, digest) = stored();
        let marks = laid_down(chunks, digest);
        assert_eq!((of(&marks, 77), marks.seen().count(), marks.is_read()), (0, 0, false));
        assert_eq!((of(&marks, 7), marks.seen().count()), (20, 100));
        assert_eq!((of(&marks, 2), marks.seen().count()), (20, 200));
        assert_eq!((marks.read.get().is_none(), marks.digest()), (true, digest));
        assert_eq!((marks.shelf().len(), marks.seen().count()), (200, 200), "each is seen once");
    }

    #[test]
    fn a_mark_that_does_not_fit_into_the_table_has_no_other_chunk_read() {
        let (mut chunks, digest) = stored();
        let mut first: Vec<_> = (0..5).flat_map(|of| (0..20).map(move |one| mark(of, one))).collect();
        first[0].at.wall = 1;
        chunks[0] = marks::packed(ROLL, &first.iter().collect::<Vec<_>>());
        let marks = laid_down(chunks, digest);
        assert_eq!((of(&marks, 7), marks.seen().count()), (20, 100));
        assert_eq!((of(&marks, 0), marks.seen().count()), (20, 200));
    }

    #[test]
    fn what_was_looked_at_is_there_when_a_new_mark_arrives() {
        let (chunks, digest) = stored();
        let mut marks = laid_down(chunks, digest);
        assert_eq!(of(&marks, 7), 20);
        assert_eq!(marks.take(mark(7, 20)), Some((EntityType::Attendance, 2)), "two chunks are full");
        assert_eq!((of(&marks, 7), of(&marks, 2), marks.shelf().len()), (21, 20, 201));
    }

    #[test]
    fn a_lost_chunk_is_noticed_with_whichever_session_is_looked_at() {
        let (mut chunks, digest) = stored();
        chunks.pop();
        let marks = laid_down(chunks, digest);
        assert_eq!(marks.digest(), digest, "nobody has looked yet");
        assert_eq!(of(&marks, 77), 0);
        assert_ne!(marks.digest(), digest);
    }

    #[test]
    fn a_damaged_mark_is_noticed_with_its_chunk() {
        let (mut chunks, digest) = stored();
        *chunks[1].last_mut().unwrap() = b'x';
        let marks = laid_down(chunks, digest);
        assert_eq!((of(&marks, 2), marks.is_broken(), marks.digest() == digest), (20, false, true));
        assert_eq!((of(&marks, 7), marks.is_broken(), marks.digest() == digest), (0, true, false));
    }
}
