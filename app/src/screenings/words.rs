//! What to heed while testing, in plain words. Never what the person has.

use domain::safety::{Care, DayFact, Question};

use crate::texts::{Lang, safety::care as t};

/// One line for each thing to heed.
pub fn care_lines(lang: Lang, care: &Care) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for question in &care.questions {
        let line = of_question(lang, *question).to_owned();
        // Several cleared answers say one thing.
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.extend(care.limits.iter().map(|limits| t::limits(lang, limits)));
    lines.extend(care.lacking.iter().map(|fact| of_fact(lang, *fact).to_owned()));
    lines
}

fn of_question(lang: Lang, question: Question) -> &'static str {
    match question {
        Question::RecentFractureOrSurgery => t::recent_fracture_or_surgery(lang),
        Question::FallsOrInjury => t::falls_or_injury(lang),
        Question::InsulinOrBloodThinner => t::insulin_or_blood_thinner(lang),
        Question::NeedsHelpWalking => t::needs_help_walking(lang),
        Question::MemoryConcern => t::memory_concern(lang),
        Question::ChestPain
        | Question::Fainting
        | Question::RecentHeartOrStroke
        | Question::ExerciseRestricted
        | Question::BreathlessOrSwelling
        | Question::HighBloodPressure
        | Question::FeverOrInfection => t::cleared(lang),
    }
}

fn of_fact(lang: Lang, fact: DayFact) -> &'static str {
    match fact {
        DayFact::FeelsWell => t::feels_well(lang),
        DayFact::SleptAndEaten => t::slept_and_eaten(lang),
        DayFact::MedicinesTaken => t::medicines_taken(lang),
        DayFact::ProperShoes => t::proper_shoes(lang),
        DayFact::AidsWithThem => t::aids_with_them(lang),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_heed_is_said_once_with_the_limits_and_never_as_an_illness() {
        let care = Care {
            questions: vec![Question::FallsOrInjury, Question::ChestPain, Question::Fainting],
            limits: Some("ei nostoja".into()),
            lacking: vec![DayFact::ProperShoes],
        };
        let lines = care_lines(Lang::Fi, &care);
        assert_eq!(lines.len(), 4, "{lines:?}");
        assert!(lines[0].contains("käden ulottuvilla") && lines[2] == "Rajoitus: ei nostoja");
        assert!(!lines.iter().any(|line| line.contains("rintakip")), "{lines:?}");
    }
}
