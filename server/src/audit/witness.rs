//! A witness outside: a file that the operator keeps elsewhere. Each check adds where the chains stood, and the next
//! one holds the log against all that the file has seen: so a log that was cut, or written anew by somebody who has the
//! secret, is found, too (docs/access.md, Audit).

use domain::time::Instant;

use super::{Chain, verify};
use crate::db::Tx;
use crate::error::Error;

/// Where a chain stood: one line of the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    pub chain: Chain,
    pub n: i64,
    pub hmac: String,
}

impl Seen {
    /// Day, time, chain, number, link.
    fn line(&self, at: Instant) -> String {
        let (day, time) = at.in_finland();
        format!("{day} {time} {} {} {}\n", self.chain, self.n, self.hmac)
    }

    fn read(line: &str) -> Option<Self> {
        let [_, _, chain, n, hmac] = line.split_whitespace().collect::<Vec<_>>()[..] else { return None };
        let chain = if chain == Chain::Installation.to_string() { "" } else { chain };
        Some(Self { chain: Chain::from_key(chain)?, n: n.parse().ok()?, hmac: hmac.to_owned() })
    }
}

/// What a file has seen, or the number of the first line that is none of its own.
pub fn read(text: &str) -> Result<Vec<Seen>, usize> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(at, line)| Seen::read(line).ok_or(at + 1)).collect()
}

/// Whether every row that the file has seen is still there as it was.
pub async fn check(tx: &mut Tx, seen: &[Seen]) -> Result<(), Error> {
    let sql = sql!("SELECT hmac FROM audit WHERE municipality = $1 AND n = $2");
    for Seen { chain, n, hmac } in seen {
        let row = tx.maybe(sql, [chain.key().into(), (*n).into()]).await?;
        let now = row.map(|row| row.get::<String>("hmac")).transpose()?;
        if now.as_ref() != Some(hmac) {
            return Err(Error::Broken(format!(
                "the audit chain of {chain} has not the row {n} that the witness has seen: the log was cut, deleted or \
                 written anew"
            )));
        }
    }
    Ok(())
}

/// The lines to add: where each chain stands that has moved since the file has seen it.
pub async fn news(tx: &mut Tx, chains: &[Chain], seen: &[Seen], at: Instant) -> Result<String, Error> {
    let mut lines = String::new();
    for chain in chains {
        let (n, hmac) = verify::head(tx, chain).await?;
        let now = Seen { chain: chain.clone(), n, hmac };
        if n > 0 && !seen.contains(&now) {
            lines += &now.line(at);
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again_and_anything_else_is_named_by_its_line() {
        let seen = [
            Seen { chain: Chain::from_key("091").unwrap(), n: 12, hmac: "ab".into() },
            Seen { chain: Chain::Installation, n: 3, hmac: "cd".into() },
        ];
        let text: String = seen.iter().map(|seen| seen.line(Instant::from_millis(1_788_861_600_000))).collect();
        assert_eq!(text.lines().next(), Some("2026-09-08 13:00 091 12 ab"));
        assert_eq!(read(&text).as_deref(), Ok(&seen[..]));
        assert_eq!(read(&format!("{text}\nhello\n")), Err(4));
    }
}
