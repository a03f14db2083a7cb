//! The archive: everything that was ever frozen, with who did it, why, and what changed since the one before.

use domain::outcomes::Page;
use domain::time::Instant;
use leptos::prelude::*;

use super::super::drawings::links;
use super::super::page::Body;
use super::report::Changed;
use crate::texts::{Lang, council as t, days, moment, outcomes};
use crate::ui::{ButtonLink, Empty, Icon, PageHead, Pages};

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

/// So many lines stand on a page of each list.
pub const PAGE: i64 = 20;

/// A part of a list.
#[derive(Clone, PartialEq, Debug)]
pub struct Part {
    /// The newest first.
    pub lines: Vec<Line>,
    /// 1-based.
    pub page: i64,
    /// How many there are in all.
    pub total: i64,
}

#[component]
pub fn ArchivePage(lang: Lang, reports: Part, pages: Part) -> impl IntoView {
    use t::archive as a;
    let back = Some(("/figures".to_owned(), outcomes::title(lang).to_owned()));
    let (of_reports, of_pages) = (reports.page, pages.page);
    let reports = part(lang, reports, a::no_reports(lang), move |to| address(to, of_pages));
    let pages = part(lang, pages, a::no_pages(lang), move |to| address(of_reports, to));
    view! {
        <PageHead title=a::title(lang) lead=a::lead(lang) back/>
        <div class="report">
            <section class="report__section"><h2>{a::reports(lang)}</h2>{reports}</section>
            <section class="report__section"><h2>{a::pages(lang)}</h2>{pages}</section>
        </div>
    }
    .into_any()
}

/// Of a part of each list.
fn address(reports: i64, pages: i64) -> String {
    format!("/figures/archive?reports={reports}&pages={pages}")
}

fn part(lang: Lang, part: Part, none: &'static str, address: impl Fn(i64) -> String + 'static) -> AnyView {
    let Part { lines, page, total } = part;
    if total == 0 {
        return view! { <Empty title=none/> }.into_any();
    }
    let items: Vec<_> = lines.into_iter().map(|line| item(lang, line)).collect();
    let turn = move |to: i64, words: &'static str, icon: Icon| {
        view! { <ButtonLink text=words href=address(to) icon/> }.into_any()
    };
    view! {
        <ul class="archive" role="list">{items}</ul>
        <Pages lang page size=PAGE total turn/>
    }
    .into_any()
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
