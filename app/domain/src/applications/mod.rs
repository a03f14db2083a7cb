//! Ways into the programme: who asked for a place and how, what was told of the target group, what was decided, and the
//! places that were offered (docs/scoring.md, Who the programme is for; Ways in).

mod advice;
mod funnel;
mod verb;

pub use advice::{Facts, applicant, comes_before};
pub use funnel::{Funnel, Step, funnel};
pub use verb::{Verb, VerbKind};

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use crate::codes::codes;
use crate::eligibility::{Activity, Function, Home};
use crate::ids::{ApplicationId, GroupId, ParticipantId, UserId, uuid_v5};
use crate::people::{Decision, ReferralSource};
use crate::sync::entity::Bucket;
use crate::sync::hlc::Hlc;
use crate::sync::noun::{Noun, Places};
use crate::time::Day;

/// How many groups somebody can wish for, and how many offers one application can have.
pub const MOST_WISHES: usize = 20;
pub const MOST_OFFERS: usize = 60;
/// How many days an offer holds unless somebody says otherwise.
pub const OFFER_DAYS: i64 = 7;
/// How many days an offer may hold at most.
pub const LONGEST_OFFER: i64 = 60;

codes! {
    /// How the application came.
    pub enum Channel { Form = "form", Phone = "phone", Hall = "hall", Paper = "paper" }
}

codes! {
    /// How the person's own yes to somebody else's referral was heard.
    pub enum YesBy { Phone = "phone", InPerson = "in_person", Paper = "paper" }
}

codes! {
    /// An answer that nobody has to give.
    pub enum Said { Yes = "yes", No = "no", NotTold = "not_told" }
}

impl Said {
    /// What was not told is not known.
    pub fn known(self) -> Option<bool> {
        match self {
            Self::Yes => Some(true),
            Self::No => Some(false),
            Self::NotTold => None,
        }
    }
}

codes! {
    /// What became of an offer.
    pub enum Reply {
        Accepted = "accepted",
        Declined = "declined",
        /// Whoever had offered it took it back.
        TakenBack = "taken_back",
    }
}

/// The person's own yes to a referral by somebody else: nothing of their health is kept without it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnYes {
    pub by: YesBy,
    pub on: Day,
}

/// How it began.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    pub source: ReferralSource,
    pub channel: Channel,
    /// Who asked for the person, with a telephone number: one line. Nothing where the person asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referred_by: Option<String>,
}

impl Start {
    /// Whether somebody else asked, so that the person's own yes is needed.
    pub fn is_referral(&self) -> bool {
        self.source != ReferralSource::Myself
    }
}

/// What was told, by whomever it was asked: written whole over what its author had seen (`verb::answer`). `None` is not
/// asked or not told.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Answers {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_yes: Option<OwnYes>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home: Option<Home>,
    pub activity: Activity,
    /// What was told; what was measured lies with the tests.
    pub function: Function,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_transport: Option<Said>,
    /// Receives a housing allowance or a guarantee pension.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pension: Option<Said>,
    /// Why somebody of 65–74 is taken in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception_reason: Option<String>,
    /// The groups that would suit, in the order of their ids; none: any group.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wishes: Vec<GroupId>,
    /// What else to know, for example which days suit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

impl Answers {
    /// Whether something in it says how the person is.
    pub fn tells_of_health(&self) -> bool {
        self.function != Function::default() || self.activity != Activity::default()
    }

    /// With what somebody else told who had not seen these: where something is open here, theirs holds.
    #[must_use]
    fn or(&self, other: &Self) -> Self {
        let text = |own: &Option<String>, other: &Option<String>| own.as_ref().or(other.as_ref()).cloned();
        Self {
            own_yes: self.own_yes.or(other.own_yes),
            home: self.home.or(other.home),
            activity: self.activity.or(other.activity),
            function: self.function.or(other.function),
            no_transport: self.no_transport.or(other.no_transport),
            pension: self.pension.or(other.pension),
            exception_reason: text(&self.exception_reason, &other.exception_reason),
            wishes: if self.wishes.is_empty() { other.wishes.clone() } else { self.wishes.clone() },
            remark: text(&self.remark, &other.remark),
        }
    }

    pub fn would_suit(&self, group: GroupId) -> bool {
        self.wishes.is_empty() || self.wishes.contains(&group)
    }
}

/// In which steps everybody is told how long a queue is, and from where on.
const QUEUE_STEP: usize = 5;

/// How many wait for a group at least, as everybody may know it: in fives, and nothing below five. A queue of two would
/// tell who the other one is, and an exact number would tell of each who came.
pub const fn queue_told(waiting: usize) -> Option<usize> {
    let told = waiting - waiting % QUEUE_STEP;
    if told == 0 { None } else { Some(told) }
}

/// What somebody decided, and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    pub decision: Decision,
    /// Needed for everything but an acceptance.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    pub on: Day,
    pub by: UserId,
}

/// A place that was offered. There is one offer of a group and day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    pub group: GroupId,
    pub on: Day,
    /// The last day on which it can be accepted.
    pub until: Day,
    pub at: Hlc,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replied: Option<Replied>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replied {
    pub reply: Reply,
    pub on: Day,
    pub at: Hlc,
}

impl Offer {
    /// What was replied to it; a reply to an earlier offer of the same day does not count.
    pub fn reply(&self) -> Option<Reply> {
        self.replied.as_ref().filter(|replied| replied.at >= self.at).map(|replied| replied.reply)
    }

    /// Whether it can still be accepted.
    pub fn is_open(&self, today: Day) -> bool {
        self.reply().is_none() && today <= self.until
    }
}

/// One application of one person: of several on one day there is one. Each part is written whole, and of two writers
/// who had not seen each other the later holds (of what was told, answer by answer, where both told); what the other had
/// written stays in the history.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    pub id: ApplicationId,
    pub participant: ParticipantId,
    pub applied_on: Day,
    pub start: Start,
    /// When each part was last written.
    pub started_at: Hlc,
    pub answers: Answers,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Hlc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decided>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Hlc>,
    /// In the order of day and group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<Offer>,
}

/// How far an application has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Nobody has decided yet.
    Undecided,
    /// On the waiting list, nothing is offered.
    Waiting,
    /// On the waiting list, with a place offered.
    Offered {
        group: GroupId,
        on: Day,
        until: Day,
    },
    /// On the waiting list; a place was offered and nobody answered in time.
    RanOut {
        group: GroupId,
        on: Day,
        until: Day,
    },
    Closed(Decision),
}

impl ApplicationId {
    /// There is one application of a person and day.
    pub fn of(participant: ParticipantId, applied_on: Day) -> Self {
        Self(uuid_v5(participant.0, &["application", &applied_on.to_string()]))
    }
}

impl Application {
    pub fn standing(&self, today: Day) -> Standing {
        match self.decided.as_ref().map(|decided| decided.decision) {
            None => Standing::Undecided,
            Some(Decision::WaitingList) => self.waiting(today),
            Some(decision) => Standing::Closed(decision),
        }
    }

    fn waiting(&self, today: Day) -> Standing {
        let Some(newest) = self.offers.iter().max_by(|one, other| one.at.cmp(&other.at)) else {
            return Standing::Waiting;
        };
        let Offer { group, on, until, .. } = *newest;
        match newest.reply() {
            None if newest.is_open(today) => Standing::Offered { group, on, until },
            None => Standing::RanOut { group, on, until },
            Some(_) => Standing::Waiting,
        }
    }

    /// The offer of that group and day.
    pub fn offer(&self, group: GroupId, on: Day) -> Option<&Offer> {
        self.offers.iter().find(|offer| (offer.group, offer.on) == (group, on))
    }

    /// Whether what was told may be kept: of somebody whom others referred, with the person's own yes alone.
    pub fn may_keep(&self, answers: &Answers) -> bool {
        !self.start.is_referral() || answers.own_yes.is_some() || !answers.tells_of_health()
    }
}

/// It lies where its person's groups have their health data, without what the desk alone works with.
impl Noun for Application {
    type Id = ApplicationId;
    const PERSONAL: bool = true;
    const SINCE: u16 = 3;
    const FOLLOWS_PERSON: bool = true;

    fn id(&self) -> ApplicationId {
        self.id
    }

    fn participant(&self) -> Option<ParticipantId> {
        Some(self.participant)
    }

    fn buckets(&self, places: &impl Places) -> BTreeSet<Bucket> {
        places.health_of(self.participant)
    }

    fn shown_in(self, _: Bucket) -> Self {
        Self { decided: None, decided_at: None, offers: Vec::new(), ..self }
    }

    fn readings(&self) -> Vec<&Hlc> {
        let offers = self.offers.iter().flat_map(|offer| [Some(&offer.at), offer.replied.as_ref().map(|r| &r.at)]);
        let parts = [Some(&self.started_at), self.answered_at.as_ref(), self.decided_at.as_ref()];
        parts.into_iter().chain(offers).flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_told_of_a_queue_in_fives_and_of_a_short_one_nothing_more() {
        let told: Vec<_> = [0, 1, 4, 5, 9, 10, 23].into_iter().map(queue_told).collect();
        assert_eq!(told, [None, None, None, Some(5), Some(5), Some(10), Some(20)]);
    }
}
