//! How the figures went from season to season and from year to year: of frozen pages alone, nothing is worked out anew. The
//! page and its files are made of the same values.

use domain::assessments::OutcomeMeasure;
use domain::outcomes::Page;
use domain::outcomes::publishing::smallest_change;
use domain::outcomes::report::WindowName;
use domain::time::Day;
use leptos::prelude::*;
use std::collections::BTreeSet;

use super::council::tables::{Table, about_file, interval as column_of_intervals, label, named};
use super::drawings::{Drawing, links_of};
use super::drawn::Drawn;
use super::numbers::{number, whole};
use super::sections::scale_words;
use super::table::{FigureRow, figures_table, framed};
use super::value::{Kind, Value, read};
use crate::charts::{ChangeRow, FlowStep, change_chart, flow_chart};
use crate::texts::outcomes::{brief, caveat, column, coming, step, trend as t};
use crate::texts::{Lang, council, day, outcomes, small};
use crate::ui::{ButtonLink, Empty, Figure, PageHead};

/// The change that is followed from period to period.
const CHANGE: (OutcomeMeasure, WindowName) = (OutcomeMeasure::SppbTotal, WindowName::M3);

/// The newest page of each period with its words, the earliest period first.
#[derive(Clone, PartialEq, Debug)]
pub struct TrendView {
    pub seasons: Vec<(String, Page)>,
    pub years: Vec<(String, Page)>,
    /// Counts below this are hidden.
    pub k: i64,
    /// Means and shares of fewer people are hidden.
    pub basis: i64,
}

impl TrendView {
    fn is_empty(&self) -> bool {
        self.seasons.is_empty() && self.years.is_empty()
    }
}

#[component]
pub fn TrendPage(lang: Lang, view: TrendView) -> impl IntoView {
    let back = Some(("/figures".to_owned(), outcomes::title(lang).to_owned()));
    let files = (!view.is_empty()).then(|| {
        view! {
            <p class="cluster">
                <ButtonLink text=outcomes::files::xlsx(lang) href="/figures/trend/sheet"/>
                <ButtonLink text=outcomes::files::csv(lang) href="/figures/trend/sheet?as=csv"/>
            </p>
        }
    });
    let address = format!("/figures/trend/drawing?language={}&of=", lang.code());
    let drawings = drawings(lang, &view);
    let pictures = (!drawings.is_empty()).then(|| links_of(lang, drawings, &address));
    let TrendView { seasons, years, k, basis } = view;
    let none = files.is_none();
    view! {
        <PageHead title=t::title(lang) lead=t::lead(lang) back/>
        <div class="stack stack--wide">
            {files}
            {none.then(|| view! { <Empty title=outcomes::not_put_together(lang)/> })}
            {part(lang, t::seasons(lang), &seasons)}
            {part(lang, t::years(lang), &years)}
            <p class="quiet">{t::is(lang)}</p>
            <p class="quiet">{caveat::season(lang)}</p>
            <p class="quiet">{outcomes::hidden_note(lang, basis, k)}</p>
            {pictures}
        </div>
    }
    .into_any()
}

/// The drawings of the page in its order, for files of pictures.
pub fn drawings(lang: Lang, view: &TrendView) -> Vec<Drawing> {
    let parts = [("seasons", t::seasons(lang), &view.seasons), ("years", t::years(lang), &view.years)];
    let of_part = |(code, heading, periods): (&str, &'static str, &Vec<(String, Page)>)| {
        let one = |kind: &str, words: &str, drawn: Drawn| Drawing {
            name: format!("{code}-{kind}"),
            words: format!("{heading}: {words}"),
            drawn,
        };
        let people = participants_drawn(lang, periods).map(|drawn| one("participants", t::label(lang), drawn));
        let changes = changes_drawn(lang, periods).map(|drawn| one("change", t::change_label(lang), drawn));
        people.into_iter().chain(changes).collect::<Vec<_>>()
    };
    parts.into_iter().flat_map(of_part).collect()
}

/// The same as tables: a period a row. `municipality`: what it is called.
pub fn tables(lang: Lang, municipality: &str, view: &TrendView) -> Vec<Table> {
    let facts = vec![
        (t::title(lang), Value::text(t::lead(lang))),
        (t::title(lang), Value::text(t::is(lang))),
        (outcomes::caveats(lang), Value::text(caveat::season(lang))),
        (council::annex::hidden(lang), Value::text(outcomes::hidden_note(lang, view.basis, view.k))),
    ];
    let parts = [(t::seasons(lang), &view.seasons), (t::years(lang), &view.years)];
    let told = parts.into_iter().filter(|(_, periods)| !periods.is_empty());
    let tables = told.map(|(name, periods)| table(lang, name, periods));
    std::iter::once(about_file(lang, municipality, facts)).chain(tables).collect()
}

/// What a page tells of its period, as it prints it.
struct Told {
    participants: Value,
    started: Value,
    visits: Value,
    adherence: Value,
    /// Of how many people that is the median.
    offered: Value,
    /// After 180 days.
    stayed: Value,
    stayed_ci: Value,
    followed: Value,
    completeness: Value,
    measured: Value,
    mean: Value,
    ci: Value,
    /// From when the change is, where that is another day than the rest.
    as_of: Option<Day>,
    cut_off: Day,
}

impl Told {
    fn of(lang: Lang, page: &Page) -> Self {
        let ((sppb, window), report) = (CHANGE, &page.report);
        let (attendance, stayed) = (&report.attendance, &report.retention.d180);
        let change = report.change_of(sppb, window);
        let unknown = || Value::text(outcomes::undefined(lang));
        let (signed, plain) = (read(sppb, Kind::Change), read(sppb, Kind::Plain));
        Self {
            participants: Value::count(lang, &report.flow.participants),
            started: Value::count(lang, &report.flow.started),
            visits: Value::count(lang, &attendance.visits),
            adherence: Value::share(lang, &attendance.adherence_median),
            offered: Value::count(lang, &attendance.good_adherence.n),
            stayed: Value::share(lang, &stayed.share),
            stayed_ci: Value::share_interval(lang, &stayed.ci),
            followed: Value::count(lang, &stayed.n),
            completeness: Value::share(lang, &report.flow.m3.completeness),
            measured: change.map_or_else(unknown, |change| Value::count(lang, &change.n)),
            mean: change.map_or_else(unknown, |change| Value::real(lang, &change.mean, signed)),
            ci: change.map_or_else(unknown, |change| Value::interval(lang, &change.ci, plain)),
            as_of: page.change_kept(window, sppb),
            cut_off: report.cut_off,
        }
    }

    /// As a row of the page: a share with of how many it is, a mean with its interval.
    fn cells(&self, lang: Lang) -> [String; 9] {
        [
            self.participants.words(lang),
            self.started.words(lang),
            self.visits.words(lang),
            with(lang, &self.adherence, &self.offered),
            with(lang, &self.stayed, &self.followed),
            self.completeness.words(lang),
            self.measured.words(lang),
            with(lang, &self.mean, &self.ci),
            day(lang, self.cut_off),
        ]
    }
}

/// "78 % (42)"; where there is no number, why there is none.
fn with(lang: Lang, value: &Value, more: &Value) -> String {
    let words = value.words(lang);
    if matches!(value, Value::Number(_)) { format!("{words} ({})", more.words(lang)) } else { words }
}

fn table(lang: Lang, name: &'static str, periods: &[(String, Page)]) -> Table {
    use council::sheet;
    let columns = vec![
        label(t::period(lang)),
        named(column::participants(lang)),
        named(step::started(lang)),
        named(brief::visits(lang)),
        named(column::adherence(lang)),
        named(coming::people(lang)),
        named(brief::retention(lang)),
        column_of_intervals(lang),
        named(t::followed(lang)),
        named(t::retested(lang)),
        named(column::measured(lang)),
        named(column::change(lang)),
        column_of_intervals(lang),
        named(sheet::as_of(lang)),
        named(sheet::cut_off(lang)),
        named(sheet::rules(lang)),
    ];
    let row = |(name, page): &(String, Page)| {
        let told = Told::of(lang, page);
        let as_of = Value::Day(told.as_of.unwrap_or(page.made_on));
        vec![
            Value::text(name),
            told.participants,
            told.started,
            told.visits,
            told.adherence,
            told.offered,
            told.stayed,
            told.stayed_ci,
            told.followed,
            told.completeness,
            told.measured,
            told.mean,
            told.ci,
            as_of,
            Value::Day(told.cut_off),
            Value::text(&page.report.rule_version),
        ]
    };
    let notes = other_rules(lang, periods).into_iter().collect();
    Table::of(name, columns, periods.iter().map(row).collect(), notes)
}

/// Said of periods that were counted by different rules: a part of what differs may come of them.
fn other_rules(lang: Lang, periods: &[(String, Page)]) -> Option<String> {
    let rules: BTreeSet<&str> = periods.iter().map(|(_, page)| page.report.rule_version.as_str()).collect();
    (rules.len() > 1).then(|| t::other_rules(lang, &rules.into_iter().collect::<Vec<_>>().join(", ")))
}

/// The periods of one kind; nothing where there is none.
fn part(lang: Lang, heading: &'static str, periods: &[(String, Page)]) -> Option<AnyView> {
    (!periods.is_empty()).then_some(())?;
    let heads = [
        column::participants(lang),
        step::started(lang),
        brief::visits(lang),
        column::adherence(lang),
        brief::retention(lang),
        t::retested(lang),
        column::measured(lang),
        column::change(lang),
        council::sheet::cut_off(lang),
    ];
    let rows = periods.iter().map(|(name, page)| {
        let told = Told::of(lang, page);
        FigureRow::new(name.clone(), told.cells(lang)).with(told.as_of.map(|as_of| t::older(lang, as_of)))
    });
    let table = framed(heading, figures_table(t::period(lang), heads, rows));
    let (people, changes) = (participants(lang, periods), changes(lang, periods));
    let rules = other_rules(lang, periods).map(|words| view! { <p class="quiet">{words}</p> });
    Some(view! { <section class="section"><h2>{heading}</h2>{people}{changes}{table}{rules}</section> }.into_any())
}

/// The change in each of them on one scale; nothing of one alone.
fn changes(lang: Lang, periods: &[(String, Page)]) -> Option<AnyView> {
    let Drawn { title, chart, source } = changes_drawn(lang, periods)?;
    let row = |(told, row): (Told, ChangeRow)| {
        FigureRow::new(row.name, [&told.measured, &told.mean, &told.ci].map(|value| value.words(lang)))
    };
    let heads = [column::measured(lang), column::mean(lang), outcomes::interval(lang)];
    let rows = periods.iter().filter_map(|period| change(lang, period)).map(row);
    let table = figures_table(t::period(lang), heads, rows);
    Some(view! { <Figure lang title chart table source/> }.into_any())
}

/// The same without its table.
fn changes_drawn(lang: Lang, periods: &[(String, Page)]) -> Option<Drawn> {
    let all = periods.iter().filter_map(|period| change(lang, period));
    let (told, rows): (Vec<Told>, Vec<ChangeRow>) = all.unzip();
    let ([first, .., last], [before, .., now]) = (rows.as_slice(), told.as_slice()) else { return None };
    let [a, b] = [before, now].map(|told| told.mean.words(lang));
    let title = t::said_change(lang, &a, &b, &small(&first.name), &small(&last.name));
    // A change may be older than the rest of its period.
    let of = told.iter().zip(&rows).map(|(told, row)| (row.name.as_str(), told.as_of.unwrap_or(told.cut_off)));
    let source = format!("{} {} {}", scale_words(lang, &[CHANGE.0]), t::compare(lang), until(lang, of));
    let chart = change_chart(lang, t::change_label(lang), &rows);
    Some(Drawn { title, chart, source })
}

/// Up to when the data of each period are.
fn until<'a>(lang: Lang, periods: impl Iterator<Item = (&'a str, Day)>) -> String {
    let all: Vec<_> = periods.map(|(name, cut_off)| format!("{} {}", small(name), day(lang, cut_off))).collect();
    format!("{}: {}.", council::sheet::cut_off(lang), all.join("; "))
}

/// Nothing where the change or its interval is not told.
fn change(lang: Lang, (name, page): &(String, Page)) -> Option<(Told, ChangeRow)> {
    let (sppb, window) = CHANGE;
    let (told, change, one) = (Told::of(lang, page), page.report.change_of(sppb, window)?, smallest_change(sppb)?);
    let (mean, ci) = change.mean.value().zip(change.ci.value())?;
    let text = with(lang, &told.mean, &told.ci);
    let row =
        ChangeRow { name: name.clone(), mean: mean / one, low: ci.lo / one, high: ci.hi / one, meaningful: None, text };
    Some((told, row))
}

/// How many took part in each of them; nothing of one alone.
fn participants(lang: Lang, periods: &[(String, Page)]) -> Option<AnyView> {
    let Drawn { title, chart, source } = participants_drawn(lang, periods)?;
    let people = |page: &Page| number(lang, &page.report.flow.participants);
    let rows = periods.iter().map(|(name, page)| FigureRow::new(name.clone(), [people(page)]));
    let table = figures_table(t::period(lang), [column::participants(lang)], rows);
    Some(view! { <Figure lang title chart table source/> }.into_any())
}

/// The same without its table.
fn participants_drawn(lang: Lang, periods: &[(String, Page)]) -> Option<Drawn> {
    let [(first, before), .., (last, now)] = periods else { return None };
    let known = |page: &Page| page.report.flow.participants.value().map(|n| whole(*n));
    let both = known(before).zip(known(now));
    let title =
        both.map_or_else(|| t::label(lang).to_owned(), |(a, b)| t::said(lang, a, b, &small(first), &small(last)));
    let step = |(name, page): &(String, Page)| {
        let hidden = page.report.flow.participants.is_hidden();
        FlowStep { name: name.clone(), n: known(page), hidden }
    };
    let chart = flow_chart(lang, t::label(lang), &periods.iter().map(step).collect::<Vec<_>>());
    let source = until(lang, periods.iter().map(|(name, page)| (name.as_str(), page.report.cut_off)));
    Some(Drawn { title, chart, source })
}

#[cfg(test)]
mod tests {
    use super::super::numbers::{figure, interval, share, signed_mean};
    use super::*;
    use crate::texts::HIDDEN_FIGURE;
    use domain::outcomes::testing;

    fn pages() -> Vec<(String, Page)> {
        (0..90).map(|n| (format!("P{n}"), testing::page(n))).collect()
    }

    #[test]
    fn periods_that_were_counted_by_different_rules_say_so() {
        let mut periods: Vec<_> = pages().into_iter().take(3).collect();
        assert_eq!(other_rules(Lang::Fi, &periods), None);
        periods[1].1.report.rule_version = "vv-2024.1".to_owned();
        let said = other_rules(Lang::Fi, &periods).unwrap();
        let now = &periods[0].1.report.rule_version;
        assert!(said.contains(&format!("(vv-2024.1, {now})")), "{said}");
        assert_eq!(table(Lang::Fi, "Kaudet", &periods).notes, [said]);
    }

    #[test]
    fn a_period_tells_what_its_page_tells_and_one_alone_is_no_trend() {
        let (pages, (sppb, window)) = (pages(), CHANGE);
        let (mut hidden, mut older, mut both) = (0, 0, 0);
        for (_, page) in &pages {
            let told = Told::of(Lang::Fi, page);
            let cells = told.cells(Lang::Fi);
            let people = &page.report.flow.participants;
            assert_eq!(cells[0], number(Lang::Fi, people));
            assert_eq!(cells[0] == HIDDEN_FIGURE, people.is_hidden());
            let stayed = &page.report.retention.d180;
            assert!(cells[4].starts_with(&share(Lang::Fi, &stayed.share)), "{cells:?}");
            assert_eq!(
                cells[4].ends_with(&format!("({})", number(Lang::Fi, &stayed.n))),
                stayed.share.value().is_some()
            );
            let change = page.report.change_of(sppb, window).unwrap();
            let mean = figure(Lang::Fi, &change.mean, |mean| signed_mean(Lang::Fi, sppb, *mean));
            let ci = figure(Lang::Fi, &change.ci, |ci| interval(Lang::Fi, sppb, ci));
            let is_told = change.mean.value().is_some();
            assert_eq!(cells[7], if is_told { format!("{mean} ({ci})") } else { mean });
            both += usize::from(is_told && change.ci.value().is_some());
            hidden += usize::from(cells.contains(&HIDDEN_FIGURE.to_owned()));
            older += usize::from(told.as_of.is_some());
        }
        assert!(hidden > 0 && older > 0 && both > 0, "{hidden} {older} {both}");
        assert!(participants(Lang::Fi, &pages[..1]).is_none() && participants(Lang::Fi, &pages[..2]).is_some());
        let told: Vec<_> = pages.iter().filter(|period| change(Lang::Fi, period).is_some()).cloned().collect();
        assert!(changes(Lang::Fi, &told[..1]).is_none() && changes(Lang::Fi, &told[..2]).is_some());
        assert_eq!(told.len(), both);
        // Each drawing is a file, too, and says of which days it is.
        let view = TrendView { seasons: told[..2].to_vec(), years: pages[..1].to_vec(), k: 5, basis: 10 };
        let drawings = drawings(Lang::Fi, &view);
        assert_eq!(
            drawings.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
            ["seasons-participants", "seasons-change"]
        );
        let cut_off = told[1].1.report.cut_off;
        assert!(drawings[0].drawn.source.contains(&day(Lang::Fi, cut_off)), "{}", drawings[0].drawn.source);
    }

    #[test]
    fn a_period_inside_a_sentence_begins_with_a_small_letter() {
        let known = |page: &Page| page.report.flow.participants.value().is_some();
        let pages: Vec<_> = (0..90).map(testing::page).filter(known).take(2).collect();
        let named: Vec<_> = ["Kevät 2026", "Syksy 2026"].map(str::to_owned).into_iter().zip(pages).collect();
        let Drawn { title, source, .. } = participants_drawn(Lang::Fi, &named).unwrap();
        assert!(title.starts_with("Osallistujia: kevät 2026 ") && title.contains(", syksy 2026 "), "{title}");
        assert!(source.contains(": kevät 2026 ") && source.contains("; syksy 2026 "), "{source}");
    }

    #[test]
    fn the_files_have_the_rows_of_the_page_and_hide_what_it_hides() {
        let view = TrendView { seasons: Vec::new(), years: pages(), k: 5, basis: 10 };
        for lang in Lang::ALL {
            let tables = tables(lang, "Koskela", &view);
            assert_eq!(tables.iter().map(|table| table.name).collect::<Vec<_>>()[1..], [t::years(lang)]);
            let [about, years] = tables.as_slice() else { panic!("two tables") };
            assert_eq!(about.rows[0][1], Value::text("Koskela"));
            assert_eq!(years.rows.len(), view.years.len());
            for (row, (name, page)) in years.rows.iter().zip(&view.years) {
                assert_eq!(row.len(), years.columns.len());
                let (told, words) = (Told::of(lang, page), |at: usize| row[at].words(lang));
                let cells = told.cells(lang);
                assert_eq!(words(0), *name);
                assert_eq!(
                    [words(1), words(2), words(3), words(9), words(10)].as_slice(),
                    [&cells[..3], &cells[5..7]].concat()
                );
                for (at, cell) in [(4, 3), (6, 4), (11, 7)] {
                    assert!(cells[cell].starts_with(&words(at)), "{at}: {cells:?}");
                }
            }
        }
    }
}
