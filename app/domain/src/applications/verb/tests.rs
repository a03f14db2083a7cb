use super::*;
use crate::applications::{Channel, OwnYes, Said, Standing, YesBy};
use crate::eligibility::{Activity, Home};
use crate::ids::UserId;
use crate::people::{Decision, ReferralSource};
use crate::sync::testing::sample;
use proptest::prelude::*;
use uuid::Uuid;

const PERSON: ParticipantId = ParticipantId(Uuid::from_u128(1));
const GROUP: GroupId = GroupId(Uuid::from_u128(2));

fn today() -> Day {
    "2026-11-21".parse().unwrap()
}

fn id() -> ApplicationId {
    ApplicationId::of(PERSON, today())
}

fn record(source: ReferralSource, answers: Answers) -> Verb {
    let start = Start { source, channel: Channel::Phone, referred_by: None };
    Verb::Record { id: id(), participant: PERSON, applied_on: today(), start, answers: Box::new(answers) }
}

fn answer(home: Home) -> Verb {
    let answers = Box::new(Answers { home: Some(home), ..Answers::default() });
    Verb::Answer { id: id(), participant: PERSON, answers }
}

fn decide(decision: Decision) -> Verb {
    let decided = Decided { decision, reason: "ryhmä on täynnä".into(), on: today(), by: UserId(Uuid::nil()) };
    Verb::Decide { id: id(), participant: PERSON, decided }
}

fn offer(until: Day) -> Verb {
    Verb::Offer { id: id(), participant: PERSON, group: GROUP, on: today(), until }
}

fn reply(reply: Reply) -> Verb {
    Verb::Reply { id: id(), participant: PERSON, group: GROUP, offered_on: today(), reply, on: today() }
}

/// One after the other, each by a stream of its own that knows nothing but the first version.
fn run<'a>(doings: impl IntoIterator<Item = (&'a Verb, i64)>) -> Application {
    let mut there: Option<Entity> = None;
    for (verb, wall) in doings {
        let at = Hlc { wall, counter: 0, node: "n".into() };
        let stream = sample::stream(u128::try_from(wall).unwrap());
        let write = Write { stream, at: &at, base_rev: Some(1), settled: false };
        let merged = match &there {
            None => verb.create(&write),
            Some(entity) => verb.merge(entity, entity.content::<Application>().unwrap(), &write),
        };
        let Merged::Changed { entity, contradiction: None, .. } = merged else { panic!("{merged:?}") };
        there = Some(*entity);
    }
    there.unwrap().content::<Application>().unwrap().clone()
}

fn begun() -> Verb {
    record(ReferralSource::Myself, Answers::default())
}

#[test]
fn an_application_waits_is_offered_a_place_and_takes_it() {
    let week = today().plus_days(7);
    let waiting = decide(Decision::WaitingList);
    let (begun, offered, declined) = (begun(), offer(week), reply(Reply::Declined));
    assert_eq!(run([(&begun, 1)]).standing(today()), Standing::Undecided);
    assert_eq!(run([(&begun, 1), (&waiting, 2)]).standing(today()), Standing::Waiting);
    let with_offer = run([(&begun, 1), (&waiting, 2), (&offered, 3)]);
    let offer = Standing::Offered { group: GROUP, on: today(), until: week };
    assert_eq!(with_offer.standing(week), offer, "on its last day, too");
    let ran_out = Standing::RanOut { group: GROUP, on: today(), until: week };
    assert_eq!(with_offer.standing(week.plus_days(1)), ran_out);
    let declined = run([(&begun, 1), (&waiting, 2), (&offered, 3), (&declined, 4)]);
    assert_eq!(declined.standing(today()), Standing::Waiting);
    let accepted = decide(Decision::Accepted);
    assert_eq!(run([(&begun, 1), (&accepted, 2)]).standing(today()), Standing::Closed(Decision::Accepted));
}

#[test]
fn of_two_who_had_not_seen_each_other_the_later_holds_whichever_comes_first() {
    let begun = begun();
    let week = today().plus_days(7);
    for (one, other) in [
        (answer(Home::OwnHome), answer(Home::ServiceHousing)),
        (decide(Decision::WaitingList), decide(Decision::Accepted)),
        (offer(week), offer(week.plus_days(1))),
        (answer(Home::OwnHome), decide(Decision::WaitingList)),
        (record(ReferralSource::Relative, Answers::default()), answer(Home::OwnHome)),
    ] {
        let orders = [[(&one, 2), (&other, 3)], [(&other, 3), (&one, 2)]];
        let [first, second] = orders.map(|order| run([(&begun, 1)].into_iter().chain(order)));
        assert_eq!(first, second, "{one:?} {other:?}");
    }
    let (offered, yes, no) = (offer(week), reply(Reply::Accepted), reply(Reply::Declined));
    let orders = [[(&yes, 3), (&no, 4)], [(&no, 4), (&yes, 3)]];
    let [first, second] = orders.map(|order| run([(&begun, 1), (&offered, 2)].into_iter().chain(order)));
    assert_eq!((first.offers[0].reply(), first), (Some(Reply::Declined), second));
}

fn tell(answers: &Answers) -> Verb {
    Verb::Answer { id: id(), participant: PERSON, answers: Box::new(answers.clone()) }
}

#[test]
fn two_who_fill_in_different_parts_without_knowledge_of_each_other_both_count() {
    let activity = Activity { strength_days: Some(1), brisk_minutes: None };
    let target = Answers { home: Some(Home::OwnHome), activity, ..Answers::default() };
    let position = Answers { pension: Some(Said::Yes), no_transport: Some(Said::No), ..Answers::default() };
    let both = Answers { pension: position.pension, no_transport: position.no_transport, ..target.clone() };
    let (one, other) = (tell(&target), tell(&position));
    for order in [[(&one, 2), (&other, 3)], [(&one, 3), (&other, 2)], [(&other, 2), (&one, 3)]] {
        assert_eq!(run([(&begun(), 1)].into_iter().chain(order)).answers, both, "{order:?}");
    }
    let recorded = [target, position].map(|answers| record(ReferralSource::Myself, answers));
    let [one, other] = &recorded;
    let told = run([(&begun(), 1), (one, 2), (other, 3)]).answers;
    assert_eq!(told, both, "the same where both begin the application of one day");
}

#[test]
fn whoever_has_seen_what_was_told_takes_back_what_they_leave_out() {
    let told = record(ReferralSource::Myself, Answers { home: Some(Home::OwnHome), ..Answers::default() });
    assert_eq!(run([(&told, 1), (&tell(&Answers::default()), 2)]).answers, Answers::default());
}

fn some_answers() -> impl Strategy<Value = Answers> {
    use prop::option::of;
    let said = || of(prop::sample::select(Said::ALL));
    let home = of(prop::sample::select(Home::ALL));
    let wishes = prop::sample::select(vec![Vec::new(), vec![GROUP]]);
    (home, of(0..=7u8), of(0..=2u16), of(any::<bool>()), said(), said(), of("[ab]"), wishes).prop_map(
        |(home, strength_days, brisk_minutes, fell, no_transport, pension, remark, wishes)| Answers {
            home,
            activity: Activity { strength_days, brisk_minutes },
            function: Function { fell_in_12_months: fell, ..Function::default() },
            no_transport,
            pension,
            remark,
            wishes,
            ..Answers::default()
        },
    )
}

proptest! {
    /// Two end the same in both orders. Of three the newest word holds where it tells, and nothing that somebody told is
    /// lost, in every order.
    #[test]
    fn what_is_told_at_once_ends_the_same_in_every_order(told in prop::array::uniform3(some_answers())) {
        let (begun, verbs) = (begun(), told.each_ref().map(tell));
        let [one, two, three] = verbs.each_ref();
        let ended = |order: &[(&Verb, i64)]| run([(&begun, 1)].into_iter().chain(order.iter().copied()));
        let [a, b, c] = [(one, 2), (two, 3), (three, 4)];
        prop_assert_eq!(ended(&[a, b]), ended(&[b, a]));
        let newest = &told[2];
        for order in [[a, b, c], [a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]] {
            let end = ended(&order).answers;
            prop_assert_eq!(newest.or(&end), end.clone());
            for one in &told {
                prop_assert_eq!(end.or(one), end.clone(), "{:?} is lost", one);
            }
        }
    }
}

#[test]
fn a_place_that_is_offered_again_on_the_same_day_waits_for_a_new_reply() {
    let (begun, week) = (begun(), offer(today().plus_days(7)));
    let later = offer(today().plus_days(9));
    let again = run([(&begun, 1), (&week, 2), (&reply(Reply::Declined), 3), (&later, 4)]);
    assert_eq!((again.offers.len(), again.offers[0].reply()), (1, None));
}

#[test]
fn who_applies_twice_on_one_day_has_one_application_and_telling_nothing_takes_nothing_back() {
    let told = record(ReferralSource::Myself, Answers { home: Some(Home::OwnHome), ..Answers::default() });
    let again = run([(&told, 1), (&begun(), 2)]);
    assert_eq!(again.answers.home, Some(Home::OwnHome));
}

#[test]
fn nothing_of_health_is_kept_of_somebody_referred_without_their_own_yes() {
    let active = Answers { activity: Activity { strength_days: Some(1), brisk_minutes: None }, ..Answers::default() };
    assert_eq!(record(ReferralSource::HomeCare, active.clone()).check(today()), Err(Invalid::field("own_yes")));
    assert_eq!(record(ReferralSource::Myself, active.clone()).check(today()), Ok(()));
    let own_yes = Some(OwnYes { by: YesBy::Phone, on: today() });
    let agreed = Answers { own_yes, ..active.clone() };
    assert_eq!(record(ReferralSource::HomeCare, agreed.clone()).check(today()), Ok(()));
    let referred = run([(&record(ReferralSource::HomeCare, Answers::default()), 1)]);
    assert!(!referred.may_keep(&active) && referred.may_keep(&agreed));
}

#[test]
fn an_application_is_held_to_the_rules_of_its_fields() {
    let told = |answers| record(ReferralSource::Myself, answers).check(today());
    let days = |strength_days, brisk_minutes| Answers {
        activity: Activity { strength_days, brisk_minutes },
        ..Answers::default()
    };
    assert_eq!(told(days(Some(7), Some(2000))), Ok(()));
    assert_eq!(told(days(Some(8), None)), Err(Invalid::field("strength_days")));
    assert_eq!(told(days(None, Some(2001))), Err(Invalid::field("brisk_minutes")));
    let measured = Function { sppb_total: Some(9), ..Function::default() };
    assert_eq!(told(Answers { function: measured, ..Answers::default() }), Err(Invalid::field("function")));
    let wishes = Answers { wishes: vec![GROUP; 2], ..Answers::default() };
    assert_eq!(told(wishes), Err(Invalid::field("wishes")));
    let long = Answers { remark: Some("a".repeat(4001)), ..Answers::default() };
    assert_eq!(told(long), Err(Invalid::field("remark")));
    for (verb, wrong) in [
        (offer(today().plus_days(-1)), "until"),
        (offer(today().plus_days(61)), "until"),
        (
            Verb::Record {
                id: ApplicationId(Uuid::nil()),
                participant: PERSON,
                applied_on: today(),
                start: Start { source: ReferralSource::Myself, channel: Channel::Hall, referred_by: None },
                answers: Box::default(),
            },
            "id",
        ),
    ] {
        assert_eq!(verb.check(today()), Err(Invalid::field(wrong)), "{verb:?}");
    }
    let silent = |decision| {
        let decided = Decided { decision, reason: " ".into(), on: today(), by: UserId(Uuid::nil()) };
        Verb::Decide { id: id(), participant: PERSON, decided }.check(today())
    };
    assert_eq!(silent(Decision::Accepted), Ok(()));
    assert_eq!(silent(Decision::NotEligible), Err(Invalid::field("reason")));
}

#[test]
fn saying_the_same_again_at_the_desk_changes_nothing() {
    let there = run([(&begun(), 1), (&decide(Decision::WaitingList), 2)]);
    let at = Hlc { wall: 9, counter: 0, node: "n".into() };
    let write = Write { stream: sample::stream(9), at: &at, base_rev: Some(2), settled: true };
    let first = merge::first(there.clone(), &at, &write);
    let Merged::Changed { entity, .. } = first else { panic!("a first version") };
    assert_eq!(decide(Decision::WaitingList).merge(&entity, &there, &write), Merged::Noop);
    assert!(matches!(decide(Decision::Accepted).merge(&entity, &there, &write), Merged::Changed { .. }));
}
