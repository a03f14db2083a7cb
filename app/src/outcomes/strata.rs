//! Figures by group: what may not be shown is two dots, with one note for all of them.

use domain::assessments::OutcomeMeasure;
use domain::outcomes::Page;
use domain::outcomes::dataset::kind_and_provider;
use domain::outcomes::equity::{OTHER_OR_UNKNOWN, StratumBy};
use domain::outcomes::figures::{Measured, StratumCell};
use domain::outcomes::findings::{Funnel, FunnelArea, funnel};
use domain::outcomes::report::Stratum;
use domain::outcomes::suppression::Shown;
use leptos::prelude::*;

use super::areas::map_figure;
use super::drawn::Drawn;
use super::groups;
use super::numbers::{figure, interval, number, share, signed_mean, whole};
use super::said::{strata_kept, strata_until};
use super::table::{FigureRow, figures_table, framed, heads};
use crate::charts::{FunnelChart, FunnelPoint, funnel_chart};
use crate::texts::{HIDDEN_FIGURE, Lang, Words, count, outcomes, percent, range};
use crate::ui::Figure;

pub(super) fn by_words(lang: Lang, by: StratumBy) -> &'static str {
    use outcomes::by as b;
    match by {
        StratumBy::AgeBand => b::age_band(lang),
        StratumBy::Sex => b::sex(lang),
        StratumBy::Area => b::area(lang),
        StratumBy::Language => b::language(lang),
        StratumBy::LivingAlone => b::living_alone(lang),
        StratumBy::Education => b::education(lang),
        StratumBy::IncomeOk => b::income_ok(lang),
    }
}

/// The words of a cell. Ages and the municipality's own areas are their own words. Older reports tell other, unknown and
/// not told apart.
pub(super) fn cell_words(lang: Lang, by: StratumBy, value: &str) -> String {
    use outcomes::cell as c;
    let words = match (by, value) {
        (_, OTHER_OR_UNKNOWN) => c::other_or_unknown(lang),
        (_, "unknown") => c::unknown(lang),
        (StratumBy::Area, area) => area,
        (StratumBy::AgeBand, band) => {
            return band.split_once('-').map_or_else(|| band.to_owned(), |(low, high)| range(low, high));
        }
        (_, "female") => c::female(lang),
        (_, "male") => c::male(lang),
        (_, "fi") => c::finnish(lang),
        (_, "sv") => c::swedish(lang),
        (_, "yes") => c::yes(lang),
        (_, "no") => c::no(lang),
        (_, "basic") => c::basic(lang),
        (_, "more") => c::more(lang),
        (_, "hard") => c::hard(lang),
        (_, "not_hard") => c::not_hard(lang),
        (_, "not_told") => c::not_told(lang),
        (_, "other") => c::other(lang),
        (_, other) => other,
    };
    words.to_owned()
}

#[component]
pub(super) fn Strata(lang: Lang, page: Page) -> impl IntoView {
    let body = table(lang, &page, None)
        .unwrap_or_else(|| view! { <p class="quiet">{outcomes::strata_elsewhere(lang)}</p> }.into_any());
    let groups = groups::beside_each_other(lang, &page);
    let areas = areas_beside_the_whole(lang, &page);
    let map = map_figure(lang, &page);
    view! { <section class="report__section"><h2>{outcomes::strata(lang)}</h2>{body}{groups}{map}{areas}</section> }
        .into_any()
}

/// The areas' changes between the limits of chance; nothing where only one tells its own.
fn areas_beside_the_whole(lang: Lang, page: &Page) -> Option<AnyView> {
    let Drawn { title, chart, source } = funnel_drawn(lang, page)?;
    let table = funnel_table(lang, &funnel(page)?);
    let heading = outcomes::funnel::title(lang);
    Some(view! { <h3>{heading}</h3><Figure lang title chart table source/> }.into_any())
}

/// The same without its table.
pub(super) fn funnel_drawn(lang: Lang, page: &Page) -> Option<Drawn> {
    use outcomes::funnel as t;
    let found = funnel(page)?;
    #[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^52")]
    let point = |area: &FunnelArea| FunnelPoint {
        text: format!("{} ({})", area.name, count(lang, whole(area.n))),
        n: area.n as f64,
        mean: area.mean,
        outside: area.outside,
    };
    let points: Vec<_> = found.areas.iter().map(point).collect();
    let (near, far) = (|n: f64| found.near(n), |n: f64| found.far(n));
    let chart = funnel_chart(lang, &FunnelChart { points: &points, mean: found.mean, near: &near, far: &far });
    let title = match found.outside() {
        0 => t::none(lang).to_owned(),
        outside => t::some(lang, whole(outside)),
    };
    Some(Drawn { title, chart, source: format!("{} {}", t::is(lang), strata_until(lang, page)) })
}

fn funnel_table(lang: Lang, of: &Funnel) -> AnyView {
    let row = |area: &FunnelArea| {
        let mean = signed_mean(lang, OutcomeMeasure::SppbTotal, area.mean);
        FigureRow::new(area.name.clone(), [count(lang, whole(area.n)), mean])
    };
    let heads = [outcomes::column::measured(lang), outcomes::column::change(lang)];
    figures_table(outcomes::by::area(lang), heads, of.areas.iter().map(row))
}

/// All divisions of a page, or one of them; nothing where there is none.
pub(super) fn table(lang: Lang, page: &Page, only: Option<StratumBy>) -> Option<AnyView> {
    use outcomes::column as c;
    let strata = page.report.strata.iter().filter(|stratum| !stratum.cells.is_empty());
    let wanted = strata.filter(|stratum| only.is_none_or(|by| stratum.by == by));
    // Where there is room.
    let with_measured = only.is_none() && tells_measured(page);
    let rows = Rows { lang, page, is_whole: only.is_none(), with_measured };
    let by_group = only.is_none().then(|| rows.by_group()).flatten();
    let bodies: Vec<_> = wanted.map(|stratum| rows.of(stratum)).chain(by_group).collect();
    let label = only.map_or(outcomes::strata(lang), |by| by_words(lang, by));
    let kept = strata_kept(lang, page);
    (!bodies.is_empty()).then_some(())?;
    let of_due = with_measured.then(|| c::of_due(lang));
    let first = [c::participants(lang), c::adherence(lang), c::measured(lang)].into_iter().chain(of_due);
    let heads = heads(first.chain([c::change(lang), outcomes::interval(lang)]));
    let inside = view! { <thead><tr><td></td>{heads}</tr></thead>{bodies} };
    let is = (only.is_none() && !page.report.groups.is_empty()).then(|| outcomes::by_group_is(lang).to_owned());
    let of_due = with_measured.then(|| outcomes::of_due_is(lang).to_owned());
    let shares = only.is_none().then(|| shares_are(lang, page)).flatten();
    let beside = [kept, shares, of_due, is].into_iter().flatten().map(|words| view! { <p class="quiet">{words}</p> });
    let beside: Vec<_> = beside.collect();
    Some(view! { {beside}{framed(label, inside.into_any())} }.into_any())
}

/// Whether of some group it is told how many of those due were measured again: older pages do not.
pub(super) fn tells_measured(page: &Page) -> bool {
    let cells = page.report.strata.iter().flat_map(|stratum| &stratum.cells);
    cells.chain(&page.report.groups).any(|cell| cell.measured_m3.is_some())
}

/// How the rows of a table are drawn.
struct Rows<'a> {
    lang: Lang,
    page: &'a Page,
    /// Every division stands in the table, with the share of all participants that each group is.
    is_whole: bool,
    with_measured: bool,
}

impl Rows<'_> {
    fn of(&self, stratum: &Stratum) -> AnyView {
        let name = |cell: &StratumCell| cell_words(self.lang, stratum.by, &cell.value);
        let rows = stratum.cells.iter().map(|cell| self.row(name(cell), cell));
        under(by_words(self.lang, stratum.by), rows, self.with_measured)
    }

    /// The same by kind and provider; nothing where there is none.
    fn by_group(&self) -> Option<AnyView> {
        let groups = &self.page.report.groups;
        let rows = groups.iter().map(|cell| self.row(division_words(self.lang, &cell.value), cell));
        (!groups.is_empty()).then(|| under(outcomes::by::group(self.lang), rows, self.with_measured))
    }

    fn row(&self, name: String, cell: &StratumCell) -> FigureRow {
        let Self { lang, page, is_whole, with_measured } = *self;
        let (change, measured) = (&cell.sppb_change_m3, cell.measured_m3.as_ref());
        let people = if is_whole { people(lang, page, cell) } else { number(lang, &cell.participants) };
        let first = [people, share(lang, &cell.adherence_median), number(lang, &change.n)];
        let last = [
            figure(lang, &change.mean, |mean| signed_mean(lang, OutcomeMeasure::SppbTotal, *mean)),
            figure(lang, &change.ci, |ci| interval(lang, OutcomeMeasure::SppbTotal, ci)),
        ];
        let of_due = with_measured.then(|| measured.map_or_else(|| HIDDEN_FIGURE.to_owned(), |of| of_due(lang, of)));
        let is_part = (with_measured && is_part(cell)).then(|| outcomes::measured_in_part(lang).to_owned());
        FigureRow::new(name, first.into_iter().chain(of_due).chain(last)).with(is_part)
    }
}

fn under(heading: &'static str, rows: impl Iterator<Item = FigureRow>, with_measured: bool) -> AnyView {
    let rows: Vec<_> = rows.map(FigureRow::draw).collect();
    let columns = if with_measured { "7" } else { "6" };
    view! {
        <tbody>
            <tr><th class="table__group" scope="rowgroup" colspan=columns><span class="table__held">{heading}</span></th></tr>
            {rows}
        </tbody>
    }
    .into_any()
}

/// "Koskelan Voima ry: voima ja tasapaino".
pub(super) fn division_words(lang: Lang, division: &str) -> String {
    match kind_and_provider(division) {
        Some((kind, provider)) => format!("{provider}: {}", kind.words(lang)),
        None if division == OTHER_OR_UNKNOWN => outcomes::cell::other_or_unknown(lang).to_owned(),
        None => division.to_owned(),
    }
}

/// Of fewer the change is that of a part, as the whole municipality's is not told then.
const FEW_MEASURED: f64 = 0.6;

/// Whether it is known that so few of a group were measured again.
pub(super) fn is_part(cell: &StratumCell) -> bool {
    let share = cell.measured_m3.as_ref().and_then(|of| of.share.value());
    share.is_some_and(|share| *share < FEW_MEASURED)
}

/// Of fewer participants a share says nothing that their number does not.
const LEAST_FOR_SHARES: u64 = 10;

/// The share of all participants that a group is, of two counts that are both told: how many of the residents the group is,
/// nobody knows. Nothing where figures by group are of another day than the number of all.
pub(super) fn composition(page: &Page, cell: &StratumCell) -> Option<Shown<f64>> {
    let all = page.report.flow.participants;
    let is_enough = all.value().is_some_and(|people| *people >= LEAST_FOR_SHARES);
    (page.strata_as_of == page.made_on && is_enough).then(|| cell.participants.part_of(&all))
}

/// What these shares are; nothing where none is told.
pub(super) fn shares_are(lang: Lang, page: &Page) -> Option<String> {
    let cells = page.report.strata.iter().flat_map(|stratum| &stratum.cells).chain(&page.report.groups);
    let mut shares = cells.filter_map(|cell| composition(page, cell));
    shares.any(|share| share.value().is_some()).then(|| outcomes::composition_is(lang).to_owned())
}

/// "38 (24 %)", of those who are hidden two dots.
fn people(lang: Lang, page: &Page, cell: &StratumCell) -> String {
    let people = number(lang, &cell.participants);
    match composition(page, cell).and_then(|share| share.value().copied()) {
        Some(part) => format!("{people} ({})", percent(lang, part)),
        None => people,
    }
}

/// "71 % (42)", of nobody "0".
fn of_due(lang: Lang, of: &Measured) -> String {
    let due = number(lang, &of.due);
    match of.share.value() {
        Some(part) => format!("{} ({due})", percent(lang, *part)),
        None => due,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::outcomes::testing;

    #[test]
    fn groups_are_told_with_the_share_of_all_that_they_are_and_hidden_ones_are_not() {
        let (mut told, mut hidden, mut older) = (0, 0, 0);
        for page in (0..300).map(testing::page) {
            let all = page.report.flow.participants.value().copied().unwrap_or_default();
            for stratum in &page.report.strata {
                let mut whole = 0;
                for cell in &stratum.cells {
                    let words = people(Lang::Fi, &page, cell);
                    whole += cell.participants.value().copied().unwrap_or_default();
                    match composition(&page, cell) {
                        Some(share) if share.is_hidden() => {
                            assert_eq!(words, HIDDEN_FIGURE);
                            hidden += 1;
                        }
                        Some(share) => {
                            let n = cell.participants.value().copied().unwrap_or_default();
                            #[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^52")]
                            let part = n as f64 / all as f64;
                            assert!(share.value().is_some_and(|share| (share - part).abs() < 1e-6), "{share:?}");
                            assert!(words.ends_with("\u{a0}%)") && words.starts_with(&n.to_string()), "{words}");
                            told += 1;
                        }
                        None => {
                            assert!(!words.contains('%'), "{words}");
                            older += 1;
                        }
                    }
                }
                assert!(page.strata_as_of != page.made_on || whole <= all, "every participant is in one cell");
            }
        }
        assert!(told > 0 && hidden > 0 && older > 0, "{told} {hidden} {older}");
    }
}
