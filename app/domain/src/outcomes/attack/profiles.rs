//! Who was tested again and who was missed: what one side leaves of all who were due, and the few between two pages of a
//! period.

use super::super::dataset::{Dataset, MarkRow, ParticipantRow};
use super::super::figures::{Profile, Share};
use super::super::publishing::Page;
use super::super::report::Report;
use super::super::suppression::{ProfileNumbers, Step, Steps};
use super::counts::is_small;
use super::{day, gate, one_session, pages_of_year, tested};
use crate::attendance::Mark;
use crate::people::Sex;

/// How many women, of how many.
type Part = (u64, u64);

fn part(share: &Share) -> Option<Part> {
    Some((*share.x.value()?, *share.n.value()?))
}

/// The few on a side who are new on the later of two pages of a period, by whether they are women or men.
pub(super) fn on_pages(pages: &[Page]) -> Vec<String> {
    let days = |page: &Page| (page.report.from, page.report.to);
    let pairs = pages.iter().enumerate().flat_map(|(at, now)| pages[..at].iter().map(move |before| (before, now)));
    pairs.filter(|(before, now)| days(before) == days(now)).flat_map(|(before, now)| few_moved(before, now)).collect()
}

fn few_moved(before: &Page, now: &Page) -> Vec<String> {
    let moved = told(before).into_iter().zip(told(now)).map(|((what, before), (_, now))| (what, before.abs_diff(now)));
    let moved =
        moved.chain(missed(before).into_iter().zip(missed(now)).flat_map(|(before, now)| missed_moved(before, now)));
    moved.filter(|(_, moved)| is_small(*moved)).map(|(what, moved)| format!("{what}: {moved}")).collect()
}

/// How many of those who were missed had left.
fn missed(page: &Page) -> Option<Part> {
    page.report.missed.as_ref().and_then(part)
}

fn missed_moved((left, all): Part, (left_now, all_now): Part) -> Vec<(String, u64)> {
    let stayed = (all - left).abs_diff(all_now - left_now);
    vec![("had left".to_owned(), left.abs_diff(left_now)), ("had stayed".to_owned(), stayed)]
}

/// How many were tested again, where few were, out of those who were due and those who were missed of one day.
pub(super) fn of_missed(report: &Report) -> Option<String> {
    let (due, missed) = (report.flow.m3.due.value()?, report.missed.as_ref()?.n.value()?);
    let retested = due.checked_sub(*missed)?;
    is_small(retested).then(|| format!("{retested} of {due} tested again"))
}

/// Every count of a page, always the same ones in the same order, or none.
fn told(page: &Page) -> Vec<(String, u64)> {
    let of_side = |(side, of): (&str, &Profile)| {
        let counts = part(&of.women).map(|(women, known)| [("women", women), ("men", known - women)]);
        let all = of.n.value().map(|n| ("in all", *n));
        let named = |(what, count): (&str, u64)| (format!("{side}, {what}"), count);
        counts.into_iter().flatten().chain(all).map(named).collect::<Vec<_>>()
    };
    let sides = page.report.profiles.iter().flat_map(|both| [("retested", &both.retested), ("missed", &both.missed)]);
    sides.flat_map(of_side).collect()
}

/// So many women and men, of whom it is known how old they were.
fn side(women: u64, men: u64) -> ProfileNumbers {
    let mut side = ProfileNumbers::default();
    (0..women).for_each(|_| side.add(Some(80.0), Some(true)));
    (0..men).for_each(|_| side.add(Some(84.0), Some(false)));
    side
}

/// How many women and men of all who were due are on the one side follows from the other, where strata tell how many there
/// are in all.
fn is_found(retested: (u64, u64), missed: (u64, u64), steps: Steps) -> bool {
    let sides = [side(retested.0, retested.1), side(missed.0, missed.1)];
    let Some(both) = gate(steps).profiles(&sides) else { return false };
    let few = |(women, men): (u64, u64)| is_small(women) || is_small(men);
    match [part(&both.retested.women), part(&both.missed.women)] {
        [Some(_), None] => few(missed),
        [None, Some(_)] => few(retested),
        [Some(_), Some(_)] => few(retested) || few(missed),
        [None, None] => false,
    }
}

pub(super) fn step_is_needed() {
    let sizes = || (0..12_u64).flat_map(|women| (0..12_u64).map(move |men| (women, men)));
    let found = |steps: Steps| {
        sizes().filter(|missed| is_found((20, 10), *missed, steps) || is_found(*missed, (20, 10), steps)).count()
    };
    assert_eq!(found(Steps::ALL), 0);
    assert!(found(Steps::all_but(Step::ProfilesTogether)) > 0);
}

/// Fifty people who came on one day, every second of them a woman; 26 were tested twice. So many of those who were tested
/// once were tested two weeks after the others, and become due after them.
fn town(late: u32) -> Dataset {
    let first = day(2026, 1, 7);
    let mut data = one_session(first);
    for participant in 0..50 {
        let sex = Some(if participant % 2 == 0 { Sex::Female } else { Sex::Male });
        let birth_date = Some(day(1945, 1, 1));
        data.participants.push(ParticipantRow { sex, birth_date, ..ParticipantRow::default() });
        data.marks.push(MarkRow::new(0, participant, Mark::Present));
        let is_late = (26..26 + late).contains(&participant);
        let tests = tested(participant, first.plus_days(if is_late { 14 } else { 0 }));
        data.results.extend(tests.into_iter().take(if participant < 26 { 2 } else { 1 }));
    }
    data
}

/// The year's pages of before and after those few have become due.
fn two_pages(late: u32, steps: Steps) -> Vec<Page> {
    pages_of_year(&town(late), [day(2026, 5, 28), day(2026, 7, 1)], steps)
}

pub(super) fn hold_is_needed() {
    let missed = |page: &Page| page.report.profiles.as_ref().and_then(|both| both.missed.n.value().copied());
    for (late, stays) in [(0, false), (1, true), (4, true), (8, true), (10, false)] {
        let pages = two_pages(late, Steps::ALL);
        let now = if stays { 24 - u64::from(late) } else { 24 };
        assert_eq!((missed(&pages[0]), missed(&pages[1])), (Some(24 - u64::from(late)), Some(now)), "{late}");
        assert_eq!(pages[1].profiles_kept(), stays.then_some(pages[0].made_on), "{late}");
        assert_eq!(on_pages(&pages), Vec::<String>::new(), "{late}");
    }
    let without = on_pages(&two_pages(1, Steps::all_but(Step::ProfilesStay)));
    assert_eq!(without, ["missed, women: 1", "missed, in all: 1", "had stayed: 1"]);
}
