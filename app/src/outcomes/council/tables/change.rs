//! The tables of what changed: pairs of measurements, how much and in which class, and the estimates from all measurements.

use domain::assessments::OutcomeMeasure;
use domain::outcomes::Page;
use domain::outcomes::figures::{AtStart, Change, ModelChange, ModelLevel, ModelLevels};
use domain::outcomes::findings::starts;
use domain::outcomes::publishing::PageKind;
use domain::outcomes::report::{CHANGE_OUTCOMES, HEADLINE_OUTCOMES, WindowName};
use domain::outcomes::suppression::Shown;

use super::{InText, Table, column, interval, label, named};
use crate::assessments::words::outcome_name;
use crate::outcomes::model::{missed_sentences, profile_sentences};
use crate::outcomes::numbers::unit;
use crate::outcomes::said::window_words;
use crate::outcomes::spread::{bins, shift_rows};
use crate::outcomes::value::{Kind, Value, read};
use crate::texts::council::{annex as a, sheet as t};
use crate::texts::{HIDDEN_FIGURE, Lang, outcomes};

/// Windows that have passed for nobody yet are left out, as on the page.
pub(super) fn changes(lang: Lang, page: &Page) -> Table {
    use outcomes::column as h;
    let mut columns = vec![
        label(t::window(lang)),
        label(h::outcome(lang)),
        named(h::measured(lang)),
        named(h::mean(lang)),
        interval(lang),
        named(t::of_mean(lang)),
    ];
    if page.kind != PageKind::Season {
        columns.extend([
            named(h::improved(lang)),
            named(t::improved_share(lang)),
            interval(lang),
            named(h::kept(lang)),
            named(h::declined(lang)),
            named(h::improved_of_all(lang)),
        ]);
    }
    columns.push(named(t::as_of(lang)));
    let mut rows = Vec::new();
    for window in WindowName::ALL.iter().copied() {
        for outcome in CHANGE_OUTCOMES {
            let change =
                page.report.change_of(outcome, window).filter(|change| is_told(page, (outcome, window), change));
            rows.extend(change.map(|change| change_row(lang, page, (outcome, window), change)));
        }
    }
    let notes = [Some(a::change_is(lang)), no_classes(lang, page)].into_iter().flatten().map(str::to_owned);
    Table::of(t::change(lang), columns, rows, notes.collect())
}

/// Pages tell no classes of the tests that stand in no headline.
fn no_classes(lang: Lang, page: &Page) -> Option<&'static str> {
    let windows = WindowName::ALL.iter().flat_map(|window| page.report.change.of(*window));
    let others = windows.filter(|(outcome, _)| !HEADLINE_OUTCOMES.contains(outcome));
    let others: Vec<&Change> = others.map(|(_, change)| change).collect();
    let has_none = !others.is_empty() && others.iter().all(|change| change.improved.value().is_none());
    (has_none && page.kind != PageKind::Season).then(|| outcomes::others::no_classes(lang))
}

/// The tests of headlines wherever the window has passed for somebody; of the others those that somebody was given twice.
fn is_told(page: &Page, (outcome, window): (OutcomeMeasure, WindowName), change: &Change) -> bool {
    let told = if HEADLINE_OUTCOMES.contains(&outcome) { &page.report.flow.of(window).due } else { &change.n };
    told.value() != Some(&0)
}

fn change_row(lang: Lang, page: &Page, (outcome, window): (OutcomeMeasure, WindowName), change: &Change) -> Vec<Value> {
    let note = page.note(window, outcome);
    let mut row = vec![
        Value::text(window_words(lang, window)),
        Value::text(name_with_unit(lang, outcome)),
        Value::count(lang, &change.n),
        Value::real(lang, &change.mean, read(outcome, Kind::Change)),
        Value::interval(lang, &change.ci, read(outcome, Kind::Plain)),
        of_mean(page, (outcome, window), change),
    ];
    if page.kind != PageKind::Season {
        row.extend([
            Value::count(lang, &change.improved),
            Value::share(lang, &change.improved_share()),
            Value::share_interval(lang, &change.improved_ci()),
            Value::count(lang, &change.kept),
            Value::count(lang, &change.declined),
            Value::share(lang, &change.improved_of_due),
        ]);
    }
    row.push(note.map_or(Value::Nothing, |note| Value::Day(note.as_of)));
    row
}

/// "Kävelynopeus (m/s)".
pub(super) fn name_with_unit(lang: Lang, outcome: OutcomeMeasure) -> String {
    let (name, unit) = (outcome_name(lang, outcome), unit(outcome));
    if unit.is_empty() { name.to_owned() } else { format!("{name} ({unit})") }
}

/// How many changed how much, test by test.
pub(super) fn spreads(lang: Lang, page: &Page) -> Table {
    let columns = vec![
        label(t::window(lang)),
        label(outcomes::column::outcome(lang)),
        label(outcomes::spread::change(lang)),
        column(outcomes::persons(lang), InText::Bare),
    ];
    let rows = WindowName::ALL.iter().copied().flat_map(|window| {
        HEADLINE_OUTCOMES.into_iter().flat_map(move |outcome| spread_rows(lang, page, window, outcome))
    });
    Table::of(t::spreads(lang), columns, rows.collect(), Vec::new()).long()
}

fn spread_rows(lang: Lang, page: &Page, window: WindowName, outcome: OutcomeMeasure) -> Vec<Vec<Value>> {
    let bins = page.report.change_of(outcome, window).and_then(|change| bins(lang, outcome, change));
    let row = |(bin, n): (String, Shown<u64>)| {
        vec![
            Value::text(window_words(lang, window)),
            Value::text(outcome_name(lang, outcome)),
            Value::text(bin),
            Value::count(lang, &n),
        ]
    };
    bins.into_iter().flatten().map(row).collect()
}

/// How many were in each class of SPPB points at both ends.
pub(super) fn classes(lang: Lang, page: &Page) -> Table {
    let columns = vec![
        label(t::window(lang)),
        label(outcomes::spread::class(lang)),
        named(outcomes::spread::start(lang)),
        named(t::at_end(lang)),
    ];
    let of_window = |window: &WindowName| {
        let change = page.report.change_of(OutcomeMeasure::SppbTotal, *window)?;
        Some((*window, change.spread.as_ref()?.points.as_ref()?))
    };
    let rows = WindowName::ALL.iter().filter_map(of_window).flat_map(|(window, points)| {
        shift_rows(points).into_iter().map(move |(class, [start, end])| {
            vec![
                Value::text(window_words(lang, window)),
                Value::text(class),
                Value::count(lang, &start),
                Value::count(lang, &end),
            ]
        })
    });
    Table::of(t::classes(lang), columns, rows.collect(), Vec::new()).long()
}

/// The estimated means of each time, as a paper of such a follow-up prints them; pages tell none.
pub(super) fn levels(lang: Lang, page: &Page) -> Table {
    use outcomes::model as m;
    let columns = vec![
        label(outcomes::column::outcome(lang)),
        label(t::window(lang)),
        named(m::column::mean(lang)),
        interval(lang),
        named(m::column::measured(lang)),
    ];
    let of_outcome = page.report.model.iter().filter_map(|(outcome, model)| Some((*outcome, model.levels.as_ref()?)));
    let rows = of_outcome.flat_map(|(outcome, levels)| level_rows(lang, outcome, levels)).collect();
    Table::of(t::levels(lang), columns, rows, vec![m::levels(lang).to_owned()])
}

fn level_rows(lang: Lang, outcome: OutcomeMeasure, levels: &ModelLevels) -> Vec<Vec<Value>> {
    let windows = [(WindowName::M3, &levels.m3), (WindowName::M6, &levels.m6), (WindowName::M12, &levels.m12)];
    let windows = windows.map(|(window, level)| (window_words(lang, window), level));
    let row = |(time, level): (&'static str, &ModelLevel)| {
        vec![
            Value::text(name_with_unit(lang, outcome)),
            Value::text(time),
            Value::real(lang, &level.mean, read(outcome, Kind::Plain)),
            Value::interval(lang, &level.ci, read(outcome, Kind::Plain)),
            Value::count(lang, &level.n),
        ]
    };
    std::iter::once((outcomes::spread::start(lang), &levels.start)).chain(windows).map(row).collect()
}

/// The estimates from all measurements, with what they assume.
pub(super) fn model(lang: Lang, page: &Page) -> Table {
    use outcomes::model as m;
    let columns = vec![
        label(t::window(lang)),
        label(outcomes::column::outcome(lang)),
        named(m::column::estimate(lang)),
        interval(lang),
        named(m::column::people(lang)),
        named(m::column::measured(lang)),
        named(m::column::groups(lang)),
        named(t::as_of(lang)),
    ];
    let of_outcome = page.report.model.iter().flat_map(|(outcome, model)| {
        WindowName::ALL.iter().map(move |window| model_row(lang, page, (*outcome, *window), model.change.of(*window)))
    });
    let rows = of_outcome.collect();
    let notes = [m::is(lang), m::missing(lang), m::alike(lang), m::method(lang)].map(str::to_owned).into();
    Table::of(t::model(lang), columns, rows, notes)
}

fn model_row(
    lang: Lang,
    page: &Page,
    (outcome, window): (OutcomeMeasure, WindowName),
    told: &ModelChange,
) -> Vec<Value> {
    vec![
        Value::text(window_words(lang, window)),
        Value::text(name_with_unit(lang, outcome)),
        Value::real(lang, &told.change, read(outcome, Kind::Change)),
        Value::interval(lang, &told.ci, read(outcome, Kind::Plain)),
        Value::count(lang, &told.people),
        Value::count(lang, &told.n),
        Value::count(lang, &told.groups),
        Value::Day(page.model_kept(outcome, Some(window)).unwrap_or(page.made_on)),
    ]
}

/// How those were at the start who were tested again and who were not.
pub(super) fn at_start(lang: Lang, page: &Page) -> Table {
    use outcomes::at_start as s;
    let columns = vec![
        label(outcomes::column::outcome(lang)),
        named(s::retested(lang)),
        named(t::of_mean(lang)),
        named(s::missed(lang)),
        named(t::of_mean(lang)),
        named(s::diff(lang)),
        interval(lang),
        named(t::as_of(lang)),
    ];
    let row = |outcome: OutcomeMeasure| {
        page.report.model.get(&outcome).map(|model| start_row(lang, page, outcome, &model.at_start))
    };
    let rows = starts(page).filter_map(|found| row(found.outcome)).collect();
    let who = profile_sentences(lang, page).into_iter().chain(missed_sentences(lang, page));
    let notes = std::iter::once(s::is(lang).to_owned()).chain(who).collect();
    Table::of(t::at_start(lang), columns, rows, notes)
}

fn start_row(lang: Lang, page: &Page, outcome: OutcomeMeasure, start: &AtStart) -> Vec<Value> {
    let (plain, signed) = (read(outcome, Kind::Plain), read(outcome, Kind::Change));
    vec![
        Value::text(name_with_unit(lang, outcome)),
        Value::real(lang, &start.retested.mean, plain),
        Value::count(lang, &start.retested.n),
        Value::real(lang, &start.missed.mean, plain),
        Value::count(lang, &start.missed.n),
        Value::real(lang, &start.diff, signed),
        Value::interval(lang, &start.ci, plain),
        Value::Day(page.model_kept(outcome, None).unwrap_or(page.made_on)),
    ]
}

/// Of how many people a mean is: those who were unable are compared, and have no number.
fn of_mean(page: &Page, (outcome, window): (OutcomeMeasure, WindowName), change: &Change) -> Value {
    let unable = page.note(window, outcome).map(|note| note.without_number).unwrap_or_default();
    match (change.mean.value().and(change.n.value()), unable.number()) {
        (None, _) => Value::Nothing,
        (Some(n), Some(unable)) => Value::whole(n.saturating_sub(unable)),
        (Some(_), None) if unable.any() => Value::text(HIDDEN_FIGURE),
        (Some(n), None) => Value::whole(*n),
    }
}
