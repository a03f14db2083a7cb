//! Who opens a transaction: a scope (see [`crate::access::Scope`]), or a reason for asking without one.

use super::Tx;
use crate::error::Error;

/// Why a text asks without a scope. This is the whole list: every such text names its reason where it is run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unscoped {
    /// Before anybody is known: sign-in, set-up, the session or the tablet behind a cookie, counters of tries.
    Door,
    /// What somebody signed in may know before a role is active: the own sessions and roles, the own organisation's
    /// name, whom to call for help.
    SignedIn,
    /// An account's roles, sessions and set-up codes, once the account was found within an admin's reach.
    Account,
    /// The step function judges each operation itself, by the grants of its author.
    Sync,
    /// The job that sends messages: nobody asks, it carries out what was said of sessions and what people have chosen.
    Messages,
    /// The log of who did and saw what, which nobody writes in their own name.
    Audit,
    /// Whoever runs the installation: municipalities, its first account, all chains of the log.
    Installation,
    /// Whether the database answers, has its tables and can be written.
    Health,
}

/// What a transaction is opened by; only a scope and [`Unscoped`] are.
pub trait Ask: Copy + Send + sealed::Sealed {
    /// The transaction that it gets.
    type Tx;

    /// Refuses who may only read.
    fn may_write(self) -> Result<(), Error>;

    fn bind(self, tx: Tx) -> Self::Tx;
}

pub(crate) mod sealed {
    pub trait Sealed {}
}

impl sealed::Sealed for Unscoped {}

impl Ask for Unscoped {
    type Tx = Tx;

    fn may_write(self) -> Result<(), Error> {
        Ok(())
    }

    fn bind(self, tx: Tx) -> Tx {
        tx
    }
}
