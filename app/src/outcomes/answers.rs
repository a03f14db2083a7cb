//! What people answered of themselves at the start and three months later, question by question.

use domain::assessments::OutcomeMeasure;
use domain::assessments::wellbeing::FOLLOWED;
use domain::outcomes::Page;
use domain::outcomes::figures::Answers;
use domain::outcomes::suppression::Shown;
use leptos::prelude::*;

use super::drawn::Drawn;
use super::numbers::{number, whole};
use super::said::data_until;
use super::table::{FigureRow, figures_table, framed};
use crate::charts::{FlowStep, flow_chart};
use crate::texts::outcomes::answers as t;
use crate::texts::{Lang, day, outcomes};
use crate::ui::Figure;

/// The answers under their heading, each question drawn; nothing on pages that tell none.
pub(super) fn section(lang: Lang, page: &Page) -> Option<AnyView> {
    let inside = inside(lang, page)?;
    let figures: Vec<AnyView> = FOLLOWED.into_iter().filter_map(|outcome| figure(lang, page, outcome)).collect();
    Some(view! { <section class="report__section"><h2>{t::title(lang)}</h2>{inside}{figures}</section> }.into_any())
}

fn figure(lang: Lang, page: &Page, outcome: OutcomeMeasure) -> Option<AnyView> {
    let Drawn { title, chart, source } = answers_drawn(lang, page, outcome)?;
    let rows = steps(lang, page.report.wellbeing.get(&outcome)?);
    let rows = rows.into_iter().map(|(name, people)| FigureRow::new(name, [number(lang, people)]));
    let table = figures_table(t::answer(lang), [outcomes::persons(lang)], rows);
    Some(view! { <Figure lang title chart table source/> }.into_any())
}

/// How many gave the worrying answers to a question at both ends, beside all who answered twice. Nothing where neither is
/// told: there is no bar to see.
pub(super) fn answers_drawn(lang: Lang, page: &Page, outcome: OutcomeMeasure) -> Option<Drawn> {
    let told = page.report.wellbeing.get(&outcome)?;
    let known = |people: &Shown<u64>| people.value().map(|n| whole(*n));
    let (n, answer) = (known(&told.n).filter(|n| *n > 0)?, words(lang, outcome));
    let title = match (known(&told.start), known(&told.end)) {
        (Some(start), Some(end)) => t::said(lang, answer, end, n, start),
        (None, None) => return None,
        _ => t::said_in_part(lang, answer, n),
    };
    let step = |(name, people): (&'static str, &Shown<u64>)| FlowStep {
        name: name.to_owned(),
        n: known(people),
        hidden: people.is_hidden(),
    };
    let chart = flow_chart(lang, answer, &steps(lang, told).map(step));
    let older = page.wellbeing_as_of.get(&outcome).filter(|as_of| **as_of != page.made_on);
    let source = older.map_or_else(|| data_until(lang, &page.report), |as_of| t::kept_from(lang, *as_of));
    Some(Drawn { title, chart, source })
}

/// Everybody who answered twice, and how many of them answered so each time.
fn steps(lang: Lang, told: &Answers) -> [(&'static str, &Shown<u64>); 3] {
    [(t::both(lang), &told.n), (t::start(lang), &told.start), (t::end(lang), &told.end)]
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
    Some(view! { <p class="quiet">{t::is(lang)}</p>{table}<p class="quiet">{t::not_by_group(lang)}</p> }.into_any())
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
    use domain::assessments::wellbeing::is_worrying;
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
    fn a_question_is_drawn_where_one_of_its_numbers_is_told_and_tells_no_other() {
        let (mut whole, mut in_part, mut none) = (0, 0, 0);
        for page in (0..300).map(testing::page) {
            for (outcome, told) in &page.report.wellbeing {
                let numbers = [&told.start, &told.end].map(|people| people.value().copied());
                let n = told.n.value().copied().unwrap_or_default();
                let Some(Drawn { title, .. }) = answers_drawn(Lang::En, &page, *outcome) else {
                    assert!(n == 0 || numbers == [None, None], "{told:?}");
                    none += 1;
                    continue;
                };
                let is_in_part = numbers.contains(&None);
                assert_eq!(title.contains("hidden"), is_in_part, "{title}");
                let mut told = numbers.iter().flatten();
                assert!(told.all(|x| *x <= n && (is_in_part || title.contains(&x.to_string()))), "{title}");
                if is_in_part { in_part += 1 } else { whole += 1 }
            }
        }
        assert!(whole > 0 && in_part > 0 && none > 0, "{whole} {in_part} {none}");
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
