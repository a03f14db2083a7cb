//! The page of a relative: what one person shows them, and no more.

use domain::ids::ParticipantId;
use domain::messages::MessageChannel;
use domain::time::Day;
use leptos::prelude::*;

use super::around::Back;
use super::page::{Coming, NextSession, Teller, VisitDays};
use super::seen::{Devices, OpenLine};
use super::words::plain_day;
use crate::assessments::results_card::{CardView, ResultsCard};
use crate::messages::own::told_now;
use crate::texts::{Lang, day, kin::page as t, own::page as own, whole};
use crate::ui::{ButtonLink, Notice, Tone};

/// What the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct KinView {
    /// The page's own address.
    pub home: String,
    pub person: ParticipantId,
    /// How the person is called.
    pub called: String,
    pub today: Day,
    /// The last day of what is shown.
    pub until: Day,
    pub schedule: bool,
    pub messages: bool,
    pub visits: bool,
    pub results: bool,
    pub next: Option<Coming>,
    /// Days on which a group does not meet, where messages are shown.
    pub cancelled: Vec<Day>,
    pub said: Option<(Tone, &'static str)>,
    /// Whether others show something, too.
    pub several: bool,
    pub kept: KeptOfKin,
}

/// What is kept of the relative themselves.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct KeptOfKin {
    pub name: String,
    /// "123 456": of the card.
    pub number: Option<String>,
    pub used_on: Option<Day>,
    /// How they are told, each way with a hint at its address.
    pub told: Vec<(MessageChannel, String)>,
    /// Where their page is open.
    pub opened: Vec<OpenLine>,
}

#[component]
pub fn KinPage(lang: Lang, view: KinView) -> impl IntoView {
    let KinView {
        home,
        person,
        called,
        today,
        until,
        schedule,
        messages,
        visits,
        results,
        next,
        cancelled,
        said,
        several,
        kept,
    } = view;
    let no_messages = messages && cancelled.is_empty();
    let cancelled: Vec<_> = cancelled
        .into_iter()
        .map(|day| view! { <Notice tone=Tone::Look title=own::cancelled(lang, &plain_day(lang, day))/> })
        .collect();
    let next = schedule.then(|| match next {
        Some(coming) => view! { <NextSession lang today coming teller=Teller::Relative(person)/> }.into_any(),
        None => view! { <p class="own__none">{t::none(lang)}</p> }.into_any(),
    });
    let ways = [
        (schedule, own::sessions(lang), "sessions"),
        (visits, t::visits(lang), "visits"),
        (results, t::results(lang), "results"),
    ];
    let ways: Vec<_> = ways
        .into_iter()
        .filter(|(shown, ..)| *shown)
        .map(|(_, text, page)| view! { <ButtonLink text=text href=format!("{home}/{page}")/> })
        .collect();
    let told = messages.then(|| {
        view! { <ButtonLink text=crate::texts::messages::own::link(lang) href=crate::messages::own::KIN_PATH/> }
    });
    let has_ways = messages || !ways.is_empty();
    view! {
        {several.then(|| view! { <Back lang home="/kin"/> })}
        <h1>{called.clone()}</h1>
        {said.map(|(tone, title)| view! { <Notice tone title live=true/> })}
        {cancelled}
        {next}
        {(no_messages && !schedule).then(|| view! { <p class="own__none">{t::no_messages(lang)}</p> })}
        {has_ways.then(|| view! { <nav class="own__ways" aria-label=own::ways(lang)>{ways}{told}</nav> })}
        <p>{t::until(lang, &called, &day(lang, until))}</p>
        <KeptOfThem lang kept/>
    }
    .into_any()
}

/// What is kept of whoever reads it, and how it goes.
#[component]
fn KeptOfThem(lang: Lang, kept: KeptOfKin) -> impl IntoView {
    let KeptOfKin { name, number, used_on, told, opened } = kept;
    // Whoever has one device has nothing to close.
    let devices = (opened.len() > 1).then(|| view! { <Devices lang action="/kin/phones/end" person=None opened/> });
    let card = number.map(|number| view! { <li>{t::kept_card(lang, &number)}</li> });
    let used = used_on.map(|on| view! { <li>{t::kept_used(lang, on)}</li> });
    let told: Vec<_> = told.iter().map(|way| view! { <li>{told_now(lang, way, true)}</li> }).collect();
    view! {
        <section class="own__kept" aria-labelledby="kept">
            <h2 id="kept">{t::kept(lang)}</h2>
            <ul class="own__facts" role="list">
                <li>{t::kept_name(lang, &name)}</li>
                {card}{used}{told}
                <li>{t::kept_looks(lang)}</li>
            </ul>
            <p>{t::kept_away(lang)}</p>
        </section>
        {devices}
    }
    .into_any()
}

/// Whom to look at, where several show something.
#[component]
pub fn ChoosePage(lang: Lang, people: Vec<(String, String)>) -> impl IntoView {
    let people: Vec<_> = people.into_iter().map(|(href, text)| view! { <ButtonLink text href/> }).collect();
    view! { <h1>{t::choose(lang)}</h1><nav class="own__ways" aria-label=t::choose(lang)>{people}</nav> }.into_any()
}

/// What is said where nothing is shown any more, for whatever reason: kindly, and without anybody's name.
#[component]
pub fn GonePage(lang: Lang) -> impl IntoView {
    view! { <h1>{t::gone(lang)}</h1><p>{t::gone_lead(lang)}</p><p>{t::gone_thanks(lang)}</p> }.into_any()
}

/// How often the person came; without days where nobody may learn when they can be met.
#[component]
pub fn KinVisitsPage(lang: Lang, home: String, called: String, days: Vec<Day>, undisclosed: bool) -> impl IntoView {
    let count = whole(days.len());
    let words = if count == 0 { t::no_visits(lang).to_owned() } else { t::visit_count(lang, &called, count) };
    view! {
        <Back lang home/>
        <h1>{t::visits(lang)}</h1>
        {(count == 0).then(|| view! { <p class="own__big">{called}</p> })}
        <p class="own__big">{words}</p>
        {(!undisclosed && count > 0).then(|| view! { <VisitDays lang days/> })}
    }
    .into_any()
}

/// The person's results, in the words of the results card.
#[component]
pub fn KinResultsPage(lang: Lang, home: String, card: CardView) -> impl IntoView {
    view! { <Back lang home/><p>{t::results_lead(lang)}</p><ResultsCard lang card/> }.into_any()
}
