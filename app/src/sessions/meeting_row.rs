//! A meeting in the tablet's lists.

use domain::sessions::SessionStatus;
use leptos::prelude::*;

use super::today::Meeting;
use crate::context::address::Address;
use crate::context::{lang, use_tablet};
use crate::sync::notes::use_notes;
use crate::texts::{self, Lang};
use crate::ui::{RowLink, Tag, Tone};

/// The roll call of a meeting.
pub const fn roll_of(meeting: &Meeting) -> Address {
    Address::Roll(meeting.group, meeting.day)
}

/// One meeting in a list, with how many came.
#[component]
pub fn MeetingRow(
    meeting: Meeting,
    /// The list's head names the group already: the row shows the day.
    #[prop(optional)]
    by_day: bool,
    /// The day and the group: the list is of many of both.
    #[prop(optional)]
    by_both: bool,
) -> impl IntoView {
    let (lang, tablet, notes) = (lang(), use_tablet(), use_notes());
    let name = if by_day { when(lang, &meeting, true) } else { meeting.group_name.clone() };
    let (group, session, day) = (meeting.group, meeting.session, meeting.day);
    let figures = untrack(|| tablet.figures(group, session, day));
    let took_place = !meeting.is_cancelled();
    let figures = figures.filter(|_| took_place).map(|(here, all)| texts::roll::counter(lang, here, all));
    let counted = meeting.counted.map(|people| texts::sessions::page::counted(lang, i64::from(people)));
    let figures = counted.or(figures).map(|figures| view! { <span class="row__figures">{figures}</span> });
    let more = if by_day { meeting.place.clone().unwrap_or_default() } else { when(lang, &meeting, by_both) };
    let tag = move || match meeting.status {
        Some(SessionStatus::Held) | None if notes.ended(group, day).is_some() => {
            Some(view! { <Tag text=texts::roll::status_ended(lang) tone=Tone::Good /> }.into_any())
        }
        status => status.map(|status| view! { <StatusTag status /> }.into_any()),
    };
    view! { <RowLink href=roll_of(&meeting).to_string() name more>{figures} {tag}</RowLink> }
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
