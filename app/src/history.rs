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
