//! What was recorded of a talk, in words. What was said in it stays out of the history.

use domain::talks::{Verb, VerbKind};

use crate::history::{KindWords, Names, VerbWords};
use crate::texts::{Lang, history, waiting::kind};

impl KindWords for VerbKind {
    fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Record => kind::talk_record(lang),
        }
    }
}

impl VerbWords for Verb {
    fn title(&self, lang: Lang) -> &'static str {
        self.verb_kind().title(lang)
    }

    fn sentence(&self, lang: Lang, _: &dyn Names) -> String {
        let Self::Record { talk } = self;
        history::talked(lang, talk.on)
    }
}
