//! Undo back through the session: what each tap changed, so that it can be put back.

use domain::attendance::Mark;
use domain::ids::{GroupId, ParticipantId};
use domain::time::Day;
use serde::{Deserialize, Serialize};

/// One person's mark before and after.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Change {
    pub participant: ParticipantId,
    pub before: Option<Mark>,
    pub after: Option<Mark>,
}

/// What was done at one go: a tap, or "all present".
pub type Step = Vec<Change>;

/// The draft in which the steps of a session are kept.
pub fn draft(group: GroupId, day: Day) -> String {
    format!("undo/{group}/{day}")
}

/// The mark that everybody got in a step, or lost; nothing where it was not one for all.
pub fn mark_of_all(step: &[Change]) -> Option<Option<Mark>> {
    let (first, rest) = step.split_first()?;
    rest.iter().all(|change| change.after == first.after).then_some(first.after)
}

/// The steps of this session, oldest first. They are kept on the tablet until the session is ended.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Undo(Vec<Step>);

impl Undo {
    /// Notes a step; one that changed nothing is none.
    pub fn did(&mut self, step: Step) {
        let step: Step = step.into_iter().filter(|change| change.before != change.after).collect();
        if !step.is_empty() {
            self.0.push(step);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn last(&self) -> Option<&Step> {
        self.0.last()
    }

    /// Takes the last step back: who gets which mark. A mark that somebody changed since then stays, and a step of
    /// which nothing holds any more is passed over.
    pub fn take(&mut self, now: impl Fn(ParticipantId) -> Option<Mark>) -> Vec<(ParticipantId, Option<Mark>)> {
        while let Some(step) = self.0.pop() {
            let holds = step.into_iter().filter(|change| now(change.participant) == change.after);
            let back: Vec<_> = holds.map(|change| (change.participant, change.before)).collect();
            if !back.is_empty() {
                return back;
            }
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(n: u128) -> ParticipantId {
        ParticipantId(uuid::Uuid::from_u128(n))
    }

    fn change(n: u128, before: Option<Mark>, after: Option<Mark>) -> Change {
        Change { participant: person(n), before, after }
    }

    #[test]
    fn steps_are_taken_back_newest_first() {
        let mut undo = Undo::default();
        undo.did(vec![change(1, None, Some(Mark::Present))]);
        undo.did(vec![change(2, None, Some(Mark::Present)), change(3, None, Some(Mark::Present))]);
        assert_eq!(undo.take(|_| Some(Mark::Present)), [(person(2), None), (person(3), None)]);
        assert_eq!(undo.take(|_| Some(Mark::Present)), [(person(1), None)]);
        assert!(undo.take(|_| None).is_empty());
    }

    #[test]
    fn a_mark_changed_meanwhile_by_somebody_else_is_left_alone() {
        let mut undo = Undo::default();
        undo.did(vec![change(1, None, Some(Mark::Present))]);
        assert!(undo.take(|_| Some(Mark::AbsentInformed)).is_empty());
    }

    #[test]
    fn a_step_that_somebody_else_undid_is_passed_over() {
        let mut undo = Undo::default();
        undo.did(vec![change(1, None, Some(Mark::Present))]);
        undo.did(vec![change(2, None, Some(Mark::Present))]);
        let now = |id| (id == person(1)).then_some(Mark::Present);
        assert_eq!(undo.take(now), [(person(1), None)]);
    }

    #[test]
    fn steps_come_back_from_the_store_as_they_were() {
        let mut undo = Undo::default();
        undo.did(vec![
            change(1, Some(Mark::AbsentInformed), Some(Mark::Present)),
            change(2, None, Some(Mark::Present)),
        ]);
        let kept = serde_json::to_string(&undo).unwrap();
        assert_eq!(serde_json::from_str::<Undo>(&kept).unwrap(), undo);
    }

    #[test]
    fn a_step_of_many_is_told_by_the_mark_that_all_got() {
        let (present, absent) = (Some(Mark::Present), Some(Mark::AbsentUnknown));
        assert_eq!(mark_of_all(&[change(1, None, absent), change(2, present, absent)]), Some(absent));
        assert_eq!(mark_of_all(&[change(1, present, None), change(2, present, None)]), Some(None));
        assert_eq!(mark_of_all(&[change(1, None, present), change(2, None, absent)]), None);
    }

    #[test]
    fn a_step_that_changed_nothing_is_not_kept() {
        let mut undo = Undo::default();
        undo.did(vec![change(1, Some(Mark::Present), Some(Mark::Present))]);
        assert_eq!(undo.last(), None);
    }
}
