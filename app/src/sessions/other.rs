//! Other groups and other days: past weeks, coming sessions, and any day by its date.

use domain::groups::Group;
use domain::input::day_typed;
use leptos::prelude::*;

use super::meeting_row::{MeetingRow, roll_of};
use super::today::{Meeting, meeting, meetings};
use crate::context::navigation::use_navigation;
use crate::context::view::View;
use crate::context::{lang, use_tablet};
use crate::texts::day_words;
use crate::texts::tablet::{groups as t, no_groups};
use crate::ui::{Button, Empty, Rows};

/// How far back sessions are listed; older days are opened by their date.
const DAYS_BACK: i64 = 35;
const DAYS_AHEAD: i64 = 8;

#[component]
pub fn OtherGroups() -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let groups = move || tablet.groups();
    view! {
        <View title=t::title(lang)>
            <Show
                when=move || !groups().is_empty()
                fallback=move || view! { <Empty title=no_groups(lang) /> }
            >
                <For each=groups key=|group| group.id let:group>
                    <OneGroup group />
                </For>
            </Show>
        </View>
    }
}

#[component]
fn OneGroup(group: Group) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let (today, _) = tablet.local_time();
    let (recent_of, coming_of) = (group.clone(), group.clone());
    let recent =
        Memo::new(move |_| meetings(&recent_of, &tablet.sessions(recent_of.id), today.plus_days(-DAYS_BACK), today));
    let coming = Memo::new(move |_| {
        let mut found =
            meetings(&coming_of, &tablet.sessions(coming_of.id), today.plus_days(1), today.plus_days(DAYS_AHEAD));
        found.reverse();
        found
    });
    let open = RwSignal::new(false);
    let name = group.name.clone();
    view! {
        <section class="group-days">
            <h2 class="group-days__head">
                <button
                    type="button"
                    class="group-days__open"
                    aria-expanded=move || open.get().to_string()
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    {name}
                </button>
            </h2>
            <Show when=move || open.get()>
                <h3>{t::recent(lang)}</h3>
                <Show when=move || !recent.get().is_empty() fallback=move || view! { <p>{t::no_meetings(lang)}</p> }>
                    <Rows>
                        <For each=move || recent.get() key=Meeting::drawn let:meeting>
                            <MeetingRow meeting by_day=true />
                        </For>
                    </Rows>
                </Show>
                <Show when=move || !coming.get().is_empty()>
                    <h3>{t::upcoming(lang)}</h3>
                    <Rows>
                        <For each=move || coming.get() key=Meeting::drawn let:meeting>
                            <MeetingRow meeting by_day=true />
                        </For>
                    </Rows>
                </Show>
                <AnyDay group=group.clone() />
            </Show>
        </section>
    }
}

/// Opens a day by its date: a session that was on another day than planned.
#[component]
fn AnyDay(group: Group) -> impl IntoView {
    let (lang, tablet, navigation) = (lang(), use_tablet(), use_navigation());
    let (today, _) = tablet.local_time();
    let typed = RwSignal::new(String::new());
    let wrong = RwSignal::new(None);
    let field = format!("day-{}", group.id);
    let hint = format!("{field}-wrong");
    let open = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match day_typed(&typed.get(), today) {
            Ok(day) => navigation.go(roll_of(&meeting(&group, day, None))),
            Err(why) => wrong.set(Some(why)),
        }
    };
    view! {
        <form class="search" on:submit=open novalidate>
            <div class="field">
                <label class="field__label" for=field.clone()>{t::other_day(lang)}</label>
                <p class="field__error" id=hint.clone() hidden=move || wrong.get().is_none()>
                    {move || wrong.get().map(|why| day_words(lang, why, t::bad_day(lang)))}
                </p>
                <input
                    class="field__input"
                    id=field
                    inputmode="numeric"
                    autocomplete="off"
                    aria-describedby=hint
                    aria-invalid=move || wrong.get().is_some().to_string()
                    prop:value=typed
                    on:input:target=move |event| typed.set(event.target().value())
                />
            </div>
            <Button text=t::open_day(lang) />
        </form>
    }
}
