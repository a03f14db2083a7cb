//! A person's card: who it is, how they have come, what was measured, what they agreed to.

use domain::access::Action;
use domain::assessments::{Assessment, Instrument};
use domain::consents::ConsentPurpose;
use domain::ids::{GroupId, ParticipantId};
use domain::input::{call_link, call_link_in};
use domain::people::Participant;
use leptos::prelude::*;
use std::cmp::Reverse;

use super::card_parts::NotHere;
use crate::assessments::references::Who;
use crate::assessments::result_view::{Privacy, TestResult};
use crate::assessments::standing::newest;
use crate::assessments::told::lines;
use crate::consents::asking::{Recording, ToRead};
use crate::contacts::card::Contacts;
use crate::context::address::Address;
use crate::context::view::View;
use crate::context::{lang, use_tablet};
use crate::home_programmes::card::HomeExercise;
use crate::pauses::card::Pauses;
use crate::registration::overview::Summary;
use crate::texts::roll::restricted_mark;
use crate::texts::{self, Words, card as t};
use crate::ui::{Button, ButtonKind, ButtonLink, Fact, Facts, Icon, IconView, Tag};

#[component]
pub fn Card(person: ParticipantId, group: GroupId) -> impl IntoView {
    let tablet = use_tablet();
    match untrack(|| tablet.participant(person)).map(|who| who.profile.restricted) {
        Some(false) => view! { <OpenCard person group /> }.into_any(),
        Some(true) => view! { <Restricted person group /> }.into_any(),
        None => view! { <NotHere /> }.into_any(),
    }
}

/// Nothing but the name is here of somebody whose processing is restricted, and nothing is added
/// (docs/access.md, Restriction).
#[component]
fn Restricted(person: ParticipantId, group: GroupId) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let name = move || tablet.name_of(person, group).map(|name| texts::named(lang, &name)).unwrap_or_default();
    view! { <View title=name back=true><p><Tag text=restricted_mark(lang) /></p></View> }
}

#[component]
fn OpenCard(person: ParticipantId, group: GroupId) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let who = Memo::new(move |_| tablet.participant(person));
    let name = move || tablet.name_of(person, group).map(|name| texts::named(lang, &name)).unwrap_or_default();
    let lapsed = tablet.lapsed();
    let account = tablet.account();
    let (profiles, tests, consents) =
        (account.may(Action::SeeProfiles), account.may(Action::SeeAssessments), account.may(Action::RecordConsents));
    let (completes, tells) = (account.may(Action::EditProfiles), account.may(Action::RecordIncidents));
    let papers = account.may(Action::WriteLetters) && account.may(Action::ManageCards);
    let shares = account.may(Action::Share);
    let attended = move || {
        let (present, held) = tablet.attended(group, person);
        if held == 0 { t::attended_none(lang).to_owned() } else { t::attended(lang, held, present) }
    };
    view! {
        <View title=name back=true>
            {tells.then(|| view! { <Happened person group /> })}
            <Show when=move || profiles && !lapsed.get()>
                {move || who.get().map(|person| view! { <About person /> })}
            </Show>
            <Show when=move || completes && !lapsed.get()>
                <Summary person group />
            </Show>
            <Show when=move || !lapsed.get()>
                <section class="card">
                    <h2>{t::groups(lang)}</h2>
                    <p>{move || texts::list(lang, &tablet.groups_of(person))}</p>
                    <h2>{t::attendance(lang)}</h2>
                    <p>{attended}</p>
                </section>
            </Show>
            <Show when=move || completes && !lapsed.get()>
                <Pauses person group />
                <HomeExercise person group />
                <Contacts person group />
            </Show>
            <Show when=move || tests>
                <Results person group />
            </Show>
            <Show when=move || consents>
                <Consents person />
            </Show>
            <Show when=move || papers && !lapsed.get()>
                <Papers person group shares />
            </Show>
        </View>
    }
}

/// Something happens in the session: what to do now, and telling it. Not on the roll, where a slip would tell of nothing.
#[component]
fn Happened(person: ParticipantId, group: GroupId) -> impl IntoView {
    view! {
        <a class="button button--danger card__happened" href=Address::Stop(person, group, None).to_string()>
            <IconView icon=Icon::Wrong />
            <span>{texts::safety::stop::happened(lang())}</span>
        </a>
    }
}

/// What the server's pages print for the person and for the whole group; they need the network. `shares`: whether whoever
/// works here helps the person to say what a relative is shown.
#[component]
fn Papers(person: ParticipantId, group: GroupId, shares: bool) -> impl IntoView {
    let lang = lang();
    let relatives = shares.then(|| {
        view! { <ButtonLink text=texts::kin::desk::open(lang) href=format!("/people/{person}/relatives") /> }
    });
    view! {
        <section class="card" id="papers">
            <h2>{t::papers(lang)}</h2>
            <p class="quiet">{t::papers_hint(lang)}</p>
            <div class="cluster">
                <ButtonLink text=texts::own::desk::open(lang) href=format!("/people/{person}/personal-card") />
                {relatives}
                <ButtonLink text=t::letter(lang) href=format!("/people/{person}/letters") />
                <ButtonLink text=texts::own::group_cards::open(lang) href=format!("/groups/{group}/cards") />
                <ButtonLink text=t::group_letters(lang) href=format!("/groups/{group}/letters") />
            </div>
        </section>
    }
}

/// Age and how to reach the person; not for peer instructors.
#[component]
fn About(person: Participant) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let (today, _) = tablet.local_time();
    let profile = person.profile;
    let age = match (profile.birth_date, profile.birth_year) {
        (Some(birth), _) => Some(t::age(lang, i64::from(today.age_of_born(birth)))),
        (None, Some(year)) => Some(t::born(lang, &year.to_string())),
        (None, None) => None,
    };
    let called = |name: &'static str, text: String, link: String| {
        view! { <div class="facts__pair"><dt>{name}</dt><dd><ButtonLink text href=link /></dd></div> }
    };
    let phone = profile.phone.map(|phone| {
        let link = call_link(&phone);
        called(t::phone(lang), phone, link)
    });
    let emergency = profile.emergency_contact.map(|value| match call_link_in(&value) {
        Some(link) => called(t::emergency(lang), value, link).into_any(),
        None => view! { <Fact name=t::emergency(lang) value /> }.into_any(),
    });
    let provisional = person.provisional;
    view! {
        <section class="card">
            {age.map(|age| view! { <p>{age}</p> })}
            {provisional.then(|| view! { <p class="quiet">{t::provisional(lang)}</p> })}
            <Facts>{phone} {emergency}</Facts>
        </section>
    }
}

/// The latest test of each kind, with the way to correct it and to measure again.
#[component]
fn Results(person: ParticipantId, group: GroupId) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let latest = Memo::new(move |_| {
        let mut all = tablet.assessments(person);
        all.retain(|test| !lines(lang, test, &[], Who::default()).is_empty());
        let of = |test: &Instrument| newest(all.iter().filter(|one| one.instrument == *test)).cloned();
        let mut latest: Vec<_> = Instrument::ALL.iter().filter_map(of).collect();
        latest.sort_by_key(|a| Reverse((a.measured_on, a.id)));
        latest
    });
    view! {
        <section class="card">
            <div class="card__head">
                <h2>{t::results(lang)}</h2>
                <div class="cluster">
                    <Show when=move || !latest.get().is_empty()>
                        <Privacy />
                    </Show>
                    <Show when=move || !latest.get().is_empty()>
                        <ButtonLink text=texts::results::card::open(lang) href=Address::ResultsCard(person, group).to_string() />
                    </Show>
                    <ButtonLink text=texts::roll::measure(lang) href=Address::Measure(person, group).to_string() />
                </div>
            </div>
            <Show when=move || !latest.get().is_empty() fallback=move || {
                let words = if tablet.lapsed().get() { t::hidden_results(lang) } else { t::no_results(lang) };
                view! { <p>{words}</p> }
            }>
                // Drawn anew as a whole: a correction may change anything of a test.
                {move || latest.get().into_iter().map(|test| view! { <OneResult test group /> }).collect_view()}
            </Show>
        </section>
    }
}

#[component]
fn OneResult(test: Assessment, group: GroupId) -> impl IntoView {
    let lang = lang();
    let correct = Address::Amend(test.participant, group, test.id).to_string();
    view! {
        <article class="one-result">
            <h3>{test.instrument.words(lang)}</h3>
            <p class="quiet">{t::measured(lang, test.measured_on)}</p>
            <TestResult assessment=test listed=true />
            <ButtonLink text=texts::measure::amend(lang) href=correct />
        </article>
    }
}

/// Consents as they stand, and recording one that was just said.
#[component]
fn Consents(person: ParticipantId) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let consents = Memo::new(move |_| tablet.consents(person));
    let given = Memo::new(move |_| tablet.may_be_measured(person));
    let recording = Recording { person, purpose: ConsentPurpose::HealthTests };
    view! {
        <section class="card">
            <h2>{t::consents(lang)}</h2>
            <Show when=move || !consents.get().is_empty() fallback=move || {
                let words = if tablet.lapsed().get() { t::hidden_consents(lang) } else { t::no_consents(lang) };
                view! { <p>{words}</p> }
            }>
                <ul>
                    <For each=move || consents.get() key=|c| c.id let:consent>
                        <li>
                            {t::consent_line(lang, consent.act.words(lang), consent.on, consent.purpose.words(lang))}
                        </li>
                    </For>
                </ul>
            </Show>
            <Show when=move || given.get() fallback=move || view! { <Ask recording /> }>
                <Button text=t::withdraw(lang) kind=ButtonKind::Danger script=true on:click=move |_| recording.say(false) />
            </Show>
        </section>
    }
}

/// The text to read out, and the button for a yes.
#[component]
fn Ask(recording: Recording) -> impl IntoView {
    let lang = lang();
    view! {
        <div class="consent">
            <ToRead purpose=recording.purpose />
            <Button text=t::give(lang) kind=ButtonKind::Main script=true on:click=move |_| recording.say(true) />
        </div>
    }
}
