//! Reasons of leaving on pages: new ones, or the last shown ones with their day where new ones would tell those of a few
//! people.

use super::super::follow_up::Compared;
use super::super::suppression::Steps;
use super::Page;
use super::differences::{Block, conflict};
use crate::assessments::OutcomeMeasure;

pub(super) fn settle(page: &mut Page, earlier: &[Page], last: Option<&Page>, seen: &[Compared], steps: Steps) {
    page.leaving_as_of = page.report.leaving.as_ref().map(|_| page.made_on);
    let Some(new) = block(page) else { return };
    let others: Vec<Block> = page.beside(earlier).filter_map(block).collect();
    // Reasons are classes: no mean of them is told, of whatever outcome.
    if conflict(OutcomeMeasure::SppbTotal, &new, &others, seen, steps).classes {
        let kept = last.filter(|last| block(last).is_some());
        page.report.leaving = kept.and_then(|last| last.report.leaving.clone());
        page.leaving_as_of = kept.and_then(|last| last.leaving_as_of);
    }
}

/// Of a page that tells reasons.
fn block(page: &Page) -> Option<Block> {
    let (told, as_of) = (page.report.leaving.as_ref()?, page.leaving_as_of?);
    Some(Block::of_leaving(page, as_of, told)).filter(Block::shows_something)
}
