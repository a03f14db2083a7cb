//! Reasons of leaving on pages: new ones, or the last shown ones with their day where new ones would tell those of a few
//! people.

use super::super::figures::Leaving;
use super::super::follow_up::Compared;
use super::super::suppression::{Step, Steps};
use super::Page;
use super::differences::{Block, conflict};
use crate::assessments::OutcomeMeasure;

/// Of the same people at least so many have another reason, or nobody.
const FEWEST_MOVED: u64 = 5;

pub(super) fn settle(page: &mut Page, earlier: &[Page], last: Option<&Page>, seen: &[Compared], steps: Steps) {
    page.leaving_as_of = page.report.leaving.as_ref().map(|_| page.made_on);
    let Some(new) = block(page) else { return };
    let others: Vec<Block> = page.beside(earlier).filter_map(block).collect();
    // Reasons are classes: no mean of them is told, of whatever outcome.
    let tells_few = conflict(OutcomeMeasure::SppbTotal, &new, &others, seen, steps).classes;
    if tells_few || (steps.takes(Step::DifferenceOfClasses) && moves_few(page, earlier)) {
        let kept = last.filter(|last| block(last).is_some());
        page.report.leaving = kept.and_then(|last| last.report.leaving.clone());
        page.leaving_as_of = kept.and_then(|last| last.leaving_as_of);
    }
}

/// Whether a few of the people of an earlier page of the period have another reason now: it was told late, or they came
/// again, and everybody knows who did.
fn moves_few(page: &Page, earlier: &[Page]) -> bool {
    let Some(now) = &page.report.leaving else { return false };
    let mut before = page.beside_in_period(earlier);
    before.any(|other| other.report.leaving.as_ref().is_some_and(|before| are_few_moved(before, now)))
}

fn are_few_moved(before: &Leaving, now: &Leaving) -> bool {
    let is_few = |(before, now): (Option<u64>, Option<u64>)| {
        before.zip(now).is_some_and(|(before, now)| (1..FEWEST_MOVED).contains(&before.abs_diff(now)))
    };
    before.n.value() == now.n.value() && counts(before).into_iter().zip(counts(now)).any(is_few)
}

/// Those out for each reason, where they are told.
fn counts(told: &Leaving) -> [Option<u64>; 5] {
    let Leaving { group_ended, goal_reached, died_or_moved, other, unknown, .. } = told;
    [group_ended, goal_reached, died_or_moved, other, unknown].map(|count| count.value().copied())
}

/// Of a page that tells reasons.
fn block(page: &Page) -> Option<Block> {
    let (told, as_of) = (page.report.leaving.as_ref()?, page.leaving_as_of?);
    Some(Block::of_leaving(page, as_of, told)).filter(Block::shows_something)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many observed, and out for each reason; nothing where it is hidden.
    fn told(n: u64, [group_ended, goal_reached, died_or_moved, other, unknown]: [Option<u64>; 5]) -> Leaving {
        let told = serde_json::json!({
            "n": n, "group_ended": group_ended, "goal_reached": goal_reached, "died_or_moved": died_or_moved,
            "other": other, "unknown": unknown,
        });
        serde_json::from_value(told).unwrap()
    }

    #[test]
    fn of_the_same_people_nobody_has_another_reason_or_enough_do() {
        let before = told(80, [Some(0), Some(6), None, Some(9), Some(12)]);
        for (now, few) in [
            (told(80, [Some(0), Some(6), None, Some(9), Some(12)]), false),
            // One who was away without a word told why.
            (told(80, [Some(0), Some(6), None, Some(10), Some(11)]), true),
            // One came again.
            (told(80, [Some(0), Some(6), None, Some(9), Some(11)]), true),
            (told(80, [Some(0), Some(6), None, Some(14), Some(7)]), false),
            (told(80, [Some(0), None, Some(5), Some(9), Some(12)]), false),
            // Enough others are observed as well.
            (told(86, [Some(0), Some(7), None, Some(10), Some(13)]), false),
        ] {
            assert_eq!(are_few_moved(&before, &now), few, "{now:?}");
        }
    }
}
