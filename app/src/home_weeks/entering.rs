//! Entering a sheet of crosses on the tablet: a tap for each day; each tap is recorded at once.

use std::collections::{BTreeMap, BTreeSet};

use domain::home_weeks::{Verb, days_from};
use domain::ids::{GroupId, ParticipantId};
use domain::time::Day;
use leptos::prelude::*;

use super::row::{DayAhead, DayFace};
use super::{on_sheets, week_in_words};
use crate::context::view::View;
use crate::context::{lang, use_tablet};
use crate::own::words::plain_day;
use crate::people::card_parts::NotHere;
use crate::registration::part::registering;
use crate::texts::{self, home_exercise::ticks as t};

#[component]
pub fn Entering(person: ParticipantId, group: GroupId) -> impl IntoView {
    if registering(person).is_none() {
        return view! { <NotHere /> }.into_any();
    }
    let (lang, tablet) = (lang(), use_tablet());
    let (today, _) = tablet.local_time();
    let done = Memo::new(move |_| tablet.home_days(person));
    let name = move || tablet.name_of(person, group).map(|name| texts::named(lang, &name));
    let weeks: Vec<_> = on_sheets(today).map(|monday| view! { <Week person monday today done /> }).collect();
    view! {
        <View title=t::title(lang) lead=Signal::derive(name) back=true>
            <section class="home-enter" aria-label=t::title(lang)>
                <p>{t::hint(lang)}</p>
                {weeks}
            </section>
        </View>
    }
    .into_any()
}

#[component]
fn Week(person: ParticipantId, monday: Day, today: Day, done: Memo<BTreeSet<Day>>) -> impl IntoView {
    let lang = lang();
    let days: Vec<_> = days_from(monday)
        .map(|day| match day <= today {
            true => view! { <OneDay person monday day done /> }.into_any(),
            false => view! { <DayAhead lang day /> }.into_any(),
        })
        .collect();
    view! {
        <div class="home-week">
            <h2 class="home-week__title">{week_in_words(lang, monday, today)}</h2>
            <ul class="home-week__days" role="list">{days}</ul>
        </div>
    }
}

#[component]
fn OneDay(person: ParticipantId, monday: Day, day: Day, done: Memo<BTreeSet<Day>>) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let is_done = Memo::new(move |_| done.with(|done| done.contains(&day)));
    let tap = move |_| {
        let days = BTreeMap::from([(day, !is_done.get_untracked())]);
        tablet.record(vec![Verb::Set { participant: person, monday, days }.into()]);
    };
    view! {
        <li>
            <button type="button" class="home-week__day" aria-pressed=move || is_done.get().to_string() on:click=tap>
                <DayFace lang day said=plain_day(lang, day) />
            </button>
        </li>
    }
}
