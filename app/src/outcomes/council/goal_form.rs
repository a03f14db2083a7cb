//! Where the officer sets the goals of a council term, and tells for how many the programme is meant.

use std::collections::BTreeMap;

use domain::outcomes::goals::{Goal, GoalBlock, MOST_GOALS, MOST_OF_REVIEW, Measured, Rating, TargetGroup};
use domain::outcomes::indicators::Followed;
use domain::time::Instant;
use leptos::prelude::*;

use super::super::table::framed;
use super::goals::{followed, measured_words, told_in, typed_number};
use crate::texts::{Lang, Words, common, council, goals as t, moment, outcomes, small};
use crate::ui::{
    Button, ButtonKind, ButtonLink, Empty, ErrorSummary, Field, FieldError, FieldWidth, Notice, PageHead, SelectField,
    TextArea, Tone, Way, Ways, options, options_of,
};

/// A goal in the list.
#[derive(Clone, PartialEq, Debug)]
pub struct GoalLine {
    pub goal: Goal,
    pub made_at: Instant,
    /// The name of who wrote it last.
    pub by: String,
    /// Where it is written.
    pub href: String,
}

/// A number as people type it: without gaps between its thousands.
fn as_typed(lang: Lang, number: Option<f64>) -> String {
    let plain = number.map(|number| number.to_string()).unwrap_or_default();
    if lang == Lang::En { plain } else { plain.replace('.', ",") }
}

/// The estimate as it was typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TypedGroup {
    pub percent: String,
    pub source: String,
}

impl TypedGroup {
    pub fn of(lang: Lang, group: Option<&TargetGroup>) -> Self {
        let told =
            |group: &TargetGroup| Self { percent: as_typed(lang, Some(group.percent)), source: group.source.clone() };
        group.map(told).unwrap_or_default()
    }
}

/// Everything that the page of a term shows.
#[derive(Clone, PartialEq, Debug)]
pub struct GoalsView {
    /// The words of the term.
    pub term: String,
    /// The terms to choose from.
    pub terms: Vec<Way>,
    /// In the order of their numbers.
    pub goals: Vec<GoalLine>,
    /// Where the next one is written; nothing where there are as many as can be.
    pub add: Option<String>,
    /// Indicators that are followed beside the goals.
    pub followed: Vec<Followed>,
    pub group: TypedGroup,
    /// Where the estimate is sent.
    pub action: String,
    /// The version that the estimate becomes.
    pub next: String,
    pub saved: bool,
    pub errors: Vec<FieldError>,
}

#[component]
pub fn GoalsPage(lang: Lang, view: GoalsView) -> impl IntoView {
    let GoalsView { term, terms, goals, add, followed: all, group, action, next, saved, errors } = view;
    let back = Some(("/figures".to_owned(), outcomes::title(lang).to_owned()));
    let add = match add {
        Some(href) => view! { <p><ButtonLink text=t::add(lang) href/></p> }.into_any(),
        None => view! { <p class="quiet">{t::full(lang, i64::from(MOST_GOALS))}</p> }.into_any(),
    };
    let none = || view! { <p class="quiet">{t::followed::none(lang)}</p> }.into_any();
    let indicators = followed(lang, &all).unwrap_or_else(none);
    let error = |name: &str| FieldError::of(&errors, name);
    view! {
        <PageHead title=council::of(lang, t::title(lang), &small(&term)) lead=t::lead(lang) back/>
        <ErrorSummary lang errors=errors.clone()/>
        <div class="stack stack--wide">
            {saved.then(|| view! { <Notice tone=Tone::Good title=council::saved(lang) live=true/> })}
            {(terms.len() > 1).then(|| view! { <Ways label=t::terms(lang) ways=terms/> })}
            {list(lang, goals, &all)}
            {add}
            <section class="section">
                <h2>{t::group::title(lang)}</h2>
                <p class="quiet">{t::group::lead(lang)}</p>
                <form class="form" method="post" action=action novalidate>
                    <input type="hidden" name="next" value=next/>
                    <Field lang name="percent" label=t::group::percent(lang) value=group.percent error=error("percent")
                        optional=true width=FieldWidth::Short inputmode="decimal" maxlength=6/>
                    <Field lang name="source" label=t::group::source(lang) value=group.source error=error("source")
                        optional=true hint=Some(t::group::source_hint(lang).to_owned())/>
                    <div class="form__actions"><Button text=common::save(lang) kind=ButtonKind::Main/></div>
                </form>
            </section>
            <section class="section"><h2>{t::followed::title(lang)}</h2>{indicators}</section>
        </div>
    }
    .into_any()
}

fn list(lang: Lang, goals: Vec<GoalLine>, followed: &[Followed]) -> AnyView {
    if goals.is_empty() {
        return view! { <Empty title=t::none(lang)/> }.into_any();
    }
    let row = |line: GoalLine| {
        let GoalLine { goal, made_at, by, href } = line;
        let of = told_in(lang, &goal).code();
        let aim = goal.word(of, GoalBlock::Aim).to_owned();
        let made = council::versions::made(lang, &by, &moment(lang, made_at));
        view! {
            <tr>
                <th scope="row">
                    <a class="link" href=href lang=of>{aim}</a>" "<span class="table__more">{made}</span>
                </th>
                <td>{measured_words(lang, &goal, followed)}</td>
                <td class="table__figure">{typed_number(lang, goal.start)}</td>
                <td class="table__figure">{typed_number(lang, goal.target)}</td>
            </tr>
        }
    };
    let rows: Vec<_> = goals.into_iter().map(row).collect();
    let inside = view! {
        <thead>
            <tr>
                <th scope="col">{GoalBlock::Aim.words(lang)}</th>
                <th scope="col">{t::measure(lang)}</th>
                <th scope="col" class="table__figure">{t::start(lang)}</th>
                <th scope="col" class="table__figure">{t::target(lang)}</th>
            </tr>
        </thead>
        <tbody>{rows}</tbody>
    };
    framed(t::title(lang), inside.into_any())
}

/// A goal as it was typed: its words in one language, and how one year went.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TypedGoal {
    pub words: BTreeMap<GoalBlock, String>,
    /// The code of what it is measured by, of an indicator with its number.
    pub measured: String,
    pub start: String,
    pub target: String,
    /// The code of how far it was met.
    pub rating: String,
    pub review: String,
}

/// What stands before the number of an indicator by which a goal is measured.
pub const OF_INDICATOR: &str = "indicator:";

fn code_of_indicator(id: i64) -> String {
    format!("{OF_INDICATOR}{id}")
}

impl TypedGoal {
    /// As the reader types numbers; the words of a language and the review of a year.
    pub fn of(lang: Lang, goal: &Goal, (of, year): (Lang, i32)) -> Self {
        let review = goal.reviews.get(&year);
        let rating = review.and_then(|review| review.rating);
        Self {
            words: goal.words.get(of.code()).cloned().unwrap_or_default(),
            measured: goal.indicator.map_or_else(|| goal.measured.code().to_owned(), code_of_indicator),
            start: as_typed(lang, goal.start),
            target: as_typed(lang, goal.target),
            rating: rating.map(|rating| rating.code().to_owned()).unwrap_or_default(),
            review: review.and_then(|review| review.words.get(of.code())).cloned().unwrap_or_default(),
        }
    }
}

/// Everything that the form of a goal shows.
#[derive(Clone, PartialEq, Debug)]
pub struct GoalView {
    pub number: u8,
    pub typed: TypedGoal,
    /// The language of its words.
    pub of: Lang,
    /// The year of its review.
    pub year: i32,
    /// The same form with words of other languages.
    pub languages: Vec<Way>,
    /// The same form with reviews of other years.
    pub years: Vec<Way>,
    /// Where it is sent.
    pub action: String,
    /// Address and words of the page above.
    pub back: (String, String),
    /// The version that it becomes.
    pub next: String,
    /// Indicators by which it can be measured.
    pub followed: Vec<Followed>,
    /// It is there and can be taken away.
    pub is_there: bool,
    pub errors: Vec<FieldError>,
}

#[component]
pub fn GoalPage(lang: Lang, view: GoalView) -> impl IntoView {
    let GoalView { number, typed, of, year, languages, years, action, back, next, followed, is_there, errors } = view;
    let title = t::one(lang, i64::from(number));
    let words = words(lang, of, &typed.words, &errors);
    let rest = (measured(lang, &typed, &followed, &errors), review(lang, (of, year), &typed, &errors));
    view! {
        <PageHead title lead=t::edit_lead(lang) back=Some(back)/>
        <ErrorSummary lang errors/>
        <div class="stack notes">
            <Ways label=t::language(lang) ways=languages/>
            {(years.len() > 1).then(|| view! { <Ways label=t::year(lang) ways=years/> })}
        </div>
        <form class="form" method="post" action=action novalidate>
            <input type="hidden" name="next" value=next/>
            {words}
            {rest.0}
            {rest.1}
            <div class="form__actions">
                <Button text=common::save(lang) kind=ButtonKind::Main/>
                {is_there.then(|| view! { <Button text=t::remove(lang) kind=ButtonKind::Quiet name="remove" value="yes"/> })}
            </div>
        </form>
    }
    .into_any()
}

fn block_hint(lang: Lang, block: GoalBlock) -> &'static str {
    match block {
        GoalBlock::Aim => t::hint::aim(lang),
        GoalBlock::Actions => t::hint::actions(lang),
        GoalBlock::Owner => t::hint::owner(lang),
        GoalBlock::Resources => t::hint::resources(lang),
        GoalBlock::Schedule => t::hint::schedule(lang),
    }
}

fn words(lang: Lang, of: Lang, typed: &BTreeMap<GoalBlock, String>, errors: &[FieldError]) -> AnyView {
    let fields: Vec<_> = GoalBlock::ALL
        .iter()
        .map(|block| {
            let value = typed.get(block).cloned().unwrap_or_default();
            let (error, hint) = (FieldError::of(errors, block.code()), Some(block_hint(lang, *block).to_owned()));
            let maxlength = u32::try_from(block.most()).unwrap_or(u32::MAX);
            let optional = !matches!(block, GoalBlock::Aim | GoalBlock::Owner);
            let (name, label) = (block.code(), block.words(lang));
            view! { <TextArea lang name label value of hint error optional maxlength/> }
        })
        .collect();
    view! { <div class="stack">{fields}</div> }.into_any()
}

/// What it is measured by, where it began and where it should come.
fn measured(lang: Lang, typed: &TypedGoal, followed: &[Followed], errors: &[FieldError]) -> AnyView {
    let error = |name: &str| FieldError::of(errors, name);
    let hint = || Some(t::number_hint(lang).to_owned());
    let own = options_of(lang, Measured::ALL).filter(|(code, _)| code != Measured::Indicator.code());
    let indicators = followed.iter().map(|one| (code_of_indicator(one.id), one.title.clone()));
    let measures: Vec<_> = own.chain(indicators).collect();
    view! {
        <SelectField lang name="measured" label=t::measure(lang) options=measures chosen=typed.measured.clone()
            error=error("measured")/>
        <Field lang name="start" label=t::start(lang) value=typed.start.clone() hint=hint() error=error("start")
            optional=true width=FieldWidth::Short inputmode="decimal" maxlength=12/>
        <Field lang name="target" label=t::target(lang) value=typed.target.clone() hint=hint() error=error("target")
            optional=true width=FieldWidth::Short inputmode="decimal" maxlength=12/>
    }
    .into_any()
}

/// How a year went.
fn review(lang: Lang, (of, year): (Lang, i32), typed: &TypedGoal, errors: &[FieldError]) -> AnyView {
    let ratings = options(t::not_rated(lang), options_of(lang, Rating::ALL));
    let maxlength = u32::try_from(MOST_OF_REVIEW).unwrap_or(u32::MAX);
    view! {
        <div class="form__part">
            <h2>{t::review_of(lang, &year.to_string())}</h2>
            <SelectField lang name="rating" label=t::met(lang) options=ratings chosen=typed.rating.clone()
                error=FieldError::of(errors, "rating") optional=true/>
            <TextArea lang name="review" label=t::review(lang) value=typed.review.clone() of
                hint=Some(t::review_hint(lang).to_owned()) error=FieldError::of(errors, "review") optional=true maxlength/>
        </div>
    }
    .into_any()
}
