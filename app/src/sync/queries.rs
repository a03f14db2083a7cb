//! What the views read of the tablet: queries that follow what changes, by record and by type.

use domain::access::{Action, may_with};
use domain::assessments::Assessment;
use domain::attendance::Mark;
use domain::consents::{Consent, ConsentAct, ConsentPurpose, standing, tests_ended};
use domain::groups::Group;
use domain::ids::{AttendanceId, GroupId, NoteId, ParticipantId, SessionId};
use domain::names::{natural_key, sort_key};
use domain::notes::About;
use domain::people::Participant;
use domain::people::naming::Named;
use domain::sessions::{Session, SessionStatus};
use domain::sync::client::Client;
use domain::sync::entity::{Body, Bucket, EntityKey, EntityType};
use domain::sync::wire::You;
use domain::time::{Clock, Day, Instant};
use leptos::prelude::*;

use super::lapse::{self, Own};
use super::state::{SetAside, WaitingItem};
use super::tablet::Tablet;
use super::{outbox, people};
use crate::attendance::contested::Contested;
use crate::device::clock::BrowserClock;
use crate::sessions::today::{aed_on, meeting};
use crate::texts::{Lang, whole};
use crate::ui::SyncState;

impl Tablet {
    /// Reads after subscribing to the lists of that type.
    pub(super) fn list<T>(&self, etype: EntityType, read: impl FnOnce(&Client) -> T) -> T {
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

    /// What this tablet has recorded since then; `None`: everything may be read.
    pub(super) fn own(&self) -> Option<Own> {
        if !self.lapsed().get() {
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
        groups.sort_by_cached_key(|group| natural_key(&group.name));
        groups
    }

    pub fn group(&self, id: GroupId) -> Option<Group> {
        let key = EntityKey { etype: EntityType::Group, id: id.0 };
        self.one(key, |client| match client.entity(key)?.body.as_ref()? {
            Body::Group(group) => Some(group.clone()),
            _ => None,
        })
    }

    /// Where a group meets on that day, also where that day's session is held elsewhere.
    pub fn place_of(&self, group: GroupId, on: Day) -> Option<String> {
        meeting(&self.group(group)?, on, self.session_on(group, on).as_ref()).place
    }

    /// Where the nearest defibrillator is then.
    pub fn aed_of(&self, group: GroupId, on: Day) -> Option<String> {
        aed_on(&self.group(group)?, on, self.session_on(group, on).as_ref())
    }

    fn session_on(&self, group: GroupId, on: Day) -> Option<Session> {
        self.sessions(group).into_iter().find(|session| session.day == on)
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
        let see = self.sight();
        self.list(EntityType::Membership, |client| {
            people::at_session(client, group, session, day).into_iter().map(see).collect()
        })
    }

    /// The members of the group on that day. Record-only: nobody is shown.
    pub fn members(&self, group: GroupId, day: Day) -> Vec<Participant> {
        self.with(|engine| engine.triggers().track_list(EntityType::Participant));
        if self.lapsed().get() {
            return Vec::new();
        }
        let see = self.sight();
        self.list(EntityType::Membership, |client| people::members(client, group, day).into_iter().map(see).collect())
    }

    /// Everybody on this tablet who may come, as this user may see them, by name; nobody while only recording is possible.
    pub fn everybody(&self) -> Vec<Participant> {
        if self.lapsed().get() {
            return Vec::new();
        }
        let see = self.sight();
        let mut all: Vec<_> =
            self.list(EntityType::Participant, |client| people::who_may_come(client).map(see).collect::<Vec<_>>());
        all.sort_by_cached_key(|person| (sort_key(&person.profile.full_name()), person.id));
        all
    }

    /// Whether the person belongs to the group on that day.
    pub fn is_member(&self, group: GroupId, person: ParticipantId, day: Day) -> bool {
        self.list(EntityType::Membership, |client| {
            client.memberships(group).any(|stay| stay.participant == person && stay.covers(day))
        })
    }

    /// What this user may see of people: the whole profile, or the names. A peer instructor writes a visitor's year of
    /// birth and does not see it again.
    fn sight(&self) -> fn(&Participant) -> Participant {
        if self.account().may(Action::SeeProfiles) { Participant::clone } else { lapse::names_only }
    }

    /// What the person is called among those of the group.
    pub fn name_of(&self, id: ParticipantId, group: GroupId) -> Option<Named> {
        let person = self.participant(id)?;
        if self.lapsed().get() {
            return Some(people::alone(&person));
        }
        let (see, (today, _)) = (self.sight(), self.local_time());
        self.list(EntityType::Membership, |client| Some(people::among(client, &person, Some(group), today, see)))
    }

    /// Whose name was typed from the paper list, without showing any. Record-only.
    pub fn person_named(&self, group: GroupId, session: SessionId, day: Day, typed: &str) -> Option<ParticipantId> {
        self.with(|engine| engine.read(|client| lapse::find(people::at_session(client, group, session, day), typed)))
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
        let see = self.sight();
        self.one(key, |client| client.participant(id).map(see))
    }

    /// Whether nothing may be recorded of the person (docs/access.md, Restriction); also where nothing else of them may be
    /// read any more.
    pub fn is_restricted(&self, id: ParticipantId) -> bool {
        let key = EntityKey { etype: EntityType::Participant, id: id.0 };
        self.one(key, |client| client.participant(id).is_some_and(|who| who.profile.restricted))
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

    /// Whether the person was absent without notice at the group's session before that day's.
    pub fn was_absent_before(&self, group: GroupId, day: Day, person: ParticipantId) -> bool {
        if self.lapsed().get() {
            return false;
        }
        self.list(EntityType::Session, |client| {
            let held = client.sessions(group).filter(|s| s.status == Some(SessionStatus::Held));
            let last = held.filter(|s| s.day < day).max_by_key(|s| (s.day, s.starts_at));
            last.is_some_and(|last| client.mark(group, last.id, person) == Some(Mark::AbsentUnknown))
        })
    }

    /// Who of the group was absent without notice at its last two sessions and is still to be called, with the day of the
    /// last one.
    pub fn twice_absent(&self, group: GroupId, today: Day) -> Option<(Day, Vec<ParticipantId>)> {
        for etype in [EntityType::Attendance, EntityType::Membership, EntityType::Participant] {
            self.with(|engine| engine.triggers().track_list(etype));
        }
        let (day, absent) = self.list(EntityType::Session, |client| {
            let held = client.sessions(group).filter(|s| s.status == Some(SessionStatus::Held) && s.day <= today);
            let last = held.max_by_key(|s| (s.day, s.starts_at))?;
            let absent = client.marks(group, last.id).filter(|(mark, _)| mark.mark == Some(Mark::AbsentUnknown));
            let people = absent.map(|(mark, _)| mark.participant);
            let called = people.filter(|person| people::may_be_called(client, group, *person, today));
            Some((last.day, called.collect::<Vec<_>>()))
        })?;
        let twice = absent.into_iter().filter(|person| self.was_absent_before(group, day, *person));
        Some((day, twice.collect()))
    }

    /// How many came to the session and how many belonged to it; nothing where nobody was marked.
    pub fn figures(&self, group: GroupId, session: SessionId, day: Day) -> Option<(i64, i64)> {
        if self.lapsed().get() || !self.begun(group, session) {
            return None;
        }
        let here = self.list(EntityType::Attendance, |client| {
            client.marks(group, session).filter(|(mark, _)| mark.mark.is_some_and(Mark::attended)).count()
        });
        Some((whole(here), whole(self.roster(group, session, day).len())))
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
        self.of_consents(|client| {
            client.consents(person).into_iter().filter(|consent| shown(consent.id)).cloned().collect()
        })
    }

    /// Whether the newest word on measuring is a yes. It holds also while it may not be shown.
    pub fn may_be_measured(&self, person: ParticipantId) -> bool {
        self.of_consents(|client| {
            let mut told = client.consents(person);
            told.retain(|consent| consent.purpose == ConsentPurpose::HealthTests);
            standing(&told) == Some(ConsentAct::Given)
        })
    }

    /// Whether no measurement is to come, since consent to it was taken back.
    pub fn tests_ended(&self, person: ParticipantId) -> bool {
        self.of_consents(|client| tests_ended(client.consents(person)))
    }

    /// Reads after subscribing to what was said, and to which records are one person's.
    fn of_consents<T>(&self, read: impl FnOnce(&Client) -> T) -> T {
        self.with(|engine| engine.triggers().track_list(EntityType::Participant));
        self.list(EntityType::Consent, read)
    }

    /// The mark that is shown and those that other tablets set differently without knowledge of it, with their authors.
    pub fn contested(&self, group: GroupId, session: SessionId, person: ParticipantId) -> Contested {
        let key = AttendanceId::of(session, person).into();
        let own = self.with(|engine| engine.account().name.clone());
        self.one(key, |client| {
            client.attendance(group, session, person).map_or_else(Contested::default, |there| {
                Contested::of(there, |stream| outbox::author(client, stream, &own))
            })
        })
    }

    /// Whether that note on the session holds, and when it was made or taken back; nothing where none was made.
    pub fn note(&self, session: SessionId, about: About) -> Option<(bool, Instant)> {
        let key = NoteId::of(session, about).into();
        self.one(key, |client| client.note(session, about).map(|(note, at)| (note.holds, at)))
    }

    /// How many sessions were ended, on this tablet or on others of the same groups.
    pub fn sessions_ended(&self) -> usize {
        self.list(EntityType::Note, |client| {
            client.notes().filter(|note| note.holds && note.about == About::Ended).count()
        })
    }

    /// Whether the screens offer the action: by the role, and by the rights that the server last told of.
    pub fn may(&self, action: Action) -> bool {
        let role = self.account().role;
        may_with(role, self.you().rights, action).is_some()
    }

    /// What the server last told of this user.
    pub fn you(&self) -> You {
        self.with(|engine| {
            engine.triggers().track_outbox();
            engine.read(|client| client.cursors().you.clone())
        })
    }

    /// Where a mark is; nothing for one that was never made.
    pub fn state_of_mark(&self, group: GroupId, session: SessionId, person: ParticipantId) -> Option<SyncState> {
        let key = EntityKey { etype: EntityType::Attendance, id: AttendanceId::of(session, person).0 };
        // A record's way to the server goes on without the record's being written.
        self.with(|engine| engine.triggers().track_outbox());
        self.one(key, |client| client.attendance(group, session, person).map(|_| SyncState::from(client.state_of(key))))
    }

    pub fn waiting(&self, lang: Lang) -> Vec<WaitingItem> {
        let (see, (today, _)) = (self.sight(), self.local_time());
        self.with(|engine| {
            engine.triggers().track_outbox();
            let own = engine.account().name.clone();
            engine.read(|client| {
                let lapsed = client.lapsed_since(BrowserClock.now());
                outbox::waiting(client, lang, &outbox::Reader { lapsed, today, see, own: &own })
            })
        })
    }

    /// What cannot be read any more, by number.
    pub fn set_aside(&self, lang: Lang) -> Vec<SetAside> {
        self.with(|engine| {
            engine.triggers().track_outbox();
            engine.read(|client| outbox::set_aside(client, lang))
        })
    }

    /// The numbers of what was recorded here and is nowhere any more.
    pub fn lost_numbers(&self) -> Vec<String> {
        self.with(|engine| {
            engine.triggers().track_outbox();
            engine.read(outbox::lost_numbers)
        })
    }
}
