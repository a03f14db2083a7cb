//! The start view: today's session by the clock, and one button.

use domain::access::Action;
use domain::sessions::SessionStatus;
use leptos::prelude::*;

use super::today::{Meeting, at_hand, meetings, next_day};
use crate::context::address::Address;
use crate::context::view::View;
use crate::context::{lang, use_tablet};
use crate::texts::{self, Lang, tablet as t};
use crate::ui::{ButtonKind, ButtonLink, Empty, RowLink, Rows, Tag, Tone};

/// The roll call of a meeting.
pub const fn roll_of(meeting: &Meeting) -> Address {
    Address::Roll(meeting.group, meeting.day)
}

#[component]
pub fn Start() -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let (today, now) = tablet.local_time();
    let of_today = Memo::new(move |_| {
        let groups = tablet.groups();
        let mut found: Vec<_> =
            groups.iter().flat_map(|group| meetings(group, &tablet.sessions(group.id), today, today)).collect();
        found.sort_by_cached_key(|m| (m.starts_at, m.group_name.clone()));
        found
    });
    let hand = Memo::new(move |_| at_hand(&of_today.get(), now).cloned());
    let others = move || {
        let hand = hand.get().map(|m| m.session);
        of_today.get().into_iter().filter(|m| Some(m.session) != hand).collect::<Vec<_>>()
    };
    let main = move || match hand.get() {
        Some(meeting) => {
            let running = meeting.starts_at.is_none_or(|start| start <= now);
            view! { <AtHand meeting running /> }.into_any()
        }
        None if tablet.groups().is_empty() => view! { <Empty title=t::no_groups(lang) /> }.into_any(),
        None => {
            let next = next_day(&tablet.groups(), today);
            let next = next.map(|m| t::start::next_time(lang, &m.group_name, &when(lang, &m, true)));
            view! { <Empty title=t::start::nothing_today(lang) text=next.unwrap_or_default() /> }.into_any()
        }
    };
    view! {
        <View title=t::start::title(lang) lead=texts::weekday_day(lang, today) start=true>
            {main}
            <Show when=move || !others().is_empty()>
                <section class="stack">
                    <h2>{t::start::also_today(lang)}</h2>
                    <Rows>
                        <For each=others key=|m| (m.session, m.status) let:meeting>
                            <MeetingRow meeting />
                        </For>
                    </Rows>
                </section>
            </Show>
            <Show when=move || !tablet.groups().is_empty()>
                <ButtonLink text=t::other_groups(lang) href=Address::OtherGroups.to_string() wide=true class="start__other" />
            </Show>
        </View>
    }
}

/// The session at hand with the one button.
#[component]
fn AtHand(meeting: Meeting, running: bool) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let (group, session, day) = (meeting.group, meeting.session, meeting.day);
    let people = Memo::new(move |_| i64::try_from(tablet.roster(group, session, day).len()).unwrap_or(0));
    let begun = Memo::new(move |_| tablet.begun(group, session));
    let (measures, tests) = (tablet.account().may(Action::RecordAssessments), Address::TestDay(group, day));
    let heading = if running { t::start::now(lang) } else { t::start::next(lang) };
    view! {
        <section class="hand card" aria-labelledby="hand">
            <p class="hand__when">{heading}</p>
            <h2 id="hand" class="hand__name">{meeting.group_name.clone()}</h2>
            <p class="hand__facts">
                {when(lang, &meeting, false)} {meeting.place.clone().map(|place| format!(" · {place}"))}
                {move || (!tablet.lapsed().get()).then(|| format!(" · {}", t::start::people(lang, people.get())))}
            </p>
            <ButtonLink
                text=move || if begun.get() { t::start::go_on(lang) } else { t::start::begin(lang) }
                href=roll_of(&meeting).to_string()
                kind=ButtonKind::Main
                wide=true
                class="hand__begin"
            />
            {measures.then(|| view! { <ButtonLink text=texts::measure::day::title(lang) href=tests.to_string() wide=true /> })}
        </section>
    }
}

/// One meeting in a list.
#[component]
pub fn MeetingRow(
    meeting: Meeting,
    /// The list's head names the group already: the row shows the day.
    #[prop(optional)]
    by_day: bool,
) -> impl IntoView {
    let lang = lang();
    let name = if by_day { when(lang, &meeting, true) } else { meeting.group_name.clone() };
    let more = if by_day { meeting.place.clone().unwrap_or_default() } else { when(lang, &meeting, false) };
    view! {
        <RowLink href=roll_of(&meeting).to_string() name more>
            {meeting.status.map(|status| view! { <StatusTag status /> })}
        </RowLink>
    }
}

/// Held or cancelled; a planned session needs no word.
#[component]
fn StatusTag(status: SessionStatus) -> impl IntoView {
    let lang = lang();
    let (tone, text) = match status {
        SessionStatus::Held => (Tone::Good, texts::roll::status_held(lang)),
        SessionStatus::CancelledByOrganiser => (Tone::Calm, texts::roll::status_cancelled(lang)),
        SessionStatus::Holiday => (Tone::Calm, texts::sessions::status::holiday(lang)),
    };
    view! { <Tag text tone /> }
}

/// "klo 13.00", or "ti 8.9.2026 klo 13.00".
pub fn when(lang: Lang, meeting: &Meeting, with_day: bool) -> String {
    match (with_day, meeting.starts_at) {
        (true, Some(at)) => texts::day_time(lang, meeting.day, at),
        (true, None) => texts::weekday_day(lang, meeting.day),
        (false, Some(at)) => texts::at_time(lang, at),
        (false, None) => String::new(),
    }
}
