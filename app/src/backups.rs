//! The page of backups: when the database was copied last, where the copy is, and how it is put back.

use domain::time::Instant;
use leptos::prelude::*;

use crate::texts::{Lang, backups as t, common, moment};
use crate::ui::{Fact, Facts, Notice, PageHead, Tone};

/// A copy that was opened and found whole.
#[derive(Clone, PartialEq, Debug)]
pub struct Copied {
    pub at: Instant,
    /// Where it was put on the server.
    pub file: Option<String>,
    /// Whether a night was left out since.
    pub late: bool,
}

/// Everything that the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct BackupsView {
    /// Whether the program copies its database itself.
    pub own_copies: bool,
    pub last: Option<Copied>,
    /// When the database was found to lie behind what it had told.
    pub set_back: Option<Instant>,
}

#[component]
pub fn BackupsPage(lang: Lang, view: BackupsView) -> impl IntoView {
    let BackupsView { own_copies, last, set_back } = view;
    let set_back = set_back.map(|at| {
        let (day, time) = at.in_finland();
        view! {
            <Notice tone=Tone::Look title=t::set_back(lang, day, time)>
                <p>{t::set_back_how(lang)}</p>
                <p>{t::set_back_erased(lang)}</p>
            </Notice>
        }
    });
    let body = if own_copies {
        view! { <OwnCopies lang last/> }.into_any()
    } else {
        let last = last.map(|copy| view! { <Facts><Fact name=t::last(lang) value=moment(lang, copy.at)/></Facts> });
        view! {
            <Notice title=t::elsewhere(lang)><p>{t::elsewhere_how(lang)}</p></Notice>
            {last}
        }
        .into_any()
    };
    view! {
        <PageHead title=t::title(lang) lead=t::lead(lang)/>
        {set_back}
        {body}
    }
    .into_any()
}

#[component]
fn OwnCopies(lang: Lang, last: Option<Copied>) -> impl IntoView {
    let late = last.as_ref().is_some_and(|copy| copy.late);
    let none = last.is_none();
    let file = last.as_ref().and_then(|copy| copy.file.clone()).unwrap_or_else(|| t::file(lang).to_owned());
    let facts = last.map(|Copied { at, file, .. }| {
        let place = file.unwrap_or_else(|| common::not_known(lang).to_owned());
        view! {
            <Facts>
                <Fact name=t::last(lang) value=moment(lang, at)/>
                <Fact name=t::place(lang) value=place/>
            </Facts>
        }
    });
    view! {
        {none.then(|| view! { <Notice tone=Tone::Look title=t::none(lang)><p>{t::nightly(lang)}</p></Notice> })}
        {late.then(|| view! { <Notice tone=Tone::Look title=t::late(lang)><p>{t::nightly(lang)}</p></Notice> })}
        {facts}
        <section class="section">
            <h2>{t::back(lang)}</h2>
            <ol>
                <li>{t::verify(lang)}" "<code>{format!("virea restore {file} --verify")}</code></li>
                <li>{t::restore(lang)}" "<code>{format!("virea restore {file}")}</code></li>
                <li>{t::after(lang)}</li>
            </ol>
            <p class="quiet">{t::apart(lang)}</p>
        </section>
    }
    .into_any()
}
