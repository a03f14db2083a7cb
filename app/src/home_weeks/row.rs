//! A week's row on pages: each day is one press where it may be told of.

use std::collections::BTreeSet;

use domain::home_weeks::{days_from, is_told_by_oneself};
use domain::time::Day;
use leptos::prelude::*;

use super::week_in_words;
use crate::own::words::plain_day;
use crate::texts::{Lang, home_exercise as t, weekday_short};
use crate::ui::{Icon, IconView};

/// A week of one's own: days that have come are buttons of the form around it, with `done` or `undone` and the day.
#[component]
pub fn OwnWeek(lang: Lang, monday: Day, today: Day, done: BTreeSet<Day>) -> impl IntoView {
    let days: Vec<_> = days_from(monday)
        .map(|day| match is_told_by_oneself(day, today) {
            true => view! { <OwnDay lang day is_done=done.contains(&day)/> }.into_any(),
            false => view! { <DayAhead lang day/> }.into_any(),
        })
        .collect();
    let title = week_in_words(lang, monday, today);
    view! {
        <div class="home-week">
            <h3 class="home-week__title">{title}</h3>
            <ul class="home-week__days" role="list">{days}</ul>
        </div>
    }
    .into_any()
}

#[component]
fn OwnDay(lang: Lang, day: Day, is_done: bool) -> impl IntoView {
    let (name, said) = match is_done {
        true => ("undone", t::week::undo(lang, &plain_day(lang, day))),
        false => ("done", t::week::tick(lang, &plain_day(lang, day))),
    };
    view! {
        <li>
            <button class="home-week__day" name=name value=day.to_string() aria-pressed=is_done.to_string()>
                <DayFace lang day said/>
            </button>
        </li>
    }
}

/// The same at the desk: boxes to tick, saved together. Days that are still to come have none.
#[component]
pub fn DeskWeek(lang: Lang, monday: Day, today: Day, done: BTreeSet<Day>) -> impl IntoView {
    let days: Vec<_> = days_from(monday)
        .map(|day| match day <= today {
            true => view! { <DeskDay lang day is_done=done.contains(&day)/> }.into_any(),
            false => view! { <DayAhead lang day/> }.into_any(),
        })
        .collect();
    view! {
        <fieldset class="home-week">
            <legend class="home-week__title">{week_in_words(lang, monday, today)}</legend>
            <ul class="home-week__days" role="list">{days}</ul>
        </fieldset>
    }
    .into_any()
}

#[component]
fn DeskDay(lang: Lang, day: Day, is_done: bool) -> impl IntoView {
    view! {
        <li>
            <label class="home-week__label">
                <input class="home-week__input" type="checkbox" name="day" value=day.to_string() checked=is_done/>
                <span class="home-week__day"><DayFace lang day said=plain_day(lang, day)/></span>
            </label>
        </li>
    }
}

/// A day that is still to come, or that only the instructor enters.
#[component]
pub fn DayAhead(lang: Lang, day: Day) -> impl IntoView {
    view! {
        <li><span class="home-week__day home-week__day--ahead"><DayFace lang day said=String::new()/></span></li>
    }
}

/// Weekday and day of the month, the tick, which the style hides where nothing was done, and what is said of the day to
/// those who do not see it.
#[component]
pub fn DayFace(lang: Lang, day: Day, said: String) -> impl IntoView {
    // Only Finnish writes a day of the month with a point.
    let number = match lang {
        Lang::Fi | Lang::FiTe => format!("{}.", day.day()),
        Lang::Sv | Lang::SvNi | Lang::En => day.day().to_string(),
    };
    view! {
        <span class="home-week__name">{weekday_short(lang, day.weekday())}</span>" "
        <span class="home-week__number">{number}</span>" "
        <span class="home-week__tick"><IconView icon=Icon::Tick/></span>
        <span class="hidden-visually">{said}</span>
    }
}
