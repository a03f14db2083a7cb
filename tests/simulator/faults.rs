//! Faults that are rare and large: a store thrown away, a server set back or lost, days that pass, a person erased.

use domain::ids::{ParticipantId, StreamId};
use domain::people::Participant;
use domain::sync::client::{Area, Client, Event, Identity};
use domain::sync::entity::Entity;
use domain::sync::op::SCHEMA;
use domain::sync::testing::memory::State;
use domain::sync::testing::sample::{self, Dice};

use std::sync::atomic::Ordering;

use crate::count::Fault;
use crate::earlier;
use crate::mutant::Mutant;
use crate::people::PEOPLE;
use crate::tablet::{Harm, Slot};
use crate::world::World;

/// The schema of the programs that some begin with.
const OLDER: u16 = 3;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

impl World {
    pub fn keep_backup(&mut self) {
        self.host.backups.keep(&mut self.host.database.state());
    }

    /// The server's disk is gone, and one of the backups takes its place: with a new epoch, as the restore makes one, or
    /// without, as when somebody copies a file. Rights and sign-ins are kept elsewhere and stay, and whoever was erased
    /// since is erased anew.
    pub fn set_back(&mut self, dice: &mut Dice) {
        let Some((backup, older)) = self.host.backups.any(dice) else { return };
        self.kill_server();
        let silently = dice.below(2) == 0;
        self.put(backup);
        if !silently {
            self.change_epoch();
        }
        if self.mutant != Some(Mutant::ErasedComesBack) {
            for person in self.erased.clone() {
                self.host.erase(person, self.now);
            }
        }
        for slot in self.tablets.iter_mut().flat_map(|tablet| &mut tablet.slots) {
            slot.reached.clear();
        }
        if silently {
            self.set_back_silently = true;
            self.unnoticed = Some(self.host.met.noticed.load(Ordering::Relaxed));
        }
        (self.set_back, self.disturbed) = (true, true);
        self.counts.hit(if older { Fault::OlderSetBack } else { Fault::ServerSetBack });
    }

    pub fn kill_server(&mut self) {
        let unanswered = self.host.kill();
        unanswered.into_iter().for_each(|(to, id, path)| self.nothing(to, id, path));
    }

    /// The server has no power. What it had answered is on its disk, unless it does not wait for that.
    pub fn cut_server_power(&mut self) {
        self.kill_server();
        self.counts.hit(Fault::ServerPowerLost);
        if let Some(synced) = self.synced.take() {
            self.put(synced);
        }
    }

    /// Puts this in the database's place; what is kept elsewhere stays, and nobody is told.
    fn put(&self, older: State) {
        let mut state = self.host.database.state();
        let now = std::mem::replace(&mut *state, older);
        (state.grants, state.author_keys, state.epoch) = (now.grants, now.author_keys, now.epoch);
    }

    pub fn fail_over(&mut self, dice: &mut Dice) {
        let unanswered = self.host.fail_over(dice);
        unanswered.into_iter().for_each(|(to, id, path)| self.nothing(to, id, path));
        self.counts.hit(Fault::FailedOver);
    }

    /// The browser throws away all that the site has stored; sometimes also what the app keeps beside its stores.
    pub fn evict(&mut self, dice: &mut Dice) {
        let which = dice.below(self.tablets.len());
        let Some(tablet) = self.tablets.get_mut(which).filter(|_| !self.cloned) else { return };
        let with_all = dice.below(2) == 0;
        for slot in &mut tablet.slots {
            slot.tabs.clear();
            let identity = Identity { user: slot.user, new_stream: StreamId(uuid::Uuid::nil()), key: None };
            let lost = Client::new(identity, slot.disk.outbox());
            self.harmed.extend(lost.outbox().rows().map(|row| row.op_id));
            slot.disk.evict();
            slot.reached.clear();
            slot.made = slot.made.filter(|_| !with_all);
            // Once nothing told how many there were, a number may have been given twice: what was under way came in between.
            let untold = with_all || slot.saved.iter().any(|saved| saved.harm == Harm::Untold);
            let harm = if untold { Harm::Untold } else { Harm::Named };
            slot.saved.iter_mut().for_each(|saved| saved.harm = saved.harm.max(harm));
        }
        self.disturbed = true;
        self.open(which, dice);
        self.counts.hit(if with_all { Fault::EvictedWithAll } else { Fault::Evicted });
    }

    /// A stored part of the cache becomes unreadable where it lies. Marks are left out: they are read when somebody looks,
    /// and looking is what the oracle does.
    pub fn damage_cache(&mut self, dice: &mut Dice) {
        let Some(address) = self.someone(dice) else { return };
        let Some(slot) = self.slot(address) else { return };
        let chunks: Vec<_> = slot.disk.keys(Area::Cache).filter(|key| key.starts_with("chunk/")).collect();
        let chunks: Vec<_> = chunks.into_iter().filter(|key| !key.contains("attendance")).cloned().collect();
        let Some(chunk) = chunks.get(dice.below(chunks.len())).cloned() else { return };
        slot.tabs.clear();
        slot.doubtful = true;
        slot.disk.rewrite(|key, bytes| {
            if key == chunk {
                bytes.truncate(9);
            }
        });
        self.open(address.tablet, dice);
        self.disturbed = true;
        self.counts.hit(Fault::CacheDamaged);
    }

    /// A record of answers is gone, or lies there torn off somewhere, or in a layout that no program knows. Its rows lie as
    /// they were: they are sent again, and nothing has happened to what was called saved.
    pub fn harm_answers(&mut self, gone: bool, dice: &mut Dice) {
        let records = |slot: &Slot| -> Vec<String> {
            slot.disk.keys(Area::Outbox).filter(|key| key.starts_with(earlier::ANSWERS)).cloned().collect()
        };
        let mut there = self.addresses();
        there.retain(|address| self.slot(*address).is_some_and(|slot| !records(slot).is_empty()));
        let Some(address) = there.get(dice.below(there.len())).copied() else { return };
        let Some(slot) = self.slot(address) else { return };
        let records = records(slot);
        let Some(record) = records.get(dice.below(records.len())) else { return };
        slot.tabs.clear();
        let (part, strange) = (dice.below(64), dice.below(4) == 0);
        let harm = |bytes: &mut Vec<u8>| match strange {
            true => *bytes = b"{}".to_vec(),
            false => bytes.truncate(bytes.len() * part / 64),
        };
        let fault = match (gone, strange) {
            (true, _) => Fault::AnswersGone,
            (false, true) => Fault::AnswersStrange,
            (false, false) => Fault::AnswersTorn,
        };
        if gone {
            slot.disk.remove(Area::Outbox, record);
        } else {
            slot.disk.rewrite(|key, bytes| {
                if key == record {
                    harm(bytes)
                }
            });
        }
        self.open(address.tablet, dice);
        self.counts.hit(fault);
    }

    /// A summer holiday: what was fetched lapses, and the outbox forgets what is old and safe.
    pub fn pass_days(&mut self, dice: &mut Dice) {
        let days = 1 + i64::try_from(dice.below(60)).unwrap_or(0);
        self.pass(days * DAY, dice);
        self.counts.hit(Fault::DaysPassed);
    }

    /// Somebody has set the clock by hand, in a zone that is another one.
    pub fn wrong_zone(&mut self, dice: &mut Dice) {
        let which = dice.below(self.tablets.len());
        let hours = [-8, -3, -2, -1, 1, 2, 3, 10].get(dice.below(8)).copied().unwrap_or(1);
        if let Some(tablet) = self.tablets.get_mut(which) {
            tablet.ahead = hours * HOUR;
            self.counts.hit(Fault::WrongZone);
        }
    }

    /// A person is erased, and the records that theirs stands for.
    pub fn erase(&mut self, dice: &mut Dice) {
        let person =
            sample::person_id(1 + u128::try_from(dice.below(usize::try_from(PEOPLE).unwrap_or(1))).unwrap_or(0));
        let stands_for = |entity: &Entity| {
            let record = entity.content::<Participant>()?;
            (record.profile.same_as == Some(person)).then_some(ParticipantId(entity.key.id))
        };
        let behind: Vec<_> = self.host.database.state().entities.values().filter_map(stands_for).collect();
        for record in behind.into_iter().chain([person]) {
            if self.host.erase(record, self.now) {
                self.erased.insert(record);
                self.disturbed = true;
                self.counts.hit(Fault::PersonErased);
            }
        }
    }

    /// A quarter of an hour with coverage: one user syncs to the end.
    pub fn calm(&mut self, dice: &mut Dice) {
        let Some(address) = self.someone(dice) else { return };
        if let Some(tablet) = self.tablets.get_mut(address.tablet) {
            tablet.online = true;
        }
        if let Some(slot) = self.slot(address) {
            slot.disk.full = false;
        }
        self.tell(address, Event::Online, dice);
        self.sign_in(address, dice);
        for _ in 0..40 {
            let quiet = !self.move_everything(dice);
            if self.is_up_to_date(address) {
                return;
            }
            if quiet {
                self.tell(address, Event::Tick, dice);
            }
        }
    }

    pub fn begin_with_older_programs(&mut self, dice: &mut Dice) {
        for tablet in self.tablets.iter_mut().filter(|_| dice.below(2) == 0) {
            tablet.program = OLDER;
            // What an older program was not given, the newer one finds by its digest.
            tablet.slots.iter_mut().for_each(|slot| slot.doubtful = true);
        }
        self.host.schema = OLDER;
    }

    /// The server is brought to the newest release, or one tablet.
    pub fn bring_new_program(&mut self, dice: &mut Dice) {
        if dice.below(2) == 0 {
            return self.upgrade_server();
        }
        let which = dice.below(self.tablets.len());
        self.upgrade_tablet(which, dice);
    }

    /// One tablet gets the program of before there were records of answers, or one that has it gets the present one again.
    pub fn change_program(&mut self, earlier: bool, dice: &mut Dice) {
        let others = self.tablets.iter().enumerate().filter(|(_, tablet)| tablet.earlier != earlier);
        let others: Vec<_> = others.map(|(which, _)| which).collect();
        if let Some(which) = others.get(dice.below(others.len())) {
            self.start_program(*which, earlier, dice);
        }
    }

    /// That one starts on the tablet, unless it is there.
    pub fn start_program(&mut self, which: usize, earlier: bool, dice: &mut Dice) {
        let Some(tablet) = self.tablets.get_mut(which).filter(|tablet| tablet.earlier != earlier) else { return };
        tablet.earlier = earlier;
        tablet.slots.iter_mut().for_each(|slot| slot.tabs.clear());
        self.open(which, dice);
        self.counts.hit(if earlier { Fault::EarlierProgram } else { Fault::PresentProgram });
    }

    /// One of the nodes of the server gets the newest release before the others: either may answer what comes.
    pub fn upgrade_node(&mut self) {
        if self.host.schema < SCHEMA && !self.host.upgrading {
            self.host.upgrading = true;
            self.counts.hit(Fault::NodesDiffer);
        }
    }

    /// Somebody saves what their tablet has not sent as a file. Only what is signed is taken in, so whoever cannot sign yet
    /// signs in first.
    pub fn hand_out(&mut self, dice: &mut Dice) {
        let mut signing = self.addresses();
        signing.retain(|address| self.slot(*address).is_some_and(|slot| slot.key.is_some()));
        let Some(address) = signing.get(dice.below(signing.len())).copied() else { return self.sign_in_anew(dice) };
        let Some(device) = self.tablets.get(address.tablet).map(|tablet| tablet.device) else { return };
        let Some(file) = self.tab(address).map(|tab| tab.client.hand_out(device)) else { return };
        if !file.pushes.is_empty() {
            self.files.push(file);
            self.counts.hit(Fault::HandedOut);
        }
    }

    /// The desk takes in one of those files, however old it is by now, and perhaps not for the first time.
    pub fn take_in(&mut self, dice: &mut Dice) {
        let Some(file) = self.files.get(dice.below(self.files.len())).cloned() else { return };
        let results = self.host.take_in(file, self.now);
        let again = results.iter().any(|result| self.acked.contains(&result.op_id));
        if !results.is_empty() {
            self.counts.hit(if again { Fault::TakenInAgain } else { Fault::TakenIn });
        }
    }

    pub fn upgrade_server(&mut self) {
        if self.host.schema < SCHEMA {
            self.kill_server();
            (self.host.schema, self.host.upgrading) = (SCHEMA, false);
            self.counts.hit(Fault::ServerUpgraded);
        }
    }

    pub fn upgrade_tablet(&mut self, which: usize, dice: &mut Dice) {
        let Some(tablet) = self.tablets.get_mut(which).filter(|tablet| tablet.program < SCHEMA) else { return };
        tablet.program = SCHEMA;
        tablet.slots.iter_mut().for_each(|slot| slot.tabs.clear());
        self.open(which, dice);
        self.counts.hit(Fault::TabletUpgraded);
    }
}
