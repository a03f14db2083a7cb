//! The own page of somebody's programme: one press says that today's was done.

use std::collections::BTreeSet;

use domain::exercises::Amount;
use domain::home_programmes::{Chosen, HomeProgramme};
use domain::home_weeks::in_week_of;
use domain::ids::ParticipantId;
use domain::time::Day;
use leptos::prelude::*;

use super::name;
use crate::exercises::PATH;
use crate::exercises::pages::{Before, Told};
use crate::home_weeks::mondays;
use crate::home_weeks::row::OwnWeek;
use crate::own::around::{Back, Whose};
use crate::own::words::{day_in_words, plain_day};
use crate::texts::{Lang, capital, exercises, home_exercise::own as t};
use crate::ui::{Button, ButtonKind, ButtonLink, Notice, Tone};

/// Where the page stands, and where its presses go.
pub const OWN_PATH: &str = "/own/exercise";
/// Where it stands for paper.
pub const OWN_SHEET: &str = "/own/exercise/sheet";
/// As it is kept on a phone, to be read without network.
pub const OWN_KEPT: &str = "/own/exercise/kept";
/// The section of the days on that page.
pub const DAYS: &str = "days";
/// Where the PIN is asked for before the instructor's words: on the page, and on paper.
const PIN: &str = "/own/pin?then=exercise";
pub(super) const SHEET_PIN: &str = "/own/pin?then=sheet";
/// Weeks that are shown: this one and the last.
pub const WEEKS: i64 = 2;

/// What the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct OwnExercise {
    pub today: Day,
    /// Nothing where there is none, or it has ended.
    pub programme: Option<HomeProgramme>,
    /// The first name of whoever made it.
    pub made_by: Option<String>,
    /// The instructor's words may be shown: the PIN was typed a short while ago.
    pub with_note: bool,
    pub done: BTreeSet<Day>,
    /// A sentence about what was just done.
    pub said: Option<(Tone, &'static str)>,
    /// What was just told of an earlier day: it stands where the day was pressed.
    pub of_day: Option<String>,
    /// Whether it may be kept on this device: nobody else uses it.
    pub keeps: bool,
}

#[component]
pub fn OwnExercisePage(lang: Lang, view: OwnExercise) -> impl IntoView {
    let OwnExercise { today, programme, made_by, with_note, done, said, of_day, keeps } = view;
    let body = match programme {
        None => view! { <p class="own__none">{t::none(lang)}</p> }.into_any(),
        Some(programme) => view! { <Programme lang today programme made_by with_note done of_day keeps/> }.into_any(),
    };
    view! {
        <Back lang/>
        <h1>{t::title(lang)}</h1>
        {said.map(|(tone, title)| view! { <Notice tone title live=true/> })}
        {body}
        <nav class="own__ways" aria-label=exercises::all(lang)>
            <ButtonLink text=exercises::all(lang) href=PATH/>
        </nav>
    }
    .into_any()
}

#[component]
fn Programme(
    lang: Lang,
    today: Day,
    programme: HomeProgramme,
    made_by: Option<String>,
    with_note: bool,
    done: BTreeSet<Day>,
    of_day: Option<String>,
    keeps: bool,
) -> impl IntoView {
    let made_by = made_by.map(|name| crate::texts::home_exercise::made_by(lang, &name));
    let (note, begun, person) = (programme.note.clone(), !programme.is_ahead(today), programme.participant);
    let exercises: Vec<_> =
        programme.exercises.iter().map(|chosen| view! { <OneExercise lang chosen=*chosen timed=true/> }).collect();
    view! {
        <Ahead lang programme=programme.clone() today/>
        <p>{t::lead(lang)}</p>
        <Today lang today person begun done of_day/>
        <Note lang note shown=with_note pin=PIN/>
        <p class="own__ways"><ButtonLink text=t::print(lang) href=OWN_SHEET/></p>
        {keeps.then(|| view! { <Keep lang/> })}
        <Before lang/>
        <h2>{t::exercises(lang)}</h2>
        {exercises}
        {made_by.map(|words| view! { <p>{words}</p> })}
    }
    .into_any()
}

/// Keeps the programme on this phone: shown and run by `public/keep.js` alone.
#[component]
fn Keep(lang: Lang) -> impl IntoView {
    use crate::texts::home_exercise::keep as t;
    view! {
        <section class="own__next keep" aria-labelledby="keep" hidden>
            <h2 id="keep">{t::title(lang)}</h2>
            <p>{t::lead(lang)}</p>
            <button type="button" class="button keep__keep">{t::keep(lang)}</button>
            <p class="keep__there" role="status" hidden>
                <strong>{t::there(lang)}</strong>" "<a href=OWN_KEPT>{t::look(lang)}</a>
            </p>
            <button type="button" class="button keep__drop" hidden>{t::drop(lang)}</button>
            <p class="keep__failed" role="alert" hidden>{t::failed(lang)}</p>
        </section>
    }
    .into_any()
}

/// The programme as it is kept: with its day, and without anything that needs the network or the PIN. `copy`: it is read
/// without network, where no other page is to go back to.
#[component]
pub fn KeptExercisePage(
    lang: Lang,
    today: Day,
    programme: HomeProgramme,
    made_by: Option<String>,
    copy: bool,
) -> impl IntoView {
    use crate::texts::home_exercise::keep;
    let exercises: Vec<_> =
        programme.exercises.iter().map(|chosen| view! { <OneExercise lang chosen=*chosen timed=true/> }).collect();
    let made_by = made_by.map(|name| crate::texts::home_exercise::made_by(lang, &name));
    view! {
        {(!copy).then(|| view! { <Back lang home=OWN_PATH/> })}
        <div class=if copy { "kept kept--copy" } else { "kept" }>
            <h1>{t::title(lang)}</h1>
            <p>{keep::as_of(lang, today)}</p>
            <p>{keep::without_network(lang)}</p>
            <Ahead lang programme=programme.clone() today/>
            <Before lang/>
            <h2>{t::exercises(lang)}</h2>
            {exercises}
            {made_by.map(|words| view! { <p>{words}</p> })}
        </div>
    }
    .into_any()
}

/// When a programme begins that has not begun yet.
#[component]
pub(super) fn Ahead(lang: Lang, programme: HomeProgramme, today: Day) -> impl IntoView {
    let title = programme.is_ahead(today).then(|| t::begins(lang, &plain_day(lang, programme.from)));
    title.map(|title| view! { <Notice tone=Tone::Told title/> }).into_any()
}

/// What the instructor says beside the programme: personal words, so the PIN opens them.
#[component]
pub(super) fn Note(lang: Lang, note: String, shown: bool, pin: &'static str) -> impl IntoView {
    match shown {
        _ if note.is_empty() => ().into_any(),
        true => view! { <p class="own__note"><strong>{t::note(lang)}</strong>" "{note}</p> }.into_any(),
        false => view! {
            <div class="own__note screen-only">
                <p>{t::has_note(lang)}</p>
                <p><ButtonLink text=t::open_note(lang) href=pin/></p>
            </div>
        }
        .into_any(),
    }
}

/// Today's press, once the programme has begun, what this week came to, and the days of two weeks.
#[component]
fn Today(
    lang: Lang,
    today: Day,
    person: ParticipantId,
    begun: bool,
    done: BTreeSet<Day>,
    of_day: Option<String>,
) -> impl IntoView {
    let week = match in_week_of(today, &done) {
        0 => t::week_none(lang).to_owned(),
        count => t::week_count(lang, count),
    };
    let press = match done.contains(&today) {
        true => view! {
            <Notice tone=Tone::Good title=t::is_done(lang)/>
            <Button text=t::not_today(lang) name="undone" value=today.to_string()/>
        }
        .into_any(),
        false if !begun => ().into_any(),
        false => view! {
            <Button text=t::today(lang) kind=ButtonKind::Main wide=true name="done" value=today.to_string()/>
        }
        .into_any(),
    };
    let weeks: Vec<_> =
        mondays(today, WEEKS).map(|monday| view! { <OwnWeek lang monday today done=done.clone()/> }).collect();
    view! {
        <form class="own__next" method="post" action=OWN_PATH>
            <Whose person=person.to_string()/>
            <p class="own__day">{capital(&day_in_words(lang, today, today))}</p>
            {press}
            {(begun || !done.is_empty()).then(|| view! { <p>{week}</p> })}
            <h2 id=DAYS tabindex="-1">{t::weeks(lang)}</h2>
            {of_day.map(|title| view! { <Notice tone=Tone::Good title live=true/> })}
            <p>{t::weeks_hint(lang)}</p>
            {weeks}
        </form>
    }
    .into_any()
}

/// One exercise of the programme, in its form; `timed`: with a timer, where it is done by time.
#[component]
pub fn OneExercise(lang: Lang, chosen: Chosen, #[prop(optional)] timed: bool) -> impl IntoView {
    let timer = seconds(chosen.dose().amount).filter(|_| timed);
    view! {
        <section class="own__session exercises__one">
            <h3>{name(lang, chosen)}</h3>
            <Told lang exercise=chosen.exercise chosen=Some(chosen)/>
            {timer.map(|seconds| view! { <Timer lang seconds amount=chosen.dose().amount/> })}
        </section>
    }
    .into_any()
}

/// How long it takes; nothing for what is counted.
fn seconds(amount: Amount) -> Option<u16> {
    match amount {
        Amount::Seconds(n) => Some(n.into()),
        Amount::Minutes(n) => Some(u16::from(n) * 60),
        Amount::Times(_) | Amount::Steps(_) => None,
    }
}

/// Shown and run by `public/timer.js` alone.
#[component]
fn Timer(lang: Lang, seconds: u16, amount: Amount) -> impl IntoView {
    use crate::texts::home_exercise::timer as t;
    let start = t::start(lang, &crate::exercises::amount(lang, amount));
    view! {
        <div class="timer" data-seconds=seconds.to_string() data-start=start data-stop=t::stop(lang) data-done=t::done(lang)
            hidden>
            <button type="button" class="button"></button>
            <p class="timer__left" role="timer"></p>
            <p role="status"></p>
        </div>
    }
    .into_any()
}
