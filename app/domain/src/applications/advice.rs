//! What the rules advise of an application, from all that is known of its person.

use std::cmp::Ordering;

use super::{Answers, Application};
use crate::assessments::{Assessment, Measured, OutcomeMeasure, scores};
use crate::eligibility::{Applicant, Function, Position};
use crate::people::{Education, IncomeOk, LivingAlone, Profile};
use crate::safety::ScreenResult;
use crate::screenings::Screening;
use crate::time::Day;

/// What lies about the person beside the application.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub profile: &'a Profile,
    /// From the first to the last.
    pub tests: &'a [Assessment],
    /// From the first to the last.
    pub screenings: &'a [Screening],
    pub today: Day,
}

/// The person as the criteria see them.
pub fn applicant(answers: &Answers, facts: Facts<'_>) -> Applicant {
    let profile = facts.profile;
    let born = profile.birth_date.map(|day| facts.today.age_of_born(day));
    // Of a year alone the age is what it becomes within the year.
    let age = born.or_else(|| profile.birth_year.map(|year| facts.today.year() - year));
    Applicant {
        age_at_start: age,
        exception_reason: answers.exception_reason.clone(),
        home: answers.home,
        activity: answers.activity,
        function: measured(answers.function, facts.tests),
        position: position(answers, profile),
        safety: safety(facts.screenings),
    }
}

/// What was told, with the newest value of each test that the criteria know.
fn measured(told: Function, tests: &[Assessment]) -> Function {
    let mut function = told;
    for score in tests.iter().flat_map(scores) {
        let Measured::Value(value) = score.measured else { continue };
        match score.outcome {
            OutcomeMeasure::SppbTotal => function.sppb_total = Some(value),
            OutcomeMeasure::Chair5Time => function.chair5_time = Some(value),
            OutcomeMeasure::Gait4Speed => function.usual_gait = score.walk().map(|walk| walk.band()),
            _ => {}
        }
    }
    function
}

fn position(answers: &Answers, profile: &Profile) -> Position {
    Position {
        lives_alone: profile.living_alone.and_then(|alone| match alone {
            LivingAlone::Yes => Some(true),
            LivingAlone::No => Some(false),
            LivingAlone::NotTold => None,
        }),
        basic_education_only: profile.education.and_then(|education| match education {
            Education::Basic => Some(true),
            Education::Secondary | Education::Higher => Some(false),
            Education::NotTold => None,
        }),
        income_covers_costs_with_difficulty: profile.income_ok.and_then(|income| match income {
            IncomeOk::Hard => Some(true),
            IncomeOk::Easy | IncomeOk::Moderate => Some(false),
            IncomeOk::NotTold => None,
        }),
        no_transport: answers.no_transport.and_then(super::Said::known),
        housing_or_guarantee_pension: answers.pension.and_then(super::Said::known),
    }
}

/// What the newest answers say; red ones that nobody has cleared hold, however old they are.
fn safety(screenings: &[Screening]) -> ScreenResult {
    if screenings.iter().any(Screening::is_red) {
        return ScreenResult::Red;
    }
    let newest = screenings.iter().rev().find_map(Screening::questions);
    newest.map_or(ScreenResult::Incomplete, |questions| questions.screen().result)
}

/// The order of the waiting list: more points first, then who applied first. Only advice.
pub fn comes_before(one: (&Application, u8), other: (&Application, u8)) -> Ordering {
    let key = |(application, points): (&Application, u8)| (std::cmp::Reverse(points), application.applied_on);
    // Ties of one day by the moment in which each was written down.
    key(one).cmp(&key(other)).then_with(|| one.0.started_at.cmp(&other.0.started_at)).then(one.0.id.cmp(&other.0.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::applications::Said;
    use crate::eligibility::{Answer, Criterion, Home, Mode, PointFor};
    use crate::ids::{ParticipantId, ScreeningId};
    use crate::safety::PreScreen;
    use crate::screenings::Asked;
    use uuid::Uuid;

    fn today() -> Day {
        "2026-11-21".parse().unwrap()
    }

    fn applicant_of(answers: &Answers, profile: &Profile, screenings: &[Screening]) -> Applicant {
        applicant(answers, Facts { profile, tests: &[], screenings, today: today() })
    }

    fn asked(first: Option<bool>) -> Screening {
        let mut answers = [Some(false); 12];
        answers[0] = first;
        let (id, participant) = (ScreeningId(Uuid::nil()), ParticipantId(Uuid::nil()));
        Screening { id, participant, on: today(), asked: Asked::Questions(PreScreen { answers, clearance: None }) }
    }

    #[test]
    fn what_was_not_told_never_counts_against_anybody() {
        let profile =
            Profile { living_alone: Some(LivingAlone::NotTold), birth_year: Some(1940), ..Profile::default() };
        let answers = Answers { pension: Some(Said::NotTold), ..Answers::default() };
        let applicant = applicant_of(&answers, &profile, &[]);
        assert_eq!((applicant.position, applicant.age_at_start), (Position::default(), Some(86)));
    }

    #[test]
    fn points_come_from_profile_and_answers_and_say_from_what() {
        let profile = Profile {
            birth_date: "1940-03-08".parse().ok(),
            living_alone: Some(LivingAlone::Yes),
            education: Some(Education::Basic),
            ..Profile::default()
        };
        let answers = Answers {
            home: Some(Home::OwnHome),
            no_transport: Some(Said::Yes),
            pension: Some(Said::Yes),
            ..Answers::default()
        };
        let advice = applicant_of(&answers, &profile, &[]).advice(Mode::Default);
        let points: Vec<_> = advice.points.iter().map(|(point, _)| *point).collect();
        let wanted = [PointFor::LivesAlone, PointFor::BasicEducation, PointFor::NoTransport, PointFor::AgeOver85];
        assert_eq!((points.as_slice(), advice.total()), (wanted.as_slice(), 4), "position counts three times at most");
    }

    #[test]
    fn red_answers_hold_until_they_are_cleared_and_unasked_ones_are_not_known() {
        let of = |screenings: &[Screening]| {
            let advice = applicant_of(&Answers::default(), &Profile::default(), screenings).advice(Mode::Default);
            advice.criteria.iter().find(|(criterion, _)| *criterion == Criterion::Safety).map(|(_, answer)| *answer)
        };
        assert_eq!(of(&[]), Some(Answer::Unknown));
        assert_eq!(of(&[asked(None)]), Some(Answer::Unknown));
        assert_eq!(of(&[asked(Some(false))]), Some(Answer::Yes));
        assert_eq!(of(&[asked(Some(true)), asked(Some(false))]), Some(Answer::No));
    }
}
