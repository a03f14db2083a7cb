//! A day on which a group is measured: who has done which test, and this tablet as the station of one test.

use domain::access::Action;
use domain::assessments::Instrument;
use domain::assessments::protocol::ORDER;
use domain::attendance::Mark;
use domain::ids::{GroupId, ParticipantId};
use domain::people::Participant;
use domain::safety::Gate;
use domain::time::Day;
use leptos::prelude::*;

use super::battery::{Begun, battery, begun, in_order};
use super::measure::{Measure, Wanted};
use super::reminder::TrainingReminder;
use super::standing::{InLine, Standing, standing};
use super::words::instrument_short;
use crate::context::address::Address;
use crate::context::view::View;
use crate::context::{lang, use_tablet};
use crate::device::signals::keep_screen_on;
use crate::sessions::start::to_test_today;
use crate::sync::tablet::Tablet;
use crate::texts::{self, Words, measure::day as t};
use crate::ui::{ButtonKind, ButtonLink, Empty, Icon, RowLink, Rows, Switch, SwitchButton, Tag, Tone};

/// Somebody of the group on that day.
#[derive(Clone, PartialEq, Debug)]
struct Somebody {
    id: ParticipantId,
    name: String,
    here: bool,
}

/// The group's people of that day by name; who is marked as absent comes last. Nobody is measured whose processing is
/// restricted.
fn people(tablet: Tablet, group: GroupId, day: Day) -> Vec<Somebody> {
    let session = tablet.sessions(group).into_iter().find(|session| session.day == day).map(|session| session.id);
    let somebody = |person: Participant| {
        let mark = session.and_then(|session| tablet.mark(group, session, person.id));
        let name = tablet.name_of(person.id, group).map(|name| texts::named(lang(), &name)).unwrap_or_default();
        Somebody { id: person.id, name, here: mark.is_none_or(Mark::is_here) }
    };
    let members = tablet.members(group, day).into_iter().filter(|person| !person.profile.restricted);
    let mut people: Vec<_> = members.map(somebody).collect();
    people.sort_by_cached_key(|one| (!one.here, domain::names::sort_key(&one.name)));
    people
}

/// Whether nobody is to call this person for a test today: a no to tests, or what was answered before them. The instructor
/// may open their tests all the same, which say why.
fn is_closed(tablet: Tablet, person: ParticipantId) -> bool {
    tablet.tests_ended(person) || matches!(tablet.gate(person), Gate::Red(_) | Gate::Postpone)
}

/// Who is measured after that person: the first of the group who is here, may be measured today and has not done all of
/// these tests.
pub fn next_of_group(
    tablet: Tablet,
    group: GroupId,
    day: Day,
    tests: &[Instrument],
    after: ParticipantId,
) -> Option<(ParticipantId, String)> {
    let is_open = |one: &Somebody| {
        let done = tablet.assessments(one.id);
        tests.iter().any(|test| matches!(standing(&done, *test, day, false), Standing::Open(_)))
    };
    let is_next = |one: &Somebody| one.here && one.id != after && is_open(one) && !is_closed(tablet, one.id);
    let next = people(tablet, group, day).into_iter().find(is_next);
    next.map(|one| (one.id, one.name))
}

/// The board of the group at hand: where the shortcut of the home screen leads.
#[component]
pub fn TodaysTests() -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let measures = tablet.account().may(Action::RecordAssessments);
    let hand = Memo::new(move |_| to_test_today(tablet).map(|meeting| (meeting.group, meeting.day)));
    let nothing = if measures { texts::tablet::start::nothing_today(lang) } else { texts::measure::not_allowed(lang) };
    move || match hand.get().filter(|_| measures) {
        Some((group, day)) => view! { <TestDay group day /> }.into_any(),
        None => view! { <View title=t::title(lang) back=true><Empty title=nothing /></View> }.into_any(),
    }
}

/// The board: everybody's tests, those begun first, with the choice of tests and the way to a station.
#[component]
pub fn TestDay(group: GroupId, day: Day) -> impl IntoView {
    keep_screen_on();
    let (lang, tablet) = (lang(), use_tablet());
    let chosen = battery(group);
    let begun = begun();
    let people = Memo::new(move |_| {
        let mut people = people(tablet, group, day);
        let tests = chosen.get();
        people.sort_by_key(|one| !begun.with(|begun| begun.has_any(one.id, &tests)));
        people
    });
    let lead = untrack(|| tablet.group(group)).map(|group| group.name).unwrap_or_default();
    let pick = move |test: &Instrument| {
        let test = *test;
        let pressed = move || chosen.get().contains(&test);
        let switch = move |_| {
            chosen.update(|chosen| match chosen.iter().position(|one| *one == test) {
                Some(place) => drop(chosen.remove(place)),
                None => chosen.push(test),
            });
        };
        view! { <SwitchButton text=instrument_short(lang, test) pressed on:click=switch /> }
    };
    let station = move |test: Instrument| {
        view! { <ButtonLink text=instrument_short(lang, test) href=Address::Station(group, day, test).to_string() /> }
    };
    let picked = move || in_order(&chosen.get(), true);
    view! {
        <View title=t::title(lang) lead back=true>
            <TrainingReminder />
            <details class="conditions">
                <summary>{t::choose(lang)}</summary>
                <Switch label=t::choose(lang) class="switch--wrap">{ORDER.iter().map(pick).collect_view()}</Switch>
            </details>
            <section class="stack">
                <h2>{t::stations(lang)}</h2>
                <p class="quiet">{t::station_hint(lang)}</p>
                <div class="cluster">{move || picked().into_iter().map(station).collect_view()}</div>
            </section>
            <section class="stack">
                <h2>{t::people(lang)}</h2>
                <Show when=move || !people.get().is_empty() fallback=move || view! { <Empty title=t::nobody(lang) /> }>
                    <ul class="rows board" role="list">
                        <For each=move || people.get() key=|one| (one.id, one.here) let:one>
                            <BoardRow one group day tests=Signal::derive(picked) begun />
                        </For>
                    </ul>
                </Show>
            </section>
            <ButtonLink text=texts::measure::practice::title(lang) icon=Icon::Clock href=Address::Practice.to_string() class="practice-link" />
            <ButtonLink text=texts::guide::sources::title(lang) href=Address::Sources.to_string() class="practice-link" />
        </View>
    }
}

#[component]
fn BoardRow(
    one: Somebody,
    group: GroupId,
    day: Day,
    tests: Signal<Vec<Instrument>>,
    begun: RwSignal<Begun>,
) -> impl IntoView {
    let (lang, id) = (lang(), one.id);
    let cell = move |test: Instrument| view! { <BoardCell person=id group day test begun /> };
    view! {
        <li class="board__row" class:board__row--away=!one.here>
            <a class="board__name" href=Address::Measure(id, group).to_string()>{one.name}</a>
            {(!one.here).then(|| view! { <Tag text=t::away(lang) /> })}
            <span class="board__cells">{move || tests.get().into_iter().map(cell).collect_view()}</span>
        </li>
    }
}

#[component]
fn BoardCell(
    person: ParticipantId,
    group: GroupId,
    day: Day,
    test: Instrument,
    begun: RwSignal<Begun>,
) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let stands = Memo::new(move |_| {
        let begun = begun.with(|begun| begun.has(person, test));
        standing(&tablet.assessments(person), test, day, begun)
    });
    let said = move || match stands.get() {
        Standing::Begun => (t::begun(lang), Tone::Look),
        Standing::Done(_) => (t::done(lang), Tone::Good),
        Standing::Open(_) => (t::open(lang), Tone::Calm),
    };
    view! {
        <a class="board__cell" href=Address::StationTest(group, day, test, person).to_string()>
            <span class="board__test">{instrument_short(lang, test)}</span>
            {move || {
                let (text, tone) = said();
                view! { <Tag text tone /> }
            }}
        </a>
    }
}

/// This tablet measures one thing: who is next, in one tap.
#[component]
pub fn Station(group: GroupId, day: Day, test: Instrument) -> impl IntoView {
    keep_screen_on();
    let (lang, tablet) = (lang(), use_tablet());
    let all = Memo::new(move |_| people(tablet, group, day));
    let begun = begun();
    let sorted = Memo::new(move |_| {
        let stands = |one: &Somebody| {
            let begun = begun.with(|begun| begun.has(one.id, test));
            standing(&tablet.assessments(one.id), test, day, begun)
        };
        let (mut waiting, mut done) = (Vec::new(), Vec::new());
        for one in all.get() {
            match stands(&one) {
                Standing::Done(_) => done.push(one),
                stands => {
                    let (begun, here) = (stands == Standing::Begun, one.here);
                    let in_line = InLine { begun, here, closed: is_closed(tablet, one.id) };
                    waiting.push((one, in_line));
                }
            }
        }
        waiting.sort_by_key(|(_, in_line)| in_line.order());
        (waiting, done)
    });
    let link = move |id: ParticipantId| Address::StationTest(group, day, test, id).to_string();
    let next = move || {
        let (waiting, _) = sorted.get();
        match waiting.first().filter(|(_, in_line)| in_line.is_up()) {
            Some((one, in_line)) => {
                let text = if in_line.begun { t::go_on(lang, &one.name) } else { t::next(lang, &one.name) };
                view! { <ButtonLink text href=link(one.id) kind=ButtonKind::Main wide=true class="station__next" /> }
                    .into_any()
            }
            None => view! { <Empty title=t::all_done(lang) /> }.into_any(),
        }
    };
    let rest = move |(one, in_line): (Somebody, InLine)| {
        let why = match in_line {
            InLine { here: false, .. } => Some(t::away(lang)),
            _ if !in_line.is_up() => Some(t::closed(lang)),
            _ => None,
        };
        view! { <RowLink href=link(one.id) name=one.name>{why.map(|text| view! { <Tag text /> })}</RowLink> }
    };
    // Whoever has the large button stands in no row.
    let others = move || {
        let (waiting, _) = sorted.get();
        let called = usize::from(waiting.first().is_some_and(|(_, in_line)| in_line.is_up()));
        waiting.into_iter().skip(called)
    };
    let finished = move |one: Somebody| {
        view! { <RowLink href=link(one.id) name=one.name><Tag text=t::done(lang) tone=Tone::Good /></RowLink> }
    };
    let counted =
        move || sorted.with(|(waiting, done)| t::counted(lang, (waiting.len() + done.len()) as i64, done.len() as i64));
    view! {
        <View title=test.words(lang) lead=t::station(lang) back=true>
            {next}
            <p class="station__counted" role="status">{counted}</p>
            <Show when=move || others().next().is_some()>
                <section class="stack">
                    <h2>{t::waiting(lang)}</h2>
                    <Rows>{move || others().map(rest).collect_view()}</Rows>
                </section>
            </Show>
            <Show when=move || sorted.with(|(_, done)| !done.is_empty())>
                <section class="stack">
                    <h2>{t::finished(lang)}</h2>
                    <Rows>{move || sorted.get().1.into_iter().map(finished).collect_view()}</Rows>
                </section>
            </Show>
            <ButtonLink text=t::to_board(lang) href=Address::TestDay(group, day).to_string() kind=ButtonKind::Quiet />
        </View>
    }
}

/// A test at a station leads back to the station, and so to the next person.
#[component]
pub fn StationTest(group: GroupId, day: Day, test: Instrument, person: ParticipantId) -> impl IntoView {
    view! { <Measure person group wanted=Wanted::New(test) then=Address::Station(group, day, test) /> }
}
