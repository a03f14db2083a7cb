//! What stands in the log, by kind (docs/access.md, The log's page).

use crate::codes::codes;

codes! {
    /// The kinds by which the log is read.
    pub enum Kind {
        /// Somebody was shown data about people.
        Look = "look",
        /// Something was recorded, changed or settled.
        Change = "change",
        /// Data came in or went out as a file.
        File = "file",
        /// Signing in and out, and what it takes.
        SignIn = "sign_in",
        /// Accounts, roles, tablets, settings.
        Access = "access",
        /// What the role may not do was asked for.
        Refused = "refused",
    }
}

impl Kind {
    /// The kind of a row with this verb.
    pub fn of(verb: &str) -> Self {
        let (noun, _) = verb.split_once('.').unwrap_or((verb, ""));
        match (verb, noun) {
            ("refused", _) => Self::Refused,
            ("view" | "list" | "pull" | "log.view" | "break_glass.begin" | "break_glass.end", _) => Self::Look,
            ("export", _) | (_, "import") => Self::File,
            ("sign_in" | "sign_out" | "role.choose" | "account.set_up", _)
            | (_, "session" | "password" | "second_factor" | "own" | "sign_in") => Self::SignIn,
            (
                _,
                "account" | "device" | "card" | "relative" | "group" | "help_line" | "data_protection" | "ways_in"
                | "settings" | "municipality",
            ) => Self::Access,
            _ => Self::Change,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_kind_and_looks_signing_in_and_access_are_told_apart() {
        for (verb, kind) in [
            ("view", Kind::Look),
            ("pull", Kind::Look),
            ("break_glass.begin", Kind::Look),
            ("push", Kind::Change),
            ("write", Kind::Change),
            ("person.erase", Kind::Change),
            ("person.restrict", Kind::Change),
            ("export", Kind::File),
            ("import.start", Kind::File),
            ("sign_in.code", Kind::SignIn),
            ("own.pin", Kind::SignIn),
            ("session.end", Kind::SignIn),
            ("account.roles", Kind::Access),
            ("device.end", Kind::Access),
            ("relative.invite", Kind::Access),
            ("group.lead", Kind::Access),
            ("settings.set", Kind::Access),
            ("place.save", Kind::Change),
            ("refused", Kind::Refused),
        ] {
            assert_eq!(Kind::of(verb), kind, "{verb}");
        }
    }
}
