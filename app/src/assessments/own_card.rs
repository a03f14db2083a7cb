//! The results card on the tablet: shown, printed on the spot and read aloud, in the person's language, without network.

use domain::access::Action;
use domain::devices::Help;
use domain::ids::{GroupId, ParticipantId};
use domain::time::{Day, TimeOfDay};
use leptos::prelude::*;

use super::result_view::Privacy;
use super::results_card::{CardView, Next, NextRound, ResultsCard, card_lines, spoken};
use crate::context::view::{NoView, View};
use crate::context::{lang, use_tablet};
use crate::device::voice::Voice;
use crate::sessions::today::next_of;
use crate::sync::tablet::Tablet;
use crate::texts::measure::privacy_on;
use crate::texts::{self, Lang, results::card as t};
use crate::ui::{Button, ButtonKind, Icon, IconView, PaperAddress, Switch, SwitchButton};

#[component]
pub fn OwnCard(person: ParticipantId, group: GroupId) -> impl IntoView {
    let tablet = use_tablet();
    match untrack(|| tablet.participant(person)) {
        Some(who) if tablet.account().may(Action::SeeAssessments) => {
            let own = Lang::of_person(who.profile.language).unwrap_or_else(lang);
            view! { <OpenCard person group own /> }.into_any()
        }
        _ => view! { <NoView /> }.into_any(),
    }
}

#[component]
fn OpenCard(person: ParticipantId, group: GroupId, own: Lang) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let chosen = RwSignal::new(own);
    let spoken_in = Memo::new(move |_| chosen.get().addressing(tablet.you().form_of_address));
    let card = Memo::new(move |_| card_of(tablet, spoken_in.get(), person, group));
    let name = untrack(|| tablet.name_of(person, group)).map(|name| texts::named(lang, &name)).unwrap_or_default();
    let one = move |one: Lang| {
        let pressed = move || chosen.get() == one;
        view! { <SwitchButton text=one.own_name() lang=one.code() pressed on:click=move |_| chosen.set(one) /> }
    };
    let page = move || tablet.you().own_page.as_ref().and_then(PaperAddress::of);
    let print = move |_| {
        let _ = window().print();
    };
    // The card is all numbers: hidden from the group it waits until they are shown again.
    let shown = move || !tablet.privacy().get();
    view! {
        <View title=t::open(lang) lead=name back=true>
            <Show when=shown fallback=move || view! { <Hidden /> }>
                <div class="card-ways">
                    <Switch label=t::languages(lang)>{Lang::ALL.map(one).into_iter().collect_view()}</Switch>
                    <Aloud card spoken_in />
                    <Button text=t::print(lang) icon=Icon::Print kind=ButtonKind::Main script=true on:click=print />
                </div>
                {move || view! { <ResultsCard lang=spoken_in.get() card=card.get() page=page() /> }}
            </Show>
        </View>
    }
}

/// Instead of the card, with the way to it.
#[component]
fn Hidden() -> impl IntoView {
    view! {
        <p class="told__hidden">{privacy_on(lang())}</p>
        <Privacy />
    }
}

/// Reads the card aloud, where the device has a voice of its language; a second press makes it silent.
#[component]
fn Aloud(card: Memo<CardView>, spoken_in: Memo<Lang>) -> impl IntoView {
    let (lang, voice) = (lang(), Voice::open());
    // Another language begins anew.
    Effect::new(move |before: Option<()>| {
        spoken_in.track();
        if before.is_some() {
            voice.stop();
        }
    });
    let text = move || if voice.is_speaking() { t::silent(lang) } else { t::aloud(lang) };
    let icon = move || if voice.is_speaking() { Icon::Pause } else { Icon::Voice };
    let turn = move |_| {
        if untrack(|| voice.is_speaking()) {
            voice.stop();
        } else {
            let own = spoken_in.get_untracked();
            voice.speak(own, &card.with_untracked(|card| spoken(own, card)));
        }
    };
    view! {
        <Show when=move || voice.can_speak(spoken_in.get())>
            <button type="button" class="button" aria-pressed=move || voice.is_speaking().to_string() on:click=turn>
                {move || view! { <IconView icon=icon() /> }}
                <span>{text}</span>
            </button>
        </Show>
    }
}

/// The card as this tablet can tell it: the tests and plans that lie on it.
fn card_of(tablet: Tablet, lang: Lang, person: ParticipantId, group: GroupId) -> CardView {
    let (tests, (today, _)) = (tablet.assessments(person), tablet.local_time());
    let name = tablet.participant(person).map(|person| person.profile.full_name()).unwrap_or_default();
    let round = NextRound::of(tablet.first_visit(person, &tests), &tests, today)
        .filter(|_| !tablet.lapsed().get() && !tablet.tests_ended(person));
    let next = Next { session: next_session(tablet, person, today), round };
    CardView { name, lines: card_lines(lang, &tests), next, help: called(tablet, group) }
}

/// Whom the person calls: the group's instructor, else the municipality's number.
fn called(tablet: Tablet, group: GroupId) -> Option<Help> {
    tablet.you().instructors.remove(&group).or_else(|| tablet.account().help)
}

/// The first session to come of the groups in which the person is then, at its own time and place; today's has been or is
/// being held.
fn next_session(tablet: Tablet, person: ParticipantId, today: Day) -> Option<(Day, Option<TimeOfDay>, Option<String>)> {
    if tablet.lapsed().get() {
        return None;
    }
    let of_group = |group: domain::groups::Group| {
        let is_member = |day| tablet.is_member(group.id, person, day);
        let next = next_of(&group, &tablet.sessions(group.id), today, is_member)?;
        Some((next.day, next.starts_at, next.place))
    };
    tablet.groups().into_iter().filter_map(of_group).min_by_key(|(day, at, _)| (*day, at.map(TimeOfDay::minutes)))
}
