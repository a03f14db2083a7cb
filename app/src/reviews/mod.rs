//! What a person must decide: contradictions, doubles, records that wait. Deciding comes later; nothing is lost.

use domain::time::Day;
use leptos::prelude::*;

use crate::texts::{Lang, reviews};
use crate::ui::{ButtonLink, Empty, Icon, IconView, Notice, PageHead, Pages, turn_to};

/// Why something waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReviewKind {
    Contradiction,
    Duplicate,
    SameTest,
    Held,
    /// Recorded, and lost before it arrived.
    Missing,
    Other,
}

/// One thing to decide, in plain words.
#[derive(Clone, PartialEq, Debug)]
pub struct ReviewLine {
    pub kind: ReviewKind,
    /// Whom or what it is about: a name.
    pub about: String,
    pub words: String,
    pub since: Day,
    /// Address and words of the page to look at.
    pub open: Option<(String, &'static str)>,
}

impl ReviewKind {
    fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Contradiction => reviews::kind::contradiction(lang),
            Self::Duplicate => reviews::kind::duplicate(lang),
            Self::SameTest => reviews::kind::same_test(lang),
            Self::Held => reviews::kind::held(lang),
            Self::Missing => reviews::kind::missing(lang),
            Self::Other => reviews::kind::other(lang),
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Contradiction => Icon::Tablet,
            Self::Duplicate => Icon::People,
            Self::SameTest => Icon::Look,
            Self::Held => Icon::Clock,
            Self::Missing => Icon::Tablet,
            Self::Other => Icon::Look,
        }
    }
}

/// How many stand on a page.
pub const PAGE: i64 = 50;

/// A page of what waits; `page` is 1-based.
#[component]
pub fn ReviewList(lang: Lang, lines: Vec<ReviewLine>, page: i64, total: i64) -> impl IntoView {
    let none = lines.is_empty();
    let items: Vec<_> = lines.into_iter().map(|line| view! { <Item lang line/> }).collect();
    view! {
        <PageHead title=reviews::title(lang) lead=if none { "" } else { reviews::lead(lang) }/>
        {if none {
            view! { <Empty title=reviews::empty_title(lang) text=reviews::empty_text(lang)/> }.into_any()
        } else {
            view! {
                <div class="stack">
                    <Notice title=reviews::decide_later(lang)/>
                    <ul class="reviews" role="list">{items}</ul>
                    <Pages lang page size=PAGE total turn=turn_to("/reviews")/>
                </div>
            }
            .into_any()
        }}
    }
    .into_any()
}

#[component]
fn Item(lang: Lang, line: ReviewLine) -> impl IntoView {
    view! {
        <li class="card">
            <div class="card__head">
                <h2 class="review__title">
                    <IconView icon=line.kind.icon()/>
                    <span>{line.about}</span>
                </h2>
                <span class="quiet">{reviews::since(lang, line.since)}</span>
            </div>
            <p><strong>{line.kind.words(lang)}</strong>". "{line.words}</p>
            {line.open.map(|(href, words)| view! { <p><ButtonLink text=words href/></p> })}
        </li>
    }
    .into_any()
}
