//! The test station: one part of the test per view, by numbers. Every key press is kept as a draft.

use domain::access::Action;
use domain::assessments;
use domain::assessments::Instrument;
use domain::ids::{AssessmentId, GroupId, ParticipantId};
use domain::people::Participant;
use domain::sync::op::Verb;
use leptos::prelude::*;

use super::entering::Entering;
use super::part_view::PartView;
use super::result_view::ResultView;
use super::test_form::{TestForm, TestPart};
use crate::context::address::Address;
use crate::context::navigation::use_navigation;
use crate::context::typed_text::focus;
use crate::context::view::{NoView, View};
use crate::context::{lang, use_tablet};
use crate::screenings::gate::Gate;
use crate::texts::{self, Words, measure as t};
use crate::ui::{Button, ButtonKind, ButtonLink, Notice, Steps, Tone, UndoBar};

/// Whose test, and which one is corrected if it is a correction.
#[component]
pub fn Measure(person: ParticipantId, group: GroupId, test: Option<AssessmentId>) -> impl IntoView {
    let tablet = use_tablet();
    match untrack(|| tablet.participant(person)) {
        Some(person) if tablet.account().may(Action::RecordAssessments) => {
            let amended = test.and_then(|test| {
                let all = untrack(|| tablet.assessments(person.id));
                all.into_iter().find(|a| a.id == test).map(|a| TestForm::amend(&a, group))
            });
            view! { <Station person group amended /> }.into_any()
        }
        Some(_) => view! { <View title=t::title(lang())><p>{t::not_allowed(lang())}</p></View> }.into_any(),
        None => view! { <NoView /> }.into_any(),
    }
}

/// Chooses the test, then enters it.
#[component]
fn Station(person: Participant, group: GroupId, amended: Option<TestForm>) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let id = person.id;
    let draft = match &amended {
        Some(form) => format!("amend/{}", form.id),
        None => format!("measure/{id}"),
    };
    let form = RwSignal::new(amended);
    tablet.keep_draft(draft.clone(), form, |form| form.as_ref().is_none_or(|f| f.is_blank() && f.amends.is_none()));
    let draft = StoredValue::new(draft);
    // What was thrown away, until something else is begun.
    let thrown = RwSignal::new(None::<TestForm>);
    let name = untrack(|| tablet.name_of(id, group)).map(|name| texts::named(lang, &name)).unwrap_or_default();
    view! {
        <View title=name lead=person.profile.initials() back=true>
            <Gate person=id group begun=Signal::derive(move || form.with(Option::is_some))>
                <Show
                    when=move || form.with(Option::is_some)
                    fallback=move || view! { <Choose form thrown person=id group /> }
                >
                    <Enter form thrown group draft />
                </Show>
            </Gate>
        </View>
    }
}

/// Which test, where measuring is agreed to.
#[component]
fn Choose(
    form: RwSignal<Option<TestForm>>,
    thrown: RwSignal<Option<TestForm>>,
    person: ParticipantId,
    group: GroupId,
) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let consented = Memo::new(move |_| tablet.may_be_measured(person));
    let card = Address::Person(person, group);
    let begin = move |instrument: Instrument, text: &'static str| {
        let begin = move |_| {
            let (today, _) = tablet.local_time();
            let test = tablet.new_ids(AssessmentId::new);
            form.set(Some(TestForm::new(test, person, group, instrument, today)));
        };
        view! { <Button text wide=true disabled=move || !consented.get() script=true on:click=begin /> }
    };
    view! {
        <Show when=move || !consented.get()>
            <Notice tone=Tone::Look title=t::no_consent(lang)>
                <ButtonLink text=t::ask_consent(lang) href=card.to_string() />
            </Notice>
        </Show>
        {move || {
            let kept = thrown.get()?;
            let undo = move || form.set(Some(kept.clone()));
            Some(view! { <UndoBar text=t::discarded(lang) button=texts::roll::undo(lang) undo /> })
        }}
        <h2>{t::choose(lang)}</h2>
        <div class="stack">
            {begin(Instrument::Sppb, t::sppb(lang))}
            {begin(Instrument::Gait10, t::gait(lang))}
        </div>
    }
}

/// The parts in order, then the result.
#[component]
fn Enter(
    form: RwSignal<Option<TestForm>>,
    thrown: RwSignal<Option<TestForm>>,
    group: GroupId,
    draft: StoredValue<String>,
) -> impl IntoView {
    let (lang, tablet, navigation) = (lang(), use_tablet(), use_navigation());
    let parts = Entering(form).now(TestForm::parts);
    let at = RwSignal::new(0_usize);
    let part = move || parts.get(at.get()).copied().unwrap_or(TestPart::Result);
    let save = move || {
        let Some(done) = form.get_untracked().filter(|form| form.open_parts().is_empty()) else { return };
        let Some(verb) = recorded(&done) else { return focus("reason") };
        tablet.record_form(vec![verb], &draft.get_value());
        navigation.go(Address::Person(done.participant, group));
    };
    let discard = move || {
        tablet.drop_draft(&draft.get_value());
        thrown.set(form.get_untracked());
        form.set(None);
    };
    view! {
        <Steps steps=parts.iter().map(|part| part.words(lang)).collect() current=at />
        {move || match part() {
            TestPart::Result => view! { <ResultView form=Entering(form) save discard /> }.into_any(),
            part => view! { <PartView form=Entering(form) part /> }.into_any(),
        }}
        <Moves parts at />
    }
}

/// What is recorded of a finished form; nothing for a correction without a reason.
fn recorded(done: &TestForm) -> Option<Verb> {
    let Some(reason) = &done.amends else {
        return Some(assessments::Verb::Record { assessment: Box::new(done.assessment()) }.into());
    };
    let reason = reason.trim();
    (!reason.is_empty()).then(|| {
        assessments::Verb::Amend {
            id: done.id,
            participant: done.participant,
            trials: done.trials(),
            reason: reason.to_owned(),
        }
        .into()
    })
}

/// To the part before and to the one after.
#[component]
fn Moves(parts: &'static [TestPart], at: RwSignal<usize>) -> impl IntoView {
    let lang = lang();
    let neighbour = move |step: isize| at.get().checked_add_signed(step).and_then(|to| parts.get(to)).copied();
    let go = move |step: isize| move |_| at.update(|at| *at = at.saturating_add_signed(step));
    let before = move |part: TestPart| {
        let text = t::previous_part(lang, part.words(lang));
        view! { <Button text script=true on:click=go(-1) /> }
    };
    let after = move |part: TestPart| {
        let text = t::next_part(lang, part.words(lang));
        view! { <Button text kind=ButtonKind::Main class="measure__next" script=true on:click=go(1) /> }
    };
    view! {
        <div class="measure__moves">
            {move || neighbour(-1).map(before)}
            {move || neighbour(1).map(after)}
        </div>
    }
}
