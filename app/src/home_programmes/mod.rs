//! Programmes for home: what they hold in words, on a person's own page, on paper, at the desk and on the tablet.

#[cfg(target_arch = "wasm32")]
pub mod card;
#[cfg(target_arch = "wasm32")]
pub mod choosing;
pub mod desk;
pub mod form;
mod history;
pub mod own;
pub mod sheet;
mod summary;

use domain::home_programmes::{Chosen, Form, HomeProgramme};
use domain::time::Day;

use crate::exercises::said;
use crate::texts::{Lang, Words as _, days, home_exercise as t, list};

/// The exercises by name, each with its form where that is not the usual one.
pub fn exercises_in_words(lang: Lang, programme: &HomeProgramme) -> String {
    let names: Vec<_> = programme.exercises.iter().map(|chosen| name(lang, *chosen)).collect();
    list(lang, &names)
}

/// "Tuolilta nousu (helpompi)".
pub fn name(lang: Lang, chosen: Chosen) -> String {
    let name = said(lang, chosen.exercise).name;
    match chosen.form {
        Form::Usual => name.to_owned(),
        form => t::with_form(lang, form.words(lang), name),
    }
}

/// From when on, and until when; of one that is still to begin, when it does.
pub fn days_in_words(lang: Lang, programme: &HomeProgramme, today: Day) -> String {
    match programme.to {
        None if programme.is_ahead(today) => t::begins(lang, programme.from),
        None => t::since(lang, programme.from),
        Some(to) => days(lang, programme.from, to),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::home_exercise::{own, sheet, timer};

    /// Everything that is said to the person beside the exercises themselves.
    fn sentences(lang: Lang) -> Vec<String> {
        let said = [
            own::lead,
            own::none,
            own::is_done,
            own::week_none,
            own::weeks_hint,
            own::saved,
            own::undone,
            own::late,
            own::has_note,
        ];
        let on_paper = [sheet::tick, sheet::bring, sheet::print, timer::done];
        let fixed = said.iter().chain(&on_paper).map(|words| words(lang).to_owned());
        let begins = own::begins(lang, "maanantaina 14. syyskuuta");
        let of_day = [own::saved_on, own::undone_on].map(|words| words(lang, "maanantaina 14. syyskuuta"));
        let counted = [own::week_count(lang, 1), own::week_count(lang, 3), t::made_by(lang, "Oili"), begins];
        let text = fixed.chain(counted).chain(of_day).collect::<Vec<_>>().join(" ");
        text.split_inclusive(['.', '?', '!']).map(|one| one.trim().to_owned()).collect()
    }

    #[test]
    fn what_is_said_to_the_person_is_short_enough_for_everybody_and_scolds_nobody() {
        for lang in Lang::IN_EVERY_FORM {
            let lengths: Vec<usize> = sentences(lang).iter().map(|one| one.split_whitespace().count()).collect();
            let (all, most) = (lengths.iter().sum::<usize>(), lengths.iter().max().copied().unwrap_or_default());
            assert!(all <= 15 * lengths.len() && most <= 25, "{lang:?}: {all} words in {}, {most}", lengths.len());
            let text = sentences(lang).join(" ");
            let scolds = ["vain ", "laiminl", "bara ", "missat", "only ", "missed"];
            assert!(scolds.iter().all(|word| !text.contains(word)), "{lang:?}: {text}");
        }
    }
}
