//! What is measured of a person: the tests of today's choice first, those begun before them all.

use domain::access::Action;
use domain::assessments::Instrument;
use domain::ids::{GroupId, ParticipantId};
use domain::time::Day;
use leptos::prelude::*;

use super::battery::{ROUND_DAYS, battery};
use super::measure::draft_name;
use super::reminder::TrainingReminder;
use super::test_form::TestForm;
use super::words::instrument_short;
use crate::context::address::Address;
use crate::context::navigation::use_navigation;
use crate::context::view::{NoView, View};
use crate::context::{lang, use_tablet};
use crate::screenings::gate::Gate;
use crate::texts::{self, Lang, Words, measure as t};
use crate::ui::{Button, ButtonKind, ButtonLink, Notice, Tag, Tone};

/// Which test, for those who may measure.
#[component]
pub fn Choose(person: ParticipantId, group: GroupId) -> impl IntoView {
    let tablet = use_tablet();
    match untrack(|| tablet.participant(person)) {
        Some(_) if tablet.account().may(Action::RecordAssessments) => view! { <Tests person group /> }.into_any(),
        Some(_) => view! { <View title=t::title(lang())><p>{t::not_allowed(lang())}</p></View> }.into_any(),
        None => view! { <NoView /> }.into_any(),
    }
}

#[component]
fn Tests(person: ParticipantId, group: GroupId) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let consented = Memo::new(move |_| tablet.may_be_measured(person));
    let card = Address::Person(person, group);
    let (today, _) = tablet.local_time();
    let name = untrack(|| tablet.name_of(person, group)).map(|name| texts::named(lang, &name)).unwrap_or_default();
    let chosen = battery(group);
    tablet.rename_draft(format!("measure/{person}"), move |kept| {
        let form: TestForm = serde_json::from_slice::<Option<TestForm>>(kept).ok().flatten()?;
        Some(draft_name(person, form.instrument))
    });
    let first = move || {
        let picked = chosen.get();
        Instrument::ALL.iter().copied().filter(|one| picked.contains(one)).collect::<Vec<_>>()
    };
    let rest = move || {
        let picked = chosen.get();
        Instrument::ALL.iter().copied().filter(|one| !picked.contains(one)).collect::<Vec<_>>()
    };
    let day_of = move |test: Instrument| {
        let tests = tablet.assessments(person);
        tests.iter().filter(|one| one.instrument == test).map(|one| one.measured_on).max()
    };
    let is_done = move |test: Instrument| day_of(test).is_some_and(|day| today.days_since(day) <= ROUND_DAYS);
    // The one way on: this person's next test, or the next person.
    let next = move || match first().into_iter().find(|test| !is_done(*test)) {
        Some(test) => {
            let text = t::next_test(lang, instrument_short(lang, test));
            (text, Address::Test(person, group, test))
        }
        None => (t::next_person(lang).to_owned(), Address::TestDay(group, today)),
    };
    let way_on = move || {
        let (text, to) = next();
        view! { <ButtonLink text href=to.to_string() kind=ButtonKind::Main wide=true class="tests__next" /> }
    };
    let row = move |test: Instrument| view! { <OneTest person group test consented /> };
    view! {
        <View title=name lead=t::choose(lang) back=true>
            <TrainingReminder />
            <Gate person group begun=Signal::derive(|| false)>
            <Show when=move || !consented.get()>
                <Notice tone=Tone::Look title=t::no_consent(lang)>
                    <ButtonLink text=t::ask_consent(lang) href=card.to_string() />
                </Notice>
            </Show>
            <Show when=move || consented.get()>{way_on}</Show>
            <h2>{t::today_tests(lang)}</h2>
            <div class="tests"><For each=first key=|test| *test let:test>{row(test)}</For></div>
            <h2>{t::other_tests(lang)}</h2>
            <div class="tests"><For each=rest key=|test| *test let:test>{row(test)}</For></div>
            </Gate>
            <div class="cluster">
                <ButtonLink text=t::to_card(lang) href=card.to_string() />
                <ButtonLink text=t::to_board(lang) href=Address::TestDay(group, today).to_string() />
            </div>
        </View>
    }
}

/// One test with how it stands: begun, done, last time.
#[component]
fn OneTest(person: ParticipantId, group: GroupId, test: Instrument, consented: Memo<bool>) -> impl IntoView {
    let (lang, tablet, navigation) = (lang(), use_tablet(), use_navigation());
    let begun = tablet.has_draft(draft_name(person, test));
    let (today, _) = tablet.local_time();
    let last = Memo::new(move |_| {
        let tests = tablet.assessments(person);
        tests.iter().filter(|one| one.instrument == test).map(|one| one.measured_on).max()
    });
    let go = move |_| navigation.go(Address::Test(person, group, test));
    let said = move || match (begun.get(), last.get()) {
        (true, _) => view! { <Tag text=t::begun(lang) tone=Tone::Look /> }.into_any(),
        (_, Some(day)) if today.days_since(day) <= ROUND_DAYS => {
            view! { <Tag text=measured_words(lang, today, day) tone=Tone::Good /> }.into_any()
        }
        (_, Some(day)) => view! { <span class="quiet">{t::last_on(lang, day)}</span> }.into_any(),
        _ => view! { <span class="quiet">{t::never_measured(lang)}</span> }.into_any(),
    };
    view! {
        <Button text=instrument_short(lang, test) class="tests__test" disabled=move || !consented.get() script=true on:click=go>
            <span class="tests__more">{test.words(lang)}</span>
            <span class="tests__state">{said}</span>
        </Button>
    }
}

fn measured_words(lang: Lang, today: Day, day: Day) -> String {
    if day == today { t::done_today(lang).to_owned() } else { t::done_on(lang, day) }
}
