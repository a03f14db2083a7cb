//! What was noted of a session, in words.

use domain::notes::{About, Verb, VerbKind};

use crate::history::{KindWords, Names, VerbWords};
use crate::texts::{Lang, history, waiting::kind};

impl KindWords for VerbKind {
    fn title(self, lang: Lang) -> &'static str {
        match self {
            // Of which of the two ticks it was, the kind says nothing.
            Self::Set => kind::note_set(lang),
        }
    }
}

impl VerbWords for Verb {
    fn title(&self, lang: Lang) -> &'static str {
        let Self::Set { about, .. } = self;
        match about {
            About::Ended => kind::note_ended(lang),
            About::Called(_) => kind::note_called(lang),
        }
    }

    fn sentence(&self, lang: Lang, names: &dyn Names) -> String {
        let Self::Set { session, about, holds, .. } = self;
        let said = match (about, holds) {
            (About::Ended, true) => history::ended(lang),
            (About::Ended, false) => history::ended_undone(lang),
            (About::Called(_), true) => history::called(lang),
            (About::Called(_), false) => history::called_undone(lang),
        };
        match names.session_day(*session) {
            Some(day) => history::noted_on(lang, day, said),
            None => said.to_owned(),
        }
    }
}
