//! What waits for an answer: the first that is due first.

use domain::ids::RequestId;
use domain::requests::RequestKind;
use domain::time::Day;
use leptos::prelude::*;

use super::{due_tone, due_words};
use crate::feedback::QUEUE_PATH;
use crate::texts::{Lang, Words, capital, day, requests as t, requests::queue as q};
use crate::ui::{ButtonLink, CardTable, Empty, PageHead, Pages, RowLink, Rows, Tag, Tone, turn_to};

/// One that waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QueueLine {
    pub id: RequestId,
    pub name: String,
    pub kind: RequestKind,
    pub received_on: Day,
    pub due_on: Day,
    pub extended: bool,
    /// The processing of the person's data is restricted.
    pub restricted: bool,
}

/// One that was taken back before it was answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TakenBackLine {
    pub id: RequestId,
    pub name: String,
    pub kind: RequestKind,
    pub received_on: Day,
    pub taken_back_on: Day,
}

/// How many stand on a page.
pub const PAGE: i64 = 50;

/// One page of the queue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Queue {
    pub today: Day,
    pub lines: Vec<QueueLine>,
    /// 1-based.
    pub page: i64,
    /// How many wait in all.
    pub total: i64,
    /// What was taken back lately, the last first.
    pub taken_back: Vec<TakenBackLine>,
    /// How much feedback waits, for whoever answers the municipality's.
    pub feedback: Option<i64>,
}

#[component]
pub fn RequestQueue(lang: Lang, view: Queue) -> impl IntoView {
    let Queue { today, lines, page, total, taken_back, feedback } = view;
    let none = lines.is_empty() && page == 1;
    let rows: Vec<_> = lines.into_iter().map(|line| view! { <Line lang today line/> }).collect();
    view! {
        <PageHead title=t::title(lang) lead=q::lead(lang)>
            {feedback.map(|waiting| view! {
                <ButtonLink text=crate::texts::feedback::to_queue(lang, waiting) href=QUEUE_PATH/>
            })}
        </PageHead>
        {if none {
            view! { <Empty title=q::none(lang) text=q::none_hint(lang)/> }.into_any()
        } else {
            let heads = vec![q::what(lang), q::who(lang), q::received(lang), q::due(lang)];
            view! { <CardTable label=t::title(lang) heads rows/> }.into_any()
        }}
        <Pages lang page size=PAGE total turn=turn_to("/requests")/>
        {(!taken_back.is_empty()).then(|| view! { <TakenBack lang lines=taken_back/> })}
    }
    .into_any()
}

/// What needs no answer any more: whoever has begun with it learns so.
#[component]
fn TakenBack(lang: Lang, lines: Vec<TakenBackLine>) -> impl IntoView {
    let rows: Vec<_> = lines
        .into_iter()
        .map(|line| {
            let more = format!("{}. {}", capital(line.kind.words(lang)), t::received(lang, line.received_on));
            let (href, text) = (format!("/requests/{}", line.id), t::taken_back_on(lang, line.taken_back_on));
            view! { <RowLink href name=line.name more><Tag text tone=Tone::Calm/></RowLink> }
        })
        .collect();
    view! {
        <section class="section">
            <h2>{q::taken_back(lang)}</h2>
            <p class="quiet">{q::taken_back_lead(lang)}</p>
            <Rows>{rows}</Rows>
        </section>
    }
    .into_any()
}

#[component]
fn Line(lang: Lang, today: Day, line: QueueLine) -> impl IntoView {
    let due = due_words(lang, today, line.due_on);
    view! {
        <tr>
            <th scope="row">
                <span class="table__name"><a href=format!("/requests/{}", line.id)>{line.kind.words(lang)}</a></span>
            </th>
            <td data-label=q::who(lang)>
                <span class="table__name">
                    {line.name}
                    {line.restricted.then(|| view! { <span class="table__more">{q::restricted(lang)}</span> })}
                </span>
            </td>
            <td data-label=q::received(lang)>{day(lang, line.received_on)}</td>
            <td data-label=q::due(lang)>
                <span class="table__name">
                    <span><Tag text=due tone=due_tone(today, line.due_on)/></span>
                    {line.extended.then(|| view! { <span class="table__more">{q::extended(lang)}</span> })}
                </span>
            </td>
        </tr>
    }
    .into_any()
}
