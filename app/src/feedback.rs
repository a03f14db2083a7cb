//! Feedback: the form for everybody, what its sender reads, and the desk's queue with an answer.

use domain::feedback::{FeedbackKind, WORDS};
use domain::ids::FeedbackId;
use domain::time::Day;
use leptos::prelude::*;

use crate::applications::public::Trap;
use crate::requests::answered::{Answered, Unsaved, Was, standing};
use crate::requests::{due_tone, due_words};
use crate::texts::feedback::{self as t, form as f, page as p, queue as q, sent as s};
use crate::texts::{Lang, Words, capital, day, requests};
use crate::ui::{
    Button, ButtonKind, ButtonLink, CardTable, Choice, ChoiceCards, Empty, ErrorSummary, Fact, Facts, Field,
    FieldError, Notice, PageHead, RowLink, Rows, Tag, TextArea, Tone,
};

/// Where the desk's queue is.
pub const QUEUE_PATH: &str = "/requests/feedback";

/// What stands in the fields, as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FeedbackTyped {
    /// The id that the page came with: sent twice it is one.
    pub rev: String,
    pub kind: String,
    pub words: String,
    pub name: String,
    pub contact: String,
    /// [`SAME`] or [`OTHER`], where the form has been sent before with other words.
    pub again: String,
}

/// It takes the place of what the form said before.
pub const SAME: &str = "same";
/// It is other feedback than what the form said before.
pub const OTHER: &str = "other";

/// Which municipality it is for, by code and name.
#[component]
pub fn ChooseFeedback(lang: Lang, lines: Vec<(String, String)>) -> impl IntoView {
    let lines: Vec<_> = lines
        .into_iter()
        .map(|(code, name)| view! { <ButtonLink text=name href=format!("/feedback/{code}")/> })
        .collect();
    view! {
        <h1>{t::title(lang)}</h1>
        <nav class="own__ways" aria-labelledby="which"><h2 id="which">{t::choose(lang)}</h2>{lines}</nav>
    }
    .into_any()
}

/// The form for everybody. `municipality`: code and name.
#[component]
pub fn FeedbackForm(
    lang: Lang,
    municipality: (String, String),
    typed: FeedbackTyped,
    errors: Vec<FieldError>,
) -> impl IntoView {
    let (code, name) = municipality;
    let error = |field: &str| FieldError::of(&errors, field);
    let kinds = FeedbackKind::ALL
        .iter()
        .map(|kind| Choice::new(kind.code(), capital(kind.words(lang)), kind.code() == typed.kind));
    let again = (error("again").is_some() || !typed.again.is_empty()).then(|| {
        let choice = |code: &str, words: &str| Choice::new(code, words, code == typed.again);
        let choices = vec![choice(OTHER, f::other(lang)), choice(SAME, f::same(lang))];
        view! { <ChoiceCards legend=f::again(lang) name="again" choices column=true error=error("again")/> }
    });
    view! {
        <h1>{t::title(lang)}</h1>
        <p>{f::lead(lang, &name)}</p>
        <form class="own__form" method="post" action=format!("/feedback/{code}") novalidate>
            <input type="hidden" name="rev" value=typed.rev/>
            <ErrorSummary lang errors=errors.clone()/>
            {again}
            <ChoiceCards legend=f::kind(lang) name="kind" choices=kinds.collect() column=true error=error("kind")/>
            <TextArea lang name="words" label=f::words(lang) value=typed.words hint=Some(f::words_hint(lang).to_owned())
                error=error("words") maxlength=u32::try_from(WORDS).unwrap_or(u32::MAX)/>
            <Field lang name="name" label=f::name(lang) value=typed.name optional=true error=error("name")
                autocomplete="name"/>
            <Field lang name="contact" label=f::contact(lang) value=typed.contact optional=true
                hint=Some(f::contact_hint(lang).to_owned()) error=error("contact")/>
            <Trap lang/>
            <p>{f::kept(lang)}</p>
            <Button text=f::send(lang) kind=ButtonKind::Main wide=true/>
        </form>
    }
    .into_any()
}

/// What whoever sent it is told: that it came, until when it is answered, and the answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SentFeedback {
    pub municipality: String,
    pub number: i64,
    pub due_on: Day,
    /// The answer and its day.
    pub answer: Option<(String, Day)>,
}

#[component]
pub fn FeedbackSent(lang: Lang, code: String, sent: SentFeedback) -> impl IntoView {
    let SentFeedback { municipality, number, due_on, answer } = sent;
    let answered = answer.is_some();
    let below = match answer {
        Some((words, on)) => view! {
            <section class="own__next" aria-labelledby="answer">
                <h2 id="answer">{s::answered(lang, on)}</h2>
                <p class="told">{words}</p>
            </section>
        }
        .into_any(),
        None => view! {
            <p class="own__big">{s::due(lang, due_on)}</p>
            <p>{s::come_back(lang)}</p>
        }
        .into_any(),
    };
    view! {
        <h1>{if answered { s::title_answered(lang) } else { s::title(lang) }}</h1>
        <p>{s::number(lang, number, &municipality)}</p>
        {below}
        <p><ButtonLink text=s::another(lang) href=format!("/feedback/{code}") wide=true/></p>
    }
    .into_any()
}

/// One in the desk's lists.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeedbackLine {
    pub id: FeedbackId,
    pub number: i64,
    pub kind: FeedbackKind,
    /// How it begins.
    pub begins: String,
    pub received_on: Day,
    pub due_on: Day,
    pub answered_on: Option<Day>,
}

/// What waits for an answer, the first that is due first; below it what was answered last.
#[component]
pub fn FeedbackQueue(lang: Lang, today: Day, waiting: Vec<FeedbackLine>, answered: Vec<FeedbackLine>) -> impl IntoView {
    let back = Some(("/requests".to_owned(), requests::title(lang).to_owned()));
    let none = waiting.is_empty();
    let rows: Vec<_> = waiting.into_iter().map(|line| view! { <Line lang today line/> }).collect();
    view! {
        <PageHead title=q::title(lang) lead=q::lead(lang) back/>
        {if none {
            view! { <Empty title=q::none(lang) text=q::none_hint(lang)/> }.into_any()
        } else {
            let heads = vec![q::what(lang), requests::queue::received(lang), requests::queue::due(lang)];
            view! { <CardTable label=q::title(lang) heads rows/> }.into_any()
        }}
        {(!answered.is_empty()).then(|| view! { <Answered lang lines=answered/> })}
    }
    .into_any()
}

#[component]
fn Line(lang: Lang, today: Day, line: FeedbackLine) -> impl IntoView {
    let due = due_words(lang, today, line.due_on);
    let name = t::named(lang, line.kind.words(lang), line.number);
    view! {
        <tr>
            <th scope="row">
                <span class="table__name">
                    <a href=format!("{QUEUE_PATH}/{}", line.id)>{capital(&name)}</a>
                    <span class="table__more">{line.begins}</span>
                </span>
            </th>
            <td data-label=requests::queue::received(lang)>{day(lang, line.received_on)}</td>
            <td data-label=requests::queue::due(lang)><Tag text=due tone=due_tone(today, line.due_on)/></td>
        </tr>
    }
    .into_any()
}

#[component]
fn Answered(lang: Lang, lines: Vec<FeedbackLine>) -> impl IntoView {
    let rows: Vec<_> = lines
        .into_iter()
        .map(|line| {
            let name = capital(&t::named(lang, line.kind.words(lang), line.number));
            let more = line.answered_on.map(|on| requests::answered_on(lang, on)).unwrap_or_default();
            view! { <RowLink href=format!("{QUEUE_PATH}/{}", line.id) name more/> }
        })
        .collect();
    view! { <section class="section"><h2>{q::answered(lang)}</h2><Rows>{rows}</Rows></section> }.into_any()
}

/// Everything that the page of one shows at the desk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeedbackView {
    pub id: FeedbackId,
    pub number: i64,
    pub kind: FeedbackKind,
    pub words: String,
    pub language: Lang,
    /// Both may be empty.
    pub name: String,
    pub contact: String,
    pub today: Day,
    pub received_on: Day,
    pub due_on: Day,
    pub answer: Option<Answered>,
    /// What was typed as an answer.
    pub typed: String,
    pub errors: Vec<FieldError>,
    pub said: Option<&'static str>,
}

#[component]
pub fn FeedbackPage(lang: Lang, view: FeedbackView) -> impl IntoView {
    let back = Some((QUEUE_PATH.to_owned(), q::title(lang).to_owned()));
    let (tone, due) = standing(lang, view.today, view.due_on, view.answer.as_ref());
    let lost = view.answer.as_ref().map(|_| view.typed.clone()).filter(|words| !words.is_empty());
    let lead = t::named(lang, view.kind.words(lang), view.number);
    view! {
        <PageHead title=t::one(lang) lead=capital(&lead) back/>
        <ErrorSummary lang errors=view.errors.clone()/>
        <div class="stack notes">
            {view.said.map(|title| view! { <Notice tone=Tone::Good title live=true/> })}
            <Notice tone title=due/>
        </div>
        <div class="columns columns--side">
            <div class="stack stack--wide">
                <section class="section"><h2>{p::words(lang)}</h2><p class="told">{view.words.clone()}</p></section>
                {match view.answer.clone() {
                    Some(answer) => view! { <Was lang answer/> }.into_any(),
                    None => view! { <AnswerForm lang view=view.clone()/> }.into_any(),
                }}
                {lost.map(|words| view! { <Unsaved lang id="answer" words/> })}
            </div>
            <section class="card"><Sender lang view/></section>
        </div>
    }
    .into_any()
}

#[component]
fn AnswerForm(lang: Lang, view: FeedbackView) -> impl IntoView {
    let error = FieldError::of(&view.errors, "answer");
    let hint = p::answer_hint(lang, view.language.own_name());
    let tell = if view.contact.is_empty() { p::no_contact(lang) } else { p::tell(lang) };
    view! {
        <section class="section">
            <h2>{requests::page::answer(lang)}</h2>
            <p>{tell}</p>
            <form class="form form--plain" method="post" action=format!("{QUEUE_PATH}/{}/answer", view.id) novalidate>
                <TextArea lang name="answer" label=p::answer_label(lang) value=view.typed hint=Some(hint)
                    error maxlength=u32::try_from(WORDS).unwrap_or(u32::MAX)/>
                <Button text=p::send_answer(lang) kind=ButtonKind::Main/>
            </form>
        </section>
    }
    .into_any()
}

#[component]
fn Sender(lang: Lang, view: FeedbackView) -> impl IntoView {
    let unknown = view.name.is_empty() && view.contact.is_empty();
    let name = (!view.name.is_empty()).then(|| view! { <Fact name=p::sender(lang) value=view.name/> });
    let contact = (!view.contact.is_empty()).then(|| view! { <Fact name=p::contact(lang) value=view.contact/> });
    view! {
        <Facts>
            {name}
            {contact}
            <Fact name=p::language(lang) value=view.language.own_name()/>
            <Fact name=requests::page::received(lang) value=day(lang, view.received_on)/>
            <Fact name=requests::page::due(lang) value=day(lang, view.due_on)/>
        </Facts>
        {unknown.then(|| view! { <p class="quiet">{p::unknown(lang)}</p> })}
    }
    .into_any()
}
