//! One list of what is missing in a group: each line leads to where it is mended.

use domain::quality::Missing;
use leptos::prelude::*;

use super::{PAGE, missing_words};
use crate::texts::{Lang, quality as t};
use crate::ui::{Empty, PageHead, Pages, RowLink, Rows, Way, Ways, turn_to};

/// A session or somebody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListLine {
    pub href: String,
    pub name: String,
    pub more: String,
}

/// Everything that the page shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListView {
    /// The group's name.
    pub group: String,
    /// The words of the period.
    pub period: String,
    pub list: Missing,
    /// The group's lists.
    pub lists: Vec<Way>,
    pub lines: Vec<ListLine>,
    /// 1-based.
    pub page: i64,
    pub total: i64,
    /// The page's address without the number of its part.
    pub address: String,
    /// Where the groups are.
    pub back: String,
}

/// What is to be done with each line of a list.
fn action(lang: Lang, list: Missing) -> &'static str {
    use t::action as a;
    match list {
        Missing::Rolls => a::rolls(lang),
        Missing::Baseline | Missing::FollowUp => a::measure(lang),
        Missing::Reasons => a::reasons(lang),
    }
}

#[component]
pub fn ListPage(lang: Lang, view: ListView) -> impl IntoView {
    let ListView { group, period, list, lists, lines, page, total, address, back } = view;
    let back = Some((back, t::title(lang).to_owned()));
    let (lead, none) = (format!("{group}, {period}"), lines.is_empty() && page == 1);
    let rows: Vec<_> = lines
        .into_iter()
        .map(|ListLine { href, name, more }| {
            view! { <RowLink href name more><span class="quiet">{action(lang, list)}</span></RowLink> }
        })
        .collect();
    view! {
        <PageHead title=missing_words(lang, list) lead back/>
        <div class="stack stack--wide">
            <Ways id="lists" label=t::lists(lang) ways=lists/>
            {if none {
                view! { <Empty title=t::nothing(lang)/> }.into_any()
            } else {
                view! { <Rows label=missing_words(lang, list)>{rows}</Rows> }.into_any()
            }}
            <Pages lang page size=PAGE total turn=turn_to(address)/>
        </div>
    }
    .into_any()
}
