//! Exercise at home on a person's card on the tablet.

use domain::access::Action;
use domain::home_programmes::{HomeProgramme, Verb};
use domain::ids::{GroupId, ParticipantId};
use leptos::prelude::*;

use super::summary::Summary;
use crate::context::address::Address;
use crate::context::{lang, use_tablet};
use crate::texts::{home_exercise as t, roll};
use crate::ui::{ButtonLink, UndoBar};

#[component]
pub fn HomeExercise(person: ParticipantId, group: GroupId) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let may = tablet.account().may(Action::EditProfiles);
    let programme = Memo::new(move |_| tablet.home_programme(person));
    let days = Memo::new(move |_| tablet.home_days(person));
    let (today, _) = tablet.local_time();
    let there = Memo::new(move |_| programme.with(Option::is_some));
    let choose = Address::HomeProgramme(person, group).to_string();
    let note = move || {
        let words = programme.with(|there| there.as_ref().map(|one| one.note.clone())).filter(|note| !note.is_empty());
        words.map(|words| view! { <p class="quiet">{words}</p> })
    };
    let ended = Memo::new(move |_| tablet.programme_ended_today(person).filter(|_| may));
    let resume = move || {
        let by = tablet.account().user;
        let programme = ended.get_untracked().map(|programme| HomeProgramme { by, ..programme.resumed() });
        tablet.record(programme.into_iter().map(|programme| Verb::Set { programme }.into()).collect());
    };
    let undo = move || {
        let ended = ended.with(Option::is_some);
        ended.then(|| view! { <UndoBar text=t::edit::ended(lang) button=roll::undo(lang) undo=resume /> })
    };
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
            {move || view! { <Summary lang programme=programme.get() done=days.get() today /> }}
            {note}
            {undo}
        </section>
    }
}
