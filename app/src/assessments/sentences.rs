//! What a result says to the person who was measured, in whole sentences: "Nousit tuolilta viisi kertaa 12,4
//! sekunnissa. Viimeksi 15,1." Values and changes alone; nothing is diagnosed, nobody is ranked (docs/scoring.md,
//! Words).
//!
//! Answers to questions have sentences too. Whoever shows them sees to it that nobody else reads them.

use domain::assessments::change::{ChangeClass, between};
use domain::assessments::{Measured, OutcomeMeasure, Score, comparable};

use super::words::{outcome_name, outcome_value, score_value};
use crate::texts::results::{before as last, sentence as t, verdict as v};
use crate::texts::{Lang, capital, count, scaled};

/// What the score came to, and what it was the last time. `before` is an earlier score of the same outcome.
pub fn sentence(lang: Lang, now: &Score, before: Option<&Score>) -> String {
    let words = today(lang, now);
    match before.and_then(|before| last_time(lang, now, before)) {
        Some(last) => format!("{words} {last}"),
        None => words,
    }
}

/// What the change is, in words that neither praise chance nor frighten; nothing where nothing can be said.
pub fn verdict(lang: Lang, now: &Score, before: Option<&Score>) -> Option<&'static str> {
    match between(before?, now).class {
        ChangeClass::Improved => Some(improved(lang, now.outcome)),
        ChangeClass::Kept => Some(v::kept(lang)),
        ChangeClass::Declined => Some(v::weaker(lang)),
        ChangeClass::NotPaired | ChangeClass::NotComparable | ChangeClass::Descriptive => None,
    }
}

fn improved(lang: Lang, outcome: OutcomeMeasure) -> &'static str {
    match outcome {
        OutcomeMeasure::Chair5Time => v::faster_rise(lang),
        OutcomeMeasure::Gait4Speed | OutcomeMeasure::Gait10UsualSpeed => v::faster_walk(lang),
        OutcomeMeasure::TugTime => v::faster_round(lang),
        OutcomeMeasure::Chair30Stands => v::more_rises(lang),
        OutcomeMeasure::GripBest => v::stronger(lang),
        OutcomeMeasure::Walk6Distance => v::farther(lang),
        _ => v::better(lang),
    }
}

fn today(lang: Lang, score: &Score) -> String {
    let name = || capital(outcome_name(lang, score.outcome));
    match score.measured {
        Measured::Missing => t::missing(lang, &name()),
        Measured::Unable => t::unable(lang, &name()),
        Measured::Value(value) => done(lang, score, value),
    }
}

fn done(lang: Lang, score: &Score, value: i64) -> String {
    let number = number(lang, score, value);
    match score.outcome {
        OutcomeMeasure::SppbBalance => t::sppb_balance(lang, value),
        OutcomeMeasure::SppbGait => t::sppb_gait(lang, value),
        OutcomeMeasure::SppbChair => t::sppb_chair(lang, value),
        OutcomeMeasure::SppbTotal | OutcomeMeasure::SppbTotalNia => t::sppb_total(lang, value),
        OutcomeMeasure::Gait4Speed => t::gait4(lang, &number),
        OutcomeMeasure::Gait10UsualSpeed => t::gait10_usual(lang, &number),
        OutcomeMeasure::Gait10MaximalSpeed => t::gait10_maximal(lang, &number),
        OutcomeMeasure::Chair5Time => t::chair5(lang, &number),
        OutcomeMeasure::TugTime => t::tug(lang, &number),
        OutcomeMeasure::Chair30Stands if value == 0 => t::chair30_none(lang).to_owned(),
        OutcomeMeasure::Chair30Stands => t::chair30(lang, value),
        OutcomeMeasure::GripBest => t::grip(lang, &number),
        OutcomeMeasure::SingleLegTime => t::single_leg(lang, &number),
        OutcomeMeasure::Walk6Distance => t::walk6(lang, value),
        OutcomeMeasure::Step2Steps => t::step2(lang, value),
        OutcomeMeasure::ArmCurlCurls => t::arm_curl(lang, value),
        other => format!("{}: {number}.", capital(outcome_name(lang, other))),
    }
}

/// The last time's number alone: the sentence before it has said what it counts.
fn last_time(lang: Lang, now: &Score, before: &Score) -> Option<String> {
    match before.measured {
        Measured::Missing => None,
        Measured::Unable => Some(last::unable(lang).to_owned()),
        // Beside a value that is not there, the last one needs its unit.
        Measured::Value(_) if now.value().is_none() => Some(last::value(lang, &score_value(lang, before))),
        Measured::Value(value) => {
            let number = number(lang, before, value);
            Some(if comparable(before, now) { last::value(lang, &number) } else { last::otherwise(lang, &number) })
        }
    }
}

/// The number as one says it: seconds, metres per second and kilograms without their unit, seconds with one decimal.
pub(super) fn number(lang: Lang, score: &Score, value: i64) -> String {
    match score.outcome {
        // Two decimals come from the time itself, not from rounded millimetres.
        OutcomeMeasure::Gait4Speed | OutcomeMeasure::Gait10UsualSpeed | OutcomeMeasure::Gait10MaximalSpeed => {
            let hundredths = score.walk().map_or((value + 5) / 10, |walk| walk.cm_per_s());
            scaled(lang, hundredths, 2)
        }
        OutcomeMeasure::Chair5Time => scaled(lang, (value + 5) / 10, 1),
        OutcomeMeasure::TugTime | OutcomeMeasure::SingleLegTime | OutcomeMeasure::GripBest => scaled(lang, value, 1),
        outcome if outcome.self_report_item().is_some() => outcome_value(lang, outcome, value),
        _ => count(lang, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::assessments::{Aid, Conditions};

    fn score(outcome: OutcomeMeasure, measured: Measured) -> Score {
        Score { outcome, measured, conditions: Conditions::default(), check: false }
    }

    fn value(outcome: OutcomeMeasure, value: i64) -> Score {
        score(outcome, Measured::Value(value))
    }

    #[test]
    fn a_result_is_one_plain_sentence_with_the_last_time_beside_it() {
        let (now, before) = (value(OutcomeMeasure::Chair5Time, 1240), value(OutcomeMeasure::Chair5Time, 1510));
        let told = |lang| sentence(lang, &now, Some(&before));
        assert_eq!(told(Lang::Fi), "Nousit tuolilta viisi kertaa 12,4 sekunnissa. Viimeksi 15,1.");
        assert_eq!(told(Lang::Sv), "Du reste dig fem gånger på 12,4 sekunder. Förra gången 15,1.");
        assert_eq!(told(Lang::En), "You stood up from the chair five times in 12.4 seconds. Last time 15.1.");
        assert_eq!(verdict(Lang::Fi, &now, Some(&before)), Some("Hienoa – nousit selvästi nopeammin."));
        assert_eq!(verdict(Lang::Fi, &now, None), None);
    }

    #[test]
    fn a_first_result_and_a_missing_one_before_name_no_last_time() {
        let (now, missing) = (value(OutcomeMeasure::SppbTotal, 8), score(OutcomeMeasure::SppbTotal, Measured::Missing));
        let alone = "Sait liikkumisen testistä 8 pistettä kahdestatoista.";
        assert_eq!(sentence(Lang::Fi, &now, None), alone);
        assert_eq!(sentence(Lang::Fi, &now, Some(&missing)), alone);
    }

    #[test]
    fn being_unable_now_or_before_is_told_without_blame() {
        let (unable, done) =
            (score(OutcomeMeasure::Chair5Time, Measured::Unable), value(OutcomeMeasure::Chair5Time, 2240));
        assert_eq!(
            sentence(Lang::Fi, &unable, Some(&done)),
            "Tuolilta nousu viisi kertaa: tämä ei tällä kertaa onnistunut. Viimeksi 22,40\u{a0}s."
        );
        assert_eq!(
            sentence(Lang::Fi, &done, Some(&unable)),
            "Nousit tuolilta viisi kertaa 22,4 sekunnissa. Viimeksi tämä ei vielä onnistunut."
        );
        assert_eq!(verdict(Lang::Fi, &done, Some(&unable)), Some("Hienoa – nousit selvästi nopeammin."));
    }

    #[test]
    fn what_was_measured_in_another_way_is_said_and_not_judged() {
        let walked = |aid, tenths| Score {
            conditions: Conditions { aid: Some(aid), ..Conditions::default() },
            ..value(OutcomeMeasure::TugTime, tenths)
        };
        let (now, before) = (walked(Aid::None, 119), walked(Aid::Rollator, 163));
        assert!(sentence(Lang::Fi, &now, Some(&before)).ends_with("Viimeksi 16,3, mutta mittaus tehtiin eri tavalla."));
        assert_eq!(verdict(Lang::Fi, &now, Some(&before)), None);
    }

    #[test]
    fn a_speed_has_the_decimals_of_its_own_time() {
        let conditions = Conditions { time_cs: Some(500), course_m: Some(4), ..Conditions::default() };
        let now = Score { conditions, ..value(OutcomeMeasure::Gait4Speed, 800) };
        assert_eq!(sentence(Lang::Fi, &now, None), "Kävelit lyhyen matkan tavallista vauhtia 0,80 metriä sekunnissa.");
    }

    #[test]
    fn counts_have_the_form_of_their_number() {
        let stands = |n| sentence(Lang::Fi, &value(OutcomeMeasure::Chair30Stands, n), None);
        assert_eq!(stands(12), "Nousit tuolilta 12 kertaa puolessa minuutissa.");
        assert_eq!(stands(1), "Nousit tuolilta 1 kerran puolessa minuutissa.");
        assert_eq!(stands(0), "Nousu tuolilta ilman käsien apua ei tällä kertaa onnistunut.");
    }

    #[test]
    fn every_outcome_has_short_sentences_in_every_language() {
        for outcome in OutcomeMeasure::ALL {
            for (lang, measured) in Lang::IN_EVERY_FORM.into_iter().flat_map(|lang| {
                [Measured::Value(1), Measured::Value(3), Measured::Unable, Measured::Missing].map(|m| (lang, m))
            }) {
                let (now, before) = (score(*outcome, measured), value(*outcome, 2));
                let told = sentence(lang, &now, Some(&before));
                let verdict = verdict(lang, &now, Some(&before)).unwrap_or_default();
                for one in told.split(". ").chain(verdict.split(". ")) {
                    let words = one.split(' ').filter(|word| word.chars().any(char::is_alphanumeric)).count();
                    assert!(words < 16, "{outcome} {lang:?}: {one}");
                }
                assert!(
                    told.ends_with('.') && !told.contains("  ") && !told.contains("..") && !told.contains('{'),
                    "{told}"
                );
            }
        }
    }
}
