//! What screens read: the server's state with everything on top that is not known to be in it, and what is known
//! of each record's way to the server.

use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

use super::cache::Shelf;
use super::cycle::{Phase, Request};
use super::outbox::Row;
use super::{Client, Trouble};
use crate::applications::Application;
use crate::assessments::Assessment;
use crate::attendance::{Attendance, Mark};
use crate::contacts::Contact;
use crate::groups::{Group, Membership};
use crate::home_programmes::HomeProgramme;
use crate::home_weeks::HomeWeek;
use crate::ids::{AssessmentId, AttendanceId, GroupId, HomeProgrammeId, NoteId, OpId, ParticipantId, SessionId};
use crate::incidents::Incident;
use crate::notes::{About, Note};
use crate::pauses::Pause;
use crate::people::Participant;
use crate::screenings::Screening;
use crate::sessions::Session;
use crate::sync::entity::{Bucket, Entity, EntityKey, EntityType};
use crate::sync::merge::{Merged, Write, apply_op};
use crate::sync::noun::Typed;
use crate::sync::op::{Op, Verb};
use crate::sync::wire::{Hand, Hole, Outcome, Reason, named_by};
use crate::time::Instant;

/// As many records stand for each other one after another, at most: those who merged them need not have seen all.
const LONGEST_CHAIN: usize = 16;

/// Where a record is on its way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RecordState {
    OnServer,
    /// On this tablet only.
    OnlyHere,
    BeingSent,
    /// The server could not simply take it; see the outcome and its reason.
    NeedsLook {
        op_id: OpId,
        outcome: Outcome,
        reason: Option<Reason>,
    },
}

/// One entry of the list of what waits or needs a look: the last operation of those that are about one thing and of
/// which the same is told. People think in marks and persons, not in taps.
#[derive(Clone, PartialEq, Debug)]
pub struct Waiting<'a> {
    pub op_id: OpId,
    pub n: i64,
    pub recorded_at: Instant,
    pub state: RecordState,
    /// The field that the server found wrong.
    pub field: Option<&'a str>,
    /// `None`: a later program's operation.
    pub verb: Option<&'a Verb>,
}

/// The line that every screen shows about the sync.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Status {
    /// Entries without an outcome.
    pub unsent: usize,
    /// Entries that a person must look at.
    pub needs_look: usize,
    pub oldest_unsent: Option<Instant>,
    /// The tablet's clock at the last pull.
    pub last_contact: Option<Instant>,
    pub needs_sign_in: bool,
    pub sending: bool,
    /// The last storage transaction failed.
    pub trouble: Option<Trouble>,
    /// Stored rows that cannot be read.
    pub damaged: usize,
    /// Operations that were recorded here, are not here any more, and of which the server knows that they will never
    /// come. Those that lie here unreadable count among the damaged ones.
    pub lost: i64,
}

impl Client {
    /// Groups that this tablet knows.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.every()
    }

    /// Recorded sessions of a group, also planned ones that somebody has touched.
    pub fn sessions(&self, group: GroupId) -> impl Iterator<Item = &Session> {
        self.under::<Session>(group.0)
    }

    pub fn session(&self, id: SessionId) -> Option<&Session> {
        self.entity(id.into())?.content()
    }

    pub fn participant(&self, id: ParticipantId) -> Option<&Participant> {
        self.entity(id.into())?.content()
    }

    /// The note of that kind on the session and when it was made, also one that was taken back.
    pub fn note(&self, session: SessionId, about: About) -> Option<(&Note, Instant)> {
        let entity = self.entity(NoteId::of(session, about).into())?;
        Some((entity.content()?, Instant::from_millis(entity.at.wall)))
    }

    /// Every note that this tablet knows, those that were taken back too.
    pub fn notes(&self) -> impl Iterator<Item = &Note> {
        self.every()
    }

    /// Everybody whom this tablet knows, in the order of their ids.
    pub fn participants(&self) -> impl Iterator<Item = &Participant> {
        self.every()
    }

    /// The records of the person whose record this is, itself among them: those that were merged, as far as they are here.
    pub fn records_of(&self, record: ParticipantId) -> BTreeSet<ParticipantId> {
        let kept = self.stands_for(record);
        let merged = self.participants().filter(|one| one.profile.same_as.is_some()).map(|one| one.id);
        merged.filter(|one| self.stands_for(*one) == kept).chain([record, kept]).collect()
    }

    /// The record that stands for this one, itself where there is no other.
    fn stands_for(&self, record: ParticipantId) -> ParticipantId {
        let next = |one: &ParticipantId| self.participant(*one)?.profile.same_as;
        std::iter::successors(Some(record), next).take(LONGEST_CHAIN).last().unwrap_or(record)
    }

    fn every<'a, N: Typed + 'a>(&'a self) -> impl Iterator<Item = &'a N> {
        let waiting = self.overlay.of_type(N::TYPE);
        let keys: BTreeSet<_> = self.cache.keys_of(N::TYPE).chain(waiting).collect();
        keys.into_iter().filter_map(|key| self.entity(key)?.content())
    }

    /// Stays in a group, ended ones too, without those entered by mistake.
    pub fn memberships(&self, group: GroupId) -> impl Iterator<Item = &Membership> {
        self.under::<Membership>(group.0).filter(|stay| !stay.is_void())
    }

    /// Every mark of a group's session, undone ones too.
    pub fn marks(&self, group: GroupId, session: SessionId) -> impl Iterator<Item = (&Attendance, RecordState)> {
        let roll = Bucket::Roll(group);
        let waiting = self.overlay.under(session.0);
        let keys: BTreeSet<_> = self.cache.marks_under(roll, session.0).chain(waiting).collect();
        keys.into_iter().filter_map(move |key| Some((self.in_roll(key, roll, session)?, self.state_of(key))))
    }

    /// The mark of a person in a group's session, also an undone one.
    pub fn attendance(&self, group: GroupId, session: SessionId, person: ParticipantId) -> Option<&Attendance> {
        self.in_roll(AttendanceId::of(session, person).into(), Bucket::Roll(group), session)
    }

    /// The marks that contradict each other, those that wait here too. Only the rolls in which some do are read.
    pub fn contested(&self) -> Vec<&Attendance> {
        let waiting = self.overlay.of_type(EntityType::Attendance);
        let waiting: BTreeMap<_, _> = waiting.map(|key| (key, self.overlay.get(key))).collect();
        let cached = self.cache.contested().filter(|(_, key)| !waiting.contains_key(key));
        let cached = cached.map(|(roll, key)| self.cache.get(key, Some(roll)));
        let all = waiting.values().copied().chain(cached).flatten();
        all.filter_map(Entity::content::<Attendance>).filter(|mark| mark.is_contested()).collect()
    }

    fn in_roll(&self, mark: EntityKey, roll: Bucket, session: SessionId) -> Option<&Attendance> {
        self.overlay.get(mark).or_else(|| self.cache.mark(roll, session.0, mark))?.content()
    }

    pub fn mark(&self, group: GroupId, session: SessionId, person: ParticipantId) -> Option<Mark> {
        self.attendance(group, session, person)?.mark
    }

    pub fn assessments(&self, person: ParticipantId) -> impl Iterator<Item = (&Assessment, RecordState)> {
        self.under::<Assessment>(person.0).map(|test| (test, self.state_of(test.id.into())))
    }

    /// What was answered before this person's tests.
    pub fn screenings(&self, person: ParticipantId) -> impl Iterator<Item = &Screening> {
        self.under::<Screening>(person.0)
    }

    /// The person's applications.
    pub fn applications(&self, person: ParticipantId) -> impl Iterator<Item = &Application> {
        self.under::<Application>(person.0)
    }

    /// The person's pauses, those that were entered by mistake too.
    pub fn pauses(&self, person: ParticipantId) -> impl Iterator<Item = &Pause> {
        self.under::<Pause>(person.0)
    }

    /// Every time that somebody was in touch with the person, those that were entered by mistake too.
    pub fn contacts(&self, person: ParticipantId) -> impl Iterator<Item = &Contact> {
        self.under::<Contact>(person.0)
    }

    /// What the person does at home, one that has ended too.
    pub fn home_programme(&self, person: ParticipantId) -> Option<&HomeProgramme> {
        self.entity(HomeProgrammeId::of(person).into())?.content()
    }

    /// The weeks of which it was told when the person exercised at home.
    pub fn home_weeks(&self, person: ParticipantId) -> impl Iterator<Item = &HomeWeek> {
        self.under::<HomeWeek>(person.0)
    }

    /// The incidents of a group, those that wait here too.
    pub fn incidents(&self, group: GroupId) -> impl Iterator<Item = &Incident> {
        self.under::<Incident>(group.0)
    }

    pub fn assessment(&self, id: AssessmentId) -> Option<&Assessment> {
        self.entity(id.into())?.content()
    }

    /// The entity as screens show it. For a mark every roll is read; [`Self::mark`] knows which one.
    pub fn entity(&self, key: EntityKey) -> Option<&Entity> {
        self.overlay.get(key).or_else(|| self.cache.get(key, None))
    }

    /// What is listed under a person or a group.
    pub(super) fn children_of(&self, parent: Uuid) -> impl Iterator<Item = &Entity> {
        let waiting = self.overlay.under(parent);
        let keys: BTreeSet<_> = self.cache.facts_under(parent).chain(waiting).collect();
        keys.into_iter().filter_map(|key| self.entity(key))
    }

    /// Those of one noun.
    pub(super) fn under<'a, N: Typed + 'a>(&'a self, parent: Uuid) -> impl Iterator<Item = &'a N> {
        self.children_of(parent).filter_map(Entity::content)
    }

    /// Where a record is on its way to the server.
    pub fn state_of(&self, key: EntityKey) -> RecordState {
        let states: Vec<_> = self.outbox.of(key).map(|row| self.state_of_row(row)).collect();
        let first = |wanted: fn(&RecordState) -> bool| states.iter().copied().find(wanted);
        first(|s| matches!(s, RecordState::NeedsLook { .. }))
            .or_else(|| first(|s| *s == RecordState::OnlyHere))
            .or_else(|| first(|s| *s == RecordState::BeingSent))
            .unwrap_or(RecordState::OnServer)
    }

    fn state_of_row(&self, row: &Row) -> RecordState {
        let sent = matches!(&self.phase, Phase::Waiting { request: Request::Push { ns, .. }, .. }
            if ns.binary_search(&row.n).is_ok());
        match row.ack.as_ref().filter(|_| !row.is_unanswered()) {
            Some(ack) => match ack.outcome {
                _ if row.dismissed => RecordState::OnServer,
                // What took effect but for one field is told, too.
                Outcome::Applied | Outcome::Noop if ack.field.is_none() => RecordState::OnServer,
                // Somebody has chosen since, on this tablet or another one.
                Outcome::Conflict if ack.reason == Some(Reason::Contradiction) && self.is_settled(row) => {
                    RecordState::OnServer
                }
                outcome => RecordState::NeedsLook { op_id: row.op_id, outcome, reason: ack.reason },
            },
            None if sent => RecordState::BeingSent,
            None => RecordState::OnlyHere,
        }
    }

    /// Whether nothing contradicts what the row wrote any more, in a state that has it.
    fn is_settled(&self, row: &Row) -> bool {
        let Some(op) = row.op.as_ref().filter(|_| row.passed) else { return false };
        // By what it says itself, so that no other group's roll is read for it.
        let there = self.overlay.get(op.verb.target()).or_else(|| self.cached(&op.verb));
        there.and_then(|entity| entity.body.as_ref()?.contested()).is_some_and(|(_, still)| !still)
    }

    /// Everything that is not on the server or needs a look, oldest first.
    pub fn waiting(&self) -> Vec<Waiting<'_>> {
        let rows = self.outbox.waiting().map(|row| (row, self.state_of_row(row)));
        let open = rows.filter(|(row, state)| *state != RecordState::OnServer && self.outbox.is_last(row));
        open.map(|(row, state)| Waiting {
            op_id: row.op_id,
            n: row.n,
            recorded_at: row.recorded_at,
            state,
            field: row.ack.as_ref().and_then(|ack| ack.field.as_deref()),
            verb: row.op.as_ref().map(|op| &op.verb),
        })
        .collect()
    }

    pub fn status(&self) -> Status {
        let told = |row: &&Row| self.state_of_row(row) != RecordState::OnServer && self.outbox.is_last(row);
        Status {
            unsent: self.outbox.unsent(),
            needs_look: self.outbox.open().filter(told).count(),
            oldest_unsent: self.outbox.oldest_unanswered(),
            last_contact: self.cursors.contact.map(|(_, here)| here),
            needs_sign_in: self.needs_sign_in,
            sending: matches!(self.phase, Phase::Waiting { .. }),
            trouble: self.trouble,
            damaged: self.damaged.len(),
            lost: self.count_lost(),
        }
    }

    fn count_lost(&self) -> i64 {
        let named = named_by(&self.meta.lost);
        let lies_here = |n: &i64| named.iter().any(|(from, to)| (*from..=*to).contains(n));
        let damaged: BTreeSet<_> = self.damaged.iter().filter_map(|row| row.n).filter(lies_here).collect();
        let all = named.iter().map(|(from, to)| to.saturating_sub(*from).saturating_add(1));
        all.fold(0, i64::saturating_add).saturating_sub(i64::try_from(damaged.len()).unwrap_or(i64::MAX))
    }

    /// Of which buckets something stored could not be read, as far as it was asked for: it is fetched anew at the next
    /// contact, and until then something may be missing.
    pub fn broken(&self) -> BTreeSet<Bucket> {
        let lost = self.cursors.contact.is_none().then(|| self.cursors.buckets.keys().copied());
        self.cache.broken().chain(lost.into_iter().flatten()).collect()
    }

    /// How often what was fetched did not add up and was fetched anew.
    pub const fn digest_mismatches(&self) -> u32 {
        self.digest_mismatches
    }

    /// For checks and tests: what is cached, where the cursors stand, what lies in the outbox.
    pub const fn cache(&self) -> &super::cache::Cache {
        &self.cache
    }

    pub const fn cursors(&self) -> &super::stored::Cursors {
        &self.cursors
    }

    pub const fn outbox(&self) -> &super::outbox::Outbox {
        &self.outbox
    }

    /// Which operations were declared lost.
    pub fn lost(&self) -> &[Hole] {
        &self.meta.lost
    }

    /// What of the outbox cannot be read, as it lies there.
    pub fn damaged(&self) -> &[super::stored::Damaged] {
        &self.damaged
    }

    /// How many operations were made in the present stream.
    pub const fn made(&self) -> i64 {
        self.meta.created_n
    }

    /// That said under the author's hand, where there is one.
    pub fn hand(&self) -> Option<Hand> {
        self.meta.key.map(|key| key.sign_count(self.meta.stream, self.meta.created_n))
    }

    pub const fn stream(&self) -> crate::ids::StreamId {
        self.meta.stream
    }

    /// The server's state of what an operation writes: the version that the person is looking at.
    pub(super) fn cached(&self, verb: &Verb) -> Option<&Entity> {
        match verb {
            Verb::Attendance(mark) => {
                let said = mark.said();
                self.cache.mark(Bucket::Roll(said.group), said.session.0, verb.target())
            }
            _ => self.cache.get(verb.target(), verb.group().map(Bucket::Roll)),
        }
    }

    /// Computes the view of these entities again.
    pub(super) fn merge(&mut self, keys: BTreeSet<EntityKey>) {
        for key in &keys {
            let entity = self.pending(*key);
            self.show(*key, entity);
        }
        self.changed.keys.extend(keys);
    }

    /// Lays everything that waits over the server's state.
    pub(super) fn lay_over(&mut self) {
        self.overlay = Shelf::default();
        let keys: BTreeSet<_> = self.outbox.rows().filter_map(Row::target).collect();
        for key in keys {
            let entity = self.pending(key);
            self.show(key, entity);
        }
    }

    /// The entity with what waits on top, when anything does.
    fn pending(&self, key: EntityKey) -> Option<Entity> {
        let mut shown: Option<Option<Entity>> = None;
        for row in self.outbox.of(key).filter(|row| row.is_overlay()) {
            let Some(op) = &row.op else { continue };
            let below = shown.unwrap_or_else(|| self.cached(&op.verb).cloned());
            shown = Some(on_top(below, op, self.meta.stream));
        }
        shown.flatten().filter(|entity| entity.body.is_some())
    }

    fn show(&mut self, key: EntityKey, entity: Option<Entity>) {
        match entity {
            Some(entity) => self.overlay.put(0, entity),
            None => {
                self.overlay.remove(key);
            }
        }
    }
}

/// The entity with one pending operation on top; one that does not fit changes nothing here.
pub(super) fn on_top(entity: Option<Entity>, op: &Op, stream: crate::ids::StreamId) -> Option<Entity> {
    let write = Write { stream, at: &op.hlc, base_rev: op.base_rev, settled: false };
    match apply_op(entity.as_ref(), op, &write) {
        Merged::Changed { entity, .. } => Some(*entity),
        Merged::Noop | Merged::Invalid(_) | Merged::Erased => entity,
    }
}

#[cfg(test)]
mod tests {
    use super::super::had::Had;
    use super::super::{Effect, Event, Identity, NotSaved};
    use super::*;
    use crate::people;
    use crate::sync::merge::apply;
    use crate::sync::testing::sample::{Dice, NOON, mark, person, stream, user};
    use crate::sync::validate::Invalid;
    use crate::sync::wire::{Epoch, OpResult};

    /// A tablet on which these were recorded together, and what it said.
    fn recorded(verbs: Vec<Verb>) -> (Client, Vec<Effect>) {
        let mut client = Client::new(Identity { user: user(1), new_stream: stream(1), key: None }, Vec::new());
        let mut effects = client.handle(Event::RecordAll { ticket: 7, verbs }, NOON, &mut Dice(1));
        let stored = effects.iter().find_map(|effect| match effect {
            Effect::Persist { token, .. } => Some(Event::Committed(*token)),
            _ => None,
        });
        effects.extend(stored.into_iter().flat_map(|stored| client.handle(stored, NOON, &mut Dice(2))));
        (client, effects)
    }

    fn reject(client: &mut Client, n: i64, field: &str) {
        let mut row = client.outbox.get(n).unwrap().clone();
        let (outcome, reason) = (Outcome::Rejected, Some(Reason::Invalid));
        let result = OpResult { op_id: row.op_id, outcome, reason, field: Some(field.into()), effects: Vec::new() };
        row.acknowledge(&result, &Epoch("e".into()));
        client.outbox.put(row);
    }

    #[test]
    fn taps_on_one_person_are_one_entry_that_waits() {
        let (client, _) =
            recorded(vec![mark(1, 1, Some(Mark::Present)), mark(1, 2, Some(Mark::Present)), mark(1, 1, None)]);
        let verbs: Vec<_> = client.waiting().into_iter().map(|entry| entry.verb.unwrap().clone()).collect();
        assert_eq!(verbs, [mark(1, 2, Some(Mark::Present)), mark(1, 1, None)]);
        assert_eq!((client.status().unsent, client.status().oldest_unsent), (2, Some(NOON)));
    }

    #[test]
    fn an_entry_names_the_field_that_was_wrong_and_goes_whole_when_it_was_read() {
        let (mut client, _) = recorded(vec![mark(1, 1, Some(Mark::Present)), mark(1, 1, None), mark(1, 1, None)]);
        reject(&mut client, 1, "day");
        reject(&mut client, 2, "day");
        reject(&mut client, 3, "mark");
        assert_eq!(client.waiting().iter().map(|entry| entry.field).collect::<Vec<_>>(), [Some("day"), Some("mark")]);
        assert_eq!((client.status().unsent, client.status().needs_look), (0, 2));
        let read = client.waiting()[0].op_id;
        let effects = client.handle(Event::Dismiss(read), NOON, &mut Dice(3));
        let Some(Effect::Persist { token, .. }) = effects.first() else { panic!("{effects:?}") };
        client.handle(Event::Committed(*token), NOON, &mut Dice(4));
        assert_eq!(client.waiting().iter().map(|entry| entry.field).collect::<Vec<_>>(), [Some("mark")]);
    }

    #[test]
    fn a_detail_that_was_left_out_of_what_was_taken_is_told_until_it_is_read() {
        let (mut client, _) = recorded(vec![person(1, Some(1), true), mark(1, 1, Some(Mark::Present))]);
        for (n, field) in [(1, Some("reference".to_owned())), (2, None)] {
            let mut row = client.outbox.get(n).unwrap().clone();
            let (op_id, outcome) = (row.op_id, Outcome::Applied);
            let result = OpResult { op_id, outcome, reason: None, field, effects: Vec::new() };
            row.acknowledge(&result, &Epoch("e".into()));
            row.passed = true;
            client.outbox.put(row);
        }
        assert_eq!((client.status().unsent, client.status().needs_look), (0, 1));
        let (told, field) = (client.waiting()[0].op_id, client.waiting()[0].field);
        assert_eq!(field, Some("reference"));
        assert_eq!(client.outbox.to_drop(2, &Had::default(), None, true), [2], "kept until it is read");
        let effects = client.handle(Event::Dismiss(told), NOON, &mut Dice(3));
        let Some(Effect::Persist { token, .. }) = effects.first() else { panic!("{effects:?}") };
        client.handle(Event::Committed(*token), NOON, &mut Dice(4));
        assert_eq!(
            (client.status().needs_look, client.outbox.to_drop(2, &Had::default(), None, true)),
            (0, vec![1, 2])
        );
    }

    #[test]
    fn a_contradicted_mark_needs_a_look_until_somebody_has_chosen() {
        let (mut client, _) = recorded(vec![mark(1, 1, Some(Mark::Present))]);
        let mut row = client.outbox.get(1).unwrap().clone();
        let (op_id, outcome, reason) = (row.op_id, Outcome::Conflict, Some(Reason::Contradiction));
        row.acknowledge(&OpResult { op_id, outcome, reason, field: None, effects: Vec::new() }, &Epoch("e".into()));
        let (key, verb) = (row.target().unwrap(), row.op.as_ref().unwrap().verb.clone());
        client.outbox.put(row.clone());
        assert_eq!(client.status().needs_look, 1, "what came of it is not here yet");
        row.passed = true;
        client.outbox.put(row);
        let fetched = |client: &mut Client, writes: &[(u128, Option<i64>, Mark)]| {
            let mut entity: Option<Entity> = None;
            for (at, (n, base_rev, said)) in (1..).zip(writes) {
                let hlc = crate::sync::hlc::Hlc { wall: NOON.millis() + at, counter: 0, node: n.to_string() };
                let Verb::Attendance(crate::attendance::Verb::Set { session, group, participant, .. }) = verb.clone()
                else {
                    panic!("a mark")
                };
                let set = crate::attendance::Verb::Set { session, group, participant, mark: Some(*said) };
                let write = Write { stream: stream(*n), at: &hlc, base_rev: *base_rev, settled: false };
                let Merged::Changed { entity: next, .. } = apply(entity.as_ref(), &set.into(), &write) else {
                    panic!("a mark")
                };
                entity = Some(*next);
            }
            client.overlay.put(0, entity.unwrap());
        };
        let both = [(1, None, Mark::Present), (2, None, Mark::AbsentUnknown)];
        fetched(&mut client, &both);
        assert_eq!((client.status().needs_look, client.waiting().len()), (1, 1), "both stand beside each other");
        fetched(&mut client, &[both[0], both[1], (2, Some(2), Mark::Present)]);
        assert_eq!((client.status().needs_look, client.waiting().len()), (0, 0), "chosen on another tablet");
        assert_eq!(client.state_of(key), RecordState::OnServer);
    }

    #[test]
    fn what_belongs_together_is_refused_together_and_once() {
        let mut unnamed = person(1, Some(1), true);
        if let Verb::Participant(people::Verb::Register { profile, .. }) = &mut unnamed {
            profile.given_names.clear();
            profile.family_name.clear();
            profile.reference = None;
        }
        let (client, effects) = recorded(vec![mark(1, 1, Some(Mark::Present)), unnamed.clone(), unnamed]);
        let why = NotSaved::Invalid(Invalid::field("given_names"));
        assert_eq!(effects.iter().filter(|effect| matches!(effect, Effect::NotSaved { .. })).count(), 1);
        assert!(effects.contains(&Effect::NotSaved { ticket: 7, why }));
        assert_eq!(client.status().unsent, 0);
    }
}
