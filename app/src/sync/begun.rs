//! A form that began from what was known: what stood there stays beside what was typed, in the form and in its draft, so
//! that only what was typed is written, onto what holds by then.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::kept::{Taken, fitted, taken};

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
    /// anew. An older program may have kept other fields, or what was typed alone.
    pub fn taken_up(kept: &[u8], known: &T) -> Taken<T> {
        let begun = serde_json::from_slice::<Value>(kept).unwrap_or_default();
        let (began, Taken { typed, whole }) = match (begun.get("opened"), begun.get("typed")) {
            (Some(opened), Some(typed)) => (fitted(known, opened, opened).typed, fitted(known, typed, opened)),
            _ => (known.clone(), taken(kept, known)),
        };
        Taken { typed: typed.onto(&began, known), whole }
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
        let typed = |whole| Taken { typed: "typed".to_owned(), whole };
        assert_eq!(Begun::taken_up(&kept, &"by another".to_owned()), typed(true));
        assert_eq!(Begun::taken_up(br#""typed""#, &String::new()), typed(true), "of a program that kept no beginning");
        assert!(!Begun::taken_up(b"{", &String::new()).whole, "it cannot be read");
    }
}
