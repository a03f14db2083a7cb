//! How whole and how punctual groups' records are: for the officer without anybody's name, for the coordinator with the
//! lists of whom it is about and where it is mended.

pub mod desk;
pub mod list;
pub mod officer;

use domain::quality::{Missing, PUNCTUAL_DAYS, Worst};
use domain::time::Day;
use leptos::prelude::*;

use crate::texts::{Lang, outcomes, quality as t, whole};
use crate::ui::{CardTable, Empty, Fact, Facts, PageHead, Pages, Way, Ways, turn_to};

/// How many groups, or lines of a list, stand on a page.
pub const PAGE: i64 = 50;

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

/// How many rolls are left out of those that were made in time; nothing where none is.
fn by_file(lang: Lang, n: u64) -> Option<String> {
    (n > 0).then(|| t::by_file(lang, whole(n)))
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

/// Which groups are looked at, and how.
#[derive(Clone, PartialEq, Debug)]
pub struct Looked {
    pub today: Day,
    pub periods: Vec<Way>,
    pub orders: Vec<Way>,
    /// 1-based.
    pub page: i64,
    /// How many groups there are.
    pub total: i64,
    /// The page's address without the number of its part.
    pub address: String,
}

/// The page of groups, for whoever reads it: `brief` stands above the table where there is one, `note` at the end.
fn groups(
    lang: Lang,
    back: (String, String),
    looked: Looked,
    (brief, note): (AnyView, AnyView),
    rows: Vec<AnyView>,
) -> AnyView {
    let Looked { today, periods, orders, page, total, address } = looked;
    let table = match rows.is_empty() {
        true => view! { <Empty title=t::no_groups(lang)/> }.into_any(),
        false => view! {
            {brief}
            <CardTable label=t::title(lang) heads=heads(lang) rows/>
            <Pages lang page size=PAGE total turn=turn_to(address)/>
        }
        .into_any(),
    };
    view! {
        <PageHead title=t::title(lang) lead=t::lead(lang, today) back=Some(back)/>
        <div class="stack stack--wide">
            <Ways id="period" label=outcomes::period(lang) ways=periods/>
            <Ways id="order" label=t::worst_first(lang) ways=orders/>
            {table}
            <Meaning lang/>
            {note}
        </div>
    }
    .into_any()
}
