//! The roll call: a tap on a row is a mark, stored at once (H1–H10).

use domain::attendance::Mark;
use domain::ids::{GroupId, ParticipantId};
use domain::sessions::SessionStatus;
use domain::sync::op::Verb;
use domain::time::Day;
use leptos::prelude::*;

use super::closing::Closing;
use super::mark_sheet::MarkSheet;
use super::places::PlacesSheet;
use super::roster::{Order, Places, Row, rows, rows_in_full};
use super::typed_name::TypedName;
use super::undo::{Change, Undo};
use super::verbs;
use crate::sessions::start::when;
use crate::sessions::today::{Meeting, meeting};
use crate::sync::live::Tablet;
use crate::tablet::frame::{SyncMark, View, lang, use_tablet};
use crate::tablet::place::Place;
use crate::tablet::taps::{Taps, VIEW_CHANGE};
use crate::texts::{Words, roll as t};
use crate::ui::{Each, Icon, IconView, Show, live};

/// From how many rows on a search stands above them.
const SEARCH_FROM: usize = 12;

/// What the parts of the roll call share: which session, and how marks are made.
#[derive(Clone, Copy)]
pub struct RollCall {
    tablet: Tablet,
    pub meeting: Memo<Meeting>,
    pub rows: Memo<Vec<Row>>,
    undo: RwSignal<Undo>,
    /// The undo bar is shown from an action to the next one that is not a mark.
    undoable: RwSignal<bool>,
}

impl RollCall {
    pub fn mark_of(&self, person: ParticipantId) -> Option<Mark> {
        let (group, session) = self.meeting.with(|meeting| (meeting.group, meeting.session));
        self.tablet.mark(group, session, person)
    }

    /// Makes marks: one step of undo, one durable transaction.
    pub fn mark(&self, wanted: &[(ParticipantId, Option<Mark>)]) {
        let now = |person| untrack(|| self.mark_of(person));
        let change = |&(participant, after): &(ParticipantId, Option<Mark>)| Change {
            participant,
            before: now(participant),
            after,
        };
        let step: Vec<_> = wanted.iter().map(change).filter(|change| change.before != change.after).collect();
        self.write(&step.iter().map(|change| (change.participant, change.after)).collect::<Vec<_>>());
        self.undo.update(|undo| undo.did(step));
        self.undoable.set(true);
    }

    /// Marks a person whose name was typed as present, also one who is so by a mark that may not be shown: what is
    /// typed must appear.
    pub fn mark_typed(&self, participant: ParticipantId) {
        let before = untrack(|| self.mark_of(participant));
        let after = Some(Mark::Present);
        self.write(&[(participant, after)]);
        self.undo.update(|undo| undo.did(vec![Change { participant, before, after }]));
        self.undoable.set(true);
    }

    /// Registers somebody whose name was typed, and marks them: one step of undo, as any mark.
    pub fn mark_new(&self, participant: ParticipantId, verbs: Vec<Verb>) {
        self.tablet.record(verbs);
        self.undo.update(|undo| undo.did(vec![Change { participant, before: None, after: Some(Mark::Present) }]));
        self.undoable.set(true);
    }

    /// Takes the last step back.
    fn take_back(&self) {
        let now = |person| untrack(|| self.mark_of(person));
        let back = self.undo.try_update(|undo| undo.take(now)).unwrap_or_default();
        self.write(&back);
    }

    fn write(&self, changes: &[(ParticipantId, Option<Mark>)]) {
        let (tablet, meeting) = (self.tablet, self.meeting.get_untracked());
        let recorded = untrack(|| tablet.session(meeting.session).is_some());
        tablet.record(verbs::marks(&meeting, recorded, changes));
    }

    pub fn set_status(&self, status: SessionStatus) {
        let (tablet, meeting) = (self.tablet, self.meeting.get_untracked());
        let recorded = untrack(|| tablet.session(meeting.session).is_some());
        tablet.record(verbs::status(&meeting, recorded, status));
    }
}

/// The roll call of a group and day; the group may have left this tablet.
#[component]
pub fn Roll(group: GroupId, day: Day) -> impl IntoView {
    if untrack(|| use_tablet().group(group).is_some()) {
        view! { <OpenRoll group day /> }.into_any()
    } else {
        view! { <crate::tablet::app::NoView /> }.into_any()
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
    let places = RwSignal::new(Places::default());
    tablet.keep_draft("roll-order".to_owned(), order, |order| *order == Order::default());
    tablet.keep_draft(format!("places/{group}"), places, Places::is_empty);
    let placing = RwSignal::new(false);
    let lapsed = tablet.lapsed();
    let all = Memo::new(move |_| {
        let people = tablet.roster(group, meeting.get().session, day);
        if lapsed.get() { rows_in_full(&people) } else { places.with(|places| rows(&people, order.get(), places)) }
    });
    let call = RollCall { tablet, meeting, rows: all, undo: RwSignal::default(), undoable: RwSignal::new(false) };
    let search = RwSignal::new(String::new());
    let shown = move || {
        let typed = search.get();
        all.get().into_iter().filter(|row| row.matches(&typed)).collect::<Vec<_>>()
    };
    let sheet = RwSignal::new(None::<Row>);
    let closing = RwSignal::new(false);
    let taps = StoredValue::new_local(Taps::opened_at(tablet.moment()));
    let awake = RwSignal::new(false);
    set_timeout(
        move || {
            let _ = awake.try_set(true);
        },
        VIEW_CHANGE,
    );
    let cancelled = move || meeting.get().status.is_some_and(|status| status != SessionStatus::Held);
    view! {
        <View
            title=Signal::derive(move || meeting.get().group_name)
            lead=Signal::derive(move || Some(when(lang, &meeting.get(), true)))
        >
            <div class="roll">
                <div class="roll__top">
                    <Counter call />
                </div>
                <Show when=move || lapsed.get()>
                    <TypedName call />
                </Show>
                <Show when=move || { !lapsed.get() && all.get().len() > 1 }>
                    <Finder call search order placing />
                </Show>
                <Show when=cancelled>
                    <p class="notice notice--look">{t::cancelled_note(lang)}</p>
                </Show>
                <Show
                    when=move || !all.get().is_empty()
                    fallback=move || {
                        let words = if lapsed.get() { t::lapsed::empty(lang) } else { t::empty(lang) };
                        view! { <div class="empty"><p class="empty__title">{words}</p></div> }
                    }
                >
                    <ul class="roll__rows" data-awake=move || awake.get().to_string() aria-label=move || t::title(lang, &meeting.get().group_name)>
                        <Each each=shown key=|row| row.clone() let:row>
                            <RollRow call row taps sheet />
                        </Each>
                    </ul>
                    <Show when=move || shown().is_empty()>
                        <p class="quiet">{t::search_none(lang)}</p>
                    </Show>
                </Show>
                <div class="roll__bar">
                    <UndoBar call />
                    <div class="roll__actions">
                        <a href=Place::Visitor(group, day).to_string() class="button">
                            <IconView icon=Icon::Plus /> {t::visitor(lang)}
                        </a>
                        <button type="button" class="button" on:click=move |_| closing.set(true)>
                            {t::close(lang)}
                        </button>
                        <Show when=move || !lapsed.get()>
                            <AllPresent call />
                        </Show>
                    </div>
                </div>
            </div>
            {live(move || sheet.get().map(|row| view! { <MarkSheet call row open=sheet /> }))}
            <Show when=move || closing.get()>
                <Closing call open=closing />
            </Show>
            <Show when=move || placing.get()>
                <PlacesSheet call places open=placing />
            </Show>
        </View>
    }
}

/// "12 / 15 paikalla": always visible, the fire-alarm roll too (H4).
#[component]
fn Counter(call: RollCall) -> impl IntoView {
    let (lang, lapsed) = (lang(), use_tablet().lapsed());
    let counts = Memo::new(move |_| {
        let rows = call.rows.get();
        let present = rows.iter().filter(|row| call.mark_of(row.participant).is_some_and(Mark::attended)).count();
        let narrow = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        (narrow(present), narrow(rows.len()))
    });
    view! {
        <p class="roll__counter" role="status">
            {live(move || {
                let (present, total) = counts.get();
                if lapsed.get() { t::lapsed::counter(lang, present) } else { t::counter(lang, present, total) }
            })}
        </p>
    }
}

#[component]
fn Finder(call: RollCall, search: RwSignal<String>, order: RwSignal<Order>, placing: RwSignal<bool>) -> impl IntoView {
    let lang = lang();
    let many = Memo::new(move |_| call.rows.with(|rows| rows.len() >= SEARCH_FROM));
    let choose = move |wanted: Order, words: &'static str| {
        view! {
            <button
                type="button"
                class="switch__button"
                aria-pressed=move || (order.get() == wanted).to_string()
                on:click=move |_| order.set(wanted)
            >
                {words}
            </button>
        }
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
            <div class="switch roll__order" role="group" aria-label=t::order(lang)>
                {choose(Order::CalledName, t::order_called(lang))}
                {choose(Order::FamilyName, t::order_family(lang))}
                {choose(Order::UsualPlace, t::order_place(lang))}
            </div>
            <Show when=move || order.get() == Order::UsualPlace>
                <button type="button" class="button" on:click=move |_| placing.set(true)>
                    {t::places::open(lang)}
                </button>
            </Show>
        </div>
    }
}

#[component]
fn RollRow(
    call: RollCall,
    row: Row,
    taps: StoredValue<Taps<ParticipantId>, LocalStorage>,
    sheet: RwSignal<Option<Row>>,
) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let person = row.participant;
    let mark = Memo::new(move |_| call.mark_of(person));
    let state = Memo::new(move |_| {
        let (group, session) = call.meeting.with(|meeting| (meeting.group, meeting.session));
        tablet.state_of_mark(group, session, person)
    });
    let tap = move |event: leptos::ev::MouseEvent| {
        let counts = taps.try_update_value(|taps| taps.counts(person, event.time_stamp())).unwrap_or(true);
        if counts {
            // Somebody who told of an absence and came all the same is present at the first tap (H6).
            let wanted = if mark.get_untracked().is_some_and(Mark::attended) { None } else { Some(Mark::Present) };
            call.mark(&[(person, wanted)]);
        }
    };
    let words = move || mark.get().map_or(t::not_marked(lang), |mark| mark.words(lang));
    let (for_sheet, more) = (row.clone(), t::more(lang, &row.name));
    view! {
        <li class="roll-row" data-mark=move || mark.get().map_or("none", Mark::code)>
            <button
                type="button"
                class="roll-row__tap"
                aria-pressed=move || mark.get().is_some_and(Mark::attended).to_string()
                on:click=tap
            >
                <span class="roll-row__shape">{live(move || view! { <IconView icon=mark_icon(mark.get()) /> })}</span>
                <span class="roll-row__who">
                    <span class="roll-row__name">{row.name.clone()}</span>
                    <span class="roll-row__mark">
                        <span class="roll-row__initials">{row.initials.clone()}</span>
                        {words}
                        {row.provisional.then(|| view! { <span class="tag">{t::visitor_mark(lang)}</span> })}
                    </span>
                </span>
                <SyncMark state />
            </button>
            <button
                type="button"
                class="roll-row__more"
                aria-label=more
                on:click=move |_| sheet.set(Some(for_sheet.clone()))
            >
                <IconView icon=Icon::More />
            </button>
        </li>
    }
}

/// The shape of a mark.
pub fn mark_icon(mark: Option<Mark>) -> Icon {
    match mark {
        None => Icon::Empty,
        Some(Mark::Present) => Icon::Tick,
        Some(Mark::LateOrPartial) => Icon::Clock,
        Some(Mark::Remote) => Icon::Screen,
        Some(Mark::AbsentInformed) => Icon::Phone,
        Some(Mark::AbsentUnknown) => Icon::Cross,
        Some(Mark::Paused) => Icon::Pause,
    }
}

/// Stays until the next action; going back step by step reaches the session's beginning (H3).
#[component]
fn UndoBar(call: RollCall) -> impl IntoView {
    let lang = lang();
    // Said once the marks are stored; until then what was said before stands.
    let said = Memo::new(move |before: Option<&Option<String>>| {
        let undo = call.undo.get();
        let step = undo.last().filter(|_| call.undoable.get())?;
        if !step.iter().all(|change| call.mark_of(change.participant) == change.after) {
            return before.cloned().flatten();
        }
        Some(match step.as_slice() {
            [one] => {
                let name =
                    call.rows.get().into_iter().find(|row| row.participant == one.participant).map(|row| row.name);
                let mark = one.after.map_or(t::not_marked(lang), |mark| mark.words(lang));
                t::undone_one(lang, mark, &name.unwrap_or_default())
            }
            many => t::undo_many(lang, i64::try_from(many.len()).unwrap_or(0)),
        })
    });
    live(move || {
        said.get().map(|said| {
            view! {
                <div class="undo-bar">
                    <span role="status">{said}</span>
                    <button type="button" class="undo-bar__button" on:click=move |_| call.take_back()>
                        {t::undo(lang)}
                    </button>
                </div>
            }
        })
    })
}

/// Marks only those without a mark.
#[component]
fn AllPresent(call: RollCall) -> impl IntoView {
    let lang = lang();
    let unmarked = move || {
        let rows = call.rows.get();
        rows.into_iter().map(|row| row.participant).filter(|person| call.mark_of(*person).is_none()).collect::<Vec<_>>()
    };
    let all = move |_| {
        let wanted: Vec<_> = untrack(unmarked).into_iter().map(|person| (person, Some(Mark::Present))).collect();
        call.mark(&wanted);
    };
    view! {
        <button
            type="button"
            class="button button--main roll__all"
            prop:disabled=move || unmarked().is_empty()
            on:click=all
        >
            {t::all_present(lang)}
        </button>
    }
}
