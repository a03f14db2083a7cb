//! Lists of rows, initials instead of photographs, and facts in pairs.

use domain::input::call_link_in;
use leptos::prelude::*;

use super::icon::{Icon, IconView};

/// A list; its children are `<li>`.
#[component]
pub fn Rows(#[prop(optional, into)] label: Option<String>, children: Children) -> impl IntoView {
    view! { <ul class="rows" role="list" aria-label=label>{children()}</ul> }.into_any()
}

/// Two lines: what it is, and a little more.
#[component]
fn RowBody(#[prop(into)] name: String, #[prop(optional, into)] more: String) -> impl IntoView {
    view! {
        <span class="row__body">
            <span class="row__name">{name}</span>
            {(!more.is_empty()).then(|| view! { <span class="row__more">{more}</span> })}
        </span>
    }
    .into_any()
}

/// A row that leads to a page.
#[component]
pub fn RowLink(
    #[prop(into)] href: String,
    #[prop(into)] name: String,
    #[prop(optional, into)] more: String,
    #[prop(optional_no_strip)] initials: Option<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <li>
            <a class="row" href=href>
                {initials.map(|letters| view! { <Initials letters/> })}
                <RowBody name more/>
                <span class="row__end">
                    {children.map(|children| children())}
                    <span class="row__arrow"><IconView icon=Icon::Forward/></span>
                </span>
            </a>
        </li>
    }
    .into_any()
}

#[component]
fn Initials(#[prop(into)] letters: String) -> impl IntoView {
    view! { <span class="initials" aria-hidden="true">{letters}</span> }.into_any()
}

/// Facts of one matter; its children are [`Fact`].
#[component]
pub fn Facts(#[prop(optional)] two: bool, children: Children) -> impl IntoView {
    view! { <dl class=if two { "facts facts--two" } else { "facts" }>{children()}</dl> }.into_any()
}

#[component]
pub fn Fact(#[prop(into)] name: String, #[prop(into)] value: String) -> impl IntoView {
    view! { <div class="facts__pair"><dt>{name}</dt><dd>{value}</dd></div> }.into_any()
}

/// A fact in which a telephone number may stand: a press calls it.
#[component]
pub fn PhoneFact(#[prop(into)] name: String, #[prop(into)] value: String) -> impl IntoView {
    let value = match call_link_in(&value) {
        Some(link) => view! { <a class="link" href=link>{value}</a> }.into_any(),
        None => view! { <span>{value}</span> }.into_any(),
    };
    view! { <div class="facts__pair"><dt>{name}</dt><dd>{value}</dd></div> }.into_any()
}
