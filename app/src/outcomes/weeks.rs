//! Attendance week by week, with what is usual and which weeks call for a look.

use domain::outcomes::Page;
use domain::outcomes::figures::Week;
use domain::outcomes::findings::{Stretch, Weekly, weekly};
use domain::time::Day;
use leptos::prelude::*;

use super::drawn::Drawn;
use super::numbers::{number, whole};
use super::table::{FigureRow, figures_table};
use crate::charts::{WeekLevels, WeekMark, WeeksChart, weeks_chart};
use crate::texts::outcomes::weeks as t;
use crate::texts::{Lang, day, decimal};
use crate::ui::Figure;

/// Nothing where the weeks are too few to say what is usual.
pub(super) fn figure(lang: Lang, page: &Page, source: &str) -> Option<AnyView> {
    let Drawn { title, chart, source } = drawn(lang, page, source)?;
    let table = table(lang, &page.report.attendance.weeks, &weekly(page)?);
    Some(view! { <Figure lang title chart table source/> }.into_any())
}

/// The figure without its table.
pub(super) fn drawn(lang: Lang, page: &Page, source: &str) -> Option<Drawn> {
    let found = weekly(page)?;
    let first = found.weeks.first()?.from;
    let at = |monday: Day| monday.days_since(first) / 7;
    let marks: Vec<WeekMark> = found
        .weeks
        .iter()
        .map(|week| WeekMark { at: at(week.from), day: day(lang, week.from), value: week.value, special: week.special })
        .collect();
    let usual = |of: &Stretch| {
        let Stretch { from, to, mean, lower, upper } = *of;
        WeekLevels { from: at(from), to: at(to), mean, lower, upper }
    };
    let usual: Vec<WeekLevels> = found.stretches.iter().map(usual).collect();
    let chart = weeks_chart(lang, &WeeksChart { weeks: &marks, usual: &usual });
    let hidden = page.report.attendance.weeks.iter().any(|week| week.visits.is_hidden()).then(|| t::hidden(lang));
    let source = [Some(t::is(lang)), hidden, Some(source)].into_iter().flatten().collect::<Vec<_>>().join(" ");
    Some(Drawn { title: title(lang, &found), chart, source })
}

fn title(lang: Lang, of: &Weekly) -> String {
    let mean = decimal(lang, of.mean, 1);
    match of.special() {
        0 => t::usual(lang, &mean),
        special => t::special(lang, &mean, whole(special)),
    }
}

/// Sessions, visits, and visits for each session of a week, those that may not be told too; and whether it calls for a
/// look.
fn told(lang: Lang, week: &Week, of: &Weekly) -> ([String; 3], bool) {
    let point = of.weeks.iter().find(|point| point.from == week.from);
    let each = point.map_or_else(|| number(lang, &week.visits), |point| decimal(lang, point.value, 1));
    let cells = [number(lang, &week.sessions), number(lang, &week.visits), each];
    (cells, point.is_some_and(|point| point.special))
}

fn table(lang: Lang, weeks: &[Week], of: &Weekly) -> AnyView {
    let row = |week: &Week| {
        let (figures, special) = told(lang, week, of);
        FigureRow::new(day(lang, week.from), figures).with(special.then(|| t::look(lang).to_owned()))
    };
    figures_table(t::week(lang), [t::sessions(lang), t::visits(lang), t::each(lang)], weeks.iter().map(row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::HIDDEN_FIGURE;
    use domain::outcomes::testing;

    #[test]
    fn a_week_that_may_not_be_told_is_a_row_of_two_dots_and_no_point() {
        let (mut hidden, mut told_weeks) = (0, 0);
        for page in (0..300).map(testing::page) {
            let Some(found) = weekly(&page) else { continue };
            for week in &page.report.attendance.weeks {
                let ([_, visits, each], special) = told(Lang::Fi, week, &found);
                let is_point = found.weeks.iter().any(|point| point.from == week.from);
                assert_eq!(is_point, !week.visits.is_hidden(), "{week:?}");
                if week.visits.is_hidden() {
                    assert!(visits == HIDDEN_FIGURE && each == HIDDEN_FIGURE && !special, "{week:?}");
                    hidden += 1;
                } else {
                    assert!(visits != HIDDEN_FIGURE && each != HIDDEN_FIGURE, "{week:?}");
                    told_weeks += 1;
                }
            }
        }
        assert!(hidden > 0 && told_weeks > 0, "{hidden} {told_weeks}");
    }

    #[test]
    fn the_title_counts_the_weeks_that_the_table_marks() {
        let mut special = 0;
        for found in (0..300).map(testing::page).filter_map(|page| weekly(&page)) {
            let marked = found.weeks.iter().filter(|week| week.special).count();
            let mean = decimal(Lang::En, found.mean, 1);
            let said = title(Lang::En, &found);
            assert!(said.contains(&mean), "{said}");
            match marked {
                0 => assert!(said.starts_with("Attendance varied as usual"), "{said}"),
                1 => assert!(said.starts_with("One week"), "{said}"),
                n => assert!(said.starts_with(&n.to_string()), "{said}"),
            }
            special += usize::from(marked > 0);
        }
        assert!(special > 0);
        let usual = Weekly { weeks: Vec::new(), mean: 7.2, stretches: Vec::new() };
        assert!(title(Lang::Fi, &usual).ends_with("keskimäärin 7,2 käyntiä kertaa kohti."));
    }
}
