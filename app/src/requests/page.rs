//! One request: what is asked, until when, what is to be done, and the answer that the person reads on their own page.

use domain::ids::{ParticipantId, RequestId};
use domain::requests::{RequestChannel, RequestKind, RequestPart, WORDS};
use domain::time::Day;
use leptos::prelude::*;

use super::answered::{Answered, Unsaved, Was, standing};
use super::meaning;
use crate::texts::{Lang, Words, capital, day, requests as t, requests::page as p};
use crate::ui::{
    Button, ButtonKind, ButtonLink, ErrorSummary, Fact, Facts, FieldError, Notice, PageHead, TextArea, Tone,
};

/// Everything that the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct RequestView {
    pub id: RequestId,
    /// The record that stands for the person now.
    pub person: ParticipantId,
    pub name: String,
    pub restricted: bool,
    pub today: Day,
    pub kind: RequestKind,
    pub part: Option<RequestPart>,
    pub words: String,
    pub language: Lang,
    pub channel: RequestChannel,
    pub received_on: Day,
    pub due_on: Day,
    pub entered_by: Option<String>,
    /// Since when more time is taken, and why.
    pub extended: Option<(Day, String)>,
    /// Until when it could be answered with more time; nothing where none can be taken any more.
    pub may_extend_to: Option<Day>,
    pub answer: Option<Answered>,
    /// When the person took it back, before it was answered.
    pub taken_back_on: Option<Day>,
    /// What was typed as an answer, and as a reason for more time.
    pub typed: (String, String),
    pub errors: Vec<FieldError>,
    pub said: Option<&'static str>,
}

impl RequestView {
    fn waits(&self) -> bool {
        self.answer.is_none() && self.taken_back_on.is_none()
    }
}

#[component]
pub fn RequestPage(lang: Lang, view: RequestView) -> impl IntoView {
    let back = Some(("/requests".to_owned(), t::title(lang).to_owned()));
    let (tone, due) = match view.taken_back_on {
        Some(day) => (Tone::Calm, p::taken_back(lang, day)),
        None => standing(lang, view.today, view.due_on, view.answer.as_ref()),
    };
    let open = view.waits();
    view! {
        <PageHead title=capital(view.kind.words(lang)) lead=view.name.clone() back/>
        <ErrorSummary lang errors=view.errors.clone()/>
        <div class="stack notes">
            {view.said.map(|title| view! { <Notice tone=Tone::Good title live=true/> })}
            <Notice tone title=due/>
        </div>
        <div class="columns columns--side">
            <div class="stack stack--wide">
                <Asked lang view=view.clone()/>
                {open.then(|| view! { <ToDo lang view=view.clone()/> })}
                {open.then(|| view! { <AnswerForm lang view=view.clone()/> })}
                {view.answer.clone().map(|answer| view! { <Was lang answer/> })}
                {view.may_extend_to.filter(|_| open).map(|until| view! { <ExtendForm lang until view=view.clone()/> })}
                {unsaved(&view).map(|(id, words)| view! { <Unsaved lang id words/> })}
            </div>
            <section class="card"><About lang view/></section>
        </div>
    }
    .into_any()
}

/// What was typed for a form that is there no more, since somebody else was first: the field's name, and the words.
fn unsaved(view: &RequestView) -> Option<(&'static str, String)> {
    let (answer, why) = &view.typed;
    let open = view.waits();
    let answer = (!open).then_some(("answer", answer));
    let why = (!open || view.may_extend_to.is_none()).then_some(("why", why));
    let lost = answer.into_iter().chain(why).find(|(_, words)| !words.is_empty());
    lost.map(|(id, words)| (id, words.clone()))
}

#[component]
fn Asked(lang: Lang, view: RequestView) -> impl IntoView {
    let words = if view.words.is_empty() { p::no_words(lang).to_owned() } else { view.words };
    view! {
        <section class="section">
            <h2>{p::asked(lang)}</h2>
            <p>{meaning(lang, view.kind)}</p>
            <p class="told">{words}</p>
        </section>
    }
    .into_any()
}

/// Where it is done: each kind leads to its own page.
#[component]
fn ToDo(lang: Lang, view: RequestView) -> impl IntoView {
    let (person, rights) = (format!("/people/{}", view.person), format!("/people/{}/rights", view.person));
    let first = match view.kind {
        RequestKind::Access => (p::to_data(lang), format!("{person}/data")),
        RequestKind::Erasure => (p::to_erase(lang), format!("{rights}#erase")),
        RequestKind::Restriction | RequestKind::Objection => (p::to_restrict(lang), format!("{rights}#restrict")),
        // No page of whoever is restricted is found but this one.
        _ if view.restricted => (p::to_lift(lang), format!("{rights}#restrict")),
        RequestKind::Leaving => (p::to_leave(lang), format!("{person}#groups")),
        RequestKind::Correction => match view.part {
            None | Some(RequestPart::Profile | RequestPart::Contact) => (p::to_edit(lang), format!("{person}/edit")),
            Some(_) => (p::to_person(lang), person.clone()),
        },
    };
    let (text, href) = first;
    let gone = (view.kind == RequestKind::Erasure).then(|| view! { <p>{p::erased_goes(lang)}</p> });
    view! {
        <section class="section">
            <h2>{p::to_do(lang)}</h2>
            {gone}
            <div class="cluster">
                <ButtonLink text href/>
                <ButtonLink text=p::to_rights(lang) href=rights kind=ButtonKind::Quiet/>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn AnswerForm(lang: Lang, view: RequestView) -> impl IntoView {
    let error = FieldError::of(&view.errors, "answer");
    let hint = p::answer_hint(lang, view.language.own_name());
    view! {
        <section class="section">
            <h2>{p::answer(lang)}</h2>
            <form class="form form--plain" method="post" action=format!("/requests/{}/answer", view.id) novalidate>
                <TextArea lang name="answer" label=p::answer_label(lang) value=view.typed.0 hint=Some(hint)
                    error maxlength=u32::try_from(WORDS).unwrap_or(u32::MAX)/>
                <Button text=p::send_answer(lang) kind=ButtonKind::Main/>
            </form>
        </section>
    }
    .into_any()
}

/// Two further months, with a reason that the person reads.
#[component]
fn ExtendForm(lang: Lang, until: Day, view: RequestView) -> impl IntoView {
    let error = FieldError::of(&view.errors, "why");
    let wrong = error.is_some();
    view! {
        <details class="more" open=wrong>
            <summary>{p::extend(lang)}</summary>
            <form class="form form--plain" method="post" action=format!("/requests/{}/extend", view.id) novalidate>
                <p>{p::extend_lead(lang, until)}</p>
                <TextArea lang name="why" label=p::why(lang) value=view.typed.1 error
                    maxlength=u32::try_from(WORDS).unwrap_or(u32::MAX)/>
                <Button text=p::take_time(lang)/>
            </form>
        </details>
    }
    .into_any()
}

#[component]
fn About(lang: Lang, view: RequestView) -> impl IntoView {
    let who = match view.restricted {
        true => format!("/people/{}/rights", view.person),
        false => format!("/people/{}", view.person),
    };
    let part = view.part.map(|part| view! { <Fact name=p::part(lang) value=part.words(lang)/> });
    let entered = view.entered_by.map(|by| view! { <Fact name=p::entered_by(lang) value=by/> });
    // What was taken back is due no more.
    let due = view.taken_back_on.is_none().then(|| view! { <Fact name=p::due(lang) value=day(lang, view.due_on)/> });
    let (since, why) = view.extended.unzip();
    view! {
        <Facts>
            <div class="facts__pair"><dt>{p::who(lang)}</dt><dd><a href=who>{view.name}</a></dd></div>
            {part}
            <Fact name=p::received(lang) value=day(lang, view.received_on)/>
            <Fact name=p::channel(lang) value=view.channel.words(lang)/>
            {entered}
            <Fact name=p::language(lang) value=view.language.own_name()/>
            {due}
            {since.map(|since| view! { <Fact name=p::extended(lang) value=day(lang, since)/> })}
            {why.map(|why| view! { <Fact name=p::why(lang) value=why/> })}
        </Facts>
        {view.restricted.then(|| view! { <p class="quiet">{t::queue::restricted(lang)}</p> })}
    }
    .into_any()
}
