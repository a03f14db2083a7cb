//! Who is to be measured, on the rows of the roll call and in a row's sheet.

use std::collections::BTreeMap;

use domain::access::Action;
use domain::assessments::rounds::DueRound;
use domain::ids::ParticipantId;
use leptos::prelude::*;

use super::roster::Row;
use crate::assessments::rounds::{DueTag, due_words};
use crate::context::{lang, use_tablet};

/// The rounds that wait, by person.
#[derive(Clone, Copy)]
struct Due(RwSignal<BTreeMap<ParticipantId, DueRound>>);

/// Finds out once the rows are drawn, and again when others come: a tap changes nobody's round.
pub fn provide_due(rows: Memo<Vec<Row>>) {
    let (tablet, due) = (use_tablet(), Due(RwSignal::default()));
    provide_context(due);
    if !tablet.account().may(Action::RecordAssessments) {
        return;
    }
    Effect::new(move |_| {
        let people: Vec<_> = rows.with(|rows| rows.iter().map(|row| row.participant).collect());
        request_animation_frame(move || {
            let found = people.into_iter().filter_map(|one| Some((one, untrack(|| tablet.due_round(one))?))).collect();
            let _ = due.0.try_set(found);
        });
    });
}

fn round_of(person: ParticipantId) -> Memo<Option<DueRound>> {
    let due = expect_context::<Due>();
    Memo::new(move |_| due.0.with(|due| due.get(&person).cloned()))
}

/// The mark on somebody's row.
#[component]
pub fn RowDue(person: ParticipantId) -> impl IntoView {
    let (lang, round) = (lang(), round_of(person));
    move || round.get().map(|round| view! { <DueTag lang standing=round.standing /> })
}

/// Which round it is and by when, for the sheet of a row.
#[component]
pub fn RoundDue(person: ParticipantId) -> impl IntoView {
    let (lang, round) = (lang(), round_of(person));
    move || {
        round.get().map(|round| {
            view! {
                <p class="sheet__due">
                    <DueTag lang standing=round.standing />
                    <span>{due_words(lang, &round)}</span>
                </p>
            }
        })
    }
}
