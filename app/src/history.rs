//! Operations in plain words: each noun says its own, in its `history.rs`.

use domain::ids::{AssessmentId, GroupId, SessionId};
use domain::sync::op::Verb;
use domain::time::Day;

use crate::texts::waiting::kind;
use crate::texts::{Lang, history};

/// What the log names by id, in words.
pub trait Names {
    fn group(&self, id: GroupId) -> Option<String>;
    fn session_day(&self, id: SessionId) -> Option<Day>;
    /// The name of the test that was corrected.
    fn test(&self, id: AssessmentId) -> Option<&'static str>;
}

/// The words of a noun's verbs.
pub trait VerbWords {
    /// What it is, in the list of what waits: "läsnäolo".
    fn title(&self, lang: Lang) -> &'static str;

    /// What it did, as a sentence without its actor, for the coordinator and for the person.
    fn sentence(&self, lang: Lang, names: &dyn Names) -> String;
}

macro_rules! words {
    ($($noun:ident: $($module:ident)::+, $id:ident, $code:literal;)*) => {
        impl VerbWords for Verb {
            fn title(&self, lang: Lang) -> &'static str {
                match self { $(Self::$noun(verb) => verb.title(lang)),* }
            }

            fn sentence(&self, lang: Lang, names: &dyn Names) -> String {
                match self { $(Self::$noun(verb) => verb.sentence(lang, names)),* }
            }
        }
    };
}
domain::each_noun!(words);

/// The same for an operation of which only the kind is known; nothing for a kind that this program does not know.
pub fn title_of_kind(lang: Lang, code: &str) -> Option<&'static str> {
    Some(match code {
        "application.answer" => kind::application_answer(lang),
        "application.decide" => kind::application_decide(lang),
        "application.offer" => kind::application_offer(lang),
        "application.record" => kind::application_record(lang),
        "application.reply" => kind::application_reply(lang),
        "assessment.amend" | "assessment.take_back" => kind::assessment_amend(lang),
        "assessment.record" => kind::assessment_record(lang),
        "attendance.correct" => kind::attendance_correct(lang),
        "attendance.set" => kind::attendance_set(lang),
        "consent.record" | "consent.take_back" => kind::consent_record(lang),
        "contact.set" => kind::contact_set(lang),
        "friend_pair.set" => kind::friend_pair_set(lang),
        "group.put" | "group.take_back" => kind::group_put(lang),
        "home_programme.set" => kind::home_programme_set(lang),
        "home_week.set" => kind::home_week_set(lang),
        "membership.join" => kind::membership_join(lang),
        "membership.leave" => kind::membership_leave(lang),
        "participant.edit" => kind::participant_edit(lang),
        "participant.register" => kind::participant_register(lang),
        "pause.set" => kind::pause_set(lang),
        code => return title_of_session_kind(lang, code),
    })
}

/// What is about one session or one test.
fn title_of_session_kind(lang: Lang, code: &str) -> Option<&'static str> {
    Some(match code {
        "incident.complete" => kind::incident_complete(lang),
        "incident.handle" => kind::incident_handle(lang),
        "incident.record" => kind::incident_record(lang),
        // Of which of the two ticks it was, the kind says nothing.
        "note.set" => kind::note_set(lang),
        "screening.clear" => kind::screening_clear(lang),
        "screening.record" => kind::screening_record(lang),
        "session.cancel" => kind::session_cancel(lang),
        "session.count" => kind::session_count(lang),
        "session.move" => kind::session_move(lang),
        "session.note" => kind::session_note(lang),
        "session.plan" => kind::session_plan(lang),
        "session.status" => kind::session_status(lang),
        "talk.record" => kind::talk_record(lang),
        _ => return None,
    })
}

/// The group's name, also of one that is not known here.
pub fn group_name(lang: Lang, id: GroupId, names: &dyn Names) -> String {
    names.group(id).unwrap_or_else(|| history::unknown_group(lang).to_owned())
}

/// For tests: one group, one day.
#[cfg(test)]
pub struct Kumpula;

#[cfg(test)]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_words_also_where_nothing_but_the_kind_is_known() {
        let without: Vec<_> = Verb::kinds().filter(|kind| title_of_kind(Lang::Fi, kind).is_none()).collect();
        assert_eq!(without, [""; 0]);
        assert_eq!(title_of_kind(Lang::Fi, "attendance.set"), Some("läsnäolo"));
        assert_eq!(title_of_kind(Lang::Fi, "attendance.sing"), None);
    }
}
