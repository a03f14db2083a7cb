//! How many of those who came ten times improved: told of the page's day, or not at all.

use super::super::follow_up::{Compared, Grid};
use super::super::report::WindowName;
use super::super::suppression::Steps;
use super::differences::{Block, conflict};
use super::{Page, place};
use crate::assessments::OutcomeMeasure;

/// By what the last step of the way is counted.
pub(super) const OF: (WindowName, OutcomeMeasure) = (WindowName::M3, OutcomeMeasure::SppbTotal);

/// Hides the last step where everybody's change is of another day or kept back, or where, together with everybody's and
/// with all earlier pages, it would tell the classes of a few. An older one would be part of no bar before it.
pub(super) fn settle(page: &mut Page, earlier: &[Page], compared: &Grid<Vec<Compared>>, steps: Steps) {
    if !may_stand(page, earlier, compared, steps)
        && let Some(way) = &mut page.report.way
    {
        way.improved.hide();
    }
}

fn may_stand(page: &Page, earlier: &[Page], compared: &Grid<Vec<Compared>>, steps: Steps) -> bool {
    let (window, outcome) = OF;
    let Some(new) = Block::of_way(page) else { return true };
    let others = page.beside(earlier).flat_map(|other| other.blocks(window, outcome));
    let others: Vec<Block> = others.chain(page.block(window, outcome)).collect();
    let (o, w) = place(window, outcome);
    page.has_new(window, outcome) && !conflict(outcome, &new, &others, &compared[o][w], steps).classes
}
