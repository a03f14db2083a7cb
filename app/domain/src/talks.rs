//! Exercise counselling: talks with a goal, a plan and the day of the next contact. They are led and kept at the desk.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use crate::access::Action;
use crate::fields::TEXT;
use crate::ids::{ParticipantId, TalkId};
use crate::names::can_be_said;
use crate::sync::entity::{Bucket, Entity};
use crate::sync::merge::{self, Merged, Write};
use crate::sync::noun::{Known, Noun, Places, VerbRules};
use crate::sync::rights::Rights;
use crate::sync::validate::{Invalid, check, in_our_time, past, text};
use crate::sync::verbs::verbs;
use crate::time::Day;

/// One talk. What is agreed later is another talk; what was written wrong is put right under the same id.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Talk {
    pub id: TalkId,
    pub participant: ParticipantId,
    pub on: Day,
    /// What the person wants, in their own words.
    pub goal: String,
    /// What was agreed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub plan: String,
    /// When somebody gets in touch again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_on: Option<Day>,
}

/// On no tablet: it lies in no bucket.
impl Noun for Talk {
    type Id = TalkId;
    const PERSONAL: bool = true;
    const SINCE: u16 = 3;

    fn id(&self) -> TalkId {
        self.id
    }

    fn participant(&self) -> Option<ParticipantId> {
        Some(self.participant)
    }

    fn buckets(&self, _: &impl Places) -> BTreeSet<Bucket> {
        BTreeSet::new()
    }
}

verbs! {
    pub enum Verb {
        /// Notes a talk, or corrects what was noted of it.
        Record = "talk.record" { talk: Talk },
    }
}

impl VerbRules for Verb {
    type Noun = Talk;

    fn id(&self) -> TalkId {
        let Self::Record { talk } = self;
        talk.id
    }

    fn participant(&self) -> Option<ParticipantId> {
        let Self::Record { talk } = self;
        Some(talk.participant)
    }

    fn is_allowed(&self, rights: &Rights<'_, impl Known>) -> bool {
        let Self::Record { talk } = self;
        rights.at_desk() && rights.about(Action::EditProfiles, talk.participant)
    }

    fn check(&self, today: Day) -> Result<(), Invalid> {
        let Self::Record { talk } = self;
        past(talk.on, today, "on")?;
        check(can_be_said(&talk.goal), "goal")?;
        text(&talk.goal, TEXT, "goal")?;
        text(&talk.plan, TEXT, "plan")?;
        in_our_time(talk.next_on, "next_on")?;
        check(talk.next_on.is_none_or(|next| next >= talk.on), "next_on")
    }

    fn fits(&self, known: &impl Known) -> bool {
        let Self::Record { talk } = self;
        known.is_of_the_same_person(talk)
    }

    fn create(&self, write: &Write<'_>) -> Merged {
        let Self::Record { talk } = self;
        merge::first(talk.clone(), write.at, write)
    }

    /// Written at the desk alone, over the newest version.
    fn merge(&self, entity: &Entity, _: &Talk, write: &Write<'_>) -> Merged {
        let Self::Record { talk } = self;
        merge::later(entity, talk.clone(), write)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_talk_has_a_goal_and_its_next_contact_lies_after_it() {
        let today: Day = "2026-11-21".parse().unwrap();
        let talk = Talk {
            id: TalkId(Uuid::nil()),
            participant: ParticipantId(Uuid::nil()),
            on: today,
            goal: "Kauppaan kävellen".into(),
            plan: "Kävely joka toinen päivä".into(),
            next_on: Some(today.plus_days(14)),
        };
        let checked = |talk: Talk| Verb::Record { talk }.check(today);
        assert_eq!(checked(talk.clone()), Ok(()));
        assert_eq!(checked(Talk { goal: " - ".into(), ..talk.clone() }), Err(Invalid::field("goal")));
        assert_eq!(checked(Talk { on: today.plus_days(2), ..talk.clone() }), Err(Invalid::field("on")));
        assert_eq!(
            checked(Talk { next_on: Some(today.plus_days(-1)), ..talk.clone() }),
            Err(Invalid::field("next_on"))
        );
        assert_eq!(checked(Talk { plan: "a".repeat(4001), ..talk }), Err(Invalid::field("plan")));
    }
}
