//! What was done with an application, in words. What was told in it stays out of the history.

use domain::applications::{Verb, VerbKind};

use crate::history::{KindWords, Names, VerbWords, group_name};
use crate::texts::{Lang, Words, history, waiting::kind};

impl KindWords for VerbKind {
    fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Record => kind::application_record(lang),
            Self::Answer => kind::application_answer(lang),
            Self::Decide => kind::application_decide(lang),
            Self::Offer => kind::application_offer(lang),
            Self::Reply => kind::application_reply(lang),
        }
    }
}

impl VerbWords for Verb {
    fn title(&self, lang: Lang) -> &'static str {
        self.verb_kind().title(lang)
    }

    fn sentence(&self, lang: Lang, names: &dyn Names) -> String {
        match self {
            Self::Record { applied_on, start, .. } => {
                history::application_recorded(lang, *applied_on, start.source.words(lang))
            }
            Self::Answer { .. } => history::application_answered(lang).to_owned(),
            Self::Decide { decided, .. } if decided.reason.trim().is_empty() => {
                history::application_decided(lang, decided.decision.words(lang))
            }
            Self::Decide { decided, .. } => {
                history::application_decided_because(lang, decided.decision.words(lang), &decided.reason)
            }
            Self::Offer { group, until, .. } => {
                history::application_offered(lang, *until, &group_name(lang, *group, names))
            }
            Self::Reply { group, reply, .. } => {
                history::application_replied(lang, &group_name(lang, *group, names), reply.words(lang))
            }
        }
    }
}
