//! What was asked before a test, in words. The answers stay out of the history: who may read it may not always read them.

use domain::screenings::{Asked, Verb, VerbKind};

use crate::history::{KindWords, Names, VerbWords};
use crate::texts::{Lang, history, waiting::kind};

impl KindWords for VerbKind {
    fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Record => kind::screening_record(lang),
            Self::Clear => kind::screening_clear(lang),
        }
    }
}

impl VerbWords for Verb {
    fn title(&self, lang: Lang) -> &'static str {
        self.verb_kind().title(lang)
    }

    fn sentence(&self, lang: Lang, _: &dyn Names) -> String {
        match self {
            Self::Record { screening } => match screening.asked {
                Asked::Questions(_) => history::screened(lang, screening.on),
                Asked::Today(_) => history::checked_today(lang, screening.on),
            },
            Self::Clear { clearance, .. } => history::cleared(lang, &clearance.by, clearance.on),
        }
    }
}
