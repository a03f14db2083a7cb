//! One incident, as it was recorded.

use domain::groups::Group;
use domain::ids::ParticipantId;
use domain::incidents::{Incident, StoppedTest};
use leptos::prelude::*;

use super::list::moment;
use crate::texts::{Lang, Words, capital, day, incidents, list, whole};
use crate::ui::{Button, ButtonKind, ButtonLink, Fact, Facts, Notice, PageHead, Tone};

/// Everything that the page shows.
#[derive(Clone, PartialEq, Debug)]
pub struct IncidentView {
    pub incident: Incident,
    pub group: Group,
    /// Whom it happened to, when that person is within reach.
    pub person: Option<(ParticipantId, String)>,
    /// Who recorded it.
    pub by: Option<String>,
    /// Who was there.
    pub there: WhoWasThere,
    /// What was just done.
    pub done: Option<&'static str>,
}

/// Who was marked as present in the first moment, and who of the staff was there.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WhoWasThere {
    /// Those within reach, by name.
    pub present: Vec<String>,
    /// How many others there were.
    pub others: usize,
    pub staff: Vec<String>,
}

impl WhoWasThere {
    fn present(&self, lang: Lang) -> Option<String> {
        let others = whole(self.others);
        let others = (others > 0).then(|| incidents::page::others(lang, others));
        let all: Vec<_> = self.present.iter().cloned().chain(others).collect();
        (!all.is_empty()).then(|| list(lang, &all))
    }

    fn staff(&self, lang: Lang) -> Option<String> {
        (!self.staff.is_empty()).then(|| list(lang, &self.staff))
    }
}

/// "Lyhyt fyysisen suorituskyvyn testistö: tuolilta nousu, 1. yritys".
fn stopped_words(lang: Lang, stopped: StoppedTest) -> String {
    use incidents::page as t;
    let test = stopped.instrument.words(lang);
    match (stopped.item.map(|item| item.words(lang)), stopped.trial) {
        (Some(part), Some(trial)) => t::stopped_trial(lang, i64::from(trial), part, test),
        (Some(part), None) => format!("{test}: {part}"),
        (None, _) => test.to_owned(),
    }
}

#[component]
pub fn IncidentPage(lang: Lang, view: IncidentView) -> impl IntoView {
    use incidents::page as t;
    let IncidentView { incident, group, person, by, there, done } = view;
    let title = format!("{}, {}", capital(incident.kind.words(lang)), moment(lang, incident.on, incident.at));
    let back = Some(("/incidents".to_owned(), t::back(lang).to_owned()));
    let (serious, unfinished) = (incident.is_serious(), incident.unfinished);
    let told = match incident.what_happened.trim() {
        "" => t::not_told(lang).to_owned(),
        _ => incident.what_happened.clone(),
    };
    let edit = format!("/incidents/{}/edit", incident.id);
    let handle = incident.waits().then(|| format!("/incidents/{}/handle", incident.id));
    view! {
        <PageHead title lead=group.name.clone() back>
            <ButtonLink text=t::edit(lang) href=edit/>
        </PageHead>
        {done.map(|title| view! { <Notice tone=Tone::Good title live=true/> })}
        {unfinished.then(|| view! { <Notice tone=Tone::Look title=t::unfinished(lang)/> })}
        {serious.then(|| view! { <Notice tone=Tone::Look title=t::serious(lang)/> })}
        <div class="columns columns--side">
            <section class="section">
                <h2>{incidents::form::what_happened(lang)}</h2>
                <p class="told">{told}</p>
                {handle.map(|action| view! {
                    <form method="post" action=action><Button text=t::handle(lang).to_owned() kind=ButtonKind::Main/></form>
                })}
            </section>
            <section class="card"><About lang incident group person by there/></section>
        </div>
    }
    .into_any()
}

#[component]
fn About(
    lang: Lang,
    incident: Incident,
    group: Group,
    person: Option<(ParticipantId, String)>,
    by: Option<String>,
    there: WhoWasThere,
) -> impl IntoView {
    use incidents::{form as f, page as t};
    let actions: Vec<_> = incident.actions.iter().map(|action| action.words(lang).to_owned()).collect();
    let actions = (!actions.is_empty()).then(|| list(lang, &actions));
    view! {
        <Facts>
            {person.map(|(id, name)| view! {
                <div class="facts__pair">
                    <dt>{f::person(lang)}</dt>
                    <dd><a href=format!("/people/{id}")>{name}</a></dd>
                </div>
            })}
            <div class="facts__pair">
                <dt>{t::group(lang)}</dt>
                <dd><a href=format!("/groups/{}", group.id)>{group.name}</a></dd>
            </div>
            {(!incident.unfinished).then(|| view! { <Fact name=f::injury(lang) value=incident.injury.words(lang)/> })}
            {incident.stopped.map(|stopped| {
                view! { <Fact name=t::stopped(lang) value=stopped_words(lang, stopped)/> }
            })}
            {incident.activity.map(|activity| view! { <Fact name=f::activity(lang) value=activity/> })}
            {actions.map(|actions| view! { <Fact name=f::actions(lang) value=actions/> })}
            {incident.preventable.map(|answer| view! { <Fact name=f::preventable(lang) value=answer.words(lang)/> })}
            {incident.follow_up_on.map(|on| view! { <Fact name=f::follow_up_on(lang) value=day(lang, on)/> })}
            {there.present(lang).map(|names| view! { <Fact name=t::present(lang) value=names/> })}
            {there.staff(lang).map(|names| view! { <Fact name=t::staff(lang) value=names/> })}
            {by.map(|by| view! { <Fact name=t::by(lang) value=by/> })}
        </Facts>
        {incident.handled_on.map(|on| view! { <p class="quiet">{t::handled(lang, on)}</p> })}
    }
    .into_any()
}
