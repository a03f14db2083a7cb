//! Making somebody's programme on the tablet: pictures to tap; what is chosen unfolds its form and how much of it.

use domain::exercises::{Exercise, ExerciseKind};
use domain::home_programmes::{Chosen, Form, HomeProgramme, NOTE, Verb};
use domain::ids::{GroupId, ParticipantId};
use leptos::prelude::*;

use super::form::Typed;
use crate::context::navigation::use_navigation;
use crate::context::typed_text::{DayField, Mistakes, focus, wrong_of};
use crate::context::view::{View, go_back};
use crate::context::{lang, use_tablet};
use crate::exercises::{amount, said};
use crate::figures;
use crate::people::card_parts::NotHere;
use crate::registration::part::registering;
use crate::screenings::pick::Questions;
use crate::texts::{self, Lang, Words as _, common, home_exercise::edit as t, people, whole};
use crate::ui::{Button, Icon, IconView};

const CHOICE: &str = "home-choice";
const FROM: &str = "home-from";
const WORDS: &str = "home-note";

/// What keeps it from being a programme.
fn wrong(typed: &Typed, lang: Lang) -> Vec<(&'static str, String)> {
    wrong_of([
        (CHOICE, typed.chosen.is_empty(), t::nothing(lang)),
        (FROM, typed.from.is_none(), people::error::day(lang)),
    ])
}

#[component]
pub fn Choosing(person: ParticipantId, group: GroupId) -> impl IntoView {
    if registering(person).is_none() {
        return view! { <NotHere /> }.into_any();
    }
    let (lang, tablet, navigation) = (lang(), use_tablet(), use_navigation());
    let (today, _) = tablet.local_time();
    let held = move || untrack(|| tablet.held_programme(person));
    let (open, last) = (untrack(|| tablet.home_programme(person)).is_some(), held());
    let is_from_last = !open && last.is_some();
    let known = Typed::of(last.as_ref(), today);
    let draft = StoredValue::new(format!("home/{person}"));
    let (begun, mistakes) = (tablet.keep_form(draft.get_value(), known.clone()), Mistakes::new(Vec::new()));
    let form = begun.typed;
    let record = move |programme: HomeProgramme| {
        // What is held already says nothing new of who made it.
        match held().is_some_and(|there| there.says_the_same(&programme)) {
            true => tablet.drop_draft(&draft.get_value()),
            false => tablet.record_form(vec![Verb::Set { programme }.into()], &draft.get_value()),
        }
        go_back(navigation);
    };
    let save = Callback::new(move |()| {
        // A colleague may have changed it since the form was opened.
        let now = held().map_or_else(|| known.clone(), |now| Typed::of(Some(&now), today));
        let typed = begun.onto(&now);
        let wrong = wrong(&typed, lang);
        if let Some(programme) = typed.clone().programme(person, tablet.account().user) {
            return record(programme);
        }
        begun.go_on(now, typed);
        wrong.first().map(|(field, _)| *field).into_iter().for_each(focus);
        mistakes.set(wrong);
    });
    let end = move |_| {
        let by = tablet.account().user;
        match held().filter(|programme| programme.is_open(today)) {
            Some(programme) => record(HomeProgramme { by, ..programme.ended_today(today) }),
            None => go_back(navigation),
        }
    };
    let leave = Callback::new(move |()| go_back(navigation));
    let title = if open { t::change(lang) } else { t::make(lang) };
    let name = move || tablet.name_of(person, group).map(|name| texts::named(lang, &name));
    view! {
        <View title=title lead=Signal::derive(name) back=true>
            <Questions label=title without=common::cancel(lang) leave save=Some((t::save(lang), save))>
                {is_from_last.then(|| view! { <p>{t::from_last(lang)}</p> })}
                <Exercises form mistakes />
                <Rest form mistakes />
                {open.then(|| view! { <Button text=t::end(lang) script=true on:click=end /> })}
            </Questions>
        </View>
    }
    .into_any()
}

/// All exercises by what they are for. What is wrong with the choice has the focus, not the list, which is higher than any
/// screen.
#[component]
fn Exercises(form: RwSignal<Typed>, mistakes: Mistakes) -> impl IntoView {
    let lang = lang();
    let count = move || whole(form.with(|form| form.chosen.len()));
    let wrong = move || {
        let told = mistakes.get().into_iter().find(|(field, _)| *field == CHOICE);
        told.filter(|_| count() == 0).map(|(_, words)| words)
    };
    let kinds: Vec<_> = ExerciseKind::ALL
        .iter()
        .map(|kind| {
            let of_kind = Exercise::ALL.iter().filter(|exercise| exercise.kind() == *kind);
            let cards: Vec<_> = of_kind.map(|exercise| view! { <OneChoice form exercise=*exercise /> }).collect();
            view! {
                <h2>{kind.words(lang)}</h2>
                <ul class="home-choice" role="list">{cards}</ul>
            }
        })
        .collect();
    view! {
        <div class="stack">
            <p>{t::choose_hint(lang)}</p>
            <p role="status"><strong>{move || t::chosen(lang, count())}</strong></p>
            <p class="field__error" id=CHOICE tabindex="-1" hidden=move || wrong().is_none()>
                <IconView icon=Icon::Look /> {wrong}
            </p>
            {kinds}
        </div>
    }
}

#[component]
fn OneChoice(form: RwSignal<Typed>, exercise: Exercise) -> impl IntoView {
    let lang = lang();
    let is_chosen = Memo::new(move |_| form.with(|form| form.chosen.contains_key(&exercise)));
    let tap = move |_| {
        form.update(|form| {
            if form.chosen.remove(&exercise).is_none() {
                form.chosen.insert(exercise, Chosen::usual(exercise));
            }
        });
    };
    view! {
        <li class="home-choice__one" data-chosen=move || is_chosen.get().to_string()>
            <button type="button" class="home-choice__pick" aria-pressed=move || is_chosen.get().to_string() on:click=tap>
                {figures::view(lang, &figures::exercises::drawing(exercise), None)}
                <span class="home-choice__name">{said(lang, exercise).name}</span>
                <span class="home-choice__tick"><IconView icon=Icon::Tick /></span>
            </button>
            <Show when=move || is_chosen.get()>
                <HowMuch form exercise />
            </Show>
        </li>
    }
}

/// Form, amount and rounds of a chosen exercise.
#[component]
fn HowMuch(form: RwSignal<Typed>, exercise: Exercise) -> impl IntoView {
    let lang = lang();
    let name = said(lang, exercise).name;
    let chosen = Memo::new(move |_| {
        form.with(|form| form.chosen.get(&exercise).copied()).unwrap_or_else(|| Chosen::usual(exercise))
    });
    let change = move |to: Chosen| {
        form.update(|form| {
            form.chosen.insert(exercise, to);
        });
    };
    let one_form = move |one: Form| {
        let pressed = Signal::derive(move || chosen.get().form == one);
        let press = move |_| change(Chosen { form: one, ..chosen.get_untracked() });
        view! { <Button text=one.words(lang) script=true pressed on:click=press /> }
    };
    let amounts = move |up: bool| {
        let now = chosen.get_untracked();
        change(Chosen { amount: now.dose().amount.changed(up).number(), ..now });
    };
    let rounds = move |up: bool| {
        let now = chosen.get_untracked();
        let rounds = if up { now.rounds.saturating_add(1) } else { now.rounds.saturating_sub(1) };
        change(Chosen { rounds: rounds.clamp(1, 3), ..now });
    };
    view! {
        <div class="home-choice__forms" role="group" aria-label=t::form_of(lang, name)>
            {Form::ALL.iter().map(|one| one_form(*one)).collect_view()}
        </div>
        <Steps fewer=t::fewer(lang, name) more=t::more(lang, name) change=amounts
            words=Signal::derive(move || amount(lang, chosen.get().dose().amount)) />
        <Steps fewer=t::fewer_rounds(lang, name) more=t::more_rounds(lang, name) change=rounds
            words=Signal::derive(move || t::rounds_count(lang, chosen.get().rounds.into())) />
    }
}

/// A number with a press for fewer and one for more.
#[component]
fn Steps(
    fewer: String,
    more: String,
    #[prop(into)] words: Signal<String>,
    change: impl Fn(bool) + Copy + 'static,
) -> impl IntoView {
    view! {
        <div class="home-choice__amount">
            <button type="button" class="button" aria-label=fewer on:click=move |_| change(false)>"−"</button>
            <span role="status">{words}</span>
            <button type="button" class="button" aria-label=more on:click=move |_| change(true)>"+"</button>
        </div>
    }
}

/// From when on, and the instructor's own words.
#[component]
fn Rest(form: RwSignal<Typed>, mistakes: Mistakes) -> impl IntoView {
    let lang = lang();
    view! {
        <DayField id=FROM label=t::from(lang) mistakes
            value=Signal::derive(move || form.with(|form| form.from))
            set=move |day| form.update(|form| form.from = day) />
        <div class="field">
            <label class="field__label" for=WORDS>{t::note(lang)}</label>
            <p class="field__hint" id="home-note-hint">{t::note_hint(lang)}</p>
            <textarea class="field__input" id=WORDS rows="2" maxlength=NOTE.to_string() aria-describedby="home-note-hint"
                prop:value=move || form.with(|form| form.note.clone())
                on:input:target=move |event| form.update(|form| form.note = event.target().value()) />
        </div>
    }
}
