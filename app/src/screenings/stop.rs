//! A test was stopped because of a symptom, or something happened in the session: what to do now, whom to call, where one
//! is. The incident is stored before anything is shown, and sent at once; it is told in full below.

use domain::access::Action;
use domain::ids::{GroupId, IncidentId, ParticipantId};
use domain::incidents::{Incident, IncidentKind, InjuryLevel, StoppedTest, Verb};
use leptos::prelude::*;

use super::tell::Tell;
use crate::context::address::Address;
use crate::context::view::{NoView, View};
use crate::context::{lang, use_tablet};
use crate::device::signals::keep_screen_on;
use crate::sync::tablet::Tablet;
use crate::texts::{self, Lang, safety::stop as t};
use crate::ui::{ButtonLink, Fact, Facts, Icon, IconView, Notice, Tone};

#[component]
pub fn Stop(person: ParticipantId, group: GroupId, stopped: Option<StoppedTest>) -> impl IntoView {
    let tablet = use_tablet();
    let known = untrack(|| tablet.knows(person) && tablet.group(group).is_some());
    if !known || !tablet.account().may(Action::RecordIncidents) {
        return view! { <NoView /> }.into_any();
    }
    let test = stopped.map(|stopped| stopped.instrument);
    if untrack(|| tablet.stopped_today(person, group, test).is_none()) {
        record(tablet, person, group, stopped);
    }
    view! { <Stopped person group stopped /> }.into_any()
}

/// The least that is known, in the moment in which it is known.
fn record(tablet: Tablet, person: ParticipantId, group: GroupId, stopped: Option<StoppedTest>) {
    let (on, at) = tablet.local_time();
    let incident = Incident {
        id: tablet.new_ids(IncidentId::new),
        group,
        session: untrack(|| tablet.session_of(group, on)),
        participant: Some(person),
        on,
        at: Some(at),
        kind: IncidentKind::Symptom,
        injury: InjuryLevel::None,
        what_happened: String::new(),
        activity: Some(activity(lang(), stopped).to_owned()),
        actions: Vec::new(),
        preventable: None,
        follow_up_on: None,
        unfinished: true,
        handled_on: None,
        present: untrack(|| tablet.people_present(group)),
        staff: vec![tablet.account().user],
        stopped,
    };
    tablet.record(vec![Verb::Record { incident }.into()]);
    tablet.send_now();
}

/// What was going on: a test, or the session itself.
fn activity(lang: Lang, stopped: Option<StoppedTest>) -> &'static str {
    if stopped.is_some() { t::activity(lang) } else { t::activity_session(lang) }
}

#[component]
fn Stopped(person: ParticipantId, group: GroupId, stopped: Option<StoppedTest>) -> impl IntoView {
    keep_screen_on();
    let (lang, tablet) = (lang(), use_tablet());
    let name = untrack(|| tablet.name_of(person, group)).map(|name| texts::named(lang, &name)).unwrap_or_default();
    let test = stopped.map(|stopped| stopped.instrument);
    let incident = Memo::new(move |_| tablet.stopped_today(person, group, test));
    // A new form for each incident, not for each word about it.
    let which = Memo::new(move |_| incident.with(|incident| incident.as_ref().map(|incident| incident.id)));
    let form = move || {
        let first = which.get().and_then(|_| incident.get_untracked())?;
        Some(view! { <Tell first incident another=Callback::new(move |()| record(tablet, person, group, stopped)) /> })
    };
    view! {
        <View title=if stopped.is_some() { t::title(lang) } else { t::happened(lang) } lead=name>
            <Now />
            <WhereWeAre group />
            <Stored which />
            {form}
            <div class="halt__ways">
                <ButtonLink text=texts::safety::red::to_card(lang) href=Address::Person(person, group).to_string()
                    icon=Icon::Person />
            </div>
        </View>
    }
}

/// What to do now, in the order in which it is done.
#[component]
fn Now() -> impl IntoView {
    let lang = lang();
    let signs = [t::chest(lang), t::stroke(lang), t::unconscious(lang), t::hip(lang)];
    view! {
        <section class="halt stop" role="alert">
            <h2 class="halt__title">{t::sit(lang)}</h2>
            <div class="stop__call">
                <div>
                    <p class="halt__text">{t::call_if(lang)}</p>
                    <ul class="stop__signs">{signs.map(|sign| view! { <li>{sign}</li> }).collect_view()}</ul>
                </div>
                <a class="button stop__number" href="tel:112">
                    <IconView icon=Icon::Phone />
                    <span>{t::call(lang)}</span>
                </a>
            </div>
        </section>
    }
}

/// Where one is, for whoever calls, and who can help.
#[component]
fn WhereWeAre(group: GroupId) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let place = move || {
        let (today, _) = tablet.local_time();
        tablet.place_of(group, today).unwrap_or_else(|| t::no_place(lang).to_owned())
    };
    let aed = move || {
        let (today, _) = tablet.local_time();
        tablet.aed_of(group, today).unwrap_or_else(|| t::no_aed(lang).to_owned())
    };
    let present = move || match tablet.present(lang, group) {
        names if names.is_empty() => t::nobody(lang).to_owned(),
        names => texts::list(lang, &names),
    };
    view! {
        <section class="card stop__place">
            <Facts>
                <Fact name=t::place(lang) value=place() />
                <Fact name=t::aed(lang) value=aed() />
                <Fact name=t::present(lang) value=present() />
            </Facts>
        </section>
    }
}

/// Where the incident is. It is said as it is, and in neither case in green.
#[component]
fn Stored(which: Memo<Option<IncidentId>>) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let sent = Memo::new(move |_| Some(tablet.is_sent(which.get()?)));
    move || {
        let title = if sent.get()? { t::sent(lang) } else { t::here(lang) };
        Some(view! { <Notice tone=Tone::Told title live=true /> })
    }
}
