//! Carries out what the domain's state machine asks for: storage transactions, requests, timers; and hands it what
//! happens. One engine per signed-in user and tab.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::{Rc, Weak};

use domain::devices::{Keeping, REPORT_PATH, Report, SIGN_OUT_PATH};
use domain::ids::{OpId, ParticipantId, SessionId, UserId};
use domain::sync::client::{self, Area, Client, Effect, Event, Identity, NotSaved, PATIENCE_MILLIS, Stored, Ticket};
use domain::sync::op::Verb;
use domain::sync::wire::PULL_PATH;
use domain::time::Clock;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::fetch::{Silence, Timer, post_text};
use super::pokes::Pokes;
use super::state::{Leaving, LeftToSave, Link, Status};
use super::triggers::Triggers;
use crate::device::account::Account;
use crate::device::browser;
use crate::device::clock::{BrowserChance, BrowserClock};
use crate::device::indexed_db::{Disk, Durability, Kept, Write};
use crate::device::made;
use crate::device::schema::{Store, USER_STORE};
use crate::device::storage;
use crate::device::tabs::{Leader, Tabs};
use crate::device::trouble::Trouble;
use crate::device::users::Users;
use crate::device::vault::Clear;

const SIGN_OUT_PATIENCE: u32 = 5_000;

/// Milliseconds after which a sign-out says that it waits for another tab: one that is awake closes the store at once.
const OTHER_TAB_PATIENCE: u32 = 3_000;

/// Milliseconds after which a store that could not be read is read again.
const READ_AGAIN: u32 = 2_000;

/// What a recording needs should it fail: itself, and the draft that goes when it is stored.
struct Pending {
    verbs: Vec<Verb>,
    draft: Option<String>,
}

impl Pending {
    fn marks(&self, session: SessionId, person: ParticipantId) -> bool {
        let about = |verb: &Verb| matches!(verb, Verb::Attendance(verb) if (verb.said().session, verb.said().participant) == (session, person));
        self.verbs.iter().any(about)
    }
}

pub struct Engine {
    account: Account,
    users: Users,
    disk: Disk,
    client: RefCell<Client>,
    triggers: Triggers,
    status: RwSignal<Status>,
    trouble: RwSignal<Option<Trouble>>,
    tabs: RefCell<Option<Tabs>>,
    leader: RefCell<Option<Leader>>,
    wake: RefCell<Option<Timer>>,
    reading: RefCell<Option<Timer>>,
    pokes: RefCell<Option<Pokes>>,
    tickets: Cell<Ticket>,
    pending: RefCell<HashMap<Ticket, Pending>>,
    unstored: RefCell<Vec<Pending>>,
    /// Drafts changed since the last write of drafts.
    drafts: RefCell<HashMap<String, Option<Vec<u8>>>>,
    writing_drafts: Cell<bool>,
    link: Cell<Link>,
    /// The first download is complete.
    ready: Cell<bool>,
    /// This tab talks to the server.
    leads: Cell<bool>,
    /// What the server was told last of this tablet.
    told: RefCell<Option<Report>>,
    /// What cannot be read any more was saved to a file.
    handed_out: Cell<bool>,
    /// The store was found thrown away, and nobody has read that yet.
    emptied: RwSignal<bool>,
    /// A draft of an older program held something that its form has no place for, and nobody has read that yet.
    shortened: RwSignal<bool>,
    /// A sign-out that nothing stands against has begun: from here on nothing can be recorded.
    leaving: RwSignal<Option<Leaving>>,
    signed_out: Box<dyn Fn()>,
}

impl Engine {
    pub async fn open(
        users: Users,
        mut account: Account,
        status: RwSignal<Status>,
        trouble: RwSignal<Option<Trouble>>,
        signed_out: Box<dyn Fn()>,
    ) -> Result<Rc<Self>, Trouble> {
        let name = account.database();
        let opened: Rc<RefCell<Weak<Self>>> = Rc::default();
        let holder = Rc::clone(&opened);
        let disk = Disk::open(&name, USER_STORE, Rc::new(Clear), move |why| {
            trouble.set(Some(why));
            let engine = holder.borrow().upgrade();
            if let Some(engine) = engine.filter(|_| why == Trouble::Closed) {
                engine.stand_down();
            }
        });
        let disk = disk.await?;
        let stored = read_all(&disk).await?;
        let empty = stored.is_empty();
        let (stream, made) = account.goes_on_at(made::read(account.user).filter(|_| empty));
        if account.finds_store(empty) {
            users.remember(&account).await?;
        }
        let identity = Identity { user: account.user, new_stream: stream, key: account.key };
        let mut client = Client::new(identity, stored);
        if empty {
            client.goes_on_after(made);
        }
        let engine = Rc::new(Self {
            emptied: RwSignal::new(account.emptied),
            shortened: RwSignal::new(false),
            leaving: RwSignal::new(None),
            account,
            users,
            disk,
            client: RefCell::new(client),
            told: RefCell::default(),
            triggers: Triggers::default(),
            status,
            trouble,
            tabs: RefCell::default(),
            leader: RefCell::default(),
            wake: RefCell::default(),
            reading: RefCell::default(),
            handed_out: Cell::default(),
            pokes: RefCell::default(),
            tickets: Cell::new(0),
            pending: RefCell::default(),
            unstored: RefCell::default(),
            drafts: RefCell::default(),
            writing_drafts: Cell::default(),
            link: Cell::default(),
            ready: Cell::new(false),
            leads: Cell::new(false),
            signed_out,
        });
        *opened.borrow_mut() = Rc::downgrade(&engine);
        // Whatever was fetched before can be shown; the rest follows.
        engine.ready.set(engine.read(|client| client.cursors().lease_until.is_some()));
        engine.show_status();
        engine.listen(&name);
        Ok(engine)
    }

    /// Other tabs, the lead among them, the network's coming back and the page's being looked at.
    fn listen(self: &Rc<Self>, name: &str) {
        let heard = Rc::downgrade(self);
        let tabs = Tabs::open(name, move |_| {
            if let Some(engine) = heard.upgrade() {
                engine.feed(Event::StoreMoved);
            }
        });
        // One that died may have stored something without telling.
        tabs.tell("moved");
        *self.tabs.borrow_mut() = Some(tabs);
        let leading = Rc::downgrade(self);
        let leader = Leader::stand(name, move || {
            if let Some(engine) = leading.upgrade() {
                let heard = Rc::downgrade(&engine);
                *engine.pokes.borrow_mut() = Some(Pokes::open(move |poke| {
                    if let Some(engine) = heard.upgrade() {
                        engine.feed(Event::Poke(poke));
                    }
                }));
                engine.leads.set(true);
                engine.feed(Event::Leader(true));
            }
        });
        *self.leader.borrow_mut() = Some(leader);
        let back = Rc::downgrade(self);
        super::pokes::on_return(move |online| {
            if let Some(engine) = back.upgrade() {
                if online {
                    engine.send_now();
                } else {
                    engine.saw(Link::Offline);
                }
            }
        });
        self.feed(Event::Tick);
    }

    /// The store was closed under this tab, which can keep nothing any more: it leaves the sending to one that has it open.
    fn stand_down(self: &Rc<Self>) {
        self.resign();
        self.feed(Event::Leader(false));
        self.show_status();
    }

    fn resign(&self) {
        self.pokes.borrow_mut().take();
        if let Some(leader) = self.leader.borrow_mut().take() {
            leader.resign();
        }
        self.leads.set(false);
    }

    pub fn account(&self) -> &Account {
        &self.account
    }

    pub fn triggers(&self) -> &Triggers {
        &self.triggers
    }

    /// Reads the view. Nothing may be recorded inside.
    pub fn read<T>(&self, read: impl FnOnce(&Client) -> T) -> T {
        read(&self.client.borrow())
    }

    // --- the machine ---------------------------------------------------------------------------------------

    fn feed(self: &Rc<Self>, event: Event) {
        let effects = self.client.borrow_mut().handle(event, BrowserClock.now(), &mut BrowserChance);
        effects.into_iter().for_each(|effect| self.carry_out(effect));
    }

    fn carry_out(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::Persist { token, durability, writes } => self.persist(token, durability, writes),
            Effect::Send { id, path, body } => self.send(id, path, body),
            Effect::Saved { ticket, .. } => self.saved(ticket),
            Effect::NotSaved { ticket, why } => self.not_saved(ticket, why),
            Effect::Changed(changed) if changed.everything => {
                self.triggers.everything();
                self.show_status();
            }
            Effect::Changed(changed) => {
                for key in &changed.keys {
                    self.triggers.record(*key);
                }
                let mut etypes: Vec<_> = changed.keys.iter().map(|key| key.etype).collect();
                etypes.dedup();
                etypes.into_iter().for_each(|etype| self.triggers.list(etype));
                if changed.status {
                    self.triggers.outbox();
                    self.show_status();
                }
            }
            Effect::Wake { after_millis } => {
                let engine = Rc::downgrade(self);
                let millis = u32::try_from(after_millis.max(0)).unwrap_or(u32::MAX);
                *self.wake.borrow_mut() = Some(Timer::start(millis, move || {
                    if let Some(engine) = engine.upgrade() {
                        engine.feed(Event::Tick);
                    }
                }));
            }
            Effect::Reload => self.read_anew(),
        }
    }

    /// Until the store is read nothing is recorded: a read that failed is tried again, for as long as it takes.
    fn read_anew(self: &Rc<Self>) {
        let engine = Rc::clone(self);
        spawn_local(async move {
            match read_all(&engine.disk).await {
                Ok(stored) => {
                    if engine.reading.take().is_some() {
                        engine.cured();
                    }
                    engine.feed(Event::Loaded(stored));
                }
                Err(why) => {
                    if engine.trouble.get_untracked() != Some(why) {
                        engine.trouble.set(Some(why));
                    }
                    let again = Rc::downgrade(&engine);
                    *engine.reading.borrow_mut() = Some(Timer::start(READ_AGAIN, move || {
                        if let Some(engine) = again.upgrade() {
                            engine.read_anew();
                        }
                    }));
                }
            }
        });
    }

    fn persist(self: &Rc<Self>, token: u64, durability: client::Durability, writes: Vec<client::Write>) {
        let engine = Rc::clone(self);
        let mut writes: Vec<_> = writes.into_iter().map(write).collect();
        if writes.iter().any(|write| matches!(write, Write::Add { .. })) {
            // All that was handed in goes with one transaction, and so do the forms that it came from: one that came back
            // after a death in between would be recorded twice.
            let recorded = self.pending.borrow();
            writes.extend(recorded.values().filter_map(|pending| Some(draft(pending.draft.clone()?, None))));
        }
        let durability = match durability {
            client::Durability::Strict => Durability::Strict,
            client::Durability::Relaxed => Durability::Relaxed,
        };
        // Before anything else that the event brings: what a finger waits for is the disk.
        let stored = engine.disk.commit(&writes, durability);
        spawn_local(async move {
            match stored.await {
                Ok(()) => {
                    if let Some(tabs) = engine.tabs.borrow().as_ref() {
                        tabs.tell("moved");
                    }
                    engine.feed(Event::Committed(token));
                }
                Err(why) => {
                    if !matches!(why, Trouble::Taken) {
                        engine.trouble.set(Some(why));
                    }
                    let why = match why {
                        Trouble::Full => client::Trouble::Full,
                        Trouble::Taken => client::Trouble::Taken,
                        _ => client::Trouble::Aborted,
                    };
                    engine.feed(Event::NotCommitted(token, why));
                }
            }
        });
    }

    fn send(self: &Rc<Self>, id: u64, path: &'static str, body: String) {
        let engine = Rc::clone(self);
        self.saw(Link::Busy);
        spawn_local(async move {
            let moved = || engine.feed(Event::Progress(id));
            match post_text(path, &body, PATIENCE_MILLIS, moved).await {
                Ok(answer) => {
                    let ok = answer.status < 400 || matches!(answer.status, 401 | 409);
                    engine.saw(if ok { Link::Online } else { Link::Failed });
                    // By the time of a pull what a push has brought is stored.
                    if path == PULL_PATH {
                        engine.report();
                    }
                    let (status, retry_after) = (answer.status, answer.retry_after);
                    engine.feed(Event::Answer { id, status, retry_after, body: answer.body });
                }
                Err(silence) => {
                    engine.saw(Link::Offline);
                    engine.feed(match silence {
                        Silence::TimedOut => Event::TimedOut(id),
                        Silence::Unreachable => Event::Unreachable(id),
                    });
                }
            }
        });
    }

    /// Tells the server how this tablet is, where that is news. Nothing waits for it, and nothing comes of it here.
    fn report(self: &Rc<Self>) {
        let engine = Rc::clone(self);
        spawn_local(async move {
            let storage = match storage::state().await.persisted {
                Some(true) => Keeping::Kept,
                Some(false) => Keeping::Evictable,
                None => Keeping::Unknown,
            };
            let emptied = engine.emptied.get_untracked();
            let report = engine.read(|client| report_of(client, engine.account.user, storage, emptied));
            if !report.is_news(engine.told.borrow().as_ref()) {
                return;
            }
            let text = serde_json::to_string(&report).unwrap_or_default();
            // Before it has arrived: another answer must not send it again meanwhile.
            *engine.told.borrow_mut() = Some(report);
            if post_text(REPORT_PATH, &text, PATIENCE_MILLIS, || ()).await.is_err() {
                *engine.told.borrow_mut() = None;
            }
        });
    }

    fn saw(self: &Rc<Self>, link: Link) {
        self.link.set(link);
        self.show_status();
    }

    fn show_status(self: &Rc<Self>) {
        let status = self
            .read(|client| Status::of(client, self.link.get(), self.ready.get(), self.leads.get(), BrowserClock.now()));
        if !self.ready.replace(status.ready) && status.ready {
            // From the first download on there is something that the browser could throw away.
            self.remember_that(|account| Account { kept_here: true, ..account });
        }
        if self.status.with_untracked(|now| *now != status) {
            self.status.set(status);
        }
    }

    // --- recording -----------------------------------------------------------------------------------------

    /// Records operations together; the draft goes once they are stored.
    pub fn record(self: &Rc<Self>, verbs: Vec<Verb>, draft: Option<String>) {
        self.hand_in(Pending { verbs, draft });
    }

    fn hand_in(self: &Rc<Self>, pending: Pending) {
        let ticket = self.tickets.get() + 1;
        self.tickets.set(ticket);
        let verbs = pending.verbs.clone();
        self.pending.borrow_mut().insert(ticket, pending);
        self.feed(Event::RecordAll { ticket, verbs });
    }

    fn saved(self: &Rc<Self>, ticket: Ticket) {
        made::keep(self.account.user, self.read(|client| (client.stream(), client.made())));
        let done = self.pending.borrow_mut().remove(&ticket);
        if let Some(draft) = done.and_then(|done| done.draft) {
            self.drop_draft(&draft);
        }
        // The drafts that gave way to it.
        self.write_drafts();
        self.cured();
    }

    /// The store works again: nothing is said of it any more, unless something is still to be stored.
    fn cured(&self) {
        let passing = matches!(self.trouble.get_untracked(), Some(Trouble::Full | Trouble::Aborted));
        if passing && !self.has_unstored() {
            self.trouble.set(None);
        }
    }

    fn not_saved(self: &Rc<Self>, ticket: Ticket, why: NotSaved) {
        let pending = self.pending.borrow_mut().remove(&ticket);
        self.trouble.set(Some(match why {
            // It breaks the rule the next time too; the draft that it came from stays.
            NotSaved::Invalid(wrong) => Trouble::Invalid(wrong),
            why => {
                self.unstored.borrow_mut().extend(pending);
                if why == NotSaved::Full { Trouble::Full } else { Trouble::Aborted }
            }
        }));
        self.write_drafts();
    }

    /// Recordings that could not be stored, or drafts: those that are being written now count for none.
    pub fn has_unstored(&self) -> bool {
        let drafts = !self.writing_drafts.get() && !self.is_recording() && !self.drafts.borrow().is_empty();
        drafts || !self.unstored.borrow().is_empty()
    }

    /// Whether what could not be stored holds a mark of that person in that session.
    pub fn is_unstored(&self, session: SessionId, person: ParticipantId) -> bool {
        self.unstored.borrow().iter().any(|pending| pending.marks(session, person))
    }

    /// Whether a mark of that person in that session is on its way to the disk, and not shown yet.
    pub fn is_being_stored(&self, session: SessionId, person: ParticipantId) -> bool {
        self.pending.borrow().values().any(|pending| pending.marks(session, person))
    }

    /// Hands in again what could not be stored.
    pub fn retry(self: &Rc<Self>) {
        self.trouble.set(None);
        let again = std::mem::take(&mut *self.unstored.borrow_mut());
        again.into_iter().for_each(|pending| self.hand_in(pending));
        self.write_drafts();
    }

    pub fn dismiss(self: &Rc<Self>, op: OpId) {
        self.feed(Event::Dismiss(op));
    }

    // --- sending -------------------------------------------------------------------------------------------

    pub fn send_now(self: &Rc<Self>) {
        if let Some(pokes) = self.pokes.borrow().as_ref() {
            pokes.wake();
        }
        self.feed(Event::Online);
    }

    /// The same person goes on, with the secret of the new sign-in.
    pub fn signed_in_again(self: &Rc<Self>, account: Account) {
        let engine = Rc::clone(self);
        spawn_local(async move {
            let (left, emptied) = (engine.account.left.clone(), engine.emptied.get_untracked());
            let account = Account { left, emptied, kept_here: true, ..account };
            // First, since the next start goes by it.
            if let Err(why) = engine.users.remember(&account).await {
                engine.trouble.set(Some(why));
            }
            if engine.emptied.get_untracked() && engine.read(Client::stream) == account.stream {
                engine.client.borrow_mut().goes_on_after(account.made);
            }
            engine.feed(Event::SignedIn { key: account.key });
        });
        if let Some(pokes) = self.pokes.borrow().as_ref() {
            pokes.wake();
        }
    }

    /// Remembers who is signed in now, and starts the app anew.
    pub fn hand_over(self: &Rc<Self>, mut to: Account) {
        to.take_over(&self.account, self.status.with_untracked(|status| status.unsent));
        let engine = Rc::clone(self);
        spawn_local(async move {
            match engine.users.welcome(to).await {
                Ok(_) => browser::reload(),
                Err(why) => engine.trouble.set(Some(why)),
            }
        });
    }

    pub const fn emptied(&self) -> RwSignal<bool> {
        self.emptied
    }

    pub const fn shortened(&self) -> RwSignal<bool> {
        self.shortened
    }

    pub const fn leaving(&self) -> RwSignal<Option<Leaving>> {
        self.leaving
    }

    /// Somebody has read that the store was thrown away.
    pub fn emptied_was_read(self: &Rc<Self>) {
        self.emptied.set(false);
        self.remember_that(|account| Account { emptied: false, ..account });
    }

    /// Changes what the next start knows of who is signed in.
    fn remember_that(self: &Rc<Self>, change: fn(Account) -> Account) {
        let engine = Rc::clone(self);
        spawn_local(async move {
            // As it is remembered now: a later sign-in may have brought another secret.
            let Ok(Some(account)) = engine.users.current().await else { return };
            if let Err(why) = engine.users.remember(&change(account)).await {
                engine.trouble.set(Some(why));
            }
        });
    }

    /// What waits and what cannot be read, as the text of a file.
    pub fn hand_out(&self) -> String {
        self.handed_out.set(true);
        self.read(|client| super::outbox::export(client, self.account.device))
    }

    /// What of the user's work would be gone with their data, what is on its way to the disk or did not get there too.
    fn left_to_save(&self) -> Option<LeftToSave> {
        let narrow = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let told = self.read(Client::status);
        let unstored = self.unstored.borrow().len() + self.pending.borrow().len();
        LeftToSave::of(narrow(told.unsent + unstored), narrow(told.damaged), self.handed_out.get())
    }

    /// What of it lies in the store, where another tab may have put it a moment ago. Of a store that cannot be read nothing
    /// is known.
    async fn left_in_store(&self) -> Option<LeftToSave> {
        let unsent = self.opened_anew(read_all(&self.disk).await.ok()?).status().unsent;
        LeftToSave::of(i64::try_from(unsent).unwrap_or(i64::MAX), 0, true)
    }

    /// This user's work as the next start would find it in what is stored.
    fn opened_anew(&self, stored: Vec<Stored>) -> Client {
        let Account { user, stream, key, .. } = self.account;
        Client::new(Identity { user, new_stream: stream, key }, stored)
    }

    /// Whether the store, to which nobody writes any more from here on, holds nothing that the server has not answered for.
    /// Where that cannot be read something may be there. Other tabs may let go of it late: after so many milliseconds it is
    /// said that it waits for them.
    async fn ends_without_work(&self, patience: u32) -> bool {
        if self.left_to_save().is_some() {
            return false;
        }
        self.disk.close();
        let leaving = self.leaving;
        let waits = Timer::start(patience, move || leaving.set(Some(Leaving::Waits)));
        let alone = move || {
            drop(waits);
            leaving.set(Some(Leaving::Goes));
        };
        let found = self.disk.read_last(&self.account.database(), Store::Outbox.name(), alone).await;
        let stored = |(key, kept)| (Area::Outbox, key, bytes_of(kept));
        let unanswered = |client: Client| client.outbox().unanswered();
        found.is_ok_and(|rows| unanswered(self.opened_anew(rows.into_iter().map(stored).collect())) == 0)
    }

    /// Removes the user's data from the tablet. Nothing happens while something would be lost by it: the answer is what.
    /// Where something turns out to be there at the last moment the app starts anew with it.
    pub async fn sign_out(self: &Rc<Self>) -> Result<(), Option<LeftToSave>> {
        // Somebody may have marked somebody in another tab a moment ago.
        let left = match self.left_to_save() {
            None => self.left_in_store().await,
            left => left,
        };
        if left.is_some() {
            return Err(left);
        }
        match self.users.current().await {
            Ok(Some(account)) if account.user == self.account.user => self.leave(account).await,
            // Another tab has another user by now, or none.
            Ok(_) => {
                browser::reload();
                Err(None)
            }
            Err(why) => {
                self.trouble.set(Some(why));
                Err(None)
            }
        }
    }

    async fn leave(self: &Rc<Self>, account: Account) -> Result<(), Option<LeftToSave>> {
        // From here on no start opens the store.
        if let Err(why) = self.users.forget(account.user).await {
            self.trouble.set(Some(why));
            return Err(None);
        }
        self.leaving.set(Some(Leaving::Goes));
        if !self.ends_without_work(OTHER_TAB_PATIENCE).await {
            // It was marked meanwhile, and nothing has ended: neither here nor at the server.
            if let Err(why) = self.users.remember(&account).await {
                self.trouble.set(Some(why));
            }
            browser::reload();
            return Err(None);
        }
        self.wake.borrow_mut().take();
        self.reading.borrow_mut().take();
        self.resign();
        let _ = Disk::delete(&account.database()).await;
        made::forget(account.user);
        // Without network the session ends by itself.
        let _ = post_text(SIGN_OUT_PATH, "{}", SIGN_OUT_PATIENCE, || ()).await;
        (self.signed_out)();
        Ok(())
    }

    // --- drafts --------------------------------------------------------------------------------------------

    /// The draft of that name as it stands, also while it is being written.
    pub async fn read_draft(&self, name: &str) -> Option<Vec<u8>> {
        let waits = self.drafts.borrow().get(name).cloned();
        match waits {
            Some(newest) => newest,
            None => self.disk.read(Store::Drafts.name(), name).await.ok().flatten(),
        }
    }

    /// The drafts whose names begin so, by name, without those that are about to go with what was recorded of them.
    pub async fn drafts(&self, beginning: &str) -> Vec<(String, Vec<u8>)> {
        // What is being written now may be on the disk, or not yet, by the time that it is read.
        let before = self.draft_changes();
        let all = self.disk.read_all(&[Store::Drafts.name()]).await.unwrap_or_default();
        let whole = all.into_iter().flatten().filter_map(|(name, kept)| Some((name, kept.whole()?)));
        let mut found: BTreeMap<_, _> = whole.collect();
        for (name, newest) in before.into_iter().chain(self.draft_changes()) {
            match newest {
                Some(bytes) => found.insert(name, bytes),
                None => found.remove(&name),
            };
        }
        found.retain(|name, _| name.starts_with(beginning));
        found.into_iter().collect()
    }

    /// Drafts that are not on the disk as they stand; nothing for one that goes.
    fn draft_changes(&self) -> Vec<(String, Option<Vec<u8>>)> {
        let written: Vec<_> =
            self.drafts.borrow().iter().map(|(name, newest)| (name.clone(), newest.clone())).collect();
        let pending = self.pending.borrow();
        let recorded = pending.values().filter_map(|pending| pending.draft.clone()).map(|name| (name, None));
        written.into_iter().chain(recorded).collect()
    }

    pub fn write_draft(self: &Rc<Self>, name: &str, bytes: Vec<u8>) {
        self.change_draft(name, Some(bytes));
    }

    pub fn drop_draft(self: &Rc<Self>, name: &str) {
        self.change_draft(name, None);
    }

    fn change_draft(self: &Rc<Self>, name: &str, bytes: Option<Vec<u8>>) {
        self.drafts.borrow_mut().insert(name.to_owned(), bytes);
        self.write_drafts();
    }

    /// Writes the drafts that changed, one transaction after the other: quick typing must not queue up behind the disk,
    /// only the newest state of a draft is written. What is being recorded has the disk first.
    fn write_drafts(self: &Rc<Self>) {
        if self.is_recording() || self.writing_drafts.replace(true) {
            return;
        }
        let engine = Rc::clone(self);
        spawn_local(async move {
            loop {
                let changed = std::mem::take(&mut *engine.drafts.borrow_mut());
                if changed.is_empty() {
                    break;
                }
                let writes: Vec<_> = changed.iter().map(|(key, bytes)| draft(key.clone(), bytes.clone())).collect();
                if let Err(why) = engine.disk.commit(&writes, Durability::Strict).await {
                    engine.keep_unwritten(changed);
                    engine.writing_drafts.set(false);
                    // Last, since whoever reads it asks what there is to be tried again.
                    engine.trouble.set(Some(why));
                    return;
                }
            }
            engine.writing_drafts.set(false);
            engine.cured();
        });
    }

    /// Drafts that did not get to the disk wait for the next write; what was typed since is newer.
    fn keep_unwritten(&self, changed: HashMap<String, Option<Vec<u8>>>) {
        let mut drafts = self.drafts.borrow_mut();
        for (name, bytes) in changed {
            drafts.entry(name).or_insert(bytes);
        }
    }

    /// Something handed in is neither stored nor refused yet.
    fn is_recording(&self) -> bool {
        !self.pending.borrow().is_empty()
    }
}

/// How this person's store on the tablet is.
fn report_of(client: &Client, user: UserId, storage: Keeping, emptied: bool) -> Report {
    let narrow = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Report {
        user,
        unsent: narrow(client.outbox().unanswered()),
        damaged: narrow(client.damaged().len()),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        storage,
        clock: BrowserClock.now(),
        emptied,
        stream: client.stream(),
        made: client.made(),
        hand: client.hand(),
    }
}

fn draft(key: String, bytes: Option<Vec<u8>>) -> Write {
    let store = Store::Drafts.name();
    match bytes {
        Some(bytes) => Write::Put { store, key, bytes },
        None => Write::Delete { store, key },
    }
}

/// Everything stored of the outbox and the cache.
async fn read_all(disk: &Disk) -> Result<Vec<Stored>, Trouble> {
    let areas = [(Area::Outbox, Store::Outbox), (Area::Cache, Store::Cache)];
    let read = disk.read_all(&areas.map(|(_, store)| store.name())).await?;
    let all = areas
        .into_iter()
        .zip(read)
        .flat_map(|((area, _), rows)| rows.into_iter().map(move |(key, kept)| (area, key, bytes_of(kept))));
    Ok(all.collect())
}

/// Bytes for the state machine. Nothing that it reads begins with NUL: what is damaged stays unreadable, whatever it says.
fn bytes_of(kept: Kept) -> Vec<u8> {
    match kept {
        Kept::Whole(bytes) => bytes,
        Kept::Damaged(bytes) => [vec![0], bytes].concat(),
    }
}

fn write(write: client::Write) -> Write {
    let store = |area: Area| match area {
        Area::Outbox => Store::Outbox.name(),
        Area::Cache => Store::Cache.name(),
    };
    match write {
        client::Write::Put { area, key, bytes } => Write::Put { store: store(area), key, bytes },
        client::Write::Add { area, key, bytes } => Write::Add { store: store(area), key, bytes },
        client::Write::Delete { area, key } => Write::Delete { store: store(area), key },
        client::Write::DeleteUnder { area, prefix } => Write::DeleteUnder { store: store(area), prefix },
    }
}
