//! The officer's page: a frozen report of a fixed period, findings first, every number with its people.

use domain::outcomes::Report;
use domain::outcomes::findings::{Finding, findings};
use domain::time::Instant;
use leptos::prelude::*;

use super::sections::{Changes, FlowSection};
use super::sentences::sentences;
use super::strata::Strata;
use crate::texts::{Lang, day, days, moment, outcomes};
use crate::ui::{BigFigure, Button, ButtonKind, Empty, Notice, PageHead, Tone};

use super::numbers::{number, share};

/// One of the fixed periods.
#[derive(Clone, PartialEq, Debug)]
pub struct PeriodLink {
    pub href: String,
    pub words: String,
    pub current: bool,
}

/// Everything that the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct FiguresView {
    pub report: Report,
    pub made_at: Instant,
    pub periods: Vec<PeriodLink>,
    /// Where the button that freezes new figures posts to.
    pub update: String,
    /// Counts below this are hidden.
    pub k: i64,
    pub updated: bool,
}

#[component]
pub fn FiguresPage(lang: Lang, view: FiguresView) -> impl IntoView {
    let report = view.report.clone();
    let lead = outcomes::lead(lang, report.cut_off, &days(lang, report.from, report.to));
    let frozen = outcomes::frozen(lang, &moment(lang, view.made_at));
    let empty = report.flow.started.value() == Some(&0) && report.attendance.visits.value() == Some(&0);
    let update = view.update.clone();
    view! {
        <PageHead title=outcomes::title(lang) lead>
            <form method="post" action=update><Button text=outcomes::update(lang).to_owned()/></form>
        </PageHead>
        <div class="stack">
            {view.updated.then(|| view! { <Notice tone=Tone::Good title=outcomes::updated(lang) live=true/> })}
            <Periods lang periods=view.periods.clone()/>
            <p class="quiet">{frozen}</p>
        </div>
        {if empty {
            view! { <Empty title=outcomes::nothing_yet(lang) text=outcomes::nothing_yet_text(lang)/> }.into_any()
        } else {
            view! { <Body lang report k=view.k/> }.into_any()
        }}
    }
    .into_any()
}

/// A period whose figures nobody has put together yet.
#[component]
pub fn NoFigures(lang: Lang, periods: Vec<PeriodLink>, update: String) -> impl IntoView {
    view! {
        <PageHead title=outcomes::title(lang)/>
        <div class="stack">
            <Periods lang periods/>
            <Empty title=outcomes::not_put_together(lang) text=outcomes::not_put_together_text(lang)>
                <form method="post" action=update>
                    <Button text=outcomes::put_together(lang).to_owned() kind=ButtonKind::Main/>
                </form>
            </Empty>
        </div>
    }
    .into_any()
}

#[component]
fn Periods(lang: Lang, periods: Vec<PeriodLink>) -> impl IntoView {
    let links: Vec<_> = periods
        .into_iter()
        .map(|period| {
            let current = period.current.then_some("page");
            view! { <li><a class="periods__link" href=period.href aria-current=current>{period.words}</a></li> }
        })
        .collect();
    view! { <nav aria-label=outcomes::period(lang)><ul class="periods" role="list">{links}</ul></nav> }.into_any()
}

#[component]
fn Body(lang: Lang, report: Report, k: i64) -> impl IntoView {
    let all = findings(&report);
    let pick = |wanted: fn(&Finding) -> bool| {
        let said: Vec<_> = all.iter().filter(|finding| wanted(finding)).map(|f| sentences(lang, f)).collect();
        view! { <Said said/> }.into_any()
    };
    let attendance = pick(|f| matches!(f, Finding::Attendance { .. } | Finding::GoodAdherence { .. }));
    let retention = pick(|f| matches!(f, Finding::Retention { .. }));
    let gaps = pick(|f| matches!(f, Finding::Gap(_)));
    let falls = all.iter().find(|f| matches!(f, Finding::Falls { .. }));
    let falls = falls.map_or(outcomes::said::falls_unknown(lang).to_owned(), |f| sentences(lang, f));
    let note = outcomes::hidden_note(lang, k);
    let hidden = !report.hidden.is_empty();
    view! {
        <div class="report">
            <section class="report__section">
                <h2>{outcomes::in_brief(lang)}</h2>
                <Brief lang report=report.clone()/>
            </section>
            <FlowSection lang report=report.clone()/>
            <section class="report__section"><h2>{outcomes::attendance(lang)}</h2>{attendance}</section>
            <section class="report__section"><h2>{outcomes::retention(lang)}</h2>{retention}</section>
            <Changes lang report=report.clone()/>
            <Strata lang report=report.clone()/>
            <section class="report__section"><h2>{outcomes::gaps(lang)}</h2>{gaps}</section>
            <section class="report__section">
                <h2>{outcomes::safety(lang)}</h2>
                <ul class="findings" role="list"><li class="finding">{falls}</li></ul>
            </section>
            <section class="report__section">
                <h2>{outcomes::caveats(lang)}</h2>
                <div class="caveats">
                    <p>{outcomes::caveat::no_control(lang)}</p>
                    <p>{outcomes::caveat::regression(lang)}</p>
                    <p>{outcomes::caveat::kept_is_good(lang)}</p>
                    {hidden.then(|| view! { <p>{note}</p> })}
                </div>
            </section>
        </div>
    }
    .into_any()
}

/// Sentences as a list; a quiet line when nothing may be said.
#[component]
pub(super) fn Said(said: Vec<String>) -> impl IntoView {
    let items: Vec<_> = said.into_iter().map(|sentence| view! { <li class="finding">{sentence}</li> }).collect();
    view! { <ul class="findings" role="list">{items}</ul> }.into_any()
}

/// Four numbers for those who have a minute.
#[component]
fn Brief(lang: Lang, report: Report) -> impl IntoView {
    use outcomes::brief as words;
    view! {
        <div class="figures">
            <BigFigure number=number(lang, &report.flow.started) words=words::started(lang)/>
            <BigFigure number=number(lang, &report.attendance.visits) words=words::visits(lang)/>
            <BigFigure number=share(lang, &report.attendance.adherence_median) words=words::adherence(lang)/>
            <BigFigure number=share(lang, &report.retention.d180.share) words=words::retention(lang)/>
        </div>
    }
    .into_any()
}

/// The words of a period: "Syksy 2026", "Valtuustokausi 2025–2029".
pub fn period_words(lang: Lang, kind: PeriodWords) -> String {
    use outcomes::period_kind as words;
    match kind {
        PeriodWords::Autumn(year) => words::autumn(lang, &year.to_string()),
        PeriodWords::Spring(year) => words::spring(lang, &year.to_string()),
        PeriodWords::CalendarYear(year) => words::calendar_year(lang, &year.to_string()),
        PeriodWords::CouncilTerm(from, to) => words::council_term(lang, &format!("{from}–{to}")),
    }
}

/// The kinds of fixed period with their years.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PeriodWords {
    Autumn(i32),
    Spring(i32),
    CalendarYear(i32),
    CouncilTerm(i32, i32),
}

/// For captions: the day up to which data count.
pub(super) fn data_until(lang: Lang, report: &Report) -> String {
    outcomes::lead(lang, report.cut_off, &format!("{}–{}", day(lang, report.from), day(lang, report.to)))
}
