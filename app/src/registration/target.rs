//! The questions on the target group, read out aside from the others. Everything may be left open.

use domain::applications::{Answers, OwnYes, YesBy};
use domain::eligibility::Home;
use domain::people::Participant;
use domain::registration::{Part, Told, tell};
use domain::sync::op::Verb;
use leptos::prelude::*;

use super::forms::{MINUTES, OWN_YES, REASON, Target};
use super::part::{Frame, Whose, begin, keep};
use crate::context::typed_text::{Mistakes, TypedText, focus};
use crate::context::{lang, use_tablet};
use crate::screenings::pick::Choose;
use crate::texts::{Lang, Words, applications, common, registration as t};
use crate::ui::Button;

type Form = RwSignal<Target>;

#[component]
pub fn TargetPart(whose: Whose, who: Participant) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let there = untrack(|| tablet.application(whose.person));
    let begun = begin(whose, Part::TargetGroup, Target::of(&now(whose)));
    let (form, mistakes) = (begun.typed, Mistakes::new(Vec::new()));
    let referred = there.is_some_and(|one| one.start.is_referral());
    let exception = is_exception(&who);
    let save = Callback::new(move |()| {
        let now = now(whose);
        match begun.onto(&Target::of(&now)).answers(&now, referred) {
            Ok(answers) => keep(whose, Part::TargetGroup, told(whose, answers)),
            Err(wrong) => {
                wrong.first().copied().into_iter().for_each(focus);
                mistakes.set(wrong.into_iter().map(|field| (field, wrong_words(lang, field).to_owned())).collect());
            }
        }
    });
    view! {
        <Frame whose part=Part::TargetGroup lead=t::target_lead(lang) save=Some(save)>
            {referred.then(|| view! { <OwnWord form mistakes /> })}
            <Lives form />
            <Days form />
            <TypedText id=MINUTES label=t::ask::minutes(lang) hint=t::ask::minutes_hint(lang) numeric=true mistakes
                value=move || form.get().minutes set=move |text| form.update(|form| form.minutes = text) />
            <Signs form />
            {exception.then(|| view! {
                <TypedText id=REASON label=applications::form::exception_reason(lang) mistakes
                    value=move || form.get().reason set=move |text| form.update(|form| form.reason = text) />
            })}
        </Frame>
    }
}

/// Whether the person is taken in by exception alone.
fn is_exception(who: &Participant) -> bool {
    let (today, _) = use_tablet().local_time();
    Told { person: who, application: None, tests: None, screenings: &[], today }.is_exception()
}

/// What was told until now: another part may have been saved since this one was opened.
pub fn now(whose: Whose) -> Answers {
    untrack(|| use_tablet().application(whose.person)).map(|one| one.answers).unwrap_or_default()
}

/// What is recorded; nothing where nothing is said differently.
pub fn told(whose: Whose, answers: Answers) -> Vec<Verb> {
    let tablet = use_tablet();
    let ((today, _), there) = (tablet.local_time(), untrack(|| tablet.application(whose.person)));
    (answers != now(whose)).then(|| tell(whose.person, there.as_ref(), answers, today).into()).into_iter().collect()
}

fn wrong_words(lang: Lang, field: &str) -> &'static str {
    match field {
        OWN_YES => t::own_yes_first(lang),
        _ => applications::error::brisk_minutes(lang),
    }
}

/// Somebody else has asked for the person: their own word comes first.
#[component]
fn OwnWord(form: Form, mistakes: Mistakes) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let (on, _) = tablet.local_time();
    let ways = YesBy::ALL.iter().map(|by| (*by, t::own_yes_by(lang, by.words(lang)))).collect();
    view! {
        <Choose name=OWN_YES mistakes asked=t::ask::own_yes(lang) hint=applications::form::own_yes_hint(lang) answers=ways
            chosen=Signal::derive(move || form.with(|form| form.answers.own_yes.map(|yes| yes.by)))
            choose=move |by| form.update(|form| form.answers.own_yes = Some(OwnYes { by, on })) />
    }
}

#[component]
fn Lives(form: Form) -> impl IntoView {
    let lang = lang();
    let homes = Home::ALL.iter().map(|home| (*home, home.words(lang).to_owned())).collect();
    view! {
        <Choose name="home" asked=t::ask::home(lang) answers=homes
            chosen=Signal::derive(move || form.with(|form| form.answers.home))
            choose=move |home| form.update(|form| form.answers.home = Some(home)) />
    }
}

/// Eight buttons for the days of a week.
#[component]
fn Days(form: Form) -> impl IntoView {
    let lang = lang();
    let button = move |days: u8| {
        let pressed = move || form.with(|form| form.answers.activity.strength_days == Some(days));
        let press = move |_| form.update(|form| form.answers.activity.strength_days = Some(days));
        view! { <Button text=days.to_string() class="pain__number" script=true pressed=Signal::derive(pressed) on:click=press /> }
    };
    view! {
        <fieldset class="ask__question">
            <legend class="ask__words">{t::ask::days(lang)}</legend>
            <div class="pain pain--days">{(0..=7).map(button).collect_view()}</div>
        </fieldset>
    }
}

#[component]
fn Signs(form: Form) -> impl IntoView {
    let lang = lang();
    let questions = [
        ("walk500", t::ask::walk500(lang)),
        ("stairs", t::ask::stairs(lang)),
        ("fell", t::ask::fell(lang)),
        ("aid", t::ask::aid(lang)),
        ("memory", t::ask::memory(lang)),
    ];
    let one = move |(at, (name, asked)): (usize, (&'static str, &'static str))| {
        let chosen = move || form.with(|form| form.answers.function.signs().get(at).copied().flatten());
        let choose = move |yes: bool| {
            form.update(|form| {
                let mut signs = form.answers.function.signs();
                if let Some(sign) = signs.get_mut(at) {
                    *sign = Some(yes);
                }
                form.answers.function = form.answers.function.with_signs(signs);
            });
        };
        let answers = vec![(false, common::no(lang).to_owned()), (true, common::yes(lang).to_owned())];
        view! { <Choose name asked answers chosen=Signal::derive(chosen) choose /> }
    };
    questions.into_iter().enumerate().map(one).collect_view()
}
