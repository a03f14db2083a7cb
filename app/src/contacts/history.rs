//! What was said about a contact, in words.

use domain::contacts::{Verb, VerbKind};

use crate::history::{KindWords, Names, VerbWords};
use crate::texts::{Lang, Words, history, waiting::kind};

impl KindWords for VerbKind {
    fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Set => kind::contact_set(lang),
        }
    }
}

impl VerbWords for Verb {
    fn title(&self, lang: Lang) -> &'static str {
        self.verb_kind().title(lang)
    }

    /// What was said stays on the person's page.
    fn sentence(&self, lang: Lang, _: &dyn Names) -> String {
        let Self::Set { contact } = self;
        match contact.holds {
            true => history::contact(lang, contact.on, contact.outcome.words(lang), contact.way.words(lang)),
            false => history::contact_undone(lang, contact.on),
        }
    }
}
