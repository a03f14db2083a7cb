//! The macro behind every noun's verbs: one place that says how an operation's kind and fields are written.

/// An enum with a variant per verb, each with its kind, and one of the kinds alone (`VerbKind`). Fields are written in a
/// map; a field that is an `Option` may be left out. One that came later is marked `#[later]`: it is written only where
/// it says something (the schema that it came with stands in [`since`](crate::sync::noun::VerbRules::since)), so that
/// what earlier programs wrote stays the same text.
macro_rules! verbs {
    (@write $map:ident, $field:ident) => {
        $map.serialize_entry(stringify!($field), $field)?;
    };
    (@write $map:ident, $field:ident, later) => {
        if $field.is_some() {
            $map.serialize_entry(stringify!($field), $field)?;
        }
    };
    ($(#[$doc:meta])* pub enum $verb:ident { $(
        $(#[$variant_doc:meta])* $variant:ident = $kind:literal {
            $($(#[$later:ident])? $field:ident: $type:ty),* $(,)?
        }
    ),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum $verb { $($(#[$variant_doc])* $variant { $($field: $type),* }),* }

        /// The verbs without what they carry.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum VerbKind { $($(#[$variant_doc])* $variant),* }

        impl VerbKind {
            /// The one that is written so, if it is one of these.
            pub fn of(code: &str) -> Option<Self> {
                match code {
                    $($kind => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl $verb {
            pub fn verb_kind(&self) -> VerbKind {
                match self { $(Self::$variant { .. } => VerbKind::$variant),* }
            }
        }

        impl $crate::sync::noun::Written for $verb {
            const KINDS: &'static [&'static str] = &[$($kind),*];

            fn kind(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $kind),* }
            }

            fn write_fields<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap;
                match self {
                    $(Self::$variant { $($field),* } => {
                        let mut map = to.serialize_map(None)?;
                        $($crate::sync::verbs::verbs!(@write map, $field $(, $later)?);)*
                        map.end()
                    })*
                }
            }

            fn read(kind: &str, fields: &serde_json::value::RawValue) -> Option<serde_json::Result<Self>> {
                $(if kind == $kind {
                    #[derive(serde::Deserialize)]
                    struct Fields { $($field: $type),* }
                    let fields = $crate::sync::read_json(fields.get());
                    return Some(fields.map(|Fields { $($field),* }| Self::$variant { $($field),* }));
                })*
                None
            }
        }
    };
}
pub(crate) use verbs;
