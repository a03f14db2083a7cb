//! What was done to a session, in words.

use domain::sessions::{Verb, VerbKind};

use crate::history::{KindWords, Names, VerbWords};
use crate::texts::{Lang, Words, at_time, history, waiting::kind};

impl KindWords for VerbKind {
    fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Plan => kind::session_plan(lang),
            Self::Status => kind::session_status(lang),
            Self::Cancel => kind::session_cancel(lang),
            Self::Note => kind::session_note(lang),
            Self::Move => kind::session_move(lang),
            Self::Count => kind::session_count(lang),
        }
    }
}

impl VerbWords for Verb {
    fn title(&self, lang: Lang) -> &'static str {
        self.verb_kind().title(lang)
    }

    fn sentence(&self, lang: Lang, _: &dyn Names) -> String {
        match self {
            Self::Plan { session } => history::session_planned(lang, session.day),
            Self::Status { status: Some(status), .. } => history::session_status(lang, status.words(lang)),
            Self::Status { status: None, .. } => history::session_status_undone(lang).to_owned(),
            Self::Cancel { reason, .. } => history::session_cancelled(lang, reason.words(lang)),
            Self::Move { starts_at: None, place: None, .. } => history::session_moved_back(lang).to_owned(),
            Self::Move { starts_at, place, .. } => {
                let parts = [starts_at.map(|at| at_time(lang, at)), place.clone()];
                history::session_moved(lang, &parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
            }
            Self::Count { people: Some(people), .. } => history::session_counted(lang, i64::from(*people)),
            Self::Count { people: None, .. } => history::session_count_undone(lang).to_owned(),
            Self::Note { note, .. } if note.is_empty() => history::session_note_undone(lang).to_owned(),
            Self::Note { note, .. } => history::session_noted(lang, note),
        }
    }
}
