//! What the parts of the roll call share: which session, and how marks are made.

use std::collections::BTreeMap;

use domain::attendance::{Correction, Mark};
use domain::ids::ParticipantId;
use domain::pauses::Pause;
use domain::sessions::SessionStatus;
use domain::sync::op::Verb;
use domain::time::Instant;
use leptos::prelude::*;

use super::roster::{Row, markable};
use super::undo::{self, Change, Undo};
use super::verbs;
use crate::sessions::today::Meeting;
use crate::sync::notes::Notes;
use crate::sync::tablet::Tablet;
use crate::ui::Icon;

/// What is done once somebody has said that it is meant.
type Meant = Callback<()>;
/// Who gets which mark.
type Wanted = Vec<(ParticipantId, Option<Mark>)>;

#[derive(Clone, Copy)]
pub struct RollCall {
    tablet: Tablet,
    notes: Notes,
    pub meeting: Memo<Meeting>,
    pub rows: Memo<Vec<Row>>,
    /// Kept until the session is ended: it outlives the view and the browser.
    pub undo: RwSignal<Undo>,
    /// Who has agreed to a pause on the session's day, as far as this user may know.
    pub paused: Memo<BTreeMap<ParticipantId, Pause>>,
    /// Waits for an answer: the session is still to come.
    pub asked: RwSignal<Option<Meant>>,
    /// Waits for a reason: the session is over.
    pub late: RwSignal<Option<Wanted>>,
    /// It was said that people are marked ahead on purpose.
    ahead: RwSignal<bool>,
}

impl RollCall {
    pub fn new(tablet: Tablet, notes: Notes, meeting: Memo<Meeting>, rows: Memo<Vec<Row>>) -> Self {
        let undo = RwSignal::default();
        let (group, day) = meeting.with_untracked(|meeting| (meeting.group, meeting.day));
        tablet.keep_draft(undo::draft(group, day), undo, Undo::is_empty);
        let (asked, late, ahead) = (RwSignal::new(None), RwSignal::new(None), RwSignal::new(false));
        let paused = Memo::new(move |_| {
            let people: Vec<_> = rows.with(|rows| rows.iter().map(|row| row.participant).collect());
            tablet.paused(&people, day)
        });
        Self { tablet, notes, meeting, rows, undo, paused, asked, late, ahead }
    }

    pub fn mark_of(&self, person: ParticipantId) -> Option<Mark> {
        let (group, session) = self.meeting.with(|meeting| (meeting.group, meeting.session));
        self.tablet.mark(group, session, person)
    }

    /// A tap: present, or no mark any more. Somebody who told of an absence and came all the same is present at the
    /// first tap. Who taps again because a slow disk shows nothing yet means the same tap.
    pub fn tap(&self, person: ParticipantId) {
        if self.is_being_stored(person) {
            return;
        }
        let attended = untrack(|| self.mark_of(person)).is_some_and(Mark::attended);
        self.mark(&[(person, (!attended).then_some(Mark::Present))]);
    }

    /// Who can be marked and has no mark yet.
    pub fn unmarked(&self) -> Vec<ParticipantId> {
        self.rows.with(|rows| markable(rows).filter(|person| self.mark_of(*person).is_none()).collect())
    }

    /// Who has no mark yet and has not agreed to a pause: they are asked after.
    pub fn expected(&self) -> Vec<ParticipantId> {
        self.unmarked_who(false)
    }

    /// Who has no mark yet and has agreed to a pause: nobody asks after them.
    pub fn pausing(&self) -> Vec<ParticipantId> {
        self.unmarked_who(true)
    }

    fn unmarked_who(&self, pausing: bool) -> Vec<ParticipantId> {
        let mut people = self.unmarked();
        self.paused.with(|paused| people.retain(|person| paused.contains_key(person) == pausing));
        people
    }

    /// Everybody of whom nothing was said is here. Not who has agreed to a pause.
    pub fn mark_all_present(&self) {
        let people = self.untold(untrack(|| self.expected())).into_iter().map(|person| (person, Some(Mark::Present)));
        self.mark(&people.collect::<Vec<_>>());
    }

    /// Those of these unmarked people of whom nothing was said: who was given no mark a moment ago that is not stored
    /// yet, or could not be.
    fn untold(&self, mut people: Vec<ParticipantId>) -> Vec<ParticipantId> {
        let session = self.meeting.with_untracked(|meeting| meeting.session);
        people
            .retain(|person| !self.is_being_stored(*person) && !untrack(|| self.tablet.is_unstored(session, *person)));
        people
    }

    fn is_being_stored(&self, person: ParticipantId) -> bool {
        self.tablet.is_being_stored(self.meeting.with_untracked(|meeting| meeting.session), person)
    }

    /// Who is here.
    pub fn present(&self) -> usize {
        self.how_many(Mark::attended)
    }

    /// Of how many it was said in the session that they did not come. An absence told beforehand says nothing of whether
    /// the session was held.
    pub fn missed(&self) -> usize {
        self.how_many(|mark| mark == Mark::AbsentUnknown)
    }

    fn how_many(&self, marked: impl Fn(Mark) -> bool) -> usize {
        self.rows.with(|rows| rows.iter().filter(|row| self.mark_of(row.participant).is_some_and(&marked)).count())
    }

    /// When the session was ended.
    pub fn ended(&self) -> Option<Instant> {
        let (group, day) = self.meeting.with(|meeting| (meeting.group, meeting.day));
        self.notes.ended(group, day)
    }

    /// Makes marks: one step of undo, one durable transaction. An absence can be told beforehand; nobody is present
    /// before the day. What is changed after the session was over needs a reason.
    pub fn mark(&self, wanted: &[(ParticipantId, Option<Mark>)]) {
        let wanted: Vec<_> = wanted.iter().copied().filter(|(person, _)| !self.is_restricted(*person)).collect();
        if wanted.is_empty() {
            return;
        }
        let (call, marks) = (*self, wanted.clone());
        if self.is_correction(&wanted) {
            self.late.set(Some(marks));
        } else if wanted.iter().any(|(_, mark)| mark.is_some_and(Mark::attended)) {
            self.unless_ahead(move || call.make(&marks));
        } else {
            self.make(&wanted);
        }
    }

    /// Whether the person is marked in no way, neither by a tap nor by a typed name.
    pub fn is_restricted(&self, person: ParticipantId) -> bool {
        untrack(|| self.tablet.is_restricted(person))
    }

    /// Whether something is said differently after the session was over: after it was ended here, or on a later day
    /// than its own.
    fn is_correction(&self, wanted: &[(ParticipantId, Option<Mark>)]) -> bool {
        let (today, _) = self.tablet.local_time();
        let past = self.meeting.with_untracked(|meeting| meeting.day < today);
        let again = |person| untrack(|| self.mark_of(person)).is_some();
        untrack(|| self.ended()).is_some() || (past && wanted.iter().any(|(person, _)| again(*person)))
    }

    /// The correction that waited for its reason.
    pub fn correct(&self, reason: Correction) {
        if let Some(wanted) = self.late.try_update(Option::take).flatten() {
            let meeting = self.meeting.get_untracked();
            self.tablet.record(verbs::corrections(&meeting, self.is_recorded(), &wanted, reason));
        }
    }

    fn make(&self, wanted: &[(ParticipantId, Option<Mark>)]) {
        let now = |person| untrack(|| self.mark_of(person));
        let change = |&(participant, after): &(ParticipantId, Option<Mark>)| Change {
            participant,
            before: now(participant),
            after,
        };
        let step: Vec<_> = wanted.iter().map(change).filter(|change| change.before != change.after).collect();
        self.write(&step.iter().map(|change| (change.participant, change.after)).collect::<Vec<_>>());
        self.did(step);
    }

    /// Marks a person whose name was typed as present, also one who is so by a mark that may not be shown: what is
    /// typed must appear.
    pub fn mark_typed(&self, participant: ParticipantId) {
        let before = untrack(|| self.mark_of(participant));
        let after = Some(Mark::Present);
        self.write(&[(participant, after)]);
        self.did(vec![Change { participant, before, after }]);
    }

    /// Registers somebody whose name was typed, and marks them: one step of undo, as any mark.
    pub fn mark_new(&self, participant: ParticipantId, verbs: Vec<Verb>) {
        self.tablet.record(verbs);
        self.did(vec![Change { participant, before: None, after: Some(Mark::Present) }]);
    }

    fn did(&self, step: Vec<Change>) {
        self.undo.update(|undo| undo.did(step));
    }

    /// Takes the last step back; not once the session was ended, here or on another tablet.
    pub fn take_back(&self) {
        if untrack(|| self.ended()).is_some() {
            return;
        }
        let now = |person| untrack(|| self.mark_of(person));
        let back = self.undo.try_update(|undo| undo.take(now)).unwrap_or_default();
        self.write(&back);
    }

    fn write(&self, changes: &[(ParticipantId, Option<Mark>)]) {
        let meeting = self.meeting.get_untracked();
        self.tablet.record(verbs::marks(&meeting, self.is_recorded(), changes));
    }

    fn is_recorded(&self) -> bool {
        let session = self.meeting.with_untracked(|meeting| meeting.session);
        untrack(|| self.tablet.session(session).is_some())
    }

    /// Ends the session: it was held, or it was not. From here on a change needs a reason.
    pub fn end(&self, status: SessionStatus) {
        let meeting = self.meeting.get_untracked();
        let mut verbs = verbs::status(&meeting, self.is_recorded(), status);
        if status == SessionStatus::Held {
            let pausing = untrack(|| self.pausing());
            verbs.extend(verbs::paused(&meeting, &self.untold(pausing)));
            verbs.push(verbs::ended(&meeting));
        }
        self.tablet.record(verbs);
        self.undo.set(Undo::default());
    }

    /// So many came, whose names nobody keeps: with that the session is ended. The draft goes once it is stored.
    pub fn count(&self, people: u16, draft: &str) {
        let meeting = self.meeting.get_untracked();
        let mut verbs = verbs::counted(&meeting, self.is_recorded(), Some(people));
        if untrack(|| self.ended()).is_none() {
            verbs.push(verbs::ended(&meeting));
        }
        match verbs.is_empty() {
            // The same number again: what was typed is no draft any more.
            true => self.tablet.drop_draft(draft),
            false => self.tablet.record_form(verbs, draft),
        }
    }

    /// The number was a mistake: nothing is said of how many came. That the session was held stays as it is.
    pub fn take_count_away(&self) {
        self.tablet.record(verbs::counted(&self.meeting.get_untracked(), self.is_recorded(), None));
    }

    /// Whether it was cancelled.
    pub fn is_off(&self) -> bool {
        self.meeting.get().is_cancelled()
    }

    /// A session that was cancelled took place after all, or nothing is said of it again.
    pub fn restore(&self) {
        let meeting = self.meeting.get_untracked();
        let held = untrack(|| self.present()) > 0 || meeting.counted.is_some();
        let status = held.then_some(SessionStatus::Held);
        self.tablet.record(verbs::said(&meeting, self.is_recorded(), status));
    }

    /// Marks can be made and taken back again as before the session was ended.
    pub fn reopen(&self) {
        let (group, day) = self.meeting.with_untracked(|meeting| (meeting.group, meeting.day));
        self.notes.reopen(group, day);
    }

    /// Does it at once, or asks first when the session's day has not come yet: it may be the wrong session, or the
    /// wrong clock.
    pub fn unless_ahead(&self, act: impl Fn() + Send + Sync + 'static) {
        let (today, _) = self.tablet.local_time();
        if self.ahead.get_untracked() || self.meeting.with_untracked(|meeting| meeting.day <= today) {
            act();
        } else {
            self.asked.set(Some(Callback::new(move |()| act())));
        }
    }

    /// It was meant: from here on nothing is asked.
    pub fn go_ahead(&self) {
        self.ahead.set(true);
        if let Some(meant) = self.asked.try_update(Option::take).flatten() {
            meant.run(());
        }
    }
}

/// The shape of a mark.
pub const fn mark_icon(mark: Option<Mark>) -> Icon {
    match mark {
        None => Icon::Empty,
        Some(Mark::Present) => Icon::Tick,
        Some(Mark::LateOrPartial) => Icon::Clock,
        Some(Mark::Remote) => Icon::Screen,
        Some(Mark::AbsentInformed) => Icon::Phone,
        Some(Mark::AbsentUnknown) => Icon::Cross,
        Some(Mark::Paused) => Icon::Pause,
    }
}
