//! What the cells of an earlier page are called on a later one: names change, those behind them do not.

use super::super::equity::StratumBy;
use super::super::figures::StratumCell;
use super::Page;

impl Page {
    /// The cell by group that is that of an earlier page; nothing where it is not here.
    pub(in crate::outcomes) fn group_now(&self, before: &Self, value: &str) -> Option<&StratumCell> {
        let was = before.division_marks.get(value);
        let is_same = |cell: &&StratumCell| match (was, self.division_marks.get(&cell.value)) {
            (Some(was), Some(is)) => was == is,
            // Of pages that knew names alone.
            _ => cell.value == value,
        };
        self.report.groups.iter().find(is_same)
    }

    /// The cell of a stratum that is that of an earlier page; nothing where it is not here.
    pub(in crate::outcomes) fn cell_now(&self, by: StratumBy, value: &str) -> Option<&StratumCell> {
        let cells = || self.report.strata.iter().filter(move |one| one.by == by).flat_map(|one| &one.cells);
        let named = |name: &str| cells().find(|cell| cell.value == name);
        let former = self.former_areas.get(value).filter(|_| by == StratumBy::Area);
        named(value).or_else(|| named(former?))
    }
}
