//! The officer's page: a group a row, nobody's name, and what of few people is hidden as everywhere.

use domain::outcomes::suppression::Shown;
use domain::quality::{PUNCTUAL_DAYS, ShownQuality};
use domain::time::Day;
use leptos::prelude::*;

use super::{Looked, groups, named};
use crate::outcomes::council::tables::{Table, about_file, label, named as column_of};
use crate::outcomes::numbers::{number, share};
use crate::outcomes::value::Value;
use crate::texts::council::annex;
use crate::texts::{Lang, need, outcomes, quality as t};
use crate::ui::{BigFigure, ButtonLink};

/// A group's row.
#[derive(Clone, PartialEq, Debug)]
pub struct OfficerRow {
    pub name: String,
    /// The organisation that runs it, and its season.
    pub below: String,
    pub shown: ShownQuality,
}

/// Everything that the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct OfficerView {
    pub looked: Looked,
    /// Those of this page.
    pub rows: Vec<OfficerRow>,
    /// All groups together.
    pub all: ShownQuality,
    /// Where the spreadsheet of all groups is.
    pub file: String,
    /// Counts below this are hidden.
    pub k: i64,
    /// Means and shares of fewer people are hidden.
    pub basis: i64,
}

/// Everything that the file holds.
#[derive(Clone, PartialEq, Debug)]
pub struct OfficerFile {
    /// What the municipality is called.
    pub municipality: String,
    /// The words of the period.
    pub period: String,
    pub today: Day,
    /// Every group.
    pub rows: Vec<OfficerRow>,
    pub all: ShownQuality,
    pub k: i64,
    pub basis: i64,
}

#[component]
pub fn OfficerPage(lang: Lang, view: OfficerView) -> impl IntoView {
    let OfficerView { looked, rows, all, file, k, basis } = view;
    let back = ("/figures".to_owned(), outcomes::title(lang).to_owned());
    let rows = rows.into_iter().map(|one| row(lang, one)).collect();
    let as_csv = format!("{file}&as=csv");
    let brief = view! {
        <p class="cluster">
            <ButtonLink text=outcomes::files::xlsx(lang) href=file/>
            <ButtonLink text=outcomes::files::csv(lang) href=as_csv/>
        </p>
        <All lang all/>
    };
    let brief = brief.into_any();
    let note = view! { <p class="quiet">{outcomes::hidden_note(lang, basis, k)}</p> }.into_any();
    groups(lang, back, looked, (brief, note), rows)
}

/// The same as tables, all groups together last.
pub fn tables(lang: Lang, file: &OfficerFile) -> Vec<Table> {
    use t::{brief as b, column as c, meaning as m};
    let facts = vec![
        (outcomes::period(lang), Value::text(&file.period)),
        (t::title(lang), Value::text(t::lead(lang, file.today))),
        (c::rolls(lang), Value::text(m::rolls(lang))),
        (c::punctual(lang), Value::text(m::punctual(lang, PUNCTUAL_DAYS))),
        (c::baseline(lang), Value::text(m::baseline(lang))),
        (c::follow_up(lang), Value::text(m::follow_up(lang))),
        (c::reasons(lang), Value::text(m::reasons(lang))),
        (annex::hidden(lang), Value::text(outcomes::hidden_note(lang, file.basis, file.k))),
    ];
    let heads = [
        c::rolls(lang),
        c::made(lang),
        c::expected(lang),
        c::punctual(lang),
        c::in_time(lang),
        c::timed(lang),
        b::by_file(lang),
        c::baseline(lang),
        c::follow_up(lang),
        c::reasons(lang),
    ];
    let columns = [c::group(lang), c::run_by(lang)].map(label).into_iter().chain(heads.map(column_of)).collect();
    let row = |name: &str, below: &str, of: &ShownQuality| {
        [Value::text(name), Value::text(below)].into_iter().chain(values(lang, of)).collect::<Vec<_>>()
    };
    let all = row(need::all(lang), "", &file.all);
    let rows = file.rows.iter().map(|one| row(&one.name, &one.below, &one.shown)).chain([all]).collect();
    vec![about_file(lang, &file.municipality, facts), Table::of(t::title(lang), columns, rows, Vec::new())]
}

/// Behind the names of a row.
fn values(lang: Lang, of: &ShownQuality) -> [Value; 10] {
    let count = |count: &Shown<u64>| Value::count(lang, count);
    [
        Value::share(lang, &of.completeness()),
        count(&of.made),
        count(&of.expected),
        Value::share(lang, &of.punctuality()),
        count(&of.punctual),
        count(&of.timed),
        count(&of.by_file),
        count(&of.no_baseline),
        count(&of.no_follow_up),
        count(&of.unexplained),
    ]
}

/// All groups together, for whoever has a minute.
#[component]
fn All(lang: Lang, all: ShownQuality) -> impl IntoView {
    use t::brief as b;
    view! {
        <div class="figures">
            <BigFigure number=share(lang, &all.completeness()) words=b::rolls(lang)/>
            <BigFigure number=share(lang, &all.punctuality()) words=b::punctual(lang)/>
            {(all.by_file.value() != Some(&0)).then(|| view! {
                <BigFigure number=number(lang, &all.by_file) words=b::by_file(lang)/>
            })}
            <BigFigure number=number(lang, &all.no_baseline) words=b::baseline(lang)/>
            <BigFigure number=number(lang, &all.no_follow_up) words=b::follow_up(lang)/>
            <BigFigure number=number(lang, &all.unexplained) words=b::reasons(lang)/>
        </div>
    }
    .into_any()
}

fn row(lang: Lang, row: OfficerRow) -> AnyView {
    use t::column as c;
    let OfficerRow { name, below, shown } = row;
    let by_file = super::by_file(lang, shown.by_file.value().copied().unwrap_or_default());
    view! {
        <tr>
            {named(view! { {name} }.into_any(), below)}
            {rolls(lang, c::rolls(lang), &shown.completeness(), (&shown.made, &shown.expected), None)}
            {rolls(lang, c::punctual(lang), &shown.punctuality(), (&shown.punctual, &shown.timed), by_file)}
            <td data-label=c::baseline(lang)>{number(lang, &shown.no_baseline)}</td>
            <td data-label=c::follow_up(lang)>{number(lang, &shown.no_follow_up)}</td>
            <td data-label=c::reasons(lang)>{number(lang, &shown.unexplained)}</td>
        </tr>
    }
    .into_any()
}

/// "80 %", and of how many below it, with those that are left out; of no session, that there was none.
fn rolls(
    lang: Lang,
    label: &'static str,
    part: &Shown<f64>,
    (x, n): (&Shown<u64>, &Shown<u64>),
    beside: Option<String>,
) -> AnyView {
    if n.value() == Some(&0) {
        let words = beside.unwrap_or_else(|| t::no_sessions(lang).to_owned());
        return view! { <td data-label=label>{words}</td> }.into_any();
    }
    let of = format!("{} / {}", number(lang, x), number(lang, n));
    let more = [Some(of), beside].into_iter().flatten().collect::<Vec<_>>().join("; ");
    view! {
        <td data-label=label><span class="table__name">{share(lang, part)}<span class="table__more">{more}</span></span></td>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::outcomes::dataset::Settings;
    use domain::outcomes::suppression::Gate;
    use domain::quality::{Quality, Rolls, shown};

    #[test]
    fn the_file_has_every_group_and_hides_what_the_page_hides() {
        let quality = |made: u64, no_baseline: u64| Quality {
            rolls: Rolls { expected: 12, made, punctual: made, by_file: 0 },
            no_baseline,
            no_follow_up: 0,
            unexplained: 0,
        };
        let qualities = [quality(12, 9), quality(6, 2), quality(0, 8)];
        let (figures, all) = shown(&Gate::new(&Settings::default()), &qualities);
        let rows = figures.into_iter().zip(1..);
        let rows = rows.map(|(shown, n)| OfficerRow { name: format!("Ryhmä {n}"), below: "Kunta".to_owned(), shown });
        let (rows, today) = (rows.collect(), Day::new(2026, 11, 21).unwrap());
        let (municipality, period) = ("Koskela".to_owned(), "Vuosi 2026".to_owned());
        let file = OfficerFile { municipality, period, today, rows, all, k: 5, basis: 10 };
        for lang in Lang::ALL {
            let tables = tables(lang, &file);
            for table in &tables {
                assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{}", table.name);
            }
            let words = |at: usize| tables[1].rows.iter().map(|row| row[at].words(lang)).collect::<Vec<_>>();
            assert_eq!(words(3), ["12", "6", "0", "18"]);
            // Two lack a test: with them goes the smallest number that would tell them.
            assert_eq!(words(9), ["9", "..", "..", "19"]);
            assert_eq!(words(0)[3], need::all(lang));
        }
    }
}
