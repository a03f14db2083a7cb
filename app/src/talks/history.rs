//! What was recorded of a talk, in words. What was said in it stays out of the history.

use domain::talks::{Verb, VerbKind};

use crate::history::{KindWords, Names, VerbWords};
use crate::texts::{Lang, Words, history, waiting::kind};

impl KindWords for VerbKind {
    fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Record => kind::talk_record(lang),
        }
    }
}

impl VerbWords for Verb {
    fn title(&self, lang: Lang) -> &'static str {
        self.verb_kind().title(lang)
    }

    fn sentence(&self, lang: Lang, _: &dyn Names) -> String {
        let Self::Record { talk } = self;
        match talk.taken_back {
            None => history::talked(lang, talk.on),
            Some(taken_back) => history::talk_undone(lang, talk.on, taken_back.why.words(lang)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Kumpula;
    use domain::ids::{ParticipantId, TalkId};
    use domain::talks::{TakenBack, Talk, TalkMistake};
    use domain::time::Day;
    use uuid::Uuid;

    #[test]
    fn what_was_taken_back_is_told_with_its_reason_and_never_with_its_words() {
        let on = Day::new(2026, 9, 8).unwrap();
        let told = |taken_back: Option<TakenBack>| {
            let (id, participant) = (TalkId(Uuid::nil()), ParticipantId(Uuid::nil()));
            let (goal, plan) = ("Kauppaan kävellen".into(), "Portaat".into());
            let talk = Talk { id, participant, on, goal, plan, next_on: Some(on), taken_back };
            Verb::Record { talk }.sentence(Lang::Fi, &Kumpula)
        };
        assert_eq!(told(None), "Liikuntaneuvontakeskustelu 8.9.2026");
        let gone = Some(TakenBack { on, why: TalkMistake::WrongPerson });
        let words = "Liikuntaneuvontakeskustelu 8.9.2026 poistettiin. Syy: kirjattu väärälle henkilölle";
        assert_eq!(told(gone), words);
    }
}
