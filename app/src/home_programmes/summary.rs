//! What is said of exercise at home where a person is looked at: what there is, from when on, and how this week went.

use std::collections::BTreeSet;

use domain::home_programmes::HomeProgramme;
use domain::home_weeks::in_week_of;
use domain::time::Day;
use leptos::prelude::*;

use super::{days_in_words, exercises_in_words};
use crate::texts::{Lang, home_exercise as t};

#[component]
pub fn Summary(lang: Lang, programme: Option<HomeProgramme>, done: BTreeSet<Day>, today: Day) -> impl IntoView {
    let words = match programme {
        None => view! { <p class="quiet">{t::none(lang)}</p> }.into_any(),
        Some(programme) => view! {
            <p><strong>{days_in_words(lang, &programme, today)}</strong></p>
            <p>{exercises_in_words(lang, &programme)}</p>
        }
        .into_any(),
    };
    let week = Some(in_week_of(today, &done)).filter(|count| *count > 0);
    view! {
        {words}
        {week.map(|count| view! { <p>{t::week::count(lang, count)}</p> })}
    }
    .into_any()
}
