//! Copies of the database, as somebody keeps them: the last two, since one may have to go back to the last but one.

use domain::ids::OpId;
use domain::sync::testing::memory::State;
use domain::sync::testing::sample::Dice;
use std::collections::VecDeque;

const KEPT: usize = 2;

#[derive(Default)]
pub struct Backups {
    copies: VecDeque<State>,
}

impl Backups {
    /// Copies the database, and notes in it, as the server does, what the copy before this one holds.
    pub fn keep(&mut self, state: &mut State) {
        self.copies.push_back(state.backup());
        if self.copies.len() > KEPT {
            self.copies.pop_front();
        }
        let before = self.copies.front().filter(|_| self.copies.len() == KEPT);
        let Some(before) = before else { return };
        for stream in state.streams.values_mut() {
            let rows = state.ops.values().filter(|row| row.stream == stream.id);
            let held = rows.filter(|row| before.ops.get(&row.op_id).is_some_and(|held| held.stream == row.stream));
            stream.durable_n = held.map(|row| row.n).max().unwrap_or(0);
        }
    }

    /// One of them, and whether it is the older one.
    pub fn any(&self, dice: &mut Dice) -> Option<(State, bool)> {
        let which = dice.below(self.copies.len());
        self.copies.get(which).map(|copy| (copy.backup(), which + 1 < self.copies.len()))
    }

    /// Whether it is safe whichever of them takes the database's place.
    pub fn hold(&self, op_id: OpId) -> bool {
        self.copies.len() == KEPT && self.copies.iter().all(|copy| copy.ops.contains_key(&op_id))
    }
}
