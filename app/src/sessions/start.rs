//! The start view: today's session by the clock, and one button. Beside it what an instructor should know before
//! leaving for the hall.

use domain::access::Action;
use domain::names::natural_key;
use domain::sessions::SessionStatus;
use leptos::prelude::*;

use super::aside::Aside;
use super::done::{DoneWith, use_done};
use super::meeting_row::{MeetingRow, roll_of, when};
use super::today::{Hour, Meeting, at_hand, hour, meetings, next_day, tested_at_hand};
use crate::attendance::verbs;
use crate::context::address::Address;
use crate::context::view::View;
use crate::context::{lang, use_tablet};
use crate::sync::notes::use_notes;
use crate::sync::tablet::Tablet;
use crate::texts::{self, tablet as t, whole};
use crate::ui::{Button, ButtonKind, ButtonLink, Empty, Icon, Notice, Rows, Tone};

#[component]
pub fn Start() -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let (today, _) = tablet.local_time();
    let done = use_done().take();
    view! {
        <View title=t::start::title(lang) lead=texts::weekday_day(lang, today) start=true>
            <div class="start">
                <div class="start__main">
                    {done.map(|done| view! { <DoneNotice done /> })}
                    <Today />
                    <Show when=move || !tablet.groups().is_empty()>
                        <ButtonLink text=t::other_groups(lang) href=Address::OtherGroups.to_string() wide=true class="start__other" />
                    </Show>
                </div>
                <Aside />
            </div>
        </View>
    }
}

/// The day's meetings of all groups on the tablet, by their hour.
fn of_today(tablet: Tablet) -> Vec<Meeting> {
    let (today, _) = tablet.local_time();
    let groups = tablet.groups();
    let mut found: Vec<_> =
        groups.iter().flat_map(|group| meetings(group, &tablet.sessions(group.id), today, today)).collect();
    found.sort_by_cached_key(|m| (m.starts_at, natural_key(&m.group_name)));
    found
}

/// The meeting that is on by the clock and at which people may be tested, ended or not.
pub fn to_test_today(tablet: Tablet) -> Option<Meeting> {
    let (_, now) = tablet.local_time();
    tested_at_hand(of_today(tablet), now)
}

/// The session at hand, and the others of the day.
#[component]
fn Today() -> impl IntoView {
    let (lang, tablet, notes) = (lang(), use_tablet(), use_notes());
    let (today, now) = tablet.local_time();
    let of_today = Memo::new(move |_| of_today(tablet));
    let hand = Memo::new(move |_| {
        let open: Vec<_> = of_today.get().into_iter().filter(|m| notes.ended(m.group, m.day).is_none()).collect();
        at_hand(&open, now).cloned()
    });
    let others = move || {
        let hand = hand.get().map(|m| m.session);
        of_today.get().into_iter().filter(|m| Some(m.session) != hand).collect::<Vec<_>>()
    };
    let none = move || {
        let groups = tablet.groups().into_iter().map(|group| {
            let recorded = tablet.sessions(group.id);
            (group, recorded)
        });
        let next = next_day(&groups.collect::<Vec<_>>(), today);
        let next = next.map(|m| t::start::next_time(lang, &m.group_name, &when(lang, &m, true))).unwrap_or_default();
        let title = match (tablet.groups().is_empty(), of_today.get().is_empty()) {
            (true, _) => return view! { <Empty title=t::no_groups(lang) /> }.into_any(),
            (_, true) => t::start::nothing_today(lang),
            _ => t::start::all_done(lang),
        };
        view! { <Empty title text=next /> }.into_any()
    };
    let main = move || match hand.get() {
        Some(meeting) => {
            let hour = hour(&meeting, now);
            view! { <AtHand meeting hour /> }.into_any()
        }
        None => none(),
    };
    view! {
        {main}
        <Show when=move || !others().is_empty()>
            <section class="stack">
                <h2>{t::start::also_today(lang)}</h2>
                <Rows>
                    <For each=others key=Meeting::drawn let:meeting>
                        <MeetingRow meeting />
                    </For>
                </Rows>
            </section>
        </Show>
    }
}

/// A session that was just ended, or cancelled: with the way back.
#[component]
fn DoneNotice(done: DoneWith) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let DoneWith { meeting, status, before } = done;
    let (group, session, day) = (meeting.group, meeting.session, meeting.day);
    let figures = move || tablet.figures(group, session, day).map(|(here, all)| texts::roll::counter(lang, here, all));
    let name = meeting.group_name.clone();
    if status == SessionStatus::Held {
        let title = move || t::start::ended(lang, &figures().unwrap_or_default(), &name);
        return view! { <Notice tone=Tone::Good title=Signal::derive(title) live=true /> }.into_any();
    }
    let (undone, roll) = (RwSignal::new(false), roll_of(&meeting).to_string());
    let back = move |_| {
        let now = Meeting { status: Some(status), ..meeting.clone() };
        tablet.record(verbs::said(&now, true, before));
        undone.set(true);
    };
    let title = move || if undone.get() { t::start::restored(lang, &name) } else { t::start::cancelled(lang, &name) };
    view! {
        <Notice tone=Tone::Look title=Signal::derive(title) live=true>
            <Button text=texts::common::undo(lang) icon=Icon::Undo disabled=undone script=true on:click=back />
            <Show when=move || !undone.get()>
                <ButtonLink text=texts::sessions::calls::open(lang) href=roll.clone() />
            </Show>
        </Notice>
    }
    .into_any()
}

/// The session at hand with the one button.
#[component]
fn AtHand(meeting: Meeting, hour: Hour) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let (group, session, day) = (meeting.group, meeting.session, meeting.day);
    let people = Memo::new(move |_| whole(tablet.roster(group, session, day).len()));
    let begun = Memo::new(move |_| tablet.begun(group, session));
    let by_count = meeting.by_count;
    let measures = tablet.account().may(Action::RecordAssessments) && !by_count;
    let tests = Address::TestDay(group, day);
    let named = move || !by_count && !tablet.lapsed().get();
    let begin = move || match by_count {
        true => texts::sessions::page::count_title(lang),
        false if begun.get() => t::start::go_on(lang),
        false => t::start::begin(lang),
    };
    let heading = match hour {
        Hour::Now => t::start::now(lang),
        Hour::Later => t::start::next(lang),
        Hour::Past => t::start::earlier(lang),
    };
    view! {
        <section class="hand card" aria-labelledby="hand">
            <p class="hand__when">{heading}</p>
            <h2 id="hand" class="hand__name">{meeting.group_name.clone()}</h2>
            <p class="hand__facts">
                {when(lang, &meeting, false)} {meeting.place.clone().map(|place| format!(" · {place}"))}
                {move || named().then(|| format!(" · {}", t::start::people(lang, people.get())))}
            </p>
            <ButtonLink
                text=begin
                href=roll_of(&meeting).to_string()
                kind=ButtonKind::Main
                wide=true
                class="hand__begin"
            />
            {measures.then(|| view! { <ButtonLink text=texts::measure::day::title(lang) href=tests.to_string() wide=true /> })}
        </section>
    }
}
