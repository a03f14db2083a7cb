//! The SPPB changes of population groups on one scale: those that the table of groups tells, with their intervals.

use domain::assessments::OutcomeMeasure;
use domain::outcomes::Page;
use domain::outcomes::equity::{OTHER_OR_UNKNOWN, StratumBy};
use domain::outcomes::figures::StratumCell;
use domain::outcomes::publishing::smallest_change;
use domain::outcomes::statistics::Interval;
use leptos::prelude::*;

use super::drawn::Drawn;
use super::numbers::{interval, number, signed_mean};
use super::said::strata_until;
use super::sections::scale_words;
use super::strata::{by_words, cell_words, is_part};
use super::table::{FigureRow, figures_table};
use crate::charts::{ChangeRow, groups_chart};
use crate::texts::{Lang, outcomes};
use crate::ui::Figure;

const SPPB: OutcomeMeasure = OutcomeMeasure::SppbTotal;

/// Whoever belongs to no group that has a name: no group at all.
const NAMELESS: [&str; 4] = [OTHER_OR_UNKNOWN, "other", "unknown", "not_told"];

/// A group whose change is told.
struct Told<'a> {
    by: StratumBy,
    cell: &'a StratumCell,
    mean: f64,
    ci: Interval,
}

impl<'a> Told<'a> {
    fn of(by: StratumBy, cell: &'a StratumCell) -> Option<Self> {
        let is_drawn = !NAMELESS.contains(&cell.value.as_str()) && !is_part(cell);
        let (mean, ci) = cell.sppb_change_m3.mean.value().zip(cell.sppb_change_m3.ci.value())?;
        is_drawn.then_some(Self { by, cell, mean: *mean, ci: *ci })
    }

    fn name(&self, lang: Lang) -> String {
        format!("{}: {}", by_words(lang, self.by), cell_words(lang, self.by, &self.cell.value))
    }
}

/// Those of a page; areas have drawings of their own.
fn told(page: &Page) -> Vec<Told<'_>> {
    let strata = page.report.strata.iter().filter(|stratum| stratum.by != StratumBy::Area);
    strata.flat_map(|stratum| stratum.cells.iter().filter_map(move |cell| Told::of(stratum.by, cell))).collect()
}

/// The drawing with its table under a heading; nothing where fewer than two groups are told.
pub(super) fn beside_each_other(lang: Lang, page: &Page) -> Option<AnyView> {
    use outcomes::groups as t;
    let Drawn { title, chart, source } = drawn(lang, page)?;
    let row = |told: &Told<'_>| {
        let (mean, ci) = (signed_mean(lang, SPPB, told.mean), interval(lang, SPPB, &told.ci));
        FigureRow::new(told.name(lang), [number(lang, &told.cell.sppb_change_m3.n), mean, ci])
    };
    let heads = [outcomes::column::measured(lang), outcomes::column::change(lang), outcomes::interval(lang)];
    let table = figures_table(t::group(lang), heads, told(page).iter().map(row));
    Some(view! { <h3>{t::title(lang)}</h3><Figure lang title chart table source/> }.into_any())
}

/// The same without its table.
pub(super) fn drawn(lang: Lang, page: &Page) -> Option<Drawn> {
    use outcomes::groups as t;
    let (told, one) = (told(page), smallest_change(SPPB)?);
    (told.len() > 1).then_some(())?;
    let row = |told: &Told<'_>| ChangeRow {
        name: told.name(lang),
        mean: told.mean / one,
        low: told.ci.lo / one,
        high: told.ci.hi / one,
        meaningful: None,
        text: format!("{} ({})", signed_mean(lang, SPPB, told.mean), interval(lang, SPPB, &told.ci)),
    };
    let rows: Vec<_> = told.iter().map(row).collect();
    let chart = groups_chart(lang, t::label(lang), &rows);
    let source = [scale_words(lang, &[SPPB]), t::is(lang).to_owned(), strata_until(lang, page)].join(" ");
    Some(Drawn { title: t::said(lang).to_owned(), chart, source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::outcomes::testing;

    #[test]
    fn every_group_that_is_drawn_is_told_by_the_table_and_no_hidden_one_is() {
        let (mut drawn_groups, mut hidden) = (0, 0);
        for page in (0..300).map(testing::page) {
            let told = told(&page);
            let cells = page.report.strata.iter().flat_map(|stratum| &stratum.cells);
            hidden += cells.filter(|cell| cell.sppb_change_m3.mean.is_hidden()).count();
            for one in &told {
                let change = &one.cell.sppb_change_m3;
                assert_eq!((change.mean.value(), change.ci.value()), (Some(&one.mean), Some(&one.ci)));
                assert!(one.by != StratumBy::Area && !is_part(one.cell), "{}", one.name(Lang::Fi));
            }
            drawn_groups += told.len();
            assert_eq!(drawn(Lang::Fi, &page).is_some(), told.len() > 1);
        }
        assert!(drawn_groups > 0 && hidden > 0, "{drawn_groups} {hidden}");
    }
}
