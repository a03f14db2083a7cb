//! Operations in plain words: each noun says its own, in its `history.rs`.

use domain::ids::{AssessmentId, GroupId, SessionId};
use domain::sync::op::Verb;
use domain::time::Day;

use crate::texts::{Lang, history};

/// What the log names by id, in words.
pub trait Names {
    fn group(&self, id: GroupId) -> Option<String>;
    fn session_day(&self, id: SessionId) -> Option<Day>;
    /// The name of the test that was corrected.
    fn test(&self, id: AssessmentId) -> Option<&'static str>;
}

/// The words of a noun's kinds of verbs.
pub trait KindWords {
    /// As [`VerbWords::title`], where nothing but the kind is known.
    fn title(self, lang: Lang) -> &'static str;
}

/// The words of a noun's verbs.
pub trait VerbWords {
    /// What it is, in the list of what waits: "läsnäolo".
    fn title(&self, lang: Lang) -> &'static str;

    /// What it did, as a sentence without its actor, for the coordinator and for the person.
    fn sentence(&self, lang: Lang, names: &dyn Names) -> String;
}

macro_rules! words {
    ($($noun:ident: $($module:ident)::+, $id:ident, $code:literal;)*) => {
        impl VerbWords for Verb {
            fn title(&self, lang: Lang) -> &'static str {
                match self { $(Self::$noun(verb) => verb.title(lang)),* }
            }

            fn sentence(&self, lang: Lang, names: &dyn Names) -> String {
                match self { $(Self::$noun(verb) => verb.sentence(lang, names)),* }
            }
        }

        /// What an operation is of which only the kind is known; nothing for a kind that this program does not know.
        pub fn title_of_kind(lang: Lang, code: &str) -> Option<&'static str> {
            $(if let Some(kind) = domain::$($module)::+::VerbKind::of(code) {
                return Some(kind.title(lang));
            })*
            None
        }
    };
}
domain::each_noun!(words);

/// The group's name, also of one that is not known here.
pub fn group_name(lang: Lang, id: GroupId, names: &dyn Names) -> String {
    names.group(id).unwrap_or_else(|| history::unknown_group(lang).to_owned())
}

/// For tests: one group, one day.
#[cfg(test)]
pub struct Kumpula;

#[cfg(test)]
impl Names for Kumpula {
    fn group(&self, _: GroupId) -> Option<String> {
        Some("Kumpulan tiistai".into())
    }

    fn session_day(&self, _: SessionId) -> Option<Day> {
        Day::new(2026, 9, 8)
    }

    fn test(&self, _: AssessmentId) -> Option<&'static str> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_words_also_where_nothing_but_the_kind_is_known() {
        let without: Vec<_> = Verb::kinds().filter(|kind| title_of_kind(Lang::Fi, kind).is_none()).collect();
        assert_eq!(without, [""; 0]);
        assert_eq!(title_of_kind(Lang::Fi, "attendance.set"), Some("läsnäolo"));
        assert_eq!(title_of_kind(Lang::Fi, "attendance.sing"), None);
    }
}
