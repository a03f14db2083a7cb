//! What files have said of what is taken back: it is forgotten as narrowly as it was changed, so that a file brings it
//! again and brings nothing else.

use std::collections::BTreeSet;

use domain::assessments::{self, Trial};
use domain::groups::{self, membership};
use domain::people;
use domain::sync::entity::Body;
use domain::sync::noun::VerbRules as _;
use domain::sync::op::Verb;
use domain::sync::undo::{Step, group_fields};
use uuid::Uuid;

use crate::files::import::memory::Unsaid;
use crate::files::kinds::Kind;

/// What a file says of a trial, beside which one it is.
const OF_TRIAL: [&str; 5] = ["value", "not_done", "course_m", "aid", "note"];

/// What rows of files do not say any more once the step is taken; nothing where the rows themselves go. `now`: what the
/// entity holds before the step.
pub fn unsaid(step: &Step, entity: Uuid, now: &Body) -> Option<Unsaid> {
    let of = |kind: Kind, entity: Uuid, fields: &mut dyn Iterator<Item = &str>| {
        let columns = fields.flat_map(names).filter_map(|name| column(kind, name)).collect();
        Some(Unsaid { entity, columns, rows: None })
    };
    match (step.verb()?, now) {
        (Verb::Participant(people::Verb::Edit { changes, .. }), _) => {
            of(Kind::Participants, entity, &mut changes.iter().map(|change| change.field()))
        }
        (Verb::Consent(verb), _) => {
            of(Kind::Participants, verb.participant()?.0, &mut ["health_consent_on"].into_iter())
        }
        (Verb::Group(groups::Verb::Put { group }), Body::Group(now)) => {
            let fields = group_fields(now, group);
            of(Kind::Groups, entity, &mut fields.iter().map(String::as_str))
        }
        (Verb::Membership(membership::Verb::Leave { left_on, .. }), Body::Membership(stay))
            if left_on.is_none_or(|left| left >= stay.joined_on) =>
        {
            of(Kind::Memberships, entity, &mut ["left_on", "exit_reason"].into_iter())
        }
        (Verb::Assessment(assessments::Verb::Amend { trials, .. }), Body::Assessment(test)) => {
            let all = of(Kind::Assessments, entity, &mut OF_TRIAL.into_iter())?;
            Some(Unsaid { rows: Some(changed(trials, &test.trials)), ..all })
        }
        _ => None,
    }
}

/// How the keys of the rows end whose trials differ.
fn changed(before: &[Trial], after: &[Trial]) -> BTreeSet<Vec<String>> {
    let differs = |trials: &[Trial], others: &[Trial]| {
        let changed = trials.iter().filter(|trial| !others.contains(trial));
        changed.map(|trial| vec![trial.item.to_string(), trial.trial.to_string()]).collect::<Vec<_>>()
    };
    differs(before, after).into_iter().chain(differs(after, before)).collect()
}

/// In which columns of its file a field of an entity stands.
fn names(field: &str) -> Vec<&str> {
    match field {
        "reference" => vec!["participant_ref", "group_ref"],
        "birth_year" => vec!["birth_date"],
        "weekdays" => vec!["weekday"],
        "times" => vec!["weekday", "starts_at"],
        other => vec![other],
    }
}

fn column(kind: Kind, name: &str) -> Option<usize> {
    kind.columns().iter().position(|column| *column == name)
}
