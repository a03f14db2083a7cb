//! Entering one test: part after part by the timer or by numbers, then its result. Every press is kept as a draft.

use domain::access::Action;
use domain::assessments;
use domain::assessments::protocol::rest_between;
use domain::assessments::{Assessment, Instrument};
use domain::ids::{AssessmentId, GroupId, ParticipantId};
use domain::people::Participant;
use domain::safety;
use domain::sync::op::Verb;
use domain::time::Instant;
use leptos::prelude::*;

use super::conditions::DayOfTest;
use super::entering::Entering;
use super::handed::HandedOver;
use super::part_view::PartView;
use super::questions::Questions;
use super::result_view::{Privacy, ResultView};
use super::test_form::{Filled, TestForm, TestPart};
use super::told::last_before;
use super::words::{instrument_short, part_words};
use crate::context::address::Address;
use crate::context::navigation::use_navigation;
use crate::context::typed_text::focus;
use crate::context::view::{NoView, View};
use crate::context::{lang, use_tablet};
use crate::device::signals::keep_screen_on;
use crate::screenings::gate::Gate;
use crate::sync::notes::{Notes, use_notes};
use crate::sync::tablet::Tablet;
use crate::texts::{self, measure as t};
use crate::ui::{Button, ButtonKind, ButtonLink, Notice, Steps, Tone, UndoBar};

/// Which test is entered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    New(Instrument),
    /// One that was measured elsewhere or earlier, typed in from paper.
    Paper(Instrument),
    /// Correcting a recorded one.
    Amend(AssessmentId),
}

impl Wanted {
    /// The test that is begun.
    const fn new_one(self) -> Option<Instrument> {
        match self {
            Self::New(test) | Self::Paper(test) => Some(test),
            Self::Amend(_) => None,
        }
    }

    /// The name under which it is kept until it is saved.
    fn draft_name(self, person: ParticipantId) -> String {
        match self {
            Self::New(test) => draft_name(person, test),
            Self::Paper(test) => format!("paper/{person}/{test}"),
            Self::Amend(test) => format!("amend/{test}"),
        }
    }

    /// What is corrected.
    fn recorded(self, tablet: Tablet, person: ParticipantId, group: GroupId) -> Option<TestForm> {
        match self {
            Self::New(_) | Self::Paper(_) => None,
            Self::Amend(test) => recorded_form(tablet, person, test, group),
        }
    }
}

/// The name under which a test begun and not saved is kept.
pub fn draft_name(person: ParticipantId, test: Instrument) -> String {
    format!("measure/{person}/{test}")
}

/// Whose test, which one, and where the saved test leads to.
#[component]
pub fn Measure(person: ParticipantId, group: GroupId, wanted: Wanted, then: Address) -> impl IntoView {
    let tablet = use_tablet();
    match untrack(|| tablet.participant(person)) {
        Some(person) if tablet.account().may(Action::RecordAssessments) => {
            view! { <Station person group wanted then /> }.into_any()
        }
        Some(_) => view! { <View title=t::title(lang())><p>{t::not_allowed(lang())}</p></View> }.into_any(),
        None => view! { <NoView /> }.into_any(),
    }
}

#[component]
fn Station(person: Participant, group: GroupId, wanted: Wanted, then: Address) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    keep_screen_on();
    let id = person.id;
    let (draft, begun) = (wanted.draft_name(id), wanted.recorded(tablet, id, group));
    let instrument = wanted.new_one().or_else(|| begun.as_ref().map(|form| form.instrument));
    let form = RwSignal::new(begun.clone());
    let original = begun;
    let is_read = tablet.keep_draft(draft.clone(), form, move |form| {
        form.as_ref().is_none_or(|form| form.is_blank() || Some(form) == original.as_ref())
    });
    let draft = StoredValue::new(draft);
    let paper = matches!(wanted, Wanted::Paper(_));
    if let Some(test) = wanted.new_one().filter(|_| form.with_untracked(Option::is_none)) {
        form.set(Some(new_form(tablet, &person, group, test, paper)));
    }
    // What was thrown away, until something else is begun.
    let thrown = RwSignal::new(None::<TestForm>);
    let name = untrack(|| tablet.name_of(id, group)).map(|name| texts::named(lang, &name)).unwrap_or_default();
    let lead = instrument.map(|test| instrument_short(lang, test)).unwrap_or_default();
    let consented = Memo::new(move |_| tablet.may_be_measured(id));
    let card = Address::Person(id, group);
    let begun_already = Signal::derive(move || goes_on(tablet, id, form, paper));
    let at_hand = Signal::derive(move || form.with(|form| form.as_ref().map(|form| form.stopped_at(form.at_hand()))));
    view! {
        <View title=name lead back=true>
            {paper.then(|| view! { <DayOfTest form=Entering(form) /> })}
            <Gate person=id group begun=begun_already at_hand=at_hand testing=true>
                <Show when=move || consented.get() fallback=move || view! {
                    <Notice tone=Tone::Look title=t::no_consent(lang)>
                        <ButtonLink text=t::ask_consent(lang) href=card.to_string() />
                    </Notice>
                }>
                    <Show
                        when=move || form.with(Option::is_some)
                        fallback=move || view! { <ThrownAway form thrown then /> }
                    >
                        // It goes on where it was left, which the draft says.
                        <Show when=move || is_read.get()>
                            <BegunOn form />
                            <Enter form thrown draft then />
                        </Show>
                    </Show>
                </Show>
            </Gate>
        </View>
    }
}

/// What was begun today goes on, a correction is no test, and nobody is asked how they feel for a test that is on paper.
/// What forbids tests forbids those, too.
fn goes_on(tablet: Tablet, person: ParticipantId, form: RwSignal<Option<TestForm>>, paper: bool) -> bool {
    let (today, _) = tablet.local_time();
    let is_todays = |form: &TestForm| !form.is_blank() && form.measured_on == today;
    let begun = form.with(|form| form.as_ref().is_none_or(|form| form.amends.is_some() || is_todays(form)));
    begun || (paper && !matches!(tablet.gate(person), safety::Gate::Red(_)))
}

/// That a test which goes on was begun on another day: a result is of one day.
#[component]
fn BegunOn(form: RwSignal<Option<TestForm>>) -> impl IntoView {
    let (lang, tablet) = (lang(), use_tablet());
    let earlier = Memo::new(move |_| {
        let (today, _) = tablet.local_time();
        let begun = Entering(form).read(|form| {
            let goes_on = form.amends.is_none() && !form.from_paper && !form.is_blank();
            goes_on.then_some(form.measured_on)
        });
        begun.filter(|day| *day != today)
    });
    move || earlier.get().map(|day| view! { <Notice tone=Tone::Look title=t::begun_on(lang, day) /> })
}

/// A recorded test, opened for its correction.
fn recorded_form(tablet: Tablet, person: ParticipantId, test: AssessmentId, group: GroupId) -> Option<TestForm> {
    let all = untrack(|| tablet.assessments(person));
    all.into_iter().find(|a| a.id == test).map(|a| TestForm::amend(&a, group))
}

/// A new test of today, under the conditions of the last one of its kind. Of one on paper nobody knows the time and the
/// place.
fn new_form(tablet: Tablet, person: &Participant, group: GroupId, test: Instrument, paper: bool) -> TestForm {
    let ((today, at), id) = (tablet.local_time(), tablet.new_ids(AssessmentId::new));
    let mut form = TestForm::new(id, person.id, group, test, today);
    form.sex = person.profile.sex;
    let all = untrack(|| tablet.assessments(person.id));
    let last = last_before(&all, &form.assessment());
    let mut form = form.like(last);
    form.from_paper = paper;
    if !paper {
        form.circumstances.at = Some(at);
        form.circumstances.place = untrack(|| tablet.place_of(group, today));
    }
    form
}

/// After a test was thrown away: the way back to it, and the way on.
#[component]
fn ThrownAway(form: RwSignal<Option<TestForm>>, thrown: RwSignal<Option<TestForm>>, then: Address) -> impl IntoView {
    let lang = lang();
    let kept = move || {
        let kept = thrown.get()?;
        let undo = move || form.set(Some(kept.clone()));
        Some(view! { <UndoBar text=t::discarded(lang) button=texts::roll::undo(lang) undo /> })
    };
    view! {
        {kept}
        <ButtonLink text=t::leave(lang) href=then.to_string() kind=ButtonKind::Main wide=true />
    }
}

/// The parts in order, then the result.
#[component]
fn Enter(
    form: RwSignal<Option<TestForm>>,
    thrown: RwSignal<Option<TestForm>>,
    draft: StoredValue<String>,
    then: Address,
) -> impl IntoView {
    let (lang, tablet, navigation, notes) = (lang(), use_tablet(), use_navigation(), use_notes());
    let (entering, instrument) = (Entering(form), Entering(form).instrument());
    let parts = StoredValue::new(entering.now(TestForm::parts));
    let from = entering.now(|form| Some(form.participant));
    let is_back = from.is_some_and(|from| expect_context::<HandedOver>().has_come_back(from));
    let last = parts.with_value(Vec::len) - 1;
    let at = RwSignal::new(if is_back { last } else { entering.now(first_open) });
    let part = move || parts.with_value(|parts| parts.get(at.get()).copied()).unwrap_or(TestPart::Result);
    let words = move |part: TestPart| instrument.map(|test| part_words(lang, test, part)).unwrap_or_default();
    let neighbour = move |after: bool| {
        let place = entering.now(|form| form.part_beside(at.get(), after))?;
        parts.with_value(|parts| parts.get(place).copied())
    };
    let save = move || {
        let Some(done) = form.get_untracked().filter(TestForm::is_complete) else { return };
        let Some(verb) = recorded(&done) else { return focus("reason") };
        note_chairs(notes, &done, tablet.now());
        tablet.record_form(vec![verb], &draft.get_value());
        navigation.replace(then);
    };
    let discard = move || {
        tablet.drop_draft(&draft.get_value());
        thrown.set(form.get_untracked());
        form.set(None);
    };
    let go = move |after: bool| {
        if let Some(beside) = entering.now(|form| form.part_beside(at.get_untracked(), after)) {
            at.set(beside);
        }
    };
    let before = move |part: TestPart| {
        let off = move || entering.is_going();
        view! { <Button text=t::previous_part(lang, words(part)) disabled=off script=true on:click=move |_| go(false) /> }
    };
    // The result has its own, and answers are told on request alone.
    let shows_numbers = move || instrument != Some(Instrument::SelfReport) && part() != TestPart::Result;
    let all: Vec<_> = parts.with_value(|parts| parts.iter().map(|part| words(*part)).collect());
    let steps =
        (all.len() > 2 && instrument != Some(Instrument::SelfReport)).then(|| view! { <Steps steps=all current=at /> });
    view! {
        {steps}
        // By key: each part has buttons of its own, so that none keeps what the one before did.
        <For each=move || [at.get()] key=|place| *place let:place>
            {match (instrument, untrack(part)) {
                (_, TestPart::Result) => view! { <ResultView form=entering save discard /> }.into_any(),
                (Some(Instrument::SelfReport), part) => {
                    view! { <Questions form=entering part at=place next=move || go(true) /> }.into_any()
                }
                (_, part) => {
                    let next_words = untrack(|| neighbour(true)).map(words).unwrap_or_default();
                    view! { <PartView form=entering part next=move || go(true) next_words /> }.into_any()
                }
            }}
        </For>
        <div class="measure__moves">
            <For each=move || neighbour(false).map(|part| (at.get(), part)) key=|(place, _)| *place let((_, part))>
                {before(part)}
            </For>
            <Show when=shows_numbers><Privacy /></Show>
        </div>
    }
}

/// A test that was begun goes on where something is under way or open.
fn first_open(form: &TestForm) -> usize {
    let parts = form.parts();
    let holds = |place: usize| parts.iter().position(|part| form.cells_of(*part).contains(&place));
    let going = form.going().and_then(|run| holds(run.place));
    let open = || form.open_parts().first().and_then(|open| parts.iter().position(|part| part == open));
    // Questions may be left open: they go on behind the last answer.
    let answered = || {
        let asked = form.instrument == Instrument::SelfReport;
        let filled = |place: &usize| !matches!(form.filled(*place), Filled::Empty | Filled::Skipped);
        let last = (0..form.cells.len()).rev().find(filled).filter(|_| asked)?;
        form.part_beside(holds(last)?, true)
    };
    if form.is_blank() || form.amends.is_some() { 0 } else { going.or_else(open).or_else(answered).unwrap_or(0) }
}

/// When somebody has risen from chairs, so that the other test of chairs comes after a rest.
fn note_chairs(notes: Notes, done: &TestForm, at: Instant) {
    let chairs = Instrument::ALL.iter().any(|other| rest_between(done.instrument, *other).is_some());
    if chairs && done.amends.is_none() && !done.from_paper {
        notes.tire(done.participant, done.instrument, at);
    }
}

/// What is recorded of a finished form; nothing for a correction without a reason.
fn recorded(done: &TestForm) -> Option<Verb> {
    let Some(reason) = &done.amends else {
        return Some(assessments::Verb::Record { assessment: Box::new(done.assessment()) }.into());
    };
    let reason = reason.trim();
    let Assessment { id, participant, trials, circumstances, .. } = done.assessment();
    (!reason.is_empty()).then(|| {
        let circumstances = Some(Box::new(circumstances));
        assessments::Verb::Amend { id, participant, trials, reason: reason.to_owned(), circumstances }.into()
    })
}
