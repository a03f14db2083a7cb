//! How somebody came in, on their page: the applications with their state, and the way to a new one.

use domain::applications::Application;
use domain::ids::{GroupId, ParticipantId};
use domain::time::Day;
use leptos::prelude::*;

use super::queue::{applied_words, standing_words};
use crate::texts::{Lang, NO_FIGURE, applications::on_person as t};
use crate::ui::{ButtonLink, Tag};

/// What the card shows.
#[derive(Clone, PartialEq, Debug)]
pub struct ApplicationsView {
    pub person: ParticipantId,
    pub today: Day,
    /// The newest first.
    pub applications: Vec<Application>,
    pub names: Vec<(GroupId, String)>,
}

#[component]
pub fn ApplicationsCard(lang: Lang, view: ApplicationsView, may_add: bool) -> impl IntoView {
    let ApplicationsView { person, today, applications, names } = view;
    let none = applications.is_empty();
    let name = |group: GroupId| {
        let named = names.iter().find(|(id, _)| *id == group);
        named.map_or_else(|| NO_FIGURE.to_owned(), |(_, name)| name.clone())
    };
    let items: Vec<_> = applications
        .iter()
        .map(|application| {
            let (words, tone) = standing_words(lang, application.standing(today), name);
            view! {
                <li class="stay">
                    <span class="table__name">
                        <a href=format!("/applications/{}", application.id)>{applied_words(lang, application, today)}</a>
                        <span class="standing"><Tag text=words tone=tone/></span>
                    </span>
                </li>
            }
        })
        .collect();
    view! {
        <section class="card" id="applications">
            <h2>{t::title(lang)}</h2>
            {none.then(|| view! { <p class="quiet">{t::none(lang)}</p> })}
            {(!none).then(|| view! { <ul class="days" role="list">{items}</ul> })}
            {may_add.then(|| view! {
                <p><ButtonLink text=t::new(lang) href=format!("/applications/new?person={person}")/></p>
            })}
        </section>
    }
    .into_any()
}
