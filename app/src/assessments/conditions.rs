//! Under which conditions a test is done: course and walking aid while it is done, the rest with its result.

use domain::assessments::protocol::{tells_aid, tells_chair};
use domain::assessments::{Aid, SEAT_CM, Shoes};
use domain::time::Day;
use leptos::prelude::*;

use super::entering::Entering;
use super::test_form::{TestForm, TestPart, courses};
use crate::context::typed_text::{DayField, Mistakes};
use crate::context::{lang, use_tablet};
use crate::screenings::pain::PainScale;
use crate::texts::{self, Words, measure as t, measure::conditions as c};
use crate::ui::{Button, Icon, IconView, Switch, SwitchButton};

/// The id of the field.
const DAY: &str = "measured-on";

/// Course and walking aid, where the part is walked.
#[component]
pub fn Walk(form: Entering, part: TestPart) -> impl IntoView {
    let lang = lang();
    let instrument = form.instrument();
    let walked = move || {
        let (Some(instrument), TestPart::Items([item, ..])) = (instrument, part) else { return false };
        tells_aid(instrument, *item)
    };
    let course = move |metres: &u16| {
        let metres = *metres;
        let text = texts::with_unit(&texts::count(lang, i64::from(metres)), "m");
        let pressed = move || form.read(|form| form.course_m == metres);
        view! { <SwitchButton text pressed on:click=move |_| form.change(|form| form.course_m = metres) /> }
    };
    let aid = move |aid: &Aid| {
        let aid = *aid;
        let pressed = move || form.read(|form| form.aid == aid);
        view! { <SwitchButton text=aid.words(lang) pressed on:click=move |_| form.change(|form| form.aid = aid) /> }
    };
    let lengths = instrument.map(courses).unwrap_or_default();
    walked().then(|| {
        let choice = (lengths.len() > 1).then(|| {
            view! { <Switch label=t::course(lang)>{lengths.iter().map(course).collect_view()}</Switch> }
        });
        view! {
            <div class="measure__walk">
                {choice} <Switch label=t::aid(lang)>{Aid::ALL.iter().map(aid).collect_view()}</Switch>
            </div>
        }
    })
}

/// On which day a test was measured that is typed in from paper.
#[component]
pub fn DayOfTest(form: Entering) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let mistakes = Mistakes::new(Vec::new());
    let value = Signal::derive(move || form.read(TestForm::day));
    let set = move |chosen: Option<Day>| {
        let (today, _) = tablet.local_time();
        form.change(|form| form.set_day(chosen, today));
    };
    Effect::new(move |_| {
        let (today, _) = tablet.local_time();
        let wrong = form.read(|form| form.wrong_day.is_some().then(|| form.day()));
        let told = wrong.map(|chosen| match chosen {
            Some(day) if day > today => c::day_to_come(lang),
            _ => c::day_wrong(lang),
        });
        mistakes.set(told.map(|words| (DAY, words.to_owned())).into_iter().collect());
    });
    view! { <DayField id=DAY label=t::measured_on(lang) hint=c::day_hint(lang) mistakes value set /> }
}

/// Shoes, seat, place, pain and who measured: told where they are known, never asked for.
#[component]
pub fn Circumstances(form: Entering) -> impl IntoView {
    let (lang, hidden) = (lang(), use_tablet().privacy());
    let seat = form.instrument().is_some_and(tells_chair);
    let shoes = move |shoes: &Shoes| {
        let shoes = *shoes;
        let pressed = move || form.read(|form| form.circumstances.shoes == Some(shoes));
        let choose = move |_| {
            form.change(|form| {
                let same = form.circumstances.shoes == Some(shoes);
                form.circumstances.shoes = (!same).then_some(shoes);
            });
        };
        view! { <SwitchButton text=shoes.words(lang) pressed on:click=choose /> }
    };
    let chair = move || form.read(TestForm::seat);
    let set_chair = move |typed: String| form.change(|form| form.set_seat(&typed));
    let wrong_chair = Signal::derive(move || {
        let wrong = form.read(|form| form.wrong_seat.is_some());
        wrong.then(|| c::chair_wrong(lang, i64::from(*SEAT_CM.end()), i64::from(*SEAT_CM.start())))
    });
    let by = move || form.read(|form| form.circumstances.measured_by.clone().unwrap_or_default());
    let set_by = move |typed: String| {
        form.change(|form| form.circumstances.measured_by = Some(typed).filter(|typed| !typed.trim().is_empty()));
    };
    view! {
        <details class="conditions" open=form.now(|form| form.wrong_seat.is_some())>
            <summary>{c::title(lang)}</summary>
            <div class="stack">
                <Switch label=c::shoes(lang)>{Shoes::ALL.iter().map(shoes).collect_view()}</Switch>
                {seat.then(|| view! { <Line id="chair" label=c::chair(lang) numeric=true value=chair set=set_chair wrong=wrong_chair /> })}
                // A button that is pressed would tell the hall.
                <Show when=move || !hidden.get()>
                    <Pain form />
                </Show>
                <Line id="measured-by" label=c::measured_by(lang) value=by set=set_by />
            </div>
        </details>
    }
}

/// Pain during the test, on the scale of the check before it. What was said there is offered, and never taken unasked.
#[component]
fn Pain(form: Entering) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let before = Memo::new(move |_| {
        let (person, day) = form.read(|form| Some((form.participant, form.measured_on)))?;
        tablet.pain_on(person, day)
    });
    let said = Signal::derive(move || form.read(|form| form.circumstances.pain));
    let say = move |pain: Option<u8>| form.change(|form| form.circumstances.pain = pain);
    // The same once more takes it back.
    let choose = move |level: u8| say(Some(level).filter(|level| said.get_untracked() != Some(*level)));
    let same = move || {
        before.get().map(|pain| {
            let words = c::pain_same(lang, i64::from(pain));
            view! { <Button text=words script=true on:click=move |_| say(Some(pain)) /> }
        })
    };
    view! {
        <PainScale asked=c::pain(lang) said choose>{same}</PainScale>
    }
}

#[component]
fn Line(
    id: &'static str,
    label: &'static str,
    #[prop(optional)] numeric: bool,
    value: impl Fn() -> String + Send + Sync + 'static,
    set: impl Fn(String) + 'static,
    /// What is wrong with what was typed.
    #[prop(optional)]
    wrong: Signal<Option<String>>,
) -> impl IntoView {
    let said = move || format!("{id}-error");
    let error = move || {
        wrong.get().map(|words| {
            view! {
                <p class="field__error" id=said() role="alert"><IconView icon=Icon::Wrong /><span>{words}</span></p>
            }
        })
    };
    let is_wrong = move || wrong.with(Option::is_some);
    view! {
        <div class="field" class:field--wrong=is_wrong>
            <label class="field__label" for=id>{label}</label>
            {error}
            <input
                class="field__input"
                id=id
                autocomplete="off"
                maxlength="200"
                inputmode=if numeric { "numeric" } else { "text" }
                aria-invalid=move || is_wrong().then_some("true")
                aria-describedby=move || is_wrong().then(said)
                prop:value=value
                on:change:target=move |event| set(event.target().value())
            />
        </div>
    }
}
