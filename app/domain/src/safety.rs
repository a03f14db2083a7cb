//! Questions before the first test and on the test's day: is it safe to begin? (docs/scoring.md, Before a test)
//!
//! A local physician or physiotherapist approves the questions; the program only adds up the answers.

use serde::{Deserialize, Serialize};

use crate::codes::codes;
use crate::screenings::Screening;
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
    /// Why it was given, where whoever gave it said so.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub because: String,
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

    /// What the permission forbids, where it does.
    pub fn limits(&self) -> Option<&str> {
        self.clearance.as_ref().map(|clearance| clearance.limits.trim()).filter(|limits| !limits.is_empty())
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

codes! {
    /// What is asked on the day of the test, beside pain.
    pub enum DayFact {
        FeelsWell = "feels_well", SleptAndEaten = "slept_and_eaten", MedicinesTaken = "medicines_taken",
        ProperShoes = "proper_shoes", AidsWithThem = "aids_with_them",
    }
}

/// The check on the day of the test. Nothing lacking and no pain: all is well.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SameDayCheck {
    /// What is not so today; in the order of their list, without repeats.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lacking: Vec<DayFact>,
    /// 0–10.
    pub pain: u8,
}

impl SameDayCheck {
    pub const WORST_PAIN: u8 = 10;

    /// Not well, or pain of 7 or more: another day is offered (`temporary_health`).
    pub fn offers_another_day(&self) -> bool {
        self.lacking.contains(&DayFact::FeelsWell) || self.pain >= 7
    }
}

/// Whether a person's tests may begin today.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Gate {
    /// The twelve questions come first: never asked, or not since a long break.
    Ask,
    /// These must still be answered.
    Incomplete(Vec<Question>),
    /// Nothing begins before somebody with that right has recorded a professional's permission.
    Red(Vec<Question>),
    /// Another day.
    Postpone,
    /// The check of the day comes first.
    AskToday,
    Open(Care),
}

/// What to heed while testing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Care {
    pub questions: Vec<Question>,
    /// What must not be done, as a professional said.
    pub limits: Option<String>,
    /// What is not as it should be today.
    pub lacking: Vec<DayFact>,
}

/// The gate before the tests, from all that was answered about one person. `visits`: days on which the person came, in
/// any order. Nothing but a permission lifts a red answer: later answers do not.
pub fn gate(answered: &[&Screening], visits: impl IntoIterator<Item = Day>, today: Day) -> Gate {
    let red: Vec<_> = answered.iter().filter_map(|one| one.questions()).flat_map(|q| q.screen().red).collect();
    if !red.is_empty() {
        return Gate::Red(Question::ALL.iter().copied().filter(|question| red.contains(question)).collect());
    }
    let newest = answered.iter().filter_map(|one| Some(((one.on, one.id), one.questions()?)));
    let Some(((asked_on, _), questions)) = newest.max_by_key(|(newest, _)| *newest) else { return Gate::Ask };
    if had_long_break(asked_on, visits, today) {
        return Gate::Ask;
    }
    let screened = questions.screen();
    if screened.result == ScreenResult::Incomplete {
        return Gate::Incomplete(screened.unanswered);
    }
    if screened.postpone_today && asked_on >= today {
        return Gate::Postpone;
    }
    let today = answered.iter().filter(|one| one.on == today).filter_map(|one| Some((one.id, one.of_today()?)));
    match today.max_by_key(|(id, _)| *id) {
        None => Gate::AskToday,
        Some((_, check)) if check.offers_another_day() => Gate::Postpone,
        Some((_, check)) => Gate::Open(Care {
            questions: screened.care,
            limits: questions.limits().map(str::to_owned),
            lacking: check.lacking.clone(),
        }),
    }
}

/// Whether more than eight weeks without a visit lie between the answers and today.
fn had_long_break(asked_on: Day, visits: impl IntoIterator<Item = Day>, today: Day) -> bool {
    let since = visits.into_iter().filter(|visit| asked_on < *visit && *visit < today);
    let mut days: Vec<_> = [asked_on].into_iter().chain(since).collect();
    days.sort_unstable();
    let later = days.iter().skip(1).copied().chain([today]);
    days.iter().zip(later).any(|(last, next)| is_asked_again(*last, next))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ParticipantId, ScreeningId};
    use crate::screenings::Asked;
    use proptest::prelude::*;
    use uuid::Uuid;

    /// All answered no, except the numbered questions.
    fn yes_to(numbers: &[usize]) -> PreScreen {
        let answers = std::array::from_fn(|i| Some(numbers.contains(&(i + 1))));
        PreScreen { answers, clearance: None }
    }

    fn clearance(limits: &str) -> Option<Clearance> {
        let on = "2026-09-01".parse().unwrap();
        Some(Clearance { by: "lääkäri Aalto".to_owned(), on, limits: limits.to_owned(), because: String::new() })
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
        let check = |lacking: &[DayFact], pain| SameDayCheck { lacking: lacking.to_vec(), pain };
        assert!(check(&[], 7).offers_another_day());
        assert!(check(&[DayFact::FeelsWell], 0).offers_another_day());
        assert!(!check(&[DayFact::ProperShoes, DayFact::AidsWithThem], 6).offers_another_day());
    }

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn answered(id: u128, on: &str, questions: PreScreen) -> Screening {
        of(id, on, Asked::Questions(questions))
    }

    fn checked(id: u128, on: &str, lacking: &[DayFact], pain: u8) -> Screening {
        of(id, on, Asked::Today(SameDayCheck { lacking: lacking.to_vec(), pain }))
    }

    fn of(id: u128, on: &str, asked: Asked) -> Screening {
        let participant = ParticipantId(Uuid::nil());
        Screening { id: ScreeningId(Uuid::from_u128(id)), participant, on: day(on), asked }
    }

    /// On 8 September, of somebody who came on these days.
    fn gate_of(all: &[Screening], visits: &[&str]) -> Gate {
        let all: Vec<_> = all.iter().collect();
        gate(&all, visits.iter().map(|visit| day(visit)), day("2026-09-08"))
    }

    #[test]
    fn the_gate_gives_the_verdicts_of_the_vectors() {
        let fine = checked(9, "2026-09-08", &[], 0);
        let first = |questions| gate_of(&[answered(1, "2026-09-08", questions), fine.clone()], &[]);
        let open = |questions: &[Question], limits: Option<&str>| {
            let (questions, limits) = (questions.to_vec(), limits.map(str::to_owned));
            Gate::Open(Care { questions, limits, lacking: Vec::new() })
        };
        let mut empty_2 = yes_to(&[]);
        empty_2.answers[1] = None;
        let cleared_4 = PreScreen { clearance: clearance("no overhead lifts"), ..yes_to(&[4]) };
        assert_eq!(first(yes_to(&[])), open(&[], None), "all no");
        assert_eq!(first(yes_to(&[8])), open(&[Question::FallsOrInjury], None), "only 8 yes");
        assert_eq!(first(yes_to(&[1, 8])), Gate::Red(vec![Question::ChestPain]), "1 and 8 yes");
        assert_eq!(first(yes_to(&[6])), Gate::Postpone, "6 yes only");
        assert_eq!(first(empty_2), Gate::Incomplete(vec![Question::Fainting]), "2 empty");
        assert_eq!(first(cleared_4), open(&[Question::ExerciseRestricted], Some("no overhead lifts")), "4 cleared");
    }

    #[test]
    fn the_questions_come_before_the_first_test_and_the_check_on_each_day() {
        let asked = answered(1, "2026-09-01", yes_to(&[]));
        assert_eq!(gate_of(&[], &[]), Gate::Ask);
        assert_eq!(gate_of(&[checked(2, "2026-09-08", &[], 0)], &[]), Gate::Ask);
        assert_eq!(gate_of(std::slice::from_ref(&asked), &[]), Gate::AskToday);
        let of_yesterday = checked(2, "2026-09-07", &[], 0);
        assert_eq!(gate_of(&[asked.clone(), of_yesterday], &[]), Gate::AskToday, "a check holds for its day");
        assert!(matches!(gate_of(&[asked, checked(2, "2026-09-08", &[], 6)], &[]), Gate::Open(_)));
    }

    #[test]
    fn an_unwell_day_offers_another_and_the_newest_check_of_the_day_counts() {
        let asked = answered(1, "2026-09-01", yes_to(&[]));
        let (bad, good) = (checked(2, "2026-09-08", &[], 7), checked(3, "2026-09-08", &[DayFact::ProperShoes], 2));
        assert_eq!(gate_of(&[asked.clone(), bad.clone()], &[]), Gate::Postpone);
        let open = Gate::Open(Care { lacking: vec![DayFact::ProperShoes], ..Care::default() });
        assert_eq!(gate_of(&[good, asked, bad], &[]), open);
    }

    #[test]
    fn a_fever_of_last_week_does_not_postpone_today() {
        let asked = answered(1, "2026-09-01", yes_to(&[6]));
        assert_eq!(gate_of(&[asked, checked(2, "2026-09-08", &[], 0)], &[]), Gate::Open(Care::default()));
    }

    #[test]
    fn the_questions_are_asked_again_after_any_break_of_more_than_eight_weeks() {
        let asked = |on| [answered(1, on, yes_to(&[]))];
        assert_eq!(gate_of(&asked("2026-07-14"), &[]), Gate::AskToday, "56 days");
        assert_eq!(gate_of(&asked("2026-07-13"), &[]), Gate::Ask, "57 days");
        assert_eq!(gate_of(&asked("2026-06-01"), &["2026-09-01", "2026-07-20"]), Gate::AskToday, "no visit is far off");
        assert_eq!(gate_of(&asked("2026-03-01"), &["2026-03-08", "2026-07-20", "2026-09-01"]), Gate::Ask, "in between");
        assert_eq!(gate_of(&asked("2026-09-01"), &["2026-03-08"]), Gate::AskToday, "asked after the break");
    }

    #[test]
    fn later_answers_never_lift_a_red_one_and_a_permission_does() {
        let red = answered(1, "2026-08-01", yes_to(&[1]));
        let later = answered(2, "2026-09-08", yes_to(&[]));
        let fine = checked(3, "2026-09-08", &[], 0);
        let all = [red, later.clone(), fine.clone()];
        assert_eq!(gate_of(&all, &[]), Gate::Red(vec![Question::ChestPain]));
        let cleared = answered(1, "2026-08-01", PreScreen { clearance: clearance(""), ..yes_to(&[1]) });
        assert_eq!(gate_of(&[cleared, later, fine], &[]), Gate::Open(Care::default()));
    }

    proptest! {
        #[test]
        fn the_gate_never_opens_over_an_uncleared_red_answer(answers: [bool; 12], later: [bool; 12]) {
            let of = |answers: [bool; 12]| PreScreen { answers: answers.map(Some), clearance: None };
            let red = of(answers).screen().result == ScreenResult::Red || of(later).screen().result == ScreenResult::Red;
            let all = [
                answered(1, "2026-09-01", of(answers)), answered(2, "2026-09-08", of(later)),
                checked(3, "2026-09-08", &[], 0),
            ];
            prop_assert_eq!(red, matches!(gate_of(&all, &[]), Gate::Red(_)));
        }

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
