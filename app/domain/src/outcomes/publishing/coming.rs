//! Gaps in coming on pages: new ones, or the last shown ones with their day where new ones would tell of a few people.

use super::super::figures::{ComingGap, Share};
use super::super::suppression::{Step, Steps};
use super::Page;

/// Between two pages at least so many of a side are new or come otherwise, or nobody.
const FEWEST_MOVED: u64 = 5;

/// How many came well, of how many.
pub(super) type CameWell = (u64, u64);

pub(super) fn settle(page: &mut Page, earlier: &[Page], last: Option<&Page>, steps: Steps) {
    if is_new(page) && steps.takes(Step::ComingStays) && moves_few(page, earlier) {
        page.report.coming = last.map(|last| last.report.coming.clone()).unwrap_or_default();
        page.coming_as_of = last.and_then(Page::coming_day);
    }
}

/// Whether the page tells gaps in coming of its own day: beside older ones everybody's numbers are of other people.
fn is_new(page: &Page) -> bool {
    page.coming_day() == Some(page.made_on)
}

/// Whether a few on one side of a gap are new since an earlier page of the period, or come otherwise: everybody knows who.
fn moves_few(page: &Page, earlier: &[Page]) -> bool {
    let mut before = page.beside_in_period(earlier).filter(|other| is_new(other));
    before.any(|before| page.report.coming.iter().any(|gap| is_moved_by_few(before, page, gap)))
}

/// Which gaps are told may differ: of one that is told anew there is nothing to subtract.
fn is_moved_by_few(before: &Page, page: &Page, gap: &ComingGap) -> bool {
    let old = before.report.coming.iter().find(|old| old.by == gap.by);
    old.is_some_and(|old| parts(before, old).into_iter().zip(parts(page, gap)).any(are_few_moved))
}

/// The group, the others, and what they leave of everybody.
fn parts(page: &Page, gap: &ComingGap) -> [Option<CameWell>; 3] {
    let (group, others) = (part(&gap.group), part(&gap.others));
    let all = part(&page.report.attendance.good_adherence);
    let rest = all.zip(group.zip(others)).and_then(|((x, n), (group, others))| {
        Some((x.checked_sub(group.0 + others.0)?, n.checked_sub(group.1 + others.1)?))
    });
    [group, others, rest]
}

pub(super) fn part(share: &Share) -> Option<CameWell> {
    share.x.value().copied().zip(share.n.value().copied())
}

/// Of those who came well, of those who did not, or of both together.
pub(super) fn are_few_moved((before, now): (Option<CameWell>, Option<CameWell>)) -> bool {
    let counts = |(x, n): CameWell| [x, n.saturating_sub(x), n];
    let is_few = |(before, now): (u64, u64)| (1..FEWEST_MOVED).contains(&before.abs_diff(now));
    before.zip(now).is_some_and(|(before, now)| counts(before).into_iter().zip(counts(now)).any(is_few))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_a_side_nobody_or_enough_are_new_or_come_otherwise() {
        for (before, now, few) in [
            ((18, 40), (18, 40), false),
            // One is new, and came well, or did not.
            ((18, 40), (19, 41), true),
            ((18, 40), (18, 41), true),
            // One does not come well any more.
            ((18, 40), (17, 40), true),
            ((18, 40), (23, 45), false),
            // Six are new, of whom one did not come well.
            ((18, 40), (23, 46), true),
            // One is new, hidden behind five who do not come well any more.
            ((18, 40), (13, 41), true),
            ((18, 40), (23, 50), false),
        ] {
            assert_eq!(are_few_moved((Some(before), Some(now))), few, "{before:?} {now:?}");
        }
        assert!(!are_few_moved((None, Some((18, 40)))), "of which nothing was told");
    }
}
