//! How whole and how punctual groups' records are: for the officer without anybody's name, for the coordinator with the
//! lists of whom it is about and where it is mended.

pub mod desk;
pub mod list;
pub mod officer;

use domain::quality::{Missing, PUNCTUAL_DAYS, Worst};
use leptos::prelude::*;

use crate::texts::{Lang, quality as t};
use crate::ui::{ButtonLink, Fact, Facts, Icon};

/// How many groups, or lines of a list, stand on a page.
pub const PAGE: i64 = 50;

/// One way to look at the same thing: a period, an order, a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Way {
    pub href: String,
    pub words: String,
    pub current: bool,
}

/// Ways to choose from; `id` names them for those who do not see.
#[component]
fn Ways(id: &'static str, label: &'static str, ways: Vec<Way>) -> impl IntoView {
    let links: Vec<_> = ways
        .into_iter()
        .map(|way| {
            let current = way.current.then_some("page");
            view! { <li><a class="periods__link" href=way.href aria-current=current>{way.words}</a></li> }
        })
        .collect();
    view! {
        <nav class="stack" aria-labelledby=id>
            <p class="quiet" id=id>{label}</p>
            <ul class="periods" role="list">{links}</ul>
        </nav>
    }
    .into_any()
}

/// What is worst first in this order.
pub fn worst_words(lang: Lang, by: Worst) -> &'static str {
    use t::column as c;
    match by {
        Worst::Rolls => c::rolls(lang),
        Worst::Punctual => c::punctual(lang),
        Worst::Baseline => c::baseline(lang),
        Worst::FollowUp => c::follow_up(lang),
        Worst::Reasons => c::reasons(lang),
    }
}

/// What a list is of.
pub fn missing_words(lang: Lang, list: Missing) -> &'static str {
    use t::list as l;
    match list {
        Missing::Rolls => l::rolls(lang),
        Missing::Baseline => l::baseline(lang),
        Missing::FollowUp => l::follow_up(lang),
        Missing::Reasons => l::reasons(lang),
    }
}

/// The heads of the table, a group a row.
fn heads(lang: Lang) -> Vec<&'static str> {
    use t::column as c;
    vec![c::group(lang), c::rolls(lang), c::punctual(lang), c::baseline(lang), c::follow_up(lang), c::reasons(lang)]
}

/// A group's name and who runs it.
fn named(name: AnyView, provider: String) -> AnyView {
    view! {
        <th scope="row"><span class="table__name">{name}<span class="table__more">{provider}</span></span></th>
    }
    .into_any()
}

/// How each column is counted.
#[component]
fn Meaning(lang: Lang) -> impl IntoView {
    use t::{column as c, meaning as m};
    view! {
        <section class="section">
            <h2>{m::title(lang)}</h2>
            <Facts>
                <Fact name=c::rolls(lang) value=m::rolls(lang)/>
                <Fact name=c::punctual(lang) value=m::punctual(lang, PUNCTUAL_DAYS)/>
                <Fact name=c::baseline(lang) value=m::baseline(lang)/>
                <Fact name=c::follow_up(lang) value=m::follow_up(lang)/>
                <Fact name=c::reasons(lang) value=m::reasons(lang)/>
            </Facts>
        </section>
    }
    .into_any()
}

/// The way to another page of what stands at `address`, which has a question mark already.
fn turn_in(address: String) -> impl Fn(i64, &'static str, Icon) -> AnyView {
    move |to, words, icon| view! { <ButtonLink text=words href=format!("{address}&page={to}") icon/> }.into_any()
}
