//! The signed-in tablet as the views have it: recording, sending, drafts. What they read of it is in `queries.rs`.

use std::rc::Rc;

use domain::ids::{Chance, OpId, ParticipantId, SessionId};
use domain::sync::op::Verb;
use domain::time::{Clock, Day, Instant, TimeOfDay};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::begun::Fields;
use super::drafts::Form;
use super::engine::Engine;
use super::state::{Leaving, LeftToSave, Status};
use crate::device::account::Account;
use crate::device::clock::{BrowserChance, BrowserClock};
use crate::device::trouble::Trouble;
use crate::device::users::Users;

/// The signed-in tablet. Copied freely into views.
#[derive(Clone, Copy)]
pub struct Tablet {
    engine: StoredValue<Rc<Engine>, LocalStorage>,
    status: RwSignal<Status>,
    trouble: RwSignal<Option<Trouble>>,
    privacy: RwSignal<bool>,
    /// Fourteen days without contact: only recording is possible.
    lapsed: Memo<bool>,
}

impl Tablet {
    /// Opens this user's store and starts sending and fetching. `signed_out` is called after a sign-out.
    pub async fn open(users: Users, account: Account, signed_out: impl Fn() + 'static) -> Result<Self, Trouble> {
        let (status, trouble) = (RwSignal::new(Status::default()), RwSignal::new(None));
        let engine = Engine::open(users, account, status, trouble, Box::new(signed_out)).await?;
        let lapsed = Memo::new(move |_| status.with(|status| status.lapsed));
        Ok(Self { engine: StoredValue::new_local(engine), status, trouble, privacy: RwSignal::new(false), lapsed })
    }

    pub(super) fn with<T>(&self, read: impl FnOnce(&Rc<Engine>) -> T) -> T {
        self.engine.with_value(read)
    }

    pub fn account(&self) -> Account {
        self.with(|engine| engine.account().clone())
    }

    pub fn status(&self) -> Signal<Status> {
        self.status.into()
    }

    pub fn trouble(&self) -> Signal<Option<Trouble>> {
        self.trouble.into()
    }

    /// Whether numbers are blanked before the group.
    pub fn privacy(&self) -> RwSignal<bool> {
        self.privacy
    }

    pub fn local_time(&self) -> (Day, TimeOfDay) {
        BrowserClock.local()
    }

    pub fn now(&self) -> Instant {
        BrowserClock.now()
    }

    /// Ids for new records, from the tablet's clock and chance.
    pub fn new_ids<T>(&self, make: impl FnOnce(Instant, &mut dyn Chance) -> T) -> T {
        make(BrowserClock.now(), &mut BrowserChance)
    }

    /// Whether only recording is possible: what was fetched is hidden until the next contact.
    pub fn lapsed(&self) -> Memo<bool> {
        self.lapsed
    }

    // --- recording and sending -----------------------------------------------------------------------------

    /// Records operations in one durable transaction. What cannot be stored stays at hand for another try.
    pub fn record(&self, verbs: Vec<Verb>) {
        if !verbs.is_empty() {
            self.with(|engine| engine.record(verbs, None));
        }
    }

    /// Records what a form holds; its draft goes only when that is stored.
    pub fn record_form(&self, verbs: Vec<Verb>, draft: &str) {
        self.with(|engine| engine.record(verbs, Some(draft.to_owned())));
    }

    /// Whether something failed to be stored and can be tried again.
    pub fn can_retry(&self) -> bool {
        self.with(|engine| engine.has_unstored())
    }

    /// Whether a mark of that person in that session is on its way to the disk, and not shown yet.
    pub fn is_being_stored(&self, session: SessionId, person: ParticipantId) -> bool {
        self.with(|engine| engine.is_being_stored(session, person))
    }

    /// Whether a mark of that person in that session could not be stored. Follows the trouble with the store.
    pub fn is_unstored(&self, session: SessionId, person: ParticipantId) -> bool {
        self.trouble.track();
        self.with(|engine| engine.is_unstored(session, person))
    }

    pub fn retry(&self) {
        self.with(|engine| engine.retry());
    }

    pub fn send_now(&self) {
        self.with(|engine| engine.send_now());
    }

    pub fn signed_in_again(&self, account: Account) {
        self.with(|engine| engine.signed_in_again(account));
    }

    /// Somebody else has signed in: the app starts anew with their store.
    pub fn hand_over(&self, to: Account) {
        self.with(|engine| engine.hand_over(to));
    }

    /// Whether the browser has thrown this person's store away since they were here, and nobody has read that.
    pub fn is_emptied(&self) -> bool {
        self.with(|engine| engine.emptied()).get()
    }

    pub fn emptied_was_read(&self) {
        self.with(|engine| engine.emptied_was_read());
    }

    /// Takes an item that a person has looked at off the list.
    pub fn dismiss(&self, op: OpId) {
        self.with(|engine| engine.dismiss(op));
    }

    /// Hands out what waits as a file: the last resort.
    pub fn export(&self) {
        let (day, _) = self.local_time();
        let text = self.with(|engine| engine.hand_out());
        super::export::save_file(&format!("virea-{day}.json"), &text);
    }

    /// Removes the user's data and leaves. Refused while something would be lost by it: the answer is what.
    pub async fn sign_out(&self) -> Result<(), Option<LeftToSave>> {
        let engine = self.with(Rc::clone);
        engine.sign_out().await
    }

    /// What a sign-out does that has begun. Nothing can be recorded any more.
    pub fn leaving(&self) -> Signal<Option<Leaving>> {
        self.with(|engine| engine.leaving()).into()
    }

    // --- drafts --------------------------------------------------------------------------------------------

    /// Fills the signal from the draft of that name, and keeps every later change of it. The answer is whether the draft
    /// has been read, for views that begin where it ends.
    pub fn keep_draft<T>(
        &self,
        name: String,
        value: RwSignal<T>,
        is_blank: impl Fn(&T) -> bool + Send + Sync + 'static,
    ) -> RwSignal<bool>
    where
        T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
    {
        let engine = self.with(Rc::clone);
        super::drafts::keep(engine, name, value, is_blank)
    }

    /// A form that begins from what is known and keeps what is typed as the draft of that name.
    pub fn keep_form<T>(&self, name: String, known: T) -> Form<T>
    where
        T: Fields + Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        super::drafts::keep_form(self.with(Rc::clone), name, known)
    }

    /// Whether a draft that was taken up has lost something by an update, and nobody has read that.
    pub fn shortened(&self) -> RwSignal<bool> {
        self.with(|engine| engine.shortened())
    }

    /// The drafts whose names begin so, by name.
    pub async fn drafts(&self, beginning: &str) -> Vec<(String, Vec<u8>)> {
        let engine = self.with(Rc::clone);
        engine.drafts(beginning).await
    }

    pub fn drop_draft(&self, name: &str) {
        self.with(|engine| engine.drop_draft(name));
    }

    /// The draft of that name; nothing for one that is not there or that another program wrote.
    pub async fn draft<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let engine = self.with(Rc::clone);
        serde_json::from_slice(&engine.read_draft(name).await?).ok()
    }

    /// Keeps a value under that name until it is dropped or changed.
    pub fn write_draft(&self, name: &str, value: &impl Serialize) {
        if let Ok(bytes) = serde_json::to_vec(value) {
            self.with(|engine| engine.write_draft(name, bytes));
        }
    }

    /// Gives a draft of an earlier program the name that it has today.
    pub fn rename_draft(&self, from: String, to: impl Fn(&[u8]) -> Option<String> + 'static) {
        let engine = self.with(Rc::clone);
        spawn_local(async move {
            let Some(kept) = engine.read_draft(&from).await else { return };
            if let Some(name) = to(&kept) {
                engine.write_draft(&name, kept);
            }
            engine.drop_draft(&from);
        });
    }
}
