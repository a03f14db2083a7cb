//! The list of nouns: what is synchronised. Types, verbs, tables and words go by it; a noun that is missing somewhere
//! does not compile.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use std::collections::BTreeSet;

use super::entity::{Bucket, Entity, EntityKey};
use super::hlc::Hlc;
use super::merge::{Merged, Write};
use super::noun::{Known, Noun, Places, Recorded, Typed, VerbRules, Written};
use super::review::ReviewKind;
use super::rights::Rights;
use super::validate::Invalid;
use crate::ids::{GroupId, ParticipantId};
use crate::people::Clue;
use crate::time::Day;

/// Hands the list to the macro `$then`: each noun's type, its module in this crate, its id, its code.
#[macro_export]
macro_rules! each_noun {
    ($then:ident) => {
        $then! {
            Participant: people, ParticipantId, "participant";
            Group: groups, GroupId, "group";
            Membership: groups::membership, MembershipId, "membership";
            Session: sessions, SessionId, "session";
            Attendance: attendance, AttendanceId, "attendance";
            Assessment: assessments, AssessmentId, "assessment";
            Consent: consents, ConsentId, "consent";
            Incident: incidents, IncidentId, "incident";
            Screening: screenings, ScreeningId, "screening";
            Note: notes, NoteId, "note";
            Pause: pauses, PauseId, "pause";
            Contact: contacts, ContactId, "contact";
            Application: applications, ApplicationId, "application";
            Talk: talks, TalkId, "talk";
            HomeProgramme: home_programmes, HomeProgrammeId, "home_programme";
            HomeWeek: home_weeks, HomeWeekId, "home_week";
            FriendPair: friends, FriendPairId, "friend_pair";
        }
    };
}

macro_rules! types {
    ($($noun:ident: $($module:ident)::+, $id:ident, $code:literal;)*) => {
        crate::codes::codes! {
            pub enum EntityType { $($noun = $code),* }
        }

        impl EntityType {
            /// Whether its content says something of a person: to hand it out is a look that is logged.
            pub const fn is_personal(self) -> bool {
                match self { $(Self::$noun => <crate::$($module)::+::$noun as Noun>::PERSONAL),* }
            }

            /// The schema in which it came to be.
            pub const fn since(self) -> u16 {
                match self { $(Self::$noun => <crate::$($module)::+::$noun as Noun>::SINCE),* }
            }
        }

        /// An entity's content.
        #[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Body { $($noun(crate::$($module)::+::$noun)),* }

        /// What an operation does: for each noun its own verbs.
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum Verb { $($noun(crate::$($module)::+::Verb)),* }

        $(
            impl Typed for crate::$($module)::+::$noun {
                const TYPE: EntityType = EntityType::$noun;

                fn of(body: &Body) -> Option<&Self> {
                    if let Body::$noun(noun) = body { Some(noun) } else { None }
                }
            }

            impl From<crate::$($module)::+::$noun> for Body {
                fn from(noun: crate::$($module)::+::$noun) -> Self {
                    Self::$noun(noun)
                }
            }

            impl From<crate::$($module)::+::Verb> for Verb {
                fn from(verb: crate::$($module)::+::Verb) -> Self {
                    Self::$noun(verb)
                }
            }

            impl From<crate::ids::$id> for EntityKey {
                fn from(id: crate::ids::$id) -> Self {
                    Self { etype: EntityType::$noun, id: id.0 }
                }
            }
        )*
    };
}
each_noun!(types);

macro_rules! content {
    ($($noun:ident: $($module:ident)::+, $id:ident, $code:literal;)*) => {
        /// Each asks the noun ([`Noun`]).
        impl Body {
            pub fn key(&self) -> EntityKey {
                match self { $(Self::$noun(noun) => noun.id().into()),* }
            }

            pub fn participant(&self) -> Option<ParticipantId> {
                match self { $(Self::$noun(noun) => noun.participant()),* }
            }

            /// The person whom it follows into the buckets of groups.
            pub fn follows(&self) -> Option<ParticipantId> {
                let follows = match self { $(Self::$noun(_) => <crate::$($module)::+::$noun as Noun>::FOLLOWS_PERSON),* };
                self.participant().filter(|_| follows)
            }

            /// The person with whom it leaves its group's tablets.
            pub fn lapses_with(&self) -> Option<ParticipantId> {
                let lapses =
                    match self { $(Self::$noun(_) => <crate::$($module)::+::$noun as Noun>::LAPSES_WITH_PERSON),* };
                self.participant().filter(|_| lapses)
            }

            pub fn parents(&self) -> Vec<uuid::Uuid> {
                match self { $(Self::$noun(noun) => noun.parents()),* }
            }

            pub fn stands_on(&self) -> Vec<EntityKey> {
                match self { $(Self::$noun(noun) => noun.stands_on()),* }
            }

            pub fn buckets(&self, places: &impl Places) -> BTreeSet<Bucket> {
                match self { $(Self::$noun(noun) => noun.buckets(places)),* }
            }

            #[must_use]
            pub fn shown_in(self, bucket: Bucket) -> Self {
                match self { $(Self::$noun(noun) => Self::$noun(noun.shown_in(bucket))),* }
            }

            #[must_use]
            pub fn shown_to(self, schema: u16) -> Self {
                match self { $(Self::$noun(noun) => Self::$noun(noun.shown_to(schema))),* }
            }

            pub fn contested(&self) -> Option<(ReviewKind, bool)> {
                match self { $(Self::$noun(noun) => noun.contested()),* }
            }

            pub fn readings(&self) -> Vec<&Hlc> {
                match self { $(Self::$noun(noun) => noun.readings()),* }
            }
        }
    };
}
each_noun!(content);

macro_rules! rules {
    ($($noun:ident: $($module:ident)::+, $id:ident, $code:literal;)*) => {
        /// Each asks the noun's verb ([`VerbRules`]).
        impl Verb {
            /// Every kind, in the order of the nouns and their verbs.
            pub fn kinds() -> impl Iterator<Item = &'static str> {
                [$(<crate::$($module)::+::Verb as Written>::KINDS),*].into_iter().flatten().copied()
            }

            pub fn kind(&self) -> &'static str {
                match self { $(Self::$noun(verb) => verb.kind()),* }
            }

            pub(super) fn write_fields<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                match self { $(Self::$noun(verb) => verb.write_fields(to)),* }
            }

            /// `None`: no noun has such a kind.
            pub(super) fn read(kind: &str, fields: &RawValue) -> Option<serde_json::Result<Self>> {
                $(if let Some(read) = <crate::$($module)::+::Verb as Written>::read(kind, fields) {
                    return Some(read.map(Self::$noun));
                })*
                None
            }

            /// The person who is new by it.
            pub fn registers(&self) -> Option<ParticipantId> {
                match self {
                    Self::Participant(crate::people::Verb::Register { id, .. }) => Some(*id),
                    _ => None,
                }
            }

            pub fn since(&self) -> u16 {
                match self { $(Self::$noun(verb) => verb.since()),* }
            }

            pub fn target(&self) -> EntityKey {
                match self { $(Self::$noun(verb) => verb.id().into()),* }
            }

            pub fn participant(&self) -> Option<ParticipantId> {
                match self { $(Self::$noun(verb) => verb.participant()),* }
            }

            pub fn group(&self) -> Option<GroupId> {
                match self { $(Self::$noun(verb) => verb.group()),* }
            }

            pub fn names(&self) -> Vec<EntityKey> {
                match self { $(Self::$noun(verb) => verb.names()),* }
            }

            pub fn results_of(&self, known: &impl Known) -> Option<ParticipantId> {
                match self { $(Self::$noun(verb) => verb.results_of(known)),* }
            }

            pub fn ends_on(&self) -> Option<Day> {
                match self { $(Self::$noun(verb) => verb.ends_on()),* }
            }

            pub fn members_of(&self) -> Option<GroupId> {
                match self { $(Self::$noun(verb) => verb.members_of()),* }
            }

            pub fn clues(&self, known: &impl Known) -> Vec<Clue> {
                match self { $(Self::$noun(verb) => verb.clues(known)),* }
            }

            /// Nothing where a tablet may say all of it.
            pub fn as_tablets_may(&self) -> Option<Self> {
                match self { $(Self::$noun(verb) => verb.as_tablets_may().map(Self::$noun)),* }
            }

            pub fn complete<'a>(&mut self, known: impl Iterator<Item = &'a Body>, recorded: Recorded) {
                match self { $(Self::$noun(verb) => verb.complete(known, recorded)),* }
            }

            pub fn is_allowed(&self, rights: &Rights<'_, impl Known>) -> bool {
                match self { $(Self::$noun(verb) => verb.is_allowed(rights)),* }
            }

            pub fn has_own_way(&self) -> bool {
                match self { $(Self::$noun(verb) => verb.has_own_way()),* }
            }

            pub fn check(&self, today: Day) -> Result<(), Invalid> {
                match self { $(Self::$noun(verb) => verb.check(today)),* }
            }

            pub fn fits(&self, known: &impl Known) -> bool {
                match self { $(Self::$noun(verb) => verb.fits(known)),* }
            }

            pub fn create(&self, write: &Write<'_>) -> Merged {
                match self { $(Self::$noun(verb) => verb.create(write)),* }
            }

            pub fn merge(&self, entity: &Entity, there: &Body, write: &Write<'_>) -> Merged {
                match (self, there) {
                    $((Self::$noun(verb), Body::$noun(there)) => verb.merge(entity, there, write),)*
                    _ => Merged::Invalid(None),
                }
            }

            /// As `merge`, by a program of that schema.
            pub fn merge_by(&self, schema: u16, entity: &Entity, there: &Body, write: &Write<'_>) -> Merged {
                match (self, there) {
                    $((Self::$noun(verb), Body::$noun(there)) => verb.merge_by(schema, entity, there, write),)*
                    _ => Merged::Invalid(None),
                }
            }

            pub fn resembles(&self, known: &impl Known, write: &Write<'_>) -> Vec<(ReviewKind, Vec<EntityKey>)> {
                match self { $(Self::$noun(verb) => verb.resembles(known, write)),* }
            }
        }
    };
}
each_noun!(rules);
