//! Corrections of one test that stand against each other, in words. Whoever has seen all of them and writes one again has
//! settled it.

use domain::assessments::{self, Assessment, Circumstances, Instrument, Trial, TrialOutcome, Version};

use super::words::item_value;
use crate::texts::{self, Lang, NO_FIGURE, Words, capital, measure as t, measure::conditions as c};

/// One of the corrections.
#[derive(Clone, PartialEq, Debug)]
pub struct Corrected {
    pub version: Version,
    /// Who wrote it, where that is known.
    pub by: Option<String>,
    /// It is what everybody sees now.
    pub shown: bool,
}

/// What a version says of a test.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    pub trials: &'a [Trial],
    pub circumstances: &'a Circumstances,
}

impl<'a> From<&'a Version> for Said<'a> {
    fn from(version: &'a Version) -> Self {
        Self { trials: &version.trials, circumstances: &version.circumstances }
    }
}

/// The correction by which this version holds; its author has seen the others.
pub fn chosen(lang: Lang, test: &Assessment, version: &Version) -> assessments::Verb {
    let Version { trials, amended_because, circumstances, .. } = version.clone();
    assessments::Verb::Amend {
        id: test.id,
        participant: test.participant,
        trials,
        reason: amended_because.unwrap_or_else(|| t::as_recorded(lang).to_owned()),
        circumstances: Some(Box::new(circumstances)),
    }
}

/// Of each version what it tells otherwise than the others, by name; a dash where it tells nothing of it.
pub fn differing(lang: Lang, instrument: Instrument, versions: &[Said<'_>]) -> Vec<Vec<(String, String)>> {
    let told: Vec<_> = versions.iter().map(|version| facts(lang, instrument, *version)).collect();
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in told.iter().flatten() {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names.retain(|name| {
        let mut values = told.iter().map(|facts| value_of(facts, name));
        let first = values.next();
        values.any(|value| Some(value) != first)
    });
    let of = |facts: &Vec<(String, String)>| {
        names.iter().map(|name| ((*name).to_owned(), value_of(facts, name))).collect::<Vec<_>>()
    };
    told.iter().map(of).collect()
}

fn value_of(facts: &[(String, String)], name: &str) -> String {
    let found = facts.iter().find(|(known, _)| known == name);
    found.map_or_else(|| NO_FIGURE.to_owned(), |(_, value)| value.clone())
}

/// All that a version tells, by name.
fn facts(lang: Lang, instrument: Instrument, said: Said<'_>) -> Vec<(String, String)> {
    let Said { trials, circumstances } = said;
    let measured = trials.iter().map(|trial| trial_fact(lang, instrument, trial));
    let aid = trials.iter().find_map(|trial| trial.aid).map(|aid| (t::aid(lang), aid.words(lang).to_owned()));
    let course = trials.iter().find_map(|trial| trial.course_m);
    let course = course.map(|m| (t::course(lang), texts::with_unit(&texts::count(lang, i64::from(m)), "m")));
    let shoes = circumstances.shoes.map(|shoes| (c::shoes(lang), shoes.words(lang).to_owned()));
    let chair = circumstances.chair_cm.map(|cm| (c::chair(lang), cm.to_string()));
    let pain = circumstances.pain.map(|pain| (c::pain(lang), pain.to_string()));
    let tester = circumstances.measured_by.clone().map(|name| (c::tester(lang), name));
    let note = trials.iter().find_map(|trial| trial.note.clone()).map(|note| (t::note(lang), note));
    let around = [aid, course, shoes, chair, pain, tester, note].into_iter().flatten();
    measured.chain(around.map(|(name, value)| (name.to_owned(), value))).collect()
}

fn trial_fact(lang: Lang, instrument: Instrument, trial: &Trial) -> (String, String) {
    let item = capital(trial.item.words(lang));
    let name = if trial.trial > 1 { format!("{item} {}", trial.trial) } else { item };
    let value = match trial.outcome {
        TrialOutcome::Value(value) => item_value(lang, instrument, trial.item, value),
        TrialOutcome::NotDone(why) => why.words(lang).to_owned(),
    };
    (name, value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::assessments::{Aid, Item};
    use domain::ids::{AssessmentId, ParticipantId, StreamId};
    use domain::sync::hlc::Hlc;
    use uuid::Uuid;

    fn version(tenths: i64, because: Option<&str>) -> Version {
        let trial = Trial::new(Item::Time, 1, TrialOutcome::Value(tenths));
        Version {
            trials: vec![Trial { aid: Some(Aid::None), ..trial }],
            amended_because: because.map(str::to_owned),
            circumstances: Circumstances { chair_cm: Some(45), ..Circumstances::default() },
            at: Hlc::default(),
            rev: 2,
            stream: StreamId(Uuid::nil()),
        }
    }

    fn differing_in(versions: &[&Version]) -> Vec<Vec<(String, String)>> {
        let said: Vec<_> = versions.iter().map(|version| Said::from(*version)).collect();
        let mut told = differing(Lang::En, Instrument::Tug, &said);
        for (_, value) in told.iter_mut().flatten() {
            *value = value.replace('\u{a0}', " ");
        }
        told
    }

    #[test]
    fn of_two_versions_only_what_differs_is_told_and_what_one_leaves_out_is_a_dash() {
        let (one, mut other) = (version(95, Some("rivi")), version(95, Some("rivi")));
        assert!(differing_in(&[&one, &other]).iter().all(Vec::is_empty));
        other.trials[0].outcome = TrialOutcome::Value(97);
        other.circumstances.pain = Some(0);
        let [first, second] = &differing_in(&[&one, &other])[..] else { panic!("two versions") };
        let values = |told: &[(String, String)]| told.iter().map(|(_, value)| value.clone()).collect::<Vec<_>>();
        assert_eq!(values(first), ["9.5 s", "–"]);
        assert_eq!(values(second), ["9.7 s", "0"]);
        assert_eq!(first[1].0, c::pain(Lang::En));
        assert!(first.iter().zip(second).all(|(a, b)| a.0 == b.0), "the same names in the same order");
    }

    #[test]
    fn what_is_chosen_is_said_again_whole_and_with_its_reason() {
        let id = AssessmentId(Uuid::from_u128(1));
        let trials = version(95, None).trials;
        let day = "2026-09-08".parse().unwrap();
        let test = Assessment::new(id, ParticipantId(Uuid::nil()), day, Instrument::Tug, trials);
        let told = |because| match chosen(Lang::En, &test, &version(97, because)) {
            assessments::Verb::Amend { trials, reason, circumstances, .. } => {
                (trials[0].value(), reason, circumstances.and_then(|told| told.chair_cm))
            }
            other => panic!("a correction, not {other:?}"),
        };
        assert_eq!(told(Some("rivi")), (Some(97), "rivi".to_owned(), Some(45)));
        assert_eq!(told(None).1, t::as_recorded(Lang::En), "no correction without a reason");
    }
}
