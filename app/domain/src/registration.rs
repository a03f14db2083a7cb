//! A full registration: what it asks, part by part, what of it is still open, and how answers that are given in the hall
//! are written down (docs/scoring.md, Full registration).

use crate::applications::{Answers, Application, Channel, Start, Verb};
use crate::codes::codes;
use crate::consents::ConsentAct;
use crate::ids::{ApplicationId, ParticipantId};
use crate::people::{Participant, ReferralSource};
use crate::safety::ScreenResult;
use crate::screenings::Screening;
use crate::time::Day;

codes! {
    /// A part of a registration, in the order in which it is asked: nobody is asked about their health before they have
    /// said whether they may be measured.
    pub enum Part {
        Who = "who", Contact = "contact", Emergency = "emergency", Consents = "consents",
        TargetGroup = "target_group", Position = "position", Safety = "safety",
    }
}

codes! {
    /// What nobody has asked yet, or has not been answered. "Rather not say" is an answer.
    pub enum Lack {
        FamilyName = "family_name", BirthDate = "birth_date", Sex = "sex", Language = "language", Phone = "phone",
        PostalCode = "postal_code", EmergencyContact = "emergency_contact", HealthTests = "health_tests",
        OwnYes = "own_yes", Home = "home", Activity = "activity", Signs = "signs", ExceptionReason = "exception_reason",
        LivingAlone = "living_alone", Education = "education", Income = "income", Transport = "transport",
        Pension = "pension", SafetyQuestions = "safety_questions",
    }
}

impl Lack {
    /// Where it is asked.
    pub const fn part(self) -> Part {
        match self {
            Self::FamilyName | Self::BirthDate | Self::Sex => Part::Who,
            Self::Language | Self::Phone | Self::PostalCode => Part::Contact,
            Self::EmergencyContact => Part::Emergency,
            Self::HealthTests => Part::Consents,
            Self::OwnYes | Self::Home | Self::Activity | Self::Signs | Self::ExceptionReason => Part::TargetGroup,
            Self::LivingAlone | Self::Education | Self::Income | Self::Transport | Self::Pension => Part::Position,
            Self::SafetyQuestions => Part::Safety,
        }
    }
}

/// What is known of somebody who registers.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    pub person: &'a Participant,
    /// The newest application, where there is one.
    pub application: Option<&'a Application>,
    /// What holds of the consent to tests; nothing where it was never asked.
    pub tests: Option<ConsentAct>,
    pub screenings: &'a [Screening],
    pub today: Day,
}

impl Told<'_> {
    /// What is still open, in the order in which it is asked.
    pub fn lacks(self) -> Vec<Lack> {
        let answers = self.application.map(|application| &application.answers);
        let open = self.of_profile().into_iter().chain(self.of_answers(answers));
        let mut lacks: Vec<_> = open.chain([(Lack::SafetyQuestions, self.lacks_safety())]).collect();
        lacks.retain(|(_, is_open)| *is_open);
        let mut lacks: Vec<_> = lacks.into_iter().map(|(lack, _)| lack).collect();
        lacks.sort_unstable();
        lacks
    }

    fn of_profile(self) -> [(Lack, bool); 11] {
        let profile = &self.person.profile;
        // Of somebody whose home must not become known a tablet does not hold how to get there.
        let shown = !profile.undisclosed;
        let unnamed = self.person.provisional && profile.family_name.trim().is_empty();
        [
            (Lack::FamilyName, unnamed),
            (Lack::BirthDate, profile.birth_date.is_none()),
            (Lack::Sex, profile.sex.is_none()),
            (Lack::Language, profile.language.is_none()),
            (Lack::Phone, shown && profile.phone.is_none()),
            (Lack::PostalCode, shown && profile.postal_code.is_none()),
            (Lack::EmergencyContact, profile.emergency_contact.is_none()),
            (Lack::HealthTests, self.tests.is_none()),
            (Lack::LivingAlone, profile.living_alone.is_none()),
            (Lack::Education, profile.education.is_none()),
            (Lack::Income, profile.income_ok.is_none()),
        ]
    }

    /// Of somebody whom others have referred nothing else is asked before the own yes.
    fn of_answers(self, answers: Option<&Answers>) -> [(Lack, bool); 7] {
        let referred = self.application.is_some_and(|application| application.start.is_referral());
        let own_yes = referred && answers.is_none_or(|answers| answers.own_yes.is_none());
        let lacks = |is_told: fn(&Answers) -> bool| !answers.is_some_and(is_told);
        let reason = self.is_exception() && lacks(|answers| answers.exception_reason.is_some());
        [
            (Lack::OwnYes, own_yes),
            (Lack::Home, lacks(|answers| answers.home.is_some())),
            (Lack::Activity, lacks(|answers| answers.activity.is_told())),
            (Lack::Signs, lacks(|answers| answers.function.signs().iter().all(Option::is_some))),
            (Lack::ExceptionReason, reason),
            (Lack::Transport, lacks(|answers| answers.no_transport.is_some())),
            (Lack::Pension, lacks(|answers| answers.pension.is_some())),
        ]
    }

    /// Whether somebody of this age is taken in by exception alone: 65–74 years.
    pub fn is_exception(self) -> bool {
        self.person.profile.age_on(self.today).is_some_and(|age| (65..75).contains(&age))
    }

    /// Who is not measured is not asked what measuring must know.
    fn lacks_safety(self) -> bool {
        let newest = self.screenings.iter().filter_map(|one| Some(((one.on, one.id), one.questions()?)));
        let newest = newest.max_by_key(|(at, _)| *at).map(|(_, questions)| questions.screen().result);
        let open = newest.is_none_or(|result| result == ScreenResult::Incomplete);
        open && self.tests != Some(ConsentAct::Withdrawn)
    }
}

/// The application that answers belong to: the one of the last day.
pub fn newest<'a>(applications: impl IntoIterator<Item = &'a Application>) -> Option<&'a Application> {
    applications.into_iter().max_by(|a, b| (a.applied_on, &a.started_at).cmp(&(b.applied_on, &b.started_at)))
}

/// What writes these answers down: into the application that is there, or into one that begins with them in the hall,
/// asked for by the person who stands there.
pub fn tell(person: ParticipantId, there: Option<&Application>, answers: Answers, today: Day) -> Verb {
    let answers = Box::new(answers);
    match there {
        Some(application) => Verb::Answer { id: application.id, participant: application.participant, answers },
        None => Verb::Record {
            id: ApplicationId::of(person, today),
            participant: person,
            applied_on: today,
            start: Start { source: ReferralSource::Myself, channel: Channel::Hall, referred_by: None },
            answers,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::applications::Said;
    use crate::eligibility::{Activity, Function, Home};
    use crate::ids::ScreeningId;
    use crate::people::{Education, IncomeOk, LivingAlone, PersonLanguage, Profile, Sex};
    use crate::safety::PreScreen;
    use crate::screenings::Asked;
    use crate::sync::hlc::Hlc;
    use uuid::Uuid;

    fn today() -> Day {
        "2026-11-21".parse().unwrap()
    }

    fn visitor() -> Participant {
        let profile = Profile { given_names: "Helmi".into(), birth_year: Some(1944), ..Profile::default() };
        Participant { id: ParticipantId(Uuid::from_u128(1)), profile, provisional: true, clocks: Default::default() }
    }

    fn whole() -> Participant {
        let profile = Profile {
            given_names: "Helmi".into(),
            family_name: "Aho".into(),
            birth_date: "1944-03-08".parse().ok(),
            sex: Some(Sex::Female),
            language: Some(PersonLanguage::Finnish),
            phone: Some("0401234567".into()),
            postal_code: Some("00560".into()),
            emergency_contact: Some("Tuula 040 1".into()),
            living_alone: Some(LivingAlone::NotTold),
            education: Some(Education::NotTold),
            income_ok: Some(IncomeOk::NotTold),
            ..Profile::default()
        };
        Participant { profile, provisional: false, ..visitor() }
    }

    fn application(answers: Answers, source: ReferralSource) -> Application {
        Application {
            id: ApplicationId::of(visitor().id, today()),
            participant: visitor().id,
            applied_on: today(),
            start: Start { source, channel: Channel::Hall, referred_by: None },
            started_at: Hlc::default(),
            answers,
            answered_at: None,
            decided: None,
            decided_at: None,
            offers: Vec::new(),
        }
    }

    fn all_told() -> Answers {
        let function = Function {
            difficulty_walking_500_m: Some(false),
            difficulty_with_stairs: Some(false),
            fell_in_12_months: Some(false),
            uses_aid_outdoors: Some(false),
            memory_or_mood_concern: Some(false),
            ..Function::default()
        };
        Answers {
            home: Some(Home::OwnHome),
            activity: Activity { strength_days: Some(0), brisk_minutes: Some(30) },
            function,
            no_transport: Some(Said::NotTold),
            pension: Some(Said::NotTold),
            ..Answers::default()
        }
    }

    fn asked(answer: Option<bool>) -> Screening {
        let asked = Asked::Questions(PreScreen { answers: [answer; 12], clearance: None });
        Screening { id: ScreeningId(Uuid::nil()), participant: visitor().id, on: today(), asked }
    }

    fn lacks(
        person: &Participant,
        application: Option<&Application>,
        tests: Option<ConsentAct>,
        screenings: &[Screening],
    ) -> Vec<Lack> {
        Told { person, application, tests, screenings, today: today() }.lacks()
    }

    #[test]
    fn of_a_visitor_everything_but_name_and_year_is_open_in_the_order_in_which_it_is_asked() {
        let open = lacks(&visitor(), None, None, &[]);
        let all: Vec<_> =
            Lack::ALL.iter().copied().filter(|one| ![Lack::OwnYes, Lack::ExceptionReason].contains(one)).collect();
        assert_eq!(open, all);
        let parts: Vec<_> = open.iter().map(|lack| lack.part()).collect();
        assert!(parts.is_sorted(), "{parts:?}");
    }

    #[test]
    fn whoever_rather_does_not_say_has_answered_and_the_registration_is_complete() {
        let told = application(all_told(), ReferralSource::Myself);
        let no = asked(Some(false));
        assert_eq!(lacks(&whole(), Some(&told), Some(ConsentAct::Given), std::slice::from_ref(&no)), []);
        let without_tests = lacks(&whole(), Some(&told), Some(ConsentAct::Withdrawn), &[]);
        assert_eq!(without_tests, [], "who is not measured is not asked about it");
        assert_eq!(lacks(&whole(), Some(&told), Some(ConsentAct::Given), &[asked(None)]), [Lack::SafetyQuestions]);
    }

    #[test]
    fn a_referral_lacks_the_own_yes_and_somebody_of_seventy_the_reason() {
        let referred = application(all_told(), ReferralSource::HomeCare);
        let no = asked(Some(false));
        let open =
            |person: &Participant| lacks(person, Some(&referred), Some(ConsentAct::Given), std::slice::from_ref(&no));
        assert_eq!(open(&whole()), [Lack::OwnYes]);
        let mut younger = whole();
        younger.profile.birth_date = "1956-03-08".parse().ok();
        assert_eq!(open(&younger), [Lack::OwnYes, Lack::ExceptionReason]);
    }

    #[test]
    fn of_somebody_whose_home_must_not_become_known_nobody_asks_the_way() {
        let mut hidden = whole();
        hidden.profile = Profile { undisclosed: true, ..hidden.profile }.disclosed();
        let told = application(all_told(), ReferralSource::Myself);
        assert_eq!(lacks(&hidden, Some(&told), Some(ConsentAct::Withdrawn), &[]), []);
    }

    #[test]
    fn answers_go_into_the_newest_application_or_begin_one_in_the_hall() {
        let (person, old) = (visitor().id, today().plus_days(-30));
        let earlier = Application {
            id: ApplicationId::of(person, old),
            applied_on: old,
            ..application(Answers::default(), ReferralSource::Relative)
        };
        let later = application(Answers::default(), ReferralSource::Myself);
        assert_eq!(newest([&later, &earlier]).map(|one| one.applied_on), Some(today()));
        let answered = tell(person, Some(&earlier), all_told(), today());
        assert!(matches!(answered, Verb::Answer { id, .. } if id == earlier.id));
        let begun = tell(person, None, all_told(), today());
        assert!(
            matches!(begun, Verb::Record { ref start, .. } if start.channel == Channel::Hall && !start.is_referral())
        );
        use crate::sync::noun::VerbRules as _;
        assert_eq!(begun.check(today()), Ok(()));
    }
}
