//! What was done to a mark, in words.

use domain::attendance::{Verb, VerbKind};

use crate::history::{KindWords, Names, VerbWords};
use crate::texts::{Lang, Words, attendance, history, waiting::kind};

impl KindWords for VerbKind {
    fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Set => kind::attendance_set(lang),
            Self::Correct => kind::attendance_correct(lang),
        }
    }
}

impl VerbWords for Verb {
    fn title(&self, lang: Lang) -> &'static str {
        self.verb_kind().title(lang)
    }

    fn sentence(&self, lang: Lang, names: &dyn Names) -> String {
        let said = self.said();
        let what = match (names.session_day(said.session), said.mark) {
            (Some(on), Some(mark)) => history::mark(lang, on, mark.words(lang)),
            (Some(on), None) => history::mark_undone(lang, on),
            (None, mark) => mark.map_or(attendance::mark::none(lang), |mark| mark.words(lang)).to_owned(),
        };
        match self {
            Self::Set { .. } => what,
            Self::Correct { reason, .. } => history::mark_corrected(lang, &what, reason.words(lang)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Kumpula;
    use domain::attendance::{Correction, Mark};
    use domain::ids::{GroupId, ParticipantId, SessionId};
    use uuid::Uuid;

    #[test]
    fn an_undone_mark_is_told_with_its_day() {
        let verb = Verb::Set {
            session: SessionId(Uuid::nil()),
            group: GroupId(Uuid::nil()),
            participant: ParticipantId(Uuid::nil()),
            mark: None,
        };
        assert_eq!(verb.sentence(Lang::Fi, &Kumpula), "Läsnäolo 8.9.2026: merkintä poistettiin");
    }

    #[test]
    fn a_correction_is_told_with_its_reason() {
        let verb = Verb::Correct {
            session: SessionId(Uuid::nil()),
            group: GroupId(Uuid::nil()),
            participant: ParticipantId(Uuid::nil()),
            mark: Some(Mark::AbsentInformed),
            reason: Correction::ToldLater,
        };
        let told = "Läsnäolo 8.9.2026: poissa, ilmoitti. Syy: tieto tuli myöhemmin";
        assert_eq!(verb.sentence(Lang::Fi, &Kumpula), told);
    }
}
