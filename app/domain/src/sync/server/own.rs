//! What somebody who takes part may write about themselves, and nothing else: that they cannot come to a session that is
//! still to come, and that they come after all; on which days they exercised at home; what relatives are shown, and that they
//! take a consent back (docs/access.md, Participants); all of it in each record that is theirs. A relative may tell of the
//! person's absences alone (docs/access.md, Relatives).

use std::collections::BTreeSet;

use crate::access::{Action, AskerKind, Reach};
use crate::attendance::{self, Attendance, Mark, Said};
use crate::consents::{self, Consent, ConsentAct, ConsentChannel};
use crate::groups::Group;
use crate::home_weeks::{self, is_told_by_oneself};
use crate::ids::{AttendanceId, GroupId, ParticipantId};
use crate::sessions::{self, Session};
use crate::sync::noun::Known;
use crate::sync::op::Verb;
use crate::time::{Day, Instant};

/// All records of one person.
type Records = BTreeSet<ParticipantId>;

/// Whether the person may do this now, in whichever record of theirs. A session that the plan of one of their groups knows
/// may come into being by it.
pub(super) fn may(records: &Records, verb: &Verb, known: &impl Known, now: Instant) -> bool {
    match verb {
        Verb::Consent(consents::Verb::Record { consent }) => {
            is_allowed(AskerKind::Participant, Action::Share)
                && is_theirs_to_say(records, consent, now.day_in_finland())
        }
        Verb::HomeWeek(home_weeks::Verb::Set { participant, days, .. }) => {
            let lately = days.keys().all(|day| is_told_by_oneself(*day, now.day_in_finland()));
            is_allowed(AskerKind::Participant, Action::TellExercise) && records.contains(participant) && lately
        }
        _ => is_allowed(AskerKind::Participant, Action::TellAbsence) && may_tell_by(records, verb, known, now),
    }
}

/// Whether a relative of the person may do this now.
pub(super) fn relative_may(records: &Records, verb: &Verb, known: &impl Known, now: Instant) -> bool {
    is_allowed(AskerKind::Relative, Action::TellAbsence) && may_tell_by(records, verb, known, now)
}

fn is_allowed(asker: AskerKind, action: Action) -> bool {
    asker.reach(action) == Some(Reach::OnePerson)
}

/// What relatives are shown they say both ways on their own page, today; any other consent they can take back there. Giving
/// one means that its text was read with somebody.
fn is_theirs_to_say(records: &Records, consent: &Consent, today: Day) -> bool {
    let here =
        records.contains(&consent.participant) && consent.channel == ConsentChannel::OwnPhone && consent.on == today;
    here && (consent.purpose.is_for_relative() || consent.act == ConsentAct::Withdrawn)
}

fn may_tell_by(records: &Records, verb: &Verb, known: &impl Known, now: Instant) -> bool {
    match verb {
        Verb::Session(sessions::Verb::Plan { session }) => is_planned_for(records, session, known, now),
        Verb::Attendance(attendance::Verb::Set { .. }) => {
            verb_says(verb).is_some_and(|said| may_tell(records, said, known, now))
        }
        _ => false,
    }
}

fn verb_says(verb: &Verb) -> Option<Said> {
    if let Verb::Attendance(verb) = verb { Some(verb.said()) } else { None }
}

fn may_tell(records: &Records, said: Said, known: &impl Known, now: Instant) -> bool {
    let Said { session, participant, mark, .. } = said;
    let Some(session) = known.get::<Session>(session) else { return false };
    let before = known.get::<Attendance>(AttendanceId::of(session.id, participant));
    records.contains(&participant)
        && is_told_beforehand(mark)
        && before.is_none_or(is_theirs)
        && session.status.is_none()
        && is_ahead(session, known, now)
        && is_in(participant, session.group, session.day, known)
}

const fn is_told_beforehand(mark: Option<Mark>) -> bool {
    matches!(mark, None | Some(Mark::AbsentInformed))
}

/// Whether nobody has marked them otherwise, on any tablet.
fn is_theirs(there: &Attendance) -> bool {
    is_told_beforehand(there.mark) && there.contenders.iter().all(|one| is_told_beforehand(one.mark))
}

/// Exactly the session that the group's plan has on that day, with nothing said of it.
fn is_planned_for(records: &Records, session: &Session, known: &impl Known, now: Instant) -> bool {
    let group = known.get::<Group>(session.group);
    let planned = |group: &Group| group.meets_on(session.day) && *session == group.planned(session.day);
    let in_it = |person: &ParticipantId| is_in(*person, session.group, session.day, known);
    group.is_some_and(planned) && is_ahead(session, known, now) && records.iter().any(in_it)
}

fn is_ahead(session: &Session, known: &impl Known, now: Instant) -> bool {
    known.get::<Group>(session.group).is_some_and(|group| session.is_ahead(group, now))
}

fn is_in(person: ParticipantId, group: GroupId, day: Day, known: &impl Known) -> bool {
    known.stays_of(person).any(|stay| stay.group == group && stay.covers(day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consents::ConsentPurpose;
    use crate::groups::membership;
    use crate::groups::{ExitReason, Membership};
    use crate::ids::{RelativeId, UserId};
    use crate::sync::server::write::{Done, Seen, Writer, write};
    use crate::sync::testing::memory::{Database, Open};
    use crate::sync::testing::now_or_never;
    use crate::sync::testing::sample::{self, NOON};
    use crate::sync::wire::{Outcome, Reason};
    use crate::time::TimeOfDay;
    use crate::{groups, people};

    /// A full hour. The sample's noon is 12.00 in Helsinki.
    fn at(hour: u16) -> Option<TimeOfDay> {
        TimeOfDay::new(hour, 0)
    }

    fn town(starts_at: Option<TimeOfDay>) -> Database {
        let database = Database::new("e1");
        let Verb::Group(groups::Verb::Put { mut group }) = sample::group(1) else { unreachable!() };
        group.starts_at = starts_at;
        group.weekdays = vec![sample::today().weekday()];
        let verbs = vec![
            Verb::Group(groups::Verb::Put { group }),
            sample::group(2),
            sample::person(1, None, false),
            sample::person(2, None, false),
            sample::join(1, 1),
            sample::join(2, 1),
        ];
        assert_eq!(as_writer(&database, &Writer::import(sample::user(0)), verbs).refused(), None);
        database
    }

    fn as_writer(database: &Database, writer: &Writer, verbs: Vec<Verb>) -> Done {
        let mut store = database.begin(Open);
        let wanted = verbs.into_iter().map(|verb| (verb, Seen::Newest)).collect();
        let mut dice = sample::Dice(database.state().ops.len() as u64 + 5);
        let done = now_or_never(write(&mut store, writer, wanted, NOON, &mut dice)).unwrap().unwrap();
        now_or_never(store.commit()).unwrap().unwrap();
        done
    }

    /// What becomes of it when the first person writes it.
    fn told(database: &Database, verbs: Vec<Verb>) -> Vec<Outcome> {
        let done = as_writer(database, &Writer::own(sample::person_id(1), []), verbs);
        for result in &done.results {
            assert_eq!(result.reason == Some(Reason::Rights), result.outcome == Outcome::Held, "{result:?}");
        }
        done.results.iter().map(|result| result.outcome).collect()
    }

    fn planned(group: u128, day: Day, starts_at: Option<TimeOfDay>) -> Verb {
        Verb::Session(sessions::Verb::Plan { session: Session::planned(sample::group_id(group), day, starts_at) })
    }

    fn absent(group: u128, person: u128, day: Day, mark: Option<Mark>) -> Verb {
        let group = sample::group_id(group);
        let (session, participant) = (Session::planned_id(group, day), sample::person_id(person));
        Verb::Attendance(attendance::Verb::Set { session, group, participant, mark })
    }

    const INFORMED: Option<Mark> = Some(Mark::AbsentInformed);

    #[test]
    fn an_absence_is_told_before_the_session_and_taken_back() {
        let (database, today) = (town(at(14)), sample::today());
        let tell = |mark| vec![planned(1, today, at(14)), absent(1, 1, today, mark)];
        assert_eq!(told(&database, tell(INFORMED)), [Outcome::Applied, Outcome::Applied]);
        assert_eq!(told(&database, tell(None)), [Outcome::Noop, Outcome::Applied]);
        assert_eq!(told(&database, tell(INFORMED)), [Outcome::Noop, Outcome::Applied]);
        // Written under the person's own id, which is no account's.
        let author = UserId(sample::person_id(1).0);
        assert!(database.state().ops.values().any(|op| op.actor == author));
    }

    #[test]
    fn a_session_that_has_begun_or_is_not_in_the_plan_takes_nothing() {
        let today = sample::today();
        for (starts_at, day) in [
            (at(12), today),
            (at(9), today),
            // Nobody knows when it begins: perhaps it has.
            (None, today),
            (at(14), today.plus_days(-7)),
            (at(14), today.plus_days(1)),
        ] {
            let wanted = vec![planned(1, day, starts_at), absent(1, 1, day, INFORMED)];
            assert_eq!(told(&town(starts_at), wanted), [Outcome::Held, Outcome::Held], "{starts_at:?} {day}");
        }
        let next = today.plus_days(7);
        let wanted = vec![planned(1, next, None), absent(1, 1, next, INFORMED)];
        assert_eq!(told(&town(None), wanted), [Outcome::Applied, Outcome::Applied]);
    }

    #[test]
    fn nobody_writes_of_another_person_group_or_mark() {
        let (database, today) = (town(at(14)), sample::today());
        let plan = vec![planned(1, today, at(14)), planned(2, today, None)];
        assert_eq!(as_writer(&database, &Writer::import(sample::user(0)), plan).refused(), None);
        for verb in [
            absent(1, 2, today, INFORMED),
            absent(2, 1, today, INFORMED),
            absent(1, 1, today, Some(Mark::Present)),
            absent(1, 1, today, Some(Mark::Paused)),
            sample::test(1, 1, 95),
            sample::group(1),
            Verb::Participant(people::Verb::Edit {
                id: sample::person_id(1),
                changes: vec![people::ProfileChange::Phone(Some("040 123 4567".into()))],
            }),
        ] {
            let named = format!("{verb:?}");
            assert_eq!(told(&database, vec![verb]), [Outcome::Held], "{named}");
        }
    }

    #[test]
    fn what_was_merged_into_ones_record_is_ones_own_too() {
        let (database, today) = (town(at(14)), sample::today());
        let given = consent(1, ConsentPurpose::HealthTests, ConsentAct::Given);
        let given =
            Verb::Consent(consents::Verb::Record { consent: Consent { participant: sample::person_id(2), ..given } });
        assert_eq!(as_writer(&database, &Writer::import(sample::user(0)), vec![given]).refused(), None);
        let own = ConsentChannel::OwnPhone;
        let back = || says(2, own, consent(2, ConsentPurpose::HealthTests, ConsentAct::Withdrawn));
        let wanted = || vec![planned(1, today, at(14)), absent(1, 2, today, INFORMED), exercised(2, &[0]), back()];
        let outcomes = |others: &[ParticipantId]| -> Vec<_> {
            let writer = Writer::own(sample::person_id(1), others.iter().copied());
            as_writer(&database, &writer, wanted()).results.iter().map(|result| result.outcome).collect()
        };
        for of_somebody_else in wanted().into_iter().skip(1) {
            assert_eq!(told(&database, vec![of_somebody_else]), [Outcome::Held]);
        }
        assert_eq!(outcomes(&[sample::person_id(2)]), [Outcome::Applied; 4]);
    }

    fn exercised(person: u128, days: &[i64]) -> Verb {
        let (participant, today) = (sample::person_id(person), sample::today());
        let days: std::collections::BTreeMap<_, _> = days.iter().map(|back| (today.plus_days(-back), true)).collect();
        let monday = days.keys().next().unwrap().monday();
        Verb::HomeWeek(home_weeks::Verb::Set { participant, monday, days })
    }

    #[test]
    fn a_day_of_exercise_is_told_of_oneself_of_the_last_two_weeks_and_by_no_relative() {
        let database = town(at(14));
        let tell = |verb| told(&database, vec![verb]);
        assert_eq!(tell(exercised(1, &[0])), [Outcome::Applied]);
        assert_eq!(tell(exercised(1, &[0])), [Outcome::Applied], "said again: of two records the later word holds");
        assert_eq!(tell(exercised(1, &[13])), [Outcome::Applied]);
        assert_eq!(tell(exercised(1, &[14])), [Outcome::Held], "longer ago");
        assert_eq!(tell(exercised(2, &[0])), [Outcome::Held], "somebody else");
        let writer = Writer::relative(RelativeId(uuid::Uuid::from_u128(7)), sample::person_id(1), []);
        let held = as_writer(&database, &writer, vec![exercised(1, &[0])]);
        assert_eq!(held.results.iter().map(|result| result.outcome).collect::<Vec<_>>(), [Outcome::Held]);
    }

    fn says(person: u128, channel: ConsentChannel, of: Consent) -> Verb {
        let (participant, on) = (sample::person_id(person), sample::today());
        Verb::Consent(consents::Verb::Record { consent: Consent { participant, channel, on, ..of } })
    }

    fn consent(n: u128, purpose: ConsentPurpose, act: ConsentAct) -> Consent {
        let Verb::Consent(consents::Verb::Record { consent }) = sample::consent(n, 1, act, &[]) else { unreachable!() };
        let relative = purpose.is_for_relative().then_some(RelativeId(uuid::Uuid::from_u128(7)));
        let until = relative.filter(|_| act == ConsentAct::Given).map(|_| sample::today().plus_days(30));
        Consent { purpose, relative, until, ..consent }
    }

    #[test]
    fn on_their_own_page_they_share_with_relatives_and_take_consents_back_and_give_no_other() {
        use ConsentAct::{Given, Withdrawn};
        use ConsentPurpose::{HealthTests, RelativeSchedule};
        let (database, own) = (town(at(14)), ConsentChannel::OwnPhone);
        let tell = |person, channel, of| told(&database, vec![says(person, channel, of)]);
        assert_eq!(tell(1, own, consent(1, RelativeSchedule, Given)), [Outcome::Applied]);
        assert_eq!(tell(1, own, consent(2, RelativeSchedule, Withdrawn)), [Outcome::Applied]);
        assert_eq!(tell(1, own, consent(3, HealthTests, Withdrawn)), [Outcome::Applied]);
        assert_eq!(tell(1, own, consent(4, HealthTests, Given)), [Outcome::Held]);
        assert_eq!(tell(2, own, consent(5, RelativeSchedule, Given)), [Outcome::Held], "somebody else");
        assert_eq!(tell(1, ConsentChannel::Paper, consent(6, RelativeSchedule, Given)), [Outcome::Held]);
        let old = Verb::Consent(consents::Verb::Record {
            consent: Consent { on: sample::today().plus_days(-1), channel: own, ..consent(7, RelativeSchedule, Given) },
        });
        assert_eq!(told(&database, vec![old]), [Outcome::Held], "not of today");
    }

    #[test]
    fn a_relative_tells_of_absences_and_writes_nothing_else() {
        let (database, today) = (town(at(14)), sample::today());
        let writer = Writer::relative(RelativeId(uuid::Uuid::from_u128(7)), sample::person_id(1), []);
        let outcomes = |verbs| -> Vec<_> {
            as_writer(&database, &writer, verbs).results.iter().map(|result| result.outcome).collect()
        };
        let absence = vec![planned(1, today, at(14)), absent(1, 1, today, INFORMED)];
        assert_eq!(outcomes(absence), [Outcome::Applied, Outcome::Applied]);
        assert!(database.state().ops.values().any(|op| op.actor == UserId(uuid::Uuid::from_u128(7))));
        let schedule = consent(1, ConsentPurpose::RelativeSchedule, ConsentAct::Given);
        for verb in [
            absent(1, 2, today, INFORMED),
            absent(1, 1, today, Some(Mark::Present)),
            says(1, ConsentChannel::OwnPhone, schedule),
            says(1, ConsentChannel::OwnPhone, consent(2, ConsentPurpose::RelativeSchedule, ConsentAct::Withdrawn)),
        ] {
            let named = format!("{verb:?}");
            assert_eq!(outcomes(vec![verb]), [Outcome::Held], "{named}");
        }
    }

    #[test]
    fn what_an_instructor_has_marked_is_not_theirs_to_change() {
        let (database, today) = (town(at(14)), sample::today());
        let marked = vec![planned(1, today, at(14)), absent(1, 1, today, Some(Mark::Present))];
        assert_eq!(as_writer(&database, &Writer::import(sample::user(0)), marked).refused(), None);
        for mark in [INFORMED, None] {
            assert_eq!(told(&database, vec![absent(1, 1, today, mark)]), [Outcome::Held]);
        }
    }

    #[test]
    fn a_cancelled_session_and_one_after_the_stay_take_nothing() {
        let (database, today) = (town(at(14)), sample::today());
        let (group, id) = (sample::group_id(1), Session::planned_id(sample::group_id(1), today));
        let reason = sessions::Cancellation::Weather;
        let cancelled = vec![planned(1, today, at(14)), Verb::Session(sessions::Verb::Cancel { id, group, reason })];
        assert_eq!(as_writer(&database, &Writer::import(sample::user(0)), cancelled).refused(), None);
        assert_eq!(told(&database, vec![absent(1, 1, today, INFORMED)]), [Outcome::Held]);
        let stay = Membership::begun(group, sample::person_id(1), today.plus_days(-30));
        let (left_on, exit_reason) = (Some(today), Some(ExitReason::Unknown));
        let left = vec![Verb::Membership(membership::Verb::Leave { id: stay.id, group, left_on, exit_reason })];
        assert_eq!(as_writer(&database, &Writer::import(sample::user(0)), left).refused(), None);
        let next = today.plus_days(7);
        let wanted = vec![planned(1, next, at(14)), absent(1, 1, next, INFORMED)];
        assert_eq!(told(&database, wanted), [Outcome::Held, Outcome::Held]);
    }
}
