//! Exercise counselling: talks with a goal, a plan and the day of the next contact. They are led and kept at the desk.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use crate::access::Action;
use crate::codes::codes;
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

codes! {
    /// How it was a mistake to note a talk. Free words would tell of somebody else in this person's record.
    pub enum TalkMistake { WrongPerson = "wrong_person", Slip = "slip" }
}

/// That a talk was noted by mistake: when somebody said so, and how it was one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakenBack {
    pub on: Day,
    pub why: TalkMistake,
}

/// The schema in which talks came to be taken back.
const TAKEN_BACK_SINCE: u16 = 6;

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
    /// Nobody is shown the words of one that was taken back; they stay with it, so that it can be put back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_back: Option<TakenBack>,
}

impl Talk {
    pub fn stands(&self) -> bool {
        self.taken_back.is_none()
    }

    /// Whether it was taken back on that day: as long as that lasts, one press puts it back.
    pub fn was_taken_back_today(&self, today: Day) -> bool {
        self.taken_back.is_some_and(|taken_back| taken_back.on == today)
    }
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
        /// Notes a talk, corrects what was noted of it, takes it back, or puts it back.
        Record = "talk.record" { talk: Talk },
    }
}

impl VerbRules for Verb {
    type Noun = Talk;

    fn id(&self) -> TalkId {
        let Self::Record { talk } = self;
        talk.id
    }

    fn since(&self) -> u16 {
        let Self::Record { talk } = self;
        if talk.stands() { Talk::SINCE } else { TAKEN_BACK_SINCE }
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
        check(talk.next_on.is_none_or(|next| next >= talk.on), "next_on")?;
        talk.taken_back.map_or(Ok(()), |taken_back| past(taken_back.on, today, "taken_back"))
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

    fn talk() -> Talk {
        let on: Day = "2026-11-21".parse().unwrap();
        Talk {
            id: TalkId(Uuid::nil()),
            participant: ParticipantId(Uuid::nil()),
            on,
            goal: "Kauppaan kävellen".into(),
            plan: "Kävely joka toinen päivä".into(),
            next_on: Some(on.plus_days(14)),
            taken_back: None,
        }
    }

    fn taken_back(on: Day) -> Talk {
        Talk { taken_back: Some(TakenBack { on, why: TalkMistake::WrongPerson }), ..talk() }
    }

    #[test]
    fn a_talk_has_a_goal_and_its_next_contact_lies_after_it() {
        let (talk, today) = (talk(), talk().on);
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

    #[test]
    fn a_talk_that_was_taken_back_stands_no_more_and_can_be_put_back_on_that_day() {
        let today = talk().on;
        let gone = taken_back(today);
        assert!(talk().stands() && !talk().was_taken_back_today(today));
        assert!(!gone.stands() && gone.was_taken_back_today(today));
        assert!(!gone.was_taken_back_today(today.plus_days(1)));
        let checked = |talk: Talk| Verb::Record { talk }.check(today);
        assert_eq!(checked(gone), Ok(()));
        assert_eq!(checked(taken_back(today.plus_days(2))), Err(Invalid::field("taken_back")));
    }

    #[test]
    fn what_stands_is_written_as_before_and_an_earlier_server_holds_what_was_taken_back() {
        let (one, gone) = (talk(), taken_back(talk().on));
        let written = serde_json::to_string(&one).unwrap();
        assert!(!written.contains("taken_back"), "{written}");
        assert_eq!(serde_json::from_str::<Talk>(&written).unwrap(), one);
        let written = serde_json::to_string(&gone).unwrap();
        assert!(written.contains(r#""taken_back":{"on":"2026-11-21","why":"wrong_person"}"#), "{written}");
        assert_eq!(serde_json::from_str::<Talk>(&written).unwrap(), gone);
        assert_eq!([one, gone].map(|talk| Verb::Record { talk }.since()), [3, 6]);
    }
}
