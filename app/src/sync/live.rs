//! The tablet as the views see it: queries that follow what changes, and recording. A view asks for what it shows
//! and is drawn again only when that changed: triggers by record, and by type.

use domain::lists::{gather, sort_by_key};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use domain::assessments::Assessment;
use domain::attendance::Mark;
use domain::consents::Consent;
use domain::groups::Group;
use domain::ids::{AttendanceId, Chance, GroupId, OpId, ParticipantId, SessionId};
use domain::people::Participant;
use domain::sessions::{Session, SessionStatus};
use domain::sync::client::Client;
use domain::sync::entity::{Body, Bucket, EntityKey, EntityType};
use domain::sync::op::Verb;
use domain::time::{Clock, Day, Instant, TimeOfDay};
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::engine::Engine;
use super::lapse::{self, Own};
pub use super::state::WaitingItem;
use super::state::{RecordState, Status};
use crate::access::account::Account;
use crate::device::clock::{BrowserChance, BrowserClock};
use crate::device::trouble::Trouble;
use crate::device::users::Users;
use crate::sessions::today::Meeting;
use crate::texts::Lang;

/// What changed, for those who look at it.
#[derive(Default)]
pub struct Triggers {
    records: RefCell<HashMap<EntityKey, ArcTrigger>>,
    lists: RefCell<BTreeMap<EntityType, ArcTrigger>>,
    all: ArcTrigger,
}

impl Triggers {
    fn track_record(&self, key: EntityKey) {
        self.records.borrow_mut().entry(key).or_default().track();
    }

    fn track_list(&self, etype: EntityType) {
        self.lists.borrow_mut().entry(etype).or_default().track();
    }

    /// Tells the watchers of one record.
    pub fn record(&self, key: EntityKey) {
        // Cloned out of the map: a watcher that runs at once may ask for another record.
        let trigger = self.records.borrow().get(&key).cloned();
        if let Some(trigger) = trigger {
            trigger.notify();
        }
    }

    /// Tells the watchers of lists of that type.
    pub fn list(&self, etype: EntityType) {
        let trigger = self.lists.borrow().get(&etype).cloned();
        if let Some(trigger) = trigger {
            trigger.notify();
        }
    }

    /// Tells everybody: the store was read anew.
    pub fn everything(&self) {
        let records: Vec<_> = self.records.borrow().values().cloned().collect();
        let lists: Vec<_> = self.lists.borrow().values().cloned().collect();
        records.iter().chain(&lists).for_each(ArcTrigger::notify);
        self.all.notify();
    }

    /// Tells those who look at what waits and how far it has come.
    pub fn outbox(&self) {
        self.all.notify();
    }
}

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

    fn with<T>(&self, read: impl FnOnce(&Rc<Engine>) -> T) -> T {
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

    /// Whether numbers are blanked before the group (S8).
    pub fn privacy(&self) -> RwSignal<bool> {
        self.privacy
    }

    pub fn local_time(&self) -> (Day, TimeOfDay) {
        BrowserClock.local()
    }

    /// Milliseconds on the clock of event time stamps.
    pub fn moment(&self) -> f64 {
        window().performance().map(|p| p.now()).unwrap_or_default()
    }

    /// Ids for new records, from the tablet's clock and chance.
    pub fn new_ids<T>(&self, make: impl FnOnce(Instant, &mut dyn Chance) -> T) -> T {
        make(BrowserClock.now(), &mut BrowserChance)
    }

    // --- what is there -------------------------------------------------------------------------------------

    /// Reads after subscribing to the lists of that type.
    fn list<T>(&self, etype: EntityType, read: impl FnOnce(&Client) -> T) -> T {
        self.with(|engine| {
            engine.triggers().track_list(etype);
            engine.read(read)
        })
    }

    /// Reads after subscribing to that one record.
    fn one<T>(&self, key: EntityKey, read: impl FnOnce(&Client) -> T) -> T {
        self.with(|engine| {
            engine.triggers().track_record(key);
            engine.read(read)
        })
    }

    /// Whether only recording is possible: what was fetched is hidden until the next contact.
    pub fn lapsed(&self) -> Memo<bool> {
        self.lapsed
    }

    /// What this tablet has recorded since then; `None`: everything may be read.
    fn own(&self) -> Option<Own> {
        if !self.lapsed.get() {
            return None;
        }
        let own = |client: &Client| Some(Own::since(client, client.lapsed_since(BrowserClock.now())?));
        Some(self.with(|engine| engine.read(own)).unwrap_or_default())
    }

    /// The groups whose roll is on this tablet, by name.
    pub fn groups(&self) -> Vec<Group> {
        let mut groups = self.list(EntityType::Group, |client| {
            let here = |group: &&Group| client.cursors().buckets.contains_key(&Bucket::Roll(group.id));
            client.groups().filter(here).cloned().collect::<Vec<_>>()
        });
        sort_by_key(&mut groups, |group| domain::names::sort_key(&group.name));
        groups
    }

    pub fn group(&self, id: GroupId) -> Option<Group> {
        let key = EntityKey { etype: EntityType::Group, id: id.0 };
        self.one(key, |client| match client.entity(key)?.body.as_ref()? {
            Body::Group(group) => Some(group.clone()),
            _ => None,
        })
    }

    pub fn sessions(&self, group: GroupId) -> Vec<Session> {
        self.list(EntityType::Session, |client| client.sessions(group).cloned().collect())
    }

    pub fn session(&self, id: SessionId) -> Option<Session> {
        let key = EntityKey { etype: EntityType::Session, id: id.0 };
        self.one(key, |client| client.session(id).cloned())
    }

    /// Who belongs to the session: the members of that day, and whoever has a mark in it. Record-only: who was
    /// marked since then.
    pub fn roster(&self, group: GroupId, session: SessionId, day: Day) -> Vec<Participant> {
        // Names change rarely: one trigger for all people.
        self.with(|engine| engine.triggers().track_list(EntityType::Participant));
        if let Some(own) = self.own() {
            return self.list(EntityType::Attendance, |client| {
                let shown = |id: &ParticipantId| {
                    own.marks.contains(&(session, *id)) && client.mark(group, session, *id).is_some()
                };
                let people = own.people.iter().filter(|id| shown(id));
                people.filter_map(|id| client.participant(*id).map(lapse::names_only)).collect()
            });
        }
        self.list(EntityType::Membership, |client| members(client, group, session, day))
    }

    /// Whose name was typed from the paper list, without showing any. Record-only.
    pub fn person_named(&self, group: GroupId, session: SessionId, day: Day, typed: &str) -> Option<ParticipantId> {
        self.with(|engine| engine.read(|client| lapse::find(&members(client, group, session, day), typed)))
    }

    /// Names of the groups on this tablet that the person belongs to today.
    pub fn groups_of(&self, person: ParticipantId) -> Vec<String> {
        let (today, _) = self.local_time();
        let groups = self.groups();
        self.list(EntityType::Membership, |client| {
            let in_it = |group: &&Group| {
                client.memberships(group.id).any(|stay| stay.participant == person && stay.covers(today))
            };
            groups.iter().filter(in_it).map(|group| group.name.clone()).collect()
        })
    }

    /// The person as this user may see them: the whole profile, or the roll's names.
    pub fn participant(&self, id: ParticipantId) -> Option<Participant> {
        let key = EntityKey { etype: EntityType::Participant, id: id.0 };
        if let Some(own) = self.own() {
            let shown = own.people.contains(&id);
            return self.one(key, |client| client.participant(id).filter(|_| shown).map(lapse::names_only));
        }
        self.one(key, |client| client.participant(id).cloned())
    }

    /// The mark of a person in a session. Follows that one record.
    pub fn mark(&self, group: GroupId, session: SessionId, person: ParticipantId) -> Option<Mark> {
        let key = EntityKey { etype: EntityType::Attendance, id: AttendanceId::of(session, person).0 };
        self.one(key, |client| client.mark(group, session, person))
    }

    /// Whether somebody has been marked as here. An absence told beforehand does not begin the session.
    pub fn begun(&self, group: GroupId, session: SessionId) -> bool {
        self.list(EntityType::Attendance, |client| {
            client.marks(group, session).any(|(mark, _)| mark.mark.is_some_and(Mark::attended))
        })
    }

    /// Whether the person was absent without notice at the group's session before this one.
    pub fn was_absent_before(&self, meeting: &Meeting, person: ParticipantId) -> bool {
        if self.lapsed.get() {
            return false;
        }
        self.list(EntityType::Session, |client| {
            let held = client.sessions(meeting.group).filter(|s| s.status == Some(SessionStatus::Held));
            let last = held.filter(|s| s.day < meeting.day).max_by_key(|s| (s.day, s.starts_at));
            last.is_some_and(|last| client.mark(meeting.group, last.id, person) == Some(Mark::AbsentUnknown))
        })
    }

    /// How often the person came, and of how many held sessions with a mark, this season.
    pub fn attended(&self, group: GroupId, person: ParticipantId) -> (i64, i64) {
        let season = self.group(group).and_then(|group| group.season_start);
        self.list(EntityType::Attendance, |client| {
            let held = client.sessions(group).filter(|session| {
                session.status == Some(SessionStatus::Held) && season.is_none_or(|start| start <= session.day)
            });
            let marks = held.filter_map(|session| client.mark(group, session.id, person));
            marks
                .filter(|mark| *mark != Mark::Paused)
                .fold((0, 0), |(present, all), mark| (present + i64::from(mark.attended()), all + 1))
        })
    }

    pub fn assessments(&self, person: ParticipantId) -> Vec<Assessment> {
        let own = self.own();
        let shown = |id| own.as_ref().is_none_or(|own| own.assessments.contains(&id));
        self.list(EntityType::Assessment, |client| {
            client.assessments(person).filter(|(test, _)| shown(test.id)).map(|(test, _)| test.clone()).collect()
        })
    }

    pub fn consents(&self, person: ParticipantId) -> Vec<Consent> {
        let own = self.own();
        let shown = |id| own.as_ref().is_none_or(|own| own.consents.contains(&id));
        self.list(EntityType::Consent, |client| {
            client.consents(person).into_iter().filter(|consent| shown(consent.id)).cloned().collect()
        })
    }

    /// Whether the newest word on measuring is a yes. It holds also while it may not be shown.
    pub fn may_be_measured(&self, person: ParticipantId) -> bool {
        self.list(EntityType::Consent, |client| {
            let all: Vec<_> = client.consents(person).into_iter().cloned().collect();
            crate::people::card::agreed(&all)
        })
    }

    /// Where a mark is; nothing for one that was never made.
    pub fn state_of_mark(&self, group: GroupId, session: SessionId, person: ParticipantId) -> Option<RecordState> {
        let key = EntityKey { etype: EntityType::Attendance, id: AttendanceId::of(session, person).0 };
        // A record's way to the server goes on without the record's being written.
        self.with(|engine| engine.triggers().all.track());
        self.one(key, |client| {
            client.attendance(group, session, person).map(|_| RecordState::from(client.state_of(key)))
        })
    }

    pub fn waiting(&self, lang: Lang) -> Vec<WaitingItem> {
        self.with(|engine| {
            engine.triggers().all.track();
            engine.read(|client| super::outbox::waiting(client, lang, client.lapsed_since(BrowserClock.now())))
        })
    }

    // --- what is done --------------------------------------------------------------------------------------

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

    pub fn retry(&self) {
        self.with(|engine| engine.retry());
    }

    pub fn reload(&self) {
        crate::tablet::reload();
    }

    pub fn send_now(&self) {
        self.with(|engine| engine.send_now());
    }

    pub fn signed_in_again(&self) {
        self.with(|engine| engine.signed_in_again());
    }

    /// Somebody else has signed in: the app starts anew with their store.
    pub fn hand_over(&self, to: Account) {
        self.with(|engine| engine.hand_over(to));
    }

    /// Takes an item that a person has looked at off the list.
    pub fn dismiss(&self, op: OpId) {
        self.with(|engine| engine.dismiss(op));
    }

    /// Hands out what waits as a file: the last resort.
    pub fn export(&self) {
        let (day, _) = self.local_time();
        let text = self.with(|engine| engine.read(super::outbox::export));
        super::export::save_file(&format!("virea-{day}.json"), &text);
    }

    /// Removes the user's data and leaves. Refused (false) while something is unsent.
    pub async fn sign_out(&self) -> bool {
        let engine = self.with(Rc::clone);
        engine.sign_out().await
    }

    // --- drafts --------------------------------------------------------------------------------------------

    /// Fills the signal from the draft of that name, and keeps every later change of it.
    pub fn keep_draft<T>(&self, name: String, value: RwSignal<T>, is_blank: impl Fn(&T) -> bool + Send + Sync + 'static)
    where
        T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
    {
        let engine = self.with(Rc::clone);
        super::drafts::keep(engine, name, value, is_blank);
    }

    pub fn drop_draft(&self, name: &str) {
        self.with(|engine| engine.drop_draft(name));
    }
}

/// The members of that day, and whoever has a mark in the session.
fn members(client: &Client, group: GroupId, session: SessionId, day: Day) -> Vec<Participant> {
    let members = client.memberships(group).filter(|stay| stay.covers(day)).map(|stay| stay.participant);
    let marked = client.marks(group, session).filter(|(mark, _)| mark.mark.is_some()).map(|(mark, _)| mark.participant);
    let people: BTreeSet<ParticipantId> = gather(members.chain(marked));
    people.into_iter().filter_map(|id| client.participant(id).cloned()).collect()
}
