//! Attendance week by week, with what is usual and which weeks call for a look.

use domain::outcomes::Page;
use domain::outcomes::findings::{Weekly, weekly};
use leptos::prelude::*;

use super::numbers::whole;
use crate::charts::{WeekMark, WeeksChart, weeks_chart};
use crate::texts::outcomes::weeks as t;
use crate::texts::{Lang, count, day, decimal};
use crate::ui::Figure;

/// Nothing where the weeks are too few to say what is usual.
pub(super) fn figure(lang: Lang, page: &Page, source: String) -> Option<AnyView> {
    let found = weekly(page)?;
    let first = found.weeks.first()?.from;
    let marks: Vec<WeekMark> = found
        .weeks
        .iter()
        .map(|week| WeekMark {
            at: week.from.days_since(first) / 7,
            day: day(lang, week.from),
            value: week.value,
            special: week.special,
        })
        .collect();
    let Weekly { mean, lower, upper, .. } = found;
    let chart = weeks_chart(lang, &WeeksChart { weeks: &marks, mean, lower, upper });
    let (title, table) = (title(lang, &found), table(lang, &found));
    let source = format!("{} {source}", t::is(lang));
    Some(view! { <Figure lang title chart table source/> }.into_any())
}

fn title(lang: Lang, of: &Weekly) -> String {
    let mean = decimal(lang, of.mean, 1);
    match of.special() {
        0 => t::usual(lang, &mean),
        special => t::special(lang, &mean, whole(special)),
    }
}

fn table(lang: Lang, of: &Weekly) -> AnyView {
    let row = |(monday, sessions, visits, value, special): (String, String, String, String, bool)| {
        let look = special.then(|| view! { " "<span class="table__more">{t::look(lang)}</span> });
        let cells = [sessions, visits, value].map(|text| view! { <td class="table__figure">{text}</td> });
        view! { <tr><th scope="row">{monday}{look}</th>{cells.into_iter().collect::<Vec<_>>()}</tr> }
    };
    let told = of.weeks.iter().map(|week| {
        let [sessions, visits] = [week.sessions, week.visits].map(|n| count(lang, whole(n)));
        (day(lang, week.from), sessions, visits, decimal(lang, week.value, 1), week.special)
    });
    let rows: Vec<_> = told.map(row).collect();
    let heads = [t::sessions(lang), t::visits(lang), t::each(lang)];
    let heads = heads.map(|words| view! { <th scope="col" class="table__figure">{words}</th> });
    view! {
        <thead><tr><th scope="col">{t::week(lang)}</th>{heads.into_iter().collect::<Vec<_>>()}</tr></thead>
        <tbody>{rows}</tbody>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::outcomes::testing;

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
        let usual = Weekly { weeks: Vec::new(), mean: 7.2, lower: 5.0, upper: 9.4 };
        assert!(title(Lang::Fi, &usual).ends_with("keskimäärin 7,2 käyntiä kertaa kohti."));
    }
}
