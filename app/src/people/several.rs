//! Several people who are brought into one group at once: those whom a page of the table shows, each to be ticked.

use domain::people::Standing;
use leptos::prelude::*;

use super::list::PersonLine;
use super::narrow::Chosen;
use super::stays::{AskedDay, Joinable, ToldFull, choices};
use crate::texts::{Lang, common, people};
use crate::ui::{
    Button, ButtonKind, ButtonLink, Choice, ChoiceCards, Empty, ErrorSummary, Field, FieldError, FieldWidth, PageHead,
    SelectField, options,
};

/// Where the page stands.
pub const PATH: &str = "/people/join";

/// The same people as on that page of the table, to be brought into a group.
pub fn address(chosen: &Chosen) -> String {
    chosen.address().replacen("/people", PATH, 1)
}

/// What was ticked, chosen and typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SeveralTyped {
    /// The ids of those who are ticked.
    pub people: Vec<String>,
    pub group: String,
    pub joined_on: String,
}

/// Everything that the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct SeveralView {
    /// What the table shows.
    pub chosen: Chosen,
    pub lines: Vec<PersonLine>,
    pub joinable: Vec<Joinable>,
    pub typed: SeveralTyped,
    pub errors: Vec<FieldError>,
}

#[component]
pub fn Several(lang: Lang, view: SeveralView) -> impl IntoView {
    use people::several as t;
    let SeveralView { chosen, lines, joinable, typed, errors } = view;
    let (back, action) = (chosen.address(), address(&chosen));
    let cards: Vec<_> = lines.into_iter().filter(may_join).map(|line| card(lang, line, &typed.people)).collect();
    let body = if cards.is_empty() {
        view! { <Empty title=people::table::none_title(lang) text=people::table::none_text(lang)/> }.into_any()
    } else {
        view! { <Form lang action back=back.clone() cards joinable typed errors/> }.into_any()
    };
    view! {
        <PageHead title=t::title(lang) lead=t::lead(lang) back=Some((back, people::title(lang).to_owned()))/>
        {body}
    }
    .into_any()
}

/// Nobody is brought into a group after their death.
fn may_join(line: &PersonLine) -> bool {
    line.standing != Some(Standing::Died)
}

/// "Virtanen Marja", and below it the year of birth and the groups of today.
fn card(lang: Lang, line: PersonLine, ticked: &[String]) -> Choice {
    let born = line.birth_year.map(|year| people::list::born(lang, &year.to_string()));
    let groups = match line.groups.is_empty() {
        true => people::list::no_group(lang).to_owned(),
        false => line.groups.join(", "),
    };
    let hint: Vec<_> = born.into_iter().chain([groups]).collect();
    let id = line.id.to_string();
    let chosen = ticked.contains(&id);
    Choice { hint: Some(hint.join(" · ")), ..Choice::new(id, line.name, chosen) }
}

#[component]
fn Form(
    lang: Lang,
    action: String,
    back: String,
    cards: Vec<Choice>,
    joinable: Vec<Joinable>,
    typed: SeveralTyped,
    errors: Vec<FieldError>,
) -> impl IntoView {
    use people::several as t;
    let SeveralTyped { group, joined_on, .. } = typed;
    let error = |field: &str| FieldError::of(&errors, field);
    let groups = options(common::choose(lang), choices(lang, &joinable));
    view! {
        <form class="form form--people" method="post" action=action novalidate>
            <ErrorSummary lang errors=errors.clone()/>
            <ChoiceCards legend=t::people(lang) name="people" choices=cards several=true column=true error=error("people")/>
            <ToldFull told=error("group").is_some() group=group.clone()/>
            <SelectField lang name="group" label=people::page::join_group(lang) options=groups chosen=group
                error=error("group")/>
            <AskedDay asked=error("joined_on").is_some() day=joined_on.clone()/>
            <Field lang name="joined_on" label=people::page::join_on(lang) value=joined_on width=FieldWidth::Middle
                error=error("joined_on")/>
            <div class="form__actions">
                <Button text=t::save(lang).to_owned() kind=ButtonKind::Main/>
                <ButtonLink text=common::cancel(lang) href=back kind=ButtonKind::Quiet/>
            </div>
        </form>
    }
    .into_any()
}
