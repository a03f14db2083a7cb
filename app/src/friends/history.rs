//! What was recorded of an outdoor friend, in words. Who it is stays on the person's page.

use domain::friends::Verb;

use crate::history::{Names, VerbWords};
use crate::texts::{Lang, history, waiting::kind};

impl VerbWords for Verb {
    fn title(&self, lang: Lang) -> &'static str {
        let Self::Set { .. } = self;
        kind::friend_pair_set(lang)
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
