//! What was recorded of an incident, in words.

use domain::incidents::Verb;

use crate::history::{Names, VerbWords};
use crate::texts::{Lang, Words, history, waiting::kind};

impl VerbWords for Verb {
    fn title(&self, lang: Lang) -> &'static str {
        match self {
            Self::Record { .. } => kind::incident_record(lang),
        }
    }

    fn sentence(&self, lang: Lang, _: &dyn Names) -> String {
        let Self::Record { incident } = self;
        history::incident(lang, incident.on, incident.kind.words(lang))
    }
}
