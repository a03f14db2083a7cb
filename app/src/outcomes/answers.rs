//! What people answered of themselves at the start and three months later, question by question.

use domain::assessments::OutcomeMeasure;
use domain::outcomes::Page;
use leptos::prelude::*;

use super::numbers::number;
use super::table::{FigureRow, figures_table, framed};
use crate::texts::outcomes::answers as t;
use crate::texts::{Lang, day};

/// The answers under their heading; nothing on pages that tell none.
pub(super) fn section(lang: Lang, page: &Page) -> Option<AnyView> {
    let inside = inside(lang, page)?;
    Some(view! { <section class="report__section"><h2>{t::title(lang)}</h2>{inside}</section> }.into_any())
}

/// The table with what it is of.
pub(super) fn inside(lang: Lang, page: &Page) -> Option<AnyView> {
    if page.report.wellbeing.is_empty() {
        return None;
    }
    let rows = page.report.wellbeing.iter().map(|(outcome, told)| {
        let figures = [&told.due, &told.n, &told.start, &told.end].map(|people| number(lang, people));
        let older = page.wellbeing_as_of.get(outcome).filter(|as_of| **as_of != page.made_on);
        FigureRow::new(words(lang, *outcome), figures).with(older.map(|as_of| day(lang, *as_of)))
    });
    let heads = [t::due(lang), t::twice(lang), t::start(lang), t::end(lang)];
    let table = framed(t::title(lang), figures_table(t::answer(lang), heads, rows));
    Some(view! { <p class="quiet">{t::is(lang)}</p>{table} }.into_any())
}

/// The answers that are counted.
pub(super) fn words(lang: Lang, outcome: OutcomeMeasure) -> &'static str {
    match outcome {
        OutcomeMeasure::Srh => t::srh(lang),
        OutcomeMeasure::Fof => t::fof(lang),
        OutcomeMeasure::Lonely => t::lonely(lang),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessments::words::outcome_value;
    use crate::texts::HIDDEN_FIGURE;
    use domain::assessments::wellbeing::{FOLLOWED, is_worrying};
    use domain::outcomes::PageKind;
    use domain::outcomes::testing;

    #[test]
    fn pages_of_years_and_of_the_term_tell_answers_and_hide_those_of_a_few() {
        let (mut told, mut hidden) = (0, 0);
        for page in (0..300).map(testing::page) {
            assert!(page.kind != PageKind::Season || page.report.wellbeing.is_empty());
            for (outcome, answers) in &page.report.wellbeing {
                assert!(FOLLOWED.contains(outcome) && !words(Lang::Fi, *outcome).is_empty());
                for people in [&answers.start, &answers.end] {
                    assert_eq!(number(Lang::Fi, people) == HIDDEN_FIGURE, people.is_hidden());
                    hidden += usize::from(people.is_hidden());
                    let Some((x, n)) = people.value().zip(answers.n.value()) else { continue };
                    assert!(x <= n && (*x == 0 || *x >= 5) && (x == n || n - x >= 5), "{answers:?}");
                    told += usize::from(*n > 0);
                }
            }
        }
        assert!(told > 0 && hidden > 0, "{told} {hidden}");
    }

    #[test]
    fn a_row_names_the_answers_that_it_counts_as_the_question_words_them() {
        for (lang, outcome) in Lang::ALL.into_iter().flat_map(|lang| FOLLOWED.map(|outcome| (lang, outcome))) {
            for answer in (1..=5).filter(|answer| is_worrying(outcome, *answer)) {
                let answer = outcome_value(lang, outcome, answer);
                assert!(words(lang, outcome).contains(&answer), "{answer}: {}", words(lang, outcome));
            }
        }
    }
}
