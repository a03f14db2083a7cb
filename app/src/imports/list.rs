//! The form that sends a file, and the imports so far.

use domain::time::Instant;
use leptos::prelude::*;

use super::{PATH, State};
use crate::texts::{Lang, imports as t, moment};
use crate::ui::{
    Button, ButtonKind, CardTable, Empty, ErrorSummary, FieldError, Icon, IconView, PageHead, Pages, SelectField, Tag,
    options, turn_to,
};

/// A kind of file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KindOfFile {
    pub code: &'static str,
    pub words: &'static str,
    pub columns: &'static [&'static str],
    /// Those without which a row says nothing.
    pub required: &'static [&'static str],
}

/// One import.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportLine {
    pub href: String,
    pub at: Instant,
    pub file: String,
    pub kind: &'static str,
    /// Who sent it; empty for the command line.
    pub by: String,
    pub state: State,
}

/// How many imports stand on a page.
pub const LISTED: i64 = 100;

/// The page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportsView {
    pub lines: Vec<ImportLine>,
    /// Which page of them, 1-based, and how many there are.
    pub page: i64,
    pub total: i64,
    pub kinds: Vec<KindOfFile>,
    /// What is chosen already.
    pub kind: String,
    /// The id that the file will have.
    pub rev: String,
    pub errors: Vec<FieldError>,
}

#[component]
pub fn ImportsPage(lang: Lang, view: ImportsView) -> impl IntoView {
    let ImportsView { lines, page, total, kinds, kind, rev, errors } = view;
    let none = total == 0;
    let columns = kinds.clone();
    view! {
        <PageHead title=t::title(lang) lead=t::lead(lang)/>
        <section class="section">
            <h2>{t::send_title(lang)}</h2>
            <FileForm lang kinds kind rev errors/>
            <Columns lang kinds=columns/>
        </section>
        <section class="section imports__history">
            <h2>{t::history(lang)}</h2>
            {if none {
                view! { <Empty title=t::none(lang) text=t::none_hint(lang)/> }.into_any()
            } else {
                view! { <Lines lang lines/> }.into_any()
            }}
            <Pages lang page size=LISTED total turn=turn_to(PATH)/>
        </section>
        <section class="section imports__history">
            <h2>{crate::texts::purge::title(lang)}</h2>
            <p><a class="link" href="/purge">{crate::texts::purge::open(lang)}</a></p>
        </section>
    }
    .into_any()
}

/// Chooses a kind and a file, and sends both.
#[component]
pub fn FileForm(
    lang: Lang,
    kinds: Vec<KindOfFile>,
    kind: String,
    rev: String,
    errors: Vec<FieldError>,
) -> impl IntoView {
    let all =
        options(crate::texts::common::choose(lang), kinds.iter().map(|kind| (kind.code.into(), kind.words.into())));
    let wrong = |field| FieldError::of(&errors, field);
    let (kind_error, file_error) = (wrong("kind"), wrong("file"));
    view! {
        <form class="form form--plain" method="post" action=PATH enctype="multipart/form-data" novalidate>
            <input type="hidden" name="rev" value=rev/>
            <ErrorSummary lang errors=errors.clone()/>
            <SelectField lang name="kind" label=t::kind(lang) options=all chosen=kind error=kind_error
                hint=Some(t::kind_hint(lang).to_owned())/>
            <FileField lang error=file_error/>
            <Button text=t::send(lang) kind=ButtonKind::Main/>
        </form>
    }
    .into_any()
}

#[component]
fn FileField(lang: Lang, error: Option<String>) -> impl IntoView {
    let wrong = error.is_some();
    let described = if wrong { "file-error file-hint" } else { "file-hint" };
    view! {
        <div class=if wrong { "field field--wrong" } else { "field" }>
            <label class="field__label" for="file">{t::file(lang)}</label>
            <p class="field__hint" id="file-hint">{t::file_hint(lang)}</p>
            {error.map(|error| view! {
                <p class="field__error" id="file-error"><IconView icon=Icon::Wrong/><span>{error}</span></p>
            })}
            <input class="field__input field__file" type="file" id="file" name="file" accept=".csv,.txt,.xlsx"
                aria-describedby=described aria-invalid=wrong.then_some("true")/>
        </div>
    }
    .into_any()
}

/// Which columns each kind has.
#[component]
fn Columns(lang: Lang, kinds: Vec<KindOfFile>) -> impl IntoView {
    let rows: Vec<_> = kinds
        .into_iter()
        .map(|kind| {
            let names: Vec<_> = kind
                .columns
                .iter()
                .enumerate()
                .map(|(at, name)| {
                    let comma = if at == 0 { "" } else { ", " };
                    let needed = kind.required.contains(name);
                    let name = if needed {
                        view! { <strong>{*name}</strong> }.into_any()
                    } else {
                        view! { {*name} }.into_any()
                    };
                    view! { {comma}{name} }
                })
                .collect();
            view! { <div class="facts__pair"><dt>{kind.words}</dt><dd class="imports__columns">{names}</dd></div> }
        })
        .collect();
    view! {
        <details class="more">
            <summary>{t::columns(lang)}</summary>
            <p class="quiet">{t::columns_hint(lang)}</p>
            <dl class="facts">{rows}</dl>
        </details>
    }
    .into_any()
}

#[component]
fn Lines(lang: Lang, lines: Vec<ImportLine>) -> impl IntoView {
    let rows: Vec<_> = lines.into_iter().map(|line| view! { <Line lang line/> }).collect();
    view! {
        <CardTable label=t::history(lang) heads=vec![t::column::file(lang), t::column::kind(lang), t::column::at(lang), t::column::by(lang), t::column::state(lang)] rows/>
    }
    .into_any()
}

#[component]
fn Line(lang: Lang, line: ImportLine) -> impl IntoView {
    let (text, tone) = line.state.words(lang);
    let by = if line.by.is_empty() { t::by_command(lang).to_owned() } else { line.by };
    view! {
        <tr>
            <th scope="row"><a href=line.href>{line.file}</a></th>
            <td data-label=t::column::kind(lang)>{line.kind}</td>
            <td data-label=t::column::at(lang)>{moment(lang, line.at)}</td>
            <td data-label=t::column::by(lang)>{by}</td>
            <td data-label=t::column::state(lang)><Tag text tone/></td>
        </tr>
    }
    .into_any()
}
