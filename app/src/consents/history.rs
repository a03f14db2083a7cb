//! What was said about a consent, in words.

use domain::consents::{ConsentAct, Verb, VerbKind};

use crate::history::{KindWords, Names, VerbWords};
use crate::texts::{Lang, Words, history, waiting::kind};

impl KindWords for VerbKind {
    fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Record | Self::TakeBack => kind::consent_record(lang),
        }
    }
}

impl VerbWords for Verb {
    fn title(&self, lang: Lang) -> &'static str {
        self.verb_kind().title(lang)
    }

    fn sentence(&self, lang: Lang, _: &dyn Names) -> String {
        let Self::Record { consent } = self else { return history::consent_taken_back(lang).to_owned() };
        let (channel, purpose) = (consent.channel.words(lang), consent.purpose.words(lang));
        match consent.act {
            ConsentAct::Given => history::consent_given(lang, channel, purpose),
            ConsentAct::Withdrawn => history::consent_withdrawn(lang, channel, purpose),
        }
    }
}
