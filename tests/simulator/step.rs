//! One step of a schedule.

use domain::sync::author::AuthorKey;
use domain::sync::client::{Event, Trouble};
use domain::sync::server::held::Settlement;
use domain::sync::testing::sample::{self, Dice};
use domain::sync::wire::{Outcome, PUSH_PATH, Poke, Reason};
use std::cell::Cell;

use crate::count::Fault;
use crate::host::Answer;
use crate::mutant::Mutant;
use crate::people;
use crate::schedule::{CLOCKS_CHANGE, Kind, Step};
use crate::tablet::{Address, Harm, Tablet};
use crate::world::{NOTHING, World};

const YEAR: i64 = 365 * 24 * 3_600_000;

impl World {
    pub fn step(&mut self, step: &Step) {
        let mut dice = Dice(step.dice);
        dice.warm_up();
        self.counts.steps += 1;
        self.pass(1 + i64::try_from(dice.below(4000)).unwrap_or(0), &mut dice);
        self.act(step.kind, &mut dice);
    }

    /// Time passes; timers that have run out fire.
    pub fn pass(&mut self, millis: i64, dice: &mut Dice) {
        let before = self.now;
        self.now = self.now.plus_millis(millis);
        if CLOCKS_CHANGE.iter().any(|change| before < *change && *change <= self.now) {
            self.counts.hit(Fault::ClocksChanged);
        }
        for tablet in &mut self.tablets {
            tablet.ahead += millis * tablet.drift / 1000;
        }
        for address in self.addresses() {
            let now = self.now;
            let due = self.tab(address).is_some_and(|tab| tab.wake_at.take_if(|at| *at <= now).is_some());
            if due {
                self.tell(address, Event::Tick, dice);
            }
        }
    }

    fn act(&mut self, kind: Kind, dice: &mut Dice) {
        match kind {
            Kind::Record => self.record(dice),
            Kind::Store => self.store_some(dice),
            Kind::SendOn => self.deliver_request(dice),
            Kind::Serve => self.serve(dice.below(64)),
            Kind::Answer => self.deliver_answer(dice),
            Kind::Tick => self.tell_someone(Event::Tick, dice),
            Kind::Poke => {
                let bucket = domain::sync::entity::Bucket::Roll(sample::group_id(1));
                self.tell_someone(Event::Poke(Poke { bucket, head: i64::MAX }), dice);
            }
            Kind::PassTime => self.pass(1000 * i64::try_from(dice.below(200)).unwrap_or(0), dice),
            Kind::LoseRequest | Kind::LoseReply | Kind::RepeatRequest | Kind::RepeatReply | Kind::Truncate => {
                self.harm_a_message(kind, dice);
            }
            Kind::Partition => self.set_online(false, dice),
            Kind::Heal => self.set_online(true, dice),
            Kind::Fail => self.fail(dice),
            Kind::Abort | Kind::Fill | Kind::FillMore | Kind::KillStoring | Kind::KillStored => {
                self.harm_storage(kind, dice)
            }
            Kind::Reload | Kind::SecondTab | Kind::CloseTab | Kind::SwitchUser | Kind::CloneTablet => {
                self.change_tabs(kind, dice);
            }
            Kind::KillServer => {
                self.kill_server();
                self.counts.hit(Fault::ServerKilled);
            }
            Kind::ChangeEpoch => {
                self.change_epoch();
                self.disturbed = true;
                self.counts.hit(Fault::EpochChanged);
            }
            Kind::JumpClock | Kind::Drift => self.change_clock(kind, dice),
            Kind::LoseRights | Kind::RegainRights => self.change_rights(kind == Kind::LoseRights, dice),
            Kind::EnterMember | Kind::VoidMember | Kind::EndMember | Kind::MoveGroup | Kind::Merge | Kind::Withdraw => {
                self.desk(kind, dice);
            }
            Kind::Upgrade => self.upgrade(dice),
            Kind::Settle => {
                self.settle_one(dice);
            }
            Kind::Dismiss => self.dismiss(dice),
            Kind::SignInAnew => self.sign_in_anew(dice),
            Kind::KeepBackup | Kind::KeepMore => self.keep_backup(),
            Kind::SetBack | Kind::SetBackMore => self.set_back(dice),
            Kind::Damage => self.damage(dice),
            Kind::Evict => self.evict(dice),
            Kind::DamageCache => self.damage_cache(dice),
            Kind::PowerCut => self.cut_server_power(),
            Kind::FailOver => self.fail_over(dice),
            Kind::PassDays => self.pass_days(dice),
            Kind::WrongZone => self.wrong_zone(dice),
            Kind::Erase => self.erase(dice),
            Kind::Calm => self.calm(dice),
            Kind::NewProgram => self.bring_new_program(dice),
            Kind::NewNode => self.upgrade_node(),
            Kind::HandOut => self.hand_out(dice),
            Kind::TakeIn => self.take_in(dice),
            Kind::DamageAnswers | Kind::LoseAnswers => self.harm_answers(kind == Kind::LoseAnswers, dice),
            Kind::EarlierProgram | Kind::PresentProgram => self.change_program(kind == Kind::EarlierProgram, dice),
        }
    }

    pub fn someone(&self, dice: &mut Dice) -> Option<Address> {
        let open = self.addresses();
        open.get(dice.below(open.len())).copied()
    }

    fn tell_someone(&mut self, event: Event, dice: &mut Dice) {
        if let Some(address) = self.someone(dice) {
            self.tell(address, event, dice);
        }
    }

    fn record(&mut self, dice: &mut Dice) {
        let Some(address) = self.someone(dice) else { return };
        let now = self.now;
        let Some(tablet) = self.tablets.get(address.tablet) else { return };
        let program = tablet.program;
        let (clock, Some(by)) = (tablet.clock(now), tablet.slots.get(address.user).map(|slot| slot.user)) else {
            return;
        };
        let Some(verbs) = self.tab(address).map(|tab| people::doings(&tab.client, by, clock, dice)) else { return };
        for verb in verbs.into_iter().filter(|verb| verb.since() <= program) {
            let ticket = self.ticket();
            if let Some(tab) = self.tab(address) {
                tab.tickets.insert(ticket, verb.clone());
            }
            self.tell(address, Event::Record { ticket, verb }, dice);
        }
    }

    /// Tabs whose storage has something to do.
    pub fn storing(&mut self) -> Vec<Address> {
        let mut open = self.addresses();
        open.retain(|address| self.tab(*address).is_some_and(|tab| tab.asked.is_some() || tab.reload));
        open
    }

    fn store_some(&mut self, dice: &mut Dice) {
        let storing = self.storing();
        if let Some(address) = storing.get(dice.below(storing.len())) {
            self.store(*address, dice);
        }
    }

    /// The storage does what the tab has asked for.
    pub fn store(&mut self, address: Address, dice: &mut Dice) {
        if self.read_again(address, dice) {
            return;
        }
        let Some(slot) = self.slot(address) else { return };
        let Some(tab) = slot.tabs.iter_mut().find(|tab| tab.life == address.life) else { return };
        let Some(asked) = tab.asked.take() else { return };
        let result = slot.disk.commit(asked.durability, &asked.writes);
        let others: Vec<_> = slot.tabs.iter().map(|tab| tab.life).filter(|life| *life != address.life).collect();
        match result {
            Ok(()) => {
                self.tell(address, Event::Committed(asked.token), dice);
                for life in others {
                    self.tell(Address { life, ..address }, Event::StoreMoved, dice);
                }
            }
            Err(trouble) => {
                if trouble == Trouble::Taken {
                    self.counts.hit(Fault::NumberTaken);
                }
                self.tell(address, Event::NotCommitted(asked.token, trouble), dice);
            }
        }
    }

    /// Reads the store anew where the tab has asked for that.
    pub fn read_again(&mut self, address: Address, dice: &mut Dice) -> bool {
        let asked = self.tab(address).is_some_and(|tab| std::mem::take(&mut tab.reload));
        if asked {
            if let Some(slot) = self.slot(address) {
                slot.untold &= slot.tabs.first().is_some_and(|tab| tab.life != address.life);
            }
            let stored = self.tablets.get(address.tablet).map(|tablet| tablet.read(address.user)).unwrap_or_default();
            self.tell(address, Event::Loaded(stored), dice);
        }
        asked
    }

    fn deliver_request(&mut self, dice: &mut Dice) {
        if self.requests.is_empty() {
            return;
        }
        let index = dice.below(self.requests.len());
        if index > 0 {
            self.counts.hit(Fault::Reordered);
        }
        if dice.below(12) == 0 {
            return self.counts.hit(Fault::Delayed);
        }
        let request = self.requests.remove(index);
        self.host.accept(request, self.now, dice, true);
    }

    fn deliver_answer(&mut self, dice: &mut Dice) {
        if self.answers.is_empty() {
            return;
        }
        let answer = self.answers.remove(dice.below(self.answers.len()));
        self.answer(answer, dice);
    }

    pub fn answer(&mut self, answer: Answer, dice: &mut Dice) {
        let Answer { to, id, path, status, body } = answer;
        if status == 403 && path == PUSH_PATH && self.mutant == Some(Mutant::DropOn403) {
            self.drop_what_was_sent(to, dice);
        }
        let event = match status {
            NOTHING => Event::Unreachable(id),
            _ => Event::Answer { id, status, retry_after: (status == 429).then_some(2), body },
        };
        self.tell(to, event, dice);
    }

    /// The mutant's tablet takes 403 for a final no.
    fn drop_what_was_sent(&mut self, address: Address, dice: &mut Dice) {
        let Some(tab) = self.tab(address) else { return };
        let Some(n) = tab.client.outbox().batch(1, 0).first().map(|row| row.n) else { return };
        let Some(slot) = self.slot(address) else { return };
        slot.disk.remove(domain::sync::client::Area::Outbox, &format!("op/{n:012}"));
        self.kill(address, dice);
        if self.slot(address).is_some_and(|slot| slot.tabs.is_empty()) {
            self.open(address.tablet, dice);
        }
    }

    fn harm_a_message(&mut self, kind: Kind, dice: &mut Dice) {
        let (requests, answers) = (self.requests.len(), self.answers.len());
        match kind {
            Kind::LoseRequest if requests > 0 => {
                let lost = self.requests.remove(dice.below(requests));
                self.nothing(lost.from, lost.id, lost.path);
                self.counts.hit(Fault::RequestLost);
            }
            Kind::RepeatRequest if requests > 0 => {
                self.requests.extend(self.requests.get(dice.below(requests)).cloned());
                self.counts.hit(Fault::RequestTwice);
            }
            Kind::LoseReply if answers > 0 => {
                // The tablet learns nothing at all: only its own patience ends the wait.
                drop(self.answers.remove(dice.below(answers)));
                self.counts.hit(Fault::ReplyLost);
            }
            Kind::RepeatReply if answers > 0 => {
                self.answers.extend(self.answers.get(dice.below(answers)).cloned());
                self.counts.hit(Fault::ReplyTwice);
            }
            Kind::Truncate if answers > 0 => {
                let which = dice.below(answers);
                if let Some(answer) = self.answers.get_mut(which).filter(|answer| !answer.body.is_empty()) {
                    let left = dice.below(answer.body.len());
                    answer.body.truncate(left);
                    self.counts.hit(Fault::Truncated);
                }
            }
            _ => {}
        }
    }

    fn set_online(&mut self, online: bool, dice: &mut Dice) {
        let which = dice.below(self.tablets.len());
        let Some(tablet) = self.tablets.get_mut(which) else { return };
        tablet.online = online;
        if !online {
            self.counts.hit(Fault::Partition);
            let (gone, kept) = std::mem::take(&mut self.requests).into_iter().partition(|r| r.from.tablet == which);
            self.requests = kept;
            let gone: Vec<crate::host::Request> = gone;
            gone.into_iter().for_each(|request| self.nothing(request.from, request.id, request.path));
            return;
        }
        for address in self.addresses().into_iter().filter(|address| address.tablet == which) {
            self.tell(address, Event::Online, dice);
            self.sign_in(address, dice);
        }
    }

    /// Somebody signs in again on a tablet that is known: the secret stays as the server has it.
    pub fn sign_in(&mut self, address: Address, dice: &mut Dice) {
        let Some(device) = self.tablets.get(address.tablet).map(|tablet| tablet.device) else { return };
        let Some(user) = self.slot(address).map(|slot| slot.user) else { return };
        let key = self.host.database.state().author_keys.get(&(device, user)).copied();
        if let Some(slot) = self.slot(address) {
            slot.key = key.or(slot.key);
        }
        self.tell(address, Event::SignedIn { key }, dice);
    }

    /// A sign-in that gives a new secret; `lost`: the tablet's cookies were gone, so that the server takes it for a new
    /// one, and the app starts anew over the store that it has.
    pub fn sign_in_anew(&mut self, dice: &mut Dice) {
        let Some(address) = self.someone(dice) else { return };
        if self.cloned {
            return;
        }
        self.sign_ins = self.sign_ins.wrapping_add(1);
        let key = AuthorKey::new(uuid::Uuid::from_u128(u128::from(self.sign_ins)), [self.sign_ins; 32]);
        let lost = dice.below(2) == 0;
        self.counts.hit(if lost { Fault::NewIdentity } else { Fault::SignedInAnew });
        let Some(tablet) = self.tablets.get_mut(address.tablet) else { return };
        let before = tablet.device;
        if lost {
            tablet.device = sample::device(100 + u128::from(self.sign_ins));
        }
        let (device, users) = (tablet.device, tablet.slots.iter().map(|slot| slot.user).collect::<Vec<_>>());
        let mut state = self.host.database.state();
        for user in users {
            let Some(grants) = state.grants.remove(&(before, user)) else { continue };
            state.grants.insert((device, user), grants);
            // The others of this tablet have not signed in since it got its new identity.
            let kept = state.author_keys.remove(&(before, user)).filter(|_| !lost);
            state.author_keys.extend(kept.map(|kept| ((device, user), kept)));
        }
        drop(state);
        let Some(slot) = self.slot(address) else { return };
        slot.key = Some(key);
        let user = slot.user;
        self.host.database.state().author_keys.insert((device, user), key);
        if lost {
            if let Some(slot) = self.slot(address) {
                slot.tabs.clear();
            }
            self.reopen(address, dice);
        } else {
            self.tell(address, Event::SignedIn { key: Some(key) }, dice);
        }
    }

    /// A row of the outbox becomes unreadable where it lies.
    fn damage(&mut self, dice: &mut Dice) {
        let Some(address) = self.someone(dice) else { return };
        let Some(tab) = self.tab(address) else { return };
        let rows: Vec<_> = tab.client.outbox().rows().map(|row| (row.n, row.op_id)).collect();
        let Some((n, op_id)) = rows.get(dice.below(rows.len())).copied() else { return };
        self.harmed.insert(op_id);
        let Some(slot) = self.slot(address) else { return };
        slot.tabs.clear();
        slot.saved.iter_mut().filter(|saved| saved.n == n).for_each(|saved| saved.harm = saved.harm.max(Harm::Named));
        let key = format!("op/{n:012}");
        slot.disk.rewrite(|at, bytes| {
            if at == key {
                bytes.truncate(9);
            }
        });
        self.reopen(address, dice);
        self.disturbed = true;
        self.counts.hit(Fault::RowDamaged);
    }

    /// Something on the way answers instead of the server.
    fn fail(&mut self, dice: &mut Dice) {
        if self.requests.is_empty() {
            return;
        }
        let request = self.requests.remove(dice.below(self.requests.len()));
        let (status, fault) = match dice.below(7) {
            0 => (401, Fault::Answer401),
            1 => (403, Fault::Answer403),
            2 => (409, Fault::Answer409),
            3 => (413, Fault::Answer413),
            4 => (429, Fault::Answer429),
            5 => (500, Fault::Answer500),
            _ => (503, Fault::Answer503),
        };
        self.counts.hit(fault);
        let body = b"<html>".to_vec();
        self.answers.push(Answer { to: request.from, id: request.id, path: request.path, status, body });
    }

    fn harm_storage(&mut self, kind: Kind, dice: &mut Dice) {
        if matches!(kind, Kind::Fill | Kind::FillMore) {
            let Some(address) = self.someone(dice) else { return };
            let Some(slot) = self.slot(address) else { return };
            slot.disk.full = !slot.disk.full;
            return self.counts.hit(Fault::StorageFull);
        }
        let storing = self.storing();
        let Some(address) = storing.get(dice.below(storing.len())).copied() else { return };
        if kind == Kind::Abort {
            let Some(asked) = self.tab(address).and_then(|tab| tab.asked.take()) else { return };
            self.counts.hit(Fault::Aborted);
            return self.tell(address, Event::NotCommitted(asked.token, Trouble::Aborted), dice);
        }
        if kind == Kind::KillStored {
            let Some(slot) = self.slot(address) else { return };
            let asked = slot.tabs.iter_mut().find(|tab| tab.life == address.life).and_then(|tab| tab.asked.take());
            // Stored, but the tab dies before it hears of it, and so it tells nobody.
            let _ = asked.map(|asked| slot.disk.commit(asked.durability, &asked.writes));
            slot.untold = true;
            self.counts.hit(Fault::KilledAfterStoring);
        } else {
            self.counts.hit(Fault::KilledBeforeStoring);
        }
        if dice.below(2) == 0 {
            self.cut_power(address, dice);
        } else {
            self.kill(address, dice);
        }
        self.reopen(address, dice);
    }

    fn cut_power(&mut self, address: Address, dice: &mut Dice) {
        let Some(tablet) = self.tablets.get_mut(address.tablet) else { return };
        for slot in &mut tablet.slots {
            slot.tabs.clear();
            slot.disk.lose_power(dice.below(4));
            slot.reached.clear();
        }
        self.counts.hit(Fault::PowerLost);
    }

    fn reopen(&mut self, address: Address, dice: &mut Dice) {
        let closed = self.tablets.get_mut(address.tablet).and_then(Tablet::slot).is_some_and(|s| s.tabs.is_empty());
        if closed {
            self.open(address.tablet, dice);
        }
    }

    fn change_tabs(&mut self, kind: Kind, dice: &mut Dice) {
        let Some(address) = self.someone(dice) else { return };
        match kind {
            Kind::Reload => {
                self.kill(address, dice);
                self.reopen(address, dice);
                self.counts.hit(Fault::Reloaded);
            }
            Kind::SecondTab => {
                if self.slot(address).is_some_and(|slot| slot.tabs.len() == 1) {
                    self.open(address.tablet, dice);
                    self.counts.hit(Fault::SecondTab);
                }
            }
            Kind::CloseTab => {
                if self.slot(address).is_some_and(|slot| slot.tabs.len() > 1) {
                    self.kill(address, dice);
                }
            }
            Kind::SwitchUser => self.switch_user(address.tablet, dice),
            _ => self.clone_tablet(address.tablet, dice),
        }
    }

    pub fn switch_user(&mut self, tablet: usize, dice: &mut Dice) {
        let Some(t) = self.tablets.get_mut(tablet).filter(|t| t.slots.len() > 1) else { return };
        if let Some(slot) = t.slot() {
            slot.tabs.clear();
        }
        t.active = (t.active + 1) % t.slots.len();
        self.open(tablet, dice);
        self.counts.hit(Fault::UserSwitched);
    }

    /// The tablet's disk is copied to another one, which believes that it is the same.
    fn clone_tablet(&mut self, tablet: usize, dice: &mut Dice) {
        if std::mem::replace(&mut self.cloned, true) {
            return;
        }
        let Some(original) = self.tablets.get(tablet) else { return };
        let slots = original
            .slots
            .iter()
            .map(|slot| crate::tablet::Slot {
                user: slot.user,
                number: slot.number,
                disk: slot.disk.clone(),
                tabs: Vec::new(),
                reached: slot.reached.clone(),
                saved: Vec::new(),
                touched: true,
                made: slot.made,
                doubtful: slot.doubtful,
                untold: false,
                key: slot.key,
            })
            .collect();
        let copy = Tablet { slots, online: true, device: original.device, ..*original };
        self.tablets.push(copy);
        self.open(self.tablets.len() - 1, dice);
        self.counts.hit(Fault::TabletCloned);
    }

    fn change_clock(&mut self, kind: Kind, dice: &mut Dice) {
        let which = dice.below(self.tablets.len());
        let Some(tablet) = self.tablets.get_mut(which) else { return };
        let fault = match (kind, dice.below(3)) {
            (Kind::Drift, side) => {
                tablet.drift = [-50, 0, 50].get(side).copied().unwrap_or(0);
                Fault::ClockDrift
            }
            (_, 0) => {
                tablet.ahead = 10 * YEAR;
                Fault::ClockAhead
            }
            (_, 1) => {
                tablet.ahead = -10 * YEAR;
                Fault::ClockBack
            }
            _ => {
                tablet.ahead = 0;
                Fault::ClockBack
            }
        };
        self.counts.hit(fault);
    }

    fn change_rights(&mut self, lose: bool, dice: &mut Dice) {
        let Some(first) = self.at_first.get(dice.below(self.at_first.len())).cloned() else { return };
        let mut state = self.host.database.state();
        let Some(((_, _), grants)) = state.grants.iter_mut().find(|((_, user), _)| *user == first.user) else { return };
        if lose {
            let drop_all = dice.below(3) == 0;
            let lost = if drop_all { None } else { grants.groups.iter().nth(dice.below(grants.groups.len())).copied() };
            grants.groups.retain(|group| !drop_all && Some(*group) != lost);
        } else {
            *grants = first;
        }
        drop(state);
        self.disturbed = true;
        if lose {
            self.counts.hit(Fault::RightsLost);
        }
    }

    fn desk(&mut self, kind: Kind, dice: &mut Dice) {
        let (verbs, fault) = match kind {
            Kind::EnterMember => (people::enter(dice), Fault::MembershipEntered),
            Kind::VoidMember => (people::end(true, dice), Fault::MembershipVoided),
            Kind::EndMember => (people::end(false, dice), Fault::MembershipEnded),
            Kind::MoveGroup => (people::move_group(dice), Fault::AreaChanged),
            Kind::Merge => (people::merge(dice), Fault::PeopleMerged),
            _ => match dice.below(4) {
                0 => (people::decide(dice), Fault::PlaceOffered),
                1 => (people::talk(self.now, dice), Fault::PlaceOffered),
                _ => (people::withdraw(self.now, dice), Fault::ConsentWithdrawn),
            },
        };
        self.disturbed |= matches!(kind, Kind::VoidMember | Kind::MoveGroup);
        if kind == Kind::EndMember {
            self.turn_the_calendar(dice);
        }
        self.counts.hit(fault);
        let user = sample::user(u128::try_from(dice.below(3)).unwrap_or(0));
        self.host.desk(verbs, user, self.now, dice, true);
    }

    /// More than a year passes by the server's calendar, or was never there.
    fn turn_the_calendar(&mut self, dice: &mut Dice) {
        let before = self.host.days_ahead;
        match dice.below(4) {
            0 => self.host.days_ahead = 0,
            1 | 2 => self.host.days_ahead = 400,
            _ => {}
        }
        self.disturbed |= self.host.days_ahead != before;
    }

    /// The tablet's program is newer than the server: what it records next has a newer schema.
    fn upgrade(&mut self, dice: &mut Dice) {
        let Some(address) = self.someone(dice) else { return };
        let near = |a: &Address| a.tablet == address.tablet;
        let on_its_way = self.requests.iter().any(|request| near(&request.from)) || !self.host.is_idle();
        if on_its_way || self.cloned {
            return;
        }
        let Some(tab) = self.tab(address) else { return };
        let fresh = tab.client.outbox().rows().rfind(|row| row.ack.is_none()).map(|row| (row.n, row.op_id));
        let Some((n, _)) = fresh.filter(|(_, id)| !self.host.database.state().ops.contains_key(id)) else { return };
        let Some(slot) = self.slot(address) else { return };
        slot.tabs.clear();
        let (key, newer) = (format!("op/{n:012}"), Cell::new(false));
        slot.disk.rewrite(|at, bytes| {
            if at == key {
                let text = String::from_utf8_lossy(bytes).replace("\\\"schema\\\":1", "\\\"schema\\\":9");
                let text = text.replace("\\\"schema\\\":2", "\\\"schema\\\":9").into_bytes();
                newer.set(newer.get() || text != *bytes);
                *bytes = text;
            }
        });
        self.open(address.tablet, dice);
        if newer.get() {
            self.counts.hit(Fault::NewerSchema);
        }
    }

    /// A coordinator decides on something that is held.
    pub fn settle_one(&mut self, dice: &mut Dice) -> bool {
        let held = {
            let state = self.host.database.state();
            let held = state.ops.values().filter(|row| row.outcome == Outcome::Held);
            held.map(|row| (row.op_id, row.reason)).collect::<Vec<_>>()
        };
        let Some((op_id, reason)) = held.get(dice.below(held.len())).copied() else { return false };
        let verdict = match reason {
            Some(Reason::Rights | Reason::Schema) if dice.below(3) > 0 => Settlement::Apply,
            _ => Settlement::Refuse,
        };
        if self.host.settle(op_id, verdict, self.now) {
            self.counts.hit(Fault::HeldSettled);
        }
        true
    }

    fn dismiss(&mut self, dice: &mut Dice) {
        let Some(address) = self.someone(dice) else { return };
        let Some(tab) = self.tab(address) else { return };
        let open: Vec<_> = tab.client.waiting().into_iter().map(|waiting| waiting.op_id).collect();
        if let Some(op_id) = open.get(dice.below(open.len())).copied() {
            self.tell(address, Event::Dismiss(op_id), dice);
        }
    }
}
