//! What follows when a storage transaction has completed, or has not.

use std::collections::BTreeSet;

use super::cycle::Phase;
use super::{Client, Doing, Effect, Then, Trouble};
use crate::ids::Chance;
use crate::sync::entity::EntityKey;
use crate::time::Instant;

impl Client {
    pub(super) fn committed(&mut self, token: u64, effects: &mut Vec<Effect>) {
        let Some((_, doing)) = self.storing.take_if(|(waiting, _)| *waiting == token) else { return };
        self.changed.status |= self.trouble.take().is_some();
        match doing {
            Doing::Record { rows, meta, tickets } => {
                self.made_room = false;
                self.set_meta(meta);
                let keys: BTreeSet<_> = rows.iter().filter_map(super::outbox::Row::target).collect();
                let ids: Vec<_> = rows.iter().map(|row| row.op_id).collect();
                rows.into_iter().for_each(|row| self.outbox.put(row));
                effects.extend(tickets.into_iter().zip(ids).map(|(ticket, op_id)| Effect::Saved { ticket, op_id }));
                self.merge(keys);
                self.changed.status = true;
                self.wants_sync = true;
            }
            Doing::Rows { rows, dropped, meta, cursors, then } => {
                let mut keys: BTreeSet<_> = rows.iter().filter_map(super::outbox::Row::target).collect();
                rows.into_iter().for_each(|row| self.outbox.put(row));
                keys.extend(self.forget(dropped));
                if let Some(meta) = meta {
                    self.meta_stored(meta);
                }
                if let Some(cursors) = cursors {
                    self.cursors = *cursors;
                }
                self.merge(keys);
                self.changed.status = true;
                // Where the next push went meanwhile, that is under way, or its answer waits.
                if then == Then::Cycle && matches!(self.phase, Phase::Digesting) && self.answer.is_none() {
                    self.phase = Phase::Idle;
                }
            }
            Doing::Page(page) => self.page_stored(*page, effects),
        }
    }

    pub(super) fn forget(&mut self, dropped: Vec<i64>) -> BTreeSet<EntityKey> {
        // A record without rows is known until some rows go: it is taken out of the store with those.
        if dropped.is_empty() {
            return BTreeSet::new();
        }
        let keys = dropped.into_iter().filter_map(|n| self.outbox.remove(n)?.target()).collect();
        self.forget_answers();
        keys
    }

    pub(super) fn not_committed(
        &mut self,
        token: u64,
        trouble: Trouble,
        now: Instant,
        chance: &mut dyn Chance,
        effects: &mut Vec<Effect>,
    ) {
        let Some((_, doing)) = self.storing.take_if(|(waiting, _)| *waiting == token) else { return };
        self.trouble = Some(trouble);
        self.changed.status = true;
        match doing {
            Doing::Record { rows, tickets, .. } => self.not_recorded(rows, tickets, trouble, effects),
            Doing::Rows { then, .. } => {
                // With what came of a push the cache in memory is ahead of the store, too.
                self.wants_reload |= !self.echoed.is_empty();
                if then == Then::Cycle {
                    self.phase = Phase::Idle;
                    self.back_off(None, now, chance, effects);
                }
            }
            Doing::Page(_) => {
                // The cache in memory is ahead of the store: what is stored counts.
                self.wants_reload = true;
                self.phase = Phase::Idle;
                self.back_off(None, now, chance, effects);
            }
        }
    }
}
