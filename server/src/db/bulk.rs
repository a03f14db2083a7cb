//! Many rows in few statements: one INSERT with many VALUES, from a fixed list of columns.

use super::Value;
use crate::error::Error;

/// Rows that are put together one after the other, while the database is at those before them.
pub type Rows<'a, const N: usize> = Box<dyn ExactSizeIterator<Item = Result<[Value; N], Error>> + Send + 'a>;

/// A statement for `N` columns: `INSERT INTO head VALUES (…), (…) tail`. Both texts are constants.
pub struct Bulk<const N: usize> {
    /// For example `INSERT INTO op (municipality, op_id)`.
    pub head: &'static str,
    /// For example `ON CONFLICT (municipality, op_id) DO NOTHING`; empty for none.
    pub tail: &'static str,
}

/// Few enough for both databases' limits, many enough that the round trips do not count.
const VALUES_PER_STATEMENT: usize = 8000;

impl<const N: usize> Bulk<N> {
    /// How many of so many rows go next: as many as fit, or a power of two, so that few different statements are prepared.
    fn next(&self, left: usize) -> usize {
        let most = (VALUES_PER_STATEMENT / N).max(1);
        if left >= most { most } else { left.checked_ilog2().map_or(0, |power| 1 << power) }
    }

    /// The next statement and its values; nothing when there are no more rows.
    pub(super) fn take(&self, rows: &mut Rows<'_, N>, anonymous: bool) -> Result<Option<(String, Vec<Value>)>, Error> {
        let size = self.next(rows.len());
        if size == 0 {
            return Ok(None);
        }
        let mut values = Vec::with_capacity(size * N);
        for row in rows.take(size) {
            values.extend(row?);
        }
        Ok(Some((self.text(size, anonymous), values)))
    }

    /// The statement for `rows` rows. SQLite looks named parameters up one by one, which costs the
    /// square of their number, so it gets anonymous ones.
    fn text(&self, rows: usize, anonymous: bool) -> String {
        use std::fmt::Write;
        let mut sql = String::with_capacity(self.head.len() + self.tail.len() + rows * N * 6 + 32);
        match self.head.strip_prefix("INSERT INTO").filter(|_| anonymous && self.tail.is_empty()) {
            // No transaction outlives a statement that failed: SQLite need not keep what only this one would take back.
            Some(rest) => sql.extend(["INSERT OR ROLLBACK INTO", rest]),
            None => sql.push_str(self.head),
        }
        sql.push_str(" VALUES ");
        for row in 0..rows {
            sql.push_str(if row == 0 { "(" } else { ",(" });
            for column in 0..N {
                sql.push_str(if column == 0 { "" } else { "," });
                if anonymous {
                    sql.push('?');
                } else {
                    // Writing into a String cannot fail.
                    let _ = write!(sql, "${}", row * N + column + 1);
                }
            }
            sql.push(')');
        }
        sql.push(' ');
        sql.push_str(self.tail);
        sql
    }
}

/// Rows by key, many keys at once: `head` ends in `… IN (`, `tail` closes it. `$1` is the municipality; other values may
/// stand between it and the keys.
/// The list of placeholders is all that is ever added to the two constants.
#[derive(Clone, Copy)]
pub struct Lookup {
    pub head: &'static str,
    pub tail: &'static str,
}

/// Sizes of the lists, so that few different statements are prepared; a short list repeats its last key.
const LIST_SIZES: [usize; 4] = [1, 8, 64, 500];

impl Lookup {
    /// The largest list of one statement.
    pub(super) const MOST: usize = 500;

    /// The list's size for so many keys.
    pub(super) fn size(keys: usize) -> usize {
        LIST_SIZES.into_iter().find(|size| keys <= *size).unwrap_or(Self::MOST)
    }

    /// The text for so many keys after so many other values. Where it can be, it is anonymous for SQLite (see
    /// [`Bulk::text`]).
    pub(super) fn text(&self, size: usize, before: usize, anonymous: bool) -> String {
        if let Some(head) = self.anonymous_head(before).filter(|_| anonymous) {
            return [&head, &vec!["?"; size].join(","), self.tail].concat();
        }
        let list: Vec<String> = (1..=size).map(|i| format!("${}", i + before)).collect();
        [self.head, &list.join(","), self.tail].concat()
    }

    /// The head without numbers; nothing when it does not name every value once and in order.
    fn anonymous_head(&self, before: usize) -> Option<String> {
        let (mut head, mut rest) = (String::with_capacity(self.head.len()), self.head);
        for n in 1..=before {
            let (left, right) = rest.split_once(&format!("${n}"))?;
            head.extend([left, "?"]);
            rest = right;
        }
        head.push_str(rest);
        (!head.contains('$') && !self.tail.contains('$')).then_some(head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_padded_to_a_size_that_is_prepared_already() {
        let lookup = Lookup { head: "SELECT a FROM t WHERE m = $1 AND a IN (", tail: ")" };
        assert_eq!(lookup.text(1, 1, false), "SELECT a FROM t WHERE m = $1 AND a IN ($2)");
        assert_eq!(lookup.text(2, 1, true), "SELECT a FROM t WHERE m = ? AND a IN (?,?)");
        assert_eq!([1, 2, 9, 65, 500].map(Lookup::size), [1, 8, 64, 500, 500]);
    }

    #[test]
    fn a_value_that_is_named_twice_keeps_its_number() {
        let lookup = Lookup { head: "SELECT $1 FROM t WHERE m = $1 AND a IN (", tail: ")" };
        assert_eq!(lookup.text(1, 1, true), "SELECT $1 FROM t WHERE m = $1 AND a IN ($2)");
    }

    #[test]
    fn many_rows_go_in_statements_of_few_different_sizes() {
        let bulk = Bulk::<5> { head: "", tail: "" };
        assert_eq!([0, 1, 3, 1_599, 1_600, 4_000].map(|left| bulk.next(left)), [0, 1, 2, 1_024, 1_600, 1_600]);
    }

    #[test]
    fn a_statement_numbers_its_parameters_through_all_rows() {
        let bulk = Bulk::<2> { head: "INSERT INTO t (a, b)", tail: "ON CONFLICT (a) DO NOTHING" };
        assert_eq!(bulk.text(2, false), "INSERT INTO t (a, b) VALUES ($1,$2),($3,$4) ON CONFLICT (a) DO NOTHING");
        assert_eq!(bulk.text(1, true), "INSERT INTO t (a, b) VALUES (?,?) ON CONFLICT (a) DO NOTHING");
        let bulk = Bulk::<1> { head: "INSERT INTO t (a)", tail: "" };
        assert_eq!(bulk.text(1, true), "INSERT OR ROLLBACK INTO t (a) VALUES (?) ");
        assert_eq!(bulk.text(1, false), "INSERT INTO t (a) VALUES ($1) ");
    }
}
