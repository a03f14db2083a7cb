//! Questions before the first test and on the test's day: is it safe to begin? (docs/scoring.md, Before a test)
//!
//! A local physician or physiotherapist approves the questions; the program only adds up the answers.

use serde::{Deserialize, Serialize};

use crate::codes::codes;
use crate::time::Day;

codes! {
    /// The twelve questions, in the order asked.
    pub enum Question {
        ChestPain = "chest_pain", Fainting = "fainting", RecentHeartOrStroke = "recent_heart_or_stroke",
        ExerciseRestricted = "exercise_restricted", BreathlessOrSwelling = "breathless_or_swelling",
        FeverOrInfection = "fever_or_infection", RecentFractureOrSurgery = "recent_fracture_or_surgery",
        FallsOrInjury = "falls_or_injury", HighBloodPressure = "high_blood_pressure",
        InsulinOrBloodThinner = "insulin_or_blood_thinner", NeedsHelpWalking = "needs_help_walking",
        MemoryConcern = "memory_concern",
    }
}

/// What a yes means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Weight {
    Red,
    Amber,
    Postpone,
}

impl Question {
    const fn weight(self) -> Weight {
        match self {
            Self::ChestPain
            | Self::Fainting
            | Self::RecentHeartOrStroke
            | Self::ExerciseRestricted
            | Self::BreathlessOrSwelling
            | Self::HighBloodPressure => Weight::Red,
            Self::FeverOrInfection => Weight::Postpone,
            Self::RecentFractureOrSurgery
            | Self::FallsOrInjury
            | Self::InsulinOrBloodThinner
            | Self::NeedsHelpWalking
            | Self::MemoryConcern => Weight::Amber,
        }
    }

    /// Without an answer the screen is incomplete and nobody is tested.
    pub const fn must_be_answered(self) -> bool {
        matches!(self.weight(), Weight::Red)
    }
}

/// A professional's permission, recorded on this screen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clearance {
    /// Who gave it.
    pub by: String,
    pub on: Day,
    /// What must not be done; may be empty, except where a doctor has restricted exercise.
    pub limits: String,
}

/// The answers of one asking.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PreScreen {
    /// In the order of [`Question`]; `None` is unanswered.
    pub answers: [Option<bool>; 12],
    pub clearance: Option<Clearance>,
}

codes! {
    /// What the screen says.
    pub enum ScreenResult {
        Green = "green",
        /// Go on with care.
        Amber = "amber",
        /// Nothing begins before a professional has cleared it.
        Red = "red",
        /// Questions 1–5 and 9 need an answer before any test.
        Incomplete = "incomplete",
    }
}

/// The screen's result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Screened {
    pub result: ScreenResult,
    /// Fever or an infection today: another day for the test, not a matter of the programme.
    pub postpone_today: bool,
    /// The questions answered yes that ask for care (amber), cleared ones included.
    pub care: Vec<Question>,
    /// The questions answered yes that are not cleared.
    pub red: Vec<Question>,
    /// The questions that must still be answered.
    pub unanswered: Vec<Question>,
}

impl Screened {
    /// Whether tests may be done today.
    pub fn allows_tests_today(&self) -> bool {
        matches!(self.result, ScreenResult::Green | ScreenResult::Amber) && !self.postpone_today
    }
}

impl PreScreen {
    /// The answer to one question; `None` is unanswered.
    pub fn answer(&self, question: Question) -> Option<bool> {
        let place = Question::ALL.iter().position(|q| *q == question)?;
        self.answers.get(place).copied().flatten()
    }

    /// Adds up the answers. A red answer that is cleared becomes one that asks for care.
    pub fn screen(&self) -> Screened {
        let yes = |question: &Question| self.answer(*question) == Some(true);
        let of = |weight: Weight| Question::ALL.iter().copied().filter(move |q| q.weight() == weight);
        let (cleared, red): (Vec<_>, Vec<_>) = of(Weight::Red).filter(yes).partition(|question| self.clears(*question));
        let care: Vec<_> = of(Weight::Amber).filter(yes).chain(cleared).collect();
        let unanswered: Vec<_> =
            Question::ALL.iter().copied().filter(|q| q.must_be_answered() && self.answer(*q).is_none()).collect();
        let result = match () {
            () if !red.is_empty() => ScreenResult::Red,
            () if !unanswered.is_empty() => ScreenResult::Incomplete,
            () if !care.is_empty() => ScreenResult::Amber,
            () => ScreenResult::Green,
        };
        Screened { result, postpone_today: of(Weight::Postpone).any(|q| yes(&q)), care, red, unanswered }
    }

    /// A restriction by a doctor is cleared only when its limits are written down.
    fn clears(&self, question: Question) -> bool {
        self.clearance.as_ref().is_some_and(|clearance| {
            let named = !clearance.by.trim().is_empty();
            named && (question != Question::ExerciseRestricted || !clearance.limits.trim().is_empty())
        })
    }
}

/// A break of more than 8 weeks since the last visit: the questions are asked again.
pub fn is_asked_again(last_visit: Day, today: Day) -> bool {
    today.days_since(last_visit) > 56
}

/// The check on the day of the test.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SameDayCheck {
    pub feels_well: bool,
    /// 0–10.
    pub pain: u8,
}

impl SameDayCheck {
    /// Not well, or pain of 7 or more: another day is offered (`temporary_health`).
    pub const fn offers_another_day(self) -> bool {
        !self.feels_well || self.pain >= 7
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All answered no, except the numbered questions.
    fn yes_to(numbers: &[usize]) -> PreScreen {
        let answers = std::array::from_fn(|i| Some(numbers.contains(&(i + 1))));
        PreScreen { answers, clearance: None }
    }

    fn clearance(limits: &str) -> Option<Clearance> {
        let on = "2026-09-01".parse().unwrap();
        Some(Clearance { by: "lääkäri Aalto".to_owned(), on, limits: limits.to_owned() })
    }

    #[test]
    fn the_screen_gives_the_verdicts_of_its_vectors() {
        let empty_2 = {
            let mut screen = yes_to(&[]);
            screen.answers[1] = None;
            screen
        };
        let cleared_4 = PreScreen { clearance: clearance("no overhead lifts"), ..yes_to(&[4]) };
        for (name, screen, result, postpone) in [
            ("all no", yes_to(&[]), ScreenResult::Green, false),
            ("only 8 yes", yes_to(&[8]), ScreenResult::Amber, false),
            ("1 and 8 yes", yes_to(&[1, 8]), ScreenResult::Red, false),
            ("6 yes only", yes_to(&[6]), ScreenResult::Green, true),
            ("2 empty", empty_2, ScreenResult::Incomplete, false),
            ("4 yes with clearance", cleared_4, ScreenResult::Amber, false),
        ] {
            let screened = screen.screen();
            assert_eq!((screened.result, screened.postpone_today), (result, postpone), "{name}");
        }
    }

    #[test]
    fn each_question_weighs_what_its_row_says() {
        use ScreenResult::{Amber, Green, Red};
        let expected = [Red, Red, Red, Red, Red, Green, Amber, Amber, Red, Amber, Amber, Amber];
        for (i, result) in expected.into_iter().enumerate() {
            assert_eq!(yes_to(&[i + 1]).screen().result, result, "question {}", i + 1);
        }
    }

    #[test]
    fn unanswered_questions_block_only_where_a_yes_would_be_red() {
        for (i, question) in Question::ALL.iter().enumerate() {
            let mut screen = yes_to(&[]);
            screen.answers[i] = None;
            let blocked = screen.screen().result == ScreenResult::Incomplete;
            assert_eq!(blocked, [1, 2, 3, 4, 5, 9].contains(&(i + 1)), "{question}");
            assert_eq!(screen.screen().allows_tests_today(), !blocked);
        }
    }

    #[test]
    fn a_restriction_without_written_limits_stays_red() {
        let no_limits = PreScreen { clearance: clearance("  "), ..yes_to(&[4]) };
        assert_eq!(no_limits.screen().result, ScreenResult::Red);
        let chest_pain = PreScreen { clearance: clearance(""), ..yes_to(&[1]) };
        assert_eq!(chest_pain.screen().result, ScreenResult::Amber);
        assert_eq!(chest_pain.screen().care, [Question::ChestPain]);
    }

    #[test]
    fn fever_today_postpones_the_test_but_not_the_programme() {
        let screened = yes_to(&[6]).screen();
        assert!(!screened.allows_tests_today());
        assert_eq!(screened.result, ScreenResult::Green);
    }

    #[test]
    fn a_break_over_eight_weeks_and_pain_of_seven_are_noticed() {
        let day = |text: &str| text.parse().unwrap();
        assert!(!is_asked_again(day("2026-06-01"), day("2026-07-27")));
        assert!(is_asked_again(day("2026-06-01"), day("2026-07-28")));
        assert!(SameDayCheck { feels_well: true, pain: 7 }.offers_another_day());
        assert!(SameDayCheck { feels_well: false, pain: 0 }.offers_another_day());
        assert!(!SameDayCheck { feels_well: true, pain: 6 }.offers_another_day());
    }

    proptest! {
        #[test]
        fn one_more_yes_never_makes_the_verdict_milder(answers: [bool; 12], more in 0usize..12) {
            let severity = |answers: [bool; 12]| match (PreScreen { answers: answers.map(Some), clearance: None }).screen().result {
                ScreenResult::Green => 0,
                ScreenResult::Amber => 1,
                ScreenResult::Red => 2,
                ScreenResult::Incomplete => 3,
            };
            let mut with_more = answers;
            with_more[more] = true;
            prop_assert!(severity(with_more) >= severity(answers));
        }
    }
}
