//! What was said of days of exercise at home, in words.

use domain::home_weeks::{Verb, VerbKind};

use crate::history::{KindWords, Names, VerbWords};
use crate::texts::{Lang, day, history, list, waiting::kind};

impl KindWords for VerbKind {
    fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Set => kind::home_week_set(lang),
        }
    }
}

impl VerbWords for Verb {
    fn title(&self, lang: Lang) -> &'static str {
        self.verb_kind().title(lang)
    }

    fn sentence(&self, lang: Lang, _: &dyn Names) -> String {
        let Self::Set { days, .. } = self;
        let of = |wanted: bool| -> Vec<String> {
            days.iter().filter(|(_, done)| **done == wanted).map(|(on, _)| day(lang, *on)).collect()
        };
        let (done, undone) = (of(true), of(false));
        let parts = [
            (!done.is_empty()).then(|| history::home_week_done(lang, &list(lang, &done))),
            (!undone.is_empty()).then(|| history::home_week_undone(lang, &list(lang, &undone))),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(". ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Kumpula;
    use domain::ids::ParticipantId;
    use domain::time::Day;

    #[test]
    fn days_that_were_done_and_taken_back_are_told_apart() {
        let on = |text: &str| -> Day { text.parse().unwrap() };
        let days = [(on("2026-09-07"), true), (on("2026-09-08"), true), (on("2026-09-09"), false)];
        let participant = ParticipantId(uuid::Uuid::nil());
        let verb = Verb::Set { participant, monday: on("2026-09-07"), days: days.into() };
        let told = "Harjoitteli kotona: 7.9.2026 ja 8.9.2026. Kotiharjoittelun merkintä poistettiin: 9.9.2026";
        assert_eq!(verb.sentence(Lang::Fi, &Kumpula), told);
    }
}
