//! Whose data have been kept for their time: the list that is looked at before anything goes.

use domain::ids::ParticipantId;
use domain::time::Day;
use leptos::prelude::*;

use crate::texts::{Lang, day, imports, purge as t};
use crate::ui::{Button, ButtonKind, Choice, ChoiceCards, Empty, ErrorSummary, FieldError, Notice, PageHead, Tone};

/// One person.
#[derive(Clone, PartialEq, Debug)]
pub struct PurgeLine {
    pub id: ParticipantId,
    pub name: String,
    pub birth_year: Option<i32>,
    /// The last day in a group.
    pub left_on: Option<Day>,
    /// The last test.
    pub measured_on: Option<Day>,
    /// Whether nothing is known but an application that was not accepted.
    pub not_accepted: bool,
    /// Whether the person is among those who are to be erased.
    pub ticked: bool,
}

/// The page.
#[derive(Clone, PartialEq, Debug)]
pub struct PurgeView {
    pub months: i64,
    pub lines: Vec<PurgeLine>,
    /// Whether there are more than stand on the page.
    pub more: bool,
    /// How many were just erased.
    pub erased: Option<i64>,
    pub errors: Vec<FieldError>,
}

#[component]
pub fn PurgePage(lang: Lang, view: PurgeView) -> impl IntoView {
    let PurgeView { months, lines, more, erased, errors } = view;
    let none = lines.is_empty();
    view! {
        <PageHead title=t::title(lang) lead=t::lead(lang, months)
            back=Some(("/imports".to_owned(), imports::title(lang).to_owned()))/>
        <div class="stack">
            {erased.map(|n| view! { <Notice tone=Tone::Good title=t::done(lang, n) live=true/> })}
            {if none {
                view! { <Empty title=t::none(lang) text=t::none_hint(lang)/> }.into_any()
            } else {
                view! { <List lang lines more errors/> }.into_any()
            }}
        </div>
    }
    .into_any()
}

#[component]
fn List(lang: Lang, lines: Vec<PurgeLine>, more: bool, errors: Vec<FieldError>) -> impl IntoView {
    let people: Vec<_> = lines.into_iter().map(|line| choice(lang, line)).collect();
    let sure = vec![Choice::new("yes", t::sure(lang), false)];
    view! {
        <form class="form" method="post" action="/purge" novalidate>
            <ErrorSummary lang errors=errors.clone()/>
            <Notice tone=Tone::Look title=t::what(lang)><p>{t::how(lang)}</p></Notice>
            <ChoiceCards legend=t::people(lang) name="people" choices=people several=true column=true
                error=FieldError::of(&errors, "people")/>
            {more.then(|| view! { <p class="quiet">{t::more(lang)}</p> })}
            <ChoiceCards legend=t::last(lang) name="sure" choices=sure several=true
                error=FieldError::of(&errors, "sure")/>
            <div class="form__actions"><Button text=t::button(lang) kind=ButtonKind::Danger/></div>
        </form>
    }
    .into_any()
}

fn choice(lang: Lang, line: PurgeLine) -> Choice {
    let year = line.birth_year.map(|year| format!(" ({year})")).unwrap_or_default();
    let left = line.left_on.map(|on| t::left(lang, &day(lang, on)));
    let tested = line.measured_on.map(|on| t::tested(lang, &day(lang, on)));
    let nothing = if line.not_accepted { t::not_accepted(lang) } else { t::never(lang) };
    let never = (left.is_none() && tested.is_none()).then(|| nothing.to_owned());
    let hint = [left, tested, never].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    Choice { hint: Some(hint), ..Choice::new(line.id.to_string(), format!("{}{year}", line.name), line.ticked) }
}
