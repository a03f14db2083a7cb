//! The questions on the position. They give priority and exclude nobody; each has "rather not say".

use domain::applications::Said;
use domain::people::{Education, IncomeOk, LivingAlone, Participant, Verb};
use domain::registration::Part;
use leptos::prelude::*;

use super::forms::Position;
use super::part::{Choose, Frame, Whose, draft_of, keep};
use super::target::{now, told};
use crate::context::{lang, use_tablet};
use crate::texts::{Lang, Words, applications, registration as t};

type Form = RwSignal<Position>;

#[component]
pub fn PositionPart(whose: Whose, who: Participant) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let known = Position::of(&who.profile, &now(whose));
    let form: Form = RwSignal::new(known);
    let draft = draft_of(Part::Position, whose.person);
    tablet.keep_draft(draft.clone(), form, move |form| *form == known);
    let save = Callback::new(move |()| {
        let typed = form.get_untracked();
        let changes = typed.changes(&who.profile);
        let edit = (!changes.is_empty()).then(|| Verb::Edit { id: whose.person, changes }.into());
        let verbs = edit.into_iter().chain(told(whose, typed.answers(&now(whose)))).collect();
        keep(whose, Part::Position, verbs, &draft);
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
