//! A week of all groups: what meets when and where, who leads it, and what cannot both take place.

use domain::time::Day;
use leptos::prelude::*;

use crate::sessions::list::{address, state, when};
use crate::sessions::today::Meeting;
use crate::texts::{Lang, at_time, count, day_month, days, groups, week, weekday};
use crate::ui::{ButtonLink, Empty, Icon, Notice, PageHead, Tag, Tone};

/// A session of the week.
#[derive(Clone, PartialEq, Debug)]
pub struct WeekSlot {
    pub meeting: Meeting,
    pub leaders: Vec<String>,
    /// What it cannot share, in words.
    pub clashes: Vec<String>,
}

/// A session of one group that cannot take place beside others.
#[derive(Clone, PartialEq, Debug)]
pub struct ClashLine {
    pub meeting: Meeting,
    /// What it cannot share, in words.
    pub clashes: Vec<String>,
}

/// A day of the week.
#[derive(Clone, PartialEq, Debug)]
pub struct WeekDay {
    pub day: Day,
    /// How many sessions there are.
    pub total: i64,
    /// In the order of time; empty where only the number is told.
    pub slots: Vec<WeekSlot>,
}

/// Everything that the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct WeekView {
    pub monday: Day,
    pub today: Day,
    pub days: Vec<WeekDay>,
    pub clashes: i64,
}

#[component]
pub fn WeekPage(lang: Lang, view: WeekView) -> impl IntoView {
    use groups::week as t;
    let WeekView { monday, today, days: all, clashes } = view;
    let title = t::title(lang, &week(lang, monday));
    let to = |day: Day| format!("/week?from={day}");
    let none = all.iter().all(|day| day.total == 0);
    let columns: Vec<_> =
        all.into_iter().filter(|day| day.total > 0).map(|day| view! { <Column lang day today/> }).collect();
    view! {
        <PageHead title lead=days(lang, monday, monday.plus_days(6))
            back=Some(("/groups".to_owned(), groups::page::back(lang).to_owned()))>
            <ButtonLink text=t::before(lang) href=to(monday.plus_days(-7)) icon=Icon::Back/>
            <ButtonLink text=t::this(lang) href="/week"/>
            <ButtonLink text=t::after(lang) href=to(monday.plus_days(7)) icon=Icon::Forward/>
        </PageHead>
        {(clashes > 0).then(|| view! { <p class="week__clashes"><Tag text=t::clashes(lang, clashes) tone=Tone::Look/></p> })}
        {if none {
            view! { <Empty title=t::empty(lang) text=t::empty_text(lang)/> }.into_any()
        } else {
            view! { <div class="week">{columns}</div> }.into_any()
        }}
    }
    .into_any()
}

/// What a group that was just saved cannot share with others; nothing where there is nothing.
#[component]
pub fn Clashing(lang: Lang, lines: Vec<ClashLine>) -> impl IntoView {
    let none = lines.is_empty();
    let rows: Vec<_> = lines
        .into_iter()
        .map(|line| {
            let (href, at) = (address(&line.meeting), when(lang, &line.meeting));
            view! { <li><a class="link" href=href>{at}</a>" "{line.clashes.join(", ")}</li> }
        })
        .collect();
    (!none).then(|| view! { <Notice tone=Tone::Look title=groups::week::clashing(lang)><ul>{rows}</ul></Notice> })
}

#[component]
fn Column(lang: Lang, day: WeekDay, today: Day) -> impl IntoView {
    use groups::week as t;
    let heading = format!("{} {}", weekday(lang, day.day.weekday()), day_month(lang, day.day));
    let only_counted = day.slots.is_empty();
    let class = if day.day == today { "week__day week__day--today" } else { "week__day" };
    let slots: Vec<_> = day.slots.into_iter().map(|one| view! { <OneSession lang one today/> }).collect();
    view! {
        <section class=class>
            <h2>{heading}</h2>
            {if only_counted {
                let words = t::open_day(lang, &count(lang, day.total));
                view! { <p><a class="week__open" href=format!("/week?from={}", day.day)>{words}</a></p> }.into_any()
            } else {
                view! { <ol class="week__slots" role="list">{slots}</ol> }.into_any()
            }}
        </section>
    }
    .into_any()
}

#[component]
fn OneSession(lang: Lang, one: WeekSlot, today: Day) -> impl IntoView {
    let meeting = one.meeting;
    let (words, tone) = state(lang, &meeting, today);
    let told = meeting.status.is_some();
    let time = meeting.starts_at.map(|at| at_time(lang, at)).unwrap_or_default();
    let href = address(&meeting);
    let more: Vec<_> = meeting.place.clone().into_iter().chain(one.leaders).collect();
    let clashes: Vec<_> = one.clashes.into_iter().map(|text| view! { <Tag text tone=Tone::Look/> }).collect();
    view! {
        <li class="week__slot">
            <p class="week__time">{time}</p>
            <p><a class="week__name" href=href>{meeting.group_name}</a></p>
            {(!more.is_empty()).then(|| view! { <p class="week__more">{more.join(" · ")}</p> })}
            {told.then(|| view! { <p><Tag text=words tone/></p> })}
            {clashes}
        </li>
    }
    .into_any()
}
