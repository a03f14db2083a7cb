//! All outdoor friends at the desk: first those who have not been out for longest.

use domain::ids::ParticipantId;
use domain::time::Day;
use leptos::prelude::*;

use crate::texts::{Lang, friends as t, people};
use crate::ui::{Empty, PageHead, Pages, RowLink, Rows, turn_to};

/// One pair that goes on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FriendLine {
    pub person: ParticipantId,
    pub name: String,
    /// The volunteer's name and number.
    pub friend: String,
    /// The last walk; nothing as long as there was none.
    pub last: Option<Day>,
}

/// How many stand on a page.
pub const PAGE: i64 = 50;

/// `page`: 1-based; `total`: how many pairs there are.
#[component]
pub fn FriendList(lang: Lang, lines: Vec<FriendLine>, page: i64, total: i64) -> impl IntoView {
    let none = lines.is_empty() && page == 1;
    let rows: Vec<_> = lines
        .into_iter()
        .map(|FriendLine { person, name, friend, last }| {
            let last = last.map_or_else(|| t::no_visit(lang).to_owned(), |last| t::last_visit(lang, last));
            let (href, more) = (format!("/people/{person}#friends"), format!("{friend} · {last}"));
            view! { <RowLink href name more/> }
        })
        .collect();
    view! {
        <PageHead title=t::all(lang) lead=t::all_lead(lang)
            back=Some(("/people".to_owned(), people::page::back(lang).to_owned()))/>
        {if none {
            view! { <Empty title=t::nobody(lang)/> }.into_any()
        } else {
            view! { <Rows>{rows}</Rows> }.into_any()
        }}
        <Pages lang page size=PAGE total turn=turn_to("/friends")/>
    }
    .into_any()
}
