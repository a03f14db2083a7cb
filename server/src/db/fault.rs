//! What a database's refusal means: whether the same work may be tried again at once, later, or not at all.

use std::time::Duration;

/// A fault that passes. Everything else (a broken rule, a wrong text) is the program's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Another transaction stood in the way; nothing of this one was done.
    Collision,
    /// The connection is lost, and what was not committed with it. Of a COMMIT under way nobody knows.
    Lost,
    /// Somebody else holds a lock for long, or there is no connection to be had.
    Busy,
    /// There is no room, or the disk does not write.
    Full,
}

impl Fault {
    /// What this error says of the database; nothing when it is no passing fault.
    pub fn of(error: &sqlx::Error) -> Option<Self> {
        match error {
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => {
                Some(Self::Lost)
            }
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => Some(Self::Busy),
            sqlx::Error::Database(database) => database.code().and_then(|code| Self::of_code(&code)),
            _ => None,
        }
    }

    /// PostgreSQL's codes have five characters, SQLite's are smaller numbers, whose last byte says the kind.
    fn of_code(code: &str) -> Option<Self> {
        if code.len() == 5 {
            return Self::of_sql_state(code);
        }
        match code.parse::<u32>().ok()? & 0xff {
            // BUSY, LOCKED
            5 | 6 => Some(Self::Busy),
            // IOERR, FULL, CANTOPEN
            10 | 13 | 14 => Some(Self::Full),
            _ => None,
        }
    }

    fn of_sql_state(code: &str) -> Option<Self> {
        match code {
            // Serialisation failure, deadlock.
            "40001" | "40P01" => Some(Self::Collision),
            // A lock or a statement that took too long; a server that is starting, or only reads after a failover.
            "55P03" | "57014" | "57P03" | "25006" => Some(Self::Busy),
            // Ended by the administrator, by a crash, or for its long silence.
            "57P01" | "57P02" | "25P03" => Some(Self::Lost),
            "53100" | "58030" => Some(Self::Full),
            _ if code.starts_with("08") => Some(Self::Lost),
            // Too little memory, too many connections.
            _ if code.starts_with("53") => Some(Self::Busy),
            _ => None,
        }
    }

    /// Whether the whole unit of work may be done again at once. `committing`: it failed in its COMMIT, so that of a
    /// lost one nobody knows whether it was done.
    pub(super) fn may_repeat(self, committing: bool) -> bool {
        match self {
            Self::Collision => true,
            Self::Lost => !committing,
            Self::Busy | Self::Full => false,
        }
    }

    /// When the sender may try again.
    pub fn retry_after(self) -> Duration {
        Duration::from_secs(match self {
            Self::Collision | Self::Lost => 2,
            Self::Busy => 5,
            Self::Full => 30,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_told_from_what_is_wrong_on_both_databases() {
        for (code, fault) in [
            ("5", Some(Fault::Busy)),
            ("261", Some(Fault::Busy)),
            ("517", Some(Fault::Busy)),
            ("13", Some(Fault::Full)),
            ("778", Some(Fault::Full)),
            ("787", None),
            ("2067", None),
            ("40001", Some(Fault::Collision)),
            ("55P03", Some(Fault::Busy)),
            ("53300", Some(Fault::Busy)),
            ("53100", Some(Fault::Full)),
            ("57P01", Some(Fault::Lost)),
            ("08006", Some(Fault::Lost)),
            ("23505", None),
            ("42601", None),
        ] {
            assert_eq!(Fault::of_code(code), fault, "{code}");
        }
    }

    #[test]
    fn a_commit_without_an_answer_is_not_done_twice() {
        assert!(Fault::Lost.may_repeat(false) && !Fault::Lost.may_repeat(true));
        assert!(Fault::Collision.may_repeat(true));
        assert!(!Fault::Busy.may_repeat(false) && !Fault::Full.may_repeat(false));
    }
}
