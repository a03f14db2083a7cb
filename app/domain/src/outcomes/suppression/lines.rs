//! Which counts of a line or a two-way table with published totals must be hidden (docs/outcomes.md, Hiding).

/// The mask of a line: `true` is hidden.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct LineMask {
    pub cells: Vec<bool>,
    pub total: bool,
}

/// Whether a count is small: 1 … k − 1.
pub(super) fn is_small(count: u64, k: u64) -> bool {
    (1..k).contains(&count)
}

/// The line rule, steps 1 to 3, for a line whose total is published or can be known from another line.
pub(super) fn hide_line(cells: &[u64], k: u64) -> LineMask {
    hide_line_and(cells, &vec![false; cells.len()], k)
}

/// The same where further cells, none of them zero, must not be told either.
pub(super) fn hide_line_and(cells: &[u64], further: &[bool], k: u64) -> LineMask {
    if is_small(cells.iter().sum(), k) {
        return LineMask { cells: vec![true; cells.len()], total: true };
    }
    let mut hidden: Vec<bool> =
        cells.iter().zip(further).map(|(count, further)| *further || is_small(*count, k)).collect();
    match complete(cells, &mut hidden, k) {
        Ok(_) => LineMask { cells: hidden, total: false },
        Err(NoneLeft) => LineMask { cells: vec![true; cells.len()], total: true },
    }
}

/// There is no further cell that could protect the hidden ones.
struct NoneLeft;

/// Step 3: hides further cells until the hidden ones protect each other. Says whether it hid any.
fn complete(cells: &[u64], hidden: &mut [bool], k: u64) -> Result<bool, NoneLeft> {
    let mut added = false;
    while !protects(cells, hidden, k) {
        let next =
            smallest(cells.iter().zip(hidden.iter()).map(|(count, hidden)| (*count, *hidden))).ok_or(NoneLeft)?;
        hidden[next] = true;
        added = true;
    }
    Ok(added)
}

/// Whether nobody can tell the hidden cells apart: at least two, together at least k. Hidden cells are known
/// not to be zero, so as many persons as cells would give each away too.
fn protects(cells: &[u64], hidden: &[bool], k: u64) -> bool {
    let chosen = cells.iter().zip(hidden).filter(|(_, hidden)| **hidden).map(|(count, _)| *count);
    let (number, sum) = chosen.fold((0, 0), |(number, sum), count| (number + 1, sum + count));
    number == 0 || (number >= 2 && sum >= k && sum > number)
}

/// Position of the smallest non-zero cell that is still shown; of equal ones the first.
fn smallest(cells: impl Iterator<Item = (u64, bool)>) -> Option<usize> {
    cells
        .enumerate()
        .filter(|(_, (count, hidden))| *count > 0 && !hidden)
        .min_by_key(|(_, (count, _))| *count)
        .map(|(i, _)| i)
}

/// The mask of a two-way table with both totals; nothing when categories must be merged first.
pub(super) fn hide_table(rows: &[Vec<u64>], k: u64) -> Option<Vec<Vec<bool>>> {
    let mut hidden: Vec<Vec<bool>> = rows.iter().map(|row| row.iter().map(|c| is_small(*c, k)).collect()).collect();
    loop {
        while hide_rows_then_columns(rows, &mut hidden, k).ok()? {}
        let Some((row, column)) = determined_cell(rows, &hidden, k) else { return Some(hidden) };
        let (row, column) = next_near(rows, &hidden, row, column)?;
        hidden[row][column] = true;
    }
}

/// One round of step 3 over all rows, then all columns.
fn hide_rows_then_columns(rows: &[Vec<u64>], hidden: &mut [Vec<bool>], k: u64) -> Result<bool, NoneLeft> {
    let mut changed = false;
    for (cells, hidden) in rows.iter().zip(hidden.iter_mut()) {
        changed |= complete(cells, hidden, k)?;
    }
    for column in 0..rows.first().map_or(0, Vec::len) {
        let cells: Vec<u64> = rows.iter().map(|row| row[column]).collect();
        let mut mask: Vec<bool> = hidden.iter().map(|row| row[column]).collect();
        if complete(&cells, &mut mask, k)? {
            changed = true;
            hidden.iter_mut().zip(mask).for_each(|(row, hide)| row[column] = hide);
        }
    }
    Ok(changed)
}

/// The smallest shown non-zero cell: in the row or column of the given one, else anywhere.
fn next_near(rows: &[Vec<u64>], hidden: &[Vec<bool>], row: usize, column: usize) -> Option<(usize, usize)> {
    let cells = (0..rows.len()).flat_map(|r| (0..rows[r].len()).map(move |c| (r, c)));
    let shown = cells.filter(|(r, c)| rows[*r][*c] > 0 && !hidden[*r][*c]);
    shown.min_by_key(|(r, c)| (*r != row && *c != column, rows[*r][*c]))
}

/// A small hidden cell that follows exactly from the totals and the shown cells.
///
/// Every other table with the same totals differs by shifts along closed walks of hidden cells, one up,
/// the next down, where no hidden cell may fall below 1. A cell that lies on no such walk is determined.
fn determined_cell(rows: &[Vec<u64>], hidden: &[Vec<bool>], k: u64) -> Option<(usize, usize)> {
    let cells = (0..rows.len()).flat_map(|r| (0..rows[r].len()).map(move |c| (r, c)));
    cells.filter(|(r, c)| hidden[*r][*c] && is_small(rows[*r][*c], k)).find(|cell| !varies(rows, hidden, *cell))
}

/// Whether the cell could be one more or one less.
fn varies(rows: &[Vec<u64>], hidden: &[Vec<bool>], (row, column): (usize, usize)) -> bool {
    // Up: its column must give one back elsewhere, and so on until its row does.
    // Down: the same walk in the other direction, which exists when this cell may fall.
    reaches(rows, hidden, Node::Column(column), Node::Row(row), (row, column))
        || (rows[row][column] > 1 && reaches(rows, hidden, Node::Row(row), Node::Column(column), (row, column)))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Node {
    Row(usize),
    Column(usize),
}

/// Whether `to` can be reached from `from`: from a row to a column by raising a hidden cell, back by lowering one.
fn reaches(rows: &[Vec<u64>], hidden: &[Vec<bool>], from: Node, to: Node, without: (usize, usize)) -> bool {
    let mut seen = vec![from];
    let mut next = 0;
    while let Some(node) = seen.get(next).copied() {
        next += 1;
        let steps: Vec<Node> = match node {
            Node::Row(r) => {
                (0..rows[r].len()).filter(|c| hidden[r][*c] && (r, *c) != without).map(Node::Column).collect()
            }
            Node::Column(c) => (0..rows.len())
                .filter(|r| hidden[*r][c] && rows[*r][c] > 1 && (*r, c) != without)
                .map(Node::Row)
                .collect(),
        };
        for step in steps {
            if !seen.contains(&step) {
                seen.push(step);
            }
        }
    }
    seen.contains(&to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn positions(mask: &[bool]) -> Vec<usize> {
        mask.iter().enumerate().filter(|(_, hidden)| **hidden).map(|(i, _)| i).collect()
    }

    #[test]
    fn d1_to_d9_lines() {
        let vectors: [(&[u64], &[usize], bool); 9] = [
            (&[12, 7, 3, 20], &[1, 2], false),
            (&[12, 7, 3, 2], &[2, 3], false),
            (&[12, 7, 1, 1], &[1, 2, 3], false),
            (&[12, 7, 0, 20], &[], false),
            (&[50, 4], &[0, 1], false),
            (&[9, 4, 0], &[0, 1], false),
            (&[3, 0, 0, 0], &[0, 1, 2, 3], true),
            (&[5, 5, 4, 4], &[2, 3], false),
            (&[1, 30, 30], &[0, 1], false),
        ];
        for (cells, expected, total) in vectors {
            let mask = hide_line(cells, 5);
            assert_eq!((positions(&mask.cells).as_slice(), mask.total), (expected, total), "{cells:?}");
        }
        assert_eq!(hide_line(&[0, 0], 5), LineMask { cells: vec![false, false], total: false });
    }

    #[test]
    fn d10_and_d11_tables() {
        let mask = hide_table(&[vec![14, 9, 3], vec![22, 11, 8], vec![10, 6, 7]], 5).unwrap();
        assert_eq!(mask, [[false, true, true], [false, false, false], [false, true, true]]);
        let mask = hide_table(&[vec![14, 9, 3], vec![22, 2, 8], vec![10, 6, 7]], 5).unwrap();
        assert_eq!(mask, [[false, true, true], [false, true, true], [false, false, false]]);
    }

    #[test]
    fn a_table_with_a_row_of_few_people_needs_merging() {
        assert_eq!(hide_table(&[vec![3, 0], vec![30, 40]], 5), None);
    }

    #[test]
    fn a_hidden_cell_between_two_closed_blocks_is_protected_too() {
        // Rows 0–1 and columns 0–1 make one block, rows 2–3 and columns 2–3 another; (0, 2) follows from their totals.
        let rows = [vec![4, 4, 3, 0], vec![4, 4, 0, 0], vec![0, 0, 4, 4], vec![9, 0, 4, 4]];
        let mask = hide_table(&rows, 5).unwrap();
        assert!(mask[3][0] || mask[0][3], "{mask:?}");
        assert_eq!(determined_cell(&rows, &mask, 5), None);
    }

    #[test]
    fn five_cells_of_one_person_are_not_given_away_by_their_sum() {
        assert_eq!(positions(&hide_line(&[1, 1, 1, 1, 1, 9], 5).cells), [0, 1, 2, 3, 4, 5]);
    }

    /// Every line that looks the same from outside: shown cells and total as published, hidden ones not zero
    /// (unless all are hidden, when even the total is unknown).
    fn lines_like(cells: &[u64], mask: &LineMask, k: u64) -> Vec<Vec<u64>> {
        let total = cells.iter().sum();
        let totals = if mask.total { 1..k.max(total) + 2 } else { total..total + 1 };
        let least = u64::from(!mask.total);
        totals.flat_map(|total| fill(cells, &mask.cells, total, least)).collect()
    }

    fn fill(cells: &[u64], hidden: &[bool], total: u64, least: u64) -> Vec<Vec<u64>> {
        let ([first, rest @ ..], [hide, others @ ..]) = (cells, hidden) else {
            return if total == 0 { vec![vec![]] } else { vec![] };
        };
        let choices = if *hide { least..total + 1 } else { *first..*first + 1 };
        choices
            .filter(|choice| *choice <= total)
            .flat_map(|choice| {
                fill(rest, others, total - choice, least).into_iter().map(move |tail| [vec![choice], tail].concat())
            })
            .collect()
    }

    fn count() -> impl Strategy<Value = u64> {
        prop_oneof![3 => 0..6u64, 1 => 6..15u64]
    }

    proptest! {
        #[test]
        fn no_small_cell_of_a_line_follows_from_the_rest(cells in prop::collection::vec(count(), 1..6), k in 3..8u64) {
            let mask = hide_line(&cells, k);
            let alike = lines_like(&cells, &mask, k);
            prop_assert!(alike.contains(&cells));
            for (i, cell) in cells.iter().enumerate() {
                if is_small(*cell, k) {
                    prop_assert!(mask.cells[i]);
                    prop_assert!(alike.iter().any(|line| line[i] != *cell), "{cells:?} {mask:?}");
                }
            }
        }

        #[test]
        fn a_line_without_small_cells_is_shown(cells in prop::collection::vec(5..90u64, 0..6)) {
            prop_assert!(hide_line(&cells, 5).cells.iter().all(|hidden| !hidden));
        }

        #[test]
        fn no_small_cell_of_a_table_follows_from_the_rest(
            rows in (2..4usize, 2..4usize).prop_flat_map(|(r, c)| prop::collection::vec(prop::collection::vec(0..7u64, c), r)),
        ) {
            let Some(mask) = hide_table(&rows, 5) else { return Ok(()) };
            let alike = tables_like(&rows, &mask);
            prop_assert!(alike.contains(&rows));
            for (r, row) in rows.iter().enumerate() {
                for (c, cell) in row.iter().enumerate() {
                    if is_small(*cell, 5) {
                        prop_assert!(mask[r][c]);
                        prop_assert!(alike.iter().any(|table| table[r][c] != *cell), "{rows:?} {mask:?}");
                    }
                }
            }
        }
    }

    /// Every table with the same totals and shown cells, found by trying them all.
    fn tables_like(rows: &[Vec<u64>], mask: &[Vec<bool>]) -> Vec<Vec<Vec<u64>>> {
        let columns: Vec<u64> = (0..rows[0].len()).map(|c| rows.iter().map(|row| row[c]).sum()).collect();
        let mut found: Vec<Vec<Vec<u64>>> = vec![vec![]];
        for (row, hidden) in rows.iter().zip(mask) {
            let candidates = fill(row, hidden, row.iter().sum(), 1);
            found = found
                .into_iter()
                .flat_map(|table| candidates.iter().map(move |row| [table.clone(), vec![row.clone()]].concat()))
                .filter(|table| {
                    columns.iter().enumerate().all(|(c, total)| table.iter().map(|r| r[c]).sum::<u64>() <= *total)
                })
                .collect();
        }
        found.retain(|t| columns.iter().enumerate().all(|(c, total)| t.iter().map(|r| r[c]).sum::<u64>() == *total));
        found
    }
}
