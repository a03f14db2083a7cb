//! What was recorded of a talk, in words. What was said in it stays out of the history.

use domain::talks::Verb;

use crate::history::{Names, VerbWords};
use crate::texts::{Lang, history, waiting::kind};

impl VerbWords for Verb {
    fn title(&self, lang: Lang) -> &'static str {
        let Self::Record { .. } = self;
        kind::talk_record(lang)
    }

    fn sentence(&self, lang: Lang, _: &dyn Names) -> String {
        let Self::Record { talk } = self;
        history::talked(lang, talk.on)
    }
}
