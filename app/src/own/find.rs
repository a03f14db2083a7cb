//! Find a group: what a library or a pharmacy opens for a customer. No sign-in, nobody's data.

use domain::groups::GroupKind;
use domain::time::{Day, TimeOfDay};
use leptos::prelude::*;

use super::words::capital;
use crate::texts::{Lang, Words as _, at_time, find as t, weekday};
use crate::ui::{ButtonLink, Notice, Tone};

/// How much room there is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Room {
    /// So many places, at least one.
    Free(i64),
    Full,
    /// Nobody has said how many it holds.
    NotKnown,
}

/// A group as everybody may know it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenGroup {
    pub name: String,
    pub kind: GroupKind,
    pub place: Option<String>,
    /// How to get there and in, where that is known.
    pub way: Vec<String>,
    /// Where the nearest defibrillator is.
    pub aed: Option<String>,
    pub starts_at: Option<TimeOfDay>,
    pub minutes: Option<u16>,
    /// The first day of a season that is still to come.
    pub begins: Option<Day>,
    /// First names of those who lead it.
    pub leaders: Vec<String>,
    pub room: Room,
}

/// What the page shows.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct FindView {
    /// The municipality's name.
    pub place: String,
    /// Others to choose from: address and name.
    pub others: Vec<(String, String)>,
    /// By ISO week day, each with its groups by time.
    pub days: Vec<(u8, Vec<OpenGroup>)>,
    /// Whether there is a number to call, which stands at the foot of the page.
    pub has_phone: bool,
    /// Where the form to apply by stands, if the municipality has opened it.
    pub form: Option<String>,
}

#[component]
pub fn FindPage(lang: Lang, view: FindView) -> impl IntoView {
    let FindView { place, others, days, has_phone, form } = view;
    let none = days.is_empty() && others.is_empty();
    let days: Vec<_> = days.into_iter().map(|(day, groups)| view! { <DayGroups lang day groups/> }).collect();
    let others: Vec<_> = others.into_iter().map(|(href, text)| view! { <ButtonLink text href/> }).collect();
    view! {
        <h1>{t::title(lang)}</h1>
        {(!place.is_empty()).then(|| view! { <p class="own__label">{place}</p> })}
        <p>{t::lead(lang)}" "{t::what(lang)}</p>
        {(!others.is_empty()).then(|| view! {
            <nav class="own__ways" aria-label=t::choose(lang)><h2>{t::choose(lang)}</h2>{others}</nav>
        })}
        {none.then(|| view! { <Notice tone=Tone::Told title=t::none(lang)/> })}
        {days}
        <section class="find__join">
            <h2>{t::join(lang)}</h2>
            <p>{if has_phone { t::call(lang) } else { t::no_phone(lang) }}</p>
            {form.map(|href| view! { <ButtonLink text=t::apply(lang) href/><p>{t::paper(lang)}</p> })}
            <p>{t::relative(lang)}</p>
            <p><a href="/own/sign-in">{t::own(lang)}</a></p>
            <p><a href=crate::exercises::PATH>{crate::texts::exercises::title(lang)}</a></p>
        </section>
    }
    .into_any()
}

#[component]
fn DayGroups(lang: Lang, day: u8, groups: Vec<OpenGroup>) -> impl IntoView {
    let groups: Vec<_> = groups.into_iter().map(|group| view! { <GroupCard lang group/> }).collect();
    view! {
        <section class="find__day">
            <h2>{capital(weekday(lang, day))}</h2>
            <ul class="find__groups" role="list">{groups}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn GroupCard(lang: Lang, group: OpenGroup) -> impl IntoView {
    let OpenGroup { name, kind, place, way, aed, starts_at, minutes, begins, leaders, room } = group;
    let lasts = minutes.map(|minutes| t::lasts(lang, i64::from(minutes)));
    let time = starts_at.map(|at| capital(&at_time(lang, at)));
    let when: Vec<_> = [time, lasts].into_iter().flatten().collect();
    let (class, room) = match room {
        Room::Free(places) => ("find__room find__room--free", t::free(lang, places)),
        Room::Full => ("find__room", t::full(lang).to_owned()),
        Room::NotKnown => ("find__room", t::ask(lang).to_owned()),
    };
    let leaders = (!leaders.is_empty()).then(|| t::leader(lang, &crate::texts::list(lang, &leaders)));
    view! {
        <li class="find__group">
            <h3>{name}</h3>
            <p>{capital(kind.words(lang))}</p>
            {(!when.is_empty()).then(|| view! { <p><strong>{when.join(", ")}</strong></p> })}
            {place.map(|place| view! { <p>{place}</p> })}
            {way.into_iter().map(|line| view! { <p>{line}</p> }).collect::<Vec<_>>()}
            {aed.map(|at| view! { <p>{t::aed(lang, &at)}</p> })}
            {begins.map(|day| view! { <p>{t::begins(lang, day)}</p> })}
            {leaders.map(|words| view! { <p>{words}</p> })}
            <p class=class>{room}</p>
        </li>
    }
    .into_any()
}
