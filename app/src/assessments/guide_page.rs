//! The guide to the tests, for those who measure: to read at the desk, to print, to take to the hall.

use domain::assessments::{Instrument, Item, NormTable, OutcomeMeasure, RULE_VERSION, Task};
use domain::people::Sex;
use leptos::prelude::*;

use super::changes_view::MeaningfulChanges;
use super::guide::{Guide, limits, of_task, trials};
use super::published_view::PublishedFigures;
use super::source_table::{Column, SourceTable};
use super::sources::{SourceLine, Standing, lines, norms};
use super::words::outcome_name;
use crate::figures::Picture;
use crate::texts::assessments::band::to_be_confirmed;
use crate::texts::{Lang, NBSP, NO_FIGURE, Words as _, guide as g, range, scaled};
use crate::ui::{Notice, PageHead, Tone};

/// The whole page.
#[component]
pub fn GuidePage(lang: Lang) -> impl IntoView {
    let chapters: Vec<_> = Instrument::ALL.iter().map(|i| view! { <Chapter lang instrument=*i/> }.into_any()).collect();
    view! {
        <PageHead title=g::title(lang) lead=g::lead(lang)/>
        <Contents lang/>
        <div class="report">
            <Every lang/>
            {chapters}
            <Sources lang/>
        </div>
    }
    .into_any()
}

/// The ways to the tests and to the sources.
#[component]
fn Contents(lang: Lang) -> impl IntoView {
    let to = |code: &str, words: &'static str| {
        view! { <li><a class="periods__link" href=format!("#{code}")>{words}</a></li> }
    };
    let tests: Vec<_> = Instrument::ALL.iter().map(|i| to(i.code(), short(lang, *i))).collect();
    view! {
        <nav class="guide__contents" aria-label=g::contents(lang)>
            <ul class="periods" role="list">{tests}{to("sources", g::sources::title(lang))}</ul>
        </nav>
    }
    .into_any()
}

fn short(lang: Lang, instrument: Instrument) -> &'static str {
    use crate::texts::assessments::instrument_short as s;
    match instrument {
        Instrument::Sppb => s::sppb(lang),
        Instrument::Gait10 => s::gait10(lang),
        Instrument::Tug => s::tug(lang),
        Instrument::Chair30 => s::chair30(lang),
        Instrument::Grip => s::grip(lang),
        Instrument::SingleLeg => s::single_leg(lang),
        Instrument::Walk6 => s::walk6(lang),
        Instrument::Step2 => s::step2(lang),
        Instrument::ArmCurl => s::arm_curl(lang),
        Instrument::SelfReport => s::self_report(lang),
    }
}

/// What holds for every test, and when to stop any of them.
#[component]
fn Every(lang: Lang) -> impl IntoView {
    let reasons: Vec<_> = g::every::stop(lang).split("; ").map(|reason| view! { <li>{reason}</li> }).collect();
    view! {
        <section class="section">
            <h2>{g::every::title(lang)}</h2>
            <p>{g::every::text(lang)}</p>
            <Notice tone=Tone::Wrong title=g::every::stop_title(lang)>
                <ul>{reasons}</ul>
                <p>{g::every::after(lang)}</p>
            </Notice>
            <h3>{g::every::tablet_title(lang)}</h3>
            <p>{g::every::tablet(lang)}</p>
        </section>
    }
    .into_any()
}

/// One instrument: its tasks, those that are told by the same words together.
#[component]
fn Chapter(lang: Lang, instrument: Instrument) -> impl IntoView {
    let tasks = Task::all_of(instrument);
    let named = tasks.len() > 1;
    let alike = |a: &(Task, Item), b: &(Task, Item)| of_task(lang, a.0).begins == of_task(lang, b.0).begins;
    let groups = tasks.chunk_by(alike).map(|tasks| group(lang, instrument, tasks, named)).collect::<Vec<_>>();
    view! {
        <section class="section guide" id=instrument.code()>
            <h2>{instrument.words(lang)}</h2>
            {groups}
        </section>
    }
    .into_any()
}

fn group(lang: Lang, instrument: Instrument, tasks: &[(Task, Item)], named: bool) -> AnyView {
    let pictures: Vec<_> = tasks.iter().map(|(task, item)| in_picture(lang, *task, named.then_some(*item))).collect();
    view! {
        <article class="card guide__group">
            <div class="guide__tasks">{pictures}</div>
            <dl class="facts">{facts(lang, instrument, tasks)}</dl>
        </article>
    }
    .into_any()
}

/// A task's picture and what is read aloud.
fn in_picture(lang: Lang, task: Task, item: Option<Item>) -> AnyView {
    let sentences: Vec<_> = of_task(lang, task).sentences().map(|words| view! { <p>{words}</p> }).collect();
    view! {
        <div class="guide__task">
            <Picture lang task/>
            <div class="guide__words">
                {item.map(|item| view! { <h3 class="guide__name">{item.words(lang)}</h3> })}
                <p class="guide__aloud">{g::say(lang)}</p>
                <blockquote class="guide__say">{sentences}</blockquote>
            </div>
        </div>
    }
    .into_any()
}

/// The words of tasks that are done alike.
fn facts(lang: Lang, instrument: Instrument, tasks: &[(Task, Item)]) -> Vec<AnyView> {
    let guides: Vec<_> = tasks.iter().map(|(task, _)| of_task(lang, *task)).collect();
    let Some(first) = guides.first().copied() else { return Vec::new() };
    let each = |words: fn(&Guide) -> &'static str| once_each(guides.iter().map(|guide| words(guide).to_owned()));
    let tried = tasks.iter().filter_map(|(_, item)| trials(lang, instrument, *item));
    let counts = once_each(tried.chain(guides.iter().map(|guide| guide.counts.to_owned())));
    let limits = once_each(tasks.iter().flat_map(|(_, item)| limits(lang, instrument, *item)));
    let things: Vec<_> = first.things().map(|thing| view! { <li>{thing}</li> }).collect();
    let equipment = view! { <ul class="guide__things">{things}</ul> }.into_any();
    let mut all = vec![
        fact(g::purpose(lang), paragraphs(each(|guide| guide.purpose))),
        fact(g::equipment(lang), equipment),
        fact(g::begins(lang), paragraphs(vec![first.begins.to_owned()])),
        fact(g::ends(lang), paragraphs(vec![first.ends.to_owned()])),
        fact(g::counts(lang), paragraphs(counts)),
        fact(g::care(lang), paragraphs(vec![first.care.to_owned()])),
    ];
    if !limits.is_empty() {
        all.push(fact(g::limits(lang), paragraphs(limits)));
    }
    all
}

fn once_each(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    texts.for_each(|text| {
        if !once.contains(&text) {
            once.push(text);
        }
    });
    once
}

fn paragraphs(texts: Vec<String>) -> AnyView {
    texts.into_iter().map(|text| view! { <p>{text}</p> }).collect::<Vec<_>>().into_any()
}

fn fact(name: &'static str, words: AnyView) -> AnyView {
    view! { <div class="facts__pair"><dt>{name}</dt><dd>{words}</dd></div> }.into_any()
}

/// Where the numbers come from.
#[component]
fn Sources(lang: Lang) -> impl IntoView {
    view! {
        <section class="section" id="sources">
            <h2>{g::sources::title(lang)}</h2>
            <SourceTables lang/>
        </section>
    }
    .into_any()
}

/// Every limit and every table of reference values with its source and how sure it is; on the tablet, too.
#[component]
pub fn SourceTables(lang: Lang) -> impl IntoView {
    use g::sources as s;
    let rows: Vec<_> = lines(lang).into_iter().map(|line| source_row(lang, line)).collect();
    let tables: Vec<_> = norms().map(|(outcome, table)| norm_view(lang, outcome, table)).collect();
    let columns = [s::what(lang), s::where_from(lang), s::standing(lang)].map(Column::Words).to_vec();
    view! {
        <p>{s::lead(lang)}</p>
        <SourceTable name=s::title(lang) headed=true columns rows/>
        <MeaningfulChanges lang/>
        {tables}
        <PublishedFigures lang/>
        <p class="quiet">{s::version(lang, RULE_VERSION)}</p>
    }
    .into_any()
}

fn source_row(lang: Lang, line: SourceLine) -> AnyView {
    view! {
        <tr><th scope="row" class="guide__name">{line.what}</th><td>{line.source}</td><td>{line.standing.words(lang)}</td></tr>
    }
    .into_any()
}

/// One table of reference values with its source and its standing.
fn norm_view(lang: Lang, outcome: OutcomeMeasure, table: &'static NormTable) -> AnyView {
    use g::sources as s;
    let name = s::norms(lang, outcome_name(lang, outcome));
    let (low, high) = table.percentiles;
    let reference = s::reference(lang, i64::from(high), i64::from(low));
    let rows: Vec<_> = table.ages().map(|ages| norm_row(lang, outcome, table, ages)).collect();
    let columns = vec![Column::Words(s::age(lang)), Column::Figures(s::women(lang)), Column::Figures(s::men(lang))];
    let foot = format!("{}; {reference}. {}.", table.source, Standing::of(table.checked).words(lang));
    view! { <SourceTable name columns rows foot=Some(foot)/> }.into_any()
}

fn norm_row(lang: Lang, outcome: OutcomeMeasure, table: &'static NormTable, (from, to): (i32, i32)) -> AnyView {
    let number = |value: i64| scaled(lang, value, u32::from(outcome.decimals()));
    let cell = |sex: Sex| match table.range(Some(from), Some(sex)) {
        Some(found) => {
            let told = format!("{}{}", range(&number(found.low), &number(found.high)), unit(outcome));
            // Of an unchecked table its foot says so once.
            let seen = !table.checked || table.is_checked_for(Some(from), Some(sex));
            if seen { told } else { format!("{told} ({})", to_be_confirmed(lang)) }
        }
        None => NO_FIGURE.to_owned(),
    };
    view! {
        <tr>
            <th scope="row">{g::sources::ages(lang, i64::from(from), i64::from(to))}</th>
            <td class="table__figure">{cell(Sex::Female)}</td>
            <td class="table__figure">{cell(Sex::Male)}</td>
        </tr>
    }
    .into_any()
}

/// The unit behind a reference range; counts have none.
fn unit(outcome: OutcomeMeasure) -> String {
    match outcome {
        OutcomeMeasure::GripBest => format!("{NBSP}kg"),
        OutcomeMeasure::Walk6Distance => format!("{NBSP}m"),
        _ => String::new(),
    }
}
