//! The goals of the council term in a report: in short beside what was reached, in the annex with all that was written.

use domain::outcomes::council::CouncilReport;
use domain::outcomes::goals::{Goal, GoalBlock, Measured, Plan, Rating, Reached, ReachedOf, TargetGroup, ToldGoal};
use domain::outcomes::indicators::Followed;
use leptos::prelude::*;

use super::super::table::{FigureRow, figures_table, framed, heads};
use crate::texts::{HIDDEN_FIGURE, Lang, Words, common, day, decimal, goals as t, percent_to};

/// In which language a goal is told: the reader's, or the first one in which somebody has written it.
pub(super) fn told_in(lang: Lang, goal: &Goal) -> Lang {
    let is_written = |of: &Lang| !goal.word(of.code(), GoalBlock::Aim).is_empty();
    std::iter::once(lang).chain(Lang::ALL).find(is_written).unwrap_or(lang)
}

/// A number as it was typed, with the decimals that it has.
pub(super) fn places_of(number: f64) -> u8 {
    let text = number.to_string();
    let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    u8::try_from(decimals).unwrap_or_default()
}

pub(super) fn typed_number(lang: Lang, number: Option<f64>) -> String {
    number.map(|number| decimal(lang, number, usize::from(places_of(number)))).unwrap_or_default()
}

/// From when what was reached is; nothing where no number is told.
pub(super) fn reached_of(lang: Lang, reached: &Reached) -> String {
    match reached {
        Reached::Told { of: ReachedOf::Day(on), .. } => day(lang, *on),
        Reached::Told { of: ReachedOf::Year(year), .. } => year.to_string(),
        Reached::Hidden | Reached::InYears | Reached::NotKnown => String::new(),
    }
}

/// What stands where no number is told; nothing for a goal that is reviewed in words alone.
pub(super) fn not_told(lang: Lang, told: &ToldGoal) -> &'static str {
    match told.reached {
        Reached::Hidden => HIDDEN_FIGURE,
        Reached::InYears => t::in_years(lang),
        Reached::NotKnown if told.goal.measured != Measured::Words => common::not_known(lang),
        Reached::NotKnown | Reached::Told { .. } => "",
    }
}

/// What a goal is measured by; an indicator by its title.
pub(super) fn measured_words(lang: Lang, goal: &Goal, followed: &[Followed]) -> String {
    let one = followed.iter().find(|one| Some(one.id) == goal.indicator && goal.measured == Measured::Indicator);
    one.map_or_else(|| goal.measured.words(lang).to_owned(), |one| one.title.clone())
}

/// A number of what a goal is measured by: in which unit, paper tells in the annex alone.
fn in_unit(lang: Lang, goal: &Goal, number: f64, places: u8) -> String {
    let places = usize::from(places);
    if goal.measured.is_share() { percent_to(lang, number / 100.0, places) } else { decimal(lang, number, places) }
}

fn reached_words(lang: Lang, told: &ToldGoal) -> String {
    let Reached::Told { value, places, of } = &told.reached else { return not_told(lang, told).to_owned() };
    let value = in_unit(lang, &told.goal, *value, *places);
    match of {
        ReachedOf::Day(on) => t::reached_on(lang, *on, &value),
        ReachedOf::Year(year) => t::reached_year(lang, &value, &year.to_string()),
    }
}

/// How far it was met by whoever answers for it, and of which year that is said.
pub(super) fn rating(goal: &Goal) -> Option<(i32, Rating)> {
    goal.review().and_then(|(year, review)| Some((year, review.rating?)))
}

fn rating_words(lang: Lang, goal: &Goal) -> String {
    rating(goal).map(|(year, rating)| t::rated(lang, rating.words(lang), &year.to_string())).unwrap_or_default()
}

/// The newest assessment in words.
pub(super) fn review_words(lang: Lang, goal: &Goal) -> String {
    let words = goal.review().and_then(|(_, review)| review.words.get(told_in(lang, goal).code()));
    words.cloned().unwrap_or_default()
}

/// For how many the programme is meant, and whose estimate that is.
pub(super) fn group_words(lang: Lang, group: &TargetGroup) -> String {
    let share = percent_to(lang, group.percent / 100.0, usize::from(places_of(group.percent)));
    t::group::told(lang, &share, &group.source)
}

/// What must be known to read the goals.
pub(super) fn notes(lang: Lang, plan: &Plan) -> Vec<String> {
    let group = plan.target_group.as_ref().map(|group| group_words(lang, group));
    [Some(t::sources(lang).to_owned()), group].into_iter().flatten().collect()
}

/// Each goal with where it began, where it should come and where it is; nothing where none is set.
pub(super) fn goals(lang: Lang, report: &CouncilReport) -> Option<AnyView> {
    let plan = Some(&report.plan).filter(|plan| !plan.goals.is_empty())?;
    let rows: Vec<_> = plan.goals.iter().map(|told| row(lang, told, &plan.indicators)).collect();
    let columns = heads([t::start(lang), t::target(lang), t::reached(lang), t::met(lang)]);
    let inside = view! {
        <thead><tr><th scope="col">{GoalBlock::Aim.words(lang)}</th>{columns}</tr></thead>
        <tbody>{rows}</tbody>
    };
    let view = view! {
        <section class="report__section council__goals">
            <h2>{t::title(lang)}</h2>
            {framed(t::title(lang), inside.into_any())}
            <p class="quiet">{notes(lang, plan).join(" ")}</p>
        </section>
    };
    Some(view.into_any())
}

fn row(lang: Lang, told: &ToldGoal, followed: &[Followed]) -> AnyView {
    let goal = &told.goal;
    let of = told_in(lang, goal).code();
    let word = |block| goal.word(of, block).to_owned();
    let typed = |number: Option<f64>| number.map(|number| in_unit(lang, goal, number, places_of(number)));
    let figures = [
        typed(goal.start).unwrap_or_default(),
        typed(goal.target).unwrap_or_default(),
        reached_words(lang, told),
        rating_words(lang, goal),
    ];
    let cells = figures.map(|figure| view! { <td class="table__figure">{figure}</td> });
    let cells: Vec<_> = cells.into_iter().collect();
    view! {
        <tr>
            <th scope="row">
                <span lang=of>{word(GoalBlock::Aim)}</span>" "
                <span class="table__more" lang=of>{word(GoalBlock::Owner)}</span>" "
                <span class="table__more">{measured_words(lang, goal, followed)}</span>
            </th>
            {cells}
        </tr>
    }
    .into_any()
}

/// Under a heading of the annex: what is done for each goal, and how it went; nothing where none is set.
pub(super) fn details(lang: Lang, report: &CouncilReport) -> Option<AnyView> {
    let goals = Some(&report.plan.goals).filter(|goals| !goals.is_empty())?;
    let all: Vec<_> = goals.iter().map(|told| detail(lang, &told.goal, &report.plan.indicators)).collect();
    Some(view! { <h3>{t::details(lang)}</h3>{all} }.into_any())
}

/// All that is written of a goal, and what it is measured by: on paper the first pages have no room for that.
fn detail(lang: Lang, goal: &Goal, followed: &[Followed]) -> AnyView {
    let of = told_in(lang, goal);
    let blocks = [GoalBlock::Actions, GoalBlock::Owner, GoalBlock::Resources, GoalBlock::Schedule];
    let written = blocks.map(|block| (block.words(lang), goal.word(of.code(), block).to_owned(), of));
    let measured = (t::measure(lang), measured_words(lang, goal, followed), lang);
    let review = (t::review(lang), review_words(lang, goal), of);
    let pairs = written.into_iter().chain([measured, review]).filter(|(_, words, _)| !words.is_empty());
    let pairs: Vec<_> = pairs
        .map(|(name, words, of)| {
            view! {
                <div class="facts__pair"><dt>{name}</dt><dd class="council__words" lang=of.code()>{words}</dd></div>
            }
        })
        .collect();
    let aim = goal.word(of.code(), GoalBlock::Aim).to_owned();
    view! { <h4 lang=of.code()>{aim}</h4><dl class="facts">{pairs}</dl> }.into_any()
}

/// The newest number of each indicator, with its year and the day on which it was read; nothing where none is followed.
pub(super) fn followed(lang: Lang, all: &[Followed]) -> Option<AnyView> {
    use t::followed as f;
    (!all.is_empty()).then_some(())?;
    let row = |one: &Followed| {
        let newest =
            one.newest().map(|(year, value)| [year.to_string(), decimal(lang, value, usize::from(one.decimals))]);
        let newest = newest.unwrap_or_else(|| [String::new(), common::not_known(lang).to_owned()]);
        FigureRow::new(one.title.as_str(), newest).with([f::loaded_on(lang, one.loaded_on)])
    };
    let table = figures_table(f::name(lang), [f::year(lang), f::value(lang)], all.iter().map(row));
    let view = view! {
        {framed(f::title(lang), table)}
        <p class="quiet">{f::is(lang)}</p>
    };
    Some(view.into_any())
}

/// The same under a heading of the annex.
pub(super) fn followed_part(lang: Lang, report: &CouncilReport) -> Option<AnyView> {
    let inside = followed(lang, &report.plan.indicators)?;
    Some(view! { <h3>{t::followed::title(lang)}</h3>{inside} }.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_told_in_per_cent_and_other_numbers_as_they_are() {
        let told = |measured: Measured, number: f64| {
            let goal = Goal { measured, ..Goal::empty() };
            in_unit(Lang::Fi, &goal, number, places_of(number))
        };
        assert_eq!(told(Measured::Stayed, 62.5), "62,5\u{a0}%");
        assert_eq!(told(Measured::Residents, 7.0), "7\u{a0}%");
        assert_eq!([told(Measured::Participants, 120.5), told(Measured::Indicator, 298.0)], ["120,5", "298"]);
    }
}
