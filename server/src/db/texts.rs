//! The program's SQL texts. Each lists itself where it stands, so that a test can read the plan of every one on both
//! databases (`tests/api/plans.rs`).

pub use ::inventory;

/// A text as it stands in the source.
pub enum Text {
    /// Whole, with numbered placeholders.
    Whole(&'static str),
    /// Up to a list of keys, and after it ([`super::Lookup`]).
    Keys { head: &'static str, tail: &'static str },
    /// Up to the rows, and after them ([`super::Bulk`]).
    Rows { head: &'static str, tail: &'static str },
    /// Put together once from what other places say.
    Made(fn() -> String),
}

/// A text and where it stands.
pub struct Listed {
    pub text: Text,
    pub file: &'static str,
    pub line: u32,
}

inventory::collect!(Listed);

/// Every text of the program.
pub fn texts() -> impl Iterator<Item = &'static Listed> {
    inventory::iter::<Listed>.into_iter()
}

impl Listed {
    /// The statement for one key or one row.
    pub fn statement(&self) -> String {
        match self.text {
            Text::Whole(text) => text.to_owned(),
            Text::Made(make) => make(),
            Text::Keys { head, tail } => {
                let before = (1..100).take_while(|n| head.contains(&format!("${n}"))).count();
                super::Lookup { head, tail }.text(1, before, false)
            }
            Text::Rows { head, tail } => {
                let columns = head.matches(',').count() + 1;
                let places: Vec<_> = (1..=columns).map(|n| format!("${n}")).collect();
                format!("{head} VALUES ({}) {tail}", places.join(", "))
            }
        }
    }
}

/// A listed SQL text: the parts, put together.
macro_rules! sql {
    ($($part:expr),+ $(,)?) => {{
        const TEXT: &str = concat!($($part),+);
        $crate::db::inventory::submit! {
            $crate::db::Listed { text: $crate::db::Text::Whole(TEXT), file: file!(), line: line!() }
        }
        TEXT
    }};
}

/// A listed [`super::Lookup`].
macro_rules! lookup {
    ($head:expr, $tail:expr $(,)?) => {{
        const HEAD: &str = $head;
        const TAIL: &str = $tail;
        $crate::db::inventory::submit! {
            $crate::db::Listed { text: $crate::db::Text::Keys { head: HEAD, tail: TAIL }, file: file!(), line: line!() }
        }
        $crate::db::Lookup { head: HEAD, tail: TAIL }
    }};
}

/// A listed [`super::Bulk`].
macro_rules! bulk {
    ($head:expr, $tail:expr $(,)?) => {{
        const HEAD: &str = $head;
        const TAIL: &str = $tail;
        $crate::db::inventory::submit! {
            $crate::db::Listed { text: $crate::db::Text::Rows { head: HEAD, tail: TAIL }, file: file!(), line: line!() }
        }
        $crate::db::Bulk { head: HEAD, tail: TAIL }
    }};
}
