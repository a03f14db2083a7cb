//! The check on the day of the tests: one tap when all is well.

use domain::ids::{ParticipantId, ScreeningId};
use domain::safety::{DayFact, SameDayCheck};
use domain::screenings::{Asked, Screening, Verb};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::pain::PainScale;
use super::pick::Pick;
use crate::context::{lang, use_tablet};
use crate::texts::{Words, safety as t};
use crate::ui::{Button, ButtonKind, Notice, Tone};

/// What was tapped so far.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
struct Said {
    lacking: Vec<DayFact>,
    pain: Option<u8>,
}

impl Said {
    fn say(&mut self, fact: DayFact, holds: bool) {
        self.lacking.retain(|other| *other != fact);
        if !holds {
            self.lacking.push(fact);
            self.lacking.sort_unstable();
        }
    }
}

#[component]
pub fn Today(person: ParticipantId, done: Callback<()>) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let said = RwSignal::new(Said::default());
    let draft = StoredValue::new(format!("today/{person}"));
    tablet.keep_draft(draft.get_value(), said, |said| *said == Said::default());
    let record = move |check: SameDayCheck| {
        let (on, _) = tablet.local_time();
        let id = tablet.new_ids(ScreeningId::new);
        let screening = Screening { id, participant: person, on, asked: Asked::Today(check) };
        tablet.record_form(vec![Verb::Record { screening }.into()], &draft.get_value());
        done.run(());
    };
    let missing = RwSignal::new(false);
    let save = move |_| {
        let Said { lacking, pain } = said.get_untracked();
        match pain {
            Some(pain) => record(SameDayCheck { lacking, pain }),
            None => missing.set(true),
        }
    };
    view! {
        <section class="ask" aria-labelledby="today-title">
            <h2 id="today-title" class="ask__title">{t::today::title(lang)}</h2>
            <p>{t::today::lead(lang)}</p>
            <Button text=t::today::fine(lang) kind=ButtonKind::Main wide=true class="ask__fine" script=true
                on:click=move |_| record(SameDayCheck::default()) />
            <h3>{t::today::else_title(lang)}</h3>
            <div class="ask__questions">
                {DayFact::ALL.iter().map(|fact| view! { <OneFact fact=*fact said /> }).collect_view()}
                <PainScale asked=t::today::pain(lang) said=Signal::derive(move || said.with(|said| said.pain))
                    choose=move |pain: u8| said.update(|said| said.pain = Some(pain)) />
            </div>
            <Show when=move || missing.get() && said.with(|said| said.pain.is_none())>
                <Notice tone=Tone::Look title=t::today::pain_missing(lang) live=true />
            </Show>
            <div class="ask__end">
                <Button text=t::today::save(lang) class="ask__save" script=true on:click=save />
            </div>
        </section>
    }
}

#[component]
fn OneFact(fact: DayFact, said: RwSignal<Said>) -> impl IntoView {
    let lang = lang();
    let told = move |holds: bool| Signal::derive(move || said.with(|said| said.lacking.contains(&fact) != holds));
    let tell = move |holds: bool| said.update(|said| said.say(fact, holds));
    view! {
        <fieldset class="ask__question">
            <legend class="ask__words">{fact.words(lang)}</legend>
            <div class="ask__answers">
                <Pick name=fact.code() words=t::yes(lang) chosen=told(true) choose=move || tell(true) />
                <Pick name=fact.code() words=t::no(lang) chosen=told(false) choose=move || tell(false) />
            </div>
        </fieldset>
    }
}
