//! What an import did, row by row, and the page on which it is taken back.

use domain::time::Instant;
use leptos::prelude::*;

use super::PATH;
use crate::texts::{Lang, count, imports as t, moment};
use crate::ui::{
    Button, ButtonKind, ButtonLink, CardTable, Empty, Fact, Facts, Notice, PageHead, Pages, Tag, Tone, Way, Ways,
    turn_to,
};

/// Rows of one page.
pub const PAGE: i64 = 50;

/// What a row of the file did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RowEffect {
    Created,
    Changed,
    Unchanged,
}

impl RowEffect {
    fn tag(self, lang: Lang) -> (&'static str, Tone) {
        match self {
            Self::Created => (t::rows::tag_created(lang), Tone::Good),
            Self::Changed => (t::rows::tag_changed(lang), Tone::Told),
            Self::Unchanged => (t::rows::tag_unchanged(lang), Tone::Calm),
        }
    }
}

/// One row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RowLine {
    pub line: i64,
    pub effect: RowEffect,
    /// Whom or what it is about, with the way there; of what is gone nothing.
    pub about: Option<(String, Option<String>)>,
    /// What was done, a sentence for each operation.
    pub done: Vec<String>,
    pub undone: bool,
}

/// Which rows are shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// As the address says it; empty for all.
    pub effect: String,
    /// How many there are of each: all, new, changed, as they were.
    pub totals: [i64; 4],
}

impl Shown {
    const EFFECTS: [&'static str; 4] = ["", "created", "changed", "unchanged"];

    fn at(&self) -> usize {
        Self::EFFECTS.iter().position(|effect| *effect == self.effect).unwrap_or(0)
    }

    /// How many rows there are of what is shown.
    pub fn total(&self) -> i64 {
        self.totals.get(self.at()).copied().unwrap_or(0)
    }
}

/// The page of rows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RowsView {
    pub id: String,
    pub file: String,
    pub known: bool,
    pub shown: Shown,
    /// 1-based.
    pub page: i64,
    pub lines: Vec<RowLine>,
}

#[component]
pub fn RowsPage(lang: Lang, view: RowsView) -> impl IntoView {
    let RowsView { id, file, known, shown, page, lines } = view;
    let back = Some((format!("{PATH}/{id}"), file));
    let (total, none) = (shown.total(), lines.is_empty());
    let turn = turn_to(format!("{PATH}/{id}/rows?effect={}", shown.effect));
    view! {
        <PageHead title=t::rows::title(lang) lead="" back/>
        <div class="stack">
            {known.then(|| view! { <Choose lang id shown/> })}
            {if !known {
                view! { <Empty title=t::rows::unknown(lang) text=t::rows::unknown_text(lang)/> }.into_any()
            } else if none {
                view! { <p class="quiet">{t::rows::none(lang)}</p> }.into_any()
            } else {
                view! { <Lines lang lines/> }.into_any()
            }}
            <Pages lang page size=PAGE total turn/>
        </div>
    }
    .into_any()
}

#[component]
fn Choose(lang: Lang, id: String, shown: Shown) -> impl IntoView {
    let words = [t::rows::all(lang), t::rows::created(lang), t::rows::changed(lang), t::rows::unchanged(lang)];
    let now = shown.at();
    let ways: Vec<_> = Shown::EFFECTS
        .into_iter()
        .zip(words)
        .zip(shown.totals)
        .enumerate()
        .map(|(at, ((effect, words), total))| {
            let href = format!("{PATH}/{id}/rows?effect={effect}");
            Way { href, words: format!("{words} ({})", count(lang, total)), current: at == now }
        })
        .collect();
    view! { <Ways label=t::rows::title(lang) ways/> }.into_any()
}

#[component]
fn Lines(lang: Lang, lines: Vec<RowLine>) -> impl IntoView {
    let rows: Vec<_> = lines.into_iter().map(|line| view! { <Line lang line/> }).collect();
    view! {
        <CardTable label=t::rows::title(lang) heads=vec![t::column::row(lang), t::column::about(lang), t::undo::what(lang), t::column::state(lang)] rows/>
    }
    .into_any()
}

#[component]
fn Line(lang: Lang, line: RowLine) -> impl IntoView {
    let (text, tone) = line.effect.tag(lang);
    let done: Vec<_> =
        line.done.into_iter().map(|words| view! { <span class="imports__done">{words}</span> }).collect();
    view! {
        <tr>
            <th scope="row"><span class="imports__row">{t::column::row(lang)}" "</span>{count(lang, line.line)}</th>
            <td data-label=t::column::about(lang)><About lang about=line.about/></td>
            <td data-label=t::undo::what(lang)><span>{done}</span></td>
            <td data-label=t::column::state(lang)>
                <span class="people__tags">
                    <Tag text tone/>
                    {line.undone.then(|| view! { <Tag text=t::rows::tag_undone(lang) tone=Tone::Look/> })}
                </span>
            </td>
        </tr>
    }
    .into_any()
}

#[component]
fn About(lang: Lang, about: Option<(String, Option<String>)>) -> impl IntoView {
    match about {
        Some((name, Some(href))) => view! { <a href=href>{name}</a> }.into_any(),
        Some((name, None)) => view! { {name} }.into_any(),
        None => view! { <span class="quiet">{t::rows::gone(lang)}</span> }.into_any(),
    }
}

/// Something that stays when an import is taken back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptLine {
    pub about: Option<(String, Option<String>)>,
    /// What the import did.
    pub done: String,
    pub why: String,
}

/// How far the undoing has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Undoing {
    /// The import itself is still under way, or nothing was taken in.
    NotEnded,
    /// So many changes would be taken back; so many were looked at where there are more.
    Asked {
        done: i64,
        looked_at: Option<i64>,
    },
    UnderWay,
    /// There is nothing left that could be.
    Done,
}

/// The page on which an import is taken back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UndoView {
    pub id: String,
    pub file: String,
    /// When it was taken back, by whom, and how many changes.
    pub before: Option<(Instant, String, i64)>,
    pub state: Undoing,
    /// What stays, one page of it.
    pub kept: Vec<KeptLine>,
    pub total: i64,
    /// 1-based.
    pub page: i64,
}

#[component]
pub fn UndoPage(lang: Lang, view: UndoView) -> impl IntoView {
    let UndoView { id, file, before, state, kept, total, page } = view;
    let back = Some((format!("{PATH}/{id}"), file));
    let turn = turn_to(format!("{PATH}/{id}/undo"));
    let any = total > 0;
    view! {
        <PageHead title=t::undo::title(lang) lead=t::undo::hint(lang) back/>
        <div class="stack">
            {before.map(|before| view! { <Before lang before kept=total/> })}
            <UndoState lang id state kept=total/>
            {any.then(|| view! {
                <section class="section">
                    <h2>{t::undo::stays(lang)}</h2>
                    <Kept lang kept/>
                    <Pages lang page size=PAGE total turn/>
                </section>
            })}
        </div>
    }
    .into_any()
}

#[component]
fn UndoState(lang: Lang, id: String, state: Undoing, kept: i64) -> impl IntoView {
    match state {
        Undoing::NotEnded => view! { <Notice title=t::undo::not_ended(lang)/> }.into_any(),
        Undoing::UnderWay => view! {
            <Notice tone=Tone::Told title=t::undo::under_way(lang)>
                <p>{t::page::goes_on(lang)}</p>
                <p><a class="link" href=format!("{PATH}/{id}/undo")>{t::page::look_again(lang)}</a></p>
            </Notice>
        }
        .into_any(),
        Undoing::Done => ().into_any(),
        Undoing::Asked { done: 0, .. } => view! { <Notice title=t::undo::nothing(lang)/> }.into_any(),
        Undoing::Asked { done, looked_at } => view! { <Ask lang id done looked_at kept/> }.into_any(),
    }
}

/// What was taken back before.
#[component]
fn Before(lang: Lang, before: (Instant, String, i64), kept: i64) -> impl IntoView {
    let (at, by, done) = before;
    view! {
        <Notice tone=Tone::Good title=t::undo::done(lang, &moment(lang, at))>
            {(!by.is_empty()).then(|| view! { <p>{t::undo::by(lang, &by)}</p> })}
        </Notice>
        <div class="card"><Facts>
            <Fact name=t::undo::taken(lang) value=count(lang, done)/>
            <Fact name=t::undo::kept(lang) value=count(lang, kept)/>
        </Facts></div>
    }
    .into_any()
}

/// What would be done, and the one button.
#[component]
fn Ask(lang: Lang, id: String, done: i64, looked_at: Option<i64>, kept: i64) -> impl IntoView {
    view! {
        <Notice tone=Tone::Look title=t::undo::will(lang, done)>
            {(kept > 0).then(|| view! { <p>{t::undo::stay(lang, kept)}</p> })}
            {looked_at.map(|most| view! { <p>{t::undo::more(lang, most)}</p> })}
        </Notice>
        <div class="cluster">
            <form method="post" action=format!("{PATH}/{id}/undo")>
                <Button text=t::undo::press(lang) kind=ButtonKind::Main/>
            </form>
            <ButtonLink text=t::undo::leave(lang) href=format!("{PATH}/{id}") kind=ButtonKind::Quiet/>
        </div>
    }
    .into_any()
}

#[component]
fn Kept(lang: Lang, kept: Vec<KeptLine>) -> impl IntoView {
    let rows: Vec<_> = kept
        .into_iter()
        .map(|one| {
            view! {
                <tr>
                    <th scope="row"><About lang about=one.about/></th>
                    <td data-label=t::undo::what(lang)>{one.done}</td>
                    <td data-label=t::undo::why(lang)>{one.why}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <CardTable label=t::undo::stays(lang) heads=vec![t::column::about(lang), t::undo::what(lang), t::undo::why(lang)] rows/>
    }
    .into_any()
}
