//! Personal cards of a whole group: who gets one, and the sheets.

use domain::ids::{GroupId, ParticipantId};
use domain::time::Day;
use leptos::prelude::*;

use super::card::{CardSheet, NewCard};
use crate::texts::Lang;
use crate::texts::own::{desk, group_cards as t};
use crate::ui::{Button, ButtonKind, Choice, ChoiceCards, Empty, ErrorSummary, FieldError, Notice, PageHead, Tone};

/// Somebody in the group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MemberCard {
    pub person: ParticipantId,
    pub name: String,
    /// "123 456": of the card that is good.
    pub number: Option<String>,
    pub used_on: Option<Day>,
    /// Whether a new card is to be made.
    pub ticked: bool,
}

/// What the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct GroupCards {
    pub group: GroupId,
    pub name: String,
    pub people: Vec<MemberCard>,
    pub errors: Vec<FieldError>,
}

#[component]
pub fn GroupCardsPage(lang: Lang, view: GroupCards) -> impl IntoView {
    let GroupCards { group, name, people, errors } = view;
    let error = FieldError::of(&errors, "people");
    let none = people.is_empty();
    let choices: Vec<_> = people
        .into_iter()
        .map(|one| {
            let state = match (one.number, one.used_on) {
                (None, _) => t::no_card(lang).to_owned(),
                (Some(number), None) => t::unused(lang, &number),
                (Some(number), Some(on)) => t::used(lang, on, &number),
            };
            Choice { hint: Some(state), ..Choice::new(one.person.to_string(), one.name, one.ticked) }
        })
        .collect();
    let form = (!none).then(|| {
        view! {
            <form class="form" method="post" action=format!("/groups/{group}/cards") novalidate>
                <ErrorSummary lang errors/>
                <ChoiceCards legend=t::who(lang) name="people" choices several=true column=true error
                    hint=Some(t::who_hint(lang).to_owned())/>
                <Button text=t::make(lang) kind=ButtonKind::Main/>
            </form>
        }
    });
    view! {
        <PageHead title=format!("{}: {name}", t::title(lang)) lead=t::lead(lang)
            back=Some((format!("/groups/{group}"), t::back(lang).to_owned()))/>
        {none.then(|| view! { <Empty title=t::nobody_in(lang)/> })}
        {form}
    }
    .into_any()
}

/// The sheets, each in its person's language; they stand here once.
#[component]
pub fn GroupCardsMadePage(lang: Lang, group: GroupId, sheets: Vec<(Lang, NewCard)>) -> impl IntoView {
    let count = i64::try_from(sheets.len()).unwrap_or(i64::MAX);
    let sheets: Vec<_> = sheets.into_iter().map(|(own, card)| view! { <CardSheet own card/> }).collect();
    view! {
        <div class="screen-only">
            <PageHead title=t::made(lang, count) back=Some((format!("/groups/{group}"), t::back(lang).to_owned()))/>
            <div class="stack notes">
                <Notice tone=Tone::Look title=t::once(lang) live=true><p>{desk::cut(lang)}</p></Notice>
            </div>
        </div>
        {sheets}
    }
    .into_any()
}
