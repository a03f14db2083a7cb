//! What was recorded of an incident, in words.

use domain::incidents::{Verb, VerbKind};

use crate::history::{KindWords, Names, VerbWords};
use crate::texts::{Lang, Words, history, waiting::kind};

impl KindWords for VerbKind {
    fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Record => kind::incident_record(lang),
            Self::Complete => kind::incident_complete(lang),
            Self::Handle => kind::incident_handle(lang),
        }
    }
}

impl VerbWords for Verb {
    fn title(&self, lang: Lang) -> &'static str {
        self.verb_kind().title(lang)
    }

    fn sentence(&self, lang: Lang, _: &dyn Names) -> String {
        match self {
            Self::Record { incident } => history::incident(lang, incident.on, incident.kind.words(lang)),
            Self::Complete { incident } => history::incident_completed(lang, incident.on, incident.kind.words(lang)),
            Self::Handle { on, .. } => history::incident_handled(lang, *on),
        }
    }
}
