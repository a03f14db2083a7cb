//! Gaps between groups, each at the start, at the end and how it changed, with every interval: what the sentences leave out.

use domain::assessments::OutcomeMeasure;
use domain::outcomes::Page;
use domain::outcomes::equity::StratumBy;
use domain::outcomes::figures::ComingGap;
use domain::outcomes::report::Gap;
use domain::outcomes::statistics::Interval;
use domain::outcomes::suppression::Shown;
use leptos::prelude::*;

use super::numbers::{figure, interval, mean, signed_mean};
use super::said::coming_kept;
use super::table::{FigureRow, figures_table, framed};
use super::value::{Kind, Value};
use crate::texts::outcomes::{coming as c, gap_table as t};
use crate::texts::{Lang, outcomes};

/// Nothing on pages that tell no gaps.
pub(super) fn table(lang: Lang, page: &Page) -> Option<AnyView> {
    (!page.report.gaps.is_empty()).then_some(())?;
    let rows = page.report.gaps.iter().map(|gap| row(lang, gap));
    let table = figures_table(t::who(lang), [t::start(lang), t::end(lang), t::change(lang)], rows);
    let coming = coming(lang, page);
    Some(view! { <p class="quiet">{t::is(lang)}</p>{framed(t::title(lang), table)}{coming} }.into_any())
}

/// Gaps in coming, as difference and as ratio: one may shrink while the other grows.
fn coming(lang: Lang, page: &Page) -> Option<AnyView> {
    (!page.report.coming.is_empty()).then_some(())?;
    let rows = page.report.coming.iter().map(|gap| {
        let words = coming_values(lang, gap).map(|value| value.words(lang));
        FigureRow::new(who(lang, gap.by), words)
    });
    let table = figures_table(t::who(lang), coming_heads(lang), rows);
    let kept = coming_kept(lang, page).map(|words| view! { <p class="quiet">{words}</p> });
    let table = framed(c::title(lang), table);
    Some(view! { <h3>{c::title(lang)}</h3><p class="quiet">{c::is(lang)}</p>{kept}{table} }.into_any())
}

pub(super) fn coming_heads(lang: Lang) -> [&'static str; 8] {
    let ci = outcomes::interval(lang);
    let (measured, ratio) = (c::people(lang), c::ratio(lang));
    [c::group(lang), measured, c::others(lang), measured, c::difference(lang), ci, ratio, ci]
}

/// Below [`coming_heads`]: shares in per cent, their difference in percentage points.
pub(super) fn coming_values(lang: Lang, gap: &ComingGap) -> [Value; 8] {
    let (points, times) = ((100.0, 0, Kind::Plain), (1.0, 2, Kind::Plain));
    [
        Value::share(lang, &gap.group.share),
        Value::count(lang, &gap.group.n),
        Value::share(lang, &gap.others.share),
        Value::count(lang, &gap.others.n),
        Value::real(lang, &gap.difference, points),
        Value::interval(lang, &gap.difference_ci, points),
        Value::real(lang, &gap.ratio, times),
        Value::interval(lang, &gap.ratio_ci, times),
    ]
}

/// Whose gap it is.
pub(super) fn who(lang: Lang, by: StratumBy) -> &'static str {
    match by {
        StratumBy::Education => t::education(lang),
        StratumBy::IncomeOk => t::income_ok(lang),
        _ => t::living_alone(lang),
    }
}

fn row(lang: Lang, gap: &Gap) -> FigureRow {
    let (outcome, change) = (gap.outcome, &gap.change);
    let level = |value: &f64| mean(lang, outcome, *value);
    let cells = [
        with_interval(lang, outcome, (&change.level_start.diff, &change.level_start.ci), level),
        with_interval(lang, outcome, (&change.level_end.diff, &change.level_end.ci), level),
        with_interval(lang, outcome, (&change.change_of_gap, &change.ci), |value| signed_mean(lang, outcome, *value)),
    ];
    FigureRow::new(who(lang, gap.by), cells)
}

/// "1,2 (0,4–2,0)".
fn with_interval(
    lang: Lang,
    outcome: OutcomeMeasure,
    (value, ci): (&Shown<f64>, &Shown<Interval>),
    write: impl Fn(&f64) -> String,
) -> String {
    let value = figure(lang, value, write);
    ci.value().map_or_else(|| value.clone(), |ci| format!("{value} ({})", interval(lang, outcome, ci)))
}
