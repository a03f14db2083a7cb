//! A participant's stays in groups, with the two small forms: join a group, end in a group.

use domain::groups::ExitReason;
use domain::ids::{GroupId, MembershipId, ParticipantId};
use domain::time::Day;
use leptos::prelude::*;

use super::form::options_of;
use super::page::PersonView;
use crate::groups::form::{options, typed_day};
use crate::texts::{Lang, Words, common, day, groups, people};
use crate::ui::{Button, ButtonKind, Field, FieldError, FieldWidth, SelectField};

/// A stay in a group, open or ended.
#[derive(Clone, PartialEq, Debug)]
pub struct Stay {
    pub id: MembershipId,
    pub group: GroupId,
    pub group_name: String,
    pub joined_on: Day,
    pub left_on: Option<Day>,
    pub reason: Option<ExitReason>,
}

#[component]
pub fn Stays(lang: Lang, view: PersonView) -> impl IntoView {
    let id = view.person.id;
    let (manage, today) = (view.may_manage, view.today);
    let none = view.stays.is_empty();
    let items: Vec<_> =
        view.stays.clone().into_iter().map(|stay| view! { <StayItem lang stay manage id today/> }).collect();
    view! {
        {none.then(|| view! { <p class="quiet">{people::page::no_groups(lang)}</p> })}
        {(!none).then(|| view! { <ul class="days" role="list">{items}</ul> })}
        {manage.then(|| view! { <Join lang view/> })}
    }
    .into_any()
}

#[component]
fn Join(lang: Lang, view: PersonView) -> impl IntoView {
    let error = |field: &str| FieldError::of(&view.errors, field);
    let wrong = !view.errors.is_empty();
    let choices = options(common::choose(lang), view.joinable.iter().map(|(id, name)| (id.to_string(), name.clone())));
    let on = if view.typed_day.is_empty() { typed_day(view.today) } else { view.typed_day.clone() };
    view! {
        <details class="more" open=wrong>
            <summary>{people::page::join(lang)}</summary>
            <form class="stack" method="post" action=format!("/people/{}/join", view.person.id) novalidate>
                <SelectField lang name="group" label=people::page::join_group(lang) options=choices
                    chosen=view.typed_group.clone() error=error("group")/>
                <Field lang name="joined_on" label=people::page::join_on(lang) value=on width=FieldWidth::Middle
                    error=error("joined_on")/>
                <p><Button text=people::page::join(lang).to_owned() kind=ButtonKind::Main/></p>
            </form>
        </details>
    }
    .into_any()
}

#[component]
fn StayItem(lang: Lang, stay: Stay, manage: bool, id: ParticipantId, today: Day) -> impl IntoView {
    let when = match stay.left_on {
        None => groups::page::since(lang, stay.joined_on),
        Some(left) => {
            let reason = stay.reason.unwrap_or(ExitReason::Unknown).words(lang);
            people::page::left(lang, &day(lang, stay.joined_on), reason, &day(lang, left))
        }
    };
    let open = stay.left_on.is_none();
    view! {
        <li class="stay">
            <span class="table__name">
                <a href=format!("/groups/{}", stay.group)>{stay.group_name.clone()}</a>
                <span class="table__more">{when}</span>
            </span>
            {(open && manage).then(|| view! { <Leave lang stay id today/> })}
        </li>
    }
    .into_any()
}

/// Several of these stand on one page, so their fields have names of their own for the labels.
#[component]
fn Leave(lang: Lang, stay: Stay, id: ParticipantId, today: Day) -> impl IntoView {
    let (day_id, reason_id) = (format!("left-{}", stay.id), format!("reason-{}", stay.id));
    let reasons: Vec<_> = options(common::choose(lang), options_of(lang, ExitReason::ALL))
        .into_iter()
        .map(|(value, words)| view! { <option value=value>{words}</option> })
        .collect();
    view! {
        <details class="more">
            <summary>{people::page::leave(lang)}</summary>
            <form class="stack" method="post" action=format!("/people/{id}/leave")>
                <input type="hidden" name="membership" value=stay.id.to_string()/>
                <div class="field field--middle">
                    <label class="field__label" for=day_id.clone()>{people::page::leave_on(lang)}</label>
                    <input class="field__input" id=day_id.clone() name="left_on" value=typed_day(today) autocomplete="off"/>
                </div>
                <div class="field">
                    <label class="field__label" for=reason_id.clone()>{people::page::leave_reason(lang)}</label>
                    <select class="field__input" id=reason_id.clone() name="exit_reason">{reasons}</select>
                </div>
                <p><Button text=people::page::save_leave(lang).to_owned()/></p>
            </form>
        </details>
    }
    .into_any()
}
