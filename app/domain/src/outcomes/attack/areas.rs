//! Areas that are cut or named anew while figures of the year are told by the old ones: everybody knows which postal codes
//! belonged together on which day.

use std::collections::BTreeSet;

use super::super::areas::{AreaPlan, WantedArea, division};
use super::super::compute::compute_by;
use super::super::dataset::{Area, Dataset, MarkRow, ParticipantRow, Period, SessionRow, Settings};
use super::super::equity::StratumBy;
use super::super::figures::StratumCell;
use super::super::publishing::{Page, PageKind, publish};
use super::super::suppression::Steps;
use super::super::testing::settings;
use super::{day, gate, one_group, tested};
use crate::attendance::Mark;
use crate::sessions::SessionStatus;
use crate::time::Day;

/// Where ten people start in January and three in April, where ten and nobody, and so on.
const STARTS: [(&str, [u32; 2]); 5] = [("1", [10, 3]), ("2", [10, 0]), ("3", [40, 2]), ("4", [30, 0]), ("5", [25, 0])];

fn town() -> Dataset {
    let mut data = one_group();
    for (session, start) in (0..).zip([day(2026, 1, 7), day(2026, 4, 1)]) {
        data.sessions.push(SessionRow { group: 0, day: start, status: Some(SessionStatus::Held) });
        for (code, people) in STARTS {
            (0..people[session as usize]).for_each(|_| starts(&mut data, code, (session, start)));
        }
    }
    data
}

fn starts(data: &mut Dataset, code: &str, (session, start): (u32, Day)) {
    let participant = data.participants.len() as u32;
    data.participants.push(ParticipantRow { postal_code: Some(code.to_owned()), ..ParticipantRow::default() });
    data.marks.push(MarkRow::new(session, participant, Mark::Present));
    data.results.extend(tested(participant, start));
}

/// The year's page of that day, with these areas.
fn page(data: &Dataset, areas: &[Area], made_on: Day, earlier: &[Page]) -> Page {
    let settings = Settings { areas: areas.to_vec(), ..settings() };
    let period = Period { from: day(2026, 1, 1), to: day(2026, 12, 31), cut_off: made_on };
    let computed = compute_by(data, &period, &settings, gate(Steps::ALL), false);
    publish(&computed, PageKind::Year, made_on, earlier, None)
}

/// Postal codes of an area, and how many are behind its mean.
type Told = (BTreeSet<String>, u64);

/// The areas whose mean is told.
fn told(page: &Page, areas: &[Area]) -> Vec<Told> {
    let cells = page.report.strata.iter().filter(|stratum| stratum.by == StratumBy::Area).flat_map(|one| &one.cells);
    let one = |cell: &StratumCell| {
        let area = areas.iter().find(|area| area.name == cell.value)?;
        Some((area.postal_codes.iter().cloned().collect(), cell.sppb_change_m3.people()?))
    };
    cells.filter_map(one).collect()
}

/// The mean of the few who are in an area of the later page and in none of those of the earlier one within it.
fn few_added(earlier: &[Told], later: &[Told]) -> Vec<String> {
    let added = |(codes, people): &Told| {
        let within: Vec<&Told> = earlier.iter().filter(|(part, _)| part.is_subset(codes)).collect();
        let covered: BTreeSet<String> = within.iter().flat_map(|(part, _)| part.iter().cloned()).collect();
        let before: u64 = within.iter().map(|(_, people)| people).sum();
        let few = people.checked_sub(before)?;
        let tells = (1..10).contains(&few) && 0.05 * (people + before) as f64 / (few as f64) < 1.0;
        (covered == *codes && tells).then(|| format!("the mean of {few} in {codes:?}"))
    };
    later.iter().filter_map(added).collect()
}

fn area(was: &str, name: &str, codes: &[&str]) -> WantedArea {
    let was = Some(was.to_owned()).filter(|was| !was.is_empty());
    WantedArea { was, name: name.to_owned(), postal_codes: codes.iter().map(|code| (*code).to_owned()).collect() }
}

#[test]
fn areas_that_change_within_a_year_would_tell_of_a_few() {
    let (data, june, november) = (town(), day(2026, 6, 1), day(2026, 11, 1));
    let four = [area("", "A", &["1"]), area("", "B", &["2"]), area("", "C", &["3"]), area("", "D", &["4", "5"])];
    let plan = AreaPlan::default().with(&four, &BTreeSet::new());
    let before = plan.of_year(2026);
    let first = page(&data, &before, june, &[]);
    assert_eq!(told(&first, &before).len(), 4, "{:?}", first.report.strata);
    let later = |areas: &[Area]| {
        let second = page(&data, areas, november, std::slice::from_ref(&first));
        let by = if second.strata_as_of == june { before.as_slice() } else { areas };
        few_added(&told(&first, &before), &told(&second, by))
    };

    let moved = [area("A", "A", &["1", "2"]), area("B", "B", &["5"]), area("C", "C", &["3"]), area("D", "D", &["4"])];
    let swapped = [area("A", "C", &["1"]), area("B", "B", &["2"]), area("C", "A", &["3"]), area("D", "D", &["4", "5"])];
    for at_once in [&moved, &swapped] {
        let at_once = AreaPlan { first: division(at_once), ..AreaPlan::default() };
        assert_eq!(later(&at_once.of_year(2026)).len(), 1, "nothing would have to wait");
    }

    let renamed = [area("A", "North", &["1"]), area("B", "B", &["2"]), area("C", "South", &["3"])];
    assert!(!plan.faults(&swapped).is_empty());
    for wanted in [moved.as_slice(), renamed.as_slice()] {
        assert!(plan.faults(wanted).is_empty());
        let plan = plan.with(wanted, &BTreeSet::from([2026]));
        assert_eq!(later(&plan.of_year(2026)), Vec::<String>::new(), "{wanted:?}");
    }
}
