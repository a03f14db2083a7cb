//! The estimate from all measurements beside the pairs: of whom it is, and what it assumes; and how those who were not
//! tested again were at the start. Both in sentences and in tables.

use domain::assessments::OutcomeMeasure;
use domain::outcomes::Page;
use domain::outcomes::figures::{ModelFigures, Profile, Profiles, Share};
use domain::outcomes::findings::{Finding, ModelFinding, ModelStatement, findings};
use domain::outcomes::publishing::PageKind;
use domain::outcomes::report::WindowName;
use leptos::prelude::*;

use super::numbers::{figure, interval, mean, number, signed_mean, whole};
use super::said::{Said, window_words};
use super::sentences::sentences;
use super::table::{FigureRow, figures_table, framed};
use super::value::{Kind, Value};
use crate::assessments::words::outcome_name;
use crate::texts::outcomes::{at_start, model as t};
use crate::texts::{Lang, day, outcomes};

/// The estimates of a window under the pairs of it; nothing before anybody was measured.
pub(super) fn beside_pairs(lang: Lang, page: &Page, window: WindowName) -> Option<AnyView> {
    let said: Vec<String> = findings(page)
        .iter()
        .filter(|finding| matches!(finding, Finding::Model(model) if model.window == window && is_measured(model)))
        .map(|finding| sentences(lang, finding))
        .collect();
    (!said.is_empty()).then(|| view! { <h4>{t::title(lang)}</h4><Said lang said/> }.into_any())
}

fn is_measured(finding: &ModelFinding) -> bool {
    finding.statement != ModelStatement::NobodyMeasured
}

/// What the estimates are of, in numbers, and what they assume; or where they are told.
pub(super) fn section(lang: Lang, page: &Page) -> AnyView {
    view! {
        <section class="report__section">
            <h2>{t::title(lang)}</h2>
            {inside(lang, page)}
        </section>
    }
    .into_any()
}

/// The section without its heading.
pub(super) fn inside(lang: Lang, page: &Page) -> AnyView {
    if page.report.model.is_empty() {
        let words = if page.kind == PageKind::Season { t::elsewhere(lang) } else { t::none(lang) };
        return view! { <p class="quiet">{words}</p> }.into_any();
    }
    view! {
        <p>{t::is(lang)}</p>
        {table(lang, page)}
        <h3>{t::assumes(lang)}</h3>
        <p>{t::missing(lang)}</p>
        <p>{t::alike(lang)}</p>
        <p>{t::method(lang)}</p>
        {at_the_start(lang, page)}
    }
    .into_any()
}

fn table(lang: Lang, page: &Page) -> AnyView {
    use t::column as c;
    let heads = [c::estimate(lang), outcomes::interval(lang), c::people(lang), c::measured(lang), c::groups(lang)];
    let rows = page.report.model.iter().flat_map(|(outcome, model)| {
        WindowName::ALL.iter().map(move |window| row(lang, page, (*outcome, *window), model))
    });
    framed(t::title(lang), figures_table(outcomes::column::outcome(lang), heads, rows))
}

fn row(lang: Lang, page: &Page, (outcome, window): (OutcomeMeasure, WindowName), model: &ModelFigures) -> FigureRow {
    let older = page.model_kept(outcome, Some(window)).map(|as_of| day(lang, as_of));
    let more = [Some(window_words(lang, window).to_owned()), older].into_iter().flatten();
    FigureRow::new(outcome_name(lang, outcome), cells(lang, outcome, window, model)).with(more)
}

/// Estimate, interval, people, measured, groups.
pub(super) fn cells(lang: Lang, outcome: OutcomeMeasure, window: WindowName, model: &ModelFigures) -> Vec<String> {
    let told = model.change.of(window);
    vec![
        figure(lang, &told.change, |value| signed_mean(lang, outcome, *value)),
        figure(lang, &told.ci, |ci| interval(lang, outcome, ci)),
        number(lang, &told.people),
        number(lang, &told.n),
        number(lang, &told.groups),
    ]
}

fn at_the_start(lang: Lang, page: &Page) -> Option<AnyView> {
    let all = findings(page);
    let found = all.iter().filter(|finding| matches!(finding, Finding::AtStart(_)));
    let said = found.map(|finding| sentences(lang, finding)).chain(profile_sentences(lang, page));
    let said: Vec<String> = said.chain(missed_sentences(lang, page)).collect();
    (!said.is_empty()).then_some(())?;
    let heads = [at_start::retested(lang), at_start::missed(lang), at_start::diff(lang), outcomes::interval(lang)];
    let model = page.report.model.iter();
    let rows = model.map(|(outcome, model)| {
        let older = page.model_kept(*outcome, None).map(|as_of| day(lang, as_of));
        FigureRow::new(outcome_name(lang, *outcome), start_cells(lang, *outcome, model)).with(older)
    });
    let table = framed(at_start::title(lang), figures_table(outcomes::column::outcome(lang), heads, rows));
    let view = view! { <h3>{at_start::title(lang)}</h3><p>{at_start::is(lang)}</p><Said lang said/>{table} };
    Some(view.into_any())
}

/// How old those were who were tested again and who were missed, how many of them are women, and from when that is; nothing
/// where the page does not tell it.
pub(super) fn profile_sentences(lang: Lang, page: &Page) -> Vec<String> {
    let Some(Profiles { retested, missed }) = &page.report.profiles else { return Vec::new() };
    let years = |of: &Profile| Value::real(lang, &of.age, (1.0, 0, Kind::Plain)).words(lang);
    let ages = at_start::age(lang, &years(retested), &years(missed));
    let kept = page.profiles_kept().map(|day| at_start::who_kept(lang, day));
    std::iter::once(ages).chain(women(lang, [retested, missed])).chain(kept).collect()
}

/// How many of those who were missed had left, and from when that is; nothing where the page does not tell it.
pub(super) fn missed_sentences(lang: Lang, page: &Page) -> Vec<String> {
    let told = page.report.missed.as_ref().and_then(|Share { x, n, share, .. }| {
        Some(at_start::had_left(lang, whole(*n.value()?), *share.value()?, whole(*x.value()?)))
    });
    let kept = page.missed_kept().filter(|_| told.is_some()).map(|day| at_start::had_left_kept(lang, day));
    told.into_iter().chain(kept).collect()
}

fn women(lang: Lang, [retested, missed]: [&Profile; 2]) -> Option<String> {
    let part = |of: &Profile| {
        let Share { x, n, share, .. } = &of.women;
        Some((whole(*n.value()?), *share.value()?, whole(*x.value()?)))
    };
    let ((n, p, x), (m, q, y)) = part(retested).zip(part(missed))?;
    Some(at_start::women(lang, m, n, p, q, x, y))
}

/// The means of both with their people, the difference, its interval.
pub(super) fn start_cells(lang: Lang, outcome: OutcomeMeasure, model: &ModelFigures) -> Vec<String> {
    let start = &model.at_start;
    let [retested, missed] = [&start.retested, &start.missed].map(|side| {
        let level = figure(lang, &side.mean, |value| mean(lang, outcome, *value));
        format!("{level} ({})", number(lang, &side.n))
    });
    let diff = figure(lang, &start.diff, |value| signed_mean(lang, outcome, *value));
    vec![retested, missed, diff, figure(lang, &start.ci, |ci| interval(lang, outcome, ci))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::outcomes::testing;

    #[test]
    fn who_had_left_of_those_missed_is_said_with_the_numbers_of_the_report() {
        let (mut told, mut not_told) = (0, 0);
        for page in (0..900).map(testing::page) {
            let said = missed_sentences(Lang::En, &page);
            let Some(missed) = &page.report.missed else {
                assert_eq!(said, Vec::<String>::new());
                not_told += 1;
                continue;
            };
            assert_eq!(page.kind, PageKind::Year);
            let of = format!("{} of {}", missed.x.value().unwrap(), missed.n.value().unwrap());
            assert!(said[0].contains(&of), "{said:?}");
            assert_eq!(said.len(), 1 + usize::from(page.missed_kept().is_some()));
            told += 1;
        }
        assert!(told > 0 && not_told > 0, "{told} {not_told}");
    }

    #[test]
    fn ages_and_women_are_told_of_both_sides_or_of_none() {
        let mut told = 0;
        for page in (1..900).step_by(3).map(testing::page) {
            let said = profile_sentences(Lang::En, &page);
            let Some(Profiles { retested, missed }) = &page.report.profiles else {
                assert_eq!(said, Vec::<String>::new());
                continue;
            };
            for side in [retested, missed] {
                let (age, women) = (side.age.value().unwrap(), &side.women);
                assert!(said[0].contains(&format!(" {age:.0}")), "{said:?}");
                let of = format!("({} of {})", women.x.value().unwrap(), women.n.value().unwrap());
                assert!(said[1].contains(&of), "{said:?}");
            }
            assert_eq!(said.len(), 2 + usize::from(page.profiles_kept().is_some()));
            told += 1;
        }
        assert!(told > 0);
    }
}
