//! What was recorded of an outdoor friend, in words. Who it is stays on the person's page.

use domain::friends::{Verb, VerbKind};

use crate::history::{KindWords, Names, VerbWords};
use crate::texts::{Lang, history, waiting::kind};

impl KindWords for VerbKind {
    fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Set => kind::friend_pair_set(lang),
        }
    }
}

impl VerbWords for Verb {
    fn title(&self, lang: Lang) -> &'static str {
        self.verb_kind().title(lang)
    }

    fn sentence(&self, lang: Lang, _: &dyn Names) -> String {
        let Self::Set { pair } = self;
        match (pair.ended, pair.visits.last()) {
            (Some(ended), _) => history::friend_ended(lang, ended.on),
            (None, Some(last)) => history::friend_visited(lang, *last),
            (None, None) => history::friend_since(lang, pair.since),
        }
    }
}
