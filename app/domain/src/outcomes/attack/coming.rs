//! Gaps in coming: what is left of everybody, of one group beside another within it, and between two pages of a period.

use std::collections::BTreeMap;

use super::super::dataset::{Dataset, MarkRow, MembershipRow, ParticipantRow, SessionRow};
use super::super::equity::StratumBy;
use super::super::figures::{ComingGap, Share};
use super::super::publishing::Page;
use super::super::report::Report;
use super::super::suppression::{Coming, Side, Step, Steps};
use super::counts::is_small;
use super::{day, gate, one_group, pages_of_year};
use crate::attendance::Mark;
use crate::people::LivingAlone;
use crate::sessions::SessionStatus;

/// How many came well, of how many.
type CameWell = (u64, u64);

fn part(share: &Share) -> Option<CameWell> {
    Some((*share.x.value()?, *share.n.value()?))
}

/// Those on neither side.
fn rest(report: &Report, gap: &ComingGap) -> Option<CameWell> {
    let ((x, n), group, others) = (part(&report.attendance.good_adherence)?, part(&gap.group)?, part(&gap.others)?);
    Some((x.checked_sub(group.0 + others.0)?, n.checked_sub(group.1 + others.1)?))
}

/// How many of those on neither side came well.
pub(super) fn of_rest(report: &Report) -> Vec<String> {
    let rest = report.coming.iter().filter_map(|gap| rest(report, gap));
    let few = rest.filter(|(x, n)| is_small(*n) || is_small(*x) || is_small(n - x));
    few.map(|(x, n)| format!("{x} of {n} on neither side came well")).collect()
}

/// The few on a side who are new on the later of two pages of a period, or come otherwise.
pub(super) fn on_pages(pages: &[Page]) -> Vec<String> {
    let days = |page: &Page| (page.report.from, page.report.to);
    let pairs = pages.iter().enumerate().flat_map(|(at, now)| pages[..at].iter().map(move |before| (before, now)));
    pairs.filter(|(before, now)| days(before) == days(now)).flat_map(|(before, now)| few_moved(before, now)).collect()
}

fn few_moved(before: &Page, now: &Page) -> Vec<String> {
    let (before, now) = (told(before), told(now));
    let moved = now.iter().filter_map(|(count, now)| Some((count, now.abs_diff(*before.get(count)?))));
    moved.filter(|(_, moved)| is_small(*moved)).map(|(count, moved)| format!("{count}: {moved}")).collect()
}

/// Every count of every gap. Those on neither side follow where everybody is told of the same day.
fn told(page: &Page) -> BTreeMap<String, u64> {
    let is_of_one_day = page.coming_day() == Some(page.made_on);
    let of_gap = |gap: &ComingGap| {
        let rest = rest(&page.report, gap).filter(|_| is_of_one_day);
        let by = gap.by;
        let sides = [("group", part(&gap.group)), ("others", part(&gap.others)), ("neither", rest)];
        let of_side = move |(side, part): (&str, Option<CameWell>)| {
            let counts = part.map(|(x, n)| [("came well", x), ("did not", n - x), ("in all", n)]);
            let named = |(what, count): (&str, u64)| (format!("{by} {side} {what}"), count);
            counts.into_iter().flatten().map(named).collect::<Vec<_>>()
        };
        sides.into_iter().flat_map(of_side).collect::<Vec<_>>()
    };
    page.report.coming.iter().flat_map(of_gap).collect()
}

/// Twenty live alone; they and three others have basic education.
pub(super) fn step_is_needed() {
    let person = |i: usize| {
        let side = |is_of: bool| if is_of { Side::Group } else { Side::Others };
        Coming { sides: [side(i < 20), side(i < 23), Side::Rest], is_good: i.is_multiple_of(2) }
    };
    let people: Vec<Coming> = (0..40).map(person).collect();
    let by = [StratumBy::LivingAlone, StratumBy::Education, StratumBy::IncomeOk];
    let told = |steps: Steps| gate(steps).coming(by, &people);
    assert_eq!(told(Steps::ALL), []);
    let without = told(Steps::all_but(Step::ComingBeside));
    let people = |at: usize| without[at].group.n.value().copied().unwrap();
    assert!(is_small(people(1) - people(0)), "how many of three came well");
}

/// Forty people from January on, of whom twenty live alone and every second comes to every second session; in March so
/// many who live alone begin and come always, and so many who do not. Nobody is tested.
fn town(newcomers: u32, others: u32) -> Dataset {
    const SESSIONS: u32 = 20;
    let mut data = one_group();
    let held = |week: u32| SessionRow {
        group: 0,
        day: day(2026, 1, 7).plus_days(7 * i64::from(week)),
        status: Some(SessionStatus::Held),
    };
    data.sessions.extend((0..SESSIONS).map(held));
    for participant in 0..40 + newcomers + others {
        let is_new = participant >= 40;
        let first: u32 = if is_new { 10 } else { 0 };
        let lives_alone = participant < 20 || (40..40 + newcomers).contains(&participant);
        let living_alone = Some(if lives_alone { LivingAlone::Yes } else { LivingAlone::No });
        data.participants.push(ParticipantRow { living_alone, ..ParticipantRow::default() });
        let joined_on = held(first).day;
        data.memberships.push(MembershipRow { participant, group: 0, joined_on, left_on: None, exit_reason: None });
        let every = if is_new || participant.is_multiple_of(2) { 1 } else { 2 };
        let came = (first..SESSIONS).step_by(every);
        data.marks.extend(came.map(|session| MarkRow::new(session, participant, Mark::Present)));
    }
    data
}

/// The year's pages of March and of June.
pub(super) fn two_pages(newcomers: u32, others: u32, steps: Steps) -> Vec<Page> {
    pages_of_year(&town(newcomers, others), [day(2026, 3, 1), day(2026, 6, 1)], steps)
}

pub(super) fn hold_is_needed() {
    for (newcomers, stays) in [(0, false), (1, true), (4, true), (5, false)] {
        // Of few new ones strata would stay as well, and gaps with them.
        let others = if newcomers > 0 { 5 } else { 0 };
        let pages = two_pages(newcomers, others, Steps::ALL);
        assert_eq!(pages[0].report.coming.len(), 1, "living alone");
        assert_eq!(pages[1].strata_as_of, pages[1].made_on, "nobody was tested: strata change");
        let (from, same) = (pages[usize::from(!stays)].made_on, pages[1].report.coming == pages[0].report.coming);
        assert_eq!((pages[1].coming_day(), same), (Some(from), newcomers < 5), "{newcomers}");
        assert_eq!(on_pages(&pages), Vec::<String>::new(), "{newcomers}");
    }
    let without = two_pages(1, 5, Steps::all_but(Step::ComingStays));
    let expected = ["living_alone group came well: 1", "living_alone group in all: 1"];
    assert_eq!(on_pages(&without), expected);
}
