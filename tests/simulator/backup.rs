//! Copies of the database, as somebody keeps them: the last two, and what is safe since it lies in both.

use domain::ids::StreamId;
use domain::sync::testing::memory::State;
use domain::sync::testing::sample::Dice;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// One may have to go back to the last but one.
const KEPT: usize = 2;

/// Up to which number a stream lies in every copy that is kept; nothing before there are enough of them.
pub type Durable = Arc<BTreeMap<StreamId, i64>>;

#[derive(Default)]
pub struct Backups {
    copies: VecDeque<State>,
    durable: Durable,
}

impl Backups {
    pub fn keep(&mut self, copy: State) {
        self.copies.push_back(copy);
        if self.copies.len() > KEPT {
            self.copies.pop_front();
        }
        if self.copies.len() < KEPT {
            return;
        }
        let in_all =
            |id: &StreamId| self.copies.iter().map(|copy| copy.streams.get(id).map_or(0, |row| row.last_n)).min();
        let streams = self.copies.iter().flat_map(|copy| copy.streams.keys());
        self.durable = Arc::new(streams.filter_map(|id| Some((*id, in_all(id)?))).collect());
    }

    /// One of them, and whether it is the older one.
    pub fn any(&self, dice: &mut Dice) -> Option<(State, bool)> {
        let which = dice.below(self.copies.len());
        self.copies.get(which).map(|copy| (copy.backup(), which + 1 < self.copies.len()))
    }

    pub fn durable(&self) -> Durable {
        Arc::clone(&self.durable)
    }
}
