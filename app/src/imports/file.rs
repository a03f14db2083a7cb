//! The page of one file.

use domain::time::Instant;
use leptos::prelude::*;

use super::{PATH, State};
use crate::texts::{Lang, count, imports as t, moment, whole};
use crate::ui::{Button, ButtonKind, ButtonLink, CardTable, Fact, Facts, Notice, PageHead, TableFrame, Tone};

/// A file and how far it has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileView {
    pub id: String,
    pub file: String,
    pub kind: &'static str,
    pub kind_code: &'static str,
    /// Who sent it; empty for the command line.
    pub by: String,
    pub at: Instant,
    pub state: State,
    pub found: FoundView,
}

/// What was found in it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FoundView {
    /// Rows about something new, rows that change something, and rows that change nothing.
    pub counts: [i64; 3],
    pub noticed: i64,
    /// The first of them.
    pub notices: Vec<FoundLine>,
    pub wrong: i64,
    /// The first of them.
    pub problems: Vec<FoundLine>,
    pub kinds: Vec<FoundKind>,
    pub changes: Vec<FoundLine>,
}

/// Something about one row, in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundLine {
    /// Nothing for what concerns the whole file.
    pub line: Option<i64>,
    pub column: String,
    pub value: String,
    pub words: String,
}

/// A kind of mistake: how often, and where first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundKind {
    pub column: String,
    pub count: i64,
    pub lines: String,
    pub words: String,
}

#[component]
pub fn FilePage(lang: Lang, view: FileView) -> impl IntoView {
    let FileView { id, file, kind, kind_code, by, at, state, found } = view;
    let by = if by.is_empty() { t::by_command(lang).to_owned() } else { by };
    let lead = t::sent(lang, &by, kind, &moment(lang, at));
    let back = Some((PATH.to_owned(), t::title(lang).to_owned()));
    view! {
        <PageHead title=file lead back/>
        <div class="stack">
            {match state {
                State::Checking => view! { <UnderWay lang id title=t::page::checking(lang)/> }.into_any(),
                State::Writing { done, all } => view! { <Writing lang id done all/> }.into_any(),
                State::Refused { wrong } => view! { <Refused lang wrong kind_code found/> }.into_any(),
                State::Sound => view! { <Sound lang id found/> }.into_any(),
                State::Done { at, created, changed, unchanged, undone } => {
                    view! { <Done lang id at counts=[created, changed, unchanged] found undone/> }.into_any()
                }
                State::Dropped => view! { <Notice title=t::page::dropped(lang)/> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

/// The page loads itself again; whose browser does not, has a link.
#[component]
fn UnderWay(lang: Lang, id: String, #[prop(into)] title: String) -> impl IntoView {
    view! {
        <Notice tone=Tone::Told title>
            <p>{t::page::goes_on(lang)}</p>
            <p><a class="link" href=format!("{PATH}/{id}")>{t::page::look_again(lang)}</a></p>
        </Notice>
    }
    .into_any()
}

#[component]
fn Writing(lang: Lang, id: String, done: i64, all: i64) -> impl IntoView {
    let title = match all {
        0 => t::page::waiting(lang).to_owned(),
        all => t::page::writing(lang, &count(lang, all), &count(lang, done)),
    };
    let bar = (all > 0).then(|| {
        view! { <progress class="imports__bar" max=all.to_string() value=done.to_string() aria-label=title.clone()></progress> }
    });
    view! {
        {bar}
        <UnderWay lang id title/>
    }
    .into_any()
}

#[component]
fn Refused(lang: Lang, wrong: i64, kind_code: &'static str, found: FoundView) -> impl IntoView {
    let FoundView { problems, kinds, .. } = found;
    let more = wrong - whole(problems.len());
    let many = kinds.len() < problems.len();
    view! {
        <Notice tone=Tone::Wrong title=crate::texts::import::summary::refused(lang, wrong)>
            <p>{t::page::refused_hint(lang)}</p>
            <p><a class="link" href=format!("{PATH}?kind={kind_code}")>{t::page::send_again(lang)}</a></p>
        </Notice>
        {many.then(|| view! { <Kinds lang kinds/> })}
        <section class="section">
            <h2>{t::page::problems(lang)}</h2>
            <Found lang label=t::page::problems(lang) lines=problems/>
            {(more > 0).then(|| view! { <p class="quiet">{t::page::more(lang, more)}</p> })}
        </section>
    }
    .into_any()
}

#[component]
fn Kinds(lang: Lang, kinds: Vec<FoundKind>) -> impl IntoView {
    let rows: Vec<_> = kinds
        .into_iter()
        .map(|kind| {
            view! {
                <tr>
                    <th scope="row">{kind.words}</th>
                    <td data-label=t::column::column(lang)>{kind.column}</td>
                    <td data-label=t::column::how_often(lang) class="table__figure">{count(lang, kind.count)}</td>
                    <td data-label=t::column::lines(lang)>{kind.lines}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="section">
            <h2>{t::page::kinds(lang)}</h2>
            <TableFrame label=t::page::kinds(lang)>
                <table class="table table--cards">
                    <thead>
                        <tr>
                            <th scope="col">{t::column::what(lang)}</th>
                            <th scope="col">{t::column::column(lang)}</th>
                            <th scope="col" class="table__figure">{t::column::how_often(lang)}</th>
                            <th scope="col">{t::column::lines(lang)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableFrame>
        </section>
    }
    .into_any()
}

/// Lines of the file with what is to be said of them.
#[component]
fn Found(lang: Lang, #[prop(into)] label: String, lines: Vec<FoundLine>) -> impl IntoView {
    let rows: Vec<_> = lines
        .into_iter()
        .map(|line| {
            let row = line.line.map_or_else(|| t::page::whole_file(lang).to_owned(), |line| count(lang, line));
            view! {
                <tr>
                    <th scope="row"><span class="imports__row">{t::column::row(lang)}" "</span>{row}</th>
                    <td data-label=t::column::column(lang)>{line.column}</td>
                    <td data-label=t::column::value(lang) class="imports__value">{line.value}</td>
                    <td data-label=t::column::what(lang)>{line.words}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <CardTable label class="imports__found" heads=vec![t::column::row(lang), t::column::column(lang), t::column::value(lang), t::column::what(lang)] rows/>
    }
    .into_any()
}

#[component]
fn Counts(lang: Lang, counts: [i64; 3]) -> impl IntoView {
    let [created, changed, unchanged] = counts.map(|n| count(lang, n));
    view! {
        <Facts>
            <Fact name=t::page::created(lang) value=created/>
            <Fact name=t::page::changed(lang) value=changed/>
            <Fact name=t::page::unchanged(lang) value=unchanged/>
        </Facts>
    }
    .into_any()
}

#[component]
fn Sound(lang: Lang, id: String, found: FoundView) -> impl IntoView {
    let FoundView { counts, noticed, notices, changes, .. } = found;
    let idle = counts[0] + counts[1] == 0;
    let title = if idle { t::page::nothing_new(lang) } else { t::page::sound(lang) };
    view! {
        <Notice tone=if idle { Tone::Calm } else { Tone::Good } title=title>
            <p>{t::page::sound_hint(lang)}</p>
        </Notice>
        <div class="card"><Counts lang counts/></div>
        <div class="cluster">
            {(!idle).then(|| view! {
                <form method="post" action=format!("{PATH}/{id}/start")>
                    <Button text=t::page::start(lang) kind=ButtonKind::Main/>
                </form>
            })}
            <form method="post" action=format!("{PATH}/{id}/drop")>
                <Button text=t::page::drop(lang) kind=ButtonKind::Quiet/>
            </form>
        </div>
        <Noticed lang noticed notices/>
        {(!changes.is_empty()).then(|| view! {
            <section class="section">
                <h2>{t::page::changes(lang)}</h2>
                <p class="quiet">{t::page::changes_hint(lang)}</p>
                <Changes lang lines=changes/>
            </section>
        })}
    }
    .into_any()
}

#[component]
fn Noticed(lang: Lang, noticed: i64, notices: Vec<FoundLine>) -> impl IntoView {
    let more = noticed - whole(notices.len());
    (noticed > 0).then(|| {
        view! {
            <section class="section">
                <h2>{t::page::notices(lang, noticed)}</h2>
                <Found lang label=t::page::notices(lang, noticed) lines=notices/>
                {(more > 0).then(|| view! { <p class="quiet">{t::page::more(lang, more)}</p> })}
            </section>
        }
    })
}

/// What the first rows would do.
#[component]
fn Changes(lang: Lang, lines: Vec<FoundLine>) -> impl IntoView {
    let rows: Vec<_> = lines
        .into_iter()
        .map(|line| {
            let row = line.line.map(|line| count(lang, line)).unwrap_or_default();
            view! {
                <tr>
                    <th scope="row"><span class="imports__row">{t::column::row(lang)}" "</span>{row}</th>
                    <td data-label=t::column::change(lang)>{line.words}</td>
                    <td data-label=t::column::about(lang)>{line.value}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <CardTable label=t::page::changes(lang) heads=vec![t::column::row(lang), t::column::change(lang), t::column::about(lang)] rows/>
    }
    .into_any()
}

#[component]
fn Done(lang: Lang, id: String, at: Instant, counts: [i64; 3], found: FoundView, undone: bool) -> impl IntoView {
    let undo = format!("{PATH}/{id}/undo");
    let told = undone.then(|| undo.clone());
    let offered = (!undone && counts[0] + counts[1] > 0).then_some(undo);
    view! {
        <Notice tone=Tone::Good title=t::page::done(lang, &moment(lang, at))>
            {told.map(|href| view! { <p><a class="link" href=href>{t::state::undone(lang)}</a></p> })}
        </Notice>
        <div class="card"><Counts lang counts/></div>
        <div class="cluster">
            <ButtonLink text=t::rows::open(lang) href=format!("{PATH}/{id}/rows")/>
            {offered.map(|href| view! { <ButtonLink text=t::undo::open(lang) href kind=ButtonKind::Quiet/> })}
        </div>
        <Noticed lang noticed=found.noticed notices=found.notices/>
        <p><ButtonLink text=t::page::another(lang) href=PATH/></p>
    }
    .into_any()
}
