//! What a person must decide: contradictions, doubles, records that wait. Each with both sides, who wrote them and when,
//! and settled here by plain forms.

use domain::ids::{HoleId, OpId, ParticipantId, ReviewId};
use domain::time::{Day, Instant};
use leptos::prelude::*;

use crate::texts::{Lang, moment, quality, reviews};
use crate::ui::{
    Button, ButtonKind, ButtonLink, Empty, Icon, IconView, Notice, PageHead, Pages, RowLink, Rows, Tag, Tone, turn_to,
};

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
}

/// How something is settled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// They are two people.
    Apart,
    /// They are one person, and this record stands for both.
    Keep(ParticipantId),
    /// What this operation says is right.
    Take(OpId),
    /// Two stays become one.
    JoinStays,
    /// It was only to be known.
    Seen,
    /// What was lost is recorded again, or cannot be.
    DealtWith,
    /// What was held takes effect.
    Apply,
    /// What was held is refused for good.
    Refuse,
}

/// What a form settles: a question, what a tablet has lost, what was held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Settled {
    Question(ReviewId),
    Hole(HoleId),
    Held(OpId),
}

impl Settled {
    /// The fields of the form.
    pub const QUESTION: &str = "review";
    pub const HOLE: &str = "hole";
    pub const HELD: &str = "held";

    fn field(self) -> (&'static str, String) {
        match self {
            Self::Question(id) => (Self::QUESTION, id.to_string()),
            Self::Hole(id) => (Self::HOLE, id.to_string()),
            Self::Held(id) => (Self::HELD, id.to_string()),
        }
    }
}

impl Answer {
    /// As the form sends it, and as it is kept.
    pub fn code(self) -> String {
        match self {
            Self::Apart => "apart".to_owned(),
            Self::Keep(person) => format!("keep {person}"),
            Self::Take(op) => format!("take {op}"),
            Self::JoinStays => "join_stays".to_owned(),
            Self::Seen => "seen".to_owned(),
            Self::DealtWith => "dealt_with".to_owned(),
            Self::Apply => "apply".to_owned(),
            Self::Refuse => "refuse".to_owned(),
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        if let Some((what, id)) = code.split_once(' ') {
            return match what {
                "keep" => id.parse().ok().map(Self::Keep),
                "take" => id.parse().ok().map(Self::Take),
                _ => None,
            };
        }
        let all = [Self::Apart, Self::JoinStays, Self::Seen, Self::DealtWith, Self::Apply, Self::Refuse];
        all.into_iter().find(|answer| answer.code() == code)
    }

    fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Apart => reviews::apart(lang),
            Self::Keep(_) => reviews::keep(lang),
            Self::Take(_) => reviews::take(lang),
            Self::JoinStays => reviews::join_stays(lang),
            Self::Seen => reviews::seen(lang),
            Self::DealtWith => reviews::dealt_with(lang),
            Self::Apply => reviews::apply(lang),
            Self::Refuse => reviews::refuse(lang),
        }
    }
}

/// One of the things that stand against each other.
#[derive(Clone, PartialEq, Debug)]
pub struct Side {
    /// What it says, or who it is.
    pub words: String,
    /// Who wrote it, and when.
    pub by: String,
    pub at: Option<Instant>,
    /// It is what everybody sees now.
    pub in_force: bool,
    /// The page to look at.
    pub open: Option<(String, String)>,
    pub answer: Option<Answer>,
}

/// One thing to decide, in plain words.
#[derive(Clone, PartialEq, Debug)]
pub struct ReviewLine {
    pub kind: ReviewKind,
    /// Whom or what it is about: a name.
    pub about: String,
    pub words: String,
    pub since: Day,
    pub sides: Vec<Side>,
    /// Addresses and words of the pages to look at.
    pub open: Vec<(String, String)>,
    pub settles: Settled,
    /// How it can be settled beside choosing a side.
    pub answers: Vec<Answer>,
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
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Contradiction | Self::Reference | Self::Missing => Icon::Tablet,
            Self::Duplicate => Icon::People,
            Self::SameTest => Icon::Look,
            Self::Held | Self::Overlap => Icon::Clock,
        }
    }
}

/// What is to be done about people beside what is to be decided: how many, by the list where they stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tasks {
    pub incidents: i64,
    pub due: i64,
    pub missed: i64,
    pub contacts: i64,
    pub unexplained: i64,
    /// Tablets of which nothing has been heard for too long.
    pub silent: i64,
}

impl Tasks {
    /// Those that there are: address, words, how many.
    fn lines(self, lang: Lang) -> impl Iterator<Item = (&'static str, &'static str, i64)> {
        use reviews::task;
        let all = [
            ("/incidents", task::incidents(lang), self.incidents),
            ("/people?only=missed&sort=last_visit", task::missed(lang), self.missed),
            ("/people?only=contact", task::contacts(lang), self.contacts),
            ("/people?only=due&sort=due", task::due(lang), self.due),
            ("/people?only=unexplained", task::unexplained(lang), self.unexplained),
            ("/devices", task::silent(lang), self.silent),
        ];
        all.into_iter().filter(|(_, _, many)| *many > 0)
    }
}

/// How many stand on a page.
pub const PAGE: i64 = 50;

/// A page of what waits; `page` is 1-based.
#[component]
pub fn ReviewList(
    lang: Lang,
    lines: Vec<ReviewLine>,
    page: i64,
    total: i64,
    tasks: Tasks,
    /// A sentence about what was just settled, or was not.
    #[prop(optional_no_strip)]
    told: Option<(&'static str, Tone)>,
) -> impl IntoView {
    let none = lines.is_empty() && page == 1;
    let items: Vec<_> = lines.into_iter().map(|line| view! { <Item lang line/> }).collect();
    view! {
        <PageHead title=reviews::title(lang) lead=if none { "" } else { reviews::lead(lang) }>
            <ButtonLink text=quality::title(lang) href="/reviews/quality"/>
        </PageHead>
        <div class="stack">
            {told.map(|(title, tone)| view! { <Notice tone title live=true/> })}
            {if none {
                view! { <Empty title=reviews::empty_title(lang) text=reviews::empty_text(lang)/> }.into_any()
            } else {
                view! {
                    <ul class="reviews" role="list">{items}</ul>
                    <Pages lang page size=PAGE total turn=turn_to("/reviews")/>
                }
                .into_any()
            }}
            <Others lang tasks/>
        </div>
    }
    .into_any()
}

/// What is to be done about people.
#[component]
fn Others(lang: Lang, tasks: Tasks) -> impl IntoView {
    let lines: Vec<_> = tasks
        .lines(lang)
        .map(|(href, name, many)| {
            view! { <RowLink href name more=reviews::task::many(lang, many)/> }
        })
        .collect();
    (!lines.is_empty()).then(|| {
        view! {
            <section class="section">
                <h2>{reviews::task::title(lang)}</h2>
                <Rows label=reviews::task::title(lang)>{lines}</Rows>
            </section>
        }
    })
}

#[component]
fn Item(lang: Lang, line: ReviewLine) -> impl IntoView {
    let (name, id) = line.settles.field();
    let buttons: Vec<_> = line
        .answers
        .iter()
        .map(|answer| view! { <Button text=answer.words(lang).to_owned() name="answer" value=answer.code()/> })
        .collect();
    let sides: Vec<_> = line.sides.into_iter().map(|side| view! { <OneSide lang side/> }).collect();
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
            <form class="stack" method="post" action="/reviews/settle">
                <input type="hidden" name=name value=id/>
                {(!sides.is_empty()).then(|| view! { <ul class="sides" role="list">{sides}</ul> })}
                <div class="cluster">
                    {line.open.into_iter().map(|(href, words)| view! { <ButtonLink text=words href/> }).collect::<Vec<_>>()}
                    {buttons}
                </div>
            </form>
        </li>
    }
    .into_any()
}

#[component]
fn OneSide(lang: Lang, side: Side) -> impl IntoView {
    let at = side.at.map(|at| moment(lang, at));
    let by = [Some(side.by).filter(|by| !by.is_empty()), at].into_iter().flatten().collect::<Vec<_>>().join(", ");
    view! {
        <li class="side">
            <p class="side__words">{side.words}</p>
            {(!by.is_empty()).then(|| view! { <p class="quiet">{by}</p> })}
            {side.in_force.then(|| view! { <p><Tag text=reviews::in_force(lang) tone=Tone::Calm/></p> })}
            <div class="cluster side__acts">
                {side.open.map(|(href, words)| view! { <a class="link" href=href>{words}</a> })}
                {side.answer.map(|answer| view! {
                    <Button text=answer.words(lang).to_owned() kind=ButtonKind::Plain name="answer" value=answer.code()/>
                })}
            </div>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn an_answer_is_read_as_it_is_written() {
        let id = Uuid::from_u128(7);
        for answer in [
            Answer::Apart,
            Answer::Keep(ParticipantId(id)),
            Answer::Take(OpId(id)),
            Answer::JoinStays,
            Answer::Seen,
            Answer::DealtWith,
            Answer::Apply,
            Answer::Refuse,
        ] {
            assert_eq!(Answer::from_code(&answer.code()), Some(answer));
        }
        assert_eq!(Answer::from_code("keep nobody"), None);
        assert_eq!(Answer::from_code("same"), None);
    }
}
