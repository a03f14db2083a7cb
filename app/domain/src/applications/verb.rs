//! What is done with an application. Each verb writes one part of it whole; of what is told, each answer counts where two
//! tell without knowledge of each other.

use super::{Answers, Application, Decided, LONGEST_OFFER, MOST_OFFERS, MOST_WISHES, Offer, Replied, Reply, Start};
use crate::access::Action;
use crate::eligibility::{Function, needs_reason};
use crate::fields::TEXT;
use crate::ids::{ApplicationId, GroupId, ParticipantId};
use crate::names::can_be_said;
use crate::sync::entity::{Entity, EntityKey};
use crate::sync::hlc::Hlc;
use crate::sync::merge::{self, Merged, Write, is_concurrent};
use crate::sync::noun::{Known, VerbRules};
use crate::sync::rights::Rights;
use crate::sync::validate::{Invalid, check, optional_line, past, text};
use crate::sync::verbs::verbs;
use crate::time::Day;

verbs! {
    pub enum Verb {
        /// Somebody applies, or is referred. The id follows from person and day.
        Record = "application.record" {
            id: ApplicationId, participant: ParticipantId, applied_on: Day, start: Start, answers: Box<Answers>,
        },
        /// What was told is written anew.
        Answer = "application.answer" { id: ApplicationId, participant: ParticipantId, answers: Box<Answers> },
        Decide = "application.decide" { id: ApplicationId, participant: ParticipantId, decided: Decided },
        /// A place in a group, to be accepted until a day.
        Offer = "application.offer" {
            id: ApplicationId, participant: ParticipantId, group: GroupId, on: Day, until: Day,
        },
        /// What became of the offer of that group and day (`offered_on`).
        Reply = "application.reply" {
            id: ApplicationId, participant: ParticipantId, group: GroupId, offered_on: Day, reply: Reply, on: Day,
        },
    }
}

impl Verb {
    const fn person(&self) -> ParticipantId {
        match self {
            Self::Record { participant, .. }
            | Self::Answer { participant, .. }
            | Self::Decide { participant, .. }
            | Self::Offer { participant, .. }
            | Self::Reply { participant, .. } => *participant,
        }
    }

    /// Writes its part into what is there, if it is the later word on it.
    fn write(&self, application: &mut Application, word: Word<'_>) {
        match self {
            Self::Record { start, answers, .. } => {
                if word.beats(&application.started_at) {
                    (application.start, application.started_at) = (start.clone(), word.at.clone());
                }
                // Who tells nothing takes nothing back.
                if **answers != Answers::default() {
                    answer(application, answers, word);
                }
            }
            Self::Answer { answers, .. } => answer(application, answers, word),
            Self::Decide { decided, .. } => {
                if application.decided_at.as_ref().is_none_or(|before| word.beats(before)) {
                    (application.decided, application.decided_at) = (Some(decided.clone()), Some(word.at.clone()));
                }
            }
            Self::Offer { group, on, until, .. } => offer(application, (*group, *on, *until), word),
            Self::Reply { group, offered_on, reply, on, .. } => {
                let of = |offer: &&mut Offer| (offer.group, offer.on) == (*group, *offered_on);
                let later = |offer: &Offer| offer.replied.as_ref().is_none_or(|before| word.beats(&before.at));
                if let Some(offer) = application.offers.iter_mut().find(of).filter(|offer| later(offer)) {
                    offer.replied = Some(Replied { reply: *reply, on: *on, at: word.at.clone() });
                }
            }
        }
    }

    /// An application of which nothing is told yet.
    fn blank(&self) -> Option<Application> {
        let Self::Record { id, participant, applied_on, start, .. } = self else { return None };
        Some(Application {
            id: *id,
            participant: *participant,
            applied_on: *applied_on,
            start: start.clone(),
            started_at: Hlc::default(),
            answers: Answers::default(),
            answered_at: None,
            decided: None,
            decided_at: None,
            offers: Vec::new(),
        })
    }
}

/// When something is said, and whether its author had not seen what others have said since.
#[derive(Clone, Copy)]
struct Word<'a> {
    at: &'a Hlc,
    concurrent: bool,
}

impl Word<'_> {
    /// Whoever had seen the word before has the last one; of two who had not, the later.
    fn beats(self, before: &Hlc) -> bool {
        !self.concurrent || self.at > before
    }
}

/// Two who fill in different parts on two tablets both count: whoever had not seen the other's answers leaves open, but
/// takes nothing back.
fn answer(application: &mut Application, answers: &Answers, word: Word<'_>) {
    let before = application.answered_at.clone().filter(|_| word.concurrent);
    application.answers = match &before {
        None => answers.clone(),
        Some(before) if word.at > before => answers.or(&application.answers),
        Some(_) => application.answers.or(answers),
    };
    application.answered_at = before.max(Some(word.at.clone()));
}

fn offer(application: &mut Application, (group, on, until): (GroupId, Day, Day), word: Word<'_>) {
    let (at, offers) = (word.at.clone(), &mut application.offers);
    match offers.binary_search_by(|offer| (offer.on, offer.group).cmp(&(on, group))) {
        Ok(place) if word.beats(&offers[place].at) => {
            // What was replied to the offer before is answered by this one.
            let replied = offers[place].replied.take().filter(|_| word.concurrent);
            offers[place] = Offer { group, on, until, at, replied };
        }
        Ok(_) => {}
        Err(place) => offers.insert(place, Offer { group, on, until, at, replied: None }),
    }
}

impl Answers {
    fn check(&self, today: Day) -> Result<(), Invalid> {
        let Function { sppb_total, usual_gait, chair5_time, .. } = self.function;
        check(sppb_total.is_none() && usual_gait.is_none() && chair5_time.is_none(), "function")?;
        check(self.activity.strength_days.is_none_or(|days| days <= 7), "strength_days")?;
        check(self.activity.brisk_minutes.is_none_or(|minutes| minutes <= 2000), "brisk_minutes")?;
        check(self.wishes.len() <= MOST_WISHES && self.wishes.is_sorted_by(|a, b| a < b), "wishes")?;
        self.own_yes.map_or(Ok(()), |yes| past(yes.on, today, "own_yes"))?;
        for (value, name) in [(&self.exception_reason, "exception_reason"), (&self.remark, "remark")] {
            value.as_deref().map_or(Ok(()), |value| text(value, TEXT, name))?;
        }
        Ok(())
    }
}

impl VerbRules for Verb {
    type Noun = Application;

    fn id(&self) -> ApplicationId {
        match self {
            Self::Record { id, .. }
            | Self::Answer { id, .. }
            | Self::Decide { id, .. }
            | Self::Offer { id, .. }
            | Self::Reply { id, .. } => *id,
        }
    }

    fn participant(&self) -> Option<ParticipantId> {
        Some(self.person())
    }

    fn group(&self) -> Option<GroupId> {
        match self {
            Self::Offer { group, .. } | Self::Reply { group, .. } => Some(*group),
            Self::Record { .. } | Self::Answer { .. } | Self::Decide { .. } => None,
        }
    }

    fn results_of(&self, _: &impl Known) -> Option<ParticipantId> {
        matches!(self, Self::Record { .. }).then(|| self.person())
    }

    /// Whoever looks after the person asks; who decides and offers places works at the desk, in their own name, about the
    /// person whose application it is.
    fn is_allowed(&self, rights: &Rights<'_, impl Known>) -> bool {
        let there = rights.known.get::<Application>(self.id());
        let about = |action, person| rights.about(action, person);
        let decides = || {
            let person = there.map(|application| application.participant);
            rights.at_desk() && person.is_some_and(|person| about(Action::ManageGroups, person))
        };
        match self {
            Self::Record { participant, .. } => about(Action::EditProfiles, *participant),
            Self::Answer { .. } => there.is_some_and(|one| about(Action::EditProfiles, one.participant)),
            Self::Decide { decided, .. } => decides() && decided.by == rights.grants.user,
            Self::Offer { group, .. } => decides() && rights.in_group(Action::ManageGroups, *group),
            // The group may have gone to another organisation since.
            Self::Reply { .. } => decides(),
        }
    }

    fn check(&self, today: Day) -> Result<(), Invalid> {
        match self {
            Self::Record { id, participant, applied_on, start, answers } => {
                check(*id == ApplicationId::of(*participant, *applied_on), "id")?;
                past(*applied_on, today, "applied_on")?;
                optional_line(start.referred_by.as_ref(), "referred_by")?;
                answers.check(today)?;
                let kept = !start.is_referral() || answers.own_yes.is_some() || !answers.tells_of_health();
                check(kept, "own_yes")
            }
            Self::Answer { answers, .. } => answers.check(today),
            Self::Decide { decided, .. } => {
                past(decided.on, today, "on")?;
                text(&decided.reason, TEXT, "reason")?;
                check(!needs_reason(decided.decision) || can_be_said(&decided.reason), "reason")
            }
            Self::Offer { on, until, .. } => {
                past(*on, today, "on")?;
                check(*on <= *until && until.days_since(*on) <= LONGEST_OFFER, "until")
            }
            Self::Reply { on, offered_on, .. } => {
                past(*on, today, "on")?;
                check(offered_on <= on, "on")
            }
        }
    }

    fn fits(&self, known: &impl Known) -> bool {
        let there = known.get::<Application>(self.id());
        match self {
            Self::Record { participant, .. } => known.has_person(*participant),
            Self::Answer { answers, .. } => there.is_none_or(|application| application.may_keep(answers)),
            Self::Decide { .. } => true,
            Self::Offer { group, .. } => {
                known.has_group(*group) && there.is_none_or(|application| application.offers.len() < MOST_OFFERS)
            }
            Self::Reply { group, offered_on, .. } => {
                there.is_none_or(|application| application.offer(*group, *offered_on).is_some())
            }
        }
    }

    fn names(&self) -> Vec<EntityKey> {
        let person = EntityKey::from(self.person());
        std::iter::once(person).chain(self.group().map(EntityKey::from)).collect()
    }

    fn create(&self, write: &Write<'_>) -> Merged {
        let Some(mut application) = self.blank() else { return Merged::Invalid(None) };
        self.write(&mut application, Word { at: write.at, concurrent: false });
        merge::first(application, write.at, write)
    }

    fn merge(&self, entity: &Entity, there: &Application, write: &Write<'_>) -> Merged {
        if self.person() != there.participant {
            return Merged::Invalid(Some(Invalid::field("participant")));
        }
        let (mut wanted, concurrent) = (there.clone(), is_concurrent(entity, write));
        self.write(&mut wanted, Word { at: write.at, concurrent });
        if write.settled && !concurrent && wanted.says_the_same(there) {
            return Merged::Noop;
        }
        let at = entity.at.clone().max(write.at.clone());
        merge::changed(merge::next(entity, wanted, at, write), None)
    }
}

impl Application {
    /// Whether nothing but the times of writing differs.
    fn says_the_same(&self, other: &Self) -> bool {
        let offers = |one: &Self| {
            let told = |offer: &Offer| (offer.group, offer.on, offer.until, offer.reply());
            one.offers.iter().map(told).collect::<Vec<_>>()
        };
        (&self.start, &self.answers, &self.decided) == (&other.start, &other.answers, &other.decided)
            && offers(self) == offers(other)
    }
}

#[cfg(test)]
mod tests;
