use super::*;
use crate::groups::testing::plain;
use crate::ids::{AttendanceId, ConsentId, GroupId, SessionId};
use crate::people::Profile;
use crate::sync::hlc::Hlc;
use uuid::Uuid;

const PERSON: ParticipantId = ParticipantId(Uuid::from_u128(1));
const GROUP: GroupId = GroupId(Uuid::from_u128(2));

fn past(rev: i64, own: bool, verb: impl Into<Verb>) -> Past {
    Past { rev, verb: verb.into(), own }
}

fn profile(phone: &str, postal_code: &str) -> Profile {
    Profile {
        given_names: "Aino".into(),
        phone: Some(phone.into()),
        postal_code: Some(postal_code.into()),
        ..Profile::default()
    }
}

fn register(profile: Profile) -> people::Verb {
    people::Verb::Register { id: PERSON, group: None, profile: Box::new(profile), provisional: false }
}

fn edit(changes: Vec<ProfileChange>) -> people::Verb {
    people::Verb::Edit { id: PERSON, changes }
}

fn known(profile: Profile) -> Body {
    Participant { id: PERSON, profile, provisional: false, clocks: Default::default() }.into()
}

fn phone(text: &str) -> ProfileChange {
    ProfileChange::Phone(Some(text.into()))
}

fn code(text: &str) -> ProfileChange {
    ProfileChange::PostalCode(Some(text.into()))
}

#[test]
fn of_a_changed_person_each_field_goes_back_unless_somebody_has_changed_it_since() {
    let mut history = vec![
        past(1, false, register(profile("040 111", "00100"))),
        past(2, true, edit(vec![phone("040 222"), code("00200")])),
    ];
    let both = undo(&history, 1, &known(profile("040 222", "00200")));
    assert_eq!(both, Undo::say(edit(vec![phone("040 111"), code("00100")])));
    history.push(past(3, false, edit(vec![phone("040 333")])));
    let one = undo(&history, 1, &known(profile("040 333", "00200")));
    assert_eq!(one, Undo { newer: vec!["phone".to_owned()], ..Undo::say(edit(vec![code("00100")])) });
    // Somebody has said the same again: it is their word now.
    history.push(past(4, false, edit(vec![phone("040 222"), code("00200")])));
    let none = undo(&history, 1, &known(profile("040 222", "00200")));
    assert!(none.stays() && none.newer.len() == 2, "{none:?}");
}

#[test]
fn what_was_taken_back_before_is_so_already() {
    let history = [
        past(1, false, register(profile("040 111", "00100"))),
        past(2, true, edit(vec![phone("040 222"), code("00200")])),
        past(3, false, edit(vec![phone("040 333")])),
        past(4, true, edit(vec![code("00100")])),
    ];
    let again = undo(&history, 1, &known(profile("040 333", "00100")));
    assert_eq!(again, Undo { step: None, newer: vec!["phone".to_owned()] });
}

#[test]
fn a_person_who_was_registered_is_erased_unless_somebody_has_written_since() {
    let mut history = vec![past(1, true, register(profile("040 111", "00100")))];
    let now = known(profile("040 111", "00100"));
    assert_eq!(undo(&history, 0, &now).step, Some(Step::Erase(PERSON)));
    history.push(past(2, true, edit(vec![phone("040 222")])));
    assert_eq!(undo(&history, 0, &now).step, Some(Step::Erase(PERSON)), "by the same import");
    history.push(past(3, false, edit(vec![phone("040 333")])));
    assert!(undo(&history, 0, &now).stays());
}

fn group_of(name: &str, place: Option<&str>) -> Group {
    Group { id: GROUP, name: name.into(), place: place.map(str::to_owned), ..plain() }
}

fn put(group: Group) -> groups::Verb {
    groups::Verb::Put { group: Box::new(group) }
}

#[test]
fn of_a_changed_group_each_field_goes_back_unless_it_was_changed_since_and_a_new_one_goes() {
    let (old, imported) = (group_of("Vanha", None), group_of("Uusi", Some("Kylätalo")));
    let mut history = vec![past(1, false, put(old.clone())), past(2, true, put(imported.clone()))];
    assert_eq!(undo(&history, 1, &imported.clone().into()), Undo::say(put(old)));
    let since = group_of("Uusi", Some("Koulu"));
    history.push(past(3, false, put(since.clone())));
    let wanted = Undo { newer: vec!["place".to_owned()], ..Undo::say(put(group_of("Vanha", Some("Koulu")))) };
    assert_eq!(undo(&history, 1, &since.clone().into()), wanted);
    let new = [past(1, true, put(imported.clone()))];
    assert_eq!(undo(&new, 0, &imported.into()), Undo::say(groups::Verb::TakeBack { id: GROUP }));
    let followed = [new[0].clone(), past(2, false, put(since.clone()))];
    assert!(undo(&followed, 0, &since.into()).stays());
}

#[test]
fn a_stay_was_never_there_and_an_end_becomes_the_one_before() {
    let day = |text: &str| -> Day { text.parse().unwrap() };
    let stay = Membership::begun(GROUP, PERSON, day("2026-09-01"));
    let leave = |left_on, exit_reason| membership::Verb::Leave { id: stay.id, group: GROUP, left_on, exit_reason };
    let join = membership::Verb::Join { membership: stay.clone() };
    let never = leave(Some(day("2026-08-31")), None);
    assert_eq!(undo(&[past(1, true, join.clone())], 0, &stay.clone().into()), Undo::say(never));
    let ended = leave(Some(day("2026-10-01")), Some(ExitReason::Cost));
    let gone = Membership { left_on: Some(day("2026-10-01")), exit_reason: Some(ExitReason::Cost), ..stay.clone() };
    let history = [past(1, false, join.clone()), past(2, true, ended.clone())];
    assert_eq!(undo(&history, 1, &gone.clone().into()), Undo::say(leave(None, None)));
    // Somebody has ended it, or another exit of the person has.
    assert!(undo(&[past(1, true, join.clone()), past(2, false, ended)], 0, &gone.clone().into()).stays());
    assert!(undo(&[past(1, true, join)], 0, &gone.into()).stays());
}

#[test]
fn a_mark_becomes_the_one_before_and_a_session_one_of_which_nothing_is_said() {
    let session = SessionId(Uuid::from_u128(3));
    let set = |mark| attendance::Verb::Set { session, group: GROUP, participant: PERSON, mark };
    let marked = |mark| -> Body {
        let id = AttendanceId::of(session, PERSON);
        Attendance { id, session, group: GROUP, participant: PERSON, mark, at: Hlc::default(), contenders: Vec::new() }
            .into()
    };
    let (present, away) = (Some(Mark::Present), Some(Mark::AbsentInformed));
    let history = [past(1, false, set(away)), past(2, true, set(present))];
    assert_eq!(undo(&history, 1, &marked(present)), Undo::say(set(away)));
    assert_eq!(undo(&history[1..], 0, &marked(present)), Undo::say(set(None)));
    assert!(undo(&[past(1, true, set(present)), past(2, false, set(away))], 0, &marked(away)).stays());

    let meeting = Session::planned(GROUP, "2026-09-08".parse().unwrap(), None);
    let status = |status| sessions::Verb::Status { id: meeting.id, group: GROUP, status };
    let held = Session { status: Some(SessionStatus::Held), ..meeting.clone() };
    let history = [
        past(1, true, sessions::Verb::Plan { session: meeting.clone() }),
        past(2, true, status(Some(SessionStatus::Held))),
    ];
    assert_eq!(undo(&history, 1, &held.clone().into()), Undo::say(status(None)));
    assert_eq!(undo(&history, 0, &held.into()), Undo::default());
}

#[test]
fn a_consent_that_nobody_has_spoken_of_since_is_taken_back() {
    let id = ConsentId(Uuid::from_u128(4));
    let consent = consents::Consent {
        id,
        participant: PERSON,
        purpose: consents::ConsentPurpose::HealthTests,
        act: consents::ConsentAct::Given,
        channel: consents::ConsentChannel::Import,
        on: "2026-09-01".parse().unwrap(),
        text_version: "health_tests/import".into(),
        language: "fi".into(),
        after: Vec::new(),
        relative: None,
        until: None,
    };
    let history = [past(1, true, consents::Verb::Record { consent: consent.clone() })];
    let wanted = Undo::say(consents::Verb::TakeBack { id, participant: PERSON });
    assert_eq!(undo(&history, 0, &consent.into()), wanted);
}
