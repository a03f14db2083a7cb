//! Attendance by weekday, week by week, as a heat map with its table.

use domain::outcomes::Page;
use domain::outcomes::figures::{Week, WeekdayVisits};
use domain::outcomes::findings::{Weekdays, weekdays};
use leptos::prelude::*;

use super::drawn::Drawn;
use super::numbers::number;
use super::table::{FigureRow, figures_table};
use crate::charts::{HeatCell, HeatChart, HeatRow, heat_chart};
use crate::texts::outcomes::weekdays as t;
use crate::texts::{Lang, day, decimal, list, outcomes, weekday, weekday_short};
use crate::ui::Figure;

/// Nothing where sessions are held on one weekday alone.
pub(super) fn figure(lang: Lang, page: &Page, source: &str) -> Option<AnyView> {
    let Drawn { title, chart, source } = drawn(lang, page, source)?;
    let table = table(lang, page, &weekdays(page)?);
    Some(view! { <Figure lang title chart table source/> }.into_any())
}

/// The figure without its table.
pub(super) fn drawn(lang: Lang, page: &Page, source: &str) -> Option<Drawn> {
    let found = weekdays(page)?;
    let columns: Vec<&'static str> = found.days.iter().map(|one| weekday_short(lang, one.weekday)).collect();
    let said = found.days.iter().filter_map(|one| {
        let mean = one.mean.map(|mean| decimal(lang, mean, 1))?;
        Some(format!("{} {mean}", weekday(lang, one.weekday)))
    });
    let said: Vec<String> = said.collect();
    let rows: Vec<HeatRow> = rows(lang, page, &found);
    Some(Drawn {
        title: title(lang, &found),
        chart: heat_chart(t::label(lang), &HeatChart { columns: &columns, rows: &rows, said: &said }),
        source: format!("{} {source}", t::is(lang)),
    })
}

fn title(lang: Lang, of: &Weekdays) -> String {
    let Some((most, mean)) = of.most() else { return t::too_hidden(lang).to_owned() };
    let names: Vec<String> = most.iter().map(|one| weekday(lang, *one).to_owned()).collect();
    t::most(lang, &list(lang, &names), &decimal(lang, mean, 1))
}

/// The weeks that lie whole in the period.
fn weeks(page: &Page) -> impl Iterator<Item = &Week> {
    page.report.attendance.weeks.iter().filter(|week| !week.days.is_empty())
}

fn rows(lang: Lang, page: &Page, of: &Weekdays) -> Vec<HeatRow> {
    let numbers = || weeks(page).flat_map(|week| week.days.values()).filter_map(|day| day.visits.value().copied());
    let most = numbers().max().unwrap_or(0).max(1);
    let cell = |told: Option<&WeekdayVisits>| match told.map(|day| (day, day.visits.value())) {
        None => HeatCell::NoSession,
        Some((_, None)) => HeatCell::Hidden,
        #[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^52")]
        Some((day, Some(visits))) => HeatCell::Number(number(lang, &day.visits), *visits as f64 / most as f64),
    };
    let row = |week: &Week| HeatRow {
        name: day(lang, week.from),
        cells: of.days.iter().map(|one| cell(week.days.get(&one.weekday))).collect(),
    };
    weeks(page).map(row).collect()
}

fn table(lang: Lang, page: &Page, of: &Weekdays) -> AnyView {
    let told = |day: Option<&WeekdayVisits>| {
        day.map_or_else(|| t::no_session(lang).to_owned(), |day| number(lang, &day.visits))
    };
    let row =
        |week: &Week| FigureRow::new(day(lang, week.from), of.days.iter().map(|one| told(week.days.get(&one.weekday))));
    let heads = of.days.iter().map(|one| weekday(lang, one.weekday));
    figures_table(outcomes::weeks::week(lang), heads, weeks(page).map(row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::HIDDEN_FIGURE;
    use domain::outcomes::testing;

    #[test]
    fn the_map_draws_what_its_table_tells_and_a_hidden_day_is_no_number() {
        let (mut hidden, mut told) = (0, 0);
        for page in (0..300).map(testing::page) {
            let Some(found) = weekdays(&page) else { continue };
            let rows = rows(Lang::Fi, &page, &found);
            assert_eq!(rows.len(), weeks(&page).count());
            for (row, week) in rows.iter().zip(weeks(&page)) {
                assert_eq!((row.cells.len(), &row.name), (found.days.len(), &day(Lang::Fi, week.from)));
                for (cell, of) in row.cells.iter().zip(&found.days) {
                    let visits = week.days.get(&of.weekday).map(|day| &day.visits);
                    match (cell, visits) {
                        (HeatCell::NoSession, None) => {}
                        (HeatCell::Hidden, Some(visits)) => {
                            assert_eq!(number(Lang::Fi, visits), HIDDEN_FIGURE);
                            hidden += 1;
                        }
                        (HeatCell::Number(words, share), Some(visits)) => {
                            assert_eq!(*words, number(Lang::Fi, visits));
                            assert!((0.0..=1.0).contains(share) && words != HIDDEN_FIGURE, "{words}");
                            told += 1;
                        }
                        (cell, visits) => panic!("{cell:?} of {visits:?}"),
                    }
                }
            }
            let title = drawn(Lang::Fi, &page, "").map(|drawn| drawn.title).unwrap_or_default();
            match found.most() {
                Some((_, mean)) => assert!(title.contains(&decimal(Lang::Fi, mean, 1)), "{title}"),
                None => assert_eq!(title, t::too_hidden(Lang::Fi)),
            }
        }
        assert!(hidden > 0 && told > 0, "{hidden} {told}");
    }
}
