//! What is measured of a person: the tests of today's choice first, those begun before them all.

use domain::access::Action;
use domain::assessments::Instrument;
use domain::assessments::protocol::ORDER;
use domain::ids::{GroupId, ParticipantId};
use domain::time::Day;
use leptos::prelude::*;

use super::battery::{battery, begun, in_order};
use super::measure::draft_name;
use super::reminder::TrainingReminder;
use super::standing::{Standing, next_of, standing};
use super::test_day::next_of_group;
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
    let (first, rest) = (move || in_order(&chosen.get(), true), move || in_order(&chosen.get(), false));
    let begun = begun();
    let stands = move |test: Instrument| {
        let begun = begun.with(|begun| begun.has(person, test));
        standing(&tablet.assessments(person), test, today, begun)
    };
    let with_standing = move |tests: Vec<Instrument>| tests.into_iter().map(move |test| (test, stands(test)));
    let way_on = move || {
        let begun_beside = with_standing(rest()).filter(|(_, stands)| *stands == Standing::Begun);
        let next = next_of(&with_standing(first()).chain(begun_beside).collect::<Vec<_>>());
        let (text, to) = match next {
            Some((test, stands)) => (test_words(lang, test, stands), Address::Test(person, group, test)),
            None => after_all(lang, (group, today), next_of_group(tablet, group, today, &first(), person)),
        };
        view! { <ButtonLink text href=to.to_string() kind=ButtonKind::Main wide=true class="tests__next" /> }
    };
    let row = move |test: Instrument| {
        let stands = Memo::new(move |_| stands(test));
        view! { <OneTest test stands to=Address::Test(person, group, test) consented /> }
    };
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
                <ButtonLink text=texts::results::card::open(lang) href=Address::ResultsCard(person, group).to_string() />
                <ButtonLink text=t::to_board(lang) href=Address::TestDay(group, today).to_string() />
            </div>
            <Show when=move || consented.get()><FromPaper person group /></Show>
        </View>
    }
}

/// The way on to a test of this person: one that was begun is gone on with.
fn test_words(lang: Lang, test: Instrument, stands: Standing) -> String {
    let short = instrument_short(lang, test);
    if stands == Standing::Begun { t::day::go_on(lang, short) } else { t::next_test(lang, short) }
}

/// The way on when this person has done all: the next person, or the board.
fn after_all(lang: Lang, (group, today): (GroupId, Day), next: Option<(ParticipantId, String)>) -> (String, Address) {
    match next {
        Some((next, name)) => (t::day::next(lang, &name), Address::Measure(next, group)),
        None => (t::to_board(lang).to_owned(), Address::TestDay(group, today)),
    }
}

/// The ways to typing in a result that stands on paper.
#[component]
fn FromPaper(person: ParticipantId, group: GroupId) -> impl IntoView {
    let lang = lang();
    let way = |test: &Instrument| {
        let href = Address::Paper(person, group, *test).to_string();
        view! { <ButtonLink text=instrument_short(lang, *test) href /> }
    };
    view! {
        <details class="conditions">
            <summary>{t::paper::title(lang)}</summary>
            <div class="cluster">{ORDER.iter().map(way).collect_view()}</div>
        </details>
    }
}

/// One test with how it stands: begun, done, last time.
#[component]
fn OneTest(test: Instrument, stands: Memo<Standing>, to: Address, consented: Memo<bool>) -> impl IntoView {
    let (lang, navigation) = (lang(), use_navigation());
    let (today, _) = use_tablet().local_time();
    let (short, more) = (instrument_short(lang, test), test.words(lang));
    let said = move || match stands.get() {
        Standing::Begun => view! { <Tag text=t::begun(lang) tone=Tone::Look /> }.into_any(),
        Standing::Done(day) => view! { <Tag text=measured_words(lang, today, day) tone=Tone::Good /> }.into_any(),
        Standing::Open(Some(day)) => view! { <span class="quiet">{t::last_on(lang, day)}</span> }.into_any(),
        Standing::Open(None) => view! { <span class="quiet">{t::never_measured(lang)}</span> }.into_any(),
    };
    view! {
        <Button text=short class="tests__test" disabled=move || !consented.get() script=true
            on:click=move |_| navigation.go(to)>
            {(more != short).then(|| view! { <span class="tests__more">{more}</span> })}
            <span class="tests__state">{said}</span>
        </Button>
    }
}

fn measured_words(lang: Lang, today: Day, day: Day) -> String {
    if day == today { t::done_today(lang).to_owned() } else { t::done_on(lang, day) }
}
