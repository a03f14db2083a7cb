//! The next season of a group: its time and place again, and of its people those who go on.

use domain::ids::{GroupId, OrganisationId};
use leptos::prelude::*;

use super::form::{GroupFields, GroupTyped};
use crate::people::stays::ToldFull;
use crate::texts::{Lang, common, groups};
use crate::ui::{Button, ButtonKind, ButtonLink, Choice, ChoiceCards, ErrorSummary, FieldError, PageHead};

/// Everything that the form shows.
#[derive(Clone, PartialEq, Debug)]
pub struct CopyView {
    /// The group that is continued.
    pub group: (GroupId, String),
    pub typed: GroupTyped,
    pub providers: Vec<(OrganisationId, String)>,
    /// Places on the list: id and line.
    pub places: Vec<(String, String)>,
    /// Its people: id, name, whether they go on.
    pub people: Vec<(String, String, bool)>,
    pub errors: Vec<FieldError>,
    /// The reader was told that more go on than the group has places.
    pub told_full: bool,
}

#[component]
pub fn CopyForm(lang: Lang, view: CopyView) -> impl IntoView {
    use groups::copy as t;
    let CopyView { group: (id, name), typed, providers, places, people, errors, told_full } = view;
    let too_many = FieldError::of(&errors, "people");
    let none = people.is_empty();
    let choices = people.into_iter().map(|(id, name, goes_on)| Choice::new(id, name, goes_on)).collect();
    view! {
        <PageHead title=t::title(lang) lead=name.clone() back=Some((format!("/groups/{id}"), name))/>
        <form class="form" method="post" action=format!("/groups/{id}/copy") novalidate>
            <input type="hidden" name="rev" value=typed.rev.clone()/>
            <ToldFull told=told_full group=typed.rev.clone()/>
            <ErrorSummary lang errors=errors.clone()/>
            <GroupFields lang typed providers places errors/>
            <div class="form__part">
                {if none {
                    view! { <p class="quiet">{t::nobody(lang)}</p> }.into_any()
                } else {
                    view! {
                        <ChoiceCards legend=t::people(lang) name="people" choices several=true
                            hint=Some(t::people_hint(lang).to_owned()) error=too_many/>
                    }
                    .into_any()
                }}
                <p>{t::leaders(lang)}</p>
            </div>
            <div class="form__actions">
                <Button text=t::save(lang).to_owned() kind=ButtonKind::Main/>
                <ButtonLink text=common::cancel(lang) href=format!("/groups/{id}") kind=ButtonKind::Quiet/>
            </div>
        </form>
    }
    .into_any()
}
