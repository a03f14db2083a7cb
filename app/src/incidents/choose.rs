//! In which group did it happen? The first step of recording an incident from the list.

use domain::groups::Group;
use domain::time::Day;
use leptos::prelude::*;

use crate::groups::times_of;
use crate::texts::{Lang, incidents};
use crate::ui::{Empty, PageHead, RowLink, Rows};

/// `groups`: those that run and lie within reach.
#[component]
pub fn ChooseGroup(lang: Lang, groups: Vec<Group>, today: Day) -> impl IntoView {
    use incidents::choose as t;
    let back = Some(("/incidents".to_owned(), incidents::page::back(lang).to_owned()));
    if groups.is_empty() {
        return view! {
            <PageHead title=incidents::page::record(lang) back/>
            <Empty title=t::empty_title(lang) text=t::empty_text(lang)/>
        }
        .into_any();
    }
    let rows = groups.into_iter().map(move |group| {
        let times = times_of(lang, &group, today);
        view! { <RowLink href=format!("/groups/{}/incidents/new", group.id) name=group.name more=times/> }
    });
    view! {
        <PageHead title=incidents::page::record(lang) lead=t::lead(lang) back/>
        <Rows label=t::lead(lang)>{rows.collect_view()}</Rows>
    }
    .into_any()
}
