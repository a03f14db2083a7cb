//! What was said about a consent, in words.

use domain::consents::{ConsentAct, Verb};

use crate::history::{Names, VerbWords};
use crate::texts::{Lang, Words, history, waiting::kind};

impl VerbWords for Verb {
    fn title(&self, lang: Lang) -> &'static str {
        match self {
            Self::Record { .. } | Self::TakeBack { .. } => kind::consent_record(lang),
        }
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
