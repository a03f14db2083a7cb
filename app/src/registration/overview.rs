//! The whole of a registration: which parts are open, and what the rules advise. On a person's card a summary of it.

use std::collections::BTreeSet;

use domain::ids::{GroupId, ParticipantId};
use domain::registration::{Lack, Part};
use leptos::prelude::*;

use super::part::{heading, registering};
use super::safety::standing;
use crate::applications::advice::AdviceView;
use crate::context::address::Address;
use crate::context::view::View;
use crate::context::{lang, use_tablet};
use crate::people::card_parts::NotHere;
use crate::texts::{self, Lang, Words, applications, registration as t};
use crate::ui::{ButtonKind, ButtonLink, Notice, RowLink, Rows, Tag, Tone};

#[component]
pub fn Registration(person: ParticipantId, group: GroupId) -> impl IntoView {
    if registering(person).is_none() {
        return view! { <NotHere /> }.into_any();
    }
    let (lang, tablet) = (lang(), use_tablet());
    let name = move || tablet.name_of(person, group).map(|name| texts::named(lang, &name));
    let lacks = Memo::new(move |_| tablet.lacks(person));
    let advice = Memo::new(move |_| tablet.advice(person));
    view! {
        <View title=t::title(lang) lead=Signal::derive(name) back=true>
            {move || state(lang, &lacks.get(), t::lead(lang))}
            <Rows label=t::title(lang)>
                {move || {
                    let lacks = lacks.get();
                    Part::ALL.iter().map(|part| view! { <Row person group part=*part lacks=lacks.clone() /> }).collect_view()
                }}
            </Rows>
            <section class="card">
                <h2>{applications::page::advice(lang)}</h2>
                {move || advice.get().map(|advice| view! { <AdviceView lang advice /> })}
                <p class="quiet">{t::decides(lang)}</p>
            </section>
        </View>
    }
    .into_any()
}

/// Whether the registration is complete; what to do where it is not.
fn state(lang: Lang, lacks: &[Lack], more: &str) -> impl IntoView + use<> {
    let (tone, title) = match lacks.is_empty() {
        true => (Tone::Good, t::complete(lang)),
        false => (Tone::Look, t::incomplete(lang)),
    };
    let more = (!lacks.is_empty()).then(|| more.to_owned());
    view! { <Notice tone title>{more.map(|more| view! { <p>{more}</p> })}</Notice> }
}

#[component]
fn Row(person: ParticipantId, group: GroupId, part: Part, lacks: Vec<Lack>) -> impl IntoView {
    let lang = lang();
    let open: Vec<_> =
        lacks.into_iter().filter(|lack| lack.part() == part).map(|lack| lack.words(lang).to_owned()).collect();
    let more = match (part, open.is_empty()) {
        (Part::Safety, true) => standing(lang, person),
        (_, true) => String::new(),
        (_, false) => t::missing(lang, &texts::list(lang, &open)),
    };
    let href = Address::RegistrationPart(person, group, part).to_string();
    let (tone, tag) = if open.is_empty() { (Tone::Good, t::done(lang)) } else { (Tone::Look, t::open(lang)) };
    view! { <RowLink href name=heading(lang, part) more><Tag text=tag tone /></RowLink> }
}

/// On the card: whether something is open, in which parts, and the way there.
#[component]
pub fn Summary(person: ParticipantId, group: GroupId) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let lacks = Memo::new(move |_| tablet.lacks(person));
    let href = Address::Registration(person, group).to_string();
    let state = move || {
        let lacks = lacks.get();
        let parts: BTreeSet<_> = lacks.iter().map(|lack| lack.part()).collect();
        let parts: Vec<_> = parts.into_iter().map(|part| part.words(lang).to_owned()).collect();
        state(lang, &lacks, &t::missing(lang, &texts::list(lang, &parts)))
    };
    let way = {
        let href = href.clone();
        move || view! { <ButtonLink text=t::fill_in(lang) href=href.clone() kind=ButtonKind::Main /> }
    };
    view! {
        <section class="card" id="registration">
            <h2>{t::title(lang)}</h2>
            {state}
            <div class="cluster">
                <Show when=move || lacks.with(|lacks| !lacks.is_empty()) fallback=move || view! {
                    <ButtonLink text=t::look(lang) href=href.clone() />
                }>
                    {way.clone()}
                </Show>
            </div>
        </section>
    }
}
