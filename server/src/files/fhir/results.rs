//! Tests as FHIR: an Observation for each outcome, with its trials as components, and answers as a
//! QuestionnaireResponse. Local and LOINC codes stand together; what the protocol does not share with LOINC has local
//! codes alone. Nothing is interpreted.

use domain::assessments::{
    Assessment, Instrument, Item, Measured, NotDone, OutcomeMeasure, RULE_VERSION, Score, Trial, TrialOutcome, Unit,
    norm_range, norm_table, quantity, scores, write_decimal,
};
use domain::ids::uuid_v5;
use domain::people::Participant;
use serde_json::value::RawValue;

use super::types::{
    Annotation, Answer, CodeableConcept, Coding, Component, Entry, Extension, Found, Observation, Quantity,
    QuestionnaireResponse, Reference, ReferenceRange, Resource, ResponseItem,
};

const LOINC: &str = "http://loinc.org";
const UCUM: &str = "http://unitsofmeasure.org";
const ABSENT: &str = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
const CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/observation-category";

/// Writes the tests of one installation, whose own codes live below `base`.
pub struct Writer<'a> {
    pub base: &'a str,
}

impl Writer<'_> {
    /// Everything that a test says of the person.
    pub fn test(&self, person: &Participant, test: &Assessment) -> Vec<Entry> {
        if test.instrument == Instrument::SelfReport {
            return vec![self.answers(test)];
        }
        let all = scores(test);
        let shown = all.iter().filter(|score| !is_component(score.outcome));
        shown.map(|score| self.observation(person, test, score, &all)).collect()
    }

    fn observation(&self, person: &Participant, test: &Assessment, score: &Score, all: &[Score]) -> Entry {
        let id = uuid_v5(test.id.0, &["fhir", score.outcome.code()]);
        let result = self.result(score, &test.trials);
        let observation = Observation {
            id: id.to_string(),
            extension: self.why(score, &test.trials),
            status: status(test, "final"),
            category: vec![CodeableConcept::of(CATEGORY, "exam")],
            code: self.outcome(score),
            subject: Reference::to(test.participant.0),
            effective_date_time: test.measured_on.to_string(),
            result,
            note: notes(test),
            method: self.local("vv-protocol", RULE_VERSION),
            reference_range: reference_range(person, test, score),
            component: self.components(test, score, all),
        };
        Entry::new(id, Resource::Observation(Box::new(observation)))
    }

    /// The value, or why there is none.
    fn result(&self, score: &Score, trials: &[Trial]) -> Found {
        match score.measured {
            Measured::Value(value) => measured(score.outcome, value),
            Measured::Unable => absent("not-performed"),
            Measured::Missing => absent(reason(score.outcome, trials).map_or("unknown", absent_code)),
        }
    }

    fn why(&self, score: &Score, trials: &[Trial]) -> Vec<Extension> {
        let missing = score.value().is_none();
        reason(score.outcome, trials).filter(|_| missing).map(|code| self.not_done(code)).into_iter().collect()
    }

    /// The parts of an SPPB, what each trial gave, where that is more than the result itself, and pain, where it was told.
    fn components(&self, test: &Assessment, score: &Score, all: &[Score]) -> Vec<Component> {
        let parts = all.iter().filter(|part| score.outcome == OutcomeMeasure::SppbTotal && is_component(part.outcome));
        let parts = parts.map(|part| Component {
            extension: self.why(part, &test.trials),
            code: self.outcome(part),
            result: self.result(part, &test.trials),
        });
        let trials: Vec<_> = test.trials.iter().filter(|trial| belongs(score.outcome, trial.item)).collect();
        let tells_more = trials.len() > 1 || score.outcome == OutcomeMeasure::SppbTotal;
        let trials = trials.into_iter().filter(|_| tells_more).map(|trial| self.trial(test.instrument, trial));
        parts.chain(trials).chain(test.circumstances.pain.map(|pain| self.pain(pain))).collect()
    }

    /// Pain during the test, 0–10.
    fn pain(&self, pain: u8) -> Component {
        let code = self.local("vv-observation", "pain");
        Component { extension: Vec::new(), code, result: Found::ValueInteger(i64::from(pain)) }
    }

    fn trial(&self, instrument: Instrument, trial: &Trial) -> Component {
        let mut code = self.local("vv-observation", &format!("{instrument}.{}", trial.item));
        code.coding.extend(trial_loinc(instrument, trial.item).map(loinc));
        let (extension, result) = match trial.outcome {
            TrialOutcome::Value(value) => (Vec::new(), trial_value(instrument, trial, value)),
            TrialOutcome::NotDone(why) => (vec![self.not_done(why)], absent(absent_code(why))),
        };
        Component { extension, code, result }
    }

    fn answers(&self, test: &Assessment) -> Entry {
        let id = uuid_v5(test.id.0, &["fhir", "answers"]);
        let item = test.trials.iter().map(|trial| self.answer(trial)).collect();
        let response = QuestionnaireResponse {
            id: id.to_string(),
            questionnaire: format!("{}/Questionnaire/vv-self-report", self.base),
            status: status(test, "completed"),
            subject: Reference::to(test.participant.0),
            authored: test.measured_on.to_string(),
            item,
        };
        Entry::new(id, Resource::QuestionnaireResponse(response))
    }

    fn answer(&self, trial: &Trial) -> ResponseItem {
        let link_id = trial.item.code();
        match trial.outcome {
            TrialOutcome::NotDone(why) => {
                ResponseItem { extension: vec![self.not_done(why)], link_id, answer: Vec::new() }
            }
            TrialOutcome::Value(value) => {
                let quantity = quantity(Instrument::SelfReport, trial.item, None);
                let coded = quantity.filter(|q| matches!(q.unit, Unit::Answer | Unit::Code(_)));
                let answer = match coded {
                    Some(quantity) => Answer::ValueCoding(Coding {
                        system: format!("{}/CodeSystem/vv-{}", self.base, link_id.replace('_', "-")),
                        code: quantity.write(value),
                    }),
                    None => Answer::ValueInteger(value),
                };
                ResponseItem { extension: Vec::new(), link_id, answer: vec![answer] }
            }
        }
    }

    fn outcome(&self, score: &Score) -> CodeableConcept {
        let mut code = self.local("vv-observation", score.outcome.code());
        code.coding.extend(outcome_loinc(score).map(loinc));
        code
    }

    fn local(&self, system: &str, code: &str) -> CodeableConcept {
        CodeableConcept::of(format!("{}/CodeSystem/{system}", self.base), code)
    }

    fn not_done(&self, why: NotDone) -> Extension {
        Extension { url: format!("{}/StructureDefinition/vv-not-done", self.base), value_code: why.code() }
    }
}

/// What stands inside the SPPB's Observation instead of one of its own.
const fn is_component(outcome: OutcomeMeasure) -> bool {
    use OutcomeMeasure as O;
    matches!(outcome, O::SppbBalance | O::SppbGait | O::SppbChair | O::SppbTotalNia)
}

/// Whether trials of the item make the outcome.
fn belongs(outcome: OutcomeMeasure, item: Item) -> bool {
    match outcome {
        OutcomeMeasure::SppbTotal => true,
        OutcomeMeasure::SppbBalance => matches!(item, Item::SideBySide | Item::SemiTandem | Item::Tandem),
        OutcomeMeasure::SppbGait | OutcomeMeasure::Gait4Speed => item == Item::Gait,
        OutcomeMeasure::SppbChair | OutcomeMeasure::Chair5Time => item == Item::Chair5,
        OutcomeMeasure::Gait10UsualSpeed => item == Item::Usual,
        OutcomeMeasure::Gait10MaximalSpeed => item == Item::Maximal,
        _ => true,
    }
}

/// The reason of the outcome's first trial that gave no value; what the stop rule skipped is no reason.
fn reason(outcome: OutcomeMeasure, trials: &[Trial]) -> Option<NotDone> {
    let own = trials.iter().filter(|trial| belongs(outcome, trial.item));
    let mut reasons = own.filter_map(Trial::not_done).filter(|why| *why != NotDone::SkippedByRule);
    // A part that is missing says why there is no total; one that the person was unable to do is 0 points of it.
    let missing = reasons.clone().find(|why| !why.is_ability());
    missing.or_else(|| reasons.next())
}

const fn absent_code(why: NotDone) -> &'static str {
    match why {
        NotDone::Refused => "asked-declined",
        NotDone::Technical => "error",
        NotDone::SkippedByRule => "not-applicable",
        NotDone::Other => "unknown",
        _ => "not-performed",
    }
}

fn absent(code: &str) -> Found {
    Found::DataAbsentReason(CodeableConcept::of(ABSENT, code))
}

fn status(test: &Assessment, first: &'static str) -> &'static str {
    if test.amended_because.is_some() { "amended" } else { first }
}

fn notes(test: &Assessment) -> Vec<Annotation> {
    let notes = test.trials.iter().filter_map(|trial| trial.note.clone()).map(|text| Annotation { text });
    notes.collect()
}

/// A measured value with its unit, or a whole number of points.
fn measured(outcome: OutcomeMeasure, value: i64) -> Found {
    use OutcomeMeasure as O;
    match outcome {
        O::SppbBalance | O::SppbGait | O::SppbChair | O::SppbTotal | O::SppbTotalNia => Found::ValueInteger(value),
        _ => Found::ValueQuantity(in_unit(outcome, value)),
    }
}

fn in_unit(outcome: OutcomeMeasure, value: i64) -> Quantity {
    use OutcomeMeasure as O;
    match outcome {
        O::Gait4Speed | O::Gait10UsualSpeed | O::Gait10MaximalSpeed => ucum(value, 3, "m/s", "m/s"),
        O::GripBest => ucum(value, 1, "kgf", "kgf"),
        O::Walk6Distance => ucum(value, 0, "m", "m"),
        O::Chair30Stands => ucum(value, 0, "stands/30 s", "{#}/(30.s)"),
        O::Step2Steps | O::ArmCurlCurls => ucum(value, 0, "count", "{#}"),
        other => ucum(value, other.decimals(), "s", "s"),
    }
}

fn trial_value(instrument: Instrument, trial: &Trial, value: i64) -> Found {
    let rule = quantity(instrument, trial.item, trial.course_m);
    let decimals = rule.map_or(0, |rule| rule.decimals);
    let (unit, code) = match rule.map(|rule| rule.unit) {
        Some(Unit::Seconds) => ("s", "s"),
        Some(Unit::Kilograms) if instrument == Instrument::Grip => ("kgf", "kgf"),
        Some(Unit::Kilograms) => ("kg", "kg"),
        Some(Unit::Metres) => ("m", "m"),
        _ => ("count", "{#}"),
    };
    Found::ValueQuantity(ucum(value, decimals, unit, code))
}

fn ucum(value: i64, decimals: u8, unit: &'static str, code: &'static str) -> Quantity {
    // A decimal of ours is a JSON number: digits, a point, digits.
    let value = RawValue::from_string(write_decimal(value, decimals)).unwrap_or_default();
    Quantity { value, unit, system: UCUM, code }
}

/// The published range of people of this age and sex, with its source. It is no interpretation.
fn reference_range(person: &Participant, test: &Assessment, score: &Score) -> Vec<ReferenceRange> {
    let (age, sex) = (person.profile.birth_date.map(|birth| test.measured_on.age_of_born(birth)), person.profile.sex);
    let range = norm_range(score, age, sex).zip(norm_table(score.outcome));
    let range = range.filter(|_| score.value().is_some()).map(|(range, table)| {
        let mark = if table.is_checked_for(age, sex) { "" } else { " (to be confirmed)" };
        ReferenceRange {
            low: in_unit(score.outcome, range.low),
            high: in_unit(score.outcome, range.high),
            text: format!("{}{mark}", table.source),
        }
    });
    range.into_iter().collect()
}

fn loinc(code: &str) -> Coding {
    Coding { system: LOINC.to_owned(), code: code.to_owned() }
}

/// The LOINC code of an outcome, where one has been verified.
fn outcome_loinc(score: &Score) -> Option<&'static str> {
    use OutcomeMeasure as O;
    Some(match score.outcome {
        O::SppbTotal => "62825-5",
        O::SppbBalance => "66253-6",
        O::SppbGait if score.conditions.course_m == Some(3) => "66259-3",
        O::SppbGait => "66258-5",
        O::Gait4Speed => "83172-7",
        O::TugTime => "89423-8",
        O::Chair30Stands => "66247-8",
        O::SingleLegTime => "64388-2",
        O::Walk6Distance => "64098-7",
        _ => return None,
    })
}

fn trial_loinc(instrument: Instrument, item: Item) -> Option<&'static str> {
    Some(match (instrument, item) {
        (Instrument::Sppb, Item::Gait) => "66255-1",
        (Instrument::Grip, Item::Right) => "83174-3",
        (Instrument::Grip, Item::Left) => "83173-5",
        (Instrument::Chair30, Item::StandsWithArms) => "93125-3",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::{AssessmentId, ParticipantId};
    use domain::people::{Profile, Sex};
    use domain::time::Day;
    use serde_json::{Value, json};
    use uuid::Uuid;

    fn person() -> Participant {
        let profile = Profile { birth_date: Day::new(1944, 3, 8), sex: Some(Sex::Female), ..Profile::default() };
        Participant { id: ParticipantId(Uuid::from_u128(1)), profile, provisional: false, clocks: Default::default() }
    }

    fn trial(item: Item, number: u8, outcome: TrialOutcome) -> Trial {
        let course_m = (item == Item::Gait).then_some(4);
        Trial { course_m, ..Trial::new(item, number, outcome) }
    }

    fn value(item: Item, value: i64) -> Trial {
        trial(item, 1, TrialOutcome::Value(value))
    }

    fn test(instrument: Instrument, trials: Vec<Trial>) -> Assessment {
        let (id, day) = (AssessmentId(Uuid::from_u128(2)), Day::new(2026, 9, 8).unwrap());
        Assessment::new(id, ParticipantId(Uuid::from_u128(1)), day, instrument, trials)
    }

    fn written(instrument: Instrument, trials: Vec<Trial>) -> Vec<Value> {
        written_test(&test(instrument, trials))
    }

    fn written_test(test: &Assessment) -> Vec<Value> {
        let writer = Writer { base: "https://v.example/fhir" };
        let entries = writer.test(&person(), test);
        entries.iter().map(|entry| serde_json::to_value(&entry.resource).unwrap()).collect()
    }

    fn component<'a>(observation: &'a Value, code: &str) -> &'a Value {
        let all = observation["component"].as_array().unwrap();
        all.iter().find(|one| one["code"]["coding"][0]["code"] == code).unwrap_or_else(|| panic!("{code}"))
    }

    #[test]
    fn an_sppb_is_one_observation_with_parts_and_times() {
        // Vector S2: 10.00, 10.00, 4.50; 5.60, 5.50; 14.90 is 3 + 3 + 2.
        let trials = vec![
            value(Item::SideBySide, 1000),
            value(Item::SemiTandem, 1000),
            value(Item::Tandem, 450),
            value(Item::Gait, 560),
            trial(Item::Gait, 2, TrialOutcome::Value(550)),
            value(Item::Chair5, 1490),
        ];
        let written = written(Instrument::Sppb, trials);
        let total = &written[0];
        assert_eq!((&total["valueInteger"], &total["effectiveDateTime"]), (&json!(8), &json!("2026-09-08")));
        let codes: Vec<_> = total["code"]["coding"].as_array().unwrap().iter().map(|c| c["code"].clone()).collect();
        assert_eq!(codes, [json!("sppb_total"), json!("62825-5")]);
        for (code, points) in [("sppb_balance", 3), ("sppb_gait", 3), ("sppb_chair", 2), ("sppb_total_nia", 8)] {
            assert_eq!(component(total, code)["valueInteger"], json!(points), "{code}");
        }
        let rises = component(total, "sppb.chair5")["valueQuantity"].to_string();
        assert!(rises.contains("\"code\":\"s\"") && rises.contains("14.9"), "{rises}");
        assert!(total.get("interpretation").is_none());
    }

    #[test]
    fn pain_stands_beside_the_result_of_the_test_and_none_where_none_was_told() {
        let mut rise = test(Instrument::Chair30, vec![value(Item::Stands, 9)]);
        assert!(written_test(&rise)[0].get("component").is_none());
        rise.circumstances.pain = Some(0);
        assert_eq!(component(&written_test(&rise)[0], "pain")["valueInteger"], 0);
    }

    #[test]
    fn a_decimal_keeps_the_digits_that_were_measured() {
        let quantity = serde_json::to_string(&ucum(1490, 2, "s", "s")).unwrap();
        assert!(quantity.starts_with("{\"value\":14.90,"), "{quantity}");
    }

    #[test]
    fn a_refused_part_leaves_no_total_and_says_why_and_an_impossible_one_is_no_points() {
        let with = |chair| {
            let mut trials = vec![value(Item::SideBySide, 1000), value(Item::SemiTandem, 1000)];
            trials.extend([value(Item::Tandem, 1000), value(Item::Gait, 500)]);
            trials.push(trial(Item::Chair5, 1, TrialOutcome::NotDone(chair)));
            written(Instrument::Sppb, trials).remove(0)
        };
        let refused = with(NotDone::Refused);
        assert_eq!(refused["dataAbsentReason"]["coding"][0]["code"], "asked-declined");
        assert_eq!(refused["extension"][0]["valueCode"], "refused");
        assert_eq!(component(&refused, "sppb_total_nia")["valueInteger"], 7);
        let unable = with(NotDone::TriedUnable);
        assert_eq!(unable["valueInteger"], 7);
        assert_eq!(component(&unable, "sppb_chair")["valueInteger"], 0);
        let time = component(&unable, "sppb.chair5");
        assert_eq!(time["dataAbsentReason"]["coding"][0]["code"], "not-performed");
        assert_eq!(time["extension"][0]["valueCode"], "tried_unable");
    }

    #[test]
    fn grip_has_both_hands_their_codes_and_the_range_with_its_source() {
        let written = written(Instrument::Grip, vec![value(Item::Right, 220), value(Item::Left, 204)]);
        let grip = &written[0];
        assert_eq!(grip["valueQuantity"]["code"], "kgf");
        assert_eq!(component(grip, "grip.right")["code"]["coding"][1]["code"], "83174-3");
        assert_eq!(component(grip, "grip.left")["code"]["coding"][1]["code"], "83173-5");
        let range = grip["referenceRange"][0].to_string();
        assert!(range.contains("15.5") && range.contains("25.3") && range.contains("\"text\""), "{range}");
    }

    #[test]
    fn answers_are_a_questionnaire_response_and_a_missing_one_says_why() {
        let trials = vec![
            value(Item::Srh, 2),
            value(Item::Falls12, 3),
            trial(Item::Lonely, 1, TrialOutcome::NotDone(NotDone::Refused)),
        ];
        let written = written(Instrument::SelfReport, trials);
        let answers = &written[0];
        assert_eq!(answers["resourceType"], "QuestionnaireResponse");
        assert_eq!(answers["item"][0]["answer"][0]["valueCoding"]["code"], "2");
        assert_eq!(answers["item"][1]["answer"][0]["valueInteger"], 3);
        assert!(answers["item"][2].get("answer").is_none());
        assert_eq!(answers["item"][2]["extension"][0]["valueCode"], "refused");
    }
}
