//! Gaps in coming: what is left of everybody, and of one group beside another within it.

use super::super::equity::StratumBy;
use super::super::report::Report;
use super::super::suppression::{Coming, Side, Step, Steps};
use super::counts::is_small;
use super::gate;

/// How many of those on neither side came well.
pub(super) fn of_rest(report: &Report) -> Vec<String> {
    let all = &report.attendance.good_adherence;
    let rest = report.coming.iter().filter_map(|gap| {
        let of = |share: &super::super::figures::Share| Some((*share.x.value()?, *share.n.value()?));
        let ((x, n), (group, others)) = (of(all)?, (of(&gap.group)?, of(&gap.others)?));
        Some((x.checked_sub(group.0 + others.0)?, n.checked_sub(group.1 + others.1)?))
    });
    let few = rest.filter(|(x, n)| is_small(*n) || is_small(*x) || is_small(n - x));
    few.map(|(x, n)| format!("{x} of {n} on neither side came well")).collect()
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
