//! What was done to a test, in words.

use domain::assessments::{Instrument, Verb, VerbKind};

use crate::history::{KindWords, Names, VerbWords};
use crate::texts::{Lang, Words, history, waiting::kind};

impl KindWords for VerbKind {
    fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Record => kind::assessment_record(lang),
            Self::Amend | Self::TakeBack => kind::assessment_amend(lang),
        }
    }
}

impl VerbWords for Verb {
    fn title(&self, lang: Lang) -> &'static str {
        self.verb_kind().title(lang)
    }

    fn sentence(&self, lang: Lang, names: &dyn Names) -> String {
        match self {
            Self::Record { assessment } if assessment.instrument == Instrument::SelfReport => {
                history::answered(lang, assessment.measured_on)
            }
            Self::Record { assessment } => {
                history::assessed(lang, assessment.measured_on, assessment.instrument.words(lang))
            }
            Self::TakeBack { .. } => history::assessment_taken_back(lang).to_owned(),
            Self::Amend { id, reason, .. } => match names.test(*id) {
                Some(test) => history::amended(lang, reason, test),
                None => history::amended_unknown(lang, reason),
            },
        }
    }
}
