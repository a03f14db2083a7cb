//! The simulated world: tablets, messages on their way, the server, and the time.

use domain::access::Role;
use domain::ids::{Chance, DeviceId, OpId, ParticipantId, StreamId, UserId};
use domain::sync::client::outbox::Row;
use domain::sync::client::{Area, Client, Effect, Event, Identity, Made, Write, goes_on_at};
use domain::sync::handed::HandedOut;
use domain::sync::op::SCHEMA;
use domain::sync::rights::Grants;
use domain::sync::testing::memory::{Database, Open, State};
use domain::sync::testing::now_or_never;
use domain::sync::testing::sample::{self, Dice, NOON};
use domain::sync::wire::{PULL_PATH, PUSH_PATH, PullRequest, PushReply};
use domain::time::Instant;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;
use std::sync::atomic::Ordering;

use crate::count::{Counts, Fault};
use crate::disk::Disk;
use crate::earlier;
use crate::host::{Answer, Done, Host, Request, SMALL_PAGE};
use crate::mutant::Mutant;
use crate::oracle::{Invariant, Violation};
use crate::people;
use crate::schedule::Schedule;
use crate::tablet::{Address, Asked, Harm, Saved, Slot, Tab, Tablet};

/// So many milliseconds an outbox keeps at least what no backup holds.
const KEPT_FOR: i64 = 30 * 24 * 3_600_000;

/// Stands for "no answer came".
pub const NOTHING: u16 = 0;

pub struct World {
    pub now: Instant,
    pub host: Host,
    pub tablets: Vec<Tablet>,
    pub requests: Vec<Request>,
    pub answers: Vec<Answer>,
    pub counts: Counts,
    pub mutant: Option<Mutant>,
    /// Operations for which the server has answered an outcome after its commit.
    pub acked: BTreeSet<OpId>,
    /// Everybody's rights as they were at first.
    pub at_first: Vec<Grants>,
    /// Rights, stays or epochs have changed: what a tablet may show is no longer simple to say.
    pub disturbed: bool,
    /// The rules of the client that must not be broken, first breach.
    pub breach: Option<Violation>,
    lives: u64,
    tickets: u64,
    pub cloned: bool,
    /// What lies on the disk of a server that does not wait for it.
    pub synced: Option<State>,
    /// What lay where no program could keep it, said to be saved or not.
    pub harmed: BTreeSet<OpId>,
    /// Who was erased.
    pub erased: BTreeSet<ParticipantId>,
    /// The server was set back to a backup.
    pub set_back: bool,
    /// And nobody told it so: it goes on under its epoch.
    pub set_back_silently: bool,
    /// How many set-backs were noticed when the last silent one happened, unless an epoch was begun since.
    pub unnoticed: Option<u64>,
    pub sign_ins: u8,
    /// Work that tablets have handed out.
    pub files: Vec<HandedOut>,
    /// Changes in a page while everybody syncs to the end.
    pub page_at_rest: u32,
    epochs: u32,
}

impl World {
    pub fn new(schedule: &Schedule, mutant: Option<Mutant>) -> Self {
        let mut world = Self {
            now: NOON,
            host: Host::new(Database::new("e1"), mutant),
            tablets: Vec::new(),
            requests: Vec::new(),
            answers: Vec::new(),
            counts: Counts { schedules: 1, ..Counts::default() },
            mutant,
            acked: BTreeSet::new(),
            at_first: Vec::new(),
            disturbed: false,
            breach: None,
            lives: 0,
            tickets: 0,
            cloned: false,
            synced: None,
            harmed: BTreeSet::new(),
            erased: BTreeSet::new(),
            set_back: false,
            set_back_silently: false,
            unnoticed: None,
            sign_ins: 0,
            files: Vec::new(),
            // Reading page by page takes most of the time; one in eight does it at rest, too.
            page_at_rest: if schedule.seed.is_multiple_of(8) { SMALL_PAGE } else { 100 },
            epochs: 1,
        };
        world.furnish();
        world.now = schedule.start;
        let mut dice = Dice(schedule.seed | 1);
        for tablet in 0..schedule.tablets {
            world.add_tablet(tablet, schedule.users, &mut dice);
        }
        if schedule.older {
            world.begin_with_older_programs(&mut dice);
        }
        if dice.below(5) > 0 {
            // Most days begin with everybody up to date; some with a tablet straight out of its box.
            world.everyone_syncs(&mut dice, |_| Ok(())).unwrap_or_else(|violation| world.breach = Some(violation));
            world.counts = Counts { schedules: 1, ..Counts::default() };
        }
        world
    }

    /// The same each time: made once, unless a mistake is to have its part in it.
    fn furnish(&mut self) {
        static FURNISHED: OnceLock<State> = OnceLock::new();
        if self.mutant.is_some() {
            return self.bring_furniture();
        }
        if FURNISHED.get().is_none() {
            self.bring_furniture();
        }
        let furnished = FURNISHED.get_or_init(|| self.host.database.state().backup());
        *self.host.database.state() = furnished.backup();
    }

    fn bring_furniture(&mut self) {
        let mut dice = Dice(7);
        self.host.desk(people::furniture(), sample::user(0), self.now, &mut dice, false);
        while !self.host.is_idle() {
            drop(self.host.poll(0));
        }
    }

    fn add_tablet(&mut self, index: usize, users: &[usize], dice: &mut Dice) {
        let n = u128::try_from(index).unwrap_or(0);
        let device = sample::device(n);
        let users = users.get(dice.below(users.len())).copied().unwrap_or(1);
        let mut slots = Vec::new();
        for which in 0..users {
            let number = 10 * (n + 1) + u128::try_from(which).unwrap_or(0);
            let role = if dice.below(5) == 0 { Role::PeerInstructor } else { Role::Instructor };
            // All lead group 1, so that they meet; most lead one more.
            let groups: Vec<_> = [1, 1 + u128::try_from(dice.below(3)).unwrap_or(0)].into();
            let grants = sample::grants(number, role, &groups);
            self.host.database.state().grants.insert((device, grants.user), grants.clone());
            self.at_first.push(grants);
            slots.push(Slot {
                user: sample::user(number),
                number,
                disk: Disk::default(),
                tabs: Vec::new(),
                reached: BTreeMap::new(),
                saved: Vec::new(),
                touched: true,
                made: None,
                doubtful: false,
                untold: false,
                key: None,
            });
        }
        self.tablets.push(Tablet {
            device,
            slots,
            active: 0,
            ahead: 0,
            drift: 0,
            program: SCHEMA,
            earlier: false,
            online: true,
        });
        self.open(index, dice);
    }

    /// Opens one more tab of the active user; the first one leads.
    pub fn open(&mut self, tablet: usize, dice: &mut Dice) {
        self.lives += 1;
        let life = self.lives;
        let read = |tablet: &Tablet| (tablet.device, tablet.read(tablet.active));
        let Some((device, stored)) = self.tablets.get(tablet).map(read) else { return };
        let Some(slot) = self.tablets.get_mut(tablet).and_then(Tablet::slot) else { return };
        let mut bytes = [0u8; 16];
        dice.fill(&mut bytes);
        let known = if stored.is_empty() { known_of(&self.host.database.state(), device, slot.user) } else { None };
        let fresh = (StreamId(uuid::Uuid::from_bytes(bytes)), 0);
        let (new_stream, made) = goes_on_at(slot.made.filter(|_| stored.is_empty()), known.unwrap_or(fresh));
        let mut client = Client::new(Identity { user: slot.user, new_stream, key: slot.key }, stored);
        client.goes_on_after(made);
        let others: Vec<_> = slot.tabs.iter().map(|tab| tab.life).collect();
        let leads = others.is_empty();
        slot.touched = true;
        slot.tabs.push(Tab { client, life, asked: None, reload: false, wake_at: None, tickets: HashMap::new() });
        let user = self.tablets.get(tablet).map_or(0, |tablet| tablet.active);
        if leads {
            let address = Address { tablet, user, life };
            self.tell(address, Event::Leader(true), dice);
            // It is alone, and so it reads the same once more.
            self.read_again(address, dice);
        }
        // One that died may have stored something without telling.
        for life in others {
            self.tell(Address { tablet, user, life }, Event::StoreMoved, dice);
        }
    }

    /// Ends a tab's process; the next one, if there is one, leads.
    pub fn kill(&mut self, address: Address, dice: &mut Dice) {
        let Some(slot) = self.slot(address) else { return };
        slot.tabs.retain(|tab| tab.life != address.life);
        if let Some(life) = slot.tabs.first().map(|tab| tab.life) {
            self.tell(Address { life, ..address }, Event::Leader(true), dice);
        }
    }

    pub fn slot(&mut self, address: Address) -> Option<&mut Slot> {
        self.tablets.get_mut(address.tablet)?.slots.get_mut(address.user)
    }

    pub fn tab(&mut self, address: Address) -> Option<&mut Tab> {
        self.slot(address)?.tabs.iter_mut().find(|tab| tab.life == address.life)
    }

    /// Every tab that is open now.
    pub fn addresses(&self) -> Vec<Address> {
        let mut found = Vec::new();
        for (tablet, t) in self.tablets.iter().enumerate() {
            for (user, slot) in t.slots.iter().enumerate() {
                found.extend(slot.tabs.iter().map(|tab| Address { tablet, user, life: tab.life }));
            }
        }
        found
    }

    /// Hands an event to a client and carries out what it wants.
    pub fn tell(&mut self, address: Address, event: Event, dice: &mut Dice) {
        let now = self.now;
        let Some(clock) = self.tablets.get(address.tablet).map(|tablet| tablet.clock(now)) else { return };
        let Some(slot) = self.slot(address) else { return };
        slot.touched = true;
        let Some(tab) = slot.tabs.iter_mut().find(|tab| tab.life == address.life) else { return };
        let effects = tab.client.handle(event, clock, dice);
        for effect in effects {
            self.obey(address, effect);
        }
    }

    fn obey(&mut self, address: Address, effect: Effect) {
        let now = self.now;
        match effect {
            Effect::Persist { token, durability, writes } => self.ask(address, Asked { token, durability, writes }),
            Effect::Send { id, path, body } => self.send(address, id, path, body),
            Effect::Saved { ticket, op_id } => {
                let Some(tab) = self.tab(address) else { return };
                let n = tab.client.outbox().by_op(op_id).map_or(0, |row| row.n);
                let made = (tab.client.stream(), tab.client.made());
                let verb = tab.tickets.remove(&ticket);
                if let (Some(verb), Some(slot)) = (verb, self.slot(address)) {
                    slot.saved.push(Saved { op_id, verb, n, at: now, harm: Harm::None });
                    slot.made = Some(made);
                    self.counts.recorded += 1;
                }
            }
            Effect::NotSaved { ticket, .. } => {
                if let Some(tab) = self.tab(address) {
                    tab.tickets.remove(&ticket);
                }
            }
            Effect::Wake { after_millis } => {
                if let Some(tab) = self.tab(address) {
                    tab.wake_at = Some(now.plus_millis(after_millis));
                }
            }
            Effect::Reload => {
                if let Some(tab) = self.tab(address) {
                    tab.reload = true;
                }
            }
            Effect::Changed(_) => {}
        }
    }

    /// A storage transaction, as the tablet's program asks for it.
    fn ask(&mut self, address: Address, asked: Asked) {
        self.look_at_the_forgotten(address, &asked.writes);
        let is_earlier = self.tablets.get(address.tablet).is_some_and(|tablet| tablet.earlier);
        let Some(tab) = self.tab(address) else { return };
        let writes = if is_earlier { earlier::written(&tab.client, asked.writes) } else { asked.writes };
        if tab.asked.replace(Asked { writes, ..asked }).is_some() {
            self.breach = Some(Violation::new(Invariant::I5, "two storage transactions at once"));
        }
    }

    /// What leaves the outbox lies in both backups, or is about somebody erased, or is as old as anybody needs it, whatever the
    /// tablet's clock shows, or makes room where nothing else does. In these cases a server that is set back may have to be
    /// told that it is lost.
    fn look_at_the_forgotten(&mut self, address: Address, writes: &[Write]) {
        let (now, confused) = (self.now, self.confuses_numbers());
        let Some(tablet) = self.tablets.get_mut(address.tablet) else { return };
        let Some(slot) = tablet.slots.get_mut(address.user) else { return };
        let Some(tab) = slot.tabs.iter().find(|tab| tab.life == address.life) else { return };
        let rows: Vec<_> = writes.iter().filter_map(|write| forgotten(&tab.client, write)).collect();
        let durable = tab.client.cursors().durable;
        let cramped = slot.disk.full && rows.iter().all(|row| row.n > durable);
        for row in rows.into_iter().filter(|row| !self.host.backups.hold(row.op_id)) {
            let person = row.op.as_ref().and_then(|op| op.verb.participant());
            let erased = person.is_some_and(|person| self.erased.contains(&person));
            let saved = slot.saved.iter().find(|saved| saved.op_id == row.op_id);
            let old = saved.is_none_or(|saved| now.millis_since(saved.at) > KEPT_FOR);
            if !(erased || old || cramped || confused) {
                let what = format!("{} {} is forgotten, and not in both backups", row.n, row.op_id);
                self.breach.get_or_insert(Violation::new(Invariant::I14, what));
            }
            self.harmed.insert(row.op_id);
            let saved = slot.saved.iter_mut().filter(|saved| saved.op_id == row.op_id);
            saved.for_each(|saved| saved.harm = saved.harm.max(Harm::Named));
            self.counts.hit(Fault::ForgottenUnbacked);
        }
    }

    fn send(&mut self, from: Address, id: u64, path: &'static str, body: String) {
        let Some(tablet) = self.tablets.get(from.tablet) else { return };
        let Some(slot) = tablet.slots.get(from.user) else { return };
        let body = if tablet.program < SCHEMA && path == PULL_PATH { as_older(&body, tablet.program) } else { body };
        let request = Request { from, id, path, body, device: tablet.device, user: slot.user };
        if tablet.online {
            self.requests.push(request);
        } else {
            self.nothing(from, id, path);
        }
    }

    /// No answer will come; the tablet learns it.
    pub fn nothing(&mut self, to: Address, id: u64, path: &'static str) {
        self.answers.push(Answer { to, id, path, status: NOTHING, body: Vec::new() });
    }

    pub fn ticket(&mut self) -> u64 {
        self.tickets += 1;
        self.tickets
    }

    /// Gives the server a turn.
    pub fn serve(&mut self, which: usize) {
        if self.host.busy() > 1 {
            self.counts.hit(Fault::TransactionsOverlap);
        }
        let Some((from, done, swapped)) = self.host.poll(which) else { return };
        match done {
            Done::Died => {
                self.counts.hit(Fault::ServerKilledInStep);
                let mut unanswered = self.host.kill();
                unanswered.extend(from);
                unanswered.into_iter().for_each(|(to, id, path)| self.nothing(to, id, path));
            }
            Done::Answer { status, body, .. } => {
                if swapped {
                    self.counts.hit(Fault::CommitOrderSwapped);
                }
                let Some((to, id, path)) = from else { return };
                if status == 200 && path == PUSH_PATH {
                    let reply: Option<PushReply> = serde_json::from_str(&body).ok();
                    for result in reply.into_iter().flat_map(|reply| reply.results) {
                        if self.acked.insert(result.op_id) {
                            *self.counts.outcomes.entry(result.outcome).or_default() += 1;
                            result.reason.into_iter().for_each(|r| *self.counts.reasons.entry(r).or_default() += 1);
                        }
                    }
                }
                self.answers.push(Answer { to, id, path, status, body: body.into_bytes() });
                if self.mutant == Some(Mutant::Unsynced) && self.acked.len().is_multiple_of(8) {
                    self.synced = Some(self.host.database.state().backup());
                }
            }
        }
    }

    /// The desk's and the coordinator's database, for checks.
    pub fn open_transaction(&self) -> domain::sync::testing::memory::Transaction {
        self.host.database.begin(Open)
    }

    /// Two copies of one tablet, and a server set back without a word: one has given numbers anew that the other takes for
    /// answered, until it sends something more.
    pub const fn confuses_numbers(&self) -> bool {
        self.cloned && self.set_back_silently
    }

    /// And no tablet has found out: since a new epoch began, each copy has sent all that it has.
    pub fn confuses_still(&self) -> bool {
        self.cloned && self.is_set_back_unnoticed()
    }

    /// Set back without a word, and no epoch has begun since.
    pub fn is_set_back_unnoticed(&self) -> bool {
        self.unnoticed == Some(self.host.met.noticed.load(Ordering::Relaxed))
    }

    pub fn change_epoch(&mut self) {
        self.epochs += 1;
        self.unnoticed = None;
        self.host.database.state().epoch = format!("e{}", self.epochs);
    }

    /// Runs a future that waits for nobody.
    pub fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
        now_or_never(future)
    }
}

/// The row of the outbox that this takes away.
fn forgotten<'a>(client: &'a Client, write: &Write) -> Option<&'a Row> {
    let Write::Delete { area: Area::Outbox, key } = write else { return None };
    client.outbox().get(key.strip_prefix("op/")?.parse().ok()?)
}

/// What a sign-in tells of this person's work on this tablet.
fn known_of(state: &State, device: DeviceId, user: UserId) -> Option<Made> {
    let own = state.streams.values().filter(|row| (row.device, row.user) == (Some(device), user));
    own.max_by_key(|row| (row.seen_at, row.id)).map(|row| (row.id, row.created_n.max(row.last_n)))
}

/// A pull as a program of that schema asks for it.
fn as_older(body: &str, schema: u16) -> String {
    let asked = serde_json::from_str(body).map(|asked| PullRequest { schema, ..asked });
    asked.and_then(|asked| serde_json::to_string(&asked)).unwrap_or_default()
}
