//! Who sees what, and who has looked, in plain words; and the press that ends what a relative is shown.

use domain::ids::ParticipantId;
use domain::time::{Day, Instant};
use leptos::prelude::*;

use super::around::{Back, Whose};
use super::invite::EXTEND;
use super::relatives::{RelativeLine, shown_words};
use super::words::plain_day;
use crate::texts::kin::{looks, seen as k};
use crate::texts::{Lang, capital, moment, own::open as o, own::seen as t};
use crate::ui::{ButtonLink, Notice, Tone};

/// What the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct SeenView {
    /// Whose page it is: its forms carry it.
    pub person: ParticipantId,
    /// Names of those who lead the person's groups today.
    pub leaders: Vec<String>,
    /// Those who are shown something.
    pub relatives: Vec<RelativeLine>,
    pub today: Day,
    /// Of the forms by which it goes on: sent twice, it is said once.
    pub rev: String,
    /// Where the page is open.
    pub opened: Vec<OpenLine>,
    /// A sentence about what was just done.
    pub said: Option<(Tone, &'static str)>,
}

/// A device on which the page is open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenLine {
    /// Of the session.
    pub id: String,
    /// Whether it is the one on which this is read.
    pub this: bool,
    pub since: Instant,
    pub used_on: Day,
}

#[component]
pub fn SeenPage(lang: Lang, view: SeenView) -> impl IntoView {
    let SeenView { person, leaders, relatives, today, rev, opened, said } = view;
    let none = leaders.is_empty();
    let names: Vec<_> = leaders.into_iter().map(|name| view! { <li>{name}</li> }).collect();
    view! {
        <Back lang/>
        <h1>{t::title(lang)}</h1>
        {said.map(|(tone, title)| view! { <Notice tone title live=true/> })}
        <Relatives lang person relatives today rev/>
        <h2>{k::staff(lang)}</h2>
        <p>{t::leaders(lang)}</p>
        {if none {
            view! { <p>{t::no_leaders(lang)}</p> }.into_any()
        } else {
            view! { <ul class="own__facts" role="list">{names}</ul> }.into_any()
        }}
        <p>{t::coordinators(lang)}</p>
        <p>{t::officers(lang)}</p>
        <p>{t::log(lang)}</p>
        <ButtonLink text=looks::title(lang) href="/own/looks"/>
        <Devices lang action="/own/phones/end" person=Some(person) opened/>
    }
    .into_any()
}

/// Where the page is open, with the press that closes it there. `person`: whose page it is, where two of them may be opened
/// on one phone.
#[component]
pub fn Devices(
    lang: Lang,
    action: &'static str,
    person: Option<ParticipantId>,
    opened: Vec<OpenLine>,
) -> impl IntoView {
    let lines: Vec<_> = opened.into_iter().map(|one| view! { <OneDevice lang action person one/> }).collect();
    view! {
        <h2 id="opened">{o::title(lang)}</h2>
        <p>{o::lead(lang)}</p>
        <ul class="own__sessions" role="list">{lines}</ul>
    }
    .into_any()
}

#[component]
fn OneDevice(lang: Lang, action: &'static str, person: Option<ParticipantId>, one: OpenLine) -> impl IntoView {
    let OpenLine { id, this, since, used_on } = one;
    let since = moment(lang, since);
    // This one is closed by signing out, at the foot of every page.
    let form = (!this).then(|| {
        view! {
            <form method="post" action=action>
                {person.map(|person| view! { <Whose person=person.to_string()/> })}
                <input type="hidden" name="session" value=id/>
                <button class="button" aria-label=o::end_named(lang, &since)><span>{o::end(lang)}</span></button>
            </form>
        }
    });
    view! {
        <li class="own__session">
            <h3>{if this { o::this(lang) } else { o::other(lang) }}</h3>
            <p>{o::since(lang, &since)}</p>
            <p>{o::used(lang, used_on)}</p>
            {form}
        </li>
    }
    .into_any()
}

#[component]
fn Relatives(
    lang: Lang,
    person: ParticipantId,
    relatives: Vec<RelativeLine>,
    today: Day,
    rev: String,
) -> impl IntoView {
    let none = relatives.is_empty();
    let card = |relative: RelativeLine| {
        let ends = relative.asked_about(today).is_some();
        let rev = ends.then(|| rev.clone());
        view! { <RelativeCard lang person relative rev/> }
    };
    let lines: Vec<_> = relatives.into_iter().map(card).collect();
    view! {
        <h2>{k::relatives(lang)}</h2>
        {none.then(|| view! { <p>{k::no_relatives(lang)}</p> })}
        <ul class="own__sessions" role="list">{lines}</ul>
        <ButtonLink text=k::invite(lang) href="/own/relatives/new"/>
    }
    .into_any()
}

/// `rev`: of the form by which it goes on, where that is asked.
#[component]
fn RelativeCard(lang: Lang, person: ParticipantId, relative: RelativeLine, rev: Option<String>) -> impl IntoView {
    let shown: Vec<_> = relative.shown.iter().map(|one| view! { <li>{shown_words(lang, *one)}</li> }).collect();
    let used = match relative.used_on {
        Some(on) => k::used(lang, on),
        None => k::unused(lang).to_owned(),
    };
    let goes_on = rev.map(|rev| {
        view! {
            <p><strong>{k::ask_again(lang)}</strong></p>
            <form method="post" action="/own/relatives/new">
                <Whose person=person.to_string()/>
                <input type="hidden" name="step" value=EXTEND/>
                <input type="hidden" name="rev" value=rev/>
                <input type="hidden" name="relative" value=relative.id.to_string()/>
                <button class="button" aria-label=k::extend_named(lang, &relative.name)>
                    <span>{k::extend(lang)}</span>
                </button>
            </form>
        }
    });
    view! {
        <li class="own__session">
            <h3>{relative.name.clone()}</h3>
            <p>{relative.relation}</p>
            <ul class="own__visits" role="list">{shown}</ul>
            {relative.until.map(|until| view! { <p>{k::until(lang, until)}</p> })}
            <p>{used}</p>
            {goes_on}
            <form method="post" action="/own/relatives/end">
                <Whose person=person.to_string()/>
                <input type="hidden" name="relative" value=relative.id.to_string()/>
                <button class="button" aria-label=k::end_named(lang, &relative.name)><span>{k::end(lang)}</span></button>
            </form>
        </li>
    }
    .into_any()
}

/// Somebody who has looked.
#[derive(Clone, PartialEq, Debug)]
pub struct LookLine {
    /// Nothing for a command of whoever runs the program.
    pub by: Option<String>,
    /// In which way, as the person's own data names it.
    pub how: &'static str,
    pub last: Day,
}

/// Who has looked lately.
#[derive(Clone, PartialEq, Debug)]
pub struct LooksLately {
    /// In so many days.
    pub days: i64,
    /// Since when looks at lists are known, where that is later.
    pub lists_from: Option<Instant>,
    /// The latest first.
    pub lines: Vec<LookLine>,
}

#[component]
pub fn LooksPage(lang: Lang, looks: LooksLately) -> impl IntoView {
    view! {
        <Back lang home="/own/seen"/>
        <h1>{looks::title(lang)}</h1>
        <LookLines lang looks/>
    }
    .into_any()
}

/// Each of those who have looked, and in which time.
#[component]
pub fn LookLines(lang: Lang, looks: LooksLately) -> impl IntoView {
    let LooksLately { days, lists_from, lines } = looks;
    let none = lines.is_empty();
    let items: Vec<_> = lines
        .into_iter()
        .map(|line| {
            let who = line.by.unwrap_or_else(|| looks::program(lang).to_owned());
            view! {
                <li class="own__session">
                    <p><strong>{who}</strong></p>
                    <p>{how(lang, line.how)}</p>
                    <p>{capital(&plain_day(lang, line.last))}</p>
                </li>
            }
        })
        .collect();
    view! {
        <p>{looks::lead(lang, days)}</p>
        {lists_from.map(|from| view! { <p>{looks::lists_from(lang, &moment(lang, from))}</p> })}
        {none.then(|| view! { <p class="own__none">{looks::none(lang)}</p> })}
        <ul class="own__sessions" role="list">{items}</ul>
    }
    .into_any()
}

fn how(lang: Lang, code: &str) -> &'static str {
    match code {
        "group" => looks::group(lang),
        "tablet" => looks::tablet(lang),
        "list" => looks::list(lang),
        "file" => looks::file(lang),
        "emergency" => looks::emergency(lang),
        _ => looks::person(lang),
    }
}
