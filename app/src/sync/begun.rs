//! A form that began from what was known: what stood there stays beside what was typed, in the form and in its draft, so
//! that only what was typed is written, onto what holds by then.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The fields of a form, as they are shown.
pub trait Fields: Clone + PartialEq {
    /// Each field as it is here, where that is not what stood there at the beginning (`opened`); else as it holds `now`.
    #[must_use]
    fn onto(&self, opened: &Self, now: &Self) -> Self;
}

/// One field of a form.
pub fn field<V: Clone + PartialEq>(typed: &V, opened: &V, now: &V) -> V {
    if typed == opened { now.clone() } else { typed.clone() }
}

impl Fields for String {
    fn onto(&self, opened: &Self, now: &Self) -> Self {
        field(self, opened, now)
    }
}

/// A form with what it began from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Begun<T> {
    pub opened: T,
    pub typed: T,
}

impl<T: Fields> Begun<T> {
    /// What was typed, onto what holds now.
    #[must_use]
    pub fn onto(&self, now: &T) -> T {
        self.typed.onto(&self.opened, now)
    }
}

impl<T: Fields + Serialize + DeserializeOwned> Begun<T> {
    /// What a draft keeps; nothing where nothing was typed.
    pub fn kept(&self) -> Option<Vec<u8>> {
        if self.typed == self.opened { None } else { serde_json::to_vec(self).ok() }
    }

    /// What a draft holds when it is taken up again: what was typed, onto what is known by now, from which the form begins
    /// anew. Nothing where another program wrote it.
    pub fn taken_up(kept: &[u8], known: &T) -> Option<T> {
        let begun: Self = serde_json::from_slice(kept).ok()?;
        Some(begun.onto(known))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(opened: &str, typed: &str) -> Begun<String> {
        Begun { opened: opened.into(), typed: typed.into() }
    }

    #[test]
    fn what_was_typed_goes_onto_what_holds_and_what_was_not_touched_stays() {
        for (opened, typed, now, then) in [
            ("", "", "told by another", "told by another"),
            ("before", "before", "told by another", "told by another"),
            ("before", "typed", "before", "typed"),
            ("before", "typed", "told by another", "typed"),
            ("before", "", "told by another", ""),
        ] {
            assert_eq!(begun(opened, typed).onto(&now.to_owned()), then, "{opened} {typed} {now}");
        }
    }

    #[test]
    fn a_draft_that_is_taken_up_again_begins_from_what_is_known_by_then() {
        assert_eq!(begun("before", "before").kept(), None);
        let kept = begun("before", "typed").kept().unwrap();
        assert_eq!(Begun::taken_up(&kept, &"by another".to_owned()).as_deref(), Some("typed"));
        assert_eq!(Begun::<String>::taken_up(br#""typed""#, &String::new()), None, "not in this shape");
    }
}
