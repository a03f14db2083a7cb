//! One part of a test: what to say aloud, its trials, and the tool for the chosen one.

use domain::assessments::Item;
use domain::assessments::protocol::Tool;
use leptos::prelude::*;

use super::conditions::Walk;
use super::entering::{Entering, OpenPart, now};
use super::guide::guide;
use super::handed::use_handed;
use super::not_done::Reasons;
use super::pad::{NumberPad, key_of};
use super::rest::Rest;
use super::stage::{Stage, shown, thing};
use super::test_form::{Filled, Key, TestPart};
use super::told::{part_so_far, so_far};
use super::trial::{Said, TrialButton, trial_name};
use crate::context::{lang, to_participants, use_tablet};
use crate::texts::{Lang, guide as g, measure as t};
use crate::ui::{Button, ButtonKind, Fact, Facts, Icon};

#[component]
pub fn PartView(
    form: Entering,
    part: TestPart,
    next: impl Fn() + Copy + Send + Sync + 'static,
    next_words: &'static str,
) -> impl IntoView {
    let lang = lang();
    let open = OpenPart::new(form, part);
    let places = form.now(|form| form.cells_of(part));
    let several = places.len() > 1;
    let typed = Memo::new(move |_| open.is_by_hand() || open.tool() == Some(Tool::Reading));
    view! {
        <div class="measure" class:measure--going=move || form.is_going()>
            <Say open />
            <Walk form part />
            <Show when=move || several>
                <ul class="measure__cells" role="list">
                    {places.iter().map(|place| view! { <li><TrialButton open place=*place /></li> }).collect_view()}
                </ul>
            </Show>
            <div class="measure__entry">
                {(!form.now(|form| form.from_paper)).then(|| view! { <Rest open /> })}
                <Show when=move || typed.get() fallback=move || view! { <Stage open /> }>
                    <Pad open />
                </Show>
                <Said open />
                <p class="measure__points" role="status">{move || points(lang, open)}</p>
                <Aloud open />
            </div>
            <Ways open />
            <Next open next next_words />
        </div>
    }
}

/// What to read aloud for the chosen item, and the rest of its guide on request.
#[component]
fn Say(open: OpenPart) -> impl IntoView {
    let lang = lang();
    let said_in = to_participants(lang);
    let said = move || Some(guide(said_in, open.form.instrument()?, open.item()?).say);
    let guide = move || Some(guide(lang, open.form.instrument()?, open.item()?));
    let line =
        move |name: &'static str, words: &'static str| (!words.is_empty()).then(|| view! { <Fact name value=words /> });
    let more = move || {
        guide().map(|guide| {
            view! {
                <Facts>
                    {line(g::purpose(lang), guide.purpose)}
                    {line(g::equipment(lang), guide.equipment)}
                    {line(g::begins(lang), guide.begins)}
                    {line(g::ends(lang), guide.ends)}
                    {line(g::counts(lang), guide.counts)}
                    {line(g::care(lang), guide.care)}
                </Facts>
            }
        })
    };
    view! {
        <div class="measure__say">
            <p class="measure__aloud">{t::say(lang)}</p>
            <p class="measure__words">{said}</p>
            <details class="measure__guide">
                <summary>{t::how(lang)}</summary>
                {more}
            </details>
        </div>
    }
}

/// The pad with what is typed, for devices that show their value and for times of another stopwatch.
#[component]
fn Pad(open: OpenPart) -> impl IntoView {
    let lang = lang();
    let press = move |key: Key| open.change(|form, place| form.press(place, key));
    // What is read from a device has no large button with the picture of what is done.
    let read = Memo::new(move |_| (open.tool() == Some(Tool::Reading)).then(|| open.item()));
    let picture =
        move || read.get().map(|_| view! { <span class="measure__shown">{untrack(|| shown(lang, open))}</span> });
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if let Some(key) = key_of(&event.key()) {
            event.prevent_default();
            press(key);
        }
    };
    view! {
        <div class="measure__pad" on:keydown=on_key>
            <div class="measure__reading">
                {picture}
                <div class="measure__read">
                    <p class="measure__thing">{move || thing(lang, open)}</p>
                    <TypedNumber open />
                </div>
            </div>
            <NumberPad press />
        </div>
    }
}

/// What has been typed. Hidden from the group it is a dot for each figure, until a press shows it; another trial hides
/// it again. A participant who holds the tablet sees what they type.
#[component]
pub fn TypedNumber(open: OpenPart) -> impl IntoView {
    let (lang, privacy, handed, shown) = (lang(), use_tablet().privacy(), use_handed(), RwSignal::new(false));
    let hidden = Signal::derive(move || privacy.get() && !handed.is_handed());
    Effect::new(move |_| {
        open.place();
        hidden.track();
        shown.set(false);
    });
    let words = move || {
        let typed = open.form.typed(open.place());
        match typed.chars().count() {
            0 => t::empty_value(lang).to_owned(),
            figures if hidden.get() && !shown.get() => "•".repeat(figures),
            _ => typed,
        }
    };
    let empty = move || open.form.typed(open.place()).is_empty();
    let text = move || if shown.get() { t::hide_typed(lang) } else { t::show_typed(lang) };
    let turn = move |_| shown.update(|shown| *shown = !*shown);
    view! {
        <p class="measure__typed number" class:measure__typed--empty=empty role="status">{words}</p>
        <Show when=move || hidden.get()>
            <Button text class="measure__peek" pressed=shown script=true on:click=turn />
        </Show>
    }
}

/// The ways to fill in the chosen trial otherwise.
#[component]
fn Ways(open: OpenPart) -> impl IntoView {
    let lang = lang();
    let asking = RwSignal::new(false);
    let off = move || open.filled() == Filled::Skipped || open.form.is_going();
    let held = move |_| {
        open.change(|form, place| form.held_full(place));
        open.go_on();
    };
    let full = move || match open.tool()? {
        Tool::Hold { ms } => {
            let text = t::full(lang, i64::from(ms / 1_000));
            Some(view! { <Button text icon=Icon::Tick class="measure__test" disabled=off script=true on:click=held /> })
        }
        _ => None,
    };
    let hand = move || {
        let timed = open.tool().is_some_and(Tool::is_timed) && !open.form.is_from_paper();
        let text = move || if open.is_by_hand() { t::by_timer(lang) } else { t::by_hand(lang) };
        let switch = move |_| open.by_hand.update(|hand| *hand = !*hand);
        timed.then(|| view! { <Button text class="measure__test" disabled=off script=true on:click=switch /> })
    };
    view! {
        <div class="measure__ways">
            {full}
            {hand}
            <Button
                text=t::not_done(lang)
                class="measure__test"
                disabled=off
                script=true
                on:click=move |_| asking.set(true)
            />
        </div>
        <Show when=move || asking.get()>
            <Reasons open asking />
        </Show>
    }
}

/// The one way on: to the next empty trial of the part, then to the next part.
#[component]
fn Next(open: OpenPart, next: impl Fn() + Copy + Send + Sync + 'static, next_words: &'static str) -> impl IntoView {
    let lang = lang();
    let text = move || {
        let trial = open.next_empty().and_then(|place| open.form.read(|form| trial_name(lang, form, place)));
        t::next_part(lang, trial.as_deref().unwrap_or(next_words))
    };
    let go = move |_| match untrack(|| open.next_empty()) {
        Some(place) => {
            // Rests are counted from here; whoever stands on paper has rested.
            open.form.change(|form| form.rests_since = (!form.from_paper).then_some(now().steady));
            open.choose(place);
        }
        None => next(),
    };
    let off = move || open.form.is_going();
    // Before there is a value, the large button is what the screen is for.
    let early = move || open.filled() == Filled::Empty;
    view! {
        <div class="measure__on" class:measure__on--early=early>
            <Button text kind=ButtonKind::Main class="measure__next" disabled=off script=true on:click=go />
        </div>
    }
}

/// For readers of the screen: that the time runs, and once what it read in the end.
#[component]
fn Aloud(open: OpenPart) -> impl IntoView {
    let lang = lang();
    let said = Memo::new(move |_| match open.filled() {
        _ if open.form.is_going() => t::timer::goes(lang).to_owned(),
        Filled::Value(value) | Filled::Unusual(value) if open.is_timed() => {
            t::timer::stopped(lang, &open.shown(open.place(), value))
        }
        _ => String::new(),
    });
    view! { <p class="hidden-visually" role="status">{said}</p> }
}

/// The points of the part so far, where it has points and numbers are not hidden.
fn points(lang: Lang, open: OpenPart) -> Option<String> {
    if use_tablet().privacy().get() {
        return None;
    }
    open.form.read(|form| {
        let result = so_far(&form.assessment());
        let of_part = match open.part {
            TestPart::Items([Item::SideBySide, ..]) => result.balance,
            TestPart::Items([Item::Gait]) => result.gait,
            TestPart::Items([Item::Chair5]) => result.chair,
            _ => return None,
        };
        part_so_far(lang, of_part)
    })
}
