//! The report as tables without a page: what its spreadsheet and its text are made of. Every value is the one that the page
//! prints, and what the page hides is the same word.

mod change;

use std::collections::BTreeSet;

use domain::assessments::OutcomeMeasure;
use domain::outcomes::Page;
use domain::outcomes::council::{Block, CouncilReport, GroupCosts, not_compared, reach_of};
use domain::outcomes::figures::{ComingGap, StratumCell, Week};
use domain::outcomes::findings::{Finding, findings};
use domain::outcomes::goals::{GoalBlock, Reached, ToldGoal};
use domain::outcomes::indicators::Followed;
use domain::outcomes::report::{Gap, Stratum};
use domain::outcomes::suppression::Shown;

use self::change::{at_start, changes, classes, levels, model, spreads};
use super::super::answers::words;
use super::super::gaps::{coming_heads, coming_values, who};
use super::super::leaving::{notes, reasons};
use super::super::said::{coming_kept, strata_kept};
use super::super::sections::{step_words, way_words};
use super::super::sentences::{sentences, told};
use super::super::strata::{by_words, cell_words, composition, division_words, shares_are, tells_measured};
use super::super::value::{Kind, Value, read};
use super::costs::{MOST_GROUPS, notes as cost_notes, of_events, per_each};
use super::frozen::FrozenFacts;
use super::goals::{group_words, measured_words, not_told as goal_not_told, notes as goal_notes};
use super::goals::{places_of, rating, reached_of, review_words, told_in};
use super::keys::{Key, keys_of};
use super::population::{reached_words, source_words};
use super::{block_words, not_told, to_be_known};
use crate::texts::council::{annex as a, costs as c, sheet as t};
use crate::texts::{HIDDEN_FIGURE, Lang, Words, common, council, goals as plan, moment, outcomes, weekday};

/// How a text tells of a column: a spreadsheet has all of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InText {
    /// What the row is about.
    Label,
    /// Its value alone.
    Bare,
    /// With the column's heading before it.
    Named,
    /// A sum, with the currency behind it.
    Euros,
    /// A sum with both.
    NamedEuros,
    /// Not at all.
    Left,
}

/// A column. One of intervals is two in a spreadsheet: the lower ends and the upper ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Column {
    pub heading: &'static str,
    pub range: bool,
    pub text: InText,
}

pub(crate) const fn column(heading: &'static str, text: InText) -> Column {
    Column { heading, range: false, text }
}

pub(crate) fn label(heading: &'static str) -> Column {
    column(heading, InText::Label)
}

pub(crate) fn named(heading: &'static str) -> Column {
    column(heading, InText::Named)
}

pub(crate) fn interval(lang: Lang) -> Column {
    Column { range: true, ..named(outcomes::interval(lang)) }
}

/// A table of the report. Each row has as many values as there are columns.
#[derive(Clone, PartialEq, Debug)]
pub struct Table {
    /// On the tab of a spreadsheet: at most 31 letters.
    pub name: &'static str,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Value>>,
    /// What must be known to read it.
    pub notes: Vec<String>,
    /// It has so many rows that a text leaves it to the spreadsheet.
    pub is_long: bool,
}

impl Table {
    pub(crate) fn of(name: &'static str, columns: Vec<Column>, rows: Vec<Vec<Value>>, notes: Vec<String>) -> Self {
        Self { name, columns, rows, notes, is_long: false }
    }

    fn long(self) -> Self {
        Self { is_long: true, ..self }
    }

    /// What each column's heading must say before its own words: of columns that stand more than once, as intervals and
    /// their people do, what they are of.
    pub fn of_each(&self) -> Vec<Option<&'static str>> {
        let stands_twice = |of: &Column| self.columns.iter().filter(|column| column.heading == of.heading).count() > 1;
        let before = std::iter::once(None).chain(self.columns.iter().map(|column| Some(column.heading)));
        self.columns.iter().zip(before).map(|(column, before)| before.filter(|_| stands_twice(column))).collect()
    }
}

/// The first table of a file that is no report: what it is of, and what must be known to read the others.
pub(crate) fn about_file(lang: Lang, municipality: &str, facts: Vec<(&'static str, Value)>) -> Table {
    let first = (t::municipality(lang), Value::text(municipality));
    let rows = std::iter::once(first).chain(facts).map(|(name, value)| vec![Value::text(name), value]).collect();
    Table::of(t::about_file(lang), vec![label(t::what(lang)), column(t::value(lang), InText::Bare)], rows, Vec::new())
}

/// What a report says, as its table has it, under the headings of its parts.
pub fn parts_of(lang: Lang, said: &Table) -> Vec<(String, Vec<String>)> {
    let mut parts: Vec<(String, Vec<String>)> = Vec::new();
    for row in &said.rows {
        let [heading, words] = row.as_slice() else { continue };
        let (heading, words) = (heading.words(lang), words.words(lang));
        match parts.last_mut() {
            Some((last, all)) if *last == heading => all.push(words),
            _ => parts.push((heading, vec![words])),
        }
    }
    parts
}

/// Everything of a report: what it is, what it says, then its tables. `period`: its words; `facts`: of a frozen one.
pub fn tables(lang: Lang, report: &CouncilReport, period: &str, facts: Option<&FrozenFacts>) -> Vec<Table> {
    let figures = figures(lang, report);
    let mut all = vec![about(lang, report, (period, facts), &figures), said(lang, report)];
    all.extend(figures);
    all
}

/// The tables of figures, those without a row left out.
pub fn figures(lang: Lang, report: &CouncilReport) -> Vec<Table> {
    let page = &report.page;
    let all = [
        Some(key_figures(lang, report)),
        Some(way(lang, report)),
        Some(applications(lang, page)),
        Some(weeks(lang, page)),
        Some(reasons_of_leaving(lang, page)),
        Some(changes(lang, page)),
        Some(spreads(lang, page)),
        Some(classes(lang, page)),
        Some(levels(lang, page)),
        Some(model(lang, page)),
        Some(at_start(lang, page)),
        Some(answers(lang, page)),
        Some(groups(lang, page)),
        Some(gaps(lang, page)),
        Some(coming(lang, page)),
        Some(goals(lang, report)),
        Some(followed(lang, report)),
        costs(lang, report),
        Some(costs_by_group(lang, report)),
    ];
    all.into_iter().flatten().filter(|table| !table.rows.is_empty()).collect()
}

/// What the file is of, and up to when: whoever has nothing but the file knows as much as the reader of the page.
fn about(
    lang: Lang,
    report: &CouncilReport,
    (period, facts): (&str, Option<&FrozenFacts>),
    figures: &[Table],
) -> Table {
    let page = &report.page;
    let mut rows = vec![
        (t::municipality(lang), Value::text(&report.municipality)),
        (outcomes::period(lang), Value::text(period)),
        (t::from(lang), Value::Day(page.report.from)),
        (t::to(lang), Value::Day(page.report.to)),
        (t::cut_off(lang), Value::Day(page.report.cut_off)),
        (t::made_on(lang), Value::Day(page.made_on)),
        (t::rules(lang), Value::text(&page.report.rule_version)),
    ];
    rows.extend(state_of(lang, facts));
    if let Some(population) = &report.population {
        rows.push((council::residents(lang), Value::whole(population.aged_75)));
        rows.push((t::residents_of(lang), Value::text(source_words(lang, population))));
    }
    if let Some(group) = &report.plan.target_group {
        rows.push((plan::group::title(lang), Value::text(group_words(lang, group))));
    }
    let broken = facts.is_some_and(|facts| !facts.whole);
    rows.extend(broken.then(|| (t::state(lang), Value::text(council::frozen::broken(lang)))));
    let unfinished = page.report.cut_off < page.report.to;
    rows.extend(unfinished.then(|| (t::state(lang), Value::text(council::unfinished(lang)))));
    let hidden = outcomes::hidden_note(lang, i64::from(report.basis), i64::from(report.k));
    rows.push((a::hidden(lang), Value::text(hidden)));
    rows.extend(figures.iter().flat_map(|table| table.notes.iter().map(move |note| (table.name, Value::text(note)))));
    let rows = rows.into_iter().map(|(name, value)| vec![Value::text(name), value]).collect();
    Table::of(t::about(lang), vec![label(t::what(lang)), column(t::value(lang), InText::Bare)], rows, Vec::new())
}

/// Who froze it, when and why; or that it is a draft.
fn state_of(lang: Lang, facts: Option<&FrozenFacts>) -> Vec<(&'static str, Value)> {
    let Some(facts) = facts else { return vec![(t::state(lang), Value::text(council::is_draft(lang)))] };
    vec![
        (t::frozen_by(lang), Value::text(&facts.by)),
        (t::frozen_at(lang), Value::text(moment(lang, facts.made_at))),
        (t::reason(lang), Value::text(&facts.reason)),
        (t::checksum(lang), Value::text(&facts.checksum)),
    ]
}

/// The sentences at the head, what the officer wrote, and what figures do not tell.
fn said(lang: Lang, report: &CouncilReport) -> Table {
    let text = report.texts.get(lang.code()).cloned().unwrap_or_default();
    let head = text.said.iter().map(|sentence| (council::head(lang), sentence.clone()));
    let written =
        Block::ALL.iter().filter_map(|block| Some((block_words(lang, *block), text.written.get(block)?.clone())));
    let left_out = not_told(lang, report).into_iter().chain(to_be_known(lang).map(str::to_owned));
    let left_out = left_out.map(|words| (outcomes::caveats(lang), words));
    let all = head.chain(written).chain(left_out).filter(|(_, words)| !words.is_empty());
    let rows = all.map(|(heading, words)| vec![Value::text(heading), Value::text(words)]).collect();
    let columns = vec![label(t::part(lang)), column(t::text(lang), InText::Bare)];
    Table::of(t::said(lang), columns, rows, Vec::new())
}

fn key_figures(lang: Lang, report: &CouncilReport) -> Table {
    let row = |key: Key| {
        let (x, n) = key.part.unwrap_or((Value::Nothing, Value::Nothing));
        vec![Value::text(key.name), key.value, x, n, key.ci.unwrap_or(Value::Nothing), Value::text(key.meaning)]
    };
    let columns = vec![
        label(a::figure(lang)),
        column(a::value(lang), InText::Bare),
        named(a::numerator(lang)),
        named(a::denominator(lang)),
        interval(lang),
        column(t::meaning(lang), InText::Left),
    ];
    let notes = vec![a::staying_elsewhere(lang).to_owned()];
    Table::of(t::keys(lang), columns, keys_of(lang, report).into_iter().map(row).collect(), notes)
}

fn steps(lang: Lang, name: &'static str, steps: Vec<(&'static str, Shown<u64>)>, notes: Vec<String>) -> Table {
    let rows = steps.into_iter().map(|(step, n)| vec![Value::text(step), Value::count(lang, &n)]).collect();
    let columns = vec![label(outcomes::column::step(lang)), column(outcomes::persons(lang), InText::Bare)];
    Table::of(name, columns, rows, notes)
}

fn way(lang: Lang, report: &CouncilReport) -> Table {
    let page = &report.page;
    let reached = reach_of(report).into_iter().map(|(step, people)| (step_words(step, lang), people)).collect();
    let left_out = told(not_compared(page), |n| council::not_compared(lang, n), council::not_compared_some(lang));
    let residents = reached_words(lang, page, report.population.as_ref());
    let notes = [way_words(lang, page)].into_iter().chain(residents).chain(left_out).collect();
    steps(lang, t::way(lang), reached, notes)
}

fn applications(lang: Lang, page: &Page) -> Table {
    use outcomes::step as s;
    let flow = &page.report.flow;
    let both = vec![(s::applied(lang), flow.applied), (s::accepted(lang), flow.accepted)];
    steps(lang, t::applications(lang), both, vec![a::applications_is(lang).to_owned()])
}

/// Attendance week by week, and of whole weeks by weekday where there are several.
fn weeks(lang: Lang, page: &Page) -> Table {
    use outcomes::weeks as w;
    let all = &page.report.attendance.weeks;
    let mut weekdays: BTreeSet<u8> = all.iter().flat_map(|week| week.days.keys().copied()).collect();
    if weekdays.len() < 2 {
        weekdays.clear();
    }
    let of_days = weekdays.iter().map(|one| named(weekday(lang, *one)));
    let columns = [label(w::week(lang)), named(w::sessions(lang)), named(w::visits(lang))].into_iter().chain(of_days);
    let columns = columns.collect();
    let rows = all.iter().map(|week| week_row(lang, week, &weekdays)).collect();
    let notes = (!weekdays.is_empty()).then(|| t::weeks_is(lang).to_owned()).into_iter().collect();
    Table::of(t::weeks(lang), columns, rows, notes).long()
}

fn week_row(lang: Lang, week: &Week, weekdays: &BTreeSet<u8>) -> Vec<Value> {
    let own = [Value::Day(week.from), Value::count(lang, &week.sessions), Value::count(lang, &week.visits)];
    let of_day = |one: &u8| match week.days.get(one) {
        Some(day) => Value::count(lang, &day.visits),
        None if week.days.is_empty() => Value::Nothing,
        None => Value::text(outcomes::weekdays::no_session(lang)),
    };
    own.into_iter().chain(weekdays.iter().map(of_day)).collect()
}

/// Without a row where none is told.
fn reasons_of_leaving(lang: Lang, page: &Page) -> Table {
    use outcomes::leaving as w;
    let columns = vec![label(w::reason(lang)), column(outcomes::persons(lang), InText::Bare)];
    let told = page.report.leaving.as_ref();
    let row = |(reason, people): (&'static str, &Shown<u64>)| vec![Value::text(reason), Value::count(lang, people)];
    let rows = told.map(|told| reasons(lang, told).map(row).to_vec()).unwrap_or_default();
    let notes = told.map(|told| notes(lang, page, told)).unwrap_or_default();
    Table::of(t::leaving(lang), columns, rows, notes)
}

/// What people answered at the start and three months later.
fn answers(lang: Lang, page: &Page) -> Table {
    use outcomes::answers as w;
    let columns = vec![
        label(w::answer(lang)),
        named(w::due(lang)),
        named(w::twice(lang)),
        named(w::start(lang)),
        named(w::end(lang)),
        named(t::as_of(lang)),
    ];
    let rows = page.report.wellbeing.iter().map(|(outcome, told)| {
        let counts = [&told.due, &told.n, &told.start, &told.end].map(|people| Value::count(lang, people));
        let as_of = page.wellbeing_as_of.get(outcome).map_or(Value::Nothing, |day| Value::Day(*day));
        std::iter::once(Value::text(words(lang, *outcome))).chain(counts).chain([as_of]).collect::<Vec<Value>>()
    });
    let notes = [w::is(lang), w::not_by_group(lang)].map(str::to_owned).to_vec();
    Table::of(t::answers(lang), columns, rows.collect(), notes)
}

fn groups(lang: Lang, page: &Page) -> Table {
    use outcomes::column as h;
    let with_measured = tells_measured(page);
    let mut columns = vec![
        label(t::by(lang)),
        label(t::group(lang)),
        named(h::participants(lang)),
        named(h::composition(lang)),
        named(h::adherence(lang)),
        named(h::measured(lang)),
        named(h::change(lang)),
        interval(lang),
    ];
    if with_measured {
        columns.extend([named(h::due(lang)), named(h::of_due(lang))]);
    }
    let row = |by: &'static str, name: String, cell: &StratumCell| {
        let measured = with_measured.then(|| measured_values(lang, cell)).into_iter().flatten();
        cell_row(lang, page, (by, name), cell).into_iter().chain(measured).collect::<Vec<Value>>()
    };
    let of_stratum = |stratum: &Stratum| {
        let name = |cell: &StratumCell| cell_words(lang, stratum.by, &cell.value);
        stratum.cells.iter().map(|cell| row(by_words(lang, stratum.by), name(cell), cell)).collect::<Vec<_>>()
    };
    let by_group = |cell: &StratumCell| row(outcomes::by::group(lang), division_words(lang, &cell.value), cell);
    let rows = page.report.strata.iter().flat_map(of_stratum);
    let rows = rows.chain(page.report.groups.iter().map(by_group)).collect();
    let kept = strata_kept(lang, page);
    let of_due = with_measured.then(|| outcomes::of_due_is(lang).to_owned());
    let is = (!page.report.groups.is_empty()).then(|| outcomes::by_group_is(lang).to_owned());
    let notes = [kept, shares_are(lang, page), of_due, is].into_iter().flatten().collect();
    Table::of(t::groups(lang), columns, rows, notes)
}

fn cell_row(lang: Lang, page: &Page, (by, name): (&'static str, String), cell: &StratumCell) -> Vec<Value> {
    let (change, sppb) = (&cell.sppb_change_m3, OutcomeMeasure::SppbTotal);
    vec![
        Value::text(by),
        Value::text(name),
        Value::count(lang, &cell.participants),
        composition(page, cell).map_or(Value::Nothing, |share| Value::share(lang, &share)),
        Value::share(lang, &cell.adherence_median),
        Value::count(lang, &change.n),
        Value::real(lang, &change.mean, read(sppb, Kind::Change)),
        Value::interval(lang, &change.ci, read(sppb, Kind::Plain)),
    ]
}

/// How many of a cell were due, and the share of them who were compared.
fn measured_values(lang: Lang, cell: &StratumCell) -> [Value; 2] {
    match &cell.measured_m3 {
        Some(of) => [Value::count(lang, &of.due), Value::share(lang, &of.share)],
        None => [Value::text(HIDDEN_FIGURE), Value::text(HIDDEN_FIGURE)],
    }
}

fn gaps(lang: Lang, page: &Page) -> Table {
    use outcomes::gap_table as g;
    let value = |heading| [named(heading), interval(lang)];
    let columns = [g::start(lang), g::end(lang), g::change(lang)].into_iter().flat_map(value);
    let columns = [label(g::who(lang))].into_iter().chain(columns).collect();
    let rows = page.report.gaps.iter().map(|gap| gap_row(lang, gap)).collect();
    let found = findings(page).into_iter().filter(|finding| matches!(finding, Finding::Gap(_)));
    let notes = found.map(|finding| sentences(lang, &finding));
    Table::of(t::gaps(lang), columns, rows, [g::is(lang).to_owned()].into_iter().chain(notes).collect())
}

/// Without a row where none is told.
fn coming(lang: Lang, page: &Page) -> Table {
    let ci = outcomes::interval(lang);
    let of = |heading: &'static str| if heading == ci { interval(lang) } else { named(heading) };
    let heads = coming_heads(lang).into_iter().map(of);
    let columns = [label(outcomes::gap_table::who(lang))].into_iter().chain(heads).collect();
    let row = |gap: &ComingGap| {
        let who = Value::text(who(lang, gap.by));
        [who].into_iter().chain(coming_values(lang, gap)).collect::<Vec<Value>>()
    };
    let rows = page.report.coming.iter().map(row).collect();
    let notes = [outcomes::coming::is(lang).to_owned()].into_iter().chain(coming_kept(lang, page)).collect();
    Table::of(t::coming(lang), columns, rows, notes)
}

fn gap_row(lang: Lang, gap: &Gap) -> Vec<Value> {
    let change = &gap.change;
    let (plain, signed) = (read(gap.outcome, Kind::Plain), read(gap.outcome, Kind::Change));
    vec![
        Value::text(who(lang, gap.by)),
        Value::real(lang, &change.level_start.diff, plain),
        Value::interval(lang, &change.level_start.ci, plain),
        Value::real(lang, &change.level_end.diff, plain),
        Value::interval(lang, &change.level_end.ci, plain),
        Value::real(lang, &change.change_of_gap, signed),
        Value::interval(lang, &change.ci, plain),
    ]
}

/// A goal a row; without a row where none is set.
fn goals(lang: Lang, report: &CouncilReport) -> Table {
    let words = |block: &GoalBlock| named(block.words(lang));
    let written = GoalBlock::ALL.iter().skip(1).map(words);
    let measures = [
        plan::measure(lang),
        plan::start(lang),
        plan::target(lang),
        plan::reached(lang),
        plan::reached_on_day(lang),
        plan::met(lang),
        plan::rating_year(lang),
        plan::review(lang),
    ];
    let columns = [label(GoalBlock::Aim.words(lang))].into_iter().chain(written).chain(measures.map(named)).collect();
    let rows = report.plan.goals.iter().map(|told| goal_row(lang, told, &report.plan.indicators)).collect();
    Table::of(plan::title(lang), columns, rows, goal_notes(lang, &report.plan))
}

fn goal_row(lang: Lang, told: &ToldGoal, followed: &[Followed]) -> Vec<Value> {
    let goal = &told.goal;
    let of = told_in(lang, goal).code();
    let written = GoalBlock::ALL.iter().map(|block| Value::text(goal.word(of, *block)));
    let number = |typed: Option<f64>| typed.map_or(Value::Nothing, |typed| Value::decimal(typed, places_of(typed)));
    let reached = match &told.reached {
        Reached::Told { value, places, .. } => Value::decimal(*value, *places),
        Reached::Hidden | Reached::InYears | Reached::NotKnown => Value::text(goal_not_told(lang, told)),
    };
    let (year, rated) = rating(goal).map(|(year, rated)| (year.to_string(), rated.words(lang))).unwrap_or_default();
    let measures = [
        Value::text(measured_words(lang, goal, followed)),
        number(goal.start),
        number(goal.target),
        reached,
        Value::text(reached_of(lang, &told.reached)),
        Value::text(rated),
        Value::text(year),
        Value::text(review_words(lang, goal)),
    ];
    written.chain(measures).collect()
}

/// A year of an indicator a row; of one without a number that it is not known.
fn followed(lang: Lang, report: &CouncilReport) -> Table {
    use plan::followed as f;
    let columns = vec![label(f::name(lang)), named(f::year(lang)), named(f::value(lang)), named(f::loaded(lang))];
    let rows_of = |one: &Followed| {
        let row = |year: String, value: Value| {
            vec![Value::text(&one.title), Value::text(year), value, Value::Day(one.loaded_on)]
        };
        let told = one.years.iter().map(|(year, value)| row(year.to_string(), Value::decimal(*value, one.decimals)));
        let none = one.years.is_empty().then(|| row(String::new(), Value::text(common::not_known(lang))));
        told.chain(none).collect::<Vec<_>>()
    };
    let rows = report.plan.indicators.iter().flat_map(rows_of).collect();
    Table::of(f::title(lang), columns, rows, vec![f::is(lang).to_owned()])
}

/// Nothing where no costs are told.
fn costs(lang: Lang, report: &CouncilReport) -> Option<Table> {
    let costs = report.costs.as_ref()?;
    let each = |each: Option<Shown<f64>>| Value::real(lang, &each.unwrap_or_default(), (1.0, 2, Kind::Plain));
    let ([people, visits], [staff, rooms, materials]) = (per_each(lang, report), costs.sums());
    let lines = [
        Some((c::staff(lang).to_owned(), Value::whole(staff))),
        Some((c::rooms(lang).to_owned(), Value::whole(rooms))),
        Some((c::materials(lang).to_owned(), Value::whole(materials))),
        Some((c::total(lang).to_owned(), Value::whole(costs.total()))),
        of_events(costs).map(|sum| (c::of_events(lang).to_owned(), Value::whole(sum))),
        Some((people, each(report.cost_per_participant()))),
        Some((visits, each(report.cost_per_visit()))),
    ];
    let rows = lines.into_iter().flatten().map(|(name, sum)| vec![Value::text(name), sum]).collect();
    let columns = vec![label(c::title(lang)), column(c::sum(lang), InText::Euros)];
    let notes = cost_notes(lang, costs).into_iter().chain([c::background_is(lang).to_owned()]).collect();
    Some(Table::of(t::costs(lang), columns, rows, notes))
}

/// A group a row; without a row where none is told.
fn costs_by_group(lang: Lang, report: &CouncilReport) -> Table {
    let columns = vec![
        label(c::group(lang)),
        column(c::staff(lang), InText::NamedEuros),
        column(c::rooms(lang), InText::NamedEuros),
        column(c::materials(lang), InText::NamedEuros),
        column(c::total(lang), InText::NamedEuros),
        named(c::sessions(lang)),
        column(c::per_session(lang), InText::NamedEuros),
        named(c::source(lang)),
    ];
    let row = |group: &GroupCosts| -> Vec<Value> {
        let sums = [group.staff, group.rooms, group.materials, group.total(), group.sessions].map(Value::whole);
        let each = group.per_session().map(|each| Value::decimal(each, 2));
        let each = each.unwrap_or_else(|| Value::text(outcomes::undefined(lang)));
        std::iter::once(Value::text(&group.name)).chain(sums).chain([each, Value::text(&group.source)]).collect()
    };
    let rows: Vec<_> = report.costs.iter().flat_map(|costs| &costs.groups).map(row).collect();
    let (is_long, notes) = (rows.len() > MOST_GROUPS, vec![c::by_group_is(lang).to_owned()]);
    let table = Table::of(t::costs_by_group(lang), columns, rows, notes);
    if is_long { table.long() } else { table }
}

#[cfg(test)]
mod tests {
    use super::super::super::model::cells;
    use super::change::name_with_unit;
    use super::*;
    use domain::outcomes::council::Costs;
    use domain::outcomes::findings::weekdays;
    use domain::outcomes::population::{Population, Source};
    use domain::outcomes::publishing::PageKind;
    use domain::outcomes::report::WindowName;
    use domain::outcomes::testing;

    fn report(n: u64) -> CouncilReport {
        let source = || "Tilinpäätös".to_owned();
        let (staff, rooms, materials) = (30_000, 6_000, 500);
        let is_event = n.is_multiple_of(3);
        let group =
            GroupCosts { name: "Aamu".to_owned(), sessions: n, staff, rooms, materials, source: source(), is_event };
        let costs = Costs { staff, rooms, materials, source: source(), groups: vec![group] };
        let source = Source::Typed("Tilastokeskus".to_owned());
        let population = Some(Population { year: 2025, aged_75: 400, source });
        CouncilReport { costs: Some(costs), population, ..testing::council(n) }
    }

    #[test]
    fn every_row_has_a_value_for_each_column_and_only_intervals_stand_in_columns_of_intervals() {
        let mut names = BTreeSet::new();
        for n in 0..300 {
            for lang in Lang::ALL {
                for table in tables(lang, &report(n), "Vuosi 2026", None) {
                    names.insert((lang.code(), table.name));
                    for row in &table.rows {
                        assert_eq!(row.len(), table.columns.len(), "{}", table.name);
                        for (column, value) in table.columns.iter().zip(row) {
                            assert!(column.range || !matches!(value, Value::Range(..)), "{} {value:?}", table.name);
                            assert!(!column.range || !matches!(value, Value::Number(_)), "{} {value:?}", table.name);
                        }
                    }
                }
            }
        }
        assert_eq!(
            names.len(),
            18 * Lang::ALL.len(),
            "each table is in some report, and none has another's name: {names:?}"
        );
        let fits =
            |name: &str| name.chars().count() <= 31 && !name.contains(['[', ']', ':', '*', '?', '/', '\\', '\'']);
        assert!(names.iter().all(|(_, name)| fits(name)), "what a spreadsheet's tab may hold: {names:?}");
    }

    #[test]
    fn the_estimates_stand_in_tables_as_the_page_words_them() {
        let (mut estimated, mut hidden, mut compared) = (0, 0, 0);
        for page in (0..300).map(testing::page) {
            let table = model(Lang::Fi, &page);
            let told: Vec<Vec<String>> = page
                .report
                .model
                .iter()
                .flat_map(|(outcome, model)| {
                    WindowName::ALL.iter().map(move |window| cells(Lang::Fi, *outcome, *window, model))
                })
                .collect();
            assert_eq!(table.rows.len(), told.len());
            for (row, told) in table.rows.iter().zip(&told) {
                let words: Vec<String> = row[2..7].iter().map(|value| value.words(Lang::Fi)).collect();
                // The unit stands behind the test's name.
                assert!(told[0].starts_with(&words[0]) && words[1..] == told[1..], "{words:?} {told:?}");
                estimated += usize::from(matches!(row[2], Value::Number(_)));
                hidden += usize::from(told[0] == HIDDEN_FIGURE);
            }
            compared += at_start(Lang::Fi, &page).rows.len();
        }
        assert!(estimated > 0 && hidden > 0 && compared > 0, "{estimated} {hidden} {compared}");
    }

    #[test]
    fn a_report_that_stands_alone_has_the_means_of_four_times_as_a_paper_has_them() {
        let (mut told, mut hidden) = (0, 0);
        for page in (0..200).map(testing::alone) {
            let table = levels(Lang::En, &page);
            assert_eq!(table.rows.len(), 4 * page.report.model.len());
            let all = page.report.model.values().filter_map(|model| model.levels.as_ref());
            let all = all.flat_map(|of| [&of.start, &of.m3, &of.m6, &of.m12]);
            for (row, level) in table.rows.iter().zip(all) {
                assert_eq!(row[2] == Value::text(HIDDEN_FIGURE), level.mean.is_hidden(), "{row:?}");
                let is_number = matches!((&row[2], &row[3]), (Value::Number(_), Value::Range(..)));
                assert_eq!(is_number, level.mean.value().is_some(), "{row:?}");
                told += usize::from(is_number);
                hidden += usize::from(level.mean.is_hidden());
            }
        }
        assert!(told > 0 && hidden > 0, "{told} {hidden}");
        assert!((0..60).map(testing::page).all(|page| levels(Lang::En, &page).rows.is_empty()), "no page tells them");
    }

    #[test]
    fn tests_in_no_headline_are_told_without_their_classes() {
        let (mut told, mut hidden) = (0, 0);
        let name = Value::text(name_with_unit(Lang::En, OutcomeMeasure::TugTime));
        for page in (0..300).map(testing::page) {
            let table = changes(Lang::En, &page);
            for row in table.rows.iter().filter(|row| row[1] == name) {
                told += usize::from(matches!(row[3], Value::Number(_)));
                hidden += usize::from(row[3] == Value::text(HIDDEN_FIGURE));
                assert!(row[6..].iter().all(|class| !matches!(class, Value::Number(_))), "{row:?}");
                let says_so = table.notes.iter().any(|note| note == outcomes::others::no_classes(Lang::En));
                assert_eq!(says_so, page.kind != PageKind::Season);
            }
        }
        assert!(told > 0 && hidden > 0, "{told} {hidden}");
    }

    #[test]
    fn who_improved_stands_with_the_share_its_interval_and_the_share_of_all_who_were_due() {
        let (mut told, mut hidden, mut of_all) = (0, 0, 0);
        for page in (0..300).map(testing::page).filter(|page| page.kind != PageKind::Season) {
            for row in changes(Lang::Fi, &page).rows {
                let is_number = |at: usize| matches!(row[at], Value::Number(_));
                assert!(is_number(6) || !is_number(7), "no share of a hidden number: {row:?}");
                assert_eq!(is_number(7), matches!(row[8], Value::Range(..)), "{row:?}");
                told += usize::from(is_number(7));
                hidden += usize::from([6, 7, 8].iter().all(|at| row[*at] == Value::text(HIDDEN_FIGURE)));
                of_all += usize::from(is_number(11) && is_number(7));
            }
        }
        assert!(told > 0 && hidden > 0 && of_all > 0, "{told} {hidden} {of_all}");
    }

    #[test]
    fn spreads_and_classes_have_the_numbers_of_their_drawings() {
        let (mut told, mut hidden) = (0, 0);
        for page in (0..300).map(testing::page) {
            let spread =
                |window: &WindowName| page.report.change.of(*window).values().filter_map(|one| one.spread.as_ref());
            let all: Vec<_> = WindowName::ALL.iter().flat_map(spread).collect();
            let (bins, points) = (spreads(Lang::En, &page), classes(Lang::En, &page));
            assert_eq!(bins.rows.len(), 6 * all.len());
            assert_eq!(points.rows.len(), 4 * all.iter().filter(|one| one.points.is_some()).count());
            for value in bins.rows.iter().map(|row| &row[3]).chain(points.rows.iter().flat_map(|row| &row[2..])) {
                told += usize::from(matches!(value, Value::Number(_)));
                hidden += usize::from(*value == Value::text(HIDDEN_FIGURE));
            }
        }
        assert!(told > 0 && hidden > 0, "{told} {hidden}");
    }

    #[test]
    fn weeks_have_what_their_drawings_tell_and_a_day_without_a_session_is_not_a_hidden_one() {
        let (mut told, mut hidden) = (0, 0);
        for page in (0..300).map(testing::page) {
            let table = weeks(Lang::Fi, &page);
            let all = &page.report.attendance.weeks;
            assert_eq!(table.rows.len(), all.len());
            let drawn = weekdays(&page).map(|found| found.days.len());
            assert!(drawn.is_none_or(|days| table.columns.len() == 3 + days), "{:?}", table.columns);
            for (row, week) in table.rows.iter().zip(all) {
                assert_eq!(row[..2], [Value::Day(week.from), Value::count(Lang::Fi, &week.sessions)]);
                let count = |wanted: fn(&Value) -> bool| row[3..].iter().filter(|value| wanted(value)).count();
                let numbers = count(|value| matches!(value, Value::Number(_)));
                let dots = count(|value| *value == Value::text(HIDDEN_FIGURE));
                let without = count(|value| *value == Value::text("ei kertaa"));
                let held = if table.columns.len() > 3 { week.days.len() } else { 0 };
                assert_eq!(numbers + dots, held, "{row:?}");
                assert_eq!(without, if held > 0 { table.columns.len() - 3 - held } else { 0 }, "{row:?}");
                (told, hidden) = (told + numbers, hidden + dots);
            }
        }
        assert!(told > 0 && hidden > 0, "{told} {hidden}");
    }

    #[test]
    fn tables_tell_no_figure_that_the_page_hides() {
        let mut hidden = 0;
        for n in 0..300 {
            let report = report(n);
            let flow = &report.page.report.flow;
            let table = applications(Lang::Fi, &report.page);
            for (row, people) in table.rows.iter().zip([&flow.applied, &flow.accepted]) {
                assert_eq!(row[1] == Value::text(HIDDEN_FIGURE), people.is_hidden());
                hidden += usize::from(people.is_hidden());
            }
            let per_visit = costs(Lang::Fi, &report).and_then(|table| table.rows.last().cloned()).unwrap();
            assert_eq!(per_visit[1] == Value::text(HIDDEN_FIGURE), report.page.report.attendance.visits.is_hidden());
        }
        assert!(hidden > 0);
    }
}
