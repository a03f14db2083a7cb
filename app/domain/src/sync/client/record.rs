//! Recording: one strict transaction with the operation, which carries the counters and the HLC; only its completion
//! lets the screen say *saved*.

use super::outbox::Row;
use super::stored::Meta;
use super::view::on_top;
use super::{Client, Doing, Durability, Effect, NotSaved, Then, Ticket, Trouble, stored};
use crate::consents::Consent;
use crate::ids::{Chance, OpId};
use crate::sync::canon::canonical;
use crate::sync::mistakes::Mistake;
use crate::sync::noun::Recorded;
use crate::sync::op::{Op, Verb};
use crate::time::Instant;

impl Client {
    /// Puts everything that waits into one transaction.
    pub(super) fn record_waiting(&mut self, now: Instant, chance: &mut dyn Chance, effects: &mut Vec<Effect>) {
        let (mut rows, mut tickets): (Vec<Row>, Vec<Ticket>) = (Vec::new(), Vec::new());
        let mut meta = self.meta.clone();
        while let Some((ticket, verb)) = self.waiting.pop_front() {
            let verb = self.complete(verb, &rows);
            let Some(row) = self.row(verb, &meta, now, chance) else {
                effects.push(Effect::NotSaved { ticket, why: NotSaved::Aborted });
                continue;
            };
            meta.catch_up(&row);
            rows.push(row);
            tickets.push(ticket);
        }
        if rows.is_empty() {
            return;
        }
        // The counters name the stream, so they are there before the second row is.
        let counters = (self.meta.created_n == 0).then(|| stored::put_meta(&meta));
        let add = if Mistake::NumberWrittenOver.is_made() { stored::put_row } else { stored::add_row };
        let writes = rows.iter().map(add).chain(counters).collect();
        let durability = if Mistake::SavedRelaxed.is_made() { Durability::Relaxed } else { Durability::Strict };
        self.persist(durability, writes, Doing::Record { rows, meta, tickets }, effects);
    }

    /// What breaks a rule is not recorded, nor is anything that belongs together with it.
    pub(super) fn ask_to_record(&mut self, ticket: Ticket, verbs: Vec<Verb>, now: Instant, effects: &mut Vec<Effect>) {
        for verb in &verbs {
            if let Err(why) = verb.check(now.day_in_finland()) {
                effects.push(Effect::NotSaved { ticket, why: NotSaved::Invalid(why) });
                return;
            }
        }
        self.waiting.extend(verbs.into_iter().map(|verb| (ticket, verb)));
    }

    /// The row behind all that `before` has counted.
    fn row(&self, verb: Verb, before: &Meta, now: Instant, chance: &mut dyn Chance) -> Option<Row> {
        let base_rev = self.cached(&verb).map(|entity| entity.rev);
        let op_id = OpId::new(now, chance);
        let (n, hlc) = (before.created_n + 1, before.hlc.tick(now, &before.node()));
        let op = Op { op_id, n, schema: verb.since(), hlc, base_rev, actor: self.identity.user, verb };
        let text = canonical(&op).ok()?;
        Some(Row {
            n,
            op_id,
            recorded_at: now,
            chain_before: before.chain,
            text,
            ack: None,
            queued: true,
            passed: false,
            dismissed: false,
            requeued: false,
            op: Some(Box::new(op)),
            key: None,
        })
    }

    /// Fills in what the recording screen leaves to the engine.
    fn complete(&self, mut verb: Verb, earlier: &[Row]) -> Verb {
        let Some(person) = verb.participant() else { return verb };
        let own = earlier.iter().filter_map(|row| row.op.as_ref()).filter(|op| op.verb.participant() == Some(person));
        let waiting: Vec<_> = own.filter_map(|op| on_top(None, op, self.meta.stream)?.body).collect();
        // Gathered when it is asked for: a mark asks for nothing.
        let known = std::iter::once_with(|| self.children_of(person.0)).flatten();
        let known = known.filter_map(|entity| entity.body.as_ref());
        verb.complete(known.chain(&waiting), Recorded::Live);
        verb
    }

    /// The consent events of a person in all of their records, as far as this tablet may see them.
    pub fn consents(&self, person: crate::ids::ParticipantId) -> Vec<&Consent> {
        self.records_of(person).into_iter().flat_map(|record| self.under::<Consent>(record.0)).collect()
    }

    /// Notes which rejected rows the author has read: those of the entry that was shown for them.
    pub(super) fn dismiss_waiting(&mut self, effects: &mut Vec<Effect>) {
        let asked = std::mem::take(&mut self.dismissed);
        let mut rows = Vec::new();
        for read in asked.iter().filter_map(|op_id| self.outbox.by_op(*op_id)).filter(|row| !row.is_unanswered()) {
            for row in self.outbox.rows() {
                if row.is_told_like(read) {
                    rows.push(Row { dismissed: true, ..row.clone() });
                }
            }
        }
        if !rows.is_empty() {
            let writes = rows.iter().map(stored::put_row).collect();
            let doing = Doing::Rows { rows, dropped: Vec::new(), meta: None, cursors: None, then: Then::Nothing };
            self.persist(Durability::Relaxed, writes, doing, effects);
        }
    }

    /// A recording could not be stored: nothing of it was. Room is made once, of what is known to be safe; a number that
    /// another tab has taken is chosen again after reading the store.
    pub(super) fn not_recorded(
        &mut self,
        rows: Vec<Row>,
        tickets: Vec<Ticket>,
        trouble: Trouble,
        effects: &mut Vec<Effect>,
    ) {
        let dropped = self.outbox.to_drop(self.cursors.durable, &self.cursors.had, None, true);
        // What another tab has stored may have queued again what looks safe here.
        let stale = trouble == Trouble::Taken || (trouble == Trouble::Full && self.wants_reload);
        let room = trouble == Trouble::Full && !stale && !self.made_room && !dropped.is_empty();
        if !stale && !room {
            self.made_room = false;
            let why = if trouble == Trouble::Full { NotSaved::Full } else { NotSaved::Aborted };
            effects.extend(tickets.into_iter().map(|ticket| Effect::NotSaved { ticket, why }));
            return;
        }
        for (ticket, row) in tickets.into_iter().zip(rows).rev() {
            if let Some(op) = row.op {
                self.waiting.push_front((ticket, op.verb));
            }
        }
        if room {
            self.made_room = true;
            // The counters may stand in the last row only.
            let writes = self.drop_rows(&dropped).into_iter().chain([stored::put_meta(&self.meta)]).collect();
            let doing = Doing::Rows { rows: Vec::new(), dropped, meta: None, cursors: None, then: Then::Nothing };
            self.persist(Durability::Relaxed, writes, doing, effects);
        } else {
            self.wants_reload = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendance::{self, Mark};
    use crate::ids::{GroupId, ParticipantId, SessionId, StreamId, UserId};
    use crate::sync::client::{Event, Identity, Stored, Write};
    use uuid::Uuid;

    struct Counting(u8);

    impl Chance for Counting {
        fn fill(&mut self, buffer: &mut [u8]) {
            self.0 += 1;
            buffer.fill(self.0);
        }
    }

    fn client(stored: Vec<Stored>) -> Client {
        let new_stream = StreamId(Uuid::from_u128(1));
        Client::new(Identity { user: UserId(Uuid::from_u128(2)), new_stream, key: None }, stored)
    }

    /// Records one mark; what its transaction writes.
    fn tap(client: &mut Client, at: i64, chance: &mut Counting) -> Vec<Write> {
        let (session, participant) = (SessionId(Uuid::from_u128(3)), ParticipantId(Uuid::from_u128(4)));
        let group = GroupId(Uuid::from_u128(5));
        let verb = Verb::Attendance(attendance::Verb::Set { session, group, participant, mark: Some(Mark::Present) });
        let effects = client.handle(Event::Record { ticket: 1, verb }, Instant::from_millis(at), chance);
        let stored = effects.into_iter().find_map(|effect| match effect {
            Effect::Persist { token, durability: Durability::Strict, writes } => Some((token, writes)),
            _ => None,
        });
        let (token, writes) = stored.unwrap();
        client.handle(Event::Committed(token), Instant::from_millis(at), chance);
        writes
    }

    /// What was written, as it is read back.
    fn stored(writes: Vec<Write>) -> Vec<Stored> {
        let one = |write| match write {
            Write::Add { area, key, bytes } | Write::Put { area, key, bytes } => (area, key, bytes),
            other => panic!("{other:?}"),
        };
        writes.into_iter().map(one).collect()
    }

    /// The one row among it.
    fn row(stored: &[Stored]) -> Row {
        let mut rows = stored.iter().filter_map(|(_, _, bytes)| serde_json::from_slice(bytes).ok());
        let row = rows.next().unwrap();
        assert!(rows.next().is_none());
        row
    }

    #[test]
    fn a_tap_is_one_write_and_the_next_start_goes_on_behind_it() {
        let (mut chance, now) = (Counting(0), 1_790_000_000_000);
        let mut first = client(Vec::new());
        let mut disk = stored(tap(&mut first, now, &mut chance));
        let one = row(&disk);
        let second = stored(tap(&mut first, now - 1_000, &mut chance));
        assert_eq!(second.len(), 1);
        let two = row(&second);
        disk.extend(second);
        // Under another new stream: the stored one goes on. The clock has gone back meanwhile.
        let stream = first.stream();
        let mut restarted = Client::new(Identity { new_stream: StreamId(Uuid::from_u128(9)), ..first.identity }, disk);
        assert_eq!(restarted.stream(), stream);
        let three = row(&stored(tap(&mut restarted, now - 2_000, &mut chance)));
        for (before, after) in [(&one, &two), (&two, &three)] {
            assert_eq!(before.n + 1, after.n);
            assert_eq!(after.chain_before, before.chain_before.chain(&before.text));
            let clock = |row: &Row| serde_json::from_str::<Op>(&row.text).unwrap().hlc;
            assert!(clock(after) > clock(before), "{:?} {:?}", clock(before), clock(after));
        }
    }

    #[test]
    fn the_number_of_a_row_that_cannot_be_read_stays_taken() {
        let (mut chance, now) = (Counting(0), 1_790_000_000_000);
        let mut disk = stored(tap(&mut client(Vec::new()), now, &mut chance));
        disk.retain(|(_, _, bytes)| serde_json::from_slice::<Row>(bytes).is_ok());
        disk.iter_mut().for_each(|(_, _, bytes)| bytes.truncate(9));
        assert_eq!(row(&stored(tap(&mut client(disk), now, &mut chance))).n, 2);
    }
}
