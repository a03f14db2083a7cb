//! How the figures went from season to season and from year to year: of frozen pages alone, nothing is worked out anew.

use domain::assessments::OutcomeMeasure;
use domain::outcomes::Page;
use domain::outcomes::report::WindowName;
use leptos::prelude::*;

use super::numbers::{figure, number, share, signed_mean, whole};
use super::table::{FigureRow, figures_table, framed};
use crate::charts::{FlowStep, flow_chart};
use crate::texts::outcomes::{brief, caveat, column, step, trend as t};
use crate::texts::{Lang, council, day, outcomes};
use crate::ui::{Empty, Figure, PageHead};

/// The newest page of each period with its words, the earliest period first.
#[derive(Clone, PartialEq, Debug)]
pub struct TrendView {
    pub seasons: Vec<(String, Page)>,
    pub years: Vec<(String, Page)>,
}

#[component]
pub fn TrendPage(lang: Lang, view: TrendView) -> impl IntoView {
    let TrendView { seasons, years } = view;
    let back = Some(("/figures".to_owned(), outcomes::title(lang).to_owned()));
    let none = seasons.is_empty() && years.is_empty();
    view! {
        <PageHead title=t::title(lang) lead=t::lead(lang) back/>
        <div class="stack stack--wide">
            {none.then(|| view! { <Empty title=outcomes::not_put_together(lang)/> })}
            {part(lang, t::seasons(lang), &seasons)}
            {part(lang, t::years(lang), &years)}
            <p class="quiet">{caveat::season(lang)}</p>
        </div>
    }
    .into_any()
}

/// The periods of one kind; nothing where there is none.
fn part(lang: Lang, heading: &'static str, periods: &[(String, Page)]) -> Option<AnyView> {
    (!periods.is_empty()).then_some(())?;
    let heads = [
        column::participants(lang),
        step::started(lang),
        brief::visits(lang),
        column::adherence(lang),
        brief::retention(lang),
        column::measured(lang),
        column::change(lang),
        council::sheet::cut_off(lang),
    ];
    let rows = periods.iter().map(|(name, page)| FigureRow::new(name.clone(), row(lang, page)));
    let table = framed(heading, figures_table(t::period(lang), heads, rows));
    let figure = participants(lang, periods);
    Some(view! { <section class="section"><h2>{heading}</h2>{figure}{table}</section> }.into_any())
}

/// As the page prints them.
fn row(lang: Lang, page: &Page) -> Vec<String> {
    let (sppb, report) = (OutcomeMeasure::SppbTotal, &page.report);
    let own = [
        number(lang, &report.flow.participants),
        number(lang, &report.flow.started),
        number(lang, &report.attendance.visits),
        share(lang, &report.attendance.adherence_median),
        share(lang, &report.retention.d180.share),
    ];
    let change = report.change_of(sppb, WindowName::M3);
    let measured = change.map(|change| number(lang, &change.n)).unwrap_or_default();
    let mean = change.map(|change| figure(lang, &change.mean, |mean| signed_mean(lang, sppb, *mean)));
    // From when it is, where that is another day than the rest of the row.
    let mean = mean.map(|mean| match page.change_kept(WindowName::M3, sppb) {
        Some(as_of) => format!("{mean} ({})", day(lang, as_of)),
        None => mean,
    });
    own.into_iter().chain([measured, mean.unwrap_or_default(), day(lang, report.cut_off)]).collect()
}

/// How many took part in each of them; nothing of one alone.
fn participants(lang: Lang, periods: &[(String, Page)]) -> Option<AnyView> {
    let [(first, before), .., (last, now)] = periods else { return None };
    let known = |page: &Page| page.report.flow.participants.value().map(|n| whole(*n));
    let both = known(before).zip(known(now));
    let title = both.map_or_else(|| t::label(lang).to_owned(), |(a, b)| t::said(lang, a, b, first, last));
    let step = |(name, page): &(String, Page)| {
        let hidden = page.report.flow.participants.is_hidden();
        FlowStep { name: name.clone(), n: known(page), hidden }
    };
    let chart = flow_chart(lang, t::label(lang), &periods.iter().map(step).collect::<Vec<_>>());
    let people = |page: &Page| number(lang, &page.report.flow.participants);
    let rows = periods.iter().map(|(name, page)| FigureRow::new(name.clone(), [people(page)]));
    let table = figures_table(t::period(lang), [column::participants(lang)], rows);
    Some(view! { <Figure lang title chart table/> }.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::HIDDEN_FIGURE;
    use domain::outcomes::testing;

    #[test]
    fn a_period_tells_what_its_page_tells_and_one_alone_is_no_trend() {
        let pages: Vec<(String, Page)> = (0..90).map(|n| (format!("P{n}"), testing::page(n))).collect();
        let (mut hidden, mut older) = (0, 0);
        for (_, page) in &pages {
            let row = row(Lang::Fi, page);
            assert_eq!(row.len(), 8);
            let people = &page.report.flow.participants;
            assert_eq!(row[0], number(Lang::Fi, people));
            assert_eq!(row[0] == HIDDEN_FIGURE, people.is_hidden());
            hidden += usize::from(row.contains(&HIDDEN_FIGURE.to_owned()));
            let kept = page.change_kept(WindowName::M3, OutcomeMeasure::SppbTotal);
            assert_eq!(row[6].ends_with(')'), kept.is_some(), "{row:?}");
            older += usize::from(kept.is_some());
        }
        assert!(hidden > 0 && older > 0, "{hidden} {older}");
        assert!(participants(Lang::Fi, &pages[..1]).is_none() && participants(Lang::Fi, &pages[..2]).is_some());
    }
}
