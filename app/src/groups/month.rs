//! A month of all groups: a calendar where there is room for one, a list of days on a phone.

use domain::time::Day;
use leptos::prelude::*;

use crate::texts::{Lang, day_month, groups, weekday_short};
use crate::ui::{ButtonLink, Empty, Icon, PageHead, Tag, Tone};

/// A session of the month.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MonthSlot {
    pub href: String,
    /// "10.30"; empty where nobody has said.
    pub time: String,
    pub name: String,
    pub place: Option<String>,
    pub cancelled: bool,
    /// What it cannot share, in words.
    pub clashes: Vec<String>,
}

/// A day of the calendar.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MonthDay {
    pub day: Day,
    /// Whether it belongs to the month.
    pub inside: bool,
    pub slots: Vec<MonthSlot>,
    /// Sessions that are not shown here but in the week.
    pub more: i64,
}

/// Everything that the page shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MonthView {
    /// The first of the month.
    pub first: Day,
    pub today: Day,
    /// From the Monday before the first to the Sunday after the last.
    pub days: Vec<MonthDay>,
    pub clashes: i64,
}

/// The first day of the month `by` months later.
pub fn months_later(first: Day, by: i32) -> Day {
    let months = first.year() * 12 + i32::from(first.month()) - 1 + by;
    let month = u8::try_from(months.rem_euclid(12) + 1).unwrap_or(1);
    Day::new(months.div_euclid(12), month, 1).unwrap_or(first)
}

/// "joulukuu 2026".
pub fn month_name(lang: Lang, day: Day) -> String {
    use groups::month as t;
    let name = match day.month() {
        1 => t::jan(lang),
        2 => t::feb(lang),
        3 => t::mar(lang),
        4 => t::apr(lang),
        5 => t::may(lang),
        6 => t::jun(lang),
        7 => t::jul(lang),
        8 => t::aug(lang),
        9 => t::sep(lang),
        10 => t::oct(lang),
        11 => t::nov(lang),
        _ => t::dec(lang),
    };
    format!("{name} {}", day.year())
}

#[component]
pub fn MonthPage(lang: Lang, view: MonthView) -> impl IntoView {
    use groups::{month as t, week};
    let MonthView { first, today, days, clashes } = view;
    let to = move |by: i32| format!("/month?from={}", months_later(first, by));
    let none = days.iter().all(|day| day.slots.is_empty());
    let days: Vec<_> = days.into_iter().map(|day| view! { <OneDay lang day today/> }).collect();
    view! {
        <PageHead title=t::title(lang, &month_name(lang, first)) lead=""
            back=Some(("/groups".to_owned(), groups::page::back(lang).to_owned()))>
            <ButtonLink text=t::before(lang) href=to(-1) icon=Icon::Back/>
            <ButtonLink text=t::this(lang) href="/month"/>
            <ButtonLink text=t::after(lang) href=to(1) icon=Icon::Forward/>
            <ButtonLink text=week::open(lang) href=format!("/week?from={}", if months_later(today, 0) == first { today } else { first })/>
        </PageHead>
        {(clashes > 0).then(|| view! {
            <p class="week__clashes"><Tag text=week::clashes(lang, clashes) tone=Tone::Look/></p>
        })}
        {if none {
            view! { <Empty title=t::empty(lang) text=week::empty_text(lang)/> }.into_any()
        } else {
            view! { <ol class="month" role="list">{days}</ol> }.into_any()
        }}
    }
    .into_any()
}

#[component]
fn OneDay(lang: Lang, day: MonthDay, today: Day) -> impl IntoView {
    use groups::month as t;
    let MonthDay { day, inside, slots, more } = day;
    let mut class = "month__day".to_owned();
    for (on, name) in [(!inside, "outside"), (slots.is_empty(), "empty"), (day == today, "today")] {
        if on {
            class.push_str(" month__day--");
            class.push_str(name);
        }
    }
    let heading = format!("{} {}", weekday_short(lang, day.weekday()), day_month(lang, day));
    let none = slots.is_empty();
    let slots: Vec<_> = slots.into_iter().map(|one| view! { <OneSession lang one/> }).collect();
    view! {
        <li class=class aria-current=(day == today).then_some("date")>
            <h2 class="month__date">
                {heading}
                {(day == today).then(|| view! { " " <span class="month__now">{t::today(lang)}</span> })}
            </h2>
            {(!none).then(|| view! { <ol class="month__slots" role="list">{slots}</ol> })}
            {(more > 0).then(|| view! {
                <p><a class="week__open" href=format!("/week?from={day}")>{t::more(lang, more)}</a></p>
            })}
        </li>
    }
    .into_any()
}

#[component]
fn OneSession(lang: Lang, one: MonthSlot) -> impl IntoView {
    use groups::month as t;
    let MonthSlot { href, time, name, place, cancelled, clashes } = one;
    let class = if clashes.is_empty() { "month__slot" } else { "month__slot month__slot--clash" };
    let clashes: Vec<_> = clashes.into_iter().map(|text| view! { <Tag text tone=Tone::Look/> }).collect();
    view! {
        <li class=class>
            <a class="month__link" href=href>
                <span class="month__time">{time}</span>
                " "
                <span class=if cancelled { "month__cancelled" } else { "" }>{name}</span>
            </a>
            {place.map(|place| view! { <p class="month__place">{place}</p> })}
            {cancelled.then(|| view! { <Tag text=t::cancelled(lang)/> })}
            {clashes}
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_go_over_the_turn_of_the_year() {
        let first: Day = "2026-12-01".parse().unwrap();
        assert_eq!(months_later(first, 1).to_string(), "2027-01-01");
        assert_eq!(months_later(first, -12).to_string(), "2025-12-01");
        assert_eq!(months_later("2026-12-31".parse().unwrap(), 0), first);
        assert_eq!(month_name(Lang::Fi, first), "joulukuu 2026");
    }
}
