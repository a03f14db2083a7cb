//! How somebody is beyond what is measured, said back in their own answers: on a screen after the PIN, never on paper and
//! never to relatives (docs/scoring.md, Wellbeing).

use domain::assessments::OutcomeMeasure;
use domain::assessments::wellbeing::Followed;
use domain::statements::StatementKind;
use leptos::prelude::*;

use super::words::{outcome_name, outcome_value};
use crate::statements::{Statement, title};
use crate::texts::{Lang, capital, wellbeing as t};

/// What the section says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WellbeingView {
    pub followed: Vec<Followed>,
    /// Where the municipality says that there is help, if an answer asks for it.
    pub support: Option<String>,
}

/// What is said of one answer, a sentence each: the answer, the one before it and, where it is worrying, a kind word. The
/// answers are never called better or worse.
pub fn sentences(lang: Lang, one: &Followed) -> Vec<String> {
    let answer = |code: i64| outcome_value(lang, one.outcome, code);
    let before = one.before.map(|(before, _)| match before == one.answer {
        true => t::same(lang).to_owned(),
        false => t::before(lang, &answer(before)),
    });
    let kind = one.is_worrying().then(|| kind(lang, one.outcome).to_owned());
    [Some(t::said(lang, &answer(one.answer), one.on)), before, kind].into_iter().flatten().collect()
}

fn kind(lang: Lang, outcome: OutcomeMeasure) -> &'static str {
    match outcome {
        OutcomeMeasure::Fof => t::kind::fear(lang),
        OutcomeMeasure::Lonely => t::kind::lonely(lang),
        _ => t::kind::health(lang),
    }
}

/// The answers, and below them where there is help.
#[component]
pub fn Wellbeing(lang: Lang, view: WellbeingView) -> impl IntoView {
    let WellbeingView { followed, support } = view;
    let themes: Vec<_> = followed
        .iter()
        .map(|one| {
            let words: Vec<_> = sentences(lang, one).into_iter().map(|said| view! { <p>{said}</p> }).collect();
            view! { <h3>{capital(outcome_name(lang, one.outcome))}</h3>{words} }
        })
        .collect();
    let support = support.map(|body| {
        view! {
            <section class="own__session" aria-labelledby="support">
                <h2 id="support">{title(lang, StatementKind::Support)}</h2>
                <Statement body/>
            </section>
        }
    });
    view! {
        <div class="screen-only stack stack--wide">
            <section class="own__session" aria-labelledby="wellbeing">
                <h2 id="wellbeing">{t::title(lang)}</h2>
                <p>{t::lead(lang)}</p>
                {themes}
            </section>
            {support}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(outcome: OutcomeMeasure, answer: i64, before: Option<i64>) -> Followed {
        let day = |text: &str| text.parse().unwrap();
        Followed { outcome, on: day("2026-09-08"), answer, before: before.map(|before| (before, day("2026-03-10"))) }
    }

    #[test]
    fn an_answer_is_said_back_with_the_one_before_and_without_a_verdict() {
        let told = |lang, answer, before| sentences(lang, &one(OutcomeMeasure::Lonely, answer, before));
        assert_eq!(told(Lang::Fi, 2, None), ["Vastasit 8.9.2026: harvoin."]);
        assert_eq!(told(Lang::FiTe, 3, Some(2)), ["Vastasitte 8.9.2026: joskus.", "Viimeksi vastasitte: harvoin."]);
        assert_eq!(told(Lang::Sv, 1, Some(1))[1], "Förra gången svarade du likadant.");
        let verdicts = ["parempi", "huonompi", "heikompi", "parani", "bättre", "sämre", "better", "worse", "weaker"];
        for lang in Lang::IN_EVERY_FORM {
            for outcome in domain::assessments::wellbeing::FOLLOWED {
                for (answer, before) in [(1, 4), (4, 1), (3, 3)] {
                    let said = sentences(lang, &one(outcome, answer, Some(before))).join(" ");
                    assert!(!verdicts.iter().any(|verdict| said.contains(verdict)) && !said.contains('{'), "{said}");
                }
            }
        }
    }

    #[test]
    fn a_worrying_answer_has_a_kind_word_of_its_own() {
        let kind = |outcome| sentences(Lang::Fi, &one(outcome, 4, None)).pop().unwrap();
        assert!(kind(OutcomeMeasure::Lonely).starts_with("Moni tuntee itsensä välillä yksinäiseksi."));
        assert!(kind(OutcomeMeasure::Fof).starts_with("Moni pelkää kaatumista."));
        assert!(kind(OutcomeMeasure::Srh).ends_with("Kerro ohjaajalle, miten voit."));
        assert_eq!(sentences(Lang::Fi, &one(OutcomeMeasure::Fof, 2, None)).len(), 1, "sometimes afraid");
    }
}
