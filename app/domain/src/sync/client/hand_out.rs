//! Handing out what waits, as pushes that somebody else can carry (see [`crate::sync::handed`]).

use super::Client;
use super::outbox::Row;
use crate::ids::DeviceId;
use crate::sync::handed::{FORMAT, HandedOut, Unreadable};
use crate::sync::wire::{Hole, HoleReason, PushRequest, SURE_PUSH_OPS};

/// Operations of one push, and bytes of their texts, at most: whoever takes the file in may have an earlier program.
const MOST: usize = SURE_PUSH_OPS as usize;
const MOST_BYTES: usize = 1 << 20;

impl Client {
    /// Everything that the server has still to answer for, and what cannot be read any more. Nothing changes by it here: what
    /// arrives by the file is answered as known when the tablet sends it after all.
    pub fn hand_out(&self, device: DeviceId) -> HandedOut {
        let rows = self.damaged().iter();
        let unreadable =
            rows.map(|row| Unreadable { n: row.n, text: String::from_utf8_lossy(&row.bytes).into_owned() });
        HandedOut {
            format: FORMAT.to_owned(),
            device,
            user: self.identity.user,
            pushes: self.pieces().iter().map(|piece| self.piece(piece)).collect(),
            unreadable: unreadable.collect(),
        }
    }

    /// The rows without an answer, as pushes take them: consecutive numbers, and not too many.
    fn pieces(&self) -> Vec<Vec<&Row>> {
        let mut pieces: Vec<Vec<&Row>> = Vec::new();
        for row in self.outbox.rows().filter(|row| row.is_unanswered()) {
            let goes_on = |piece: &Vec<&Row>| {
                let bytes: usize = piece.iter().map(|row| row.text.len()).sum();
                let next = piece.last().is_some_and(|last| row.follows(last));
                next && piece.len() < MOST && bytes + row.text.len() <= MOST_BYTES
            };
            match pieces.last_mut().filter(|piece| goes_on(piece)) {
                Some(piece) => piece.push(row),
                None => pieces.push(vec![row]),
            }
        }
        pieces
    }

    fn piece(&self, rows: &[&Row]) -> PushRequest {
        self.push_of(rows, rows.first().and_then(|first| self.unreadable_before(first.n)))
    }

    /// The numbers right before this one that lie here unreadable: without them the server would wait for them.
    fn unreadable_before(&self, next: i64) -> Option<Hole> {
        let lies_here = |n: &i64| self.damaged.iter().any(|row| row.n == Some(*n));
        let first = (1..next).rev().take_while(lies_here).last()?;
        Some(Hole::new(first, next - 1, HoleReason::Unreadable))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Area, Effect, Event, Identity, Stored, Write};
    use super::*;
    use crate::attendance::Mark;
    use crate::sync::author::AuthorKey;
    use crate::sync::testing::sample::{self, Dice, NOON, mark, stream, user};

    fn key() -> AuthorKey {
        AuthorKey::new(uuid::Uuid::from_u128(1), [1; 32])
    }

    fn open(stored: Vec<Stored>) -> Client {
        Client::new(Identity { user: user(1), new_stream: stream(1), key: Some(key()) }, stored)
    }

    /// A store with so many marks that were never sent.
    fn marked(marks: u64) -> Vec<Stored> {
        let (mut client, mut store) = (open(Vec::new()), Vec::new());
        for n in 0..marks {
            let verb = mark(1, u128::from(n), Some(Mark::Present));
            let mut effects = client.handle(Event::Record { ticket: n, verb }, NOON, &mut Dice(n + 1));
            while let Some(effect) = effects.pop() {
                let Effect::Persist { token, writes, .. } = effect else { continue };
                store.extend(writes.into_iter().filter_map(|write| match write {
                    Write::Add { area, key, bytes } => Some((area, key, bytes)),
                    _ => None,
                }));
                effects.extend(client.handle(Event::Committed(token), NOON, &mut Dice(9)));
            }
        }
        store
    }

    /// First number, count and holes of a push.
    type Told = (i64, u32, Vec<(i64, i64)>);

    fn told(file: &HandedOut) -> Vec<Told> {
        let holes = |push: &PushRequest| push.holes.iter().map(|hole| (hole.from, hole.to)).collect();
        let one = |push: &PushRequest| {
            let envelope = &push.envelopes[0];
            (envelope.first_n, envelope.count, holes(push))
        };
        file.pushes.iter().map(one).collect()
    }

    #[test]
    fn what_waits_is_handed_out_in_pushes_under_the_authors_hand_and_is_read_back() {
        let file = open(marked(450)).hand_out(sample::device(1));
        assert_eq!(told(&file), [(1, 200, vec![]), (201, 200, vec![]), (401, 50, vec![])]);
        assert_eq!((file.device, file.user, file.count()), (sample::device(1), user(1), 450));
        for push in &file.pushes {
            assert!(key().has_signed(stream(1), &push.envelopes[0]));
        }
        let text = serde_json::to_vec(&file).unwrap();
        assert_eq!(HandedOut::read(&text), Some(file.clone()));
        assert_eq!(HandedOut::read(&text[1..]), None);
        let other = HandedOut { format: "something else".into(), ..file };
        assert_eq!(HandedOut::read(&serde_json::to_vec(&other).unwrap()), None);
    }

    #[test]
    fn what_cannot_be_read_is_passed_over_as_it_would_be_on_the_way_and_lies_in_the_file() {
        let mut store = marked(5);
        for (area, key, bytes) in &mut store {
            if *area == Area::Outbox && (key.ends_with('1') || key.ends_with('3')) {
                *bytes = b"?".to_vec();
            }
        }
        let file = open(store).hand_out(sample::device(1));
        assert_eq!(told(&file), [(2, 1, vec![(1, 1)]), (4, 2, vec![(3, 3)])]);
        assert!(key().has_signed_hole(stream(1), &file.pushes[0].holes[0]));
        assert_eq!(file.unreadable.len(), 2);
        assert_eq!(file.unreadable[0], Unreadable { n: Some(1), text: "?".into() });
    }

    #[test]
    fn a_tablet_without_unsent_work_hands_out_nothing() {
        assert_eq!(open(Vec::new()).hand_out(sample::device(1)).pushes, []);
    }
}
