//! The large button by which a trial is timed or counted. It takes more than half of the screen and acts as soon as the
//! finger touches it: a time is taken from the touch, not from the finger's rising.

use domain::assessments::protocol::Tool;
use domain::assessments::{NotDone, Task};
use leptos::ev::{self, KeyboardEvent, MouseEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement};

use super::entering::{OpenPart, moment, now};
use super::guide::guide;
use super::test_form::{Filled, TestForm};
use super::timing::to_say;
use super::words::thing_words;
use crate::context::{lang, use_tablet};
use crate::device::signals::{allow_sound, time_is_over};
use crate::figures::Picture;
use crate::texts::{self, Lang, Words, measure::timer as t};
use crate::ui::{Button, ButtonKind, Icon, Sheet, Tag, Tone};

/// The chosen trial: the button while it is empty or under way, then its value.
#[component]
pub fn Stage(open: OpenPart) -> impl IntoView {
    let busy = Memo::new(move |_| open.form.is_going() || open.filled() == Filled::Empty);
    view! {
        <Show when=move || busy.get() fallback=move || view! { <Done open /> }>
            <TimerButton open />
        </Show>
    }
}

#[component]
fn TimerButton(open: OpenPart) -> impl IntoView {
    let lang = lang();
    let elapsed = RwSignal::new(0_u32);
    let going = Memo::new(move |_| open.form.is_going());
    Effect::new(move |_| {
        if going.get() {
            follow(open, elapsed);
        }
    });
    let button = NodeRef::<leptos::html::Button>::new();
    Effect::new(move |_| {
        if let Some(button) = button.get().filter(|_| going.get_untracked()) {
            take_lost_focus(&button);
        }
    });
    let press = move |stamp: f64| pressed(open, stamp);
    count_beside(open, press);
    view! {
        <button
            type="button"
            class="stage"
            class:stage--going=going
            node_ref=button
            on:pointerdown=move |event| touched(&event, press)
            on:keydown=move |event| keyed(&event, press)
            on:click=move |event| clicked(&event, press)
        >
            // A reader of the screen hears it from the chosen trial.
            <span class="stage__name" aria-hidden="true">{move || thing(lang, open)}</span>
            <span class="stage__picture" hidden=going>{move || shown(lang, open)}</span>
            <StageFigure open elapsed />
            // The guide beside it says what ends the trial to readers of the screen.
            <span
                class="stage__more"
                class:stage__more--ends=move || ends_by_eye(open.tool())
                aria-hidden=move || ends_by_eye(open.tool()).then_some("true")
            >
                {move || more(lang, open, elapsed.get())}
            </span>
            <span class="stage__act">{move || act(lang, open.tool(), going.get())}</span>
        </button>
        <Under open going />
    }
}

/// The time, or what was counted; hidden where others might look.
#[component]
fn StageFigure(open: OpenPart, elapsed: RwSignal<u32>) -> impl IntoView {
    let (lang, privacy) = (lang(), use_tablet().privacy());
    let count = Memo::new(move |_| open.form.read(|form| form.going().map(|run| run.count())));
    let figure = move || match open.tool() {
        _ if privacy.get() => "•••".to_owned(),
        Some(tool) if tool.counts() => texts::count(lang, count.get().unwrap_or_default()),
        _ => tenths(lang, elapsed.get()),
    };
    view! { <span class="stage__figure number" aria-hidden="true">{figure}</span> }
}

fn pressed(open: OpenPart, stamp: f64) {
    allow_sound();
    open.change(|form, place| form.press_timer(place, moment(stamp)));
}

fn touched(event: &PointerEvent, press: impl Fn(f64)) {
    if event.button() == 0 {
        press(event.time_stamp());
    }
}

fn keyed(event: &KeyboardEvent, press: impl Fn(f64)) {
    if matches!(event.key().as_str(), "Enter" | " ") {
        event.prevent_default();
        if !event.repeat() {
            press(event.time_stamp());
        }
    }
}

/// A switch or a screen reader clicks without a touch or a key; a finger's click was its touch.
fn clicked(event: &MouseEvent, press: impl Fn(f64)) {
    if event.detail() == 0 {
        press(event.time_stamp());
    }
}

/// The button that was pressed is gone from the screen: the keyboard and readers of the screen go on here. Nothing
/// scrolls.
fn take_lost_focus(element: &HtmlElement) {
    if document().active_element().is_none_or(|focused| focused.tag_name() == "BODY") {
        let still = FocusOptions::new();
        still.set_prevent_scroll(true);
        let _ = element.focus_with_options(&still);
    }
}

/// Whoever counts looks at the person and not at the tablet: a tap beside the button counts as well. By the click, so
/// that a finger that scrolls counts nothing.
fn count_beside(open: OpenPart, press: impl Fn(f64) + 'static) {
    // What began on a control has been counted there, or was meant for it, wherever it ends: the button is smaller while
    // it counts, and a mouse may leave it.
    let began_beside = StoredValue::new(false);
    let began = window_event_listener(ev::pointerdown, move |event| began_beside.set_value(is_beside(&event)));
    let clicked = window_event_listener(ev::click, move |event| {
        let whole = event.detail() > 0 && began_beside.get_value() && is_beside(&event);
        if whole && is_counting(open) {
            press(event.time_stamp());
        }
    });
    on_cleanup(move || {
        began.remove();
        clicked.remove();
    });
}

/// Whether repetitions or lengths are being counted.
fn is_counting(open: OpenPart) -> bool {
    untrack(|| open.tool()).is_some_and(Tool::counts) && open.form.now(|form| form.going().is_some())
}

/// Whether a finger was on no control. Beside "one too many" it may have missed that.
fn is_beside(event: &MouseEvent) -> bool {
    const CONTROLS: &str = "a, button, summary, label, input, select, textarea, dialog, .stage__under";
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| matches!(target.closest(CONTROLS), Ok(None)))
}

/// What is measured, large enough for a dark hall and an arm's length.
pub fn thing(lang: Lang, open: OpenPart) -> Option<String> {
    Some(thing_words(lang, open.form.instrument()?, open.item()?))
}

/// The picture of what is done.
pub fn shown(lang: Lang, open: OpenPart) -> Option<AnyView> {
    let (instrument, item) = (open.form.instrument()?, open.item()?);
    let course = open.form.read(|form| Some(form.course_m));
    Some(view! { <Picture lang task=Task::of(instrument, item) course_m=course silent=true /> }.into_any())
}

/// What a press does.
fn act(lang: Lang, tool: Option<Tool>, going: bool) -> &'static str {
    match tool {
        _ if !going => t::start(lang),
        Some(Tool::Count { .. }) => t::tap_each(lang),
        Some(Tool::Lengths { .. }) => t::tap_length(lang),
        _ => t::stop(lang),
    }
}

/// What ends the trial; of a count the time left, and what to say at each full minute.
fn more(lang: Lang, open: OpenPart, elapsed: u32) -> String {
    let left = |end: u32| i64::from(end.saturating_sub(elapsed).div_ceil(1_000));
    match open.tool() {
        Some(Tool::Stopwatch | Tool::Hold { .. }) => ends(lang, open).unwrap_or_default(),
        Some(Tool::Count { ms }) => t::left(lang, left(ms)),
        Some(Tool::Lengths { ms }) => match to_say(elapsed, ms) {
            Some(minutes) => t::say_minutes(lang, i64::from(minutes)),
            None => t::left_minutes(lang, &clock(left(ms))),
        },
        Some(Tool::Reading | Tool::Question) | None => String::new(),
    }
}

/// Whether the tester sees when the trial is over, and no clock alone says it.
const fn ends_by_eye(tool: Option<Tool>) -> bool {
    matches!(tool, Some(Tool::Stopwatch | Tool::Hold { .. }))
}

fn ends(lang: Lang, open: OpenPart) -> Option<String> {
    Some(t::ends(lang, guide(lang, open.form.instrument()?, open.item()?).ends))
}

/// Seconds as "5:59".
pub fn clock(seconds: i64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// The running time with one decimal: the eye follows no hundredths.
fn tenths(lang: Lang, ms: u32) -> String {
    texts::scaled(lang, i64::from(ms / 100), 1)
}

/// Follows the time at every frame as long as a trial is under way, and ends it when its time is over.
fn follow(open: OpenPart, elapsed: RwSignal<u32>) {
    request_animation_frame(move || {
        // The view may be gone by now.
        let at = now();
        let read = |form: &Option<TestForm>| {
            let form = form.as_ref()?;
            Some((form.going()?.elapsed(at.steady), form.is_over(at)))
        };
        let Some((ms, over)) = open.form.0.try_with_untracked(read).flatten() else { return };
        let _ = elapsed.try_set(ms);
        if over && open.form.change(|form| form.tick(at)) {
            time_is_over();
        } else {
            follow(open, elapsed);
        }
    });
}

/// Beside a count under way: one tap less, and an end before the time is over.
#[component]
fn Under(open: OpenPart, going: Memo<bool>) -> impl IntoView {
    let lang = lang();
    let counts = move || open.tool().is_some_and(Tool::counts);
    let counted = move || going.get() && counts();
    let less = move |_| open.form.change(TestForm::take_back_tap);
    let end = move |_| open.form.change(|form| form.stop_timer(now()));
    view! {
        <div class="stage__under" class:stage__under--off=move || !counted() hidden=move || !counts()>
            <Button text=t::less(lang) icon=Icon::Undo disabled=move || !counted() script=true on:click=less />
            <Button text=t::end_now(lang) disabled=move || !counted() script=true on:click=end />
        </div>
    }
}

/// What came out of the trial, and the ways to mend it.
#[component]
fn Done(open: OpenPart) -> impl IntoView {
    let lang = lang();
    let value = move || match open.filled() {
        Filled::Value(value) | Filled::Unusual(value) => open.shown(open.place(), value),
        Filled::Wrong(_) => open.typed(open.place()),
        _ => String::new(),
    };
    let why_not = move || match open.filled() {
        Filled::NotDone(code) => Some(code.words(lang)),
        Filled::Skipped => Some(NotDone::SkippedByRule.words(lang)),
        _ => None,
    };
    let doubtful = move || {
        let chosen = open.place();
        open.form.read(|form| form.cells.get(chosen).is_some_and(|cell| cell.doubtful))
    };
    let step = move || match open.tool() {
        Some(Tool::Count { .. }) => &[-1, 1][..],
        Some(Tool::Lengths { .. }) => &[-1, 1, 5][..],
        _ => &[][..],
    };
    let adjust = move |by: &i64| {
        let by = *by;
        let text = texts::signed(lang, by as f64, 0);
        view! { <Button text class="stage__step" script=true on:click=move |_| open.change(|form, place| form.adjust(place, by)) /> }
    };
    let place = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        if let Some(place) = place.get() {
            take_lost_focus(&place);
        }
    });
    view! {
        <div class="stage stage--done" role="group" tabindex="-1" aria-label=move || thing(lang, open) node_ref=place>
            <p class="stage__name">{move || thing(lang, open)}</p>
            <p class="stage__figure number">{value}</p>
            <p class="stage__why">{why_not}</p>
            <Show when=doubtful>
                <Tag text=t::doubtful(lang) tone=Tone::Look />
            </Show>
            <div class="stage__steps" hidden=move || step().is_empty()>
                <p>{move || after(lang, open.tool())}</p>
                <For each=move || step() key=|by| **by let:by>{adjust(by)}</For>
            </div>
            <Mend open />
        </div>
    }
}

/// What is asked after a count.
fn after(lang: Lang, tool: Option<Tool>) -> &'static str {
    match tool {
        Some(Tool::Lengths { .. }) => t::add_metres(lang),
        Some(Tool::Count { .. }) => t::add_half(lang),
        _ => "",
    }
}

/// A stop by mistake goes on for ten seconds; after that the trial is done again, with a reason.
#[component]
fn Mend(open: OpenPart) -> impl IntoView {
    let lang = lang();
    let asking = RwSignal::new(false);
    let tick = RwSignal::new(now().steady);
    let timer = set_interval_with_handle(move || tick.set(now().steady), std::time::Duration::from_millis(500)).ok();
    on_cleanup(move || {
        if let Some(timer) = timer {
            timer.clear();
        }
    });
    let can_go_on = move || {
        let (place, now) = (open.place(), tick.try_get().unwrap_or(f64::MAX));
        open.form.read(|form| form.can_go_on(place, now))
    };
    let resume = move |_| open.form.change(TestForm::go_on);
    view! {
        <div class="stage__mend">
            <Button text=t::go_on(lang) disabled=move || !can_go_on() class="stage__resume" script=true on:click=resume />
            <Button text=t::again(lang) disabled=move || !open.is_timed() kind=ButtonKind::Quiet script=true on:click=move |_| asking.set(true) />
        </div>
        <Show when=move || asking.get()>
            <Why open asking />
        </Show>
    }
}

/// Why a trial is done again.
#[component]
fn Why(open: OpenPart, asking: RwSignal<bool>) -> impl IntoView {
    let lang = lang();
    let why = move |reason: &'static str| {
        let again = move |_| {
            open.change(|form, place| form.repeat(place, &t::again_because(lang, reason)));
            asking.set(false);
        };
        view! { <Button text=reason class="sheet__mark" script=true on:click=again /> }
    };
    let reasons = [t::why_late(lang), t::why_disturbed(lang), t::why_not_ready(lang), t::why_wrong(lang)];
    view! {
        <Sheet lang title=t::why(lang) close=move || asking.set(false)>
            <div class="sheet__marks">{reasons.map(why).collect_view()}</div>
        </Sheet>
    }
}
