//! What was said about a pause, in words.

use domain::pauses::{Verb, VerbKind};

use crate::history::{KindWords, Names, VerbWords};
use crate::texts::{Lang, days, history, waiting::kind};

impl KindWords for VerbKind {
    fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Set => kind::pause_set(lang),
        }
    }
}

impl VerbWords for Verb {
    fn title(&self, lang: Lang) -> &'static str {
        self.verb_kind().title(lang)
    }

    /// Why somebody pauses stays on the person's page.
    fn sentence(&self, lang: Lang, _: &dyn Names) -> String {
        let Self::Set { pause } = self;
        match (pause.holds, pause.to) {
            (false, _) => history::pause_undone(lang, pause.from),
            (true, None) => history::pause_open(lang, pause.from),
            (true, Some(to)) => history::pause(lang, &days(lang, pause.from, to)),
        }
    }
}
