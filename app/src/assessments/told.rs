//! What a test says in plain words: value, band, and the change against the last time. No diagnosis (docs/scoring.md,
//! Words).

use domain::assessments::change::{ChangeClass, between};
use domain::assessments::sppb::{self, SppbBand};
use domain::assessments::{Assessment, Class, Instrument, Measured, OutcomeMeasure, Score, class, scores};
use std::cmp::Reverse;

use super::references::{Who, references};
use super::sentences::sentence;
use super::standing::newest;
use super::words::{change_words, score_value};

use crate::texts::{self, Lang, assessments as words, measure as t};

/// One line of a result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    pub outcome: OutcomeMeasure,
    pub label: &'static str,
    pub value: String,
    /// Against the last time, with the difference, where that can be said.
    pub change: Option<String>,
    pub before: Option<String>,
    /// In a whole sentence, for the person.
    pub sentence: String,
    /// Limits, and the reference values of the person's age and sex, each with its source, for those who measure.
    pub references: Vec<String>,
}

/// The outcomes that are shown to the tester, in order. Answers to questions are not: a shared tablet stands in the hall.
const SHOWN: [OutcomeMeasure; 15] = [
    OutcomeMeasure::SppbBalance,
    OutcomeMeasure::SppbGait,
    OutcomeMeasure::SppbChair,
    OutcomeMeasure::SppbTotal,
    OutcomeMeasure::Gait4Speed,
    OutcomeMeasure::Chair5Time,
    OutcomeMeasure::Gait10UsualSpeed,
    OutcomeMeasure::Gait10MaximalSpeed,
    OutcomeMeasure::TugTime,
    OutcomeMeasure::Chair30Stands,
    OutcomeMeasure::GripBest,
    OutcomeMeasure::SingleLegTime,
    OutcomeMeasure::Walk6Distance,
    OutcomeMeasure::Step2Steps,
    OutcomeMeasure::ArmCurlCurls,
];

/// The lines of a test, with the change against what was measured before ([`measured_before`]).
pub fn lines(lang: Lang, assessment: &Assessment, before: &[Score], who: Who) -> Vec<Line> {
    let now = scores(assessment);
    let shown = SHOWN.iter().filter_map(|outcome| now.iter().find(|score| score.outcome == *outcome));
    shown.map(|score| line(lang, score, before.iter().find(|b| b.outcome == score.outcome), who)).collect()
}

fn line(lang: Lang, score: &Score, before: Option<&Score>, who: Who) -> Line {
    let change = before.and_then(|before| change(lang, before, score));
    let value = |score: &Score| value(lang, score);
    Line {
        outcome: score.outcome,
        label: label(lang, score.outcome),
        value: value(score),
        change,
        before: before.map(value),
        sentence: sentence(lang, score, before),
        references: references(lang, score, who),
    }
}

fn label(lang: Lang, outcome: OutcomeMeasure) -> &'static str {
    match outcome {
        OutcomeMeasure::SppbBalance => t::part_balance(lang),
        OutcomeMeasure::SppbGait => t::part_gait(lang),
        OutcomeMeasure::SppbChair => t::part_chair(lang),
        OutcomeMeasure::SppbTotal => words::instrument_short::sppb(lang),
        OutcomeMeasure::Gait4Speed => t::speed_4(lang),
        OutcomeMeasure::Chair5Time => t::chair_time(lang),
        OutcomeMeasure::Gait10UsualSpeed => words::item::usual(lang),
        OutcomeMeasure::Gait10MaximalSpeed => words::item::maximal(lang),
        OutcomeMeasure::TugTime => words::outcome::tug_time(lang),
        OutcomeMeasure::Chair30Stands => words::outcome::chair30_stands(lang),
        OutcomeMeasure::GripBest => words::outcome::grip_best(lang),
        OutcomeMeasure::SingleLegTime => words::outcome::single_leg_time(lang),
        OutcomeMeasure::Walk6Distance => words::outcome::walk6_distance(lang),
        OutcomeMeasure::Step2Steps => words::outcome::step2_steps(lang),
        OutcomeMeasure::ArmCurlCurls => words::outcome::arm_curl_curls(lang),
        _ => "",
    }
}

fn value(lang: Lang, score: &Score) -> String {
    match (score.measured, score.outcome) {
        (Measured::Missing, _) => t::part_missing(lang).to_owned(),
        (Measured::Unable, _) => t::unable(lang).to_owned(),
        (Measured::Value(n), OutcomeMeasure::SppbBalance | OutcomeMeasure::SppbGait | OutcomeMeasure::SppbChair) => {
            t::part_points(lang, n)
        }
        (Measured::Value(n), OutcomeMeasure::SppbTotal) => t::total_points(lang, n),
        (Measured::Value(n), OutcomeMeasure::Chair5Time) => texts::hundredths_s(lang, n),
        (Measured::Value(n), OutcomeMeasure::TugTime | OutcomeMeasure::SingleLegTime) => texts::tenths_s(lang, n),
        (Measured::Value(n), OutcomeMeasure::GripBest) => texts::tenths_kg(lang, n),
        (Measured::Value(n), OutcomeMeasure::Walk6Distance) => texts::with_unit(&texts::count(lang, n), "m"),
        (
            Measured::Value(n),
            OutcomeMeasure::Chair30Stands | OutcomeMeasure::Step2Steps | OutcomeMeasure::ArmCurlCurls,
        ) => words::value::times(lang, n),
        (Measured::Value(_), _) => score_value(lang, score),
    }
}

/// "parani, −2,70 s", "muutos, +1,2 s"; nothing where the two are no pair, or where a difference that nobody judges is
/// none.
fn change(lang: Lang, before: &Score, now: &Score) -> Option<String> {
    let change = between(before, now);
    let told = match change.class {
        ChangeClass::NotPaired => false,
        ChangeClass::Descriptive => change.oriented.is_some_and(|by| by != 0),
        _ => true,
    };
    told.then(|| change_words(lang, now.outcome, &change))
}

/// The band of the test's main figure, in neutral words.
pub fn band(lang: Lang, assessment: &Assessment) -> Option<&'static str> {
    use words::band as b;
    if assessment.instrument == Instrument::Sppb {
        let total = scores(assessment).into_iter().find(|score| score.outcome == OutcomeMeasure::SppbTotal)?;
        return match class(&total, None, None)? {
            Class::Sppb(SppbBand::Severe) => Some(b::sppb_severe(lang)),
            Class::Sppb(SppbBand::Moderate) => Some(b::sppb_moderate(lang)),
            Class::Sppb(SppbBand::Mild) => Some(b::sppb_mild(lang)),
            Class::Sppb(SppbBand::Minimal) => Some(b::sppb_minimal(lang)),
            _ => None,
        };
    }
    None
}

/// The points of a part while it is being entered; nothing as long as it is open.
pub fn part_so_far(lang: Lang, part: sppb::Subscore) -> Option<String> {
    match part {
        sppb::Subscore::Points(points) => Some(t::points_so_far(lang, points)),
        sppb::Subscore::Missing => Some(t::part_missing(lang).to_owned()),
        sppb::Subscore::Open => None,
    }
}

/// The test in one phrase, for lists: "9 / 12", "0,85 m/s".
pub fn headline(lang: Lang, assessment: &Assessment) -> String {
    head(assessment).map(|score| value(lang, &score)).unwrap_or_default()
}

/// All that the test came to, for its history: "11,9 s", "Tasapaino 4 / 4, Kävely 3 / 4 …"; nothing of answers to
/// questions.
pub fn in_short(lang: Lang, assessment: &Assessment) -> Option<String> {
    let lines = lines(lang, assessment, &[], Who::default());
    match lines.as_slice() {
        [] => None,
        [one] => Some(one.value.clone()),
        all => {
            let told: Vec<_> = all.iter().map(|line| format!("{} {}", line.label, line.value)).collect();
            Some(told.join(", "))
        }
    }
}

/// The score that a test is told by.
fn head(assessment: &Assessment) -> Option<Score> {
    let found = scores(assessment);
    let main = |outcome: OutcomeMeasure| match assessment.instrument {
        Instrument::Sppb => outcome == OutcomeMeasure::SppbTotal,
        _ => true,
    };
    let shown = SHOWN.iter().filter(|outcome| main(**outcome));
    shown.filter_map(|outcome| found.iter().find(|score| score.outcome == *outcome)).next().copied()
}

/// The tests of the same kind before this one.
fn earlier<'a>(all: &'a [Assessment], this: &Assessment) -> impl Iterator<Item = &'a Assessment> {
    let (instrument, at) = (this.instrument, (this.measured_on, this.id));
    all.iter().filter(move |a| a.instrument == instrument && !a.disputed && (a.measured_on, a.id) < at)
}

/// The last test of the same kind before this one: the newest by day, then by id.
pub fn last_before<'a>(all: &'a [Assessment], this: &Assessment) -> Option<&'a Assessment> {
    newest(earlier(all, this))
}

/// As [`last_before`], but one that came to a result, where there is one: a day on which somebody did not want to is
/// passed over.
pub fn last_measured<'a>(all: &'a [Assessment], this: &Assessment) -> Option<&'a Assessment> {
    let measured = |one: &&Assessment| head(one).is_some_and(|score| score.measured != Measured::Missing);
    newest(earlier(all, this).filter(measured)).or_else(|| last_before(all, this))
}

/// Of every outcome what was measured last before this test (docs/scoring.md, Comparability).
pub fn measured_before(all: &[Assessment], this: &Assessment) -> Vec<Score> {
    let mut tests: Vec<_> = earlier(all, this).collect();
    tests.sort_by_key(|test| Reverse((test.measured_on, test.id)));
    let mut found: Vec<Score> = Vec::new();
    for score in tests.into_iter().flat_map(scores).filter(|score| score.measured != Measured::Missing) {
        if found.iter().all(|known| known.outcome != score.outcome) {
            found.push(score);
        }
    }
    found
}

/// Scores of the SPPB being entered.
pub fn so_far(assessment: &Assessment) -> sppb::SppbResult {
    sppb::result(&assessment.trials)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assessments::test_form::{Key, TestForm};
    use domain::assessments::{Aid, Conditions, Item, NotDone, Trial, TrialOutcome};
    use domain::ids::{AssessmentId, GroupId, ParticipantId};
    use domain::people::Sex;

    fn sppb_on(day: &str, n: u128, chair: &str) -> Assessment {
        let nil = uuid::Uuid::nil();
        let id = AssessmentId(uuid::Uuid::from_u128(n));
        let mut form = TestForm::new(id, ParticipantId(nil), GroupId(nil), Instrument::Sppb, day.parse().unwrap());
        (0..3).for_each(|place| form.held_full(place));
        for (place, text) in [(3, "4,60"), (4, "4,90"), (5, chair)] {
            text.chars().for_each(|c| form.press(place, if c == ',' { Key::Comma } else { Key::Digit(c) }));
        }
        form.assessment()
    }

    #[test]
    fn the_change_is_told_against_the_last_test_of_the_same_kind() {
        let (before, now) = (sppb_on("2026-02-01", 1, "15,1"), sppb_on("2026-09-08", 2, "12,4"));
        let all = [now.clone(), before];
        let lines = lines(Lang::Fi, &now, &measured_before(&all, &now), Who::default());
        let chair = lines.iter().find(|line| line.outcome == OutcomeMeasure::Chair5Time).unwrap();
        assert_eq!(chair.value, "12,40\u{a0}s");
        assert_eq!(chair.before.as_deref(), Some("15,10\u{a0}s"));
        assert_eq!(chair.change.as_deref(), Some("parani, \u{2212}2,70\u{a0}s"));
        let balance = lines.iter().find(|line| line.outcome == OutcomeMeasure::SppbBalance).unwrap();
        assert_eq!(balance.change, None, "no difference, and nobody judges it");
        assert_eq!(headline(Lang::Fi, &now), "11 / 12");
        assert_eq!(band(Lang::En, &now), Some(words::band::sppb_minimal(Lang::En)));
        assert_eq!(
            t::band_is(Lang::Fi, words::band::sppb_minimal(Lang::Fi)),
            "Tämä tarkoittaa: liikkuminen sujuu hyvin."
        );
    }

    #[test]
    fn a_history_tells_all_of_a_test_and_nothing_of_answers() {
        let told = in_short(Lang::Fi, &sppb_on("2026-02-01", 1, "15,1")).unwrap().replace('\u{a0}', " ");
        assert!(told.contains("SPPB 10 / 12") && told.contains("15,10 s"), "{told}");
        let nil = uuid::Uuid::nil();
        let answer = Trial::new(Item::Lonely, 1, TrialOutcome::Value(5));
        let day = "2026-02-01".parse().unwrap();
        let said = Assessment::new(AssessmentId(nil), ParticipantId(nil), day, Instrument::SelfReport, vec![answer]);
        assert_eq!(in_short(Lang::Fi, &said), None);
    }

    #[test]
    fn a_difference_that_nobody_judges_is_told_and_one_under_other_conditions_is_said_to_break() {
        let stood = |tenths| Score {
            outcome: OutcomeMeasure::SingleLegTime,
            measured: Measured::Value(tenths),
            conditions: Conditions::default(),
            check: false,
        };
        let of_leg = |before, now| change(Lang::En, &stood(before), &stood(now));
        assert_eq!(of_leg(49, 61).as_deref(), Some("change, +1.2\u{a0}s"));
        assert_eq!(of_leg(61, 61), None);
        let walked = |aid, tenths| Score {
            outcome: OutcomeMeasure::TugTime,
            conditions: Conditions { aid: Some(aid), ..Conditions::default() },
            ..stood(tenths)
        };
        let broken = change(Lang::Fi, &walked(Aid::Rollator, 163), &walked(Aid::None, 119));
        assert_eq!(broken.as_deref(), Some("ei verrattavissa edelliseen"));
    }

    #[test]
    fn a_day_on_which_somebody_did_not_want_to_is_passed_over() {
        let (first, last) = (sppb_on("2026-02-01", 1, "15,1"), sppb_on("2026-09-08", 3, "12,4"));
        let mut refused = sppb_on("2026-05-04", 2, "");
        refused.trials.push(Trial::new(Item::Chair5, 1, TrialOutcome::NotDone(NotDone::Refused)));
        let all = [last.clone(), refused.clone(), first.clone()];
        let lines = lines(Lang::Fi, &last, &measured_before(&all, &last), Who::default());
        let before = |wanted| lines.iter().find(|line| line.outcome == wanted).unwrap().before.clone();
        assert_eq!(before(OutcomeMeasure::Chair5Time).as_deref(), Some("15,10\u{a0}s"));
        assert_eq!(before(OutcomeMeasure::SppbTotal).as_deref(), Some("10 / 12"));
        assert_eq!((last_before(&all, &last), last_measured(&all, &last)), (Some(&refused), Some(&first)));
        assert_eq!(
            last_measured(std::slice::from_ref(&refused), &last),
            Some(&refused),
            "and where there is no other, it is told"
        );
    }

    #[test]
    fn a_speed_stands_beside_its_band_which_goes_by_the_speed_that_is_not_rounded() {
        let nil = uuid::Uuid::nil();
        let day = "2026-09-08".parse().unwrap();
        let told = |hundredths| {
            let mut form = TestForm::new(AssessmentId(nil), ParticipantId(nil), GroupId(nil), Instrument::Gait10, day);
            form.set_value(0, hundredths);
            let line = lines(Lang::Fi, &form.assessment(), &[], Who::default()).into_iter().next().unwrap();
            (line.value, line.references.join(""))
        };
        let limits = "Rajat 0,8 ja 1,0\u{a0}m/s (EWGSOP2 2019; Cesari 2009): ";
        for (hundredths, value, band) in [
            (1_250, "0,80\u{a0}m/s", "hieman hidas kävely"),
            (1_251, "0,80\u{a0}m/s", "hidas kävely"),
            // Rounded twice it would be 0,81.
            (1_243, "0,80\u{a0}m/s", "hieman hidas kävely"),
            (1_000, "1,00\u{a0}m/s", "hyvä kävelyvauhti"),
        ] {
            assert_eq!(told(hundredths), (value.to_owned(), format!("{limits}{band}")));
        }
    }

    #[test]
    fn a_tug_time_stands_beside_the_mean_of_the_age_or_says_that_there_is_none() {
        let nil = uuid::Uuid::nil();
        let day = "2026-09-08".parse().unwrap();
        let mut form = TestForm::new(AssessmentId(nil), ParticipantId(nil), GroupId(nil), Instrument::Tug, day);
        form.set_value(0, 119);
        let told = |age| {
            let who = Who { age, sex: Some(Sex::Female) };
            lines(Lang::Fi, &form.assessment(), &[], who).remove(0).references.join("")
        };
        let eighty = "Naiset ja miehet, 80–99 vuotta: keskimäärin 11,3\u{a0}s, keskiarvon 95\u{a0}%:n luottamusväli \
                      10,0–12,7 (Bohannon 2006: terveitä ikäihmisiä)";
        assert_eq!([told(Some(80)), told(Some(94))], [eighty, eighty]);
        for age in [Some(69), Some(95), None] {
            assert_eq!(told(age), "Tämän ikäisille ei ole vertailuarvoa.");
        }
    }

    #[test]
    fn the_first_test_has_no_last_one() {
        let now = sppb_on("2026-09-08", 2, "12,4");
        assert_eq!(last_before(std::slice::from_ref(&now), &now), None);
        assert!(lines(Lang::Sv, &now, &[], Who::default()).iter().all(|line| line.change.is_none()));
    }
}
