//! What was said of a programme for home, in words.

use domain::home_programmes::{Verb, VerbKind};

use super::exercises_in_words;
use crate::history::{KindWords, Names, VerbWords};
use crate::texts::{Lang, history, waiting::kind};

impl KindWords for VerbKind {
    fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Set => kind::home_programme_set(lang),
        }
    }
}

impl VerbWords for Verb {
    fn title(&self, lang: Lang) -> &'static str {
        self.verb_kind().title(lang)
    }

    /// What the instructor wrote beside it stays on the person's page.
    fn sentence(&self, lang: Lang, _: &dyn Names) -> String {
        let Self::Set { programme } = self;
        match programme.to {
            None => history::home_programme(lang, programme.from, &exercises_in_words(lang, programme)),
            Some(to) if to < programme.from => history::home_programme_undone(lang).to_owned(),
            Some(to) => history::home_programme_ended(lang, to),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Kumpula;
    use domain::exercises::Exercise;
    use domain::home_programmes::{Chosen, Form, HomeProgramme};
    use domain::ids::{ParticipantId, UserId};

    #[test]
    fn a_programme_is_told_by_its_exercises_and_their_forms() {
        let id = uuid::Uuid::nil();
        let easier = Chosen { form: Form::Easier, ..Chosen::usual(Exercise::ChairStand) };
        let programme = HomeProgramme {
            participant: ParticipantId(id),
            exercises: vec![easier, Chosen::usual(Exercise::HeelRaise)],
            from: "2026-09-08".parse().unwrap(),
            to: None,
            by: UserId(id),
            note: "Salainen".into(),
        };
        let told = |programme: HomeProgramme| Verb::Set { programme }.sentence(Lang::Fi, &Kumpula);
        let whole = "Kotiohjelma 8.9.2026 alkaen: Tuolilta nousu (helpompi) ja Varpaille nousu";
        assert_eq!(told(programme.clone()), whole);
        let on = |text: &str| text.parse().unwrap();
        assert_eq!(told(programme.clone().ended(on("2026-10-01"))), "Kotiohjelma päättyi 1.10.2026");
        assert_eq!(told(programme.ended(on("2026-09-01"))), "Kotiohjelma poistettiin");
    }
}
