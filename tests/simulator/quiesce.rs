//! The end of a schedule: faults stop, everybody comes back into coverage, and everything must arrive.

use domain::sync::client::Event;
use domain::sync::testing::sample::Dice;
use domain::sync::wire::Outcome;

use crate::host::SMALL_PAGE;
use crate::oracle::{self, Invariant, Violation};
use crate::tablet::Address;
use crate::world::World;

/// Rounds until everything must be at rest.
const ROUNDS: usize = 4000;

impl World {
    /// Lets everything that is under way end, and every user of every tablet sync to the end. Held operations are
    /// decided on, and everybody hears of it.
    pub fn quiesce(&mut self) -> Result<(), Violation> {
        let mut dice = Dice(0x5EED_0001);
        for tablet in &mut self.tablets {
            tablet.online = true;
            tablet.drift = 0;
            tablet.slots.iter_mut().for_each(|slot| slot.disk.full = false);
        }
        for address in self.addresses() {
            // Whatever it waits for may have been lost.
            self.tell(address, Event::Tick, &mut dice);
        }
        self.upgrade_server();
        (0..self.tablets.len()).for_each(|which| self.upgrade_tablet(which, &mut dice));
        (0..self.tablets.len()).for_each(|which| self.start_program(which, false, &mut dice));
        self.everyone_syncs(&mut dice, |_| Ok(()))?;
        while self.settle_one(&mut dice) {}
        // Whoever has synced before hears what the others have brought since.
        let truth = oracle::true_contents(&self.host.database.state());
        self.everyone_syncs(&mut dice, |world| oracle::replicas_agree(world, &world.host.database.state(), &truth))
    }

    /// Every user of every tablet in turn syncs to the end; each time those that did are looked at.
    pub fn everyone_syncs(
        &mut self,
        dice: &mut Dice,
        look: impl Fn(&Self) -> Result<(), Violation>,
    ) -> Result<(), Violation> {
        self.host.page = self.page_at_rest;
        let most = self.tablets.iter().map(|tablet| tablet.slots.len()).max().unwrap_or(1);
        for turn in 0..most {
            for tablet in 0..self.tablets.len() {
                let has_a_next = self.tablets.get(tablet).is_some_and(|tablet| turn < tablet.slots.len());
                if has_a_next {
                    self.switch_user(tablet, dice);
                }
            }
            for address in self.addresses() {
                self.tell(address, Event::Online, dice);
                self.sign_in(address, dice);
            }
            self.settle_down(dice)?;
            look(self)?;
        }
        self.host.page = SMALL_PAGE;
        Ok(())
    }

    fn settle_down(&mut self, dice: &mut Dice) -> Result<(), Violation> {
        for _ in 0..ROUNDS {
            let quiet = !self.move_everything(dice);
            oracle::always(self)?;
            if !quiet {
                continue;
            }
            let mut waiting = self.addresses();
            waiting.retain(|address| !self.is_up_to_date(*address));
            if waiting.is_empty() {
                return Ok(());
            }
            // For a back-off, or for an answer that was lost.
            self.pass(1_000, dice);
            for address in waiting {
                self.tell(address, Event::Tick, dice);
            }
        }
        Err(Violation::new(Invariant::I13, "the queue does not come to rest"))
    }

    pub fn move_everything(&mut self, dice: &mut Dice) -> bool {
        let mut moved = false;
        for address in self.storing() {
            self.store(address, dice);
            moved = true;
        }
        while let Some(request) = self.requests.pop() {
            self.host.accept(request, self.now, dice, false);
            moved = true;
        }
        for which in 0..4 * self.host.busy() {
            self.serve(which);
            moved = true;
        }
        while let Some(answer) = self.answers.pop() {
            self.answer(answer, dice);
            moved = true;
        }
        self.pass(1, dice);
        moved
    }

    /// Nothing unsent, nothing decided of which it has not heard, and every granted bucket at its head.
    pub fn is_up_to_date(&mut self, address: Address) -> bool {
        let Some(tablet) = self.tablets.get(address.tablet) else { return true };
        let Some(slot) = tablet.slots.get(address.user) else { return true };
        let Some(tab) = slot.tabs.iter().find(|tab| tab.life == address.life) else { return true };
        let state = self.host.database.state();
        let granted = state
            .grants
            .get(&(tablet.device, slot.user))
            .map(domain::sync::rights::Grants::buckets)
            .unwrap_or_default();
        let cursors = tab.client.cursors();
        let at_head = |bucket| {
            let head = state.buckets.get(bucket).map_or(0, |row| row.head);
            cursors.buckets.get(bucket).is_some_and(|p| p.seq == head && !p.stale && p.epoch.0 == state.epoch)
        };
        let sent = tab.client.outbox().rows().all(|row| row.ack.is_some() && !row.queued);
        // Each held operation is asked about once in a cycle.
        let decided = |id| state.ops.get(&id).is_some_and(|there| there.outcome != Outcome::Held);
        let mut held = tab.client.outbox().rows().filter(|row| row.outcome() == Some(Outcome::Held));
        let told = !held.any(|row| decided(row.op_id));
        sent && told
            && !tab.client.has_to_push()
            && granted.iter().all(at_head)
            && cursors.granted.len() == granted.len()
    }
}
