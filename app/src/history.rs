//! The operation log in plain words: what happened to a person, for the coordinator and for the person.

use domain::consents::ConsentAct;
use domain::ids::{GroupId, SessionId};
use domain::people::ProfileChange;
use domain::sync::op::Verb;
use domain::time::Day;

use crate::texts::{Lang, Words, history, list, people};

/// What the log names by id, in words.
pub trait Names {
    fn group(&self, id: GroupId) -> Option<String>;
    fn session_day(&self, id: SessionId) -> Option<Day>;
    /// The test and the group behind an assessment or membership of this person.
    fn test(&self, id: domain::ids::AssessmentId) -> Option<&'static str>;
}

/// One operation as a sentence without its actor.
pub fn sentence(lang: Lang, verb: &Verb, names: &dyn Names) -> String {
    let group = |id: GroupId| names.group(id).unwrap_or_else(|| history::unknown_group(lang).to_owned());
    match verb {
        Verb::ParticipantRegister { provisional: true, .. } => history::registered_brief(lang).to_owned(),
        Verb::ParticipantRegister { group: Some(id), .. } => history::registered_in(lang, &group(*id)),
        Verb::ParticipantRegister { group: None, .. } => history::registered(lang).to_owned(),
        Verb::ParticipantEdit { changes, .. } => history::edited(lang, &fields(lang, changes)),
        Verb::GroupPut { .. } => history::group_saved(lang).to_owned(),
        Verb::MembershipJoin { membership } => history::joined(lang, &group(membership.group)),
        Verb::MembershipLeave { group: id, left_on: None, .. } => history::left_undone(lang, &group(*id)),
        Verb::MembershipLeave { group: id, exit_reason: Some(reason), .. } => {
            history::left_because(lang, &group(*id), reason.words(lang))
        }
        Verb::MembershipLeave { group: id, .. } => history::left(lang, &group(*id)),
        Verb::SessionPlan { session } => history::session_planned(lang, session.day),
        Verb::SessionStatus { status: Some(status), .. } => history::session_status(lang, status.words(lang)),
        Verb::SessionStatus { status: None, .. } => history::session_status_undone(lang).to_owned(),
        Verb::AttendanceSet { session, mark, .. } => attendance(lang, names.session_day(*session), *mark),
        Verb::AssessmentRecord { assessment } => {
            history::assessed(lang, assessment.measured_on, assessment.instrument.words(lang))
        }
        Verb::AssessmentAmend { id, reason, .. } => match names.test(*id) {
            Some(test) => history::amended(lang, reason, test),
            None => history::amended_unknown(lang, reason),
        },
        Verb::ConsentRecord { consent } => {
            let (channel, purpose) = (consent.channel.words(lang), consent.purpose.words(lang));
            match consent.act {
                ConsentAct::Given => history::consent_given(lang, channel, purpose),
                ConsentAct::Withdrawn => history::consent_withdrawn(lang, channel, purpose),
            }
        }
        Verb::IncidentRecord { incident } => history::incident(lang, incident.on, incident.kind.words(lang)),
    }
}

fn attendance(lang: Lang, on: Option<Day>, mark: Option<domain::attendance::Mark>) -> String {
    match (on, mark) {
        (Some(on), Some(mark)) => history::mark(lang, on, mark.words(lang)),
        (Some(on), None) => history::mark_undone(lang, on),
        (None, mark) => mark.map_or(crate::texts::attendance::mark::none(lang), |mark| mark.words(lang)).to_owned(),
    }
}

/// The names of changed fields: "puhelin ja postinumero". Their values stay in the log.
fn fields(lang: Lang, changes: &[ProfileChange]) -> String {
    let names: Vec<_> = changes.iter().map(|change| field_name(lang, change).to_lowercase()).collect();
    list(lang, &names)
}

/// The name of a profile's field, as on the form.
pub fn field_name(lang: Lang, change: &ProfileChange) -> &'static str {
    use people::field as f;
    match change {
        ProfileChange::Reference(_) => f::reference(lang),
        ProfileChange::GivenNames(_) => f::given_names(lang),
        ProfileChange::FamilyName(_) => f::family_name(lang),
        ProfileChange::CalledName(_) => f::called_name(lang),
        ProfileChange::BirthDate(_) => f::birth_date(lang),
        ProfileChange::BirthYear(_) => f::birth_year(lang),
        ProfileChange::Sex(_) => f::sex(lang),
        ProfileChange::Language(_) => f::language(lang),
        ProfileChange::Phone(_) => f::phone(lang),
        ProfileChange::PostalCode(_) => f::postal_code(lang),
        ProfileChange::EmergencyContact(_) => f::emergency_contact(lang),
        ProfileChange::LivingAlone(_) => f::living_alone(lang),
        ProfileChange::Education(_) => f::education(lang),
        ProfileChange::IncomeOk(_) => f::income_ok(lang),
        ProfileChange::ReferralSource(_) => f::referral_source(lang),
        ProfileChange::AppliedOn(_) => f::applied_on(lang),
        ProfileChange::Decision(_) => f::decision(lang),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::groups::ExitReason;
    use domain::ids::{AssessmentId, MembershipId, ParticipantId};
    use uuid::Uuid;

    struct Kumpula;
    impl Names for Kumpula {
        fn group(&self, _: GroupId) -> Option<String> {
            Some("Kumpulan tiistai".into())
        }
        fn session_day(&self, _: SessionId) -> Option<Day> {
            Day::new(2026, 9, 8)
        }
        fn test(&self, _: AssessmentId) -> Option<&'static str> {
            None
        }
    }

    #[test]
    fn an_edit_names_the_fields_and_never_their_values() {
        let changes = vec![ProfileChange::Phone(Some("040 123 4567".into())), ProfileChange::PostalCode(None)];
        let verb = Verb::ParticipantEdit { id: ParticipantId(Uuid::nil()), changes };
        assert_eq!(sentence(Lang::Fi, &verb, &Kumpula), "Tietoja muutettiin: puhelin ja postinumero");
        assert_eq!(sentence(Lang::Sv, &verb, &Kumpula), "Uppgifter ändrades: telefon och postnummer");
    }

    #[test]
    fn leaving_says_the_group_and_the_reason() {
        let (id, group) = (MembershipId(Uuid::nil()), GroupId(Uuid::nil()));
        let leave = |left_on, exit_reason| Verb::MembershipLeave { id, group, left_on, exit_reason };
        let on = Day::new(2026, 11, 3);
        assert_eq!(
            sentence(Lang::Fi, &leave(on, Some(ExitReason::Cost)), &Kumpula),
            "Lopetti ryhmässä Kumpulan tiistai: maksu"
        );
        assert_eq!(sentence(Lang::En, &leave(None, None), &Kumpula), "Leaving the group Kumpulan tiistai was undone");
    }

    #[test]
    fn an_undone_mark_is_told_with_its_day() {
        let verb = Verb::AttendanceSet {
            session: SessionId(Uuid::nil()),
            group: GroupId(Uuid::nil()),
            participant: ParticipantId(Uuid::nil()),
            mark: None,
        };
        assert_eq!(sentence(Lang::Fi, &verb, &Kumpula), "Läsnäolo 8.9.2026: merkintä poistettiin");
    }
}
