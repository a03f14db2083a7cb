//! The roll call: who is here, marked by a tap.

use domain::ids::GroupId;
use domain::people::naming::Form;
use domain::time::Day;
use leptos::prelude::*;

use super::due::provide_due;
use super::over::{OfRoll, RollPart, Sheets};
use super::roll_bar::RollBar;
use super::roll_call::RollCall;
use super::roll_head::{Looking, RollHead};
use super::roll_row::RollRow;
use super::roster::{Order, Row, UsualPlaces, rows, steady};
use crate::context::view::{NoView, View};
use crate::context::{lang, use_tablet};
use crate::device::signals::keep_screen_on;
use crate::sessions::meeting_row::when;
use crate::sessions::today::{Meeting, meeting};
use crate::sync::notes::use_notes;
use crate::texts::{self, Words, roll as t};
use crate::ui::{Button, Empty, Notice, Tone};

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
    keep_screen_on();
    let (lang, tablet) = (lang(), use_tablet());
    let meeting = meeting_of(group, day);
    let looking = Looking {
        search: RwSignal::new(String::new()),
        order: RwSignal::new(Order::default()),
        placing: RwSignal::new(false),
    };
    let places = RwSignal::new(UsualPlaces::default());
    tablet.keep_draft("roll-order".to_owned(), looking.order, |order| *order == Order::default());
    tablet.keep_draft(format!("places/{group}"), places, UsualPlaces::is_empty);
    let call = RollCall::new(tablet, use_notes(), meeting, rows_of(meeting, looking.order, places));
    provide_due(call.rows);
    let (of, closing, listing) = (RwSignal::new(None), RwSignal::new(false), RwSignal::new(false));
    let sheets = Sheets { of, closing, listing, placing: looking.placing, places };
    let lapsed = tablet.lapsed();
    // Whoever was brought into an event by name is marked as anywhere.
    let by_count = untrack(|| meeting.with(|meeting| meeting.by_count) && call.rows.with(Vec::is_empty));
    view! {
        <View
            title=move || meeting.get().group_name
            lead=Signal::derive(move || Some(when(lang, &meeting.get(), true)))
            tight=true
        >
            <div class="roll">
                <Show
                    when=move || !by_count
                    fallback=move || {
                        view! {
                            <State call />
                            <OfRoll call part=RollPart::HeadCount />
                        }
                    }
                >
                    <RollHead call looking listing />
                    <Show when=move || lapsed.get()>
                        <OfRoll call part=RollPart::TypedName />
                    </Show>
                    <State call />
                    <RollRows call search=looking.search sheet=of />
                    <RollBar call search=looking.search closing />
                </Show>
            </div>
            <OfRoll call part=RollPart::Sheets(sheets) />
        </View>
    }
}

fn meeting_of(group: GroupId, day: Day) -> Memo<Meeting> {
    let tablet = use_tablet();
    Memo::new(move |_| {
        let recorded = tablet.sessions(group).into_iter().find(|session| session.day == day);
        // The group is there: the address was checked against it.
        tablet
            .group(group)
            .map(|group| meeting(&group, day, recorded.as_ref()))
            .unwrap_or_else(|| Meeting::unknown(group, day))
    })
}

/// What the rows are sorted by: only when that changes do people change places.
type Sorting = (Order, UsualPlaces, bool);

fn rows_of(meeting: Memo<Meeting>, order: RwSignal<Order>, places: RwSignal<UsualPlaces>) -> Memo<Vec<Row>> {
    let (lang, tablet) = (lang(), use_tablet());
    let sorted = Memo::new(move |before: Option<&(Sorting, Vec<Row>)>| {
        let (group, session, day) = meeting.with(|meeting| (meeting.group, meeting.session, meeting.day));
        let people = tablet.roster(group, session, day);
        let lapsed = tablet.lapsed().get();
        let sorting: Sorting = (order.get(), places.get(), lapsed);
        if lapsed {
            // Where nobody can be told from a list, the whole name stands as it was typed.
            let now = rows(lang, Form::Full, &people, Order::CalledName, &UsualPlaces::default());
            return (sorting, now);
        }
        let now = rows(lang, Form::Spoken, &people, sorting.0, &sorting.1);
        match before {
            Some((as_before, rows)) if *as_before == sorting => (sorting, steady(rows, now)),
            _ => (sorting, now),
        }
    });
    Memo::new(move |_| sorted.with(|(_, rows)| rows.clone()))
}

/// What became of the session, where that is not the usual.
#[component]
fn State(call: RollCall) -> impl IntoView {
    let lang = lang();
    let because =
        move || call.meeting.get().because.map(|reason| texts::sessions::page::because(lang, reason.words(lang)));
    let note = move || call.meeting.get().note;
    let ended = move || call.ended().map(|at| t::ended(lang, &texts::moment(lang, at)));
    view! {
        <Show when=move || call.is_off()>
            <Notice tone=Tone::Look title=t::cancelled_note(lang)>
                {move || because().map(|words| view! { <p>{words}</p> })}
                <Button text=t::restore_session(lang) script=true on:click=move |_| call.restore() />
            </Notice>
            <OfRoll call part=RollPart::Cancelled />
        </Show>
        {move || note().map(|words| view! { <Notice tone=Tone::Told title=words /> })}
        {move || ended().map(|words| view! { <p class="roll__ended">{words}</p> })}
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
    let nobody = move || if tablet.lapsed().get() { t::lapsed::empty(lang) } else { t::empty(lang) };
    view! {
        <Show
            when=move || call.rows.with(|rows| !rows.is_empty())
            fallback=move || view! { <Empty title=nobody() /> }
        >
            <ul class="roll__rows" aria-label=move || t::title(lang, &call.meeting.get().group_name)>
                <For each=shown key=|row| row.clone() let:row>
                    <RollRow call row sheet />
                </For>
            </ul>
            <Show when=move || shown().is_empty()>
                <p class="quiet">{t::search_none(lang)}</p>
            </Show>
        </Show>
    }
}
