//! Emergency access: asking for it with a reason, and what is open.

use domain::access::Role;
use domain::time::{Day, TimeOfDay};
use leptos::prelude::*;

use crate::texts::{
    Lang, Words as _, access::break_glass as words, day, people::field as person, people::form, time as clock,
};
use crate::ui::{
    Banner, Button, ButtonKind, ButtonLink, ErrorSummary, Field, FieldError, FieldWidth, Notice, PageHead, Rows,
    TextArea, Tone,
};

/// As it was typed.
#[derive(Clone, Debug, Default)]
pub struct AskTyped {
    pub family_name: String,
    pub given_names: String,
    pub birth_date: String,
    pub reason: String,
}

/// What is open, and where; nowhere to go when it was opened in another session.
#[derive(Clone, Debug)]
pub struct OpenNow {
    pub until: TimeOfDay,
    pub href: Option<String>,
}

/// One of the last weeks, as admins see it.
#[derive(Clone, Debug)]
pub struct PastLine {
    pub by: String,
    pub role: Role,
    pub at: (Day, TimeOfDay),
}

#[derive(Clone, Debug)]
pub struct BreakGlassPage {
    pub open: Option<OpenNow>,
    pub typed: AskTyped,
    pub errors: Vec<FieldError>,
    pub past: Vec<PastLine>,
}

pub fn break_glass(lang: Lang, page: BreakGlassPage) -> impl IntoView {
    let BreakGlassPage { open, typed, errors, past } = page;
    view! {
        <PageHead title=words::title(lang) lead=words::lead(lang)/>
        <ErrorSummary lang errors=errors.clone()/>
        {match open {
            Some(open) => open_now(lang, open).into_any(),
            None => ask(lang, typed, errors).into_any(),
        }}
        {(!past.is_empty()).then(|| past_lines(lang, past))}
    }
}

fn open_now(lang: Lang, OpenNow { until, href }: OpenNow) -> impl IntoView {
    view! {
        <Notice tone=Tone::Look title=words::open_until(lang, until)>
            <p>{if href.is_some() { words::open_lead(lang) } else { words::open_elsewhere(lang) }}</p>
            <div class="cluster">
                {href.map(|href| view! { <ButtonLink text=words::see(lang) href kind=ButtonKind::Main/> })}
                <form method="post" action="/break-glass/end"><Button text=words::end(lang)/></form>
            </div>
        </Notice>
    }
}

fn ask(lang: Lang, typed: AskTyped, errors: Vec<FieldError>) -> impl IntoView {
    let of = move |field| FieldError::of(&errors, field);
    view! {
        <form class="stack card" method="post" action="/break-glass">
            <Field lang name="family_name" label=person::family_name(lang) value=typed.family_name error=of("family_name")/>
            <Field lang name="given_names" label=person::given_names(lang) value=typed.given_names error=of("given_names")/>
            <Field lang name="birth_date" label=person::birth_date(lang) value=typed.birth_date error=of("birth_date")
                hint=Some(form::birth_date_hint(lang).to_owned()) width=FieldWidth::Short inputmode="numeric"/>
            <TextArea lang name="reason" label=words::reason(lang) value=typed.reason error=of("reason")
                hint=Some(words::reason_hint(lang).to_owned()) maxlength=500/>
            <div class="cluster"><Button text=words::button(lang) kind=ButtonKind::Danger/></div>
        </form>
    }
}

fn past_lines(lang: Lang, lines: Vec<PastLine>) -> impl IntoView {
    let rows: Vec<_> = lines
        .into_iter()
        .map(|PastLine { by, role, at: (on, time) }| {
            view! {
                <li class="row">
                    <div class="row__body">
                        <p class="row__name">{by}</p>
                        <p class="row__more">{role.words(lang)}", "{day(lang, on)}" "{clock(lang, time)}</p>
                    </div>
                </li>
            }
        })
        .collect();
    view! {
        <section class="section">
            <h2>{words::past(lang)}</h2>
            <Rows label=words::past(lang)>{rows}</Rows>
        </section>
    }
}

/// Above every page while it is open.
pub fn open_banner(lang: Lang, until: TimeOfDay) -> AnyView {
    let text = words::banner(lang, until);
    view! { <Banner text><a href="/break-glass">{words::banner_link(lang)}</a></Banner> }.into_any()
}
