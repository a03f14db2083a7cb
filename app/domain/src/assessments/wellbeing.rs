//! How somebody is beyond what is measured: three of the questions that are asked at each measurement, followed by the
//! person's own answers (docs/scoring.md, Wellbeing).

use super::{Assessment, Instrument, Item, OutcomeMeasure, Trial};
use crate::time::Day;

/// What is followed, in the order in which it is told: own health, fear of falling, loneliness.
pub const FOLLOWED: [OutcomeMeasure; 3] = [OutcomeMeasure::Srh, OutcomeMeasure::Fof, OutcomeMeasure::Lonely];

/// The newest answer to one of these questions, and the one before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Followed {
    /// One of [`FOLLOWED`].
    pub outcome: OutcomeMeasure,
    pub on: Day,
    /// The code of the answer: 1 is the lightest.
    pub answer: i64,
    /// The answer before it, and its day.
    pub before: Option<(i64, Day)>,
}

impl Followed {
    /// Whether it is an answer to which somebody is told where to find help.
    pub const fn is_worrying(&self) -> bool {
        is_worrying(self.outcome, self.answer)
    }
}

/// Health rather bad or bad, afraid of falling often or almost always, lonely rather often or all the time. `answer` is its
/// code.
pub const fn is_worrying(outcome: OutcomeMeasure, answer: i64) -> bool {
    match outcome {
        OutcomeMeasure::Srh | OutcomeMeasure::Lonely => answer >= 4,
        OutcomeMeasure::Fof => answer >= 3,
        _ => false,
    }
}

/// What these tests of one person, in any order, say. A question that was not answered is left out, and so are tests that
/// somebody still has to decide on.
pub fn followed(tests: &[Assessment]) -> Vec<Followed> {
    let mut asked: Vec<_> =
        tests.iter().filter(|test| test.instrument == Instrument::SelfReport && !test.disputed).collect();
    asked.sort_by_key(|test| (test.measured_on, test.id));
    let of = |outcome: &OutcomeMeasure| {
        let item = outcome.self_report_item()?;
        let mut answers = asked.iter().rev().filter_map(|test| Some((test.measured_on, answer(test, item)?)));
        let (on, now) = answers.next()?;
        let before = answers.next().map(|(on, before)| (before, on));
        Some(Followed { outcome: *outcome, on, answer: now, before })
    };
    FOLLOWED.iter().filter_map(of).collect()
}

fn answer(test: &Assessment, item: Item) -> Option<i64> {
    test.trials.iter().find(|trial| trial.item == item).and_then(Trial::value)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assessment, trial};
    use super::*;

    fn asked(on: &str, answers: &[(Item, &str)]) -> Assessment {
        let trials = answers.iter().map(|(item, printed)| trial(Instrument::SelfReport, *item, 1, printed, None));
        let test = assessment(Instrument::SelfReport, trials.collect());
        Assessment { measured_on: on.parse().unwrap(), ..test }
    }

    #[test]
    fn the_newest_answer_to_each_question_is_told_with_the_one_before() {
        let tests = [
            asked("2026-09-08", &[(Item::Lonely, "4"), (Item::Fof, "1")]),
            asked("2026-03-10", &[(Item::Lonely, "2"), (Item::Srh, "3")]),
            asked("2025-09-09", &[(Item::Lonely, "1"), (Item::Srh, "2"), (Item::Walk500, "4")]),
        ];
        let told: Vec<_> = followed(&tests)
            .iter()
            .map(|one| {
                let before = one.before.map(|(answer, on)| format!("{answer} {on}"));
                (one.outcome, format!("{} {}", one.answer, one.on), before, one.is_worrying())
            })
            .collect();
        assert_eq!(
            told,
            [
                (OutcomeMeasure::Srh, "3 2026-03-10".to_owned(), Some("2 2025-09-09".to_owned()), false),
                (OutcomeMeasure::Fof, "1 2026-09-08".to_owned(), None, false),
                (OutcomeMeasure::Lonely, "4 2026-09-08".to_owned(), Some("2 2026-03-10".to_owned()), true),
            ]
        );
    }

    #[test]
    fn what_is_disputed_refused_or_measured_otherwise_says_nothing() {
        let disputed = Assessment { disputed: true, ..asked("2026-09-08", &[(Item::Lonely, "5")]) };
        assert_eq!(followed(&[disputed, asked("2026-09-08", &[(Item::Fof, "REFUSED")])]), []);
        let grip = assessment(Instrument::Grip, vec![trial(Instrument::Grip, Item::Right, 1, "20.0", None)]);
        assert_eq!(followed(&[grip]), []);
    }

    #[test]
    fn answers_that_lead_to_help_begin_where_the_figures_count_them() {
        let worrying = |outcome: OutcomeMeasure| {
            let one = |answer| Followed { outcome, on: "2026-09-08".parse().unwrap(), answer, before: None };
            (1..=5).filter(|answer| one(*answer).is_worrying()).collect::<Vec<_>>()
        };
        assert_eq!(FOLLOWED.map(worrying), [vec![4, 5], vec![3, 4, 5], vec![4, 5]]);
    }
}
