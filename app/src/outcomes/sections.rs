//! The flow of participants and the change in the tests, each as finding, drawing and table.

use domain::assessments::OutcomeMeasure;
use domain::assessments::change::meaningful_mean;
use domain::outcomes::Page;
use domain::outcomes::council::{ReachStep, is_still_filled, reach};
use domain::outcomes::figures::{Change, Headline};
use domain::outcomes::findings::{ChangeFinding, Finding, Statement, changes, findings};
use domain::outcomes::publishing::{PageKind, smallest_change};
use domain::outcomes::report::{CHANGE_OUTCOMES, Flow, HEADLINE_OUTCOMES, WindowName};
use domain::outcomes::suppression::Shown;
use leptos::prelude::*;

use super::drawn::Drawn;
use super::model::beside_pairs;
use super::numbers::{figure, interval, number, share, signed_mean, size, whole};
use super::said::{Said, data_until, window_words};
use super::sentences::{change_headline, sentences};
use super::spread;
use super::table::{FigureRow, figures_table, framed};
use super::value::{Kind, Value};
use crate::assessments::words::outcome_name;
use crate::charts::{ChangeRow, FlowStep, change_chart, flow_chart};
use crate::texts::{Lang, council, day, outcomes, percent};
use crate::ui::Figure;

#[component]
pub(super) fn FlowSection(lang: Lang, page: Page) -> impl IntoView {
    let (all, steps) = (findings(&page), steps_of(lang, &page.report.flow));
    let Drawn { title, source, .. } = flow_drawn(lang, &page);
    let beside = |f: &&Finding| matches!(f, Finding::WithBaseline { .. } | Finding::StartedBeyondAccepted { .. });
    let said = all.iter().filter(beside).map(|f| sentences(lang, f));
    let waited = waited(lang, &page);
    let not_by_group = waited.is_some().then(|| outcomes::no_waiting_by_group(lang));
    let said: Vec<_> = said.chain(waited).collect();
    view! {
        <section class="report__section">
            <h2>{outcomes::flow(lang)}</h2>
            {flow_figure(lang, title, &steps, source)}
            {(!said.is_empty()).then(|| view! { <Said lang said/> })}
            {not_by_group.map(|words| view! { <p class="quiet">{words}</p> })}
        </section>
    }
    .into_any()
}

/// How long those who started had waited; nothing where that is not told.
fn waited(lang: Lang, page: &Page) -> Option<String> {
    let waiting = page.report.waiting.as_ref()?;
    let n = whole(*waiting.n.value()?);
    Some(outcomes::waited(lang, &Value::real(lang, &waiting.median_days, (1.0, 0, Kind::Plain)).words(lang), n))
}

fn steps_of(lang: Lang, flow: &Flow) -> [(&'static str, &Shown<u64>); 7] {
    use outcomes::step as s;
    [
        (s::participants(lang), &flow.participants),
        (s::applied(lang), &flow.applied),
        (s::accepted(lang), &flow.accepted),
        (s::started(lang), &flow.started),
        (s::with_baseline(lang), &flow.with_baseline),
        (s::due_m3(lang), &flow.m3.due),
        (s::retested_m3(lang), &flow.m3.retested),
    ]
}

/// How far the new participants came, and of how many who live there; nothing on pages of before that was told.
pub(super) fn way_section(lang: Lang, page: &Page, residents: Option<String>) -> Option<AnyView> {
    let Drawn { title, chart, source } = way_drawn(lang, page)?;
    let reached = reach(page);
    let table = steps_table(lang, &named(lang, &reached));
    let figure = view! { <Figure lang title chart table source/> };
    let residents = residents.map(|words| view! { <p>{words}</p> });
    Some(
        view! { <section class="report__section"><h2>{outcomes::way(lang)}</h2>{figure}{residents}</section> }
            .into_any(),
    )
}

/// The same drawn, with what each step is.
pub(super) fn way_drawn(lang: Lang, page: &Page) -> Option<Drawn> {
    page.report.way.as_ref()?;
    let reached = reach(page);
    let chart = steps_chart(lang, &named(lang, &reached));
    let source = format!("{} {}", way_words(lang, page), data_until(lang, &page.report));
    Some(Drawn { title: way_title(lang, page), chart, source })
}

/// How many came ten times; of pages of before that was told, how many were tested at the start. Nothing of a step that the
/// drawing does not have.
pub(super) fn way_title(lang: Lang, page: &Page) -> String {
    let all = findings(page);
    let said = all.iter().find(|finding| match finding {
        Finding::TenVisits { .. } => true,
        Finding::WithBaseline { .. } => page.report.way.is_none(),
        _ => false,
    });
    said.map_or(outcomes::chart::flow_label(lang).to_owned(), |finding| sentences(lang, finding))
}

/// Each step by its name.
pub(super) fn named(lang: Lang, reached: &[(ReachStep, Shown<u64>)]) -> Vec<(&'static str, &Shown<u64>)> {
    reached.iter().map(|(step, people)| (step_words(*step, lang), people)).collect()
}

pub(super) fn step_words(step: ReachStep, lang: Lang) -> &'static str {
    use outcomes::step as s;
    match step {
        ReachStep::Residents => council::residents(lang),
        ReachStep::Known => s::known(lang),
        ReachStep::Started => s::started(lang),
        ReachStep::TenVisits => s::ten_visits(lang),
        ReachStep::MeasuredTwice => s::measured_twice(lang),
        ReachStep::WithBaseline => s::with_baseline(lang),
        ReachStep::Due => s::due_m3(lang),
        ReachStep::Retested => s::retested_m3(lang),
        ReachStep::Improved => council::improved(lang),
    }
}

/// What the steps of a page are, in plain words: of those alone that the page has.
pub(super) fn way_words(lang: Lang, page: &Page) -> String {
    let (steps, improved) = if page.report.way.is_some() {
        (outcomes::way_is(lang), outcomes::way_improved_is(lang))
    } else {
        (council::way_is(lang), council::way_improved_is(lang))
    };
    let has_improved = reach(page).iter().any(|(step, _)| *step == ReachStep::Improved);
    let mut words = vec![steps];
    words.extend(has_improved.then_some(improved));
    // The way of older pages has a bar of those whose three months have passed.
    let is_filled = page.report.way.is_some() && is_still_filled(page);
    words.extend(is_filled.then(|| outcomes::way_still(lang)));
    words.join(" ")
}

/// The way of a page's people without its table.
pub(super) fn flow_drawn(lang: Lang, page: &Page) -> Drawn {
    let all = findings(page);
    let came = all.iter().find(|f| matches!(f, Finding::Participants { .. }));
    let title = came.map_or(outcomes::chart::flow_label(lang).to_owned(), |f| sentences(lang, f));
    let chart = steps_chart(lang, &steps_of(lang, &page.report.flow));
    Drawn { title, chart, source: data_until(lang, &page.report) }
}

/// A way step by step, drawn, with its table behind.
pub(super) fn flow_figure(lang: Lang, title: String, steps: &[(&'static str, &Shown<u64>)], source: String) -> AnyView {
    view! { <Figure lang title chart=steps_chart(lang, steps) table=steps_table(lang, steps) source/> }.into_any()
}

fn steps_chart(lang: Lang, steps: &[(&'static str, &Shown<u64>)]) -> AnyView {
    let step = |(name, n): &(&'static str, &Shown<u64>)| {
        let n = *n;
        FlowStep { name: (*name).to_owned(), n: n.value().map(|n| whole(*n)), hidden: n.is_hidden() }
    };
    flow_chart(lang, outcomes::chart::flow_label(lang), &steps.iter().map(step).collect::<Vec<_>>())
}

/// How many people came to each step: the inside of a table.
pub(super) fn steps_table(lang: Lang, steps: &[(&'static str, &Shown<u64>)]) -> AnyView {
    let rows = steps.iter().map(|(name, n)| FigureRow::new(*name, [number(lang, n)]));
    figures_table(outcomes::column::step(lang), [outcomes::persons(lang)], rows)
}

#[component]
pub(super) fn Changes(lang: Lang, page: Page) -> impl IntoView {
    let parts: Vec<_> = WindowName::ALL.iter().map(|window| one_window(lang, &page, *window)).collect();
    let elsewhere = (page.kind == PageKind::Season).then(|| outcomes::classes_elsewhere(lang));
    view! {
        <section class="report__section">
            <h2>{outcomes::change(lang)}</h2>
            {parts}
            {others(lang, &page)}
            {elsewhere.map(|words| view! { <p class="quiet">{words}</p> })}
        </section>
    }
    .into_any()
}

fn one_window(lang: Lang, page: &Page, window: WindowName) -> AnyView {
    let said: Vec<ChangeFinding> = changes(page).filter(|finding| finding.window == window).collect();
    let heading = view! { <h3>{window_words(lang, window)}</h3> };
    // One line instead of the same line three times.
    if said.iter().all(|finding| finding.statement == Statement::NobodyDue) {
        return view! { {heading}<p class="quiet">{outcomes::said::nobody_due(lang)}</p> }.into_any();
    }
    let sentences: Vec<_> = said.iter().map(|finding| sentences(lang, &Finding::Change(finding.clone()))).collect();
    let figure = window_figure(lang, page, window, &data_until(lang, &page.report));
    let spread = spread::figures(lang, page, window);
    let beside = beside_pairs(lang, page, window);
    view! { {heading}<Said lang said=sentences/>{figure}{spread}{beside} }.into_any()
}

/// The drawing of a window's changes; nothing where none has numbers.
pub(super) fn window_figure(lang: Lang, page: &Page, window: WindowName, source: &str) -> Option<AnyView> {
    let Drawn { title, chart, source } = changes_drawn(lang, page, window, source)?;
    let table = table(lang, page, window);
    Some(view! { <Figure lang title chart table source/> }.into_any())
}

/// The same without its table.
pub(super) fn changes_drawn(lang: Lang, page: &Page, window: WindowName, source: &str) -> Option<Drawn> {
    let told: Vec<ChangeFinding> =
        changes(page).filter(|finding| finding.window == window && has_numbers(finding)).collect();
    let title = change_headline(lang, told.first()?);
    let drawn: Vec<_> = told.iter().filter_map(|finding| chart_row(lang, finding)).collect();
    let of: Vec<_> = told.iter().map(|finding| finding.outcome).collect();
    let kept = told.iter().filter_map(|finding| {
        let kept = outcomes::said::kept_from(lang, finding.kept_from?);
        Some(format!("{}: {kept}", outcome_name(lang, finding.outcome)))
    });
    let source: Vec<String> = [scale_words(lang, &of), source.to_owned()].into_iter().chain(kept).collect();
    let chart = change_chart(lang, outcomes::chart::change_label(lang), &drawn);
    Some(Drawn { title, chart, source: source.join(" ") })
}

/// What one multiple on the drawing's scale is of each test.
pub(super) fn scale_words(lang: Lang, of: &[OutcomeMeasure]) -> String {
    let one = |outcome: &OutcomeMeasure| {
        smallest_change(*outcome).map(|one| format!("{} {}", outcome_name(lang, *outcome), size(lang, *outcome, one)))
    };
    outcomes::chart::scale(lang, &of.iter().filter_map(one).collect::<Vec<_>>().join("; "))
}

const fn has_numbers(finding: &ChangeFinding) -> bool {
    matches!(finding.statement, Statement::Changed { .. } | Statement::NoCertainChange { .. })
}

fn chart_row(lang: Lang, finding: &ChangeFinding) -> Option<ChangeRow> {
    let (Statement::Changed { numbers, .. } | Statement::NoCertainChange { numbers }) = &finding.statement else {
        return None;
    };
    let outcome = finding.outcome;
    let (one, ci) = (smallest_change(outcome)?, interval(lang, outcome, &numbers.mean.ci));
    Some(ChangeRow {
        name: outcome_name(lang, outcome).to_owned(),
        mean: numbers.mean.value / one,
        low: numbers.mean.ci.lo / one,
        high: numbers.mean.ci.hi / one,
        meaningful: meaningful_mean(outcome).map(|least| least / one),
        text: format!("{} ({ci})", signed_mean(lang, outcome, numbers.mean.value)),
    })
}

/// Head and rows of a window's changes.
pub(super) fn table(lang: Lang, page: &Page, window: WindowName) -> AnyView {
    use outcomes::column as c;
    let rows = HEADLINE_OUTCOMES.into_iter().filter_map(|outcome| {
        let change = page.report.change_of(outcome, window)?;
        Some(row(lang, page, (outcome, window), change))
    });
    let mut head = vec![c::measured(lang), c::mean(lang), outcomes::interval(lang)];
    if page.kind != PageKind::Season {
        head.extend([c::improved(lang), c::kept(lang), c::declined(lang), c::improved_of_all(lang)]);
    }
    figures_table(c::outcome(lang), head, rows)
}

fn row(lang: Lang, page: &Page, (outcome, window): (OutcomeMeasure, WindowName), change: &Change) -> FigureRow {
    let mut cells = vec![
        number(lang, &change.n),
        figure(lang, &change.mean, |mean| signed_mean(lang, outcome, *mean)),
        figure(lang, &change.ci, |ci| interval(lang, outcome, ci)),
    ];
    if page.kind != PageKind::Season {
        let improved = with_share(lang, &change.improved, &change.improved_share());
        let of_all = share(lang, &change.improved_of_due);
        cells.extend([improved, number(lang, &change.kept), number(lang, &change.declined), of_all]);
    }
    FigureRow::new(outcome_name(lang, outcome), cells).with(beside(lang, page, (outcome, window), change))
}

/// "84 (70 %)"; two dots where the number is hidden.
fn with_share(lang: Lang, people: &Shown<u64>, of: &Shown<f64>) -> String {
    let people = number(lang, people);
    of.value().map_or_else(|| people.clone(), |part| format!("{people} ({})", percent(lang, *part)))
}

/// From when a change is where it is older than its page, and of how many its mean is where not of all compared.
fn beside(
    lang: Lang,
    page: &Page,
    (outcome, window): (OutcomeMeasure, WindowName),
    change: &Change,
) -> impl Iterator<Item = String> {
    let note = page.note(window, outcome);
    let older = page.change_kept(window, outcome).map(|as_of| day(lang, as_of));
    // The mean is not of those who were unable, whom the number of people counts.
    let unable = note.and_then(|note| note.without_number.number());
    let of_mean = change.n.value().zip(unable).filter(|_| change.mean.value().is_some());
    let of_mean = of_mean.map(|(n, unable)| outcomes::said::of_mean(lang, whole(n.saturating_sub(unable))));
    [older, of_mean].into_iter().flatten()
}

/// Under a heading: the changes in the tests that stand in no headline, of all windows in one table; nothing where nobody
/// was given one of them twice.
pub(super) fn others(lang: Lang, page: &Page) -> Option<AnyView> {
    use outcomes::{column as c, others as o};
    let tests = CHANGE_OUTCOMES.into_iter().filter(|outcome| !HEADLINE_OUTCOMES.contains(outcome));
    let all = tests.flat_map(|outcome| WindowName::ALL.iter().map(move |window| (outcome, *window)));
    let row = |(outcome, window): (OutcomeMeasure, WindowName)| {
        let change = page.report.change_of(outcome, window).filter(|change| change.n.value() != Some(&0))?;
        Some(other_row(lang, page, (outcome, window), change))
    };
    let rows: Vec<FigureRow> = all.filter_map(row).collect();
    (!rows.is_empty()).then_some(())?;
    let heads = [c::measured(lang), c::mean(lang), outcomes::interval(lang), o::smallest(lang)];
    let table = framed(o::title(lang), figures_table(c::outcome(lang), heads, rows));
    // Of a season no test's classes are told.
    let no_classes = (page.kind != PageKind::Season).then(|| o::no_classes(lang));
    let is = [Some(o::is(lang)), no_classes].into_iter().flatten().collect::<Vec<_>>().join(" ");
    Some(view! { <h3>{o::title(lang)}</h3><p class="quiet">{is}</p>{table} }.into_any())
}

fn other_row(lang: Lang, page: &Page, (outcome, window): (OutcomeMeasure, WindowName), change: &Change) -> FigureRow {
    let smallest = smallest_change(outcome).map(|one| size(lang, outcome, one));
    let cells = [
        number(lang, &change.n),
        figure(lang, &change.mean, |mean| signed_mean(lang, outcome, *mean)),
        figure(lang, &change.ci, |ci| interval(lang, outcome, ci)),
        smallest.unwrap_or_else(|| outcomes::others::not_agreed(lang).to_owned()),
    ];
    // What a sentence says of the tests of headlines.
    let complete = match change.headline {
        Some(Headline::Warning) => Some(outcomes::said::warning(lang)),
        Some(Headline::Hidden) => Some(outcomes::said::too_low(lang)),
        Some(Headline::Shown) | None => None,
    };
    let of_window = std::iter::once(window_words(lang, window).to_owned());
    let beside = beside(lang, page, (outcome, window), change).chain(complete.map(str::to_owned));
    FigureRow::new(outcome_name(lang, outcome), cells).with(of_window.chain(beside))
}
