//! The archive: everything that was ever frozen, with who did it, why, and what changed since the one before.

use domain::outcomes::Page;
use domain::time::Instant;
use leptos::prelude::*;

use super::super::drawings::links;
use super::super::page::Body;
use super::report::Changed;
use crate::texts::{Lang, council as t, days, moment, outcomes};
use crate::ui::{ButtonLink, Empty, PageHead};

/// A frozen thing in the list.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    pub href: String,
    /// The words of its period.
    pub period: String,
    pub made_at: Instant,
    /// Where that is known.
    pub by: Option<String>,
    pub reason: Option<String>,
    /// The first of its period has nothing before it.
    pub changed: Option<Vec<String>>,
}

#[component]
pub fn ArchivePage(lang: Lang, reports: Vec<Line>, pages: Vec<Line>) -> impl IntoView {
    use t::archive as a;
    let back = Some(("/figures".to_owned(), outcomes::title(lang).to_owned()));
    view! {
        <PageHead title=a::title(lang) lead=a::lead(lang) back/>
        <div class="report">
            <section class="report__section"><h2>{a::reports(lang)}</h2>{lines(lang, reports, a::no_reports(lang))}</section>
            <section class="report__section"><h2>{a::pages(lang)}</h2>{lines(lang, pages, a::no_pages(lang))}</section>
        </div>
    }
    .into_any()
}

fn lines(lang: Lang, lines: Vec<Line>, none: &'static str) -> AnyView {
    if lines.is_empty() {
        return view! { <Empty title=none/> }.into_any();
    }
    let items: Vec<_> = lines.into_iter().map(|line| item(lang, line)).collect();
    view! { <ul class="archive" role="list">{items}</ul> }.into_any()
}

fn made(lang: Lang, at: Instant, by: Option<&str>) -> String {
    let when = moment(lang, at);
    by.map_or_else(|| t::archive::made(lang, &when), |by| t::archive::made_by(lang, by, &when))
}

fn item(lang: Lang, line: Line) -> AnyView {
    let reason = line.reason.map(|reason| t::archive::reason(lang, &reason));
    let made = made(lang, line.made_at, line.by.as_deref());
    view! {
        <li class="card stack">
            <h3>{line.period}</h3>
            <p>{made}" "{reason}</p>
            {line.changed.map(|changed| view! { <Changed lang changed/> })}
            <p><ButtonLink text=t::archive::open(lang) href=line.href/></p>
        </li>
    }
    .into_any()
}

/// A page of figures as it was frozen.
#[derive(Clone, PartialEq, Debug)]
pub struct ArchivedView {
    pub page: Page,
    pub period: String,
    pub made_at: Instant,
    pub by: Option<String>,
    /// Addresses and names of its files.
    pub files: Vec<(String, &'static str)>,
    /// Where its pictures are, up to a picture's name.
    pub drawings: String,
    pub k: i64,
    pub basis: i64,
}

#[component]
pub fn ArchivedPage(lang: Lang, view: ArchivedView) -> impl IntoView {
    let ArchivedView { page, period, made_at, by, files, drawings, k, basis } = view;
    let back = Some(("/figures/archive".to_owned(), t::archive::title(lang).to_owned()));
    let report = &page.report;
    let lead = outcomes::lead(lang, report.cut_off, &days(lang, report.from, report.to));
    let corrected = page.correction.as_ref().map(|reason| outcomes::corrected(lang, reason));
    let pictures = (!report.is_of_nobody()).then(|| links(lang, &page, &drawings));
    let files: Vec<_> = files.into_iter().map(|(href, text)| view! { <ButtonLink text href/> }).collect();
    view! {
        <PageHead title=period lead back/>
        <div class="stack">
            <p class="quiet">{made(lang, made_at, by.as_deref())}</p>
            {corrected.map(|corrected| view! { <p>{corrected}</p> })}
            {(!files.is_empty()).then(|| view! { <p class="cluster">{files}</p> })}
        </div>
        <Body lang page k basis residents=None/>
        {pictures}
    }
    .into_any()
}
