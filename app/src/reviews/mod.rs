//! What a person must decide: contradictions, doubles, records that wait. Doubles are settled here, by plain forms;
//! deciding on the others comes later, and nothing is lost.

use domain::ids::{HoleId, ReviewId};
use domain::time::Day;
use leptos::prelude::*;

use crate::texts::{Lang, reviews};
use crate::ui::{Button, ButtonLink, Empty, Icon, IconView, Notice, PageHead, Pages, turn_to};

/// Why something waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReviewKind {
    Contradiction,
    Duplicate,
    SameTest,
    Held,
    Overlap,
    Reference,
    /// Recorded, and lost before it arrived.
    Missing,
    Other,
}

/// How a question is settled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// They are two people.
    Apart,
    /// They are one person, and of two records one was ended.
    Same,
    /// Two stays become one.
    JoinStays,
    /// It was only to be known.
    Seen,
    /// What was lost is recorded again, or cannot be.
    DealtWith,
}

/// What a form settles: a question, or what a tablet has lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Settled {
    Question(ReviewId),
    Hole(HoleId),
}

impl Settled {
    /// The fields of the form.
    pub const QUESTION: &str = "review";
    pub const HOLE: &str = "hole";

    fn field(self) -> (&'static str, String) {
        match self {
            Self::Question(id) => (Self::QUESTION, id.to_string()),
            Self::Hole(id) => (Self::HOLE, id.to_string()),
        }
    }
}

impl Answer {
    /// As the form sends it, and as it is kept.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Apart => "apart",
            Self::Same => "same",
            Self::JoinStays => "join_stays",
            Self::Seen => "seen",
            Self::DealtWith => "dealt_with",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        let all = [Self::Apart, Self::Same, Self::JoinStays, Self::Seen, Self::DealtWith];
        all.into_iter().find(|answer| answer.code() == code)
    }

    fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Apart => reviews::apart(lang),
            Self::Same => reviews::same(lang),
            Self::JoinStays => reviews::join_stays(lang),
            Self::Seen => reviews::seen(lang),
            Self::DealtWith => reviews::dealt_with(lang),
        }
    }
}

/// One thing to decide, in plain words.
#[derive(Clone, PartialEq, Debug)]
pub struct ReviewLine {
    pub kind: ReviewKind,
    /// Whom or what it is about: a name.
    pub about: String,
    pub words: String,
    pub since: Day,
    /// Addresses and words of the pages to look at.
    pub open: Vec<(String, String)>,
    /// What it is and how it can be settled here, where it can.
    pub answers: Option<(Settled, &'static [Answer])>,
}

impl ReviewKind {
    fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Contradiction => reviews::kind::contradiction(lang),
            Self::Duplicate => reviews::kind::duplicate(lang),
            Self::SameTest => reviews::kind::same_test(lang),
            Self::Held => reviews::kind::held(lang),
            Self::Overlap => reviews::kind::overlap(lang),
            Self::Reference => reviews::kind::reference(lang),
            Self::Missing => reviews::kind::missing(lang),
            Self::Other => reviews::kind::other(lang),
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Contradiction | Self::Reference => Icon::Tablet,
            Self::Duplicate => Icon::People,
            Self::SameTest => Icon::Look,
            Self::Held | Self::Overlap => Icon::Clock,
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
            <div class="cluster">
                {line.open.into_iter().map(|(href, words)| view! { <ButtonLink text=words href/> }).collect::<Vec<_>>()}
                {line.answers.map(|(what, answers)| (what.field(), answers)).map(|((name, id), answers)| view! {
                    <form class="cluster" method="post" action="/reviews/settle">
                        <input type="hidden" name=name value=id/>
                        {answers.iter().map(|answer| view! {
                            <Button text=answer.words(lang).to_owned() name="answer" value=answer.code()/>
                        }).collect::<Vec<_>>()}
                    </form>
                })}
            </div>
        </li>
    }
    .into_any()
}
