//! Beside the session at hand: whom to call, what is unfinished, and whether the tablet will work in the hall. Drawn at
//! one go after the session at hand, so that nothing of it moves.

use domain::assessments::Instrument;
use domain::ids::{GroupId, ParticipantId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use serde::Deserialize;

use super::meeting_row::MeetingRow;
use super::readiness::Readiness;
use super::today::{Meeting, meetings};
use crate::assessments::words::instrument_short;
use crate::attendance::calls::{Absence, Calls};
use crate::context::address::Address;
use crate::context::{lang, use_tablet};
use crate::sync::tablet::Tablet;
use crate::tablet::install::InstallHint;
use crate::tablet::later::Piece;
use crate::texts::{self, tablet::start as t, whole};
use crate::ui::{RowLink, Rows};

/// How far back a session without a word is asked about.
const DAYS_BACK: i64 = 21;
/// Rows of one kind: more would hide the others.
const SHOWN: usize = 5;

/// Its code is a file of its own, which is no part of the first load.
#[component]
pub fn Aside() -> impl IntoView {
    view! { <div class="start__aside"><Piece view=inside() /></div> }
}

#[wasm_split(aside, wasm_split_path = leptos::wasm_split, fallible)]
fn inside() -> Result<AnyView, SplitLoaderError> {
    Ok(view! { <Inside /> }.into_any())
}

#[component]
fn Inside() -> impl IntoView {
    let tablet = use_tablet();
    let unfinished = RwSignal::new(None::<Vec<Unfinished>>);
    spawn_local(async move {
        let found = unfinished_tests(tablet).await;
        let _ = unfinished.try_set(Some(found));
    });
    view! {
        {move || unfinished.get().map(|unfinished| view! {
            <Readiness />
            <ToDecide />
            <ToCall />
            <UnfinishedTests unfinished />
            <Unrecorded />
            <InstallHint />
        })}
    }
}

/// How many marks, and corrections of results, contradict each other, with the way to choose.
#[component]
fn ToDecide() -> impl IntoView {
    use crate::texts::waiting::decide as d;
    let (lang, tablet) = (lang(), use_tablet());
    let marks = Memo::new(move |_| whole(tablet.contradictions().len()));
    let tests = Memo::new(move |_| whole(tablet.disputed_tests().len()));
    let row = move || {
        let marked = Some(marks.get()).filter(|n| *n > 0).map(|n| d::waits(lang, n));
        let corrected = Some(tests.get()).filter(|n| *n > 0).map(|n| d::waits_tests(lang, n));
        let more = marked.into_iter().chain(corrected).collect::<Vec<_>>().join(", ");
        view! { <Rows><RowLink href=Address::Decide.to_string() name=d::title(lang) more /></Rows> }
    };
    move || (marks.get() + tests.get() > 0).then(row)
}

#[component]
fn ToCall() -> impl IntoView {
    let tablet = use_tablet();
    let (today, _) = tablet.local_time();
    let absences = Memo::new(move |_| {
        let groups = tablet.groups();
        let of = |group: GroupId| {
            let found = tablet.twice_absent(group, today);
            found.into_iter().flat_map(move |(day, people)| {
                people.into_iter().map(move |participant| Absence { group, day, participant })
            })
        };
        groups.iter().flat_map(|group| of(group.id)).collect::<Vec<_>>()
    });
    view! { <Calls absences /> }
}

/// A test that was begun and not saved, as its draft names it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
struct Unfinished {
    participant: ParticipantId,
    group: GroupId,
    instrument: Instrument,
}

async fn unfinished_tests(tablet: Tablet) -> Vec<Unfinished> {
    let drafts = tablet.drafts("measure/").await;
    drafts.iter().filter_map(|(_, bytes)| serde_json::from_slice(bytes).ok()).collect()
}

#[component]
fn UnfinishedTests(unfinished: Vec<Unfinished>) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let row = move |test: Unfinished| {
        let name = untrack(|| tablet.name_of(test.participant, test.group))?;
        let href = Address::Test(test.participant, test.group, test.instrument).to_string();
        let more = format!("{} · {}", instrument_short(lang, test.instrument), t::go_on_measuring(lang));
        Some(view! { <RowLink href name=texts::named(lang, &name) more /> })
    };
    let rows: Vec<_> = unfinished.into_iter().filter_map(row).take(SHOWN).collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="stack">
                <h2>{t::unfinished(lang)}</h2>
                <Rows>{rows}</Rows>
            </section>
        }
    })
}

/// Sessions of the last weeks of which nothing was said.
#[component]
fn Unrecorded() -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let (today, _) = tablet.local_time();
    let open = Memo::new(move |_| {
        let groups = tablet.groups();
        let of = |group| meetings(group, &tablet.sessions(group.id), today.plus_days(-DAYS_BACK), today.plus_days(-1));
        let unsaid = |m: &Meeting| m.status.is_none() && !tablet.begun(m.group, m.session);
        let mut open: Vec<_> = groups.iter().flat_map(of).filter(unsaid).collect();
        open.sort_by_cached_key(|m| std::cmp::Reverse((m.day, m.starts_at)));
        open.truncate(SHOWN);
        open
    });
    view! {
        <Show when=move || !tablet.lapsed().get() && open.with(|open| !open.is_empty())>
            <section class="stack">
                <h2>{t::unrecorded(lang)}</h2>
                <Rows>
                    <For each=move || open.get() key=|m| m.session let:meeting>
                        <MeetingRow meeting by_both=true />
                    </For>
                </Rows>
            </section>
        </Show>
    }
}
