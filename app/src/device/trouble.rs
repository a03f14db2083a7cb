//! What can go wrong with the tablet's store, as people can meet it. The words are in the texts.

use domain::sync::validate::Invalid;

/// One kind per thing that a person can do about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// The browser refuses to store more: make room, then try again.
    Full,
    /// The transaction was aborted: nothing of it was stored, try again.
    Aborted,
    /// A key that was to be new is there already: another tab was faster.
    Taken,
    /// Another tab holds an older version of the store open: close it.
    OtherTab,
    /// The store was closed under us, by an update in another tab or by the browser: load again.
    Closed,
    /// The store was written by a newer version of the program: load again to get it.
    Newer,
    /// The browser gives no store at all, for example in a private window.
    Unavailable,
    /// Something stored cannot be read back.
    Unreadable,
    /// A recording breaks a rule: nothing of it was stored, and trying it again cannot help.
    Invalid(Invalid),
}

impl Trouble {
    /// From the name of the browser's exception (Web IDL's DOMException names).
    pub fn from_name(name: &str) -> Self {
        match name {
            "QuotaExceededError" => Self::Full,
            "ConstraintError" => Self::Taken,
            "VersionError" => Self::Newer,
            "InvalidStateError" | "NotFoundError" => Self::Closed,
            "SecurityError" | "NotAllowedError" => Self::Unavailable,
            "DataError" | "DataCloneError" | "NotReadableError" => Self::Unreadable,
            _ => Self::Aborted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_store_is_told_apart_from_an_aborted_transaction() {
        assert_eq!(Trouble::from_name("QuotaExceededError"), Trouble::Full);
        assert_eq!(Trouble::from_name("AbortError"), Trouble::Aborted);
        assert_eq!(Trouble::from_name("UnknownError"), Trouble::Aborted);
    }
}
