//! The roll call: who is here, marked by a tap.

use domain::attendance::Mark;
use domain::ids::GroupId;
use domain::people::naming::Form;
use domain::sessions::SessionStatus;
use domain::time::Day;
use leptos::prelude::*;

use super::ahead::AheadSheet;
use super::closing::Closing;
use super::mark_sheet::MarkSheet;
use super::roll_bar::RollBar;
use super::roll_call::RollCall;
use super::roll_row::RollRow;
use super::roster::{Order, Row, UsualPlaces, rows};
use super::typed_name::TypedName;
use super::usual_places::PlacesSheet;
use crate::context::taps::{Taps, VIEW_CHANGE};
use crate::context::view::{NoView, View};
use crate::context::{lang, use_tablet};
use crate::sessions::start::when;
use crate::sessions::today::{Meeting, meeting};
use crate::texts::roll as t;
use crate::ui::{Button, Empty, Notice, Switch, SwitchButton, Tone};

/// From how many rows on a search stands above them.
const SEARCH_FROM: usize = 12;

/// The roll call of a group and day; the group may have left this tablet.
#[component]
pub fn Roll(group: GroupId, day: Day) -> impl IntoView {
    if untrack(|| use_tablet().group(group).is_some()) {
        view! { <OpenRoll group day /> }.into_any()
    } else {
        view! { <NoView /> }.into_any()
    }
}

#[component]
fn OpenRoll(group: GroupId, day: Day) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let meeting = Memo::new(move |_| {
        let recorded = tablet.sessions(group).into_iter().find(|session| session.day == day);
        // The group is there: the address was checked against it.
        tablet
            .group(group)
            .map(|group| meeting(&group, day, recorded.as_ref()))
            .unwrap_or_else(|| Meeting::unknown(group, day))
    });
    let order = RwSignal::new(Order::default());
    let places = RwSignal::new(UsualPlaces::default());
    tablet.keep_draft("roll-order".to_owned(), order, |order| *order == Order::default());
    tablet.keep_draft(format!("places/{group}"), places, UsualPlaces::is_empty);
    let placing = RwSignal::new(false);
    let lapsed = tablet.lapsed();
    let all = Memo::new(move |_| {
        let people = tablet.roster(group, meeting.get().session, day);
        if lapsed.get() {
            // Where nobody can be told from a list, the whole name stands as it was typed.
            return rows(lang, Form::Full, &people, Order::CalledName, &UsualPlaces::default());
        }
        places.with(|places| rows(lang, Form::Spoken, &people, order.get(), places))
    });
    let call = RollCall::new(tablet, meeting, all);
    let search = RwSignal::new(String::new());
    let sheet = RwSignal::new(None::<Row>);
    let closing = RwSignal::new(false);
    let cancelled = move || meeting.get().status.is_some_and(|status| status != SessionStatus::Held);
    view! {
        <View
            title=move || meeting.get().group_name
            lead=Signal::derive(move || Some(when(lang, &meeting.get(), true)))
        >
            <div class="roll">
                <div class="roll__top">
                    <Counter call />
                </div>
                <Show when=move || lapsed.get()>
                    <TypedName call />
                </Show>
                <Show when=move || { !lapsed.get() && all.with(Vec::len) > 1 }>
                    <Finder call search order placing />
                </Show>
                <Show when=cancelled>
                    <Notice tone=Tone::Look title=t::cancelled_note(lang) />
                </Show>
                <RollRows call search sheet />
                <RollBar call closing />
            </div>
            {move || sheet.get().map(|row| view! { <MarkSheet call row open=sheet /> })}
            <Show when=move || closing.get()>
                <Closing call open=closing />
            </Show>
            <Show when=move || placing.get()>
                <PlacesSheet call places open=placing />
            </Show>
            <Show when=move || call.asked.with(Option::is_some)>
                <AheadSheet day yes=move || call.go_ahead() no=move || call.asked.set(None) />
            </Show>
        </View>
    }
}

/// The rows that the search leaves, or what to do where there are none.
#[component]
fn RollRows(call: RollCall, search: RwSignal<String>, sheet: RwSignal<Option<Row>>) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let shown = move || {
        let typed = search.get();
        call.rows.with(|rows| rows.iter().filter(|row| row.matches(&typed)).cloned().collect::<Vec<_>>())
    };
    let taps = StoredValue::new_local(Taps::opened_at(tablet.moment()));
    let awake = RwSignal::new(false);
    set_timeout(
        move || {
            let _ = awake.try_set(true);
        },
        VIEW_CHANGE,
    );
    let nobody = move || if tablet.lapsed().get() { t::lapsed::empty(lang) } else { t::empty(lang) };
    view! {
        <Show
            when=move || call.rows.with(|rows| !rows.is_empty())
            fallback=move || view! { <Empty title=nobody() /> }
        >
            <ul
                class="roll__rows"
                data-awake=move || awake.get().to_string()
                aria-label=move || t::title(lang, &call.meeting.get().group_name)
            >
                <For each=shown key=|row| row.clone() let:row>
                    <RollRow call row taps sheet />
                </For>
            </ul>
            <Show when=move || shown().is_empty()>
                <p class="quiet">{t::search_none(lang)}</p>
            </Show>
        </Show>
    }
}

/// "12 / 15 paikalla": always visible, the fire-alarm roll too.
#[component]
fn Counter(call: RollCall) -> impl IntoView {
    let (lang, lapsed) = (lang(), use_tablet().lapsed());
    let counts = Memo::new(move |_| {
        let narrow = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let attended = |row: &&Row| call.mark_of(row.participant).is_some_and(Mark::attended);
        call.rows.with(|rows| (narrow(rows.iter().filter(attended).count()), narrow(rows.len())))
    });
    view! {
        <p class="roll__counter" role="status">
            {move || {
                let (present, total) = counts.get();
                if lapsed.get() { t::lapsed::counter(lang, present) } else { t::counter(lang, present, total) }
            }}
        </p>
    }
}

#[component]
fn Finder(call: RollCall, search: RwSignal<String>, order: RwSignal<Order>, placing: RwSignal<bool>) -> impl IntoView {
    let lang = lang();
    let many = Memo::new(move |_| call.rows.with(|rows| rows.len() >= SEARCH_FROM));
    let choose = move |wanted: Order, text: &'static str| {
        view! { <SwitchButton text pressed=move || order.get() == wanted on:click=move |_| order.set(wanted) /> }
    };
    view! {
        <div class="roll__find">
            <Show when=move || many.get()>
                <div class="roll__search">
                    <label class="roll__label" for="find">{t::search(lang)}</label>
                    <input
                        id="find"
                        class="field__input"
                        type="search"
                        autocomplete="off"
                        prop:value=search
                        on:input:target=move |event| search.set(event.target().value())
                    />
                </div>
            </Show>
            <Switch label=t::order(lang) class="roll__order">
                {choose(Order::CalledName, t::order_called(lang))}
                {choose(Order::FamilyName, t::order_family(lang))}
                {choose(Order::UsualPlace, t::order_place(lang))}
            </Switch>
            <Show when=move || order.get() == Order::UsualPlace>
                <Button text=t::places::open(lang) script=true on:click=move |_| placing.set(true) />
            </Show>
        </div>
    }
}
