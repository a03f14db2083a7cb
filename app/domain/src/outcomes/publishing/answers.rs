//! Answers on pages: new ones, or the last shown ones with their day where new ones would tell those of a few.

use std::collections::BTreeMap;

use super::super::follow_up::Compared;
use super::super::suppression::Steps;
use super::Page;
use super::differences::{Block, conflict};
use crate::assessments::OutcomeMeasure;
use crate::time::Day;

pub(super) fn settle(
    page: &mut Page,
    earlier: &[Page],
    last: Option<&Page>,
    twice: &BTreeMap<OutcomeMeasure, Vec<Compared>>,
    steps: Steps,
) {
    let outcomes: Vec<OutcomeMeasure> = page.report.wellbeing.keys().copied().collect();
    for outcome in outcomes {
        let day = if may_change(page, outcome, earlier, twice, steps) {
            Some(page.made_on)
        } else {
            keep_or_hide(page, outcome, last)
        };
        page.wellbeing_as_of.extend(day.map(|day| (outcome, day)));
    }
}

fn may_change(
    page: &Page,
    outcome: OutcomeMeasure,
    earlier: &[Page],
    twice: &BTreeMap<OutcomeMeasure, Vec<Compared>>,
    steps: Steps,
) -> bool {
    let others: Vec<Block> = page.beside(earlier).filter_map(|other| block(other, outcome)).collect();
    let people = twice.get(&outcome).map(Vec::as_slice).unwrap_or_default();
    block(page, outcome).is_none_or(|new| !conflict(outcome, &new, &others, people, steps).classes)
}

/// Of a page that tells something.
fn block(page: &Page, outcome: OutcomeMeasure) -> Option<Block> {
    let told = page.report.wellbeing.get(&outcome)?;
    let as_of = page.wellbeing_as_of.get(&outcome).copied().unwrap_or(page.made_on);
    Some(Block::of_answers(page, as_of, told)).filter(Block::shows_something)
}

/// Puts the last shown answers in the place of the new ones and tells their day; where there were none, hides the new ones.
fn keep_or_hide(page: &mut Page, outcome: OutcomeMeasure, last: Option<&Page>) -> Option<Day> {
    let shown = last.filter(|last| block(last, outcome).is_some());
    let kept = shown.and_then(|last| last.report.wellbeing.get(&outcome).zip(last.wellbeing_as_of.get(&outcome)));
    let told = page.report.wellbeing.get_mut(&outcome)?;
    match kept {
        Some((old, _)) => told.clone_from(old),
        None => {
            told.start.hide();
            told.end.hide();
        }
    }
    kept.map(|(_, day)| *day)
}
