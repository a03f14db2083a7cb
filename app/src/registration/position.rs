//! The questions on the position. They give priority and exclude nobody; each has "rather not say".

use domain::applications::Said;
use domain::people::{Education, IncomeOk, LivingAlone, Participant};
use domain::registration::Part;
use leptos::prelude::*;

use super::forms::Position;
use super::part::{Frame, Whose, begin, edit, keep, known_now};
use super::target::{now, told};
use crate::context::lang;
use crate::screenings::pick::Choose;
use crate::texts::{Lang, Words, applications, registration as t};

#[component]
pub fn PositionPart(whose: Whose, who: Participant) -> impl IntoView {
    let lang = lang();
    let begun = begin(whose, Part::Position, Position::of(&who.profile, &now(whose)));
    let form = begun.typed;
    let save = Callback::new(move |()| {
        let (profile, answers) = (known_now(&who), now(whose));
        let typed = begun.onto(&Position::of(&profile, &answers));
        let mut verbs = edit(whose, typed.changes(&profile));
        verbs.extend(told(whose, typed.answers(&answers)));
        keep(whose, Part::Position, verbs);
    });
    view! {
        <Frame whose part=Part::Position lead=applications::form::position_hint(lang) save=Some(save)>
            <Choose name="living" asked=t::ask::living(lang) answers=living(lang)
                chosen=Signal::derive(move || form.get().living_alone)
                choose=move |one| form.update(|form| form.living_alone = Some(one)) />
            <Choose name="education" asked=t::ask::education(lang)
                answers=Education::ALL.iter().map(|one| (*one, one.words(lang).to_owned())).collect()
                chosen=Signal::derive(move || form.get().education)
                choose=move |one| form.update(|form| form.education = Some(one)) />
            <Choose name="income" asked=t::ask::income(lang)
                answers=IncomeOk::ALL.iter().map(|one| (*one, one.words(lang).to_owned())).collect()
                chosen=Signal::derive(move || form.get().income_ok)
                choose=move |one| form.update(|form| form.income_ok = Some(one)) />
            <Choose name="transport" asked=t::ask::transport(lang) answers=said(lang)
                chosen=Signal::derive(move || form.get().no_transport)
                choose=move |one| form.update(|form| form.no_transport = Some(one)) />
            <Choose name="pension" asked=t::ask::pension(lang) answers=said(lang)
                chosen=Signal::derive(move || form.get().pension)
                choose=move |one| form.update(|form| form.pension = Some(one)) />
        </Frame>
    }
}

fn said(lang: Lang) -> Vec<(Said, String)> {
    Said::ALL.iter().map(|said| (*said, said.words(lang).to_owned())).collect()
}

/// As it is answered: "yes, no, rather not say".
fn living(lang: Lang) -> Vec<(LivingAlone, String)> {
    let words = |alone: LivingAlone| match alone {
        LivingAlone::Yes => Said::Yes.words(lang),
        LivingAlone::No => Said::No.words(lang),
        LivingAlone::NotTold => Said::NotTold.words(lang),
    };
    LivingAlone::ALL.iter().map(|alone| (*alone, words(*alone).to_owned())).collect()
}
