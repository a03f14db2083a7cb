//! Exercise at home on a person's card on the tablet.

use std::collections::BTreeSet;

use domain::access::Action;
use domain::home_programmes::HomeProgramme;
use domain::home_weeks::{days_from, monday_of};
use domain::ids::{GroupId, ParticipantId};
use domain::time::Day;
use leptos::prelude::*;

use super::{days_in_words, exercises_in_words};
use crate::context::address::Address;
use crate::context::{lang, use_tablet};
use crate::texts::{Lang, home_exercise as t};
use crate::ui::ButtonLink;

#[component]
pub fn HomeExercise(person: ParticipantId, group: GroupId) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let may = tablet.account().may(Action::EditProfiles);
    let programme = Memo::new(move |_| tablet.home_programme(person));
    let days = Memo::new(move |_| tablet.home_days(person));
    let (today, _) = tablet.local_time();
    let there = Memo::new(move |_| programme.with(Option::is_some));
    let choose = Address::HomeProgramme(person, group).to_string();
    let ways = move || {
        let words = if there.get() { t::edit::change(lang) } else { t::edit::make(lang) };
        view! { <ButtonLink text=words href=choose.clone() /> }
    };
    view! {
        <section class="card" id="home-exercise">
            <div class="card__head">
                <h2>{t::title(lang)}</h2>
                {may.then(|| view! {
                    <div class="cluster">
                        {ways}
                        <ButtonLink text=t::ticks::enter(lang) href=Address::HomeDays(person, group).to_string() />
                    </div>
                })}
            </div>
            {move || said(lang, programme.get(), days.get(), today)}
        </section>
    }
}

fn said(lang: Lang, programme: Option<HomeProgramme>, days: BTreeSet<Day>, today: Day) -> AnyView {
    let count = days_from(monday_of(today)).filter(|day| days.contains(day)).count();
    let count = i64::try_from(count).unwrap_or_default();
    let week = (count > 0).then(|| view! { <p>{t::week::count(lang, count)}</p> });
    let Some(programme) = programme else { return view! { <p>{t::none(lang)}</p> {week} }.into_any() };
    let note = (!programme.note.is_empty()).then(|| view! { <p class="quiet">{programme.note.clone()}</p> });
    view! {
        <p><strong>{days_in_words(lang, &programme)}</strong></p>
        <p>{exercises_in_words(lang, &programme)}</p>
        {note}
        {week}
    }
    .into_any()
}
