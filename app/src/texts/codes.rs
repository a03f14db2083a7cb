//! The words of every code of `domain`: a code that gets no words does not compile.

use domain::access::{Action, Right, Role};
use domain::applications::{Channel, Reply, Said, YesBy};
use domain::assessments::published::Study;
use domain::assessments::rounds::Round;
use domain::assessments::{Aid, Instrument, Item, NotDone, Shoes};
use domain::attendance::{Correction, Mark};
use domain::audit::Kind as LogKind;
use domain::consents::{ConsentAct, ConsentChannel, ConsentPurpose};
use domain::contacts::{ContactOutcome, ContactWay};
use domain::eligibility::{Criterion, Home, PointFor};
use domain::exercises::ExerciseKind;
use domain::feedback::FeedbackKind;
use domain::friends::FriendEnd;
use domain::groups::{ExitReason, GroupKind, Level};
use domain::home_programmes::Form;
use domain::incidents::{IncidentAction, IncidentKind, InjuryLevel, Preventable};
use domain::letters::{FormOfAddress, LetterKind};
use domain::messages::{MessageChannel, MessageEvent, Trouble};
use domain::outcomes::goals::{GoalBlock, Measured, Rating};
use domain::pauses::PauseReason;
use domain::people::restriction::{WhyLifted, WhyRestricted};
use domain::people::{Decision, Education, IncomeOk, LivingAlone, PersonLanguage, ReferralSource, Sex, Standing};
use domain::registration::{Lack, Part};
use domain::requests::{RequestChannel, RequestKind, RequestPart};
use domain::safety::{DayFact, Question};
use domain::sessions::{Cancellation, SessionStatus};
use domain::talks::TalkMistake;

use super::{
    Lang, access, applications, assessments, attendance, consents, exercises, feedback, friends, goals, groups, guide,
    home_exercise, incidents, letters, log, messages, people, registration, requests, rights, rounds, safety, sessions,
    talks,
};

/// A code that has words in every language. Words are lower case where they can stand in a sentence.
pub trait Words: Copy {
    fn words(self, lang: Lang) -> &'static str;
}

macro_rules! words {
    ($($code:ident in $($module:ident)::+ { $($variant:ident: $key:ident),* $(,)? })*) => {$(
        impl Words for $code {
            fn words(self, lang: Lang) -> &'static str {
                use $($module)::+ as say;
                match self { $(Self::$variant => say::$key(lang)),* }
            }
        }
    )*};
}

words! {
    Mark in attendance::mark {
        Present: present, LateOrPartial: late_or_partial, Remote: remote, AbsentInformed: absent_informed,
        AbsentUnknown: absent_unknown, Paused: paused,
    }
    Correction in attendance::correction {
        Slip: slip, WrongPerson: wrong_person, ToldLater: told_later, Other: other,
    }
    MessageChannel in messages::channel { Call: call, Email: email, Sms: sms, Push: push }
    MessageEvent in messages::event { Cancelled: cancelled, OnAgain: on_again }
    Trouble in messages::trouble {
        Unreachable: unreachable, Refused: refused, Busy: busy, Interrupted: interrupted, Gone: gone,
        Changed: changed,
    }
    SessionStatus in sessions::status {
        Held: held, CancelledByOrganiser: cancelled_by_organiser, Holiday: holiday,
    }
    Cancellation in sessions::cancellation {
        Weather: weather, InstructorAway: instructor_away, PlaceClosed: place_closed, FewComing: few_coming,
        Holiday: holiday, Other: other,
    }
    ExerciseKind in exercises::kind {
        Strength: strength, Balance: balance, Mobility: mobility, Endurance: endurance,
    }
    Form in home_exercise::form { Easier: easier, Usual: usual, Harder: harder }
    GroupKind in groups::kind {
        StrengthBalance: strength_balance, Outdoor: outdoor, Counselling: counselling, Home: home, Peer: peer,
        Event: event,
    }
    Level in groups::level { Light: light, Moderate: moderate, Demanding: demanding }
    ExitReason in groups::exit_reason {
        HealthWorse: health_worse, Hospital: hospital, MovedTo24hCare: moved_to_24h_care, Died: died,
        MovedAway: moved_away, Transport: transport, TimeOrCaring: time_or_caring, DidNotSuit: did_not_suit,
        Cost: cost, GroupEnded: group_ended, GoalReached: goal_reached, Unknown: unknown,
    }
    Standing in people::standing { InGroup: in_group, Paused: paused, Coming: coming, NoGroup: no_group, Left: left, Died: died }
    TalkMistake in talks::mistake { WrongPerson: wrong_person, Slip: slip }
    FriendEnd in friends::end_reason { Participant: participant, Volunteer: volunteer, Moved: moved, Other: other }
    PauseReason in people::pause_reason { Health: health, Travel: travel, Caring: caring, Other: other }
    ContactWay in people::contact_way { Phone: phone, InPerson: in_person, Letter: letter, Message: message }
    ContactOutcome in people::contact_outcome {
        Reached: reached, NotReached: not_reached, MessageLeft: message_left, NoMore: no_more,
    }
    Sex in people::sex { Female: female, Male: male, Other: other, Unknown: unknown }
    PersonLanguage in people::language { Finnish: finnish, Swedish: swedish, English: english, Other: other }
    LivingAlone in people::living_alone { Yes: yes, No: no, NotTold: not_told }
    Education in people::education { Basic: basic, Secondary: secondary, Higher: higher, NotTold: not_told }
    IncomeOk in people::income_ok { Easy: easy, Moderate: moderate, Hard: hard, NotTold: not_told }
    ReferralSource in people::referral_source {
        Myself: myself, Relative: relative, HomeCare: home_care, PreventiveHomeVisit: preventive_home_visit,
        HealthCentre: health_centre, HospitalRehab: hospital_rehab, Pharmacy: pharmacy, Ngo: ngo, Parish: parish,
        Outreach: outreach, Peer: peer, SportsService: sports_service, Other: other,
    }
    Decision in people::decision {
        Accepted: accepted, WaitingList: waiting_list, CounsellingOnly: counselling_only,
        ReferredElsewhere: referred_elsewhere, NotEligible: not_eligible, Withdrew: withdrew,
    }
    Channel in applications::channel { Form: form, Phone: phone, Hall: hall, Paper: paper }
    YesBy in applications::yes_by { Phone: phone, InPerson: in_person, Paper: paper }
    Said in applications::said { Yes: yes, No: no, NotTold: not_told }
    Reply in applications::reply { Accepted: accepted, Declined: declined, TakenBack: taken_back }
    Home in applications::home {
        OwnHome: own_home, ServiceHousing: service_housing, RoundTheClockCare: round_the_clock_care,
    }
    Criterion in applications::criterion {
        Age: age, LivesAtHome: lives_at_home, LowActivity: low_activity, ReducedFunction: reduced_function,
        WeakerPosition: weaker_position, Safety: safety,
    }
    PointFor in applications::point {
        ReducedFunction: reduced_function, LowActivity: low_activity, LivesAlone: lives_alone,
        BasicEducation: basic_education, Income: income, NoTransport: no_transport, Pension: pension,
        AgeOver85: age_over_85,
    }
    Part in registration::part {
        Who: who, Contact: contact, Emergency: emergency, Consents: consents, TargetGroup: target_group,
        Position: position, Safety: safety,
    }
    Lack in registration::lack {
        FamilyName: family_name, BirthDate: birth_date, Sex: sex, Language: language, Phone: phone,
        PostalCode: postal_code, EmergencyContact: emergency_contact, HealthTests: health_tests, OwnYes: own_yes,
        Home: home, Activity: activity, Signs: signs, ExceptionReason: exception_reason, LivingAlone: living_alone,
        Education: education, Income: income, Transport: transport, Pension: pension,
        SafetyQuestions: safety_questions,
    }
    ConsentPurpose in consents::purpose {
        HealthTests: health_tests, RelativeSchedule: relative_schedule, RelativeAttendance: relative_attendance,
        RelativeResults: relative_results, RelativeMessages: relative_messages,
        HomeCareExchange: home_care_exchange, ContactSurvey: contact_survey,
    }
    ConsentChannel in consents::channel { OwnPhone: own_phone, Paper: paper, Spoken: spoken, Import: import }
    ConsentAct in consents::act { Given: given, Withdrawn: withdrawn }
    IncidentKind in incidents::kind {
        Fall: fall, NearFall: near_fall, Symptom: symptom, Injury: injury, Equipment: equipment,
        Behaviour: behaviour, Other: other,
    }
    InjuryLevel in incidents::injury {
        None: none, Minor: minor, Treated: treated, Hospital: hospital, Death: death,
    }
    IncidentAction in incidents::action {
        Rest: rest, FirstAid: first_aid, Emergency: emergency, RelativeInformed: relative_informed,
    }
    Preventable in incidents::preventable { Yes: yes, No: no, Unclear: unclear }
    Question in safety::question {
        ChestPain: chest_pain, Fainting: fainting, RecentHeartOrStroke: recent_heart_or_stroke,
        ExerciseRestricted: exercise_restricted, BreathlessOrSwelling: breathless_or_swelling,
        FeverOrInfection: fever_or_infection, RecentFractureOrSurgery: recent_fracture_or_surgery,
        FallsOrInjury: falls_or_injury, HighBloodPressure: high_blood_pressure,
        InsulinOrBloodThinner: insulin_or_blood_thinner, NeedsHelpWalking: needs_help_walking,
        MemoryConcern: memory_concern,
    }
    DayFact in safety::fact {
        FeelsWell: feels_well, SleptAndEaten: slept_and_eaten, MedicinesTaken: medicines_taken,
        ProperShoes: proper_shoes, AidsWithThem: aids_with_them,
    }
    Role in access::role {
        OrganisationAdmin: organisation_admin, Coordinator: coordinator, Instructor: instructor,
        PeerInstructor: peer_instructor, MunicipalOfficer: municipal_officer, Auditor: auditor,
    }
    Action in access::action {
        SeeRoll: see_roll, MarkAttendance: mark_attendance, RegisterWalkIn: register_walk_in,
        SeeProfiles: see_profiles, EditProfiles: edit_profiles, SeeAssessments: see_assessments,
        RecordAssessments: record_assessments, RecordConsents: record_consents,
        RecordIncidents: record_incidents, ClearScreenings: clear_screenings, ManageGroups: manage_groups, UseDesk: use_desk,
        SeeReviews: see_reviews, SeeFigures: see_figures,
        SeeRegionalFigures: see_regional_figures, ManageAccounts: manage_accounts,
        BreakGlass: break_glass,
        ManageDevices: manage_devices, UseTablet: use_tablet, TellAbsence: tell_absence, TellExercise: tell_exercise,
        ManageCards: manage_cards, WriteLetters: write_letters,
        NoteTraining: note_training, ImportFiles: import_files, ErasePeople: erase_people, SeeLog: see_log,
        SeeSchedule: see_schedule, SeeVisits: see_visits, SeeMessages: see_messages, Share: share,
        SeeOwnData: see_own_data,
    }
    LetterKind in letters::kind {
        Welcome: welcome, Invitation: invitation, Results: results, Sessions: sessions, Exercises: exercises,
    }
    FormOfAddress in letters::form_of_address { Familiar: familiar, Formal: formal }
    LogKind in log::kind {
        Look: look, Change: change, File: file, SignIn: sign_in, Access: access, Refused: refused,
    }
    WhyRestricted in rights::why_restricted {
        Accuracy: accuracy, Unlawful: unlawful, Claim: claim, Objection: objection,
    }
    WhyLifted in rights::why_lifted { Settled: settled, Asked: asked, Mistake: mistake }
    FeedbackKind in feedback::kind { Accessibility: accessibility, Service: service, Groups: groups, Other: other }
    RequestKind in requests::kind {
        Access: access, Correction: correction, Erasure: erasure, Restriction: restriction, Objection: objection,
        Leaving: leaving,
    }
    RequestPart in requests::part {
        Profile: profile, Contact: contact, Groups: groups, Visits: visits, Results: results, Other: other,
    }
    RequestChannel in requests::channel { OwnPage: own_page, Phone: phone, Paper: paper, Spoken: spoken }
    Right in access::right { Physiotherapist: physiotherapist }
    GoalBlock in goals::block {
        Aim: aim, Actions: actions, Owner: owner, Resources: resources, Schedule: schedule,
    }
    Measured in goals::measured {
        Words: words, Participants: participants, Residents: residents, TargetGroup: target_group,
        Adherence: adherence, Stayed: stayed, Improved: improved, ImprovedOrKept: improved_or_kept,
        LivingAlone: living_alone, Indicator: indicator,
    }
    Rating in goals::rating { Met: met, Partly: partly, NotMet: not_met, NotKnown: not_known }
    Round in rounds::round { Baseline: baseline, Months3: m3, Months6: m6, Months12: m12 }
    Instrument in assessments::instrument {
        Sppb: sppb, Gait10: gait10, Tug: tug, Chair30: chair30, Grip: grip, SingleLeg: single_leg, Walk6: walk6,
        Step2: step2, ArmCurl: arm_curl, SelfReport: self_report,
    }
    Item in assessments::item {
        SideBySide: side_by_side, SemiTandem: semi_tandem, Tandem: tandem, Gait: gait, Chair5: chair5,
        Usual: usual, Maximal: maximal, Time: time, Stands: stands, StandsWithArms: stands_with_arms,
        Right: right, Left: left, Distance: distance, Steps: steps, Curls: curls, Weight: weight, Srh: srh,
        Falls12: falls12, FallInjury: fall_injury, Walk500: walk500, Stairs1: stairs1, Fof: fof, Lonely: lonely,
        BriskMin: brisk_min, StrengthDays: strength_days, AidOut: aid_out, Living: living, Edu: edu,
        IncomeOk: income_ok,
    }
    NotDone in assessments::not_done {
        TriedUnable: tried_unable, UnassistedUnable: unassisted_unable, UnsafeTester: unsafe_tester,
        UnsafeParticipant: unsafe_participant, NotUnderstood: not_understood, Refused: refused,
        StoppedSymptom: stopped_symptom, TemporaryHealth: temporary_health, NoTime: no_time, NoSpace: no_space,
        NoDevice: no_device, Technical: technical, OtherAbility: other_ability, Other: other,
        SkippedByRule: skipped_by_rule,
    }
    Study in guide::study {
        Tromso7: tromso_7, TromsoTug: tromso_tug, BohannonTug: bohannon_tug, BohannonChair: bohannon_chair,
        BohannonWalk: bohannon_walk, SkaneWalk: skane_walk, SkaneChair: skane_chair, SkaneGrip: skane_grip,
        Igrips: igrips, Ikli: ikli, SpringerBest: springer_best, SpringerMean: springer_mean, RikliJones: rikli_jones,
    }
    Shoes in assessments::shoes { Own: own, Indoor: indoor, Barefoot: barefoot, Socks: socks }
    Aid in assessments::aid { None: none, Stick: stick, TwoSticks: two_sticks, Rollator: rollator, Other: other }
}
