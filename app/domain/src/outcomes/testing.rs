//! For tests: invented municipalities, whole from a number. The same number gives the same people.

use std::collections::BTreeMap;

use super::council::{COUNCIL_FORMAT, CouncilReport};
use super::dataset::{
    Area, Dataset, GroupRow, MarkRow, MembershipRow, ParticipantRow, Period, ResultRow, SessionRow, Settings,
};
use super::goals::Plan;
use super::{Page, PageKind, compute_for_page, publish, publishing};
use crate::assessments::wellbeing::FOLLOWED;
use crate::assessments::{Aid, OutcomeMeasure};
use crate::attendance::Mark;
use crate::groups::ExitReason;
use crate::ids::MunicipalityCode;
use crate::people::{Decision, Education, IncomeOk, LivingAlone, PersonLanguage, Sex};
use crate::sessions::SessionStatus;
use crate::time::Day;

/// Groups of the invented municipality.
const GROUPS: u64 = 4;

/// A small generator (SplitMix64): enough to invent people.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 0 … `sides` − 1.
    fn below(&mut self, sides: u64) -> u64 {
        self.roll() % sides
    }

    fn between(&mut self, low: i64, high: i64) -> i64 {
        let sides = u64::try_from(high - low + 1).unwrap_or(1);
        low + i64::try_from(self.below(sides)).unwrap_or_default()
    }

    fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> Option<T> {
        let at = usize::try_from(self.below(choices.len().max(1) as u64)).unwrap_or_default();
        choices.get(at).copied()
    }
}

/// What kind of municipality it is: how large, how mixed, how its people change.
struct Kind {
    people: i64,
    /// Per cent of people in the rarer cell of each division.
    rare: u64,
    unknown: u64,
    /// Per cent who are tested again.
    retested: u64,
    /// Everybody changes alike.
    alike: bool,
}

/// The municipality's two named areas.
pub fn settings() -> Settings {
    let area = |name: &str, code: &str| Area { name: name.to_owned(), postal_codes: vec![code.to_owned()] };
    Settings { areas: vec![area("North", "99961"), area("South", "99962")], ..Settings::default() }
}

/// The first day of the invented programme; it goes on for two years.
pub fn first_day() -> Day {
    Day::new(2025, 8, 18).unwrap_or_else(|| unreachable!("a day of the calendar"))
}

/// A municipality of some dozens of people in four groups over two years.
pub fn town(number: u64) -> Dataset {
    let mut dice = Dice(number);
    let kind = Kind {
        people: dice.between(6, 90),
        rare: [2, 8, 20, 45][number as usize % 4],
        unknown: [0, 3, 10][number as usize % 3],
        retested: [95, 80, 55][number as usize / 4 % 3],
        alike: number % 7 == 3,
    };
    let mut data = Dataset::empty(MunicipalityCode::new("091").unwrap_or_else(|| unreachable!()));
    groups(&mut data);
    for _ in 0..kind.people {
        person(&mut data, &mut dice, &kind);
    }
    data
}

/// A report for the council on that page, in which nothing was written, told of costs or residents, or aimed at.
pub fn council(number: u64) -> CouncilReport {
    CouncilReport {
        format_version: COUNCIL_FORMAT,
        municipality: "Koskela".to_owned(),
        k: 5,
        basis: 10,
        page: page(number),
        costs: None,
        population: None,
        plan: Plan::default(),
        texts: BTreeMap::new(),
    }
}

/// A page of one of the periods of an invented municipality, put together a quarter of a year after another of the
/// same period.
pub fn page(number: u64) -> Page {
    let from = |day: i64| first_day().plus_days(day);
    let (kind, from, to) = [
        (PageKind::Season, from(7), from(118)),
        (PageKind::Year, from(0), from(364)),
        (PageKind::CouncilTerm, from(-78), from(1382)),
    ][(number % 3) as usize];
    let data = town(number / 3);
    let on = |cut_off: Day, earlier: &[Page]| {
        let computed = compute_for_page(&data, &Period { from, to, cut_off }, kind, &settings());
        publish(&computed, kind, cut_off, earlier, None)
    };
    let first = from.plus_days(150 + (number % 5) as i64 * 60);
    let before = on(first, &[]);
    on(first.plus_days(92), &[before])
}

/// A report of a year of an invented municipality that stands alone.
pub fn alone(number: u64) -> Page {
    let from = first_day();
    let period = Period { from, to: from.plus_days(364), cut_off: from.plus_days(480) };
    let year = PageKind::Year;
    publishing::alone(&compute_for_page(&town(number), &period, year, &settings()), year, period.cut_off)
}

fn groups(data: &mut Dataset) {
    data.divisions = ["outdoor: B", "strength_balance: A", "strength_balance: B"].map(str::to_owned).to_vec();
    for group in 0..GROUPS as u32 {
        let end = (group == 3).then(|| first_day().plus_days(200));
        let division = [1, 1, 0, 2].get(group as usize).copied();
        let season_start = Some(first_day());
        data.groups.push(GroupRow { group, series: group, season_start, season_end: end, division });
        let weeks = if group == 3 { 28 } else { 104 };
        let held = |week: i64| SessionRow {
            group,
            day: first_day().plus_days(7 * week + i64::from(group)),
            status: Some(SessionStatus::Held),
        };
        data.sessions.extend((0..weeks).map(held));
    }
}

fn person(data: &mut Dataset, dice: &mut Dice, kind: &Kind) {
    let participant = data.participants.len() as u32;
    let group = dice.below(GROUPS) as u32;
    let weeks = if group == 3 { 20 } else { 70 };
    let start = dice.between(0, weeks);
    let first = first_day().plus_days(7 * start + i64::from(group));
    data.participants.push(profile(dice, kind, first));
    let left_on = dice.percent(20).then(|| first.plus_days(dice.between(20, 300)));
    let exit_reason = left_on.and_then(|_| dice.of(ExitReason::ALL));
    data.memberships.push(MembershipRow { participant, group, joined_on: first, left_on, exit_reason });
    visits(data, dice, participant, group, (first, left_on));
    tests(data, dice, kind, participant, first);
}

fn profile(dice: &mut Dice, kind: &Kind, first: Day) -> ParticipantRow {
    let age = if dice.percent(kind.rare) { dice.between(60, 74) } else { dice.between(75, 92) };
    let mut either = |common, rare| match (dice.percent(kind.unknown), dice.percent(kind.rare)) {
        (true, _) => 0,
        (_, true) => rare,
        _ => common,
    };
    let choices: [u8; 6] = std::array::from_fn(|_| either(1, 2));
    let pick = |at: usize| choices.get(at).copied().unwrap_or_default();
    ParticipantRow {
        birth_date: (!dice.percent(kind.unknown)).then(|| first.plus_days(-365 * age - 200)),
        sex: [None, Some(Sex::Female), Some(Sex::Male)][usize::from(pick(0))],
        language: [None, Some(PersonLanguage::Finnish), Some(PersonLanguage::Swedish)][usize::from(pick(1))],
        postal_code: [None, Some("99961".to_owned()), Some("99962".to_owned())][usize::from(pick(2))].clone(),
        living_alone: [None, Some(LivingAlone::No), Some(LivingAlone::Yes)][usize::from(pick(3))],
        education: [None, Some(Education::Higher), Some(Education::Basic)][usize::from(pick(4))],
        income_ok: [None, Some(IncomeOk::Easy), Some(IncomeOk::Hard)][usize::from(pick(5))],
        applied_on: dice.percent(80).then(|| first.plus_days(-10)),
        decision: Some(Decision::Accepted),
        accepted_on: accepted_on(kind, first),
    }
}

/// By municipality: nobody knows when they were accepted, all were before their first test, or on the first visit, on which
/// some of them were tested.
fn accepted_on(kind: &Kind, first: Day) -> Option<Day> {
    match kind.people % 4 {
        0 => None,
        1 => Some(first.plus_days(-5)),
        _ => Some(first),
    }
}

fn visits(data: &mut Dataset, dice: &mut Dice, participant: u32, group: u32, (first, left_on): (Day, Option<Day>)) {
    let stay = first..=left_on.unwrap_or(first.plus_days(800));
    let keen = dice.between(20, 95) as u64;
    let own = data.sessions.iter().zip(0..).filter(|(s, _)| s.group == group && stay.contains(&s.day));
    let marks: Vec<MarkRow> = own
        .filter(|(s, _)| s.day == first || dice.percent(keen))
        .map(|(_, session)| MarkRow::new(session, participant, Mark::Present))
        .collect();
    data.marks.extend(marks);
}

fn tests(data: &mut Dataset, dice: &mut Dice, kind: &Kind, participant: u32, first: Day) {
    let points = dice.between(4, 10);
    let days = [0, 92, 185, 366].map(|day| first.plus_days(day + dice.between(0, 9)));
    // Dice of their own: everything else is as it was before anybody was asked, or given these tests.
    let seed =
        points.unsigned_abs() + 97 * first.days_since(first_day()).unsigned_abs() + 7919 * u64::from(participant);
    let (mut own, mut other) = (Dice(seed), Dice(seed + 1_000_003));
    for (i, day) in days.into_iter().enumerate() {
        if i > 0 && !dice.percent(kind.retested) {
            continue;
        }
        let change = if kind.alike { i64::from(i > 0) } else { dice.between(-1, 3).min(i as i64 * 9) };
        let aid = dice.percent(4).then_some(Aid::Rollator).or(Some(Aid::None));
        let row = |outcome, value: i64| ResultRow {
            participant,
            day,
            outcome,
            value: i32::try_from(value).ok(),
            unable: false,
            course_m: Some(4),
            aid,
        };
        data.results.push(row(OutcomeMeasure::SppbTotal, (points + change).clamp(0, 12)));
        data.results.push(row(OutcomeMeasure::Gait4Speed, 600 + 60 * points + dice.between(-90, 120)));
        let unable = dice.percent(8);
        let chair =
            ResultRow { unable, aid: None, ..row(OutcomeMeasure::Chair5Time, 1900 - 60 * points - 90 * change) };
        data.results.push(ResultRow { value: chair.value.filter(|_| !unable), ..chair });
        for outcome in FOLLOWED {
            data.results.push(ResultRow { course_m: None, aid: None, ..row(outcome, own.between(1, 4)) });
        }
        // Two that stand in no headline; of the second no smallest meaningful change is agreed.
        for (outcome, value) in
            [(OutcomeMeasure::TugTime, other.between(90, 180)), (OutcomeMeasure::SingleLegTime, other.between(20, 200))]
        {
            data.results.push(ResultRow { course_m: None, aid: None, ..row(outcome, value) });
        }
    }
}
