//! The macro behind every closed list of codes: one place that says how a code is written.

use serde::de::{Deserialize, Deserializer, Error};
use std::borrow::Cow;

/// Reads a code and answers its place in the list.
pub(crate) fn place<'de, D: Deserializer<'de>>(from: D, codes: &[&str], name: &str) -> Result<usize, D::Error> {
    let text = Cow::<'de, str>::deserialize(from)?;
    codes.iter().position(|code| *code == text).ok_or_else(|| D::Error::custom(format_args!("not a code of {name}")))
}

/// What every list of codes can do, for those that work with any of them.
pub trait Code: Copy {
    /// The code as written in files, JSON and the database.
    fn code(self) -> &'static str;
}

/// An enum whose variants are written as fixed lower-case codes in files, JSON and the database.
/// Codes are read in either case; JSON holds them as written. Reading goes by the table: derived
/// readers of some thirty lists would be a tenth of what the tablet loads.
macro_rules! codes {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl $name {
            /// Every code, in the order of its table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The code as written in files, JSON and the database.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            /// Reads a code in either case.
            pub fn from_code(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.code().eq_ignore_ascii_case(text))
            }
        }

        impl crate::codes::Code for $name {
            fn code(self) -> &'static str {
                Self::code(self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let place = crate::codes::place(deserializer, &[$($code),*], stringify!($name))?;
                Self::ALL.get(place).copied().ok_or_else(|| serde::de::Error::custom(stringify!($name)))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}
pub(crate) use codes;
