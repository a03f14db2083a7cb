//! What the parts of the roll call share: which session, and how marks are made.

use domain::attendance::Mark;
use domain::ids::ParticipantId;
use domain::sessions::SessionStatus;
use domain::sync::op::Verb;
use leptos::prelude::*;

use super::roster::Row;
use super::undo::{Change, Undo};
use super::verbs;
use crate::sessions::today::Meeting;
use crate::sync::tablet::Tablet;
use crate::ui::Icon;

/// What is done once somebody has said that it is meant.
type Meant = Callback<()>;

#[derive(Clone, Copy)]
pub struct RollCall {
    tablet: Tablet,
    pub meeting: Memo<Meeting>,
    pub rows: Memo<Vec<Row>>,
    pub undo: RwSignal<Undo>,
    /// The undo bar is shown from an action to the next one that is not a mark.
    pub undoable: RwSignal<bool>,
    /// Waits for an answer: the session is still to come.
    pub asked: RwSignal<Option<Meant>>,
    /// It was said that people are marked ahead on purpose.
    ahead: RwSignal<bool>,
}

impl RollCall {
    pub fn new(tablet: Tablet, meeting: Memo<Meeting>, rows: Memo<Vec<Row>>) -> Self {
        Self {
            tablet,
            meeting,
            rows,
            undo: RwSignal::default(),
            undoable: RwSignal::new(false),
            asked: RwSignal::new(None),
            ahead: RwSignal::new(false),
        }
    }

    pub fn mark_of(&self, person: ParticipantId) -> Option<Mark> {
        let (group, session) = self.meeting.with(|meeting| (meeting.group, meeting.session));
        self.tablet.mark(group, session, person)
    }

    /// A tap: present, or no mark any more. Somebody who told of an absence and came all the same is present at the
    /// first tap.
    pub fn tap(&self, person: ParticipantId) {
        let attended = untrack(|| self.mark_of(person)).is_some_and(Mark::attended);
        self.mark(&[(person, (!attended).then_some(Mark::Present))]);
    }

    /// Makes marks: one step of undo, one durable transaction. An absence can be told beforehand; nobody is present
    /// before the day.
    pub fn mark(&self, wanted: &[(ParticipantId, Option<Mark>)]) {
        let (call, marks) = (*self, wanted.to_vec());
        if wanted.iter().any(|(_, mark)| mark.is_some_and(Mark::attended)) {
            self.unless_ahead(move || call.make(&marks));
        } else {
            self.make(wanted);
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
        self.undoable.set(true);
    }

    /// Takes the last step back.
    pub fn take_back(&self) {
        let now = |person| untrack(|| self.mark_of(person));
        let back = self.undo.try_update(|undo| undo.take(now)).unwrap_or_default();
        self.write(&back);
    }

    fn write(&self, changes: &[(ParticipantId, Option<Mark>)]) {
        let (tablet, meeting) = (self.tablet, self.meeting.get_untracked());
        let recorded = untrack(|| tablet.session(meeting.session).is_some());
        tablet.record(verbs::marks(&meeting, recorded, changes));
    }

    pub fn set_status(&self, status: SessionStatus) {
        let (tablet, meeting) = (self.tablet, self.meeting.get_untracked());
        let recorded = untrack(|| tablet.session(meeting.session).is_some());
        tablet.record(verbs::status(&meeting, recorded, status));
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
