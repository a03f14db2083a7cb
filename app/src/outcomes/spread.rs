//! How much results changed and where they stood, drawn beside their tables: of changes whose classes are told.

use domain::assessments::OutcomeMeasure;
use domain::outcomes::Page;
use domain::outcomes::figures::{Change, ChangeBins, PointClasses, PointShift};
use domain::outcomes::findings::Fraction;
use domain::outcomes::publishing::smallest_change;
use domain::outcomes::report::{HEADLINE_OUTCOMES, WindowName};
use domain::outcomes::suppression::Shown;
use leptos::prelude::*;

use super::drawn::Drawn;
use super::numbers::{mean, number, size, whole};
use super::said::{change_until, window_words};
use super::sentences::of;
use super::table::{FigureRow, figures_table};
use crate::assessments::words::outcome_name;
use crate::charts::{Bin, ShiftBar, bins_chart, shift_chart};
use crate::texts::outcomes::{said, spread as t};
use crate::texts::{Lang, outcomes, range, small};
use crate::ui::Figure;

/// The place of the bin of those who were kept, of those of a spread.
const KEPT: i64 = 2;
const CLASSES: [&str; 4] = ["0–3", "4–6", "7–9", "10–12"];

/// The drawings of a window: those of the SPPB in sight, those of the other tests behind a line; nothing where no spread
/// is told.
pub(super) fn figures(lang: Lang, page: &Page, window: WindowName) -> Option<AnyView> {
    let of_outcome = |outcome: OutcomeMeasure| {
        let source = change_until(lang, page, window, outcome);
        histogram(lang, (outcome, window), page.report.change_of(outcome, window)?, &source)
    };
    let sppb = of_outcome(OutcomeMeasure::SppbTotal);
    let shift = shift(lang, page, window);
    let others = HEADLINE_OUTCOMES.into_iter().filter(|outcome| *outcome != OutcomeMeasure::SppbTotal);
    let others: Vec<AnyView> = others.filter_map(of_outcome).collect();
    (sppb.is_some() || !others.is_empty()).then_some(())?;
    let others = (!others.is_empty()).then(|| {
        view! { <details class="more"><summary>{t::others(lang)}</summary><div class="stack">{others}</div></details> }
    });
    Some(view! { {sppb}{shift}{others} }.into_any())
}

fn histogram(
    lang: Lang,
    (outcome, window): (OutcomeMeasure, WindowName),
    change: &Change,
    source: &str,
) -> Option<AnyView> {
    let Drawn { title, chart, source } = bins_drawn(lang, (outcome, window), change, source)?;
    let rows = bins(lang, outcome, change)?.into_iter().map(|(name, n)| FigureRow::new(name, [number(lang, &n)]));
    let table = figures_table(t::change(lang), [outcomes::persons(lang)], rows);
    Some(view! { <Figure lang title chart table source/> }.into_any())
}

/// How many changed how much, without its table.
pub(super) fn bins_drawn(
    lang: Lang,
    (outcome, window): (OutcomeMeasure, WindowName),
    change: &Change,
    source: &str,
) -> Option<Drawn> {
    let bins = bins(lang, outcome, change)?;
    let part = Fraction { x: *change.improved.value()?, n: *change.n.value()? };
    let improved = said::improved(lang, whole(part.n), of(part), whole(part.x));
    let title = format!("{}, {}: {improved}", outcome_name(lang, outcome), small(window_words(lang, window)));
    let drawn: Vec<Bin> =
        bins.iter().map(|(name, n)| Bin { name: name.clone(), n: n.value().map(|n| whole(*n)) }).collect();
    let chart = bins_chart(lang, outcomes::chart::bins_label(lang), &drawn, KEPT);
    Some(Drawn { title, chart, source: source.to_owned() })
}

/// The bins of a spread with their names, from worse to better.
pub(super) fn bins(lang: Lang, outcome: OutcomeMeasure, change: &Change) -> Option<Vec<(String, Shown<u64>)>> {
    let ChangeBins { worse_2, worse_1, kept, better_1, better_2, better_3 } = change.spread.as_ref()?.changes;
    let one = smallest_change(outcome)?;
    let at = |multiple: i64| size_of(lang, outcome, (one, multiple));
    let between = |multiple: i64| between(lang, outcome, (one, multiple));
    Some(vec![
        (t::worse_most(lang, &at(2)), worse_2),
        (t::worse(lang, &between(1)), worse_1),
        (unchanged(lang, outcome, &at(1)), kept),
        (t::better(lang, &between(1)), better_1),
        (t::better(lang, &between(2)), better_2),
        (t::better_most(lang, &at(3)), better_3),
    ])
}

/// Less than the smallest meaningful change; of points, which are whole, none at all.
fn unchanged(lang: Lang, outcome: OutcomeMeasure, size: &str) -> String {
    match outcome {
        OutcomeMeasure::SppbTotal => t::same(lang).to_owned(),
        _ => t::kept(lang, size),
    }
}

/// So many of the smallest meaningful change: "2 pistettä", "0,20 m/s".
fn size_of(lang: Lang, outcome: OutcomeMeasure, (one, multiple): (f64, i64)) -> String {
    match outcome {
        OutcomeMeasure::SppbTotal => t::points(lang, multiple),
        _ => size(lang, outcome, times(one, multiple)),
    }
}

/// From so many to one more: points are whole, others lie between.
fn between(lang: Lang, outcome: OutcomeMeasure, (one, multiple): (f64, i64)) -> String {
    match outcome {
        OutcomeMeasure::SppbTotal => t::points(lang, multiple),
        _ => range(&mean(lang, outcome, times(one, multiple)), &size(lang, outcome, times(one, multiple + 1))),
    }
}

fn times(one: f64, multiple: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "one to three")]
    let multiple = multiple as f64;
    one * multiple
}

fn shift(lang: Lang, page: &Page, window: WindowName) -> Option<AnyView> {
    let Drawn { title, chart, source } = shift_drawn(lang, page, window)?;
    let points = page.report.change_of(OutcomeMeasure::SppbTotal, window)?.spread.as_ref()?.points.as_ref()?;
    let rows = shift_rows(points).into_iter();
    let rows = rows.map(|(class, both)| FigureRow::new(class, both.map(|n| number(lang, &n))));
    let table = figures_table(t::class(lang), [t::start(lang), window_words(lang, window)], rows);
    Some(view! { <Figure lang title chart table source/> }.into_any())
}

/// Where they stood at both ends, without its table.
pub(super) fn shift_drawn(lang: Lang, page: &Page, window: WindowName) -> Option<Drawn> {
    let change = page.report.change_of(OutcomeMeasure::SppbTotal, window)?;
    let (n, points) = (whole(*change.n.value()?), change.spread.as_ref()?.points.as_ref()?);
    let bar = |name: &'static str, classes: &PointClasses| {
        let told = each(classes).map(|class| class.value().map(|n| whole(*n)));
        ShiftBar { name, classes: CLASSES.into_iter().zip(told).collect(), total: n }
    };
    let bars = [bar(t::start(lang), &points.start), bar(window_words(lang, window), &points.end)];
    let (title, chart) = (shift_title(lang, n, points), shift_chart(lang, &bars));
    let until = change_until(lang, page, window, OutcomeMeasure::SppbTotal);
    let source = hidden_classes(lang, &bars).into_iter().chain([until]).collect::<Vec<_>>().join(" ");
    Some(Drawn { title, chart, source })
}

/// Which classes the dashed piece at the end of a bar stands for: its place says nothing of them. Nothing where all are told.
fn hidden_classes(lang: Lang, bars: &[ShiftBar]) -> Option<String> {
    let of_bar = |bar: &ShiftBar| {
        let hidden = bar.classes.iter().filter(|(_, n)| n.is_none()).map(|(class, _)| *class);
        let hidden: Vec<&str> = hidden.collect();
        (!hidden.is_empty()).then(|| format!("{} {}", small(bar.name), hidden.join(", ")))
    };
    let all: Vec<String> = bars.iter().filter_map(of_bar).collect();
    (!all.is_empty()).then(|| t::hidden_classes(lang, &all.join("; ")))
}

const fn each(classes: &PointClasses) -> [Shown<u64>; 4] {
    [classes.p0_3, classes.p4_6, classes.p7_9, classes.p10_12]
}

/// Each class with how many were in it at the start and in the window.
pub(super) fn shift_rows(points: &PointShift) -> Vec<(&'static str, [Shown<u64>; 2])> {
    let both = each(&points.start).into_iter().zip(each(&points.end)).map(|(start, end)| [start, end]);
    CLASSES.into_iter().zip(both).collect()
}

/// How many were in the highest class at both ends, where both are told.
fn shift_title(lang: Lang, n: i64, points: &PointShift) -> String {
    match points.start.p10_12.value().zip(points.end.p10_12.value()) {
        Some((start, end)) => t::highest(lang, whole(*start), whole(*end), n),
        None => outcomes::chart::shift_label(lang).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::outcomes::testing;

    fn spreads() -> Vec<(OutcomeMeasure, Change)> {
        let of_page = |page: Page| {
            let windows = WindowName::ALL.iter().flat_map(|window| page.report.change.of(*window).clone());
            windows.filter(|(_, change)| change.spread.is_some()).collect::<Vec<_>>()
        };
        (0..300).map(testing::page).flat_map(of_page).collect()
    }

    #[test]
    fn bins_are_named_by_their_size_in_the_unit_of_the_test() {
        let all = spreads();
        let names = |outcome: OutcomeMeasure| -> Vec<String> {
            let (_, change) = all.iter().find(|(other, _)| *other == outcome).unwrap();
            bins(Lang::Fi, outcome, change).unwrap().into_iter().map(|(name, _)| name).collect()
        };
        let sppb = names(OutcomeMeasure::SppbTotal);
        assert_eq!(
            sppb,
            [
                "vähintään 2 pistettä heikompi",
                "1 piste heikompi",
                "ei muutosta",
                "1 piste parempi",
                "2 pistettä parempi",
                "vähintään 3 pistettä parempi"
            ]
        );
        assert_eq!(names(OutcomeMeasure::Gait4Speed)[2], "muutos alle 0,10\u{a0}m/s");
        assert_eq!(names(OutcomeMeasure::Gait4Speed)[3], "0,10–0,20\u{a0}m/s parempi");
    }

    #[test]
    fn a_dashed_piece_tells_which_classes_it_stands_for() {
        let bar = |name, told: [Option<i64>; 4]| ShiftBar {
            name,
            classes: CLASSES.into_iter().zip(told).collect(),
            total: 84,
        };
        let start = bar("Alussa", [None, Some(35), Some(43), None]);
        let end = bar("3 kuukauden jälkeen", [Some(0), Some(21), Some(42), Some(21)]);
        let said = hidden_classes(Lang::Fi, &[start, end.clone()]).unwrap();
        assert!(said.ends_with(": alussa 0–3, 10–12."), "{said}");
        assert_eq!(hidden_classes(Lang::Fi, &[end]), None);
    }

    #[test]
    fn shown_parts_never_exceed_their_class_and_the_title_tells_its_table() {
        let (mut whole_lines, mut titles) = (0, 0);
        for (outcome, change) in spreads() {
            let sum = |bins: &[(String, Shown<u64>)]| -> u64 { bins.iter().filter_map(|(_, n)| n.value()).sum() };
            let bins = bins(Lang::En, outcome, &change).unwrap();
            assert!(sum(&bins[3..]) <= *change.improved.value().unwrap() && sum(&bins) <= *change.n.value().unwrap());
            whole_lines += usize::from(bins.iter().all(|(_, n)| n.value().is_some()));
            let Some(points) = &change.spread.as_ref().unwrap().points else { continue };
            let rows = shift_rows(points);
            let title = shift_title(Lang::En, 30, points);
            let (class, both) = rows[3];
            let [start, end] = both.map(|n| number(Lang::En, &n));
            let told = title.starts_with(&*start) && title.contains(&format!("and {end} of 30"));
            assert!(told || title == outcomes::chart::shift_label(Lang::En), "{title}: {class} {start} {end}");
            titles += usize::from(told);
        }
        assert!(whole_lines > 0 && titles > 0, "{whole_lines} {titles}");
    }
}
